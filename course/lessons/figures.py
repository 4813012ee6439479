"""The pictures of the lessons. Each says in a sentence what it shows, and gives the same as a table.

Colours are Okabe and Ito's (2008), which every kind of colour vision tells apart; a pattern and a name stand
beside each, and none means a side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property, wraps
from html import escape
from itertools import cycle, groupby
from textwrap import wrap
from typing import TYPE_CHECKING, Any, ParamSpec

from IPython.display import HTML, display

from course.analysis.claims import independent_origins, witnesses
from course.analysis.coverage import first_position, position
from course.analysis.versions import Version, match_versions, spelling_key
from course.analysis.wording import APART, BODY, Keyword, count_by_voice, find_terms, keyness, read_terms
from course.corpus.annotation import Annotation
from course.corpus.article import Article
from course.corpus.blocks import KINDS
from course.corpus.case import Case
from course.corpus.errors import CourseError
from course.corpus.readings import READERS, load_cards, load_readings
from course.corpus.table import Table
from course.lessons.at_hand import exercise_in

if TYPE_CHECKING:
    import plotly.graph_objects as go

P = ParamSpec("P")
Part = dict[str, Any]

INK, GREY = "#1F1F1F", "#BDBDBD"
DOWN = {"autorange": "reversed"}  # the first row of the data stands first
SURE = 1.96  # a z as high or higher comes from chance alone once in forty words
VIEWS = ("everything", "per 100 words", "own voice, per 100 words")
_FILLS = (
    ("#D9D9D9", ""), ("#56B4E9", "/"), ("#E69F00", "."), ("#F0E442", "x"), ("#CC79A7", "\\"),
    ("#009E73", "-"), ("#0072B2", "+"), ("#999999", "|"), ("#D55E00", "/"),
)  # fmt: skip
_VOICES = (
    ("#D9D9D9", ""), ("#999999", "/"), ("#56B4E9", "."), ("#E69F00", "x"),
    ("#009E73", "\\"), ("#F0E442", "-"), ("#CC79A7", "+"), ("#FFFFFF", "|"),
)  # fmt: skip
# Light, so that the words in them can be read: what a cell says stands in it.
_STANCES = {
    "own voice": "#F0E442",
    "mixed": "#FCF8C4",
    "attributed": "#A9D8F5",
    "quoted": "#DCEFFB",
    "partial": "#E6E6E6",
    "contradicts": "#F5C9A6",
    "absent": "#FFFFFF",
}
_PRESENCE = {"absent": ("absent", 0.0), "partial": ("partly", 0.5), "present": ("present", 1.0)}
_SIGNS = ".,;:!?…()[]“”‘’\"'–—"
_CUT = "·"
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


@dataclass(frozen=True)
class Drawing:
    """What a picture shows: plotly's traces and layout, and the same in a sentence and a table.

    Without traces the table stands alone.
    """

    table: Table
    sentence: str = ""
    traces: Sequence[Part] = ()
    layout: Part = field(default_factory=dict)


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
        if not self.drawing.traces:
            display(self.table)
            return
        display(HTML(f"<p>{escape(self.describe())}</p>"))
        # Plotly's JSON as it is: a browser needs no more, and plotly takes a second to load.
        plot = {
            "data": self.drawing.traces,
            "layout": self.drawing.layout,
            "config": {"displayModeBar": False},
        }
        display({"application/vnd.plotly.v1+json": plot, "text/plain": self.describe()}, raw=True)
        told = self.table._repr_html_()
        display(HTML(f"<details><summary>The same as a table</summary>{told}</details>"))


def picture(draw: Callable[P, Drawing | Table]) -> Callable[P, Picture]:
    """Make a function that draws, or makes a table alone, give a Picture: it is called when that is shown."""

    @wraps(draw)
    def later(*args: P.args, **kwargs: P.kwargs) -> Picture:
        return Picture(lambda: draw(*args, **kwargs))

    return later


def closed(caption: str) -> Table:
    """Return what stands in a table's place where there are no readings."""
    return Table(f"{caption}: your teacher will open this", [])


def most(labels: Mapping[str, str]) -> list[str]:
    """Return the labels that most readers gave, in the readers' order; several where as many gave them."""
    counts = Counter(labels[by] for by in READERS if by in labels)
    return [label for label in counts if counts[label] == max(counts.values())]


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
        inside |= {"textfont": {"color": INK}, "hoverinfo": "name+x"}
        name = kind if any(numbers) else f"{kind}: none"
        places = [f"{id} " for id in ids]
        data.append(bars(numbers, places, colour, shape, orientation="h", name=name, **inside))
    everywhere = [kind for kind in kinds if all(count[kind, id] for id in ids)]
    nowhere = [kind for kind in kinds if not any(count[kind, id] for id in ids)]
    told = f"Kinds of voices in every article: {', '.join(everywhere) or 'none'}"
    told += f"; in no article: {', '.join(nowhere) or 'none'}."
    across = axis("voices that are quoted, reported or mentioned", dtick=1)
    return Drawing(
        Table("Voices by kind in each article (reader 1)", rows),
        told,
        data,
        layout(480, barmode="stack", xaxis=across, yaxis=DOWN, legend={"y": -0.25}),
    )


@picture
def versions(articles: Iterable[Article], words: str) -> Drawing:
    """Draw the quoted utterance with `words` in it word by word: one column for each printing of it.

    Raises CourseError where no utterance that stands in two places has these words.
    """
    articles = tuple(articles)
    texts = {article.id: article.raw for article in articles}

    def quoted(version: Version) -> list[str]:
        text = texts[version.article][version.quote.start : version.quote.end]
        return [word for word in text.split() if word.strip(_SIGNS)]

    found = match_versions(articles)
    printed = next((one.versions for one in found if words in " ".join(quoted(one.fullest))), ())
    if not printed:
        raise CourseError(f"no quotation with {words!r} stands in two places: copy words from a longer one")
    # The fullest; where several are, the post that an article shows, which is nearest to the speaker.
    base = max(printed, key=lambda one: (len(quoted(one)), one.quote.kind == "embed"))
    others = sorted((one for one in printed if one is not base), key=lambda one: one.article)
    columns = {_head(base): quoted(base)}
    for one in others:
        columns[_head(one)] = _beside(columns[_head(base)], quoted(one))
    absent = [id for id in texts if id not in {one.article for one in printed}]
    return _word_grid(columns, absent)


def _head(version: Version) -> str:
    return f"{version.article}, post" if version.quote.kind == "embed" else version.article


def _beside(base: list[str], words: list[str]) -> list[str]:
    """Return, for each word of the fullest version, what another one has in its place."""
    one, other = ([spelling_key(word.strip(_SIGNS)) for word in text] for text in (base, words))
    cells = [_CUT] * len(base)
    first = ""  # words added before all others
    for what, i, j, k, m in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        new = " ".join(words[k:m])
        if what == "equal" or (what == "replace" and j - i == m - k):
            cells[i:j] = words[k:m]
        elif what == "replace":
            cells[i] = new
        elif what == "insert" and i:
            cells[i - 1] = f"{cells[i - 1]} {new}".removeprefix(f"{_CUT} ")
        elif what == "insert":
            first = new
    return [f"{first} {cells[0]}".removesuffix(f" {_CUT}"), *cells[1:]] if first else cells


def _word_grid(columns: dict[str, list[str]], absent: list[str]) -> Drawing:
    base = next(iter(columns.values()))
    last = len(base) - 1

    def state(row: int, cell: str) -> int:
        ends = (cell.rstrip(".,"), base[row].rstrip(".,")) if row == last else (cell, base[row])
        return 2 if cell == _CUT else int(ends[0] != ends[1])

    states = [[state(row, column[row]) for column in columns.values()] for row in range(len(base))]
    shown = [[column[row] for column in columns.values()] for row in range(len(base))]
    bold = [
        [f"<b>≠ {escape(cell)}</b>" if odd == 1 else escape(cell) for cell, odd in zip(*pair, strict=True)]
        for pair in zip(shown, states, strict=True)
    ]
    heat = {"type": "heatmap", "x": list(columns), "z": states, "text": bold, "ygap": 1}
    heat |= {"colorscale": [[0, "#FFFFFF"], [0.5, "#F0E442"], [1, "#D9D9D9"]], "zmax": 2}
    heads = list(columns)
    told = [
        f"{head} changes {column.count(1)} and leaves out {column.count(2)}"
        for head, column in list(zip(heads, zip(*states, strict=True), strict=True))[1:]
    ]
    missing = f" Not in quotation marks in {', '.join(absent)}." if absent else ""
    sentence = f"{len(base)} words in the fullest version ({heads[0]}); {'; '.join(told)}.{missing}"
    rows = [dict(zip(heads, row, strict=True)) for row in shown]
    top = {"side": "top", "type": "category"}
    return Drawing(
        Table(f"Word by word; {_CUT} means: not inside the quotation marks", rows),
        sentence,
        [heat],
        layout(90 + 25 * len(base), xaxis=top, yaxis=DOWN | {"showticklabels": False}),
    )


@picture
def stance_grid(case: Case, exercise: str) -> Drawing:
    """Draw what each article does with the claims of a grid exercise, as most readers labelled it."""
    ids = [article.id for article in case.articles]
    rows = [
        {"claim": one["claim"]} | {id: " / ".join(most(one["stance"][id])) for id in ids}
        for one in _claims(case, exercise)
    ]
    caption = "What each article does with each claim"
    if not rows:
        return Drawing(closed(caption))
    data = []
    for id in ids:
        colours = [_STANCES[row[id].split(" / ")[0]] for row in rows]
        texts = [row[id].replace(" / ", "<br>") for row in rows]
        inside = {"text": texts, "textposition": "inside", "insidetextanchor": "middle"}
        data.append(bars([1] * len(rows), _labels(rows), colours, orientation="h", **inside))
    at = [number + 0.5 for number in range(len(ids))]
    top = {"tickvals": at, "ticktext": ids, "side": "top", "fixedrange": True}
    said = ", ".join(f"{id} {sum(row[id] != 'absent' for row in rows)}" for id in ids)
    return Drawing(
        Table(caption, rows),
        f"How many of {len(rows)} claims each article says something about: {said}.",
        data,
        _by_claim(rows, barmode="stack", bargap=0, showlegend=False, xaxis=top),
    )


@picture
def origins_counter(case: Case, exercise: str) -> Drawing:
    """Draw, for each claim of a grid exercise, the articles that say it beside the origins behind them."""
    rows = _origins(case, exercise)
    caption = "Articles and origins for each claim, the origins at most"
    if not rows:
        return Drawing(closed(caption))
    data, sums = [], []
    for name, colour, pattern in (("articles that say it", "#D9D9D9", "/"), ("origins", "#0072B2", "")):
        counts = [len(row[name].split(" / ")) for row in rows]
        sums.append(sum(counts))
        told: Part = {
            "name": name + (", at most" if name == "origins" else ""),
            "text": list(map(str, counts)),
            "textposition": "outside",
        }
        data.append(bars(counts, _labels(rows), colour, pattern, orientation="h", **told))
    return Drawing(
        Table(caption, rows),
        f"{sums[0]} times an article says one of these {len(rows)} claims; to contradict one does not count."
        f" Behind that stand {sums[1]} origins at most, as the course joins them.",
        data,
        _by_claim(rows, xaxis={"dtick": 1, "range": [0, 5.5], "fixedrange": True}),
    )


def _claims(case: Case, exercise: str) -> list[dict[str, Any]]:
    """Return the readers' claims that a grid exercise asks about, in the order in which it shows them."""
    readings = load_readings(case)
    claims = {one["id"]: one for one in readings.claims["claim"]} if readings else {}
    return [claims[item.id] for item in exercise_in(case.root, exercise).items if item.id in claims]


def _labels(rows: list[dict[str, str]]) -> list[str]:
    return [lines(row["claim"], 42) for row in rows]


def _by_claim(rows: list[dict[str, Any]], height: int = 62, **more: Any) -> Part:
    legend = {"y": 1.02, "yanchor": "bottom"}
    return layout(130 + height * len(rows), yaxis=DOWN | {"fixedrange": True}, legend=legend, **more)


def _origins(case: Case, exercise: str) -> list[dict[str, str]]:
    """Return who says each claim, whom they name, the origins behind, and why some are joined."""
    readings = load_readings(case)
    every = readings.origins["link"] if readings else []
    rows = []
    for one in _claims(case, exercise):
        links = [link for link in every if link["claim"] == one["id"]]
        found = independent_origins(witnesses(one), [link["joins"] for link in links])
        row = {"claim": one["claim"], "articles that say it": " / ".join(found.articles)}
        row |= {"sources they name": " / ".join(found.sources) or "none"}
        row |= {"origins": " / ".join(" + ".join(group) for group in found.groups)}
        rows.append(row | {"joined because": " ".join(link["reason"] for link in links)})
    return rows


@picture
def certainty_ladder(case: Case) -> Drawing:
    """Draw the readers' ladders, the most hedged wording first, and which wordings name a source."""
    rows = _rungs(case)
    caption = "Wordings from hedged to flat"
    if not rows:
        return Drawing(closed(caption))
    data = []
    for name, fill, ink in (("names a source", "#FFFFFF", INK), ("names none", "#4D4D4D", "#FFFFFF")):
        some = [row for row in rows if (row["source"] == "none") == (name == "names none")]
        data.append(
            {
                "type": "scatter",
                "mode": "markers+text",
                "name": name,
                "x": [row["rung"] for row in some],
                "y": [lines(row["ladder"], 30) for row in some],
                "text": [row["article"] for row in some],
                "textfont": {"color": ink, "size": 16},
                "marker": {"size": 32, "color": fill, "line": {"color": INK, "width": 2}},
                "hovertext": [lines(row["words"], 60) for row in some],
                "hoverinfo": "text",
            }
        )
    orders: dict[str, list[str]] = {}
    for row in rows:
        orders.setdefault(row["ladder"], []).append(row["article"])
    told = "; ".join(f"{ladder}: {', '.join(order)}" for ladder, order in orders.items())
    steps = axis("most hedged → flattest", dtick=1, range=[0.5, 5.5], fixedrange=True)
    return Drawing(
        Table(caption, rows),
        f"From the most hedged wording to the flattest. {told}.",
        data,
        _by_claim(rows, 14, xaxis=steps),
    )


def _rungs(case: Case) -> list[dict[str, Any]]:
    """Return one row for each wording of each order that readers gave a ladder."""
    readings = load_readings(case)
    rows = []
    for ladder in readings.ladder["ladder"] if readings else ():
        words = {place["article"]: place["exact"] for place in ladder["words"]}
        for order in dict.fromkeys(tuple(order) for order in ladder["order"].values()):
            by = [f"reader {id[-1]}" for id in ladder["order"] if tuple(ladder["order"][id]) == order]
            for rung, id in enumerate(order, 1):
                about = {"ladder": f"{ladder['topic']} ({', '.join(by)})", "rung": rung, "article": id}
                rows.append(about | {"source": ladder["source"].get(id, "none"), "words": words[id]})
    return rows


@picture
def coverage_map(case: Case, exercise: str) -> Drawing:
    """Draw which article has which point of a grid exercise, and after what share of the report it stands."""
    readings = load_readings(case)
    if readings is None:
        return Drawing(closed("Points and articles"))
    items = exercise_in(case.root, exercise).items
    points = {one["id"]: one for one in readings.coverage["point"]}
    ids = [article.id for article in case.articles]
    rows, z = [], []
    for item in items:
        point = points[item.id]
        texts = []
        for article in case.articles:
            place = first_position(point.get("words", ()), article)
            after = "" if place is None else f", after {place:.0%}"
            texts.append(_PRESENCE[point["presence"][article.id]["reader1"]][0] + after)
        rows.append({"point": item.text} | dict(zip(ids, texts, strict=True)))
        z.append([_PRESENCE[point["presence"][id]["reader1"]][1] for id in ids])
    counts = Counter(id for line in z for id, shade in zip(ids, line, strict=True) if shade == 1)
    nowhere = [row["point"] for row, line in zip(rows, z, strict=True) if not any(line)]
    sentence = (
        f"Present, of {len(rows)} points: {', '.join(f'{id} {counts[id]}' for id in ids)}."
        f" In no article: {'; '.join(nowhere) or 'none of them'}. ‘After 12%’ means that 12% of the report"
        " stands before it."
    )
    return Drawing(Table("Points, and where each first stands (reader 1)", rows), sentence, *_heat(rows, z))


@picture
def frame_map(case: Case) -> Drawing:
    """Draw what share of each article's paragraphs has which frame first, as all readers together saw it."""
    readings = load_readings(case)
    if readings is None:
        return Drawing(closed("Frames and articles"))
    labels = readings.frames["label"]
    by_article = {
        article.id: Counter(
            frame for one in labels if one["article"] == article.id for frame in one["primary"].values()
        )
        for article in case.articles
    }
    total = sum(by_article.values(), Counter[str]())
    shares = [
        [found[frame] / found.total() for found in by_article.values()] for frame, _ in total.most_common()
    ]
    rows = [
        {"frame": frame} | {id: f"{share:.0%}" for id, share in zip(by_article, line, strict=True)}
        for (frame, _), line in zip(total.most_common(), shares, strict=True)
    ]
    same = sum(len(set(one["primary"].values())) == 1 for one in labels)
    sentence = (
        f"The three readers gave the same frame to {same} of {len(labels)} paragraphs."
        " A cell is the share of an article's labels, all readers together."
    )
    return Drawing(Table("Frames by article", rows), sentence, *_heat(rows, shares))


def _heat(rows: list[dict[str, str]], z: list[list[float]]) -> tuple[list[Part], Part]:
    """Return a grid whose cells are grey by `z` (0 to 1 at most) and say what the rows say."""
    first, *ids = rows[0]
    heat = {
        "type": "heatmap",
        "z": z,
        "x": ids,
        "y": [lines(row[first], 40) for row in rows],
        "text": [[row[id].replace(", ", "<br>") for id in ids] for row in rows],
        "colorscale": [[0.0, "#FFFFFF"], [1.0, "#B5B5B5"]],
        "zmax": max(map(max, z)),
    }
    margin = {"l": 20, "t": 40, "b": 20}
    return [heat], layout(70 + 46 * len(rows), xaxis={"side": "top"}, yaxis=DOWN, margin=margin)


@picture
def word_places(case: Case, *words: str) -> Drawing:
    """Draw where in each report words stand, from its first character to its last."""
    rows = []
    for article in case.articles:
        found = (position(article, place.start) for place in find_terms(article, words))
        rows += [{"article": article.id, "after": place} for place in found if place is not None]
    counts = Counter(str(row["article"]) for row in rows)
    ids = [article.id for article in case.articles]
    marks = {
        "type": "scatter",
        "mode": "markers",
        "x": [row["after"] for row in rows],
        "y": [ids.index(str(row["article"])) for row in rows],
        "marker": {"symbol": "line-ns-open", "size": 22, "color": INK, "line": {"width": 2}},
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
    )


@picture
def naming_counts(case: Case, *words: str) -> Drawing:
    """Draw how often words stand in each article: in the whole file, per 100 words of the report, own voice.

    Own voice is per 100 words too. Without words: the terms that most readers of the key called evaluative.
    """
    what = ", ".join(f"‘{word}’" for word in words) or "Terms that most readers called evaluative"
    if not words and load_readings(case) is None:
        return Drawing(closed(what))
    found = [place for article in case.articles for place in find_terms(article, words)]
    counted: list[dict[str, Any]] = count_by_voice(found if words else _evaluative(case), case.articles).rows
    rows = []
    for row in counted:
        every = sum(row[voice] for voice in (*BODY, *APART))
        rows.append(
            dict(
                zip(VIEWS, (every, row["per 100 words"] or 0.0, row["own per 100 words"] or 0.0), strict=True)
            )
        )
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
    line["line"] = {"color": INK, "dash": "dash"}
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
    """Draw a series of numbers of an evidence card, one bar each in the card's order."""
    one = next(one for one in load_cards(case) if one["id"] == card)
    series: dict[str, float] = one["numbers"][numbers]
    name = numbers.replace("_", " ")
    texts = [f"{value:,}" for value in series.values()]
    told = "; ".join(f"{key}: {text}" for key, text in zip(series, texts, strict=True))
    rows = ({"when": key, name: text} for key, text in zip(series, texts, strict=True))
    return Drawing(
        Table(f"{one['topic']}: {name}", rows),
        f"Card {card}, {name}. {told}.",
        [bars(list(series), list(series.values()), GREY, text=texts, textposition="outside")],
        layout(340, xaxis={"type": "category"}, yaxis=axis(name)),
    )
