"""How far people agree: on stretches of text, on an order, on labels, and how sure that figure is.

Where nothing varies (everyone gave one and the same label) agreement cannot be told: the formulas give
0/0, and the functions here return nan, as scikit-learn does.
"""

import math
import random
import re
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate, chain
from operator import add, sub
from typing import Any, NamedTuple, TypeVar

from course.corpus.annotation import Annotation
from course.corpus.errors import need

# A word, or a symbol that is no punctuation (an emoji): what a mark holds.
WORD = re.compile(r"\w+|[^\w\s!-/:-@\[-`{-~«»\u2010-\u203a]")
DRAWS = 1000
Ratings = Sequence[Sequence[Any]]  # raters x units, None where a rater gave no answer
Thing = TypeVar("Thing")
_Unit = tuple[tuple[Any, ...], float]  # the labels it was given, and how far they differ


# --- stretches of text


class Match(NamedTuple):
    """A reader's `span` and what a student's marks make of it; shares run from 0 to 1.

    `size` is its length in characters of words, `covered` the share of them under marks of its label; `mark`
    is the one mark of its label that fits best, `fit` how closely (shared characters / characters of
    either); `instead` is the label that most of the span bears where its own is not on most of it, else "".
    """

    span: Annotation
    size: int
    covered: float
    mark: Annotation | None
    fit: float
    instead: str


class Overlap(NamedTuple):
    """How two sets of marks on one article agree; `marked` counts characters of words under a mark.

    `matches` has one entry for each reader's span, in the order of the text; `extra` are the marks of which
    less than half lies in readers' spans of the same label.
    """

    matches: tuple[Match, ...]
    extra: tuple[Annotation, ...]
    marked: int


class Held(NamedTuple):
    """Annotations on one article in their order, each with the characters of words that it holds.

    `apart` has what those of a label hold together, as ranges of which those of one label lie apart.
    """

    each: list[tuple[Annotation, range]]
    apart: list[tuple[str, range]]


def held_by(raw: str, annotations: Iterable[Annotation]) -> Held:
    """Return what annotations on the article with text `raw` hold.

    Edges count by words: white space and punctuation do not count, and a word belongs to a span that holds
    at least half of it. Spans that touch no word hold nothing and are left out.
    """
    each = [(one, held) for one in sorted(set(annotations)) if (held := _held(raw, one))]
    by_label: dict[str, list[range]] = {}
    for one, new in sorted(each, key=lambda pair: pair[1].start):
        ranges = by_label.setdefault(one.label, [])
        last = ranges.pop() if ranges and new.start <= ranges[-1].stop else new
        ranges.append(range(last.start, max(last.stop, new.stop)))
    return Held(each, [(label, one) for label, ranges in by_label.items() for one in ranges])


def span_overlap(marks: Held, spans: Held) -> Overlap:
    """Return how a student's marks on an article agree with one reader's spans.

    >>> marks = [Annotation("X", 0, 12, "claim")]
    >>> spans = [Annotation("X", 0, 11, "claim"), Annotation("X", 12, 23, "claim")]
    >>> overlap = span_overlap(*(held_by("Rain fell, wind rose.", ones) for ones in (marks, spans)))
    >>> overlap.matches[0].fit, overlap.matches[1].covered
    (1.0, 0.0)
    """
    in_spans = ((one, held, _shares(held, spans.apart).get(one.label, 0)) for one, held in marks.each)
    matches = tuple(_match(span, held, marks) for span, held in spans.each)
    extra = tuple(mark for mark, held, shared in in_spans if shared < len(held) / 2)
    return Overlap(matches, extra, marked=sum(len(held) for _, held in marks.apart))


def touched(held: range, others: Iterable[tuple[Thing, range]]) -> list[tuple[Thing, range, int]]:
    """Return those of other ranges that have part of one, each with whose it is and how much they share."""
    start, stop = held.start, held.stop
    touched = [(of, one) for of, one in others if one.start < stop and start < one.stop]
    return [(of, one, min(stop, one.stop) - max(start, one.start)) for of, one in touched]


def _shares(held: range, apart: Iterable[tuple[str, range]]) -> dict[str, int]:
    """Return how much of a range has which label."""
    shares: dict[str, int] = {}
    for label, _, shared in touched(held, apart):
        shares[label] = shares.get(label, 0) + shared
    return shares


def _match(span: Annotation, held: range, marks: Held) -> Match:
    best, fit, size = None, 0.0, len(held)
    for mark, other, shared in touched(held, marks.each):
        if mark.label == span.label and (new := shared / (size + len(other) - shared)) > fit:
            best, fit = mark, new
    shares = _shares(held, marks.apart)
    covered = shares.get(span.label, 0) / size
    most, top = max(((shared, label) for label, shared in shares.items()), default=(0, ""))
    return Match(span, size, covered, best, fit, top if covered < 0.5 <= most / size else "")


@lru_cache(maxsize=16)  # a class marks the same few articles; arrays, since lists are ten times as large
def _words_of(raw: str) -> tuple[Sequence[int], ...]:
    """Return each word's start, end, and start + end, and how many characters of words are before it."""
    places = [match.span() for match in WORD.finditer(raw)]
    starts, ends = ([place[edge] for place in places] for edge in (0, 1))
    before = accumulate(map(sub, ends, starts), initial=0)
    return tuple(array("L", numbers) for numbers in (starts, ends, map(add, starts, ends), before))


def _held(raw: str, span: Annotation) -> range:
    """Return which characters of words a span holds: of the first and the last word, at least half."""
    starts, ends, middles, before = _words_of(raw)
    first, last = bisect_left(middles, 2 * span.start), bisect_right(middles, 2 * span.end)
    if first >= last:  # it holds half of no word: all that it touches
        first, last = bisect_right(ends, span.start), bisect_left(starts, span.end)
    return range(before[first], before[max(first, last)])


# --- labels


def krippendorff_alpha(ratings: Ratings) -> float:
    """Return Krippendorff's alpha (2011) of raters x units for labels: 1 full agreement, 0 what chance gives.

    A unit that fewer than two raters answered is left out. nan without variation; raises CourseError with
    fewer than two values to compare.

    >>> krippendorff_alpha([["yes", "no", "no", None], ["yes", "no", "yes", "no"]])
    0.4444444444444444
    """
    units = _units(ratings)
    told = "no unit was rated by two raters: give at least one that two people labelled"
    need(any(labels for labels, _ in units), told)
    return _alpha(units)


def alpha_interval(ratings: Ratings, seed: int = 2008) -> tuple[float, float]:
    """Return the 95 % percentile interval of labels' alpha over 1,000 resamples of the units (Efron 1979).

    Units (paragraphs, claims) are drawn with replacement, with all their labels; the raters stay. Resamples
    in which alpha is undefined are left out. The same seed gives the same interval.

    >>> alpha_interval(["aabbabab", "aabbabaa"])[1]
    1.0
    """
    import statistics  # noqa: PLC0415 - few lessons need it, and it takes 0.15 MB

    draw, units = random.Random(seed), _units(ratings)  # noqa: S311 - a resample, no secret
    drawn = (_alpha(draw.choices(units, k=len(units))) for _ in range(DRAWS))
    values = [value for value in drawn if not math.isnan(value)]
    if len(values) < 2:
        return math.nan, math.nan
    cuts = statistics.quantiles(values, n=40, method="inclusive")
    return cuts[0], cuts[-1]


def _alpha(units: Sequence[_Unit]) -> float:
    given = Counter(chain.from_iterable(labels for labels, _ in units))
    total, expected = given.total(), _unlike(given)
    return 1 - (total - 1) * sum(apart for _, apart in units) / expected if expected else math.nan


def _unlike(given: Counter[Any]) -> int:
    """Return how many pairs of labels are two different ones, each pair counted both ways."""
    return given.total() ** 2 - sum(times**2 for times in given.values())


def _units(ratings: Ratings) -> list[_Unit]:
    """Return the labels of each unit, none where fewer than two raters answered. Raises CourseError."""
    told = "agreement needs two or more raters with as many units each: give None for no answer"
    need(len(ratings) > 1 and len({len(rater) for rater in ratings}) == 1, told)
    need(ratings[0], "there are no units to compare: give at least one")
    units: list[_Unit] = []
    for unit in zip(*ratings, strict=True):
        labels = tuple(label for label in unit if label is not None)
        units.append((labels * (len(labels) > 1), _unlike(Counter(labels)) / max(1, len(labels) - 1)))
    return units
