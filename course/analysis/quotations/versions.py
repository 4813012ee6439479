"""The same utterance as different articles print it."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path
from types import MappingProxyType

from course.analysis.quotations import Quote, find_quotes
from course.corpus.article import Article

_WORD = re.compile(r"(?:[A-Za-z]\.){2,}|\d[\d.,]*\d|[^\W_](?:[\w’'-]*\w)?|%")
_LISTS = tomllib.loads(Path(__file__).with_name("spelling.toml").read_text(encoding="utf-8"))
_COMMON = frozenset(_LISTS["common"].split())
_SAME = dict(pair.split("=") for pair in _LISTS["same"].split())
_LETTERS = [(re.compile(pattern), to) for pattern, to in _LISTS["letters"]]
_OFTEN = 40  # a run of words in more quotations than this tells nothing


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


Printed = tuple[Version, Keys]


def spelling_key(word: str) -> str:
    """Return what a word has in common with its other spellings.

    >>> [spelling_key(word) for word in ("U.S.", "Centre", "recognised", "mega-prison")]
    ['us', 'center', 'recognized', 'megaprison']
    """
    key = word.lower()
    for pattern, to in _LETTERS:
        key = pattern.sub(to, key)
    return str(_SAME.get(key, key))


def match_versions(
    articles: Iterable[Article], known: Mapping[str, Sequence[Quote]] = MappingProxyType({})
) -> tuple[Utterance, ...]:
    """Return the utterances that stand in the articles more than once.

    `known`: the quotations of an article, by its id, where a case knows them; those of others are found by
    rule. The order of the articles does not matter. Two quotations are taken for one utterance where they
    share a run of words and most words of the shorter one; a word or two only where the speaker is the same.
    """
    printed = [
        (Version(article.id, quote), keys)
        for article in sorted(articles, key=lambda one: (one.id, one.raw))
        for quote in known.get(article.id) or find_quotes(article)
        if quote.kind not in ("label", "deck")
        if (keys := _keys(unicodedata.normalize("NFC", article.raw[quote.start : quote.end])))
    ]
    utterances = []
    for group in _join(printed):
        fullest, _ = max((printed[number] for number in group), key=lambda one: len(one[1]))
        utterances.append(Utterance(fullest, tuple(printed[number][0] for number in group)))
    return tuple(utterances)


def _keys(text: str) -> Keys:
    return tuple(map(spelling_key, _WORD.findall(text)))


def _runs(keys: Keys, size: int) -> set[Keys]:
    return {keys[i : i + size] for i in range(len(keys) - size + 1)}


def _links(printed: list[Printed]) -> dict[tuple[int, int], int]:
    """Return pairs that are one utterance, and how many words they share; found by an index of word runs."""
    brief = {keys for _, keys in printed if len(keys) < 4 and not _COMMON.issuperset(keys)}
    index: dict[Keys, list[int]] = defaultdict(list)
    for number, (_, keys) in enumerate(printed):
        for run in _runs(keys, 3) | (brief & (_runs(keys, 1) | _runs(keys, 2))):
            index[run].append(number)
    pairs = {pair for found in index.values() if len(found) <= _OFTEN for pair in combinations(found, 2)}
    return {(a, b): shared for a, b in pairs if (shared := _shared(printed[a], printed[b]))}


def _shared(a: Printed, b: Printed) -> int:
    """Return how many words two quotations share if they are one utterance, else 0."""
    short, long = sorted((a[1], b[1]), key=len)
    size, speakers = len(short), _same_speaker(a[0].quote, b[0].quote)
    if size < 4:
        whole = short in _runs(long, size) and not _COMMON.issuperset(short)
        return size if whole and (speakers or (speakers is None and size == 3)) else 0
    matcher = SequenceMatcher(None, long, short, autojunk=len(long) > 400)
    blocks = [block.size for block in matcher.get_matching_blocks() if block.size > 1]
    longest, common = max(blocks, default=0), sum(blocks)
    telling = set(short) - _COMMON
    alike = (
        common >= (0.8 if speakers is False else 0.6) * size
        and longest >= (3 if speakers else 4)
        and (longest > 4 or longest >= 0.5 * size)
        and telling
        and len(telling & set(long)) >= 0.5 * len(telling)
    )
    return common if alike else 0


def _same_speaker(a: Quote, b: Quote) -> bool | None:
    """Tell whether two quotations have one speaker, as far as the names go; None where one has no name."""
    if a.speaker is None or b.speaker is None:
        return None
    one, other = ({*_keys(speaker.name)} - _COMMON for speaker in (a.speaker, b.speaker))
    return bool(one and other) and (one <= other or other <= one)


def _join(printed: list[Printed]) -> list[list[int]]:
    """Join pairs to groups, the surest first; quotations of one article join only if they share words too.

    A word or two join a group only where no other group has them.
    """
    links = _links(printed)
    partners: dict[int, set[int]] = defaultdict(set)
    for a, b in links:
        partners[a].add(b)
        partners[b].add(a)
    groups = {number: [number] for number in range(len(printed))}  # each member has its group

    def undecided(number: int) -> bool:
        others = {min(groups[one]) for one in partners[number]} - {min(groups[number])}
        return len(printed[number][1]) < 3 and len(others) > 1

    for a, b in sorted(links, key=lambda pair: (-links[pair], pair)):
        apart = any(
            printed[x][0].article == printed[y][0].article and y not in partners[x]
            for x in groups[a]
            for y in groups[b]
        )
        if groups[a] is not groups[b] and not apart and not undecided(a) and not undecided(b):
            joined = sorted(groups[a] + groups[b])
            groups |= dict.fromkeys(joined, joined)
    return [group for number, group in groups.items() if group[0] == number and len(group) > 1]
