"""A class that hands in what would break a reader: each is its own row, and all the others are graded."""

import json
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from course.analysis import agreement
from course.grading import feedback, rows
from course.grading.grade import Grader
from course.grading.inbox import MAX_NAME, Budget, read_files
from course.lessons import scoring
from tests.grading.conftest import ANA, BEN, moodle, row_of, zipped
from tests.grading.hostile import GIGABYTE, GOOD, READ, hostile_class, marked_apart, signed

ROOT = Path(__file__).parents[2]


def read(course, inbox, files):
    path = inbox / "class.zip"
    path.write_bytes(zipped(files))
    return course.read(path)


@pytest.fixture(scope="module")
def hostile(small, tmp_path_factory):
    """A class of 102 hostile hand-ins and 30 good ones: its ZIP, the rows of each, and what was found."""
    folder = tmp_path_factory.mktemp("hostile")
    path = folder / "class.zip"
    keys, good = hostile_class(small, path)
    (folder / "my_class").mkdir()
    # In a Python of its own, under a limit that a class of good hand-ins does not need.
    return path, keys, good, marked_apart(small, folder / "my_class", path, limit=GIGABYTE)["rows"]


def test_what_breaks_one_hand_in_is_that_hand_ins_row(hostile):
    _, keys, good, rows = hostile
    assert (len(keys), len(good)) == (102, GOOD)
    assert rows.keys() == {*keys.values(), *good}
    for kind, key in keys.items():
        status, problem, notes, points, files = rows[key]
        if kind in READ:
            assert (status, problem) == ("read", ""), kind
            assert "left out" in notes or "not used" in notes, kind
        else:
            assert (status, points) == ("unusable", 0), kind
            assert problem
            assert "cannot be marked" not in problem, kind  # each was foreseen
        assert files <= 5
        assert len(problem) < 250, kind
        assert "\n" not in problem + notes, kind


def test_the_good_hand_ins_between_them_get_the_marks_that_they_get_alone(hostile, small, tmp_path):
    path, _, good, rows = hostile
    alone = tmp_path / "alone.zip"
    with zipfile.ZipFile(path) as both, zipfile.ZipFile(alone, "w") as archive:
        for name in both.namelist():
            if name.startswith("Made-up"):
                archive.writestr(name, both.read(name))
    course = Grader(small, tmp_path / "my_class")
    graded = {one.row.key: one.points for one in course.grade_all(course.read(alone).rows)}
    assert graded == {key: rows[key][3] for key in good}
    assert [rows[key][0] for key in good] == ["read"] * GOOD
    assert len(set(graded.values())) > GOOD / 2


def test_a_lack_of_memory_is_one_row(course, inbox, hand_in, monkeypatch):
    def no_memory(data, name):
        if b"KTR-4728" in data:
            raise MemoryError
        return read_hand_in(data, name)

    read_hand_in = rows.read_hand_in
    monkeypatch.setattr(rows, "read_hand_in", no_memory)
    reading = read(course, inbox, {moodle(ANA): hand_in(ANA), moodle(BEN): hand_in(BEN)})
    assert row_of(reading, ANA).problem == "it needs more memory than there is"
    assert row_of(reading, BEN).status == "read"
    monkeypatch.setattr(course, "scorer", lambda exercise: {}["x"])
    (ben,) = [one for one in course.grade_all(reading.rows) if one.row.code == BEN.code]
    assert (ben.row.status, "cannot be marked" in ben.row.problem) == ("unusable", True)


def test_one_budget_holds_over_all_zips_of_a_student_and_is_anothers_not(tmp_path):
    path = tmp_path / "class.zip"
    three = [zipped({f"{at}.json": b" " * 9_000_000 for at in range(3)}) for _ in range(3)]
    files = {moodle(ANA, f"{at}.zip"): one for at, one in enumerate(three)}
    path.write_bytes(zipped({**files, moodle(BEN, "x.zip"): three[0]}))
    found = Counter((file.lms_id, bool(file.problem)) for file in read_files(path, []))
    assert found == {("501", False): 6, ("501", True): 1, ("502", False): 3}


def test_a_name_is_cut_before_anything_looks_at_it(tmp_path):
    path = tmp_path / "class.zip"
    name = f"Ana_501_assignsubmission_file_/{'_1' * 31_000}.json"
    path.write_bytes(zipped({name: b"{}"}))
    (file,) = read_files(path, [])
    assert (file.lms_id, len(file.name)) == ("501", MAX_NAME)
    assert file.problem == "its name is very long: give it a short one"


def steps(act):
    """Return how many lines of this project's code an action runs, and how many calls it makes in all.

    What earlier tests have left in caches would be counted in one action and not in the next.
    """
    counted = Counter()
    for module in (agreement, feedback, scoring):
        for kept in vars(module).values():
            if hasattr(kept, "cache_clear"):
                kept.cache_clear()

    def count(frame, event, arg):
        ours = str(ROOT / "course") in frame.f_code.co_filename
        counted["lines"] += ours and event == "line"
        counted["calls"] += event == "call"
        return count if ours else None

    sys.settrace(count)
    try:
        act()
    finally:
        sys.settrace(None)
    return counted


@pytest.mark.parametrize(
    "made",
    [
        lambda good, many: signed(json.loads(good), answers={f"x{at}": {"done": True} for at in range(many)}),
        lambda good, many: zipped({f"{at}.json": b"{}" for at in range(many)}),
        lambda good, many: zipped({f"{at}.zip": zipped({"a.json": b"{}"}) for at in range(many)}),
        lambda good, many: zipped({f"my_work/02/{at}.json": b'{"exercise": 1}' for at in range(many)}),
    ],
    ids=["answers", "files", "ZIPs", "my_work"],
)
def test_reading_is_linear(course, inbox, hand_in, made):
    counts = []
    for many in (60, 60, 60, 120, 240):
        files = {moodle(ANA, "x.zip"): made(hand_in(ANA), many), moodle(BEN): hand_in(BEN)}
        # Each row anew: grade_all does nothing where rows are as they were, in all but the time of packing.
        counts.append(steps(lambda files=files: [*map(course.grade, read(course, inbox, files).rows)]))
    del counts[:2]  # with the schemas and patterns that are compiled at first use
    for what in ("lines", "calls"):
        first, second = (counts[at + 1][what] - counts[at][what] for at in (0, 1))
        assert second <= 2.2 * first + 50, (what, counts)


def test_what_was_done_is_looked_up_and_not_searched(course, inbox, hand_in):
    done = {f"x{at}": {"done": True} for at in range(1_000)} | {"reflection": {"done": True}}
    row = row_of(read(course, inbox, {moodle(ANA): signed(json.loads(hand_in(ANA)), answers=done)}), ANA)
    assert row.done == frozenset({"reflection"})


def test_a_budget_that_is_too_small_takes_nothing():
    budget = Budget(most=3, size=10)
    budget.spend(1, 4)
    for files, size in ((3, 1), (1, 7)):
        with pytest.raises(Exception, match="with it this student’s files"):
            budget.spend(files, size)
    assert (budget.files, budget.size) == (1, 6)
