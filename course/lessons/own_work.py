"""The cells about a person's whole work: where it is, sign in, progress, save, load, hand in, compare.

Showing one does nothing; something happens only when its button is pressed.
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from course.corpus.errors import CourseError
from course.lessons import handin
from course.lessons.exercises import Exercise
from course.lessons.files import replace_file
from course.lessons.here import case_here, here, is_kept, open_workspace
from course.lessons.messages import Download, PanelField, PanelTable, Status
from course.lessons.widgets import Panel
from course.lessons.work import CARRY, NOT_KEPT, Workspace

Fields = Mapping[str, Any]
PANELS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("panels.toml").read_text("utf-8"))
KEPT = "What is private reaches your teacher only as ‘done’, unless you tick it. You may hand in again."


def status_of(work: Workspace) -> Status:
    """Return what a control says of a change: no text where it was saved and nothing else happened."""
    said = " ".join(work.take_notes())
    return {"text": f"Saved. {said}" if said else ""}


def where_my_work_is() -> Panel:
    """Show where the answers are kept here, and who forgets them."""
    about, folder = PANELS["where"], open_workspace(case_here()).folder
    machine = "binder" if "BINDER_LAUNCH_HOST" in os.environ else "machine"
    told = about["browser" if sys.platform == "emscripten" else machine]
    line = told.format(folder=folder, carry=CARRY) if is_kept(folder) else NOT_KEPT
    return Panel("where", about["title"], [line])


def sign_in() -> Panel:
    """Show who works here, and let a person sign in with a code."""
    work, _ = here()

    def shown(who: handin.Student | None) -> dict[str, list[Any]]:
        told = "Nobody is signed in. Type your teacher’s code, or keep the one below and note it down."
        values = {"code": who.code if who else handin.make_code(), "name": who.name if who else ""}
        if who:
            told = f"Signed in with the code {', '.join(filter(None, values.values()))}."
        fields = [field | {"value": values[field["name"]]} for field in PANELS["sign_in"]["fields"]]
        return {"lines": [told, *work.take_notes()], "fields": fields}

    def press(button: str, given: Fields) -> Fields:
        if button == "another":
            aside = handin.set_aside_for_another_person(work)
            kept = f"All work is kept in the folder {aside.name}." if aside else "Nothing was here yet."
            text = f"{kept} Choose Run > Run All Cells, so that nothing of it stays on screen."
            return shown(None) | {"text": text}
        return shown(handin.sign_in(work, given["code"], given["name"])) | {"text": "Signed in."}

    parts = shown(handin.read_student(work))
    if user := os.environ.get("JUPYTERHUB_USER"):
        parts["lines"] += [f"This hub knows you as ‘{user}’. You may type that as your code; you need not."]
    return Panel("sign_in", on_press=press, **PANELS["sign_in"] | parts)


def _counts(work: Workspace, exercises: Iterable[Exercise]) -> list[tuple[Exercise, int, int]]:
    """Return of each exercise how much is answered, and of how much."""
    found = [(one, work.read(one)) for one in exercises]
    return [(one, *one.done(answer.value if answer else one.empty())) for one, answer in found]


def progress() -> Panel:
    """Show how much of each lesson is done, and what is open in those that are begun."""

    def look() -> Status:
        work, exercises = here()
        rows = []
        for lesson, of_lesson in groupby(_counts(work, exercises.values()), key=lambda each: each[0].lesson):
            counts = list(of_lesson)
            left = [f"{one.title} ({done} of {parts})" for one, done, parts in counts if done < parts]
            state = "; ".join(left) if any(done for _, done, _ in counts) else "not begun"
            rows.append([lesson.replace("_", " "), f"{len(counts) - len(left)} of {len(counts)}", state])
        columns = ["lesson", "exercises done", "still open"]
        table: PanelTable = {"caption": "Each lesson", "columns": columns, "rows": rows}
        return {"lines": work.take_notes(), "tables": [table]}

    return Panel("progress", look=look, **PANELS["progress"])


def _packed(work: Workspace, exercises: Mapping[str, Exercise], kind: str, given: Fields) -> list[Download]:
    """Sign in who typed a code, and return the work as two files, which stand in its folder by now."""
    if "code" in given and handin.read_student(work) is None:
        if not given["code"].strip():
            raise CourseError("Type a code above: your teacher’s, or one of your own, and note it down")
        handin.sign_in(work, given["code"], given["name"])
    share = [id for id, ticked in given.items() if ticked is True]
    files = handin.pack(work, exercises, kind, share)
    for file in files:
        replace_file(work.folder / file["name"], file["text"].encode())
    return files


def save_my_work() -> Panel:
    """Show the button that saves all work as one file, to carry to another machine."""

    def press(button: str, given: Fields) -> Status:
        work, exercises = here()
        file, _ = _packed(work, exercises, "my_work", given)
        where = f"in your browser’s downloads and in the folder {work.folder.name}"
        text = " ".join([f"Saved as {file['name']}, {where}.", *work.take_notes()])
        return {"text": text, "downloads": [file], "fields": []}

    fields = [] if handin.read_student(here()[0]) else PANELS["first"]["fields"]
    return Panel("save_my_work", on_press=press, fields=fields, **PANELS["save_my_work"])


def load_my_work() -> Panel:
    """Show the control that brings answers in from a file that `save_my_work` made."""

    def press(button: str, given: Fields) -> Status:
        work, exercises = here()
        name, data = chosen(given)
        file, new = handin.load_my_work(work, exercises, case_here(), data, name)
        told = [f"{len(file.answers)} answers of {file.student.code} were read, {new} new or newer."]
        if file.done:
            told.append(f"{len(file.done)} are only marked as done in the file, and their text is not in it.")
        told += [handin.left_out_text(file.left_out)] if file.left_out else []
        return {"text": " ".join([*told, *work.take_notes(), "Choose Run > Run All Cells to see them."])}

    return Panel("load_my_work", on_press=press, **PANELS["load_my_work"])


def chosen(given: Fields) -> tuple[str, bytes]:
    """Return the name and the bytes of the file. Raises CourseError where none was chosen."""
    if not given["file"]:
        raise CourseError("Choose a file first: its name begins with my_work")
    return str(given["file"]["name"]), str(given["file"]["text"]).encode("utf-8", "replace")


def hand_in() -> Panel:
    """Show what is not answered yet, and the button that hands in; handing in again is always allowed."""

    def begun() -> tuple[Workspace, list[tuple[Exercise, int, int]]]:
        work, exercises = here()
        counts = _counts(work, exercises.values())
        lessons = {one.lesson for one, done, _ in counts if done}
        return work, [each for each in counts if each[0].lesson in lessons]

    def look() -> Status:
        work, counts = begun()
        lessons = ", ".join(dict.fromkeys(one.lesson.replace("_", " ") for one, _, _ in counts))
        lines = [f"Every exercise is answered in: {lessons}.", KEPT]
        told = [
            f"{one.title} ({one.lesson}): {done} of {parts} answered"
            for one, done, parts in counts
            if done < parts
        ]
        if told:
            lines[0] = "\n".join(["Not answered yet, in the lessons you have begun:", *told])
        elif not counts:
            lines = ["Nothing is answered yet. When something is, press ‘Look again’."]
        share: list[PanelField] = [
            {"name": one.id, "kind": "checkbox", "label": f"Share ‘{one.title}’ ({one.lesson})"}
            for one, done, _ in counts
            if done and one.private
        ]
        first = [] if handin.read_student(work) else PANELS["first"]["fields"]
        return {"lines": [*lines, *work.take_notes()], "fields": [*first, *share]}

    def press(button: str, given: Fields) -> Status:
        work, counts = begun()
        files = _packed(work, {one.id: one for one, _, _ in counts}, "hand_in", given)
        name = files[0]["name"]
        done = f"Handed in. {name} and a page to read are in the folder {work.folder.name}."
        status = look() | {"downloads": files, "text": f"{done} Send the downloaded file to your teacher."}
        if inbox := os.environ.get("COURSE_INBOX"):
            try:
                handin.put_in_inbox(Path(inbox), name, files[0]["text"])
                status["text"] = f"{done} Your teacher has it."
            except CourseError as error:
                status |= {"text": f"{error}.", "problem": True}
        return status

    return Panel("hand_in", on_press=press, look=look, **PANELS["hand_in"])


def compare_with(file: str = "") -> Panel:
    """Show where a partner's saved work has the same answers as yours, and where not; never whose it is.

    Only exercises that you have answered are compared. `file` names it; without, it can be chosen.
    """
    about = dict(PANELS["compare_with"])

    def look() -> Status:
        try:
            return {"lines": about["lines"], **_compared(Path(file).name, Path(file).read_bytes())}
        except OSError as error:
            raise CourseError(f"{file} cannot be read ({error.strerror}): check its name") from error

    about |= {"look": look} if file else {}
    return Panel("compare_with", on_press=lambda _, given: _compared(*chosen(given)), **about)


def _compared(name: str, data: bytes) -> Status:
    work, exercises = here()
    mine, theirs = handin.answers_in(work, exercises), handin.read_hand_in(data, name, work.case).answers
    rows, differ = [], []
    for id, one in exercises.items():
        both = id in theirs and id in mine and theirs[id].kind == one.kind
        if both and not (one.written or one.private):
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
