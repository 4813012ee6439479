"""A class as its teacher set it down: roster.csv, its students, and class.toml, its lessons and due date.

A table is CSV in any common form, and no text of it is a formula. The roster has each student's code, name,
and the id of the school's system.
"""

import contextlib
import csv
import datetime
import io
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from course.corpus.case import read_toml
from course.corpus.errors import CourseError, need, one_sentence
from course.corpus.formats import problems
from course.grading.inbox import SYSTEMS
from course.lessons.exercises import Exercises
from course.lessons.files import replace_file
from course.lessons.handin import Student, make_code, shown
from course.lessons.scoring import grouped

# A spreadsheet takes a cell for a formula by its first sign; one that splits at another sign than ours, as
# in Germany, begins a cell after each semicolon, tab or line end too.
_FORMULA = re.compile(r"\A(?=[=+\-@＝＋－＠\t\r])|(?<=[;\t\r\n])(?=[=+\-@＝＋－＠])")
_GUARD = re.compile(r"\A'(?=[=+\-@＝＋－＠\t\r])|(?<=[;\t\r\n])'(?=[=+\-@＝＋－＠])")
_SAID: dict[str, str] = SYSTEMS["said"]


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return _FORMULA.sub("'", text)


def unguarded(text: str) -> str:
    """Return the text that was guarded."""
    return _GUARD.sub("", text)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A CSV file: its rows, their delimiter, and how the file begins (with a BOM, for Excel)."""

    rows: list[list[str]]
    delimiter: str = ","
    start: str = "\ufeff"

    def file(self) -> bytes:
        """Return the rows as such a file, in UTF-8."""
        file = io.StringIO()
        csv.writer(file, delimiter=self.delimiter, lineterminator="\r\n").writerows(self.rows)
        return (self.start + file.getvalue()).encode()


def to_csv(rows: Iterable[Iterable[object]]) -> bytes:
    """Return rows as CSV in UTF-8; text is guarded, numbers are not."""
    safe = [[guarded(cell) if isinstance(cell, str) else str(cell) for cell in row] for row in rows]
    return Sheet(safe).file()


def read_csv(data: bytes) -> Sheet:
    """Return a CSV file of UTF-8, UTF-16 or Windows, with commas, semicolons or tabs.

    Raises CourseError, a clause, where it is none, or where a line has more cells than there are columns.
    """
    rows: list[list[str]] = []
    # Python 3.13 refuses some delimiters with a TypeError.
    with one_sentence(_SAID["no_csv"], ValueError, csv.Error, TypeError):
        text = _decoded(data).lstrip("\r\n")
        need("\0" not in text, _SAID["no_csv"].format(error="it is no text"))
        named = re.match(r"sep=(.)\r?\n", text, re.IGNORECASE)
        start, text = (named[0], text[named.end() :]) if named else ("", text)
        # No first heading holds one of these signs; an assignment's title later on may.
        first = re.match(r'(?:[^\r\n",;:\t]|"[^"]*")*([,;:\t])', text)
        delimiter = (named or first or [","] * 2)[1]
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for row in reader:
            if rows and any(cell.strip() for cell in row[len(rows[0]) :]):
                at, sign = reader.line_num + bool(named), SYSTEMS["signs"].get(delimiter, delimiter)
                raise CourseError(_SAID["more_cells"].format(at, sign))
            rows.append(row)
    return Sheet(rows, delimiter, "\ufeff" * data.startswith(b"\xef\xbb\xbf") + start)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    with contextlib.suppress(UnicodeError):
        return data.decode("utf-8-sig")
    return data.decode("cp1252")  # what Excel on Windows writes in much of the world


def plain_id(text: str) -> str:
    """Return an id as people write it: a spreadsheet makes 70001 a number, and writes 70001.0.

    To keep it a text, people write '70001 and ="70001".
    """
    return re.sub(r"\A(\d+)[.,]0+\Z", r"\1", shown(text).removeprefix("=").strip("'\""))


@dataclass(frozen=True, slots=True)
class Person:
    """One student of the roster; `lms_id`: the number or user name that the school's system uses."""

    code: str
    name: str = ""
    lms_id: str = ""


People = Iterable[Person]


def read_roster(path: Path) -> tuple[Person, ...]:
    """Return the students of a roster.csv; none where there is no such file. Raises CourseError."""
    if not path.exists():
        return ()
    with one_sentence("{path} cannot be used: {error}", OSError, CourseError, path=path):
        head, *lines = read_csv(path.read_bytes()).rows or [[]]
        head = [name.strip().lower() for name in head]
        need("code" in head, "it has no column 'code': give it the columns code, name, lms_id")
        people = []
        for line in (cells for cells in lines if "".join(cells).strip()):
            cells = dict(zip(head, (unguarded(cell.strip()) for cell in line), strict=False))
            code, name, lms_id = (cells.get(column, "") for column in ("code", "name", "lms_id"))
            one = Person(code, shown(name), plain_id(lms_id))
            Student(one.code, "", one.name)  # raises where code or name cannot be used
            people.append(one)
        _check_alone(people)
    return tuple(people)


def _check_alone(people: People) -> None:
    """Raise CourseError, which names both, where two students have one code or id."""
    had: dict[tuple[str, str], Person] = {}
    for one in people:
        for column, own in (("code", one.code), ("lms_id", one.lms_id)):
            other = had.setdefault((column, own.casefold()), one)
            both = other.name or other.code, one.name or one.code
            need(other is one or not own, _SAID["twice"].format(*both, column, own))


def write_roster(path: Path, people: Sequence[Person]) -> None:
    """Write roster.csv. Raises CourseError, and leaves it as it was, where it could not be read again."""
    _check_alone(people)
    rows = ([one.code, one.name, one.lms_id] for one in people)
    replace_file(path, to_csv([["code", "name", "lms_id"], *rows]))


def same_name(name: str) -> str:
    """Return what is the same for ‘López, Ana’, ‘Ana_López’ and ‘ANA  LÓPEZ’; no text for no name."""
    return " ".join(sorted(re.findall(r"[^\s,_]+", shown(name).casefold())))


def new_codes(names: Iterable[tuple[str, str]], taken: Collection[str] = ()) -> tuple[Person, ...]:
    """Return a roster of (name, lms_id), each with a random code that is not taken."""
    people: dict[str, Person] = {}
    for name, lms_id in names:
        while (code := make_code()) in people or code in taken:
            continue
        people[code] = Person(code, name, lms_id)
    return tuple(people.values())


def new_people(people: People, found: People) -> tuple[list[Person], dict[Person, Person | None]]:
    """Return who is not on a list, and of these, whose name is, with who bears it: None where several do.

    Known is who has the id, or where neither has one the name. Whoever is known is nobody else.
    """
    signs = ([(one.lms_id.casefold() or same_name(one.name), one) for one in of] for of in (people, found))
    listed, each = map(grouped, signs)
    fresh = [one for at in each if at not in listed for one in dict.fromkeys(each[at])]
    others = [one for at in listed if at not in each for one in listed[at] if one.name]
    named, again = (grouped((same_name(one.name), one) for one in of) for of in (others, fresh))
    met = {name: of[0] if len(of) == len(again.get(name, ())) == 1 else None for name, of in named.items()}
    return fresh, {one: met[same_name(one.name)] for one in fresh if same_name(one.name) in met}


@dataclass(frozen=True, slots=True)
class Settings:
    """What class.toml says. No `lessons`: all. `weights`: a factor for a lesson or an exercise.

    Each day begun after `due` takes `late_percent` of the points, and all of them together `late_most`.
    """

    title: str = ""
    lessons: tuple[str, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    due: datetime.datetime | None = None
    late_percent: float = 0
    late_most: float = 100

    def has(self, lesson: str) -> bool:
        """Return whether the class does a lesson."""
        return not self.lessons or lesson in self.lessons


def read_settings(path: Path, exercises: Exercises) -> Settings:
    """Return what class.toml says; without one, every lesson counts and nothing is due."""
    if not path.exists():
        return Settings()
    about = read_toml(path)
    for error in problems("class", path, about).get((), ()):
        raise error
    lessons = sorted({one.lesson for one in exercises.values()})
    need({*lessons} >= {*about.get("lessons", ())}, _SAID["lessons"].format(path, ", ".join(lessons)))
    need({*lessons, *exercises} >= {*about.get("weights", ())}, _SAID["weights"].format(path))
    due = due_at(about.get("due"), f"{path} has a due date")
    return Settings(**about | {"lessons": tuple(about.get("lessons", ())), "due": due})


def due_at(due: object, what: str) -> datetime.datetime | None:
    """Return a due date with its time zone, a date alone as its whole day. Raises CourseError on `what`."""
    if due is None:
        return None
    if isinstance(due, datetime.date) and not isinstance(due, datetime.datetime):
        due = datetime.datetime.combine(due, datetime.time(23, 59, 59))
    if not isinstance(due, datetime.datetime) or not 2000 <= due.year < 2200:
        raise CourseError(f"{what} of another form: write a year of four digits, such as 2026-03-02T18:00:00")
    return due.astimezone()


def write_settings(path: Path, settings: Settings) -> None:
    """Write class.toml."""
    due = f"due = {settings.due.isoformat(timespec='seconds')}\n" if settings.due else ""
    weights = "".join(f"{name} = {weight:g}\n" for name, weight in settings.weights.items())
    title, lessons = json.dumps(settings.title, ensure_ascii=False), json.dumps(settings.lessons)
    about = {"title": title, "lessons": lessons, "due": due, "weights": weights}
    replace_file(path, SYSTEMS["class_toml"].format(settings, **about).encode())


def number_in(text: str, most: float, what: str) -> float:
    """Return a number that was typed, from 0 to `most`. Raises CourseError where it is none."""
    with contextlib.suppress(ValueError):
        if 0 <= (number := float(text.replace(",", "."))) <= most:
            return number
    raise CourseError(f"{text!r:.20} is no {what}: write a number from 0 up to {most:g}, such as 2 or 0.5")
