"""Print the memory of each lesson's kernel, beside an empty kernel with ipywidgets; goal at most 1.15.

`python -m tests.benchmarks.memory [LESSON...]`: megabytes when all cells have run, as `ps` shows them (RSS);
in brackets what no other process shares (USS), which says more of how many fit on a hub. 'new' is a lesson
with nothing answered, 'answered' one where all reveals are open. Then the packages that it loads besides.
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
    said = file.read()
print(*(sum(map(int, re.findall(rf"{kind}: +(\\d+)", said))) for kind in ("Rss", r"Private_\\w+")))
print(*sorted({name.split(".")[0] for name in sys.modules} - sys.stdlib_module_names))
"""


def measure(cells: list[str], work: Path) -> tuple[list[float], set[str]]:
    """Run cells in a kernel of their own; return its RSS and USS in MB, and the packages it has loaded."""
    book = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, [*cells, MEASURE])])
    os.environ["COURSE_WORK"] = str(work)
    NotebookClient(book, timeout=120, resources={"metadata": {"path": str(ROOT)}}).execute()
    said = "".join(output.get("text", "") for output in book.cells[-1].outputs)
    sizes, names = said.split("\n", 1)
    return [int(size) / 1024 for size in sizes.split()], set(names.split())


def main(lessons: list[str]) -> None:
    """Print a line for an empty kernel and one a lesson."""
    with tempfile.TemporaryDirectory() as folder:
        none = Path(folder, "none")
        bare, (empty, has), (imported, _) = (measure([code], none) for code in (EMPTY, WIDGETS, COURSE))
        told = zip(
            ("a kernel", "with ipywidgets", "with the course's cells"),
            (bare[0], empty, imported),
            strict=True,
        )
        print("MB:", ", ".join(f"{what} {rss:.1f} ({uss:.1f})" for what, (rss, uss) in told))
        heads = ("new", "ratio", "answered", "ratio", f"goal {GOAL}; packages besides")
        print(f"{'lesson':24}", *(f"{head:12}" for head in heads))
        for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
            if lessons and path.stem not in lessons:
                continue
            cells = [c.source for c in nbformat.read(path, 4).cells if c.cell_type == "code"]
            answered = Path(folder, path.stem)
            os.environ["COURSE_WORK"] = str(answered)
            answer_all(path.stem)
            (new, _), (full, loaded) = (measure(cells, work) for work in (none, answered))
            columns = []
            for sizes in (new, full):
                ratios = [size / least for size, least in zip(sizes, empty, strict=True)]
                columns += [f"{sizes[0]:.1f} ({sizes[1]:.1f})", f"{ratios[0]:.2f} ({ratios[1]:.2f})"]
            more = " ".join(sorted(loaded - has - {"course"}))
            print(f"{path.stem:24}", *(f"{column:12}" for column in columns), more, flush=True)


if __name__ == "__main__":
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPATH"] = str(ROOT)
    main(sys.argv[1:])
