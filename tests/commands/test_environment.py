"""Which environment is used, what is installed into it, and what a person reads where that fails."""

import errno
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from course.commands import environment
from course.commands.environment import EVERYTHING, MAKING, ROOT, STUDENT, TOLD
from course.corpus.errors import CourseError

PINNED = {"plotly": {"7.1.0"}, "anywidget": {"0.11.0"}, "numpy": {"2.4.6", "3.0.1"}}


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A folder that looks like a bare clone, in an environment that has nothing."""
    for file in ("pyproject.toml", *EVERYTHING):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_bytes((ROOT / file).read_bytes())
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "installed", {}.get)
    return tmp_path


@pytest.fixture
def runs(monkeypatch, clone):
    """The commands that would have been run. `venv` is really made, without pip; pip is not run."""
    commands = []

    def run(command, lock):
        commands.append(command)
        if "venv" in command:
            subprocess.run([*command, "--without-pip"], check=True)
        elif where := next(clone.glob(".venv/lib/python*/site-packages"), None):
            for file in EVERYTHING:
                for name, versions in environment.pins((clone / file).read_text("utf-8")).items():
                    for version in versions if str(clone / file) in command else ():
                        record = where / f"{name.replace('-', '_')}-{version}.dist-info/RECORD"
                        record.parent.mkdir(exist_ok=True)
                        record.touch()

    monkeypatch.setattr(environment, "_run", run)
    return commands


def pip_runs(commands):
    return [command for command in commands if "pip" in command]


@pytest.mark.parametrize(
    ("found", "lacking"),
    [
        ({"plotly": "7.1.0", "anywidget": "0.11.0", "numpy": "2.4.6"}, []),
        ({"plotly": "7.0.0rc1", "anywidget": "0.9", "numpy": "3.2"}, []),
        ({"plotly": "6.9", "anywidget": "0.11.0", "numpy": "2.4.6"}, ["plotly"]),
        ({"plotly": "70.1", "anywidget": "1.0", "numpy": "1.26"}, ["plotly", "anywidget", "numpy"]),
        ({"plotly": "7.1.0"}, ["anywidget", "numpy"]),
        ({}, ["plotly", "anywidget", "numpy"]),
    ],
)
def test_an_environment_needs_every_package_at_the_same_major_version(found, lacking, monkeypatch):
    monkeypatch.setattr(environment, "installed", found.get)
    assert environment.lacking(list(PINNED), PINNED) == lacking


def test_lab_needs_little_and_test_needs_all():
    assert environment.needed("lab") == ["ipywidgets", "plotly", "fastjsonschema", "anywidget", "jupyterlab"]
    assert {"nbval", "ruff", "import-linter"} <= set(environment.needed("lab", "notebooks", "test"))


def test_everything_needed_is_pinned_and_nothing_is_pinned_twice():
    student, added = (environment.pins((ROOT / file).read_text("utf-8")) for file in EVERYTHING)
    assert set(environment.needed("lab", "notebooks")) <= set(student)
    assert set(environment.needed("test")) <= set(student) | set(added)
    assert not set(student) & set(added)


def test_what_making_a_case_needs_is_pinned_beside_what_students_have():
    student, added = (environment.pins((ROOT / file).read_text("utf-8")) for file in (*STUDENT, MAKING))
    assert set(environment.needed("lab", "making", "desk")) <= set(student) | set(added)
    assert {"trafilatura", "mammoth"} <= set(added)
    assert not set(student) & set(added)


def test_requirements_name_versions_and_no_place_to_get_them_from():
    for file in EVERYTHING:
        lines = (ROOT / file).read_text("utf-8").splitlines()
        wanted = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
        assert len(wanted) > 30
        assert all(environment.pins(line) for line in wanted)
        assert not any("://" in line or "index" in line for line in lines)


def test_an_active_environment_that_has_everything_is_used_and_finds_the_course(
    clone, runs, monkeypatch, capsys
):
    pinned = environment.pins((ROOT / STUDENT[0]).read_text("utf-8"))
    monkeypatch.setattr(environment, "installed", lambda name: max(pinned[name]))
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    python, variables = environment.prepare(STUDENT, "lab")
    assert python == sys.executable
    assert variables["PYTHONPATH"] == os.pathsep.join([str(clone), "elsewhere"])
    assert runs == []
    assert not (clone / ".venv").exists()
    assert sys.prefix in capsys.readouterr().out


def test_the_first_use_makes_venv_and_later_uses_run_nothing(clone, runs, capsys):
    python, variables = environment.prepare(STUDENT, "lab")
    assert Path(python) == environment.venv_python(clone / ".venv")
    assert len(runs) == 2
    assert str(clone / STUDENT[0]) in runs[1]
    assert "First use" in capsys.readouterr().out
    found = subprocess.run(
        [python, "-c", "import sys; print(sys.path)"], capture_output=True, text=True, check=True, cwd="/"
    )
    assert repr(str(clone)) in found.stdout
    assert environment.prepare(STUDENT, "lab") == (python, variables)
    assert len(runs) == 2
    assert capsys.readouterr().out == ""


def test_test_adds_its_packages_to_the_same_venv(clone, runs):
    environment.prepare(STUDENT, "lab")
    (clone / ".venv" / "kept").touch()
    environment.prepare(EVERYTHING, "lab", "notebooks", "test")
    assert all(str(clone / file) in runs[-1] for file in EVERYTHING)
    assert (clone / ".venv" / "kept").exists()
    environment.prepare(STUDENT, "lab")
    environment.prepare(EVERYTHING, "lab", "notebooks", "test")
    assert len(runs) == 3


def test_changed_requirements_are_installed_into_the_same_venv(clone, runs):
    environment.prepare(STUDENT, "lab")
    (clone / ".venv" / "kept").touch()
    with (clone / STUDENT[0]).open("a") as file:
        file.write("another==1.0\n")
    environment.prepare(STUDENT, "lab")
    assert len(pip_runs(runs)) == 2
    assert (clone / ".venv" / "kept").exists()


def test_a_package_that_went_away_is_fetched_again(clone, runs):
    environment.prepare(STUDENT, "lab")
    record = next(clone.glob(".venv/lib/python*/site-packages/plotly-*.dist-info/RECORD"))
    record.unlink()
    environment.prepare(STUDENT, "lab")
    assert record.exists()
    assert len(pip_runs(runs)) == 2


def test_packages_that_pip_put_elsewhere_are_said_and_nothing_is_called_ready(clone, runs, monkeypatch):
    run = environment._run
    monkeypatch.setattr(environment, "_run", lambda command, lock: "pip" in command or run(command, lock))
    for _ in range(2):  # the second use does not take the empty environment for a ready one
        with pytest.raises(CourseError, match=r"did not put all packages into .*\(\w+ is not there\)"):
            environment.prepare(STUDENT, "lab")


def test_settings_that_send_packages_elsewhere_do_not_reach_pip(tmp_path, monkeypatch):
    for name in environment.ELSEWHERE:
        monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    code = f"import os; raise SystemExit(any(os.environ[name] for name in {environment.ELSEWHERE}))"
    with (tmp_path / "lock").open("w") as lock:
        environment._run([sys.executable, "-c", code], lock.fileno())


def test_an_installation_that_broke_off_is_made_anew(clone, runs, monkeypatch):
    run = environment._run

    def break_off(command, lock):
        if "pip" in command:
            (clone / ".venv" / "half").mkdir()
            raise KeyboardInterrupt
        run(command, lock)

    monkeypatch.setattr(environment, "_run", break_off)
    with pytest.raises(KeyboardInterrupt):
        environment.prepare(STUDENT, "lab")
    assert not (clone / ".venv" / "course.stamp").exists()
    monkeypatch.setattr(environment, "_run", run)
    environment.prepare(STUDENT, "lab")
    assert not (clone / ".venv" / "half").exists()
    assert (clone / ".venv" / "course.stamp").exists()


def test_an_update_that_broke_off_is_made_anew_too(clone, runs, monkeypatch):
    environment.prepare(STUDENT, "lab")
    (clone / ".venv" / "half").touch()
    (clone / STUDENT[0]).write_text(
        "plotly==7.1.1\nipywidgets==8.1.9\nfastjsonschema==2.22.3\nanywidget==0.11.0\njupyterlab==4.6.6\n"
    )
    run = environment._run
    monkeypatch.setattr(
        environment, "_run", lambda command, lock: (_ for _ in ()).throw(CourseError("offline"))
    )
    with pytest.raises(CourseError, match="offline"):
        environment.prepare(STUDENT, "lab")
    monkeypatch.setattr(environment, "_run", run)
    environment.prepare(STUDENT, "lab")
    assert not (clone / ".venv" / "half").exists()


def test_a_venv_whose_python_is_gone_is_made_anew(clone, runs):
    python, _ = environment.prepare(STUDENT, "lab")
    Path(python).unlink()
    Path(python).symlink_to("/nowhere/python")
    environment.prepare(STUDENT, "lab")
    subprocess.run([python, "-c", ""], check=True)
    assert len(pip_runs(runs)) == 2


def test_a_venv_that_somebody_else_made_is_added_to_and_not_emptied(clone, runs):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", clone / ".venv"], check=True)
    (clone / ".venv" / "theirs").touch()
    environment.prepare(STUDENT, "lab")
    assert (clone / ".venv" / "theirs").exists()
    assert len(runs) == len(pip_runs(runs)) == 1


def test_a_clone_that_was_moved_still_finds_its_own_course(clone, runs, monkeypatch, tmp_path_factory):
    environment.prepare(STUDENT, "lab")
    moved = tmp_path_factory.mktemp("moved") / "course"
    clone.rename(moved)
    monkeypatch.setattr(environment, "ROOT", moved)
    python, _ = environment.prepare(STUDENT, "lab")
    assert len(runs) == 2
    found = subprocess.run(
        [python, "-c", "import sys; print(sys.path)"], capture_output=True, text=True, check=True
    )
    assert repr(str(moved)) in found.stdout


def test_two_terminals_install_once(clone, runs, monkeypatch, capsys):
    run = environment._run

    def slowly(command, lock):
        time.sleep(0.4)
        run(command, lock)

    monkeypatch.setattr(environment, "_run", slowly)
    failed = []

    def prepare():
        try:
            environment.prepare(STUDENT, "lab")
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            failed.append(error)

    both = [threading.Thread(target=prepare) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert not failed
    assert len(runs) == 2
    assert capsys.readouterr().out.count("Waiting for it.") == 1


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES, errno.EPERM])
def test_a_folder_that_cannot_be_written_is_one_sentence(clone, monkeypatch, code):
    def refuse(self, *args, **kwargs):
        raise OSError(code, os.strerror(code), str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(
        CourseError, match=r"^The folder .* cannot be written: copy the course to a folder of your own"
    ):
        environment.prepare(STUDENT, "lab")


def test_a_file_in_the_place_of_venv_is_one_sentence(clone):
    (clone / ".venv").touch()
    with pytest.raises(CourseError, match=r"File exists.*: delete \.venv"):
        environment.prepare(STUDENT, "lab")


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_names_the_way_out(clone, monkeypatch, module):
    find = environment.util.find_spec
    monkeypatch.setattr(environment.util, "find_spec", lambda name: None if name == module else find(name))
    with pytest.raises(CourseError, match="sudo apt install python3-venv"):
        environment.prepare(STUDENT, "lab")


def test_a_course_that_lies_among_the_packages_says_where_to_start(clone):
    (clone / "pyproject.toml").unlink()
    with pytest.raises(
        CourseError, match=r"is not the course's folder: start from the folder that holds README\.md"
    ):
        environment.prepare(STUDENT, "lab")


NO_NETWORK = """\
WARNING: Retrying (Retry(total=0, connect=None, read=None)) after connection broken by 'NewConnectionError(
'<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>: Failed to establish a new connection:
[Errno -3] Temporary failure in name resolution')': /simple/anyio/
ERROR: Could not find a version that satisfies the requirement anyio==4.16.0 (from versions: none)
ERROR: No matching distribution found for anyio==4.16.0
"""


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (NO_NETWORK, "could not be fetched: check that this computer is online"),
        (
            "pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool",
            "check that this computer is online",
        ),
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
            "disk is full",
        ),
        ("OSError: [WinError 112] There is not enough space on the disk", "disk is full"),
        ("[Errno 122] Disk quota exceeded", "disk is full"),
        ("ERROR: [Errno 30] Read-only file system: '.venv/lib'", "cannot be written"),
        ("[WinError 5] Access is denied: 'C:\\\\course\\\\.venv'", "cannot be written"),
        ("Error: ... 'ensurepip', '--upgrade' returned non-zero exit status 1.", "apt install python3-venv"),
        ("/usr/bin/python3: No module named venv", "apt install python3-venv"),
        ("/clone/.venv/bin/python: No module named pip", "has no pip: delete .venv"),
        (
            "[WinError 32] The process cannot access the file because it is being used",
            "holds a file of .venv",
        ),
        ("ERROR: HTTP error 403 while getting https://mirror.example/anyio.whl", "PIP_INDEX_URL"),
        ("ERROR: Could not find a version (from versions: 3.0, 3.1)\nERROR: No match", "PIP_INDEX_URL"),
        ("('Connection aborted.', RemoteDisconnected('Remote end closed connection'))", "computer is online"),
        ("There was a problem confirming the ssl certificate: HTTPSConnectionPool", "PIP_CERT"),
        ("OSError: [Errno 36] File name too long: '/home'", "to a short folder"),
        ("MemoryError", "too little memory"),
        ("pip is configured with locations but the ssl module in Python is not available.", "no ssl module"),
        ("line\nERROR: something else\n", "could not be installed (ERROR: something else): delete .venv"),
        ("", "nothing was said"),
        (
            "ERROR: Could not install packages due to an OSError: [Errno 2] No such file or directory:"
            " 'C:\\\\Users\\\\package.json.orig'\nHINT: This error might have occurred since this system"
            " does not have Windows Long Path support enabled.",
            "move the course to a short folder such as C:\\course",
        ),
        ("[WinError 206] The filename or extension is too long: 'C:\\\\x'", "to a short folder"),
        ("ProxyError('Unable to connect', OSError('Tunnel connection failed: 407 Proxy'))", "proxy asks for"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate", "PIP_CERT"),
        (
            "Error: Refusing to create a venv in /a:b/.venv because it contains the PATH separator :.",
            "rename that folder",
        ),
    ],
)
def test_what_pip_prints_becomes_one_sentence(output, said):
    sentence = environment.explain(output)
    assert said in sentence
    assert "\n" not in sentence


def test_every_cause_says_what_to_do_next():
    causes = TOLD["cause"]
    assert len(causes) == 13
    for cause in causes:
        assert cause["tell"].endswith((" the same command again.", " the same command there."))


def test_a_failing_pip_raises_its_sentence_and_a_failing_start_too(tmp_path):
    with (tmp_path / "lock").open("w") as lock:
        with pytest.raises(CourseError, match="The disk is full"):
            environment._run(
                [sys.executable, "-c", "raise OSError(28, 'No space left on device')"], lock.fileno()
            )
        environment._run(
            [sys.executable, "-c", "print('Collecting plotly==7.1.0 (from -r x)')"], lock.fileno()
        )


def test_pip_is_run_in_the_environment_on_the_files_asked_for(clone, runs):
    python, _ = environment.prepare(EVERYTHING, "lab", "notebooks", "test")
    assert runs[1][:4] == [python, "-m", "pip", "install"]
    assert [part for part in runs[1] if part.endswith(".txt")] == [str(clone / file) for file in EVERYTHING]


def test_windows_and_other_systems_keep_python_in_different_places():
    assert environment.venv_python(Path("x"), windows=True) == Path("x", "Scripts", "python.exe")
    assert environment.venv_python(Path("x"), windows=False) == Path("x", "bin", "python")
    assert environment.launcher(windows=True) == "py"
    assert environment.launcher(windows=False) == "python3"
