"""Log: a claim that was looked for outside the page, up to four places, and what to say now.

An answer is `{field: text}`. An address is text: it is never made a link and never opened.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from course.corpus.case import Case
from course.lessons.cards import card_for_form, cards
from course.lessons.exercises import Exercise, Item, PartPath, Scorer
from course.lessons.keys import Key
from course.lessons.kinds.line import Line
from course.lessons.scoring import FeedbackEntry, Result

PLACES = range(1, 5)
LONGEST = 300  # characters of a field
KINDS = ("primary", "not primary")
_PLACE = {"address": "address", "who": "who stands behind it", "says": "what it says", "kind": "primary?"}


@dataclass(frozen=True, eq=False)
class Log(Line):
    """An exercise in which one claim is looked for elsewhere; its options are the claims to choose from.

    An item of its entry has one of them as its text, and evidence cards: feedback opens those, `found`.
    """

    kind = "log"
    fields = frozenset({"options", "item"})
    spare = frozenset({"item"})
    shows_cards = True
    found: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    typed = False
    written = True
    pattern = "{field: text}"
    column = "Your notes"
    example, on_paper = Exercise.example, Exercise.on_paper

    @classmethod
    def read(cls, case: Case, lesson: str, entry: dict[str, Any], where: str) -> Self:
        """Return the exercise with an item for each field."""
        made = super().read(case, lesson, entry, where)
        items = [Item("claim", "The claim", options=made.options)]
        for name in (f"Place {at}" for at in PLACES):
            items += [Item(f"{id}_{name[-1]}", f"{name}: {of}", group=name) for id, of in _PLACE.items()]
            items[-1] = replace(items[-1], options=KINDS)
        items.append(Item("now", "What you would now say of it"))
        return replace(made, options=(), items=tuple(items), found={it.text: it.cards for it in made.items})

    def misfit(self, path: PartPath, part: Any) -> str:
        """Return what is wrong with a text, or a choice."""
        if self.asked[path]:
            return Exercise.misfit(self, path, part)
        if not isinstance(part, str) or len(part) > LONGEST:
            return f"takes a text of at most {LONGEST} characters for {path[0]!r}"
        hidden = path[0].startswith("address") and not part.isprintable()  # such as signs that turn it round
        return "has signs in an address that cannot be seen: type it" if hidden else ""

    def done(self, value: Any) -> tuple[int, int]:
        """Return how much is done: a claim is chosen, and something said of it. Places may stay empty."""
        return max(int(bool(value)), sum(bool(value.get(id, "").strip()) for id in ("claim", "now"))), 2

    def still_open(self, value: Any) -> str:
        """Return which of the two is open."""
        return super().still_open(value | {id: "any" for id in self.texts if id not in ("claim", "now")})

    def told(self, value: Any) -> list[tuple[str, str]]:
        """Return what is now said of the claim, then what is noted of the places."""
        (_, claim), *places, (now, said) = super().told(value)
        return [(f"{now}: {claim or 'no claim is chosen'}", said), *(one for one in places if one[1])]

    def counts(self, value: Any) -> dict[str, str]:
        """Return whether somebody left the page, to how many places, and whether one is primary."""
        noted = [at for at in PLACES if value.get(f"address_{at}") or value.get(f"who_{at}")]
        primary = any(value.get(f"kind_{at}") == KINDS[0] for at in noted)
        left, found = ("yes" if one else "no" for one in (noted, primary))
        return {"left the page": left, "places": f"{len(noted)}", "a primary source": found}

    def scorer(self, keys: Sequence[Key], case: Case) -> Scorer:
        """Return what tells of the claim that was chosen, and of no other, what can be found."""

        def score(value: Any) -> Result:
            fit = (one for one in keys if one.item == "now" or one.value == value.get("claim"))
            return Line.scorer(self, [replace(one, item="now", value="") for one in fit], case)(value)

        return score

    def feedback(self, value: Any, result: Result, case: Case) -> list[FeedbackEntry]:
        """Return what a form shows beside what is now said of the claim: what can be found, and its cards."""
        shown = [card_for_form(one) for one in cards(case, *self.found.get(value.get("claim"), ())).cards]
        told = (one for one in super().feedback(value, result, case) if one["lines"])
        return [one | {"cards": shown} if shown else one for one in told]

    def guess(self, draw: random.Random, keys: Sequence[Key], case: Case, skill: float) -> Any:
        """Return a log that says it is made up; it takes nothing from the draws of other answers."""
        own = random.Random(skill)  # noqa: S311 - a made-up class, no secret
        made = {item.id: own.choice(item.options or ["Made up: nobody looked"]) for item in self.items}
        left = own.randint(0, len(PLACES))
        return {id: text for id, text in made.items() if id in ("claim", "now") or int(id[-1]) <= left}
