"""Where points stand in a body, and in what order."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.analysis.claims import first_position, locate, position
from course.corpus.annotation import Annotation
from course.corpus.article import Article
from course.corpus.case import open_case
from course.corpus.errors import SpanError

ROOT = Path(__file__).parents[2]
ONE = Article.from_text("A", "Rain fell on Monday.\nADVERTISEMENT\nWind rose. Rain fell again.\n")
TWO = Article.from_text("B", "Wind rose.\n")
POINTS = [
    {
        "id": "K1",
        "point": "wind",
        "words": [{"article": "B", "exact": "Wind"}, {"article": "A", "exact": "Wind rose"}],
    },
    {
        "id": "K2",
        "point": "rain",
        "words": [
            {"article": "A", "exact": "Rain fell", "prefix": "rose. "},
            {"article": "A", "exact": "Rain fell on"},
        ],
    },
    {
        "id": "K3",
        "point": "advertising",
        "words": [{"article": "A", "exact": "ADVERTISEMENT"}],
    },
]


def test_position_is_the_share_of_the_body_before_it_noise_left_out():
    assert position(ONE, ONE.raw.index("Rain")) == 0.0
    assert position(ONE, ONE.raw.index("Wind")) == round(20 / 47, 4)
    assert position(ONE, ONE.raw.index("ADVERT")) is None


def test_a_point_stands_where_its_first_words_stand():
    assert first_position(POINTS[0]["words"], ONE) == round(20 / 47, 4)
    assert first_position(POINTS[1]["words"], ONE) == 0.0
    assert first_position(POINTS[1]["words"][::-1], ONE) == 0.0
    assert first_position(POINTS[1]["words"], TWO) is None
    assert first_position(POINTS[2]["words"], ONE) is None  # outside the body
    assert first_position([], ONE) is None


def test_words_that_do_not_stand_there_once_are_refused():
    with pytest.raises(SpanError, match="more than once"):
        locate([{"article": "A", "exact": "Rain fell"}], ONE)
    assert locate(POINTS[0]["words"], TWO, "wind") == (Annotation("B", 0, 4, "wind"),)


@given(st.text(max_size=80), st.integers(-5, 90))
def test_a_position_is_a_share_of_the_body_and_grows_with_the_text(raw, start):
    article = Article.from_text("X", raw)
    place = position(article, start)
    assert place is None or 0 <= place < 1
    places = [p for p in (position(article, n) for n in range(len(raw))) if p is not None]
    assert places == sorted(places)


def test_the_readers_points_in_the_five_articles():
    points = tomllib.loads((ROOT / "seeds/readings/coverage.toml").read_text("utf-8"))["point"]
    articles = open_case(ROOT).articles
    cells = [(p, a, first_position(p.get("words", ()), a)) for p in points for a in articles]
    assert len(cells) == 36 * 5
    other = {(p["id"], a.id) for p, a, at in cells if at and set(p["presence"][a.id].values()) == {"absent"}}
    assert other == {("K11", "A"), ("K11", "C")}  # the course's own, by its rule
    had = {a.id: sum(set(p["presence"][a.id].values()) != {"absent"} for p in points) for a in articles}
    assert had == {"A": 15, "B": 21, "C": 20, "D": 20, "E": 14}
    # A point with words in a body has its place there; all but the few in captions or headings do.
    assert sum(place is not None for _, _, place in cells) >= 0.95 * sum(had.values())
