"""Pictures that compare the articles: claims and their origins, certainty."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Any

from course.analysis.claims import independent_origins, witnesses
from course.analysis.reuse import shared_passages
from course.analysis.wording import find_terms
from course.corpus.annotation import Annotation, Layer
from course.corpus.article import Article
from course.corpus.case import Case
from course.corpus.readings import READERS, load_cards, load_readings
from course.corpus.table import Table
from course.lessons.figures import DOWN, GREY, INK, Drawing, Part, axis, bars, closed, layout, lines, picture
from course.lessons.here import exercise_in
from course.lessons.reader import Reader

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
_CUES = {
    "words such as ‘said’": "said says say announced wrote added adding stated noting notes claimed",
    "words such as ‘may’": "may might could would appears potential potentially likely unclear alleged",
}


@picture
def stance_grid(case: Case, exercise: str) -> Drawing:
    """Draw what each article does with the claims of a grid exercise, as most readers labelled it."""
    ids = [article.id for article in case.articles]
    rows = [
        {"claim": one["claim"]} | {id: _most(one["stance"][id]) for id in ids}
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


def _labels(rows: list[dict[str, str]]) -> list[str]:
    return [lines(row["claim"], 42) for row in rows]


def _by_claim(rows: list[dict[str, Any]], height: int = 62, **more: Any) -> Part:
    legend = {"y": 1.02, "yanchor": "bottom"}
    return layout(130 + height * len(rows), yaxis=DOWN | {"fixedrange": True}, legend=legend, **more)


def shared_words(*articles: Article, least: int = 8) -> Reader:
    """Show articles side by side, with the passages of at least `least` words that they share linked."""
    passages = shared_passages(articles, least)
    places = sorted({place for passage in passages for place in passage.places})
    labels = {"quoted": "in quotation marks", "own": "without quotation marks"}
    notes = (Annotation(one.article, one.start, one.end, labels[one.label]) for one in places)
    links = [(one.places[0], other) for one in passages for other in one.places[1:]]
    return Reader(articles, [Layer("the same words", tuple(notes))], links)


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


def cue_counts(*articles: Article) -> Table:
    """Return how many words of each article report what somebody says, and how many leave something open."""
    rows = []
    for article in articles:
        words = sum(len(paragraph.text.split()) for paragraph in article.paragraphs)
        row: dict[str, object] = {"article": article.id, "words": words}
        for name, cues in _CUES.items():
            count = len(find_terms(article, cues.split()))
            row |= {name: count, f"{name}, per 100 words": f"{100 * count / words:.1f}"}
        rows.append(row)
    return Table("Words that report, and words that leave open", rows)


@lru_cache(maxsize=1)  # a lesson draws the same claims twice
def _claims(case: Case, exercise: str) -> list[dict[str, Any]]:
    """Return the readers' claims that a grid exercise asks about, in the order in which it shows them."""
    readings = load_readings(case)
    claims = {one["id"]: one for one in readings.claims["claim"]} if readings else {}
    return [claims[item.id] for item in exercise_in(case.root, exercise).items if item.id in claims]


def _most(labels: dict[str, str]) -> str:
    """Return the label that most readers gave; all that got as many, in the readers' order."""
    counts = Counter(labels[id] for id in READERS if id in labels)
    return " / ".join(label for label in counts if counts[label] == max(counts.values()))


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
