"""A student's own text: its length, and the passages that its sentences are tied to."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from operator import itemgetter
from typing import Any

from course.corpus.blocks import paragraphs_of
from course.corpus.sentences import split_sentences

WORDS, SENTENCES = (120, 200), (5, 8)  # of a brief
NUMBERS = tuple(map(str, range(1, 100)))  # of sentences: what a mark that is tied to one has as its label
SHOWN = NUMBERS[:9]  # these have a button, and a key
Tied = dict[str, Any]  # such a mark
Ends = tuple[int, int]  # where something begins or ends, in the text before and in that after
# A text that a sentence names: ‘in A’, ‘C adds’, ‘one, D, says’; no ‘A’ before a noun, no letter of ‘U.S.’.
_NAMED = re.compile(r"(?<=\b[iIt][no] )[A-Z]\b(?!\.)|(?<=\btext )[A-Z]\b|(?<![\w.])[B-Z](?= [a-z]|[,’']|\.$)")
# Several texts that a sentence compares: ‘Three texts say’, ‘all five texts’; not ‘one of the five texts’.
_SEVERAL = re.compile(r"(?i)(?<!the )\b(all|both|two|three|four|five|other)\b( of the)?( five)? texts\b")
span_of = itemgetter("article", "start", "end", "label")  # a mark is the same where these are
NOWHERE = "no text has it"  # what a mark without a letter says of a sentence


def brief_sentences(text: str) -> list[str]:
    """Return the sentences of a text that somebody wrote, in order."""
    paragraphs = [text[start:end] for start, end in paragraphs_of(text)]
    return [one[start:end] for one in paragraphs for start, end in split_sentences(one)]


def length_told(text: str) -> str:
    """Return how many words and sentences a text has, and whether that is a brief's length."""
    told = []
    counts = {"words": (len(text.split()), *WORDS), "sentences": (len(brief_sentences(text)), *SENTENCES)}
    for name, (count, least, most) in counts.items():
        wanted = "enough" if least <= count <= most else f"{'more' if count < least else 'fewer'} are wanted"
        told.append(f"{count} {name if count != 1 else name[:-1]} ({wanted}: {least} to {most})")
    return f"Your brief has {' and '.join(told)}."


def too_short(text: str) -> str:
    """Return what is to be said before a text has a brief's least number of words."""
    return f"{length_told(text)} This opens when it has {WORDS[0]} words." * (len(text.split()) < WORDS[0])


def followed(before: Sequence[str], after: Sequence[str]) -> dict[int, int]:
    """Return where each sentence stands now, by where it stood; one that is gone is left out.

    One that is unchanged is found wherever it went. One that is reworded is where half of its words are, or
    else between the neighbours that it had; of two that were joined, both are there.
    """
    place: dict[int, int] = {}
    for start, first, size in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        place |= zip(range(start, start + size), range(first, first + size), strict=True)
    for at, sentence in enumerate(before):  # some have changed places
        free = (to for to, text in enumerate(after) if text == sentence and to not in place.values())
        if at not in place and (to := next(free, None)) is not None:
            place[at] = to
    new = {to: _words(text) for to, text in enumerate(after) if to not in place.values()}
    old, gaps, total = dict[int, Counter[str]](), dict[int, range](), {to: n.total() for to, n in new.items()}
    for (start, first), (end, last) in _gaps(place, before, after):
        for at in range(start, end):
            old[at], gaps[at] = _words(before[at]), range(first, last)

    def alike(at: int, to: int) -> int:
        """Return how many words they share, if that is half of the longer: of the shorter in one place."""
        shared, sizes = (old[at] & new[to]).total(), (old[at].total(), total[to])
        return shared if 2 * shared >= (min if to in gaps[at] else max)(sizes) else 0

    for _, _, at, to in sorted((-alike(at, to), abs(at - to), at, to) for at in old for to in new):
        if at not in place and alike(at, to):
            place[at] = to
            new[to] -= old[at]
    for (start, first), (end, last) in _gaps(place, before, after):
        if len(here := [to for to in range(first, last) if to not in place.values()]) == end - start:
            place |= zip(range(start, end), here, strict=True)
    return place


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.casefold()))


def _half(exact: str, to: int, new: Mapping[int, str]) -> int:
    """Return where a mark goes whose sentence may be split now: to the half with most of its words."""
    return max((to, to - 1, to + 1), key=lambda one: (_words(exact) & _words(new.get(one, ""))).total())


def _gaps(place: Mapping[int, int], before: Sequence[str], after: Sequence[str]) -> list[tuple[Ends, Ends]]:
    """Return the stretches between sentences whose place is known: their beginnings, and their ends."""
    known = [(-1, -1), *sorted(place.items()), (len(before), len(after))]
    return [((at + 1, to + 1), following) for (at, to), following in pairwise(known)]


class Ties:
    """Marks that are tied to the sentences of a text: their labels follow them, as the text changes.

    A mark whose sentence is gone is kept here until that comes back.
    """

    def __init__(self) -> None:
        self.sentences: dict[str, str] = {}  # each by its number
        self.marks: dict[tuple[Any, ...], str] = {}  # each with its sentence, as that was when it was tied
        self.lost: list[tuple[str, Tied]] = []  # each with its sentence

    def seen(self, marks: Iterable[Tied]) -> None:
        """Remember which marks there are: others, later on, were tied elsewhere, or read from a file."""
        keys = map(span_of, marks)
        self.marks = {key: self.marks.get(key) or self.sentences.get(key[3], "") for key in keys}

    def follow(self, sentences: list[str], marks: list[Tied]) -> tuple[list[Tied], int]:
        """Return the marks with the numbers that their sentences have now, and how many have none now."""
        known, newest = {*self.marks}, dict(zip(NUMBERS, sentences, strict=False))
        self.seen(marks)
        if {*self.marks} != known:
            self.sentences, self.marks, self.lost = newest, {}, []
            self.seen(marks)
        place, gone = followed([*self.sentences.values()], sentences), len(NUMBERS)
        new = {to: text for to, text in enumerate(sentences) if to not in place.values()}
        ties = list[tuple[int, str, str, Tied]]()
        for mark in marks:
            at, text = NUMBERS.index(mark["label"]), self.sentences.get(mark["label"], "")
            to = place.get(at, gone) if text else at  # it was never one of these
            if text and to < gone and sentences[to] != text:
                to = _half(mark.get("exact", ""), to, new | {to: sentences[to]})
            ties.append((to, text, self.marks[span_of(mark)], mark))
        for text, mark in self.lost:
            ties.append((sentences.index(text) if text in sentences else gone, text, text, mark))
        kept = [(mark | {"label": NUMBERS[to]}, tied) for to, _, tied, mark in ties if to < gone]
        self.sentences, self.lost = newest, [(text, mark) for to, text, _, mark in ties if to >= gone]
        self.marks = {span_of(mark): tied for mark, tied in kept}
        return [mark for mark, _ in kept], sum(to >= gone for to, *_ in ties[: len(marks)])

    def changed(self) -> list[str]:
        """Return the numbers of the sentences that read otherwise than when something was tied to them."""
        told = {key[3] for key, text in self.marks.items() if text not in ("", self.sentences.get(key[3]))}
        return sorted(told, key=int)


def beyond_told(sentences: Sequence[str]) -> str:
    """Return what is to be said where a text has more sentences than there are buttons."""
    told = f"Only the first {len(SHOWN)} sentences have a label: join some, or cut."
    return told if len(sentences) > len(SHOWN) else ""


def ties_told(sentences: list[str], marks: Iterable[Tied], ids: str) -> tuple[list[list[str]], list[str]]:
    """Return a row for each sentence (number, sentence, passages), and what is to be said of the ties.

    So is where a sentence names a text by its id, such as ‘in B’, and has passages from other texts alone, or
    where it compares several and has passages from one.
    """
    tied: dict[str, list[str]] = {str(number): [] for number in range(1, len(sentences) + 1)}
    for mark in sorted(marks, key=lambda mark: (mark["article"], mark["start"])):
        tied.setdefault(mark["label"], []).append(passage_told(mark))
    rows = [[at, text, "\n".join(tied[at]) or "none yet"] for at, text in zip(tied, sentences, strict=False)]
    untied = [at for at, _, _ in rows[: len(SHOWN)] if not tied[at]]
    all_tied = f"Sentences not tied yet: {', '.join(untied)}." if untied else "Each sentence is tied."
    said = [*filter(None, [all_tied, beyond_told(sentences)])]
    for at, text, _ in rows:
        if tied[at] and (other := sorted({*ids} & {*_NAMED.findall(text)} - {one[0] for one in tied[at]})):
            said.append(f"Sentence {at} names {', '.join(other)}: no passage that you marked is from there.")
        if len({one[0] for one in tied[at]} - {NOWHERE[0]}) == 1 and _SEVERAL.search(text):
            said.append(f"Sentence {at} speaks of several texts: its passages are from one.")
    return rows, said


def passage_told(mark: Tied) -> str:
    """Return a mark's article and words; or that no text has any."""
    return f"{mark['article']}: {' '.join(mark['exact'].split())}" if mark["exact"] else NOWHERE
