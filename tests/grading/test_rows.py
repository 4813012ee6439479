"""Whose a hand-in is, which counts, and what is said: with files as students really hand them in."""

import json
import os
from dataclasses import replace

import pytest

from course.corpus.errors import CourseError
from course.grading.grade import Grader
from course.grading.roster import Person, Settings, write_roster, write_settings
from course.lessons.exercises import sha256_of
from course.lessons.handin import receipt, sign_in
from course.lessons.work import Workspace
from tests.grading.conftest import ANA, BEN, CIA, RIGHT, moodle, row_of, zipped
from tests.grading.hostile import signed
from tests.lessons.small_case import packed


def put(inbox, name, data, time=None):
    path = inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    if time is not None:
        os.utime(path, (time, time))


def as_zip(inbox, files):
    path = inbox / "class.zip"
    path.write_bytes(zipped(files))
    return path


def test_a_moodle_download_gives_a_row_for_each_student_of_the_roster(course, inbox, hand_in):
    path = as_zip(inbox, {moodle(ANA): hand_in(ANA), moodle(BEN, "Screenshot.png"): b"\x89PNG\r\n\x1a\n"})
    rows = course.read(path).rows
    assert [(row.code, row.status) for row in rows] == [
        (ANA.code, "read"),
        (BEN.code, "unusable"),
        (CIA.code, "missing"),
    ]
    assert rows[0].key == "lms:501"
    assert rows[0].answers["voices"].value == RIGHT
    assert rows[1].problem == "it is a picture, a document or another kind of file"
    assert rows[2].problem == "nothing was handed in"


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("01_open_the_file.ipynb", b'{"cells": [], "nbformat": 4}', "it is the notebook itself"),
        ("02_listen.ipynb", b'{"cells": [{"x": [0.5]}], "nbformat": 4}', "it is the notebook itself"),
        (
            "02.ipynb",
            b'{"cells": ' + b"[" * 50 + b"]" * 50 + b', "nbformat": 4}',
            "it is the notebook itself",
        ),
        ("mine.zip", zipped({".DS_Store": b"x", "__MACOSX/._a": b"x"}), "a ZIP without a file in it"),
        ("mine.zip", zipped({"my_work/": b""}), "a ZIP without a file in it"),
        ("hand_in.json", b"", "it is empty"),
        ("Screenshot.png", b"\x89PNG\r\n\x1a\n", "it is a picture"),
        ("hand_in.pdf", b"%PDF-1.7", "it is a picture, a document"),
        ("hand_in.json", b'{"format": 1, "student": {', "only a part of it"),
        ("hand_in.json", b"[" * 200_000 + b"]" * 200_000, "nested too deeply"),
        ("hand_in.json", b'{"format": ' + b"9" * 5000 + b"}", "number that is too long"),
        ("hand_in.json", b'{"format": NaN}', "NaN"),
        ("hand_in.json", b'{"format": 1e999}', "1e999"),
        ("hand_in.json", b'{"format": 1, "format": 1}', "says one thing twice"),
        ("hand_in.json", b'{"format": "\\ud800"}', "not valid UTF-8"),
        ("hand_in.json", b'\xff\xfe{\x00"\x00\x00\xd8', "UTF-16"),
        ("hand_in.json", b"[]", "no hand-in"),
        ("hand_in.json", b"null", "another kind of file"),
        ("hand_in.rtf", rb"{\rtf1\ansi Mine}", "another kind of file"),
        ("page.webarchive", b"bplist00\xd1\x01\x02", "another kind of file"),
        ("page.mhtml", b"From: <Saved by Blink>\r\n", "another kind of file"),
        ("hand_in.json.gz", b"\x1f\x8b\x08" + b"[" * 50, "another kind of file"),
        ("hand_in.json", '{"format": 1}'.encode("utf-16-le"), "another kind of file"),
        (
            "hand_in.json",
            b'{"format": 2, "student": {}, "answers": {}}',
            "format 2, and this course reads format 1",
        ),
        ("hand_in.html", b"<html><script>alert(1)</script></html>", "carries no hand-in"),
        ("notes.docx", zipped({"[Content_Types].xml": b""}), "office document"),
        ("student.json", b"[]", "does not say whose"),
        ("student.json", b'{"code": 5, "student_id": null}', "does not say whose"),
        ("voices.json", b'{"format": 1, "exercise": "voices"}', "without student.json"),
    ],
)
def test_a_file_that_cannot_be_used_is_a_row_with_a_reason_and_a_sentence_to_send(  # noqa: PLR0917
    course, inbox, hand_in, name, data, why
):
    path = as_zip(inbox, {moodle(ANA, name): data, moodle(BEN): hand_in(BEN)})
    reading = course.read(path)
    row = row_of(reading, ANA)
    assert (row.status, why in row.problem) == ("unusable", True), row.problem
    assert row.problem in row.send
    assert "press ‘Hand in’" in row.send
    assert row_of(reading, BEN).status == "read"


def test_wrong_types_everywhere_are_told(course, inbox, hand_in):
    good = json.loads(hand_in(ANA))
    wrong = [None, True, 5, -1, "", "x", [], [1], {}, {"x": 1}]
    for place in ("student", "case", "made", "answers", "sha256", "format", "course_version"):
        for value in wrong:
            rest = {name: part for name, part in good.items() if name != "sha256"} | {place: value}
            if place != "sha256":
                rest["sha256"] = sha256_of(rest)
            path = as_zip(inbox, {moodle(ANA): json.dumps(rest).encode(), moodle(BEN): hand_in(BEN)})
            reading = course.read(path)
            usable = place == "course_version" and isinstance(value, str)
            usable = usable or (place, value) == ("answers", {})
            assert row_of(reading, ANA).status == ("read" if usable else "unusable"), (place, value)
            assert row_of(reading, BEN).status == "read"


def test_answers_of_wrong_types_are_no_answers_and_nothing_fails(course, inbox, hand_in, exercises):
    for value in (
        {"rain": 5},
        {"rain": {"x": 1}},
        {"rain": []},
        {"rain": None},
        {"nothing": "x"},
        {"x": [{}]},
    ):
        given = {id: value for id, one in exercises.items() if one.kind != "mark" and not one.private}
        path = as_zip(inbox, {moodle(ANA): hand_in(ANA, **given, noise=[value])})
        (one,) = [one for one in course.grade_all(course.read(path).rows) if one.row.code == ANA.code]
        assert one.points == 0


def test_the_lms_id_decides_and_another_students_code_is_told(course, inbox, hand_in):
    path = as_zip(
        inbox,
        {moodle(ANA): hand_in(BEN, student_id="b" * 32), moodle(BEN): hand_in(BEN, student_id="b" * 32)},
    )
    reading = course.read(path)
    assert row_of(reading, ANA).status == "read"
    assert any(
        f"bears the code {BEN.code} of {BEN.name}" in note for note in map(str, row_of(reading, ANA).notes)
    )
    ((one, other, why),) = reading.pairs
    assert (one, other) == ("Ana López", "Ben Ode")
    assert "the same student_id" in why


def test_without_a_list_a_name_is_one_name_however_its_accents_are_written(small, tmp_path, inbox, hand_in):
    for at, name in enumerate(("Zo\u00e9 Li", "Zoe\u0301 Li")):
        put(inbox, f"{at}.json", hand_in(Person("A-1", name), "a" * 32))
        put(inbox, f"{at}-b.json", hand_in(Person("A-1", name), f"{at}" * 32))
    reading = Grader(small, tmp_path / "new").read(inbox)
    assert [row.label for row in reading.rows] == ["Zoé Li"] * 3
    assert {why for _, _, why in reading.pairs} == {"the same code, the same name"}


def test_in_a_folder_the_code_on_the_roster_decides_whatever_its_case(course, inbox, hand_in):
    put(inbox, "x.json", hand_in(replace(ANA, code=ANA.code.lower())))
    reading = course.read(inbox)
    assert row_of(reading, ANA).status == "read"
    assert not reading.unsure


def test_without_a_roster_the_name_and_the_student_id_decide_and_pairs_are_shown(
    course, inbox, hand_in, folder
):
    (folder / "roster.csv").unlink()
    course.roster = ()
    twin = Person("AAA-1111", "Sam Roe")
    put(inbox, "1.json", hand_in(twin, student_id="1" * 32))
    put(inbox, "2.json", hand_in(replace(twin, code="BBB-2222"), student_id="2" * 32))  # two of one name
    put(inbox, "3.json", hand_in(Person("CCC-3333"), student_id="3" * 32))
    put(inbox, "4.json", hand_in(Person("CCC-3333"), student_id="4" * 32))  # one code, two machines
    reading = course.read(inbox)
    assert len(reading.rows) == 4
    assert sorted(why for _, _, why in reading.unsure) == ["the same code", "the same name"]
    one, other, _ = next(pair for pair in reading.unsure if pair[2] == "the same code")
    course.record.set("same", one, student=other, reason="asked in class")
    reading = course.read(inbox)
    assert len(reading.rows) == 3
    assert len(next(row for row in reading.rows if row.key == one).files) == 2


def test_two_students_of_one_name_whom_the_school_tells_apart_are_not_unsure(course, inbox, hand_in):
    path = as_zip(
        inbox,
        {
            "Sam Roe_7_assignsubmission_file_/h.json": hand_in(ANA),
            "Sam Roe_8_assignsubmission_file_/h.json": hand_in(BEN, student_id="b" * 32),
        },
    )
    course.roster = ()
    reading = course.read(path)
    assert [(row.name, row.lms_id, row.status) for row in reading.rows] == [
        ("Sam Roe", "7", "read"),
        ("Sam Roe", "8", "read"),
    ]
    assert not reading.unsure


def test_the_newest_by_the_files_time_counts_and_all_are_said(course, inbox, hand_in):
    put(inbox, "new.json", hand_in(ANA, voices={"rain": "quoted"}), 2_000_000)
    put(inbox, "old.json", hand_in(ANA, voices=RIGHT), 1_000_000)
    put(inbox, "bad.json", b"", 3_000_000)  # Ana's, perhaps, but nobody's as far as a file tells
    reading = course.read(inbox)
    row = row_of(reading, ANA)
    assert row.files == ("new.json", "old.json")
    assert row.answers["voices"].value == {"rain": "quoted"}
    assert any("Handed in 2 times" in note for note in map(str, row.notes))
    assert [(row.status, row.label) for row in reading.rows if row.key.startswith("file:")] == [
        ("unusable", "unknown")
    ]


def test_an_unusable_file_beside_a_good_one_is_a_note(course, inbox, hand_in):
    path = as_zip(
        inbox, {moodle(ANA): hand_in(ANA), moodle(ANA, "lesson.ipynb"): b'{"cells": [], "nbformat": 4}'}
    )
    row = row_of(course.read(path), ANA)
    assert row.status == "read"
    assert "lesson.ipynb was not used: it is the notebook itself" in str(row.notes[0])


@pytest.mark.parametrize(
    ("title", "named", "told"),
    [("7b", "kite", True), ("Kite", "kite", False), ("7b", "", False), ("", "kite", False)],
)
def test_a_hand_in_of_another_class_is_one_sentence(course, inbox, hand_in, title, named, told):  # noqa: PLR0917
    write_settings(course.folder / "class.toml", Settings(title))
    put(inbox, "one.json", hand_in(ANA, class_name=named))
    grader = Grader(course.case, course.folder)
    (graded,) = (one for one in map(grader.grade, grader.read(inbox).rows) if one.row.status == "read")
    assert graded.row.class_name == named
    said = "Handed in by a link of the class ‘kite’, and this class is ‘7b’: look whose student it is."
    assert [str(one) for one in graded.notes if "class" in one.text] == [said] * told
    assert not any(one.for_students for one in graded.notes)


@pytest.mark.parametrize("named", ["<script>", "=HYPERLINK(1)", "../x", "a" * 41, "", ["kite"], None])
def test_a_class_that_no_link_can_name_makes_the_file_unusable_in_one_sentence(course, inbox, hand_in, named):
    rest = {key: value for key, value in json.loads(hand_in(ANA)).items() if key != "sha256"}
    rest["class"] = named
    put(inbox, "forged.json", json.dumps(rest | {"sha256": sha256_of(rest)}).encode())
    (row,) = (row for row in course.read(inbox).rows if row.status == "unusable")
    assert row.problem.startswith("it has another form: class ")
    assert (row.class_name, row.problem.count("\n")) == ("", 0)


def test_of_very_many_files_some_are_named_and_the_others_counted(course, inbox, hand_in):
    photos = {moodle(ANA, f"{at}.png"): b"\x89PNG" for at in range(5_000)}
    row = row_of(course.read(as_zip(inbox, {**photos, moodle(ANA): hand_in(ANA)})), ANA)
    assert (row.status, len(row.files), len(row.notes)) == ("read", 5, 6)
    assert row.files[0].endswith("hand_in.json")
    assert str(row.notes[-1]) == "4,995 more files were not used."


def test_a_receipt_that_a_browser_saved_as_a_whole_page_is_a_hand_in(course, inbox, hand_in, exercises):
    page = receipt(json.loads(hand_in(ANA)), exercises)
    page = page.replace(
        "<!DOCTYPE html>\n", "\ufeff<!DOCTYPE html>\n<!-- saved from url=(0014)about:internet -->\n"
    )
    page = page.replace(
        '<meta charset="utf-8">', '<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">'
    )
    names = {moodle(ANA, "Hand in.html"): page.encode(), moodle(ANA, "Hand in_files/a.html"): b"<p>"}
    row = row_of(course.read(as_zip(inbox, names)), ANA)
    assert row.answers["voices"].value == RIGHT
    assert len(row.notes) == 1


def test_a_receipt_is_a_hand_in_and_with_the_data_it_is_one(course, inbox, hand_in, exercises):
    data = hand_in(ANA)
    page = receipt(json.loads(data), exercises).encode()
    put(inbox, "hand_in.html", page)
    assert row_of(course.read(inbox), ANA).answers["voices"].value == RIGHT
    put(inbox, "hand_in.json", data)
    row = row_of(course.read(inbox), ANA)
    assert (row.status, len(row.files), row.notes) == ("read", 1, ())


@pytest.mark.parametrize("as_a_zip", [True, False])
def test_a_whole_my_work_folder_is_a_hand_in_without_what_is_private(
    course, inbox, exercises, tmp_path, as_a_zip
):
    work = Workspace(tmp_path / "my_work", "The dam")
    sign_in(work, ANA.code, ANA.name)
    work.put(exercises["voices"], RIGHT)
    work.put(exercises["reflection"], {"thought": "my own"})
    files = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in work.folder.rglob("*.json")}
    if as_a_zip:
        path = as_zip(inbox, {moodle(ANA, "my_work.zip"): zipped(files)})
    else:
        path = inbox
        for name, data in files.items():
            put(inbox, f"Ana/{name}", data)
    row = row_of(course.read(path), ANA)
    assert row.answers["voices"].value == RIGHT
    assert row.done == {"reflection"}
    assert b"my own" not in repr(dict(row.answers)).encode()
    assert row_of(course.read(path), ANA).sha256 == row.sha256 != ""  # so it is not marked again


def test_answers_by_themselves_are_a_row_for_each_student(course, inbox, exercises, tmp_path):
    work = Workspace(tmp_path / "my_work", "The dam")
    work.put(exercises["voices"], RIGHT)
    (data,) = [path.read_bytes() for path in work.folder.rglob("voices.json")]
    as_moodle = {moodle(who, "voices.json"): data for who in (ANA, BEN)}
    as_canvas = {f"x_{who.lms_id}_9_voices.json": data for who in (ANA, BEN)}
    for files in (as_moodle, as_canvas):
        reading = course.read(as_zip(inbox, files))
        assert ["by itself" in row_of(reading, who).problem for who in (ANA, BEN)] == [True, True]
        assert "voices.json’ that you handed in" in row_of(reading, ANA).send
    (inbox / "class.zip").unlink()
    for name in ("one", "other"):
        put(inbox, f"{name}/voices.json", data)
    rows = [row for row in course.read(inbox).rows if row.status == "unusable"]
    assert [row.files for row in rows] == [("one/voices.json",), ("other/voices.json",)]


def test_a_my_work_folder_that_lost_its_folders_is_a_hand_in(course, inbox, exercises, tmp_path):
    work = Workspace(tmp_path / "my_work", "The dam")
    sign_in(work, ANA.code, ANA.name)
    work.put(exercises["voices"], RIGHT)
    files = {moodle(ANA, path.name): path.read_bytes() for path in work.folder.rglob("*.json")}
    assert row_of(course.read(as_zip(inbox, files)), ANA).answers["voices"].value == RIGHT
    later = {name: data.replace(b'"format": 1', b'"format": 2') for name, data in files.items()}
    assert "another version" in row_of(course.read(as_zip(inbox, later)), ANA).problem


def test_a_saved_file_gives_no_private_answer_away(course, inbox, exercises, tmp_path):
    work = Workspace(tmp_path / "my_work", "The dam")
    sign_in(work, ANA.code, ANA.name)
    work.put(exercises["reflection"], {"thought": "my own"})
    package = packed(work, exercises, "my_work")
    path = as_zip(inbox, {moodle(ANA, package.name): package.json.encode()})
    row = row_of(course.read(path), ANA)
    assert (row.done, row.answers) == ({"reflection"}, {})
    shared = packed(work, exercises, "hand_in", share=["reflection"])
    path = as_zip(inbox, {moodle(ANA, shared.name): shared.json.encode()})
    assert row_of(course.read(path), ANA).answers["reflection"].value == {"thought": "my own"}


def test_other_encodings_and_another_case(course, inbox, hand_in):
    text = hand_in(ANA).decode()
    for data in (text.encode("utf-8-sig"), text.encode("utf-16"), text.replace("\n", "\r\n").encode()):
        path = as_zip(inbox, {moodle(ANA): data})
        assert row_of(course.read(path), ANA).status == "read"
    path = as_zip(inbox, {moodle(ANA): hand_in(ANA, case="The bridge")})
    assert "another case, 'The bridge'" in row_of(course.read(path), ANA).problem


def test_names_that_play_tricks_are_shown_plainly(course, inbox, hand_in):
    names = ["\u202egnp.exe", "=HYPERLINK(1)", '"quoted"', "😀", "<b>x</b>", "a\nb", "\u200fx"]
    files = {
        f"{name}_{at}_assignsubmission_file_/h.json": hand_in(ANA, student_id=f"{at:032x}")
        for at, name in enumerate(names)
    }
    rows = [row for row in course.read(as_zip(inbox, files)).rows if row.status == "read"]
    assert len(rows) == len(names)
    assert all(row.name.isprintable() and all(file.isprintable() for file in row.files) for row in rows)


def test_the_inbox_is_never_the_class_folder(course, folder, tmp_path):
    with pytest.raises(CourseError, match="inside the inbox"):
        course.read(tmp_path)
    assert not list(folder.glob("feedback"))


def test_a_prediction_comes_back_as_it_was(course, inbox, exercises, tmp_path):
    work = Workspace(tmp_path / "my_work", "The dam")
    sign_in(work, ANA.code)
    for id, value in (("voices", RIGHT), ("why", {"text": "first"})):
        work.put(exercises[id], value)
        work.freeze_prediction(exercises[id])
    work.put(exercises["why"], {"text": "second"})
    work.put(exercises["stances"], {"fell": {"A": "present"}})
    (inbox / "h.json").write_text(packed(work, exercises, "hand_in").json)
    answers = row_of(course.read(inbox), ANA).answers
    assert {id: (one.value, one.prediction) for id, one in answers.items()} == {
        "voices": (RIGHT, RIGHT),
        "why": ({"text": "second"}, {"text": "first"}),
        "stances": ({"fell": {"A": "present"}}, None),
    }


def test_an_empty_my_work_is_no_hand_in(course, inbox, tmp_path):
    work = Workspace(tmp_path / "my_work", "The dam")
    sign_in(work, ANA.code, ANA.name)
    files = {moodle(ANA, f"my_work/{path.name}"): path.read_bytes() for path in work.folder.glob("*.json")}
    row = row_of(course.read(as_zip(inbox, files)), ANA)
    assert (row.status, row.problem) == ("unusable", "it is a my_work folder without an answer in it")


def test_what_cannot_be_is_said_as_left_out(course, inbox, hand_in):
    mark = {
        "article": "A",
        "start": 10**6,
        "end": 10**6 + 4,
        "exact": "Rain",
        "prefix": "",
        "label": "advert",
    }
    document = json.loads(hand_in(ANA, noise=[mark], voices=RIGHT, nothing={"x": "y"}))
    document["answers"]["voices"]["saved"] = document["made"] = "2026-13-45T99:99:99Z"
    rest = {name: value for name, value in document.items() if name != "sha256"}
    data = json.dumps(rest | {"sha256": sha256_of(rest)}).encode()
    row = row_of(course.read(as_zip(inbox, {moodle(ANA): data})), ANA)
    told = " ".join(map(str, row.notes))
    assert "Answers to nothing, which this course does not have, were left out." in told
    assert "Marks beyond the end of an article were left out: ‘What is not the report?’." in told
    assert "A date that cannot be was left out: the whole file, ‘Who speaks?’." in told
    assert row.answers["noise"].value == []
    assert row.answers["voices"].value == RIGHT


def test_teams_and_google_classroom_tell_by_folder_name_and_version(course, inbox, hand_in):
    old, new = hand_in(ANA, voices={"rain": "quoted"}), hand_in(ANA, voices=RIGHT)
    files = {
        "Ana López/News/Version 2/hand_in.json": new,
        "Ana López/News/Version 10/photo.png": b"\x89PNG\r\n\x1a\n",
        "Ana López/News/Version 1/hand_in.json": old,
        "Ode,\xa0Ben (1).png": b"\x89PNG\r\n\x1a\n",
        "Cia =HYPERLINK(1) - hand_in.pdf": b"%PDF",
        "Zoe Nobody/News/Version 1/x.png": b"\x89PNG\r\n\x1a\n",
    }
    rows = {row.label: row for row in course.read(as_zip(inbox, files)).rows}
    assert rows["Ana López"].answers["voices"].value == RIGHT
    assert rows["Ana López"].files[0] == "Ana López/News/Version 2/hand_in.json"
    assert [rows[name].status for name in ("Ben Ode", CIA.name, "Zoe Nobody")] == ["unusable"] * 3


def test_each_assignment_of_teams_counts_its_versions_anew(course, inbox, hand_in):
    old, new = (json.loads(hand_in(ANA, voices=value)) for value in ({"rain": "quoted"}, RIGHT))
    old, new = ({**one, "made": f"2026-03-0{day}T10:00:00.000Z"} for day, one in ((1, old), (2, new)))
    files = {"Lesson 1/Version 3": old, "Lesson 2/Version 1": new}
    files = {f"Ana López/{at}/h.json": signed(one) for at, one in files.items()}
    assert row_of(course.read(as_zip(inbox, files)), ANA).answers["voices"].value == RIGHT


def test_a_name_in_a_students_own_zip_or_file_takes_nobodys_place(course, inbox, hand_in):
    inner = zipped({"Ben Ode/hand_in.json": hand_in(ANA)})
    path = as_zip(inbox, {"work.zip": inner, "Ben Ode - mine.json": hand_in(ANA)})
    reading = course.read(path)
    assert (row_of(reading, ANA).status, row_of(reading, BEN).status) == ("read", "missing")


def test_a_list_from_another_file_is_said_once(course, inbox, hand_in):
    files = {f"S {at}_{900 + at}_assignsubmission_file_/h.json": hand_in(ANA) for at in range(3)}
    said = course.read(as_zip(inbox, files)).said
    assert said == (
        "No hand-in has an id of the list: the ZIP has numbers such as 900, the list 501. By name 0 of 3 were"
        " found. Who is left: say in ‘One student at a time’ who it is, or make a new list from Moodle’s"
        " grading worksheet.",
    )


def test_a_list_of_participants_is_met_by_the_names_in_the_zip(course, inbox, hand_in, folder):
    twins = [Person("KTR-1111", "Dan Poe", "s4"), Person("KTR-2222", "Dan Poe", "s5")]
    write_roster(folder / "roster.csv", [ANA, BEN, Person("MBX-3333", "Li_Ng", "li@x.org"), *twins])
    files = {
        "Ana López_901_assignsubmission_file_/h.json": hand_in(BEN),  # the code is the student's word
        "Ode, Ben_902_assignsubmission_file_/h.png": b"\x89PNG\r\n\x1a\n",
        "Li Ng_903_assignsubmission_file_/h.json": b"",
        "Dan Poe_904_assignsubmission_file_/h.json": hand_in(twins[1]),
        "Dan Poe_905_assignsubmission_file_/h.json": hand_in(twins[0]),
        "Dan Poe_906_assignsubmission_file_/h.json": hand_in(ANA),
    }
    reading = Grader(course.case, folder).read(as_zip(inbox, files))
    sent = {row.key: row.file.lms_id for row in reading.rows}
    assert sent == {
        "lms:501": "901",
        "lms:502": "902",
        "lms:li@x.org": "903",
        "lms:s4": "905",
        "lms:s5": "904",
        "lms:906": "906",
    }
    assert "By name 5 of 6 were found." in reading.said[0]
