"""What goes into the site: wheels that the browser can load, the lock file that lists them, the lessons."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from course.corpus.errors import CourseError

# What of a wheel no browser needs: pages' own scripts (the site has them already), data sets, and what
# completes the names of packages that are not here.
LEFT_OUT = re.compile(
    r"[^/]+\.data/|plotly/(labextension|package_data/(datasets/|plotly\.min\.js))"
    r"|jedi/third_party/(django-stubs|typeshed/(stubs|third_party))/"
)
SPEC = "Wheel-Version: 1.0\nGenerator: course\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def write_zip(path: Path, members: Mapping[str, bytes]) -> None:
    """Write a ZIP that is the same, byte for byte, whenever and wherever it is made."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            one = zipfile.ZipInfo(name, (2025, 2, 3, 0, 0, 0))
            one.compress_type, one.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            made.writestr(one, data)


def write_wheel(folder: Path, name: str, version: str, files: Mapping[str, bytes]) -> None:
    """Write a wheel of pure Python and data: a ZIP with two more files."""
    about = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    extra = {"METADATA": metadata, "WHEEL": SPEC, "RECORD": ""}
    own = {f"{about}/{part}": text.encode() for part, text in extra.items()}
    write_zip(folder / f"{name}-{version}-py3-none-any.whl", {**files, **own})


def slim(wheel: Path, folder: Path) -> None:
    """Copy a wheel without what no browser needs."""
    with zipfile.ZipFile(wheel) as whole:
        kept = [name for name in whole.namelist() if not LEFT_OUT.match(name) and not name.endswith("/")]
        write_zip(folder / wheel.name, {name: whole.read(name) for name in kept})


def files_in(folder: Path, *parts: str) -> Iterator[Path]:
    """Yield the files in parts of a folder, in order, without what Python or an editor left there."""
    for part in parts:
        for path in sorted((folder / part).rglob("*")):
            place = path.relative_to(folder)
            if path.is_file() and not any(one.startswith((".", "__pycache__")) for one in place.parts):
                yield path


def pack_course(root: Path, version: str, folder: Path) -> None:
    """Write the wheel of the student's floors and their formats, and the one that carries the case."""
    code = [root / "course" / "__init__.py"]
    code += files_in(root, *(f"course/{floor}" for floor in ("formats", "corpus", "analysis", "lessons")))
    write_wheel(folder, "course", version, {p.relative_to(root).as_posix(): p.read_bytes() for p in code})
    seeds = {f"course_case/{p.relative_to(root).as_posix()}": p.read_bytes() for p in files_in(root, "seeds")}
    write_wheel(folder, "course_case", version, seeds)


def without_outputs(path: Path) -> bytes:
    """Return a notebook as it is shared: what cells showed may be somebody's work."""
    notebook = json.loads(path.read_bytes())
    notebook.get("metadata", {}).pop("widgets", None)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()


def pack_lessons(root: Path, folder: Path) -> None:
    """Copy the lessons without outputs. The instructor's notebooks are no lessons."""
    folder.mkdir(parents=True)
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        (folder / path.name).write_bytes(without_outputs(path))


def write_lock(folder: Path, lock: dict[str, Any]) -> list[str]:
    """List the wheels of a folder in Pyodide's lock file, with their hashes, and return their names.

    Nothing else can then be loaded: the original lists hundreds of packages that stand on a server.
    """
    packages = {}
    for wheel in sorted(folder.glob("*.whl")):
        name, version = wheel.name.split("-")[:2]
        packages[name := name.lower().replace("_", "-")] = {
            "depends": [],  # all of them are loaded when the kernel starts
            "file_name": wheel.name,
            "imports": [],
            "install_dir": "site",
            "name": name,
            "package_type": "package",
            "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
            "unvendored_tests": False,
            "version": version,
        }
    (folder / "pyodide-lock.json").write_text(json.dumps({**lock, "packages": packages}, indent=1), "utf-8")
    return list(packages)


def patch(path: Path, old: str, new: str) -> None:
    """Replace the one place where a file of JupyterLite says `old`. Raises CourseError where it does not."""
    text = path.read_text("utf-8")
    if text.count(old) != 1:
        raise CourseError(
            f"JupyterLite's {path.name} has moved ({old[:40]!r} stands there {text.count(old)} times): build"
            " with the versions in course/commands/lite/build.txt."
        )
    path.write_text(text.replace(old, new), "utf-8")


def keep_offline(site: Path, parts: Path) -> None:
    """Let JupyterLite's service worker answer from a cache of the whole site when there is no network.

    As it comes, it forgets that it should cache as soon as the browser puts it to sleep, and it would mix
    an old file with a new one after an update. So each build has a cache of its own, filled by page.js,
    and the network goes first.
    """
    shutil.copy(parts / "page.js", site)
    patch(site / "lab/index.html", "<title>", '<script src="../page.js"></script><title>')
    patch(site / "lab/index.html", "await import(", "await window.courseReady; await import(")
    worker, old = site / "service-worker.js", "async function maybeFromCache(e){let{request:t}=e;"
    new = (
        "try{return await fetch(t)}catch(error){let kept=await fromCache(t);if(kept)return kept;throw error}"
    )
    patch(worker, old, f"{old}{new}")
    patch(worker, "t.match(e)", "t.match(e,{ignoreSearch:!0})")
    patch(worker, '||t.pathname.includes("/api/")', "")  # the list of lessons stands there, as files
    files = {path.relative_to(site).as_posix(): path.read_bytes() for path in files_in(site, ".")}
    hashes = "".join(f"{name} {hashlib.sha256(data).hexdigest()}\n" for name, data in files.items())
    build = hashlib.sha256(hashes.encode()).hexdigest()[:16]
    patch(worker, 'caches.open("precache")', f'caches.open(new URL("./",location.href).pathname+" {build}")')
    listed = ["./", "lab/", "offline.json", *files]
    (site / "offline.json").write_text(json.dumps({"build": build, "files": listed}), "utf-8")
