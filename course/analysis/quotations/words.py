"""The words and patterns by which the rules read (from .toml files beside it), and what one word tells."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path


def _read(file: str) -> dict[str, str]:
    tables: dict[str, str] = tomllib.loads(Path(__file__).with_name(file).read_text(encoding="utf-8"))
    return tables


NAMES = {name: frozenset(words.split()) for name, words in _read("names.toml").items()}
SPEECH = {name: frozenset(words.split()) for name, words in _read("speech.toml").items()}
PATTERNS = {name: re.compile(pattern.replace("\n", "")) for name, pattern in _read("patterns.toml").items()}
GIVEN = NAMES["he"] | NAMES["she"] | NAMES["either"]
TITLES = NAMES["title_he"] | NAMES["title_she"] | NAMES["title_any"]
SMALL = (
    SPEECH["determiners"] | SPEECH["boundary"] | SPEECH["prepositions"] | SPEECH["pronouns"] | SPEECH["small"]
)


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
        or (len(words) == 1 and words[0].isupper() and len(words[0]) > 1)
    )


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
    if not (plain(words[cut]) in GIVEN or "." in words[cut] or is_body(words)):
        cut = next((i for i in range(cut + 1, len(words) - 1) if plain(words[i]) in GIVEN), cut)
    name = words[cut:]
    name = name[next((n for n, word in enumerate(name[:-1], 1) if possessive(word)), 0) :]
    return words[:cut], [*name[:-1], re.sub(r"(?:['’]s?|\.)$", "", name[-1]) or name[-1]]
