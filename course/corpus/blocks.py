"""What each part of a copied web page is: the report itself, or one of the kinds of noise around it.

A copied page has no mark-up left, so the reader goes by three things, in this order: what a line says (the rules
in block_rules.toml), what stands around it (labels, lists, posts), and how it is made. A news paragraph
ends with a full stop; a heading, a caption and a link do not.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from dataclasses import dataclass

from course.corpus.parts import LONGEST, SAME_LINE, Part, form, read_parts, rules

KINDS = ("body", "heading", "caption", "credit", "advert", "embed", "metadata", "footer", "notice")


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of raw text of one kind (one of KINDS)."""

    kind: str
    start: int
    end: int


def read_blocks(raw: str) -> tuple[Block, ...]:
    r"""Return the blocks of a page's raw text, one a paragraph or line of noise; joined, they are `raw` again.

    White space belongs to the block before it. Works on any text, in linear time.

    >>> page = "Ferry strike ends\nBy Jane Roe\n\nCrews went back to work in Averill on Monday.\n\nShare\n"
    >>> [block.kind for block in read_blocks(page)]
    ['heading', 'metadata', 'body', 'notice']
    """
    parts = read_parts(raw)
    if not parts:
        return (Block("body", 0, len(raw)),) if raw else ()
    _read_neighbours(parts)
    _read_posts(parts)
    _read_structure(parts)
    bounds = [0, *(part.start for part in parts[1:]), len(raw)]
    return tuple(Block(part.kind, bounds[n], bounds[n + 1]) for n, part in enumerate(parts))


def _read_neighbours(parts: list[Part]) -> None:
    """Give a kind to what stands beside a label, a credit or its own copy, and to what follows the last line."""
    sentences = [n for n, part in enumerate(parts) if not part.kind and part.ended and len(part.text) >= 40]
    usual, around = _usual_gap(parts), rules().around
    for n, (part, after) in enumerate(zip(parts, parts[1:], strict=False)):
        bare = part.item.lower().rstrip(" .:,")
        if part.kind and bare in around["labels"]:
            after.kind = after.kind or part.kind
        elif part.kind and (bare in around["lists"] or bare.startswith(around["list_openings"])):
            kind, m = ("metadata" if part.kind == "metadata" else "notice"), n + 1
            while m < len(parts) and not parts[m].kind and not parts[m].text.endswith((".", '"', ":")):
                parts[m].kind, m = kind, m + 1
        elif 12 <= len(part.text) <= 300 and after.text.startswith(part.text):
            part.kind, after.kind = part.kind or "caption", after.kind or "caption"
        elif after.kind == "credit" and not part.kind and after.gap == SAME_LINE:
            part.kind = "caption" if n < sentences[-1] else ""
        elif after.kind == "credit" and not part.kind and part.words <= 45 and not form("SAID").search(part.text):
            shown = n + 2 < len(parts) and parts[n + 2].text.lower() in around["shown"]
            if shown or after.gap < usual or not form("PAST").search(part.text) or [n] == sentences[:1]:
                part.kind = "caption"
        before = bisect(sentences, n)
        if before >= 3 and 2 * before > len(sentences) and form("ENDINGS").fullmatch(part.text.rstrip(" :")):
            for rest in parts[n:]:
                rest.kind = rest.kind or "footer"
            break
    bylines = " ".join(part.text for part in parts if part.kind == "metadata").lower()
    for part in reversed(parts):
        if not part.kind and part.ended:
            name = form("PERSON").match(part.text)
            if not (form("LAST").match(part.text[:LONGEST]) or name and name.group().lower() in bylines):
                break
            part.kind = "footer"


def _usual_gap(parts: list[Part]) -> int:
    """Return how many blank lines stand between most parts."""
    return max(Counter(part.gap for part in parts).most_common(1)[0][0], 0) if parts else 0


def _read_posts(parts: list[Part]) -> None:
    """Add to an embedded post's last line the lines of the post before it, and between its two ends."""
    opened, around = -9, rules().around
    for n, part in enumerate(parts):
        if part.kind == "embed" and part.item.lower().startswith(around["post_opens"]):
            opened = n
        elif part.kind == "embed" and part.item.lower().startswith(around["post_closes"]) and n - opened <= 8:
            for between in parts[opened + 1 : n]:
                between.kind = "embed"
    embeds = [(n, form("SIGNED").search(part.text)) for n, part in enumerate(parts) if part.kind == "embed"]
    signed = {n: bool(mark.start()) for n, mark in embeds if mark}  # whether the post's words stand there too
    if not signed:
        return
    usual, runs = _usual_gap(parts), Counter[tuple[str, ...]]()
    words = [re.findall(r"\w+", part.text.lower()) if len(part.text) <= LONGEST else [] for part in parts]
    for line in words:
        runs.update(set(zip(*(line[k:] for k in range(6)), strict=False)))

    def of_post(n: int, near: bool) -> bool:
        text, line = parts[n].text, words[n]
        if parts[n].kind or len(text) > 600 or text.endswith(":"):
            return False
        if any(runs[run] > 1 for run in zip(*(line[k:] for k in range(6)), strict=False)) and '"' not in text:
            return True  # a report repeats the post's words between quotation marks
        reports = form("SAID").search(text) or '"' in text
        return not reports and (near or bool(form("LIKE_A_POST").search(text)))

    for n, own in signed.items():
        at = n
        while at and n - at < 8 and of_post(at - 1, parts[at].gap > usual > 0 or (at == n and not own)):
            at -= 1
            parts[at].kind = "embed"
        for at in range(n + 1, min(n + 5, len(parts))):
            if not of_post(at, near=False):
                break
            parts[at].kind = "embed"


def _read_structure(parts: list[Part]) -> None:
    """Judge what no rule knows: by its full stop, its length and its place among the paragraphs."""
    left = [n for n, part in enumerate(parts) if not part.kind]
    ended = [n for n in left if parts[n].ended]
    prose = [n for n in ended if len(parts[n].text) >= 40]
    loose = [n for n in left if not parts[n].ended and parts[n].words >= 18 and parts[n].item == parts[n].text]
    first, last = (prose[0], ended[-1]) if len(prose) > len(loose) else (len(parts), len(parts))
    asked = [n for n in ended if n > first and _is_question(parts[n], parts[n + 1] if n + 1 < len(parts) else None)]
    for n in left:
        part, before = parts[n], parts[n - 1] if n else None
        if first == len(parts):
            part.kind = "body"
        elif part.ended:
            part.kind = "heading" if n in asked[: len(asked) * (len(asked) > 1)] or _is_deck(parts, n, first) else "body"
        elif n > first and _is_loose_body(parts, n, last):
            part.kind = "body"
        elif n < first:
            named = all(word[0].isupper() or len(word) < 4 for word in part.text.split())
            part.kind = "metadata" if n and part.words <= 6 and named else "heading"
        elif n > last:
            part.kind = "notice"
        else:
            by_picture = "credit" in (before.kind if before else "", *(p.kind for p in parts[n + 1 : n + 2]))
            part.kind = "caption" if part.words >= 10 or by_picture else "heading"


def _is_loose_body(parts: list[Part], n: int, last: int) -> bool:
    """Return whether a part without a full stop is body: a list's item, a speaker's line, a lost full stop."""
    part, before, after = parts[n], parts[n - 1], parts[n + 1] if n + 1 < len(parts) else None
    opened = before.kind == "body" and before.text.endswith(":")
    in_list = opened or before.item != before.text or bool(after and after.item != after.text)
    if part.item != part.text:
        return in_list and (n < last or before.kind == "body")
    if opened or (before.kind == "body" and not before.ended and max(before.words, part.words) <= 20):
        return True
    lost = part.words >= 12 and (form("SAID").search(part.text) or form("TWO_SENTENCES").search(part.text))
    speaker = n < last and form("SPEAKER").match(part.text)
    return bool(lost or speaker) or part.words >= 45 or (after is None and part.words >= 20)


def _is_question(part: Part, after: Part | None) -> bool:
    """Return whether a question may head its answer. In an interview, the answer says 'I'."""
    if not after or not after.ended or after.words < 8 or part.words > 12:
        return False
    return bool(form("QUESTION").match(part.text)) and not form("FIRST_PERSON").search(after.text)


def _is_deck(parts: list[Part], n: int, first: int) -> bool:
    """Return whether a whole sentence is a title or deck: quoted under the title, or right above the byline."""
    part, below = parts[n], n + 1
    if n > min(first, 20) or part.words > 45 or any(p.kind in ("", "body") for p in parts[:n]):
        return False
    while below < len(parts) and parts[below].kind and below - n < 8:
        below += 1
    dated = any(p.kind == "metadata" and form("BYLINE").match(p.text) for p in parts[n + 1 : below])
    return dated or (n == 1 and parts[0].kind == "heading" and bool(form("QUOTED").match(part.text)))
