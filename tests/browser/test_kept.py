"""A choice that no kernel has heard: said beside its control, kept in the page, saved by the next widget."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from course.corpus.case import open_case
from course.lessons.exercises import load_exercises
from course.lessons.messages import Status
from course.lessons.widgets import LOOK, Form, Panel, Reader, form_spec
from tests.browser.desk import Desk, saved, write_demo
from tests.browser.page import Page

SAVED = re.compile(r"^Saved \d")
KERNEL = "jupyterapp.shell.currentWidget.sessionContext.session.kernel"


@pytest.fixture
def forms(tmp_path: Path) -> Any:
    case = open_case(write_demo(tmp_path))
    exercises = load_exercises(case)
    heard: list[tuple[list[str], Any]] = []

    def make(id: str) -> Form:
        spec = form_spec(exercises[id], case)
        return Form(lambda path, value, base: heard.append((path, value)) or {}, spec=spec)

    return make, heard


def test_a_choice_is_kept_and_sent_by_the_next_form(page: Page, forms: Any) -> None:
    """Only the newest choice of each control is sent, and only once."""
    make, heard = forms
    page.silent = True
    form = page.show(make("choose"))
    group = form.get_by_role("group", name="That it would rain")
    group.get_by_label("said", exact=True).check()
    group.locator(".fn-mark", has_text="Not saved").wait_for()
    form.get_by_text("Choose Run > Run All Cells: what you chose is kept in this page").wait_for()
    group.get_by_label("not said").check()
    assert heard == []

    page.silent = False
    again = page.show(make("choose"))
    again.get_by_text(SAVED).wait_for()
    assert again.get_by_role("group", name="That it would rain").get_by_label("not said").is_checked()
    assert heard == [(["rain"], "not said")]
    page.show(make("choose")).wait_for()
    page.page.wait_for_timeout(300)
    assert len(heard) == 1


def test_the_next_person_gets_no_choice_of_the_one_before(page: Page, forms: Any) -> None:
    """What no kernel has heard is forgotten once another person has started."""
    make, heard = forms
    page.silent = True
    page.show(make("choose")).get_by_label("said", exact=True).first.check()
    page.page.get_by_text("what you chose is kept in this page").wait_for()
    page.silent = False
    leave = {"text": "Nothing of it stays.", "forget": True}
    panel = page.show(Panel("p", "A panel", on_press=lambda *given: leave, buttons=[LOOK]))
    panel.locator("button").click()
    panel.get_by_text("Nothing of it stays.").wait_for()
    again = page.show(make("choose"))
    again.wait_for()
    page.page.wait_for_timeout(300)
    assert again.locator("input:checked").count() == 0
    assert heard == []


def test_another_exercise_takes_nothing(page: Page, forms: Any) -> None:
    make, heard = forms
    page.silent = True
    page.show(make("explain")).get_by_role("textbox").fill("A thought.")
    page.page.get_by_text("Python does not answer").wait_for()
    page.silent = False
    page.show(make("choose")).wait_for()
    page.page.wait_for_timeout(300)
    assert heard == []
    page.show(make("explain")).get_by_text(re.compile(r"^Saved \d")).wait_for()
    assert heard == [(["why"], "A thought.")]


def test_a_late_answer_is_an_answer(page: Page, forms: Any) -> None:
    """A busy kernel answers after two seconds: the control says so, and nothing is kept."""
    make, heard = forms
    form = page.show(make("choose"))
    page.page.evaluate(
        "() => { const ask = window.toPython; window.toPython = async (...given) =>"
        " (await new Promise((done) => setTimeout(done, 2500)), ask(...given)); }"
    )
    form.get_by_label("not said").first.check()
    form.locator(".fn-mark", has_text="Not saved").wait_for()
    form.get_by_text(SAVED).wait_for()
    assert "".join(form.locator(".fn-mark").all_text_contents()) == ""
    assert "Python does not answer" not in form.text_content()
    page.show(make("choose")).wait_for()
    page.page.wait_for_timeout(300)
    assert len(heard) == 1


def test_a_mark_is_kept_and_made_by_the_next_reader(page: Page, tmp_path: Path) -> None:
    article = open_case(write_demo(tmp_path))["A"]
    heard: list[list[str]] = []

    def reader() -> Reader:
        return Reader(
            [article],
            name="spot",
            labels=("one",),
            on_change=lambda path, mark, base: heard.append([*path, mark["exact"]]) or {},
        )

    page.silent = True
    first = page.show(reader())
    first.locator(".fn-text").focus()
    page.press("ArrowRight", "ArrowDown", "s", "1")
    first.locator(".fn-side", has_text="not saved").wait_for()
    page.silent = False
    second = page.show(reader())
    second.get_by_text("Your marks: 1").wait_for()
    second.get_by_text(re.compile(r"Saved \d")).wait_for()
    assert heard == [["add", "The mayor said it would rain."]]
    assert "not saved" not in second.locator(".fn-side").text_content()


def test_a_panel_looks_again_when_it_is_seen(page: Page) -> None:
    """Quietly: nothing is said, and what a person types is not taken away."""
    told = ["first"]
    panel = Panel("p", "A panel", look=lambda: {"lines": list(told)})
    told[0] = "second"
    shown = page.show(panel)
    shown.get_by_text("second").wait_for()
    assert shown.get_by_role("status").text_content() == ""


def test_a_panel_in_sight_looks_again_when_an_answer_is_saved(page: Page, forms: Any) -> None:
    """Nothing has to be scrolled or pressed for what waits on an answer to open."""
    make, heard = forms
    panel = Panel("p", "A panel", look=lambda: {"lines": [f"{len(heard)} answers"]})
    shown = page.show(panel)
    shown.get_by_text("0 answers").wait_for()
    choose = page.show(make("choose"))
    for count in (1, 2):
        choose.get_by_role("group").nth(count - 1).get_by_label("not said").check()
        shown.get_by_text(f"{count} answers").wait_for()
    assert shown.get_by_role("status").text_content() == ""


def test_every_panel_looks_once_when_somebody_signs_in(page: Page) -> None:
    """In sight or not, for several presses in a row; and no look makes another."""
    who: list[str] = []

    def told() -> Status:
        return {"lines": [f"{len(who)} have signed in"] * 20}

    def press(button: str, given: dict[str, Any]) -> Status:
        who.append(button)
        return {"anew": True}

    buttons = [{"name": "sign_in", "label": "Sign in"}]
    panels = [
        Panel(f"p{number}", "A panel", on_press=press, look=told, buttons=buttons) for number in range(5)
    ]
    shown = [page.show(panel) for panel in panels]
    page.page.wait_for_timeout(500)
    page.heard.clear()
    for _ in range(3):
        # Not while a press is on its way.
        shown[0].get_by_role("button", disabled=False).dispatch_event("click")
    for one in shown:
        one.get_by_text("3 have signed in").first.wait_for(state="attached")
    page.page.wait_for_timeout(1000)
    assert len(who) == 3
    assert [bool(one.get("shown")) for one in page.heard] == [False] * 3 + [True] * 5


def test_what_is_said_of_an_answer_follows_when_that_has_changed_and_says_so(page: Page, forms: Any) -> None:
    make, _ = forms
    entry = {"text": "That it would rain", "words": "", "given": "said", "verdict": "", "lines": []}
    now = {"value": {"summary": "One is right.", "items": [entry]}}
    before = {"summary": "Both are right.", "items": [entry]}
    shown = page.show(Form(lambda *_: now, spec=make("choose").spec, feedback=before))
    other, choose = page.show(make("compare")), page.show(make("choose"))
    changed = "You have changed an answer. Your first ones are kept, too."
    other.get_by_label("present").first.check()
    other.get_by_text(SAVED).wait_for()
    page.page.wait_for_timeout(600)
    assert shown.get_by_text(changed).count() == 0
    choose.get_by_label("not said").first.check()
    shown.get_by_text(changed).wait_for()
    shown.get_by_text("One is right.").wait_for()
    assert shown.get_by_text("Both are right.").count() == 0
    assert page.page.evaluate("document.activeElement.value") == "not said"


def test_a_panel_shows_how_far_a_press_is(page: Page) -> None:
    buttons = [{"name": "read", "label": "Go"}]
    panel = Panel("p", "A panel", on_press=lambda button, given: {"text": "Read."}, buttons=buttons)
    shown = page.show(panel)
    page.silent, page.meanwhile = True, {"progress": ["marking", 50, 200]}
    shown.get_by_role("button", name="Go").click()
    bar = shown.get_by_role("progressbar", name="marking")
    bar.wait_for()
    assert (bar.get_attribute("value"), bar.get_attribute("max")) == ("50", "200")
    shown.get_by_text("marking: 50 of 200").wait_for()
    assert shown.get_by_role("status").text_content() == "Working …"
    page.silent = False
    shown.get_by_role("button", name="Go").click()
    shown.get_by_text("Read.").wait_for()
    assert shown.get_by_role("progressbar").count() == 0


def test_a_widget_without_what_draws_it_says_what_to_do(page: Page, forms: Any) -> None:
    make, _ = forms
    page.source = ""
    page.show(make("choose"))
    page.page.get_by_text("Choose Run > Run All Cells to see this: what you saved is kept").wait_for()
    assert page.page.locator(".fn").count() == 0


def test_after_a_kernel_restart_without_running_a_cell(open_demo: Desk) -> None:
    """On JupyterLab: what is chosen says 'Not saved'; Run > Run All Cells saves it."""
    desk, demo = open_demo, open_demo.home
    desk.page.evaluate(f"() => {KERNEL}.restart()")
    desk.page.wait_for_function(f"() => {KERNEL}.status === 'idle'")
    choose = desk.widget("choose").first
    choose.get_by_label("not said").first.check()
    choose.locator(".fn-mark", has_text="Not saved").wait_for()
    spot = desk.widget("spot")
    spot.locator(".fn-text").focus()
    desk.press("ArrowRight", "ArrowDown", "s", "1")
    spot.locator(".fn-side", has_text="not saved").wait_for()
    assert saved(demo, "choose", None, seconds=0.2) is None
    desk.run_all()
    assert list(saved(demo, "choose", bool).values()) == ["not said"]
    desk.widget("choose").first.get_by_text(SAVED).wait_for()
    marks = saved(demo, "spot", bool)
    assert [mark["exact"] for mark in marks] == ["The mayor said it would rain."]
    desk.errors[:] = [error for error in desk.errors if "ernel" not in error and "404" not in error]
