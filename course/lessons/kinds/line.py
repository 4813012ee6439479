"""Line: one short text, or one number, on each item; nobody marks it. An answer is `{item: text}`."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

from course.corpus.case import Case
from course.corpus.errors import CaseError, CourseError
from course.lessons.exercises import Exercise, PartPath, boxes
from course.lessons.keys import Key, KeyEntry
from course.lessons.scoring import FeedbackEntry, ItemResult, Result, by_path, feedback_entry, name_of

MOST = 200  # characters
MOST_DIGITS = 20  # characters of a number
# 12, 1,000, 1.000, 1 000, 2.5, 2,5: a sign before three digits parts thousands. line.js has the same.
GROUPED = r"[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+(?:[.][0-9]+)?|(?:[.][0-9]{3})+(?:,[0-9]+)?|(?:[ '’][0-9]{3})+)"
PLAIN = r"[0-9]+(?:[.,][0-9]+)?"


def number_in(text: str) -> float | None:
    """Return the number that a text is, in the English way of writing it or another; None where it is none.

    >>> number_in("1,000"), number_in("1.000"), number_in("2,5"), number_in("0.125"), number_in("many")
    (1000, 1000, 2.5, 0.125, None)
    """
    text = " ".join(text.split())
    if len(text) > MOST_DIGITS or not re.fullmatch(f"{GROUPED}|{PLAIN}", text):
        return None
    if re.fullmatch(GROUPED, text):
        text = re.sub(re.escape(text.lstrip("0123456789")[0]) + "|[ '’]", "", text)
    number = float(text.replace(",", "."))
    return int(number) if number.is_integer() else number


@dataclass(frozen=True, eq=False)
class Line(Exercise):
    """An exercise that is answered in a line; its reveal sets beside it what is found."""

    kind = "line"
    fields = frozenset({"item"})
    has_labels = False
    typed = True
    keeps_prediction = True
    asks_numbers = True
    finish = (
        "Press the button when it is as you mean it. It is kept, and then stands beside what is found.",
        "I have written it",
    )
    pattern = "{item: one line}"

    points: float = 0

    @classmethod
    def read(cls, case: Case, lesson: str, entry: dict[str, Any], where: str) -> Self:
        """Return the exercise that an entry asks. Raises CaseError where it would give points."""
        if entry.get("points"):
            raise CaseError(f"{where} has points, and nobody marks a line: remove them")
        return super().read(case, lesson, entry, where)

    def example(self) -> Any:
        """Return an answer of the right form, to show it."""
        return {item.id: "12" if item.number else "your line" for item in self.items[:1]}

    def misfit(self, path: PartPath, part: Any) -> str:
        """Return what is wrong with a line."""
        if not isinstance(part, str) or len(part) > MOST or "\n" in part or "\r" in part:
            return f"takes one line of at most {MOST} characters for {path[0]!r}"
        wanted = any(item.number for item in self.items if item.id == path[0])
        if wanted and part.strip() and number_in(part) is None:
            return f"takes a number for {path[0]!r}, such as 12 or 1,000, not {part!r:.40}"
        return ""

    def said(self, item: str, part: Any) -> str:
        """Return what was written on an item in words: a number in one way, however it was typed."""
        asked = next(one for one in self.items if one.id == item)
        number = number_in(str(part)) if asked.number else None
        return str(part) if number is None else f"{number:,}"

    def told(self, value: Any) -> list[tuple[str, str]]:
        """Return an answer as questions and answers in words."""
        return [(item.about, self.said(item.id, value.get(item.id, ""))) for item in self.items]

    # --- what is found

    def read_key(self, entry: KeyEntry) -> Iterator[Key]:
        """Give what is found; on a text a reason may stand alone."""
        yield from entry.keys(entry.labels() if {"value", "field"} & {*entry.said} else "")

    def check_key(self, key: Key, case: Case) -> None:
        """Raise CourseError where a key has no number that is asked for, or nothing to say."""
        self.check_part(key.path, "1")
        if any(one.number and number_in(str(key.value)) is None for one in self.items if one.id == key.item):
            raise CourseError("it needs value: write the number that is found")
        if not f"{key.value}{key.reason}".strip():
            raise CourseError("it needs reason: write what is found")

    def score_usable(self, value: Any, keys: Sequence[Key], case: Case) -> Result:
        """Return no points: what was written, and on each item what is found."""
        items = []
        for (item,), found in by_path(tuple(keys)).items():
            told = [(key, self.said(item, key.value)) for key in found]
            reasons = (
                (name_of(key.by), is_, f"{is_}. {key.reason}" if is_ else key.reason) for key, is_ in told
            )
            items.append(ItemResult(item, "", self.said(item, value.get(item, "")), reasons=tuple(reasons)))
        return Result(None, 0, tuple(items))

    def feedback(self, value: Any, result: Result, case: Case) -> list[FeedbackEntry]:
        """Return what a form shows: what was written, and beside it what is found."""
        found = {one.item: feedback_entry("", one)["lines"] for one in result.items}
        given = self.told(value)
        return [
            feedback_entry(item.text) | {"given": said, "lines": found.get(item.id, [])}
            for item, (_, said) in zip(self.items, given, strict=True)
        ]

    def on_paper(self, unit: str) -> str:
        """Return as HTML the lines to write on."""
        return boxes(self.items, 1)

    def guess(self, draw: random.Random, keys: Sequence[Key], case: Case, skill: float) -> Any:
        """Return numbers, right with a chance of `skill` (0 to 1), and texts that nobody wrote."""
        value = {}
        for item in self.items:
            found = [number_in(str(key.value)) or 0 for key in keys if key.item == item.id] or [10]
            near = draw.choice(found) if draw.random() < skill else draw.randint(0, int(2 * max(found)) + 2)
            value[item.id] = f"{near}" if item.number else "Made up: a line that nobody wrote."
        return value
