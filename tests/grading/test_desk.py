"""The teacher's desk, through its controls' own handlers: what a press does, says and leaves behind."""

import base64
import csv
import io
import json
import re
import shutil
import zipfile
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import plotly.graph_objects as go
import pytest

from course.corpus.case import open_case
from course.grading import desk as desks
from course.grading.desk import NO_HAND_INS, Desk, open_desk
from course.lessons.widgets import Panel, Reader, Shown
from tests.grading.conftest import ANA, BEN, CIA, RIGHT, moodle, zipped
from tests.lessons.small_case import write_case

ALL = (
    "made_up lessons roster hand_ins everybody whole_work students requests alike rules second_reader"
    " differences texts exports changes class_marks class_answers logs vote class_file delete"
)
SECRETS = [text for one in (ANA, BEN, CIA) for text in (one.name, one.code, f"lms:{one.lms_id}")]


def fields(panel, **given):
    """Return what the browser would send: the fields as they are shown, and what a person changed."""
    shown = {}
    for one in panel.fields:
        empty = {"file": None, "checkbox": False}.get(one["kind"], "")
        first = one["options"][0][0] if one["kind"] == "choice" and "value" not in one else ""
        shown[one["name"]] = one.get("value", first or empty)
    assert given.keys() <= shown.keys(), (given, shown)
    return shown | given


def press(panel, button, **given):
    """Press a button and return the answer, which says no problem."""
    panel = panel.parts[0] if isinstance(panel, Shown) else panel
    assert button in [one["name"] for one in panel.buttons]
    said = panel.handle({"button": button, "fields": fields(panel, **given)})
    assert not said["problem"], said
    return said


def refused(panel, button, **given):
    """Press a button and return the problem that it says."""
    panel = panel.parts[0] if isinstance(panel, Shown) else panel
    said = panel.handle({"button": button, "fields": fields(panel, **given)})
    assert said["problem"], said
    return said["text"]


def show(chooser, which, button="show"):
    """Choose something and return what is shown below."""
    press(chooser, button, which=which)
    return chooser.parts[1].parts[0]


def chosen(name, data):
    """Return a file as the browser sends it."""
    return {"name": name, "data": base64.b64encode(data).decode()}


def saved(said, number=0):
    """Return a file that a press gave to the browser: its name and bytes."""
    one = said["downloads"][number]
    return one["name"], base64.b64decode(one["data"])


@pytest.fixture
def desk(small, folder):
    return Desk(small, folder)


@pytest.fixture
def filled(desk, hand_in):
    """A class of three that has handed in; nobody wrote in the exercise 'why' but Ana and Ben."""
    noise = [
        {"article": "A", "start": 76, "end": 89, "exact": "The dam held.", "prefix": "", "label": "advert"}
    ]
    files = {
        moodle(ANA): hand_in(
            ANA, "a" * 32, voices=RIGHT, why={"text": "Since an engineer said so."}, noise=noise
        ),
        moodle(BEN): hand_in(BEN, "b" * 32, voices={**RIGHT, "held": "quoted"}, why={"text": "A guess."}),
        moodle(CIA): hand_in(CIA, "c" * 32, voices={**RIGHT, "rain": "quoted"}, why={"text": "  "}),
    }
    press(desk.hand_ins(), "read", file=chosen("all.zip", zipped(files)))
    return desk


@pytest.mark.parametrize("name", ALL.split())
def test_on_a_fresh_machine_every_panel_shows_itself_and_makes_nothing(name, small, tmp_path):
    folder = tmp_path / "fresh"
    panel = getattr(Desk(small, folder), name)()
    assert isinstance(panel, Panel | Shown)
    assert not folder.exists()


@pytest.mark.parametrize("name", ["students", "rules", "texts", "class_marks", "class_answers"])
def test_before_anything_is_read_a_press_says_what_to_do(name, small, tmp_path):
    panel = getattr(Desk(small, tmp_path / "fresh"), name)()
    assert refused(panel, "show") == NO_HAND_INS
    assert not (tmp_path / "fresh").exists()


def test_the_class_stands_beside_the_work(monkeypatch, tmp_path, case):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "my_work"))
    monkeypatch.setenv("COURSE_CASE", str(case.root))
    assert open_desk().folder == tmp_path / "my_class"
    assert open_desk("my_class/7b").folder == tmp_path / "my_class" / "7b"


def test_a_new_teacher_gets_from_the_made_up_class_to_the_filled_gradebook(case, tmp_path):
    """With the presses that the notebooks name, and no other."""
    desk = Desk(case, tmp_path / "my_class")
    made = desk.made_up()
    assert "Nobody in it exists" in made.lines[0]
    said = press(made, "make")
    name, worksheet = saved(said, 1)
    assert (name, saved(said)[0]) == ("made_up-worksheet.csv", "made_up-hand_ins.zip")
    hand_ins = desk.hand_ins()
    press(hand_ins, "read")
    assert hand_ins.lines[0].startswith("Marked: 25. Not usable: 4. Missing: 1. Written")
    exports = desk.exports()
    text = press(exports, "gradebook", file=chosen(name, worksheet))["text"]
    assert text == "No mark can be filled in yet. Below stands why."
    assert len(exports.tables[0]["rows"]) == 30
    texts = desk.texts()
    for id, _ in texts.parts[0].fields[0]["options"]:
        one = show(texts, id)
        total = int(one.lines[0].split(" of ")[1].split(";")[0])
        for number in range(total):
            press(one, str(number % 3 + 1))
            press(one, "next")
        assert f"{total} have a level" in one.lines[0]
    name, data = saved(press(exports, "gradebook", file=chosen(name, worksheet)))
    assert name == "gradebook-made_up-worksheet.csv"
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert sum(bool(row["Grade"]) for row in rows) == 25
    assert all(0 <= float(row["Grade"]) <= 100 for row in rows if row["Grade"])
    assert len(exports.tables[0]["rows"]) == 5
    with zipfile.ZipFile(io.BytesIO(saved(press(exports, "feedback"))[1])) as pages:
        assert len(pages.namelist()) == 25
    assert "deleted" in press(desk.delete(), "delete")["text"]
    assert not desk.folder.exists()


def test_a_class_that_is_there_is_never_mixed_with_the_made_up_one(desk):
    before = (desk.folder / "roster.csv").read_bytes()
    assert "holds a class already" in refused(desk.made_up(), "make")
    assert (desk.folder / "roster.csv").read_bytes() == before


def test_lessons_weights_and_the_due_date(case, tmp_path):
    desk = Desk(case, tmp_path)
    panel = desk.lessons()
    out = {name: "out" for name, *_ in map(lambda one: (one["name"],), panel.fields[4:]) if name[:2] > "03"}
    press(panel, "keep", title="7b =1+1", due="2026-03-02T18:00", **{"02_hear_who_speaks": "2"}, **out)
    settings = Desk(case, tmp_path).grader.settings
    assert len(settings.lessons) == 4
    assert settings.weights == {"02_hear_who_speaks": 2.0}
    assert settings.due.strftime("%Y-%m-%dT%H:%M") == "2026-03-02T18:00"
    again = desk.lessons()
    assert fields(again) == fields(panel)
    assert fields(again)["05_rank_the_certainty"] == "out"
    everything = {one["name"]: "out" for one in panel.fields[4:]}
    assert refused(panel, "keep", **everything) == "Choose at least one lesson"


def test_weights_that_were_written_by_hand_stay(small, folder):
    (folder / "class.toml").write_text("[weights]\n02_listen = 1.5\nvoices = 3\n")
    panel = Desk(small, folder).lessons()
    assert fields(panel)["02_listen"] == "1.5"
    press(panel, "keep", title="8a")
    assert Desk(small, folder).grader.settings.weights == {"02_listen": 1.5, "voices": 3}


def test_the_list_is_made_from_a_gradebook_and_from_names(small, tmp_path):
    desk = Desk(small, tmp_path / "new")
    panel = desk.roster()
    assert panel.tables == []
    assert "Choose a gradebook file" in refused(panel, "make")
    book = '\ufeffStudent,ID,Section,Essay (77)\n    Points Possible,,,10\n"Pa, Lu",31,x,\n<b>Bo</b>,32,x,\n'
    press(panel, "make", file=chosen("grades.csv", book.encode()), names="Kim\n\n Kim \nJo ")
    rows = panel.tables[0]["rows"]
    assert [row[1:] for row in rows] == [["Kim", ""], ["Jo", ""], ["Pa, Lu", "31"], ["<b>Bo</b>", "32"]]
    said = press(panel, "make", file=chosen("grades.csv", book.encode()), names="Jo\nMia")
    assert said["text"].startswith("1 ")
    assert panel.tables[0]["rows"][:4] == rows
    name, data = saved(press(panel, "codes"))
    page = data.decode()
    assert name == "codes.html"
    assert all(row[0] in page for row in rows)
    assert "&lt;b&gt;Bo" in page
    assert "<b>Bo" not in page
    assert "no known form" in refused(panel, "make", file=chosen("x.csv", b"a,b\n1,2\n"))


def test_names_pasted_from_anywhere_make_a_list_that_can_be_read(small, tmp_path):
    panel = Desk(small, tmp_path / "new").roster()
    book = f'Student,ID,Section,Essay (77)\n"{"L" * 90}",31,x,\n'.encode()
    names = "Ana\tLópez\n\u202eBo\x00\n\t\n=Cy"
    press(panel, "make", file=chosen("grades.csv", book), names=names)
    press(panel, "make", names="Di")
    assert [row[1] for row in panel.tables[0]["rows"]] == ["Ana López", "Bo", "=Cy", "L" * 80, "Di"]


def test_a_gradebook_in_which_two_have_one_id_leaves_the_class_as_it_was(small, tmp_path):
    panel = Desk(small, tmp_path / "new").roster()
    press(panel, "make", names="Jo")
    book = b"First name,Last name,Email address\r\nAna,Lo,a@x.org\r\nBo,Li,A@x.org\r\n"
    assert "those of Ana Lo and Bo Li" in refused(panel, "make", file=chosen("list.csv", book))
    again = Desk(small, tmp_path / "new").roster()
    assert [row[1] for row in again.tables[0]["rows"]] == ["Jo"]


def test_hand_ins_are_counted_and_what_is_wrong_is_said(desk, hand_in):
    panel = desk.hand_ins()
    files = {moodle(ANA): hand_in(ANA, "a" * 32), moodle(BEN): b"", "stray.json": hand_in(ANA, "a" * 32)}
    press(panel, "read", file=chosen("all.zip", zipped(files)))
    assert panel.lines[0].startswith("Marked: 1. Not usable: 1. Missing: 1.")
    bad = panel.tables[0]["rows"]
    assert [row[0] for row in bad] == ["Ben Ode", CIA.name]
    assert "it is empty" in bad[0][1]
    assert "press ‘Hand in’" in bad[0][2]
    assert panel.tables == panel.tables[:1]  # who is marked stands in ‘The class as a table’


def test_a_file_is_named_to_its_student_as_the_student_named_it(desk):
    panel = desk.hand_ins()
    names = [f"{who}_50{at}_93{at}_IMG_1_2_x.png" for at, who in enumerate(("lopezana", "odeben"), 1)]
    press(panel, "read", file=chosen("all.zip", zipped(dict.fromkeys(names, b"\x89PNG\r\n\x1a\n"))))
    sent = [row[2] for row in panel.tables[0]["rows"]]
    assert [text.startswith("The file ‘IMG_1_2_x.png’ that you handed in") for text in sent] == [
        True,
        True,
        False,
    ]


def test_what_is_no_zip_is_refused_and_the_last_one_stays(filled):
    panel = filled.hand_ins()
    assert "no whole ZIP" in refused(panel, "read", file=chosen("work.docx", b"PK no"))
    assert "{work}.zip" in refused(panel, "read", file=chosen("{work}.zip", b"PK no"))
    press(panel, "read")
    assert panel.lines[0].startswith("Marked: 3.")
    assert "cannot be read" in refused(panel, "read", place="/nowhere/at/all")


def test_a_large_zip_comes_in_pieces(desk, hand_in):
    panel = desk.hand_ins()
    data = base64.b64encode(zipped({moodle(ANA): hand_in()})).decode()
    cut = len(data) // 3
    for first, piece in (
        (True, "left over from a press that broke off"),
        (True, data[:cut]),
        (False, data[cut : 2 * cut]),
    ):
        assert not panel.handle({"piece": piece, "of": "file", "first": first})["problem"]
    press(panel, "read", file={"name": "all.zip", "data": data[2 * cut :], "more": True})
    assert panel.lines[0].startswith("Marked: 1.")


def test_the_zip_and_the_worksheet_are_read_together_and_all_other_fields_in_pairs(small, folder, hand_in):
    both = zipped({moodle(one): hand_in(one, one.lms_id * 10 + "ab") for one in (ANA, BEN)})
    for name in ("zip.zip", "before.zip"):
        (folder / name).write_bytes(both)
    head = "Identifier,Full name,Status,Grade,Grade can be changed,Last modified (submission)\r\n"
    sheet = f'{head}Participant 502,Ben Ode,-,,Yes,"Wednesday, 4 March 2026, 6:01 PM"\r\n'.encode()
    every = {
        "file": chosen("all.zip", both),
        "sheet": chosen("w.csv", sheet),
        "place": str(folder / "zip.zip"),
    }
    press(Desk(small, folder).lessons(), "keep", due="2026-03-02T18:00")
    for size in (2, 3, 1):
        for names in combinations(every, size):
            desk = Desk(small, folder)  # as after a restart: nothing is read yet
            desk.choose_inbox(folder / "before.zip")
            panel = desk.hand_ins()
            for _ in range(2):
                said = press(panel, "read", **{"place": ""} | {name: every[name] for name in names})
                assert [one.late for one in desk.graded()][:2] == [False, True], names
                read = {"file", "place"} <= {*names} and "Read: the file 'all.zip' that is chosen."
                assert said["text"].startswith(read or "Read.")


def test_no_press_on_a_new_desk_meets_a_record_that_is_closed(filled, small):
    for name in ALL.split():
        for button in [one["name"] for one in panel_of(getattr(filled, name)()).buttons]:
            if (name, button) == ("delete", "delete"):
                continue
            panel = panel_of(getattr(Desk(small, filled.folder), name)())
            told = panel.handle({"button": button, "fields": fields(panel)})
            assert "closed" not in told["text"], (name, button)
            assert "Error" not in told["text"], (name, button, told)


def panel_of(shown):
    return shown.parts[0] if isinstance(shown, Shown) else shown


def test_a_panel_that_is_open_goes_on_after_the_class_has_changed(filled):
    rules, one, requests = show(filled.rules(), "voices"), show(filled.texts(), "why"), filled.requests()
    press(requests, "show")
    for panel, button, given in (
        (one, "1", {}),
        (rules, "weight", {"weight": "2"}),
        (requests, "add", {"words": "Why?"}),
    ):
        press(filled.lessons(), "keep", title="7b")
        press(panel, button, **given)


def test_a_decision_says_whose_mark_changed_and_the_panel_how_it_stands(small, folder, hand_in):
    desk = Desk(small, folder)
    press(desk.lessons(), "keep", late_percent="30")
    data = zipped({"lopezana_LATE_501_88_hand_in.json": hand_in(ANA)})
    press(desk.hand_ins(), "read", file=chosen("submissions.zip", data))
    panel = desk.students()
    press(panel, "show")
    press(panel, "show", student="lms:501")
    assert panel.lines[1].startswith("Ana López: late, not excused, 2.8 of ")
    for button, changed, state in (
        ("late_no", 1, "not late, not excused"),
        ("late_no", 0, "not late, not excused"),
        ("excused_yes", 1, "not late, excused"),
        ("excused_no", 1, "not late, not excused"),
        ("late_yes", 1, "late, not excused"),
    ):
        said = press(panel, button, student="lms:501")["text"]
        assert said.endswith(f"Marks that changed by it: {changed}."), button
        assert panel.lines[1].startswith(f"Ana López: {state}, ")
    press(panel, "comment", student="lms:501", comment="Well read.")
    assert panel.lines[1].endswith("Comment: Well read.")


def test_lists_have_the_lessons_of_the_class_alone(case, tmp_path):
    desk = Desk(case, tmp_path)
    panel = desk.lessons()
    out = {one["name"]: "out" for one in panel.fields[4:] if one["name"][:2] not in ("02", "09")}
    press(panel, "keep", **out)
    for name in ("rules", "texts", "second_reader", "differences", "class_answers", "vote"):
        options = dict(getattr(desk, name)().parts[0].fields[0]["options"])
        assert options, name
        assert not [label for value, label in options.items() if value and label[:3] not in ("02 ", "09 ")], (
            name
        )
    press(desk.lessons(), "keep", **dict.fromkeys(out, "1"))
    labels = [label for _, label in desk.rules().parts[0].fields[0]["options"]]
    assert "one week" in {label.partition(":")[0] for label in labels}


def test_a_zip_with_nothing_in_it_or_nothing_of_ours_is_said(filled):
    panel = filled.hand_ins()
    press(panel, "read")
    press(panel, "read", place=f"{filled.folder}/hand\0_ins.zip")  # as a slip of copying leaves it
    assert panel.lines[0].startswith("Marked: 3.")
    assert "without a file in it" in refused(panel, "read", file=chosen("none.zip", zipped({})))
    assert panel.tables == []  # those of the earlier press do not stand below the error
    word = zipped({"[Content_Types].xml": b"", "word/document.xml": b"x"})
    assert "choose the ZIP of the whole assignment" in refused(panel, "read", file=chosen("a.docx", word))
    assert "choose the ZIP of the whole assignment" in refused(panel, "read", place="/x/essay.DOCX")
    press(panel, "read", file=chosen("photos.zip", zipped({"a.txt": b"x"})))
    assert panel.lines[1].startswith("No file in it is a hand-in of this course")
    (filled.folder.parent / "inbox").mkdir()
    press(panel, "read", place=str(filled.folder.parent / "inbox"))
    assert panel.lines[1] == "Nothing was handed in yet: the place is empty."


def test_two_of_one_name_get_slips_that_tell_them_apart(small, tmp_path):
    panel = Desk(small, tmp_path / "new").roster()
    book = (
        b"Student,ID,Section,Essay (77)\n    Points Possible,,,10\nAnn Lee,31,x,\nAnn Lee,32,x,\nBo,33,x,\n"
    )
    press(panel, "make", file=chosen("grades.csv", book), names="Ann Lee")
    page = saved(press(panel, "codes"))[1].decode()
    assert [name in page for name in ("Ann Lee (31)", "Ann Lee (32)", "Ann Lee (row 1)", ">Bo<")] == [
        True
    ] * 4


BOOK = "Student,ID,Section,Essay (77)\n    Points Possible,,,10\n"


def of_book(*people):
    """Return a gradebook of (name, id)."""
    return chosen("grades.csv", (BOOK + "".join(f'"{name}",{id},x,\n' for name, id in people)).encode())


@pytest.mark.parametrize(
    ("button", "text", "rows"),
    [
        ("same", "1 students were added, 0 got the new id, 2 stay", ["Pa, Lu 31", "Bo 32", "Cy 903"]),
        ("ids", "1 students were added, 2 got the new id, 0 stay", ["Pa, Lu 901", "Bo 902", "Cy 903"]),
        ("others", "3 stud", ["Pa, Lu 31", "Bo 32", "Lu Pa 901", "BO 902", "Cy 903"]),
    ],
)
def test_a_second_list_with_other_ids_adds_nobody_before_the_teacher_says_who_they_are(
    small, tmp_path, button, text, rows
):
    panel = Desk(small, tmp_path / "new").roster()
    press(panel, "make", file=of_book(("Pa, Lu", 31), ("Bo", 32)))
    before = panel.tables
    second = of_book(("Lu Pa", 901), ("BO", 902), ("Cy", 903))
    said = refused(panel, "make", file=second)
    assert said.startswith(
        "2 of these names are on the list already, with another id or with none, such as Lu Pa."
    )
    assert panel.tables == before
    assert press(panel, button, file=second)["text"].startswith(text)
    assert [f"{row[1]} {row[2]}" for row in panel.tables[0]["rows"]] == rows
    assert [row[0] for row in panel.tables[0]["rows"][:2]] == [row[0] for row in before[0]["rows"]]
    assert [one["name"] for one in panel.buttons] == ["make", "codes"]
    assert press(panel, "make", file=of_book(("Cy", 903)))["text"] == "0 students were added."


def test_names_that_were_typed_get_the_ids_of_a_list_and_who_has_a_namesake_keeps_what_is_there(
    small, tmp_path
):
    panel = Desk(small, tmp_path / "new").roster()
    press(panel, "make", names="Zoe\u0301 Li\nBo\nAnn Lee")
    book = of_book(("Zoé Li", 31), ("Ann Lee", 32), ("Ann Lee", 33))
    assert refused(panel, "make", file=book).startswith("3 of these names")
    said = press(panel, "ids", file=book)["text"]
    assert said.startswith("0 students were added, 1 got the new id, 2 stay as they were. Where several")
    assert [row[1:] for row in panel.tables[0]["rows"]] == [["Zoé Li", "31"], ["Bo", ""], ["Ann Lee", ""]]
    # Somebody new has the name of one whose id is in the file too: no doubt is possible.
    press(panel, "make", file=of_book(("Zoé Li", 31), ("Zoé Li", 41)))
    assert len(panel.tables[0]["rows"]) == 4


def test_what_was_decided_goes_with_a_student_who_gets_a_new_id(filled):
    press(show(filled.texts(), "why"), "1")
    students = filled.students()
    press(students, "show")
    press(students, "comment", student="lms:501", comment="Well read.")
    press(students, "same", student="lms:503", other="lms:502")
    before = {one.row.name: (one.mark, one.comment) for one in filled.graded()}
    book = of_book(*((one.name, int(one.lms_id) + 400) for one in (ANA, BEN, CIA)))
    panel = filled.roster()
    assert refused(panel, "make", file=book).startswith("3 of these names")
    press(panel, "ids", file=book)
    assert [one.lms_id for one in filled.grader.roster] == ["901", "902", "903"]
    assert {one.row.name: (one.mark, one.comment) for one in filled.graded()} == before


def test_a_request_that_was_added_stays_chosen_to_be_closed(filled):
    panel = filled.requests()
    press(panel, "show")
    press(panel, "add", student="lms:502", exercise="why", words="Why?")
    assert (fields(panel)["student"], fields(panel)["exercise"]) == ("lms:502", "why")
    assert press(panel, "close", words="You are right.")["text"] == "0 open."
    changes = filled.changes()
    press(changes, "show")
    assert [row[4] for row in changes.tables[0]["rows"][:2]] == ["You are right.", "Why?"]


def test_a_name_is_found_however_its_accents_are_written(filled):
    panel = filled.everybody()
    press(panel, "show", find="LO\u0301PEZ")
    assert [row[0] for row in panel.tables[0]["rows"]] == ["Ana López"]


def test_another_notebook_knows_where_the_hand_ins_are(filled, small):
    other = Desk(small, filled.folder)
    assert len(show(other.class_answers(), "voices").tables[0]["rows"]) == 3


def test_the_hubs_inbox_is_offered(small, tmp_path, inbox, monkeypatch, hand_in):
    monkeypatch.setenv("COURSE_INBOX", str(inbox))
    (inbox / "one.json").write_bytes(hand_in())
    panel = Desk(small, tmp_path / "class").hand_ins()
    assert fields(panel)["place"] == str(inbox)
    press(panel, "read")
    assert panel.lines[0].startswith("Marked: 1.")


def test_late_excused_and_a_comment(filled):
    panel = filled.students()
    press(panel, "show")
    key = dict((label, key) for key, label in panel.fields[0]["options"])["Ben Ode MBX-2239"]
    press(panel, "late_yes", student=key, reason="He said so.")
    press(panel, "excused_yes", student=key)
    press(panel, "comment", student=key, comment="Look again.")
    ben = next(one for one in filled.graded() if one.row.key == key)
    assert (ben.late, ben.excused, ben.comment) == (True, True, "Look again.")
    press(panel, "late_no", student=key)
    press(panel, "excused_no", student=key)
    press(panel, "comment", student=key, comment=" ")
    ben = next(one for one in filled.graded() if one.row.key == key)
    assert (ben.late, ben.excused, ben.comment) == (False, False, "")
    changes = filled.changes()
    press(changes, "show")
    rows = changes.tables[0]["rows"]
    assert [row[1:5] for row in rows[:3]] == [
        ["Ben Ode", "", "comment", "no longer"],
        ["Ben Ode", "", "excused", "no"],
        ["Ben Ode", "", "late", "no"],
    ]
    assert len(rows) == 6
    assert rows[-1][1:] == ["Ben Ode", "", "late", "yes", "He said so."]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", rows[0][0])


def test_not_late_holds_against_what_the_schools_system_says(small, folder, hand_in):
    desk = Desk(small, folder)
    data = zipped({"lopezana_LATE_501_88_hand_in.json": hand_in(ANA)})
    press(desk.hand_ins(), "read", file=chosen("submissions.zip", data))
    panel = desk.students()
    press(panel, "show")
    assert next(one for one in desk.graded() if one.row.code == ANA.code).late
    press(panel, "late_no", student="lms:501", reason="Canvas was down.")
    assert not next(one for one in desk.graded() if one.row.code == ANA.code).late


def test_two_entries_are_one_person_only_when_the_teacher_says_so(desk, hand_in, inbox):
    (inbox / "a.json").write_bytes(hand_in(ANA, "a" * 32))
    person = type(ANA)("ZZZ-9999", ANA.name)
    (inbox / "b.json").write_bytes(hand_in(person, "d" * 32, voices={**RIGHT, "rain": "quoted"}))
    hand_ins = desk.hand_ins()
    press(hand_ins, "read", place=f'"{inbox}"')
    assert hand_ins.tables[1]["caption"].startswith("May be one person")
    panel = desk.students()
    press(panel, "show")
    options = panel.fields[0]["options"]
    stray = next(key for key, label in options if "ZZZ" in label)
    ana = next(key for key, label in options if ANA.code in label)
    assert "two entries" in refused(panel, "same", student=stray)
    assert "two entries" in refused(panel, "same", student=stray, other=stray)
    press(panel, "same", student=stray, other=ana)
    assert stray not in [key for key, _ in panel.fields[0]["options"]]
    press(panel, "apart", student=ana)
    assert stray in [key for key, _ in panel.fields[0]["options"]]


def points_of(desk, person):
    return next(one for one in desk.graded() if one.row.code == person.code).points


def test_rules_for_the_class_are_marked_again_at_once_and_recorded(filled):
    panel = show(filled.rules(), "voices")
    cia = points_of(filled, CIA)
    assert (
        "changed by it: 1."
        in press(panel, "accept", question="rain", answer='"quoted"', reason="Fair.")["text"]
    )
    assert points_of(filled, CIA) > cia
    assert "Accepted for everyone: quoted (Rain fell" in panel.lines[0]
    press(panel, "before", question="rain")
    assert points_of(filled, CIA) == cia
    press(panel, "drop", question="held")
    assert "Does not count: The dam held" in panel.lines[0]
    assert points_of(filled, BEN) == points_of(filled, ANA)
    press(panel, "before", question="held")
    press(panel, "weight", weight="0,5")
    assert "4 points, times 0.5" in panel.lines[0]
    assert points_of(filled, CIA) == cia / 2
    for text in ("-1", "many", "nan", ""):
        assert "is no weight" in refused(panel, "weight", weight=text)
    press(panel, "prediction")
    assert "the prediction" in panel.lines[0]
    press(panel, "prediction")
    assert "the last answer" in panel.lines[0]
    changes = filled.changes()
    press(changes, "show")
    told = [row[2:] for row in changes.tables[0]["rows"][::-1]]
    assert told[0][1:] == ["also accepted", "Rain fell on Tuesday, the mayor said. (A): quoted", "Fair."], (
        told[0]
    )
    assert ["the prediction is marked", "yes", ""] in [row[1:] for row in told]
    assert ["weight", "0.5", ""] in [row[1:] for row in told]
    assert ["does not count", "The dam held", ""] in [row[1:] for row in told]
    assert ["does not count", "none", ""] in [row[1:] for row in told]


def test_an_answer_is_accepted_twice_without_harm_and_an_order_by_its_words(filled, hand_in):
    order = ["may_B", "held_A", "warned_B"]
    zip = zipped({moodle(ANA): hand_in(ANA, "a" * 32, ladder={"The dam": order})})
    press(filled.hand_ins(), "read", file=chosen("all.zip", zip))
    panel = show(filled.rules(), "ladder")
    answer = json.dumps(order)
    words = dict(map(tuple, next(one for one in panel.fields if one["name"] == "answer")["options"]))
    assert words == {answer: "may not hold > The dam held. > an engineer warned"}
    before = points_of(filled, ANA)
    for _ in range(2):
        press(panel, "accept", question="The dam", answer=answer)
    assert filled.grader.record.get("accept", exercise="ladder") == {"The dam": [order]}
    assert points_of(filled, ANA) > before


def test_an_order_that_lacks_something_is_not_accepted(filled, hand_in):
    order = ["may_B", "held_A", "warned_B"]
    assert "accept" not in [one["name"] for one in show(filled.rules(), "ladder").buttons]  # nobody gave one
    zip = zipped({moodle(ANA): hand_in(ANA, "a" * 32, ladder={"The dam": order})})
    press(filled.hand_ins(), "read", file=chosen("all.zip", zip))
    panel = show(filled.rules(), "ladder")
    said = refused(panel, "accept", question="The dam", answer=json.dumps(order[:2]))
    assert said.startswith("This order lacks things")
    assert filled.grader.record.get("accept", exercise="ladder") is None
    press(panel, "weight", weight="2")  # everything can still be graded


def test_a_written_exercise_has_a_weight_and_no_items(filled):
    panel = show(filled.rules(), "why")
    assert [one["name"] for one in panel.buttons] == ["weight"]


def test_written_answers_come_without_names_in_a_mixed_order_and_are_kept_at_once(filled, small):
    one = show(filled.texts(), "why")
    assert not [text for text in SECRETS if text in json.dumps(one.get_state(), default=str)]
    assert one.lines[0] == "Answer 1 of 2; 0 have a level. This one: none yet."
    assert [one["key"] for one in one.buttons] == ["1", "2", "3", "S", "N", "B"]
    first = one.passages[0]["text"]
    press(one, "2", comment="Who said it?")
    assert [button["label"] for button in one.buttons if button.get("pressed")] == ["Emergent"]
    press(one, "next", comment="Who said it?")
    assert one.passages[0]["text"] != first
    assert fields(one)["comment"] == ""
    assert one.fields[0]["bank"] == ["Who said it?"]
    press(one, "back")
    assert fields(one)["comment"] == "Who said it?"
    other = show(Desk(small, filled.folder).texts(), "why")  # as after a restart
    assert other.lines[0] == "Answer 2 of 2; 1 have a level. This one: none yet."
    press(other, "back")
    assert other.passages[0]["text"] == first
    press(other, "back", comment=" ")
    assert other.passages[0]["text"] == first
    assert fields(other)["comment"] == ""
    levels = {mark.level for one in filled.graded() for mark in one.grades if mark.exercise.id == "why"}
    assert levels == {"Emergent", ""}


def test_a_level_of_an_earlier_text_is_said_until_the_later_one_is_read(filled, hand_in):
    one = show(filled.texts(), "why")
    press(one, "2")
    press(one, "next")
    press(one, "2")
    later = {
        moodle(who, "new.json"): hand_in(who, who.lms_id * 10 + "ab", why={"text": text})
        for who, text in ((ANA, "Later"), (BEN, "Later too"))
    }
    press(filled.hand_ins(), "read", file=chosen("all.zip", zipped(later)))
    (title,) = {mark.exercise.title for graded in filled.graded() for mark in graded.grades if mark.level}
    said = f"The level was given to an earlier text than the one handed in last: ‘{title}’."
    assert sum(said in map(str, graded.notes) for graded in filled.graded()) == 2
    again = show(filled.texts(), "why")
    assert again.lines[0].startswith("Answer 1 of 2; 2 have a level. This one: Emergent.")
    assert "given to an earlier text" in again.lines[1]
    press(again, "1")
    assert len(again.lines) == 1
    assert sum(said in map(str, graded.notes) for graded in filled.graded()) == 1


def test_the_points_of_a_level_are_kept_with_it(filled):
    press(show(filled.texts(), "why"), "1")
    score = filled.grader.record.history(["score"]).rows[0]
    assert (score["exercise"], score["value"], score["reason"]) == ("why", "3.0", "a level was given")
    students = filled.students()
    press(students, "show")
    assert press(students, "excused_yes")["text"].endswith("Kept. Marks that changed by it: 1.")
    assert press(students, "excused_yes")["text"].endswith("Kept. Marks that changed by it: 0.")


def test_next_leads_to_what_waits_and_says_when_all_are_read(desk, hand_in):
    given = {
        moodle(who): hand_in(who, who.lms_id * 10 + "ab", why={"text": who.code}) for who in (ANA, BEN, CIA)
    }
    press(desk.hand_ins(), "read", file=chosen("all.zip", zipped(given)))
    one = show(desk.texts(), "why")

    def place():
        return one.lines[0].split(" of ")[0]

    press(one, "next")  # the first one is put off
    press(one, "2")
    assert (press(one, "next")["text"], place()) == ("", "Answer 3")
    press(one, "2")
    assert (press(one, "next")["text"], place()) == ("Back to one that waits.", "Answer 1")
    press(one, "back")
    press(one, "2")
    assert (press(one, "next")["text"], place()) == ("All are read.", "Answer 2")


def test_what_was_typed_never_stays_for_the_next_answer(filled):
    """The next field differs from this one, though both are empty: so the browser draws it anew."""
    one = show(filled.texts(), "why")
    before = list(one.fields)
    press(one, "next")
    assert one.fields[0]["value"] == before[0]["value"] == ""
    assert one.fields != before


def test_each_control_may_answer_in_a_thread_of_its_own(filled):
    """As JupyterLab 4 has it: one thread for each control."""
    one, exports = show(filled.texts(), "why"), filled.exports()
    with ThreadPoolExecutor(1) as first, ThreadPoolExecutor(1) as second:
        waiting = [first.submit(press, one, key) for key in ("1", "next", "2")]
        waiting += [second.submit(press, exports, "csv") for _ in range(5)]
        assert all(done.result() for done in waiting)
    assert "2 have a level" in one.lines[0]


def test_levels_and_an_example_stand_below(filled):
    rows = show(filled.texts(), "why").tables[0]["rows"]
    assert rows[0] == ["Proficient", "with a reason", "Because an engineer warned of it."]
    assert [row[0] for row in rows] == ["Proficient", "Emergent", "Basic"]


def test_texts_that_nobody_wrote_are_said(desk, hand_in):
    press(desk.hand_ins(), "read", file=chosen("all.zip", zipped({moodle(ANA): hand_in()})))
    assert "Nobody has answered" in refused(desk.texts(), "show", which="why")
    assert "Nobody has marked" in refused(desk.class_marks(), "show", which="noise A")


def test_the_class_is_shown_without_names(filled):
    marks, answers = filled.class_marks(), filled.class_answers()
    reader = show(marks, "noise A")
    assert isinstance(reader, Reader)
    assert reader.heat[0] == "three quarters or more"
    assert reader.layers[0]["notes"][0][:4] == ["A", 76, 89, "advert: 1 of 1"]
    shown = [reader, show(answers, "voices"), show(answers, "")]
    assert "Krippendorff" in shown[1].tables[0]["caption"]
    for one in shown:
        assert not [text for text in SECRETS if text in json.dumps(one.get_state(), default=str)]


def test_only_written_answers_that_the_teacher_chose_are_shown_and_no_later_ones(filled, hand_in):
    answers = filled.class_answers()
    before = show(answers, "why")
    assert before.tables[0]["rows"] == [["no level yet", "2"]]
    assert not before.tables[0]["below"]  # a panel without buttons shows nothing below them
    assert before.passages == []
    assert "press S" in before.lines[0]
    one = show(filled.texts(), "why")
    text = one.passages[0]["text"]
    assert "Is one in the text?" in press(one, "shown")["text"]
    assert next(button["pressed"] for button in one.buttons if button["name"] == "shown")
    press(one, "1")
    after = show(answers, "why")
    assert [passage["text"] for passage in after.passages] == [text]
    assert after.tables[0]["rows"] == [["Proficient", "1"], ["no level yet", "1"]]
    assert not [secret for secret in SECRETS if secret in json.dumps(after.get_state(), default=str)]
    assert press(one, "shown")["text"] == "Not shown."
    assert show(answers, "why").passages == []
    press(one, "shown")
    again = {
        moodle(who, "new.json"): hand_in(who, who.lms_id * 10 + "ab", why={"text": "Later"})
        for who in (ANA, BEN)
    }
    press(filled.hand_ins(), "read", file=chosen("all.zip", zipped(again)))
    assert show(answers, "why").passages == []


def test_the_inbox_is_read_again(desk, hand_in, inbox):
    (inbox / "a.json").write_bytes(hand_in(ANA, "a" * 32))
    press(desk.hand_ins(), "read", place=str(inbox))
    chooser = desk.class_answers()
    assert "1 students" in show(chooser, "voices").tables[0]["caption"]
    (inbox / "b.json").write_bytes(hand_in(BEN, "b" * 32))
    assert "1 students" in show(chooser, "voices").tables[0]["caption"]
    assert "2 students" in show(chooser, "voices", "again").tables[0]["caption"]


def test_no_notebook_file_keeps_what_a_panel_shows(filled):
    hand_ins, chooser = filled.hand_ins(), filled.texts()
    press(hand_ins, "read")
    written = show(chooser, "why")
    for widget in (hand_ins, chooser.parts[0], written):
        bundle = widget._repr_mimebundle_()
        held = json.dumps(bundle, default=str)
        assert "Since an engineer" not in held
        assert not [text for text in SECRETS if text in held]
        assert "Run this cell" in held


def test_a_gradebook_with_several_columns_asks_which(filled):
    head = "Student,ID,SIS Login ID,Section,One (7),Two (8)\n"
    book = head + "    Points Possible,,,,10,20\nAna,501,,s,,\nX,9,,s,,\n"
    panel = filled.exports()
    assert "Choose the gradebook file" in refused(panel, "gradebook")
    said = press(panel, "gradebook", file=chosen("../my grades.csv", book.encode()), unfinished=True)
    assert "Choose the column" in said["text"]
    assert fields(panel)["unfinished"]  # the tick stays
    assert "Choose the column" in press(panel, "gradebook")["text"]  # none is filled unchosen
    show_texts = show(filled.texts(), "why")
    for _ in range(2):
        press(show_texts, "1")
        press(show_texts, "next")
    said = press(panel, "gradebook", column="Two (8)")
    name, data = saved(said)
    assert name == "gradebook-my grades.csv"
    assert (filled.folder / name).read_bytes() == data
    rows = list(csv.DictReader(io.StringIO(data.decode())))
    row = next(one for one in rows if one["ID"] == "501")
    assert row["One (7)"] == ""
    assert 0 < float(row["Two (8)"]) <= 20


def test_moodle_gives_each_feedback_page_to_its_student(filled):
    """Moodle splits a file's name at its first four underscores: name, number, plugin type, plugin, rest."""
    with zipfile.ZipFile(io.BytesIO(saved(press(filled.exports(), "feedback"))[1])) as pages:
        for name in pages.namelist():
            _, number, *plugin, page = name.split("_", 4)
            code = next(one.code for one in (ANA, BEN, CIA) if one.lms_id == number)
            assert plugin == ["assignfeedback", "file"]
            assert page.startswith(code)
            assert code in pages.read(name).decode()
            assert not set(name) & set("/\\=:")


def test_canvas_gives_each_feedback_page_to_its_student(small, folder, hand_in):
    """Canvas takes LATE out of a name's parts, and the first two numbers for the student and the file."""
    desk = Desk(small, folder)
    names = {"lopezana_LATE_501_88_hand_in.json": ANA, "odeben_502_89_hand_in-1.json": BEN}
    handed_in = {name: hand_in(person, str(at) * 32) for at, (name, person) in enumerate(names.items())}
    press(desk.hand_ins(), "read", file=chosen("submissions.zip", zipped(handed_in)))
    with zipfile.ZipFile(io.BytesIO(saved(press(desk.exports(), "feedback"))[1])) as pages:
        found = {}
        for name in pages.namelist():
            parts = [part for part in name.split("_") if part != "LATE"]
            assert parts[-1].startswith("feedback-")  # ‘link’ would be a submitted address to Canvas
            student, file = [part for part in parts if part.isdecimal()][:2]
            found[student, file] = pages.read(name).decode()
    assert found.keys() == {("501", "88"), ("502", "89")}
    assert ANA.code in found["501", "88"]
    assert BEN.code in found["502", "89"]


def test_other_exports(filled):
    panel = filled.exports()
    name, data = saved(press(panel, "csv"))
    assert name == "marks.csv"
    assert "'=HYPERLINK" not in data.decode("utf-8-sig").split("\n")[0]
    assert len(json.loads(saved(press(panel, "json"))[1])["students"]) == 3


def test_deleting_is_asked_first_and_deletes_what_the_desk_made(filled):
    press(filled.exports(), "feedback")
    press(filled.exports(), "csv")
    (filled.folder / "class_answers.json").write_text("{}")  # what the class file is called
    panel = filled.delete()
    assert panel.buttons[0]["sure"]
    assert "deleted" in press(panel, "delete")["text"]
    assert not filled.folder.exists()
    assert refused(filled.texts(), "show") == NO_HAND_INS


def test_what_was_broken_by_hand_is_said_in_its_panel_and_a_title_breaks_nothing(filled, small):
    (filled.folder / "roster.csv").write_text("name\nx\n")
    (filled.folder / "class.toml").write_text("title = 7b\n")
    desk = Desk(small, filled.folder)
    for name, word in (
        ("roster", "no column 'code'"),
        ("lessons", "not valid TOML"),
        ("texts", "not valid TOML"),
    ):
        panel = getattr(desk, name)()
        assert panel.title.endswith("run the cell again")
        assert word in panel.lines[0]
    (filled.folder / "class.toml").unlink()
    press(desk.lessons(), "keep", title=" 7b\x7f\x00 ")
    assert fields(Desk(small, filled.folder).lessons())["title"] == "7b"


def test_a_broken_list_is_said_where_it_is_used(filled):
    (filled.folder / "roster.csv").write_text("name\nx\n")
    assert "no column 'code'" in refused(filled.class_answers(), "again", which="voices")


def test_without_the_readings_the_class_can_still_be_discussed(tmp_path, hand_in):
    root = write_case(tmp_path / "case")
    shutil.rmtree(root / "seeds" / "readings")
    desk = Desk(open_case(root), tmp_path / "class")
    press(desk.hand_ins(), "read", file=chosen("a.zip", zipped({moodle(ANA): hand_in()})))
    assert len(show(desk.class_answers(), "voices").tables[0]["rows"]) == 3
    assert show(desk.rules(), "voices")


def rows_in(panel, at=0):
    return [dict(zip(panel.tables[at]["columns"], row, strict=True)) for row in panel.tables[at]["rows"]]


def test_the_class_as_a_table_is_searched_and_sorted_and_told(filled):
    panel = filled.everybody()
    press(panel, "show")
    assert [row["who"] for row in rows_in(panel)] == ["Ana López", "Ben Ode", CIA.name]
    assert panel.lines[0].startswith("3 of 3 students. Per cent of the points: mean ")
    assert "standard deviation" in panel.lines[0]
    assert panel.tables[0]["below"]  # the controls stay on top
    press(panel, "show", order="name")
    assert [row["who"] for row in rows_in(panel)] == [CIA.name, "Ana López", "Ben Ode"]
    press(panel, "show", order="points")
    shares = [int(row["per cent"]) for row in rows_in(panel)]
    assert shares == sorted(shares)
    press(panel, "show", find="ode mbx")
    assert [row["who"] for row in rows_in(panel)] == ["Ben Ode"]
    press(panel, "show", find="nobody at all")
    assert panel.tables == []


def test_the_table_and_the_marks_tell_the_class_where_a_link_named_it(filled, hand_in):
    panel = filled.everybody()
    press(panel, "show")
    assert "class" not in rows_in(panel)[0]
    files = {moodle(ANA): hand_in(ANA, class_name="kite"), moodle(BEN): hand_in(BEN, "b" * 32)}
    press(filled.hand_ins(), "read", file=chosen("all.zip", zipped(files)))
    press(panel, "show")
    assert [row["class"] for row in rows_in(panel)] == ["kite", "", ""]
    press(panel, "show", find="kite")
    assert [row["who"] for row in rows_in(panel)] == ["Ana López"]
    exports = filled.exports()
    rows = csv.DictReader(io.StringIO(saved(press(exports, "csv"))[1].decode("utf-8-sig")))
    assert [row["class"] for row in rows] == ["kite", "", ""]
    people = json.loads(saved(press(exports, "json"))[1])["students"]
    assert [one["class_name"] for one in people] == ["kite", "", ""]


def test_one_students_whole_work_is_on_one_page(filled):
    chooser = filled.whole_work()
    press(chooser, "show")
    work = show(chooser, "lms:501")
    each = {one["caption"].rpartition(" (")[0]: one for one in work.tables}
    assert each["Who speaks?"]["columns"] == ["asked", "answered", "agrees"]
    rain = "Rain fell on Tuesday, the mayor said. (A)"
    assert [rain, "attributed", "yes"] in each["Who speaks?"]["rows"]
    assert each["Why?"]["rows"] == [["Your reason", "Since an engineer said so."]]
    # Each lesson is folded, and says what it gave.
    assert work.tables[-1]["fold"] == "02 listen: 4 of 17 points, 1 to be read"
    waiting = sum(one["caption"].endswith("(to be read)") for one in work.tables)
    press(chooser, "show")
    other = {one["caption"].rpartition(" (")[0]: one for one in show(chooser, "lms:503").tables}
    assert [rain, "quoted", "no"] in other["Who speaks?"]["rows"]
    assert work.lines[0].endswith(f"{waiting} to be read.")
    assert work.lines[0].startswith("Marked: 4 of")


def test_what_one_student_wrote_is_given_a_level_on_that_page(filled):
    """So a request to look again is answered without looking for the text among a hundred."""
    chooser = filled.whole_work()
    press(chooser, "show")
    show(chooser, "lms:502")
    _, written = chooser.parts[1].parts
    assert written.passages == [{"title": "Your reason", "text": "A guess."}]
    assert written.lines == ["Answer 1 of 1; 0 have a level. This one: none yet."]
    press(written, "2", comment="Look at B too.")
    assert written.lines == ["Answer 1 of 1; 1 have a level. This one: Emergent."]
    assert points_of_why(filled) == {None, 2.0, 0.0}
    show(chooser, "lms:503")
    assert len(chooser.parts[1].parts) == 1  # blanks are no answer


def test_a_level_given_after_two_readers_settled_takes_its_place(filled):
    first, blind = show(filled.texts(), "why"), show(filled.second_reader(), "why")
    press(first, "1")
    press(blind, "3")
    press(show(filled.differences(), "why"), "2")
    assert 2.0 in points_of_why(filled)
    again = show(filled.texts(), "why")
    press(again, "back")
    assert again.lines[0].endswith("This one: Emergent.")
    press(again, "3")
    assert again.lines[0].endswith("This one: Basic.")
    assert points_of_why(filled) == {1.0, None, 0.0}
    assert show(filled.differences(), "why").lines[1] == "Nothing is left to settle."
    assert show(filled.second_reader(), "why").lines[0].endswith("1 have a level. This one: none yet.")


def test_a_request_is_kept_as_a_list_until_it_is_answered(filled):
    panel = filled.requests()
    press(panel, "show")
    given = {"student": "lms:502", "exercise": "why"}
    assert "in a few words" in refused(panel, "add", **given)
    assert press(panel, "add", words="Is it no guess?", **given)["text"] == "1 open."
    assert "no open request" in refused(panel, "close", student="lms:501", exercise="why")
    assert press(panel, "close", words="It is.", **given)["text"] == "0 open."
    (row,) = rows_in(panel)
    assert (row["state"], row["who"], row["asked"]) == ("closed", "Ben Ode MBX-2239", "Is it no guess?")
    assert row["answered"] == "It is."


def test_a_second_reader_reads_blind_and_differences_are_settled_one_by_one(filled):
    first = show(filled.texts(), "why")
    press(first, "1", comment="Well said.")
    press(first, "next")
    press(first, "3")
    blind = show(filled.second_reader(), "why")
    state = json.dumps(blind.get_state(), default=str)
    assert "Well said." not in state
    assert blind.lines == ["Answer 1 of 2; 0 have a level. This one: none yet."]
    assert [one["label"] for one in blind.buttons] == ["Proficient", "Emergent", "Basic", "Next", "Back"]
    press(blind, "1")
    press(blind, "next")
    press(blind, "1")
    assert points_of_why(filled) == {3.0, 1.0, 0.0}
    panel = show(filled.differences(), "why")
    assert panel.lines[0].startswith("2 texts have a level from both; 1 the same. Weighted kappa ")
    assert panel.lines[1] == "To settle: 1. First reader: Basic. Second reader: Proficient."
    assert panel.tables == first.tables  # what each level means
    assert [row[0] for row in panel.tables[0]["rows"]] == ["Proficient", "Emergent", "Basic"]
    assert not [text for text in SECRETS if text in json.dumps(panel.get_state(), default=str)]
    press(panel, "2", reason="between both")
    assert panel.lines[1] == "Nothing is left to settle."
    assert points_of_why(filled) == {3.0, 2.0, 0.0}
    assert panel.lines[0].startswith("2 texts have a level from both; 1 the same. Weighted kappa ")
    changes = filled.changes()
    press(changes, "show")
    assert ["level that was settled on", "Emergent", "between both"] in [
        row[3:] for row in changes.tables[0]["rows"]
    ]


def test_a_difference_that_was_settled_elsewhere_is_not_taken_for_the_next(filled):
    first, blind = show(filled.texts(), "why"), show(filled.second_reader(), "why")
    for panel, levels in ((first, "13"), (blind, "31")):
        press(panel, levels[0])
        press(panel, "next")
        press(panel, levels[1])
    one, other = show(filled.differences(), "why"), show(filled.differences(), "why")
    press(one, "2")
    assert press(other, "1")["text"].startswith("Nothing was kept")
    assert one.passages == other.passages
    assert len(filled.grader.record.all("settled")) == 1
    press(other, "1")
    assert len(filled.grader.record.all("settled")) == 2


def points_of_why(desk):
    return {one.points for each in desk.graded() for one in each.grades if one.exercise.id == "why"}


def test_answers_alike_are_compared_at_a_press(filled):
    assert press(filled.alike(), "show")["text"].startswith("No two students")


def test_being_late_takes_what_the_teacher_set(small, folder, inbox, hand_in):
    import datetime
    import os

    desk = Desk(small, folder)
    panel = desk.lessons()
    assert "no share" in refused(panel, "keep", late_percent="many")
    press(panel, "keep", due="2026-03-02T18:00", late_percent="10", late_most="25")
    path = inbox / "one.json"
    path.write_bytes(hand_in(ANA))
    press(desk.hand_ins(), "read", place=str(inbox))
    due = datetime.datetime(2026, 3, 2, 18).astimezone().timestamp()
    for seconds, points in ((0, 4), (1, 3.6), (86_401, 3.2), (10 * 86_400, 3)):
        os.utime(path, (due + seconds, due + seconds))
        desk.read_again()
        (ana,) = [one for one in desk.graded() if one.row.code == ANA.code]
        assert ana.points == pytest.approx(points)
    assert "Being late takes 25% of the points (days begun: 10)." in map(str, ana.notes)
    students = desk.students()
    press(students, "show")
    press(students, "late_no", student=ana.row.key)
    assert points_of(desk, ANA) == 4


def test_a_zip_does_not_tell_who_was_late_and_moodles_worksheet_does(small, folder, hand_in):
    desk = Desk(small, folder)
    press(desk.lessons(), "keep", due="2026-03-02T18:00", late_percent="10", late_most="25")
    both = zipped({moodle(one): hand_in(one, voices=RIGHT) for one in (ANA, BEN)})  # packed now, long after
    panel = desk.hand_ins()
    press(panel, "read", file=chosen("all.zip", both))
    assert not any(one.late for one in desk.graded())
    assert "Of 2 hand-ins it is not known whether they were late" in panel.lines[1]
    head = (
        "Identifier,Full name,Status,Grade,Maximum Grade,Grade can be changed,Last modified (submission)\r\n"
    )
    rows = 'Participant 501,Ana López,-,,100.00,Yes,"Monday, 2 March 2026, 5:59 PM"\r\n'
    rows += 'Participant 502,Ben Ode,-,,100.00,Yes,"Wednesday, 4 March 2026, 6:01 PM"\r\n'
    assert "tells nothing" in refused(
        panel, "read", sheet=chosen("w.csv", (head + rows.replace(":", "h ")).encode())
    )
    sheet = chosen("w.csv", (head + rows).encode())
    press(panel, "read", file=chosen("all.zip", both), sheet=sheet)
    assert len(panel.lines) == 1
    ana, ben = (next(one for one in desk.graded() if one.row.code == by.code) for by in (ANA, BEN))
    assert (ana.late, ben.late, round(ben.deducted, 2)) == (False, True, 0.25)
    assert "Handed in late, 2026-03-04 18:01." in map(str, ben.notes)
    changes = desk.changes()
    press(changes, "show")
    assert [row[-2] for row in changes.tables[0]["rows"]] == ["2026-03-04 18:01", "2026-03-02 17:59"]

    later = zipped({f"{moodle(one, 'newer.json')}": hand_in(one, voices=RIGHT) for one in (ANA, BEN)})
    press(panel, "read", file=chosen("all.zip", later))  # the worksheet knows nothing of these
    assert not any(one.late for one in desk.graded())
    assert "Of 2 hand-ins" in panel.lines[1]


@pytest.fixture
def drawn(monkeypatch):
    """The pictures of votes that were shown."""
    shown, draw = [], desks.votes

    def votes(*given):
        shown.append(draw(*given))
        return shown[-1]

    monkeypatch.setattr(desks, "votes", votes)
    return shown


def test_a_class_votes_talks_and_votes_again_without_hand_ins(desk, drawn):
    panel = show(show(desk.vote(), "voices"), "voices rain")
    assert panel.title.startswith("Rain fell on Tuesday")
    options = ["own voice", "attributed", "quoted"]
    assert panel.lines[1] == "\n".join(f"{n}. {one}" for n, one in enumerate(options, 1))
    press(panel, "show", first="2 9, 1")
    assert drawn[-1].describe() == "First vote, 12 hands. own voice: 2; attributed: 9; quoted: 1."
    press(panel, "show", first="2 9 1", second="0 12 0")
    assert drawn[-1].describe().endswith(" Second vote, 12 hands. own voice: 0; attributed: 12; quoted: 0.")
    assert drawn[-1].table.rows[1] == {"answer": "attributed", "first vote": 9, "second vote": 12}
    assert [one["name"] for one in drawn[-1].drawing.traces] == ["first vote", "second vote"]
    assert go.Figure(drawn[-1].drawing.traces, drawn[-1].drawing.layout)  # plotly knows all of it
    press(panel, "key", first="2 9 1", second="0 12 0")
    assert drawn[-1].describe().endswith("The key has: attributed or own voice.")
    assert drawn[-1].table.rows[1]["answer"] == "attributed ✓"
    assert [one["value"] for one in panel.fields] == ["2 9 1", "0 12 0"]
    press(panel, "show")
    assert "The key" not in drawn[-1].describe()


def test_the_hand_ins_can_be_the_first_vote_and_no_name_is_shown(filled, drawn):
    panel = show(show(filled.vote(), "voices"), "voices rain")
    press(panel, "hand_ins")
    assert drawn[-1].describe() == "First vote, 3 hands. own voice: 0; attributed: 2; quoted: 1."
    assert not [secret for secret in SECRETS if secret in json.dumps(panel.get_state(), default=str)]


def test_questions_to_vote_on_stand_the_most_split_first_and_each_has_its_words(filled):
    for which in ("voices", ""):
        (question,) = show(filled.vote(), which).parts[0].fields
        told = [text for _, text in question["options"]]
        assert len({*told}) == len(told)
        assert [text.split(" ", 1)[0] for text in told[:3]] == ["67%", "67%", "100%"]
    panel = show(show(filled.vote(), "voices"), "voices rain")
    assert panel.passages == [
        {"title": "Article A, paragraph 1", "text": "Rain fell on Tuesday, the mayor said."}
    ]


def test_before_anything_is_handed_in_nothing_is_the_most_split(desk):
    assert refused(desk.vote(), "show", which="") == NO_HAND_INS
    (question,) = show(desk.vote(), "voices").parts[0].fields
    assert not any("agree" in text for _, text in question["options"])


@pytest.mark.parametrize("typed", ["", "1 2", "1 2 3 4", "many", "1 2 <b>", "-- --", "1 2 1234"])
def test_a_vote_that_does_not_fit_is_refused_in_a_sentence(desk, drawn, typed):
    said = refused(show(show(desk.vote(), "voices"), "voices rain"), "show", first=typed)
    assert (said, drawn) == ("Write 3 numbers, for each answer its hands, such as 3 2 1", [])


def test_of_a_class_of_three_no_class_file_is_made(filled):
    assert "nothing is told of fewer" in refused(filled.class_file(), "make")
    assert not (filled.folder / "class_answers.json").exists()
