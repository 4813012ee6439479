"""Quotations held against the articles letter by letter."""

import unicodedata
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import chain

from course.analysis.quotations.signs import quoted_stretches
from course.corpus.article import Article
from course.corpus.blocks import paragraphs_of
from course.corpus.table import Table

NEAR = 0.6  # of the letters: with fewer in common, nothing says that these words were meant
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
        there = ", ".join(article.id for article in articles if wanted in _alike(article.raw))
        letters, difference = "same", "none"
        if not there:
            near = chain.from_iterable(_passages(wanted.split(), article) for article in articles)
            _, share, there, passage = max(near, default=(0, 0, "", ""))
            letters, difference = "differs", _difference(wanted.split(), passage.split())
            if share < NEAR:
                there, letters, difference = "", "not found", "no article has words near these"
        rows.append({"quotation": quotation, "article": there, "letters": letters, "difference": difference})
    return Table("Your quotations, letter by letter", rows)


def _alike(text: str) -> str:
    """Return a text in one shape of its accents, signs, dashes and spaces."""
    return unicodedata.normalize("NFC", text).translate(_SHAPES)


def _passages(wanted: list[str], article: Article) -> Iterator[tuple[float, float, str, str]]:
    """Give the nearest passage of each paragraph, and before it how near it is: in all, and by letters."""
    for start, end in paragraphs_of(article.raw):
        words = _alike(article.raw[start:end]).split()
        yours, theirs = ([word.strip(_EDGES) for word in some] for some in (wanted, words))
        matcher = SequenceMatcher(None, yours, theirs, autojunk=False)
        longest = matcher.find_longest_match()
        # Where each block would have the quotation begin: those that agree make the passage.
        begins = [block.b - block.a for block in matcher.get_matching_blocks() if block.size]
        begins = [low for low in begins if abs(low - longest.b + longest.a) <= 1 + len(yours) // 4]
        if begins:
            passage = " ".join(words[max(0, begins[0]) : begins[-1] + len(yours)]).strip(_EDGES + "\"'")
            letters = SequenceMatcher(None, " ".join(wanted), passage, autojunk=False).ratio()
            alike = SequenceMatcher(None, wanted, passage.split(), autojunk=False).ratio()
            yield letters + alike, letters, article.id, passage


def _difference(yours: list[str], theirs: list[str]) -> str:
    edits = SequenceMatcher(None, yours, theirs, autojunk=False).get_opcodes()
    apart = ((_TOLD[what], yours[a:b], theirs[c:d]) for what, a, b, c, d in edits if what in _TOLD)
    return "; ".join(told.format(" ".join(own), " ".join(other)) for told, own, other in apart)
