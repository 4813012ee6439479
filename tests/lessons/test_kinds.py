"""A kind is one file: a new one, in a folder outside the package, goes from exercise to receipt."""

import ast
import json
import random
import sys
from pathlib import Path

import pytest

from course.corpus.case import open_case
from course.lessons import kinds
from course.lessons.consistency import of_exercises
from course.lessons.exercises import load_exercises
from course.lessons.keys import load_keys
from course.lessons.scoring import sentence, summary
from course.lessons.work import Workspace
from tests.lessons.small_case import EXERCISES, KEYS, write_case

ROOT = Path(__file__).parents[2]
RATE = '''
"""Rate: a whole number from 1 to 5 for each item. An answer is `{item: number}`."""

from dataclasses import dataclass
from functools import cached_property

from course.lessons.exercises import Exercise
from course.lessons.scoring import ItemResult, credits_of, told_by


@dataclass(frozen=True, eq=False)
class Rate(Exercise):
    kind = "rate"
    fields = frozenset({"item"})
    pattern = "{item: number from 1 to 5}"

    @cached_property
    def asked(self):
        return {(item.id,): (1, 2, 3, 4, 5) for item in self.items}

    def misfit(self, path, part):
        return super().misfit(path, None if isinstance(part, bool) else part)

    def score_part(self, path, part, keys):
        near = [weight * (1 - abs(part - value) / 4) for value, weight in credits_of(keys).items() if part]
        return ItemResult(path[0], "", str(part or ""), max(near, default=0.0), **told_by(keys, str))
'''
ASKED = """
[[exercise]]
id = "sure"
kind = "rate"
title = "How sure?"
prompt = "From 1 to 5."
points = 2
[[exercise.item]]
id = "rain"
text = "Rain fell."
[[exercise.item]]
id = "dam"
text = "The dam will hold."
"""
LINE = """
[[exercise]]
id = "guess"
kind = "line"
title = "How often?"
prompt = "Guess."
[[exercise.item]]
id = "times"
text = "Days of rain"
number = true
"""
KEY = """
[[key]]
exercise = "sure"
by = "reader1"
item = "rain"
value = 5
[[key]]
exercise = "sure"
by = "course"
item = "dam"
value = 1
"""


@pytest.fixture
def rate(tmp_path, monkeypatch):
    """A case with an exercise of a kind that the package has not."""
    (tmp_path / "more_kinds").mkdir()
    (tmp_path / "more_kinds" / "rate.py").write_text(RATE, encoding="utf-8")
    monkeypatch.setattr(kinds, "__path__", [*kinds.__path__, str(tmp_path / "more_kinds")])
    yield open_case(write_case(tmp_path, EXERCISES + ASKED, KEYS + KEY))
    sys.modules.pop("course.lessons.kinds.rate", None)
    kinds.kind_of.cache_clear()


def test_a_new_kind_is_one_file_from_exercise_to_receipt(rate, tmp_path):
    assert of_exercises(rate) == []
    asked, keys = load_exercises(rate)["sure"], load_keys(rate)["sure"]
    example = {asked.items[0].id: 1}
    form = f'write {{item: number from 1 to 5}}, such as answer("sure", {json.dumps(example)})'
    assert str(asked.wrong("is wrong")) == f"the exercise 'sure' is wrong: {form}"
    work = Workspace(tmp_path / "work", "The dam")
    work.set(asked, ["rain"], 3)
    work.set(asked, ["dam"], 1)
    stored = work.read(asked)
    assert stored.value == {"rain": 3, "dam": 1}
    result = asked.score(stored.value, keys, rate)
    assert result.points == pytest.approx(2 * (0.5 + 1) / 2)
    told = {one.item: sentence(one) for one in result.items}
    assert told["rain"] == "You answered ‘3’. Better: ‘5’ (Reader 1)."
    assert told["dam"].startswith("You answered ‘1’, as the course did. This is the course’s own answer")
    assert summary(result).startswith("You agree with the key on 1 of 2, and in part on 1. ")
    assert [entry["credit"] for entry in asked.feedback(stored.value, result, rate)] in ([0.5, 1], [1, 0.5])
    assert asked.decisions(stored.value, rate) == {"rain": "3", "dam": "1"}
    assert asked.done({"rain": 3}) == (1, 2)
    assert asked.still_open({"rain": 3}) == "Still open: ‘The dam will hold.’"
    assert asked.usable({"rain": 6, "dam": True, "sun": 1}) == ({}, False)
    assert asked.told({"rain": 3})[1 if asked.items[1].id == "rain" else 0] == ("Rain fell.", "3")
    assert "Rain fell." in asked.on_paper("paragraph")
    assert asked.check(asked.guess(random.Random(1), keys, rate, 0.5)) is None  # noqa: S311 - no secret


def test_a_new_kinds_key_is_checked_by_it(rate, tmp_path):
    text = KEY.replace("value = 5", "value = 9")
    found = of_exercises(open_case(write_case(tmp_path, EXERCISES + ASKED, KEYS + text)))
    assert len(found) == 1
    assert "takes one of 1, 2, 3, 4, 5 for 'rain', not 9" in str(found[0])


def test_an_unknown_kind_is_told_with_those_there_are(tmp_path):
    (error,) = of_exercises(open_case(write_case(tmp_path, EXERCISES + ASKED, KEYS)))
    assert (
        "exercise 'sure' has the kind 'rate': choose one of grid, line, log, mark, order, sort, write"
        in str(error)
    )


def test_no_other_file_of_this_floor_names_a_kind():
    """Whoever has to know a kind asks its class. What other owners hold is listed until it has moved."""
    mine = ["lessons/exercises.py", "lessons/keys.py", "lessons/scoring.py", "lessons/consistency.py"]
    mine += ["corpus/formats.py", "corpus/readings.py", "commands/check.py", "commands/print.py"]
    for name in mine:
        for node in ast.walk(ast.parse((ROOT / "course" / name).read_text("utf-8"))):
            if isinstance(node, ast.Compare):
                words = {one.value for one in ast.walk(node) if isinstance(one, ast.Constant)}
                assert not words & {"mark", "sort", "grid", "order", "write", "line", "log"}, (
                    name,
                    node.lineno,
                )


def test_every_kind_says_what_it_is(tmp_path):
    exercises = load_exercises(open_case(write_case(tmp_path, EXERCISES + LINE, KEYS)))
    assert {one.kind for one in exercises.values()} == {*kinds.names()} - {
        "log"
    }  # of which test_log.py has one
    for one in exercises.values():
        assert one.done(one.empty())[0] == 0
        assert bool(one.finish[0]) == (one.in_text or one.typed)
        assert not (one.written and one.has_labels)
        assert one.still_open(one.empty())
