"""Which of the people in an article 'he', 'Lee' or 'the mayor' is."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Set

from course.analysis.quotations.names import (
    PRONOUNS,
    SMALL,
    SPEECH,
    TITLES,
    Person,
    Register,
    head_of,
    is_body,
    place,
    plain,
    possessive,
    pronoun_of,
    strip_roles,
)

_STOP = re.compile(
    r"[.!?…](?<![A-Z]\.)(?<!Mr\.)(?<!Dr\.)(?<!Ms\.)(?<!Mrs\.)(?<!Sen\.)(?<!Rep\.)(?<!Gov\.)(?<!Rev\.)"
    r"[.!?…]*[\"”’'»)]*\s+|\n+"
)
_SOMEONE = re.compile(
    r"((?:The|A|An|His|Her|One|Another) (?:[a-z-]+ ){0,2}?([a-z-]+))\b(?= (?:[a-z]+(?:ed|s)\b|w|h|sa|t|ca)|,)"
)
_NAMED = re.compile(r", ([A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,2}),")
_PEOPLE = re.compile(r"(?:er|or|ist|ian|man|mother|father|judge|teenager|mayor)$")
_POSSESSIVE = frozenset(["the", "his", "her", "their", "its", "this", "that", "our", "my"])
_LIKE_BODY = frozenset(["statement", "company", "agency", "firm", "department", "group"])
_MANY = 200  # mentions looked back over
_SUBJECT = {"his": "he", "him": "he", "her": "she", "their": "they", "them": "they"}


class Cast(Register):
    """The people and bodies of one article, with whoever spoke so far."""

    def __init__(self, bare: str) -> None:
        super().__init__(bare)
        self.starts = [0, *(match.end() for match in _STOP.finditer(bare))]
        self.body = ""  # the body that spoke last

    def add_speaker(self, name: str, at: int) -> None:
        """Remember who spoke, so that 'she' can mean 'a spokeswoman' a sentence later."""
        words = tuple(name.split())
        if name[0].isupper() and is_body(words) and words[-1][0].isupper():
            self.body = name
        person = self.find(words) if name[0].isupper() and plain(words[0]) not in SMALL else None
        if person:
            person.human = person.human or not is_body(words)
        else:
            core = head_of(name)
            noun = plain(core[-1])
            many = noun.endswith("s") and words[-1].islower()
            human = noun not in SPEECH["bodies"] | SPEECH["documents"] and not many
            roles = {plain(word) for word in core if not possessive(word)}
            person = Person((name,), human, not human, pronoun_of(noun), roles)
        insort(self.mentions, (at, person), key=place)

    def _between(self, low: int, high: int, most: int) -> list[tuple[int, Person]]:
        first = bisect_left(self.mentions, low, key=place)
        return self.mentions[first : min(bisect_left(self.mentions, high, key=place), first + most)]

    def pronoun(self, word: str, at: int, reach: int = 10) -> Person | None:
        """Return whom 'he', 'she', 'it' or 'they' at `at` means: the first fit in the nearest sentence.

        'who' fits any person.
        """
        sentence = bisect_right(self.starts, at) - 1
        other = {"he": "his ", "she": "her "}.get(word, "their ")  # 'she' is not 'her publisher'
        for number in range(sentence, max(-1, sentence - reach), -1):
            low = self.starts[number]
            high = min(at, self.starts[number + 1]) if number + 1 < len(self.starts) else at
            noun = _SOMEONE.match(self.bare, low, high) if word in ("he", "she") else None
            if noun and pronoun_of(noun[2]) == word:
                named = _NAMED.match(self.bare, noun.end())
                words = tuple(named[1].split()) if named else (noun[1],)
                return self.role(noun[2], at) or Person(words, True)
            near = sorted(self._between(low, high, 50), key=lambda one: one[0] in self.owners)
            here = [person for _, person in near if not person.words[0].startswith(other)]
            people = [one for one in here if one.human]
            people += [one for start, one in near[:1] if start - low < 3 and not one.body and one.words[1:]]
            if word in ("it", "they"):
                fits = [one for one in here if not one.human and not one.pronoun]
                fits += people if word == "they" else []
            else:
                fits = [one for one in people if one.pronoun == word]
                fits += [one for one in people if word == "who" or not one.pronoun]
            if fits:
                return fits[0]
        return None

    def _introduced(self, noun: str, at: int) -> Person | None:
        """Return whom a story names next, whose first sentence said 'a bus driver' or 'the mother of two'."""
        if not _PEOPLE.search(noun) or any(one.human for _, one in self._between(0, at, 50)):
            return None
        number = bisect_right(self.starts, at)
        low, _, high = [*self.starts[number : number + 3], *[len(self.bare)] * 3][:3]
        fits = ("", pronoun_of(noun) or "he", pronoun_of(noun) or "she")
        near = [
            one
            for _, one in self._between(low, high, 10)
            if not one.body and (one.human or one.words[1:]) and one.pronoun in fits
        ]
        return self.role(noun) or next(iter(near), None)

    def role(self, noun: str, at: int | None = None, beside: Set[str] = frozenset()) -> Person | None:
        """Return whom the article calls by this noun: the one named last before `at`, or the first of all.

        `beside`: the words before the noun, which a person known by no name must have too.
        """
        near = self.people[:_MANY]
        if at is not None:
            last = bisect_left(self.mentions, at, key=place)
            near = [one for _, one in reversed(self.mentions[max(0, last - _MANY) : last])]
        fits = (one for one in near if noun in one.roles and (" " not in one.words[0] or beside <= one.roles))
        return next(fits, None)

    def resolve(self, text: str, at: int) -> str | None:
        """Return the fullest name of whoever the words `text` at `at` mean, or the words themselves.

        None where they are a pronoun that could be anybody.
        """
        text = _SUBJECT.get(text.lower(), text)
        words = text.split()
        low = plain(words[0])
        if "and" in words and all(word[0].isupper() or word == "and" for word in words):
            parts = text.removeprefix("Both ").split(" and ")
            return " and ".join(filter(None, (self.resolve(part, at) for part in parts if part.strip())))
        person: Person | None = None
        if len(words) == 1 and low in TITLES:
            person = self.role(low, at) or self.role(low)
        elif len(words) == 1 and low in PRONOUNS - {"i", "we", "you"}:
            person = self.pronoun(low, at)
        elif low in ("a", "an", "the") and head_of(text)[-1].islower():
            person = self._introduced(plain(head_of(text)[-1]), at)
        if person or text.lower() in PRONOUNS:
            return person.name if person else None
        if words[-1][0].isupper() or low not in SMALL:
            return self._named(words, at) or text
        return self._nominal(words, at) if low in _POSSESSIVE else text

    def _named(self, words: list[str], at: int) -> str:
        """Return the fullest form of a name in capitals; '' where other words are mixed in."""
        particles = SPEECH["particles"]
        words = [word for word in words if plain(word) not in SMALL or plain(word) in particles]
        if not words or not all(word[0].isupper() or plain(word) in particles for word in words):
            return ""
        name = words[strip_roles(words) :]
        name[-1] = re.sub(r"['’]s?$", "", name[-1]) or name[-1]
        person = self.find(tuple(name)) if len(name) == 1 or not is_body(name) else None
        return person.name if person else " ".join(words if is_body(words) else name)

    def _nominal(self, words: list[str], at: int) -> str:
        """Return whom 'the mayor' or 'her lawyer' means, or the words themselves without 'the'."""
        text, low = " ".join(words), plain(words[0])
        core = head_of(text)
        noun = plain(core[-1])
        person = self.role(noun, at, {*map(plain, core[1:-1])})
        if person is None and low == "the" and noun in _LIKE_BODY:
            near = self.pronoun("it", at, 2)
            near = near if near and near.body and near.words[1:] else None
            if near or self.body:
                return near.name if near else self.body
        one = low in ("the", "this") and core == words and (not noun.endswith("s") or noun.endswith("ss"))
        thing = any(map(possessive, core[1:])) or noun in SPEECH["bodies"] | SPEECH["documents"]
        if person is None and one and not thing and not noun.startswith("spokes"):
            person = self.pronoun(pronoun_of(noun) or "who", at, 3)
        person = person or self.role(noun)
        return person.name if person else text.removeprefix("the ") or text
