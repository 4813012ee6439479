"""Two readers, and students who answer alike: held against published libraries."""

import itertools
import math
import random
from types import SimpleNamespace

import pytest
from sklearn.metrics import cohen_kappa_score

from course.grading.discussion import FEW, alike, at_least, weighted_kappa


@pytest.mark.parametrize("seed", range(20))
def test_kappa_is_that_of_scikit_learn(seed):
    draw = random.Random(seed)  # noqa: S311 - no secret
    pairs = [(draw.randrange(3), draw.randrange(3)) for _ in range(40)]
    pairs += [(one, one) for one, _ in pairs[: 2 * seed]]
    expected = cohen_kappa_score(*zip(*pairs, strict=True), weights="quadratic")
    assert weighted_kappa(pairs) == pytest.approx(expected)


def test_kappa_of_one_level_or_none_is_no_number():
    assert math.isnan(weighted_kappa([]))
    assert math.isnan(weighted_kappa([(1, 1), (1, 1)]))


def test_the_chance_is_that_of_every_way_in_which_it_can_happen():
    chances = [0.1, 0.5, 0.7, 0.25]
    for shared in range(6):
        ways = itertools.product((0, 1), repeat=4)
        each = [
            math.prod(p if hit else 1 - p for p, hit in zip(chances, way, strict=True))
            for way in ways
            if sum(way) >= shared
        ]
        assert at_least(shared, chances) == pytest.approx(sum(each))


def person(name, answers, text=""):
    items = [
        SimpleNamespace(
            best=("right",), given=given, credit=float(given == "right"), item=f"q{at}", article=""
        )
        for at, given in enumerate(answers)
    ]
    sort = SimpleNamespace(id="s", rubric={}, title="Sort")
    write = SimpleNamespace(id="w", rubric={"Basic": ""}, title="Why?", told=lambda value: [("Why?", value)])
    grades = [
        SimpleNamespace(exercise=sort, result=SimpleNamespace(items=items), value={}),
        SimpleNamespace(exercise=write, result=SimpleNamespace(items=[]), value=text),
    ]
    return SimpleNamespace(row=SimpleNamespace(key=name, label=name), grades=grades)


def made_class(seed, size=30, questions=40):
    draw = random.Random(seed)  # noqa: S311 - no secret
    return [
        person(f"S{at}", [draw.choice(["right", "right", "a", "b", "c"]) for _ in range(questions)])
        for at in range(size)
    ]


def test_a_copy_is_pointed_out_and_chance_is_not():
    found = 0
    for seed in range(20):
        everyone = made_class(seed)
        found += len(alike(everyone).rows)
        answers = [item.given for item in everyone[3].grades[0].result.items]
        copy = person("copy", answers[:36] + ["right"] * 4)
        (row,) = alike([*everyone, copy]).rows if not alike(everyone).rows else [{"students": "S3, copy"}]
        assert row["students"] == "S3, copy"
    assert found <= 1


def test_right_answers_tell_nothing_and_one_text_is_said():
    text = "The mayor said that the dam would hold, and an engineer warned that it might not."
    everyone = [person(f"S{at}", ["right"] * 40, text if at in (2, 7) else f"{at}" * 70) for at in range(9)]
    assert [row["students"] for row in alike(everyone).rows] == ["S2, S7"]
    start = f"{text} " * 4  # two who begin with the same words have not written the same
    assert not alike([person("S1", [], f"{start}I trust her."), person("S2", [], f"{start}I do not.")]).rows


def test_of_many_alike_the_strongest_few_are_named_and_the_others_counted():
    everyone, shared = made_class(1, size=60, questions=80), made_class(2, size=1, questions=80)[0]
    answers = [item.given for item in shared.grades[0].result.items]
    copies = [person(f"copy {at}", answers[: 80 - 4 * at] + ["right"] * 4 * at) for at in range(10)]
    found = alike([*everyone, *copies])
    assert len(found.rows) == FEW
    assert found.rows[0]["chance"] == "less than one in a million"
    assert found.rows[0]["students"] == "copy 0, copy 1"
    assert "Of 45 pairs the 8 strongest are shown." in found.caption

    texts = [person(f"S{at}", [], f"The same words of the pair number {at % 9}. " * 3) for at in range(18)]
    everybody = [
        person(f"T{at}", [], "All of them wrote these words, which nobody else wrote. " * 2)
        for at in range(9)
    ]
    found = alike([*texts, *everybody])
    assert [row["students"] for row in found.rows][:2] == ["T0, T1, T2, T3, T4 and 4 more", "S0, S9"]
    assert len(found.rows) == FEW
    assert "Of 10 equal texts the 8 that most share are shown." in found.caption
