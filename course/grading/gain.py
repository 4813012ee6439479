"""What a class gained from before to after and later: of those who ticked their rounds, never of one student.

Nothing is told of fewer than LEAST students. Of two groups, one within the other, both are told only where
they differ by as many: else the few who are in one alone could be reckoned from two means. What is said
stands in gain.toml.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from html import escape
from itertools import chain, combinations
from math import sqrt
from operator import itemgetter
from pathlib import Path
from statistics import NormalDist, fmean, quantiles
from typing import NamedTuple

from course.analysis.detection import SURE, Detected, criterion, d_prime
from course.corpus.case import read_toml
from course.corpus.errors import need
from course.corpus.table import Table
from course.grading.roster import to_csv
from course.grading.rows import Row
from course.lessons.handin import page
from course.lessons.keys import Keys
from course.lessons.rounds import FORMS, HOW_SURE, MOMENTS, Round, judged, order_of

LEAST = 8  # students
DRAWS = 2000
SAID = read_toml(Path(__file__).with_suffix(".toml"))
SOUND, UNSOUND, APART, WARY = MEASURES = tuple(SAID["measure"])
SHARES = (SOUND, UNSOUND)  # the other two are in standard deviations


Rounds = Mapping[str, Round]  # of one student, by moment
Group = tuple[tuple[str, ...], list[Rounds]]  # the moments that all of these students shared
Shares = dict[str, dict[str, tuple[float, float, float]]]


class Mean(NamedTuple):
    """A mean, and the means of as many students drawn with replacement, from which its interval comes."""

    mean: float
    draws: list[float]

    def __sub__(self, other: Mean) -> Mean:
        """Return a difference: of one group's means, which have the same draws, it is a paired one."""
        draws = [one - less for one, less in zip(self.draws, other.draws, strict=True)]
        return Mean(self.mean - other.mean, draws)

    @property
    def estimate(self) -> tuple[float, float, float]:
        """The mean, and the ends of its 95 % interval."""
        cuts = quantiles(self.draws, n=40, method="inclusive")
        return self.mean, cuts[0], cuts[-1]

    def told(self, measure: str) -> str:
        """Return a change as people read it; where its interval holds 0 it can be chance."""
        mean, low, high = (shown(one, measure, "+") for one in self.estimate)
        return f"{mean} ({low} to {high}{SAID['chance'] * (self.estimate[1] <= 0 <= self.estimate[2])})"


def shown(value: float, measure: str, sign: str = "") -> str:
    """Return a value of a measure in figures, shares in per cent.

    >>> shown(-0.124, SOUND), shown(1.5, APART, "+")
    ('−12', '+1.50')
    """
    return (f"{round(100 * value):{sign}d}" if measure in SHARES else f"{value:{sign}.2f}").replace("-", "−")


Means = dict[tuple[str, str], Mean]  # by measure and moment


def values_of(counts: Detected) -> dict[str, float]:
    """Return the four measures of a round."""
    shares = {SOUND: counts.hits / counts.supported, UNSOUND: counts.false_alarms / counts.unsupported}
    return shares | {APART: d_prime(counts), WARY: criterion(counts)}


def shared_rounds(rows: Iterable[Row], keys: Keys) -> list[Rounds]:
    """Return the rounds that each student shared and answered in full, as they were before any reveal.

    A hand-in that two students sent counts once. Raises CourseError where there is no key.
    """
    found: list[Rounds] = []
    need(all(keys.get(form) for form in FORMS), SAID["missing"])
    for student, answers in {row.student_id: row.answers for row in rows if row.answers}.items():
        given, mine = {id: answers[id].standing for id in answers if id.startswith(FORMS)}, {}
        for moment, form in zip(MOMENTS, order_of(student), strict=True):
            said = given.get(form, {})
            if all(key.item in said for key in keys[form]):
                mine[moment] = judged(said, given.get(form + HOW_SURE, {}), keys[form])
        found.append(mine)
    return found


def groups(people: Iterable[Rounds]) -> list[Group]:
    """Return of whom something may be told, the most moments first; each group begins with the one before."""
    found: list[Group] = []
    people = sorted(people, key=lambda one: [at in one for at in MOMENTS], reverse=True)
    for moments in (MOMENTS, MOMENTS[:2], MOMENTS[:1]):
        size = sum(one.keys() >= {*moments} for one in people)
        if size - (len(found[-1][1]) if found else 0) >= LEAST:
            found.append((moments, people[:size]))
    return found


def measured(group: Group, seed: int = 1995) -> Means:
    """Return a group's means by measure and moment, with the same draws for all (bootstrap, Efron 1979)."""
    moments, people = group
    each = {at: [values_of(one[at].counts) for one in people] for at in moments}
    values = {(name, at): [one[name] for one in each[at]] for name in MEASURES for at in moments}
    means = {name: Mean(fmean(column), []) for name, column in values.items()}
    draw, size, wide = random.Random(seed), len(people), widened(len(people))  # noqa: S311 - a resample
    for _ in range(DRAWS):
        drawn = itemgetter(*draw.choices(range(size), k=size))
        for name, column in values.items():
            mean, draws = means[name]
            draws.append(mean + wide * (sum(drawn(column)) / size - mean))
    return means


def widened(size: int) -> float:
    """Return by how much the percentile interval of a mean of so many is too narrow (Hesterberg 2015).

    For it takes n for n - 1, and the normal for Student's t (here by its expansion), at 95 %.

    >>> round(widened(8), 2), round(widened(300), 3)
    (1.29, 1.006)
    """
    z, free = NormalDist().inv_cdf(0.975), size - 1
    t = z + (z**3 + z) / (4 * free) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)
    return t / z * sqrt(size / free)


def report(people: list[Rounds], beside: list[Rounds] | None = None) -> tuple[list[str], list[Table], Shares]:
    """Return all that is told of a class: sentences, tables, and shares to draw by measure and moment.

    `beside` are the students of a comparison class. Raises CourseError where nothing may be told.
    """
    (first, means), *rest = ((group, measured(group)) for group in need(groups(people), SAID["none"]))
    tables = [means_table(SAID["class"], *pair) for pair in ((first, means), *rest)]
    shares = {name: {at: means[name, at].estimate for at in first[0]} for name in SHARES}
    others, lines = groups(beside or ())[:1], list[str]()
    for group in others:
        other = measured(group, seed=2015)
        both = tuple(at for at in first[0] if at in group[0])
        apart = {(name, at): means[name, at] - other[name, at] for name in MEASURES for at in both}
        tables = [means_table(SAID["apart"], (both, first[1]), apart), *tables]
        tables.append(means_table(SAID["beside"], group, other))
        lines = [told_of(apart, "more", at) for at in both[1:]]
        lines.append(SAID["starts"].format(*(apart[name, MOMENTS[0]].told(name) for name in SHARES)))
        shares |= {
            SAID["line"].format(name): {at: other[name, at].estimate for at in both} for name in SHARES
        }
    tables += [sureness_table(first), forms_table(first, means)]
    lines += [] if others or beside is None else [SAID["beside_few"]]
    for at in first[0][1:]:
        sound, unsound = (means[name, at].mean - means[name, MOMENTS[0]].mean for name in SHARES)
        lines.append(told_of(means, "change", at))
        lines += [SAID["lower"]] * (sound < 0) + [SAID["higher"]] * (unsound > 0)
    lines += [SAID["few"].format(one.caption) for one in tables if not one.rows]
    return [*lines, SAID["limits"]], [one for one in tables if one.rows], shares


def told_of(means: Means, sentence: str, at: str) -> str:
    """Return a sentence of gain.toml on how trust changed from the first moment to another."""
    return str(SAID[sentence]).format(at, *((means[n, at] - means[n, MOMENTS[0]]).told(n) for n in SHARES))


def means_table(caption: str, group: Group, means: Means) -> Table:
    """Return a group's means at each moment, and its changes."""
    rows = []
    for name, about in SAID["measure"].items():
        row = {"measure": f"{name}\n{about}"} | {at: shown(means[name, at].mean, name) for at in group[0]}
        for first, last in combinations(group[0], 2):
            told = (means[name, last] - means[name, first]).told(name)
            row[f"{first} to {last}"] = re.sub(r" \(|; |\)", "\n", told).strip()  # a line each: narrow
        rows.append(row)
    return Table(caption.format(", ".join(group[0]), len(group[1])), rows)


def sureness_table(group: Group) -> Table:
    """Return how often the sure and the less sure were right; nothing where few gave one of the answers."""
    rows = []
    for level in SURE:
        row = {"how sure": level}
        for at in group[0]:
            given = [one[at].sureness[level] for one in group[1] if one[at].sureness[level][1]]
            if 0 < len(given) < LEAST:
                return Table(SAID["sure"], ())
            right, of = map(sum, zip((0, 0), *given, strict=True))
            row[at] = f"{right / of:.0%} of {of}" if of else "–"
        rows.append(row)
    return Table(SAID["sure"], rows)


def forms_table(group: Group, means: Means) -> Table:
    """Return how easy each form was; nothing where few took one of them."""
    rows = []
    for form in FORMS:
        taken = [(one[at], means[APART, at]) for one in group[1] for at in group[0] if one[at].form == form]
        if 0 < len(taken) < LEAST:
            return Table(SAID["forms"], ())
        if taken:
            easier = shown(fmean(d_prime(one.counts) - usual.mean for one, usual in taken), APART, "+")
            rows.append({"form": form[-1].upper(), "students": len(taken), "difference": easier})
    return Table(SAID["forms"], rows)


# --- what goes out


def study_csv(classes: Mapping[str, Iterable[Rounds]]) -> bytes:
    """Return a line a student for who studies the course: counts alone, no name, code, id or time.

    They are the students of groups(), with those moments. Lines are sorted by what they hold, so that their
    order tells nothing. Raises CourseError where there is none.
    """
    rows = []
    for name, people in classes.items():
        done = 0
        for moments, group in groups(people):
            for one in group[done:]:
                rounds = (one[at] for at in moments)
                taken = ([by.form, *by.counts, *chain(*by.sureness.values())] for by in rounds)
                rows.append([name, *chain(*taken)])
            done = len(group)
    need(rows, SAID["none"])
    head = ["class", *(f"{at}: {name}" for at in MOMENTS for name in SAID["columns"])]
    return to_csv([head, *([*row, *[""] * (len(head) - len(row))] for row in sorted(rows, key=str))])


def letter() -> bytes:
    """Return the page for parents and heads: what is collected, what not, where it stays, how long."""
    title, lead, parts = (SAID["letter"][name] for name in ("title", "lead", "parts"))
    text = "".join(f"<h2>{escape(head)}</h2><p>{escape(told)}</p>" for head, told in parts.items())
    return page(title, f"<h1>{escape(title)}</h1><p>{escape(lead)}</p>{text}").encode()
