"""What is to say about a student's work, as data: which thing it is, and its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class Say(Enum):
    """A thing that may be to say, and its words."""

    NOT_USED = "{} was not used: {}."
    MORE_NOT_USED = "{:,} more files were not used."
    SEVERAL = "Handed in {} times: the newest counts, the others stay in the inbox."
    OTHER_CODE = "A file bears the code {} of {}: ask whose it is."
    NOT_LISTED = "This student is not on the roster."
    TWO_WORKSPACES = "The files come from two workspaces, perhaps two machines: look whether both are theirs."
    UNKNOWN = "Answers to {}, which this course does not have, were left out."
    OTHER_KIND = "Answers to {} have another kind, and were left out."
    CHANGED = "Changed since it was answered, and marked as far as it fits: {}."
    BEYOND = "Marks beyond the end of an article were left out: {}."
    NO_TIME = "A date that cannot be was left out: {}."
    CUT = "Parts that do not fit the exercise were left out: {}."
    LATE = "Handed in late{}."
    DEDUCTED = "Being late takes {:.0%} of the points (days begun: {})."
    LATER_TEXT = "The level was given to an earlier text than the one handed in last: {}."


# The others are the teacher's to look into.
FOR_STUDENTS = {Say.SEVERAL, Say.LATE, Say.CHANGED, Say.CUT, Say.BEYOND, Say.DEDUCTED}


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that is to say."""

    say: Say
    data: tuple[object, ...] = ()

    @classmethod
    def about(cls, say: Say, names: Sequence[str]) -> Note:
        """Return a note that names some things, at most five of them."""
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        return cls(say, (", ".join(map(shown, names[:5])) + more,))

    @property
    def for_students(self) -> bool:
        """Whether the feedback page tells it too."""
        return self.say in FOR_STUDENTS

    def __str__(self) -> str:
        return self.say.value.format(*self.data)


def shown(text: str) -> str:
    """Return a name without signs that cannot be seen or that turn the reading direction."""
    return "".join(sign for sign in text if sign.isprintable())[:200]
