"""Quotations held against the articles letter by letter."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from functools import cache
from itertools import chain
from math import ceil
from operator import itemgetter
from typing import NamedTuple

from course.analysis.quotations.signs import quoted_stretches
from course.corpus.article import Article
from course.corpus.blocks import paragraphs_of
from course.corpus.table import Table

NEAR = 0.55  # of a quotation's letters: with fewer, nothing says that these words were meant
BETWEEN = 1  # letters that a word between two of its words takes away
FORMS = 0.75  # of their letters: so much of their beginning two forms of a word share
# No keyboard has every sign, so the shape of quotation signs, dashes and spaces is not held against anyone.
_SHAPES = str.maketrans("‘’“”–—\N{NO-BREAK SPACE}", "''\"\"-- ")
_EDGES = " ,.;:…"  # where a sentence puts its own comma or full stop inside the marks
_TOLD = {"replace": "‘{}’ where it has ‘{}’", "delete": "it has no ‘{}’", "insert": "it has ‘{1}’ as well"}


def check_quotations(text: str, articles: Iterable[Article]) -> Table:
    """Return one row for each quotation in a text: the article it stands in, 'same' or 'differs', and where.

    A comma or full stop at the end of a quotation is none of its words. The articles are searched whole,
    posts and captions too. Where none has the words, the nearest passage counts, if any is near.

    >>> rain = Article.from_text("X", "The U.S. mayor said it would rain.")
    >>> check_quotations("He heard “the US mayor said”.", [rain]).rows[0]["difference"]
    '‘the US’ where it has ‘The U.S.’'
    """
    articles, rows = tuple(articles), []
    for one in chain.from_iterable(quoted_stretches(text, paragraphs_of(text))):
        quotation = text[one.start : one.end].strip(_EDGES)
        wanted = _alike(quotation)
        whole = re.compile(rf"(?<!\w){re.escape(wanted)}(?!\w)")
        there = ", ".join(article.id for article in articles if whole.search(_alike(article.raw)))
        letters, difference = "same", "none"
        if not there:
            near = chain.from_iterable(_nearest(wanted.split(), article) for article in articles)
            *_, there, passage = max(near, default=("", ""))
            letters, difference = "differs", _difference(wanted.split(), passage.split())
            if not there:
                letters, difference = "not found", "no article has these words"
        rows.append({"quotation": quotation, "article": there, "letters": letters, "difference": difference})
    return Table("Your quotations, letter by letter", rows)


def _alike(text: str) -> str:
    """Return a text in one shape of its accents, signs, dashes and spaces."""
    return unicodedata.normalize("NFC", text).translate(_SHAPES)


class _Way(NamedTuple):
    """Words of a quotation that a paragraph has in their order: their letters, how many, and where."""

    gives: float
    many: int
    first: tuple[int, int]  # a word's place in the quotation, and in the paragraph
    last: tuple[int, int]

    def then(self, mine: int, at: int, size: int) -> "_Way":
        """Return this with one word more, or that alone where the way to it is too long."""
        gives = self.gives - BETWEEN * (at - self.last[1] - 1)
        one = (mine, at)
        return _Way(gives + size, self.many + 1, self.first, one) if gives > 0 else _Way(size, 1, one, one)


def _nearest(wanted: list[str], article: Article) -> Iterator[tuple[float, float, str, str]]:
    """Give the passage of each paragraph that has most of the words in their order, and before it how much.

    A word counts by its letters, and each word between two of them counts against it. One alone does not say
    where several were meant to stand.
    """
    yours = [_bare(word) for word in wanted]
    enough, least = NEAR * sum(map(len, yours)), min(2, sum(map(bool, yours)))
    for start, end in paragraphs_of(article.raw):
        words = _alike(article.raw[start:end]).split()
        ways = list[_Way]()
        for at, word in enumerate(map(_bare, words)):
            here = [mine for mine, own in enumerate(yours) if own and _akin(own, word)]
            alone = [_Way(len(word), 1, (mine, at), (mine, at)) for mine in here]
            ways += [
                max([one, *(way.then(*one.last, len(word)) for way in ways if way.last[0] < one.last[0])])
                for one in alone
            ]
        best = max(ways, key=itemgetter(0), default=None)
        if best and best.many >= least and best.gives >= enough:
            passage = " ".join(_with_ends(words, best, len(yours))).strip(_EDGES + "!?\"'")
            alike = SequenceMatcher(None, " ".join(wanted), passage, autojunk=False).ratio()
            yield best.gives, alike, article.id, passage


def _with_ends(words: list[str], way: _Way, size: int) -> list[str]:
    """Return the words of a passage, with those before and after that stand where others are quoted.

    These go no further than the next sign: beyond it something else begins.
    """
    (before, low), (last, high) = way.first, way.last
    while before and low and words[low][0].isalnum() and words[low - 1][-1].isalnum():
        before, low = before - 1, low - 1
    while (
        last < size - 1
        and high < len(words) - 1
        and words[high][-1].isalnum()
        and words[high + 1][0].isalnum()
    ):
        last, high = last + 1, high + 1
    return words[low : high + 1]


def _bare(word: str) -> str:
    """Return a word's letters and digits, small."""
    return re.sub(r"[\W_]", "", word).casefold()


@cache
def _akin(one: str, other: str) -> bool:
    """Return whether two words are one, or forms of one as ‘prison’ and ‘prisons’ are."""
    size = max(4, ceil(FORMS * max(len(one), len(other))))
    return one[:size] == other[:size]


def _difference(yours: list[str], theirs: list[str]) -> str:
    edits = SequenceMatcher(None, yours, theirs, autojunk=False).get_opcodes()
    apart = ((_TOLD[what], yours[a:b], theirs[c:d]) for what, a, b, c, d in edits if what in _TOLD)
    return "; ".join(told.format(" ".join(own), " ".join(other)) for told, own, other in apart)
