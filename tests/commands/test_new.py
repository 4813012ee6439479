"""`python3 -m course new DIR`: a working folder, whole or not at all; of a ZIP only data is taken."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from course.__main__ import main as course
from course.commands import new
from course.commands.new import MOST, empty_seeds, make, seeds_in
from course.commands.print import main as print_pages
from course.commands.release import release
from course.corpus.case import open_case
from course.corpus.errors import CourseError
from course.lessons.consistency import problems_of
from course.lessons.exercises import load_exercises
from course.lessons.keys import load_keys
from tests.lessons.three import TITLE, three

ROOT = Path(__file__).parents[2]


def packed(path, members, how=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", how) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


def held(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_new_folder_has_all_that_a_teacher_needs(tmp_path, capsys):
    out = tmp_path / "mine"
    new.main([str(out)])
    assert str(out) in capsys.readouterr().out
    names = held(out)
    assert {"README.md", "seeds/case.toml", "seeds/RIGHTS.md", "pyproject.toml", "environment.yml"} <= names
    assert {f"notebooks/{path.name}" for path in (ROOT / "notebooks").glob("*.ipynb")} <= names
    assert {"notebooks/instructor/teachers_page.ipynb", "notebooks/later/four_weeks.ipynb"} <= names
    assert {"notebooks/instructor/hub_values.yaml", "notebooks/pictures/00_start_here.svg"} <= names
    assert not [
        one for one in names if one.startswith(("tests/", ".git/", "notebooks/images", "seeds/articles/"))
    ]
    assert (out / "seeds" / "articles").is_dir()
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    readme = (out / "README.md").read_text("utf-8")
    assert readme.startswith("# My case\n")
    assert "{" not in readme
    assert len(readme.splitlines()) < 60


def test_what_an_empty_case_lacks_is_one_sentence(tmp_path):
    out = tmp_path / "mine"
    make(ROOT, out, empty_seeds(ROOT))
    env = {name: value for name, value in os.environ.items() if not name.startswith("COURSE_")}
    for command in (["check"], ["print", "pages"], ["release", "copy"]):
        ran = subprocess.run(
            [sys.executable, "-m", "course", *command],
            cwd=out,
            env=env | {"PYTHONPATH": str(out), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ran.returncode, ran.stderr.count("\n")) == (1, 1)
        assert "case.toml needs a title and at least one [[article]]: add what is missing" in ran.stderr


def test_a_case_that_is_filled_in_is_whole_and_can_be_released_and_printed(tmp_path, monkeypatch, capsys):
    out = tmp_path / "mine"
    assert make(ROOT, out, empty_seeds(ROOT) | three()) == TITLE
    case = open_case(out)
    assert problems_of(case) == []
    assert course(["check", str(out)]) == 0
    assert "No lesson" not in capsys.readouterr().out
    lost = out / "seeds" / "exercises" / "00_start_here.toml"
    lost.write_text(lost.read_text("utf-8").replace('"leads"', '"leeds"'), "utf-8")
    keys = out / "seeds" / "readings" / "keys" / "00_start_here.toml"
    keys.write_text(keys.read_text("utf-8").replace('"leads"', '"leeds"'), "utf-8")
    assert course(["check", str(out)]) == 0
    assert "No lesson in notebooks/ shows leeds: give it" in capsys.readouterr().out
    release(out, tmp_path / "copy")
    assert (tmp_path / "copy" / "README.md").read_text("utf-8").startswith(f"# {TITLE}: the students' copy\n")
    assert problems_of(open_case(tmp_path / "copy")) == []
    assert not list((tmp_path / "copy").rglob("readings"))
    monkeypatch.setenv("COURSE_CASE", str(out))
    print_pages([str(tmp_path / "pages")])
    assert len(held(tmp_path / "pages")) == len({one.lesson for one in load_exercises(case).values()})


def test_a_new_case_begins_with_the_exercises_that_are_about_no_case(tmp_path):
    make(ROOT, tmp_path / "mine", empty_seeds(ROOT) | three(False))
    case, whole = open_case(tmp_path / "mine"), load_exercises(open_case(ROOT))
    own = load_exercises(case)
    assert {one.sha256 for one in own.values()} <= {one.sha256 for one in whole.values()}
    forms = {f"round_{form}{end}" for form in "xyz" for end in ("", "_sure")}
    assert forms | {"one_week", "reflection_00", "bus_guess", "bridge_order"} <= own.keys()
    assert {key.item for key in load_keys(case)["round_x"]} == {item.id for item in own["round_x"].items}
    assert not [one for one in own.values() if one.articles or any(item.article for item in one.items)]
    assert problems_of(case) == []


def test_a_folder_made_from_a_folder_is_the_same(tmp_path):
    make(ROOT, tmp_path / "one", empty_seeds(ROOT))
    make(tmp_path / "one", tmp_path / "two", empty_seeds(tmp_path / "one"))
    assert held(tmp_path / "one") == held(tmp_path / "two")
    for name in held(tmp_path / "one"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


@pytest.mark.parametrize("there", ["file", "full", "inside"])
def test_what_is_there_is_never_touched(tmp_path, there, monkeypatch):
    out = tmp_path / "mine"
    if there == "file":
        out.write_text("mine")
    elif there == "full":
        out.mkdir()
        (out / "letter.txt").write_text("mine")
    else:
        out = ROOT / "course" / "mine"
    before = held(tmp_path)
    with pytest.raises(CourseError, match="name a") as said:
        make(ROOT, out, empty_seeds(ROOT))
    assert "\n" not in str(said.value)
    assert held(tmp_path) == before
    assert not (ROOT / "course" / "mine").exists()


def test_an_empty_folder_and_a_way_that_is_not_there_yet_are_taken(tmp_path):
    (tmp_path / "empty").mkdir()
    for name in ("empty", "a/b/c"):
        make(ROOT, tmp_path / name, empty_seeds(ROOT))
        assert (tmp_path / name / "README.md").is_file()


def test_nothing_is_left_of_a_folder_that_could_not_be_written(tmp_path, monkeypatch):
    def full(self, data):
        raise OSError(28, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(CourseError, match="No space left on device"):
        make(ROOT, tmp_path / "mine", empty_seeds(ROOT))
    assert list(tmp_path.iterdir()) == []


def test_without_lessons_beside_the_package_one_sentence_is_said(tmp_path):
    with pytest.raises(CourseError, match="The lessons are not in"):
        make(tmp_path / "site-packages", tmp_path / "mine", {})


def test_the_example_is_copied_or_said_to_be_missing(tmp_path, monkeypatch, capsys):
    root = tmp_path / "root"
    (root / "notebooks").mkdir(parents=True)
    monkeypatch.setattr(new, "ROOT", root)
    assert course(["new", str(tmp_path / "one"), "--example"]) == 1
    assert "There is no example in" in capsys.readouterr().err
    for name, data in three().items():
        (root / "course/example/seeds" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "course/example/seeds" / name).write_bytes(data)
    assert course(["new", str(tmp_path / "one"), "--example"]) == 0
    assert open_case(tmp_path / "one").about["title"] == TITLE
    assert problems_of(open_case(tmp_path / "one")) == []


# --- a ZIP from a stranger


def test_a_case_travels_as_a_zip_of_its_folder_or_of_its_seeds(tmp_path):
    make(ROOT, tmp_path / "mine", empty_seeds(ROOT) | three())
    (tmp_path / "mine" / "notebooks" / "00_start_here.ipynb").write_text("import os; os.remove('.')")
    (tmp_path / "mine" / "course" / "__init__.py").write_text("raise SystemExit")
    every = {name: (tmp_path / "mine" / name).read_bytes() for name in held(tmp_path / "mine")}
    seeds = {name: data for name, data in every.items() if name.startswith("seeds/")}
    for number, (top, members) in enumerate([("mine/", every), ("", every), ("", seeds), ("a/b/", seeds)]):
        file = packed(tmp_path / f"{number}.zip", {top + name: data for name, data in members.items()})
        out = tmp_path / f"theirs{number}"
        new.main([str(out), "--from", str(file)])
        assert {f"seeds/{name}": data for name, data in seeds_in(file).items()} == seeds
        assert open_case(out).about["title"] == TITLE
        assert (out / "course" / "__init__.py").read_bytes() == (ROOT / "course" / "__init__.py").read_bytes()
        assert json.loads((out / "notebooks" / "00_start_here.ipynb").read_text("utf-8"))["cells"]


def test_nothing_but_data_below_seeds_is_taken(tmp_path):
    evil = {
        "../outside.toml": b"",
        "seeds/../../outside.toml": b"",
        "seeds/articles/../../../outside.txt": b"",
        "seeds/articles/a\\..\\..\\outside.txt": b"",
        "/seeds/articles/absolute.txt": b"",
        "C:/seeds/articles/drive.txt": b"",
        "seeds/articles/C:drive.txt": b"",
        "seeds/articles/.hidden.txt": b"",
        "seeds/articles/run.py": b"raise SystemExit",
        "seeds/articles/run.ipynb": b"{}",
        "seeds/articles/deep/er.txt": b"",
        "seeds/exercises/x.toml.exe": b"",
        "seeds/readings/keys/deep/x.toml": b"",
        "seeds/articles/new\nline.txt": b"",
        "seeds/sitecustomize.py": b"raise SystemExit",
        "conftest.py": b"raise SystemExit",
        "my_work/x.json": b"{}",
    }
    good = {f"seeds/{name}": data for name, data in three().items()}
    file = packed(tmp_path / "case.zip", good | evil)
    assert seeds_in(file) == three()
    new.main([str(tmp_path / "out"), "--from", str(file)])
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(("outside", "run.", "x."))]
    assert not (tmp_path / "out" / "conftest.py").exists()


def test_a_link_in_a_zip_is_only_its_text(tmp_path):
    file = packed(tmp_path / "case.zip", {f"seeds/{name}": data for name, data in three().items()})
    link = zipfile.ZipInfo("seeds/articles/link.txt")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(file, "a") as more:
        more.writestr(link, "/etc/passwd")
    new.main([str(tmp_path / "out"), "--from", str(file)])
    assert not (tmp_path / "out/seeds/articles/link.txt").is_symlink()
    assert (tmp_path / "out/seeds/articles/link.txt").read_text("utf-8") == "/etc/passwd"


def lying(path):
    """Write a ZIP whose list says that its largest file is small."""
    packed(path, {"seeds/case.toml": "", "seeds/articles/A.txt": bytes(MOST + 1)})
    data = path.read_bytes()
    true, told = (number.to_bytes(4, "little") for number in (MOST + 1, 10))
    assert data.count(true) == 2
    path.write_bytes(data.replace(true, told))


def damaged(path):
    packed(path, {"seeds/case.toml": "a" * 1000}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"aaaa", b"aaab", 1))


def locked(path):
    data = packed(path, {"seeds/case.toml": ""}).read_bytes()
    at = data.index(b"PK\x01\x02") + 8
    path.write_bytes(data[:at] + b"\x01" + data[at + 1 :])


BAD = {
    "no file": (lambda path: None, "missing: put the ZIP back"),
    "no ZIP": (lambda path: path.write_bytes(b"PK\x03\x04 not"), "is no ZIP, or damaged"),
    "no case": (lambda path: packed(path, {"readme.txt": "x"}), "has no seeds/case.toml"),
    "a bomb": (lambda path: packed(path, {"seeds/case.toml": "", "seeds/RIGHTS.md": bytes(MOST)}), None),
    "a larger bomb": (
        lambda path: packed(path, {"seeds/case.toml": "", "seeds/RIGHTS.md": bytes(MOST + 1)}),
        "unpacks to more than 50 MB",
    ),
    "a list that lies": (lying, "damaged"),
    "too many files": (
        lambda path: packed(path, dict.fromkeys(map(str, range(5001)), "")),
        "more than 5,000",
    ),
    "bytes that changed": (damaged, "damaged"),
    "a password": (locked, "damaged"),
    "another packing": (
        lambda path: packed(path, {"seeds/case.toml": "x"}, zipfile.ZIP_LZMA),
        "packed in an unusual way",
    ),
    "a case that is none": (lambda path: packed(path, {"seeds/case.toml": "title = 3"}), "needs a title"),
    "no TOML": (lambda path: packed(path, {"seeds/case.toml": "\x00"}), "is not valid TOML"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_zip_is_refused_in_one_sentence_and_leaves_nothing(name, tmp_path, capsys):
    write, said = BAD[name]
    write(tmp_path / "case.zip")
    before = held(tmp_path)
    assert course(["new", str(tmp_path / "out"), "--from", str(tmp_path / "case.zip")]) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert (said or "needs a title") in err
    assert held(tmp_path) == before
    assert not (tmp_path / "out").exists()
