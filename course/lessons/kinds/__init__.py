"""The kinds of exercise: each file here holds one class, all that the course knows of that kind.

Kinds are found by looking into this package's `__path__`: a new one is a new file.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from course.lessons.exercises import Exercise


def names() -> list[str]:
    """Return the names of all kinds."""
    return sorted(module.name for module in iter_modules(__path__))


@cache
def kind_of(name: str) -> type[Exercise]:
    """Return the class of a kind. Raises LookupError where there is none of that name."""
    if name not in names():
        raise LookupError(name)
    found = vars(import_module(f"{__name__}.{name}")).values()
    return next(one for one in found if isinstance(one, type) and vars(one).get("kind") == name)
