"""Lesson 10: its summary has as many sound sentences as faulty ones, and each key shows where it stands."""

import json
import random
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from course.corpus.case import open_case
from course.lessons import cells
from course.lessons.exercises import load_exercises
from course.lessons.here import open_workspace
from course.lessons.keys import load_keys
from course.lessons.scoring import sentence, summary

ROOT = Path(__file__).parents[2]
CELLS = json.loads((ROOT / "notebooks/10_check_the_machine.ipynb").read_text("utf-8"))["cells"]
SOUND = "the texts support it"


@pytest.fixture(scope="module")
def case():
    return open_case(ROOT)


@pytest.fixture
def workspace(case, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    return open_workspace(case)


@pytest.fixture(scope="module")
def asked(case):
    return load_exercises(case)


@pytest.fixture(scope="module")
def keys(case):
    return load_keys(case, "10_check_the_machine")


def test_sound_and_faulty_sentences_are_as_many(asked, keys):
    verdicts = Counter({key.item: key.value for key in reversed(keys["machine_check"])}.values())
    assert verdicts[SOUND] * 2 == verdicts.total() == len(asked["machine_check"].items)
    # Each fault that is taught occurs, and none is left over for whoever has found the others.
    assert {key.value for key in keys["machine_check"]} == {*asked["machine_check"].options}
    assert {*asked["machine_check"].options} - {*verdicts}


def test_the_guess_follows_from_the_verdicts(keys):
    sound = sum(key.value == SOUND for key in keys["machine_check"])
    assert [key.value for key in keys["machine_guess"]] == [f"{sound}"]


def test_the_summary_is_the_sentences_that_are_asked_about(asked):
    """In its order, too: who comes from the one finds the sentence in the other."""
    said = [f"({n}) {one.text}" for n, one in enumerate(asked["machine_check"].items, 1)]
    assert asked["machine_guess"].passages[0].text.strip() == " ".join(said)


def test_each_sentence_has_a_passage_that_decides_it(case, asked, keys):
    marked = {key.value for key in keys["machine_ties"]}
    assert marked == set(asked["machine_ties"].labels)
    drawn_on = {key.article for key in keys["machine_ties"]}
    assert drawn_on == {article.id for article in case.articles}


def tied(asked, case, *marks):
    names = ("label", "article", "exact")
    return asked["machine_ties"].place([dict(zip(names, mark, strict=True)) for mark in marks], case)


POST = (
    "Bukele’s post",
    "D",
    "We are willing to take in only convicted criminals (including convicted U.S. citizens)",
)
FEE = ("offer and fee", "A", "in exchange for a fee")
ARRESTS = ("UN: 80,000", "C", "arresting more than 80,000 people")
ELSEWHERE = ("Mexico: 30,000", "B", "Bukele’s government points to plunging homicide rates")


def test_two_sentences_are_chosen_and_everything_that_is_said_is_about_these(case, asked, keys):
    exercise, of = asked["machine_ties"], keys["machine_ties"]
    one = tied(asked, case, FEE)
    assert exercise.done(one) == (1, 2)
    assert exercise.still_open(one) == "You have marked a passage for: offer and fee."
    value = tied(asked, case, ARRESTS, FEE)
    assert exercise.done(value) == (2, 2)
    both = ["offer and fee", "UN: 80,000"]  # in the order of the labels
    assert exercise.finished(value).startswith(f"You have marked a passage for: {', '.join(both)}.")
    assert {key.value for key in exercise.keys_on(value, of)} == {*both}
    result = exercise.score(value, of, case)
    assert {one.given for one in result.items} == {*both}
    assert summary(result) == "You agree with the course’s own answers on both."  # however short a mark is
    other = exercise.score(tied(asked, case, POST, ELSEWHERE), of, case)
    assert [(one.given, bool(one.best)) for one in other.items] == [
        ("Bukele’s post", True),
        ("", True),  # one mark is told once, with the place to look at
    ]
    assert other.items[1].item.startswith("Under the Biden administration")
    instead = "You marked ‘Bukele’s government points to plunging homicide rates’ in B instead."
    assert sentence(other.items[1]).startswith(instead)
    assert summary(other).startswith("You agree with the course’s own answers on 1 of 2. Read why")
    assert exercise.score([], of, case).items == ()


def test_the_labels_have_the_numbers_of_the_sentences(asked, keys):
    """A key of a label names words, or numbers, of the sentence that stands in its place."""
    names = {"post": "s03", "gesture": "s02", "groups": "s05", "fee": "s01"}
    names |= {"UN": "s06", "planes": "s10", "Mexico": "s08", "Venezuela": "s09"}
    for label, item in zip(asked["machine_ties"].labels, asked["machine_check"].items, strict=True):
        assert [of for name, of in names.items() if name in label] == [item.id], label


def test_each_sentence_that_is_chosen_counts_the_same_and_two_are_wanted(case, asked, keys):
    of = keys["machine_ties"]
    exercise = replace(asked["machine_ties"], points=8)
    whole = tied(
        asked, case, POST, FEE, ARRESTS, ("Mexico: 30,000", "B", "as long as the United States offered")
    )
    assert exercise.score(whole[:1], of, case).points == 4
    assert exercise.score(whole[:2], of, case).points == 8
    assert exercise.score(whole, of, case).points == 8
    without = [key for key in of if key.value != "Bukele’s post"]
    assert exercise.score(tied(asked, case, POST), without, case).items[0].best == ()


def test_a_made_up_student_chooses_as_many(case, asked, keys):
    value = asked["machine_ties"].guess(random.Random(3), keys["machine_ties"], case, 1)  # noqa: S311
    assert asked["machine_ties"].done(value) == (2, 2)


def test_what_the_reveal_marks_is_about_the_sentences_that_were_chosen(case, asked, workspace):
    workspace.put(asked["machine_ties"], tied(asked, case, POST, ARRESTS))
    panel = cells.reveal("machine_ties")
    panel.parts[0].act({"button": "open", "fields": {}})
    form, reader = panel.parts
    own, course = reader.layers
    assert {note[3] for note in course["notes"]} == {note[3] for note in own["notes"]}
    assert form.feedback["summary"] == "You agree with the course’s own answers on both."


def test_what_the_course_found_opens_with_the_evidence_and_not_before(case, asked, keys, workspace):
    (shown,) = [text for cell in CELLS if 'reveal("machine_check"' in (text := "".join(cell["source"]))]
    assert 'reveal("machine_ties", reveal("machine_check", reveal("machine_guess")))' in shown
    panel = cells.reveal("machine_ties", cells.reveal("machine_check"))
    for id in ("machine_check", "machine_ties"):
        best = {key.item: key.value for key in keys[id]} if id == "machine_check" else None
        workspace.put(asked[id], best or tied(asked, case, POST, ARRESTS))
    assert not panel.parts[0].handle({"shown": True})["problem"]
    assert len(panel.parts) == 1
    panel.parts[0].act({"button": "open", "fields": {}})
    *_, found = panel.parts
    assert not found.parts[0].handle({"shown": True})["problem"]  # as when it comes into sight
    assert "you trusted 4 of 4" in found.parts[0].feedback["summary"]


def test_the_letters_of_the_second_sentence_are_right_and_its_speaker_is_not(case, asked, keys):
    said = re.search("‘(.*)’", asked["machine_check"].texts["s02"])[1]
    assert [one.id for one in case.articles if said in one.raw] == ["B"]
    second = next(key for key in keys["machine_check"] if key.item == "s02")
    assert second.value == "the wrong speaker"


def test_no_text_names_the_source_that_was_invented(case):
    assert not any("United Nations" in one.raw for one in case.articles)


def test_the_prose_does_not_tell_how_many_hold():
    prose = " ".join("".join(cell["source"]) for cell in CELLS if cell["cell_type"] == "markdown")
    assert not re.search(r"\b(half|four sentences|four of)\b", prose)
