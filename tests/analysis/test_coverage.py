"""Where points stand in a body, and in what order."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.analysis.coverage import coverage, coverage_table, locate, order_of_points, position
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
        "presence": {"A": {"reader1": "partial"}, "B": {"reader1": "present"}},
        "words": [{"article": "B", "exact": "Wind"}, {"article": "A", "exact": "Wind rose"}],
    },
    {
        "id": "K2",
        "point": "rain",
        "presence": {"A": {"reader1": "present"}, "B": {"reader1": "absent"}},
        "words": [
            {"article": "A", "exact": "Rain fell", "prefix": "rose. "},
            {"article": "A", "exact": "Rain fell on"},
        ],
    },
    {
        "id": "K3",
        "point": "advertising",
        "presence": {"A": {"reader1": "present"}, "B": {"reader1": "absent"}},
        "words": [{"article": "A", "exact": "ADVERTISEMENT"}],
    },
]


def test_position_is_the_share_of_the_body_before_it_noise_left_out():
    assert position(ONE, ONE.raw.index("Rain")) == 0.0
    assert position(ONE, ONE.raw.index("Wind")) == round(20 / 47, 4)
    assert position(ONE, ONE.raw.index("ADVERT")) is None


def test_a_point_stands_where_its_first_words_stand():
    cells = {(cell.point, cell.article): cell for cell in coverage(POINTS, [TWO, ONE])}
    assert list(cells) == [(k, a) for k in ("K1", "K2", "K3") for a in "AB"]
    assert cells["K2", "A"].position == 0.0
    assert (cells["K2", "B"].presence, cells["K2", "B"].position) == ("absent", None)
    assert (cells["K3", "A"].presence, cells["K3", "A"].position) == ("present", None)
    assert coverage(POINTS, [ONE, TWO]) == coverage(POINTS, [TWO, ONE])
    assert coverage(POINTS, [ONE], by="reader9")[0].presence == ""


def test_the_table_and_the_order():
    rows = coverage_table(POINTS, [TWO, ONE]).rows
    assert rows[0] == {"id": "K1", "point": "wind", "A": "partial, after 43%", "B": "present, after 0%"}
    assert rows[2] == {"id": "K3", "point": "advertising", "A": "present", "B": "absent"}
    assert order_of_points(POINTS, ONE) == ["K2", "K1"]
    assert order_of_points(POINTS, TWO) == ["K1"]


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
    cells = coverage(points, articles)
    assert len(cells) == 36 * 5
    for cell in cells:
        assert cell.presence in ("present", "partial", "absent")
        assert cell.position is None or cell.presence != "absent"
    had = {a.id: sum(c.presence != "absent" for c in cells if c.article == a.id) for a in articles}
    assert had == {"A": 15, "B": 20, "C": 19, "D": 19, "E": 14}
    # A point with words in a body has its place there; all but the few in captions or headings do.
    placed = [cell for cell in cells if cell.position is not None]
    assert len(placed) >= 0.95 * sum(had.values())
