"""What scoring gives, as data, and the words for it: how an answer agrees with the readers of the key."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any, NamedTuple, NotRequired, TypedDict, TypeVar

from course.corpus.case import read_toml
from course.corpus.readings import TEACHER

if TYPE_CHECKING:
    from course.lessons.keys import Key
    from course.lessons.messages import EvidenceCard

NEARLY = 0.95  # as good as all: edges are not what a mark is about
MOST = 0.85  # of the words of a claim, or of those that decide: enough to hold them, as edges differ
COURSE = "course"  # whose answer it is where no reader was asked
HALF = "is half right"
OWN = "This is the course’s own answer: the readers were not asked."
Name = TypeVar("Name")
Thing = TypeVar("Thing")
SAID = read_toml(Path(__file__).with_suffix(".toml"))
Reason = tuple[str, str, str]  # who gave an answer, which, and why
Cut = tuple[str, int, str]  # a mark: the article, where it begins, its words


@dataclass(slots=True, eq=False)  # told apart by identity, and as quick to make as very many have to be
class ItemResult:
    """One decision: what was `given`, its `credit` (0 to 1), and what the key holds.

    `item` is an item's id (grid: with `article`), a group's name, or marked words. `answers` are those of the
    key, the best first, each with who gave it; `best` those with full credit. `own`: no reader was asked.
    `marked`: the decision is a stretch of text, of which a mark and the key's share `shared` (0 to 1). Where
    the question is how a text is cut, `cuts` are the student's marks there. `swapped` is said of the pair of
    an order that is most out of place. A mark holds `over` paragraphs of the report that no reader marked.
    What has none that counts may have one `near`. Of a `fact` there is one answer: nobody agrees or differs.
    """

    item: str
    article: str
    given: str
    credit: float = 0.0
    answers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    best: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    differed: bool = False
    own: bool = False
    marked: bool = False
    shared: float = 0.0
    cuts: tuple[Cut, ...] | None = None
    accepted: bool = False
    swapped: str = ""
    over: int = 0
    near: Cut | None = None
    fact: bool = False

    @property
    def disputed(self) -> int:
        """1 where several answers can be defended, 2 where the readers differed."""
        return (len(self.best) > 1) + self.differed


class Level(NamedTuple):
    """One level of a rubric: what it asks for, answers of that level, and why they are."""

    name: str
    text: str
    samples: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


class Result(NamedTuple):
    """How an answer was scored; `points` is None where a person has to read it, or no key exists.

    Where something is judged, `sound` are the answers that trust it.
    """

    points: float | None
    possible: float
    items: tuple[ItemResult, ...] = ()
    levels: tuple[Level, ...] = ()
    written: bool = False
    sound: tuple[str, ...] = ()


class FeedbackEntry(TypedDict):
    """What a form shows of one decision: what is `disputed` has several answers that can be defended.

    `cards` are evidence cards that open with it.
    """

    text: str
    article: str
    words: str
    given: str
    lines: list[str]
    verdict: str
    credit: float | None
    disputed: int
    cards: NotRequired[list[EvidenceCard]]


def name_of(by: str) -> str:
    """Return what a reader of the key is called in a sentence."""
    return f"The {by}" if by in (TEACHER, COURSE) else f"{by[:-1].capitalize()} {by[-1]}"


def grouped(pairs: Iterable[tuple[Name, Thing]]) -> dict[Name, list[Thing]]:
    """Return things under their names, both in the order in which pairs (name, thing) bring them."""
    by: dict[Name, list[Thing]] = {}
    for name, thing in pairs:
        by.setdefault(name, []).append(thing)
    return by


def by_path(keys: Iterable[Key]) -> dict[tuple[str, ...], tuple[Key, ...]]:
    """Return the keys to each decision, by where it stands in an answer."""
    return {path: tuple(here) for path, here in grouped((key.path, key) for key in keys).items()}


def credits_of(keys: Sequence[Key]) -> dict[Any, float]:
    """Return the credit of each answer that a key gives to one question, the best and most given first.

    An answer that any reader gave, and can defend, has full credit; that of the course's own is written.
    """
    each = dict.fromkeys((key.by, key.value) for key in keys)  # a reader who is there twice counts once
    times = Counter(value for by, value in each if by != COURSE)
    credits = {key.value: key.credit for key in keys if key.by == COURSE} | dict.fromkeys(times, 1.0)
    return dict(sorted(credits.items(), key=lambda pair: (-pair[1], -times[pair[0]])))


def told_by(keys: Sequence[Key], worded: Callable[[Any], str]) -> dict[str, Any]:
    """Return what a result has from the keys alone; `worded` words an answer."""
    credits, by = credits_of(keys), {(key.by, key.value) for key in keys}
    who = {value: dict.fromkeys(name_of(key.by) for key in keys if key.value == value) for value in credits}
    readers = {one: {value for other, value in by if other == one} for one, _ in by if one != COURSE}
    return {
        "answers": tuple((worded(value), tuple(names)) for value, names in who.items()),
        "best": tuple(worded(value) for value in credits if credits[value] == max(credits.values())),
        "reasons": tuple((*_whose(key, worded(key.value)), key.reason) for key in keys if key.reason),
        "differed": len({*map(frozenset, readers.values())}) > 1,
        "own": not readers,
        "marked": keys[0].end > 0,
    }


def _whose(key: Key, answer: str) -> tuple[str, str]:
    if key.by == COURSE and key.credit < NEARLY:
        return f"‘{answer}’ {HALF}", ""
    return "" if key.reworded or key.by == COURSE else name_of(key.by), answer


def sentence(one: ItemResult, whose: bool = True) -> str:
    """Return all of a result but its reasons; `whose` tells, too, where no reader was asked."""
    if one.marked and not one.answers:
        said = SAID["over" if one.over else "besides" if one.near else "finer" if one.credit else "alone_so"]
        return str(said.format(one.given, number(one.over, "paragraph")))
    by = dict(one.answers)
    everyone = {*chain(*by.values())} - {name_of(COURSE)}
    right = one.given in one.best
    names = by.get(one.given, ()) if right else ()  # none where only the teacher accepts it
    movable = not _or(one.best).startswith("‘")  # an order in which some may change places is told whole
    of = {answer: tuple(sorted(everyone)) if movable else by[answer] for answer in one.best if answer in by}
    others = [answer for answer in of if movable or answer != one.given]

    at, _, words = (*(one.cuts or ()), one.near or ("", 0, ""))[0]
    words = shorten(words, 80, placeholder=" …")
    none = "more" if one.credit else "short" if words in one.item else "instead"
    none = "unmarked" if not at else "part" if one.cuts is not None else none
    given = f"You {'marked it as' if one.marked else 'answered'} ‘{one.given}’"
    if not one.given:
        told = [SAID[none].format(words, at, one.item) if one.marked else "You gave no answer."]
    elif one.cuts:
        told = ["You marked it" + f": ‘{words}’" * (words != shorten(one.item, 80, placeholder=" …")) + "."]
    elif one.shared and not one.credit and one.given in by:
        told = [f"Your mark ‘{one.given}’ holds more of other text than of this: it does not count."]
    elif 0 < one.shared < NEARLY:
        told = [f"Your mark ‘{one.given}’ and the readers’ overlap in part."]
    elif names:
        told = [f"{given}, {'which is right' if one.fact else f'as {_whom(names, everyone)} did'}."]
    else:
        close = ", which comes close" * (one.given in by and one.credit > 0 and not one.marked)
        told = [f"{given}{close}."]
    told += [one.swapped] if one.swapped else []
    if others and one.cuts is None and not one.near:  # a mark that is near has the right label
        first = "Also accepted:" if right else "The answer is" if one.fact else "Better:"
        first = "Accepted:" if movable or not (one.given or one.marked or one.fact) else first
        named = not (one.fact or movable or (right and not everyone))  # else the course has been named
        alike = grouped((_whom(of[answer], everyone), answer) for answer in others)
        accepted = [_or(same) + f" ({who})" * named for who, same in alike.items()]
        told.append(f"{first} {' or '.join(accepted)}.")
    told += [OWN] if one.own and whose and not one.fact else []
    told += ["Your teacher accepts this answer."] if one.accepted else []
    return " ".join(told)


def _whom(names: Sequence[str], everyone: Collection[str]) -> str:
    """Return which readers gave an answer, or the course where none did."""
    readers = [name for name in names if name != name_of(COURSE)]
    return _and(readers, everyone).replace("All", "all") or "the course"


def feedback_entry(text: str, one: ItemResult | None = None) -> FeedbackEntry:
    """Return what a form shows of one decision, and its reasons."""
    # Why an answer is half right is for those who gave it.
    own = [why for why in one.reasons if HALF not in why[0] or f"‘{one.given}’" in why[0]] if one else []
    lines = reasons_told(own)
    verdict, credit, many = (sentence(one, whose=False), one.credit, one.disputed) if one else ("", None, 0)
    return FeedbackEntry(
        text=text, article="", words="", given="", lines=lines, verdict=verdict, credit=credit, disputed=many
    )


def agreed(results: Sequence[ItemResult]) -> str:
    """Return on how many of some decisions an answer agrees with the key."""
    count, credits = len(results), sorted(one.credit for one in results)
    full, some = (count - bisect_left(credits, least) for least in (NEARLY, 1e-9))
    which = f"{full or 'none'} of {count}" if full < count else f"all {count}"
    which = {(2, 2): "both", (0, 2): "neither"}.get((full, count), which)
    half = some - full
    if all(one.fact for one in results):
        many = f"{which} {'are' if full > 1 else 'is'} right{f', {half} in part' * (half > 0)}".capitalize()
        one = f"Your answer is {'in part ' * (not full)}right" if some else "Another answer is right"
        return many if count > 1 else one
    if count == 1:
        return f"You and the key {'agree' if full else 'agree in part' if some else 'differ'}"
    return f"You agree with the key on {which}{f', and in part on {half}' * (half > 0)}"


def out_of(points: float, possible: float) -> str:
    """Return points in words that ‘points’ follows: ‘4.9 of 10’, or ‘no’ where none can be had.

    >>> out_of(4.943, 10), out_of(2.25, 3), out_of(0, 0)
    ('4.9 of 10', '2.3 of 3', 'no')
    """
    tenths = (math.floor(10 * number + 0.5 + 1e-9) / 10 for number in (points, possible))
    return " of ".join(f"{number:.10g}" for number in tenths) if possible else "no"


def deserved_trust(result: Result) -> str:
    """Return how many sound things were trusted, and how many others not; no text if all, or of one kind.

    What the key trusts and distrusts, by two answers that can both be defended, is in neither count.
    """
    asked, trusts = [one for one in result.items if one.best] if result.sound else [], {*result.sound}
    sound = [one for one in asked if trusts.issuperset(one.best)]
    others = [one for one in asked if trusts.isdisjoint(one.best)]
    trusted = sum(one.given in result.sound for one in sound)
    doubted = sum(one.given not in ("", *result.sound) for one in others)
    # Where all are, that has been said; and of one each a count tells nothing.
    if trusted + doubted == len(sound) + len(others) or min(len(sound), len(others)) < 2:
        return ""
    told = str(SAID["trust"].format(trusted, len(sound), doubted, len(others)))
    return f"{told}; {left} can go either way" if (left := len(asked) - len(sound) - len(others)) else told


def summary(result: Result) -> str:
    """Return how far an answer agrees, and what to do then; or why there is no score.

    What is shown in small, of whom was asked, is a line of its own.
    """
    if result.written:
        named = ", ".join(level.name for level in result.levels)
        levels = f" Hold it against these levels, the best first: {named}." if named else ""
        return f"No program marks this answer.{levels} A teacher may read it, too."
    if not result.items:
        return "No reader answered this exercise: it has no score."
    asked = [one for one in result.items if one.best]
    if not asked:
        return str(SAID["beside" if any(one.reasons for one in result.items) else "nothing"])
    if asked[0].cuts is not None:
        return cut_told(result.items)
    told, marked = [agreed(asked)], result.items[0].marked  # all are, or none
    told += filter(None, [deserved_trust(result)])
    others = [one.over for one in result.items if one.marked and not one.best]
    over, extra = sum(others), others.count(0)
    told += [f"You also marked {number(over, 'paragraph')} of the report, which nobody else did"] * (over > 0)
    told += [f"You marked {number(extra, 'place')} that nobody else did"] * (extra > 0)
    own = sum(one.own for one in asked) % len(asked)  # where all are, each says so
    counts = {"alone": own, "differed": sum(one.differed for one in asked)}
    if marked and result.points is not None and result.points < NEARLY * result.possible:
        told.append(_better(asked, extra, over))
    elif result.possible and any(one.credit < NEARLY for one in asked):
        told.append(SAID["differ"])
    small = [SAID[name].format(count) for name, count in counts.items() if count]
    return "\n".join(filter(None, [f"{'. '.join(told)}.", " ".join(small)]))


def _better(asked: Sequence[ItemResult], extra: int, over: int) -> str:
    """Return what to do better about marks: about that in which most of them differ from the readers'."""
    missed = sum(not (one.given or one.near) for one in asked)
    partly = sum(bool(one.shared) and one.credit < NEARLY for one in asked)
    other = sum(one.credit < NEARLY for one in asked) - missed - partly
    # Where there is none of these, each place is found, with too many words around it.
    times = {"missed": missed, "partly": partly + over, "other": other, "extra": extra}
    most = max(times, key=times.__getitem__)
    return str(SAID["better"][most if times[most] else "partly"])


def claims_in(items: Sequence[ItemResult]) -> tuple[dict[str, ItemResult], list[ItemResult]]:
    """Return the claims of who cut a text, each at the place that is marked best, and other marks.

    A mark that is near a claim, or has a part of it, is told there and is no other.
    """
    places = grouped(
        (why, one)
        for one in items
        for why in [why for who, _, why in one.reasons if who == one.reasons[0][0]] or [one.item]
        if one.answers
    )
    best = {why: max(at, key=lambda p: (bool(p.cuts), p.shared, len(p.item))) for why, at in places.items()}
    near = {one.near for one in best.values()}
    return best, [one for one in items if one.cuts and not one.answers and one.cuts[0] not in near]


def held_in(items: Sequence[ItemResult]) -> list[tuple[int, Cut, list[ItemResult]]]:
    """Return each mark of a cut by its number, as the text's order has it, with the claims that it holds."""
    of = grouped((one.cuts[0], one) for one in dict.fromkeys(claims_in(items)[0].values()) if one.cuts)
    marks = sorted({*chain(*(one.cuts or () for one in items)), *filter(None, (one.near for one in items))})
    return [(at, mark, of.get(mark, [])) for at, mark in enumerate(marks, 1)]


def itself(words: str, held: Sequence[ItemResult]) -> list[ItemResult]:
    """Return the claim that a mark is, with the others that it holds: as a cause is, with both its ends."""
    return [one for one in held if len(one.item) >= MOST * len(words)][:1]


def cut_told(items: Sequence[ItemResult]) -> str:
    """Return how many claims of a reader's stand alone in a mark, and what to do next."""
    claims, marks = {*claims_in(items)[0].values()}, held_in(items)
    who = _and(sorted({name for one in claims for _, by in one.answers for name in by}))
    alone = sum(len(own) == 1 or bool(itself(words, own)) for _, (*_, words), own in marks)
    at, most = next(((at, len(own)) for at, _, own in marks if own[1:]), (0, 0))
    next_ = "enough" if 3 * alone >= 2 * len(claims) else "several" if most > 1 else "missed"
    told = {"who": who.replace("The", "the"), "label": items[0].given or items[0].best[0], "all": len(claims)}
    told |= {"alone": alone or "none", "mark": at, "held": most}
    return f"{SAID['cut']['alone']} {SAID['cut'][next_]}".format(**told)


def number(count: int, thing: str) -> str:
    """Return how many there are of a thing, in words.

    >>> number(2, "claim"), number(1, "claim"), number(0, "mark")
    ('2 claims', '1 claim', 'no mark')
    """
    return f"{count or 'no'} {thing}{'s' * (count > 1)}"


def reasons_told(reasons: Iterable[Reason]) -> list[str]:
    """Return who gives which reason, no name for the course; for which answer, where they are for several."""
    by = grouped(((who, text), answer) for who, answer, text in reasons)
    several = len({*map(tuple, by.values())}) > 1
    of = {one: _or(dict.fromkeys(own)) * (several and any(own)) for one, own in by.items()}
    return [": ".join(filter(None, [", ".join(filter(None, [who, of[who, why]])), why])) for who, why in by]


def _and(names: Sequence[str], everyone: Collection[str] = ()) -> str:
    if names[2:] and {*names} == everyone:
        return "All readers"
    numbers = [name.removeprefix("Reader ") for name in names if name.startswith("Reader ")]
    if len(numbers) > 1:  # 'Readers 1, 2 and 3' in place of three times the word
        said = f"Readers {', '.join(numbers[:-1])} and {numbers[-1]}"
        names = [said, *(name for name in names if not name.startswith("Reader "))]
    *most, last = names or [""]
    return f"{', '.join(most)} and {last.replace('The course', 'the course')}" if most else last


def _or(answers: Iterable[str]) -> str:
    """Return answers in words; orders of the same things together, where some of these may change places."""
    given = [*answers]
    between = "; " if "; " in "".join(given[:1]) else ", "
    orders = {tuple(answer.split(between)) for answer in given}
    things, *others = orders or [()]
    if others and all(sorted(one) == sorted(things) for one in others):
        ends = [n + 1 for n in range(len(things)) if len({frozenset(one[: n + 1]) for one in orders}) == 1]
        runs = [sorted(things[low:high]) for low, high in pairwise([0, *ends])]
        if math.prod(math.factorial(len(run)) for run in runs) == len(orders):
            how = ["", " in either order", " in any order"]  # of one, of two, of more
            return ", then ".join(_and(run) + how[min(2, len(run) - 1)] for run in runs)
    return " or ".join(f"‘{answer}’" for answer in given)
