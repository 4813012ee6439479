"""A class as its hand-ins tell it: what each file says, whose it is, which one counts. None is trusted.

Who it is tells the first that exists of: the id in the name that the school's system gave the file, its
owner in a shared inbox, the name that Teams or the teacher gave the folder, the code on the roster, the name
before the file's own, the typed name (or code) with the student_id. Pairs that may be one student are
shown, and only the teacher makes them one.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import combinations
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from course.corpus.case import Case, read_toml
from course.corpus.errors import CourseError, need
from course.grading.inbox import CANVAS, NO_MEMORY, SYSTEMS, File, read_files
from course.grading.roster import Person, same_name
from course.lessons.exercises import Exercises
from course.lessons.files import read_form
from course.lessons.handin import HandIn, Why, fitted, make_document, read_hand_in, shown, student_in
from course.lessons.work import Answer

MAX_HAND_IN = 2_000_000  # bytes; one of the whole course has about 200,000
NO_FILE = File("")
NO_TIME = "2000-01-01T00:00:00Z"  # of a folder, so that the same files always make the same hand-in
SOME = 5  # files or exercises of one student that are named; of more, the number is said
NOTES = read_toml(Path(__file__).with_name("notes.toml"))
BOOKS = {one["system"]: one for one in SYSTEMS["gradebook"].values() if "system" in one}  # by system


class Note(NamedTuple):
    """One thing to say about a student's work; `for_students`: the feedback page tells it too."""

    text: str
    for_students: bool

    def __str__(self) -> str:
        return self.text


def note(name: str, *about: object) -> Note:
    """Return a note of notes.toml about something."""
    whose = "students" if name in NOTES["students"] else "teacher"
    return Note(NOTES[whose][name].format(*about), whose == "students")


def listed(names: Sequence[str]) -> str:
    """Return names in a row, SOME at most."""
    return ", ".join(map(shown, names[:SOME])) + f" and {len(names) - SOME} more" * (len(names) > SOME)


# A file of an inbox without its bytes, and where these wait until all of its folder are met: from, how many.
_Laid = tuple[File, int, int]


@dataclass(frozen=True, slots=True)
class Submission:
    """One file (its bytes let go), and the hand-in that it holds; or the `problem`, a clause."""

    file: File
    problem: str = ""
    hand_in: HandIn | None = None
    notes: tuple[Note, ...] = ()

    @property
    def order(self) -> tuple[float, str]:
        """What grows with each new hand-in of a student, but for versions in one folder."""
        return self.file.time, self.hand_in.made if self.hand_in else ""


@dataclass(frozen=True, slots=True, eq=False)
class _Answers(Mapping[str, Answer]):
    """A student's answers, in a file that has no name: each is read when it is asked for."""

    file: IO[bytes]
    lines: Mapping[str, int]  # where the line of each begins

    def __getitem__(self, id: str) -> Answer:
        self.file.seek(self.lines[id])
        kind, value, before, *rest = json.loads(self.file.readline().decode())
        return Answer(id, kind, value, value if before is True else before, *rest)

    def __iter__(self) -> Iterator[str]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)


@contextmanager
def _room_in(file: IO[bytes]) -> Iterator[None]:
    """Say in one sentence that a file finds no room on the disk, and let go of it: it would try again."""
    try:
        yield
    except OSError as error:
        with suppress(OSError):
            file.close()
        raise CourseError(NOTES["no_room"].format(error=error)) from error


def _put_down(one: Submission, file: IO[bytes]) -> Submission:
    """Return a submission whose answers are in a file: those of a class would fill memory."""
    if not one.hand_in:
        return one
    lines, at = {}, file.seek(0, os.SEEK_END)
    with _room_in(file):
        for id, each in one.hand_in.answers.items():
            lines[id], before = at, each.prediction == each.value or each.prediction  # mostly: then once
            told = json.dumps([each.kind, each.value, before, each.saved, each.exercise_sha256])
            at += file.write(f"{told}\n".encode())
        file.flush()
    return replace(one, hand_in=replace(one.hand_in, answers=_Answers(file, lines)))


def read_inbox(inbox: Path, case: Case, exercises: Exercises, said: list[str]) -> Iterator[Submission]:
    """Give a submission for each file in a folder or ZIP, and one for each my_work folder.

    What is about no one file is added to `said`. Raises CourseError where no inbox can be read.
    """
    read = partial(_submission, case=case, exercises=exercises)
    homes: dict[tuple[str, PurePosixPath], list[_Laid]] = {}
    loose: list[_Laid] = []  # answers, in my_work/<notebook>/
    held = Counter[str]()
    store = tempfile.SpooledTemporaryFile(1)  # noqa: SIM115 - a class's folders would fill memory
    for file in read_files(inbox, said):  # those of a folder in any order
        path = PurePosixPath(file.name)
        start = file.data[:400]
        answer = path.suffix == ".json" and b'"exercise":' in start and b'"student"' not in start
        if not answer and path.name != "student.json":
            yield read(file, saved="my_work-" in path.name)
            continue
        held[file.student] += len(file.data) * bool(file.student)
        laid = replace(file, data=b""), store.seek(0, os.SEEK_END), len(file.data)
        if held[file.student] > MAX_HAND_IN:
            yield Submission(laid[0], "with it the my_work folder is larger than any is")
            continue
        with _room_in(store):
            store.write(file.data)
            store.flush()
        if answer:
            loose.append(laid)
        else:
            homes[file.student, path.parent] = [laid]
    for laid in loose:  # some lose their folders when they hand in
        folder, student = PurePosixPath(laid[0].name).parent, laid[0].student
        home = folder.parent if (student, folder.parent) in homes else folder
        homes.setdefault((student, home), []).append(laid)
    for (_, home), laid_down in homes.items():
        inside = []
        for file, at, size in laid_down:
            store.seek(at)
            inside.append(replace(file, data=store.read(size)))
        newest = max(inside, key=lambda file: file.time)
        yield read(replace(newest, name=f"{home}/") if inside[1:] else newest, saved=True, inside=inside)


def _submission(
    file: File, case: Case, exercises: Exercises, saved: bool, inside: Sequence[File] = ()
) -> Submission:
    """Return what a file says, or the files `inside` a my_work folder.

    One that is `saved` for oneself gives no private answer to anybody.
    """
    data, file = file.data, replace(file, data=b"")
    try:
        need(not file.problem, file.problem)
        data = _gathered(inside, case.about["title"]) if inside else data
        fits = len(data) <= MAX_HAND_IN or b'"nbformat"' in data
        need(fits, f"it is larger than {MAX_HAND_IN // 1_000_000} MB, which no hand-in is")
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # an editor saved it as UTF-16
            data = data.decode("utf-16").encode()
        found = read_hand_in(data, file.name)
        need(found.case == case.about["title"], f"it belongs to another case, {found.case!r:.80}")
        need(found.answers or found.done or not saved, "it is a my_work folder without an answer in it")
        private = {id for id in found.answers if saved and id in exercises and exercises[id].private}
        shared = {id: one for id, one in found.answers.items() if id not in private}
        whole = fitted(replace(found, answers=shared), exercises, case)
        # When it was made is made up of a folder.
        whole = replace(whole, made="" if inside else whole.made, done=(*private, *whole.done))
        return Submission(file, "", whole, _notes(whole, exercises))
    except UnicodeError:
        return Submission(file, "it holds characters that are not valid UTF-16")
    except CourseError as error:  # where it names the file, its cause is a clause
        return Submission(file, str(error.__cause__ or error))
    except MemoryError:
        return Submission(file, NO_MEMORY)


def _notes(found: HandIn, exercises: Exercises) -> tuple[Note, ...]:
    """Return what is to be said about a hand-in: what of it was left out, and what has changed since."""
    told: dict[str, list[str]] = {}
    for why, ids in found.left_out.items():
        known = {} if why in (Why.EXERCISE, Why.KIND) else exercises
        named = [f"‘{known[id].title}’" if id in known else id or "the whole file" for id in ids]
        told[why.name.lower()] = named
    changed = [id for id, one in found.answers.items() if one.exercise_sha256 != exercises[id].sha256]
    told["changed"] = [f"‘{exercises[id].title}’" for id in changed]
    return tuple(note(name, listed(names)) for name, names in told.items() if names)


def _gathered(inside: Sequence[File], case: str) -> bytes:
    """Return a my_work folder, student.json first, as the hand-in it would have been. Raises CourseError."""
    need(PurePosixPath(inside[0].name).name == "student.json", NOTES["nobodys"])
    student = student_in(inside[0].data)
    stored = [read_form(file.data, "answer") for file in inside[1:]]
    need(all(one["case"] == case for one in stored), "it belongs to another case")
    entries = {one["exercise"]: Answer.of(one["exercise"], one).entry for one in stored}
    return json.dumps(make_document(student, case, entries, made=NO_TIME)).encode()


@dataclass(frozen=True, slots=True)
class Row:
    """One student of the class, with the newest hand-in that can be used.

    `key` is the student's for good, `student_id` and `class_name` what that hand-in has. `status`: 'read',
    'unusable' (`problem` says why, `send` is a sentence for the student) or 'missing'. `file` is what counts;
    `files` names all that was handed in, SOME at most. `done`: exercises that stay private. `sha256` stands
    for these and the answers, of which each is read when it is asked for.
    """

    key: str
    code: str = ""
    name: str = ""
    lms_id: str = ""
    student_id: str = ""
    class_name: str = ""
    status: str = "missing"
    problem: str = "nothing was handed in"
    send: str = ""
    file: File = NO_FILE
    files: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    done: frozenset[str] = field(default=frozenset(), repr=False)
    sha256: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict, repr=False, compare=False)

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

    @property
    def pairs(self) -> list[tuple[str, str, str]]:
        """The pairs by what the teacher knows the students by."""
        labels = {row.key: row.label for row in self.rows}
        return [(labels[one], labels[other], why) for one, other, why in self.unsure]


def read_class(submissions: Iterable[Submission], roster: Sequence[Person], same: dict[str, str]) -> Reading:
    """Return what was handed in as a row for each student, and for each file of nobody's.

    `same` gives the key of another row that the teacher holds to be the same student. Raises CourseError
    where the submissions do, and where there is no room for them.
    """
    known, said = _Roster(roster), list[str]()
    people = {key_of(one): one for one in roster}
    held: defaultdict[str, list[Submission]] = defaultdict(list)
    ids: dict[str, str] = {}
    store = tempfile.SpooledTemporaryFile(1)  # noqa: SIM115 - there as long as its answers, and on disk
    for one in submissions:
        key, person = known.who(one)
        key = same.get(key, key)
        held[key].append(_put_down(one, store))
        if one.file.lms_id:
            ids[one.file.lms_id.casefold()] = one.file.system
        if key not in people or not people[key].code:
            people[key] = person
    if ids and known.keys and not ids.keys() & known.by_lms.keys():
        given, system = next(iter(ids.items()))
        met, file = _meet_by_name(people, held, known), BOOKS.get(system, {"file": "the same place"})["file"]
        said.append(NOTES["other_ids"].format(given, next(iter(known.by_lms), "none"), met, len(ids), file))
    rows = [_row(key, person, held[key], known) for key, person in people.items()]
    rows.sort(key=lambda row: (row.key.startswith("file:"), natural(row.label), row.key))
    return Reading(tuple(rows), tuple(_unsure(people, held)), tuple(said))


def _meet_by_name(people: dict[str, Person], held: dict[str, list[Submission]], known: _Roster) -> int:
    """Give hand-ins to students of the list by the name their system wrote, or name and code; count them."""
    names = {key: same_name(mine[0].file.lms_name) for key, mine in held.items() if key not in known.keys}
    times, before = Counter(names.values()), len(people)
    for key, name in names.items():
        codes = [one.hand_in.student.code.casefold() for one in held[key] if one.hand_in]
        maybe = [known.by_name.get(name) if times[name] == 1 else None, *map(known.by_code.get, codes)]
        person = next((one for one in maybe if one and same_name(one.name) == name), None)
        if name and person and key_of(person) not in held:
            held[key_of(person)] = held.pop(key)
            del people[key]
    return before - len(people)


def natural(text: str) -> list[tuple[int, str]]:
    """Return what sorts a text as people do: 7b before 12a.

    >>> sorted(["12a", "7b", "Student 10", "student 9"], key=natural)
    ['student 9', 'Student 10', '7b', '12a']
    """
    parts = re.findall(r"\d{1,15}|\D+", text.casefold())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def key_of(person: Person) -> str:
    """Return the key of a student of the roster."""
    return f"lms:{person.lms_id}" if person.lms_id else f"code:{person.code}"


class _Roster:
    """The students of a class, found by what a file tells of its own."""

    def __init__(self, roster: Sequence[Person]) -> None:
        self.keys = {key_of(one) for one in roster}
        self.by_lms = {one.lms_id.casefold(): one for one in roster if one.lms_id}
        self.by_code = {one.code.casefold(): one for one in roster}
        times = Counter(same_name(one.name) for one in roster)
        self.by_name = {name: one for one in roster if times[name := same_name(one.name)] == 1 and name}

    def who(self, one: Submission) -> tuple[str, Person]:
        """Return the key of a file's student, and the student; a file of nobody's is its own."""
        file, student = one.file, one.hand_in.student if one.hand_in else None
        typed = Person(student.code, student.name) if student else Person("")
        signs = [(file.lms_id or file.owner, self.by_lms), (file.owner, self.by_code)]
        if not file.lms_id and not file.owner:
            path = PurePosixPath(file.outer)
            stem = re.sub(r" ?\(\d+\)$", "", path.stem)  # which a browser adds to what is there already
            before = stem, stem.partition(" - ")[0], stem.partition("_")[0]
            signs += [(same_name(name), self.by_name) for name in (file.lms_name, *path.parts[:-1])]
            signs += [(typed.code, self.by_code), *((same_name(name), self.by_name) for name in before)]
        person = next((found[sign.casefold()] for sign, found in signs if sign.casefold() in found), None)
        if person:
            return key_of(person), person
        if file.student:
            kind = "lms" if file.lms_id else "owner" if file.owner else "name"
            person = Person(typed.code, file.lms_name or typed.name, file.lms_id or file.owner)
            return f"{kind}:{person.lms_id or same_name(person.name)}", person
        if student:
            return f"id:{student.student_id}:{shown(student.name or student.code).casefold()}", typed
        return f"file:{file.name}", typed


def _row(key: str, person: Person, held: list[Submission], known: _Roster) -> Row:
    row = Row(key, person.code, shown(person.name), shown(person.lms_id))
    if not held:
        return row
    # Each assignment counts its versions from 1: the one that has the newest file goes first.
    last = {one.file.version[0]: one.order for one in sorted(held, key=lambda one: one.order)}
    held = sorted(held, key=lambda by: (last[by.file.version[0]], by.file.version, by.order), reverse=True)
    bad = [one for one in held if one.problem]
    unlike: dict[str, Submission] = {}  # one file in two forms, or sent twice, is one
    for one in held:
        if one.hand_in:
            unlike.setdefault(one.hand_in.sha256, one)
    good = list(unlike.values())
    first, unused = (good or bad)[0], bad if good else bad[1:]
    status, files = "read" if good else "unusable", [shown(one.file.name) for one in [*good, *bad][:SOME]]
    row = replace(row, status=status, problem=first.problem, file=first.file, files=tuple(files))
    notes = [note("not_used", shown(one.file.name), one.problem) for one in unused[:SOME]]
    notes += [note("more_not_used", len(unused) - SOME)] if len(unused) > SOME else []
    hand_ins = [one.hand_in for one in good if one.hand_in]
    if not hand_ins:
        name = PurePosixPath(CANVAS.sub("", first.file.name)).name  # as the student knows it
        return replace(row, send=NOTES["send"].format(shown(name), first.problem), notes=tuple(notes))
    notes += [note("several", len(good))] if len(good) > 1 else []
    for code in dict.fromkeys(one.student.code for one in hand_ins):
        other = known.by_code.get(code.casefold())
        if other and key_of(other) != key:
            notes.append(note("other_code", code, other.name or "another student"))
    notes += [note("not_listed")] if known.keys and key not in known.keys else []
    notes += [note("two_workspaces")] if len({one.student.student_id for one in hand_ins}) > 1 else []
    newest, id = hand_ins[0], hand_ins[0].student.student_id
    row = replace(row, student_id=id, class_name=newest.class_name, notes=(*notes, *first.notes))
    return replace(row, done=frozenset(newest.done), sha256=newest.sha256, answers=newest.answers)


def _unsure(people: dict[str, Person], held: dict[str, list[Submission]]) -> Iterator[tuple[str, str, str]]:
    """Give pairs of keys that may be one student, or of which one may have another's work, and why."""
    signs: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)  # keys in their order
    for key, person in people.items():
        signs["the same name", shown(person.name).casefold()][key] = None
        for one in (each.hand_in for each in held[key] if each.hand_in):
            signs["the same student_id", one.student.student_id][key] = None
            signs["the same file", one.sha256][key] = None
            signs["the same code", one.student.code.casefold()][key] = None
            signs["the same name", shown(one.student.name).casefold()][key] = None
    signs.pop(("the same name", ""), None)
    pairs: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for (why, _), keys in sorted(signs.items()):
        for pair in combinations(list(keys)[:20], 2):
            # Two whom the school's system or the roster tells apart may bear one name.
            if why != "the same name" or any(key.startswith("id:") for key in pair):
                pairs[pair].append(why)
    yield from ((one, other, ", ".join(why)) for (one, other), why in pairs.items())
