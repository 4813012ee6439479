"""What each part of a copied web page is: the report itself, or one of the kinds of noise around it.

A copied page has no mark-up left, so the reader goes by three things, in this order: what a line says (the
rules in block_rules.toml, which never take a line that reports something), what stands around it (labels,
pictures, posts), and how it is made: a news paragraph ends with a full stop; a heading, a caption and a link
do not. What a case's own file says of a line, `seeds/blocks.toml`, wins over all of it.
"""

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise, takewhile
from typing import NamedTuple

from course.corpus.annotation import Annotation
from course.corpus.sentences import CAPITALS, read_rules

KINDS = ("body", "heading", "caption", "credit", "advert", "embed", "metadata", "footer", "notice")
SPACE = "".join(map(chr, (*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200C))))
SPACE += "\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', **dict.fromkeys(SPACE, " ")})
PLAIN |= dict.fromkeys((ord(c) for c in CAPITALS if c > "Þ"), "Þ")  # patterns with all 320 compile slowly
LONGEST = 1500  # characters: what is longer than any notice is not held against the rules
SAME_LINE = -1  # the gap before a part that stands on the line of the part before it

RULES = read_rules("block_rules.toml", "À-ÖØ-Þ")
FORMS: dict[str, str] = {}  # regular expressions, which `re` compiles when they are first used


def _filled(form: str) -> str:
    return re.sub(r"<([A-Z]+)>", lambda name: FORMS[name[1]], form)


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for phrase in re.split("[;\n]", text) if phrase.strip())


for _name, _form in RULES["forms"].items():
    FORMS[_name] = _filled("".join(map(str.strip, _form.splitlines())))
LINES: dict[str, str] = {line: kind for kind, text in RULES["lines"].items() for line in _phrases(text)}
OPENINGS: dict[str, tuple[str, ...]] = {kind: _phrases(text) for kind, text in RULES["openings"].items()}
AROUND = {name: _phrases(text) for name, text in RULES["around"].items()}
DATES = frozenset(RULES["around"]["dates"].split())  # the words of a time line
PATTERNS: list[tuple[str, str, bool]] = [  # and whether a sentence of reporting may have the form too
    (kind, _filled(form), section == "loose")
    for section in ("patterns", "loose")
    for kind, some in RULES[section].items()
    for form in some
]
CREDIT = f"(?:{'|'.join(map(_filled, RULES['credits']['any']))}){RULES['credits']['end']}"


def _has(name: str, text: str) -> bool:
    return re.search(FORMS[name], text) is not None


class Part:
    """A paragraph, a line of noise, or a piece of one; its kind is empty until it is known.

    `text` has straight quotes, plain spaces and few of all capitals, and is as long as in the raw text; `gap`
    is how many blank lines stand before it.
    """

    def __init__(self, start: int, text: str, gap: int, kind: str = "") -> None:
        self.start, self.text, self.gap, self.kind = start, text, gap, kind
        self.words = text.count(" ") + 1
        self.item = re.sub(FORMS["BULLET"], "", text, count=1)
        self.ended = is_ended(text) or (text.endswith('"') and self.words > 12)


def is_ended(text: str) -> bool:
    """Return whether a text ends as a sentence does."""
    return _has("END", text[-12:])


def reports(text: str, *, told: bool = True) -> bool:
    """Return whether a text is a sentence of reporting: it tells what was said or (`told`) what happened."""
    happened = told and _has("HAPPENED", text) and not _has("SHOWN_NOW", text)
    return is_ended(text) and (happened or _has("SAID", text) or _has("ATTRIBUTED", text))


class Block(NamedTuple):
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
    paragraphs = (Part(a, raw[a:b].translate(PLAIN), gap) for a, b, gap in _paragraphs(raw))
    parts = [part for paragraph in paragraphs for part in _pieces(paragraph)]
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
            blocks.append(blocks.pop()._replace(end=end))
        else:
            kind = next((one.label for one in sure if one.start <= start < one.end), "")
            blocks.append(Block(kind or parts[bisect(starts, start) - 1].kind, start, end))
    return tuple(blocks)


def paragraphs_of(raw: str) -> list[tuple[int, int]]:
    """Return start and end of each line that is not blank; lines of a hard-wrapped text are joined."""
    return [(start, end) for start, end, _ in _paragraphs(raw)]


def _paragraphs(raw: str) -> Iterator[tuple[int, int, int]]:
    """Yield start and end of each paragraph, and how many blank lines stand before it."""
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
    small = [(a, b) for a, b, after in touching if raw[after].islower() and raw[b - 1] not in ".!?"]
    soft = [b - a for a, b in small if 40 <= b - a <= 130]
    width = max(soft) if len(soft) > 0.2 * len(touching) else 0
    first = 0
    for n, (start, end, _) in enumerate(lines, 1):
        if n == len(lines) or not _goes_on(raw, start, end, lines[n][0], 0 if lines[n][2] else width):
            yield lines[first][0], end, lines[first][2]
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
    if date := re.match(FORMS["CRAWLED"], part.text):
        yield Part(part.start, date[0].rstrip(), part.gap, "metadata")
        part = Part(part.start + date.end(), part.text[date.end() :], SAME_LINE)
    tail = max(0, len(part.text) - 160)
    if not part.ended and tail == 0 and (kind := _kind(part)) in ("metadata", "notice"):
        part.kind = kind  # a byline with the agency in it is no caption
    credit = None if part.kind else re.compile(CREDIT).search(part.text, tail)
    if not credit or (part.ended and not _has("SURE", credit[0])):
        yield part
        return
    found = credit[0].lstrip()
    at = credit.end() - len(found)
    if head := part.text[:at].rstrip():
        # '- AFP' after a full stop may end a caption or the whole report: its place will tell.
        unsure = is_ended(head) and (reports(head) or not _has("PICTURE", found))
        yield Part(part.start, head, part.gap, "" if unsure else "caption")
    yield Part(part.start + at, part.text[at:], SAME_LINE if head else part.gap, "credit")


def _kind(part: Part) -> str:
    """Return the kind that the rules give to a part by itself, or nothing."""
    if len(part.text) > LONGEST:
        return ""
    text, item = (re.sub(FORMS["LINK"], r"\1", words) for words in (part.text, part.item))
    item = item.strip("*_# ")
    key, line = item.lower().replace("*", ""), text.lower()
    if found := LINES.get(key.rstrip(" .:,!?…»>→›|")) or LINES.get(line.rstrip(" .:…")):
        return found
    # A line that only says when or how long: 'Updated 5:25 AM EST, February 4, 2025'.
    words = re.findall(r"[^\W\d_]+|\d+", key) if len(key) <= 120 else []
    if words and all(word.isdigit() or word in DATES for word in words) and not set("£$€%") & {*key}:
        letters = [word for word in words if word.isalpha()]
        if any(len(word) > 1 for word in letters) or (not letters and key == line):
            return "metadata"
    for kind, openings in OPENINGS.items():
        opening = next((one for one in openings if key.startswith(one) or line.startswith(one)), "")
        # 'Read more:' is sure; 'Read our ...' may open a sentence of the report.
        if opening and (kind == "footer" or not opening[-1].isalpha() or not reports(text, told=False)):
            return kind
    for kind, pattern, loose in PATTERNS:
        if re.match(pattern, text) or re.match(pattern, item):
            # A correction may say what was said.
            says = _has("ATTRIBUTED", text) if kind == "footer" else reports(text, told=kind == "caption")
            if not (loose and says):
                return kind
    return ""


def _prose(parts: list[Part]) -> list[int]:
    """Return the places of the sentences that no rule has taken."""
    return [n for n, part in enumerate(parts) if not part.kind and part.ended and len(part.text) >= 40]


def _read_labels(parts: list[Part]) -> None:
    """Give what a label announces the label's kind: the next line, or a list of titles; or of dates."""
    label, listed, announced = "", "", False
    for part in parts:
        dated = part.kind == "metadata"
        announced = dated if announced else not part.kind and part.text.endswith(":")
        part.kind = "" if announced and dated else part.kind
        if not part.kind and (label or (listed and part.words <= 16 and part.text[-1] not in '.":')):
            part.kind, label = label or listed, ""
            continue
        bare = part.item.lower().strip(" .:,#*_")
        label = part.kind if bare in AROUND["labels"] else ""
        lists = part.kind and (bare in AROUND["lists"] or bare.startswith(AROUND["list_openings"]))
        listed = ("metadata" if part.kind == "metadata" else "notice") if lists else ""


def _usual_gap(parts: Iterable[Part]) -> int:
    """Return the gap before most parts."""
    return max(Counter(part.gap for part in parts).most_common(1)[0][0], 0)


def _read_pictures(parts: list[Part]) -> None:
    """Find the captions that stand above a credit, above another caption, or twice."""
    prose, usual = _prose(parts), _usual_gap(parts)
    for n, (part, after) in enumerate(pairwise(parts)):
        stop = "."[: not bisect(prose, n - 1)]  # a standfirst ends where the lead goes on
        if 12 <= len(part.text) <= 300 and after.text.startswith(part.text.rstrip(stop)):
            # A sentence that goes on, or reports, is a standfirst, or a line that the report repeats; and a
            # line with which the first sentence begins is one, where no credit shows that it is a caption.
            shown = any(one.kind in ("caption", "credit") for one in parts[n + 2 : n + 3])
            more, first = len(after.text) > len(part.text), n + 1 in prose[:1] and not shown
            longer = (part.ended and (more or reports(part.text))) or (more and first)
            part.kind = part.kind or ("heading" if longer or (n == 0 and not shown) else "caption")
            after.kind = after.kind or ("" if longer else part.kind)
        if part.kind or after.kind not in ("caption", "credit") or part.words > 45:
            continue
        present = not _has("PAST", part.text)
        if after.gap == SAME_LINE:  # '- AFP' after a full stop: the report's own, where no sentence follows
            caption = any(one.ended and not one.kind for one in parts[n + 2 : n + 12])
        elif after.kind == "caption":  # a picture described for those who do not see it
            caption = present and after.gap < usual and part.words <= 30
        else:
            shown = n + 2 < len(parts) and parts[n + 2].text.lower() in AROUND["shown"]
            beside = shown or after.gap < usual or present or n in prose[:1]
            last = (bool(prose) and prose[0] < n >= prose[-1]) or (n == 0 and not part.ended)
            ends = last and after.gap >= usual  # the report's last words, or its title
            caption = (shown or not ends) and beside and not reports(part.text, told=n in prose[:1])
        part.kind = "caption" if caption else ""


def _read_ending(parts: list[Part]) -> None:
    """Find what follows a report: comments, addresses, who the author is."""
    prose = _prose(parts)
    for n, part in enumerate(parts):
        before = bisect(prose, n)
        if before >= 3 and 2 * before > len(prose) and re.fullmatch(FORMS["ENDINGS"], part.text.rstrip(" :")):
            for rest in parts[n:]:
                rest.kind = rest.kind or "footer"
    bylines = " ".join(part.text for part in parts if part.kind == "metadata").lower()
    for part in (one for one in reversed(parts) if one.ended and not one.kind):
        name = re.match(FORMS["PERSON"], part.text)
        if not re.match(FORMS["LAST"], part.text[:LONGEST]) and not (name and name[0].lower() in bylines):
            break
        part.kind = "footer"


def _read_posts(parts: list[Part]) -> None:
    """Add to an embedded post's last line the lines of the post around it."""
    opened, usual = -9, _usual_gap(parts)
    for n in [n for n, part in enumerate(parts) if part.kind == "embed"]:
        line = parts[n].item.lower()
        if line.startswith(AROUND["post_closes"]) and n - opened <= 8:
            for between in parts[opened:n]:
                between.kind = "embed"
        opened = n if line.startswith(AROUND["post_opens"]) else opened
        if not (signed := re.search(FORMS["SIGNED"], parts[n].text)):
            continue
        # A line belongs to the post below it where that has no words of its own, or where the gap is unusual.
        at, near = n, not signed.start() or parts[n].gap > usual > 0
        while at and n - at < 8 and _is_post(parts[at - 1], near=near):
            at -= 1
            parts[at].kind, near = "embed", parts[at].gap > usual > 0
        for part in takewhile(_is_post, parts[n + 1 : n + 5]):
            part.kind = "embed"


def _is_post(part: Part, *, near: bool = False) -> bool:
    if part.kind or len(part.text) > 600 or part.text.endswith(":") or '"' in part.text:
        return False
    return (near or _has("LIKE_A_POST", part.text)) and not _has("SAID", part.text)


def _read_structure(parts: list[Part]) -> None:
    """Judge what no rule knows: by its full stop, its length and its place among the paragraphs."""
    left = [(n, part) for n, part in enumerate(parts) if not part.kind]
    prose, listed = _prose(parts), _listed(left)
    last = max((n for n, part in left if part.ended or n in listed), default=0)
    loose = [part for _, part in left if not part.ended and part.words >= 18 and part.item == part.text]
    first = prose[0] if prose else len(parts)
    short = [(n, part.text) for n, part in left if n > first and part.words <= 12]
    asking = [n for n, text in short if re.match(FORMS["QUESTION"], text)]
    answers = {n: one for n in asking for one in parts[n + 1 : n + 2] if one.ended and one.words >= 8}
    questions = [n for n, one in answers.items() if not _has("FIRST_PERSON", one.text)]  # in an interview 'I'
    for n, part in left:
        if len(prose) <= len(loose):  # a page without sentences, or without full stops: all of it is kept
            part.kind = "body"
        elif part.ended:
            asks = n in questions and (len(questions) > 1 or part.words <= 7)
            part.kind = "heading" if asks or _is_deck(parts, n, first) else "body"
        elif n > first and (n in listed or _is_loose_body(parts, n, last)):
            part.kind = "body"
        elif n < first:
            named = all(word[0].isupper() or len(word) < 4 for word in part.text.split())
            below = n > 1 and parts[n - 1].kind == "credit" and parts[n - 2].kind != "caption"
            part.kind = "metadata" if n and part.words <= 6 and named else "caption" if below else "heading"
        elif n > last:
            part.kind = "notice"
        else:
            pictured = "credit" in (parts[n - 1].kind, parts[n + 1].kind)
            part.kind = "caption" if part.words >= 10 or pictured else "heading"


def _listed(left: list[tuple[int, Part]]) -> set[int]:
    """Return the places of three or more lines of one shape, with a number or colon: dates, votes."""
    bare = [(n, part.text[:60]) for n, part in left if not part.ended and part.item == part.text]
    shapes = {n: re.sub(r"\d+", "0", re.sub(r"[^\W\d_]+", "w", text))[:7] for n, text in bare}
    shapes |= {n: ":" for n, text in bare if re.match(FORMS["FIELD"], text)}
    times = Counter(shapes.values())
    return {n for n, shape in shapes.items() if re.search("[0:]", shape) and times[shape] > 2}


def _is_loose_body(parts: list[Part], n: int, last: int) -> bool:
    """Return whether a part without a full stop is body: an item, a speaker's line, a lost full stop."""
    part, before, after = parts[n], parts[n - 1], parts[n + 1] if n + 1 < len(parts) else None
    opened = next((p for p in parts[n - 1 : max(0, n - 12) : -1] if p.ended or p.kind != "body"), before)
    in_list = opened.kind == "body" and (opened.text.endswith(":") or _has("ANNOUNCES", opened.text))
    if part.item != part.text:
        beside = before.item != before.text or (after is not None and after.item != after.text)
        return (in_list or beside) and (n < last or before.kind == "body")
    lost = part.words >= 12 and (_has("SAID", part.text) or _has("TWO_SENTENCES", part.text))
    speaks = n < last and re.match(FORMS["SPEAKER"], part.text) is not None
    return in_list or lost or speaks or part.words >= (45 if after else 20)


def _is_deck(parts: list[Part], n: int, first: int) -> bool:
    """Return whether a sentence is a title that asks, or a deck: over the byline, or quoted below a title."""
    part = parts[n]
    if n > min(first, 20) or part.words > 60 or any(p.kind == "body" for p in parts[:n]):
        return False
    asks = n == 0 and part.words <= 25 and part.text.endswith(("?", "!", "..", "…")) and len(parts) > 1
    under = takewhile(lambda p: p.kind, parts[n + 1 : n + 8])
    signed = any(p.kind == "metadata" and re.match(FORMS["BYLINE"], p.text) for p in under)
    quoted = n == 1 and parts[0].kind == "heading" and re.match(FORMS["QUOTED"], part.text)
    return bool(asks or (signed and not reports(part.text)) or quoted)
