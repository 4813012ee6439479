"""Telling supported statements from unsupported ones: hits, false alarms, d', criterion, sureness.

The signal is a supported statement. To say 'supported' of one is a hit; of one that is not, a false alarm.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

SUPPORTED = "supported"
SURE = ("sure", "fairly sure", "a guess")


class Detected(NamedTuple):
    """How often somebody said 'supported', of the supported and of the unsupported statements answered."""

    hits: int
    false_alarms: int
    supported: int
    unsupported: int


def detected(said: Mapping[str, str], key: Mapping[str, str]) -> Detected:
    """Count what was said of the statements of a key (`{statement: option}`) that have an answer.

    >>> detected({"a": SUPPORTED, "b": SUPPORTED}, {"a": SUPPORTED, "b": "not supported", "c": SUPPORTED})
    Detected(hits=1, false_alarms=1, supported=1, unsupported=1)
    """
    sound = [said[one] == SUPPORTED for one in key if one in said and key[one] == SUPPORTED]
    unsound = [said[one] == SUPPORTED for one in key if one in said and key[one] != SUPPORTED]
    return Detected(sum(sound), sum(unsound), len(sound), len(unsound))


def d_prime(counts: Detected) -> float:
    """Return how well somebody tells the two apart, in standard deviations: 0 is chance, more is better.

    With the log-linear correction (Hautus 1995), so that all or none give a finite number too.

    >>> round(d_prime(Detected(5, 1, 6, 6)), 3), d_prime(Detected(3, 3, 6, 6))
    (1.583, 0.0)
    """
    hit, false_alarm = _z(counts)
    return hit - false_alarm


def criterion(counts: Detected) -> float:
    """Return how ready somebody is to say 'supported', corrected alike: below 0 readier, above 0 more wary.

    >>> round(criterion(Detected(6, 4, 6, 6)), 3), criterion(Detected(5, 1, 6, 6))
    (-0.916, 0.0)
    """
    hit, false_alarm = _z(counts)
    return 0.0 - (hit + false_alarm) / 2


def _z(counts: Detected) -> Iterator[float]:
    from statistics import NormalDist  # noqa: PLC0415 - few lessons need it, and it takes 0.15 MB

    pairs = (counts.hits, counts.supported), (counts.false_alarms, counts.unsupported)
    return (NormalDist().inv_cdf((some + 0.5) / (of + 1)) for some, of in pairs)


def right_by_sureness(
    said: Mapping[str, str], sure: Mapping[str, str], key: Mapping[str, str]
) -> dict[str, tuple[int, int]]:
    """Return for each of `SURE` how many statements were judged right, and of how many.

    `sure` is `{statement: how sure}`; a statement that lacks an answer to either question is left out.

    >>> right_by_sureness({"a": "supported", "b": "supported"}, {"a": "sure", "b": "a guess"},
    ...                   {"a": "supported", "b": "not supported"})
    {'sure': (1, 1), 'fairly sure': (0, 0), 'a guess': (0, 1)}
    """
    both = [(sure.get(one), said[one] == key[one]) for one in key if one in said]
    right = {level: [good for how, good in both if how == level] for level in SURE}
    return {level: (sum(some), len(some)) for level, some in right.items()}
