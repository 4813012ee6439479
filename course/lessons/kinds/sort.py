"""Sort: one of some options for each item. An answer is `{item: option}`."""

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
        # The passages of an exercise beside another stand with that one.
        shown = [one.id for one in made.passages] or dict.fromkeys(one.passage for one in self.items)
        passages, files = ["", *shown], [one.file or one.id for one in made.items]
        place = {one.id: (passages.index(one.passage), files.index(one.file or one.id)) for one in made.items}
        return replace(made, items=tuple(sorted(made.items, key=lambda item: place[item.id])))
