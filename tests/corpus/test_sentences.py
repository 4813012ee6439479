"""Sentences: the figures reached on both sets, the known traps, and any text at all."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.corpus.sentences import split_sentences
from tests.corpora.sentences.measure_sentences import HERE, measure, read_paragraphs


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(("name", "lowest"), [("dev", 0.999), ("heldout", 0.995)])
def test_reached_figures_never_fall(name: str, lowest: float) -> None:
    _, _, f1, misses = measure(HERE / f"{name}.txt")
    assert f1 >= lowest, "\n".join(misses)


def test_the_measure_sees_a_bad_splitter(tmp_path: Path) -> None:
    path = tmp_path / "two.txt"
    path.write_text("One.\nTwo.\\\nThree came.\n\nFour.\n", encoding="utf-8")
    assert [text for text, _ in read_paragraphs(path)] == ["One. Two.Three came.", "Four."]
    assert measure(path)[2] == pytest.approx(1)
    assert measure(path, lambda text: [(0, len(text))])[2] == 0
    assert measure(path, lambda text: [(0, 4), (5, 7), (7, len(text))])[0] == pytest.approx(1 / 4)


ONE = """
He was born in St. Louis on Jan 20, and left for the U.S. in May.
The U.S. Senate, Mr. Lee said, meets at 5 p.m. Monday.
Elon Musk responded, “Great idea!!”.
“Any… illegal immigrant,” he said, “whoever it is.”
“Why?” he asked.
“Why?” Mr. J. D. Vance asked.
"Why?" Trump's lawyer asked.
The MS-13 gang grew by 3.5 percent, see No. 5 or www.site.example.org/a.b?C=D.
He joined Yahoo! in 2001 and wrote to J.Doe@mail.example.org.
The cost rose; The Sun said so: nobody paid.
Deportation agreements
The fee would be low for… pic.twitter.com/HTNwtp35Aq — N. B. (@nb) February 4, 2025
For questions please contact [email protected].
""".strip().splitlines()


@pytest.mark.parametrize("text", ONE)
def test_one_sentence_stays_one(text: str) -> None:
    assert sentences(text) == [text]


SEVERAL = """
He lives in the U.S. | The move surprised us.
He left at 5 p.m. | Police came.
“It is over,” he said. | “We won. | We did.”
She said ‘no.’ | Then she left.
Rep. Lee (R-Fla.). | He lost.
(It rained.) | He left.
It ended. | 2023 was worse. | $5 was a lot.
It ended. | – Nobody came.
It ended. | eBay rose. | “No,” he said. | al-Masri fled.
Well... | Maybe.
Really?! | Yes!
1. Boil it. | 2. Drink it.
A note.[1] | A second one.
""".strip().splitlines()


@pytest.mark.parametrize("line", SEVERAL)
def test_sentences_are_told_apart(line: str) -> None:
    assert sentences(line.replace(" |", "")) == line.split(" | ")


def test_a_missing_space_and_a_blank_line_hide_no_end() -> None:
    assert sentences("It ended.The rest\n\nfollowed.”He said") == [
        "It ended.",
        "The rest",
        "followed.”",
        "He said",
    ]


NEWSY = st.lists(
    st.sampled_from(
        [
            *".!?…\"'“”’()[]—",
            " ",
            "  ",
            "\n\n",
            "U.S.",
            "Mr",
            "p.m.",
            "the",
            "The",
            "he asked",
            "5",
            "é",
            "No",
        ]
    )
).map("".join)


@given(st.one_of(st.text(), NEWSY))
def test_spans_of_any_text_are_ordered_and_hold_every_character(text: str) -> None:
    at = 0
    for start, end in split_sentences(text):
        assert at <= start < end <= len(text)
        assert not text[at:start].strip()
        assert text[start:end].strip() == text[start:end]
        at = end
    assert not text[at:].strip()


@pytest.mark.parametrize("piece", ['"', ".", " .", "“", "a", "A.", "\n", "? ", "( ", "U.S. ", "\t \n"])
def test_a_huge_line_of_one_thing_ends(piece: str) -> None:
    """A time that grew with the square of the length would take hours here."""
    text = piece * (100_000 // len(piece))
    assert all(start < end for start, end in split_sentences(text + "x"))
