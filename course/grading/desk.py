"""The teacher's desk: what the notebooks call. Each call shows a panel; nothing happens before a press.

What students did stands in panels alone, which no notebook file keeps. What a panel looks like is in
desk.toml; what a press does is the method of its name.
"""

from __future__ import annotations

import base64
import io
import json
import math
import os
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property, partial
from html import escape
from itertools import chain
from pathlib import Path, PureWindowsPath
from statistics import mean, median, stdev
from tempfile import TemporaryDirectory
from textwrap import shorten
from typing import Any, cast

from course.corpus.case import Case, open_case, read_toml
from course.corpus.errors import CourseError, need, one_sentence
from course.corpus.table import Table
from course.grading import discussion, feedback, gain, gradebooks, made_up, roster
from course.grading.grade import Grade, Graded, Grader
from course.grading.inbox import CANVAS, DAMAGED, OFFICE
from course.grading.record import delete_class
from course.grading.rows import Reading, Row, key_of, natural, read_class, read_inbox
from course.lessons.cards import cards
from course.lessons.class_file import FEWEST, class_document
from course.lessons.exercises import Exercise, load_exercises, sha256_of
from course.lessons.figures import passage_of, trust_chart, votes
from course.lessons.files import replace_file, replacing, to_json
from course.lessons.handin import page, shown
from course.lessons.here import open_workspace
from course.lessons.messages import Download, PanelButton, PanelField, PanelTable, Passage, Status
from course.lessons.rounds import LESSON as ROUNDS
from course.lessons.scoring import NEARLY, credits_of, out_of
from course.lessons.widgets import CourseWidget, OnPress, Opening, Panel, Reader, Shown, watched

Fields = Mapping[str, Any]  # what stands in a panel's fields at a press
Act = Callable[..., Any]  # a method of the desk
PANELS: dict[str, Any] = read_toml(Path(__file__).with_suffix(".toml"))
NO_HAND_INS = "No hand-ins are chosen yet: choose the ZIP in step 1 of mark_hand_ins.ipynb"
HOW_OFTEN, STATES = PANELS["how_often"], PANELS["states"]
BANK = 40  # comments offered again
ROWS = 500  # of a table that a panel shows: a browser takes long over more
LARGE = 20_000_000  # bytes from which a file is named, and not sent through the browser


# --- what panels are made of


def _panel(name: str, on_press: OnPress | None = None, **parts: Any) -> Panel:
    """Return a panel as desk.toml describes it; `parts` take the place of what stands there."""
    return Panel(name, on_press=on_press, **({"title": "", **PANELS[name], "fields": _fields(name)} | parts))


def _fields(name: str, **now: Any) -> list[PanelField]:
    """Return a panel's fields as things stand `now`. A choice that has nothing to choose from is left out."""
    return fields_of(PANELS[name], **{one: value for one, value in now.items() if value != {}})


def fields_of(panel: Mapping[str, Any], **now: Any) -> list[PanelField]:
    """Return the fields of a described panel with the value of each `now`.

    Of a choice that is its options by value, or the value and the options; one of which nothing is said is
    left out.
    """
    found = list[PanelField]()
    for field in map(dict, panel.get("fields", ())):
        value = now.get(field["name"])
        if isinstance(value, tuple):
            field["value"], value = value
        if isinstance(value, dict):
            field["options"] = list(map(list, value.items()))
        elif value is not None:
            field["value"] = value
        if field["kind"] != "choice" or "options" in field:
            found.append(cast(PanelField, field))
    return found


def table(caption: str, rows: Iterable[Mapping[str, object]], below: bool = True) -> list[PanelTable]:
    """Return a table as a panel shows it, `below` its buttons; none where it has no rows."""
    made = Table(caption, rows)
    caption += f" (the first {ROWS} of {len(made.rows):,} rows)" if len(made.rows) > ROWS else ""
    cells = made.cells[:ROWS]
    return [{"caption": caption, "columns": made.columns, "rows": cells, "below": below}] if cells else []


def download(name: str, data: bytes, type: str = "application/octet-stream") -> Download:
    """Return a file as a panel offers it."""
    return {"name": name, "data": base64.b64encode(data).decode(), "type": type}


def in_lesson(title: str, lesson: str) -> str:
    """Return an exercise's title, with the number of its lesson before it, or the lesson's name.

    >>> in_lesson("Who speaks?", "02_hear"), in_lesson("A fountain", "one_week")
    ('02 Who speaks?', 'one week: A fountain')
    """
    number = lesson.partition("_")[0]
    return f"{number} {title}" if number.isdecimal() else f"{lesson.replace('_', ' ')}: {title}"


def _named(exercise: Exercise) -> str:
    return in_lesson(exercise.title, exercise.lesson)


def _last_name(name: str) -> str:
    """Return a name with what lists are sorted by first: ‘López, Ana’, ‘Ana López’."""
    return name if "," in name else " ".join([*name.split()[-1:], name])


def _texts(grade: Grade) -> list[Passage]:
    return [{"title": item.text, "text": grade.value.get(item.id, "")} for item in grade.exercise.items]


def _mixed(keys: Iterable[str], by: str) -> list[str]:
    """Return students’ keys in a mixed order: the same at every opening, another one `by` another name."""
    return sorted(keys, key=lambda key: sha256_of(f"{by} {key}"))


def _zip_in(file: Mapping[str, str]) -> bytes:
    """Return the ZIP that was chosen. Raises CourseError where it is none."""
    data, name = base64.b64decode(file["data"]), file["name"]
    with one_sentence(PANELS["no_zip"], *DAMAGED, name=name):
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    need(not OFFICE & {*names}, PANELS["a_document"].format(name))
    need(any(not one.endswith("/") for one in names), PANELS["empty_zip"].format(name))
    return data


def _chosen(name: str, desk: Desk, show: Act, options: Act, waits: bool = False) -> Shown:
    """Return a list to choose from, and below it what is shown of the choice. No notebook file keeps it.

    `options` gives values and their words; where it needs the hand-ins, it `waits` until they are read.
    """
    below = Opening()

    def press(button: str, given: Fields) -> Status:
        if button == "again":
            desk.read_again()
        if "which" not in given:
            return {"text": "Choose one.", "fields": _fields("chooser", which=options(desk))}
        shown = show(desk, given["which"])
        for one in chain(*(getattr(one, "parts", [one]) for one in below.parts)):
            if isinstance(one, CourseWidget):
                one.close()
        below.open(*(shown if isinstance(shown, list) else [shown]))
        return {"text": "Shown below."}

    fields = _fields("chooser", which={} if waits else options(desk))
    return Shown(_panel(name, press, fields=fields, buttons=PANELS["chooser"]["buttons"]), below)


def _pressed(name: str, desk: Desk, press: Act, **parts: Callable[[Desk], Any]) -> Panel:
    """Return a panel whose presses go to a method of the desk; each of the `parts` is asked for now."""

    def pressed(button: str, given: Fields) -> Status:
        try:
            return cast(Status, press(desk, button, given))
        except CourseError:
            if "tables" not in parts:  # what an earlier press found is no answer to this one
                panel.tables = []
            raise

    panel = _panel(name, pressed, **{part: now(desk) for part, now in parts.items()})
    return panel


def shown_as(made: Act, **how: Any) -> Callable[[Act], Act]:
    """Make of a method that acts on a press or choice one that shows what is `made` of it, by its name."""

    def showing(act: Act) -> Act:
        def show(home: Any) -> Any:
            try:
                return made(act.__name__, home, act, **how)
            except CourseError as error:  # what a person wrote by hand cannot be read
                return Panel(act.__name__, PANELS["not_shown"], [f"{error}."])

        show.__doc__ = act.__doc__
        return show

    return showing


def open_desk(folder: str = "my_class") -> Desk:
    """Return the desk of a class. Its folder stands beside my_work/; a second class may have my_class/7b."""
    case = open_case()
    return Desk(case, open_workspace(case).folder.absolute().parent / folder)


class Desk:
    """One class on a teacher's desk: its case and folder, its hand-ins as they were last read, its grades."""

    def __init__(self, case: Case, folder: Path) -> None:
        self.case, self.folder = case, folder
        self._gradebook = "", b""  # chosen last, kept while its column is asked for

    @cached_property
    def grader(self) -> Grader:
        """What grading needs; the record's file is made when it is first asked for."""
        return Grader(self.case, self.folder, watched)

    @cached_property
    def reading(self) -> Reading:
        """The hand-ins as they were last read, for the grader that is here: its record goes on."""
        inbox = need(self.inbox_named(), NO_HAND_INS)
        return self.grader.read(Path(inbox))

    @property
    def rows(self) -> dict[str, Row]:
        """The students and what they handed in, by key."""
        return {row.key: row for row in self.reading.rows}

    def renew(self) -> None:
        """Forget what was read: the roster, the settings or the hand-ins have changed."""
        if grader := vars(self).pop("grader", None):
            grader.record.close()
        vars(self).pop("reading", None)

    def inbox_named(self) -> str:
        """Return the ZIP or folder that was chosen last, or the hub's inbox, or no text."""
        path = self.folder / "inbox.txt"
        return path.read_text("utf-8") if path.exists() else os.environ.get("COURSE_INBOX", "")

    def choose_inbox(self, path: Path) -> None:
        """Remember where the hand-ins are, for this notebook and the others."""
        replace_file(self.folder / "inbox.txt", str(path).encode())
        self.renew()

    def read_again(self) -> Reading:
        """Read the hand-ins, the roster and the settings as they are now."""
        self.renew()
        return self.reading

    def graded(self, reason: str = "marked") -> list[Graded]:
        """Return everybody's grades by the rules that hold now."""
        rows = self.reading.rows  # before the grader, which makes a file: there may be no hand-ins
        return self.grader.grade_all(rows, reason)

    def grade_again(self, before: Iterable[Graded], reason: str) -> str:
        """Grade everything again by the rules that hold now, and say how many students’ marks changed."""
        marks = {one.row.key: one.mark for one in before}
        changed = sum(marks.get(one.row.key) != one.mark for one in self.graded(reason))
        return f"Kept. Marks that changed by it: {changed}."

    def answers(self, exercise: str, only: str = "") -> dict[str, Grade]:
        """Return the grade of each student who answered an exercise, or `only` of one, by their keys."""
        graded, asked = self.graded(), self.grader.asked.get(exercise)
        rows = [one.row for one in graded if one.row.status == "read" and only in ("", one.row.key)]
        each = ((row.key, self.grader.grade_one(row, asked)) for row in watched(rows, "looking") if asked)
        return {key: grade for key, grade in each if grade.answered}

    def people(self) -> dict[str, str]:
        """Return what the teacher knows each student by, by key; files of nobody's are left out."""
        rows = [row for row in self.reading.rows if not row.key.startswith("file:")]
        return {row.key: " ".join(dict.fromkeys(filter(None, [row.label, row.code]))) for row in rows}

    def asked(self) -> dict[str, Exercise]:
        """Return the exercises of the lessons that the class does, whose answers reach a teacher, by id."""
        exercises = load_exercises(self.case)
        has = roster.read_settings(self.folder / "class.toml", exercises).has
        return {id: one for id, one in exercises.items() if has(one.lesson) and not one.private}

    def titles(self) -> dict[str, str]:
        """Return their titles."""
        return {id: _named(one) for id, one in self.asked().items()}

    def written(self) -> dict[str, str]:
        """Return the titles of those whose answers a person gives a level."""
        return {id: _named(one) for id, one in self.asked().items() if one.rubric and one.points}

    def _kept(self, told: str, name: str, parts: Iterable[bytes]) -> Status:
        with replacing(self.folder / name) as file:
            file.writelines(parts)
        return self._offered(told, self.folder / name)

    def _offered(self, told: str, path: Path) -> Status:
        """Give a file of the class's folder to the browser, where it is not too large."""
        if path.stat().st_size > LARGE:
            return {"text": f"{told} The file is large: find it at {path}."}
        return {"text": told, "downloads": [download(path.name, path.read_bytes())]}

    # --- a class itself: made up to try things, its lessons and list, and its end

    @shown_as(_pressed, lines=lambda desk: [made_up.SAID.replace("\n", " "), *PANELS["made_up"]["lines"]])
    def made_up(self, button: str, given: Fields) -> Status:
        """Show the button that makes a class of people who do not exist."""
        folder = self.folder
        held = any((folder / name).exists() for name in ("roster.csv", "class.toml", "inbox.txt"))
        need(not held, f"{folder} holds a class already: delete it first, or name another folder")
        self.choose_inbox(made_up.made_up_class(self.case, folder))
        names = ("made_up-hand_ins.zip", "made_up-worksheet.csv", "made_up-comparison.zip")
        downloads = [download(name, (folder / name).read_bytes()) for name in names]
        return {"text": "It is made. Go on with mark_hand_ins.ipynb.", "downloads": downloads}

    def _lessons(self) -> list[str]:
        exercises = load_exercises(self.case).values()
        return list(dict.fromkeys(one.lesson for one in exercises if one.lesson != ROUNDS))

    def _lesson_fields(self) -> list[PanelField]:
        settings = roster.read_settings(self.folder / "class.toml", load_exercises(self.case))
        due = f"{settings.due:%Y-%m-%dT%H:%M}" if settings.due else ""
        late = {name: f"{getattr(settings, name):g}" for name in ("late_percent", "late_most")}
        found = _fields("lessons", title=settings.title, due=due, **late)
        for name in self._lessons():
            often = f"{settings.weights.get(name, 1):g}" if settings.has(name) else "out"
            options = list(map(list, (HOW_OFTEN | {often: HOW_OFTEN.get(often, f"{often} times")}).items()))
            label = name.replace("_", " ")
            found.append({"name": name, "kind": "choice", "label": label, "value": often, "options": options})
        return found

    @shown_as(_pressed, fields=_lesson_fields)
    def lessons(self, button: str, given: Fields) -> Status:
        """Show which lessons the class does, how often each counts, until when, and what being late takes."""
        exercises, path = load_exercises(self.case), self.folder / "class.toml"
        names = self._lessons()
        chosen = [name for name in names if given[name] != "out"]
        need(chosen, "Choose at least one lesson")
        before = roster.read_settings(path, exercises).weights
        weights = {id: one for id, one in before.items() if id in exercises}
        weights |= {name: float(given[name]) for name in chosen if given[name] != "1"}
        typed = datetime.fromisoformat(given["due"]) if given["due"] else None
        due = roster.due_at(typed, "This is a due date")
        late = [roster.number_in(given[name], 100, "share") for name in ("late_percent", "late_most")]
        lessons = () if chosen == names else tuple(chosen)
        roster.write_settings(path, roster.Settings(shown(given["title"]), lessons, weights, due, *late))
        self.renew()
        return {"text": f"Kept in {path}.", "fields": self._lesson_fields()}

    def _roster_table(self) -> list[PanelTable]:
        people = roster.read_roster(self.folder / "roster.csv")
        rows = [{"code": one.code, "name": one.name, "id": one.lms_id} for one in people]
        return table(f"{len(rows)} students", rows)

    @shown_as(_pressed, tables=_roster_table)
    def roster(self, button: str, given: Fields) -> Status:
        """Show the class's list; make it from a gradebook file or typed names, each with a random code."""
        path = self.folder / "roster.csv"
        people = roster.read_roster(path)
        need(people or button == "make", "Nobody is on the list yet: add names first")
        if button == "codes":  # a row a student
            times, slips = Counter(one.name for one in people), ""
            for at, one in enumerate(people, 1):
                which = f" ({one.lms_id or f'row {at}'})" * (times[one.name] > 1)
                slips += f"<tr><th>{escape(one.name + which)}</th><td><code>{one.code}</code></td></tr>"
            data = page("Codes", f"<h1>{PANELS['slips']}</h1><table>{slips}</table>").encode()
            return {"text": PANELS["codes"], "downloads": [download("codes.html", data, "text/html")]}
        found = [(line, "") for line in given["names"].splitlines()]
        if given["file"]:
            found += gradebooks.read_gradebook(base64.b64decode(given["file"]["data"])).students()
        named = [roster.Person("", name, id) for line, id in found if (name := shown(line)[:80]) or id]
        need(named, "Choose a gradebook file, or type names, one a line")
        fresh, met = roster.new_people(people, named)
        if met and button == "make":
            text = PANELS["met"].format(len(met), next(iter(met)).name)
            return {"text": text, "problem": True, "buttons": PANELS["met_already"]["buttons"]}
        new = {one: by.lms_id for by, one in met.items() if one and by.lms_id and button == "ids"}
        now = [replace(one, lms_id=new.get(one, one.lms_id)) for one in people]
        added = [(one.name, one.lms_id) for one in fresh if button == "others" or one not in met]
        roster.write_roster(path, [*now, *roster.new_codes(added, [one.code for one in people])])
        self.renew()
        if new:
            self.grader.record.move({key_of(one): f"lms:{id}" for one, id in new.items()}, "a new id")
        told = PANELS["added"][bool(met)].format(len(added), len(new), len(fresh) - len(added) - len(new))
        return {"text": told, "tables": self._roster_table(), "buttons": PANELS["roster"]["buttons"]}

    @shown_as(_pressed, lines=lambda desk: [PANELS["delete"]["lines"][0].format(desk.folder)])
    def delete(self, button: str, given: Fields) -> Status:
        """Show the button that deletes everything about the class."""
        self.renew()
        return {"text": PANELS["deleted"].format(delete_class(self.folder))}

    # --- what comes in

    @shown_as(_pressed, fields=lambda desk: _fields("hand_ins", place=desk.inbox_named()))
    def hand_ins(self, button: str, given: Fields) -> Status:
        """Show where the hand-ins are, read them, and say which cannot be used."""
        said = "Read."
        if file := given["file"]:
            typed = given["place"] not in ("", self.inbox_named())
            said = PANELS["not_the_place"].format(file["name"]) if typed else said
            replace_file(self.folder / "hand_ins.zip", _zip_in(file))
            self.choose_inbox(self.folder / "hand_ins.zip")
        elif place := given["place"].replace("\0", "").strip(" \t\"'"):  # as Windows copies it
            need(not place.lower().endswith((".docx", ".odt")), PANELS["a_document"].format(place))
            self.choose_inbox(Path(place).expanduser().absolute())
        if sheet := given.get("sheet"):
            rows, record = self.rows, self.grader.record
            for key, at in gradebooks.handed_in(base64.b64decode(sheet["data"]), self.graded()).items():
                # For that file alone, not for a later one.
                came = {"at": at.isoformat(), "file": rows[key].file.name}
                if record.get("came", key) != came:
                    record.set("came", came, student=key)
        reading = self.read_again()
        graded = self.graded("hand-ins were read")
        told = [f"{name}: {sum(one.row.status == at for one in graded)}." for at, name in STATES.items()]
        told.append(f"Written answers that wait for you: {sum(one.left for one in graded)}.")
        bad = [one.row for one in graded if one.row.status != "read"]
        wrong = [{"who": by.label, "what is wrong": by.problem, "what you can send": by.send} for by in bad]
        pairs = [{"one": one, "other": other, "both have": why} for one, other, why in reading.pairs]
        tables = table("Cannot be marked", wrong) + table("May be one person; nothing was merged", pairs)
        none = PANELS["nothing"][any(row.files for row in reading.rows)]
        lines = [" ".join(told), *([] if len(bad) < len(graded) else [none]), *reading.said]
        return {"text": said, "lines": lines, "tables": tables}

    @shown_as(_pressed, fields=lambda desk: [])
    def students(self, button: str, given: Fields) -> Status:
        """Show late, excused, a comment, and two rows that are one student."""
        rows, (kind, _, wish), student = self.rows, button.partition("_"), given.get("student", "")
        before = self.graded()
        if kind == "show" or not student:
            told = "Shown." if student else "Choose a student."
        elif kind not in ("same", "apart"):
            value: Any = given["comment"].strip() or None if kind == "comment" else wish == "yes"
            self.grader.record.set(kind, value, student=student, reason=given["reason"])
            told = self.grade_again(before, f"{kind} was decided")
            return {"text": f"{rows[student].label}: {told}", "lines": self._student_now(student)}
        else:
            need(kind == "apart" or given["other"] not in ("", student), PANELS["two_entries"])
            joined = self.grader.record.all("same").items()
            apart = {one: None for (one, _), key in joined if student in (one, key)}
            for one, other in apart.items() if kind == "apart" else [(student, given["other"])]:
                self.grader.record.set("same", other, student=one, reason=given["reason"])
            self.read_again()
            told = self.grade_again(before, PANELS["why"][kind])
        people = self.people()
        which = (student, people) if student in people else people
        fields = _fields("students", student=which, other={"": "–", **people})
        return {"text": told, "fields": fields, "lines": self._student_now(student)}

    def _student_now(self, student: str) -> list[str]:
        """Return what the panel says of a student as things stand."""
        lines = list(PANELS["students"]["lines"])
        for one in (one for one in self.graded() if one.row.key == student):
            state = PANELS["student_now"][one.late], PANELS["student_now"][2 + one.excused]
            said = [f"{one.row.label}: {', '.join(state)}, {out_of(one.points, one.possible)} points."]
            said += [*map(str, one.notes), *([f"Comment: {one.comment}"] if one.comment else [])]
            lines.append(" ".join(said))
        return lines

    # --- the class to look through

    @shown_as(_pressed)
    def everybody(self, button: str, given: Fields) -> Status:
        """Show the class as a table that is searched and sorted, with the mean and the spread."""
        graded, words = self.graded(), shown(given["find"]).casefold().split()
        places = {key_of(one): at for at, one in enumerate(self.grader.roster)}

        def place(one: Graded) -> Any:
            at = {"list": places.get(one.row.key, len(places)), "left": -one.left, "late": not one.late}
            more = {"name": natural(_last_name(one.row.label)), "points": (not one.possible, one.per_cent)}
            return {**at, **more}[given["order"]]

        each = [(one, _told(one)) for one in sorted(graded, key=place)]
        texts = (" ".join(map(str, row.values())).casefold() for _, row in each)
        found = [pair for pair, text in zip(each, texts, strict=True) if all(word in text for word in words)]
        rows, shares = [row for _, row in found], [one.per_cent for one, _ in found if one.possible]
        line = f"{len(rows)} of {len(graded)} students."
        if len(shares) > 1:
            numbers = mean(shares), stdev(shares), min(shares), max(shares), median(shares)
            line += PANELS["spread"].format(*numbers)
        return {"text": "Shown below.", "lines": [line], "tables": table("The class", rows)}

    @shown_as(_chosen, options=people, waits=True)
    def whole_work(self, key: str) -> list[Panel]:
        """Show all that one student handed in, on one page; below it what was written, to be given levels."""
        row = self.rows[key]
        graded = self.grader.grade(row)
        tables = list[PanelTable]()
        for lesson, part in graded.by_lesson():
            points, possible, left = part.sums
            fold = PANELS["of_lesson"].format(lesson.replace("_", " "), out_of(points, possible), left)
            for one in (one for one in part.grades if one.answered):
                name = f"{one.exercise.title} ({one.state})"
                tables += [found | {"fold": fold} for found in table(name, _decisions(one), below=False)]
        state = f"{out_of(graded.points, graded.possible)} points, {graded.left} to be read"
        lines = [f"{STATES[row.status]}: {row.problem or state}.", *map(str, graded.notes)]
        written = [id for id in self.written() if self.answers(id, key)]
        whole = Panel("whole_work_of", row.label, lines, tables=tables)
        return [whole, *(_OneByOne(self, id, only=key).panel() for id in written)]

    @shown_as(_pressed, fields=lambda desk: [])
    def requests(self, button: str, given: Fields) -> Status:
        """Show what students ask to be looked at again, as a list."""
        people, titles, record = self.people(), self.titles(), self.grader.record
        if button != "show" and "student" in given:
            student, exercise, words = given["student"], given["exercise"], given["words"].strip()
            held = record.get("request", student, exercise)
            need(words or button == "close", "Write in a few words what is to be looked at again")
            need(button == "add" or (held and held["open"]), PANELS["no_request"])
            new = {"words": words, "open": True}
            said = new if button == "add" else {**held, "answer": words, "open": False}
            record.set("request", said, student=student, exercise=exercise)
        rows = []
        for (student, exercise), one in record.all("request").items():
            about = {"who": people.get(student, student), "about": titles.get(exercise, exercise)}
            said = {"asked": one["words"], "answered": one.get("answer", "")}
            rows.append({"state": "open" if one["open"] else "closed"} | about | said)
        rows.sort(key=lambda row: row["state"] != "open")
        now = {name: (given.get(name, ""), of) for name, of in (("student", people), ("exercise", titles))}
        fields = _fields("requests", **now)
        fields[-1]["at"] = sum(bool(cell) for row in rows for cell in row.values())  # emptied by each request
        told = f"{sum(row['state'] == 'open' for row in rows)} open."
        return {"text": told, "fields": fields, "tables": table("Requests", rows)}

    @shown_as(_pressed)
    def alike(self, button: str, given: Fields) -> Status:
        """Show answers that two students share beyond chance; what it means is not said."""
        graded, most = self.graded(), PANELS["most_alike"]
        need(len(graded) <= most, PANELS["too_many"].format(len(graded), most))
        found = discussion.alike(graded)
        told = "Shown below." if found.rows else "No two students share more than chance would give."
        return {"text": told, "tables": table(found.caption, found.rows)}

    @shown_as(_pressed)
    def logs(self, button: str, given: Fields) -> Status:
        """Show what is counted of each student's log of looking outside, and of the class."""
        tables = []
        for exercise in (one for one in self.grader.exercises.values() if one.counts(one.empty())):
            rows, answers = self.rows, self.answers(exercise.id)
            each = [{"who": rows[key].label, **exercise.counts(one.value)} for key, one in answers.items()]
            tables += table(f"{_named(exercise)}: the class", discussion.counts_of(answers.values()))
            tables += table(f"{_named(exercise)}: each student", each)
        return {"text": "Shown below." if tables else "Nobody has handed in a log.", "tables": tables}

    # --- decisions: rules for the class, written answers by one reader or two

    @shown_as(_chosen, options=titles)
    def rules(self, id: str) -> Panel:
        """Show what can be changed for the whole class in one exercise."""
        _ = self.reading  # which says what to do where nothing was chosen
        exercise, weight = self.grader.exercises[id], self.grader.record.get("weight", exercise=id)
        weight = self.grader.settings.weights.get(id, 1) if weight is None else weight
        questions: Mapping[str, str] = {} if exercise.typed else self.grader.questions(exercise)
        given = self.answers(id).values() if questions and not exercise.has_labels else ()  # such as orders
        right = [part for one in given for _, part in exercise.parts(one.value)]
        right += [*exercise.labels, *chain(*exercise.asked.values())] if exercise.has_labels else []
        answers = {json.dumps(one): _words(one, exercise) for one in right if questions}
        without = {"prediction": exercise.typed, "accept": not answers}
        without |= {"drop": not questions, "before": not questions}
        fields = _fields("rules_of", weight=f"{weight:g}", question=questions, answer=answers)
        buttons = [one for one in PANELS["rules_of"]["buttons"] if not without.get(one["name"])]
        press, lines = partial(self._change_rules, exercise), self._rules_now(exercise)
        return _panel("rules_of", press, title=_named(exercise), lines=lines, fields=fields, buttons=buttons)

    def _rules_now(self, exercise: Exercise) -> list[str]:
        questions = self.grader.questions(exercise)
        now = partial(self.grader.record.get, exercise=exercise.id)
        which = "the prediction, made before the reveal" if now("prediction") else "the last answer"
        times = f"{self.grader.weight(exercise):g}, the lesson’s weight included"
        told = [f"{exercise.points:g} points, times {times}. Marked: {which}."]
        for question, right in (now("accept") or {}).items():
            also = ", ".join(_words(one, exercise) for one in right)
            told.append(f"Accepted for everyone: {also} ({questions.get(question, question)})")
        told += [f"Does not count: {questions.get(one, one)}" for one in now("drop") or ()]
        return ["\n".join(told)]

    def _change_rules(self, exercise: Exercise, button: str, given: Fields) -> Status:
        before, record = self.graded(), self.grader.record
        id, question = exercise.id, given.get("question", "")
        accepted: dict[str, list[Any]] = dict(record.get("accept", exercise=id) or {})
        here = accepted.pop(question, [])
        dropped = [one for one in record.get("drop", exercise=id) or () if one != question]
        changes: dict[str, Any] = {"prediction": not record.get("prediction", exercise=id)}
        if button == "accept":
            right = json.loads(given["answer"])
            whole = {item.id for item in exercise.items if item.group == question}
            # Nothing could be graded by part of an order.
            need(not isinstance(right, list) or set(right) == whole, PANELS["lacks"])
            changes = {"accept": accepted | {question: [*(one for one in here if one != right), right]}}
        elif button == "drop":
            changes = {"drop": [*dropped, question]}
        elif button == "before":
            changes = {"accept": accepted, "drop": dropped}
        elif button == "weight":
            changes = {"weight": roster.number_in(given["weight"], 999, "weight")}
        for kind, value in changes.items():
            record.set(kind, value, exercise=id, reason=given["reason"])
        told = self.grade_again(before, f"the rules for {id} changed")
        return {"text": told, "lines": self._rules_now(exercise)}

    @shown_as(_chosen, options=written)
    def texts(self, id: str) -> Panel:
        """Show written answers one at a time, without names, to be given levels by keys."""
        return _OneByOne(self, id).panel()

    @shown_as(_chosen, options=written)
    def second_reader(self, id: str) -> Panel:
        """Show the same written answers to a second reader, who sees no level and no comment."""
        return _OneByOne(self, id, second=True).panel()

    @shown_as(_chosen, options=written)
    def differences(self, id: str) -> Panel:
        """Show how far two readers agree, and settle where they differ, one by one."""
        exercise = self.grader.exercises[id]
        shown, tables = partial(_differences, self, exercise, []), self.levels(exercise)
        return _panel("difference", shown, title=_named(exercise), tables=tables, **shown())

    def levels(self, exercise: Exercise) -> list[PanelTable]:
        """Return the levels that an answer can have, with an example of each."""
        samples = {key.level: key.sample for key in self.grader.keys.get(exercise.id, ())}
        rows = (_row("level", name, text, samples.get(name, "")) for name, text in exercise.rubric.items())
        return table(f"The levels. Asked was: {exercise.prompt}", rows)

    @shown_as(_pressed)
    def changes(self, button: str, given: Fields) -> Status:
        """Show what was decided, the last first, as people read it; the record keeps it to the letter."""
        names = {key: row.label for key, row in self.rows.items()}
        kinds, rows = PANELS["decided"], []
        for found in self.grader.record.history(kinds).rows:
            at, kind, student, id, value, reason = map(str, found.values())
            exercise = self.grader.exercises.get(id)
            decided = self._decided(kind, json.loads(value), exercise)
            when = f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d %H:%M}"
            told = when, names.get(student, student), _named(exercise) if exercise else id, kinds[kind]
            rows.append(_row("changed", *told, names.get(decided, decided), reason))
        return {"text": f"{len(rows)} changes.", "tables": table("Changes", rows)}

    def _decided(self, kind: str, value: Any, exercise: Exercise | None) -> str:
        if value is None or isinstance(value, bool) or kind == "shown":
            return "no longer" if value is None else "yes" if value else "no"
        if kind == "came":
            return f"{datetime.fromisoformat(value['at']):%Y-%m-%d %H:%M}"
        if kind in ("second", "settled", "request"):
            return str(value.get("level") or value.get("answer") or value["words"])
        if exercise and kind in ("accept", "drop"):
            questions = self.grader.questions(exercise)
            right = value if isinstance(value, dict) else dict.fromkeys(value, ())
            words = {one: ", ".join(_words(answer, exercise) for answer in right[one]) for one in right}
            each = [": ".join(filter(None, [questions.get(one, one), words[one]])) for one in right]
            return "; ".join(each) or "none"
        return str(value)

    # --- what goes out

    @shown_as(_pressed)
    def exports(self, button: str, given: Fields) -> Status:
        """Show how grades leave: the school's own file filled in, feedback pages, CSV, JSON."""
        if button == "gradebook":
            return self._fill(given)
        graded = self.graded()
        if button == "csv":
            return self._kept("A line a student.", "marks.csv", gradebooks.marks_csv(graded))
        if button == "json":
            return self._kept("Every decision.", "marks.json", gradebooks.marks_json(graded))
        folder = self.folder / "feedback"
        write = partial(feedback.write_page, folder, str(self.case.about["title"]))
        graded = self.grader.grade_all(self.reading.rows, "feedback pages were made", write)
        pages = {feedback.page_name(one): one.row for one in graded if one.row.status == "read"}
        path = self.folder / "feedback.zip"
        with replacing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, row in pages.items():
                archive.write(folder / name, _feedback_name(row, name))
        return self._offered(f"{len(pages)} pages, also in {folder}.", path)

    def _fill(self, given: Fields) -> Status:
        if file := given["file"]:
            self._gradebook = file["name"], base64.b64decode(file["data"])
        name, data = self._gradebook
        need(data, "Choose the gradebook file that you downloaded first")
        columns = list(gradebooks.read_gradebook(data).columns)
        column = given.get("column", "") if len(columns) > 1 else ""
        if len(columns) > 1 and column not in columns:
            options = {"": "–", **{one: one for one in columns}}
            asked = _fields("exports", column=options, unfinished=given["unfinished"])
            return {"text": PANELS["column"].format(name), "fields": asked}
        filled = gradebooks.fill_gradebook(data, self.graded(), column, given["unfinished"])
        tables = table("Without a mark", [{"who, and why": line} for line in filled.left])
        if not filled.filled:
            return {"text": "No mark can be filled in yet. Below stands why.", "tables": tables}
        name = f"gradebook-{PureWindowsPath(name).name}"
        told = f"{filled.filled} marks are filled in, {len(filled.left)} are not. Upload {name}."
        return {**self._kept(told, name, [filled.data]), "tables": tables}

    # --- for a discussion: the class's own reading, without names

    def _marked(self) -> dict[str, str]:
        asked = [one for one in self.asked().values() if one.in_text]
        return {f"{one.id} {id}": f"{_named(one)} (article {id})" for one in asked for id in one.articles}

    @shown_as(_chosen, options=_marked)
    def class_marks(self, which: str) -> Reader:
        """Show what the class marked in one article, as a heat map over the text."""
        id, _, article = which.partition(" ")
        given = list(self.answers(id).values())
        need(given, "Nobody has marked this article yet")
        told = f"{len(given)} students. The darker, the more of them marked the words."
        text, paragraphs = self.case[article], given[0].exercise.paragraphs
        title, heat = self._marked()[which], discussion.SHARES[::-1]
        layers = discussion.heat_layers(given, text)
        return Reader([text], layers, paragraphs=paragraphs, title=title, prompt=told, heat=heat)

    @shown_as(_chosen, options=lambda desk: {"": PANELS["overall"], **desk.titles()})
    def class_answers(self, id: str) -> Panel:
        """Show what the class answered, where it split, how far it agrees, and texts chosen to be shown."""
        answers = self.answers(id) if id else {}
        given = list(answers.values())
        found = discussion.class_answers(given, self.case) if id else discussion.hardest(self.graded())
        lines = [] if found.rows else [found.caption if id else NO_HAND_INS]
        chosen = self.grader.record.all("shown")  # not a text that came later in its place
        keys = [key for key, grade in answers.items() if chosen.get((key, id)) == sha256_of(grade.value)]
        passages = [text for key in _mixed(keys, f"shown {id}") for text in _texts(answers[key])]
        if id in self.written() and not passages:
            lines.append("No answer was chosen. In mark_hand_ins.ipynb press S at an answer to show it here.")
        tables = table(found.caption, found.rows, below=False)
        return _panel("class_answered", lines=lines, tables=tables, passages=passages)

    def _votable(self) -> dict[str, str]:
        asked = [one for one in self.asked().values() if one.has_labels and not one.in_text]
        return {"": PANELS["all_split"], **{one.id: _named(one) for one in asked}}

    @shown_as(_chosen, options=_votable)
    def vote(self, id: str) -> Shown:
        """Show the questions of an exercise, or of all, the most split first, to vote on one of them."""
        return _chosen("vote_question", self, Desk._vote_on, partial(Desk._questions, id=id))

    def _questions(self, id: str) -> dict[str, str]:
        found = []
        for exercise in (self.grader.exercises[one] for one in ([id] if id else self._votable()) if one):
            # A class may vote before anything is handed in.
            given = self.answers(exercise.id).values() if self.inbox_named() or not id else ()
            split = discussion.most_split(exercise.decisions(one.value, self.case) for one in given)
            shares = {thing: share for share, thing, _ in split}
            for item, *article in exercise.asked:
                thing = " ".join([item, *article])
                told = ": ".join([*[_named(exercise)] * (not id), *article, exercise.texts[item]])
                said = PANELS["agree"].format(shares[thing]) if thing in shares else ""
                said += shorten(told, PANELS["short"], placeholder=" …")
                found.append((shares.get(thing, 1.0), f"{exercise.id} {thing}", said))
        found.sort(key=lambda one: one[0])
        return {which: told for _, which, told in found[: None if id else PANELS["most_split"]]}

    def _vote_on(self, which: str) -> list[object]:
        """Show how a class votes on one question, talks, and votes again; the key when it is asked for."""
        id, _, thing = which.partition(" ")
        exercise, below = self.grader.exercises[id], Opening()
        about, options = exercise.about(thing), exercise.asked[tuple(thing.split())]
        item = next(one for one in exercise.items if one.id == thing.split()[0])
        passages = [{"title": of.id, "text": of.text} for of in exercise.passages if of.id == item.passage]
        if item.article:
            at = passage_of(self.case[item.article], item.start, item.end)
            where = PANELS["stands_in"][bool(at["number"])].format(item.article, at["number"])
            passages.append({"title": where, "text": at["before"] + at["words"] + at["after"]})

        def press(button: str, given: Fields) -> Status:
            first, second = given["first"], given["second"]
            if button == "hand_ins":
                values = [one.value for one in self.answers(id).values()]
                times = exercise.split(values, self.case).get(thing, {})
                first = " ".join(str(times.get(one, 0)) for one in options)
            rounds = {"first vote": _votes(first, options)}
            rounds |= {"second vote": _votes(second, options)} if second.strip() else {}
            keys = tuple(key for key in self.grader.keys.get(id, ()) if key.thing == thing)
            right = [one for one, credit in credits_of(keys).items() if credit == 1]
            below.open(votes(about, options, rounds, right if button == "key" else ()))
            return {"text": "Shown below.", "fields": _fields("vote_on", first=first, second=second)}

        lines = [exercise.prompt, "\n".join(f"{at}. {one}" for at, one in enumerate(options, 1))]
        panel = _panel("vote_on", press, title=about, lines=lines, passages=passages)
        return [panel, *([cards(self.case, *item.cards)] if item.cards else []), below]

    @shown_as(_pressed)
    def class_file(self, button: str, given: Fields) -> Status:
        """Show the button that makes the file with which students see how their class answered."""
        values = ((id, [one.value for one in self.answers(id).values()]) for id in self.titles())
        document = class_document(self.case, self.grader.exercises, values)
        need(document["class"], f"No exercise has answers of {FEWEST} students: nothing is told of fewer")
        told = f"{len(document['class'])} exercises are in it."
        return self._kept(told, "class_answers.json", [to_json(document)])

    # --- for the course itself: whether it helps, told of the class alone

    def gain(self) -> Shown:
        """Show what the class gained from before to after and later, and carry it out without names."""
        below = Opening()
        return Shown(_panel("gain", partial(self._gain, below)), below)

    def _gain(self, below: Opening, button: str, given: Fields) -> Status:
        if button == "letter":
            downloads = [download("what_is_measured.html", gain.letter(), "text/html")]
            return {"text": "Open the page, print it, and fill in the two lines.", "downloads": downloads}
        inboxes = {"this class": self.read_again()}
        if given["file"]:
            with TemporaryDirectory() as folder:
                path = Path(folder) / "comparison.zip"
                path.write_bytes(_zip_in(given["file"]))
                handed = read_inbox(path, self.case, self.grader.exercises, [])
                inboxes["comparison class"] = read_class(handed, (), {})
            ids = [{row.student_id for row in one.rows if row.answers} for one in inboxes.values()]
            need(not set.intersection(*ids), gain.SAID["same"])
        classes = {name: gain.shared_rounds(one.rows, self.grader.keys) for name, one in inboxes.items()}
        if button == "csv":
            downloads = [download("rounds.csv", gain.study_csv(classes), "text/csv")]
            return {"text": f"A line a student of {' and '.join(classes)}.", "downloads": downloads}
        lines, tables, shares = gain.report(*classes.values())
        below.open(trust_chart(shares))
        shown = [each for one in tables for each in table(one.caption, one.rows)]
        return {"text": PANELS["of_them"].format(len(classes["this class"])), "lines": lines, "tables": shown}


def _votes(text: str, options: Sequence[str]) -> list[int]:
    """Return the hands that each option got, as they were typed."""
    counts = [int(one) for one in re.findall(r"\b[0-9]{1,3}\b", text)]
    example = " ".join(map(str, range(len(options), 0, -1)))
    need(len(counts) == len(options), PANELS["votes"].format(len(options), example))
    return counts


class _OneByOne:
    """The written answers to one exercise, each in its turn, without names. A `second` reader reads blind.

    `only`: those of one student, whose name is known.
    """

    def __init__(self, desk: Desk, id: str, second: bool = False, only: str = "") -> None:
        self.grades = desk.answers(id, only)
        self.desk, self.exercise, self.second = desk, desk.grader.exercises[id], second
        self.order = [only] if only else _mixed(self.grades, id)
        need(self.order, "Nobody has answered this exercise yet")
        self.at = next(self.waiting(0), 0)

    def panel(self) -> Panel:
        title, tables = _named(self.exercise), self.desk.levels(self.exercise)
        return _panel("one_by_one", self.press, title=title, tables=tables, **self.shown())

    def level(self, at: int) -> tuple[str, bool]:
        """Return the level that an answer has from this reader, and whether it was given to another text."""
        key, grader = self.order[at], self.desk.grader
        kind = "second" if self.second else "settled"
        level = grader.given(kind, key, self.exercise.id, self.grades[key].value)
        if self.second or level:
            return level, False
        level = grader.record.get("level", key, self.exercise.id) or ""
        return level, grader.is_later(key, self.grades[key])

    def waiting(self, start: int) -> Iterator[int]:
        """Give the answers that wait to be read, from one on."""
        each = ((at, *self.level(at)) for at in (*range(start, len(self.order)), *range(start)))
        return (at for at, level, is_later in each if is_later or not level)

    def shown(self) -> Status:
        """Return what the panel shows of the answer whose turn it is."""
        key, record = self.order[self.at], self.desk.grader.record
        now = partial(record.get, student=key, exercise=self.exercise.id)
        level, is_later = self.level(self.at)
        done = sum(bool(self.level(at)[0]) for at in range(len(self.order)))
        lines = [PANELS["turn"].format(self.at + 1, len(self.order), done, level or "none yet")]
        lines += [PANELS["is_later"]] if is_later else []
        keys, boxes = _level_keys(self.exercise, level), []
        show, *others = PANELS["one_by_one"]["buttons"]
        if not self.second:
            keys.append(show | {"pressed": now("shown") == sha256_of(self.grades[key].value)})
            boxes = _fields("one_by_one", comment=now("comment") or "")
            # Another field for each answer: what was typed never stays for the next.
            boxes[0] |= {"bank": record.comments()[:BANK], "at": self.at}
        passages = _texts(self.grades[key])
        return {"lines": lines, "passages": passages, "fields": boxes, "buttons": keys + others}

    def press(self, button: str, given: Fields) -> Status:
        """Keep a level or a comment, or go on."""
        key, grader, id = self.order[self.at], self.desk.grader, self.exercise.id
        decide = partial(grader.record.set, student=key, exercise=id)
        said, text = "", sha256_of(self.grades[key].value)
        before = grader.record.get("comment", key, id) or ""
        if (comment := given.get("comment", before).strip()) != before:
            decide("comment", comment or None)
        if button == "next":
            # What is read is passed over: nobody looks for one later text among a hundred.
            left, following = self.at, (self.at + 1) % len(self.order)
            waiting = next(self.waiting(following), -1)
            self.at = following if waiting < 0 else waiting
            said = "All are read." if waiting < 0 else "Back to one that waits." if waiting <= left else ""
        elif button == "back":
            self.at = max(0, self.at - 1)
        elif button == "shown":
            taken_back = grader.record.get("shown", key, id) == text
            decide("shown", None if taken_back else text)  # none that comes later in its place
            said = "Not shown." if taken_back else "Shown to the class, without a name. Is one in the text?"
        else:
            level = list(self.exercise.rubric)[int(button) - 1]
            if self.second or grader.given("settled", key, id, self.grades[key].value):
                decide("second" if self.second else "settled", {"level": level, "text": text})
            else:
                decide("level", level)
                decide("read", text)
            # Its points are kept now: a later change is not said to give them.
            grader.grade_all([self.desk.rows[key]], "a level was given")
        return {"text": said, **self.shown()}


def _differences(
    desk: Desk, exercise: Exercise, seen: list[Any], button: str = "", given: Fields | None = None
) -> Status:
    """Settle the difference that is `seen` on one level, and show how far two readers agree, and the next."""
    id, levels, shown = exercise.id, list(exercise.rubric), Status(fields=[], buttons=[], passages=[])
    pairs, waiting = [], list[tuple[str, Grade, str, str]]()
    for key, grade in desk.answers(id).items():
        of_text = partial(desk.grader.given, student=key, exercise=id, value=grade.value)
        first, second = desk.grader.record.get("level", key, id), of_text("second")
        if {first, second} <= exercise.rubric.keys() and not desk.grader.is_later(key, grade):
            pairs.append((levels.index(first), levels.index(second)))
            if first != second and not of_text("settled"):
                waiting.append((key, grade, first, second))
    if given and waiting and [waiting[0][0], waiting[0][1].value] == seen:
        (key, grade, *_), before = waiting.pop(0), desk.graded()
        settled = {"level": levels[int(button) - 1], "text": sha256_of(grade.value)}
        desk.grader.record.set("settled", settled, student=key, exercise=id, reason=given["reason"])
        shown["text"] = desk.grade_again(before, "a difference was settled")
    elif given:
        shown["text"] = "Nothing was kept: this one was settled elsewhere, or has changed."
    kappa = discussion.weighted_kappa(pairs)
    told = f"{len(pairs)} texts have a level from both; {sum(one == other for one, other in pairs)} the same."
    told += "" if math.isnan(kappa) else f" Weighted kappa {kappa:.2f} (1: all agree, 0: chance)."
    now = "Nothing is left to settle."
    if waiting:
        key, grade, first, second = waiting[0]
        seen[:] = key, grade.value
        now = f"To settle: {len(waiting)}. First reader: {first}. Second reader: {second}."
        shown["passages"], shown["buttons"] = _texts(grade), _level_keys(exercise)
        shown["fields"] = _fields("difference")
        shown["fields"][0]["at"] = len(waiting)  # another field for each difference
    return {**shown, "lines": [told, now]}


def _level_keys(exercise: Exercise, now: str = "") -> list[PanelButton]:
    """Return a button for each level, with its number as its key; the level of `now` is pressed."""
    levels = enumerate(exercise.rubric, 1)
    return [{"name": f"{at}", "key": f"{at}", "label": one, "pressed": one == now} for at, one in levels]


def _words(answer: Any, exercise: Exercise) -> str:
    texts: Mapping[str, str] = {item.id: item.text for item in exercise.items}
    return " > ".join(texts.get(id, id) for id in answer) if isinstance(answer, list) else str(answer)


def _decisions(one: Grade) -> list[dict[str, str]]:
    """Return what a student answered to an exercise, and of each decision whether it agrees with the key."""
    rows, texts = [], one.exercise.texts
    for item in () if one.exercise.typed else one.result.items:
        asked = texts.get(item.item, item.item) + f" ({item.article})" * bool(item.article)
        agrees = PANELS["agrees"][(item.credit > 0) + (item.credit >= NEARLY)] if item.best else ""
        rows.append({"asked": asked, "answered": item.given or PANELS["not_answered"], "agrees": agrees})
    return rows or [{"asked": name, "answered": text} for name, text in one.exercise.told(one.value) if text]


def _row(name: str, *cells: object) -> dict[str, object]:
    """Return a row of a table whose columns desk.toml has."""
    return dict(zip(PANELS[name], cells, strict=True))


def _told(one: Graded) -> dict[str, object]:
    points = [out_of(one.points, one.possible), f"{one.per_cent:.0f}"] if one.possible else ["", ""]
    late, notes = "late" * one.late, " ".join(map(str, one.notes)) or one.row.problem
    state = STATES[one.row.status], *points, one.left or "", late, notes
    row = _row("everybodys", one.row.label, one.row.code, one.row.class_name, *state)
    return {head: cell for head, cell in row.items() if cell or head != "class"}


def _feedback_name(row: Row, page: str) -> str:
    """Return a page's name in the ZIP: one by which Canvas or Moodle gives it to the student.

    Canvas reads both numbers in the name of the file handed in (abstract_assignment.rb, where it infers a
    comment’s context); Moodle reads `Name_12345_assignfeedback_file_page.html` (importziplib.php).
    """
    canvas = CANVAS.match(row.files[0])
    id = row.file.lms_id or row.lms_id
    if canvas and canvas[3] == id:
        return f"{canvas[0]}feedback-{page.replace('_', '-')}"
    name = re.sub(r"[^\w .-]|_", "-", row.label)
    return f"{name}_{id}_assignfeedback_file_{page}" if id.isdecimal() else page
