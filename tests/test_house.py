"""The house as a whole: what each floor may import, what is installed, what Binder makes of it."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml
from repo2docker.app import Repo2Docker
from repo2docker.utils import chdir

from course.commands.environment import EVERYTHING, needed, pins
from course.commands.lab import SETTINGS
from course.commands.links import UNKNOWN, links, table

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
BINDER = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
STUDENT = pins((ROOT / EVERYTHING[0]).read_text("utf-8"))
MODULES = sorted((ROOT / "course").rglob("*.py"))
# All of course/ in lines of code, without empty lines, comments and docstrings: to explain costs nothing.
CODE = 10_500
WIDGETS = {"ipywidgets", "plotly", "anywidget", "traitlets"}  # traitlets is a part of ipywidgets
MAY_SHOW = r"course/(lessons/(widgets|figures)|grading/desk)(_\w+)?\.py"


def imported(path):
    """Return the first names of what a module imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add("course" if node.level else (node.module or "").split(".")[0])
    return names - sys.stdlib_module_names - {"course"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_imports_only_what_its_place_allows(path):
    place = path.relative_to(ROOT).as_posix()
    if re.fullmatch(MAY_SHOW, place):
        assert imported(path) <= WIDGETS | {"IPython"}
    elif place == "course/corpus/formats.py":
        assert imported(path) == {"fastjsonschema"}
    elif place.startswith(("course/corpus/", "course/analysis/", "course/lessons/")):
        assert imported(path) <= {"IPython"}
    else:
        assert not imported(path) & WIDGETS


def test_importing_the_course_loads_no_third_party_package():
    ask = "import sys; old = set(sys.modules); import course; print(*(set(sys.modules) - old))"
    ran = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in ran.stdout.split()}
    assert loaded - sys.stdlib_module_names == {"course"}


def lines_of_code(text):
    """Return how many lines hold code: not those of comments and docstrings alone, nor empty ones."""
    told = set()
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and ast.get_docstring(node) is not None
        ):
            told |= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    lines = enumerate(text.splitlines(), 1)
    return sum(n not in told and line.strip()[:1] not in ("", "#") for n, line in lines)


def test_the_package_stays_small():
    texts = [path.read_text("utf-8") for path in MODULES]
    code, lines = sum(map(lines_of_code, texts)), sum(len(text.splitlines()) for text in texts)
    print("course/ has", code, "lines of code,", lines, "in all")
    assert code <= CODE, "make room: what can go?"


def test_lines_of_code_are_what_is_neither_told_nor_empty():
    assert lines_of_code('"""A\nb."""\n\n# c\ndef d():\n    """E."""\n    f = """\n# g\n"""  # h\n') == 3


def test_every_file_beside_a_module_is_installed_with_it():
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["*"]
    for path in (ROOT / "course").rglob("*"):
        if path.is_file() and path.suffix not in (".py", ".pyc"):
            assert any(fnmatch(path.as_posix(), f"*/{pattern}") for pattern in patterns), path


def test_every_dependency_stands_with_its_reason():
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    project = PROJECT["project"]
    listed = list(project["dependencies"])
    for extra in project["optional-dependencies"].values():
        listed += extra
    assert len(listed) > 10
    for requirement in listed:
        assert re.search(rf'"{re.escape(requirement)}", *# \w+', text), requirement


def test_binder_gets_the_versions_that_students_get():
    lines = next(entry["pip"] for entry in BINDER["dependencies"] if isinstance(entry, dict))
    versions = pins("\n".join(lines))
    assert {"jupyterlab", "ipywidgets", "plotly", "nbval"} <= set(versions)
    assert set(versions) == set(needed("lab", "notebooks", "desk"))
    assert versions == {name: STUDENT[name] for name in versions}
    assert [line for line in lines if not pins(line)] == ["-c course/requirements.txt", "-e ."]


def test_binder_gets_a_python_that_the_course_runs_on():
    python = next(entry for entry in BINDER["dependencies"] if str(entry).startswith("python="))
    assert python.removeprefix("python=") in {"3.11", "3.12", "3.13", "3.14"}
    assert BINDER["channels"] == ["conda-forge"]


def test_repo2docker_builds_from_environment_yml_and_from_nothing_else():
    with chdir(ROOT):
        app = Repo2Docker()
        packs = [make(base_image=app.base_image) for make in app.buildpacks]
        found = [pack for pack in packs if pack.detect()]
        assert type(found[0]).__name__ == "CondaBuildPack"
        pack = found[0]
        pack.platform = "linux/amd64"
        assert pack.environment_yaml_path == "environment.yml"  # not one in binder/, which would hide it
        assert pack.python_version == "3.13"
        assert not pack.separate_kernel_env
        # `-e .` needs the whole folder, so the environment is made after it has been copied.
        assert not [script for _, script in pack.get_preassemble_scripts() if "environment.yml" in script]
        scripts = [script for _, script in pack.get_assemble_scripts()]
        assert (
            len(
                [
                    script
                    for script in scripts
                    if 'env update -p ${NB_PYTHON_PREFIX} --file "environment.yml"' in script
                ]
            )
            == 1
        )
        assert pack.get_post_build_scripts() == ["postBuild"]
        dockerfile = pack.render({})
    copied = dockerfile.index("COPY --chown=1000:1000 src/ ${REPO_DIR}")
    assert copied < dockerfile.index('--file "environment.yml"')


def test_binder_has_jupyterlabs_settings_as_the_lab_has_them(tmp_path):
    run = [ROOT / "postBuild"]
    subprocess.run(run, cwd=ROOT, check=True, env=os.environ | {"NB_PYTHON_PREFIX": str(tmp_path)})
    put = {path.name: path.read_bytes() for path in (tmp_path / "etc" / "jupyter" / "labconfig").iterdir()}
    assert put == {path.name: path.read_bytes() for path in (SETTINGS / "labconfig").iterdir()}


def test_licences_say_what_they_cover():
    assert PROJECT["project"]["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text("utf-8").startswith("MIT License")
    prose = (ROOT / "LICENSE-PROSE").read_text("utf-8")
    assert "CC BY 4.0" in prose
    assert "seeds/articles" in prose


def test_ci_runs_the_same_command_with_ci_set():
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert re.search(r"^CI=true .*python3 -m course test", script, re.MULTILINE)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_the_readme_has_the_links_or_tells_how_to_fill_in_the_address():
    readme = (ROOT / "README.md").read_text("utf-8")
    url = PROJECT["project"]["urls"]["Repository"]
    assert ("`Repository`" in readme) is (url == UNKNOWN)
    assert ("mybinder.org/v2" in readme) is (url != UNKNOWN)
    assert (table(links(ROOT, url)) in readme) is (url != UNKNOWN)


def test_every_place_that_the_readme_names_exists():
    readme = (ROOT / "README.md").read_text("utf-8")
    named = re.findall(r"\]\(([^):#]+)\)", readme)
    named += [name for name in re.findall(r"`([\w./-]+)`", readme) if "/" in name and "<" not in name]
    made_later = ("my_work", "my_class", ".venv")
    assert len(named) > 8
    for name in named:
        assert name.startswith(made_later) or (ROOT / name).exists(), name
