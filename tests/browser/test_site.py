"""The course in a browser alone: built, served under a subpath, and used there as a student uses it.

One build and one browser for all: these tests stay in one process (`OneSite` in conftest.py). Each visit goes
through a proxy that lets nothing out and notes who tried.
"""

from __future__ import annotations

import csv
import http.server
import json
import os
import re
import shutil
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
CHOSEN = ["00 Start here", "02 Hear who speaks", "All lessons"]
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

    def shown(self) -> list[str]:
        """Return what the first page offers, where a link has chosen lessons."""
        return self.page.locator("#lessons a").all_text_contents()

    def listed(self, folder: str) -> list[str]:
        """Return what the list of files shows of a folder."""
        self.page.evaluate("path => jupyterapp.commands.execute('filebrowser:go-to-path', { path })", folder)
        self.page.wait_for_function(
            "name => document.querySelector('.jp-FileBrowser .jp-BreadCrumbs').textContent.includes(name)",
            arg=folder.rpartition("/")[2],
        )
        self.page.evaluate("() => jupyterapp.commands.execute('filebrowser:refresh')")
        return sorted(self.page.locator(".jp-DirListing-itemName").all_text_contents())


FAILED = "cell.outputs.toJSON().some(one => one.output_type === 'error')"


def saved_in(widget: Any) -> None:
    """Wait for the time of a save: that work is saved the widget says at all times."""
    widget.get_by_text(re.compile(r"^Saved \d")).last.wait_for()


def open_tail(visit: Visit) -> None:
    """Open what lesson 00 folds at its end: where work is, what is done, and loading saved work."""
    tail = visit.widget("fold_where_it_is_what_is_done_load_saved_work")
    tail.get_by_role("button", name="Open it").click()


def sort_and_write(visit: Visit) -> None:
    open_tail(visit)
    visit.widget("where").get_by_text("a profile that is wiped when you log out forgets it").wait_for()
    panel = visit.widget("sign_in")
    panel.get_by_label("Code").fill("KTR-4728")
    panel.get_by_role("button", name="Sign in", exact=True).click()
    panel.get_by_text("Signed in: KTR-4728.").wait_for()
    sort, write = visit.widget("leads"), visit.widget("reflection_00")
    sort.get_by_role("radio").first.check()
    saved_in(sort)
    write.get_by_role("textbox").fill("A thought.")
    saved_in(write)


def put_in_order(visit: Visit) -> None:
    order = visit.widget("ladders").first
    order.locator('.fn-down:not([aria-disabled="true"])').first.click()
    order.get_by_role("button", name="Keep this order").first.click()
    saved_in(order)


def fill_a_grid_and_mark(visit: Visit) -> None:
    grid, mark = visit.widget("coverage").first, visit.widget("frames").first
    grid.get_by_role("radio").first.check()
    saved_in(grid)
    mark.locator(".fn-text").first.focus()
    visit.press("ArrowRight", "1")
    saved_in(mark)


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
        assert visit.axe(".jp-OutputArea-output, .jp-RenderedMarkdown", contrast=False) == [], name
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
        visit.widget("save_my_work").get_by_role("button", name="Save my work").click()
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
    open_tail(visit)
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
        visit.page.goto(f"{visit.lab.url}/?lessons=02,00&class=kite")
        assert visit.shown() == CHOSEN
        visit.lesson(LESSONS[0])
        assert visit.failed() == []
        assert visit.listed("notebooks") == [
            "00_start_here.ipynb",
            "02_hear_who_speaks.ipynb",
            "glossary.ipynb",
            "pictures",
        ]
        assert visit.axe(".jp-OutputArea-output, .jp-RenderedMarkdown", contrast=False) == []
        sort_and_write(visit)
        visit.page.wait_for_function("() => document.documentElement.dataset.offline === 'ready'")
    finally:
        server.terminate()
        server.wait(10)
    visit.page.close()
    visit.turn()
    visit.page.goto(f"{visit.lab.url}/")
    assert visit.shown() == CHOSEN
    visit.lesson(LESSONS[0])
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
    (row,) = csv.DictReader((tmp_path / "class" / "marks.csv").read_text("utf-8-sig").splitlines())
    assert (row["code"], row["class"]) == ("KTR-4728", "kite")
    size = sum(path.stat().st_size for path in (www / SUBPATH).rglob("*") if path.is_file()) / 1e6
    assert size <= LIMIT
    for what in ("first cell", "end"):
        measured(f"site, first visit to {what}: {median(FIRST[what]):.1f} s, of {len(FIRST[what])}")
    measured(f"site, {size:.1f} MB; second visit, without a server, to the end: {visit.took['end']:.1f} s")


ASKED = {  # after ‘?’ in a link: the lessons that the first page shows, the class, and the sentence
    "lessons=02,04&class=kite": (["02 ", "04 ", "All"], "kite", ""),
    "lessons=10,%2002,,02&class=Klasse+7b": (["02 ", "10 ", "All"], "Klasse 7b", ""),
    "lessons=one_week": (["One week", "All"], "", ""),
    "lessons=02,12&class=kite": (LESSONS, "kite", "names a lesson ‘12’ that is not here, so all are shown"),
    "lessons=..%2F02": (LESSONS, "", "names a lesson ‘../02’ that is not here"),
    "lessons=0": (LESSONS, "", "names a lesson ‘0’ that is not here"),
    "lessons=<img src=x onerror=alert(1)>": (LESSONS, "", "names a lesson ‘<img src=x onerror=alert(1)>’"),
    "lessons=": (LESSONS, "", "The link names no lesson, so all are shown"),
    "lessons=,": (LESSONS, "", "The link names no lesson, so all are shown"),
    "lessons=02&class=<b>7b</b>": (["02 ", "All"], "", "name of a class cannot be used"),
    f"lessons=02&class={'a' * 41}": (["02 ", "All"], "", "name of a class cannot be used"),
    "lessons=02&class=a%0Ab": (["02 ", "All"], "", "name of a class cannot be used"),
}


@pytest.fixture
def first_page(browser: Any, tmp_path: Path) -> Iterator[tuple[Any, str]]:
    """Return a page of a browser, and the address of a site of our own files alone, without JupyterLite."""
    (tmp_path / "news").mkdir()
    for name in ("index.html", "chosen.js", "page.js"):
        text = (site.PARTS / name).read_text("utf-8")
        paths = json.dumps([f"notebooks/{name}" for name in LESSONS])
        (tmp_path / "news" / name).write_text(text.replace('"LESSONS"', paths), "utf-8")
    (tmp_path / "news" / "lab").mkdir()
    scripts = '<script src="../chosen.js"></script><script src="../page.js"></script>'
    (tmp_path / "news" / "lab" / "index.html").write_text(scripts, "utf-8")
    server = make_server(tmp_path, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = browser.new_context()
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    yield page, f"http://localhost:{server.server_port}/news/"
    context.close()
    server.shutdown()
    server.server_close()


def test_a_link_chooses_lessons_and_a_class_and_what_is_wrong_in_it_is_one_sentence(
    first_page: tuple[Any, str],
) -> None:
    page, home = first_page
    page.goto(home)
    page.wait_for_url(f"{home}lab/index.html?path=notebooks/00_start_here.ipynb")  # nothing is chosen
    for asked, (lessons, named, sentence) in ASKED.items():
        page.goto(f"{home}?{asked}")
        shown = page.locator("#lessons a").all_text_contents()
        titles = [name.rpartition("/")[2][:3].replace("_", " ").capitalize() for name in lessons]
        assert len(shown) == len(titles), asked
        assert all(map(str.startswith, shown, titles)), asked
        said = page.locator("#said").text_content()
        assert (sentence in said) if sentence else (said.count("The link") == 0), asked
        assert (f"Your class: {named}." in said) == bool(named), asked
        assert page.locator("#said *, #lessons img").count() == 0
        assert page.evaluate("() => courseChosen.named") == named
        # What was right is kept for the addresses that say nothing, what was wrong is not.
        page.goto(f"{home}lab/index.html?path=notebooks/{LESSONS[0]}")
        kept = page.evaluate("() => [courseChosen.named, courseChosen.chosen.length, courseChosen.problem]")
        assert kept == [named, len([name for name in lessons if name != "All"]), ""], asked


def test_the_lists_of_files_hide_what_is_not_chosen_and_nothing_else(first_page: tuple[Any, str]) -> None:
    page, home = first_page
    page.goto(f"{home}?lessons=02,04&class=kite")
    names = [*LESSONS, "later", "glossary.ipynb", "mine.ipynb", "02_hear_who_speaks (copy).ipynb"]
    paths = ["my_work", "notebooks", *(f"notebooks/{name}" for name in names)]
    shown = page.evaluate("paths => paths.filter((path) => !courseChosen.hidden(path))", paths)
    wanted = ("my_work", "notebooks", "02_hear", "04_count", "glossary", "mine")
    assert shown == [path for path in paths if path.rpartition("/")[2].startswith(wanted)]
    page.get_by_role("link", name="All lessons").click()
    page.wait_for_url(f"{home}lab/**")  # all are chosen, and the class stays
    assert page.evaluate("() => [courseChosen.chosen.length, courseChosen.named]") == [len(LESSONS), "kite"]
    assert page.evaluate("paths => paths.filter(courseChosen.hidden)", paths) == []


LEFT = {  # what a browser keeps, and what of it stays: 'BUILD' is the build at hand
    "notebooks/00_start_here.ipynb": ("00_start_here.ipynb", "older", False),
    "notebooks/01_open_the_file.ipynb": (None, None, False),  # of the first builds, which wrote nothing
    "notebooks/02_hear_who_speaks.ipynb": ("02_hear_who_speaks.ipynb", "BUILD", True),
    "notebooks/later/one_week.ipynb": (None, None, False),
    "notebooks/glossary.ipynb": (None, None, False),
    "notebooks/99_renamed_since.ipynb": ("99_renamed_since.ipynb", "older", False),
    "notebooks/00_start_here (copy).ipynb": ("00_start_here.ipynb", "older", True),
    "notebooks/mine.ipynb": (None, None, True),
    "notebooks": (None, None, True),
    "my_work/00_start_here/leads.json": (None, None, True),
    "my_work/student.json": (None, None, True),
    "notebooks.txt": (None, None, True),
}
STORE = """async (left) => {
    const ask = indexedDB.open("JupyterLite Storage - /news/", 1);
    const names = ["statedb", "files", "checkpoints"];
    ask.onupgradeneeded = () => names.forEach((one) => ask.result.createObjectStore(one));
    const stored = await new Promise((done) => (ask.onsuccess = () => done(ask.result)));
    const change = stored.transaction(names, "readwrite");
    change.objectStore("statedb").put("open", "layout");
    for (const [path, [name, build]] of Object.entries(left)) {
        const metadata = name ? { course: { notebook: `notebooks/${name}`, build } } : {};
        const content = path.endsWith(".ipynb") ? { metadata, cells: [] } : "{}";
        change.objectStore("files").put({ path, content }, path);
        change.objectStore("checkpoints").put([{ content }], path);
    }
    await new Promise((done) => (change.oncomplete = done));
    stored.close();
}"""
STORED = """async () => {
    await courseReady;
    const ask = indexedDB.open("JupyterLite Storage - /news/");
    const stored = await new Promise((done) => (ask.onsuccess = () => done(ask.result)));
    const change = stored.transaction(["statedb", "files", "checkpoints"]);
    const keys = ["statedb", "files", "checkpoints"].map((name) => {
        const look = change.objectStore(name).getAllKeys();
        return new Promise((done) => (look.onsuccess = () => done(look.result)));
    });
    const found = await Promise.all(keys);
    stored.close();
    return found;
}"""
CONTENTS = """async () => {
    const saved = [];
    const content = ["02_hear_who_speaks", "03_cut_the_claims", "mine"].map((name) => ({
        path: `notebooks/${name}.ipynb`,
    }));
    const contents = {
        get: async (path) => ({ type: path === "notebooks" ? "directory" : "notebook", path, content }),
        save: async (path, how) => saved.push([path, how.content.metadata ?? how.content]),
    };
    window.jupyterapp = { serviceManager: { contents } };
    const listed = (await jupyterapp.serviceManager.contents.get("notebooks")).content;
    const one = (await jupyterapp.serviceManager.contents.get("notebooks/03_cut_the_claims.ipynb")).path;
    for (const path of ["notebooks/02_hear_who_speaks.ipynb", "notebooks/mine.ipynb"])
        await jupyterapp.serviceManager.contents.save(path, { content: { metadata: { a: 1 } } });
    await jupyterapp.serviceManager.contents.save("my_work/x.json", { content: "{}" });
    const env = { A: "1" };
    const kernel = { "@jupyterlite/pyodide-kernel-extension:kernel": { loadPyodideOptions: { env } } };
    courseConfigured({ litePluginSettings: kernel });
    return [listed.map((one) => one.path), one, saved, env];
}"""


def test_copies_of_another_builds_lessons_are_dropped_and_what_a_student_made_stays(
    first_page: tuple[Any, str],
) -> None:
    page, home = first_page
    page.goto(f"{home}lab/index.html")
    assert page.evaluate("async () => { await courseReady; return indexedDB.databases(); }") == []
    page.evaluate(STORE, {path: left[:2] for path, left in LEFT.items()})
    page.reload()
    stay = sorted(path for path, left in LEFT.items() if left[2])
    layout, files, checkpoints = page.evaluate(STORED)
    assert (layout, sorted(files), sorted(checkpoints)) == ([], stay, stay)


def test_what_is_saved_tells_its_build_and_the_kernel_its_class(first_page: tuple[Any, str]) -> None:
    page, home = first_page
    page.goto(f"{home}lab/index.html?lessons=02&class=kite")
    listed, opened, saved, env = page.evaluate(CONTENTS)
    assert listed == ["notebooks/02_hear_who_speaks.ipynb", "notebooks/mine.ipynb"]
    assert opened == "notebooks/03_cut_the_claims.ipynb"  # a lesson's link to its neighbour opens it
    lesson = "notebooks/02_hear_who_speaks.ipynb"
    assert saved == [
        [lesson, {"a": 1, "course": {"notebook": lesson, "build": "BUILD"}}],
        ["notebooks/mine.ipynb", {"a": 1}],
        ["my_work/x.json", "{}"],
    ]
    assert env == {"A": "1", "COURSE_CLASS": "kite"}


KEPT = """async ([name, text]) => {
    const [path, to] = [`notebooks/${name}`, { type: "notebook", format: "json" }];
    const cells = [{ cell_type: "markdown", metadata: {}, source: text, id: "a" }];
    const content = { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
    await jupyterapp.serviceManager.contents.save(path, { ...to, content });
}"""
UNMARK = """async (path) => {
    const ask = indexedDB.open(`JupyterLite Storage - ${new URL("../", location.href).pathname}`);
    const stored = await new Promise((done) => (ask.onsuccess = () => done(ask.result)));
    const change = stored.transaction("files", "readwrite");
    const look = change.objectStore("files").get(path);
    look.onsuccess = () => {
        delete look.result.content.metadata.course;
        change.objectStore("files").put(look.result, path);
    };
    await new Promise((done) => (change.oncomplete = done));
    stored.close();
}"""
TEXT = """async (name) => {
    const found = await jupyterapp.serviceManager.contents.get(`notebooks/${name}`, { content: true });
    return JSON.stringify(found.content);
}"""


def change_the_course(new: Path) -> None:
    """Copy the course, with another text, another question and another word of its code."""
    for name in ("seeds", "notebooks", "course"):
        shutil.copytree(ROOT / name, new / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("LICENSE", "LICENSE-PROSE"):
        shutil.copy(ROOT / name, new)
    for name, old, text in (
        ("notebooks/00_start_here.ipynb", "# Start here", "# Start here, anew"),
        ("seeds/exercises/00_start_here.toml", "Which lead does what?", "Which lead does what now?"),
        ("course/lessons/panels.toml", 'title = "Sign in with a', 'title = "Sign in with your'),
    ):
        before = (new / name).read_text("utf-8")
        assert old in before
        (new / name).write_text(before.replace(old, text, 1), "utf-8")


@pytest.mark.rare
def test_an_update_brings_the_new_lessons_and_keeps_the_work(
    browser: Any, www: Path, proxy: str, tmp_path: Path
) -> None:
    """The same address, built a second time (see `change_the_course`).

    An old page stays open meanwhile, and saves its lesson again after the new one was opened.
    """
    shutil.copytree(www / SUBPATH, tmp_path / "www" / SUBPATH)
    change_the_course(tmp_path / "new")
    server = make_server(tmp_path / "www", 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    visit = Visit(browser, f"http://localhost:{server.server_port}", proxy)
    visit.lesson(LESSONS[0])
    sort_and_write(visit)
    with visit.page.expect_download() as waiting:
        visit.widget("save_my_work").get_by_role("button", name="Save my work").click()
    waiting.value.save_as(tmp_path / "my_work.json")
    visit.command("docmanager:save")
    visit.page.wait_for_function(f"async () => (await ({TEXT})('{LESSONS[0]}')).includes('\"build\"')")
    for name in ("01_open_the_file.ipynb", "glossary.ipynb", "mine.ipynb", "00_start_here (copy).ipynb"):
        visit.page.evaluate(KEPT, [name, "kept from before"])
    visit.page.evaluate(UNMARK, "notebooks/01_open_the_file.ipynb")  # as the first builds left them
    visit.page.evaluate(UNMARK, "notebooks/glossary.ipynb")
    old = visit.page

    site.build(tmp_path / "www" / SUBPATH, tmp_path / "new")
    was, now = (folder / SUBPATH / "service-worker.js" for folder in (www, tmp_path / "www"))
    assert was.read_bytes() == now.read_bytes()  # a page opened while one takes another's place stays empty
    for _ in range(2):
        visit.turn()
        visit.lesson(LESSONS[0])
        assert visit.failed() == []
        visit.page.get_by_role("heading", name="Start here, anew").wait_for()  # the lesson
        visit.widget("leads").get_by_text("Which lead does what now?").wait_for()  # the case
        visit.widget("sign_in").get_by_text("Sign in with your code").wait_for()  # the course's code
        assert visit.widget("leads").get_by_role("radio", checked=True).count() == 1
        assert visit.widget("reflection_00").get_by_role("textbox").input_value() == "A thought."
        for name in ("01_open_the_file.ipynb", "glossary.ipynb"):
            assert "kept from before" not in visit.page.evaluate(TEXT, name)
        for name in ("mine.ipynb", "00_start_here (copy).ipynb"):
            assert "kept from before" in visit.page.evaluate(TEXT, name)
        visit.page.close()
        visit.page = old
        visit.page.evaluate(KEPT, [LESSONS[0], "kept from before"])
    visit.done()

    other = Visit(browser, f"http://localhost:{server.server_port}", proxy)
    other.lesson(LESSONS[0])
    open_tail(other)
    panel = other.widget("load_my_work")
    panel.locator("input").set_input_files(tmp_path / "my_work.json")
    panel.get_by_role("button", name="Bring my answers in").click()
    panel.get_by_text("2 answers of KTR-4728 were read, 2 new or newer").wait_for()
    other.run_all()
    assert other.widget("leads").get_by_role("radio", checked=True).count() == 1
    assert other.widget("reflection_00").get_by_role("textbox").input_value() == "A thought."
    other.done()
    server.shutdown()
    server.server_close()


evening = made.evening  # a fixture


@pytest.mark.rare
def test_the_site_of_a_case_that_was_made_in_an_evening(
    browser: Any, proxy: str, evening: Any, tmp_path: Path
) -> None:
    """Built from its students' copy: a lesson opens, and what is answered there is there again."""
    site.build(tmp_path / SUBPATH, evening[2])
    server = make_server(tmp_path, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    visit = Visit(browser, f"http://localhost:{server.server_port}", proxy)
    for _ in range(2):
        visit.lesson("06_weigh_the_words.ipynb")
        assert visit.failed() == []
        terms = visit.widget("charges").first
        if not terms.get_by_role("radio", checked=True).count():
            terms.get_by_role("radio").first.check()
            saved_in(terms)
    assert terms.get_by_role("radio", checked=True).count() == 1
    visit.done()
    server.shutdown()
    server.server_close()
