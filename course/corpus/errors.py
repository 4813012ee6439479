"""What can go wrong with a case, in one sentence: what is wrong, where, what to do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

Thing = TypeVar("Thing")
Kind = Callable[[str], Exception]


class CourseError(Exception):
    """Anything the course tells a person about bad input; its text is one plain sentence."""


class CaseError(CourseError):
    """A file of the case cannot be used."""


class NotAsked(CourseError):
    """The case has no exercise of that id."""


class SpanError(CourseError):
    """Words that are said to stand in an article do not, or stand there more than once."""


@contextmanager
def one_sentence(told: str, *errors: type[Exception], kind: Kind = CourseError, **of: Any) -> Iterator[None]:
    """Make one sentence, an error of a `kind`, of such errors: what is `told` of the {error}."""
    try:
        yield
    except errors as error:
        raise kind(told.format(error=error, **of)) from error


def need(thing: Thing | None, told: str, kind: Kind = CourseError) -> Thing:
    """Return a thing that is needed. Raises an error of a `kind` with what is `told` where there is none."""
    if not thing:
        raise kind(told)
    return thing
