"""What is selected in a Reader is what is seen: whole words by mouse, and nothing that is not shown."""

from __future__ import annotations

from typing import Any

import pytest

from course.corpus.article import Article
from course.lessons.messages import PanelButton, Status
from course.lessons.widgets import Panel, Reader
from tests.browser.page import Page

LINES = [
    "The well-known mayor said it wouldn’t rain on 2.5 of 30,000 roofs.",
    "This paragraph is left out.",
    "She asked the council twice. Nobody answered 🌊😀 her.",
    "And it rained.",
]
ARTICLE = Article.from_text("X", "\n\n".join(LINES))
CUT = ", cut off where text is left out"


def reader(page: Page, *paragraphs: int, several: bool = False) -> Any:
    labels = ("one", "two")
    return page.show(Reader([ARTICLE], paragraphs=paragraphs, labels=labels, name="marks", several=several))


def drag(page: Page, first: tuple[str, int], last: tuple[str, int]) -> None:
    """Drag from before a letter of one word to before a letter of another, each by its own rectangle."""
    points = page.page.evaluate(
        """async (places) => {
            // What has just been drawn, or marked, stands where it will stay.
            for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
            return places.map(([words, letter]) => {
                const lines = [...document.querySelectorAll(".fn-text p")];
                const { firstChild: node } = lines.find((one) => one.textContent.includes(words));
                const range = document.createRange();
                const at = node.data.indexOf(words) + letter;
                range.setStart(node, at);
                range.setEnd(node, Math.min(at + 1, node.length));
                const box = range.getBoundingClientRect();
                return [at < node.length ? box.left + 0.5 : box.right, box.top + box.height / 2];
            });
        }""",
        [first, last],
    )
    page.page.mouse.move(*points[0])
    page.page.mouse.down()
    page.page.mouse.move(*points[1], steps=5)
    page.page.mouse.up()


def copied(page: Page) -> Any:
    return page.page.evaluate("document.getSelection().toString()")


def selected(shown: Any) -> str:
    return str(shown.locator(".fn-words").text_content())


DRAGS: list[tuple[tuple[str, int], tuple[str, int], str]] = [
    (("mayor", 2), ("said", 2), "mayor said"),
    (("said", 2), ("mayor", 2), "mayor said"),  # backwards
    (("well", 1), ("known", 2), "well-known"),  # one word, as the arrow keys have it
    (("wouldn", 3), ("wouldn", 5), "wouldn’t"),
    (("2.5", 1), ("30,000", 4), "2.5 of 30,000"),
    (("mayor", 0), ("said", 4), "mayor said"),  # and nothing beside it
    (("roofs", 1), ("roofs", 6), "roofs."),
]


def test_a_drag_takes_whole_words(page: Page) -> None:
    """So do two clicks; what is selected is what is copied, and what is marked."""
    shown = reader(page)
    for first, last, words in DRAGS:
        drag(page, first, last)
        assert selected(shown) == f"“{words}”"
        assert copied(page) == words
    box = shown.locator("p[data-line]").first.bounding_box()
    page.page.mouse.dblclick(box["x"] + 50, box["y"] + 10)
    assert selected(shown) == "“well-known”"
    shown.get_by_role("button", name="one").first.click()
    shown.get_by_text("Your marks: 1").wait_for()
    assert [message["exact"] for message in page.heard] == ["well-known"]


def test_a_drag_over_what_is_left_out_ends_there_and_says_so(page: Page) -> None:
    """It keeps the side on which it began; what is not shown is never marked."""
    shown = reader(page, 1, 3, 4)
    for first, last, words in (
        (("roofs", 1), ("council", 2), "roofs."),
        (("council", 2), ("roofs", 1), "She asked the council"),
    ):
        drag(page, first, last)
        assert selected(shown) == f"“{words}”{CUT}"
        assert copied(page) == words
    drag(page, ("Nobody", 2), ("rained", 1))  # these two follow one another in the article too
    assert selected(shown) == "“Nobody answered 🌊😀 her.\n\nAnd it rained”"
    shown.locator("p[data-line]").first.click(click_count=3)  # a browser goes on to the next line
    assert selected(shown) == f"“{LINES[0]}”"


def test_keys_do_not_take_in_what_is_left_out(page: Page) -> None:
    """A step leads over it; Shift with a step, the whole text and one more paragraph do not."""
    shown = reader(page, 1, 3)
    shown.locator(".fn-text").focus()
    page.press("p")
    assert selected(shown) == f"“{LINES[0]}”"
    for key in ("p", "Shift+PageDown", "Control+a"):
        page.press(key)
        assert selected(shown) == f"“{LINES[0]}”{CUT}"
    assert shown.locator(".fn-hidden[role=status]").text_content() == f"{LINES[0]}{CUT}"
    page.press("1", "Control+Home", "p", "PageDown")
    assert selected(shown) == f"“{LINES[2]}”"
    page.press("Home", "Shift+ArrowRight")
    assert selected(shown) == "“She asked”"
    assert [message["exact"] for message in page.heard] == [LINES[0]]
    page.press("n")
    shown.locator(".fn-toolbar .fn-status", has_text="No more marks this way.").wait_for()


def test_the_keys_of_the_text_work_after_a_click_on_a_label(page: Page) -> None:
    shown = reader(page, 1, 3)
    drag(page, ("mayor", 0), ("said", 4))
    shown.get_by_role("button", name="one").first.click()
    page.press("u", "s", "2")
    shown.get_by_text("Your marks: 1").wait_for()
    changed = [(*message["path"], message["exact"]) for message in page.heard]
    assert changed == [("add", "mayor said"), ("remove", "mayor said"), ("add", LINES[0])]


def test_the_same_words_have_one_label_the_last(page: Page) -> None:
    shown = reader(page, 1, 3)
    drag(page, ("mayor", 0), ("said", 4))
    page.press("1", "2")
    shown.get_by_text("Your marks: 1").wait_for()
    changed = [(*message["path"], message["value"][3]) for message in page.heard]
    assert changed == [("add", "one"), ("remove", "one"), ("add", "two")]
    page.press("u")  # back to the first, in one step
    assert [(*message["path"], message["value"][3]) for message in page.heard][3:] == [
        ("remove", "two"),
        ("add", "one"),
    ]


def test_the_same_words_may_answer_two_questions(page: Page) -> None:
    shown = reader(page, 1, 3, several=True)
    drag(page, ("mayor", 0), ("said", 4))
    page.press("1", "2")
    shown.get_by_text("Your marks: 2").wait_for()
    page.press("u")
    shown.get_by_text("Your marks: 1").wait_for()
    changed = [(*message["path"], message["value"][3]) for message in page.heard]
    assert changed == [("add", "one"), ("add", "two"), ("remove", "two")]


@pytest.mark.parametrize("how", ["u", "Delete"])
def test_what_is_taken_off_is_selected_no_more(page: Page, how: str) -> None:
    """The next label is not meant for it; keys go on from where it was."""
    shown = reader(page, 1, 3)
    drag(page, ("mayor", 0), ("said", 4))
    page.press("1", how)
    shown.get_by_text("Your marks: 0").wait_for()
    assert (selected(shown), copied(page)) == ("nothing yet", "")
    page.press("2")
    shown.locator(".fn-problem", has_text="Select words in the text first.").wait_for()
    assert len(page.heard) == 2
    page.press("ArrowRight")
    assert selected(shown) == "“it”"


def test_marks_of_the_one_label_are_numbered(page: Page) -> None:
    shown = page.show(Reader([ARTICLE], paragraphs=[1, 3], labels=("claim",), name="marks"))
    drag(page, ("council", 0), ("twice", 5))
    page.press("1")
    shown.get_by_text("Saved").wait_for()  # its list may move the text
    drag(page, ("mayor", 0), ("said", 4))
    page.press("1")
    shown.get_by_text("Your marks: 2").wait_for()
    page.page.wait_for_timeout(300)  # each is saved, and listed anew
    tags = shown.locator(".fn-seg")
    assert tags.evaluate_all("all => all.map((one) => one.dataset.tag)") == ["1", "2"]
    assert shown.locator(".fn-marked .fn-name").all_text_contents() == ["1", "2"]
    shown.get_by_role("button", name="Remove").first.click()
    shown.get_by_text("Your marks: 1").wait_for()
    assert tags.evaluate_all("all => all.map((one) => one.dataset.tag)") == ["1"]


def test_paragraphs_without_a_label_are_told_and_asked_for_once(page: Page) -> None:
    shown, pressed = reader(page, 1, 3), []

    def press(button: str, given: dict[str, Any]) -> Status:
        pressed.append(button)
        return {}

    finish: PanelButton = {"name": "open", "label": "Finish"}
    panel = page.show(Panel("reveal_marks", "Marks", on_press=press, buttons=[finish]))
    shown.get_by_text("0 of 2 paragraphs. Still open: X 1, X 3.").wait_for()
    shown.locator(".fn-text").focus()
    page.press("p", "1")
    drag(page, ("council", 0), ("council", 3))
    page.press("2")  # a word is no paragraph
    shown.get_by_text("1 of 2 paragraphs. Still open: X 3.").wait_for()
    panel.get_by_role("button").click()
    panel.get_by_text("1 paragraph has no label yet. Finish all the same?").wait_for()
    assert pressed == []
    panel.get_by_role("button").click()
    page.page.wait_for_timeout(300)
    assert pressed == ["open"]
