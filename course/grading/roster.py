"""roster.csv, the list of a class, and tables as spreadsheets write and read them.

A table is CSV in any common form, and no text of it is a formula. The roster has each student's code, name,
and the id of the school's system.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from course.corpus.errors import CourseError
from course.lessons.files import replace_file
from course.lessons.handin import Student, make_code

_COLUMNS = ["code", "name", "lms_id"]
# A spreadsheet takes a cell for a formula by its first sign; one that splits at another sign than ours, as
# in Germany, begins a cell after each semicolon, tab or line end too.
_FORMULA = re.compile(r"\A(?=[=+\-@\t\r])|(?<=[;\t\r\n])(?=[=+\-@])")
_GUARD = re.compile(r"\A'(?=[=+\-@\t\r])|(?<=[;\t\r\n])'(?=[=+\-@])")
_SIGNS = {",": "comma", ";": "semicolon", "\t": "tab"}


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return _FORMULA.sub("'", text)


def unguarded(text: str) -> str:
    """Return the text that was guarded."""
    return _GUARD.sub("", text)


def to_csv(rows: Iterable[Iterable[object]]) -> bytes:
    """Return rows as CSV in UTF-8 (with a BOM, for Excel); text is guarded, numbers are not."""
    safe = [[guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    return _written(safe, ",", "\ufeff")


def _written(rows: Iterable[Iterable[object]], delimiter: str, start: str) -> bytes:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return (start + file.getvalue()).encode()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A CSV file as it was read: its rows, their delimiter, and how the file began."""

    rows: list[list[str]]
    delimiter: str
    start: str

    def file(self) -> bytes:
        """Return the rows as such a file again, in UTF-8."""
        return _written(self.rows, self.delimiter, self.start)


def read_csv(data: bytes) -> Sheet:
    """Return a CSV file of UTF-8, UTF-16 or Windows, with commas, semicolons or tabs.

    Raises CourseError, a clause, where it is none, or where a line has more cells than there are columns.
    """
    rows: list[list[str]] = []
    try:
        text = _decoded(data)
        named = re.match(r"sep=(.)\r?\n", text, re.IGNORECASE)
        start, text = (named[0], text[named.end() :]) if named else ("", text)
        delimiter = named[1] if named else max(",;\t", key=text.partition("\n")[0].count)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for row in reader:
            if rows and any(cell.strip() for cell in row[len(rows[0]) :]):
                raise CourseError(
                    f"line {reader.line_num + bool(named)} has more cells than there are columns: put"
                    f" quotation marks around a text that holds a {_SIGNS.get(delimiter, delimiter)}"
                )
            rows.append(row)
    except (UnicodeError, csv.Error, TypeError) as error:
        raise CourseError(
            f"it is no CSV in UTF-8 ({error}): a spreadsheet can save it as ‘CSV UTF-8’"
        ) from error
    return Sheet(rows, delimiter, "\ufeff" * data.startswith(b"\xef\xbb\xbf") + start)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    with contextlib.suppress(UnicodeError):
        return data.decode("utf-8-sig")
    return data.decode("cp1252")  # what Excel on Windows writes in much of the world


def plain_id(text: str) -> str:
    """Return an id as people write it: a spreadsheet makes 70001 a number, and writes 70001.0."""
    return re.sub(r"\A(\d+)[.,]0+\Z", r"\1", text.strip())


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
            Student(one.code, "", one.name)  # raises where code or name cannot be used
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
