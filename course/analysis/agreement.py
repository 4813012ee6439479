"""How far people agree: on stretches of text, on an order, on labels, and how sure that figure is.

Where nothing varies (everyone gave one and the same label) agreement cannot be told: the formulas give
0/0, and the functions here return nan, as scikit-learn does.
"""

from __future__ import annotations

import math
import random
import re
import statistics
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, combinations
from typing import Any, NamedTuple

from course.corpus.annotation import Annotation
from course.corpus.errors import CourseError

# A word, or a symbol that is no punctuation (an emoji): what a mark holds.
WORD = re.compile(r"\w+|[^\w\s!-/:-@\[-`{-~«»\u2010-\u203a]")
DRAWS = 1000
Ratings = Sequence[Sequence[Any]]  # raters x units, None where a rater gave no answer


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


@dataclass(frozen=True, slots=True)
class Overlap:
    """How two sets of marks on one article agree; `agreed`, `marked`, `read` count characters of words.

    `matches` has one entry for each reader's span, in the order of the text; `extra` are the marks of which
    less than half lies in readers' spans of the same label.
    """

    matches: tuple[Match, ...]
    extra: tuple[Annotation, ...]
    agreed: int
    marked: int
    read: int


def span_overlap(raw: str, marks: Iterable[Annotation], spans: Iterable[Annotation]) -> Overlap:
    """Return how a student's marks agree with one reader's spans on the article with text `raw`.

    Edges count by words: white space and punctuation do not count, and a word belongs to a span that holds
    at least half of it. Spans that touch no word hold nothing and are left out.

    >>> marks = [Annotation("X", 0, 12, "claim")]
    >>> spans = [Annotation("X", 0, 11, "claim"), Annotation("X", 12, 23, "claim")]
    >>> overlap = span_overlap("Rain fell, wind rose.", marks, spans)
    >>> overlap.matches[0].fit, overlap.matches[1].covered
    (1.0, 0.0)
    """
    words = _words_of(raw)
    given, wanted = ([(one, words.held(one)) for one in sorted(set(ones))] for ones in (marks, spans))
    given, wanted = ([pair for pair in pairs if pair[1]] for pairs in (given, wanted))
    under, read = _by_label(given), _by_label(wanted)
    return Overlap(
        matches=tuple(_match(span, held, given, under) for span, held in wanted),
        extra=tuple(
            mark for mark, held in given if _shared([held], read.get(mark.label, [])) < len(held) / 2
        ),
        agreed=sum(_shared(held, read.get(label, [])) for label, held in under.items()),
        marked=sum(len(held) for ones in under.values() for held in ones),
        read=sum(len(held) for ones in read.values() for held in ones),
    )


_Held = tuple[Annotation, range]  # the characters that an annotation holds, counted without what is no word


def _match(span: Annotation, held: range, given: list[_Held], under: dict[str, list[range]]) -> Match:
    best, fit = None, 0.0
    near = [(mark, other) for mark, other in given if _shared([held], [other])]
    for mark, other in near:
        shared = _shared([held], [other])
        new = shared / (len(held) + len(other) - shared)
        if mark.label == span.label and new > fit:
            best, fit = mark, new
    covered = {mark.label: _shared([held], under[mark.label]) / len(held) for mark, _ in near}
    own = covered.get(span.label, 0.0)
    top = max(covered, key=lambda label: (covered[label], label), default="")
    instead = top if own < 0.5 <= covered.get(top, 0.0) else ""
    return Match(span, len(held), own, best, fit, instead)


def _by_label(pairs: list[_Held]) -> dict[str, list[range]]:
    """Return what is under each label, as ranges that lie apart, in order."""
    found: dict[str, list[range]] = {}
    for one, held in sorted(pairs, key=lambda pair: pair[1].start):
        ranges = found.setdefault(one.label, [])
        if ranges and held.start <= ranges[-1].stop:
            ranges[-1] = range(ranges[-1].start, max(held.stop, ranges[-1].stop))
        else:
            ranges.append(held)
    return found


def _shared(ones: list[range], others: list[range]) -> int:
    return sum(
        max(0, min(one.stop, other.stop) - max(one.start, other.start)) for one in ones for other in others
    )


class _Words:
    """Where each word of a text starts and ends, how long it is, and how long all before it are."""

    def __init__(self, raw: str) -> None:
        places = [match.span() for match in WORD.finditer(raw)]
        self.starts, self.ends = [start for start, _ in places], [end for _, end in places]
        self.sizes = [end - start for start, end in places]
        self.before = list(accumulate(self.sizes, initial=0))

    def held(self, span: Annotation) -> range:
        """Return the characters of the words that a span holds: of the first and the last, at least half."""
        first = bisect_right(self.ends, span.start)
        last = bisect_left(self.starts, span.end) - 1
        if last < first:
            return range(0)
        touched = range(self.before[first], self.before[last + 1])
        if last > first:
            first += (self.ends[first] - span.start) * 2 < self.sizes[first]
            last -= (span.end - self.starts[last]) * 2 < self.sizes[last]
        return range(self.before[first], self.before[last + 1]) or touched


_words_of = lru_cache(maxsize=16)(_Words)  # a class marks the same few articles


# --- orders


def kendall_tau(order_a: Sequence[Any], order_b: Sequence[Any]) -> float:
    """Return Kendall's tau-b of two orders of the same items: 1 the same order, -1 the reverse.

    Items that tie stand together in a list, tuple or set. Kendall 1938; with ties 1945. nan where one order
    is a single tie; raises CourseError where the items differ or there are fewer than two.

    >>> round(kendall_tau(["A", "B", "C"], ["A", ("B", "C")]), 3)
    0.816
    """
    ranks_a, ranks_b = _ranks(order_a), _ranks(order_b)
    if ranks_a.keys() != ranks_b.keys():
        odd = next(iter(ranks_a.keys() ^ ranks_b.keys()))
        raise CourseError(f"{odd!r} stands in only one of two orders: give the same items in both")
    if len(ranks_a) < 2:
        raise CourseError("an order needs at least two items: give more")
    score = untied_a = untied_b = 0
    for one, other in combinations(ranks_a, 2):
        by_a, by_b = ranks_a[one] - ranks_a[other], ranks_b[one] - ranks_b[other]
        score += (by_a * by_b > 0) - (by_a * by_b < 0)
        untied_a += by_a != 0
        untied_b += by_b != 0
    return score / math.sqrt(untied_a * untied_b) if untied_a and untied_b else math.nan


def _ranks(order: Sequence[Any]) -> dict[Hashable, int]:
    ranks: dict[Hashable, int] = {}
    for rank, entry in enumerate(order):
        for item in entry if isinstance(entry, list | tuple | set | frozenset) else (entry,):
            if item in ranks:
                raise CourseError(f"{item!r} stands twice in an order: give each item once")
            ranks[item] = rank
    return ranks


# --- labels


def krippendorff_alpha(ratings: Ratings) -> float:
    """Return Krippendorff's alpha (2011) of raters x units for labels: 1 full agreement, 0 what chance gives.

    A unit that fewer than two raters answered is left out. nan without variation; raises CourseError with
    fewer than two values to compare.

    >>> krippendorff_alpha([["yes", "no", "no", None], ["yes", "no", "yes", "no"]])
    0.4444444444444444
    """
    units = [_counted(unit) for unit in _units(ratings)]
    if not any(units):
        raise CourseError("no unit was rated by two raters: give at least one that two people labelled")
    return _alpha((unit, _apart(unit)) for unit in units)


def alpha_interval(ratings: Ratings, seed: int = 2008) -> tuple[float, float]:
    """Return the 95 % percentile interval of labels' alpha over 1,000 resamples of the units (Efron 1979).

    Units (paragraphs, claims) are drawn with replacement, with all their labels; the raters stay. Resamples
    in which alpha is undefined are left out. The same seed gives the same interval.

    >>> alpha_interval(["aabbabab", "aabbabaa"])[1]
    1.0
    """
    draw = random.Random(seed)  # noqa: S311 - a resample, no secret
    units = [(unit, _apart(unit)) for unit in map(_counted, _units(ratings))]
    drawn = (_alpha(draw.choices(units, k=len(units))) for _ in range(DRAWS))
    values = [value for value in drawn if not math.isnan(value)]
    if len(values) < 2:
        return math.nan, math.nan
    cuts = statistics.quantiles(values, n=40, method="inclusive")
    return cuts[0], cuts[-1]


def _counted(unit: tuple[Any, ...]) -> Counter[Any]:
    """Return how often each label was given to a unit; none where fewer than two raters answered."""
    counts = Counter(label for label in unit if label is not None)
    return counts if counts.total() > 1 else Counter()


def _apart(counts: Counter[Any]) -> float:
    """Return how far a unit's labels differ: unlike pairs for each label beyond the first."""
    total = counts.total()
    same = sum(times * times for times in counts.values())
    return (total * total - same) / 2 / (total - 1) if total else 0.0


def _alpha(units: Iterable[tuple[Counter[Any], float]]) -> float:
    totals: dict[Any, int] = {}
    observed = 0.0
    for counts, apart in units:
        observed += apart
        for label, times in counts.items():
            totals[label] = totals.get(label, 0) + times
    given = sum(totals.values())
    expected = given * given - sum(times * times for times in totals.values())
    return 1 - 2 * (given - 1) * observed / expected if expected else math.nan


def _units(ratings: Ratings) -> list[tuple[Any, ...]]:
    """Return the ratings unit by unit. Raises CourseError where raters have different numbers of units."""
    if len(ratings) < 2 or len({len(rater) for rater in ratings}) > 1:
        raise CourseError(
            "agreement needs two or more raters with as many units each: give None for no answer"
        )
    if not ratings[0]:
        raise CourseError("there are no units to compare: give at least one")
    return list(zip(*ratings, strict=True))
