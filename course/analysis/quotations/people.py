"""The words by which the rules read (in .toml files), and the people and bodies that they name in an article.

A person whom no title, trade or listed given name calls he or she has no pronoun here, and fits both.
"""

import re
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from itertools import dropwhile
from math import inf
from pathlib import Path

from course.analysis.quotations.signs import read_patterns
from course.corpus.case import read_toml

HERE = Path(__file__).parent
NAMES = {name: frozenset(words.split()) for name, words in read_toml(HERE / "names.toml").items()}
SPEECH = {name: frozenset(words.split()) for name, words in read_toml(HERE / "speech.toml").items()}
PATTERNS = read_patterns("patterns.toml")
GIVEN = NAMES["he"] | NAMES["she"] | NAMES["either"]
WHOLE = dict(pair.split("=") for pair in NAMES["short"])  # gov=governor
TITLES = NAMES["title_he"] | NAMES["title_she"] | NAMES["title_any"]
SMALL = SPEECH["determiners"] | SPEECH["boundary"] | SPEECH["prepositions"] | SPEECH["small"]
_QUALITIES, _THINGS = SPEECH["qualities"] | NAMES["offices"], SPEECH["bodies"] | SPEECH["documents"]
OPENING = SPEECH["boundary"] | SPEECH["prepositions"] | {"asked", "speaking", "told", "according"}
_SUBJECT = {"his": "he", "him": "he", "her": "she", "their": "they", "them": "they"}


def plain(word: str) -> str:
    """Return a word in small letters without its point or possessive ending."""
    return word.lower().replace("’", "'").removesuffix("'s").rstrip(".'")


def possessive(word: str) -> bool:
    """Tell whether a word ends as a possessive does."""
    return word.endswith(("’s", "'s", "s’", "s'"))


def pronoun_of(noun: str) -> str:
    """Return 'he' or 'she' for a noun that says so, such as spokeswoman, and '' for any other."""
    return next((pronoun for pronoun in ("she", "he") if PATTERNS[pronoun].search(noun)), "")


def head_of(text: str) -> list[str]:
    """Return the words of a noun phrase without what a preposition adds: the head [of the school]."""
    return PATTERNS["added"].split(text)[0].split()


def strip_roles(words: Sequence[str]) -> int:
    """Return how many words at the front of a run of capitals are titles or offices, not name."""
    cut = 0
    for number, word in enumerate(words[:-1]):
        if (number > cut and plain(words[number - 1]) in GIVEN) or (len(words) == 2 and plain(word) in GIVEN):
            break  # Martin Luther King Jr. is no king, Dean Fisk no dean
        if plain(word) in TITLES or (cut == number and plain(word) in NAMES["offices"] | SMALL):
            cut = number + 1
    office = plain(words[-1]) in TITLES or is_body(words[-1:])  # the Prime Minister, the European Commission
    return 0 if office and cut == len(words) - 1 and plain(words[cut - 1]) not in TITLES else cut


def is_body(words: Sequence[str]) -> bool:
    """Tell whether words in capitals name a body or place: one of them says so."""
    given = len(words) > 1 and plain(words[0]) in GIVEN  # Bill Lee is no bill
    acronym = "".join(words).isupper() and len(words[0]) > 1  # or the place of a dateline
    told = any(plain(word) in NAMES["not_people"] for word in words[given:])
    return told or acronym or plain(words[0]) in NAMES["places"] or plain(words[-1]) in SPEECH["bodies"]


def split_run(run: str) -> tuple[list[str], list[str]]:
    """Return the titles and the name in a run of capitals; 'Fiji's Josefa Vuli' is Josefa Vuli.

    >>> split_run("The White House Press Secretary Ann Lee’s")
    (['White', 'House', 'Press', 'Secretary'], ['Ann', 'Lee'])
    >>> split_run("Sacristan Bridget Lee")
    (['Sacristan'], ['Bridget', 'Lee'])
    """
    words = [*dropwhile(lambda word: plain(word) in SMALL, run.split())]
    if not words:
        return [], []
    cut = strip_roles(words)
    if not (plain(words[cut]) in GIVEN or "." in words[cut] or is_body(words[cut:])):
        named = len(words) > cut + 2 and plain(words[cut + 1]) not in SPEECH["particles"]  # no Wouter De Smet
        trade = cut + (named and PATTERNS["people"].search(words[cut]) is not None)
        cut = next((i for i in range(cut + 1, len(words) - 1) if plain(words[i]) in GIVEN), trade)
    name = words[cut:]
    name = name[next((n for n, word in enumerate(name[:-1], 1) if possessive(word)), 0) :]
    return words[:cut], [*name[:-1], re.sub(r"(?:['’]s?|\.)$", "", name[-1]) or name[-1]]


@dataclass(slots=True, eq=False)
class Person:
    """Someone or some body the article names: the fullest name, and its words, plain."""

    name: str
    keys: list[str]
    human: bool
    pronoun: str = ""  # 'he', 'she' or not known
    roles: set[str] = field(default_factory=set)


class Cast:
    """The people and bodies of one article (its quotations masked), and whoever spoke so far."""

    def __init__(self, bare: str) -> None:
        self.bare = bare
        self.starts = [0, *(match.end() for match in PATTERNS["stop"].finditer(bare))]  # of sentences
        self.people: list[Person] = []
        self.mentions: list[tuple[int, Person]] = []
        self.owners: set[int] = set()  # mentions that only say whose something is: [Lee]'s lawyer
        self.body = ""  # the body that spoke last
        self.last: Person | None = None  # who spoke last
        single: list[tuple[int, str, re.Match[str]]] = []  # to be settled when all names are known
        for run in PATTERNS["capitals"].finditer(bare):
            before, name = split_run(run[0])
            if not name or (len(run[0]) > 2 and not run[0][1:].strip("x.,")):  # the mask of a quotation
                continue
            at = run.start() + run[0].rfind(name[0])
            if possessive(run[0]):
                self.owners.add(at)
            titles = {word for one in map(plain, before) for word in (one, WHOLE.get(one, one))}
            if is_body(name) and not titles & (SPEECH["courtesy"] | WHOLE.keys()):  # but Mr Hall, Gov. Lane
                if len(name) > 1 or name[0].isupper():
                    self._add(at, name, human=False)
            elif len(name) > 1 or titles & (SPEECH["courtesy"] if plain(name[0]) in TITLES else TITLES):
                self._add_person(run, at, name, titles)
            elif not titles & TITLES and bare[max(0, at - 4) : at].lower() != "the ":
                single.append((at, name[0], run))
        often = Counter(word for _, word, _ in single)
        for at, word, run in single:
            # his wife, Carol, did not
            apart = plain(word) in GIVEN and bare.endswith(", ", 0, at)
            if self.find([word]) or often[word] > 1 or apart or PATTERNS["known"].match(bare, at):
                self._add_person(run, at, [word], set())
        self.mentions.sort(key=lambda mention: mention[0])

    def _add(self, at: int, name: Sequence[str], human: bool) -> Person:
        """Take in a mention; of several names of one person the fullest stays."""
        person = self.find(name)
        keys = [*map(plain, name)]
        if person is None:
            pronoun = next((one for one in ("he", "she") if keys[0] in NAMES[one]), "")
            self.people.append(person := Person(" ".join(name), keys, human, pronoun))
        elif set(person.keys) < set(keys) and human >= person.human:
            person.name, person.keys = " ".join(name), keys
        self.mentions.append((at, person))
        return person

    def _add_person(self, run: re.Match[str], at: int, name: Sequence[str], titles: set[str]) -> None:
        """Take in a person, the titles before the name and what stands beside it: 'Ann Lee, a farmer,'."""
        before = PATTERNS["role_before"].search(self.bare, max(0, run.start() - 40), run.start())
        after = PATTERNS["role_after"].match(self.bare, run.end(), run.end() + 90)
        beside = PATTERNS["human"].match(self.bare, run.end(), run.end() + 200)
        role = before[1] if before else ""
        trade = role not in SMALL and (role in TITLES or PATTERNS["people"].search(role) or pronoun_of(role))
        roles = f"{role} {after[1] if after else ''}".split()
        human = bool({*titles, plain(name[-1])} & TITLES or plain(name[0]) in GIVEN or beside or trade)
        title = next((one for one in ("he", "she") if titles & NAMES[f"title_{one}"]), "")
        known = self.find(name)
        if title and known and known.pronoun not in ("", title):  # Mrs Briggs is not Nathan Briggs
            name = [self.bare[run.start() : at].split()[-1], *name]
        person = self._add(at, name, human)
        person.human = person.human or human
        person.roles |= titles | {plain(word) for word in roles if not possessive(word)} - SPEECH["bodies"]
        called = [title, person.pronoun, beside and beside["pronoun"], *map(pronoun_of, sorted(person.roles))]
        person.pronoun = next(filter(None, called), "")

    def find(self, words: Sequence[str]) -> Person | None:
        """Return the person of whose name these words are a part; of two of one surname neither."""
        keys = [plain(word) for word in words]
        fits = [one for one in self.people if set(keys).issubset(one.keys) or one.keys == keys[-1:]]
        called = [one for one in self.people if keys[-1] in TITLES and {*keys} <= one.roles]
        fits = called if len(called) == 1 else fits  # the Prime Minister
        alike = [one for one in fits if one.keys[-1:] == keys and not is_body(one.name.split())]
        if len(alike) > 1:
            return next((one for one in alike if one.keys == keys), None)
        return max(fits, key=lambda one: (one.keys[-1] == keys[-1], one.human, len(one.keys)), default=None)

    def add_speaker(self, name: str, at: int) -> None:
        """Remember who spoke, so that 'she' can mean 'a spokeswoman' a sentence later."""
        words = name.split()
        if name[0].isupper() and plain(words[0]) not in SMALL and is_body(words):
            self.body = name
        if person := self.find(words):
            person.human = person.human or not (is_body(words) or self.bare[at : at + 3].lower() == "it ")
        else:
            core = head_of(name)
            noun = plain(core[-1])
            human = noun not in _THINGS and not (noun.endswith("s") and words[-1].islower())
            person = Person(name, [noun], human, pronoun_of(noun), {*map(plain, core)})
        self.last = person
        insort(self.mentions, (at, person), key=lambda mention: mention[0])

    def _between(self, low: int, high: float) -> list[tuple[int, Person]]:
        first, last = (bisect_left(self.mentions, at, key=lambda mention: mention[0]) for at in (low, high))
        return self.mentions[first:last]

    def _pronoun(self, word: str, at: int) -> Person | None:
        """Return whom 'he', 'she', 'it' or 'they' at `at` means: the first fit in the nearest sentence."""
        sentence = bisect_right(self.starts, at) - 1
        other = {"he": "his ", "she": "her "}.get(word, "their ")  # 'she' is not 'her publisher'
        for number in range(sentence, max(-1, sentence - 10), -1):
            led = PATTERNS["dateline"].match(self.bare, self.starts[number])
            low = led.end() if led else self.starts[number]
            high = min([at, *self.starts[number + 1 : number + 2]])
            noun = PATTERNS["someone"].match(self.bare, low, high)
            person = self.role(noun[2], at) if noun else None
            told = person and person.pronoun in (word, "") and not self._between(low, high)
            if noun and not noun[0].lower().startswith(other) and (told or pronoun_of(noun[2]) == word):
                return person or Person(noun[1] + (noun[3] or ""), [], True)
            near = sorted(self._between(low, high), key=lambda one: one[0] in self.owners)
            here = [person for _, person in near if not person.name.startswith(other)]
            strangers = {one for one in here if one.keys[1:] and not (one.human or is_body(one.name.split()))}
            people = [one for one in here if one.human]
            people += [one for start, one in near[:1] if start - low < 3 and one in strangers]
            spoke = [one for one in here if one is self.last and one.human == (word == "they")]
            bodies = [one for one in here if not one.human and not one.pronoun]
            fits = [one for kind in (word, "") for one in people if one.pronoun == kind]
            fits = {"it": spoke or bodies, "they": spoke}.get(word, fits)
            if fits or (strangers and word in ("he", "she")):
                pair = PATTERNS["joined"].match(self.bare, near[0][0])  # neither is the subject alone
                opening = plain(self.bare[low:high].partition(" ")[0]) in OPENING
                subject = None if pair or opening else near[0][1]
                return fits[0] if fits and (len({*fits} | strangers) == 1 or fits[0] is subject) else None
        return None

    def _introduced(self, noun: str, at: int) -> Person | None:
        """Return whom a story names next, whose first sentence said 'a bus driver' or 'the mother of two'."""
        known = any(one.human for _, one in self._between(0, at))
        if known or noun in _THINGS or not PATTERNS["people"].search(noun):
            return None
        low, _, high = [*self.starts[bisect_right(self.starts, at) :][:3], *[len(self.bare)] * 3][:3]
        near = [one for _, one in self._between(low, high) if one.human or one.keys[1:]]
        near = [one for one in near if not one.roles & TITLES - SPEECH["courtesy"]]
        fits = (one for one in near if one.pronoun in ("", pronoun_of(noun) or one.pronoun))
        return self.role(noun) or next(fits, None)

    def role(self, noun: str, at: float = inf, beside: Set[str] = frozenset()) -> Person | None:
        """Return whom the article calls so up to `at`, if it is one: the fire chief is no police chief."""
        called = {one for _, one in self._between(0, at) if noun in one.roles}
        alike = {one for one in called if beside & one.roles} or (called if beside <= _QUALITIES else set())
        return self.last if self.last in alike else alike.pop() if len(alike) == 1 else None

    def resolve(self, text: str, at: int) -> str | None:
        """Return the fullest name of whoever the words `text` at `at` mean, or the words; None if unsure."""
        text = _SUBJECT.get(text.lower(), text)
        words = text.split()
        low = plain(words[0])
        if "and" in words and all(word[0].isupper() or word == "and" for word in words):
            parts = text.removeprefix("Both ").split(" and ")
            return " and ".join(filter(None, (self.resolve(part, at) for part in parts if part.strip())))
        if text.lower() in SPEECH["pronouns"] or words[-1].lower() in SPEECH["meant"]:  # one of them
            person = self._pronoun(low, at) if low in ("he", "she", "it", "they") else None
            return person.name if person else None
        person = self.role(low) if len(words) == 1 and low in TITLES else None
        if text.startswith(("a ", "an ", "A ", "An ", "The ")) and head_of(text)[-1].islower():
            person = self._introduced(plain(head_of(text)[-1]), at)
        if person or len(text) == 1:  # the Q of an interview
            return person.name if person else None
        if words[-1][0].isupper() or low not in SMALL:
            the = self.bare.startswith(("the ", "The "), max(0, at - 4))
            if the and len(words) == 1 and low in _QUALITIES and not is_body(words):
                return None  # the Italian
            body = is_body(words) and (len(words) == 1 or not text.islower())  # no 'rail firm' of a headline
            vague = words[-1].islower() and not (words[-1].endswith("s") or body)
            return self._named(words) or (None if vague and words[-1] not in SPEECH["documents"] else text)
        return self._described(words, at) if low in SPEECH["owning"] else text

    def _named(self, words: list[str]) -> str:
        """Return the fullest form of a name in capitals; '' where other words are mixed in."""
        whole = " ".join(dropwhile(lambda word: plain(word) in SMALL, words))
        words = [word for word in words if plain(word) not in SMALL]
        if not words or not all(word[0].isupper() or plain(word) in SPEECH["particles"] for word in words):
            return ""
        name = split_run(" ".join(words))[1] or words
        person = self.find(words) or (self.find(name) if len(name) == 1 or not is_body(name) else None)
        return person.name if person else (whole if is_body(words) else " ".join(name))

    def _described(self, words: list[str], at: int) -> str | None:
        """Return whom 'the mayor' or 'her lawyer' means, or the words themselves without 'the'."""
        text, the = " ".join(words), plain(words[0]) == "the"
        core = head_of(text)
        noun = plain(core[-1])
        known = any(one.human and one.name[0].isupper() for start, one in self.mentions if start < at)
        person = self.role(noun, at if known else inf, {*map(plain, core[1:-1])})
        if not person and self.last and self.last.human and noun in SPEECH["heads"]:
            person = self.last  # a story need not say of which country the president is
        if person or (the and noun in SPEECH["like_body"]):
            return person.name if person else self.body or None
        if the and known and noun not in _THINGS and not re.search("[^s]s$", noun):
            unnamed = rf"\b(?:[Aa]n?|[Oo]ne|[Aa]nother|[Tt]he [\w-]+) (?:[\w-]+ )?{re.escape(noun)}\b"
            if not re.search(unnamed, self.bare[max(0, at - 3_000) : at]):
                return None  # another word for somebody, but for whom
        owned = plain(words[0]) in _SUBJECT and (len(words) > 2 or (known and pronoun_of(noun)))
        return None if owned else text.removeprefix("the ")  # her daughter
