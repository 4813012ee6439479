"""Files that hold a person's work: read with suspicion, replaced whole or not at all, never deleted."""

import contextlib
import errno
import io
import json
import os
import re
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, NoReturn

from course.corpus.case import read_toml
from course.corpus.errors import CourseError, need, one_sentence
from course.corpus.formats import first_problem, schema

FORMAT = 1  # of every file of work
MAX_BYTES = 20_000_000
STALE = 60.0  # seconds after which a temporary file is nobody's any more
WAITS = (0.05, 0.1, 0.2, 0.4)  # seconds: a scanner or a syncing folder holds a file for a moment

_REASONS = {getattr(errno, name): why for name, why in read_toml(Path(__file__).with_suffix(".toml")).items()}


class StorageError(CourseError):
    """A file of a person's work could not be read or written; what stands there is as it was."""


def utc_now() -> str:
    """Return the time in UTC as answers and hand-ins write it, such as 2025-02-03T14:02:11.250Z."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def stamp(at: str = "") -> str:
    """Return such a time, or now, as names of files write it, such as 20250203T140211Z."""
    return re.sub(r"[-:]|\.\d+", "", at or utc_now())


def read_form(data: bytes, form: str) -> dict[str, Any]:
    """Return what a file of ours says, of a form that course/formats/ has.

    Nothing in it is trusted. Raises CourseError, a clause, where it is not what such a file may be: the
    schema's `x-known-by` is what such a file has at least, `x-another` what is said of any other file.
    """
    need(len(data) <= MAX_BYTES, f"it is larger than {MAX_BYTES // 1_000_000} MB")
    numbers: dict[str, Any] = {"parse_int": _whole, "parse_float": _no_whole, "parse_constant": _no_whole}
    about = schema(form)
    with (
        one_sentence("it is damaged, or only a part of it", ValueError),
        one_sentence("it is nested too deeply", RecursionError),
        one_sentence("it holds characters that are not valid UTF-8", UnicodeError),
    ):
        stored: Any = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_without_repeats, **numbers)
        if b"\\u" in data:
            json.dumps(stored, ensure_ascii=False).encode("utf-8")  # half of a pair of surrogates fails
        need(isinstance(stored, dict) and stored.keys() >= {*about["x-known-by"]}, about["x-another"])
        told = f"in format {stored['format']!r:.20}, and this course reads format {FORMAT}"
        need(repr(stored["format"]) == str(FORMAT), f"another version of the course wrote it, {told}")
        if problem := first_problem(form, stored):
            shown = "".join(sign if sign.isprintable() else " " for sign in problem[:200])
            raise CourseError(f"it has another form: {shown}")
    return dict(stored)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    need(len(found) == len(pairs), "it says one thing twice")
    return found


def _whole(text: str) -> int:
    need(len(text) <= 15, "it holds a number that is too long")
    return int(text)


def _no_whole(text: str) -> NoReturn:
    raise CourseError(f"it holds the number {text[:20]}, where only whole numbers stand")


def to_json(value: object) -> bytes:
    """Return a value as JSON that people can read, in UTF-8."""
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8")


def zipped(members: Mapping[str, bytes]) -> bytes:
    """Return a ZIP of files by name that is the same, byte for byte, whenever and wherever it is made."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in members.items():
            one = zipfile.ZipInfo(name, (2025, 2, 3, 0, 0, 0))
            one.external_attr = 0o644 << 16
            archive.writestr(one, data, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def read_stored(path: Path) -> bytes | None:
    """Return what a file holds, or None where there is none. Raises StorageError where it cannot be read."""
    told = "{path} cannot be read ({error.strerror}): ask for help with its rights"
    with one_sentence(told, OSError, kind=StorageError, path=path), contextlib.suppress(FileNotFoundError):
        return bytes(patiently(path.read_bytes))
    return None


@contextlib.contextmanager
def saving(path: Path) -> Iterator[None]:
    """Make one sentence, a StorageError, of whatever the system says while a file or folder is written."""
    try:
        yield
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror or type(error).__name__)
        told = f"Not saved, because {reason} ({path.parent}): make room or ask for help, and try again"
        raise StorageError(told) from error


def replace_file(path: Path, data: bytes) -> None:
    """Write a file whose name always holds the old text or the new one, whole. Raises StorageError.

    When this returns, a power cut takes neither the file nor its name.
    """
    with replacing(path) as file:
        file.write(data)
    # The file itself is safe by now; Windows and some file systems cannot do this for a folder.
    with contextlib.suppress(OSError, AttributeError), contextlib.ExitStack() as stack:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        stack.callback(os.close, folder)
        os.fsync(folder)


@contextlib.contextmanager
def replacing(path: Path, aside: Path | None = None) -> Iterator[IO[bytes]]:
    """Give a file to write to, which takes a place when it is whole. Raises StorageError.

    Until then it lies in `aside`: in a folder of many files it would take long to look for what was left.
    """
    aside = aside or path.parent
    with saving(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(OSError):  # what a stopped kernel left behind; another window may sweep too
            for left in aside.iterdir():
                ours = left.name.startswith(f"{path.name}.") and left.suffix == ".tmp"
                if ours and time.time() - left.stat().st_mtime > STALE:
                    left.unlink()
        handle, temporary = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".tmp", dir=aside)
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            patiently(os.replace, temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):  # what went wrong before is what must be said
                os.unlink(temporary)
            raise


def patiently(act: Callable[..., Any], *paths: Any) -> Any:
    """Read or rename, and try again for a moment: Windows refuses (errors 5, 32) while a scanner holds it."""
    for wait in WAITS:
        with contextlib.suppress(PermissionError):
            return act(*paths)
        time.sleep(wait)
    return act(*paths)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let one kernel at a time read and replace the files of a folder, where the system has locks."""
    with contextlib.ExitStack() as stack:
        # Some network drives cannot lock. What else is wrong with the folder, the save itself will say.
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            if sys.platform != "emscripten":  # in the browser one kernel writes, and fcntl has no locks
                is_locked(stack.enter_context((folder / ".lock").open("ab")).fileno(), wait=True)
        yield


def is_locked(handle: int, wait: bool = False) -> bool:
    """Lock a file unless another has it, or `wait` for that. To close it, or to be killed, gives it back."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - Windows alone has it

            msvcrt.locking(handle, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - Windows alone has it not

            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def set_aside(path: Path, copy: bytes | None = None) -> str:
    """Rename a file that cannot be used, or keep a `copy` beside it; return the name. Raises StorageError."""
    numbers = ["", *map("-{}".format, range(2, 1000))]
    names = (path.with_name(f"{path.name}.aside-{stamp()}{number}") for number in numbers)
    aside = next(name for name in names if not os.path.lexists(name))
    with saving(path):
        if copy is None:
            patiently(os.rename, path, aside)
        else:
            replace_file(aside, copy)
    return aside.name
