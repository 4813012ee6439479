"""Annotations: words are found, layers survive export and import, and hostile input gets one sentence."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course import CourseError
from course.corpus.annotation import Annotation, Layer, find_words, from_web_annotations, to_web_annotations
from course.corpus.article import Article
from course.corpus.errors import SpanError

ARTICLE = Article.from_text("A", "To be, or not to be. “To be!” he said. 😀 She left.")


def exported(*annotations: Annotation, name: str = "marks") -> dict[str, Any]:
    page = to_web_annotations(Layer(name, annotations), [ARTICLE])
    return json.loads(json.dumps(page))


def test_words_are_found_by_themselves_or_by_what_stands_before() -> None:
    assert find_words("one two one", "two") == (4, 7)
    assert find_words("one two one", "one", prefix="two ") == (8, 11)


@pytest.mark.parametrize(
    ("exact", "prefix", "says"),
    [
        ("", "", "no words are given"),
        ("three", "", "do not stand in it"),
        ("one", "three ", "do not stand in it"),
        ("one", "", "more than once"),
        ("aa", "", "more than once"),
    ],
)
def test_words_that_cannot_be_found_are_an_error_that_names_them(exact: str, prefix: str, says: str) -> None:
    with pytest.raises(SpanError, match=says) as caught:
        find_words("one two one aaa", exact, prefix)
    assert exact in str(caught.value)


def test_an_export_has_what_the_standard_asks_for() -> None:
    page = exported(Annotation("A", 22, 27, "quotation", "reader1", "a cry"))
    assert page["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert (page["type"], page["label"], page["total"]) == ("AnnotationCollection", "marks", 1)
    (item,) = page["first"]["items"]
    assert item["type"] == "Annotation"
    assert item["creator"] == {"type": "Person", "nickname": "reader1"}
    assert [(body["purpose"], body["value"]) for body in item["body"]] == [
        ("tagging", "quotation"),
        ("commenting", "a cry"),
    ]
    quote, position = item["target"]["selector"]
    assert quote == {
        "type": "TextQuoteSelector",
        "exact": "To be",
        "prefix": "To be, or not to be. “",
        "suffix": "!” he said. 😀 She left.",
    }
    assert position == {"type": "TextPositionSelector", "start": 22, "end": 27}


def test_an_export_that_lacks_an_article_says_which() -> None:
    with pytest.raises(CourseError, match="article 'B'"):
        to_web_annotations(Layer("marks", (Annotation("B", 0, 1),)), [ARTICLE])


@st.composite
def layers(draw: st.DrawFn) -> tuple[Layer, list[Article]]:
    raws = draw(st.lists(st.text(min_size=1), min_size=1, max_size=3))
    articles = [Article.from_text("ABC"[number], raw) for number, raw in enumerate(raws)]
    annotations = []
    for article in draw(st.lists(st.sampled_from(articles), max_size=6)):
        start = draw(st.integers(0, len(article.raw)))
        end = draw(st.integers(start, len(article.raw)))
        annotations.append(
            Annotation(article.id, start, end, draw(st.text()), draw(st.text()), draw(st.text()))
        )
    return Layer(draw(st.text()), tuple(annotations)), articles


@given(layers())
def test_annotations_survive_export_and_import(given_: tuple[Layer, list[Article]]) -> None:
    layer, articles = given_
    page = json.loads(json.dumps(to_web_annotations(layer, articles)))
    assert from_web_annotations(page, articles) == layer


def test_words_decide_where_the_text_has_moved() -> None:
    page = exported(Annotation("A", 22, 27, "quotation"), Annotation("A", 29, 36, "cue"))
    moved = Article.from_text("A", "Hamlet. " + ARTICLE.raw.replace(" 😀", ""))
    places = from_web_annotations(page, [moved]).annotations
    assert [moved.raw[place.start : place.end] for place in places] == [
        ARTICLE.raw[22:27],
        ARTICLE.raw[29:36],
    ]


def test_words_that_stand_once_need_no_context() -> None:
    page = exported(Annotation("A", 31, 38, "cue"))
    moved = Article.from_text("A", f"Then{ARTICLE.raw[31:38]} and was gone.")
    (place,) = from_web_annotations(page, [moved]).annotations
    assert (place.start, place.end) == (4, 11)


def test_words_that_are_gone_are_an_error_that_names_the_article() -> None:
    page = exported(Annotation("A", 22, 27, "quotation"))
    with pytest.raises(SpanError, match=r"article A: the words .* do not stand in it"):
        from_web_annotations(page, [Article.from_text("A", "Nothing of it.")])


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, part in parts for found in paths(part, (*path, key)))]


def changed(page: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    page = copy.deepcopy(page)
    at = page
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return page


PAGE = exported(Annotation("A", 22, 27, "quotation", "reader1", "a cry"), Annotation("A", 0, 5))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("path", paths(PAGE), ids=str)
@pytest.mark.parametrize(
    "value", [None, True, 7, -1, 1.5, "", "x", [], {}, [[]], [None], 10**30, {"a": {}}], ids=repr
)
def test_a_wrong_value_anywhere_gives_a_sound_layer_or_one_sentence(
    path: tuple[Any, ...], value: Any
) -> None:
    check(changed(PAGE, path, value))


@given(st.sampled_from(paths(PAGE)), JSON)
def test_any_value_anywhere_gives_a_sound_layer_or_one_sentence(path: tuple[Any, ...], value: Any) -> None:
    check(changed(PAGE, path, value))


def check(page: Any) -> None:
    try:
        layer = from_web_annotations(page, [ARTICLE])
    except CourseError:
        return
    assert isinstance(layer.name, str)
    for one in layer.annotations:
        assert one.article == "A"
        assert type(one.start) is int
        assert type(one.end) is int
        assert 0 <= one.start <= one.end <= len(ARTICLE.raw)
        assert all(isinstance(text, str) for text in (one.label, one.by, one.note))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("label",), ["a"]),
        (("first",), []),
        (("first", "items"), 5),
        (("first", "items", 0, "target", "source"), "urn:article:Z"),
        (("first", "items", 0, "target", "selector"), []),
        (("first", "items", 0, "target", "selector", 0, "exact"), 5),
        (("first", "items", 0, "body", 0, "value"), None),
        (("first", "items", 0, "creator", "nickname"), {}),
    ],
)
def test_wrong_types_are_refused(path: tuple[Any, ...], value: Any) -> None:
    with pytest.raises(CourseError, match="export it again"):
        from_web_annotations(changed(PAGE, path, value), [ARTICLE])


def test_a_place_beyond_the_end_is_not_believed() -> None:
    whole = exported(Annotation("A", 0, len(ARTICLE.raw)))
    page = changed(whole, ("first", "items", 0, "target", "selector", 1, "end"), 10_000)
    (place,) = from_web_annotations(page, [ARTICLE]).annotations
    assert place.end == len(ARTICLE.raw)
