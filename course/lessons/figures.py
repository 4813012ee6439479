"""The pictures of the lessons. Each says in a sentence what it shows, and gives the same as a table.

Colours are such as every kind of colour vision tells apart (Okabe and Ito 2008; Tol 2021); a pattern and a
name stand beside each, none belongs to an outlet, and none means a side. Where cells or bars rest on
passages, the table below opens them, and shows the student's own answer beside the readers'.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property, wraps
from html import escape
from itertools import cycle, groupby, pairwise
from textwrap import shorten, wrap
from typing import TYPE_CHECKING, Any, ParamSpec, TypedDict

import traitlets
from IPython.display import HTML, display

from course.analysis.claims import independent_origins, witnesses
from course.analysis.coverage import first_position, locate, position
from course.analysis.quotations.known import known_quotes
from course.analysis.quotations.versions import Version, match_versions, spelling_key
from course.analysis.wording import APART, BODY, Keyword, count_by_voice, find_terms, keyness, read_terms
from course.corpus.annotation import Annotation
from course.corpus.article import Article
from course.corpus.blocks import KINDS
from course.corpus.case import Case
from course.corpus.errors import CourseError
from course.corpus.readings import READERS, load_cards, load_readings
from course.corpus.table import Table
from course.lessons.exercises import Exercise
from course.lessons.here import find_exercise, keys_in
from course.lessons.widgets import CourseWidget, module

if TYPE_CHECKING:
    import plotly.graph_objects as go

P = ParamSpec("P")
Part = dict[str, Any]

INK, GREY = "#1F1F1F", "#BDBDBD"
SOFT = "#767676"  # for letters and lines off the bars: to be seen on white and on JupyterLab's dark ground
DOWN = {"autorange": "reversed"}  # the first row of the data stands first
SURE = 1.96  # a z as high or higher comes from chance alone once in forty words
VIEWS = ("everything", "per 100 words", "own voice, per 100 words")
YOURS = " (you)"
_FILLS = (
    ("#D9D9D9", ""), ("#56B4E9", "/"), ("#E69F00", "."), ("#F0E442", "x"), ("#CC79A7", "\\"),
    ("#009E73", "-"), ("#0072B2", "+"), ("#999999", "|"), ("#D55E00", "/"),
)  # fmt: skip
# Kinds of speakers: no red and no blue, which are parties' colours in many countries.
_VOICES = (
    ("#D9D9D9", ""), ("#999999", "/"), ("#44AA99", "."), ("#DDCC77", "x"),
    ("#999933", "\\"), ("#F0E442", "-"), ("#CC79A7", "+"), ("#FFFFFF", "|"),
)  # fmt: skip
# Grounds of cells: light, so that dark words can be read on them in every theme; a cell says what it means.
_STANCES = {
    "own voice": "#F0E442",
    "mixed": "#FCF8C4",
    "attributed": "#A9D8F5",
    "quoted": "#DCEFFB",
    "partial": "#E6E6E6",
    "contradicts": "#F5C9A6",
    "absent": "#FFFFFF",
}
_PRESENCE = {
    "absent": ("absent", "#FFFFFF"),
    "partial": ("partly", "#DADADA"),
    "present": ("present", "#B5B5B5"),
}
_SIGNS = ".,;:!?…()[]“”‘’\"'–—"
_AXIS = {"automargin": True, "ticks": "", "title": {"standoff": 15}}
_AXIS |= {"gridcolor": "rgba(128,128,128,0.25)", "zerolinecolor": "rgba(128,128,128,0.5)"}
_LOOK = {
    "layout": {
        "font": {"size": 15, "color": SOFT},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 60, "r": 20, "t": 20, "b": 50},
        "xaxis": _AXIS,
        "yaxis": _AXIS,
        "legend": {"orientation": "h", "traceorder": "normal"},
    },
    "data": {
        "bar": [
            {
                "type": "bar",
                "hoverinfo": "skip",
                "textangle": 0,
                "cliponaxis": False,
                "insidetextfont": {"color": INK},
                "marker": {
                    "line": {"color": INK, "width": 0.5},
                    "pattern": {"fgcolor": INK, "fillmode": "overlay", "size": 6, "solidity": 0.2},
                },
            }
        ],
    },
}
_LEFT = 'style="text-align: left; vertical-align: top; white-space: normal; max-width: 80ch"'
_WORDS = 'style="font-size: 15px; line-height: 1.6"'
_HEARD = 'style="position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)"'
# Letters off the bars take the theme's own ink; on bars they stay dark.
_ON_DARK = (
    "<style>.js-plotly-plot :is(.xtick, .ytick, .xtick2, .ytick2, .annotation) text,"
    " .js-plotly-plot text:is(.legendtext, .bartext-outside, [class$=title])"
    f" {{ fill: var(--jp-content-font-color1, {SOFT}) !important; }}</style>"
)


class Passage(TypedDict):
    """Words of an article in their sentence; `number` is their paragraph's, 0 outside the body."""

    article: str
    number: int
    before: str
    words: str
    after: str


class CellShown(TypedDict):
    """One cell as the browser gets it."""

    text: str
    own: str
    fill: str
    passages: list[Passage]


class Row(TypedDict):
    """One row as the browser gets it; the student's own answer may be a row of its own."""

    head: str
    own: bool
    cells: list[CellShown]


@dataclass(frozen=True)
class Cell:
    """What a cell of a drawing's grid has beside its text: a ground, the student's own answer, its places."""

    fill: str = ""
    own: str = ""
    places: tuple[Annotation, ...] = ()


@dataclass(frozen=True)
class Drawing:
    """What a picture shows: plotly's traces and layout, and the same in a sentence and a table.

    `cells`, by row and column of `grid` (of `table`, where there is none), are those that open passages of
    `articles`. `told` is what is said to the student alone: it stands in no notebook file. `html` are the
    lines of a picture of words.
    """

    table: Table
    sentence: str = ""
    traces: Sequence[Part] = ()
    layout: Part = field(default_factory=dict)
    cells: Mapping[tuple[int, str], Cell] = field(default_factory=dict)
    articles: Sequence[Article] = ()
    grid: Table | None = None
    told: str = ""
    html: str = ""


class Grid(CourseWidget):
    """A table whose cells open the passages that they rest on; no notebook file keeps it."""

    _esm = module("figures.js")
    title = traitlets.Unicode().tag(sync=True)
    told = traitlets.Unicode().tag(sync=True)
    columns: traitlets.List[str] = traitlets.List().tag(sync=True)
    rows: traitlets.List[Row] = traitlets.List().tag(sync=True)
    folded = traitlets.Bool().tag(sync=True)  # below a chart that says the same

    def __init__(self, drawing: Drawing) -> None:
        self.plain = drawing.sentence
        grid = drawing.grid or drawing.table
        texts = {article.id: article for article in drawing.articles}
        rows: list[Row] = []
        for number, row in enumerate(grid.rows):
            cells: list[CellShown] = []
            for name in grid.columns[1:]:
                cell = drawing.cells.get((number, name), Cell())
                found = [passage_of(texts[one.article], one.start, one.end) for one in sorted(cell.places)]
                cells.append(
                    {"text": str(row.get(name, "")), "own": cell.own, "fill": cell.fill, "passages": found}
                )
            head = str(row[grid.columns[0]])
            rows.append({"head": head, "own": head.endswith(YOURS), "cells": cells})
        super().__init__(
            title=grid.caption,
            told=" ".join(filter(None, ["" if drawing.traces else drawing.sentence, drawing.told])),
            columns=grid.columns,
            rows=rows,
            folded=bool(drawing.traces),
        )


def passage_of(article: Article, start: int, end: int) -> Passage:
    """Return words of an article in the sentences they stand in.

    >>> passage_of(Article.from_text("X", "Rain fell. Wind rose over the town."), 16, 20)["after"]
    ' over the town.'
    """
    around = [one for one in article.sentences if one.start < end and start < one.end]
    low, high = (min(start, around[0].start), max(end, around[-1].end)) if around else (start, end)
    return {
        "article": article.id,
        "number": next((one.number for one in article.paragraphs if one.start <= start < one.end), 0),
        "before": article.raw[low:start],
        "words": article.raw[start:end],
        "after": article.raw[end:high],
    }


class Picture:
    """A figure with the sentence and the table that say the same without it, drawn when first asked for."""

    def __init__(self, draw: Callable[[], Drawing | Table]) -> None:
        self._draw = draw

    @cached_property
    def drawing(self) -> Drawing:
        """What it shows, as data."""
        drawn = self._draw()
        return drawn if isinstance(drawn, Drawing) else Drawing(drawn)

    @property
    def figure(self) -> go.Figure:
        """The picture as a plotly figure of its own, to change as you like."""
        import plotly.graph_objects as go  # noqa: PLC0415 - no lesson waits for it to load

        return go.Figure(self.drawing.traces, self.drawing.layout)

    @property
    def table(self) -> Table:
        """What the picture shows, in rows."""
        return self.drawing.table

    def __repr__(self) -> str:
        return self.describe()

    def describe(self) -> str:
        """Return what the picture shows in one sentence."""
        return self.drawing.sentence or self.table.caption

    def _ipython_display_(self) -> None:
        drawing, sentence = self.drawing, self.describe()
        if drawing.traces or drawing.html:
            display(HTML(f"{_ON_DARK}<p>{escape(sentence)}</p>{drawing.html}"))
        if drawing.traces:
            # Plotly's JSON as it is: a browser needs no more, and plotly takes a second to load.
            plot = {"data": drawing.traces, "layout": drawing.layout, "config": {"displayModeBar": False}}
            display({"application/vnd.plotly.v1+json": plot, "text/plain": sentence}, raw=True)
        if drawing.cells:
            display(Grid(drawing))
        elif drawing.traces:
            told = self.table._repr_html_()
            display(HTML(f"<details><summary>The same as a table</summary>{told}</details>"))
        elif not drawing.html:
            display(self.table)


def picture(draw: Callable[P, Drawing | Table]) -> Callable[P, Picture]:
    """Make a function that draws, or makes a table alone, give a Picture: it is called when that is shown."""

    @wraps(draw)
    def later(*args: P.args, **kwargs: P.kwargs) -> Picture:
        return Picture(lambda: draw(*args, **kwargs))

    return later


def closed(caption: str) -> Table:
    """Return what stands in a table's place where there are no readings."""
    return Table(f"{caption}: your teacher will open this", [])


def own_answer(id: str) -> tuple[Case, Exercise, Any]:
    """Return an exercise of the case at hand, and the student's answer to it, None where there is none."""
    case, asked, work = find_exercise(id)
    stored = work.read(asked)
    return case, asked, stored.value if stored else None


def most(labels: Mapping[str, str]) -> list[str]:
    """Return the labels that most readers gave, in the readers' order; several where as many gave them."""
    counts = Counter(labels[by] for by in READERS if by in labels)
    return [label for label in counts if counts[label] == max(counts.values())]


def compared(own: Sequence[str], readers: Sequence[Sequence[str]]) -> str:
    """Return in how many places the student answered as most readers did; nothing where none is answered."""
    pairs = [(one, labels) for one, labels in zip(own, readers, strict=True) if one]
    same = sum(one in labels for one, labels in pairs)
    return f"You answered as most readers did in {same} of {len(pairs)}." if pairs else ""


def layout(height: int, **more: Any) -> Part:
    """Return a layout in the course's look."""
    return {"template": _LOOK, "height": height, **more}


def axis(title: str, **more: Any) -> Part:
    """Return an axis with a title."""
    return {"title": {"text": title}, **more}


def bars(x: Sequence[object], y: Sequence[object], colour: object, pattern: str = "", /, **more: Any) -> Part:
    """Return bars of lengths `y` at `x`; lying ones, of lengths `x` at `y`, need orientation="h"."""
    return {"type": "bar", "x": x, "y": y, "marker": {"color": colour, "pattern": {"shape": pattern}}, **more}


def lines(text: str, width: int) -> str:
    """Return a text as a label takes it: without markup of its own, broken into lines, off the axis."""
    return "<br>".join(wrap(escape(text), width)) + " "


@picture
def blocks_chart(articles: Iterable[Article]) -> Drawing:
    """Draw each article as a strip from its first to its last character, by kind of block."""
    rows, shares, data = [], [], list[Part]()
    for article in articles:
        sizes: Counter[str] = Counter()
        for kind, run in groupby(article.blocks, key=lambda block: block.kind):
            blocks = list(run)
            start, end = blocks[0].start, blocks[-1].end
            sizes[kind] += end - start
            words = " ".join(article.raw[start:end].split())
            colour, pattern = _FILLS[KINDS.index(kind)]
            told: Part = {"name": kind, "legendgroup": kind, "hoverinfo": "text"}
            told["hovertext"] = [escape(f"{kind}: {words[:60]}")]
            told["showlegend"] = not any(one["name"] == kind for one in data)
            at: Part = {"orientation": "h", "base": [start]}
            data.append(bars([end - start], [f"{article.id} "], colour, pattern, **at, **told))
        noise = len(article.raw) - sizes["body"]
        shares.append(f"{article.id} {100 * noise / max(1, len(article.raw)):.0f} %")
        rows.append({"article": article.id, "characters": len(article.raw)} | {k: sizes[k] for k in KINDS})
    used = [name for name in rows[0] if any(row[name] for row in rows)] if rows else []
    return Drawing(
        Table("Characters of each kind in each file", ({name: row[name] for name in used} for row in rows)),
        f"Share of each file that is not the report: {', '.join(shares)}.",
        data,
        layout(
            110 + 46 * len(rows),
            barmode="overlay",
            xaxis=axis("characters from the start of the file", zeroline=False),
            yaxis=DOWN,
            legend={"y": 1.02, "yanchor": "bottom"},
        ),
    )


@picture
def voices(case: Case) -> Drawing:
    """Draw how many voices of each kind each article has, as reader 1 listed them."""
    readings = load_readings(case)
    if readings is None:
        return Drawing(closed("Voices by kind in each article"))
    kinds = list(readings.coverage["vocabulary"]["category"])
    listed = readings.coverage["voice"]
    count = Counter((one["category"]["reader1"], one["article"]) for one in listed)
    ids = [article.id for article in case.articles]
    rows = [{"kind of voice": kind} | {id: count[kind, id] for id in ids} for kind in kinds]
    rows.append(
        {"kind of voice": "of these, without a name"}
        | {id: sum(one["article"] == id and not one["named"] for one in listed) for id in ids}
    )
    data = []
    for kind, (colour, shape) in zip(kinds, cycle(_VOICES)):
        numbers = [count[kind, id] for id in ids]
        inside: Part = {"text": [str(number or "") for number in numbers], "insidetextanchor": "middle"}
        inside["hoverinfo"] = "name+x"
        name = kind if any(numbers) else f"{kind}: none"
        data.append(
            bars(numbers, [f"{id} " for id in ids], colour, shape, orientation="h", name=name, **inside)
        )
    everywhere = [kind for kind in kinds if all(count[kind, id] for id in ids)]
    nowhere = [kind for kind in kinds if not any(count[kind, id] for id in ids)]
    told = f"Kinds of voices in every article: {', '.join(everywhere) or 'none'}"
    told += f"; in no article: {', '.join(nowhere) or 'none'}."
    across = axis("voices that are quoted, reported or mentioned", dtick=1)
    places: dict[tuple[int, str], list[Annotation]] = {}
    for one in listed:
        at = [kinds.index(one["category"]["reader1"]), *([] if one["named"] else [len(kinds)])]
        for number in at:
            places.setdefault((number, one["article"]), []).append(readings.annotation(one))
    return Drawing(
        Table("Voices by kind in each article (reader 1)", rows),
        told,
        data,
        layout(480, barmode="stack", xaxis=across, yaxis=DOWN, legend={"y": -0.25}),
        {at: Cell(places=tuple(found)) for at, found in places.items()},
        case.articles,
    )


@picture
def versions(case: Case, words: str) -> Drawing:
    """Show the quoted utterance with `words` in it, one line for each printing of it: what it cut and put in.

    Raises CourseError where no utterance that stands in two places has these words.
    """
    texts = {article.id: article.raw for article in case.articles}

    def quoted(version: Version) -> list[str]:
        text = texts[version.article][version.quote.start : version.quote.end]
        return [word for word in text.split() if word.strip(_SIGNS)]

    found = match_versions(case.articles, known_quotes(case))
    printed = next((one.versions for one in found if words in " ".join(quoted(one.fullest))), ())
    if not printed:
        raise CourseError(f"no quotation with {words!r} stands in two places: copy words from a longer one")
    # The fullest; where several are, the post that an article shows, which is nearest to the speaker.
    base = max(printed, key=lambda one: (len(quoted(one)), one.quote.kind == "embed"))
    others = sorted((one for one in printed if one is not base), key=lambda one: one.article)
    head = {one: f"{one.article}, post" if one.quote.kind == "embed" else one.article for one in printed}
    rows = [{"printed in": head[base], "words": " ".join(quoted(base))}]
    told, lines = [], [f"<td {_LEFT}>{escape(rows[0]['words'])}</td>"]
    for one in others:
        runs = changes(quoted(base), quoted(one))
        cut, new = ([text for kind, text in runs if kind == wanted] for wanted in ("del", "ins"))
        changed = sum(
            min(len(old.split()), len(put.split()))
            for (kind, old), (other, put) in pairwise(runs)
            if (kind, other) == ("del", "ins")
        )
        count = sum(len(text.split()) for text in cut) - changed
        told.append(f"{head[one]} changes {changed} and leaves out {count}")
        row = {"printed in": head[one], "words": " ".join(quoted(one))}
        rows.append(row | {"left out": " … ".join(cut), "put in": " … ".join(new)})
        lines.append(f"<td {_LEFT}>{' '.join(_run(*run) for run in runs)}</td>")
    absent = [id for id in texts if id not in {one.article for one in printed}]
    missing = f" Not in quotation marks in {', '.join(absent)}." if absent else ""
    heads = (f'<th scope="row" {_LEFT}>{escape(row["printed in"])}</th>' for row in rows)
    body = "".join(f"<tr>{name}{line}</tr>" for name, line in zip(heads, lines, strict=True))
    caption = "Struck out: not inside the quotation marks there. Underlined: put in."
    return Drawing(
        Table("Each printing of the words, against the fullest", rows),
        f"{len(quoted(base))} words in the fullest version ({head[base]}); {'; '.join(told)}.{missing}",
        html=f"<table {_WORDS}><caption {_LEFT}>{caption}</caption><tbody>{body}</tbody></table>",
    )


def changes(base: list[str], words: list[str]) -> list[tuple[str, str]]:
    """Return the words of one version as runs (kind, text) of another: same, del (left out) or ins (put in).

    A sign that ends the utterance belongs to the outlet's sentence and counts for nothing.

    >>> changes("We sail in May , he".split(), "We sail on May".split())
    [('same', 'We sail'), ('del', 'in'), ('ins', 'on'), ('same', 'May'), ('del', ', he')]
    """
    one, other = ([spelling_key(word.strip(_SIGNS)) for word in text] for text in (base, words))
    runs: list[tuple[str, str]] = []
    for what, i, j, k, m in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if what != "equal":
            runs += [("del", word) for word in base[i:j]] + [("ins", word) for word in words[k:m]]
            continue
        for at, old, new in zip(range(i, j), base[i:j], words[k:m], strict=True):
            last = at == len(base) - 1 and old.rstrip(".,") == new.rstrip(".,")
            runs += [("same", new)] if old == new or last else [("del", old), ("ins", new)]
    return [(kind, " ".join(word for _, word in run)) for kind, run in groupby(runs, key=lambda one: one[0])]


def _run(kind: str, text: str) -> str:
    """Return a run as HTML. What is struck out or underlined is said too, to those who hear it."""
    if kind == "same":
        return escape(text)
    return (
        f"<{kind}><span {_HEARD}>{'left out' if kind == 'del' else 'put in'}: </span>{escape(text)}</{kind}>"
    )


@picture
def stance_grid(exercise: str) -> Drawing:
    """Draw what each article does with the claims of a grid exercise, as most readers labelled it."""
    case, asked, given = own_answer(exercise)
    ids = [article.id for article in case.articles]
    claims = _claims(case, asked)
    caption = "What each article does with each claim"
    if not claims:
        return Drawing(closed(caption))
    rows = [
        {"claim": one["claim"]} | {id: " / ".join(most(one["stance"][id])) for id in ids} for one in claims
    ]
    cells, own, readers = {}, [], []
    for number, claim in enumerate(claims):
        for article in case.articles:
            labels = most(claim["stance"][article.id])
            own.append((given or {}).get(claim["id"], {}).get(article.id, ""))
            readers.append(labels)
            places = locate(claim["words"], article)
            cells[number, article.id] = Cell(_STANCES[labels[0]], _own(own[-1], labels), places)
    said = ", ".join(f"{id} {sum(row[id] != 'absent' for row in rows)}" for id in ids)
    sentence = f"How many of {len(rows)} claims each article says something about: {said}."
    told = compared(own, readers)
    return Drawing(Table(caption, rows), sentence, cells=cells, articles=case.articles, told=told)


def _own(own: str, readers: Sequence[str]) -> str:
    return own and ("✓ you too" if [own] == list(readers) else f"you: {own}")


@picture
def origins_counter(exercise: str) -> Drawing:
    """Draw, for each claim of a grid exercise, the articles that say it beside the origins behind them."""
    case, asked, _ = own_answer(exercise)
    claims = _claims(case, asked)
    rows = _origins(case, claims)
    caption = "Articles and origins for each claim, the origins at most"
    if not rows:
        return Drawing(closed(caption))
    data, sums = [], []
    for name, colour, pattern in (("articles that say it", "#D9D9D9", "/"), ("origins", "#009E73", "")):
        counts = [len(row[name].split(" / ")) for row in rows]
        sums.append(sum(counts))
        told: Part = {"name": name + (", at most" if name == "origins" else "")}
        told |= {"text": list(map(str, counts)), "textposition": "outside"}
        labels = [lines(row["claim"], 42) for row in rows]
        data.append(bars(counts, labels, colour, pattern, orientation="h", **told))
    cells = {
        (number, "articles that say it"): Cell(
            places=tuple(place for article in case.articles for place in locate(claim["words"], article))
        )
        for number, claim in enumerate(claims)
    }
    return Drawing(
        Table(caption, rows),
        f"{sums[0]} times an article says one of these {len(rows)} claims; to contradict one does not count."
        f" Behind that stand {sums[1]} origins at most, as the course joins them.",
        data,
        layout(
            130 + 62 * len(rows),
            yaxis=DOWN | {"fixedrange": True},
            xaxis={"dtick": 1, "range": [0, 5.5], "fixedrange": True},
            legend={"y": 1.02, "yanchor": "bottom"},
        ),
        cells,
        case.articles,
    )


def _claims(case: Case, asked: Exercise) -> list[dict[str, Any]]:
    """Return the readers' claims that a grid exercise asks about, in the order in which it shows them."""
    readings = load_readings(case)
    claims = {one["id"]: one for one in readings.claims["claim"]} if readings else {}
    return [claims[item.id] for item in asked.items if item.id in claims]


def _origins(case: Case, claims: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Return who says each claim, whom they name, the origins behind, and why some are joined."""
    readings = load_readings(case)
    every = readings.origins["link"] if readings else []
    rows = []
    for one in claims:
        links = [link for link in every if link["claim"] == one["id"]]
        found = independent_origins(witnesses(one), [link["joins"] for link in links])
        row = {"claim": one["claim"], "articles that say it": " / ".join(found.articles)}
        row |= {"sources they name": " / ".join(found.sources) or "none"}
        row |= {"origins": " / ".join(" + ".join(group) for group in found.groups)}
        rows.append(row | {"joined because": " ".join(link["reason"] for link in links)})
    return rows


@picture
def certainty_ladder(exercise: str) -> Drawing:
    """Draw the readers' ladders, the most hedged wording first, and which wordings name a source."""
    case, asked, given = own_answer(exercise)
    readings = load_readings(case)
    caption = "Wordings from hedged to flat"
    if readings is None:
        return Drawing(closed(caption))
    rows: list[dict[str, Any]] = []
    shown: list[dict[str, str]] = []
    cells: dict[tuple[int, str], Cell] = {}
    most_steps = max(len(ladder["words"]) for ladder in readings.ladder["ladder"])
    steps = ["most hedged", *map(str, range(2, most_steps)), "flattest"]
    told = []
    for ladder in readings.ladder["ladder"]:
        places = {one["article"]: one for one in ladder["words"]}
        orders: dict[tuple[str, ...], list[str]] = {}
        for by, order in ladder["order"].items():
            orders.setdefault(tuple(order), []).append(f"reader {by[-1]}")
        article_of = {item.id: item.article for item in asked.groups.get(ladder["topic"], ())}
        mine = tuple(article_of[id] for id in (given or {}).get(ladder["topic"], ()) if id in article_of)
        for order, by in [*orders.items(), *([(mine, ["you"])] if mine else [])]:
            name = f"{ladder['topic']} ({', '.join(by)})"
            told += [f"{name}: {', '.join(order)}"] if by != ["you"] else []
            for rung, id in enumerate(order, 1):
                source = ladder["source"].get(id, "none")
                if by != ["you"]:
                    words = {"source": source, "words": places[id]["exact"]}
                    rows.append({"ladder": name, "rung": rung, "article": id} | words)
                # A short ladder ends where a long one does: at the flattest.
                step = steps[rung - 1] if rung < len(order) else steps[-1]
                ground = "#FFFFFF" if source != "none" else "#C9C9C9"
                cells[len(shown), step] = Cell(ground, places=(readings.annotation(places[id]),))
            texts = (f"{id}: {ladder['source'].get(id, 'no source')}" for id in order)
            at = [*steps[: len(order) - 1], steps[-1]]
            shown.append({"wordings of": name} | dict.fromkeys(steps, "") | dict(zip(at, texts, strict=True)))
    sentence = f"From the most hedged wording to the flattest. {'; '.join(told)}."
    grid = Table(f"{caption}: each with the source that it names", shown)
    return Drawing(Table(caption, rows), sentence, cells=cells, articles=case.articles, grid=grid)


@picture
def coverage_map(exercise: str) -> Drawing:
    """Draw which article has which point of a grid exercise, and after what share of the report it stands."""
    case, asked, given = own_answer(exercise)
    readings = load_readings(case)
    if readings is None:
        return Drawing(closed("Points and articles"))
    points = {one["id"]: one for one in readings.coverage["point"]}
    rows, cells, own, readers = [], {}, [], []
    counts: Counter[str] = Counter()
    for number, item in enumerate(asked.items):
        row, point = {"point": item.text}, points[item.id]
        for article in case.articles:
            labels = most(point["presence"][article.id])
            names = [_PRESENCE[label][0] for label in labels]
            counts[article.id] += labels == ["present"]
            words = point.get("words", ())
            place = first_position(words, article)
            row[article.id] = " / ".join(names) + ("" if place is None else f", after {place:.0%}")
            own.append((given or {}).get(item.id, {}).get(article.id, ""))
            readers.append(names)
            fill = _PRESENCE[labels[0]][1]
            cells[number, article.id] = Cell(fill, _own(own[-1], names), locate(words, article))
        rows.append(row)
    nowhere = [row["point"] for row in rows if {row[article.id] for article in case.articles} == {"absent"}]
    sentence = (
        f"Present, of {len(rows)} points: {', '.join(f'{id} {counts[id]}' for id in sorted(counts))}."
        f" In no article: {'; '.join(nowhere) or 'none of them'}. ‘After 12%’ means that 12% of the report"
        " stands before it."
    )
    by = {reader for point in points.values() for one in point["presence"].values() for reader in one}
    who = ", ".join(reader.replace("reader", "reader ") for reader in sorted(by))
    table = Table(f"Points, and where each first stands ({who})", rows)
    return Drawing(table, sentence, cells=cells, articles=case.articles, told=compared(own, readers))


@picture
def frame_map(exercise: str) -> Drawing:
    """Draw what share of each article's paragraphs has which frame first, as all readers together saw it."""
    case, asked, given = own_answer(exercise)
    readings = load_readings(case)
    if readings is None:
        return Drawing(closed("Frames and articles"))
    labels = readings.frames["label"]
    by_article: dict[str, Counter[str]] = {article.id: Counter() for article in case.articles}
    for one in labels:
        by_article[one["article"]].update(one["primary"].values())
    frames = [frame for frame, _ in sum(by_article.values(), Counter[str]()).most_common()]
    own = _own_frames(case, asked, given, labels)
    rows, cells = [], {}
    for number, frame in enumerate(frames):
        shares = {id: found[frame] / found.total() for id, found in by_article.items()}
        rows.append({"frame": frame} | {id: f"{share:.0%}" for id, share in shares.items()})
        for id, share in shares.items():
            seen = [one for one in labels if one["article"] == id and frame in one["primary"].values()]
            yours = f"you: {own[id, frame]} of {own[id, '']}" if own[id, frame] else ""
            grey = f"#{round(255 - 90 * share):02X}" + f"{round(255 - 90 * share):02X}" * 2
            cells[number, id] = Cell(grey, yours, tuple(map(readings.annotation, seen)))
    same = sum(len(set(one["primary"].values())) == 1 for one in labels)
    sentence = (
        f"The three readers gave the same frame to {same} of {len(labels)} paragraphs."
        " A cell is the share of an article's labels, all readers together."
    )
    return Drawing(Table("Frames by article", rows), sentence, cells=cells, articles=case.articles)


def _own_frames(
    case: Case, asked: Exercise, given: Any, labels: Iterable[Mapping[str, Any]]
) -> Counter[tuple[str, str]]:
    """Return in how many paragraphs of an article the student saw a frame, and ("") how many were answered.

    An exercise may have short names for the codebook's frames: the keys tell which stands for which.
    """
    names: dict[str, str] = {}
    primary = {(one["article"], one["paragraph"]): one["primary"] for one in labels}
    for key in keys_in(case.root, asked.lesson).get(asked.id, ()):
        number = passage_of(case[key.article], key.start, key.end)["number"]
        names[str(key.value)] = primary[key.article, number][key.by]
    count: Counter[tuple[str, str]] = Counter()
    for place, label in (asked.decisions(given, case) if given else {}).items():
        count.update([(place.split()[0], names.get(label, label)), (place.split()[0], "")])
    return count


@picture
def labels_by_paragraph(exercise: str) -> Drawing:
    """Show the labels of whole paragraphs that are marked: a row for each, a column for each reader."""
    case, asked, given = own_answer(exercise)
    keys = keys_in(case.root, asked.lesson).get(exercise, ())
    caption = "One label a paragraph"
    if not keys:
        return Drawing(closed(caption))
    own = asked.decisions(given, case) if given else {}
    by = sorted({key.by for key in keys})
    rows: list[dict[str, str]] = []
    cells: dict[tuple[int, str], Cell] = {}
    shown, mine, readers = [], [], []
    for id in asked.articles:
        for paragraph in (one for one in case[id].paragraphs if one.number in asked.paragraphs):
            here = {
                key.by: str(key.value) for key in keys if (key.article, key.start) == (id, paragraph.start)
            }
            name = f"{id} {paragraph.number}"
            row = {"paragraph": f"{name}: {shorten(paragraph.text, 60, placeholder=' …')}"}
            told = {one.replace("reader", "reader "): here.get(one, "") for one in by}
            place = Annotation(id, paragraph.start, paragraph.end)
            for column, label in [*told.items(), ("you", own.get(name, ""))]:
                odd = label and label not in most(here)
                cells[len(rows), column] = Cell("#F0E442" if odd else "#FFFFFF", places=(place,))
            rows.append(row | told)
            shown.append(row | ({"you": own.get(name, "none")} if own else {}) | told)
            mine.append(own.get(name, ""))
            readers.append(most(here))
    said = sum(len({row[one] for one in row if one != "paragraph"}) == 1 for row in rows)
    sentence = f"All readers gave the same label to {said} of {len(rows)} paragraphs."
    sentence += " A yellow cell has another label than most readers gave."
    grid, yours = Table(caption, shown), compared(mine, readers)
    return Drawing(Table(caption, rows), sentence, cells=cells, articles=case.articles, grid=grid, told=yours)


@picture
def word_places(case: Case, *words: str) -> Drawing:
    """Draw where in each report words stand, from its first character to its last."""
    rows: list[dict[str, Any]] = []
    cells = {}
    for article in case.articles:
        for place in find_terms(article, words):
            if (after := position(article, place.start)) is not None:
                cells[len(rows), "after"] = Cell(places=(place,))
                rows.append({"article": article.id, "after": after})
    counts = Counter(str(row["article"]) for row in rows)
    ids = [article.id for article in case.articles]
    marks = {
        "type": "scatter",
        "mode": "markers",
        "x": [row["after"] for row in rows],
        "y": [ids.index(str(row["article"])) for row in rows],
        "marker": {"symbol": "line-ns-open", "size": 22, "color": SOFT, "line": {"width": 2}},
        "hoverinfo": "skip",
    }
    told = ", ".join(f"{id} {counts[id]}" for id in ids)
    what = ", ".join(f"‘{word}’" for word in words)
    up = {"range": [len(ids) - 0.5, -0.5], "tickvals": list(range(len(ids))), "ticktext": ids}
    return Drawing(
        Table(f"Places of {what}", rows),
        f"Places of {what} in the reports: {told}.",
        [marks],
        layout(
            300,
            xaxis=axis("share of the report before it", range=[-0.01, 1.01], tickformat=".0%"),
            yaxis=up | {"type": "linear"},
        ),
        cells,
        case.articles,
    )


@picture
def naming_counts(case: Case, *words: str) -> Drawing:
    """Draw how often words stand in each article: in the whole file, per 100 words of the report, own voice.

    Own voice is per 100 words too. Without words: the terms that most readers of the key called evaluative.
    """
    what = ", ".join(f"‘{word}’" for word in words) or "Terms that most readers called evaluative"
    if not words and load_readings(case) is None:
        return Drawing(closed(what))
    terms = (find_terms(article, words) for article in case.articles)
    found = [place for some in terms for place in some] if words else _evaluative(case)
    counted: list[dict[str, Any]] = count_by_voice(found, case.articles).rows
    rows = []
    for row in counted:
        every = sum(row[voice] for voice in (*BODY, *APART))
        counts = (every, row["per 100 words"] or 0.0, row["own per 100 words"] or 0.0)
        rows.append(dict(zip(VIEWS, counts, strict=True)))
    ids = [article.id for article in case.articles]
    data, told, across = [], [], {}  # three panels side by side, which share their y axis
    for number, view in enumerate(VIEWS, 1):
        name = str(number) if number > 1 else ""
        across[f"xaxis{name}"] = axis(view, domain=[(number - 1) / 3, number / 3 - 0.04])
        values = [row[view] for row in rows]
        beside = {"text": list(map(str, values)), "textposition": "outside", "xaxis": f"x{name}"}
        data.append(bars(values, ids, GREY, orientation="h", **beside))
        ordered = sorted(zip(values, ids, strict=True), key=lambda pair: (-pair[0], pair[1]))
        told.append(f"{view}: " + ", ".join(f"{id} {value}" for value, id in ordered))
    return Drawing(
        Table(
            f"{what}, counted in 3 ways", ({"article": id, **row} for id, row in zip(ids, rows, strict=True))
        ),
        f"{what}. Counting {'; '.join(told)}.",
        data,
        layout(300, **across, yaxis=DOWN, showlegend=False),
        {
            (number, view): Cell(places=tuple(p for p in found if p.article == id and p.label in voices))
            for number, id in enumerate(ids)
            for view, voices in zip(VIEWS, ((*BODY, *APART), BODY, ("own",)), strict=True)
        },
        case.articles,
    )


def _evaluative(case: Case) -> list[Annotation]:
    """Return the terms that most readers called evaluative; of one inside another, only the longer."""
    readings = load_readings(case)
    terms = readings.wording["term"] if readings else []
    wanted = (term for term in terms if most(term["charge"])[0].startswith("evaluative"))
    places = set(read_terms(wanted, case.articles))
    return [place for place in places if not any(inside(place, other) for other in places - {place})]


def inside(place: Annotation, other: Annotation) -> bool:
    """Whether a place stands within another one."""
    return place.article == other.article and other.start <= place.start and place.end <= other.end


@picture
def log_odds(articles: Iterable[Article], top: int = 5) -> Drawing:
    """Draw the words that set each article apart from the others, and say how little they rest on."""
    keywords = keyness(tuple(articles))
    shown: list[Keyword] = []
    for id in dict.fromkeys(key.article for key in keywords):
        shown += [key for key in keywords if key.article == id][:top]
    words = [[f"{key.article} " for key in shown], [key.word for key in shown]]
    counts = [f"{key.count} here, {key.elsewhere} in the others" for key in shown]
    lengths = bars([round(key.z, 2) for key in shown], words, GREY, orientation="h", text=counts)
    line = {"type": "line", "x0": SURE, "x1": SURE, "y0": 0, "y1": 1, "yref": "y domain"}
    line["line"] = {"color": SOFT, "dash": "dash"}
    few, sure = sum(key.count < 5 for key in shown), sum(key.z > SURE for key in shown)
    sentence = (
        f"Of these {len(shown)} words, {few} stand fewer than five times in their article, and {sure} reach"
        f" the line at z = {SURE}. That describes these texts, not the outlets."
    )
    rows = (
        {"article": key.article, "word": key.word, "here": key.count, "in the others": key.elsewhere}
        | {"paragraphs": key.paragraphs, "log-odds": round(key.log_odds, 2), "z": round(key.z, 2)}
        for key in shown
    )
    z = axis("z: how far the word leads, and how sure")
    return Drawing(
        Table("Words that set each article apart", rows),
        sentence,
        [lengths],
        layout(90 + 26 * len(shown), xaxis=z, yaxis=DOWN, margin={"l": 150}, shapes=[line]),
    )


@picture
def card_chart(case: Case, card: str, numbers: str) -> Drawing:
    """Draw a series of numbers of an evidence card, a bar each in its order, and what changed when."""
    one = next(one for one in load_cards(case) if one["id"] == card)
    series: dict[str, float] = one["numbers"][numbers]
    name = numbers.replace("_", " ")
    texts = [f"{value:,}" for value in series.values()]
    told = "; ".join(f"{key}: {text}" for key, text in zip(series, texts, strict=True))
    changed = {at["at"]: at for at in one.get("change", ()) if at["of"] == numbers}
    rows = []
    for key, text in zip(series, texts, strict=True):
        row = {"when": key, name: text}
        if changed:
            told_of = changed.get(key)
            row["what changed"] = f"{told_of['what']} ({told_of['source']})" if told_of else ""
        rows.append(row)
    notes, marks = [], []
    for key, change in changed.items():
        at = list(series).index(key)
        marks.append({"type": "line", "x0": at - 0.5, "x1": at - 0.5, "y0": 0, "y1": 1, "yref": "paper"})
        marks[-1]["line"] = {"color": SOFT, "dash": "dash"}
        text = f"<b>{escape(key)}</b><br>{lines(change['what'], 26)}"
        place = {"x": at - 0.45, "xanchor": "left", "y": 1, "yanchor": "top", "yref": "paper"}
        notes.append(place | {"text": text, "align": "left", "showarrow": False, "font": {"size": 13}})
    since = "".join(f" {key}: {change['what']}." for key, change in changed.items())
    return Drawing(
        Table(f"{one['topic']}: {name}", rows),
        f"Card {card}, {name}. {told}.{since}",
        [bars(list(series), list(series.values()), GREY, text=texts, textposition="outside")],
        layout(420, xaxis={"type": "category"}, yaxis=axis(name), shapes=marks, annotations=notes),
    )
