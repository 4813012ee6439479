"""Span overlap; alpha against published libraries."""

# ruff: noqa: S311 - seeded test data, no secrets

import math
import random
import tomllib
from pathlib import Path

import krippendorff
import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.analysis.agreement import (
    alpha_interval,
    held_by,
    krippendorff_alpha,
    span_overlap,
)
from course.corpus.annotation import Annotation
from course.corpus.errors import CourseError

SEEDS = Path(__file__).parents[2] / "seeds"
RAW = "“He has offered his jails,” Rubio said. We can send them 🙂 there."


def mark(words, label="quoted", raw=RAW, by=""):
    start = raw.index(words)
    return Annotation("X", start, start + len(words), label, by)


def overlap_of(raw, marks, spans):
    return span_overlap(held_by(raw, marks), held_by(raw, spans))


# --- marks


@pytest.mark.parametrize(
    "words",
    [
        "“He has offered his jails,”",
        "He has offered his jails",
        "e has offered his jail",
        "He has offered his jails,” R",
        "He has offered his jails,” ",
    ],
)
def test_edges_that_differ_by_part_of_a_word_or_punctuation_count_as_equal(words):
    overlap = overlap_of(RAW, [mark(words)], [mark("“He has offered his jails,”")])
    (match,) = overlap.matches
    assert (match.fit, match.covered, match.instead) == (1.0, 1.0, "")
    assert overlap.extra == ()
    assert overlap.marked == match.size


def test_a_word_more_or_less_counts():
    overlap = overlap_of(RAW, [mark("He has offered his jails,” Rubio")], [mark("He has offered his jails")])
    assert overlap.matches[0].covered == 1.0
    assert overlap.matches[0].fit == pytest.approx(
        len("Hehasofferedhisjails") / len("HehasofferedhisjailsRubio")
    )
    assert (overlap.matches[0].size, overlap.marked) == (20, 25)


def test_missed_spans_other_labels_and_marks_without_counterpart_are_told():
    spans = [mark("He has offered his jails"), mark("We can send them"), mark("there", "own")]
    marks = [mark("He has offered his", "own"), mark("Rubio said"), mark("We can")]
    overlap = overlap_of(RAW, marks, spans)
    assert [m.span for m in overlap.matches] == spans
    assert [m.instead for m in overlap.matches] == ["own", "", ""]
    assert all(match.covered < 0.5 for match in overlap.matches)
    assert [m.size for m in overlap.matches] == [20, 13, 5]
    assert overlap.matches[1].mark == marks[2]
    assert overlap.matches[1].covered == pytest.approx(5 / 13)
    assert overlap.extra == (marks[0], marks[1])


def test_one_long_mark_covers_two_spans_but_fits_neither():
    spans = [mark("He has offered"), mark("his jails")]
    overlap = overlap_of(RAW, [mark("He has offered his jails")], spans)
    assert all(m.covered == 1 for m in overlap.matches)
    assert all(m.fit < 1 for m in overlap.matches)


def test_spans_that_hold_no_word_are_left_out_and_an_emoji_is_one():
    assert overlap_of(RAW, [mark(",” ")], [mark("“")]).matches == ()
    assert overlap_of(RAW, [], []).marked == 0
    assert overlap_of(RAW, [mark("🙂")], [mark("🙂 ")]).matches[0].fit == 1.0
    (missed,) = overlap_of(RAW, [], [mark("them")]).matches
    assert (missed.size, missed.covered, missed.mark) == (4, 0.0, None)


SPANS = st.lists(
    st.builds(
        lambda start, size, label: Annotation("X", start, start + size, label),
        st.integers(0, 40),
        st.integers(0, 40),
        st.sampled_from(["own", "quoted"]),
    ),
    max_size=5,
)


@given(st.text(max_size=40), SPANS, SPANS, st.randoms())
def test_overlap_holds_for_any_text_and_any_order(raw, marks, spans, rng):
    overlap = overlap_of(raw, marks, spans)
    assert 0 <= overlap.marked <= sum(m.size for m in overlap_of(raw, marks, marks).matches)
    assert all(0 <= m.fit <= 1 and 0 <= m.covered <= 1 for m in overlap.matches)
    assert {m.span for m in overlap.matches} <= set(spans)
    assert set(overlap.extra) <= set(marks)
    again = overlap_of(raw, rng.sample(marks, len(marks)), rng.sample(spans, len(spans)))
    assert again.matches == overlap.matches
    assert again == overlap


@given(st.text(max_size=40), SPANS)
def test_the_same_marks_agree_wholly(raw, spans):
    overlap = overlap_of(raw, spans, spans)
    assert overlap.marked <= sum(m.size for m in overlap.matches)
    assert all(m.fit == m.covered == 1.0 and not m.instead for m in overlap.matches)
    assert overlap.extra == ()


# --- reliability


def test_alpha_is_the_krippendorff_librarys_on_random_data_with_missing_values():
    rng = random.Random(2011)
    compared = 0
    for _ in range(150):
        units, top = rng.randint(2, 25), rng.randint(2, 6)
        values = list(range(top))
        ratings = [
            [None if rng.random() < 0.3 else rng.choice(values) for _ in range(units)]
            for _ in range(rng.randint(2, 5))
        ]
        pairable = [c for c in zip(*ratings, strict=True) if sum(v is not None for v in c) > 1]
        seen = {v for column in pairable for v in column if v is not None}
        if len(seen) < 2:
            continue
        data = numpy.array(ratings, dtype=float)
        expected = krippendorff.alpha(reliability_data=data, level_of_measurement="nominal")
        assert krippendorff_alpha(ratings) == pytest.approx(expected, abs=1e-9)
        compared += 1
    assert compared > 100


def test_alpha_on_krippendorffs_own_example():
    # Krippendorff 2011, 'Computing Krippendorff's alpha-reliability', section C: four observers.
    ratings = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
    assert round(krippendorff_alpha(ratings), 3) == 0.743


def test_without_variation_agreement_is_nan():
    assert math.isnan(krippendorff_alpha(["aaa", "aaa"]))
    assert all(map(math.isnan, alpha_interval(["aaa", "aaa"])))


@pytest.mark.parametrize(
    ("ratings", "says"),
    [
        ([["a", None], [None, "b"]], "no unit was rated by two"),
        ([["a", "b"]], "two or more raters"),
        ([["a", "b"], ["a"]], "as many units"),
        ([[], []], "no units"),
    ],
)
def test_ratings_that_cannot_be_compared_are_refused_in_a_sentence(ratings, says):
    with pytest.raises(CourseError, match=says) as error:
        krippendorff_alpha(ratings)
    assert "\n" not in str(error.value)


def test_the_interval_holds_the_figure_is_the_same_each_time_and_narrows_with_more_units():
    rng = random.Random(7)
    a = [rng.choice("xyz") for _ in range(400)]
    b = [value if rng.random() < 0.8 else rng.choice("xyz") for value in a]
    widths = []
    for units in (25, 400):
        ratings = [a[:units], b[:units]]
        low, high = alpha_interval(ratings)
        assert low < krippendorff_alpha(ratings) < high
        assert alpha_interval(ratings) == (low, high)
        assert alpha_interval(ratings, seed=1) != (low, high)
        widths.append(high - low)
    assert widths[1] < widths[0] / 2.5  # about the square root of 16


@pytest.mark.parametrize(
    "ratings",
    [
        [[1, 0, 1, 1, 0, 0, 1, 0], [1, 0, 1, 0, 0, 1, 1, 0]],
        ["abcabcaa", "abcabbca", ["a", None, "c", "c", None, "b", "a", "b"]],
        [["a", "b", None, "b"], ["a", None, "c", "c"]],
    ],
)
def test_the_interval_is_numpys_percentiles_of_the_resampled_alphas(ratings):
    units, draw, alphas = list(zip(*ratings, strict=True)), random.Random(2008), []
    for _ in range(1000):
        try:
            alphas.append(krippendorff_alpha(list(zip(*draw.choices(units, k=len(units)), strict=True))))
        except CourseError:
            continue
    alphas = [alpha for alpha in alphas if not math.isnan(alpha)]
    assert alpha_interval(ratings) == pytest.approx(numpy.percentile(alphas, [2.5, 97.5]))


# --- the three readers of the five articles (facts that lessons state)


def _labels(name, table, label):
    entries = tomllib.loads((SEEDS / f"readings/{name}.toml").read_text("utf-8"))[table]
    return [entry[label] for entry in entries]


@pytest.mark.parametrize(
    ("name", "table", "label", "units", "alpha"),
    [
        ("frames", "label", "primary", 76, 0.836),
        ("wording", "term", "charge", 229, 0.732),
        ("wording", "term", "voice", 229, 0.944),
        ("claims", "claim", "stance", 295, 0.866),
        ("claims", "claim", "verdict", 59, 0.920),
        ("quotes", "quote", "kind", 47, 0.944),
    ],
)
def test_how_far_the_three_readers_agree(name, table, label, units, alpha):
    labels = _labels(name, table, label)
    if label == "stance":
        labels = [stance for by_article in labels for stance in by_article.values()]
    ratings = [[unit.get(reader) for unit in labels] for reader in ("reader1", "reader2", "reader3")]
    figure = krippendorff_alpha(ratings)
    low, high = alpha_interval(ratings)
    assert (len(labels), round(figure, 3)) == (units, alpha)
    assert low < figure < high
