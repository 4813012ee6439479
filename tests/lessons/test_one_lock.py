"""One way to change work: a save of another window, at any moment, is never lost."""

import errno
import fcntl
import os
import sys
import threading
from types import ModuleType

import pytest

from course.lessons import files
from course.lessons.files import StorageError, alone, replace_file
from course.lessons.handin import read_student, sign_in
from course.lessons.work import Answer, Workspace

HELD = {"held": "quoted"}
METHODS = {
    "set": lambda work, asked: work.set(asked, ("rain",), "quoted"),
    "put": lambda work, asked: work.put(asked, {"rain": "quoted"}),
    "merge": lambda work, asked: work.merge(
        asked, Answer("voices", "sort", {"rain": "quoted"}, None, "2020-01-01T00:00:00Z")
    ),
    "freeze_prediction": lambda work, asked: work.freeze_prediction(asked),
    "read": lambda work, asked: work.read(asked),
}


class AtLine:
    """Lets another window act at one line of the code that reads and writes work, and counts the lines."""

    def __init__(self, number, act):
        self.number, self.count, self.seen = number, 0, set()
        self.waiting, self.thread = threading.Event(), threading.Thread(target=act)

    def __enter__(self):
        sys.settrace(self.enter)
        return self

    def enter(self, frame, event, argument):
        return (
            self.line if frame.f_code.co_filename.endswith(("lessons/files.py", "lessons/work.py")) else None
        )

    def line(self, frame, event, argument):
        if event == "line" and (frame.f_code, frame.f_lineno) not in self.seen:
            self.seen.add((frame.f_code, frame.f_lineno))
            self.count += 1
            if self.count == self.number:
                sys.settrace(None)
                self.thread.start()
                for _ in range(200):
                    if not self.thread.is_alive() or self.waiting.is_set():
                        break
                    self.thread.join(0.001)
                self.thread.join(0.003)  # it waits for the lock, or has it and goes on
                sys.settrace(self.enter)
        return self.line

    def __exit__(self, *error):
        sys.settrace(None)
        if self.thread.ident:
            self.thread.join(10)
            assert not self.thread.is_alive()


def begin(folder, asked, name):
    """Return a workspace with what a method needs: a first answer; for `read`, one that must be repaired."""
    work = Workspace(folder, "The dam")
    work.set(asked, ("ready",), "attributed")
    if name == "read":
        path = work.path(asked)
        path.write_text(path.read_text("utf-8").replace('"ready"', '"gone"'), "utf-8")
    return Workspace(folder, "The dam")


@pytest.mark.parametrize("name", METHODS)
def test_a_save_of_another_window_is_not_lost_at_any_line(tmp_path, exercises, monkeypatch, name):
    asked, lock = exercises["voices"], fcntl.flock
    work = begin(tmp_path / "count", asked, name)
    with AtLine(0, None) as lines:
        METHODS[name](work, asked)
    assert lines.count > 20
    for number in range(1, lines.count + 1):
        work = begin(tmp_path / str(number), asked, name)
        other = Workspace(work.folder, work.case)
        at = AtLine(number, lambda other=other: other.set(asked, ("held",), "quoted"))

        def wait(*how, at=at):
            if threading.current_thread() is at.thread:
                at.waiting.set()
            lock(*how)

        monkeypatch.setattr(fcntl, "flock", wait)
        with at:
            METHODS[name](work, asked)
        assert at.thread.ident, number
        kept = Workspace(work.folder, work.case).read(asked)
        everything = "".join(path.read_text("utf-8") for path in work.folder.rglob("voices.json*"))
        assert kept.value["held"] == "quoted", number
        assert '"attributed"' in everything
        if name in ("set", "put"):
            assert kept.value == {"ready": "attributed", "rain": "quoted", "held": "quoted"}
        elif name == "freeze_prediction":
            assert kept.prediction["ready"] == "attributed"
        elif name == "merge":
            assert '"rain": "quoted"' in everything


def test_the_same_test_finds_a_lost_save_where_nobody_locks(tmp_path, exercises, monkeypatch):
    asked, lost = exercises["voices"], 0
    monkeypatch.setattr(fcntl, "flock", lambda *how: None)
    for number in range(1, 60):
        work = begin(tmp_path / str(number), asked, "set")
        other = Workspace(work.folder, work.case)
        with AtLine(number, lambda other=other: other.set(asked, ("held",), "quoted")):
            METHODS["set"](work, asked)
        lost += "held" not in Workspace(work.folder, work.case).read(asked).value
    assert lost > 1


def test_two_windows_that_sign_in_at_once_are_one_student(tmp_path):
    with AtLine(0, None) as lines:
        sign_in(Workspace(tmp_path / "count", "The dam"), "KTR-4728")
    for number in range(1, lines.count + 1, 3):
        work = Workspace(tmp_path / str(number), "The dam")
        with AtLine(number, lambda work=work: sign_in(Workspace(work.folder, "The dam"), "KTR-4729")):
            student = sign_in(work, "KTR-4728")
        assert read_student(work).student_id == student.student_id


@pytest.mark.parametrize("rename", ["replace", "rename"])
@pytest.mark.parametrize("windows", [5, 32])
def test_a_scanner_that_holds_a_file_for_a_moment_is_waited_for(
    work, exercises, monkeypatch, rename, windows
):
    asked, waited, real = exercises["voices"], [], getattr(os, rename)
    work.set(asked, ("rain",), "quoted")
    if rename == "rename":
        work.path(asked).write_bytes(b"damaged")

    def held(*names):
        if len(waited) < 2:
            error = PermissionError(errno.EACCES, "Access is denied")
            error.winerror = windows
            raise error
        real(*names)

    monkeypatch.setattr(os, rename, held)
    monkeypatch.setattr(files.time, "sleep", waited.append)
    assert Workspace(work.folder, work.case).set(asked, ("ready",), "quoted")
    assert len(waited) == 2
    assert work.read(asked).value["ready"] == "quoted"


def test_a_file_that_is_held_for_long_is_told_within_about_a_second(work, exercises, monkeypatch):
    waited = []

    def held(*names):
        raise PermissionError(errno.EACCES, "Access is denied")

    monkeypatch.setattr(os, "replace", held)
    monkeypatch.setattr(files.time, "sleep", waited.append)
    with pytest.raises(StorageError, match="the folder may not be written to"):
        work.set(exercises["voices"], ("rain",), "quoted")
    assert 0.5 < sum(waited) <= 1.2
    assert list(work.folder.rglob("*.tmp")) == []


def test_the_browser_has_no_lock_and_needs_none(tmp_path, monkeypatch):
    """Pyodide's fcntl lacks flock; and what is opened for writing is stored again when it is closed."""
    monkeypatch.setattr(sys, "platform", "emscripten")
    with alone(tmp_path / "work"):
        replace_file(tmp_path / "work" / "a", b"x")
    assert [path.name for path in (tmp_path / "work").iterdir()] == ["a"]


def test_windows_locks_the_same_file(tmp_path, monkeypatch):
    calls = []
    windows = ModuleType("msvcrt")
    windows.LK_LOCK = 1
    windows.locking = lambda *how: calls.append(how[1:])
    monkeypatch.setitem(sys.modules, "msvcrt", windows)
    monkeypatch.setattr(sys, "platform", "win32")
    with alone(tmp_path):
        replace_file(tmp_path / "a", b"x")
    assert calls == [(1, 1)]
