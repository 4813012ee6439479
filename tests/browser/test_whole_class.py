"""120 students, from an empty folder to the filled file of Moodle or Canvas, by the keyboard."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from course.corpus.case import open_case
from course.grading.made_up import made_up_class
from course.grading.roster import to_csv
from tests.browser.desk import Desk

SIZE = 120
INSTRUCTOR = Path("notebooks", "instructor")


def moodle_files(house: Path, folder: Path) -> tuple[Path, Path]:
    """Write what a teacher downloads from Moodle: the hand-ins, and the worksheet."""
    archive = made_up_class(open_case(house), folder, SIZE)
    sheet = folder / "worksheet.csv"
    rows = list(csv.reader(io.StringIO((folder / "made_up-worksheet.csv").read_text("utf-8-sig"))))
    for at, row in enumerate(rows[1:]):
        row[7] = f"Monday, {3 + at % 3} November 2025, 9:{at % 60:02} AM"
    sheet.write_bytes(to_csv(rows))
    return archive, sheet


def canvas_files(house: Path, folder: Path) -> tuple[Path, Path]:
    """Write what a teacher downloads from Canvas: the hand-ins, and the gradebook."""
    made, archive, sheet = moodle_files(house, folder)[0], folder / "submissions.zip", folder / "Grades.csv"
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(archive, "w") as new:
        for at, name in enumerate(old.namelist()):
            student, id = name.split("_")[:2]
            late = "_LATE" * (at % 10 == 0)
            short = re.sub("[ -]", "", student).lower()
            new.writestr(f"{short}{late}_{id}_{900 + at}_{name.split('/')[1]}", old.read(name))
    head = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Warm-up (11)", "Newsrooms (12)"]]
    head += [["    Points Possible", "", "", "", "", "5.00", "50.00"]]
    people = [
        [f"Student {at:02}, Made-up", 70000 + at, "", f"s{at}", "8b", "", ""] for at in range(1, SIZE + 1)
    ]
    sheet.write_bytes(to_csv(head + people))
    return archive, sheet


def press(desk: Desk, panel: Any, name: str, said: str) -> None:
    """Press a button by the keyboard, and wait until the panel says something."""
    panel.get_by_role("button", name=name, exact=True).focus()
    desk.press("Enter")
    panel.get_by_text(said).first.wait_for()


@pytest.mark.parametrize("system", ["Moodle", "Canvas"])
def test_from_an_empty_folder_to_the_filled_gradebook(
    desk: Desk, house: Path, tmp_path: Path, system: str
) -> None:
    archive, sheet = (moodle_files if system == "Moodle" else canvas_files)(house, tmp_path / "downloads")
    desk.open(house / INSTRUCTOR / "prepare_a_class.ipynb").run_all()
    lessons = desk.widget("lessons")
    lessons.get_by_label("Due").fill("2025-11-04T12:00")
    lessons.get_by_label("Each day late").fill("10")
    press(desk, lessons, "Keep", "Kept in")
    roster = desk.widget("roster")
    roster.locator("input[type=file]").set_input_files(sheet)
    press(desk, roster, "Add to the list", f"{SIZE} students were added.")

    desk.open(house / INSTRUCTOR / "mark_hand_ins.ipynb").run_all()
    panel = desk.widget("hand_ins")
    panel.get_by_label("The ZIP").set_input_files(archive)
    press(desk, panel, "Read the hand-ins", "Marked: 100. Not usable: 16. Missing: 4.")
    unknown = panel.get_by_text("it is not known whether they were late")
    assert unknown.count() == (system == "Moodle")
    if system == "Moodle":
        panel.get_by_label("grading worksheet").set_input_files(sheet)
        panel.get_by_role("button", name="Read the hand-ins").focus()
        desk.press("Enter")
        unknown.wait_for(state="detached")

    everybody = desk.widget("everybody")
    press(desk, everybody, "Show the class", f"{SIZE} of {SIZE} students.")
    names = everybody.locator("tbody th").all_inner_texts()
    assert names == sorted(names, key=lambda name: int(name.split()[-1]) if name[-1].isdecimal() else 999)
    everybody.get_by_label("Find").fill("made-up-07")
    everybody.get_by_label("Sort by").select_option("points")
    press(desk, everybody, "Show the class", f"1 of {SIZE} students.")
    everybody.get_by_label("Find").fill("late")
    press(desk, everybody, "Show the class", f"of {SIZE} students.")
    assert "Handed in late" in everybody.inner_text()
    press(desk, desk.widget("alike"), "Compare the students", "Alike beyond chance")

    cells = desk.cells()
    for name, keys in (("texts", "1n2n3n"), ("second_reader", "1n1n")):
        chooser = desk.widget(name)
        chooser.locator("select").select_option("change_my_mind")
        chooser.get_by_role("button", name="Show").focus()
        desk.press("Enter")
        one = desk.widget("one_by_one").last
        one.get_by_text("Answer 1 of 100").wait_for()
        one.focus()
        for at, key in enumerate(keys):
            desk.press(key)
            one.get_by_text(f"Answer {at // 2 + 1 + at % 2} of 100; {at // 2 + 1} have a level").wait_for()
    desk.press("1", "2", "3")  # faster than they are kept: the last stands
    one.get_by_text("Answer 3 of 100; 3 have a level. This one: Basic.").wait_for()
    desk.press("1", "n", "2")  # nobody has seen what the last key is about
    one.get_by_text("was pressed before this answer was on screen").wait_for()
    one.get_by_text("Answer 4 of 100; 3 have a level. This one: none yet.").wait_for()
    assert desk.cells() == cells
    differences = desk.widget("differences")
    differences.locator("select").select_option("change_my_mind")
    differences.get_by_role("button", name="Show").focus()
    desk.press("Enter")
    desk.page.get_by_text("3 texts have a level from both").wait_for()
    desk.page.get_by_text("To settle: 2.").wait_for()
    desk.press("Tab")
    desk.page.screenshot(path=f"/tmp/w/m-desk-scratch/{system}-differences.png")
    desk.press("Tab", "Tab")
    desk.press("1")
    desk.page.get_by_text("To settle: 1.").wait_for()

    exports = desk.widget("exports")
    exports.locator("input[type=file]").set_input_files(sheet)
    exports.get_by_label("Also where").check()
    if system == "Canvas":
        press(desk, exports, "Fill in the gradebook", "Choose the column, then press again.")
        exports.get_by_label("Column to fill").select_option("Newsrooms (12)")
    with desk.page.expect_download() as waiting:
        exports.get_by_role("button", name="Fill in").focus()
        desk.press("Enter")
    rows = list(csv.reader(io.StringIO(Path(waiting.value.path()).read_text("utf-8-sig"))))
    at = {"Moodle": 4, "Canvas": 6}[system]
    assert sum(bool(row[at]) for row in rows[1:]) == 100 + (system == "Canvas")
    assert "Student 30: nothing was handed in." in exports.inner_text()
    assert rows[0] == next(csv.reader(io.StringIO(sheet.read_text("utf-8-sig"))))
    for name in ("hand_ins", "everybody", "alike", "exports"):
        desk.widget(name).scroll_into_view_if_needed()
        desk.page.screenshot(path=f"/tmp/w/m-desk-scratch/{system}-{name}.png")
        assert desk.axe(f'[data-exercise="{name}"]') == []
