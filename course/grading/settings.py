"""class.toml, the rules of a class: which lessons it does, how often each counts, and until when."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from course.corpus.case import read_toml
from course.corpus.errors import CourseError
from course.corpus.formats import problems
from course.lessons.exercises import Exercise
from course.lessons.files import replace_file


@dataclass(frozen=True, slots=True)
class Settings:
    """What class.toml says. No `lessons`: all. `weights`: a factor for a lesson or an exercise.

    Each day begun after `due` takes `late_percent` of the points, and all of them together `late_most`.
    """

    title: str = ""
    lessons: tuple[str, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    due: datetime.datetime | None = None
    late_percent: float = 0
    late_most: float = 100


def read_settings(path: Path, exercises: Mapping[str, Exercise]) -> Settings:
    """Return what class.toml says; without one, every lesson counts and nothing is due."""
    if not path.exists():
        return Settings()
    about = read_toml(path)
    for error in problems("class", path, about).get((), ()):
        raise error
    lessons = {one.lesson for one in exercises.values()}
    if not lessons.issuperset(about.get("lessons", ())):
        raise CourseError(f"{path} needs lessons: choose from {', '.join(sorted(lessons))}")
    if not lessons.union(exercises).issuperset(about.get("weights", ())):
        raise CourseError(f"{path} has weights of another form: write <lesson or exercise> = <factor>")
    due = due_at(about.get("due"), f"{path} has a due date")
    return Settings(**about | {"lessons": tuple(about.get("lessons", ())), "due": due})


def due_at(due: object, what: str) -> datetime.datetime | None:
    """Return a due date with its time zone, a date alone as its whole day. Raises CourseError on `what`."""
    if due is None:
        return None
    if isinstance(due, datetime.date) and not isinstance(due, datetime.datetime):
        due = datetime.datetime.combine(due, datetime.time(23, 59, 59))
    if not isinstance(due, datetime.datetime) or not 2000 <= due.year < 2200:
        raise CourseError(f"{what} of another form: write a year of four digits, such as 2026-03-02T18:00:00")
    return due.astimezone()


def write_settings(path: Path, settings: Settings) -> None:
    """Write class.toml."""
    due = f"due = {settings.due.isoformat(timespec='seconds')}\n" if settings.due else ""
    weights = "".join(f"{name} = {weight:g}\n" for name, weight in settings.weights.items())
    text = f"""title = {json.dumps(settings.title, ensure_ascii=False)}
lessons = {json.dumps(settings.lessons)} # none: all of them
{due}late_percent = {settings.late_percent:g} # of the points, for each day begun after due
late_most = {settings.late_most:g}
[weights] # a factor for a lesson or an exercise; 0 leaves it out
{weights}"""
    replace_file(path, text.encode())


def number_in(text: str, most: float, what: str) -> float:
    """Return a number that was typed, from 0 to `most`. Raises CourseError where it is none."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = -1.0
    if not 0 <= number <= most:
        raise CourseError(
            f"{text!r:.20} is no {what}: write a number from 0 up to {most:g}, such as 2 or 0.5"
        )
    return number
