"""The class as the teacher prepared it: roster.csv (who), class.toml (lessons, weights, until when)."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from course.corpus.case import read_toml
from course.corpus.errors import CourseError
from course.lessons.exercises import Exercise
from course.lessons.files import replace_file
from course.lessons.handin import check_who
from course.lessons.portfolio import make_code

_COLUMNS = ["code", "name", "lms_id"]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def to_csv(rows: Iterable[Iterable[object]]) -> bytes:
    """Return rows as CSV in UTF-8 (with a BOM, for Excel); text is guarded, numbers are not."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\r\n").writerows(
        [guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
    )
    return file.getvalue().encode("utf-8-sig")


def from_csv(data: bytes) -> tuple[list[list[str]], str]:
    """Return the rows of a CSV and its delimiter, a comma, semicolon or tab. Raises CourseError, a clause."""
    try:
        utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        text = data.decode("utf-16" if utf16 else "utf-8-sig")
        delimiter = max(",;\t", key=text.partition("\n")[0].count)
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)), delimiter
    except (UnicodeError, csv.Error) as error:
        raise CourseError(
            f"it is no CSV in UTF-8 ({error}): a spreadsheet can save it as ‘CSV UTF-8’"
        ) from error


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
        rows, _ = from_csv(path.read_bytes())
        head = [name.strip().lower() for name in rows[0]] if rows else []
        if "code" not in head:
            raise CourseError(f"it has no column 'code': give it the columns {', '.join(_COLUMNS)}")
        people = []
        for row in filter(any, rows[1:]):
            cells = dict(zip(head, (_plain(cell.strip()) for cell in row), strict=False))
            person = Person(*(cells.get(name, "") for name in _COLUMNS))
            check_who(person.code, person.name)
            people.append(person)
        for name in ("code", "lms_id"):
            found = [getattr(person, name).casefold() for person in people if getattr(person, name)]
            if twice := sorted({one for one in found if found.count(one) > 1}):
                raise CourseError(
                    f"two lines have the {name} {twice[0]!r}: remove one, or give that student another"
                )
    except (OSError, CourseError) as error:
        raise CourseError(f"{path} cannot be used: {error}") from error
    return tuple(people)


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def tidy(name: str) -> str:
    """Return a name as roster.csv takes it: in one line, every sign can be shown, at most 80 characters."""
    return "".join(sign for sign in " ".join(name.split()) if sign.isprintable())[:80]


def write_roster(path: Path, people: Iterable[Person]) -> None:
    """Write roster.csv."""
    replace_file(path, to_csv([_COLUMNS, *([one.code, one.name, one.lms_id] for one in people)]))


def new_codes(names: Iterable[tuple[str, str]], taken: Collection[str] = ()) -> tuple[Person, ...]:
    """Return a roster of (name, lms_id), each with a random code that is not taken."""
    people: dict[str, Person] = {}
    for name, lms_id in names:
        while (code := make_code()) in people or code in taken:
            continue
        people[code] = Person(code, name, lms_id)
    return tuple(people.values())


@dataclass(frozen=True, slots=True)
class Settings:
    """What class.toml says. No `lessons`: all. `weights`: a factor for a lesson or an exercise."""

    title: str = ""
    lessons: tuple[str, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    due: datetime.datetime | None = None


def read_settings(path: Path, exercises: Mapping[str, Exercise]) -> Settings:
    """Return what class.toml says; without one, every lesson counts and nothing is due."""
    if not path.exists():
        return Settings()
    about = read_toml(path)
    lessons, weights, due = about.get("lessons", []), about.get("weights", {}), about.get("due")
    known = {one.lesson for one in exercises.values()}
    if unknown := set(about) - {"title", "lessons", "weights", "due"}:
        raise CourseError(f"{path} has an unknown key {min(unknown)!r}: remove it or correct its spelling")
    if not isinstance(lessons, list) or not all(isinstance(one, str) and one in known for one in lessons):
        raise CourseError(f"{path} needs lessons: choose from {', '.join(sorted(known))}")
    if not isinstance(weights, dict) or not set(weights) <= known | set(exercises):
        raise CourseError(f"{path} has weights of another form: write <lesson or exercise> = <factor>")
    if not all(type(one) in (int, float) and 0 <= one < 1000 for one in weights.values()):
        raise CourseError(f"{path} has a weight that is no factor: write a number from 0 up")
    return Settings(
        str(about.get("title", "")), tuple(lessons), weights, due_at(due, f"{path} has a due date")
    )


def due_at(due: object, what: str) -> datetime.datetime | None:
    """Return a due date with its time zone, a date alone as its whole day. Raises CourseError on `what`."""
    if isinstance(due, datetime.date) and not isinstance(due, datetime.datetime):
        due = datetime.datetime.combine(due, datetime.time(23, 59, 59))
    if due is None:
        return None
    if not isinstance(due, datetime.datetime) or not 2000 <= due.year < 2200:
        raise CourseError(f"{what} of another form: write a year of four digits, such as 2026-03-02T18:00:00")
    return due.astimezone()


def write_settings(path: Path, settings: Settings) -> None:
    """Write class.toml."""
    lines = [
        f"title = {json.dumps(settings.title, ensure_ascii=False)}",
        f"lessons = {json.dumps(settings.lessons)} # none: all of them",
        *([f"due = {settings.due.isoformat(timespec='seconds')}"] if settings.due else []),
        "[weights] # a factor for a lesson or an exercise; 0 leaves it out",
        *(f"{name} = {weight:g}" for name, weight in settings.weights.items()),
    ]
    replace_file(path, "\n".join([*lines, ""]).encode())
