"""Scoring: how far a student's answer agrees with the readers of the key, told in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

from course.analysis.agreement import kendall_tau, span_overlap
from course.corpus.annotation import Annotation
from course.corpus.case import Case
from course.lessons.exercises import Exercise
from course.lessons.key_entry import Key, name_of
from course.lessons.results import ItemResult, Result, credits_of, tell
from course.lessons.values import usable

__all__ = ["ItemResult", "Result", "credits_of", "score", "score_usable"]

HALF = 0.5  # of a reader's span: enough to say that it has the reader's label
NEARLY = 0.95  # as good as all: edges are not what a mark is about


def score(exercise: Exercise, value: Any, keys: Sequence[Key], case: Case) -> Result:
    """Return how far an answer agrees with its keys; what does not fit the exercise is no answer.

    sort, grid: the mean of readers who gave the answer / most who gave any one answer. order: for each group
    the share of pairs that stand as in a reader's order, which is (Kendall's tau + 1) / 2, times the credit
    of that order; the best reader counts. mark: 2 x agreed / (marked + read), in characters of words; where
    there is one label only, the question is how a text is cut, and marks are counted by how closely each
    fits. A `course` key's credit is written in it.
    """
    return score_usable(exercise, usable(exercise, value)[0], tuple(keys), case)


def score_usable(exercise: Exercise, value: Any, keys: tuple[Key, ...], case: Case) -> Result:
    """Return what `score` does, for an answer that is known to fit the exercise."""
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


Place = tuple[str, str] | tuple[str, int, int]


@lru_cache(maxsize=256)
def _asked(keys: tuple[Key, ...]) -> Mapping[Place, tuple[Key, ...]]:
    """Return the keys of each question: an item, an item in an article, a group, or marked words."""
    found: dict[Place, tuple[Key, ...]] = {}
    for key in keys:
        place: Place = _place(key) if key.end else (key.item or key.group, key.article)
        found[place] = (*found.get(place, ()), key)
    return found


@lru_cache(maxsize=256)
def _spans(keys: tuple[Key, ...], article: str) -> Mapping[tuple[str, int, int], Mapping[str, Annotation]]:
    """Return where an article's words have a key, in the order of the text, and a span for each label."""
    places = sorted(_place(key) for key in keys if key.article == article)
    asked = _asked(keys)
    return {
        place: {label: Annotation(*place, str(label)) for label in credits_of(asked[place])}
        for place in places
    }


def _level(level: str, text: str, keys: Sequence[Key]) -> ItemResult:
    samples = [key for key in keys if key.level == level]
    reasons = tuple((name_of(key.by), level, key.reason) for key in samples if key.reason)
    return ItemResult(level, "", "", 0.0, tuple(key.sample for key in samples), reasons, False, text)


def _score_choices(exercise: Exercise, value: Any, keys: tuple[Key, ...]) -> Iterable[ItemResult]:
    questions = _asked(keys)
    for item in exercise.items:
        for article in exercise.articles if exercise.kind == "grid" else ("",):
            asked = questions.get((item.id, article))
            given = value.get(item.id, {}).get(article, "") if article else value.get(item.id, "")
            if asked:
                yield tell((item.id, article), given, credits_of(asked).get(given, 0.0), asked)


def _score_orders(exercise: Exercise, value: Any, keys: tuple[Key, ...]) -> Iterable[ItemResult]:
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
            yield tell((group, ""), ", ".join(names[id] for id in given), credit, tuple(lettered))


def _score_marks(
    exercise: Exercise, value: Any, keys: tuple[Key, ...], case: Case
) -> tuple[float, list[ItemResult]]:
    marks = [Annotation(mark["article"], mark["start"], mark["end"], mark["label"]) for mark in value]
    places = sorted({_place(key) for key in keys})
    readings = [keys]
    if any(one[0] == other[0] and other[1] < one[2] for one, other in pairwise(places)):
        # The readers cut the text differently: the marks are held against each of them, and the best counts.
        readings = [tuple(key for key in keys if key.by == by) for by in sorted({key.by for key in keys})]
    return max((_against(exercise, marks, keys, case) for keys in readings), key=lambda result: result[0])


def _place(key: Key) -> tuple[str, int, int]:
    return key.article, key.start, key.end


@lru_cache(maxsize=4096)
def _size(raw: str, start: int, end: int) -> int:
    return span_overlap(raw, (), [Annotation("", start, end)]).read


def _against(
    exercise: Exercise, marks: list[Annotation], keys: tuple[Key, ...], case: Case
) -> tuple[float, list[ItemResult]]:
    """Return the share agreed on, and each place's result, with keys whose places lie apart or are one's."""
    at = _asked(keys)
    cuts = len(exercise.labels) == 1
    agreed = total = 0.0
    closest: dict[Annotation, float] = {}
    items: list[ItemResult] = []
    for article in exercise.articles:
        raw = case[article].raw
        places = _spans(keys, article)
        spans = [span for labels in places.values() for span in labels.values()]
        overlap = span_overlap(raw, [mark for mark in marks if mark.article == article], spans)
        found = {match.span: match for match in overlap.matches}
        for place, labels in places.items():
            credits = credits_of(at[place])
            here = {label: found[span] for label, span in labels.items()}
            right = {label: match.fit if cuts else match.covered for label, match in here.items()}
            label = max(credits, key=lambda label: credits[label] * right[label])
            share, size = right[label], 1 if cuts else _size(raw, *place[1:])
            agreed, total = agreed + size * share * credits[label], total + size
            if (mark := here[label].mark) and share > closest.get(mark, 0.0):
                closest[mark] = share
            given = label if share >= HALF else here[label].instead or (label if share else "")
            credit, words = share * credits[label], raw[place[1] : place[2]]
            result = tell((words, article), given, credit, at[place], "marked it as")
            if 0 < share < NEARLY:
                told = f"{result.sentence} Your mark and theirs share {share:.0%}."
                result = replace(result, sentence=told)
            items.append(result)
        total += 0 if cuts else overlap.marked
        items += [
            _alone(raw, mark) for mark in overlap.extra if not any(_meet(mark, place) for place in places)
        ]
    if cuts:
        agreed, total = sum(closest.values()), total + len(marks)
    return min(1.0, 2 * agreed / total), items


def _meet(mark: Annotation, place: tuple[str, int, int]) -> bool:
    return mark.article == place[0] and mark.start < place[2] and place[1] < mark.end


def _alone(raw: str, mark: Annotation) -> ItemResult:
    told = f"You marked it as ‘{mark.label}’. The key has no mark here."
    return ItemResult(raw[mark.start : mark.end], mark.article, mark.label, 0.0, (), (), False, told)


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
    return f"{told}: {round(points, 1):g} of {exercise.points:g} points." if exercise.points else f"{told}."
