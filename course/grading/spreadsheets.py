"""Tables as spreadsheets write and read them: CSV in any common form, and no text of it a formula."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

from course.corpus.errors import CourseError

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
