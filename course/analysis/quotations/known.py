"""What the files of a case know about its quotations; the rules propose only where these are silent."""

from __future__ import annotations

from collections import Counter

from course.analysis.quotations import Quote, Speaker, find_quotes
from course.corpus.case import Case
from course.corpus.readings import load_readings

NOBODY = ("nobody", "not stated")  # what readers write where the text names no speaker


def known_quotes(case: Case) -> dict[str, tuple[Quote, ...]]:
    """Return the quotations of each article: kind and speaker as most readers gave them in quotes.toml.

    What no reader listed is found by rule; in a case without readings that is all of them.
    """
    listed: dict[str, list[Quote]] = {article.id: [] for article in case.articles}
    if readings := load_readings(case):
        for entry in readings.quotes.get("quote", ()):
            place = readings.annotation(entry)  # of two labels as frequent, the earlier reader's counts
            kind, name = (Counter(entry[what].values()).most_common(1)[0][0] for what in ("kind", "speaker"))
            speaker = None if name in NOBODY else Speaker(name)
            listed[place.article].append(Quote(place.start, place.end, kind, speaker))
    for article in case.articles:
        known = listed[article.id]
        listed[article.id] = known + [
            quote
            for quote in find_quotes(article)
            if not any(quote.start < one.end and one.start < quote.end for one in known)
        ]
    return {id: tuple(sorted(quotes, key=lambda quote: quote.start)) for id, quotes in listed.items()}
