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
    draft.get_by_label("Pattern").select_option(label="Kinds of claims")
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
