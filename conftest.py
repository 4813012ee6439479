"""For every test, doctest and notebook cell: the student's work goes to a temporary folder."""

import os
import pickle
import re
import shutil
import tempfile
import tomllib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest

from course.corpus.case import open_case

ROOT = Path(__file__).parent
_WORK = pytest.StashKey[Path]()
_TERMINAL = []


def pytest_addoption(parser):
    """Let `--golden-update` write the files that tests/golden compares with."""
    parser.addoption("--golden-update", action="store_true", help="write the golden files anew")


_parse = tomllib.loads


@lru_cache(maxsize=500)
def _packed(text):
    return pickle.dumps(_parse(text))


def pytest_configure(config):
    """Make the folder that holds the work of this run, and forget settings of the person who runs it."""
    folder = tempfile.TemporaryDirectory(prefix="course-tests-")
    config.add_cleanup(folder.cleanup)
    config.stash[_WORK] = Path(folder.name)
    os.environ["COURSE_WORK"] = str(config.stash[_WORK] / "other")
    for name in ("COURSE_CASE", "COURSE_INBOX", "COURSE_CLASS"):
        os.environ.pop(name, None)
    # Hundreds of tests open a case, and most of that is parsing the same TOML: each gets a copy of its own.
    tomllib.loads = lambda text: pickle.loads(_packed(text))  # noqa: S301 - packed above


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session):
    """Find where to print; with pytest-xdist only the first process has it."""
    if not hasattr(session.config, "workerinput"):
        _TERMINAL.append(session.config.pluginmanager.getplugin("terminalreporter"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Give each test a work folder of its own; a notebook's cells share one, as they share a kernel.

    So every lesson is proved to run from its own link, with no work from an earlier one.
    """
    whose = item.path.name if item.path.suffix == ".ipynb" else item.nodeid
    os.environ["COURSE_WORK"] = str(item.config.stash[_WORK] / re.sub(r"\W", "_", whose)[-150:])
    os.environ.pop("COURSE_INBOX", None)


Measured = Callable[[str], None]


@pytest.fixture
def measured(record_property) -> Measured:
    """Return what takes a sentence with a figure: all of them are printed at the end of the run."""
    return lambda said: record_property("measured", said)


def pytest_runtest_logreport(report):
    """Print a failure when it happens, and not only at the end of the run."""
    if report.failed and _TERMINAL:
        _TERMINAL[0].write_line(f"\nFAILED {report.nodeid} ({report.when})\n{report.longreprtext}", red=True)


def pytest_terminal_summary(terminalreporter):
    """Print what was measured."""
    reports = [one for found in terminalreporter.stats.values() for one in found]
    reports = [one for one in reports if getattr(one, "when", "") == "teardown"]  # each phase has all of it
    said = [text for one in reports for name, text in one.user_properties if name == "measured"]
    for line in said:
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def case():
    """Return the case in seeds/. Tests that break something take `case_copy`."""
    return open_case(ROOT)


@pytest.fixture
def case_copy(tmp_path):
    """Return a folder with a copy of seeds/ in it, which a test may break."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    return tmp_path
