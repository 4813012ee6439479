"""The parts of a copied page, and what a part says of its own kind by the rules in block_rules.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

SPACE = "".join(map(chr, (*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200C))))
SPACE += "\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', **dict.fromkeys(SPACE, " ")})
BULLET = re.compile(r"(?:[-•*·–—▪●○‣►>] ?|\d{1,2}[.)] )(?=\S)")
END = re.compile(r"[.!?…:;。！？।؟۔][\s\"'»)\]*_]*$")
LONGEST = 1500  # characters: what is longer than any notice is not held against the rules
SAME_LINE = -1  # the gap before a part that stands on the line of the part before it


@dataclass(slots=True)
class Part:
    """A paragraph, a line of noise, or a piece of one; its kind is empty until it is known."""

    start: int
    text: str = field(repr=False)  # straight quotes and plain spaces, as long as in the raw text
    gap: int = 0  # blank lines before it
    kind: str = ""
    words: int = field(init=False)
    item: str = field(init=False)  # the text without the bullet before it
    ended: bool = field(init=False)  # whether it ends as a sentence does

    def __post_init__(self) -> None:
        bullet = BULLET.match(self.text)
        self.words = self.text.count(" ") + 1
        self.item = self.text[bullet.end() :] if bullet else self.text
        self.ended = is_ended(self.text) or (self.text.endswith('"') and self.words > 12)


def is_ended(text: str) -> bool:
    """Return whether a text ends as a sentence does.

    >>> is_ended('"It rained."'), is_ended("Heavy rain"), is_ended("They named three towns:")
    (True, False, True)
    """
    return END.search(text, max(0, len(text) - 12)) is not None


@dataclass(frozen=True)
class Rules:
    """What block_rules.toml says, ready for use."""

    lines: dict[str, str]  # a line, and its kind
    openings: tuple[tuple[str, tuple[str, ...]], ...]  # a kind, and how its lines begin
    around: dict[str, tuple[str, ...]]
    patterns: tuple[tuple[str, re.Pattern[str]], ...]
    credit: re.Pattern[str]
    dates: frozenset[str]  # the words of a time line
    forms: dict[str, str]


@cache
def rules() -> Rules:
    """Return the rules, read once."""
    data = tomllib.loads(Path(__file__).with_name("block_rules.toml").read_text(encoding="utf-8"))
    forms: dict[str, str] = {}

    def fill(form: str) -> str:
        return re.sub(r"<([A-Z]+)>", lambda name: forms[name[1]], form)

    def phrases(text: str) -> tuple[str, ...]:
        return tuple(phrase.strip() for phrase in text.replace("\n", ";").split(";") if phrase.strip())

    for name, form in data["forms"].items():
        forms[name] = fill("".join(map(str.strip, form.splitlines())) if "\n" in form else form)
    return Rules(
        {line: kind for kind, text in data["lines"].items() for line in phrases(text)},
        tuple((kind, phrases(text)) for kind, text in data["openings"].items()),
        {name: phrases(text) for name, text in data["around"].items()},
        tuple((kind, re.compile(fill(form))) for kind, some in data["patterns"].items() for form in some),
        re.compile(f"(?:{'|'.join(map(fill, data['credits']['any']))}){data['credits']['end']}"),
        frozenset(data["around"]["dates"].split()),
        forms,
    )


@cache
def form(name: str) -> re.Pattern[str]:
    """Return one of the shared forms."""
    return re.compile(rules().forms[name])


def read_parts(raw: str) -> list[Part]:
    """Return the parts of a page that are not blank, in order, with the kinds that the rules know."""
    parts = [part for paragraph in _paragraphs(raw) for part in _pieces(paragraph)]
    for part in parts:
        part.kind = part.kind or _kind(part)
    return parts


def _paragraphs(raw: str) -> Iterator[Part]:
    """Yield the lines that are not blank; the lines of a hard-wrapped paragraph come as one."""
    lines: list[tuple[int, int, int]] = []  # start, end, blank lines before
    at = gap = 0
    for line in raw.splitlines(keepends=True):
        if words := line.strip(SPACE):
            start = at + len(line) - len(line.lstrip(SPACE))
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
        unsure = found[0] in "-–—" and is_ended(head)
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
    for kind, openings in known.openings:
        if key.startswith(openings) or line.startswith(openings):
            return kind
    for kind, pattern in known.patterns:
        if pattern.match(part.text) or (key != line and pattern.match(part.item)):
            return kind
    return ""


def _is_time(key: str, *, bulleted: bool) -> bool:
    """Return whether a line only says when or how long: 'Updated 5:25 AM EST, February 4, 2025'."""
    words = re.findall(r"[^\W\d_]+|\d+", key) if len(key) <= 120 else []
    if not words or not all(word.isdigit() or word in rules().dates for word in words):
        return False
    letters = [word for word in words if word.isalpha()]
    return any(len(word) > 1 for word in letters) if letters else not bulleted
