"""What the desk's panels share: the class as it was last read, and the parts they are made of."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import ipywidgets

from course.corpus.case import Case
from course.corpus.errors import CourseError
from course.corpus.table import Table
from course.grading.grade import Course, Graded
from course.grading.handins import Reading
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


class Chooser(ipywidgets.VBox):  # type: ignore[misc]
    """A list to choose from, and below it what is shown of the choice. No notebook file keeps it."""

    def __init__(
        self,
        desk: ClassDesk,
        panel: Panel,
        options: Mapping[str, str],
        show: Callable[[str], ipywidgets.Widget],
    ) -> None:
        self.desk, self.panel, self.show = desk, panel, show
        panel.fields = [field("which", "choice", "Choose", options=options)]
        panel.buttons = buttons(show="Show", again="Read the inbox again")
        panel._on_press = self.press
        super().__init__([panel])

    def press(self, button: str, given: Fields) -> Part:
        """Show what is chosen, after the inbox was read again where that is asked."""
        if button == "again":
            self.desk.read_again()
        self.desk.reading()  # which says what to do where nothing was chosen
        shown = self.show(given["which"])
        before = list(self.children)  # type: ignore[has-type]
        self.children = (self.panel, shown)
        for one in before[1:]:
            one.close()
        return {"text": "Shown below."}

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return super()._repr_mimebundle_(**kwargs) | {"text/plain": self.panel.plain}


class ClassDesk:
    """One class: its case, its folder, its hand-ins as they were last read, and its marks."""

    def __init__(self, case: Case, folder: Path) -> None:
        self.case, self.folder = case, folder
        self._course: Course | None = None
        self._reading: Reading | None = None

    def course(self) -> Course:
        """Return what marking needs; the file of marks is made when it is first asked for."""
        self._course = self._course or Course(self.case, self.folder)
        return self._course

    def renew(self) -> None:
        """Forget what was read: the roster, the settings or the hand-ins have changed."""
        if self._course:
            self._course.marks.close()
        self._course = self._reading = None

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
        self._reading = self.course().read(Path(inbox))
        return self._reading

    def reading(self) -> Reading:
        """Return the hand-ins as they were last read."""
        return self._reading or self.read_again()

    def graded(self, reason: str = "marked") -> list[Graded]:
        """Return everybody's marks by the rules that hold now."""
        rows = self.reading().rows
        return self.course().grade_all(rows, reason)

    def mark_again(self, reason: str) -> str:
        """Mark everything again by the rules that hold now, and say how many marks changed."""
        rows = self.reading().rows
        count = self.course().record([self.course().grade(row) for row in rows], reason)
        return f"Kept. Marks that changed by it: {count}."

    def exercises(self, *kinds: str) -> Iterable[Exercise]:
        """Return the exercises of some kinds whose answers reach a teacher."""
        found = load_exercises(self.case).values()
        return [one for one in found if one.kind in kinds and not one.private]
