"""Until everybody calls an exercise's own methods: the functions that stood here."""

from typing import Any

from course.corpus.case import Case
from course.lessons.exercises import Decisions, Exercise
from course.lessons.kinds.mark import mark_of

__all__ = ["Decisions", "check_part", "check_value", "count_done", "decisions", "empty", "form_of", "mark_of"]


def empty(exercise: Exercise) -> Any:
    """Call the exercise's method."""
    return exercise.empty()


def form_of(exercise: Exercise) -> str:
    """Call the exercise's method."""
    return exercise.form()


def check_value(exercise: Exercise, value: Any) -> None:
    """Call the exercise's method."""
    exercise.check(value)


def parts_of(exercise: Exercise, value: Any) -> Any:
    """Call the exercise's method."""
    return exercise.parts(value)


def check_part(exercise: Exercise, path: tuple[str, ...], part: Any) -> None:
    """Call the exercise's method."""
    exercise.check_part(path, part)


def place_marks(exercise: Exercise, value: Any, case: Case) -> Any:
    """Call the exercise's method."""
    return exercise.place(value, case)


def count_done(exercise: Exercise, value: Any) -> tuple[int, int]:
    """Call the exercise's method."""
    return exercise.done(value or exercise.empty())


def with_part(exercise: Exercise, value: Any, path: tuple[str, ...], part: Any) -> Any:
    """Call the exercise's method."""
    return exercise.with_part(value, path, part)


def usable(exercise: Exercise, value: Any) -> tuple[Any, bool]:
    """Call the exercise's method."""
    return exercise.usable(value)


def decisions(exercise: Exercise, value: Any, case: Case) -> Decisions:
    """Call the exercise's method."""
    return exercise.decisions(value, case)
