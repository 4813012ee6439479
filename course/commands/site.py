"""`python3 -m course site OUT [--example] [--serve]`: the whole course as files that a browser runs alone.

Builds with JupyterLite and Pyodide, in an environment of its own in .site/. Everything that the page needs
is inside; it asks no other server for anything. Packs the checkout it runs in, without notebooks/instructor/,
or a working folder of the example, which is made for it.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import course
from course.commands import serving
from course.commands.environment import ROOT, explain, make_environment, options
from course.corpus.case import Case, open_case, read_toml
from course.corpus.errors import CourseError, need
from course.lessons.exercises import load_exercises
from course.lessons.files import to_json, zipped
from course.lessons.rounds import COME_BACK, FORMS, HOW_SURE

PARTS = Path(__file__).with_name("lite")
TOLD = read_toml(Path(__file__).with_suffix(".toml"))
WRONG: dict[str, str] = TOLD["wrong"]
WORK = ROOT / ".site"  # the environment, and what was fetched
PYODIDE = "314.0.6"
PYODIDE_SHA256 = "d78ac549b28a2a58600cd06f44e017024151775f8c6b2d73fab1475400d38ea2"
RUNTIME = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
LIMIT = 50_000_000  # bytes of the whole site: what a school's line and a Chromebook's disk can bear
MARK = "offline.json"  # the file that tells a folder made here
ASK = "from jupyterlite_pyodide_kernel.constants import PYODIDE_VERSION; print(PYODIDE_VERSION)"
ROUNDS = frozenset(form + end for form in FORMS for end in ("", HOW_SURE))
LEFT_OUT, ASKS, ASKS_ROUNDS = (re.compile(form, re.VERBOSE) for form in TOLD["forms"].values())
EVERY_CASE = "every-case"  # the tag of cells whose exercises are about no case
FOLDERS = {"readings"}  # what a cell may need besides exercises
SPEC = b"Wheel-Version: 1.0\nGenerator: course\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def main(arguments: list[str]) -> int:
    """Build the site into a folder, and a ZIP of it beside that; show it with --serve."""
    given = options("site", arguments, main.__doc__, port=serving.PORT)
    out = given.out.resolve()
    ours = not out.exists() or (out.is_dir() and ((out / MARK).is_file() or not any(out.iterdir())))
    need(ours, f"{out} holds something else: name a new folder for the site.")
    need(not {ROOT / "seeds", ROOT / "course"} & {*out.parents}, WRONG["inside"].format(out))
    try:
        with tempfile.TemporaryDirectory() as folder:
            build(out, example_in(Path(folder, "case")) if given.example else ROOT)
    except OSError as error:
        raise CourseError(explain(str(error))) from error
    return serving.serve(out, given.port) if given.serve else 0


def example_in(folder: Path) -> Path:
    """Make a working folder of the example case, and return it."""
    from course.commands.new import example_seeds, make  # noqa: PLC0415 - it takes from this module

    make(ROOT, folder, example_seeds(ROOT))
    return folder


def build(out: Path, root: Path) -> None:
    """Fetch what is missing, build, check the size, and put the site of `root` in place of an older one."""
    started = time.monotonic()
    python = str(make_environment(WORK / "venv", ("course/commands/lite/build.txt",)))
    version = _output([python, "-c", ASK]).strip()
    need(version == PYODIDE, WRONG["pyodide"].format(version, PYODIDE))
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        lite, static = Path(folder), Path(folder, "static", "pyodide")
        static.mkdir(parents=True)
        packages = _pack_runtime(static, python, root)
        pack_lessons(root, lite / "contents" / "notebooks")
        # How the page and its kernel start. The case lies beside the packages, where it reads fast; work on
        # the drive, where it is kept. The tests drive the page through the app that it exposes. A lesson
        # whose tab is closed gives its memory back.
        for name in ("overrides.json", "jupyter-lite.json", "jupyter_lite_config.json"):
            text = (PARTS / name).read_text("utf-8").replace('"PACKAGES"', json.dumps(packages))
            (lite / name).write_text(text.replace('"CACHE"', json.dumps(str(WORK / "lite"))), "utf-8")
        command = [python, "-m", "jupyterlite_core", "build", "--lite-dir", folder]
        _output([*command, "--output-dir", str(lite / "site")], cwd=lite)
        _finish(lite / "site", root)
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(lite / "site", out)
    print(f"{out}: {_size(out) / 1e6:.1f} MB, built in {time.monotonic() - started:.0f} s.")
    members = {f"site/{name}": path for name, path in files_in(out, ".").items()}
    members |= {"README.txt": PARTS / "README.txt", "serve.py": Path(serving.__file__)}
    archive = out.with_name(f"{out.name}.zip")
    packed = {f"five-newsrooms/{name}": path.read_bytes() for name, path in members.items()}
    archive.write_bytes(zipped(packed))
    print(f"{archive}: the same for a school without internet, {archive.stat().st_size / 1e6:.1f} MB.")


def _pack_runtime(static: Path, python: str, root: Path) -> list[str]:
    """Put Pyodide and all wheels into a folder, and return the names of the packages."""
    print("Fetching Python for browsers and the packages that run there.", flush=True)
    package = WORK / f"pyodide-{PYODIDE}.tgz"
    if not package.is_file():
        _output([need(shutil.which("npm"), WRONG["npm"]), "pack", "--silent", f"pyodide@{PYODIDE}"], cwd=WORK)
    if (found := hashlib.sha256(package.read_bytes()).hexdigest()) != PYODIDE_SHA256:
        raise CourseError(WRONG["sha256"].format(package, found))
    with tarfile.open(package) as files:
        for name in (*RUNTIME, "pyodide-lock.json"):
            member = f"package/{name}"
            data = files.extractfile(member) if member in files.getnames() else None
            (static / name).write_bytes(need(data, WRONG["runtime"].format(member)).read())
    wheels = WORK / "wheels"
    shutil.rmtree(wheels, ignore_errors=True)  # an older list may have left others there
    fetch = "-m pip download --quiet --no-deps --require-hashes --only-binary=:all: --python-version=3.14"
    fetch += " --implementation=py --abi=none --platform=any"
    _output([python, *fetch.split(), "-r", str(PARTS / "wheels.txt"), "-d", str(wheels)])
    own = WORK / "venv/share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension/static/pypi"
    brought = [one for one in own.glob("*.whl") if not one.name.startswith("widgetsnbextension")]
    for wheel in [*wheels.glob("*.whl"), *brought]:
        slim(wheel, static)
    pack_course(root, course.__version__, static)
    return write_lock(static, json.loads((static / "pyodide-lock.json").read_text("utf-8")))


def _finish(site: Path, root: Path) -> None:
    """Add the first page, the licences and what works offline. Raises CourseError where it is too big."""
    for font in site.glob("build/fa-*"):
        if font.suffix in (".svg", ".eot", ".ttf"):
            font.unlink()  # every browser that runs Python takes the .woff2 beside it
    shutil.copy(PARTS / "index.html", site)
    (site / "about").mkdir()
    for name in ("LICENSE", "LICENSE-PROSE", "seeds/RIGHTS.md"):
        shutil.copy(root / name, site / "about")
    keep_offline(site)
    need((size := _size(site)) <= LIMIT, WRONG["size"].format(size / 1e6, LIMIT // 10**6))


def keep_offline(site: Path) -> None:
    """Let the site work without a network: page.js keeps it, and the service worker answers from that."""
    for name in ("page.js", "chosen.js"):
        shutil.copy(PARTS / name, site)
    root, books = site / "files", lessons_in(site / "files" / "notebooks")
    lessons = json.dumps([path.relative_to(root).as_posix() for path in books])
    patches = read_toml(PARTS / "patches.toml")["patch"]
    files = files_in(site, ".")
    hashes = [f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for name, path in files.items()]
    build = hashlib.sha256("\n".join([*hashes, str(patches)]).encode()).hexdigest()[:16]
    for one in patches:
        patch(site / one["file"], one["old"], one["new"].replace("BUILD", build).replace("LESSONS", lessons))
    (site / MARK).write_text(json.dumps({"build": build, "files": ["./", "lab/", MARK, *files]}), "utf-8")


def patch(path: Path, old: str, new: str) -> None:
    """Replace the one place where a file of JupyterLite says `old`. Raises CourseError where it does not."""
    text = path.read_text("utf-8")
    need(text.count(old) == 1, WRONG["moved"].format(path.name, old[:40], text.count(old)))
    path.write_text(text.replace(old, new), "utf-8")


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _output(command: list[str], cwd: Path = ROOT) -> str:
    """Run a tool and return what it says. Raises CourseError with one sentence where it fails."""
    ran = subprocess.run(  # noqa: S603 - tools by name, in the environment made for them
        command, cwd=cwd, env={**os.environ, "PYTHONUTF8": "1"}, capture_output=True, text=True, check=False
    )
    if ran.returncode:
        print(ran.stdout[-2000:], ran.stderr[-2000:], sep="\n", file=sys.stderr)
        raise CourseError(explain(ran.stdout + ran.stderr))
    return ran.stdout


# --- what is packed: wheels that the browser can load, the lock file that lists them, the lessons


def write_wheel(folder: Path, name: str, version: str, files: Mapping[str, bytes]) -> None:
    """Write a wheel of pure Python and data: a ZIP with more files, which say what it is."""
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    own = {"METADATA": metadata.encode(), "WHEEL": SPEC, "RECORD": b""}
    own = {f"{name}-{version}.dist-info/{part}": data for part, data in own.items()}
    (folder / f"{name}-{version}-py3-none-any.whl").write_bytes(zipped({**files, **own}))


def slim(wheel: Path, folder: Path) -> None:
    """Copy a wheel without what no browser needs."""
    with zipfile.ZipFile(wheel) as whole:
        kept = [name for name in whole.namelist() if not LEFT_OUT.match(name)]
        (folder / wheel.name).write_bytes(zipped({name: whole.read(name) for name in kept}))


def files_in(folder: Path, *parts: str) -> dict[str, Path]:
    """Return the files in parts of a folder by name, in order, without what Python or an editor left."""
    paths = [path for part in parts for path in sorted((folder / part).rglob("*")) if path.is_file()]
    found = {path.relative_to(folder).as_posix(): path for path in paths}
    return {name: path for name, path in found.items() if not re.search(r"(^|/)(\.|__pycache__)", name)}


def pack_course(root: Path, version: str, folder: Path) -> None:
    """Write the wheel of the student's floors and their formats, and the one that carries the case."""
    floors = files_in(root, *(f"course/{floor}" for floor in ("formats", "corpus", "analysis", "lessons")))
    floors["course/__init__.py"] = root / "course" / "__init__.py"
    write_wheel(folder, "course", version, {name: path.read_bytes() for name, path in floors.items()})
    seeds = {f"course_case/{name}": path.read_bytes() for name, path in files_in(root, "seeds").items()}
    write_wheel(folder, "course_case", version, seeds)


def asked_in(cell: Mapping[str, Any]) -> set[str]:
    """Return the exercises without which a cell is nothing: its code names them, or its tags `needs:ID`."""
    code = "".join(cell["source"]) if cell["cell_type"] == "code" else ""
    needed = [tag for tag in cell["metadata"].get("tags", ()) if tag.startswith("needs:")]
    named = {id for one in ASKS.findall(code) for id in re.findall(r"\w+", one)} | {tag[6:] for tag in needed}
    return named | ROUNDS if ASKS_ROUNDS.search(code) else named


def lessons_in(notebooks: Path) -> list[Path]:
    """Return the lessons in a folder in their order, and after them those for weeks later."""
    later = [notebooks / "later" / f"{name}.ipynb" for name in COME_BACK.values()]
    return [*sorted(notebooks.glob("[0-9]*.ipynb")), *filter(Path.is_file, later)]


def exercises_shown(notebooks: Path, tag: str = "") -> set[str]:
    """Return the ids of the exercises that the lessons in a folder show, all or in cells with a tag."""
    books = (json.loads(path.read_bytes()) for path in lessons_in(notebooks))
    cells = (one for book in books for one in book["cells"] if tag in ("", *one["metadata"].get("tags", ())))
    return {id for cell in cells for id in asked_in(cell)}


def shown_of(case: Case) -> set[str]:
    """Return what a case has of what its lessons may show: exercises by id, its `readings`."""
    return {*load_exercises(case), *(name for name in FOLDERS if (case.root / "seeds" / name).is_dir())}


def for_students(path: Path, exercises: Collection[str]) -> bytes:
    """Return a lesson as students get it: without the cells whose exercises the case does not have."""
    notebook = json.loads(without_outputs(path))
    asked = [(cell, asked_in(cell)) for cell in notebook["cells"]]
    every = set().union(*(ids for cell, ids in asked if EVERY_CASE in cell["metadata"].get("tags", ())))
    own = set().union(*(ids for _, ids in asked)) - every - FOLDERS or every
    notebook["cells"] = [cell for cell, ids in asked if ids.issubset(exercises)]
    if own and own.isdisjoint(exercises):
        notebook["cells"].insert(1, TOLD["nothing"])
    return to_json(notebook)


def without_outputs(path: Path) -> bytes:
    """Return a notebook as it is shared: what cells showed may be somebody's work."""
    notebook = json.loads(path.read_bytes())
    notebook.get("metadata", {}).pop("widgets", None)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    return to_json(notebook)


def pack_lessons(root: Path, folder: Path) -> None:
    """Copy the lessons without outputs. The instructor's notebooks are no lessons."""
    (folder / "later").mkdir(parents=True)
    exercises, notebooks = shown_of(open_case(root)), root / "notebooks"
    for path in {*notebooks.glob("*.ipynb"), *lessons_in(notebooks)}:
        (folder / path.relative_to(notebooks)).write_bytes(for_students(path, exercises))
    shutil.copytree(notebooks / "pictures", folder / "pictures")


def write_lock(folder: Path, lock: dict[str, Any]) -> list[str]:
    """List the wheels of a folder in Pyodide's lock file, with their hashes, and return their names.

    Nothing else can then be loaded: the original lists hundreds of packages that stand on a server.
    """
    packages = {}
    for wheel in sorted(folder.glob("*.whl")):
        name, version = wheel.name.split("-")[:2]
        name, sha256 = name.lower().replace("_", "-"), hashlib.sha256(wheel.read_bytes()).hexdigest()
        about = {"name": name, "version": version, "file_name": wheel.name, "sha256": sha256}
        packages[name] = TOLD["locked"] | about
    (folder / "pyodide-lock.json").write_text(json.dumps({**lock, "packages": packages}, indent=1), "utf-8")
    return list(packages)
