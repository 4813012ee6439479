"""roster.csv, the list of a class: each student's code, name, and the id of the school's system."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from course.corpus.errors import CourseError
from course.grading.spreadsheets import plain_id, read_csv, to_csv, unguarded
from course.lessons.files import replace_file
from course.lessons.handin import check_who
from course.lessons.portfolio import make_code

_COLUMNS = ["code", "name", "lms_id"]


@dataclass(frozen=True, slots=True)
class Person:
    """One student of the roster; `lms_id`: the number or user name that the school's system uses."""

    code: str
    name: str = ""
    lms_id: str = ""


def read_roster(path: Path) -> tuple[Person, ...]:
    """Return the students of a roster.csv; none where there is no such file. Raises CourseError."""
    if not path.exists():
        return ()
    try:
        head, *lines = read_csv(path.read_bytes()).rows or [[]]
        head = [name.strip().lower() for name in head]
        if "code" not in head:
            raise CourseError(f"it has no column 'code': give it the columns {', '.join(_COLUMNS)}")
        people = []
        for line in filter(any, lines):
            cells = dict(zip(head, (unguarded(cell.strip()) for cell in line), strict=False))
            one = Person(cells.get("code", ""), cells.get("name", ""), plain_id(cells.get("lms_id", "")))
            check_who(one.code, one.name)
            people.append(one)
        for column in ("code", "lms_id"):
            found = Counter(getattr(one, column).casefold() for one in people)
            if twice := sorted(name for name, times in found.items() if name and times > 1):
                raise CourseError(
                    f"two lines have the {column} {twice[0]!r}: remove one, or give that student another"
                )
    except (OSError, CourseError) as error:
        raise CourseError(f"{path} cannot be used: {error}") from error
    return tuple(people)


def write_roster(path: Path, people: Iterable[Person]) -> None:
    """Write roster.csv."""
    replace_file(path, to_csv([_COLUMNS, *([one.code, one.name, one.lms_id] for one in people)]))


def tidy(name: str) -> str:
    """Return a name as roster.csv takes it: in one line, every sign can be shown, at most 80 characters."""
    return "".join(sign for sign in " ".join(name.split()) if sign.isprintable())[:80]


def same_name(name: str) -> str:
    """Return what is the same for ‘López, Ana’, ‘Ana López’ and ‘ANA  LÓPEZ’; no text for no name."""
    words = unicodedata.normalize("NFC", name).casefold().replace(",", " ").split()
    return " ".join(sorted(words))


def new_codes(names: Iterable[tuple[str, str]], taken: Collection[str] = ()) -> tuple[Person, ...]:
    """Return a roster of (name, lms_id), each with a random code that is not taken."""
    people: dict[str, Person] = {}
    for name, lms_id in names:
        while (code := make_code()) in people or code in taken:
            continue
        people[code] = Person(code, name, lms_id)
    return tuple(people.values())
