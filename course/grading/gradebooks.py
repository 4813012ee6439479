"""Grades for the school's system: its own gradebook file filled in, a plain CSV, JSON, nbgrader's database.

What the files of Canvas and Moodle look like stands in systems.toml. Columns are found by their headings in
five languages and, since no table has all, by where they stand. nbgrader gets points in its gradebook, and
feedback where it looks for it; nothing of a student's is run.
"""

import contextlib
import json
import re
import unicodedata
from codecs import BOM_UTF8
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from course.corpus.errors import CourseError, need, one_sentence
from course.grading.feedback import feedback_page
from course.grading.grade import Graded
from course.grading.inbox import SYSTEMS, submitted_at
from course.grading.roster import Sheet, plain_id, read_csv, same_name, to_csv
from course.grading.rows import BOOKS, NOTES, Row
from course.lessons.handin import shown

_FORMS: dict[str, dict[str, str]] = SYSTEMS["gradebook"]
_HEADING = {word: name for name, words in SYSTEMS["headings"].items() for word in words}
_MONTHS = {word: number for number, words in enumerate(SYSTEMS["months"]["names"], 1) for word in words}
_CELLS: dict[str, list[str]] = SYSTEMS["cells"]
_SAID: dict[str, str] = SYSTEMS["said"]
_NO_STUDENT = set(map(same_name, _CELLS["no_student"]))
_DATE = re.compile(r"(?i)\D*(\d{1,2})\D+(\d{4})\D+(\d{1,2})[:.h](\d\d)(?::\d\d)?\s*([ap])?\.?\s?m?\.?")
PAPERS = ("timestamp.txt", "submission_secret.txt")  # by which nbgrader finds whose feedback a page is
_NUMBER = re.compile(r"\d+([.,]\d{3})*([.,]\d+)?")


class Pupil(NamedTuple):
    """One student's line of a gradebook: its cells, the name, and the ids, the most certain first."""

    row: list[str]
    name: str
    ids: tuple[str, ...]


class Gradebook(NamedTuple):
    """A gradebook as downloaded: its students, and the columns that can be filled, by their headings.

    `form`: canvas, worksheet or export. `possible` is the row with each column's points where there is one;
    `most_at`, `locked_at` and `came_at` are columns that tell it for each student (-1: there is none).
    """

    sheet: Sheet
    form: str
    pupils: Sequence[Pupil]
    columns: dict[str, int]
    possible: Sequence[str] = ()
    most_at: int = -1
    locked_at: int = -1
    came_at: int = -1

    def students(self) -> list[tuple[str, str]]:
        """Return (name, id) of each student once, for a roster."""
        return list(dict.fromkeys((one.name, one.ids[0]) for one in self.pupils))

    def most(self, row: Sequence[str], at: int) -> str:
        """Return what the file says of the points that a student's line can have in a column."""
        return _cell(row, self.most_at) if self.most_at >= 0 else _cell(self.possible, at)


class Filled(NamedTuple):
    """A filled gradebook: the file, how many grades were written, and who was left out, with the reason."""

    data: bytes
    filled: int
    left: tuple[str, ...]


def read_gradebook(data: bytes) -> Gradebook:
    """Return a gradebook or a class's list of Canvas or Moodle. Raises CourseError where it is neither."""
    with one_sentence("the gradebook cannot be read: {error}; download it again as CSV", CourseError):
        sheet = read_csv(data)
    head = [cell.strip() for cell in sheet.rows[0]] if sheet.rows else []
    rows = [row for row in sheet.rows[1:] if any(row)]
    cells = [[_cell(row, at) for row in rows] for at in range(len(head))]
    known = [_HEADING.get(_plain(name), "") for name in head]
    at = {name: known.index(name) for name in known if name}
    names = sorted(at[name] for name in ("first", "last") if name in at) or [at.get("name", 0)]
    if 1 <= at.get("id", 0) <= 2 and head[at["id"]] == "ID" and (at["id"] == 1 or "name" not in at):
        possible = next((line for line, row in enumerate(rows[:3]) if row[0].startswith("    ")), -1)
        points = rows[possible] if possible >= 0 else []
        columns = {name: one for name, one in _to_fill("canvas", head) if not _is_word(_cell(points, one))}
        return Gradebook(sheet, "canvas", _pupils(rows[possible + 1 :], names, [at["id"]]), columns, points)
    # Of the most points there is one number with decimals everywhere; elsewhere it stands before `locked`.
    same = re.compile(r"(\d+[.,]\d+)(\n\1)*")
    decimals = [one for one in range(2, len(head)) if same.fullmatch("\n".join(cells[one]))]
    most = at.get("most", decimals[-1] if decimals else at.get("locked", 0) - 1)
    if most > 1 and all(re.fullmatch(r"[^\W\d][^\d,;]*\d+", cell) for cell in cells[0]):
        pupils = _pupils(rows, [] if known[1] == "status" else [at.get("name", 1)], [0], cut=r"\A\D+")
        columns, locked = {head[most - 1]: most - 1}, at.get("locked", most + 1)
        return Gradebook(sheet, "worksheet", pupils, columns, (), most, locked, at.get("came", -1))
    ids = [at[name] for name in ("id", "email", "user") if name in at]
    ids = ids or [one for one, column in enumerate(cells) if all("@" in cell for cell in column if cell)]
    pupils, columns = _pupils(rows, names, ids), dict(_to_fill("export", head))
    need(pupils and (columns or {"name", "first", "last"} & at.keys()), _SAID["no_form"])
    return Gradebook(sheet, "export", pupils, columns)


def _pupils(rows: list[list[str]], names: list[int], ids: list[int], cut: str = r"\A\Z") -> list[Pupil]:
    """Return the students in some lines, by the columns of names and ids; of an id, `cut` is left out."""
    found = []
    for row in rows:
        of = tuple(filter(None, (re.sub(cut, "", plain_id(_cell(row, at))) for at in ids)))
        name = shown(" ".join(_cell(row, at) for at in names))
        if of and same_name(name) not in _NO_STUDENT:
            found.append(Pupil(row, name, of))
    return found


def _to_fill(form: str, head: Sequence[str]) -> list[tuple[str, int]]:
    return [(name, at) for at, name in enumerate(head) if re.search(_FORMS[form]["fill"], name)]


def _cell(row: Sequence[str], at: int) -> str:
    return row[at].strip() if 0 <= at < len(row) else ""


def _plain(cell: str) -> str:
    """Return what is the same in any capitals, with accents and spaces of any kind."""
    return unicodedata.normalize("NFKC", cell).casefold()


def _is_word(cell: str) -> bool:
    return any(map(str.isalpha, cell))


def fill_gradebook(data: bytes, graded: list[Graded], column: str = "", unfinished: bool = False) -> Filled:
    """Return a gradebook with a class's grades in one column, and every other cell as it was.

    `column` is needed where there are several (Gradebook.columns). A grade is the share of the points, on the
    column's own maximum where the file names one. Nothing is written for a student without a hand-in that
    could be read, nor (unless `unfinished`) for one with answers that a person has yet to read.
    """
    book = read_gradebook(data)
    names = [name for name in book.columns if column in ("", name)]
    need(book.columns, _SAID["no_column"])
    need(len(names) == 1, f"choose the column to fill: one of {', '.join(map(repr, book.columns))}")
    at = book.columns[names[0]]
    if why := _cannot_hold(book, at):
        return Filled(book.sheet.file(), 0, (f"{names[0]}: {why}. No grade is written.",))
    found = list(_matched(book, graded))
    cells = (re.fullmatch(r"\d+([.,])\d+", cell.strip()) for row in book.sheet.rows for cell in row)
    signs = Counter(cell[1] for cell in cells if cell) or Counter("," if book.sheet.delimiter == ";" else ".")
    met = {one.row.key for _, theirs, _ in found for one in theirs}
    filled, left = 0, list[str]()
    for pupil, theirs, unsure in found:
        if unsure or not theirs:
            nobody = f"{pupil.name or 'A line'}: neither your list nor a hand-in has the id {pupil.ids[0]}."
            left.append(unsure or nobody)
        elif why := _not_filled(book, pupil, one := theirs[0], unfinished):
            left.append(f"{one.row.label}: {why}.")
        else:
            most = book.most(pupil.row, at)
            maximum = _number(most) if _NUMBER.fullmatch(most) else one.possible
            points = "EX" if one.excused else f"{maximum * one.points / one.possible:.2f}"
            pupil.row.extend([""] * (at + 1 - len(pupil.row)))
            pupil.row[at] = points.replace(".", signs.most_common(1)[0][0])
            filled += 1
    times = Counter(same_name(pupil.name) for pupil in book.pupils)
    left += [f"{one.row.label}: {_not_met(times, one.row)}." for one in graded if one.row.key not in met]
    if graded and found and not met:
        left = [_no_match(book, [one.row for one in graded])]
    return Filled(book.sheet.file(), filled, tuple(dict.fromkeys(left)))


def handed_in(data: bytes, graded: Sequence[Graded]) -> dict[str, datetime]:
    """Return when Moodle's grading worksheet says that each student handed in, by key, in local time.

    Raises CourseError where it is no such worksheet, or has no time that can be read.
    """
    book = read_gradebook(data)
    told = [(pupil, theirs) for pupil, theirs, unsure in _matched(book, graded) if theirs and not unsure]
    each = {theirs[0].row.key: _moment(_cell(pupil.row, book.came_at)) for pupil, theirs in told}
    return need({key: at for key, at in each.items() if at}, _SAID["no_time"])


def _moment(text: str) -> datetime | None:
    """Return a date as Moodle writes it; None for ‘-’, and for what can be read in two ways.

    >>> _moment("Wednesday, 10 June 2026, 2:14 PM") == _moment("mercredi 10 juin 2026, 14:14")
    True
    """
    months = [_MONTHS[word] for word in re.findall(r"[^\W\d]{3,}", _plain(text)) if word in _MONTHS]
    found = _DATE.fullmatch(text)
    if not found or len(months) != 1:
        return None
    day, year, hour, minute = map(int, found.groups()[:4])
    half = (found[5] or "").casefold()
    with contextlib.suppress(ValueError):  # a date that does not exist
        if half and not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (half == "p") if half else hour
        return datetime(year, months[0], day, hour, minute).astimezone()
    return None


def _cannot_hold(book: Gradebook, at: int) -> str:
    """Return why a column can hold no points at all, or no text."""
    cells = [_cell(one.row, at) for one in book.pupils]
    words = [one for one in cells if _is_word(one) and _plain(one) not in _CELLS["not_given"]]
    most = book.most(book.pupils[0].row if book.pupils else (), at)
    if book.most_at >= 0 and book.pupils and not _NUMBER.fullmatch(most):
        words.append(most or "no maximum")
    if words:
        return f"it is graded by a scale ({words[0]!r:.40}), and points are no step of it"
    zero = _NUMBER.fullmatch(most) and not _number(most)
    return "it counts 0 points: give the assignment points first" if zero else ""


def _matched(book: Gradebook, graded: Sequence[Graded]) -> Iterator[tuple[Pupil, list[Graded], str]]:
    """Give each line with the student whom it is about; with several, or one of several, what is to be said.

    One student in two sections has two lines that say the same. Who has no id is found by the typed name.
    """
    theirs: defaultdict[str, dict[tuple[str, ...], str]] = defaultdict(dict)
    mine: defaultdict[str, dict[str, Graded]] = defaultdict(dict)
    names = Counter(same_name(one.name) for one in book.pupils)
    for pupil in book.pupils:
        for id in pupil.ids:
            theirs[id.casefold()][pupil.name, *map(str.casefold, pupil.ids)] = pupil.name
    for one in graded:
        own, sent = plain_id(one.row.lms_id).casefold(), one.row.file.lms_id.casefold()
        if own not in theirs and sent in theirs and one.row.file.system == _FORMS[book.form].get("system"):
            own = sent  # the list was made from a file that has other ids than the ZIP
        mine[own or f"name {same_name(one.row.name)}"][one.row.key] = one
    for pupil in book.pupils:
        ids = [id.casefold() for id in pupil.ids]
        found = {key: one for id in ids for key, one in mine[id].items()}
        if not found and pupil.name and names[same_name(pupil.name)] == 1:
            found = mine[f"name {same_name(pupil.name)}"]
        shared = next((id for id in ids if len(theirs[id]) > 1 and mine[id]), "")
        said = ""
        if shared:
            others = " and ".join(name or "a line without a name" for name in theirs[shared].values())
            said = f"{others} have one id, {shared}: no grade is written for either."
        elif len(found) > 1:
            labels = " and ".join(one.row.label for one in found.values())
            said = f"{labels} fit the line of {pupil.name or ids[0]}: no grade is written for either."
        yield pupil, [*found.values()], said


def _not_met(times: Counter[str], row: Row) -> str:
    """Return why no line of the gradebook is a student's, or a file's of nobody."""
    if row.key.startswith("file:"):
        return f"whose file it is cannot be told ({row.file.name:.80})"
    none = "nothing was handed in, and " if row.status == "missing" else ""
    if row.lms_id:
        return f"{none}no line of the gradebook has the id {row.lms_id}"
    lines = times[same_name(row.name)] if row.name else 0
    several = f"{lines} lines of the gradebook have this name"
    return f"{none}no id is known, and {several if lines else 'no line of the gradebook has this name'}"


def _no_match(book: Gradebook, rows: Sequence[Row]) -> str:
    form = _FORMS[book.form]
    theirs = next((BOOKS[row.file.system] for row in rows if row.file.system in BOOKS), None)
    given = next((row.lms_id for row in rows if row.lms_id), "")
    held = theirs["ids"] if theirs else "other ids" if given else "none"
    held += f", such as {given}" if given else ""
    another = f"use {theirs['file']}." if theirs and theirs != form else _SAID["which_class"]
    return _SAID["no_match"].format(form["ids"], book.pupils[0].ids[0], held, another)


def _not_filled(book: Gradebook, pupil: Pupil, one: Graded, unfinished: bool) -> str:
    """Return why a student gets no grade in the gradebook, or no text."""
    if _plain(_cell(pupil.row, book.locked_at)) in _CELLS["no"]:
        return "the grade cannot be changed in Moodle, which passes over such a line"
    if one.excused:
        return "" if book.form == "canvas" else "excused, which this file cannot say"
    if one.row.status != "read":
        unusable = f"what was handed in cannot be used, since {one.row.problem}"
        return one.row.problem if one.row.status == "missing" else unusable
    if one.left and not (unfinished and one.possible):
        return f"written answers that wait for you: {one.left}"
    return "" if one.possible else "no exercise counts points"


def _number(text: str) -> float:
    return float(re.sub(r"[.,](?=.*[.,])", "", text).replace(",", "."))  # of 1,000.00 the last is the point


def marks_csv(graded: Sequence[Graded]) -> Iterator[bytes]:
    """Give the grades as a table for a spreadsheet, an exercise a column; no text in it is a formula."""
    ids = dict.fromkeys(id for one in graded for id, told in one.told.items() if told["possible"])
    yield to_csv([[*SYSTEMS["marks"], *ids]])
    for one in graded:
        row, points = one.row, {id: told["points"] for id, told in one.told.items()}
        notes = " ".join(filter(None, [row.problem, *map(str, one.notes), ", ".join(row.files)]))
        total = [round(one.points, 3), round(one.possible, 3), one.left] if row.status == "read" else [""] * 3
        flags = ["yes" if flag else "" for flag in (one.late, one.excused)]
        of = ["" if (given := points.get(id)) is None else round(given, 3) for id in ids]
        who = [row.code, row.name, row.lms_id, row.class_name, row.status]
        yield to_csv([[*who, *total, *flags, notes, row.send, *of]]).removeprefix(BOM_UTF8)


def marks_json(graded: Iterable[Graded], said: Sequence[str] = ()) -> Iterator[bytes]:
    """Give the grades as JSON: a student a line, with the credit (0 to 1) of every decision."""
    yield b'{"format": 1, "students": ['
    for at, one in enumerate(graded):
        about = _picked(one.row, "key code name lms_id class_name status problem send")
        about |= _picked(one, "late excused")
        about |= {"files": one.row.files, "notes": [str(note) for note in one.notes]}
        about |= _picked(one, "points possible") | {"exercises": one.told}
        yield f"{',' * bool(at)}\n{json.dumps(about, ensure_ascii=False, allow_nan=False)}".encode()
    yield f'\n], "said": {json.dumps(list(said), ensure_ascii=False)}}}\n'.encode()


def _picked(value: object, names: str) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names.split()}


# --- nbgrader's own


def give_back(home: Path, graded: Iterable[Graded], title: str) -> list[str]:
    """Write the points and a feedback page of each submitted assignment; return what is to be said.

    `home` is nbgrader's course directory. Raises CourseError where it or its gradebook cannot be written to.
    """
    from nbgrader.api import Gradebook as Book  # noqa: PLC0415 - its gradebook's form is its own: by its API alone
    from sqlalchemy import URL  # noqa: PLC0415
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    done, said, path = 0, list[str](), home / "gradebook.db"
    # A ValueError says that nbgrader lacks what is asked for.
    told = one_sentence(NOTES["not_all_points"], OSError, ValueError, SQLAlchemyError, path=path)
    with told, Book(URL.create("sqlite", database=str(path))) as book:
        for one in (one for one in graded if one.row.status == "read"):
            parts = [] if one.excused else [*_submitted(home, one)]
            said += [] if parts else [NOTES["no_points"].format(one.row.label)]
            for folder, part in parts:
                _write_points(book, folder, part)
                _write_page(home, folder, part, title)
                done += 1
    return [*said, f"nbgrader has the points of {done} submissions, and pages for release_feedback."]


def _submitted(home: Path, one: Graded) -> Iterator[tuple[Path, Graded]]:
    """Give the folder of each assignment that a student submitted, and its grades."""
    for lesson, part in one.by_lesson():
        folder = home / "submitted" / one.row.file.owner / lesson
        if folder.is_dir() and not (folder.is_symlink() or folder.parent.is_symlink()):
            yield folder, part


def _write_points(book: Any, folder: Path, one: Graded) -> None:
    """Write a submission's points where nbgrader's autograder would: before these, a person's count.

    What being late takes is taken from each exercise.
    """
    where, at = (folder.name, folder.name, folder.parent.name), submitted_at(_begin(folder / PAPERS[0]))
    book.update_or_create_student(where[-1])
    when = {"timestamp": datetime.fromtimestamp(at, UTC).isoformat()} if at else {}
    book.update_or_create_submission(*where[1:], **when)
    for mine in (each for each in one.grades if each.exercise.points and not each.exercise.private):
        grade = book.find_grade(mine.exercise.id, *where)
        grade.auto_score = None if mine.points is None else mine.points * (1 - one.deducted)
        grade.cell.max_score = mine.possible if mine.open or mine.points is not None else 0
        grade.needs_manual_grade = mine.open and grade.manual_score is None
        if mine.comment:
            book.find_comment(mine.exercise.id, *where).manual_comment = mine.comment
    book.db.commit()


def _write_page(home: Path, folder: Path, one: Graded, title: str) -> None:
    """Write a submission's feedback page, where nbgrader can tell whose it is: else it gives nobody any."""
    papers = {name: _begin(folder / name) for name in PAPERS}
    if all(papers.values()):
        out = home / "feedback" / folder.parent.name / folder.name
        out.mkdir(parents=True, exist_ok=True)
        for name, data in {**papers, f"{folder.name}.html": feedback_page(one, title).encode()}.items():
            (out / name).write_bytes(data)
            (out / name).chmod(0o644)  # nbgrader copies it with its rights, for students to read


def _begin(path: Path) -> bytes:
    """Return how a small file begins; nothing where it is a link, or none."""
    if path.is_symlink() or not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(1000)
