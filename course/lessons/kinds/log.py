"""Log: a claim that was looked for outside the page, up to four places, and what to say now.

An answer is `{field: text}`. An address is text: it is never made a link and never opened.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from course.corpus.case import Case
from course.lessons.exercises import Exercise, Item, PartPath
from course.lessons.keys import Key

PLACES = 4
PRIMARY, NOT = "primary", "not primary"
FIELDS = {
    "address": "address",
    "who": "who stands behind it",
    "says": "what it says",
    "kind": "primary or not",
}
LONGEST = 300  # characters; what follows a ? in an address is best left out
_OUTSIDE = ("claim", "now")  # what there is besides the places


@dataclass(frozen=True, eq=False)
class Log(Exercise):
    """An exercise in which one claim is looked for elsewhere; its options are the claims to choose from."""

    kind = "log"
    fields = frozenset({"options"})
    key_fields = frozenset()
    has_labels = False
    written = True
    finish = ("Press the button when you have noted all you want to note.", "I have finished looking")
    pattern = "{field: text}"
    column = "Your notes"

    @classmethod
    def read(cls, case: Case, lesson: str, entry: dict[str, Any], where: str) -> Self:
        """Return the exercise with an item for each field."""
        made = super().read(case, lesson, entry, where)
        places = [
            Item(f"{name}_{at}", f"Place {at}: {text}", group=f"Place {at}")
            for at in range(1, PLACES + 1)
            for name, text in FIELDS.items()
        ]
        kinds = [replace(one, options=(PRIMARY, NOT) if one.id[:4] == "kind" else ()) for one in places]
        claim, now = (
            Item(id, text)
            for id, text in zip(_OUTSIDE, ("The claim", "What you would now say of it"), strict=True)
        )
        return replace(made, options=(), items=(replace(claim, options=made.options), *kinds, now))

    def misfit(self, path: PartPath, part: Any) -> str:
        """Return what is wrong with a text, or a choice."""
        if self.asked[path]:
            return super().misfit(path, part)
        if not isinstance(part, str) or len(part) > LONGEST:
            return f"takes a text of at most {LONGEST} characters for {path[0]!r}"
        hidden = (
            path[0].startswith("address") and not part.isprintable()
        )  # such as signs that turn its direction
        return "has an address with signs in it that cannot be seen: type it" if hidden else ""

    def done(self, value: Any) -> tuple[int, int]:
        """Return how much is done: a claim is chosen, and something said of it. Places may stay empty."""
        made = sum(bool(value.get(id, "").strip()) for id in _OUTSIDE)
        return max(made, min(1, len(value))), len(_OUTSIDE)

    def told(self, value: Any) -> list[tuple[str, str]]:
        """Return what is now said of the claim, then what is noted of the places."""
        claim, *places, now = super().told(value)
        return [
            (f"{now[0]}: {claim[1] or 'no claim is chosen'}", now[1]),
            *filter(lambda one: one[1], places),
        ]

    def counts(self, value: Any) -> dict[str, str]:
        """Return whether somebody left the page, to how many places, and whether one is primary."""
        noted = [
            at for at in range(1, PLACES + 1) if any(value.get(f"{name}_{at}") for name in ("address", "who"))
        ]
        primary = any(value.get(f"kind_{at}") == PRIMARY for at in noted)
        named = {True: "yes", False: "no"}
        return {
            "left the page": named[bool(noted)],
            "places": str(len(noted)),
            "a primary source": named[primary],
        }

    def guess(self, draw: random.Random, keys: Sequence[Key], case: Case, skill: float) -> Any:
        """Return a log that says it is made up; it takes nothing from the draws of other answers."""
        own = random.Random(skill)  # noqa: S311 - a made-up class, no secret
        value = {
            "claim": own.choice(self.items[0].options),
            "now": "Made up: one source says so, another does not.",
        }
        for at in range(1, own.randint(0, PLACES) + 1):
            value |= {
                f"address_{at}": f"example.org/made-up/{at}",
                f"who_{at}": "Made up: an office that counts",
            }
            value |= {f"says_{at}": "Made up: a number", f"kind_{at}": own.choice([PRIMARY, NOT])}
        return value
