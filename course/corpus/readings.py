"""What close readers found in a case (seeds/readings/), and its evidence cards.

A label that readers gave is a table by reader, a place in an article is `article`, `exact` and `prefix`. What
each file may say stands in course/formats/; what of it is wrong is for `check` to find.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from course.corpus.annotation import Annotation, find_words
from course.corpus.case import Case, decoded, read_bytes, read_toml
from course.corpus.errors import CaseError
from course.corpus.formats import hold

READERS = ("reader1", "reader2", "reader3", "model1", "model2")  # the last two: a language model
TEACHER = "teacher"  # who changed what readers had labelled, or labelled alone: this label counts
FILES: tuple[str, ...] = ("claims", "coverage", "cuts", "discrepancies", "evidence", "frames", "ladder")
FILES += ("origins", "paragraphs", "provenance", "quotes", "wording")


class Readings:
    """The readings of a case: `readings.quotes` is what quotes.toml says; {} where that is not there."""

    def __init__(self, case: Case) -> None:
        self._case = case

    def __getattr__(self, name: str) -> dict[str, Any]:
        if name not in FILES:
            raise AttributeError(f"there is no file of readings {name!r}: {', '.join(FILES)}")
        about = _read(self._case, name) if path_of(self._case, name).exists() else {}
        setattr(self, name, about)
        return about

    def annotation(self, place: Mapping[str, Any], label: str = "", note: str = "") -> Annotation:
        """Return where an entry's words (`article`, `exact`, `prefix`) or its `paragraph` stand."""
        article = self._case[place["article"]]
        if "paragraph" in place:
            paragraph = article.paragraphs[place["paragraph"] - 1]
            return Annotation(article.id, paragraph.start, paragraph.end, label, note=note)
        start, end = find_words(article.raw, place["exact"], place.get("prefix", ""))
        return Annotation(article.id, start, end, label, note=note)


@lru_cache(maxsize=4)  # a lesson's pictures read the same files
def load_readings(case: Case) -> Readings | None:
    """Return the readings of a case, or None where there are none in seeds/readings/."""
    keys = (case.root / "seeds" / "readings" / "keys").glob("*.toml")
    return Readings(case) if any(path_of(case, name).exists() for name in FILES) or any(keys) else None


def load_cards(case: Case) -> list[dict[str, Any]]:
    """Return the evidence cards of a case; none without seeds/evidence.toml."""
    return list(_read(case, "cards")["card"]) if path_of(case, "cards").exists() else []


def load_dossier(case: Case) -> list[tuple[dict[str, str], str]]:
    """Return the documents that the articles draw on, as documents.toml has them, each with its text.

    None without seeds/dossier/documents.toml. Raises CaseError for a file that is missing, or not UTF-8.
    """
    if not (path := path_of(case, "dossier")).exists():
        return []
    beside, found = {one.name: one for one in path.parent.iterdir()}, []
    for about in _read(case, "dossier")["document"]:
        if (file := beside.get(about["file"])) is None:
            said = f"{path}, document {about['id']!r}: {about['file']!r} is not beside it"
            raise CaseError(f"{said}: put the file there, or correct its name")
        found.append((about, decoded(read_bytes(file), str(file))))
    return found


def path_of(case: Case, name: str) -> Path:
    """Return the file of readings of a name, of the evidence cards, or of the dossier."""
    beside = {"dossier": "dossier/documents.toml", "cards": "evidence.toml"}
    return case.root / "seeds" / beside.get(name, f"readings/{name}.toml")


@lru_cache(maxsize=16)  # what keys name and pictures draw stands in the same files
def read_once(case: Case, path: Path) -> dict[str, Any]:
    """Return what a TOML file of an open case says. Raises CaseError where it cannot be read."""
    return read_toml(path)


def _read(case: Case, name: str) -> dict[str, Any]:
    path = path_of(case, name)
    hold(name, path, about := read_once(case, path))
    return about
