"""The desk's panels for a discussion: the class's own reading, without names."""

from __future__ import annotations

from functools import partial

from course.corpus.errors import CourseError
from course.grading.desk_parts import Chooser, OpenClass, named, table_part
from course.grading.discussion import SHARES, answers_of, class_answers, hard_and_easy, heat_layers
from course.grading.grade import Graded
from course.lessons.exercises import sha256_of
from course.lessons.forms import Panel, Part
from course.lessons.reader import Reader, Task

OVERALL = "all lessons: what nobody, or nearly everybody, got"
NO_NAMES = ["No names: safe to project."]


def class_marks(opened: OpenClass) -> Chooser:
    """Return the chooser of an article that the class marked."""
    options = {
        f"{one.id} {id}": f"{named(one)} (article {id})"
        for one in opened.exercises()
        if one.in_text
        for id in one.articles
    }
    title, show = "Where the class marked", partial(_marked, opened)
    return Chooser(opened, "class_marks", title, NO_NAMES, lambda: options, show)


def _marked(opened: OpenClass, which: str) -> Reader:
    """Return an article with what the class marked in it."""
    id, _, article = which.partition(" ")
    exercise = opened.grader.exercises[id]
    given = answers_of(opened.graded(), id)
    if not given:
        raise CourseError("Nobody has marked this article yet")
    told = f"{len(given)} students. The darker, the more of them marked the words."
    title, steps = f"{named(exercise)} (article {article})", SHARES[::-1]
    task = Task(title, told, paragraphs=exercise.paragraphs, heat=steps)
    return Reader([opened.case[article]], heat_layers(given, opened.case[article]), task=task)


def class_answered(opened: OpenClass) -> Chooser:
    """Return the chooser of an exercise that the class answered."""
    options = {"": OVERALL, **{one.id: named(one) for one in opened.exercises()}}
    title, show = "What the class answered", partial(_answered, opened)
    return Chooser(opened, "class_answers", title, NO_NAMES, lambda: options, show)


def _answered(opened: OpenClass, id: str) -> Panel:
    """Return a panel of what the class answered, and the texts that the teacher chose to show."""
    graded = opened.graded()
    table = class_answers(answers_of(graded, id), opened.case) if id else hard_and_easy(graded)
    lines = ["No item is like that."] if not (id or table.rows) else []
    passages = _chosen(opened, graded, id)
    if id and opened.grader.exercises[id].written and not passages:
        lines = ["No answer was chosen. In mark_hand_ins.ipynb press S at an answer to show it here."]
    return Panel("class_answered", "The class", lines, tables=[table_part(table)], passages=passages)


def _chosen(opened: OpenClass, graded: list[Graded], id: str) -> list[Part]:
    """Return the written answers that the teacher chose, in mixed order; no text that came later."""
    chosen = opened.grader.record.all("shown")
    given = {one.row.key: grade for one in graded for grade in answers_of([one], id)}
    keys = [key for key, grade in given.items() if chosen.get((key, id)) == sha256_of(grade.value)]
    texts = [given[key].value for key in sorted(keys, key=lambda key: sha256_of(f"shown {id} {key}"))]
    items = opened.grader.exercises[id].items if texts else ()
    return [{"title": item.text, "text": text.get(item.id, "")} for text in texts for item in items]
