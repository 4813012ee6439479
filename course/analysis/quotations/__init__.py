"""Quotations: where they stand, what kind they are, who speaks. `find_quotes` is the door.

Rules only, no trained model; how often they are wrong is measured: `python -m tests.corpora.quotes`.
"""

from dataclasses import dataclass
from functools import lru_cache

from course.corpus.article import Article

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Speaker:
    """The fullest name the article gives for a speaker, and where the words that name him or her stand."""

    name: str
    place: Place = (0, 0)  # empty where a reader of the article said it


@dataclass(frozen=True, slots=True)
class Quote:
    """One quotation: `raw[start:end]` inside its signs; a speaker whom the text does not tell is None."""

    start: int
    end: int
    kind: str  # full, clause, snippet, label, deck or embed
    speaker: Speaker | None = None


@lru_cache(maxsize=16)  # figures and steps of the case maker ask again about the same texts
def find_quotes(article: Article) -> tuple[Quote, ...]:
    """Return the quotations of an article, in order. A quotation inside another is part of it.

    Over several paragraphs, each paragraph's part is a quotation of its own, with one speaker. No speaker is
    better than a wrong one. The way of a text:

    1. In `reading` letter and accent become one character, the text is cut into paragraphs, embedded posts
       are taken for themselves, and what is body (by the article's blocks) is parted from headings, captions.
    2. `signs` finds where quotation signs open and close; the words inside are masked from then on.
    3. `people` reads the names of people and bodies, in running sentences only, and what stands beside them.
    4. `reading` asks of each whether it is a label; else `sentence` looks for the words that name the
       speaker: before it, right after it, in the rest; and `people` tells who 'he' or 'the mayor' is.
    5. Where that says nothing, the speaker is carried on from before. Full, clause, snippet are told apart.

    Words and patterns are in the .toml files. Beside this way stand `known` (what a case's files know wins),
    `versions` (one utterance in several articles) and `nearest_name` (the rule of lesson 02).

    >>> text = "“It rained,” said Ann Lee, a farmer. She called the crop “a dead loss”."
    >>> for quote in find_quotes(Article.from_text("X", text)):
    ...     print(quote.kind, text[quote.start : quote.end], "-", quote.speaker.name)
    full It rained, - Ann Lee
    snippet a dead loss - Ann Lee
    """
    from course.analysis.quotations.reading import read_quotes  # noqa: PLC0415 - its words and patterns take 1 MB

    return read_quotes(article)
