"""The rule that lesson 02 lets students read and correct: who speaks is the nearest name beside 'said'."""

import re
from dataclasses import replace

from course.analysis.quotations import Quote, Speaker, find_quotes
from course.corpus.article import Article

NAME = r"((?!The )[A-Z][\w’-]+(?: [A-Z][\w’-]+)*)"
SAID = r"(?:said|says|told|wrote|posted|called|added|continued|warned|announced)"
SPEAKS = re.compile(
    rf"{NAME},? (?:[a-z]+ )?{SAID}\b|\b{SAID} (?:[a-z]+ )?{NAME}|[Aa]ccording to (?:the )?{NAME}"
)


def nearest_name(article: Article) -> tuple[Quote, ...]:
    """Return the quotations of an article; of the names beside a verb of saying, the nearest to each speaks.

    >>> text = "Ann Lee said it was late. Bob Ray nodded. “We should go,” he said."
    >>> [quote.speaker.name for quote in nearest_name(Article.from_text("X", text))]
    ['Ann Lee']
    """
    quotes = find_quotes(article)
    found = SPEAKS.finditer(article.raw)
    outside = (one for one in found if not any(quote.start <= one.start() < quote.end for quote in quotes))
    names = [Speaker(one[one.lastindex or 0], one.span(one.lastindex or 0)) for one in outside]

    def speaker(quote: Quote) -> Speaker | None:
        if quote.kind == "embed" or quote.speaker is None:
            return quote.speaker  # a post is signed; a label is nobody's
        return min(names, key=lambda name: abs(sum(name.place) - quote.start - quote.end), default=None)

    return tuple(replace(quote, speaker=speaker(quote)) for quote in quotes)
