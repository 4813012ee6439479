"""The case at hand, its exercises and keys, each file read once, and the student's work on it."""

import os
import sys
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from course.corpus import case as cases
from course.corpus.case import Case
from course.corpus.errors import NotAsked
from course.lessons.exercises import Exercise, Exercises, read_exercises
from course.lessons.keys import Keys, load_keys
from course.lessons.work import Happened, Note, Workspace

# A lesson's cells ask for these again and again.
case_at = lru_cache(maxsize=4)(cases.open_case)
_exercises = lru_cache(maxsize=4)(lambda root: read_exercises(case_at(root)))


def open_case(path: str | os.PathLike[str] | None = None) -> Case:
    """Return the case in folder `path`, or the one the working folder belongs to; each is read once.

    Raises CaseError where case.toml or an article cannot be used.
    """
    return case_at(cases.find_root() if path is None else Path(path).absolute())


@lru_cache(maxsize=16)
def keys_in(root: Path, lesson: str) -> Keys:
    """Return the keys of a lesson's exercises; they are read when first asked for."""
    return load_keys(case_at(root), lesson)


def open_workspace(case: Case) -> Workspace:
    """Return the answers in COURSE_WORK, or in my_work/ beside the case's seeds/.

    An assignment is handed in with all that lies in its folder: what is private is kept beside that.
    """
    named, title = os.environ.get("COURSE_WORK"), str(case.about["title"])
    beside = case.root.parent if case.about.get("assignment") else case.root
    work = Workspace(Path(named or case.root / "my_work"), title, Path(named or beside / "my_work"))
    if not is_kept(work.folder):
        work.notes.append(Note(Happened.NOT_KEPT))
    return work


def here() -> tuple[Workspace, Exercises]:
    """Return the work here, and all exercises. Raises CaseError at the first that cannot be used."""
    case = open_case()
    exercises, problems = _exercises(case.root)
    if problems:
        raise problems[0]
    return open_workspace(case), exercises


def find_exercise(id: str) -> tuple[Case, Exercise, Workspace]:
    """Return the case at hand, an exercise of it and the student's work. Raises NotAsked for other ids."""
    case = open_case()
    if (found := _exercises(case.root)[0].get(id)) is None:
        raise NotAsked(f"there is no exercise {id!r}: choose one of {', '.join(here()[1])}")
    return case, found, open_workspace(case)


def words_of(id: str) -> tuple[str, ...]:
    """Return the words that a picture below an exercise counts; none where the case does not ask it."""
    with suppress(NotAsked):
        return find_exercise(id)[1].words
    return ()


def is_kept(folder: Path, at: Path | None = None, system: str = sys.platform) -> bool:
    """Return whether what is written to a folder outlives the page."""
    # In the browser only the drive does, and a lesson runs on it wherever the page could reach it.
    return system != "emscripten" or folder.parts[:2] == (at or Path.cwd()).parts[:2]
