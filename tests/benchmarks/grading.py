"""Print what it costs to mark a class, feedback pages included: `python -m tests.benchmarks.grading`.

CPU and the most memory of a Python of its own for each size, the better of two runs; goal under 15 ms CPU a
hand-in, linear, under 200 MB. The hand-ins are made up, and answer the whole course as it stands. Beside it
what the standard library takes to unzip, parse and hash the same files: it tells how fast this Python is just
now. Where others use the machine too, compare how many times that a hand-in takes.
Last a class of which three of four hand in what would break a reader (tests/grading/hostile.py).
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from course.corpus.case import open_case
from course.grading.made_up import made_up_class
from tests.grading.hostile import GIGABYTE, hostile_class, marked_apart
from tests.lessons.small_case import write_case

ROOT = Path(__file__).parents[2]
SIZES = (100, 1000)
MARK = """
import hashlib, json, sys, time, zipfile
from functools import partial
from pathlib import Path
from course.corpus.case import open_case
from course.grading.feedback import write_page
from course.grading.grade import Grader
from tests.benchmarks.peak import peak

out = Path(sys.argv[2])
(out / "marks.sqlite").unlink(missing_ok=True)  # else what was marked is not marked again
course = Grader(open_case(), out)
course.keys
began = time.process_time()
reading = course.read(Path(sys.argv[1]))
read = time.process_time()
write = partial(write_page, out / "feedback", "made up")
graded = course.grade_all(reading.rows, write=write)
done = time.process_time()
with zipfile.ZipFile(sys.argv[1]) as archive:
    for name in archive.namelist():
        data = archive.read(name)
        if data.rstrip().endswith(b"}"):
            hashlib.sha256(json.dumps(json.loads(data), sort_keys=True).encode()).digest()
least = time.process_time()
pages = sum(one.row.status == "read" for one in graded)
print(pages, read - began, done - read, done - began, least - done, peak())
"""


def hostile() -> str:
    """Return what a hostile class of a small case takes."""
    with tempfile.TemporaryDirectory() as folder:
        small, path = open_case(write_case(Path(folder))), Path(folder, "class.zip")
        keys, good = hostile_class(small, path)
        found = marked_apart(small, Path(folder, "my_class"), path, limit=6 * GIGABYTE)
    marked = sum(found["rows"][key][0] == "read" for key in good)
    told = f"{len(keys)} hostile hand-ins, and {marked} of {len(good)} good ones marked between them: "
    return f"{told}{found['seconds']:.1f} s CPU (goal: 10), {found['memory']:.0f} MB (goal: 6,000)"


def main() -> None:
    """Print a line for each size of class, what a hostile class takes, and nbgrader's cost beside it."""
    case = open_case(ROOT)
    print("ms CPU a hand-in (goal of all: 15), and MB of memory (goal: 200)")
    print("hand-ins marked   read   mark, write and keep    all   unzip, parse, hash alone   times   memory")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            made = made_up_class(case, Path(folder), size)
            command = [sys.executable, "-c", MARK, str(made), folder]
            runs = [
                subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True) for _ in "12"
            ]
        found = [[float(figure) for figure in run.stdout.split()] for run in runs]
        pages, *times, most = min(found, key=lambda figures: figures[3])
        *parts, least = (1000 * took / pages for took in times)
        read, marked, both = parts
        print(f"{pages:15.0f}{read:7.2f}{marked:23.2f}{both:7.2f}{least:28.2f}{both / least:8.1f}{most:9.0f}")
    print(
        f"\n{hostile()}\n"
        "\nnbgrader, on its own work: about 1,300 ms CPU a submission to autograde, and 200 for feedback."
        "\nIt runs each notebook in a kernel, which is the cost. Here no code is run: answers are data, held"
        "\nagainst a key. The figures tell what a teacher waits for, not which program is better written."
    )


if __name__ == "__main__":
    main()
