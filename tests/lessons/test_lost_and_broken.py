"""Folders that are moved, full, broken or another's: nothing on screen is lost, and all is one sentence."""

import contextlib
import errno
import json
import os
from datetime import datetime
from pathlib import Path

import pytest

from course.corpus.case import open_case
from course.corpus.errors import CourseError
from course.lessons.exercises import load_exercises
from course.lessons.files import StorageError, replace_file
from course.lessons.handin import (
    Why,
    answers_in,
    fitted,
    left_out_text,
    load_my_work,
    put_in_inbox,
    read_hand_in,
    read_student,
    set_aside_for_another_person,
    sign_in,
)
from course.lessons.kinds.mark import mark_of
from course.lessons.work import Answer, Happened, Note, Workspace
from tests.lessons.small_case import packed, write_case
from tests.lessons.test_handin import sealed

VERSION_1 = Path(__file__).parent / "version_1"


def told_of(work, change, *given, **more):
    """Change the work, and return what happened besides."""
    work.take_notes()
    change(*given, **more)
    return [note.what for note in work.notes]


@pytest.mark.parametrize("lost", ["moved", "deleted", "damaged"])
def test_work_that_goes_while_a_page_is_open_is_saved_again_whole_and_said(work, exercises, small, lost):
    asked, marking = exercises["voices"], exercises["noise"]
    one, two = (mark_of(small["A"], start, start + 4, "advert") for start in (0, 10))
    work.put(asked, {"rain": "quoted", "ready": "quoted"})
    work.freeze_prediction(asked)
    work.set(marking, ("add",), one)
    if lost == "moved":
        work.folder.rename(work.folder.with_name("elsewhere"))
    for exercise in (asked, marking):
        if lost == "deleted":
            work.path(exercise).unlink()
        elif lost == "damaged":
            work.path(exercise).write_bytes(b"damaged")
    told = [Happened.UNUSABLE] * (lost == "damaged")
    assert told_of(work, work.set, asked, ("held",), "quoted") == [*told, Happened.GONE]
    assert told_of(work, work.set, marking, ("add",), two) == [*told, Happened.GONE]
    again = Workspace(work.folder, work.case)
    assert again.read(asked).value == {"rain": "quoted", "ready": "quoted", "held": "quoted"}
    assert again.read(asked).prediction == {"rain": "quoted", "ready": "quoted"}
    assert again.read(marking).value == [one, two]
    assert told_of(work, work.set, asked, ("held",), "own voice") == []


def test_a_page_of_before_does_not_give_its_work_to_the_next_person(work, exercises, monkeypatch):
    """Neither what it shows, nor a save that was on its way, nor one that met a full disk."""
    work.put(exercises["why"], {"text": "mine"})

    def full(*names):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        with pytest.raises(StorageError, match="the disk is full"):
            work.set(exercises["voices"], ("rain",), "quoted")
    set_aside_for_another_person(work)
    sign_in(Workspace(work.folder, work.case), "NEXT")
    for change in (
        lambda: work.set(exercises["why"], ("text",), "mine too", base="mine"),
        lambda: work.set(exercises["voices"], ("ready",), "quoted"),
        lambda: work.put(exercises["why"], {"text": "mine"}),
    ):
        with pytest.raises(CourseError, match="Not saved: another person has started here since"):
            change()
    assert answers_in(work, exercises) == {}
    now = Workspace(work.folder, work.case)  # as when the cells have run again
    now.set(exercises["voices"], ("held",), "quoted")
    assert answers_in(now, exercises)["voices"].value == {"held": "quoted"}


def test_changes_that_met_a_full_disk_are_saved_with_the_next_one(work, exercises, monkeypatch):
    asked = exercises["voices"]

    def full(*names):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        for item in ("rain", "ready"):
            with pytest.raises(StorageError, match="the disk is full"):
                work.set(asked, (item,), "quoted")
    work.set(asked, ("held",), "quoted")
    assert Workspace(work.folder, work.case).read(asked).value == dict.fromkeys(asked_items(asked), "quoted")


def test_a_file_that_a_scanner_holds_for_a_moment_is_read(work, exercises, monkeypatch):
    work.put(exercises["voices"], {"rain": "quoted"})
    refusals, read = [PermissionError(errno.EACCES, "Access is denied")] * 2, Path.read_bytes

    def held(path):  # Windows errors 5 and 32
        if refusals:
            raise refusals.pop()
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", held)
    work.set(exercises["voices"], ("held",), "quoted")
    assert work.read(exercises["voices"]).value == {"rain": "quoted", "held": "quoted"}


def asked_items(asked):
    return [item.id for item in asked.items]


def make_file(folder):
    folder.write_text("x")


def dead_link(folder):
    folder.symlink_to(folder.with_name("nowhere"))


def loop(folder):
    folder.symlink_to(folder)


def lesson_is_a_file(folder):
    folder.mkdir()
    (folder / "02_listen").write_text("x")
    (folder / "student.json").mkdir()


def unreadable(folder):
    folder.mkdir()


BROKEN = [make_file, dead_link, loop, lesson_is_a_file, unreadable]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_folder_is_one_sentence_whatever_is_asked(work, exercises, small, monkeypatch, broken):
    document = (VERSION_1 / "my_work.json").read_bytes()
    broken(work.folder)
    if broken is unreadable:

        def denied(*args, **kwargs):
            raise PermissionError(errno.EACCES, "Permission denied")

        for name in ("read_bytes", "mkdir", "glob", "iterdir", "open", "exists"):
            monkeypatch.setattr(Path, name, denied)
        for name in ("rename", "replace", "listdir", "open"):
            monkeypatch.setattr(os, name, denied)
        monkeypatch.setattr("course.lessons.files.time.sleep", lambda seconds: None)
    asked = exercises["voices"]
    for act in (
        lambda: work.read(asked),
        lambda: work.set(asked, ("rain",), "quoted"),
        lambda: work.put(asked, {"rain": "quoted"}),
        lambda: work.freeze_prediction(asked),
        lambda: work.merge(asked, Answer("voices", "sort", {"rain": "quoted"})),
        lambda: read_student(work),
        lambda: sign_in(work, "KTR-4728"),
        lambda: answers_in(work, exercises),
        lambda: packed(work, exercises, "my_work"),
        lambda: load_my_work(work, exercises, small, document, "x"),
        lambda: put_in_inbox(work.folder, "hand_in-0-1.json", "{}"),
        lambda: replace_file(work.folder / "hand_in-0-1.html", b"<p>"),
    ):
        with contextlib.suppress(CourseError):
            act()
    with pytest.raises(CourseError):
        sign_in(work, "KTR-4728")


def test_files_of_version_1_are_read_as_they_were_written(exercises, small):
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(VERSION_1 / "work", Path(folder) / "my_work")
        work = Workspace(Path(folder) / "my_work", "The dam")
        found = answers_in(work, exercises)
        student = read_student(work)
        assert work.notes == []
        assert [path for path in work.folder.rglob("*") if ".aside" in path.name] == []
    assert set(found) == {"noise", "cuts", "voices", "stances", "ladder", "why", "reflection"}
    assert student.name == "Ana López"
    for name in ("my_work.json", "my_work.html", "hand_in.json", "hand_in.html"):
        handed = read_hand_in((VERSION_1 / name).read_bytes(), name)
        assert handed.student == student
        assert handed.answers == {id: found[id] for id in handed.answers}
        assert handed.done == (("reflection",) if name.startswith("hand_in") else ())
        assert fitted(handed, exercises, small) == handed


def test_work_that_an_old_version_saved_opens_in_a_new_one(tmp_path):
    """Since then the lesson got another name, an item and an exercise went, and one was asked anew."""
    home = write_case(tmp_path / "new")
    old, new = (home / "seeds" / "exercises" / f"02_{name}.toml" for name in ("listen", "hear"))
    text = old.rename(new).read_text("utf-8")
    gone = '[[exercise.item]]\nid = "held"\ntext = "The dam held"\noptions = ["own voice", "quoted"]\n'
    assert text.count(gone) == text.count('id = "ladder"') == 1
    new.write_text(text.replace(gone, "").replace('id = "ladder"', 'id = "steps"'), "utf-8")
    (home / "seeds" / "readings" / "keys" / "02_listen.toml").unlink()
    case = open_case(home)
    exercises, work = load_exercises(case), Workspace(tmp_path / "my_work", "The dam")
    saved = (VERSION_1 / "my_work.json").read_bytes()
    handed, brought = load_my_work(work, exercises, case, saved, "my_work.json")
    assert read_student(work) == handed.student
    before = read_hand_in(saved, "x").answers
    assert brought == len(before) - 1
    assert handed.left_out == {Why.EXERCISE: ["ladder"], Why.PART: ["voices"]}
    found = answers_in(work, exercises)
    assert found["voices"].value == {"rain": "quoted", "ready": "quoted"}
    assert found["voices"].prediction == {"rain": "attributed"}
    for id in found.keys() - {"voices"}:
        assert found[id] == before[id]
    assert found.keys() == before.keys() - {"ladder"}
    assert {path.parent.name for path in work.folder.rglob("*.json")} == {"my_work", "02_hear"}


def test_nothing_answered_is_no_hand_in(work, exercises):
    sign_in(work, "KTR-4728")
    with pytest.raises(CourseError, match="Nothing is answered yet"):
        packed(work, exercises, "hand_in")
    saved = read_hand_in(packed(work, exercises, "my_work").json.encode(), "x")
    assert not saved.answers
    assert not saved.done
    work.put(exercises["reflection"], {"thought": "x"})
    assert read_hand_in(packed(work, exercises, "hand_in").json.encode(), "x").done == ("reflection",)


def test_what_does_not_fit_in_a_hand_in_is_listed_and_the_rest_stays(exercises, small):
    good = json.loads((VERSION_1 / "my_work.json").read_text("utf-8"))
    beyond = {"article": "A", "start": 9_000, "end": 9_004, "exact": "xxxx", "prefix": "", "label": "advert"}
    answers = dict(good["answers"])
    marks = answers["noise"]["answer"]
    answers["noise"] = answers["noise"] | {"answer": [*marks, beyond]}
    answers["why"] = answers["why"] | {"saved": "2026-13-45T99:99:99Z"}
    answers["voices"] = answers["voices"] | {"answer": {"rain": "quoted", "ready": "shouted"}}
    answers["stances"] = answers["voices"]
    answers["gone"], answers["gone_too"] = answers["ladder"], {"done": True}
    data = sealed(good, answers=answers, made="2026-02-30T00:00:00Z")
    handed = fitted(read_hand_in(data, "x"), exercises, small)
    assert handed.left_out == {
        Why.DATE: ["", "why"],
        Why.SPAN: ["noise"],
        Why.PART: ["voices"],
        Why.KIND: ["stances"],
        Why.EXERCISE: ["gone", "gone_too"],
    }
    assert handed.made == handed.answers["why"].saved == ""
    assert handed.answers["noise"].value == marks
    assert handed.answers["voices"].value == {"rain": "quoted"}
    assert "gone" not in handed.answers
    told = left_out_text(handed.left_out)
    assert told.startswith("Left out: ")
    for why in Why:
        assert why.value in told


def test_an_answer_without_a_possible_date_is_brought_in_and_is_older(work, exercises, small):
    good = json.loads((VERSION_1 / "my_work.json").read_text("utf-8"))
    why = good["answers"]["why"] | {"saved": "2026-13-45T99:99:99Z"}
    work.put(exercises["why"], {"text": "mine"})
    load_my_work(work, exercises, small, sealed(good, answers={"why": why}), "x")
    assert work.read(exercises["why"]).value == {"text": "mine"}
    fresh = Workspace(work.folder.with_name("fresh"), work.case)
    load_my_work(fresh, exercises, small, sealed(good, answers={"why": why}), "x")
    assert fresh.read(exercises["why"]).value == why["answer"]


def test_a_hundred_thousand_unknown_answers_are_one_short_sentence():
    left = {Why.EXERCISE: [f"x{number}" for number in range(100_000)]}
    assert left_out_text(left).endswith("(x0, x1, x2, x3, x4 and 99995 more).")
    assert left_out_text({}) == ""


def test_the_receipt_opens_with_what_how_many_and_when(work, exercises):
    sign_in(work, "KTR-4728", "Ana")
    work.put(exercises["voices"], {"rain": "quoted"})
    work.put(exercises["why"], {"text": "x"})
    work.put(exercises["reflection"], {"thought": "x"})
    package = packed(work, exercises, "hand_in")
    made = datetime.fromisoformat(json.loads(package.json)["made"])
    line = package.html.split("<strong>")[1].split("</strong>")[0].replace("\n", " ")
    assert line == (
        "Handed in by <bdi>KTR-4728, Ana</bdi>:"
        f" 2 of {len(exercises)} exercises answered, 1 more in part, {made.day} {made:%B %Y, %H:%M} UTC."
    )
    assert "Saved by" in packed(work, exercises, "my_work").html


def test_every_note_is_one_sentence_with_all_it_names():
    for one in Happened:
        told = str(Note(one, "about.json", "kept.json", "why"))
        assert "{" not in told
        assert told.endswith(".")
