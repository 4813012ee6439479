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
    theirs = {"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "COURSE_WORK"}
    env = {name: value for name, value in os.environ.items() if name not in theirs}
    ran = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, (ran.stdout + ran.stderr)[-3000:]
    return ran.stdout


@pytest.mark.install
@pytest.mark.skipif("CI" not in os.environ, reason="it makes an environment of 340 MB: set CI to run it")
def test_an_environment_from_the_list_runs_every_notebook(tmp_path, capsys):
    clone, venv = tmp_path / "clone", tmp_path / "venv"
    run("git", "clone", "--quiet", str(ROOT), str(clone), folder=tmp_path)
    listed = yaml.safe_load((clone / "environment.yml").read_text("utf-8"))["dependencies"]
    (clone / "list.txt").write_text("\n".join(listed[-1]["pip"]), "utf-8")  # as conda writes it for pip
    run(sys.executable, "-m", "venv", str(venv), folder=tmp_path)
    python = str(venv / "bin" / "python")
    run(python, "-m", "pip", "install", "--quiet", "-r", "list.txt", folder=clone)
    size = int(run("du", "-sm", str(venv), folder=clone).split()[0])
    run(python, "-m", "course", "check", folder=clone)
    said = run(python, "-m", "pytest", "-q", "--nbval-lax", "notebooks", folder=clone)
    with capsys.disabled():
        print(f"\nenvironment.yml: {size} MB installed; {said.strip().splitlines()[-1]}")
    assert size <= LIMIT
