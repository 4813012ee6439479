"""The class as a whole, without names: safe to project."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain

from course.analysis.agreement import krippendorff_alpha
from course.corpus.annotation import Annotation, Layer
from course.corpus.article import Article
from course.corpus.case import Case
from course.corpus.errors import CourseError
from course.corpus.table import Table
from course.grading.grade import Grade, Graded
from course.lessons.kinds.mark import marked_alike

CLEAR = 0.9  # a share of the class from which 'nearly everybody' is said
SHARES = ("under a quarter", "a quarter or more", "half or more", "three quarters or more")  # of the class


def class_answers(given: Sequence[Grade], case: Case) -> Table:
    """Return what the class answered to one exercise: most split first; the caption tells the agreement.

    Marks count by the paragraph they stand in, written answers by the level they have.
    """
    if not given:
        return Table("Nobody has answered this exercise.", ())
    exercise, rows = given[0].exercise, []
    if counted := counts_of(given):
        return Table(f"‘{exercise.title}’: {len(given)} students looked.", counted)
    if exercise.typed:  # no text is shown that was not chosen
        levels = Counter(one.level or "no level yet" for one in given)
        names = (*exercise.rubric, "no level yet") if exercise.written else ()
        order = (level for level in names if levels[level])
        caption = f"‘{exercise.title}’: {len(given)} students wrote."
        return Table(caption, ({"level": level, "answers": levels[level]} for level in order))
    each = [exercise.decisions(one.value, case) for one in given]
    things = dict.fromkeys(thing for one in each for thing in one)
    for thing in things:
        answers = Counter(one[thing] for one in each if thing in one)
        most = max(answers.values()) / answers.total()
        said = "; ".join(f"{answer}: {times}" for answer, times in answers.most_common())
        row = {"about": exercise.about(thing), "answers": said, "agree with most": f"{most:.0%}"}
        rows.append((most, row))
    rows.sort(key=lambda pair: pair[0])
    try:
        alpha = krippendorff_alpha([[one.get(thing) for thing in things] for one in each])
        agreement = f"Krippendorff’s alpha {alpha:.2f} (1: all agree, 0: as chance would have it)."
        agreement = "All gave one and the same answer." if math.isnan(alpha) else agreement
    except CourseError:  # one student, or no two who answered the same thing
        agreement = "Too few answers to tell how far they agree."
    caption = f"‘{exercise.title}’: {len(given)} students. {agreement}"
    return Table(caption, (row for _, row in rows))


def counts_of(given: Iterable[Grade]) -> list[dict[str, str]]:
    """Return how often each thing stands that is counted of answers of one exercise; none of most."""
    each = [one.exercise.counts(one.value) for one in given]
    found: list[dict[str, str]] = []
    for name in dict.fromkeys(chain.from_iterable(each)):
        times = sorted(Counter(one[name] for one in each).items())
        found.append({"counted": name, "students": "; ".join(f"{value}: {n}" for value, n in times)})
    return found


def hard_and_easy(graded: Iterable[Graded]) -> Table:
    """Return the items that nobody, or nearly everybody, got as the readers did."""
    credits: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for each in (each for one in graded for each in one.grades if each.answered):
        for item in each.result.items:
            if item.best:
                where = f" ({item.article})" if item.article else ""
                about = each.exercise.texts.get(item.item, item.item) + where
                credits[each.exercise.title, about].append(item.credit)
    rows: list[dict[str, str]] = []
    for (title, about), found in credits.items():
        full = sum(credit > CLEAR for credit in found) / len(found)
        if full == 0 or full >= CLEAR:
            rows.append({"exercise": title, "about": about, "as the key": f"{full:.0%} of {len(found)}"})
    rows.sort(key=lambda row: row["as the key"])
    return Table("What nobody, or nearly everybody, got", rows)


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
