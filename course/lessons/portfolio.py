"""A person's whole work: who they are, saving, loading, handing in, and making room for another person."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from course.corpus.case import Case
from course.corpus.errors import CourseError
from course.lessons import files, handin
from course.lessons.exercises import Exercise
from course.lessons.handin import DONE, HandIn, Student, student_in
from course.lessons.work import Answer, Note, Workspace, note_text

_LETTERS, _DIGITS = "BCDFGHJKMNPQRSTVWXZ", "23456789"  # none is taken for another, and no word comes out


def make_code() -> str:
    """Return a code that is easy to copy, such as KTR-4728; about three million are possible."""
    return "".join(map(secrets.choice, [_LETTERS] * 3)) + "-" + "".join(map(secrets.choice, [_DIGITS] * 4))


def hub_user() -> str:
    """Return the name by which a classroom hub knows the person, to be offered; "" elsewhere."""
    return os.environ.get("JUPYTERHUB_USER", "")


def _path(workspace: Workspace) -> Path:
    return workspace.folder / "student.json"


def _bytes(student: Student) -> bytes:
    return files.to_json({"format": files.FORMAT} | asdict(student))


def _student_or_aside(workspace: Workspace, data: bytes | None) -> Student | None:
    return workspace.usable(_path(workspace), data, student_in)


def read_student(workspace: Workspace) -> Student | None:
    """Return who works here, or None before sign-in. A file that cannot be used is renamed, with a note."""
    data = files.read_stored(_path(workspace))
    with contextlib.suppress(CourseError):
        return None if data is None else student_in(data)
    return workspace.change(_path(workspace), lambda data: (None, _student_or_aside(workspace, data)))


def sign_in(workspace: Workspace, code: str, name: str = "") -> Student:
    """Write who works here, and return it. Signing in again may correct code and name; the id stays."""
    new = Student(code.strip(), secrets.token_hex(16), name.strip())

    def edit(data: bytes | None) -> tuple[bytes, Student]:
        before = _student_or_aside(workspace, data)
        student = replace(new, student_id=before.student_id) if before else new
        return _bytes(student), student

    return workspace.change(_path(workspace), edit)


def answers_in(workspace: Workspace, exercises: Mapping[str, Exercise]) -> dict[str, Answer]:
    """Return every answer that is on disk."""
    found = {id: workspace.read(exercise) for id, exercise in exercises.items()}
    return {id: answer for id, answer in found.items() if answer and exercises[id].done(answer.value)[0]}


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
    Raises CourseError before sign-in, and where there is nothing to hand in.
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
    if kind == "hand_in" and not entries:
        raise CourseError("Nothing is answered yet: answer an exercise, then hand in")
    document = handin.make_document(student, workspace.case, entries)
    page = handin.receipt(document, exercises, kind)
    return Package(handin.file_name(kind, document), files.to_json(document).decode(), page)


def keep(folder: Path, package: Package) -> list[Path]:
    """Write a package's JSON and page into a folder, and return their paths."""
    path = folder / package.name
    texts = {path: package.json, path.with_suffix(".html"): package.html}
    for path, text in texts.items():
        files.replace_file(path, text.encode())
    return list(texts)


def put_in_inbox(inbox: Path, package: Package) -> Path:
    """Put a hand-in into a shared folder, under a name that nobody can guess or take first.

    The file is created anew, never through a link, and only its owner and the teachers' group read it.
    """
    path = inbox / package.name.replace(".json", f"-{secrets.token_hex(16)}.json")
    try:
        with open(path, "xb", opener=partial(os.open, mode=0o640)) as file:
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


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a saved file brought in, how many of its answers are new or newer here, and what happened."""

    file: HandIn
    changed: int
    notes: tuple[Note, ...]


def load_my_work(
    workspace: Workspace, exercises: Mapping[str, Exercise], case: Case, data: bytes, name: str
) -> Loaded:
    """Bring in answers from a file that `save_my_work` made, each as `Workspace.merge` does.

    Raises CourseError where the file cannot be used, is of another case, or another person's.
    """
    loaded = handin.fitted(_read_of_case(data, name, workspace.case), exercises, case)
    begun = bool(answers_in(workspace, exercises))

    def edit(data: bytes | None) -> tuple[bytes, None]:
        here = _student_or_aside(workspace, data)
        if here and begun and here.code.casefold() != loaded.student.code.casefold():
            raise CourseError(
                f"{name!r:.120} is the work of {loaded.student.code}, and {here.code} is signed in here:"
                " sign in with that code, or choose 'Another person starts here' first"
            )
        return _bytes(loaded.student), None

    workspace.change(_path(workspace), edit)
    saved = [workspace.merge(exercises[id], answer) for id, answer in loaded.answers.items()]
    notes = (*workspace.take_notes(), *(note for one in saved for note in one.notes))
    return Loaded(loaded, sum(one.saved for one in saved), notes)


def loaded_text(loaded: Loaded) -> str:
    """Return what a student is told of a file that was brought in."""
    file = loaded.file
    told = [f"{len(file.answers)} answers of {file.student.code} were read, {loaded.changed} new or newer."]
    if file.done:
        told.append(f"{len(file.done)} are only marked as done in the file, and their text is not in it.")
    if file.left_out:
        told.append(handin.left_out_text(file.left_out))
    return " ".join([*told, *map(note_text, loaded.notes)])


def _read_of_case(data: bytes, name: str, case: str) -> HandIn:
    loaded = handin.read_hand_in(data, name)
    if loaded.case != case:
        raise CourseError(
            f"{name!r:.120} belongs to another case, {loaded.case!r:.80}: choose a file of this one"
        )
    return loaded


def read_partner(workspace: Workspace, data: bytes, name: str) -> dict[str, Answer]:
    """Return the answers in a partner's saved work, without who it is."""
    return _read_of_case(data, name, workspace.case).answers


def set_aside_for_another_person(workspace: Workspace) -> Path | None:
    """Rename the folder with all work in it for the next person, and return it (None: there was none)."""
    folder = workspace.folder
    if not os.path.lexists(folder):
        return None
    aside = folder.with_name(workspace.aside(files.stamp()))
    with files.saving(folder):
        files.patiently(os.rename, folder, aside)
    return aside


def unanswered(workspace: Workspace, exercises: Mapping[str, Exercise]) -> list[tuple[Exercise, int, int]]:
    """Return each exercise of the lessons begun that is not wholly answered, how much is, and of how much."""
    found = answers_in(workspace, exercises)
    begun = {exercises[id].lesson for id in found}
    asked = [one for one in exercises.values() if one.lesson in begun]
    counts = [(one, *one.done(found[one.id].value if one.id in found else one.empty())) for one in asked]
    return [(one, done, parts) for one, done, parts in counts if done < parts]
