"""What was handed in, as files: a folder or a ZIP, read with suspicion. Nothing is unpacked, followed or run.

How the bulk downloads name files: Moodle `Name_12345_assignsubmission_file_/...` (mod/assign, the number is
that of the grading worksheet's `Participant 12345`), Canvas `lastfirst_LATE_12345_67890_file.json`
(content_zipper.rb, the first number is the gradebook's `ID`).
"""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from time import mktime
from typing import IO

from course.corpus.errors import CourseError
from course.lessons.files import MAX_BYTES

MAX_DEPTH = 2  # a ZIP in the ZIP of the whole class, and one in that
MAX_ENTRIES = 2_000  # in a ZIP that a student made; a my_work folder has about 60
MAX_UNPACKED = 60_000_000  # bytes read out of a ZIP that a student made
MANY, MUCH = (
    200,
    100_000_000,
)  # files and bytes that one user of a shared inbox has there, from which it is said

_MOODLE = re.compile(r"(.+?)_(\d+)_assignsubmission_[a-z]+(?=_|$)")
CANVAS = re.compile(r"(?!anon_)(\w+?)(_LATE)?_(\d+)_\d+_(?=.)")
_CLUTTER = re.compile(
    r"(^|/)(\.[^/.][^/]*|__MACOSX|Thumbs\.db|desktop\.ini)(/|$)|\.aside-[^/]*$|\.tmp$", re.IGNORECASE
)
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError)
_FLAGS = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"))


@dataclass(frozen=True, slots=True)
class File:
    """One file of an inbox: its bytes, or the `problem` (a clause) for which it has none.

    `time`: seconds since 1970, as the system or the ZIP has it; 0 unknown. `lms_id`, `lms_name`, `late`: from
    the name that Moodle or Canvas gave it. `owner`: the user who put it into a shared inbox.
    """

    name: str
    data: bytes = b""
    problem: str = ""
    time: float = 0.0
    lms_id: str = ""
    lms_name: str = ""
    late: bool | None = None
    owner: str = ""


def read_files(inbox: Path, said: list[str]) -> Iterator[File]:
    """Give each file of a folder or a ZIP, those in a ZIP inside it too; clutter is passed over.

    What is not about one file is added to `said`. Raises CourseError where the inbox cannot be read at all.
    """
    try:
        if inbox.is_dir():
            inside = [path for path in inbox.iterdir() if not path.name.startswith(".")]
            if len(inside) > 1 or not inside or inside[0].suffix.lower() != ".zip" or inside[0].is_symlink():
                yield from _folder(inbox, said)
                return
            inbox = inside[0]  # a download that was put into a folder of its own
        wrong = f"{inbox} is neither a folder nor a whole ZIP: name the folder, or download the ZIP again"
        if inbox.exists() and not inbox.is_file():  # a pipe or a device may never end
            raise CourseError(wrong)
        with open(inbox, "rb") as file:
            if not zipfile.is_zipfile(file):
                raise CourseError(wrong)
            yield from _zip(file, File(""), 0)
    except OSError as error:
        raise CourseError(f"{inbox} cannot be read ({error.strerror}): check its name and rights") from error


def _folder(root: Path, said: list[str]) -> Iterator[File]:
    files: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    top = root.stat()
    closed: list[OSError] = []
    for base, folders, names, fd in _walk(root, closed):
        folders.sort()
        links = [name for name in folders if os.path.islink(os.path.join(base, name))]
        for name in sorted([*names, *links]):
            path = Path(base, name)
            shown = path.relative_to(root).as_posix().encode("utf-8", "replace").decode()
            about, at = File(shown), path if fd is None else name
            try:
                found = os.stat(at, dir_fd=fd, follow_symlinks=False)
                owner = _owner(found, top)
                files[owner], sizes[owner] = files[owner] + 1, sizes[owner] + found.st_size
                if _CLUTTER.search(shown):
                    continue
                # A file's own time can be set by whoever owns it; the time of its last change cannot.
                about = File(shown, time=found.st_ctime if owner else found.st_mtime, owner=owner)
                if not stat.S_ISREG(found.st_mode):
                    link = stat.S_ISLNK(found.st_mode)
                    why = "a link, and links are not followed" if link else "no file, and is not opened"
                    yield replace(about, problem=f"it is {why}")
                    continue
                with os.fdopen(os.open(at, os.O_RDONLY | _FLAGS, dir_fd=fd), "rb") as file:
                    now = os.fstat(file.fileno())
                    if not os.path.samestat(found, now):
                        raise FileNotFoundError
                    yield from _open(file, about if owner else _named(about), now.st_size, 1)
            except FileNotFoundError:
                yield replace(about, problem="it went away while the inbox was read: read the inbox again")
            except OSError as error:
                yield replace(about, problem=f"it cannot be read ({error.strerror})")
    said += [
        f"The folder {Path(str(why.filename)).name!r} cannot be read ({why.strerror})." for why in closed
    ]
    for owner in filter(None, files):
        if files[owner] > MANY or sizes[owner] > MUCH:
            said.append(f"{owner} has {files[owner]:,} files here, {sizes[owner] / 1e6:,.0f} MB: ask why.")


def _walk(root: Path, closed: list[OSError]) -> Iterator[tuple[str, list[str], list[str], int | None]]:
    if hasattr(os, "fwalk"):  # holds on to each folder, which nobody can then swap for a link
        yield from os.fwalk(root, onerror=closed.append)
    else:
        yield from ((*found, None) for found in os.walk(root, onerror=closed.append))


def _owner(found: os.stat_result, top: os.stat_result) -> str:
    """Return who put a file into a shared inbox; "" where that is the teacher, or cannot be told."""
    if not hasattr(os, "getuid") or found.st_uid in (0, os.getuid(), top.st_uid):
        return ""
    import pwd  # noqa: PLC0415 - Unix only

    try:
        return pwd.getpwuid(found.st_uid).pw_name
    except KeyError:
        return str(found.st_uid)


def _named(about: File) -> File:
    """Return a file with the student whom its LMS name tells; the outermost part is the LMS's own."""
    parts = PurePosixPath(about.name).parts
    for part in parts:
        if found := _MOODLE.match(part):
            if _MOODLE.search(part, found.end()):
                return replace(about, problem="its name can be read as two students’: rename it")
            return replace(about, lms_name=found[1].replace("_", " "), lms_id=found[2])
    found = CANVAS.match(parts[0]) if len(parts) == 1 else None
    if found is None:
        return about
    if re.match(r"\d+_", parts[0][found.end() :]):
        return replace(about, problem="its name can be read as two students’: rename it")
    return replace(about, lms_name=found[1], lms_id=found[3], late=bool(found[2]))


def _open(file: IO[bytes], about: File, size: int, depth: int) -> Iterator[File]:
    """Give a file, or those in it where it is a ZIP. `depth` counts the ZIPs around it."""
    if about.problem:
        yield about
        return
    start = file.read(4)
    if start[:2] == b"PK" and depth <= MAX_DEPTH and size <= MAX_BYTES:
        yield from _zip(io.BytesIO(start + file.read(MAX_BYTES)), about, depth)
        return
    data = start + file.read(MAX_BYTES + 1 - len(start)) if size <= MAX_BYTES else b""
    if max(size, len(data)) > MAX_BYTES:
        yield replace(about, problem=f"it is larger than {MAX_BYTES // 1_000_000} MB")
    else:
        yield replace(about, data=data)


def _zip(file: IO[bytes], about: File, depth: int) -> Iterator[File]:
    """Give the files in a ZIP; at `depth` 0 it is the LMS's own, and its names tell the students."""
    try:
        if depth and file.read().count(b"PK\x01\x02") > MAX_ENTRIES:
            raise CourseError("it is a ZIP of very many files")
        archive = zipfile.ZipFile(file)
        entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
        if {"[Content_Types].xml", "mimetype"} & {entry.filename for entry in entries}:
            raise CourseError("it is an office document")
        if depth and all(_CLUTTER.search(entry.filename) for entry in entries):
            raise CourseError("it is a ZIP without a file in it")
        left = MAX_UNPACKED
        for entry in entries:
            name = _text_of(entry)
            one = replace(about, name=f"{about.name}/{name}" if depth else name)
            if _CLUTTER.search(name):
                continue
            one = replace(one, time=about.time if depth else _time_of(entry))
            one = one if depth else _named(one)
            left -= entry.file_size if depth else 0
            if left < 0:
                raise CourseError("it is a ZIP that unpacks to very much")
            problem = one.problem or _refused(entry, name)
            if problem:
                yield replace(one, problem=problem)
                continue
            try:
                with archive.open(entry) as inside:
                    yield from _open(inside, one, entry.file_size, depth + 1)
            except _DAMAGED:
                yield replace(one, problem="it is damaged in its ZIP")
    except CourseError as error:
        yield replace(about, problem=str(error))
    except _DAMAGED as error:
        if not depth:
            raise CourseError(f"the ZIP is damaged ({error}): download it again") from error
        yield replace(about, problem="it is a ZIP that is damaged")


def _refused(entry: zipfile.ZipInfo, name: str) -> str:
    """Return why an entry of a ZIP is not read, or no text."""
    if PureWindowsPath(name).drive or name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name):
        return "its name leads out of its folder, and is not followed"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "it is a link, and links are not followed"
    if entry.flag_bits & 1:
        return "it is locked with a password"
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "it is packed in an uncommon way"
    return f"it is larger than {MAX_BYTES // 1_000_000} MB" if entry.file_size > MAX_BYTES else ""


def _text_of(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name; some systems write UTF-8 and do not say so."""
    if not entry.flag_bits & 0x800:
        try:
            return entry.filename.encode("cp437").decode("utf-8")
        except UnicodeError:
            return entry.filename
    return entry.filename


def _time_of(entry: zipfile.ZipInfo) -> float:
    try:
        return mktime((*entry.date_time, 0, 0, -1)) if entry.date_time[0] > 1980 else 0.0
    except (ValueError, OverflowError):
        return 0.0
