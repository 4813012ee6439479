"""What the class thought: counted, without names."""

from collections import Counter

import pytest

from course.grading.discussion import class_answers, hardest, heat_layers
from tests.grading.conftest import ANA, BEN, CIA, RIGHT, answers_of


def mark(start, end, label="advert", article="A"):
    return {
        "article": article,
        "start": start,
        "end": end,
        "exact": "x" * (end - start),
        "prefix": "",
        "label": label,
    }


@pytest.fixture
def graded(course, inbox, hand_in):
    own = {**RIGHT, "rain": "own voice", "held": "quoted"}
    marks = [[mark(0, 10), mark(5, 12)], [mark(8, 20)], [mark(8, 10, "credit"), mark(10**6, 10**6 + 5)]]
    for person, voices, noise in zip(
        (ANA, BEN, CIA), (RIGHT, own, {**own, "ready": "quoted"}), marks, strict=True
    ):
        data = hand_in(
            person, student_id=f"{person.lms_id:0>32}", voices=voices, noise=noise, why={"text": "x"}
        )
        (inbox / f"{person.code}.json").write_bytes(data)
    return course.grade_all(course.read(inbox).rows)


def test_answers_are_counted_the_most_split_first(graded, small):
    table = class_answers(answers_of(graded, "voices"), small)
    assert table.rows[0]["answers"] in ("own voice: 2; attributed: 1", "quoted: 2; own voice: 1")
    assert table.rows[-1] == {"about": "We are ready", "answers": "quoted: 3", "agree with most": "100%"}
    assert "3 students" in table.caption
    assert "alpha 0." in table.caption
    assert not any(person.name in str(table) or person.code in str(table) for person in (ANA, BEN, CIA))


def test_what_cannot_be_counted_is_said(graded, small):
    assert class_answers(answers_of(graded, "ladder"), small).caption.startswith("Nobody")
    assert "Too few" in class_answers(answers_of(graded[:1], "voices"), small).caption
    assert "article A, paragraph 1" in [
        row["about"] for row in class_answers(answers_of(graded, "noise"), small).rows
    ]


def test_written_answers_are_counted_by_their_level(course, graded, small):
    course.record.set("level", "Basic", student="lms:502", exercise="why")
    again = [course.grade(one.row) for one in graded]
    table = class_answers(answers_of(again, "why"), small)
    assert table.caption == "‘Why?’: 3 students wrote."
    assert table.rows == [{"level": "Basic", "answers": 1}, {"level": "no level yet", "answers": 2}]


def test_of_all_lessons_the_hardest_come_first_and_ten_at_most(graded):
    found = hardest(graded).rows
    assert 0 < len(found) <= 10
    shares = [int(row["as the key"].split("%")[0]) for row in found]
    assert shares == sorted(shares)
    rows = {row["about"]: row["as the key"] for row in found}
    assert rows["ADVERTISEMENT (A)"] == "0% of 3"
    of_each = Counter(row["exercise"] for row in found)
    assert max(of_each.values()) == 2  # not one exercise alone
    assert all(row["lesson"][:2].isdecimal() for row in found)


def test_the_heat_map_counts_each_student_once_and_stays_in_the_text(graded, small):
    layers = heat_layers(answers_of(graded, "noise"), small["A"])
    found = {(one.start, one.end): (one.label, one.note) for layer in layers for one in layer.annotations}
    assert found == {
        (0, 8): ("advert: 1 of 3", "advert: 1"),
        (8, 10): ("advert: 2 of 3", "advert: 2; credit: 1"),
        (10, 12): ("advert: 2 of 3", "advert: 2"),
        (12, 20): ("advert: 1 of 3", "advert: 1"),
    }
    assert [layer.name for layer in layers] == ["half or more", "a quarter or more"]
    assert heat_layers(answers_of(graded, "noise"), small["B"]) == []
