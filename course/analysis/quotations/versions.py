"""The same utterance as different articles print it, and what each of them did to the words."""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path

from course.analysis.quotations.reading import Place, Quote, find_quotes
from course.corpus.article import Article

_WORD = re.compile(r"(?:[A-Za-z]\.){2,}|\d[\d.,]*\d|[^\W_](?:[\w’'-]*\w)?|%")
_LISTS = tomllib.loads(Path(__file__).with_name("spelling.toml").read_text(encoding="utf-8"))
_COMMON = frozenset(_LISTS["common"].split())
_SAME = dict(pair.split("=") for pair in _LISTS["same"].split())
_LETTERS = [(re.compile(pattern), to) for pattern, to in _LISTS["letters"]]
_OFTEN = 40  # a run of words in more quotations than this tells nothing


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words compared with the fullest version: `here` in this article, `there` in that one.

    `kind` is same, spelling, punctuation, gloss (words an editor put in brackets), cut (words left out;
    `here` is empty) or changed (other words, or added ones).
    """

    kind: str
    here: Place
    there: Place


@dataclass(frozen=True, slots=True)
class Version:
    """One printing of an utterance: the article's id, the quotation, its words beside the fullest's."""

    article: str
    quote: Quote
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something said once and printed at least twice; `fullest` is the version with the most words."""

    fullest: Version
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class _Printed:
    article: Article
    quote: Quote
    places: tuple[Place, ...]
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
    """Return the utterances that stand in the articles more than once, each with its versions compared.

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
    return tuple(_compare([printed[number] for number in group]) for group in groups)


def _printed(article: Article, quote: Quote) -> _Printed:
    found = list(_WORD.finditer(article.raw, quote.start, quote.end))
    return _Printed(article, quote, tuple(m.span() for m in found), tuple(spelling_key(m[0]) for m in found))


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


def _compare(group: list[_Printed]) -> Utterance:
    fullest = max(group, key=lambda one: len(one.keys))
    versions = [Version(one.article.id, one.quote, tuple(_pieces(one, fullest))) for one in group]
    return Utterance(versions[group.index(fullest)], tuple(versions))


def _pieces(here: _Printed, there: _Printed) -> list[Piece]:
    """Return the words of a version beside those of the fullest one, as pieces of one kind each, in order."""
    pieces: list[Piece] = []
    for what, i, j, k, m in _matcher(there.keys, here.keys).get_opcodes():
        place, other = _span(here, k, m), _span(there, i, j)
        if what == "equal":
            for step in range(j - i):
                pieces += _equal(here, k + step, there, i + step)
        elif "".join(here.keys[k:m]) == "".join(there.keys[i:j]):
            pieces.append(Piece("spelling", place, other))
        elif _bracketed(here, k, m) or (what == "delete" and _bracketed(there, i, j)):
            pieces.append(Piece("gloss", place, other))
        else:
            pieces.append(Piece("cut" if what == "delete" else "changed", place, other))
    merged: list[Piece] = []
    for piece in pieces:
        if merged and merged[-1].kind == piece.kind == "same":
            last = merged.pop()
            merged.append(Piece("same", (last.here[0], piece.here[1]), (last.there[0], piece.there[1])))
        else:
            merged.append(piece)
    return merged


def _span(one: _Printed, first: int, last: int) -> Place:
    if first < last:
        return one.places[first][0], one.places[last - 1][1]
    at = one.places[first - 1][1] if first else one.quote.start
    return at, at


def _bracketed(one: _Printed, first: int, last: int) -> bool:
    """Tell whether all these words stand inside one pair of square brackets."""
    raw, (start, end) = one.article.raw, _span(one, first, last)
    before = raw[max(one.quote.start, start - 60) : start]
    return first < last and before.rfind("[") > before.rfind("]") and "]" not in raw[start:end]


def _equal(here: _Printed, k: int, there: _Printed, i: int) -> Iterable[Piece]:
    """Return a shared word as same or spelling, and the marks behind it where they differ."""
    raw, other, place, counterpart = here.article.raw, there.article.raw, here.places[k], there.places[i]
    words = raw[slice(*place)].replace("’", "'"), other[slice(*counterpart)].replace("’", "'")
    yield Piece("same" if words[0] == words[1] else "spelling", place, counterpart)
    if k + 1 < len(here.keys) and i + 1 < len(there.keys):
        gap, gap_there = (place[1], here.places[k + 1][0]), (counterpart[1], there.places[i + 1][0])
        if _marks(raw[slice(*gap)]) != _marks(other[slice(*gap_there)]):
            yield Piece("punctuation", gap, gap_there)


def _marks(gap: str) -> Counter[str]:
    return Counter(
        gap.replace("...", "…")
        .replace("–", "—")
        .replace("[", "")
        .replace("]", "")
        .replace(" ", "")
        .replace("\n", "")
    )
