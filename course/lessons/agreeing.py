"""How far people agree on an exercise, beyond what chance would give: in a panel, which no file keeps."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from course.analysis.agreement import alpha_interval, krippendorff_alpha
from course.corpus.case import Case
from course.corpus.errors import CourseError
from course.lessons.at_hand import find_exercise, keys_in
from course.lessons.controls_work import _chooser as chooser
from course.lessons.controls_work import _chosen as chosen
from course.lessons.exercises import Exercise
from course.lessons.forms import Panel, Part
from course.lessons.key_entry import READERS, Key, name_of
from course.lessons.portfolio import read_partner
from course.lessons.values import Decisions, decisions, usable

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
