"""The words of several articles in one row, and runs of them that stand in two articles.

Seed and extend, as in sequence search (BLAST: Altschul et al. 1990): an index of shingles (Broder 1997) finds
short runs of words that stand in two articles; each is made longer over small differences, at +1 for a shared
word and -1 for a word of an edit. Only neighbours in the list of a shingle's places are compared.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from operator import itemgetter

from course.corpus.annotation import Annotation
from course.corpus.article import Article
from course.corpus.errors import CourseError

SEED = 4  # words in a row that start a comparison
RARE = 8  # places of a seed beyond which it says little
GAP = 5  # words that an edit may put in, take out or replace at one place
DRIFT = 12  # words over which a comparison may gain nothing before it stops
REPEATS = 3  # places of one run of words in one article that are looked at
_SKIPS = sorted(((left, right) for left in range(GAP + 1) for right in range(GAP + 1)), key=sum)[1:]
_WORD = re.compile(r"[^\W_]+(?:[_.’'-][^\W_]+)*")
_QUOTED = re.compile(r"“[^”\n]*”?|\"[^\"\n]*\"|«[^»\n]*»?")

Span = tuple[int, int]  # the first word, and the one after the last
Run = tuple[int, int, int]  # from words i and j on, n words are the same


class Words:
    """The words of all articles in one row, as numbers; a number of its own, below 0, parts two articles."""

    def __init__(self, articles: list[Article]) -> None:
        self.articles = articles
        edge = [-1] * (GAP + 2)  # so that no look-ahead leaves the row
        self.ids, self.starts, self.ends = array("q", edge), array("q", edge), array("q", edge)
        self.bounds = [len(edge)]  # where each article's words begin
        self.marks: list[tuple[list[int], list[int]]] = []  # where its quotation marks open and close
        numbers: dict[str, int] = {}
        for article in articles:
            quoted = [match.span() for match in _QUOTED.finditer(article.raw)]
            self.marks.append(([start for start, _ in quoted], [end for _, end in quoted]))
            for match in _WORD.finditer(article.raw):
                word = match[0] if match[0].isalnum() else re.sub(r"[\W_]", "", match[0])
                self.ids.append(numbers.setdefault(word.casefold(), len(numbers)))
                self.starts.append(match.start())
                self.ends.append(match.end())
            self.ids.append(-len(self.bounds) - 1)
            self.starts.append(0)
            self.ends.append(0)
            self.bounds.append(len(self.ids))
        self.ids.extend(edge)

    def owner(self, at: int) -> int:
        """Return the number of the article that word `at` stands in."""
        return bisect_right(self.bounds, at) - 1

    def place(self, span: Span) -> Annotation:
        """Return the stretch of raw text that a span of words is."""
        owner, start, end = self.owner(span[0]), self.starts[span[0]], self.ends[span[1] - 1]
        opens, closes = self.marks[owner]
        within = range(bisect_right(closes, start), bisect_left(opens, end))
        inside = sum(min(end, closes[at]) - max(start, opens[at]) for at in within)
        return Annotation(
            self.articles[owner].id, start, end, "quoted" if inside * 2 > end - start else "own"
        )

    def repeated(self, size: int, positions: Sequence[int]) -> list[tuple[int, int]]:
        """Return the positions from which `size` words stand elsewhere too, the same words side by side."""
        keys = [hash(tuple(self.ids[at : at + size])) for at in positions]
        counts = Counter(keys)
        return sorted((key, at) for key, at in zip(keys, positions, strict=True) if counts[key] > 1)

    def links(self, repeated: list[tuple[int, int]], size: int, most: int) -> Iterator[Span]:
        """Yield pairs of positions, in two articles each, of `size` words that have `most` places at most."""
        for _, group in groupby(repeated, key=itemgetter(0)):
            same = [at for _, at in group]
            by_article = [list(places)[:REPEATS] for _, places in groupby(same, key=self.owner)]
            for here, there in pairwise(by_article if len(same) <= most else ()):
                for i, j in [(at, there[0]) for at in here] + [(here[0], at) for at in there[1:]]:
                    if self.ids[i : i + size] == self.ids[j : j + size]:
                        yield i, j


def _resume(ids: array[int], i: int, j: int, step: int) -> Span | None:
    """Return how many words to leave out on either side until two in a row are the same again."""
    for left, right in _SKIPS:
        a, b = i + left * step, j + right * step
        if ids[a] == ids[b] >= 0 and ids[a + step] == ids[b + step] >= 0:
            passed = [*ids[i:a:step], *ids[j:b:step]]
            return (left, right) if min(passed) >= 0 else None
    return None


def _extend(ids: array[int], i: int, j: int, step: int) -> tuple[int, list[Run]]:
    """Return the best score of a comparison from words `i` and `j` on, in one direction, and its runs."""
    score = best = kept = 0
    runs: list[Run] = []
    reached = i
    while True:
        start = i
        while ids[i] == ids[j] >= 0:
            i, j = i + step, j + step
        if n := abs(i - start):
            runs.append((start, j - n, n) if step > 0 else (i + 1, j + 1, n))
            score += n
        if score > best:
            best, kept, reached = score, len(runs), i
        skip = _resume(ids, i, j, step) if abs(i - reached) <= DRIFT else None
        if skip is None:
            return best, runs[:kept]
        score -= max(skip)
        i, j = i + skip[0] * step, j + skip[1] * step


def align(ids: array[int], i: int, j: int) -> tuple[int, list[Run]]:
    """Return the score of the comparison through words `i` and `j`, and its runs in order."""
    before, left = _extend(ids, i - 1, j - 1, -1)
    after, right = _extend(ids, i, j, 1)
    return before + after, left[::-1] + right


def span_of(runs: list[Run], side: int) -> Span:
    """Return what a comparison's runs cover on one side."""
    return runs[0][side], runs[-1][side] + runs[-1][2]


def compare(words: Words, min_words: int) -> list[list[Run]]:
    """Return what neighbours share: for each shared passage its runs, in order.

    Raises CourseError where `min_words` is less than 1.
    """
    if min_words < 1:
        raise CourseError(f"min_words is {min_words}: give the least number of shared words, 1 or more")
    size, row = min(SEED, min_words), range(words.bounds[0], words.bounds[-1])
    seeds = words.repeated(size, row)
    whole = words.repeated(min_words, [at for _, at in seeds])
    links = {*words.links(seeds, size, RARE), *words.links(whole, min_words, len(row))}
    found: list[list[Run]] = []
    near: list[list[Run]] = []
    last = (-1, -1)
    for *pair, i, j in sorted((words.owner(i), words.owner(j), i, j) for i, j in links):
        near = [runs for runs in near if span_of(runs, 0)[1] > i] if last == tuple(pair) else []
        last = (pair[0], pair[1])
        if not any(
            holds(span_of(runs, 0), (i, i + 1)) and holds(span_of(runs, 1), (j, j + 1)) for runs in near
        ):
            score, runs = align(words.ids, i, j)
            if score >= min_words:
                near.append(runs)
                found.append(runs)
    return found


def holds(outer: Span, inner: Span) -> bool:
    """Say whether `inner` stands within `outer`."""
    return outer[0] <= inner[0] and inner[1] <= outer[1]
