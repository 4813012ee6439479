"""Make the pictures of the README: `python -m pytest tests/browser/pictures.py` writes them again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from course.corpus.case import open_case
from course.grading.desk import Desk as TeachersDesk
from tests.browser.desk import ROOT, Desk


def take(desk: Desk, part: Any, name: str, height: int = 768) -> None:
    """Bring a part of the page to the top, and write the upper `height` pixels of the screen."""
    desk.command("application:toggle-left-area")
    desk.page.evaluate("() => document.activeElement.blur()")
    desk.page.wait_for_timeout(1000)
    part.evaluate("node => node.scrollIntoView({ block: 'start' })")
    desk.page.wait_for_timeout(1000)
    folder = ROOT / "notebooks" / "images"
    folder.mkdir(exist_ok=True)
    clip = {"x": 0, "y": 0, "width": 1366, "height": height}
    desk.page.screenshot(path=folder / f"{name}.png", clip=clip)


def test_a_students_first_exercise(desk: Desk, house: Path) -> None:
    desk.open(house / "notebooks" / "00_start_here.ipynb").run_all()
    exercise = desk.widget("baseline_before").first
    exercise.get_by_label("supported", exact=True).nth(1).check()
    exercise.get_by_text("Saved").first.wait_for()
    take(desk, exercise, "first_lesson")


def test_two_texts_are_compared(desk: Desk, house: Path) -> None:
    """Computed from the articles alone: no picture may give a reader's answer away."""
    desk.open(house / "notebooks" / "04_count_the_witnesses.ipynb").run_all()
    cell = desk.page.locator(".jp-Cell", has_text='shared_words(case["B"], case["D"])')
    take(desk, cell.locator(".fn").first, "compared")


def test_a_teacher_reads_what_students_wrote(desk: Desk, house: Path) -> None:
    teacher = TeachersDesk(open_case(house), house / "my_class")
    assert not teacher.made_up().handle({"button": "make", "fields": {}})["problem"]
    desk.open(house / "notebooks" / "instructor" / "mark_hand_ins.ipynb").run_all()
    desk.widget("hand_ins").get_by_role("button", name="Read").click()
    desk.widget("hand_ins").get_by_text("Marked: ").wait_for()
    desk.widget("texts").locator("select").select_option("change_my_mind")
    desk.widget("texts").get_by_role("button", name="Show").click()
    one = desk.widget("one_by_one")
    one.get_by_text("Answer 1 of").wait_for()
    one.focus()
    desk.press("2")
    one.get_by_text("1 have a level").wait_for()
    take(desk, one, "one_by_one", 520)  # below stand the sample answers
