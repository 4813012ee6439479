"""`python3 -m course grade`: from a class's ZIP to marks and pages; the exit code tells."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from course.__main__ import main
from tests.grading.conftest import ANA, BEN, CIA, exercises, folder, hand_in, inbox, moodle, small, zipped  # noqa: F401 - fixtures

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def the_small_case(small, monkeypatch):  # noqa: F811
    monkeypatch.setenv("COURSE_CASE", str(small.root))


def everything_in(folder):  # noqa: F811
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_class_is_marked_and_the_summary_tells(inbox, folder, hand_in, capsys):  # noqa: F811
    path = inbox / "class.zip"
    path.write_bytes(zipped({moodle(ANA): hand_in(ANA), moodle(BEN): b"", "../../x.json": b"{}"}))
    before = everything_in(folder.parent)
    assert main(["grade", str(path), "--out", str(folder)]) == 3
    out = capsys.readouterr().out
    assert "1 hand-ins marked, 2 that cannot be used, 1 missing" in out
    assert "Ben Ode (Ben Ode_502_assignsubmission_file_/hand_in.json): it is empty." in out
    assert "leads out of its folder" in out
    assert f"{CIA.name}: nothing was handed in." in out
    after = everything_in(folder.parent)
    new = {file.relative_to(folder).as_posix() for file in after.keys() - before.keys()}
    assert {file for file in new if "feedback" not in file} == {"marks.csv", "marks.json", "marks.sqlite"}
    assert len(new) == 4
    assert all(after[file] == data for file, data in before.items())
    assert [one["status"] for one in json.loads((folder / "marks.json").read_bytes())["students"]].count(
        "read"
    ) == 1


def test_everyone_marked_is_0_and_nothing_is_3(inbox, tmp_path, hand_in, capsys):  # noqa: F811
    (inbox / "a.json").write_bytes(hand_in(ANA))
    assert main(["grade", f"--out={tmp_path / 'out'}", str(inbox)]) == 0
    empty = tmp_path / "empty"
    empty.mkdir()
    assert main(["grade", str(empty), "--out", str(tmp_path / "out2")]) == 3
    assert "0 hand-ins marked" in capsys.readouterr().out


@pytest.mark.parametrize(
    "args", [[], ["x"], ["--out", "x"], ["x", "y"], ["x", "--out"], ["--fast", "--out", "x"]]
)
def test_a_slip_gets_the_usage(args, capsys):
    assert main(["grade", *args]) == 2
    assert capsys.readouterr().err.startswith("usage: python3 -m course grade INBOX --out DIR")


def test_what_cannot_be_done_is_one_sentence(inbox, tmp_path, capsys):  # noqa: F811
    for args in (
        [str(tmp_path / "nothing"), "--out", str(tmp_path / "out")],
        [str(inbox), "--out", str(inbox / "out")],
    ):
        assert main(["grade", *args]) == 1
        assert capsys.readouterr().err.count("\n") == 1
    assert not list(inbox.iterdir())


def test_a_read_only_inbox_is_read_and_stays_as_it_is(inbox, folder, hand_in):  # noqa: F811
    (inbox / "a.json").write_bytes(hand_in(ANA))
    (inbox / "a.json").chmod(0o444)
    inbox.chmod(0o555)
    before = everything_in(inbox)
    try:
        assert main(["grade", str(inbox), "--out", str(folder)]) == 3
    finally:
        inbox.chmod(0o755)
    assert everything_in(inbox) == before


def test_the_made_up_class_is_one_command_away(tmp_path, capsys):
    assert main(["grade", "--made-up", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "This class is made up. Nobody in it exists" in out
    args = out.splitlines()[-1].split("python3 -m course ")[1].split()
    assert main(args) == 3
    assert "25 hand-ins marked, 4 that cannot be used, 1 missing" in capsys.readouterr().out


def test_it_runs_from_a_clone_with_nothing_installed(tmp_path):
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-S", "-m", "course", "grade", "--made-up", str(tmp_path)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=env, check=False)
    assert ran.returncode == 0, ran.stderr


def test_a_name_that_the_terminal_cannot_write_stops_nothing(inbox, tmp_path, small):  # noqa: F811
    (inbox / "Łucja.json").write_bytes(b"")
    command = [sys.executable, "-m", "course", "grade", str(inbox), "--out", str(tmp_path / "out")]
    env = {**os.environ, "PYTHONIOENCODING": "cp1252", "COURSE_CASE": str(small.root)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=False)
    assert (done.returncode, b"?ucja.json" in done.stdout) == (3, True), done
