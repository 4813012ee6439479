"""One [[key]] of a readings file: what it says, and what it takes from the fact it names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from course.analysis.agreement import WORD
from course.corpus.case import Case
from course.corpus.errors import CaseError, CourseError
from course.lessons.entries import check, check_keys, place_of, text_of
from course.lessons.exercises import Exercise
from course.lessons.values import check_part

READERS = ("reader1", "reader2", "reader3")
BY = (*READERS, "course")
_NAMES = {"exercise", "by", "reason", "credit", "fact", "field"}
_OF_KIND = {
    "sort": {"item", "value"},
    "grid": {"item", "article", "value"},
    "order": {"group", "value"},
    "mark": {"article", "exact", "prefix", "value"},
    "write": {"level", "sample"},
}


@dataclass(frozen=True, slots=True, eq=False)  # told apart by identity: a class's answers look them up often
class Key:
    """One answer of one reader of the key, or of the course: the form is that of a student's answer."""

    exercise: str
    by: str
    reason: str = ""
    item: str = ""
    article: str = ""
    start: int = 0
    end: int = 0
    group: str = ""
    value: str | tuple[str, ...] = ""
    level: str = ""
    sample: str = ""
    credit: float = 1


def name_of(by: str) -> str:
    """Return what a reader of the key is called in a sentence."""
    return "The course" if by == "course" else f"Reader {by.removeprefix('reader')}"


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """A [[key]], and the fact it names (empty where it names none): what it says is in either."""

    case: Case
    exercise: Exercise
    key: dict[str, Any]
    fact: dict[str, Any]
    values: dict[str, str]
    where: str

    def read(self) -> Iterator[Key]:
        """Give a key for each place, article, reader and label. Raises CaseError where something is wrong."""
        check_keys(self.key, _NAMES | _OF_KIND[self.exercise.kind], self.where)
        names = ("item", "group", "level", "sample")
        item, group, level, sample = (text_of(self.key, name, self.where, "") for name in names)
        for place in self._places():
            for article, labels in self._by_article():
                for by, label, reason in self._by_reader(labels):
                    yield self._checked(
                        Key(
                            exercise=self.exercise.id,
                            by=by,
                            reason=reason or self._told_of(article),
                            item=item,
                            article=place[0] or article,
                            start=place[1],
                            end=place[2],
                            group=group,
                            value=self._value(label, group),
                            level=level,
                            sample=sample,
                            credit=self._credit(by),
                        )
                    )

    def _credit(self, by: str) -> float:
        credit = self.key.get("credit", 1)
        good = (
            isinstance(credit, int | float)
            and 0 <= credit <= 1
            and (by == "course" or "credit" not in self.key)
        )
        check(good, self.where, "has a credit: only the course's own answers have one, from 0 to 1")
        return float(credit)

    def _places(self) -> list[tuple[str, int, int]]:
        """Return where a mark belongs: the key's words, or the fact's words or paragraph."""
        if self.exercise.kind != "mark":
            return [("", 0, 0)]
        if "exact" not in self.key and "paragraph" in self.fact:
            article = text_of(self.fact, "article", self.where)
            spans = [span for span in self.case[article].paragraphs if span.number == self.fact["paragraph"]]
            return [(article, span.start, span.end) for span in spans]
        source = self.key if "exact" in self.key else self.fact
        places = [place_of(self.case, words, self.where) for words in source.get("words", [source])]
        return [place for place in places if place[0] in self.exercise.articles]

    def _by_article(self) -> list[tuple[str, Any]]:
        """Return the labels of each article that a grid's key speaks about; "" in other kinds."""
        labels: Any = self.key.get("value", "")
        if "value" not in self.key and self.exercise.kind != "write":
            labels, field = self.fact, text_of(self.key, "field", self.where)
            for name in field.split("."):
                good = isinstance(labels, dict) and name in labels
                check(good, self.where, f"names the field {field!r}, which its fact has not: correct it")
                labels = labels[name]
        if self.exercise.kind != "grid":
            return [("", labels)]
        if "article" in self.key:
            article = text_of(self.key, "article", self.where)
            return [
                (article, labels.get(article) if isinstance(labels, dict) and article in labels else labels)
            ]
        good = isinstance(labels, dict) and set(self.exercise.articles) <= set(labels)
        check(good, self.where, "needs article, or a field with a label for each article: add it")
        return [(id, labels[id]) for id in self.exercise.articles]

    def _by_reader(self, labels: Any) -> Iterator[tuple[str, Any, str]]:
        """Give each reader's name, label and reason; a list that is no order is one label after another."""
        if not isinstance(labels, dict):
            labels = {text_of({**self.fact, **self.key}, "by", self.where): labels}
        known = labels and set(labels) <= set(BY)
        check(known, self.where, f"is by {', '.join(map(str, labels))}: choose from {', '.join(BY)}")
        clues = "; ".join(f"‘{clue['exact']}’: {clue['why']}" for clue in self.fact.get("clues", []))
        said = self.fact.get("meaning", self.fact.get("note", ""))
        if self.exercise.kind == "mark":  # what the marked words claim
            said = f"{self.fact.get('claim', '')} {said}".strip()
        reasons = self.key.get("reason", self.fact.get("reason", clues or said))
        for by, given in labels.items():
            reason = reasons.get(by, "") if isinstance(reasons, dict) else reasons
            check(isinstance(reason, str), self.where, "needs reason: write it as text")
            several = isinstance(given, list) and self.exercise.kind != "order"
            for label in given if several else [given]:
                yield by, label, reason

    def _told_of(self, article: str) -> str:
        """Return what a grid's fact tells of one article: its note, and the words where it stands."""
        if not article:
            return ""
        words = [f"‘{one['exact']}’" for one in self.fact.get("words", ()) if one["article"] == article]
        told = [self.fact.get("notes", {}).get(article, ""), f"See {'; '.join(words)}." if words else ""]
        return " ".join(filter(None, told))

    def _value(self, label: Any, group: str) -> str | tuple[str, ...]:
        """Return a label as the exercise calls it: [values] renames, and an article is its group's item."""
        if self.exercise.kind != "order":
            return self.values.get(label, label) if isinstance(label, str) else "?"
        check(isinstance(label, list), self.where, "needs value: write the items in order, in a list")
        items = {item.article: item.id for item in self.exercise.groups.get(group, ())}
        return tuple(items.get(one, self.values.get(one, one)) for one in map(str, label))

    def _checked(self, key: Key) -> Key:
        exercise, where = self.exercise, self.where
        if exercise.kind == "write":
            check(
                key.level in exercise.rubric,
                where,
                f"needs level: choose one of {', '.join(exercise.rubric)}",
            )
        elif exercise.kind == "mark":
            words = WORD.search(self.case[key.article].raw, key.start, key.end)
            check(words, where, "marks a place without a word in it: choose other words")
            good = key.value in exercise.labels and key.article in exercise.articles
            check(
                good,
                where,
                f"marks {key.article} with {key.value!r}, which the exercise does not: correct it",
            )
            numbers = ", ".join(map(str, exercise.paragraphs))
            spans = [p for p in self.case[key.article].paragraphs if p.number in exercise.paragraphs]
            shown = any(span.start <= key.start and key.end <= span.end for span in spans)
            check(
                shown or not exercise.paragraphs,
                where,
                f"marks words outside the paragraphs that the exercise shows, {numbers}: choose words inside",
            )
        else:
            check(key.value, where, "needs value: write what the reader answered")
            path = (key.item, key.article) if exercise.kind == "grid" else (key.item or key.group,)
            try:
                check_part(exercise, path, list(key.value) if isinstance(key.value, tuple) else key.value)
            except CourseError as error:
                raise CaseError(f"{where}: {error}") from error
        return key
