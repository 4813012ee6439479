"""Hits, false alarms, d' and criterion against scipy and against published values."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from course.analysis.detection import SURE, Detected, criterion, d_prime, detected, right_by_sureness

SAYS = st.sampled_from(["supported", "not supported"])


def test_it_is_what_scipy_gives_for_every_round_of_twelve():
    for hits, false_alarms in itertools.product(range(7), repeat=2):
        counts = Detected(hits, false_alarms, 6, 6)
        hit, false_alarm = norm.ppf([(hits + 0.5) / 7, (false_alarms + 0.5) / 7])
        assert d_prime(counts) == pytest.approx(hit - false_alarm, abs=1e-12)
        assert criterion(counts) == pytest.approx(-(hit + false_alarm) / 2, abs=1e-12)


@pytest.mark.parametrize(
    ("share", "false_share", "d", "c"),
    [
        # The worked example of Stanislaw & Todorov (1999), Calculation of signal detection theory measures,
        # Behavior Research Methods 31: 137-149.
        (0.8, 0.4, 1.095, -0.294),
        # Macmillan & Creelman (2005), Detection Theory: A User's Guide, table A5.1: z(.01) = -2.326,
        # z(.10) = -1.282, z(.30) = -0.524, z(.69) = 0.496; from .99 and .01 comes 4.65, their ceiling.
        (0.99, 0.01, 4.652, 0.0),
        (0.69, 0.30, 1.020, 0.014),
        (0.30, 0.10, 0.758, 0.903),
        (0.10, 0.30, -0.758, 0.903),
    ],
)
def test_shares_have_the_values_of_published_tables(share, false_share, d, c):
    # The tables are of shares without a correction: these counts have just those shares after it.
    counts = Detected(share * 101 - 0.5, false_share * 101 - 0.5, 100, 100)
    assert d_prime(counts) == pytest.approx(d, abs=0.001)
    assert criterion(counts) == pytest.approx(c, abs=0.001)


@given(*[st.integers(0, 30)] * 4)
def test_every_round_has_a_number_and_a_turned_one_the_opposite(hits, misses, false_alarms, rest):
    counts = Detected(hits, false_alarms, hits + misses, false_alarms + rest)
    turned = Detected(misses, rest, *counts[2:])
    assert d_prime(turned) == pytest.approx(-d_prime(counts))
    assert criterion(turned) == pytest.approx(-criterion(counts))


@given(st.dictionaries(st.text(), SAYS), st.dictionaries(st.text(), SAYS))
def test_counts_are_of_statements_that_have_a_key_and_an_answer(said, key):
    counts, both = detected(said, key), set(said) & set(key)
    assert counts.supported + counts.unsupported == len(both)
    right = sum(said[one] == key[one] for one in both)
    assert right == counts.hits + counts.unsupported - counts.false_alarms
    by_sureness = right_by_sureness(said, dict.fromkeys(said, "fairly sure"), key)
    assert by_sureness == {SURE[0]: (0, 0), SURE[1]: (right, len(both)), SURE[2]: (0, 0)}


def test_who_trusts_everything_and_who_distrusts_everything_differ_only_in_criterion():
    key = {name: "supported" if name in "abc" else "not supported" for name in "abcdef"}
    trusting = detected(dict.fromkeys(key, "supported"), key)
    wary = detected(dict.fromkeys(key, "not supported"), key)
    assert (trusting, wary) == (Detected(3, 3, 3, 3), Detected(0, 0, 3, 3))
    assert d_prime(trusting) == d_prime(wary) == 0
    assert criterion(trusting) == pytest.approx(-criterion(wary))
    assert criterion(trusting) < 0
