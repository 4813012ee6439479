"""What the tests of the teacher's desk share: a small case, a class of three, and ways to hand in."""

import io
import zipfile

import pytest

from course.corpus.case import open_case
from course.grading.grade import Grader
from course.grading.roster import Person, write_roster
from course.lessons.exercises import load_exercises
from course.lessons.files import to_json
from course.lessons.handin import Student, make_document
from course.lessons.work import Answer
from tests.lessons.small_case import write_case

collect_ignore = ["nbgrader_steps.py"]  # a program of its own, for an environment that has nbgrader
ANA = Person("KTR-4728", "Ana López", "501")
BEN = Person("MBX-2239", "Ben Ode", "502")
CIA = Person("TRW-8876", "Cia =HYPERLINK(1)", "503")
RIGHT = {"rain": "attributed", "ready": "quoted", "held": "own voice"}
SAVED = "2026-03-01T10:00:00.000Z"


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    return open_case(write_case(tmp_path_factory.mktemp("case")))


@pytest.fixture(scope="session")
def exercises(small):
    return load_exercises(small)


@pytest.fixture
def folder(tmp_path):
    """A class of three."""
    folder = tmp_path / "my_class"
    folder.mkdir()
    write_roster(folder / "roster.csv", [ANA, BEN, CIA])
    return folder


@pytest.fixture
def course(small, folder):
    return Grader(small, folder)


@pytest.fixture
def inbox(tmp_path):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    return inbox


@pytest.fixture
def hand_in(exercises):
    """Return a hand-in as the file's bytes: a person, and answers by exercise."""

    def make(person=ANA, student_id="a" * 32, case="The dam", class_name="", **given):
        given = given or {"voices": RIGHT}
        entries = {}
        for id, value in given.items():
            one = exercises.get(id)
            kind, sha = (one.kind, one.sha256) if one else ("sort", "0" * 64)
            done = value == {"done": True}
            entries[id] = value if done else Answer(id, kind, value, None, SAVED, sha).entry
        student = Student(person.code, student_id, person.name if person.name.isprintable() else "")
        return to_json(make_document(student, case, entries, class_name))

    return make


def zipped(files, **how):
    """Return a ZIP of {name: bytes} as bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, **how) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def moodle(person, name="hand_in.json"):
    """Return the path that Moodle's download gives a person's file."""
    return f"{person.name}_{person.lms_id}_assignsubmission_file_/{name}"


def row_of(reading, person):
    """Return a person's row."""
    return next(row for row in reading.rows if row.code == person.code)


def answers_of(graded, exercise):
    """Return what each student answered to an exercise, where they did."""
    return [each for one in graded for each in one.grades if each.exercise.id == exercise and each.answered]
