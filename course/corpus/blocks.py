"""What each part of a copied web page is: the report itself, or one of the kinds of noise around it.

A copied page has no mark-up left, so the reader goes by three things, in this order: what a line says (the rules
in block_rules.py), what stands around it (labels, lists, posts), and how it is made. A news paragraph
ends with a full stop; a heading, a caption and a link do not.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from course.corpus import block_rules as rules

KINDS = ("body", "heading", "caption", "credit", "advert", "embed", "metadata", "footer", "notice")
SPACE = " \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0\u2007\u2028\u2029\u202f\u200b\u2060\u3000\ufeff"
PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', **dict.fromkeys(SPACE, " ")})
SAME_LINE = -1  # the gap before a part that stands on the line of the part before it
LONGEST = 1500  # characters: what is longer than any notice is not held against the rules


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of raw text of one kind (one of KINDS)."""

    kind: str
    start: int
    end: int


@dataclass(slots=True)
class _Part:
    """A paragraph, a line of noise, or a piece of one: its place, its words, the blank lines before it."""

    start: int
    text: str  # with straight quotes and plain spaces, as long as in the raw text
    gap: int
    kind: str = ""

    @property
    def ended(self) -> bool:
        """It ends as a sentence does."""
        return bool(_re(r"""[.!?…:;。！？।؟۔][\s"'»)\]*_]*$""").search(self.text[-12:])) or (
            self.text.endswith('"') and self.words > 12
        )

    @property
    def words(self) -> int:
        return self.text.count(" ") + 1

    @property
    def item(self) -> str:
        """The text without the bullet before it."""
        return _re(r"^(?:[-•*·–—▪●○‣►>] ?|\d{1,2}[.)] )(?=\S)").sub("", self.text, count=1)

    @property
    def key(self) -> str:
        """The text as LINES and OPENINGS have it."""
        return self.item.lower()


@cache
def _re(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@cache
def _lines() -> dict[str, str]:
    return {line.strip(): kind for kind, lines in rules.LINES.items() for line in lines.split(" ; ")}


@cache
def _openings() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((kind, tuple(lines.split(" ; "))) for kind, lines in rules.OPENINGS.items())


def read_blocks(raw: str) -> tuple[Block, ...]:
    r"""Return the blocks of a page's raw text, one a paragraph or line of noise; joined, they are `raw` again.

    White space belongs to the block before it. Works on any text, in linear time.

    >>> page = "Ferry strike ends\nBy Jane Roe\n\nCrews went back to work in Averill on Monday.\n\nShare\n"
    >>> [block.kind for block in read_blocks(page)]
    ['heading', 'metadata', 'body', 'notice']
    """
    parts = [part for paragraph in _paragraphs(raw) for part in _split(paragraph)]
    for part in parts:
        part.kind = part.kind or _kind(part)
    _read_neighbours(parts)
    _read_posts(parts)
    _read_structure(parts)
    starts = [0, *(part.start for part in parts[1:]), len(raw)]
    if not parts:
        return (Block("body", 0, len(raw)),) if raw else ()
    return tuple(Block(part.kind, *starts[n : n + 2]) for n, part in enumerate(parts))


def _paragraphs(raw: str) -> Iterator[_Part]:
    """Yield the lines that are not blank; the lines of hard-wrapped paragraphs come as one."""
    lines: list[tuple[int, int, int]] = []
    at = gap = 0
    for line in raw.splitlines(keepends=True):
        words = line.strip(SPACE)
        if words:
            start = at + len(line) - len(line.lstrip(SPACE))
            lines.append((start, start + len(words), gap))
        gap = 0 if words else gap + 1
        at += len(line)
    # A wrapped page is told by lines of one width that go on with a small letter.
    touching = [(a, b) for a, b in zip(lines, lines[1:], strict=False) if b[2] == 0]
    soft = [a[1] - a[0] for a, b in touching if raw[b[0]].islower() and 40 <= a[1] - a[0] <= 130]
    width = max(soft) if len(soft) > 0.2 * len(touching) else 0
    start, end, gap = lines[0] if lines else (0, 0, 0)
    last = start
    for here, stop, blank in lines[1:]:
        word = len(raw[here : here + width + 1].split(maxsplit=1)[0]) if width else 0
        unfinished = end - last > 0.7 * width and not _Part(0, raw[last:end].translate(PLAIN), 0).ended
        goes_on = raw[here].islower() or raw[here] in "$£€" or unfinished or end - last + 1 + word > width
        if not (blank == 0 and end - last <= width and goes_on):
            yield _Part(start, raw[start:end].translate(PLAIN), gap)
            start, gap = here, blank
        last, end = here, stop
    if lines:
        yield _Part(start, raw[start:end].translate(PLAIN), gap)


def _split(part: _Part) -> Iterator[_Part]:
    """Yield a crawler's date, then the text, then the credit at its end: each as a part of its own."""
    if date := _re(r"date (?:\d{4}(?:-\d\d){1,2}|None) +(?=\S)").match(part.text):
        yield _Part(part.start, date.group().rstrip(), part.gap, "metadata")
        part = _Part(part.start + date.end(), part.text[date.end() :], SAME_LINE)
    tail = max(0, len(part.text) - 160)
    ending = r"(?: Purchase Licensing Rights)?(?:, opens new tab)?\.?$"
    credit = _re(f"(?:{'|'.join(rules.CREDITS)}){ending}").search(part.text, tail)
    if not credit or (part.ended and not _re(rf"/|{rules.PICTURE}|©").search(credit.group())):
        yield part
        return
    head = part.text[: credit.start()].rstrip()
    if head:
        weak = credit.group().lstrip()[0] in "-–—" and _Part(0, head, 0).ended
        yield _Part(part.start, head, part.gap, "" if weak else "caption")
    begin = credit.start() + len(credit.group()) - len(credit.group().lstrip())
    yield _Part(part.start + begin, part.text[begin:], SAME_LINE if head else part.gap, "credit")


def _kind(part: _Part) -> str:
    """Return the kind that the rules give to a part alone, or nothing."""
    if len(part.text) > LONGEST:
        return ""
    key = part.key
    bare = key.rstrip(" .:,…»>→›|")
    if found := _lines().get(bare) or _lines().get(part.text.lower().rstrip(" .:…")):
        return found
    words = _re(r"[^\W\d_]+|\d+").findall(key[:120])
    if len(key) <= 120 and words and all(word in rules.DATE_WORDS or word.isdigit() for word in words):
        letters = [word for word in words if word.isalpha()]
        if any(len(word) > 1 for word in letters) if letters else part.item == part.text:
            return "metadata"
    for kind, openings in _openings():
        if key.startswith(openings) or (kind == "caption" and part.text.startswith("![")):
            return kind
    for kind, pattern, _ in rules.PATTERNS:
        if _re(pattern).match(part.text) or _re(pattern).match(part.item):
            return kind
    return ""


def _read_neighbours(parts: list[_Part]) -> None:
    """Give a kind to what stands beside a label, a credit or its own copy, and to what follows the last line."""
    sentences = [n for n, part in enumerate(parts) if not part.kind and part.ended and len(part.text) >= 40]
    usual = _usual_gap(parts)
    for n, (part, after) in enumerate(zip(parts, parts[1:], strict=False)):
        bare = part.key.rstrip(" .:,")
        if part.kind and bare in rules.LABELS:
            after.kind = after.kind or part.kind
        elif part.kind and (bare in rules.LISTS or bare.startswith(rules.LISTS_ALSO)):
            kind, m = ("metadata" if part.kind == "metadata" else "notice"), n + 1
            while m < len(parts) and not parts[m].kind and not parts[m].text.endswith((".", '"', ":")):
                parts[m].kind, m = kind, m + 1
        elif 12 <= len(part.text) <= 300 and after.text.startswith(part.text):
            part.kind, after.kind = part.kind or "caption", after.kind or "caption"
        elif after.kind == "credit" and not part.kind and after.gap == SAME_LINE:
            part.kind = "caption" if n < sentences[-1] else ""
        elif after.kind == "credit" and not part.kind and part.words <= 45 and not _re(rules.SAID).search(part.text):
            shown = n + 2 < len(parts) and parts[n + 2].key in rules.SHOWN
            if shown or after.gap < usual or not _re(rules.PAST).search(part.text) or [n] == sentences[:1]:
                part.kind = "caption"
        before = bisect(sentences, n)
        if before >= 3 and 2 * before > len(sentences) and _re(rules.ENDINGS).fullmatch(part.text.rstrip(" :")):
            for rest in parts[n:]:
                rest.kind = rest.kind or "footer"
            break
    bylines = " ".join(part.text for part in parts if part.kind == "metadata").lower()
    for part in reversed(parts):
        if not part.kind and part.ended:
            name = _re(r"[A-ZÀ-Þ][^\s,.]+ [A-ZÀ-Þ][^\s,.]+").match(part.text)
            if not (_re(rules.LAST).match(part.text[:LONGEST]) or name and name.group().lower() in bylines):
                break
            part.kind = "footer"


def _usual_gap(parts: list[_Part]) -> int:
    """Return how many blank lines stand between most parts."""
    return max(Counter(part.gap for part in parts).most_common(1)[0][0], 0) if parts else 0


def _read_posts(parts: list[_Part]) -> None:
    """Add to an embedded post's last line the lines of the post before it, and between its two ends."""
    opened = -9
    for n, part in enumerate(parts):
        if part.kind == "embed" and part.key.startswith(rules.POST_OPENS):
            opened = n
        elif part.kind == "embed" and part.key.startswith(rules.POST_CLOSES) and n - opened <= 8:
            for between in parts[opened + 1 : n]:
                between.kind = "embed"
    embeds = [(n, _re(rules.SIGNED).search(part.text)) for n, part in enumerate(parts) if part.kind == "embed"]
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
        reports = _re(rules.SAID).search(text) or '"' in text
        return not reports and (near or bool(_re(rules.LIKE_A_POST).search(text)))

    for n, own in signed.items():
        at = n
        while at and n - at < 8 and of_post(at - 1, parts[at].gap > usual > 0 or (at == n and not own)):
            at -= 1
            parts[at].kind = "embed"
        for at in range(n + 1, min(n + 5, len(parts))):
            if not of_post(at, near=False):
                break
            parts[at].kind = "embed"


def _read_structure(parts: list[_Part]) -> None:
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


def _is_loose_body(parts: list[_Part], n: int, last: int) -> bool:
    """Return whether a part without a full stop is body: a list's item, a speaker's line, a lost full stop."""
    part, before, after = parts[n], parts[n - 1], parts[n + 1] if n + 1 < len(parts) else None
    opened = before.kind == "body" and before.text.endswith(":")
    in_list = opened or before.item != before.text or bool(after and after.item != after.text)
    if part.item != part.text:
        return in_list and (n < last or before.kind == "body")
    if opened or (before.kind == "body" and not before.ended and max(before.words, part.words) <= 20):
        return True
    lost = part.words >= 12 and (_re(rules.SAID).search(part.text) or _re(r"[a-z]{3}[.?!] [A-Z]").search(part.text))
    speaker = n < last and _re(r"[A-ZÀ-Þ][\w .'()-]{1,40}: ").match(part.text)
    return bool(lost or speaker) or part.words >= 45 or (after is None and part.words >= 20)


def _is_question(part: _Part, after: _Part | None) -> bool:
    """Return whether a question may head its answer. In an interview, the answer says 'I'."""
    if not after or not after.ended or after.words < 8 or part.words > 12:
        return False
    return bool(_re(rules.QUESTION).match(part.text)) and not _re(rules.FIRST_PERSON).search(after.text)


def _is_deck(parts: list[_Part], n: int, first: int) -> bool:
    """Return whether a whole sentence is a title or deck: quoted under the title, or right above the byline."""
    part, below = parts[n], n + 1
    if n > min(first, 20) or part.words > 45 or any(p.kind in ("", "body") for p in parts[:n]):
        return False
    while below < len(parts) and parts[below].kind and below - n < 8:
        below += 1
    dated = any(p.kind == "metadata" and _re(rules.BYLINE).match(p.text) for p in parts[n + 1 : below])
    return dated or (n == 1 and parts[0].kind == "heading" and bool(_re(r'"[^"]+"$').match(part.text)))
