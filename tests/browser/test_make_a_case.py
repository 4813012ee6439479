"""The case maker in a browser: from pasted texts to an exercise as a student sees it."""

import shutil
from pathlib import Path

import pytest

from tests.browser.desk import Desk
from tests.grading.test_making import TEXTS


@pytest.fixture
def empty(house: Path) -> Path:
    """A house whose case has no text yet."""
    shutil.rmtree(house / "seeds")
    (house / "seeds").mkdir()
    (house / "seeds" / "case.toml").write_text('title = "New"\n')
    return house


def test_a_case_is_made_by_clicks_and_typing(desk: Desk, empty: Path) -> None:
    desk.open(empty / "notebooks" / "instructor" / "make_a_case.ipynb").run_all()
    event = desk.widget("event")
    event.get_by_label("Name of the case").fill("The ferry")
    event.get_by_role("button", name="Keep").click()
    event.get_by_text("Kept.").wait_for()
    texts = desk.widget("texts")
    for text, letter in zip(TEXTS, "ABC", strict=True):
        texts.get_by_label("Or the text, pasted").fill(text)
        texts.get_by_label("Who published it").fill("The Oxley Post")
        texts.get_by_role("button", name="Add the text").click()
        texts.get_by_text(f"Kept as text {letter}.").wait_for()
    voices = desk.widget("voices")
    voices.get_by_role("button", name="Accept all as they stand").click()
    voices.get_by_text("are kept.").wait_for()
    draft = desk.widget("draft")
    draft.get_by_label("Pattern").select_option("Kinds of claims")
    draft.get_by_role("button", name="Draft it").click()
    draft.get_by_text("Drafted:").wait_for()
    edit = desk.widget("edit")
    edit.get_by_label("Title").fill("What kind is it?")
    edit.get_by_role("button", name="Keep, and show").click()
    desk.widget("claim_kinds").get_by_text("What kind is it?").wait_for()
    ready = desk.widget("ready")
    ready.get_by_role("button", name="Look again").click()
    ready.get_by_text("Everything fits together.").wait_for()
    assert (empty / "seeds" / "exercises" / "03_cut_the_claims.toml").exists()
    for panel in (texts, voices, edit, ready):
        panel.scroll_into_view_if_needed()
    desk.no_barrier(".fn-panel")
    texts.get_by_role("button", name="Take the last step back").click()
    texts.get_by_text("Taken back: exercise claim_kinds.").wait_for()


AT = """() => {
    const at = document.activeElement;
    const said = at.labels?.[0]?.innerText || at.getAttribute("aria-label") || at.innerText || "";
    return [at.closest("[data-exercise]")?.dataset.exercise ?? "", said];
}"""


def walk(desk: Desk, panel: str, words: str) -> None:
    """Press Tab until the focus is on a control of a panel, from wherever it is."""
    seen = []
    for _ in range(60):
        seen.append(desk.page.evaluate(AT))
        if seen[-1][0] == panel and words in seen[-1][1]:
            return
        desk.press("Tab")
    raise AssertionError(f"{panel}, {words}: not reached through {seen}")


def hit(desk: Desk, panel: str, button: str, said: str) -> None:
    """Walk to a button, press it, and wait for what its panel says."""
    walk(desk, panel, button)
    desk.press("Enter")
    desk.widget(panel).get_by_text(said).wait_for()


@pytest.mark.rare
def test_by_keyboard_alone(desk: Desk, empty: Path) -> None:
    """From the top of the notebook by Tab, arrows, Enter and typing: a text, a line, a voice, an exercise."""
    desk.open(empty / "notebooks" / "instructor" / "make_a_case.ipynb").run_all()
    desk.press("Escape", "Control+Home")
    typing = desk.page.keyboard
    walk(desk, "event", "Name of the case")
    typing.type("The ferry")
    hit(desk, "event", "Keep", "Kept.")
    for text, letter in zip(TEXTS[:2], "AB", strict=True):
        walk(desk, "texts", "Or the text, pasted")
        typing.insert_text(text)
        walk(desk, "texts", "Who published it")
        typing.type("The Oxley Post")
        hit(desk, "texts", "Add the text", f"Kept as text {letter}.")
        if letter == "A":
            desk.press(*["Shift+Tab"] * 8)  # back to the fields above
    lines = desk.widget("lines").get_by_label("Text")
    walk(desk, "lines", "Text")
    lines.locator("option").nth(1).wait_for(state="attached")
    desk.press("ArrowDown")
    walk(desk, "lines", "Show")
    desk.press("Enter")
    reader = desk.page.locator(".fn-reader", has_text="Article B").last
    reader.wait_for()
    walk(desk, "", "heading")
    for _ in range(12):
        if desk.page.evaluate("() => document.activeElement.classList.contains('fn-text')"):
            break
        desk.press("Tab")
    desk.press("Control+Home", "PageDown", "Shift+ArrowRight", "2")  # two words of the report: a caption
    reader.get_by_text("Saved").last.wait_for()
    blocks = (empty / "seeds" / "blocks.toml").read_text("utf-8")
    assert 'kind = "caption"' in blocks
    walk(desk, "voices", "Its text")
    walk(desk, "voices", "And its words")
    typing.type("took twice as long")
    hit(desk, "voices", "Keep this one", "Kept.")
    walk(desk, "draft", "Pattern")
    typing.type("Kinds")
    hit(desk, "draft", "Draft it", "Drafted: ‘What kind of claim is it?’.")
    walk(desk, "edit", "Title")
    desk.press("Control+a")
    typing.type("What kind is it?")
    walk(desk, "edit", "Keep, and show")
    desk.press("Enter")
    desk.widget("claim_kinds").get_by_text("What kind is it?").wait_for()
    hit(desk, "ready", "Look again", "Everything fits together.")
    assert not desk.axe(".fn")
