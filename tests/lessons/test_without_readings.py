"""The copy for a graded class has no seeds/readings/: every lesson runs to its end there, answered or not.

The course is found in the copy alone, as its students have it.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from course.commands.release import release
from course.commands.site import lessons_in
from course.corpus.case import open_case
from course.lessons.exercises import load_exercises
from course.lessons.here import open_workspace
from course.lessons.keys import load_keys
from tests.lessons.test_scoring import best_of

ROOT = Path(__file__).parents[2]
LESSONS = lessons_in(ROOT / "notebooks")
RUNNING = Path(__file__).with_name("running.py")


@pytest.fixture(scope="module")
def runs(case, tmp_path_factory):
    """Run all lessons of a copy, with no answers and with the keys': what each showed, and what failed."""
    copy, work = tmp_path_factory.mktemp("closed") / "copy", tmp_path_factory.mktemp("work")
    release(ROOT, copy)
    closed, keys = open_case(copy), load_keys(case)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_WORK", str(work / "answered"))
        answers = open_workspace(closed)
    for exercise in load_exercises(closed).values():
        if exercise.id in keys and exercise.kind != "write":
            answers.put(exercise, best_of(case, exercise, keys[exercise.id]))
    env = {name: value for name, value in os.environ.items() if not name.startswith("COURSE_")}
    env |= {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1", "IPYTHONDIR": str(work / "ipython")}
    books = [str(copy / path.relative_to(ROOT)) for path in LESSONS]
    works = [str(work / name) for name in ("empty", "answered")]
    ran = subprocess.run(
        [sys.executable, RUNNING, *books],
        input=json.dumps(works),
        cwd=copy,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert not list(work.rglob("hand_in*"))
    return {(stem, Path(own).name): (shown, failed) for stem, own, shown, failed in json.loads(ran.stdout)}


@pytest.mark.parametrize("answered", ["empty", "answered"])
@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_runs_to_its_end_and_gives_no_reason_away(runs, case, path, answered):
    shown, failed = runs[path.stem, answered]
    assert failed == ""
    assert len(shown) > 3000
    closed = [id for id, one in load_exercises(case).items() if not one.practice]
    keys = load_keys(case)
    reasons = [key.reason for id in closed for key in keys.get(id, ()) if len(key.reason) > 40]
    assert len(reasons) > 100
    assert not [reason for reason in reasons if reason in shown]


def test_answers_are_shown_where_there_are_any(runs):
    for path in LESSONS[1:]:
        assert runs[path.stem, "answered"][0] != runs[path.stem, "empty"][0]
