"""The front door: what notebooks use comes from `course`, whatever room holds it."""

import ast
import builtins
import json
import re
from pathlib import Path

import pytest

import course

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted(
    path for path in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts
)


def wrong(cells):
    """Yield what the code cells of a notebook take from elsewhere than the door, or take and do not use."""
    text = "\n".join(source for source in cells if not source.lstrip().startswith(("%", "!")))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (f"import {alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names = [alias.name for alias in node.names]
            yield from (f"from {node.module}" for _ in names[:1] if node.module != "course" or node.level)
            yield from (f"no name {name}" for name in names if name not in course.__all__)
            uses = {name: len(re.findall(rf"\b{re.escape(name)}\b", text)) for name in names}
            yield from (f"{name} unused" for name in names if uses[name] < 2)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_imports_from_the_front_door_only_and_only_what_it_uses(path):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    assert list(wrong("".join(one["source"]) for one in cells if one["cell_type"] == "code")) == []


def borrowed(source):
    """Return the names that a cell takes from cells above it: run alone, it would end in a NameError."""
    tree = ast.parse(source)
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    own = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    own |= {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return {node.id for node in names} - own - set(dir(builtins))


@pytest.mark.parametrize(
    "path", [path for path in NOTEBOOKS if path.name[0].isdigit()], ids=lambda path: path.stem
)
def test_each_cell_of_a_lesson_runs_alone_in_any_order(path):
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            assert not borrowed("".join(cell["source"])), cell["id"]


def test_a_cell_that_needs_another_is_found():
    assert borrowed("from course import read\nread(case)") == {"case"}
    assert borrowed("from course import open_case, read\ncase = open_case()\nread(case)") == set()


def test_what_comes_through_another_door_is_found():
    assert list(wrong(["import course", "from course.lessons import figures\nfigures.x()"])) == [
        "import course",
        "from course.lessons",
    ]
    assert list(wrong(["from course import *"])) == ["no name *", "* unused"]
    assert list(wrong(["from course import read, nothing\nread(nothing)"])) == ["no name nothing"]
    assert list(wrong(["from course import read"])) == ["read unused"]


@pytest.mark.parametrize("name", course.__all__)
def test_every_name_that_the_door_offers_is_there(name):
    assert getattr(course, name).__doc__


def test_another_name_is_refused():
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = course.nothing
