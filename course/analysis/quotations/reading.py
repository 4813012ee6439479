"""Quotations: where they stand, what kind they are, who speaks, how the text brings them in.

Rules only, no trained model. How often they are wrong is measured on texts they were not written for:
`python -m tests.corpora.quotes`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from course.analysis.quotations.attribution import (
    Found,
    after_quote,
    before_quote,
    rest_of_sentence,
    subject_of,
)
from course.analysis.quotations.cast import Cast
from course.analysis.quotations.kinds import channel_near, is_deck, is_label, kind_of
from course.analysis.quotations.names import PRONOUNS, SPEECH
from course.analysis.quotations.phrases import Phrase
from course.analysis.quotations.signs import Quoted, paragraphs_of, quoted_stretches
from course.analysis.quotations.subjects import Clause
from course.corpus.article import Article
from course.corpus.sentences import split_sentences

Place = tuple[int, int]
_POSTER = re.compile(r"[—–-]\s*([^—–()\n]{1,60}?)\s*\((@\w{1,30})\)")
_LONGEST = 4_000  # characters of one sentence that are read together
_LINK = re.compile(r"(?:pic\.twitter\.com|https?:)\S*")


@dataclass(frozen=True, slots=True)
class Speaker:
    """The words that name a speaker, `raw[start:end]`, and the fullest name the article gives for them."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Quote:
    """One quotation: `raw[start:end]` inside its marks; what the text does not say is None.

    `kind` is full, clause, snippet, label, deck or embed. `cue` is the place of the verb or noun that brings
    it in, `channel` the place of the words that say where it was said.
    """

    start: int
    end: int
    kind: str
    speaker: Speaker | None = None
    cue: Place | None = None
    channel: Place | None = None


@lru_cache(maxsize=32)  # voices, versions and layers ask for the same articles
def find_quotes(article: Article) -> tuple[Quote, ...]:
    """Return the quotations of an article, in order. A quotation inside another is part of it.

    Over several paragraphs, each paragraph's part is a quotation of its own, with one speaker.

    >>> text = "“It rained,” said Ann Lee, a farmer. She called the crop “a dead loss”."
    >>> for quote in find_quotes(Article.from_text("X", text)):
    ...     print(quote.kind, text[quote.start : quote.end], "-", quote.speaker.name)
    full It rained, - Ann Lee
    snippet a dead loss - Ann Lee
    """
    return tuple(sorted(_Reader(article).read(), key=lambda quote: quote.start))


class _Paragraph:
    def __init__(self, bare: str, start: int, end: int, quoted: list[Quoted], cast: Cast) -> None:
        self.start, self.end, self.quoted, self.bare, self.cast = start, end, quoted, bare, cast
        self.sentences = [
            (at, min(start + b, at + _LONGEST))
            for a, b in split_sentences(bare[start:end]) or [(0, end - start)]
            for at in range(start + a, start + b, _LONGEST)
        ]
        self.parsed: dict[int, Clause] = {}

    def number(self, offset: int) -> int:
        return max(0, bisect_right(self.sentences, offset, key=lambda span: span[0]) - 1)

    def sentence(self, number: int) -> Clause:
        if number not in self.parsed:
            self.parsed[number] = Clause(self.bare, *self.sentences[number], self.cast)
        return self.parsed[number]


class _Reader:
    """One reading of one article."""

    def __init__(self, article: Article) -> None:
        self.raw = article.raw
        self.blocks = article.blocks
        self.quotes: list[Quote] = []
        self.last: Speaker | None = None  # who spoke last
        self.turns: list[tuple[int, Speaker]] = []  # paragraphs that are one person's turn, and whose
        places = (
            [place for place in paragraphs_of(self.raw) if not self._take_embed(place)] if self.blocks else []
        )
        quoted = quoted_stretches(self.raw, places)
        bare = self._mask(one for stretch in quoted for one in stretch)
        self.cast = Cast(bare)
        self.paragraphs = [
            _Paragraph(bare, *place, stretch, self.cast)
            for place, stretch in zip(places, quoted, strict=True)
        ]

    def _mask(self, quoted: Iterable[Quoted]) -> str:
        """Return the text with one long word in the place of each quotation, which keeps its last mark."""
        pieces, at = [], 0
        for one in quoted:
            first, last = self.raw[one.start], self.raw[one.end - 1]
            inside = "X" if first.isupper() or not first.isalpha() else "x"
            inside += "x" * (one.end - one.start - 1)
            pieces += [self.raw[at : one.start], inside if last.isalnum() else inside[:-1] + last]
            at = one.end
        return "".join([*pieces, self.raw[at:]])

    def _take_embed(self, place: Place) -> bool:
        """Read a line of an embedded post, whose speaker is the one who signs it; tell whether it was one."""
        first = last = max(0, bisect_right(self.blocks, place[0], key=lambda block: block.start) - 1)
        low, high = place
        if self.blocks[first].kind == "embed":  # the line that signs may stand in a block further down
            while last + 1 < len(self.blocks) and self.blocks[last + 1].kind == "embed" and last < first + 50:
                last += 1
            high = max(high, self.blocks[last].end)
        signed = _POSTER.search(self.raw, low, high)
        if not signed:
            return self.blocks[first].kind == "advert"
        end = min(place[1], signed.start())
        link = _LINK.search(self.raw, low, max(low, end))
        text = self.raw[low : link.start() if link else max(low, end)].rstrip()
        for start, stop in split_sentences(text):
            speaker = Speaker(*signed.span(1), signed[1])
            self.quotes.append(Quote(low + start, low + stop, "embed", speaker, None, signed.span(2)))
        return True

    def read(self) -> list[Quote]:
        """Return every quotation, those of embedded posts first."""
        for number, paragraph in enumerate(self.paragraphs):
            for index, quoted in enumerate(paragraph.quoted):
                self.quotes.append(self._quote(number, paragraph, index, quoted))
        return self.quotes

    def _quote(self, number: int, paragraph: _Paragraph, index: int, quoted: Quoted) -> Quote:
        raw, span = self.raw, (quoted.start, quoted.end)
        first = paragraph.number(quoted.opens)
        sentence = paragraph.sentence(first)
        at = sentence.at(quoted.opens)
        leads = at <= sentence.first  # nothing stands before it in its sentence
        if is_label(raw, quoted, paragraph.start, leads) or self._listed(quoted):
            return Quote(*span, "label")
        found, home = self._find(paragraph, quoted, first, at, leads)
        speaker = cue = channel = None
        if found and found[0]:
            speaker = self._speaker(home, found[0])
            cue = (home.starts[found[1]], home.ends[found[1]])
            channel = channel_near(home.bare, home.starts[0], home.ends[-1], quoted)
        elif (
            not found
            and self.last is None
            and number < 4
            and is_deck(raw, quoted, paragraph.start, paragraph.end)
        ):
            return Quote(*span, "deck")
        elif not found and (leads or raw[quoted.opens - 2] == ":") and not raw[quoted.start].islower():
            speaker = self._carried(number, paragraph, index, first)
        before = paragraph.quoted[index - 1].closes if index else None
        goes_on = bool(before and cue and before <= cue[0] < quoted.opens and raw[quoted.opens - 2] in ",;")
        kind = kind_of(raw, quoted, goes_on)
        if speaker is None and kind == "snippet":
            return Quote(*span, "label")
        if speaker and kind != "snippet":
            self.last = speaker
            if index == 0 and quoted.opens == paragraph.start:
                self.turns.append((number, speaker))
        return Quote(*span, kind, speaker, cue, channel)

    def _listed(self, quoted: Quoted) -> bool:
        """Tell whether a quotation goes on with a list of labels: “The Salt Year” and “Dovecote”."""
        last = self.quotes[-1] if self.quotes else None
        return bool(
            last
            and last.kind == "label"
            and self.raw[last.end + 1 : quoted.opens].strip() in ("and", ",", "or")
        )

    def _find(
        self, paragraph: _Paragraph, quoted: Quoted, first: int, at: int, leads: bool
    ) -> tuple[Found | None, Clause]:
        """Return who speaks by the sentence the quotation stands in, and that sentence."""
        raw = self.raw
        final = paragraph.number(quoted.closes - 1)
        sentence, last = paragraph.sentence(first), paragraph.sentence(final)
        after = last.at(quoted.closes)
        mark, follows = raw[quoted.end - 1], raw[quoted.closes : quoted.closes + 1]
        spoken = leads or mark in ",?!…-—–" or follows in tuple(",—–")
        led = None if leads else before_quote(sentence, at)
        if led and sentence.words[led[1]] not in SPEECH["inner"]:
            return led, sentence
        if spoken and (found := after_quote(last, after, mark in ".?!…", not leads)):
            return found, last
        if found := led or rest_of_sentence(last, after):
            return found, sentence if led else last
        if mark in ".?!…" and after >= len(last.words) and final + 1 < len(paragraph.sentences):
            start = paragraph.sentences[final + 1][0]
            if not raw[quoted.closes : start].strip():
                following = paragraph.sentence(final + 1)
                if len(following.words) < 15 and (found := after_quote(following, 0, True)):
                    return found, following
        return None, sentence

    def _speaker(self, sentence: Clause, phrase: Phrase) -> Speaker:
        start, end = sentence.starts[phrase[0]], sentence.ends[phrase[1]]
        text = re.sub(r"(?<=\w)['’]s?$", "", self.raw[start:end])
        name = self.cast.resolve(" ".join(text.split()), start)
        if name.lower() in PRONOUNS - {"i", "we", "you"} and self.last:
            name = self.last.name
        self.cast.add_speaker(name, start)
        return Speaker(start, start + len(text), name)

    def _carried(self, number: int, paragraph: _Paragraph, index: int, first: int) -> Speaker | None:
        """Return who speaks where the sentence itself does not say: by the sentence or paragraph before."""
        if first:
            sentence = paragraph.sentence(first - 1)
            low = paragraph.sentences[first - 1][0]
            if index and paragraph.quoted[index - 1].closes > low:
                return self.quotes[-1].speaker or self.last
            return self._from_sentence(sentence) or (self.quotes[-1].speaker if index else None) or self.last
        if not number:
            return None
        before = self.paragraphs[number - 1]
        if before.quoted and before.quoted[-1].runs_on:
            return self.last
        if before.quoted and before.quoted[-1].closes > before.sentences[-1][0]:
            turns = self.turns[-2:]  # a dialogue: the one before the last speaks again
            dialogue = [turn for turn, _ in turns] == [number - 2, number - 1]
            dialogue = dialogue and turns[0][1].name != turns[1][1].name
            return turns[0][1] if dialogue else self.last
        return self._from_sentence(before.sentence(len(before.sentences) - 1)) or self.last

    def _from_sentence(self, sentence: Clause) -> Speaker | None:
        found = before_quote(sentence, len(sentence.words)) if sentence.words[-1] == ":" else None
        who = (found and found[0]) or subject_of(sentence)
        return self._speaker(sentence, who) if who else None
