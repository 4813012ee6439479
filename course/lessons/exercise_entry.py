"""One [[exercise]] of seeds/exercises/: what it asks, read and checked."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from course.corpus.case import Case
from course.corpus.readings import load_cards
from course.lessons.entries import check, check_keys, is_tables, place_of, text_of, texts_of

KINDS = ("mark", "sort", "grid", "order", "write")
_COMMON = {"id", "kind", "title", "prompt", "points", "private", "articles", "passage", "beside"}
_OF_KIND = {
    "mark": {"labels", "paragraphs"},
    "sort": {"options", "item"},
    "grid": {"options", "item"},
    "order": {"item"},
    "write": {"rubric", "item"},
}
_ITEM = {"id", "text", "article", "exact", "prefix", "options", "group", "passage", "cards"}
FILE_NAME = re.compile(r"[a-z0-9][a-z0-9_]*")  # an exercise's id and its lesson become names of files
_ITEM_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Passage:
    """A short text that was written for the course."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to decide on. Where it has an `article`, its words stand there at `raw[start:end]`.

    `file` is the article that it is about: that one, or the one that its id begins with (`A_day`). `passage`
    and `cards` name the passage of the exercise and the evidence cards that it is about.
    """

    id: str
    text: str
    article: str = ""
    start: int = 0
    end: int = 0
    options: tuple[str, ...] = ()
    group: str = ""
    words: str = ""
    passage: str = ""
    file: str = ""
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


def read_exercise(case: Case, lesson: str, entry: dict[str, Any], where: str) -> Exercise:
    """Return the exercise that an entry asks, items as they are written. Raises CaseError."""
    kind = entry.get("kind")
    check(kind in KINDS, where, f"has the kind {kind!r}: choose one of {', '.join(KINDS)}")
    check_keys(entry, _COMMON | _OF_KIND[str(kind)], where)
    id = text_of(entry, "id", where)
    check(FILE_NAME.fullmatch(id), where, "has an id with other signs than a-z, 0-9 and _: rename it")
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
        paragraphs=_paragraphs(case, entry.get("paragraphs", []), articles, where),
        rubric=dict(rubric),
        private=entry.get("private", False),
        passages=tuple(_each(entry, "passage", where, _read_passage)),
        items=tuple(_each(entry, "item", where, lambda item, place: _read_item(case, item, place))),
        beside=text_of(entry, "beside", where, ""),
        sha256=sha256_of({key: value for key, value in entry.items() if key != "points"}),
    )
    return _checked(case, exercise, where)


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
        known = item.passage in ("", *(one.id for one in exercise.passages))
        check(known, place, "names a passage that the exercise has not: write the id of one of its passages")
    return exercise


_Read = Callable[[dict[str, Any], str], Any]


def _each(entry: dict[str, Any], key: str, where: str, read: _Read) -> list[Any]:
    entries = entry.get(key, [])
    check(is_tables(entries), where, f"has a {key} of another form: write [[exercise.{key}]] above each")
    found = [read(each, f"{where}, {key} {each.get('id', n)!r}") for n, each in enumerate(entries, 1)]
    ids = [one.id for one in found]
    twice = [id for id in ids if ids.count(id) > 1]
    check(not twice, where, f"has two of [[exercise.{key}]] with the id {twice[:1]}: give one another id")
    return found


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
    options, passage = texts_of(entry, "options", where), text_of(entry, "passage", where, "")
    first = id.partition("_")[0]
    file = article or (first if any(one.id == first for one in case.articles) else "")
    cards = texts_of(entry, "cards", where)
    return Item(id, text, article, start, end, options, group, words, passage, file, cards)


def _paragraphs(case: Case, numbers: object, articles: tuple[str, ...], where: str) -> tuple[int, ...]:
    good = isinstance(numbers, list) and all(type(number) is int for number in numbers)
    check(good, where, "needs paragraphs: write a list of numbers, such as [3]")
    found: tuple[int, ...] = tuple(numbers)  # type: ignore[arg-type]
    for article in articles:
        last = len(case[article].paragraphs) if found else 0
        wrong = [number for number in found if not 1 <= number <= last]
        check(not wrong, where, f"names paragraph {wrong[:1]}, but article {article} has {last}: correct it")
    return found
