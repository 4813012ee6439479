"""The teacher's desk: what the notebooks call. Each call shows a panel; nothing happens before a press.

What students did stands in panels alone, which no notebook file keeps.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from html import escape

from course.corpus.case import open_case
from course.corpus.errors import CourseError
from course.corpus.table import Table
from course.grading.desk_base import Fields, Part, buttons, bytes_of, download, field, table_part
from course.grading.desk_discussion import DiscussionDesk
from course.grading.desk_hand_ins import HandInsDesk
from course.grading.desk_marking import MarkingDesk
from course.grading.exports import read_gradebook
from course.grading.made_up import SAID, made_up_class
from course.grading.marks import delete_class
from course.grading.roster import (
    Settings,
    due_at,
    new_codes,
    read_roster,
    read_settings,
    tidy,
    write_roster,
    write_settings,
)
from course.lessons.exercises import load_exercises
from course.lessons.handin import page
from course.lessons.here import open_workspace
from course.lessons.widgets import Panel

HOW_OFTEN = {"out": "not in this class", "0": "without points", "0.5": "half", "1": "once", "2": "twice"}
SURE = "Delete this class: its list, marks, comments and feedback pages? This cannot be undone."


def open_desk(folder: str = "my_class") -> Desk:
    """Return the desk of a class. Its folder stands beside my_work/; a second class may have my_class/7b."""
    case = open_case()
    return Desk(case, open_workspace(case).folder.absolute().parent / folder)


class Desk(HandInsDesk, MarkingDesk, DiscussionDesk):
    """One class: how it is prepared, and deleted. The rest stands in the three others."""

    def made_up(self) -> Panel:
        """Show the button that makes a class of people who do not exist."""

        def press(button: str, given: Fields) -> Part:
            if any((self.folder / name).exists() for name in ("roster.csv", "class.toml", "inbox.txt")):
                raise CourseError(
                    f"{self.folder} holds a class already: delete it first, or name another folder"
                )
            self.choose_inbox(made_up_class(self.case, self.folder))
            files = [self.folder / name for name in ("made_up-hand_ins.zip", "made_up-worksheet.csv")]
            downloads = [download(file.name, file.read_bytes()) for file in files]
            return {"text": "It is made. Go on with mark_hand_ins.ipynb.", "downloads": downloads}

        labels = {"make": "Make the made-up class"}
        more = "You get a ZIP of 30 hand-ins, some of them broken, and an empty worksheet, as from Moodle."
        return Panel(
            "made_up",
            "A class to try everything with",
            [SAID.replace("\n", " "), more],
            press,
            buttons=buttons(**labels),
        )

    def lessons(self) -> Panel:
        """Show which lessons the class does, how often each counts, and until when."""
        exercises, path = load_exercises(self.case), self.folder / "class.toml"
        names = list(dict.fromkeys(one.lesson for one in exercises.values()))

        def fields() -> list[Part]:
            settings = read_settings(path, exercises)
            due = f"{settings.due:%Y-%m-%dT%H:%M}" if settings.due else ""
            found = [field("title", "text", "Name of the class", value=settings.title)]
            found.append(field("due", "datetime-local", "Due (may stay empty)", value=due))
            for name in names:
                often = f"{settings.weights.get(name, 1):g}" if name in (settings.lessons or names) else "out"
                options = HOW_OFTEN | {often: HOW_OFTEN.get(often, f"{often} times")}
                found.append(field(name, "choice", name.replace("_", " "), value=often, options=options))
            return found

        def press(button: str, given: Fields) -> Part:
            weights = {
                id: one for id, one in read_settings(path, exercises).weights.items() if id in exercises
            }
            chosen = [name for name in names if given[name] != "out"]
            if not chosen:
                raise CourseError("Choose at least one lesson")
            weights |= {name: float(given[name]) for name in chosen if given[name] != "1"}
            due = due_at(datetime.fromisoformat(given["due"]) if given["due"] else None, "This is a due date")
            lessons = () if chosen == names else tuple(chosen)
            write_settings(path, Settings(given["title"].strip(), lessons, weights, due))
            self.renew()
            return {"text": f"Kept in {path}.", "fields": fields()}

        lines = ["How often does each lesson count? You can change this until the end."]
        more = {"fields": fields(), "buttons": buttons(keep="Keep")}
        return Panel("lessons", "Lessons, weights and the due date", lines, press, **more)

    def roster(self) -> Panel:
        """Show the class's list; make it from a gradebook file or typed names, each with a random code."""
        path = self.folder / "roster.csv"

        def tables() -> list[Part]:
            people = [{"code": one.code, "name": one.name, "id": one.lms_id} for one in read_roster(path)]
            return [table_part(Table(f"{len(people)} students", people))] if people else []

        def press(button: str, given: Fields) -> Part:
            people = read_roster(path)
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
            write_roster(path, [*people, *new_codes(fresh, [one.code for one in people])])
            self.renew()
            return {"text": f"{len(fresh)} students were added.", "tables": tables()}

        label = "Gradebook file of Canvas or Moodle (CSV)"
        fields = [field("file", "file", label, accept=".csv", bytes=True)]
        fields.append(field("names", "area", "Or names, one a line"))
        labels = {"make": "Add to the list", "codes": "Codes to print"}
        lines = ["Each student gets a code at random. Who is on the list already keeps theirs."]
        more = {"tables": tables(), "fields": fields, "buttons": buttons(**labels)}
        return Panel("roster", "Who is in the class", lines, press, **more)

    def delete(self) -> Panel:
        """Show the button that deletes everything about the class."""

        def press(button: str, given: Fields) -> Part:
            self.renew()
            told = f"{delete_class(self.folder)} Restart the kernel, so that nothing of it stays on screen."
            return {"text": told}

        lines = [f"It stands in {self.folder}. What is in your browser’s downloads is yours to delete."]
        asked = [{"name": "delete", "label": "Delete this class", "sure": SURE}]
        return Panel("delete", "Delete this class", lines, press, buttons=asked)


def _slips(people: Iterable[tuple[str, str]]) -> bytes:
    """Return a page with a row a student: the name, and the code to type in lesson 00."""
    cells = (f"<tr><th>{escape(name)}</th><td><code>{escape(code)}</code></td></tr>" for name, code in people)
    return page("Codes", f"<h1>Codes for lesson 00</h1><table>{''.join(cells)}</table>").encode()
