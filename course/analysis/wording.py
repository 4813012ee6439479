"""Wording: where terms stand, in whose voice readers heard them, and which words set one article apart."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from unicodedata import normalize

from course.corpus.annotation import Annotation
from course.corpus.article import Article

BODY = ("own", "attributed", "quoted")  # voices in the body; the others stand apart from it
APART = ("heading", "deck", "caption", "embed")
WORD = re.compile(r"\w+(?:[.,’'-]\w+)*")


def find_places(article: Article, terms: Iterable[str]) -> tuple[Annotation, ...]:
    """Return where terms stand in an article, capitals or not.

    Of terms that overlap the longest counts: 'red kites' is not 'kites' once more. An accent may be
    a sign of its own.
    """
    plain = {" ".join(term.replace("’", "'").split()) for term in terms} - {""}
    wanted = {normalize(form, term) for term in plain for form in ("NFC", "NFD")}
    longest = sorted(wanted, key=lambda term: (-len(term), term))
    words = "|".join(re.escape(term).replace(r"\ ", r"\s+").replace("'", "['’]") for term in longest)
    found = re.finditer(rf"(?<!\w)(?:{words})(?![\w\u0300-\u036f])", article.raw, re.IGNORECASE)
    return tuple(Annotation(article.id, *match.span()) for match in found) if wanted else ()


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word of one article against the others: its count here and there, log-odds ratio, z-score.

    `paragraphs` is the number of the article's paragraphs that have the word.
    """

    article: str
    word: str
    count: int
    elsewhere: int
    paragraphs: int
    log_odds: float
    z: float


def keyness(articles: Sequence[Article]) -> tuple[Keyword, ...]:
    """Return every word of each article against all the others, by article, the most telling first.

    Log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008). The
    prior is the words' counts in all articles together. The variance is their approximation (equation 20),
    1/(y + a) in this article plus the same in the others, which leaves out terms that are small for all but
    the commonest words. Empty where there is nothing to compare.
    """

    def words_of(text: str) -> list[str]:
        return WORD.findall(normalize("NFC", text).lower().replace("’", "'"))

    words = {article.id: [words_of(one.text) for one in article.paragraphs] for article in articles}
    counts = {id: Counter(chain.from_iterable(texts)) for id, texts in words.items()}
    spread = {id: Counter(chain.from_iterable(map(set, texts))) for id, texts in words.items()}
    prior = sum(counts.values(), Counter[str]())
    every = prior.total()
    if len(counts) < 2 or len(prior) < 2:
        return ()
    keywords = []
    for id, here in counts.items():
        for word, count in here.items():
            # The word's count and that of all words, with the prior: in this article, and in the others.
            own, total = count + prior[word], here.total() + every
            other, rest = 2 * prior[word] - count, 2 * every - here.total()
            log_odds = math.log(own / (total - own) / (other / (rest - other)))
            z = log_odds / math.sqrt(1 / own + 1 / other)
            keywords.append(Keyword(id, word, count, prior[word] - count, spread[id][word], log_odds, z))
    return tuple(sorted(keywords, key=lambda key: (key.article, -key.z, key.word)))
