"""Scoring: how far a student's answer agrees with the readers of the key, told in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice, pairwise
from operator import itemgetter
from typing import Any, NamedTuple

from course.analysis.agreement import Held, hold, kendall_tau, overlap_of, span_overlap
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


_Question = tuple[tuple[Key, ...], dict[str, ItemResult]]  # its keys, and what was told of each answer so far


@lru_cache(maxsize=256)
def _asked(exercise: Exercise, keys: tuple[Key, ...]) -> dict[tuple[str, str], _Question]:
    """Return the questions that have a key: an item, an item in an article, or a group."""
    names = exercise.groups if exercise.kind == "order" else [item.id for item in exercise.items]
    articles = exercise.articles if exercise.kind == "grid" else ("",)
    found: dict[tuple[str, str], tuple[Key, ...]] = {(name, id): () for name in names for id in articles}
    for key in keys:
        found[key.item or key.group, key.article] += (key,)
    return {where: (asked, {}) for where, asked in found.items() if asked}


def _level(level: str, text: str, keys: Sequence[Key]) -> ItemResult:
    samples = [key for key in keys if key.level == level]
    reasons = tuple((name_of(key.by), level, key.reason) for key in samples if key.reason)
    return ItemResult(level, "", "", 0.0, tuple(key.sample for key in samples), reasons, False, text)


def _score_choices(exercise: Exercise, value: Any, keys: tuple[Key, ...]) -> Iterable[ItemResult]:
    for where, (asked, told) in _asked(exercise, keys).items():
        item, article = where
        given = value.get(item, {}).get(article, "") if article else value.get(item, "")
        if given not in told:
            told[given] = tell(where, given, credits_of(asked).get(given, 0.0), asked)
        yield told[given]


_tau = lru_cache(maxsize=4096)(kendall_tau)  # a class gives the same few orders


@lru_cache(maxsize=256)
def _named(exercise: Exercise, keys: tuple[Key, ...]) -> tuple[Key, ...]:
    """Return keys whose orders are written with the articles of their items, where they have one."""
    names = {item.id: item.article or item.id for item in exercise.items}
    return tuple(replace(key, value=", ".join(names[id] for id in key.value)) for key in keys)


def _score_orders(exercise: Exercise, value: Any, keys: tuple[Key, ...]) -> Iterable[ItemResult]:
    names = {item.id: item.article or item.id for item in exercise.items}
    for where, (asked, _) in _asked(exercise, keys).items():
        given = tuple(value.get(where[0], ()))
        credit = 0.0
        for order, weight in credits_of(asked).items() if given else ():
            credit = max(credit, weight * (_tau(given, order) + 1) / 2)
        yield tell(where, ", ".join(names[id] for id in given), credit, _named(exercise, asked))


class _Place(NamedTuple):
    """Words that have a key: their size, their keys, and the credit of each label, the best first."""

    article: str
    start: int
    end: int
    words: str
    size: int
    keys: tuple[Key, ...]
    credits: Mapping[str, float]


# A place, the label that agrees best there, how much of it does, and the label that was given.
_Found = tuple[_Place, str, float, str]


@lru_cache(maxsize=256)
def _places(keys: tuple[Key, ...], article: str, raw: str) -> tuple[tuple[_Place, ...], Held]:
    """Return the places of an article that have a key, in its order, and a span for each label."""
    at: dict[tuple[int, int], tuple[Key, ...]] = {}
    for key in keys:
        if key.article == article:
            at[key.start, key.end] = (*at.get((key.start, key.end), ()), key)
    places, spans = [], []
    for (start, end), here in sorted(at.items(), key=itemgetter(0)):
        credits = credits_of(here)
        spans += [Annotation(article, start, end, label) for label in credits]
        size = span_overlap(raw, (), spans[-1:]).read
        places.append(_Place(article, start, end, raw[start:end], size, here, credits))
    return tuple(places), hold(raw, spans)


@lru_cache(maxsize=256)
def _readings(keys: tuple[Key, ...]) -> tuple[tuple[Key, ...], ...]:
    """Return all keys together or, where the readers cut the text differently, those of each reader."""
    places = sorted({(key.article, key.start, key.end) for key in keys})
    if any(one[0] == other[0] and other[1] < one[2] for one, other in pairwise(places)):
        return tuple(tuple(key for key in keys if key.by == by) for by in sorted({key.by for key in keys}))
    return (keys,)


def _score_marks(
    exercise: Exercise, value: Any, keys: tuple[Key, ...], case: Case
) -> tuple[float, list[ItemResult]]:
    """Return the share agreed on, and each place's result; of several readings the nearest counts."""
    marks: dict[str, list[Annotation]] = {id: [] for id in exercise.articles}
    for mark in value:
        one = Annotation(mark["article"], mark["start"], mark["end"], mark["label"])
        marks[one.article].append(one)
    held = {id: hold(case[id].raw, ones) for id, ones in marks.items()}
    against = [_against(exercise, len(value), held, one, case) for one in _readings(keys)]
    share, places, extra = max(against, key=itemgetter(0))
    items: list[ItemResult] = []
    for article, raw in ((id, case[id].raw) for id in exercise.articles):
        items += [_told(*one) for one in places[article]]
        items += [
            _alone(raw, mark)
            for mark in extra[article]
            if not any(mark.start < place.end and place.start < mark.end for place, *_ in places[article])
        ]
    return share, items


def _against(
    exercise: Exercise, count: int, held: Mapping[str, Held], keys: tuple[Key, ...], case: Case
) -> tuple[float, dict[str, list[_Found]], dict[str, tuple[Annotation, ...]]]:
    """Return the share agreed on with keys that lie apart, and each article's places and other marks."""
    cuts = len(exercise.labels) == 1
    agreed = total = 0.0
    closest: dict[Annotation, float] = {}
    found: dict[str, list[_Found]] = {}
    extra: dict[str, tuple[Annotation, ...]] = {}
    for article in exercise.articles:
        places, spans = _places(keys, article, case[article].raw)
        overlap = overlap_of(held[article], spans)
        matches = iter(overlap.matches)
        found[article], extra[article] = [], overlap.extra
        for place in places:
            here = {match.span.label: match for match in islice(matches, len(place.credits))}
            most, share, match = -1.0, 0.0, overlap.matches[0]
            for label, credit in place.credits.items():
                right = here[label].fit if cuts else here[label].covered
                if credit * right > most:
                    most, share, match = credit * right, right, here[label]
            size, label = 1 if cuts else place.size, match.span.label
            agreed, total = agreed + size * share * place.credits[label], total + size
            if cuts and match.mark and share > closest.get(match.mark, 0.0):
                closest[match.mark] = share
            given = label if share >= HALF else match.instead or (label if share else "")
            found[article].append((place, label, share, given))
        total += 0 if cuts else overlap.marked
    if cuts:
        agreed, total = sum(closest.values()), total + count
    return min(1.0, 2 * agreed / total), found, extra


def _told(place: _Place, label: str, share: float, given: str) -> ItemResult:
    more = f" Your mark and theirs share {share:.0%}." if 0 < share < NEARLY else ""
    return tell((place.words, place.article), given, share * place.credits[label], place.keys, more)


def _alone(raw: str, mark: Annotation) -> ItemResult:
    told = f"You marked it as ‘{mark.label}’. The key has no mark here."
    return ItemResult(raw[mark.start : mark.end], mark.article, mark.label, 0.0, (), (), False, told)


def _summary(exercise: Exercise, points: float, items: Sequence[ItemResult]) -> str:
    asked = [item for item in items if item.best]
    full = sum([item.credit >= NEARLY for item in asked])
    some = sum([item.credit > 0 for item in asked]) - full
    told = f"{full} of {len(asked)} as in the key"
    told += f", {some} in part" if some else ""
    if exercise.kind == "mark":
        missed = sum([not item.given for item in asked])
        told += f", {missed} missed, {len(items) - len(asked)} marked that the key does not have"
    told += f": {round(points, 1):g} of {exercise.points:g} points" if exercise.points else ""
    differed = sum([item.differed for item in asked])
    return f"{told}. On {differed} the readers differed." if differed else f"{told}."
