"""A real browser on a real JupyterLab: what a student sees, with the network watched.

`lab` serves one temporary folder for the whole session. `house` is a test's own copy of the case inside it
(seeds/, notebooks/, my_work/). `desk` opens a notebook there, runs it and finds its widgets.
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
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HERE = {"127.0.0.1", "localhost"}
PATIENCE = 60_000  # milliseconds: two cores may be shared


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def missing(tool: str) -> None:
    """Fail in CI; without it, skip with one sentence."""
    said = f"The browser tests need {tool}, which is not here."
    pytest.fail(said) if os.environ.get("CI") else pytest.skip(said)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium without a window."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright")
    path = next((path for path in CHROMIUM if Path(path).exists()), None)
    if path is None:
        missing("Debian's chromium or chromium-headless-shell")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


class Lab:
    """A running JupyterLab: its address and the folder it serves."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab with nobody's settings, on a free port of this machine."""
    folder = tmp_path_factory.mktemp("lab")
    settings = folder / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    quiet = {"checkForUpdates": False, "doNotDisturbMode": True, "fetchNews": "false"}
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(quiet))
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
    log = (folder / "log.txt").open("w")
    server = subprocess.Popen(command, cwd=served, env=env, stdout=log, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{url}/api/status", timeout=2).close()  # noqa: S310
                break
            except OSError:
                if server.poll() is not None:
                    break
                time.sleep(0.2)
        else:
            server.kill()
        if server.poll() is not None:
            pytest.fail(f"JupyterLab did not start:\n{(folder / 'log.txt').read_text()[-2000:]}")
        yield Lab(url, served)
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


_numbers = itertools.count(1)


@pytest.fixture
def house(lab: Lab) -> Path:
    """A new copy of the case with its notebooks; my_work/ comes to stand beside them."""
    folder = lab.folder / f"house{next(_numbers)}"
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".*"))
    return folder


def write_notebook(path: Path, *cells: str) -> Path:
    """Write a notebook; a cell that starts with `# ` and a line of prose is Markdown."""
    made = [
        {
            "cell_type": "markdown" if text.startswith("# ") else "code",
            "id": f"cell{number}",
            "metadata": {},
            "source": text,
        }
        | ({} if text.startswith("# ") else {"execution_count": None, "outputs": []})
        for number, text in enumerate(cells)
    ]
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    about = {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(about), encoding="utf-8")
    return path


class Desk:
    """One browser page on one JupyterLab, as one student has it."""

    def __init__(self, browser: Any, lab: Lab, **context: Any) -> None:
        options: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}, "accept_downloads": True}
        self.lab = lab
        self.context = browser.new_context(**(options | context))
        self.context.set_default_timeout(PATIENCE)
        self.strangers: list[str] = []
        self.errors: list[str] = []
        self.context.route("**/*", self._watch)
        self.page = self.context.new_page()
        self.page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("websocket", lambda one: self._note(one.url))

    def _note(self, url: str) -> bool:
        strange = urlsplit(url).hostname not in HERE
        if strange:
            self.strangers.append(url)
        return strange

    def _watch(self, route: Any) -> None:
        if self._note(route.request.url):
            route.abort()
        else:
            route.continue_()

    def open(self, path: Path) -> Desk:
        """Open a notebook and wait until its kernel is idle."""
        name = path.resolve().relative_to(self.lab.folder.resolve()).as_posix()
        self.page.goto(f"{self.lab.url}/lab/tree/{name}?reset")
        self.page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell")
        self.page.wait_for_function(
            """() => {
                const panel = window.jupyterapp?.shell.currentWidget;
                return panel?.sessionContext?.session?.kernel?.status === "idle";
            }"""
        )
        return self

    def command(self, name: str) -> None:
        """Run one of JupyterLab's own commands."""
        self.page.evaluate("name => window.jupyterapp.commands.execute(name)", name)

    def run_all(self) -> Desk:
        """Run > Run All Cells, and wait until every cell has run."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        self.settle()
        return self

    def settle(self) -> None:
        """Wait until the kernel has nothing to do."""
        self.page.wait_for_function(
            """() => {
                const panel = window.jupyterapp.shell.currentWidget;
                const prompts = [...document.querySelectorAll(".jp-InputPrompt")].map(one => one.textContent);
                return panel.sessionContext.session.kernel.status === "idle"
                    && !prompts.some(text => text.includes("*"));
            }"""
        )

    def cells(self) -> list[list[str]]:
        """Return id, kind and source of each cell, as the notebook's model has them."""
        return self.page.evaluate(
            """() => [...window.jupyterapp.shell.currentWidget.content.model.cells]
                .map(cell => [cell.id, cell.type, cell.sharedModel.getSource()])"""
        )

    def widget(self, id: str) -> Any:
        """Return the locator of an exercise or control by its id."""
        return self.page.locator(f'[data-exercise="{id}"]')

    def axe(self, selector: str) -> list[str]:
        """Return what axe-core finds against WCAG 2.2 A and AA in one part of the page."""
        from axe_playwright_python.sync_playwright import Axe

        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        options = {"runOnly": {"type": "tag", "values": tags}, "resultTypes": ["violations"]}
        found = Axe().run(self.page, context=selector, options=options).response["violations"]
        return [
            f"{one['id']}: {node['html'][:200]} {node['failureSummary']}"
            for one in found
            for node in one["nodes"]
        ]

    def close(self) -> None:
        self.context.close()


@pytest.fixture
def desk(browser: Any, lab: Lab) -> Iterator[Desk]:
    """A browser page. At the end: no error in its console, and no request left the machine."""
    one = Desk(browser, lab)
    yield one
    errors, strangers = one.errors, one.strangers
    one.close()
    assert not strangers
    assert not errors
