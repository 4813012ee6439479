"""What counts as an answer to an exercise: its form, its parts, and how much of it is done."""

from __future__ import annotations

import json
from collections import Counter
from functools import lru_cache
from operator import attrgetter
from typing import Any

from course.corpus.annotation import AROUND, find_words
from course.corpus.article import Article
from course.corpus.case import Case
from course.corpus.errors import CourseError
from course.lessons.exercises import Exercise, Item

MAX_TEXT = 100_000  # characters; a brief has about 1,500
MAX_MARKS = 2_000
Decisions = dict[str, str]
_TEXTS = ("article", "exact", "prefix", "label")
_MARK = {*_TEXTS, "start", "end"}
_SHAPES = {
    "sort": "{item: option}",
    "grid": "{item: {article: option}}",
    "order": "{group: [item, ...]}",
    "write": "{item: text}",
    "mark": "[{article, exact, label}, ...], with prefix where the words stand there twice",
}


def empty(exercise: Exercise) -> Any:
    """Return the answer that says nothing."""
    return [] if exercise.kind == "mark" else {}


def form_of(exercise: Exercise) -> str:
    """Return a sentence that says which form an answer has, with an example from the exercise."""
    first = exercise.items[0] if exercise.items else Item("", "")
    options = first.options or exercise.options
    example: Any
    if exercise.kind == "sort":
        example = {first.id: options[0]}
    elif exercise.kind == "grid":
        example = {first.id: {exercise.articles[0]: options[0]}}
    elif exercise.kind == "order":
        example = {first.group: [item.id for item in exercise.groups[first.group]]}
    elif exercise.kind == "write":
        example = {first.id: "your text"}
    else:
        words = "words as they stand there"
        example = [{"article": exercise.articles[0], "exact": words, "label": exercise.labels[0]}]
    shown = json.dumps(example, ensure_ascii=False)
    return f"write {_SHAPES[exercise.kind]}, such as answer({json.dumps(exercise.id)}, {shown})"


def check_value(exercise: Exercise, value: Any) -> None:
    """Raise CourseError, saying exactly what form is wanted, where a value is no answer to an exercise."""
    for path, part in parts_of(exercise, value):
        check_part(exercise, path, part)


def parts_of(exercise: Exercise, value: Any) -> list[tuple[tuple[str, ...], Any]]:
    """Return an answer taken apart: where each decision stands (item; item and article; group), and it."""
    if exercise.kind == "mark":
        if not isinstance(value, list) or len(value) > MAX_MARKS:
            raise _wrong(exercise, f"is a list of at most {MAX_MARKS} marks")
        return [(("add",), mark) for mark in value]
    grid = exercise.kind == "grid"
    if not isinstance(value, dict) or (grid and not all(isinstance(row, dict) for row in value.values())):
        raise _wrong(exercise, "wants its answer in another form")
    if grid:
        return [((item, article), cell) for item, row in value.items() for article, cell in row.items()]
    return [((item,), part) for item, part in value.items()]


@lru_cache(maxsize=256)
def _offered(exercise: Exercise) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return the options of each decision: on an item, or on an item in an article."""
    each = {item.id: item.options or exercise.options for item in exercise.items}
    if exercise.kind == "grid":
        return {(id, article): options for id, options in each.items() for article in exercise.articles}
    return {(id,): options for id, options in each.items()} if exercise.kind == "sort" else {}


def check_part(exercise: Exercise, path: tuple[str, ...], part: Any) -> None:
    """Raise CourseError where one decision is none that the exercise offers; None or "" takes it back."""
    if exercise.kind == "mark":
        _check_mark(exercise, part)
        return
    if part in (options := _offered(exercise).get(path, ())):
        return
    name = attrgetter("group" if exercise.kind == "order" else "id")
    names = dict.fromkeys(map(name, exercise.items))
    if not path or path[0] not in names or len(path) != 1 + (exercise.kind == "grid"):
        raise _wrong(exercise, f"has {', '.join(names)}, and nothing called {' '.join(map(str, path))!r}")
    if exercise.kind == "grid" and path[1] not in exercise.articles:
        raise _wrong(exercise, f"is about the articles {', '.join(exercise.articles)}, not {path[1]!r}")
    if part in (None, ""):
        return
    if exercise.kind == "write":
        if not isinstance(part, str) or len(part) > MAX_TEXT:
            raise _wrong(exercise, f"takes a text of at most {MAX_TEXT:,} characters for {path[0]!r}")
    elif exercise.kind == "order":
        wanted = [item.id for item in exercise.groups[path[0]]]
        if not isinstance(part, list) or sorted(map(repr, part)) != sorted(map(repr, wanted)):
            raise _wrong(exercise, f"wants each of {', '.join(wanted)} once in {path[0]!r}")
    else:
        raise _wrong(
            exercise, f"takes one of {', '.join(map(repr, options))} for {path[0]!r}, not {part!r:.80}"
        )


def _check_mark(exercise: Exercise, mark: Any) -> None:
    good = isinstance(mark, dict) and mark.keys() == _MARK
    texts = good and {type(mark[name]) for name in _TEXTS} == {str}
    places = good and type(mark["start"]) is type(mark["end"]) is int
    if not (texts and places and 0 <= mark["start"] < mark["end"] and len(mark["prefix"]) <= AROUND):
        raise _wrong(exercise, "is made of marks with article, start, end, exact, prefix and label")
    if mark["article"] not in exercise.articles or mark["label"] not in exercise.labels:
        raise _wrong(
            exercise,
            f"marks {', '.join(exercise.articles)} with {', '.join(exercise.labels)},"
            f" not {mark['article']!r:.40} with {mark['label']!r:.40}",
        )
    if len(mark["exact"]) != mark["end"] - mark["start"]:
        raise _wrong(exercise, f"has a mark whose words {mark['exact']!r:.60} are not as long as its place")


def _wrong(exercise: Exercise, what: str) -> CourseError:
    return CourseError(f"the exercise {exercise.id!r} {what}: {form_of(exercise)}")


def mark_of(article: Article, start: int, end: int, label: str) -> dict[str, Any]:
    """Return a mark as it is stored, with the words it holds and those before it."""
    raw, prefix = article.raw, article.raw[max(0, start - AROUND) : start]
    return {
        "article": article.id,
        "start": start,
        "end": end,
        "exact": raw[start:end],
        "prefix": prefix,
        "label": label,
    }


def place_marks(exercise: Exercise, value: Any, case: Case) -> Any:
    """Return marks that a person wrote, {article, exact, label} (+ prefix), with their words' places."""
    if exercise.kind != "mark":
        return value
    placed = []
    for _, mark in parts_of(exercise, value):
        names = ("article", "exact", "label")
        if not isinstance(mark, dict) or not all(isinstance(mark.get(name), str) for name in names):
            raise _wrong(exercise, "is made of marks with article, exact and label")
        article = case[mark["article"]]
        start, end = mark.get("start"), mark.get("end")
        if type(start) is not int or type(end) is not int or article.raw[start:end] != mark["exact"]:
            start, end = find_words(article.raw, mark["exact"], str(mark.get("prefix", "")))
        placed.append(mark_of(article, start, end, mark["label"]))
    return placed


def count_done(exercise: Exercise, value: Any) -> tuple[int, int]:
    """Return how many decisions are made and how many there are; marking is one."""
    if exercise.kind == "mark":
        return int(bool(value)), 1
    parts = parts_of(exercise, value or {})
    done = sum(1 for _, part in parts if not isinstance(part, str) or part.strip())
    if exercise.kind == "order":
        return done, len(exercise.groups)
    return done, len(exercise.items) * (len(exercise.articles) if exercise.kind == "grid" else 1)


def with_part(exercise: Exercise, value: Any, path: tuple[str, ...], part: Any) -> Any:
    """Return an answer with one decision set, or taken back where `part` is None or no text.

    For marks, `path` is ("add",) or ("remove",); a mark is the same where place and label are.
    """
    if exercise.kind == "mark":
        others = [mark for mark in value if _identity(mark) != _identity(part)]
        if len(others) == MAX_MARKS:
            raise _wrong(exercise, f"holds at most {MAX_MARKS} marks")
        return others if path == ("remove",) else [*others, part]
    if len(path) > 1:
        part = _with_cell(value.get(path[0], {}), path[1], part) or None
    return _with_cell(value, path[0], part)


def _with_cell(row: dict[str, Any], name: str, part: Any) -> dict[str, Any]:
    return {**row, name: part} if part not in (None, "") else {key: row[key] for key in row if key != name}


def _identity(mark: dict[str, Any]) -> tuple[Any, ...]:
    return mark["article"], mark["start"], mark["end"], mark["label"]


def usable(exercise: Exercise, value: Any) -> tuple[Any, bool]:
    """Return what of an answer still fits its exercise, and whether that is all of it."""
    try:
        parts = parts_of(exercise, value)
    except CourseError:  # nothing of it has the form of an answer
        return empty(exercise), False
    if exercise.kind == "mark":
        good = [mark for path, mark in parts if _fits(exercise, path, mark)]
        return list({_identity(mark): mark for mark in good}.values()), len(good) == len(parts)
    kept: dict[str, Any] = {}
    whole, offered = True, _offered(exercise)
    for path, part in parts:
        options = offered.get(path, ())
        if part in options or _fits(exercise, path, part):
            if part not in (None, ""):
                row = kept.setdefault(path[0], {}) if len(path) > 1 else kept
                # The exercise's own text stands for the student's: a class of 1,000 holds it once.
                row[path[-1]] = options[options.index(part)] if options else part
        else:
            whole = False
    return kept, whole


def _fits(exercise: Exercise, path: tuple[str, ...], part: Any) -> bool:
    try:
        check_part(exercise, path, part)
    except CourseError:
        return False
    return True


def decisions(exercise: Exercise, value: Any, case: Case) -> Decisions:
    """Return what was decided on each thing: an item, a cell, or a paragraph shown for marking.

    A paragraph has the label that most of its characters bear; one without a mark is not in it.
    """
    if exercise.kind != "mark":
        return {" ".join(path): str(part) for path, part in parts_of(exercise, value)}
    found = {}
    for id in exercise.articles:
        for paragraph in case[id].paragraphs:
            if exercise.paragraphs and paragraph.number not in exercise.paragraphs:
                continue
            sizes: Counter[str] = Counter()
            for mark in value:
                shared = min(mark["end"], paragraph.end) - max(mark["start"], paragraph.start)
                if mark["article"] == id and shared > 0:
                    sizes[mark["label"]] += shared
            if sizes:
                found[f"{id} {paragraph.number}"] = sizes.most_common(1)[0][0]
    return found
