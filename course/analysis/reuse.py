"""Passages that articles share, word for word or lightly edited: wire copy, statements, quotations.

Each article is compared with the next that has the same words, and what two share is carried on from one to
the next: a passage in a thousand articles costs a thousand comparisons, not half a million.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from course.analysis.shingles import REPEATS, SEED, Run, Span, Words, align, compare, holds, span_of
from course.corpus.annotation import Annotation
from course.corpus.article import Article

SHORTEST = 6  # words of a passage that counts as shared
BUCKET = 64  # words; spans are found again by such stretches

T = TypeVar("T")
Index = dict[int, list[tuple[Span, T]]]  # things that stand on spans, by the buckets that these touch


@dataclass(frozen=True, slots=True)
class SharedPassage:
    """One passage and its places in two or more articles, labelled 'quoted' (in quotation marks) or 'own'."""

    places: tuple[Annotation, ...]
    words: int  # of the longest place
    exact: bool  # the same words everywhere, punctuation and capitals apart

    @property
    def quoted(self) -> bool:
        """Whether it stands in quotation marks in at least one article."""
        return any(place.label == "quoted" for place in self.places)


def shared_passages(articles: Iterable[Article], min_words: int = SHORTEST) -> tuple[SharedPassage, ...]:
    """Return the passages of at least `min_words` words that two or more articles share, in order of place.

    A lightly edited one counts where its shared words, less one for each word of an edit, are `min_words`.
    Capitals, punctuation, U.S./US and mega-prison/megaprison make no difference. Time: n log n in the words.

    >>> one = Article.from_text("A", "He said: “We will never sell the old town hall.”")
    >>> two = Article.from_text("B", "We will never, ever sell the old town hall, it is said.")
    >>> [[(place.article, place.label) for place in shared.places] for shared in shared_passages([one, two])]
    [[('A', 'quoted'), ('B', 'own')]]

    Raises CourseError where `min_words` is less than 1.
    """
    words = Words(sorted(articles, key=lambda article: (article.id, article.raw)))
    passages = []
    for group in _gather(words, compare(words, min_words), min_words):
        same = len({tuple(words.ids[start:end]) for start, end in group}) == 1
        longest = max(end - start for start, end in group)
        passages.append(SharedPassage(tuple(sorted(map(words.place, group))), longest, same))
    return tuple(sorted(passages, key=lambda passage: passage.places))


def containment(part: Article, whole: Article) -> float:
    """Return which share of the words of `part` stands in passages that it shares with `whole`, 0 to 1."""
    words = Words([part, whole])
    runs = (run for runs in compare(words, SHORTEST) for run in runs)
    shared = {at for start, _, length in runs for at in range(start, start + length)}
    return len(shared) / max(1, words.bounds[1] - words.bounds[0] - 1)


def _alike(one: Span, other: Span) -> bool:
    """Say whether three fifths of what two spans cover is in both; then each holds the other's middle."""
    both = min(one[1], other[1]) - max(one[0], other[0])
    return both * 5 >= (max(one[1], other[1]) - min(one[0], other[0])) * 3


def _add(index: Index[T], span: Span, thing: T) -> None:
    for bucket in range(span[0] // BUCKET, (span[1] - 1) // BUCKET + 1):
        index.setdefault(bucket, []).append((span, thing))


def _around(index: Index[T], span: Span) -> list[tuple[Span, T]]:
    """Return what stands on spans that hold `span` or are like it."""
    near = index.get((span[0] + span[1]) // 2 // BUCKET, [])
    return [(outer, thing) for outer, thing in near if holds(outer, span) or _alike(outer, span)]


def _carry(span: Span, runs: list[Run], side: int) -> tuple[int, Span]:
    """Return how many words of `span` stand on the other side of a comparison too, and where."""
    inside = [
        (max(run[side], span[0]), min(run[side] + run[2], span[1]), run[1 - side] - run[side])
        for run in runs
        if run[side] < span[1] and run[side] + run[2] > span[0]
    ]
    count = sum(end - start for start, end, _ in inside)
    return count, (inside[0][0] + inside[0][2], inside[-1][1] + inside[-1][2]) if inside else (0, 0)


def _gather(words: Words, found: list[list[Run]], min_words: int) -> list[list[Span]]:
    """Return the places of each passage: all that comparisons lead to from one place, the longest first."""
    ids = words.ids
    sides: Index[tuple[int, list[Run]]] = {}
    for runs in found:
        for side in (0, 1):
            _add(sides, span_of(runs, side), (side, runs))
    spans = {span for near in sides.values() for span, _ in near}
    taken: Index[int] = {}
    groups: list[list[Span]] = []
    for first in sorted(spans, key=lambda span: (span[0] - span[1], span)):
        if any(_alike(first, span) for span, _ in _around(taken, first)):
            continue
        seeds = {tuple(ids[at : at + SEED]): at for at in range(first[0], first[1] - SEED + 1)}
        group = [first]
        reached: Index[None] = {}
        home = words.owner(first[0])
        repeats = Counter([home])
        _add(reached, first, None)
        for span in group:  # grows while it is read
            for _, (side, runs) in _around(sides, span):
                count, there = _carry(span, runs, side)
                owner = words.owner(there[0])
                if count >= min_words and repeats[owner] < REPEATS and not _around(reached, there):
                    repeats[owner] += 1
                    group.append(there if owner == home else _widen(ids, seeds, first, there))
                    _add(reached, group[-1], None)
        holders = [{number for outer, number in _around(taken, span) if holds(outer, span)} for span in group]
        if not set.intersection(*holders):  # else all of it stands within a longer passage
            for span in group:
                _add(taken, span, len(groups))
            groups.append(group)
    return groups


def _widen(ids: array[int], seeds: dict[tuple[int, ...], int], first: Span, place: Span) -> Span:
    """Return `place`, made longer where more of the passage's `first` place stands around it."""
    for at in range(place[0], place[1] - SEED + 1):
        if (start := seeds.get(tuple(ids[at : at + SEED]))) is not None:
            wider = _carry(first, align(ids, start, at)[1], 0)[1]
            return wider if holds(wider, place) else place
    return place
