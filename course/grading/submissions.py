"""What one file of an inbox says: a hand-in of this case, or why it cannot be used. None is trusted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from course.corpus.case import Case
from course.corpus.errors import CourseError
from course.grading.inbox import NO_MEMORY, File
from course.grading.notes import Note, Say
from course.lessons.exercises import Exercise
from course.lessons.files import read_form
from course.lessons.handin import HandIn, Student, Why, fitted, make_document, read_hand_in, student_in
from course.lessons.work import Answer

MAX_HAND_IN = 2_000_000  # bytes; one of the whole course has about 200,000
_EMPTY = "it is a my_work folder without an answer in it"
_LEFT_OUT = {
    Why.EXERCISE: Say.UNKNOWN,
    Why.KIND: Say.OTHER_KIND,
    Why.PART: Say.CUT,
    Why.SPAN: Say.BEYOND,
    Why.DATE: Say.NO_TIME,
}


@dataclass(frozen=True, slots=True)
class Submission:
    """One file (its bytes let go), whose it is, and what it holds; or the `problem`, a clause."""

    file: File
    problem: str = ""
    student: Student | None = None
    made: str = ""
    sha256: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict, repr=False)
    done: frozenset[str] = frozenset()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What hand-ins answer: a case, and its exercises."""

    case: Case
    exercises: Mapping[str, Exercise]

    @property
    def title(self) -> str:
        """The case's title, which every hand-in bears."""
        return str(self.case.about["title"])


def read_submissions(files: Iterable[File], asked: Asked) -> Iterator[Submission]:
    """Give a submission for each file, and one for each my_work folder, whose files come in any order."""
    homes: dict[tuple[str, PurePosixPath], list[File]] = {}
    loose: list[File] = []  # answers, in my_work/<notebook>/
    held: dict[str, int] = {}
    for file in files:
        path, who = PurePosixPath(file.name), file.lms_id or file.owner or file.lms_name
        answer = path.suffix == ".json" and _is_answer(file.data[:400])
        if not answer and path.name != "student.json":
            yield _submission(file, file.data, asked, saved="my_work-" in path.name)
            continue
        held[who] = held.get(who, 0) + len(file.data) * bool(who)
        if held[who] > MAX_HAND_IN:
            yield Submission(replace(file, data=b""), "with it the my_work folder is larger than any is")
        elif answer:
            loose.append(file)
        else:
            homes[who, path.parent] = [file]
    for file in loose:  # some lose their folders when they hand in
        path, who = PurePosixPath(file.name), file.lms_id or file.owner or file.lms_name
        home = path.parent.parent if (who, path.parent.parent) in homes else path.parent
        homes.setdefault((who, home), []).append(file)
    for (_, home), inside in homes.items():
        newest = max(inside, key=lambda file: file.time)
        newest = replace(newest, name=f"{home}/") if len(inside) > 1 else newest
        try:
            data = _gathered(inside, asked.title)
        except CourseError as error:
            yield Submission(replace(newest, data=b""), str(error))
        else:
            yield replace(_submission(newest, data, asked, saved=True), made="")


def _is_answer(start: bytes) -> bool:
    return b'"exercise":' in start and b'"student"' not in start


def _submission(file: File, data: bytes, asked: Asked, saved: bool) -> Submission:
    """Return what a file says. One that is `saved` for oneself gives no private answer to anybody."""
    file = replace(file, data=b"")
    try:
        if file.problem:
            raise CourseError(file.problem)
        if len(data) > MAX_HAND_IN and b'"nbformat"' not in data:
            raise CourseError(f"it is larger than {MAX_HAND_IN // 1_000_000} MB, which no hand-in is")
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # an editor saved it as UTF-16
            data = data.decode("utf-16").encode()
        try:
            found = read_hand_in(data, file.name)
        except CourseError as error:
            raise CourseError(str(error.__cause__)) from error
        if found.case != asked.title:
            raise CourseError(f"it belongs to another case, {found.case!r:.80}")
        if saved and found.is_empty:
            raise CourseError(_EMPTY)
        exercises = asked.exercises
        private = {id for id in found.answers if saved and id in exercises and exercises[id].private}
        shared = {id: one for id, one in found.answers.items() if id not in private}
        fits = fitted(replace(found, answers=shared), exercises, asked.case)
        notes = tuple(_notes(fits, exercises))
        done = private | set(fits.done)
        return Submission(
            file, "", found.student, found.made, found.sha256, fits.answers, frozenset(done), notes
        )
    except UnicodeError:
        return Submission(file, "it holds characters that are not valid UTF-16")
    except CourseError as error:
        return Submission(file, str(error))
    except MemoryError:
        return Submission(file, NO_MEMORY)


def _notes(found: HandIn, exercises: Mapping[str, Exercise]) -> Iterator[Note]:
    """Give what is to be said about a hand-in: what of it was left out, and what has changed since."""
    left: dict[Why, list[str]] = {why: [] for why in Why}
    for one in found.left_out:
        named = one.exercise in exercises and one.why not in (Why.EXERCISE, Why.KIND)
        title = exercises[one.exercise].title if named else one.exercise
        left[one.why].append(title or "the whole file")
    changed = [id for id, one in found.answers.items() if one.exercise_sha256 != exercises[id].sha256]
    told = {_LEFT_OUT[why]: names for why, names in left.items()}
    told[Say.CHANGED] = [exercises[id].title for id in changed]
    yield from (Note.about(say, names) for say, names in told.items() if names)


def _gathered(inside: list[File], case: str) -> bytes:
    """Return a my_work folder, student.json first, as the hand-in it would have been. Raises CourseError."""
    if PurePosixPath(inside[0].name).name != "student.json":
        raise CourseError("it is an answer by itself, without student.json, which says whose it is")
    student = student_in(inside[0].data)
    stored = [read_form(file.data, "answer") for file in inside[1:]]
    if any(one["case"] != case for one in stored):
        raise CourseError("it belongs to another case")
    entries = {one["exercise"]: Answer.of(one["exercise"], one).entry for one in stored}
    return json.dumps(make_document(student, case, entries)).encode()
