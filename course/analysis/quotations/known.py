"""What the files of a case know about its quotations; the rules propose only where these are silent."""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from itertools import islice

from course.analysis.quotations import Quote, Speaker, find_quotes
from course.corpus.case import Case
from course.corpus.errors import CourseError
from course.corpus.readings import TEACHER, load_readings

NOBODY = ("nobody", "not stated")  # what readers write where the text names no speaker


# Quotations of one text that rules propose: a book would take minutes, and no lesson asks for more.
MOST = 200


def label_of(labels: Mapping[str, str]) -> str:
    """Return what the teacher said, or most readers, of two as frequent the earlier; no text for nobody."""
    most = Counter(labels.values()).most_common(1)
    return labels.get(TEACHER, most[0][0] if most else "")


def known_quotes(case: Case) -> dict[str, tuple[Quote, ...]]:
    """Return the quotations of each article: kind and speaker as quotes.toml has them.

    What no reader listed is found by rule; in a case without readings that is all of them, MOST at most.
    What was listed and does not stand in its article any more is left out: `check` tells it.
    """
    listed: dict[str, list[Quote]] = {article.id: [] for article in case.articles}
    if readings := load_readings(case):
        for entry in readings.quotes.get("quote", ()):
            with suppress(CourseError):
                place = readings.annotation(entry)
                kind, name = label_of(entry["kind"]), label_of(entry["speaker"])
                speaker = None if name in NOBODY else Speaker(name)
                listed[place.article].append(Quote(place.start, place.end, kind, speaker))
    for article in case.articles:
        known = listed[article.id]
        quotes = find_quotes(article)
        apart = (q for q in quotes if all(q.end <= one.start or one.end <= q.start for one in known))
        listed[article.id] = known + list(islice(apart, max(0, MOST - len(known))))
    return {id: tuple(sorted(quotes, key=lambda quote: quote.start)) for id, quotes in listed.items()}
