"""What was handed in, as files: a folder or a ZIP, read with suspicion. Nothing is unpacked, followed or run.

How the schools' systems name files in their bulk downloads stands in systems.toml.
"""

import contextlib
import hashlib
import io
import os
import re
import stat
import struct
import time
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path, PureWindowsPath
from typing import IO

from course.corpus.case import read_toml
from course.corpus.errors import CourseError, need, one_sentence
from course.lessons.files import FORMAT, MAX_BYTES, to_json

MAX_DEPTH = 2  # a ZIP in the ZIP of the whole class, and one in that
MAX_NAME = 500  # characters of a file's name, with its folders
MAX_FILES = 10_000  # files and entries of ZIPs that one student can hand in; a my_work folder has about 60
MAX_UNKNOWN = 2_000  # the same in a ZIP that is nobody’s: each file there is a row by itself
MAX_READ = 60_000_000  # bytes of them, unpacked, with their names
MANY, MUCH = 200, 100_000_000  # files and bytes of one user in a shared inbox, from which it is said

SYSTEMS = read_toml(Path(__file__).with_name("systems.toml"))
_NOT_OPENED: dict[str, str] = SYSTEMS["not_opened"]
CANVAS = re.compile(SYSTEMS["download"]["Canvas"]["name"])
_CLUTTER = re.compile(r"(?i)(^|/)(\.[^/.][^/]*|__MACOSX|Thumbs\.db|desktop\.ini)(/|$)|\.aside-[^/]*$|\.tmp$")
# What a damaged ZIP raises, and what stands in documents that are ZIPs too.
DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError)
OFFICE = {"[Content_Types].xml", "mimetype"}
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_FLAGS = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"))
_TOO_LARGE = f"it is larger than {MAX_BYTES // 1_000_000} MB"
NO_MEMORY = "it needs more memory than there is"


@dataclass(frozen=True, slots=True)
class File:
    """One file of an inbox: its bytes, or the `problem` (a clause) for which it has none.

    `time`: seconds since 1970, as a folder or the ZIP has it: which of two is newer. `clock`: when it was
    handed in, which a folder tells; a ZIP has the time when it was packed. Both 0: unknown. From the name
    that the school's `system` gave it: `lms_id`, `lms_name`, `late`, `version` (what its versions share,
    and the number). `outer`: its name as far as no student's ZIP gave it. `owner`: who put it into a shared
    inbox.
    """

    name: str
    data: bytes = b""
    problem: str = ""
    time: float = field(default=0.0, repr=False)  # that of packing again changes nothing
    clock: float = 0.0
    system: str = ""
    lms_id: str = ""
    lms_name: str = ""
    late: bool | None = None
    version: tuple[str, int] = "", 0
    outer: str = ""
    owner: str = ""

    @property
    def student(self) -> str:
        """Whose it is, as far as a system or an owner tells."""
        return self.lms_id or self.owner or self.lms_name


_Entry = tuple[File, int, Callable[[], IO[bytes]]]  # what is known before it is opened, and its size


@dataclass(slots=True)
class Budget:
    """What may still be read of one student's files, over all ZIPs in ZIPs: checked before it is kept."""

    most: int = MAX_FILES
    size: int = MAX_READ
    files: int = 0  # so far

    def spend(self, files: int, size: int) -> None:
        """Take off what is going to be read. Raises CourseError, a clause, where it is too much."""
        most = f"{MAX_READ // 1_000_000} MB"
        need(self.files + files <= self.most, f"with it this student’s files are more than {self.most:,}")
        need(size <= self.size, f"with it this student’s files hold more than {most} in all")
        self.files, self.size = self.files + files, self.size - size


def read_files(inbox: Path, said: list[str]) -> Iterator[File]:
    """Give each file of a folder or a ZIP, those in a ZIP inside it too; clutter is passed over.

    Of what is no text only the beginning is given. What is not about one file is added to `said`. Raises
    CourseError where the inbox cannot be read at all.
    """
    budgets: defaultdict[str, Budget] = defaultdict(Budget)
    try:
        if inbox.is_dir():
            inside = [path for path in inbox.iterdir() if not path.name.startswith(".")]
            is_zip = len(inside) == 1 and inside[0].suffix.lower() == ".zip" and not inside[0].is_symlink()
            if (home := nbgrader_home(inbox)) or not is_zip:
                entries = _in_folder(inbox, said)
                yield from _opened(_submitted(entries) if home else entries, budgets)
                return
            inbox = inside[0]  # a download that was put into a folder of its own
        wrong = f"{inbox} is neither a folder nor a whole ZIP: name the folder, or download the ZIP again"
        need(inbox.is_file() or not inbox.exists(), wrong)  # a pipe or a device may never end
        with open(inbox, "rb") as file:
            need(zipfile.is_zipfile(file), wrong)
            yield from _opened(_in_zip(file, None, Budget()), budgets)
    except OSError as error:
        raise CourseError(f"{inbox} cannot be read ({error.strerror}): check its name and rights") from error


def _opened(
    entries: Iterable[_Entry], budgets: defaultdict[str, Budget], own: Budget | None = None, depth: int = 1
) -> Iterator[File]:
    """Give each file, or those in it where it is a ZIP; `own` is the budget of the student's ZIP around it.

    A file of nobody's has a budget of its own. `depth` counts the ZIPs around it, the school's too.
    """
    for about, size, opened in entries:
        try:
            need(not about.problem, about.problem)
            need(size <= MAX_BYTES, _TOO_LARGE)
            budget = own or (budgets[about.student] if about.student else Budget(MAX_UNKNOWN))
            with opened() as file:
                data = file.read(1024)
                packed = data[:2] == b"PK" and depth <= MAX_DEPTH
                # A hand-in is JSON or HTML; of a picture the beginning is enough.
                start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
                whole = packed or start in b"{[<" or data.startswith((b"\xff\xfe", b"\xfe\xff"))
                if own is None:  # what is deeper was counted with its ZIP
                    budget.spend(1, len(about.name) + whole * size)
                data += file.read(MAX_BYTES + 1 - len(data)) if whole else b""
            need(len(data) <= MAX_BYTES, _TOO_LARGE)  # it grew
            if packed:
                # Each entry begins so in the ZIP's list: they are counted before the list is read.
                budget.spend(data.count(b"PK\x01\x02"), 0)
                yield from _opened(_in_zip(io.BytesIO(data), about, budget), budgets, budget, depth + 1)
            else:
                yield replace(about, data=data)
        except (CourseError, MemoryError, *DAMAGED) as error:
            yield replace(about, problem=_why(error))


def _why(error: Exception) -> str:
    """Return why a file could not be read: what the system said, or its ZIP is at fault."""
    if isinstance(error, CourseError):
        return str(error)
    if isinstance(error, MemoryError):
        return NO_MEMORY
    if isinstance(error, FileNotFoundError):
        return "it went away while the inbox was read: read the inbox again"
    said = isinstance(error, OSError) and error.strerror
    return f"it cannot be read ({said})" if said else "it is damaged in its ZIP"


def _in_folder(root: Path, said: list[str]) -> Iterator[_Entry]:
    """Give what lies in a folder, whose files may have been put there by many."""
    files, sizes = Counter[str](), Counter[str]()
    top, closed = root.stat(), list[OSError]()
    walk: Iterator[tuple[str, list[str], list[str], int | None]]
    if hasattr(os, "fwalk"):  # holds on to each folder, which nobody can then swap for a link
        walk = os.fwalk(root, onerror=closed.append)
    else:
        walk = ((*found, None) for found in os.walk(root, onerror=closed.append))
    for base, folders, names, fd in walk:
        folders.sort()
        for name in sorted([*names, *folders]):  # a link to a folder is among the folders
            path = Path(base, name)
            shown = path.relative_to(root).as_posix().encode("utf-8", "replace").decode()
            about, at = File(shown[:MAX_NAME]), path if fd is None else name
            try:
                found = os.stat(at, dir_fd=fd, follow_symlinks=False)
            except OSError as error:
                yield replace(about, problem=_why(error)), 0, io.BytesIO
                continue
            if stat.S_ISDIR(found.st_mode):
                continue
            owner = _owner(found, top)
            files[owner], sizes[owner] = files[owner] + 1, sizes[owner] + found.st_size
            if _CLUTTER.search(about.name):
                continue
            # A file's own time can be set by whoever owns it; the time of its last change cannot.
            about = replace(about, time=found.st_ctime if owner else found.st_mtime, owner=owner)
            about = about if owner else named(about)
            about = about if about.system else replace(about, clock=about.time)
            if stat.S_ISLNK(found.st_mode):
                about = replace(about, problem=_NOT_OPENED["link"])
            elif not stat.S_ISREG(found.st_mode):
                about = replace(about, problem="it is no file, and is not opened")
            yield about, found.st_size, partial(_open, at, fd, found)
    for why in closed:
        said.append(f"The folder {Path(str(why.filename)).name!r} cannot be read ({why.strerror}).")
    for owner in filter(None, files):
        if files[owner] > MANY or sizes[owner] > MUCH:
            said.append(f"{owner} has {files[owner]:,} files here, {sizes[owner] / 1e6:,.0f} MB: ask why.")


def _open(at: Path | str, folder: int | None, found: os.stat_result) -> IO[bytes]:
    """Open the file that was found at a place, and no other that was put there since."""
    file = os.fdopen(os.open(at, os.O_RDONLY | _FLAGS, dir_fd=folder), "rb")
    if not os.path.samestat(found, os.fstat(file.fileno())):
        file.close()
        raise FileNotFoundError
    return file


def _owner(found: os.stat_result, top: os.stat_result) -> str:
    """Return who put a file into a shared inbox; "" where that is the teacher, or cannot be told."""
    if not hasattr(os, "getuid") or found.st_uid in (0, os.getuid(), top.st_uid):
        return ""
    import pwd  # noqa: PLC0415 - Unix only

    with contextlib.suppress(KeyError):
        return pwd.getpwuid(found.st_uid).pw_name
    return str(found.st_uid)


def nbgrader_home(inbox: Path) -> Path | None:
    """Return the course directory of nbgrader whose `submitted` folder an inbox is; None: it is none."""
    home = inbox.absolute().parent
    return home if inbox.name == "submitted" and (home / "gradebook.db").is_file() else None


def _submitted(entries: Iterable[_Entry]) -> Iterator[_Entry]:
    """Give the answers in nbgrader's `<student>/<assignment>/my_work/`, a student's as of one folder.

    Whose they are says the folder, when they came timestamp.txt. What else is there was handed out, or is
    the notebook. A link in its place is still told.
    """
    came: dict[tuple[str, str], float] = {}
    met = set[str]()
    for about, size, opened in entries:
        student, lesson, *inside = f"{about.name}/".split("/")
        if inside[:1] == ["timestamp.txt"] and not about.problem:
            with contextlib.suppress(OSError), opened() as file:
                came[student, lesson] = submitted_at(file.read(100))
        at = came.get((student, lesson)) or about.time
        mine = replace(about, owner=student, time=at, clock=at)
        if inside and student not in met:
            met.add(student)
            code, id = re.sub(r"[^\w.@+-]", "_", student)[:40], hashlib.sha256(student.encode()).hexdigest()
            who = to_json({"format": FORMAT, "code": code, "student_id": id[:32]})
            signed = replace(mine, name=f"{student}/my_work/student.json", problem="", time=0.0)
            yield signed, len(who), partial(io.BytesIO, who)
        if inside[:2] == ["my_work", lesson] and about.name.endswith(".json"):
            yield replace(mine, name=f"{student}/{'/'.join(inside[:-1])}"), size, opened
        elif about.problem and len(inside) < 4:
            yield mine, size, opened


def submitted_at(stamp: bytes) -> float:
    """Return when nbgrader's timestamp.txt says that an assignment came, in seconds since 1970; 0 unknown.

    Its zone is a number, or a name that this computer knows; every other is taken for UTC, as nbgrader does.

    >>> submitted_at(b"2026-03-02 12:00:00.5 UTC") == submitted_at(b"2026-03-02 13:00:00.5 +0100")
    True
    """
    day, _, zone = stamp.decode("ascii", "replace").strip().rpartition(" ")
    with contextlib.suppress(ValueError, OverflowError):
        at = datetime.fromisoformat(day if zone.isalpha() else f"{day}{zone}")
        at = at if at.tzinfo or zone in time.tzname else at.replace(tzinfo=UTC)
        return at.astimezone(UTC).timestamp()
    return 0.0


def _in_zip(file: IO[bytes], outer: File | None, budget: Budget) -> Iterator[_Entry]:
    """Give what a ZIP holds; without an `outer` file it is the school's, and its names tell the students."""
    damaged = "it is a ZIP that is damaged" if outer else "the ZIP is damaged ({error}): download it again"
    with one_sentence(damaged, *DAMAGED):
        archive = zipfile.ZipFile(file)
        entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
        need(not OFFICE & {entry.filename for entry in entries}, "it is an office document")
        if outer:
            files = [entry for entry in entries if not _CLUTTER.search(entry.filename[:MAX_NAME])]
            need(files, "it is a ZIP without a file in it")
            budget.spend(0, sum(entry.file_size + len(entry.filename) for entry in entries))
    for entry in entries:
        name, time = entry.filename[:MAX_NAME], 0.0
        with contextlib.suppress(UnicodeError):  # some systems write UTF-8 and do not say so
            name = name if entry.flag_bits & 0x800 else name.encode("cp437").decode("utf-8")
        with contextlib.suppress(ValueError, OverflowError):  # a date that does not exist
            time = datetime(*entry.date_time).timestamp() if entry.date_time[0] > 1980 else 0.0
        name = name.replace("\\", "/")  # as some programs on Windows write it
        if _CLUTTER.search(name):
            continue
        out = PureWindowsPath(name).drive or name.startswith("/") or ".." in name.split("/")
        is_link, locked = stat.S_ISLNK(entry.external_attr >> 16), entry.flag_bits & 1
        wrong = len(entry.filename) > MAX_NAME, out, is_link, locked, entry.compress_type not in _PACKED
        problem = next((why for why, holds in zip(_NOT_OPENED.values(), wrong, strict=True) if holds), "")
        if outer:
            about = replace(outer, name=f"{outer.name}/{name}"[:MAX_NAME], problem=problem)
        else:
            about = named(File(name, problem=problem, time=time))
        yield about, entry.file_size, partial(archive.open, entry)


def named(about: File) -> File:
    """Return a file with the student whom its name tells; the outermost part is the school's system's own."""
    about = replace(about, outer=about.name)
    for system, form in SYSTEMS["download"].items():
        found = re.search(form["name"], about.name)
        if not found or ("flat" in form and "/" in about.name):
            continue
        if "twice" in form and re.match(form["twice"], about.name[found.end() :]):
            return replace(about, problem="its name can be read as two students’: rename it")
        given = found.groupdict()
        series = about.name[: found.start("version")] if "version" in given else ""
        return replace(
            about,
            system=system,
            lms_id=given.get("id", ""),
            lms_name=given["name"].replace(form.get("space", " "), " "),
            late=bool(given["late"]) if "late" in given else None,
            version=(series, int(given.get("version", 0))),
        )
    return about
