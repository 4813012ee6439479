"""Grading one hand-in: the readers' key, the teacher's rules for the class, and what a person has to read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from course.corpus.case import Case
from course.corpus.errors import CourseError
from course.grading.handins import Reading, Row, read_inbox, shown
from course.grading.marks import Marks
from course.grading.roster import Person, Settings, read_roster, read_settings
from course.grading.rules import level_share, place_of, score_by
from course.lessons.exercises import Exercise, load_exercises, sha256_of
from course.lessons.key_entry import Key
from course.lessons.keys import load_keys
from course.lessons.scoring import Result
from course.lessons.values import count_done, empty, usable
from course.lessons.work import Answer


class Marked(NamedTuple):
    """One exercise of one student. `points` is None where a person has yet to read it, or there is no key.

    `possible` and `points` are weighted. `value` is what was marked: the answer, or the prediction.
    """

    exercise: Exercise
    value: Any
    result: Result
    points: float | None
    possible: float
    level: str = ""
    comment: str = ""
    done: bool = False
    whole: bool = True  # whether all of the answer fits the exercise

    @property
    def open(self) -> bool:
        """Whether a person has yet to read it."""
        return self.exercise.kind == "write" and self.points is None and self.possible > 0


@dataclass(frozen=True, slots=True)
class Graded:
    """One student's marks. `points` of `possible` are those that are settled; `left` exercises are open."""

    row: Row
    marked: tuple[Marked, ...] = ()
    late: bool = False
    excused: bool = False
    comment: str = ""
    notes: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        """The points that are settled."""
        return sum(one.points for one in self.marked if one.points is not None)

    @property
    def possible(self) -> float:
        """The most that could be had where points are settled."""
        return sum(one.possible for one in self.marked if one.points is not None)

    @property
    def left(self) -> int:
        """How many answers a person has yet to read."""
        return sum(one.open for one in self.marked)


def check_apart(folder: Path, inbox: Path) -> None:
    """Raise CourseError where a class's folder is in its inbox, where students write."""
    if folder.resolve().is_relative_to(inbox.resolve()):
        raise CourseError(f"{folder} is inside the inbox, where students write: choose another folder")


class Course:
    """A case, a class and its marks: everything that grading needs.

    `folder` is my_class/ (marks.sqlite, class.toml, roster.csv). Raises CourseError where one of them is bad.
    """

    def __init__(self, case: Case, folder: Path) -> None:
        self.case, self.folder = case, folder
        self.exercises: dict[str, Exercise] = load_exercises(case)
        self.keys: dict[str, tuple[Key, ...]] = load_keys(case)
        self.settings: Settings = read_settings(folder / "class.toml", self.exercises)
        self.roster: tuple[Person, ...] = read_roster(folder / "roster.csv")
        self.marks = Marks(folder)

    @cached_property
    def asked(self) -> dict[str, Exercise]:
        """The exercises of the lessons that this class does."""
        lessons = self.settings.lessons
        return {id: one for id, one in self.exercises.items() if not lessons or one.lesson in lessons}

    def read(self, inbox: Path) -> Reading:
        """Return the hand-ins in an inbox (see read_inbox), read anew at each call."""
        check_apart(self.folder, inbox)
        same = {student: key for (student, _), key in self.marks.all("same").items()}
        private = [id for id, one in self.exercises.items() if one.private]
        return read_inbox(inbox, str(self.case.about["title"]), private, self.roster, same)

    def weight(self, exercise: Exercise) -> float:
        """Return the factor on an exercise's points: what the teacher decided last, or class.toml."""
        decided = self.marks.get("weight", exercise=exercise.id)
        weights = self.settings.weights
        own = weights.get(exercise.id, 1) if decided is None else decided
        return float(own * weights.get(exercise.lesson, 1))

    def grade(self, row: Row) -> Graded:
        """Return a student's marks by the rules that hold now; none where nothing could be read."""
        answers, notes = row.answers, list(row.notes)
        if row.status == "read":
            notes += self._notes(answers)
        due = self.settings.due.timestamp() if self.settings.due else None
        late = self.marks.get("late", row.key)
        if late is None:
            late = row.late if row.late is not None else bool(due and row.time > due)
        if late:
            when = f", {datetime.fromtimestamp(row.time):%Y-%m-%d %H:%M}" if row.time else ""
            notes.append(f"Handed in late{when}.")
        asked = self.asked.values() if row.status == "read" else ()
        marked = tuple(self._mark(row, one, answers.get(one.id)) for one in asked)
        if cut := [one.exercise.title for one in marked if not one.whole]:
            notes.append(f"Parts that do not fit the exercise were left out: {_some(cut)}.")
        if later := [one.exercise.title for one in marked if one.level and self.is_later(row.key, one)]:
            notes.append(
                f"The level was given to an earlier text than the one handed in last: {_some(later)}."
            )
        return Graded(
            row,
            marked,
            late,
            bool(self.marks.get("excused", row.key)),
            self.marks.get("comment", row.key) or "",
            tuple(notes),
        )

    def grade_all(self, rows: Iterable[Row], reason: str = "marked") -> list[Graded]:
        """Return everyone's marks, and keep the points that changed with the reason."""
        self.marks.refresh()
        graded = [self.grade(row) for row in rows]
        self.record(graded, reason)
        return graded

    def record(self, graded: Iterable[Graded], reason: str) -> int:
        """Keep the points that changed since the last marking, and return how many did."""
        scores = {(one.row.key, mark.exercise.id): mark.points for one in graded for mark in one.marked}
        return self.marks.record(scores, reason)

    def _notes(self, answers: Mapping[str, Answer]) -> list[str]:
        unknown = sorted(set(answers) - set(self.exercises))
        kinds = [
            id for id, one in answers.items() if id in self.exercises and self.exercises[id].kind != one.kind
        ]
        changed = [
            self.exercises[id].title
            for id, one in answers.items()
            if id in self.exercises and one.exercise_sha256 != self.exercises[id].sha256
        ]
        notes = (
            [f"Answers to {_some(unknown)}, which this course does not have, were left out."]
            if unknown
            else []
        )
        notes += [f"Answers to {_some(kinds)} have another kind, and were left out."] if kinds else []
        if changed:
            notes.append(f"Changed since it was answered, and marked as far as it fits: {_some(changed)}.")
        return notes

    def _mark(self, row: Row, exercise: Exercise, answer: Answer | None) -> Marked:
        if exercise.private and answer is None:
            none = Result(exercise.id, None, 0)
            return Marked(exercise, empty(exercise), none, None, 0.0, done=exercise.id in row.done)
        value = answer.value if answer and answer.kind == exercise.kind else empty(exercise)
        if answer and answer.prediction is not None and self.marks.get("prediction", exercise=exercise.id):
            value = answer.prediction
        value, whole = usable(exercise, value)
        result = self.score(exercise, value)
        weight = self.weight(exercise)
        possible = result.possible * weight
        level = self.marks.get("level", row.key, exercise.id) or ""
        points = None if result.points is None else result.points * weight
        if exercise.kind == "write" and exercise.rubric:
            points = possible * level_share(exercise, level) if level in exercise.rubric else None
            points = 0.0 if points is None and not count_done(exercise, value)[0] else points
        comment = self.marks.get("comment", row.key, exercise.id) or ""
        return Marked(exercise, value, result, points, possible, level, comment, whole=whole)

    def is_later(self, student: str, mark: Marked) -> bool:
        """Return whether a written answer is another text than the one that was given its level."""
        read = self.marks.get("read", student, mark.exercise.id)
        return read is not None and read != sha256_of(mark.value)

    def score(self, exercise: Exercise, value: Any) -> Result:
        """Return how an answer agrees with the key, after what the teacher accepted or dropped."""
        rules = tuple(self.marks.get(kind, exercise=exercise.id) for kind in ("accept", "drop"))
        return score_by(exercise, value, self.keys.get(exercise.id, ()), self.case, (rules[0], rules[1]))

    def places(self, exercise: Exercise) -> dict[str, str]:
        """Return what can be dropped or have an answer accepted: each place's name, and its words."""
        texts = {item.id: item.about for item in exercise.items}
        found = {}
        for key in self.keys.get(exercise.id, ()):
            words = texts.get(key.item, key.group)
            if exercise.kind == "mark":
                words = self.case[key.article].raw[key.start : key.end]
            found[place_of(key)] = f"{words} ({key.article})" if key.article else words
        return found


def _some(names: Sequence[str]) -> str:
    return ", ".join(map(shown, names[:5])) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
