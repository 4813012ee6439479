"""The Reader: articles in a browser, with layers of annotations, links between them, and marking."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import traitlets

from course.corpus.annotation import Annotation, Layer
from course.corpus.article import Article
from course.corpus.errors import CourseError
from course.lessons.kinds.mark import mark_of
from course.lessons.messages import Status
from course.lessons.widgets import CourseWidget, OnChange, module


class Reader(CourseWidget):
    """Articles below tabs, with layers to show or hide, links between passages, and marking with `labels`.

    Each mark calls `on_change(path, mark, None)`, the path being ["add"] or ["remove"] and the mark as
    answers store it. `paragraphs`, where given, are the only ones shown. Of the traits, `name` is the
    exercise's id, `heat` names layers that are steps of one colour, the darkest first (a step may be without
    a layer), `order` labels in the order of their colours, and `told` says what each label stands for. Text
    reaches the browser as text, and offsets as code points.
    """

    _esm = module("reader.js")
    title = traitlets.Unicode().tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)
    prompt = traitlets.Unicode().tag(sync=True)
    articles: traitlets.List[Any] = traitlets.List().tag(sync=True)
    layers: traitlets.List[Any] = traitlets.List().tag(sync=True)
    links: traitlets.List[Any] = traitlets.List().tag(sync=True)
    labels: traitlets.List[str] = traitlets.List().tag(sync=True)
    marks: traitlets.List[Any] = traitlets.List().tag(sync=True)
    heat: traitlets.List[str] = traitlets.List().tag(sync=True)
    order: traitlets.List[str] = traitlets.List().tag(sync=True)
    told: traitlets.List[str] = traitlets.List().tag(sync=True)

    def __init__(
        self,
        articles: Iterable[Article],
        layers: Iterable[Layer] = (),
        links: Iterable[tuple[Annotation, Annotation]] = (),
        paragraphs: Collection[int] = (),
        on_change: OnChange | None = None,
        **traits: Any,
    ) -> None:
        self._texts = {article.id: article for article in articles}
        self._on_change = on_change
        marking = bool(traits.get("labels"))
        self.plain = f"Run this cell to see {'your marks' if marking else 'the text'}"
        # Where whole texts are marked, numbers would give away which lines are the report.
        numbered = paragraphs or not marking
        traits["articles"] = [
            {
                "id": one.id,
                "raw": one.raw,
                "shown": [(each.start, each.end) for each in one.paragraphs if each.number in paragraphs],
                "sentences": [(each.start, each.end) for each in one.sentences],
                "numbers": [(each.number, each.start) for each in one.paragraphs if numbered],
            }
            for one in self._texts.values()
        ]
        traits["layers"] = [{"name": one.name, "notes": [*map(list, one.annotations)]} for one in layers]
        traits["links"] = [[[*one[:3]], [*other[:3]]] for one, other in links]
        several = "s" if len(self._texts) > 1 else ""
        super().__init__(**{"title": f"Article{several} {', '.join(self._texts)}"} | traits)

    def act(self, message: Mapping[str, Any]) -> Status:
        """Pass one mark on, added or removed, and keep it for a browser page that is loaded again."""
        (what,), place = message["path"], message["value"]
        mark = mark_of(self._texts[place[0]], *place[1:])
        if mark["exact"] != message["exact"]:
            raise CourseError(
                f"Not saved: the words {message['exact']!r:.60} do not stand there in article {place[0]}."
                " Reload this page and run the cell again"
            )
        status = self._on_change([what], mark, None) if self._on_change else {}
        # Changed in place: nothing goes back to the browser, which shows the mark already.
        self.marks[:] = [*(one for one in self.marks if one != place), *([place] if what == "add" else [])]
        return status
