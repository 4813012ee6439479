"""One sentence: its noun phrases and subjects, and the words in it that say who is quoted.

Rules tried in the order of how sure they are: words that lead up to a quotation, words right after it, the
rest of its sentence (compare the sieves of Muzny et al. 2017). Where none fits, there is no answer.
"""

import re
from itertools import pairwise, takewhile

from course.analysis.quotations import people
from course.analysis.quotations.people import GIVEN, PATTERNS, SMALL, SPEECH, TITLES, Cast, plain, possessive

SAY, BE, PREPOSITIONS = SPEECH["say"], SPEECH["be"], SPEECH["prepositions"]
SPEAK, VERBS = SAY | SPEECH["manner"], SAY | SPEECH["manner"] | SPEECH["describe"]
SUBJECTS, _BREAKS = SPEECH["pronouns"] - {"you"}, SPEECH["boundary"] | BE | SPEECH["helpers"]
_BEFORE_PARTICIPLE = SPEECH["before_participle"] | SPEECH["documents"] | SPEECH["nouns"]
_ADVERB = PATTERNS["adverb"].match
_TAIL = PREPOSITIONS | SPEECH["between"] | {"as", "during", "after", "reporters"}
_TITLED = {word.title(): word for word in VERBS - SPEECH["ambiguous"] if word.endswith("s")}
Phrase = tuple[int, int]  # first and last token
Found = tuple[Phrase | None, int]  # who speaks, and the token of the cue that says so


class Sentence:
    """The tokens of one sentence, quotations masked; token -1 and token `high` are no word and no mark."""

    def __init__(self, bare: str, start: int, end: int, cast: Cast) -> None:
        dateline = PATTERNS["dateline"].match(bare, start, end)
        found = list(PATTERNS["token"].finditer(bare, dateline.end() if dateline else start, end))
        self.start, self.cast, self.high = start, cast, len(found)
        self.starts, self.ends = [one.start() for one in found], [one.end() for one in found]
        # The words of a quotation are no words of the sentence.
        words = ["…" if re.fullmatch("[Xx]x+['’]?", one[0]) else one[0] for one in found] + ["\n"] * 3
        self.words = [_TITLED.get(word, word) for word in words]  # a headline: Pentagon Chief Denies Rift
        self.is_word = [word[0].isalnum() for word in self.words]  # or a number, no mark
        self.lows = [plain(word) if word[0].isalnum() else word for word in self.words]
        # A capital that is not just the first of the sentence's small words.
        self.cap = [word[0].isupper() and plain(word) not in SMALL for word in self.words]

    def is_verb(self, i: int, kinds: frozenset[str] = VERBS) -> bool:
        """Tell whether token `i` reports speech; words that are nouns too must not follow 'the' or 'his'."""
        word = self.words[i] if i else self.lows[i]
        noun, participle = word in SPEECH["ambiguous"], word.endswith("ing")
        if word not in kinds or not (noun or participle):
            return word in kinds
        low = self.lows[i - 1]
        return not (
            low in SPEECH["before_speech"]
            or possessive(self.words[i - 1])
            or (noun and low in PREPOSITIONS | SPEECH["before_noun"] | SAY)
            or (participle and self.is_word[i - 1] and low not in _BEFORE_PARTICIPLE)
        )

    def _mention(self, low: int, high: int) -> Phrase | None:
        """Return the part of tokens low..high that names the speaker: a name, or the whole noun phrase."""
        lows = self.lows
        while high > low and _ADVERB(lows[high]) and not self.cap[high]:
            high -= 1
        # 'Last week in Leeds Ann Lee said'
        low = next((n for n in range(low, high) if lows[n] not in SPEECH["between"]), max(low, high))
        if low > high or lows[high] in SPEECH["bare"]:
            return None
        if lows[high] in SUBJECTS - {"who"}:
            return high, high
        if not any(self.cap[low : high + 1]):  # 'last month the watchdog' begins with 'the'
            begins = (n for n in range(high, low, -1) if lows[n] in SPEECH["bare"])
            begins = (n for n in begins if lows[n - 1][-3:] != "ing" or lows[n - 2] not in PREPOSITIONS)
            low = next((n for n in begins if lows[n - 1] not in SMALL), low)
        trade = next((n for n in range(high, low, -1) if not self.cap[n]), high)
        if trade < high and lows[trade] not in SMALL | SPEECH["particles"] and self._named(trade + 1, high):
            low = trade + 1  # Bank of England governor Ann Lee
        led, core = lows[low] in PREPOSITIONS, high
        if not led:
            links = (n for n in range(low + 1, high) if lows[n] in PREPOSITIONS and lows[n - 1] != "chief")
            core = next(links, high + 1) - 1
        first, inside = core + 1, SPEECH["particles"] | {"and"}
        while first > low and (
            self.cap[first - 1]
            or (low < first - 1 < core and lows[first - 1] in inside and self.cap[first - 2])
        ):
            first -= 1
        if first > core or (led and first == low):
            if led:  # 'in a step farmers called': only the last word can be the subject
                return (high, high) if lows[high].endswith("s") and high > low + 2 else None
            return low, high
        return self._name(low, first, core, high)

    def _name(self, low: int, first: int, core: int, high: int) -> Phrase:
        """Return the name in the capitals `first` to `core`, without titles and whose someone is."""
        words = self.words[first : core + 1]
        if "and" in words[1:-1] and not people.is_body(words):
            return first, core
        first += max((n for n, word in enumerate(words[:-1], 1) if possessive(word)), default=0)
        words = self.words[first : core + 1]
        cut = people.strip_roles(words)
        if people.is_body(words[cut:]):
            named_for = plain(words[-1]) in SPEECH["named_for"] and self.lows[core + 1] in ("of", "for")
            return first, high if named_for else core
        if len(words) == 1 and plain(words[0]) in TITLES and core < high:
            return low, high  # Secretary of State
        return first + cut - (cut > 0 and plain(words[cut - 1]) in SPEECH["courtesy"]), core

    def ends_at(self, i: int) -> Phrase | None:
        """Return the noun phrase that ends with token `i`, or whom it tells of: 'a man who sold cars'."""
        j = next((n for n in range(i, -2, -1) if not self.is_word[n] or self._breaks(n, i)), i)
        clause = takewhile(self.is_word.__getitem__, range(j, max(0, j - 12), -1))
        who = next((n for n in clause if self.lows[n] == "who" and self.is_word[n - 1]), 0)
        return self.ends_at(who - 1) if who else self._mention(j + 1, i)

    def _breaks(self, j: int, i: int) -> bool:
        """Tell whether token `j` is no part of the noun phrase that ends with `i`."""
        low, lows = self.lows[j], self.lows
        if low in _BREAKS:
            return not (low == "and" and j < i and self.cap[j - 1] and self.cap[j + 1])
        acts = self._acts(j) or self.is_verb(j)  # no man accused of theft
        told = low.endswith("ed") and lows[j + 1] in PREPOSITIONS and lows[j - 1] not in SUBJECTS | _BREAKS
        return j < i and ((acts and not told) or low in SUBJECTS)

    def _acts(self, j: int) -> bool:
        """Tell whether a word looks like a verb in the past that ends a noun phrase."""
        word, before = self.words[j], self.lows[j - 1]
        noun = before in SPEECH["determiners"] or before.endswith("ly") or possessive(self.words[j - 1])
        acts = word.endswith("ed") and "-" not in word and word not in ("dated", "named", "called", "based")
        return word in SPEECH["acts"] or (acts and not noun)

    def starts_at(self, i: int) -> Phrase | None:
        """Return the noun phrase that starts with token `i`, or the name beside it: 'its head, Gary Holt'."""
        lows = self.lows
        if lows[i] in SUBJECTS | {"him", "them"} or lows[i : i + 2] == ["her", "as"]:
            return i, i
        if not self.is_word[i] or lows[i] in PREPOSITIONS:
            return None
        j, named = i, False
        while self.is_word[j]:
            word, cap = lows[j], self.cap[j]
            if j > i and not cap and not (word == "and" and named and self.cap[j + 1]):
                leads = word in PREPOSITIONS and word not in ("of", "for", "from", "with")
                after_name = named and (word in SPEECH["between"] or _ADVERB(word))
                if leads or after_name or word in _BREAKS | SUBJECTS or self.is_verb(j) or self._acts(j):
                    break
            named = named or (cap and word not in TITLES)
            j += 1
        found = self._mention(i, j - 1)
        if found and self.words[j] == "," and any(map(str.islower, self.words[found[0] : found[1] + 1])):
            last = next(n for n in range(j + 1, self.high + 1) if not self.cap[n])
            ends = not self.is_word[last] or lows[last] in ("who", "of", "in")
            if ends and (last > j + 2 or lows[j + 1] in GIVEN or self.cast.find([self.words[j + 1]])):
                return self._mention(j + 1, last - 1) or found
        return found

    def _skip(self, i: int) -> int:
        """Return the last token up to `i` that is no adverb, helper or time."""
        between = (n for n in range(i, -2, -1) if self.lows[n] not in SPEECH["between"])
        return next((n for n in between if self.cap[n] or not _ADVERB(self.lows[n])), i)

    def subject(self, verb: int, low: int = 0) -> Phrase | None:
        """Return who does what token `verb` says; `low`: where its clause can begin at the earliest."""
        i = self._skip(verb - 1 - self.words[verb - 1].isdigit())
        if self.words[i] == ")":
            i = max((n for n in range(low, i) if self.words[n] == "("), default=low) - 1
        word, joined = self.lows[i], {"then", "later"} & {*self.lows[i + 1 : verb]}
        if word in ("who", "which", "that") and i > low:
            means = self.ends_at if word == "which" else self._antecedent
            return means(i - 1 - (self.words[i - 1] in ",—–"))
        if word in ("and", "but", "then", "to", "or") or (joined and word == ","):
            return self.main_subject(low)
        if word not in ",—–":
            return self.ends_at(i)
        parts = self._parts(i - 1)
        if len(parts) > 1 and self._named(*parts[-1]) and not self._named(*parts[-2]):
            return self._mention(*parts[-1])  # her lawyer, Ann Lee, said
        return self._beside_commas(parts)

    def _antecedent(self, i: int) -> Phrase | None:
        """Return whom 'who' means: in 'Lee, 43, who' Lee, in 'sentenced by a judge who' the judge."""
        parts = self._parts(i)
        links = [n for n in range(parts[-1][0], i) if self.lows[n] in PREPOSITIONS - {"of"}] if parts else []
        agents = [n for n in links if self.lows[n] == "by" or self._named(n + 1, i)]
        return self._mention(agents[-1] + 1, i) if agents else self._beside_commas(parts)

    def _parts(self, i: int) -> list[Phrase]:
        """Return the stretches between commas up to token `i`, back to a mark that ends a clause."""
        inside = (n for n in range(i, -2, -1) if not self.is_word[n] and self.words[n] not in ",—–()&$£%/")
        start = next(inside)
        marks = [n for n in range(start + 1, i + 1) if self.words[n] in ",—–()"]
        return [(a + 1, b - 1) for a, b in pairwise([start, *marks, i + 1]) if b - a > 1]

    def _beside(self, before: Phrase, part: Phrase) -> bool:
        """Tell whether a stretch between commas stands beside a name: an age, a trade, a home town."""
        first, last = part
        town = first == last and PATTERNS["town"].search(" ".join(self.words[before[0] : before[1] + 1]))
        added = self.lows[first] in SPEECH["parties"] or PATTERNS["postnominal"].match(self.words[first])
        joins = self.lows[first] == "and" and self.cap[first + 1]
        subject = joins or self.lows[first] in SUBJECTS - {"who"}
        return bool(town) or (not subject and (not self.cap[first] or bool(added)))

    def _named(self, first: int, last: int) -> bool:
        """Tell whether a stretch is a person's name, or that with a trade: 'the importer Ann Lee'."""
        while first < last and not self.cap[first] and self.lows[first] not in PREPOSITIONS | SUBJECTS:
            first += 1
        words = self.words[first : last + 1]
        person = self.cast.find(words[people.strip_roles(words) :])
        return person is not None and person.human and self.lows[first] not in PREPOSITIONS

    def _beside_commas(self, parts: list[Phrase]) -> Phrase | None:
        """Return the last noun phrase that does not just stand beside another: [Ann Lee], 43, of Leeds,."""
        k = next((n for n in range(len(parts) - 1, 0, -1) if not self._beside(*parts[n - 1 : n + 1])), 0)
        return self.ends_at(self._skip(parts[k][1])) if parts else None

    def main_subject(self, low: int = 0) -> Phrase | None:
        """Return the first noun phrase that no preposition leads: what the sentence is about."""
        lows, high = self.lows, self.high
        i = next((n for n in range(low, high) if self.is_word[n] and lows[n] not in SPEECH["joining"]), high)
        participle = self.cap[i] and lows[i].endswith(("ing", "ed")) and lows[i] not in SPEECH["ambiguous"]
        how = _ADVERB(lows[i]) and not self.cap[i + 1] and lows[i + 1] not in SMALL  # 'Visibly upset,'
        if lows[i] in people.OPENING or participle or how:  # 'Asked why,' or 'In London,'
            i = next((n + 1 for n in range(i, min(high, i + 30)) if self.words[n] == ","), i)
        return self.starts_at(i + (lows[i] in BE | SPEECH["helpers"] | {"do"}))  # in a question

    def topic(self) -> Phrase | None:
        """Return whom the sentence is about, where it is a person or body that could speak next."""
        said = (k for k in range(1, self.high) if self.words[k - 1] == "," and self.is_verb(k, SAY))
        who = next(map(self._agent, said), None) or self.main_subject()  # 'Not so, says Lee.'
        return who if who and (self.cap[who[1]] or self.lows[who[0]] in ("he", "she", "they")) else None

    def before_quote(self, at: int) -> Found | None:
        """Return who speaks by the words that lead up to a quotation whose mark is token `at`."""
        words, lows = self.words, self.lows
        for k in range(at - 1, max(0, at - 60) - 1, -1):
            if lows[k - 1 : k + 1] in (["according", "to"], ["words", "of"]):
                return self.starts_at(k + 1), k - 1
            if lows[k] in SPEECH["nouns"] and (who := self._owner(k, at)):
                return who, k
            inner = words[k] in SPEECH["inner"] and any(self.is_verb(n, SAY) for n in range(k))
            aside = words[k] in SPEECH["manner"] - SAY and words[at - 1] not in ",:"
            agreed = lows[k] in ("agreed", "agrees") and lows[k + 1] == "to"
            called = lows[k] == "called" and self.cap[k + 1] and words[k - 1] == words[k + 2] == ","
            if not self.is_verb(k) or inner or aside or agreed or called:  # the lynx, called Lady,
                continue
            who = self._quoted_as(k)
            if not who and lows[k - 1 - lows[k - 1].endswith("ly")] in BE and not words[k].endswith("ing"):
                nearby = (*range(k + 1, min(k + 4, at)), *range(at, min(at + 12, self.high)))
                agents = (self.starts_at(n + 1) for n in nearby if lows[n] == "by")  # was called by Ann Lee
                return next(((agent, k) for agent in agents if agent), None)
            return who or self._agent(k), k
        if words[at - 1] != ":":
            return None
        start = next((k + 1 for k in range(min(at, 3)) if lows[k] == "from"), 0)
        who = self.starts_at(start) if start else self.main_subject()
        if who and who[0] < who[1] == at - 2 and re.fullmatch("[a-z]+(?:s|ed)", words[at - 2]):
            who = self._mention(who[0], who[1] - 1)  # Ann Lee disagrees:
        title = who and who[0] == who[1] != at - 2 and not self.cast.find(words[who[0] : who[0] + 1])
        return (None if title else who, at - 1) if who else None  # Quote of the day:

    def _quoted_as(self, k: int) -> Phrase | None:
        """Return who is quoted in 'TASS quoted Lavrov as saying' and in 'Lavrov was quoted as saying'."""
        if self.lows[k] in ("quoted", "quotes", "cited", "quoting") and "saying" in self.words[k : k + 12]:
            return self.subject(k) if self.lows[k - 1] in BE else self.starts_at(k + 1)
        return None

    def _agent(self, k: int) -> Phrase | None:
        """Return who does the saying of the verb at `k`, before it or after it."""
        words = self.words
        if words[k].endswith("ing") or self.lows[k - 1] in ("to", "by"):
            subjects = (self.subject(n) for n in range(k - 1, -1, -1) if self.is_verb(n))
            return next(filter(None, subjects), None) or self.main_subject()
        who = self.starts_at(k + 1) if words[k - 1] in ",”\"»''’“«" else None
        that = who and (self._acts(who[1] + 1) or self.lows[who[1] + 1] in BE | SPEECH["helpers"])
        if who and not that and (words[k - 1] != "," or (words[who[1] + 1] in ",:." and self.cap[who[1]])):
            return who  # the plan, said Lee, is; but not: said the song took
        return self.subject(k)

    def _owner(self, k: int, at: int) -> Phrase | None:
        """Return whose claim brings in a quotation: 'the president's claim that', 'a claim by her that'."""
        words, lows = self.words, self.lows
        if "that" not in lows[k + 1 : min(at, k + 9)] and lows[at - 1] not in BE | {":"}:
            return None
        agents = (n + 1 for n in range(k + 1, min(at, k + 6)) if lows[n] == "by")
        owners = (n for n in range(k - 1, max(0, k - 4) - 1, -1) if possessive(words[n]))
        return next(map(self.starts_at, agents), None) or next(map(self.ends_at, owners), None)

    def after_quote(self, at: int, complete: bool) -> Found | None:
        """Return who speaks by what follows a quotation; after a `complete` one it may be a new sentence."""
        words, lows, high = self.words, self.lows, self.high
        i = next((n for n in range(at, high) if words[n] not in ",—–-…"), high)
        for n in range(i + 1, min(high - 1, i + 7)) if lows[i] in BE else ():  # “Gutted,” was Lee's verdict
            said = SPEECH["nouns"].intersection(lows[n + 1 : n + 5])
            if said and (possessive(words[n]) or lows[n] in ("his", "her", "their")):
                return self.ends_at(n), n
            if lows[n] in ("of", "from") and lows[n - 1] in SPEECH["nouns"]:  # the verdict of Ann Lee
                return self.starts_at(n + 1), n
        if self.is_verb(i, SPEAK):
            who = self.starts_at(i + 1)
            return (who, i) if who and lows[who[0]] not in ("that", "no", "there") else None
        for k in range(i + 1, min(high, i + 40)):
            if words[k] in ';:“"«``‘':
                break
            if self.is_verb(k, SPEAK if complete else VERBS) and words[k].islower():
                who = self._quoted_as(k) or self.subject(k, i)
                return (who, k) if who else None
        if i > at and words[i - 1] in "—–-" and (complete or words[at - 2] == ","):
            who = self.starts_at(i)  # “…” - Commissioner Dale Orton
            signs = who and (who[1] + 2 >= high or (words[who[1] + 1] in ",(" and high < who[1] + 10))
            return (who, i) if who and signs else None  # - Ann Lee, Leeds
        return None

    def rest(self, at: int) -> Found | None:
        """Return who speaks by the rest of the sentence: 'according to her', 'when it ended, she said'."""
        words, lows, high = self.words, self.lows, self.high
        for k in takewhile(lambda n: words[n] not in ";“«``", range(at, min(high, at + 60))):
            if lows[k : k + 2] in (["according", "to"], ["words", "of"]):
                return self.starts_at(k + 2), k
            ends = not self.is_word[k + 1] or lows[k + 1] in _TAIL
            if ends and k > at + 1 and self.is_verb(k, SAY):
                who = self.subject(k, at)
                if who and "," in words[at : who[0]]:
                    return who, k
        return None
