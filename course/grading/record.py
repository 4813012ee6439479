"""What a teacher decided, in my_class/marks.sqlite: none is overwritten, each has its time and reason.

Beside it stands how each student was marked last, so that nobody is marked again without need.
"""

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from course.corpus.case import read_toml
from course.corpus.errors import CourseError
from course.corpus.table import Table
from course.lessons.files import utc_now

FILE = "marks.sqlite"
DECISIONS = tuple(read_toml(Path(__file__).with_name("decisions.toml")))  # which also says what each is
_HELD = [kind for kind in DECISIONS if kind != "score"]  # of a large class the points fill memory
_COLUMNS = "at, kind, student, exercise, value, reason"
_TEXTS = f"{_COLUMNS},".replace(",", " TEXT NOT NULL,").removesuffix(",")
_INSERT = f"INSERT INTO change ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608 - the names are fixed
_TABLES = (
    f"CREATE TABLE IF NOT EXISTS change (id INTEGER PRIMARY KEY, {_TEXTS})",
    "CREATE INDEX IF NOT EXISTS about ON change (kind, student)",
    "CREATE TABLE IF NOT EXISTS marking (student TEXT PRIMARY KEY, of TEXT, sums TEXT, page TEXT, each BLOB)",
)
_OURS = "marks.* class.toml roster.csv inbox.txt hand_ins.zip feedback.zip *.tmp"
_OURS_TOO = "feedback/*.html gradebook-*.csv made_up-*"


class Marking(NamedTuple):
    """How a student was marked: `of` is the SHA-256 of all that it depends on, `sums` what tables tell of it.

    `page` is the path of the feedback page in the class's folder, no text where none was asked for. `each` is
    what is told of each exercise, as packed JSON.
    """

    of: str
    sums: Any
    page: str = ""
    each: bytes = b""


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
                for one in _TABLES:
                    self._db.execute(one)
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
        return int(self._db.execute("SELECT ifnull(max(id), 0) FROM change").fetchone()[0])

    def refresh(self) -> None:
        """Read what is decided now, since another notebook may have written."""
        self._held: dict[str, dict[tuple[str, str], Any]] = {}  # by student
        for row in reversed(self.history(_HELD).rows):
            about = str(row["kind"]), str(row["exercise"])
            self._held.setdefault(str(row["student"]), {})[about] = json.loads(str(row["value"]))

    def set(self, kind: str, value: Any, *, student: str = "", exercise: str = "", reason: str = "") -> None:
        """Decide one thing (see DECISIONS); None takes it back. What was decided before is kept."""
        if kind not in DECISIONS:
            raise CourseError(f"{kind!r} is nothing that is decided: choose one of {', '.join(DECISIONS)}")
        self._write([(utc_now(), kind, student, exercise, json.dumps(value), reason)])
        self._held.setdefault(student, {})[kind, exercise] = value

    def keep(
        self, student: str, points: Mapping[str, float | None], reason: str, marking: Marking | None = None
    ) -> int:
        """Keep a student's points that differ from the last, and return how many did; and the `marking`."""
        told = "SELECT exercise, value FROM change WHERE kind = 'score' AND student = ? ORDER BY id"
        last, at = dict(self._db.execute(told, [student])), utc_now()
        values = ((exercise, json.dumps(one)) for exercise, one in points.items())
        new = [(exercise, value) for exercise, value in values if last.get(exercise) != value]
        self._write([(at, "score", student, *one, reason) for one in new], student, marking)
        return len(new)

    def _write(
        self, changes: Sequence[tuple[str, ...]], student: str = "", marking: Marking | None = None
    ) -> None:
        try:
            with self._db:
                self._db.executemany(_INSERT, changes)
                if marking:
                    row = student, marking.of, json.dumps(marking.sums), *marking[2:]
                    self._db.execute("REPLACE INTO marking VALUES (?, ?, ?, ?, ?)", row)
        except (sqlite3.Error, UnicodeError) as error:
            raise self._wrong(error) from error

    def marking(self, student: str) -> Marking | None:
        """Return how a student was marked last, without `each`."""
        told = "SELECT of, sums, page FROM marking WHERE student = ?"
        found = self._db.execute(told, [student]).fetchone()
        return found and Marking(found[0], json.loads(found[1]), found[2])

    def each(self, student: str) -> bytes:
        """Return what is told of each exercise of a student who was marked."""
        found = self._db.execute("SELECT each FROM marking WHERE student = ?", [student]).fetchone()
        return bytes(found[0])

    def about(self, student: str = "") -> list[tuple[tuple[str, str], Any]]:
        """Return what is decided of a student, or for the class, in an order that is always the same."""
        return sorted(self._held.get(student, {}).items())

    def get(self, kind: str, student: str = "", exercise: str = "") -> Any:
        """Return what was decided last, None where nothing was."""
        return self._held.get(student, {}).get((kind, exercise))

    def all(self, kind: str) -> dict[tuple[str, str], Any]:
        """Return everything of a kind that is decided now, by student and exercise."""
        return {
            (student, exercise): value
            for student, held in self._held.items()
            for (of, exercise), value in held.items()
            if of == kind and value is not None
        }

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
