"""Claims and points: where they stand, who says them, how many origins that leaves, what is worth checking.

That a point is absent from a text is a fact about the text; it is no proof of why.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from course.corpus.annotation import Annotation, find_words
from course.corpus.article import Article
from course.corpus.readings import READERS

CUES = {  # `re` compiles them when they are first used
    kind: rf"(?ix)(?<!\w)(?:{words})(?!\w)"
    for kind, words in tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8")).items()
}

UNSAID = {"not there", "partial", "contradicts"}  # stances of an article that does not say a claim


def locate(words: Iterable[Mapping[str, str]], article: Article, label: str = "") -> tuple[Annotation, ...]:
    """Return where an entry's words (article, exact, prefix) stand in one article, in the order of the text.

    Raises SpanError where they do not stand there exactly once.
    """
    here = (entry for entry in words if entry["article"] == article.id)
    spans = (find_words(article.raw, entry["exact"], entry.get("prefix", "")) for entry in here)
    return tuple(Annotation(article.id, start, end, label) for start, end in sorted(spans))


def position(article: Article, start: int) -> float | None:
    r"""Return the share of the body's characters before offset `start`; None where that is not in the body.

    >>> position(Article.from_text("X", "Rain falls.\nIt stopped."), 12)
    0.5
    """
    body = article.paragraphs
    before = sum(min(one.end, start) - one.start for one in body if one.start <= start)
    inside = any(one.start <= start < one.end for one in body)
    return round(before / sum(one.end - one.start for one in body), 4) if inside else None


def first_position(words: Iterable[Mapping[str, str]], article: Article) -> float | None:
    """Return where in an article's body the first of an entry's words stands, None where none does."""
    places = (position(article, place.start) for place in locate(words, article))
    return min((place for place in places if place is not None), default=None)


class Origins(NamedTuple):
    """Where the witnesses for a claim come from; the counter falls from `articles` to `groups`.

    `sources` are those that articles name; each of `groups` holds sources, and articles that name none, that
    go back to one origin. Their number is a ceiling: an article that
    names no source may well have one of the others'.
    """

    articles: tuple[str, ...]
    sources: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]


def most(labels: Mapping[str, str]) -> list[str]:
    """Return the labels that most readers gave, several where as many did, or the course's alone.

    The two readings of one language model are one voice: each counts half.
    """
    counts = Counter[str]()
    for by in [by for by in READERS if by in labels] or labels:
        counts[labels[by]] += 1 if by.startswith("model") else 2
    return [label for label in counts if counts[label] == max(counts.values())]


def witnesses(claim: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (article, source) for each source that an article names for a claim; "" where it names none.

    Articles that do not have the claim, have a part of it only, or contradict it, as most readers see
    it, are no witnesses. Sources stand in words such as 'own voice in the lead; Lee quoted (a post)'.
    """
    pairs = []
    for article, stance in sorted(claim["stance"].items()):
        if not UNSAID.issuperset(most(stance)):
            words = re.sub(r"\([^)]*\)", "", claim.get("by", {}).get(article, ""))
            parts = [re.sub(r"\s+quoted\b.*", "", part) for part in re.split(r";|\band\b(?=\s+[A-Z])", words)]
            names = [one.strip() for one in parts if not re.match(r"\s*(own voice|unnamed\s*$|but\b|$)", one)]
            pairs += [(article, name) for name in names or [""]]
    return pairs


def independent_origins(witnesses: Iterable[tuple[str, str]], links: Iterable[Iterable[str]] = ()) -> Origins:
    """Return how many origins stand behind witnesses, (article, source or "") pairs.

    Each link names what goes back to one speaker, document or wire text: sources, articles that name no
    source, or something outside that joins them.

    >>> said = [("A", "Mayor"), ("B", "Town Hall"), ("C", ""), ("D", "Mayor")]
    >>> independent_origins(said).groups
    (('C',), ('Mayor',), ('Town Hall',))
    >>> independent_origins(said, [("Mayor", "Town Hall"), ("C", "a wire report")]).groups
    (('C',), ('Mayor', 'Town Hall'))
    """
    pairs = sorted(set(witnesses))
    nodes = {source or article for article, source in pairs}
    group = {node: {node} for node in nodes}
    for link in links:
        joined = set().union(*(group.setdefault(name, {name}) for name in link))
        group.update(dict.fromkeys(joined, joined))
    articles, sources = ({pair[at] for pair in pairs} - {""} for at in (0, 1))
    groups = {tuple(sorted(group[node] & nodes)) for node in nodes}
    return Origins(tuple(sorted(articles)), tuple(sorted(sources)), tuple(sorted(groups)))


def check_worthy(article: Article) -> tuple[Annotation, ...]:
    """Return words in the body that often come with a claim worth checking, labelled with the kind.

    An aid for finding claims, never a verdict: 'first lady' is no comparison and many claims bear no cue.
    Kinds: number, comparison, cause, forecast, law (cf. Hassan et al. 2017, ClaimBuster).
    """
    body = [(article.raw, one.start, one.end) for one in article.paragraphs]
    forms = ((kind, re.compile(form)) for kind, form in CUES.items())
    cues = ((kind, cue) for kind, form in forms for text in body for cue in form.finditer(*text))
    return tuple(sorted(Annotation(article.id, *cue.span(), kind) for kind, cue in cues))


def claim_review(  # noqa: PLR0913, PLR0917 - the record's own fields
    claim: str, verdict: str, reviewer: str, reviewed: str, url: str, appearances: Sequence[str]
) -> dict[str, Any]:
    """Return a verdict as a schema.org ClaimReview (JSON-LD).

    `reviewed` is a date such as 2025-02-05; `url` where the review stands (`urn:...` if it is not published);
    `appearances` are addresses of texts with the claim. Has what Google's documentation required while its
    search showed such records, until June 2025: claimReviewed, reviewRating.alternateName and url; what
    collects verdicts reads them still. The verdict stays in words: a number would
    give it a scale that it has not.
    """
    texts = [{"@type": "CreativeWork", "url": address} for address in appearances]
    record = {"@context": "https://schema.org", "@type": "ClaimReview", "url": url, "claimReviewed": claim}
    by = {"datePublished": reviewed, "author": {"@type": "Person", "name": reviewer}}
    said = {"@type": "Claim", "appearance": texts}
    rating = {"@type": "Rating", "alternateName": verdict}
    return {**record, **by, "itemReviewed": said, "reviewRating": rating}
