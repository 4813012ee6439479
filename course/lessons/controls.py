"""What a lesson's cells call: each shows one control and connects it with the student's files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from textwrap import shorten
from typing import Any

from IPython.display import display

from course.corpus.annotation import Annotation, Layer
from course.corpus.article import Article
from course.corpus.case import Case, find_root
from course.corpus.errors import CourseError
from course.lessons.work import Answer, Workspace
from course.lessons.here import case_at, find_exercise, keys_in
from course.lessons.beside import items_beside, sentences_beside
from course.lessons.exercises import Exercise
from course.lessons.forms import Beside, CourseWidget, Form, Panel, Part
from course.lessons.key_entry import Key, name_of
from course.lessons.here import is_kept, where_work_is
from course.lessons.reader import Reader, Task
from course.lessons.scoring import NEARLY, ItemResult, Result, score
from course.lessons.values import count_done, place_marks

OWN = " This is the course’s own answer: no reader was asked."  # told once, above the list
LATER = "Your teacher will open the rest."
SEEN = "You have opened the reveal. Your answer from before is kept; you may still change this one."
LONG = 160  # characters of marked words that feedback repeats: the text above it has them whole
_FINISHED = {
    "mark": (
        "Your marks: {}. Press the button when you have found all you can find.",
        "I have finished marking",
    ),
    "write": (
        "Press the button when you have written all you want to write. Your text of that moment is kept.",
        "I have finished writing",
    ),
}


class Shown:
    """Several things that a cell shows one below the other. A function is called only then."""

    def __init__(self, *parts: object) -> None:
        self.parts = parts

    def _ipython_display_(self) -> None:
        display(*(part() if callable(part) else part for part in self.parts))


def read(*articles: Article, layers: Iterable[Layer] = (), paragraphs: int | Iterable[int] = ()) -> Reader:
    """Show articles to read, side by side where there is room: whole, or only the `paragraphs` named."""
    numbers = (paragraphs,) if isinstance(paragraphs, int) else tuple(paragraphs)
    return Reader(articles, layers, task=Task(paragraphs=numbers))


def where_my_work_is() -> Panel:
    """Show where the answers are kept here, and who forgets them."""
    folder = open_workspace(case_at(find_root())).folder
    return Panel("where", "Where your work is", [where_work_is(folder, is_kept(folder))])


def exercise(id: str) -> CourseWidget:
    """Show an exercise with the answers so far; each change is saved at once."""
    return _show(*find_exercise(id))


def answer(id: str, value: Any) -> CourseWidget:
    """Answer an exercise in a line of code, and show it. Raises CourseError that says which form it wants."""
    case, asked, work = find_exercise(id)
    return _show(case, asked, work, work.put(asked, place_marks(asked, value, case)))


def _show(case: Case, asked: Exercise, work: Workspace, told: str = "") -> CourseWidget:
    stored = work.read(asked)
    seen = SEEN if stored and stored.prediction is not None else ""
    if asked.kind == "mark":
        sentences, said = sentences_beside(case, asked, work)
    else:
        beside, said = items_beside(case, asked, work)
    note = " ".join(filter(None, [told, *work.said, said, seen]))
    work.said.clear()

    def on_change(path: list[str], value: Any, base: Any) -> Mapping[str, Any]:
        said = work.set(asked, path, value, (base or "") if asked.kind == "write" else None)
        return {"text": "" if said == "Saved." else said}

    if asked.kind != "mark":
        return Form(asked, case.articles, stored.value if stored else {}, on_change, Beside(note, beside))
    marks = _layer("", stored.value if stored else []).annotations
    prompt = "\n\n".join(filter(None, [asked.prompt, note]))
    labels = asked.labels[: len(sentences)] or asked.labels
    task = Task(asked.title, prompt, asked.id, asked.paragraphs, labels, marks, on_change, told=sentences)
    return Reader([case[id] for id in asked.articles], task=task)


def _layer(name: str, marks: Iterable[Mapping[str, Any]]) -> Layer:
    return Layer(
        name, tuple(Annotation(mark["article"], mark["start"], mark["end"], mark["label"]) for mark in marks)
    )


def reveal(id: str, *more: object, feedback: bool = True) -> Shown:
    """Show feedback on an answer, what the readers found, and `more`; before it is whole, 'Answer first'.

    The answer is copied to `prediction`, which never changes again. A part of an answer opens nothing:
    'Run All Cells' must stay safe for somebody who is still answering. Without `feedback`, which a cell
    further up has shown, only `more` follows.
    """
    case, asked, work = find_exercise(id)
    try:
        given = work.read(asked)
        done, parts = count_done(asked, given.value) if given else (0, 1)
        if 0 < done < parts:
            left = shorten(_first_open(asked, given.value if given else {}), 80, placeholder=" …")
            raise CourseError(f"Answer first: {done} of {parts} are answered. Open is: {left}")
        if asked.kind in _FINISHED and given and done and given.prediction is None:
            return Shown(_opener(asked, work, len(given.value)))
        stored = work.freeze_prediction(asked)
    except CourseError as error:
        return Shown(Panel(f"reveal_{id}", asked.title, [f"{error}.", "Then run this cell again."]))
    if not feedback:
        return Shown(*more)
    keys = keys_in(case.root, asked.lesson).get(id, ())
    closed = not (case.root / "seeds" / "readings").is_dir()
    result = score(asked, stored.value, keys, case)
    above: list[object] = []
    if asked.kind == "mark" and keys:
        layers = (_layer("you", stored.value), *_key_layers(keys))
        task = Task("Your marks and the readers’", paragraphs=asked.paragraphs, order=asked.labels)
        above.append(Reader([case[id] for id in asked.articles], layers, task=task))
    form = Form(asked, case.articles)
    form.feedback = {
        "summary": f"Your answer is kept. {LATER}" if closed else result.summary + _whose(result),
        "items": [*_own_texts(asked, stored), *_told(asked, result, case)],
    }
    return Shown(*above, form, *more)


def _first_open(asked: Exercise, value: Mapping[str, Any]) -> str:
    """Return the words of the first item or group that is not answered, or not in every article."""
    wanted = len(asked.articles) if asked.kind == "grid" else 1
    for item in asked.items:
        if len(value.get(item.group or item.id, ())) < wanted:
            return item.group or item.about
    return asked.title


def _whose(result: Result) -> str:
    """Return, once for a whole list, where no reader was asked."""
    alone = sum(OWN in one.sentence for one in result.items)
    if not alone:
        return ""
    if alone == len(result.items):
        return " No reader was asked: these are the course’s own answers."
    return f" No reader was asked on {alone} of these: there the answer is the course’s own."


def _opener(asked: Exercise, work: Workspace, marks: int) -> Panel:
    """Return the button that opens a reveal of marks or a text: only a student knows when they are whole."""

    def press(button: str, given: Mapping[str, Any]) -> Part:
        work.freeze_prediction(asked)
        return {"text": "It is open. Run this cell again to see it."}

    line, label = _FINISHED[asked.kind]
    buttons = [{"name": "open", "label": label, "main": True}]
    return Panel(f"reveal_{asked.id}", asked.title, [line.format(marks)], press, buttons=buttons)


def _key_layers(keys: Iterable[Key]) -> Iterable[Layer]:
    by: dict[str, dict[Annotation, list[str]]] = {}
    for key in keys:  # two claims may be carried by the same words: one mark then, with both reasons
        one = Annotation(key.article, key.start, key.end, str(key.value))
        by.setdefault(name_of(key.by), {}).setdefault(one, []).append(key.reason)
    return [
        Layer(name, tuple(one._replace(note=" ".join(filter(None, marks[one]))) for one in sorted(marks)))
        for name, marks in by.items()
    ]


def _own_texts(asked: Exercise, stored: Answer) -> Iterable[Part]:
    if asked.kind == "write":
        for item in asked.items:
            yield _entry(item.text, given=stored.value.get(item.id, ""))


def _told(asked: Exercise, result: Result, case: Case) -> Iterable[Part]:
    """Return what a form shows for each decision; a grid's cells stand together under their item."""
    items = {item.id: item for item in asked.items}
    if asked.kind == "grid":
        for id, cells in groupby(result.items, key=lambda one: one.item):
            yield _row(items[id].text, list(cells))
        return
    for one in result.items:
        lines = _reasons(one)
        if asked.kind == "write":
            samples = [f"An answer of this level: {text}" for text in one.best]
            yield _entry(one.item, lines=[one.sentence, *samples, *lines])
        elif asked.kind == "mark":
            words = shorten(one.item, LONG, placeholder=" …")
            yield _entry("", one, lines) | {"article": one.article, "words": words}
        elif asked.kind == "order":
            yield _entry(one.item, one, lines)
        else:
            item = items[one.item]
            words = case[item.article].raw[item.start : item.end] if item.article else ""
            other = {"words": words} if words != item.text else {}
            yield _entry(item.text, one, lines) | {"article": item.article} | other


def _reasons(one: ItemResult) -> list[str]:
    """Return who gives which reason; for which answer only where the reasons are for different ones."""
    by: dict[tuple[str, str], list[str]] = {}
    for who, value, reason in one.reasons:
        by.setdefault((who, reason), []).append(value)
    several = len({*map(tuple, by.values())}) > 1
    return [
        f"{who}, {', '.join(values)}: {reason}" if several else f"{who}: {reason}"
        for (who, reason), values in by.items()
    ]


def _row(text: str, cells: Sequence[ItemResult]) -> Part:
    """Return what a form shows for one row of a grid: `more` is folded, what is as in the key and why.

    A reason that holds for the whole row is told once.
    """
    reasons = [dict.fromkeys(f"{who}: {reason}" for who, _, reason in one.reasons) for one in cells]
    of_all = [reason for reason in reasons[0] if all(reason in one for one in reasons)]
    said: dict[bool, dict[str, list[str]]] = {False: {}, True: {}}
    for one, own in zip(cells, reasons, strict=True):
        told = " ".join([one.sentence.replace(OWN, ""), *(reason for reason in own if reason not in of_all)])
        said[one.credit >= NEARLY].setdefault(told, []).append(one.article)
    differ, rest = ([f"{', '.join(ids)}: {told}" for told, ids in some.items()] for some in said.values())
    rest += of_all
    full = sum(one.credit >= NEARLY for one in cells)
    verdict = {"verdict": f"{full} of {len(cells)} as in the key.", "credit": full / len(cells)}
    return _entry(text, lines=differ or rest) | verdict | {"more": rest if differ else []}


def _entry(text: str, one: ItemResult | None = None, lines: Iterable[str] = (), given: str = "") -> Part:
    verdict = one.sentence.replace(OWN, "") if one else ""
    told = {"verdict": verdict, "credit": one.credit if one else None}
    return {"text": text, "article": "", "words": "", "given": given, "lines": list(lines), **told}
