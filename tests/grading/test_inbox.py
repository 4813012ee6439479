"""Folders and ZIPs that nobody should trust: bad files are told, all others read, nothing is written."""

import os
import stat
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.corpus.errors import CourseError
from course.grading import inbox as inbox_module
from course.grading.inbox import File, named, read_files
from tests.grading.conftest import zipped


def read(path):
    said = []
    return {file.name: file for file in read_files(path, said)}, said


@pytest.mark.parametrize(
    ("name", "lms_id", "lms_name", "late"),
    [
        ("Ana López_501_assignsubmission_file_/hand_in.json", "501", "Ana López", None),
        ("Ana López_501_assignsubmission_file/hand_in.json", "501", "Ana López", None),
        ("Ana_501_assignsubmission_file_hand_in.json", "501", "Ana", None),
        ("Group 1-Ana_501_assignsubmission_onlinetext_/onlinetext.html", "501", "Group 1-Ana", None),
        ("all/Ana_501_assignsubmission_file_/Ben_502_assignsubmission_file_/x.json", "501", "Ana", None),
        ("lopezana_501_77_hand_in-0123abcd.json", "501", "lopezana", False),
        ("lopezana_LATE_501_77_hand_in.json", "501", "lopezana", True),
        ("lópez_LATE_501_77_hand_in-1.json", "501", "lópez", True),
        ("lopezana_501_77_01_open_the_file.ipynb", "501", "lopezana", False),  # a lesson, not a second number
        ("hand_in-0123abcd-20260301T100000Z.json", "", "", None),
        (
            "sub/lopezana_501_77_hand_in.json",
            "",
            "",
            None,
        ),  # inside a student's own folder: not Canvas's doing
        ("anon_x7_501_77.json", "", "", None),
        ("anon_12345_77_hand_in.json", "", "", None),  # Canvas hides who it is: that number is nobody's
    ],
)
def test_the_names_that_moodle_and_canvas_give_tell_the_student(name, lms_id, lms_name, late):
    found = named(File(name))
    assert (found.lms_id, found.lms_name, found.late, found.problem) == (lms_id, lms_name, late, "")


@pytest.mark.parametrize(
    "name",
    ["eve_502_501_77_hand_in.json", "Ben_502_assignsubmission_file__501_assignsubmission_file_/x.json"],
)
def test_a_name_that_can_be_two_students_is_nobodys(name):
    assert "two students" in named(File(name)).problem


def test_a_folder_is_read_and_clutter_is_not(inbox):
    for name in ("a.json", ".hidden.json", "Thumbs.db", "x.json.aside-20260101T000000Z", "b.json.tmp"):
        (inbox / name).write_bytes(b"1")
    (inbox / "__MACOSX").mkdir()
    (inbox / "__MACOSX" / "a.json").write_bytes(b"1")
    (inbox / "sub").mkdir()
    (inbox / "sub" / "c.json").write_bytes(b"2")
    files, said = read(inbox)
    assert {name: file.data for name, file in files.items()} == {"a.json": b"1", "sub/c.json": b"2"}
    assert files["a.json"].time == pytest.approx((inbox / "a.json").stat().st_mtime)
    assert not said


def test_links_pipes_and_unreadable_things_are_told_and_not_opened(inbox, tmp_path):
    secret = tmp_path / "secret.json"
    secret.write_bytes(b"secret")
    (inbox / "link.json").symlink_to(secret)
    (inbox / "folder").symlink_to(tmp_path)
    (inbox / "gone.json").symlink_to(tmp_path / "nothing")
    os.mkfifo(inbox / "pipe.json")  # opening it would wait for ever
    (inbox / "good.json").write_bytes(b"{}")
    files, _ = read(inbox)
    assert files["good.json"].data == b"{}"
    assert {name for name, file in files.items() if "link" in file.problem} == {
        "link.json",
        "folder",
        "gone.json",
    }
    assert "not opened" in files["pipe.json"].problem
    assert not any(b"secret" in file.data for file in files.values())


def test_a_file_that_goes_away_or_a_folder_that_is_closed_is_told(inbox, monkeypatch):
    for name in ("a.json", "b.json"):
        (inbox / name).write_bytes(b"{}")
    opened = os.open

    def gone(path, *rest, **more):
        if os.fspath(path) == "a.json":
            os.unlink(inbox / "a.json")
        return opened(path, *rest, **more)

    monkeypatch.setattr(os, "open", gone)
    files, _ = read(inbox)
    assert "went away" in files["a.json"].problem
    assert files["b.json"].data == b"{}"


def test_a_name_that_is_no_utf_8_is_shown_as_far_as_it_goes(inbox):
    """As an old program unpacks names with accents."""
    with open(os.fsencode(inbox) + b"/Jos\xe9.json", "wb") as file:
        file.write(b"{}")
    files, _ = read(inbox)
    assert [name.encode() for name in files] == [b"Jos?.json"]
    assert files["Jos?.json"].data == b"{}"


def test_large_files_are_not_read(inbox):
    with open(inbox / "large.json", "wb") as file:
        file.truncate(100_000_000)
    (inbox / "good.json").write_bytes(b"{}")
    files, _ = read(inbox)
    assert files["large.json"] == File(
        "large.json",
        problem="it is larger than 20 MB",
        time=files["large.json"].time,
        clock=files["large.json"].time,  # a folder's clock tells when it came
        outer="large.json",
    )
    assert files["good.json"].data == b"{}"


def test_a_zip_is_read_with_zips_inside_it(tmp_path):
    inner = zipped(
        {"my_work/student.json": b"s", "deep.zip": zipped({"deepest.zip": zipped({"x": b"1"}), "y": b"2"})}
    )
    path = tmp_path / "class.zip"
    path.write_bytes(zipped({"Ana_501_assignsubmission_file_/w.zip": inner, "lopez_502_1_h.json": b"h"}))
    files, _ = read(path)
    top = "Ana_501_assignsubmission_file_/w.zip"
    assert files[f"{top}/my_work/student.json"].data == b"s"
    assert files[f"{top}/deep.zip/y"].data == b"2"
    assert files[f"{top}/deep.zip/deepest.zip"].data.startswith(b"PK")  # no deeper than that
    assert {file.lms_id for name, file in files.items() if name.startswith(top)} == {"501"}
    assert files["lopez_502_1_h.json"].lms_id == "502"


def test_a_students_zip_names_nobody_else(tmp_path):
    inner = zipped({"Ben_502_assignsubmission_file_/x.json": b"{}"})
    path = tmp_path / "class.zip"
    path.write_bytes(zipped({"Ana_501_assignsubmission_file_/w.zip": inner}))
    files, _ = read(path)
    assert {file.lms_id for file in files.values()} == {"501"}
    lone = tmp_path / "lone"
    lone.mkdir()
    (lone / "w.zip").write_bytes(inner)
    (lone / "other.json").write_bytes(b"{}")
    files, _ = read(lone)
    assert {file.lms_id for file in files.values()} == {""}


def test_a_folder_that_holds_only_the_download_is_the_download(inbox):
    (inbox / "download.zip").write_bytes(zipped({"Ana_501_assignsubmission_file_/x.json": b"{}"}))
    files, _ = read(inbox)
    assert [file.lms_id for file in files.values()] == ["501"]


@pytest.mark.parametrize(
    "name", ["../../x.json", "/etc/x.json", "a/../../x.json", "C:/x.json", "..\\x.json", "C:x"]
)
def test_names_that_lead_out_are_told_and_write_nothing(tmp_path, name):
    path = tmp_path / "sub" / "class.zip"
    path.parent.mkdir()
    path.write_bytes(zipped({name: b"{}", "good.json": b"{}"}))
    files, _ = read(path)
    assert files.pop("good.json").data == b"{}"
    assert ["leads out" in file.problem for file in files.values()] == [True]
    assert [one.name for one in tmp_path.rglob("*.json")] == []


def test_links_passwords_and_uncommon_packing_in_a_zip_are_told(tmp_path):
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("link.json")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("lzma.json", b"{}", zipfile.ZIP_LZMA)
        archive.writestr("good.json", b"{}")
    files, _ = read(path)
    assert "link" in files["link.json"].problem
    assert "uncommon" in files["lzma.json"].problem
    assert files["good.json"].data == b"{}"
    locked = bytearray(zipped({"a.json": b"{}"}))
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(locked)
    assert "password" in read(path)[0]["a.json"].problem


def test_folders_in_a_zip_of_windows_are_folders(tmp_path):
    path = tmp_path / "class.zip"
    path.write_bytes(zipped({"w.zip": zipped({"my_work\\02\\voices.json": b"{}"})}))
    assert [*read(path)[0]] == ["w.zip/my_work/02/voices.json"]


def test_zip_bombs_are_refused_and_the_others_are_read(tmp_path, monkeypatch):
    big = b"0" * 19_000_000
    many = zipped({f"{at}.json": b"" for at in range(inbox_module.MAX_FILES + 1)})
    much = zipped({f"{at}.json": big for at in range(5)})
    path = tmp_path / "class.zip"
    path.write_bytes(
        zipped({"flat.json": b"0" * 30_000_000, "many.zip": many, "much.zip": much, "good.json": b"{}"})
    )
    files, _ = read(path)
    assert "larger than" in files["flat.json"].problem
    assert "more than 2,000" in files["many.zip"].problem
    assert "more than 60 MB in all" in files["much.zip"].problem
    assert files["good.json"].data == b"{}"


def test_a_size_that_lies_reads_no_more_than_it_says(tmp_path):
    data = bytearray(zipped({"a.json": b"0" * 1_000_000}))
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = data.index(mark) + at
        data[start : start + 4] = (100).to_bytes(4, "little")
    path = tmp_path / "class.zip"
    path.write_bytes(data)
    file = read(path)[0]["a.json"]
    assert "damaged" in file.problem
    assert len(file.data) <= 100


def test_a_file_with_another_checksum_than_its_zip_says_is_damaged_and_the_others_are_read(tmp_path):
    data = bytearray(zipped({"good.json": b"{}", "a.json": b'{"a": 1}'}))
    start = data.rindex(b"PK\x01\x02") + 16
    data[start : start + 4] = b"\0\0\0\0"
    path = tmp_path / "class.zip"
    path.write_bytes(data)
    files, _ = read(path)
    assert (files["a.json"].problem, files["good.json"].data) == ("it is damaged in its ZIP", b"{}")


def test_an_office_document_under_another_name_is_told(inbox):
    (inbox / "hand_in.json").write_bytes(
        zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})
    )
    (inbox / "other.json").write_bytes(b"{}")
    assert "office document" in read(inbox)[0]["hand_in.json"].problem


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18, zipped({"a": b"1"})[:-10]],
    ids=["its beginning", "empty", "broken off"],
)
def test_a_damaged_zip_is_one_row_in_a_folder(inbox, data):
    (inbox / "a.zip").write_bytes(data)
    (inbox / "good.json").write_bytes(b"{}")
    files, _ = read(inbox)
    assert files["good.json"].data == b"{}"
    assert "a.zip" not in files or "ZIP" in files["a.zip"].problem


def test_what_is_no_inbox_is_one_sentence(tmp_path):
    broken_off = zipped({"a.json": b"{}"})[:-10]
    for name, data in (("a.zip", b"no zip"), ("b.txt", b""), ("c.zip", broken_off)):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(CourseError, match=r"neither a folder nor a whole ZIP.*download the ZIP again"):
            list(read_files(tmp_path / name, []))
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CourseError, match="neither a folder"):
        list(read_files(tmp_path / "pipe", []))
    with pytest.raises(CourseError, match="cannot be read"):
        list(read_files(tmp_path / "nothing", []))


def test_utf_8_names_that_a_zip_does_not_declare_are_read(tmp_path):
    path = tmp_path / "class.zip"
    data = zipped({"Jos\u00e9_501_assignsubmission_file_/x.json": b"{}"})
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = data.index(mark) + at
        data = data[:place] + b"\0\0" + data[place + 2 :]
    path.write_bytes(data)
    assert [file.lms_name for file in read(path)[0].values()] == ["José"]


@given(st.binary(max_size=400), st.integers(0, 300), st.integers(0, 255))
def test_no_bytes_make_the_reader_fail(tmp_path_factory, tail, at, byte):
    data = bytearray(zipped({"a.json": b"{}", "b/c.json": b"x" * 50}))
    data[at % len(data)] = byte
    folder = tmp_path_factory.mktemp("any")
    (folder / "a.zip").write_bytes(data)
    (folder / "b.json").write_bytes(tail)
    (folder / "c.zip").write_bytes(b"PK\x03\x04" + tail)
    files, _ = read(folder)
    assert files["b.json"].data == tail or tail[:2] == b"PK"
