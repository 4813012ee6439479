"""The cells about a person's whole work: where it is, sign in, progress, save, load, hand in, compare.

Showing one does nothing; something happens only when its button is pressed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypedDict

from course.corpus.errors import CourseError
from course.lessons import portfolio
from course.lessons.exercises import Exercise
from course.lessons.handin import Student
from course.lessons.here import begun, case_here, here, is_kept, open_workspace, where_work_is
from course.lessons.messages import Download, PanelButton, PanelField, Status
from course.lessons.widgets import LOOK, LivePanel, Panel
from course.lessons.work import Saved, Workspace, note_text

Fields = Mapping[str, Any]


def notes_of(work: Workspace) -> list[str]:
    """Return, once, what reading or changing the work brought that a student must be told."""
    return [note_text(note) for note in work.take_notes()]


def status_of(saved: Saved) -> Status:
    """Return what a control says of a change: no text where it was saved and nothing else happened."""
    said = " ".join(map(note_text, saved.notes))
    return {"text": f"Saved. {said}" if said else ""}


def where_my_work_is() -> Panel:
    """Show where the answers are kept here, and who forgets them."""
    folder = open_workspace(case_here()).folder
    return Panel("where", "Where your work is", [where_work_is(folder, is_kept(folder))])


# --- who works here


def sign_in() -> Panel:
    """Show who works here, and let a person sign in with a code."""
    work, _ = here()
    student = portfolio.read_student(work)
    lines = [_who(student), *notes_of(work)]
    if user := portfolio.hub_user():
        lines.append(f"This hub knows you as ‘{user}’. You may type that as your code; you need not.")
    sure = "Set aside all work that is on this machine? It is kept in a folder of its own."
    buttons: list[PanelButton] = [
        {"name": "sign_in", "label": "Sign in", "main": True},
        {"name": "another", "label": "Another person starts here", "sure": sure},
    ]

    def press(button: str, given: Fields) -> Status:
        if button == "another":
            aside = portfolio.set_aside_for_another_person(work)
            kept = f"All work is kept in the folder {aside.name}." if aside else "Nothing was here yet."
            text = f"{kept} Choose Run > Run All Cells, so that nothing of it stays on screen."
            return {"text": text, "lines": [_who(None)], "fields": _who_fields(None)}
        who = portfolio.sign_in(work, given["code"], given["name"])
        return {"text": "Signed in.", "lines": [_who(who), *notes_of(work)]}

    return Panel("sign_in", "Sign in with a code", lines, press, fields=_who_fields(student), buttons=buttons)


def _who(student: Student | None) -> str:
    if student is None:
        return "Nobody is signed in. Type your teacher’s code, or keep the one below and note it down."
    return f"Signed in with the code {student.code}{f', {student.name}' if student.name else ''}."


def _who_fields(student: Student | None) -> list[PanelField]:
    code, name = (student.code, student.name) if student else (portfolio.make_code(), "")
    return [
        {"name": "code", "kind": "text", "label": "Code", "value": code},
        {"name": "name", "kind": "text", "label": "Name (may stay empty)", "value": name},
    ]


def _unless_signed_in(work: Workspace) -> list[PanelField]:
    """Return the fields of somebody who comes here first: none is filled in: the teacher's code counts."""
    if portfolio.read_student(work):
        return []
    code, name = _who_fields(None)
    return [{**code, "label": "Code (your teacher’s, or one of your own)", "value": ""}, name]


def _sign_in_first(work: Workspace, given: Fields) -> None:
    if portfolio.read_student(work) is None and "code" in given:
        if not given["code"].strip():
            raise CourseError("Type a code above: your teacher’s, or one of your own, and note it down")
        portfolio.sign_in(work, given["code"], given["name"])


# --- what is done, and carrying it


def progress() -> Panel:
    """Show how much of each lesson is done, and what is open in those that are begun."""

    def look() -> Status:
        work, exercises = here()
        lessons: dict[str, list[tuple[str, int, int]]] = {}
        for one in exercises.values():
            stored = work.read(one)
            counts = one.done(stored.value if stored else one.empty())
            lessons.setdefault(one.lesson, []).append((one.title, *counts))
        rows = []
        for lesson, ours in lessons.items():
            left = [f"{title} ({done} of {parts})" for title, done, parts in ours if done < parts]
            state = "; ".join(left) if any(done for _, done, _ in ours) else "not begun"
            rows.append([lesson.replace("_", " "), f"{len(ours) - len(left)} of {len(ours)}", state])
        columns = ["lesson", "exercises done", "still open"]
        return {
            "lines": notes_of(work),
            "tables": [{"caption": "Each lesson", "columns": columns, "rows": rows}],
        }

    return LivePanel("progress", "What you have done", look)


def save_my_work() -> Panel:
    """Show the button that saves all work as one file, to carry to another machine."""

    def press(button: str, given: Fields) -> Status:
        work, exercises = here()
        _sign_in_first(work, given)
        package = portfolio.pack(work, exercises, "my_work")
        portfolio.keep(work.folder, package)
        text = f"Saved as {package.name}, in your browser’s downloads and in the folder {work.folder.name}."
        downloads = [_file(package.name, package.json)]
        return {"text": " ".join([text, *notes_of(work)]), "downloads": downloads, "fields": []}

    lines = ["One file with all your answers. Keep it on your own computer: on Binder, this machine forgets."]
    buttons = [{"name": "save", "label": "Save my work", "main": True}]
    fields = _unless_signed_in(here()[0])
    return Panel("save_my_work", "Save your work", lines, press, fields=fields, buttons=buttons)


def _file(name: str, text: str) -> Download:
    return {"name": name, "text": text, "type": "text/html" if name.endswith(".html") else "application/json"}


def load_my_work() -> Panel:
    """Show the control that brings answers in from a file that `save_my_work` made."""

    def press(button: str, given: Fields) -> Status:
        work, exercises = here()
        name, data = chosen(given)
        loaded = portfolio.load_my_work(work, exercises, case_here(), data, name)
        return {"text": f"{portfolio.loaded_text(loaded)} Choose Run > Run All Cells to see them."}

    lines = [
        "Choose the file that ‘Save my work’ made. Of two answers the newer one stands; nothing is lost."
    ]
    return Panel("load_my_work", "Load your work", lines, press, **chooser("Bring my answers in"))


class Chooser(TypedDict):
    """The parts of a panel that reads a file."""

    fields: list[PanelField]
    buttons: list[PanelButton]


def chooser(label: str) -> Chooser:
    """Return the field and the button of a panel that reads a file of saved work."""
    return {
        "fields": [{"name": "file", "kind": "file", "label": "File", "accept": ".json,.html"}],
        "buttons": [{"name": "read", "label": label, "main": True}],
    }


def chosen(given: Fields) -> tuple[str, bytes]:
    """Return the name and the bytes of the file. Raises CourseError where none was chosen."""
    if not given["file"]:
        raise CourseError("Choose a file first: its name begins with my_work")
    return str(given["file"]["name"]), str(given["file"]["text"]).encode("utf-8", "replace")


def hand_in() -> Panel:
    """Show what is not answered yet, and the button that hands in; handing in again is always allowed."""

    def look() -> Status:
        work, exercises = begun()
        return {
            "lines": [*_before(work, exercises), *notes_of(work)],
            "fields": [*_unless_signed_in(work), *_to_share(work, exercises)],
            "buttons": [{"name": "hand_in", "label": "Hand in", "main": True}, LOOK],
        }

    def press(button: str, given: Fields) -> Status:
        work, exercises = begun()
        _sign_in_first(work, given)
        share = [id for id, ticked in given.items() if ticked is True]
        package = portfolio.pack(work, exercises, "hand_in", share)
        portfolio.keep(work.folder, package)
        page = package.name.replace(".json", ".html")
        done = f"Handed in. {package.name} and a page to read are in the folder {work.folder.name}."
        status = look() | {
            "downloads": [_file(package.name, package.json), _file(page, package.html)],
            "text": f"{done} Send the downloaded file to your teacher.",
        }
        if inbox := os.environ.get("COURSE_INBOX"):
            try:
                portfolio.put_in_inbox(Path(inbox), package)
                status["text"] = f"{done} Your teacher has it."
            except CourseError as error:
                status |= {"text": f"{error}.", "problem": True}
        return status

    return LivePanel("hand_in", "Hand in", look, press)


def _to_share(work: Workspace, exercises: Mapping[str, Exercise]) -> list[PanelField]:
    answered = (exercises[id] for id in portfolio.answers_in(work, exercises))
    return [
        {"name": one.id, "kind": "checkbox", "label": f"Share ‘{one.title}’ ({one.lesson})"}
        for one in answered
        if one.private
    ]


def _before(work: Workspace, exercises: Mapping[str, Exercise]) -> list[str]:
    if not portfolio.answers_in(work, exercises):
        return ["Nothing is answered yet. When something is, press ‘Look again’."]
    kept = "What is private reaches your teacher only as ‘done’, unless you tick it. You may hand in again."
    if missing := portfolio.unanswered(work, exercises):
        told = [f"{one.title} ({one.lesson}): {done} of {parts} answered" for one, done, parts in missing]
        return ["\n".join(["Not answered yet, in the lessons you have begun:", *told]), kept]
    lessons = ", ".join(sorted({one.lesson.replace("_", " ") for one in exercises.values()}))
    return [f"Every exercise is answered in: {lessons}.", kept]


def compare_with(file: str = "") -> Panel:
    """Show where a partner's saved work has the same answers as yours, and where not; never whose it is.

    Only exercises that you have answered are compared. `file` names it; without, it can be chosen.
    """

    def press(button: str, given: Fields) -> Status:
        return _compared(*chosen(given))

    def look() -> Status:
        try:
            return {"lines": lines, **_compared(Path(file).name, Path(file).read_bytes())}
        except OSError as error:
            raise CourseError(f"{file} cannot be read ({error.strerror}): check its name") from error

    name, title = "compare_with", "Compare with a partner"
    lines = ["Two people can agree and both be wrong. Where you differ, look at the text again, together."]
    if file:
        return LivePanel(name, title, look)
    return Panel(name, title, lines, press, **chooser("Compare"))


def _compared(name: str, data: bytes) -> Status:
    work, exercises = here()
    theirs, mine = portfolio.read_partner(work, data, name), portfolio.answers_in(work, exercises)
    rows, differ = [], []
    for id, one in exercises.items():
        both = id in theirs and id in mine and theirs[id].kind == one.kind
        if one.written or one.private or not both:
            continue
        pairs = one.pairs(mine[id].value, one.usable(theirs[id].value)[0])
        apart = [[one.title, *pair] for pair in pairs if pair[1] != pair[2]]
        rows.append([one.title, str(len(pairs)), str(len(pairs) - len(apart))])
        differ += apart
    if not rows:
        raise CourseError(f"{name!r:.120} answers no exercise that you have answered: answer one first")
    counts, where = ["exercise", "both answered", "the same"], ["exercise", "about", "you", "your partner"]
    tables: Any = [{"caption": "How often you agree", "columns": counts, "rows": rows}]
    tables += [{"caption": "Where you differ", "columns": where, "rows": differ}] if differ else []
    return {"text": "Compared.", "tables": tables}
