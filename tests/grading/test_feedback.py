"""The page a student gets: whole, plain, safe to open, and one for each."""

import errno
import os
import re
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from course.corpus.case import open_case
from course.corpus.errors import CourseError
from course.grading.feedback import feedback_page, page_name, write_page
from course.grading.grade import Grade, Graded
from course.grading.rows import Row
from course.lessons.exercises import load_exercises
from course.lessons.keys import load_keys
from tests.grading.conftest import ANA, RIGHT, row_of

TRICKS = "<script>alert(1)</script><img src=x onerror=alert(1)> \"&' </title></main> javascript:x"

TAGS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "main",
    "h1",
    "h2",
    "h3",
    "p",
    "bdi",
    "table",
    "caption",
}
TAGS |= {"details", "summary", "a", "thead", "tbody", "tr", "th", "td", "ul", "li", "strong", "br"}


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.words, self.open = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture
def graded(course, inbox, hand_in):
    given = {"voices": {**RIGHT, "rain": "own voice"}, "why": {"text": TRICKS}, "reflection": {"done": True}}
    mark = {"article": "A", "start": 0, "end": 4, "exact": "Rain", "prefix": "", "label": "advert"}
    (inbox / "h.json").write_bytes(hand_in(replace(ANA, name=TRICKS[:70]), **given, noise=[mark]))
    row = row_of(course.read(inbox), ANA)
    course.record.set("level", "Emergent", student=row.key, exercise="why")
    course.record.set("comment", f"Who? {TRICKS}", student=row.key, exercise="why")
    return course.grade(replace(row, name=TRICKS))


def test_the_page_says_what_was_asked_answered_and_why(graded):
    words = " ".join("".join(Tags(feedback_page(graded, "The dam")).words).split())
    for said in (
        "Who speaks?",
        "Rain fell on Tuesday, the mayor said.",
        "You answered ‘own voice’, as Reader 3 did. Also accepted: ",
        "Reader 1, ‘attributed’: The mayor said it.",
        "Your answer: Emergent: with a guess",
        "For example: Because an engineer warned of it.",
        "Why? (2 of 3 points, with a comment)",
        "02 listen6 of 20 points",
        "You marked it as ‘advert’. No reader marked it so.",
        "One thought (done) The answer stays with you.",
    ):
        assert said in words, said


def test_a_comment_stands_at_the_top_and_beside_its_exercise_with_a_label(graded):
    top, _, below = feedback_page(replace(graded, comment="Well read."), "The dam").partition("<table>")
    assert "Your teacher’s comment: Well read." in top
    assert "Your teacher’s comment on ‘Why?’: Who? " in top
    assert "Your teacher’s comment: Who? " in below.partition("Why? (2 of")[2]


def test_nothing_a_student_or_teacher_wrote_becomes_markup(graded):
    page = feedback_page(graded, TRICKS)
    found = Tags(page)
    assert set(found.tags) <= TAGS
    assert {name for name, _ in found.attributes} <= {
        "lang",
        "charset",
        "name",
        "content",
        "http-equiv",
        "dir",
        "scope",
        "id",
        "href",
    }
    assert {value for name, value in found.attributes if name == "href"} == {"#02_listen"}
    assert page.count("alert(1)") == "".join(found.words).count("alert(1)") > 4


def test_the_page_loads_nothing_and_can_be_read_by_a_screen_reader(graded):
    page = feedback_page(graded, "The dam")
    assert "default-src 'none'" in page
    assert not {"src", "style"} & {name for name, _ in Tags(page).attributes}
    assert "url(" not in page
    tags = Tags(page)
    assert tags.tags.count("h1") == 1
    assert tags.tags.count("table") == tags.tags.count("caption")
    assert tags.tags.count("th") == sum(name == "scope" for name, _ in tags.attributes)


def test_each_student_has_a_page_of_a_safe_name(course, graded, tmp_path):
    keys = ["../../x", "lms:1", "lms:2", "id:a:CON", "owner:a/b"]
    rows = [Row(key, code=key if "/" in key else "", status="read") for key in keys]
    everyone = [replace(graded, row=row) for row in rows]
    each = [*everyone, replace(graded, row=Row("x"))]
    paths = [path for one in each for path in write_page(tmp_path / "feedback", "The dam", one)]
    assert len({path.name for path in paths}) == len(keys)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+\.html", path.name) for path in paths)
    assert sorted(tmp_path.rglob("*.html")) == sorted(paths)
    assert page_name(everyone[0]) == page_name(everyone[0])


def test_a_folder_that_cannot_be_written_is_one_sentence(graded, tmp_path):
    (tmp_path / "feedback").write_text("")
    with pytest.raises(CourseError, match="a file or a dead link has the folder’s name"):
        write_page(tmp_path / "feedback", "The dam", graded)


def test_on_a_full_disk_no_half_of_a_page_is_left(graded, tmp_path, monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    before = sorted(tmp_path.rglob("*.*"))
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CourseError, match=r"Not saved, because the disk is full .*: make room"):
        write_page(tmp_path / "feedback", "The dam", graded)
    assert sorted(tmp_path.rglob("*.*")) == before


def test_a_first_round_that_was_shared_is_told_with_the_second():
    """Its reasons would teach what the second round asks for."""
    case = open_case(Path(__file__).parents[2])
    exercises, keys = load_exercises(case), load_keys(case)

    def page(*shared, done=()):
        grades = []
        for one in (one for one in exercises.values() if one.lesson == "rounds"):
            value = {item.id: one.options[0] for item in one.items} if one.id in shared else {}
            result = one.score(value, keys.get(one.id, ()), case)
            grades.append(Grade(one, value, result, None, 0.0, done=one.id in done))
        return feedback_page(Graded(Row("k", "KTR-4728", status="read"), tuple(grades)), "A case")

    reason = escape(keys["round_x"][0].reason)
    assert reason not in page("round_x")
    assert reason in page("round_x", done=["round_y"])
    assert reason in page("round_x", "round_z")
