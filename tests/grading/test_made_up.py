"""The made-up class, on the whole course: seeded, varied, marked from end to end, and plainly nobody's."""

import re
import zipfile
from pathlib import Path

import pytest

from course.corpus.case import open_case
from course.grading.discussion import alike, class_answers
from course.grading.feedback import feedback_page
from course.grading.grade import Grader
from course.grading.gradebooks import fill_gradebook
from course.grading.made_up import _ABOUT, made_up_class, made_up_hand_ins, made_up_people
from course.lessons.keys import load_keys
from tests.grading.conftest import answers_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def case():
    return open_case(ROOT)


@pytest.fixture(scope="module")
def made(case, tmp_path_factory):
    folder = tmp_path_factory.mktemp("made_up")
    return made_up_class(case, folder)


@pytest.fixture(scope="module")
def graded(case, made):
    course = Grader(case, made.parent / "my_class")
    course.roster = Grader(case, made.parent).roster
    return course.grade_all(course.read(made).rows)


def test_thirty_of_which_some_handed_in_what_cannot_be_used(graded):
    by = [one.row.status for one in graded]
    assert (len(by), by.count("read"), by.count("unusable"), by.count("missing")) == (30, 25, 4, 1)


def test_it_says_plainly_that_it_is_made_up(made, graded, case):
    assert "made up" in (made.parent / "made_up-README.txt").read_text("utf-8")
    with zipfile.ZipFile(made) as archive:
        assert all(name.startswith("Made-up Student ") for name in archive.namelist())
    page = next(feedback_page(one, "x") for one in graded if one.row.status == "read")
    assert "Made-up Student" in page


def test_students_differ_and_none_gets_all_or_nothing(graded):
    shares = sorted(one.points / one.possible for one in graded if one.row.status == "read")
    assert 0.1 < shares[0] < 0.6 < shares[-1] < 1
    assert len(set(shares)) == 25


def test_every_exercise_with_a_key_is_answered_and_marked(graded, case):
    one = next(one for one in graded if one.row.status == "read")
    assert not one.notes
    marked = [mark for mark in one.grades if not mark.exercise.private]
    assert all(mark.value for mark in marked if mark.result.items)
    assert {mark.exercise.id for mark in marked if mark.points is None and mark.result.levels} == {
        mark.exercise.id for mark in marked if mark.exercise.rubric
    }


def test_the_same_seed_gives_the_same_answers(case):
    people = made_up_people(2)
    first, again, other = (
        [document["answers"] for _, document in made_up_hand_ins(case, people, seed)] for seed in (1, 1, 2)
    )
    assert first == again != other


def test_the_worksheet_beside_it_is_filled_from_the_zip(made, graded):
    data = (made.parent / "made_up-worksheet.csv").read_bytes()
    assert fill_gradebook(data, graded).filled == 0  # written answers wait for a person
    assert fill_gradebook(data, graded, unfinished=True).filled == 25


def test_no_written_answer_is_an_example_and_two_students_alone_are_alike(graded, case):
    written = [one for each in graded for one in each.grades if one.exercise.rubric]
    texts = [text for one in written for text in one.value.values()]
    samples = [key.sample for keys in load_keys(case).values() for key in keys if key.sample]
    assert len(texts) > 100
    assert all(text.startswith("Made up: ") and "…" in text for text in texts)
    assert not any(sample in text for text in texts for sample in samples)
    # Short texts made of the same few sentences may be equal by chance; answers are not.
    beyond = [row["students"] for row in alike(graded).rows if row["chance"]]
    first = _ABOUT["copies"]
    assert beyond == [f"Made-up Student {first}, Made-up Student {first + 1}"]


def test_marks_begin_and_end_with_a_word(graded, case):
    marks = [mark for each in graded for one in each.grades if one.exercise.in_text for mark in one.value]
    assert len(marks) > 500
    for mark in marks:
        text = case[mark["article"]].raw
        for at in (mark["start"], mark["end"]):
            assert not re.fullmatch(r"\w\w", text[at - 1 : at + 1]), mark


def test_numbers_that_were_guessed_are_counted(graded, case):
    table = class_answers(answers_of(graded, "machine_guess"), case)
    assert table.rows[0]["about"].startswith("Your guess: how many of these")
    counts = [int(one.split(": ")[1]) for one in table.rows[0]["answers"].split("; ")]
    assert sum(counts) == 25
