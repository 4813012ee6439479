"""The copy for a graded class has no seeds/readings/: every lesson runs to its end there, answered or not."""

import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from course.corpus.case import open_case
from course.lessons.exercises import load_exercises
from course.lessons.here import open_workspace
from course.lessons.keys import load_keys
from tests.lessons.test_scoring import best_of

ROOT = Path(__file__).parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))


@pytest.fixture
def closed(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds", ignore=shutil.ignore_patterns("readings"))
    monkeypatch.setenv("COURSE_CASE", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return open_case(tmp_path)


def said(output):
    return "".join(output.get("text", "")) + str(output.get("data", ""))


@pytest.mark.parametrize("answered", [False, True], ids=["empty", "answered"])
@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_runs_to_its_end_and_gives_no_reason_away(closed, case, path, answered):
    keys = load_keys(case)
    work = open_workspace(closed)
    for exercise in load_exercises(closed).values():
        if answered and exercise.lesson == path.stem and exercise.id in keys and exercise.kind != "write":
            work.put(exercise, best_of(case, exercise, keys[exercise.id]))
    notebook = nbformat.read(path, 4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()
    shown = "".join(said(output) for cell in notebook.cells for output in cell.get("outputs", []))
    shown += str(notebook.metadata.get("widgets", ""))  # what the widgets were told
    reasons = [key.reason for asked in keys.values() for key in asked if len(key.reason) > 40]
    assert len(reasons) > 100
    assert not [reason for reason in reasons if reason in shown]
    assert not list(work.folder.rglob("hand_in*"))
