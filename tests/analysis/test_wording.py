"""Terms by voice, found by readers and by rule; keyness against numpy, scipy and a calculation by hand."""

import math
import re
import tomllib
from collections import Counter
from pathlib import Path
from unicodedata import normalize

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logit

from course.analysis.voices import find_terms
from course.analysis.wording import BODY, keyness
from course.corpus.article import Article
from course.corpus.case import open_case
from tests.benchmarks.voices import compare
from tests.corpora.terms import read_terms

ROOT = Path(__file__).parents[2]
TERMS = tomllib.loads((ROOT / "seeds/readings/wording.toml").read_text("utf-8"))["term"]


def article(text, id="X"):
    return Article.from_text(id, text)


# --- voices by rule


@pytest.mark.parametrize(
    ("text", "voice"),
    [
        ("The crooks came back to the town on Monday night.", "own"),
        ("The minister said that the crooks came back to the town.", "attributed"),
        ("The crooks came back to the town, the minister said on Monday.", "attributed"),
        ("The crooks came back to the town, according to the minister.", "attributed"),
        ("According to the minister, the crooks came back to the town.", "attributed"),
        ("The trains were late, the firm said, as crooks had cut the wire.", "own"),
        ("The prison, which the firm says is full, holds many crooks now.", "own"),
        ("The town agreed to take back the crooks on Monday night.", "own"),
        ("The way home suggested by the crooks was a long one.", "own"),
        ("The minister said: “The crooks came back to the town.”", "quoted"),
        ("The crooks came. “We saw nothing at all,” the minister said.", "own"),
        ("“We saw them [the crooks] come back to the town,” the minister said.", "own"),
        ("“We saw [clearly] the crooks come back to the town,” the minister said.", "quoted"),
        ("“Nobody said a word,” she told the paper. It met the crooks too.", "own"),
    ],
)
def test_each_voice(text, voice):
    (found,) = find_terms(article(f"The town has one street and one station.\n{text}\n"), ["crooks"])
    assert found.label == voice


def test_a_term_in_an_advertisement_bears_the_kind_of_its_block():
    one = article("Rain fell on the town on Monday night.\nADVERTISEMENT\nWind rose over the town later.\n")
    assert [place.label for place in find_terms(one, ["advertisement"])] == ["advert"]


def test_the_longest_term_counts_whole_words_alone_capitals_or_not():
    one = article("The lost sheep’s field is old. Lost\nsheep and sheepdogs left; a sheep stayed.\n")
    found = find_terms(one, ["sheep", "lost  sheep", "lost sheep's field", "", " "])
    assert [one.raw[place.start : place.end] for place in found] == [
        "lost sheep’s field",
        "Lost\nsheep",
        "sheep",
    ]
    assert find_terms(one, ["", " "]) == find_terms(one, []) == ()


def test_decomposed_and_composed_text_compare_equal():
    texts = [normalize(form, "La policía de San Salvador halló un café.") for form in ("NFC", "NFD")]
    for text in texts:
        for word in ("policía", normalize("NFD", "policía")):
            (found,) = find_terms(article(text), [word])
            assert normalize("NFC", text[found.start : found.end]) == "policía"
        assert find_terms(article(text), ["cafe"]) == ()
    one, other = (keyness([article(text), article("Rain.", "Y")]) for text in texts)
    assert [key.word for key in one] == [key.word for key in other]
    assert "policía" in [key.word for key in other]


@given(
    st.text(alphabet="crooks said, which “”‘’\"'[]. \n", max_size=120),
    st.lists(st.text(alphabet="crooks'’ .*(", max_size=6), max_size=3),
)
def test_terms_hold_for_any_text(raw, terms):
    found = find_terms(article(raw), terms)
    wanted = {re.sub(r"\s+", " ", term.replace("’", "'")).strip().lower() for term in terms}
    for place in found:
        words = raw[place.start : place.end].replace("’", "'").lower()
        assert re.sub(r"\s+", " ", words) in wanted
    assert list(found) == sorted(found)


def test_voices_by_rule_against_the_readers_on_the_five():
    """The share of terms on which the rule hears what most readers heard; it must not fall."""
    body = [heard == ruled for _, _, heard, ruled in compare() if heard in BODY]
    assert len(body) == 210
    assert sum(body) / len(body) >= 0.90


# --- counts


def test_the_readers_terms_are_placed_and_counted():
    articles = open_case(ROOT).articles
    places = read_terms(TERMS, articles, "reader1")
    texts = {one.id: one.raw for one in articles}
    assert len(places) == 229
    assert Counter(texts[p.article][p.start : p.end] for p in places) == Counter(t["exact"] for t in TERMS)
    assert Counter(place.label for place in places) == {
        "own": 154, "attributed": 33, "quoted": 28, "heading": 5, "deck": 1, "caption": 5, "embed": 3
    }  # fmt: skip
    assert read_terms(TERMS[::-1], articles[::-1], "reader1") == places
    assert read_terms(TERMS, articles, "reader9") == ()


# --- keyness

RAIN = article("Rain, rain and wind.\n", "A")
SUN = article("Wind and sun.\n", "B")


def test_keyness_by_hand():
    # Counts: A rain 2, and 1, wind 1 (n = 4); B wind 1, and 1, sun 1 (n = 3). Prior: rain 2, and 2, wind 2,
    # sun 1 (7). 'rain': odds in A (2 + 2) / (4 + 7 - 4) = 4/7, in B (0 + 2) / (3 + 7 - 2) = 2/8, so the
    # log-odds ratio is ln(16/7); its variance 1/4 + 1/2.
    first = keyness([SUN, RAIN])[0]
    assert (first.article, first.word, first.count, first.elsewhere, first.paragraphs) == (
        "A",
        "rain",
        2,
        0,
        1,
    )
    assert first.log_odds == pytest.approx(math.log(16 / 7), abs=1e-12)
    assert first.z == pytest.approx(math.log(16 / 7) / math.sqrt(0.75), abs=1e-12)


def test_keyness_is_what_numpy_and_scipy_give_on_the_five():
    articles = open_case(ROOT).articles
    words = [re.findall(r"\w+(?:[.,'-]\w+)*", one.text.lower().replace("’", "'")) for one in articles]
    names = sorted({word for text in words for word in text})
    counts = numpy.array([[text.count(name) for name in names] for text in words], dtype=float)
    alpha = counts.sum(axis=0)
    keywords = {(key.article, key.word): key for key in keyness(articles)}
    assert len(keywords) == (counts > 0).sum()
    for row, one in zip(counts, articles, strict=True):
        rest = alpha - row
        share, other = ((y + alpha) / (y + alpha).sum() for y in (row, rest))
        delta = logit(share) - logit(other)
        z = delta / numpy.sqrt(1 / (row + alpha) + 1 / (rest + alpha))
        for place in numpy.flatnonzero(row):
            key = keywords[one.id, names[place]]
            assert (key.count, key.elsewhere) == (row[place], rest[place])
            assert key.log_odds == pytest.approx(delta[place], abs=1e-9)
            assert key.z == pytest.approx(z[place], abs=1e-9)


def test_keyness_of_two_articles_mirrors_and_order_changes_nothing():
    by_word = {(key.article, key.word): key.z for key in keyness([RAIN, SUN])}
    assert by_word["A", "wind"] == pytest.approx(-by_word["B", "wind"])
    assert keyness([SUN, RAIN]) == keyness([RAIN, SUN])
    assert keyness([RAIN]) == keyness([article(""), article("", "Y")]) == ()


@given(st.lists(st.text(alphabet="ab. \n’", max_size=30), max_size=3))
def test_keyness_holds_for_any_text(texts):
    articles = [article(text, str(number)) for number, text in enumerate(texts)]
    found = keyness(articles)
    assert all(math.isfinite(key.z) and key.count > 0 for key in found)
    assert keyness(articles[::-1]) == found
