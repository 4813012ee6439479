"""Where sentences end.

A full stop ends most sentences, and also shortens words; what it does is read off the word before it
and the word after it. The words and forms themselves are in abbreviations.toml.
"""

import re
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

# Latin capitals beyond A to Z, which a pattern calls À-Þ: Š and Ł stand among small letters.
CAPITALS = "".join(c for c in map(chr, (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))) if c.isupper())


def read_rules(name: str, capitals: str = CAPITALS) -> dict[str, Any]:
    """Return the words and patterns of a file beside this one."""
    return tomllib.loads(Path(__file__).with_name(name).read_text("utf-8").replace("À-Þ", capitals))


_TOLD = read_rules("abbreviations.toml")
_SPEECH = "|".join(sorted(_TOLD["speech"].split()))
_FORMS = {name: re.compile(form.replace("SPEECH", _SPEECH)) for name, form in _TOLD.pop("forms").items()}
_WORDS = {name: frozenset(words.split()) for name, words in _TOLD.items()}
_REACH = 40  # how far the rules look back; keeps the time linear in any text


def split_sentences(text: str) -> list[tuple[int, int]]:
    r"""Return start and end of each sentence of one paragraph of English; only white space lies outside them.

    Quotations are split inside; closing marks stay with their sentence. Takes time linear in the text.

    >>> text = "“Why?” he asked. “The U.S. Senate said no.” Mr. Lee left."
    >>> [text[start:end] for start, end in split_sentences(text)]
    ['“Why?” he asked.', '“The U.S. Senate said no.”', 'Mr. Lee left.']
    """
    cuts = [0]
    for match in _FORMS["END"].finditer(text):
        if match["marks"] is None or _ends_sentence(text, cuts[-1], match):
            cuts.append(match.end())
    pieces = [(start, end, text[start:end]) for start, end in pairwise([*cuts, len(text)])]
    return [(end - len(one.lstrip()), start + len(one.rstrip())) for start, end, one in pieces if one.strip()]


def _ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    """Say whether these marks end the sentence that began at `start`."""
    marks, at = match["marks"], match.start()
    said = text[max(start, at - _REACH) : at]
    follow, before = _FORMS["NEXT"].match(text, match.end()), _FORMS["BEFORE"].search(said)
    if follow is None or before is None or not any(map(str.isalnum, said)):
        return False
    word, after = follow["word"], text[follow.end() : follow.end() + 1]
    if not follow["gap"]:  # a sentence begins right after the marks, where the space is missing
        token = said.rsplit(maxsplit=1)[-1]
        capital = _FORMS["CAPITAL"].match(text, follow.start("word"))
        if not (capital and (token[-1].islower() or len(marks) > 1)) or re.search("[/@]|www|http", token):
            return False
    starts = word.replace("’", "'").split("'", 1)[0] in _WORDS["starters"]
    if word[:1].islower():
        stopped = marks == "." and _stops(before[0], follow, starts)
        ends = stopped and _FORMS["BRAND"].match(text, follow.start("word")) is not None
    elif not word and after and after in "&+=,;:/":
        ends = False
    elif "!" in marks or "?" in marks:
        spoken = marks[-1] in "\"'”’»" and _FORMS["SPOKEN"].match(text, match.end())
        ends = starts or not (spoken or (marks == "!" and before[0] in _WORDS["names"]))
    elif "…" in marks or marks.startswith(("..", ". .")):
        ends = re.match(r"I\b", word) is None and (starts or not said.endswith("["))
    else:
        second = marks[-1] == "." and len(marks) > 1  # 'Smith (R-Fla.).'
        ends = second or (not _FORMS["ITEM"].fullmatch(said) and _stops(before[0], follow, starts))
    return ends


def _stops(before: str, follow: re.Match[str], starts: bool) -> bool:
    """Say whether a full stop between the word `before` and the one that follows ends a sentence."""
    word, digit = follow["word"], follow["word"][:1].isdigit()
    if before in _WORDS["number"]:
        return not digit
    if before.lower() in ("a.m", "p.m"):
        return word.rstrip(".") not in _WORDS["times"] and not digit and "(" not in follow["lead"]
    may_end = before in _WORDS["either"] or _FORMS["DOTTED"].fullmatch(before)
    return starts if may_end else before not in _WORDS["open"]
