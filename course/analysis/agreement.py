"""How far people agree: on stretches of text, on an order, on an answer; on labels, see reliability."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, combinations
from typing import Any, NamedTuple

from course.analysis.reliability import alpha_interval, cohen_kappa, krippendorff_alpha
from course.corpus.annotation import Annotation
from course.corpus.errors import CourseError

__all__ = [
    "Held",
    "Match",
    "Overlap",
    "alpha_interval",
    "cohen_kappa",
    "hold",
    "kendall_tau",
    "krippendorff_alpha",
    "overlap_of",
    "partial_credit",
    "span_overlap",
]

# A word, or a symbol that is no punctuation (an emoji): what a mark holds.
WORD = re.compile(r"\w+|[^\w\s!-/:-@\[-`{-~«»\u2010-\u203a]")


class Match(NamedTuple):  # a class makes very many
    """A reader's `span` and what a student's marks make of it; shares run from 0 to 1.

    `covered` is the share of its characters under marks of its label; `mark` is the one mark of its label
    that fits best, `fit` how closely (shared characters / characters of either); `instead` is the label
    that most of the span bears where its own is not on most of it, else "".
    """

    span: Annotation
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

    @property
    def found(self) -> tuple[Match, ...]:
        """The readers' spans of which at least half is marked with their label."""
        return tuple(match for match in self.matches if match.covered >= 0.5)

    @property
    def missed(self) -> tuple[Match, ...]:
        """The readers' spans of which less than half is marked with their label."""
        return tuple(match for match in self.matches if match.covered < 0.5)

    @property
    def f1(self) -> float:
        """Shared characters against all: 1 for the same marks, 0 for none shared (Dice 1945)."""
        return 2 * self.agreed / (self.marked + self.read) if self.marked + self.read else 1.0


def span_overlap(raw: str, marks: Iterable[Annotation], spans: Iterable[Annotation]) -> Overlap:
    """Return how a student's marks agree with one reader's spans on the article with text `raw`.

    Edges count by words: white space and punctuation do not count, and a word belongs to a span that holds
    at least half of it. Spans that touch no word hold nothing and are left out.

    >>> marks = [Annotation("X", 0, 12, "claim")]
    >>> spans = [Annotation("X", 0, 11, "claim"), Annotation("X", 12, 23, "claim")]
    >>> overlap = span_overlap("Rain fell, wind rose.", marks, spans)
    >>> overlap.matches[0].fit, len(overlap.missed)
    (1.0, 1)
    """
    return overlap_of(hold(raw, marks), hold(raw, spans))


class Held(NamedTuple):
    """Which characters of a text's words each annotation holds, and all of a label as the bits of a number.

    Characters are counted without what stands between words.
    """

    places: list[tuple[Annotation, range]]
    under: dict[str, int]


def hold(raw: str, annotations: Iterable[Annotation]) -> Held:
    """Return what annotations hold of a text, in its order: worked out once where it is compared often."""
    words = _words(raw)
    places: list[tuple[Annotation, range]] = []
    under: dict[str, int] = {}
    for span in sorted(set(annotations)):
        if place := _chars_of(words, span):
            places.append((span, place))
            under[span.label] = under.get(span.label, 0) | (1 << place.stop) - (1 << place.start)
    return Held(places, under)


def overlap_of(held: Held, wanted: Held) -> Overlap:
    """Return what `span_overlap` does, of marks and spans on one text."""
    extra = [mark for mark, place in held.places if _share(place, wanted.under.get(mark.label, 0)) < 0.5]
    return Overlap(
        tuple([_match(span, place, held) for span, place in wanted.places]),
        tuple(extra),
        sum([(under & wanted.under.get(label, 0)).bit_count() for label, under in held.under.items()]),
        sum(map(int.bit_count, held.under.values())),
        sum(map(int.bit_count, wanted.under.values())),
    )


def _match(span: Annotation, place: range, held: Held) -> Match:
    start, stop, size = place.start, place.stop, len(place)
    near = [one for one in held.places if one[1].start < stop and start < one[1].stop]
    if not near:
        return Match(span, 0.0, None, 0.0, "")
    best, fit = None, 0.0
    for mark, under in near:
        if mark.label == span.label:
            shared = min(stop, under.stop) - max(start, under.start)
            new = shared / (size + len(under) - shared)
            best, fit = (mark, new) if new > fit else (best, fit)
    own = _share(place, held.under[span.label]) if best else 0.0
    if own >= 0.5:
        return Match(span, own, best, fit, "")
    covered = {mark.label: _share(place, held.under[mark.label]) for mark, _ in near}
    top = max(covered, key=lambda label: (covered[label], label))
    return Match(span, own, best, fit, top if covered[top] >= 0.5 else "")


def _share(place: range, under: int) -> float:
    """Return which share of a place's characters is among the bits of `under`."""
    return (under >> place.start & (1 << len(place)) - 1).bit_count() / len(place)


class _Words(NamedTuple):
    """Where each word of a text starts and ends, how long it is, and how long all before it are."""

    starts: list[int]
    ends: list[int]
    sizes: list[int]
    before: list[int]


@lru_cache(maxsize=64)  # a class marks the same few articles
def _words(raw: str) -> _Words:
    places = [match.span() for match in WORD.finditer(raw)]
    starts, ends = [start for start, _ in places], [end for _, end in places]
    sizes = [end - start for start, end in places]
    return _Words(starts, ends, sizes, list(accumulate(sizes, initial=0)))


def _chars_of(words: _Words, span: Annotation) -> range:
    """Return the characters of the words that a span holds: of the first and the last, at least half."""
    first = bisect_right(words.ends, span.start)
    last = bisect_left(words.starts, span.end) - 1
    if last < first:
        return range(0)
    touched = words.before[first], words.before[last + 1]
    if last > first:
        first += (words.ends[first] - span.start) * 2 < words.sizes[first]
        last -= (span.end - words.starts[last]) * 2 < words.sizes[last]
    return range(words.before[first], words.before[last + 1]) or range(*touched)


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


def partial_credit(value: Hashable, given: Iterable[Hashable]) -> float:
    """Return the readers who gave this answer / the most who gave any one answer; None is no answer.

    >>> partial_credit("clause", ["full", "full", "clause"])
    0.5
    """
    counts = Counter(answer for answer in given if answer is not None)
    if not counts:
        raise CourseError("no reader answered this question: give at least one reader's answer")
    return counts[value] / max(counts.values())
