"""Shared passages: planted ones are found, and whatever is reported really is shared."""

import re
import unicodedata
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from course import CourseError
from course.analysis.passages import shared_passages
from course.corpus.annotation import Annotation
from course.corpus.article import Article
from course.corpus.case import open_case

WIRE = "The strike at the port of Averill ended on Monday after the crews won a rise of four percent."


def article(id: str, text: str) -> Article:
    return Article.from_text(id, text)


def texts(passage: tuple[Annotation, ...], *articles: Article) -> list[str]:
    raw = {article.id: article.raw for article in articles}
    return [raw[place.article][place.start : place.end] for place in passage]


def normal(text: str) -> list[str]:
    """Return the words of a text as the finder compares them."""
    words = re.findall(r"[^\W_]+(?:[_.’'-][^\W_]+)*", unicodedata.normalize("NFC", text))
    return [re.sub(r"[\W_]", "", word).casefold() for word in words]


def test_an_exact_passage_is_found_to_the_letter() -> None:
    one = article("A", f"Nobody knew. {WIRE} Ships sailed.")
    two = article("B", f"{WIRE} Elsewhere it rained.")
    (passage,) = shared_passages([one, two])
    assert texts(passage, one, two) == [WIRE[:-1], WIRE[:-1]]
    assert len(normal(texts(passage, one, two)[0])) == 19
    assert {place.label for place in passage} == {"own"}


@pytest.mark.parametrize(
    "edited",
    [
        WIRE.replace("ended", "was over"),
        WIRE.replace("on Monday ", ""),
        WIRE.replace("a rise", "a very welcome rise"),
        WIRE.replace("Monday", "Monday,").upper(),
        WIRE.replace("crews", "crews’"),
    ],
)
def test_a_lightly_edited_passage_is_one_passage(edited: str) -> None:
    one, two = article("A", f"It is so: {WIRE}"), article("B", f"{edited} More soon.")
    (passage,) = shared_passages([one, two])
    assert texts(passage, one, two) == [WIRE[:-1], edited[:-1]]


def test_forms_of_a_word_are_no_edit() -> None:
    one = article("A", "He took the U.S. mega-prison’s offer for Laken's sake")
    two = article("B", "he took the US megaprison's offer, for Laken’s sake")
    (passage,) = shared_passages([one, two])
    assert [normal(text) for text in texts(passage, one, two)] == [normal(one.raw)] * 2


def test_a_passage_in_three_articles_is_one_group_whatever_the_part() -> None:
    whole = f"{WIRE} The minister welcomed it. Talks on hours of work go on until the first week of June."
    articles = [
        article("A", whole),
        article("B", f"Averill. {whole}"),
        article("C", f"Look: {WIRE} So it goes."),
    ]
    groups = {tuple(place.article for place in passage) for passage in shared_passages(articles)}
    assert groups == {("A", "B"), ("A", "B", "C")}


def test_both_places_in_one_article_are_reported() -> None:
    one = article("A", f"{WIRE} And then nothing at all was heard of it for years. Again: {WIRE}")
    (passage,) = shared_passages([one, article("B", WIRE)])
    assert [place.article for place in passage] == ["A", "A", "B"]


def test_a_passage_ends_with_a_paragraph_unless_it_ends_in_all_places() -> None:
    one = article("A", f"“{WIRE}” the statement adds.")
    two = article("B", f"She said: “{WIRE}”\nThe statement adds nothing more.")
    (passage,) = shared_passages([one, two])
    assert texts(passage, one, two) == [WIRE[:-1], WIRE[:-1]]
    both = f"{WIRE}\nTalks on hours of work go on until the first week of June"
    one, two = article("A", both), article("B", f"{both}.")
    (passage,) = shared_passages([one, two])
    assert texts(passage, one, two) == [both, both]


def test_a_repeat_within_one_article_is_not_shared() -> None:
    assert shared_passages([article("A", f"{WIRE} {WIRE}"), article("B", "Something else entirely.")]) == ()


def test_quotation_marks_are_seen_place_by_place() -> None:
    words = "we will never sell the old town hall"
    articles = [
        article("A", f"He said: “{words}.”"),
        article("B", f'"{words}", she read'),
        article("C", words),
    ]
    (passage,) = shared_passages(articles)
    assert [place.label for place in passage] == ["quoted", "quoted", "own"]


def test_fewer_words_are_no_passage_and_the_least_number_can_be_set() -> None:
    one, two = (
        article("A", "on the road to the sea he sang"),
        article("B", "by the road to the sea they fell"),
    )
    assert shared_passages([one, two]) == ()
    (passage,) = shared_passages([one, two], min_words=5)
    assert len(normal(texts(passage, one, two)[0])) == 5
    with pytest.raises(CourseError, match="min_words is 0"):
        shared_passages([one, two], min_words=0)


POOL = [
    "the port of Averill ended",
    "crews",
    "won a rise of four",
    ",",
    "“",
    "”",
    "\n",
    "U.S.",
    "x",
    "of the",
    "é",
]
MANY = st.lists(st.lists(st.sampled_from(POOL), max_size=30).map(" ".join), max_size=5)


@given(st.one_of(st.lists(st.text(), max_size=4), MANY), st.randoms(), st.integers(1, 8))
@example([POOL[0], f"crews {POOL[0]} of the crews {POOL[0]}"], Random(0), 1)  # noqa: S311 - no secret
@example(["_", "_"], Random(0), 1)  # noqa: S311 - no secret
@settings(max_examples=150)
def test_every_place_is_shared_and_the_order_of_articles_changes_nothing(texts_, random, least) -> None:
    articles = [article(f"N{number}", text) for number, text in enumerate(texts_)]
    passages = shared_passages(articles, min_words=least)
    raw = {article.id: article.raw for article in articles}
    for passage in passages:
        assert len({place.article for place in passage}) > 1
        found = [normal(raw[place.article][place.start : place.end]) for place in passage]
        for words, place in zip(found, passage, strict=True):
            assert 0 <= place.start < place.end <= len(raw[place.article])
            others = [
                other for other, there in zip(found, passage, strict=True) if there.article != place.article
            ]
            assert len(words) >= least
            assert any(words[:1] == other[at : at + 1] for other in others for at in range(len(other)))
            assert max(sum(word in other for word in words) for other in others) >= least
    shuffled = articles[:]
    random.shuffle(shuffled)
    assert shared_passages(shuffled, min_words=least) == passages


def test_what_the_five_articles_share() -> None:
    case = open_case()
    passages = shared_passages(case.articles)
    shared = {text.replace("\n", " ") for passage in passages for text in texts(passage, *case.articles)}
    assert (
        "the most unprecedented, extraordinary, extraordinary migratory agreement anywhere in the world"
        in shared
    )
    fee = next(passage for passage in passages if "making our entire" in texts(passage, *case.articles)[0])
    assert [place.article for place in fee] == ["A", "B", "C", "D"]
    assert all(place.article != "E" for passage in passages for place in passage)
    assert len(passages) == 9


def test_accents_in_one_or_two_characters_are_the_same() -> None:
    one, two = (
        article(id, unicodedata.normalize(form, "José Núñez gave the café to Zoë Ångström"))
        for id, form in (("A", "NFC"), ("B", "NFD"))
    )
    (passage,) = shared_passages([one, two])
    assert [normal(text) for text in texts(passage, one, two)] == [normal(one.raw)] * 2
    assert len(normal(one.raw)) == 8


# What is known to be shared: article, start and end of each place, q for quoted.
FIVE = [
    "A674-697 C5463-5486",
    "A1451-1491 B1030-1084q C1647-1738q C1948-2047 D979-1078q",
    "A1451-1644q C2009-2189 D1126-1263q",
    "A1680-1715q B1168-1203q C2194-2229 D1267-1302q",
    "A1680-1790q B1168-1280q C1842-1944q D1267-1379q",
    "A2284-2378q D4157-4251q",
    "A2382-2627q C1179-1432q",
    "B2188-2261 D1584-1657q",
    "B2264-2443q D1709-1888q",
]


def test_the_five_have_the_passages_that_are_known() -> None:
    found = [
        " ".join(f"{id}{start}-{end}{'q' * (label == 'quoted')}" for id, start, end, label, *_ in shared)
        for shared in shared_passages(open_case().articles)
    ]
    assert found == FIVE
