"""A student's desk: one browser page on one JupyterLab, and the notebooks that tests open on it."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
HERE = {"127.0.0.1", "localhost"}
SCREEN = {"width": 1366, "height": 768}  # a school's Chromebook
PATIENCE = 60_000  # milliseconds: two cores may be shared
# anywidget says this after two seconds on a busy machine; `hearAlways` in loader.js makes up for it.
SLOW = "[anywidget] Failed to initialize model."
# JupyterLab's own words when a kernel is stopped or replaced while its debugger is asked something.
STOPPED = "Could not restore the debugger state"


class Lab:
    """A running JupyterLab: its address and the folder it serves."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder


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


NASTY = (
    "<script>window.harm = 1</script> </script> javascript:harm() \u202eright to left\u202c \U0001f600 ‘end’"
)

ARTICLES = {
    "A": "\ufeffA first line \U0001f30a with a wave.\n\n"
    + f"The mayor said it would rain. Nobody believed her!\n\n{NASTY}\n\nADVERTISEMENT\n\nIt rained.\n",
    "B": "The mayor warned of rain, she said.\n\nIt rained on Monday.\n",
}

EXERCISES = f"""
[[exercise]]
id = "spot"
kind = "mark"
title = "Mark the parts"
prompt = "Mark who speaks and what is evaluative."
labels = ["speaker", "evaluative", "number"]
articles = ["A"]

[[exercise]]
id = "choose"
kind = "sort"
title = "Said or not?"
prompt = "Choose one for each."
options = ["said", "not said", '{NASTY}']
passage = [{{ id = "Text 1", text = "It will rain." }}]
[[exercise.item]]
id = "rain"
text = "That it would rain"
[[exercise.item]]
id = "snow"
article = "B"
exact = "The mayor warned of rain"

[[exercise]]
id = "compare"
kind = "grid"
title = "Who has it?"
prompt = "Choose for each article."
options = ["present", "absent"]
articles = ["A", "B"]
[[exercise.item]]
id = "mayor"
text = "The mayor spoke."
[[exercise.item]]
id = "monday"
text = "It rained on a Monday."

[[exercise]]
id = "rank"
kind = "order"
title = "From hedged to flat"
prompt = "The most hedged first."
[[exercise.item]]
id = "one"
text = "It may rain."
group = "rain"
[[exercise.item]]
id = "two"
text = "It will rain."
group = "rain"
[[exercise.item]]
id = "three"
text = "It rained."
group = "rain"

[[exercise]]
id = "explain"
kind = "write"
title = "Why?"
prompt = "Write two sentences."
rubric = {{ Proficient = "Points to words.", Emergent = "Names a reason.", Basic = "Repeats." }}
[[exercise.item]]
id = "why"
text = "Your reason"
"""

KINDS = ("spot", "choose", "compare", "rank", "explain")


def write_demo(folder: Path) -> Path:
    """Write a small case with an exercise of each kind, and a notebook that shows them all."""
    (folder / "seeds" / "articles").mkdir(parents=True)
    (folder / "seeds" / "exercises").mkdir()
    about = ['title = "A rainy town"']
    for id, text in ARTICLES.items():
        data = text.encode()
        (folder / "seeds" / "articles" / f"{id}.txt").write_bytes(data)
        sha256 = hashlib.sha256(data).hexdigest()
        about.append(f'[[article]]\nid = "{id}"\nfile = "{id}.txt"\nsha256 = "{sha256}"')
    (folder / "seeds" / "case.toml").write_text("\n".join(about), encoding="utf-8")
    (folder / "seeds" / "exercises" / "demo.toml").write_text(EXERCISES, encoding="utf-8")
    cells = [f'exercise("{kind}")' for kind in KINDS]
    write_notebook(
        folder / "demo.ipynb",
        "# Demo",
        "from course.corpus.annotation import Annotation, Layer\n"
        "from course.corpus.case import open_case\n"
        "from course.lessons.cells import exercise, hand_in, load_my_work, progress, read, reveal\n"
        "from course.lessons.cells import save_my_work, sign_in",
        *cells,
        'text = open_case()["A"]\n'
        'blocks = tuple(Annotation("A", one.start, one.end, one.kind) for one in text.blocks)\n'
        'read(text, layers=[Layer("blocks", blocks)])',
        'reveal("choose")',
        "sign_in()",
        "progress()",
        "save_my_work()",
        "load_my_work()",
        "hand_in()",
        "import ipywidgets\nipywidgets.Button(description='bare')",
    )
    return folder


def saved(folder: Path, exercise: str, wanted: Any, seconds: float = 20) -> Any:
    """Return the answer in an exercise's file, once it is as wanted or the time is over.

    `wanted` may be a test, such as `bool`: then what it is true of is waited for.
    """
    end = time.monotonic() + seconds
    found = None
    while not (wanted(found) if callable(wanted) else found == wanted) and time.monotonic() < end:
        for path in (folder / "my_work").glob(f"*/{exercise}.json"):
            found = json.loads(path.read_bytes())["answer"]
        time.sleep(0.05)
    return found


class Desk:
    """One browser page on one JupyterLab, as one student has it."""

    def __init__(self, browser: Any, lab: Lab) -> None:
        self.lab = lab
        self.opened = ""  # the notebook, as the server names it
        self.context = browser.new_context(viewport=SCREEN, accept_downloads=True)
        self.context.set_default_timeout(PATIENCE)
        self.strangers: list[str] = []
        self.errors: list[str] = []
        self.context.on("request", lambda one: self._note(one.url))
        self.page = self.context.new_page()
        self.page.on("console", lambda said: said.type == "error" and self._complain(said.text))
        self.page.on("pageerror", lambda error: self._complain(str(error)))
        self.page.on("websocket", lambda one: self._note(one.url))

    @property
    def home(self) -> Path:
        """The folder of what is open; in the small case my_work/ comes to stand in it."""
        return (self.lab.folder / self.opened).parent

    def _complain(self, text: str) -> None:
        if not any(own in text for own in (SLOW, STOPPED)):
            self.errors.append(text)

    def _note(self, url: str) -> None:
        """Note who would leave the machine: the browser finds no other address (FLAGS in conftest.py)."""
        parts = urlsplit(url)
        if parts.scheme not in ("blob", "data") and parts.hostname not in HERE:
            self.strangers.append(url)

    def open(self, path: Path) -> Desk:
        """Open a notebook and wait until its kernel is idle; what was open before is closed.

        JupyterLab itself is loaded once a page: that takes ten times the CPU of opening a notebook.
        """
        name = self.opened = path.resolve().relative_to(self.lab.folder.resolve()).as_posix()
        if self.page.url.startswith(self.lab.url):
            self.clear()
            self.page.evaluate("path => { jupyterapp.commands.execute('docmanager:open', { path }); }", name)
        else:
            self.page.goto(f"{self.lab.url}/lab/tree/{name}?reset")
        self.page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell")
        self.page.wait_for_function(
            """name => {
                const panel = window.jupyterapp?.shell.currentWidget;
                return panel?.context?.path === name && panel.context.isReady
                    && panel.sessionContext?.session?.kernel?.status === "idle";
            }""",
            arg=name,
        )
        self.theme("JupyterLab Light")  # the server keeps the one that a test chose before it failed
        return self

    def clear(self) -> None:
        """Close every notebook and stop its kernel, without a question about what is not saved."""
        self.page.evaluate(
            """async () => {
                const open = [...jupyterapp.shell.widgets("main")];
                await Promise.all(open.map((one) => one.sessionContext?.shutdown()));
                open.forEach((one) => one.dispose());
            }"""
        )

    def open_demo(self, new: Path) -> Desk:
        """Open the small case in a new folder and run it; where it is open already, with nothing answered.

        To start a kernel and to open a notebook take twice the CPU of running it.
        """
        left = self.page.evaluate(
            """() => {
                const panel = window.jupyterapp?.shell.currentWidget;
                const alive = panel?.sessionContext?.session?.kernel?.status === "idle";
                return alive ? panel.context.path : "";
            }"""
        )
        if left and left == self.opened and left.endswith("/demo.ipynb"):
            self.wait_for_answers()
            shutil.rmtree(self.home / "my_work", ignore_errors=True)
        else:
            self.open(write_demo(new) / "demo.ipynb")
        self.run_all()
        self.widget("hand_in").wait_for()
        return self

    def restart(self) -> None:
        """Run all cells in a new kernel: it has no widgets of the tests before, which a page asks for."""
        kernel = "jupyterapp.shell.currentWidget.sessionContext.session.kernel"
        self.page.evaluate(f"() => {kernel}.restart()")
        self.page.wait_for_function(f"() => {kernel}.status === 'idle'")
        self.run_all()
        self.widget("hand_in").wait_for()

    def wait_for_answers(self) -> None:
        """Wait until Python has answered every change of what is open.

        An idle kernel does not say so: it answers widgets in a thread of their own, beside the one that runs
        cells. What a test left on its way would be saved once its folder is empty.
        """
        self.page.evaluate("() => document.activeElement?.blur()")  # what is typed is sent
        self.page.wait_for_function(
            """() => {
                const { id } = jupyterapp.shell.currentWidget;
                return [...(window.courseKept ?? [])]
                    .every(([key, kept]) => JSON.parse(key)[0] !== id || !kept.size);
            }"""
        )

    def tidy(self) -> None:
        """Leave JupyterLab as a new browser has it: light, with its left side. `open` closes what is open."""
        self.theme("JupyterLab Light")
        self.page.set_viewport_size(SCREEN)
        self.page.evaluate("() => { jupyterapp.shell.expandLeft(); }")

    def complaints(self) -> list[str]:
        """Return what went wrong on the page since this was last asked: console errors, and who left."""
        found = [*self.strangers, *self.errors]
        self.strangers.clear()
        self.errors.clear()
        return found

    def theme(self, name: str) -> None:
        """Choose JupyterLab's own colours."""
        self.page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', { theme })", name)
        light = str("Light" in name).lower()
        self.page.wait_for_function("light => document.body.dataset.jpThemeLight === light", arg=light)

    def press(self, *keys: str) -> None:
        """Press keys one after the other, where the focus is."""
        for key in keys:
            self.page.keyboard.press(key)

    def command(self, name: str) -> None:
        """Run one of JupyterLab's own commands."""
        self.page.evaluate("name => window.jupyterapp.commands.execute(name)", name)

    def run_all(self) -> Desk:
        """Run > Run All Cells, and wait until every cell has run."""
        self.command("notebook:run-all-cells")
        self.settle()
        return self

    def kept(self) -> int:
        """Return how many widgets of the course the kernel keeps, closed ones too."""
        return self.page.evaluate(
            """async () => {
                const { kernel } = jupyterapp.shell.currentWidget.sessionContext.session;
                const code = "import gc; from course.lessons.widgets import *; gc.collect();";
                const all = "sum(type(one) in {Form, Reader, Panel, Box} for one in gc.get_objects())";
                const asked = kernel.requestExecute({ code, user_expressions: { all } });
                return Number((await asked.done).content.user_expressions.all.data["text/plain"]);
            }"""
        )

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

    def axe(self, selector: str, *rules: str, contrast: bool = True) -> list[str]:
        """Return what axe-core finds in a part of the page: against WCAG 2.2 A and AA, or by rules.

        `contrast` is what takes it longest: every colour of ours is looked at on the gallery's page.
        """
        from axe_playwright_python.sync_playwright import Axe

        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": tags}
        off = {"color-contrast": {"enabled": contrast}}
        options = {"runOnly": only, "rules": off, "resultTypes": ["violations"]}
        self.page.locator(selector).first.wait_for(state="attached")
        found = Axe().run(self.page, context=selector, options=options).response["violations"]
        return [
            f"{one['id']}: {node['html'][:200]} {node['failureSummary']}"
            for one in found
            for node in one["nodes"]
        ]

    def too_wide(self) -> list[str]:
        """Return the cards that hold something wider than they are."""
        return self.page.locator(".fn").evaluate_all(
            "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.innerText)"
        )

    def too_small(self) -> list[str]:
        """Return the controls that are lower than a finger or an unsteady hand needs."""
        return self.page.locator(".fn button, .fn select, .fn label, .fn summary").evaluate_all(
            """all => all.map((one) => [one.getBoundingClientRect().height, one.innerText])
                .filter(([height]) => height > 0 && height < 24)"""
        )

    def no_barrier(self, selector: str) -> None:
        """Look with axe-core, in dark at 200 % zoom and in light at 100 %; and for what is too wide or small.

        No colour depends on the zoom, and no size on the colours.
        """
        # JupyterLab's own boxes around charts and printed text cannot be reached; a table says the same.
        theirs = 'scrollable-region-focusable: <div class="lm-Widget jp-Rendered'
        for zoom, name in ((2, "JupyterLab Dark"), (1, "JupyterLab Light")):
            self.page.set_viewport_size({side: length // zoom for side, length in SCREEN.items()})
            self.theme(name)
            barriers = [one for one in self.axe(selector) if not one.startswith(theirs)]
            found = [*barriers, *self.too_wide(), *self.too_small()]
            assert not found, f"{name}, zoom {zoom}: {found[:3]}"

    def close(self) -> None:
        self.context.close()
