"""The pictures of the lessons. Each says in a sentence what it shows, and gives the same as a table.

Colours are Okabe and Ito's (2008), which every kind of colour vision tells apart; a pattern and a name stand
beside each, and none means a side.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from html import escape
from itertools import groupby

import plotly.graph_objects as go
from IPython.display import HTML, display

from course.corpus.article import Article
from course.corpus.blocks import KINDS
from course.corpus.case import Case
from course.corpus.readings import load_readings
from course.corpus.table import Table

_FILL = dict(
    zip(
        KINDS,
        (
            ("#D9D9D9", ""),
            ("#56B4E9", "/"),
            ("#E69F00", "."),
            ("#F0E442", "x"),
            ("#CC79A7", "\\"),
            ("#009E73", "-"),
            ("#0072B2", "+"),
            ("#999999", "|"),
            ("#D55E00", "/"),
        ),
        strict=True,
    )
)
_STYLE = {
    "template": "plotly_white",
    "paper_bgcolor": "#FFFFFF",
    "plot_bgcolor": "#FFFFFF",
    "font": {"size": 15, "color": "#1F1F1F"},
    "margin": {"l": 60, "r": 20, "t": 20, "b": 50},
}


class Picture:
    """A plotly figure with the sentence and the table that say the same without it."""

    def __init__(self, figure: go.Figure, sentence: str, table: Table) -> None:
        self.figure = figure
        self.sentence = sentence
        self.table = table

    def __repr__(self) -> str:
        return self.sentence

    def describe(self) -> str:
        """Return what the picture shows in one sentence."""
        return self.sentence

    def _ipython_display_(self) -> None:
        display(HTML(f"<p>{escape(self.sentence)}</p>"))
        plot = {**json.loads(self.figure.to_json()), "config": {"displayModeBar": False}}
        display({"application/vnd.plotly.v1+json": plot, "text/plain": self.sentence}, raw=True)
        table = self.table._repr_html_()
        display(HTML(f"<details><summary>The same as a table</summary>{table}</details>"))


def blocks_chart(articles: Iterable[Article]) -> Picture:
    """Draw each article as a strip from its first to its last character, by kind of block."""
    articles = tuple(articles)
    figure = go.Figure()
    rows, shares, named = [], [], set()
    for article in articles:
        sizes: Counter[str] = Counter()
        for kind, run in groupby(article.blocks, key=lambda block: block.kind):
            blocks = list(run)
            start, end = blocks[0].start, blocks[-1].end
            sizes[kind] += end - start
            words = " ".join(article.raw[start:end].split())
            colour, pattern = _FILL[kind]
            figure.add_bar(
                y=[f"{article.id} "],
                x=[end - start],
                base=[start],
                orientation="h",
                name=kind,
                legendgroup=kind,
                showlegend=kind not in named,
                marker={
                    "color": colour,
                    "line": {"color": "#1F1F1F", "width": 0.5},
                    "pattern": {"shape": pattern, "fgcolor": "#1F1F1F", "size": 5, "solidity": 0.25},
                },
                hovertext=[escape(f"{kind}: {words[:60]}")],
                hoverinfo="text",
            )
            named.add(kind)
        noise = len(article.raw) - sizes["body"]
        share = 100 * noise / max(1, len(article.raw))
        shares.append(f"{article.id} {share:.0f} %")
        rows.append({"article": article.id, "characters": len(article.raw)} | {k: sizes[k] for k in KINDS})
    figure.update_layout(
        **_STYLE,
        barmode="overlay",
        height=110 + 46 * len(articles),
        xaxis={"title": "characters from the start of the file", "zeroline": False},
        yaxis={"autorange": "reversed"},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
    )
    table = Table("Characters of each kind in each file", _used(rows))
    return Picture(figure, f"Share of each file that is not the report: {', '.join(shares)}.", table)


def sources(case: Case) -> Table:
    """Return who published each article, how that is known and its caveat, as far as readers looked it up."""
    readings = load_readings(case)
    found = readings.provenance["lookup"] if readings else []
    rows = [
        {
            "article": one["article"],
            "name": one["name"],
            "what it is": one["role"],
            "how this is known": one["found"],
            "confirmed": "yes" if one["confirmed"] else "not yet",
            "caveat": one["caveat"],
        }
        for one in found
    ]
    return Table("Who published what" if rows else "Who published what: your teacher will open this", rows)


def _used(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return rows without the columns that are nothing but 0."""
    names = [name for name in rows[0] if any(row[name] for row in rows)] if rows else []
    return [{name: row[name] for name in names} for row in rows]
