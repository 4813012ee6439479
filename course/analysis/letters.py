"""Quotations held against the articles letter by letter."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import chain, combinations_with_replacement

from course.analysis.quotations.signs import quoted_stretches
from course.corpus.article import Article
from course.corpus.blocks import paragraphs_of
from course.corpus.table import Table

NEAR = 0.52  # of a quotation's letters: with fewer, nothing says that these words were meant
BETWEEN = 0.75  # letters that a word between two of its words takes away
# No keyboard has every sign, so the shape of quotation signs, dashes and spaces is not held against anyone.
_SHAPES = str.maketrans("‘’“”–—\N{NO-BREAK SPACE}", "''\"\"-- ")
_EDGES = " ,.;:…"  # where a sentence puts its own comma or full stop inside the marks
_TOLD = {"replace": "‘{}’ where it has ‘{}’", "delete": "it has no ‘{}’", "insert": "it has ‘{1}’ as well"}


def check_quotations(text: str, articles: Iterable[Article]) -> Table:
    """Return one row for each quotation in a text: the article it stands in, 'same' or 'differs', and where.

    A comma or full stop at the end of a quotation is none of its words. The articles are searched whole,
    posts and captions too. Where none has the words, the nearest passage counts, if
    any is near, in all articles that have it.

    >>> rain = Article.from_text("X", "The U.S. mayor said it would rain.")
    >>> check_quotations("He heard “the US mayor said”.", [rain]).rows[0]["difference"]
    '‘the US’ where it has ‘The U.S.’'
    """
    articles, rows = tuple(articles), []
    for one in chain.from_iterable(quoted_stretches(text, paragraphs_of(text))):
        quotation = text[one.start : one.end].strip(_EDGES)
        wanted = _alike(quotation)
        whole = re.compile(rf"(?<!\w){re.escape(wanted)}(?!\w)")
        there = ", ".join(article.id for article in articles if whole.search(_alike(article.raw)))
        letters, difference = "same", "none"
        if not there:
            near = [*chain.from_iterable(_nearest(wanted.split(), article) for article in articles)]
            *_, passage = max(near, default=("",))
            there = ", ".join(dict.fromkeys(id for *_, id, words in near if words == passage))
            told = "differs", _difference(wanted.split(), passage.split())
            letters, difference = told if there else ("not found", "no article has these words")
        rows.append({"quotation": quotation, "article": there, "letters": letters, "difference": difference})
    return Table("Your quotations, letter by letter", rows)


def _alike(text: str) -> str:
    """Return a text in one shape of its accents, signs, dashes and spaces."""
    return unicodedata.normalize("NFC", text).translate(_SHAPES)


def _nearest(wanted: list[str], article: Article) -> Iterator[tuple[float, float, str, str]]:
    """Give passages that have most of the words in their order, and before each how much that is.

    A word counts by its letters, and each word between two of them counts against it. One alone does not say
    where several were meant to stand. A passage goes on at both ends, up to a sign, where others are quoted.
    """
    yours = [_stem(word) for word in wanted]
    enough, least = NEAR * sum(map(len, yours)), min(2, sum(map(bool, yours)))
    for start, end in paragraphs_of(article.raw):
        words = _alike(article.raw[start:end]).split()
        *blocks, _ = SequenceMatcher(None, yours, [*map(_stem, words)], autojunk=False).get_matching_blocks()
        for first, last in combinations_with_replacement(range(len(blocks)), 2):
            found = [word for a, _, size in blocks[first : last + 1] for word in yours[a : a + size]]
            (left, low, _), high = blocks[first], sum(blocks[last][1:])
            gives = len("".join(found)) - BETWEEN * (high - low - len(found))
            if len(found) >= least and gives >= enough:
                right = high + len(yours) - blocks[last].a - blocks[last].size
                ends = slice(max(0, low - left), low), slice(low, high), slice(high, right)
                head, core, tail = (" ".join(words[part]) for part in ends)
                head = re.findall(r"[\w' -]*$", head)[0] if core[0].isalnum() else ""
                tail = re.findall(r"^[\w' -]*", tail)[0] if core[-1].isalnum() else ""
                passage = f"{head} {core} {tail}".strip(_EDGES + "!?\"'")
                alike = SequenceMatcher(None, " ".join(wanted), passage, autojunk=False).ratio()
                yield gives, alike, article.id, passage


def _stem(word: str) -> str:
    """Return a word's letters and digits, small, and without an ending: ‘prisons’ is a form of ‘prison’."""
    return re.sub(r"(?<=\w{4})(e|e?s|e?d|ing)$", "", re.sub(r"[\W_]", "", word).casefold())


def _difference(yours: list[str], theirs: list[str]) -> str:
    edits = SequenceMatcher(None, yours, theirs, autojunk=False).get_opcodes()
    apart = ((_TOLD[what], yours[a:b], theirs[c:d]) for what, a, b, c, d in edits if what in _TOLD)
    return "; ".join(told.format(" ".join(own), " ".join(other)) for told, own, other in apart)
