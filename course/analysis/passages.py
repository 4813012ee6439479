"""Passages that articles share, word for word or lightly edited: wire copy, statements, quotations."""

import re
import unicodedata
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable
from itertools import accumulate, combinations, product

from course.analysis.quotations.signs import quoted_stretches
from course.corpus.annotation import Annotation
from course.corpus.article import Article
from course.corpus.blocks import paragraphs_of
from course.corpus.errors import need

SHORTEST = 6  # words of a passage that counts as shared
SEED, GAP = 4, 5  # words that stand there unchanged at least at one place; words of one edit at most
_WORD = re.compile(r"[^\W_](?:[\w\u0300-\u036f]|[.’'-](?=[^\W_]))*")
Run = tuple[int, int, int]  # from words i and j on, n words are the same
Span = tuple[int, int]
Passage = tuple[Annotation, ...]  # its places in the articles


def shared_passages(articles: Iterable[Article], min_words: int = SHORTEST) -> tuple[Passage, ...]:
    """Return the passages of at least `min_words` words that two or more articles share, in order of place.

    Each is its places in the articles, labelled 'quoted' (in quotation signs) or 'own'. A lightly edited one
    counts where its shared words, less one for each word of an edit, are `min_words`; a paragraph that ends
    in one of the places alone counts as the longest edit. Capitals, punctuation, U.S./US and
    mega-prison/megaprison make no difference.

    >>> one = Article.from_text("A", "He said: “We will never sell the old town hall.”")
    >>> two = Article.from_text("B", "We will never, ever sell the old town hall, it is said.")
    >>> [[(place.article, place.label) for place in passage] for passage in shared_passages([one, two])]
    [[('A', 'quoted'), ('B', 'own')]]

    Raises CourseError where `min_words` is less than 1.
    """
    need(min_words > 0, f"min_words is {min_words}: give the least number of shared words, 1 or more")
    keys: list[str] = []
    places: list[Annotation] = []  # of the words in `keys`
    for article in sorted(articles, key=lambda article: (article.id, article.raw)):
        keys += [f" {len(keys) + n}" for n in range(GAP + 1)]  # no passage or edit runs into the next article
        places += [Annotation(article.id, 0, 0)] * (GAP + 1)
        raw, spans = article.raw, paragraphs_of(article.raw)
        quoted = {at for of in quoted_stretches(raw, spans) for it in of for at in range(it.opens, it.closes)}
        for span in spans:
            for word in _WORD.finditer(raw, *span):
                keys.append(re.sub(r"[\W_]", "", unicodedata.normalize("NFC", word[0])).casefold())
                places.append(Annotation(article.id, *word.span(), ("own", "quoted")[word.start() in quoted]))
            keys.append(f"\n{len(keys)}")  # a paragraph ends
            places.append(places[-1])

    def annotation(span: Span) -> Annotation:
        words = places[slice(*span)]
        inside = 2 * sum(word.label == "quoted" for word in words) > len(words)
        return words[0]._replace(end=words[-1].end, label="quoted" if inside else "own")

    groups = _groups(_chains(keys, min_words), min_words)
    return tuple(sorted(tuple(sorted(map(annotation, group))) for group in groups))


def _chains(keys: list[str], min_words: int) -> list[dict[int, int]]:
    """Return what two articles share: for each passage its words in the one and the same words in the other.

    Local alignment (Smith and Waterman 1981) of runs: +1 for a shared word, -1 for a word of an edit.
    """
    size = min(2, min_words)
    index: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at in range(len(keys) - size + 1):
        index[tuple(keys[at : at + size])].append(at)
    ends = [number for number, key in enumerate(keys) if key.startswith(" ")]
    edges = [*accumulate(key.startswith("\n") for key in keys)]  # paragraphs that have ended there
    met = (pair for same in index.values() for pair in combinations(same, 2))
    # Not within a run, and not within an article.
    pairs = ((i, j) for i, j in met if keys[i - 1] != keys[j - 1] and bisect(ends, i) != bisect(ends, j))
    best: dict[Span, tuple[int, list[Run]]] = {}  # by where a chain ends: its score, its runs
    for i, j in sorted(pairs):
        n = next(n for n in range(size, len(keys)) if keys[i + n : i + n + 1] != keys[j + n : j + n + 1])
        gaps = [(a, b) for a, b in product(range(GAP + 1), repeat=2) if (i - a, j - b) in best]
        alike = {gap for gap in gaps if edges[i] - edges[i - gap[0] - 1] == edges[j] - edges[j - gap[1] - 1]}
        cost = {gap: max(gap) if gap in alike else GAP for gap in gaps}
        before = [(best[i - a, j - b][0] - cost[a, b], best[i - a, j - b][1]) for a, b in gaps]
        score, runs = max([(0, []), *before])
        best[i + n, j + n] = (score + n, [*(runs if score else []), (i, j, n)])
    kept: list[list[Run]] = []
    for score, runs in sorted(best.values(), key=lambda chain: (-chain[0], chain[1])):
        whole = score >= min_words and max(n for *_, n in runs) >= min(SEED, min_words)
        if whole and not any(run in other for run in runs for other in kept):
            kept.append(runs)
    return [{i + at: j + at for i, j, n in runs for at in range(n)} for runs in kept]


def _groups(chains: list[dict[int, int]], min_words: int) -> list[list[Span]]:
    """Return the places of each passage: all that chains lead to from one place, the longest first."""
    sides = [side for chain in chains for side in (chain, {j: i for i, j in chain.items()})]
    found: list[list[Span]] = []
    covers = [(min(side), max(side) + 1) for side in sides]
    for first in sorted(covers, key=lambda span: (span[0] - span[1], span)):
        if any(_within(first, span) for group in found for span in group):
            continue
        group = [first]
        pairs = ((span, side, cover) for span in group for side, cover in zip(sides, covers, strict=True))
        for span, side, cover in pairs:  # the group grows meanwhile
            there = [side[at] for at in range(*span) if at in side]
            if len(there) >= min_words and _within(span, cover):
                place = (there[0], there[-1] + 1)
                if not any(_within(place, known) for known in group):
                    group.append(place)
        found.append(group)
    return found


def _within(inner: Span, outer: Span) -> bool:
    """Tell whether three fifths of `inner` stand within `outer`."""
    return (min(inner[1], outer[1]) - max(inner[0], outer[0])) * 5 >= (inner[1] - inner[0]) * 3
