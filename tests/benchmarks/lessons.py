"""Print the CPU that each lesson takes, beside an empty notebook that imports the same libraries.

`python -m tests.benchmarks.lessons`: the kernel's own CPU seconds, the better of two runs each; goal at most 1.5.
"""

import os
import re
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
LIBRARIES = "import anywidget, ipywidgets, plotly.graph_objects"
CPU = "import time; print('CPU', time.process_time())"


def cpu(cells: list[str]) -> float:
    """Run cells in a kernel of their own and return the CPU seconds it took, its start included."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in [*cells, CPU]])
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(ROOT)}}).execute()
    said = "".join(output.get("text", "") for output in notebook.cells[-1].outputs)
    return float(re.search(r"CPU ([\d.]+)", said)[1])


def main() -> None:
    """Print one line a lesson."""
    print("lesson                    CPU s   empty   ratio  (goal 1.5)")
    for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
        cells = [c.source for c in nbformat.read(path, 4).cells if c.cell_type == "code"]
        imports = [line for cell in cells for line in cell.splitlines() if re.match(r"from|import", line)]
        empty = min(cpu([LIBRARIES, *imports]) for _ in range(2))
        full = min(cpu([LIBRARIES, *cells]) for _ in range(2))
        print(f"{path.stem:24} {full:6.2f}  {empty:6.2f}  {full / empty:6.2f}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as work:
        os.environ["COURSE_WORK"] = work
        os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), *sys.path[1:1]])
        main()
