"""Quotations: where they stand, what kind they are, who speaks. `find_quotes` is the door.

Rules only, no trained model; how often they are wrong is measured: `python -m tests.corpora.quotes`.
"""

from __future__ import annotations

from course.analysis.quotations.reading import Quote, Speaker, read_quotes
from course.corpus.article import Article

__all__ = ["Quote", "Speaker", "find_quotes"]


def find_quotes(article: Article) -> tuple[Quote, ...]:
    """Return the quotations of an article, in order. A quotation inside another is part of it.

    Over several paragraphs, each paragraph's part is a quotation of its own, with one speaker.

    >>> text = "“It rained,” said Ann Lee, a farmer. She called the crop “a dead loss”."
    >>> for quote in find_quotes(Article.from_text("X", text)):
    ...     print(quote.kind, text[quote.start : quote.end], "-", quote.speaker.name)
    full It rained, - Ann Lee
    snippet a dead loss - Ann Lee
    """
    return read_quotes(article)
