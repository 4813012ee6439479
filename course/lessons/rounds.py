"""The rounds: the same kind of question before the course, after it and weeks later, in three parallel forms.

Which form comes first follows from the student's random id: over a class no moment has the easier one. The
forms are the exercises `round_x`, `round_y` and `round_z`; beside each stands one on how sure they are.

It does not follow from the code, which may be corrected later: the forms of one student would change places.
So who signs in on another machine and loads no work can get a form again. The page says so before the round,
and no change is measured by it: a hand-in counts by itself, and that one has no round before.
"""

import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

from course.analysis.detection import Detected, detected, right_by_sureness
from course.corpus.case import read_toml
from course.lessons.exercises import Exercise, Exercises, sha256_of
from course.lessons.handin import read_student
from course.lessons.keys import Key
from course.lessons.work import Workspace

LESSON = "rounds"  # the file of exercises that holds the forms
FORMS = ("round_x", "round_y", "round_z")
MOMENTS = ("before", "after", "later")
HOW_SURE = "_sure"  # what the ids of the exercise and the items that ask how sure somebody is end with
CALENDAR = read_toml(Path(__file__).with_suffix(".toml"))
COME_BACK = {7: "one_week", 28: "four_weeks"}  # days after today, and the notebook in later/


class Round(NamedTuple):
    """How the round of a form went: how often 'supported' was said, by sureness how many were right."""

    counts: Detected
    sureness: Mapping[str, tuple[int, int]]
    form: str = ""


def order_of(student_id: str) -> tuple[str, str, str]:
    """Return the forms that a student gets before, after and later.

    >>> sorted(order_of("0123abcd")) == sorted(FORMS)
    True
    """
    orders = [*permutations(FORMS, 3)]
    return orders[int(sha256_of(student_id), 16) % len(orders)]


def form_of(work: Workspace, moment: str) -> str:
    """Return the id of the form that whoever works here gets at a moment; "" while nobody is signed in."""
    student = read_student(work)
    return order_of(student.student_id)[MOMENTS.index(moment)] if student else ""


def begun(work: Workspace, asked: Exercises) -> dict[str, Exercise]:
    """Return the exercises without those that are optional and not begun: nobody has to answer them."""
    return {id: one for id, one in asked.items() if not one.optional or work.read(asked[one.beside or id])}


def round_of(work: Workspace, exercises: Exercises, form: str, keys: Iterable[Key]) -> Round | None:
    """Return how a form went, by the answers that stood when it was opened; None before all are given."""
    asked = exercises[form], exercises[form + HOW_SURE]
    said, sure = (one.standing if (one := work.read(each)) else {} for each in asked)
    whole = len(said) == len(asked[0].items) and len(sure) == len(asked[1].items)
    return judged(said, sure, keys) if whole else None


def judged(said: Mapping[str, str], how_sure: Mapping[str, str], keys: Iterable[Key]) -> Round:
    """Return how a round went, by what was said of the statements of its form, and how sure of each."""
    keys = tuple(keys)
    key = {one.item: str(one.value) for one in keys}
    sure = {id.removesuffix(HOW_SURE): how for id, how in how_sure.items()}
    return Round(detected(said, key), right_by_sureness(said, sure, key), *(one.exercise for one in keys[:1]))


def round_told(moment: str, went: Round) -> str:
    """Return in two sentences how a round went."""
    (hits, alarms, supported, not_so), (right, sure) = went.counts, went.sureness["sure"]
    said = f"you trusted {hits} of {supported} supported statements, and {alarms} of {not_so} that are not"
    of_sure = f"Where you were sure: {right} of {sure} right." if sure else "You were sure of none."
    return f"{moment.capitalize()}: {said}. {of_sure}"


def calendar(today: date) -> str:
    """Return a calendar file (RFC 5545) with a day for each later notebook. It names no person."""
    lines, now = list(CALENDAR["head"]), datetime.now(UTC)
    for days, name in COME_BACK.items():
        day = today + timedelta(days)
        about = {"id": uuid.uuid4(), "now": now, "day": day, "next_day": day + timedelta(1)}
        about |= {"name": name, "in_words": name.replace("_", " ")}
        lines += [line.format(**about) for line in CALENDAR["event"]]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _folded(line: str) -> str:
    """Return a line in parts of at most 75 bytes, as calendars want it; all of it is ASCII."""
    return "\r\n ".join([line[:75], *(line[at : at + 74] for at in range(75, len(line), 74))])
