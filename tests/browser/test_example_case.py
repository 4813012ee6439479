"""The example case in a browser: its lessons are held to what those of the main case are held to."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from course.commands.new import main
from tests.benchmarks.lessons import answer_all
from tests.browser.desk import ROOT, SCREEN, Desk, Lab
from tests.browser.test_lessons import BOOKS, PARTS, look_over

pytestmark = pytest.mark.rare  # they are the same cells and widgets; only the texts differ


@pytest.fixture(scope="module")
def example(lab: Lab) -> Path:
    """The working folder that `new DIR --example` makes."""
    folder = lab.folder / "example"
    main([str(folder), "--example"])
    shutil.rmtree(folder / "course")  # the kernel has the one that is tested
    return folder


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_a_lesson_of_the_example_has_no_barrier_and_says_no_error(
    desk: Desk, example: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With every reveal open. Colours are the gallery's."""
    monkeypatch.setenv("COURSE_WORK", str(example / "my_work"))
    answer_all(path.stem, example)
    desk.open(example / path.relative_to(ROOT)).run_all()
    look_over(desk)
    assert not desk.axe(PARTS, contrast=False)
    desk.page.set_viewport_size({side: length // 2 for side, length in SCREEN.items()})
    desk.command("application:toggle-left-area")
    assert not desk.too_wide()


def test_the_documents_open_by_keyboard_and_scroll_with_the_page(desk: Desk, example: Path) -> None:
    """The button of lesson 08: texts below tabs, then the tables, on a school's screen."""
    desk.open(example / "notebooks" / "08_check_it_outside.ipynb").run_all()
    desk.widget("fold_the_documents_themselves").get_by_role("button", name="Open it").focus()
    desk.press("Enter")
    shown = desk.page.locator(".jp-OutputArea", has=desk.page.get_by_role("tab", name="Press conference"))
    shown = shown.last
    tabs = shown.get_by_role("tab")
    tabs.first.focus()
    seen = set()
    for _ in range(tabs.count()):
        seen.add(shown.get_by_role("tab", selected=True).inner_text())
        assert shown.locator(".fn-text:visible").first.inner_text().strip()
        desk.press("ArrowRight")
    assert len(seen) == tabs.count() > 4
    tables = shown.get_by_role("table")
    assert tables.count() == 2
    for table in tables.all():
        table.scroll_into_view_if_needed()
        assert table.get_by_role("row").count() > 3
    held = shown.locator("*").evaluate_all(
        """all => all.filter(one => /auto|scroll/.test(getComputedStyle(one).overflowY)
            && one.scrollHeight > one.clientHeight + 1).map(one => one.outerHTML.slice(0, 200))"""
    )
    assert not held  # nothing scrolls down within the page
    assert not desk.axe(PARTS)
    assert not desk.too_wide()
