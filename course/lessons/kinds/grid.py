"""Grid: one of some options for each item in each article. An answer is `{item: {article: option}}`."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from course.corpus.case import Case
from course.corpus.errors import CaseError
from course.lessons import scoring
from course.lessons.exercises import Exercise
from course.lessons.keys import Key, KeyEntry
from course.lessons.scoring import NEARLY, FeedbackEntry, Result, agreed, feedback_entry, reasons_told

IN_TEXT = "In the text: "  # as feedback.js finds it
DISPUTED = 3  # cells of an exercise that are told though they agree; feedback.js has as many for other kinds


@dataclass(frozen=True, eq=False)
class Grid(Exercise):
    """An exercise in which each item is given one of its options in each article."""

    kind = "grid"
    fields = frozenset({"options", "item", "articles"})
    key_fields = frozenset({"item", "article", "value"})
    pattern = "{item: {article: option}}"

    def read_key(self, entry: KeyEntry) -> Iterator[Key]:
        """Give the keys that an entry makes: it speaks of one article, or has a label for each.

        A reason that the entry does not give is what the fact notes of the article, and the words where it
        stands there: what the fact says of all articles tells nothing of one.
        """
        labels, fact, own = entry.labels(), entry.fact, entry.said.get("article")
        each, reasoned = labels if isinstance(labels, dict) else {}, "reason" in entry.said
        if not own and not each.keys() >= set(self.articles):
            raise CaseError(f"{entry.where} needs article, or a field with a label for each article: add it")
        for article in [own] if own else self.articles:
            words = [f"‘{one['exact']}’" for one in fact.get("words", ()) if one["article"] == article]
            note = fact.get("notes", {}).get(article, "")
            told = [note, f"{IN_TEXT}{'; '.join(words)}" * bool(words)]
            for at, key in enumerate(entry.keys(each.get(article, labels), article=article)):
                # Once, and by whoever made the list: others did not write it.
                # Words alone are the article's: nobody's name stands before them.
                reason = " ".join(filter(None, told * (not at)))
                yield key if reasoned else replace(key, reason=reason, reworded=not note)

    def feedback(self, value: object, result: Result, case: Case) -> list[FeedbackEntry]:
        """Return what a form shows: the cells of one item together; `more` is where they agree, and why.

        The first few that agree though several answers can be defended are not folded.
        """
        found, texts = [], {item.id: item.text for item in self.items}
        alike = [one for one in result.items if one.credit >= NEARLY]
        disputed = sorted((one for one in alike if one.disputed), key=lambda one: -one.disputed)
        folded = {*alike}.difference(disputed[:DISPUTED])
        for id, group in groupby(result.items, lambda one: one.item):
            cells = list(group)
            said: dict[bool, dict[str, list[str]]] = {False: {}, True: {}}
            why = [dict.fromkeys((who, "", text) for who, _, text in cell.reasons) for cell in cells]
            row = [one for one in why[0] if cells[1:] and all(one in reasons for reasons in why)]
            for cell in cells:  # with its reasons, each in a line below
                own = [one for one in cell.reasons if (one[0], "", one[2]) not in row]
                own = [(who, answer * (IN_TEXT not in why), why) for who, answer, why in own]
                told = "\n".join([scoring.sentence(cell, whose=False), *reasons_told(own)])
                said[cell in folded].setdefault(told, []).append(cell.article)
            differ, rest = ([f"{', '.join(at)}: {told}" for told, at in one.items()] for one in said.values())
            (differ or rest).extend(reasons_told(row))  # is told of the whole row, once
            share = sum(one.credit >= NEARLY for one in cells) / len(cells)
            entry = feedback_entry(texts[id]) | {"verdict": f"{agreed(cells)}.", "credit": share}
            found.append(entry | {"lines": differ, "more": rest, "disputed": int(bool(differ))})
        return found
