import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.analysis.letters import check_quotations
from course.corpus.article import Article

RAIN = Article.from_text(
    "X", "The U.S. mayor said it would ‘never’ rain – she’s sure.\n\nIt rained on Monday."
)


def found(text, *articles):
    (row,) = check_quotations(text, articles or (RAIN,)).rows
    return row["article"], row["letters"], row["difference"]


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("“It rained on Monday,” they wrote.", ("X", "same", "none")),
        ('They wrote: "It rained on Monday."', ("X", "same", "none")),
        ("“rain - she's sure”", ("X", "same", "none")),  # no keyboard has every dash and apostrophe
        ("“It rained on Tuesday”", ("X", "differs", "‘Tuesday’ where it has ‘Monday’")),
        ("“it rained on Monday”", ("X", "differs", "‘it’ where it has ‘It’")),
        ("“It rained a lot on Monday”", ("X", "differs", "it has no ‘a lot’")),
        ("“The U.S. mayor said it would rain”", ("X", "differs", "it has ‘'never'’ as well")),
        ("“Cats sleep in the warm kitchen”", ("", "not found", "no article has these words")),
    ],
)
def test_a_quotation_is_the_same_or_differs_or_is_not_found(text, result):
    assert found(text) == result


def test_all_articles_that_have_the_words_are_named_and_else_the_nearest():
    wet = Article.from_text("Y", "It rained on Monday, and how.")
    assert found("“It rained on Monday”", RAIN, wet)[0] == "X, Y"
    assert found("“It rained on Monday, and whow”", RAIN, wet)[0] == "Y"


def test_of_two_passages_as_near_by_letters_the_one_with_more_of_the_words_counts(case):
    told = found("“rather low for the U.S.”", *case.articles)
    assert told[1:] == ("differs", "‘rather’ where it has ‘relatively’")


SHORT = {  # as students misquote: a connecting word, a word left out, another form; and what stands nowhere
    "harsh or dangerous": ("C", "‘or’ where it has ‘and’"),
    "conditions are inhumane": (
        "B",
        "it has ‘in the CECOT megaprison, the largest in Latin America,’ as well",
    ),
    "a great idea": ("C", "‘a great’ where it has ‘Great’"),
    "the worst illegal aliens": ("D", "it has ‘criminal’ as well"),
    "extraordinary gestures": ("B, D", "‘gestures’ where it has ‘gesture’"),
    "violent criminals from any country": ("D", "‘violent’ where it has ‘convicted’"),
    "inhuman": ("B", "‘inhuman’ where it has ‘inhumane’"),  # a part of a word is not the word
    "dangerous man": ("", "no article has these words"),
    "a bad deal for the US": ("", "no article has these words"),
}


@pytest.mark.parametrize(("words", "told"), SHORT.items())
def test_a_short_misquotation_is_held_against_the_words_that_were_meant_or_none(words, told, case):
    there, _, difference = found(f"“{words}”", *case.articles)
    assert (there, difference) == told


def test_no_quotation_and_no_article_are_no_trouble():
    assert check_quotations("Nobody's words, the '90s.", [RAIN]).rows == []
    assert check_quotations("“Words”", []).rows[0]["letters"] == "not found"
    rows = check_quotations("“One,” he said. ‘Two.’", []).rows
    assert [row["quotation"] for row in rows] == ["One", "Two"]


def test_a_spelling_that_a_style_sheet_changed_is_a_difference_between_articles(case):
    words = "convicted criminals (including convicted {} citizens)"
    assert found(f"“{words.format('US')}”", *case.articles)[0] == "A"
    assert found(f"“{words.format('U.S.')}”", *case.articles)[0] == "C, D"


def test_every_sentence_of_an_article_is_found_in_it_and_with_a_word_changed_it_is_not(case):
    for article in case.articles:
        for sentence in article.sentences:
            words = [word for word in sentence.text.split() if not set(word) & set("“”‘’'\"")]
            run = " ".join(words)
            if len(words) < 6 or run not in article.raw:
                continue
            assert found(f"“{run}”", article)[1] == "same"
            words[3] = "zebra"
            assert "‘zebra" in found(f"“{' '.join(words)}”", article)[2]


@given(st.text(max_size=60))
def test_any_text_can_be_checked(text):
    for row in check_quotations(f"He said “{text}” then.", [RAIN]).rows:
        assert row["letters"] in ("same", "differs", "not found")
        assert row["difference"]
