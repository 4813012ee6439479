"""`python3 -m course site OUT [--serve]`: the whole course as files that a browser runs alone.

Builds with JupyterLite and Pyodide, in an environment of its own in .site/. Everything that the page needs
is inside; it asks no other server for anything. Packs the checkout it runs in, without notebooks/instructor/.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

import course
from course.commands import packing, serving
from course.commands.environment import ROOT, explain, make_environment
from course.corpus.errors import CourseError

PARTS = Path(__file__).with_name("lite")
WORK = ROOT / ".site"  # the environment, and what was fetched
REQUIREMENTS = "course/commands/lite/build.txt"
PYODIDE = "314.0.6"
PYODIDE_SHA256 = "d78ac549b28a2a58600cd06f44e017024151775f8c6b2d73fab1475400d38ea2"
RUNTIME = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
LIMIT = 50_000_000  # bytes of the whole site: what a school's line and a Chromebook's disk can bear
MARK = "offline.json"  # the file that tells a folder made here
ASK = "import jupyterlite_pyodide_kernel as k, sys; from jupyterlite_pyodide_kernel import constants as c; "
ASK += "print(c.PYODIDE_VERSION, sys.prefix)"


def main(arguments: list[str]) -> int:
    """Build the site into a folder, and a ZIP of it beside that; show it with --serve."""
    parser = argparse.ArgumentParser("python3 -m course site", description=main.__doc__)
    parser.add_argument("out", type=Path, help="a new folder, or one that this command made")
    parser.add_argument("--serve", action="store_true", help="then show it to browsers on this computer")
    parser.add_argument("--port", type=int, default=serving.PORT)
    try:
        given = parser.parse_args(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)
    out = given.out.resolve()
    if out.exists() and not (out.is_dir() and ((out / MARK).is_file() or not any(out.iterdir()))):
        raise CourseError(f"{out} holds something else: name a new folder for the site.")
    if ROOT in out.parents and (ROOT / "seeds" in out.parents or ROOT / "course" in out.parents):
        raise CourseError(f"{out} stands inside what is packed: name a folder outside seeds/ and course/.")
    try:
        build(out)
    except OSError as error:
        raise CourseError(explain(str(error))) from error
    return serving.serve(out, given.port) if given.serve else 0


def build(out: Path) -> None:
    """Fetch what is missing, build, check the size, and put the site in place of an older one."""
    started = time.monotonic()
    python = make_environment(WORK / "venv", (REQUIREMENTS,))
    version, prefix = _output([str(python), "-c", ASK]).split(maxsplit=1)
    if version != PYODIDE:
        raise CourseError(
            f"jupyterlite-pyodide-kernel wants Pyodide {version} and course/commands/site.py names {PYODIDE}:"
            " correct PYODIDE, PYODIDE_SHA256 and lite/wheels.txt together."
        )
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        lite = Path(folder)
        static = lite / "static" / "pyodide"
        static.mkdir(parents=True)
        packages = _pack_runtime(static, str(python), Path(prefix.strip()))
        packing.pack_lessons(ROOT, lite / "contents" / "notebooks")
        _configure(lite, packages)
        command = [str(python), "-m", "jupyterlite_core", "build", "--lite-dir", str(lite)]
        _output([*command, "--output-dir", str(lite / "site")], cwd=lite)
        _finish(lite / "site")
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(lite / "site", out)
    size, archive = _size(out) / 1e6, _archive(out)
    print(f"{out}: {size:.1f} MB, built in {time.monotonic() - started:.0f} s.")
    print(f"{archive}: the same for a school without internet, {archive.stat().st_size / 1e6:.1f} MB.")


def _pack_runtime(static: Path, python: str, prefix: Path) -> list[str]:
    """Put Pyodide and all wheels into a folder, and return the names of the packages."""
    print("Fetching Python for browsers and the packages that run there.", flush=True)
    package = WORK / f"pyodide-{PYODIDE}.tgz"
    if not package.is_file():
        npm = shutil.which("npm")
        if npm is None:
            raise CourseError(
                "The site needs npm, which fetches Python for browsers: install Node.js, which brings it"
                " (on Debian or Ubuntu: sudo apt install npm), then run the same command again."
            )
        _output([npm, "pack", "--silent", f"pyodide@{PYODIDE}"], cwd=WORK)
    found = hashlib.sha256(package.read_bytes()).hexdigest()
    if found != PYODIDE_SHA256:
        raise CourseError(
            f"{package} is not the file this course was tried with (its SHA-256 is {found}):"
            " delete it and try again."
        )
    with tarfile.open(package) as files:
        for name in RUNTIME:
            (static / name).write_bytes(_member(files, f"package/{name}"))
        lock = json.loads(_member(files, "package/pyodide-lock.json"))
    wheels = WORK / "wheels"
    shutil.rmtree(wheels, ignore_errors=True)  # an older list may have left others there
    fetch = "-m pip download --quiet --no-deps --require-hashes --only-binary=:all: --python-version=3.14"
    fetch += " --implementation=py --abi=none --platform=any"
    _output([python, *fetch.split(), "-r", str(PARTS / "wheels.txt"), "-d", str(wheels)])
    own = prefix / "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension/static/pypi"
    brought = [one for one in own.glob("*.whl") if not one.name.startswith("widgetsnbextension")]
    for wheel in [*wheels.glob("*.whl"), *brought]:
        packing.slim(wheel, static)
    packing.pack_course(ROOT, course.__version__, static)
    return packing.write_lock(static, lock)


def _member(files: tarfile.TarFile, name: str) -> bytes:
    member = files.extractfile(name) if name in files.getnames() else None
    if member is None:
        raise CourseError(
            f"Pyodide's package has no file {name}: correct RUNTIME in course/commands/site.py."
        )
    return member.read()


def _configure(lite: Path, packages: list[str]) -> None:
    """Write what JupyterLite is to build, and how its page and its kernel start (the files in lite/).

    The case lies beside the packages, where it reads fast; work on the drive, where it is kept. The tests
    drive the page through the app that it exposes. A lesson whose tab is closed gives its memory back.
    """
    for name in ("overrides.json", "jupyter-lite.json", "jupyter_lite_config.json"):
        value = json.loads((PARTS / name).read_text("utf-8"))
        if name == "jupyter-lite.json":
            (kernel,) = value["jupyter-config-data"]["litePluginSettings"].values()
            kernel["loadPyodideOptions"]["packages"] = packages
        elif name == "jupyter_lite_config.json":
            value["LiteBuildConfig"]["cache_dir"] = str(WORK / "lite")
        (lite / name).write_text(json.dumps(value, indent=1), "utf-8")


def _finish(site: Path) -> None:
    """Add the first page, the licences and what works offline. Raises CourseError where it is too big."""
    for font in [*site.glob("build/fa-*.svg"), *site.glob("build/fa-*.eot"), *site.glob("build/fa-*.ttf")]:
        font.unlink()  # every browser that runs Python takes the .woff2 beside it
    shutil.copy(PARTS / "index.html", site)
    (site / "about").mkdir()
    for name in ("LICENSE", "LICENSE-PROSE", "seeds/RIGHTS.md"):
        shutil.copy(ROOT / name, site / "about")
    packing.keep_offline(site, PARTS)
    if (size := _size(site)) > LIMIT:
        raise CourseError(
            f"The site has {size / 1e6:.1f} MB, and {LIMIT // 10**6} is the limit: leave something out."
        )


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _archive(out: Path) -> Path:
    """Write the site as one ZIP, with what shows it and how to use it."""
    members = {f"five-newsrooms/site/{p.relative_to(out).as_posix()}": p for p in packing.files_in(out, ".")}
    members |= {
        "five-newsrooms/README.txt": PARTS / "README.txt",
        "five-newsrooms/serve.py": Path(serving.__file__),
    }
    path = out.with_name(f"{out.name}.zip")
    packing.write_zip(path, {name: source.read_bytes() for name, source in members.items()})
    return path


def _output(command: list[str], cwd: Path = ROOT) -> str:
    """Run a tool and return what it says. Raises CourseError with one sentence where it fails."""
    ran = subprocess.run(  # noqa: S603 - tools by name, in the environment made for them
        command, cwd=cwd, env={**os.environ, "PYTHONUTF8": "1"}, capture_output=True, text=True, check=False
    )
    if ran.returncode:
        print(ran.stdout[-2000:], ran.stderr[-2000:], sep="\n", file=sys.stderr)
        raise CourseError(explain(ran.stdout + ran.stderr))
    return ran.stdout
