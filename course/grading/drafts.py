"""Exercises drafted for a case: the patterns of the lessons, filled with what the rules find in the texts.

A draft is a proposal. A person edits its lines, and only then is it kept.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from course.analysis.claims import check_worthy
from course.analysis.quotations.known import NOBODY, known_quotes
from course.analysis.quotations.versions import match_versions
from course.analysis.wording import WORD, keyness
from course.corpus.annotation import place_of
from course.corpus.article import Article
from course.corpus.case import Case
from course.corpus.errors import CourseError
from course.corpus.links import links

Entry = dict[str, Any]
PATTERNS: list[Entry] = tomllib.loads(Path(__file__).with_name("patterns.toml").read_text("utf-8"))["pattern"]
OWN = {"name", "from", "of", "most", "facts"}  # what a pattern says besides what its exercise says
CLAIMS, TERMS, HARD, FRAMED = (
    2,
    3,
    2,
    (3, 7),
)  # of each text; the paragraphs whose frame is asked, where it has them
ROW = "The same thing"
_ARTICLE = re.compile(r"([A-Z]): (.+)")


def draft(name: str, case: Case, article: str = "") -> Entry:
    """Return the exercise of a pattern for a case, or for one article of it, with its `lesson`.

    Raises CourseError where the texts have nothing that the pattern could be made of.
    """
    pattern = next(one for one in PATTERNS if one["name"] == name)
    if "{article}" in pattern["title"] and not article:
        raise CourseError("This pattern is about one text: choose which")
    if article not in pattern.get("of", [article]):
        of = " and ".join(pattern["of"])
        raise CourseError(f"Lesson 02 asks this of {of} alone: {article} has its place in the hard places")
    entry = {key: value for key, value in pattern.items() if key not in OWN}
    entry |= _SOURCES[pattern["from"]](pattern, case, article)
    if "item" in entry and not entry["item"]:
        raise CourseError("The rules find nothing in these texts for this pattern: choose another")
    numbers = " and ".join(map(str, entry.get("paragraphs", ())))
    about = article or entry.get("articles", [""])[0]
    for key in ("id", "title", "prompt"):
        entry[key] = entry[key].format(article=about, letter=article.lower(), paragraphs=numbers)
    entry.setdefault("points", len(entry.get("item", "1")))
    return entry


# --- what exercises are made of


def _of_article(pattern: Entry, case: Case, article: str) -> Entry:
    return {"articles": [article]}


def _of_facts(pattern: Entry, case: Case, article: str) -> Entry:
    asked = [(one.id, n, fact) for one in case.articles for n, fact in enumerate(pattern["facts"], 1)]
    items = [{"id": f"{id}_{n}", "text": fact.format(article=id)} for id, n, fact in asked]
    return {"item": items, "articles": [one.id for one in case.articles]}


def _of_quoted_paragraphs(pattern: Entry, case: Case, article: str) -> Entry:
    quotes = known_quotes(case)[article]
    numbers = [p.number for p in case[article].paragraphs if any(p.start <= q.start < p.end for q in quotes)]
    if not numbers:
        raise CourseError(f"The rules find no quotation in the report of {article}: choose another text")
    return {"articles": [article], "paragraphs": numbers[:2]}


def _of_quotations(pattern: Entry, case: Case, article: str) -> Entry:
    places = [place_of(case[article], one.start, one.end) for one in known_quotes(case)[article]]
    return {"item": _numbered(article, places[: pattern["most"]]), "options": _speakers(case)}


def _of_hard_quotations(pattern: Entry, case: Case, article: str) -> Entry:
    """Give of each text after the first two what is most easily mistaken: no sure speaker, few words."""
    quotes, items = known_quotes(case), []
    for one in case.articles[2:]:
        hard = sorted(quotes[one.id], key=lambda quote: (quote.speaker is not None, quote.end - quote.start))
        items += _numbered(one.id, [place_of(one, each.start, each.end) for each in hard[:HARD]])
    return {"item": items} | ({} if "options" in pattern else {"options": _speakers(case)})


def _speakers(case: Case) -> list[str]:
    found = {one.speaker.name for quotes in known_quotes(case).values() for one in quotes if one.speaker}
    return [*sorted(found), *NOBODY]


def _of_versions(pattern: Entry, case: Case, article: str) -> Entry:
    passages, items = [], []
    for n, said in enumerate(match_versions(case.articles, known_quotes(case)), 1):
        full = said.fullest
        passage = f"Utterance {n}, as {full.article} has it"
        text = case[full.article].raw[full.quote.start : full.quote.end]
        passages.append({"id": passage, "text": text})
        for one in (one for one in said.versions if one != full):
            place = place_of(case[one.article], one.quote.start, one.quote.end)
            items.append({"passage": passage, **place})
    return {"passage": passages, "item": _numbered("version", items)}


def _of_dense_paragraph(pattern: Entry, case: Case, article: str) -> Entry:
    cues = check_worthy(case[article])
    dense = max(
        case[article].paragraphs,
        key=lambda one: sum(one.start <= cue.start < one.end for cue in cues),
        default=None,
    )
    if dense is None:
        raise CourseError(
            f"{article} has no paragraph that is read as its report: look at its lines in step 2"
        )
    return {"articles": [article], "paragraphs": [dense.number]}


def _of_claims(pattern: Entry, case: Case, article: str) -> Entry:
    """Of each text the sentences with most signs of something to check: their words, or as statements."""
    each = zip_longest(*(_claims_of(one) for one in case.articles))  # the best of each text, then the next
    places = [place for row in each for place in row if place][: pattern.get("most")]
    if pattern["kind"] != "grid":
        return {"item": _numbered("claim", places)}
    items = [{"text": " ".join(place["exact"].split())} for place in places]
    return {"item": _numbered("point", items), "articles": [one.id for one in case.articles]}


def _claims_of(article: Article) -> list[Entry]:
    cues = check_worthy(article)
    told = {one: sum(one.start <= cue.start < one.end for cue in cues) for one in article.sentences}
    best = sorted((one for one in told if told[one]), key=lambda one: (-told[one], one.start))[:CLAIMS]
    return [place_of(article, one.start, one.end) for one in best]


def _of_one_fact(pattern: Entry, case: Case, article: str) -> Entry:
    """Give the first sentence of the first text, and of each other the sentence that is most like it."""
    texts = [one for one in case.articles if one.sentences]
    wanted = _words(texts[0].sentences[0].text) if texts else set()
    items = []
    for one in texts:
        near = max(one.sentences, key=lambda s: len(wanted & _words(s.text)) / len(wanted | _words(s.text)))
        items.append(place_of(one, near.start, near.end) | {"group": ROW})
    return {"item": _numbered("rung", items)}


def _words(text: str) -> set[str]:
    return set(WORD.findall(text.lower()))


def _of_terms(pattern: Entry, case: Case, article: str) -> Entry:
    """Give the words that set each text apart and are no names, as many of each text."""
    found: dict[str, list[str]] = {one.id: [] for one in case.articles}
    taken: set[str] = set()
    for key in keyness(case.articles):
        small = re.search(rf"(?<!\w){re.escape(key.word)}(?!\w)", case[key.article].text)  # no name
        if small and len(key.word) > 3 and len(found[key.article]) < TERMS and key.word not in taken:
            found[key.article].append(key.word)
            taken.add(key.word)
    words = [word for row in zip_longest(*found.values()) for word in row if word]
    return {"item": _numbered("term", [{"text": word} for word in words])}


def _of_paragraphs(pattern: Entry, case: Case, article: str) -> Entry:
    least = min((len(one.paragraphs) for one in case.articles), default=0)
    numbers = [n for n in FRAMED if n <= least] or [1]
    return {"articles": [one.id for one in case.articles], "paragraphs": numbers}


def _of_address(pattern: Entry, case: Case, article: str) -> Entry:
    """Ask which headline stands in the first address that holds one, among the headlines of the texts."""
    blocks = [(one, b) for one in case.articles for b in one.blocks if b.kind == "heading"]
    titles = {
        " ".join(WORD.findall(words.lower())): words
        for one, b in blocks
        if (words := one.raw[b.start : b.end].strip())
    }
    for one in case.articles:
        for row in links(one).rows:
            words = " ".join(WORD.findall(str(row["last part"]).lower().replace("-", " ")))
            if words.count(" ") > 2:
                options = sorted((titles | {words: titles.get(words, words.capitalize())}).values())
                item = {"id": f"{one.id}_headline", "text": "The headline that the address was made for"}
                return {"item": [item], "options": options, "articles": [one.id]}
    raise CourseError("No text has a web address that keeps a headline: choose another pattern")


def _of_brief(pattern: Entry, case: Case, article: str) -> Entry:
    items = [{"id": "text", "text": "The brief"}]
    return {"item": items, "articles": [one.id for one in case.articles]}


def _of_all(pattern: Entry, case: Case, article: str) -> Entry:
    return {"articles": [one.id for one in case.articles]}


_SOURCES: Mapping[str, Callable[[Entry, Case, str], Entry]] = {
    "article": _of_article,
    "facts": _of_facts,
    "quoted paragraphs": _of_quoted_paragraphs,
    "quotations": _of_quotations,
    "hard quotations": _of_hard_quotations,
    "versions": _of_versions,
    "dense paragraph": _of_dense_paragraph,
    "claims": _of_claims,
    "points": _of_claims,
    "one fact": _of_one_fact,
    "terms": _of_terms,
    "paragraphs": _of_paragraphs,
    "address": _of_address,
    "brief": _of_brief,
    "texts": _of_all,
}


def _numbered(stem: str, items: Sequence[Mapping[str, Any]]) -> list[Entry]:
    return [{"id": f"{stem}_{n}", **item} for n, item in enumerate(items, 1)]


# --- items as lines that a person edits


def to_lines(entry: Mapping[str, Any]) -> str:
    """Return an exercise's items, one a line: words of a text after its letter, or a statement.

    What is asked about words may follow after `|`. A line that begins with # names the row or the passage
    that the lines below belong to.
    """
    lines: list[str] = []
    now = ""
    for item in entry.get("item", ()):
        belongs = item.get("group", item.get("passage", ""))
        if belongs != now:
            lines, now = [*lines, f"# {belongs}"], belongs
        text, words = item.get("text", ""), " ".join(item.get("exact", "").split())
        lines.append(" | ".join(filter(None, [f"{item['article']}: {words}" if words else "", text])))
    return "\n".join(lines)


def from_lines(entry: Mapping[str, Any], lines: str, case: Case) -> list[Entry]:
    """Return the items that lines describe. An item whose line did not change keeps all that it had.

    Raises CourseError where words after a letter do not stand in that text.
    """
    known = {to_lines({"item": [item]}).splitlines()[-1]: item for item in entry.get("item", ())}
    taken = {item["id"] for item in known.values()}
    passages = {one["id"] for one in entry.get("passage", ())}
    items: list[Entry] = []
    belongs = ""
    for line in (line.strip() for line in lines.splitlines() if line.strip()):
        if line.startswith("#"):
            belongs = line.removeprefix("#").strip()
            continue
        item = dict(known.pop(line, None) or {"id": "", **_read_line(line, case)})
        if not item["id"]:
            item["id"] = next(id for n in range(1, 10_000) if (id := f"item_{n}") not in taken)
            taken.add(item["id"])
        for name in ("group", "passage"):
            item.pop(name, None)
        if belongs:
            item["passage" if belongs in passages else "group"] = belongs
        items.append(item)
    return items


def _read_line(line: str, case: Case) -> Entry:
    words, _, text = (part.strip() for part in line.partition(" | "))
    found = _ARTICLE.fullmatch(words)
    if not found or found[1] not in {one.id for one in case.articles}:
        return {"text": line}
    article = case[found[1]]
    spaced = re.compile(r"\s+".join(map(re.escape, found[2].split())))
    if (place := spaced.search(article.raw)) is None:
        if text:
            raise CourseError(
                f"{found[2]!r:.80} does not stand in {article.id}: copy the words letter for letter"
            )
        return {"text": line}  # a statement about a text, such as ‘A: who wrote it’
    return place_of(article, *place.span()) | ({"text": text} if text else {})
