"""Grid: one of some options for each item in each article. An answer is `{item: {article: option}}`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from course.corpus.case import Case
from course.corpus.errors import CaseError
from course.lessons.exercises import Exercise, FeedbackEntry, PartPath
from course.lessons.keys import Key, KeyEntry
from course.lessons.scoring import NEARLY, ItemResult, Result, sentence


@dataclass(frozen=True, eq=False)
class Grid(Exercise):
    """An exercise in which each item is given one of its options in each article."""

    kind = "grid"
    fields = frozenset({"options", "item", "articles"})
    needs = frozenset({"item", "articles"})
    key_fields = frozenset({"item", "article", "value"})
    pattern = "{item: {article: option}}"

    @cached_property
    def asked(self) -> dict[PartPath, tuple[str, ...]]:
        """Every cell, and the options offered for it."""
        return {(item.id, id): item.options or self.options for item in self.items for id in self.articles}

    def parts(self, value: Any) -> list[tuple[PartPath, Any]]:
        """Return an answer taken apart: item and article of each cell, and it. Raises CourseError."""
        if not isinstance(value, dict) or not all(isinstance(row, dict) for row in value.values()):
            raise self.wrong("wants its answer in another form")
        return [((item, article), cell) for item, row in value.items() for article, cell in row.items()]

    def unknown(self, path: PartPath) -> str:
        """Return what to say of a cell that is not asked for."""
        if len(path) == 2 and any(path[0] == item.id for item in self.items):
            return f"is about the articles {', '.join(self.articles)}, not {path[1]!r}"
        return super().unknown(path)

    def with_part(self, value: Any, path: PartPath, part: Any) -> Any:
        """Return an answer with one cell set, or taken back where `part` is None or no text."""
        row = super().with_part(value.get(path[0], {}), path[1:], part)
        return super().with_part(value, path, row or None)

    def read_key(self, entry: KeyEntry) -> Iterator[Key]:
        """Give the keys that an entry makes: it speaks of one article, or has a label for each."""
        labels = entry.labels()
        if "article" in entry.said:
            article = entry.text("article")
            cells = {article: labels[article] if isinstance(labels, dict) and article in labels else labels}
        elif isinstance(labels, dict) and set(self.articles) <= set(labels):
            cells = {id: labels[id] for id in self.articles}
        else:
            raise CaseError(f"{entry.where} needs article, or a field with a label for each article: add it")
        for article, label in cells.items():
            for at, (by, one, reason) in enumerate(entry.by_reader(label)):
                yield entry.key(
                    by,
                    reason or ("" if at else _noted(entry.fact, article)),  # told once
                    item=entry.text("item"),
                    article=article,
                    value=entry.renamed(one),
                )

    def feedback(self, value: Any, result: Result, case: Case) -> list[FeedbackEntry]:
        """Return what a form shows: the cells of one item stand together."""
        texts = {item.id: item.text for item in self.items}
        return [
            self._row(texts[id], list(cells)) for id, cells in groupby(result.items, key=lambda one: one.item)
        ]

    def _row(self, text: str, cells: Sequence[ItemResult]) -> FeedbackEntry:
        """Return one row: `more` is what is as in the key and why. A reason for all of it is told once."""
        reasons = [dict.fromkeys(f"{one.who}: {one.text}" for one in cell.reasons) for cell in cells]
        of_all = [reason for reason in reasons[0] if all(reason in one for one in reasons)]
        said: dict[bool, dict[str, list[str]]] = {False: {}, True: {}}
        for cell, own in zip(cells, reasons, strict=True):
            told = [sentence(cell, whose=False), *(reason for reason in own if reason not in of_all)]
            said[cell.credit >= NEARLY].setdefault(" ".join(told), []).append(cell.article)
        differ, rest = ([f"{', '.join(ids)}: {told}" for told, ids in some.items()] for some in said.values())
        rest += of_all
        full = sum(one.credit >= NEARLY for one in cells)
        entry = self.feedback_entry(text, lines=differ or rest)
        entry["verdict"], entry["credit"] = f"{full} of {len(cells)} as in the key.", full / len(cells)
        entry["more"] = rest if differ else []
        return entry

    @property
    def paper_columns(self) -> Sequence[str]:
        """The columns to write in."""
        return self.articles


def _noted(fact: Mapping[str, Any], article: str) -> str:
    """Return what a fact tells of one article: its note, and the words where it stands."""
    words = [f"‘{one['exact']}’" for one in fact.get("words", ()) if one["article"] == article]
    told = [fact.get("notes", {}).get(article, ""), f"See {'; '.join(words)}." if words else ""]
    return " ".join(filter(None, told))
