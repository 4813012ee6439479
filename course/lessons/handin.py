"""A person's work carried in and out: who it is, one file with its hash, a page, a reader without trust."""

import contextlib
import json
import os
import re
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import Enum
from functools import partial
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from unicodedata import normalize

import course
from course.corpus.case import Case
from course.corpus.errors import CourseError, need, one_sentence
from course.lessons import files
from course.lessons.exercises import Exercises, sha256_of
from course.lessons.messages import Download
from course.lessons.work import Answer, Workspace, fit

DONE = {"done": True}
_LETTERS, _DIGITS = "BCDFGHJKMNPQRSTVWXZ", "23456789"  # none is taken for another, and no word comes out
_CODE = re.compile(r"[\w.@+-]{1,40}")
CLASS = re.compile(r"[\w.@+-][\w .@+-]{0,39}")  # what a class may be called in a link
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
        wanted = "1 to 40 letters, digits or . @ + - _ and no space"
        need(_CODE.fullmatch(self.code), f"the code {self.code!r:.60} cannot be used: write {wanted}")
        told = "the name is too long or holds signs that cannot be shown"
        need(len(self.name) <= 80 and self.name.isprintable(), f"{told}: write at most 80 characters")


class Why(Enum):
    """Why something of a hand-in was left out; the value says what it is."""

    EXERCISE = "answers to exercises that this course does not have"
    KIND = "answers of another kind than their exercise"
    PART = "parts that do not fit their exercise"
    SPAN = "marks beyond the end of an article"
    DATE = "dates that cannot be"


@dataclass(frozen=True, slots=True)
class HandIn:
    """What a hand-in says. `done` are the exercises that were answered and not shared.

    `left_out` are those at which something stood that does not fit, "" for the whole file.
    """

    student: Student
    case: str
    made: str
    answers: Mapping[str, Answer]
    done: tuple[str, ...] = ()
    sha256: str = field(default="", repr=False)
    left_out: Mapping[Why, list[str]] = field(default_factory=dict)
    class_name: str = ""


def shown(text: str) -> str:
    """Return a name as it can be shown: spaces of any kind are one, and signs that cannot be seen go.

    A letter with an accent is one sign (NFC): computers write it in two ways.
    """
    text = normalize("NFC", text)
    return " ".join("".join(sign for sign in text if sign.isprintable() or sign.isspace()).split())[:200]


def make_code() -> str:
    """Return a code that is easy to copy, such as KTR-4728; about three million are possible."""
    return "".join(map(secrets.choice, [_LETTERS] * 3)) + "-" + "".join(map(secrets.choice, [_DIGITS] * 4))


def student_in(data: bytes) -> Student:
    """Return whom a student file names. Raises CourseError, a clause, where it cannot be used."""
    stored = files.read_form(data, "student")
    return Student(stored["code"], stored["student_id"], stored.get("name", ""))


def read_student(work: Workspace) -> Student | None:
    """Return who works here, or None before sign-in. A file that cannot be used is renamed, with a note."""
    path = work.folder / "student.json"
    if files.read_stored(path) is None:  # a look makes no folder
        return None
    return work.change(path, lambda data: (None, work.usable(path, data, student_in)))


def sign_in(work: Workspace, code: str, name: str = "") -> Student:
    """Write who works here, and return it. Signing in again may correct code and name; the id stays."""
    name = name.strip() if name.strip().isprintable() else shown(name)
    new = Student(code.strip(), secrets.token_hex(16), name)
    return _sign(work, lambda here: replace(new, student_id=here.student_id) if here else new)


def _sign(work: Workspace, who: Callable[[Student | None], Student]) -> Student:
    path = work.folder / "student.json"

    def edit(data: bytes | None) -> tuple[bytes, Student]:
        student = who(work.usable(path, data, student_in))
        return files.to_json({"format": files.FORMAT} | asdict(student)), student

    return work.change(path, edit)


def set_aside_for_another_person(work: Workspace) -> Path | None:
    """Rename the folder with all work in it for the next person, and return it (None: there was none)."""
    asides, name = list[Path](), work.aside(files.stamp())
    for folder in filter(os.path.lexists, dict.fromkeys((work.folder, work.private))):
        with files.saving(folder):
            files.patiently(os.rename, folder, folder.with_name(name))
        asides.append(folder.with_name(name))
    return asides[0] if asides else None


def answers_in(work: Workspace, exercises: Exercises) -> dict[str, Answer]:
    """Return every answer that is on disk."""
    found = {id: work.read(exercise) for id, exercise in exercises.items()}
    return {id: answer for id, answer in found.items() if answer and exercises[id].done(answer.value)[0]}


def make_document(
    student: Student, case: str, entries: Mapping[str, Any], named: str = "", made: str = ""
) -> dict[str, Any]:
    """Return a hand-in with these answers: an entry each, or DONE where the answer is kept back.

    `named` is what the student's class is called, where that is known; without `made` it is made now.
    """
    who = {name: text for name, text in asdict(student).items() if text}
    rest = {"format": files.FORMAT, "student": who, "case": case, "course_version": course.__version__}
    rest |= {"made": made or files.utc_now(), "answers": dict(entries)}
    rest |= {"class": named} if named else {}
    return rest | {"sha256": sha256_of(rest)}


def file_name(kind: str, document: Mapping[str, Any]) -> str:
    """Return a document's name, such as hand_in-0123abcd-20250203T140211Z.json; `kind` may be my_work."""
    return f"{kind}-{document['student']['student_id'][:8]}-{files.stamp(document['made'])}.json"


def pack(work: Workspace, exercises: Exercises, kind: str, share: Collection[str] = ()) -> list[Download]:
    """Return a person's work as two files: a document, and a page to read.

    Its `kind` is 'my_work', which holds everything, or 'hand_in': there an answer to a private exercise is
    only said to be done, unless its id, or that of the one it is beside, is in `share`. Where nothing has
    changed since the newest in the folder was made, they are that one again. Raises CourseError before
    sign-in, and where there is nothing to hand in.
    """
    told = "run the cell with sign_in() in the first lesson, then come back"
    student = need(read_student(work), f"Nobody is signed in: {told}")
    kept = {one.id for one in exercises.values() if one.private and not {one.id, one.beside} & {*share}}
    shut = kept if kind == "hand_in" else ()
    entries = {id: DONE if id in shut else one.entry for id, one in answers_in(work, exercises).items()}
    need(entries or kind != "hand_in", "Nothing is answered yet: answer an exercise, then hand in")
    found = CLASS.fullmatch(os.environ.get("COURSE_CLASS", ""))  # by the link that opened the site
    named = found[0] if found else ""
    document = make_document(student, work.case, entries, named)
    for path in sorted(work.folder.glob(file_name(kind, document | {"made": "*"})))[-1:]:
        with contextlib.suppress(CourseError):  # what cannot be used is not given again
            before = files.read_form(files.read_stored(path) or b"", "hand_in")
            again = make_document(student, work.case, entries, named, before["made"])
            document = again if again == before else document
    name, text = file_name(kind, document), files.to_json(document).decode()
    data: Download = {"name": name, "type": "application/json", "text": text}
    html = receipt(document, exercises, kind)
    return [data, {"name": name.replace(".json", ".html"), "type": "text/html", "text": html}]


def receipt(document: Mapping[str, Any], exercises: Exercises, kind: str = "hand_in") -> str:
    """Return the page of a hand-in. It loads nothing, runs nothing, and every text in it is escaped."""
    student, entries = document["student"], document["answers"]
    who = ", ".join(filter(None, [student["code"], student.get("name"), document.get("class")]))
    asked = {id: one for id, one in exercises.items() if id in entries}
    counts = [(1, 1) if entries[id] == DONE else one.done(entries[id]["answer"]) for id, one in asked.items()]
    whole = sum(done == parts for done, parts in counts)
    part = f", {len(counts) - whole} more in part" if len(counts) > whole else ""
    made = datetime.fromisoformat(document["made"])
    body = f"""<h1>{escape(document["case"])}</h1>
<p><strong>{"Handed in" if kind == "hand_in" else "Saved"} by <bdi>{escape(who)}</bdi>:
{whole} of {len(exercises)} exercises answered{part}, {made.day} {made:%B %Y, %H:%M} UTC.</strong></p>
<p>This page is a copy to keep and to read. It also carries the answers as data for the teacher.</p>
"""
    for id, one in asked.items():
        body += f"<h2>{escape(one.title)}</h2>\n"
        if entries[id] == DONE:
            body += "<p>Done. The answer stays with the person who wrote it.</p>\n"
            continue
        body += f"<table><caption>{escape(one.prompt)}</caption>\n<tbody>\n"
        for question, answer in one.told(entries[id]["answer"]):
            head = f'<th scope="row"><bdi>{escape(question)}</bdi></th>'
            body += f'<tr>{head}<td dir="auto">{escape(answer) or "no answer"}</td></tr>\n'
        body += "</tbody></table>\n"
    safe = json.dumps(document).replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    data = f'<script type="application/json" id="hand_in">{safe}</script>'
    return page(f"{document['case']}: hand-in of {who}", body, data)


def page(title: str, body: str, data: str = "", style: str = "") -> str:
    """Return a page of its own with a title (text) and a body (HTML). It loads nothing and runs nothing."""
    return _PAGE.substitute(title=escape(title), body=body, data=data, style=style)


def put_in_inbox(inbox: Path, name: str, text: str) -> Path:
    """Put a hand-in into a shared folder, under a name that nobody can guess or take first.

    The file is created anew, never through a link, and only its owner and the teachers' group read it.
    """
    path = inbox / name.replace(".json", f"-{secrets.token_hex(16)}.json")
    try:
        with open(path, "xb", opener=partial(os.open, mode=0o640)) as file:
            if hasattr(os, "fchmod"):
                os.fchmod(file.fileno(), 0o640)  # whatever the umask is, the teachers' group can read it
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        if not isinstance(error, FileExistsError):
            with contextlib.suppress(OSError):  # what is told below matters more than half a file
                path.unlink(missing_ok=True)
        told = f"It did not reach the teacher's inbox ({error.strerror})"
        raise CourseError(f"{told}: download the file and send that") from error
    return path


def read_hand_in(data: bytes, name: str, case: str = "") -> HandIn:
    """Return what a file says that `hand_in` or `save_my_work` made: JSON, or the HTML receipt.

    Raises CourseError, one sentence with the file's `name`, where it is anything else, or of another `case`.
    """
    told = "{name!r:.120} cannot be used: {error}; ask for the file that 'Hand in' or 'Save my work' made"
    with one_sentence(told, CourseError, name=name):
        stored = files.read_form(_json_in(data), "hand_in")
        rest = {key: one for key, one in stored.items() if key != "sha256"}
        need(sha256_of(rest) == stored["sha256"], "it was changed after it was made")
        student = Student(**stored["student"])
    check_case(stored, name, case or stored["case"])
    answered = {id: entry for id, entry in stored["answers"].items() if entry != DONE}
    undated = []
    for id, about, key in [("", stored, "made"), *((id, entry, "saved") for id, entry in answered.items())]:
        try:
            datetime.fromisoformat(about[key])
        except ValueError:
            about[key] = ""
            undated.append(id)
    answers = {id: Answer.of(id, entry) for id, entry in answered.items()}
    done = tuple(id for id in stored["answers"] if id not in answered)
    left = {Why.DATE: undated} if undated else {}
    named = stored.get("class", "")
    return HandIn(student, stored["case"], stored["made"], answers, done, stored["sha256"], left, named)


def check_case(stored: Mapping[str, Any], name: str, case: str) -> None:
    """Raise CourseError where what a file says belongs to another case."""
    told = f"belongs to another case, {stored['case']!r:.80}"
    need(stored["case"] == case, f"{name!r:.120} {told}: choose a file of this one")


def _json_in(data: bytes) -> bytes:
    start = need(data.lstrip(b"\xef\xbb\xbf \t\r\n")[:2], "it is empty")
    if start[:1] == b"<":
        return need(_INSIDE.search(data), "it is a page that carries no hand-in")[1]
    is_json = start[:1] in b"{[" and start not in (b"{\\", b"{\0")  # RTF; UTF-16 without its mark
    need(is_json, "it is a picture, a document or another kind of file")
    # Said before its pictures are found too deep, or full of fractions.
    need(not _NOTEBOOK.search(data), "it is the notebook itself, not the answers")
    return data


def fitted(handed: HandIn, exercises: Exercises, case: Case) -> HandIn:
    """Return what of a hand-in fits the exercises and articles of this course; the rest is in `left_out`."""
    answers: dict[str, Answer] = {}
    ends = {article.id: len(article.raw) for article in case.articles}
    left = {why: [*handed.left_out.get(why, ())] for why in Why}
    for id, answer in handed.answers.items():
        exercise = exercises.get(id)
        if exercise is None or exercise.kind != answer.kind:
            left[Why.KIND if exercise else Why.EXERCISE].append(id)
            continue
        answers[id], whole = fit(exercise, answer)
        if not whole:
            left[Why.PART].append(id)
        if exercise.in_text:
            fits, both = answers[id], (answers[id].value, answers[id].prediction)
            value, prediction = (one and [m for m in one if m["end"] <= ends[m["article"]]] for one in both)
            answers[id] = fits._replace(value=value, prediction=prediction)
            if answers[id] != fits:
                left[Why.SPAN].append(id)
    left[Why.EXERCISE] += [id for id in handed.done if id not in exercises]
    done = tuple(id for id in handed.done if id in exercises)
    return replace(handed, answers=answers, done=done, left_out={why: left[why] for why in left if left[why]})


def left_out_text(left_out: Mapping[Why, list[str]]) -> str:
    """Return the sentence that says what was left out, with five exercises of each; "" for nothing."""
    told = []
    for why, ids in left_out.items():
        more = f" and {len(ids) - 5} more" if len(ids) > 5 else ""
        told.append(f"{why.value} ({', '.join(id or 'the whole file' for id in ids[:5])}{more})")
    return f"Left out: {'; '.join(told)}." if told else ""


def load_my_work(
    work: Workspace, exercises: Exercises, case: Case, data: bytes, name: str
) -> tuple[HandIn, int]:
    """Bring in what fits of a file that `save_my_work` made; return it, and how many answers are new here.

    Raises CourseError where the file cannot be used, is of another case, or another person's.
    """
    loaded = fitted(read_hand_in(data, name, work.case), exercises, case)
    begun = bool(answers_in(work, exercises))

    def who(here: Student | None) -> Student:
        if here and begun and here.code.casefold() != loaded.student.code.casefold():
            told = f"{name!r:.120} is the work of {loaded.student.code}, and {here.code} is signed in here"
            wanted = "sign in with that code, or choose 'Another person starts here' first"
            raise CourseError(f"{told}: {wanted}")
        return loaded.student

    _sign(work, who)
    return loaded, sum([work.merge(exercises[id], answer) for id, answer in loaded.answers.items()])
