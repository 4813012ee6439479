"""Log: what was found outside. An address is text on every page, whatever somebody typed as one."""

import json
import re

import pytest

from course.corpus.case import open_case
from course.corpus.errors import CourseError
from course.grading.desk import Desk
from course.grading.feedback import feedback_page
from course.grading.grade import Grader
from course.grading.gradebooks import marks_csv, marks_json
from course.grading.rows import read_class, read_inbox
from course.lessons import cells
from course.lessons.exercises import load_exercises
from course.lessons.files import to_json
from course.lessons.handin import Student, make_document, pack, read_hand_in, receipt, sign_in
from course.lessons.kinds.log import LONGEST
from course.lessons.work import Answer, Workspace
from tests.lessons.small_case import EXERCISES, KEYS, write_case

ASKED = """
[[exercise]]
id = "outside"
kind = "log"
title = "Look outside"
prompt = "Search."
points = 0
options = ["A: rain fell", "B: the dam was built in 1950"]
"""
FOUND = {
    "claim": "B: the dam was built in 1950",
    "address_1": "https://dam.example/history",
    "who_1": "the dam’s owner",
    "says_1": "built in 1951",
    "kind_1": "primary",
    "who_2": "a local paper, on paper",
    "kind_2": "not primary",
    "now": "Its owner has 1951; nobody else counts.",
}
RLO = "\N{RIGHT-TO-LEFT OVERRIDE}"
HOSTILE = [
    "javascript:alert(1)",
    "<a href='https://evil.example'>x</a>",
    '=HYPERLINK("https://evil.example")',
    "data:text/html,<script>alert(1)</script>",
    "]]></script><img src=x onerror=alert(1)>",
]
REFUSED = [
    "x" * 10_000,
    f"https://{RLO}moc.elpmaxe",
    "a\nb",
    "\N{ZERO WIDTH SPACE}",
    "a\x00b",
    5,
    ["x"],
]


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return open_case(write_case(tmp_path_factory.mktemp("log"), EXERCISES + ASKED, KEYS))


@pytest.fixture(scope="module")
def asked(case):
    return load_exercises(case)["outside"]


@pytest.fixture
def work(tmp_path, case):
    return Workspace(tmp_path / "my_work", str(case.about["title"]))


def test_a_log_has_a_claim_four_places_and_a_line(asked, case):
    assert [item.id for item in asked.items][:5] == ["claim", "address_1", "who_1", "says_1", "kind_1"]
    assert len(asked.items) == 2 + 4 * 4
    assert asked.usable(FOUND) == (FOUND, True)
    assert asked.score(FOUND, (), case).points is None


@pytest.mark.parametrize(
    ("value", "done"),
    [({}, 0), ({"claim": "A: rain fell"}, 1), ({"who_3": "x"}, 1), (FOUND, 2), ({"now": "  "}, 1)],
)
def test_places_may_stay_empty(asked, value, done):
    assert str(asked.done(value)) == f"({done}, 2)"  # numbers that can be shown


def test_no_place_is_said_to_be_open(asked):
    said = {"claim": FOUND["claim"], "address_1": FOUND["address_1"]}
    assert asked.still_open(said) == "Still open: ‘What you would now say of it’"
    assert asked.still_open(said | {"who_2": ""}) == "Still open: ‘What you would now say of it’"
    assert asked.still_open({"now": "It rained."}) == "Still open: ‘The claim’"


def test_what_is_told_leaves_out_what_is_empty(asked):
    told = asked.told(FOUND)
    assert told[0] == (f"What you would now say of it: {FOUND['claim']}", FOUND["now"])
    assert [text for _, text in told[1:]] == [FOUND[key] for key in FOUND if key not in ("claim", "now")]
    assert asked.told({}) == [("What you would now say of it: no claim is chosen", "")]


@pytest.mark.parametrize(
    ("value", "counts"),
    [
        (FOUND, ("yes", "2", "yes")),
        ({"claim": FOUND["claim"], "now": "nothing"}, ("no", "0", "no")),
        ({"kind_1": "primary"}, ("no", "0", "no")),  # no place: nothing was noted of it
        ({"who_4": "an agency", "kind_4": "not primary"}, ("yes", "1", "no")),
    ],
)
def test_three_things_are_counted(asked, value, counts):
    assert tuple(asked.counts(value).values()) == counts
    assert list(asked.counts({})) == ["left the page", "places", "a primary source"]


@pytest.mark.parametrize("address", HOSTILE)
def test_an_address_is_text_everywhere(address, asked, case, work, tmp_path):
    value = FOUND | {"address_1": address, "who_1": address, "says_1": address, "now": address}
    exercises = load_exercises(case)
    sign_in(work, "KTR-4728")
    work.put(asked, value)
    made, page = pack(work, exercises, "hand_in")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "one.json").write_text(made["text"], encoding="utf-8")
    grader = Grader(case, tmp_path / "my_class")
    graded = grader.grade_all(grader.read(inbox).rows)
    for html in (page["text"], feedback_page(graded[0], "Case")):
        shown = re.sub(r'<script type="application/json" id="hand_in">[^<]*</script>', "", html)
        assert {*re.findall(r"<(a|img|script|iframe)\b([^>]*)>", shown)} <= {("a", ' href="#02_listen"')}
    csv = b"".join(marks_csv(graded)).decode("utf-8-sig")
    assert not re.search(r'(^|[,"])[=+@]', csv)
    assert json.loads(b"".join(marks_json(graded)))
    desk = Desk(case, tmp_path / "my_class")
    desk.choose_inbox(inbox)
    chooser, below = desk.whole_work().parts
    assert not chooser.handle({"button": "show", "fields": {"which": next(iter(desk.rows))}})["problem"]
    panel, *_ = below.parts
    assert any(address in cell for one in panel.tables for row in one["rows"] for cell in row)
    counted = desk.logs().handle({"button": "show", "fields": {}})
    assert counted["text"] == "Shown below."


@pytest.mark.parametrize("address", REFUSED)
def test_what_is_too_long_or_cannot_be_seen_is_refused_in_a_sentence(address, asked, case, work):
    with pytest.raises(CourseError, match=r"address|characters|form"):
        work.set(asked, ["address_1"], address, "")
    assert asked.usable(FOUND | {"address_1": address}) == (
        {key: text for key, text in FOUND.items() if key != "address_1"},
        False,
    )


def test_a_line_may_have_signs_of_any_script_and_its_length(asked):
    asked.check({"now": "👩‍👧 سلام", "says_1": "x" * LONGEST})
    with pytest.raises(CourseError, match=f"at most {LONGEST} characters"):
        asked.check({"says_1": "x" * (LONGEST + 1)})


def test_a_hand_made_hand_in_cannot_bring_in_more(asked, case, tmp_path):
    bad = FOUND | {"address_2": "x" * 10_000, "address_3": f"a{RLO}b", "other": "x", "claim": "C: no such"}
    entry = Answer("outside", "log", bad, None, "2026-03-01T10:00:00.000Z", asked.sha256).entry
    document = make_document(Student("KTR-4728", "a" * 32), str(case.about["title"]), {"outside": entry})
    assert read_hand_in(to_json(document), "x.json").answers["outside"].value == bad
    (tmp_path / "one.json").write_bytes(to_json(document))
    (row,) = read_class(read_inbox(tmp_path, case, load_exercises(case), []), (), {}).rows
    assert row.answers["outside"].value == {key: text for key, text in FOUND.items() if key != "claim"}
    assert RLO not in receipt(
        make_document(Student("K", "a" * 32), "x", {"outside": row.answers["outside"].entry}),
        load_exercises(case),
    )


def test_it_is_shown_with_its_fields_and_saved(case, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CASE", str(case.root))
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "work"))
    form = cells.exercise("outside")
    assert [one["options"] for one in form.spec["items"][:2]] == [("A: rain fell", FOUND["claim"]), ()]
    assert form.handle({"path": ["address_1"], "value": "javascript:alert(1)"})["problem"] is False
    said = form.handle({"path": ["address_2"], "value": "x" * 10_000})
    assert (said["problem"], f"at most {LONGEST} characters" in said["text"]) == (True, True)
    assert cells.exercise("outside").value == {"address_1": "javascript:alert(1)"}
