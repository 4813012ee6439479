"""The case at hand, its exercises and keys, each file read once, and the student's work on it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from course.corpus.case import Case, find_root, open_case
from course.corpus.errors import CaseError, CourseError
from course.lessons.exercises import Exercise, read_exercises
from course.lessons.keys import Key, load_keys
from course.lessons.work import CARRY, NOT_KEPT, Happened, Note, Workspace

case_at = lru_cache(maxsize=4)(open_case)  # a lesson's cells ask for it again and again


@lru_cache(maxsize=4)
def _read(root: Path) -> tuple[Mapping[str, Exercise], list[CaseError]]:
    return read_exercises(case_at(root))


def exercises_in(root: Path) -> Mapping[str, Exercise]:
    """Return the exercises of a case, read once. Raises CaseError at the first problem."""
    exercises, problems = _read(root)
    if problems:
        raise problems[0]
    return exercises


def exercise_in(root: Path, id: str) -> Exercise:
    """Return an exercise, even where another cannot be used. Raises CourseError for other ids."""
    if (found := _read(root)[0].get(id)) is None:
        raise CourseError(f"there is no exercise {id!r}: choose one of {', '.join(exercises_in(root))}")
    return found


def keys_in(root: Path, lesson: str) -> Mapping[str, tuple[Key, ...]]:
    """Return the keys of a lesson's exercises, read once, and anew when the readings have been opened."""
    return _keys(root, lesson) if (root / "seeds" / "readings").is_dir() else {}


@lru_cache(maxsize=16)
def _keys(root: Path, lesson: str) -> Mapping[str, tuple[Key, ...]]:
    return load_keys(case_at(root), lesson)


def open_workspace(case: Case) -> Workspace:
    """Return the answers in COURSE_WORK, or in my_work/ beside the case's seeds/."""
    work = Workspace(Path(os.environ.get("COURSE_WORK") or case.root / "my_work"), str(case.about["title"]))
    if not is_kept(work.folder):
        work.notes.append(Note(Happened.NOT_KEPT))
    return work


def case_here() -> Case:
    """Return the case at hand, read once."""
    return case_at(find_root())


def find_exercise(id: str) -> tuple[Case, Exercise, Workspace]:
    """Return an exercise of the case at hand, and the student's answers. Raises CourseError for other ids."""
    case = case_here()
    return case, exercise_in(case.root, id), open_workspace(case)


def here() -> tuple[Workspace, Mapping[str, Exercise]]:
    """Return the work here, and all exercises."""
    case = case_here()
    return open_workspace(case), exercises_in(case.root)


def begun() -> tuple[Workspace, Mapping[str, Exercise]]:
    """Return the work here, and the exercises of the lessons that it has answers to."""
    work, exercises = here()
    lessons = {one.lesson for one in exercises.values() if work.read(one)}
    return work, {id: one for id, one in exercises.items() if one.lesson in lessons}


def is_kept(folder: Path, at: Path | None = None, system: str = sys.platform) -> bool:
    """Return whether what is written to a folder outlives the page.

    Where Python runs in the browser only the drive does, and a lesson runs on it, `at`, wherever the page
    could reach it.

    >>> is_kept(Path("/drive/my_work"), Path("/drive/notebooks"), "emscripten")
    True
    >>> is_kept(Path("/drive/my_work"), Path("/home/pyodide"), "emscripten")
    False
    """
    return system != "emscripten" or folder.parts[:2] == (at or Path.cwd()).parts[:2]


def where_work_is(
    folder: Path, kept: bool, system: str = sys.platform, variables: Mapping[str, str] = os.environ
) -> str:
    """Return where the work in a folder lives, and who forgets it."""
    if not kept:
        return NOT_KEPT
    if system == "emscripten":
        return (
            "Your work is kept in this browser, on this computer, and nowhere else. A private window, a guest"
            f" session, or a profile that is wiped when you log out forgets it. {CARRY}"
        )
    if "BINDER_LAUNCH_HOST" in variables:
        return f"This is a machine on Binder. It forgets everything when you close it. {CARRY}"
    return f"Your work is kept in the folder {folder}, on the machine that runs this notebook."
