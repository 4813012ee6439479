"""The pictures: what a browser gets is what plotly would send, and nothing is drawn before it is shown."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from course.corpus.article import Article
from course.corpus.case import Case
from course.lessons import figures
from course.lessons.figures import Drawing, blocks_chart, closed, picture
from course.lessons.findings import keyness_table

PICTURES = {
    "blocks": lambda case: blocks_chart(case.articles),
    "stances": lambda case: figures.stance_grid(case, "stances"),
    "origins": lambda case: figures.origins_counter(case, "stances"),
    "ladder": figures.certainty_ladder,
    "card": lambda case: figures.card_chart(case, "E01", "homicides"),
    "coverage": lambda case: figures.coverage_map(case, "coverage"),
    "frames": figures.frame_map,
    "places": lambda case: figures.word_places(case, "arrests"),
    "voices": figures.voices,
    "versions": lambda case: figures.versions(case.articles, "take in only"),
    "words": lambda case: figures.naming_counts(case, "criminals"),
    "apart": lambda case: figures.log_odds(case.articles),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_browser_gets_what_plotly_itself_would_send(name, case, monkeypatch):
    shown, said = PICTURES[name](case), []
    monkeypatch.setattr("course.lessons.figures.display", lambda one, **how: said.append(one))
    shown._ipython_display_()
    sentence, plot, table = said
    sent = plot["application/vnd.plotly.v1+json"]
    made = json.loads(shown.figure.to_json())
    assert made["data"]
    assert {"data": sent["data"], "layout": sent["layout"]} == made
    assert plot["text/plain"] == shown.describe() == repr(shown)
    assert shown.table.caption in table.data
    assert sentence.data.startswith("<p>")


def test_a_picture_is_drawn_once_and_only_when_it_is_shown():
    drawn = []

    @picture
    def draw(what: str) -> Drawing:
        drawn.append(what)
        return Drawing(closed(what))

    shown = draw("Rain")
    assert not drawn
    assert shown.describe() == "Rain: your teacher will open this"
    assert (shown.table.rows, drawn) == ([], ["Rain"])


def test_no_picture_waits_for_plotly_to_load():
    code = "import sys; import course.lessons.figures"
    code += "; print([name for name in sys.modules if name.startswith('plotly')])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_the_strip_chart_says_the_same_in_a_sentence_a_table_and_bars(case: Case) -> None:
    picture = blocks_chart(case.articles)
    for article, row in zip(case.articles, picture.table.rows, strict=True):
        sizes = {key: value for key, value in row.items() if key not in ("article", "characters")}
        assert sum(sizes.values()) == row["characters"] == len(article.raw)
        drawn = sum(bar.x[0] for bar in picture.figure.data if bar.y[0].strip() == article.id)
        assert drawn == len(article.raw)
        share = 100 - 100 * row["body"] / row["characters"]
        assert f"{article.id} {share:.0f} %" in picture.describe()


def test_a_is_report_from_end_to_end_as_lesson_01_says(case: Case) -> None:
    rows = {row["article"]: row for row in blocks_chart(case.articles).table.rows}
    assert rows["A"]["body"] == rows["A"]["characters"]
    assert all(rows[id]["body"] < rows[id]["characters"] for id in "BCDE")


def test_the_chart_takes_any_articles_and_shows_their_words_as_text() -> None:
    picture = blocks_chart(
        [Article.from_text("<b>", "<script>alert(1)</script> rain fell."), Article("Y", "")]
    )
    assert "<script>" not in str(picture.figure.to_json())
    assert picture.table.rows[1]["characters"] == 0


def test_a_table_of_words_says_what_they_rest_on() -> None:
    texts = (Article.from_text("A", "Rain, rain and wind.\n"), Article.from_text("B", "Wind and sun.\n"))
    table = keyness_table(Case(Path("nowhere"), {"title": "x"}, texts), "A")
    words = {"word": "rain", "A": 2, "others": 0, "paragraphs": 1, "log-odds": 0.83, "z": 0.95}
    assert table.rows[0] == words
    assert table.caption == (
        "Words that set A apart. These 3 rest on 4 of its 4 words: 3 of them stand in it fewer than"
        " five times, 3 in one paragraph only, and 0 beyond z = 1.96."
        " That describes this text, not the outlet."
    )
