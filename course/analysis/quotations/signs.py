"""Where quotation signs open and close: curly and straight, double and single, guillemets, TeX.

A sign is read by its shape and its neighbours, paragraph by paragraph, so that a slip of the typist costs
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
    """A stretch inside signs: `start` to `end` inside them, `opens` to `closes` with them."""

    opens: int
    start: int
    end: int
    closes: int
    runs_on: bool = False  # the next paragraph goes on with the same quotation


def paragraphs_of(raw: str) -> list[tuple[int, int]]:
    """Return start and end of each line that is not blank; lines of a hard-wrapped text are joined."""
    lines = [line.span() for line in PATTERNS["line"].finditer(raw)]
    follow = [a[1] - a[0] for a, b in pairwise(lines) if raw.count("\n", a[1], b[0]) == 1]
    full = sum(50 <= length <= 100 for length in follow)
    if len(follow) < 4 or full < 0.7 * len(follow) or max(follow) > 110:
        return lines
    joined = lines[:1]
    for start, end in lines[1:]:
        goes_on = raw.count("\n", joined[-1][1], start) == 1
        joined.append((joined.pop()[0] if goes_on else start, end))
    return joined


def quoted_stretches(raw: str, paragraphs: list[tuple[int, int]]) -> list[list[Quoted]]:
    """Return, for each paragraph, the stretches inside quotation signs, in order."""
    found: list[list[Quoted]] = []
    texts = [raw[low:high] for low, high in paragraphs]
    for (low, _), text, follows in zip(paragraphs, texts, [*texts[1:], ""], strict=False):
        runs_on = found and found[-1] and found[-1][-1].runs_on
        found.append(_Scan(text, low, follows).run(bool(runs_on)))
    return found


class _Scan:
    """One reading of one paragraph, from left to right; a space is put on either side of it."""

    def __init__(self, text: str, low: int, follows: str) -> None:
        self.text, self.end, self.before, self.follows = f" {text} ", len(text) + 1, low - 1, follows
        self.found: list[Quoted] = []
        self.done, self.depth = 1, 0
        self.straight = text.count('"')  # still ahead
        self.nested = text.count("”") - text.count("“")

    def _close(self, opens: int, start: int, end: int, closes: int, runs_on: bool = False) -> None:
        inside = self.text[start:end]
        start += len(inside) - len(inside.lstrip())
        end = start + len(inside.strip())
        if any(map(str.isalnum, inside)):
            low = self.before
            self.found.append(Quoted(low + opens, low + start, low + end, low + closes, runs_on))
        self.done = closes

    def run(self, runs_on: bool) -> list[Quoted]:
        """Return every stretch of the paragraph; `runs_on`: the one before broke off inside a quotation."""
        double = PATTERNS["double"].search(self.text) if runs_on else None
        if double and double[0] == "”":
            self._close(1, 1, *double.span())
        opened: re.Match[str] | None = None
        for sign in PATTERNS["sign"].finditer(self.text, self.done, self.end):
            if sign.start() < self.done:
                continue
            self.straight -= sign[0] == '"'
            before, after = self.text[sign.start() - 1], self.text[sign.end()]
            if opened:
                opened = self._inside(opened, sign, before, after)
            elif sign[0] in ("‘", "'", "`", "‚"):
                self._single(sign, before, after)
            elif _opens(sign[0], before, after):
                opened, self.depth = sign, 0
        if opened and self._goes_on(opened[0]):
            self._close(*opened.span(), self.end, self.end, runs_on=True)
        elif opened:
            self._slip(opened, self.end)
        return self.found

    def _inside(
        self, opened: re.Match[str], sign: re.Match[str], before: str, after: str
    ) -> re.Match[str] | None:
        """Take a sign inside an open quotation, and return the one that is open after it."""
        outer, inner = opened[0], sign[0]
        odd = inner == '"' and self.straight % 2 == 1
        if inner == outer == "“" and not before.isalnum() and after.isalnum():
            if -1 < self.nested >= self.depth and PATTERNS["two_close"].match(self.text, sign.end()):
                self.depth += 1
                return opened
        elif inner not in _CLOSERS[outer] and not (inner == outer == "“" and not before.isspace()):
            return opened
        elif self.depth and inner == "”":
            self.depth -= 1
            return opened
        elif not (odd and outer == '"' and before.isspace() and not after.isspace()):
            if odd and before.isdigit() and after.isspace():
                return opened  # inches
            self._close(*opened.span(), *sign.span())
            return None
        self._slip(opened, sign.start())  # the first was never closed
        return sign

    def _goes_on(self, sign: str) -> bool:
        """Tell whether the next paragraph goes on with what `sign` opened."""
        first = PATTERNS["double"].search(self.follows)
        goes_on = first and (first[0] == "”" or (first.start() == 0 and first[0] == sign))
        return bool(goes_on) and not PATTERNS["said_last"].search(self.text, max(1, self.end - 50), self.end)

    def _slip(self, opened: re.Match[str], limit: int) -> None:
        """Close a quotation that nobody closed: before the words that say who spoke, or at the limit."""
        said = PATTERNS["said"].search(self.text, opened.end(), limit)
        end = said.start() + 1 if said else limit
        self._close(*opened.span(), end, end)

    def _single(self, sign: re.Match[str], before: str, after: str) -> None:
        """Take a single sign: an apostrophe, or one that opens where another closes before the end."""
        text, elision = self.text, PATTERNS["elision"]
        if (
            before.isalnum()
            or not (after.isalnum() or after in '“"[…£$')
            or elision.match(text, sign.start())
        ):
            return
        last, sure, at = None, False, sign.end()
        while not sure and (one := PATTERNS["single"].search(text, at, self.end)):
            at = one.end()
            left, right = text[at - 2], text[at]
            if short := elision.match(text, one.start()):
                at = short.end()
            elif not right.isalnum():  # sure where it is no plural possessive
                last, sure = one, left not in "sS" or right != " " or not text[at + 1 : at + 2].islower()
            elif not left.isalnum():
                break  # another opens
        if not sure and sign[0] == self.follows[:1]:
            self._close(*sign.span(), self.end, self.end, runs_on=True)
        elif last:
            self._close(*sign.span(), *last.span())


def _opens(sign: str, before: str, after: str) -> bool:
    """Tell whether a double sign opens a quotation, by its neighbours."""
    if sign == '"':
        return before.isspace() or not after.isspace()  # else inches, or one that closes what nobody opened
    if sign in ("''", "”", "»"):  # two apostrophes, the wrong way round, or a German guillemet
        return not (before.isalnum() or before in ".,!?…") and after.isalnum()
    return True
