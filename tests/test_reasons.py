"""Every reason of a key quotes what the texts, the exercise or its cards have."""

import re
from pathlib import Path

import pytest

from course.corpus.case import open_case
from course.corpus.readings import load_cards
from course.lessons.exercises import load_exercises
from course.lessons.keys import load_keys

CASE = open_case(Path(__file__).parents[1])
EXERCISES = load_exercises(CASE)
KEYS = load_keys(CASE)
QUOTED = re.compile(r"‘([^‘’]+(?:’[a-z][^‘’]*)*)’")
SIGNS = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\n": " "})


def plain(text: str) -> str:
    return " ".join(text.translate(SIGNS).lower().split())


def sources(exercise: str) -> str:
    """Return all that a reason may quote: the articles, what the exercise shows, the evidence cards."""
    asked = EXERCISES[exercise]
    shown = [asked.title, asked.prompt, *asked.options, *asked.labels]
    shown += [passage.text for passage in asked.passages]
    shown += [text for item in asked.items for text in (item.text, *item.options)]
    return plain(" ".join([article.raw for article in CASE.articles] + shown + [str(load_cards(CASE))]))


def missing(exercise: str, reason: str) -> list[str]:
    """Return the quotations of a reason that stand nowhere; … and / join two pieces of one."""
    text = sources(exercise)
    pieces = (piece for quoted in QUOTED.findall(reason) for piece in re.split("[…/]", quoted))
    return [piece for piece in pieces if plain(piece).strip(" .,;:") not in text]


@pytest.mark.parametrize("exercise", KEYS)
def test_what_a_reason_quotes_stands_where_a_student_can_look(exercise: str) -> None:
    nowhere = {
        piece: key.reason for key in KEYS[exercise] if key.reason for piece in missing(exercise, key.reason)
    }
    assert not nowhere


def test_a_quotation_that_is_nowhere_is_found() -> None:
    assert missing("claim_2", "‘The moon is a cheese’ and ‘410-acre’.") == ["The moon is a cheese"]
