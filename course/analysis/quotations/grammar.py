"""The grammar of one sentence that attribution needs: noun phrases, reporting verbs, subjects."""

from __future__ import annotations

from bisect import bisect_left

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
    pronoun_of,
    strip_roles,
)  # fmt: skip

SAY, MANNER, DESCRIBE = SPEECH["say"], SPEECH["manner"], SPEECH["describe"]
VERBS = SAY | MANNER | DESCRIBE
BE = SPEECH["be"]
SUBJECTS = SPEECH["pronouns"] - {"you"}
_MARKS = frozenset(["“", "”", '"', "‘", "’", "'", "`", "«", "»", "„", "``", "''"])
_BREAKS = SPEECH["boundary"] | BE | SPEECH["helpers"]
_NAMED_FOR = frozenset(["department", "ministry", "university", "bank", "institute", "court", "house"])
_BEFORE_PARTICIPLE = SPEECH["before_participle"] | SPEECH["documents"] | SPEECH["nouns"]
_MANY = frozenset(["others", "some", "many", "both", "all", "this"])  # these can be subjects themselves
Phrase = tuple[int, int]  # first and last token


class Sentence:
    """The tokens of one sentence, quotations masked."""

    def __init__(self, bare: str, start: int, end: int) -> None:
        found = list(PATTERNS["token"].finditer(bare, start, end))
        self.words = [one[0] for one in found]
        for i in range(1, len(self.words)):  # the words of a quotation are no words of the sentence
            if self.words[i - 1] in _MARKS and not self.words[i][1:].strip("x") and self.words[i][0] in "Xx":
                self.words[i] = "…"
        self.lows = [plain(word) if word[0].isalnum() else word for word in self.words]
        self.starts = [one.start() for one in found]
        self.ends = [one.end() for one in found]
        self.bare = bare
        self.first = next((i for i, word in enumerate(self.words) if word[0].isalnum()), len(self.words))

    def at(self, offset: int) -> int:
        """Return the first token that starts at `offset` or after it."""
        return bisect_left(self.starts, offset)

    def cap(self, i: int) -> bool:
        """Tell whether token `i` has a capital that is not just the first of the sentence's small words."""
        word = self.words[i]
        return word[0].isupper() and (self.lows[i] not in SMALL or (len(word) == 1 and word not in "AI"))

    def is_word(self, i: int) -> bool:
        """Tell whether token `i` is a word or number, no mark."""
        return self.words[i][0].isalnum()

    def is_verb(self, i: int, kinds: frozenset[str] = VERBS) -> bool:
        """Tell whether token `i` reports speech; words that are nouns too must not follow 'the' or 'his'."""
        word = self.words[i]
        if not i and word.endswith("ing"):
            word = word.lower()
        if word not in kinds:
            return False
        noun, participle = word in SPEECH["ambiguous"], word.endswith("ing")
        if not i or not (noun or participle):
            return True
        low = self.lows[i - 1]
        return not (
            low in SPEECH["determiners"] - _MANY
            or low in ("of", "such")
            or possessive(self.words[i - 1])
            or (noun and (low in SPEECH["prepositions"] | SPEECH["before_noun"] or low in SAY))
            or (participle and self.is_word(i - 1) and low not in _BEFORE_PARTICIPLE)
        )

    def mention(self, low: int, high: int) -> Phrase | None:
        """Return the part of tokens low..high that names the speaker: a name, or the whole noun phrase."""
        lows = self.lows
        while low <= high and (
            not self.is_word(low) or lows[low] in ("but", "and", "then", "so", "as", "that", "meanwhile")
        ):
            low += 1
        while high > low and lows[high].endswith("ly") and not self.cap(high):
            high -= 1
        if low > high:
            return None
        if lows[high] in SUBJECTS - {"who"}:
            return high, high
        led = low < high and lows[low] in SPEECH["prepositions"]
        core = high
        if not led:
            core = next((i - 1 for i in range(low + 1, high) if lows[i] in SPEECH["prepositions"]), high)
            if lows[core] in TITLES and lows[core + 1 : core + 2] == ["of"] and self.cap(high):
                third = core + 2  # chief of staff Ann Lee
                core = high if self.words[third].islower() and lows[third] not in SMALL else core
        first = core + 1
        joining = SPEECH["particles"] | {"and"}
        while first > low and (
            self.cap(first - 1)
            or (lows[first - 1] in joining and low < first - 1 < core and self.cap(first - 2))
        ):
            first -= 1
        if first <= core and not (led and first == low):
            return self._name(low, first, core, high)
        if led:  # 'in a step farmers called': only the last word can be the subject
            return (high, high) if lows[high].endswith("s") and high > low + 2 else None
        return None if lows[high] in SPEECH["bare"] else (low, high)

    def _name(self, low: int, first: int, core: int, high: int) -> Phrase:
        words = self.words[first : core + 1]
        if "and" in words[1:-1] and not is_body(words):
            return first, core
        ends = [number + 1 for number, word in enumerate(words[:-1]) if possessive(word)]
        if ends:
            first, words = first + ends[-1], words[ends[-1] :]
        cut = strip_roles(words)
        if is_body(words) and not (cut and not is_body(words[cut:])):
            if words[-1].lower() in _NAMED_FOR and core < high and self.lows[core + 1] in ("of", "for"):
                return first, high
            return first, core
        if cut and plain(words[cut - 1]) in SPEECH["courtesy"]:
            cut -= 1
        if cut == 0 and plain(words[0]) in TITLES and len(words) == 1 and core < high:
            return low, high  # Secretary of State
        return first + cut, core

    def _common(self, phrase: Phrase) -> bool:
        """Tell whether a phrase has a common noun in it, and so is not just a name."""
        small = SPEECH["prepositions"] | SPEECH["determiners"] | SPEECH["particles"] | {"and"}
        return any(
            self.words[n].islower() and self.lows[n] not in small for n in range(phrase[0], phrase[1] + 1)
        )

    def _acts(self, j: int) -> bool:
        """Tell whether a word looks like a verb in the past that ends a noun phrase."""
        word, before = self.words[j], self.lows[j - 1]
        return word in SPEECH["acts"] or (
            word.endswith("ed")
            and "-" not in word
            and word not in ("dated", "named", "called", "based")
            and before not in SPEECH["determiners"]
            and not (before.endswith("ly") or possessive(self.words[j - 1]))
        )

    def ends_at(self, i: int, low: int) -> Phrase | None:
        """Return the noun phrase that ends with token `i`, or whom it tells of: 'a man who sold cars'."""
        j = i
        while j >= low and self.is_word(j) and (self._joins(j, low, i) or not self._breaks(j, low, i)):
            j -= 1
        for n in range(j, max(low, j - 12), -1):  # inside 'who …', the one before it is meant
            if self.lows[n] == "who" and self.is_word(n - 1):
                return self.ends_at(n - 1, low)
            if not self.is_word(n):
                break
        return self.mention(j + 1, i) if j < i else None

    def _joins(self, j: int, low: int, i: int) -> bool:
        return self.lows[j] == "and" and low < j < i and self.cap(j - 1) and self.cap(j + 1)

    def _breaks(self, j: int, low: int, i: int) -> bool:
        """Tell whether token `j` is no part of the noun phrase that ends with `i`."""
        if self.lows[j] in _BREAKS:
            return True
        acts = j > low and j < i and self._acts(j) and self.lows[j + 1] not in SPEECH["prepositions"]
        return acts or (j < i and (self.is_verb(j) or self.lows[j] in SUBJECTS))

    def starts_at(self, i: int, high: int) -> Phrase | None:
        """Return the noun phrase that starts with token `i`, or the name beside it: 'its head, Gary Holt'."""
        if i >= high or not self.is_word(i):
            return None
        if self.lows[i] in SUBJECTS | {"him", "them"} or self.lows[i : i + 2] == ["her", "as"]:
            return i, i
        j, named = i, False
        while j < high and self.is_word(j):
            word = self.lows[j]
            small = not self.cap(j)
            if word == "and" and named and j + 1 < high and self.cap(j + 1):
                j += 1
                continue
            if j > i and small and (word in _BREAKS or self.is_verb(j) or word in SUBJECTS or self._acts(j)):
                break
            if j > i and small and word in SPEECH["prepositions"] - {"of", "for", "from", "with"}:
                break
            if (named or self.cap(j)) and j > i and (word in SPEECH["between"] or word.endswith("ly")):
                break
            named = named or (self.cap(j) and word not in TITLES)
            j += 1
        if j == i or self.lows[i] in SPEECH["prepositions"]:
            return None
        found = self.mention(i, j - 1)
        if found and j + 1 < high and self.words[j] == "," and self._common(found):
            last = j + 1
            while last < high and self.cap(last):
                last += 1
            if (last > j + 2 or self.lows[j + 1] in GIVEN) and (
                last == high or not self.is_word(last) or self.lows[last] in ("who", "of", "in")
            ):
                return self.mention(j + 1, last - 1) or found
        return found


REACH = 80  # tokens looked back over, so that the time stays linear in any text
_JOINING = frozenset(["and", "but", "so", "yet", "nor", "or", "then", "later"])
_OPENING = SPEECH["prepositions"] | SPEECH["boundary"] | {"asked", "speaking", "told", "according"}


class Clause(Sentence):
    """A sentence whose subjects are looked for; `cast` tells people's names from places."""

    def __init__(self, bare: str, start: int, end: int, cast: Cast) -> None:
        dateline = PATTERNS["dateline"].match(bare, start, end)
        super().__init__(bare, dateline.end() if dateline else start, end)
        self.cast = cast

    def subject(self, verb: int, low: int) -> Phrase | None:
        """Return who does what token `verb` says, looking left no further than token `low`."""
        i, low, joined = verb - 1, max(low, verb - REACH), False
        while i >= low and (
            self.lows[i] in SPEECH["between"]
            or (self.lows[i].endswith("ly") and not self.cap(i))
            or self.words[i].isdigit()
        ):
            joined = joined or self.lows[i] in ("then", "later")
            i -= 1
        if i > low and self.words[i] in ")]":
            i = max((n for n in range(low, i) if self.words[n] in "(["), default=low) - 1
        if i < low:
            return None
        word = self.lows[i]
        if word in ("who", "which", "that") and i > low:
            i -= 2 if self.words[i - 1] in ",—–" else 1
            return self._antecedent(i, low)
        if word in ("and", "but", "then", "to", "or") or (joined and self.words[i] == ","):
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
        if not word[0].isupper() or low in small or PATTERNS["postnominal"].match(word):
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
