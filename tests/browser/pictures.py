"""Make the pictures of the README: `python -m pytest tests/browser/pictures.py` writes them again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from course.corpus.case import open_case
from course.grading.desk import Desk as TeachersDesk
from tests.browser.desk import ROOT, Desk


def take(desk: Desk, part: Any, name: str) -> None:
    """Bring a part of the page to the top, and write what is on the screen."""
    desk.command("application:toggle-left-area")
    desk.page.evaluate("() => document.activeElement.blur()")
    desk.page.wait_for_timeout(1000)
    for _ in range(3):  # what comes into sight may grow
        part.evaluate("node => node.scrollIntoView({ block: 'start' })")
        desk.page.wait_for_timeout(1000)
    folder = ROOT / "notebooks" / "images"
    folder.mkdir(exist_ok=True)
    desk.page.screenshot(path=folder / f"{name}.png")


def test_a_students_first_exercise(desk: Desk, house: Path) -> None:
    desk.open(house / "notebooks" / "00_start_here.ipynb").run_all()
    exercise = desk.widget("leads").first
    exercise.get_by_label("C", exact=True).first.check()
    exercise.get_by_text("Saved").first.wait_for()
    take(desk, exercise, "first_lesson")


def test_two_texts_are_compared(desk: Desk, house: Path) -> None:
    """Computed from the articles alone: no picture may give a reader's answer away."""
    desk.open(house / "notebooks" / "04_count_the_witnesses.ipynb").run_all()
    desk.widget("hand_in").first.wait_for()  # the last of the page: from here on nothing moves
    desk.page.wait_for_timeout(5000)
    cell = desk.page.locator(".jp-Cell", has_text="Words that two texts share")
    take(desk, cell.locator("p:has(.fn-seg)").first, "compared")


def test_a_teacher_reads_a_class(desk: Desk, house: Path) -> None:
    """Not the view for written answers: what made-up students write are the sample answers."""
    teacher = TeachersDesk(open_case(house), house / "my_class")
    assert not teacher.made_up().handle({"button": "make", "fields": {}})["problem"]
    desk.open(house / "notebooks" / "instructor" / "mark_hand_ins.ipynb").run_all()
    panel = desk.widget("hand_ins")
    panel.get_by_role("button", name="Read").click()
    panel.get_by_text("Marked: ").wait_for()
    path = panel.get_by_label("Or a ZIP or folder on this machine")
    path.fill("my_class/made_up-hand_ins.zip")  # and no folder of whoever makes the picture
    take(desk, panel, "hand_ins")
