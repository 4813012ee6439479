"""roster.csv: as spreadsheets write it, with names that no spreadsheet takes for a formula."""

import re

import pytest

from course.corpus.errors import CourseError
from course.grading.roster import Person, guarded, new_codes, read_csv, read_roster, unguarded, write_roster


def test_a_roster_is_read_as_it_was_written(tmp_path):
    people = (
        Person("A-1", "=HYPERLINK(1)", "7"),
        Person("A-2", 'Ann "A." O’Neil, Jr', ""),
        Person("A-3", "😀", "@x"),
    )
    write_roster(tmp_path / "roster.csv", people)
    assert read_roster(tmp_path / "roster.csv") == people
    text = (tmp_path / "roster.csv").read_text("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert "'@x" in text
    assert read_roster(tmp_path / "nothing.csv") == ()


@pytest.mark.parametrize(
    "data",
    [
        "code;name\nA-1;Ana\n",
        "name,CODE\r\nAna,A-1\r\n\r\n",
        "code\tname\nA-1\tAna",
        "code:name\nA-1:Ana",
        "\r\ncode;name;seat, row, room, floor\nA-1;\u200fAna\xad;\n ; ;\n",
    ],
)
def test_spreadsheets_own_forms_are_read(tmp_path, data):
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        (tmp_path / "roster.csv").write_bytes(data.encode(encoding))
        assert read_roster(tmp_path / "roster.csv") == (Person("A-1", "Ana"),)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"name\nAna\n", "no column 'code'"),
        (b"", "no column 'code'"),
        (b"code\nA-1\nA-1\n", "two lines have the code"),
        (b"code,lms_id\nA-1,5\nA-2,5\n", "two lines have the lms_id"),
        (b"code,name\nA-1,Ana\na-1,Bo\n", "two lines have the code 'a-1', those of Ana and Bo"),
        (b"code\na/b\n", "code 'a/b' cannot be used"),
        (b"PK\x03\x04\0\0", "no CSV in UTF-8"),
        (b"code,name\nA-1,\x81\n", "no CSV in UTF-8"),
        (b"code,name,lms_id\r\nkite-1,Lopez, Ana,501\r\n", "line 2 has more cells than there are columns"),
    ],
)
def test_a_roster_that_cannot_be_used_is_one_sentence(tmp_path, data, said):
    (tmp_path / "roster.csv").write_bytes(data)
    with pytest.raises(CourseError, match=said):
        read_roster(tmp_path / "roster.csv")


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx", "＝1", "＠x"])
def test_formulas_are_guarded(text):
    assert guarded(text) == f"'{text}"
    assert guarded("x" + text) == "x" + text


def test_new_codes_are_random_and_none_is_given_twice():
    people = new_codes([("Ana", "1"), ("Ben", "2")], taken={"x"})
    assert [(one.name, one.lms_id) for one in people] == [("Ana", "1"), ("Ben", "2")]
    assert len({one.code for one in new_codes([("x", "")] * 200)}) == 200
    assert read_csv(b"a,b\n1,2\n").rows == [["a", "b"], ["1", "2"]]


@pytest.mark.parametrize("text", ["x;=1", "x;+1", "Ana\n=1", "a\t@b", "=1;=2"])
def test_what_begins_a_cell_at_another_sign_is_guarded_too(text):
    assert not any(part.startswith(("=", "+", "-", "@")) for part in re.split(r"[;\t\n]", guarded(text)))
    assert unguarded(guarded(text)) == text


def test_the_id_of_a_spreadsheet_is_a_number_no_more(tmp_path):
    (tmp_path / "roster.csv").write_bytes(
        "sep=;\r\ncode;name;lms_id\r\nA-1;José;70001.0\r\nA-2;Bo;='0\xad07'\r\n".encode("cp1252")
    )
    ids = [(one.name, one.lms_id) for one in read_roster(tmp_path / "roster.csv")]
    assert ids == [("José", "70001"), ("Bo", "007")]


def test_a_list_that_could_not_be_read_again_is_not_written(tmp_path):
    path = tmp_path / "roster.csv"
    write_roster(path, [Person("A-1", "Ana", "x@y.org")])
    before = path.read_bytes()
    with pytest.raises(CourseError, match="those of Ana and Bo"):
        write_roster(path, [*read_roster(path), Person("A-2", "Bo", "X@Y.org")])
    assert path.read_bytes() == before
