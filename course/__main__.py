"""`python3 -m course COMMAND`: looks at the Python version, then hands over to course/commands/COMMAND.py."""

import importlib
import sys
from pathlib import Path

LIST = Path(__file__).parent.joinpath("commands", "commands.txt").read_text(encoding="utf-8").rstrip()
COMMANDS = dict(line.split(None, 1) for line in LIST.splitlines())
UNFORESEEN = "It cannot be done (%s): look at that name, its rights and the disk's room, or name another."
USAGE = "\n  ".join(["Use: python3 -m course COMMAND", *LIST.splitlines()])


def main(args: "list[str]", version: "tuple[int, int]" = sys.version_info[:2]) -> int:
    """Run one command and return its exit code: 0 done, 1 one sentence said, 2 no such command."""
    if not (3, 11) <= version <= (3, 14):
        said = "The course needs Python 3.11, 3.12, 3.13 or 3.14, and this is Python %d.%d: install one of"
        way = " those from python.org or with your system's package manager, then start the command with it."
        print(said % version + way, file=sys.stderr)
        return 1
    if args[:1] in (["--help"], ["-h"]):
        print(USAGE)
        return 0
    if not args or args[0] not in COMMANDS:
        said = "There is no command %r: choose one from this list." % args[0] if args else "Say what to do."
        print(said, USAGE, sep="\n", file=sys.stderr)
        return 2
    from course.corpus.errors import CourseError  # noqa: PLC0415 - first the Python, then the package

    for stream in (sys.stdout, sys.stderr):  # a console that lacks a letter of a path or name shows a ?
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        code = importlib.import_module("course.commands." + args[0]).main(args[1:])
    except SystemExit as stop:  # argparse has said what is wrong
        code = stop.code
    except (CourseError, OSError, UnicodeError) as error:
        print(error if isinstance(error, CourseError) else UNFORESEEN % error, file=sys.stderr)
        code = 1
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        code = 130
    return int(code or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
