"""A person's whole work: who they are, saving, loading, handing in, and making room for another person."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from course.corpus.errors import CourseError
from course.lessons.answers import FORMAT, Answer, Workspace
from course.lessons.exercises import Exercise
from course.lessons.handin import (
    DONE,
    HandIn,
    Student,
    check_who,
    file_name,
    make_document,
    read_hand_in,
    student_of,
)
from course.lessons.receipt import receipt
from course.lessons.store import not_saved, read_json, read_stored, replace_file, set_aside, stamp, to_json
from course.lessons.values import count_done, empty

_LETTERS, _DIGITS = "BCDFGHJKMNPQRSTVWXZ", "23456789"  # none is taken for another, and no word comes out


def make_code() -> str:
    """Return a code that is easy to copy, such as KTR-4728; about three million are possible."""
    return "".join(map(secrets.choice, [_LETTERS] * 3)) + "-" + "".join(map(secrets.choice, [_DIGITS] * 4))


def hub_user() -> str:
    """Return the name by which a classroom hub knows the person, to be offered; "" elsewhere."""
    return os.environ.get("JUPYTERHUB_USER", "")


def read_student(workspace: Workspace) -> Student | None:
    """Return who works here, or None before sign-in. A file that cannot be used is renamed, and said."""
    path = workspace.folder / "student.json"
    data = read_stored(path)
    if data is None:
        return None
    try:
        stored = read_json(data)
        return student_of(
            {key: stored[key] for key in stored if key != "format"} if isinstance(stored, dict) else None
        )
    except CourseError as error:
        workspace.said.append(
            f"{path.name} cannot be used, since {error}: it is kept as {set_aside(path).name}."
        )
        return None


def sign_in(workspace: Workspace, code: str, name: str = "") -> Student:
    """Write who works here, and return it. Signing in again may correct code and name; the id stays."""
    code, name = code.strip(), name.strip()
    check_who(code, name)
    before = read_student(workspace)
    student = Student(code, before.student_id if before else secrets.token_hex(16), name)
    _write_student(workspace, student)
    return student


def _write_student(workspace: Workspace, student: Student) -> None:
    replace_file(workspace.folder / "student.json", to_json({"format": FORMAT} | asdict(student)))


def answers_in(workspace: Workspace, exercises: Mapping[str, Exercise]) -> dict[str, Answer]:
    """Return every answer that is on disk."""
    found = {id: workspace.read(exercise) for id, exercise in exercises.items()}
    return {
        id: answer for id, answer in found.items() if answer and count_done(exercises[id], answer.value)[0]
    }


@dataclass(frozen=True, slots=True)
class Package:
    """A document ready to be written or downloaded: its file name, JSON text and readable page."""

    name: str
    json: str
    html: str


def pack(
    workspace: Workspace, exercises: Mapping[str, Exercise], kind: str, share: Collection[str] = ()
) -> Package:
    """Return a person's work as a document of `kind` 'my_work', which holds everything, or 'hand_in'.

    There an answer to a private exercise is only said to be done, unless its id is in `share`.
    Raises CourseError before sign-in.
    """
    student = read_student(workspace)
    if student is None:
        raise CourseError(
            "Nobody is signed in: run the cell with sign_in() in the first lesson, then come back"
        )
    entries = {
        id: DONE if kind == "hand_in" and exercises[id].private and id not in share else answer.entry
        for id, answer in answers_in(workspace, exercises).items()
    }
    document = make_document(student, workspace.case, entries)
    return Package(file_name(kind, document), to_json(document).decode(), receipt(document, exercises))


def keep(folder: Path, package: Package) -> list[Path]:
    """Write a package's JSON and page into a folder, and return their paths."""
    page = folder / package.name.replace(".json", ".html")
    replace_file(folder / package.name, package.json.encode())
    replace_file(page, package.html.encode())
    return [folder / package.name, page]


def put_in_inbox(inbox: Path, package: Package) -> Path:
    """Put a hand-in into a shared folder, under a name that nobody can guess or take first.

    The file is created anew, never through a link, and only its owner and the teachers' group read it.
    """
    path = inbox / package.name.replace(".json", f"-{secrets.token_hex(16)}.json")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(path, flags, 0o640), "wb") as file:
            if hasattr(os, "fchmod"):
                os.fchmod(file.fileno(), 0o640)  # whatever the umask is, the teachers' group can read it
            file.write(package.json.encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        if not isinstance(error, FileExistsError):
            with contextlib.suppress(OSError):  # what is told below matters more than half a file
                path.unlink(missing_ok=True)
        raise CourseError(
            f"It did not reach the teacher's inbox ({error.strerror}): download the file and send that"
        ) from error
    return path


def load_my_work(workspace: Workspace, exercises: Mapping[str, Exercise], data: bytes, name: str) -> str:
    """Bring in answers from a file that `save_my_work` made, and return what happened in words.

    Where both have an answer, the newer one stands and the other is kept beside it. Raises CourseError
    where the file cannot be used, is of another case, or another person's.
    """
    loaded = _read_of_case(data, name, workspace.case)
    student, found = read_student(workspace), answers_in(workspace, exercises)
    if student and found and student.code.casefold() != loaded.student.code.casefold():
        raise CourseError(
            f"{name!r:.120} is the work of {loaded.student.code}, and {student.code} is signed in here:"
            " sign in with that code, or choose 'Another person starts here' first"
        )
    _write_student(workspace, loaded.student)
    known = {
        id: answer
        for id, answer in loaded.answers.items()
        if id in exercises and exercises[id].kind == answer.kind
    }
    changed = sum(workspace.merge(exercises[id], answer) for id, answer in known.items())
    said, workspace.said = workspace.said, []
    told = [f"{len(known)} answers of {loaded.student.code} were read, {changed} of them new or newer."]
    if left := len(loaded.answers) - len(known):
        told.append(f"{left} belong to exercises that are not in this course, and stay in the file.")
    if loaded.done:
        told.append(f"{len(loaded.done)} are only marked as done in the file, and their text is not in it.")
    return " ".join([*told, *said])


def _read_of_case(data: bytes, name: str, case: str) -> HandIn:
    loaded = read_hand_in(data, name)
    if loaded.case != case:
        raise CourseError(
            f"{name!r:.120} belongs to another case, {loaded.case!r:.80}: choose a file of this one"
        )
    return loaded


def read_partner(workspace: Workspace, data: bytes, name: str) -> dict[str, Answer]:
    """Return the answers in a partner's saved work, without who it is."""
    return _read_of_case(data, name, workspace.case).answers


def set_aside_for_another_person(workspace: Workspace) -> str:
    """Rename the folder with all work in it, so that somebody else starts anew, and return what was done."""
    folder = workspace.folder
    if not folder.exists():
        return "Nothing was here yet: the next person can start."
    aside = folder.with_name(f"{folder.name}-set-aside-{stamp()}")
    try:
        folder.rename(aside)
    except OSError as error:
        raise CourseError(not_saved(error, folder)) from error
    return f"All work is kept in the folder {aside.name}. The next person can sign in."


def unanswered(workspace: Workspace, exercises: Mapping[str, Exercise]) -> list[str]:
    """Return a line for each exercise that is not wholly answered, of the lessons that were begun."""
    found = answers_in(workspace, exercises)
    begun = {exercises[id].lesson for id in found}
    lines = []
    for id, exercise in exercises.items():
        done, parts = count_done(exercise, found[id].value if id in found else empty(exercise))
        if exercise.lesson in begun and done < parts:
            lines.append(f"{exercise.title} ({exercise.lesson}): {done} of {parts} answered")
    return lines
