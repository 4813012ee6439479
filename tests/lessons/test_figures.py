"""The pictures: what a browser gets is what plotly would send, and nothing is drawn before it is shown."""

import colorsys
import json
import re
import subprocess
import sys
from html import escape
from itertools import accumulate
from pathlib import Path

import pytest

from course.corpus.article import Article
from course.corpus.case import Case, open_case
from course.corpus.table import Table
from course.lessons import cells, figures
from course.lessons.exercises import load_exercises
from course.lessons.figures import Drawing, Grid, blocks_chart, picture
from course.lessons.here import open_workspace
from course.lessons.keys import load_keys
from tests.lessons.solving import ROOT, plotted
from tests.lessons.test_scoring import best_of

CHARTS = {
    "blocks": lambda case: figures.blocks_chart(case.articles),
    "card": lambda case: figures.card_chart(case, "E01", "homicides"),
    "apart": lambda case: figures.log_odds(case.articles),
    "trust": lambda case: figures.trust_chart(
        {
            "sound": {"before": (0.5, 0.4, 0.7), "after": (0.6, 0.5, 0.7)},
            "unsound": {"before": (0.3, 0.2, 0.6)},
        }
    ),
}
INK = figures.LOOK["template"]["data"]["bar"][0]["insidetextfont"]["color"]
GRIDS = {
    "origins": lambda: figures.origins_counter("stances"),
    "voices": lambda: figures.voices(open_case()),
    "words": lambda: figures.naming_counts(open_case(), "criminals"),
    "stances": lambda: figures.stance_grid("stances"),
    "ladder": lambda: figures.certainty_ladder("ladders"),
    "coverage": lambda: figures.coverage_map("coverage"),
    "frames": lambda: figures.frame_map("frames"),
}


@pytest.fixture
def shown(monkeypatch):
    """Return what a picture displays."""
    said = []
    monkeypatch.setattr("course.lessons.figures.display", lambda one, **how: said.append(one))
    return said


@pytest.mark.parametrize("name", CHARTS)
def test_a_browser_gets_what_plotly_itself_would_send(name, case, shown):
    chart = CHARTS[name](case)
    chart._ipython_display_()
    sentence, plot, table = shown
    sent = plot["application/vnd.plotly.v1+json"]
    made = json.loads(plotted(chart).to_json())
    assert made["data"]
    assert {"data": sent["data"], "layout": sent["layout"]} == made
    assert plot["text/plain"] == chart.describe() == repr(chart)
    assert chart.table.caption in (table.title if isinstance(table, Grid) else table.data)
    assert f"<p>{escape(chart.describe())}</p>" in sentence.data
    assert made["layout"]["template"]["layout"]["paper_bgcolor"] == "rgba(0,0,0,0)"


@pytest.mark.parametrize("name", CHARTS)
def test_no_colour_stands_for_an_article(name, case):
    """What one article's bars are filled with, the others' are too, wherever they show the same thing."""
    colours = {}
    for trace in plotted(CHARTS[name](case)).data:
        if trace.name not in colours:
            colours[trace.name] = trace.marker.color
        assert trace.marker.color == colours[trace.name]
        assert not re.fullmatch("[A-E]( |,.*)?", trace.name or "")


def hue(colour):
    return 360 * colorsys.rgb_to_hsv(*(int(colour[at : at + 2], 16) for at in (1, 3, 5)))[0]


@pytest.mark.parametrize("root", [ROOT, ROOT / "course" / "example"], ids=["main", "example"])
def test_kinds_of_block_have_one_hue_in_the_chart_and_while_they_are_marked(root):
    css = (ROOT / "course" / "lessons" / "widgets.css").read_text("utf-8")
    labels = load_exercises(open_case(root))["blocks"].labels
    for at, kind in enumerate(labels):
        themes = re.findall(rf"--c{at}: (#\w{{6}});", css)
        assert len(themes) == 2
        assert all(abs(hue(one) - hue(figures.LOOK["blocks"][kind][0])) < 5 for one in themes), kind


def luminance(colour):
    """Return how light a colour is, as WCAG 2.2 counts it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    line = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * line[0] + 0.7152 * line[1] + 0.0722 * line[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", ["stances", "coverage", "frames"])
def test_dark_words_can_be_read_on_every_ground(name):
    rows = Grid(GRIDS[name]().drawing).rows
    fills = {cell["fill"] for row in rows for cell in row["cells"] if cell["fill"]}
    grounds = {ground for fill in fills for ground in fill.split(", ")}
    assert grounds
    assert all(contrast(ground, INK) >= 4.5 for ground in grounds)
    soft = figures.LOOK["template"]["layout"]["font"]["color"]  # off the bars: on white and on a dark ground
    assert soft == figures.LOOK["dash"]["line"]["color"]
    assert min(contrast(soft, "#FFFFFF"), contrast(soft, "#111111")) >= 4


@pytest.mark.parametrize("name", GRIDS)
def test_a_cell_opens_the_passages_it_rests_on(name, case, shown):
    grid_of = GRIDS[name]()
    grid_of._ipython_display_()
    (grid,) = shown
    assert grid.title
    assert grid.told.startswith(grid_of.describe())
    assert grid.plain == grid_of.describe()  # what a saved notebook keeps
    assert (
        (grid.look in figures.LOOK["looks"])
        == bool(grid.about.get("how"))
        == (name not in {"stances", "frames"})
    )
    assert not any(cell["own"] for row in grid.rows for cell in row["cells"])
    opened = 0
    for row in grid.rows:
        for cell in row["cells"]:
            for one in cell["passages"]:
                opened += 1
                assert one["before"] + one["words"] + one["after"] in case[one["article"]].raw
                assert (
                    not one["number"]
                    or one["words"] in case[one["article"]].paragraphs[one["number"] - 1].text
                )
    assert opened >= 8


def answered(case, id, change):
    """Answer an exercise as the readers did, but for one thing."""
    exercise = load_exercises(case)[id]
    value = best_of(case, exercise, load_keys(case)[id])
    change(value)
    open_workspace(case).put(exercise, value)


def own_of(grid):
    return [cell["own"] for row in grid.rows for cell in row["cells"] if cell["own"]]


def test_the_students_own_stances_stand_beside_the_readers_and_in_no_file(case, shown):
    answered(case, "stances", lambda value: value["C42"].update(C="quoted"))
    one = figures.stance_grid("stances")
    one._ipython_display_()
    (grid,) = shown
    row = next(row for row in grid.rows if row["head"].startswith("Venezuela"))
    assert [cell["own"] for cell in row["cells"]] == ["", "", "you: quoted", "✓ you", ""]  # A, B, E: given
    data = grid._repr_mimebundle_()
    assert "you" not in data["text/plain"].lower()
    assert "you" not in f"{one.describe()} {one.table.rows}".lower().replace("your", "")


def test_to_look_again_draws_the_picture_of_the_new_answer(case, shown, monkeypatch):
    monkeypatch.setattr(
        "course.lessons.widgets.display", lambda *parts: [one._ipython_display_() for one in parts]
    )
    topic = "Venezuela taking back deportees"
    answered(case, "ladders", lambda value: None)
    form, opening = cells.reveal("ladders", figures.certainty_ladder("ladders")).parts
    opening.open(*opening.parts)
    answered(case, "ladders", lambda value: value[topic].reverse())
    assert len(shown) == 1
    assert not form.handle({"path": [], "value": None})["problem"]
    first, now = ([cell["own"] for cell in grid.rows[0]["cells"]] for grid in shown)
    assert (first, now) == (["✓ you"] * 4, ["you: 4", "you: 3", "you: 2", "you: 1"])


def test_the_students_own_ladder_coverage_and_frames_are_drawn(case):
    def turn(value):
        value["Colombia and the deportation flights"].reverse()

    answered(case, "ladders", turn)
    rows = Grid(figures.certainty_ladder("ladders").drawing).rows
    seen = {row["head"].split()[0]: [cell["own"] for cell in row["cells"]] for row in rows}
    assert len(rows) == 3  # a row a matter
    assert seen["Colombia"] == ["you: 3", "✓ you", "you: 1", ""]
    assert seen["Venezuela"] == ["✓ you"] * 4
    assert seen["Room"] == ["✓ you", "✓ you", "✓ you", ""]
    answered(case, "coverage", lambda value: value["K26"].update(B="partly"))
    assert own_of(Grid(figures.coverage_map("coverage").drawing)).count("✓ you") == 9
    answered(case, "frames", lambda value: value[0].update(label="economic"))
    shares = Grid(figures.frame_map("frames").drawing)
    seen = {row["head"]: [cell["own"] for cell in row["cells"]] for row in shares.rows}
    assert seen["economic"][0] == "you: 1 of 2"
    assert seen["relations between states"].count("you: 1 of 2") >= 1
    assert len(own_of(shares)) + sum("2 of 2" in one for one in own_of(shares)) == 10


def test_a_picture_is_drawn_once_and_only_when_it_is_shown():
    drawn = []

    @picture
    def draw(what: str) -> Drawing:
        drawn.append(what)
        return Drawing(Table(what, []))

    shown = draw("Rain")
    assert not drawn
    assert shown.describe() == "Rain"
    assert (shown.table.rows, drawn) == ([], ["Rain"])


def test_no_lesson_loads_plotly_or_the_python_part_of_anywidget():
    code = "import sys; import course.lessons.figures, course.lessons.cells"
    code += "; print([name for name in sys.modules if name.startswith(('plotly', 'anywidget', 'psygnal'))])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_the_strip_chart_says_the_same_in_a_sentence_a_table_and_bars(case: Case) -> None:
    picture = blocks_chart(case.articles)
    for article, row in zip(case.articles, picture.table.rows, strict=True):
        sizes = {key: value for key, value in row.items() if key not in ("article", "characters")}
        assert row["characters"] == len(article.raw)
        assert sum(sizes.values()) == pytest.approx(100, abs=0.3)
        drawn = [bar for bar in plotted(picture).data if bar.y[0].strip() == article.id]
        ends = list(accumulate(bar.x[0] for bar in drawn))
        assert [bar.base[0] for bar in drawn] == pytest.approx([0, *ends[:-1]])
        assert ends[-1] == pytest.approx(100)
        body = sum(one.end - one.start for one in article.blocks if one.kind == "body")
        share = 100 - 100 * body / len(article.raw)
        assert f"{article.id} {share:.0f} %" in picture.describe()


def test_a_is_report_from_end_to_end_as_lesson_01_says(case: Case) -> None:
    rows = {row["article"]: row for row in blocks_chart(case.articles).table.rows}
    assert rows["A"]["body"] == 100
    assert all(rows[id]["body"] < 100 for id in "BCDE")


def test_the_chart_takes_any_articles_and_shows_their_words_as_text() -> None:
    picture = blocks_chart(
        [Article.from_text("<b>", "<script>alert(1)</script> rain fell."), Article("Y", "")]
    )
    assert "<script>" not in str(plotted(picture).to_json())
    assert picture.table.rows[1]["characters"] == 0


def test_words_that_set_apart_say_what_they_rest_on() -> None:
    texts = (Article.from_text("A", "Rain, rain and wind.\n"), Article.from_text("B", "Wind and sun.\n"))
    picture = figures.log_odds(texts, 3)
    words = {"word": "rain", "here": 2, "in the others": 0, "paragraphs": 1, "log-odds": 0.83, "z": 0.95}
    assert picture.table.rows[0] == {"article": "A"} | words
    assert "that 0 of them pass it proves little. 6 of them stand in their article" in picture.describe()


def test_words_are_counted_raw_and_for_every_hundred_words_of_the_report() -> None:
    one = Article.from_text("A", "Rain fell. " * 49 + "“Rain again.”\n")
    two = Article.from_text("B", "Wind rose over rain. " * 75 + "\n")
    case = Case(Path("nowhere"), {"title": "x"}, (one, two, Article("C", "")))
    every, share, own = figures.VIEWS
    rows = figures.naming_counts(case, "rain").table.rows
    assert rows[0] == {"article": "A", every: 50, share: 50.0, own: 49.0}
    assert rows[1] == {"article": "B", every: 75, share: 25.0, own: 25.0}
    assert rows[2] == {"article": "C", every: 0, share: 0.0, own: 0.0}


def test_an_answer_that_the_course_takes_beside_another_of_its_own_has_a_tick(case, shown):
    keys = [key for key in load_keys(case)["stances_more"] if key.by == "course"]
    item, article, value = next((k.item, k.article, k.value) for k in keys[::-1] if k.value == "partial")
    answered(case, "stances_more", lambda given: given[item].update({article: value}))
    figures.stance_grid("stances_more")._ipython_display_()
    (grid,) = shown
    assert all(one.startswith("✓") for one in own_of(grid))
