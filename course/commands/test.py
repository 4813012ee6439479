"""`python3 -m course test [--all]`: every check of the course, each part (test.toml) with its time."""

import os
import shlex
import shutil
import subprocess
import time
import tomllib
from pathlib import Path

from course.commands.environment import EVERYTHING, ROOT, prepare
from course.corpus.errors import need

TOLD = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def main(args: list[str]) -> int:
    """Run all parts, also after one has failed, and return 1 if any failed."""
    need(args in ([], ["--all"]), f"test takes nothing but --all: leave {' '.join(args)!r} out.")
    need((ROOT / "tests").is_dir(), TOLD["no_tests"])
    python, variables = prepare(EVERYTHING, "lab", "notebooks", "test")
    lines = []
    for name, command in (TOLD["parts"] | (TOLD["rare"] if args else {})).items():
        if name == "javascript" and not shutil.which("npm") and not os.environ.get("CI"):
            lines.append(f"{name:12} left out: it needs npm, which comes with Node.js.")
            continue
        chosen = ["-m", "not rare"] if "PYTEST" in command and not args else []
        print(f"\n== {name}", flush=True)
        words = shlex.split(command.replace("PYTEST", TOLD["PYTEST"]))
        lines.append(run(name, [python, *words, *chosen], variables))
    failed = sum(line.endswith("FAILED") for line in lines)
    print("\n== summary", *lines, f"Parts: {len(lines) - failed} passed, {failed} failed", sep="\n")
    if not args:
        print(TOLD["left_out"])
    return 1 if failed else 0


def run(name: str, command: list[str], variables: dict[str, str]) -> str:
    """Run one part and return its line of the summary: its time, and the CPU that its processes took."""
    started, before = time.monotonic(), os.times()
    code = subprocess.run(command, cwd=ROOT, env=variables, check=False).returncode
    took, used = time.monotonic() - started, sum(os.times()[2:4]) - sum(before[2:4])  # all that have ended
    return f"{name:12} {took:6.1f} s  {used:6.1f} s CPU  {'FAILED' if code else 'passed'}"
