"""Print what a class on a hub takes: memory a student, start times, failures, how many fit on a machine.

`python -m tests.benchmarks.hub [STUDENTS [ROWS]]` (30, 1), as root: the hub of tests/hub, as the guide sets
it up. Each student is a user of this computer with a server and a kernel, opens lesson 02, runs all of it,
answers, hands in, and leaves it open. One comes first, alone; then all others at once, the worst that a bell
can do, or a row when the one before it has handed in. Who gets no page does what the guide says, once.
Memory is each process's share (PSS: pages that several share are divided between them) and what is its alone
(USS, which is what one student more takes).
"""

from __future__ import annotations

import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import NamedTuple

import psutil
import requests

from course.corpus.case import open_case
from course.lessons.exercises import load_exercises
from tests.hub.guide import ROOT
from tests.hub.hub import Hub, Person, lacks, running_hub

LESSON, EXERCISE = "02_hear_who_speaks", "voice_guess"
MACHINES = (8, 32, 128)  # GB
ASIDE, FREE = 1.5, 0.1  # GB for the system, the hub and its proxy; the share of the rest that stays free


class Came(NamedTuple):
    """How long a student waited, in seconds: for the server, for the lesson to have run, in all."""

    server: float
    lesson: float
    all: float
    again: bool  # whether the link had to be opened twice


def come(student: Person) -> Came | str:
    """Do a lesson; where something fails, return what."""
    asked = load_exercises(open_case(ROOT))[EXERCISE]
    started = time.monotonic()
    try:
        student.sign_in()
        try:
            path, again = student.follow(LESSON), False
        except requests.HTTPError:  # the hub gave two servers one port
            student.stop()
            path, again = student.follow(LESSON), True
        server = time.monotonic() - started
        lesson = student.open(path)
        lesson.run_all()
        ran = time.monotonic() - started
        lesson.answer(EXERCISE, {one.id: (one.options or asked.options)[0] for one in asked.items})
        told = lesson.press("hand_in", "hand_in", code="KTR-4728", name="")
        if not told["text"].endswith("Your teacher has it."):
            return str(told["text"])
    except Exception:  # noqa: BLE001 - it is told
        return traceback.format_exc(limit=1).strip().splitlines()[-1]
    return Came(server, ran, time.monotonic() - started, again)


def share(processes: list[psutil.Process]) -> tuple[float, float]:
    """Return the megabytes of PSS and USS of some processes."""
    found = [one.memory_full_info() for one in processes]
    return sum(one.pss for one in found) / 2**20, sum(one.uss for one in found) / 2**20


def kinds(student: Person) -> tuple[list[psutil.Process], list[psutil.Process]]:
    """Return the processes of a student's server, and those of the kernels."""
    found = student.processes()
    kernels = [one for one in found if "ipykernel_launcher" in " ".join(one.cmdline())]
    return [one for one in found if one not in kernels], kernels


def report(hub: Hub, students: list[Person], came: list[Came | str], rows: int) -> None:
    """Print it all."""
    good = [one for one in came if isinstance(one, Came)]
    failed = [one for one in came if isinstance(one, str)]
    print(
        f"students {len(students)}, failures {len(failed)}, hand-ins {len([*hub.inbox.iterdir()])};"
        f" opened the link twice: {sum(one.again for one in good)}"
    )
    for said in dict.fromkeys(failed):
        print(f"  {failed.count(said)} x {said:.160}")
    print(f"{f'seconds, on {psutil.cpu_count()} cores':32}server  lesson ran  handed in")
    first, rest = good[0], good[1:]
    print(f"  {'the first, alone':30}{first.server:6.1f} {first.lesson:11.1f} {first.all:10.1f}")
    if rest:
        for name, of in ((f"the others, rows: {rows}, median", median), ("the slowest of them", max)):
            print(
                f"  {name:30}" + "{:6.1f} {:11.1f} {:10.1f}".format(*map(of, [*zip(*rest, strict=True)][:3]))
            )
    both = [kinds(one) for one in students]
    server, kernel = ([share(one[at]) for one in both] for at in (0, 1))
    print("MB a student, median      PSS    USS")
    for name, found in (("server", server), ("kernel with lesson 02", kernel)):
        print(f"  {name:22}" + "{:7.1f}{:7.1f}".format(*map(median, zip(*found, strict=True))))
    for name in ("hub", "proxy"):  # without its children, which are the servers
        print(f"  the {name:18}" + "{:7.1f}{:7.1f}".format(*share([psutil.Process(hub.running[name].pid)])))
    # One student more takes what is that student's alone.
    alone, lesson = (median(uss for _, uss in found) for found in (server, kernel))
    print(f"students that fit: {ASIDE} GB for the system and the hub, {FREE:.0%} of the rest left free")
    print("  machine          one lesson open   three lessons open")
    for size in MACHINES:
        room = (size - ASIDE) * (1 - FREE) * 1024
        print(f"  {size:3} GB {room / (alone + lesson):22.0f} {room / (alone + 3 * lesson):20.0f}")


def main(count: int = 30, rows: int = 1) -> None:
    """Run a class."""
    if missing := lacks():
        sys.exit(f"A hub with several users cannot run here: {missing}.")
    names = [f"s{at}" for at in range(count)]
    with running_hub(*names) as hub:
        students = [hub.people[name] for name in names]
        came = [come(students[0])]
        with ThreadPoolExecutor(max(1, count - 1)) as pool:
            for row in range(rows):
                came += pool.map(come, students[1 + row :: rows])
        report(hub, students, came, rows)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
