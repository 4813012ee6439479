"""Voices: whose words a term is, by rule."""

import re
from collections.abc import Iterable

from course.analysis.quotations import find_quotes
from course.analysis.quotations.people import PATTERNS, SPEECH
from course.analysis.wording import find_places
from course.corpus.annotation import Annotation
from course.corpus.article import Article

REACH = 400  # characters round a term in which a cue is looked for: keeps the time linear in any text
# Reporting cues. 'Agreed to' is an act, 'suggested by' no report; a noun such as 'posts' needs no speaker.
_VERBS = SPEECH["say"] - SPEECH["ambiguous"] | {"claims", "notes", "states"}
_SAYS = "|".join(sorted(verb for verb in _VERBS if not verb.startswith("agree")))
CUE = re.compile(rf"\b(?:(?P<source>according to)|(?:{_SAYS})(?!\s+by\b))\b", re.IGNORECASE)


def find_terms(article: Article, terms: Iterable[str]) -> tuple[Annotation, ...]:
    """Return where terms stand in an article, each labelled with a voice by `find_voices`."""
    return find_voices(article, ((place.start, place.end) for place in find_places(article, terms)))


def find_voices(article: Article, spans: Iterable[tuple[int, int]]) -> tuple[Annotation, ...]:
    """Return spans (start, end) of an article labelled with whose words they are, by rule.

    Outside the body the kind of block; deck for a summary in quotation marks. In it quoted within a
    quotation, attributed where a reporting cue of its sentence reaches it, else own. The rules err: an outlet
    can slip its own word into what someone said ('the infamous jails, according to the minister').
    """
    quotes = find_quotes(article)

    def voice(start: int, end: int) -> str:
        quote = next((one for one in quotes if one.start <= start + 1 and end <= one.end + 1), None)
        kind = next(one.kind for one in article.blocks if one.start <= start < one.end)
        if quote and quote.kind == "deck":
            return "deck"
        if kind != "body":
            return kind
        if quote:
            # Square brackets in a quotation hold the outlet's own gloss.
            said = article.raw[max(quote.start, start - REACH) : start + 1]
            return "own" if said.rfind("[") > said.rfind("]") else "quoted"
        sentence = next(one for one in reversed(article.sentences) if one.start <= start)
        begin = max(sentence.start, start - REACH)
        cues = CUE.finditer(article.raw, begin, min(sentence.end, end + REACH))
        outside = (cue for cue in cues if not any(one.start <= cue.start() < one.end for one in quotes))
        return "attributed" if any(_reaches(cue, begin, start, end) for cue in outside) else "own"

    return tuple(Annotation(article.id, *span, voice(*span)) for span in spans)


def _reaches(cue: re.Match[str], sentence: int, start: int, end: int) -> bool:
    """Whether a cue reports the words from start to end: those after it, or before it where it comes last."""
    before, between = cue.string[sentence : cue.start()], cue.string[cue.end() : start]
    tail = PATTERNS["cue_last"].search(before)
    if end <= (cue.start() if cue["source"] else sentence + tail.start() if tail else sentence):
        return True
    aside = PATTERNS["cue_aside"].search(before) and "," in between
    return start >= cue.end() and not aside and not (tail and PATTERNS["new_clause"].search(between))
