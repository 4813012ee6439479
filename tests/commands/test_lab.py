"""`lab`: the command line that starts JupyterLab, and the whole way from a bare clone to a page and back."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jupyterlab_server.settings_utils import _get_overrides, get_settings

from course.commands import lab
from course.commands.environment import MAKING, STUDENT
from course.commands.lab import (
    FIRST_LESSON,
    SETTINGS,
    VIEW,
    forget_widgets,
    jupyter_command,
    run_until_stopped,
)
from course.corpus.errors import CourseError

ROOT = Path(__file__).parents[2]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_the_first_lesson_exists():
    assert (ROOT / FIRST_LESSON).is_file()


def test_jupyterlab_opens_the_first_lesson_and_asks_nobody_for_news():
    command = jupyter_command("python", ROOT, None, browser=True, is_root=False)
    assert command[:3] == ["python", "-m", "jupyterlab"]
    assert f"--LabApp.default_url=/lab/tree/{FIRST_LESSON}" in command
    assert f"--ServerApp.root_dir={ROOT}" in command
    assert "--LabApp.extension_manager=readonly" in command
    assert not {"--no-browser", "--allow-root"} & set(command)
    assert not any("port" in part for part in command)


# The last cell stays in sight, and a double click opens no prose.
@pytest.mark.parametrize("name", ["scrollPastEnd", "showEditorForReadOnlyMarkdown"])
def test_what_is_switched_off_is_so_in_the_lab_and_on_the_site(name, tmp_path, monkeypatch):
    """The setting has this name in the version that is pinned, and JupyterLab takes it from there."""
    tracker = "@jupyterlab/notebook-extension:tracker"
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(SETTINGS))
    chosen, _ = _get_overrides(str(tmp_path))
    schemas = Path(sys.prefix) / "share" / "jupyter" / "lab" / "schemas"
    found = get_settings(str(tmp_path), str(schemas), str(tmp_path), tracker, chosen)[0]
    setting = found["schema"]["properties"][name]
    assert (setting["type"], setting["default"]) == ("boolean", False)
    site = json.loads((SETTINGS.parent / "lite" / "overrides.json").read_text("utf-8"))
    assert site[tracker][name] is False


def test_options_and_root_reach_jupyterlab():
    command = jupyter_command("python", ROOT, 8890, browser=False, is_root=True)
    assert command[-4:] == ["--port=8890", "--ServerApp.port_retries=0", "--no-browser", "--allow-root"]


def test_a_taken_port_is_said_before_anything_is_installed(monkeypatch):
    monkeypatch.setattr(lab, "prepare", lambda *args: pytest.fail("went on"))
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        with pytest.raises(CourseError, match=rf"^Port {port} is taken.* choose another with --port \d+\.$"):
            lab.main(["--port", str(port)])


@pytest.mark.parametrize("args", [[], ["--making"]])
def test_making_adds_what_reads_pages_and_documents(args, monkeypatch):
    asked = []
    monkeypatch.setattr(lab, "prepare", lambda *given: asked.append(given) or ("python", {}))
    monkeypatch.setattr(lab, "run_until_stopped", lambda *given: 0)
    assert lab.main(args) == 0
    files, *extras = asked[0]
    assert files == ((*STUDENT, MAKING) if args else STUDENT)
    assert extras == ["lab", *["making"] * len(args)]


@pytest.mark.parametrize("is_root", [True, False])
def test_root_is_told_that_jupyterlab_is_started_for_root(is_root, monkeypatch, capsys):
    commands, variables = [], []
    monkeypatch.setattr(lab, "prepare", lambda *args: ("python", {}))
    monkeypatch.setattr(
        lab, "run_until_stopped", lambda *args: commands.append(args[0]) or variables.append(args[1]) or 0
    )
    monkeypatch.setattr(os, "geteuid", lambda: 0 if is_root else 1000, raising=False)
    assert lab.main([]) == 0
    assert (Path(variables[0]["JUPYTER_CONFIG_PATH"]) / "labconfig" / "page_config.json").is_file()
    assert ("--allow-root" in commands[0]) is is_root
    assert ("--allow-root" in capsys.readouterr().out) is is_root


def test_what_an_ended_python_showed_is_forgotten_and_all_else_stays(tmp_path):
    inside = tmp_path / "notebooks" / "instructor"
    inside.mkdir(parents=True)
    plain = "Run this cell to see your answers"
    shown = {"output_type": "execute_result", "data": {"text/plain": plain, VIEW: {"model_id": "0a"}}}
    printed = {"output_type": "stream", "text": "“said”\n"}
    book = {"cells": [{"cell_type": "markdown"}, {"cell_type": "code", "outputs": [shown, printed]}]}
    lesson, other, torn = inside / "lesson.ipynb", inside / "other.ipynb", inside.parent / "torn.ipynb"
    lesson.write_text(json.dumps(book), encoding="utf-8")
    lesson.chmod(0o640)
    other.write_text(untouched := json.dumps({"cells": []}), encoding="utf-8")
    torn.write_text(f'{{"cells": "{VIEW}', encoding="utf-8")

    forget_widgets(inside.parent)

    del shown["data"][VIEW]
    assert json.loads(lesson.read_text(encoding="utf-8")) == book
    assert lesson.stat().st_mode & 0o777 == 0o640
    assert other.read_text(encoding="utf-8") == untouched
    assert torn.read_text(encoding="utf-8").endswith(VIEW)
    assert sorted(inside.parent.rglob("*.*")) == [lesson, other, torn]


def test_a_server_that_fails_hands_on_its_exit_code():
    assert run_until_stopped([sys.executable, "-c", "raise SystemExit(3)"], dict(os.environ)) == 3


@pytest.mark.parametrize(("number", "ignored"), [(2, []), (15, []), (1, []), (2, [2])])
def test_the_server_ends_with_us_and_nothing_is_left(number, ignored, tmp_path):
    server = f"import os, time; open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    start = (
        "import os, signal, sys; from course.commands.lab import run_until_stopped;"
        f" [signal.signal(number, signal.SIG_IGN) for number in {ignored}];"
        f" sys.exit(run_until_stopped([sys.executable, '-c', {server!r}], dict(os.environ)))"
    )
    with subprocess.Popen([sys.executable, "-c", start], cwd=ROOT, stderr=subprocess.PIPE, text=True) as ours:
        while not (tmp_path / "pid").is_file() or not (tmp_path / "pid").read_text():
            assert ours.poll() is None
            time.sleep(0.02)
        ours.send_signal(number)
        assert ours.wait(20) == 0
        assert ours.stderr.read() == ""
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


class BareClone:
    """A fresh clone of HEAD, and `lab` in it, started by any Python: one that has nothing, or ours."""

    python = getattr(sys, "_base_executable", sys.executable)

    def __init__(self, folder):
        self.folder, self.log, self.port = folder / "clone", folder / "log", free_port()
        subprocess.run(["git", "clone", "--quiet", ROOT, self.folder], check=True)

    def start(self):
        ours = {"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "CONDA_PREFIX", "PIP_NO_CACHE_DIR"}
        with self.log.open("w") as log:
            self.lab = subprocess.Popen(
                [self.python, "-m", "course", "lab", "--no-browser", "--port", str(self.port)],
                cwd=self.folder,
                env={name: value for name, value in os.environ.items() if name not in ours},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def said(self):
        return self.log.read_text("utf-8")

    def wait_for(self, condition, seconds):
        for _ in range(seconds * 10):
            assert self.lab.poll() is None, self.said()
            if condition():
                return
            time.sleep(0.1)
        pytest.fail(f"nothing came in {seconds} s: {self.said()}")

    def get(self, path):
        """Return the status and the page at a path, or (0, "") while nobody answers."""
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        except ConnectionError:
            return 0, ""
        finally:
            connection.close()

    def opens(self, seconds):
        """See the address, the page behind it, and an end without a word of Python's."""
        self.wait_for(lambda: f"http://127.0.0.1:{self.port}" in self.said(), seconds)
        address = next(word for word in self.said().split() if word.startswith("http://127.0.0.1"))
        path = address.partition(str(self.port))[2]
        assert path.startswith(f"/lab/tree/{FIRST_LESSON}?token=")
        self.wait_for(lambda: self.get(path)[0] == 200, 30)
        page = self.get(path)[1]
        assert re.search(r'"disabledExtensions": \[[^]]*"@jupyterlab/apputils-extension:announcements"', page)
        assert self.end() == 0
        assert "Traceback" not in self.said()

    def is_clean(self):
        """Return whether git sees nothing new in the clone."""
        status = ["git", "status", "--porcelain"]
        return not subprocess.run(status, cwd=self.folder, capture_output=True, text=True, check=True).stdout

    def end(self):
        """Press Ctrl-C and return the exit code."""
        self.lab.send_signal(signal.SIGINT)
        return self.lab.wait(30)


@pytest.fixture
def bare_clone(tmp_path):
    clone = BareClone(tmp_path)
    yield clone
    if clone.lab.poll() is None:
        clone.end()


def test_lab_opens_at_once_where_everything_is_installed(bare_clone):
    bare_clone.python = sys.executable
    bare_clone.start()
    bare_clone.opens(60)
    assert "Using the environment that is active" in bare_clone.said()
    assert bare_clone.is_clean()


@pytest.mark.rare
@pytest.mark.install
@pytest.mark.skipif("CI" not in os.environ, reason="it makes an environment of 340 MB: set CI to run it")
def test_lab_is_interrupted_mended_opened_closed_and_opened_at_once(bare_clone):
    stamp = bare_clone.folder / ".venv" / "course.stamp"
    bare_clone.start()
    bare_clone.wait_for(lambda: "anyio" in bare_clone.said(), 120)
    assert bare_clone.end() == 130
    assert "Traceback" not in bare_clone.said()
    assert not stamp.exists()

    for installs in (True, False):
        bare_clone.start()
        bare_clone.opens(400)
        assert ("First use" in bare_clone.said()) is installs
        assert stamp.exists()
    assert bare_clone.is_clean()
