"""Exercises drafted for a case: the patterns of the lessons, filled with what the rules find in the texts.

A draft is a proposal. A person edits its lines, and only then is it kept.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import chain, count, groupby, zip_longest
from pathlib import Path
from typing import Any

from course.analysis.claims import check_worthy
from course.analysis.quotations import Quote
from course.analysis.quotations.known import NOBODY, known_quotes
from course.analysis.quotations.versions import COMMON, match_versions
from course.analysis.wording import WORD, Keyword, keyness
from course.corpus.annotation import place_of
from course.corpus.article import Article, Span
from course.corpus.case import Case, read_toml
from course.corpus.errors import need
from course.corpus.links import links
from course.lessons.exercises import read_exercises

Entry = dict[str, Any]  # one [[table]] of a TOML file
PATTERNS: list[Entry] = read_toml(Path(__file__).with_name("patterns.toml"))["pattern"]
OWN = {"name", "from", "of", "most", "facts", "about", "group", "nth"}  # of a pattern, not of its exercise
CLAIMS, TERMS, HARD = 2, 3, 2  # of each text
FRAMED = (3, 7)  # the paragraphs whose frame is asked, where each text has them
SPEAKERS, UTTERANCES, AROUND = 5, 4, 4  # the last: words on either side of a term
# Words: of a line that says place and day, before the first sentence; of an utterance, to find it by.
PLACE, FIRST = 5, 8
_ARTICLE = re.compile(r"([A-Z]): (.+)")


def draft(name: str, case: Case, article: str = "") -> Entry:
    """Return the exercise of a pattern for a case, or for one article of it, with its `lesson`.

    Raises CourseError where the texts have nothing that the pattern could be made of.
    """
    pattern = next(one for one in PATTERNS if one["name"] == name)
    need(article or "{article}" not in pattern["title"], "This pattern is about one text: choose which")
    of = pattern.get("of", [article])
    told = f"Lesson 02 has a round for each of {', '.join(of)}, and none for {article}: choose another"
    need(article in of, told)
    entry = {key: value for key, value in pattern.items() if key not in OWN}
    if "about" in pattern:
        entry["articles"] = [article] if pattern["about"] == "one" else [one.id for one in case.articles]
    if "from" in pattern:
        entry |= getattr(_Source(pattern, case, article), pattern["from"].replace(" ", "_"))()
    whole = [] not in (entry.get("item"), entry.get("options"), entry.get("paragraphs"))
    need(whole, "The rules find nothing for this in these texts: choose another pattern or text")
    if "group" in pattern:
        entry["item"] = [one | {"group": pattern["group"]} for one in entry["item"]]
    about = article or entry.get("articles", [""])[0]
    said = {"paragraphs": " and ".join(map(str, entry.get("paragraphs", ()))), "letter": article.lower()}
    said["words"] = " ".join(entry.get("words", ()))
    for key in ("id", "title", "prompt"):
        entry[key] = entry[key].format(article=about, **said)
    entry.setdefault("points", len(entry.get("item", "1")))
    return entry


# --- what exercises are made of


class _Source:
    """What exercises are made of: each method gives what a pattern that names it asks about."""

    def __init__(self, pattern: Entry, case: Case, article: str) -> None:
        self.pattern, self.case, self.texts = pattern, case, case.articles
        self.quotes, self.article = known_quotes(case), article

    def leads(self) -> Entry:
        """Give the two texts whose leads lesson 00 shows as answers."""
        ids = [one.id for one in self.texts[1:3]]
        return {"options": [*ids, "both", "neither"] if len(ids) > 1 else []}

    def facts(self) -> Entry:
        """Give some facts about each text."""
        asked = [(one.id, n, fact) for one in self.texts for n, fact in enumerate(self.pattern["facts"], 1)]
        return {"item": [{"id": f"{id}_{n}", "text": fact.format(article=id)} for id, n, fact in asked]}

    @property
    def speakers(self) -> list[str]:
        """Those who speak, who is heard in most texts first."""
        named = [{one.speaker.name for one in of if one.speaker} for of in self.quotes.values()]
        return sorted(set().union(*named), key=lambda name: (-sum(name in of for of in named), name))

    def voices(self) -> Entry:
        """Give those who are heard in most texts."""
        return {"item": _numbered("voice", [{"text": one} for one in self.speakers[:SPEAKERS]])}

    def origins(self) -> Entry:
        """Give claims, and the speakers as answers."""
        return self.claims() | {"options": [*self.speakers[:SPEAKERS], "no source stated"]}

    def quotations(self) -> Entry:
        """Ask how and whose the words are that are most easily mistaken: few, without a sure speaker."""
        hard = _places(self.case[self.article], sorted(self.quotes[self.article], key=_sure)[:HARD])
        how = [one | {"text": "Which of the four is it?"} for one in hard[:1]]
        whose = {"text": "Whose words?", "options": [*sorted(self.speakers[:SPEAKERS]), *NOBODY]}
        return {"item": _numbered(self.article, how + [one | whose for one in hard])}

    def versions(self) -> Entry:
        """Give the printings of what most texts print, below the fullest; a picture finds it by its words."""
        passages, items, words = [], [], []
        found = sorted(match_versions(self.texts, self.quotes), key=lambda said: -len(said.versions))
        for n, said in enumerate(found[:UTTERANCES], 1):
            full = said.fullest
            passage = f"Utterance {n}, as {full.article} has it"
            text = self.case[full.article].raw[full.quote.start : full.quote.end]
            passages.append({"id": passage, "text": text})
            words.append(" ".join([one for one in text.split() if WORD.search(one)][:FIRST]))
            places = (_places(self.case[one.article], [one.quote])[0] for one in said.versions if one != full)
            items += [{"passage": passage, **place} for place in places]
        return {"passage": passages, "item": _numbered("version", items), "words": words}

    def dense_paragraph(self) -> Entry:
        """Give the paragraph of a text with most signs of something to check."""
        article = self.case[self.article]
        told = _holding(article.paragraphs, check_worthy(article))
        return {"paragraphs": [one.number for one in sorted(told, key=lambda one: -told[one])[:1]]}

    def claims(self) -> Entry:
        """Give of each text the sentences with most signs of something to check."""
        places = []
        for text in self.texts:
            told = _holding(text.sentences, check_worthy(text))
            best = sorted(filter(told.get, told), key=lambda one: (-told[one], one.start))[:CLAIMS]
            places.append(_places(text, best))
        return {"item": _numbered("claim", _in_turn(places)[: self.pattern.get("most")])}

    def outside(self) -> Entry:
        """Give claims of different texts, to choose one from."""
        return {"options": to_lines(self.claims()).splitlines()}

    def points(self) -> Entry:
        """Give what claims say, as statements."""
        words = [{"text": " ".join(one["exact"].split())} for one in self.claims()["item"]]
        return {"item": _numbered("point", words)}

    def one_fact(self) -> Entry:
        """Give the first whole sentence of the first text, and of each text what is most like it."""
        texts = [one for one in self.texts if one.sentences]
        whole = (one for text in texts[:1] for one in text.sentences if len(one.text.split()) > PLACE)
        own, items = _words(next(whole, texts[0].sentences[0]).text) if texts else set(), []
        for text in texts:
            of = {one: _words(one.text) for one in text.sentences}
            items += _places(text, [max(of, key=lambda one: len(own & of[one]) / (1 + len(own | of[one])))])
        return {"item": _numbered("rung", items)}

    def telling(self) -> Iterator[Keyword]:
        """Give the words that set each text apart, the most telling first, without names and common words."""
        for key in keyness(self.texts):
            small = re.search(rf"(?<!\w){re.escape(key.word)}(?!\w)", self.case[key.article].text)  # no name
            if small and re.fullmatch(r"\D{4,}", key.word) and key.word not in COMMON:
                yield key

    def terms(self) -> Entry:
        """Give the words that set each text apart, as many of each text."""
        found: dict[str, list[str]] = {one.id: [] for one in self.texts}
        for key in self.telling():
            if key.word not in chain(*found.values()):
                found[key.article] = [*found[key.article], key.word][:TERMS]
        seen = [[self._seen(id, word) for word in words] for id, words in found.items()]
        return {"item": _numbered("term", [{"text": text} for text in _in_turn(seen)])}

    def _seen(self, id: str, word: str) -> str:
        """Return a word between quotation marks with a few around it, as it first stands in a text."""
        words, whole = self.case[id].text.split(), re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
        at = next(n for n, one in enumerate(words) if whole.search(one))
        words[at] = whole.sub(f"‘{word}’", words[at], count=1)
        return " ".join(words[max(0, at - AROUND) : at + AROUND + 1])

    def counted(self) -> Entry:
        """Give a word that the texts use most and not alike, and the texts as answers."""
        shared = sorted(self.telling(), key=lambda one: -one.count - one.elsewhere)
        words = list(dict.fromkeys(one.word for one in shared))
        options = [*(one.id for one in self.texts), "none of them"]
        nth = words[self.pattern["nth"] :][:1]
        return {"words": nth, "options": options if nth else []}

    def files(self) -> Entry:
        """Give the texts as answers, without the one that lesson 01 asks to mark: its picture comes later."""
        asked = read_exercises(self.case, self.pattern["lesson"])[0].get("blocks")
        found = [one.id for one in self.texts if not asked or one.id not in asked.articles]
        return {"options": found if len(found) > 1 else []}

    def paragraphs(self) -> Entry:
        """Give paragraphs that every text has."""
        least = min((len(one.paragraphs) for one in self.texts), default=0)
        return {"paragraphs": [n for n in FRAMED if n <= least] or [1]}

    def address(self) -> Entry:
        """Ask which headline stands in the first address that holds one, among the headlines of the texts."""
        headings = [(one.raw, block) for one in self.texts for block in one.blocks if block.kind == "heading"]
        told = (raw[block.start : block.end].strip() for raw, block in headings)
        titles = {_plain(words): words for words in told if words}
        ends = ((one.id, str(row["last part"])) for one in self.texts for row in links(one).rows)
        kept = ((id, _plain(end.replace("-", " "))) for id, end in ends)
        id, words = next(((id, words) for id, words in kept if words.count(" ") > 2), ("", ""))
        options = sorted((titles | {words: titles.get(words, words.capitalize())}).values()) if id else []
        item = {"id": f"{id}_headline", "text": "The headline that the address was made for"}
        return {"item": [item], "options": options, "articles": [id]}


def _holding(spans: Iterable[Span], parts: Iterable[Any]) -> dict[Span, int]:
    """Return how many of the parts of a text, such as quotations, begin in each paragraph or sentence."""
    starts = [part.start for part in parts]
    return {one: sum(one.start <= start < one.end for start in starts) for one in spans}


def _places(article: Article, parts: Iterable[Any]) -> list[Entry]:
    return [place_of(article, one.start, one.end) for one in parts]


def _in_turn(lists: Iterable[Sequence[Any]]) -> list[Any]:
    """Return the first of each list, then the second of each, to the end."""
    return [one for row in zip_longest(*lists) for one in row if one]


def _sure(quote: Quote) -> tuple[bool, int]:
    return quote.speaker is not None, quote.end - quote.start


def _plain(text: str) -> str:
    return " ".join(WORD.findall(text.lower()))


def _words(text: str) -> set[str]:
    return set(_plain(text).split())


def _numbered(stem: str, items: Sequence[Mapping[str, Any]]) -> list[Entry]:
    return [{"id": f"{stem}_{n}", **item} for n, item in enumerate(items, 1)]


def free_ids(name: str, taken: Container[str]) -> Iterator[str]:
    """Give ids that nothing bears yet: a name with a number in it, from 1 on."""
    return (free for n in count(1) if (free := name.format(n)) not in taken)


# --- items as lines that a person edits


def to_lines(entry: Mapping[str, Any]) -> str:
    """Return an exercise's items, one a line: words of a text after its letter, or a statement.

    What is asked about words may follow after `|`, and after another its own answers, with `/` between them.
    A line that begins with # names the row or the passage that the lines below belong to.
    """
    lines: list[str] = []
    for name, items in groupby(entry.get("item", ()), lambda one: one.get("group", one.get("passage", ""))):
        lines += [f"# {name}"] * bool(name or lines)
        for item in items:
            words = f"{item['article']}: {' '.join(item['exact'].split())}" if "article" in item else ""
            answers = " / ".join(item.get("options", ())) if words and "text" in item else ""
            lines.append(" | ".join(filter(None, [words, item.get("text", ""), answers])))
    return "\n".join(lines)


def from_lines(entry: Mapping[str, Any], lines: str, case: Case) -> list[Entry]:
    """Return the items that lines describe. An item whose line did not change keeps all that it had.

    Raises CourseError where words after a letter do not stand in that text.
    """
    known = {to_lines({"item": [item]}).splitlines()[-1]: item for item in entry.get("item", ())}
    free = free_ids("item_{}", {item["id"] for item in known.values()})
    # Passages of the exercise, or of the one that it stands beside.
    own = [one["id"] for one in entry.get("passage", ())]
    passages = {*own, *(one.get("passage") for one in known.values())}
    items: list[Entry] = []
    belongs: Entry = {}
    for line in filter(None, map(str.strip, lines.splitlines())):
        if line.startswith("#"):
            name = line.removeprefix("#").strip()
            belongs = {"passage" if name in passages else "group": name} if name else {}
            continue
        item = known.pop(line, None) or {"id": next(free), **_read_line(line, case)}
        items.append({name: one for name, one in item.items() if name not in ("group", "passage")} | belongs)
    return items


def _read_line(line: str, case: Case) -> Entry:
    words, text, answers = (part.strip() for part in f"{line} |  | ".split(" | ")[:3])
    found = _ARTICLE.fullmatch(words)
    if found and found[1] in {one.id for one in case.articles}:
        id, exact = found.groups()
        if place := re.search(r"\s+".join(map(re.escape, exact.split())), case[id].raw):
            asked = {"text": text, "options": [one for one in answers.split(" / ") if one]}
            return place_of(case[id], *place.span()) | {name: one for name, one in asked.items() if one}
        need(not text, f"{exact!r:.80} does not stand in {id}: copy the words letter for letter")
    return {"text": line}  # a statement, also about a text, such as ‘A: who wrote it’
