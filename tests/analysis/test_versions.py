"""Versions of one utterance: which belong together, and what was done to the words."""

from hypothesis import given, settings
from hypothesis import strategies as st

from course.analysis.quotations.versions import match_versions
from course.corpus.article import Article
from tests.corpora.quotes import f1, read_five, read_versions, score_versions


def articles(*quoted: str) -> list[Article]:
    return [
        Article.from_text(id, f"Ann Lee said: “{words}”")
        for id, words in zip("ABCDEFGH", quoted, strict=False)
    ]


def pieces(*quoted: str) -> list[tuple[str, str, str]]:
    """Return what the second version does to the words of the first, other than keep them."""
    pair = articles(*quoted)
    (utterance,) = match_versions(pair)
    full = next(one.raw for one in pair if one.id == utterance.fullest.article)
    version = next(one for one in utterance.versions if one is not utterance.fullest)
    raw = next(one.raw for one in pair if one.id == version.article)
    return [
        (piece.kind, raw[slice(*piece.here)], full[slice(*piece.there)])
        for piece in version.pieces
        if piece.kind != "same"
    ]


def test_the_five_reach_what_they_reached() -> None:
    count, misses = score_versions(read_five())
    assert f1(count) >= 0.96, misses


def test_the_invented_versions_reach_what_they_reached() -> None:
    count, misses = score_versions(read_versions())
    assert f1(count) >= 0.97, misses


def test_spelling_is_told_apart_from_other_words() -> None:
    assert pieces(
        "the U.S. centre has recognised nobody this year", "the US center has recognized somebody this year"
    ) == [
        ("spelling", "US", "U.S."),
        ("spelling", "center", "centre"),
        ("spelling", "recognized", "recognised"),
        ("changed", "somebody", "nobody"),
    ]


def test_marks_cuts_and_glosses_are_told_apart() -> None:
    whole = "We met the men, and we told them that the mine would be closed by Christmas."
    assert pieces(whole, "We met the men and we told them [the miners] that the mine would be closed") == [
        ("punctuation", " ", ", "),
        ("gloss", "the miners", ""),
        ("cut", "", "by Christmas"),
    ]


def test_a_cut_that_takes_a_gloss_along_is_a_cut() -> None:
    whole = "Whoever they are, men [the miners] or bosses, we told them that the mine would be closed."
    assert pieces(whole, "we told them that the mine would be closed") == [
        ("cut", "", "Whoever they are, men [the miners] or bosses")
    ]


def test_other_speakers_need_more_words_in_common() -> None:
    texts = ["Ann Lee called it “a national disgrace”.", "Bob Ray called it “a national disgrace”."]
    assert match_versions([Article.from_text(id, text) for id, text in zip("AB", texts, strict=True)]) == ()


def test_two_sentences_of_one_article_stay_two_utterances() -> None:
    texts = [
        "“The mine will close by Christmas,” Ann Lee said. “Every miner will be offered another job.”",
        "Ann Lee said: “The mine will close by Christmas. Every miner will be offered another job.”",
    ]
    found = match_versions([Article.from_text(id, text) for id, text in zip("AB", texts, strict=True)])
    assert [[version.article for version in one.versions] for one in found] == [["A", "B"]]


@given(st.randoms(use_true_random=False))
@settings(max_examples=10, deadline=None)
def test_the_order_of_articles_never_changes_the_result(random: object) -> None:
    ordered = [article for article, _ in [*read_five(), *read_versions()]]
    shuffled = ordered[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert match_versions(shuffled) == match_versions(ordered)


WORDS = "a rain fell fast [it U.S. centre , “ ” … said Lee"


@given(st.lists(st.lists(st.sampled_from(WORDS.split()), max_size=30), max_size=5))
@settings(max_examples=150, deadline=None)
def test_every_piece_stands_in_its_article(texts: list[list[str]]) -> None:
    found = [Article.from_text(str(number), " ".join(words)) for number, words in enumerate(texts)]
    raws = {article.id: article.raw for article in found}
    for utterance in match_versions(found):
        for version in utterance.versions:
            at = version.quote.start
            for piece in version.pieces:
                assert at <= piece.here[0] <= piece.here[1] <= version.quote.end
                there = utterance.fullest.quote
                assert there.start <= piece.there[0] <= piece.there[1] <= there.end
                assert (piece.kind == "cut") == (piece.here[0] == piece.here[1] and piece.kind != "gloss")
                at = piece.here[0]
            assert version.article in raws
