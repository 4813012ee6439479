"""The case at hand, its exercises and keys, each file read once, and the student's work on it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from course.corpus.case import Case, find_root, open_case, read_bytes
from course.corpus.errors import CourseError
from course.lessons.answers import Workspace, open_workspace
from course.lessons.exercises import Exercise, read_exercises
from course.lessons.key_entry import Key
from course.lessons.keys import load_keys

case_at = lru_cache(maxsize=4)(open_case)  # a lesson's cells ask for it again and again


@lru_cache(maxsize=64)
def exercises_in(root: Path, lesson: str = "*") -> Mapping[str, Exercise]:
    """Return the exercises of one lesson or all, read once. Raises CaseError at the first problem."""
    exercises, problems = read_exercises(case_at(root), lesson)
    if problems:
        raise problems[0]
    return exercises


def keys_in(root: Path, lesson: str) -> Mapping[str, tuple[Key, ...]]:
    """Return the keys of a lesson's exercises, read once, and anew when the readings have been opened."""
    return _keys(root, lesson, (root / "seeds" / "readings").is_dir())


@lru_cache(maxsize=16)
def _keys(root: Path, lesson: str, opened: bool) -> Mapping[str, tuple[Key, ...]]:
    return load_keys(case_at(root), lesson) if opened else {}


@lru_cache(maxsize=128)
def exercise_in(root: Path, id: str) -> Exercise:
    """Return an exercise. Of the files, only its lesson's is parsed. Raises CourseError for other ids."""
    named = re.compile(rb"\bid[\"']?\s*=\s*[\"']+" + re.escape(id.encode()) + rb"[\"']")
    for path in sorted((root / "seeds" / "exercises").glob("*.toml")):
        if named.search(read_bytes(path)) and id in exercises_in(root, path.stem):
            return exercises_in(root, path.stem)[id]
    raise CourseError(f"there is no exercise {id!r}: choose one of {', '.join(exercises_in(root))}")


def find_exercise(id: str) -> tuple[Case, Exercise, Workspace]:
    """Return an exercise of the case at hand, and the student's answers. Raises CourseError for other ids."""
    root = find_root()
    return case_at(root), exercise_in(root, id), open_workspace(case_at(root))


def here() -> tuple[Workspace, Mapping[str, Exercise]]:
    """Return the work here, and all exercises."""
    root = find_root()
    return open_workspace(case_at(root)), exercises_in(root)


def begun() -> tuple[Workspace, Mapping[str, Exercise]]:
    """Return the work here, and the exercises of the lessons that it has answers to."""
    root = find_root()
    work = open_workspace(case_at(root))
    lessons = sorted({path.parent.name for path in work.folder.glob("*/*.json")})
    return work, {id: one for lesson in lessons for id, one in exercises_in(root, lesson).items()}
