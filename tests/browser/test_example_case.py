"""The example case in a browser: its lessons are held to what those of the main case are held to."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from course.commands.new import main
from tests.benchmarks.lessons import answer_all
from tests.browser.desk import SCREEN, Desk, Lab
from tests.browser.test_lessons import BOOKS, PARTS, look_over

pytestmark = pytest.mark.rare  # they are the same cells and widgets; only the texts differ


@pytest.fixture(scope="module")
def example(lab: Lab) -> Path:
    """The working folder that `new DIR --example` makes."""
    folder = lab.folder / "example"
    assert main([str(folder), "--example"]) == 0
    shutil.rmtree(folder / "course")  # the kernel has the one that is tested
    return folder


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_a_lesson_of_the_example_has_no_barrier_and_says_no_error(
    desk: Desk, example: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With every reveal open."""
    monkeypatch.setenv("COURSE_WORK", str(example / "my_work"))
    answer_all(path.stem, example)
    desk.open(example / "notebooks" / path.name).run_all()
    look_over(desk)
    assert not desk.axe(PARTS)
    desk.page.set_viewport_size({side: length // 2 for side, length in SCREEN.items()})
    desk.command("application:toggle-left-area")
    assert not desk.too_wide()
