"""Mark: stretches of text, each with a label. An answer is a list of marks, `{article, start, end, ...}`."""

import random
import re
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, groupby, pairwise
from operator import attrgetter, itemgetter
from textwrap import shorten
from typing import Any

from course.analysis.agreement import WORD, Held, held_by, span_overlap, touched
from course.corpus.annotation import AROUND, Annotation, find_words, place_of
from course.corpus.article import Article
from course.corpus.case import Case
from course.corpus.errors import CaseError, CourseError, need, one_sentence
from course.corpus.readings import Readings
from course.lessons import scoring
from course.lessons.brief import NOWHERE, NUMBERS, passage_told, span_of
from course.lessons.exercises import Agreed, Exercise, PartPath, Split, table
from course.lessons.keys import Key, KeyEntry

MAX_MARKS = 2_000
HALF = 0.5  # of a reader's span: enough to say that it has the reader's label
ROWS = 14  # on paper, to write marks on
MOST_WORDS = 120  # characters of a passage that are told beside a class's labels
_PLACE = re.compile(r"(\w+) (\d{1,7})-(\d{1,7})")
_MARK = {"article": str, "start": int, "end": int, "exact": str, "prefix": str, "label": str}
_Item = scoring.ItemResult
# What a reading has in an article: its id and text, what is marked, and of each place its words, the credit
# of each mark that readers made there, what is told of them, and the results that students have had there;
# then the paragraphs that no reader marked half of.
_Results = dict[tuple[Any, ...], _Item]
_Place = tuple[str, dict[Annotation, float], dict[str, Any], _Results]
_Read = tuple[str, str, Held, list[_Place], list[tuple[Annotation, range]]]


def mark_of(article: Article, start: int, end: int, label: str) -> dict[str, Any]:
    """Return a mark as it is stored, with the words it holds and those before it."""
    exact, prefix = article.raw[start:end], article.raw[max(0, start - AROUND) : start]
    return dict(zip(_MARK, (article.id, start, end, exact, prefix, label), strict=True))


def marked_alike(values: Iterable[Any], article: Article) -> Iterator[tuple[int, int, dict[str, int]]]:
    """Give the passages of an article that as many people gave the same labels, and how many gave each."""
    held: list[Counter[str]] = [Counter() for _ in article.raw]
    for value in values:
        here = [mark[1:] for mark in map(span_of, value) if mark[0] == article.id]
        for at, label in {(at, label) for low, high, label in here for at in range(len(held))[low:high]}:
            held[at][label] += 1  # an overlap counts once
    for labels, run in groupby(range(len(held)), key=lambda at: sorted(held[at].items())):
        if labels:
            where = list(run)
            yield where[0], where[-1] + 1, dict(labels)


def _cut(raw: str, mark: Annotation) -> scoring.Cut:
    return mark.article, mark.start, raw[mark.start : mark.end]


def _holding(marks: Held, spans: Held) -> dict[Annotation, list[Annotation]]:
    """Return the marks that hold each span: those with most of its words, the one that is most its own first.

    A mark that holds none has the one that it fits best, if half of its words or more: longer words never
    hold fewer.
    """
    found = defaultdict[Annotation, list[tuple[float, Annotation]]](list)
    for mark, own in marks.each:
        near = []
        for span, size, shared in touched(own, spans.each):
            if shared >= HALF * len(size):
                fit = shared / (len(own) + len(size) - shared)
                near.append((shared >= scoring.MOST * len(size), fit, span))
        for _, fit, span in [one for one in near if one[0]] or sorted(near)[-1:]:
            found[span].append((fit, mark))
    return {span: [mark for _, mark in sorted(fits, reverse=True)] for span, fits in found.items()}


def _where(words: str, held: Sequence[_Item]) -> str:
    """Return where to cut a mark that holds several places: between them, or else round each."""
    at = [(words.find(one.item), words.find(one.item) + len(one.item)) for one in held if one.item in words]
    cuts = {end for _, end in at if all(high <= end or end <= low for low, high in at) and end < max(at)[0]}
    ends = "’ and after ‘".join(" ".join(words[:end].split()[-2:]) for end in sorted(cuts))
    return str(scoring.SAID["after" if cuts else "inner"].format(ends))


def _fit(mark: Annotation, key: Key | Annotation, case: Case) -> tuple[float, float]:
    """Return 1 where a mark holds the words of a key, 1/2 where far more, else 0; and how many of them."""
    if mark.article != key.article or mark.end <= key.start or key.end <= mark.start:
        return 0.0, 0.0
    article, words = case[key.article], Annotation(key.article, key.start, key.end, mark.label)
    own, asked = (held_by(article.raw, [one]) for one in (mark, words))
    covered = span_overlap(own, asked).matches[0].covered
    sentences = sum(one.start < mark.end and mark.start < one.end for one in article.sentences)
    return (covered >= scoring.MOST) / (1 + (sentences > 2)), covered


@dataclass(frozen=True, eq=False)
class Mark(Exercise):
    """An exercise in which stretches of the articles, or of some paragraphs, are given labels."""

    kind = "mark"
    empty = list
    fields = frozenset({"labels", "choose", "paragraphs", "articles"})
    key_fields = frozenset({"article", "exact", "prefix", "value"})
    in_text = True
    pattern = "[{article, exact, label}, ...], with prefix where the words stand there twice"

    @cached_property
    def asked(self) -> dict[PartPath, tuple[str, ...]]:
        """Marking, which is one decision."""
        return {("add",): self.labels}

    def example(self) -> Any:
        """Return an answer of the right form, to show it."""
        return [{"article": self.articles[0], "exact": "words as they stand there", "label": self.labels[0]}]

    def parts(self, value: Any) -> list[tuple[PartPath, Any]]:
        """Return the marks, each as something to add. Raises CourseError."""
        if not isinstance(value, list) or len(value) > MAX_MARKS:
            raise self.wrong(f"is a list of at most {MAX_MARKS} marks")
        return [(("add",), mark) for mark in value]

    def check_part(self, path: PartPath, part: Any) -> None:
        """Raise CourseError where something is no mark here; `path` is ("add",) or ("remove",)."""
        good = isinstance(part, dict) and {name: type(one) for name, one in part.items()} == _MARK
        none = good and self.beside and (part["start"], part["end"]) == (0, 0)  # a tie: no text has it
        if not (good and (none or 0 <= part["start"] < part["end"]) and len(part["prefix"]) <= AROUND):
            raise self.wrong("is made of marks with article, start, end, exact, prefix and label")
        labels = NUMBERS if self.beside else self.labels  # beside a text they are its sentences
        if part["article"] not in self.articles or part["label"] not in labels:
            given = f"{part['article']!r:.40} with {part['label']!r:.40}"
            raise self.wrong(f"marks {', '.join(self.articles)} with {', '.join(self.labels)}, not {given}")
        if len(part["exact"]) != part["end"] - part["start"]:
            raise self.wrong(f"has a mark whose words {part['exact']!r:.60} are not as long as its place")

    def with_part(self, value: Any, path: PartPath, part: Any) -> Any:
        """Return marks with one added or removed."""
        others = [mark for mark in value if span_of(mark) != span_of(part)]
        need(len(others) < MAX_MARKS, f"holds at most {MAX_MARKS} marks", self.wrong)
        return others if path == ("remove",) else [*others, part]

    def joined(self, parts: Iterable[tuple[PartPath, Any]]) -> Any:
        """Return the marks that are added, each place and label once."""
        return list({span_of(mark): mark for _, mark in parts}.values())

    def place(self, value: Any, case: Case) -> Any:
        """Return marks that a person wrote, {article, exact, label} (+ prefix), with their words' places."""
        placed = []
        for _, mark in self.parts(value):
            names = ("article", "exact", "label")
            if not isinstance(mark, dict) or not all(isinstance(mark.get(name), str) for name in names):
                raise self.wrong("is made of marks with article, exact and label")
            article, start, end = case[mark["article"]], mark.get("start"), mark.get("end")
            if type(start) is not int or type(end) is not int or article.raw[start:end] != mark["exact"]:
                start, end = find_words(article.raw, mark["exact"], str(mark.get("prefix", "")))
            placed.append(mark_of(article, start, end, mark["label"]))
        return placed

    def chosen(self, value: Any) -> list[str]:
        """Return the labels that marks bear, in the order in which they are offered."""
        return [label for label in self.labels if any(mark["label"] == label for mark in value)]

    def done(self, value: Any) -> tuple[int, int]:
        """Return whether anything is marked, or with how many of the labels that are to be chosen."""
        return (min(len(self.chosen(value)), n), n) if (n := self.choose) else super().done(value)

    def still_open(self, value: Any) -> str:
        """Return with which labels something is marked."""
        return f"You have marked a passage for: {', '.join(self.chosen(value))}."

    def about(self, thing: str) -> str:
        """Return in words which paragraph a decision is about."""
        return "article {}, paragraph {}".format(*thing.partition(" ")[::2])

    def decisions(self, value: Any, case: Case) -> dict[str, str]:
        """Return the label that most of each paragraph's marked characters bear; none without a mark."""
        sizes: defaultdict[tuple[str, int], Counter[str]] = defaultdict(Counter)
        for article, start, end, label in map(span_of, value):
            for one in case[article].paragraphs:
                shared = min(end, one.end) - max(start, one.start)
                if shared > 0 and (not self.paragraphs or one.number in self.paragraphs):
                    sizes[article, one.number][label] += shared
        return {f"{id} {number}": sizes[id, number].most_common(1)[0][0] for id, number in sorted(sizes)}

    def decisions_of(self, keys: Sequence[Key], case: Case) -> dict[str, str]:
        """Return the label of each paragraph that the keys of one reader mark."""
        return self.decisions([mark_of(case[k.article], k.start, k.end, k.value) for k in keys], case)

    def told(self, value: Any) -> list[tuple[str, str]]:
        """Return each mark's article and label, and its words."""
        named = ((mark["article"], mark["label"], mark["exact"]) for mark in value)
        return [(f"{id}: {label}", exact) if exact else (label, NOWHERE) for id, label, exact in named]

    def pairs(self, mine: Any, theirs: Any) -> list[tuple[str, str, str]]:
        """Return how two people labelled the words that one of them marked."""
        one, other = ({passage_told(m): m["label"] for m in side} for side in (mine, theirs))
        return [(text, one.get(text, "not marked"), other.get(text, "not marked")) for text in one | other]

    def split(self, values: Iterable[Any], case: Case) -> Split:
        """Return how many gave each label to each passage that as many marked."""
        found = {id: marked_alike(values, case[id]) for id in self.articles}
        return {f"{id} {start}-{end}": labels for id, some in found.items() for start, end, labels in some}

    def beside_split(self, value: Any, split: Split, case: Case) -> list[tuple[str, str, Mapping[str, int]]]:
        """Return the words that most of a class marked, the own label, and those of the class."""
        found, marks = [], [*map(span_of, value)]
        most = sorted(split, key=lambda place: -max(split[place].values()))
        for at in filter(None, map(_PLACE.fullmatch, most)):
            id, start, end = at[1], int(at[2]), int(at[3])
            if id in self.articles and WORD.search(case[id].raw, start, end):
                own = [mark[3] for mark in marks if mark[0] == id and mark[1] < end and start < mark[2]]
                words = shorten(case[id].raw[start:end], MOST_WORDS, placeholder=" …")
                found.append((f"{id}: {words}", ", ".join(own) or "not marked", split[at[0]]))
        return found[:ROWS]

    # --- keys, and how far marks agree with them

    def read_key(self, entry: KeyEntry) -> Iterator[Key]:
        """Give a key for each place, reader and label; the entry says the place, or its fact.

        A reason may be what the marked words claim.
        """
        source = entry.said if "exact" in entry.said else entry.fact
        claim = entry.fact.get("claim", "")
        for words in source.get("words", [source]):
            where = f"{entry.where}, article {words['article']}"
            with one_sentence("{where}: {error}", CourseError, kind=CaseError, where=where):
                at = Readings(entry.case).annotation(words)
            if at.article in self.articles or source is entry.said:
                yield from entry.keys(entry.labels(), claim, article=at.article, start=at.start, end=at.end)

    def as_key(self, path: PartPath, part: Any, case: Case) -> tuple[dict[str, str], Any]:
        """Return a mark as a key has it: its words, and the label."""
        return place_of(case[part["article"]], part["start"], part["end"]), part["label"]

    def check_key(self, key: Key, case: Case) -> None:
        """Raise CourseError where a key marks what the exercise does not ask about."""
        said = f"it marks {key.article} with {key.value!r}, which the exercise does not: correct it"
        need(key.value in self.labels and key.article in self.articles, said)
        article = case[key.article]
        if not WORD.search(article.raw, key.start, key.end):
            raise CourseError("it marks a place without a word in it: choose other words")
        spans = [one for one in article.paragraphs if one.number in self.paragraphs]
        shown = ", ".join(map(str, self.paragraphs))
        said = f"it marks words outside the paragraphs that are shown, {shown}: choose words inside"
        need(not spans or any(one.start <= key.start and key.end <= one.end for one in spans), said)

    def keys_on(self, value: Any, keys: Sequence[Key]) -> Sequence[Key]:
        """Return the keys with the labels that a student chose, where some are to be chosen."""
        return [key for key in keys if key.value in self.chosen(value)] if self.choose else keys

    def comparer(self, keys: Sequence[Key], case: Case) -> Callable[[Any], Agreed]:
        """Return what gives 2 x agreed / (marked + read), in characters of words, and what each place got.

        Where readers cut the text differently, the reading that agrees best counts. Where there is one label
        only, the question is how a text is cut, and marks are counted by how closely each fits. A reason that
        readers share makes their cuts one claim: then all claims are told, as many however a student cuts.
        """
        if self.choose and keys:
            return self._chooser(keys, case)
        places = sorted({(key.article, key.start, key.end) for key in keys})
        cross = any(one[0] == other[0] and other[1] < one[2] for one, other in pairwise(places))
        by = scoring.grouped((key.by if cross else "", key) for key in keys)
        each = [self._read(by[one], case) for one in sorted(by)]
        common = by and set.intersection(*({key.reason for key in one} for one in by.values())) - {""}
        whole = self._read(keys, case) if common and each[1:] and not self.labels[1:] else ()

        def agreed(value: Any) -> Agreed:
            marks = [Annotation(*span_of(mark)) for mark in value]
            best = max((self._against(marks, one) for one in each), key=itemgetter(0), default=(0.0, []))
            return (best[0], self._against(marks, whole)[1]) if whole else best

        return agreed

    def _chooser(self, keys: Sequence[Key], case: Case) -> Callable[[Any], Agreed]:
        """Return what gives the share of the labels to be chosen that agree, and what each that was got.

        A key has the words that decide. Of several what is marked best is told, then those elsewhere.
        """
        of = scoring.grouped((key.value, key) for key in keys)

        def agreed(value: Any) -> Agreed:
            labels, items = self.chosen(value), list[_Item]()
            for label in (one for one in labels if one in of):
                marks = [one for one in (Annotation(*span_of(mark)) for mark in value) if one.label == label]
                fits = [(_fit(one, key, case), one, key) for key in of[label] for one in marks]
                (credit, covered), best, key = max(fits, key=itemgetter(0))
                near = None if credit == 1 else _cut(case[best.article].raw, best)
                words = case[key.article].raw[key.start : key.end]
                told = scoring.told_by([key], str) | {"near": near, "shared": covered * bool(near)}
                items.append(_Item(words, key.article, label * (not near), credit, **told))
                others = sorted({*marks} - {mark for (credit, _), mark, _ in fits if credit})
                cuts = (_cut(case[one.article].raw, one) for one in others if not _fit(one, best, case)[1])
                items += (_Item(at[2], at[0], label, marked=True, near=at) for at in cuts)
            return sum(one.credit for one in items) / max(self.choose, len(labels)), items

        return agreed

    def _read(self, keys: Sequence[Key], case: Case) -> list[_Read]:
        """Return what keys that lie apart have in each article: what does not change with the student."""
        read, place_of = [], attrgetter("start", "end")
        for article in (case[id] for id in self.articles):
            own = sorted((key for key in keys if key.article == article.id), key=place_of)
            spans, places = [Annotation(article.id, *place_of(key), key.value) for key in own], []
            for place, group in groupby(own, place_of):
                at = list(group)
                credits = {Annotation(article.id, *place, k): v for k, v in scoring.credits_of(at).items()}
                places.append((article.raw[slice(*place)], credits, scoring.told_by(at, str), _Results()))
            held = held_by(article.raw, spans)
            spots = (Annotation(article.id, *place_of(one), "") for one in article.paragraphs)
            body = [(p, size, touched(size, held.apart)) for p, size in held_by(article.raw, spots).each]
            rest = [(p, size) for p, size, own in body if sum(one[2] for one in own) < HALF * len(size)]
            read.append((article.id, article.raw, held, places, rest))
        return read

    def _against(self, marks: Sequence[Annotation], read: Sequence[_Read]) -> tuple[float, list[_Item]]:
        """Return the share agreed on with one reading, and each place's result.

        A mark of which less than half is what readers marked so counts for no place that it holds. A cut that
        lies inside a place, and is none, is half right: readers cut less finely.
        """
        cuts = len(self.labels) == 1
        share_of = attrgetter("fit" if cuts else "covered")
        agreed = total = 0.0
        closest, items = dict[Annotation, float](), list[_Item]()
        for id, raw, spans, places, rest in read:
            own = held_by(raw, (mark for mark in marks if mark.article == id))
            overlap, holding = span_overlap(own, spans), (_holding(own, spans) if cuts else {})
            in_some = {*chain(*holding.values())}
            lone = [one for one in own.each if cuts and one[0] not in in_some]
            inside = {m: {s for s, _, n in touched(size, spans.each) if n == len(size)} for m, size in lone}
            loose = [(m, size) for m, size in lone if holding.keys().isdisjoint(inside[m])]
            matches, ranges = {match.span: match for match in overlap.matches}, dict(spans.each)
            fair = (mark for mark, _ in own.each if mark not in overlap.extra)
            kept = overlap if cuts or not overlap.extra else span_overlap(held_by(raw, fair), spans)
            counted = {match.span: share_of(match) for match in kept.matches}
            for words, credits, told, results in places:
                of = {matches[span]: credit * counted[span] for span, credit in credits.items()}
                match = max(of, key=lambda one: (of[one], share_of(one) * credits[one.span]))
                share, label, credit = share_of(match), match.span.label, of[match]
                agreed, total = agreed + credit * (cuts or match.size), total + (cuts or match.size)
                if cuts and match.mark:
                    closest[match.mark] = max(share, closest.get(match.mark, 0.0))
                at = tuple(_cut(raw, m) for m in holding.get(match.span, ()))
                parts = [(shared, mark) for mark, _, shared in touched(ranges[match.span], loose)]
                near = _cut(raw, max(parts)[1]) if parts and not at else None
                given = label * (share >= HALF) or match.instead or label * (share > 0)
                given = label * bool(at) if cuts else given
                if (got := (given, credit, share, at, near)) not in results:
                    more = told | {"shared": share, "cuts": at if cuts else None, "near": near}
                    results[got] = _Item(words, id, given, credit, **more)
                items.append(results[got])
            for m, held in own.each:
                over = 0 if cuts else sum(shared >= HALF * len(p) for _, p, shared in touched(held, rest))
                alone = m not in in_some if cuts else m in overlap.extra and not touched(held, spans.each)
                if alone or over:
                    told = {"marked": True, "cuts": (_cut(raw, m),) if cuts else None, "over": over}
                    items.append(_Item(_cut(raw, m)[2], id, m.label, bool(inside.get(m)) / 2, **told))
            total += 0 if cuts else overlap.marked
        agreed, total = (sum(closest.values()), total + len(marks)) if cuts else (agreed, total)
        return min(1.0, 2 * agreed / total) if total else 0.0, items

    def feedback(self, value: Any, result: scoring.Result, case: Case) -> list[scoring.FeedbackEntry]:
        """Return what a form shows; of a cut: marks that hold several claims, other claims, other marks."""
        if not (result.items and result.items[0].cuts is not None):
            return super().feedback(value, result, case)
        claims, others = scoring.claims_in(result.items)
        told = {one: tuple({("", "", why): 1 for *_, why in one.reasons}) for one in claims.values()}
        lumps: list[scoring.FeedbackEntry] = []
        for at, (id, _, words), held in (one for one in scoring.held_in(result.items) if one[2][1:]):
            own = scoring.itself(words, held)
            lines = [f"‘{o.item}’: " * (o not in own) + w for o in [*own, *held] for *_, w in told.pop(o, ())]
            verdict = scoring.SAID["keep" if own else "lump"].format(len(lines) - len(own))
            lumps.append(scoring.feedback_entry(f"Your mark {at}") | {"article": id, "words": words})
            lumps[-1] |= {"lines": [*lines, _where(words, held)], "credit": 0.5, "verdict": verdict}
        each = (replace(one, credit=1 if one.cuts else bool(one.near) / 2, reasons=told[one]) for one in told)
        return [*lumps, *super().feedback(value, result._replace(items=(*each, *others)), case)]

    def on_paper(self, unit: str) -> str:
        """Return as HTML a table to write marks in."""
        columns = ["Article", unit.title(), "First and last words", "Number of the label"]
        return table("Your marks", columns, ["<td></td>"] * ROWS)

    def guess(self, draw: random.Random, keys: Sequence[Key], case: Case, skill: float) -> Any:
        """Return some of the readers' marks, their edges a word off at most, and a few that nobody has."""
        labels = draw.sample(self.labels, self.choose) if self.choose else self.labels
        read = [k for k in keys if k.value in labels and draw.random() < skill]
        places = [(k.article, k.start, k.end, k.value) for k in read]
        for _ in range(draw.randint(0, 3)):
            article = case[draw.choice(self.articles)]
            sentence = draw.choice(article.sentences)
            places.append((article.id, sentence.start, sentence.end, draw.choice(labels)))
        marks = {}
        for id, low, high, label in places:
            words = [word.span() for word in WORD.finditer(case[id].raw)]
            first = min(bisect([end for _, end in words], low) + (draw.random() > skill), len(words) - 1)
            last = bisect([start for start, _ in words], high - 1) - 1 - (draw.random() > skill)
            start, end = words[first][0], words[max(first, last)][1]
            given = str(draw.choice([label] if draw.random() < skill else labels))
            marks[id, start, end] = mark_of(case[id], start, end, given)
        return list(marks.values())
