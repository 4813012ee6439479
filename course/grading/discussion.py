"""The class as a whole: what it answered, without names and safe to project; and who answered alike."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations

from course.analysis.agreement import krippendorff_alpha
from course.corpus.annotation import Annotation, Layer
from course.corpus.article import Article
from course.corpus.case import Case
from course.corpus.errors import CourseError
from course.corpus.table import Table
from course.grading.grade import Grade, Graded
from course.grading.rows import listed
from course.lessons.kinds.mark import marked_alike
from course.lessons.scoring import NEARLY

CLEAR = 0.9  # the credit from which an answer is as the readers’
HARDEST, MOST = 10, 2  # items of all lessons, and of one exercise
SHARES = ("under a quarter", "a quarter or more", "half or more", "three quarters or more")  # of the class
UNLIKELY = 0.01  # a chance, all pairs of the class together, from which two are pointed out
FEW = 8  # pairs, or equal texts, that are shown: the strongest
LONG = 60  # characters from which a text is nobody else's by chance
_ALIKE = "Alike beyond chance. It tells nothing of why: they may have worked together, or from one source."


def class_answers(given: Sequence[Grade], case: Case) -> Table:
    """Return what the class answered to one exercise: most split first; the caption tells the agreement.

    Marks count by the paragraph they stand in, written answers by the level they have.
    """
    if not given:
        return Table("Nobody has answered this exercise.", ())
    exercise, rows = given[0].exercise, []
    counted = Table(f"‘{exercise.title}’: {len(given)} students looked.", counts_of(given))
    if counted.rows:
        return counted
    if exercise.typed:  # no text is shown that was not chosen
        levels = Counter(one.level or "no level yet" for one in given)
        names = (*exercise.rubric, "no level yet") if exercise.written else ()
        told = [{"level": level, "answers": levels[level]} for level in names if levels[level]]
        numbers = exercise.split([one.value for one in given], case)
        for item in (one for one in exercise.items if one.number):
            by_size = sorted(numbers.get(item.id, {}).items(), key=lambda one: (len(one[0]), one[0]))
            told.append({"asked": item.about, "answers": "; ".join(f"{n}: {k}" for n, k in by_size)})
        return Table(f"‘{exercise.title}’: {len(given)} students wrote.", told)
    each = [exercise.decisions(one.value, case) for one in given]
    for most, thing, answers in (found := most_split(each)):
        said = "; ".join(f"{answer}: {times}" for answer, times in answers.most_common())
        rows.append({"about": exercise.about(thing), "answers": said, "agree with most": f"{most:.0%}"})
    try:
        alpha = krippendorff_alpha([[one.get(thing) for _, thing, _ in found] for one in each])
        agreement = f"Krippendorff’s alpha {alpha:.2f} (1: all agree, 0: as chance would have it)."
        agreement = "All gave one and the same answer." if math.isnan(alpha) else agreement
    except CourseError:  # one student, or no two who answered the same thing
        agreement = "Too few answers to tell how far they agree."
    return Table(f"‘{exercise.title}’: {len(given)} students. {agreement}", rows)


def most_split(each: Iterable[Mapping[str, str]]) -> list[tuple[float, str, Counter[str]]]:
    """Return how people decided on each thing, the most split first.

    Of each the share that agrees with most, the thing, and how many gave each answer.
    """
    answers: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for thing, answer in chain.from_iterable(one.items() for one in each):
        answers[thing][answer] += 1
    found = [(max(of.values()) / of.total(), thing, of) for thing, of in answers.items()]
    return sorted(found, key=lambda one: one[0])


def counts_of(given: Iterable[Grade]) -> Iterator[dict[str, str]]:
    """Give how often each thing stands that is counted of answers of one exercise; none of most."""
    each = [one.exercise.counts(one.value) for one in given]
    for name in dict.fromkeys(chain.from_iterable(each)):
        times = sorted(Counter(one[name] for one in each).items())
        yield {"counted": name, "students": "; ".join(f"{value}: {n}" for value, n in times)}


def hardest(graded: Iterable[Graded]) -> Table:
    """Return the HARDEST items of all lessons: those that the smallest share got as the readers did."""
    credits: defaultdict[tuple[str, str, str], list[float]] = defaultdict(list)
    for each in (each for one in graded for each in one.grades if each.answered):
        for item in each.result.items:
            if item.best:
                where = f" ({item.article})" if item.article else ""
                about = each.exercise.texts.get(item.item, item.item) + where
                at = each.exercise.lesson.replace("_", " "), each.exercise.title, about
                credits[at].append(item.credit)
    shares = [(sum(credit > CLEAR for credit in of) / len(of), -len(of), *at) for at, of in credits.items()]
    rows, seen = [], Counter[str]()
    for share, of, lesson, title, about in sorted(shares):
        seen[title] += 1
        row = {"lesson": lesson, "exercise": title, "about": about, "as the key": f"{share:.0%} of {-of}"}
        if seen[title] <= MOST:
            rows.append(row)
    return Table("What was hardest: how many answered as the readers did", rows[:HARDEST])


def heat_layers(given: Sequence[Grade], article: Article) -> list[Layer]:
    """Return the class's marks on one article as layers for the Reader, what most students marked first.

    A passage goes as far as the same number gave it the same labels, and its label says how many did.
    """
    layers: defaultdict[int, list[Annotation]] = defaultdict(list)
    for start, end, labels in marked_alike((one.value for one in given), article):
        label, times = max(labels.items(), key=lambda pair: pair[1])
        note = "; ".join(f"{name}: {count}" for name, count in labels.items())
        told = f"{label}: {times} of {len(given)}"
        layers[min(3, 4 * times // len(given))].append(Annotation(article.id, start, end, told, note=note))
    return [Layer(SHARES[at], tuple(layers[at])) for at in (3, 2, 1, 0) if layers[at]]


# --- people held against each other: two readers of the same texts, students whose answers are alike


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
                    texts[grade.exercise.title, " ".join(text.casefold().split())][at] = None
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
        one_in = f"one in {1 / by_chance:,.0f}" if by_chance > 1e-6 else "less than one in a million"
        rows.append({"students": names, "share": told, "chance": one_in})
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
