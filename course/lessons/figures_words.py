"""The pictures of words: how often they stand in whose voice, and which set an article apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from course.analysis.wording import APART, BODY, Keyword, count_by_voice, find_terms, keyness, read_terms
from course.corpus.annotation import Annotation
from course.corpus.article import Article
from course.corpus.case import Case
from course.corpus.readings import load_readings
from course.corpus.table import Table
from course.lessons.figures import DOWN, GREY, INK, Drawing, axis, bars, closed, layout, picture
from course.lessons.here import exercise_in

SURE = 1.96  # a z as high or higher comes from chance alone once in forty words
VIEWS = ("everything", "per 100 words", "own voice, per 100 words")


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
    wanted = (term for term in terms if _most(term["charge"]).startswith("evaluative"))
    places = set(read_terms(wanted, case.articles))
    return [place for place in places if not any(_inside(place, other) for other in places - {place})]


def _inside(place: Annotation, other: Annotation) -> bool:
    return place.article == other.article and other.start <= place.start and place.end <= other.end


def _most(labels: Mapping[str, str]) -> str:
    """Return what most readers said; where none has most, what the first of them said."""
    return Counter(labels.values()).most_common(1)[0][0]


@picture
def terms_in_place(case: Case, exercise: str) -> Table:
    """Return where the terms of an exercise stand, and whose words most readers heard in them."""
    readings = load_readings(case)
    asked = {item.id for item in exercise_in(case.root, exercise).items}
    rows = [
        {"term": one["exact"], "article": one["article"]}
        | {"voice": _most(one["voice"]), "what most readers said": _most(one["charge"])}
        for one in (readings.wording["term"] if readings else [])
        if one["id"] in asked
    ]
    rows.sort(key=lambda row: row["article"])
    return Table("Where the terms stand", rows) if rows else closed("Where the terms stand")


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
