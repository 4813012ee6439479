"""Where work is kept: a student is told before it is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.lessons import here, own_work
from course.lessons.here import is_kept
from course.lessons.own_work import where_work_is
from course.lessons.work import CARRY, NOT_KEPT, Happened, Note

WORK = Path("/drive/my_work")


@pytest.mark.parametrize(
    ("at", "system", "kept"),
    [
        ("/drive/notebooks", "emscripten", True),
        ("/drive", "emscripten", True),
        ("/home/pyodide", "emscripten", False),
        ("/home/pyodide", "linux", True),
    ],
)
def test_only_the_drive_outlives_a_page(at, system, kept):
    assert is_kept(WORK, Path(at), system) is kept


def test_each_place_is_named_with_who_forgets_it():
    browser = where_work_is(WORK, True, "emscripten", {})
    assert "in this browser" in browser
    for who in ("private window", "guest session", "wiped", CARRY):
        assert who in browser
    binder = where_work_is(WORK, True, "linux", {"BINDER_LAUNCH_HOST": "https://x.org"})
    assert "Binder" in binder
    assert CARRY in binder
    assert str(WORK) in where_work_is(WORK, True, "linux", {})
    assert where_work_is(WORK, False, "emscripten", {}) == NOT_KEPT


def test_a_page_without_storage_says_so_at_every_exercise(case, monkeypatch):
    assert here.open_workspace(case).notes == []
    monkeypatch.setattr(here, "is_kept", lambda folder: False)
    assert here.open_workspace(case).notes == [Note(Happened.NOT_KEPT)]
    assert str(Note(Happened.NOT_KEPT)) == NOT_KEPT


def test_the_first_lesson_can_show_it(case):
    panel = own_work.where_my_work_is()
    assert "Your work is kept in the folder" in panel.lines[0]
