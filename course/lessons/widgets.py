"""The widgets that a browser shows: exercise forms and panels. They hold no files and no rules of marking."""

from __future__ import annotations

import copy
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import anywidget
import ipywidgets
import traitlets
from IPython.display import display
from IPython.utils.capture import capture_output

from course.corpus.errors import CourseError
from course.corpus.sentences import split_sentences
from course.lessons.messages import (
    EvidenceCard,
    Feedback,
    FormItem,
    FormSpec,
    PanelButton,
    Status,
)

if TYPE_CHECKING:
    from course.corpus.article import Article
    from course.lessons.exercises import Exercise, Item

HERE = Path(__file__).parent
IMPORT = re.compile(r'^import [^;]*"(.+)";\n', re.MULTILINE)
# A kernel may answer each control in a thread of its own; what they do, they do one after the other.
TURN = threading.RLock()
ONE_ANSWER = "Run this cell to see your answers"
LOOK: PanelButton = {"name": "look", "label": "Look again"}
OnChange = Callable[[list[str], Any, Any], Status]
OnPress = Callable[[str, dict[str, Any]], Mapping[str, object]]


def module(name: str, *more: Path) -> traitlets.Unicode[str, str | bytes]:
    """Return the trait that holds one ES module: a file of js/, others, and all that they import."""
    return traitlets.Unicode(compose(HERE / "js" / name, *more)).tag(sync=True)


def compose(*files: Path) -> str:
    """Return one ES module: each file once, after those that it imports, without its lines of import."""
    texts: dict[Path, str] = {}

    def add(file: Path) -> None:
        text = file.read_text(encoding="utf-8")
        for name in IMPORT.findall(text):
            if (other := (file.parent / name).resolve()) not in texts:
                add(other)
        texts[file.resolve()] = IMPORT.sub("", text)

    for file in files:
        add(file)
    return "\n".join(texts.values())


class CourseWidget(anywidget.AnyWidget):
    """A widget whose messages go to `handle` and whose state no notebook file ever holds."""

    _anywidget_id = traitlets.Unicode("course").tag(sync=True)  # the style sheet stands once in a page
    _css = traitlets.Unicode((HERE / "widgets.css").read_text(encoding="utf-8")).tag(sync=True)
    layout = traitlets.Any().tag(sync=True)  # none: the style sheet sets all widths
    plain = ONE_ANSWER

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.on_msg(self._receive)

    def add_traits(self, **traits: Any) -> None:
        """Add the traits that the class lacks. For none, anywidget would make a new class for each widget."""
        if lacking := {name: trait for name, trait in traits.items() if not self.has_trait(name)}:
            super().add_traits(**lacking)

    def _receive(self, widget: object, content: Any, buffers: object) -> None:
        self.send({**self.handle(content), "re": content.get("re", "")})

    def handle(self, message: Mapping[str, Any]) -> Status:
        """Act on one message from the browser; return what to say beside the control.

        Whatever goes wrong is said there too.
        """
        try:
            with TURN:
                return {"problem": False, "text": "", **self.act(message)}
        except CourseError as error:
            return {"problem": True, "text": str(error)}
        except Exception as error:  # noqa: BLE001 - the person at the control has to read it
            what = f"{type(error).__name__}: {error}"
            return {"problem": True, "text": f"Not saved: {what}. Run the cell again and tell your teacher."}

    def act(self, message: Mapping[str, Any]) -> Status:
        """Do what the message asks. Each widget has its own."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return data | {"text/plain": self.plain}, metadata


class Beside(NamedTuple):
    """What stands beside an exercise: a note, each item's evidence cards and the answer given further up.

    Where the exercise ties a text's sentences to passages, these are its sentences.
    """

    note: str = ""
    cards: Mapping[str, list[EvidenceCard]] = MappingProxyType({})
    answered: Mapping[str, str] = MappingProxyType({})
    sentences: tuple[str, ...] = ()


ALONE = Beside()


class Form(CourseWidget):
    """One exercise that is answered item by item, with the answer so far.

    Each change calls `on_change(path, value, base)`, `base` being what stood there before; the path [] is
    the whole answer. With `feedback` the form shows that in place of the controls.
    """

    _esm = module("form.js", *sorted((HERE / "kinds").glob("*.js")))
    kind = traitlets.Unicode("form").tag(sync=True)
    spec = traitlets.Dict().tag(sync=True)
    value = traitlets.Dict().tag(sync=True)
    feedback = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        exercise: Exercise,
        articles: Iterable[Article] = (),
        value: Mapping[str, Any] | None = None,
        on_change: OnChange | None = None,
        beside: Beside = ALONE,
    ) -> None:
        self._on_change = on_change
        spec = form_spec(exercise, {article.id: article for article in articles}, beside, bool(on_change))
        super().__init__(spec=spec, value=copy.deepcopy(dict(value or {})))

    def act(self, message: Mapping[str, Any]) -> Status:
        """Pass one change on, or with `whole` all that the page shows; keep it for a page loaded again."""
        if "whole" in message:
            self.value = dict(message["whole"])
            return self._on_change([], message["whole"], None) if self._on_change else {}
        path, value = list(message["path"]), message["value"]
        at: dict[str, Any] = self.value
        for key in path[:-1]:
            at = at.setdefault(key, {})
        status = self._on_change(path, value, at.get(path[-1])) if self._on_change else {}
        # The dictionary is changed in place: nothing goes back to the browser, where typing may be ahead.
        at[path[-1]] = status.get("value", value)
        return status


def feedback_form(exercise: Exercise, feedback: Feedback) -> Form:
    """Return a form that shows feedback; nothing can be answered in it."""
    form = Form(exercise)
    form.feedback = dict(feedback)
    return form


@lru_cache(maxsize=32)
def lines_of(article: Article) -> list[tuple[int, list[str]]]:
    """Return an article's lines, cut into sentences, each after the number of the paragraph there, or 0."""
    numbers = {article.raw.count("\n", 0, one.start): one.number for one in article.paragraphs}
    lines = enumerate(article.raw.split("\n"))
    return [(numbers.get(index, 0), _sentences(line)) for index, line in lines if line.strip()]


def _sentences(line: str) -> list[str]:
    """Cut a line where its sentences begin; joined, they are the line again."""
    starts = [0, *(start for start, _ in split_sentences(line)[1:]), len(line)]
    return [line[start:end] for start, end in pairwise(starts)]


def place_in(article: Article, start: int, end: int) -> tuple[int, int, int]:
    """Return in which of an article's lines words stand, and from where to where, as a browser counts."""
    before = article.raw[:start].split("\n")
    line = article.raw[start - len(before[-1]) :].split("\n", 1)[0]
    edges = (len(before[-1]), min(len(before[-1]) + end - start, len(line)))
    first, last = (len(line[:edge].encode("utf-16-le")) // 2 for edge in edges)
    return sum(bool(one.strip()) for one in before[:-1]), first, last


def form_spec(
    exercise: Exercise, texts: Mapping[str, Article], beside: Beside = ALONE, look: bool = False
) -> FormSpec:
    """Return what the browser needs to show an exercise; `look`: its articles can be looked into."""
    asked = {*exercise.articles, *(item.article for item in exercise.items)} if look else set()
    return {
        "id": exercise.id,
        "kind": exercise.kind,
        "title": exercise.title,
        "prompt": exercise.prompt,
        "note": beside.note,
        "articles": list(exercise.articles),
        "rubric": dict(exercise.rubric),
        "private": exercise.private,
        "items": [_form_item(exercise, item, texts, beside) for item in exercise.items],
        "passages": [{"title": one.id, "text": one.text} for one in exercise.passages],
        "texts": {id: lines_of(texts[id]) for id in sorted(asked & set(texts))},
    }


def _form_item(exercise: Exercise, item: Item, texts: Mapping[str, Article], beside: Beside) -> FormItem:
    article = texts.get(item.article)
    return {
        "id": item.id,
        "text": item.text,
        "article": item.article,
        "file": item.file,
        "words": item.words,
        "at": place_in(article, item.start, item.end) if article else None,
        "options": list(item.options or exercise.options),
        "group": item.group,
        "passage": item.passage,
        "cards": beside.cards.get(item.id, []),
        "answered": beside.answered.get(item.id, ""),
    }


class Panel(CourseWidget):
    """A titled panel of lines, passages, tables, fields and buttons: sign-in, save, hand in, marking.

    A press calls `on_press(button, fields)`, where a file field is None, {name, text} or, with `bytes`,
    {name, data} in base64. It returns a status; lists in it replace those that are shown. The parts have the
    forms of the messages Passage, PanelTable, PanelField and PanelButton.
    """

    _esm = module("panel.js")
    kind = traitlets.Unicode("panel").tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    lines: traitlets.List[str] = traitlets.List().tag(sync=True)
    passages: traitlets.List[Any] = traitlets.List().tag(sync=True)
    tables: traitlets.List[Any] = traitlets.List().tag(sync=True)
    fields: traitlets.List[Any] = traitlets.List().tag(sync=True)
    buttons: traitlets.List[Any] = traitlets.List().tag(sync=True)

    def __init__(
        self,
        name: str,
        title: str,
        lines: Iterable[str] = (),
        on_press: OnPress | None = None,
        **parts: Iterable[Any],
    ) -> None:
        self._on_press = on_press
        self._pieces: dict[str, str] = {}
        lists = {part: list(entries) for part, entries in parts.items()}
        super().__init__(name=name, title=title, lines=list(lines), **lists)

    def act(self, message: Mapping[str, Any]) -> Status:
        """Pass a press on, and show new parts. A large file comes ahead, in pieces."""
        if "piece" in message:
            before = "" if message["first"] else self._pieces.get(message["of"], "")
            self._pieces[message["of"]] = before + message["piece"]
            return {}
        given = dict(message["fields"])
        for name, file in given.items():
            if isinstance(file, dict) and file.pop("more", False):
                file["data"] = self._pieces.pop(name, "") + file["data"]
        return self.show(self._on_press(message["button"], given) if self._on_press else {})

    def show(self, status: Mapping[str, object]) -> Status:
        """Show new parts, and return what is left to say."""
        rest: Any = dict(status)
        with self.hold_sync():  # in one message: no answer stands beside another one's comment
            for trait in ("lines", "passages", "tables", "fields", "buttons"):
                if trait in rest:
                    setattr(self, trait, rest.pop(trait))
        return cast(Status, rest)


class LivePanel(Panel):
    """A panel that shows what `look` returns, now and whenever it comes into sight or LOOK is pressed."""

    live = traitlets.Bool(True).tag(sync=True)  # the browser says {"shown": true}

    def __init__(
        self, name: str, title: str, look: Callable[[], Status], on_press: OnPress | None = None
    ) -> None:
        self._look = look
        super().__init__(name, title, on_press=on_press, buttons=[LOOK])
        if (found := self.handle({"shown": True}))["problem"]:
            self.lines = [found["text"]]

    def act(self, message: Mapping[str, Any]) -> Status:
        """Look again, or pass a press on."""
        if message.get("shown") or message["button"] == LOOK["name"]:
            return self.show({"text": "This is how it stands now."} | self._look())
        return super().act(message)


class Shown:
    """Several things that a cell shows one below the other. A function is called only then."""

    def __init__(self, *parts: object) -> None:
        self.parts: tuple[object, ...] = parts

    def _ipython_display_(self) -> None:
        display(*(part() if callable(part) else part for part in self.parts))


class Opening(Shown):
    """A panel at first, and in its place, once it is opened, several other things. No notebook keeps them."""

    def __init__(self, panel: Panel) -> None:
        super().__init__(panel)
        self.box = ipywidgets.Output()

    def open(self, *parts: object) -> None:
        """Show these things in the panel's place."""
        self.parts = parts
        self._fill()

    def _fill(self) -> None:
        with capture_output() as captured:
            super()._ipython_display_()
        self.box.outputs = tuple(
            {"output_type": "display_data", "data": one.data, "metadata": one.metadata or {}}
            for one in captured.outputs
        )

    def _ipython_display_(self) -> None:
        self._fill()
        display(self.box._repr_mimebundle_() | {"text/plain": ONE_ANSWER}, raw=True)
