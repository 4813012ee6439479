"""Coverage: where in each article the words of a point stand, and how early.

That a point is absent from a text is a fact about the text; it is no proof of why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from course.corpus.annotation import Annotation, find_words
from course.corpus.article import Article


def locate(words: Iterable[Mapping[str, str]], article: Article, label: str = "") -> tuple[Annotation, ...]:
    """Return where an entry's words (article, exact, prefix) stand in one article, in the order of the text.

    Raises SpanError where they do not stand there exactly once.
    """
    spans = (
        find_words(article.raw, entry["exact"], entry.get("prefix", ""))
        for entry in words
        if entry["article"] == article.id
    )
    return tuple(Annotation(article.id, start, end, label) for start, end in sorted(spans))


def position(article: Article, start: int) -> float | None:
    r"""Return the share of the body's characters before offset `start`; None where that is not in the body.

    >>> position(Article.from_text("X", "Rain falls.\nIt stopped."), 12)
    0.5
    """
    sizes = [paragraph.end - paragraph.start for paragraph in article.paragraphs]
    for number, paragraph in enumerate(article.paragraphs):
        if paragraph.start <= start < paragraph.end:
            before = sum(sizes[:number]) + start - paragraph.start
            return round(before / sum(sizes), 4)
    return None


def first_position(words: Iterable[Mapping[str, str]], article: Article) -> float | None:
    """Return where in an article's body the first of an entry's words stands, None where none does."""
    places = (position(article, place.start) for place in locate(words, article))
    return min((place for place in places if place is not None), default=None)
