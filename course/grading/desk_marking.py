"""The desk's panels for decisions: rules for the class, written answers one at a time, what was decided."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from course.corpus.errors import CourseError
from course.corpus.table import Table
from course.grading.comparing import weighted_kappa
from course.grading.desk_parts import (
    PANELS,
    Fields,
    OpenClass,
    buttons,
    fields,
    mixed,
    named,
    panel,
    shown_tables,
    texts_of,
)
from course.grading.grade import Grade
from course.grading.settings import number_in
from course.lessons.exercises import Exercise, sha256_of
from course.lessons.messages import PanelButton, Status
from course.lessons.widgets import Panel

BANK = 40  # comments offered again


# --- what can be changed for the whole class in one exercise


def rules_of(opened: OpenClass, id: str) -> Panel:
    """Return the panel of what can be changed for the whole class in one exercise."""
    exercise = opened.grader.exercises[id]
    weight = opened.grader.record.get("weight", exercise=id)
    weight = opened.grader.settings.weights.get(id, 1) if weight is None else weight
    questions: Mapping[str, str] = {} if exercise.written else opened.grader.questions(exercise)
    answers = (
        {json.dumps(one): _words(one, exercise) for one in _possible(opened, exercise)} if questions else {}
    )
    asked = fields("rules_of", weight=f"{weight:g}", question=questions, answer=answers)
    without = [] if answers else ["accept"]
    without += [] if questions else ["drop", "before"]
    without += ["prediction"] if exercise.written else []
    return panel(
        "rules_of",
        partial(_change_rules, opened, exercise),
        title=named(exercise),
        lines=_rules_now(opened, exercise),
        fields=asked,
        buttons=buttons("rules_of", without),
    )


def _change_rules(opened: OpenClass, exercise: Exercise, button: str, given: Fields) -> Status:
    """Keep a change, and grade everything again."""
    record, id, question = opened.grader.record, exercise.id, given.get("question", "")
    accepted: dict[str, list[Any]] = dict(record.get("accept", exercise=id) or {})
    here = accepted.pop(question, [])
    dropped = [one for one in record.get("drop", exercise=id) or () if one != question]
    changes: dict[str, Any]
    match button:
        case "accept":
            right = json.loads(given["answer"])
            whole = {item.id for item in exercise.items if item.group == question}
            if isinstance(right, list) and set(right) != whole:  # nothing could be graded by it
                raise CourseError("This order lacks things of the item, or is another item’s: choose another")
            accepted[question] = [*(one for one in here if one != right), right]
            changes = {"accept": accepted}
        case "drop":
            changes = {"drop": [*dropped, question]}
        case "before":
            changes = {"accept": accepted, "drop": dropped}
        case "weight":
            changes = {"weight": number_in(given["weight"], 999, "weight")}
        case _:
            changes = {"prediction": not record.get("prediction", exercise=id)}
    for kind, value in changes.items():
        record.set(kind, value, exercise=id, reason=given["reason"])
    told = opened.grade_again(f"the rules for {id} changed")
    return {"text": told, "lines": _rules_now(opened, exercise)}


def _rules_now(opened: OpenClass, exercise: Exercise) -> list[str]:
    grader, questions = opened.grader, opened.grader.questions(exercise)
    now = partial(grader.record.get, exercise=exercise.id)
    which = "the prediction, made before the reveal" if now("prediction") else "the last answer"
    times = f"{grader.weight(exercise):g}, the lesson’s weight included"
    told = [f"{exercise.points:g} points, times {times}. Marked: {which}."]
    for question, right in (now("accept") or {}).items():
        also = ", ".join(_words(one, exercise) for one in right)
        told.append(f"Accepted for everyone: {also} ({questions.get(question, question)})")
    told += [f"Does not count: {questions.get(one, one)}" for one in now("drop") or ()]
    return ["\n".join(told)]


def _possible(opened: OpenClass, exercise: Exercise) -> Iterable[Any]:
    """Return the answers that can be accepted; orders are those that the class gave."""
    if exercise.has_labels:
        own = [option for item in exercise.items for option in item.options]
        return dict.fromkeys([*exercise.labels, *exercise.options, *own])
    given = opened.answers(exercise.id).values()
    orders = [part for one in given for _, part in exercise.parts(one.value)]
    return [order for at, order in enumerate(orders) if order not in orders[:at]]


def _words(answer: Any, exercise: Exercise) -> str:
    texts: Mapping[str, str] = {item.id: item.text for item in exercise.items}
    return " > ".join(texts.get(id, id) for id in answer) if isinstance(answer, list) else str(answer)


# --- written answers, by one reader or two


def one_by_one(opened: OpenClass, id: str, second: bool = False) -> Panel:
    """Return the panel of the written answers to one exercise. A `second` reader sees no earlier level."""
    return OneByOne(opened, opened.grader.exercises[id], second).panel()


class OneByOne:
    """The written answers to one exercise, each in its turn, without names. A `second` reader reads blind."""

    def __init__(self, opened: OpenClass, exercise: Exercise, second: bool) -> None:
        self.opened, self.exercise, self.second = opened, exercise, second
        self.grades = opened.answers(exercise.id)
        self.order = mixed(self.grades, exercise.id)
        if not self.order:
            raise CourseError("Nobody has answered this exercise yet")
        self.at = next(iter(self._waiting(0)), 0)

    def panel(self) -> Panel:
        """Return the panel."""
        exercise = self.exercise
        samples = {key.level: key.sample for key in self.opened.grader.keys.get(exercise.id, ())}
        rows = [
            {"level": level, "what the answer does": text, "for example": samples.get(level, "")}
            for level, text in exercise.rubric.items()
        ]
        tables = shown_tables(Table(f"The levels. Asked was: {exercise.prompt}", rows))
        return panel("one_by_one", self.press, title=named(exercise), tables=tables, **self.shown())

    def shown(self) -> Status:
        """Return what the panel shows of the answer whose turn it is."""
        level, done = self.level(self.at), sum(bool(self.level(at)) for at in range(len(self.order)))
        lines = [
            f"Answer {self.at + 1} of {len(self.order)}; {done} have a level."
            f" This one: {level or 'none yet'}."
        ]
        if self._is_later(self.at):
            lines.append("The level was given to an earlier text: read this one, and give a level again.")
        keys = level_keys(self.exercise)
        for one in keys:
            one["pressed"] = one["label"] == level
        boxes = []
        if not self.second:
            pressed = self._now("shown") == self._text()
            keys.append({"name": "shown", "key": "S", "label": "Show to the class", "pressed": pressed})
            boxes = fields("one_by_one", comment=self._now("comment") or "")
            boxes[0]["bank"] = self.opened.grader.record.comments()[:BANK]
            boxes[0]["at"] = self.at  # another field for each answer: what was typed never stays for the next
        keys.append({"name": "next", "key": "N", "label": "Next", "main": True})
        keys.append({"name": "back", "key": "B", "label": "Back"})
        passages = texts_of(self.grades[self.order[self.at]])
        return {"lines": lines, "passages": passages, "fields": boxes, "buttons": keys}

    def press(self, button: str, given: Fields) -> Status:
        """Keep a level or a comment, or go on."""
        comment = given["comment"].strip() if "comment" in given else None
        if comment is not None and comment != (self._now("comment") or ""):
            self._decide("comment", comment or None)
        said = ""
        if button == "next":
            # What is read is passed over: nobody looks for one later text among a hundred.
            following = (self.at + 1) % len(self.order)
            waiting, before = self._waiting(following), self.at
            self.at = next(iter(waiting), following)
            said = "All are read." if not waiting else "Back to one that waits." if self.at <= before else ""
        elif button == "back":
            self.at = max(0, self.at - 1)
        elif button == "shown":
            taken_back = self._now("shown") == self._text()
            self._decide("shown", None if taken_back else self._text())  # none that comes later in its place
            said = "Not shown." if taken_back else "Shown to the class, without a name. Is one in the text?"
        else:
            self._give(list(self.exercise.rubric)[int(button) - 1])
        return {"text": said, **self.shown()}

    def level(self, at: int) -> str:
        """Return the level that an answer has, from this reader."""
        key = self.order[at]
        if self.second:
            return second_level(self.opened, key, self.grades[key])
        return str(self.opened.grader.record.get("level", key, self.exercise.id) or "")

    def _give(self, level: str) -> None:
        """Keep a level, the text it is given to, and its points: a later change is not said to give them."""
        if self.second:
            self._decide("second", {"level": level, "text": self._text()})
            return
        self._decide("level", level)
        self._decide("read", self._text())
        grader, row = self.opened.grader, self.opened.rows[self.order[self.at]]
        grader.keep([grader.grade(row)], "a level was given")

    def _waiting(self, start: int) -> list[int]:
        """Return the answers that wait to be read, from one on."""
        around = [*range(start, len(self.order)), *range(start)]
        return [at for at in around if not self.level(at) or self._is_later(at)]

    def _is_later(self, at: int) -> bool:
        key = self.order[at]
        return not self.second and bool(self.level(at)) and self.opened.grader.is_later(key, self.grades[key])

    def _text(self) -> str:
        return sha256_of(self.grades[self.order[self.at]].value)

    def _now(self, kind: str) -> Any:
        return self.opened.grader.record.get(kind, self.order[self.at], self.exercise.id)

    def _decide(self, kind: str, value: Any) -> None:
        record = self.opened.grader.record
        record.set(kind, value, student=self.order[self.at], exercise=self.exercise.id)


def level_keys(exercise: Exercise) -> list[PanelButton]:
    """Return a button for each level, with its number as its key."""
    return [{"name": f"{at}", "key": f"{at}", "label": one} for at, one in enumerate(exercise.rubric, 1)]


def second_level(opened: OpenClass, student: str, grade: Grade) -> str:
    """Return the level that the second reader gave to the text that is graded, or no text."""
    given = opened.grader.record.get("second", student, grade.exercise.id)
    return str(given["level"]) if given and given["text"] == sha256_of(grade.value) else ""


def differences(opened: OpenClass, id: str) -> Panel:
    """Return the panel of how far two readers agree, and where they differ, to be settled one by one."""
    exercise = opened.grader.exercises[id]
    press = partial(_settle, opened, exercise)
    return panel("differences", press, title=named(exercise), **_difference(opened, exercise))


class Both(NamedTuple):
    """A text that two readers gave a level; `settled`: on which they settled since, for this text."""

    student: str
    grade: Grade
    first: str
    second: str
    settled: bool


def _read_by_both(opened: OpenClass, exercise: Exercise) -> list[Both]:
    found = []
    for key, grade in opened.answers(exercise.id).items():
        first, settled = (opened.grader.record.get(kind, key, exercise.id) for kind in ("level", "settled"))
        is_settled = bool(settled) and settled["text"] == sha256_of(grade.value)
        both = Both(key, grade, first, second_level(opened, key, grade), is_settled)
        if {both.first, both.second} <= exercise.rubric.keys():
            found.append(both)
    return found


def _to_settle(read: Iterable[Both]) -> list[Both]:
    return [one for one in read if one.first != one.second and not one.settled]


def _difference(opened: OpenClass, exercise: Exercise) -> Status:
    """Return what the panel shows: the agreement, and the first difference that is open."""
    levels, read = list(exercise.rubric), _read_by_both(opened, exercise)
    kappa = weighted_kappa([(levels.index(one.first), levels.index(one.second)) for one in read])
    told = (
        f"{len(read)} texts have a level from both; {sum(one.first == one.second for one in read)} the same."
    )
    told += "" if math.isnan(kappa) else f" Weighted kappa {kappa:.2f} (1: all agree, 0: chance)."
    waiting = _to_settle(read)
    if not waiting:
        lines = [told, "Nothing is left to settle."]
        return {"lines": lines, "passages": [], "fields": [], "buttons": []}
    now = waiting[0]
    reason = fields("differences")
    reason[0]["at"] = len(waiting)  # another field for each difference
    return {
        "lines": [
            told,
            f"To settle: {len(waiting)}. First reader: {now.first}. Second reader: {now.second}.",
        ],
        "passages": texts_of(now.grade),
        "fields": reason,
        "buttons": level_keys(exercise),
    }


def _settle(opened: OpenClass, exercise: Exercise, button: str, given: Fields) -> Status:
    """Settle the difference that is shown on one level."""
    now = _to_settle(_read_by_both(opened, exercise))[0]
    level = list(exercise.rubric)[int(button) - 1]
    settled = {"level": level, "text": sha256_of(now.grade.value)}
    opened.grader.record.set(
        "settled", settled, student=now.student, exercise=exercise.id, reason=given["reason"]
    )
    return {"text": opened.grade_again("a difference was settled"), **_difference(opened, exercise)}


# --- what was decided


def show_changes(opened: OpenClass, button: str, given: Fields) -> Status:
    """Return what was decided, the last first, as people read it; the record keeps it to the letter."""
    names = {key: row.label for key, row in opened.rows.items()}
    kinds, rows = PANELS["changes"]["kinds"], []
    for found in opened.grader.record.history(kinds).rows:
        at, kind, student, id, value, reason = map(str, found.values())
        exercise = opened.grader.exercises.get(id)
        row = {
            "when": f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d %H:%M}",
            "who": names.get(student, student),
            "exercise": named(exercise) if exercise else id,
            "what": kinds[kind],
            "decided": _decided(opened, kind, json.loads(value), exercise, names),
            "reason": reason,
        }
        rows.append(row)
    return {"text": f"{len(rows)} changes.", "tables": shown_tables(Table("Changes", rows))}


def _decided(
    opened: OpenClass, kind: str, value: Any, exercise: Exercise | None, names: Mapping[str, str]
) -> str:
    if value is None or isinstance(value, bool):
        return {None: "no longer", False: "no", True: "yes"}[value]
    if kind == "shown":
        return "yes"
    if kind in ("second", "settled", "request"):
        return str(value.get("level") or value["words"])
    if exercise and kind in ("accept", "drop"):
        questions = opened.grader.questions(exercise)
        right = value if isinstance(value, dict) else dict.fromkeys(value, ())
        words = {one: ", ".join(_words(answer, exercise) for answer in right[one]) for one in right}
        each = [": ".join(filter(None, [questions.get(one, one), words[one]])) for one in right]
        return "; ".join(each) or "none"
    return names.get(str(value), str(value))
