"""The two questions with which lessons open: on earlier lessons, about no case, even, and with a reason."""

import json
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from course.commands.release import release
from course.corpus.case import open_case
from course.lessons import cells
from course.lessons.exercises import load_exercises
from course.lessons.keys import load_keys
from course.lessons.rounds import FORMS

ROOT = Path(__file__).parents[2]
CASES = [ROOT, ROOT / "course" / "example"]
CASE = open_case(ROOT)
KEYS = load_keys(CASE)
RECALL = {id: one for id, one in load_exercises(CASE).items() if id.startswith("recall_")}


def entries(root, folder, name, field):
    """Return the entries about recall of all files of a folder, as they are written."""
    texts = [path.read_text("utf-8") for path in sorted((root / "seeds" / folder).glob("*.toml"))]
    found = [one for text in texts for one in tomllib.loads(text)[name]]
    return [one for one in found if one[field].startswith("recall_")]


def right(item, id):
    (key,) = (key for key in KEYS[id] if key.item == item.id)
    return key


def test_each_lesson_from_02_opens_with_two_questions():
    assert list(RECALL) == [f"recall_{number:02}" for number in range(2, 11)]
    for id, one in RECALL.items():
        assert (one.lesson[:2], len(one.items), one.points, one.private) == (id[-2:], 2, 0, False)
        cells_ = json.loads((ROOT / "notebooks" / f"{one.lesson}.ipynb").read_text("utf-8"))["cells"]
        cell = next(one for one in cells_ if one["id"] == "recall")
        assert cells_.index(cell) <= 2  # what the lesson is about may stand above it, and nothing else
        assert f'exercise("{id}", reveal("{id}"))' in "".join(cell["source"])
        assert cell["metadata"]["tags"] == ["every-case"]


def test_one_is_on_the_lesson_before_and_one_on_an_older_one():
    for id, one in RECALL.items():
        own = int(id[-2:])
        about = sorted(int(re.match(r"Lesson (\d\d)\. ", item.text)[1]) for item in one.items)
        assert about[1] == own - 1
        assert about[0] < own - 1


def test_both_cases_ask_the_same():
    for folder, name, field in (("exercises", "exercise", "id"), ("readings/keys", "key", "exercise")):
        main, example = (entries(root, folder, name, field) for root in CASES)
        assert main == example
        assert len(main) == (9 if name == "exercise" else 18)


def test_the_students_copy_says_why_at_once(tmp_path, monkeypatch):
    release(ROOT, tmp_path / "copy")
    monkeypatch.setenv("COURSE_CASE", str(tmp_path / "copy"))
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "work"))
    asked = load_exercises(open_case(tmp_path / "copy"))
    practised = {id for id, one in asked.items() if one.practice}
    bridges = {"bridge_claims", "first_cut", "cue_alarm", "signs_guess", "toy_verdicts"}
    kept = set(load_keys(open_case(tmp_path / "copy")))
    assert kept == practised == {*RECALL, *bridges, "one_week", *FORMS}
    assert not [one for one in asked.values() if one.practice and one.points]
    for id in ("recall_05", "one_week"):
        cells.answer(id, {item.id: item.options[0] for item in asked[id].items})
        (told,) = cells.reveal(id).parts
        assert all(entry["lines"] for entry in told.feedback["items"])
        assert told.feedback["summary"] != cells.SAID["kept_back"]


def test_no_place_and_no_length_gives_an_answer_away():
    items = [(item, right(item, id).value) for id, one in RECALL.items() for item in one.items]
    assert all(len(item.options) == 3 for item, _ in items)
    places = Counter(item.options.index(value) for item, value in items)
    assert all(5 <= places[place] <= 7 for place in range(3)), places
    longest = sum(len(value) == max(map(len, item.options)) for item, value in items)
    shortest = sum(len(value) == min(map(len, item.options)) for item, value in items)
    assert 3 <= longest <= 9
    assert 2 <= shortest <= 9


def test_a_question_is_short_and_its_reason_says_more_than_the_answer():
    for id, one in RECALL.items():
        for item in one.items:
            key = right(item, id)
            assert key.by == "course"
            assert len(item.text.split()) <= 30, item.text
            assert max(len(option.split()) for option in item.options) <= 9
            assert 15 <= len(key.reason.split()) <= 40, key.reason
            assert key.value.lower() not in key.reason.lower() or len(key.value.split()) == 1


@pytest.mark.parametrize("wrong", [False, True])
def test_the_reasons_open_by_themselves_when_both_are_answered(wrong, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CASE", str(ROOT))
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    form, below = cells.exercise("recall_05", cells.reveal("recall_05")).parts
    first, second = RECALL["recall_05"].items
    for item in (first, second):
        assert "Answer first" in below.parts[0].lines[0]
        best = right(item, "recall_05").value
        given = next(option for option in item.options if (option != best) is wrong)
        assert not form.handle({"path": [item.id], "value": given})["problem"]
        below.parts[0].handle({"shown": True})  # the page asks after each answer
    (told,) = below.parts
    assert all(entry["lines"] for entry in told.feedback["items"])
    assert ("Both are right." in told.feedback["summary"]) is not wrong
