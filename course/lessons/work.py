"""A student's work on disk: one small file an exercise, and one way, behind one lock, to change any."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, Self, TypeVar

from course.corpus.errors import CourseError
from course.lessons import files
from course.lessons.exercises import Exercise
from course.lessons.files import StorageError, stamp, utc_now

CARRY = "Use ‘Save my work’ before you leave: it puts everything into one file of yours."
NOT_KEPT = f"This page cannot reach the browser’s storage: your work is lost when you close it. {CARRY}"
_HALVES = re.compile("[\ud800-\udfff]")

T = TypeVar("T")


class Happened(Enum):
    """What can happen to a person's work; the value is what the person is told."""

    UNUSABLE = "{about} cannot be used here, since {why}: it is kept as {kept}."
    CHANGED_EXERCISE = "The exercise has changed, and part of your answer no longer fits it. {copy}"
    CHANGED_ELSEWHERE = "This text was changed elsewhere, perhaps in another window. {copy}"
    REPLACED = "Another answer stood here. {copy}"
    TWO_ANSWERS = "Two answers to {about!r} differed: the older is kept in {kept}."
    HALF = "Half a character, which no file can hold, was replaced by \ufffd."
    GONE = "Your answer was moved or deleted while this page was open: what the page shows is saved again."
    ANOTHER_PERSON = "Another person has started here, and this page shows older work: Run > Run All Cells."
    NOT_KEPT = NOT_KEPT


@dataclass(frozen=True, slots=True)
class Note:
    """What happened to a file or an exercise (`about`), why, and the name under which a copy is kept."""

    what: Happened
    about: str = ""
    kept: str = ""
    why: str = ""


def note_text(note: Note) -> str:
    """Return what a student is told of a note."""
    copy = f"What stood there is kept in {note.kept}."
    return note.what.value.format(about=note.about, copy=copy, kept=note.kept, why=note.why)


@dataclass(frozen=True, slots=True)
class Saved:
    """How a change ended: whether a file was written (else it said so already), and what happened besides."""

    saved: bool
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a student answered, and what stood there when the reveal opened (None before)."""

    exercise: str
    kind: str
    value: Any
    prediction: Any = None
    saved: str = ""
    exercise_sha256: str = ""

    @classmethod
    def of(cls, exercise: str, entry: Mapping[str, Any]) -> Self:
        """Return the answer that an entry of a hand-in holds, or an answer file."""
        names = ("kind", "answer", "prediction", "saved", "exercise_sha256")
        return cls(exercise, *(entry[name] for name in names))

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


Edit = Callable[[Answer], Answer]


def fit(exercise: Exercise, answer: Answer) -> tuple[Answer, bool]:
    """Return what of an answer still fits its exercise, and whether that is all of it."""
    value, whole = exercise.usable(answer.value)
    if answer.prediction is None:
        return replace(answer, value=value), whole
    prediction, whole_too = exercise.usable(answer.prediction)
    return replace(answer, value=value, prediction=prediction), whole and whole_too


class Workspace:
    """One person's answers to one case in one folder.

    `notes`: what reading found, for whoever shows the work; it is taken with `take_notes`. A workspace
    remembers what an open page shows, which it read or wrote last, and the changes that could not be saved:
    the next change writes both, so that nothing on screen is lost with a folder that was moved or full.
    """

    def __init__(self, folder: Path, case: str) -> None:
        self.folder = folder
        self.case = case
        self.notes: list[Note] = []
        self._shown: dict[str, tuple[Answer, str]] = {}
        self._unsaved: dict[str, list[Edit]] = {}

    def take_notes(self) -> list[Note]:
        """Return the notes so far, once."""
        notes, self.notes = self.notes, []
        return notes

    def path(self, exercise: Exercise) -> Path:
        """Return the file of an exercise's answer."""
        return self.folder / exercise.lesson / f"{exercise.id}.json"

    def change(self, path: Path, edit: Callable[[bytes | None], tuple[bytes | None, T]]) -> T:
        """Read, change and write a file of this work, while no other window can: there is no other way.

        `edit` is given what the file holds (None: there is none), and returns what to write (None: nothing)
        and a result, which is returned. Raises StorageError, and what `edit` raises; nothing is changed then.
        """
        with files.alone(self.folder), files.saving(path):
            files.sweep(path.parent)
            before = files.read_stored(path)
            after, result = edit(before)
            if after not in (None, before):
                files.replace_file(path, after)
            return result

    def read(self, exercise: Exercise) -> Answer | None:
        """Return the answer on disk, or None. What cannot be used is renamed or copied, with a note."""
        path = self.path(exercise)
        data = files.read_stored(path)
        answer, whole = None, data is None
        if data is not None:
            with contextlib.suppress(CourseError):
                answer, whole = self._answer_in(exercise, data)
        if not whole:  # another window may be at it too
            answer = self.change(path, lambda data: self._repaired(exercise, data))
        if answer:
            self._shown[exercise.id] = answer, stamp()
        return answer

    def usable(self, path: Path, data: bytes | None, read: Callable[[bytes], T]) -> T | None:
        """Return what is read from a file, or None; one that cannot be used is renamed, with a note."""
        try:
            return None if data is None else read(data)
        except CourseError as error:
            self.notes.append(Note(Happened.UNUSABLE, path.name, files.set_aside(path), str(error)))
            return None

    def _keep_copy(self, what: Happened, exercise: Exercise, data: bytes) -> None:
        self.notes.append(Note(what, exercise.title, files.set_aside(self.path(exercise), data)))

    def _answer_in(self, exercise: Exercise, data: bytes) -> tuple[Answer, bool]:
        """Return what an answer file says as far as it fits, and whether all fits. Raises CourseError."""
        stored = files.read_form(data, "answer")
        if stored["case"] != self.case:
            raise CourseError("it belongs to another case")
        answer = Answer.of(stored["exercise"], stored)
        asked = (exercise.id, exercise.kind, exercise.empty)
        if (answer.exercise, answer.kind, type(answer.value)) != asked:
            raise CourseError("it belongs to another exercise")
        return fit(exercise, answer)

    def _repaired(self, exercise: Exercise, data: bytes | None) -> tuple[bytes | None, Answer | None]:
        """Return what to write so that an answer file can be used (None: as it is), and its answer."""
        found = self.usable(self.path(exercise), data, lambda data: self._answer_in(exercise, data))
        answer, whole = found or (None, True)
        if answer is None or data is None or whole:
            return None, answer
        self._keep_copy(Happened.CHANGED_EXERCISE, exercise, data)
        return self._bytes(answer), answer

    def _bytes(self, answer: Answer) -> bytes:
        about = {"format": files.FORMAT, "case": self.case, "exercise": answer.exercise}
        return files.to_json(about | answer.entry)

    def _change(self, exercise: Exercise, *edits: Edit) -> tuple[Answer, Saved]:
        """Edit an exercise's answer as it is on disk now, and return it and how that ended."""

        def edit(data: bytes | None) -> tuple[bytes | None, tuple[Answer, bool]]:
            repaired, before = self._repaired(exercise, data)
            nothing = Answer(exercise.id, exercise.kind, exercise.empty(), exercise_sha256=exercise.sha256)
            answer = start = before or self._on_screen(exercise) or nothing
            for one in edits:
                answer = one(answer)
            if answer.value != start.value and answer.saved == start.saved:
                answer = replace(answer, saved=utc_now(), exercise_sha256=exercise.sha256)
            changed = answer != start or start not in (before, nothing)
            return self._bytes(answer) if changed else repaired, (answer, changed)

        earlier = len(self.notes)
        try:
            answer, changed = self.change(self.path(exercise), edit)
        except StorageError as error:
            told = f"{error}; your work is still on screen: leave this page open, and change your answer once"
            raise StorageError(f"{told} more to save it") from error
        saved = Saved(changed, tuple(self.notes[earlier:]))
        del self.notes[earlier:]
        self._shown[exercise.id] = answer, stamp()
        return answer, saved

    def _on_screen(self, exercise: Exercise) -> Answer | None:
        """Return what an open page shows of an answer whose file has gone since, unless it is another's."""
        answer, seen = self._shown.pop(exercise.id, (None, ""))
        if answer is None or answer.value == exercise.empty():
            return None
        asides = [path.name for path in self.folder.parent.iterdir() if path.name >= self.aside(seen)]
        if any(name.startswith(self.aside("")) for name in asides):
            self.notes.append(Note(Happened.ANOTHER_PERSON))
            return None
        self.notes.append(Note(Happened.GONE, str(self.path(exercise))))
        return answer

    def aside(self, time: str) -> str:
        """Return the name that the folder gets when it is set aside for another person at a time."""
        return f"{self.folder.name}-set-aside-{time}"

    def set(self, exercise: Exercise, path: Iterable[str], part: Any, base: str | None = None) -> Saved:
        """Save one decision, and leave all others as they are on disk.

        `path`: (item,); grid (item, article); order (group,); mark ("add",) or ("remove",). None takes a
        decision back. `base`: the text that a writer started from; another text on disk is kept aside.
        Raises CourseError where the decision is none of the exercise's, StorageError where it cannot be
        saved; the next decision saves it then too.
        """
        path = tuple(map(str, path))
        exercise.check_part(path, part)

        def edit(answer: Answer) -> Answer:
            there = base is not None and dict(exercise.parts(answer.value)).get(path)
            if there and _plain(there) not in (_plain(base or ""), _plain(part or "")):
                self._keep_copy(Happened.CHANGED_ELSEWHERE, exercise, self._bytes(answer))
            return replace(answer, value=exercise.with_part(answer.value, path, self._whole_characters(part)))

        waiting = [*self._unsaved.pop(exercise.id, ()), edit]
        try:
            return self._change(exercise, *waiting)[1]
        except StorageError:
            self._unsaved[exercise.id] = waiting
            raise

    def put(self, exercise: Exercise, given: Any, joined: bool = False) -> Saved:
        """Save several decisions at once; marks replace all marks, or are `joined` to them.

        A copy is kept where marks or a text are replaced by others. Raises as `set` does.
        """
        exercise.check(given)

        def edit(answer: Answer) -> Answer:
            whole = given
            if joined and isinstance(given, list):
                whole = [*(mark for mark in answer.value if mark not in given), *given]
            value = exercise.empty() if exercise.in_text else answer.value
            for path, part in exercise.parts(whole):
                value = exercise.with_part(value, path, self._whole_characters(part))
            made = exercise.parts(value) if exercise.in_text or exercise.written else None
            if made is not None and any(one not in made for one in exercise.parts(answer.value)):
                self._keep_copy(Happened.REPLACED, exercise, self._bytes(answer))
            return replace(answer, value=value)

        return self._change(exercise, edit)[1]

    def merge(self, exercise: Exercise, other: Answer) -> Saved:
        """Bring in an answer from a saved file: the newer one stands, and of two that differ a copy is kept.

        A prediction that is here stays. Raises StorageError.
        """
        other, _ = fit(exercise, other)

        def edit(mine: Answer) -> Answer:
            if not mine.saved:  # nothing is here
                return replace(other, saved=other.saved or utc_now())
            newer, older = (other, mine) if other.saved > mine.saved else (mine, other)
            if mine.value != other.value:
                self._keep_copy(Happened.TWO_ANSWERS, exercise, self._bytes(older))
            frozen = other.prediction if mine.prediction is None else mine.prediction
            same = (newer.value, frozen) == (mine.value, mine.prediction)
            return mine if same else replace(newer, prediction=frozen)

        return self._change(exercise, edit)[1]

    def freeze_prediction(self, exercise: Exercise) -> Answer:
        """Copy the answer to `prediction`, once, and return it. Raises CourseError before there is one."""
        nothing = CourseError(f"Answer first: nothing is saved for the exercise {exercise.title!r} yet")
        if self.read(exercise) is None:  # a look makes no folder
            raise nothing

        def edit(answer: Answer) -> Answer:
            if not exercise.done(answer.value)[0]:
                raise nothing
            return answer if answer.prediction is not None else replace(answer, prediction=answer.value)

        answer, saved = self._change(exercise, edit)
        self.notes += saved.notes
        return answer

    def _whole_characters(self, part: Any) -> Any:
        if isinstance(part, str) and _HALVES.search(part):
            self.notes.append(Note(Happened.HALF))
            return _HALVES.sub("\ufffd", part)
        return part


def _plain(text: str) -> str:
    # A browser's text box gives every line end as \n, and half a character is not kept.
    return _HALVES.sub("\ufffd", text).replace("\r\n", "\n").replace("\r", "\n")
