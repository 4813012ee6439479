"""A text read from its first quotation to its last: what each is, and whose."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, takewhile
from unicodedata import normalize

from course.analysis.quotations import Place, Quote, Speaker
from course.analysis.quotations.people import PATTERNS, SMALL, SPEECH, Cast
from course.analysis.quotations.sentence import Found, Phrase, Sentence
from course.analysis.quotations.signs import Quoted, quoted_stretches
from course.corpus.article import Article
from course.corpus.blocks import Block, paragraphs_of
from course.corpus.sentences import split_sentences

_LONGEST = 4_000  # characters of one sentence that are read together, so that the time stays linear


def read_quotes(article: Article) -> tuple[Quote, ...]:
    """Return the quotations of an article, in order."""
    pieces = re.findall(r"(?s).[\u0300-\u036f]*", article.raw)
    composed = [normalize("NFC", piece) for piece in pieces]
    if composed == pieces:
        return tuple(sorted(_Reader(article).quotes, key=lambda quote: quote.start))
    starts = accumulate(map(len, pieces), initial=0)
    at = [start for start, one in zip(starts, [*composed, " "], strict=True) for _ in one]
    quotes = read_quotes(Article.from_text(article.id, "".join(composed)))

    def moved(who: Speaker | None) -> Speaker | None:
        return who and Speaker(who.name, (at[who.place[0]], at[who.place[1]]))

    return tuple(Quote(at[one.start], at[one.end], one.kind, moved(one.speaker)) for one in quotes)


def _index(parts: Sequence[Block] | Sequence[Sentence], offset: int) -> int:
    return max(0, bisect_right(parts, offset, key=lambda one: one.start) - 1)


def _masked(raw: str, quoted: list[Quoted], body: list[Place]) -> tuple[str, str]:
    """Return the text with one long word in the place of each quotation; of that, the running sentences."""
    bare, running = [*raw], ["\n"] * len(raw)
    for one in quoted:  # its last mark stays
        word = ("x" if raw[one.start].islower() else "X").ljust(one.end - one.start, "x")
        bare[one.start : one.end] = word if raw[one.end - 1].isalnum() else word[:-1] + raw[one.end - 1]
    for start, end in body:
        words = [word for word in "".join(bare[start:end]).split() if len(word) > 3 or word.isupper()]
        capitals = sum(word[0].isupper() for word in words)
        titled = len(words) > 3 and capitals > 0.8 * len(words) and raw[end - 1] not in '.”"'
        running[start:end] = " " * (end - start) if titled else bare[start:end]
    return "".join(bare), "".join(running).replace("Xx", "xx")  # no part of a name


class _Reader:
    """One reading of one article; `quotes` are its quotations, those of embedded posts first."""

    def __init__(self, article: Article) -> None:
        self.raw, self.blocks = article.raw, article.blocks
        self.quotes: list[Quote] = []
        places = [place for place in paragraphs_of(self.raw) if not self._take_embed(*place)]
        kinds = {at: self.blocks[_index(self.blocks, at[0])].kind for at in places}
        leads = {p for p in places if self.raw[p[1] - 1] == ":" or PATTERNS["sign_off"].match(self.raw, *p)}
        body = [at for at in places if kinds[at] == "body" or at in leads]
        # A heading or a caption is read by itself: it neither carries nor breaks a speech.
        groups = [*([place] for place in sorted({*places} - {*body})), body]
        stretches = [quoted_stretches(self.raw, group) for group in groups]
        quoted = [one for some in stretches for stretch in some for one in stretch]
        bare, running = _masked(self.raw, quoted, body)
        self.cast = Cast(running)
        for self.places, some in zip(groups, stretches, strict=True):
            self.last: Speaker | None = None  # who spoke last
            self.turns: list[tuple[int, Speaker]] = []  # paragraphs that are one person's turn, and whose
            self.sentences = [
                Sentence(bare, at, min(start + b, at + _LONGEST), self.cast)
                for start, end in self.places
                for a, b in split_sentences(bare[start:end])
                for at in range(start + a, start + b, _LONGEST)
            ]
            previous = None
            for number, stretch in enumerate(some):
                for one in stretch:
                    self.quotes.append(self._quote(number, one, previous))
                    previous = one

    def _take_embed(self, start: int, end: int) -> bool:
        """Read a line of an embedded post, whose speaker is the one who signs it; tell whether it was one."""
        first = _index(self.blocks, start)  # the line that signs may stand in a block further down
        posts = takewhile(lambda block: block.kind == "embed", self.blocks[first : first + 50])
        signed = PATTERNS["poster"].search(self.raw, start, max([end, *(block.end for block in posts)]))
        if not signed:
            return self.blocks[first].kind == "advert"
        text = PATTERNS["link"].split(self.raw[start : max(start, min(end, signed.start()))])[0].rstrip()
        for a, b in split_sentences(text):
            self.quotes.append(Quote(start + a, start + b, "embed", Speaker(signed[1], signed.span(1))))
        return True

    def _quote(self, number: int, quoted: Quoted, previous: Quoted | None) -> Quote:
        raw, (low, high), span = self.raw, self.places[number], (quoted.start, quoted.end)
        words, before = PATTERNS["word"].findall(raw, *span), raw[quoted.opens - 2]
        first = _index(self.sentences, quoted.opens)
        sentence = self.sentences[first]
        leads = not any(sentence.is_word[: bisect_left(sentence.starts, quoted.opens)])
        if self._is_label(quoted, words, low, leads):
            return Quote(*span, "label")
        cues = self._cues(quoted, leads, high)
        told, (who, cue) = next(((one, found) for one, found in cues if found), (sentence, (None, None)))
        speaker = self._speaker(told, who)
        if cue is None:
            alone = self.last is None and not number and quoted.opens == low and quoted.closes >= high
            if alone and len(words) > 7 and not PATTERNS["personal"].search(raw, *span):
                return Quote(*span, "deck")  # only a summary in signs: nobody says I or you in it
            if (leads or before == ":") and not raw[quoted.start].islower():
                speaker = self._carried(number, first, previous)
        said = told.starts[cue] if who and cue is not None else -1
        # It goes on with a sentence that 'he said' broke off.
        goes_on = previous and low <= previous.opens and previous.closes <= said < quoted.opens
        kind = self._kind(quoted, words, bool(goes_on) and before in ",;")
        if kind == "snippet" and not who:
            return Quote(*span, "label")
        self.last = speaker
        if speaker and quoted.opens == low:
            self.turns.append((number, speaker))
        return Quote(*span, kind, speaker)

    def _is_label(self, quoted: Quoted, words: list[str], low: int, leads: bool) -> bool:
        """Tell whether signs hold a name or a title: the words before say so, or the capitals."""
        final, before = self.raw[quoted.end - 1], self.raw[max(low, quoted.opens - 40) : quoted.opens]
        short = len(words) < 9 and words[0] not in SPEECH["boundary"]  # no book “that will last”
        between = [self.raw[q.end + 1 : quoted.opens] for q in self.quotes[-1:] if q.kind == "label"]
        if any(map(PATTERNS["listed"].fullmatch, between)) or (short and PATTERNS["naming"].search(before)):
            return True  # “The Salt Year” and “Dovecote”; the so-called “bedroom tax”
        long = [word for word in words if len(word) > 3]
        if not short or not all(word[0].isupper() for word in (*words[:1], *(long or words))):
            return False
        led, after = before.rstrip(), self.raw[quoted.closes : quoted.closes + 30]
        if (called := PATTERNS["calling"].search(f"{before}|{final}{after}")) or final in "?!…":
            return bool(called)
        placed = bool(PATTERNS["placed"].search(before))
        says = led.endswith(":") or led.rstrip(",").rpartition(" ")[2] in SPEECH["say"]
        acts = final.isalnum() and bool(PATTERNS["titled"].match(led[-1:] + after))
        if leads or (acts and not says and (len(words) > 1 or after[0] == ",")):
            return acts  # “Harbour” director Bo Jun said; “The Salt Year” sold well
        if len(words) < 2:
            return final.isalnum() and placed
        return (final != "." or placed) and not before.rstrip().endswith((":", ","))

    def _kind(self, quoted: Quoted, words: list[str], goes_on: bool) -> str:
        """Return full, clause or snippet; a clause has six words or more, or a verb among them."""
        first = self.raw[quoted.start]
        if goes_on or first.isupper() or (not first.isalpha() and first not in "$£€"):
            return "full"
        finite = len(words) > 2 and PATTERNS["finite"].search(self.raw, quoted.start, quoted.end)
        verbal = len(words) > 3 and words[0].lower() not in SMALL and not words[0].endswith("ly")
        return "clause" if len(words) > 5 or finite or verbal else "snippet"

    def _cues(self, quoted: Quoted, leads: bool, high: int) -> Iterator[tuple[Sentence, Found | None]]:
        """Give what may say who speaks, each with its sentence, the surest first."""
        first, number = (_index(self.sentences, at) for at in (quoted.opens, quoted.closes - 1))
        sentence, sign = self.sentences[first], self.raw[quoted.end - 1]
        last, *following = self.sentences[number : number + 2]
        after, complete = bisect_left(last.starts, quoted.closes), sign in ".?!…"
        led = None if leads else sentence.before_quote(bisect_left(sentence.starts, quoted.opens))
        yield sentence, led if led and sentence.words[led[1]] not in SPEECH["inner"] else None
        if leads or sign in ",?!…-—–" or self.raw[quoted.closes : quoted.closes + 1] in tuple(",—–"):
            yield last, last.after_quote(after, complete)
        yield sentence, led
        yield last, last.rest(after)
        for one in following:
            near = one.start < high or one.words[0] in "-–—"  # - Ann Lee, on a line of her own
            if complete and near and after >= last.high and one.high < 15:
                yield one, one.after_quote(0, True)

    def _speaker(self, sentence: Sentence, phrase: Phrase | None) -> Speaker | None:
        if phrase is None:
            return None
        start, end = sentence.starts[phrase[0]], sentence.ends[phrase[1]]
        text = re.sub(r"(?<=\w)['’]s?$", "", self.raw[start:end])
        if not (name := self.cast.resolve(" ".join(text.split()), start)):
            return None
        self.cast.add_speaker(name, start)
        return Speaker(name, (start, start + len(text)))

    def _carried(self, number: int, first: int, previous: Quoted | None) -> Speaker | None:
        """Return who speaks where the sentence itself does not say: by the sentence or paragraph before."""
        if not first:
            return None
        before, begins = self.sentences[first - 1], self.sentences[first].start <= self.places[number][0]
        if not previous or previous.closes <= before.start:
            found = before.before_quote(before.high) if before.words[before.high - 1] == ":" else None
            return self._speaker(before, (found and found[0]) or before.topic()) or self.last
        match self.turns[-2:]:  # a dialogue: the one before the last speaks again
            case [(one, speaker), (other, answers)] if (one, other) == (number - 2, number - 1):
                if begins and not previous.runs_on and speaker.name != answers.name:
                    return speaker
        return self.last
