"""What one file of an inbox says: a hand-in of this case, or why it cannot be used. None is trusted."""

from __future__ import annotations

import json
import marshal
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from course.corpus.errors import CourseError
from course.grading.inbox import File
from course.lessons.files import read_json
from course.lessons.handin import Student, make_document, read_hand_in, student_of
from course.lessons.work import Answer


@dataclass(frozen=True, slots=True)
class Entry:
    """One file (its bytes let go), whose it is, and what it holds; or the `problem`, a clause."""

    file: File
    problem: str = ""
    student: Student | None = None
    made: str = ""
    sha256: str = ""
    done: tuple[str, ...] = ()
    packed: bytes = b""  # the answers, smaller than as objects: a class of 1,000 is held in memory


def unpack(packed: bytes) -> dict[str, Answer]:
    """Return the answers of an entry by exercise."""
    entries = marshal.loads(packed) if packed else []  # noqa: S302 - ours, never from a file
    return {
        id: Answer(id, kind, value, value if prediction is False else prediction, *rest)
        for id, kind, value, prediction, *rest in entries
    }


def read_entries(files: Iterable[File], case: str, private: Collection[str]) -> Iterator[Entry]:
    """Give an entry for each file, and one for each my_work folder, whose files come in any order.

    `case` is the case's title. The `private` exercises of a my_work file or folder are only said to be done.
    """
    homes: dict[tuple[str, PurePosixPath], list[File]] = {}
    answers: list[File] = []
    for file in files:
        path = PurePosixPath(file.name)
        if path.name == "student.json":
            homes[file.lms_id or file.owner, path.parent] = [file]
        elif path.suffix == ".json" and _is_answer(file.data[:400]):
            answers.append(file)
        else:
            yield _entry(file, file.data, case, private if "my_work-" in path.name else ())
    for file in answers:  # of one student, in my_work/<notebook>/; some lose the folders when they hand in
        path, who = PurePosixPath(file.name), file.lms_id or file.owner
        home = path.parent.parent if (who, path.parent.parent) in homes else path.parent
        homes.setdefault((who, home), []).append(file)
    for (_, home), inside in homes.items():
        newest = max(inside, key=lambda file: file.time)
        newest = replace(newest, name=f"{home}/") if len(inside) > 1 else newest
        try:
            data = _gathered(inside, case)
        except CourseError as error:
            yield Entry(replace(newest, data=b""), str(error))
        else:
            yield replace(_entry(newest, data, case, private), made="")


def _is_answer(start: bytes) -> bool:
    return b'"exercise":' in start and b'"student"' not in start


def _entry(file: File, data: bytes, case: str, private: Collection[str]) -> Entry:
    file = replace(file, data=b"")
    if file.problem:
        return Entry(file, file.problem)
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # an editor saved it as UTF-16
            data = data.decode("utf-16").encode()
        found = read_hand_in(data, file.name)
    except UnicodeError:
        return Entry(file, "it holds characters that are not valid UTF-16")
    except CourseError as error:
        return Entry(file, str(error.__cause__))
    if found.case != case:
        return Entry(file, f"it belongs to another case, {found.case!r:.80}")
    rows = [
        # A prediction that is still the answer is not kept twice: False stands for it.
        (
            id,
            one.kind,
            one.value,
            one.prediction != one.value and one.prediction,
            one.saved,
            one.exercise_sha256,
        )
        for id, one in found.answers.items()
        if id not in private
    ]
    done = (*found.done, *(id for id in found.answers if id in private))
    return Entry(file, "", found.student, found.made, found.sha256, done, marshal.dumps(rows))


def _gathered(inside: list[File], case: str) -> bytes:
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
