"""What a teacher decided, in my_class/marks.sqlite: none is overwritten, each has its time and reason.

Beside it stands how each student was marked last, so that nobody is marked again without need.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from course.corpus.case import read_toml
from course.corpus.errors import need, one_sentence
from course.corpus.table import Table
from course.grading.inbox import SYSTEMS
from course.grading.rows import NOTES
from course.lessons.files import utc_now

FILE = "marks.sqlite"
DECISIONS = tuple(read_toml(Path(__file__).with_name("decisions.toml")))  # which also says what each is
About = tuple[str, str, str]  # which of DECISIONS, the student's key or "", the exercise or ""
_COLUMNS = "at, kind, student, exercise, value, reason"
TOGETHER = 25  # students whose marking is written at once
_HELD = ", ".join(repr(kind) for kind in DECISIONS if kind != "score")  # the points would fill memory
_INSERT = f"INSERT INTO change ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608 - the names are fixed


class Record:
    """What was decided in one class. Each decision is one transaction: it is on disk when the call returns.

    Raises CourseError where the folder cannot be written to, or the file is no such file or in use.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        with self._told(), one_sentence(NOTES["no_folder"], OSError, folder=folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.path.touch(mode=0o600)
            # JupyterLab 4 answers each control in a thread of its own; the panels let one act at a time.
            self._db = sqlite3.connect(self.path, timeout=10, check_same_thread=False)
            # A write-ahead log needs shared memory, which network homes lack; this journal does not.
            self._db.execute("PRAGMA journal_mode=DELETE")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(Path(__file__).with_suffix(".sql").read_text("utf-8"))
            self._new: tuple[list[Sequence[str]], list[Sequence[Any]]] = [], []
            self.refresh()

    def _told(self) -> AbstractContextManager[None]:
        return one_sentence(NOTES["no_record"], sqlite3.Error, ValueError, path=self.path)

    def refresh(self) -> None:
        """Read what is decided now, since another notebook may have written."""
        about = f"kind, student, exercise, value FROM change WHERE kind IN ({_HELD}) ORDER BY id"
        rows = self._db.execute(f"SELECT {about}")
        self.held: dict[About, Any] = {tuple(about): json.loads(value) for *about, value in rows}

    def set(self, kind: str, value: Any, *, student: str = "", exercise: str = "", reason: str = "") -> None:
        """Decide one thing (see DECISIONS); None takes it back. What was decided before is kept."""
        need(kind in DECISIONS, f"{kind!r} is nothing that is decided: choose one of {', '.join(DECISIONS)}")
        self._write([(utc_now(), kind, student, exercise, json.dumps(value), reason)])
        self.held[kind, student, exercise] = value

    def keep(self, student: str, points: Mapping[str, float | None], reason: str, *marking: Any) -> None:
        """Keep a student's `marking` as it is now, and the points of exercises that differ from the last.

        It is on disk after `commit`, or when TOGETHER of them are kept: each time takes some milliseconds.
        """
        told = "SELECT exercise, value FROM change WHERE kind = 'score' AND student = ? ORDER BY id"
        last, at = dict(self._db.execute(told, [student])), utc_now()
        now = ((exercise, json.dumps(one)) for exercise, one in points.items())
        self._new[0].extend((at, "score", student, *one, reason) for one in now if last.get(one[0]) != one[1])
        self._new[1].append((student, *marking))
        if len(self._new[1]) >= TOGETHER:
            self.commit()

    def commit(self) -> None:
        """Write what was kept since the last time: all of it, or in a kill nothing."""
        new, self._new = self._new, ([], [])
        self._write(*new)

    def _write(self, changes: Iterable[Sequence[str]], markings: Iterable[Sequence[Any]] = ()) -> None:
        with self._told(), self._db:
            self._db.executemany(_INSERT, changes)
            self._db.executemany("REPLACE INTO marking VALUES (?, ?, ?, ?, ?)", markings)

    def move(self, keys: Mapping[str, str], reason: str) -> None:
        """Let what was decided about some students hold for the new keys that they have now."""
        for (kind, student, exercise), value in [*self.held.items()]:
            new = keys.get(student, student), keys.get(value, value) if kind == "same" else value
            if new != (student, value):
                self.set(kind, new[1], student=new[0], exercise=exercise, reason=reason)

    def marking(self, student: str, columns: str) -> tuple[Any, ...]:
        """Return some columns of how a student was marked last; three empty texts where nobody did."""
        told = f"SELECT {columns} FROM marking WHERE student = ?"  # noqa: S608 - our own words
        return self._db.execute(told, [student]).fetchone() or ("", "", "")

    def about(self, student: str) -> list[tuple[str, ...]]:
        """Return everything ever decided about a student or the class, in its order."""
        told = f"SELECT * FROM change WHERE kind IN ({_HELD}) AND student IN (?, '') ORDER BY id"  # noqa: S608
        return self._db.execute(told, [student]).fetchall()

    def get(self, kind: str, student: str = "", exercise: str = "") -> Any:
        """Return what was decided last, None where nothing was."""
        return self.held.get((kind, student, exercise))

    def all(self, kind: str) -> dict[tuple[str, str], Any]:
        """Return everything of a kind that is decided now, by student and exercise."""
        return {(a, b): one for (of, a, b), one in self.held.items() if of == kind and one is not None}

    def comments(self) -> list[str]:
        """Return every comment ever given, the last first: the comment bank."""
        given = (str(row["value"]) for row in self.history(["comment"]).rows)
        return [text for value in dict.fromkeys(given) if (text := json.loads(value))]

    def history(self, kinds: Collection[str] = DECISIONS) -> Table:
        """Return every change, the last first."""
        of = f"WHERE kind IN ({', '.join('?' * len(kinds))}) ORDER BY id DESC"
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM change {of}", [*kinds])  # noqa: S608 - fixed
        return Table("Changes", (dict(zip(_COLUMNS.split(", "), row, strict=True)) for row in rows))

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


def delete_class(folder: Path) -> str:
    """Delete what the course wrote about a class, and say what else is left in the folder."""
    with one_sentence(NOTES["not_deleted"], OSError):
        for pattern in SYSTEMS["own_files"]:
            for path in folder.glob(pattern):
                path.unlink()
        for path in (folder / "feedback", folder):
            if path.is_dir() and not any(path.iterdir()):
                path.rmdir()
    if not folder.exists():
        return "The class is deleted."
    left = ", ".join(sorted(path.name for path in folder.iterdir()))
    return f"The class is deleted. {folder} still holds what is not of this class: {left}."
