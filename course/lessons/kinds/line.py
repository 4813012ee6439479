"""Line: one short text, or one number, on each item; nobody marks it. An answer is `{item: text}`."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from course.corpus.case import Case
from course.corpus.errors import need
from course.lessons.exercises import Exercise, PartPath, Scorer, boxes
from course.lessons.keys import Key, KeyEntry
from course.lessons.scoring import COURSE, FeedbackEntry, ItemResult, Reason, Result, feedback_entry, name_of

MOST = 300  # characters
# 12, 1,000, 1.000, 1 000, 2.5, 2,5: a sign before three digits parts thousands. line.js has the same.
GROUPED = r"[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+(?:[.][0-9]+)?|(?:[.][0-9]{3})+(?:,[0-9]+)?|(?:[ '’][0-9]{3})+)"
PLAIN = r"[0-9]+(?:[.,][0-9]+)?"


def number_in(text: str) -> float | None:
    """Return the number that a text is, in the English way of writing it or another; None where it is none.

    >>> number_in("1,000"), number_in("1.000"), number_in("2,5"), number_in("0.125"), number_in("many")
    (1000, 1000, 2.5, 0.125, None)
    """
    text = " ".join(text.split())
    if re.fullmatch(GROUPED, text):
        text = re.sub(re.escape(text.lstrip("0123456789")[0]) + "|[ '’]", "", text)
    elif not re.fullmatch(PLAIN, text):
        return None
    number = float(text.replace(",", "."))
    return int(number) if number.is_integer() else number


@dataclass(frozen=True, eq=False)
class Line(Exercise):
    """An exercise that is answered in a line; its reveal sets beside it what is found."""

    kind = "line"
    fields = frozenset({"item"})
    has_labels = False
    typed = True
    unmarked = True
    pattern = "{item: one line}"
    points: float = 0

    def example(self) -> Any:
        """Return an answer of the right form, to show it."""
        return {item.id: "12" if item.number else "your line" for item in self.items[:1]}

    def misfit(self, path: PartPath, part: Any) -> str:
        """Return what is wrong with a line."""
        if not isinstance(part, str) or len(part) > MOST or re.search(r"[\r\n]", part):
            return f"takes one line of at most {MOST} characters for {path[0]!r}"
        if part.strip() and path[0] in self.numbers and number_in(part) is None:
            return f"takes a number for {path[0]!r}, in figures, such as 3 or 1,200, not {part!r:.40}"
        return ""

    @property
    def numbers(self) -> list[str]:
        """The ids of the items that want a number."""
        return [item.id for item in self.items if item.number]

    def said(self, item: str, part: Any) -> str:
        """Return what was written on an item in words: a number in one way, however it was typed."""
        number = number_in(str(part)) if item in self.numbers else None
        return str(part) if number is None else f"{number:,}"

    def told(self, value: Any) -> list[tuple[str, str]]:
        """Return an answer as questions and answers in words."""
        return [(item.about, self.said(item.id, value.get(item.id, ""))) for item in self.items]

    # --- what is found

    def read_key(self, entry: KeyEntry) -> Iterator[Key]:
        """Give what is found: a value, or a reason alone."""
        yield from entry.keys(entry.labels() if {"value", "field"} & {*entry.said} else "")

    def check_key(self, key: Key, case: Case) -> None:
        """Raise CourseError where a key is no line, or says nothing."""
        self.check_part(key.path, str(key.value))
        need(f"{key.value}{key.reason}", "it needs value or reason: write what is found")

    def scorer(self, keys: Sequence[Key], case: Case) -> Scorer:
        """Return what gives no points: on each item what was written, and what is found."""
        found: dict[str, tuple[Reason, ...]] = {item.id: () for item in self.items}
        for key in (key for key in keys if key.item in found):
            is_ = self.said(key.item, key.value)
            found[key.item] += (("", is_, ". ".join(filter(None, (is_, key.reason)))),)

        def score(value: Any) -> Result:
            said, items = {id: self.said(id, value.get(id, "")) for id in found}, []
            for id, why in found.items():  # a number is right or not; of a text that cannot be told
                best = tuple(is_ for _, is_, _ in why) if id in self.numbers else ()
                by, right = tuple((is_, (name_of(COURSE),)) for is_ in best), float(said[id] in best)
                items.append(ItemResult(id, "", said[id], right, by, best, why, own=True, fact=True))
            return Result(None, 0, tuple(items))

        return score

    def feedback(self, value: Any, result: Result, case: Case) -> list[FeedbackEntry]:
        """Return what a form shows: what was written, and what is found; of a number, whether it is right."""
        told = [(one, feedback_entry(self.texts[one.item], one)) for one in result.items]
        each = [entry | {"given": one.given} for one, entry in told]
        pairs = zip(result.items, each, strict=True)
        return [entry if one.best else entry | {"verdict": "", "credit": None} for one, entry in pairs]

    def on_paper(self, unit: str) -> str:
        """Return as HTML the lines to write on."""
        return boxes(self.items, 1)

    def guess(self, draw: random.Random, keys: Sequence[Key], case: Case, skill: float) -> Any:
        """Return numbers, right with a chance of `skill` (0 to 1), and texts that nobody wrote."""
        texts = {item.id: "Made up: a line that nobody wrote." for item in self.items}
        numbers = {id: str(draw.randint(0, 20)) for id in self.numbers}
        right = {key.item: str(key.value) for key in keys if key.item in numbers and draw.random() < skill}
        return texts | numbers | right
