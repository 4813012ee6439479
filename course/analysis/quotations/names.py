"""Names of people and bodies as English news writes them: capitals, titles, given names.

The word lists are in names.toml and speech.toml. A person whom no title, trade or listed given name
calls he or she has no pronoun here, and fits both.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
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
_ROLE_BEFORE = re.compile(r"([a-z][\w-]*),? $")
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


@lru_cache(maxsize=20_000)
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
    return before[1] if before else "", {
        plain(word) for word in after[1].split() if not possessive(word)
    } - SPEECH["bodies"] if after else set()


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
