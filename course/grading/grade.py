"""Grading one hand-in: the readers' key, the teacher's rules for the class, and what a person has to read."""

from __future__ import annotations

import hashlib
import json
import math
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from course.corpus.case import Case
from course.corpus.errors import CourseError, need
from course.grading.inbox import NO_MEMORY
from course.grading.record import About, Record
from course.grading.roster import read_roster, read_settings
from course.grading.rows import NOTES, Note, Reading, Row, listed, note, read_class, read_inbox
from course.lessons.exercises import Exercise, Scorer, load_exercises, sha256_of
from course.lessons.keys import Key, load_keys
from course.lessons.rounds import LESSON as ROUNDS
from course.lessons.scoring import Result, out_of

Sums = tuple[float, float, int]  # points that are settled, the most that could be had there, answers to read
DAY = 86_400
_PROGRAM = Path(__file__).parents[1]
Watch = Callable[[Iterable[Any], str], Iterable[Any]]  # gives things, and shows how far it is with what


class Grade(NamedTuple):
    """What one student gets for one exercise; `points` and `possible` are weighted.

    `points` is None where a person has yet to read the answer, or no reader of the key answered. `value` is
    what was graded: the answer, or the prediction. `done`: it was answered, and stays with the student.
    """

    exercise: Exercise
    value: Any
    result: Result
    points: float | None
    possible: float
    level: str = ""
    comment: str = ""
    done: bool = False

    @property
    def open(self) -> bool:
        """Whether a person has yet to read it."""
        return self.exercise.written and self.points is None and self.possible > 0

    @property
    def state(self) -> str:
        """The points in words, or why there are none."""
        if self.points is not None and self.possible:
            return f"{out_of(self.points, self.possible)} points"
        return "to be read" if self.open else "no points"

    @property
    def answered(self) -> bool:
        """Whether anything was answered."""
        return bool(self.exercise.done(self.value)[0])

    @property
    def told(self) -> dict[str, Any]:
        """What is kept and carried out of it, with the credit (0 to 1) of every decision."""
        credits = [[one.item, one.article, one.credit] for one in self.result.items]
        about = {"points": self.points, "possible": self.possible, "level": self.level}
        return about | {"comment": self.comment, "credits": credits}


@dataclass(frozen=True, slots=True)
class Kept:
    """A student's grades of which the `sums` are at hand: each is made again when it is looked at."""

    grader: Grader
    row: Row
    sums: Sums

    def __iter__(self) -> Iterator[Grade]:
        return (self.grader.grade_one(self.row, one) for one in self.grader.asked.values())


@dataclass(frozen=True, slots=True)
class Graded:
    """One student's grades. `deducted` is the share (0 to 1) of the points that being late takes."""

    row: Row
    grades: Iterable[Grade] = ()
    late: bool = False
    excused: bool = False
    comment: str = ""
    notes: tuple[Note, ...] = ()
    deducted: float = 0.0

    @property
    def sums(self) -> Sums:
        """The points before being late takes any, the most that could be had, and the answers to read."""
        if isinstance(self.grades, Kept):
            return self.grades.sums
        of = [(one.points, one.possible) for one in self.grades if one.points is not None]
        return sum(had for had, _ in of), sum(most for _, most in of), sum(one.open for one in self.grades)

    @property
    def told(self) -> dict[str, dict[str, Any]]:
        """What is kept of the grade of each exercise (Grade.told), by its id."""
        if isinstance(self.grades, Kept):
            (each,) = self.grades.grader.record.marking(self.row.key, "each")
            return dict(json.loads(zlib.decompress(each)))
        return {one.exercise.id: one.told for one in self.grades}

    def by_lesson(self) -> Iterator[tuple[str, Graded]]:
        """Give the grades of each lesson."""
        for lesson, grades in groupby(self.grades, lambda one: one.exercise.lesson):
            yield lesson, replace(self, grades=tuple(grades))

    @property
    def points(self) -> float:
        """The points that are settled, after what being late takes."""
        return (1 - self.deducted) * self.sums[0]

    @property
    def possible(self) -> float:
        """The most that could be had where points are settled."""
        return self.sums[1]

    @property
    def mark(self) -> tuple[float, float, bool]:
        """What a decision can change, and the gradebook with it."""
        return self.points, self.possible, self.excused

    @property
    def per_cent(self) -> float:
        """The share of the points that are settled, 0 where none are."""
        return 100 * self.points / self.possible if self.possible else 0.0

    @property
    def left(self) -> int:
        """How many answers a person has yet to read."""
        return self.sums[2]


Write = Callable[[Graded], Sequence[Path]] | None  # writes a student's page, and returns its path


def check_apart(folder: Path, inbox: Path) -> None:
    """Raise CourseError where a class's folder is in its inbox, where students write."""
    inside = folder.resolve().is_relative_to(inbox.resolve())
    need(not inside, f"{folder} is inside the inbox, where students write: choose another folder")


class Grader:
    """A case, a class and its record: everything that grading needs.

    `folder` is my_class/ (marks.sqlite, class.toml, roster.csv); `asked` are the exercises of the lessons
    that the class does; `watch` shows how far reading or marking is. Raises CourseError where one is bad.
    """

    def __init__(self, case: Case, folder: Path, watch: Watch = lambda things, what: things) -> None:
        self.case, self.folder, self.watch = case, folder, watch
        self.exercises, self.keys = load_exercises(case), load_keys(case)
        self.settings = read_settings(folder / "class.toml", self.exercises)
        self.roster = read_roster(folder / "roster.csv")
        self.record = Record(folder)
        asked = ((id, one) for id, one in self.exercises.items() if self.settings.has(one.lesson))
        # Who shares a round gets no mark for it: it is measured, and told of the class alone (gain.py).
        self.asked = {id: one for id, one in asked if one.lesson != ROUNDS}
        self._scorers: dict[str, tuple[Any, Any, Scorer]] = {}  # by exercise, each after what was decided
        files = (path for one in (case.root / "seeds", _PROGRAM) for path in sorted(one.rglob("*.*")))
        texts = (path.read_bytes() for path in files if path.is_file() and path.suffix != ".pyc")
        self._made_by = sha256_of([hashlib.sha256(text).hexdigest() for text in texts])
        self._graded: list[Graded] = []
        self._graded_of: tuple[tuple[Row, ...], dict[About, Any]] = (), {}  # which rows, by what was decided

    def read(self, inbox: Path) -> Reading:
        """Return the hand-ins in an inbox (see read_inbox), read anew at each call."""
        check_apart(self.folder, inbox)
        same, told = {one: key for (one, _), key in self.record.all("same").items()}, list[str]()
        handed = read_inbox(inbox, self.case, self.exercises, told)
        reading = read_class(self.watch(handed, "reading"), self.roster, same)
        rows = reading.rows if self.settings.due else ()
        unknown = sum(one.status == "read" and one.file.late is None and not self.came(one) for one in rows)
        said = (NOTES["unknown"].format(unknown),) if unknown else ()
        return replace(reading, said=(*told, *reading.said, *said))

    def came(self, row: Row) -> float:
        """Return when what counts came, as Moodle's worksheet or a folder's clock tells; 0 unknown."""
        told = self.record.get("came", row.key)
        if told and told["file"] == row.file.name:
            return datetime.fromisoformat(told["at"]).timestamp()
        return row.file.clock

    def weight(self, exercise: Exercise) -> float:
        """Return the factor on an exercise's points: what the teacher decided last, or class.toml."""
        decided, weights = self.record.get("weight", exercise=exercise.id), self.settings.weights
        own = weights.get(exercise.id, 1) if decided is None else decided
        return float(own * weights.get(exercise.lesson, 1))

    def grade(self, row: Row) -> Graded:
        """Return a student's grades by the rules that hold now; none where nothing could be read.

        What breaks at one hand-in, a lack of memory included, is that row's problem and nobody else's.
        """
        try:
            late, deducted, notes = self._late(row)
            asked = self.asked.values() if row.status == "read" else ()
            grades = tuple(self.grade_one(row, one) for one in asked)
            later = [f"‘{one.exercise.title}’" for one in grades if one.level and self.is_later(row.key, one)]
        except CourseError:
            raise
        except Exception as error:  # noqa: BLE001 - it is said, and the others are graded
            why = NO_MEMORY if isinstance(error, MemoryError) else f"it cannot be marked ({error!r:.80})"
            return Graded(replace(row, status="unusable", problem=why, answers={}))
        notes += [note("later_text", listed(later))] if later else []
        other, own = row.class_name, self.settings.title
        clash = own and other and other.casefold() != own.casefold()
        notes += [note("other_class", other, own)] if clash else []
        excused = bool(self.record.get("excused", row.key))
        comment = self.record.get("comment", row.key) or ""
        return Graded(row, grades, late, excused, comment, (*row.notes, *notes), deducted)

    def grade_all(self, rows: Iterable[Row], reason: str = "marked", write: Write = None) -> list[Graded]:
        """Return everyone's grades, kept as `grade_kept` says, and `write` a feedback page for each.

        While the rows are the same and nobody has decided anything since, they are what they were.
        """
        self.record.refresh()
        now = tuple(rows), dict(self.record.held)
        if write or self._graded_of != now:
            self._graded = [self.grade_kept(row, reason, write) for row in self.watch(now[0], "marking")]
            self.record.commit()
            self._graded_of = now
        return self._graded

    def grade_kept(self, row: Row, reason: str, write: Write = None) -> Graded:
        """Return a student's grades, which are kept: they are made anew where something has changed since.

        That is the hand-in, a decision, the case or the program, or a page that is to be there. The points
        that differ are kept with the reason, at the record's next `commit`.
        """
        of = sha256_of([self._made_by, repr((row, self.record.about(row.key), self.settings))])
        before, told, page = self.record.marking(row.key, "of, told, page")
        if before != of or (write and not (page and (self.folder / page).exists())):
            new = self.grade(row)
            if new.row.status != row.status:  # what broke may do better the next time
                return new
            page = str((*write(new), self.folder)[0].relative_to(self.folder)) if write else ""
            told = json.dumps([new.late, new.excused, new.comment, new.notes, new.deducted, new.sums])
            each = zlib.compress(json.dumps(new.told).encode(), 1)
            points = {one.exercise.id: one.points for one in new.grades}
            self.record.keep(row.key, points, reason, of, told, page, each)
        late, excused, comment, notes, deducted, sums = json.loads(told)
        grades = Kept(self, row, tuple(sums)) if row.status == "read" else ()
        return Graded(row, grades, late, excused, comment, tuple(Note(*one) for one in notes), deducted)

    def _late(self, row: Row) -> tuple[bool, float, list[Note]]:
        """Return whether a student is late, the share that it takes, and what is to be said."""
        due = self.settings.due.timestamp() if self.settings.due else math.inf
        time = self.came(row)
        told = (self.record.get("late", row.key), row.file.late, time > due)
        if not next(late for late in told if late is not None):
            return False, 0.0, []
        days = max(1, math.ceil((time - due) / DAY)) if time > due else 1
        takes = min(self.settings.late_percent * days, self.settings.late_most) / 100
        when = f", {datetime.fromtimestamp(time):%Y-%m-%d %H:%M}" if time else ""
        deducted = [note("deducted", takes, days)] if takes and row.status == "read" else []
        return True, takes, [note("late", when), *deducted]

    def grade_one(self, row: Row, exercise: Exercise) -> Grade:
        """Return a student's grade for one exercise by the rules that hold now."""
        answer = row.answers.get(exercise.id)
        if exercise.private and answer is None:
            return Grade(exercise, exercise.empty(), Result(None, 0), None, 0.0, done=exercise.id in row.done)
        value = answer.value if answer else exercise.empty()
        if answer and answer.prediction is not None and self.record.get("prediction", exercise=exercise.id):
            value = answer.prediction
        result, weight, level = self.scorer(exercise)(value), self.weight(exercise), ""
        possible = result.possible * weight
        points = None if result.points is None else result.points * weight
        if exercise.written and exercise.rubric:
            levels = list(exercise.rubric)
            settled = self.given("settled", row.key, exercise.id, value)
            level = settled or self.record.get("level", row.key, exercise.id)
            level = level if level in levels else ""
            points = None if exercise.done(value)[0] else 0.0
            if level:  # of three levels they are 1, 2/3 and 1/3 of the points
                points = possible * ((len(levels) - levels.index(level)) / len(levels))
        comment = self.record.get("comment", row.key, exercise.id) or ""
        return Grade(exercise, value, result, points, possible, level, comment)

    def given(self, kind: str, student: str, exercise: str, value: Any) -> str:
        """Return the level of a `kind` ('second', 'settled') that was given to this very text, or no text."""
        held = self.record.get(kind, student, exercise)
        return str(held["level"]) if held and held["text"] == sha256_of(value) else ""

    def is_later(self, student: str, grade: Grade) -> bool:
        """Return whether a written answer is another text than the one that was given its level."""
        read = self.record.get("read", student, grade.exercise.id)
        return read is not None and read != sha256_of(grade.value)

    def scorer(self, exercise: Exercise) -> Scorer:
        """Return what tells how an answer agrees with the key, after what the teacher accepted or dropped."""
        accepted = self.record.get("accept", exercise=exercise.id) or {}
        dropped = self.record.get("drop", exercise=exercise.id) or ()
        if self._scorers.get(exercise.id, ())[:2] != (accepted, dropped):
            self._scorers[exercise.id] = accepted, dropped, self._scorer(exercise, accepted, dropped)
        return self._scorers[exercise.id][2]

    def _scorer(self, exercise: Exercise, accepted: Any, dropped: Any) -> Scorer:
        keys = self.keys.get(exercise.id, ())
        by_key = exercise.scorer(keys, self.case)
        if not accepted and not dropped:
            return by_key
        held = [key for key in keys if key.thing not in dropped]
        away = [(key.article, key.start, key.end) for key in keys if exercise.in_text and key not in held]
        right: dict[tuple[str, object], Key] = {}
        for key in held:
            for one in accepted.get(key.thing, ()):
                to = tuple(one) if isinstance(one, list) else one
                right.setdefault((key.thing, to), replace(key, by="course", value=to, credit=1.0, reason=""))
        changed = [*right.values(), *(key for key in held if (key.thing, key.value) not in right)]
        by_changed = exercise.scorer(changed, self.case)

        def score(value: Any) -> Result:
            before, items = {(item.item, item.article): item for item in by_key(value).items}, []
            for at, start, end in away:  # what stands there counts neither for nor against
                value = [m for m in value if m["article"] != at or m["end"] <= start or end <= m["start"]]
            after = by_changed(value)
            for now in after.items:
                was = before.get((now.item, now.article), now)
                items.append(replace(was, credit=now.credit, best=now.best, accepted=now.credit > was.credit))
            return after._replace(items=tuple(items))

        return score

    def questions(self, exercise: Exercise) -> dict[str, str]:
        """Return what can be dropped or have an answer accepted: each question's name, and its words."""

        def asked(key: Key) -> str:
            words = self.case[key.article].raw[key.start : key.end] if key.end else ""
            return f"{words} ({key.article})" if key.end else exercise.about(key.thing)

        return {key.thing: asked(key) for key in self.keys.get(exercise.id, ()) if key.thing}
