"""`python3 -m course test [--all]`: every check of the course, each part (test.toml) with its time."""

import os
import shlex
import shutil
import subprocess
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from course.commands.environment import EVERYTHING, ROOT, prepare
from course.corpus.errors import need

TOLD = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def main(args: list[str]) -> int:
    """Run all parts, also after one has failed, and return 1 if any failed.

    Browsers mostly wait: their part runs beside the others. What measures runs after them, alone.
    """
    need(args in ([], ["--all"]), f"test takes nothing but --all: leave {' '.join(args)!r} out.")
    need((ROOT / "tests").is_dir(), TOLD["no_tests"])
    python, variables = prepare(EVERYTHING, "lab", "notebooks", "test")
    variables["PYTHONUNBUFFERED"] = "1"  # what fails is printed when it happens

    def run(name: str, command: str) -> str:
        """Run one part, with its name before each line that it prints, and return its line of the summary."""
        if name == "javascript" and not shutil.which("npm") and not os.environ.get("CI"):
            return f"{name:12} left out: it needs npm, which comes with Node.js."
        chosen = ["-m", "not rare"] if "PYTEST" in command and not args else []
        words = [python, *shlex.split(command.replace("PYTEST", TOLD["PYTEST"])), *chosen]
        started = time.monotonic()
        with subprocess.Popen(words, cwd=ROOT, env=variables, stdout=subprocess.PIPE) as part:
            for line in part.stdout or ():
                print(f"{name:12} | {line.decode(errors='replace')}", end="", flush=True)
        return f"{name:12} {time.monotonic() - started:6.1f} s  {'FAILED' if part.returncode else 'passed'}"

    with ThreadPoolExecutor() as beside:
        browser = beside.submit(run, "browser", TOLD["browser"])
        lines = [run(*part) for part in TOLD["parts"].items()]
        lines.append(browser.result())
    lines += [run(*part) for part in TOLD["rare"].items() if args]
    failed = sum(line.endswith("FAILED") for line in lines)
    used = sum(os.times()[2:4])  # by all that have ended
    print("\n== summary", *lines, f"Parts: {len(lines) - failed} passed, {failed} failed", sep="\n")
    print(f"{used:.0f} s of CPU" if args else f"{used:.0f} s of CPU\n{TOLD['left_out']}")
    return 1 if failed else 0
