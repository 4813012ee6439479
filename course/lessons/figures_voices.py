"""Pictures of who speaks: voices by kind, and one utterance as each article prints it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache
from html import escape
from itertools import cycle

from course.analysis.quotations.versions import Version, match_versions, spelling_key
from course.corpus.article import Article
from course.corpus.case import Case
from course.corpus.errors import CourseError
from course.corpus.readings import load_readings
from course.corpus.table import Table
from course.lessons.figures import DOWN, INK, Drawing, Part, axis, bars, closed, layout, picture

_FILLS = (
    ("#D9D9D9", ""), ("#999999", "/"), ("#56B4E9", "."), ("#E69F00", "x"),
    ("#009E73", "\\"), ("#F0E442", "-"), ("#CC79A7", "+"), ("#FFFFFF", "|"),
)  # fmt: skip
_ODD = ".,;:!?…()[]“”‘’\"'–—"
_CUT = "·"


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
    for kind, (colour, shape) in zip(kinds, cycle(_FILLS)):
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


_utterances = lru_cache(maxsize=2)(match_versions)  # a lesson shows several of them


@picture
def versions(articles: Iterable[Article], words: str) -> Drawing:
    """Draw the quoted utterance with `words` in it word by word: one column for each printing of it.

    Raises CourseError where no utterance that stands in two places has these words.
    """
    articles = tuple(articles)
    texts = {article.id: article.raw for article in articles}

    def quoted(version: Version) -> list[str]:
        text = texts[version.article][version.quote.start : version.quote.end]
        return [word for word in text.split() if word.strip(_ODD)]

    found = _utterances(articles)
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
    one, other = ([spelling_key(word.strip(_ODD)) for word in text] for text in (base, words))
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
