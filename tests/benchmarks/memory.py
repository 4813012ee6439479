"""Print the memory of each lesson's kernel, beside an empty kernel with ipywidgets; goal at most 1.15.

`python -m tests.benchmarks.memory [LESSON...]`: megabytes that no other process shares (USS), when all cells
have run. 'new' is a lesson with nothing answered, 'answered' one where all reveals are open. Then the
packages that a lesson loads besides.
"""

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from tests.benchmarks.lessons import ROOT, answer_all

GOAL = 1.15
EMPTY, WIDGETS, COURSE = "pass", "import ipywidgets", "import ipywidgets, course.lessons.cells"
MEASURE = """
import re, sys
with open("/proc/self/smaps_rollup") as file:
    print(sum(map(int, re.findall(r"Private_\\w+: +(\\d+)", file.read()))))
print(*sorted({name.split(".")[0] for name in sys.modules} - sys.stdlib_module_names))
"""


def measure(cells: list[str], work: Path) -> tuple[float, set[str]]:
    """Run cells in a kernel of their own, and return its megabytes and the packages that it has loaded."""
    book = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, [*cells, MEASURE])])
    os.environ["COURSE_WORK"] = str(work)
    NotebookClient(book, timeout=120, resources={"metadata": {"path": str(ROOT)}}).execute()
    said = "".join(output.get("text", "") for output in book.cells[-1].outputs)
    size, names = said.split("\n", 1)
    return int(size) / 1024, set(names.split())


def main(lessons: list[str]) -> None:
    """Print a line for an empty kernel and one a lesson."""
    with tempfile.TemporaryDirectory() as folder:
        none = Path(folder, "none")
        bare, (empty, has), (imported, _) = (measure([code], none) for code in (EMPTY, WIDGETS, COURSE))
        print(
            f"MB: a kernel {bare[0]:.1f}, with ipywidgets {empty:.1f}, with the course's cells {imported:.1f}"
        )
        print(f"lesson                     new  ratio  answered  ratio  (goal {GOAL})  packages besides")
        for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
            if lessons and path.stem not in lessons:
                continue
            cells = [c.source for c in nbformat.read(path, 4).cells if c.cell_type == "code"]
            answered = Path(folder, path.stem)
            os.environ["COURSE_WORK"] = str(answered)
            answer_all(path.stem)
            (new, _), (full, loaded) = (measure(cells, work) for work in (none, answered))
            more = " ".join(sorted(loaded - has - {"course"}))
            print(
                f"{path.stem:24}{new:6.1f} {new / empty:6.2f} {full:9.1f} {full / empty:6.2f}   {more}",
                flush=True,
            )


if __name__ == "__main__":
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPATH"] = str(ROOT)
    main(sys.argv[1:])
