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
_TOLD = {
    "equal": "",
    "replace": "‘{}’ where it has ‘{}’",
    "delete": "it has no ‘{}’",
    "insert": "it has ‘{1}’ as well",
}


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
    articles, rows = tuple(articles), []
    for quotation in quotations(text):
        wanted = _alike(quotation)
        there, told = [article.id for article in articles if wanted in _alike(article.raw)], ("same", "none")
        if not there:
            _, share, id, passage = max((_nearest(wanted, one) for one in articles), default=(0, 0, "", ""))
            there, told = [""], ("not found", "no article has words near these")
            if share >= NEAR:
                there, told = [id], ("differs", _difference(wanted.split(), passage.split()))
        row = {"quotation": quotation, "article": ", ".join(there), "letters": told[0], "difference": told[1]}
        rows.append(row)
    return Table("Your quotations, letter by letter", rows)


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
        longest = matcher.find_longest_match()
        same = [block for block in matcher.get_matching_blocks() if block.size]
        # Where each block would have the quotation begin: those that agree make the passage.
        begins = [block.b - block.a for block in same]
        begins = [low for low in begins if abs(low - longest.b + longest.a) <= 1 + len(yours) // 4]
        if begins:
            passage = " ".join(words[max(0, begins[0]) : begins[-1] + len(yours)]).strip(_EDGES + "\"'")
            letters, alike = (
                SequenceMatcher(None, one, other, autojunk=False).ratio()
                for one, other in ((wanted, passage), (wanted.split(), passage.split()))
            )
            best = max(best, (letters + alike, letters, article.id, passage))
    return best


def _difference(yours: list[str], theirs: list[str]) -> str:
    edits = SequenceMatcher(None, yours, theirs, autojunk=False).get_opcodes()
    told = [_TOLD[what].format(" ".join(yours[a:b]), " ".join(theirs[c:d])) for what, a, b, c, d in edits]
    return "; ".join(filter(None, told))
