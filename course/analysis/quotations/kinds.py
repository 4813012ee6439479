"""What kind of quotation a stretch inside marks is."""

from __future__ import annotations

from course.analysis.quotations.signs import Quoted
from course.analysis.quotations.words import PATTERNS, SMALL


def words_of(raw: str, quoted: Quoted) -> list[str]:
    """Return the words between the marks."""
    return PATTERNS["word"].findall(raw, quoted.start, quoted.end)


def kind_of(raw: str, quoted: Quoted, goes_on: bool) -> str:
    """Return full, clause or snippet. `goes_on`: it goes on with a sentence that 'he said' broke off.

    A clause says something by itself: six words or more, or a verb among them.
    """
    words = words_of(raw, quoted)
    first = raw[quoted.start]
    if goes_on or first.isupper() or (not first.isalpha() and first not in "$£€"):
        return "full"
    finite = len(words) > 2 and PATTERNS["finite"].search(raw, quoted.start, quoted.end)
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
    if PATTERNS["naming"].search(before):
        return True
    long = [word for word in words if len(word) > 3]
    if not words or not all(word[0].isupper() for word in (words[0], *(long or words))):
        return False
    if leads:  # “Harbour” director Bo Jun said
        return final.isalnum() and bool(PATTERNS["of_work"].match(raw, quoted.closes))
    if len(words) < 2:
        return final.isalnum() and bool(PATTERNS["placed"].search(before))
    return (final != "." or bool(PATTERNS["placed"].search(before))) and not before.rstrip().endswith(
        (":", ",")
    )


def is_deck(raw: str, quoted: Quoted, low: int, high: int) -> bool:
    """Tell whether a paragraph `low` to `high` is only a summary in marks: nobody says I or you in it."""
    alone = quoted.opens == low and quoted.closes >= high
    return (
        alone
        and len(words_of(raw, quoted)) > 7
        and not PATTERNS["personal"].search(raw, quoted.start, quoted.end)
    )
