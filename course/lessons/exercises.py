"""What students are asked: the exercises of seeds/exercises/. Each is an instance of its kind's class.

`Exercise` does what most kinds do: one decision on each item, or on each in every article; an answer is
`{item: part}` or `{item: {article: part}}`. What a kind does otherwise stands in its own file in kinds/.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from html import escape
from itertools import chain
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from course.corpus.annotation import find_words
from course.corpus.case import Case, read_toml
from course.corpus.errors import CaseError, CourseError, need, one_sentence
from course.corpus.formats import misfits, unusable, where_in
from course.lessons import kinds
from course.lessons.scoring import ItemResult, Result, by_path, credits_of, feedback_entry, grouped, told_by

if TYPE_CHECKING:
    from course.lessons.keys import Key, KeyEntry
    from course.lessons.scoring import FeedbackEntry

PartPath = tuple[str, ...]  # where a decision stands in an answer: (item,), (item, article), (group,)
Scorer = Callable[[Any], Result]  # of an answer that fits its exercise
Agreed = tuple[float, Sequence[ItemResult]]  # the share of the points, and what each decision got
Split = Mapping[str, Mapping[str, int]]  # how many of a class gave which answer to each thing
Thing = TypeVar("Thing")
UNASKED = ("points", "words", "sound", "practice", "optional")  # no part of the question
FINISH: dict[str, list[str]] = read_toml(Path(__file__).with_suffix(".toml"))["finish"]
LONG = 400  # characters of marked words that feedback repeats: a paragraph


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to decide on. Where it has an `article`, its `words` stand there at `raw[start:end]`.

    `file` is the article that it is about: that one, or the one that its id begins with (`A_day`). `passage`
    and `cards` name the passage of the exercise and the evidence cards that it is about. Where a grid tells
    the answer in some articles, `given` has it by article, and in words after a colon what shows it.
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
    number: bool = False  # a number is wanted
    given: dict[str, str] = field(default_factory=dict, hash=False)

    @classmethod
    def read(cls, case: Case, entry: dict[str, Any], where: str) -> Self:
        """Return the item that an entry asks about. Raises CaseError where its words are not in the text."""
        words, start, end, id, article = "", 0, 0, entry["id"], entry.get("article", "")
        if article:
            place = f"{where}, item {id!r}, article {article}"
            with one_sentence("{place}: {error}", CourseError, kind=CaseError, place=place):
                start, end = find_words(case[article].raw, entry["exact"], entry.get("prefix", ""))
            words = case[article].raw[start:end]
        file = article or next((one.id for one in case.articles if one.id == id.partition("_")[0]), "")
        return cls(**{"text": words} | _fitting(cls, entry), words=words, start=start, end=end, file=file)

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
        text += "".join(f" ({id} is done: {told})" for id, told in self.given.items())
        return (f"<strong>{escape(self.article)}</strong> " if self.article else "") + escape(text)


@dataclass(frozen=True, eq=False)  # told apart by identity
class Exercise:
    """One exercise of one lesson. `sha256` changes when what is asked changes.

    `beside` is the id of an exercise further up whose answer is shown beside this one's questions; `words`
    are what a picture below it counts or follows; `sound` are the options that trust what is judged.
    """

    kind: ClassVar[str] = ""
    empty: ClassVar[type[Any]] = dict  # what makes the answer that says nothing
    fields: ClassVar[frozenset[str]] = frozenset({"options", "sound", "paragraphs", "item"})  # in entries
    spare: ClassVar[frozenset[str]] = frozenset()  # of these, what may be left out in this kind alone
    key_fields: ClassVar[frozenset[str]] = frozenset({"item", "value"})  # and what its keys say
    shows_cards: ClassVar[bool] = False
    has_labels: ClassVar[bool] = True  # labels that Krippendorff's alpha can compare
    in_text: ClassVar[bool] = False  # answered in the Reader, by marks
    typed: ClassVar[bool] = False  # answered in words or numbers of one's own
    written: ClassVar[bool] = False  # a person reads it
    unmarked: ClassVar[bool] = False  # nobody marks it: it gives no points, and may want a number
    pattern: ClassVar[str] = "{item: answer}"
    column: ClassVar[str] = "Number of your choice"  # on paper

    id: str
    lesson: str
    title: str
    prompt: str
    points: float = 1
    options: tuple[str, ...] = ()
    sound: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    choose: int = 0  # of the labels; 0: whatever there is, with all of them
    articles: tuple[str, ...] = ()
    paragraphs: tuple[int, ...] = ()
    rubric: dict[str, str] = field(default_factory=dict)
    private: bool = False
    practice: bool = False  # its key goes with the students' copy
    optional: bool = False  # nobody has to answer it
    passages: tuple[Item, ...] = ()  # short texts that were written for the course
    items: tuple[Item, ...] = ()
    beside: str = ""
    words: tuple[str, ...] = ()
    sha256: str = ""

    @cached_property
    def asked(self) -> dict[PartPath, tuple[str, ...]]:
        """Every decision there is, and the answers offered for it."""
        where: list[PartPath] = [(id,) for id in self.articles] if "article" in self.key_fields else [()]
        each = ((one, at) for one in self.items for at in where if not {*at} & one.given.keys())
        return {(one.id, *at): one.options or self.options for one, at in each}

    @property
    def groups(self) -> dict[str, tuple[Item, ...]]:
        """The items of each group, in the order in which they are shown."""
        names = dict.fromkeys(item.group for item in self.items)
        return {name: tuple(item for item in self.items if item.group == name) for name in names}

    @property
    def finish(self) -> list[str]:
        """What stands above the button that opens the reveal, and its label; no text: it opens by itself."""
        return FINISH.get(self.kind, ["", ""])

    # --- an answer, its form and its parts

    def example(self) -> Any:
        """Return an answer of the right form, to show it."""
        path, options = next(iter(self.asked.items()))
        one = next(iter(options), "your text")
        return self.with_part(self.empty(), path, list(options) if self.misfit(path, one) else one)

    def wrong(self, what: str) -> CourseError:
        """Return the error that says what is wrong with an answer, and which form it has, with an example."""
        shown = f"answer({json.dumps(self.id)}, {json.dumps(self.example(), ensure_ascii=False)})"
        return CourseError(f"the exercise {self.id!r} {what}: write {self.pattern}, such as {shown}")

    def parts(self, value: Any) -> list[tuple[PartPath, Any]]:
        """Return an answer taken apart: where each decision stands, and it. Raises CourseError."""
        found: list[tuple[PartPath, Any]] = [((), value)]
        for _ in next(iter(self.asked), ("item",)):
            try:
                found = [((*path, name), inner) for path, part in found for name, inner in part.items()]
            except AttributeError:
                raise self.wrong("wants its answer in another form") from None
        return found

    def check(self, value: Any) -> None:
        """Raise CourseError, saying exactly what form is wanted, where a value is no answer."""
        for path, part in self.parts(value):
            self.check_part(path, part)

    def check_part(self, path: PartPath, part: Any) -> None:
        """Raise CourseError where one decision is none that the exercise offers; None or "" takes it back."""
        if path not in self.asked:
            names = grouped((item, "".join(at)) for item, *at in self.asked)
            if "article" in self.key_fields and path[1:] and path[0] in names:
                raise self.wrong(f"is about the articles {', '.join(names[path[0]])}, not {path[1]!r}")
            raise self.wrong(f"has {', '.join(names)}, and nothing called {' '.join(map(str, path))!r}")
        if part not in (None, "") and (said := self.misfit(path, part)):
            raise self.wrong(said)

    def misfit(self, path: PartPath, part: Any) -> str:
        """Return what is wrong with one decision; no text where it is one that is offered."""
        options = self.asked[path]
        if part in options:
            return ""
        return f"takes one of {', '.join(map(repr, options))} for {path[0]!r}, not {part!r:.80}"

    def with_part(self, value: Any, path: PartPath, part: Any) -> Any:
        """Return an answer with one decision set, or taken back where `part` is None or no text."""
        if path[1:]:
            part = self.with_part(value.get(path[0], {}), path[1:], part) or None
        if part in (None, ""):
            return {name: value[name] for name in value if name != path[0]}
        return {**value, path[0]: part}

    def usable(self, value: Any) -> tuple[Any, bool]:
        """Return what of an answer still fits its exercise, and whether that is all of it."""
        kept: list[tuple[PartPath, Any]] = []
        try:
            parts = self.parts(value)
        except CourseError:  # nothing of it has the form of an answer
            return self.empty(), False
        for path, part in parts:
            with suppress(CourseError):
                self.check_part(path, part)
                kept.append((path, part))
        return self.joined(kept), len(kept) == len(parts)

    def joined(self, parts: Iterable[tuple[PartPath, Any]]) -> Any:
        """Return an answer put together from its parts; None and "" are none."""
        value = self.empty()
        for (*names, last), part in parts:
            if part not in (None, ""):
                inner = value
                for name in names:
                    inner = inner.setdefault(name, {})
                inner[last] = part
        return value

    def done(self, value: Any) -> tuple[int, int]:
        """Return how many decisions are made and how many there are."""
        made = sum(not isinstance(part, str) or bool(part.strip()) for _, part in self.parts(value))
        return min(made, len(self.asked)), len(self.asked)

    def still_open(self, value: Any) -> str:
        """Return what is said of an answer that is not whole: the first thing that is not decided."""
        made = dict(self.parts(value))
        first = next((self.about(path[0]) for path in self.asked if path not in made), self.title)
        return f"Still open: ‘{shorten(first, 80, placeholder=' …')}’"

    def finished(self, value: Any) -> str:
        """Return what is said of an answer that only the student knows to be whole; no text of others."""
        return self.finish[0].format(len(value)) if self.finish[0] else ""

    def place(self, value: Any, case: Case) -> Any:
        """Return an answer that a person wrote, with what code adds to it."""
        return value

    # --- an answer in words

    @cached_property
    def texts(self) -> dict[str, str]:
        """What is asked of each item, in full."""
        return {item.id: item.about for item in self.items}

    def worded(self, part: Any) -> str:
        """Return one decision in words."""
        return str(part)

    def about(self, thing: str) -> str:
        """Return in words what a decision (a key of `decisions`) is about."""
        item, _, article = thing.partition(" ")
        if item not in self.texts:
            return thing
        return f"{self.texts[item]} ({article})" if article else self.texts[item]

    def decisions(self, value: Any, case: Case) -> dict[str, str]:
        """Return what was decided on each thing, such as an item, or an item in an article."""
        return {" ".join(path): str(part) for path, part in self.parts(value)}

    def decisions_of(self, keys: Sequence[Key], case: Case) -> dict[str, str]:
        """Return the decisions that the keys of one reader make."""
        return {key.thing: str(key.value) for key in keys}

    def told(self, value: Any) -> list[tuple[str, str]]:
        """Return an answer as questions and answers in words; what is not answered is an empty text."""
        made = {path: self.worded(part) for path, part in self.parts(value)}
        return [(self.about(" ".join(path)), made.get(path, "")) for path in self.asked]

    def counts(self, value: Any) -> dict[str, str]:
        """Return what a teacher counts of a written answer that has no level, by what it is called."""
        return {}

    def pairs(self, mine: Any, theirs: Any) -> list[tuple[str, str, str]]:
        """Return what two people both decided, in words: about what, one's answer, the other's."""
        one, other = ({path: self.worded(part) for path, part in self.parts(side)} for side in (mine, theirs))
        return [(self.about(" ".join(at)), one[at], other[at]) for at in one if at in other]

    def split(self, values: Iterable[Any], case: Case) -> Split:
        """Return how many of a class gave each answer, in words, to each thing."""
        found: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for path, part in chain.from_iterable(map(self.parts, values)):
            found[" ".join(path)][self.worded(part)] += 1
        return found

    def beside_split(self, value: Any, split: Split, case: Case) -> list[tuple[str, str, Mapping[str, int]]]:
        """Return what a class's answers are about, the own answer beside, and how the class split."""
        own = self.split([value], case)
        return [(self.about(one), next(iter(own[one])), split[one]) for one in own if one in split]

    # --- keys, and how far an answer agrees with them

    def keys_on(self, value: Any, keys: Sequence[Key]) -> Sequence[Key]:
        """Return the keys to what a student chose to answer."""
        return keys

    def read_key(self, entry: KeyEntry) -> Iterator[Key]:
        """Give the keys that an entry of seeds/readings/keys/ makes: one for each reader and answer."""
        return entry.keys(entry.labels() if "value" in self.key_fields else "")

    def as_key(self, path: PartPath, part: Any, case: Case) -> tuple[dict[str, str], Any]:
        """Return a decision as a key has it: what it is about, and the answer."""
        names = [name for name in ("item", "group", "article") if name in self.key_fields]
        return dict(zip(names, path, strict=True)), part

    def check_key(self, key: Key, case: Case) -> None:
        """Raise CourseError where a key is no answer to the exercise."""
        need(key.value not in (None, "", ()), "it needs value: write what the reader answered")
        given = {(one.id, article) for one in self.items for article in one.given}  # in pictures alone
        if key.path not in given:
            self.check_part(key.path, list(key.value) if isinstance(key.value, tuple) else key.value)

    def score(self, value: Any, keys: Sequence[Key], case: Case) -> Result:
        """Return how far an answer agrees with its keys; what does not fit the exercise is no answer."""
        return self.scorer(keys, case)(self.usable(value)[0])

    def scorer(self, keys: Sequence[Key], case: Case) -> Scorer:
        """Return what tells how far an answer that fits agrees with the keys; a class is marked with one."""
        agreed = self.comparer(keys, case)
        # What has options of its own is asked something else, beside the one verdict.
        sound = () if any(item.options for item in self.items) else self.sound

        def score(value: Any) -> Result:
            share, items = agreed(value)
            return Result(share * self.points if keys else None, self.points, tuple(items), sound=sound)

        return score

    def comparer(self, keys: Sequence[Key], case: Case) -> Callable[[Any], Agreed]:
        """Return what tells how far an answer that fits agrees: the share (0 to 1) of the points, and why."""
        by = by_path(keys)
        found: dict[PartPath, dict[Any, ItemResult]] = {path: {} for path in self.asked if path in by}

        def agreed(value: Any) -> Agreed:
            made, items = dict(self.parts(value)), []
            for path, results in found.items():  # what students answer alike has one result
                part = made.get(path)
                if (given := tuple(part) if isinstance(part, list) else part) not in results:
                    results[given] = self.score_part(path, part, by[path])
                items.append(results[given])
            return sum(item.credit for item in items) / max(1, len(items)), items

        return agreed

    def score_part(self, path: PartPath, part: Any, keys: tuple[Key, ...]) -> ItemResult:
        """Return how far one decision (None: none was made) agrees with the keys on it."""
        given = self.worded(part) if part else ""
        credit, article = self.credit_of(part, credits_of(keys)) if part else 0.0, "".join(path[1:])
        result = ItemResult(path[0], article, given, credit, **told_by(keys, self.worded))
        return replace(result, fact=result.own and not (self.points or self.sound))

    def credit_of(self, part: Any, credits: Mapping[Any, float]) -> float:
        """Return what a decision gets (0 to 1), where `credits` are those of the answers in the key."""
        return credits.get(part, 0.0)

    def feedback(self, value: Any, result: Result, case: Case) -> list[FeedbackEntry]:
        """Return what a form shows of each decision; of each mark, and each place that was missed."""
        found, items = [], {item.id: item for item in self.items}
        for one in result.items:
            marked = Item("", "", one.article, words=shorten(one.item, LONG, placeholder=" …"))
            item = marked if one.marked else items.get(one.item, Item("", one.item))
            words = item.words if item.words != item.text else ""
            found.append(feedback_entry(item.text, one))
            found[-1] |= {"article": one.article or item.article, "words": words}
        return found

    # --- on paper, and in a made-up class

    def on_paper(self, unit: str) -> str:
        """Return as HTML where to write the answer; `unit` is what the texts' numbers count."""
        told, answers = [], self.articles if "article" in self.key_fields else [self.column]
        for name, items in self.groups.items():
            rows = [f'<th scope="row">{item.on_paper}</th>' for item in items if not item.options]
            told.append(table(name or self.title, ["Asked", *answers], rows))
            ticks = [item.on_paper + listed("ul", item.options) for item in items if item.options]
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
        passages = tuple(Item.read(case, one, where) for one in entry.get("passage", ()))
        items = tuple(Item.read(case, one, where) for one in entry.get("item", ()))
        asked = {key: value for key, value in entry.items() if key not in UNASKED}
        said = _fitting(cls, entry) | {"lesson": lesson, "passages": passages, "items": items}
        return cls(**said, sha256=sha256_of(asked)).in_order()

    def in_order(self) -> Self:
        """Return the exercise with its items in the order in which everyone sees them.

        The order in which things are written often is the answer, so it is shuffled, by the lesson and by
        where in the file a thing stands: no change of words changes it, and two exercises about the same
        statements have one order. An exercise's options, which may be a scale, stay in theirs.
        """
        if self.typed:  # questions to write on stay in their order
            return self
        groups = list(self.groups)
        mixed = _shuffled(self.items, f"lesson {self.lesson}")
        items = (replace(one, options=_shuffled(one.options, f"{self.id} {one.id}")) for one in mixed)
        return replace(self, items=tuple(sorted(items, key=lambda item: groups.index(item.group))))


def _fitting(kind: type, entry: dict[str, Any]) -> dict[str, Any]:
    """Return what an entry says by the names of a dataclass's fields."""
    said = {one.name: entry[one.name] for one in fields(kind) if one.name in entry}
    return {name: tuple(one) if isinstance(one, list) else one for name, one in said.items()}


def _shuffled(things: Sequence[Thing], seed: str) -> tuple[Thing, ...]:
    """Return things in an order that follows from a seed and their places alone; more may be added."""
    places = sorted(range(len(things)), key=lambda place: sha256_of([seed, place]))
    return tuple(things[place] for place in places)


def sha256_of(value: object) -> str:
    """Return the SHA-256 of a value's canonical JSON: sorted keys, no spaces, ASCII, no NaN."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def listed(kind: str, items: Iterable[str]) -> str:
    """Return for a printed page a list, `kind` ol or ul, of texts."""
    told = "".join(f"<li>{escape(item)}</li>" for item in items)
    return f"<{kind}>{told}</{kind}>\n" if told else ""


def boxes(items: Iterable[Item], height: float) -> str:
    """Return for a printed page each item with a box to write in, `height` centimetres high."""
    box = f'<div class="box" style="height: {height}cm"></div>'
    return "".join(f'<div class="item">{item.on_paper}{box}</div>\n' for item in items)


def table(caption: str, columns: Sequence[str], rows: Iterable[str]) -> str:
    """Return for a printed page a table to write in. A row is its first cell, as HTML; the rest is empty."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(f"<tr>{row}{'<td></td>' * (len(columns) - 1)}</tr>\n" for row in rows)
    top = f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
    return f"<table>{top}<tbody>{body}</tbody></table>\n" if body else ""


Exercises = Mapping[str, Exercise]  # by id


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
    paths = sorted((case.root / "seeds" / "exercises").glob(f"{lesson}.toml"))
    made = [one for path in paths for _, one in read_lesson(case, path)]
    problems = [one for one in made if isinstance(one, CaseError)]
    return {one.id: one for one in made if isinstance(one, Exercise)}, problems


def read_lesson(case: Case, path: Path) -> Iterator[tuple[str, Exercise | CaseError]]:
    """Give where each entry of a lesson's file stands, and the exercise, or what is wrong with it."""

    def read(about: Any, said: Any, where: str) -> Exercise:
        return kinds.kind_of(said["kind"]).read(case, path.stem, said, where)

    return read_entries(path, "exercise", read)


def read_entries(
    path: Path, name: str, make: Callable[[Any, Any, str], Thing]
) -> Iterator[tuple[str, Thing | CaseError]]:
    """Give where each [[name]] of a file stands, and what `make(file, entry, where)` makes of it.

    In place of what cannot be used stands one sentence, as an error.
    """
    about: Any = tried(str(path), read_toml, path)
    entries = about if isinstance(about, CaseError) else tried(str(path), lambda: list(about[name]))
    if isinstance(entries, CaseError):
        yield str(path), entries
        return
    wrong = set(misfits(f"{name}s", about))
    for number, entry in enumerate(entries):
        where = where_in(path, about, (name, number))
        yield where, unusable(where) if (name, number) in wrong else tried(where, make, about, entry, where)


def tried(where: str, make: Callable[..., Thing], *given: Any) -> Thing | CaseError:
    """Return what `make` returns, or what is wrong where it cannot."""
    try:
        return make(*given)
    except CaseError as error:
        return error
    except (LookupError, TypeError, ValueError, AttributeError):
        return unusable(where)
