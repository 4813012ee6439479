"""Sort: one of some options for each item. An answer is `{item: option}`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from course.lessons.exercises import Exercise


@dataclass(frozen=True, eq=False)
class Sort(Exercise):
    """An exercise in which each item is given one of its options."""

    kind = "sort"
    pattern = "{item: option}"
    shows_cards = True

    def in_order(self) -> Self:
        """Return the exercise with what is about one passage or article together, to be looked up at once."""
        made = super().in_order()
        order = ["", *(one.id for one in made.passages), *(item.file or item.id for item in made.items)]
        items = sorted(
            made.items, key=lambda item: (order.index(item.passage), order.index(item.file or item.id))
        )
        return replace(made, items=tuple(items))
