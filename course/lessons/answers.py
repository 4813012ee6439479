"""A student's answers: one small file an exercise, changed one item at a time."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from course.corpus.case import Case
from course.corpus.errors import CourseError
from course.lessons.exercises import Exercise
from course.lessons.kinds import shape_of
from course.lessons.place import NOT_KEPT, is_kept
from course.lessons.store import (
    alone,
    free_name,
    read_json,
    read_stored,
    replace_file,
    set_aside,
    sweep,
    to_json,
    utc_now,
)
from course.lessons.values import check_part, check_value, count_done, empty, parts_of, usable, with_part

FORMAT = 1
_SAVED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")
_ENTRY = ("kind", "exercise_sha256", "answer", "prediction", "saved")
_HALVES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a student answered, and what stood there when the reveal opened (None before)."""

    exercise: str
    kind: str
    value: Any
    prediction: Any = None
    saved: str = ""
    exercise_sha256: str = ""

    @property
    def entry(self) -> dict[str, Any]:
        """The answer as hand-ins hold it, under the exercise's id."""
        return {
            "kind": self.kind,
            "exercise_sha256": self.exercise_sha256,
            "answer": self.value,
            "prediction": self.prediction,
            "saved": self.saved,
        }


def answer_of(exercise: str, entry: Any) -> Answer:
    """Return the answer that an entry holds. Raises CourseError, a clause, where it has another form."""
    if not isinstance(entry, dict) or entry.keys() != set(_ENTRY):
        raise CourseError(f"its answer to {exercise!r:.60} has another form")
    kind, sha256, value, prediction, saved = (entry[name] for name in _ENTRY)
    form = shape_of(kind) if isinstance(kind, str) else None
    if type(value) is not form or type(prediction) not in (form, type(None)) or type(sha256) is not str:
        raise CourseError(f"its answer to {exercise!r:.60} has another form")
    if type(saved) is not str or not _SAVED.fullmatch(saved):
        raise CourseError(f"its answer to {exercise!r:.60} does not say when it was saved")
    return Answer(exercise, kind, value, prediction, saved, sha256)


class Workspace:
    """One person's answers to one case in one folder. `said` holds what a reader of it must be told."""

    def __init__(self, folder: Path, case: str) -> None:
        self.folder = folder
        self.case = case
        self.said: list[str] = []

    def path(self, exercise: Exercise) -> Path:
        """Return the file of an exercise's answer."""
        return self.folder / exercise.lesson / f"{exercise.id}.json"

    def read(self, exercise: Exercise) -> Answer | None:
        """Return the answer on disk, or None. A file that cannot be used is renamed, and `said` tells."""
        path = self.path(exercise)
        sweep(path.parent)
        data = read_stored(path)
        if data is None:
            return None
        try:
            answer = self._answer_in(exercise, read_json(data))
            value, whole = usable(exercise, answer.value)
            prediction, whole_too = usable(exercise, answer.prediction or empty(exercise))
        except CourseError as error:
            aside = set_aside(path)
            self.said.append(f"{path.name} cannot be used here, since {error}: it is kept as {aside.name}.")
            return None
        if whole and whole_too:
            return answer
        self._keep_copy(exercise, "The exercise has changed, and part of your answer no longer fits it")
        fitting = replace(answer, value=value, prediction=None if answer.prediction is None else prediction)
        self._write(exercise, fitting)
        return fitting

    def _answer_in(self, exercise: Exercise, stored: Any) -> Answer:
        if not isinstance(stored, dict) or not {"format", "case", "exercise"} <= stored.keys():
            raise CourseError("it is no answer file")
        if stored["format"] != FORMAT:
            raise CourseError("another version of the course wrote it")
        if stored["case"] != self.case:
            raise CourseError("it belongs to another case")
        if stored["exercise"] != exercise.id or stored.get("kind") != exercise.kind:
            raise CourseError("it belongs to another exercise")
        rest = {name: stored[name] for name in stored if name not in ("format", "case", "exercise")}
        return answer_of(exercise.id, rest)

    def _keep_copy(self, exercise: Exercise, why: str) -> None:
        path = self.path(exercise)
        aside = free_name(path)
        replace_file(aside, path.read_bytes())
        self.said.append(f"{why}: what stood there is kept in {aside.name}.")

    def _file(self, exercise: Exercise, answer: Answer) -> bytes:
        return to_json({"format": FORMAT, "case": self.case, "exercise": exercise.id} | answer.entry)

    def _write(self, exercise: Exercise, answer: Answer) -> None:
        try:
            replace_file(self.path(exercise), self._file(exercise, answer))
        except CourseError as error:
            raise CourseError(
                f"{error}; your work is still on screen: leave this page open, and change your answer once"
                " more to save it"
            ) from error

    def _save(self, exercise: Exercise, before: Answer | None, value: Any) -> str:
        if before is None or value != before.value:
            prediction = before.prediction if before else None
            self._write(
                exercise, Answer(exercise.id, exercise.kind, value, prediction, utc_now(), exercise.sha256)
            )
        said, self.said = self.said, []
        return " ".join(["Saved.", *said]) if said else ""

    def _clean(self, part: Any) -> Any:
        if isinstance(part, str) and _HALVES.search(part):
            self.said.append("Half a character, which no file can hold, was replaced by \ufffd.")
            return _HALVES.sub("\ufffd", part)
        return part

    def set(self, exercise: Exercise, path: Iterable[str], part: Any, base: str | None = None) -> str:
        """Save one decision, leave all others as they are on disk, and return what to tell the student.

        That is no text where it was saved and nothing else happened.

        `path`: (item,); grid (item, article); order (group,); mark ("add",) or ("remove",). None takes a
        decision back. `base`: the text that a writer started from; another text on disk is kept aside.
        Raises CourseError where the decision is none of the exercise's, or cannot be saved.
        """
        path = tuple(map(str, path))
        check_part(exercise, path, part)
        part = self._clean(part)
        with alone(self.folder):
            before = self.read(exercise)
            value = before.value if before else empty(exercise)
            if exercise.kind == "write" and base is not None:
                there = value.get(path[0], "")
                if there and _plain(there) not in (_plain(base), _plain(part or "")):
                    self._keep_copy(exercise, "This text was changed elsewhere, perhaps in another window")
            return self._save(exercise, before, with_part(exercise, value, path, part))

    def put(self, exercise: Exercise, given: Any) -> str:
        """Save several decisions at once, and keep a copy where marks or a text are replaced by others."""
        check_value(exercise, given)
        before = self.read(exercise)
        value = before.value if before else empty(exercise)
        if exercise.kind == "mark":
            lost, value = any(mark not in given for mark in value), []
        else:
            lost = exercise.kind == "write" and any(
                value.get(item, text) != text for item, text in given.items()
            )
        for path, part in parts_of(exercise, given):
            value = with_part(exercise, value, path, self._clean(part))
        if lost:
            self._keep_copy(exercise, "Another answer stood here")
        return self._save(exercise, before, value)

    def merge(self, exercise: Exercise, other: Answer) -> bool:
        """Bring in an answer from a saved file, and tell whether it stands; an older one is kept aside."""
        value, _ = usable(exercise, other.value)
        other = replace(
            other, value=value, prediction=other.prediction and usable(exercise, other.prediction)[0]
        )
        mine = self.read(exercise)
        if mine is None:
            self._write(exercise, other)
            return True
        newer = other if other.saved > mine.saved else mine
        if mine.value != other.value:
            aside = free_name(self.path(exercise))
            replace_file(aside, self._file(exercise, mine if newer is other else other))
            self.said.append(
                f"Two answers to {exercise.title!r} differed: the older is kept in {aside.name}."
            )
        frozen = other.prediction if mine.prediction is None else mine.prediction
        if (newer.value, frozen) == (mine.value, mine.prediction):
            return False
        self._write(exercise, replace(newer, prediction=frozen))
        return True

    def freeze_prediction(self, exercise: Exercise) -> Answer:
        """Copy the answer to `prediction`, once, and return it. Raises CourseError before there is one."""
        answer = self.read(exercise)
        if answer is None or not count_done(exercise, answer.value)[0]:
            raise CourseError(f"Answer first: nothing is saved for the exercise {exercise.title!r} yet")
        if answer.prediction is None:
            answer = replace(answer, prediction=answer.value)
            self._write(exercise, answer)
        return answer


def _plain(text: str) -> str:
    # A browser's text box gives every line end as \n, and half a character is not kept.
    return _HALVES.sub("\ufffd", text).replace("\r\n", "\n").replace("\r", "\n")


def open_workspace(case: Case) -> Workspace:
    """Return the answers in COURSE_WORK, or in my_work/ beside the case's seeds/."""
    work = Workspace(Path(os.environ.get("COURSE_WORK") or case.root / "my_work"), str(case.about["title"]))
    if not is_kept(work.folder):
        work.said.append(NOT_KEPT)
    return work
