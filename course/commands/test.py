"""`python3 -m course test`: every check of the course, each part with its time."""

from __future__ import annotations

import subprocess
import time

from course.commands.environment import EVERYTHING, ROOT, prepare
from course.corpus.errors import CourseError

# Notebooks are stored without outputs, so there is nothing to compare: `--nbval-lax` proves that every cell
# runs. What their prose says of numbers is asserted by tests, against the code that shows them.
PARTS = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy"],
    "five floors": ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
    "tests": ["-m", "pytest", "-q"],
    "notebooks": [
        "-m",
        "pytest",
        "-q",
        "--nbval-lax",
        "--nbval-current-env",
        "--nbval-cell-timeout=120",
        "notebooks",
    ],
    "benchmarks": ["-m", "tests.benchmarks.opening"],
}


def main(args: list[str]) -> int:
    """Run all parts, also after one has failed, and return 1 if any failed."""
    if args:
        raise CourseError(f"test runs everything and takes no {args[0]!r}: leave it out.")
    if not (ROOT / "tests").is_dir():
        raise CourseError("This is the students' copy, which has no tests: run them in the whole course.")
    python, variables = prepare(EVERYTHING, "lab", "notebooks", "test")
    lines = []
    failed = 0
    for name, command in PARTS.items():
        print(f"\n== {name}", flush=True)
        started = time.monotonic()
        code = subprocess.run([python, *command], cwd=ROOT, env=variables, check=False).returncode
        seconds = time.monotonic() - started
        failed += code != 0
        lines.append(f"{name:12} {seconds:6.1f} s  {'FAILED' if code else 'passed'}")
    print("\n== summary", *lines, f"Parts: {len(PARTS) - failed} passed, {failed} failed", sep="\n")
    return 1 if failed else 0
