"""The desk's panels for hand-ins: reading them, one student at a time, and carrying grades out."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Any

from course.corpus.errors import CourseError
from course.corpus.table import Table
from course.grading.desk_parts import Fields, OpenClass, buttons, bytes_of, download, field, table_part
from course.grading.feedback import write_pages
from course.grading.grade import Graded
from course.grading.gradebooks import fill_gradebook, marks_csv, marks_json, read_gradebook
from course.grading.inbox import CANVAS
from course.grading.rows import Row
from course.lessons.files import replace_file
from course.lessons.forms import Panel, Part

STATES = {"read": "Marked", "unusable": "Not usable", "missing": "Missing"}


@dataclass(frozen=True, slots=True)
class HandIns:
    """Where the hand-ins are, and what is wrong with them."""

    opened: OpenClass

    def panel(self) -> Panel:
        """Return the panel."""
        fields = [field("file", "file", "The ZIP from Moodle or Canvas", accept=".zip", bytes=True)]
        named = self.opened.inbox_named()
        fields.append(field("place", "text", "Or a ZIP or folder on this machine", value=named))
        lines = ["Choose the download as it came. Or name the folder that is your hub’s inbox."]
        parts = {"fields": fields, "buttons": buttons(read="Read the hand-ins")}
        return Panel("hand_ins", "Read the hand-ins", lines, self.press, **parts)

    def press(self, button: str, given: Fields) -> Part:
        """Read and grade what was chosen, or what was read last."""
        opened = self.opened
        if given["file"]:
            data = bytes_of(given["file"])
            if not zipfile.is_zipfile(io.BytesIO(data)):
                raise CourseError(
                    f"{given['file']['name']!r:.80} is no whole ZIP: choose the download as it"
                    " came, or download it again"
                )
            replace_file(opened.folder / "hand_ins.zip", data)
            opened.choose_inbox(opened.folder / "hand_ins.zip")
        elif place := given["place"].strip(" \t\"'"):  # Windows copies a path with quotation marks
            opened.choose_inbox(Path(place).expanduser().absolute())
        opened.read_again()
        graded = opened.graded("hand-ins were read")
        told = [f"{label}: {sum(one.row.status == state for one in graded)}." for state, label in STATES.items()]
        told.append(f"Written answers that wait for you: {sum(one.left for one in graded)}.")
        lines = [" ".join(told), *opened.reading.said]
        return {"text": "Read.", "lines": lines, "tables": self._tables(graded)}

    def _tables(self, graded: Iterable[Graded]) -> list[Part]:
        """Return the tables of what went wrong, of who may be one person, and of everybody's state."""
        reading, labels = self.opened.reading, {row.key: row.label for row in self.opened.reading.rows}
        bad = [
            {"who": one.row.label, "what is wrong": one.row.problem, "what you can send": one.row.send}
            for one in graded
            if one.row.status != "read"
        ]
        unsure = [
            {"one": labels[one], "other": labels[other], "both have": why} for one, other, why in reading.unsure
        ]
        read = [one for one in graded if one.row.status == "read"]
        everyone = [
            {
                "who": one.row.label,
                "points": f"{one.points:.4g} of {one.possible:.4g}",
                "to read": one.left or "",
                "notes": " ".join(map(str, one.notes)),
            }
            for one in read
        ]
        tables = [Table("Cannot be marked", bad), Table("May be one person; nothing was merged", unsure)]
        return [table_part(one, below=True) for one in (*tables, Table("Marked", everyone)) if one.rows]


@dataclass(frozen=True, slots=True)
class Students:
    """Late, excused, a comment, and two rows that are one student."""

    opened: OpenClass

    def panel(self) -> Panel:
        """Return the panel."""
        labels = {"show": "Show the students", "late_yes": "Late", "late_no": "Not late"}
        labels |= {"excused_yes": "Excused", "excused_no": "Not excused", "comment": "Keep the comment"}
        labels |= {"same": "These two are one person", "apart": "They are not one person"}
        lines = ["Late is what the school’s system or the clock says, unless you decide otherwise."]
        return Panel("students", "One student at a time", lines, self.press, buttons=buttons(**labels))

    def fields(self) -> list[Part]:
        """Return the fields, with the students of the class."""
        people = self.opened.labels()
        return [
            field("student", "choice", "Student", options=people),
            field("other", "choice", "Is the same person as", options={"": "–", **people}),
            field("comment", "area", "Comment on the whole work"),
            field("reason", "text", "Reason, kept with the change"),
        ]

    def press(self, button: str, given: Fields) -> Part:
        """Keep a decision about a student."""
        if button == "show" or "student" not in given:
            return {"text": "Choose a student.", "fields": self.fields()}
        if button == "same":
            return self._join(given)
        if button == "apart":
            return self._part(given)
        kind, _, wish = button.partition("_")
        value: Any = given["comment"].strip() or None if kind == "comment" else wish == "yes"
        self._decide(kind, value, given["student"], given["reason"])
        told = self.opened.grade_again(f"{kind} was decided")
        label = next((row.label for row in self.opened.reading.rows if row.key == given["student"]), "")
        return {"text": f"{label}: {told}"}

    def _join(self, given: Fields) -> Part:
        if given["other"] in ("", given["student"]):
            raise CourseError("Choose two entries that are one person")
        self._decide("same", given["other"], given["student"], given["reason"])
        self.opened.read_again()
        return {"text": self.opened.grade_again("two entries are one person"), "fields": self.fields()}

    def _part(self, given: Fields) -> Part:
        for (student, _), key in self.opened.grader.record.all("same").items():
            if given["student"] in (student, key):
                self._decide("same", None, student, given["reason"])
        self.opened.read_again()
        return {"text": self.opened.grade_again("entries are two persons again"), "fields": self.fields()}

    def _decide(self, kind: str, value: Any, student: str, reason: str) -> None:
        self.opened.grader.record.set(kind, value, student=student, reason=reason)


class Exports:
    """How grades leave. The gradebook file that was chosen last is kept while its column is asked for."""

    def __init__(self, opened: OpenClass) -> None:
        self.opened, self.name, self.data = opened, "", b""
        label = "Gradebook file from Canvas or Moodle (CSV)"
        self.file = field("file", "file", label, accept=".csv", bytes=True)
        self.unread = field("unfinished", "checkbox", "Also where I have not read all written answers")

    def panel(self) -> Panel:
        """Return the panel."""
        labels = {"gradebook": "Fill in the gradebook", "feedback": "Feedback pages (ZIP)"}
        labels |= {"csv": "Marks (CSV)", "json": "Marks (JSON)"}
        lines = ["Each file goes to your downloads, and stays in the class’s folder too."]
        parts = {"fields": [self.file, self.unread], "buttons": buttons(**labels)}
        return Panel("exports", "Carry the marks out", lines, self.press, **parts)

    def press(self, button: str, given: Fields) -> Part:
        """Make one of the files."""
        if button == "gradebook":
            return self._fill(given)
        graded = self.opened.graded()
        if button == "csv":
            return {"text": "A line a student.", "downloads": [self._keep("marks.csv", marks_csv(graded))]}
        if button == "json":
            return {"text": "Every decision.", "downloads": [self._keep("marks.json", marks_json(graded))]}
        return self._pages(graded)

    def _fill(self, given: Fields) -> Part:
        if given["file"]:
            self.name, self.data = given["file"]["name"], bytes_of(given["file"])
        if not self.data:
            raise CourseError("Choose the gradebook file that you downloaded first")
        columns = list(read_gradebook(self.data).columns)
        if len(columns) > 1 and given.get("column") not in columns:
            options = {"": "–", **{one: one for one in columns}}
            ask = field("column", "choice", "Column to fill", options=options)
            told = f"{self.name} is kept. Choose the column, then press again."
            return {"text": told, "fields": [self.file, ask, self.unread | {"value": given["unfinished"]}]}
        column = given["column"] if len(columns) > 1 else ""
        filled = fill_gradebook(self.data, self.opened.graded(), column, given["unfinished"])
        left = Table("Without a mark", [{"who, and why": line} for line in filled.left])
        tables = [table_part(left, below=True)] if filled.left else []
        if not filled.filled:
            return {"text": "No mark can be filled in yet. Below stands why.", "tables": tables}
        kept = self._keep(f"gradebook-{PureWindowsPath(self.name).name}", filled.data)
        told = f"{filled.filled} marks are filled in, {len(filled.left)} are not."
        return {"text": f"{told} Upload {kept['name']}.", "tables": tables, "downloads": [kept]}

    def _pages(self, graded: list[Graded]) -> Part:
        packed = io.BytesIO()
        folder = self.opened.folder / "feedback"
        paths = write_pages(folder, graded, str(self.opened.case.about["title"]))
        read = [one.row for one in graded if one.row.status == "read"]
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for row, path in zip(read, paths, strict=True):
                archive.write(path, _feedback_name(row, path.name))
        told = f"{len(paths)} pages, also in {folder}."
        return {"text": told, "downloads": [self._keep("feedback.zip", packed.getvalue())]}

    def _keep(self, name: str, data: bytes) -> Part:
        replace_file(self.opened.folder / name, data)
        return download(name, data)


def _feedback_name(row: Row, page: str) -> str:
    """Return a page's name in the ZIP: one by which Canvas or Moodle gives it to the student.

    Canvas reads both numbers in the name of the file handed in (abstract_assignment.rb, where it infers a
    comment’s context); Moodle reads `Name_12345_assignfeedback_file_page.html` (importziplib.php).
    """
    canvas = CANVAS.match(row.files[0])
    if canvas and canvas[3] == row.lms_id:
        return f"{canvas[0]}feedback-{page.replace('_', '-')}"
    name = re.sub(r"[^\w .-]|_", "-", row.label)
    return f"{name}_{row.lms_id}_assignfeedback_file_{page}" if row.lms_id.isdecimal() else page
