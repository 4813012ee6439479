"""What can be worked out from the numbers of an evidence card."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import prod
from typing import Any

from course.corpus.errors import CourseError

HOW: dict[str, Callable[[list[float]], float]] = {
    "sum": sum,
    "product": prod,
    "fall in per cent": lambda pair: 100 * (1 - pair[1] / pair[0]),
}


def calculate(card: Mapping[str, Any], how: str, of: Iterable[str]) -> float:
    """Return what comes out of a card's numbers: their sum, product, or fall from first to second.

    `of` names numbers: `people`, `homicides.2023`, or a whole table, which stands for its sum; a name that
    begins with - is taken away. Raises CourseError for a number that the card has not.

    >>> card = {"id": "E99", "numbers": {"trees": {"2022": 40, "2023": 30}, "price": 2.5}}
    >>> calculate(card, "fall in per cent", ["trees.2022", "trees.2023"])
    25.0
    >>> calculate(card, "sum", ["trees", "-trees.2022"])
    30
    """
    return HOW[how]([_number(card, name) for name in of])


def _number(card: Mapping[str, Any], name: str) -> float:
    found: Any = card.get("numbers", {})
    for key in name.removeprefix("-").split("."):
        if not isinstance(found, Mapping) or key not in found:
            raise CourseError(
                f"card {card['id']} has no number {name!r}: correct the name, or add the number"
            )
        found = found[key]
    value: float = sum(found.values()) if isinstance(found, Mapping) else found
    return -value if name.startswith("-") else value
