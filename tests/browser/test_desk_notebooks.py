"""The teacher's notebooks in a real browser: a ZIP in, written answers marked by keys, a gradebook out."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from course.corpus.case import open_case
from course.grading.desk import Desk as TeachersDesk
from course.grading.feedback import feedback_page
from tests.browser.desk import Desk


@pytest.fixture
def made(house: Path) -> TeachersDesk:
    """The made-up class, beside the notebooks; its ZIP is larger than one message to a kernel may be."""
    teacher = TeachersDesk(open_case(house), house / "my_class")
    assert not teacher.made_up().handle({"button": "make", "fields": {}})["problem"]
    with zipfile.ZipFile(teacher.folder / "made_up-hand_ins.zip", "a") as archive:
        archive.writestr("__MACOSX/large", os.urandom(9_000_000))
    (teacher.folder / "inbox.txt").unlink()
    return teacher


def levels(teacher: TeachersDesk, exercise: str) -> list[str]:
    """Return the levels that are on disk."""
    teacher.renew()
    return [level for (_, id), level in teacher.grader.record.all("level").items() if id == exercise]


def test_from_the_zip_to_the_gradebook_by_keys(desk: Desk, house: Path, made: TeachersDesk) -> None:
    desk.open(house / "notebooks" / "instructor" / "mark_hand_ins.ipynb").run_all()
    panel = desk.widget("hand_ins")
    panel.get_by_label("The ZIP").set_input_files(made.folder / "made_up-hand_ins.zip")
    panel.get_by_role("button", name="Read").focus()
    desk.press("Enter")
    panel.get_by_text("Marked: 25. Not usable: 4. Missing: 1.").wait_for()
    assert "press ‘Hand in’" in panel.inner_text()

    desk.widget("texts").locator("select").select_option("change_my_mind")
    desk.widget("texts").get_by_role("button", name="Show").focus()
    desk.press("Enter")
    one = desk.widget("one_by_one")
    one.wait_for()
    assert "Made-up Student" not in one.inner_text()
    cells = desk.cells()
    desk.page.keyboard.press("Tab")  # past 'Read the inbox again'
    desk.page.keyboard.press("Tab")
    assert one.evaluate("node => node === document.activeElement")
    desk.press("d", "d", "x", "s")
    one.get_by_text("Is one in the text?").wait_for()
    desk.press("2")
    one.get_by_text("1 have a level. This one: Emergent.").wait_for()
    desk.press("c")
    desk.page.keyboard.type("1, 2, next: say which words.")
    desk.press("Escape", "n")
    one.get_by_text("Answer 2 of 25").wait_for()
    assert one.get_by_label("Comment for the student").input_value() == ""
    desk.press("1", "b")  # at once: the move waits for the level
    one.get_by_text("Answer 1 of 25; 2 have a level. This one: Emergent.").wait_for()
    assert one.get_by_label("Comment for the student").input_value() == "1, 2, next: say which words."
    assert desk.cells() == cells
    assert sorted(levels(made, "change_my_mind")) == ["Emergent", "Proficient"]
    assert desk.axe('[data-exercise="one_by_one"]') == []

    exports = desk.widget("exports")
    exports.locator("input[type=file]").set_input_files(made.folder / "made_up-worksheet.csv")
    exports.get_by_label("Also where").check()
    with desk.page.expect_download() as waiting:
        exports.get_by_role("button", name="Fill in").click()
    filled = Path(waiting.value.path()).read_text("utf-8-sig")
    assert sum(bool(row["Grade"]) for row in csv.DictReader(io.StringIO(filled))) == 25
    with desk.page.expect_download() as waiting:
        exports.get_by_role("button", name="Feedback").click()
    with zipfile.ZipFile(waiting.value.path()) as pages:
        assert pages.testzip() is None
        assert len(pages.namelist()) == 25
    for name in ("hand_ins", "students", "rules", "exports", "changes"):
        assert desk.axe(f'[data-exercise="{name}"]') == []
    a_long_answer_is_read_by_keys(desk)


def a_long_answer_is_read_by_keys(desk: Desk) -> None:
    cells = desk.cells()
    desk.widget("texts").locator("select").select_option("rewrite")
    desk.widget("texts").get_by_role("button", name="Show").focus()
    desk.press("Enter")
    one = desk.widget("one_by_one")
    one.get_by_text("Answer 1 of 25; 0 have a level").wait_for()
    desk.press("Tab", "Tab")
    answer = one.get_by_role("region", name="Answer")
    answer.evaluate("node => { node.style.maxHeight = '100px' }")
    desk.press("ArrowDown")
    assert answer.evaluate("node => node.scrollTop") > 0
    answer.focus()
    desk.press("2")
    one.get_by_text("Answer 1 of 25; 1 have a level").wait_for()
    desk.press("n")  # the keys go on, though what had the focus was drawn anew
    one.get_by_text("Answer 2 of 25").wait_for()
    assert desk.cells() == cells


def test_a_feedback_page_gives_the_reasons_room_on_a_phone_too(browser: Any, made: TeachersDesk) -> None:
    made.choose_inbox(made.folder / "made_up-hand_ins.zip")
    page = browser.new_page()
    page.set_content(feedback_page(made.graded()[0], "Five Newsrooms, One Story"))
    for width, least in ((1366, 400), (360, 250)):
        page.set_viewport_size({"width": width, "height": 768})
        widths = page.locator("td:nth-of-type(2)").evaluate_all("all => all.map(one => one.offsetWidth)")
        assert min(widths) > least
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    page.close()


def test_the_class_is_prepared_deleted_and_shown_its_own_reading(
    desk: Desk, house: Path, made: TeachersDesk
) -> None:
    made.choose_inbox(made.folder / "made_up-hand_ins.zip")
    desk.open(house / "notebooks" / "instructor" / "discuss_with_the_class.ipynb").run_all()
    desk.widget("class_marks").get_by_role("button", name="Show").click()
    box = desk.page.locator(".fn-text")
    box.locator(".fn-warm").first.wait_for()
    assert "under a quarter" in desk.page.locator(".fn-legend").inner_text()
    shades = box.locator(".fn-warm").evaluate_all(
        "all => all.map(one => getComputedStyle(one).backgroundColor)"
    )
    assert len(set(shades)) > 1
    desk.widget("class_answers").locator("select").select_option("quotes_d")
    desk.widget("class_answers").get_by_role("button", name="Show").click()
    answered = desk.widget("class_answered")
    answered.get_by_text("Krippendorff").wait_for()
    assert "Made-up Student" not in desk.page.locator(".jp-Notebook").inner_text()
    assert desk.axe(".fn-reader") == desk.axe('[data-exercise="class_answered"]') == []

    desk.open(house / "notebooks" / "instructor" / "prepare_a_class.ipynb").run_all()
    lessons = desk.widget("lessons")
    lessons.get_by_label("07 find what is missing").select_option("out")
    lessons.get_by_label("Due").fill("2026-03-02T18:00")
    lessons.get_by_role("button", name="Keep").click()
    lessons.get_by_text("Kept in").wait_for()
    made.renew()
    assert "07_find_what_is_missing" not in made.grader.settings.lessons
    assert len(made.grader.settings.lessons) == 11  # ten, and the visit a week later
    for name in ("made_up", "lessons", "roster", "delete"):
        assert desk.axe(f'[data-exercise="{name}"]') == []
    desk.page.once("dialog", lambda dialog: dialog.dismiss())
    desk.widget("delete").get_by_role("button").click()
    assert made.folder.exists()
    desk.page.once("dialog", lambda dialog: dialog.accept())
    desk.widget("delete").get_by_role("button").click()
    desk.widget("delete").get_by_text("The class is deleted.").wait_for()
    assert not made.folder.exists()


@pytest.mark.rare  # the panel's words and tables are tested without a browser
def test_the_gain_of_the_class_is_drawn_beside_another_and_carried_out(
    desk: Desk, house: Path, made: TeachersDesk
) -> None:
    made.choose_inbox(made.folder / "made_up-hand_ins.zip")
    desk.open(house / "notebooks" / "instructor" / "measure_the_gain.ipynb").run_all()
    panel = desk.widget("gain")
    panel.locator("input[type=file]").set_input_files(made.folder / "made_up-comparison.zip")
    panel.get_by_role("button", name="show the gain").focus()
    desk.press("Enter")
    panel.get_by_text("This class less the comparison class").first.wait_for()
    cell = desk.page.locator(".jp-Cell", has=panel)
    cell.locator(".js-plotly-plot .legendtext").nth(1).wait_for()
    assert "Called ‘supported’" in cell.inner_text()
    shown = desk.page.locator(".jp-Notebook").inner_text()
    assert "Made-up Student" not in shown
    assert "MADE-UP-" not in shown
    assert desk.axe('[data-exercise="gain"]') == []
    with desk.page.expect_download() as waiting:
        panel.get_by_role("button", name="CSV").click()
    assert "MADE-UP" not in Path(waiting.value.path()).read_text("utf-8-sig")
    with desk.page.expect_download() as waiting:
        panel.get_by_role("button", name="parents").click()
    assert "What is measured" in Path(waiting.value.path()).read_text("utf-8")
