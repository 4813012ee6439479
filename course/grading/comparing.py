"""Comparing people: two readers of the same texts, and students whose answers are alike beyond chance."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

from course.corpus.table import Table
from course.grading.grade import Graded
from course.grading.roster import same_name
from course.lessons.scoring import NEARLY

UNLIKELY = 0.01  # a chance, all pairs of the class together, from which two are pointed out
LONG = 60  # characters from which a text is nobody else's by chance
Question = tuple[str, str, str]  # exercise, item and article
_ALIKE = "Alike beyond chance. It tells nothing of why: they may have worked together, or from one source"


def weighted_kappa(pairs: Sequence[tuple[int, int]]) -> float:
    """Return Cohen's kappa with quadratic weights (Cohen 1968) of levels that two readers gave, as numbers.

    1: all agree, 0: as chance would have it. NaN where both gave one and the same level throughout, or none.
    """
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    apart = sum((one - other) ** 2 for one, other in pairs)
    by_chance = sum((one - other) ** 2 * first[one] * second[other] for one in first for other in second)
    return 1 - apart * len(pairs) / by_chance if by_chance else math.nan


def alike(graded: Iterable[Graded]) -> Table:
    """Return students who share more answers that differ from the key than chance gives, and equal texts.

    The chance that two share such an answer is that of two drawn from the class. How many they share is then
    held against the Poisson binomial distribution; answers like the key's tell nothing and are left out.
    """
    everyone = {one.row.key: one for one in graded}
    given = {key: _unlike_the_key(one) for key, one in everyone.items()}
    counts: defaultdict[Question, Counter[str]] = defaultdict(Counter)
    for own in given.values():
        for question, answer in own.items():
            counts[question][answer] += 1
    rows = []
    pairs = list(combinations(given, 2))
    for first, second in pairs:
        both = given[first].keys() & given[second].keys()
        shared = sum(given[first][question] == given[second][question] for question in both)
        likely = [_by_chance(counts[question]) for question in both]
        chance = at_least(shared, likely) if shared > sum(likely) + 3 * math.sqrt(sum(likely)) else 1.0
        if chance * len(pairs) < UNLIKELY:
            names = ", ".join(everyone[key].row.label for key in (first, second))
            told = f"{shared} of {len(both)} answers that differ from the key"
            rows.append({"students": names, "share": told, "chance": f"{chance:.1e}"})
    texts: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for key, one in everyone.items():
        for grade in (grade for grade in one.grades if grade.exercise.written):
            for text in (text for _, text in grade.exercise.told(grade.value) if len(text) >= LONG):
                texts[grade.exercise.title, same_name(text)][key] = None
    for (title, _), keys in texts.items():
        if len(keys) > 1:
            names = ", ".join(everyone[key].row.label for key in keys)
            rows.append({"students": names, "share": f"the text of {title}", "chance": ""})
    return Table(_ALIKE, rows)


def _unlike_the_key(one: Graded) -> dict[Question, str]:
    """Return a student's answers that differ from the key."""
    return {
        (grade.exercise.id, item.item, item.article): item.given
        for grade in one.grades
        for item in grade.result.items
        if item.best and item.given and item.credit < NEARLY
    }


def _by_chance(answers: Counter[str]) -> float:
    """Return the chance that two who are drawn from those who answered gave the same answer."""
    total = answers.total()
    return sum(times * (times - 1) for times in answers.values()) / (total * (total - 1))


def at_least(shared: int, chances: Sequence[float]) -> float:
    """Return the chance that at least so many of independent things happen.

    >>> at_least(2, [0.5, 0.5])
    0.25
    """
    happen = [1.0]  # the chance that none, one, two ... of those so far happen
    for chance in chances:
        either = zip([*happen, 0.0], [0.0, *happen], strict=True)
        happen = [before * (1 - chance) + one_less * chance for before, one_less in either]
    return sum(happen[shared:])
