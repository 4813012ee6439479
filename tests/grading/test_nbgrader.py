"""A class that hands in with nbgrader: its own package does everything that is nbgrader's.

What needs several Unix users needs root. In CI it must be there; elsewhere it is said why it is skipped.
"""

import csv
import fcntl
import json
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import sysconfig
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from course.__main__ import main
from course.commands import grade as command
from course.commands.environment import NBGRADER, STUDENT, pins
from course.commands.release import release
from course.commands.site import lessons_in
from course.corpus.case import open_case
from course.corpus.errors import CourseError
from course.grading import inbox
from course.grading.grade import Grader
from course.grading.inbox import submitted_at
from course.grading.made_up import made_up_hand_ins, made_up_people
from course.grading.roster import Settings, write_settings
from course.lessons.exercises import load_exercises
from course.lessons.files import to_json
from course.lessons.handin import Student, make_document, set_aside_for_another_person
from course.lessons.here import open_workspace
from course.lessons.work import Answer, Workspace
from tests.grading.conftest import RIGHT, SAVED

ROOT = Path(__file__).parents[2]
STEPS, RUNNING = Path(__file__).with_name("nbgrader_steps.py"), ROOT / "tests/lessons/running.py"
OWN = ROOT / ".nbgrader"
needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or (os.geteuid() != 0 and not os.environ.get("CI")),
    reason="only root can act as a teacher and students: CI runs these tests",
)
ASKED = load_exercises(open_case(ROOT))
LESSON, OTHER = "06_weigh_the_words", "03_cut_the_claims"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
OUT = ("generate_assignment", "release_assignment")


@pytest.fixture(scope="session")
def python():
    """A Python with nbgrader and all that this one has; made once, in a folder that is kept."""
    OWN.mkdir(exist_ok=True)
    wanted = f"{sys.version} {sys.prefix}\n{(ROOT / NBGRADER).read_text('utf-8')}"
    with (OWN / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made, python = OWN / "made-from.txt", OWN / "env" / "bin" / "python"
        if not made.is_file() or made.read_text("utf-8") != wanted:
            shutil.rmtree(OWN / "env", ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", "--without-pip", OWN / "env"], check=True)
            (site,) = (OWN / "env").glob("lib/python*/site-packages")
            (site / "all.pth").write_text(f"{sysconfig.get_path('purelib')}\n{ROOT}\n", "utf-8")
            pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps"]
            subprocess.run([*pip, "-r", ROOT / NBGRADER], check=True)
            made.write_text(wanted, "utf-8")
    return python


@pytest.fixture
def people(python):
    """A teacher and three students, users of this computer, with an exchange; and a way to act as them."""
    home = Path(tempfile.mkdtemp(prefix="nbgrader-"))
    home.chmod(0o755)
    (home / "exchange").mkdir()
    (home / "exchange").chmod(0o777)
    names = [f"{home.name.lower().replace('_', 'x')}-{one}"[-31:] for one in ("t", "a", "b", "c")]
    for name in names:
        subprocess.run(["useradd", "--create-home", "--home-dir", home / name, name], check=True)
        (home / name).chmod(0o700)
    env = {name: value for name, value in os.environ.items() if not name.startswith("COURSE_")}
    env |= {"PYTHONPATH": str(ROOT)}
    env["PATH"] = f"{python.parent}{os.pathsep}{env['PATH']}"  # nbgrader starts alembic by its name

    def act(*steps):
        """Do (user, folder, words) one after the other; any that fails, fails the test."""
        given = [
            (who, str(where), [*words, f"--Exchange.root={home / 'exchange'}"] if own else words)
            for who, where, words in steps
            for own in [words[0] == "nbgrader"]
        ]
        ran = subprocess.run(
            [python, STEPS], input=json.dumps(given), env=env, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
        assert json.loads(ran.stdout) == []

    yield SimpleNamespace(home=home, teacher=names[0], students=names[1:], act=act)
    for name in names:
        subprocess.run(["userdel", name], check=True)
    shutil.rmtree(home)


def course_directory(people, name="news"):
    folder = people.home / people.teacher / name
    release(ROOT, folder, nbgrader=True)
    own_by(people.teacher, folder)
    return folder


def own_by(user, folder):
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, user)


def answers_of(case, size):
    """Made-up people, and what each answered, by exercise."""
    everyone = made_up_people(size)
    documents = made_up_hand_ins(case, everyone, 7)
    return [
        (document, {id: one["answer"] for id, one in document["answers"].items() if "answer" in one})
        for _, document in documents
    ]


def hand_in(folder, student, case, given):
    """Put into an inbox what a student would have handed in without nbgrader."""
    entries = {
        id: Answer(id, ASKED[id].kind, value, None, SAVED, ASKED[id].sha256).entry
        for id, value in given.items()
    }
    made = make_document(
        Student(student, f"{len(list(folder.iterdir())):032x}"), str(case.about["title"]), entries
    )
    (folder / f"{student}.json").write_bytes(to_json(made))


def totals(gradebook):
    """What nbgrader holds: for each student and assignment the sum of the points, and who still waits."""
    sum_of = "sum(coalesce(grade.manual_score, grade.auto_score, 0)), sum(grade.needs_manual_grade)"
    tables = """grade JOIN submitted_notebook n ON n.id = grade.notebook_id
        JOIN submitted_assignment s ON s.id = n.assignment_id JOIN assignment a ON a.id = s.assignment_id"""
    with sqlite3.connect(gradebook) as book:
        rows = book.execute(
            f"SELECT s.student_id, a.name, {sum_of} FROM {tables} GROUP BY s.student_id, a.name"  # noqa: S608
        )
        return {(student, name): (points, waits) for student, name, points, waits in rows}


def marks_of(grader, files, lessons):
    """The same by our own marks: the points of each student in each of these lessons, and what waits."""
    found = {}
    for one in grader.grade_all(grader.read(files).rows):
        for each in one.grades:
            if each.exercise.lesson in lessons:
                points, waits = found.get((one.row.code, each.exercise.lesson), (0, 0))
                more = (each.points or 0) * (1 - one.deducted), each.open
                found[one.row.code, each.exercise.lesson] = (points + more[0], waits + more[1])
    return found


def out_and_back(people, course, lessons, answers):
    """Return the steps from releasing lessons to collecting what students (answers by user) submit."""
    teach = people.teacher, course
    steps = [(*teach, ["nbgrader", what, one]) for one in lessons for what in OUT]
    for student, given in answers.items():
        own = people.home / student
        for lesson in lessons:
            steps.append((student, own, ["nbgrader", "fetch_assignment", lesson, "--course=news"]))
            own_of = [(id, value) for id, value in given.items() if ASKED[id].lesson == lesson]
            steps += [(student, own / lesson, ["answer", *one]) for one in own_of]
            steps.append((student, own, ["nbgrader", "submit", lesson, "--course=news"]))
    return [*steps, *((*teach, ["nbgrader", "collect", one]) for one in lessons)]


@needs_root
def test_there_and_back(people, tmp_path, case, measured):
    """A lesson released, fetched, done, submitted, collected, marked and returned; marks are as ever."""
    started = time.monotonic()
    course, student = course_directory(people), people.students[0]
    own, mine = people.home / student, {**answers_of(case, 1)[0][1], "reflection_06": {"thought_06": "mine"}}
    mine = {id: value for id, value in mine.items() if ASKED[id].lesson == LESSON}
    people.act(*out_and_back(people, course, [LESSON], {student: mine}))
    held = course / "submitted" / student / LESSON / "my_work" / LESSON
    assert {path.stem for path in held.glob("*.json")} == mine.keys() - {"reflection_06"}
    assert (own / "my_work" / LESSON / "reflection_06.json").is_file()  # what is private never left

    files, folders = tmp_path / "inbox", (people.home / people.teacher / "my_class", tmp_path / "class")
    files.mkdir()
    hand_in(files, student, case, {id: mine[id] for id in mine.keys() - {"reflection_06"}})
    for folder, inbox_of in zip(folders, (course / "submitted", files), strict=True):
        folder.mkdir()
        write_settings(folder / "class.toml", Settings(due=LONG_AGO, late_percent=10, late_most=10))
        grader = Grader(case, folder)
        (row,) = grader.read(inbox_of).rows
        grader.record.set("comment", "Say whose word it is.", student=row.key, exercise="charges")
        grader.record.set("level", "Emergent", student=row.key, exercise="rewrite")
        grader.record.close()
    own_by(people.teacher, folders[0])
    marking = ["course", "grade", str(course), "--out", str(folders[0])]
    release_pages = ["nbgrader", "release_feedback", LESSON]
    people.act(
        (people.teacher, ROOT, marking),
        (people.teacher, course, release_pages),
        (student, own, ["nbgrader", "fetch_feedback", LESSON, "--course=news"]),
    )
    (page,) = (own / LESSON / "feedback").rglob("*.html")
    assert ASKED["charges"].title in page.read_text("utf-8")

    ours = marks_of(Grader(case, folders[1]), files, [LESSON])
    assert ours[student, LESSON][1] == 0  # nothing waits
    with sqlite3.connect(course / "gradebook.db") as book:
        given = book.execute("SELECT manual_comment FROM comment WHERE manual_comment IS NOT NULL").fetchall()
        most = book.execute("SELECT sum(max_score) FROM task_cells").fetchone()
    assert given == [("Say whose word it is.",)]
    assert most == (sum(one.points for one in ASKED.values() if one.lesson == LESSON),)
    assert totals(course / "gradebook.db") == {key: pytest.approx(value) for key, value in ours.items()}
    measured(f"nbgrader: a lesson there and back in {time.monotonic() - started:.0f} s")


@needs_root
@pytest.mark.rare
def test_a_class_of_several_users_and_the_autograder(people, tmp_path, case):
    """Three students, two lessons, one hand-in renewed; nbgrader's own autograder changes no total."""
    course, lessons = course_directory(people), [LESSON, OTHER]
    given = {who: own for who, (_, own) in zip(people.students, answers_of(case, 3), strict=True)}
    kept = {who: {id: own[id] for id in own if ASKED[id].lesson in lessons} for who, own in given.items()}
    first = people.students[0]
    before = {**kept, first: {}}
    people.act(*out_and_back(people, course, lessons, before))
    teach, again = (people.teacher, course), people.home / first
    marking = ["course", "grade", str(course), "--out", str(people.home / people.teacher / "my_class")]
    people.act(
        *((first, again / ASKED[id].lesson, ["answer", id, value]) for id, value in kept[first].items()),
        *((first, again, ["nbgrader", "submit", one, "--course=news"]) for one in lessons),
        *((*teach, ["nbgrader", "collect", one, "--update"]) for one in lessons),
        (people.teacher, ROOT, marking),
    )
    files = tmp_path / "inbox"
    files.mkdir()
    for who, own in kept.items():
        hand_in(files, who, case, own)
    ours = marks_of(Grader(case, tmp_path / "class"), files, lessons)
    assert len(ours) == 6
    expected = {key: pytest.approx(value) for key, value in ours.items()}
    assert totals(course / "gradebook.db") == expected

    people.act((*teach, ["nbgrader", "autograde", LESSON]))
    assert totals(course / "gradebook.db") == expected
    people.act((people.teacher, ROOT, marking), (*teach, ["nbgrader", "export", "--to=grades.csv"]))
    assert totals(course / "gradebook.db") == expected
    with (course / "grades.csv").open(encoding="utf-8") as file:
        rows = {(row["student_id"], row["assignment"]): float(row["score"]) for row in csv.DictReader(file)}
    assert rows == {key: pytest.approx(value[0]) for key, value in ours.items()}
    # A second user's folder is closed to the first, and nobody reads what others handed in.
    inbound = people.home / "exchange" / "news" / "inbound"
    assert stat.S_IMODE(inbound.stat().st_mode) & 0o777 == 0o733


# --- without nbgrader: what is released, what is read


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    out = tmp_path_factory.mktemp("course") / "news"
    release(ROOT, out, nbgrader=True)
    return out


def test_each_lesson_is_an_assignment_with_the_case_and_without_the_readings(released, case):
    lessons = {path.stem for path in lessons_in(ROOT / "notebooks")}
    assert {path.name for path in (released / "source").iterdir()} == lessons
    assert not list(released.rglob("readings"))
    assert not (released.parent / "news.zip").exists()
    shown = set()
    for lesson in lessons:
        book = json.loads((released / "source" / lesson / f"{lesson}.ipynb").read_bytes())
        cells = [cell["metadata"]["nbgrader"] for cell in book["cells"] if "nbgrader" in cell["metadata"]]
        points = {about["grade_id"]: about["points"] for about in cells}
        counted = [one for one in ASKED.values() if one.lesson == lesson and one.points and not one.private]
        assert points == {one.id: one.points for one in counted}
        assert all(about["task"] and not (about["grade"] or about["solution"]) for about in cells)
        assert len({cell["id"] for cell in book["cells"]}) == len(book["cells"])
        text = "".join("".join(cell["source"]) for cell in book["cells"])
        assert ("hand_in" in text, "Assignment List" in text) == (False, True)
        for name in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (released / "source" / lesson / name).is_file(), name
        shown |= points.keys()
    assert shown == {id for id, one in ASKED.items() if one.points and not one.private}


def test_no_notebook_of_the_course_holds_a_cell_of_nbgraders():
    for path in (ROOT / "notebooks").rglob("*.ipynb"):
        assert "nbgrader" not in {
            key for cell in json.loads(path.read_bytes())["cells"] for key in cell["metadata"]
        }


@pytest.mark.parametrize("lesson", [LESSON, "09_write_the_brief"])
def test_a_lesson_that_was_fetched_alone_runs_with_its_own_work(released, lesson, tmp_path):
    shutil.copytree(released / "source" / lesson, tmp_path / lesson)
    env = {name: value for name, value in os.environ.items() if not name.startswith("COURSE_")}
    env |= {"PYTHONPATH": str(ROOT), "IPYTHONDIR": str(tmp_path / "ipython")}
    ran = subprocess.run(
        [sys.executable, RUNNING, str(tmp_path / lesson / f"{lesson}.ipynb")],
        input='[""]', cwd=tmp_path, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    ((_, _, _, failed),) = json.loads(ran.stdout)
    assert failed == ""


def test_what_is_private_is_kept_beside_the_assignment(released, monkeypatch):
    monkeypatch.delenv("COURSE_WORK")
    work = open_workspace(open_case(released / "source" / LESSON))
    assert work.path(ASKED["charges"]).is_relative_to(released / "source" / LESSON / "my_work")
    assert work.path(ASKED["reflection_06"]).is_relative_to(released / "source" / "my_work")
    whole = open_workspace(open_case(ROOT))
    assert whole.path(ASKED["reflection_06"]).is_relative_to(ROOT / "my_work")
    monkeypatch.setenv("COURSE_WORK", str(released / "elsewhere"))
    named = open_workspace(open_case(released / "source" / LESSON))
    assert named.path(ASKED["reflection_06"]).is_relative_to(released / "elsewhere")


def test_the_next_person_finds_nothing_of_what_is_private(tmp_path):
    work = Workspace(tmp_path / "lesson" / "my_work", "x", tmp_path / "my_work")
    for id in ("charges", "reflection_06"):
        work.path(ASKED[id]).parent.mkdir(parents=True)
        work.path(ASKED[id]).write_text("{}")
    assert set_aside_for_another_person(work).parent == tmp_path / "lesson"
    assert not work.folder.exists()
    assert not work.private.exists()
    assert len(list(tmp_path.rglob("*-set-aside-*/*/*.json"))) == 2


@pytest.fixture
def submitted(tmp_path, small):
    """nbgrader's course directory, into which a student's work for a lesson of the small case is put."""
    home = tmp_path / "news"
    (home / "submitted").mkdir(parents=True)
    (home / "gradebook.db").touch()

    def put(student, given, lesson="02_listen", at="2026-03-02 12:00:00.000000 UTC"):
        folder = home / "submitted" / student / lesson
        for id, value in given.items():
            one = load_exercises(small)[id]
            stored = Answer(id, one.kind, value, None, SAVED, one.sha256).entry
            path = folder / "my_work" / one.lesson / f"{id}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(to_json({"format": 1, "case": "The dam", "exercise": id, **stored}))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "timestamp.txt").write_text(at)
        (folder / f"{lesson}.ipynb").write_text('{"nbformat": 4, "cells": []}')
        (folder / "seeds").mkdir(exist_ok=True)
        (folder / "seeds" / "case.toml").write_text("title = 'x'")
        return folder

    return SimpleNamespace(home=home, inbox=home / "submitted", put=put)


def test_the_folder_is_the_student_and_timestamp_txt_the_time(course, submitted):
    submitted.put("ana", {"voices": RIGHT})
    submitted.put("b.ode@school.example", {"why": {"text": "Rain."}}, at="2026-03-09 13:00:00 +0100")
    submitted.put("cia", {})
    rows = [row for row in course.read(submitted.inbox).rows if row.status != "missing"]
    ana, ben, cia = rows
    assert (ana.code, ana.status, ana.file.clock) == ("ana", "read", submitted_at(b"2026-03-02 12:00:00 UTC"))
    assert ben.file.clock - ana.file.clock == 7 * 86_400
    assert (ana.answers["voices"].value, list(ben.answers)) == (RIGHT, ["why"])
    assert (cia.status, cia.problem) == ("unusable", "it is a my_work folder without an answer in it")
    assert not [note for row in rows for note in row.notes if "notebook" in str(note)]


def test_only_answers_of_the_assignments_own_lesson_count(course, submitted):
    folder = submitted.put("ana", {"voices": RIGHT})
    shutil.copytree(folder / "my_work" / folder.name, folder / "my_work" / "09_other")
    (folder / "my_work" / "09_other" / "why.json").write_text("{}")
    (folder / "my_work" / "student.json").write_text("not ours to read: the folder is the student")
    (folder / "more.json").write_text("{}")
    (row,) = (row for row in course.read(submitted.inbox).rows if row.status != "missing")
    assert (row.status, list(row.answers), row.file.name) == ("read", ["voices"], "ana/my_work/")
    assert not [note for note in row.notes if "not used" in str(note)]


@pytest.mark.parametrize(
    "where", ["ana", "ana/LESSON", "ana/LESSON/my_work", "ana/LESSON/my_work/LESSON/why.json"]
)
def test_a_link_in_its_place_is_told_and_not_followed(course, submitted, tmp_path, where):
    folder = submitted.put("ana", {"voices": RIGHT})
    ben = submitted.put("ben", {"why": {"text": "Ben’s own words"}})
    place = submitted.inbox / where.replace("LESSON", folder.name)
    if place.is_dir():
        shutil.rmtree(place)
    targets = {"ana": ben.parent, folder.name: ben, "my_work": ben / "my_work"}
    place.symlink_to(targets.get(place.name, ben / "my_work" / ben.name / "why.json"))
    rows = {row.code or row.lms_id: row for row in course.read(submitted.inbox).rows}
    assert list(rows["ben"].answers) == ["why"]
    assert "why" not in rows["ana"].answers
    assert "it is a link" in rows["ana"].problem + " ".join(map(str, rows["ana"].notes))


def test_hostile_names_and_files_are_each_that_students_row(course, submitted):
    good = submitted.put("ana", {"voices": RIGHT})
    for name in ("=1+1", "<b>x", "a\nb", "-rf", "…" * 60, "con", "a+b+c"):
        submitted.put(name, {"voices": RIGHT})
    os.mkdir(os.fsencode(submitted.inbox) + b"/\xff\xfe")
    pipe = submitted.put("pipe", {}) / "my_work" / good.name / "why.json"
    pipe.parent.mkdir(parents=True)
    os.mkfifo(pipe)
    (pipe.parent / "voices.json").write_bytes(b"[" * 4_000_000)
    os.mkfifo(submitted.put("slow", {"voices": RIGHT}) / "x.json")
    timeless = submitted.put("timeless", {"voices": RIGHT}, at="tomorrow")
    rows = {row.file.owner: row for row in course.read(submitted.inbox).rows}
    assert sum(row.status == "read" for row in rows.values()) == 10
    assert rows["pipe"].status == "unusable"
    when = (timeless / "my_work" / timeless.name / "voices.json").stat().st_mtime
    assert rows["timeless"].file.clock == pytest.approx(when)


def test_a_student_has_one_budget_over_all_assignments(course, submitted, monkeypatch):
    monkeypatch.setattr(inbox, "Budget", partial(inbox.Budget, most=3))  # one is the student's own name
    submitted.put("ana", {"voices": RIGHT, "why": {"text": "Rain."}, "ladder": {}})
    submitted.put("ben", {"voices": RIGHT})
    rows = {row.file.owner: row for row in course.read(submitted.inbox).rows}
    assert "more than 3" in " ".join(map(str, rows["ana"].notes))
    assert (rows["ben"].status, rows["ben"].notes[:0]) == ("read", ())


@pytest.mark.parametrize(
    "stamp", [b"", b"now", b"2026-02-30 1:00 UTC", b"\xff\xfe", b"9" * 99, b"9999-12-31 23:59:59 -2300"]
)
def test_a_time_that_cannot_be_is_unknown(stamp):
    assert submitted_at(stamp) == 0


def test_without_nbgrader_one_sentence_says_what_to_install(submitted, tmp_path, monkeypatch, capsys, small):
    monkeypatch.setenv("COURSE_CASE", str(small.root))
    monkeypatch.setattr(command, "find_spec", lambda name: None if name == "nbgrader" else name)
    wanted = []

    def prepare(files, *extras):
        wanted.append((files, extras))
        raise CourseError("The packages could not be fetched.")

    monkeypatch.setattr(command, "prepare", prepare)
    for given in (submitted.home, submitted.inbox):
        assert main(["grade", str(given), "--out", str(tmp_path / "out")]) == 1
        told = capsys.readouterr()
        said = told.out
        assert told.err == "The packages could not be fetched.\n"
        assert f"pip install nbgrader=={min(pins((ROOT / NBGRADER).read_text('utf-8'))['nbgrader'])}" in said
        assert said.count("\n") == 1
    assert wanted == [((*STUDENT, NBGRADER), ("desk", "nbgrader"))] * 2


def test_the_pin_stands_in_both_places_and_beside_what_students_have():
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    added = pins((ROOT / NBGRADER).read_text("utf-8"))
    assert f'"nbgrader=={min(added["nbgrader"])}"' in text
    assert not added.keys() & pins((ROOT / STUDENT[0]).read_text("utf-8")).keys()
