"""What scoring gives: the result of each decision, told in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from course.analysis.agreement import partial_credit
from course.lessons.key_entry import Key, name_of


@dataclass(frozen=True, slots=True, eq=False)  # told apart by identity, as keys are
class ItemResult:
    """One decision: what was `given`, its `credit` (0 to 1), the `best` answers (full credit), and why.

    `item` is an item's id (grid: with `article`), a group's name, or marked words. `reasons` are (who,
    answer, reason); `differed` tells that the readers' answers did. `sentence` says all but the reasons.
    In 'write', each level of the rubric is one: `item` its name, `best` its sample answer.
    """

    item: str
    article: str
    given: str
    credit: float
    best: tuple[str, ...]
    reasons: tuple[tuple[str, str, str], ...]
    differed: bool
    sentence: str


class Result(NamedTuple):  # made for every exercise of every student, at a quarter of a dataclass's cost
    """How an answer was scored; `points` is None where a person has to mark it, or no key exists."""

    exercise: str
    points: float | None
    possible: float
    items: tuple[ItemResult, ...]
    summary: str


@lru_cache(maxsize=8192)  # a class answers the same questions
def credits_of(keys: tuple[Key, ...]) -> Mapping[Any, float]:
    """Return the credit of each answer that a key gives to one question, the best first."""
    given = [key.value for key in keys if key.by != "course"]
    credits = {key.value: key.credit for key in keys if key.by == "course"}
    credits |= {value: partial_credit(value, given) for value in given}
    return dict(sorted(credits.items(), key=lambda pair: -pair[1]))


@lru_cache(maxsize=8192)
def tell(
    where: tuple[str, str], given: str, credit: float, keys: tuple[Key, ...], more: str = ""
) -> ItemResult:
    """Return the result of one decision (item, article): who gave which answer, and `more`."""
    best, reasons, differed, told = _said(given, keys)
    return ItemResult(*where, given, credit, best, reasons, differed, told + more)


@lru_cache(maxsize=8192)
def _said(
    given: str, keys: tuple[Key, ...]
) -> tuple[tuple[str, ...], tuple[tuple[str, str, str], ...], bool, str]:
    credits, marked = credits_of(keys), keys[0].end > 0
    verb = "marked it as" if marked else "answered"
    best = tuple(answer for answer in credits if credits[answer] == max(credits.values()))
    by = {
        answer: list(dict.fromkeys(name_of(key.by) for key in keys if key.value == answer))
        for answer in credits
    }
    reasons = tuple((name_of(key.by), str(key.value), key.reason) for key in keys if key.reason)
    if not given:
        told = "You left it unmarked." if marked else "You gave no answer."
    elif given in by:
        told = f"You {verb} ‘{given}’, as {_and(by[given]).replace('The', 'the')} did."
    else:
        told = f"You {verb} ‘{given}’."
    who = {key.by for key in keys}
    differed = len(by) > 1 and len(who) > 1
    if differed:
        told += " The readers differed: " + "; ".join(f"{_and(by[one])} {verb} ‘{one}’" for one in by) + "."
    elif len(by) > 1:
        several = "; ".join(f"‘{one}’" for one in by)
        told += f" {name_of(keys[0].by)} holds that several answers can be defended: {several}."
    elif given not in by:
        told += "".join(f" {_and(names)} {verb} ‘{answer}’." for answer, names in by.items())
    if who == {"course"}:
        told += " This is the course’s own answer: no reader was asked."
    return best, reasons, differed, told


def _and(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1].replace('The course', 'the course')}"
