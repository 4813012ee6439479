"""All lessons run to their end on a case of three short articles, and nothing of this case is in them."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from course.commands.new import empty_seeds, make
from course.commands.release import release
from course.commands.site import asked_in, lessons_in, pack_lessons
from course.corpus.case import open_case
from course.corpus.readings import load_cards
from course.lessons.consistency import problems_of
from course.lessons.exercises import load_exercises
from course.lessons.here import open_workspace
from course.lessons.keys import load_keys
from tests.lessons.test_scoring import best_of
from tests.lessons.three import TITLE, three

ROOT = Path(__file__).parents[2]
LESSONS = lessons_in(ROOT / "notebooks")
RUNNING = Path(__file__).with_name("running.py")
# What nothing but this case's own files may say: its places, people, outlets and papers.
WORDS = ("El Salvador", "Bukele", "Rubio", "Venezuela", "Guantanamo", "Tren de Aragua", "Cecot", "deport")
WORDS += (
    "immigration",
    "February 2025",
    "The National",
    "West Hawaii",
    "Daily Caller",
    "Telegraph",
    "tjgringo",
)


def ids_in(root):
    """Return the names of a case's items, passages and cards: those that are no word of any text."""
    case = open_case(root)
    items = (one for asked in load_exercises(case).values() for one in (*asked.items, *asked.passages))
    return {id for id in (*(one.id for one in items), *(one["id"] for one in load_cards(case))) if "_" in id}


def own_words():
    """Return a pattern for what nothing but this case's own files may say.

    Ids that another case has are a lesson's own.
    """
    own = ids_in(ROOT) - ids_in(ROOT / "course" / "example")
    assert len(own) > 50
    outlets = tomllib.loads((ROOT / "seeds/readings/provenance.toml").read_text("utf-8"))["lookup"]
    words = "|".join(map(re.escape, {*WORDS, *(one["name"] for one in outlets)}))
    return re.compile(rf"{words}|\b(?:{'|'.join(map(re.escape, own))})\b")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Make a working folder and its students' copy, without exercises, as new, and with a handful."""
    top, made = tmp_path_factory.mktemp("any"), {}
    given = {"none": three(False), "few": three(), "new": empty_seeds(ROOT) | three(False)}
    for name, seeds in given.items():
        assert make(ROOT, top / name, seeds) == TITLE
        release(top / name, top / f"{name}_released")
        made |= {name: top / name, f"{name}_released": top / f"{name}_released"}
    return made


def cells(folder):
    for path in {*(folder / "notebooks").glob("*.ipynb"), *lessons_in(folder / "notebooks")}:
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            yield path.stem, cell, "".join(cell["source"])


@pytest.mark.parametrize("name", ["none", "none_released", "few", "few_released", "new_released"])
def test_all_lessons_run_to_their_end(folders, name, tmp_path, monkeypatch):
    folder = folders[name]
    case = open_case(folder)
    assert problems_of(case) == []
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "answered"))
    answers, keys = open_workspace(case), load_keys(open_case(folders[name.removesuffix("_released")]))
    for id, exercise in load_exercises(case).items():
        if id in keys and exercise.kind != "write":
            answers.put(exercise, best_of(case, exercise, keys[id]))
    env = {one: value for one, value in os.environ.items() if not one.startswith("COURSE_")}
    env |= {
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "IPYTHONDIR": str(tmp_path / "ipython"),
    }
    works = [str(tmp_path / one) for one in ("empty", "answered")]
    ran = subprocess.run(
        [sys.executable, RUNNING, *(folder / path.relative_to(ROOT) for path in LESSONS)],
        input=json.dumps(works), cwd=folder, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    runs = json.loads(ran.stdout)
    assert len(runs) == 2 * len(LESSONS)
    assert [(stem, failed) for stem, _, _, failed in runs if failed] == []
    shown = "".join(text for _, _, text, _ in runs)
    assert not [one for one in WORDS if one in shown]
    assert ("has no exercise ‘" in shown) is not name.endswith("_released")
    assert ("log says so" in shown) is (name == "few")
    if name == "few":
        assert "no reader of this case was asked" in shown


def test_a_copy_asks_only_what_its_case_has(folders):
    known = load_exercises(open_case(ROOT)).keys()
    for name in ("none_released", "few_released", "new_released"):
        own = load_exercises(open_case(folders[name])).keys()
        asked = set().union(*(asked_in(cell) for _, cell, _ in cells(folders[name])))
        code = [text for _, cell, text in cells(folders[name]) if cell["cell_type"] == "code"]
        named = asked | {id for id in known for text in code if f'"{id}"' in text}
        assert named == own, name
        asked = {stem for stem, cell, _ in cells(folders[name]) if asked_in(cell)}
        nothing = {stem for stem, cell, _ in cells(folders[name]) if cell["id"] == "nothing-here"}
        assert asked | nothing == {path.stem for path in LESSONS}
    assert len(own) == 34, "rounds, a week later, last thoughts, recalls, three lines, bus, bridges, signs"


def test_every_lesson_keeps_its_card_and_its_closing(folders):
    for folder in folders.values():
        for path in LESSONS:
            book = json.loads((folder / path.relative_to(ROOT)).read_text("utf-8"))
            texts = ["".join(cell["source"]) for cell in book["cells"]]
            assert "| You will be able to |" in texts[0]
            assert "| Time |" not in texts[0]  # that depends on the texts
            assert re.search(r"^(Next|Previous): ", "\n".join(texts[-3:]), re.MULTILINE)
            assert any("save_my_work()" in text for text in texts)


def test_nothing_of_this_case_is_in_a_copy_for_another(folders):
    own = own_words()
    for name in ("none", "few_released", "new"):
        paths = [path for path in folders[name].rglob("*") if path.is_file() and path.suffix != ".zip"]
        assert len(paths) > 100
        for path in paths:
            found = own.search(path.read_text("utf-8", "replace"))
            assert not found, path.relative_to(folders[name])


def test_nothing_of_this_case_is_in_the_engine():
    own = own_words()
    for path in (ROOT / "course").rglob("*"):
        if (
            path.suffix in (".py", ".toml", ".js", ".md", ".json", ".css", ".html")
            and "example" not in path.parts
        ):
            assert not own.search(path.read_text("utf-8")), path.relative_to(ROOT)


def test_a_site_of_the_students_copy_packs_the_same_lessons(folders, tmp_path):
    pack_lessons(folders["few_released"], tmp_path / "lessons")
    released = folders["few_released"] / "notebooks"
    made = [path for path in (tmp_path / "lessons").rglob("*") if path.is_file()]
    assert len(made) == sum(path.suffix in (".ipynb", ".svg") for path in released.rglob("*"))
    for path in made:
        assert path.read_bytes() == (released / path.relative_to(tmp_path / "lessons")).read_bytes()


def test_only_where_the_readings_are_is_said_what_they_show(folders):
    few, released = ({(at, one["id"]) for at, one, _ in cells(folders[n])} for n in ("few", "few_released"))
    every = ((at, one["id"], one["metadata"].get("tags", ())) for at, one, _ in cells(ROOT))
    tagged = {(at, id) for at, id, tags in every if "needs:readings" in tags}
    assert len(tagged) > 12
    assert tagged & few
    assert not tagged & released


def test_every_id_that_a_cell_names_is_an_exercise_of_this_case():
    known = load_exercises(open_case(ROOT))
    for stem, cell, _ in cells(ROOT):
        assert asked_in(cell) <= known.keys() | {"readings"}, (stem, cell["id"])
        tags = cell["metadata"].get("tags", [])
        assert not [one for one in tags if not re.fullmatch(r"this-case|every-case|needs:\w+", one)]
        assert "every-case" not in tags or (cell["cell_type"] == "code" and asked_in(cell))


def test_what_stays_for_another_case_speaks_of_no_article_by_its_letter(folders):
    for stem, cell, text in cells(folders["none"]):
        if cell["cell_type"] == "markdown" and stem != "glossary":
            assert not re.search(r"\b(in|of|and|from|at) [A-E]\b(?!\w)", text), (stem, cell["id"], text)
            assert not re.search(r"\b[Ff]ive (texts|articles|reports|newsrooms|files)|all five", text), (
                stem,
                cell["id"],
                text,
            )
        assert not re.search(r'case\["', text), (stem, cell["id"])
