"""The grammar of one sentence that attribution needs: noun phrases, reporting verbs, subjects."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from course.analysis.quotations import words as lists
from course.analysis.quotations.people import Cast
from course.analysis.quotations.words import (
    GIVEN,
    PATTERNS,
    SMALL,
    SPEECH,
    TITLES,
    is_body,
    plain,
    possessive,
)

SAY, MANNER, DESCRIBE = SPEECH["say"], SPEECH["manner"], SPEECH["describe"]
VERBS = SAY | MANNER | DESCRIBE
BE = SPEECH["be"]
SUBJECTS = SPEECH["pronouns"] - {"you"}
REACH = 80  # tokens looked back over, so that the time stays linear in any text
_SIGNS = frozenset(["“", "”", '"', "‘", "’", "'", "`", "«", "»", "„", "``", "''"])
_BREAKS = SPEECH["boundary"] | BE | SPEECH["helpers"]
_NAMED_FOR = frozenset(["department", "ministry", "university", "bank", "institute", "court", "house"])
_BEFORE_PARTICIPLE = SPEECH["before_participle"] | SPEECH["documents"] | SPEECH["nouns"]
_BEFORE_NO_NOUN = frozenset(["others", "some", "many", "both", "all", "this"])  # can be subjects themselves
_BEFORE_NOUN = SPEECH["determiners"] - _BEFORE_NO_NOUN | {"of", "such"}
_SMALL_OF_NAME = SPEECH["prepositions"] | SPEECH["determiners"] | SPEECH["particles"] | {"and"}
_JOINING = frozenset(["and", "but", "so", "yet", "nor", "or", "then", "later", "as", "that", "meanwhile"])
_OPENING = SPEECH["prepositions"] | SPEECH["boundary"] | {"asked", "speaking", "told", "according"}
Phrase = tuple[int, int]  # first and last token


class Sentence:
    """The tokens of one sentence, quotations masked; `cast` tells people's names from places.

    Beyond both ends, at token -1 and at `high`, stands a token that is no word and no mark.
    """

    def __init__(self, bare: str, start: int, end: int, cast: Cast) -> None:
        dateline = PATTERNS["dateline"].match(bare, start, end)
        found = list(PATTERNS["token"].finditer(bare, dateline.end() if dateline else start, end))
        self.cast, self.high = cast, len(found)
        self.starts, self.ends = [one.start() for one in found], [one.end() for one in found]
        self.words = [one[0] for one in found]
        for i in range(1, self.high):  # the words of a quotation are no words of the sentence
            if self.words[i - 1] in _SIGNS and not self.words[i][1:].strip("x") and self.words[i][0] in "Xx":
                self.words[i] = "…"
        self.words += ["\n"] * 3
        self.lows = [plain(word) if word[0].isalnum() else word for word in self.words]
        self.first = next((i for i in range(self.high) if self.is_word(i)), self.high)

    def at(self, offset: int) -> int:
        """Return the first token that starts at `offset` or after it."""
        return bisect_left(self.starts, offset)

    def is_word(self, i: int) -> bool:
        """Tell whether token `i` is a word or number, no mark."""
        return self.words[i][0].isalnum()

    def cap(self, i: int) -> bool:
        """Tell whether token `i` has a capital that is not just the first of the sentence's small words."""
        word = self.words[i]
        return word[0].isupper() and (self.lows[i] not in SMALL or (len(word) == 1 and word not in "AI"))

    def caps(self, indices: Iterable[int]) -> bool:
        """Tell whether all these tokens are words of a name."""
        return all(self.cap(n) or self.lows[n] in SPEECH["particles"] for n in indices)

    def is_verb(self, i: int, kinds: frozenset[str] = VERBS) -> bool:
        """Tell whether token `i` reports speech; words that are nouns too must not follow 'the' or 'his'."""
        word = self.words[i] if i else self.lows[i]
        noun, participle = word in SPEECH["ambiguous"], word.endswith("ing")
        if word not in kinds or not i or not (noun or participle):
            return word in kinds
        low = self.lows[i - 1]
        return not (
            low in _BEFORE_NOUN
            or possessive(self.words[i - 1])
            or (noun and low in SPEECH["prepositions"] | SPEECH["before_noun"] | SAY)
            or (participle and self.is_word(i - 1) and low not in _BEFORE_PARTICIPLE)
        )

    def mention(self, low: int, high: int) -> Phrase | None:
        """Return the part of tokens low..high that names the speaker: a name, or the whole noun phrase."""
        lows = self.lows
        while low <= high and (not self.is_word(low) or lows[low] in _JOINING):
            low += 1
        while high > low and lows[high].endswith("ly") and not self.cap(high):
            high -= 1
        if low >= high or lows[high] in SUBJECTS - {"who"}:
            return (high, high) if low <= high and lows[high] not in SPEECH["bare"] else None
        led, core = lows[low] in SPEECH["prepositions"], high
        if not led:
            core = next((i - 1 for i in range(low + 1, high) if lows[i] in SPEECH["prepositions"]), high)
            if lows[core : core + 2] == ["chief", "of"] and self.cap(high):
                core = high  # chief of staff Ann Lee
        first = core + 1
        while first > low and (
            self.cap(first - 1)
            or (
                lows[first - 1] in SPEECH["particles"] | {"and"}
                and low < first - 1 < core
                and self.cap(first - 2)
            )
        ):
            first -= 1
        if first <= core and not (led and first == low):
            return self._name(low, first, core, high)
        if led:  # 'in a step farmers called': only the last word can be the subject
            return (high, high) if lows[high].endswith("s") and high > low + 2 else None
        return low, high

    def _name(self, low: int, first: int, core: int, high: int) -> Phrase:
        """Return the name in the capitals `first` to `core`, without titles and whose someone is."""
        words = self.words[first : core + 1]
        body = is_body(words)
        if "and" in words[1:-1] and not body:
            return first, core
        owner = max((n for n, word in enumerate(words[:-1], 1) if possessive(word)), default=0)
        first, words = first + owner, words[owner:]
        cut = lists.strip_roles(words)
        if is_body(words[cut:]):
            named_for = (
                plain(words[-1]) in _NAMED_FOR and core < high and self.lows[core + 1] in ("of", "for")
            )
            return first, high if named_for else core
        if cut and plain(words[cut - 1]) in SPEECH["courtesy"]:
            cut -= 1
        if len(words) == 1 and plain(words[0]) in TITLES and core < high:
            return low, high  # Secretary of State
        return first + cut, core

    def ends_at(self, i: int, low: int) -> Phrase | None:
        """Return the noun phrase that ends with token `i`, or whom it tells of: 'a man who sold cars'."""
        j = i
        while j >= low and self.is_word(j) and not self._breaks(j, low, i):
            j -= 1
        for n in range(j, max(low, j - 12), -1):  # inside 'who …', the one before it is meant
            if not self.is_word(n):
                break
            if self.lows[n] == "who" and self.is_word(n - 1):
                return self.ends_at(n - 1, low)
        return self.mention(j + 1, i) if j < i else None

    def _acts(self, j: int) -> bool:
        """Tell whether a word looks like a verb in the past that ends a noun phrase."""
        word, before = self.words[j], self.lows[j - 1]
        return word in SPEECH["acts"] or (
            word.endswith("ed")
            and "-" not in word
            and word not in ("dated", "named", "called", "based")
            and not (
                before in SPEECH["determiners"] or before.endswith("ly") or possessive(self.words[j - 1])
            )
        )

    def _breaks(self, j: int, low: int, i: int) -> bool:
        """Tell whether token `j` is no part of the noun phrase that ends with `i`."""
        if self.lows[j] in _BREAKS:
            return not (self.lows[j] == "and" and low < j < i and self.cap(j - 1) and self.cap(j + 1))
        acts = j > low and self._acts(j) and self.lows[j + 1] not in SPEECH["prepositions"]
        return j < i and (acts or self.is_verb(j) or self.lows[j] in SUBJECTS)

    def starts_at(self, i: int, high: int) -> Phrase | None:
        """Return the noun phrase that starts with token `i`, or the name beside it: 'its head, Gary Holt'."""
        if i >= high or not self.is_word(i):
            return None
        if self.lows[i] in SUBJECTS | {"him", "them"} or self.lows[i : i + 2] == ["her", "as"]:
            return i, i
        j, named = i, False
        while j < high and self.is_word(j):
            word, cap = self.lows[j], self.cap(j)
            if j > i and not cap and not (word == "and" and named and self.cap(j + 1)):
                leads = word in SPEECH["prepositions"] and word not in ("of", "for", "from", "with")
                after_name = named and (word in SPEECH["between"] or word.endswith("ly"))
                verb = word in _BREAKS or word in SUBJECTS or self.is_verb(j) or self._acts(j)
                if leads or after_name or verb:
                    break
            named = named or (cap and word not in TITLES)
            j += 1
        if self.lows[i] in SPEECH["prepositions"]:
            return None
        found = self.mention(i, j - 1)
        common = found and any(
            self.words[n].islower() and self.lows[n] not in _SMALL_OF_NAME
            for n in range(found[0], found[1] + 1)
        )
        if common and self.words[j] == ",":  # not just a name: one may stand beside it
            last = j + 1
            while last < high and self.cap(last):
                last += 1
            ends = last == high or not self.is_word(last) or self.lows[last] in ("who", "of", "in")
            if ends and (last > j + 2 or self.lows[j + 1] in GIVEN):
                return self.mention(j + 1, last - 1) or found
        return found

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
        word, joined = self.lows[i], {"then", "later"} & {*self.lows[i + 1 : verb]}
        if word in ("who", "which", "that") and i > low:
            return self._antecedent(i - 2 if self.words[i - 1] in ",—–" else i - 1, low)
        if word in ("and", "but", "then", "to", "or") or (joined and word == ","):
            return self.main_subject(low)
        if word not in ",—–":
            return self.ends_at(i, low)
        parts = self._parts(i - 1, low)
        if len(parts) > 1 and self._named(parts[-1]) and not self._named(parts[-2]):
            return self.mention(*parts[-1])  # her lawyer, Ann Lee, said
        return self._beside_commas(parts)

    def _antecedent(self, i: int, low: int) -> Phrase | None:
        """Return whom 'who' means: in 'a reply from Lee, who' Lee, in 'an aide to Lee, who' the aide."""
        parts = self._parts(i, low)
        if parts and "by" in self.lows[parts[-1][0] : i]:  # sentenced by a judge who
            return self.mention(next(n for n in range(i, low, -1) if self.lows[n] == "by") + 1, i)
        phrase = self._beside_commas(parts, stop_at_name=True)
        first, last = phrase or (0, 0)
        links = [n for n in range(first, last) if self.lows[n] in SPEECH["prepositions"]]
        head = self.lows[links[0] - 1] if links else ""
        person = head in TITLES | SPEECH["people"] or head.startswith("spokes") or lists.pronoun_of(head)
        return self.mention(links[-1] + 1, last) if links and not person else phrase

    def _parts(self, i: int, low: int) -> list[Phrase]:
        """Return the stretches between commas up to token `i`, back to a mark that ends a clause."""
        parts, end, low = [], i, max(low, i - REACH)
        for j in range(i, low - 2, -1):
            if j < low or not (self.is_word(j) or self.words[j] in "&$£%/"):
                parts.append((j + 1, end))
                end = j - 1
                if self.words[j] not in ",—–)(":
                    break
        return [part for part in reversed(parts) if part[0] <= part[1]]

    def _beside(self, before: Phrase, part: Phrase) -> bool:
        """Tell whether a stretch between commas stands beside a name: an age, a trade, a home town."""
        first, last = part
        n = before[1]
        while n > before[0] and self.cap(n):
            n -= 1
        if first == last and n < before[1] and self.lows[n] in ("in", "from", "of", "near"):
            return True  # living in Sarasota, Fla.
        word, low = self.words[first], self.lows[first]
        small = SMALL - SPEECH["determiners"] | SPEECH["parties"]
        if low not in SUBJECTS - {"who"}:
            if not word[0].isupper() or low in small or PATTERNS["postnominal"].match(word):
                return True
            return first < last and is_body(self.words[first : last + 1])
        return False

    def _named(self, part: Phrase) -> bool:
        """Tell whether a stretch is a person's name, or that with a trade: 'the importer Ann Lee'."""
        first, last = part
        while (
            first < last and not self.cap(first) and self.lows[first] not in SPEECH["prepositions"] | SUBJECTS
        ):
            first += 1
        words = self.words[first : last + 1]
        if is_body(words) or not self.caps(range(first, last + 1)):
            return False
        person = self.cast.find(tuple(words[lists.strip_roles(words) :]))
        return plain(words[0]) in GIVEN or (person is not None and person.human)

    def _beside_commas(self, parts: list[Phrase], stop_at_name: bool = False) -> Phrase | None:
        """Return the last noun phrase that does not just stand beside another: [Ann Lee], 43, of Leeds,."""
        k = len(parts) - 1
        while k > 0 and self._beside(*parts[k - 1 : k + 1]) and not (stop_at_name and self._named(parts[k])):
            k -= 1
        if k < 0:
            return None
        first, last = parts[k]
        while last > first and self.lows[last] in SPEECH["between"] - {"this", "that"}:
            last -= 1
        if k == 0 and self.lows[first] in SPEECH["prepositions"] and not (self.cap(last) and len(parts) > 1):
            return None
        return self.ends_at(last, first)

    def main_subject(self, low: int) -> Phrase | None:
        """Return the first noun phrase that no preposition leads: what the sentence is about."""
        i, high = low, self.high
        while i < high and not self.is_word(i):
            i += 1
        word = self.lows[i]
        participle = (
            word.endswith(("ing", "ed")) and word not in SPEECH["ambiguous"] and self.words[i][0].isupper()
        )
        if word not in _JOINING and (word in _OPENING or participle):  # 'Asked why,' or 'In London,'
            comma = next((n + 1 for n in range(i, min(high, i + 30)) if self.words[n] == ","), i)
            early = {"he", "she", "they"} if word in SPEECH["prepositions"] else ()
            i = next((n for n in range(i, comma) if self.lows[n] in early), comma)  # On it he wrote, in red
        while i < high and (self.lows[i] in _JOINING or not self.is_word(i)):
            i += 1
        return self.starts_at(i + (self.lows[i] in BE | SPEECH["helpers"] | {"do"}), high)  # in a question
