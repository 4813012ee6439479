"""What each part of a copied web page is: the report itself, or one of the kinds of noise around it.

A copied page has no mark-up left, so the reader goes by three things, in this order: what a line says (the
rules in block_rules.toml), what stands around it (labels, pictures, posts), and how it is made: a news
paragraph ends with a full stop; a heading, a caption and a link do not.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from course.corpus.parts import LONGEST, SAME_LINE, Part, form, read_parts, rules

KINDS = ("body", "heading", "caption", "credit", "advert", "embed", "metadata", "footer", "notice")


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of raw text of one kind (one of KINDS)."""

    kind: str
    start: int
    end: int


@lru_cache(maxsize=32)  # the same articles, opened again
def read_blocks(raw: str) -> tuple[Block, ...]:
    r"""Return the blocks of a page's raw text: one a paragraph, one a line or piece of noise.

    Joined, they are `raw` again; white space belongs to the block before it. Any text can be read, in linear
    time.

    >>> page = "Ferry strike ends\nBy Jane Roe\n\nCrews went back to work in Averill on Monday.\n\nShare\n"
    >>> [block.kind for block in read_blocks(page)]
    ['heading', 'metadata', 'body', 'notice']
    """
    parts = read_parts(raw)
    if not parts:
        return (Block("body", 0, len(raw)),) if raw else ()
    for read in (_read_labels, _read_pictures, _read_ending, _read_posts, _read_structure):
        read(parts)
    bounds = [0, *(part.start for part in parts[1:]), len(raw)]
    return tuple(Block(part.kind, *bound) for part, bound in zip(parts, pairwise(bounds), strict=True))


def _prose(parts: list[Part]) -> list[int]:
    """Return the places of the sentences that no rule has taken."""
    return [n for n, part in enumerate(parts) if not part.kind and part.ended and len(part.text) >= 40]


def _usual_gap(parts: list[Part]) -> int:
    """Return how many blank lines stand before most parts."""
    return max(Counter(part.gap for part in parts).most_common(1)[0][0], 0)


def _read_labels(parts: list[Part]) -> None:
    """Give what a label announces the label's kind: the next line, or a list of titles."""
    around, label, listed = rules().around, "", ""
    for part in parts:
        titled = part.words <= 16 and part.text[-1] not in '.":'
        if not part.kind and (label or (listed and titled)):
            part.kind, label = label or listed, ""
            continue
        bare = part.item.lower().rstrip(" .:,")
        label = part.kind if bare in around["labels"] else ""
        lists = part.kind and (bare in around["lists"] or bare.startswith(around["list_openings"]))
        listed = ("metadata" if part.kind == "metadata" else "notice") if lists else ""


def _read_pictures(parts: list[Part]) -> None:
    """Find the captions that stand above a credit, above another caption, or twice."""
    prose, usual = _prose(parts), _usual_gap(parts)
    for n, (part, after) in enumerate(pairwise(parts)):
        if 12 <= len(part.text) <= 300 and after.text.startswith(part.text):
            part.kind, after.kind = part.kind or "caption", after.kind or "caption"
        if part.kind or after.kind not in ("caption", "credit") or part.words > 45:
            continue
        present = not form("PAST").search(part.text)
        if after.gap == SAME_LINE:  # '- AFP' after a full stop: the report's own, where no sentence follows
            caption = bool(prose) and n < prose[-1]
        elif after.kind == "caption":  # a picture described for those who do not see it
            caption = present and after.gap < usual and part.words <= 30
        else:
            shown = n + 2 < len(parts) and parts[n + 2].text.lower() in rules().around["shown"]
            beside = shown or after.gap < usual or present or n in prose[:1]
            caption = beside and not form("SAID").search(part.text)
        part.kind = "caption" if caption else ""


def _read_ending(parts: list[Part]) -> None:
    """Find what follows a report: comments, addresses, who the author is."""
    prose = _prose(parts)
    for n, part in enumerate(parts):
        before = bisect(prose, n)
        if before >= 3 and 2 * before > len(prose) and form("ENDINGS").fullmatch(part.text.rstrip(" :")):
            for rest in parts[n:]:
                rest.kind = rest.kind or "footer"
            break
    bylines = " ".join(part.text for part in parts if part.kind == "metadata").lower()
    for part in reversed(parts):
        if part.kind or not part.ended:
            continue
        name = form("PERSON").match(part.text)
        if not form("LAST").match(part.text[:LONGEST]) and not (name and name[0].lower() in bylines):
            break
        part.kind = "footer"


def _read_posts(parts: list[Part]) -> None:
    """Add to an embedded post's last line the lines of the post around it."""
    opened, around = -9, rules().around
    embeds = [n for n, part in enumerate(parts) if part.kind == "embed"]
    for n in embeds:
        line = parts[n].item.lower()
        if line.startswith(around["post_closes"]) and n - opened <= 8:
            for between in parts[opened:n]:
                between.kind = "embed"
        opened = n if line.startswith(around["post_opens"]) else opened
    marks = {n: mark for n in embeds if (mark := form("SIGNED").search(parts[n].text))}
    if not marks:
        return
    usual, runs = _usual_gap(parts), [set(_runs(part.text)) for part in parts]
    times = Counter(run for some in runs for run in some)

    def is_post(n: int, *, near: bool) -> bool:
        text = parts[n].text
        if parts[n].kind or len(text) > 600 or text.endswith(":") or '"' in text:
            return False
        if any(times[run] > 1 for run in runs[n]):
            return True  # the report repeats the post's words between quotation marks
        return not form("SAID").search(text) and (near or bool(form("LIKE_A_POST").search(text)))

    for n, mark in marks.items():
        # A line belongs to the post below it where that has no words of its own, or where the gap is unusual.
        at, near = n, not mark.start() or parts[n].gap > usual > 0
        while at and n - at < 8 and is_post(at - 1, near=near):
            at -= 1
            parts[at].kind, near = "embed", parts[at].gap > usual > 0
        for after in range(n + 1, min(n + 5, len(parts))):
            if not is_post(after, near=False):
                break
            parts[after].kind = "embed"


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    """Yield the runs of six words in a text."""
    words = re.findall(r"\w+", text.lower()) if len(text) <= LONGEST else []
    return zip(*(words[n:] for n in range(6)), strict=False)


def _read_structure(parts: list[Part]) -> None:
    """Judge what no rule knows: by its full stop, its length and its place among the paragraphs."""
    left = [(n, part) for n, part in enumerate(parts) if not part.kind]
    prose, last = _prose(parts), max((n for n, part in left if part.ended), default=0)
    loose = [part for _, part in left if not part.ended and part.words >= 18 and part.item == part.text]
    questions = [n for n, _ in left if n > min(prose, default=0) and _is_question(parts, n)]
    for n, part in left:
        if len(prose) <= len(loose):  # a page without sentences, or without full stops: all of it is kept
            part.kind = "body"
        elif part.ended:
            asks = n in questions and (len(questions) > 1 or part.words <= 7)
            part.kind = "heading" if asks or _is_deck(parts, n, prose[0]) else "body"
        elif n > prose[0] and _is_loose_body(parts, n, last):
            part.kind = "body"
        elif n < prose[0]:
            named = all(word[0].isupper() or len(word) < 4 for word in part.text.split())
            part.kind = "metadata" if n and part.words <= 6 and named else "heading"
        elif n > last:
            part.kind = "notice"
        else:
            pictured = "credit" in (parts[n - 1].kind, parts[n + 1].kind)
            part.kind = "caption" if part.words >= 10 or pictured else "heading"


def _is_loose_body(parts: list[Part], n: int, last: int) -> bool:
    """Return whether a part without a full stop is body: an item, a speaker's line, a lost full stop."""
    part, before, after = parts[n], parts[n - 1], parts[n + 1] if n + 1 < len(parts) else None
    opened = next((p for p in parts[n - 1 : max(0, n - 12) : -1] if p.ended or p.kind != "body"), before)
    in_list = opened.kind == "body" and opened.text.endswith(":")
    if opened is before and after and after.ended and after.words >= 12:
        in_list = False  # one title alone is no list
    if part.item != part.text:
        beside = before.item != before.text or (after is not None and after.item != after.text)
        return (in_list or beside) and (n < last or before.kind == "body")
    lost = part.words >= 12 and (form("SAID").search(part.text) or form("TWO_SENTENCES").search(part.text))
    speaker = n < last and form("SPEAKER").match(part.text)
    return in_list or bool(speaker or lost) or part.words >= (45 if after else 20)


def _is_question(parts: list[Part], n: int) -> bool:
    """Return whether a part is a question that may head its answer. In an interview, the answer says 'I'."""
    part, after = parts[n], parts[n + 1] if n + 1 < len(parts) else None
    if after is None or not after.ended or after.words < 8 or part.words > 12:
        return False
    return bool(form("QUESTION").match(part.text)) and not form("FIRST_PERSON").search(after.text)


def _is_deck(parts: list[Part], n: int, first: int) -> bool:
    """Return whether a sentence is a title that asks, or a deck: quoted, over the byline or a picture."""
    part, below = parts[n], n + 1
    if n > min(first, 20) or part.words > 60 or any(p.kind == "body" for p in parts[:n]):
        return False
    if n == 0 and part.words <= 25 and part.text.endswith(("?", "!", "..", "…")) and len(parts) > 1:
        return True
    while below < len(parts) and parts[below].kind and below - n < 8:
        below += 1
    if any(p.kind == "metadata" and form("BYLINE").match(p.text) for p in parts[n + 1 : below]):
        return True
    pictured = any(p.kind in ("caption", "credit") for p in parts[n + 1 : n + 2])
    return n == 1 and parts[0].kind == "heading" and (pictured or bool(form("QUOTED").match(part.text)))
