"""The Reader: articles in a browser, with layers of annotations, links between them, and marking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import traitlets

from course.corpus.annotation import Annotation, Layer
from course.corpus.errors import CourseError
from course.lessons.kinds.mark import mark_of
from course.lessons.messages import Mark, ReaderArticle, ReaderLayer, Status
from course.lessons.widgets import CourseWidget, OnChange, module

if TYPE_CHECKING:
    from course.corpus.article import Article


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done with the texts: read them, or mark them with `labels` where there are any.

    `on_change(path, value, base)` gets ["add"] or ["remove"] and the mark as answers store it, or [] and all
    marks. `name` is the exercise's id; `paragraphs`, where given, are the only ones shown. `heat` names
    layers that are steps of one colour, the darkest first; a step may be without a layer. `told` says of
    each label what it stands for.
    """

    title: str = ""
    prompt: str = ""
    name: str = ""
    paragraphs: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()
    marks: tuple[Annotation, ...] = ()
    on_change: OnChange | None = None
    heat: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


class Reader(CourseWidget):
    """Articles below tabs, with layers to show or hide, links between passages, and a task.

    Text reaches the browser as text. Offsets are code points here and converted there.
    """

    _esm = module("reader.js")
    title = traitlets.Unicode().tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)
    prompt = traitlets.Unicode().tag(sync=True)
    articles: traitlets.List[ReaderArticle] = traitlets.List().tag(sync=True)
    layers: traitlets.List[ReaderLayer] = traitlets.List().tag(sync=True)
    links: traitlets.List[list[Mark]] = traitlets.List().tag(sync=True)
    labels: traitlets.List[str] = traitlets.List().tag(sync=True)
    marks: traitlets.List[Mark] = traitlets.List().tag(sync=True)
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
                {"name": one.name, "notes": [[*_mark(note), note.by, note.note] for note in one.annotations]}
                for one in layers
            ],
            links=[[_mark(one)[:3], _mark(other)[:3]] for one, other in links],
            labels=list(task.labels),
            marks=[_mark(mark) for mark in task.marks],
            heat=list(task.heat),
            order=list(task.order),
            told=list(task.told),
        )

    def act(self, message: Mapping[str, Any]) -> Status:
        """Pass one mark on, added or removed, and keep it for a browser page that is loaded again.

        With `whole`, a list of {value, exact}, all marks of the page are passed on at once.
        """
        if "whole" in message:
            sent = [self._stored(one) for one in message["whole"]]
            self.marks[:] = [one["value"] for one in message["whole"]]
            return self._on_change([], sent, None) if self._on_change else {}
        stored, mark, (what,) = self._stored(message), message["value"], message["path"]
        status = self._on_change([what], stored, None) if self._on_change else {}
        others = [one for one in self.marks if one != mark]
        # Changed in place: nothing goes back to the browser, which shows the mark already.
        self.marks[:] = [*others, mark] if what == "add" else others
        return status

    def _stored(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Return a mark as answers store it, when its words stand where the browser says."""
        id, start, end, label = sent["value"]
        mark = mark_of(self._texts[id], start, end, label)
        if mark["exact"] != sent["exact"]:
            raise CourseError(
                f"Not saved: the words {sent['exact']!r:.60} do not stand there in article {id}."
                " Reload this page and run the cell again"
            )
        return mark


def _mark(annotation: Annotation) -> Mark:
    return [annotation.article, annotation.start, annotation.end, annotation.label]


def _article(article: Article, paragraphs: tuple[int, ...], numbered: bool) -> ReaderArticle:
    return {
        "id": article.id,
        "raw": article.raw,
        "shown": [(one.start, one.end) for one in article.paragraphs if one.number in paragraphs],
        "sentences": [(one.start, one.end) for one in article.sentences],
        "numbers": [(one.number, one.start) for one in article.paragraphs if numbered],
    }
