"""A text read from its first quotation to its last: whose each is, by its sentence or what came before."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, replace

from course.analysis.quotations import attribution
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


def read_quotes(article: Article) -> tuple[Quote, ...]:
    """Return the quotations of an article, in order; letter and accent are read as one character."""
    pieces = [match[0] for match in re.finditer(r".[\u0300-\u036f]*", article.raw, re.S)]
    composed = [unicodedata.normalize("NFC", piece) for piece in pieces]
    if composed == pieces:
        return tuple(sorted(_Reader(article).read(), key=lambda quote: quote.start))
    at, moved = [0], []
    for piece, one in zip(pieces, composed, strict=True):
        at[-1:] = [at[-1]] * len(one) + [at[-1] + len(piece)]
    for quote in read_quotes(Article.from_text(article.id, "".join(composed))):
        who = quote.speaker
        if who and who.place:
            who = Speaker(who.name, (at[who.place[0]], at[who.place[1]]))
        moved.append(replace(quote, start=at[quote.start], end=at[quote.end], speaker=who))
    return tuple(moved)


class _Paragraph:
    """One paragraph with its quotations; its sentences are read when they are asked for."""

    def __init__(self, bare: str, place: Place, quoted: list[Quoted], cast: Cast) -> None:
        (self.start, self.end), self.quoted, self.bare, self.cast = place, quoted, bare, cast
        self.sentences = [
            (at, min(self.start + b, at + _LONGEST))
            for a, b in split_sentences(bare[self.start : self.end]) or [(0, self.end - self.start)]
            for at in range(self.start + a, self.start + b, _LONGEST)
        ]
        self.parsed: dict[int, Sentence] = {}

    def number(self, offset: int) -> int:
        """Return which sentence stands at an offset."""
        return max(0, bisect_right(self.sentences, offset, key=lambda span: span[0]) - 1)

    def sentence(self, number: int) -> Sentence:
        """Return a sentence by its number; the last one is -1."""
        number %= len(self.sentences)
        if number not in self.parsed:
            self.parsed[number] = Sentence(self.bare, *self.sentences[number], self.cast)
        return self.parsed[number]

    def ends_quoted(self) -> bool:
        """Tell whether a quotation stands in the last sentence."""
        return bool(self.quoted) and self.quoted[-1].closes > self.sentences[-1][0]


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
        # A heading or a caption is read by itself: it neither carries nor breaks a speech.
        groups = [*([place] for place in places if place not in set(body)), body]
        stretches = [quoted_stretches(self.raw, group) for group in groups]
        bare = self._mask([one for some in stretches for stretch in some for one in stretch])
        self.cast = Cast(_running(bare, body))
        self.parts = [
            [_Paragraph(bare, *pair, self.cast) for pair in zip(group, some, strict=True)]
            for group, some in zip(groups, stretches, strict=True)
        ]
        self.paragraphs: list[_Paragraph] = []

    def _block(self, place: Place) -> int:
        return max(0, bisect_right(self.blocks, place[0], key=lambda block: block.start) - 1)

    def _is_body(self, place: Place) -> bool:
        text = self.raw[slice(*place)]
        signed = text.endswith(":") or PATTERNS["sign_off"].match(text)
        return self.blocks[self._block(place)].kind == "body" or bool(signed)

    def _mask(self, quoted: list[Quoted]) -> str:
        """Return the text with one long word in the place of each quotation; its last character stays."""
        pieces, at = [], 0
        for one in sorted(quoted, key=lambda one: one.start):
            first, last = self.raw[one.start], self.raw[one.end - 1]
            inside = ("X" if first.isupper() or not first.isalpha() else "x").ljust(one.end - one.start, "x")
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
        text = PATTERNS["link"].split(self.raw[low : max(low, min(place[1], signed.start()))])[0].rstrip()
        for start, stop in split_sentences(text):
            self.quotes.append(Quote(low + start, low + stop, "embed", Speaker(signed[1], signed.span(1))))
        return True

    def read(self) -> list[Quote]:
        """Return every quotation: those of embedded posts first, of the body last."""
        for part in self.parts:
            self.paragraphs, self.last = part, None
            for number, paragraph in enumerate(self.paragraphs):
                for index, quoted in enumerate(paragraph.quoted):
                    self.quotes.append(self._quote(number, index, quoted))
        return self.quotes

    def _quote(self, number: int, index: int, quoted: Quoted) -> Quote:
        raw, paragraph, span = self.raw, self.paragraphs[number], (quoted.start, quoted.end)
        first = paragraph.number(quoted.opens)
        sentence = paragraph.sentence(first)
        leads = sentence.at(quoted.opens) <= sentence.first  # nothing stands before it in its sentence
        if is_label(raw, quoted, paragraph.start, leads) or self._listed(quoted):
            return Quote(*span, "label")
        who, cue, sentence = self._find(paragraph, quoted, first, leads)
        speaker = self._speaker(sentence, who) if who else None
        before = raw[quoted.opens - 2]
        if cue is None:
            led = number and raw[self.paragraphs[number - 1].end - 1] == ":"
            alone = self.last is None and number < 4 and not led
            if alone and is_deck(raw, quoted, paragraph.start, paragraph.end):
                return Quote(*span, "deck")
            if (leads or before == ":") and not raw[quoted.start].islower():
                speaker = self._carried(number, index, first)
        broken_off = (
            who
            and index
            and before in ",;"
            and paragraph.quoted[index - 1].closes <= sentence.starts[cue or 0]
        )
        goes_on = bool(broken_off) and sentence.starts[cue or 0] < quoted.opens
        kind = kind_of(raw, quoted, goes_on)
        if kind == "snippet" and not who:
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
        self, paragraph: _Paragraph, quoted: Quoted, first: int, leads: bool
    ) -> tuple[Phrase | None, int | None, Sentence]:
        """Return who speaks by the sentence the quotation stands in, the cue that says so, that sentence."""
        final = paragraph.number(quoted.closes - 1)
        sentence, last = paragraph.sentence(first), paragraph.sentence(final)
        after, sign = last.at(quoted.closes), self.raw[quoted.end - 1]
        complete = sign in ".?!…"
        spoken = leads or sign in ",?!…-—–" or self.raw[quoted.closes : quoted.closes + 1] in tuple(",—–")
        led = None if leads else attribution.before_quote(sentence, sentence.at(quoted.opens))
        if led and sentence.words[led[1]] not in SPEECH["inner"]:
            return *led, sentence
        if spoken and (found := attribution.after_quote(last, after, complete, not leads)):
            return *found, last
        if led:
            return *led, sentence
        if found := attribution.rest_of_sentence(last, after):
            return *found, last
        if complete and after >= last.high and final + 1 < len(paragraph.sentences):
            following = paragraph.sentence(final + 1)
            gap = self.raw[quoted.closes : paragraph.sentences[final + 1][0]].strip()
            if not gap and following.high < 15 and (found := attribution.after_quote(following, 0, True)):
                return *found, following
        return None, None, sentence

    def _speaker(self, sentence: Sentence, phrase: Phrase) -> Speaker | None:
        start, end = sentence.starts[phrase[0]], sentence.ends[phrase[1]]
        text = re.sub(r"(?<=\w)['’]s?$", "", self.raw[start:end])
        name = self.cast.resolve(" ".join(text.split()), start)
        if name is None:
            return None
        self.cast.add_speaker(name, start)
        return Speaker(name, (start, start + len(text)))

    def _carried(self, number: int, index: int, first: int) -> Speaker | None:
        """Return who speaks where the sentence itself does not say: by the sentence or paragraph before."""
        paragraph = self.paragraphs[number]
        if first:
            spoke = self.quotes[-1].speaker if index else None
            quoted_before = index and paragraph.quoted[index - 1].closes > paragraph.sentences[first - 1][0]
            named = None if quoted_before else self._from_sentence(paragraph.sentence(first - 1))
            return named or spoke or self.last
        if not number:
            return None
        before = self.paragraphs[number - 1]
        if before.quoted and before.quoted[-1].runs_on:
            return self.last
        if not before.ends_quoted():
            return self._from_sentence(before.sentence(-1)) or self.last
        match self.turns[-2:]:  # a dialogue: the one before the last speaks again
            case [(one, speaker), (other, answers)] if (one, other) == (number - 2, number - 1):
                return speaker if speaker.name != answers.name else self.last
        return self.last

    def _from_sentence(self, sentence: Sentence) -> Speaker | None:
        colon = sentence.words[sentence.high - 1] == ":"
        found = attribution.before_quote(sentence, sentence.high) if colon else None
        who = (found and found[0]) or attribution.subject_of(sentence)
        return self._speaker(sentence, who) if who else None


def _running(bare: str, body: list[Place]) -> str:
    """Return the text with nothing but its running sentences: names are read nowhere else."""
    kept, at = [], 0
    for start, end in body:
        words = [word for word in bare[start:end].split() if len(word) > 3 or word.isupper()]
        capitals = sum(word[0].isupper() for word in words)
        titled = len(words) > 3 and capitals > 0.8 * len(words) and '"' not in bare[start:end]
        kept += ["\n" * (start - at), " " * (end - start) if titled else bare[start:end]]
        at = end
    return "".join([*kept, "\n" * (len(bare) - at)])
