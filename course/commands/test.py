"""`python3 -m course test [--all]`: every check of the course, each part with its time."""

from __future__ import annotations

import os
import shutil
import subprocess
import time

from course.commands.environment import EVERYTHING, ROOT, prepare
from course.corpus.errors import CourseError

# Both cores of a small machine are used. What shares something costly stays in one process (`xdist_group`).
# A failure is printed when it happens.
PYTEST = ["-m", "pytest", "-q", "-rfE", "--tb=short"]
SPREAD = [*PYTEST, "-n", "2", "--dist"]
# Notebooks are stored without outputs, so there is nothing to compare: `--nbval-lax` proves that every cell
# runs. What their prose says of numbers is asserted by tests, against the code that shows them.
NBVAL = ["--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=120"]
PARTS = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy"],
    "five floors": ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
    "javascript": ["-m", "tests.javascript"],
    "notebooks": [*SPREAD, "loadscope", *NBVAL, "notebooks"],
    "tests": [*SPREAD, "worksteal", "--ignore=tests/browser"],
    "browser": [*SPREAD, "loadgroup", "tests/browser"],
}
RARE = {  # what rarely breaks and takes long: with --all only
    "opening": ["-m", "tests.benchmarks.opening"],
    "lessons": ["-m", "tests.benchmarks.lessons", "1"],
    "grading": ["-m", "tests.benchmarks.grading"],
}
LEFT_OUT = (
    "Left out: what rarely breaks and takes long (all lessons in the browser-only site, installing from"
    " nothing, the benchmarks). `python3 -m course test --all` runs that too."
)


def main(args: list[str]) -> int:
    """Run all parts, also after one has failed, and return 1 if any failed."""
    if args not in ([], ["--all"]):
        raise CourseError(f"test takes nothing but --all: leave {' '.join(args)!r} out.")
    if not (ROOT / "tests").is_dir():
        raise CourseError("This is the students' copy, which has no tests: run them in the whole course.")
    python, variables = prepare(EVERYTHING, "lab", "notebooks", "test")
    lines = []
    for name, command in (PARTS | RARE if args else PARTS).items():
        if name == "javascript" and not shutil.which("npm") and not os.environ.get("CI"):
            lines.append(f"{name:12} left out: it needs npm, which comes with Node.js.")
            continue
        chosen = ["-m", "not rare"] if "-rfE" in command and not args else []
        print(f"\n== {name}", flush=True)
        lines.append(run(name, [python, *command, *chosen], variables))
    failed = sum(line.endswith("FAILED") for line in lines)
    print("\n== summary", *lines, f"Parts: {len(lines) - failed} passed, {failed} failed", sep="\n")
    if not args:
        print(LEFT_OUT)
    return 1 if failed else 0


def run(name: str, command: list[str], variables: dict[str, str]) -> str:
    """Run one part and return its line of the summary: its time, and the CPU that its processes took."""
    started, before = time.monotonic(), _cpu()
    code = subprocess.run(command, cwd=ROOT, env=variables, check=False).returncode
    took, cpu = time.monotonic() - started, _cpu() - before
    return f"{name:12} {took:6.1f} s  {cpu:6.1f} s CPU  {'FAILED' if code else 'passed'}"


def _cpu() -> float:
    """Return the CPU seconds of all children that have ended, theirs included."""
    used = os.times()
    return used.children_user + used.children_system
