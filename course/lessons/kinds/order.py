"""Order: the items of each group in a row. An answer is `{group: [item, ...]}`."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from textwrap import shorten
from typing import Any

from course.corpus.case import Case
from course.corpus.errors import CaseError
from course.lessons.exercises import Exercise, PartPath
from course.lessons.keys import Key, KeyEntry
from course.lessons.scoring import SAID, ItemResult, credits_of


def _best(credits: Mapping[Any, float]) -> list[tuple[str, ...]]:
    """Return the orders with the most credit."""
    return [order for order in credits if credits[order] == max(credits.values())]


@dataclass(frozen=True, eq=False)
class Order(Exercise):
    """An exercise in which the items of each group are put in order."""

    kind = "order"
    fields = frozenset({"item"})
    key_fields = frozenset({"group", "value"})
    has_labels = False
    pattern = "{group: [item, ...]}"
    column = "Place, from 1"

    @cached_property
    def asked(self) -> dict[PartPath, tuple[str, ...]]:
        """Every group, and its items."""
        return {(group,): tuple(item.id for item in items) for group, items in self.groups.items()}

    def misfit(self, path: PartPath, part: Any) -> str:
        """Return what is wrong with the order of a group."""
        wanted = self.asked[path]
        if isinstance(part, list) and sorted(map(repr, part)) == sorted(map(repr, wanted)):
            return ""
        return f"wants each of {', '.join(wanted)} once in {path[0]!r}"

    def worded(self, part: Any) -> str:
        """Return an order in words: the articles that its items come from, or how each begins."""
        items = [item for item in self.items if item.id in part]
        letters = len({item.article for item in items} - {""}) == len(items)
        names = {one.id: one.article if letters else shorten(one.text, 30, placeholder=" …") for one in items}
        return (", " if letters else "; ").join(names.get(id, id) for id in part)

    def told(self, value: Any) -> list[tuple[str, str]]:
        """Return the orders in words, an item a line."""
        texts = {group: [self.texts.get(id, id) for id in value.get(group, ())] for group in self.groups}
        told = {one: [f"{at}. {text}" for at, text in enumerate(order, 1)] for one, order in texts.items()}
        return [(group, "\n".join(lines)) for group, lines in told.items()]

    def read_key(self, entry: KeyEntry) -> Iterator[Key]:
        """Give a key for each reader's order; an article in it stands for its item."""
        for key in entry.keys(entry.labels(), each=False):
            if not isinstance(key.value, list):
                raise CaseError(f"{entry.where} needs value: write the items in order, in a list")
            items = {item.article: item.id for item in self.groups.get(key.group, ())}
            yield replace(key, value=tuple(items.get(one, entry.renamed(one)) for one in map(str, key.value)))

    def score_part(self, path: PartPath, part: Any, keys: tuple[Key, ...]) -> ItemResult:
        """Return how far an order agrees with the keys', and which pair stands most out of place in it."""
        result, full = super().score_part(path, part, keys), [*map(list, _best(credits_of(keys)))]
        far = {min(o.index(a) - o.index(b) for o in full): (a, b) for a, b in combinations(part or (), 2)}
        most = max(far, default=0)
        told = SAID["pair"].format(*(self.worded([one]) for one in far[most])) if most > 0 else ""
        # A shuffled list has half of the pairs right.
        turned = f"{SAID['turned']} " if part and result.credit < 1 / 2 else ""
        return replace(result, swapped=f"{turned}{told * (result.credit > 0)}".strip())

    def credit_of(self, part: Any, credits: Mapping[Any, float]) -> float:
        """Return the share of pairs that stand as in all the best orders, or what this very order gets.

        A pair that two of these put differently is open, and counts neither way. With one order this is
        (Kendall's tau + 1) / 2 (Kendall 1938).
        """
        most = max(credits.values())
        alike = set.intersection(*({*combinations(order, 2)} for order in _best(credits)))
        share = len(alike.intersection(combinations(part, 2))) / len(alike) if alike else 1.0
        return max(most * share, credits.get(tuple(part), 0.0))

    def guess(self, draw: random.Random, keys: Sequence[Key], case: Case, skill: float) -> Any:
        """Return a reader's orders in which neighbours have changed places, the less skill the more."""
        value = {}
        for (group,), items in self.asked.items():
            order = list(draw.choice([key.value for key in keys if key.group == group] or [items]))
            for at in range(len(order) - 1):
                if draw.random() > skill:
                    order[at], order[at + 1] = order[at + 1], order[at]
            value[group] = order
        return value
