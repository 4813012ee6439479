"""What each part of a copied web page is: the report itself, or one of the kinds of noise around it.

A copied page has no mark-up left, so the reader goes by three things, in this order: what a line says (the
rules in block_rules.toml, which never take a line that reports something), what stands around it (labels,
pictures, posts), and how it is made: a news paragraph ends with a full stop; a heading, a caption and a link
do not. What a case's own file says of a line, `seeds/blocks.toml`, wins over all of it.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import pairwise, takewhile
from pathlib import Path
from statistics import mode
from typing import Any

from course.corpus.annotation import Annotation

KINDS = ("body", "heading", "caption", "credit", "advert", "embed", "metadata", "footer", "notice")
SPACE = "".join(map(chr, (*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200C))))
SPACE += "\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', **dict.fromkeys(SPACE, " ")})
BULLET = re.compile(r"^(?:[-•*·–—▪●○‣►>] ?|\d{1,2}[.)] )(?=\S)")
END = re.compile(r"[.!?…:;。！？।؟۔][\s\"'»)\]*_]*$")
LONGEST = 1500  # characters: what is longer than any notice is not held against the rules
SAME_LINE = -1  # the gap before a part that stands on the line of the part before it


class Part:
    """A paragraph, a line of noise, or a piece of one; its kind is empty until it is known.

    `text` has straight quotes and plain spaces, and is as long as in the raw text; `gap` is how many blank
    lines stand before it.
    """

    def __init__(self, start: int, text: str, gap: int, kind: str = "") -> None:
        self.start, self.text, self.gap, self.kind = start, text, gap, kind
        self.words = text.count(" ") + 1
        self.item = BULLET.sub("", text, count=1)
        self.ended = is_ended(text) or (text.endswith('"') and self.words > 12)


def is_ended(text: str) -> bool:
    """Return whether a text ends as a sentence does.

    >>> is_ended('"It rained."'), is_ended("Heavy rain"), is_ended("They named three towns:")
    (True, False, True)
    """
    return END.search(text, max(0, len(text) - 12)) is not None


class Rules:
    """What block_rules.toml says, ready for use."""

    def __init__(self) -> None:
        text = Path(__file__).with_name("block_rules.toml").read_text(encoding="utf-8")
        data: dict[str, dict[str, Any]] = tomllib.loads(text)
        self.forms: dict[str, str] = {}
        for name, form in data["forms"].items():
            self.forms[name] = self._filled("".join(map(str.strip, form.splitlines())))
        self.lines: dict[str, str] = {
            line: kind for kind, text in data["lines"].items() for line in _phrases(text)
        }
        self.openings: dict[str, tuple[str, ...]] = {
            kind: _phrases(text) for kind, text in data["openings"].items()
        }
        self.around = {name: _phrases(text) for name, text in data["around"].items()}
        self.dates = frozenset(data["around"]["dates"].split())  # the words of a time line
        self.patterns = [
            (kind, re.compile(self._filled(form)), section == "loose")
            for section in ("patterns", "loose")
            for kind, some in data[section].items()
            for form in some
        ]
        self.credit = re.compile(
            f"(?:{'|'.join(map(self._filled, data['credits']['any']))}){data['credits']['end']}"
        )

    def _filled(self, form: str) -> str:
        return re.sub(r"<([A-Z]+)>", lambda name: self.forms[name[1]], form)


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for phrase in re.split("[;\n]", text) if phrase.strip())


rules = cache(Rules)  # read when a page is first read


@cache
def form(name: str) -> re.Pattern[str]:
    """Return one of the shared forms."""
    return re.compile(rules().forms[name])


def reports(text: str, *, told: bool = True) -> bool:
    """Return whether a text is a sentence of reporting: it tells what was said or (`told`) what happened.

    >>> reports("Follow the money on Facebook, and you end at the port, the judge said.")
    True
    >>> reports("Follow us on Facebook."), reports("The ferry sank."), reports("The ferry sank.", told=False)
    (False, True, False)
    """
    if not is_ended(text):
        return False
    past = told and form("HAPPENED").search(text) and not form("SHOWN_NOW").search(text)
    return bool(form("SAID").search(text) or form("ATTRIBUTED").search(text) or past)


def _paragraphs(raw: str) -> Iterator[Part]:
    """Yield the lines that are not blank; the lines of a hard-wrapped paragraph come as one."""
    lines: list[tuple[int, int, int]] = []  # start, end, blank lines before
    at = gap = 0
    for line in raw.splitlines(keepends=True):
        if words := line.strip(SPACE):
            start = at + line.index(words)
            lines.append((start, start + len(words), gap))
        gap = 0 if words else gap + 1
        at += len(line)
    # A wrapped page is told by lines of one width after which the next goes on with a small letter.
    touching = [(start, end, after[0]) for (start, end, _), after in pairwise(lines) if after[2] == 0]
    soft = [
        b - a
        for a, b, after in touching
        if raw[after].islower() and 40 <= b - a <= 130 and raw[b - 1] not in ".!?"
    ]
    width = max(soft) if len(soft) > 0.2 * len(touching) else 0
    first = 0
    for n, (start, end, _) in enumerate(lines, 1):
        if n == len(lines) or not _goes_on(raw, start, end, lines[n][0], 0 if lines[n][2] else width):
            yield Part(lines[first][0], raw[lines[first][0] : end].translate(PLAIN), lines[first][2])
            first = n


def _goes_on(raw: str, start: int, end: int, after: int, width: int) -> bool:
    """Return whether a paragraph goes on: the next line cannot begin one, or its first word did not fit."""
    small = raw[after].islower() or raw[after] in "$£€"
    if end - start > width:
        return small and end - start >= 60 and raw[end - 1] not in '.!?…:;"”)]'
    word = raw[after : after + width].split(maxsplit=1)[0]
    unfinished = end - start > 0.7 * width and not is_ended(raw[start:end].translate(PLAIN))
    return small or unfinished or end - start + 1 + len(word) > width


def _pieces(part: Part) -> Iterator[Part]:
    """Yield a crawler's date, then the text, then the credit at its end: each as a part of its own."""
    if date := form("CRAWLED").match(part.text):
        yield Part(part.start, date[0].rstrip(), part.gap, "metadata")
        part = Part(part.start + date.end(), part.text[date.end() :], SAME_LINE)
    tail = max(0, len(part.text) - 160)
    if not part.ended and tail == 0 and _kind(part) == "metadata":
        part.kind = "metadata"  # a byline with the agency in it is no caption
    likely = not part.kind and (not part.ended or form("SURE").search(part.text, tail))
    credit = rules().credit.search(part.text, tail) if likely else None
    if not credit or (part.ended and not form("SURE").search(credit[0])):
        yield part
        return
    found = credit[0].lstrip()
    at = credit.end() - len(found)
    if head := part.text[:at].rstrip():
        # '- AFP' after a full stop may end a caption or the whole report: its place will tell.
        unsure = is_ended(head) and (reports(head) or not form("PICTURE").search(found))
        yield Part(part.start, head, part.gap, "" if unsure else "caption")
    yield Part(part.start + at, part.text[at:], SAME_LINE if head else part.gap, "credit")


def _kind(part: Part) -> str:
    """Return the kind that the rules give to a part by itself, or nothing."""
    if len(part.text) > LONGEST:
        return ""
    known, key, line = rules(), part.item.lower(), part.text.lower()
    found = known.lines.get(key.rstrip(" .:,…»>→›|")) or known.lines.get(line.rstrip(" .:…"))
    if found or _is_time(key, bulleted=key != line):
        return found or "metadata"
    for kind, openings in known.openings.items():
        opening = next((one for one in openings if key.startswith(one) or line.startswith(one)), "")
        # 'Read more:' is sure; 'Read our ...' may open a sentence of the report.
        if opening and (kind == "footer" or not opening[-1].isalpha() or not reports(part.text, told=False)):
            return kind
    for kind, pattern, loose in known.patterns:
        if pattern.match(part.text) or pattern.match(part.item):
            # A correction may say what was said.
            says = (
                form("ATTRIBUTED").search(part.text)
                if kind == "footer"
                else reports(part.text, told=kind == "caption")
            )
            if not (loose and says):
                return kind
    return ""


def _is_time(key: str, *, bulleted: bool) -> bool:
    """Return whether a line only says when or how long: 'Updated 5:25 AM EST, February 4, 2025'."""
    words = re.findall(r"[^\W\d_]+|\d+", key) if len(key) <= 120 else []
    if not words or not all(word.isdigit() or word in rules().dates for word in words):
        return False
    letters = [word for word in words if word.isalpha()]
    return any(len(word) > 1 for word in letters) if letters else not bulleted


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of raw text of one kind (one of KINDS)."""

    kind: str
    start: int
    end: int


def read_blocks(raw: str, known: Iterable[Annotation] = ()) -> tuple[Block, ...]:
    r"""Return the blocks of a page's raw text: one a paragraph, one a line or piece of noise.

    Joined, they are `raw` again; white space belongs to the block before it. Any text can be read, in linear
    time. `known` are stretches whose label is their kind, whatever the rules say.

    >>> page = "Ferry strike ends\nBy Jane Roe\n\nCrews went back to work in Averill on Monday.\n\nShare\n"
    >>> [block.kind for block in read_blocks(page)]
    ['heading', 'metadata', 'body', 'notice']
    """
    parts = [part for paragraph in _paragraphs(raw) for part in _pieces(paragraph)]
    for part in parts:
        part.kind = part.kind or _kind(part)
    if not parts:
        return (Block("body", 0, len(raw)),) if raw else ()
    for read in (_read_labels, _read_pictures, _read_ending, _read_posts, _read_structure):
        read(parts)
    starts, sure = [0, *(part.start for part in parts[1:])], sorted(known)
    edges = {edge for one in sure for edge in (one.start, one.end)}
    blocks: list[Block] = []
    for start, end in pairwise(sorted({*starts, *edges, len(raw)})):
        if blocks and not raw[start:end].strip(SPACE):  # white space belongs to the block before
            blocks.append(replace(blocks.pop(), end=end))
        else:
            kind = next((one.label for one in sure if one.start <= start < one.end), "")
            blocks.append(Block(kind or parts[bisect(starts, start) - 1].kind, start, end))
    return tuple(blocks)


def _prose(parts: list[Part]) -> list[int]:
    """Return the places of the sentences that no rule has taken."""
    return [n for n, part in enumerate(parts) if not part.kind and part.ended and len(part.text) >= 40]


def _usual_gap(parts: list[Part]) -> int:
    """Return how many blank lines stand before most parts."""
    return max(mode(part.gap for part in parts), 0)


def _read_labels(parts: list[Part]) -> None:
    """Give what a label announces the label's kind: the next line, or a list of titles."""
    around, label, listed = rules().around, "", ""
    for part in parts:
        if not part.kind and (label or (listed and part.words <= 16 and part.text[-1] not in '.":')):
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
            if part.ended and (reports(part.text) or len(after.text) > len(part.text)):
                part.kind = part.kind or "heading"  # a standfirst, or a line that the report repeats
            else:
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
            ends = bool(prose) and prose[0] < n >= prose[-1] and after.gap >= usual  # the report's last words
            caption = (shown or not ends) and beside and not reports(part.text, told=False)
        part.kind = "caption" if caption else ""


def _read_ending(parts: list[Part]) -> None:
    """Find what follows a report: comments, addresses, who the author is."""
    prose = _prose(parts)
    for n, part in enumerate(parts):
        before = bisect(prose, n)
        if before >= 3 and 2 * before > len(prose) and form("ENDINGS").fullmatch(part.text.rstrip(" :")):
            for rest in parts[n:]:
                rest.kind = rest.kind or "footer"
    bylines = " ".join(part.text for part in parts if part.kind == "metadata").lower()
    for part in (one for one in reversed(parts) if one.ended and not one.kind):
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
    usual, runs = _usual_gap(parts), [set(_runs(part.text)) for part in parts if marks]
    times = Counter(run for some in runs for run in some)

    def is_post(n: int, *, near: bool) -> bool:
        text = parts[n].text
        if parts[n].kind or len(text) > 600 or text.endswith(":") or '"' in text:
            return False
        repeated = any(times[run] > 1 for run in runs[n])  # by the report, between quotation marks
        like = near or form("LIKE_A_POST").search(text)
        return repeated or bool(like and not form("SAID").search(text))

    for n, mark in marks.items():
        # A line belongs to the post below it where that has no words of its own, or where the gap is unusual.
        at, near = n, not mark.start() or parts[n].gap > usual > 0
        while at and n - at < 8 and is_post(at - 1, near=near):
            at -= 1
            parts[at].kind, near = "embed", parts[at].gap > usual > 0
        for after in takewhile(partial(is_post, near=False), range(n + 1, min(n + 5, len(parts)))):
            parts[after].kind = "embed"


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    """Yield the runs of six words in a text."""
    words = re.findall(r"\w+", text.lower()) if len(text) <= LONGEST else []
    return zip(*(words[n:] for n in range(6)), strict=False)


def _read_structure(parts: list[Part]) -> None:
    """Judge what no rule knows: by its full stop, its length and its place among the paragraphs."""
    left = [(n, part) for n, part in enumerate(parts) if not part.kind]
    prose, listed = _prose(parts), _listed(left)
    last = max((n for n, part in left if part.ended or n in listed), default=0)
    loose = [part for _, part in left if not part.ended and part.words >= 18 and part.item == part.text]
    questions = [n for n, _ in left if n > min(prose, default=0) and _is_question(parts, n)]
    for n, part in left:
        if len(prose) <= len(loose):  # a page without sentences, or without full stops: all of it is kept
            part.kind = "body"
        elif part.ended:
            asks = n in questions and (len(questions) > 1 or part.words <= 7)
            part.kind = "heading" if asks or _is_deck(parts, n, prose[0]) else "body"
        elif n > prose[0] and (n in listed or _is_loose_body(parts, n, last)):
            part.kind = "body"
        elif n < prose[0]:
            named = all(word[0].isupper() or len(word) < 4 for word in part.text.split())
            part.kind = "metadata" if n and part.words <= 6 and named else "heading"
        elif n > last:
            part.kind = "notice"
        else:
            pictured = "credit" in (parts[n - 1].kind, parts[n + 1].kind)
            part.kind = "caption" if part.words >= 10 or pictured else "heading"


def _listed(left: list[tuple[int, Part]]) -> set[int]:
    """Return the places of three or more lines of one shape, with a number: dates of a tour, results."""
    shapes: dict[str, list[int]] = {}
    for n, part in left:
        if not part.ended and part.item == part.text:
            shape = re.sub(r"\d+", "0", re.sub(r"[^\W\d_]+", "w", part.text[:60]))
            shapes.setdefault(shape[:7], []).append(n)
    return {n for shape, places in shapes.items() if "0" in shape and len(places) > 2 for n in places}


def _is_loose_body(parts: list[Part], n: int, last: int) -> bool:
    """Return whether a part without a full stop is body: an item, a speaker's line, a lost full stop."""
    part, before, after = parts[n], parts[n - 1], parts[n + 1] if n + 1 < len(parts) else None
    opened = next((p for p in parts[n - 1 : max(0, n - 12) : -1] if p.ended or p.kind != "body"), before)
    announced = opened.text.endswith(":") or form("ANNOUNCES").search(opened.text)
    in_list = opened.kind == "body" and bool(announced)
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
    answer = "".join(one.text for one in parts[n + 1 : n + 2] if one.ended and one.words >= 8)
    asks = answer and parts[n].words <= 12 and form("QUESTION").match(parts[n].text)
    return bool(asks) and not form("FIRST_PERSON").search(answer)


def _is_deck(parts: list[Part], n: int, first: int) -> bool:
    """Return whether a sentence is a title that asks, or a deck: quoted, over the byline or a picture."""
    part = parts[n]
    if n > min(first, 20) or part.words > 60 or any(p.kind == "body" for p in parts[:n]):
        return False
    if n == 0 and part.words <= 25 and part.text.endswith(("?", "!", "..", "…")) and len(parts) > 1:
        return True
    under = takewhile(lambda p: p.kind, parts[n + 1 : n + 8])
    if any(p.kind == "metadata" and form("BYLINE").match(p.text) for p in under):
        return True
    pictured = any(p.kind in ("caption", "credit") for p in parts[n + 1 : n + 2])
    return n == 1 and parts[0].kind == "heading" and (pictured or bool(form("QUOTED").match(part.text)))
