"""Print how often the intervals of a class's gain hold the truth: `python -m tests.benchmarks.gain`.

Classes are made up, with a known effect and with none, of 8, 30 and 300 students; the truth is the mean of
20,000 more. Stated are 95 %. Beside the interval that the desk gives (a percentile interval, widened:
Hesterberg 2015) stand the plain one and BCa (scipy's) of the same classes: why the desk has what it has.
"""

# ruff: noqa: S311 - seeded, no secrets

import random
from collections import Counter
from math import sqrt
from pathlib import Path
from statistics import fmean

import numpy
from scipy.stats import bootstrap

from course.corpus.case import open_case
from course.grading.gain import APART, SAID, Mean, Rounds, groups, measured, shared_rounds, values_of, widened
from course.grading.made_up import GAIN, NO_GAIN, made_up_rounds
from course.grading.rows import Row
from course.lessons.exercises import load_exercises
from course.lessons.handin import DONE
from course.lessons.keys import load_keys
from course.lessons.work import Answer

CASE = open_case(Path(__file__).parents[2])
EXERCISES, KEYS = load_exercises(CASE), load_keys(CASE)
CLASSES = {8: 400, 30: 400, 300: 100}  # of each size so many
GAINS = {"none": NO_GAIN, "known": GAIN}
FIRST, LAST = "before", "after"


def made_up_people(size: int, gain: tuple[float, ...], seed: str) -> list[Rounds]:
    """Return the first and the last round of so many students, all of whom ticked them."""
    draw = random.Random(seed)
    rows: list[Row] = []
    while len(rows) < size:
        id = f"{draw.getrandbits(128):032x}"
        entries = made_up_rounds(EXERCISES, KEYS, id, draw, gain)
        if DONE not in entries.values():
            answers = {name: Answer.of(name, entry) for name, entry in entries.items()}
            rows.append(Row(id, student_id=id, answers=answers))
    return [{at: one[at] for at in (FIRST, LAST)} for one in shared_rounds(rows, KEYS)]


def changes(people: list[Rounds], measure: str) -> list[float]:
    """Return each student's change in one measure."""
    return [values_of(one[LAST].counts)[measure] - values_of(one[FIRST].counts)[measure] for one in people]


def main() -> None:
    """Print a line for each size, effect and measure, and the difference to a class without one."""
    print("held of 100 intervals, 95 stated")
    for size, number in CLASSES.items():
        print(f"{number} classes of {size}: 95 give or take {196 * sqrt(0.95 * 0.05 / number):.0f} by chance")
    heads = "".join(f"{head:>11}" for head in ("truth", "desk", "percentile", "BCa", "found"))
    print(f"students  effect  {'measure':28}{heads}")
    truth = {}
    for name, gain in GAINS.items():
        parts = (made_up_people(1000, gain, f"{name} {at}") for at in range(20))
        means = [[fmean(changes(people, one)) for one in SAID["measure"]] for people in parts]
        truth |= {
            (name, one): fmean(column)
            for one, column in zip(SAID["measure"], zip(*means, strict=True), strict=True)
        }
    for size, number in CLASSES.items():
        held: Counter[tuple[str, str, str]] = Counter()
        gained: dict[str, list[Mean]] = {name: [] for name in GAINS}
        for name, gain in GAINS.items():
            for at in range(number):
                people = made_up_people(size, gain, f"{name} {size} {at}")
                means = measured(groups(people)[0], seed=at + (name == "none") * number)
                for one in SAID["measure"]:
                    change, true = means[one, LAST] - means[one, FIRST], truth[name, one]
                    gained[name] += [change] if one == APART else []
                    mean, low, high = change.estimate
                    ends = [mean + (end - mean) / widened(size) for end in (low, high)]
                    values = changes(people, one)
                    bca = bootstrap((values,), numpy.mean, n_resamples=999, rng=at).confidence_interval
                    held[name, one, "desk"] += low <= true <= high
                    held[name, one, "plain"] += ends[0] <= true <= ends[1]
                    held[name, one, "bca"] += bca[0] <= true <= bca[1]
                    held[name, one, "found"] += not low <= 0 <= high
            for one in SAID["measure"]:
                rates = [100 * held[name, one, how] / number for how in ("desk", "plain", "bca", "found")]
                line = "".join(f"{rate:11.1f}" for rate in rates)
                print(f"{size:8}  {name:6}  {one:28}{truth[name, one]:11.2f}{line}", flush=True)
        true = truth["known", APART] - truth["none", APART]
        both = [(own - other).estimate for own, other in zip(gained["known"], gained["none"], strict=True)]
        desk = 100 * sum(low <= true <= high for _, low, high in both) / number
        found = 100 * sum(low > 0 for _, low, _ in both) / number
        print(f"{size:8}  beside  {APART:28}{true:11.2f}{desk:11.1f}{'':22}{found:11.1f}")


if __name__ == "__main__":
    main()
