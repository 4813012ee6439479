"""A class of any size: what was marked is not marked again, a kill loses nothing, memory stays small."""

import csv
import errno
import io
import json
import os
import signal
import subprocess
import sys
import tracemalloc
import zipfile
from functools import cache, partial
from pathlib import Path

import pytest

from course.__main__ import main
from course.grading import desk as desk_module
from course.grading import grade as grade_module
from course.grading import gradebooks
from course.grading import record as record_module
from course.grading import rows as rows_module
from course.grading.desk import LARGE, ROWS, Desk, table
from course.grading.grade import Grader
from course.grading.record import Record
from course.grading.roster import Person
from course.lessons.files import to_json
from course.lessons.kinds.mark import mark_of
from tests.grading.conftest import RIGHT, moodle, zipped
from tests.grading.test_desk import press, refused, saved
from tests.grading.test_hostile import steps
from tests.lessons.small_case import write_case

ROOT = Path(__file__).parents[2]
SIZE = 12
VOICES = ("attributed", "quoted", "own voice")
KILLED = """
import os, signal, sys
from course.__main__ import main
from course.grading.grade import Grader
from course.grading import record as records
from course.grading.record import Record

records.TOGETHER = 2
where, left = sys.argv[1], [int(sys.argv[2])]

def now(*about):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)

def killing(act):
    return lambda *args, **kwargs: (now(), act(*args, **kwargs))[1]

begin = Record.__init__
def traced(record, folder):
    begin(record, folder)
    record._db.set_trace_callback(lambda told: now() if told.startswith(where) else None)

Record.__init__ = traced
if where == "fsync":
    os.fsync = killing(os.fsync)
if where == "grade":
    Grader.grade = killing(Grader.grade)
main(["grade", sys.argv[3], "--out", sys.argv[4]])
"""


def people(size):
    return [Person(f"S-{at:04}", f"Student {at:04}", str(9_000 + at)) for at in range(size)]


@pytest.fixture
def class_of(small, inbox, hand_in):
    """Return the ZIP of a class of a size: what they answered differs, and each wrote `more` letters."""

    @cache
    def one(at, more, changed):
        voices = {**RIGHT, "rain": VOICES[(at + changed) % 3]}
        text = {"text": f"Since {at} said so. " + "x" * more}
        noise = [mark_of(small["B"], at % 20, 80 + at % 20, "advert")]
        return hand_in(people(at + 1)[at], f"{at:032x}", voices=voices, why=text, noise=noise)

    def make(size=SIZE, more=1, changed=()):
        files = {moodle(who): one(at, more, at in changed) for at, who in enumerate(people(size))}
        path = inbox / "class.zip"
        path.write_bytes(zipped(files))
        return path

    return make


@pytest.fixture
def own_case(tmp_path, monkeypatch):
    """A case of the test's own, which it may change."""
    root = write_case(tmp_path / "own")
    monkeypatch.setenv("COURSE_CASE", str(root))
    return root


@pytest.fixture
def marked(monkeypatch):
    """Return the keys of those who are marked from now on."""
    keys, grade = [], Grader.grade

    def count(grader, row):
        keys.append(row.key)
        return grade(grader, row)

    monkeypatch.setattr(Grader, "grade", count)
    return keys


def told(folder):
    """Return all that marking leaves in a folder, as it can be compared."""
    files = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    del files[Path("marks.sqlite")]
    scores = Record(folder).history(["score"]).rows
    return files, sorted((row["student"], row["exercise"], row["value"]) for row in scores)


@pytest.mark.parametrize(
    ("where", "times"),
    [
        ("grade", 6),  # before one is marked
        ("fsync", 9),  # while a page is on its way to the disk
        ("REPLACE", 3),  # between points that are kept and how those students were marked
        ("fsync", SIZE + 1),  # all are marked, and marks.csv is not whole
    ],
)
def test_a_kill_leaves_what_one_run_leaves(where, times, own_case, class_of, marked, tmp_path):  # noqa: PLR0917
    path, out = class_of(), tmp_path / "out"
    assert main(["grade", str(path), "--out", str(tmp_path / "whole")]) == 0
    marked.clear()
    command = [sys.executable, "-c", KILLED, where, str(times), str(path), str(out)]
    killed = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not (out / "marks.json").exists()
    pages = [page.read_bytes() for page in (out / "feedback").glob("*")]
    assert all(page.rstrip().endswith(b"</html>") for page in pages), "no page is half a page"
    assert main(["grade", str(path), "--out", str(out)]) == 0
    assert len(marked) <= SIZE - len(pages) + 2, "only those who were not marked yet are marked"
    for half in out.glob("*.tmp"):
        half.unlink()
    assert told(out) == told(tmp_path / "whole")


def test_only_what_changed_is_marked_again(own_case, class_of, marked, tmp_path, monkeypatch):
    out = tmp_path / "out"

    def again(path):
        marked.clear()
        assert main(["grade", str(path), "--out", str(out)]) == 0
        return len(marked)

    assert again(class_of()) == SIZE
    before = told(out)
    assert again(class_of()) == 0
    assert told(out) == before
    assert again(class_of(changed=[3])) == 1
    assert again(class_of()) == 1
    next((out / "feedback").iterdir()).unlink()
    assert again(class_of()) == 1
    record = Record(out)
    record.set("comment", "Well read.", student="lms:9004")
    assert again(class_of()) == 1
    record.set("accept", {"rain": ["quoted"]}, exercise="voices")
    assert again(class_of()) == SIZE
    keys = own_case / "seeds/readings/keys/02_listen.toml"
    keys.write_text(keys.read_text("utf-8") + "\n# a reason was put right\n", "utf-8")
    assert again(class_of()) == SIZE
    (tmp_path / "program").mkdir()
    (tmp_path / "program/scoring.py").write_text("NEARLY = 0.9")
    monkeypatch.setattr(grade_module, "_PROGRAM", tmp_path / "program")
    assert again(class_of()) == SIZE
    assert again(class_of()) == 0


def test_what_is_kept_is_what_would_be_marked(small, folder, class_of):
    path = class_of()
    first = Grader(small, folder)
    rows = first.read(path).rows
    new = [first.grade(row) for row in rows]
    first.grade_all(rows)
    for kept in (
        first.grade_all(rows),
        Grader(small, folder).grade_all(Grader(small, folder).read(path).rows),
    ):
        for one, other in zip(kept, new, strict=True):
            assert (one.row, one.sums, one.late, one.notes) == (
                other.row,
                other.sums,
                other.late,
                other.notes,
            )
            assert one.told == json.loads(json.dumps(other.told))
            assert [each.value for each in one.grades] == [each.value for each in other.grades]
            assert [each.told for each in one.grades] == [each.told for each in other.grades]


def test_what_broke_once_is_tried_again(small, folder, class_of, monkeypatch):
    grader = Grader(small, folder)
    rows = grader.read(class_of(3)).rows
    with monkeypatch.context() as broken:
        broken.setattr(grader, "scorer", lambda exercise: {}["x"])
        assert [one.row.status for one in grader.grade_all(rows)].count("unusable") == 3
    assert [one.row.status for one in Grader(small, folder).grade_all(rows)].count("read") == 3


def test_steps_grow_with_the_class_and_no_faster(small, folder, class_of):
    def flow(path, name):
        for _ in range(2):  # the second time all of it is kept
            grader = Grader(small, folder / name)
            graded = grader.grade_all(grader.read(path).rows)
            assert len(b"".join(gradebooks.marks_json(graded))) > 100 * len(graded)
            assert len(b"".join(gradebooks.marks_csv(graded))) > 10 * len(graded)

    paths = ((class_of(size), f"{at}") for at, size in enumerate((8, 8, 8, 16, 32)))
    counts = [steps(partial(flow, *one)) for one in paths][2:]
    for what in ("lines", "calls"):
        first, second = (counts[at + 1][what] - counts[at][what] for at in (0, 1))
        assert second <= 2.1 * first, (what, counts)


PRESSES = {
    "hand_ins": "read",
    "everybody": "show",
    "class_answers voices": "show",
    "class_answers why": "show",
    "class_answers": "show",  # what was hard, and what easy
    "class_marks noise B": "show",
    "class_file": "make",
    "texts why": "show",
    "exports": "csv",
}


def test_steps_of_each_press_grow_with_the_class_and_no_faster(small, tmp_path, class_of):
    counts = []
    for at, size in enumerate((8, 8, 16, 32)):
        desk = Desk(small, tmp_path / f"{at}")
        desk.choose_inbox(class_of(size))
        desk.graded()
        counts.append({})
        for pressed, button in PRESSES.items():
            name, _, which = pressed.partition(" ")
            panel = getattr(desk, name)()
            given = {"which": which} if which or name == "class_answers" else {}
            counts[-1][pressed] = steps(partial(press, panel, button, **given))
    for pressed in PRESSES:
        few, some, many = (count[pressed] for count in counts[1:])
        for what in ("lines", "calls"):
            assert many[what] - some[what] <= 2.2 * (some[what] - few[what]), (pressed, what)


def as_folders(path):
    """Hand in my_work folders in the place of hand-ins."""
    files = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            said, home = json.loads(archive.read(name)), f"{name.rpartition('/')[0]}/my_work"
            version = {"format": said["format"]}
            files[f"{home}/student.json"] = to_json(version | said["student"])
            for id, entry in said["answers"].items():
                about = version | {"case": said["case"], "exercise": id}
                files[f"{home}/01/{id}.json"] = to_json(about | entry)
    path.write_bytes(zipped(files))


@pytest.mark.parametrize("handed_in", [lambda path: None, as_folders], ids=["hand-ins", "folders"])
def test_memory_grows_by_little_with_each_student(small, folder, class_of, handed_in):
    """A student's text has 40,000 letters, of which nothing may stay."""

    def most(size):
        path = class_of(size, 40_000)
        handed_in(path)
        grader = Grader(small, folder / f"{size}")
        tracemalloc.start()
        graded = grader.grade_all(grader.read(path).rows)
        assert all(one.row.status == "read" for one in graded)
        for parts in (gradebooks.marks_json(graded), gradebooks.marks_csv(graded)):
            assert sum(map(len, parts))
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    most(5)
    assert most(60) - most(20) < 40 * 12_000


def test_a_full_disk_is_one_sentence_and_the_next_run_goes_on(  # noqa: PLR0917
    own_case, class_of, marked, tmp_path, monkeypatch, capsys
):
    out, path = tmp_path / "out", class_of(more=2_000)
    sync, left = os.fsync, [9]

    class SmallDisk(io.BytesIO):
        def write(self, data):
            if self.tell() > 10_000:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(data)

    def full(handle):
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(handle)

    with monkeypatch.context() as disk:
        small_disk = SmallDisk()
        disk.setattr(rows_module.tempfile, "TemporaryFile", lambda **how: small_disk)
        assert main(["grade", str(path), "--out", str(out)]) == 1
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert said.startswith("The answers of the class cannot be put down ([Errno 28] No space left")
        assert small_disk.closed  # or it would try again at the end, and print a traceback
    with monkeypatch.context() as disk:
        disk.setattr(record_module, "TOGETHER", 2)
        disk.setattr(os, "fsync", full)
        assert main(["grade", str(path), "--out", str(out)]) == 1
        said = capsys.readouterr().err
        assert said.startswith("Not saved, because the disk is full")
        assert said.count("\n") == 1
    done, marked[:] = len(marked), ()
    assert main(["grade", str(path), "--out", str(out)]) == 0
    assert 0 < len(marked) < SIZE
    assert (
        SIZE + 1 <= len(marked) + done <= SIZE + 2
    )  # one page found no room, one marking waited for another


def test_the_terminal_shows_how_far_it_is(own_case, class_of, tmp_path, monkeypatch):
    shown = []

    def bar(things, what, **how):
        shown.append((what, how["unit"]))
        return things

    monkeypatch.setattr("tqdm.tqdm", bar)
    assert main(["grade", str(class_of(3)), "--out", str(tmp_path / "out")]) == 0
    assert shown == [("reading", " hand-ins"), ("marking", " hand-ins")]


@pytest.fixture
def desk(small, folder, class_of):
    (folder / "roster.csv").unlink()
    desk = Desk(small, folder)
    desk.choose_inbox(class_of(60))
    return desk


def test_the_panel_that_was_pressed_shows_how_far_it_is(desk):
    panel, seen = desk.hand_ins(), []
    panel.observe(lambda change: seen.append(change["new"]), "progress")
    press(panel, "read")
    assert seen == [["reading", 25, 0], ["reading", 50, 0], ["marking", 25, 60], ["marking", 50, 60]]
    other = desk.class_answers()
    other.parts[0].observe(lambda change: seen.append(change["new"]), "progress")
    press(other, "show", which="voices")
    assert seen[4:] == [["looking", 25, 60], ["looking", 50, 60]]


def test_the_desk_marks_only_whom_a_decision_is_about(desk, marked):
    press(desk.hand_ins(), "read")
    assert len(marked) == 60
    students = desk.students()
    press(students, "show")
    said = press(students, "late_yes", student="lms:9007", reason="")
    assert (marked[60:], said["text"]) == (["lms:9007"], "Student 0007: Kept. Marks that changed by it: 0.")
    press(desk.hand_ins(), "read")
    press(desk.exports(), "csv")
    assert len(marked) == 61
    press(desk.exports(), "feedback")  # for which each is looked at anew
    press(desk.exports(), "feedback")
    assert len(marked) == 61 + 60


def test_a_table_of_very_many_rows_shows_the_first_and_says_so():
    (shown,) = table("The class", ({"who": f"{at}"} for at in range(10_000)))
    assert (len(shown["rows"]), shown["caption"]) == (ROWS, "The class (the first 500 of 10,000 rows)")
    (whole,) = table("The class", ({"who": f"{at}"} for at in range(ROWS)))
    assert (len(whole["rows"]), whole["caption"]) == (ROWS, "The class")


def test_a_large_file_is_named_and_not_sent(desk, monkeypatch):
    assert LARGE == 20_000_000
    _, data = saved(press(desk.exports(), "csv"))
    assert len(list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))) == 61
    monkeypatch.setattr(desk_module, "LARGE", 100)
    said = press(desk.exports(), "csv")
    assert said["text"].endswith(f"The file is large: find it at {desk.folder / 'marks.csv'}.")
    assert "downloads" not in said
    assert (desk.folder / "marks.csv").read_bytes() == data


def test_more_students_than_can_be_compared_are_refused(desk, monkeypatch):
    press(desk.alike(), "show")
    monkeypatch.setitem(desk_module.PANELS, "most_alike", 59)
    assert refused(desk.alike(), "show").startswith("60 students are too many to compare each with each")
