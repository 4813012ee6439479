"""The texts of a Reader: tabs, two side by side, search, and what whole layers say; by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from course.corpus.annotation import Annotation, Layer
from course.corpus.article import Article
from course.corpus.case import open_case
from course.lessons.widgets import Reader
from tests.browser.page import Page

LINES = [f"Line {number} of the text, which is long enough to be read." for number in range(1, 60)]
X, Y, Z = (
    Article.from_text("X", "\n\n".join(LINES)),
    Article.from_text("Y", "\n\n".join(LINES)),
    Article.from_text("Z", "\n\n".join(LINES)),
)
MARK = {"title": "Mark them", "labels": ("one", "two"), "name": "marks"}


@pytest.fixture(params=["light", "dark"])
def page(browser: Any, request: Any) -> Iterator[Page]:
    one = Page(browser, request.param)
    yield one
    assert one.errors == []
    one.close()


def names(reader: Any) -> list[str]:
    """Return the articles that are in sight."""
    boxes = reader.locator(".fn-text")
    return [str(boxes.nth(at).get_attribute("data-article")) for at in range(boxes.count())]


def test_tabs_by_keyboard(page: Page) -> None:
    """Arrow keys lead from tab to tab and open the text; Tab leads into it; there is one stop a row."""
    reader = page.show(Reader([X, Y, Z]))
    assert names(reader) == ["X"]
    tabs = reader.get_by_role("tab")
    tabs.nth(0).focus()
    for key, wanted in (("ArrowRight", "Y"), ("ArrowRight", "Z"), ("ArrowRight", "X"), ("End", "Z")):
        page.press(key)
        assert names(reader) == [wanted]
        assert page.page.evaluate("document.activeElement.textContent") == f"Article {wanted}"
    page.press("Home")
    assert tabs.evaluate_all("all => all.map((one) => one.tabIndex)")[:3] == [0, -1, -1]
    assert reader.get_by_role("tabpanel").get_attribute("aria-labelledby") == tabs.nth(0).get_attribute("id")
    page.press("Tab", "Tab", "Tab")  # past the button and the box to look for a word
    assert page.page.evaluate("document.activeElement.dataset.article") == "X"


def test_two_side_by_side_never_show_one_text_twice(page: Page) -> None:
    reader = page.show(Reader([X, Y, Z]))
    compare = reader.get_by_role("button", name="Compare two")
    compare.focus()
    page.press("Enter")
    assert names(reader) == ["X", "Y"]
    second = reader.get_by_role("tablist", name="Article to compare with")
    second.get_by_role("tab", name="Article X").click()
    assert names(reader) == ["Y", "X"]
    boxes = reader.locator(".fn-column")
    assert boxes.nth(0).bounding_box()["y"] == boxes.nth(1).bounding_box()["y"]
    compare.click()
    assert names(reader) == ["Y"]
    assert names(page.show(Reader([X, Y]))) == ["X", "Y"]  # two are there to be compared


def test_no_text_scrolls_in_itself_and_its_tabs_stay_in_sight(page: Page) -> None:
    reader = page.show(Reader([X, Y, Z], **MARK))
    inner = reader.locator(".fn-text").evaluate("one => one.scrollHeight - one.clientHeight")
    assert inner == 0
    reader.get_by_text("Line 58 of").scroll_into_view_if_needed()
    for control in (
        reader.get_by_role("tab").first,
        reader.get_by_role("button", name="one", exact=False).first,
    ):
        assert 0 <= control.bounding_box()["y"] < 200


def test_what_is_found_is_seen_and_captions_come_last(page: Page) -> None:
    """Enter opens the text that holds the next place; what is said in a report comes before a caption."""
    case = open_case()
    wanted = "offered to house"
    body = [one.id for one in case.articles for text in one.sentences if wanted in text.text]
    every = [one.id for one in case.articles for _ in re.findall(wanted, one.raw)]
    assert 0 < len(body) < len(every)  # a caption of the case says it too
    reader = page.show(Reader(case.articles, **MARK))
    word = reader.get_by_role("textbox")
    word.fill(wanted)
    found = reader.locator(".fn-word [role=status]")
    assert found.text_content() == f"{len(every)} places; Enter: the next"
    seen = []
    for _ in every:
        word.press("Enter")
        assert found.text_content().endswith(f", in {names(reader)[0]}")
        seen += names(reader)
        top, bottom = page.page.evaluate(
            "() => { const b = [...CSS.highlights.get('fn-picked')][0].getBoundingClientRect();"
            " return [b.top, b.bottom]; }"
        )
        head = reader.locator(".fn-head").bounding_box()
        assert head["y"] + head["height"] <= top < bottom <= 660
    assert seen[: len(body)] == body
    assert sorted(seen) == every
    assert f"Selected: “{wanted}”" in reader.locator(".fn-picked").text_content()


def test_what_is_out_of_sight_cannot_be_marked(page: Page) -> None:
    reader = page.show(Reader([X, Y, Z], **MARK))
    reader.locator(".fn-text").focus()
    page.press("s")
    reader.get_by_role("tab", name="Article Y").click()
    reader.get_by_role("button", name="one").first.click()
    reader.get_by_text("Problem: Select words in the text first.").wait_for()
    assert page.heard == []


def test_links_stand_beside_each_other(page: Page) -> None:
    """Both ends are in sight at one height, however far down each stands in its text."""

    def place(article: Article, words: str) -> Annotation:
        start = article.raw.index(words)
        return Annotation(article.id, start, start + len(words))

    pairs = [(place(X, "Line 3 of"), place(Y, "Line 50 of")), (place(X, "Line 55 of"), place(Y, "Line 2 of"))]
    reader = page.show(Reader([X, Y], links=pairs))
    for number in (1, 2):
        reader.get_by_role("button", name=f"Show link {number}").focus()
        page.press("Enter")
        tops = page.page.evaluate(
            "() => [...CSS.highlights.get('fn-picked')].map((one) => one.getBoundingClientRect().top)"
        )
        assert len(tops) == 2
        assert abs(tops[0] - tops[1]) < 2
        assert 0 < tops[0] < 640


def test_a_layer_of_whole_paragraphs_is_one_row_of_labels_each(page: Page) -> None:
    """Nothing is drawn under the words, and places in the text are counted as before."""
    whole = [
        Layer(name, tuple(Annotation("X", one.start, one.end, label) for one in X.paragraphs[:2]))
        for name, label in (("you", "money"), ("Reader 1", "money"), ("Reader 2", "law"))
    ]
    part = Layer("words", (Annotation("X", X.raw.index("Line 2"), X.raw.index("Line 2") + 6, "number"),))
    reader = page.show(Reader([X], [*whole, part], **MARK))
    rows = reader.locator(".fn-labels")
    assert rows.all_text_contents() == ["you, Reader 1: moneyReader 2: law"] * 2
    assert reader.locator(".fn-seg").all_text_contents() == ["Line 2"]
    reader.get_by_label("Reader 2 (2)").uncheck()
    assert rows.all_text_contents() == ["you, Reader 1: money"] * 2
    reader.get_by_text("Line 2", exact=True).click()
    assert "“Line”" in reader.locator(".fn-picked").text_content()


def test_no_barrier_in_the_texts(page: Page) -> None:
    from axe_playwright_python.sync_playwright import Axe

    layers = [Layer("all", tuple(Annotation("X", one.start, one.end, "line") for one in X.paragraphs))]
    reader = page.show(Reader([X, Y, Z], layers, **MARK))
    reader.get_by_role("button", name="Compare two").click()
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = Axe().run(page.page, context=".fn", options={"runOnly": {"type": "tag", "values": tags}})
    assert [one["id"] for one in found.response["violations"]] == []
    page.page.set_viewport_size({"width": 683, "height": 384})  # as at 200 % zoom
    assert reader.evaluate("one => one.scrollWidth - one.clientWidth") <= 1
    small = reader.locator("button").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height).filter(size => size > 0 && size < 24)"
    )
    assert small == []
