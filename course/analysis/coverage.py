"""Coverage: which points each article has, how early, and in what order.

That a point is absent from a text is a fact about the text; it is no proof of why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from course.corpus.annotation import Annotation, find_words
from course.corpus.article import Article
from course.corpus.table import Table


@dataclass(frozen=True, slots=True)
class Coverage:
    """One point in one article: `presence` as a reader labelled it, and where in the body it first stands.

    `position` is the share of the body's characters before it (0 = the first words), None where the point is
    absent or stands only outside the body, in a caption or a heading.
    """

    point: str
    article: str
    presence: str
    position: float | None


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


def coverage(
    points: Iterable[Mapping[str, Any]], articles: Iterable[Article], by: str = "reader1"
) -> tuple[Coverage, ...]:
    """Return each point in each article, points in the order given, articles by id.

    A point is an entry with id, presence (by article and reader) and words (article, exact, prefix).
    """
    ordered = sorted(articles, key=lambda article: article.id)
    return tuple(
        Coverage(point["id"], article.id, point["presence"][article.id].get(by, ""), _first(point, article))
        for point in points
        for article in ordered
        if article.id in point["presence"]
    )


def _first(point: Mapping[str, Any], article: Article) -> float | None:
    places = (position(article, span.start) for span in locate(point.get("words", ()), article))
    return min((place for place in places if place is not None), default=None)


def coverage_table(
    points: Iterable[Mapping[str, Any]], articles: Iterable[Article], by: str = "reader1"
) -> Table:
    """Return points x articles: present, partial or absent, and after what share of the body it comes."""
    points = list(points)
    rows: dict[str, dict[str, str]] = {one["id"]: {"id": one["id"], "point": one["point"]} for one in points}
    for cell in coverage(points, articles, by):
        where = "" if cell.position is None else f", after {cell.position:.0%}"
        rows[cell.point][cell.article] = cell.presence + where
    return Table(f"Points by article, and how far into the body each first stands ({by})", rows.values())


def order_of_points(points: Iterable[Mapping[str, Any]], article: Article) -> list[str]:
    """Return the ids of the points that stand in an article's body, by where each first stands."""
    found = ((_first(point, article), point["id"]) for point in points)
    return [id for _, id in sorted((place, id) for place, id in found if place is not None)]
