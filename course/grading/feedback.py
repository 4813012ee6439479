"""A student's feedback: one page that loads nothing, runs nothing and can be mailed; all text is escaped."""

import hashlib
import re
from functools import lru_cache
from html import escape
from pathlib import Path

from course.grading.grade import Grade, Graded
from course.lessons.files import replacing
from course.lessons.handin import page
from course.lessons.rounds import FORMS
from course.lessons.scoring import ItemResult, out_of, reasons_told, sentence, summary

# The reasons are the longest part: they have half of the width. On a phone each part has a line of its own.
_STYLE = "\n" + Path(__file__).with_suffix(".css").read_text("utf-8")
COMMENT = "Your teacher’s comment"
MANY = 5_000  # rows that are kept while a class is marked: its students answer the same questions
_HEAD = "".join(f'<th scope="col">{name}</th>' for name in ("Asked", "Answered", "Why", "Credit"))


def feedback_page(graded: Graded, title: str) -> str:
    """Return the page of a student whose hand-in was read; `title` is the case's."""
    who = ", ".join(filter(None, [graded.row.code, graded.row.name]))
    said = [f"{out_of(graded.points, graded.possible)} points.".capitalize()]
    said = ["Excused: no mark is given."] if graded.excused else said
    said += [f"{graded.left} of your answers will still be read by your teacher."] * bool(graded.left)
    comments = [(f" on ‘{one.exercise.title}’", one.comment) for one in graded.grades]
    said += [f"{COMMENT}{on}: {text}" for on, text in [("", graded.comment), *comments] if text]
    said += [note.text for note in graded.notes if note.for_students]
    table, parts = list[str](), list[str]()
    for lesson, part in graded.by_lesson():
        if sum(one.exercise.id in FORMS and (one.done or bool(one.value)) for one in part.grades) == 1:
            continue  # reasons for the first round would teach for the second
        if told := [text for one in part.grades for text in _exercise(one)]:
            id, name = escape(lesson), escape(lesson.replace("_", " "))
            link = f'<th scope="row"><a href="#{id}">{name}</a></th>'
            points, possible, left = part.sums
            sums = [f"{out_of(points, possible)} points"] if possible else []
            sums += [f"{left} to be read by your teacher"] if left else []
            table.append(f"<tr>{link}<td>{', '.join(sums) or 'no points'}</td></tr>\n")
            parts += [f'<h2 id="{id}">{name}</h2>\n', *told]
    body = f"""<h1>{escape(title)}</h1>
<p>For <bdi>{escape(who)}</bdi></p>
{"".join(map(_paragraph, filter(None, said)))}<table><caption>Lesson by lesson</caption>
<tbody>
{"".join(table)}</tbody></table>
<p>Each exercise below opens with a click or Enter.</p>
{"".join(parts)}"""
    return page(f"{title}: feedback for {who}", body, style=_STYLE)


def _exercise(one: Grade) -> list[str]:
    """Return what the page says of one exercise, folded, in parts; none where it says nothing."""
    exercise, result = one.exercise, one.result
    title = escape(exercise.title)
    if one.done:
        stays = "<p>The answer stays with you.</p>\n</details>\n"
        return [f"<details><summary>{title} (done)</summary>\n{stays}"]
    if exercise.private and not one.value:
        return []
    state = f"{one.state}, with a comment" if one.comment else one.state
    told = [f"<details><summary>{title} ({state})</summary>\n", _paragraph(exercise.prompt)]
    told += [_paragraph(f"{COMMENT}: {one.comment}")] if one.comment else []
    if exercise.typed:
        found = {item.item: reasons_told(item.reasons) for item in result.items}
        for item, (asked, answer) in zip(exercise.items, exercise.told(one.value), strict=True):
            told.append(f"<h3>{escape(asked)}</h3>{_paragraph(answer or 'no answer')}")
            told += map(_paragraph, found.get(item.id, ()))
        for level in result.levels:
            if not exercise.private or level.samples:
                yours = "<strong>Your answer: </strong>" if level.name == one.level else ""
                samples = "".join(f"<br>For example: {escape(text)}" for text in level.samples if text)
                told.append(f"<p>{yours}{escape(level.name)}: {escape(level.text)}{samples}</p>\n")
    else:
        told.append(_paragraph(summary(result)))
    if result.items and not exercise.typed:
        caption = f"<caption>{title}, decision by decision</caption>"
        rows = (_row(item, exercise.texts.get(item.item, item.item)) for item in result.items)
        told += [f"<table>{caption}<thead><tr>{_HEAD}</tr></thead>\n<tbody>\n", *rows, "</tbody></table>\n"]
    return [*told, "</details>\n"]


def _paragraph(text: str) -> str:
    return f'<p dir="auto">{escape(text)}</p>\n'


@lru_cache(MANY)
def _row(item: ItemResult, asked: str) -> str:
    where = f" ({item.article})" if item.article else ""
    reasons = "".join(f"<li>{escape(why)}</li>" for why in reasons_told(item.reasons))
    why = escape(sentence(item)) + (f"<ul>{reasons}</ul>" if reasons else "")
    credit = f"{item.credit:.0%}" if item.best else "none"
    cells = "".join(f"<td>{cell}</td>" for cell in (escape(item.given) or "no answer", why, credit))
    return f'<tr><th scope="row"><bdi>{escape(asked)}</bdi>{where}</th>{cells}</tr>\n'


def page_name(graded: Graded) -> str:
    """Return the name of a student's page: safe in every file system, and no other student's."""
    known = re.sub(r"[^A-Za-z0-9-]+", "_", graded.row.code or graded.row.lms_id)[:40]
    return f"{known or 'student'}-{hashlib.sha256(graded.row.key.encode()).hexdigest()[:8]}.html"


def write_page(folder: Path, title: str, graded: Graded) -> list[Path]:
    """Write the page of a student whose hand-in was read, and return its path; none of another."""
    path = folder / page_name(graded)
    if graded.row.status != "read":
        return []
    with replacing(path, folder.parent) as file:
        file.write(feedback_page(graded, title).encode())
    return [path]
