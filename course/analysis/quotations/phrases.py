"""Noun phrases and reporting verbs in one sentence: the grammar that attribution needs, and no more."""

from __future__ import annotations

import re
from bisect import bisect_left

from course.analysis.quotations.names import (
    GIVEN,
    SMALL,
    SPEECH,
    TITLES,
    is_body,
    plain,
    possessive,
    strip_roles,
)

_TOKEN = re.compile(
    r"(?:[RDI]-)?(?:[A-Z]\.)+|(?:Mr|Mrs|Ms|Dr|Prof|Rev|Hon|St|Sen|Rep|Gov|Gen|Col|Capt|Lt|Sgt|Jr|Sr|Maj|Adm|Cllr|Supt|Det"
    r"|Jan|Feb|Aug|Sept|Oct|Nov|Dec)\."
    r"|(?:[RDI]-)?[A-Z][a-z]{1,5}\.(?=,)|[^\W_](?:[\w’'&-]|\.(?=\w))*|``|''|\S"
)
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
        found = list(_TOKEN.finditer(bare, start, end))
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
