"""Where work is kept: a student is told before it is lost."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from course.lessons import cells, here
from course.lessons.here import is_kept
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


def where(monkeypatch, system, kept=True):
    monkeypatch.setattr(cells, "sys", SimpleNamespace(platform=system))
    monkeypatch.setattr(cells, "is_kept", lambda folder: kept)
    (line,) = cells.where_my_work_is().lines
    return line


def test_each_place_is_named_with_who_forgets_it(case, monkeypatch):
    monkeypatch.setenv("COURSE_WORK", str(WORK))
    browser = where(monkeypatch, "emscripten")
    assert "in this browser" in browser
    for who in ("private window", "guest session", "wiped", CARRY):
        assert who in browser
    assert str(WORK) in where(monkeypatch, "linux")
    assert where(monkeypatch, "emscripten", kept=False) == NOT_KEPT
    monkeypatch.setenv("BINDER_LAUNCH_HOST", "https://x.org")
    binder = where(monkeypatch, "linux")
    assert "Binder" in binder
    assert CARRY in binder


def test_a_page_without_storage_says_so_at_every_exercise(case, monkeypatch):
    assert here.open_workspace(case).notes == []
    monkeypatch.setattr(here, "is_kept", lambda folder: False)
    assert here.open_workspace(case).notes == [Note(Happened.NOT_KEPT)]
    assert str(Note(Happened.NOT_KEPT)) == NOT_KEPT


def test_the_first_lesson_can_show_it(case):
    panel = cells.where_my_work_is()
    assert "Your work is kept in the folder" in panel.lines[0]
