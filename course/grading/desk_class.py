"""The desk's panels for a class itself: made up to try things, its lessons and list, and its end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path

from course.corpus.errors import CourseError
from course.corpus.table import Table
from course.grading.desk_parts import Fields, OpenClass, buttons, bytes_of, download, field, table_part
from course.grading.gradebooks import read_gradebook
from course.grading.made_up import SAID, made_up_class
from course.grading.record import delete_class
from course.grading.roster import new_codes, read_roster, tidy, write_roster
from course.grading.settings import Settings, due_at, number_in, read_settings, write_settings
from course.lessons.exercises import load_exercises
from course.lessons.forms import Panel, Part
from course.lessons.handin import page

HOW_OFTEN = {"out": "not in this class", "0": "without points", "0.5": "half", "1": "once", "2": "twice"}
SURE = "Delete this class: its list, marks, comments and feedback pages? This cannot be undone."


@dataclass(frozen=True, slots=True)
class MadeUp:
    """The button that makes a class of people who do not exist."""

    opened: OpenClass

    def panel(self) -> Panel:
        """Return the panel."""
        more = "You get a ZIP of 30 hand-ins, some of them broken, and an empty worksheet, as from Moodle."
        lines = [SAID.replace("\n", " "), more]
        labels = {"make": "Make the made-up class"}
        return Panel("made_up", "A class to try everything with", lines, self.press, buttons=buttons(**labels))

    def press(self, button: str, given: Fields) -> Part:
        """Make it, where no other class is."""
        folder = self.opened.folder
        if any((folder / name).exists() for name in ("roster.csv", "class.toml", "inbox.txt")):
            raise CourseError(f"{folder} holds a class already: delete it first, or name another folder")
        self.opened.choose_inbox(made_up_class(self.opened.case, folder))
        files = [folder / name for name in ("made_up-hand_ins.zip", "made_up-worksheet.csv")]
        downloads = [download(file.name, file.read_bytes()) for file in files]
        return {"text": "It is made. Go on with mark_hand_ins.ipynb.", "downloads": downloads}


class Lessons:
    """Which lessons the class does, how often each counts, until when, and what being late takes."""

    def __init__(self, opened: OpenClass) -> None:
        self.opened, self.path = opened, opened.folder / "class.toml"
        self.exercises = load_exercises(opened.case)
        self.names = list(dict.fromkeys(one.lesson for one in self.exercises.values()))

    def panel(self) -> Panel:
        """Return the panel."""
        lines = ["How often does each lesson count? You can change this until the end."]
        parts = {"fields": self.fields(), "buttons": buttons(keep="Keep")}
        return Panel("lessons", "Lessons, weights and the due date", lines, self.press, **parts)

    def fields(self) -> list[Part]:
        """Return the fields, with what class.toml says."""
        settings = read_settings(self.path, self.exercises)
        due = f"{settings.due:%Y-%m-%dT%H:%M}" if settings.due else ""
        percent, most = (f"{one:g}" for one in (settings.late_percent, settings.late_most))
        found = [
            field("title", "text", "Name of the class", value=settings.title),
            field("due", "datetime-local", "Due (may stay empty)", value=due),
            field("late_percent", "text", "Each day late takes, in per cent of the points", value=percent),
            field("late_most", "text", "And at most, in per cent", value=most),
        ]
        for name in self.names:
            often = f"{settings.weights.get(name, 1):g}" if name in (settings.lessons or self.names) else "out"
            options = HOW_OFTEN | {often: HOW_OFTEN.get(often, f"{often} times")}
            found.append(field(name, "choice", name.replace("_", " "), value=often, options=options))
        return found

    def press(self, button: str, given: Fields) -> Part:
        """Keep what was chosen."""
        before = read_settings(self.path, self.exercises)
        weights = {id: one for id, one in before.weights.items() if id in self.exercises}
        chosen = [name for name in self.names if given[name] != "out"]
        if not chosen:
            raise CourseError("Choose at least one lesson")
        weights |= {name: float(given[name]) for name in chosen if given[name] != "1"}
        due = due_at(datetime.fromisoformat(given["due"]) if given["due"] else None, "This is a due date")
        lessons = () if chosen == self.names else tuple(chosen)
        late = [number_in(given[name], 100, "share") for name in ("late_percent", "late_most")]
        write_settings(self.path, Settings(given["title"].strip(), lessons, weights, due, *late))
        self.opened.renew()
        return {"text": f"Kept in {self.path}.", "fields": self.fields()}


class Roster:
    """The class's list, made from a gradebook file or typed names."""

    def __init__(self, opened: OpenClass) -> None:
        self.opened, self.path = opened, opened.folder / "roster.csv"

    def panel(self) -> Panel:
        """Return the panel."""
        label = "Gradebook or list of participants of Canvas or Moodle (CSV)"
        fields = [field("file", "file", label, accept=".csv", bytes=True)]
        fields.append(field("names", "area", "Or names, one a line"))
        labels = {"make": "Add to the list", "codes": "Codes to print"}
        lines = ["Each student gets a code at random. Who is on the list already keeps theirs."]
        parts = {"tables": self.tables(), "fields": fields, "buttons": buttons(**labels)}
        return Panel("roster", "Who is in the class", lines, self.press, **parts)

    def tables(self) -> list[Part]:
        """Return the list as it stands, or no table."""
        people = [{"code": one.code, "name": one.name, "id": one.lms_id} for one in read_roster(self.path)]
        return [table_part(Table(f"{len(people)} students", people))] if people else []

    def press(self, button: str, given: Fields) -> Part:
        """Add students to the list, or make the page of their codes."""
        people = read_roster(self.path)
        if button == "codes":
            file = download("codes.html", _slips((one.name, one.code) for one in people), "text/html")
            return {"text": "Open the page, print it, and cut along the lines.", "downloads": [file]}
        found = [(name, "") for line in given["names"].splitlines() if (name := tidy(line))]
        if given["file"]:
            students = read_gradebook(bytes_of(given["file"])).students()
            found += [(tidy(name), id) for name, id in students]
        known = {one.lms_id or one.name for one in people}
        fresh = dict.fromkeys((name, id) for name, id in found if (id or name) not in known)
        if not found:
            raise CourseError("Choose a gradebook file, or type names, one a line")
        write_roster(self.path, [*people, *new_codes(fresh, [one.code for one in people])])
        self.opened.renew()
        return {"text": f"{len(fresh)} students were added.", "tables": self.tables()}


def _slips(people: Iterable[tuple[str, str]]) -> bytes:
    """Return a page with a row a student: the name, and the code to type in lesson 00."""
    cells = (f"<tr><th>{escape(name)}</th><td><code>{escape(code)}</code></td></tr>" for name, code in people)
    return page("Codes", f"<h1>Codes for lesson 00</h1><table>{''.join(cells)}</table>").encode()


@dataclass(frozen=True, slots=True)
class Delete:
    """The button that deletes everything about the class."""

    opened: OpenClass

    def panel(self) -> Panel:
        """Return the panel."""
        where: Path = self.opened.folder
        lines = [f"It stands in {where}. What is in your browser’s downloads is yours to delete."]
        asked = [{"name": "delete", "label": "Delete this class", "sure": SURE}]
        return Panel("delete", "Delete this class", lines, self.press, buttons=asked)

    def press(self, button: str, given: Fields) -> Part:
        """Delete it."""
        self.opened.renew()
        told = f"{delete_class(self.opened.folder)} Restart the kernel, so that nothing of it stays on screen."
        return {"text": told}
