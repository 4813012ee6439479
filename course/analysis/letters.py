"""Quotations held against the articles letter by letter."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

from course.analysis.quotations.signs import paragraphs_of, quoted_stretches
from course.corpus.article import Article
from course.corpus.table import Table

NEAR = 0.6  # of the letters: with fewer in common, nothing says that these words were meant
# No keyboard has every sign, so the shape of quotation signs, dashes and spaces is not held against anyone.
_SHAPES = str.maketrans("‘’“”–—\N{NO-BREAK SPACE}", "''\"\"-- ")
_EDGES = " ,.;:…"  # where a sentence puts its own comma or full stop inside the marks


def quotations(text: str) -> list[str]:
    """Return what stands in quotation signs in a text, in order, without a comma or full stop at its end."""
    stretches = quoted_stretches(text, paragraphs_of(text))
    return [text[one.start : one.end].strip(_EDGES) for group in stretches for one in group]


def check_quotations(text: str, articles: Iterable[Article]) -> Table:
    """Return one row for each quotation in a text: the article it stands in, 'same' or 'differs', and where.

    The articles are searched whole, posts and captions too. Where no article has the words, the nearest
    passage counts; where none is near, there is no article.

    >>> rain = Article.from_text("X", "The U.S. mayor said it would rain.")
    >>> check_quotations("He heard “the US mayor said”.", [rain]).rows[0]["difference"]
    '‘the US’ where it has ‘The U.S.’'
    """
    articles = tuple(articles)
    return Table("Your quotations, letter by letter", [_row(one, articles) for one in quotations(text)])


def _row(quotation: str, articles: tuple[Article, ...]) -> dict[str, object]:
    wanted = _alike(quotation)
    there = [article.id for article in articles if wanted in _alike(article.raw)]
    row: dict[str, object] = {"quotation": quotation, "article": ", ".join(there)}
    if there:
        return row | {"letters": "same", "difference": "none"}
    near = (_nearest(wanted, article) for article in articles)
    _, share, id, passage = max(near, default=(0.0, 0.0, "", ""))
    if share < NEAR:
        return row | {"letters": "not found", "difference": "no article has words near these"}
    return row | {"article": id, "letters": "differs", "difference": _difference(wanted, passage)}


def _alike(text: str) -> str:
    """Return a text in one shape of its accents, signs, dashes and spaces."""
    return unicodedata.normalize("NFC", text).translate(_SHAPES)


def _nearest(wanted: str, article: Article) -> tuple[float, float, str, str]:
    """Return the nearest passage of an article, and before it how near it is: in all, and by letters."""
    best = (0.0, 0.0, article.id, "")
    yours = [word.strip(_EDGES) for word in wanted.split()]
    for start, end in paragraphs_of(article.raw):
        words = _alike(article.raw[start:end]).split()
        matcher = SequenceMatcher(None, yours, [word.strip(_EDGES) for word in words], autojunk=False)
        low = matcher.find_longest_match().b - matcher.find_longest_match().a
        near = [block for block in matcher.get_matching_blocks() if block.size]
        near = [block for block in near if abs(block.b - block.a - low) <= 1 + len(yours) // 4]
        if near:
            last = near[-1].b + len(yours) - near[-1].a
            passage = " ".join(words[max(0, near[0].b - near[0].a) : last]).strip(_EDGES + "\"'")
            letters = SequenceMatcher(None, wanted, passage, autojunk=False).ratio()
            alike = SequenceMatcher(None, wanted.split(), passage.split(), autojunk=False).ratio()
            best = max(best, (letters + alike, letters, article.id, passage))
    return best


def _difference(wanted: str, passage: str) -> str:
    yours, theirs = wanted.split(), passage.split()
    said = []
    for what, a, b, c, d in SequenceMatcher(None, yours, theirs, autojunk=False).get_opcodes():
        mine, its = " ".join(yours[a:b]), " ".join(theirs[c:d])
        replaced, missing, more = (
            f"‘{mine}’ where it has ‘{its}’",
            f"it has no ‘{mine}’",
            f"it has ‘{its}’ as well",
        )
        said += {"replace": [replaced], "delete": [missing], "insert": [more]}.get(what, [])
    return "; ".join(said)
