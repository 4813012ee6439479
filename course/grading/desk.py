"""The teacher's desk: what the notebooks call. Each call shows a panel; nothing happens before a press.

What students did stands in panels alone, which no notebook file keeps. What a panel looks like is in
desk.toml; what a press does is a function below, or in desk_marking.py, of the class, the button and the
fields.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
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
    PANELS,
    Chooser,
    Fields,
    OpenClass,
    bytes_of,
    download,
    fields,
    mixed,
    named,
    panel,
    shown_tables,
    texts_of,
)
from course.grading.discussion import SHARES, class_answers, hard_and_easy, heat_layers
from course.grading.feedback import out_of, write_pages
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
from course.lessons.messages import Download, PanelField, PanelTable, Passage, Status
from course.lessons.widgets import Panel, Reader

HOW_OFTEN = {"out": "not in this class", "0": "without points", "0.5": "half", "1": "once", "2": "twice"}
OVERALL = "all lessons: what nobody, or nearly everybody, got"
_BREAK = re.compile(r"\s*\n\s*")  # in an answer, of which a page of a student's whole work makes one line
STATES = {"read": "Marked", "unusable": "Not usable", "missing": "Missing"}


def open_desk(folder: str = "my_class") -> Desk:
    """Return the desk of a class. Its folder stands beside my_work/; a second class may have my_class/7b."""
    case = open_case()
    return Desk(case, open_workspace(case).folder.absolute().parent / folder)


class Desk:
    """One class on a teacher's desk. `opened` is the class that the panels are about."""

    def __init__(self, case: Case, folder: Path) -> None:
        self.opened = OpenClass(case, folder)

    def _panel(self, name: str, press: Callable[..., Status], **parts: Any) -> Panel:
        return panel(name, partial(press, self.opened), **parts)

    def made_up(self) -> Panel:
        """Show the button that makes a class of people who do not exist."""
        lines = [SAID.replace("\n", " "), *PANELS["made_up"]["lines"]]
        return self._panel("made_up", _make_up, lines=lines)

    def lessons(self) -> Panel:
        """Show which lessons the class does, how often each counts, until when, and what being late takes."""
        return self._panel("lessons", _keep_lessons, fields=_lesson_fields(self.opened))

    def roster(self) -> Panel:
        """Show the class's list; make it from a gradebook file or typed names, each with a random code."""
        return self._panel("roster", _add_to_roster, tables=_roster_tables(self.opened))

    def hand_ins(self) -> Panel:
        """Show where the hand-ins are, read them, and say which cannot be used."""
        asked = fields("hand_ins", place=self.opened.inbox_named())
        return self._panel("hand_ins", _read_hand_ins, fields=asked)

    def students(self) -> Panel:
        """Show late, excused, a comment, and two rows that are one student."""
        return self._panel("students", _decide_on_student, fields=[])

    def everybody(self) -> Panel:
        """Show the class as a table that is searched and sorted, with the mean and the spread."""
        return self._panel("everybody", _everybody)

    def whole_work(self) -> Chooser:
        """Show all that one student handed in, on one page."""
        return Chooser(self.opened, "whole_work", self.opened.people, _whole_work, waits=True)

    def requests(self) -> Panel:
        """Show what students ask to be looked at again, as a list."""
        return self._panel("requests", _requests, fields=[])

    def alike(self) -> Panel:
        """Show answers that two students share beyond chance; what it means is not said."""
        return self._panel("alike", _alike)

    def texts(self) -> Chooser:
        """Show written answers one at a time, without names, to be given levels by keys."""
        return Chooser(self.opened, "texts", self.opened.written, desk_marking.one_by_one)

    def second_reader(self) -> Chooser:
        """Show the same written answers to a second reader, who sees no level and no comment."""
        second = partial(desk_marking.one_by_one, second=True)
        return Chooser(self.opened, "second_reader", self.opened.written, second)

    def differences(self) -> Chooser:
        """Show how far two readers agree, and settle where they differ, one by one."""
        return Chooser(self.opened, "both_readers", self.opened.written, desk_marking.differences)

    def rules(self) -> Chooser:
        """Show what can be changed for the whole class in one exercise."""
        return Chooser(self.opened, "rules", self.opened.titles, desk_marking.rules_of)

    def exports(self) -> Panel:
        """Show how grades leave: the school's own file filled in, feedback pages, CSV, JSON."""
        chosen: dict[str, Any] = {}  # the gradebook that was chosen last, kept while its column is asked for
        return self._panel("exports", partial(_export, chosen))

    def changes(self) -> Panel:
        """Show what was decided, the last first."""
        return self._panel("changes", desk_marking.show_changes)

    def class_marks(self) -> Chooser:
        """Show what the class marked in one article, as a heat map over the text."""
        marked = [one for one in self.opened.exercises() if one.in_text]
        options = {f"{one.id} {id}": f"{named(one)} (article {id})" for one in marked for id in one.articles}
        return Chooser(self.opened, "class_marks", lambda: options, _heat_map)

    def class_answers(self) -> Chooser:
        """Show what the class answered, where it split, and how far it agrees."""
        options = {"": OVERALL, **self.opened.titles()}
        return Chooser(self.opened, "class_answers", lambda: options, _class_answered)

    def delete(self) -> Panel:
        """Show the button that deletes everything about the class."""
        where = self.opened.folder
        lines = [f"It stands in {where}. What is in your browser’s downloads is yours to delete."]
        return self._panel("delete", _delete, lines=lines)


# --- a class itself: made up to try things, its lessons and list, and its end


def _make_up(opened: OpenClass, button: str, given: Fields) -> Status:
    folder = opened.folder
    if any((folder / name).exists() for name in ("roster.csv", "class.toml", "inbox.txt")):
        raise CourseError(f"{folder} holds a class already: delete it first, or name another folder")
    opened.choose_inbox(made_up_class(opened.case, folder))
    names = ("made_up-hand_ins.zip", "made_up-worksheet.csv")
    downloads = [download(name, (folder / name).read_bytes()) for name in names]
    return {"text": "It is made. Go on with mark_hand_ins.ipynb.", "downloads": downloads}


def _lesson_fields(opened: OpenClass) -> list[PanelField]:
    exercises = load_exercises(opened.case)
    settings = read_settings(opened.folder / "class.toml", exercises)
    due = f"{settings.due:%Y-%m-%dT%H:%M}" if settings.due else ""
    late = {name: f"{getattr(settings, name):g}" for name in ("late_percent", "late_most")}
    found = fields("lessons", title=settings.title, due=due, **late)
    for name in dict.fromkeys(one.lesson for one in exercises.values()):
        counts = not settings.lessons or name in settings.lessons
        often = f"{settings.weights.get(name, 1):g}" if counts else "out"
        words = HOW_OFTEN | {often: HOW_OFTEN.get(often, f"{often} times")}
        options = list(map(list, words.items()))
        label = name.replace("_", " ")
        found.append({"name": name, "kind": "choice", "label": label, "value": often, "options": options})
    return found


def _keep_lessons(opened: OpenClass, button: str, given: Fields) -> Status:
    exercises, path = load_exercises(opened.case), opened.folder / "class.toml"
    names = list(dict.fromkeys(one.lesson for one in exercises.values()))
    chosen = [name for name in names if given[name] != "out"]
    if not chosen:
        raise CourseError("Choose at least one lesson")
    weights = {id: one for id, one in read_settings(path, exercises).weights.items() if id in exercises}
    weights |= {name: float(given[name]) for name in chosen if given[name] != "1"}
    due = due_at(datetime.fromisoformat(given["due"]) if given["due"] else None, "This is a due date")
    late = [number_in(given[name], 100, "share") for name in ("late_percent", "late_most")]
    lessons = () if chosen == names else tuple(chosen)
    write_settings(path, Settings(given["title"].strip(), lessons, weights, due, *late))
    opened.renew()
    return {"text": f"Kept in {path}.", "fields": _lesson_fields(opened)}


def _roster_tables(opened: OpenClass) -> list[PanelTable]:
    people = read_roster(opened.folder / "roster.csv")
    rows = [{"code": one.code, "name": one.name, "id": one.lms_id} for one in people]
    return shown_tables(Table(f"{len(rows)} students", rows), below=False)


def _add_to_roster(opened: OpenClass, button: str, given: Fields) -> Status:
    path = opened.folder / "roster.csv"
    people = read_roster(path)
    if button == "codes":  # a row a student: the name, and the code to type in lesson 00
        names = [(escape(one.name), escape(one.code)) for one in people]
        slips = "".join(f"<tr><th>{name}</th><td><code>{code}</code></td></tr>" for name, code in names)
        data = page("Codes", f"<h1>Codes for lesson 00</h1><table>{slips}</table>").encode()
        told = "Open the page, print it, and cut along the lines."
        return {"text": told, "downloads": [download("codes.html", data, "text/html")]}
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


def _delete(opened: OpenClass, button: str, given: Fields) -> Status:
    opened.renew()
    told = delete_class(opened.folder)
    return {"text": f"{told} Restart the kernel, so that nothing of it stays on screen."}


# --- what comes in


def _read_hand_ins(opened: OpenClass, button: str, given: Fields) -> Status:
    if given["file"]:
        data = bytes_of(given["file"])
        if not zipfile.is_zipfile(io.BytesIO(data)):
            raise CourseError(
                f"{given['file']['name']!r:.80} is no whole ZIP: choose the download as it came, or download"
                " it again"
            )
        replace_file(opened.folder / "hand_ins.zip", data)
        opened.choose_inbox(opened.folder / "hand_ins.zip")
    elif place := given["place"].strip(" \t\"'"):  # Windows copies a path with quotation marks
        opened.choose_inbox(Path(place).expanduser().absolute())
    reading = opened.read_again()
    graded = opened.graded("hand-ins were read")
    told = [f"{label}: {sum(one.row.status == state for one in graded)}." for state, label in STATES.items()]
    told.append(f"Written answers that wait for you: {sum(one.left for one in graded)}.")
    return {
        "text": "Read.",
        "lines": [" ".join(told), *reading.said],
        "tables": _hand_in_tables(opened, graded),
    }


def _hand_in_tables(opened: OpenClass, graded: list[Graded]) -> list[PanelTable]:
    """Return the tables of what went wrong, of who may be one person, and of everybody's state."""
    unread = [one.row for one in graded if one.row.status != "read"]
    bad = [{"who": row.label, "what is wrong": row.problem, "what you can send": row.send} for row in unread]
    label = {key: row.label for key, row in opened.rows.items()}
    pairs = opened.reading.unsure
    unsure = [{"one": label[one], "other": label[other], "both have": why} for one, other, why in pairs]
    read = [_told(one) for one in graded if one.row.status == "read"]
    marked = [{name: row[name] for name in ("who", "points", "to read", "notes")} for row in read]
    return shown_tables(
        Table("Cannot be marked", bad),
        Table("May be one person; nothing was merged", unsure),
        Table("Marked", marked),
    )


def _told(one: Graded) -> dict[str, object]:
    """Return a student's row in a table of the class."""
    return {
        "who": one.row.label,
        "code": one.row.code,
        "state": STATES[one.row.status],
        "points": out_of(one.points, one.possible) if one.row.status == "read" else "",
        "per cent": f"{_per_cent(one):.0f}" if one.possible else "",
        "to read": one.left or "",
        "late": "late" if one.late else "",
        "notes": " ".join(map(str, one.notes)) or one.row.problem,
    }


def _per_cent(one: Graded) -> float:
    return 100 * one.points / one.possible if one.possible else 0.0


def _decide_on_student(opened: OpenClass, button: str, given: Fields) -> Status:
    if button == "show" or "student" not in given:
        return {"text": "Choose a student.", "fields": _student_fields(opened)}
    student, record = given["student"], opened.grader.record
    kind, _, wish = button.partition("_")
    if kind not in ("same", "apart"):
        value: Any = given["comment"].strip() or None if kind == "comment" else wish == "yes"
        record.set(kind, value, student=student, reason=given["reason"])
        label = opened.rows[student].label
        return {"text": f"{label}: {opened.grade_again(f'{kind} was decided')}"}
    if kind == "same" and given["other"] in ("", student):
        raise CourseError("Choose two entries that are one person")
    changed = {student: given["other"]}
    if kind == "apart":
        joined = record.all("same").items()
        changed = {one: None for (one, _), key in joined if student in (one, key)}
    for one, other in changed.items():
        record.set("same", other, student=one, reason=given["reason"])
    opened.read_again()
    why = "two entries are one person" if kind == "same" else "entries are two persons again"
    return {"text": opened.grade_again(why), "fields": _student_fields(opened)}


def _student_fields(opened: OpenClass) -> list[PanelField]:
    people = opened.people()
    return fields("students", student=people, other={"": "–", **people})


# --- the class to look through


_SORTED: dict[str, Callable[[Graded], Any]] = {
    "name": lambda one: natural(one.row.label),
    "points": lambda one: (not one.possible, _per_cent(one)),
    "left": lambda one: -one.left,
    "late": lambda one: not one.late,
}


def _everybody(opened: OpenClass, button: str, given: Fields) -> Status:
    graded, words = opened.graded(), given["find"].casefold().split()
    rows, shares = [], []
    for one in sorted(graded, key=_SORTED[given["order"]]):
        row = _told(one)
        text = " ".join(map(str, row.values())).casefold()
        if all(word in text for word in words):
            rows.append(row)
            shares += [_per_cent(one)] if one.possible else []
    line = f"{len(rows)} of {len(graded)} students."
    if len(shares) > 1:
        line += f" Per cent of the points: mean {mean(shares):.0f}, standard deviation {stdev(shares):.0f},"
        line += f" from {min(shares):.0f} to {max(shares):.0f}, half of them up to {median(shares):.0f}."
    return {"text": "Shown below.", "lines": [line], "tables": shown_tables(Table("The class", rows))}


def _whole_work(opened: OpenClass, key: str) -> Panel:
    row = opened.rows[key]
    graded = opened.grader.grade(row)
    passages: list[Passage] = []
    for one in graded.grades:
        if one.answered:
            told = [*one.exercise.told(one.value), ("Level", one.level), ("Comment", one.comment)]
            lines = [f"{name}: {_BREAK.sub(' / ', text.strip())}" for name, text in told if text]
            points = "to be read" if one.points is None else out_of(one.points, one.possible)
            passages.append({"title": f"{named(one.exercise)} ({points})", "text": "\n".join(lines)})
    state = f"{out_of(graded.points, graded.possible)} points, {graded.left} to be read"
    lines = [f"{STATES[row.status]}: {row.problem or state}.", *map(str, graded.notes)]
    return Panel("whole_work_of", row.label, lines, passages=passages)


def _requests(opened: OpenClass, button: str, given: Fields) -> Status:
    record, people, titles = opened.grader.record, opened.people(), opened.titles()
    if button != "show" and "student" in given:
        student, exercise, words = given["student"], given["exercise"], given["words"].strip()
        held = record.get("request", student, exercise)
        if button == "add" and not words:
            raise CourseError("Write in a few words what is to be looked at again")
        if button == "close" and not (held and held["open"]):
            raise CourseError("This student has no open request about this exercise: choose another")
        said = {"words": words, "open": True} if button == "add" else {**held, "answer": words, "open": False}
        record.set("request", said, student=student, exercise=exercise)
    rows = [
        {
            "state": "open" if one["open"] else "closed",
            "who": people.get(student, student),
            "about": titles.get(exercise, exercise),
            "asked": one["words"],
            "answered": one.get("answer", ""),
        }
        for (student, exercise), one in record.all("request").items()
    ]
    rows.sort(key=lambda row: row["state"] != "open")
    return {
        "text": f"{sum(row['state'] == 'open' for row in rows)} open.",
        "fields": fields("requests", student=people, exercise=titles),
        "tables": shown_tables(Table("Requests", rows)),
    }


def _alike(opened: OpenClass, button: str, given: Fields) -> Status:
    table = alike(opened.graded())
    told = "Shown below." if table.rows else "No two students share more than chance would give."
    return {"text": told, "tables": shown_tables(table)}


# --- what goes out


def _export(chosen: dict[str, Any], opened: OpenClass, button: str, given: Fields) -> Status:
    if button == "gradebook":
        return _fill(chosen, opened, given)
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


def _fill(chosen: dict[str, Any], opened: OpenClass, given: Fields) -> Status:
    if given["file"]:
        chosen |= {"name": given["file"]["name"], "data": bytes_of(given["file"])}
    if not chosen:
        raise CourseError("Choose the gradebook file that you downloaded first")
    columns = list(read_gradebook(chosen["data"]).columns)
    column = given.get("column", "") if len(columns) > 1 else ""
    if len(columns) > 1 and column not in columns:
        told = f"{chosen['name']} is kept. Choose the column, then press again."
        options = {"": "–", **{one: one for one in columns}}
        return {"text": told, "fields": fields("exports", column=options, unfinished=given["unfinished"])}
    filled = fill_gradebook(chosen["data"], opened.graded(), column, given["unfinished"])
    tables = shown_tables(Table("Without a mark", [{"who, and why": line} for line in filled.left]))
    if not filled.filled:
        return {"text": "No mark can be filled in yet. Below stands why.", "tables": tables}
    kept = _kept(opened, f"gradebook-{PureWindowsPath(chosen['name']).name}", filled.data)
    told = f"{filled.filled} marks are filled in, {len(filled.left)} are not. Upload {kept['name']}."
    return {"text": told, "tables": tables, "downloads": [kept]}


def _kept(opened: OpenClass, name: str, data: bytes) -> Download:
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
    exercise, given = opened.grader.exercises[id], list(opened.answers(id).values())
    if not given:
        raise CourseError("Nobody has marked this article yet")
    told = f"{len(given)} students. The darker, the more of them marked the words."
    title = f"{named(exercise)} (article {article})"
    layers = heat_layers(given, opened.case[article])
    about: dict[str, Any] = {"title": title, "prompt": told, "heat": SHARES[::-1]}
    return Reader([opened.case[article]], layers, paragraphs=exercise.paragraphs, **about)


def _class_answered(opened: OpenClass, id: str) -> Panel:
    """Return what the class answered, and the texts that the teacher chose to show, in mixed order."""
    answers = opened.answers(id) if id else {}
    table = class_answers(list(answers.values()), opened.case) if id else hard_and_easy(opened.graded())
    lines = [] if table.rows else [table.caption if id else "No item is like that."]
    chosen = opened.grader.record.all("shown")  # not a text that came later in its place
    keys = [key for key, grade in answers.items() if chosen.get((key, id)) == sha256_of(grade.value)]
    passages = [text for key in mixed(keys, f"shown {id}") for text in texts_of(answers[key])]
    if id and opened.grader.exercises[id].written and not passages:
        lines.append("No answer was chosen. In mark_hand_ins.ipynb press S at an answer to show it here.")
    return panel("class_answered", lines=lines, tables=shown_tables(table, below=False), passages=passages)
