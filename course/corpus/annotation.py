"""Annotations: what is said about a stretch of text, and how it is stored and carried out.

Offsets count Unicode code points of an article's raw text, as the W3C Web Annotation Data Model
(2017, sections 4.2.4 and 4.2.5) asks, and as Python strings do.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple
from unicodedata import normalize

from course.corpus.errors import CourseError, SpanError, need, one_sentence

if TYPE_CHECKING:
    from course.corpus.article import Article

AROUND = 32  # code points of context kept on either side of a quotation


class Annotation(NamedTuple):  # very many are made where a class is marked
    """One thing said about one stretch of one article: `raw[start:end]` has `label`, `by` someone."""

    article: str
    start: int
    end: int
    label: str = ""
    by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """Annotations that belong together and are shown or hidden together; `shown` says which at first."""

    name: str
    annotations: tuple[Annotation, ...]
    shown: bool = True


def find_words(raw: str, exact: str, prefix: str = "") -> tuple[int, int]:
    """Return start and end of `exact` in `raw`; `prefix`, the text just before it, tells two apart.

    >>> find_words("to be or not to be", "be", prefix="not to ")
    (16, 18)

    Raises SpanError when the words do not stand there exactly once.
    """
    need(exact, "no words are given: write the words as they stand in the article", SpanError)
    found = [*islice(_places(raw, prefix, exact), 2)]
    need(found, f"the words {prefix + exact!r} do not stand in it: copy them letter for letter", SpanError)
    if len(found) > 1:
        raise SpanError(f"the words {prefix + exact!r} stand in it more than once: add a longer prefix")
    return found[0]


def place_of(article: Article, start: int, end: int) -> dict[str, str]:
    """Return words of an article as entries name them, with as much before them as tells them apart.

    The other way round from `find_words`: `article`, `exact` and, where they stand there twice, `prefix`.

    Raises SpanError where nothing before them tells them apart: a text that repeats itself from the start.
    """
    raw, exact = article.raw, article.raw[start:end]

    def alone(size: int) -> bool:
        words = raw[start - size : end]
        return raw.find(words, raw.find(words) + 1) < 0

    place = {"article": article.id, "exact": exact}
    if alone(0):
        return place
    # What is alone stays alone with more before it, so few prefixes need to be tried.
    if (back := bisect_left(range(start + 1), True, key=alone)) > start:
        told = f"the words {exact!r:.80} of {article.id} stand there again, with all that is before them"
        raise SpanError(f"{told}: take out what the text has twice")
    return place | {"prefix": raw[start - back : start]}


def _places(raw: str, prefix: str, exact: str) -> Iterator[tuple[int, int]]:
    """Give each place of `exact` right after `prefix`; an accent may be written as one sign or as two."""
    words, at = prefix + exact, -1
    if normalize("NFC", words) == normalize("NFD", words):  # no accents: a case has thousands of such words
        while (at := raw.find(words, at + 1)) >= 0:
            yield at + len(prefix), at + len(words)
        return
    wanted = re.compile(f"{_any_form(prefix)}({_any_form(exact)})")
    while found := wanted.search(raw, at + 1):
        at = found.start()
        yield found.span(1)


def _any_form(words: str) -> str:
    signs = [(re.escape(sign), re.escape(normalize("NFD", sign))) for sign in normalize("NFC", words)]
    return "".join(one if one == two else f"(?:{one}|{two})" for one, two in signs)


def to_web_annotations(layer: Layer, articles: Iterable[Article]) -> dict[str, Any]:
    """Return a layer as a W3C AnnotationCollection (JSON-LD): a quote and a position selector each.

    `articles` are those the annotations speak of. Raises CourseError where one of them is missing.
    """
    texts, items = {article.id: article.raw for article in articles}, []
    for article, start, end, label, by, note in layer.annotations:
        if (raw := texts.get(article)) is None:
            raise CourseError(f"layer {layer.name!r} speaks of article {article!r}: give that article too")
        said = [("tagging", label), *([("commenting", note)] if note else [])]
        around = {"prefix": raw[max(0, start - AROUND) : start], "suffix": raw[end : end + AROUND]}
        quote = {"type": "TextQuoteSelector", "exact": raw[start:end], **around}
        position = {"type": "TextPositionSelector", "start": start, "end": end}
        body = [{"type": "TextualBody", "purpose": purpose, "value": value} for purpose, value in said]
        target = {"source": f"urn:article:{article}", "selector": [quote, position]}
        item = {"type": "Annotation", "body": body, "target": target}
        items.append(item | ({"creator": {"type": "Person", "nickname": by}} if by else {}))
    page = {"type": "AnnotationPage", "startIndex": 0, "items": items}
    context = {"@context": "http://www.w3.org/ns/anno.jsonld", "type": "AnnotationCollection"}
    return {**context, "label": layer.name, "total": len(items), "first": page}


def from_web_annotations(collection: dict[str, Any], articles: Iterable[Article]) -> Layer:
    """Return the layer that `to_web_annotations` wrote, or one of annotations as Hypothes.is has them.

    Where the position does not hold the quoted words, the words and their context decide.
    Raises CourseError where the collection has another form, SpanError where the words cannot be found.
    """
    texts = {article.id: article.raw for article in articles}
    try:
        items = collection["first"]["items"]
        return Layer(_text(collection["label"]), tuple(_from_web(item, texts) for item in items))
    except (LookupError, TypeError, AttributeError) as error:
        said = f"({type(error).__name__}: {error}): export it again"
        raise CourseError(f"this is not a collection of web annotations on these articles {said}") from error


def _from_web(item: dict[str, Any], texts: dict[str, str]) -> Annotation:
    target = item["target"][0] if isinstance(item["target"], list) else item["target"]
    selectors = {selector["type"]: selector for selector in target["selector"]}
    quote, position = selectors["TextQuoteSelector"], selectors.get("TextPositionSelector", {})
    start, end, exact = position.get("start"), position.get("end"), _text(quote["exact"])
    article = target["source"].removeprefix("urn:article:")
    if article == target["source"]:  # of another tool: the text that has the words
        article = next((id for id, raw in texts.items() if exact in raw), next(iter(texts)))
    raw = texts[article]
    placed = type(start) is int and type(end) is int and 0 <= start <= end <= len(raw)
    if not placed or raw[start:end] != exact:
        prefix = "" if exact and raw.count(exact) == 1 else _text(quote.get("prefix", ""))
        with one_sentence("article {article}: {error}", SpanError, kind=SpanError, article=article):
            start, end = find_words(raw, exact, prefix)
    values = {body["purpose"]: _text(body["value"]) for body in item.get("body", ())}
    values = values or {"tagging": _text(item["tags"][0]), "commenting": _text(item.get("text", ""))}
    creator = _text(item.get("creator", {}).get("nickname", ""))
    return Annotation(article, start, end, values["tagging"], creator, values.get("commenting", ""))


def _text(value: Any) -> str:
    need(isinstance(value, str), f"{value!r:.40} is not text", TypeError)
    return str(value)
