"""Quotations: where they stand, what kind they are, who speaks. `find_quotes` is the door.

Rules only, no trained model; how often they are wrong is measured: `python -m tests.corpora.quotes`.
"""

from __future__ import annotations

from course.analysis.quotations.reading import Quote, Speaker, read_quotes
from course.corpus.article import Article

__all__ = ["Quote", "Speaker", "find_quotes"]


def find_quotes(article: Article) -> tuple[Quote, ...]:
    """Return the quotations of an article, in order. A quotation inside another is part of it.

    Over several paragraphs, each paragraph's part is a quotation of its own, with one speaker. No speaker is
    better than a wrong one. The way of a text:

    1. `reading` makes letter and accent one character, cuts the text into paragraphs, takes embedded posts
       for themselves, and parts what is body (by the article's blocks) from headings and captions.
    2. `signs` finds where quotation signs open and close; the words inside are masked from then on.
    3. `people` reads the names of people and bodies, in running sentences only, and what stands beside them.
    4. For each quotation `kinds` asks whether it is a label; else `attribution` looks for the words that name
       the speaker: those that lead up to it, those right after it, the rest of its sentence (`grammar` knows
       noun phrases, reporting verbs and subjects); and `people` tells who 'he' or 'the mayor' is.
    5. Where its sentence says nothing, `reading` carries the speaker on from what stands before.
    6. `kinds` tells full, clause and snippet apart.

    The words and patterns of these rules are in the .toml files; `words` reads them.

    Beside this way stand `known` (what a case's files know wins), `versions` (one utterance in several
    articles) and `nearest_name` (the rule of lesson 02).

    >>> text = "“It rained,” said Ann Lee, a farmer. She called the crop “a dead loss”."
    >>> for quote in find_quotes(Article.from_text("X", text)):
    ...     print(quote.kind, text[quote.start : quote.end], "-", quote.speaker.name)
    full It rained, - Ann Lee
    snippet a dead loss - Ann Lee
    """
    return read_quotes(article)
