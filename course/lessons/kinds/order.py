"""Order: the items of each group in a row. An answer is `{group: [item, ...]}`."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from course.analysis.agreement import kendall_tau
from course.corpus.case import Case
from course.corpus.errors import CaseError
from course.lessons.exercises import Exercise, FeedbackEntry, PartPath
from course.lessons.keys import Key, KeyEntry
from course.lessons.scoring import ItemResult, Result, credits_of, result_of


@dataclass(frozen=True, eq=False)
class Order(Exercise):
    """An exercise in which the items of each group are put in order."""

    kind = "order"
    fields = frozenset({"item"})
    key_fields = frozenset({"group", "value"})
    choices = False
    grouped = True
    has_labels = False
    pattern = "{group: [item, ...]}"
    column = "Place, from 1"

    @cached_property
    def asked(self) -> dict[PartPath, tuple[str, ...]]:
        """Every group, and its items."""
        return {(group,): tuple(item.id for item in items) for group, items in self.groups.items()}

    def example(self) -> Any:
        """Return an answer of the right form, to show it."""
        group, items = next(iter(self.groups.items()))
        return {group: [item.id for item in items]}

    def misfit(self, path: PartPath, part: Any) -> str:
        """Return what is wrong with the order of a group."""
        wanted = self.asked[path]
        if isinstance(part, list) and sorted(map(repr, part)) == sorted(map(repr, wanted)):
            return ""
        return f"wants each of {', '.join(wanted)} once in {path[0]!r}"

    def worded(self, part: Any) -> str:
        """Return an order in words, by the articles that its items come from."""
        names = {item.id: item.article or item.id for item in self.items}
        return ", ".join(names[id] for id in part)

    def told(self, value: Any) -> list[tuple[str, str]]:
        """Return the orders in words, an item a line."""
        texts = {item.id: item.about for item in self.items}
        orders = {group: [texts.get(id, id) for id in value.get(group, ())] for group in self.groups}
        return [
            (group, "\n".join(f"{number}. {text}" for number, text in enumerate(order, 1)))
            for group, order in orders.items()
        ]

    def pairs(self, mine: Any, theirs: Any) -> list[tuple[str, str, str]]:
        """Return what two people both put in order."""
        return [
            (group, " > ".join(order), " > ".join(theirs[group]))
            for group, order in mine.items()
            if group in theirs
        ]

    def read_key(self, entry: KeyEntry) -> Iterator[Key]:
        """Give a key for each reader's order; an article in it stands for its item."""
        group = entry.text("group")
        items = {item.article: item.id for item in self.groups.get(group, ())}
        for by, order, reason in entry.by_reader(entry.labels(), each=False):
            if not isinstance(order, list):
                raise CaseError(f"{entry.where} needs value: write the items in order, in a list")
            value = tuple(items.get(one, entry.renamed(one)) for one in map(str, order))
            yield entry.key(by, reason, group=group, value=value)

    def score_part(self, path: PartPath, part: Any, keys: Sequence[Key]) -> ItemResult:
        """Return how far an order agrees with the nearest reader's.

        That is the share of pairs that stand as in that order, (Kendall's tau + 1) / 2, times its credit.
        """
        near = [
            weight * (kendall_tau(part, order) + 1) / 2 for order, weight in credits_of(keys).items() if part
        ]
        return result_of((path[0], ""), self.worded(part or ()), max(near, default=0.0), keys, self.worded)

    def feedback(self, value: Any, result: Result, case: Case) -> list[FeedbackEntry]:
        """Return what a form shows of each group."""
        return [self.feedback_entry(one.item, one) for one in result.items]

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
