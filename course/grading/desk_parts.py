"""What the desk's panels are made of, and the class that all of them are about."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import ipywidgets

from course.corpus.case import Case
from course.corpus.errors import CourseError
from course.corpus.table import Table
from course.grading.grade import Graded, Grader
from course.grading.rows import Reading
from course.lessons.exercises import Exercise, load_exercises
from course.lessons.files import replace_file
from course.lessons.widgets import Panel

Part = dict[str, Any]
Fields = Mapping[str, Any]
NO_HAND_INS = "No hand-ins are chosen yet: open mark_hand_ins.ipynb and read them there first"


def field(name: str, kind: str, label: str, **more: Any) -> Part:
    """Return a field of a panel; a `choice` takes `options`, a mapping of values to words."""
    if kind == "choice":
        more["options"] = [list(option) for option in more["options"].items()]
    return {"name": name, "kind": kind, "label": label, **more}


def buttons(**labels: str) -> list[Part]:
    """Return the buttons of a panel, the first as the main one."""
    return [{"name": one, "label": label, "main": not at} for at, (one, label) in enumerate(labels.items())]


def table_part(table: Table, **more: Any) -> Part:
    """Return a table as a panel shows it."""
    rows = [[str(row.get(name, "")) for name in table.columns] for row in table.rows]
    return {"caption": table.caption, "columns": table.columns, "rows": rows, **more}


def bytes_of(file: Mapping[str, str]) -> bytes:
    """Return the bytes of a chosen file."""
    return base64.b64decode(file["data"])


def download(name: str, data: bytes, type: str = "application/octet-stream") -> Part:
    """Return a file for the browser."""
    return {"name": name, "data": base64.b64encode(data).decode(), "type": type}


def named(exercise: Exercise) -> str:
    """Return an exercise's title, with the number of its lesson before it."""
    return f"{exercise.lesson.partition('_')[0]} {exercise.title}"


class OpenClass:
    """One class: its case, its folder, its hand-ins as they were last read, and its grades."""

    def __init__(self, case: Case, folder: Path) -> None:
        self.case, self.folder = case, folder
        self._grader: Grader | None = None
        self._reading: Reading | None = None

    @property
    def grader(self) -> Grader:
        """What grading needs; the record's file is made when it is first asked for."""
        self._grader = self._grader or Grader(self.case, self.folder)
        return self._grader

    @property
    def reading(self) -> Reading:
        """The hand-ins as they were last read."""
        return self._reading or self.read_again()

    def renew(self) -> None:
        """Forget what was read: the roster, the settings or the hand-ins have changed."""
        if self._grader:
            self._grader.record.close()
        self._grader = self._reading = None

    def inbox_named(self) -> str:
        """Return the ZIP or folder that was chosen last, or the hub's inbox, or no text."""
        path = self.folder / "inbox.txt"
        return path.read_text("utf-8") if path.exists() else os.environ.get("COURSE_INBOX", "")

    def choose_inbox(self, path: Path) -> None:
        """Remember where the hand-ins are, for this notebook and the others."""
        replace_file(self.folder / "inbox.txt", str(path).encode())
        self.renew()

    def read_again(self) -> Reading:
        """Read the hand-ins, the roster and the settings as they are now."""
        if not (inbox := self.inbox_named()):
            raise CourseError(NO_HAND_INS)
        self.renew()
        self._reading = self.grader.read(Path(inbox))
        return self._reading

    def graded(self, reason: str = "marked") -> list[Graded]:
        """Return everybody's grades by the rules that hold now."""
        rows = self.reading.rows
        return self.grader.grade_all(rows, reason)

    def grade_again(self, reason: str) -> str:
        """Grade everything again by the rules that hold now, and say how many grades changed."""
        rows = self.reading.rows
        count = self.grader.keep([self.grader.grade(row) for row in rows], reason)
        return f"Kept. Marks that changed by it: {count}."

    def people(self) -> dict[str, str]:
        """Return what the teacher knows each student by, by key; files of nobody's are left out."""
        rows = [row for row in self.reading.rows if not row.key.startswith("file:")]
        return {row.key: " ".join(dict.fromkeys(filter(None, [row.label, row.code]))) for row in rows}

    def exercises(self) -> list[Exercise]:
        """Return the exercises whose answers reach a teacher."""
        return [one for one in load_exercises(self.case).values() if not one.private]


class Chooser(ipywidgets.VBox):  # type: ignore[misc]
    """A list to choose from, and below it what is shown of the choice. No notebook file keeps it.

    `options` are values and their words, or what gives them once hand-ins are read.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a panel has, and what it is about
        self,
        opened: OpenClass,
        name: str,
        title: str,
        line: str,
        options: Mapping[str, str] | Callable[[], Mapping[str, str]],
        show: Callable[[str], ipywidgets.Widget],
    ) -> None:
        self.opened, self.options, self.show = opened, options, show
        fields = [] if callable(options) else [field("which", "choice", "Choose", options=options)]
        asked = buttons(show="Show", again="Read the inbox again")
        self.panel = Panel(name, title, [line], self.press, fields=fields, buttons=asked)
        super().__init__([self.panel])

    def press(self, button: str, given: Fields) -> Part:
        """Show what is chosen, after the inbox was read again where that is asked."""
        if button == "again":
            self.opened.read_again()
        _ = self.opened.reading  # which says what to do where nothing was chosen
        if "which" not in given:
            options = self.options() if callable(self.options) else self.options
            return {"text": "Choose one.", "fields": [field("which", "choice", "Choose", options=options)]}
        shown = self.show(given["which"])
        before = list(self.children)  # type: ignore[has-type]
        self.children = (self.panel, shown)
        for one in before[1:]:
            one.close()
        return {"text": "Shown below."}

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return super()._repr_mimebundle_(**kwargs) | {"text/plain": self.panel.plain}
