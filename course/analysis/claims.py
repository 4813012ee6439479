"""Claims: who says what in which voice, how many origins that leaves, and what is worth checking."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.corpus.annotation import Annotation
from course.corpus.article import Article

NOT_ASSERTED = ("not there", "contradicts")  # stances that make an article no witness for a claim

_WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
CUES = {
    kind: re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE | re.VERBOSE)
    for kind, words in _WORDS.items()
}


@dataclass(frozen=True, slots=True)
class Origins:
    """Where the witnesses for a claim come from; the counter falls from `articles` to `groups`.

    `sources` are those that articles name; `unsourced` the articles that name none; each of `groups` holds
    sources and unsourced articles that go back to one origin. Their number is a ceiling: an article that
    names no source may well have one of the others'.
    """

    articles: tuple[str, ...]
    sources: tuple[str, ...]
    unsourced: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]

    @property
    def sentence(self) -> str:
        """The count in words."""
        if not self.articles:
            return "No article says it."
        named = f"named sources: {', '.join(self.sources) or 'none'}"
        own = f"; without a source: {', '.join(self.unsourced)}" if self.unsourced else ""
        return (
            f"Articles that say it: {', '.join(self.articles)}; {named}{own};"
            f" independent origins: at most {len(self.groups)}."
        )


def witnesses(claim: Mapping[str, Any], by: str = "reader1") -> list[tuple[str, str]]:
    """Return (article, source) for each source that an article names for a claim; "" where it names none.

    Articles that do not have the claim, or contradict it, as reader `by` sees it, are no witnesses.
    """
    pairs = []
    for article in sorted(claim["stance"]):
        if claim["stance"][article].get(by, "not there") not in NOT_ASSERTED:
            names = _names(claim.get("by", {}).get(article, ""))
            pairs += [(article, name) for name in names or [""]]
    return pairs


def _names(by: str) -> list[str]:
    """Return the sources in words such as 'own voice in the lead; Bukele quoted (post on X) and Rubio'."""
    parts = re.split(r";|\band\b(?=\s+[A-Z])", re.sub(r"\([^)]*\)", "", by))
    parts = [re.sub(r"\s+quoted\b.*", "", part).strip() for part in parts]
    return [part for part in parts if part and not re.match(r"own voice|unnamed$|but\b", part)]


def independent_origins(witnesses: Iterable[tuple[str, str]], links: Iterable[Iterable[str]] = ()) -> Origins:
    """Return how many origins stand behind witnesses, (article, source or "") pairs.

    Each link names what goes back to one speaker, document or wire text: sources, articles that name no
    source, or something outside that joins them.

    >>> said = [("A", "Rubio"), ("B", "State Department"), ("C", ""), ("D", "Rubio")]
    >>> independent_origins(said).groups
    (('C',), ('Rubio',), ('State Department',))
    >>> independent_origins(said, [("Rubio", "State Department"), ("C", "a wire report")]).groups
    (('C',), ('Rubio', 'State Department'))
    """
    pairs = sorted(set(witnesses))
    nodes = {source or article for article, source in pairs}
    group = {node: {node} for node in nodes}
    for link in links:
        joined = set().union(*(group.setdefault(name, {name}) for name in link))
        group.update(dict.fromkeys(joined, joined))
    return Origins(
        tuple(sorted({article for article, _ in pairs})),
        tuple(sorted({source for _, source in pairs if source})),
        tuple(article for article, source in pairs if not source),
        tuple(sorted({tuple(sorted(group[node] & nodes)) for node in nodes})),
    )


def check_worthy(article: Article) -> tuple[Annotation, ...]:
    """Return words in the body that often come with a claim worth checking, labelled with the kind.

    An aid for finding claims, never a verdict: 'first lady' is no comparison and many claims bear no cue.
    Kinds: number, comparison, cause, forecast, law (cf. Hassan et al. 2017, ClaimBuster).
    """
    return tuple(
        Annotation(article.id, paragraph.start + cue.start(), paragraph.start + cue.end(), kind)
        for paragraph in article.paragraphs
        for cue, kind in sorted(
            ((cue, kind) for kind, pattern in CUES.items() for cue in pattern.finditer(paragraph.text)),
            key=lambda found: (found[0].span(), found[1]),
        )
    )


def claim_review(  # noqa: PLR0913, PLR0917 - the record's own fields
    claim: str, verdict: str, reviewer: str, reviewed: str, url: str, appearances: Sequence[str]
) -> dict[str, Any]:
    """Return a verdict as a schema.org ClaimReview (JSON-LD).

    `reviewed` is a date such as 2025-02-05; `url` where the review stands (`urn:...` if it is not published);
    `appearances` are addresses of texts with the claim. Has what Google's documentation for ClaimReview
    requires: claimReviewed, reviewRating.alternateName and url. The verdict stays in words: a number would
    give it a scale that it has not.
    """
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": url,
        "claimReviewed": claim,
        "datePublished": reviewed,
        "author": {"@type": "Person", "name": reviewer},
        "itemReviewed": {
            "@type": "Claim",
            "appearance": [{"@type": "CreativeWork", "url": address} for address in appearances],
        },
        "reviewRating": {"@type": "Rating", "alternateName": verdict},
    }
