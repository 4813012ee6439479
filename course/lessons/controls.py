"""What a lesson's cells call: each shows one control and connects it with the student's files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from textwrap import shorten
from typing import Any

from IPython.display import display

from course.corpus.annotation import Annotation, Layer
from course.corpus.article import Article
from course.corpus.case import Case, find_root
from course.corpus.errors import CourseError
from course.lessons.beside import items_beside, sentences_beside
from course.lessons.exercises import Exercise
from course.lessons.forms import Beside, CourseWidget, Form, Panel, Part
from course.lessons.here import case_at, find_exercise, is_kept, keys_in, open_workspace, where_work_is
from course.lessons.key_entry import Key, name_of
from course.lessons.reader import Reader, Task
from course.lessons.scoring import summary, whose
from course.lessons.values import count_done, place_marks
from course.lessons.work import Workspace, note_text

LATER = "Your teacher will open the rest."
SEEN = "You have opened the reveal. Your answer from before is kept; you may still change this one."
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
    saved = work.put(asked, place_marks(asked, value, case))
    return _show(case, asked, work, " ".join(map(note_text, saved.notes)))


def _show(case: Case, asked: Exercise, work: Workspace, told: str = "") -> CourseWidget:
    stored = work.read(asked)
    seen = SEEN if stored and stored.prediction is not None else ""
    if asked.kind == "mark":
        sentences, said = sentences_beside(case, asked, work)
    else:
        beside, said = items_beside(case, asked, work)
    note = " ".join(filter(None, [told, *map(note_text, work.take_notes()), said, seen]))

    def on_change(path: list[str], value: Any, base: Any) -> Mapping[str, Any]:
        saved = work.set(asked, path, value, (base or "") if asked.kind == "write" else None)
        return {"text": " ".join(["Saved.", *map(note_text, saved.notes)]) if saved.notes else ""}

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
            left = shorten(asked.first_open(given.value if given else asked.empty()), 80, placeholder=" …")
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
    result = asked.score(stored.value, keys, case)
    above: list[object] = []
    if asked.kind == "mark" and keys:
        layers = (_layer("you", stored.value), *_key_layers(keys))
        task = Task("Your marks and the readers’", paragraphs=asked.paragraphs, order=asked.labels)
        above.append(Reader([case[id] for id in asked.articles], layers, task=task))
    form = Form(asked, case.articles)
    form.feedback = {
        "summary": f"Your answer is kept. {LATER}"
        if closed
        else f"{summary(result)} {whose(result)}".rstrip(),
        "items": asked.feedback(stored.value, result, case),
    }
    return Shown(*above, form, *more)


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
