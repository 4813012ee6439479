"""Marks for the school's system: its own gradebook file filled in, a plain CSV, JSON.

Canvas (gradebook_exporter.rb, gradebook_importer.rb): `Student`, `ID`, ..., a column `Title (123)` for each
assignment; a row `    Points Possible`, in which computed columns say `(read only)`; `EX` is excused.
Moodle's grading worksheet (mod/assign/feedback/offline): `Identifier` (`Participant 12345`), ..., `Grade`,
`Maximum Grade`. Its grade export: `ID number`, `Email address`, `Assignment: Title (Real)`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from course.corpus.errors import CourseError
from course.grading.grade import Graded
from course.grading.roster import from_csv, to_csv
from course.lessons.files import to_json

_NAMES = ("Student", "FirstName", "LastName", "Full name", "First name", "Last name", "Surname")
_HEAD = "code name lms_id status points possible to_read late excused notes send"


@dataclass(frozen=True, slots=True)
class Gradebook:
    """A gradebook file as downloaded: the columns of its students' ids, and those that can be filled."""

    rows: list[list[str]]
    delimiter: str
    bom: bool
    ids: tuple[int, ...]
    columns: dict[str, int]

    def ids_of(self, row: Sequence[str]) -> list[str]:
        """Return the ids in a row, none where it is no student's."""
        if not row or "Points Possible" in row[0]:
            return []
        return [
            id for at in self.ids if at < len(row) and (id := row[at].strip().removeprefix("Participant "))
        ]

    def students(self) -> list[tuple[str, str]]:
        """Return (name, id) of each student, for a roster."""
        at = [at for at, name in enumerate(self.rows[0]) if name.strip() in _NAMES]
        rows = [(row, ids) for row in self.rows[1:] if (ids := self.ids_of(row))]
        return [(" ".join(filter(None, (row[one].strip() for one in at))), ids[0]) for row, ids in rows]


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled gradebook: the file, how many marks were written, and who was left out, with the reason."""

    data: bytes
    filled: int
    left: tuple[str, ...]


def read_gradebook(data: bytes) -> Gradebook:
    """Return a gradebook file of Canvas or Moodle. Raises CourseError where it is neither."""
    try:
        rows, delimiter = from_csv(data)
    except CourseError as error:
        raise CourseError(f"the gradebook cannot be read: {error}; download it again as CSV") from error
    head = [cell.strip() for cell in rows[0]] if rows else []
    possible = next((row for row in rows[1:4] if row and "Points Possible" in row[0]), [])
    free: list[int] = []
    if head[:1] in (["Student"], ["LastName"]) and "ID" in head:
        ids = ["ID"]
        given = dict(enumerate(possible))
        free = [
            at
            for at, name in enumerate(head)
            if re.search(r" \(\d+\)$", name) and "read" not in given.get(at, "")
        ]
    elif "Identifier" in head and "Grade" in head:
        ids, free = ["Identifier"], [head.index("Grade")]
    else:
        ids = [name for name in ("ID number", "Email address", "Username") if name in head]
        free = [at for at, name in enumerate(head) if re.search(r": .*\((Real|Points)\)$", name)]
    if not ids or not free:
        raise CourseError(
            "the gradebook is of no known form: download as CSV, in English and with the column to be filled,"
            " Canvas’s gradebook, or Moodle’s grading worksheet or grade export"
        )
    columns = {head[at]: at for at in free}
    return Gradebook(rows, delimiter, data.startswith(b"\xef\xbb\xbf"), tuple(map(head.index, ids)), columns)


def fill_gradebook(
    data: bytes, graded: Sequence[Graded], column: str = "", unfinished: bool = False
) -> Filled:
    """Return a gradebook with a class's marks in one column, and every other cell as it was.

    `column` is needed where there are several (Gradebook.columns). A mark is the share of the points, on the
    column's own maximum where the file names one. Nothing is written for a student without a hand-in that
    could be read, nor (unless `unfinished`) for one with answers that a person has yet to read.
    """
    book = read_gradebook(data)
    names = [name for name in book.columns if column in ("", name)]
    if len(names) != 1:
        raise CourseError(f"choose the column to fill: one of {', '.join(map(repr, book.columns))}")
    at, head = book.columns[names[0]], [cell.strip() for cell in book.rows[0]]
    canvas = "ID" in head
    most_at = next((at for at, name in enumerate(head) if name.casefold() == "maximum grade"), -1)
    most = next((row[at] for row in book.rows[1:4] if canvas and row and "Points Possible" in row[0]), "")
    known = {one.row.lms_id.casefold(): one for one in graded if one.row.lms_id}
    left = [f"{one.row.label}: has no id of the school’s system." for one in graded if not one.row.lms_id]
    filled, met = 0, set()
    for row in book.rows[1:]:
        ids = [id for id in book.ids_of(row) if at < len(row)]
        id = next((id.casefold() for id in ids if id.casefold() in known), "")
        one = known.get(id)
        met.add(id)
        if one is None:
            left += [f"{row[0].strip() or ids[0]}: no hand-in has this id."] if ids else []
        elif why := _not_filled(one, canvas, unfinished):
            left.append(f"{one.row.label}: {why}.")
        else:
            maximum = _number(row[most_at] if most_at >= 0 else most) or one.possible
            mark = "EX" if one.excused else f"{maximum * one.points / one.possible:.2f}"
            row[at] = mark.replace(".", ",") if book.delimiter == ";" else mark
            filled += 1
    left += [f"{one.row.label}: is not in the gradebook." for id, one in known.items() if id not in met]
    file = io.StringIO()
    csv.writer(file, delimiter=book.delimiter, lineterminator="\r\n").writerows(book.rows)
    return Filled(file.getvalue().encode("utf-8-sig" if book.bom else "utf-8"), filled, tuple(left))


def _not_filled(one: Graded, canvas: bool, unfinished: bool) -> str:
    if one.excused:
        return "" if canvas else "excused, which this file cannot say"
    if one.row.status != "read":
        return f"no mark, since {one.row.problem}"
    if one.left and not unfinished:
        return f"{one.left} of the answers have yet to be read"
    return "" if one.possible else "there is nothing to mark"


def _number(text: str) -> float:
    return float(text.replace(",", ".")) if re.fullmatch(r"\s*\d+([.,]\d+)?\s*", text) else 0.0


def marks_csv(graded: Sequence[Graded]) -> bytes:
    """Return the marks as a table for a spreadsheet, an exercise a column; no text in it is a formula."""
    ids = list(dict.fromkeys(mark.exercise.id for one in graded for mark in one.marked if mark.possible))
    rows: list[list[object]] = [[*_HEAD.split(), *ids]]
    for one in graded:
        row, marks = one.row, {mark.exercise.id: mark.points for mark in one.marked}
        notes = " ".join(filter(None, [row.problem, *one.notes, ", ".join(row.files)]))
        total = [round(one.points, 3), round(one.possible, 3), one.left] if row.status == "read" else [""] * 3
        flags = ["yes" if flag else "" for flag in (one.late, one.excused)]
        of = ["" if (points := marks.get(id)) is None else round(points, 3) for id in ids]
        rows.append([row.code, row.name, row.lms_id, row.status, *total, *flags, notes, row.send, *of])
    return to_csv(rows)


def marks_json(graded: Iterable[Graded], said: Sequence[str] = ()) -> bytes:
    """Return the marks as JSON: a student each, with the credit (0 to 1) of every decision."""
    people = []
    for one in graded:
        row = one.row
        about = {
            name: getattr(row, name)
            for name in ("key", "code", "name", "lms_id", "status", "problem", "send")
        }
        marks = {
            mark.exercise.id: {
                name: getattr(mark, name) for name in ("points", "possible", "level", "comment")
            }
            | {"credits": [[item.item, item.article, item.credit] for item in mark.result.items]}
            for mark in one.marked
        }
        flags = {"late": one.late, "excused": one.excused, "files": row.files, "notes": one.notes}
        people.append(about | flags | {"points": one.points, "possible": one.possible, "exercises": marks})
    return to_json({"format": 1, "students": people, "said": list(said)})
