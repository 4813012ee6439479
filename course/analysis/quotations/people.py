"""The people and bodies of one article: their names, and which of them 'he', 'Lee' or 'the mayor' is.

The word lists are in names.toml and speech.toml. A person whom no title, trade or listed given name
calls he or she has no pronoun here, and fits both.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path


def read_words(file: str) -> dict[str, frozenset[str]]:
    """Return the lists of words in one of the TOML files beside this module."""
    text = Path(__file__).with_name(file).read_text(encoding="utf-8")
    return {name: frozenset(words.split()) for name, words in tomllib.loads(text).items()}


NAMES, SPEECH = read_words("names.toml"), read_words("speech.toml")
GIVEN = NAMES["he"] | NAMES["she"] | NAMES["either"]
TITLES = NAMES["title_he"] | NAMES["title_she"] | NAMES["title_any"]
PRONOUNS = SPEECH["pronouns"]
SMALL = SPEECH["determiners"] | SPEECH["boundary"] | SPEECH["prepositions"] | PRONOUNS | SPEECH["small"]

# A run of capitals: State Department spokesperson [Tammy Bruce], [Sen. J. R. de la Cruz].
CAPITALS = re.compile(
    r"WORD(?:[ \t]+(?:(?:PARTICLE)[ \t]+){0,2}WORD)*".replace(
        "PARTICLE", "|".join(sorted(SPEECH["particles"]))
    ).replace(
        "WORD",
        r"(?:(?:[A-Z]\.)+(?!\w)|(?:Mrs?|Ms|Dr|Prof|Rev|Hon|St|Sen|Rep|Gov|Gen|Col|Capt|Lt|Sgt|Supt|Det|Cllr)\."
        r"|[A-ZÀ-Þ][\w’'&-]*(?:\.[A-Z]\.?)*)",
    )
)
_LINK = re.compile(r" (?:of|for|from|at|in|with|on|who) ")
_ROLE_BEFORE = re.compile(r"((?:[\w-]+ ){0,2})([a-z][\w-]*),? $")
_ROLE_AFTER = re.compile(
    r",(?: |(?= ))(?:\d\d,? )?((?:(?!who |which )[\w’'-]+ ){0,7}?[\w’'-]+)"
    r"(?=[,.;:)—–]| (?:of|for|at|in|from|who|and|to) )"
)
_BESIDE = re.compile(
    r" ?, (?:\d\d|who|(?:an?|his|her) (?:[\w-]+ ){0,3}[\w-]+(?:[,.]| (?:at|with|in|from|for|of) ))| \("
)
_SAID_HE = re.compile(
    r"(?:,(?:[^.;“”\"]{1,120},)?)? (?:said|says|told (?:\w+ ){1,3}|insisted|admitted)(?: that)? (s?he)\b"
)
_ALIAS = {"justice": "judge", "prime": "pm", "president": "leader", "coach": "manager"}
_HE = re.compile(
    r"(?:(?<!wo)man|boy|(?<!grand)father|husband|son|brother|actor|king|uncle|grandfather|widower|lad)$"
)
_SHE = re.compile(r"(?:woman|girl|mother|wife|daughter|sister|actress|queen|aunt|widow|mum|mom|waitress)$")


Mention = tuple[int, "Person"]


def place(mention: Mention) -> int:
    """Return where a mention stands."""
    return mention[0]


def head_of(text: str) -> list[str]:
    """Return the words of a noun phrase without what a preposition adds: the head [of the school]."""
    return _LINK.split(text)[0].split()


def plain(word: str) -> str:
    """Return a word in small letters without its point or possessive ending."""
    word = word.lower().replace("’", "'")
    return word.removesuffix("'s").rstrip(".'")


def possessive(word: str) -> bool:
    """Tell whether a word ends as a possessive does."""
    return word.endswith(("’s", "'s", "s’", "s'"))


def pronoun_of(noun: str) -> str:
    """Return 'he' or 'she' for a noun that says so, such as spokeswoman, and '' for any other."""
    return "she" if _SHE.search(noun) else "he" if _HE.search(noun) else ""


@dataclass(slots=True, eq=False)
class Person:
    """Someone or some body the article names; `words` are those of the fullest name."""

    words: tuple[str, ...]
    human: bool
    body: bool = False
    pronoun: str = ""  # 'he', 'she' or not known
    roles: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if not self.pronoun:
            given = plain(self.words[0])
            self.pronoun = "he" if given in NAMES["he"] else "she" if given in NAMES["she"] else ""

    @property
    def name(self) -> str:
        """The fullest name the article gives."""
        return " ".join(self.words)

    def learn(self, titles: set[str], roles: set[str]) -> None:
        """Take in what stands before and beside a mention: titles, trades, offices."""
        self.roles |= titles | roles
        self.roles |= {_ALIAS[title] for title in titles & _ALIAS.keys()}
        if titles & (NAMES["title_he"] | NAMES["title_she"]):
            self.pronoun = "he" if titles & NAMES["title_he"] else "she"
        self.pronoun = self.pronoun or next(filter(None, map(pronoun_of, sorted(self.roles))), "")


def strip_roles(words: Sequence[str]) -> int:
    """Return how many words at the front of a run of capitals are titles or offices, not name.

    >>> strip_roles("White House Press Secretary Ann Lee".split())
    4
    """
    cut = 0
    for number, word in enumerate(words[:-1]):
        if plain(word) in TITLES or (cut == number and plain(word) in NAMES["offices"] | SMALL):
            cut = number + 1
    return cut


def is_body(words: Sequence[str]) -> bool:
    """Tell whether words in capitals name a body or place: one of them says so."""
    given = len(words) > 1 and plain(words[0]) in GIVEN  # Bill Lee is no bill
    return (
        any(plain(word) in NAMES["not_people"] for word in words[given:])
        or plain(words[-1]) in SPEECH["bodies"]
        or (words[-1].isupper() and len(words[-1]) > 1 and len(words) == 1)
    )


def roles_beside(bare: str, start: int, end: int) -> tuple[str, set[str]]:
    """Return the word before a name, and the words of what stands beside it: 'Ann Lee, a farmer,'."""
    before = _ROLE_BEFORE.search(bare, max(0, start - 40), start)
    after = _ROLE_AFTER.match(bare, end, end + 90)
    beside = {plain(word) for word in before[0].split()} - SMALL if before else set()
    if after:
        beside |= {plain(word) for word in after[1].split() if not possessive(word)} - SPEECH["bodies"]
    return before[2] if before else "", beside


def split_run(run: str) -> tuple[list[str], list[str]]:
    """Return the titles and the name in a run of capitals; 'Fiji's Josefa Vuli' is Josefa Vuli.

    >>> split_run("The Mayor Ann Lee’s")
    (['Mayor'], ['Ann', 'Lee'])
    >>> split_run("Sacristan Bridget Lee")
    (['Sacristan'], ['Bridget', 'Lee'])
    """
    words = run.split()
    while words and plain(words[0]) in SMALL:
        words = words[1:]
    if not words:
        return [], []
    cut = strip_roles(words)
    if not any(plain(word) in GIVEN or "." in word for word in words[cut : cut + 1]) and not is_body(words):
        cut = next((i for i in range(cut + 1, len(words) - 1) if plain(words[i]) in GIVEN), cut)
    name = words[cut:]
    ends = [number + 1 for number, word in enumerate(name[:-1]) if possessive(word)]
    name = name[ends[0] :] if ends else name
    return words[:cut], [*name[:-1], re.sub(r"(?:['’]s?|\.)$", "", name[-1]) or name[-1]]


class Register:
    """The people and bodies one text names, and where. `bare` has the words inside quotations masked."""

    def __init__(self, bare: str) -> None:
        self.bare = bare
        self.people: list[Person] = []
        self.by_word: dict[str, list[Person]] = {}
        self.mentions: list[Mention] = []
        self.owners: set[int] = set()  # mentions that only say whose something is: [Lee]'s lawyer
        single: list[tuple[int, str]] = []
        for run in CAPITALS.finditer(bare):
            if len(run[0]) < 120 and (len(run[0]) < 3 or run[0][1:].strip("x.,")):  # no mask of a quotation
                self._read(run, single)
        often = Counter(word for _, word in single if plain(word) not in TITLES)
        for at, word in single:
            person = self.find((word,))
            if person is None and often[word] > 1:
                person = self._add((word,), human=plain(word) in GIVEN)
            if person is not None:
                self.mentions.append((at, person))
        self.mentions.sort(key=place)

    def _add(self, words: tuple[str, ...], human: bool, body: bool = False) -> Person:
        person = Person(words, human, body)
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
        if possessive(run[0]) or self.bare.startswith((" 's ", " ' "), run.end()):
            self.owners.add(at)
        titles = {plain(word) for word in before}
        if is_body(name) or (len(name) > 1 and not titles & TITLES and is_body([*before, *name])):
            if len(name) > 1 or name[-1].isupper():
                person = self.find(tuple(name)) or self._add(tuple(name), human=False, body=True)
                self.mentions.append((at, person))
            return
        if len(name) == 1 and plain(name[0]) in TITLES and not titles & SPEECH["courtesy"]:
            return  # the Chief Minister
        if len(name) == 1 and not titles & TITLES:
            if self.bare[max(0, at - 4) : at].lower() != "the ":
                single.append((at, name[0]))
            return
        role, roles = roles_beside(self.bare, run.start(), run.end())
        beside = _BESIDE.match(self.bare, run.end())
        human = bool(plain(name[0]) in GIVEN or titles & TITLES or role in TITLES or beside)
        person = self.find(tuple(name)) or self._add(tuple(name), human)
        if len(name) > len(person.words) and human >= person.human and set(person.words) <= set(name):
            person.words = tuple(name)
            person.__post_init__()
            self._index(person)
        said = _SAID_HE.match(self.bare, run.end(), run.end() + 200)
        person.human = person.human or human or bool(said)
        person.pronoun = person.pronoun or (said[1] if said else "")
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
_QUALITIES = SPEECH["qualities"] | NAMES["offices"]
_OFFICES = TITLES - SPEECH["courtesy"]
_MANY = 200  # mentions looked back over
_SUBJECT = {"his": "he", "him": "he", "her": "she", "their": "they", "them": "they"}


class Cast(Register):
    """The people and bodies of one article, with whoever spoke so far."""

    def __init__(self, bare: str) -> None:
        super().__init__(bare)
        self.starts = [0, *(match.end() for match in _STOP.finditer(bare))]
        self.body = ""  # the body that spoke last
        self.last: Person | None = None  # who spoke last

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
        self.last = person
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
                sure = len(set(map(id, fits))) == 1 or fits[0] is near[0][1]  # the only one, or the subject
                return fits[0] if sure else None
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
        """Return whom the article calls by this noun, so far or at all; None where that could be several.

        `beside`: the words before the noun. The fire chief is not the police chief.
        """
        near = self.people[:_MANY]
        if at is not None:
            last = bisect_left(self.mentions, at, key=place)
            near = [one for _, one in reversed(self.mentions[max(0, last - _MANY) : last])]
        called = list(dict.fromkeys(one for one in near if noun in one.roles))
        alike = [one for one in called if beside & one.roles]
        if not alike and beside <= _QUALITIES:
            alike = called
        alike = [one for one in alike if all(word[0].isupper() for word in one.words)] or alike
        return self.last if self.last in alike else alike[0] if len(alike) == 1 else None

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
        name = split_run(" ".join(words))[1] or words
        person = self.find(tuple(name)) if len(name) == 1 or not is_body(name) else None
        return person.name if person else " ".join(words if is_body(words) else name)

    def _nominal(self, words: list[str], at: int) -> str | None:
        """Return whom 'the mayor' or 'her lawyer' means, or the words themselves without 'the'."""
        text, low = " ".join(words), plain(words[0])
        core = head_of(text)
        noun = plain(core[-1])
        beside = {*map(plain, core[1:-1])}
        known = any(one.human and one.words[0][0].isupper() for start, one in self.mentions if start < at)
        person = self.role(noun, at if known else None, beside)
        last = self.last if self.last and self.last.human else None
        if person is None and last and noun in SPEECH["heads"] and not last.roles & _OFFICES:
            person = last  # a story need not say of which country
        if person is None and low == "the" and noun in _LIKE_BODY:
            near = self.pronoun("it", at, 2)
            near = near if near and near.body and near.words[1:] else None
            if near or self.body:
                return near.name if near else self.body
        if (
            person is None
            and low == "the"
            and core == words
            and len(words) == 2
            and known
            and (noun in TITLES or _PEOPLE.search(noun))
        ):
            return None  # another word for somebody, but for whom
        return person.name if person else text.removeprefix("the ") or text
