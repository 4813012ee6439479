"""How far people agree: on one exercise beyond what chance would give, and with a partner on all of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from course.analysis.agreement import alpha_interval, krippendorff_alpha
from course.corpus.case import Case
from course.corpus.errors import CourseError
from course.lessons.controls_work import Fields, chooser, chosen
from course.lessons.exercises import Exercise
from course.lessons.forms import Panel, Part
from course.lessons.here import find_exercise, here, keys_in
from course.lessons.key_entry import READERS, Key, name_of
from course.lessons.portfolio import answers_in, read_partner
from course.lessons.values import Decisions, decisions, parts_of, usable
from course.lessons.work import Answer

EVERY = 3  # the made-up reader gives another label to every third decision
COLUMNS = ["who", "all answered", "the same", "alpha", "95 % interval"]


def readers_decisions(exercise: Exercise, keys: Iterable[Key], case: Case) -> dict[str, Decisions]:
    """Return the decisions of each reader of the key."""
    found: dict[str, Decisions] = {}
    for by in READERS:
        own = [key for key in keys if key.by == by]
        if exercise.kind == "mark":
            marks = [asdict(key) | {"label": key.value} for key in own]
            labels = decisions(exercise, marks, case)
        else:
            labels = {" ".join(filter(None, (key.item, key.article))): str(key.value) for key in own}
        if labels:
            found[name_of(by)] = labels
    return found


def made_up(exercise: Exercise, mine: Mapping[str, str]) -> Decisions:
    """Return a reader that nobody is: your answers, every third changed to the next label of the exercise."""
    labels = list(dict.fromkeys([*exercise.labels, *exercise.options, *mine.values()]))
    changed = {}
    for number, (thing, label) in enumerate(sorted(mine.items()), 1):
        next_one = labels[(labels.index(label) + 1) % len(labels)]
        changed[thing] = label if number % EVERY else next_one
    return changed


def row_of(who: str, *raters: Mapping[str, str]) -> list[str]:
    """Return how far raters agree on what all of them decided: counts, alpha, and its interval."""
    things = [thing for thing in raters[0] if all(thing in rater for rater in raters)]
    ratings = [[rater[thing] for thing in things] for rater in raters]
    same = sum(len(set(labels)) == 1 for labels in zip(*ratings, strict=True))
    if not things:
        return [who, "0", "0", "nothing to compare", ""]
    alpha = krippendorff_alpha(ratings)
    low, high = alpha_interval(ratings)
    if math.isnan(alpha):
        return [who, str(len(things)), str(same), "cannot be told: everyone gave one label", ""]
    span = "too few to tell" if math.isnan(low) else f"{low:.2f} to {high:.2f}"
    return [who, str(len(things)), str(same), f"{alpha:.2f}", span]


def agreement(id: str) -> Panel:
    """Show how far you agree with the readers of the key, and they with each other.

    Without a key it is a made-up reader; a partner's saved work can be added. Opens after the reveal.
    """
    case, asked, work = find_exercise(id)
    stored = work.read(asked)
    title = f"Agreement: {asked.title}"
    if stored is None or stored.prediction is None:
        return Panel(
            f"agreement_{id}", title, ["Answer first, and run the cell with reveal: then run this one."]
        )
    if asked.kind in ("write", "order"):
        raise CourseError(
            f"the exercise {id!r} has no labels to compare: choose one of kind sort, grid or mark"
        )
    mine = decisions(asked, stored.value, case)
    readers = readers_decisions(asked, keys_in(case.root, asked.lesson).get(id, ()), case)
    rows = [row_of(f"you and {name.replace('R', 'r', 1)}", mine, labels) for name, labels in readers.items()]
    if len(readers) > 1:
        rows.append(row_of(f"the {len(readers)} readers", *readers.values()))
    rows.append(row_of("you and a made-up reader", mine, made_up(asked, mine)))
    lines = ["The made-up reader is nobody: it has your own answers, and every third one changed."]

    def press(button: str, given: Mapping[str, Any]) -> Part:
        name, data = chosen(given)
        theirs = read_partner(work, data, name).get(id)
        if theirs is None or theirs.kind != asked.kind:
            raise CourseError(f"{name!r:.120} does not answer this exercise: ask your partner to")
        labels = decisions(asked, usable(asked, theirs.value)[0], case)
        return {
            "text": "Compared.",
            "tables": [_table([row_of("you and your partner", mine, labels), *rows])],
        }

    return Panel(f"agreement_{id}", title, lines, press, tables=[_table(rows)], **chooser("Add a partner"))


def _table(rows: list[list[str]]) -> Part:
    return {"caption": "How far people agree", "columns": COLUMNS, "rows": rows}


def compare_with(file: str = "") -> Panel:
    """Show where a partner's saved work has the same answers as yours, and where not; never whose it is.

    Only exercises that you have answered are compared. `file` names it; without, it can be chosen.
    """

    def press(button: str, given: Fields) -> Part:
        return _compared(*chosen(given))

    lines = ["Two people can agree and both be wrong. Where you differ, look at the text again, together."]
    panel = Panel(
        "compare_with", "Compare with a partner", lines, press, **({} if file else chooser("Compare"))
    )
    if file:
        try:
            data = Path(file).read_bytes()
        except OSError as error:
            raise CourseError(f"{file} cannot be read ({error.strerror}): check its name") from error
        panel.tables = _compared(Path(file).name, data)["tables"]
    return panel


def _compared(name: str, data: bytes) -> Part:
    work, exercises = here()
    theirs, mine = read_partner(work, data, name), answers_in(work, exercises)
    rows, differ = [], []
    for id, exercise in exercises.items():
        if exercise.kind == "write" or exercise.private or id not in theirs or id not in mine:
            continue
        if theirs[id].kind != exercise.kind:
            continue
        pairs = _pairs(exercise, mine[id], theirs[id])
        same = [where for where, one, other in pairs if one == other]
        rows.append([exercise.title, str(len(pairs)), str(len(same))])
        differ += [[exercise.title, where, one, other] for where, one, other in pairs if one != other]
    if not rows:
        raise CourseError(f"{name!r:.120} answers no exercise that you have answered: answer one first")
    tables = [
        {
            "caption": "How often you agree",
            "columns": ["exercise", "both answered", "the same"],
            "rows": rows,
        },
        {
            "caption": "Where you differ",
            "columns": ["exercise", "about", "you", "your partner"],
            "rows": differ,
        },
    ]
    return {"text": "Compared.", "tables": tables[: 1 + bool(differ)]}


def _pairs(exercise: Exercise, mine: Answer, theirs: Answer) -> list[tuple[str, str, str]]:
    """Return what both decided: about what, one's answer, the other's. Marks count by the words they hold."""
    texts = {item.id: item.about for item in exercise.items}
    sides: list[dict[str, str]] = []
    for answer in (mine, theirs):
        if exercise.kind == "mark":
            sides.append({f"{mark['article']}: {mark['exact']}": mark["label"] for mark in answer.value})
            continue
        decided: dict[str, str] = {}
        for path, part in parts_of(exercise, answer.value):
            about = ", ".join((texts.get(path[0], path[0]), *path[1:]))
            decided[about] = " > ".join(part) if isinstance(part, list) else str(part)
        sides.append(decided)
    if exercise.kind == "mark":
        return [(where, *(side.get(where, "not marked") for side in sides)) for where in sides[0] | sides[1]]  # type: ignore[misc]
    return [(where, sides[0][where], sides[1][where]) for where in sides[0] if where in sides[1]]
