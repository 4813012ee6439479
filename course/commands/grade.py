"""`python3 -m course grade INBOX --out DIR`: the part of marking that needs no person.

INBOX is a folder of hand-ins, the ZIP that Moodle or Canvas made of them, or nbgrader's course directory,
into whose gradebook the points are written then. class.toml and roster.csv in DIR
are used where they exist. `grade --made-up DIR` writes a class that nobody is in, to try it with.
"""

import subprocess
import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from course.commands.environment import NBGRADER, STUDENT, TOLD, prepare
from course.corpus.case import open_case
from course.grading.feedback import write_page
from course.grading.grade import Grader, check_apart
from course.grading.gradebooks import give_back, marks_csv, marks_json
from course.grading.inbox import nbgrader_home
from course.grading.made_up import SAID, made_up_class
from course.grading.rows import NOTES
from course.lessons.files import replacing

USAGE = "usage: python3 -m course grade INBOX --out DIR   or   grade --made-up DIR   (to try it)"


def main(arguments: list[str]) -> int:
    """Mark an inbox, or write a made-up one.

    Returns the exit code: 0 every hand-in was marked, 3 some are missing or cannot be used, 2 a slip.
    """
    match [part for one in arguments for part in (one.split("=", 1) if one.startswith("--") else [one])]:
        case ["--made-up", folder]:
            made = made_up_class(open_case(), Path(folder))
            print(f"{SAID}Now: python3 -m course grade {made} --out {folder}")
            return 0
        case [inbox, "--out", out] | ["--out", out, inbox] if not inbox.startswith("-"):
            return _grade(Path(inbox), Path(out))
    print(USAGE, file=sys.stderr)
    return 2


def _grade(inbox: Path, out: Path) -> int:
    inbox = inbox / "submitted" if (inbox / "gradebook.db").is_file() else inbox
    home = nbgrader_home(inbox)
    if not find_spec("tqdm") or (home and not find_spec("nbgrader")):  # nothing was installed for it yet
        files, extras = ((*STUDENT, NBGRADER), ["desk", "nbgrader"]) if home else (STUDENT, ["desk"])
        if home:
            print(TOLD["no_nbgrader"].format(home), flush=True)
        python, variables = prepare(files, *extras)
        command = [python, "-m", "course", "grade", str(inbox), "--out", str(out)]
        return subprocess.run(command, env=variables, check=False).returncode  # noqa: S603 - our own words
    from tqdm import tqdm  # noqa: PLC0415 - not before it is there

    check_apart(out, inbox)
    # A bar is shown only where somebody looks on.
    grader = Grader(open_case(), out, partial(tqdm, unit=" hand-ins", disable=None))
    reading, title = grader.read(inbox), str(grader.case.about["title"])
    graded = grader.grade_all(reading.rows, "course grade", partial(write_page, out / "feedback", title))
    said = [*reading.said, *(NOTES["unsure"].format(*pair) for pair in reading.pairs)]
    for name, lines in (("marks.csv", marks_csv(graded)), ("marks.json", marks_json(graded, said))):
        with replacing(out / name) as new:
            new.writelines(lines)
    said += give_back(home, graded, title) if home else []
    by = {at: [one for one in graded if one.row.status == at] for at in ("read", "unusable", "missing")}
    for one in by["unusable"] + by["missing"]:
        said.append(f"{one.row.label}{f' ({one.row.files[0]})' if one.row.files else ''}: {one.row.problem}.")
    said += [f"{one.row.label}: {' '.join(map(str, one.notes))}" for one in by["read"] if one.notes]
    waiting = f"{sum(one.left for one in graded)} written answers wait for a person"
    read, unusable, missing = (len(some) for some in by.values())
    counted = f"{read} hand-ins marked, {unusable} that cannot be used, {missing} missing"
    print(*said, f"{counted}, {waiting}. Everything is in {out}.", sep="\n")
    return 0 if read == len(graded) > 0 else 3
