"""The Reader: articles in a browser, with layers of annotations, links between them, and marking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import traitlets

from course.corpus.annotation import Annotation, Layer
from course.corpus.errors import CourseError
from course.lessons.forms import CourseWidget, Part, module
from course.lessons.values import mark_of

if TYPE_CHECKING:
    from course.corpus.article import Article

Place = list[Any]


@dataclass(frozen=True, slots=True)
class Marking:
    """What may be marked: labels, the marks so far, and who is told of a change.

    `on_change(path, value, base)` gets ["add"] or ["remove"], the mark as answers store it, and None.
    `name` is the exercise's id; `paragraphs`, where given, are the only ones shown.
    """

    labels: tuple[str, ...]
    marks: tuple[Annotation, ...] = ()
    on_change: Callable[[list[str], Any, Any], Mapping[str, Any]] | None = None
    name: str = ""
    prompt: str = ""
    paragraphs: tuple[int, ...] = ()


class Reader(CourseWidget):
    """Articles side by side, with layers to show or hide, linked passages, and `marking` where given.

    Text reaches the browser as text. Offsets are code points here and converted there.
    """

    _esm = module("reader.js")
    title = traitlets.Unicode().tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)
    prompt = traitlets.Unicode().tag(sync=True)
    lines: traitlets.List[str] = traitlets.List().tag(sync=True)
    articles: traitlets.List[Part] = traitlets.List().tag(sync=True)
    layers: traitlets.List[Part] = traitlets.List().tag(sync=True)
    links: traitlets.List[list[Place]] = traitlets.List().tag(sync=True)
    labels: traitlets.List[str] = traitlets.List().tag(sync=True)
    marks: traitlets.List[Place] = traitlets.List().tag(sync=True)

    def __init__(
        self,
        articles: Iterable[Article],
        layers: Iterable[Layer] = (),
        marking: Marking | None = None,
        links: Iterable[tuple[Annotation, Annotation]] = (),
        title: str = "",
    ) -> None:
        shown = list(articles)
        self._texts = {article.id: article for article in shown}
        self._marking = marking
        self.plain = "Run this cell to see your marks" if marking else "Run this cell to see the text"
        names = ", ".join(article.id for article in shown)
        given = marking or Marking(())
        super().__init__(
            title=title or f"Article{'s' if len(shown) > 1 else ''} {names}",
            name=given.name,
            prompt=given.prompt,
            articles=[_article(article, given.paragraphs) for article in shown],
            layers=[
                {"name": one.name, "notes": [[*_place(note), note.by, note.note] for note in one.annotations]}
                for one in layers
            ],
            links=[[_place(one)[:3], _place(other)[:3]] for one, other in links],
            labels=list(given.labels),
            marks=[_place(mark) for mark in given.marks],
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
        handler = self._marking.on_change if self._marking else None
        status = dict(handler([what], mark, None)) if handler else {}
        place = [id, start, end, label]
        others = [one for one in self.marks if one != place]
        # Changed in place: nothing goes back to the browser, which shows the mark already.
        self.marks[:] = [*others, place] if what == "add" else others
        return status


def _place(annotation: Annotation) -> Place:
    return [annotation.article, annotation.start, annotation.end, annotation.label]


def _article(article: Article, paragraphs: tuple[int, ...]) -> Part:
    shown = [(one.start, one.end) for one in article.paragraphs if one.number in paragraphs]
    sentences = [(one.start, one.end) for one in article.sentences]
    return {"id": article.id, "raw": article.raw, "sentences": sentences, "shown": shown}
