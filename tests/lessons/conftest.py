"""What the tests of the lessons share: what the five articles are asked, and a small case with every kind."""

import pytest

from course.corpus.case import open_case
from course.lessons.exercises import load_exercises
from course.lessons.keys import load_keys
from course.lessons.work import Workspace
from tests.lessons.small_case import write_case


@pytest.fixture(scope="session")
def asked(case):
    return load_exercises(case)


@pytest.fixture(scope="session")
def known(case):
    return load_keys(case)


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
