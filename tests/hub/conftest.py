"""A hub that runs for all tests of one process, with two students and a teacher who have signed in."""

import os

import pytest

from tests.hub.hub import lacks, running_hub

collect_ignore = ["made_up_moodle.py"]  # a program of its own, for the hub's environment


@pytest.fixture(scope="session")
def may_run():
    if (missing := lacks()) and not os.environ.get("CI"):
        pytest.skip(f"a hub with several users cannot run here: {missing}")


@pytest.fixture(scope="session")
def hub(may_run):
    with running_hub("ana", "ben") as hub:
        for person in hub.people.values():
            person.sign_in()
        yield hub


@pytest.fixture
def ana(hub):
    return hub.people["ana"]


@pytest.fixture
def ben(hub):
    return hub.people["ben"]
