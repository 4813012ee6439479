"""`python3 -m course test`: every check of the course, each part with its time."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from tempfile import TemporaryFile
from typing import IO

from course.commands.environment import EVERYTHING, ROOT, prepare
from course.corpus.errors import CourseError

# Notebooks are stored without outputs, so there is nothing to compare: `--nbval-lax` proves that every cell
# runs. What their prose says of numbers is asserted by tests, against the code that shows them.
PARTS = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy"],
    "five floors": ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
    "tests": ["-m", "pytest", "-q", "--ignore=tests/browser"],
    "browser": ["-m", "pytest", "-q", "tests/browser"],
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

BESIDE = ("tests", "notebooks")  # one after the other, beside the browser, which takes longer and often waits


def main(args: list[str]) -> int:
    """Run all parts, also after one has failed, and return 1 if any failed."""
    if args:
        raise CourseError(f"test runs everything and takes no {args[0]!r}: leave it out.")
    if not (ROOT / "tests").is_dir():
        raise CourseError("This is the students' copy, which has no tests: run them in the whole course.")
    python, variables = prepare(EVERYTHING, "lab", "notebooks", "test")

    def run(name: str, output: IO[bytes] | None = None) -> str:
        started = time.monotonic()
        code = subprocess.run(
            [python, *PARTS[name]], cwd=ROOT, env=variables, check=False, stdout=output, stderr=output
        ).returncode
        return f"{name:12} {time.monotonic() - started:6.1f} s  {'FAILED' if code else 'passed'}"

    lines = []
    with TemporaryFile() as said, ThreadPoolExecutor(max_workers=1) as pool:
        beside = [pool.submit(run, name, said) for name in BESIDE]
        for name in PARTS:
            if name not in BESIDE:
                print(f"\n== {name}", flush=True)
                lines.append(run(name))
        print(f"\n== {' and '.join(BESIDE)}", flush=True)
        lines += [one.result() for one in beside]
        said.seek(0)
        shutil.copyfileobj(said, sys.stdout.buffer)
        sys.stdout.flush()
    failed = sum(line.endswith("FAILED") for line in lines)
    print("\n== summary", *lines, f"Parts: {len(PARTS) - failed} passed, {failed} failed", sep="\n")
    return 1 if failed else 0
