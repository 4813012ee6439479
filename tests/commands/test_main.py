"""The command line as a person meets it: by name, with an old Python, with a slip of the finger."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from course.__main__ import COMMANDS, main

ROOT = Path(__file__).parents[2]
OLD = sorted(Path.home().glob(".pyenv/versions/3.[6-9].*/bin/python")) + [
    Path(folder, f"python3.{minor}")
    for folder in os.environ["PATH"].split(os.pathsep)
    for minor in (6, 7, 8, 9, 10)
    if Path(folder, f"python3.{minor}").is_file() and "shims" not in folder
]
# What runs before the Python is known to be new enough, and what is imported first after that.
EARLY = [
    "course/__init__.py",
    "course/__main__.py",
    "course/commands/__init__.py",
    "course/commands/environment.py",
    "course/commands/lab.py",
    "course/corpus/__init__.py",
    "course/corpus/errors.py",
]


@pytest.mark.parametrize("path", EARLY)
def test_what_runs_first_parses_on_python_3_8(path):
    ast.parse((ROOT / path).read_text("utf-8"), feature_version=(3, 8))


def test_the_check_for_the_python_sees_what_python_3_8_cannot_parse():
    with pytest.raises(SyntaxError):
        ast.parse("match 1:\n    case 1: pass", feature_version=(3, 8))


@pytest.mark.parametrize("version", [(3, 8), (3, 9), (3, 10), (3, 15)])
@pytest.mark.parametrize("command", ["lab", "test", "check"])
def test_another_python_is_told_in_one_sentence(version, command, capsys):
    assert main([command], version) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert f"this is Python {version[0]}.{version[1]}:" in err


def test_the_pythons_named_are_those_of_pyproject(capsys):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"] == ">=3.11,<3.15"
    main(["lab"], (3, 15))
    assert re.findall(r"3\.\d+", capsys.readouterr().err) == ["3.11", "3.12", "3.13", "3.14", "3.15"]


def test_every_old_python_on_this_machine_gets_the_sentence_and_no_traceback(tmp_path):
    # Where a machine has no old Python, the two tests above stand alone.
    for python in OLD:
        ran = subprocess.run(
            [python, "-m", "course", "lab"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 1, python
        assert re.fullmatch(r"The course needs Python 3\.11, .*this is Python 3\.\d+: .*\n", ran.stderr), (
            python
        )


@pytest.mark.parametrize(
    ("args", "said"),
    [([], "Say what to do."), (["labb"], "There is no command 'labb'"), (["--port"], "--port")],
)
def test_a_slip_gets_a_sentence_and_the_list_of_commands(args, said, capsys):
    assert main(args) == 2
    err = capsys.readouterr().err
    assert said in err.splitlines()[0]
    assert all(command in err for command in COMMANDS)


def test_help_lists_the_commands(capsys):
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(command in out for command in COMMANDS)


def test_every_command_that_is_listed_exists():
    for command in COMMANDS:
        assert (ROOT / "course" / "commands" / f"{command}.py").is_file()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["lab", "--port"], "expected one argument"),
        (["lab", "--port", "80"], "80 is no port"),
        (["lab", "--port", "x"], "x is no port"),
        (["lab", "here"], "unrecognized arguments: here"),
        (["test", "--fast"], "nothing but --all"),
        (["test", "--all", "--all"], "nothing but --all"),
    ],
)
def test_a_wrong_option_is_one_sentence(args, said, capsys):
    assert main(args) == 1
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("name", ["there", "there/x", "n" * 300])
@pytest.mark.parametrize("command", ["print", "release", "new", "site"])
def test_a_place_that_cannot_be_is_one_sentence(command, name, tmp_path, capsys):
    (tmp_path / "there").write_text("mine")
    assert main([command, str(tmp_path / name)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


def test_python_m_course_hands_on_the_exit_code():
    ran = subprocess.run(
        [sys.executable, "-m", "course", "nothing"], cwd=ROOT, capture_output=True, check=False
    )
    assert ran.returncode == 2


@pytest.mark.parametrize("command", ["print", "release"])
def test_a_console_that_lacks_a_letter_shows_a_question_mark(command, tmp_path):
    out = tmp_path / "Школа" / "x"
    out.parent.mkdir()
    ran = subprocess.run(
        [sys.executable, "-m", "course", command, out],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert b"?????" in ran.stdout
    assert list(out.iterdir())
