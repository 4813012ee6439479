"""A class that hands in what would break a reader: each is its own row, and all the others are graded."""

import json
import resource
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from course.analysis import agreement
from course.grading import feedback, rows
from course.grading.inbox import MAX_FILES, MAX_NAME, Budget, read_files
from course.lessons import scoring
from course.lessons.exercises import sha256_of
from tests.grading.conftest import ANA, BEN, CIA, RIGHT, moodle, row_of, zipped

ROOT = Path(__file__).parents[2]


def signed(document, **changes):
    """Return a hand-in with changes and the hash that goes with them."""
    rest = {name: value for name, value in (document | changes).items() if name != "sha256"}
    return json.dumps(rest | {"sha256": sha256_of(rest)}).encode()


def read(course, inbox, files):
    path = inbox / "class.zip"
    path.write_bytes(zipped(files))
    return course.read(path)


def bomb_of_zips(many, size):
    """Return a ZIP of ZIPs that each unpack to `size` bytes."""
    inner = zipped({"a.json": b" " * size})
    return zipped({f"{at}.zip": inner for at in range(many)})


HOSTILE = {
    "a thousand ZIPs in a ZIP": lambda good: bomb_of_zips(1_000, 10_000_000),
    "a ZIP of very many files": lambda good: zipped({f"{at}.json": b"{}" for at in range(MAX_FILES + 1)}),
    "a very long name": lambda good: zipped({"_1" * 31_000 + ".json": good}),
    "brackets": lambda good: b"[" * 4_000_000,
    "open and closed": lambda good: b"[" + b"[]," * 1_500_000 + b"0]",
    "many answers": lambda good: signed(
        json.loads(good), answers={f"x{at}": {"done": True} for at in range(100_000)}
    ),
    "a long text": lambda good: b'{"format": 1, "student": "' + b"a" * 6_000_000 + b'"}',
    "a long number": lambda good: b'{"format": ' + b"9" * 1_000_000 + b"}",
    "escapes": lambda good: b'{"a": "' + b"\\\\" * 2_000_000 + b'"}',
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_breaks_one_hand_in_is_that_hand_ins_row(course, inbox, hand_in, kind):
    bad = HOSTILE[kind](hand_in(ANA))
    reading = read(course, inbox, {moodle(ANA, "x.zip"): bad, moodle(BEN): hand_in(BEN, voices=RIGHT)})
    graded = {one.row.code: one for one in course.grade_all(reading.rows)}
    assert graded[BEN.code].points == 4
    assert graded[CIA.code].row.status == "missing"
    ana = graded[ANA.code]
    assert ana.row.status == "unusable" or "left out" in " ".join(map(str, ana.notes))
    assert len(ana.row.files) <= 5


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
    monkeypatch.setattr(course, "score", lambda exercise, value: {}["x"])
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
        counts.append(steps(lambda files=files: course.grade_all(read(course, inbox, files).rows)))
    del counts[:2]  # with the schemas and patterns that are compiled at first use, and the first points kept
    for what in ("lines", "calls"):
        first, second = (counts[at + 1][what] - counts[at][what] for at in (0, 1))
        assert second <= 2.2 * first + 50, (what, counts)


def test_what_was_done_is_looked_up_and_not_searched(course, inbox, hand_in):
    done = {f"x{at}": {"done": True} for at in range(1_000)} | {"reflection": {"done": True}}
    row = row_of(read(course, inbox, {moodle(ANA): signed(json.loads(hand_in(ANA)), answers=done)}), ANA)
    assert row.done == frozenset({"reflection"})


def test_a_whole_hostile_class_is_read_in_little_memory(small, folder, inbox, hand_in):
    """In a Python of its own, under a limit that a class of good hand-ins does not need."""
    path = inbox / "class.zip"
    made = [make(hand_in(ANA)) for make in HOSTILE.values()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for at, _ in enumerate(made):
            archive.writestr(f"S {at}_{900 + at}_assignsubmission_file_/x.zip", made[at])
        archive.writestr(moodle(BEN), hand_in(BEN, voices=RIGHT))
    code = (
        "import sys; from pathlib import Path; from course.corpus.case import open_case;"
        "from course.grading.grade import Grader;"
        "g = Grader(open_case(Path(sys.argv[1])), Path(sys.argv[2]));"
        "print([o.points for o in g.grade_all(g.read(Path(sys.argv[3])).rows) if o.row.code == 'MBX-2239'])"
    )
    limit = 1_500_000_000
    ran = subprocess.run(
        [sys.executable, "-c", code, str(small.root), str(folder), str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )
    assert ran.stdout == "[4.0]\n", ran.stderr


def test_a_budget_that_is_too_small_takes_nothing():
    budget = Budget(most=3, size=10)
    budget.spend(1, 4)
    for files, size in ((3, 1), (1, 7)):
        with pytest.raises(Exception, match="with it this student’s files"):
            budget.spend(files, size)
    assert (budget.files, budget.size) == (1, 6)
