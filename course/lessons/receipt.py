"""The receipt of a hand-in: a page that people can read, and that carries the same data for the teacher."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from course.lessons.exercises import Exercise
from course.lessons.handin import DONE, embed

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
body { color: #1b1b1b; background: #fff; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100% } caption { text-align: left; padding: .25rem 0 }
th, td { border: 1px solid #767676; padding: .35rem .6rem; text-align: left; vertical-align: top }
th { font-weight: 600; width: 45% } td { white-space: pre-wrap }
"""


def rows_of(exercise: Exercise, value: Any) -> list[tuple[str, str]]:
    """Return an answer as questions and answers in words; what is not answered is an empty text."""
    if exercise.kind == "mark":
        return [(f"{mark['article']}: {mark['label']}", mark["exact"]) for mark in value]
    texts = {item.id: item.about for item in exercise.items}
    if exercise.kind == "order":
        orders = {group: [texts.get(id, id) for id in value.get(group, [])] for group in exercise.groups}
        return [
            (group, "\n".join(f"{number}. {text}" for number, text in enumerate(order, 1)))
            for group, order in orders.items()
        ]
    if exercise.kind == "grid":
        return [
            (f"{text} ({article})", value.get(id, {}).get(article, ""))
            for id, text in texts.items()
            for article in exercise.articles
        ]
    return [(text, value.get(id, "")) for id, text in texts.items()]


def receipt(document: Mapping[str, Any], exercises: Mapping[str, Exercise]) -> str:
    """Return the page of a hand-in. It loads nothing, runs nothing, and every text in it is escaped."""
    student = document["student"]
    who = ", ".join(filter(None, [student["code"], student.get("name", "")]))
    parts = [_part(exercises[id], entry) for id, entry in document["answers"].items() if id in exercises]
    case, made = escape(document["case"]), escape(document["made"])
    body = f"""<h1>{case}</h1>
<p>Handed in by <bdi>{escape(who)}</bdi>, made {made} (UTC).
This page is a copy to keep and to read. It also carries the answers as data for the teacher.</p>
{"".join(parts)}"""
    return page(f"{document['case']}: hand-in of {who}", body, embed(document))


def page(title: str, body: str, data: str = "", style: str = "") -> str:
    """Return a page of its own with a title (text) and a body (HTML). It loads nothing and runs nothing."""
    return body.join(frame(title, data, style))


def frame(title: str, data: str = "", style: str = "") -> tuple[str, str]:
    """Return what stands before and after the body of such a page."""
    before = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(title)}</title>
<style>{_STYLE}{style}</style>
</head>
<body>
<main>
"""
    after = f"""
</main>
{data}
</body>
</html>
"""
    return before, after


def _part(exercise: Exercise, entry: Mapping[str, Any]) -> str:
    head = f"<h2>{escape(exercise.title)}</h2>\n"
    if entry == DONE:
        return f"{head}<p>Done. The answer stays with the person who wrote it.</p>\n"
    rows = "".join(
        f'<tr><th scope="row"><bdi>{escape(question)}</bdi></th>'
        f'<td dir="auto">{escape(answer) or "no answer"}</td></tr>\n'
        for question, answer in rows_of(exercise, entry["answer"])
    )
    return f"{head}<table><caption>{escape(exercise.prompt)}</caption>\n<tbody>\n{rows}</tbody></table>\n"
