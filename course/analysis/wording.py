"""Wording: how often a term stands in whose voice, and which words set one article apart."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from course.analysis.coverage import locate
from course.analysis.quotations import find_quotes
from course.analysis.quotations.people import SPEECH
from course.corpus.annotation import Annotation
from course.corpus.article import Article

BODY = ("own", "attributed", "quoted")  # voices in the body; the others stand apart from it
APART = ("heading", "deck", "caption", "embed")
REACH = 400  # characters round a term in which a cue is looked for: keeps the time linear in any text
ACCENTS = "\u0300-\u036f"  # signs that some texts set after a letter
WORD = re.compile(r"\w+(?:[.,’'-]\w+)*")

# Reporting cues. 'Agreed to' is an act, 'suggested by' no report; a noun such as 'posts' needs no speaker.
_VERBS = SPEECH["say"] - SPEECH["ambiguous"] | {"claims", "notes", "states"}
_SAYS = "|".join(sorted(verb for verb in _VERBS if not verb.startswith("agree")))
CUE = re.compile(rf"\b(?:(?P<source>according to)|(?:{_SAYS})(?!\s+by\b))\b", re.IGNORECASE)
_LINK = "who|which|but|and|as|while|although|though|that|when|after|because"
# What stands before a cue that closes its clause (', the ministry said'), or in a clause of its own.
_TAIL = re.compile(rf",[”\"’']?\s+(?!(?:{_LINK})\b)[^,]{{1,60}}$")
_ASIDE = re.compile(r"\bwhich\s[^,]{1,60}$")
_NEW_CLAUSE = re.compile(r",\s+(?:as|while|after|when|before|amid|but|although)\b")


def read_terms(
    terms: Iterable[Mapping[str, Any]], articles: Iterable[Article], by: str = "reader1"
) -> tuple[Annotation, ...]:
    """Return the readers' terms as annotations, labelled with the voice that reader `by` heard.

    A term is an entry with article, exact, prefix, and voice by reader. Raises SpanError where its words do
    not stand in the article exactly once.
    """
    texts = {article.id: article for article in articles}
    return tuple(
        sorted(
            place
            for term in terms
            if by in term["voice"] and term["article"] in texts
            for place in locate([term], texts[term["article"]], term["voice"][by])
        )
    )


def find_terms(article: Article, terms: Iterable[str]) -> tuple[Annotation, ...]:
    """Return where terms stand in an article, capitals or not, each labelled with a voice by `find_voices`.

    Of terms that overlap the longest counts: 'illegal migrants' is not 'migrants' once more. An accent may be
    a sign of its own.
    """
    plain = {" ".join(term.replace("’", "'").split()) for term in terms} - {""}
    wanted = {normalize(form, term) for term in plain for form in ("NFC", "NFD")}
    if not wanted:
        return ()
    longest = sorted(wanted, key=lambda term: (-len(term), term))
    words = "|".join(re.escape(term).replace(r"\ ", r"\s+").replace("'", "['’]") for term in longest)
    found = re.finditer(rf"(?<!\w)(?:{words})(?![\w{ACCENTS}])", article.raw, re.IGNORECASE)
    return find_voices(article, (match.span() for match in found))


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
        for cue in CUE.finditer(article.raw, begin, min(sentence.end, end + REACH)):
            in_quote = any(one.start <= cue.start() < one.end for one in quotes)
            if not in_quote and _reaches(cue, begin, start, end):
                return "attributed"
        return "own"

    return tuple(Annotation(article.id, *span, voice(*span)) for span in spans)


def _reaches(cue: re.Match[str], sentence: int, start: int, end: int) -> bool:
    """Whether a cue reports the words from start to end: those after it, or before it where it comes last."""
    before = cue.string[sentence : cue.start()]
    tail = _TAIL.search(before)
    last = len(before) if cue["source"] else tail.start() if tail else 0
    if end <= sentence + last:
        return True
    between = cue.string[cue.end() : start]
    if start < cue.end() or (_ASIDE.search(before) and "," in between):
        return False
    return not (tail and _NEW_CLAUSE.search(between))


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word of one article against the others: its count here and there, log-odds ratio, z-score.

    `paragraphs` is the number of the article's paragraphs that have the word.
    """

    article: str
    word: str
    count: int
    elsewhere: int
    paragraphs: int
    log_odds: float
    z: float


def keyness(articles: Sequence[Article]) -> tuple[Keyword, ...]:
    """Return every word of each article against all the others, by article, the most telling first.

    Log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008). The
    prior is the words' counts in all articles together. The variance is their approximation (equation 20),
    1/(y + a) in this article plus the same in the others, which leaves out terms that are small for all but
    the commonest words. Empty where there is nothing to compare.
    """
    texts = {
        article.id: [
            WORD.findall(normalize("NFC", p.text).lower().replace("’", "'")) for p in article.paragraphs
        ]
        for article in sorted(articles, key=lambda article: article.id)
    }
    counts = {id: Counter(word for words in text for word in words) for id, text in texts.items()}
    prior = sum(counts.values(), Counter[str]())
    if len(counts) < 2 or len(prior) < 2:
        return ()
    keywords = []
    every = prior.total()
    for id, here in counts.items():
        total = here.total()
        spread = Counter(word for words in texts[id] for word in set(words))
        for word, count in here.items():
            there, weight = prior[word] - count, prior[word]
            odds = _odds(count + weight, total + every)
            others = _odds(there + weight, 2 * every - total)
            log_odds = math.log(odds / others)
            z = log_odds / math.sqrt(1 / (count + weight) + 1 / (there + weight))
            keywords.append(Keyword(id, word, count, there, spread[word], log_odds, z))
    return tuple(sorted(keywords, key=lambda key: (key.article, -key.z, key.word)))


def _odds(count: int, total: int) -> float:
    return count / (total - count)
