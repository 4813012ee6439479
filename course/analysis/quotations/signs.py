"""Where quotation marks open and close: curly and straight, double and single, guillemets, TeX.

A mark is read by its shape and its neighbours, paragraph by paragraph, so that a slip of the typist costs
one quotation and never the article. A quotation over several paragraphs gives one stretch a paragraph.
A quotation inside a quotation is part of the outer one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from course.analysis.quotations.words import PATTERNS

_CLOSERS = {
    "“": ("”", '"'), '"': ('"', "”"), "„": ("“", "”", '"'), "«": ("»",), "»": ("«",), "``": ("''", "”", '"'),
    "”": ("”",), "''": ("''",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quoted:
    """A stretch inside marks: `start` to `end` inside them, `opens` to `closes` with them."""

    opens: int
    start: int
    end: int
    closes: int
    runs_on: bool = False  # the next paragraph goes on with the same quotation


def paragraphs_of(raw: str) -> list[tuple[int, int]]:
    """Return start and end of each line that is not blank; lines of a hard-wrapped text are joined."""
    lines, at = [], 0
    for line in raw.splitlines(keepends=True):
        if line.strip():
            start = at + len(line) - len(line.lstrip())
            lines.append((start, at + len(line.rstrip())))
        at += len(line)
    follow = [a[1] - a[0] for a, b in pairwise(lines) if raw.count("\n", a[1], b[0]) == 1]
    full = sum(50 <= length <= 100 for length in follow)
    if len(follow) < 4 or full < 0.7 * len(follow) or max(follow) > 110:
        return lines
    joined = lines[:1]
    for start, end in lines[1:]:
        if raw.count("\n", joined[-1][1], start) == 1:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def quoted_stretches(raw: str, paragraphs: list[tuple[int, int]]) -> list[list[Quoted]]:
    """Return, for each paragraph, the stretches inside quotation marks, in order."""
    found: list[list[Quoted]] = []
    runs_on = False
    for number, (low, high) in enumerate(paragraphs):
        follows = paragraphs[number + 1] if number + 1 < len(paragraphs) else (high, high)
        scan = _Scan(raw, low, high, follows)
        if runs_on and (mark := PATTERNS["double"].search(raw, low, high)) and mark[0] == "”":
            scan.close(low, low, mark.start(), mark.end())
        scan.run()
        found.append([one for one in scan.found if any(map(str.isalnum, raw[one.start : one.end]))])
        runs_on = bool(found[-1]) and found[-1][-1].runs_on
    return found


class _Scan:
    """One reading of one paragraph, from left to right."""

    def __init__(self, raw: str, low: int, high: int, follows: tuple[int, int]) -> None:
        self.raw, self.low, self.high, self.follows = raw, low, high, follows
        self.found: list[Quoted] = []
        self.done, self.depth = low, 0
        self.straight = raw.count('"', low, high)
        self.nested = raw.count("”", low, high) - raw.count("“", low, high)

    def close(self, opens: int, start: int, end: int, closes: int, runs_on: bool = False) -> None:
        raw = self.raw
        while start < end and raw[start].isspace():
            start += 1
        while end > start and raw[end - 1].isspace():
            end -= 1
        self.found.append(Quoted(opens, start, end, closes, runs_on))
        self.done = closes

    def run(self) -> None:
        """Find every stretch of the paragraph."""
        opened: re.Match[str] | None = None
        for mark in PATTERNS["sign"].finditer(self.raw, self.done, self.high):
            if mark.start() < self.done:
                continue
            sign = mark[0]
            self.straight -= sign == '"'
            before, after = self._around(mark.start(), mark.end())
            if opened is not None:
                opened = self._inside(opened, mark, before, after)
            elif sign in ("‘", "'", "`", "‚"):
                self._single(mark, before, after)
            elif self._opens(sign, before, after):
                opened, self.depth = mark, 0
        end = self.raw[max(self.low, self.high - 50) : self.high]
        if opened is not None and self._goes_on(opened[0]) and not PATTERNS["said_last"].search(end):
            self.close(opened.start(), opened.end(), self.high, self.high, runs_on=True)
        elif opened is not None:
            self._slip(opened, self.high)

    def _inside(
        self, opened: re.Match[str], mark: re.Match[str], before: str, after: str
    ) -> re.Match[str] | None:
        """Take a mark inside an open quotation, and return the one that is open after it."""
        sign = mark[0]
        if sign == opened[0] == "“" and not before.isalnum() and after.isalnum():
            if -1 < self.nested >= self.depth and self._closers_ahead(mark.end()):
                self.depth += 1
                return opened
        elif sign not in _CLOSERS[opened[0]] and not (sign == opened[0] == "“" and not before.isspace()):
            return opened
        elif self.depth and sign == "”":
            self.depth -= 1
            return opened
        elif not self._reopens(opened[0], sign, before, after):
            if self._inch(sign, before, after):
                return opened
            self.close(opened.start(), opened.end(), mark.start(), mark.end())
            return None
        self._slip(opened, mark.start())  # the first was never closed
        return mark

    def _around(self, start: int, end: int) -> tuple[str, str]:
        before = self.raw[start - 1] if start > self.low else " "
        return before, self.raw[end] if end < self.high else " "

    def _closers_ahead(self, at: int) -> bool:
        """Tell whether two curly marks close before another opens, as they do after a nested quotation."""
        first = self.raw.find("”", at, min(self.high, at + 400))
        if first < 0:
            return False
        second = self.raw.find("”", first + 1, min(self.high, first + 800))
        again = self.raw.find("“", first + 1, min(self.high, first + 800))
        return second >= 0 and not 0 <= again < second

    def _inch(self, sign: str, before: str, after: str) -> bool:
        return sign == '"' and before.isdigit() and after.isspace() and self.straight % 2 == 1

    def _opens(self, sign: str, before: str, after: str) -> bool:
        if sign == '"' and after.isspace() and not before.isspace():
            return False  # inches, or a sign that closes what nobody opened
        if sign == "''":
            return not (before.isalnum() or before in ".,!?…") and after.isalnum()
        if sign in ("”", "»"):  # the wrong way round, or a German guillemet
            return not before.isalnum() and before not in ".,!?…" and after.isalnum()
        return True

    def _reopens(self, opener: str, sign: str, before: str, after: str) -> bool:
        """Tell whether a straight mark inside a straight quotation opens a new one, by shape and count."""
        return opener == sign == '"' and before.isspace() and not after.isspace() and self.straight % 2 == 1

    def _goes_on(self, sign: str) -> bool:
        low, high = self.follows
        first = PATTERNS["double"].search(self.raw, low, high)
        return first is not None and (first[0] == "”" or (first.start() == low and first[0] == sign))

    def _slip(self, opened: re.Match[str], limit: int) -> None:
        """Close a quotation that nobody closed: before the words that say who spoke, or at the limit."""
        said = PATTERNS["said"].search(self.raw, opened.end(), limit)
        end = said.start() + 1 if said else limit
        self.close(opened.start(), opened.end(), end, end)

    def _single(self, mark: re.Match[str], before: str, after: str) -> None:
        start = mark.start()
        if (
            before.isalnum()
            or not (after.isalnum() or after in '“"[…£$')
            or PATTERNS["elision"].match(self.raw, start)
        ):
            return
        last, sure, at = None, False, mark.end()
        while one := PATTERNS["single"].search(self.raw, at, self.high):
            at = one.end()
            if elision := PATTERNS["elision"].match(self.raw, one.start()):
                at = elision.end()
                continue
            left, right = self._around(one.start(), one.end())
            if right.isalnum():
                if left.isalnum():
                    continue  # he's
                break  # another opens
            last = one
            if left not in "sS" or right != " " or not self.raw[one.end() + 1 : one.end() + 2].islower():
                sure = True
                break  # no plural possessive
        if not sure and mark[0] == self.raw[self.follows[0] : self.follows[0] + 1]:
            self.close(start, mark.end(), self.high, self.high, runs_on=True)
        elif last is not None:
            self.close(start, mark.end(), last.start(), last.end())
