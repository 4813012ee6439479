"""A line or a number of one's own: taken as it is typed, marked by nobody, and set beside what is found."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.corpus.case import open_case
from course.corpus.errors import CaseError, CourseError
from course.grading.discussion import class_answers
from course.grading.feedback import feedback_page
from course.grading.grade import Grade, Graded
from course.grading.rows import Row
from course.lessons import cells
from course.lessons.consistency import of_exercises
from course.lessons.exercises import Item, load_exercises
from course.lessons.handin import Student, make_document, receipt
from course.lessons.here import here
from course.lessons.keys import load_keys
from course.lessons.kinds import kind_of
from course.lessons.kinds.line import GROUPED, MOST, PLAIN, Line, number_in
from course.lessons.scoring import Result, summary
from tests.lessons.small_case import EXERCISES, KEYS, write_case

BESIDE = Path(__file__).parents[2] / "course" / "lessons" / "kinds" / "line.js"
TRICKS = "<script>alert(1)</script> =1+1 \"&' <b>"
ASKED = """
[[exercise]]
id = "guess"
kind = "line"
title = "Guess the count"
prompt = "Two guesses."
[[exercise.item]]
id = "times"
text = "How many times does it rain?"
number = true
[[exercise.item]]
id = "why"
text = "Why so often?"
"""
KEY = """
[[key]]
exercise = "guess"
by = "course"
item = "times"
value = 1200
reason = "The table has them."
[[key]]
exercise = "guess"
by = "course"
item = "why"
reason = "Nobody knows."
"""


@pytest.fixture
def case(tmp_path, monkeypatch):
    case = open_case(write_case(tmp_path, EXERCISES + ASKED, KEYS + KEY))
    monkeypatch.setenv("COURSE_CASE", str(case.root))
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "work"))
    return case


@pytest.fixture
def asked(case):
    return load_exercises(case)["guess"]


@pytest.fixture
def keys(case):
    return load_keys(case)["guess"]


# --- what is a number


@given(st.integers(0, 10**12), st.sampled_from(["", ",", ".", " ", "'", "’", "\u202f", "\u00a0"]))
def test_a_whole_number_is_read_however_its_thousands_are_parted(number, sign):
    assert number_in(f" {number:,} ".replace(",", sign)) == number


@given(st.integers(0, 10**6), st.integers(1, 99), st.sampled_from([",", "."]))
def test_so_is_one_with_a_fraction(whole, part, sign):
    assert number_in(f"{whole}{sign}{part:02}") == pytest.approx(whole + part / 100)
    other = "," if sign == "." else "."
    grouped = f"{whole:,}".replace(",", other)
    assert number_in(f"{grouped}{sign}{part:02}") == pytest.approx(whole + part / 100)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_number_or_none(text):
    found = number_in(text)
    assert found is None or found >= 0
    assert found is None or any(one in "0123456789" for one in text)


@pytest.mark.parametrize("text", ["", "many", "12 of 20", "1,2,3", "1,234,5", "-3", "1e9", "٣", "½"])
def test_what_is_no_number_is_none(text):
    assert number_in(text) is None


def test_the_browser_takes_the_same_numbers():
    text = BESIDE.read_text("utf-8")
    assert f'"{GROUPED}"' in text
    assert f'"{PLAIN}"' in text
    assert f"MOST = {MOST};" in text


# --- an answer


@pytest.mark.parametrize(
    ("item", "part", "said"),
    [
        ("times", "many", "takes a number for 'times', in figures, such as 3 or 1,200, not 'many'"),
        ("why", "x" * (MOST + 1), f"takes one line of at most {MOST} characters for 'why'"),
        ("why", "one\ntwo", "takes one line"),
        ("why", 12, "takes one line"),
        ("who", "x", "has times, why, and nothing called 'who'"),
    ],
)
def test_what_is_no_answer_is_told(asked, item, part, said):
    with pytest.raises(CourseError, match="guess") as told:
        asked.check({item: part})
    assert said in str(told.value)
    assert 'such as answer("guess", {"times": "12"})' in str(told.value)
    asked.check(asked.example())


@given(
    st.dictionaries(st.sampled_from(["times", "why", "who"]), st.one_of(st.text(), st.integers(), st.none()))
)
def test_what_fits_is_kept_and_can_be_shown(value):
    one = Line("g", "l", "t", "p", items=(Item("times", "?", number=True), Item("why", "?")))
    kept, whole = one.usable(value)
    one.check(kept)
    assert set(kept) <= {"times", "why"}
    assert not whole or all(part in (None, "") or kept[id] == part for id, part in value.items())
    assert len(one.told(kept)) == 2
    assert one.score(value, (), None).points is None
    assert 0 <= one.done(kept)[0] <= 2


def test_a_made_up_answer_is_one(asked, keys, case):
    for seed in range(30):
        asked.check(asked.guess(random.Random(seed), keys, case, 0.5))  # noqa: S311 - no secret


# --- what stands beside it


def test_what_was_written_stands_beside_what_is_found(asked, keys, case):
    value = {"times": "1.000", "why": TRICKS}
    result = asked.score(value, keys, case)
    assert (result.points, result.possible, result.written) == (None, 0, False)
    assert summary(result) == "Another answer is right."  # the number: nobody can say it of the text
    assert summary(asked.score(value | {"times": "1 200"}, keys, case)) == "Your answer is right."
    assert (
        summary(Result(None, 0, result.items[1:]))
        == "Nobody marks this. Compare your answer with the course’s."
    )
    times, why = asked.feedback(value, result, case)
    assert (times["given"], times["lines"]) == ("1,000", ["1,200. The table has them."])
    assert (why["given"], why["lines"]) == (TRICKS, ["Nobody knows."])
    assert (times["credit"], times["verdict"]) == (0, "You answered ‘1,000’. The answer is ‘1,200’.")
    assert (why["credit"], why["verdict"]) == (None, "")


def test_the_reveal_shows_the_prediction_though_it_was_edited_since(case, asked):
    form, waiting = cells.exercise("guess", cells.reveal("guess")).parts
    form.handle({"path": ["times"], "value": "900"})
    waiting.parts[0].handle({"shown": True})  # the page asks after each answer
    assert "Still open: ‘Why so often?’" in waiting.parts[0].lines[0]
    form.handle({"path": ["why"], "value": "So it seems."})
    waiting.parts[0].handle({"shown": True})
    assert waiting.parts[0].lines == [asked.finish[0]]  # while somebody types, nothing opens
    waiting.parts[0].handle({"button": "open", "fields": {}})
    assert [one["given"] for one in waiting.parts[0].feedback["items"]] == ["900", "So it seems."]
    form.handle({"path": ["times"], "value": "1,200"})
    form, told = cells.exercise("guess", cells.reveal("guess")).parts
    assert form.value["times"] == "1,200"
    assert told.parts[0].feedback["items"][0]["given"] == "900"
    stored = here()[0].read(asked)
    assert (stored.prediction["times"], stored.value["times"]) == ("900", "1,200")


def test_a_word_where_a_number_is_wanted_is_not_saved(case, asked):
    form = cells.exercise("guess")
    form.handle({"path": ["times"], "value": "900"})
    assert form.handle({"path": ["times"], "value": "many"})["problem"]
    assert here()[0].read(asked).value == {"times": "900"}


def test_what_stands_below_opens_when_it_looks_again(case):
    form, waiting = cells.exercise("voices", cells.reveal("voices")).parts
    items = load_exercises(case)["voices"].items
    for item in items:
        assert "Answer first" in waiting.parts[0].lines[0]
        options = item.options or load_exercises(case)["voices"].options
        form.handle({"path": [item.id], "value": options[0]})
        waiting.parts[0].handle({"shown": True})  # the page asks after each answer
    assert len(waiting.parts[0].feedback["items"]) == len(items)


def test_without_readings_only_the_line_comes_back(case, asked):
    result = asked.score({"times": "5", "why": "x"}, (), case)
    assert [
        (one["given"], one["lines"]) for one in asked.feedback({"times": "5", "why": "x"}, result, case)
    ] == [
        ("5", []),
        ("x", []),
    ]


# --- for the teacher, and on paper


def test_nobody_marks_it_and_its_page_escapes_it(asked, keys, case):
    value = {"times": "7", "why": TRICKS}
    grade = Grade(asked, value, asked.score(value, keys, case), None, 0)
    assert not grade.open
    page = feedback_page(Graded(Row("key", code="ANA"), (grade,)), case.about["title"])
    assert "<script>alert" not in page
    assert "1,200. The table has them." in page
    assert "(no points)" in page
    table = class_answers([grade], case)
    counted = [{"asked": "How many times does it rain?", "answers": "7: 1"}]  # numbers alone, and no text
    assert (table.caption, table.rows) == ("‘Guess the count’: 1 students wrote.", counted)
    entry = {
        "kind": "line",
        "exercise_sha256": asked.sha256,
        "answer": value,
        "prediction": None,
        "saved": "",
    }
    document = make_document(Student("ANA", "a" * 32), "The dam", {"guess": entry})
    shown = receipt(document, {"guess": asked})
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown
    assert asked.on_paper("paragraph").count('class="box"') == 2


def test_it_is_typed_and_read_by_nobody():
    line, write = kind_of("line"), kind_of("write")
    assert (line.typed, line.written) == (True, False)
    assert (write.typed, write.written) == (True, True)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'prompt = "Two guesses."',
            'prompt = "Two guesses."\npoints = 2',
            "has points, which kind 'line' does not use: remove it",
        ),
        ("value = 1200", 'value = "many"', "takes a number"),
        ('reason = "Nobody knows."', "", "it needs value or reason: write what is found"),
        (
            'kind = "line"',
            'kind = "write"',
            "wants a number, which kind 'write' does not ask for: remove number",
        ),
    ],
)
def test_what_is_wrong_in_its_files_is_told(tmp_path, old, new, said):
    asked, keys = ASKED.replace(old, new), KEY.replace(old, new)
    found = of_exercises(open_case(write_case(tmp_path, EXERCISES + asked, KEYS + keys)))
    assert any(said in str(one) for one in found), found
    assert all(isinstance(one, CaseError) for one in found)
