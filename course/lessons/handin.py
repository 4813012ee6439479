"""Hand-ins: a person's answers in one file with its own hash, its reader that trusts nothing, its receipt."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import Enum
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import course
from course.corpus.case import Case
from course.corpus.errors import CourseError
from course.lessons.exercises import Exercise, sha256_of
from course.lessons.files import FORMAT, in_words, read_form, utc_now
from course.lessons.work import Answer, fit

DONE = {"done": True}
_CODE = re.compile(r"[\w.@+-]{1,40}")
_NOTEBOOK = re.compile(rb'"nbformat"\s*:')  # a text in JSON holds no such quotation marks
_INSIDE = re.compile(rb'<script type="application/json" id="hand_in">([^<]*)</script>')
_PAGE = Template((Path(__file__).parent / "page.html").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Student:
    """Who hands in: a code, a random id made at sign-in, and a name only where one was typed."""

    code: str
    student_id: str
    name: str = ""

    def __post_init__(self) -> None:
        check_who(self.code, self.name)


class Why(Enum):
    """Why something of a hand-in was left out; the value says what it is."""

    EXERCISE = "answers to exercises that this course does not have"
    KIND = "answers of another kind than their exercise"
    PART = "parts that do not fit their exercise"
    SPAN = "marks beyond the end of an article"
    DATE = "dates that cannot be"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something of a hand-in that was left out, and the exercise it stands at ("" for the whole)."""

    why: Why
    exercise: str = ""


@dataclass(frozen=True, slots=True)
class HandIn:
    """What a hand-in says. `done` are the exercises that were answered and not shared."""

    student: Student
    case: str
    made: str
    answers: dict[str, Answer]
    done: tuple[str, ...] = ()
    sha256: str = field(default="", repr=False)
    left_out: tuple[LeftOut, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is answered: that is no hand-in."""
        return not self.answers and not self.done


def make_document(student: Student, case: str, entries: Mapping[str, Any]) -> dict[str, Any]:
    """Return a hand-in with these answers: an entry each, or DONE where the answer is kept back."""
    rest = {
        "format": FORMAT,
        "student": {name: text for name, text in asdict(student).items() if text},
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


def read_hand_in(data: bytes, name: str) -> HandIn:
    """Return what a file says that `hand_in` or `save_my_work` made: JSON, or the HTML receipt.

    Raises CourseError, one sentence with the file's `name`, where it is anything else.
    """
    try:
        return _hand_in(read_form(_json_in(data), "hand_in"))
    except CourseError as error:
        raise CourseError(
            f"{name!r:.120} cannot be used: {error}; ask for the file that 'Hand in' or 'Save my work' made"
        ) from error


def _json_in(data: bytes) -> bytes:
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:2]
    if not start:
        raise CourseError("it is empty")
    if start[:1] == b"<":
        if (inside := _INSIDE.search(data)) is None:
            raise CourseError("it is a page that carries no hand-in")
        return inside[1]
    if start[:1] not in b"{[" or start in (b"{\\", b"{\0"):  # RTF; UTF-16 without its mark
        raise CourseError("it is a picture, a document or another kind of file")
    if _NOTEBOOK.search(data):  # said before its pictures are found too deep, or full of fractions
        raise CourseError("it is the notebook itself, not the answers")
    return data


def _hand_in(stored: dict[str, Any]) -> HandIn:
    if sha256_of({key: stored[key] for key in stored if key != "sha256"}) != stored["sha256"]:
        raise CourseError("it was changed after it was made")
    answered = {id: entry for id, entry in stored["answers"].items() if entry != DONE}
    left_out = []
    for id, about, name in [("", stored, "made"), *((id, entry, "saved") for id, entry in answered.items())]:
        try:
            datetime.fromisoformat(about[name])
        except ValueError:
            about[name] = ""
            left_out.append(LeftOut(Why.DATE, id))
    return HandIn(
        Student(**stored["student"]),
        stored["case"],
        stored["made"],
        {id: Answer.of(id, entry) for id, entry in answered.items()},
        tuple(id for id in stored["answers"] if id not in answered),
        stored["sha256"],
        tuple(left_out),
    )


def student_in(data: bytes) -> Student:
    """Return whom a student file names. Raises CourseError, a clause, where it cannot be used."""
    stored = read_form(data, "student")
    return Student(stored["code"], stored["student_id"], stored.get("name", ""))


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


def fitted(handed: HandIn, exercises: Mapping[str, Exercise], case: Case) -> HandIn:
    """Return what of a hand-in fits the exercises and articles of this course; the rest is in `left_out`."""
    answers: dict[str, Answer] = {}
    left = list(handed.left_out)
    for id, answer in handed.answers.items():
        exercise = exercises.get(id)
        if exercise is None or exercise.kind != answer.kind:
            left.append(LeftOut(Why.KIND if exercise else Why.EXERCISE, id))
            continue
        fits, whole = fit(exercise, answer)
        value, prediction = _inside(fits.value, case), _inside(fits.prediction, case)
        answers[id] = replace(fits, value=value, prediction=prediction)
        left += [] if whole else [LeftOut(Why.PART, id)]
        left += [] if answers[id] == fits else [LeftOut(Why.SPAN, id)]
    left += [LeftOut(Why.EXERCISE, id) for id in handed.done if id not in exercises]
    done = tuple(id for id in handed.done if id in exercises)
    return replace(handed, answers=answers, done=done, left_out=tuple(left))


def _inside(value: Any, case: Case) -> Any:
    if not isinstance(value, list):
        return value
    return [mark for mark in value if mark["end"] <= len(case[mark["article"]].raw)]


def left_out_text(left_out: Iterable[LeftOut]) -> str:
    """Return the sentence that says what was left out, with five exercises of each; "" for nothing."""
    ids: dict[Why, list[str]] = {}
    for one in left_out:
        ids.setdefault(one.why, []).append(one.exercise or "the whole file")
    told = [
        f"{why.value} ({', '.join(at[:5])}{f' and {len(at) - 5} more' if len(at) > 5 else ''})"
        for why, at in ids.items()
    ]
    return f"Left out: {'; '.join(told)}." if told else ""


def receipt(document: Mapping[str, Any], exercises: Mapping[str, Exercise], kind: str = "hand_in") -> str:
    """Return the page of a hand-in. It loads nothing, runs nothing, and every text in it is escaped."""
    student, entries = document["student"], document["answers"]
    who = ", ".join(filter(None, [student["code"], student.get("name", "")]))
    asked = {id: one for id, one in exercises.items() if id in entries}
    counts = [(1, 1) if entries[id] == DONE else one.done(entries[id]["answer"]) for id, one in asked.items()]
    whole = sum(done == parts for done, parts in counts)
    part = f", {len(counts) - whole} more in part" if len(counts) > whole else ""
    body = f"""<h1>{escape(document["case"])}</h1>
<p><strong>{"Handed in" if kind == "hand_in" else "Saved"} by <bdi>{escape(who)}</bdi>:
{whole} of {len(exercises)} exercises answered{part}, {in_words(document["made"])}.</strong></p>
<p>This page is a copy to keep and to read. It also carries the answers as data for the teacher.</p>
{"".join(_part(one, entries[id]) for id, one in asked.items())}"""
    safe = json.dumps(document).replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    data = f'<script type="application/json" id="hand_in">{safe}</script>'
    return page(f"{document['case']}: hand-in of {who}", body, data)


def _part(exercise: Exercise, entry: Mapping[str, Any]) -> str:
    head = f"<h2>{escape(exercise.title)}</h2>\n"
    if entry == DONE:
        return f"{head}<p>Done. The answer stays with the person who wrote it.</p>\n"
    rows = "".join(
        f'<tr><th scope="row"><bdi>{escape(question)}</bdi></th>'
        f'<td dir="auto">{escape(answer) or "no answer"}</td></tr>\n'
        for question, answer in exercise.told(entry["answer"])
    )
    return f"{head}<table><caption>{escape(exercise.prompt)}</caption>\n<tbody>\n{rows}</tbody></table>\n"


def page(title: str, body: str, data: str = "", style: str = "") -> str:
    """Return a page of its own with a title (text) and a body (HTML). It loads nothing and runs nothing."""
    return _PAGE.substitute(title=escape(title), body=body, data=data, style=style)
