"""No exercise asks for an opinion on the matter, and nothing is shared that was not ticked."""

import json
import re
from pathlib import Path

import pytest

from course.corpus.case import open_case
from course.lessons import cells
from course.lessons.exercises import load_exercises
from course.lessons.handin import DONE, read_hand_in, sign_in
from course.lessons.here import here
from course.lessons.rounds import FORMS, HOW_SURE

ROOT = Path(__file__).parents[1]
CASES = {"main": ROOT, "example": ROOT / "course" / "example"}
ASKS_OPINION = re.compile(
    r"""
    \b(?: (?:what|how)\ do\ you\ (?:think|feel)\ (?:of|about)
    | do\ you\ (?:agree|support|oppose|favour|want|like)
    | are\ you\ (?:for|against) | (?:is|was)\ it\ (?:right|wrong|good|bad|fair)
    | (?:should|ought)\ (?!you\b) \w+ [^.?]* \?
    | your\ (?:own\ )?(?:opinion|views?|stance|position|family|parents|origins?|religion|nationality|passport)
    | where\ (?:are|were)\ you\ (?:from|born) | have\ you\ (?:or\ anybody|ever\ been) )""",
    re.VERBOSE | re.IGNORECASE,
)
CODE, HUB = "KTR-4728", "hub-name-of-ana"


def asked_in(folder):
    """Yield (exercise, text) of all that the exercises of a case ask, without the articles' words."""
    for id, one in load_exercises(open_case(folder)).items():
        for text in (one.title, one.prompt, *one.options, *one.labels, *(item.text for item in one.items)):
            yield id, re.sub(r"‘.*?’(?![a-z])|“.*?”", " ", text)


@pytest.mark.parametrize("case", CASES)
def test_no_exercise_asks_for_an_opinion_on_the_matter_or_about_somebodys_family(case):
    found = list(asked_in(CASES[case]))
    assert len(found) > 500
    assert [(id, text) for id, text in found if ASKS_OPINION.search(text)] == []


def test_no_question_of_a_lesson_does_either():
    books = [path for path in (ROOT / "notebooks").rglob("*.ipynb") if path.parent.name != "instructor"]
    assert len(books) > 12
    for book in books:
        for cell in json.loads(book.read_text("utf-8"))["cells"]:
            questions = re.findall(r"[^.?!\n]*\?", "".join(cell["source"]))
            assert not [text for text in questions if ASKS_OPINION.search(text)], book.name


@pytest.mark.parametrize(
    "text",
    [
        "What do you think about the agreement?",
        "Should people without a permit be held? Give a reason.",
        "Do you agree with the president?",
        "Where are you from?",
        "Write what your family says of it.",
        "Is it right to send them away?",
    ],
)
def test_such_a_question_is_found(text):
    assert ASKS_OPINION.search(text)


def test_what_is_kept_private_is_about_no_event():
    """What only the student sees is asked in both cases in the same words: it is about neither's matter."""
    main, example = (load_exercises(open_case(folder)) for folder in CASES.values())
    private = [one for one in main.values() if one.private]
    assert {one.id for one in private} == {id for id in main if id.startswith(("reflection_", *FORMS))}
    assert len(private) == 17
    assert [one.id for one in private if one.sha256 != example[one.id].sha256] == []


@pytest.fixture(params=CASES)
def answered(request, tmp_path, monkeypatch):
    """Return the workspace of somebody who answered all that is private, and one thing that is not."""
    monkeypatch.setenv("COURSE_CASE", str(CASES[request.param]))
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "my_work"))
    monkeypatch.delenv("COURSE_INBOX", raising=False)
    for name in ("USER", "USERNAME", "LOGNAME", "JUPYTERHUB_USER", "HOSTNAME"):
        monkeypatch.setenv(name, HUB)
    work, exercises = here()
    sign_in(work, CODE)
    for id, one in exercises.items():
        if id.startswith(("reflection_", *FORMS)) or id == "leads":
            choices = {
                item.id: (item.options or one.options or [f"only mine: {id}"])[0] for item in one.items
            }
            work.put(one, choices)
    return work


@pytest.mark.parametrize(
    "ticked", [(), ("reflection_04",), ("round_y",), ("reflection_00", "round_x", "round_z")]
)
def test_a_hand_in_of_the_whole_course_has_nothing_that_was_not_ticked(answered, ticked):
    panel = cells.hand_in()
    offered = {field["name"] for field in panel.fields}
    assert not any(field.get("value") for field in panel.fields)  # off unless the student ticks it
    assert offered == {id for id in here()[1] if id.startswith("reflection_") or id in FORMS}
    status = panel.handle({"button": "hand_in", "fields": {id: id in ticked for id in offered}})
    shared = {"leads", *ticked, *(id + HOW_SURE for id in ticked if id in FORMS)}
    assert len(status["downloads"]) == 2  # the data, and the page to read
    for file in status["downloads"]:
        found = read_hand_in(file["text"].encode(), file["name"])
        assert found.answers.keys() == shared
        assert {*found.done} == {id for id, one in here()[1].items() if one.private} - shared
        thoughts = set(re.findall(r"only mine: (\w+)", file["text"]))
        assert thoughts == {id for id in ticked if id not in FORMS}
        assert HUB not in file["text"]
    document = json.loads(status["downloads"][0]["text"])
    assert all(document["answers"][id] == DONE for id in found.done)
    assert set(document) == {"format", "student", "case", "course_version", "made", "answers", "sha256"}
    assert set(document["student"]) == {"code", "student_id"}
