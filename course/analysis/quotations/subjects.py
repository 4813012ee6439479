"""Who does what a verb says: the subject, found leftward past ages, trades and relative clauses."""

from __future__ import annotations

import re

from course.analysis.quotations.cast import Cast
from course.analysis.quotations.names import (
    GIVEN,
    SMALL,
    SPEECH,
    TITLES,
    is_body,
    plain,
    pronoun_of,
    strip_roles,
)
from course.analysis.quotations.phrases import BE, SUBJECTS, Phrase, Sentence

REACH = 80  # tokens looked back over, so that the time stays linear in any text
_POSTNOMINAL = re.compile(r"(?:[RD]-|Jr|Sr|I+V?$|MP$|QC$|KC$|PhD|CBE)")
_DATELINE = re.compile(
    r"[A-Z][A-Z.’' -]+[A-Z]\b(?:, [A-Z][\w. ]{1,25}){0,2}(?: ?\([^()]{2,25}\))? ?(?:—|–|--?|:) +"
)
_JOINING = frozenset(["and", "but", "so", "yet", "nor", "or", "then", "later"])
_OPENING = SPEECH["prepositions"] | SPEECH["boundary"] | {"asked", "speaking", "told", "according"}


class Clause(Sentence):
    """A sentence whose subjects are looked for; `cast` tells people's names from places."""

    def __init__(self, bare: str, start: int, end: int, cast: Cast) -> None:
        dateline = _DATELINE.match(bare, start, end)
        super().__init__(bare, dateline.end() if dateline else start, end)
        self.cast = cast

    def subject(self, verb: int, low: int) -> Phrase | None:
        """Return who does what token `verb` says, looking left no further than token `low`."""
        i, low = verb - 1, max(low, verb - REACH)
        while i >= low and (
            self.lows[i] in SPEECH["between"]
            or (self.lows[i].endswith("ly") and not self.cap(i))
            or self.words[i].isdigit()
        ):
            i -= 1
        if i > low and self.words[i] in ")]":
            i = max((n for n in range(low, i) if self.words[n] in "(["), default=low) - 1
        if i < low:
            return None
        word = self.lows[i]
        if word in ("who", "which", "that") and i > low:
            i -= 2 if self.words[i - 1] in ",—–" else 1
            return self._antecedent(i, low)
        if word in ("and", "but", "then", "to", "or"):
            return self.main_subject(low)
        if self.words[i] in ",—–":
            parts = self._parts(i - 1, low)
            if len(parts) > 1 and self._named(parts[-1]) and not self._named(parts[-2]):
                return self.mention(*parts[-1])  # her lawyer, Ann Lee, said
            return self._beside_commas(parts)
        return self.ends_at(i, low)

    def _antecedent(self, i: int, low: int) -> Phrase | None:
        """Return whom 'who' means: in 'a reply from Lee, who' Lee, in 'an aide to Lee, who' the aide."""
        parts = self._parts(i, low)
        if parts and "by" in self.lows[parts[-1][0] : i]:  # sentenced by a judge who
            return self.mention(next(n for n in range(i, low, -1) if self.lows[n] == "by") + 1, i)
        phrase = self._beside_commas(parts, stop_at_name=True)
        if phrase is None:
            return None
        first, last = phrase
        links = [n for n in range(first, last) if self.lows[n] in SPEECH["prepositions"]]
        if not links:
            return phrase
        head = self.lows[links[0] - 1]
        if head in TITLES | SPEECH["people"] or head.startswith("spokes") or pronoun_of(head):
            return phrase
        return self.mention(links[-1] + 1, last)

    def _parts(self, i: int, low: int) -> list[Phrase]:
        """Return the stretches between commas up to token `i`, back to a mark that ends a clause."""
        parts, end = [], i
        for j in range(i, max(low, i - REACH) - 1, -1):
            if not self.is_word(j) and self.words[j] not in "&$£%/":
                parts.append((j + 1, end))
                end = j - 1
                if self.words[j] not in ",—–)(":
                    break
        else:
            parts.append((max(low, i - REACH), end))
        return [part for part in reversed(parts) if part[0] <= part[1]]

    def _beside(self, part: Phrase) -> bool:
        """Tell whether a stretch between commas stands beside a name: an age, a trade, a home town."""
        first, last = part
        word, low = self.words[first], self.lows[first]
        if low in SUBJECTS - {"who"}:
            return False
        small = SMALL - SPEECH["determiners"] | SPEECH["parties"]
        if not word[0].isupper() or low in small or _POSTNOMINAL.match(word):
            return True
        return first < last and is_body(self.words[first : last + 1])

    def _in_place(self, before: Phrase, part: Phrase) -> bool:
        """Tell whether a stretch goes on with a place: 'living in Sarasota, Fla.'."""
        n = before[1]
        while n > before[0] and self.cap(n):
            n -= 1
        return before[1] > n and self.lows[n] in ("in", "from", "of", "near") and part[0] == part[1]

    def _named(self, part: Phrase) -> bool:
        """Tell whether a stretch is a person's name, or that with a trade: 'the importer Ann Lee'."""
        first, last = part
        apart = SPEECH["prepositions"] | SUBJECTS
        while first < last and not self.cap(first) and self.lows[first] not in apart:
            first += 1
        if not all(self.cap(n) or self.lows[n] in SPEECH["particles"] for n in range(first, last + 1)):
            return False
        words = self.words[first : last + 1]
        person = self.cast.find(tuple(words[strip_roles(words) :]))
        return not is_body(words) and (bool(person and person.human) or plain(words[0]) in GIVEN)

    def _beside_commas(self, parts: list[Phrase], stop_at_name: bool = False) -> Phrase | None:
        """Return the last noun phrase that does not just stand beside another: [Ann Lee], 43, of Leeds,."""
        if not parts:
            return None
        k = len(parts) - 1
        while k > 0 and (
            self._in_place(parts[k - 1], parts[k])
            or (self._beside(parts[k]) and not (stop_at_name and self._named(parts[k])))
        ):
            k -= 1
        first, last = parts[k]
        while last > first and self.lows[last] in SPEECH["between"] - {"this", "that"}:
            last -= 1
        if k == 0 and self.lows[first] in SPEECH["prepositions"] and not (self.cap(last) and len(parts) > 1):
            return None
        return self.ends_at(last, first)

    def main_subject(self, low: int) -> Phrase | None:
        """Return the first noun phrase that no preposition leads: what the sentence is about."""
        i, high = low, len(self.words)
        while i < high and not self.is_word(i):
            i += 1
        if i < high and self.lows[i] not in _JOINING and self._opens(i):
            comma = next((n + 1 for n in range(i, min(high, i + 30)) if self.words[n] == ","), i)
            early = {"he", "she", "they"} if self.lows[i] in SPEECH["prepositions"] else ()
            i = next((n for n in range(i, comma) if self.lows[n] in early), comma)  # On it he wrote, in red
        while i < high and (self.lows[i] in _JOINING or not self.is_word(i)):
            i += 1
        if i < high and self.lows[i] in BE | SPEECH["helpers"] | {"do"}:
            i += 1  # a question
        return self.starts_at(i, high)

    def _opens(self, i: int) -> bool:
        """Tell whether a sentence opens with a phrase before its subject: 'Asked why,' or 'In London,'."""
        word = self.lows[i]
        participle = word.endswith(("ing", "ed")) and word not in SPEECH["ambiguous"]
        return word in _OPENING or (participle and self.words[i][0].isupper())
