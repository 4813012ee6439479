"""A real browser on a real JupyterLab: what a student sees, with the network watched.

`lab` serves one temporary folder for the whole session (with pytest-xdist, for each worker). `house` is a
test's own copy of the case inside it (seeds/, notebooks/, my_work/). `desk` opens a notebook there, runs it
and finds its widgets (see desk.py). All tests share one page, which is tidied between them; `desks` makes
further browser profiles, where two windows or machines are what is tested: each loads JupyterLab again.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.browser.desk import PATIENCE, ROOT, Desk, Lab, write_demo
from tests.browser.page import Page

CHROMIUM = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",  # nothing leaves
    "--disable-features=AutofillServerCommunication",  # it would ask its maker about every form on a page
]

SETTINGS = {
    "apputils-extension/notification": {
        "checkForUpdates": False,
        "doNotDisturbMode": True,
        "fetchNews": "false",
    },
    "docmanager-extension/plugin": {"autosave": False},  # else what a slow test finds depends on its time
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name != "test_site.py")  # the longest first
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


class OneSite(LoadScopeScheduling):
    """Give each test to whoever is free, and all of test_site.py to one: they share a site and its folder."""

    def _split_scope(self, nodeid: str) -> str:
        return "site" if "test_site.py" in nodeid else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Schedule the tests: `--dist loadgroup` of pytest-xdist 3.8 finds no group under pytest 9.2."""
    return OneSite(config, log)


def missing(tool: str) -> None:
    """Fail in CI; without it, skip with one sentence."""
    said = f"The browser tests need {tool}, which is not here."
    pytest.fail(said) if os.environ.get("CI") else pytest.skip(said)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium without a window."""
    try:
        from playwright.sync_api import expect, sync_playwright
    except ImportError:
        missing("playwright")
    expect.set_options(timeout=PATIENCE)
    path = next((path for path in CHROMIUM if Path(path).exists()), None)
    if path is None:
        missing("Debian's chromium or chromium-headless-shell")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until JupyterLab answers; where it does not, fail with what it wrote to its `log`."""
    for _ in range(900):
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310
            return
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.2)
    server.kill()
    server.wait()  # else it still counts as running
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab with nobody's settings, on a free port of this machine."""
    folder = tmp_path_factory.mktemp("lab")
    for name, chosen in SETTINGS.items():
        path = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(chosen))
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    served = folder / "served"
    served.mkdir()
    env = {key: value for key, value in os.environ.items() if not key.startswith(("COURSE_", "JUPYTER"))}
    env |= {
        "PYTHONPATH": str(ROOT),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "IPYTHONDIR": str(folder / "ipython"),
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"]
    command += ["--allow-root", "--ServerApp.token=", "--ServerApp.password=", "--expose-app-in-browser"]
    command += ["--ServerApp.disable_check_xsrf=True"]  # tests stop kernels by the same address
    log = (folder / "log.txt").open("w")
    server = subprocess.Popen(command, cwd=served, env=env, stdout=log, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{url}/api/status", server, folder / "log.txt")
        yield Lab(url, served)
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except (
            subprocess.TimeoutExpired
        ):  # now and then it waits for a kernel that is gone; all tests are done
            server.kill()
            server.wait()
        log.close()


@pytest.fixture
def page(browser: Any, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Return a page of widgets without JupyterLab, in the light theme or the one that a test is given."""
    one = Page(browser, getattr(request, "param", "light"))
    yield one
    assert one.errors == []
    one.close()


_numbers = itertools.count(1)


@pytest.fixture
def house(lab: Lab) -> Path:
    """A new copy of the case with its notebooks; my_work/ comes to stand beside them."""
    folder = lab.folder / f"house{next(_numbers)}"
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".*"))
    return folder


def stop_kernels(lab: Lab, *left: Desk) -> None:
    """Stop the kernels of pages that are left, so that the next test has the machine to itself."""
    with urllib.request.urlopen(f"{lab.url}/api/sessions", timeout=10) as answer:  # noqa: S310
        for session in json.load(answer):
            if session["path"] not in {one.opened for one in left}:
                continue
            ask = urllib.request.Request(f"{lab.url}/api/sessions/{session['id']}", method="DELETE")  # noqa: S310
            urllib.request.urlopen(ask, timeout=30).close()  # noqa: S310


@pytest.fixture
def desks(browser: Any, lab: Lab) -> Iterator[Callable[[], Desk]]:
    """Make browser profiles of a test's own. At the end: no console error, no request left the machine."""
    made: list[Desk] = []

    def make() -> Desk:
        made.append(Desk(browser, lab))
        return made[-1]

    yield make
    for one in made:
        one.close()
    stop_kernels(lab, *made)
    assert not [said for one in made for said in one.complaints()]


@pytest.fixture(scope="session")
def shared(browser: Any) -> Iterator[list[Desk]]:
    """Hold the page that tests use one after the other; where it is empty, the next one takes a new page."""
    held: list[Desk] = []
    yield held
    for one in held:
        one.close()


@pytest.fixture
def desk(request: pytest.FixtureRequest, shared: list[Desk], browser: Any, lab: Lab) -> Iterator[Desk]:
    """Return a page of 1366 x 768 with nothing open. JupyterLab is loaded once for many tests.

    One test at a time has it. A test that failed leaves it to nobody: the next one gets a new page.
    """
    one = shared.pop() if shared else Desk(browser, lab)
    yield one
    if request.node.stash.get(PASSED, False):
        one.tidy()
        shared.append(one)
    else:
        one.close()
        stop_kernels(lab, one)
    assert not one.complaints()


PASSED = pytest.StashKey[bool]()  # what was found of the test itself, before its fixtures end


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    if call.when == "call":
        item.stash[PASSED] = report.passed
    return report


@pytest.fixture
def demo(lab: Lab) -> Path:
    """Return a folder with a small case: two short articles and an exercise of each kind."""
    return write_demo(lab.folder / f"demo{next(_numbers)}")


@pytest.fixture
def open_demo(desk: Desk, lab: Lab) -> Desk:
    """Return the desk with the small case run and nothing answered; `desk.home` is its folder."""
    return desk.open_demo(lab.folder / f"demo{next(_numbers)}")
