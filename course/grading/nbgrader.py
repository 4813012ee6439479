"""A class's grades for nbgrader: points in its gradebook, feedback where it looks for it. Nothing is run."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from course.corpus.errors import one_sentence
from course.grading.feedback import feedback_page
from course.grading.grade import Graded
from course.grading.inbox import submitted_at
from course.grading.rows import NOTES

PAPERS = ("timestamp.txt", "submission_secret.txt")  # by which nbgrader finds whose feedback a page is


def give_back(home: Path, graded: Iterable[Graded], title: str) -> list[str]:
    """Write the points and a feedback page of each submitted assignment; return what is to be said.

    `home` is nbgrader's course directory. Raises CourseError where it or its gradebook cannot be written to.
    """
    from nbgrader.api import Gradebook  # noqa: PLC0415 - its gradebook's form is its own: by its API alone
    from sqlalchemy import URL  # noqa: PLC0415
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    done, said, path = 0, list[str](), home / "gradebook.db"
    # A ValueError says that nbgrader lacks what is asked for.
    told = one_sentence(NOTES["not_all_points"], OSError, ValueError, SQLAlchemyError, path=path)
    with told, Gradebook(URL.create("sqlite", database=str(path))) as book:
        for one in (one for one in graded if one.row.status == "read"):
            parts = [] if one.excused else [*_submitted(home, one)]
            said += [] if parts else [NOTES["no_points"].format(one.row.label)]
            for folder, part in parts:
                _write_points(book, folder, part)
                _write_page(home, folder, part, title)
                done += 1
    return [*said, f"nbgrader has the points of {done} submissions, and pages for release_feedback."]


def _submitted(home: Path, one: Graded) -> Iterator[tuple[Path, Graded]]:
    """Give the folder of each assignment that a student submitted, and its grades."""
    for lesson, grades in groupby(one.grades, lambda grade: grade.exercise.lesson):
        folder = home / "submitted" / one.row.file.owner / lesson
        if folder.is_dir() and not (folder.is_symlink() or folder.parent.is_symlink()):
            yield folder, replace(one, grades=tuple(grades))


def _write_points(book: Any, folder: Path, one: Graded) -> None:
    """Write a submission's points where nbgrader's autograder would: before these, a person's count.

    What being late takes is taken from each exercise.
    """
    where, at = (folder.name, folder.name, folder.parent.name), submitted_at(_begin(folder / PAPERS[0]))
    book.update_or_create_student(where[-1])
    when = {"timestamp": datetime.fromtimestamp(at, UTC).isoformat()} if at else {}
    book.update_or_create_submission(*where[1:], **when)
    for mine in (each for each in one.grades if each.exercise.points and not each.exercise.private):
        grade = book.find_grade(mine.exercise.id, *where)
        grade.auto_score = None if mine.points is None else mine.points * (1 - one.deducted)
        grade.cell.max_score = mine.possible if mine.open or mine.points is not None else 0
        grade.needs_manual_grade = mine.open and grade.manual_score is None
        if mine.comment:
            book.find_comment(mine.exercise.id, *where).manual_comment = mine.comment
    book.db.commit()


def _write_page(home: Path, folder: Path, one: Graded, title: str) -> None:
    """Write a submission's feedback page, where nbgrader can tell whose it is: else it gives nobody any."""
    papers = {name: _begin(folder / name) for name in PAPERS}
    if all(papers.values()):
        out = home / "feedback" / folder.parent.name / folder.name
        out.mkdir(parents=True, exist_ok=True)
        for name, data in {**papers, f"{folder.name}.html": feedback_page(one, title).encode()}.items():
            (out / name).write_bytes(data)
            (out / name).chmod(0o644)  # nbgrader copies it with its rights, for students to read


def _begin(path: Path) -> bytes:
    """Return how a small file begins; nothing where it is a link, or none."""
    if path.is_symlink() or not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.read(1000)
