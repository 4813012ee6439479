"""The teacher's decisions: every change kept, none lost by a kill, gone when the class is deleted."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from course.corpus.errors import CourseError
from course.grading.record import Record, delete_class

ROOT = Path(__file__).parents[2]
WRITE = """
import sys
from pathlib import Path
from course.grading.record import Record

record = Record(Path(sys.argv[1]))
for at in range(100_000):
    points = {str(exercise): float(at) for exercise in range(20)}
    record.keep("s", points, "again", str(at), "", "", b"")
    record.commit()
    print(at, flush=True)
"""


def test_what_is_decided_last_holds_and_all_is_kept(tmp_path):
    record = Record(tmp_path / "my_class")
    record.set("level", "Basic", student="a", exercise="why", reason="first reading")
    record.set("level", "Proficient", student="a", exercise="why", reason="read again")
    record.set("comment", "Good “ear” for =words", student="a", exercise="why")
    record.set("level", None, student="b", exercise="why")
    record.close()
    record = Record(tmp_path / "my_class")
    assert record.get("level", "a", "why") == "Proficient"
    assert record.all("level") == {("a", "why"): "Proficient"}
    rows = record.history(["level"]).rows
    assert [(row["value"], row["reason"]) for row in rows][1:] == [
        ('"Proficient"', "read again"),
        ('"Basic"', "first reading"),
    ]
    assert all(str(row["at"]).endswith("Z") for row in rows)


def test_the_comment_bank_has_each_comment_once_the_last_first(tmp_path):
    record = Record(tmp_path)
    for student, text in (
        ("a", "Name the source."),
        ("b", "Well put."),
        ("c", "Name the source."),
        ("d", None),
    ):
        record.set("comment", text, student=student)
    assert record.comments() == ["Name the source.", "Well put."]


def test_only_scores_that_changed_are_written(tmp_path):
    record = Record(tmp_path)
    record.keep("a", {"x": 1.0, "y": None}, "marked", "", "", "", b"")
    record.commit()
    assert len(record.history().rows) == 2
    record.keep("a", {"x": 1.0, "y": 2.0}, "accepted ‘clause’", "", "", "", b"")
    record.commit()
    assert record.history().rows[0]["reason"] == "accepted ‘clause’"
    assert len(record.history().rows) == 3


def test_the_file_has_a_rollback_journal_and_is_nobody_elses(tmp_path):
    record = Record(tmp_path / "my_class")
    (mode,) = sqlite3.connect(record.path).execute("PRAGMA journal_mode").fetchone()
    assert mode == "delete"
    if os.name == "posix":
        assert (record.path.stat().st_mode & 0o777, record.path.parent.stat().st_mode & 0o777) == (
            0o600,
            0o700,
        )


def test_two_notebooks_see_each_others_decisions(tmp_path):
    one, other = Record(tmp_path), Record(tmp_path)
    one.set("weight", 2, exercise="why")
    assert other.get("weight", exercise="why") is None
    other.refresh()
    assert other.get("weight", exercise="why") == 2
    other.set("weight", 3, exercise="why")
    one.refresh()
    assert one.get("weight", exercise="why") == 3


def test_a_kill_while_marks_are_written_loses_none_that_was_said_to_be_kept(tmp_path):
    for wait in (0.05, 0.11, 0.23):
        folder = tmp_path / str(wait)
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITE, str(folder)], cwd=ROOT, stdout=subprocess.PIPE
        )
        writer.stdout.readline()
        time.sleep(wait)
        os.kill(writer.pid, signal.SIGKILL)
        said = [int(line) for line in writer.stdout.read().split()] or [0]
        writer.wait()
        record = Record(folder)
        held = {json.loads(row["value"]) for row in record.history(["score"]).rows[:20]}
        assert len(held) == 1, "a marking is there whole or not at all"
        last = held.pop()
        assert last >= said[-1]
        assert record.marking("s", "of") == (f"{last:.0f}",)
        record.set("excused", True, student="s")


def test_what_cannot_be_used_is_one_sentence(tmp_path, monkeypatch):
    (tmp_path / "marks.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(CourseError, match="cannot be used"):
        Record(tmp_path)
    folder = tmp_path / "by_hand"
    Record(folder).set("level", "Basic", student="a")
    with sqlite3.connect(folder / "marks.sqlite") as by_hand:
        by_hand.execute("UPDATE change SET value = '{'")
    with pytest.raises(CourseError, match="cannot be used"):
        Record(folder)
    (tmp_path / "file").write_text("")
    with pytest.raises(CourseError, match=r"file cannot be used \(File exists\): name a folder"):
        Record(tmp_path / "file")
    with pytest.raises(CourseError, match="'mood' is nothing that is decided"):
        Record(tmp_path / "new").set("mood", 1)


def test_a_file_that_another_program_holds_is_told(tmp_path, monkeypatch):
    record = Record(tmp_path)
    record._db.execute("PRAGMA busy_timeout = 10")
    other = sqlite3.connect(record.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(CourseError, match="locked"):
        record.set("weight", 2, exercise="why")
    assert record.get("weight", exercise="why") is None
    other.execute("ROLLBACK")
    record.set("weight", 2, exercise="why")


def test_delete_this_class_deletes_what_is_ours_and_names_the_rest(tmp_path):
    folder = tmp_path / "my_class"
    Record(folder).set("excused", True, student="a")
    (folder / "feedback").mkdir()
    for name in (
        "class.toml",
        "roster.csv",
        "marks.csv",
        "marks.json",
        "gradebook-canvas.csv",
        "feedback/a.html",
    ):
        (folder / name).write_text("")
    (folder / "holiday.jpg").write_text("mine")
    assert "holiday.jpg" in delete_class(folder)
    assert [path.name for path in folder.iterdir()] == ["holiday.jpg"]
    (folder / "holiday.jpg").unlink()
    Record(folder / "7b").close()  # a second class
    assert delete_class(folder).endswith("still holds what is not of this class: 7b.")
    assert delete_class(folder / "7b") == "The class is deleted."
    assert delete_class(folder) == "The class is deleted."
    assert not folder.exists()
