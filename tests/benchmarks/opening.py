"""Print what it costs to import the course and to open a case, beside the goals.

`python -m tests.benchmarks.opening`: CPU time, the median of several fresh starts.
"""

import subprocess
import sys
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
# Each Python is new, so nothing is imported yet; -I and the path keep other folders and settings out.
IMPORT = f"""
import sys, time
sys.path.insert(0, {str(ROOT)!r})
before = set(sys.modules)
started = time.process_time()
import course
print(1000 * (time.process_time() - started))
loaded = {{name.split(".")[0] for name in set(sys.modules) - before}}
print(len(loaded - sys.stdlib_module_names - {{"course"}}))
"""
OPEN = f"""{IMPORT}
from course.corpus.case import open_case
started = time.process_time()
case = open_case({str(ROOT)!r})
print(1000 * (time.process_time() - started))
[article.blocks for article in case.articles]
print(1000 * (time.process_time() - started))
"""


def measure() -> tuple[float, ...]:
    """Return what one fresh start prints: ms for the import, packages, ms to open, ms with the blocks."""
    said = subprocess.run([sys.executable, "-I", "-c", OPEN], capture_output=True, text=True, check=True)
    return tuple(map(float, said.stdout.split()))


def main() -> None:
    """Print one line a figure: the median, the goal and their ratio."""
    imports, packages, opens, blocks = zip(*(measure() for _ in range(9)), strict=True)
    for name, found, goal in (
        ("import course", median(imports), 50),
        ("open_case()", median(opens), 30),
        ("with blocks", median(blocks), 30),
    ):
        print(f"{name:14} {found:6.1f} ms   goal {goal} ms   ratio {found / goal:.2f}")
    print(f"third-party packages that `import course` loads: {max(packages):.0f}   goal 0")
    lines = sum(len(path.read_text("utf-8").splitlines()) for path in (ROOT / "course").rglob("*.py"))
    print(f"lines of Python in course/: {lines}   goal 8,500")


if __name__ == "__main__":
    main()
