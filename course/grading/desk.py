"""The teacher's desk: what the notebooks call. Each call shows a panel; nothing happens before a press.

What students did stands in panels alone, which no notebook file keeps. What a press does is a function
below, or in desk_marking.py, of the class, the button and the fields.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from html import escape
from pathlib import Path, PureWindowsPath
from statistics import mean, median, stdev
from typing import Any

from course.corpus.case import Case, open_case
from course.corpus.errors import CourseError
from course.corpus.table import Table
from course.grading import desk_marking
from course.grading.comparing import alike
from course.grading.desk_parts import (
    Chooser,
    Fields,
    OpenClass,
    Part,
    buttons,
    bytes_of,
    download,
    field,
    named,
    table_part,
)
from course.grading.discussion import SHARES, answers_of, class_answers, hard_and_easy, heat_layers
from course.grading.feedback import write_pages
from course.grading.grade import Graded
from course.grading.gradebooks import fill_gradebook, marks_csv, marks_json, read_gradebook
from course.grading.inbox import CANVAS
from course.grading.made_up import SAID, made_up_class
from course.grading.record import delete_class
from course.grading.roster import new_codes, read_roster, tidy, write_roster
from course.grading.rows import Row, natural
from course.grading.settings import Settings, due_at, number_in, read_settings, write_settings
from course.lessons.exercises import load_exercises, sha256_of
from course.lessons.files import replace_file
from course.lessons.handin import page
from course.lessons.here import open_workspace
from course.lessons.reader import Reader, Task
from course.lessons.widgets import Panel

HOW_OFTEN = {"out": "not in this class", "0": "without points", "0.5": "half", "1": "once", "2": "twice"}
SURE = "Delete this class: its list, marks, comments and feedback pages? This cannot be undone."
OVERALL = "all lessons: what nobody, or nearly everybody, got"
NO_NAMES = "No names: safe to project."
ORDERS = {
    "name": "name",
    "points": "points, fewest first",
    "left": "what waits for you",
    "late": "late first",
}
_LINES = re.compile(r"\s*\n\s*")  # of an answer, of which each has one line
STATES = {"read": "Marked", "unusable": "Not usable", "missing": "Missing"}


def open_desk(folder: str = "my_class") -> Desk:
    """Return the desk of a class. Its folder stands beside my_work/; a second class may have my_class/7b."""
    case = open_case()
    return Desk(case, open_workspace(case).folder.absolute().parent / folder)


class Desk:
    """One class on a teacher's desk. `opened` is the class that the panels are about."""

    def __init__(self, case: Case, folder: Path) -> None:
        self.opened = OpenClass(case, folder)

    def made_up(self) -> Panel:
        """Show the button that makes a class of people who do not exist."""
        more = "You get a ZIP of 30 hand-ins, some of them broken, and an empty worksheet, as from Moodle."
        lines, asked = [SAID.replace("\n", " "), more], buttons(make="Make the made-up class")
        press = partial(_make_up, self.opened)
        return Panel("made_up", "A class to try everything with", lines, press, buttons=asked)

    def lessons(self) -> Panel:
        """Show which lessons the class does, how often each counts, until when, and what being late takes."""
        lines = ["How often does each lesson count? You can change this until the end."]
        parts = {"fields": _lesson_fields(self.opened), "buttons": buttons(keep="Keep")}
        press = partial(_keep_lessons, self.opened)
        return Panel("lessons", "Lessons, weights and the due date", lines, press, **parts)

    def roster(self) -> Panel:
        """Show the class's list; make it from a gradebook file or typed names, each with a random code."""
        label = "Gradebook or list of participants of Canvas or Moodle (CSV)"
        fields = [field("file", "file", label, accept=".csv", bytes=True)]
        fields.append(field("names", "area", "Or names, one a line"))
        asked = buttons(make="Add to the list", codes="Codes to print")
        lines = ["Each student gets a code at random. Who is on the list already keeps theirs."]
        parts = {"tables": _roster_tables(self.opened), "fields": fields, "buttons": asked}
        return Panel("roster", "Who is in the class", lines, partial(_add_to_roster, self.opened), **parts)

    def hand_ins(self) -> Panel:
        """Show where the hand-ins are, read them, and say which cannot be used."""
        fields = [field("file", "file", "The ZIP from Moodle or Canvas", accept=".zip", bytes=True)]
        inbox = self.opened.inbox_named()
        fields.append(field("place", "text", "Or a ZIP or folder on this machine", value=inbox))
        lines = ["Choose the download as it came. Or name the folder that is your hub’s inbox."]
        parts = {"fields": fields, "buttons": buttons(read="Read the hand-ins")}
        return Panel("hand_ins", "Read the hand-ins", lines, partial(_read_hand_ins, self.opened), **parts)

    def students(self) -> Panel:
        """Show late, excused, a comment, and two rows that are one student."""
        labels = {"show": "Show the students", "late_yes": "Late", "late_no": "Not late"}
        labels |= {"excused_yes": "Excused", "excused_no": "Not excused", "comment": "Keep the comment"}
        labels |= {"same": "These two are one person", "apart": "They are not one person"}
        lines = ["Late is what the school’s system or the clock says, unless you decide otherwise."]
        press = partial(_decide_on_student, self.opened)
        return Panel("students", "One student at a time", lines, press, buttons=buttons(**labels))

    def everybody(self) -> Panel:
        """Show the class as a table that is searched and sorted, with the mean and the spread."""
        fields = [field("find", "text", "Find (part of a name, a code, a note)")]
        fields.append(field("order", "choice", "Sort by", options=ORDERS))
        lines = ["Every student, with what is settled so far."]
        parts = {"fields": fields, "buttons": buttons(show="Show the class")}
        return Panel("everybody", "The class as a table", lines, partial(_everybody, self.opened), **parts)

    def whole_work(self) -> Chooser:
        """Show all that one student handed in, on one page."""
        line, show = "All that one student handed in, on one page.", partial(_whole_work, self.opened)
        return Chooser(self.opened, "whole_work", "One student’s work", line, self.opened.people, show)

    def requests(self) -> Panel:
        """Show what students ask to be looked at again, as a list."""
        lines = ["Write down here who asks for another look, and at what. What you answer is kept with it."]
        labels = {"show": "Show the list", "add": "Add a request", "close": "Close this student’s request"}
        press = partial(_requests, self.opened)
        return Panel("requests", "Asked to be looked at again", lines, press, buttons=buttons(**labels))

    def second_reader(self) -> Chooser:
        """Show the same written answers to a second reader, who sees no level and no comment."""
        line = "For a second person: give levels without seeing those of the first."
        show, options = partial(desk_marking.second_reading, self.opened), desk_marking.written(self.opened)
        return Chooser(self.opened, "second_reader", "A second reader", line, options, show)

    def differences(self) -> Chooser:
        """Show how far two readers agree, and settle where they differ, one by one."""
        line = "Where both differ the first reader’s level counts, until you settle on one."
        show, options = partial(desk_marking.differences, self.opened), desk_marking.written(self.opened)
        return Chooser(self.opened, "both_readers", "Where two readers differ", line, options, show)

    def alike(self) -> Panel:
        """Show answers that two students share beyond chance; what it means is not said."""
        lines = ["Counted are answers that differ from the key. Talk to both before you think anything."]
        asked, press = buttons(show="Compare the students"), partial(_alike, self.opened)
        return Panel("alike", "Alike beyond chance", lines, press, buttons=asked)

    def rules(self) -> Chooser:
        """Show what can be changed for the whole class in one exercise."""
        options = {one.id: named(one) for one in self.opened.exercises()}
        line = "Changes hold for everyone, and all is marked again at once."
        show = partial(desk_marking.rules_of, self.opened)
        return Chooser(self.opened, "rules", "Rules for the class", line, options, show)

    def texts(self) -> Chooser:
        """Show written answers one at a time, without names, to be given levels by keys."""
        line = "One answer at a time, in mixed order, without a name. Keys give a level and go on."
        show = partial(desk_marking.one_by_one, self.opened)
        options = desk_marking.written(self.opened)
        return Chooser(self.opened, "texts", "Written answers", line, options, show)

    def exports(self) -> Panel:
        """Show how grades leave: the school's own file filled in, feedback pages, CSV, JSON."""
        labels = {"gradebook": "Fill in the gradebook", "feedback": "Feedback pages (ZIP)"}
        labels |= {"csv": "Marks (CSV)", "json": "Marks (JSON)"}
        lines = ["Each file goes to your downloads, and stays in the class’s folder too."]
        parts = {"fields": _export_fields(), "buttons": buttons(**labels)}
        chosen: dict[str, Any] = {}  # the gradebook that was chosen last, kept while its column is asked for
        return Panel("exports", "Carry the marks out", lines, partial(_export, self.opened, chosen), **parts)

    def changes(self) -> Panel:
        """Show what was decided, the last first."""
        asked, press = buttons(show="Show the changes"), partial(desk_marking.show_changes, self.opened)
        return Panel("changes", "What you decided, and when", (), press, buttons=asked)

    def class_marks(self) -> Chooser:
        """Show what the class marked in one article, as a heat map over the text."""
        marked = [one for one in self.opened.exercises() if one.in_text]
        options = {f"{one.id} {id}": f"{named(one)} (article {id})" for one in marked for id in one.articles}
        show = partial(_heat_map, self.opened)
        return Chooser(self.opened, "class_marks", "Where the class marked", NO_NAMES, options, show)

    def class_answers(self) -> Chooser:
        """Show what the class answered, where it split, and how far it agrees."""
        options = {"": OVERALL, **{one.id: named(one) for one in self.opened.exercises()}}
        show = partial(_class_answered, self.opened)
        return Chooser(self.opened, "class_answers", "What the class answered", NO_NAMES, options, show)

    def delete(self) -> Panel:
        """Show the button that deletes everything about the class."""
        where = self.opened.folder
        lines = [f"It stands in {where}. What is in your browser’s downloads is yours to delete."]
        asked = [{"name": "delete", "label": "Delete this class", "sure": SURE}]
        return Panel("delete", "Delete this class", lines, partial(_delete, self.opened), buttons=asked)


# --- a class itself: made up to try things, its lessons and list, and its end


def _make_up(opened: OpenClass, button: str, given: Fields) -> Part:
    folder = opened.folder
    if any((folder / name).exists() for name in ("roster.csv", "class.toml", "inbox.txt")):
        raise CourseError(f"{folder} holds a class already: delete it first, or name another folder")
    opened.choose_inbox(made_up_class(opened.case, folder))
    files = [folder / name for name in ("made_up-hand_ins.zip", "made_up-worksheet.csv")]
    downloads = [download(file.name, file.read_bytes()) for file in files]
    return {"text": "It is made. Go on with mark_hand_ins.ipynb.", "downloads": downloads}


def _lesson_fields(opened: OpenClass) -> list[Part]:
    exercises = load_exercises(opened.case)
    settings = read_settings(opened.folder / "class.toml", exercises)
    due = f"{settings.due:%Y-%m-%dT%H:%M}" if settings.due else ""
    late = "Each day late takes, in per cent of the points"
    found = [
        field("title", "text", "Name of the class", value=settings.title),
        field("due", "datetime-local", "Due (may stay empty)", value=due),
        field("late_percent", "text", late, value=f"{settings.late_percent:g}"),
        field("late_most", "text", "And at most, in per cent", value=f"{settings.late_most:g}"),
    ]
    for name in dict.fromkeys(one.lesson for one in exercises.values()):
        counts = not settings.lessons or name in settings.lessons
        often = f"{settings.weights.get(name, 1):g}" if counts else "out"
        options = HOW_OFTEN | {often: HOW_OFTEN.get(often, f"{often} times")}
        found.append(field(name, "choice", name.replace("_", " "), value=often, options=options))
    return found


def _keep_lessons(opened: OpenClass, button: str, given: Fields) -> Part:
    exercises, path = load_exercises(opened.case), opened.folder / "class.toml"
    names = list(dict.fromkeys(one.lesson for one in exercises.values()))
    chosen = [name for name in names if given[name] != "out"]
    if not chosen:
        raise CourseError("Choose at least one lesson")
    weights = {id: one for id, one in read_settings(path, exercises).weights.items() if id in exercises}
    weights |= {name: float(given[name]) for name in chosen if given[name] != "1"}
    due = due_at(datetime.fromisoformat(given["due"]) if given["due"] else None, "This is a due date")
    lessons = () if chosen == names else tuple(chosen)
    late = [number_in(given[name], 100, "share") for name in ("late_percent", "late_most")]
    write_settings(path, Settings(given["title"].strip(), lessons, weights, due, *late))
    opened.renew()
    return {"text": f"Kept in {path}.", "fields": _lesson_fields(opened)}


def _roster_tables(opened: OpenClass) -> list[Part]:
    people = read_roster(opened.folder / "roster.csv")
    rows = [{"code": one.code, "name": one.name, "id": one.lms_id} for one in people]
    return [table_part(Table(f"{len(rows)} students", rows))] if rows else []


def _add_to_roster(opened: OpenClass, button: str, given: Fields) -> Part:
    path = opened.folder / "roster.csv"
    people = read_roster(path)
    if button == "codes":
        file = download("codes.html", _slips((one.name, one.code) for one in people), "text/html")
        return {"text": "Open the page, print it, and cut along the lines.", "downloads": [file]}
    found = [(name, "") for line in given["names"].splitlines() if (name := tidy(line))]
    if given["file"]:
        found += [(tidy(name), id) for name, id in read_gradebook(bytes_of(given["file"])).students()]
    if not found:
        raise CourseError("Choose a gradebook file, or type names, one a line")
    known = {one.lms_id or one.name for one in people}
    fresh = dict.fromkeys((name, id) for name, id in found if (id or name) not in known)
    write_roster(path, [*people, *new_codes(fresh, [one.code for one in people])])
    opened.renew()
    return {"text": f"{len(fresh)} students were added.", "tables": _roster_tables(opened)}


def _slips(people: Iterable[tuple[str, str]]) -> bytes:
    """Return a page with a row a student: the name, and the code to type in lesson 00."""
    cells = (f"<tr><th>{escape(name)}</th><td><code>{escape(code)}</code></td></tr>" for name, code in people)
    return page("Codes", f"<h1>Codes for lesson 00</h1><table>{''.join(cells)}</table>").encode()


def _delete(opened: OpenClass, button: str, given: Fields) -> Part:
    opened.renew()
    told = delete_class(opened.folder)
    return {"text": f"{told} Restart the kernel, so that nothing of it stays on screen."}


# --- what comes in


def _read_hand_ins(opened: OpenClass, button: str, given: Fields) -> Part:
    if given["file"]:
        data = bytes_of(given["file"])
        if not zipfile.is_zipfile(io.BytesIO(data)):
            name = given["file"]["name"]
            raise CourseError(
                f"{name!r:.80} is no whole ZIP: choose the download as it came, or download it again"
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
    return {"text": "Read.", "lines": lines, "tables": _hand_in_tables(opened, graded)}


def _hand_in_tables(opened: OpenClass, graded: list[Graded]) -> list[Part]:
    """Return the tables of what went wrong, of who may be one person, and of everybody's state."""
    labels = {row.key: row.label for row in opened.reading.rows}
    names = ("who", "what is wrong", "what you can send")
    bad = [(one.row.label, one.row.problem, one.row.send) for one in graded if one.row.status != "read"]
    unsure = [(labels[one], labels[other], why) for one, other, why in opened.reading.unsure]
    everyone = [
        (
            one.row.label,
            f"{one.points:.4g} of {one.possible:.4g}",
            one.left or "",
            " ".join(map(str, one.notes)),
        )
        for one in graded
        if one.row.status == "read"
    ]
    tables = (
        ("Cannot be marked", names, bad),
        ("May be one person; nothing was merged", ("one", "other", "both have"), unsure),
        ("Marked", ("who", "points", "to read", "notes"), everyone),
    )
    told = [Table(name, [dict(zip(head, row, strict=True)) for row in rows]) for name, head, rows in tables]
    return [table_part(one, below=True) for one in told if one.rows]


def _decide_on_student(opened: OpenClass, button: str, given: Fields) -> Part:
    if button == "show" or "student" not in given:
        return {"text": "Choose a student.", "fields": _student_fields(opened)}
    student, reason = given["student"], given["reason"]
    kind, _, wish = button.partition("_")
    if kind in ("same", "apart"):
        told = (
            _join(opened, student, given["other"], reason)
            if kind == "same"
            else _part(opened, student, reason)
        )
        return {"text": told, "fields": _student_fields(opened)}
    value: Any = given["comment"].strip() or None if kind == "comment" else wish == "yes"
    opened.grader.record.set(kind, value, student=student, reason=reason)
    label = next((row.label for row in opened.reading.rows if row.key == student), "")
    return {"text": f"{label}: {opened.grade_again(f'{kind} was decided')}"}


def _student_fields(opened: OpenClass) -> list[Part]:
    people = opened.people()
    return [
        field("student", "choice", "Student", options=people),
        field("other", "choice", "Is the same person as", options={"": "–", **people}),
        field("comment", "area", "Comment on the whole work"),
        field("reason", "text", "Reason, kept with the change"),
    ]


def _join(opened: OpenClass, student: str, other: str, reason: str) -> str:
    if other in ("", student):
        raise CourseError("Choose two entries that are one person")
    opened.grader.record.set("same", other, student=student, reason=reason)
    opened.read_again()
    return opened.grade_again("two entries are one person")


def _part(opened: OpenClass, student: str, reason: str) -> str:
    for (one, _), key in opened.grader.record.all("same").items():
        if student in (one, key):
            opened.grader.record.set("same", None, student=one, reason=reason)
    opened.read_again()
    return opened.grade_again("entries are two persons again")


def _everybody(opened: OpenClass, button: str, given: Fields) -> Part:
    graded, words = opened.graded(), given["find"].casefold().split()
    rows = []
    for one in graded:
        share = 100 * one.points / one.possible if one.possible else None
        told = {
            "who": one.row.label,
            "code": one.row.code,
            "state": STATES[one.row.status],
            "points": f"{one.points:.4g} of {one.possible:.4g}" if one.possible else "",
            "per cent": "" if share is None else f"{share:.0f}",
            "to read": one.left or "",
            "late": "late" if one.late else "",
            "notes": " ".join(map(str, one.notes)) or one.row.problem,
        }
        text = " ".join(map(str, told.values())).casefold()
        if all(word in text for word in words):
            rows.append((one, share, told))
    sort = {
        "name": lambda row: natural(row[0].row.label),
        "points": lambda row: (row[1] is None, row[1] or 0.0),
        "left": lambda row: -row[0].left,
        "late": lambda row: not row[0].late,
    }[given["order"]]
    rows.sort(key=sort)
    shares = [share for _, share, _ in rows if share is not None]
    line = f"{len(rows)} of {len(graded)} students."
    if len(shares) > 1:
        line += f" Per cent of the points: mean {mean(shares):.0f}, standard deviation {stdev(shares):.0f},"
        line += f" from {min(shares):.0f} to {max(shares):.0f}, half of them up to {median(shares):.0f}."
    tables = [table_part(Table("The class", [told for *_, told in rows]), below=True)] if rows else []
    return {"text": "Shown below.", "lines": [line], "tables": tables}


def _whole_work(opened: OpenClass, key: str) -> Panel:
    row = next(row for row in opened.reading.rows if row.key == key)
    graded = opened.grader.grade(row)
    passages = []
    for one in graded.grades:
        if one.answered:
            told = [(asked, answer.strip()) for asked, answer in one.exercise.told(one.value) if answer]
            told += [(name, text) for name, text in (("Level", one.level), ("Comment", one.comment)) if text]
            points = "to be read" if one.points is None else f"{one.points:.4g} of {one.possible:.4g}"
            text = "\n".join(f"{asked}: {_LINES.sub(' / ', answer)}" for asked, answer in told)
            passages.append({"title": f"{named(one.exercise)} ({points})", "text": text})
    state = f"{graded.points:.4g} of {graded.possible:.4g} points, {graded.left} to be read"
    lines = [f"{STATES[row.status]}: {row.problem or state}.", *map(str, graded.notes)]
    return Panel("whole_work_of", row.label, lines, passages=passages)


def _requests(opened: OpenClass, button: str, given: Fields) -> Part:
    record, people = opened.grader.record, opened.people()
    if button != "show" and "student" in given:
        student, exercise, words = given["student"], given["exercise"], given["words"].strip()
        held = record.get("request", student, exercise)
        if button == "add" and not words:
            raise CourseError("Write in a few words what is to be looked at again")
        if button == "close" and not (held and held["open"]):
            raise CourseError("This student has no open request about this exercise: choose another")
        said = {"words": words, "open": True} if button == "add" else {**held, "answer": words, "open": False}
        record.set("request", said, student=student, exercise=exercise)
    exercises = {one.id: named(one) for one in opened.exercises()}
    rows = [
        {
            "state": "open" if one["open"] else "closed",
            "who": people.get(student, student),
            "about": exercises.get(exercise, exercise),
            "asked": one["words"],
            "answered": one.get("answer", ""),
        }
        for (student, exercise), one in record.all("request").items()
    ]
    rows.sort(key=lambda row: row["state"] != "open")
    fields = [
        field("student", "choice", "Student", options=people),
        field("exercise", "choice", "About", options=exercises),
        field("words", "area", "What is asked, or what you answer"),
    ]
    told = f"{sum(row['state'] == 'open' for row in rows)} open."
    return {
        "text": told,
        "fields": fields,
        "tables": [table_part(Table("Requests", rows), below=True)] if rows else [],
    }


def _alike(opened: OpenClass, button: str, given: Fields) -> Part:
    table = alike(opened.graded())
    if not table.rows:
        return {"text": "No two students share more than chance would give.", "tables": []}
    return {"text": "Shown below.", "tables": [table_part(table, below=True)]}


# --- what goes out


def _export_fields(columns: Iterable[str] = (), unfinished: bool = False) -> list[Part]:
    label = "Gradebook file from Canvas or Moodle (CSV)"
    options = {"": "–", **{one: one for one in columns}}
    asked = [field("column", "choice", "Column to fill", options=options)] if len(options) > 1 else []
    unread = field(
        "unfinished", "checkbox", "Also where I have not read all written answers", value=unfinished
    )
    return [field("file", "file", label, accept=".csv", bytes=True), *asked, unread]


def _export(opened: OpenClass, chosen: dict[str, Any], button: str, given: Fields) -> Part:
    if button == "gradebook":
        return _fill(opened, chosen, given)
    graded = opened.graded()
    if button == "csv":
        return {"text": "A line a student.", "downloads": [_kept(opened, "marks.csv", marks_csv(graded))]}
    if button == "json":
        return {"text": "Every decision.", "downloads": [_kept(opened, "marks.json", marks_json(graded))]}
    packed, folder = io.BytesIO(), opened.folder / "feedback"
    paths = write_pages(folder, graded, str(opened.case.about["title"]))
    read = [one.row for one in graded if one.row.status == "read"]
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for row, path in zip(read, paths, strict=True):
            archive.write(path, _feedback_name(row, path.name))
    told = f"{len(paths)} pages, also in {folder}."
    return {"text": told, "downloads": [_kept(opened, "feedback.zip", packed.getvalue())]}


def _fill(opened: OpenClass, chosen: dict[str, Any], given: Fields) -> Part:
    if given["file"]:
        chosen |= {"name": given["file"]["name"], "data": bytes_of(given["file"])}
    if not chosen:
        raise CourseError("Choose the gradebook file that you downloaded first")
    columns = list(read_gradebook(chosen["data"]).columns)
    if len(columns) > 1 and given.get("column") not in columns:
        told = f"{chosen['name']} is kept. Choose the column, then press again."
        return {"text": told, "fields": _export_fields(columns, given["unfinished"])}
    column = given["column"] if len(columns) > 1 else ""
    filled = fill_gradebook(chosen["data"], opened.graded(), column, given["unfinished"])
    left = Table("Without a mark", [{"who, and why": line} for line in filled.left])
    tables = [table_part(left, below=True)] if filled.left else []
    if not filled.filled:
        return {"text": "No mark can be filled in yet. Below stands why.", "tables": tables}
    kept = _kept(opened, f"gradebook-{PureWindowsPath(chosen['name']).name}", filled.data)
    told = f"{filled.filled} marks are filled in, {len(filled.left)} are not. Upload {kept['name']}."
    return {"text": told, "tables": tables, "downloads": [kept]}


def _kept(opened: OpenClass, name: str, data: bytes) -> Part:
    replace_file(opened.folder / name, data)
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


# --- for a discussion: the class's own reading, without names


def _heat_map(opened: OpenClass, which: str) -> Reader:
    """Return an article with what the class marked in it."""
    id, _, article = which.partition(" ")
    exercise = opened.grader.exercises[id]
    given = answers_of(opened.graded(), id)
    if not given:
        raise CourseError("Nobody has marked this article yet")
    told = f"{len(given)} students. The darker, the more of them marked the words."
    title, steps = f"{named(exercise)} (article {article})", SHARES[::-1]
    task = Task(title, told, paragraphs=exercise.paragraphs, heat=steps)
    return Reader([opened.case[article]], heat_layers(given, opened.case[article]), task=task)


def _class_answered(opened: OpenClass, id: str) -> Panel:
    """Return what the class answered, and the texts that the teacher chose to show."""
    graded = opened.graded()
    table = class_answers(answers_of(graded, id), opened.case) if id else hard_and_easy(graded)
    lines = ["No item is like that."] if not (id or table.rows) else []
    passages = _chosen(opened, graded, id)
    if id and opened.grader.exercises[id].written and not passages:
        lines = ["No answer was chosen. In mark_hand_ins.ipynb press S at an answer to show it here."]
    return Panel("class_answered", "The class", lines, tables=[table_part(table)], passages=passages)


def _chosen(opened: OpenClass, graded: list[Graded], id: str) -> list[Part]:
    """Return the written answers that the teacher chose, in mixed order; no text that came later."""
    chosen = opened.grader.record.all("shown")
    given = {one.row.key: grade for one in graded for grade in answers_of([one], id)}
    keys = [key for key, grade in given.items() if chosen.get((key, id)) == sha256_of(grade.value)]
    texts = [given[key].value for key in sorted(keys, key=lambda key: sha256_of(f"shown {id} {key}"))]
    items = opened.grader.exercises[id].items if texts else ()
    return [{"title": item.text, "text": text.get(item.id, "")} for text in texts for item in items]
