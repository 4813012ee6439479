"""`python3 -m course release OUT`: the students' copy runs, and gives no answer away."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from course.commands.links import links, table
from course.commands.release import FILES, FOLDERS, main, release
from course.commands.site import lessons_in
from course.corpus.case import open_case
from course.corpus.errors import CourseError
from course.lessons.keys import load_keys
from tests.secrets import reasons

ROOT = Path(__file__).parents[2]
URL = "https://github.com/someone/five"


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    out = tmp_path_factory.mktemp("release") / "students"
    assert release(ROOT, out, URL) == out.with_name("students.zip")
    return out


@pytest.fixture
def root(tmp_path):
    """Return a house of its own, which a test may break."""
    where = tmp_path / "house"
    for name in FOLDERS:
        shutil.copytree(ROOT / name, where / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(ROOT / name, where / name)
    return where


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_copy_holds_what_students_need_and_nothing_of_the_teacher(copy):
    held = files(copy)
    assert {"README.md", "environment.yml", "LICENSE", "seeds/RIGHTS.md", "course/requirements.txt"} <= held
    lessons = {f"notebooks/{path.name}" for path in (ROOT / "notebooks").glob("*.ipynb")}
    lessons |= {f"notebooks/later/{name}.ipynb" for name in ("one_week", "four_weeks")}
    assert lessons <= held
    for gone in ("seeds/readings", "tests", "notebooks/instructor", ".git", "my_work", "my_class", ".venv"):
        assert not [name for name in held if name.startswith(f"{gone}/")]


# Words of sentences that only the readings can carry out: a class copy does not show what they speak of.
OF_READINGS = re.compile(
    r"\b(?:the|two|three|most|no) readers?\b|\breaders’"
    r"|\b[Rr]eaders? (?:cut|filled|ranked|read|labelled|listed)\b"
    r"|\b(?:[Rr]eader|[Mm]odel) \d|\b(?:[Tt]he key|the counter|your feedback|full credit)\b|\bthe course’s\b"
)


def prose_of_readings(notebooks):
    """Return the Markdown cells of lessons and later visits that speak of what readers answered."""
    return [
        f"{path.stem}, {cell['id']}: {found[0]}"
        for path in lessons_in(notebooks)
        for cell in json.loads(path.read_text("utf-8"))["cells"]
        if cell["cell_type"] == "markdown" and (found := OF_READINGS.search("".join(cell["source"])))
    ]


def test_no_sentence_speaks_of_what_the_copy_does_not_show(copy):
    assert prose_of_readings(copy / "notebooks") == []
    assert len(prose_of_readings(ROOT / "notebooks")) > 3  # in the whole course there are such sentences
    assert OF_READINGS.search("Your marks then stand beside the readers’.")
    assert not OF_READINGS.search("Its readers were thought to know it. A careful reader can answer it.")


def test_no_reason_and_no_sample_answer_is_in_it(copy):
    closed = reasons()
    whole = {}
    for name in files(copy):
        text = (copy / name).read_text("utf-8", "replace")
        if name.endswith(".ipynb"):
            text = " ".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
        whole[name] = " ".join(text.split())
    assert [
        (name, one) for name, text in whole.items() for one in closed if " ".join(one.split()) in text
    ] == []


def test_the_zip_holds_the_same(copy):
    with zipfile.ZipFile(copy.with_name("students.zip")) as packed:
        held = {name.removeprefix("students/"): packed.read(name) for name in packed.namelist()}
    assert held == {name: (copy / name).read_bytes() for name in files(copy)}


def test_links_are_built_from_the_address_of_the_copy(copy):
    assert f'Repository = "{URL}"' in (copy / "pyproject.toml").read_text("utf-8")
    assert "OWNER/REPO" in (ROOT / "pyproject.toml").read_text("utf-8")
    assert (copy / "README.md").read_text("utf-8").endswith(table(links(ROOT, URL)))


def test_the_copy_is_sound_and_says_that_it_has_no_tests(copy, tmp_path):
    """In an environment that finds the course in the copy alone. tests/lessons run its lessons."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("COURSE_")}
    env |= {"PYTHONPATH": str(copy), "COURSE_WORK": str(tmp_path / "work"), "PYTHONDONTWRITEBYTECODE": "1"}
    check = [sys.executable, "-m", "course", "check"]
    assert subprocess.run(check, cwd=copy, env=env, check=False, capture_output=True).returncode == 0
    tried = [sys.executable, "-m", "course", "test"]
    said = subprocess.run(tried, cwd=copy, env=env, check=False, capture_output=True, text=True)
    assert (said.returncode, "students' copy" in said.stderr) == (1, True)


def test_outputs_and_strangers_files_stay_behind(root, tmp_path):
    path = root / "notebooks" / "00_start_here.ipynb"
    notebook = json.loads(path.read_bytes())
    code = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    code.update(
        outputs=[{"output_type": "stream", "name": "stdout", "text": ["left-behind"]}], execution_count=3
    )
    notebook["metadata"]["widgets"] = {"state": {"left-behind": {}}}
    path.write_text(json.dumps(notebook), "utf-8")
    (root / "notebooks" / "my_work").mkdir()
    (root / "notebooks" / "my_work" / "student.json").write_text("left-behind")
    (root / "notebooks" / "hand_in-0123abcd-20250203T140211Z.json").write_text("left-behind")
    (root / "notebooks" / ".ipynb_checkpoints").mkdir(exist_ok=True)  # of whoever tests after a lesson
    (root / "notebooks" / ".ipynb_checkpoints" / "x.ipynb").write_text("{}")
    out = tmp_path / "out"
    release(root, out)
    assert not [
        name
        for name in files(out / "notebooks")
        if "left-behind" in (out / "notebooks" / name).read_text("utf-8", "replace")
    ]
    assert not [name for name in files(out) if "my_work" in name or "checkpoints" in name]


@pytest.mark.parametrize(
    "name", ["notebooks/01_open_the_file.ipynb", "seeds/exercises/01_open_the_file.toml"]
)
def test_an_answer_that_slipped_in_is_found_and_nothing_is_written(root, tmp_path, name):
    keys = [key for own in load_keys(open_case(ROOT)).values() for key in own]
    sample = next(key.sample for key in keys if len(key.sample) > 60)
    path = root / name
    text = path.read_text("utf-8")
    if name.endswith(".ipynb"):
        text = text.replace('"source": [', f'"source": [{json.dumps(sample, ensure_ascii=False)},', 1)
    else:
        text = f"# {sample}\n{text}"
    path.write_text(text, "utf-8")
    with pytest.raises(CourseError, match=name):
        release(root, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_is_there_is_never_overwritten(tmp_path):
    out = tmp_path / "out"
    (out / ".git").mkdir(parents=True)
    (out / ".git" / "HEAD").write_text("ref: refs/heads/main")
    packed = release(ROOT, out)
    assert (out / ".git" / "HEAD").read_text() == "ref: refs/heads/main"
    with zipfile.ZipFile(packed) as held:
        assert not [name for name in held.namelist() if ".git/" in name]
    with pytest.raises(CourseError, match="is there already"):
        release(ROOT, out)
    packed.unlink()
    with pytest.raises(CourseError, match="is there already"):
        release(ROOT, out)


@pytest.mark.parametrize(
    "url", ["github.com/a/b", "https://github.com/a", "https://x/a b", 'https://h/a/b"', "file:///a/b"]
)
def test_an_address_that_is_none_is_said(url, tmp_path):
    with pytest.raises(CourseError, match="no address of a repository"):
        main([str(tmp_path / "out"), "--url", url])
    assert not (tmp_path / "out").exists()


def test_the_command_says_what_to_do_next(tmp_path, capsys):
    main([str(tmp_path / "out")])
    said = capsys.readouterr().out
    assert "mybinder.org/v2/gh/OWNER/REPO" in said
    assert "git-pull?repo=" in said
    assert "begin again with --url" in said
    with pytest.raises(SystemExit):
        main([])
    assert "the following arguments are required: out" in capsys.readouterr().err
