"""What a teacher changes in a key for a whole class: another answer accepted, an item dropped."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from course.corpus.case import Case
from course.lessons.exercises import Exercise
from course.lessons.key_entry import Key
from course.lessons.scoring import Result, score_usable

Rules = tuple[Mapping[str, Sequence[Any]] | None, Sequence[str] | None]  # {place: [answer]}, [place]


def place_of(key: Key) -> str:
    """Return the name of the decision that a key answers: item, item and article, group, or marked place."""
    if key.end:
        return f"{key.article} {key.start}-{key.end}"
    return " ".join(filter(None, (key.item or key.group, key.article)))


def level_share(exercise: Exercise, level: str) -> float:
    """Return the share of the points that a rubric level gives: of three levels 1, 2/3 and 1/3."""
    levels = list(exercise.rubric)
    return (len(levels) - levels.index(level)) / len(levels)


def score_by(exercise: Exercise, value: Any, keys: tuple[Key, ...], case: Case, rules: Rules) -> Result:
    """Return how an answer that fits its exercise agrees with the keys, under a teacher's rules."""
    before = score_usable(exercise, value, keys, case)
    accepted, dropped = rules
    if not accepted and not dropped:
        return before
    gone, changed = _changed(keys, json.dumps([accepted or {}, list(dropped or ())]))
    if exercise.kind == "mark":  # what stands on a dropped place counts neither for nor against
        value = [mark for mark in value if not any(_meet(mark, key) for key in gone)]
    after = score_usable(exercise, value, changed, case)
    told = {(item.item, item.article): item for item in before.items}
    items = []
    for item in after.items:
        was = told.get((item.item, item.article), item)
        items.append(replace(was, credit=item.credit, best=item.best, accepted=item.credit > was.credit))
    return replace(after, items=tuple(items))


@lru_cache(maxsize=256)  # a class is marked by the same rules: the scoring knows the same keys again
def _changed(keys: tuple[Key, ...], rules: str) -> tuple[list[Key], tuple[Key, ...]]:
    """Return the keys that do not count, and those that do in their place, under rules written as JSON."""
    accepted, dropped = json.loads(rules)
    gone = [key for key in keys if place_of(key) in dropped]
    changed: dict[Key, None] = {}
    for key in keys:
        given = accepted.get(place_of(key), ()) if key not in gone else ()
        right = [tuple(one) if isinstance(one, list) else one for one in given]
        changed |= {replace(key, by="course", value=one, credit=1.0, reason=""): None for one in right}
        if key.value not in right and key not in gone:
            changed[key] = None
    return gone, tuple(changed)


def _meet(mark: Mapping[str, Any], key: Key) -> bool:
    return bool(mark["article"] == key.article and mark["start"] < key.end and key.start < mark["end"])
