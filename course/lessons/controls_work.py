"""The controls for a person's whole work: sign in, progress, save, load, hand in.

Showing one does nothing; something happens only when its button is pressed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from course.corpus.errors import CourseError
from course.lessons import portfolio
from course.lessons.exercises import Exercise
from course.lessons.forms import Panel, Part
from course.lessons.handin import Student
from course.lessons.here import begun, case_here, here
from course.lessons.values import count_done, empty
from course.lessons.work import Workspace, note_text

Fields = Mapping[str, Any]


def _told(work: Workspace) -> list[str]:
    return [note_text(note) for note in work.take_notes()]


def sign_in() -> Panel:
    """Show who works here, and let a person sign in with a code."""
    work, _ = here()
    student = portfolio.read_student(work)
    lines = [_who(student), *_told(work)]
    if user := portfolio.hub_user():
        lines.append(f"This hub knows you as ‘{user}’. You may type that as your code; you need not.")
    buttons: list[Part] = [
        {"name": "sign_in", "label": "Sign in", "main": True},
        {
            "name": "another",
            "label": "Another person starts here",
            "sure": "Set aside all work that is on this machine? It is kept in a folder of its own.",
        },
    ]

    def press(button: str, given: Fields) -> Part:
        if button == "another":
            aside = portfolio.set_aside_for_another_person(work)
            told = f"All work is kept in the folder {aside.name}." if aside else "Nothing was here yet."
            text = (
                f"{told} The next person can sign in. Choose Run > Run All Cells, so that nothing of it"
                " stays on screen."
            )
            return {"text": text, "lines": [_who(None)], "fields": _fields(None)}
        who = portfolio.sign_in(work, given["code"], given["name"])
        return {"text": "Signed in.", "lines": [_who(who), *_told(work)]}

    return Panel("sign_in", "Sign in with a code", lines, press, fields=_fields(student), buttons=buttons)


def _fields(student: Student | None) -> list[Part]:
    code, name = (student.code, student.name) if student else (portfolio.make_code(), "")
    return [
        {"name": "code", "kind": "text", "label": "Code", "value": code},
        {"name": "name", "kind": "text", "label": "Name (may stay empty)", "value": name},
    ]


def _unless_signed_in(work: Workspace) -> list[Part]:
    """Return the fields of somebody who comes here first: none is filled in: the teacher's code counts."""
    if portfolio.read_student(work):
        return []
    code, name = _fields(None)
    return [code | {"label": "Code (your teacher’s, or one of your own)", "value": ""}, name]


def _sign_in_first(work: Workspace, given: Fields) -> None:
    if portfolio.read_student(work) is None and "code" in given:
        if not given["code"].strip():
            raise CourseError("Type a code above: your teacher’s, or one of your own, and note it down")
        portfolio.sign_in(work, given["code"], given["name"])


def _who(student: Student | None) -> str:
    if student is None:
        return "Nobody is signed in. Type your teacher’s code, or keep the one below and note it down."
    return f"Signed in with the code {student.code}{f', {student.name}' if student.name else ''}."


def progress() -> Panel:
    """Show how much of each lesson is done, and what is open in those that are begun."""
    work, exercises = here()
    counts = {}
    for id, one in exercises.items():
        stored = work.read(one)
        counts[id] = count_done(one, stored.value if stored else empty(one))
    rows = []
    for lesson in dict.fromkeys(one.lesson for one in exercises.values()):
        ours = [(one.title, *counts[id]) for id, one in exercises.items() if one.lesson == lesson]
        left = [f"{title} ({done} of {parts})" for title, done, parts in ours if done < parts]
        begun = any(done for _, done, _ in ours)
        state = "; ".join(left) if begun else "not begun"
        rows.append([lesson.replace("_", " "), f"{len(ours) - len(left)} of {len(ours)}", state])
    table = {"caption": "Each lesson", "columns": ["lesson", "exercises done", "still open"], "rows": rows}
    return Panel("progress", "What you have done", _told(work), tables=[table])


def save_my_work() -> Panel:
    """Show the button that saves all work as one file, to carry to another machine."""

    def press(button: str, given: Fields) -> Part:
        work, exercises = here()
        _sign_in_first(work, given)
        package = portfolio.pack(work, exercises, "my_work")
        portfolio.keep(work.folder, package)
        text = f"Saved as {package.name}, in your browser’s downloads and in the folder {work.folder.name}."
        downloads = [_file(package.name, package.json)]
        return {"text": " ".join([text, *_told(work)]), "downloads": downloads, "fields": []}

    fields = _unless_signed_in(here()[0])
    lines = ["One file with all your answers. Keep it on your own computer: on Binder, this machine forgets."]
    buttons = [{"name": "save", "label": "Save my work", "main": True}]
    return Panel("save_my_work", "Save your work", lines, press, fields=fields, buttons=buttons)


def _file(name: str, text: str) -> Part:
    return {"name": name, "text": text, "type": "text/html" if name.endswith(".html") else "application/json"}


def load_my_work() -> Panel:
    """Show the control that brings answers in from a file that `save_my_work` made."""

    def press(button: str, given: Fields) -> Part:
        work, exercises = here()
        name, data = chosen(given)
        told = portfolio.loaded_text(portfolio.load_my_work(work, exercises, case_here(), data, name))
        return {"text": f"{told} The next person can sign in. Choose Run > Run All Cells to see them."}

    lines = [
        "Choose the file that ‘Save my work’ made. Of two answers the newer one stands; nothing is lost."
    ]
    return Panel("load_my_work", "Load your work", lines, press, **chooser("Bring my answers in"))


def chooser(label: str) -> dict[str, list[Part]]:
    """Return the field and the button of a panel that reads a file of saved work."""
    field = {"name": "file", "kind": "file", "label": "File", "accept": ".json,.html"}
    return {"fields": [field], "buttons": [{"name": "read", "label": label, "main": True}]}


def chosen(given: Fields) -> tuple[str, bytes]:
    """Return the name and the bytes of the file. Raises CourseError where none was chosen."""
    if not given["file"]:
        raise CourseError("Choose a file first: its name begins with my_work")
    return str(given["file"]["name"]), str(given["file"]["text"]).encode("utf-8", "replace")


def hand_in() -> Panel:
    """Show what is not answered yet, and the button that hands in; handing in again is always allowed."""
    work, exercises = begun()
    fields = [
        {"name": id, "kind": "checkbox", "label": f"Share ‘{exercises[id].title}’ ({exercises[id].lesson})"}
        for id in portfolio.answers_in(work, exercises)
        if exercises[id].private
    ]
    buttons = [{"name": "hand_in", "label": "Hand in", "main": True}]

    def press(button: str, given: Fields) -> Part:
        work, exercises = begun()
        _sign_in_first(work, given)
        package = portfolio.pack(
            work, exercises, "hand_in", [id for id, ticked in given.items() if ticked is True]
        )
        portfolio.keep(work.folder, package)
        page = package.name.replace(".json", ".html")
        status: Part = {
            "lines": _before(work, exercises),
            "fields": fields,
            "text": f"Handed in. {package.name} and a page to read are in the folder {work.folder.name}.",
            "downloads": [_file(package.name, package.json), _file(page, package.html)],
        }
        try:
            if inbox := os.environ.get("COURSE_INBOX"):
                portfolio.put_in_inbox(Path(inbox), package)
                status["text"] += " Your teacher has it."
            else:
                status["text"] += " Send the downloaded file to your teacher."
        except CourseError as error:
            status |= {"text": f"{error}.", "problem": True}
        return status

    asked = [*_unless_signed_in(work), *fields]
    return Panel("hand_in", "Hand in", _before(work, exercises), press, fields=asked, buttons=buttons)


def _before(work: Workspace, exercises: Mapping[str, Exercise]) -> list[str]:
    missing = [
        f"{one.title} ({one.lesson}): {done} of {parts} answered"
        for one, done, parts in portfolio.unanswered(work, exercises)
    ]
    if not portfolio.answers_in(work, exercises):
        return ["Nothing is answered yet. When something is, run this cell again.", *_told(work)]
    first = ["Not answered yet, in the lessons you have begun. Run this cell again after a change:", *missing]
    kept = "What is private reaches your teacher only as ‘done’, unless you tick it. You may hand in again."
    lessons = ", ".join(sorted({one.lesson.replace("_", " ") for one in exercises.values()}))
    every = f"Every exercise is answered in: {lessons}. Run this cell again after a change."
    return ["\n".join(first) if missing else every, kept, *_told(work)]
