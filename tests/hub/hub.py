"""A class's hub for real: JupyterHub behind its proxy, set up as the guide says, with users of this computer.

What the guide's commands and settings name is taken from the guide; only names and places that are this
computer's own are put in their stead. It takes root, npm and git. In place of The Littlest JupyterHub's own
parts stand JupyterHub's: its way to start a server (no systemd), its proxy, and a sign-in without a password.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import html
import json
import os
import re
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import psutil
import requests
import websocket

from course.commands.links import links
from course.commands.release import FILES, FOLDERS, release
from tests.hub.guide import INBOX, PYTHON, ROOT, TEACHER, TEACHERS, blocks, commands, tljh_settings
from tests.javascript.__main__ import fetch

HERE, OWN = Path(__file__).parent, ROOT / ".hub"
URL = "https://github.com/someone/five"  # of the students' copy; git is told that it stands on this disk
WAIT = 600  # seconds after which something hangs
TRAITS = {"limits.memory": "mem_limit", "user_environment.default_app": "default_url"}
ANY_PASSWORD = {"JupyterHub": {"authenticator_class": "dummy"}}
NOT_OURS = re.compile(r"COURSE_|PYTHON|JUPYTER|IPYTHON|PIP_COMPILE|VIRTUAL_ENV")  # what a server has not


def lacks() -> str:
    """Return what is missing for a hub with several users, or no text."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "only root can act as several users: CI runs this"
    return ", ".join(one for one in ("npm", "git", "useradd", "unshare") if not shutil.which(one))


def wait_for(what: Callable[[], Any], told: Callable[[], object] = lambda: "") -> Any:
    """Return the first true answer."""
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.5)  # a class that asks more often would keep the hub busy
    raise AssertionError(f"nothing came: {told()}")


def environment() -> Path:
    """Return the Python of the hub's environment. What its files are made from is kept beside it."""
    OWN.mkdir(exist_ok=True)
    wanted = f"{sys.version} {sys.base_prefix}\n{(HERE / 'requirements.txt').read_text('utf-8')}"
    files = sorted(path for path in (ROOT / "course").rglob("*") if "__pycache__" not in path.parts)
    course = hashlib.sha256(b"".join(path.read_bytes() for path in files if path.is_file())).hexdigest()
    env = {name: value for name, value in os.environ.items() if not NOT_OURS.match(name)}
    made, python = OWN / "made-from.txt", OWN / "env" / "bin" / "python"
    with (OWN / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = made.read_text("utf-8") if made.is_file() else ""
        if not before.startswith(wanted):
            shutil.rmtree(OWN / "env", ignore_errors=True)
            base = Path(sys.base_prefix, "bin", f"python3.{sys.version_info.minor}")
            subprocess.run([base, "-m", "venv", OWN / "env"], check=True, env=env)
            pip = [python, "-m", "pip", "install", "--quiet", "--no-deps", "-r", HERE / "requirements.txt"]
            subprocess.run(pip, check=True, env=env)
        if before != wanted + course:
            whole, place = OWN / "five-newsrooms", commands("git")[0][-1]
            shutil.rmtree(whole, ignore_errors=True)
            copy_course(whole)
            for words in commands(PYTHON):
                typed = [str(python), *(word.replace(place, str(whole)) for word in words[1:])]
                subprocess.run(typed, check=True, env=env, stdout=subprocess.DEVNULL)
            made.write_text(wanted + course, "utf-8")
    return python


def copy_course(to: Path) -> None:
    """Copy the whole course, as a clone of its repository holds it."""
    for name in (*FOLDERS, *FILES, "README.md"):
        if (ROOT / name).is_dir():
            left = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "my_*")
            shutil.copytree(ROOT / name, to / name, ignore=left)
        else:
            shutil.copy(ROOT / name, to)


def for_all_to_see(home: Path, *paths: Path) -> list[str]:
    """Return what starts a program that sees these paths open to every user, also in a closed folder.

    Python may stand in root's home. The program gets mounts of its own; nothing changes for others.
    """
    closed: dict[Path, Path] = {}
    for path in paths:
        shut = [one for one in reversed(path.parents) if not one.stat().st_mode & 1]
        closed |= {path: shut[0]} if shut else {}
    if not closed:
        return []
    steps = []
    for at, path in enumerate(closed):
        steps += [["mkdir", "-p", home / f"aside{at}"], ["mount", "--bind", path, home / f"aside{at}"]]
    steps += [
        ["mount", "-t", "tmpfs", "-o", "mode=755", "none", one] for one in dict.fromkeys(closed.values())
    ]
    for at, path in enumerate(closed):
        steps += [["mkdir", "-p", path], ["mount", "--bind", home / f"aside{at}", path]]
    script = " && ".join([*(shlex.join(map(str, step)) for step in steps), 'exec "$@"'])
    return ["unshare", "--mount", "sh", "-c", script, "sh"]


class Hub:
    """A hub that runs, with its people by the names given to them, and the students' copy in a repository."""

    def __init__(self, home: Path, students: list[str], sign_in: Mapping[str, dict[str, Any]]) -> None:
        self.sign_in = sign_in
        self.home, self.inbox, self.copy = home, home / "news-inbox", home / "copy" / "five"
        self.state = home / "state"  # what is the hub's own: closed, as hubs keep it
        short = f"h{home.name.removeprefix('hub-').lower().replace('_', 'x')}"
        self.group = f"{short}-all"
        self.people = {one: Person(self, one, f"{short}-{one}") for one in ("teacher", *students)}
        self.python, self.token = environment(), secrets.token_hex(16)
        with contextlib.ExitStack() as held:
            taken = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(3)]
            self.port, self.hub_port, self.api_port = (one.getsockname()[1] for one in taken)
        self.url = f"http://127.0.0.1:{self.port}"
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def make(self) -> None:
        """Make the users, the inbox and the students' copy, and start the proxy and the hub."""
        self.state.mkdir(mode=0o700)
        for one in self.people.values():
            subprocess.run(["useradd", "--create-home", "--home-dir", one.home, one.user], check=True)
            one.home.chmod(0o700)  # as The Littlest JupyterHub makes them
        for words in commands("groupadd", "usermod", "install"):
            subprocess.run([self._ours(word) for word in words], check=True)
        release(ROOT, self.copy, URL)
        self.git("init", "--quiet", "--initial-branch=main")
        self.publish("first")
        own = f'[url "{self.copy}"]\n\tinsteadOf = {URL}\n[safe]\n\tdirectory = *\n'
        (self.home / "gitconfig").write_text(own, "utf-8")
        self._write_config()
        script = fetch(HERE) / "configurable-http-proxy/bin/configurable-http-proxy"
        options = {"port": self.port, "api-port": self.api_port}
        options |= {"default-target": f"http://127.0.0.1:{self.hub_port}"}
        words = [f"--{name}={value}" for name, value in options.items()]
        self._start("proxy", ["node", str(script), "--ip=127.0.0.1", "--api-ip=127.0.0.1", *words])
        self.start()

    def _ours(self, word: str) -> str:
        """Return a word of the guide's with this computer's names in it."""
        named = {TEACHER: self.people["teacher"].user, INBOX: str(self.inbox), TEACHERS: self.group}
        for name, ours in named.items():
            word = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", ours, word)
        return word

    def _write_config(self) -> None:
        told = {TRAITS[name]: value for name, value in tljh_settings().items()}
        told["default_url"] = {"jupyterlab": "/lab"}[told["default_url"]]  # as tljh-config takes it
        scopes = ["list:users", "read:users:activity", "read:servers", "delete:servers"]
        values = {
            "JupyterHub": {
                "bind_url": self.url,
                "hub_port": self.hub_port,
                "db_url": f"sqlite:///{self.state}/hub.sqlite",
                "cookie_secret_file": f"{self.state}/cookie_secret",
                "cleanup_servers": False,  # as on both kinds of hub, where servers are no children of its
                "services": [{"name": "culler", "api_token": self.token}],
                "load_roles": [{"name": "culler", "services": ["culler"], "scopes": scopes}],
            },
            "ConfigurableHTTPProxy": {
                "should_start": False,
                "api_url": f"http://127.0.0.1:{self.api_port}",
                "auth_token": self.token,
            },
            "Spawner": told
            | {"cmd": [str(self.python.with_name("jupyterhub-singleuser"))], "poll_interval": 1}
            | dict.fromkeys(("start_timeout", "http_timeout"), WAIT),
        }
        for section, given in self.sign_in.items():
            values[section] = values.get(section, {}) | given
        text = "".join(
            f"c.{section}.{name} = {value!r}\n"
            for section, given in values.items()
            for name, value in given.items()
        )
        (setting,) = blocks("python")
        text += self._ours(setting)
        text += f"c.Spawner.environment['GIT_CONFIG_GLOBAL'] = {str(self.home / 'gitconfig')!r}\n"
        (self.state / "jupyterhub_config.py").write_text(text, "utf-8")

    def _start(self, name: str, words: list[str]) -> None:
        env = {key: value for key, value in os.environ.items() if not NOT_OURS.match(key)}
        env |= {"CONFIGPROXY_AUTH_TOKEN": self.token, "JUPYTERHUB_API_TOKEN": self.token}
        env["PATH"] = f"{self.python.parent}{os.pathsep}{env['PATH']}"
        with (self.state / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                words, cwd=self.state, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def start(self) -> None:
        """Start the hub, and wait until it answers."""
        seen = for_all_to_see(self.home, Path(sys.base_prefix), OWN)
        self._start("hub", [*seen, str(self.python), "-m", "jupyterhub", "-f", "jupyterhub_config.py"])
        wait_for(self._answers, self.said)

    def _answers(self) -> bool:
        assert self.running["hub"].poll() is None, self.said()
        try:
            return requests.get(f"{self.url}/hub/health", timeout=5).ok
        except requests.ConnectionError:
            return False

    def said(self) -> str:
        """Return the end of what the hub and its servers logged."""
        return (self.state / "hub.log").read_text("utf-8", "replace")[-6000:]

    def kill(self) -> None:
        """End the hub at once; the servers and the proxy go on."""
        self.running["hub"].kill()
        self.running["hub"].wait()

    def cull(self, person: Person) -> None:
        """Let the idle culler stop what was idle for a second, until a person's server is gone."""
        api = f"--url={self.url}/hub/api"
        self._start(
            "culler", [str(self.python), "-m", "jupyterhub_idle_culler", api, "--timeout=1", "--cull-every=1"]
        )
        wait_for(lambda: not person.server(), self.said)
        self.running["culler"].terminate()
        self.running["culler"].wait()

    def git(self, *words: str) -> None:
        """Do something in the repository of the students' copy."""
        who = ["-c", "user.name=teacher", "-c", "user.email=teacher@school.example"]
        subprocess.run(["git", *who, *words], cwd=self.copy, check=True)

    def publish(self, said: str) -> None:
        """Commit the students' copy as it is now."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", said)

    def close(self) -> None:
        """End every process, and take the users and their files away."""
        for one in self.running.values():
            one.kill()
            one.wait()
        for person in self.people.values():
            with contextlib.suppress(KeyError):
                person.kill()
            subprocess.run(["userdel", person.user], check=False)
        subprocess.run(["groupdel", self.group], check=False)
        shutil.rmtree(self.home)


@contextlib.contextmanager
def running_hub(*students: str, sign_in: Mapping[str, dict[str, Any]] = ANY_PASSWORD) -> Iterator[Hub]:
    """Run a hub with a teacher and students, and leave nothing of it behind."""
    home = Path(tempfile.mkdtemp(prefix="hub-"))
    home.chmod(0o755)
    hub = Hub(home, [*students], sign_in)
    try:
        hub.make()
        yield hub
    finally:
        hub.close()


class Person:
    """A user of the hub and of this computer: what their browser does, and their processes."""

    def __init__(self, hub: Hub, name: str, user: str) -> None:
        self.hub, self.name, self.user, self.home = hub, name, user, hub.home / user
        self.browser, self.api = requests.Session(), requests.Session()

    def sign_in(self) -> None:
        """Sign in by the form of the hub."""
        page = f"{self.hub.url}/hub/login"
        self.browser.get(page, timeout=WAIT).raise_for_status()
        about = {"username": self.user, "password": "any", "_xsrf": self._xsrf()}
        self.browser.post(page, data=about, timeout=WAIT).raise_for_status()
        self.take_token()

    def take_token(self) -> None:
        """Take a token for what a page's code asks."""
        made = self.browser.post(
            f"{self.hub.url}/hub/api/users/{self.user}/tokens",
            headers={"X-XSRFToken": self._xsrf()},
            timeout=WAIT,
        )
        made.raise_for_status()
        self.api.headers["Authorization"] = f"token {made.json()['token']}"

    def _xsrf(self) -> str:
        return [
            one.value or "" for one in self.browser.cookies if one.name == "_xsrf" and one.path == "/hub/"
        ][-1]

    def ask(self, method: str, path: str, **given: Any) -> Any:
        """Ask the hub (`hub/api/...`) or one's own server (`api/...`), and return its answer."""
        where = path if path.startswith(("hub/", "user/")) else f"user/{self.user}/{path}"
        answer = self.api.request(method, f"{self.hub.url}/{where}", timeout=WAIT, **given)
        assert answer.ok, (answer.status_code, answer.text, self.hub.said())
        return answer.json() if answer.content else None

    def server(self) -> dict[str, Any]:
        """Return what the hub knows of this person's server, or nothing where there is none."""
        return self.ask("GET", f"hub/api/users/{self.user}")["servers"].get("", {})

    def start(self) -> None:
        """Start the server where it does not run, and wait until it does."""
        if not self.server():
            self.ask("POST", f"hub/api/users/{self.user}/server")
        wait_for(lambda: self.server().get("ready"), self.hub.said)

    def stop(self) -> None:
        """Stop the server, as File > Hub Control Panel does."""
        self.ask("DELETE", f"hub/api/users/{self.user}/server")
        wait_for(lambda: not self.server(), self.hub.said)

    def processes(self) -> list[psutil.Process]:
        """Return all that runs as this user."""
        number = self.home.stat().st_uid
        return [
            one
            for one in psutil.process_iter(["uids"])
            if one.info["uids"] and one.info["uids"].real == number
        ]

    def kill(self) -> None:
        """End all that runs as this user at once."""
        for one in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                one.send_signal(signal.SIGKILL)
        wait_for(lambda: not [one for one in self.processes() if one.status() != psutil.STATUS_ZOMBIE])

    def link(self, lesson: str) -> str:
        """Return a lesson's link, as the students' copy has it."""
        (link,) = (one.hub for one in links(self.hub.copy, URL) if lesson in one.hub)
        return link.replace("https://HUB.ADDRESS", self.hub.url)

    def follow(self, lesson: str) -> str:
        """Open a lesson by its link from the students' copy, and return the lesson's path on the server."""
        link = self.link(lesson)
        self.browser.get(link, timeout=WAIT).raise_for_status()  # where no server runs, this starts it
        wait_for(lambda: self.server().get("ready"), self.hub.said)
        page = self.browser.get(link, timeout=WAIT)
        page.raise_for_status()
        told = {
            name: unquote(html.unescape(text))
            for name, text in re.findall(r'data-(\w+)="([^"]*)"', page.text)
        }
        asked = {"repo": told["repo"], "targetpath": told["targetpath"]}
        pulled = self.api.get(f"{self.hub.url}/user/{self.user}/git-pull/api", params=asked, timeout=WAIT)
        events = [json.loads(line[6:]) for line in pulled.text.splitlines() if line.startswith("data: ")]
        assert events, pulled.text
        assert events[-1]["phase"] == "finished", events
        shown = self.browser.get(f"{self.hub.url}/user/{self.user}/{told['path']}", timeout=WAIT)
        shown.raise_for_status()
        assert "jupyter-config-data" in shown.text
        return told["path"].removeprefix("lab/tree/")

    def open(self, path: str) -> Lesson:
        """Open a notebook on the running server, with a kernel."""
        return Lesson(self, path)


class Lesson:
    """A notebook that a person has open: its file as JupyterLab holds it, its kernel, the controls shown."""

    def __init__(self, person: Person, path: str) -> None:
        self.person, self.path = person, path
        self.book = person.ask("GET", f"api/contents/{path}")["content"]
        about = {"path": path, "name": "", "type": "notebook", "kernel": {"name": "python3"}}
        self.kernel = person.ask("POST", "api/sessions", json=about)["kernel"]["id"]
        self.session = uuid.uuid4().hex
        self.controls: dict[str, dict[str, Any]] = {}
        self.outputs: list[dict[str, Any]] = []
        self.connect()

    def connect(self) -> None:
        """Open the kernel's channel."""
        place = f"{self.person.hub.url}/user/{self.person.user}/api/kernels/{self.kernel}/channels"
        sign = {"Authorization": str(self.person.api.headers["Authorization"])}
        self.wire = websocket.create_connection(
            f"{place.replace('http', 'ws', 1)}?session_id={self.session}", header=sign, timeout=WAIT
        )

    def send(self, kind: str, content: dict[str, Any]) -> str:
        """Send a message and return its id."""
        about = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": kind,
            "session": self.session,
            "username": "",
            "version": "5.3",
        }
        message = {"header": about, "parent_header": {}, "metadata": {}, "content": content, "buffers": []}
        self.wire.send(json.dumps(message | {"channel": "shell"}))
        return about["msg_id"]

    def receive(self) -> dict[str, Any]:
        """Return the next message; one with buffers begins with their places."""
        data = self.wire.recv()
        if isinstance(data, bytes):
            first, second = (int.from_bytes(data[at : at + 4], "big") for at in (4, 8))
            data = data[first : second if data[3] > 1 else None].decode()
        message: dict[str, Any] = json.loads(data)
        content = message["content"]
        if message["msg_type"] == "comm_open":
            state = content["data"].get("state", {})
            named = state.get("spec", {}).get("id") or state.get("name")
            if named and not state.get("feedback"):  # which shows what was answered, and is no control
                self.controls[named] = {"id": content["comm_id"], "state": state}
        elif message["msg_type"] in ("display_data", "execute_result", "stream"):
            shown = {key: value for key, value in content.items() if key != "transient"}
            self.outputs.append({"output_type": message["msg_type"], **shown})
        elif message["msg_type"] == "error":
            raise AssertionError("\n".join(content["traceback"]))
        return message

    def run(self, code: str) -> list[dict[str, Any]]:
        """Run code in the kernel and return what it showed."""
        self.outputs = []
        asked = self.send("execute_request", {"code": code, "silent": False, "store_history": True})
        waiting = {"execute_reply", "idle"}
        while waiting:
            message = self.receive()
            if message["parent_header"].get("msg_id") == asked:
                waiting -= {message["msg_type"], message["content"].get("execution_state")}
        return self.outputs

    def cell(self, id: str) -> None:
        """Run a cell, as its notebook has it, and keep in the notebook what it shows."""
        (found,) = (one for one in self.book["cells"] if one["id"] == id)
        found["outputs"] = self.run(found["source"])
        found["execution_count"] = 1

    def run_all(self) -> None:
        """Run > Run All Cells."""
        for one in self.book["cells"]:
            if one["cell_type"] == "code":
                self.cell(one["id"])

    def save(self) -> None:
        """Save the notebook, as JupyterLab does by itself."""
        self.person.ask(
            "PUT",
            f"api/contents/{self.path}",
            json={"type": "notebook", "format": "json", "content": self.book},
        )

    def tell(self, control: str, **content: Any) -> str:
        """Send a control what its part in the browser sends, and return the number that the reply bears."""
        number = uuid.uuid4().hex
        data = {"method": "custom", "content": content | {"re": number}}
        self.send("comm_msg", {"comm_id": self.controls[control]["id"], "data": data})
        return number

    def reply(self, number: str) -> dict[str, Any]:
        """Return Python's answer to what was sent."""
        while True:
            content = self.receive()["content"].get("data", {}).get("content", {})
            if isinstance(content, dict) and content.get("re") == number:
                return content

    def answer(self, exercise: str, values: dict[str, str]) -> None:
        """Answer a form, item by item, each after Python has said that the one before is saved."""
        for item, value in values.items():
            told = self.reply(self.tell(exercise, path=[item], value=value))
            assert not told["problem"], told

    def press(self, panel: str, button: str, **fields: Any) -> dict[str, Any]:
        """Press a button of a panel and return what it says."""
        told = self.reply(self.tell(panel, button=button, fields=fields))
        assert not told["problem"], told
        return told

    def ask(self, code: str) -> Any:
        """Run code that prints JSON, and return that."""
        return json.loads("".join(one.get("text", "") for one in self.run(code)))
