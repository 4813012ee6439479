"""Noun phrases and reporting verbs in one sentence: the grammar that attribution needs, and no more."""

from __future__ import annotations

import re
from bisect import bisect_left

from course.analysis.speakers import (
    COURTESY,
    GIVEN,
    NAMES,
    PARTICLES,
    SMALL,
    SPEECH,
    TITLES,
    Cast,
    is_body,
    plain,
    strip_roles,
)

_TOKEN = re.compile(
    r"(?:[A-Z]\.)+|(?:Mr|Mrs|Ms|Dr|Prof|Rev|Hon|St|Sen|Rep|Gov|Gen|Col|Capt|Lt|Sgt|Saml|Jr|Sr|Maj|Adm|Cllr|Supt|Det)\."
    r"|(?:[RDI]-)?[A-Z][a-z]{1,5}\.(?=,)|[^\W_](?:[\w’'&-]|\.(?=\w))*|``|''|\S"
)
SAY, MANNER, DESCRIBE = SPEECH["say"], SPEECH["manner"], SPEECH["describe"]
VERBS = SAY | MANNER | DESCRIBE
_MARKS = frozenset("“ ” \" ‘ ’ ' ` « » „ `` ''".split())
BE = frozenset("is are was were be been being".split())
_BREAKS = SPEECH["boundary"] | BE | {"has", "have", "had", "will", "would", "could", "did", "does"}
_BEFORE_ING = frozenset("and or while before after by without for of but then to when".split()) | BE
REACH = 80  # tokens looked back over, so that the time stays linear in any text
SUBJECTS = frozenset("he she they it i we who".split())
_BARE = frozenset("the a an his her its their my our your every no".split())
Phrase = tuple[int, int]  # first and last token


class Sentence:
    """The tokens of one sentence, quotations masked."""

    def __init__(self, bare: str, start: int, end: int, cast: Cast) -> None:
        found = list(_TOKEN.finditer(bare, start, end))
        self.words = [one[0] for one in found]
        for i in range(1, len(self.words)):  # the words of a quotation are no words of the sentence
            if self.words[i - 1] in _MARKS and not self.words[i][1:].strip("x") and self.words[i][0] in "Xx":
                self.words[i] = "…"
        self.lows = [plain(word) if word[0].isalnum() else word for word in self.words]
        self.starts = [one.start() for one in found]
        self.ends = [one.end() for one in found]
        self.cast = cast
        self.first = next((i for i, word in enumerate(self.words) if word[0].isalnum()), len(self.words))

    def at(self, offset: int) -> int:
        """Return the first token that starts at `offset` or after it."""
        return bisect_left(self.starts, offset)

    def cap(self, i: int) -> bool:
        word = self.words[i]
        return word[0].isupper() and (self.lows[i] not in SMALL or (len(word) == 1 and word not in "AI"))

    def is_word(self, i: int) -> bool:
        return self.words[i][0].isalnum()

    def is_verb(self, i: int, kinds: frozenset[str] = VERBS) -> bool:
        """Tell whether token `i` reports speech; words that are nouns too must not follow 'the' or 'his'."""
        word = self.words[i]
        if word not in kinds:
            return False
        if i and (word in SPEECH["ambiguous"] or word.endswith("ing")):
            before, low = self.words[i - 1], self.lows[i - 1]
            if low in SPEECH["determiners"] - {"others", "some", "many", "both", "all", "this"} or low in (
                "of",
                "such",
            ):
                return False
            if before.endswith(("’s", "'s", "s’", "s'")) or (
                word in SPEECH["ambiguous"] and low in SPEECH["prepositions"]
            ):
                return False
            if word.endswith("ing") and self.is_word(i - 1) and low not in _BEFORE_ING:
                return False
            if word in SPEECH["ambiguous"] and low in (
                "to",
                "not",
                "can",
                "will",
                "would",
                "new",
                "first",
                "first",
            ):
                return False
        return True

    # Phrases

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
        first = core + 1
        while first > low and (
            self.cap(first - 1)
            or (lows[first - 1] in PARTICLES and first <= core and first - 1 > low and self.cap(first - 2))
            or (lows[first - 1] == "and" and first <= core and first - 1 > low and self.cap(first - 2))
        ):
            first -= 1
        if first <= core and not (led and first == low):
            return self._name(low, first, core, high)
        if led:  # 'in a step farmers called': only the last word can be the subject
            return (high, high) if lows[high].endswith("s") and high > low + 2 else None
        return None if lows[high] in _BARE else (low, high)

    def _name(self, low: int, first: int, core: int, high: int) -> Phrase:
        words = self.words[first : core + 1]
        if "and" in words[1:-1] and not is_body(words):
            return first, core
        for number in range(len(words) - 2, -1, -1):
            if words[number].lower().endswith(("’s", "'s", "s’")):
                first += number + 1
                words = words[number + 1 :]
                break
        cut = strip_roles(words)
        if is_body(words) and not (cut and not is_body(words[cut:])):
            whole = words[-1].lower() in (
                "department",
                "ministry",
                "university",
                "bank",
                "institute",
                "court",
                "house",
            )
            if whole and core < high and self.lows[core + 1] in ("of", "for"):
                return first, high
            return first, core
        if cut and plain(words[cut - 1]) in COURTESY:
            cut -= 1
        if cut == 0 and plain(words[0]) in TITLES and len(words) == 1 and core < high:
            return low, high  # Secretary of State
        return first + cut, core

    def _acts(self, j: int) -> bool:
        """Tell whether a word looks like a verb in the past that ends a noun phrase."""
        word, before = self.words[j], self.lows[j - 1]
        return word in SPEECH["acts"] or (
            word.endswith("ed")
            and "-" not in word
            and before not in SPEECH["determiners"]
            and not before.endswith("ly")
        )

    def ends_at(self, i: int, low: int) -> Phrase | None:
        """Return the noun phrase that ends with token `i`."""
        j = i
        while j >= low and self.is_word(j):
            word = self.lows[j]
            if word == "and" and low < j < i and self.cap(j - 1) and self.cap(j + 1):
                j -= 1
                continue
            if word in _BREAKS or (
                j < i
                and (
                    self.is_verb(j)
                    or word in SUBJECTS
                    or (j > low and self._acts(j) and self.lows[j + 1] not in SPEECH["prepositions"])
                )
            ):
                break
            j -= 1
        return self.mention(j + 1, i) if j < i else None

    def starts_at(self, i: int, high: int) -> Phrase | None:
        """Return the noun phrase that starts with token `i`, or the name that stands beside it: 'the manager, Gary Holt'."""
        if i >= high or not self.is_word(i):
            return None
        if self.lows[i] in SUBJECTS:
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
            if (
                named
                and small
                and word not in SPEECH["prepositions"]
                and word not in PARTICLES
                and not (
                    word in TITLES or word.startswith("spokes") or (self.lows[i] in SPEECH["determiners"])
                )
            ):
                break
            if j > i and word in SPEECH["between"] and self.words[j][0].isupper():
                break
            named = named or (self.cap(j) and word not in TITLES)
            j += 1
        if j == i or self.lows[i] in SPEECH["prepositions"]:
            return None
        found = self.mention(i, j - 1)
        if (
            found
            and j + 1 < high
            and self.words[j] == ","
            and not any(self.cap(n) for n in range(found[0], found[1] + 1))
        ):
            last = j + 1
            while last < high and self.cap(last):
                last += 1
            if last > j + 2 and (
                last == high or not self.is_word(last) or self.lows[last] in ("who", "of", "in")
            ):
                return self.mention(j + 1, last - 1) or found
        return found

    def subject(self, verb: int, low: int) -> Phrase | None:
        """Return who does what token `verb` says, looking left no further than `low`."""
        i, low = verb - 1, max(low, verb - REACH)
        while i >= low and (
            self.lows[i] in SPEECH["between"]
            or (self.lows[i].endswith("ly") and not self.cap(i))
            or self.words[i].isdigit()
        ):
            i -= 1
        while i > low and self.words[i] in ")]":
            i = max([n for n in range(low, i) if self.words[n] in "(["] or [low]) - 1
        if i < low:
            return None
        word = self.lows[i]
        if word in ("who", "which", "that") and i > low:
            i -= 1
            if self.words[i] in ",—–":
                i -= 1
            return self._before_comma(i, low) if i >= low else None
        if word in ("and", "but", "then", "to", "or"):
            return self.main_subject(low)
        if self.words[i] in ",—–":
            return self._apposed(i, low)
        return self.ends_at(i, low)

    def _parts(self, i: int, low: int) -> list[Phrase]:
        """Return the stretches between commas from `low` to `i`."""
        low = max(low, i - REACH)
        parts, end = [], i
        for j in range(i, low - 1, -1):
            if not self.is_word(j) and self.words[j] not in "&$£%/":
                if j + 1 <= end:
                    parts.append((j + 1, end))
                end = j - 1
                if self.words[j] not in ",—–)(":
                    break
        else:
            if low <= end:
                parts.append((low, end))
        return parts[::-1]

    def _beside(self, part: Phrase) -> bool:
        """Tell whether a stretch between commas stands beside a name: its age, its trade, where it comes from."""
        first, last = part
        word = self.words[first]
        if self.lows[first] in SUBJECTS - {"who"}:
            return False
        if not word[0].isupper() or self.lows[first] in SMALL - SPEECH["determiners"]:
            return True
        return bool(re.match(r"(?:[RD]-|Jr|Sr|I+V?$|MP$|QC$|KC$|PhD|CBE)", word)) or (
            is_body(self.words[first : last + 1]) and first < last
        )

    def _named(self, part: Phrase) -> bool:
        """Tell whether a stretch is nothing but a person's name."""
        first, last = part
        if not all(self.cap(n) or self.lows[n] in PARTICLES for n in range(first, last + 1)):
            return False
        words = self.words[first : last + 1]
        person = self.cast.find(tuple(words[strip_roles(words) :]))
        return not is_body(words) and (bool(person and person.human) or plain(words[0]) in GIVEN)

    def _apposed(self, comma: int, low: int) -> Phrase | None:
        parts = self._parts(comma - 1, low)
        if not parts:
            return None
        if (
            len(parts) > 1
            and self._named(parts[-1])
            and not self._named(parts[-2])
            and not self.cap(parts[-2][1])
        ):
            return self.mention(*parts[-1])
        k = len(parts) - 1
        while k > 0 and self._beside(parts[k]):
            k -= 1
        first, last = parts[k]
        while last > first and self.lows[last] in SPEECH["between"] - {"this", "that"}:
            last -= 1
        if k == 0 and self.lows[first] in SPEECH["prepositions"]:
            return self.ends_at(last, first) if self.cap(last) and len(parts) > 1 else None
        return self.ends_at(last, first)

    def _before_comma(self, i: int, low: int) -> Phrase | None:
        parts = self._parts(i, low)
        if not parts:
            return None
        k = len(parts) - 1
        while k > 0 and self._beside(parts[k]) and not self._named(parts[k]):
            k -= 1
        return self.ends_at(parts[k][1], parts[k][0])

    def main_subject(self, low: int) -> Phrase | None:
        """Return the first noun phrase that no preposition leads: what the sentence is about."""
        i, high = low, len(self.words)
        while i < high and not self.is_word(i):
            i += 1
        if (
            i < high
            and (
                self.lows[i] in SPEECH["prepositions"] | SPEECH["boundary"]
                or self.lows[i] in ("asked", "speaking", "told", "according")
                or (
                    self.lows[i].endswith(("ing", "ed"))
                    and self.lows[i] not in SPEECH["ambiguous"]
                    and self.words[i][0].isupper()
                )
            )
            and self.lows[i] not in ("and", "but", "so", "yet", "nor", "or")
        ):
            i = next((n + 1 for n in range(i, min(high, i + 30)) if self.words[n] == ","), i)
        while i < high and (
            self.lows[i] in ("and", "but", "so", "yet", "then", "later") or not self.is_word(i)
        ):
            i += 1
        if i < high and self.is_verb(i) and self.words[i].islower():
            i += 1
        found = self.starts_at(i, high)
        return found
