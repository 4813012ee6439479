"""Pictures of what each article has: points and where they first stand, words and where, frames."""

from __future__ import annotations

from collections import Counter

from course.analysis.coverage import coverage, position
from course.analysis.wording import find_terms
from course.corpus.case import Case
from course.corpus.readings import load_readings
from course.corpus.table import Table
from course.lessons.figures import DOWN, INK, Drawing, Part, axis, closed, layout, lines, picture
from course.lessons.here import exercise_in

PRESENCE = {"absent": ("absent", 0.0), "partial": ("partly", 0.5), "present": ("present", 1.0)}
SHADES = [[0.0, "#FFFFFF"], [1.0, "#B5B5B5"]]  # dark words can be read on all of them


@picture
def coverage_map(case: Case, exercise: str) -> Drawing:
    """Draw which article has which point of a grid exercise, and after what share of the report it stands."""
    readings = load_readings(case)
    if readings is None:
        return Drawing(closed("Points and articles"))
    items = exercise_in(case.root, exercise).items
    points = {one["id"]: one for one in readings.coverage["point"]}
    cells = {
        (cell.point, cell.article): cell
        for cell in coverage([points[item.id] for item in items], case.articles)
    }
    ids = [article.id for article in case.articles]
    rows, z = [], []
    for item in items:
        here = [cells[item.id, id] for id in ids]
        texts = (
            PRESENCE[cell.presence][0] + ("" if cell.position is None else f", after {cell.position:.0%}")
            for cell in here
        )
        rows.append({"point": item.text} | dict(zip(ids, texts, strict=True)))
        z.append([PRESENCE[cell.presence][1] for cell in here])
    counts = Counter(cell.article for cell in cells.values() if cell.presence == "present")
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
        "colorscale": SHADES,
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
