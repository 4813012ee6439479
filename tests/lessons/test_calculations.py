"""What the evidence cards' numbers give for claims, as the readings work it out: keys are held against it."""

from functools import reduce
from math import prod

import pytest

from course.corpus.formats import at_step
from course.corpus.readings import load_cards, load_readings

HOW = {"sum": sum, "product": prod, "fall in per cent": lambda pair: 100 * (1 - pair[1] / pair[0])}
CARD = {"id": "E99", "numbers": {"trees": {"2022": 40, "2023": 30}, "price": 2.5}}


def calculate(card, how, of):
    """Return what comes out of a card's numbers, named `people`, `homicides.2023`, or a table for its sum.

    A name that begins with - is taken away.
    """
    values = []
    for name in of:
        found = reduce(at_step, name.removeprefix("-").split("."), card.get("numbers", {}))
        assert found is not None, f"card {card['id']} has no number {name!r}"
        value = sum(found.values()) if isinstance(found, dict) else found
        values.append(-value if name.startswith("-") else value)
    return HOW[how](values)


@pytest.mark.parametrize(
    ("how", "of", "result"),
    [
        ("sum", ["trees"], 70),
        ("sum", ["trees", "-price"], 67.5),
        ("product", ["trees.2023", "price"], 75),
        ("fall in per cent", ["trees.2022", "trees.2023"], 25),
        ("fall in per cent", ["trees.2023", "trees.2022"], pytest.approx(-100 / 3)),
    ],
)
def test_numbers_are_named_by_their_path(how, of, result):
    assert calculate(CARD, how, of) == result


@pytest.mark.parametrize("name", ["trees.2024", "birds", "price.2022", ""])
def test_a_number_that_the_card_has_not_is_named(name):
    with pytest.raises(AssertionError, match=f"card E99 has no number '{name}'"):
        calculate(CARD, "sum", [name])


def test_every_calculation_of_the_readings_can_be_done(case):
    cards = {card["id"]: card for card in load_cards(case)}
    evidence = load_readings(case).evidence
    assert set(evidence["vocabulary"]["how"]) == set(HOW)
    done = [
        calculate(cards[entry["id"]], one["how"], one["of"])
        for entry in evidence["evidence"]
        for one in entry.get("calculation", ())
    ]
    assert len(done) == 11
    assert all(done)
