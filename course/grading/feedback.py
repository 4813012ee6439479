"""A student's feedback: one page that loads nothing, runs nothing and can be mailed; all text is escaped."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from html import escape
from itertools import groupby
from pathlib import Path

from course.corpus.errors import CourseError
from course.grading.grade import Grade, Graded
from course.lessons.handin import page
from course.lessons.scoring import ItemResult, Level, sentence, summary

# The reasons are the longest part: they have half of the width. On a phone each part has a line of its own.
_STYLE = """
body { max-width: 64rem } main > p { max-width: 50rem }
th { width: 24% } thead th:nth-child(2) { width: 20% }
thead th:nth-child(3) { width: 48% } thead th:nth-child(4) { width: 8% }
details { border: 1px solid #767676; margin: .5rem 0; padding: .25rem .6rem }
summary { cursor: pointer; padding: .35rem 0 } td ul { margin: .25rem 0 0; padding-left: 1.2rem }
@media (max-width: 40rem) {
  thead { display: none } table, caption, tbody, tr, th, td { display: block; width: auto }
  th, td { border-width: 0 } tr { border: 1px solid #767676; margin-bottom: .5rem }
  td:nth-of-type(1)::before { content: "Answered: " } td:nth-of-type(3)::before { content: "Credit: " }
}
"""
_COLUMNS = "".join(f'<th scope="col">{name}</th>' for name in ("Asked", "Answered", "Why", "Credit"))


def feedback_page(graded: Graded, title: str) -> str:
    """Return the page of a student whose hand-in was read; `title` is the case's."""
    row = graded.row
    who = ", ".join(filter(None, [row.code, row.name]))
    points = _points(graded.points, graded.possible)
    lines = ["Excused: no mark is given." if graded.excused else f"{points}."]
    if graded.left:
        lines.append(f"{graded.left} of your answers will still be read by your teacher.")
    lines += [graded.comment, *(str(note) for note in graded.notes if note.for_students)]
    said = "".join(_paragraph(line) for line in lines if line)
    parts = [f"<h1>{escape(title)}</h1>\n<p>For <bdi>{escape(who)}</bdi></p>\n{said}"]
    lessons = {id: list(grades) for id, grades in groupby(graded.grades, lambda one: one.exercise.lesson)}
    told = {id: [part for one in grades if (part := _part(one))] for id, grades in lessons.items()}
    rows = [_lesson_row(id, grades) for id, grades in lessons.items() if told[id]]
    parts.append(f"<table><caption>Lesson by lesson</caption>\n<tbody>\n{''.join(rows)}</tbody></table>\n")
    parts.append("<p>Each exercise below opens with a click or Enter.</p>\n")
    for id, exercises in told.items():
        parts += [f'<h2 id="{escape(id)}">{escape(_named(id))}</h2>\n', *exercises] if exercises else []
    return page(f"{title}: feedback for {who}", "".join(parts), style=_STYLE)


def _named(lesson: str) -> str:
    return lesson.replace("_", " ")


def _points(points: float, possible: float) -> str:
    return f"{points:.4g} of {possible:.4g} points"


def _lesson_row(id: str, grades: list[Grade]) -> str:
    """Return the line of one lesson in the summary, which leads to it."""
    settled = [one for one in grades if one.points is not None and one.possible]
    points = sum(one.points or 0 for one in settled), sum(one.possible for one in settled)
    told = [_points(*points)] if settled else []
    told += [f"{left} to be read by your teacher"] if (left := sum(one.open for one in grades)) else []
    link = f'<a href="#{escape(id)}">{escape(_named(id))}</a>'
    return f'<tr><th scope="row">{link}</th><td>{escape(", ".join(told) or "no points")}</td></tr>\n'


def _part(one: Grade) -> str:
    """Return what the page says of one exercise, folded; no text where it says nothing."""
    exercise, result = one.exercise, one.result
    title = escape(exercise.title)
    if one.done:
        return f"<details><summary>{title} (done)</summary>\n<p>The answer stays with you.</p>\n</details>\n"
    if exercise.private and not one.value:
        return ""
    settled = one.points is not None and one.possible
    state = _points(one.points or 0, one.possible) if settled else "to be read" if one.open else "no points"
    told = [f"<details><summary>{title} ({state})</summary>\n", _paragraph(exercise.prompt)]
    if exercise.written:
        told += [
            f"<h3>{escape(asked)}</h3>{_paragraph(answer or 'no answer')}"
            for asked, answer in exercise.told(one.value)
        ]
        told += [_level(each, one.level) for each in result.levels if not exercise.private or each.samples]
    else:
        told.append(_paragraph(summary(result)))
        if result.items:
            caption = f"<caption>{title}, decision by decision</caption>"
            told.append(f"<table>{caption}<thead><tr>{_COLUMNS}</tr></thead>\n<tbody>\n")
            texts = {item.id: item.about for item in exercise.items}
            told += [_row(item, texts.get(item.item, item.item)) for item in result.items]
            told.append("</tbody></table>\n")
    told += [_paragraph(one.comment)] if one.comment else []
    return "".join([*told, "</details>\n"])


def _paragraph(text: str) -> str:
    return f'<p dir="auto">{escape(text)}</p>\n'


def _level(level: Level, given: str) -> str:
    yours = "<strong>Your answer: </strong>" if level.name == given else ""
    samples = "".join(f"<br>For example: {escape(sample)}" for sample in level.samples if sample)
    return f"<p>{yours}{escape(level.name)}: {escape(level.text)}{samples}</p>\n"


def _row(item: ItemResult, asked: str) -> str:
    where = f" ({item.article})" if item.article else ""
    reasons = "".join(f"<li>{escape(who)}: {escape(why)}</li>" for who, _, why in dict.fromkeys(item.reasons))
    why = escape(sentence(item)) + (f"<ul>{reasons}</ul>" if reasons else "")
    credit = f"{item.credit:.0%}" if item.best else "none"
    cells = (escape(item.given) or "no answer", why, credit)
    head = f'<th scope="row"><bdi>{escape(asked)}</bdi>{where}</th>'
    return f"<tr>{head}{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>\n"


def page_name(graded: Graded) -> str:
    """Return the name of a student's page: safe in every file system, and no other student's."""
    known = re.sub(r"[^A-Za-z0-9-]+", "_", graded.row.code or graded.row.lms_id)[:40]
    return f"{known or 'student'}-{hashlib.sha256(graded.row.key.encode()).hexdigest()[:8]}.html"


def write_pages(folder: Path, graded: Iterable[Graded], title: str) -> list[Path]:
    """Write a page for everyone whose hand-in was read, and return their paths."""
    paths: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for one in graded:
            if one.row.status == "read":
                paths.append(folder / page_name(one))
                paths[-1].write_bytes(feedback_page(one, title).encode())
    except OSError as error:
        for half_written in paths[-1:]:
            half_written.unlink(missing_ok=True)
        raise CourseError(
            f"{folder} cannot be written to ({error.strerror}): look at its rights and the disk’s room"
        ) from error
    return paths
