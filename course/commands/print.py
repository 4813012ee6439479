"""`python3 -m course print OUT`: each lesson's exercises as a page to print, for a class without laptops.

A page holds no answer and reads nothing in seeds/readings/. It loads nothing, and all text in it is escaped.
"""

import json
import re
from bisect import bisect
from html import escape
from pathlib import Path

from course.commands.environment import only_folder
from course.corpus.article import Article
from course.corpus.case import Case, open_case
from course.lessons.cards import cards
from course.lessons.exercises import Exercise, listed, load_exercises
from course.lessons.files import replace_file
from course.lessons.handin import page

USAGE = "usage: python3 -m course print OUT   (OUT is the folder for the pages, one a lesson)"
_PEN = "Where a task speaks of a cell, a key or a button, use your pen."
_CARDS = "Turn to them when a task names them, not before."
_STYLE = "\n" + Path(__file__).with_name("print.css").read_text("utf-8")


def main(arguments: list[str]) -> None:
    """Write the pages of all lessons into a folder."""
    out, case = only_folder(arguments, USAGE), open_case()
    exercises = list(load_exercises(case).values())
    lessons = {one.lesson: [other for other in exercises if other.lesson == one.lesson] for one in exercises}
    for lesson, some in lessons.items():
        replace_file(out / f"{lesson}.html", lesson_page(case, lesson, some).encode())
    print(f"{len(lessons)} pages are in {out}: open one in a browser and print it.")


def glossary(case: Case) -> dict[str, str]:
    """Return what notebooks/glossary says of each term: a heading of the third level, then its text."""
    path = case.root / "notebooks" / "glossary.ipynb"
    book = json.loads(path.read_text("utf-8")) if path.is_file() else {"cells": []}
    text = "\n\n".join("".join(cell["source"]) for cell in book["cells"])
    found = re.findall(r"^### (.+)\n\n(.+)", text, re.MULTILINE)
    return {term: re.sub(r"[*`]|\[([^\]]*)\]\([^)]*\)", r"\1", said) for term, said in found}


def lesson_page(case: Case, lesson: str, exercises: list[Exercise]) -> str:
    """Return a lesson's page: its exercises, the articles that it needs, the evidence cards they name."""
    # Whoever has to find out what is no part of the report gets lines: paragraph numbers would tell.
    unit = "line" if any(one.in_text and not one.paragraphs for one in exercises) else "paragraph"
    # Where a few paragraphs are looked up, no text is needed whole.
    read = [one for one in exercises if one.in_text or not one.paragraphs]
    needed = {id for one in read for id in (*one.articles, *(item.file for item in one.items))}
    texts = [_article(one, unit) for one in case.articles if one.id in needed]
    named = sorted({card for one in exercises for item in one.items for card in item.cards})
    title, words = f"{case.about['title']}: {lesson.replace('_', ' ')}", glossary(case)
    parts = [
        ("Exercises", _PEN, [_exercise(one, words, unit) for one in exercises]),
        (f"The texts, with numbered {unit}s", "For use in class: they belong to their publishers.", texts),
        ("Evidence cards", _CARDS, [cards(case, *named)._repr_html_()]),
    ]
    shown = [f"<h2>{head}</h2>\n<p>{note}</p>\n{''.join(told)}" for head, note, told in parts if any(told)]
    shown[0] = f"<h1>{escape(title)}</h1>\n<p>Code (no name is needed): ____________</p>\n{shown[0]}"
    return page(title, "".join(f"<section>{part}</section>\n" for part in shown), style=_STYLE)


def _article(article: Article, unit: str) -> str:
    rows = list(enumerate(filter(str.strip, article.raw.splitlines()), 1))
    if unit == "paragraph":
        starts = [one.start for one in article.blocks]
        numbers = {bisect(starts, one.start): one.number for one in article.paragraphs}
        texts = [article.raw[one.start : one.end].strip() for one in article.blocks]
        rows = [(numbers.get(n, 0), text) for n, text in enumerate(texts, 1) if text]
    told = [f"<b>{n}</b> {escape(text)}" if n else f"<i>{escape(text)}</i>" for n, text in rows]
    shown = "".join(f"<p>{one}</p>\n" for one in told)
    return f'<h3>Article {escape(article.id)}</h3>\n<div class="text">{shown}</div>\n'


def _exercise(exercise: Exercise, words: dict[str, str], unit: str) -> str:
    told = [f"<h3>{escape(exercise.title)}</h3>\n<p>{escape(exercise.prompt)}</p>\n"]
    told += ["<p>Your teacher needs to know only that you did this one.</p>\n"] * exercise.private
    for one in exercise.passages:
        head = f"<figcaption><strong>{escape(one.id)}</strong></figcaption>"
        told.append(f"<figure>{head}{escape(one.text.strip())}</figure>\n")
    explained = "".join(one.text for one in exercise.passages)
    said = {term: f"{term}: {text}" for term, text in words.items() if f"{term}: " not in explained}
    told.append(listed("ol", [said.get(one, one) for one in exercise.options or exercise.labels]))
    return "".join([*told, exercise.on_paper(unit)])
