"""The annotated quotations: what they say, and how far `find_quotes` agrees with them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from course.analysis.quotations import Quote, find_quotes
from course.analysis.quotations.versions import match_versions
from course.corpus.annotation import find_words
from course.corpus.article import Article
from course.corpus.case import open_case, read_toml

HERE = Path(__file__).parent
KINDS = {"f": "full", "c": "clause", "s": "snippet", "l": "label", "d": "deck", "e": "embed"}
TAG = re.compile(
    r"\{(?:(?P<quote>\d+)(?P<kind>[fcslde]) (?P<who>\S+)|(?P<ids>[\d,]+)(?P<role>[sc]))\|(?P<words>[^{}]*)\}"
)
NOBODY = {"nobody", "not stated"}
NO_UTTERANCE = {"G21"}  # names and terms in marks: one word, but nobody's utterance


@dataclass
class Gold:
    """One quotation as an annotator marked it; `names` and `kinds` hold every defensible answer."""

    start: int
    end: int
    kinds: set[str]
    names: set[str]  # empty: the text names no speaker
    mentions: list[tuple[int, int]] = field(default_factory=list)
    group: str = ""


def read_story(story: str) -> tuple[Article, list[Gold]]:
    """Return the article of one annotated story and its quotations. Raises ValueError on a slip."""
    head, _, body = story.partition("\n")
    id = head.split("|")[0].strip()
    names = dict(re.findall(r"^@(\w) (.+)$", body, re.M))
    body = re.sub(r"^@\w .+\n?", "", body, flags=re.M).strip() + "\n"
    text, gold, marks, at = "", {}, [], 0
    for tag in TAG.finditer(body):
        text += body[at : tag.start()]
        span = (len(text), len(text) + len(tag["words"]))
        text, at = text + tag["words"], tag.end()
        if tag["quote"]:
            who = set() if tag["who"] == "-" else set(names[tag["who"]].split(" / "))
            if tag["quote"] in gold:
                raise ValueError(f"{id}: quotation {tag['quote']} stands there twice")
            kinds = {KINDS[tag["kind"]]}
            if "clause" in kinds and len(tag["words"].split()) < 6:
                kinds.add("snippet")  # the readers of the five articles differ on these too
            gold[tag["quote"]] = Gold(*span, kinds, who)
        else:
            marks.append((tag["ids"].split(","), tag["role"], span))
    text += body[at:]
    if "{" in text or "}" in text:
        raise ValueError(f"{id}: a brace that is no tag near {text[max(0, text.find('{')) :][:40]!r}")
    for ids, role, span in marks:
        for one in ids if role == "s" else ():
            gold[one].mentions.append(span)
    return Article.from_text(id, text), sorted(gold.values(), key=lambda one: one.start)


def read_half(name: str) -> list[tuple[Article, list[Gold]]]:
    """Return the stories of a file here by its name; '-odd' or '-even' after it: every other one of them."""
    file, _, part = name.partition("-")
    stories = (HERE / f"{file}.txt").read_text(encoding="utf-8").split("=== ")
    read = [read_story(story) for story in stories if story.strip()]
    return read[part == "even" :: 2] if part else read


def read_five() -> list[tuple[Article, list[Gold]]]:
    """Return the five articles with what the readers found; an answer one of them gave is defensible."""
    case = open_case()
    found: dict[str, list[Gold]] = {article.id: [] for article in case.articles}
    for quote in read_toml(case.root / "seeds" / "readings" / "quotes.toml")["quote"]:
        span = find_words(case[quote["article"]].raw, quote["exact"], quote.get("prefix", ""))
        names = set(quote["speaker"].values())
        names = {""} | names - NOBODY if names & NOBODY else names
        kinds = set(quote["kind"].values())
        found[quote["article"]].append(Gold(*span, kinds, names, group=quote["group"]))
    return [(article, sorted(found[article.id], key=lambda one: one.start)) for article in case.articles]


def tokens(name: str) -> list[str]:
    """Return the words of a name that count: no titles, articles, points or case."""
    name = unicodedata.normalize("NFKD", name.lower().replace("’", "'"))
    name = re.sub(r"\(.*?\)", "", name)
    name = re.sub(r"'s\b|['.]", "", "".join(c for c in name if not unicodedata.combining(c)))
    drop = {"the", "a", "an", "mr", "mrs", "ms", "miss", "dr", "sir", "dame", "prof", "us"}
    return [word for word in re.findall(r"[^\W_]+", name) if word not in drop]


def same_name(one: str, other: str) -> bool:
    """Tell whether two names mean one speaker: the shorter is part of the longer."""
    a, b = tokens(one), tokens(other)
    short, long = sorted((a, b), key=len)
    return bool(short) and (set(short) <= set(long))


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not text[end - 1].isalnum():
        end -= 1
    return start, end


def score(stories: Iterable[tuple[Article, list[Gold]]]) -> tuple[Counter[str], list[str]]:
    """Return counts and the list of misses: spans, kinds, speakers."""
    count: Counter[str] = Counter()
    misses: list[str] = []
    for article, gold in stories:
        raw = article.raw
        found: dict[tuple[int, int], Quote] = {_trim(raw, q.start, q.end): q for q in find_quotes(article)}
        wanted = {_trim(raw, g.start, g.end): g for g in gold}
        count["wanted"] += len(wanted)
        count["found"] += len(found)
        for span, quote in found.items():
            if span not in wanted:
                misses.append(f"{article.id}: not a quotation: {raw[quote.start : quote.end][:70]!r}")
        for span, one in wanted.items():
            spoken = bool(one.names - {""})
            count["spoken"] += spoken
            quote_ = found.get(span)
            words = repr(raw[one.start : one.end][:60])
            if quote_ is None:
                misses.append(f"{article.id}: not found: {words}")
                continue
            count["both"] += 1
            if quote_.kind in one.kinds:
                count["kind"] += 1
            else:
                misses.append(f"{article.id}: kind {quote_.kind}, not {'/'.join(sorted(one.kinds))}: {words}")
            _score_speaker(article, one, quote_, count, misses)
    return count, misses


def _score_speaker(article: Article, one: Gold, quote: Quote, count: Counter[str], misses: list[str]) -> None:
    spoken = bool(one.names - {""})
    words = repr(article.raw[one.start : one.end][:60])
    name = quote.speaker.name if quote.speaker else None
    right = name is not None and any(same_name(name, other) for other in one.names)
    count["answered"] += name is not None
    count["right"] += right
    count["silent"] += name is None and (not one.names or "" in one.names)
    count["nobody"] += not spoken
    count["right spoken"] += right and spoken
    if not (right or (name is None and (not one.names or "" in one.names))):
        misses.append(f"{article.id}: speaker {name}, not {'/'.join(sorted(one.names)) or None}: {words}")
    if one.mentions and quote.speaker and quote.speaker.place:
        low, high = quote.speaker.place
        count["mentions"] += 1
        count["mention"] += any(low < end and start < high for start, end in one.mentions)


def rates(count: Counter[str]) -> dict[str, float]:
    """Return the figures that students and tests see, each between 0 and 1."""
    return {
        "recall": count["both"] / max(1, count["wanted"]),
        "precision": count["both"] / max(1, count["found"]),
        "kind": count["kind"] / max(1, count["both"]),
        "speaker, of all spoken": count["right spoken"] / max(1, count["spoken"]),
        "speaker, where it answers": count["right"] / max(1, count["answered"]),
        "speaker or rightly none": (count["right"] + count["silent"]) / max(1, count["wanted"]),
        "mention": count["mention"] / max(1, count["mentions"]),
    }


def read_versions() -> list[tuple[Article, list[Gold]]]:
    """Return the articles of versions.txt; one invented sentence brings in each utterance."""
    texts: dict[str, str] = {}
    spans: dict[str, list[Gold]] = {}
    for line in (HERE / "versions.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        group, id, speaker, words = (part.strip() for part in line.split("|"))
        text = texts.get(id, "") + f"{speaker} said: “"
        gold = Gold(len(text), len(text) + len(words), set(), {speaker}, group=group if group != "-" else "")
        spans.setdefault(id, []).append(gold)
        texts[id] = text + words + "”\n\n"
    return [(Article.from_text(id, text), spans[id]) for id, text in texts.items()]


def score_versions(stories: Sequence[tuple[Article, list[Gold]]]) -> tuple[Counter[str], list[str]]:
    """Return counts of pairs that are, or are taken for, versions of one utterance; and the misses."""
    home = {(a.id, *_trim(a.raw, g.start, g.end)): g.group for a, golds in stories for g in golds}
    raws = {article.id: article.raw for article, _ in stories}
    wanted = {
        frozenset(pair)
        for pair in combinations(sorted(home), 2)
        if pair[0][0] != pair[1][0]
        and home[pair[0]]
        and home[pair[0]] == home[pair[1]]
        and home[pair[0]] not in NO_UTTERANCE
    }
    found = set()
    for utterance in match_versions([article for article, _ in stories]):
        places = sorted(
            {(v.article, *_trim(raws[v.article], v.quote.start, v.quote.end)) for v in utterance.versions}
            & set(home)
        )
        found |= {frozenset(pair) for pair in combinations(places, 2) if pair[0][0] != pair[1][0]}
    count = Counter({"wanted": len(wanted), "found": len(found), "both": len(wanted & found)})

    def show(pair: frozenset[tuple[str, int, int]]) -> str:
        return " ~ ".join(f"{id} {raws[id][start:end][:50]!r}" for id, start, end in sorted(pair))

    misses = [f"versions not joined: {show(pair)}" for pair in sorted(wanted - found, key=sorted)]
    return count, misses + [
        f"versions wrongly joined: {show(pair)}" for pair in sorted(found - wanted, key=sorted)
    ]


def f1(count: Counter[str]) -> float:
    """Return the harmonic mean of recall and precision."""
    return 2 * count["both"] / max(1, count["wanted"] + count["found"])
