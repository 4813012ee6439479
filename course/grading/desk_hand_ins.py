"""The desk's panels for hand-ins: reading them, one student at a time, and carrying marks out."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path, PureWindowsPath
from typing import Any

from course.corpus.errors import CourseError
from course.corpus.table import Table
from course.grading.desk_base import ClassDesk, Fields, Part, buttons, bytes_of, download, field, table_part
from course.grading.exports import fill_gradebook, marks_csv, marks_json, read_gradebook
from course.grading.feedback import write_pages
from course.grading.grade import Graded
from course.grading.handins import Row
from course.grading.inbox import CANVAS
from course.lessons.files import replace_file
from course.lessons.widgets import Panel


class HandInsDesk(ClassDesk):
    """What comes in from a class, and what goes back."""

    def hand_ins(self) -> Panel:
        """Show where the hand-ins are, read them, and say which cannot be used."""

        def press(button: str, given: Fields) -> Part:
            if given["file"]:
                data = bytes_of(given["file"])
                if not zipfile.is_zipfile(io.BytesIO(data)):
                    raise CourseError(
                        f"{given['file']['name']!r:.80} is no whole ZIP: choose the download as it"
                        " came, or download it again"
                    )
                replace_file(self.folder / "hand_ins.zip", data)
                self.choose_inbox(self.folder / "hand_ins.zip")
            elif place := given["place"].strip(" \t\"'"):  # Windows copies a path with quotation marks
                self.choose_inbox(Path(place).expanduser().absolute())
            self.read_again()
            graded = self.graded("hand-ins were read")
            told = [
                f"{label}: {sum(one.row.status == status for one in graded)}."
                for status, label in {
                    "read": "Marked",
                    "unusable": "Not usable",
                    "missing": "Missing",
                }.items()
            ]
            told.append(f"Written answers that wait for you: {sum(one.left for one in graded)}.")
            lines = [" ".join(told), *self.reading().said]
            return {"text": "Read.", "lines": lines, "tables": self._states(graded)}

        fields = [field("file", "file", "The ZIP from Moodle or Canvas", accept=".zip", bytes=True)]
        fields.append(field("place", "text", "Or a ZIP or folder on this machine", value=self.inbox_named()))
        lines = ["Choose the download as it came. Or name the folder that is your hub’s inbox."]
        more = {"fields": fields, "buttons": buttons(read="Read the hand-ins")}
        return Panel("hand_ins", "Read the hand-ins", lines, press, **more)

    def _states(self, graded: Iterable[Graded]) -> list[Part]:
        """Return the tables of what went wrong, of who may be one person, and of everybody's state."""
        labels = {row.key: row.label for row in self.reading().rows}
        bad = [
            {"who": row.label, "what is wrong": row.problem, "what you can send": row.send}
            for row in self.reading().rows
            if row.status != "read"
        ]
        unsure = [
            {"one": labels[one], "other": labels[other], "both have": why}
            for one, other, why in self.reading().unsure
        ]
        read = [
            [one.row.label, f"{one.points:.4g} of {one.possible:.4g}", one.left or "", " ".join(one.notes)]
            for one in graded
            if one.row.status == "read"
        ]
        everyone = [dict(zip(("who", "points", "to read", "notes"), row, strict=True)) for row in read]
        tables = [Table("Cannot be marked", bad), Table("May be one person; nothing was merged", unsure)]
        return [table_part(one) for one in (*tables, Table("Marked", everyone)) if one.rows]

    def students(self) -> Panel:
        """Show late, excused, a comment, and two entries that are one student."""

        def fields() -> list[Part]:
            rows = [row for row in self.reading().rows if not row.key.startswith("file:")]
            people = {row.key: " ".join(dict.fromkeys(filter(None, [row.label, row.code]))) for row in rows}
            return [
                field("student", "choice", "Student", options=people),
                field("other", "choice", "Is the same person as", options={"": "–", **people}),
                field("comment", "area", "Comment on the whole work"),
                field("reason", "text", "Reason, kept with the change"),
            ]

        def press(button: str, given: Fields) -> Part:
            if button == "show" or "student" not in given:
                return {"text": "Choose a student.", "fields": fields()}
            if button == "apart":
                for (student, _), key in self.course().marks.all("same").items():
                    if given["student"] in (student, key):
                        self.course().marks.set("same", None, student=student, reason=given["reason"])
                self.read_again()
                return {"text": self.mark_again("entries are two persons again"), "fields": fields()}
            kind, _, wish = button.partition("_")
            value: Any = {"comment": given["comment"].strip(), "same": given["other"]}.get(
                kind, wish == "yes"
            )
            if kind == "same" and value in ("", given["student"]):
                raise CourseError("Choose two entries that are one person")
            self.course().marks.set(
                kind, None if value == "" else value, student=given["student"], reason=given["reason"]
            )
            if kind != "same":
                names = {row.key: row.label for row in self.reading().rows}
                told = self.mark_again(f"{kind} was decided")
                return {"text": f"{names.get(given['student'], '')}: {told}"}
            self.read_again()
            return {"text": self.mark_again("two entries are one person"), "fields": fields()}

        labels = {"show": "Show the students", "late_yes": "Late", "late_no": "Not late"}
        labels |= {"excused_yes": "Excused", "excused_no": "Not excused", "comment": "Keep the comment"}
        labels |= {"same": "These two are one person", "apart": "They are not one person"}
        lines = ["Late is what the school’s system or the clock says, unless you decide otherwise."]
        return Panel("students", "One student at a time", lines, press, buttons=buttons(**labels))

    def exports(self) -> Panel:
        """Show how marks leave: the school's own file filled in, feedback pages, CSV, JSON."""
        held: dict[str, Any] = {}
        label = "Gradebook file from Canvas or Moodle (CSV)"
        file = field("file", "file", label, accept=".csv", bytes=True)
        unread = field("unfinished", "checkbox", "Also where I have not read all written answers")

        def press(button: str, given: Fields) -> Part:
            if button != "gradebook":
                return self._export(button)
            if given["file"]:
                held.update(name=given["file"]["name"], data=bytes_of(given["file"]))
            if not held:
                raise CourseError("Choose the gradebook file that you downloaded first")
            columns = list(read_gradebook(held["data"]).columns)
            if len(columns) > 1 and given.get("column") not in columns:
                ask = field(
                    "column", "choice", "Column to fill", options={"": "–", **{one: one for one in columns}}
                )
                fields = [file, ask, unread | {"value": given["unfinished"]}]
                told = f"{held['name']} is kept. Choose the column, then press again."
                return {"text": told, "fields": fields}
            column = given["column"] if len(columns) > 1 else ""
            filled = fill_gradebook(held["data"], self.graded(), column, given["unfinished"])
            left = Table("Without a mark", [{"who, and why": line} for line in filled.left])
            tables = [table_part(left, below=True)] if filled.left else []
            if not filled.filled:
                return {"text": "No mark can be filled in yet. Below stands why.", "tables": tables}
            kept = self._keep(f"gradebook-{PureWindowsPath(held['name']).name}", filled.data)
            told = f"{filled.filled} marks are filled in, {len(filled.left)} are not."
            told += f" Upload {kept['name']}."
            return {"text": told, "tables": tables, "downloads": [kept]}

        labels = {"gradebook": "Fill in the gradebook", "feedback": "Feedback pages (ZIP)"}
        labels |= {"csv": "Marks (CSV)", "json": "Marks (JSON)"}
        lines = ["Each file goes to your downloads, and stays in the class’s folder too."]
        more = {"fields": [file, unread], "buttons": buttons(**labels)}
        return Panel("exports", "Carry the marks out", lines, press, **more)

    def _export(self, button: str) -> Part:
        graded = self.graded()
        if button == "csv":
            return {"text": "A line a student.", "downloads": [self._keep("marks.csv", marks_csv(graded))]}
        if button == "json":
            return {"text": "Every decision.", "downloads": [self._keep("marks.json", marks_json(graded))]}
        packed = io.BytesIO()
        paths = write_pages(self.folder / "feedback", graded, str(self.case.about["title"]))
        read = [one.row for one in graded if one.row.status == "read"]
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for row, path in zip(read, paths, strict=True):
                archive.write(path, _feedback_name(row, path.name))
        told = f"{len(paths)} pages, also in {self.folder / 'feedback'}."
        return {"text": told, "downloads": [self._keep("feedback.zip", packed.getvalue())]}

    def _keep(self, name: str, data: bytes) -> Part:
        replace_file(self.folder / name, data)
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
