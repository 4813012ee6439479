"""Grid: one of some options for each item in each article. An answer is `{item: {article: option}}`."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from course.corpus.case import Case
from course.corpus.errors import CaseError
from course.lessons.exercises import Exercise
from course.lessons.keys import Key, KeyEntry
from course.lessons.scoring import NEARLY, FeedbackEntry, Result, agreed, feedback_entry, grouped, sentence


@dataclass(frozen=True, eq=False)
class Grid(Exercise):
    """An exercise in which each item is given one of its options in each article."""

    kind = "grid"
    fields = frozenset({"options", "item", "articles"})
    key_fields = frozenset({"item", "article", "value"})
    pattern = "{item: {article: option}}"

    def read_key(self, entry: KeyEntry) -> Iterator[Key]:
        """Give the keys that an entry makes: it speaks of one article, or has a label for each.

        A reason may be what the fact notes of the article, and the words where it stands there.
        """
        labels, fact, own = entry.labels(), entry.fact, entry.said.get("article")
        each = labels if isinstance(labels, dict) else {}
        if not own and not each.keys() >= set(self.articles):
            raise CaseError(f"{entry.where} needs article, or a field with a label for each article: add it")
        for article in [own] if own else self.articles:
            words = [f"‘{one['exact']}’" for one in fact.get("words", ()) if one["article"] == article]
            told = [fact.get("notes", {}).get(article, ""), f"See {'; '.join(words)}." if words else ""]
            for at, key in enumerate(entry.keys(each.get(article, labels), article=article)):
                # Once, and by whoever made the list: others did not write it.
                yield replace(key, reason=key.reason or ("" if at else " ".join(filter(None, told))))

    def feedback(self, value: object, result: Result, case: Case) -> list[FeedbackEntry]:
        """Return what a form shows: the cells of one item together; `more` is why, and what agrees.

        A reason for all cells is told once; where the readers answered alike throughout, that of one of them.
        """
        found, texts = [], {item.id: item.text for item in self.items}
        for id, group in groupby(result.items, lambda one: one.item):
            cells = list(group)
            reasons = [dict.fromkeys(f"{who}: {why}" for who, _, why in cell.reasons) for cell in cells]
            of_all = [reason for reason in reasons[0] if all(reason in one for one in reasons)]
            told_once = of_all if any(cell.differed for cell in cells) else of_all[:1]
            said: tuple[list[tuple[str, str]], ...] = ([], [], [])  # of cells that differ, of others, and why
            for cell, own in zip(cells, reasons, strict=True):
                told, why = sentence(cell, whose=False), [one for one in own if one not in of_all]
                if cell.credit < NEARLY:
                    said[0].append((" ".join([told, *why]), cell.article))
                else:
                    said[1].append((told, cell.article))
                    said[2].extend((one, cell.article) for one in why)
            each = (grouped(pairs).items() for pairs in said)
            differ, rest, whys = ([f"{', '.join(at)}: {told}" for told, at in one] for one in each)
            whys += told_once
            entry = feedback_entry(texts[id])
            full = sum(one.credit >= NEARLY for one in cells)
            entry["verdict"], entry["credit"] = f"{agreed(cells)}.", full / len(cells)
            entry["lines"], entry["more"] = (differ, rest + whys) if differ else (rest, whys)
            found.append(entry)
        return found
