"""A class's grades for nbgrader: points in its gradebook, feedback where it looks for it. Nothing is run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from course.corpus.errors import CourseError
from course.grading.feedback import feedback_page
from course.grading.grade import Grade, Graded
from course.grading.inbox import submitted_at

PAPERS = ("timestamp.txt", "submission_secret.txt")  # by which nbgrader finds whose feedback a page is


def give_back(home: Path, graded: Iterable[Graded], title: str) -> list[str]:
    """Write the points and a feedback page of each submitted assignment; return what is to be said.

    `home` is nbgrader's course directory. Raises CourseError where it or its gradebook cannot be written to.
    """
    from nbgrader.api import Gradebook  # noqa: PLC0415 - its gradebook's form is its own: by its API alone
    from sqlalchemy import URL  # noqa: PLC0415
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    said, done, path = dict[str, None](), 0, home / "gradebook.db"
    try:
        with Gradebook(URL.create("sqlite", database=str(path))) as book:
            known = {one.name for one in book.assignments}
            for one in (one for one in graded if one.row.status == "read"):
                before = done
                for lesson, of in groupby(() if one.excused else one.grades, lambda at: at.exercise.lesson):
                    folder = home / "submitted" / one.row.file.owner / lesson
                    if not folder.is_dir() or folder.is_symlink() or folder.parent.is_symlink():
                        continue  # it was not submitted
                    done, part = done + 1, replace(one, grades=tuple(of))
                    if lesson in known:
                        said |= dict.fromkeys(_write_points(book, part, lesson, _begin(folder / PAPERS[0])))
                    else:
                        said[f"{path} has no {lesson}: run nbgrader generate_assignment {lesson}."] = None
                    _write_page(home, folder, part, title)
                if done == before:
                    why = "the student is excused" if one.excused else "the folder’s name cannot be read"
                    said[f"{one.row.label}: nbgrader gets no points, since {why}."] = None
    except (OSError, ValueError, SQLAlchemyError) as error:
        way = "close what else uses it, look at its rights, or run 'nbgrader db upgrade'; then begin again"
        raise CourseError(f"{path} or the pages cannot be written ({str(error)[:200]!r}): {way}") from error
    return [*said, f"nbgrader has the points of {done} submissions, and pages for release_feedback."]


def _write_points(book: Any, one: Graded, lesson: str, stamp: bytes) -> list[str]:
    """Write a submission's points where nbgrader's autograder would, before which a person's count.

    What being late takes is taken from each exercise. Returns what the gradebook has no cell for.
    """
    student, at = one.row.file.owner, submitted_at(stamp)
    when = {"timestamp": datetime.fromtimestamp(at, UTC).isoformat()} if at else {}
    book.update_or_create_student(student)
    book.update_or_create_submission(lesson, student, **when)
    sent = book.find_submission_notebook(lesson, lesson, student)
    given = {each.exercise.id: each for each in one.grades if _counts(each)}
    for cell in (cell for cell in sent.grades if cell.name in given):
        mine = given.pop(cell.name)
        cell.auto_score = None if mine.points is None else mine.points * (1 - one.deducted)
        cell.cell.max_score = mine.possible if mine.open or mine.points is not None else 0
        cell.needs_manual_grade = mine.open and cell.manual_score is None
    comments = {each.exercise.id: each.comment for each in one.grades if each.comment}
    for cell in (cell for cell in sent.comments if cell.name in comments):
        cell.manual_comment = comments[cell.name]
    book.db.commit()
    return [f"The gradebook has no cell {id} in {lesson}: release the lesson anew." for id in given]


def _counts(one: Grade) -> bool:
    return bool(one.exercise.points) and not one.exercise.private


def _write_page(home: Path, folder: Path, one: Graded, title: str) -> None:
    """Write a submission's feedback page, where nbgrader can tell whose it is: else it gives nobody any."""
    papers = {name: _begin(folder / name) for name in PAPERS}
    if all(papers.values()):
        out = home / "feedback" / folder.parent.name / folder.name
        out.mkdir(parents=True, exist_ok=True)
        papers[f"{folder.name}.html"] = feedback_page(one, title).encode()
        for name, data in papers.items():
            (out / name).write_bytes(data)
            (out / name).chmod(0o644)  # nbgrader copies it with its rights, for students to read


def _begin(path: Path) -> bytes:
    """Return how a small file begins; nothing where it is a link, or none."""
    if path.is_symlink() or not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(1000)
