"""Scoring: how far a student's answer agrees with the readers of the key, told in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

from course.analysis.agreement import kendall_tau, partial_credit, span_overlap
from course.corpus.annotation import Annotation
from course.corpus.case import Case
from course.lessons.exercises import Exercise
from course.lessons.key_entry import Key, name_of
from course.lessons.values import usable

HALF = 0.5  # of a reader's span: enough to say that it has the reader's label
NEARLY = 0.95  # as good as all: edges are not what a mark is about


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Result:
    """How an answer was scored; `points` is None where a person has to mark it, or no key exists."""

    exercise: str
    points: float | None
    possible: float
    items: tuple[ItemResult, ...]
    summary: str


def score(exercise: Exercise, value: Any, keys: Sequence[Key], case: Case) -> Result:
    """Return how far an answer agrees with its keys; what does not fit the exercise is no answer.

    sort, grid: the mean of readers who gave the answer / most who gave any one answer. order: for each group
    the share of pairs that stand as in a reader's order, which is (Kendall's tau + 1) / 2, times the credit
    of that order; the best reader counts. mark: 2 x agreed / (marked + read), in characters of words; where
    there is one label only, the question is how a text is cut, and marks are counted by how closely each
    fits. A `course` key's credit is written in it.
    """
    value, _ = usable(exercise, value)
    if exercise.kind == "write":
        levels = tuple(_level(level, text, keys) for level, text in exercise.rubric.items())
        named = f", by these levels: {', '.join(exercise.rubric)}" if levels else ""
        return Result(exercise.id, None, exercise.points, levels, f"A person reads this answer{named}.")
    share, items = 0.0, list[ItemResult]()
    if exercise.kind == "mark" and keys:
        share, items = _score_marks(exercise, value, keys, case)
    elif exercise.kind != "mark":
        choose = _score_orders if exercise.kind == "order" else _score_choices
        items = list(choose(exercise, value, keys))
        share = sum(item.credit for item in items) / max(len(items), 1)
    if not items:
        none = "No reader answered this exercise: it has no score."
        return Result(exercise.id, None, exercise.points, (), none)
    points = share * exercise.points
    return Result(exercise.id, points, exercise.points, tuple(items), _summary(exercise, points, items))


@lru_cache(maxsize=8192)  # a class answers the same questions
def credits_of(keys: tuple[Key, ...]) -> Mapping[Any, float]:
    """Return the credit of each answer that a key gives to one question, the best first."""
    given = [key.value for key in keys if key.by != "course"]
    credits = {key.value: key.credit for key in keys if key.by == "course"}
    credits |= {value: partial_credit(value, given) for value in given}
    return dict(sorted(credits.items(), key=lambda pair: -pair[1]))


def _asked(keys: Iterable[Key]) -> dict[tuple[str, ...], tuple[Key, ...]]:
    """Return the keys of each question: an item, an item in an article, or a group."""
    found: dict[tuple[str, ...], tuple[Key, ...]] = {}
    for key in keys:
        place = (key.item or key.group, key.article)
        found[place] = (*found.get(place, ()), key)
    return found


def _level(level: str, text: str, keys: Sequence[Key]) -> ItemResult:
    samples = [key for key in keys if key.level == level]
    reasons = tuple((name_of(key.by), level, key.reason) for key in samples if key.reason)
    return ItemResult(level, "", "", 0.0, tuple(key.sample for key in samples), reasons, False, text)


def _score_choices(exercise: Exercise, value: Any, keys: Sequence[Key]) -> Iterable[ItemResult]:
    questions = _asked(keys)
    for item in exercise.items:
        for article in exercise.articles if exercise.kind == "grid" else ("",):
            asked = questions.get((item.id, article))
            given = value.get(item.id, {}).get(article, "") if article else value.get(item.id, "")
            if asked:
                result = _result(item.id, given, credits_of(asked).get(given, 0.0), asked)
                yield replace(result, article=article)


def _score_orders(exercise: Exercise, value: Any, keys: Sequence[Key]) -> Iterable[ItemResult]:
    questions = _asked(keys)
    for group, items in exercise.groups.items():
        names = {item.id: item.article or item.id for item in items}
        asked = questions.get((group, ""), ())
        given = value.get(group, ())
        credit = 0.0
        for order, weight in credits_of(asked).items() if given else ():
            credit = max(credit, weight * (kendall_tau(given, order) + 1) / 2)
        if asked:
            lettered = (replace(key, value=", ".join(names[id] for id in key.value)) for key in asked)
            yield _result(group, ", ".join(names[id] for id in given), credit, tuple(lettered))


def _score_marks(
    exercise: Exercise, value: Any, keys: Sequence[Key], case: Case
) -> tuple[float, list[ItemResult]]:
    marks = [Annotation(mark["article"], mark["start"], mark["end"], mark["label"]) for mark in value]
    places = sorted({_place(key) for key in keys})
    readings: list[Sequence[Key]] = [keys]
    if any(one[0] == other[0] and other[1] < one[2] for one, other in pairwise(places)):
        # The readers cut the text differently: the marks are held against each of them, and the best counts.
        readings = [[key for key in keys if key.by == by] for by in sorted({key.by for key in keys})]
    return max((_against(exercise, marks, keys, case) for keys in readings), key=lambda result: result[0])


def _place(key: Key) -> tuple[str, int, int]:
    return key.article, key.start, key.end


@lru_cache(maxsize=4096)
def _size(raw: str, start: int, end: int) -> int:
    return span_overlap(raw, (), [Annotation("", start, end)]).read


def _against(
    exercise: Exercise, marks: list[Annotation], keys: Sequence[Key], case: Case
) -> tuple[float, list[ItemResult]]:
    """Return the share agreed on, and each place's result, with keys whose places lie apart or are one's."""
    at: dict[tuple[str, int, int], tuple[Key, ...]] = {}
    for key in keys:
        at[_place(key)] = (*at.get(_place(key), ()), key)
    cuts = len(exercise.labels) == 1
    agreed = total = 0.0
    closest: dict[Annotation, float] = {}
    items: list[ItemResult] = []
    for article in exercise.articles:
        raw = case[article].raw
        spans = {Annotation(*_place(key), str(key.value)) for key in keys if key.article == article}
        overlap = span_overlap(raw, [mark for mark in marks if mark.article == article], spans)
        found = {match.span: match for match in overlap.matches}
        for place in sorted(place for place in at if place[0] == article):
            credits = credits_of(at[place])
            here = {label: found[Annotation(*place, label)] for label in credits}
            right = {label: match.fit if cuts else match.covered for label, match in here.items()}
            label = max(credits, key=lambda label: credits[label] * right[label])
            share, size = right[label], 1 if cuts else _size(raw, *place[1:])
            agreed, total = agreed + size * share * credits[label], total + size
            if (mark := here[label].mark) and share > closest.get(mark, 0.0):
                closest[mark] = share
            given = label if share >= HALF else here[label].instead or (label if share else "")
            result = _result(raw[slice(*place[1:])], given, share * credits[label], at[place], "marked it as")
            part = f" Your mark and theirs share {share:.0%}." if 0 < share < NEARLY else ""
            items.append(replace(result, article=article, sentence=result.sentence + part))
        total += 0 if cuts else overlap.marked
        items += [_alone(raw, mark) for mark in overlap.extra if not any(_meet(mark, place) for place in at)]
    if cuts:
        agreed, total = sum(closest.values()), total + len(marks)
    return min(1.0, 2 * agreed / total), items


def _meet(mark: Annotation, place: tuple[str, int, int]) -> bool:
    return mark.article == place[0] and mark.start < place[2] and place[1] < mark.end


def _alone(raw: str, mark: Annotation) -> ItemResult:
    told = f"You marked it as ‘{mark.label}’. The key has no mark here."
    return ItemResult(raw[mark.start : mark.end], mark.article, mark.label, 0.0, (), (), False, told)


@lru_cache(maxsize=8192)
def _result(
    item: str, given: str, credit: float, keys: tuple[Key, ...], verb: str = "answered"
) -> ItemResult:
    """Return a decision's result, and say who gave which answer."""
    credits = credits_of(keys)
    best = tuple(answer for answer in credits if credits[answer] == max(credits.values()))
    by = {
        answer: list(dict.fromkeys(name_of(key.by) for key in keys if key.value == answer))
        for answer in credits
    }
    reasons = tuple((name_of(key.by), str(key.value), key.reason) for key in keys if key.reason)
    if not given:
        told = "You left it unmarked." if verb.startswith("marked") else "You gave no answer."
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
    return ItemResult(item, "", given, credit, best, reasons, differed, told)


def _and(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1].replace('The course', 'the course')}"


def _summary(exercise: Exercise, points: float, items: Sequence[ItemResult]) -> str:
    asked = [item for item in items if item.best]
    full = sum(1 for item in asked if item.credit >= NEARLY)
    some = sum(1 for item in asked if 0 < item.credit < NEARLY)
    told = f"{full} of {len(asked)} as in the key"
    told += f", {some} in part" if some else ""
    if exercise.kind == "mark":
        missed = sum(1 for item in asked if not item.given)
        told += f", {missed} missed, {len(items) - len(asked)} marked that the key does not have"
    differed = sum(1 for item in asked if item.differed)
    told += f"; on {differed} the readers differed" if differed else ""
    return f"{told}: {points:.4g} of {exercise.points:g} points." if exercise.points else f"{told}."
