"""Grading: the key, the teacher's rules, levels, late and excused; and a class regraded at once."""

import datetime
import os

import pytest

from course.corpus.errors import CourseError
from course.grading.grade import Grader
from course.grading.roster import Settings, write_settings
from course.lessons.scoring import sentence
from tests.grading.conftest import ANA, BEN, RIGHT, row_of
from tests.lessons.small_case import packed


def mark_of(course, inbox, exercise, person=ANA):
    row = row_of(course.read(inbox), person)
    return next(one for one in course.grade(row).grades if one.exercise.id == exercise)


@pytest.fixture
def given(inbox, hand_in):
    def put(person=ANA, **answers):
        (inbox / f"{person.code}.json").write_bytes(
            hand_in(person, student_id=f"{person.lms_id:0>32}", **answers)
        )
        return inbox

    return put


def test_points_are_those_of_the_key_and_unread_text_is_open(course, given):
    inbox = given(voices={**RIGHT, "rain": "quoted"}, why={"text": "Because."})
    graded = course.grade(row_of(course.read(inbox), ANA))
    points = {one.exercise.id: one.points for one in graded.grades}
    assert points["voices"] == pytest.approx(4 * 2 / 3)
    assert points["noise"] == points["stances"] == 0
    assert points["why"] is None
    assert graded.left == 1
    assert graded.possible == 17  # 20 points, 3 of which a person has yet to give


def test_a_level_gives_a_share_and_an_empty_text_needs_no_reader(course, given):
    inbox = given(why={"text": "Because."})
    key = row_of(course.read(inbox), ANA).key
    for level, points in (("Proficient", 3), ("Emergent", 2), ("Basic", 1)):
        course.record.set("level", level, student=key, exercise="why")
        course.record.set("comment", "Say who.", student=key, exercise="why")
        one = mark_of(course, inbox, "why")
        assert (one.points, one.level, one.comment, one.open) == (points, level, "Say who.", False)
    given(why={"text": "  "})
    course.record.set("level", None, student=key, exercise="why")
    assert mark_of(course, inbox, "why").points == 0


def test_another_answer_is_accepted_for_the_whole_class_and_told(course, given):
    inbox = given(voices={**RIGHT, "rain": "quoted"})
    given(BEN, voices={**RIGHT, "rain": "quoted"})
    rows = course.read(inbox).rows
    course.grade_all(rows, "marked")
    course.record.set("accept", {"rain": ["quoted"]}, exercise="voices", reason="it can be defended")
    course.grade_all(rows, "accepted more")
    for person in (ANA, BEN):
        one = mark_of(course, inbox, "voices", person)
        assert one.points == 4
        rain = next(item for item in one.result.items if item.item == "rain")
        assert rain.credit == 1
        assert sentence(rain).endswith("Your teacher accepts this answer.")
        assert "the course" not in sentence(rain)
    changed = [row for row in course.record.history(["score"]).rows if row["reason"] == "accepted more"]
    assert {(row["exercise"], row["value"]) for row in changed} == {("voices", "4.0")}
    assert len(changed) == 2
    course.record.set("accept", {}, exercise="voices", reason="it cannot")
    assert mark_of(course, inbox, "voices").points == pytest.approx(4 * 2 / 3)


def test_who_answers_alike_has_the_same_results(course, given):
    inbox = given(voices=RIGHT)
    given(BEN, voices=RIGHT)
    mine, theirs = (mark_of(course, inbox, "voices", one).result.items for one in (ANA, BEN))
    assert len(mine) == 3
    assert all(one is other for one, other in zip(mine, theirs, strict=True))


def test_an_accepted_answer_takes_nothing_from_the_others(course, given):
    inbox = given(voices=RIGHT)
    course.record.set("accept", {"rain": ["own voice"]}, exercise="voices")
    assert mark_of(course, inbox, "voices").points == 4


def test_an_order_can_be_accepted(course, given, exercises):
    order = ["held_A", "may_B", "warned_B"]
    inbox = given(ladder={"The dam": order})
    assert mark_of(course, inbox, "ladder").points < 3
    course.record.set("accept", {"The dam": [order]}, exercise="ladder")
    assert mark_of(course, inbox, "ladder").points == 3


@pytest.mark.parametrize(
    ("place", "value", "before"),
    [
        (("voices", "ready"), {**RIGHT, "ready": "own voice"}, 4 * 2 / 3),
        (("stances", "fell B"), {"fell": {"A": "present"}, "year": {"A": "absent", "B": "present"}}, 3),
    ],
)
def test_a_dropped_item_counts_for_nobody(course, given, place, value, before):
    exercise, place = place
    inbox = given(**{exercise: value})
    assert mark_of(course, inbox, exercise).points == pytest.approx(before)
    course.record.set("drop", [place], exercise=exercise)
    one = mark_of(course, inbox, exercise)
    assert one.points == one.possible == 4
    assert place in course.questions(one.exercise)


def test_a_dropped_place_takes_the_marks_on_it_along(course, given, small, exercises):
    keys = course.keys["noise"]
    (other,) = [key for key in keys if key.article == "B"]
    marks = []
    for key, label in zip(keys, ("advert", "advert"), strict=True):
        raw = small[key.article].raw
        place = {"article": key.article, "start": key.start, "end": key.end}
        marks.append(place | {"exact": raw[key.start : key.end], "prefix": "", "label": label})
    inbox = given(noise=marks)
    assert mark_of(course, inbox, "noise").points < 4
    course.record.set("drop", [other.thing], exercise="noise")
    assert mark_of(course, inbox, "noise").points == 4


def test_weights_of_the_class_and_of_the_teacher_multiply_points(small, folder, given):
    write_settings(folder / "class.toml", Settings("8b", ("02_listen",), {"02_listen": 0.5, "noise": 0}))
    course = Grader(small, folder)
    inbox = given(voices=RIGHT)
    assert mark_of(course, inbox, "voices").points == 2
    assert mark_of(course, inbox, "noise").possible == 0
    course.record.set("weight", 3, exercise="voices", reason="it was the longest")
    assert mark_of(course, inbox, "voices").points == 6


def test_the_prediction_is_marked_where_the_teacher_says_so(course, inbox, hand_in, exercises, tmp_path):
    from course.lessons.handin import sign_in
    from course.lessons.work import Workspace

    work = Workspace(tmp_path / "my_work", "The dam")
    sign_in(work, ANA.code)
    work.put(exercises["voices"], {"rain": "quoted"})
    work.freeze_prediction(exercises["voices"])
    work.put(exercises["voices"], RIGHT)
    (inbox / "h.json").write_text(packed(work, exercises, "hand_in").json)
    assert mark_of(course, inbox, "voices").points == 4
    course.record.set("prediction", True, exercise="voices")
    assert mark_of(course, inbox, "voices").points == 0


def test_late_is_the_clocks_unless_the_lms_or_the_teacher_says_otherwise(small, folder, inbox, given):
    due = datetime.datetime(2026, 3, 2, 18, tzinfo=datetime.UTC)
    write_settings(folder / "class.toml", Settings("8b", (), {}, due))
    course = Grader(small, folder)
    path = given() / f"{ANA.code}.json"
    for minutes, late in ((-1, False), (1, True)):
        at = due.timestamp() + 60 * minutes
        os.utime(path, (at, at))
        graded = course.grade(row_of(course.read(inbox), ANA))
        assert graded.late is late
        assert any("Handed in late" in note for note in map(str, graded.notes)) is late
    course.record.set("late", False, student=graded.row.key, reason="was ill")
    assert course.grade(graded.row).late is False
    course.record.set("excused", True, student=graded.row.key)
    assert course.grade(graded.row).excused


def test_unknown_changed_and_mistaken_exercises_are_said_and_the_rest_counts(course, inbox, hand_in):
    text = hand_in(ANA, voices=RIGHT, why={"text": "x"}, **{"un\x1b\u202eknown": {"x": "y"}})
    import json

    from course.lessons.exercises import sha256_of

    document = json.loads(text)
    document["answers"]["voices"]["exercise_sha256"] = "0" * 64
    document["answers"]["why"] |= {"kind": "sort"}
    rest = {name: value for name, value in document.items() if name != "sha256"}
    (inbox / "h.json").write_text(json.dumps(rest | {"sha256": sha256_of(rest)}))
    graded = course.grade(row_of(course.read(inbox), ANA))
    told = " ".join(map(str, graded.notes))
    assert "unknown, which this course does not have" in told
    assert "why have another kind" in told
    assert "Changed since it was answered, and marked as far as it fits: ‘Who speaks?’." in told
    points = {one.exercise.id: one.points for one in graded.grades}
    assert (points["voices"], points["why"]) == (4, 0)


def test_what_does_not_fit_an_exercise_is_no_silent_zero(course, given):
    long = given(why={"text": "a" * 100_001}, voices=RIGHT)
    assert list(map(str, course.grade(row_of(course.read(long), ANA)).notes)) == [
        "Parts that do not fit the exercise were left out: ‘Why?’."
    ]
    given(why={"text": "a" * 100_000}, voices=RIGHT)
    assert not course.grade(row_of(course.read(long), ANA)).notes


def test_nothing_read_is_no_zero(course, inbox, given):
    (inbox / "a.json").write_bytes(b"")
    given()
    ben = course.grade(row_of(course.read(inbox), BEN))
    assert (ben.row.status, ben.grades) == ("missing", ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lessons = ['09']", "needs lessons"),
        ("lessons = [1]", "lessons 1 is 1: write text"),
        ("weights = 5", r"weights is 5: write \[weights\]"),
        ("[weights]\nnothing = 1", "weights of another form"),
        ("[weights]\nvoices = 'x'", "voices is 'x': write a number"),
        ("[weights]\nvoices = nan", "voices is nan: write a number"),
        ("due = 5", "due date of another form"),
        ("due = 0001-01-01T00:00:00", "due date of another form"),
        ("due = 0026-03-02", "due date of another form"),
        ("[weights]\nvoices = 1000", "voices is 1000: write a number from 0 to 999"),
        ("late_percent = 101", "late_percent is 101: write a number from 0 to 100"),
        ("dui = 5", "unknown key 'dui'"),
        ("x = ", "not valid TOML"),
    ],
)
def test_a_class_toml_that_cannot_be_used_is_one_sentence(small, folder, text, said):
    (folder / "class.toml").write_text(text)
    with pytest.raises(CourseError, match=said):
        Grader(small, folder)


def test_a_date_alone_means_the_whole_day(small, folder):
    (folder / "class.toml").write_text("due = 2026-03-02")
    due = Grader(small, folder).settings.due
    assert (due.day, due.hour, due.tzinfo is not None) == (2, 23, True)
