"""What lessons show beside a student's answer: what rules find in the articles, and what readers found.

Without seeds/readings/ each function gives what can be computed from the articles, or an empty table that
says so.
"""

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from itertools import chain, combinations
from operator import or_
from typing import Any

from course.analysis.claims import check_worthy, locate, most
from course.analysis.passages import shared_passages
from course.analysis.quotations import Quote
from course.analysis.quotations.nearest_name import nearest_name
from course.analysis.wording import find_places
from course.corpus.annotation import Annotation, Layer
from course.corpus.article import Article
from course.corpus.case import Case
from course.corpus.readings import load_readings
from course.corpus.table import Table
from course.lessons.figures import LOOK, SAID, inside, opened, picture
from course.lessons.here import find_exercise
from course.lessons.widgets import Reader, Shown

LEAST = 8  # words that a passage has which two articles share


def event(case: Case) -> Table:
    """Return what a case is about and when it happened, with the lead of each article."""
    days = case.about.get("dates", ())
    with suppress(ValueError):  # `check` says what is no day
        days = [f"{day.day} {day:%B %Y}" for day in map(date.fromisoformat, days)]
        days[:-1] = [day.removesuffix(days[-1].lstrip("0123456789")) for day in days[:-1]]
    caption = ", ".join([str(case.about.get("event", case.about["title"])), " to ".join(days)])
    leads = {one.id: one.paragraphs[0].text for one in case.articles if one.paragraphs}
    rows = ({"article": id, "its lead": words} for id, words in leads.items())
    return Table(caption.rstrip(", "), rows)


def quotes_in_place(case: Case) -> Shown:
    """Show all articles with the quotations in them, as the rules and the readers label them."""
    order = ("quotation", "snippet", "label", "paraphrase")  # in the exercise's colours
    return Shown(lambda: Reader(case.articles, quote_layers(case), order=order))


def quote_layers(case: Case) -> list[Layer]:
    """Return the quotations as the rules label them, and as the readers do: every kind one of them gave."""
    found = ((article.id, quote) for article in case.articles for quote in nearest_name(article))
    rules = (Annotation(id, one.start, one.end, _given([one.kind]), note=_speaker(one)) for id, one in found)
    layers = [Layer("the program", tuple(rules))]
    if readings := load_readings(case):
        quotes = readings.quotes.get("quote", ())
        both = ((one, _given(one["kind"].values()), _given(one["speaker"].values())) for one in quotes)
        notes = (readings.annotation(one, kind, note=speaker) for one, kind, speaker in both)
        layers.append(Layer("the readers", tuple(sorted(notes))))
    return layers


def _given(labels: Iterable[str]) -> str:
    """Return labels in words; kinds of quotation by the names that students know."""
    return " or ".join(dict.fromkeys(LOOK["heard"].get(one, one) for one in labels))


def _speaker(quote: Quote) -> str:
    return quote.speaker.name if quote.speaker else "nobody"


@picture
def quote_check(case: Case) -> Table:
    """Return which quotations the rules miss or give to another speaker than any reader; the caption counts.

    The rules name a speaker by the article's words: they agree where these hold the last word of a reader's
    name ('an order', 'presidential order'), and where neither names one.
    """
    readings = opened(case, "How often the rules for quotations are wrong", "quotes")
    found = {(a.id, q.start, q.end): q for a in case.articles for q in nearest_name(a)}
    entries, rows, missed = readings.quotes["quote"], [], 0
    for entry in entries:
        quote = found.pop(readings.annotation(entry)[:3], None)
        missed += quote is None
        said, speakers = _speaker(quote) if quote else "it finds no quotation", entry["speaker"].values()
        last = [one.replace("not stated", "nobody").rpartition(" ")[2].lower() for one in speakers]
        if not (quote and any(one in said.lower() for one in last)):
            row = {"article": entry["article"], "words": entry["exact"], "the program says": said}
            rows.append(row | {"the readers say": _given(speakers)})
    return Table(SAID["quotes"].format(len(entries), len(rows) - missed, missed, len(found)), rows)


def cues(case: Case) -> Layer:
    """Return the words in all articles that often come with a claim worth checking."""
    return Layer("cues", tuple(chain.from_iterable(map(check_worthy, case.articles))))


@picture
def cue_check(case: Case) -> Table:
    """Return how many cues are false alarms, outside every listed claim, and how many claims bear no cue."""
    listed = opened(case, "Cues, false alarms and misses", "claims").claims["claim"]
    rows: list[dict[str, Any]] = []
    for article in case.articles:
        found = check_worthy(article)
        places = [place for claim in listed for place in locate(claim["words"], article)]
        alarms = sum(not any(inside(cue, claim) for claim in places) for cue in found)
        bare = sum(not any(inside(cue, claim) for cue in found) for claim in places)
        row = {"article": article.id, "cues": len(found), "false alarms": alarms}
        rows.append(row | {"listed claims": len(places), "claims without a cue": bare})
    cues, alarms, claims, bare = (sum(row[name] for row in rows) for name in [*rows[0]][1:])
    return Table(f"{alarms} of {cues} cues are false alarms; {bare} of {claims} claims have no cue", rows)


@picture
def sources(case: Case) -> Table:
    """Return who published each article, as far as it was looked up, how this is known, and what is not."""
    caption = "Who published what"
    found = opened(case, caption, "provenance").provenance["lookup"]
    rows = ({"article": one["article"], "name": f"{one['name']}, {one['role']}"} for one in found)
    told = ({"how this is known": one["found"], "what is not known": one["caveat"]} for one in found)
    return Table(caption, map(or_, rows, told))


def nearest_two(case: Case) -> tuple[Article, ...]:
    """Return the two articles that share the most passages; all of them where there are not two."""
    pairs: list[tuple[Article, ...]] = [*combinations(case.articles, 2)] or [case.articles]
    held = [{place.article for place in passage} for passage in shared_passages(case.articles, LEAST)]
    return max(pairs, key=lambda pair: sum({one.id for one in pair} <= ids for ids in held))


def shared_words(*articles: Article) -> Reader:
    """Show articles side by side: their paragraphs with words that they share, those linked."""
    passages = shared_passages(articles, LEAST)
    places = sorted({*chain.from_iterable(passages)})
    notes = tuple(place._replace(label=LOOK["shared"][place.label]) for place in places)
    links = [(first, other) for first, *others in passages for other in others]
    here = {one.id: one.paragraphs for one in articles}
    held = {p for at in places for p in here[at.article] if p.start < at.end and at.start < p.end}
    return Reader(articles, [Layer("the same words", notes)], links, held)


def cue_counts(*articles: Article) -> Table:
    """Return how many words of each article report what somebody says, and how many leave something open."""
    rows = []
    for article in articles:
        words = sum(len(paragraph.text.split()) for paragraph in article.paragraphs)
        row: dict[str, object] = {"article": article.id, "words": words}
        for name, cues in LOOK["cues"].items():
            found = [article.raw[one.start : one.end] for one in find_places(article, cues.split())]
            row |= {name: len(found), f"{name}, per 100 words": f"{100 * len(found) / (words or 1):.1f}"}
        rows.append(row | {"which": ", ".join(found)})
    return Table("Words such as ‘said’, and words such as ‘may’", rows)


@picture
def terms_in_place(*exercises: str) -> Table:
    """Return where the terms of some exercises stand, and whose words most readers heard in them."""
    found = [find_exercise(one) for one in exercises]
    caption, ids = "Where the terms stand", {item.id for _, asked, _ in found for item in asked.items}
    terms, rows = opened(found[0][0], caption, "wording").wording["term"], []
    for one in sorted((one for one in terms if one["id"] in ids), key=lambda one: str(one["article"])):
        charges = [name for name, _ in Counter(one["charge"].values()).most_common()]
        row = {"term": one["exact"], "article": one["article"], "voice": most(one["voice"])[0]}
        rows.append(row | {"what readers said": "; or: ".join(charges)})
    return Table(caption, rows)
