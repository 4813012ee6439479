"""The pictures of the lessons. Each says in a sentence what it shows, and gives the same as a table.

Colours are such as every kind of colour vision tells apart (Okabe and Ito 2008; Tol 2021), but kinds of
block have the hues in which they are marked; a pattern and a name stand beside each, none belongs to an
outlet, and none means a side. Where cells or bars rest on passages, the table below opens them, and shows
the student's own answer beside the readers'.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass, field
from difflib import SequenceMatcher
from functools import cached_property, wraps
from html import escape
from itertools import groupby
from pathlib import Path
from textwrap import wrap
from typing import Any, ParamSpec, TypeVar

import traitlets
from IPython.display import HTML, display

from course.analysis.claims import first_position, independent_origins, locate, most, witnesses
from course.analysis.quotations.known import known_quotes
from course.analysis.quotations.versions import Version, match_versions, spelling_key
from course.analysis.wording import APART, BODY, keyness
from course.corpus.annotation import Annotation
from course.corpus.article import Article
from course.corpus.case import Case, read_toml
from course.corpus.errors import NotAsked, need
from course.corpus.readings import Readings, load_cards, load_readings
from course.corpus.table import Table
from course.lessons.exercises import Exercise
from course.lessons.here import find_exercise, keys_in, open_case, words_of
from course.lessons.rounds import Round, round_told
from course.lessons.scoring import COURSE, grouped, name_of
from course.lessons.widgets import CourseWidget, Shown

P = ParamSpec("P")
Found = TypeVar("Found")
Part = dict[str, Any]

HERE = Path(__file__)
LOOK: Part = json.loads(HERE.with_suffix(".json").read_text("utf-8"))  # plotly's template, layouts, colours
SAID: dict[str, str] = LOOK["sentences"]
HTML_OF: dict[str, str] = LOOK["html"]  # what is struck out or underlined is said too, to those who hear it
_ON_DARK = f"<style>{HERE.with_suffix('.css').read_text('utf-8')}</style>"
LATER, UNREAD = "your teacher will open this", "no reader of this case was asked"
SURE = 1.96  # a z as high or higher comes from chance alone once in forty words
VIEWS = ("everything", "per 100 words", "own voice, per 100 words")
# A text that names no source has an origin of its own at most, and shares that of another text at least.
COUNTED = ("articles that say all of it", "origins at most", "origins at least")
_SIGNS = " .,;:!?…()[]“”‘’\"'–—"


class Cell(str):
    """The text of a cell, with a ground, the student's own answer, and the places that it opens."""

    fill: str
    own: str
    places: Sequence[Annotation]

    def __new__(cls, text: str, fill: str = "", own: str = "", places: Sequence[Annotation] = ()) -> Cell:
        """Return a text with what a cell has besides."""
        cell = super().__new__(cls, text)
        cell.fill, cell.own, cell.places = fill, own, places
        return cell


@dataclass(frozen=True)
class Drawing:
    """What a picture shows: plotly's traces and layout, and the same in a sentence and a table.

    Cells open passages of `articles`: those that are a Cell, and others by `places`, (number of the row,
    column). `grid` is shown in the table's place, and as a picture where one of js/drawings.js is its `look`;
    `lines` are what runs between its parts, row by row. `html` are the lines of a picture of words.
    """

    table: Table
    sentence: str = ""
    traces: Sequence[Part] = ()
    layout: Part = field(default_factory=dict)
    articles: Sequence[Article] = ()
    places: Mapping[tuple[int, str], Sequence[Annotation]] = field(default_factory=dict)
    grid: Table | None = None
    html: str = ""
    look: str = ""
    lines: Sequence[Sequence[tuple[str, str]]] = ()


class Grid(CourseWidget):
    """A table or a picture whose cells open the passages that they rest on; no notebook file keeps it."""

    _draw = traitlets.Unicode("renderGrid").tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    told = traitlets.Unicode().tag(sync=True)
    columns: traitlets.List[str] = traitlets.List().tag(sync=True)
    rows: traitlets.List[Part] = traitlets.List().tag(sync=True)
    look = traitlets.Unicode().tag(sync=True)
    about = traitlets.Dict().tag(sync=True)  # what figures.json says of the look

    def __init__(self, drawing: Drawing) -> None:
        self.plain = drawing.sentence
        grid = drawing.grid or drawing.table
        texts = {article.id: article for article in drawing.articles}
        first, *others = grid.columns

        def shown(number: int, name: str) -> Part:
            cell = grid.rows[number].get(name, "")
            if not isinstance(cell, Cell):
                cell = Cell(str(cell), places=drawing.places.get((number, name), ()))
            passages = [passage_of(texts[one.article], one.start, one.end) for one in sorted(cell.places)]
            return {"text": str(cell), "own": cell.own, "fill": cell.fill, "passages": passages}

        heads = enumerate(str(row[first]) for row in grid.rows)
        rows: list[Part] = [{"head": head, "cells": [shown(at, one) for one in others]} for at, head in heads]
        for row, ties in zip(rows, drawing.lines, strict=False):
            row["lines"] = ties
        about: Part = {"title": grid.caption, "told": drawing.sentence, "columns": grid.columns}
        super().__init__(rows=rows, look=drawing.look, about=LOOK["looks"].get(drawing.look, {}), **about)


def passage_of(article: Article, start: int, end: int) -> Part:
    """Return words of an article in the sentences they stand in; outside the body `number` is 0."""
    around = [one for one in article.sentences if one.start < end and start < one.end]
    low, high = (min(start, around[0].start), max(end, around[-1].end)) if around else (start, end)
    number = next((one.number for one in article.paragraphs if one.start <= start < one.end), 0)
    found = {"article": article.id, "number": number, "words": article.raw[start:end]}
    return found | {"before": article.raw[low:start], "after": article.raw[end:high]}


class Picture:
    """A figure with the sentence and the table that say the same without it, drawn anew when it is shown."""

    def __init__(self, draw: Callable[[], Drawing | Table]) -> None:
        self._draw = draw

    @cached_property
    def drawing(self) -> Drawing:
        """What it shows, as data."""
        try:
            drawn = self._draw()
        except _Closed as nothing:
            drawn = Table(str(nothing), [])
        except NotAsked:
            drawn = Table("The case does not have the exercise for this picture", [])
        return drawn if isinstance(drawn, Drawing) else Drawing(drawn)

    @property
    def table(self) -> Table:
        """What the picture shows, in rows."""
        return self.drawing.table

    def describe(self) -> str:
        """Return what the picture shows in one sentence."""
        return self.drawing.sentence or self.table.caption

    __repr__ = describe

    def _ipython_display_(self) -> None:
        self.__dict__.pop("drawing", None)  # the answer that it shows may have changed
        drawing, sentence = self.drawing, self.describe()
        if drawing.traces or drawing.html:
            told = drawing.html or f"<p>{escape(sentence)}</p>"  # a picture of words is a text itself
            display(HTML(f"{_ON_DARK}<p><strong>{escape(self.table.caption)}</strong></p>{told}"))
        if drawing.traces:
            # Plotly's JSON as it is: a browser needs no more, and plotly takes a second to load.
            plot = {"data": drawing.traces, "layout": drawing.layout, "config": {"displayModeBar": False}}
            display({"application/vnd.plotly.v1+json": plot, "text/plain": sentence}, raw=True)
        if drawing.articles and self.table.rows:
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


class _Closed(Exception):
    """Raised while drawing where nobody has read the case for it; its text stands in the picture's place."""


def opened(case: Case, caption: str, *needed: str) -> Readings:
    """Return the readings of a case. Without them, or a file `needed`, a sentence is drawn in their place."""
    readings = some(load_readings(case), caption, LATER)
    some(all(getattr(readings, name) for name in needed), caption)
    return readings


def some(found: Found | None, caption: str, why: str = UNREAD) -> Found:
    """Return what readers found. Where there is nothing, since nobody was asked, a sentence is drawn."""
    return need(found, f"{caption}: {why}", _Closed)


def own_answer(id: str) -> tuple[Case, Exercise, Any]:
    """Return an exercise of the case at hand, and the student's answer to it; the first one to a guess."""
    case, asked, work = find_exercise(id)
    stored = work.read(asked)
    return case, asked, (stored.value if asked.points else stored.standing) if stored else asked.empty()


def who_read(entries: Iterable[Mapping[str, Any]], said: str) -> str:
    """Return in words who gave the labels `said` of entries, readers and the course."""
    return ", ".join(name_of(by).lower() for by in sorted({by for one in entries for by in one[said]}))


def layout(name: str, height: int, **more: Any) -> Part:
    """Return one of the layouts of figures.json in the course's look, with what only the data tell."""
    return {"template": LOOK["template"], **LOOK["layouts"][name], "height": height, **more}


def bars(name: str, x: Sequence[object], y: Sequence[object], look: Sequence[Any], /, **more: Any) -> Part:
    """Return the bars of one of the layouts, in a colour, or one each, and a pattern."""
    marker = {"color": look[0], "pattern": {"shape": look[1]}}
    return {"type": "bar", "x": x, "y": y, "marker": marker, **LOOK["bars"][name], **more}


def lines(text: str, width: int) -> str:
    """Return a text as a label takes it: without markup of its own, broken into lines, off the axis."""
    return " <br>".join(wrap(escape(text), width)) + " "


def labelled(
    exercise: str, head: str, entries: Iterable[Mapping[str, Any]], said: str, after: bool = False
) -> tuple[Case, list[dict[str, str]]]:
    """Return the items of a grid exercise as most readers labelled them in each article.

    The `entries` tell where the words of an item stand, and `said` names the colours of the labels; with
    `after` a cell tells after what share of the report the words stand. The student's own label stands in
    the cell, with a tick where a reader or the course gave it. Which item no reader was asked, its row says.
    """
    case, asked, given = own_answer(exercise)
    own, by_id = asked.decisions(given, case), {entry["id"]: entry for entry in entries}
    keys, rows = some(keys_in(case.root, asked.lesson).get(exercise, ()), asked.title), []
    read = {key.path[0] for key in keys if key.by != COURSE} or {item.id for item in asked.items}
    for item in asked.items:
        row, entry = {head: item.text + SAID["alone"] * (item.id not in read)}, by_id.get(item.id, {})
        for article in case.articles:
            here = [(key.by, str(key.value)) for key in keys if key.path == (item.id, article.id)]
            # Of two by one reader, the first; where the course alone answers, all that it accepts.
            labels = most({one if by == COURSE else by: one for by, one in here[::-1]}) or ["not read"]
            words = entry.get("words", ()) if labels != ["absent"] else ()
            place = first_position(words, article) if after else None
            note = "" if place is None else f", after {place:.0%}" if place > 0.005 else ", at the start"
            mine = own.get(f"{item.id} {article.id}", "")
            yours = mine and ("you" if [mine] == labels else f"you: {mine}")
            yours = f"✓ {yours}" if mine in {one for _, one in here} else yours
            labels.sort(key=[*LOOK[said], *labels].index)  # a tie looks the same whoever gave which
            fill = ", ".join(LOOK[said].get(label, "") for label in labels)
            row[article.id] = Cell(" / ".join(labels) + note, fill, yours, locate(words, article))
        rows.append(row)
    return case, rows


@picture
def blocks_chart(articles: Iterable[Article], before: str = "") -> Drawing:
    """Draw each article as a strip from its first to its last character, by kind of block, all of one length.

    Those that the exercise `before` asks about are left out: it comes further down.
    """
    with suppress(NotAsked):
        asked = find_exercise(before)[1].articles if before else ()
        articles = [article for article in articles if article.id not in asked]
    rows, shares, data = [], [], list[Part]()
    for article in articles:
        sizes, percent = Counter[str](), 100 / max(1, len(article.raw))
        for kind, run in groupby(article.blocks, key=lambda block: block.kind):
            blocks = list(run)
            start, end = blocks[0].start, blocks[-1].end
            sizes[kind] += end - start
            words = " ".join(article.raw[start:end].split())
            told: Part = {"name": kind, "legendgroup": kind, "hovertext": [escape(f"{kind}: {words[:60]}")]}
            told |= {"base": [percent * start], "showlegend": not any(one["name"] == kind for one in data)}
            part = [percent * (end - start)]
            data.append(bars("blocks", part, [f"{article.id} "], LOOK["blocks"][kind], **told))
        shares.append(f"{article.id} {percent * (len(article.raw) - sizes['body']):.0f} %")
        counts = {kind: round(percent * sizes[kind], 1) for kind in LOOK["blocks"]}
        rows.append({"article": article.id, "characters": len(article.raw)} | counts)
    used = [name for name in rows[0] if any(row[name] for row in rows)] if rows else []
    kept = ({name: row[name] for name in used} for row in rows)
    table = Table("What each file is made of, in per cent of its characters", kept)
    sentence = SAID["blocks"].format(", ".join(shares))
    return Drawing(table, sentence, data, layout("blocks", 110 + 46 * len(rows)))


@picture
def voices(case: Case) -> Drawing:
    """Draw how many voices of each kind each article has, as readers or the course listed them.

    Who is only mentioned is no voice. A kind that no article has stands in the sentence and the table.
    """
    caption = "Voices by kind in each article"
    readings = opened(case, caption, "coverage")
    kinds = {one: f"{one}: {what}" for one, what in readings.coverage["vocabulary"]["category"].items()}
    ids, unnamed = [article.id for article in case.articles], LOOK["looks"]["dots"]["hollow"]
    found: dict[tuple[str, str], list[Annotation]] = defaultdict(list)
    for one in (one for one in readings.coverage["voice"] if "mentioned" not in most(one["mode"])):
        for kind in [kinds[most(one["category"])[0]], *([] if one["named"] else [unnamed])]:
            found[kind, one["article"]].append(readings.annotation(one))
    counts = {kind: [len(found[kind, id]) for id in ids] for kind in [*kinds.values(), unnamed]}
    everywhere = ", ".join(kind for kind in kinds if all(counts[kinds[kind]])) or "none"
    nowhere = ", ".join(kind for kind in kinds if not any(counts[kinds[kind]])) or "none"
    sentence = SAID["voices"].format(everywhere, nowhere)
    rows = ({"kind of voice": kind} | dict(zip(ids, row, strict=True)) for kind, row in counts.items())
    table = Table(f"{caption} ({who_read(readings.coverage['voice'], 'category')})", rows)
    places = {(number, id): found[kind, id] for number, kind in enumerate(counts) for id in ids}
    return Drawing(table, sentence, articles=case.articles, places=places, look="dots")


@picture
def versions(case: Case, words: str) -> Drawing:
    """Show the quoted utterance with `words` in it, one line for each printing of it: what it cut and put in.

    Where none that stands in two places has these words, as in a text that changed, that is said instead.
    """
    texts = {article.id: article.raw for article in case.articles}

    def quoted(version: Version) -> list[str]:
        text = texts[version.article][version.quote.start : version.quote.end]
        # A dash stays with the word before it.
        return [word for word in re.findall(r"\S+(?:\s+[–—](?!\S))*", text) if word.strip(_SIGNS)]

    found = match_versions(case.articles, known_quotes(case))
    printed = next((one.versions for one in found if words in " ".join(quoted(one.fullest))), ())
    need(printed, f"No quotation with {words!r} stands in two places: copy words from a longer one", _Closed)
    # The fullest; where several are, the post that an article shows, which is nearest to the speaker.
    base = max(printed, key=lambda one: (len(quoted(one)), one.quote.kind == "embed"))
    rows, drawn, posts = [], [], {one.article for one in printed if one.quote.kind == "embed"}
    for one in sorted(printed, key=lambda one: (one is not base, one.article)):
        what = "" if one.article not in posts else ", post" if one.quote.kind == "embed" else ", report"
        head = f"{one.article}{what}"
        row = {"printed in": head, "words": " ".join(quoted(one))}
        runs = changes(quoted(base), quoted(one))
        if one is not base:
            cut, new = ([text for kind, text in runs if kind == wanted] for wanted in ("del", "ins"))
            row |= {"left out": " … ".join(cut), "put in": " … ".join(new)}
        rows.append(row)
        line = " ".join(HTML_OF[kind].format(escape(text)) for kind, text in runs)
        drawn.append(HTML_OF["row"].format(escape(head), line))
    absent = [id for id in texts if id not in {one.article for one in printed}]
    missing = f" Not in quotation marks in {', '.join(absent)}." if absent else ""
    said = SAID["versions"].format(rows[0]["printed in"])
    table = Table(f"‘{words}’: each printing, compared with the fullest", rows)
    return Drawing(table, said + missing, html=HTML_OF["table"].format("".join(drawn)))


def versions_of(exercise: str) -> Shown:
    """Show the versions of each utterance that an exercise names in its `words`."""
    return Shown(*(versions(open_case(), words) for words in words_of(exercise)))


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


@picture
def stance_grid(exercise: str) -> Drawing:
    """Draw what each article does with the claims of a grid exercise, as most readers labelled it."""
    caption = "What each article does with each claim, as most readers said"
    case, rows = labelled(exercise, "claim", opened(open_case(), caption).claims.get("claim", ()), "stance")
    said = ", ".join(f"{one.id} {sum(row[one.id] != 'not there' for row in rows)}" for one in case.articles)
    sentence = f"How many of {len(rows)} claims each article says something about: {said}."
    return Drawing(Table(caption, rows), sentence, articles=case.articles)


@picture
def origins_counter(exercise: str) -> Drawing:
    """Draw, for each claim of a grid exercise, the articles that say it beside the origins behind them.

    As in the grid, an article that has a part of a claim only does not say it.
    """
    caption = "Articles that say all of a claim, and the origins behind them"
    case, asked, _ = find_exercise(exercise)
    readings = opened(case, caption, "claims", "origins")
    claims, rows, ties = {one["id"]: one for one in readings.claims["claim"]}, [], []
    for claim in (claims[item.id] for item in asked.items if item.id in claims):
        links = [one for one in readings.origins["link"] if one["claim"] == claim["id"]]
        said, named = witnesses(claim), [one for one in witnesses(claim) if one[1]]
        silent = {article for article, source in said if not source}
        joins = [set(link["joins"]) - silent for link in links]
        most, least = independent_origins(said, joins), independent_origins(named or said, [*joins, silent])
        discs = {name: " + ".join(group) for group in most.groups for name in group}
        ties.append([(article, discs.get(source, "")) for article, source in sorted({*said})])
        places = [place for article in case.articles for place in locate(claim["words"], article)]
        row = {"claim": claim["claim"], COUNTED[0]: Cell(_counted(most.articles), places=places)}
        row["sources they name"] = ", ".join(most.sources) or "none"
        for name, origins in zip(COUNTED[1:], (most, least), strict=True):
            row[name] = _counted([" + ".join(group) for group in origins.groups])
        rows.append(row | {"what the texts show": " ".join(link["reason"] for link in links)})
    each = "; ".join(", ".join(row[name].partition(":")[0] for name in COUNTED) for row in rows)
    sentence, table = SAID["origins"].format(each), Table(caption, rows)
    return Drawing(table, sentence, articles=case.articles, look="origins", lines=ties)


def _counted(names: Sequence[str]) -> str:
    """Return names in words, after how many they are."""
    return f"{len(names)}: {', '.join(names)}" if names else "0"


@picture
def certainty_ladder(exercise: str) -> Drawing:
    """Draw the readers' ladders that an exercise asks, the most hedged first, and which name a source."""
    case, asked, given = own_answer(exercise)
    caption = "Wordings from hedged to flat"
    readings = opened(case, caption, "ladder")
    ladders = some([one for one in readings.ladder["ladder"] if one["topic"] in asked.groups], caption)
    keys = [key for key in keys_in(case.root, asked.lesson).get(exercise, ()) if key.credit == 1]
    steps = ["1, most hedged", *map(str, range(2, max(len(one["words"]) for one in ladders) + 1))]
    rows, grid = [], []
    for ladder in ladders:
        topic, source, own = ladder["topic"], ladder["source"], given.get(ladder["topic"], ())
        words = {one["article"]: one for one in ladder["words"]}
        by = grouped((tuple(order), name_of(one).lower()) for one, order in ladder["order"].items())
        of = {item.id: item.article for item in asked.groups[topic]}
        # Where two wordings tie, each may stand in the place of the other.
        right = {at for key in keys if key.group == topic for at in enumerate(key.value, 1)}
        mine = {of[at[1]]: "✓ you" if at in right else f"you: {at[0]}" for at in enumerate(own, 1)}
        for order, readers in by.items():
            name = f"{topic} ({', '.join(readers)})"
            line = {"matter": name if len(by) > 1 else topic} | dict.fromkeys(steps, "")
            for rung, id in enumerate(order, 1):
                row = {"ladder": name, "rung": rung, "article": id, "source": source.get(id, "none")}
                rows.append(row | {"words": words[id]["exact"]})
                text, place = f"{id}: {source.get(id, LOOK['looks']['ladders']['open'])}", words[id]
                line[steps[rung - 1]] = Cell(text, own=mine.get(id, ""), places=[readings.annotation(place)])
            grid.append(line)
    told = (f"{line['matter']}: {', '.join(line[step] for step in steps if line[step])}" for line in grid)
    table, sentence = Table(caption, rows), SAID["ladder"].format("; ".join(told))
    return Drawing(table, sentence, articles=case.articles, grid=Table(caption, grid), look="ladders")


@picture
def coverage_map(exercise: str) -> Drawing:
    """Draw which article has which point of a grid exercise, and after what share of the report it stands."""
    points = opened(open_case(), "Points and articles").coverage.get("point", ())
    case, rows = labelled(exercise, "point", points, "presence", after=True)
    ids = sorted(article.id for article in case.articles)
    present = ", ".join(f"{id}\u00a0{sum(row[id].split(',')[0] == 'present' for row in rows)}" for id in ids)
    nowhere = "; ".join(row["point"] for row in rows if {row[id] for id in ids} == {"absent"})
    table = Table("Where each point first stands", rows)
    sentence = SAID["coverage"].format(len(rows), present) + SAID["nowhere"].format(nowhere) * bool(nowhere)
    return Drawing(table, sentence, articles=case.articles, look="map")


@picture
def frame_map(exercise: str) -> Drawing:
    """Draw what share of each article's paragraphs has which frame first, as all readers together saw it."""
    case, asked, given = own_answer(exercise)
    readings = opened(case, "Frames and articles", "frames")
    labels = readings.frames["label"]
    by_article = {article.id: Counter[str]() for article in case.articles}
    for one in labels:
        by_article[one["article"]].update(one["primary"].values())
    # An exercise may have short names for the codebook's frames: the file of its keys tells which.
    values = read_toml(case.root / f"seeds/readings/keys/{asked.lesson}.toml").get("values", {})
    own = [(place.split()[0], label) for place, label in asked.decisions(given, case).items()]
    rows = []
    for frame, _ in sum(by_article.values(), Counter[str]()).most_common():
        row = {"frame": (name := values.get(asked.id, {}).get(frame, frame))}
        for id, found in by_article.items():
            share = found[frame] / (found.total() or 1)
            fill = "#" + "".join(f"{round(255 - part * share):02X}" for part in (150, 73, 83))
            yours = f"you: {own.count((id, name))} of {sum(article == id for article, _ in own)}"
            seen = [one for one in labels if one["article"] == id and frame in one["primary"].values()]
            yours *= (id, name) in own
            row[id] = Cell(f"{share:.0%}", fill, yours, [*map(readings.annotation, seen)])
        rows.append(row)
    same = sum(len(set(one["primary"].values())) == 1 for one in labels)
    more = ", ".join(row["frame"] for row in rows if row["frame"] not in asked.labels)
    sentence = SAID["frames"].format(same=same, paragraphs=len(labels), more=more or "nothing else")
    return Drawing(Table("Frames by article", rows), sentence, articles=case.articles)


@picture
def naming_counts(case: Case, *words: str, guess: str = "") -> Drawing:
    """Draw how often words stand in each article: in the whole file, per 100 words of the report, own voice.

    Own voice is per 100 words too. `guess` is an exercise that asks which article has most or none of them.
    """
    from course.analysis.voices import find_terms  # noqa: PLC0415 - its rules take 1 MB, which few lessons need

    what = ", ".join(f"‘{word}’" for word in words)
    found = [place for article in case.articles for place in find_terms(article, words)]
    given = own_answer(guess)[2] if guess else {}
    guessed = {(view, given.get(item)) for view, items in LOOK["guesses"].items() for item in items}
    rows, cells = ([dict[str, Any](article=one.id) for one in case.articles] for _ in "12")
    told = []
    for view, heard in zip(VIEWS, ((*BODY, *APART), BODY, ("own",)), strict=True):
        for number, article in enumerate(case.articles):
            here = [place for place in found if place.article == article.id and place.label in heard]
            share = round(100 * len(here) / (len(article.text.split()) or 1), 2)
            rows[number][view] = len(here) if view == VIEWS[0] else share
            # A share of few words looks as sure as one of many: each says how many it rests on.
            text = str(len(here)) if view == VIEWS[0] else f"{share:.2f} ({len(here)})"
            cells[number][view] = Cell(text, own="you" * ((view, article.id) in guessed), places=here)
        high, both = max(row[view] for row in rows), zip(rows, cells, strict=True)
        top = [f"{cell['article']}, {cell[view]}" for row, cell in both if row[view] == high]
        told.append(f"{view}: most in {' and '.join(top)}" if high else f"{view}: nowhere")
    table, shown = (Table(f"{what}, counted in 3 ways", one) for one in (rows, cells))
    sentence = SAID["namings"].format(what, "; ".join(told))
    return Drawing(table, sentence, articles=case.articles, grid=shown, look="slope")


@picture
def rounds_chart(rounds: Mapping[str, Round]) -> Drawing:
    """Draw how often what is supported was told, and what is not, and how sure against how right."""
    views, rows, data = LOOK["round_views"], list[dict[str, Any]](), []
    for (moment, (said, sureness, _)), look in zip(rounds.items(), LOOK["origins"], strict=False):
        # A full bar is good, in every row.
        of_both = (said.hits, said.supported), (said.unsupported - said.false_alarms, said.unsupported)
        shares = [*of_both, *sureness.values()]
        text = [f"{some} of {every}" for some, every in shares]
        rows.append({"round": moment} | dict(zip(views, text, strict=True)))
        labels, heights = [lines(one, 30) for one in views], [some / (every or 1) for some, every in shares]
        data.append(bars("rounds", heights, labels, look, name=moment, text=text))
    sentence = " ".join(round_told(moment, went) for moment, went in rounds.items())
    return Drawing(Table("Your rounds", rows), sentence, data, layout("rounds", 200 + 120 * len(rows)))


def inside(place: Annotation, other: Annotation) -> bool:
    """Whether a place stands within another one."""
    return place.article == other.article and other.start <= place.start and place.end <= other.end


@picture
def log_odds(articles: Iterable[Article], top: int = 5) -> Drawing:
    """Draw the words that set each article apart from the others, and say how little they rest on."""
    by_article = groupby(keyness(tuple(articles)), key=lambda key: key.article)
    shown = [key for _, keys in by_article for key in list(keys)[:top]]
    words = [[f"{key.article} " for key in shown], [key.word for key in shown]]
    counts = [f"{key.count} here, {key.elsewhere} in the others" for key in shown]
    few, sure = sum(key.count < 5 for key in shown), sum(key.z > SURE for key in shown)
    line = LOOK["dash"] | {"x0": SURE, "x1": SURE, "yref": "y domain"}
    look = layout("words", 90 + 26 * len(shown), shapes=[line])
    colours = [LOOK["past"][key.z > SURE] for key in shown]
    data = [bars("words", [round(key.z, 2) for key in shown], words, (colours, ""), text=counts)]
    columns = ("article", "word", "here", "in the others", "paragraphs", "log-odds", "z")
    values = ([*astuple(key)[:5], round(key.log_odds, 2), round(key.z, 2)] for key in shown)
    rows = (dict(zip(columns, row, strict=True)) for row in values)
    table = Table("Words that set each article apart", rows)
    return Drawing(table, SAID["words"].format(words=len(shown), few=few, sure=sure, z=SURE), data, look)


@picture
def votes(asked: str, options: Sequence[str], rounds: Mapping[str, list[int]], key: Sequence[str]) -> Drawing:
    """Draw how often each answer was given in each vote; `key` has the right ones, none while closed."""
    shown = [f"{one} ✓" if one in key else one for one in options]
    rows = [{"answer": one} | {name: rounds[name][at] for name in rounds} for at, one in enumerate(shown)]
    each = {name: [f"{one}: {n}" for one, n in zip(options, rounds[name], strict=True)] for name in rounds}
    told = [f"{one.capitalize()}, {sum(rounds[one])} hands. {'; '.join(each[one])}." for one in rounds]
    told += [f"The key has: {' or '.join(key)}."] if key else []
    labels, looks = [lines(one, 30) for one in shown], dict(zip(rounds, LOOK["origins"], strict=False))
    data = [bars("origins", rounds[one], labels, looks[one], name=one, text=rounds[one]) for one in rounds]
    return Drawing(Table(asked, rows), " ".join(told), data, layout("votes", 120 + 60 * len(options)))


@picture
def card_chart(case: Case, card: str, numbers: str) -> Drawing:
    """Draw a series of numbers of an evidence card, a bar each in its order, and what changed when."""
    one = next(one for one in load_cards(case) if one["id"] == card)
    series: dict[str, float] = one["numbers"][numbers]
    name = numbers.replace("_", " ")
    texts = {key: f"{value:,}" for key, value in series.items()}
    changed = {at["at"]: at for at in one.get("change", ()) if at["of"] == numbers}
    why = {key: f"{change['what']} ({change['source']})" for key, change in changed.items()}
    told_of = {key: {"what changed": why.get(key, "")} if why else {} for key in texts}
    rows = [{"when": key, name: text} | told_of[key] for key, text in texts.items()]
    notes, dashes = [], []
    for key, change in changed.items():
        at, text = list(series).index(key), f"<b>{escape(key)}</b><br>{lines(change['what'], 26)}"
        dashes.append(LOOK["dash"] | {"x0": at - 0.5, "x1": at - 0.5, "yref": "paper"})
        notes.append(LOOK["note"] | {"x": at - 0.45, "text": text})
    ends = [f"{text} in {key}" for key, text in texts.items()][:: max(1, len(texts) - 1)]
    data = [bars("card", [*series], [*series.values()], LOOK["plain"], text=[*texts.values()])]
    look = layout("card", 420, yaxis={"title": {"text": name}}, shapes=dashes, annotations=notes)
    return Drawing(Table(one["topic"], rows), f"Card {card}, {name}: {', '.join(ends)}.", data, look)


@picture
def trust_chart(shares: Mapping[str, Mapping[str, tuple[float, float, float]]]) -> Drawing:
    """Draw shares called ‘supported’ at several moments, a line a kind, each with its 95 % interval."""
    data, rows, said = list[Part](), [], []
    for (name, by_moment), look in zip(shares.items(), LOOK["trust"], strict=False):
        means, low, high = zip(*by_moment.values(), strict=True)
        ends = {"array": [b - a for a, b in zip(means, high, strict=True)]}
        ends["arrayminus"] = [b - a for a, b in zip(low, means, strict=True)]
        data.append({"name": name, "x": [*by_moment], "y": [*means], "error_y": LOOK["error"] | ends, **look})
        told = {at: f"{mean:.0%} ({low:.0%} to {high:.0%})" for at, (mean, low, high) in by_moment.items()}
        rows.append({"share": name} | told)
        said.append(f"{name}: {', '.join(map(' '.join, told.items()))}")
    table = Table("Share called ‘supported’, and its 95 % interval", rows)
    return Drawing(table, SAID["trust"].format("; ".join(said)), data, layout("trust", 380))
