"""A class as its hand-ins tell it: whose each is, which one counts, and what is to be said about it.

Who it is tells the first that exists of: the id in the name that the school's system gave the file, its
owner in a shared inbox, the name that Teams or the teacher gave the folder, the code on the roster, the name
before the file's own, the typed name (or code) with the student_id. Pairs that may be one student are
shown, and only the teacher makes them one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path, PurePosixPath

from course.grading.inbox import File, read_files
from course.grading.notes import Note, Say, shown
from course.grading.roster import Person, same_name
from course.grading.submissions import Asked, Submission, read_submissions
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
    of it (seconds since 1970, 0 unknown). `system` and `late`: what named the file, and what it said (None:
    nothing). `done`: exercises that stay private.
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
    system: str = ""
    late: bool | None = None
    notes: tuple[Note, ...] = ()
    done: frozenset[str] = frozenset()
    answers: Mapping[str, Answer] = field(default_factory=dict, repr=False)

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

    def unsure_told(self) -> Iterator[str]:
        """Give a sentence for each pair that may be one student."""
        labels = {row.key: row.label for row in self.rows}
        for one, other, why in self.unsure:
            yield f"{labels[one]} and {labels[other]} share {why}: look whose it is; nothing was merged."


def read_inbox(inbox: Path, asked: Asked, roster: Sequence[Person], same: Mapping[str, str]) -> Reading:
    """Return the hand-ins in a folder or a ZIP: a row for each student, and for each file of nobody's.

    `same` gives the key of another row that the teacher holds to be the same student. Raises CourseError
    where no inbox can be read.
    """
    said: list[str] = []
    known = _Roster(roster)
    people = {known.key_of(one): one for one in roster}
    held: defaultdict[str, _Held] = defaultdict(_Held)
    ids: dict[str, str] = {}
    for one in read_submissions(read_files(inbox, said), asked):
        key, person = known.who(one)
        key = same.get(key, key)
        held[key].add(one)
        if one.file.lms_id:
            ids[one.file.lms_id.casefold()] = one.file.system
        if key not in people or not people[key].code:
            people[key] = person
    if ids and known.by_lms and not ids.keys() & known.by_lms.keys():
        said.append(_no_match(next(iter(ids.items())), next(iter(known.by_lms))))
    rows = [_row(key, person, held[key].all, known) for key, person in people.items()]
    rows.sort(key=lambda row: (row.key.startswith("file:"), natural(row.label), row.key))
    return Reading(tuple(rows), tuple(_unsure(people, held)), tuple(said))


def natural(text: str) -> list[tuple[int, str]]:
    """Return what sorts a text as people do: 7b before 12a.

    >>> sorted(["12a", "7b", "Student 10", "student 9"], key=natural)
    ['student 9', 'Student 10', '7b', '12a']
    """
    parts = re.findall(r"\d{1,15}|\D+", text.casefold())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _no_match(given: tuple[str, str], listed: str) -> str:
    file = {"Moodle": "Moodle’s grading worksheet", "Canvas": "Canvas’s gradebook"}.get(
        given[1], "the same place"
    )
    return (
        f"No hand-in has an id of the list: the ZIP has numbers such as {given[0]}, the list"
        f" ids such as {listed}."
        f" Make the list from {file}, which has the ZIP’s numbers."
    )


def _newest(one: Submission) -> tuple[int, float, str]:
    return one.file.version, one.file.time, one.made


class _Held:
    """The submissions of one student. Only the newest good one keeps its answers in memory."""

    def __init__(self) -> None:
        self.all: list[Submission] = []
        self.best = -1

    def add(self, new: Submission) -> None:
        """Take one in, in the order in which files come."""
        self.all.append(new)
        if new.problem:
            return
        at = len(self.all) - 1
        if self.best >= 0:
            newer = _newest(new) > _newest(self.all[self.best])
            older, at = (self.best, at) if newer else (at, self.best)
            self.all[older] = replace(self.all[older], answers={})
        self.best = at


class _Roster:
    """The students of a class, found by what a file tells of its own."""

    def __init__(self, roster: Sequence[Person]) -> None:
        self.keys = {self.key_of(one) for one in roster}
        self.by_lms = {one.lms_id.casefold(): one for one in roster if one.lms_id}
        self.by_code = {one.code.casefold(): one for one in roster}
        times = Counter(same_name(one.name) for one in roster)
        self.by_name = {name: one for one in roster if times[name := same_name(one.name)] == 1 and name}

    @staticmethod
    def key_of(person: Person) -> str:
        """Return a student's key."""
        return f"lms:{person.lms_id}" if person.lms_id else f"code:{person.code}"

    def who(self, one: Submission) -> tuple[str, Person]:
        """Return the key of a file's student, and the student; a file of nobody's is its own."""
        file, student = one.file, one.student
        typed = Person(student.code, student.name) if student else Person("")
        given = (file.lms_id or file.owner).casefold()
        person = self.by_lms.get(given)
        if person is None and not file.lms_id:
            by_code = self.by_code.get(given or typed.code.casefold())
            person = by_code if given else self._by_folder(file) or by_code or self._by_prefix(file)
        if person:
            return self.key_of(person), person
        if given:
            name = file.lms_name or typed.name
            kind, id = ("lms", file.lms_id) if file.lms_id else ("owner", file.owner)
            return f"{kind}:{id}", Person(typed.code, name, id)
        if file.lms_name:
            return f"name:{same_name(file.lms_name)}", Person(typed.code, file.lms_name)
        if student:
            return f"id:{student.student_id}:{(student.name or student.code).casefold()}", typed
        return f"file:{file.name}", typed

    def _by_folder(self, file: File) -> Person | None:
        names = [file.lms_name, *PurePosixPath(file.outer).parts[:-1]]
        return next((one for name in names if (one := self.by_name.get(same_name(name)))), None)

    def _by_prefix(self, file: File) -> Person | None:
        stem = PurePosixPath(PurePosixPath(file.outer).name).stem
        names = [stem, *(stem.partition(sign)[0] for sign in (" - ", "_"))]
        return next((one for name in names if (one := self.by_name.get(same_name(name)))), None)


def _row(key: str, person: Person, held: list[Submission], known: _Roster) -> Row:
    row = Row(key, person.code, shown(person.name), shown(person.lms_id))
    if not held:
        return row
    newest_first = sorted(held, key=_newest, reverse=True)
    bad = [one for one in newest_first if one.problem]
    unlike: dict[str, Submission] = {}  # one file in two forms, or sent twice, is one
    for one in newest_first:
        if not one.problem:
            unlike.setdefault(one.sha256, one)
    good = list(unlike.values())
    first = (good or bad)[0]
    files = tuple(shown(one.file.name) for one in [*good, *bad][:SOME])
    row = replace(row, files=files, time=first.file.time, system=first.file.system, late=first.file.late)
    unused = bad if good else bad[1:]
    notes = [Note(Say.NOT_USED, (shown(one.file.name), one.problem)) for one in unused[:SOME]]
    notes += [Note(Say.MORE_NOT_USED, (len(unused) - SOME,))] if len(unused) > SOME else []
    if not good:
        send = _SEND.format(shown(PurePosixPath(first.file.name).name), first.problem)
        return replace(row, status="unusable", problem=first.problem, send=send, notes=tuple(notes))
    notes += [Note(Say.SEVERAL, (len(good),))] if len(good) > 1 else []
    students = [one.student for one in good if one.student]
    for code in dict.fromkeys(student.code for student in students):
        other = known.by_code.get(code.casefold())
        if other and known.key_of(other) != key:
            notes.append(Note(Say.OTHER_CODE, (code, other.name or "another student")))
    notes += [Note(Say.NOT_LISTED)] if known.keys and key not in known.keys else []
    notes += [Note(Say.TWO_WORKSPACES)] if len({student.student_id for student in students}) > 1 else []
    notes += first.notes
    return replace(row, status="read", problem="", notes=tuple(notes), done=first.done, answers=first.answers)


def _unsure(people: Mapping[str, Person], held: Mapping[str, _Held]) -> Iterable[tuple[str, str, str]]:
    """Return pairs of keys that may be one student, or of which one may have another's work, and why."""
    signs: dict[tuple[str, str], list[str]] = {}
    for key, person in people.items():
        found = {("the same name", person.name.casefold())}
        for one in held[key].all:
            if one.student:
                found.add(("the same student_id", one.student.student_id))
                found.add(("the same file", one.sha256))
                found.add(("the same code", one.student.code.casefold()))
                found.add(("the same name", one.student.name.casefold()))
        for sign in found - {("the same name", "")}:
            signs.setdefault(sign, []).append(key)
    pairs: dict[tuple[str, str], list[str]] = {}
    for (why, _), keys in sorted(signs.items()):
        for pair in combinations(keys[:20], 2):
            # Two whom the school's system or the roster tells apart may bear one name.
            if why != "the same name" or any(key.startswith("id:") for key in pair):
                pairs.setdefault(pair, []).append(why)
    return [(one, other, ", ".join(why)) for (one, other), why in pairs.items()]
