"""What kind of quotation a stretch inside marks is."""

from __future__ import annotations

import re

from course.analysis.quotations.people import SMALL
from course.analysis.quotations.signs import Quoted

_WORD = re.compile(r"[^\W_][\w’'-]*")
_FINITE = re.compile(
    r"\b(?:is|are|was|were|am|be|been|has|have|had|do|does|did|will|would|can|could|should|shall|must|may|might)\b"
    r"|[’'](?:s|re|ve|ll|d)\b|n[’']t\b",
    re.I,
)
_NAMING = re.compile(
    r"(?:so-called|known as|dubbed|nicknamed|named|christened|titled|entitled|among them|a play on"
    r"|(?<!with )(?<!in )the (?:word|term|phrase)s?|memoir|book|novel|film|movie|song|album|poem|play|show"
    r"|series|documentary|essay|painting|musical|opera"
    r"|names?|nickname|alias|(?:series|films|movies|books|songs|plays|shows) such as)"
    r"[\s,]*(?:the )?$",
    re.I,
)
_OF_WORK = re.compile(
    r" (?:director|author|star|actor|actress|writer|creator|singer|producer|composer|editor)s?\b"
)
_PLACED = re.compile(r"(?:\b(?:on|in|of|from|the|his|her)|[’']s) $")
_PERSONAL = re.compile(r"\b(?:I|[Ww]e|[Mm]y|[Oo]ur|[Yy]ou|[Yy]our)\b|[?!]")


def words_of(raw: str, quoted: Quoted) -> list[str]:
    """Return the words between the marks."""
    return _WORD.findall(raw, quoted.start, quoted.end)


def kind_of(raw: str, quoted: Quoted, goes_on: bool) -> str:
    """Return full, clause or snippet. `goes_on`: it goes on with a sentence that 'he said' broke off.

    A clause says something by itself: six words or more, or a verb among them.
    """
    words = words_of(raw, quoted)
    first = raw[quoted.start]
    if goes_on or first.isupper() or (not first.isalpha() and first not in "$£€"):
        return "full"
    finite = len(words) > 2 and _FINITE.search(raw, quoted.start, quoted.end)
    verbal = len(words) > 3 and words[0].lower() not in SMALL and not words[0].endswith("ly")
    return "clause" if len(words) > 5 or finite or verbal else "snippet"


def is_label(raw: str, quoted: Quoted, low: int, leads: bool) -> bool:
    """Tell whether marks hold a name or a title: the words before say so, or the capitals.

    `leads`: the quotation opens its sentence. `low`: where its paragraph starts.
    """
    words = words_of(raw, quoted)
    final = raw[quoted.end - 1]
    if len(words) > 8 or final in "?!…":
        return False
    before = raw[max(low, quoted.opens - 40) : quoted.opens]
    if _NAMING.search(before):
        return True
    long = [word for word in words if len(word) > 3]
    if not words or not all(word[0].isupper() for word in (words[0], *(long or words))):
        return False
    if leads:  # “Harbour” director Bo Jun said
        return final.isalnum() and bool(_OF_WORK.match(raw, quoted.closes))
    if len(words) < 2:
        return final.isalnum() and bool(_PLACED.search(before))
    return (final != "." or bool(_PLACED.search(before))) and not before.rstrip().endswith((":", ","))


def is_deck(raw: str, quoted: Quoted, low: int, high: int) -> bool:
    """Tell whether a paragraph `low` to `high` is only a summary in marks: nobody says I or you in it."""
    alone = quoted.opens == low and quoted.closes >= high
    return alone and len(words_of(raw, quoted)) > 7 and not _PERSONAL.search(raw, quoted.start, quoted.end)
