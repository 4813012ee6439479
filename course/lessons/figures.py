"""The pictures of the lessons. Each says in a sentence what it shows, and gives the same as a table.

Colours are Okabe and Ito's (2008), which every kind of colour vision tells apart; a pattern and a name stand
beside each, and none means a side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, wraps
from html import escape
from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec

from IPython.display import HTML, display

from course.corpus.article import Article
from course.corpus.blocks import KINDS
from course.corpus.case import Case
from course.corpus.readings import load_readings
from course.corpus.table import Table

if TYPE_CHECKING:
    import plotly.graph_objects as go

P = ParamSpec("P")
Part = dict[str, Any]

INK = "#1F1F1F"
GREY = "#BDBDBD"
DOWN = {"autorange": "reversed"}  # the first row of the data stands first
_FILLS = (
    ("#D9D9D9", ""), ("#56B4E9", "/"), ("#E69F00", "."), ("#F0E442", "x"), ("#CC79A7", "\\"),
    ("#009E73", "-"), ("#0072B2", "+"), ("#999999", "|"), ("#D55E00", "/"),
)  # fmt: skip
_AXIS = {"automargin": True, "ticks": "", "title": {"standoff": 15}}
_AXIS |= {"gridcolor": "#EBF0F8", "zerolinecolor": "#EBF0F8"}
_LOOK = {
    "layout": {
        "font": {"size": 15, "color": INK},
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
                "marker": {
                    "line": {"color": INK, "width": 0.5},
                    "pattern": {"fgcolor": INK, "fillmode": "overlay", "size": 6, "solidity": 0.2},
                },
            }
        ],
        "heatmap": [
            {
                "type": "heatmap",
                "hoverinfo": "skip",
                "showscale": False,
                "texttemplate": "%{text}",
                "textfont": {"color": INK},
                "xgap": 2,
                "ygap": 2,
                "zmin": 0,
            }
        ],
    },
}


class Drawing(NamedTuple):
    """What a picture shows: plotly's traces and layout, and the same in a sentence and a table.

    Without traces the table stands alone.
    """

    table: Table
    sentence: str = ""
    data: Sequence[Part] = ()
    layout: Part | None = None


class Picture:
    """A figure with the sentence and the table that say the same without it, drawn when first asked for.

    It is given to the browser as plotly's JSON: building a plotly figure of it first takes far longer.
    """

    def __init__(self, draw: Callable[[], Drawing | Table]) -> None:
        self._draw = draw

    @cached_property
    def _drawn(self) -> Drawing:
        drawn = self._draw()
        return drawn if isinstance(drawn, Drawing) else Drawing(drawn)

    @property
    def figure(self) -> go.Figure:
        """The picture as a plotly figure of its own, to change as you like."""
        import plotly.graph_objects as go  # noqa: PLC0415 - no lesson waits for it to load

        return go.Figure(self._drawn.data, self._drawn.layout)

    @property
    def table(self) -> Table:
        """What the picture shows, in rows."""
        return self._drawn.table

    def __repr__(self) -> str:
        return self.describe()

    def describe(self) -> str:
        """Return what the picture shows in one sentence."""
        return self._drawn.sentence or self.table.caption

    def _ipython_display_(self) -> None:
        table, sentence, data, layout = self._drawn
        if not data:
            display(table)
            return
        display(HTML(f"<p>{escape(sentence)}</p>"))
        plot = {"data": data, "layout": layout, "config": {"displayModeBar": False}}
        display({"application/vnd.plotly.v1+json": plot, "text/plain": sentence}, raw=True)
        told = f"<details><summary>The same as a table</summary>{table._repr_html_()}</details>"
        display(HTML(told))


def picture(draw: Callable[P, Drawing | Table]) -> Callable[P, Picture]:
    """Make a function that draws, or makes a table alone, give a Picture: it is called when that is shown."""

    @wraps(draw)
    def later(*args: P.args, **kwargs: P.kwargs) -> Picture:
        return Picture(lambda: draw(*args, **kwargs))

    return later


def closed(caption: str) -> Table:
    """Return what stands in a table's place where there are no readings."""
    return Table(f"{caption}: your teacher will open this", [])


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
            first = not any(one["name"] == kind for one in data)
            data.append(
                bars(
                    [end - start],
                    [f"{article.id} "],
                    colour,
                    pattern,
                    orientation="h",
                    base=[start],
                    name=kind,
                    legendgroup=kind,
                    showlegend=first,
                    hovertext=[escape(f"{kind}: {words[:60]}")],
                    hoverinfo="text",
                )
            )
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


def sources(case: Case) -> Table:
    """Return who published each article, how that is known and its caveat, as far as readers looked it up."""
    readings = load_readings(case)
    if readings is None:
        return closed("Who published what")
    rows = (
        {
            "article": one["article"],
            "name": one["name"],
            "what it is": one["role"],
            "how this is known": one["found"],
            "confirmed": "yes" if one["confirmed"] else "not yet",
            "caveat": one["caveat"],
        }
        for one in readings.provenance["lookup"]
    )
    return Table("Who published what", rows)
