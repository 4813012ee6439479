"""The desk's panels for marking: students, rules for the class, and written answers one at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from course.corpus.errors import CourseError
from course.corpus.table import Table
from course.grading.desk_base import Chooser, ClassDesk, Fields, Part, buttons, field, named, table_part
from course.grading.discussion import answers_of
from course.grading.grade import Marked
from course.grading.handins import Row
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
}
BANK = 40  # comments offered again


class MarkingDesk(ClassDesk):
    """What a teacher decides. Each press is kept at once, with its time."""

    def rules(self) -> Chooser:
        """Show what can be changed for the whole class in one exercise."""
        lines = ["Changes hold for everyone, and all is marked again at once."]
        options = {one.id: named(one) for one in self.exercises("mark", "sort", "grid", "order", "write")}
        return Chooser(self, Panel("rules", "Rules for the class", lines), options, self._rules_of)

    def _rules_of(self, id: str) -> Panel:
        exercise = self.course().exercises[id]
        places = self.course().places(exercise)
        answers = {json.dumps(one): _words(one, exercise) for one in self._possible(exercise)}

        def now(kind: str) -> Any:
            return self.course().marks.get(kind, exercise=id)

        def lines() -> list[str]:
            which = "the prediction, made before the reveal" if now("prediction") else "the last answer"
            times = f"{self.course().weight(exercise):g}, the lesson’s weight included"
            told = [f"{exercise.points:g} points, times {times}. Marked: {which}."]
            for place, right in (now("accept") or {}).items():
                also = ", ".join(_words(one, exercise) for one in right)
                told.append(f"Accepted for everyone: {also} ({places.get(place, place)})")
            dropped = [f"Does not count: {places.get(place, place)}" for place in now("drop") or ()]
            return ["\n".join([*told, *dropped])]

        def press(button: str, given: Fields) -> Part:
            place = given.get("place", "")
            accepted: dict[str, list[Any]] = dict(now("accept") or {})
            here = accepted.pop(place, [])
            dropped = [one for one in now("drop") or () if one != place]
            changes: dict[str, Any] = {}
            if button == "accept":
                right = json.loads(given["answer"])
                changes["accept"] = accepted | {place: [*(one for one in here if one != right), right]}
            elif button == "drop":
                changes["drop"] = [*dropped, place]
            elif button == "before":
                changes = {"accept": accepted, "drop": dropped}
            elif button == "weight":
                changes["weight"] = _factor(given["weight"])
            else:
                changes["prediction"] = not now("prediction")
            for kind, value in changes.items():
                self.course().marks.set(kind, value, exercise=id, reason=given["reason"])
            return {"text": self.mark_again(f"the rules for {id} changed"), "lines": lines()}

        own = self.course().settings.weights.get(id, 1) if now("weight") is None else now("weight")
        fields = [field("weight", "text", "Counts how many times", value=f"{own:g}")]
        labels = {"weight": "Keep the weight"}
        if exercise.kind != "write":
            labels["prediction"] = "Mark the prediction, or the last answer again"
        if places and exercise.kind != "write":
            fields.append(field("place", "choice", "Item", options=places))
            fields.append(field("answer", "choice", "Answer", options=answers))
            labels |= {"accept": "Accept this answer for this item", "drop": "Drop this item"}
            labels |= {"before": "Mark this item as before"}
        fields.append(field("reason", "text", "Reason, kept with the change"))
        more = {"fields": fields, "buttons": buttons(**labels)}
        return Panel("rules_of", named(exercise), lines(), press, **more)

    def _possible(self, exercise: Exercise) -> Sequence[Any]:
        """Return the answers that can be accepted; orders are those that the class gave."""
        if exercise.kind == "order":
            given = answers_of(self.graded(), exercise.id)
            orders = [order for one in given for order in one.value.values()]
            return [order for at, order in enumerate(orders) if order not in orders[:at]]
        own = [option for item in exercise.items for option in item.options]
        return list(dict.fromkeys([*exercise.labels, *exercise.options, *own]))

    def texts(self) -> Chooser:
        """Show written answers one at a time, without names, to be marked by keys."""
        lines = ["One answer at a time, in mixed order, without a name. Keys give a level and go on."]
        options = {one.id: named(one) for one in self.exercises("write") if one.rubric and one.points}
        return Chooser(self, Panel("texts", "Written answers", lines), options, self._one_by_one)

    def _one_by_one(self, id: str) -> Panel:
        exercise = self.course().exercises[id]
        graded = self.graded()
        people = {one.row.key: one.row for one in graded}
        texts = {one.row.key: mark for one in graded for mark in answers_of([one], id)}
        # The same mixed order at every opening, and another one in each exercise.
        order = sorted(texts, key=lambda key: sha256_of(f"{id} {key}"))
        if not order:
            raise CourseError("Nobody has answered this exercise yet")
        levels = list(exercise.rubric)

        def now(kind: str, at: int) -> str:
            return str(self.course().marks.get(kind, order[at], id) or "")

        def later(at: int) -> bool:
            return bool(now("level", at)) and self.course().is_later(order[at], texts[order[at]])

        def after(at: int) -> list[int]:
            """Return the answers that wait to be read, from a place on."""
            around = [*range(at, len(order)), *range(at)]
            return [one for one in around if not now("level", one) or later(one)]

        at = next(iter(after(0)), 0)

        def shown() -> dict[str, Any]:
            level, done = now("level", at), sum(bool(now("level", one)) for one in range(len(order)))
            told = [f"Answer {at + 1} of {len(order)}; {done} have a level. This one: {level or 'none yet'}."]
            if later(at):
                told.append("The level was given to an earlier text: read this one, and give a level again.")
            keys = [
                {"name": str(number), "key": str(number), "label": name, "pressed": name == level}
                for number, name in enumerate(levels, 1)
            ]
            moves = [one | {"key": one["label"][0]} for one in buttons(next="Next", back="Back")]
            is_shown = now("shown", at) == sha256_of(texts[order[at]].value)
            keys.append({"name": "shown", "key": "S", "label": "Show to the class", "pressed": is_shown})
            comment = field("comment", "area", "Comment for the student", key="C", value=now("comment", at))
            # With `at` the field is another one for each answer: what was typed never stays for the next.
            comment |= {"at": at, "bank": self.course().marks.comments()[:BANK]}
            given = texts[order[at]].value
            passages = [{"title": item.text, "text": given.get(item.id, "")} for item in exercise.items]
            return {"lines": told, "passages": passages, "fields": [comment], "buttons": [*keys, *moves]}

        def press(button: str, given: Fields) -> Part:
            nonlocal at
            said, comment = "", given["comment"].strip()
            if comment != now("comment", at):
                self.course().marks.set("comment", comment or None, student=order[at], exercise=id)
            if button == "next":
                # What is read is passed over: nobody looks for one later text among a hundred.
                waiting, before = after((at + 1) % len(order)), at
                at = next(iter(waiting), (at + 1) % len(order))
                said = "All are read." if not waiting else "Back to one that waits." if at <= before else ""
            elif button == "back":
                at = max(0, at - 1)
            elif button == "shown":
                which = sha256_of(texts[order[at]].value)  # this text, and none that comes later in its place
                taken_back = now("shown", at) == which
                mark = None if taken_back else which
                self.course().marks.set("shown", mark, student=order[at], exercise=id)
                said = (
                    "Not shown." if taken_back else "Shown to the class, without a name. Is one in the text?"
                )
            else:
                self._give(levels[int(button) - 1], people[order[at]], texts[order[at]])
            return {"text": said, **shown()}

        samples = {key.level: key.sample for key in self.course().keys.get(id, ())}
        rows = [
            {"level": level, "what the answer does": text, "for example": samples.get(level, "")}
            for level, text in exercise.rubric.items()
        ]
        tables = [table_part(Table(f"The levels. Asked was: {exercise.prompt}", rows), below=True)]
        return Panel("one_by_one", named(exercise), on_press=press, tables=tables, **shown())

    def _give(self, level: str, row: Row, answer: Marked) -> None:
        """Keep a level, the text it is given to, and its points: a later change is not said to give them."""
        for kind, value in {"level": level, "read": sha256_of(answer.value)}.items():
            self.course().marks.set(kind, value, student=row.key, exercise=answer.exercise.id)
        self.course().record([self.course().grade(row)], "a level was given")

    def changes(self) -> Panel:
        """Show what was decided, the last first."""

        def press(button: str, given: Fields) -> Part:
            history = self.course().marks.history(DECIDED).rows
            names = {row.key: row.label for row in self.reading().rows}
            table = Table("Changes", [self._told(change, names) for change in history])
            return {"text": f"{len(history)} changes.", "tables": [table_part(table)] if history else []}

        labels = {"show": "Show the changes"}
        return Panel("changes", "What you decided, and when", (), press, buttons=buttons(**labels))

    def _told(self, change: Mapping[str, Any], names: Mapping[str, str]) -> Part:
        """Return a change as people read it; the file of marks keeps it to the letter."""
        exercise, kind = self.course().exercises.get(change["exercise"]), change["kind"]
        value = json.loads(change["value"])
        if value is None or isinstance(value, bool):
            told = {None: "no longer", False: "no", True: "yes"}[value]
        elif kind == "shown":
            told = "yes"
        elif exercise and kind in ("accept", "drop"):
            places = self.course().places(exercise)
            right = value if isinstance(value, dict) else dict.fromkeys(value, ())
            words = {one: ", ".join(_words(answer, exercise) for answer in right[one]) for one in right}
            each = [": ".join(filter(None, [places.get(one, one), words[one]])) for one in right]
            told = "; ".join(each) or "none"
        else:
            told = names.get(str(value), str(value))
        return {
            "when": f"{datetime.fromisoformat(change['at']).astimezone():%Y-%m-%d %H:%M}",
            "who": names.get(change["student"], change["student"]),
            "exercise": named(exercise) if exercise else change["exercise"],
            "what": DECIDED[kind],
            "decided": told,
            "reason": change["reason"],
        }


def _words(answer: Any, exercise: Exercise) -> str:
    texts: Mapping[str, str] = {item.id: item.text for item in exercise.items}
    return " > ".join(texts.get(id, id) for id in answer) if isinstance(answer, list) else str(answer)


def _factor(text: str) -> float:
    """Return a weight that was typed. Raises CourseError where it is none."""
    try:
        factor = float(text.replace(",", "."))
    except ValueError:
        factor = -1.0
    if not 0 <= factor < 1000:
        raise CourseError(f"{text!r:.20} is no weight: write a number from 0 up, such as 2 or 0.5")
    return factor
