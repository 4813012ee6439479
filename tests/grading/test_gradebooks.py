"""Gradebooks as Canvas and Moodle export them: one column filled, everything else as it was."""

import csv
import io
import json
from dataclasses import replace
from datetime import datetime

import pytest

from course.corpus.errors import CourseError
from course.grading.gradebooks import _moment, fill_gradebook, marks_csv, marks_json, read_gradebook
from course.grading.inbox import File
from course.grading.rows import NO_FILE
from tests.grading.conftest import ANA, BEN, CIA, RIGHT, moodle, zipped

CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Warm-up (11),Newsrooms (12),"
    "Assignments Current Score,Final Grade\r\n"
    ",,,,,,Manual Posting,,\r\n"
    "    Points Possible,,,,,5.00,10.00,(read only),(read only)\r\n"
    '"López, Ana",501,S-1,=ana,"8b, ""north""",4.00,,80,B\r\n'
    '"Ode, Ben",502,S-2,ben,8b,,7.00,,\r\n'
    '"Hyper, Cia",503,S-3,cia,8b,,1.00,,\r\n'
    '"Student, Test",999,,test,8b,,,,\r\n'
)
WORKSHEET = (
    "\ufeffIdentifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\r\n"
    'Participant 501,Ana López,ana@x.org,Submitted,,100.00,Yes,"Monday, 2 March 2026, 4:00 PM",-,\r\n'
    "Participant 502,Ben Ode,ben@x.org,No submission,12.00,100.00,Yes,-,-,\r\n"
)
EXPORT = (
    "First name,Last name,ID number,Email address,Assignment: Newsrooms (Real),Course total (Real),"
    "Last downloaded from this course\r\nAna,López,501,ana@x.org,-,-,1772000000\r\n"
)


@pytest.fixture
def graded(course, inbox, hand_in):
    path = inbox / "class.zip"
    path.write_bytes(
        zipped({moodle(ANA): hand_in(ANA, voices=RIGHT), moodle(BEN, "x.png"): b"\x89PNG\r\n\x1a\n"})
    )
    return course.grade_all(course.read(path).rows)


def cells(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def changed(before, after):
    pairs = zip(cells(before.encode()), cells(after), strict=True)
    return {
        (line, at): new
        for line, (old_row, new_row) in enumerate(pairs)
        for at, (old, new) in enumerate(zip(old_row, new_row, strict=True))
        if old != new
    }


def test_canvas_gets_one_column_on_its_own_maximum(graded):
    filled = fill_gradebook(CANVAS.encode(), graded, "Newsrooms (12)")
    assert changed(CANVAS, filled.data) == {(3, 6): "2.00"}  # 4 of 20 points, of 10.00
    assert filled.filled == 1
    assert sorted(filled.left) == [
        "Ben Ode: what was handed in cannot be used, since it is a picture, a document or another kind of"
        " file.",
        "Cia =HYPERLINK(1): nothing was handed in.",
    ]


def test_the_column_has_to_be_chosen_where_there_are_several(graded):
    assert list(read_gradebook(CANVAS.encode()).columns) == ["Warm-up (11)", "Newsrooms (12)"]
    for column in ("", "Final Grade", "ID"):
        with pytest.raises(CourseError, match="choose the column to fill: one of 'Warm-up"):
            fill_gradebook(CANVAS.encode(), graded, column)


def test_excused_is_ex_in_canvas_and_left_alone_in_moodle(course, graded):
    course.record.set("excused", True, student="lms:502")
    again = course.grade_all([one.row for one in graded])
    assert changed(CANVAS, fill_gradebook(CANVAS.encode(), again, "Newsrooms (12)").data)[4, 6] == "EX"
    filled = fill_gradebook(WORKSHEET.encode(), again)
    assert changed(WORKSHEET, filled.data) == {(1, 4): "20.00"}
    assert "Ben Ode: excused, which this file cannot say." in filled.left


def test_moodles_worksheet_and_grade_export(graded):
    filled = fill_gradebook(WORKSHEET.encode(), graded)
    assert changed(WORKSHEET, filled.data) == {(1, 4): "20.00"}
    assert filled.data.startswith(b"\xef\xbb\xbf")
    assert (
        "Cia =HYPERLINK(1): nothing was handed in, and no line of the gradebook has the id 503."
        in filled.left
    )
    filled = fill_gradebook(EXPORT.encode(), graded, "Assignment: Newsrooms (Real)")
    assert changed(EXPORT, filled.data) == {(1, 4): "4.00"}
    assert read_gradebook(EXPORT.encode()).students() == [("Ana López", "501")]
    assert read_gradebook(CANVAS.encode()).students()[0] == ("López, Ana", "501")
    assert read_gradebook(WORKSHEET.encode()).students()[1] == ("Ben Ode", "502")


def test_semicolons_keep_their_commas(graded):
    text = (
        "Student;ID;SIS Login ID;Section;Newsrooms (12)\r\n    Points Possible;;;;10,00\r\nAna;501;a;8b;\r\n"
    )
    data = fill_gradebook(text.encode(), graded).data
    assert data.decode().splitlines()[2] == "Ana;501;a;8b;2,00"


def test_a_mark_waits_for_answers_that_nobody_has_read(course, inbox, hand_in):
    (inbox / "h.json").write_bytes(hand_in(ANA, voices=RIGHT, why={"text": "Because."}))
    graded = course.grade_all(course.read(inbox).rows)
    filled = fill_gradebook(WORKSHEET.encode(), graded)
    assert filled.filled == 0
    assert "Ana López: written answers that wait for you: 1." in filled.left
    assert fill_gradebook(WORKSHEET.encode(), graded, unfinished=True).filled == 1


def test_a_student_in_two_sections_gets_the_mark_in_both_rows(graded):
    text = CANVAS + '"López, Ana",501,S-1,=ana,8c,,,,\r\n'
    filled = fill_gradebook(text.encode(), graded, "Newsrooms (12)")
    assert changed(text, filled.data) == {(3, 6): "2.00", (7, 6): "2.00"}
    assert not [line for line in filled.left if "Ana" in line]


def test_the_maximum_is_found_however_it_is_spelled(graded):
    text = WORKSHEET.replace("Maximum Grade", "Maximum grade")
    assert changed(text, fill_gradebook(text.encode(), graded).data) == {(1, 4): "20.00"}


@pytest.mark.parametrize(
    "data", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00", b'"', b"Student,ID,Section\nAna,1,x\n"]
)
def test_what_is_no_gradebook_is_one_sentence(graded, data):
    with pytest.raises(CourseError, match="gradebook"):
        fill_gradebook(data, graded)


def test_the_plain_table_holds_no_formula_and_tells_a_zero_from_nothing(graded):
    data = b"".join(marks_csv(graded))
    rows = {row[0]: dict(zip(cells(data)[0], row, strict=False)) for row in cells(data)[1:]}
    assert rows[ANA.code]["points"] == "4.0"
    assert (rows[BEN.code]["points"], rows[BEN.code]["status"]) == ("", "unusable")
    assert "press ‘Hand in’" in rows[BEN.code]["send"]
    assert (rows[CIA.code]["points"], rows[CIA.code]["status"]) == ("", "missing")
    assert not [cell for row in cells(data) for cell in row if cell.startswith(("=", "+", "@", "\t"))]


def test_the_json_has_every_decisions_credit(graded):
    about = json.loads(b"".join(marks_json(graded, ["said"])))
    ana = next(one for one in about["students"] if one["code"] == ANA.code)
    assert about["said"] == ["said"]
    assert ana["exercises"]["voices"]["points"] == 4
    assert ["rain", "", 1.0] in ana["exercises"]["voices"]["credits"]


def left_of(text, graded, **how):
    filled = fill_gradebook(text.encode(), graded, **how)
    return filled.filled, list(filled.left)


def test_an_id_that_two_lines_share_fills_neither_and_names_both(graded):
    head = "First name,Last name,ID number,Email address,Username,Assignment: News (Real)\r\n"
    for text in (
        "Ana,Lopez,501,ana@x.org,a,-\r\nBo,Li,501,bo@x.org,b,-\r\n",  # two rows of one ID number
        "Ana,Lopez,501,ana@x.org,a,-\r\nBo,Li,7,bo@x.org,501,-\r\n",  # of one, the user name of the other
    ):
        filled, left = left_of(head + text, graded)
        assert filled == 0
        assert "Ana Lopez and Bo Li have one id, 501: no grade is written for either." in left
    mail = replace(graded[0], row=replace(graded[0].row, lms_id="ANA@x.org"))
    text = "Ana,Lopez,1,Ana@x.org,a,-\r\nBo,Li,2,ana@X.org,b,-\r\n"  # e-mails in other capitals
    filled, left = left_of(head + text, [mail])
    assert (filled, "have one id, ana@x.org" in left[0]) == (0, True)


def test_two_hand_ins_that_fit_one_line_fill_it_with_neither(graded):
    other = replace(graded[0], row=replace(graded[0].row, key="lms:x", lms_id="ana@x.org", name="Other"))
    filled, left = left_of(EXPORT, [graded[0], other], column="Assignment: Newsrooms (Real)")
    assert (filled, left[0]) == (
        0,
        "Ana López and Other fit the line of Ana López: no grade is written for either.",
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (CANVAS.replace("4.00", '"4,00"').replace("10.00", '"10,00"').replace("5.00", '"5,00"'), '"2,00"'),
        (CANVAS.replace(",", ";").replace("López; ", "López, "), ";2.00;"),
        (CANVAS.replace("10.00", '"1,000.00"'), ",200.00,"),
        (CANVAS.replace("7.00", "85%").replace("1.00", "-1"), ",2.00,"),
        (WORKSHEET.replace("100.00", '"20,00"').replace("12.00", ""), '"4,00","20,00"'),
        (
            WORKSHEET.replace("Email address", "E\xadmail address").replace("Full name", "Full\xa0name"),
            ",20.00,",
        ),
    ],
)
def test_a_mark_is_written_as_the_files_own_numbers_are(graded, text, line):
    column = "Newsrooms (12)" if text.startswith("Student") else ""
    filled = fill_gradebook(text.encode(), graded, column)
    assert filled.filled == 1
    assert line in next(one for one in filled.data.decode().splitlines() if "501" in one)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (WORKSHEET.replace("100.00,Yes", "100.00,No"), "Ana López: the grade cannot be changed in Moodle"),
        (WORKSHEET.replace("100.00,Yes", "100.00,Na\u0303o"), "Ana López: the grade cannot be changed in"),
        (WORKSHEET.replace("100.00", "0.00"), "Grade: it counts 0 points"),
        (CANVAS.replace("10.00", "0.00"), "Newsrooms (12): it counts 0 points"),
        (WORKSHEET.replace("12.00", "Satisfactory"), "Grade: it is graded by a scale ('Satisfactory')"),
        (WORKSHEET.replace("100.00", "Default scale"), "Grade: it is graded by a scale ('Default scale')"),
        (CANVAS.replace("1.00", "B+"), "Newsrooms (12): it is graded by a scale ('B+')"),
    ],
)
def test_a_column_that_can_take_no_points_is_left_with_the_reason(graded, text, why):
    column = "Newsrooms (12)" if text.startswith("Student") else ""
    filled, left = left_of(text, graded, column=column)
    assert filled == 0
    assert any(line.startswith(why) for line in left), left
    assert not changed(text, fill_gradebook(text.encode(), graded, column).data)


def test_no_match_at_all_is_said_once_with_its_cause(graded):
    text = "First name,Last name,ID number,Assignment: News (Real)\r\nUma,Orr,9001,-\r\nVic,Poe,9002,-\r\n"
    assert left_of(text, graded) == (
        0,
        [
            "Nobody of the class is in this file: it has ID numbers, user names or e-mail addresses, such as"
            " 9001, the hand-ins have participant numbers, such as 501: use Moodle’s grading worksheet."
        ],
    )


def test_a_class_with_ids_of_another_file_is_found_by_those_of_its_zip(graded):
    ids = ("s1", "s2", "s3")
    other = [replace(one, row=replace(one.row, lms_id=id)) for one, id in zip(graded, ids, strict=True)]
    assert left_of(WORKSHEET, other)[0] == left_of(WORKSHEET, graded)[0] > 0
    data = fill_gradebook(WORKSHEET.encode(), other).data
    assert data == fill_gradebook(WORKSHEET.encode(), graded).data


def test_who_has_no_id_is_found_by_a_typed_name_that_is_one_lines_alone(graded):
    bare = [
        replace(one, row=replace(one.row, lms_id="", name=name, file=NO_FILE))
        for one, name in zip(graded, ("ANA  López", "Ben Ode", ""), strict=True)
    ]
    assert left_of(WORKSHEET, bare)[0] == 1
    twice = WORKSHEET.replace("Ben Ode", "López, Ana").replace("López, Ana", '"López, Ana"')
    assert left_of(twice, bare)[0] == 0


GERMAN = (
    "ID;Vollständiger Name;E-Mail-Adresse;Status;Bewertung;Bestwertung;Bewertung kann geändert werden;"
    "Zuletzt geändert (Abgabe)\r\n"
    "Teilnehmer/in501;Ana López;ana@x.org;Abgegeben;;100,00;Ja;-\r\n"
    "Teilnehmer/in502;Ben Ode;ben@x.org;Nichts;;100,00;Nein;-\r\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("start", ["", "sep=;\r\n"])
def test_a_german_worksheet_is_read_in_any_common_form(graded, encoding, start):
    data = (start + GERMAN).encode(encoding)
    assert read_gradebook(data).students() == [("Ana López", "501"), ("Ben Ode", "502")]
    filled = fill_gradebook(data, graded)
    assert "Teilnehmer/in501;Ana López;ana@x.org;Abgegeben;20,00;100,00;Ja;-" in filled.data.decode(
        "utf-8-sig"
    )
    assert any(line.startswith("Ben Ode: the grade cannot be changed") for line in filled.left)


@pytest.mark.parametrize(
    ("head", "row", "student"),
    [
        ("Student,ID,SIS User ID,SIS Login ID,Section", '"Pa, Lu",31,,lu,8b', ("Pa, Lu", "31")),
        ("Schüler,ID,SIS User ID,Abschnitt", '"Pa, Lu",31,,8b', ("Pa, Lu", "31")),
        ("LastName,FirstName,ID,Section", "Pa,Lu,31,8b", ("Pa Lu", "31")),
        ("First name,Last name,Email address,Groups", "Lu,Pa,lu@x.org,8b", ("Lu Pa", "lu@x.org")),
        ("First name,Surname,ID number,Email address", "Lu,Pa,70001.0,lu@x.org", ("Lu Pa", "70001")),
        ("Vorname,Nachname,ID-Nummer,E-Mail-Adresse", "Lu,Pa,,lu@x.org", ("Lu Pa", "lu@x.org")),
        ("Nombre,Apellido(s),Dirección de correo", "Lu,Pa,lu@x.org", ("Lu Pa", "lu@x.org")),
        ("Prénom,Nom,Adresse de courriel", "Lu,Pa,lu@x.org", ("Lu Pa", "lu@x.org")),
        (
            "Pre\u0301nom;Nom;Groupe, cours, salle, jour;Adresse de\xa0courriel",
            "Lu;Pa;x;l@x",
            ("Lu Pa", "l@x"),
        ),
        ("Nome,Sobrenome,Endereço de email", "Lu,Pa,lu@x.org", ("Lu Pa", "lu@x.org")),
        ("Nome,Apelido,Correio", "Lu,Pa,lu@x.org", ("Lu Pa", "lu@x.org")),
    ],
)
def test_a_class_list_needs_no_column_of_grades(graded, head, row, student):
    data = f"{head}\r\n{row}\r\n".encode()
    assert read_gradebook(data).students() == [student]
    with pytest.raises(CourseError, match="has no column to fill"):
        fill_gradebook(data, graded)


def test_the_student_that_canvas_adds_is_none():
    names = [name for name, _ in read_gradebook(CANVAS.encode()).students()]
    assert names == ["López, Ana", "Ode, Ben", "Hyper, Cia"]
    assert read_gradebook(CANVAS.replace("Student, Test", "Test Student").encode()).students()[-1][1] == "503"


def test_an_unquoted_comma_names_the_line():
    with pytest.raises(CourseError, match="line 3 has more cells than there are columns"):
        read_gradebook(b"First name,Last name,ID number\r\nAna,Lopez,1\r\nBo,Li, Jr,2\r\n")


def test_an_id_that_lost_its_zeros_is_left(graded):
    row = replace(graded[0].row, lms_id="00501")
    for id in ("501", "1.23E+09"):
        text = EXPORT.replace(",501,", f",{id},").replace("ana@", "an@")
        assert left_of(text, [replace(graded[0], row=row)], column="Assignment: Newsrooms (Real)")[0] == 0
    assert left_of(EXPORT.replace(",501,", ",501.0,"), graded, column="Assignment: Newsrooms (Real)")[0] == 1


def test_who_is_not_filled_in_is_told_the_fact(graded):
    """Each reason is what is so, and no other: one who handed in nothing is not said to be unknown."""
    twice = WORKSHEET + "Participant 501,Ana Two,a@x.org,Submitted,,100.00,Yes,-,-,\r\n"
    left = fill_gradebook(twice.encode(), graded).left
    assert "Ana López and Ana Two have one id, 501: no grade is written for either." in left
    assert not [line for line in left if line.startswith("Ana López: ")]  # she is in the file
    stranger = WORKSHEET + "Participant 777,Dan New,d@x.org,-,,100.00,Yes,-,-,\r\n"
    left = fill_gradebook(stranger.encode(), graded).left
    assert "Dan New: neither your list nor a hand-in has the id 777." in left
    ana, ben, cia = (next(one for one in graded if one.row.code == by.code) for by in (ANA, BEN, CIA))
    nameless = replace(ana, row=replace(ana.row, key="x", lms_id="", name="Ana", file=NO_FILE))
    named = replace(cia, row=replace(cia.row, key="y", lms_id="", name="Eva"))
    nobody = replace(
        ben, row=replace(ben.row, key="file:a/b.png", lms_id="", name="", code="", file=File("b.png"))
    )
    left = fill_gradebook(WORKSHEET.encode(), [ana, nameless, named, nobody]).left
    assert "Ana: no id is known, and no line of the gradebook has this name." in left
    assert (
        "Eva: nothing was handed in, and no id is known, and no line of the gradebook has this name." in left
    )
    assert "unknown: whose file it is cannot be told (b.png)." in left
    waits = replace(ana, grades=tuple(one._replace(points=None) for one in ana.grades))
    (line, *_) = fill_gradebook(WORKSHEET.encode(), [replace(waits, grades=())]).left
    assert line == "Ana López: no exercise counts points."


WHEN = [
    ("Wednesday, 10 June 2026, 2:14 PM", (2026, 6, 10, 14, 14)),
    ("Wednesday, September 23, 2020, 12:05 AM", (2020, 9, 23, 0, 5)),
    ("Mittwoch, 10. Juni 2026, 14:14", (2026, 6, 10, 14, 14)),
    ("miércoles, 10 de junio de 2026, 14:14", (2026, 6, 10, 14, 14)),
    ("mercredi 10 juin 2026, 14:14", (2026, 6, 10, 14, 14)),
    ("lundi 2 fe\u0301vrier 2026, 14:14", (2026, 2, 2, 14, 14)),
    ("Monday, 2 February 2026, 2:14\u202fPM", (2026, 2, 2, 14, 14)),
    ("quarta-feira, 10 de junho de 2026, 14:14", (2026, 6, 10, 14, 14)),
    *(
        (text, None)
        for text in (
            "-",
            "",
            "10/06/26, 14:14",
            "31 June 2026, 14:14",
            "10 June 2026",
            "mar 10 juin 2026, 1:00",
        )
    ),
    ("10 June 2026, 14:14 PM", None),
]


@pytest.mark.parametrize(("text", "when"), WHEN)
def test_a_time_of_moodles_is_read_or_left_alone(text, when):
    assert _moment(text) == (datetime(*when).astimezone() if when else None)
