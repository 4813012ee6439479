"""`python3 -m course lab`: JupyterLab, opened at the first lesson. Parses on Python 3.8."""

import argparse
import contextlib
import json
import os
import signal
import socket
import subprocess
from pathlib import Path
from subprocess import DEVNULL
from typing import Any, NoReturn

from course.commands.environment import MAKING, ROOT, STUDENT, TOLD, launcher, prepare, put_first
from course.corpus.errors import CourseError
from course.lessons.files import replace_file, to_json

FIRST_LESSON = "notebooks/00_start_here.ipynb"
# There JupyterLab's news are turned off: it would ask the network, and a pop-up would ask whether it may. And
# a notebook's last cell stays in sight at the end: an empty panel looks broken.
SETTINGS = Path(__file__).with_name("jupyter")
VIEW = "application/vnd.jupyter.widget-view+json"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one sentence, with what can be said."""
        raise CourseError(TOLD["lab"].format(message, launcher()))


def port_number(text: str) -> int:
    """Return a port that an ordinary program may use."""
    if not text.isdecimal() or not 1024 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is no port, which is a number from 1024 to 65535")
    return int(text)


def jupyter_command(python: str, root: Path, port: int | None, browser: bool, is_root: bool) -> list[str]:
    """Return the command line that starts JupyterLab in the course's folder."""
    command = [python, "-m", "jupyterlab", f"--ServerApp.root_dir={root}", "--log-level=WARN"]
    # The extension manager would list extensions from the network.
    command += ["--LabApp.extension_manager=readonly", f"--LabApp.default_url=/lab/tree/{FIRST_LESSON}"]
    command += [f"--port={port}", "--ServerApp.port_retries=0"] if port is not None else []
    return command + ["--no-browser"] * (not browser) + ["--allow-root"] * is_root


def forget_widgets(folder: Path) -> None:
    """Take out of saved notebooks what only a Python that has ended could show.

    JupyterLab would write 'Error displaying widget: model not found' there. The line beside it stays, which
    says to run the cell. A notebook that cannot be read or written is left to JupyterLab, which says why.
    """
    for path in folder.rglob("*.ipynb"):
        with contextlib.suppress(OSError, ValueError, LookupError, TypeError, AttributeError, CourseError):
            text, mode = path.read_text(encoding="utf-8"), path.stat().st_mode
            if VIEW in text:
                book = json.loads(text)
                for output in (one for cell in book["cells"] for one in cell.get("outputs", ())):
                    output.get("data", {}).pop(VIEW, None)
                replace_file(path, to_json(book))
                path.chmod(mode)


def main(args: list[str]) -> int:
    """Start JupyterLab and wait for its end. Ctrl-C is the usual end: exit code 0."""
    parser = _Parser(prog=f"{launcher()} -m course lab", description=__doc__)
    parser.add_argument("--no-browser", action="store_true", help="open no browser, only print the address")
    parser.add_argument("--making", action="store_true", help="with what reads web pages and .docx files")
    parser.add_argument("--port", type=port_number, help="the port to serve at, such as 8890")
    options = parser.parse_args(args)
    port = options.port
    with socket.socket() as probe:
        probe.settimeout(1)
        if port is not None and probe.connect_ex(("127.0.0.1", port)) == 0:
            raise CourseError(TOLD["port"].format(port, port % 65535 + 1))
    python, variables = prepare((*STUDENT, *[MAKING] * options.making), "lab", *["making"] * options.making)
    put_first(SETTINGS, variables, "JUPYTER_CONFIG_PATH")
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if is_root:
        print("You are root, as in a container, so JupyterLab is started with --allow-root.")
    if (ROOT / "my_work").is_dir():
        print(TOLD["my_work"])
    forget_widgets(ROOT / "notebooks")
    print("Opening JupyterLab. Ctrl-C in this window closes it.", flush=True)
    return run_until_stopped(jupyter_command(python, ROOT, port, not options.no_browser, is_root), variables)


def run_until_stopped(command: list[str], variables: dict[str, str]) -> int:
    """Run a server until it ends or a person ends it, and return its exit code.

    The server has a session of its own: a Ctrl-C reaches only us, and we end the server in order. Otherwise
    it would print a traceback if it were still starting, or ask 'Shut down?' and go on after 5 seconds.
    """

    def stop(signal_number: int, frame: Any) -> NoReturn:
        raise KeyboardInterrupt

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # SIGHUP: the window was closed; Windows has none
        number = getattr(signal, name, None)
        # A shell that starts us in the background ignores SIGINT for us, nohup ignores SIGHUP, which stands.
        if number is not None and (name != "SIGHUP" or signal.getsignal(number) != signal.SIG_IGN):
            signal.signal(number, stop)
    group = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # Windows alone has it
    server = subprocess.Popen(
        command, cwd=ROOT, env=variables, stdin=DEVNULL, start_new_session=not group, creationflags=group
    )
    try:
        return server.wait()
    except KeyboardInterrupt:
        server.terminate()  # first of all: where the window is gone, printing fails
        print("\nClosing JupyterLab.", flush=True)
        try:
            server.wait(15)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            server.kill()
        return 0
