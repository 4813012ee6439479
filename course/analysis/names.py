"""Names of people and bodies as English news writes them: capitals, titles, given names.

The word lists are in names.toml and speech.toml. A person whom no title, trade or listed given name
calls he or she has no pronoun here, and fits both.
"""

from __future__ import annotations

import re
import tomllib
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
    r"WORD(?:[ \t]+(?:(?:de|da|del|van|von|der|den|bin|al|la|le|el|di|dos|du)[ \t]+){0,2}WORD)*".replace(
        "WORD",
        r"(?:(?:[A-Z]\.)+(?!\w)|(?:Mrs?|Ms|Dr|Prof|Rev|Hon|St|Sen|Rep|Gov|Gen|Col|Capt|Lt|Sgt|Supt|Det|Cllr)\."
        r"|[A-ZÀ-Þ][\w’'&-]*(?:\.[A-Z]\.?)*)",
    )
)
_ROLE_BEFORE = re.compile(r"([a-z][\w-]*),? $")
_ROLE_AFTER = re.compile(
    r",(?: |(?= ))(?:\d\d,? )?((?:(?!who |which )[\w’'-]+ ){0,7}?[\w’'-]+)"
    r"(?=[,.;:)—–]| (?:of|for|at|in|from|who|and|to) )"
)
_ALIAS = {
    "justice": "judge",
    "prime": "pm",
    "president": "leader",
    "chancellor": "leader",
    "coach": "manager",
}
_HE = re.compile(
    r"(?:(?<!wo)man|boy|(?<!grand)father|husband|son|brother|actor|king|uncle|grandfather|widower|lad)$"
)
_SHE = re.compile(r"(?:woman|girl|mother|wife|daughter|sister|actress|queen|aunt|widow|mum|mom|waitress)$")


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
    return (
        any(plain(word) in NAMES["not_people"] for word in words)
        or plain(words[-1]) in SPEECH["bodies"]
        or (words[-1].isupper() and len(words[-1]) > 1 and len(words) == 1)
    )


def roles_beside(bare: str, start: int, end: int) -> tuple[str, set[str]]:
    """Return the word before a name, and the words of what stands beside it: 'Ann Lee, a farmer,'."""
    before = _ROLE_BEFORE.search(bare, max(0, start - 40), start)
    after = _ROLE_AFTER.match(bare, end, end + 90)
    return before[1] if before else "", {
        plain(word) for word in after[1].split() if not possessive(word)
    } if after else set()


def split_run(run: str) -> tuple[list[str], list[str]]:
    """Return the titles and the name in a run of capitals; 'Fiji's Josefa Vuli' is Josefa Vuli.

    >>> split_run("The Mayor Ann Lee’s")
    (['Mayor'], ['Ann', 'Lee'])
    """
    words = run.split()
    while words and plain(words[0]) in SMALL:
        words = words[1:]
    if not words:
        return [], []
    cut = strip_roles(words)
    name = words[cut:]
    ends = [number + 1 for number, word in enumerate(name[:-1]) if possessive(word)]
    name = name[ends[0] :] if ends else name
    return words[:cut], [*name[:-1], re.sub(r"(?:['’]s?|\.)$", "", name[-1]) or name[-1]]
