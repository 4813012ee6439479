"""What was handed in, as files: a folder or a ZIP, read with suspicion. Nothing is unpacked, followed or run.

How the schools' systems name files in their bulk downloads:
Moodle `Name_12345_assignsubmission_file_/...` (mod/assign; the worksheet has `Participant 12345`);
Canvas `lastfirst_LATE_12345_67890_file.json` (content_zipper.rb; the first number is the gradebook's `ID`);
Teams `Name/Assignment/Version 2/...`; Google Classroom leaves names, or puts `Name - ` before them.
"""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO

from course.corpus.errors import CourseError
from course.lessons.files import MAX_BYTES

MAX_DEPTH = 2  # a ZIP in the ZIP of the whole class, and one in that
MAX_NAME = 500  # characters of a file's name, with its folders
MAX_FILES = 10_000  # files and entries of ZIPs that one student can hand in; a my_work folder has about 60
MAX_READ = 60_000_000  # bytes of them, unpacked, with their names
MANY, MUCH = 200, 100_000_000  # files and bytes of one user in a shared inbox, from which it is said

_MOODLE = re.compile(r"(.+?)_(\d+)_assignsubmission_[a-z]+(?=_|$)")
CANVAS = re.compile(r"(?!anon_)(\w+?)(_LATE)?_(\d+)_\d+_(?=.)")
_TEAMS = re.compile(r"(?:^|/)([^/]+)/[^/]+/Vers\w+ (\d{1,6})/[^/]+$")
_CLUTTER = re.compile(
    r"(^|/)(\.[^/.][^/]*|__MACOSX|Thumbs\.db|desktop\.ini)(/|$)|\.aside-[^/]*$|\.tmp$", re.IGNORECASE
)
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError)
_FLAGS = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"))
_TOO_LARGE = f"it is larger than {MAX_BYTES // 1_000_000} MB"
_TOO_MUCH = f"with it this student’s files hold more than {MAX_READ // 1_000_000} MB in all"
NO_MEMORY = "it needs more memory than there is"
_TWO = "its name can be read as two students’: rename it"


@dataclass(frozen=True, slots=True)
class File:
    """One file of an inbox: its bytes, or the `problem` (a clause) for which it has none.

    `time`: seconds since 1970, as the system or the ZIP has it; 0 unknown. From the name that the school's
    `system` gave it: `lms_id`, `lms_name`, `late`, `version`. `outer`: its name as far as no student's ZIP
    gave it. `owner`: who put it into a shared inbox.
    """

    name: str
    data: bytes = b""
    problem: str = ""
    time: float = 0.0
    system: str = ""
    lms_id: str = ""
    lms_name: str = ""
    late: bool | None = None
    version: int = 0
    outer: str = ""
    owner: str = ""


@dataclass(slots=True)
class Budget:
    """What may still be read of one student's files, over all ZIPs in ZIPs: checked before it is kept."""

    files: int = MAX_FILES
    size: int = MAX_READ

    def spend(self, files: int, size: int) -> None:
        """Take off what is going to be read. Raises CourseError, a clause, where it is too much."""
        if files > self.files:
            raise CourseError(f"with it this student’s files are more than {MAX_FILES:,}")
        if size > self.size:
            raise CourseError(_TOO_MUCH)
        self.files, self.size = self.files - files, self.size - size


def read_files(inbox: Path, said: list[str]) -> Iterator[File]:
    """Give each file of a folder or a ZIP, those in a ZIP inside it too; clutter is passed over.

    Of what is no text only the beginning is given. What is not about one file is added to `said`. Raises
    CourseError where the inbox cannot be read at all.
    """
    try:
        if inbox.is_dir():
            inside = [path for path in inbox.iterdir() if not path.name.startswith(".")]
            if len(inside) > 1 or not inside or inside[0].suffix.lower() != ".zip" or inside[0].is_symlink():
                yield from _Inbox().folder(inbox, said)
                return
            inbox = inside[0]  # a download that was put into a folder of its own
        wrong = f"{inbox} is neither a folder nor a whole ZIP: name the folder, or download the ZIP again"
        if inbox.exists() and not inbox.is_file():  # a pipe or a device may never end
            raise CourseError(wrong)
        with open(inbox, "rb") as file:
            if not zipfile.is_zipfile(file):
                raise CourseError(wrong)
            yield from _Inbox().zip(file, File(""), Budget(), 0)
    except OSError as error:
        raise CourseError(f"{inbox} cannot be read ({error.strerror}): check its name and rights") from error


class _Inbox:
    """One reading of an inbox, with the budget of each student whom a system or an owner tells."""

    def __init__(self) -> None:
        self.budgets: defaultdict[str, Budget] = defaultdict(Budget)

    def budget_of(self, about: File) -> Budget:
        """Return the budget of the student whose file it is; a file of nobody's has one of its own."""
        student = about.lms_id or about.owner or about.lms_name
        return self.budgets[student] if student else Budget()

    def folder(self, root: Path, said: list[str]) -> Iterator[File]:
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
                about, at = File(shown[:MAX_NAME]), path if fd is None else name
                try:
                    found = os.stat(at, dir_fd=fd, follow_symlinks=False)
                    owner = _owner(found, top)
                    files[owner], sizes[owner] = files[owner] + 1, sizes[owner] + found.st_size
                    if _CLUTTER.search(about.name):
                        continue
                    # A file's own time can be set by whoever owns it; the time of its last change cannot.
                    about = replace(about, time=found.st_ctime if owner else found.st_mtime, owner=owner)
                    about = about if owner else named(about)
                    if not stat.S_ISREG(found.st_mode):
                        link = stat.S_ISLNK(found.st_mode)
                        why = "a link, and links are not followed" if link else "no file, and is not opened"
                        yield replace(about, problem=f"it is {why}")
                        continue
                    with os.fdopen(os.open(at, os.O_RDONLY | _FLAGS, dir_fd=fd), "rb") as file:
                        now = os.fstat(file.fileno())
                        if not os.path.samestat(found, now):
                            raise FileNotFoundError
                        yield from self.open(file, about, now.st_size, self.budget_of(about))
                except FileNotFoundError:
                    yield replace(
                        about, problem="it went away while the inbox was read: read the inbox again"
                    )
                except OSError as error:
                    yield replace(about, problem=f"it cannot be read ({error.strerror})")
        said += [
            f"The folder {Path(str(why.filename)).name!r} cannot be read ({why.strerror})." for why in closed
        ]
        for owner in filter(None, files):
            if files[owner] > MANY or sizes[owner] > MUCH:
                said.append(
                    f"{owner} has {files[owner]:,} files here, {sizes[owner] / 1e6:,.0f} MB: ask why."
                )

    def open(self, file: IO[bytes], about: File, size: int, budget: Budget, depth: int = 1) -> Iterator[File]:
        """Give a file, or those in it where it is a ZIP. `depth` counts the ZIPs around it."""
        try:
            if about.problem:
                raise CourseError(about.problem)
            if size > MAX_BYTES:
                raise CourseError(_TOO_LARGE)
            start = file.read(1024)
            packed = start[:2] == b"PK" and depth <= MAX_DEPTH
            if depth == 1:  # what is deeper was counted with its ZIP
                budget.spend(1, len(about.name) + (size if packed or _is_text(start) else 0))
            if packed or _is_text(start):
                start += file.read(MAX_BYTES + 1 - len(start))
            if len(start) > MAX_BYTES:  # it grew
                raise CourseError(_TOO_LARGE)
            if packed:
                yield from self.zip(io.BytesIO(start), about, budget, depth)
            else:
                yield replace(about, data=start)
        except CourseError as error:
            yield replace(about, problem=str(error))
        except MemoryError:
            yield replace(about, problem=NO_MEMORY)

    def zip(self, file: IO[bytes], about: File, budget: Budget, depth: int) -> Iterator[File]:
        """Give the files in a ZIP; at `depth` 0 it is the school's own, and its names tell the students."""
        try:
            if depth:  # each entry begins so in the ZIP's list: they are counted before the list is read
                budget.spend(file.read().count(b"PK\x01\x02"), 0)
            archive = zipfile.ZipFile(file)
            entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
            if {"[Content_Types].xml", "mimetype"} & {entry.filename for entry in entries}:
                raise CourseError("it is an office document")
            if depth:
                if all(_CLUTTER.search(entry.filename[:MAX_NAME]) for entry in entries):
                    raise CourseError("it is a ZIP without a file in it")
                budget.spend(0, sum(entry.file_size + len(entry.filename) for entry in entries))
        except _DAMAGED as error:
            if not depth:
                raise CourseError(f"the ZIP is damaged ({error}): download it again") from error
            raise CourseError("it is a ZIP that is damaged") from error
        for entry in entries:
            name = _name_of(entry)
            if _CLUTTER.search(name):
                continue
            inner = replace(about, name=f"{about.name}/{name}"[:MAX_NAME])
            inner = inner if depth else named(replace(about, name=name, time=_time_of(entry)))
            if problem := inner.problem or _refused(entry, name):
                yield replace(inner, problem=problem)
                continue
            try:
                with archive.open(entry) as inside:
                    of = budget if depth else self.budget_of(inner)
                    yield from self.open(inside, inner, entry.file_size, of, depth + 1)
            except _DAMAGED:
                yield replace(inner, problem="it is damaged in its ZIP")


def _is_text(start: bytes) -> bool:
    """Return whether a file may be a hand-in, which is JSON or HTML; of a picture the beginning is enough."""
    plain = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    return not plain or plain[:1] in b"{[<" or start.startswith((b"\xff\xfe", b"\xfe\xff"))


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


def named(about: File) -> File:
    """Return a file with the student whom its name tells; the outermost part is the school's system's own."""
    about = replace(about, outer=about.name)
    parts = PurePosixPath(about.name).parts
    for part in parts:
        if found := _MOODLE.match(part):
            if _MOODLE.search(part, found.end()):
                return replace(about, problem=_TWO)
            return replace(about, system="Moodle", lms_name=found[1].replace("_", " "), lms_id=found[2])
    if found := _TEAMS.search(about.name):
        return replace(about, system="Teams", lms_name=found[1], version=int(found[2]))
    found = CANVAS.match(parts[0]) if len(parts) == 1 else None
    if found is None:
        return about
    if re.match(r"\d+_", parts[0][found.end() :]):
        return replace(about, problem=_TWO)
    return replace(about, system="Canvas", lms_name=found[1], lms_id=found[3], late=bool(found[2]))


def _refused(entry: zipfile.ZipInfo, name: str) -> str:
    """Return why an entry of a ZIP is not read, or no text."""
    if len(entry.filename) > MAX_NAME:
        return "its name is very long: give it a short one"
    if PureWindowsPath(name).drive or name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name):
        return "its name leads out of its folder, and is not followed"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "it is a link, and links are not followed"
    if entry.flag_bits & 1:
        return "it is locked with a password"
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "it is packed in an uncommon way"
    return _TOO_LARGE if entry.file_size > MAX_BYTES else ""


def _name_of(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name, no more than MAX_NAME of it; some systems write UTF-8 and do not say so."""
    name = entry.filename[:MAX_NAME]
    if not entry.flag_bits & 0x800:
        try:
            return name.encode("cp437").decode("utf-8")
        except UnicodeError:
            return name
    return name


def _time_of(entry: zipfile.ZipInfo) -> float:
    """Return when an entry was written; 0 where its ZIP gives no time, or a date that does not exist."""
    try:
        return datetime(*entry.date_time).timestamp() if entry.date_time[0] > 1980 else 0.0
    except (ValueError, OverflowError):
        return 0.0
