"""Quotations held against the articles letter by letter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from course.analysis.quotations.signs import paragraphs_of, quoted_stretches
from course.corpus.article import Article
from course.corpus.table import Table

NEAR = 0.6  # of the letters: with fewer in common, nothing says that these words were meant
# No keyboard has every sign, so the shape of quotation marks, dashes and spaces is not held against anyone.
_SHAPES = str.maketrans("‘’“”–—\N{NO-BREAK SPACE}", "''\"\"-- ")
_EDGES = " ,.;:…"  # where a sentence puts its own comma or full stop inside the marks


def quotations(text: str) -> list[str]:
    """Return what stands in quotation marks in a text, in order, without a comma or full stop at its end."""
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
    wanted = quotation.translate(_SHAPES)
    there = [article.id for article in articles if wanted in article.raw.translate(_SHAPES)]
    row: dict[str, object] = {"quotation": quotation, "article": ", ".join(there)}
    if there:
        return row | {"letters": "same", "difference": "none"}
    near = (_nearest(wanted, article) for article in articles)
    _, share, id, passage = max(near, default=(0.0, 0.0, "", ""))
    if share < NEAR:
        return row | {"letters": "not found", "difference": "no article has words near these"}
    return row | {"article": id, "letters": "differs", "difference": _difference(wanted, passage)}


def _nearest(wanted: str, article: Article) -> tuple[float, float, str, str]:
    """Return the nearest passage of an article, and before it how near it is: in all, and by letters."""
    best = (0.0, 0.0, article.id, "")
    for start, end in paragraphs_of(article.raw):
        text = article.raw[start:end].translate(_SHAPES)
        matcher = SequenceMatcher(None, wanted, text, autojunk=False)
        longest = matcher.find_longest_match()
        low = max(0, longest.b - longest.a - len(wanted) // 4)
        around = text[low : longest.b + len(wanted) - longest.a + len(wanted) // 4]
        blocks = [
            b
            for b in SequenceMatcher(None, wanted, around, autojunk=False).get_matching_blocks()
            if b.size > 2
        ]
        if blocks:
            passage = _whole_words(
                around, blocks[0].b - blocks[0].a, blocks[-1].b + len(wanted) - blocks[-1].a
            )
            letters = SequenceMatcher(None, wanted, passage, autojunk=False).ratio()
            words = SequenceMatcher(None, wanted.split(), passage.split(), autojunk=False).ratio()
            best = max(best, (letters + words, letters, article.id, passage))
    return best


def _whole_words(text: str, start: int, end: int) -> str:
    words = [word for word in re.finditer(r"\S+", text) if word.start() < end and word.end() > max(0, start)]
    return text[words[0].start() : words[-1].end()].strip(_EDGES + "\"'") if words else ""


def _difference(wanted: str, passage: str) -> str:
    yours, theirs = wanted.split(), passage.split()
    said = []
    for what, a, b, c, d in SequenceMatcher(None, yours, theirs, autojunk=False).get_opcodes():
        mine, its = " ".join(yours[a:b]), " ".join(theirs[c:d])
        if what == "replace":
            said.append(f"‘{mine}’ where it has ‘{its}’")
        elif what == "delete":
            said.append(f"it has no ‘{mine}’")
        elif what == "insert":
            said.append(f"it has ‘{its}’ as well")
    return "; ".join(said)
