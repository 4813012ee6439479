"""The hand-ins of a class: whose each is, which one counts, and what is to be said about it.

Who it is tells the first that exists of: the id in the LMS's file name, the file's owner in a shared inbox,
the code on the roster, the typed name (or code) with the student_id. Pairs that may be one student are shown,
and only the teacher makes them one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path, PurePosixPath

from course.grading.entries import Entry, read_entries, unpack
from course.grading.inbox import read_files
from course.grading.roster import Person
from course.lessons.work import Answer

SOME = 5  # files of one student that are named; of more, the number is said
_SEND = (
    "The file ‘{}’ that you handed in cannot be used: {}. Open any lesson, run its cells, press ‘Hand in’,"
    " and send the file hand_in-….json that it makes, as it is."
)


@dataclass(frozen=True, slots=True)
class Row:
    """One student of the class, with the newest hand-in that can be used.

    `key` is the student's for good. `status`: 'read', 'unusable' (`problem` says why, `send` is a sentence
    for the student) or 'missing'. `files`: what was handed in, SOME at most, that which counts first; `time`
    of it (seconds since 1970, 0 unknown). `late`: what the LMS said (None: nothing). `done`: exercises that
    stay private.
    """

    key: str
    code: str = ""
    name: str = ""
    lms_id: str = ""
    status: str = "missing"
    problem: str = "nothing was handed in"
    send: str = ""
    files: tuple[str, ...] = ()
    time: float = 0.0
    late: bool | None = None
    notes: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    packed: bytes = field(default=b"", repr=False)

    @property
    def answers(self) -> dict[str, Answer]:
        """The answers by exercise."""
        return unpack(self.packed)

    @property
    def label(self) -> str:
        """What the teacher knows the student by."""
        return self.name or self.code or self.lms_id or "unknown"


@dataclass(frozen=True, slots=True)
class Reading:
    """An inbox: a row a student, pairs that may be one (key, key, why), and what else is to be said."""

    rows: tuple[Row, ...]
    unsure: tuple[tuple[str, str, str], ...]
    said: tuple[str, ...]


def read_inbox(
    inbox: Path, case: str, private: Collection[str], roster: Sequence[Person], same: Mapping[str, str]
) -> Reading:
    """Return the hand-ins in a folder or a ZIP: a row for each student, and for each file of nobody's.

    `case` is the case's title; `private` exercises reach nobody from a my_work file. `same` gives the key of
    another row that the teacher holds to be the same student. Raises CourseError where no inbox can be read.
    """
    said: list[str] = []
    known = _Roster(roster)
    people = {known.key_of(one): one for one in roster}
    held: dict[str, list[Entry]] = {}
    for entry in read_entries(read_files(inbox, said), case, private):
        key, person = known.who(entry)
        key = same.get(key, key)
        held.setdefault(key, []).append(entry)
        if key not in people or not people[key].code:
            people[key] = person
    rows = [_row(key, person, held.get(key, []), known) for key, person in people.items()]
    rows.sort(key=lambda row: (row.key.startswith("file:"), row.label.casefold(), row.key))
    return Reading(tuple(rows), tuple(_unsure(people, held)), tuple(said))


class _Roster:
    def __init__(self, roster: Sequence[Person]) -> None:
        self.keys = {self.key_of(one) for one in roster}
        self.by_lms = {one.lms_id.casefold(): one for one in roster if one.lms_id}
        self.by_code = {one.code.casefold(): one for one in roster}

    @staticmethod
    def key_of(person: Person) -> str:
        return f"lms:{person.lms_id}" if person.lms_id else f"code:{person.code}"

    def who(self, entry: Entry) -> tuple[str, Person]:
        """Return the key of a file's student, and the student; a file of nobody's is its own."""
        file, student = entry.file, entry.student
        typed = Person(student.code, student.name) if student else Person("")
        given = (file.lms_id or file.owner).casefold()
        person = self.by_lms.get(given)
        if person is None and not file.lms_id:
            person = self.by_code.get(given or typed.code.casefold())
        if person:
            return self.key_of(person), person
        if given:
            name = file.lms_name or typed.name
            kind, id = ("lms", file.lms_id) if file.lms_id else ("owner", file.owner)
            return f"{kind}:{id}", Person(typed.code, name, id)
        if student:
            return f"id:{student.student_id}:{(student.name or student.code).casefold()}", typed
        return f"file:{file.name}", typed


def _row(key: str, person: Person, entries: list[Entry], known: _Roster) -> Row:
    row = Row(key, person.code, shown(person.name), shown(person.lms_id))
    newest_first = sorted(entries, key=lambda entry: (entry.file.time, entry.made), reverse=True)
    bad = [entry for entry in newest_first if entry.problem]
    good = list({entry.sha256: entry for entry in newest_first[::-1] if not entry.problem}.values())[::-1]
    if not entries:
        return row
    first = (good or bad)[0]
    files = tuple(shown(entry.file.name) for entry in [*good, *bad][:SOME])
    row = replace(row, files=files, time=first.file.time, late=first.file.late)
    unused = bad if good else bad[1:]
    notes = [f"{shown(one.file.name)} was not used: {one.problem}." for one in unused[:SOME]]
    notes += [f"{len(unused) - SOME:,} more files were not used."] if len(unused) > SOME else []
    if not good:
        send = _SEND.format(shown(PurePosixPath(first.file.name).name), first.problem)
        return replace(row, status="unusable", problem=first.problem, send=send, notes=tuple(notes))
    if len(good) > 1:
        notes.append(f"Handed in {len(good)} times: the newest counts, the others stay in the inbox.")
    students = [entry.student for entry in good if entry.student]
    for code in dict.fromkeys(student.code for student in students):
        other = known.by_code.get(code.casefold())
        if other and known.key_of(other) != key:
            notes.append(
                f"A file bears the code {code} of {other.name or 'another student'}: ask whose it is."
            )
    if known.keys and key not in known.keys:
        notes.append("This student is not on the roster.")
    if len({student.student_id for student in students}) > 1:
        notes.append(
            "The files come from two workspaces, perhaps two machines: look whether both are theirs."
        )
    return replace(row, status="read", problem="", notes=tuple(notes), done=first.done, packed=first.packed)


def _unsure(people: Mapping[str, Person], held: Mapping[str, list[Entry]]) -> Iterator[tuple[str, str, str]]:
    """Give pairs of keys that may be one student, or of which one may have another's work, and why."""
    signs: dict[tuple[str, str], list[str]] = {}
    for key, person in people.items():
        found = {("the same name", person.name.casefold())}
        for entry in held.get(key, ()):
            if entry.student:
                found.add(("the same student_id", entry.student.student_id))
                found.add(("the same file", entry.sha256))
                found.add(("the same code", entry.student.code.casefold()))
                found.add(("the same name", entry.student.name.casefold()))
        for sign in found - {("the same name", "")}:
            signs.setdefault(sign, []).append(key)
    pairs: dict[tuple[str, str], list[str]] = {}
    for (why, _), keys in sorted(signs.items()):
        for pair in combinations(keys[:20], 2):
            # Two whom the school's system or the roster tells apart may bear one name.
            if why != "the same name" or any(key.startswith("id:") for key in pair):
                pairs.setdefault(pair, []).append(why)
    return ((one, other, ", ".join(why)) for (one, other), why in pairs.items())


def unsure_told(reading: Reading) -> Iterable[str]:
    """Return a sentence for each pair that may be one student."""
    labels = {row.key: row.label for row in reading.rows}
    for one, other, why in reading.unsure:
        yield f"{labels[one]} and {labels[other]} share {why}: look whose it is; nothing was merged."


def shown(text: str) -> str:
    """Return a name without signs that cannot be seen or that turn the reading direction."""
    return "".join(sign for sign in text if sign.isprintable())[:200]
