"""The course in a browser alone: built, served under a subpath, and used there as a student uses it.

One build and one browser for all: these tests stay in one process (`OneSite` in conftest.py). Each visit goes
through a proxy that lets nothing out and notes who tried.
"""

from __future__ import annotations

import http.server
import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from conftest import Measured
from course.commands import site
from course.commands.release import release
from course.commands.serving import make_server
from course.commands.site import lessons_in
from course.lessons.work import NOT_KEPT
from tests.browser.conftest import missing
from tests.browser.desk import ROOT, Desk, Lab
from tests.grading import test_case_in_an_evening as made
from tests.secrets import reasons, told

SUBPATH = "school/news"
SCHOOL = "http://school.example"
LESSONS = [path.relative_to(ROOT / "notebooks").as_posix() for path in lessons_in(ROOT / "notebooks")]
LIMIT = 50.0  # MB
FIRST: dict[str, list[float]] = {"first cell": [], "end": []}  # seconds of each profile's first visit


class Trap(http.server.BaseHTTPRequestHandler):
    """A proxy that answers no, and writes down who tried to leave the machine.

    One made-up address leads to the site: a school's own server, without https.
    """

    tried: list[str] = []  # noqa: RUF012 - one for all
    site = ""

    def do_GET(self) -> None:
        if not self.path.startswith(f"{SCHOOL}/"):
            return self.refuse()
        try:
            with urllib.request.urlopen(self.path.replace(SCHOOL, self.site, 1)) as answer:  # noqa: S310
                self.send_response(200)
                self.send_header("Content-Type", answer.headers["Content-Type"])
                self.end_headers()
                self.wfile.write(answer.read())
        except urllib.error.HTTPError as error:
            self.send_error(error.code)

    def refuse(self) -> None:
        self.tried.append(self.requestline)
        self.send_error(403)

    do_CONNECT = do_HEAD = do_POST = refuse

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def www(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site once, into a subfolder of what is served."""
    folder = tmp_path_factory.mktemp("www")
    command = [sys.executable, "-m", "course", "site", str(folder / SUBPATH)]
    env = {name: value for name, value in os.environ.items() if not name.startswith("COURSE_")}
    ran = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if ran.returncode:
        missing(f"the site, and it was not built ({(ran.stderr or 'nothing was said').splitlines()[-1]})")
    return folder


@pytest.fixture(scope="module")
def address(www: Path) -> Iterator[str]:
    """Serve the site on a free port of this machine."""
    server = make_server(www, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def proxy(address: str) -> Iterator[str]:
    Trap.site = address
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Trap) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class Visit(Desk):
    """One student's browser profile at the site: its storage is its own."""

    def __init__(self, browser: Any, address: str, proxy: str) -> None:
        self.lab = Lab(f"{address}/{SUBPATH}", Path())
        self.context = browser.new_context(
            viewport={"width": 1366, "height": 768},
            accept_downloads=True,
            proxy={"server": proxy, "bypass": "localhost"},
        )
        self.context.set_default_timeout(180_000)
        self.errors: list[str] = []
        self.took: dict[str, float] = {}
        self.turn()

    def turn(self) -> None:
        """Open a new page in the same profile."""
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self._complain(str(error)))

    def lesson(self, name: str = "") -> Visit:
        """Open a lesson by its own link, or the site's first page; run all of it, and note the time."""
        first, started = not self.took, time.monotonic()
        self.page.goto(f"{self.lab.url}/" + (f"lab/index.html?path=notebooks/{name}" if name else ""))
        self.page.wait_for_function(
            """name => {
                const panel = window.jupyterapp?.shell.currentWidget;
                const kernel = panel?.sessionContext?.session?.kernel;
                return panel?.context?.path.endsWith(name) && kernel?.status === "idle";
            }""",
            arg=name or LESSONS[0],
        )
        self.page.evaluate("() => { jupyterapp.commands.execute('notebook:run-all-cells'); }")
        for what, test in (("first cell", "some"), ("end", "every")):
            self.page.wait_for_function(
                f"""() => [...jupyterapp.shell.currentWidget.content.model.cells]
                    .filter(cell => cell.type === "code").{test}(cell => cell.executionCount || {FAILED})""",
                polling=100,
            )
            self.took[what] = time.monotonic() - started
            if first:
                FIRST[what].append(self.took[what])
        self.settle()
        return self

    def failed(self) -> list[Any]:
        """Return the cells that ended in an error."""
        return self.page.evaluate(
            f"""() => [...jupyterapp.shell.currentWidget.content.model.cells]
                .filter(cell => cell.type === "code" && {FAILED})
                .map(cell => [cell.id, cell.outputs.toJSON()])"""
        )

    def done(self) -> None:
        """Close it. Nothing may have gone wrong on the page, and nothing may have asked to leave."""
        self.close()
        assert self.errors == []
        assert Trap.tried == []


FAILED = "cell.outputs.toJSON().some(one => one.output_type === 'error')"


def sort_and_write(visit: Visit) -> None:
    visit.widget("where").get_by_text("a profile that is wiped when you log out forgets it").wait_for()
    panel = visit.widget("sign_in")
    panel.get_by_label("Code").fill("KTR-4728")
    panel.get_by_role("button", name="Sign in", exact=True).click()
    panel.get_by_text("Signed in with the code KTR-4728.").wait_for()
    sort, write = visit.widget("leads"), visit.widget("reflection_00")
    sort.get_by_role("radio").first.check()
    sort.get_by_text("Saved").last.wait_for()
    write.get_by_role("textbox").fill("A thought.")
    write.get_by_text("Saved").last.wait_for()


def put_in_order(visit: Visit) -> None:
    order = visit.widget("ladders").first
    order.locator('.fn-down:not([aria-disabled="true"])').first.click()
    order.get_by_text("Saved").last.wait_for()


def fill_a_grid_and_mark(visit: Visit) -> None:
    grid, mark = visit.widget("coverage").first, visit.widget("frames").first
    grid.get_by_role("radio").first.check()
    grid.get_by_text("Saved").last.wait_for()
    mark.locator(".fn-text").first.focus()
    visit.press("ArrowRight", "1")
    mark.get_by_text("Saved").last.wait_for()


DONE = {"00": sort_and_write, "05": put_in_order, "07": fill_a_grid_and_mark}


@pytest.mark.rare
def test_every_lesson_runs_and_work_is_kept_handed_in_and_marked(
    browser: Any, address: str, proxy: str, *, www: Path, tmp_path: Path, measured: Measured
) -> None:
    """Each from its own link, in one profile; an exercise of each kind is done on the way."""
    visit, slowest = Visit(browser, address, proxy), 0.0
    for name in LESSONS:
        visit.lesson("" if name == LESSONS[0] else name)
        assert visit.failed() == [], name
        assert visit.axe(".jp-OutputArea-output, .jp-RenderedMarkdown") == [], name
        slowest = max(slowest, visit.took["end"])
        DONE.get(name[:2], lambda _: None)(visit)
    inbox = tmp_path / "inbox"
    with visit.page.expect_download(lambda one: one.suggested_filename.endswith(".json")) as waiting:
        visit.widget("hand_in").get_by_role("button", name="Hand in", exact=True).click()
    waiting.value.save_as(inbox / waiting.value.suggested_filename)
    answers = json.loads(next(inbox.glob("hand_in-*.json")).read_bytes())["answers"]
    assert set(answers) == {"leads", "reflection_00", "ladders", "coverage", "frames"}

    visit.lesson()
    assert visit.widget("leads").get_by_role("radio", checked=True).count() == 1
    assert visit.widget("reflection_00").get_by_role("textbox").input_value() == "A thought."
    with visit.page.expect_download() as waiting:
        visit.widget("save_my_work").get_by_role("button").click()
    assert waiting.value.suggested_filename.startswith("my_work-")
    visit.done()

    grade = [sys.executable, "-m", "course", "grade", str(inbox), "--out", str(tmp_path / "class")]
    ran = subprocess.run(grade, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "KTR-4728" in (tmp_path / "class" / "marks.csv").read_text("utf-8")
    size = sum(path.stat().st_size for path in (www / SUBPATH).rglob("*") if path.is_file()) / 1e6
    measured(f"the site: {size:.1f} MB; slowest lesson to its end: {slowest:.1f} s")
    assert size <= LIMIT


@pytest.mark.rare
def test_a_graded_class_gets_a_site_without_reasons(tmp_path: Path) -> None:
    """Built from the students' copy; every wheel is opened and searched. What differs, test_site.py packs."""
    release(ROOT, tmp_path / "copy")
    site.build(tmp_path / "site", tmp_path / "copy")
    found, searched = told(tmp_path / "site", reasons())
    assert found == []
    assert searched > 1000


@pytest.mark.rare
def test_a_page_that_cannot_keep_work_says_so(browser: Any, proxy: str) -> None:
    """Without https a browser gives a page neither a service worker nor a cache."""
    visit = Visit(browser, SCHOOL, proxy)
    visit.lesson()
    assert visit.failed() == []
    for id in ("where", "leads"):
        visit.widget(id).get_by_text(NOT_KEPT).wait_for()
    visit.page.get_by_text("it needs https or localhost").wait_for()
    visit.done()


def test_it_opens_again_when_the_server_is_gone(
    browser: Any, www: Path, proxy: str, tmp_path: Path, measured: Measured
) -> None:
    """The ZIP's own command serves it, and is ended; the page opens all the same, with the work on it."""
    with zipfile.ZipFile(www / f"{SUBPATH}.zip") as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "five-newsrooms"
    assert "python3 serve.py" in (folder / "README.txt").read_text("utf-8")
    (tmp_path / SUBPATH).parent.mkdir()
    (folder / "site").rename(tmp_path / SUBPATH)
    (folder / "site").mkdir()
    (tmp_path / "school").rename(folder / "site" / "school")
    server = subprocess.Popen(
        [sys.executable, "serve.py", "0"], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    try:
        address = server.stdout.readline().split()[1].rstrip("/")
        visit = Visit(browser, address, proxy)
        visit.lesson()
        assert visit.failed() == []
        assert visit.axe(".jp-OutputArea-output, .jp-RenderedMarkdown", contrast=False) == []
        sort_and_write(visit)
        visit.page.wait_for_function("() => document.documentElement.dataset.offline === 'ready'")
    finally:
        server.terminate()
        server.wait(10)
    visit.page.close()
    visit.turn()
    visit.lesson()
    assert visit.failed() == []
    assert visit.widget("leads").get_by_role("radio", checked=True).count() == 1
    assert visit.widget("reflection_00").get_by_role("textbox").input_value() == "A thought."
    with visit.page.expect_download(lambda one: one.suggested_filename.endswith(".json")) as waiting:
        visit.widget("hand_in").get_by_role("button", name="Hand in", exact=True).click()
    waiting.value.save_as(tmp_path / "inbox" / waiting.value.suggested_filename)
    visit.done()
    grade = [
        sys.executable,
        "-m",
        "course",
        "grade",
        str(tmp_path / "inbox"),
        "--out",
        str(tmp_path / "class"),
    ]
    ran = subprocess.run(grade, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "KTR-4728" in (tmp_path / "class" / "marks.csv").read_text("utf-8")
    size = sum(path.stat().st_size for path in (www / SUBPATH).rglob("*") if path.is_file()) / 1e6
    assert size <= LIMIT
    for what in ("first cell", "end"):
        measured(f"site, first visit to {what}: {median(FIRST[what]):.1f} s, of {len(FIRST[what])}")
    measured(f"site, {size:.1f} MB; second visit, without a server, to the end: {visit.took['end']:.1f} s")


evening = made.evening  # a fixture


@pytest.mark.rare
def test_the_site_of_a_case_that_was_made_in_an_evening(
    browser: Any, proxy: str, evening: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    """Built from its students' copy: a lesson opens, and what is answered there is there again."""
    monkeypatch.setattr(site, "ROOT", evening[2])
    site.build(tmp_path / SUBPATH)
    server = make_server(tmp_path, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    visit = Visit(browser, f"http://localhost:{server.server_port}", proxy)
    for _ in range(2):
        visit.lesson("06_weigh_the_words.ipynb")
        assert visit.failed() == []
        terms = visit.widget("charges").first
        if not terms.get_by_role("radio", checked=True).count():
            terms.get_by_role("radio").first.check()
            terms.get_by_text("Saved").last.wait_for()
    assert terms.get_by_role("radio", checked=True).count() == 1
    visit.done()
    server.shutdown()
    server.server_close()
