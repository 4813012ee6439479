"""What close readers found in a case (seeds/readings/), and its evidence cards.

A label that readers gave is a table by reader, a place in an article is `article`, `exact` and `prefix`. What
each file may say stands in course/formats/; that it does is for `check` to find.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from course.corpus.annotation import Annotation, find_words
from course.corpus.case import Case, read_toml
from course.corpus.errors import CaseError
from course.corpus.formats import unusable

READERS = ("reader1", "reader2", "reader3", "model1", "model2")  # the last two: a language model
FILES: tuple[str, ...] = (
    "claims",
    "coverage",
    "cuts",
    "discrepancies",
    "evidence",
    "frames",
    "ladder",
    "origins",
)
FILES += ("paragraphs", "provenance", "quotes", "wording")


class _Entry(dict[str, Any]):
    """A table of a file. What it misses is told in one sentence, to whoever asks for it."""

    where: str

    def __missing__(self, name: str) -> NoReturn:
        raise CaseError(f"{unusable(self.where)} ({name!r} is missing)")


class Readings:
    """The readings of a case: `readings.quotes` is what quotes.toml says, read when first used."""

    def __init__(self, case: Case) -> None:
        self._case = case

    def __getattr__(self, name: str) -> dict[str, Any]:
        if name not in FILES:
            raise AttributeError(f"there is no file of readings {name!r}: {', '.join(FILES)}")
        about = _read(path_of(self._case, name))
        setattr(self, name, about)
        return about

    def annotation(
        self, place: Mapping[str, Any], label: str = "", by: str = "", note: str = ""
    ) -> Annotation:
        """Return where an entry's words (`article`, `exact`, `prefix`) or its `paragraph` stand."""
        article = self._case[place["article"]]
        if "paragraph" in place:
            paragraph = article.paragraphs[place["paragraph"] - 1]
            start, end = paragraph.start, paragraph.end
        else:
            start, end = find_words(article.raw, place["exact"], place.get("prefix", ""))
        return Annotation(article.id, start, end, label, by, note)


def load_readings(case: Case) -> Readings | None:
    """Return the readings of a case, or None where there are none in seeds/readings/."""
    return Readings(case) if any((case.root / "seeds" / "readings").glob("*.toml")) else None


def load_cards(case: Case) -> list[dict[str, Any]]:
    """Return the evidence cards of a case; none without seeds/evidence.toml."""
    path = path_of(case, "cards")
    cards: list[dict[str, Any]] = _read(path)["card"] if path.exists() else []
    return cards


def path_of(case: Case, name: str) -> Path:
    """Return the file of readings of a name, or of the evidence cards."""
    seeds = case.root / "seeds"
    return seeds / "evidence.toml" if name == "cards" else seeds / "readings" / f"{name}.toml"


def _read(path: Path) -> dict[str, Any]:
    about: dict[str, Any] = _entries(read_toml(path), str(path))
    for name, entries in about.items():
        if isinstance(entries, list) and not all(isinstance(entry, dict | str) for entry in entries):
            raise unusable(f"{path}, {name}")
    return about


def _entries(value: Any, where: str) -> Any:
    if isinstance(value, list):
        return [_entries(one, where) for one in value]
    if not isinstance(value, dict):
        return value
    entry = _Entry({name: _entries(one, where) for name, one in value.items()})
    entry.where = where if "id" not in entry else f"{where}, {entry['id']!r}"
    return entry
