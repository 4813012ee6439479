"""What students are asked: the exercises of seeds/exercises/. Each is an instance of its kind's class.

`Exercise` does what most kinds do: one decision on each item, an answer `{item: part}`. What a kind does
otherwise stands in its own file in kinds/, and nowhere else.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypedDict, TypeVar

from course.corpus.annotation import find_words
from course.corpus.case import Case, read_toml
from course.corpus.errors import CaseError, CourseError
from course.corpus.formats import unusable, where_in
from course.lessons import kinds, paper
from course.lessons.scoring import ItemResult, Result, credits_of, reasons_told, result_of, sentence

if TYPE_CHECKING:
    from course.lessons.keys import Key, KeyEntry

PartPath = tuple[str, ...]  # where a decision stands in an answer: (item,), (item, article), (group,)
Decisions = dict[str, str]
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Passage:
    """A short text that was written for the course."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to decide on. Where it has an `article`, its `words` stand there at `raw[start:end]`.

    `file` is the article that it is about: that one, or the one that its id begins with (`A_day`). `passage`
    and `cards` name the passage of the exercise and the evidence cards that it is about.
    """

    id: str
    text: str
    article: str = ""
    start: int = 0
    end: int = 0
    options: tuple[str, ...] = ()
    group: str = ""
    words: str = ""
    passage: str = ""
    file: str = ""
    cards: tuple[str, ...] = ()

    @property
    def about(self) -> str:
        """What is asked, in full, where it stands alone: the text, and the article's words it is about."""
        words = f": “{self.words}”" if self.words not in ("", self.text) else ""
        return f"{self.text} ({self.article}{words})" if self.article else self.text

    @property
    def on_paper(self) -> str:
        """What is asked, as HTML for a printed page: with the article's letter and its words."""
        words = f"‘{self.words}’" if self.article else ""
        text = words if words == f"‘{self.text}’" else f"{self.text} {words}".strip()
        text += f" (evidence card {' and '.join(self.cards)})" if self.cards else ""
        return (f"<strong>{escape(self.article)}</strong> " if self.article else "") + escape(text)


class FeedbackEntry(TypedDict):
    """What a form shows of one decision; `more` are lines that are folded at first."""

    text: str
    article: str
    words: str
    given: str
    lines: list[str]
    verdict: str
    credit: float | None
    more: list[str]


@dataclass(frozen=True, eq=False)  # told apart by identity
class Exercise:
    """One exercise of one lesson. `sha256` changes when what is asked changes.

    `beside` is the id of an exercise further up whose answer is shown beside this one's questions.
    """

    kind: ClassVar[str] = ""
    shape: ClassVar[type] = dict  # of an answer
    fields: ClassVar[frozenset[str]] = frozenset({"options", "item"})  # what its entries say besides
    key_fields: ClassVar[frozenset[str]] = frozenset({"item", "value"})
    needs: ClassVar[frozenset[str]] = frozenset({"item"})  # which of them have to be there
    choices: ClassVar[bool] = True  # each item needs options
    grouped: ClassVar[bool] = False  # each item is in a group
    shows_cards: ClassVar[bool] = False
    has_labels: ClassVar[bool] = True  # labels that Krippendorff's alpha can compare
    in_text: ClassVar[bool] = False  # answered in the Reader, by marks
    written: ClassVar[bool] = False  # a person reads it
    opens_by_button: ClassVar[bool] = False  # only the student knows when it is whole
    finish: ClassVar[tuple[str, str]] = ("", "")  # then: the line above that button, and its label
    pattern: ClassVar[str] = "{item: answer}"
    column: ClassVar[str] = "Number of your choice"

    id: str
    lesson: str
    title: str
    prompt: str
    points: float = 1
    options: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    paragraphs: tuple[int, ...] = ()
    rubric: dict[str, str] = field(default_factory=dict)
    private: bool = False
    passages: tuple[Passage, ...] = ()
    items: tuple[Item, ...] = ()
    beside: str = ""
    sha256: str = ""

    @cached_property
    def asked(self) -> dict[PartPath, tuple[str, ...]]:
        """Every decision there is, and the answers offered for it."""
        return {(item.id,): item.options or self.options for item in self.items}

    @property
    def groups(self) -> dict[str, tuple[Item, ...]]:
        """The items of each group, in the order in which they are shown."""
        names = dict.fromkeys(item.group for item in self.items)
        return {name: tuple(item for item in self.items if item.group == name) for name in names}

    # --- an answer, its form and its parts

    def empty(self) -> Any:
        """Return the answer that says nothing."""
        return self.shape()

    def example(self) -> Any:
        """Return an answer of the right form, to show it."""
        path, options = next(iter(self.asked.items()))
        return self.with_part(self.empty(), path, options[0])

    def form(self) -> str:
        """Return a sentence that says which form an answer has, with an example from the exercise."""
        shown = json.dumps(self.example(), ensure_ascii=False)
        return f"write {self.pattern}, such as answer({json.dumps(self.id)}, {shown})"

    def parts(self, value: Any) -> list[tuple[PartPath, Any]]:
        """Return an answer taken apart: where each decision stands, and it. Raises CourseError."""
        if not isinstance(value, dict):
            raise self.wrong("wants its answer in another form")
        return [((item,), part) for item, part in value.items()]

    def check(self, value: Any) -> None:
        """Raise CourseError, saying exactly what form is wanted, where a value is no answer."""
        for path, part in self.parts(value):
            self.check_part(path, part)

    def check_part(self, path: PartPath, part: Any) -> None:
        """Raise CourseError where one decision is none that the exercise offers; None or "" takes it back."""
        if path not in self.asked:
            raise self.wrong(self.unknown(path))
        if part not in (None, "") and (said := self.misfit(path, part)):
            raise self.wrong(said)

    def unknown(self, path: PartPath) -> str:
        """Return what to say of a decision that is not asked for."""
        names = ", ".join(dict.fromkeys(path[0] for path in self.asked))
        return f"has {names}, and nothing called {' '.join(map(str, path))!r}"

    def misfit(self, path: PartPath, part: Any) -> str:
        """Return what is wrong with one decision; no text where it is one that is offered."""
        options = self.asked[path]
        if part in options:
            return ""
        return f"takes one of {', '.join(map(repr, options))} for {path[0]!r}, not {part!r:.80}"

    def wrong(self, what: str) -> CourseError:
        """Return the error that says what is wrong with an answer, and which form it has."""
        return CourseError(f"the exercise {self.id!r} {what}: {self.form()}")

    def with_part(self, value: Any, path: PartPath, part: Any) -> Any:
        """Return an answer with one decision set, or taken back where `part` is None or no text."""
        if part in (None, ""):
            return {name: value[name] for name in value if name != path[0]}
        return {**value, path[0]: part}

    def put_over(self, value: Any, given: Any) -> tuple[Any, bool]:
        """Return what of an answer stays when `given` is put over it, and whether that loses work."""
        return value, False

    def usable(self, value: Any) -> tuple[Any, bool]:
        """Return what of an answer still fits its exercise, and whether that is all of it."""
        try:
            parts = self.parts(value)
        except CourseError:  # nothing of it has the form of an answer
            return self.empty(), False
        kept, whole = self.empty(), True
        for path, part in parts:
            try:
                self.check_part(path, part)
                kept = self.with_part(kept, path, part)
            except CourseError:
                whole = False
        return kept, whole

    def done(self, value: Any) -> tuple[int, int]:
        """Return how many decisions are made and how many there are."""
        made = sum(not isinstance(part, str) or bool(part.strip()) for _, part in self.parts(value))
        return made, len(self.asked)

    def first_open(self, value: Any) -> str:
        """Return the words of the first thing that is not decided, or not in every article."""
        made = {path for path, _ in self.parts(value)}
        return next((self.about(path[0]) for path in self.asked if path not in made), self.title)

    def place(self, value: Any, case: Case) -> Any:
        """Return an answer that a person wrote, with what code adds to it."""
        return value

    # --- an answer in words

    def worded(self, part: Any) -> str:
        """Return one decision in words."""
        return str(part)

    def about(self, thing: str) -> str:
        """Return in words what a decision (a key of `decisions`) is about."""
        texts = {item.id: item.about for item in self.items}
        item, _, article = thing.partition(" ")
        return thing if item not in texts else f"{texts[item]} ({article})" if article else texts[item]

    def decisions(self, value: Any, case: Case) -> Decisions:
        """Return what was decided on each thing, such as an item, or an item in an article."""
        return {" ".join(path): str(part) for path, part in self.parts(value)}

    def decisions_of(self, keys: Sequence[Key], case: Case) -> Decisions:
        """Return the decisions that the keys of one reader make."""
        return {key.thing: str(key.value) for key in keys}

    def told(self, value: Any) -> list[tuple[str, str]]:
        """Return an answer as questions and answers in words; what is not answered is an empty text."""
        made = dict(self.parts(value))
        return [
            (self.about(" ".join(path)), self.worded(made[path]) if path in made else "")
            for path in self.asked
        ]

    def pairs(self, mine: Any, theirs: Any) -> list[tuple[str, str, str]]:
        """Return what two people both decided, in words: about what, one's answer, the other's."""
        texts = {item.id: item.about for item in self.items}
        others = dict(self.parts(theirs))
        return [
            (
                ", ".join((texts.get(path[0], path[0]), *path[1:])),
                self.worded(part),
                self.worded(others[path]),
            )
            for path, part in self.parts(mine)
            if path in others
        ]

    # --- keys, and how far an answer agrees with them

    def read_key(self, entry: KeyEntry) -> Iterator[Key]:
        """Give the keys that an entry of seeds/readings/keys/ makes: one for each reader and answer."""
        for by, label, reason in entry.by_reader(entry.labels()):
            yield entry.key(by, reason, item=entry.text("item"), value=entry.renamed(label))

    def check_key(self, key: Key, case: Case) -> None:
        """Raise CourseError where a key is no answer to the exercise."""
        if key.value in (None, "", ()):
            raise CourseError("it needs value: write what the reader answered")
        self.check_part(key.path, list(key.value) if isinstance(key.value, tuple) else key.value)

    def unanswered(self, keys: Sequence[Key]) -> str:
        """Return what has no key, though the exercise has keys; no text where all has."""
        have = {key.path for key in keys}
        missing = next((path for path in self.asked if path not in have), ())
        return " ".join(missing)

    def score(self, value: Any, keys: Sequence[Key], case: Case) -> Result:
        """Return how far an answer agrees with its keys; what does not fit the exercise is no answer."""
        made = dict(self.parts(self.usable(value)[0]))
        by: dict[PartPath, list[Key]] = {}
        for key in keys:
            by.setdefault(key.path, []).append(key)
        items = tuple(self.score_part(path, made.get(path), by[path]) for path in self.asked if path in by)
        if not items:
            return Result(self.id, None, self.points)
        share = sum(item.credit for item in items) / len(items)
        return Result(self.id, share * self.points, self.points, items)

    def score_part(self, path: PartPath, part: Any, keys: Sequence[Key]) -> ItemResult:
        """Return how far one decision (None: none was made) agrees with the keys on it."""
        where = (path[0], "".join(path[1:]))
        given = "" if part is None else self.worded(part)
        return result_of(where, given, credits_of(keys).get(part, 0.0), keys, self.worded)

    def feedback(self, value: Any, result: Result, case: Case) -> list[FeedbackEntry]:
        """Return what a form shows of each decision."""
        items = {item.id: item for item in self.items}
        found = []
        for one in result.items:
            item = items[one.item]
            entry = self.feedback_entry(item.text, one)
            entry["article"], entry["words"] = item.article, item.words if item.words != item.text else ""
            found.append(entry)
        return found

    def feedback_entry(
        self, text: str, one: ItemResult | None = None, lines: Sequence[str] = (), given: str = ""
    ) -> FeedbackEntry:
        """Return what a form shows of one decision, and its reasons."""
        return {
            "text": text,
            "article": "",
            "words": "",
            "given": given,
            "lines": [*lines, *(reasons_told(one.reasons) if one else ())],
            "verdict": sentence(one, whose=False) if one else "",
            "credit": one.credit if one else None,
            "more": [],
        }

    # --- on paper, and in a made-up class

    @property
    def paper_columns(self) -> Sequence[str]:
        """The columns to write in."""
        return (self.column,)

    def on_paper(self, unit: str) -> str:
        """Return as HTML where to write the answer; `unit` is what the texts' numbers count."""
        told = []
        for name, items in self.groups.items():
            rows = [paper.head(item.on_paper) for item in items if not item.options]
            told.append(paper.table(name or self.title, ["Asked", *self.paper_columns], rows))
            ticks = [item.on_paper + paper.listed("ul", item.options) for item in items if item.options]
            told += [f'<div class="item">{one}</div>\n' for one in ticks]
        return "".join(told)

    def guess(self, draw: random.Random, keys: Sequence[Key], case: Case, skill: float) -> Any:
        """Return an answer of nobody, who agrees with a reader with a chance of `skill` (0 to 1)."""
        value = self.empty()
        for path, options in self.asked.items():
            right = [key.value for key in keys if key.path == path] or options
            value = self.with_part(value, path, draw.choice(right if draw.random() < skill else options))
        return value

    # --- from the file

    @classmethod
    def read(cls, case: Case, lesson: str, entry: dict[str, Any], where: str) -> Self:
        """Return the exercise that an entry asks. Raises CaseError where words are not in the text."""
        made = cls(
            id=entry["id"],
            lesson=lesson,
            title=entry["title"],
            prompt=entry["prompt"],
            points=entry.get("points", 1),
            options=tuple(entry.get("options", ())),
            labels=tuple(entry.get("labels", ())),
            articles=tuple(entry.get("articles", ())),
            paragraphs=tuple(entry.get("paragraphs", ())),
            rubric=dict(entry.get("rubric", {})),
            private=entry.get("private", False),
            passages=tuple(Passage(one["id"], one["text"]) for one in entry.get("passage", ())),
            items=tuple(_read_item(case, one, where) for one in entry.get("item", ())),
            beside=entry.get("beside", ""),
            sha256=sha256_of({key: value for key, value in entry.items() if key != "points"}),
        )
        return made.in_order()

    def in_order(self) -> Self:
        """Return the exercise with its items in the order in which everyone sees them.

        The order in which things are written often is the answer, so everyone sees the same shuffled one. It
        follows from the lesson and from where in the file a thing stands: no change of words changes it, and
        two exercises about the same statements have them in the same order. What is about one group stands
        together. An exercise's options, which may be a scale, stay in theirs; an item's own do not.
        """
        items = [
            replace(item, options=shuffled(item.options, f"{self.id} {item.id}"))
            for item in shuffled(self.items, f"lesson {self.lesson}")
        ]
        groups = list(self.groups)
        return replace(self, items=tuple(sorted(items, key=lambda item: groups.index(item.group))))


def _read_item(case: Case, entry: dict[str, Any], where: str) -> Item:
    id, article, start, end = entry["id"], entry.get("article", ""), 0, 0
    if article:
        try:
            start, end = find_words(case[article].raw, entry["exact"], entry.get("prefix", ""))
        except CourseError as error:
            raise CaseError(f"{where}, item {id!r}, article {article}: {error}") from error
    words = case[article].raw[start:end] if article else ""
    first = id.partition("_")[0]
    return Item(
        id=id,
        text=entry.get("text", words),
        article=article,
        start=start,
        end=end,
        options=tuple(entry.get("options", ())),
        group=entry.get("group", ""),
        words=words,
        passage=entry.get("passage", ""),
        file=article or (first if any(one.id == first for one in case.articles) else ""),
        cards=tuple(entry.get("cards", ())),
    )


def shuffled(things: Sequence[Thing], seed: str) -> tuple[Thing, ...]:
    """Return things in an order that follows from a seed and their places alone; more may be added."""
    places = sorted(range(len(things)), key=lambda place: sha256_of([seed, place]))
    return tuple(things[place] for place in places)


def canonical(value: object) -> bytes:
    """Return the one JSON text of a value that is hashed: sorted keys, no spaces, ASCII, no NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def sha256_of(value: object) -> str:
    """Return the SHA-256 of a value's canonical JSON."""
    return hashlib.sha256(canonical(value)).hexdigest()


def load_exercises(case: Case) -> dict[str, Exercise]:
    """Return the case's exercises by id, in the order of lessons. Raises CaseError at the first problem."""
    exercises, problems = read_exercises(case)
    if problems:
        raise problems[0]
    return exercises


def read_exercises(case: Case, lesson: str = "*") -> tuple[dict[str, Exercise], list[CaseError]]:
    """Return the exercises of all lessons or one that can be used, and what is wrong with the others.

    What `python3 -m course check` finds is not looked for: an entry that cannot be used is one sentence.
    """
    exercises: dict[str, Exercise] = {}
    problems: list[CaseError] = []
    for path in sorted((case.root / "seeds" / "exercises").glob(f"{lesson}.toml")):
        try:
            about = read_toml(path)
            entries = about["exercise"]
            for number, entry in enumerate(entries):
                where = where_in(path, about, ("exercise", number))
                try:
                    exercise = kinds.kind_of(entry["kind"]).read(case, path.stem, entry, where)
                    exercises[exercise.id] = exercise
                except CaseError as error:
                    problems.append(error)
                except (LookupError, TypeError, ValueError, AttributeError):
                    problems.append(unusable(where))
        except CaseError as error:
            problems.append(error)
        except (LookupError, TypeError):
            problems.append(unusable(str(path)))
    return exercises, problems
