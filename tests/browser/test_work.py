"""Sign in, carry work to another machine and hand in, in a real browser and with the keyboard alone."""

from __future__ import annotations

import json
from pathlib import Path

from tests.browser.desk import Desk, Lab, saved, write_demo


def test_work_is_carried_to_another_machine(open_demo: Desk, lab: Lab, tmp_path: Path) -> None:
    """The other machine is another folder, with a kernel of its own: only the file goes along."""
    desk, demo = open_demo, open_demo.home
    desk.widget("choose").get_by_label("not said").first.focus()
    desk.press("Space")
    assert list(saved(demo, "choose", bool).values()) == ["not said"]

    desk.widget("save_my_work").locator("button").focus()
    desk.press("Enter")
    desk.widget("save_my_work").get_by_text("Type a code above").wait_for()

    code = desk.widget("sign_in").get_by_label("Code")
    code.focus()
    desk.press("Control+a")
    desk.page.keyboard.type("KTR-4728")
    desk.press("Tab", "Tab", "Enter")
    desk.widget("sign_in").get_by_text("Signed in with the code KTR-4728.").wait_for()

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
    assert desk.widget("choose").locator("input:checked").count() == 0
    desk.widget("load_my_work").locator("input").set_input_files(kept)
    desk.widget("load_my_work").locator("button").focus()
    desk.press("Enter")
    desk.widget("load_my_work").get_by_text("1 answers of KTR-4728 were read").wait_for()
    desk.run_all()
    desk.widget("choose").wait_for()
    assert desk.widget("choose").locator("input:checked").count() == 1


def test_another_person_is_asked_first(open_demo: Desk) -> None:
    """Work is set aside only after a question, and nothing of the first person stays in the panel."""
    desk, demo = open_demo, open_demo.home
    panel = desk.widget("sign_in")
    panel.get_by_label("Code").fill("KTR-4728")
    panel.get_by_role("button", name="Sign in").click()
    panel.get_by_text("Signed in with the code").wait_for()
    desk.page.once("dialog", lambda dialog: dialog.dismiss())
    panel.get_by_role("button", name="Another person").click()
    assert (demo / "my_work" / "student.json").exists()
    desk.page.once("dialog", lambda dialog: dialog.accept())
    panel.get_by_role("button", name="Another person").click()
    panel.get_by_text("Nobody is signed in").wait_for()
    assert not (demo / "my_work").exists()
    assert panel.get_by_label("Code").input_value() != "KTR-4728"


def test_a_reveal_opens_in_place_and_handing_in_looks_again(open_demo: Desk) -> None:
    """No cell runs a second time: what was closed at first opens where it stands."""
    desk, demo = open_demo, open_demo.home
    desk.widget("hand_in").get_by_text("Nothing is answered yet").wait_for()
    closed = desk.widget("reveal_choose")
    closed.get_by_text("Answer first: this opens when all 2 are answered.").wait_for()
    assert closed.get_by_role("button").count() == 0
    for item in desk.widget("choose").locator("fieldset").all():
        item.get_by_label("not said").check()
    assert len(saved(demo, "choose", {"rain": "not said", "snow": "not said"})) == 2
    closed.scroll_into_view_if_needed()
    desk.page.get_by_text("Your answer is kept. Your teacher will open the rest.").wait_for()
    assert closed.count() == 0
    desk.widget("hand_in").locator("[data-button=look]").focus()
    desk.press("Enter")
    desk.widget("hand_in").get_by_text("Not answered yet, in the lessons you have begun").wait_for()
    assert desk.errors == []
