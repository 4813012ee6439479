"""Make the pictures of the README: `python -m pytest tests/browser/pictures.py` writes them again."""

from __future__ import annotations

from pathlib import Path

from tests.browser.desk import ROOT, Desk


def test_first_lesson(desk: Desk, house: Path) -> None:
    desk.open(house / "notebooks" / "00_start_here.ipynb").run_all()
    exercise = desk.widget("baseline_before").first
    exercise.get_by_label("supported", exact=True).nth(1).check()
    exercise.get_by_text("Saved").first.wait_for()
    exercise.evaluate("node => node.closest('.jp-Cell').scrollIntoView({ block: 'start' })")
    desk.page.evaluate("() => document.activeElement.blur()")
    desk.command("application:toggle-left-area")
    desk.page.wait_for_timeout(1000)
    picture = ROOT / "notebooks" / "images" / "first_lesson.png"
    picture.parent.mkdir(exist_ok=True)
    desk.page.screenshot(path=picture)
