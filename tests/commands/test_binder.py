"""What Binder installs: a fresh environment from environment.yml's own list runs every notebook."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
LIMIT = 350  # MB on disk, without the interpreter


def run(*command, folder):
    """Run a command with nothing of this environment but pip's cache, which all installations share."""
    theirs = {"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "COURSE_WORK", "PIP_NO_CACHE_DIR"}
    env = {name: value for name, value in os.environ.items() if name not in theirs}
    ran = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, (ran.stdout + ran.stderr)[-3000:]
    return ran.stdout


def install(folder, *how):
    """Install environment.yml's own list as Binder does, and return the clone and its Python."""
    clone, venv = folder / "clone", folder / "venv"
    run("git", "clone", "--quiet", str(ROOT), str(clone), folder=folder)
    listed = yaml.safe_load((clone / "environment.yml").read_text("utf-8"))["dependencies"]
    (clone / "list.txt").write_text("\n".join(listed[-1]["pip"]), "utf-8")  # as conda writes it for pip
    run(sys.executable, "-m", "venv", str(venv), folder=folder)
    python = str(venv / "bin" / "python")
    run(python, "-m", "pip", "install", "--quiet", *how, "-r", "list.txt", folder=clone)
    run(python, "-m", "course", "check", folder=clone)
    return clone, python


needs_ci = pytest.mark.skipif("CI" not in os.environ, reason="it installs 340 MB: set CI to run it")


@pytest.mark.rare
@pytest.mark.install
@needs_ci
def test_an_environment_from_the_list_is_small_and_runs_every_notebook(tmp_path, measured):
    clone, python = install(tmp_path)
    size = int(run("du", "-sm", str(tmp_path / "venv"), folder=clone).split()[0])
    said = run(python, "-m", "pytest", "-q", "--nbval-lax", "notebooks", folder=clone)
    measured(f"environment.yml: {size} MB installed; {said.strip().splitlines()[-1]}")
    assert size <= LIMIT
