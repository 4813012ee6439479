"""Who is in an article, and which of them 'he', 'Lee' or 'the mayor' is."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from collections import Counter

from course.analysis.names import (
    CAPITALS,
    GIVEN,
    NAMES,
    PRONOUNS,
    SMALL,
    SPEECH,
    TITLES,
    Person,
    is_body,
    plain,
    possessive,
    pronoun_of,
    roles_beside,
    split_run,
    strip_roles,
)

_STOP = re.compile(
    r"(?<![A-Z])(?<!Mr)(?<!Dr)(?<!Ms)(?<!Mrs)(?<!Sen)(?<!Rep)(?<!Gov)(?<!Rev)[.!?…]+[\"”’'»)]*\s+|\n+"
)
_SOMEONE = re.compile(
    r"((?:The|A|An|His|Her|One|Another) (?:[a-z-]+ ){0,2}?([a-z-]+))\b(?= (?:[a-z]+(?:ed|s) |w|h|sa|t|ca)|,)"
)
_NAMED = re.compile(r", ([A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,2}),")
_POSSESSIVE = frozenset(["the", "his", "her", "their", "its", "this", "that", "our", "my"])
_LIKE_BODY = frozenset(["statement", "company", "agency", "firm", "department", "group"])
_MANY = 200  # mentions looked back over
Mention = tuple[int, Person]


def _place(mention: Mention) -> int:
    return mention[0]


class Cast:
    """The people and bodies of one article. `bare` is its text with the words inside quotations masked."""

    def __init__(self, bare: str) -> None:
        self.bare = bare
        self.starts = [0, *(match.end() for match in _STOP.finditer(bare))]
        self.people: list[Person] = []
        self.body = ""  # the body that spoke last
        self.by_word: dict[str, list[Person]] = {}
        self.mentions: list[Mention] = []
        single: list[tuple[int, str]] = []
        for run in CAPITALS.finditer(bare):
            if len(run[0]) < 120 and (len(run[0]) < 3 or run[0][1:].strip("x.,")):  # no mask of a quotation
                self._read(run, single)
        often = Counter(word for _, word in single)
        for at, word in single:
            person = self.find((word,))
            if person is None and often[word] > 1:
                person = self._add((word,), human=plain(word) in GIVEN)
            if person is not None:
                self.mentions.append((at, person))
        self.mentions.sort(key=_place)

    def _add(self, words: tuple[str, ...], human: bool) -> Person:
        person = Person(words, human)
        self.people.append(person)
        self._index(person)
        return person

    def _index(self, person: Person) -> None:
        for word in person.words:
            known = self.by_word.setdefault(plain(word), [])
            if person not in known[:50]:
                known.append(person)

    def _read(self, run: re.Match[str], single: list[tuple[int, str]]) -> None:
        """Take in a run of capitals: a person, a body, or a word to be settled when all names are known."""
        before, name = split_run(run[0])
        if not name:
            return
        at = run.start() + run[0].rfind(name[0])
        titles = {plain(word) for word in before}
        if is_body(name) or (len(name) > 1 and is_body([*before, *name])):
            if len(name) > 1 or name[-1].isupper():
                person = self.find(tuple(name)) or self._add(tuple(name), human=False)
                self.mentions.append((at, person))
            return
        if len(name) == 1 and not titles & TITLES:
            if self.bare[max(0, at - 4) : at].lower() != "the ":
                single.append((at, name[0]))
            return
        role, roles = roles_beside(self.bare, run.start(), run.end())
        beside = re.compile(r", \d\d|, who| \(").match(self.bare, run.end())
        human = bool(plain(name[0]) in GIVEN or titles & TITLES or role in TITLES or beside)
        person = self.find(tuple(name)) or self._add(tuple(name), human)
        if len(name) > len(person.words) and human >= person.human and set(person.words) <= set(name):
            person.words = tuple(name)
            person.__post_init__()
            self._index(person)
        person.human = person.human or human
        person.learn(titles, roles | {role} - {""})
        self.mentions.append((at, person))

    def find(self, words: tuple[str, ...]) -> Person | None:
        """Return the person of whose name these words are a part, best the last one."""
        keys = [plain(word) for word in words]
        best, most = None, (False, False, 0)
        for person in self.by_word.get(keys[-1], [])[:50]:
            own = [plain(word) for word in person.words]
            rank = (own[-1] == keys[-1], person.human, len(own))
            if (set(keys) <= set(own) or own == keys[-1:]) and (best is None or rank > most):
                best, most = person, rank
        return best

    def add_speaker(self, name: str, at: int) -> None:
        """Remember who spoke, so that 'she' can mean 'a spokeswoman' a sentence later."""
        words = tuple(name.split())
        proper = all(word[0].isupper() for word in words) and plain(words[0]) not in SMALL
        if proper and is_body(words) and (len(words) > 1 or name.isupper()):
            self.body = name
        if person := self.find(words):
            person.human = person.human or not is_body(words)
            insort(self.mentions, (at, person), key=_place)
            return
        noun = plain(re.split(r" (?:of|for|from|at|in|with) ", name)[0].split()[-1])
        many = noun.endswith("s") and words[-1].islower()
        human = noun not in SPEECH["bodies"] | SPEECH["documents"] and not many
        person = Person((name,), human, pronoun_of(noun), {plain(word) for word in words})
        insort(self.mentions, (at, person), key=_place)

    def pronoun(self, word: str, at: int, reach: int = 10) -> Person | None:
        """Return whom 'he', 'she', 'it' or 'they' at `at` means: the first fit in the nearest sentence.

        'who' fits any person.
        """
        sentence = bisect_right(self.starts, at) - 1
        for number in range(sentence, max(-1, sentence - reach), -1):
            low = self.starts[number]
            high = min(at, self.starts[number + 1]) if number + 1 < len(self.starts) else at
            noun = _SOMEONE.match(self.bare, low, high) if word in ("he", "she") else None
            if noun and pronoun_of(noun[2]) == word:
                named = _NAMED.match(self.bare, noun.end())
                return self.role(noun[2], at) or Person(
                    tuple(named[1].split()) if named else (noun[1],), True
                )
            first = bisect_left(self.mentions, low, key=_place)
            last = min(bisect_left(self.mentions, high, key=_place), first + 50)
            here = [person for _, person in self.mentions[first:last]]
            people = [one for one in here if one.human]
            if word in ("it", "they"):
                fits = [one for one in here if not one.human and not one.pronoun] + (
                    people if word == "they" else []
                )
            else:
                fits = [one for one in people if one.pronoun == word]
                fits += [one for one in people if word == "who" or not one.pronoun]
            if fits:
                return fits[0]
        return None

    def role(self, noun: str, at: int | None = None) -> Person | None:
        """Return whom the article calls by this noun: the one named last before `at`, or the first of all."""
        if at is None:
            return next((one for one in self.people[:_MANY] if noun in one.roles), None)
        last = bisect_left(self.mentions, at, key=_place)
        near = self.mentions[max(0, last - _MANY) : last]
        return next((person for _, person in reversed(near) if noun in person.roles), None)

    def resolve(self, text: str, at: int) -> str:
        """Return the fullest name of whoever the words `text` at `at` mean, or the words themselves."""
        words = text.split()
        low = plain(words[0])
        if "and" in words and all(word[0].isupper() or word == "and" for word in words):
            parts = text.removeprefix("Both ").split(" and ")
            return " and ".join(self.resolve(part, at) for part in parts if part.strip())
        person: Person | None = None
        if len(words) == 1 and low in TITLES | PRONOUNS:
            if low in TITLES:
                person = self.role(low, at) or self.role(low)
            elif low not in ("i", "we", "you"):
                person = self.pronoun(low, at)
            if person or low in PRONOUNS:
                return person.name if person else text
        capital = any(word[0].isupper() for word in words[1:]) or low not in SMALL
        if capital and not (low in SMALL and words[-1][0].islower()):
            return self._named(words, at) or text
        return self._nominal(words, at) if low in _POSSESSIVE else text

    def _named(self, words: list[str], at: int) -> str:
        """Return the fullest form of a name in capitals; '' where other words are mixed in."""
        capitals = [word for word in words if plain(word) not in SMALL]
        if not capitals or not all(word[0].isupper() for word in capitals):
            return ""
        name = capitals[strip_roles(capitals) :]
        name[-1] = re.sub(r"['’]s?$", "", name[-1]) or name[-1]
        person = self.find(tuple(name)) if len(name) == 1 or not is_body(name) else None
        if person is None and len(name) == 1 and plain(words[0]) in ("the", "our"):
            person = self.role(plain(name[0]), at)
        return person.name if person else " ".join(capitals if is_body(capitals) else name)

    def _nominal(self, words: list[str], at: int) -> str:
        """Return whom 'the mayor' or 'her lawyer' means, or the words themselves without 'the'."""
        text, low = " ".join(words), plain(words[0])
        core = re.split(r" (?:of|for|from|at|in|with|who) ", text)[0].split()
        noun = plain(core[-1])
        short = len(core) < 5
        person = self.role(noun, at) if short else None
        if person is None and low == "the" and noun in _LIKE_BODY:
            near = self.pronoun("it", at, 2)
            if (
                near
                and noun != "statement"
                and plain(near.words[-1]) in SPEECH["bodies"] | NAMES["not_people"]
            ):
                return near.name
            if self.body:
                return self.body
        single = not noun.endswith("s") or noun.endswith("ss")
        if (
            person is None
            and low in ("the", "this")
            and core == words
            and single
            and not noun.startswith("spokes")
        ):
            thing = any(map(possessive, core[1:])) or noun in SPEECH["bodies"] | SPEECH["documents"]
            person = None if thing else self.pronoun(pronoun_of(noun) or "who", at, 3)
        person = person or (self.role(noun) if short else None)
        if person:
            return person.name
        return (text[4:] if low == "the" else "") or text
