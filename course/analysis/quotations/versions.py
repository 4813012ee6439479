"""The same utterance as different articles print it."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path

from course.analysis.quotations import Quote, find_quotes
from course.corpus.article import Article

_WORD = re.compile(r"(?:[A-Za-z]\.){2,}|\d[\d.,]*\d|[^\W_](?:[\w’'-]*\w)?|%")
_LISTS = tomllib.loads(Path(__file__).with_name("spelling.toml").read_text(encoding="utf-8"))
_COMMON = frozenset(_LISTS["common"].split())
_SAME = dict(pair.split("=") for pair in _LISTS["same"].split())
_LETTERS = [(re.compile(pattern), to) for pattern, to in _LISTS["letters"]]
_OFTEN = 40  # a run of words in more quotations than this tells nothing


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


@dataclass(frozen=True, slots=True)
class _Printed:
    article: Article
    quote: Quote
    keys: tuple[str, ...]


def spelling_key(word: str) -> str:
    """Return what a word has in common with its other spellings.

    >>> [spelling_key(word) for word in ("U.S.", "Centre", "recognised", "mega-prison")]
    ['us', 'center', 'recognized', 'megaprison']
    """
    key = word.lower()
    for pattern, to in _LETTERS:
        key = pattern.sub(to, key)
    return str(_SAME.get(key, key))


def match_versions(articles: Iterable[Article]) -> tuple[Utterance, ...]:
    """Return the utterances that stand in the articles more than once.

    The order of the articles does not matter. Two quotations are taken for one utterance where they share a
    run of words and most words of the shorter one; a word or two only where the speaker is the same too.
    """
    printed = [
        _printed(article, quote)
        for article in sorted(articles, key=lambda one: (one.id, one.raw))
        for quote in find_quotes(article)
        if quote.kind not in ("label", "deck")
    ]
    printed = [one for one in printed if one.keys]
    groups = _join(printed, _links(printed))
    utterances = []
    for group in groups:
        versions = tuple(Version(printed[number].article.id, printed[number].quote) for number in group)
        fullest = max(range(len(group)), key=lambda one: len(printed[group[one]].keys))
        utterances.append(Utterance(versions[fullest], versions))
    return tuple(utterances)


def _printed(article: Article, quote: Quote) -> _Printed:
    text = unicodedata.normalize("NFC", article.raw[quote.start : quote.end])
    return _Printed(article, quote, tuple(map(spelling_key, _WORD.findall(text))))


def _runs(keys: tuple[str, ...], size: int) -> set[tuple[str, ...]]:
    return {keys[i : i + size] for i in range(len(keys) - size + 1)}


def _links(printed: list[_Printed]) -> list[tuple[int, int, int]]:
    """Return pairs that are one utterance, and how many words they share; found by an index of word runs."""
    sought: dict[int, set[tuple[str, ...]]] = defaultdict(set)
    for one in printed:
        if len(one.keys) < 4 and not set(one.keys) <= _COMMON:
            sought[len(one.keys)].add(one.keys)
    index: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, one in enumerate(printed):
        for size in {1, 2, 3} & sought.keys():
            for run in _runs(one.keys, size) & sought[size]:
                index[run].append(number)
        for run in _runs(one.keys, 3) - sought[3]:
            index[run].append(number)
    pairs = {pair for found in index.values() if len(found) <= _OFTEN for pair in combinations(found, 2)}
    links = []
    for a, b in sorted(pairs):
        if shared := _shared(printed[a], printed[b]):
            links.append((-shared, a, b))
    return sorted(links)


def _shared(a: _Printed, b: _Printed) -> int:
    """Return how many words two quotations share if they are one utterance, else 0."""
    short, long = sorted((a, b), key=lambda one: len(one.keys))
    blocks = [block.size for block in _matcher(long.keys, short.keys).get_matching_blocks() if block.size > 1]
    size = len(short.keys)
    longest, common = max(blocks, default=0), sum(blocks)
    speakers = _same_speaker(a, b)
    if size < 4:
        whole = short.keys in _runs(long.keys, size)
        return size if whole and (speakers or (speakers is None and size == 3)) else 0
    if common < 0.6 * size or longest < (3 if speakers else 4) or (longest < 5 and longest < 0.5 * size):
        return 0
    telling = set(short.keys) - _COMMON
    if len(telling & set(long.keys)) < 0.5 * len(telling) or not telling:
        return 0
    return common if speakers is not False or common >= 0.8 * size else 0


def _matcher(long: tuple[str, ...], short: tuple[str, ...]) -> SequenceMatcher[str]:
    return SequenceMatcher(None, long, short, autojunk=len(long) > 400)


def _same_speaker(a: _Printed, b: _Printed) -> bool | None:
    """Tell whether two quotations have one speaker, as far as the names go; None where one has no name."""
    if a.quote.speaker is None or b.quote.speaker is None:
        return None
    one, other = (
        {spelling_key(word) for word in _WORD.findall(quote.speaker.name)} - _COMMON
        for quote in (a.quote, b.quote)
        if quote.speaker
    )
    return bool(one) and bool(other) and (one <= other or other <= one)


def _join(printed: list[_Printed], links: list[tuple[int, int, int]]) -> list[list[int]]:
    """Join pairs to groups, the surest first; quotations of one article join only if they share words too.

    A word or two join a group only where no other group has them.
    """
    linked = {(a, b) for _, a, b in links}
    home = list(range(len(printed)))
    members = {number: [number] for number in home}
    partners: dict[int, set[int]] = defaultdict(set)
    for a, b in linked:
        partners[a].add(b)
        partners[b].add(a)
    for _, a, b in links:
        one, other = sorted((home[a], home[b]))
        brief = [number for number in (a, b) if len(printed[number].keys) < 3]
        if one == other or any(len({home[n] for n in partners[x]} - {home[x]}) > 1 for x in brief):
            continue
        if any(
            printed[x].article is printed[y].article and (min(x, y), max(x, y)) not in linked
            for x in members[one]
            for y in members[other]
        ):
            continue
        for number in members[other]:
            home[number] = one
        members[one] += members.pop(other)
    return [sorted(group) for _, group in sorted(members.items()) if len(group) > 1]
