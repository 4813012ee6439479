"""A text read from its first quotation to its last: whose each is, by its sentence or what came before."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace

from course.analysis.quotations.attribution import (
    Found,
    after_quote,
    before_quote,
    rest_of_sentence,
    subject_of,
)
from course.analysis.quotations.grammar import Phrase, Sentence
from course.analysis.quotations.kinds import is_deck, is_label, kind_of
from course.analysis.quotations.people import Cast
from course.analysis.quotations.signs import Quoted, paragraphs_of, quoted_stretches
from course.analysis.quotations.words import PATTERNS, SPEECH
from course.corpus.article import Article
from course.corpus.sentences import split_sentences

_LONGEST = 4_000  # characters of one sentence that are read together
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Speaker:
    """The fullest name the article gives for a speaker, and where the words that name him or her stand."""

    name: str
    place: Place | None = None  # None where a reader of the article said it


@dataclass(frozen=True, slots=True)
class Quote:
    """One quotation: `raw[start:end]` inside its signs; a speaker whom the text does not tell is None.

    `kind` is full, clause, snippet, label, deck or embed.
    """

    start: int
    end: int
    kind: str
    speaker: Speaker | None = None


def composed(raw: str) -> tuple[str, list[int]]:
    """Return a text with letter and accent as one character, and where each character stood in `raw`."""
    pieces, at = [], []
    for match in re.finditer(r".[\u0300-\u036f]*", raw, re.S):
        piece = unicodedata.normalize("NFC", match[0])
        pieces.append(piece)
        at += [match.start()] * len(piece)
    return "".join(pieces), [*at, len(raw)]


def read_quotes(article: Article) -> tuple[Quote, ...]:
    """Return the quotations of an article, in order."""
    raw, at = composed(article.raw)
    if raw == article.raw:
        return tuple(sorted(_Reader(article).read(), key=lambda quote: quote.start))
    found = read_quotes(Article.from_text(article.id, raw))
    moved = []
    for quote in found:
        who = quote.speaker
        if who and who.place:
            who = Speaker(who.name, (at[who.place[0]], at[who.place[1]]))
        moved.append(replace(quote, start=at[quote.start], end=at[quote.end], speaker=who))
    return tuple(moved)


class _Paragraph:
    def __init__(self, bare: str, place: Place, quoted: list[Quoted], cast: Cast) -> None:
        (self.start, self.end), self.quoted, self.bare, self.cast = place, quoted, bare, cast
        self.sentences = [
            (at, min(self.start + b, at + _LONGEST))
            for a, b in split_sentences(bare[self.start : self.end]) or [(0, self.end - self.start)]
            for at in range(self.start + a, self.start + b, _LONGEST)
        ]
        self.parsed: dict[int, Sentence] = {}

    def number(self, offset: int) -> int:
        return max(0, bisect_right(self.sentences, offset, key=lambda span: span[0]) - 1)

    def sentence(self, number: int) -> Sentence:
        if number not in self.parsed:
            self.parsed[number] = Sentence(self.bare, *self.sentences[number], self.cast)
        return self.parsed[number]


class _Reader:
    """One reading of one article."""

    def __init__(self, article: Article) -> None:
        self.raw, self.blocks = article.raw, article.blocks
        self.quotes: list[Quote] = []
        self.last: Speaker | None = None  # who spoke last
        self.turns: list[tuple[int, Speaker]] = []  # paragraphs that are one person's turn, and whose
        places = paragraphs_of(self.raw) if self.blocks else []
        places = [place for place in places if not self._take_embed(place)]
        body = [place for place in places if self._is_body(place)]
        apart = [[place] for place in places if place not in set(body)]
        # A heading or a caption is read by itself: it neither carries nor breaks a speech.
        stretches = [quoted_stretches(self.raw, group) for group in [*apart, body]]
        bare = self._mask(one for some in stretches for stretch in some for one in stretch)
        self.cast = Cast(self._running(bare, body))
        self.parts = [
            [_Paragraph(bare, *pair, self.cast) for pair in zip(group, some, strict=True)]
            for group, some in zip([*apart, body], stretches, strict=True)
        ]
        self.paragraphs: list[_Paragraph] = []

    def _block(self, place: Place) -> int:
        return max(0, bisect_right(self.blocks, place[0], key=lambda block: block.start) - 1)

    def _is_body(self, place: Place) -> bool:
        text = self.raw[slice(*place)]
        signed = text.endswith(":") or PATTERNS["sign_off"].match(text)
        return self.blocks[self._block(place)].kind == "body" or bool(signed)

    def _running(self, bare: str, body: list[Place]) -> str:
        """Return the text with nothing but its running sentences: names are read nowhere else."""
        kept, at = [], 0
        for start, end in body:
            words = [word for word in bare[start:end].split() if len(word) > 3 or word.isupper()]
            capitals = sum(word[0].isupper() for word in words)
            titled = len(words) > 3 and capitals > 0.8 * len(words) and '"' not in bare[start:end]
            kept += ["\n" * (start - at), " " * (end - start) if titled else bare[start:end]]
            at = end
        return "".join([*kept, "\n" * (len(bare) - at)])

    def _mask(self, quoted: Iterable[Quoted]) -> str:
        """Return the text with one long word in the place of each quotation; its last character stays."""
        pieces, at = [], 0
        for one in sorted(quoted, key=lambda one: one.start):
            first, last = self.raw[one.start], self.raw[one.end - 1]
            inside = "X" if first.isupper() or not first.isalpha() else "x"
            inside += "x" * (one.end - one.start - 1)
            pieces += [self.raw[at : one.start], inside if last.isalnum() else inside[:-1] + last]
            at = one.end
        return "".join([*pieces, self.raw[at:]])

    def _take_embed(self, place: Place) -> bool:
        """Read a line of an embedded post, whose speaker is the one who signs it; tell whether it was one."""
        first = last = self._block(place)
        low, high = place
        if self.blocks[first].kind == "embed":  # the line that signs may stand in a block further down
            while last + 1 < len(self.blocks) and self.blocks[last + 1].kind == "embed" and last < first + 50:
                last += 1
            high = max(high, self.blocks[last].end)
        signed = PATTERNS["poster"].search(self.raw, low, high)
        if not signed:
            return self.blocks[first].kind == "advert"
        end = max(low, min(place[1], signed.start()))
        link = PATTERNS["link"].search(self.raw, low, end)
        text = self.raw[low : link.start() if link else end].rstrip()
        for start, stop in split_sentences(text):
            self.quotes.append(Quote(low + start, low + stop, "embed", Speaker(signed[1], signed.span(1))))
        return True

    def read(self) -> list[Quote]:
        """Return every quotation: those of embedded posts first, of the body last."""
        for part in self.parts:
            self.paragraphs, self.last = part, None
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
        speaker, cue = None, -1
        if found and found[0]:
            speaker, cue = self._speaker(home, found[0]), home.starts[found[1]]
        elif not found:
            led = number and self.raw[self.paragraphs[number - 1].end - 1] == ":"
            alone = self.last is None and number < 4 and not led
            if alone and is_deck(raw, quoted, paragraph.start, paragraph.end):
                return Quote(*span, "deck")
            if (leads or raw[quoted.opens - 2] == ":") and not raw[quoted.start].islower():
                speaker = self._carried(number, paragraph, index, first)
        before = paragraph.quoted[index - 1].closes if index else len(raw)
        kind = kind_of(raw, quoted, before <= cue < quoted.opens and raw[quoted.opens - 2] in ",;")
        if kind == "snippet" and not (found and found[0]):
            return Quote(*span, "label")
        if speaker and kind != "snippet":
            self.last = speaker
            if index == 0 and quoted.opens == paragraph.start:
                self.turns.append((number, speaker))
        return Quote(*span, kind, speaker)

    def _listed(self, quoted: Quoted) -> bool:
        """Tell whether a quotation goes on with a list of labels: “The Salt Year” and “Dovecote”."""
        last = self.quotes[-1] if self.quotes else None
        between = self.raw[last.end + 1 : quoted.opens].strip() if last and last.kind == "label" else "-"
        return between in ("and", ",", "or")

    def _find(
        self, paragraph: _Paragraph, quoted: Quoted, first: int, at: int, leads: bool
    ) -> tuple[Found | None, Sentence]:
        """Return who speaks by the sentence the quotation stands in, and that sentence."""
        raw = self.raw
        final = paragraph.number(quoted.closes - 1)
        sentence, last = paragraph.sentence(first), paragraph.sentence(final)
        after = last.at(quoted.closes)
        sign, follows = raw[quoted.end - 1], raw[quoted.closes : quoted.closes + 1]
        spoken = leads or sign in ",?!…-—–" or follows in tuple(",—–")
        led = None if leads else before_quote(sentence, at)
        if led and sentence.words[led[1]] not in SPEECH["inner"]:
            return led, sentence
        if spoken and (found := after_quote(last, after, sign in ".?!…", not leads)):
            return found, last
        if found := led or rest_of_sentence(last, after):
            return found, sentence if led else last
        if sign in ".?!…" and after >= last.high and final + 1 < len(paragraph.sentences):
            following = paragraph.sentence(final + 1)
            gap = raw[quoted.closes : paragraph.sentences[final + 1][0]].strip()
            if not gap and following.high < 15 and (found := after_quote(following, 0, True)):
                return found, following
        return None, sentence

    def _speaker(self, sentence: Sentence, phrase: Phrase) -> Speaker | None:
        start, end = sentence.starts[phrase[0]], sentence.ends[phrase[1]]
        text = re.sub(r"(?<=\w)['’]s?$", "", self.raw[start:end])
        name = self.cast.resolve(" ".join(text.split()), start)
        if name is None:
            return None
        self.cast.add_speaker(name, start)
        return Speaker(name, (start, start + len(text)))

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

    def _from_sentence(self, sentence: Sentence) -> Speaker | None:
        found = before_quote(sentence, sentence.high) if sentence.words[sentence.high - 1] == ":" else None
        who = (found and found[0]) or subject_of(sentence)
        return self._speaker(sentence, who) if who else None
