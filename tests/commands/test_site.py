"""`site`: what is packed, and what is said when a part is missing, has moved or is too big.

The built site itself is used in tests/browser/test_site.py.
"""

import ast
import hashlib
import http.client
import io
import json
import sys
import tarfile
import threading
import zipfile
from pathlib import Path

import pytest

from course.commands import serving, site
from course.commands.environment import pins
from course.commands.release import release
from course.corpus.errors import CourseError
from course.lessons.files import zipped
from tests.lessons.small_case import write_case
from tests.secrets import reasons, told

ROOT = Path(__file__).parents[2]


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A place for what is fetched, and no network: `site` is stopped before it asks for anything."""
    monkeypatch.setattr(site, "WORK", tmp_path / "work")
    monkeypatch.setattr(site, "make_environment", lambda *_: Path("python"))
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


def packed(path):
    with zipfile.ZipFile(path) as held:
        return {name: held.read(name) for name in held.namelist()}


def test_the_wheels_of_the_course_hold_the_students_floors_and_the_case(tmp_path):
    site.pack_course(ROOT, "1.0", tmp_path)
    code = packed(tmp_path / "course-1.0-py3-none-any.whl")
    packed_rooms = {name.split("/")[1] for name in code if name.count("/") > 1}
    assert packed_rooms == {"formats", "corpus", "analysis", "lessons"}
    assert code["course/lessons/js/reader.js"] == (ROOT / "course/lessons/js/reader.js").read_bytes()
    case = packed(tmp_path / "course_case-1.0-py3-none-any.whl")
    for path in (ROOT / "seeds").rglob("*.t*"):
        assert case[f"course_case/{path.relative_to(ROOT).as_posix()}"] == path.read_bytes()


def test_what_the_students_floors_import_comes_with_the_site(tmp_path):
    site.pack_course(ROOT, "1.0", tmp_path)
    code = packed(tmp_path / "course-1.0-py3-none-any.whl")
    wanted = set()
    for name, data in code.items():
        for node in ast.walk(ast.parse(data)) if name.endswith(".py") else ():
            if isinstance(node, ast.Import):
                wanted |= {one.name for one in node.names}
            elif isinstance(node, ast.ImportFrom):
                wanted.add(node.module)
    wanted = {name.partition(".")[0] for name in wanted} - sys.stdlib_module_names
    assert {"fastjsonschema", "ipywidgets"} <= wanted
    brought = pins((ROOT / "course/commands/lite/wheels.txt").read_text("utf-8"))
    assert wanted - {name.lower() for name in brought} <= {"course", "IPython"}  # 'ipython' is its wheel
    assert "ipython" in brought


def test_a_wheel_is_the_same_whenever_it_is_made(tmp_path):
    hashes = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        site.pack_course(ROOT, "1.0", tmp_path / name)
        wheels = sorted((tmp_path / name).glob("*.whl"))
        hashes.add(tuple(hashlib.sha256(one.read_bytes()).hexdigest() for one in wheels))
    assert len(hashes) == 1


def test_lessons_are_packed_without_outputs_and_without_the_instructors(tmp_path):
    (tmp_path / "notebooks" / "instructor").mkdir(parents=True)
    cell = {"cell_type": "code", "outputs": [{"text": "mine"}], "execution_count": 3, "source": "1"}
    cell["metadata"] = {}
    for name in ("00_a", "instructor/marks"):
        (tmp_path / "notebooks" / f"{name}.ipynb").write_text(json.dumps({"cells": [cell]}))
    (tmp_path / "notebooks" / "pictures").mkdir()
    (tmp_path / "notebooks" / "pictures" / "00_a.svg").write_text("<svg/>")
    write_case(tmp_path)
    site.pack_lessons(tmp_path, tmp_path / "out")
    made, picture = sorted(path for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert picture.relative_to(tmp_path / "out").as_posix() == "pictures/00_a.svg"
    assert json.loads(made.read_text())["cells"] == [cell | {"outputs": [], "execution_count": None}]


def test_what_is_packed_for_a_graded_class_tells_no_reason(tmp_path):
    """All of the site that comes from the course; the rest of it is the same for everybody."""
    release(ROOT, tmp_path / "copy")
    for name, root in (("closed", tmp_path / "copy"), ("open", ROOT)):
        (tmp_path / name).mkdir()
        site.pack_course(root, "1.0", tmp_path / name)
        site.pack_lessons(root, tmp_path / name / "lessons")
    closed = reasons()
    found, searched = told(tmp_path / "closed", closed)
    assert found == []
    assert searched > 50
    assert len({text for _, text in told(tmp_path / "open", closed)[0]}) > len(closed) // 2


def test_what_no_browser_needs_is_left_out_of_a_wheel(tmp_path):
    wheel = tmp_path / "plotly-7.1.0-py3-none-any.whl"
    members = {"plotly/a.py": b"1", "plotly/package_data/plotly.min.js": b"2", "plotly-7.data/x": b"3"}
    wheel.write_bytes(zipped(members))
    (tmp_path / "slim").mkdir()
    site.slim(wheel, tmp_path / "slim")
    assert packed(tmp_path / "slim" / wheel.name) == {"plotly/a.py": b"1"}


def test_the_lock_lists_the_wheels_that_are_there_and_nothing_else(tmp_path):
    site.write_wheel(tmp_path, "some_thing", "1.2", {"some_thing.py": b""})
    lock = {"info": {"abi": "x"}, "packages": {"numpy": {}}}
    assert site.write_lock(tmp_path, lock) == ["some-thing"]
    written = json.loads((tmp_path / "pyodide-lock.json").read_text())
    wheel = tmp_path / "some_thing-1.2-py3-none-any.whl"
    assert written["info"] == lock["info"]
    assert list(written["packages"]) == ["some-thing"]
    assert written["packages"]["some-thing"]["sha256"] == hashlib.sha256(wheel.read_bytes()).hexdigest()


@pytest.mark.parametrize("text", ["nothing of it", "old old"])
def test_a_file_of_jupyterlite_that_has_moved_is_named(text, tmp_path):
    (tmp_path / "worker.js").write_text(text)
    with pytest.raises(CourseError, match=r"worker\.js has moved .*build\.txt"):
        site.patch(tmp_path / "worker.js", "old", "new")
    assert (tmp_path / "worker.js").read_text() == text


def test_a_version_that_moved_is_named(work, monkeypatch, tmp_path):
    monkeypatch.setattr(site, "_output", lambda *_, **__: "315.0.0\n")
    with pytest.raises(CourseError, match=r"wants Pyodide 315\.0\.0 and .* names 314"):
        site.main([str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()


def test_a_runtime_that_is_another_file_is_named(work, tmp_path):
    package = work / f"pyodide-{site.PYODIDE}.tgz"
    package.write_bytes(b"another")
    with pytest.raises(CourseError, match=r"tgz is not the file .* delete it and try again"):
        site._pack_runtime(tmp_path, "python", ROOT)


def test_a_missing_npm_is_named(work, monkeypatch, tmp_path):
    monkeypatch.setattr(site.shutil, "which", lambda _: None)
    with pytest.raises(CourseError, match="needs npm"):
        site._pack_runtime(tmp_path, "python", ROOT)


def test_a_part_that_the_runtime_no_longer_has_is_named(work, monkeypatch, tmp_path):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as made:
        made.addfile(tarfile.TarInfo("package/other.mjs"))
    (work / f"pyodide-{site.PYODIDE}.tgz").write_bytes(data.getvalue())
    monkeypatch.setattr(site, "PYODIDE_SHA256", hashlib.sha256(data.getvalue()).hexdigest())
    with pytest.raises(CourseError, match=r"has no file package/pyodide\.mjs: correct RUNTIME"):
        site._pack_runtime(tmp_path, "python", ROOT)


def test_a_site_that_is_too_big_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(site, "keep_offline", lambda *_: None)
    monkeypatch.setattr(site, "LIMIT", 1000)
    with pytest.raises(CourseError, match="is the limit: leave something out"):
        site._finish(tmp_path, ROOT)


@pytest.mark.parametrize("made", ["somebody's/notes.txt", "file"])
def test_a_folder_with_something_else_is_not_touched(made, tmp_path):
    out = tmp_path / made.partition("/")[0]
    path = tmp_path / made
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine")
    with pytest.raises(CourseError, match="holds something else"):
        site.main([str(out)])
    assert path.read_text() == "mine"


def test_the_site_is_not_put_into_what_is_packed():
    with pytest.raises(CourseError, match="stands inside what is packed"):
        site.main([str(ROOT / "seeds" / "out")])


def test_files_are_served_with_the_types_that_browsers_insist_on(tmp_path):
    for name in ("a.wasm", "b.mjs", "c.json", "d.js"):
        (tmp_path / name).write_text("x")
    server = serving.make_server(tmp_path, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    types = []
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    for name in ("a.wasm", "b.mjs", "c.json", "d.js", "../secret"):
        connection.request("GET", f"/{name}")
        answer = connection.getresponse()
        answer.read()
        named = answer.headers["Content-Type"].split(";")[0]
        types.append((answer.status, named.replace("application/javascript", "text/javascript")))
    connection.close()
    server.shutdown()
    server.server_close()
    wanted = ["application/wasm", "text/javascript", "application/json", "text/javascript"]
    assert types[:4] == [(200, one) for one in wanted]
    assert types[4][0] == 404


def test_a_taken_port_is_said(tmp_path, capsys):
    server = serving.make_server(tmp_path, 0)
    try:
        assert serving.serve(tmp_path, server.server_port) == 1
    finally:
        server.server_close()
    assert "cannot be used" in capsys.readouterr().err
