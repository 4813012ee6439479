"""A class of 120 in a real browser, from an empty folder to the filled file of Moodle or Canvas.

What a teacher does here is what README.md and the notebooks say, and nothing else.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from course.corpus.case import open_case
from course.grading.made_up import SEED, made_up_hand_ins
from course.grading.roster import Person, read_roster, to_csv
from course.lessons.exercises import load_exercises
from course.lessons.files import to_json
from course.lessons.handin import file_name
from course.lessons.rounds import LESSON as ROUNDS
from course.lessons.scoring import out_of
from tests.browser.conftest import SETTINGS, wait_for
from tests.browser.desk import ROOT, Desk, Lab

FIRST = [
    "Ana",
    "Björn",
    "Chloé",
    "Đức",
    "Eoin",
    "Fatou",
    "Gülay",
    "Héctor",
    "Inés",
    "Jürgen",
    "Kofi",
    "Łukasz",
]
LAST = [
    "O’Brien",
    "de la Cruz",
    "Nuñez",
    "Smith-Jones",
    "Öztürk",
    "van Dijk",
    "Müller",
    "Lee",
    "al-Amin",
    "D'Souza",
]
# Of two students with one name the system's number tells which is which.
NAMES = [*[(first, last) for last in LAST for first in FIRST][:-1], (FIRST[0], LAST[0])]
IDS = [str(70_001 + at) for at in range(len(NAMES))]
# What students hand in by mistake, by number of each 30: a notebook, nothing in it, a picture, half a file.
SLIPS = {7: ("01_open_the_file.ipynb", b'{"cells": [], "nbformat": 4}'), 13: ("hand_in.json", b"")}
SLIPS |= {19: ("Screenshot.png", b"\x89PNG\r\n\x1a\n"), 23: ("hand_in.json", b'{"format": 1, "student": {')}
NOTHING = 29  # hands in nothing
MARKED, UNUSABLE, MISSING = 100, 16, 4
LESSONS = ("02_hear_who_speaks", "04_count_the_witnesses", "08_check_it_outside")
TEXT = "change_my_mind"  # what is written in them
INBOX, BOOK = "hand_ins.zip", "gradebook.csv"


class Moodle:
    """What a teacher downloads from Moodle: the worksheet, which is the list too, and the hand-ins."""

    column, most = 4, 100

    def list(self) -> bytes:
        return self.gradebook()

    def gradebook(self) -> bytes:
        head = "Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed"
        rows = [
            [*head.split(","), "Last modified (submission)", "Last modified (grade)", "Feedback comments"]
        ]
        for at, (first, last) in enumerate(NAMES):
            day, name = ("Monday", "Tuesday", "Wednesday")[at % 3], f"{first} {last}"
            state, when = "Submitted for grading - Not graded", f"{day}, {3 + at % 3} November 2025, 9:05 AM"
            if at % 30 == NOTHING:
                state, when = "No submission", "-"
            mail = f"s{at}@school.example"
            rows.append([f"Participant {IDS[at]}", name, mail, state, "", "100.00", "Yes", when, "-", ""])
        return to_csv(rows)

    def file(self, at: int, name: str) -> str:
        return f"{' '.join(NAMES[at])}_{IDS[at]}_assignsubmission_file_/{name}"

    def is_late(self, at: int) -> bool:
        return at % 3 == 2


class Canvas:
    """What a teacher downloads from Canvas: the gradebook, before there is an assignment and after."""

    column, most = 6, 50

    def list(self) -> bytes:
        return self.gradebook({})

    def gradebook(self, points: dict[str, str] | None = None) -> bytes:
        points = {"Warm-up (11)": "5.00", "Newsrooms (12)": "50.00"} if points is None else points
        scores = ["Current Score", "Unposted Current Score", "Final Score", "Unposted Final Score"]
        rows = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *points, *scores]]
        rows += [["", "", "", "", "", "", "Manual Posting", "", "", "", ""]] if points else []
        rows.append(["    Points Possible", "", "", "", "", *points.values(), *["(read only)"] * 4])
        people = [(f"{last}, {first}", IDS[at], f"s{at}") for at, (first, last) in enumerate(NAMES)]
        for name, id, login in [*people, ("Student, Test", "79999", "c0ffee")]:
            rows.append([name, id, "", login, "8b", *[""] * len(points), "", "", "", ""])
        return to_csv(rows)

    def file(self, at: int, name: str) -> str:
        first, last = NAMES[at]
        short, late = re.sub(r"\W", "", last + first).lower(), "_LATE" * self.is_late(at)
        return f"{short}{late}_{IDS[at]}_{900 + at}_{name}"

    def is_late(self, at: int) -> bool:
        return at % 10 == 0


@pytest.fixture
def empty_folder(tmp_path: Path) -> Iterator[Lab]:
    """JupyterLab as `python3 -m course lab` starts it in a folder that holds the course and nothing else."""
    folder, settings, config = tmp_path / "course", tmp_path / "settings", tmp_path / "config"
    ignored = shutil.ignore_patterns(".*", "__pycache__")
    for name in ("course", "notebooks", "seeds"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "environment.yml", ".gitignore", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    for name, chosen in SETTINGS.items():
        path = settings / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(to_json(chosen))
    config.mkdir()
    open_to_tests = {"ServerApp": {"token": "", "password": ""}, "LabApp": {"expose_app_in_browser": True}}
    (config / "jupyter_server_config.json").write_bytes(to_json(open_to_tests))
    env = {name: value for name, value in os.environ.items() if not name.startswith(("COURSE_", "JUPYTER"))}
    env |= {"JUPYTER_CONFIG_DIR": str(config), "JUPYTERLAB_SETTINGS_DIR": str(settings), "PYTHONPATH": ""}
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [sys.executable, "-m", "course", "lab", "--no-browser", "--port", str(port)]
    log = tmp_path / "log.txt"
    with log.open("w") as out:
        server = subprocess.Popen(command, cwd=folder, env=env, stdout=out, stderr=subprocess.STDOUT)
    try:
        wait_for(f"http://127.0.0.1:{port}/api/status", server, log)
        yield Lab(f"http://127.0.0.1:{port}", folder)
    finally:
        server.terminate()
        server.wait(timeout=60)


def press(desk: Desk, panel: Any, name: str, said: str | re.Pattern[str]) -> None:
    """Press a button by the keyboard, and wait until the panel says something."""
    panel.get_by_role("button", name=name, exact=True).focus()
    desk.press("Enter")
    panel.get_by_text(said).first.wait_for()


def saved(desk: Desk, panel: Any, name: str) -> bytes:
    """Press a button by the keyboard, and return the file that it gives."""
    with desk.page.expect_download() as waiting:
        panel.get_by_role("button", name=name, exact=True).focus()
        desk.press("Enter")
    return Path(waiting.value.path()).read_bytes()


def rows_of(panel: Any) -> list[list[str]]:
    """Return the cells of a panel's table as a person reads them."""
    return panel.locator("tbody tr").evaluate_all(
        "all => all.map(row => [...row.children].map(cell => cell.innerText.trim()))"
    )


def below(desk: Desk, chooser: str, which: str, name: str = "one_by_one") -> Any:
    """Choose something by the keyboard, and return the panel that is shown below."""
    panel = desk.widget(chooser)
    panel.locator("select").select_option(which)
    panel.get_by_role("button", name="Show", exact=True).focus()
    desk.press("Enter")
    shown = desk.page.locator(f'.jp-Cell:has([data-exercise="{chooser}"]) [data-exercise="{name}"]')
    shown.wait_for()
    return shown


def prepared(desk: Desk, folder: Path, system: Moodle | Canvas, downloads: Path) -> tuple[Person, ...]:
    """Set a class up, as prepare_a_class says, and return its list."""
    desk.open(folder / "notebooks" / "instructor" / "prepare_a_class.ipynb").run_all()
    lessons = desk.widget("lessons")
    every = {one.lesson for one in load_exercises(open_case(folder)).values()} - {ROUNDS}
    for lesson in every - {*LESSONS}:
        lessons.get_by_label(lesson.replace("_", " ")).select_option("out")
    lessons.get_by_label(LESSONS[2].replace("_", " ")).select_option("2")
    lessons.get_by_label("Due").fill("2025-11-04T12:00")
    lessons.get_by_label("Each day late").fill("10")
    lessons.get_by_label("And at most").fill("30")
    press(desk, lessons, "Keep", "Kept in")
    roster = desk.widget("roster")
    (downloads / BOOK).write_bytes(system.list())
    roster.locator("input[type=file]").set_input_files(downloads / BOOK)
    press(desk, roster, "Add to the list", f"{len(NAMES)} students were added.")
    codes = saved(desk, roster, "Codes to print").decode()
    people = read_roster(folder / "my_class" / "roster.csv")
    assert [one.lms_id for one in people] == IDS
    assert all(f"<code>{one.code}</code>" in codes for one in people)
    return people


def handed_in(folder: Path, people: tuple[Person, ...], system: Moodle | Canvas, path: Path) -> None:
    """Write the ZIP of what 120 students hand in, who typed the code that they got, and no name."""
    made = made_up_hand_ins(open_case(folder), [Person(one.code, "", one.lms_id) for one in people], SEED)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for at, (_, document) in enumerate(made):
            name, data = SLIPS.get(at % 30, (file_name("hand_in", document), to_json(document)))
            if at % 30 != NOTHING:
                archive.writestr(system.file(at, name), data)


def read(desk: Desk, system: Moodle | Canvas, downloads: Path) -> None:
    """Read the hand-ins, as step 1 of mark_hand_ins says."""
    panel = desk.widget("hand_ins")
    panel.get_by_label("The ZIP").set_input_files(downloads / INBOX)
    if isinstance(system, Moodle):  # both at once, as the page says
        panel.get_by_label("grading worksheet").set_input_files(downloads / BOOK)
    told = f"Marked: {MARKED}. Not usable: {UNUSABLE}. Missing: {MISSING}."
    press(desk, panel, "Read the hand-ins", told)
    assert panel.get_by_text("it is not known whether they were late").count() == 0
    assert panel.locator("table").first.locator("tbody tr").count() == UNUSABLE + MISSING


def marked(desk: Desk) -> None:
    """Give a level to each written answer, by keys."""
    one = below(desk, "texts", TEXT)
    one.focus()
    for at in range(MARKED):
        one.get_by_text(f"Answer {at + 1} of {MARKED}; {at} have a level").wait_for()
        desk.press("123"[at % 3])
        one.get_by_text(f"Answer {at + 1} of {MARKED}; {at + 1} have a level").wait_for()
        desk.press("n")
    one.get_by_text("All are read.").wait_for()


def settled(desk: Desk) -> None:
    """Let a second person read ten answers blind, and settle the two on which both differ."""
    blind = below(desk, "second_reader", TEXT)
    assert "Comment" not in blind.inner_text()
    blind.focus()
    for at in range(10):
        blind.get_by_text(f"Answer {at + 1} of {MARKED}; {at} have a level").wait_for()
        desk.press("3" if at in (0, 3) else "123"[at % 3])
        blind.get_by_text(f"; {at + 1} have a level").wait_for()
        desk.press("n")
    both = below(desk, "differences", TEXT, "difference")
    both.get_by_text("10 texts have a level from both; 8 the same. Weighted kappa").wait_for()
    for left in (2, 1):
        both.get_by_text(f"To settle: {left}. First reader: Proficient. Second reader: Basic.").wait_for()
        both.get_by_label("Reason").fill("between both")
        both.focus()
        desk.press("2")
    both.get_by_text("Nothing is left to settle.").wait_for()
    assert not both.locator(".fn-keys").is_visible()  # nothing is left to press


def looked_at_again(desk: Desk, student: Person) -> None:
    """Answer a request: the text gets another level, a question another answer for everyone."""
    requests = desk.widget("requests")
    press(desk, requests, "Show the list", "0 open.")
    key = f"lms:{student.lms_id}"
    for words, button, said in (
        ("My reason names the card.", "Add a request", "1 open."),
        ("You are right.", "Close this student’s request", "0 open."),
    ):
        requests.get_by_label("Student").select_option(key)
        requests.get_by_label("About").select_option(TEXT)
        requests.get_by_label("What is asked").fill(words)
        if button.startswith("Close"):
            work = desk.widget("whole_work")
            press(desk, work, "Show", "Choose one.")
            one = below(desk, "whole_work", key)
            one.focus()
            desk.press("1")
            one.get_by_text("This one: Proficient.").wait_for()
        press(desk, requests, button, said)
    rules = below(desk, "rules", "quotes_d", "rules_of")
    rules.get_by_label("Item").select_option(index=0)
    rules.get_by_label("Answer").select_option(index=1)
    press(desk, rules, "Accept this answer for this item", re.compile(r"Marks that changed by it: \d"))


def filled(desk: Desk, system: Moodle | Canvas, downloads: Path) -> tuple[dict[str, str], dict[str, Any]]:
    """Fill the gradebook in, as step 5 says, and return what stands in it for each number, and all marks.

    Everybody has there exactly the mark that the desk shows; who has none is named with the reason.
    """
    (downloads / BOOK).write_bytes(system.gradebook())
    exports = desk.widget("exports")
    exports.locator("input[type=file]").set_input_files(downloads / BOOK)
    if isinstance(system, Canvas) and not exports.get_by_label("Column to fill").count():  # asked once
        press(desk, exports, "Fill in the gradebook", "Choose the column, then press again.")
        exports.get_by_label("Column to fill").select_option("Newsrooms (12)")
    data = saved(desk, exports, "Fill in the gradebook")
    exports.get_by_text(f"{MARKED} marks are filled in, {UNUSABLE + MISSING} are not.").wait_for()
    without = " ".join(cell for row in rows_of(exports) for cell in row)

    before, after = (
        list(csv.reader(io.StringIO(one.decode("utf-8-sig")))) for one in (system.gradebook(), data)
    )
    assert [len(row) for row in before] == [len(row) for row in after]
    for old, new in zip(before, after, strict=True):  # every other cell is as it was
        assert (
            old[: system.column] + old[system.column + 1 :] == new[: system.column] + new[system.column + 1 :]
        )
    id_at = 0 if isinstance(system, Moodle) else 1
    book = {row[id_at].removeprefix("Participant "): row[system.column] for row in after}

    told = json.loads(saved(desk, exports, "Marks (JSON)"))["students"]
    marks = {one["lms_id"]: one for one in told}
    everybody = desk.widget("everybody")
    for find, found in (("nobody at all", 0), ("", len(NAMES))):
        everybody.get_by_label("Find").fill(find)
        press(desk, everybody, "Show the class", f"{found} of {len(NAMES)} students.")
    shown = {row[1]: row for row in rows_of(everybody)}
    assert len(shown) == len(NAMES)
    late = 0
    for at, id in enumerate(IDS):
        mark = marks[id]
        _, _, state, points, per_cent, to_read, is_late, _ = shown[mark["code"]]
        if at % 30 in {*SLIPS, NOTHING}:
            assert book[id] == "", id
            assert state in ("Not usable", "Missing")
            continue
        assert book[id] == f"{system.most * mark['points'] / mark['possible']:.2f}", id
        assert points == out_of(mark["points"], mark["possible"]), id
        assert (per_cent, to_read) == (f"{100 * mark['points'] / mark['possible']:.0f}", "")
        assert (is_late == "late") == system.is_late(at), id
        late += system.is_late(at)
    assert late > 5
    assert without.count("cannot be used") == UNUSABLE
    assert without.count("nothing was handed in") == MISSING
    return book, marks


def pages(desk: Desk, people: tuple[Person, ...]) -> None:
    """Look at every feedback page: whose it is by its name, and what it says."""
    shown = {row[1]: row for row in rows_of(desk.widget("everybody"))}
    data = saved(desk, desk.widget("exports"), "Feedback pages (ZIP)")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        assert len(names) == MARKED
        for at, one in enumerate(people):
            mine = [name for name in names if f"_{one.lms_id}_" in name]
            assert len(mine) == (shown[one.code][2] == "Marked"), at
            for name in mine:
                page = archive.read(name).decode()
                assert f"<bdi>{one.code}," in page
                assert f"{shown[one.code][3]} points.".capitalize() in page


@pytest.mark.rare
@pytest.mark.parametrize("system", [Moodle(), Canvas()], ids=["Moodle", "Canvas"])
def test_from_an_empty_folder_to_the_filled_gradebook(
    browser: Any, empty_folder: Lab, tmp_path: Path, system: Moodle | Canvas
) -> None:
    folder, downloads = empty_folder.folder, tmp_path / "downloads"
    downloads.mkdir()
    desk = Desk(browser, empty_folder)
    timed = stopwatch()
    people = prepared(desk, folder, system, downloads)
    timed("prepared")
    handed_in(folder, people, system, downloads / INBOX)
    desk.open(folder / "notebooks" / "instructor" / "mark_hand_ins.ipynb").run_all()
    read(desk, system, downloads)
    timed("read")

    everybody = desk.widget("everybody")
    everybody.get_by_label("Find").fill("öztürk")
    everybody.get_by_label("Sort by").select_option("points")
    press(desk, everybody, "Show the class", f"12 of {len(NAMES)} students.")
    everybody.get_by_label("Find").fill("")
    everybody.get_by_label("Sort by").select_option("name")
    press(desk, desk.widget("alike"), "Compare the students", re.compile("beyond chance|more than chance"))
    cells = desk.cells()
    marked(desk)
    timed("every written answer read")
    settled(desk)
    timed("settled")
    assert desk.cells() == cells  # no key reached the notebook
    first, marks = filled(desk, system, downloads)
    timed("filled")
    basic = (id for id, one in marks.items() if one["exercises"].get(TEXT, {}).get("level") == "Basic")
    asks = people[IDS.index(next(basic))]
    looked_at_again(desk, asks)
    after, _ = filled(desk, system, downloads)
    assert [id for id in IDS if float(after[id] or 0) < float(first[id] or 0)] == []
    assert float(after[asks.lms_id]) > float(first[asks.lms_id])
    pages(desk, people)
    timed("regraded, feedback pages")
    for name in ("hand_ins", "everybody", "alike", "requests", "exports"):
        assert desk.axe(f'[data-exercise="{name}"]') == []

    desk.command("docmanager:save")
    desk.page.wait_for_timeout(1_000)
    kept = (folder / "notebooks" / "instructor" / "mark_hand_ins.ipynb").read_text("utf-8")
    assert not [one for one in people if one.code in kept or one.name in kept]
    desk.open(folder / "notebooks" / "instructor" / "prepare_a_class.ipynb").run_all()
    desk.page.once("dialog", lambda dialog: dialog.accept())
    press(desk, desk.widget("delete"), "Delete this class", "The class is deleted.")
    assert not (folder / "my_class").exists()
    complaints = desk.complaints()
    desk.close()
    assert not complaints


def stopwatch() -> Callable[[str], None]:
    """Return what prints how many seconds have gone since it was last asked."""
    last = [time.monotonic()]

    def timed(what: str) -> None:
        now = time.monotonic()
        print(f"{what}: {now - last[0]:.0f} s", flush=True)
        last[0] = now

    return timed
