"""Print the CPU that each lesson takes, beside an empty notebook that imports the same libraries.

`python -m tests.benchmarks.lessons [ROUNDS]`: the kernel's own CPU seconds, its start included; goal at most
1.5. 'new' is a lesson with nothing answered, 'answered' one where all reveals are open. They take turns, in 5
rounds or ROUNDS, since a machine's speed may change meanwhile: a ratio is the median of the rounds' ratios.
"""

import os
import re
import sys
import tempfile
from pathlib import Path
from statistics import median

import nbformat
from nbclient import NotebookClient

from course.corpus.case import open_case
from course.lessons.exercises import load_exercises
from course.lessons.handin import sign_in
from course.lessons.here import open_workspace
from course.lessons.keys import load_keys
from course.lessons.rounds import LESSON
from tests.lessons.test_scoring import best_of

ROOT = Path(__file__).parents[2]
# Plotly and anywidget work in the browser: their Python is not loaded.
LIBRARIES = "import ipywidgets, fastjsonschema"
CPU = "import time; print('CPU', time.process_time())"


def cpu(cells: list[str], work: Path) -> float:
    """Run cells in a kernel of their own, with the answers in a folder, and return its CPU seconds."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in [LIBRARIES, *cells, CPU]]
    )
    os.environ["COURSE_WORK"] = str(work)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(ROOT)}}).execute()
    said = "".join(output.get("text", "") for output in notebook.cells[-1].outputs)
    return float(re.search(r"CPU ([\d.]+)", said)[1])


def answer_all(lesson: str, root: Path = ROOT) -> None:
    """Sign in, answer all that a lesson and the rounds ask, as the key does, and open the reveals."""
    case = open_case(root)
    work, keys = open_workspace(case), load_keys(case)
    sign_in(work, "KTR-4728")
    for exercise in load_exercises(case).values():
        if exercise.lesson in (lesson, LESSON):
            if exercise.typed:
                value = {one.id: "12" if one.number else "Rain fell. It stopped." for one in exercise.items}
            elif exercise.id in keys and not exercise.written:
                value = best_of(case, exercise, keys[exercise.id])
            elif exercise.kind == "mark":
                value = []
            else:
                value = {
                    item.id: next(iter(item.options or exercise.options), "Rain fell.")
                    for item in exercise.items
                }
            work.put(exercise, value)
            if exercise.done(value)[0]:
                work.freeze_prediction(exercise)


def main(rounds: int) -> None:
    """Print one line a lesson."""
    print("lesson                  empty    new  ratio  answered  ratio  (goal 1.5)")
    for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
        cells = [c.source for c in nbformat.read(path, 4).cells if c.cell_type == "code"]
        imports = [line for cell in cells for line in cell.splitlines() if re.match(r"(from|import) ", line)]
        with tempfile.TemporaryDirectory() as folder:
            none, all_of_it = Path(folder, "none"), Path(folder, "all")
            os.environ["COURSE_WORK"] = str(all_of_it)
            answer_all(path.stem)
            times = [(cpu(imports, none), cpu(cells, none), cpu(cells, all_of_it)) for _ in range(rounds)]
        empty, new, full = (median(column) for column in zip(*times, strict=True))
        first, second = (median(one[n] / one[0] for one in times) for n in (1, 2))
        print(f"{path.stem:24}{empty:5.2f} {new:6.2f} {first:6.2f} {full:9.2f} {second:6.2f}", flush=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as compiled:
        # Modules are compiled once, as they are for a student, whatever this shell says.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ |= {"PYTHONPYCACHEPREFIX": compiled, "PYTHONPATH": str(ROOT)}
        main(int((sys.argv[1:] or [5])[0]))
