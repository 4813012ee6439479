"""Print what it costs to import the course and to open a case, beside the goals.

`python -m tests.benchmarks.opening`: wall time, the median of several runs.
"""

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from course import open_case

ROOT = Path(__file__).parents[2]
# Each Python is new, so nothing is imported yet; -I and the path keep other folders and settings out.
IMPORT = f"""
import sys, time
sys.path.insert(0, {str(ROOT)!r})
before = set(sys.modules)
started = time.perf_counter()
import course
print(1000 * (time.perf_counter() - started))
loaded = {{name.split(".")[0] for name in set(sys.modules) - before}}
print(len(loaded - sys.stdlib_module_names - {{"course"}}))
"""


def import_course() -> tuple[float, int]:
    """Return the milliseconds that `import course` takes, and how many third-party packages it loads."""
    said = subprocess.run(
        [sys.executable, "-I", "-c", IMPORT], capture_output=True, text=True, check=True
    ).stdout
    milliseconds, third_party = said.split()
    return float(milliseconds), int(third_party)


def open_five() -> float:
    """Return the milliseconds that `open_case()` takes."""
    started = time.perf_counter()
    open_case(ROOT)
    return 1000 * (time.perf_counter() - started)


def main() -> None:
    """Print one line a figure: the median, the goal and their ratio."""
    imports = [import_course() for _ in range(7)]
    open_five()  # the first also pays for the imports
    for name, found, goal in (
        ("import course", median(found for found, _ in imports), 50),
        ("open_case()", median(open_five() for _ in range(15)), 30),
    ):
        print(f"{name:14} {found:6.1f} ms   goal {goal} ms   ratio {found / goal:.2f}")
    print(f"third-party packages that `import course` loads: {max(count for _, count in imports)}   goal 0")
    lines = sum(len(path.read_text("utf-8").splitlines()) for path in (ROOT / "course").rglob("*.py"))
    print(f"lines of Python in course/: {lines}   goal about 4000")


if __name__ == "__main__":
    main()
