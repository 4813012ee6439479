"""Deserved trust: where something is judged, as much is sound as is not, and the summary tells both."""

from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pytest

from course.corpus.case import open_case
from course.lessons.exercises import load_exercises
from course.lessons.keys import load_keys
from course.lessons.scoring import by_path, credits_of, deserved_trust, summary

ROOT = Path(__file__).parents[1]
CASES = {"the five": ROOT, "the example": ROOT / "course" / "example"}
JUDGES = {"supported", "holds as worded", "the texts support it"}  # an option that trusts what is judged


def of_case(name):
    case = open_case(CASES[name])
    return case, load_exercises(case), load_keys(case)


def counted(exercise, keys):
    """Count what the key trusts, what it does not, and what can be judged either way."""
    kinds = []
    for path, of in by_path(tuple(keys)).items():
        if set(exercise.sound) <= set(exercise.asked[path]):
            full = [answer in exercise.sound for answer, credit in credits_of(of).items() if credit == 1]
            kinds.append("sound" if all(full) else "either" if any(full) else "not")
    return kinds


@pytest.mark.parametrize("name", CASES)
def test_what_is_judged_says_which_answers_trust_it(name):
    _, exercises, _ = of_case(name)
    # The rounds that are private are counted where they are tested.
    judged = {id for id, one in exercises.items() if JUDGES & {*one.options} and not one.private}
    assert judged == {id for id, one in exercises.items() if one.sound and not one.private}
    assert judged


@pytest.mark.parametrize("name", CASES)
def test_as_many_sound_things_are_judged_as_others(name, measured):
    _, exercises, keys = of_case(name)
    judged = [one for one in exercises.values() if one.sound and not one.private]
    for lesson, of_lesson in groupby(judged, lambda one: one.lesson):
        whole = []
        for one in of_lesson:
            kinds = counted(one, keys[one.id])
            whole += kinds
            if len(kinds) > 3:  # claims of one verdict each, and rounds of a few, are counted together
                assert abs(kinds.count("sound") - kinds.count("not")) <= (one.id == "verdict_more"), one.id
                assert kinds.count("either") <= 1, one.id
        told = {kind: whole.count(kind) for kind in ("sound", "not", "either")}
        measured(f"judged, {name}, {lesson}: {told}")
        assert told["sound"] == told["not"] > told["either"], lesson


@pytest.mark.parametrize("name", CASES)
def test_a_summary_tells_the_trust_that_was_deserved_apart_from_the_doubt(name):
    case, exercises, keys = of_case(name)
    asked, of_toy = exercises["toy_verdicts"], keys["toy_verdicts"]
    right = {key.item: key.value for key in of_toy}
    half = len(asked.items) // 2
    both = f"{half} of them hold: you saw that of {{}}. "
    both += f"The other {half} do not, or nobody can tell: you saw that of {{}}"

    def told(answer):
        return deserved_trust(asked.score(answer, of_toy, case))

    assert told(right) == ""  # that all are right says it
    trusting, doubting = asked.sound[0], next(one for one in asked.options if one not in asked.sound)
    assert told(dict.fromkeys(right, trusting)) == both.format(half, 0)
    assert told(dict.fromkeys(right, doubting)) == both.format(0, half)  # caught, whatever the fault
    assert told({}) == both.format(0, 0)
    other = doubting if of_toy[0].value in asked.sound else trusting
    either = asked.score({}, (*of_toy, replace(of_toy[0], value=other)), case)
    assert deserved_trust(either).endswith("; 1 can go either way")
    assert deserved_trust(either) in summary(either)


def test_nothing_is_told_where_one_kind_alone_is_judged_or_nothing_is():
    case, exercises, keys = of_case("the five")
    for id in ("claim_1", "settled", "change_my_mind"):
        assert deserved_trust(exercises[id].score(exercises[id].empty(), keys[id], case)) == "", id
