"""Who is in an article: names, what they are called, and which of them 'he' or 'the mayor' is.

Rules over capitals, titles and word lists (names.toml, speech.toml). They read what the text says of a person, no more.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path


def read_words(file: str) -> dict[str, frozenset[str]]:
    """Return the lists of words in one of the TOML files beside this module."""
    text = Path(__file__).with_name(file).read_text(encoding="utf-8")
    return {name: frozenset(words.split()) for name, words in tomllib.loads(text).items()}


NAMES, SPEECH = read_words("names.toml"), read_words("speech.toml")
TITLES = NAMES["title_he"] | NAMES["title_she"] | NAMES["title_any"]
GIVEN = NAMES["he"] | NAMES["she"] | NAMES["either"]
COURTESY = frozenset("mr mrs ms miss dr sir dame prof professor lord lady sister".split())
PARTICLES = frozenset("de da del della van von der den bin ibn al la le el di dos du ten ter y".split())
PRONOUNS = frozenset("he she they it i we who you".split())
SMALL = (
    SPEECH["determiners"] | SPEECH["boundary"] | SPEECH["prepositions"] | PRONOUNS
    | frozenset("his her their its there here yes no well oh now then asked told speaking according".split())
)  # fmt: skip
_RUN = re.compile(
    r"WORD(?:[ \t]+(?:(?:de|da|del|van|von|der|den|bin|al|la|le|el|di|dos|du)[ \t]+){0,2}WORD)*".replace(
        "WORD",
        r"(?:(?:[A-Z]\.)+(?!\w)|(?:Mrs?|Ms|Dr|Prof|Rev|Hon|St|Sen|Rep|Gov|Gen|Col|Capt|Lt|Sgt|Supt|Det|Cllr|Saml)\."
        r"|[A-ZÀ-Þ][\w’'&-]*(?:\.[A-Z]\.?)*)",
    )
)
_STOP = re.compile(
    r"(?<![A-Z])(?<!Mr)(?<!Dr)(?<!Ms)(?<!Mrs)(?<!Sen)(?<!Rep)(?<!Gov)(?<!Rev)[.!?…]+[\"”’'»)]*\s+|\n+"
)
_ROLE_BEFORE = re.compile(r"([a-z][\w-]*(?: [a-z][\w-]*){0,2}),? $")
_ROLE_AFTER = re.compile(
    r",(?: |(?= ))(?:\d\d,? )?((?:(?!who |which )[\w’'-]+ ){0,7}?[\w’'-]+)(?=[,.;:)—–]| (?:of|for|at|in|from|who|and|to) )"
)
_HE = re.compile(r"(?:man|boy|father|husband|son|brother|actor|king|uncle|grandfather|widower|lad|curate)$")
_SOMEONE = re.compile(
    r"((?:The|A|An|His|Her|One|Another) (?:[a-z-]+ ){0,2}?([a-z-]+))\b(?= [a-z]+ed | w| h| [a-z]+s | sa| t| ca|,)"
)
_SHE = re.compile(
    r"(?:woman|girl|mother|wife|daughter|sister|actress|queen|aunt|grandmother|widow|mum|mom|waitress)$"
)


@lru_cache(maxsize=20_000)
def plain(word: str) -> str:
    """Return a word in small letters without its point or possessive ending."""
    word = word.lower().replace("’", "'")
    return word.removesuffix("'s").rstrip(".'")


@dataclass(slots=True)
class Person:
    """Someone or some body the article names; `words` are those of the fullest name."""

    words: tuple[str, ...]
    name: str
    human: bool
    gender: str = ""  # 'he', 'she' or not known
    roles: set[str] = field(default_factory=set)


def strip_roles(words: list[str]) -> int:
    """Return how many words at the front of a run of capitals are titles or offices, not name."""
    cut = 0
    for number, word in enumerate(words[:-1]):
        if plain(word) in TITLES or (cut == number and (plain(word) in NAMES["offices"] | SMALL)):
            cut = number + 1
    return cut


def is_body(words: Iterable[str]) -> bool:
    """Tell whether words in capitals name a body or place: one of them says so."""
    *_, last = words = list(words)
    return (
        any(plain(word) in NAMES["not_people"] for word in words)
        or plain(last) in SPEECH["bodies"]
        or (last.isupper() and len(last) > 1 and len(words) == 1)
    )


class Cast:
    """The people and bodies of one article. `bare` is its text with the words inside quotations masked."""

    def __init__(self, bare: str) -> None:
        self.bare = bare
        self.starts = [0, *(match.end() for match in _STOP.finditer(bare))]
        self.people: list[Person] = []
        self.body = ""  # the body that spoke last
        self.by_word: dict[str, list[Person]] = {}
        self.mentions: list[tuple[int, int, Person]] = []  # position, tie-break, who
        later: list[tuple[int, str]] = []
        for run in _RUN.finditer(bare):
            self._read(run, later)
        often = Counter(word for _, word in later)
        for at, word in later:
            person = self.find((word,))
            if person is None and often[word] > 1:
                person = self._add((word,), word, human=plain(word) in GIVEN)
            if person is not None:
                self.mentions.append((at, id(person), person))
        self.mentions.sort(key=lambda one: one[0])

    def _add(self, words: tuple[str, ...], name: str, human: bool) -> Person:
        person = Person(words, name, human)
        for gender in ("he", "she"):
            if plain(words[0]) in NAMES[gender]:
                person.gender = gender
        self.people.append(person)
        for word in words:
            self.by_word.setdefault(plain(word), []).append(person)
        return person

    def _read(self, run: re.Match[str], later: list[tuple[int, str]]) -> None:
        words = run[0].split()
        if len(run[0]) > 120 or (len(run[0]) > 2 and not run[0][1:].strip("x.,")):
            return  # no name: the mask of a quotation
        skip = 0
        while skip < len(words) and plain(words[skip]) in SMALL:
            skip += 1
        words = words[skip:]
        if not words:
            return
        cut = strip_roles(words)
        name = [word for word in words[cut:]]
        for number, word in enumerate(name[:-1]):  # a possessive ends one name: Fiji's Josefa Vuli
            if word.lower().endswith(("’s", "'s", "s’")):
                name = name[number + 1 :]
                break
        name[-1] = re.sub(r"(?:['’]s?|\.)$", "", name[-1]) or name[-1]
        at = run.end() - len(run[0]) + run[0].rfind(name[0])
        titles = {plain(word) for word in words[:cut]}
        if len(name) > 1 and is_body(words[cut:]) or is_body(name):
            if len(name) > 1 or name[-1].isupper():
                person = self.find(tuple(name)) or self._add(tuple(name), " ".join(name), human=False)
                self.mentions.append((at, id(person), person))
            return
        before = _ROLE_BEFORE.search(self.bare, max(0, run.start() - 40), run.start())
        role = before[1].split()[-1] if before else ""
        known = plain(name[0]) in GIVEN
        if len(name) == 1 and not titles & TITLES:
            if self.bare[max(0, at - 4) : at].lower() != "the ":
                later.append((at, name[0]))
            return
        after = self.bare[run.end() : run.end() + 6]
        human = bool(known or titles & TITLES or role in TITLES or re.match(r", \d\d|, who| \(", after))
        found = self.find(tuple(name))
        if found is None or (
            len(name) > len(found.words) and found.human >= human and set(found.words) <= set(name)
        ):
            if found is not None and len(found.words) > 1:
                pass
            person = found or self._add(tuple(name), " ".join(name), human)
            if found is not None:
                self._rename(found, tuple(name))
        else:
            person = found
        person.human = person.human or human
        person.roles |= titles | ({role} if role else set())
        person.roles |= {plain(word) for word in words[:cut]}
        if match := _ROLE_AFTER.match(self.bare, run.end(), run.end() + 90):
            person.roles |= {plain(word) for word in match[1].split() if not word.endswith(("’s", "'s"))}
        for gender, title in (("he", "title_he"), ("she", "title_she")):
            if titles & NAMES[title]:
                person.gender = gender
        for said in person.roles:
            if not person.gender:
                person.gender = (
                    "he" if _HE.search(said) and not _SHE.search(said) else "she" if _SHE.search(said) else ""
                )
        self.mentions.append((at, id(person), person))

    def _rename(self, person: Person, words: tuple[str, ...]) -> None:
        for word in set(words) - set(person.words):
            self.by_word.setdefault(plain(word), []).append(person)
        person.words, person.name = words, " ".join(words)
        for gender in ("he", "she"):
            if not person.gender and plain(words[0]) in NAMES[gender]:
                person.gender = gender

    def find(self, words: tuple[str, ...]) -> Person | None:
        """Return the person of whom these words are a name: all of them, or the last and an initial."""
        keys = [plain(word) for word in words]
        best: Person | None = None
        for person in self.by_word.get(keys[-1], [])[:50]:
            own = [plain(word) for word in person.words]
            if set(keys) <= set(own) or (own == keys[-1:]):
                rank = (own[-1] == keys[-1], person.human, len(own))
                if best is None or rank > (plain(best.words[-1]) == keys[-1], best.human, len(best.words)):
                    best = person
        return best

    def add_speaker(self, name: str, at: int) -> None:
        """Remember who spoke, so that 'she' can mean 'a spokeswoman' a sentence later."""
        words = tuple(name.split())
        if is_body(words) and name[0].isupper():
            self.body = name
        if person := self.find(words):
            person.human = person.human or not is_body(words)
            return
        last = plain(re.split(r" (?:of|for|from|at|in|with) ", name)[0].split()[-1])
        person = Person(
            (name,), name, last not in SPEECH["bodies"] | SPEECH["documents"] and not last.endswith("s")
        )
        person.gender = (
            "he" if _HE.search(last) and not _SHE.search(last) else "she" if _SHE.search(last) else ""
        )
        person.roles = {plain(word) for word in name.split()}
        insort(self.mentions, (at, id(person), person), key=lambda one: one[0])

    def pronoun(self, word: str, at: int, reach: int = 10) -> Person | None:
        """Return whom 'he', 'she', 'it' or 'they' at `at` means: the first fitting name of the nearest sentence."""
        sentence = bisect_right(self.starts, at) - 1
        for number in range(sentence, max(-1, sentence - reach), -1):
            low = self.starts[number]
            high = min(at, self.starts[number + 1]) if number + 1 < len(self.starts) else at
            first = bisect_left(self.mentions, low, key=lambda one: one[0])
            last = bisect_left(self.mentions, high, key=lambda one: one[0])
            if word in ("he", "she") and (noun := _SOMEONE.match(self.bare, low, high)):
                fits_he, fits_she = (
                    bool(_HE.search(noun[2])) and not _SHE.search(noun[2]),
                    bool(_SHE.search(noun[2])),
                )
                if (fits_he and word == "he") or (fits_she and word == "she"):
                    return self.role(noun[2], at) or Person((noun[1],), noun[1], True)
            here = [person for _, _, person in self.mentions[first : min(last, first + 50)]]
            if word in ("it", "they"):
                fits = [one for one in here if not one.human and not one.gender]
                fits += [one for one in here if one.human] if word == "they" else []
            else:
                fits = [one for one in here if one.gender == word and one.human]
                fits = fits or [one for one in here if one.human and (word == "who" or not one.gender)]
            if fits:
                return fits[0]
        return None

    def role(self, noun: str, at: int | None = None) -> Person | None:
        """Return the person whom the article calls by this noun: the one named last before `at`, or the first of all."""
        if at is None:
            return next((one for one in self.people[:200] if noun in one.roles), None)
        last = bisect_left(self.mentions, at, key=lambda one: one[0])
        for _, _, person in reversed(self.mentions[max(0, last - 200) : last]):
            if noun in person.roles:
                return person
        return None

    def resolve(self, text: str, at: int) -> str:
        """Return the fullest name of whoever the words `text` at `at` mean, or the words themselves."""
        words = text.split()
        low = plain(words[0])
        if "and" in words and all(word[0].isupper() or word == "and" for word in words):
            return " and ".join(
                self.resolve(part, at) for part in text.removeprefix("Both ").split(" and ") if part
            )
        if len(words) == 1 and low in TITLES and (person := self.role(low, at) or self.role(low)):
            return person.name
        if len(words) == 1 and low in PRONOUNS:
            person = self.pronoun(low, at) if low not in ("i", "we", "you") else None
            return person.name if person else words[0]
        nominal = low in SMALL and words[-1][0].islower()
        if not nominal and (any(word[0].isupper() for word in words[1:]) or low not in SMALL):
            capitals = [word for word in words if word[0].isupper() and plain(word) not in SMALL]
            if len(capitals) == len([word for word in words if plain(word) not in SMALL]) and capitals:
                name = capitals[strip_roles(capitals) :]
                name[-1] = re.sub(r"['’]s?$", "", name[-1]) or name[-1]
                person = self.find(tuple(name)) if not (is_body(name) and len(name) > 1) else None
                if person is None and len(name) == 1 and low in ("the", "our"):
                    person = self.role(plain(name[0]), at)
                return person.name if person else " ".join(name if not is_body(capitals) else capitals)
            return text
        if low in ("the", "his", "her", "their", "its", "this", "that", "our", "my"):
            core = re.split(r" (?:of|for|from|at|in|with|who) ", text)[0].split()
            noun = plain(core[-1])
            if person := self.role(noun, at) if len(core) < 5 else None:
                return person.name
            if (
                low == "the"
                and noun in ("statement", "company", "agency", "firm", "department", "group")
                and self.body
            ):
                return self.body
            if (
                low in ("the", "this")
                and core == words
                and noun not in SPEECH["bodies"] | SPEECH["documents"]
            ):
                plural = noun.endswith("s") and not noun.endswith("ss")
                if not plural and not noun.startswith("spokes"):
                    gender = (
                        "he"
                        if _HE.search(noun) and not _SHE.search(noun)
                        else "she"
                        if _SHE.search(noun)
                        else "who"
                    )
                    if person := self.pronoun(gender, at, 3):
                        return person.name
            if len(core) < 5 and (person := self.role(noun)):
                return person.name
            return (text[4:] if low == "the" else "") or text
        return text
