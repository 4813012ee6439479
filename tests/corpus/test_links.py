from hypothesis import example, given
from hypothesis import strategies as st

from course.corpus.article import Article
from course.corpus.case import Case
from course.corpus.links import links


def test_the_redirect_in_b_leads_to_the_address_it_carries(case: Case) -> None:
    (row,) = links(case["B"]).rows
    assert row["host"] == "www.bing.com"
    assert row["last part"] == (
        "el-salvador-offers-to-take-us-deportees-of-any-nationality-and-americans-serving-time"
    )


def test_an_address_that_redirects_nowhere_leads_to_itself() -> None:
    (row,) = links(Article.from_text("X", "See https://a.example/rain/?page=2 for more.")).rows
    assert row == {"host": "a.example", "leads to": "https://a.example/rain/?page=2", "last part": "rain"}


@given(st.text() | st.text().map("http://a?u=https%3A%2F%2F{}".format))
@example("http://[::1/?u=http://[")
@example("https://x?" + "&" * 200)
def test_no_text_makes_it_raise(text: str) -> None:
    for row in links(Article.from_text("X", text)).rows:
        assert set(row) == {"host", "leads to", "last part"}
