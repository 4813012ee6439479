"""Exercises drafted for a case: the patterns of the lessons, filled with what the rules find in the texts.

A draft is a proposal. A person edits its lines, and only then is it kept.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import count, zip_longest
from pathlib import Path
from typing import Any

from course.analysis.claims import check_worthy
from course.analysis.quotations import Quote
from course.analysis.quotations.known import NOBODY, known_quotes
from course.analysis.quotations.versions import match_versions
from course.analysis.wording import WORD, keyness
from course.corpus.annotation import place_of
from course.corpus.article import Span
from course.corpus.case import Case, read_toml
from course.corpus.errors import CourseError
from course.corpus.links import links

Entry = dict[str, Any]
PATTERNS: list[Entry] = read_toml(Path(__file__).with_name("patterns.toml"))["pattern"]
OWN = {"name", "from", "of", "most", "facts", "about"}  # what a pattern says besides what its exercise says
CLAIMS, TERMS, HARD = 2, 3, 2  # of each text
FRAMED = (3, 7)  # the paragraphs whose frame is asked, where each text has them
PLACE = 5  # words of a line that says place and day, before the first sentence
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
    if "about" in pattern:
        entry["articles"] = [article] if pattern["about"] == "one" else [one.id for one in case.articles]
    if "from" in pattern:
        entry |= getattr(_Source(pattern, case, article), pattern["from"].replace(" ", "_"))()
    if "item" in entry and not entry["item"]:
        raise CourseError("The rules find nothing in these texts for this pattern: choose another")
    numbers = " and ".join(map(str, entry.get("paragraphs", ())))
    about = article or entry.get("articles", [""])[0]
    for key in ("id", "title", "prompt"):
        entry[key] = entry[key].format(article=about, letter=article.lower(), paragraphs=numbers)
    entry.setdefault("points", len(entry.get("item", "1")))
    return entry


# --- what exercises are made of


class _Source:
    """What exercises are made of: each method gives what a pattern that names it asks about."""

    def __init__(self, pattern: Entry, case: Case, article: str) -> None:
        self.pattern, self.case, self.texts = pattern, case, case.articles
        self.quotes, self.article = known_quotes(case), article

    def facts(self) -> Entry:
        """Give some facts about each text."""
        asked = [(one.id, n, fact) for one in self.texts for n, fact in enumerate(self.pattern["facts"], 1)]
        return {"item": [{"id": f"{id}_{n}", "text": fact.format(article=id)} for id, n, fact in asked]}

    def quoted_paragraphs(self) -> Entry:
        """Give the first two paragraphs with a quotation."""
        told = _holding(self.case[self.article].paragraphs, self.quotes[self.article])
        if not (numbers := [one.number for one in told if told[one]]):
            said = f"The rules find no quotation in the report of {self.article}"
            raise CourseError(f"{said}: choose another text")
        return {"paragraphs": numbers[:2]}

    def quotations(self) -> Entry:
        """Give the first quotations of a text."""
        return self._spoken({self.article: self.quotes[self.article][: self.pattern["most"]]})

    def hard_quotations(self) -> Entry:
        """Give of each text after the first two what is most easily mistaken: no sure speaker, few words."""
        return self._spoken({one.id: sorted(self.quotes[one.id], key=_sure)[:HARD] for one in self.texts[2:]})

    def _spoken(self, quotes: Mapping[str, Sequence[Quote]]) -> Entry:
        found = {one.speaker.name for of in self.quotes.values() for one in of if one.speaker}
        items = []
        for id, of in quotes.items():
            items += _numbered(id, [place_of(self.case[id], one.start, one.end) for one in of])
        return {"options": self.pattern.get("options", [*sorted(found), *NOBODY]), "item": items}

    def versions(self) -> Entry:
        """Give each printing of an utterance below the fullest."""
        passages, items = [], []
        for n, said in enumerate(match_versions(self.texts, self.quotes), 1):
            full = said.fullest
            passage = f"Utterance {n}, as {full.article} has it"
            text = self.case[full.article].raw[full.quote.start : full.quote.end]
            passages.append({"id": passage, "text": text})
            for one in (one for one in said.versions if one != full):
                place = place_of(self.case[one.article], one.quote.start, one.quote.end)
                items.append({"passage": passage, **place})
        return {"passage": passages, "item": _numbered("version", items)}

    def dense_paragraph(self) -> Entry:
        """Give the paragraph of a text with most signs of something to check."""
        article = self.case[self.article]
        told = _holding(article.paragraphs, check_worthy(article))
        if not told:
            said = f"{self.article} has no paragraph that is read as its report"
            raise CourseError(f"{said}: look at its lines in step 2")
        return {"paragraphs": [max(told, key=told.__getitem__).number]}

    def claims(self) -> Entry:
        """Give of each text the sentences with most signs of something to check."""
        places = []
        for text in self.texts:
            told = _holding(text.sentences, check_worthy(text))
            best = sorted(filter(told.get, told), key=lambda one: (-told[one], one.start))[:CLAIMS]
            places.append([place_of(text, one.start, one.end) for one in best])
        return {"item": _numbered("claim", _in_turn(places)[: self.pattern.get("most")])}

    def points(self) -> Entry:
        """Give what claims say, as statements."""
        words = [{"text": " ".join(one["exact"].split())} for one in self.claims()["item"]]
        return {"item": _numbered("point", words)}

    def one_fact(self) -> Entry:
        """Give the first whole sentence of the first text, and of each text what is most like it."""
        texts = [one for one in self.texts if one.sentences]
        whole = (one for text in texts[:1] for one in text.sentences if len(one.text.split()) > PLACE)
        words = _words(next(whole, texts[0].sentences[0]).text) if texts else set()
        items = []
        for one in texts:
            near = max(one.sentences, key=lambda s: len(words & _words(s.text)) / len(words | _words(s.text)))
            items.append(place_of(one, near.start, near.end) | {"group": ROW})
        return {"item": _numbered("rung", items)}

    def terms(self) -> Entry:
        """Give the words that set each text apart and are no names, as many of each text."""
        found: dict[str, list[str]] = {one.id: [] for one in self.texts}
        taken: set[str] = set()
        for key in keyness(self.texts):
            small = re.search(rf"(?<!\w){re.escape(key.word)}(?!\w)", self.case[key.article].text)  # no name
            is_new = re.fullmatch(r"\D{4,}", key.word) and key.word not in taken
            if small and is_new and len(found[key.article]) < TERMS:
                found[key.article].append(key.word)
                taken.add(key.word)
        return {"item": _numbered("term", [{"text": word} for word in _in_turn(found.values())])}

    def paragraphs(self) -> Entry:
        """Give paragraphs that every text has."""
        least = min((len(one.paragraphs) for one in self.texts), default=0)
        return {"paragraphs": [n for n in FRAMED if n <= least] or [1]}

    def address(self) -> Entry:
        """Ask which headline stands in the first address that holds one, among the headlines of the texts."""
        headings = [
            one.raw[b.start : b.end].strip() for one in self.texts for b in one.blocks if b.kind == "heading"
        ]
        titles = {" ".join(WORD.findall(words.lower())): words for words in headings if words}
        for one in self.texts:
            for row in links(one).rows:
                words = " ".join(WORD.findall(str(row["last part"]).lower().replace("-", " ")))
                if words.count(" ") > 2:
                    options = sorted((titles | {words: titles.get(words, words.capitalize())}).values())
                    item = {"id": f"{one.id}_headline", "text": "The headline that the address was made for"}
                    return {"item": [item], "options": options, "articles": [one.id]}
        raise CourseError("No text has a web address that keeps a headline: choose another pattern")


def _holding(spans: Iterable[Span], parts: Iterable[Any]) -> dict[Span, int]:
    """Return how many of the parts of a text, such as quotations, begin in each paragraph or sentence."""
    starts = [part.start for part in parts]
    return {one: sum(one.start <= start < one.end for start in starts) for one in spans}


def _sure(quote: Quote) -> tuple[bool, int]:
    return quote.speaker is not None, quote.end - quote.start


def _in_turn(lists: Iterable[Sequence[Any]]) -> list[Any]:
    """Return the first of each list, then the second of each, to the end."""
    return [one for row in zip_longest(*lists) for one in row if one]


def _words(text: str) -> set[str]:
    return set(WORD.findall(text.lower()))


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
    free = (id for n in count(1) if (id := f"item_{n}") not in taken)
    passages = {one["id"] for one in entry.get("passage", ())}
    # Or of the exercise that it stands beside.
    passages |= {one["passage"] for one in known.values() if "passage" in one}
    items: list[Entry] = []
    belongs = ""
    for line in (line.strip() for line in lines.splitlines() if line.strip()):
        if line.startswith("#"):
            belongs = line.removeprefix("#").strip()
            continue
        item = dict(known.pop(line, None) or {"id": next(free), **_read_line(line, case)})
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
    id, exact = found.groups()
    if place := re.search(r"\s+".join(map(re.escape, exact.split())), case[id].raw):
        return place_of(case[id], *place.span()) | ({"text": text} if text else {})
    if text:
        raise CourseError(f"{exact!r:.80} does not stand in {id}: copy the words letter for letter")
    return {"text": line}  # a statement about a text, such as ‘A: who wrote it’
