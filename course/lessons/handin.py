"""Hand-ins: a person's answers in one file with its own hash, and the reader that trusts none of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import course
from course.corpus.errors import CourseError
from course.lessons.answers import FORMAT, Answer, answer_of
from course.lessons.exercises import sha256_of
from course.lessons.store import read_json, utc_now

DONE = {"done": True}
_NAMES = {"format", "student", "case", "course_version", "made", "answers", "sha256"}
_CODE = re.compile(r"[\w.@+-]{1,40}")
_STUDENT_ID = re.compile(r"[0-9a-f]{32}")
_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")
_NOTEBOOK = re.compile(rb'"nbformat"\s*:')  # a text in JSON holds no such quotation marks
_INSIDE = re.compile(rb'<script type="application/json" id="hand_in">([^<]*)</script>')


@dataclass(frozen=True, slots=True)
class Student:
    """Who hands in: a code, a random id made at sign-in, and a name only where one was typed."""

    code: str
    student_id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class HandIn:
    """What a hand-in says. `done` are the exercises that were answered and not shared."""

    student: Student
    case: str
    course_version: str
    made: str
    answers: dict[str, Answer]
    done: tuple[str, ...] = ()
    sha256: str = field(default="", repr=False)


def make_document(student: Student, case: str, entries: Mapping[str, Any]) -> dict[str, Any]:
    """Return a hand-in with these answers: an entry each, or DONE where the answer is kept back."""
    who = {"code": student.code, "student_id": student.student_id}
    rest = {
        "format": FORMAT,
        "student": who | ({"name": student.name} if student.name else {}),
        "case": case,
        "course_version": course.__version__,
        "made": utc_now(),
        "answers": dict(entries),
    }
    return rest | {"sha256": sha256_of(rest)}


def file_name(kind: str, document: Mapping[str, Any]) -> str:
    """Return a document's name, such as hand_in-0123abcd-20250203T140211Z.json; `kind` may be my_work."""
    made = re.sub(r"[-:]|\.\d+", "", document["made"])
    return f"{kind}-{document['student']['student_id'][:8]}-{made}.json"


def embed(document: Mapping[str, Any]) -> str:
    """Return a document as a script element that carries it in a page; no text in it can end the element."""
    safe = json.dumps(document).replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return f'<script type="application/json" id="hand_in">{safe}</script>'


def read_hand_in(data: bytes, name: str) -> HandIn:
    """Return what a file says that `hand_in` or `save_my_work` made: JSON, or the HTML receipt.

    Raises CourseError, one sentence with the file's `name`, where it is anything else.
    """
    try:
        return _hand_in(read_json(_json_in(data)))
    except CourseError as error:
        raise CourseError(
            f"{name!r:.120} cannot be used: {error}; ask for the file that 'Hand in' or 'Save my work' made"
        ) from error


def _json_in(data: bytes) -> bytes:
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:2]
    if not start:
        raise CourseError("it is empty")
    if start[:1] in b"{[" and start not in (b"{\\", b"{\0"):  # RTF; UTF-16 without its mark
        if _NOTEBOOK.search(data):  # said before its pictures are found too deep, or full of fractions
            raise CourseError("it is the notebook itself, not the answers")
        return data
    if start[:1] != b"<":
        raise CourseError("it is a picture, a document or another kind of file")
    inside = _INSIDE.search(data)
    if inside is None:
        raise CourseError("it is a page that carries no hand-in")
    return inside[1]


def _hand_in(stored: Any) -> HandIn:
    if not isinstance(stored, dict) or not {"format", "student", "answers"} <= stored.keys():
        raise CourseError("it is no hand-in")
    if stored["format"] != FORMAT or type(stored["format"]) is not int:
        raise CourseError(
            f"it has the format {stored['format']!r:.20}, and this course reads format {FORMAT}"
        )
    texts = all(isinstance(stored.get(key), str) for key in ("case", "course_version", "made", "sha256"))
    if stored.keys() != _NAMES or not texts or not isinstance(stored["answers"], dict):
        raise CourseError("it has another form")
    rest = {key: stored[key] for key in stored if key != "sha256"}
    if sha256_of(rest) != stored["sha256"]:
        raise CourseError("it was changed after it was made")
    if not _UTC.fullmatch(stored["made"]):
        raise CourseError("it does not say when it was made")
    entries = stored["answers"]
    done = tuple(id for id, entry in entries.items() if entry == DONE)
    answers = {id: answer_of(id, entry) for id, entry in entries.items() if id not in done}
    student = student_of(stored["student"])
    return HandIn(
        student, stored["case"], stored["course_version"], stored["made"], answers, done, stored["sha256"]
    )


def student_of(entry: Any) -> Student:
    """Return the student that an entry names. Raises CourseError, a clause, where it has another form."""
    good = isinstance(entry, dict) and {"code", "student_id"} <= entry.keys() <= {
        "code",
        "student_id",
        "name",
    }
    if not good or not all(isinstance(value, str) for value in entry.values()):
        raise CourseError("it does not say whose it is")
    if not _STUDENT_ID.fullmatch(entry["student_id"]):
        raise CourseError("its student_id has another form")
    check_who(entry["code"], entry.get("name", ""))
    return Student(entry["code"], entry["student_id"], entry.get("name", ""))


def check_who(code: str, name: str) -> None:
    """Raise CourseError where a code or a name cannot be used."""
    if not _CODE.fullmatch(code):
        raise CourseError(
            f"the code {code!r:.60} cannot be used: write 1 to 40 letters, digits or . @ + - _ and no space"
        )
    if len(name) > 80 or not name.isprintable():
        raise CourseError(
            "the name is too long or holds signs that cannot be shown: write at most 80 characters"
        )
