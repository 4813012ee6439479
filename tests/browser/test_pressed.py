"""What follows a press or an answer at once: one file for one press, a sentence, the answer further down."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from course.corpus.case import open_case
from course.lessons.exercises import load_exercises
from course.lessons.widgets import Form, Panel, form_spec
from tests.browser.desk import write_demo
from tests.browser.page import Page

FILE = {"name": "hand_in.json", "type": "application/json", "text": "{}"}
SURE = """
[[exercise]]
id = "choose_sure"
kind = "sort"
title = "How sure?"
prompt = "How sure are you of each?"
options = ["sure", "unsure"]
beside = "choose"
[[exercise.item]]
id = "rain_sure"
text = "That it would rain"
[[exercise.item]]
id = "snow_sure"
text = "The mayor warned of rain"
"""


def slowly(page: Page) -> None:
    """Let Python take half a second for each answer."""
    page.page.evaluate(
        "() => { const ask = window.toPython; window.toPython = async (...given) =>"
        " (await new Promise((done) => setTimeout(done, 500)), ask(...given)); }"
    )


def test_two_quick_presses_are_one(page: Page) -> None:
    """The button is off, and says so, until the first press is answered; it keeps the focus."""
    pressed: list[str] = []

    def on_press(button: str, given: Any) -> Any:
        pressed.append(button)
        return {"text": f"Made {len(pressed)}.", "downloads": [FILE]}

    buttons = [{"name": "make", "label": "Make it"}, {"name": "other", "label": "Another"}]
    panel = page.show(Panel("p", "A panel", on_press=on_press, buttons=buttons))
    slowly(page)
    files: list[str] = []
    page.page.on("download", lambda one: files.append(one.suggested_filename))
    make = panel.locator("[data-button=make]")
    make.focus()
    page.press("Enter", "Enter", "Enter")
    assert make.get_attribute("aria-disabled") == "true"
    assert panel.locator("[data-button=other]").get_attribute("aria-disabled") is None
    panel.get_by_text("Working …").wait_for()
    panel.get_by_text("Made 1.").wait_for()
    panel.locator("[data-button=make]:not([aria-disabled])").wait_for()
    assert make.evaluate("one => one === document.activeElement")
    page.press("Enter")  # the same file again: its link stays, and it is not downloaded a second time
    panel.get_by_text("Made 2.").wait_for()
    panel.get_by_role("link", name="Download hand_in.json").wait_for()
    page.page.wait_for_timeout(200)
    assert pressed == ["make", "make"]
    assert files == ["hand_in.json"]


def test_a_button_that_nobody_answers_is_on_again(page: Page) -> None:
    panel = page.show(Panel("p", "A panel", buttons=[{"name": "make", "label": "Make it"}]))
    page.page.clock.install()
    page.silent = True
    panel.locator("button").click()
    panel.locator("[aria-disabled=true]").wait_for()
    page.page.clock.fast_forward(9000)
    panel.get_by_text("no answer from the kernel yet").wait_for()
    panel.locator("button:not([aria-disabled])").wait_for()


def test_looking_again_keeps_what_was_typed(page: Page) -> None:
    """It answers with a sentence, and a code that was typed before stays."""
    fields = [{"name": "code", "kind": "text", "label": "Code", "value": ""}]
    looks: list[int] = []

    def look() -> Any:
        looks.append(1)
        again = [field | {"label": f"Code {len(looks)}"} for field in fields]
        return {"text": "Type a code first.", "fields": again}

    panel = page.show(Panel("p", "A panel", look=look, buttons=[{"name": "look", "label": "Look again"}]))
    panel.get_by_role("textbox").fill("KTR-4728")
    panel.get_by_role("button", name="Look again").click()
    panel.get_by_role("status").get_by_text("Type a code first.").wait_for()
    panel.get_by_text(re.compile(rf"Code {len(looks)}")).wait_for()
    assert panel.get_by_role("textbox").input_value() == "KTR-4728"


def test_what_is_ticked_stays_ticked_after_a_press(page: Page) -> None:
    """Else a second press would take back what the first has shared."""
    share = {"name": "share", "kind": "checkbox", "label": "Share it"}
    code = {"name": "code", "kind": "text", "label": "Code", "value": ""}
    given: list[Any] = []

    def on_press(button: str, fields: Any) -> Any:
        given.append(fields)
        return {"text": f"Pressed {len(given)}.", "fields": [share]}  # signed in: no code is asked any more

    buttons = [{"name": "hand_in", "label": "Hand in"}]
    panel = page.show(Panel("p", "A panel", on_press=on_press, fields=[code, share], buttons=buttons))
    panel.get_by_label("Code").fill("KTR-4728")
    panel.get_by_label("Share it").check()
    for count in (1, 2):
        panel.get_by_role("button").click()
        panel.get_by_text(f"Pressed {count}.").wait_for()
        assert panel.get_by_label("Share it").is_checked()
    assert given == [{"code": "KTR-4728", "share": True}, {"share": True}]


@pytest.fixture
def forms(tmp_path: Path) -> Any:
    folder = write_demo(tmp_path)
    with (folder / "seeds" / "exercises" / "demo.toml").open("a", encoding="utf-8") as file:
        file.write(SURE)
    case = open_case(folder)
    exercises = load_exercises(case)

    def make(id: str, **value: str) -> Form:
        return Form(spec=form_spec(exercises[id], case), value=value)

    return make


def test_how_sure_stands_below_each_answer_and_is_told_when_all_is_there(page: Page, forms: Any) -> None:
    sure = page.show(forms("choose_sure"))
    choose = page.show(forms("choose", rain="not said"))
    group = choose.locator("[data-item=rain]").get_by_role("group", name="How sure are you of each?")
    group.wait_for()  # whichever is drawn first
    assert not sure.locator(".fn-near").first.is_visible()
    for item, answer, how in (("rain", "not said", "sure"), ("snow", "said", "unsure")):
        row = choose.locator(f"[data-item={item}]")
        row.get_by_label(answer, exact=True).check()
        row.get_by_label(how, exact=True).check()
    sure.get_by_text("You are ‘sure’ of 1 of your 2 answers: 1 ‘not said’.").wait_for()


def test_it_follows_no_other_exercise(page: Page, forms: Any) -> None:
    sure = page.show(forms("choose_sure"))
    page.show(forms("explain", why="Because."))
    assert sure.locator("[data-item=rain_sure] .fn-chips").count() == 1
