"""Print what it costs to mark a class, feedback pages included: `python -m tests.benchmarks.grading`.

CPU and the most memory of a Python of its own for each size, the better of two runs; goal under 5 ms CPU a
hand-in, linear, under 200 MB. The hand-ins are made up, and answer the whole course as it stands.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from course.corpus.case import open_case
from course.grading.made_up import made_up_class

ROOT = Path(__file__).parents[2]
SIZES = (100, 1000)
MARK = """
import resource, sys, time
from pathlib import Path
from course.corpus.case import open_case
from course.grading.feedback import write_pages
from course.grading.grade import Course

out = Path(sys.argv[2])
course = Course(open_case(), out)
course.keys
began = time.process_time()
reading = course.read(Path(sys.argv[1]))
read = time.process_time()
graded = course.grade_all(reading.rows)
marked = time.process_time()
pages = write_pages(out / "feedback", graded, "made up")
done = time.process_time()
most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
print(len(pages), read - began, marked - read, done - marked, done - began, most)
"""


def main() -> None:
    """Print a line for each size of class, and nbgrader's cost beside it."""
    case = open_case(ROOT)
    print("hand-ins marked   read   mark  pages    all (ms CPU a hand-in; goal 5)    memory (MB; goal 200)")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            made = made_up_class(case, Path(folder), size)
            command = [sys.executable, "-c", MARK, str(made), folder]
            runs = [
                subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True) for _ in "12"
            ]
        found = [[float(figure) for figure in run.stdout.split()] for run in runs]
        pages, *times, most = min(found, key=lambda figures: figures[-2])
        print(f"{pages:15.0f}", *(f"{1000 * took / pages:6.2f}" for took in times), f"{most:43.0f}")
    print(
        "\nnbgrader, on its own work: about 1,300 ms CPU a submission to autograde, and 200 for feedback."
        "\nIt runs each notebook in a kernel, which is the cost. Here no code is run: answers are data, held"
        "\nagainst a key. The figures tell what a teacher waits for, not which program is better written."
    )


if __name__ == "__main__":
    main()
