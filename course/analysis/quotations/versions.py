"""The same utterance as different articles print it."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations, product
from pathlib import Path
from types import MappingProxyType
from unicodedata import normalize

from course.analysis.quotations import Quote, find_quotes
from course.corpus.article import Article

_WORD = re.compile(r"(?:[A-Za-z]\.){2,}|\d[\d.,]*\d|[^\W_](?:[\w’'-]*\w)?|%")
_LISTS = tomllib.loads(Path(__file__).with_name("spelling.toml").read_text(encoding="utf-8"))
COMMON = frozenset(_LISTS["common"].split())
_SAME = dict(pair.split("=") for pair in _LISTS["same"].split())
Keys = tuple[str, ...]  # of the words of a quotation


@dataclass(frozen=True, slots=True)
class Version:
    """One printing of an utterance: the article's id, and the quotation."""

    article: str
    quote: Quote


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something said once and printed at least twice; `fullest` is the version with the most words."""

    fullest: Version
    versions: tuple[Version, ...]


Printed = tuple[Version, Keys, set[str] | None]  # and the words of the speaker's name


def spelling_key(word: str) -> str:
    """Return what a word has in common with its other spellings.

    >>> [spelling_key(word) for word in ("U.S.", "Centre", "recognised", "mega-prison")]
    ['us', 'center', 'recognized', 'megaprison']
    """
    key = word.lower()
    for pattern, to in _LISTS["letters"]:
        key = re.sub(pattern, to, key)
    return str(_SAME.get(key, key))


def match_versions(
    articles: Iterable[Article], known: Mapping[str, Sequence[Quote]] = MappingProxyType({})
) -> tuple[Utterance, ...]:
    """Return the utterances that stand in the articles more than once.

    `known`: the quotations of an article, by its id, where a case knows them; those of others are found by
    rule. The order of the articles does not matter. Two quotations are taken for one utterance where they
    share a run of words and most words of the shorter one; a word or two only where the speaker is the same,
    and no other group has them. Two of one article are one utterance only if they share words too.
    """
    printed = [
        (Version(article.id, quote), keys, {*_keys(quote.speaker.name)} - COMMON if quote.speaker else None)
        for article in sorted(articles, key=lambda one: (one.id, one.raw))
        for quote in known.get(article.id) or find_quotes(article)
        if quote.kind not in ("label", "deck")
        if (keys := _keys(article.raw[quote.start : quote.end]))
    ]
    pairs = combinations(range(len(printed)), 2)
    links = {(a, b): shared for a, b in pairs if (shared := _shared(printed[a], printed[b]))}
    groups = {number: [number] for number in range(len(printed))}  # each member has its group

    def undecided(number: int) -> bool:
        if len(printed[number][1]) > 2:
            return False
        return len({groups[one][0] for pair in links if number in pair for one in pair}) > 2

    for a, b in sorted(links, key=lambda pair: (-links[pair], pair)):  # the surest first
        if groups[a] is groups[b]:
            continue
        across = product(groups[a], groups[b])
        of_one = [pair for pair in across if len({printed[at][0].article for at in pair}) == 1]
        apart = any((min(pair), max(pair)) not in links for pair in of_one)
        if not apart and not undecided(a) and not undecided(b):
            both = sorted(groups[a] + groups[b])
            groups |= dict.fromkeys(both, both)
    joined = [group for number, group in groups.items() if group[0] == number and len(group) > 1]
    found = ([printed[number] for number in group] for group in joined)
    fullest = ((max(group, key=lambda one: len(one[1]))[0], group) for group in found)
    return tuple(Utterance(full, tuple(one for one, *_ in group)) for full, group in fullest)


def _keys(text: str) -> Keys:
    return tuple(map(spelling_key, _WORD.findall(normalize("NFC", text))))


def _shared(a: Printed, b: Printed) -> int:
    """Return how many words two quotations share if they are one utterance, else 0."""
    short, long = sorted((a[1], b[1]), key=len)
    size, telling = len(short), set(short) - COMMON
    if not telling or len(telling.intersection(long)) < 0.5 * len(telling):
        return 0
    one, other = a[2] or set(), b[2] or set()
    unknown = None in (a[2], b[2])
    same_speaker = bool(one and other) and (one <= other or other <= one)
    if size < 4:
        whole = any(long[at : at + size] == short for at in range(len(long)))
        return size if whole and (same_speaker or (unknown and size == 3)) else 0
    matcher = SequenceMatcher(None, long, short, autojunk=len(long) > 400)
    blocks = [block.size for block in matcher.get_matching_blocks() if block.size > 1]
    longest, common = max(blocks, default=0), sum(blocks)
    wanted, least = 0.6 if same_speaker or unknown else 0.8, 3 if same_speaker else 4
    runs = longest >= least and (longest > 4 or longest >= 0.5 * size)
    return common if runs and common >= wanted * size else 0
