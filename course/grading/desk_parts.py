"""What the desk's panels are made of (described in desk.toml), and the class that all of them are about."""

from __future__ import annotations

import base64
import os
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, cast

import ipywidgets

from course.corpus.case import Case
from course.corpus.errors import CourseError
from course.corpus.table import Table
from course.grading.discussion import answers_of
from course.grading.grade import Grade, Graded, Grader
from course.grading.rows import Reading, Row
from course.lessons.exercises import Exercise, load_exercises, sha256_of
from course.lessons.files import replace_file
from course.lessons.messages import Download, PanelButton, PanelField, PanelTable, Passage, Status
from course.lessons.widgets import OnPress, Panel

Fields = Mapping[str, Any]  # what stands in a panel's fields at a press
NO_HAND_INS = "No hand-ins are chosen yet: open mark_hand_ins.ipynb and read them there first"
PANELS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("desk.toml").read_text("utf-8"))


def panel(name: str, on_press: OnPress | None = None, **parts: Any) -> Panel:
    """Return a panel as desk.toml describes it; `parts` take the place of what stands there."""
    described = {part: PANELS[name].get(part, "") for part in ("title", "lines")}
    described |= {"fields": fields(name), "buttons": buttons(name)}
    return Panel(name, on_press=on_press, **(described | parts))


def fields(name: str, **now: Any) -> list[PanelField]:
    """Return a panel's fields, with the value of each `now`, or its options by value where it is a choice.

    A choice that has nothing to choose from is left out.
    """
    found = []
    for described in PANELS[name].get("fields", ()):
        field = dict(described)
        if (value := now.get(field["name"])) is not None:
            is_choice = field["kind"] == "choice"
            field |= {"options": list(map(list, value.items()))} if is_choice else {"value": value}
        if field["kind"] != "choice" or field.get("options"):
            found.append(cast(PanelField, field))
    return found


def buttons(name: str, without: Iterable[str] = ()) -> list[PanelButton]:
    """Return a panel's buttons, the first as the main one unless it asks first."""
    about, sure = PANELS[name], PANELS[name].get("sure")
    found: list[PanelButton] = []
    for button, label in about.get("buttons", {}).items():
        if button not in without:
            found.append(PanelButton(name=button, label=label, main=not (found or sure)))
            if sure:
                found[-1]["sure"] = sure
    return found


def shown_tables(*tables: Table, below: bool = True) -> list[PanelTable]:
    """Return the tables that have rows, as a panel with buttons shows them; without any, none is `below`."""
    return [
        {
            "caption": one.caption,
            "columns": one.columns,
            "rows": [[str(row.get(name, "")) for name in one.columns] for row in one.rows],
            "below": below,
        }
        for one in tables
        if one.rows
    ]


def bytes_of(file: Mapping[str, str]) -> bytes:
    """Return the bytes of a chosen file."""
    return base64.b64decode(file["data"])


def download(name: str, data: bytes, type: str = "application/octet-stream") -> Download:
    """Return a file for the browser."""
    return {"name": name, "data": base64.b64encode(data).decode(), "type": type}


def named(exercise: Exercise) -> str:
    """Return an exercise's title, with the number of its lesson before it."""
    return f"{exercise.lesson.partition('_')[0]} {exercise.title}"


def texts_of(grade: Grade) -> list[Passage]:
    """Return what was written, under what was asked."""
    return [{"title": item.text, "text": grade.value.get(item.id, "")} for item in grade.exercise.items]


def mixed(keys: Iterable[str], by: str) -> list[str]:
    """Return students’ keys in a mixed order: the same at every opening, another one `by` another name."""
    return sorted(keys, key=lambda key: sha256_of(f"{by} {key}"))


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

    @property
    def rows(self) -> dict[str, Row]:
        """The students and what they handed in, by key."""
        return {row.key: row for row in self.reading.rows}

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
        rows = self.reading.rows  # before the grader, which reading makes anew
        return self.grader.grade_all(rows, reason)

    def grade_again(self, reason: str) -> str:
        """Grade everything again by the rules that hold now, and say how many grades changed."""
        rows = self.reading.rows
        count = self.grader.keep([self.grader.grade(row) for row in rows], reason)
        return f"Kept. Marks that changed by it: {count}."

    def answers(self, exercise: str) -> dict[str, Grade]:
        """Return the grade of each student who answered an exercise, by the student's key."""
        return {one.row.key: grade for one in self.graded() for grade in answers_of([one], exercise)}

    def people(self) -> dict[str, str]:
        """Return what the teacher knows each student by, by key; files of nobody's are left out."""
        rows = [row for row in self.reading.rows if not row.key.startswith("file:")]
        return {row.key: " ".join(dict.fromkeys(filter(None, [row.label, row.code]))) for row in rows}

    def exercises(self) -> list[Exercise]:
        """Return the exercises whose answers reach a teacher."""
        return [one for one in load_exercises(self.case).values() if not one.private]

    def titles(self) -> dict[str, str]:
        """Return the titles of these exercises, by id."""
        return {one.id: named(one) for one in self.exercises()}

    def written(self) -> dict[str, str]:
        """Return the titles of those whose answers a person gives a level."""
        asked = (one for one in self.exercises() if one.written and one.rubric and one.points)
        return {one.id: named(one) for one in asked}


class Chooser(ipywidgets.VBox):  # type: ignore[misc]
    """A list to choose from, and below it what is shown of the choice. No notebook file keeps it.

    `options` gives values and their words; where it needs the hand-ins, it `waits` until they are read.
    """

    def __init__(
        self,
        opened: OpenClass,
        name: str,
        options: Callable[[], Mapping[str, str]],
        show: Callable[[OpenClass, str], ipywidgets.Widget],
        waits: bool = False,
    ) -> None:
        self.opened, self.options, self.show = opened, options, show
        first = fields("chooser", which={} if waits else options())
        self.panel = panel(name, self.press, fields=first, buttons=buttons("chooser"))
        super().__init__([self.panel])

    def press(self, button: str, given: Fields) -> Status:
        """Show what is chosen, after the inbox was read again where that is asked."""
        if button == "again":
            self.opened.read_again()
        _ = self.opened.reading  # which says what to do where nothing was chosen
        if "which" not in given:
            return {"text": "Choose one.", "fields": fields("chooser", which=self.options())}
        below = self.show(self.opened, given["which"])
        before = self.children[1:]  # type: ignore[has-type]
        self.children = (self.panel, below)
        for one in before:
            one.close()
        return {"text": "Shown below."}

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return super()._repr_mimebundle_(**kwargs) | {"text/plain": self.panel.plain}
