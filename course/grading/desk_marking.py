"""The desk's panels for decisions: rules for the class, written answers one at a time, what was decided."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from course.corpus.errors import CourseError
from course.corpus.table import Table
from course.grading.comparing import weighted_kappa
from course.grading.desk_parts import Fields, OpenClass, Part, buttons, field, named, table_part
from course.grading.discussion import answers_of
from course.grading.grade import Grade
from course.grading.settings import number_in
from course.lessons.exercises import Exercise, sha256_of
from course.lessons.widgets import Panel

DECIDED = {
    "level": "level",
    "shown": "shown to the class",
    "comment": "comment",
    "late": "late",
    "excused": "excused",
    "same": "the same person as",
    "weight": "weight",
    "accept": "also accepted",
    "drop": "does not count",
    "prediction": "the prediction is marked",
    "second": "level of the second reader",
    "settled": "level that was settled on",
    "request": "asked to be looked at again",
}
BANK = 40  # comments offered again


def rules_of(opened: OpenClass, id: str) -> Panel:
    """Return the panel of what can be changed for the whole class in one exercise."""
    return Rules(opened, opened.grader.exercises[id]).panel()


def written(opened: OpenClass) -> dict[str, str]:
    """Return the exercises whose answers a person gives a level."""
    return {one.id: named(one) for one in opened.exercises() if one.written and one.rubric and one.points}


def one_by_one(opened: OpenClass, id: str) -> Panel:
    """Return the panel of the written answers to one exercise."""
    return OneByOne(opened, opened.grader.exercises[id]).panel()


def second_reading(opened: OpenClass, id: str) -> Panel:
    """Return the panel in which a second reader gives levels, and sees nothing of the first."""
    return OneByOne(opened, opened.grader.exercises[id], second=True).panel()


@dataclass(frozen=True, slots=True)
class Rules:
    """What can be changed for the whole class in one exercise."""

    opened: OpenClass
    exercise: Exercise

    def panel(self) -> Panel:
        """Return the panel."""
        exercise, questions = self.exercise, self.opened.grader.questions(self.exercise)
        weight = self._now("weight")
        weight = self.opened.grader.settings.weights.get(exercise.id, 1) if weight is None else weight
        fields = [field("weight", "text", "Counts how many times", value=f"{weight:g}")]
        labels = {"weight": "Keep the weight"}
        if not exercise.written:
            labels["prediction"] = "Mark the prediction, or the last answer again"
        if questions and not exercise.written:
            answers = {json.dumps(one): _words(one, exercise) for one in self._possible()}
            fields.append(field("question", "choice", "Item", options=questions))
            fields.append(field("answer", "choice", "Answer", options=answers))
            labels |= {"accept": "Accept this answer for this item", "drop": "Drop this item"}
            labels |= {"before": "Mark this item as before"}
        fields.append(field("reason", "text", "Reason, kept with the change"))
        parts = {"fields": fields, "buttons": buttons(**labels)}
        return Panel("rules_of", named(exercise), self._lines(), self.press, **parts)

    def press(self, button: str, given: Fields) -> Part:
        """Keep a change, and grade everything again."""
        question = given.get("question", "")
        accepted: dict[str, list[Any]] = dict(self._now("accept") or {})
        here = accepted.pop(question, [])
        dropped = [one for one in self._now("drop") or () if one != question]
        match button:
            case "accept":
                right = json.loads(given["answer"])
                changes: dict[str, Any] = {
                    "accept": accepted | {question: [*(one for one in here if one != right), right]}
                }
            case "drop":
                changes = {"drop": [*dropped, question]}
            case "before":
                changes = {"accept": accepted, "drop": dropped}
            case "weight":
                changes = {"weight": number_in(given["weight"], 999, "weight")}
            case _:
                changes = {"prediction": not self._now("prediction")}
        record, id = self.opened.grader.record, self.exercise.id
        for kind, value in changes.items():
            record.set(kind, value, exercise=id, reason=given["reason"])
        return {"text": self.opened.grade_again(f"the rules for {id} changed"), "lines": self._lines()}

    def _now(self, kind: str) -> Any:
        return self.opened.grader.record.get(kind, exercise=self.exercise.id)

    def _lines(self) -> list[str]:
        exercise, questions = self.exercise, self.opened.grader.questions(self.exercise)
        which = "the prediction, made before the reveal" if self._now("prediction") else "the last answer"
        times = f"{self.opened.grader.weight(exercise):g}, the lesson’s weight included"
        told = [f"{exercise.points:g} points, times {times}. Marked: {which}."]
        for question, right in (self._now("accept") or {}).items():
            also = ", ".join(_words(one, exercise) for one in right)
            told.append(f"Accepted for everyone: {also} ({questions.get(question, question)})")
        told += [f"Does not count: {questions.get(one, one)}" for one in self._now("drop") or ()]
        return ["\n".join(told)]

    def _possible(self) -> Sequence[Any]:
        """Return the answers that can be accepted; orders are those that the class gave."""
        exercise = self.exercise
        if not exercise.has_labels:
            given = answers_of(self.opened.graded(), exercise.id)
            orders = [part for one in given for _, part in exercise.parts(one.value)]
            return [order for at, order in enumerate(orders) if order not in orders[:at]]
        own = [option for item in exercise.items for option in item.options]
        return list(dict.fromkeys([*exercise.labels, *exercise.options, *own]))


class OneByOne:
    """The written answers to one exercise, each in its turn, without names. A `second` reader reads blind."""

    def __init__(self, opened: OpenClass, exercise: Exercise, second: bool = False) -> None:
        self.opened, self.exercise, self.second = opened, exercise, second
        self.record = opened.grader.record
        graded = opened.graded()
        self.grades: dict[str, Grade] = {
            one.row.key: grade for one in graded for grade in answers_of([one], exercise.id)
        }
        # The same mixed order at every opening, and another one in each exercise.
        self.order = sorted(self.grades, key=lambda key: sha256_of(f"{exercise.id} {key}"))
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
        tables = [table_part(Table(f"The levels. Asked was: {exercise.prompt}", rows), below=True)]
        return Panel("one_by_one", named(exercise), on_press=self.press, tables=tables, **self.shown())

    def shown(self) -> dict[str, Any]:
        """Return what the panel shows of the answer whose turn it is."""
        level, done = self.level(self.at), sum(bool(self.level(at)) for at in range(len(self.order)))
        lines = [
            f"Answer {self.at + 1} of {len(self.order)}; {done} have a level."
            f" This one: {level or 'none yet'}."
        ]
        if self._is_later(self.at):
            lines.append("The level was given to an earlier text: read this one, and give a level again.")
        keys = [
            {"name": str(number), "key": str(number), "label": name, "pressed": name == level}
            for number, name in enumerate(self.exercise.rubric, 1)
        ]
        moves = [one | {"key": one["label"][0]} for one in buttons(next="Next", back="Back")]
        value = self.grades[self.order[self.at]].value
        passages = [{"title": item.text, "text": value.get(item.id, "")} for item in self.exercise.items]
        more = [] if self.second else self.more_keys()
        return {
            "lines": lines,
            "passages": passages,
            "fields": [] if self.second else self.fields(),
            "buttons": [*keys, *more, *moves],
        }

    def more_keys(self) -> list[Part]:
        """Return the buttons besides levels and moves."""
        is_shown = self._now("shown") == sha256_of(self.grades[self.order[self.at]].value)
        return [{"name": "shown", "key": "S", "label": "Show to the class", "pressed": is_shown}]

    def fields(self) -> list[Part]:
        """Return the box for a comment."""
        comment = field(
            "comment", "area", "Comment for the student", key="C", value=self._now("comment") or ""
        )
        # With `at` the field is another one for each answer: what was typed never stays for the next.
        return [comment | {"at": self.at, "bank": self.record.comments()[:BANK]}]

    def press(self, button: str, given: Fields) -> Part:
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
            which = sha256_of(self.grades[self.order[self.at]].value)  # none that comes later in its place
            taken_back = self._now("shown") == which
            self._decide("shown", None if taken_back else which)
            said = "Not shown." if taken_back else "Shown to the class, without a name. Is one in the text?"
        else:
            self.give(list(self.exercise.rubric)[int(button) - 1])
        return {"text": said, **self.shown()}

    def level(self, at: int) -> str:
        """Return the level that an answer has, from this reader."""
        if self.second:
            return second_level(self.opened, self.order[at], self.grades[self.order[at]])
        return str(self.record.get("level", self.order[at], self.exercise.id) or "")

    def give(self, level: str) -> None:
        """Keep a level, the text it is given to, and its points: a later change is not said to give them."""
        key = self.order[self.at]
        text = sha256_of(self.grades[key].value)
        if self.second:
            self._decide("second", {"level": level, "text": text})
            return
        self._decide("level", level)
        self._decide("read", text)
        row = next(row for row in self.opened.reading.rows if row.key == key)
        self.opened.grader.keep([self.opened.grader.grade(row)], "a level was given")

    def _waiting(self, start: int) -> list[int]:
        """Return the answers that wait to be read, from one on."""
        around = [*range(start, len(self.order)), *range(start)]
        return [at for at in around if not self.level(at) or self._is_later(at)]

    def _is_later(self, at: int) -> bool:
        key = self.order[at]
        return not self.second and bool(self.level(at)) and self.opened.grader.is_later(key, self.grades[key])

    def _now(self, kind: str) -> Any:
        return self.record.get(kind, self.order[self.at], self.exercise.id)

    def _decide(self, kind: str, value: Any) -> None:
        self.record.set(kind, value, student=self.order[self.at], exercise=self.exercise.id)


def second_level(opened: OpenClass, student: str, grade: Grade) -> str:
    """Return the level that the second reader gave to the text that is graded, or no text."""
    given = opened.grader.record.get("second", student, grade.exercise.id)
    return str(given["level"]) if given and given["text"] == sha256_of(grade.value) else ""


def differences(opened: OpenClass, id: str) -> Panel:
    """Return the panel of where two readers differed in one exercise."""
    return Differences(opened, opened.grader.exercises[id]).panel()


@dataclass(frozen=True, slots=True)
class Differences:
    """Where two readers gave one text different levels, settled one by one; and how far they agree."""

    opened: OpenClass
    exercise: Exercise

    def panel(self) -> Panel:
        """Return the panel."""
        return Panel("differences", named(self.exercise), on_press=self.press, **self.shown())

    def press(self, button: str, given: Fields) -> Part:
        """Settle the difference that is shown on one level."""
        key, grade, *_ = self._open()[0]
        level = list(self.exercise.rubric)[int(button) - 1]
        settled = {"level": level, "text": sha256_of(grade.value)}
        reason = given["reason"]
        self.opened.grader.record.set(
            "settled", settled, student=key, exercise=self.exercise.id, reason=reason
        )
        return {"text": self.opened.grade_again("a difference was settled"), **self.shown()}

    def shown(self) -> dict[str, Any]:
        """Return what the panel shows: the agreement, and the first difference that is open."""
        levels, rated = list(self.exercise.rubric), self._rated()
        kappa = weighted_kappa([(levels.index(one), levels.index(other)) for _, _, one, other in rated])
        same, waiting = sum(one == other for *_, one, other in rated), self._open()
        told = f"{len(rated)} texts have a level from both; {same} the same."
        told += "" if math.isnan(kappa) else f" Weighted kappa {kappa:.2f} (1: all agree, 0: chance)."
        if not waiting:
            lines = [told, "Nothing is left to settle."]
            return {"lines": lines, "passages": [], "fields": [], "buttons": []}
        _, grade, one, other = waiting[0]
        lines = [told, f"To settle: {len(waiting)}. First reader: {one}. Second reader: {other}."]
        passages = [
            {"title": item.text, "text": grade.value.get(item.id, "")} for item in self.exercise.items
        ]
        asked = [{"name": str(at), "key": str(at), "label": name} for at, name in enumerate(levels, 1)]
        fields = [field("reason", "text", "Reason, kept with the level", value="", at=len(waiting))]
        return {"lines": lines, "passages": passages, "fields": fields, "buttons": asked}

    def _rated(self) -> list[tuple[str, Grade, str, str]]:
        """Return each text that both readers gave a level: whose, the grade, and the two levels."""
        record, id, found = self.opened.grader.record, self.exercise.id, []
        for one in self.opened.graded():
            for grade in answers_of([one], id):
                levels = record.get("level", one.row.key, id), second_level(self.opened, one.row.key, grade)
                if all(level in self.exercise.rubric for level in levels):
                    found.append((one.row.key, grade, *levels))
        return found

    def _open(self) -> list[tuple[str, Grade, str, str]]:
        settled = self.opened.grader.record.all("settled")
        rated = [(*one, settled.get((one[0], self.exercise.id))) for one in self._rated()]
        return [
            (key, grade, one, other)
            for key, grade, one, other, last in rated
            if one != other and not (last and last["text"] == sha256_of(grade.value))
        ]


def show_changes(opened: OpenClass, button: str, given: Fields) -> Part:
    """Return what was decided, the last first, as people read it; the record keeps it to the letter."""
    grader = opened.grader
    names = {row.key: row.label for row in opened.reading.rows}
    rows = []
    for found in grader.record.history(DECIDED).rows:
        change = {name: str(value) for name, value in found.items()}
        exercise = grader.exercises.get(change["exercise"])
        value = json.loads(change["value"])
        row = {
            "when": f"{datetime.fromisoformat(change['at']).astimezone():%Y-%m-%d %H:%M}",
            "who": names.get(change["student"], change["student"]),
            "exercise": named(exercise) if exercise else change["exercise"],
            "what": DECIDED[change["kind"]],
            "decided": _decided(opened, change["kind"], value, exercise, names),
            "reason": change["reason"],
        }
        rows.append(row)
    tables = [table_part(Table("Changes", rows))] if rows else []
    return {"text": f"{len(rows)} changes.", "tables": tables}


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


def _words(answer: Any, exercise: Exercise) -> str:
    texts: Mapping[str, str] = {item.id: item.text for item in exercise.items}
    return " > ".join(texts.get(id, id) for id in answer) if isinstance(answer, list) else str(answer)
