"""A student's work on disk: one small file an exercise, and one way, behind one lock, to change any."""

import glob
import re
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeVar

from course.corpus.errors import CourseError, need
from course.lessons import files
from course.lessons.exercises import Exercise
from course.lessons.files import StorageError, utc_now

CARRY = "Use ‘Save my work’ before you leave: it puts everything into one file of yours."
LEFT = "Not saved: another person has started here since, and this page shows older work"
NOT_KEPT = f"This page cannot reach the browser’s storage: your work is lost when you close it. {CARRY}"
_HALVES = re.compile("[\ud800-\udfff]")
_ENTRY = ("kind", "exercise_sha256", "answer", "prediction", "saved")  # as files name an answer's fields

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
    NOT_KEPT = NOT_KEPT


class Note(NamedTuple):
    """What happened to a file or an exercise (`about`), why, and the name under which a copy is kept."""

    what: Happened
    about: str = ""
    kept: str = ""
    why: str = ""

    def __str__(self) -> str:
        return self.what.value.format(copy=f"What stood there is kept in {self.kept}.", **self._asdict())


class Answer(NamedTuple):  # very many are made where a class is marked
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
        kind, sha256, value, prediction, saved = map(entry.__getitem__, _ENTRY)
        return cls(exercise, kind, value, prediction, saved, sha256)

    @property
    def standing(self) -> Any:
        """What stood there when the reveal opened; before, what stands there now."""
        return self.prediction or self.value

    @property
    def entry(self) -> dict[str, Any]:
        """The answer as hand-ins hold it, under the exercise's id."""
        fields = (self.kind, self.exercise_sha256, self.value, self.prediction, self.saved)
        return dict(zip(_ENTRY, fields, strict=True))


def fit(exercise: Exercise, answer: Answer) -> tuple[Answer, bool]:
    """Return what of an answer still fits its exercise, and whether that is all of it."""
    value, whole = exercise.usable(answer.value)
    before, prediction, whole_too = answer.prediction, value, whole  # as most are
    if before != answer.value:
        prediction, whole_too = (None, True) if before is None else exercise.usable(before)
    return answer._replace(value=value, prediction=prediction), whole and whole_too


class Workspace:
    """One person's answers to one case in one folder; what is private may have a folder of its own.

    `notes`: what reading and changing found, for whoever shows the work; it is taken with `take_notes`. Each
    change returns whether a file was written (else it said so already). A workspace remembers what an open
    page shows, which it read or wrote last, and the changes that could not be saved: the next change writes
    both, so that nothing on screen is lost with a folder that was moved or full. Once the work was set aside
    for another person it changes no answer any more: nobody's may come into the next one's file.
    """

    def __init__(self, folder: Path, case: str, private: Path | None = None) -> None:
        self.folder, self.private = folder, private or folder
        self.case = case
        self.notes: list[Note] = []
        self._shown: dict[str, Answer] = {}
        self._unsaved: dict[str, list[Callable[[Answer], Answer]]] = {}
        self._earlier = self._set_aside()

    def _set_aside(self) -> set[str]:
        """Return the folders that were set aside here for another person, as far as they can be listed."""
        homes = {self.folder.parent, self.private.parent}
        return {path for home in homes for path in glob.glob(f"{glob.escape(str(home / self.aside('')))}*")}

    def take_notes(self) -> list[str]:
        """Return, once, what reading or changing the work brought that a student must be told."""
        notes, self.notes = self.notes, []
        return [str(note) for note in notes]

    def path(self, exercise: Exercise) -> Path:
        """Return the file of an exercise's answer."""
        return (self.private if exercise.private else self.folder) / exercise.lesson / f"{exercise.id}.json"

    def aside(self, time: str) -> str:
        """Return the name that the folder gets when it is set aside for another person at a time."""
        return f"{self.folder.name}-set-aside-{time}"

    def change(self, path: Path, edit: Callable[[bytes | None], tuple[bytes | None, T]]) -> T:
        """Read, change and write a file of this work, while no other window can: there is no other way.

        `edit` is given what the file holds (None: there is none), and returns what to write (None: nothing)
        and a result, which is returned. Raises StorageError, and what `edit` raises; nothing is changed then.
        """
        with files.alone(self.folder), files.saving(path):
            before = files.read_stored(path)
            after, result = edit(before)
            if after not in (None, before):
                files.replace_file(path, after)
            return result

    def usable(self, path: Path, data: bytes | None, read: Callable[[bytes], T]) -> T | None:
        """Return what is read from a file, or None; one that cannot be used is renamed, with a note."""
        try:
            return None if data is None else read(data)
        except CourseError as error:
            self.notes.append(Note(Happened.UNUSABLE, path.name, files.set_aside(path), str(error)))
            return None

    def read(self, exercise: Exercise) -> Answer | None:
        """Return the answer on disk, or None. What cannot be used is renamed or copied, with a note."""
        path = self.path(exercise)
        if files.read_stored(path) is None:  # a look makes no folder
            return None
        if answer := self.change(path, lambda data: self._repaired(exercise, data)):
            self._shown[exercise.id] = answer
        return answer

    def set(self, exercise: Exercise, path: Iterable[str], part: Any, base: str | None = None) -> bool:
        """Save one decision, and leave all others as they are on disk.

        `path`: (item,); grid (item, article); order (group,); mark ("add",) or ("remove",). None takes a
        decision back. `base`: the text that a writer started from; another text on disk is kept aside.
        Raises CourseError where it is none of the exercise's, or another person has started, StorageError
        where it cannot be saved: the next change saves it then too.
        """
        path = tuple(map(str, path))
        exercise.check_part(path, part)

        def edit(answer: Answer) -> Answer:
            there = base is not None and dict(exercise.parts(answer.value)).get(path)
            if there and _plain(there) not in (_plain(base or ""), _plain(part or "")):
                self._keep_copy(Happened.CHANGED_ELSEWHERE, exercise, self._bytes(answer))
            return answer._replace(value=exercise.with_part(answer.value, path, self._whole_characters(part)))

        return self._change(exercise, edit)[1]

    def put(self, exercise: Exercise, given: Any) -> bool:
        """Save several decisions at once; a copy is kept of marks or a text that others replace."""
        exercise.check(given)

        def edit(answer: Answer) -> Answer:
            value = exercise.empty() if exercise.in_text else answer.value
            for path, part in exercise.parts(given):
                value = exercise.with_part(value, path, self._whole_characters(part))
            made = exercise.parts(value) if exercise.in_text or exercise.typed else None
            if made is not None and any(one not in made for one in exercise.parts(answer.value)):
                self._keep_copy(Happened.REPLACED, exercise, self._bytes(answer))
            return answer._replace(value=value)

        return self._change(exercise, edit)[1]

    def merge(self, exercise: Exercise, other: Answer) -> bool:
        """Bring in an answer from a file: the newer stands, the other is kept; a prediction here stays."""
        other, _ = fit(exercise, other)

        def edit(mine: Answer) -> Answer:
            if not mine.saved:  # nothing is here
                return other._replace(saved=other.saved or utc_now())
            newer, older = (other, mine) if other.saved > mine.saved else (mine, other)
            if newer.value == older.value:
                newer = mine
            else:
                self._keep_copy(Happened.TWO_ANSWERS, exercise, self._bytes(older))
            return newer._replace(prediction=other.prediction if mine.prediction is None else mine.prediction)

        return self._change(exercise, edit)[1]

    def freeze_prediction(self, exercise: Exercise) -> Answer:
        """Copy the answer to `prediction`, once, and return it. Raises CourseError before there is one."""

        def edit(answer: Answer) -> Answer:
            first = answer.prediction is None and exercise.done(answer.value)[0]
            return answer._replace(prediction=answer.value) if first else answer

        answer = self.read(exercise) and self._change(exercise, edit)[0]
        whole = answer if answer and exercise.done(answer.value)[0] else None
        return need(whole, f"Answer first: nothing is saved for the exercise {exercise.title!r} yet")

    def _change(self, exercise: Exercise, edit: Callable[[Answer], Answer]) -> tuple[Answer, bool]:
        """Edit an exercise's answer as it is on disk now; return it, and whether a file was written."""
        need(self._set_aside() <= self._earlier, f"{LEFT}: choose Run > Run All Cells")
        edits = [*self._unsaved.pop(exercise.id, ()), edit]
        nothing = Answer(exercise.id, exercise.kind, exercise.empty(), exercise_sha256=exercise.sha256)

        def edited(data: bytes | None) -> tuple[bytes | None, tuple[Answer, bool]]:
            repaired, before = self._repaired(exercise, data)
            answer = start = before or self._on_screen(exercise) or nothing
            for one in edits:
                answer = one(answer)
            if answer.value != start.value and answer.saved == start.saved:
                answer = answer._replace(saved=utc_now(), exercise_sha256=exercise.sha256)
            changed = answer != start or start not in (before, nothing)
            return self._bytes(answer) if changed else repaired, (answer, changed)

        try:
            answer, changed = self.change(self.path(exercise), edited)
        except StorageError as error:
            self._unsaved[exercise.id] = edits
            told = f"{error}; your work is still on screen: leave this page open, and change your answer once"
            raise StorageError(f"{told} more to save it") from error
        self._shown[exercise.id] = answer
        return answer, changed

    def _repaired(self, exercise: Exercise, data: bytes | None) -> tuple[bytes | None, Answer | None]:
        """Return what to write so that an answer file can be used (None: as it is), and its answer."""

        def read(data: bytes) -> tuple[Answer, bool]:
            stored = files.read_form(data, "answer")
            need(stored["case"] == self.case, "it belongs to another case")
            answer = Answer.of(stored["exercise"], stored)
            given = (answer.exercise, answer.kind, type(answer.value))
            need(given == (exercise.id, exercise.kind, exercise.empty), "it belongs to another exercise")
            return fit(exercise, answer)

        answer, whole = self.usable(self.path(exercise), data, read) or (None, True)
        if data is None or answer is None or whole:
            return None, answer
        self._keep_copy(Happened.CHANGED_EXERCISE, exercise, data)
        return self._bytes(answer), answer

    def _on_screen(self, exercise: Exercise) -> Answer | None:
        """Return what an open page shows of an answer whose file has gone since."""
        answer = self._shown.pop(exercise.id, None)
        if answer is None or answer.value == exercise.empty():
            return None
        self.notes.append(Note(Happened.GONE))
        return answer

    def _keep_copy(self, what: Happened, exercise: Exercise, data: bytes) -> None:
        self.notes.append(Note(what, exercise.title, files.set_aside(self.path(exercise), data)))

    def _bytes(self, answer: Answer) -> bytes:
        about = {"format": files.FORMAT, "case": self.case, "exercise": answer.exercise}
        return files.to_json(about | answer.entry)

    def _whole_characters(self, part: Any) -> Any:
        if isinstance(part, str) and _HALVES.search(part):
            self.notes.append(Note(Happened.HALF))
            return _HALVES.sub("\ufffd", part)
        return part


def _plain(text: str) -> str:
    # A browser's text box gives every line end as \n, and half a character is not kept.
    return _HALVES.sub("\ufffd", text).replace("\r\n", "\n").replace("\r", "\n")
