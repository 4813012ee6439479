"""Reliability: how far several people give the same labels, and how sure that figure is.

Where nothing varies (everyone gave one and the same label) agreement cannot be told: the formulas give
0/0, and the functions here return nan, as scikit-learn does.
"""

from __future__ import annotations

import math
import random
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain, combinations, starmap
from operator import mul, ne
from typing import Any

from course.corpus.errors import CourseError

Ratings = Sequence[Sequence[Any]]  # raters x units, None where a rater gave no answer
LEVELS = ("nominal", "ordinal", "interval")
DRAWS = 1000


def krippendorff_alpha(ratings: Ratings, level: str = "nominal") -> float:
    """Return Krippendorff's alpha (2011) of raters x units: 1 full agreement, 0 what chance gives.

    `level`: nominal (labels), ordinal or interval (numbers). A unit that fewer than two raters answered is
    left out. nan without variation; raises CourseError with fewer than two values to compare.

    >>> krippendorff_alpha([["yes", "no", "no", None], ["yes", "no", "yes", "no"]])
    0.4444444444444444
    """
    if level not in LEVELS:
        raise CourseError(f"{level!r} is no level of measurement here: choose one of {', '.join(LEVELS)}")
    units: Counter[tuple[Any, ...]] = Counter()
    for unit, times in Counter(_units(ratings)).items():  # counted first: a resample has many alike
        given = tuple(value for value in unit if value is not None) if None in unit else unit
        if len(given) > 1:
            units[given] += times
    if not units:
        raise CourseError("no unit was rated by two raters: give at least one that two people labelled")
    totals: Counter[Any] = Counter()
    for unit, times in units.items():
        for value in unit:
            totals[value] += times
    distance = _distance(totals, level)
    observed = sum(
        times * sum(starmap(distance, combinations(unit, 2))) / (len(unit) - 1)
        for unit, times in units.items()
    )
    expected = sum(totals[a] * totals[b] * distance(a, b) for a, b in combinations(totals, 2))
    return 1 - (totals.total() - 1) * observed / expected if expected else math.nan


def _distance(totals: Counter[Any], level: str) -> Callable[[Any, Any], float]:
    """Return the squared difference of two values; for ordinal, that of their mean ranks."""
    if level == "nominal":
        return ne
    for value in totals:
        if not isinstance(value, int | float) or not math.isfinite(value):
            raise CourseError(f"{level} ratings are numbers, but {value!r} is none: give numbers")
    if level == "interval":
        return lambda a, b: float((a - b) ** 2)
    ranks, before = {}, 0
    for value in sorted(totals):
        ranks[value] = before + totals[value] / 2
        before += totals[value]
    return lambda a, b: (ranks[a] - ranks[b]) ** 2


def cohen_kappa(a: Sequence[Any], b: Sequence[Any]) -> float:
    """Return Cohen's kappa (1960) of two raters' labels for the same units; None is no answer.

    nan without variation; raises CourseError where no unit has both labels.
    """
    pairs = [pair for pair in _units([a, b]) if None not in pair]
    if not pairs:
        raise CourseError("no unit was labelled by both raters: give at least one")
    of_a, of_b = Counter(pair[0] for pair in pairs), Counter(pair[1] for pair in pairs)
    chance = sum(of_a[label] * of_b[label] for label in of_a)
    agreed = sum(one == other for one, other in pairs) * len(pairs)
    return (agreed - chance) / (len(pairs) ** 2 - chance) if len(pairs) ** 2 != chance else math.nan


def alpha_interval(ratings: Ratings, seed: int = 2008) -> tuple[float, float]:
    """Return the 95 % percentile interval of labels' alpha over 1,000 resamples of the units (Efron 1979).

    Units (paragraphs, claims) are drawn with replacement, with all their labels; the raters stay. Resamples
    in which alpha is undefined are left out. The same seed gives the same interval.

    >>> alpha_interval(["aabbabab", "aabbabaa"])[1]
    1.0
    """
    units, draw = _units(ratings), random.Random(seed)  # noqa: S311 - a resample, no secret
    # What a unit adds to a resample is worked out once: how far its labels differ, and their counts, as one
    # number in which each label has 32 bits of its own, so that one addition adds all counts.
    labels = [[value for value in unit if value is not None] for unit in units]
    labels = [given if len(given) > 1 else [] for given in labels]
    bits = {label: 32 * n for n, label in enumerate(dict.fromkeys(chain.from_iterable(labels)))}
    counts = [sum(1 << bits[label] for label in given) for given in labels]
    apart = [sum(starmap(ne, combinations(given, 2))) / (len(given) - 1) if given else 0 for given in labels]
    values = []
    for _ in range(DRAWS):
        drawn = draw.choices(range(len(units)), k=len(units))
        counted, observed = sum(map(counts.__getitem__, drawn)), sum(map(apart.__getitem__, drawn))
        totals = [counted >> place & 0xFFFFFFFF for place in bits.values()]
        given = sum(totals)
        if expected := given * given - sum(map(mul, totals, totals)):
            values.append(1 - 2 * (given - 1) * observed / expected)
    if len(values) < 2:
        return math.nan, math.nan
    cuts = statistics.quantiles(values, n=40, method="inclusive")
    return cuts[0], cuts[-1]


def _units(ratings: Ratings) -> list[tuple[Any, ...]]:
    """Return the ratings unit by unit. Raises CourseError where raters have different numbers of units."""
    if len(ratings) < 2 or len({len(rater) for rater in ratings}) > 1:
        raise CourseError(
            "agreement needs two or more raters with as many units each: give None for no answer"
        )
    if not ratings[0]:
        raise CourseError("there are no units to compare: give at least one")
    return list(zip(*ratings, strict=True))
