"""The texts of a Reader: tabs, two side by side, search, and what whole layers say; by keyboard alone."""

from __future__ import annotations

import re
from typing import Any

import pytest

from course.corpus.annotation import Annotation, Layer
from course.corpus.article import Article
from course.corpus.case import open_case
from course.lessons.widgets import Reader
from tests.browser.page import Page

themes = pytest.mark.parametrize("page", ["light", "dark"], indirect=True)  # where colours are looked at
LINES = [f"Line {number} of the text, which is long enough to be read." for number in range(1, 60)]
X, Y, Z = (
    Article.from_text("X", "\n\n".join(LINES)),
    Article.from_text("Y", "\n\n".join(LINES)),
    Article.from_text("Z", "\n\n".join(LINES)),
)
MARK = {"title": "Mark them", "labels": ("one", "two"), "name": "marks"}


def names(reader: Any) -> list[str]:
    """Return the articles that are in sight."""
    boxes = reader.locator(".fn-text")
    return [str(boxes.nth(at).get_attribute("data-article")) for at in range(boxes.count())]


def barriers(page: Page) -> list[str]:
    """Return what axe-core finds in a Reader against WCAG 2.2 A and AA."""
    from axe_playwright_python.sync_playwright import Axe

    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = Axe().run(page.page, context=".fn", options={"runOnly": {"type": "tag", "values": tags}})
    return [one["id"] for one in found.response["violations"]]


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


@themes
def test_a_folded_text_opens_without_a_mouse(page: Page) -> None:
    """A reveal folds whole articles, below what is said of their marks."""
    reader = page.show(Reader([X], [Layer("you", (Annotation("X", 0, 4, "one"),))], folded=True))
    assert not reader.locator(".fn-text").is_visible()
    assert barriers(page) == []
    reader.locator("summary").first.focus()
    page.press("Enter", "Tab")
    assert reader.locator(".fn-text").is_visible()
    assert barriers(page) == []


@pytest.mark.parametrize(
    ("labels", "told"), [(1, "1: label"), (5, "1 to 5: label"), (11, "1 to 9, 0: label; 0 is the tenth")]
)
def test_the_keys_are_folded_and_heard_and_those_that_the_exercise_has(
    page: Page, labels: int, told: str
) -> None:
    from playwright.sync_api import expect

    names = [f"label {at}" for at in range(labels)]
    one = page.show(Reader([X], **MARK | {"labels": names}, paragraphs=[1]))
    assert not one.locator(".fn-keys").is_visible()
    keys = one.locator("[id^=fn-keys]").text_content()
    expect(one.locator(".fn-text")).to_have_accessible_description(keys)
    assert told in keys.split(". ")
    assert "Page Down" not in keys  # it shows one paragraph
    one.locator("summary").click()
    assert one.locator(".fn-keys li").count() == len(keys.split(". "))
    assert barriers(page) == []
    assert "Page Up, Page Down: paragraph. " in page.show(Reader([X], **MARK)).text_content()


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
    """The first place is seen while one types, and at the first Enter; then the next; captions come last."""
    case = open_case()
    wanted = "offered to house"
    body = [one.id for one in case.articles for text in one.sentences if wanted in text.text]
    every = [one.id for one in case.articles for _ in re.findall(wanted, one.raw)]
    assert 0 < len(body) < len(every)  # a caption of the case says it too
    reader = page.show(Reader(case.articles, **MARK))
    word = reader.get_by_role("textbox")
    word.fill(wanted)
    word.press("Enter")
    found = reader.locator(".fn-word [role=status]")
    seen = []
    for nth in range(1, len(every) + 1):
        assert found.text_content() == f"Place {nth} of {len(every)}, in {names(reader)[0]}. Enter: the next"
        seen += names(reader)
        top, bottom = page.page.evaluate(
            "() => { const b = [...CSS.highlights.get('fn-picked')][0].getBoundingClientRect();"
            " return [b.top, b.bottom]; }"
        )
        head = reader.locator(".fn-head").bounding_box()
        assert head["y"] + head["height"] <= top < bottom <= 660
        word.press("Enter")
    assert seen[: len(body)] == body
    assert sorted(seen) == every
    assert wanted in reader.locator(".fn-picked").text_content()  # Enter has taken its sentence


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


@themes
def test_no_barrier_in_the_texts(page: Page) -> None:
    layers = [Layer("all", tuple(Annotation("X", one.start, one.end, "line") for one in X.paragraphs))]
    reader = page.show(Reader([X, Y, Z], layers, **MARK))
    reader.get_by_role("button", name="Compare two").click()
    assert barriers(page) == []
    page.page.set_viewport_size({"width": 683, "height": 384})  # as at 200 % zoom
    assert reader.evaluate("one => one.scrollWidth - one.clientWidth") <= 1
    small = reader.locator("button").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height).filter(size => size > 0 && size < 24)"
    )
    assert small == []


@themes
def test_layers_are_shown_hidden_and_listed(page: Page) -> None:
    article = Article.from_text("X", "One two three four. Five six.\n\nSeven 🌊 eight nine.\n\nTen.")
    first = Layer("first", (Annotation("X", 4, 13, "noun", "reader1"), Annotation("X", 31, 38, "wave")))
    elsewhere = Annotation("X", 51, 54, "noun")  # in a paragraph that is not shown
    second = Layer("second", (Annotation("X", 8, 18, "verb", "reader2", "it moves"), elsewhere))
    reader = page.show(Reader([article], [first, second], paragraphs=(1, 2)))
    texts = """all => all.map((one) => [one.textContent, one.dataset.tag ?? "",
        one.style.backgroundImage.split("linear-gradient").length - 2])"""
    segments = reader.locator(".fn-seg")
    segments.first.wait_for()
    assert segments.evaluate_all(texts) == [
        ["two ", "first: noun", 1],
        ["three", "second: verb", 2],
        [" four", "", 1],
        ["Seven 🌊", "first: wave", 1],
    ]
    reader.get_by_label("first (2)").uncheck()
    assert segments.evaluate_all(texts) == [["three four", "second: verb", 1]]
    reader.get_by_label("first (2)").check()
    reader.get_by_text("The same as a list").click()
    notes = reader.locator(".fn-notes li")
    notes.nth(2).wait_for()
    assert notes.locator(".fn-name").all_text_contents() == [
        "first: noun, reader1",
        "first: wave",
        "second: verb, reader2, it moves",
    ]
    assert barriers(page) == []


def test_a_label_stands_once_after_all_who_gave_it_and_keeps_its_colour(page: Page) -> None:
    """The colour is that of the label's place in `order`; each paragraph has its number before it."""
    article = Article.from_text("X", "ADVERTISEMENT\n\nOne two three four.\n\nFive six seven eight.\n")
    start = article.raw.index("two")
    one = (Annotation("X", start, start + 3, "noun"),)
    layers = [Layer(name, one) for name in ("you", "Reader 1", "Reader 2", "The course")]
    reader = page.show(Reader([article], layers, order=("verb", "noun")))
    segment = reader.locator(".fn-seg")
    segment.wait_for()
    assert segment.get_attribute("data-tag") == "you, Reader 1, 2, The course: noun"
    assert "--c1" in segment.evaluate("one => one.style.getPropertyValue('--tint-of')")
    numbers = "all => all.map((one) => [one.dataset.number ?? '', one.textContent])"
    assert reader.locator(".fn-numbered p").evaluate_all(numbers) == [
        ["", "ADVERTISEMENT"],
        ["1", "One two three four."],
        ["2", "Five six seven eight."],
    ]


def test_cuts_of_two_readers_stand_beside_each_other_without_ones_own(page: Page) -> None:
    article = Article.from_text("X", "One two three four five.")
    cuts = {
        "you": ((4, 13),),
        "Reader 2": ((0, 13), (14, 23)),
        "Reader 3": ((0, 13), (4, 7)),
    }
    layers = [
        Layer(name, tuple(Annotation("X", *place, name) for place in places)) for name, places in cuts.items()
    ]
    shown = page.show(Reader([article], layers, order=tuple(cuts)))
    shown.get_by_text("Open the text, with all cuts in it.").click()
    rows = shown.locator(".fn-cuts tr")
    rows.nth(3).wait_for()
    assert rows.evaluate_all("all => all.map((one) => [...one.cells].map((cell) => cell.textContent))") == [
        ["the words", "Reader 2", "Reader 3"],
        ["One two three", "●", "●"],  # the whole is there before its part
        ["two", "●", "●"],
        ["four five", "●", "○"],
    ]


def test_a_label_that_is_the_only_one_is_left_out(page: Page) -> None:
    one = (Annotation("X", 4, 7, "claim"),)
    article = Article.from_text("X", "One two three four.")
    reader = page.show(Reader([article], [Layer("you", one), Layer("Reader 2", one)]))
    assert reader.locator(".fn-seg").get_attribute("data-tag") == "you, Reader 2"


@themes
def test_where_the_question_is_whose_a_mark_is_each_name_stands_once_and_below_the_last(page: Page) -> None:
    """Lines tell it, those of each below those of the one before; nothing breaks the sentence."""
    article = Article.from_text("X", "One two three four five.")
    you = (Annotation("X", 4, 13, "you"),)
    reader3 = (Annotation("X", 0, 13, "Reader 3", note="It counts."), Annotation("X", 4, 7, "Reader 3"))
    order = ("you", "Reader 3")
    shown = page.show(Reader([article], [Layer("you", you), Layer("Reader 3", reader3)], order=order))
    shown.get_by_text("Open the text, with all cuts in it.").click()
    assert shown.locator(".fn-cuts").count() == 0  # there is no second reader to compare with
    segments = shown.locator(".fn-seg")
    segments.first.wait_for()
    said = """all => all.map(({ textContent, dataset, style }) => [textContent, dataset.tag ?? "",
        style.getPropertyValue("--tint-of"), style.backgroundImage.split("linear-gradient").length - 2])"""
    assert segments.evaluate_all(said) == [
        ["One ", "", "var(--c1)", 1],
        ["two", "", "var(--c0)", 3],
        [" three", "", "var(--c0)", 2],
    ]
    assert shown.locator(".fn-legend").inner_text().split("\n") == [
        "Show",
        "you",
        "Reader 3",
        "names in the text",
    ]
    shown.get_by_label("names in the text").check()
    assert segments.first.get_attribute("data-tag") == "Reader 3"
    shown.get_by_text("The same as a list").click()
    rows = shown.locator(".fn-notes .fn-name")
    rows.nth(2).wait_for()
    assert rows.all_text_contents() == ["you", "Reader 3, It counts.", "Reader 3"]
    assert barriers(page) == []
