"""What the tests of the lessons share: a small case with an exercise of every kind."""

import pytest

from course.corpus.case import open_case
from course.lessons.exercises import load_exercises
from course.lessons.keys import load_keys
from course.lessons.work import Workspace
from tests.lessons.small_case import write_case


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    return open_case(write_case(tmp_path_factory.mktemp("case")))


@pytest.fixture(scope="session")
def exercises(small):
    return load_exercises(small)


@pytest.fixture(scope="session")
def keys(small):
    return load_keys(small)


@pytest.fixture
def work(tmp_path):
    return Workspace(tmp_path / "my_work", "The dam")
