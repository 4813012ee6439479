"""Lesson 10: its summary has as many sound sentences as faulty ones, and each key shows where it stands."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from course.analysis.letters import check_quotations
from course.corpus.case import open_case
from course.lessons.exercises import load_exercises
from course.lessons.keys import load_keys

ROOT = Path(__file__).parents[2]
CELLS = json.loads((ROOT / "notebooks/10_check_the_machine.ipynb").read_text("utf-8"))["cells"]
SOUND = "the texts carry it"


@pytest.fixture(scope="module")
def case():
    return open_case(ROOT)


@pytest.fixture(scope="module")
def asked(case):
    return load_exercises(case)


@pytest.fixture(scope="module")
def keys(case):
    return load_keys(case, "10_check_the_machine")


def test_sound_and_faulty_sentences_are_as_many(asked, keys):
    verdicts = Counter({key.item: key.value for key in reversed(keys["machine_check"])}.values())
    assert verdicts[SOUND] * 2 == verdicts.total() == len(asked["machine_check"].items)
    # Of the faults none is left over for whoever has found the others.
    assert set(asked["machine_check"].options) - set(verdicts)


def test_the_guess_follows_from_the_verdicts(keys):
    sound = sum(key.value == SOUND for key in keys["machine_check"])
    assert [key.value for key in keys["machine_guess"]] == ["five or six"]
    assert sound in (5, 6)


def test_the_summary_is_the_sentences_that_are_asked_about(asked):
    whole = asked["machine_guess"].passages[0].text.strip()
    assert all(item.text in whole for item in asked["machine_check"].items)
    assert len(whole) == sum(len(item.text) + 1 for item in asked["machine_check"].items) - 1


def test_each_sentence_has_a_passage_that_decides_it(case, asked, keys):
    marked = {key.value for key in keys["machine_ties"]}
    assert marked == set(asked["machine_ties"].labels)
    drawn_on = {key.article for key in keys["machine_ties"]}
    assert drawn_on == {article.id for article in case.articles}


def test_the_letters_of_the_second_sentence_are_right_and_its_speaker_is_not(case, keys):
    cell = next("".join(cell["source"]) for cell in CELLS if cell["id"] == "letters-check")
    said = re.search(r'"(“.*”)"', cell)[1]
    rows = check_quotations(said, case.articles).rows
    assert [row["letters"] if "letters" in row else list(row.values()) for row in rows]
    found = [one.id for one in case.articles if said.strip("“”") in one.raw]
    assert found == ["B"]
    second = next(key for key in keys["machine_check"] if key.item == "s02")
    assert second.value == "words in another mouth"


def test_no_text_names_the_source_that_was_invented(case):
    assert not any("United Nations" in one.raw for one in case.articles)


def test_the_prose_does_not_tell_how_many_hold():
    prose = " ".join("".join(cell["source"]) for cell in CELLS if cell["cell_type"] == "markdown")
    assert not re.search(r"\b(half|five sentences|five of)\b", prose)
