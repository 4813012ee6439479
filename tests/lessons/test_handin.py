"""Work carried in and out: what a hand-in holds, who reads it, and files that must not be trusted."""

import errno
import json
import os
import re
import stat
from dataclasses import replace
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course.corpus.errors import CourseError
from course.lessons import handin
from course.lessons.exercises import sha256_of
from course.lessons.handin import (
    Student,
    Why,
    file_name,
    load_my_work,
    make_code,
    make_document,
    pack,
    put_in_inbox,
    read_hand_in,
    read_student,
    set_aside_for_another_person,
    sign_in,
)
from course.lessons.work import Happened, Workspace
from tests.lessons.small_case import packed

TRICKS = '<script>alert(1)</script> </script> "&\u2028\u202e 😀 javascript:x'


@pytest.fixture
def done(work, exercises):
    """A workspace with a person signed in, and some work."""
    sign_in(work, "KTR-4728")
    work.put(exercises["voices"], {"rain": "attributed"})
    work.freeze_prediction(exercises["voices"])
    work.put(exercises["voices"], {"rain": "quoted"})
    work.put(exercises["why"], {"text": TRICKS})
    work.put(exercises["reflection"], {"thought": "my own"})
    return work


def asides(work):
    return sorted(work.folder.rglob("*.aside-*"))


def test_a_code_has_no_signs_that_are_taken_for_others():
    codes = {make_code() for _ in range(200)}
    assert all(re.fullmatch(r"[BCDFGHJKMNPQRSTVWXZ]{3}-[2-9]{4}", code) for code in codes)
    assert len(codes) > 190


def test_a_hub_name_is_never_filled_in(work, monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_USER", "ana.lopez")
    assert read_student(work) is None
    student = sign_in(work, " KTR-4728 ")
    assert (student.code, student.name) == ("KTR-4728", "")
    assert "ana" not in (work.folder / "student.json").read_text()


def test_signing_in_again_corrects_code_and_name_and_keeps_the_id(work):
    first = sign_in(work, "KTR-4728")
    second = sign_in(work, "KTR-4729", "Ana")
    assert second == replace(first, code="KTR-4729", name="Ana") == read_student(work)
    assert re.fullmatch("[0-9a-f]{32}", first.student_id)


@pytest.mark.parametrize(
    ("code", "name"),
    [("", ""), ("a/b", ""), ("\u202eabc", ""), ("x" * 41, ""), ("a", "x" * 81)],
)
def test_a_code_or_name_that_cannot_be_used_is_told(work, code, name):
    with pytest.raises(CourseError, match=r"write"):
        sign_in(work, code, name)
    assert read_student(work) is None


def test_a_name_is_kept_as_it_can_be_shown(work):
    """Some keyboards and pages put in signs that nobody sees."""
    assert sign_in(work, "a", " Ana\xa0Lo\xadpez\u200f ").name == "Ana Lopez"


def test_a_student_file_that_cannot_be_used_is_renamed_and_said(work):
    work.folder.mkdir()
    (work.folder / "student.json").write_text('{"code": 3}')
    assert read_student(work) is None
    assert asides(work)[0].name == work.notes[0].kept


def test_nobody_hands_in_before_sign_in(work, exercises):
    with pytest.raises(CourseError, match="sign_in"):
        packed(work, exercises, "hand_in")


def test_a_hand_in_holds_every_answer_but_private_ones_that_are_not_shared(done, exercises):
    package = packed(done, exercises, "hand_in")
    document = json.loads(package.json)
    assert list(document) == ["format", "student", "case", "course_version", "made", "answers", "sha256"]
    assert set(document["student"]) == {"code", "student_id"}
    assert set(document["answers"]) == {"voices", "why", "reflection"}
    assert document["answers"]["reflection"] == {"done": True}
    assert document["answers"]["voices"]["answer"] == {"rain": "quoted"}
    assert document["answers"]["voices"]["prediction"] == {"rain": "attributed"}
    assert "my own" not in package.json + package.html
    assert "my own" in packed(done, exercises, "hand_in", share=["reflection"]).json
    assert "my own" in packed(done, exercises, "my_work").json
    id = document["student"]["student_id"]
    assert re.fullmatch(rf"hand_in-{id[:8]}-\d{{8}}T\d{{6}}Z\.json", package.name)
    rest = {key: document[key] for key in document if key != "sha256"}
    assert document["sha256"] == sha256_of(rest)


@pytest.mark.parametrize("kind", ["hand_in", "my_work"])
def test_a_hand_in_bears_the_class_that_the_link_named(done, exercises, monkeypatch, kind):
    monkeypatch.setenv("COURSE_CLASS", "Klasse 7b é")
    files = pack(done, exercises, kind)
    for file in files:
        assert read_hand_in(file["text"].encode(), "x").class_name == "Klasse 7b é"
    assert "KTR-4728, Klasse 7b é" in files[1]["text"]
    assert "class" not in read_student(done).__slots__


@pytest.mark.parametrize("named", ["", "<b>7b</b>", "7b/../x", "a" * 41, "7b\n", "x\u202ey"])
def test_a_class_of_other_signs_is_left_out_and_never_costs_a_hand_in(done, exercises, monkeypatch, named):
    monkeypatch.setenv("COURSE_CLASS", named)
    package = packed(done, exercises, "hand_in")
    assert "class" not in json.loads(package.json)
    assert read_hand_in(package.json.encode(), "x").class_name == ""


def test_the_same_work_makes_the_same_file(done, exercises, monkeypatch):
    """Pressed twice is one hand-in; what was changed, shared or damaged since makes a new one."""
    times = (f"2025-02-03T14:02:{second}.000Z" for second in range(10, 60))
    monkeypatch.setattr(handin.files, "utc_now", lambda: next(times))

    def made(kind="hand_in", share=()):
        package = packed(done, exercises, kind, share)
        path = done.folder / package.name
        path.with_suffix(".html").write_text(package.html)
        path.write_text(package.json)
        return json.loads(package.json)

    first = made()
    assert made() == first
    assert made("my_work")["sha256"] != first["sha256"]
    shared = made(share=["reflection"])
    assert shared["made"] > first["made"]
    done.put(exercises["voices"], {"rain": "attributed"})
    changed = made()
    assert changed["made"] > shared["made"]
    for path in done.folder.glob("hand_in-*.json"):
        path.write_text("damaged")
    assert made()["made"] > changed["made"]


class Page(HTMLParser):
    """Collects the tags of a page, and what a script element holds."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.data = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.data.append(data)


def test_the_receipt_reads_the_same_and_no_text_of_a_student_becomes_a_tag(done, exercises):
    sign_in(done, "KTR-4728", '<b>"Ana"</b>')
    package = packed(done, exercises, "hand_in")
    page = Page(package.html)
    scripts = [attributes for tag, attributes in page.tags if tag == "script"]
    assert scripts == [{"type": "application/json", "id": "hand_in"}]
    assert not {"b", "img", "iframe", "link"} & {tag for tag, _ in page.tags}
    assert any(TRICKS in text for text in page.data)
    assert not [
        1 for _, attributes in page.tags for name in attributes if name.startswith(("on", "src", "href"))
    ]
    as_page, as_json = (read_hand_in(text.encode(), "x") for text in (package.html, package.json))
    assert as_page == as_json
    assert as_json.answers["why"].value == {"text": TRICKS}
    assert as_json.done == ("reflection",)


@given(st.text(max_size=100), st.text(st.characters(exclude_categories=["C", "Zl", "Zp", "Zs"]), max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_and_name_survive_json_and_page(done, exercises, text, name):
    sign_in(done, "KTR-4728", name)
    done.put(exercises["why"], {"text": text})
    package = packed(done, exercises, "hand_in")
    for data in (package.json, package.html):
        read = read_hand_in(data.encode(), "x")
        assert read.student.name == name
        kept = read.answers["why"].value["text"] if "why" in read.answers else ""
        assert kept == text or not text.strip()


def test_the_file_and_its_page_say_the_same(done, exercises):
    files = pack(done, exercises, "my_work")
    assert [file["name"].rpartition(".")[2] for file in files] == ["json", "html"]
    one, other = (read_hand_in(file["text"].encode(), file["name"]) for file in files)
    assert one == other


def stored(done, exercises):
    return json.loads(packed(done, exercises, "my_work").json)


def sealed(document, **changes):
    """Return a document with changes, and a hash that fits them: what a careful forger would send."""
    rest = {key: value for key, value in (document | changes).items() if key != "sha256"}
    return json.dumps(rest | {"sha256": sha256_of(rest)}).encode()


def test_a_file_that_is_no_hand_in_is_one_sentence(done, exercises):
    good = stored(done, exercises)
    entry = good["answers"]["voices"]
    bad = {
        "it is empty": [b"", b"  \n"],
        "a picture": [b"\x89PNG\r\n\x1a\n", b"PK\x03\x04word", b"%PDF-1.7"],
        "carries no hand-in": [b"<html></html>", b"<!DOCTYPE html><script>x</script>"],
        "the notebook itself": [json.dumps({"cells": [], "nbformat": 4}).encode()],
        "or only a part": [json.dumps(good).encode()[:-20]],
        "another kind of file": [b"hello", json.dumps(good).encode("utf-16-le"), b"\xff\xfe", b"3", b'"x"'],
        "UTF-8": [b'{"\xff": 1}'],
        "larger than": [b" " * 30_000_000 + b"{}"],
        "nested too deeply": [b'{"a":' * 500_000],
        "a number that is too long": [b'{"format": ' + b"9" * 5000 + b"}"],
        "where only whole numbers stand": [b'{"format": NaN}', b'{"format": 1e999}'],
        "one thing twice": [b'{"format": 1, "format": 2}'],
        "no hand-in": [b"[]", b"[1]", b"{}"],
        "reads format 1": [sealed(good, format=2), sealed(good, format="1"), sealed(good, format=True)],
        "another form": [
            sealed(good, more=1),
            sealed(good, answers=[]),
            sealed(good, case=3),
            sealed(good, answers={"voices": 3}),
            sealed(good, answers={"voices": {"done": False}}),
            sealed(good, answers={"voices": entry | {"answer": 3}}),
            sealed(good, answers={"voices": entry | {"prediction": "x"}}),
            sealed(good, answers={"voices": entry | {"prediction": []}}),
            sealed(good, answers={"voices\n" * 99: entry | {"kind": 3}}),
            sealed(good, made="now"),
            sealed(good, made="../../x"),
            sealed(good, answers={"voices": entry | {"saved": "x"}}),
            sealed(good, student={}),
            sealed(good, student=[]),
            sealed(good, student={"code": 1, "student_id": 2}),
            sealed(good, student={"code": "a", "student_id": "../../etc"}),
            sealed(good, student={"code": "../../x", "student_id": "0" * 32}),
            sealed(good, student={"code": "x", "student_id": "0" * 32, "name": "x" * 81}),
        ],
        "was changed after": [json.dumps(good | {"case": "x"}).encode()],
        "the name": [sealed(good, student={"code": "x", "student_id": "0" * 32, "name": "\x1b[31m"})],
    }
    for told, files in bad.items():
        for data in files:
            with pytest.raises(CourseError) as error:
                read_hand_in(data, "../../=HYPERLINK()\n.json")
            assert told in str(error.value), data[:80]
            assert "\n" not in str(error.value)
            assert len(str(error.value)) < 400
    read_hand_in(sealed(good), "good")


@given(
    st.binary(max_size=300)
    | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(lambda v: json.dumps(v).encode())
)
def test_no_bytes_make_the_reader_fail_in_another_way(data):
    with pytest.raises(CourseError):
        read_hand_in(data, "x")


def test_work_is_taken_to_another_machine_and_goes_on_there(done, exercises, tmp_path, small):
    package = packed(done, exercises, "my_work")
    there = Workspace(tmp_path / "there", "The dam")
    sign_in(there, "ktr-4728")
    file, new = load_my_work(there, exercises, small, package.json.encode(), package.name)
    assert (len(file.answers), new, there.notes) == (3, 3, [])
    assert read_student(there) == read_student(done)
    for id in ("voices", "why", "reflection"):
        assert there.read(exercises[id]) == done.read(exercises[id])
    assert load_my_work(there, exercises, small, package.html.encode(), "x")[1] == 0
    assert asides(there) == []


@pytest.mark.parametrize("newer", ["here", "there"])
def test_of_two_answers_the_newer_stands_and_the_other_is_kept(  # noqa: PLR0917
    done, exercises, tmp_path, monkeypatch, newer, small
):
    there = Workspace(tmp_path / "there", "The dam")
    load_my_work(there, exercises, small, packed(done, exercises, "my_work").json.encode(), "x")
    first, second = (done, there) if newer == "there" else (there, done)
    for number, work in enumerate((first, second)):
        monkeypatch.setattr(
            "course.lessons.work.utc_now", lambda number=number: f"2030-01-01T00:00:0{number}.000Z"
        )
        work.put(exercises["voices"], {"rain": ["attributed", "own voice"][number]})
    load_my_work(there, exercises, small, packed(done, exercises, "my_work").json.encode(), "x")
    answer = there.read(exercises["voices"])
    assert answer.value == {"rain": "own voice"}
    assert answer.prediction == {"rain": "attributed"}
    (aside,) = asides(there)
    assert [(note.what, note.kept) for note in there.notes] == [(Happened.TWO_ANSWERS, aside.name)]
    assert json.loads(aside.read_text())["answer"] == {"rain": "attributed"}


def test_a_prediction_that_is_frozen_here_is_not_changed_by_a_file(done, exercises, tmp_path, small):
    there = Workspace(tmp_path / "there", "The dam")
    sign_in(there, "KTR-4728")
    there.put(exercises["voices"], {"ready": "quoted"})
    there.freeze_prediction(exercises["voices"])
    load_my_work(there, exercises, small, packed(done, exercises, "my_work").json.encode(), "x")
    assert there.read(exercises["voices"]).prediction == {"ready": "quoted"}


def test_another_persons_work_or_another_case_is_not_mixed_in(done, exercises, tmp_path, small):
    file = packed(done, exercises, "my_work").json.encode()
    other = Workspace(tmp_path / "other", "The dam")
    sign_in(other, "BBB-2222")
    other.put(exercises["why"], {"text": "mine"})
    with pytest.raises(CourseError, match="Another person starts here"):
        load_my_work(other, exercises, small, file, "x")
    assert other.read(exercises["why"]).value == {"text": "mine"}
    with pytest.raises(CourseError, match="another case"):
        load_my_work(Workspace(tmp_path / "third", "The bridge"), exercises, small, file, "x")


def test_what_a_file_holds_besides_is_said_and_what_does_not_fit_is_left_out(
    done, exercises, tmp_path, small
):
    good = stored(done, exercises)
    entry = good["answers"]["voices"]
    answers = good["answers"] | {
        "gone": entry,
        "stances": entry,
        "reflection": {"done": True},
        "voices": entry | {"answer": {"rain": "quoted", "../../x": "y", "ready": "shouted"}},
    }
    there = Workspace(tmp_path / "there", "The dam")
    file, _ = load_my_work(there, exercises, small, sealed(good, answers=answers), "x")
    assert file.left_out == {Why.PART: ["voices"], Why.EXERCISE: ["gone"], Why.KIND: ["stances"]}
    assert file.done == ("reflection",)
    assert there.read(exercises["voices"]).value == {"rain": "quoted"}
    assert sorted(path.name for path in there.folder.rglob("*.json")) == [
        "student.json",
        "voices.json",
        "why.json",
    ]


def test_a_hand_in_reaches_the_inbox_under_a_name_nobody_can_take(done, exercises, tmp_path):
    package = packed(done, exercises, "hand_in")
    old = os.umask(0o077)
    try:
        paths = [put_in_inbox(tmp_path, package.name, package.json) for _ in range(2)]
    finally:
        os.umask(old)
    assert paths[0] != paths[1]
    for path in paths:
        assert path.parent == tmp_path
        assert re.fullmatch(rf"{package.name.removesuffix('.json')}-[0-9a-f]{{32}}\.json", path.name)
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        assert path.read_text("utf-8") == package.json


@pytest.mark.parametrize("taken", ["file", "link"])
def test_a_name_that_is_taken_in_the_inbox_is_neither_overwritten_nor_followed(
    done, exercises, tmp_path, monkeypatch, taken
):
    package = packed(done, exercises, "hand_in")
    monkeypatch.setattr(handin, "secrets", SimpleNamespace(token_hex=lambda size: "0" * 32))
    victim = tmp_path / "victim"
    place = tmp_path / package.name.replace(".json", f"-{'0' * 32}.json")
    if taken == "file":
        place.write_text("theirs")
    else:
        place.symlink_to(victim)
    with pytest.raises(CourseError, match="did not reach the teacher's inbox"):
        put_in_inbox(tmp_path, package.name, package.json)
    assert not victim.exists()
    assert taken == "link" or place.read_text() == "theirs"


def test_an_inbox_that_is_full_or_gone_is_told_and_keeps_no_half_file(done, exercises, tmp_path, monkeypatch):
    package = packed(done, exercises, "hand_in")
    with pytest.raises(CourseError, match="download the file"):
        put_in_inbox(tmp_path / "gone", package.name, package.json)

    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    inbox = tmp_path / "inbox"
    inbox.mkdir()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CourseError, match="No space left"):
        put_in_inbox(inbox, package.name, package.json)
    assert list(inbox.iterdir()) == []


def test_another_person_starts_with_nothing_and_nothing_is_lost(done, exercises):
    before = {path.relative_to(done.folder): path.read_bytes() for path in done.folder.rglob("*.json")}
    aside = set_aside_for_another_person(done)
    assert [aside] == list(done.folder.parent.glob("my_work-set-aside-*"))
    assert {path.relative_to(aside): path.read_bytes() for path in aside.rglob("*.json")} == before
    assert read_student(done) is None
    assert done.read(exercises["voices"]) is None
    assert set_aside_for_another_person(done) is None


def test_a_folder_that_cannot_be_renamed_is_told(done, monkeypatch):
    def busy(*args):
        raise OSError(errno.EBUSY, "Device or resource busy")

    monkeypatch.setattr(os, "rename", busy)
    with pytest.raises(CourseError, match="busy"):
        set_aside_for_another_person(done)
    assert read_student(done)


def test_a_documents_name_holds_nothing_but_hex_and_time():
    student = Student("x", "ab" * 16)
    document = make_document(student, "The dam", {})
    assert re.fullmatch(r"my_work-abababab-\d{8}T\d{6}Z\.json", file_name("my_work", document))
