"""How a class answered, as a file for its students: counts alone, no texts, nothing private, nobody's row."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from course.corpus.case import Case
from course.corpus.errors import CourseError, need, one_sentence
from course.lessons.exercises import Exercises
from course.lessons.files import FORMAT, read_form
from course.lessons.handin import check_case
from course.lessons.work import Answer

FEWEST = 5  # students who answered a question or marked a passage: of fewer, nothing is told
_CLASS = re.compile(rb'\s*\{[^{}\[\]]*"class"\s*:')  # before anything in it that a student wrote


def class_document(case: Case, exercises: Exercises, given: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return how often each answer was given to each exercise, `given` being a class's answers to each."""
    told = {}
    for id, values in given:
        one = exercises[id]
        split = {} if one.private or one.written else one.split(values, case)
        # Sorted: else their order would tell what the first student answered.
        sure = sorted(thing for thing, times in split.items() if sum(times.values()) >= FEWEST)
        answers = {thing: dict(sorted(split[thing].items())) for thing in sure}
        if answers:
            told[id] = {"exercise_sha256": one.sha256, "students": len(values), "answers": answers}
    return {"format": FORMAT, "case": str(case.about["title"]), "class": told}


def is_class_file(data: bytes) -> bool:
    """Return whether a file is one that the teacher's desk made, not one person's work."""
    return bool(_CLASS.match(data.removeprefix(b"\xef\xbb\xbf")))


def beside_class(
    data: bytes, name: str, case: Case, exercises: Exercises, mine: Mapping[str, Answer]
) -> list[list[str]]:
    """Return rows (exercise, about, own answer, the class's) where the own answer is in and its reveal open.

    Raises CourseError where the file cannot be used, is of another case, or tells of no such exercise.
    """
    again = "{name!r:.120} cannot be used: {error}; ask your teacher for it again"
    with one_sentence(again, CourseError, name=name):
        stored = read_form(data, "class_answers")
    check_case(stored, name, case.about["title"])
    rows = []
    for id, one in exercises.items():
        of, answer = stored["class"].get(id), mine.get(id)
        if of and answer and answer.prediction is not None and of["exercise_sha256"] == one.sha256:
            for about, own, times in one.beside_split(one.usable(answer.value)[0], of["answers"], case):
                most = sorted(times.items(), key=lambda pair: -pair[1])
                split = "; ".join(f"{answer:.80}: {count}" for answer, count in most)
                rows.append([one.title, about, own, f"{split} (of {of['students']})"])
    told = "tells of no exercise that you have answered and opened"
    need(rows, f"{name!r:.120} {told}: answer one, open what the readers answered, and come back")
    return rows
