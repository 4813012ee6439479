"""Where the course runs: in the environment that is active, or in .venv made from the pinned requirements.

Standard library only. Parses on Python 3.8, so that an old Python is told in one sentence.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from importlib import metadata, util
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT

from course.corpus.errors import CourseError, need
from course.lessons.files import is_locked

ROOT = Path(__file__).resolve().parents[2]
STUDENT = ("course/requirements.txt",)
MAKING = "course/making.txt"  # for a teacher who makes a case of web pages and documents
NBGRADER = "course/nbgrader.txt"  # for a class that hands in with nbgrader
EVERYTHING = ("course/requirements.txt", "tests/requirements.txt")
TOLD = tomllib.loads(Path(__file__).with_name("said.toml").read_text("utf-8"))
# By these pip would put packages elsewhere, or take those that are elsewhere for its own.
ELSEWHERE = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_DRY_RUN", "PYTHONPATH")
VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"
PROMPT = "five-newsrooms"  # stands in the pyvenv.cfg of a .venv that was made here


def needed(*extras: str) -> list[str]:
    """Return the packages that pyproject.toml asks for: the lessons' own and those of the named extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = project["dependencies"] + [name for e in extras for name in project["optional-dependencies"][e]]
    return [re.split(r"[^\w.-]", requirement, maxsplit=1)[0] for requirement in wanted]


def pins(text: str) -> dict[str, set[str]]:
    r"""Return the exact versions in a requirements file; a package has two where the Python decides.

    >>> pins("plotly==7.1.0\n    # via course\nnumpy==2.4.6 ; python_full_version < '3.12'\n")
    {'plotly': {'7.1.0'}, 'numpy': {'2.4.6'}}
    """
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE):
        found.setdefault(name, set()).add(version)
    return found


def installed(name: str) -> str | None:
    """Return the version of a package in the environment that is active, or None."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def lacking(names: list[str], pinned: dict[str, set[str]]) -> list[str]:
    """Return the names whose installed version is none, or differs from the pin in its first number."""
    firsts = {name: {pin.split(".")[0] for pin in pinned[name]} for name in names}
    return [name for name in names if (installed(name) or "").split(".")[0] not in firsts[name]]


def venv_python(folder: Path, windows: bool = os.name == "nt") -> Path:
    """Return where the Python of a virtual environment stands."""
    return folder / "Scripts" / "python.exe" if windows else folder / "bin" / "python"


def launcher(windows: bool = os.name == "nt") -> str:
    """Return how a person starts Python on this system."""
    return "py" if windows else "python3"


def options(command: str, arguments: list[str], doc: str | None, **usual: object) -> argparse.Namespace:
    """Return what a command is asked for, of what said.toml offers; `usual` holds where nothing is said."""
    parser = argparse.ArgumentParser(f"{launcher()} -m course {command}", description=doc)
    either = parser.add_mutually_exclusive_group() if command in TOLD["one_alone"] else parser
    parser.register("type", "path", Path)
    parser.register("type", "number", int)
    for name, how in TOLD["options"][command].items():
        (either if name.startswith("-") else parser).add_argument(name, **how)
    parser.set_defaults(**usual)
    return parser.parse_args(arguments)


def only_folder(arguments: list[str], usage: str) -> Path:
    """Return the one folder that a command is given. Ends with its usage where it is given anything else."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print(usage, file=sys.stderr)
        raise SystemExit(2)
    return Path(arguments[0])


def explain(output: str) -> str:
    """Return one sentence on why pip, venv or the system failed, from what it said."""
    for cause in TOLD["cause"]:
        if re.search(cause["says"], output):
            return str(cause["tell"].format(root=ROOT, separator=os.pathsep))
    said = [line.strip() for line in output.splitlines() if line.strip()] or ["nothing was said"]
    why = ([line for line in said if line.startswith("ERROR")] or said)[-1]
    return f"The packages could not be installed ({why}): delete .venv, then run the same command again."


def prepare(files: tuple[str, ...], *extras: str) -> tuple[str, dict[str, str]]:
    """Return the Python to run and its environment variables, after installing what is missing.

    `files` are the requirements to install, `extras` those of pyproject.toml that the command needs.
    """
    need((ROOT / "pyproject.toml").is_file(), TOLD["elsewhere"].format(ROOT))
    folder, variables = ROOT / ".venv", dict(os.environ)
    if Path(sys.prefix).resolve() == folder.resolve() or lacking(needed(*extras), pins(_requirements(files))):
        return str(make_environment(folder, files)), variables
    print(f"Using the environment that is active: {sys.prefix}")
    put_first(ROOT, variables, "PYTHONPATH")
    return sys.executable, variables


def put_first(folder: Path, variables: dict[str, str], name: str) -> None:
    """Name a folder before what a variable already names."""
    variables[name] = os.pathsep.join([str(folder), *filter(None, [variables.get(name)])])


def make_environment(folder: Path, files: tuple[str, ...]) -> Path:
    """Install requirements files into an environment of its own, once, and return its Python."""
    try:
        if not _is_whole(folder) or _missing(folder, files):
            folder.mkdir(parents=True, exist_ok=True)
            with (folder / "course.lock").open("a", encoding="utf-8") as lock:
                if not is_locked(lock.fileno()):  # two terminals never install at once
                    print("Another terminal is installing the course. Waiting for it.", flush=True)
                    while not is_locked(lock.fileno()):
                        time.sleep(0.5)
                if not _is_whole(folder) or _missing(folder, files):  # else another terminal has done it
                    _install(folder, files, lock.fileno())
    except OSError as error:
        raise CourseError(explain(str(error))) from error
    return venv_python(folder)


def _requirements(files: tuple[str, ...]) -> str:
    return "\n".join((ROOT / file).read_text("utf-8") for file in files)


def _missing(folder: Path, files: tuple[str, ...]) -> list[str]:
    """Return the pinned packages that are not whole in .venv; pins for some systems alone are not looked at.

    pip writes a package's RECORD last. So a .venv is ready when it is, whatever was once noted about it.
    """
    found = [one for lib in ("lib/python*", "Lib") for one in folder.glob(f"{lib}/site-packages/*.dist-info")]
    there = {re.sub("[-_.]+", "-", path.stem).lower() for path in found if (path / "RECORD").is_file()}
    wanted = re.findall(r"^([\w.-]+)==([^\s;]+)$", _requirements(files), re.MULTILINE)
    return [name for name, pin in wanted if re.sub("[-_.]+", "-", f"{name}-{pin}").lower() not in there]


def _ask(folder: Path, code: str) -> str:
    """Return what the Python in .venv prints, or '' where there is none that runs."""
    command = [str(venv_python(folder)), "-c", code]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:  # none there, or a link to a Python that is gone
        return ""


def _is_whole(folder: Path) -> bool:
    """Return whether an installation came to its end, for the Python that is there now."""
    stamp, version = folder / "course.stamp", _ask(folder, VERSION)
    return bool(version) and stamp.is_file() and version in stamp.read_text("utf-8").split()


def _install(folder: Path, files: tuple[str, ...], lock: int) -> None:
    """Make or mend .venv. One that broke off midway is made anew: half a package looks whole to pip."""
    stamp, config = folder / "course.stamp", folder / "pyvenv.cfg"
    theirs = config.is_file() and PROMPT not in config.read_text("utf-8")
    if not _is_whole(folder) and not (theirs and _ask(folder, VERSION)):
        need(util.find_spec("venv") and util.find_spec("ensurepip"), explain("No module named venv"))
        print(TOLD["first_use"].format(folder), flush=True)
        for entry in folder.iterdir():
            if entry.name != "course.lock":
                shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
        python = getattr(sys, "_base_executable", sys.executable)  # not one that stands in .venv itself
        _run([python, "-m", "venv", "--prompt", PROMPT, str(folder)], lock)
    else:
        print(f"Bringing {folder} up to date.", flush=True)
        stamp.unlink(missing_ok=True)
    python = str(venv_python(folder))
    lists = [part for file in files for part in ("-r", str(ROOT / file))]
    _run([python, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar=off", *lists], lock)
    if missing := _missing(folder, files):
        raise CourseError(TOLD["not_whole"].format(folder, missing[0]))
    # A line in a .pth file installs `course` without a network, and being relative, wherever the folder goes.
    site = _ask(folder, "import sysconfig; print(sysconfig.get_path('purelib'))")
    Path(site, "course.pth").write_text(os.path.relpath(ROOT, site) + "\n", encoding="utf-8")
    stamp.write_text(f"Python {_ask(folder, VERSION)}\n", encoding="utf-8")


def _run(command: list[str], lock: int) -> None:
    """Run venv or pip, show what is fetched, and raise one sentence where it fails.

    The child holds the lock too: one that outlives us is waited for.
    """
    variables = {**os.environ, **dict.fromkeys(ELSEWHERE, ""), "PYTHONUNBUFFERED": "1", "PIP_USER": "0"}
    held = () if os.name == "nt" else (lock,)
    output = []
    with subprocess.Popen(
        command, env=variables, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, errors="replace", pass_fds=held
    ) as child:
        try:
            for line in child.stdout or ():
                output.append(line)
                if line.startswith("Collecting"):
                    print("  " + line.split()[1], flush=True)
                elif line.startswith("Installing"):
                    print("  All fetched. Installing them.", flush=True)
        except BaseException:
            child.kill()
            raise
    need(not child.returncode, explain("".join(output)))
