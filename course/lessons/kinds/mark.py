"""Mark: stretches of text, each with a label. An answer is a list of marks, `{article, start, end, ...}`."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from textwrap import shorten
from typing import Any

from course.analysis.agreement import WORD, span_overlap
from course.corpus.annotation import AROUND, Annotation, find_words
from course.corpus.article import Article
from course.corpus.case import Case
from course.corpus.errors import CaseError, CourseError
from course.lessons import paper
from course.lessons.exercises import Decisions, Exercise, FeedbackEntry, PartPath
from course.lessons.keys import Key, KeyEntry
from course.lessons.scoring import ItemResult, Result, credits_of, result_of

MAX_MARKS = 2_000
HALF = 0.5  # of a reader's span: enough to say that it has the reader's label
ROWS = 14  # on paper, to write marks on
LONG = 160  # characters of marked words that feedback repeats: the text above it has them whole
_TEXTS = ("article", "exact", "prefix", "label")
_MARK = {*_TEXTS, "start", "end"}


def mark_of(article: Article, start: int, end: int, label: str) -> dict[str, Any]:
    """Return a mark as it is stored, with the words it holds and those before it."""
    raw, prefix = article.raw, article.raw[max(0, start - AROUND) : start]
    return {
        "article": article.id,
        "start": start,
        "end": end,
        "exact": raw[start:end],
        "prefix": prefix,
        "label": label,
    }


@dataclass(frozen=True, eq=False)
class Mark(Exercise):
    """An exercise in which stretches of the articles, or of some paragraphs, are given labels."""

    kind = "mark"
    shape = list
    fields = frozenset({"labels", "paragraphs", "articles"})
    needs = frozenset({"labels", "articles"})
    key_fields = frozenset({"article", "exact", "prefix", "value"})
    choices = False
    in_text = True
    opens_by_button = True
    finish = (
        "Your marks: {}. Press the button when you have found all you can find.",
        "I have finished marking",
    )
    pattern = "[{article, exact, label}, ...], with prefix where the words stand there twice"

    @cached_property
    def asked(self) -> dict[PartPath, tuple[str, ...]]:
        """Marking, which is one decision."""
        return {("add",): self.labels}

    def example(self) -> Any:
        """Return an answer of the right form, to show it."""
        words = "words as they stand there"
        return [{"article": self.articles[0], "exact": words, "label": self.labels[0]}]

    def parts(self, value: Any) -> list[tuple[PartPath, Any]]:
        """Return the marks, each as something to add. Raises CourseError."""
        if not isinstance(value, list) or len(value) > MAX_MARKS:
            raise self.wrong(f"is a list of at most {MAX_MARKS} marks")
        return [(("add",), mark) for mark in value]

    def check_part(self, path: PartPath, part: Any) -> None:
        """Raise CourseError where something is no mark here; `path` is ("add",) or ("remove",)."""
        good = isinstance(part, dict) and part.keys() == _MARK
        good = good and all(type(part[name]) is str for name in _TEXTS)
        good = good and type(part["start"]) is type(part["end"]) is int
        if not (good and 0 <= part["start"] < part["end"] and len(part["prefix"]) <= AROUND):
            raise self.wrong("is made of marks with article, start, end, exact, prefix and label")
        if part["article"] not in self.articles or part["label"] not in self.labels:
            raise self.wrong(
                f"marks {', '.join(self.articles)} with {', '.join(self.labels)},"
                f" not {part['article']!r:.40} with {part['label']!r:.40}"
            )
        if len(part["exact"]) != part["end"] - part["start"]:
            raise self.wrong(f"has a mark whose words {part['exact']!r:.60} are not as long as its place")

    def with_part(self, value: Any, path: PartPath, part: Any) -> Any:
        """Return marks with one added or removed; a mark is the same where place and label are."""
        others = [mark for mark in value if _identity(mark) != _identity(part)]
        if len(others) == MAX_MARKS:
            raise self.wrong(f"holds at most {MAX_MARKS} marks")
        return others if path == ("remove",) else [*others, part]

    def put_over(self, value: Any, given: Any) -> tuple[Any, bool]:
        """Return no mark, since other marks replace all, and whether one is lost."""
        return [], any(mark not in given for mark in value)

    def done(self, value: Any) -> tuple[int, int]:
        """Return whether there is a mark: marking is one decision."""
        return int(bool(value)), 1

    def place(self, value: Any, case: Case) -> Any:
        """Return marks that a person wrote, {article, exact, label} (+ prefix), with their words' places."""
        placed = []
        for _, mark in self.parts(value):
            names = ("article", "exact", "label")
            if not isinstance(mark, dict) or not all(isinstance(mark.get(name), str) for name in names):
                raise self.wrong("is made of marks with article, exact and label")
            article = case[mark["article"]]
            start, end = mark.get("start"), mark.get("end")
            if type(start) is not int or type(end) is not int or article.raw[start:end] != mark["exact"]:
                start, end = find_words(article.raw, mark["exact"], str(mark.get("prefix", "")))
            placed.append(mark_of(article, start, end, mark["label"]))
        return placed

    def about(self, thing: str) -> str:
        """Return in words which paragraph a decision is about."""
        article, _, paragraph = thing.partition(" ")
        return f"article {article}, paragraph {paragraph}"

    def decisions(self, value: Any, case: Case) -> Decisions:
        """Return the label that most of each paragraph's marked characters bear; none without a mark."""
        found = {}
        for id in self.articles:
            for paragraph in case[id].paragraphs:
                if self.paragraphs and paragraph.number not in self.paragraphs:
                    continue
                sizes: Counter[str] = Counter()
                for mark in value:
                    shared = min(mark["end"], paragraph.end) - max(mark["start"], paragraph.start)
                    if mark["article"] == id and shared > 0:
                        sizes[mark["label"]] += shared
                if sizes:
                    found[f"{id} {paragraph.number}"] = sizes.most_common(1)[0][0]
        return found

    def decisions_of(self, keys: Sequence[Key], case: Case) -> Decisions:
        """Return the label of each paragraph that the keys of one reader mark."""
        marks = [
            {"article": key.article, "start": key.start, "end": key.end, "label": key.value} for key in keys
        ]
        return self.decisions(marks, case)

    def told(self, value: Any) -> list[tuple[str, str]]:
        """Return each mark's article and label, and its words."""
        return [(f"{mark['article']}: {mark['label']}", mark["exact"]) for mark in value]

    def pairs(self, mine: Any, theirs: Any) -> list[tuple[str, str, str]]:
        """Return how two people labelled the words that one of them marked."""
        sides = [
            {f"{mark['article']}: {mark['exact']}": mark["label"] for mark in value}
            for value in (mine, theirs)
        ]
        return [
            (words, sides[0].get(words, "not marked"), sides[1].get(words, "not marked"))
            for words in sides[0] | sides[1]
        ]

    # --- keys, and how far marks agree with them

    def read_key(self, entry: KeyEntry) -> Iterator[Key]:
        """Give a key for each place, reader and label; a reason may be what the marked words claim."""
        claim = entry.fact.get("claim", "")
        said = f"{claim} {entry.noted()}".strip()
        for article, start, end in self._places_of(entry):
            for by, label, reason in entry.by_reader(entry.labels(), noted=said):
                value = entry.renamed(label)
                yield entry.key(by, reason, article=article, start=start, end=end, value=value)

    def _places_of(self, entry: KeyEntry) -> Iterator[tuple[str, int, int]]:
        """Give where a key's marks belong: its own words, or the words or paragraph of its fact."""
        source = entry.said if "exact" in entry.said else entry.fact
        if "paragraph" in source:
            for span in entry.case[source["article"]].paragraphs:
                if span.number == source["paragraph"]:
                    yield source["article"], span.start, span.end
            return
        for words in source.get("words", [source]):
            id = words["article"]
            try:
                place = find_words(entry.case[id].raw, words["exact"], words.get("prefix", ""))
            except CourseError as error:
                raise CaseError(f"{entry.where}, article {id}: {error}") from error
            if id in self.articles or source is entry.said:
                yield id, *place

    def check_key(self, key: Key, case: Case) -> None:
        """Raise CourseError where a key marks what the exercise does not ask about."""
        if key.value not in self.labels or key.article not in self.articles:
            raise CourseError(
                f"it marks {key.article} with {key.value!r}, which the exercise does not: correct it"
            )
        article = case[key.article]
        if not WORD.search(article.raw, key.start, key.end):
            raise CourseError("it marks a place without a word in it: choose other words")
        spans = [one for one in article.paragraphs if one.number in self.paragraphs]
        if spans and not any(one.start <= key.start and key.end <= one.end for one in spans):
            numbers = ", ".join(map(str, self.paragraphs))
            raise CourseError(
                f"it marks words outside the paragraphs that are shown, {numbers}: choose words inside"
            )

    def unanswered(self, keys: Sequence[Key]) -> str:
        """Return no text: much of a text needs no mark."""
        return ""

    def score(self, value: Any, keys: Sequence[Key], case: Case) -> Result:
        """Return 2 x agreed / (marked + read), in characters of words; of several readings the best counts.

        Where there is one label only, the question is how a text is cut, and marks are counted by how closely
        each fits.
        """
        marks = [
            Annotation(mark["article"], mark["start"], mark["end"], mark["label"])
            for mark in self.usable(value)[0]
        ]
        against = [self._against(marks, one, case) for one in _readings(keys)]
        share, items = max(against, key=lambda one: one[0], default=(0.0, []))
        if not items:
            return Result(self.id, None, self.points)
        return Result(self.id, share * self.points, self.points, tuple(items))

    def _against(
        self, marks: Sequence[Annotation], keys: Sequence[Key], case: Case
    ) -> tuple[float, list[ItemResult]]:
        """Return the share agreed on with keys that lie apart, and each place's result."""
        cuts = len(self.labels) == 1
        agreed = total = 0.0
        closest: dict[Annotation, float] = {}
        items: list[ItemResult] = []
        for article in self.articles:
            raw, here = case[article].raw, [mark for mark in marks if mark.article == article]
            places = _places(keys, article)
            credits = {place: credits_of(at) for place, at in places.items()}
            spans = [Annotation(article, *place, label) for place, by in credits.items() for label in by]
            overlap = span_overlap(raw, here, spans)
            matches = {match.span: match for match in overlap.matches}
            for place, at in places.items():
                labels = [(matches[Annotation(article, *place, label)], label) for label in credits[place]]
                rights = [
                    (match.fit if cuts else match.covered, credits[place][label], match, label)
                    for match, label in labels
                ]
                share, credit, match, label = max(rights, key=lambda one: one[0] * one[1])
                size = 1 if cuts else match.size
                agreed, total = agreed + size * share * credit, total + size
                if cuts and match.mark:
                    closest[match.mark] = max(share, closest.get(match.mark, 0.0))
                given = label if share >= HALF else match.instead or (label if share else "")
                words = raw[slice(*place)]
                told = result_of((words, article), given, share * credit, at)
                items.append(replace(told, shared=share))
            items += [
                ItemResult(raw[mark.start : mark.end], article, mark.label, marked=True)
                for mark in overlap.extra
                if not any(mark.start < end and start < mark.end for start, end in places)
            ]
            total += 0 if cuts else overlap.marked
        if cuts:
            agreed, total = sum(closest.values()), total + len(marks)
        return min(1.0, 2 * agreed / total) if total else 0.0, items

    def feedback(self, value: Any, result: Result, case: Case) -> list[FeedbackEntry]:
        """Return what a form shows of each mark, and each place that was missed."""
        found = []
        for one in result.items:
            entry = self.feedback_entry("", one)
            entry["article"], entry["words"] = one.article, shorten(one.item, LONG, placeholder=" …")
            found.append(entry)
        return found

    def on_paper(self, unit: str) -> str:
        """Return as HTML a table to write marks in."""
        columns = ["Article", unit.title(), "First and last words", "Number of the label"]
        return paper.table("Your marks", columns, ["<td></td>"] * ROWS)

    def guess(self, draw: random.Random, keys: Sequence[Key], case: Case, skill: float) -> Any:
        """Return some of the readers' marks, their edges a little off, and a few that nobody has."""
        places = [(key.article, key.start, key.end, key.value) for key in keys if draw.random() < skill]
        for _ in range(draw.randint(0, 3)):
            article = case[draw.choice(self.articles)]
            sentence = draw.choice(article.sentences)
            places.append((article.id, sentence.start, sentence.end, draw.choice(self.labels)))
        marks = {}
        for id, low, high, label in places:
            size = len(case[id].raw)
            start = min(max(0, low + draw.randint(-3, 3)), size - 1)
            end = min(max(start + 1, high + draw.randint(-3, 3)), size)
            given = str(draw.choice([label] if draw.random() < skill else self.labels))
            marks[id, start, end] = mark_of(case[id], start, end, given)
        return list(marks.values())


def _identity(mark: Mapping[str, Any]) -> tuple[Any, ...]:
    return mark["article"], mark["start"], mark["end"], mark["label"]


def _places(keys: Sequence[Key], article: str) -> dict[tuple[int, int], list[Key]]:
    """Return the places of an article that have a key, in its order."""
    found: dict[tuple[int, int], list[Key]] = {}
    for key in sorted((key for key in keys if key.article == article), key=lambda key: (key.start, key.end)):
        found.setdefault((key.start, key.end), []).append(key)
    return found


def _readings(keys: Sequence[Key]) -> list[Sequence[Key]]:
    """Return all keys together or, where the readers cut the text differently, those of each reader."""
    places = sorted({(key.article, key.start, key.end) for key in keys})
    if any(one[0] == other[0] and other[1] < one[2] for one, other in pairwise(places)):
        return [[key for key in keys if key.by == by] for by in sorted({key.by for key in keys})]
    return [keys] if keys else []
