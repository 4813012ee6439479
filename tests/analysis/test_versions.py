"""Versions of one utterance: which belong together, and what was done to the words."""

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from course.analysis.quotations import Quote, Speaker
from course.analysis.quotations.versions import match_versions
from course.corpus.article import Article
from tests.corpora.quotes import f1, read_five, read_versions, score_versions


def test_the_five_reach_what_they_reached() -> None:
    count, misses = score_versions(read_five())
    assert f1(count) >= 0.96, misses


def test_the_invented_versions_reach_what_they_reached() -> None:
    count, misses = score_versions(read_versions())
    assert f1(count) >= 0.97, misses


def test_other_speakers_need_more_words_in_common() -> None:
    texts = ["Ann Lee called it “a national disgrace”.", "Bob Ray called it “a national disgrace”."]
    assert match_versions([Article.from_text(id, text) for id, text in zip("AB", texts, strict=True)]) == ()


def test_what_a_case_knows_of_its_quotations_wins_over_the_rules() -> None:
    texts = ["Ann Lee called it “a national disgrace”.", "Bob Ray called it “a national disgrace”."]
    articles = [Article.from_text(id, text) for id, text in zip("AB", texts, strict=True)]
    known = {"B": (Quote(20, 39, "snippet", Speaker("Ann Lee")),)}
    (utterance,) = match_versions(articles, known)
    assert [version.article for version in utterance.versions] == ["A", "B"]


def test_two_sentences_of_one_article_stay_two_utterances() -> None:
    texts = [
        "“The mine will close by Christmas,” Ann Lee said. “Every miner will be offered another job.”",
        "Ann Lee said: “The mine will close by Christmas. Every miner will be offered another job.”",
    ]
    found = match_versions([Article.from_text(id, text) for id, text in zip("AB", texts, strict=True)])
    assert [[version.article for version in one.versions] for one in found] == [["A", "B"]]


@given(st.randoms(use_true_random=False))
@settings(max_examples=10)
def test_the_order_of_articles_never_changes_the_result(random: object) -> None:
    ordered = [article for article, _ in [*read_five(), *read_versions()]]
    shuffled = ordered[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert match_versions(shuffled) == match_versions(ordered)


def test_spelling_glosses_and_accents_do_not_part_versions() -> None:
    texts = [
        "“The U.S. centre has recognised nobody, and José said that the mine would be closed by Christmas.”",
        unicodedata.normalize(
            "NFD",
            "“the US center has recognized nobody and José said [to them] that the mine would be closed”",
        ),
    ]
    (utterance,) = match_versions(
        [Article.from_text(id, f"Ann Lee said: {text}") for id, text in zip("AB", texts, strict=True)]
    )
    assert utterance.fullest.article == "A"
    assert [version.article for version in utterance.versions] == ["A", "B"]


WORDS = "a rain fell fast [it U.S. centre , “ ” … said Lee"


@given(st.lists(st.lists(st.sampled_from(WORDS.split()), max_size=30), max_size=5))
@settings(max_examples=150)
def test_the_fullest_version_is_one_of_at_least_two(texts: list[list[str]]) -> None:
    found = [Article.from_text(str(number), " ".join(words)) for number, words in enumerate(texts)]
    for utterance in match_versions(found):
        assert len(utterance.versions) > 1
        assert utterance.fullest in utterance.versions
