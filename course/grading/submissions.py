"""What one file of an inbox says: a hand-in of this case, or why it cannot be used. None is trusted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath

from course.corpus.case import Case
from course.corpus.errors import CourseError
from course.grading.inbox import NO_MEMORY, File
from course.grading.notes import Note, Say
from course.lessons.exercises import Exercise
from course.lessons.files import read_json
from course.lessons.handin import HandIn, Why, fitted, make_document, read_hand_in, student_of

MAX_HAND_IN = 2_000_000  # bytes; one of the whole course has about 200,000
_LEFT_OUT = {
    Why.EXERCISE: Say.UNKNOWN,
    Why.KIND: Say.OTHER_KIND,
    Why.PART: Say.CUT,
    Why.SPAN: Say.BEYOND,
    Why.DATE: Say.NO_TIME,
}


@dataclass(frozen=True, slots=True)
class Submission:
    """One file (its bytes let go), and the hand-in that it holds; or the `problem`, a clause."""

    file: File
    problem: str = ""
    hand_in: HandIn | None = None
    notes: tuple[Note, ...] = ()

    @property
    def order(self) -> tuple[int, float, str]:
        """What grows with each new hand-in of a student."""
        return self.file.version, self.file.time, self.hand_in.made if self.hand_in else ""

    def without_answers(self) -> Submission:
        """Return it with its answers let go: of a student's hand-ins only the newest needs them."""
        return replace(self, hand_in=replace(self.hand_in, answers={})) if self.hand_in else self


def read_submissions(
    files: Iterable[File], case: Case, exercises: Mapping[str, Exercise]
) -> Iterator[Submission]:
    """Give a submission for each file, and one for each my_work folder, whose files come in any order."""
    read = partial(_submission, case=case, exercises=exercises)
    homes: dict[tuple[str, PurePosixPath], list[File]] = {}
    loose: list[File] = []  # answers, in my_work/<notebook>/
    held = Counter[str]()
    for file in files:
        path = PurePosixPath(file.name)
        answer = path.suffix == ".json" and _is_answer(file.data[:400])
        if not answer and path.name != "student.json":
            yield read(file, saved="my_work-" in path.name)
            continue
        held[file.student] += len(file.data) * bool(file.student)
        if held[file.student] > MAX_HAND_IN:
            yield Submission(replace(file, data=b""), "with it the my_work folder is larger than any is")
        elif answer:
            loose.append(file)
        else:
            homes[file.student, path.parent] = [file]
    for file in loose:  # some lose their folders when they hand in
        folder = PurePosixPath(file.name).parent
        home = folder.parent if (file.student, folder.parent) in homes else folder
        homes.setdefault((file.student, home), []).append(file)
    for (_, home), inside in homes.items():
        newest = max(inside, key=lambda file: file.time)
        newest = replace(newest, name=f"{home}/") if len(inside) > 1 else newest
        yield read(newest, saved=True, inside=inside)


def _title(case: Case) -> str:
    """Return the case's title, which every hand-in bears."""
    return str(case.about["title"])


def _is_answer(start: bytes) -> bool:
    return b'"exercise":' in start and b'"student"' not in start


def _submission(
    file: File, case: Case, exercises: Mapping[str, Exercise], saved: bool, inside: Sequence[File] = ()
) -> Submission:
    """Return what a file says, or the files `inside` a my_work folder.

    One that is `saved` for oneself gives no private answer to anybody.
    """
    data, file = file.data, replace(file, data=b"")
    try:
        if file.problem:
            raise CourseError(file.problem)
        data = _gathered(inside, _title(case)) if inside else data
        if len(data) > MAX_HAND_IN and b'"nbformat"' not in data:
            raise CourseError(f"it is larger than {MAX_HAND_IN // 1_000_000} MB, which no hand-in is")
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # an editor saved it as UTF-16
            data = data.decode("utf-16").encode()
        try:
            found = read_hand_in(data, file.name)
        except CourseError as error:
            raise CourseError(str(error.__cause__)) from error
        if found.case != _title(case):
            raise CourseError(f"it belongs to another case, {found.case!r:.80}")
        if saved and found.is_empty:
            raise CourseError("it is a my_work folder without an answer in it")
        private = {id for id in found.answers if saved and id in exercises and exercises[id].private}
        shared = {id: one for id, one in found.answers.items() if id not in private}
        fits = fitted(replace(found, answers=shared), exercises, case)
        made = "" if inside else fits.made  # of a folder it is made up now
        return Submission(
            file, "", replace(fits, made=made, done=(*private, *fits.done)), tuple(_notes(fits, exercises))
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


def _gathered(inside: Sequence[File], case: str) -> bytes:
    """Return a my_work folder, student.json first, as the hand-in it would have been. Raises CourseError."""
    if PurePosixPath(inside[0].name).name != "student.json":
        raise CourseError("it is an answer by itself, without student.json, which says whose it is")
    about, *stored = [read_json(file.data) for file in inside]
    if not all(isinstance(one, dict) for one in (about, *stored)):
        raise CourseError("it has another form")
    about.pop("format", None)
    if any(one.pop("case", "") != case for one in stored):
        raise CourseError("it belongs to another case")
    if any(one.pop("format", 0) != 1 for one in stored):
        raise CourseError("another version of the course wrote it")
    entries = {str(one.pop("exercise", "")): one for one in stored}
    return json.dumps(make_document(student_of(about), case, entries)).encode()
