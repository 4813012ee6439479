"""A class file: how a class answered, in counts; what a student sees of it beside the own answer."""

import json

import pytest

from course.corpus.case import open_case
from course.corpus.errors import CourseError
from course.grading.desk import Desk
from course.grading.made_up import made_up_class
from course.lessons import class_file
from course.lessons.cells import answer, compare_with, reveal
from course.lessons.class_file import FEWEST, beside_class, class_document, is_class_file
from course.lessons.exercises import load_exercises
from course.lessons.files import read_form, to_json
from course.lessons.kinds.mark import mark_of
from course.lessons.work import Answer
from tests.lessons.small_case import ARTICLES, write_case

HELD = ARTICLES["A"].index("The dam held.")
VOICES = {"rain": "attributed", "ready": "quoted", "held": "own voice"}


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return open_case(write_case(tmp_path_factory.mktemp("class")))


@pytest.fixture(scope="module")
def exercises(case):
    return load_exercises(case)


def given(case, students):
    """Return what a class of so many answered to every exercise."""
    marks = [mark_of(case["A"], HELD, HELD + 13, "advert")]
    return {
        "voices": [VOICES | {"rain": "quoted"}] + [VOICES] * (students - 1),
        "ladder": [{"The dam": ["may_B", "warned_B", "held_A"]}] * students,
        "stances": [{"fell": {"A": "present", "B": "absent"}}] * students,
        "noise": [marks] * (students - 1) + [[mark_of(case["B"], 0, 22, "credit")]],
        "why": [{"text": "a secret text"}] * students,
        "reflection": [{"thought": "a private thought"}] * students,
    }


def own(exercises, opened=True, **values):
    """Return a student's answers, their reveals open or not."""
    return {
        id: Answer(id, exercises[id].kind, value, value if opened else None, "", exercises[id].sha256)
        for id, value in values.items()
    }


def test_it_holds_counts_alone(case, exercises):
    made = class_document(case, exercises, given(case, 6).items())
    assert read_form(to_json(made), "class_answers") == made
    assert set(made) == {"format", "case", "class"}
    assert set(made["class"]) == {"voices", "ladder", "stances", "noise"}
    assert made["class"]["voices"]["answers"]["rain"] == {"quoted": 1, "attributed": 5}
    assert made["class"]["voices"]["students"] == 6
    assert made["class"]["noise"]["answers"] == {
        f"A {HELD}-{HELD + 13}": {"advert": 5}
    }  # one alone marked the other
    assert not [word for word in ("secret", "private") if word in json.dumps(made)]


def test_of_fewer_than_five_nothing_is_told(case, exercises):
    assert FEWEST == 5
    assert class_document(case, exercises, given(case, 4).items())["class"] == {}
    few = {"voices": [{"rain": "quoted"}] * 2 + [{"ready": "quoted"}] * 5}
    assert set(class_document(case, exercises, few.items())["class"]["voices"]["answers"]) == {"ready"}


def test_the_order_of_students_leaves_no_trace(case, exercises):
    values = given(case, 9)
    shuffled = {id: some[::-1] for id, some in values.items()}
    one, other = (class_document(case, exercises, some.items()) for some in (values, shuffled))
    assert one == other
    assert to_json(one) == to_json(other)


def test_the_made_up_class_leaves_no_name_code_id_or_time(case, tmp_path):
    desk = Desk(case, tmp_path / "my_class")
    desk.choose_inbox(made_up_class(case, desk.folder))
    said = desk.class_file().handle({"button": "make", "fields": {}})
    assert said["problem"] is False, said
    text = (desk.folder / "class_answers.json").read_text("utf-8")
    stored = json.loads(text)
    assert stored["class"]
    assert min(one["students"] for one in stored["class"].values()) >= FEWEST
    for row in desk.reading.rows:
        for secret in (row.code, row.name, row.lms_id):
            assert not secret or secret not in text
        for one in row.answers.values():
            assert one.saved not in text
    assert not [word for word in ("student_id", "Made up") if word in text]


def test_one_sees_the_class_beside_the_own_answer_once_the_reveal_is_open(case, exercises):
    data = to_json(class_document(case, exercises, given(case, 6).items()))
    mine = own(exercises, voices=VOICES, noise=[mark_of(case["A"], HELD - 5, HELD + 3, "credit")])
    rows = beside_class(data, "c.json", case, exercises, mine)
    by = {(title, about): (you, them) for title, about, you, them in rows}
    assert by["Who speaks?", exercises["voices"].about("rain")] == (
        "attributed",
        "attributed: 5; quoted: 1 (of 6)",
    )
    assert by["What is not the report?", "A: The dam held."] == ("credit", "advert: 5 (of 6)")
    assert len(rows) == 4  # what was not answered is not told
    with pytest.raises(CourseError, match="answer one, open what the readers answered"):
        beside_class(data, "c.json", case, exercises, own(exercises, opened=False, voices=VOICES))


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one["class"]["noise"]["answers"].update(
            {"A 5-1": {"x": 5}, "Z 0-3": {"x": 5}, "../x": {"x": 5}}
        ),
        lambda one: one["class"]["noise"]["answers"].update({f"A 0-{10**6}": {"<script>": 5}}),
        lambda one: one["class"].update(nosuch=one["class"]["voices"]),
        lambda one: one["class"]["voices"].update(exercise_sha256="0" * 64),
    ],
)
def test_what_does_not_fit_is_left_out_and_the_rest_is_told(change, case, exercises):
    made = class_document(case, exercises, given(case, 6).items())
    change(made)
    mine = own(exercises, voices=VOICES, noise=[mark_of(case["A"], HELD - 5, HELD + 3, "credit")])
    rows = beside_class(to_json(made), "c.json", case, exercises, mine)
    assert ["What is not the report?", "A: The dam held.", "credit", "advert: 5 (of 6)"] in rows
    assert all(all(isinstance(cell, str) for cell in row) for row in rows)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"case": "Another"}, "belongs to another case, 'Another'"),
        ({"class": {"voices": {"exercise_sha256": "x", "students": 4, "answers": {}}}}, "cannot be used"),
        ({"class": []}, "cannot be used"),
        ({"students": ["KTR-4728"]}, "cannot be used"),
    ],
)
def test_a_file_that_is_none_is_refused_in_a_sentence(change, said, case, exercises):
    data = to_json(class_document(case, exercises, given(case, 6).items()) | change)
    with pytest.raises(CourseError, match=said):
        beside_class(data, "c.json", case, exercises, own(exercises, voices=VOICES))


def test_it_is_told_from_a_partners_work(case, exercises):
    assert is_class_file(to_json(class_document(case, exercises, given(case, 6).items())))
    assert not is_class_file(b'{"format": 1, "student": {"code": "\\"class\\":"}, "answers": {}}')
    assert not is_class_file(b"<html>")
    assert class_file.FEWEST >= 5


def test_compare_with_takes_it(case, exercises, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CASE", str(case.root))
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "work"))
    text = to_json(class_document(case, exercises, given(case, 6).items())).decode()
    panel = compare_with()
    sent = {"button": "read", "fields": {"file": {"name": "class_answers.json", "text": text}}}
    answer("voices", VOICES)
    assert "open what the readers answered" in panel.handle(sent)["text"]
    assert panel.tables == []
    reveal("voices")
    assert panel.handle(sent)["problem"] is False
    assert panel.tables[0]["columns"] == ["exercise", "about", "you", "your class"]
    assert len(panel.tables[0]["rows"]) == 3
