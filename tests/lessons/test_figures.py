from course.corpus.article import Article
from course.corpus.case import Case
from course.lessons.figures import blocks_chart


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
