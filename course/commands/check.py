"""`python3 -m course check [CASE]`: validate everything in a case, and list all that is wrong at once."""

import sys
from pathlib import Path

from course.commands.site import exercises_shown
from course.corpus.case import find_root, read_case
from course.lessons.consistency import problems_of
from course.lessons.exercises import read_exercises

USAGE = "usage: python3 -m course check [CASE]   (CASE is the folder that holds seeds/)"


def main(arguments: list[str]) -> int:
    """Check the case in a folder, or the one the working folder belongs to. Returns the exit code."""
    if len(arguments) > 1 or any(argument.startswith("-") for argument in arguments):
        print(USAGE, file=sys.stderr)
        return 2
    case, problems = read_case(Path(arguments[0]) if arguments else find_root())
    found = [*problems, *problems_of(case)]
    for problem in dict.fromkeys(map(str, found)):
        print(problem, file=sys.stderr)
    if found:
        return 1
    folders = {"readings": "readings", "exercises": "exercises", "keys": "readings/keys"}
    files = {name: list((case.root / "seeds" / folder).glob("*.toml")) for name, folder in folders.items()}
    counts = [f"{len(some)} files of {name}" for name, some in files.items()]
    print(f"the case is whole: {len(case.articles)} articles, {', '.join(counts)}")
    shown = exercises_shown(case.root / "notebooks")
    if ids := [id for id in read_exercises(case)[0] if id not in shown] if shown else []:
        print(f"No lesson in notebooks/ shows {', '.join(ids)}: give it the id of an exercise that one shows")
    return 0
