"""What students are asked: the exercises of seeds/exercises/, read and checked."""

from __future__ import annotations

import hashlib
import json
import math
import re
from dataclasses import dataclass, field, replace
from typing import Any

from course.corpus.case import Case
from course.corpus.errors import CaseError
from course.corpus.readings import load_cards
from course.lessons.entries import (
    check,
    check_keys,
    each_of,
    paragraphs_in,
    place_of,
    read_entries,
    text_of,
    texts_of,
)

KINDS = ("mark", "sort", "grid", "order", "write")
_COMMON = {"id", "kind", "title", "prompt", "points", "private", "articles", "passage", "beside"}
_OF_KIND = {
    "mark": {"labels", "paragraphs"},
    "sort": {"options", "item"},
    "grid": {"options", "item"},
    "order": {"item"},
    "write": {"rubric", "item"},
}
_ITEM = {"id", "text", "article", "exact", "prefix", "options", "group", "cards"}
_FILE_NAME = re.compile(r"[a-z0-9][a-z0-9_]*")  # an exercise's id and its lesson become names of files
_ITEM_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Passage:
    """A short text that was written for the course."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to decide on, and the evidence `cards` it needs; its words are `article[start:end]`."""

    id: str
    text: str
    article: str = ""
    start: int = 0
    end: int = 0
    options: tuple[str, ...] = ()
    group: str = ""
    words: str = ""
    cards: tuple[str, ...] = ()

    @property
    def about(self) -> str:
        """What is asked, in full, where it stands alone: the text, and the article's words it is about."""
        words = f": “{self.words}”" if self.words not in ("", self.text) else ""
        return f"{self.text} ({self.article}{words})" if self.article else self.text


@dataclass(frozen=True, slots=True, eq=False)  # told apart by identity: a class's answers look them up often
class Exercise:
    """One exercise of one lesson. `kind` is one of KINDS; `sha256` changes when what is asked changes.

    `beside` is the id of an exercise further up whose answer is shown beside this one's questions.
    """

    id: str
    kind: str
    lesson: str
    title: str
    prompt: str
    points: float = 1
    options: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    paragraphs: tuple[int, ...] = ()
    rubric: dict[str, str] = field(default_factory=dict)
    private: bool = False
    passages: tuple[Passage, ...] = ()
    items: tuple[Item, ...] = ()
    beside: str = ""
    sha256: str = ""

    @property
    def groups(self) -> dict[str, tuple[Item, ...]]:
        """The items of each group, in the order in which they are shown."""
        names = dict.fromkeys(item.group for item in self.items)
        return {name: tuple(item for item in self.items if item.group == name) for name in names}


def canonical(value: object) -> bytes:
    """Return the one JSON text of a value that is hashed: sorted keys, no spaces, ASCII, no NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def sha256_of(value: object) -> str:
    """Return the SHA-256 of a value's canonical JSON."""
    return hashlib.sha256(canonical(value)).hexdigest()


def load_exercises(case: Case) -> dict[str, Exercise]:
    """Return the case's exercises by id, in the order of lessons. Raises CaseError at the first problem."""
    exercises, problems = read_exercises(case)
    if problems:
        raise problems[0]
    return exercises


def read_exercises(case: Case, lesson: str = "*") -> tuple[dict[str, Exercise], list[CaseError]]:
    """Return the exercises of all lessons or one that can be used, and what is wrong with the others."""
    exercises: dict[str, Exercise] = {}
    problems: list[CaseError] = []
    for path in sorted((case.root / "seeds" / "exercises").glob(f"{lesson}.toml")):
        try:
            entries, _ = read_entries(path, "exercise", set())
            check(
                _FILE_NAME.fullmatch(path.stem),
                str(path),
                "has a name with other signs than a-z, 0-9, _: rename it",
            )
        except CaseError as error:
            problems.append(error)
            continue
        for number, entry in enumerate(entries, 1):
            where = f"{path}, [[exercise]] {entry.get('id', number)!r}"
            try:
                exercise = _read(case, path.stem, entry, where)
                check(exercise.id not in exercises, where, "has an id that is taken: give it another")
                above = not exercise.beside or exercise.beside in exercises
                check(above, where, f"is beside {exercise.beside!r}, which does not stand above it")
                exercises[exercise.id] = exercise
            except CaseError as error:
                problems.append(error)
    return exercises, problems


def _read(case: Case, lesson: str, entry: dict[str, Any], where: str) -> Exercise:
    kind = entry.get("kind")
    check(kind in KINDS, where, f"has the kind {kind!r}: choose one of {', '.join(KINDS)}")
    check_keys(entry, _COMMON | _OF_KIND[str(kind)], where)
    id = text_of(entry, "id", where)
    check(_FILE_NAME.fullmatch(id), where, "has an id with other signs than a-z, 0-9 and _: rename it")
    points = entry.get("points", 1)
    number = isinstance(points, int | float) and not isinstance(points, bool)
    check(number and math.isfinite(points) and points >= 0, where, "needs points: write a number from 0 up")
    check(isinstance(entry.get("private", False), bool), where, "needs private: write true or false")
    articles = texts_of(entry, "articles", where, least=1 if kind in ("mark", "grid") else 0)
    known = [article.id for article in case.articles]
    check(set(articles) <= set(known), where, f"names an unknown article: choose from {', '.join(known)}")
    rubric = entry.get("rubric", {})
    good = isinstance(rubric, dict) and all(isinstance(text, str) and text for text in rubric.values())
    check(
        good and (rubric or kind != "write" or entry.get("private")),
        where,
        "needs a rubric: write what each level is",
    )
    exercise = Exercise(
        id=id,
        kind=str(kind),
        lesson=lesson,
        title=text_of(entry, "title", where),
        prompt=text_of(entry, "prompt", where),
        points=points,
        options=texts_of(entry, "options", where),
        labels=texts_of(entry, "labels", where, least=1 if kind == "mark" else 0),
        articles=articles,
        paragraphs=paragraphs_in(case, entry.get("paragraphs", []), articles, where),
        rubric=dict(rubric),
        private=entry.get("private", False),
        passages=tuple(each_of(entry, "passage", where, _read_passage)),
        items=tuple(each_of(entry, "item", where, lambda item, place: _read_item(case, item, place))),
        beside=text_of(entry, "beside", where, ""),
        sha256=sha256_of({key: value for key, value in entry.items() if key != "points"}),
    )
    return _in_order(_checked(case, exercise, where))


def _checked(case: Case, exercise: Exercise, where: str) -> Exercise:
    named = {card for item in exercise.items for card in item.cards}
    unknown = sorted(named - {card["id"] for card in load_cards(case)}) if named else []
    check(not unknown, where, f"names the evidence card {unknown[:1]}, which is not there: correct its id")
    check(exercise.kind == "sort" or not named, where, "names evidence cards: only kind 'sort' shows them")
    check(exercise.items or exercise.kind == "mark", where, "has nothing to decide on: add [[exercise.item]]")
    for item in exercise.items:
        place = f"{where}, item {item.id!r}"
        if exercise.kind in ("sort", "grid"):
            check(len(item.options or exercise.options) > 1, place, "needs options: write two or more")
        else:
            check(not item.options, place, "has options, which this kind never shows: remove them")
        grouped = bool(item.group) == (exercise.kind == "order")
        check(grouped, place, "is in a group where there are none, or in none: only kind 'order' has groups")
    return exercise


def _in_order(exercise: Exercise) -> Exercise:
    # The order in which things are written often is the answer, so everyone sees the same shuffled one: by
    # their words, so that two exercises about the same statements have them in the same order.
    # Questions to write on stay in theirs, and so do an exercise's options, which may be a scale.
    if exercise.kind == "write":
        return exercise
    groups = list(exercise.groups)
    items = [
        replace(item, options=tuple(sorted(item.options, key=lambda text: sha256_of([item.id, text]))))
        for item in sorted(exercise.items, key=lambda item: (sha256_of(item.text), item.id))
    ]
    return replace(exercise, items=tuple(sorted(items, key=lambda item: groups.index(item.group))))


def _read_passage(entry: dict[str, Any], where: str) -> Passage:
    check_keys(entry, {"id", "text"}, where)
    return Passage(text_of(entry, "id", where), text_of(entry, "text", where))


def _read_item(case: Case, entry: dict[str, Any], where: str) -> Item:
    check_keys(entry, _ITEM, where)
    id = text_of(entry, "id", where)
    check(_ITEM_ID.fullmatch(id), where, "has an id with signs besides letters, digits, _ and -: rename it")
    article, start, end = "", 0, 0
    if "article" in entry or "exact" in entry:
        article, start, end = place_of(case, entry, where)
    words = case[article].raw[start:end] if article else ""
    text, group = text_of(entry, "text", where, words or None), text_of(entry, "group", where, "")
    options, cards = texts_of(entry, "options", where), texts_of(entry, "cards", where)
    return Item(id, text, article, start, end, options, group, words, cards)
