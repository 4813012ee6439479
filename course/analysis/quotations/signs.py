"""Where quotation signs open and close: curly and straight, double and single, guillemets, TeX.

A sign is read by its shape and its neighbours, paragraph by paragraph, so that a slip of the typist costs
one quotation and never the article. A quotation inside a quotation is part of the outer one.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from course.corpus.case import read_toml
from course.corpus.sentences import CAPITALS

_CLOSERS = {"“": '”"', '"': '"”', "„": '“”"', "«": "»", "»": "«", "``": ("''", "”", '"'), "''": ("''",)}


def read_patterns(file: str) -> dict[str, re.Pattern[str]]:
    """Return the patterns of a file beside this one, compiled."""
    forms = read_toml(Path(__file__).with_name(file))
    return {name: re.compile(form.replace("\n", "").replace("À-Þ", CAPITALS)) for name, form in forms.items()}


PATTERNS = read_patterns("signs.toml")


@dataclass(frozen=True, slots=True)
class Quoted:
    """A stretch inside signs: `start` to `end` inside them, `opens` to `closes` with them."""

    opens: int
    start: int
    end: int
    closes: int
    runs_on: bool = False  # the next paragraph goes on with the same quotation


def quoted_stretches(raw: str, paragraphs: list[tuple[int, int]]) -> list[list[Quoted]]:
    """Return, for each paragraph, the stretches inside quotation signs, in order."""
    texts = [raw[low:high] for low, high in paragraphs]
    found: list[list[Quoted]] = []
    for (low, _), text, follows in zip(paragraphs, texts, [*texts[1:], ""], strict=False):
        found.append(_Scan(text, low - 1, follows, bool(found and found[-1] and found[-1][-1].runs_on)).found)
    return found


class _Scan:
    """One reading of one paragraph, from left to right; a space is put on either side of it."""

    def __init__(self, text: str, before: int, follows: str, goes_on: bool) -> None:
        self.text, self.end, self.before, self.follows = f" {text} ", len(text) + 1, before, follows
        self.found: list[Quoted] = []
        self.done, self.depth = 1, 0
        double = PATTERNS["double"].search(self.text) if goes_on else None
        if double and double[0] == "”":  # without a sign that opens it again
            self._close(1, 1, *double.span())
        opened: re.Match[str] | None = None
        for sign in PATTERNS["sign"].finditer(self.text, 1, self.end):
            if sign.start() < self.done:
                continue
            left, right = self._beside(sign)
            if opened:
                opened = self._inside(opened, sign)
            elif sign[0] in ("‘", "'", "`", "‚"):
                self._single(sign)
            elif sign[0] == '"':  # else inches, or one that closes what nobody opened
                opened = sign if left.isspace() or not right.isspace() else None
            elif sign[0] not in ("''", "”", "»"):
                opened = sign
            elif right.isalnum() and not (left.isalnum() or left in ".,!?…"):
                opened = sign  # two apostrophes, the wrong way round, or a German guillemet
        if opened:
            first = PATTERNS["double"].search(follows)
            runs_on = first and (first[0] == "”" or (first.start() == 0 and first[0] == opened[0]))
            if runs_on and not PATTERNS["said_last"].search(self.text, max(1, self.end - 50), self.end):
                self._close(*opened.span(), self.end, self.end, runs_on=True)
            else:
                self._slip(opened, self.end)

    def _close(self, opens: int, start: int, end: int, closes: int, runs_on: bool = False) -> None:
        inside, low = self.text[start:end], self.before
        start += len(inside) - len(inside.lstrip())
        end = start + len(inside.strip())
        if any(map(str.isalnum, inside)):
            self.found.append(Quoted(low + opens, low + start, low + end, low + closes, runs_on))
        self.done, self.depth = closes, 0

    def _inside(self, opened: re.Match[str], sign: re.Match[str]) -> re.Match[str] | None:
        """Take a sign inside an open quotation, and return the one that is open after it."""
        outer, inner, before, after = opened[0], sign[0], *self._beside(sign)
        again, nested = inner == outer and not before.isspace(), self.text.count("”") - self.text.count("“")
        odd = inner == '"' and self.text.count('"', sign.end()) % 2  # one ahead is without another
        if inner == outer == "“" and not before.isalnum() and after.isalnum():
            if -1 < nested >= self.depth and PATTERNS["two_close"].match(self.text, sign.end()):
                self.depth += 1
                return opened
        elif inner not in _CLOSERS.get(outer, outer) and not (outer == "“" and again):
            return opened
        elif self.depth and inner == "”":
            self.depth -= 1
            return opened
        elif odd and before.isdigit() and after.isspace():
            return opened  # inches
        elif not odd or again or after.isspace() or outer != '"':
            self._close(*opened.span(), *sign.span())
            return None
        self._slip(opened, sign.start())  # the first was never closed
        return sign

    def _slip(self, opened: re.Match[str], limit: int) -> None:
        """Close a quotation that nobody closed: before the words that say who spoke, or at the limit."""
        said = PATTERNS["said"].search(self.text, opened.end(), limit)
        end = said.start() + 1 if said else limit
        self._close(*opened.span(), end, end)

    def _beside(self, sign: re.Match[str]) -> tuple[str, str]:
        return self.text[sign.start() - 1], self.text[sign.end()]

    def _single(self, sign: re.Match[str]) -> None:
        """Take a single sign: an apostrophe, or one that opens where another closes before the end."""
        text, elision, (before, after) = self.text, PATTERNS["elision"], self._beside(sign)
        opens = not before.isalnum() and (after.isalnum() or after in '“"[…£$')
        if not opens or elision.match(text, sign.start()):
            return
        last, sure, at = None, False, sign.end()
        while not sure and (one := PATTERNS["single"].search(text, at, self.end)):
            at = one.end()
            left, right = self._beside(one)
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
