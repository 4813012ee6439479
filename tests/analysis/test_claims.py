"""Stances, origins, cues and the ClaimReview record."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.analysis.claims import (
    CUES,
    check_worthy,
    claim_review,
    independent_origins,
    most,
    witnesses,
)
from course.corpus.article import Article
from course.corpus.case import open_case

ROOT = Path(__file__).parents[2]
CLAIMS = tomllib.loads((ROOT / "seeds/readings/claims.toml").read_text("utf-8"))["claim"]
ONE = {
    "id": "C1",
    "claim": "It rained.",
    "stance": {
        "B": {"reader1": "quoted", "reader2": "quoted"},
        "A": {"reader1": "own voice", "reader2": "not there"},
        "C": {"reader1": "contradicts", "reader2": "contradicts"},
        "D": {"reader1": "mixed", "reader2": "attributed"},
        "E": {"reader1": "attributed", "reader2": "partial", "reader3": "partial"},
    },
    "by": {"B": "own voice in the lead; Ada Lowe quoted later", "D": "Lowe (post on X) and Weather Office"},
}


# --- origins


def test_witnesses_are_the_articles_that_say_it_with_the_sources_they_name():
    assert witnesses(ONE) == [("A", ""), ("B", "Ada Lowe"), ("D", "Lowe"), ("D", "Weather Office")]


def test_origins_fall_from_articles_to_sources_to_groups():
    said = witnesses(ONE)
    alone = independent_origins(said)
    assert alone.articles == ("A", "B", "D")
    assert len(alone.groups) == 4
    links = [("Ada Lowe", "Lowe"), ("A", "a wire report"), ("a wire report", "Lowe")]
    joined = independent_origins(said[::-1], links)
    assert joined.groups == (("A", "Ada Lowe", "Lowe"), ("Weather Office",))
    assert joined == independent_origins(said, links[::-1])
    assert joined.sources == ("Ada Lowe", "Lowe", "Weather Office")
    assert independent_origins([]) == ((), (), ())


@given(
    st.lists(st.tuples(st.sampled_from("ABCDE"), st.sampled_from(["", "x", "y", "z"])), max_size=9),
    st.lists(st.lists(st.sampled_from(["A", "B", "x", "y", "z", "outside"]), max_size=3), max_size=4),
)
def test_every_witness_stands_in_one_group_and_links_never_add_origins(said, links):
    found = independent_origins(said, links)
    members = [name for group in found.groups for name in group]
    assert sorted(members) == sorted({source or article for article, source in said})
    assert len(found.groups) <= len(independent_origins(said).groups)
    assert found == independent_origins(said[::-1], links[::-1])


def test_origins_of_the_readers_claims_go_with_their_verdicts():
    """Where all readers say 'repeated one origin' and every witness names a source, links leave one."""
    us = "Rubio, State Department, Bruce, Tammy Bruce, White House, Leavitt, Trump, the U.S. administration"
    salvadoran = "Bukele, Bukele’s government, Salvadoran government, embedded post"
    officials = [us.split(", "), salvadoran.split(", ")]
    checked = 0
    for claim in CLAIMS:
        found = independent_origins(witnesses(claim), officials)
        named = all(source for _, source in witnesses(claim))
        if set(claim["verdict"].values()) == {"repeated one origin"} and named:
            assert len(found.groups) == 1, claim["id"]
            checked += 1
        # Of one claim all texts have parts alone, which readers put together.
        if set(claim["verdict"].values()) == {"corroborated"} and found.articles:
            assert len(found.groups) >= 2, claim["id"]
            checked += 1
    assert checked >= 10


# --- cues


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        (
            "number",
            "About 40,000 people and $1.5 and 70% and two dozen.",
            ["40,000", "$1.5", "70%", "two", "dozen"],
        ),
        ("comparison", "The largest prison, more than ever.", ["largest", "more", "than"]),
        ("cause", "Crime fell because of it, which led to calm.", ["because", "led to"]),
        ("forecast", "It will open and could fill.", ["will", "could"]),
        ("law", "A court said it is illegal.", ["court", "illegal"]),
    ],
)
def test_cues_of_each_kind(kind, text, words):
    found = [a for a in check_worthy(Article.from_text("X", text)) if a.label == kind]
    assert [text[a.start : a.end] for a in found] == words


def test_cues_are_whole_words():
    text = "The flaw in the wallaby's Lawson willow, at Mayfield."
    assert check_worthy(Article.from_text("X", text)) == ()


@given(st.text(alphabet="more 1%$,. \nlawn’tcould due to", max_size=80))
def test_cues_hold_for_any_text(raw):
    article = Article.from_text("X", raw)
    found = check_worthy(article)
    assert all(re.fullmatch(CUES[a.label], raw[a.start : a.end]) and a.start < a.end for a in found)
    assert [a.start for a in found] == sorted(a.start for a in found)


def test_cues_stand_in_the_bodies_of_all_five():
    for article in open_case(ROOT).articles:
        kinds = {a.label for a in check_worthy(article)}
        assert {"number", "comparison", "law"} <= kinds


# --- ClaimReview


def test_a_claim_review_has_what_google_required_until_june_2025_and_no_number():
    record = claim_review(
        "It rained on Monday.",
        "insufficient as of 2025-02-05",
        "student 7",
        "2025-02-05",
        "https://school.example/review",
        appearances=["https://paper.example/a"],
    )
    # Google Search Central, 'Fact check (ClaimReview) structured data': required properties.
    assert record["@context"] == "https://schema.org"
    assert record["@type"] == "ClaimReview"
    assert record["claimReviewed"] == "It rained on Monday."
    assert record["url"] == "https://school.example/review"
    assert record["reviewRating"] == {"@type": "Rating", "alternateName": "insufficient as of 2025-02-05"}
    # Recommended there.
    assert record["author"] == {"@type": "Person", "name": "student 7"}
    assert record["datePublished"] == "2025-02-05"
    assert record["itemReviewed"] == {
        "@type": "Claim",
        "appearance": [{"@type": "CreativeWork", "url": "https://paper.example/a"}],
    }
    assert json.loads(json.dumps(record)) == record


def test_two_readings_of_one_language_model_are_one_voice():
    assert most({"reader1": "absent", "model1": "partly", "model2": "partly"}) == ["absent", "partly"]
    assert most({"reader1": "absent", "model1": "absent", "model2": "partly"}) == ["absent"]
    assert most({"reader1": "a", "reader2": "b", "reader3": "b"}) == ["b"]
    assert most({"course": "c"}) == ["c"]
