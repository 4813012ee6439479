"""The exercise forms and control panels that a browser shows; they hold no files and no rules of marking."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import anywidget
import traitlets

from course.corpus.errors import CourseError
from course.corpus.sentences import split_sentences

if TYPE_CHECKING:
    from course.corpus.article import Article
    from course.lessons.exercises import Exercise

HERE = Path(__file__).parent
# A kernel may answer each control in a thread of its own; what they do, they do one after the other.
TURN = threading.RLock()
ONE_ANSWER = "Run this cell to see your answers"
Part = dict[str, Any]
Handler = Callable[[list[str], Any, Any], Mapping[str, Any]]


def module(*names: str) -> traitlets.Unicode[str, str | bytes]:
    """Return the trait that holds one ES module: what all widgets share, then the files named."""
    text = "\n".join((HERE / part).read_text(encoding="utf-8") for part in ("widgets.js", *names))
    return traitlets.Unicode(text).tag(sync=True)


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

    def handle(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Act on one message from the browser; return what to say beside the control.

        `text` is a sentence (empty: the browser says 'Saved' and its own time), `problem` whether it is one.
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

    def act(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Do what the message asks. Each widget has its own."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[Part, Part]:
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return data | {"text/plain": self.plain}, metadata


class Beside(NamedTuple):
    """What stands beside an exercise: a note, and for an item its `cards` and what was `answered`."""

    note: str = ""
    items: Mapping[str, Part] = MappingProxyType({})


ALONE = Beside()


class Form(CourseWidget):
    """One exercise of kind sort, grid, order or write, with the answer so far.

    Each change calls `on_change(path, value, base)`, `base` being what stood here before: the path is
    `[item]` for sort and write, `[item, article]` for grid, `[group]` for order. With `feedback`
    (summary, items) the form shows that in place of the controls.
    """

    _esm = module("lookup.js", "forms.js")
    kind = traitlets.Unicode("form").tag(sync=True)
    spec = traitlets.Dict().tag(sync=True)
    value = traitlets.Dict().tag(sync=True)
    feedback = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        exercise: Exercise,
        articles: Iterable[Article] = (),
        value: Mapping[str, Any] | None = None,
        on_change: Handler | None = None,
        beside: Beside = ALONE,
    ) -> None:
        texts = {article.id: article for article in articles}
        asked = {*exercise.articles, *(item.article for item in exercise.items)} if on_change else set()
        looked = {id: lines_of(texts[id]) for id in sorted(asked & set(texts))}
        self._on_change = on_change
        spec = form_spec(exercise, texts)
        items = [item | beside.items.get(item["id"], {}) for item in spec["items"]]
        super().__init__(
            spec=spec | {"items": items, "note": beside.note, "texts": looked},
            value=copy.deepcopy(dict(value or {})),
        )

    def act(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Pass one change on, and keep it for a browser page that is loaded again."""
        path, value = list(message["path"]), message["value"]
        at: dict[str, Any] = self.value
        for key in path[:-1]:
            at = at.setdefault(key, {})
        status = dict(self._on_change(path, value, at.get(path[-1]))) if self._on_change else {}
        # The dictionary is changed in place: nothing goes back to the browser, where typing may be ahead.
        at[path[-1]] = status.get("value", value)
        return status


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


def form_spec(exercise: Exercise, texts: Mapping[str, Article]) -> dict[str, Any]:
    """Return what the browser needs to show an exercise; an item's words are read from its article."""
    items = [
        {
            "id": item.id,
            "text": item.text,
            "article": item.article,
            "file": item.file,
            "words": texts[item.article].raw[item.start : item.end] if item.article else "",
            "at": place_in(texts[item.article], item.start, item.end) if item.article else None,
            "options": list(item.options or exercise.options),
            "group": item.group,
            "passage": item.passage,
        }
        for item in exercise.items
    ]
    passages = [{"title": one.id, "text": one.text} for one in exercise.passages]
    return {
        "id": exercise.id,
        "kind": exercise.kind,
        "title": exercise.title,
        "prompt": exercise.prompt,
        "articles": list(exercise.articles),
        "rubric": dict(exercise.rubric),
        "private": exercise.private,
        "items": items,
        "passages": passages,
    }


class Panel(CourseWidget):
    """A titled panel of lines, passages, tables, fields and buttons: sign-in, save, hand in, marking.

    `parts` are passages [{title, text}], tables [{caption, columns, rows, below?}], fields [{name, kind,
    label, value?, accept?, bytes?, options?, bank?, key?}] of the kinds text, area, checkbox, choice and file
    (or another of HTML's inputs), and buttons [{name, label, main?, pressed?, key?, sure?}], `sure` being a
    question asked first, `key` a key that does the same. A press calls `on_press(button, fields)`, where a
    file field is None, {name, text} or, with `bytes`, {name, data} in base64. It returns a status, and where
    wanted `downloads` [{name, text or data, type}] and new parts.
    """

    _esm = module("lookup.js", "forms.js")
    kind = traitlets.Unicode("panel").tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    lines: traitlets.List[str] = traitlets.List().tag(sync=True)
    passages: traitlets.List[Part] = traitlets.List().tag(sync=True)
    tables: traitlets.List[Part] = traitlets.List().tag(sync=True)
    fields: traitlets.List[Part] = traitlets.List().tag(sync=True)
    buttons: traitlets.List[Part] = traitlets.List().tag(sync=True)

    def __init__(
        self,
        name: str,
        title: str,
        lines: Iterable[str] = (),
        on_press: Callable[[str, dict[str, Any]], Mapping[str, Any]] | None = None,
        **parts: Iterable[Part],
    ) -> None:
        self._on_press = on_press
        self._pieces: dict[str, str] = {}
        lists = {part: list(entries) for part, entries in parts.items()}
        super().__init__(name=name, title=title, lines=list(lines), **lists)

    def act(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Pass a press on; new parts replace those that are shown. A large file comes ahead, in pieces."""
        if "piece" in message:
            before = "" if message["first"] else self._pieces.get(message["of"], "")
            self._pieces[message["of"]] = before + message["piece"]
            return {}
        given = dict(message["fields"])
        for name, file in given.items():
            if isinstance(file, dict) and file.pop("more", False):
                file["data"] = self._pieces.pop(name, "") + file["data"]
        status = dict(self._on_press(message["button"], given)) if self._on_press else {}
        with self.hold_sync():  # in one message: no answer stands beside another one's comment
            for trait in ("lines", "passages", "tables", "fields", "buttons"):
                if trait in status:
                    setattr(self, trait, status.pop(trait))
        return status
