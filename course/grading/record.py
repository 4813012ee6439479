"""What a teacher decided, in my_class/marks.sqlite: none is overwritten, each has its time and reason."""

import json
import sqlite3
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from course.corpus.case import read_toml
from course.corpus.errors import CourseError
from course.corpus.table import Table
from course.lessons.files import utc_now

FILE = "marks.sqlite"
DECISIONS = tuple(read_toml(Path(__file__).with_name("decisions.toml")))  # which also says what each is
About = tuple[str, str, str]  # which of DECISIONS, the student's key or "", the exercise or ""
_COLUMNS = "at, kind, student, exercise, value, reason"
_TEXTS = f"{_COLUMNS},".replace(",", " TEXT NOT NULL,").removesuffix(",")
_TABLE = f"CREATE TABLE IF NOT EXISTS change (id INTEGER PRIMARY KEY, {_TEXTS})"
_INSERT = f"INSERT INTO change ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608 - the names are fixed
_OURS = "marks.* class.toml roster.csv inbox.txt hand_ins.zip feedback.zip"
_OURS_TOO = "feedback/*.html gradebook-*.csv made_up-*"


class Record:
    """What was decided in one class. Each call is one transaction: it is on disk when the call returns.

    Raises CourseError where the folder cannot be written to, or the file is no such file or in use.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.path.touch(mode=0o600)
            # JupyterLab 4 answers each control in a thread of its own; the panels let one act at a time.
            self._db = sqlite3.connect(self.path, timeout=10, check_same_thread=False)
            # A write-ahead log needs shared memory, which network homes lack; this journal does not.
            self._db.execute("PRAGMA journal_mode=DELETE")
            self._db.execute("PRAGMA synchronous=FULL")
            with self._db:
                self._db.execute(_TABLE)
            self.refresh()
        except OSError as error:
            why = f"{folder} cannot be used ({error.strerror}): name a folder in which you may write"
            raise CourseError(why) from error
        except (sqlite3.Error, ValueError) as error:
            raise self._wrong(error) from error

    def _wrong(self, error: Exception) -> CourseError:
        way = "close other notebooks that use it, and look at the folder’s rights and the disk’s room"
        return CourseError(f"{self.path} cannot be used ({error}): {way}")

    @property
    def changes(self) -> int:
        """How many changes there are by now, another notebook's among them."""
        return int(self._db.execute("SELECT count(*) FROM change").fetchone()[0])

    def refresh(self) -> None:
        """Read what is decided now, since another notebook may have written."""
        rows = self._db.execute("SELECT kind, student, exercise, value FROM change ORDER BY id")
        self._held: dict[About, Any] = {tuple(about): json.loads(value) for *about, value in rows}

    def set(self, kind: str, value: Any, *, student: str = "", exercise: str = "", reason: str = "") -> None:
        """Decide one thing (see DECISIONS); None takes it back. What was decided before is kept."""
        if kind not in DECISIONS:
            raise CourseError(f"{kind!r} is nothing that is decided: choose one of {', '.join(DECISIONS)}")
        self._write({(kind, student, exercise): value}, reason)

    def keep_points(self, points_of: Mapping[tuple[str, str], float | None], reason: str) -> int:
        """Keep the points of (student, exercise) that differ from the last, and return how many did."""
        new = ((("score", *about), points) for about, points in points_of.items())
        changed = {about: points for about, points in new if self._held.get(about, "") != points}
        self._write(changed, reason)
        return len(changed)

    def _write(self, changes: Mapping[About, Any], reason: str) -> None:
        at = utc_now()
        rows = ((at, *about, json.dumps(value), reason) for about, value in changes.items())
        try:
            with self._db:
                self._db.executemany(_INSERT, rows)
        except (sqlite3.Error, UnicodeError) as error:
            raise self._wrong(error) from error
        self._held.update(changes)

    def get(self, kind: str, student: str = "", exercise: str = "") -> Any:
        """Return what was decided last, None where nothing was."""
        return self._held.get((kind, student, exercise))

    def all(self, kind: str) -> dict[tuple[str, str], Any]:
        """Return everything of a kind that is decided now, by student and exercise."""
        held = self._held.items()
        return {about[1:]: value for about, value in held if about[0] == kind and value is not None}

    def comments(self) -> list[str]:
        """Return every comment ever given, the last first: the comment bank."""
        given = (str(row["value"]) for row in self.history(["comment"]).rows)
        return [text for value in dict.fromkeys(given) if (text := json.loads(value))]

    def history(self, kinds: Collection[str] = DECISIONS) -> Table:
        """Return every change, the last first."""
        of = f"WHERE kind IN ({', '.join('?' * len(kinds))}) ORDER BY id DESC"
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM change {of}", [*kinds])  # noqa: S608 - fixed
        names = _COLUMNS.split(", ")
        return Table("Changes", (dict(zip(names, row, strict=True)) for row in rows))

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


def delete_class(folder: Path) -> str:
    """Delete what the course wrote about a class, and say what else is left in the folder."""
    try:
        for pattern in f"{_OURS} {_OURS_TOO}".split():
            for path in folder.glob(pattern):
                path.unlink()
        for path in (folder / "feedback", folder):
            if path.is_dir() and not any(path.iterdir()):
                path.rmdir()
    except OSError as error:
        why = f"{error.filename} cannot be deleted ({error.strerror}): delete it yourself"
        raise CourseError(why) from error
    if not folder.exists():
        return "The class is deleted."
    left = ", ".join(sorted(path.name for path in folder.iterdir()))
    return f"The class is deleted. {folder} still holds what the course did not write: {left}."
