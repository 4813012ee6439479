"""What lessons show beside a student's answer: what rules find in the articles, and what readers found.

Without seeds/readings/ each function gives what can be computed from the articles, or an empty table that
says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import chain

from course.analysis.claims import check_worthy
from course.analysis.coverage import locate
from course.analysis.quotations import Quote, find_quotes
from course.corpus.annotation import Annotation, Layer
from course.corpus.case import Case
from course.corpus.readings import load_readings
from course.corpus.table import Table
from course.lessons.figures import closed, picture
from course.lessons.reader import Reader, Task
from course.lessons.widgets import Shown


def _name(reader: str) -> str:
    return reader.replace("reader", "Reader ")


def quotes_in_place(case: Case) -> Shown:
    """Show all articles with the quotations in them, as the rules and the readers label them."""
    finer = ("full", "snippet", "label", "paraphrase")  # in the exercise's colours, `full` as `quotation`
    return Shown(lambda: Reader(case.articles, quote_layers(case), task=Task(order=finer)))


def quote_layers(case: Case) -> list[Layer]:
    """Return the quotations as the rules label them, and as the readers do: every kind one of them gave."""
    rules = (
        Annotation(article.id, quote.start, quote.end, quote.kind, note=_speaker(quote))
        for article in case.articles
        for quote in find_quotes(article)
    )
    layers = [Layer("the rules", tuple(rules))]
    if readings := load_readings(case):
        entries = readings.quotes["quote"]
        notes = (
            readings.annotation(one, _given(one["kind"]), note=_given(one["speaker"])) for one in entries
        )
        layers.append(Layer("the readers", tuple(sorted(notes))))
    return layers


def _given(labels: Mapping[str, str]) -> str:
    return " or ".join(dict.fromkeys(labels.values()))


@picture
def quote_check(case: Case) -> Table:
    """Return where the rules for quotations differ from all readers; the caption says how often.

    The rules name a speaker by the article's words: they agree where these hold the last word of a reader's
    name ('an order', 'presidential order'), and where neither names one.
    """
    readings = load_readings(case)
    if readings is None:
        return closed("How often the rules for quotations are wrong")
    found = {(a.id, q.start, q.end): q for a in case.articles for q in find_quotes(a)}
    entries = readings.quotes["quote"]
    rows: list[dict[str, object]] = []
    for entry in entries:
        place = readings.annotation(entry)
        quote = found.pop((place.article, place.start, place.end), None)
        kinds, speakers = entry["kind"].values(), entry["speaker"].values()
        name = _speaker(quote)
        wrong = [] if quote else ["not found"]
        wrong += ["kind"] if quote and quote.kind not in kinds else []
        wrong += ["speaker"] if quote and not any(_same(name, reader) for reader in speakers) else []
        if wrong:
            said = f"{quote.kind}, {name}" if quote else "nothing"
            read = f"{_given(entry['kind'])}, {_given(entry['speaker'])}"
            words = {"article": entry["article"], "words": entry["exact"]}
            rows.append(words | {"the rules say": said, "readers say": read, "wrong": ", ".join(wrong)})
    missed, kind, speaker = (
        sum(what in str(row["wrong"]) for row in rows) for what in ("not", "kind", "speaker")
    )
    return Table(
        f"Of {len(entries)} quotations the rules miss {missed}, give {kind} a kind and {speaker} a speaker"
        f" that no reader gave, and find {len(found)} where readers found none",
        rows,
    )


def _speaker(quote: Quote | None) -> str:
    return quote.speaker.name if quote and quote.speaker else "nobody"


def _same(found: str, reader: str) -> bool:
    if found == "nobody":
        return reader in ("nobody", "not stated")
    return reader.rpartition(" ")[2].lower() in found.lower()


@picture
def cut_table(case: Case, article: str) -> Table:
    """Return the single claims into which the readers cut a passage of an article, reader by reader."""
    readings, passage = load_readings(case), f"A passage of {article}, cut into single claims"
    if readings is None:
        return closed(passage)
    rows = [
        {
            "reader": _name(cut["by"]),
            "claim": cut["claim"],
            "words": " … ".join(words["exact"] for words in cut["words"]),
        }
        for cut in readings.cuts["cut"]
        if cut["words"][0]["article"] == article
    ]
    counts = Counter(row["reader"] for row in rows)
    told = "; ".join(f"{reader}, {count} claims" for reader, count in counts.items())
    return Table(f"{passage}: {told}", rows)


def cues(case: Case) -> Layer:
    """Return the words in all articles that often come with a claim worth checking."""
    return Layer("cues", tuple(chain.from_iterable(map(check_worthy, case.articles))))


@picture
def cue_check(case: Case) -> Table:
    """Return how often a cue stands outside every listed claim, and how many claims bear no cue."""
    readings = load_readings(case)
    if readings is None:
        return closed("Cues, false alarms and misses")
    rows = []
    cues = alarms = 0
    for article in case.articles:
        found = [(cue.start, cue.end) for cue in check_worthy(article)]
        listed = (locate(claim["words"], article) for claim in readings.claims["claim"])
        claims = [(place.start, place.end) for place in chain.from_iterable(listed)]
        outside = sum(not any(_in(cue, one) for one in claims) for cue in found)
        cues, alarms = cues + len(found), alarms + outside
        rows.append(
            {
                "article": article.id,
                "cues": len(found),
                "outside every listed claim": outside,
                "passages with a listed claim": len(claims),
                "passages without a cue": sum(not any(_in(cue, one) for cue in found) for one in claims),
            }
        )
    return Table(f"Of {cues} cues, {alarms} are false alarms: they stand outside every listed claim", rows)


def _in(inner: tuple[int, int], outer: tuple[int, int]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]
