"""Sign in, carry work to another machine and hand in, in a real browser and with the keyboard alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.browser.desk import SCREEN, Desk, Lab, saved, write_demo, write_notebook


def test_work_is_carried_to_another_machine(open_demo: Desk, lab: Lab, tmp_path: Path) -> None:
    """The other machine is another folder, with a kernel of its own: only the file goes along."""
    desk, demo = open_demo, open_demo.home
    desk.widget("choose").first.get_by_label("not said").first.focus()
    desk.press("Space")
    assert list(saved(demo, "choose", bool).values()) == ["not said"]

    desk.widget("save_my_work").locator("button").focus()
    desk.press("Enter")
    desk.widget("save_my_work").get_by_text("Type a code first").wait_for()

    code = desk.widget("sign_in").get_by_label("Code")
    code.focus()
    desk.press("Control+a")
    desk.page.keyboard.type("KTR-4728")
    desk.press("Tab", "Tab", "Enter")
    desk.widget("sign_in").get_by_text("Signed in: KTR-4728.").wait_for()

    desk.widget("save_my_work").locator("button").focus()
    with desk.page.expect_download() as waiting:
        desk.press("Enter")
    kept = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(kept)
    assert kept.name.startswith("my_work-")
    assert list(json.loads(kept.read_bytes())["answers"]) == ["choose"]

    desk.widget("hand_in").locator("[data-button=hand_in]").focus()
    with desk.page.expect_download() as waiting:
        desk.press("Enter")
    assert waiting.value.suggested_filename.startswith("hand_in-")
    assert len(list((demo / "my_work").glob("hand_in-*.html"))) == 1

    other = write_demo(lab.folder / tmp_path.name)
    desk.open(other / "demo.ipynb").run_all()
    assert desk.widget("choose").first.locator("input:checked").count() == 0
    desk.widget("load_my_work").locator("input").set_input_files(kept)
    desk.widget("load_my_work").locator("button").focus()
    desk.press("Enter")
    desk.widget("load_my_work").get_by_text("1 answers of KTR-4728 were read").wait_for()
    desk.run_all()
    desk.widget("choose").first.wait_for()
    assert desk.widget("choose").first.locator("input:checked").count() == 1


def test_another_person_is_asked_first(open_demo: Desk) -> None:
    """Work is set aside only after a question, and nothing of the first person stays in the panel."""
    desk, demo = open_demo, open_demo.home
    panel = desk.widget("sign_in")
    panel.get_by_label("Code").fill("KTR-4728")
    panel.get_by_role("button", name="Sign in").click()
    panel.get_by_text("Signed in: ").wait_for()
    desk.page.once("dialog", lambda dialog: dialog.dismiss())
    panel.get_by_role("button", name="Another person").click()
    assert (demo / "my_work" / "student.json").exists()
    desk.page.once("dialog", lambda dialog: dialog.accept())
    panel.get_by_role("button", name="Another person").click()
    panel.get_by_text("Nobody is signed in").wait_for()
    assert not (demo / "my_work").exists()
    assert panel.get_by_label("Code").input_value() != "KTR-4728"


def test_signing_in_opens_what_waits_for_it_wherever_it_stands(desk: Desk, house: Path) -> None:
    """Nothing is scrolled or pressed: the round is in sight while one signs in above it, 'Save' is not."""
    control = "from course import exercise_round, save_my_work, sign_in"
    tall = "from IPython.display import Markdown\nMarkdown('# \\n'.join('abcdefghijklmnopqrstuvwxyz'))"
    cells = (control, "sign_in()", 'exercise_round("before")', tall, "save_my_work()", "# The end")
    desk.open(write_notebook(house / "notebooks" / "short.ipynb", *cells)).run_all()
    closed, save = desk.widget("round_before"), desk.widget("save_my_work")
    closed.wait_for()
    desk.widget("sign_in").get_by_label("Code").focus()
    assert save.locator("input").count() == 2
    assert closed.bounding_box()["y"] < SCREEN["height"] < save.bounding_box()["y"]
    desk.press("Control+a")
    desk.page.keyboard.type("KTR-4728")
    desk.press("Tab", "Tab", "Enter")
    closed.wait_for(state="detached")
    desk.page.locator('[data-exercise^="round_"]').first.wait_for()
    save.locator("input").first.wait_for(state="detached")
    assert "Signed in" in desk.widget("sign_in").get_by_role("status").inner_text()


def test_what_was_said_of_a_field_goes_with_it(desk: Desk, house: Path) -> None:
    cells = ("from course import save_my_work, sign_in", "sign_in()", "save_my_work()")
    desk.open(write_notebook(house / "notebooks" / "short.ipynb", *cells)).run_all()
    save, sign = desk.widget("save_my_work"), desk.widget("sign_in")
    save.get_by_role("button", name="Save my work").click()
    save.get_by_text("Problem: Type a code first").wait_for()
    sign.get_by_label("Code").fill("KTR-4728")
    sign.get_by_role("button", name="Sign in").click()
    save.locator("input").first.wait_for(state="detached")
    save.get_by_text("Problem").wait_for(state="detached")


def test_a_code_typed_by_mistake_is_changed_there_and_then(open_demo: Desk) -> None:
    """After a question, with the keyboard alone; a button beside it is for another person."""
    desk, demo = open_demo, open_demo.home
    panel = desk.widget("sign_in")

    def types(code: str) -> None:
        panel.get_by_label("Code").focus()
        desk.press("Control+a")
        desk.page.keyboard.type(code)
        desk.press("Tab", "Tab", "Enter")

    def here() -> Any:
        return json.loads((demo / "my_work" / "student.json").read_bytes())

    types("stu-1")
    panel.get_by_text("Signed in: stu-1.").wait_for()
    panel.locator("input").first.wait_for(state="detached")  # one line is left
    first = here()
    desk.widget("choose").first.get_by_label("not said").first.check()
    assert saved(demo, "choose", bool)
    desk.page.once("dialog", lambda dialog: dialog.accept())
    panel.get_by_role("button", name="Another code").focus()
    desk.press("Enter")
    panel.get_by_label("Code").wait_for()
    assert not desk.axe('[data-exercise="sign_in"]')
    types("stu-2")
    panel.get_by_text("Signed in: stu-2.").wait_for()
    assert here() == first | {"code": "stu-2"}
    desk.page.once("dialog", lambda dialog: dialog.accept())
    panel.get_by_role("button", name="Another person").click()
    types("stu-3")
    panel.get_by_text("Signed in: stu-3.").wait_for()
    assert here()["student_id"] != first["student_id"]
    assert len(list(demo.glob("my_work-set-aside-*/demo/choose.json"))) == 1
    assert saved(demo, "choose", None, 0.2) is None


def test_a_reveal_opens_in_place_and_handing_in_looks_again(open_demo: Desk) -> None:
    """No cell runs a second time: what was closed at first opens where it stands."""
    desk, demo = open_demo, open_demo.home
    desk.widget("hand_in").get_by_text("Nothing is answered yet").wait_for()
    closed = desk.widget("reveal_choose")
    closed.get_by_text("Answer first: this opens when both are answered.").wait_for()
    assert closed.get_by_role("button").count() == 0
    for item in desk.widget("choose").first.locator("fieldset").all():
        item.get_by_label("not said").check()
    assert len(saved(demo, "choose", {"rain": "not said", "snow": "not said"})) == 2
    desk.page.get_by_text("Your answer is kept. Your teacher will open the rest.").wait_for()
    assert closed.count() == 0
    desk.widget("hand_in").locator("[data-button=look]").focus()
    desk.press("Enter")
    desk.widget("hand_in").get_by_role("table").get_by_text("demo").wait_for()
    assert desk.errors == []


def test_what_opens_in_place_of_a_panel_takes_its_focus(open_demo: Desk) -> None:
    from playwright.sync_api import expect

    desk, demo = open_demo, open_demo.home
    asked = ['exercise("explain")', 'reveal("explain")']
    first = "from course.lessons.cells import exercise, reveal"
    desk.open(write_notebook(demo / "told.ipynb", first, *asked)).run_all()
    desk.widget("explain").get_by_label("Your reason").fill("It says so.")
    assert saved(demo, "explain", {"why": "It says so."}) == {"why": "It says so."}
    closed = desk.widget("reveal_explain")
    closed.scroll_into_view_if_needed()
    closed.get_by_role("button", name="I have finished writing").press("Enter")
    expect(desk.page.locator(".fn-feedback")).to_be_focused()


@pytest.mark.parametrize("leave", ["by key", "by mouse"])
def test_who_moves_from_choice_to_choice_by_arrow_keys_has_not_answered_yet(
    open_demo: Desk, leave: str
) -> None:
    """The first answer is kept for good once its reveal opens: that waits for what leads on."""
    desk, demo = open_demo, open_demo.home
    first, last = desk.widget("choose").first.locator("fieldset").all()
    closed = desk.widget("reveal_choose")
    closed.get_by_text("Answer first").wait_for()
    first.get_by_label("not said").check()
    last.get_by_role("radio").first.focus()
    desk.press("ArrowDown")
    assert len(saved(demo, "choose", lambda value: value and len(value) == 2)) == 2
    desk.page.wait_for_timeout(1500)
    assert closed.count() == 1
    if leave == "by key":
        desk.press("Tab")
    else:
        desk.widget("choose").first.locator(".fn-title").click()
    closed.wait_for(state="detached")
