"""Comparing people: two readers of the same texts, and students whose answers are alike beyond chance."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import chain, combinations

from course.corpus.table import Table
from course.grading.grade import Graded
from course.grading.roster import same_name
from course.grading.rows import listed
from course.lessons.scoring import NEARLY

UNLIKELY = 0.01  # a chance, all pairs of the class together, from which two are pointed out
FEW = 8  # pairs, or equal texts, that are shown: the strongest
LONG = 60  # characters from which a text is nobody else's by chance
_ALIKE = "Alike beyond chance. It tells nothing of why: they may have worked together, or from one source."


def weighted_kappa(pairs: Sequence[tuple[int, int]]) -> float:
    """Return Cohen's kappa with quadratic weights (Cohen 1968) of levels that two readers gave, as numbers.

    1: all agree, 0: as chance would have it. NaN where both gave one and the same level throughout, or none.
    """
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    apart = sum((one - other) ** 2 for one, other in pairs)
    by_chance = sum((one - other) ** 2 * first[one] * second[other] for one in first for other in second)
    return 1 - apart * len(pairs) / by_chance if by_chance else math.nan


def alike(graded: Sequence[Graded]) -> Table:
    """Return students who share more answers that differ from the key than chance gives, and equal texts.

    Of each the FEW strongest stand there, and in the caption how many more there are.

    The chance that two share such an answer is that of two drawn from those who gave one. How many they share
    is then held against the Poisson binomial distribution; answers like the key's tell nothing.
    """
    given: list[dict[tuple[str, str, str], str]] = []
    texts: defaultdict[tuple[str, str], dict[int, None]] = defaultdict(dict)
    labels = [one.row.label for one in graded]
    for at, one in enumerate(graded):
        given.append({})
        for grade in one.grades:
            for item in grade.result.items:
                if item.best and item.given and item.credit < NEARLY:
                    given[-1][grade.exercise.id, item.item, item.article] = item.given
            for _, text in grade.exercise.told(grade.value) if grade.exercise.rubric else ():
                if len(text) >= LONG:
                    texts[grade.exercise.title, same_name(text)][at] = None
    answers: defaultdict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for question, answer in chain.from_iterable(own.items() for own in given):
        answers[question][answer] += 1
    same = {question: sum(math.comb(times, 2) for times in of.values()) for question, of in answers.items()}
    chance = {question: same[question] / max(1, math.comb(of.total(), 2)) for question, of in answers.items()}
    found, pairs = list[tuple[float, str, str]](), list(combinations(range(len(given)), 2))
    for first, second in pairs:
        both = given[first].keys() & given[second].keys()
        shared = sum(given[first][question] == given[second][question] for question in both)
        likely = [chance[question] for question in both]
        by_chance = at_least(shared, likely) if shared > sum(likely) + 3 * math.sqrt(sum(likely)) else 1.0
        if by_chance * len(pairs) < UNLIKELY:
            told = f"{shared} of {len(both)} answers that differ from the key"
            found.append((by_chance, f"{labels[first]}, {labels[second]}", told))
    equal = [(title, [labels[key] for key in keys]) for (title, _), keys in texts.items() if len(keys) > 1]
    equal.sort(key=lambda text: -len(text[1]))
    said, rows = _ALIKE, list[dict[str, object]]()
    for by_chance, names, told in sorted(found)[:FEW]:
        rows.append({"students": names, "share": told, "chance": f"{by_chance:.1e}"})
    for title, who in equal[:FEW]:
        rows.append({"students": listed(who), "share": f"the text of {title}", "chance": ""})
    said += f" Of {len(found)} pairs the {FEW} strongest are shown." if len(found) > FEW else ""
    said += f" Of {len(equal)} equal texts the {FEW} that most share are shown." if len(equal) > FEW else ""
    return Table(said, rows)


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
