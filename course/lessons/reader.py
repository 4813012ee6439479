"""The Reader: articles in a browser, with layers of annotations, links between them, and marking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import traitlets

from course.corpus.annotation import Annotation, Layer
from course.corpus.errors import CourseError
from course.lessons.forms import CourseWidget, Handler, Part, module
from course.lessons.values import mark_of

if TYPE_CHECKING:
    from course.corpus.article import Article

Place = list[Any]


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done with the texts: read them, or mark them with `labels` where there are any.

    `on_change(path, value, base)` gets ["add"] or ["remove"], the mark as answers store it, and None.
    `name` is the exercise's id; `paragraphs`, where given, are the only ones shown. `heat` names
    layers that are steps of one colour, the darkest first; a step may be without a layer. `told` says of
    each label what it stands for.
    """

    title: str = ""
    prompt: str = ""
    name: str = ""
    paragraphs: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()
    marks: tuple[Annotation, ...] = ()
    on_change: Handler | None = None
    heat: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


class Reader(CourseWidget):
    """Articles side by side, with layers to show or hide, links between passages, and a task.

    Text reaches the browser as text. Offsets are code points here and converted there.
    """

    _esm = module("reader.js")
    title = traitlets.Unicode().tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)
    prompt = traitlets.Unicode().tag(sync=True)
    articles: traitlets.List[Part] = traitlets.List().tag(sync=True)
    layers: traitlets.List[Part] = traitlets.List().tag(sync=True)
    links: traitlets.List[list[Place]] = traitlets.List().tag(sync=True)
    labels: traitlets.List[str] = traitlets.List().tag(sync=True)
    marks: traitlets.List[Place] = traitlets.List().tag(sync=True)
    heat: traitlets.List[str] = traitlets.List().tag(sync=True)
    order: traitlets.List[str] = traitlets.List().tag(sync=True)
    told: traitlets.List[str] = traitlets.List().tag(sync=True)

    def __init__(
        self,
        articles: Iterable[Article],
        layers: Iterable[Layer] = (),
        links: Iterable[tuple[Annotation, Annotation]] = (),
        task: Task = Task(),
    ) -> None:
        self._texts = {article.id: article for article in articles}
        self._on_change = task.on_change
        self.plain = f"Run this cell to see {'your marks' if task.labels else 'the text'}"
        # Where whole texts are marked, numbers would give away which lines are the report.
        numbered = bool(task.paragraphs) or not task.labels
        several = "s" if len(self._texts) > 1 else ""
        super().__init__(
            title=task.title or f"Article{several} {', '.join(self._texts)}",
            prompt=task.prompt,
            name=task.name,
            articles=[_article(article, task.paragraphs, numbered) for article in self._texts.values()],
            layers=[
                {"name": one.name, "notes": [[*_place(note), note.by, note.note] for note in one.annotations]}
                for one in layers
            ],
            links=[[_place(one)[:3], _place(other)[:3]] for one, other in links],
            labels=list(task.labels),
            marks=[_place(mark) for mark in task.marks],
            heat=list(task.heat),
            order=list(task.order),
            told=list(task.told),
        )

    def act(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Pass one mark on, added or removed, and keep it for a browser page that is loaded again."""
        (what,), (id, start, end, label) = message["path"], message["value"]
        mark = mark_of(self._texts[id], start, end, label)
        if mark["exact"] != message["exact"]:
            raise CourseError(
                f"Not saved: the words {message['exact']!r:.60} do not stand there in article {id}."
                " Reload this page and run the cell again"
            )
        status = dict(self._on_change([what], mark, None)) if self._on_change else {}
        place = [id, start, end, label]
        others = [one for one in self.marks if one != place]
        # Changed in place: nothing goes back to the browser, which shows the mark already.
        self.marks[:] = [*others, place] if what == "add" else others
        return status


def _place(annotation: Annotation) -> Place:
    return [annotation.article, annotation.start, annotation.end, annotation.label]


def _article(article: Article, paragraphs: tuple[int, ...], numbered: bool) -> Part:
    shown = [(one.start, one.end) for one in article.paragraphs if one.number in paragraphs]
    sentences = [(one.start, one.end) for one in article.sentences]
    numbers = [(one.number, one.start) for one in article.paragraphs if numbered]
    text = {"raw": article.raw, "sentences": sentences, "numbers": numbers}
    return {"id": article.id, "shown": shown, **text}
