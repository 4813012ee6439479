"""Grades for the school's system: its own gradebook file filled in, a plain CSV, JSON.

Canvas (gradebook_exporter.rb, gradebook_importer.rb): `Student`, `ID`, ..., a column `Title (123)` for each
assignment; a row whose first cell begins with four spaces, `    Points Possible`, in which computed columns
say `(read only)`; `EX` is excused. Moodle's grading worksheet (mod/assign/feedback/offline): `Identifier`
(`Participant 12345`), ..., `Grade`, `Maximum Grade`, `Grade can be changed`. Its grade export: `ID number`,
`Email address`, `Assignment: Title (Real)`. A file for a class's list needs no column of grades.
Both systems translate their headings: columns are found by where they stand, and by a small table of words.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from course.corpus.errors import CourseError
from course.grading.grade import Graded
from course.grading.roster import same_name
from course.grading.rows import Row
from course.grading.spreadsheets import Sheet, plain_id, read_csv, to_csv
from course.lessons.files import to_json

# Headings in English, German, Spanish, French and Portuguese, in small letters.
_WORDS = {
    "name": "student|full name|name|vollständiger name|estudiante|nombre completo|étudiant|nom complet"
    "|estudante|aluno|nome completo|schüler|schüler/in|studierende|teilnehmer/in",
    "first": "first name|firstname|given name|vorname|nombre|prénom|nome|nome próprio|primeiro nome",
    "last": "last name|lastname|surname|family name|nachname|apellido|apellidos|apellido(s)|nom"
    "|nom de famille|sobrenome|apelido|último nome",
    "id": "id number|id|id-nummer|matrikelnummer|número de id|número de identificación"
    "|numéro d’identification|numéro d'identification|numéro id|número de identificação|número de matrícula",
    "user": "username|anmeldename|benutzername|nombre de usuario|nom d’utilisateur|nom d'utilisateur"
    "|nome de usuário|nome de utilizador",
    "email": "email address|email|e-mail|e-mail-adresse|e-mail address|dirección de correo|correo electrónico"
    "|dirección email|adresse de courriel|courriel|adresse e-mail|endereço de email|endereço de e-mail",
    "most": "maximum grade|bestwertung|höchstbewertung|calificación máxima|note maximale|nota máxima"
    "|avaliação máxima",
    "status": "status|estado|statut|estatuto",
    "number": "identifier|identificador|identifiant|teilnehmernummer",
    "locked": "grade can be changed|bewertung kann geändert werden|la calificación puede ser cambiada"
    "|la calificación se puede cambiar|la note peut être modifiée|a nota pode ser alterada"
    "|a avaliação pode ser alterada",
}
_COLUMN = {word: name for name, words in _WORDS.items() for word in words.split("|")}
_REAL = r": .*\((real|points|punkte|punktzahl|puntos|brut|brute|réel|réelle|valor|pontos)\)$"
_NO = {"no", "nein", "non", "não"}
_NUMBER = re.compile(r"\s*\d+([.,]\d+)?\s*")
_NOT_GIVEN = {"", "-", "–", "ex", "n/a", "mi"}  # what stands where no points do
_NO_STUDENT = {same_name("Student, Test"), same_name("Test Student")}  # whom Canvas adds to look at a course
_KINDS = {
    "canvas": ("Canvas’s numbers", "Canvas’s gradebook"),
    "worksheet": ("participant numbers", "Moodle’s grading worksheet"),
    "export": ("ID numbers, user names or e-mail addresses", "Moodle’s grade export"),
}
_HEAD = "code name lms_id status points possible to_read late excused notes send"


@dataclass(frozen=True, slots=True)
class Pupil:
    """One student's line of a gradebook: which row it is, the name, and the ids, the most certain first."""

    at: int
    name: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gradebook:
    """A gradebook as downloaded: its students, and the columns that can be filled, by their headings.

    `kind`: canvas, worksheet or export. `maxima` are the points of each column where the file names them once
    for all; `most_at` and `locked_at` are columns that tell it for each student (-1: there is none).
    """

    sheet: Sheet
    kind: str
    pupils: tuple[Pupil, ...]
    columns: dict[str, int]
    maxima: dict[int, str]
    most_at: int = -1
    locked_at: int = -1

    def students(self) -> list[tuple[str, str]]:
        """Return (name, id) of each student once, for a roster."""
        return list(dict.fromkeys((one.name, one.ids[0]) for one in self.pupils))


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled gradebook: the file, how many grades were written, and who was left out, with the reason."""

    data: bytes
    filled: int
    left: tuple[str, ...]


def read_gradebook(data: bytes) -> Gradebook:
    """Return a gradebook or a class's list of Canvas or Moodle. Raises CourseError where it is neither."""
    try:
        sheet = read_csv(data)
    except CourseError as error:
        raise CourseError(f"the gradebook cannot be read: {error}; download it again as CSV") from error
    rows = sheet.rows
    head = [cell.strip() for cell in rows[0]] if rows else []
    known = [_COLUMN.get(name.casefold(), "") for name in head]
    at = {name: known.index(name) for name in known if name}
    names = sorted(at[name] for name in ("first", "last") if name in at) or [at.get("name", 0)]
    students = range(1, len(rows))
    if 1 <= at.get("id", 0) <= 2 and head[at["id"]] == "ID" and (at["id"] == 1 or "name" not in at):
        possible = next((row for row in rows[1:4] if row and row[0].startswith("    ")), [])
        given = dict(enumerate(possible))
        columns = {
            name: place
            for place, name in enumerate(head)
            if re.search(r" \(\d+\)$", name) and _is_points(given.get(place, ""))
        }
        first = next((place + 1 for place, row in enumerate(rows) if row is possible), 1)
        pupils = _pupils(rows, students[first - 1 :], names, [at["id"]])
        return Gradebook(
            sheet, "canvas", pupils, columns, {place: given.get(place, "") for place in columns.values()}
        )
    most = at.get("most", max((place for place in range(2, len(head)) if _is_most(rows, place)), default=-1))
    most = at["locked"] - 1 if most < 0 and "locked" in at else most
    if most > 1 and all(re.fullmatch(r"[^\W\d][^\d,;]*\d+", row[0].strip()) for row in rows[1:] if any(row)):
        names = [] if known[1] == "status" else [at.get("name", 1)]
        pupils = _pupils(rows, students, names, [0], numbers=True)
        return Gradebook(
            sheet, "worksheet", pupils, {head[most - 1]: most - 1}, {}, most, at.get("locked", most + 1)
        )
    ids = [at[name] for name in ("id", "email", "user") if name in at]
    ids = ids or [place for place in range(len(head)) if _is_email(rows, place)]
    columns = {name: place for place, name in enumerate(head) if re.search(_REAL, name, re.IGNORECASE)}
    pupils = _pupils(rows, students, names, ids)
    if not ids or not pupils or not ({"name", "first", "last"} & at.keys()):
        raise CourseError(
            "the gradebook is of no known form: download as CSV Canvas’s gradebook, or Moodle’s grading"
            " worksheet, grade export or list of participants"
        )
    return Gradebook(sheet, "export", pupils, columns, {})


def _pupils(
    rows: Sequence[Sequence[str]],
    lines: Iterable[int],
    names: list[int],
    ids: list[int],
    numbers: bool = False,
) -> tuple[Pupil, ...]:
    """Return the students in some lines; ids that are `numbers` without the word before, ‘Participant’."""
    found = []
    for line in lines:
        cells = dict(enumerate(cell.strip() for cell in rows[line]))
        of = [plain_id(cells.get(place, "")) for place in ids]
        of = [re.sub(r"\A\D+", "", id) for id in of] if numbers else of
        name = " ".join(filter(None, (cells.get(place, "") for place in names)))
        if any(of) and same_name(name) not in _NO_STUDENT:
            found.append(Pupil(line, name, tuple(filter(None, of))))
    return tuple(found)


def _is_points(cell: str) -> bool:
    return not cell.strip() or bool(_NUMBER.fullmatch(cell))


def _is_most(rows: Sequence[Sequence[str]], place: int) -> bool:
    """Return whether a worksheet's column is that of the most points: one number with decimals everywhere."""
    cells = {row[place].strip() for row in rows[1:] if len(row) > place}
    return len(cells) == 1 and bool(re.fullmatch(r"\d+[.,]\d+", cells.pop()))


def _is_email(rows: Sequence[Sequence[str]], place: int) -> bool:
    cells = [row[place] for row in rows[1:] if len(row) > place and row[place].strip()]
    return bool(cells) and all("@" in cell for cell in cells)


def fill_gradebook(
    data: bytes, graded: Sequence[Graded], column: str = "", unfinished: bool = False
) -> Filled:
    """Return a gradebook with a class's grades in one column, and every other cell as it was.

    `column` is needed where there are several (Gradebook.columns). A grade is the share of the points, on the
    column's own maximum where the file names one. Nothing is written for a student without a hand-in that
    could be read, nor (unless `unfinished`) for one with answers that a person has yet to read.
    """
    book = read_gradebook(data)
    names = [name for name in book.columns if column in ("", name)]
    if not book.columns:
        raise CourseError(
            "the gradebook has no column to fill: download it with the assignment’s column in it"
        )
    if len(names) != 1:
        raise CourseError(f"choose the column to fill: one of {', '.join(map(repr, book.columns))}")
    at = book.columns[names[0]]
    if why := _cannot_hold(book, at):
        return Filled(book.sheet.file(), 0, (f"{names[0]}: {why}. No grade is written.",))
    sure, doubts = _matched(book, graded)
    filled, left = 0, list[str]()
    for pupil in book.pupils:
        row, one = book.sheet.rows[pupil.at], sure.get(pupil.at)
        if one is None:
            left.append(doubts.get(pupil.at) or f"{pupil.name or pupil.ids[0]}: no hand-in has this id.")
        elif why := _not_filled(book, row, one, unfinished):
            left.append(f"{one.row.label}: {why}.")
        else:
            row += [""] * (at + 1 - len(row))
            most = row[book.most_at] if book.most_at >= 0 else book.maxima.get(at, "")
            maximum = _number(most) if _NUMBER.fullmatch(most) else one.possible
            points = "EX" if one.excused else f"{maximum * one.points / one.possible:.2f}"
            row[at] = points.replace(".", ",") if book.sheet.delimiter == ";" else points
            filled += 1
    met = {one.row.key for one in sure.values()}
    for one in graded:
        if one.row.key not in met:
            why = "is not in the gradebook" if one.row.lms_id else "has no id of the school’s system"
            left.append(f"{one.row.label}: {why}.")
    if graded and book.pupils and not sure and not doubts:
        left = [_no_match(book, [one.row for one in graded])]
    return Filled(book.sheet.file(), filled, tuple(dict.fromkeys(left)))


def _cannot_hold(book: Gradebook, at: int) -> str:
    """Return why a column can hold no points at all, or no text."""
    rows = [book.sheet.rows[one.at] for one in book.pupils]
    cells = [row[at].strip() for row in rows if at < len(row)]
    maxima = [row[book.most_at].strip() for row in rows if 0 <= book.most_at < len(row)]
    most = maxima[0] if maxima else book.maxima.get(at, "").strip()
    words = [one for one in cells if one.casefold() not in _NOT_GIVEN and not _NUMBER.fullmatch(one)]
    words += [one or "no maximum" for one in maxima[:1] if not _NUMBER.fullmatch(one)]
    if words:
        return f"it is graded by a scale ({words[0]!r:.40}), and points are no step of it"
    zero = bool(_NUMBER.fullmatch(most)) and not _number(most)
    return "it counts 0 points: give the assignment points first" if zero else ""


def _matched(book: Gradebook, graded: Sequence[Graded]) -> tuple[dict[int, Graded], dict[int, str]]:
    """Return the student of each line of which both are sure, and what is to be said of lines in doubt.

    One student in two sections has two lines that say the same. Who has no id is found by the typed name.
    """
    theirs: defaultdict[str, dict[tuple[str, ...], str]] = defaultdict(dict)
    mine: defaultdict[str, list[Graded]] = defaultdict(list)
    names = Counter(same_name(one.name) for one in book.pupils)
    for pupil in book.pupils:
        for id in pupil.ids:
            theirs[id.casefold()][pupil.name, *map(str.casefold, pupil.ids)] = pupil.name
    for one in graded:
        id = plain_id(one.row.lms_id).casefold() or f"name {same_name(one.row.name)}"
        mine[id].append(one)
    sure, doubts = dict[int, Graded](), dict[int, str]()
    for pupil in book.pupils:
        ids = [id.casefold() for id in pupil.ids]
        by_name = (
            [f"name {same_name(pupil.name)}"] if pupil.name and names[same_name(pupil.name)] == 1 else []
        )
        found = {one.row.key: one for id in ids for one in mine.get(id, ())}
        found = found or {one.row.key: one for id in by_name for one in mine.get(id, ())}
        shared = next((id for id in ids if len(theirs[id]) > 1 and id in mine), "")
        if shared:
            others = " and ".join(name or "a line without a name" for name in theirs[shared].values())
            doubts[pupil.at] = f"{others} have one id, {shared}: no grade is written for either."
        elif len(found) > 1:
            labels = " and ".join(one.row.label for one in found.values())
            doubts[pupil.at] = (
                f"{labels} fit the line of {pupil.name or ids[0]}: no grade is written for either."
            )
        elif found:
            sure[pupil.at] = next(iter(found.values()))
    return sure, doubts


def _no_match(book: Gradebook, rows: Sequence[Row]) -> str:
    """Return the sentence for a gradebook in which nobody of the class is found."""
    ids, file = _KINDS[book.kind]
    system = next((row.system for row in rows if row.system in ("Moodle", "Canvas")), "")
    some = any(row.lms_id for row in rows)
    held = {"Moodle": "participant numbers", "Canvas": "Canvas’s numbers"}.get(
        system, "other ids" if some else "none"
    )
    use = {"Moodle": "Moodle’s grading worksheet", "Canvas": "Canvas’s gradebook"}.get(system, "")
    given = next((row.lms_id for row in rows if row.lms_id), "")
    told = f"Nobody of the class is in this file: it has {ids}, such as {book.pupils[0].ids[0]}, the hand-ins"
    told += f" have {held}{f', such as {given}' if given else ''}"
    if use and use != file:
        return f"{told}: use {use}."
    return f"{told}: is it the file of another class or assignment?"


def _not_filled(book: Gradebook, row: Sequence[str], one: Graded, unfinished: bool) -> str:
    """Return why a student gets no grade in the gradebook, or no text."""
    if 0 <= book.locked_at < len(row) and row[book.locked_at].strip().casefold() in _NO:
        return "the grade cannot be changed in Moodle, which passes over such a line"
    if one.excused:
        return "" if book.kind == "canvas" else "excused, which this file cannot say"
    if one.row.status != "read":
        return f"no mark, since {one.row.problem}"
    if one.left and not unfinished:
        return f"{one.left} of the answers have yet to be read"
    return "" if one.possible else "there is nothing to mark"


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def marks_csv(graded: Sequence[Graded]) -> bytes:
    """Return the grades as a table for a spreadsheet, an exercise a column; no text in it is a formula."""
    ids = list(dict.fromkeys(each.exercise.id for one in graded for each in one.grades if each.possible))
    rows: list[list[object]] = [[*_HEAD.split(), *ids]]
    for one in graded:
        row, points = one.row, {each.exercise.id: each.points for each in one.grades}
        notes = " ".join(filter(None, [row.problem, *map(str, one.notes), ", ".join(row.files)]))
        total = [round(one.points, 3), round(one.possible, 3), one.left] if row.status == "read" else [""] * 3
        flags = ["yes" if flag else "" for flag in (one.late, one.excused)]
        of = ["" if (given := points.get(id)) is None else round(given, 3) for id in ids]
        rows.append([row.code, row.name, row.lms_id, row.status, *total, *flags, notes, row.send, *of])
    return to_csv(rows)


def marks_json(graded: Iterable[Graded], said: Sequence[str] = ()) -> bytes:
    """Return the grades as JSON: a student each, with the credit (0 to 1) of every decision."""
    people = []
    for one in graded:
        row = one.row
        about = {
            name: getattr(row, name)
            for name in ("key", "code", "name", "lms_id", "status", "problem", "send")
        }
        exercises = {
            each.exercise.id: {
                name: getattr(each, name) for name in ("points", "possible", "level", "comment")
            }
            | {"credits": [[item.item, item.article, item.credit] for item in each.result.items]}
            for each in one.grades
        }
        notes = [str(note) for note in one.notes]
        flags = {"late": one.late, "excused": one.excused, "files": row.files, "notes": notes}
        people.append(
            about | flags | {"points": one.points, "possible": one.possible, "exercises": exercises}
        )
    return to_json({"format": 1, "students": people, "said": list(said)})
