"""Grid: one of some options for each item in each article. An answer is `{item: {article: option}}`."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from course.corpus.errors import CaseError, need
from course.lessons.exercises import Exercise
from course.lessons.keys import Key, KeyEntry


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
        said = f"{entry.where} needs article, or a field with a label for each article: add it"
        need(own or each.keys() >= set(self.articles), said, CaseError)
        for article in [own] if own else self.articles:
            words = [f"‘{one['exact']}’" for one in fact.get("words", ()) if one["article"] == article]
            note = fact.get("notes", {}).get(article, "")
            told = [note, f"In the text: {'; '.join(words)}" * bool(words)]  # as feedback.js finds it
            for at, key in enumerate(entry.keys(each.get(article, labels), article=article)):
                # Once, and by whoever made the list: others did not write it.
                # Words alone are the article's: nobody's name stands before them.
                reason = " ".join(filter(None, told * (not at)))
                yield key if reasoned else replace(key, reason=reason, reworded=not note)
