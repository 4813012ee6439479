"""A shared inbox with real users: what one student can do to another's work, and what the teacher sees.

Needs root, which can be anybody. In CI it must be there; elsewhere these tests say why they are skipped.
"""

import os
import pickle
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from course.corpus.errors import CourseError
from course.grading.roster import Person
from course.grading.rows import read_class, read_inbox
from course.lessons.handin import put_in_inbox, sign_in
from course.lessons.work import Workspace
from tests.grading.conftest import RIGHT
from tests.lessons.small_case import packed

TEACHER, TEACHERS, ANA, BEN = 45_000, 45_100, 45_001, 45_002
MODE = 0o3733  # as notebooks/instructor/set_up_a_hub.ipynb says

pytestmark = pytest.mark.skipif(
    not hasattr(os, "geteuid") or (os.geteuid() != 0 and not os.environ.get("CI")),
    reason="only root can act as two students and a teacher: CI runs these tests",
)


def as_user(uid, act, groups=()):
    """Run a function as another user, in a process of its own, and return or raise what it did."""
    out, into = os.pipe()
    child = os.fork()
    if not child:
        os.close(out)
        try:
            os.setgroups(groups)
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            os.umask(0o077)
            told = (act(), None)
        except Exception as error:  # noqa: BLE001 - it is raised again by the parent
            told = (None, error)
        with os.fdopen(into, "wb") as file:
            pickle.dump(told, file)
        os._exit(0)
    os.close(into)
    with os.fdopen(out, "rb") as file:
        value, error = pickle.load(file)  # noqa: S301 - our own child wrote it
    os.waitpid(child, 0)
    if error:
        raise error
    return value


@pytest.fixture
def shared():
    """An inbox as the guide says: the teacher's, setgid and sticky, into which everyone may only put."""
    home = Path(tempfile.mkdtemp())
    home.chmod(0o755)
    inbox = home / "inbox"
    inbox.mkdir()
    os.chown(inbox, TEACHER, TEACHERS)
    inbox.chmod(MODE)
    yield inbox
    shutil.rmtree(home)


@pytest.fixture
def package(small, exercises, tmp_path):
    def make(code):
        work = Workspace(tmp_path / code, "The dam")
        sign_in(work, code)
        work.put(exercises["voices"], RIGHT)
        return packed(work, exercises, "hand_in")

    return make


def read(shared, roster=()):
    case = SimpleNamespace(about={"title": "The dam"}, articles=())

    def look():
        said = []
        found = read_class(read_inbox(shared, case, {}, said), roster, {})
        rows = tuple(replace(row, answers=dict(row.answers)) for row in found.rows)
        return replace(found, rows=rows, said=(*said, *found.said))

    return as_user(TEACHER, look, [TEACHERS])


def test_the_teacher_reads_what_students_put_in_and_knows_whose_it_is(shared, package):
    mine, hers = package("MY-CODE"), package("HER-CODE")
    path = as_user(ANA, lambda: put_in_inbox(shared, mine.name, mine.json))
    as_user(BEN, lambda: put_in_inbox(shared, hers.name, hers.json))
    about = path.stat()
    assert (about.st_uid, about.st_gid, about.st_mode & 0o7777) == (ANA, TEACHERS, 0o640)
    rows = read(shared).rows
    assert {(row.key, row.code, row.status) for row in rows} == {
        (f"owner:{ANA}", "MY-CODE", "read"),
        (f"owner:{BEN}", "HER-CODE", "read"),
    }
    assert rows[0].file.time == pytest.approx(about.st_ctime, abs=60)


def test_a_student_can_neither_see_nor_read_nor_replace_nor_delete_anothers_work(shared, package):
    mine = package("MY-CODE")
    path = as_user(ANA, lambda: put_in_inbox(shared, mine.name, mine.json))
    data = path.read_bytes()
    own = shared / "own.json"
    as_user(BEN, lambda: own.write_bytes(b"{}"))
    attempts = [
        lambda: os.listdir(shared),
        path.read_bytes,
        lambda: path.write_bytes(b""),
        path.unlink,
        lambda: os.replace(own, path),
        lambda: os.rename(path, shared / "mine.json"),
        lambda: os.chmod(path, 0o644),
        lambda: os.truncate(path, 0),
        lambda: os.rmdir(shared),
        lambda: os.rename(shared, shared.with_name("other")),
        lambda: os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL),
    ]
    for attempt in attempts:
        with pytest.raises(OSError):  # noqa: PT011 - refused, in one way or another
            as_user(BEN, attempt)
    assert path.read_bytes() == data


def test_a_name_that_somebody_squats_on_is_not_used_and_nothing_of_theirs_is_followed(
    shared, package, monkeypatch
):
    mine = package("MY-CODE")
    monkeypatch.setattr("secrets.token_hex", lambda size: "0" * 32)
    taken = shared / mine.name.replace(".json", f"-{'0' * 32}.json")
    target = shared / "target.json"
    as_user(BEN, lambda: (target.write_bytes(b"Ben's"), os.chmod(target, 0o644), taken.symlink_to(target)))
    with pytest.raises(CourseError, match="did not reach"):
        as_user(ANA, lambda: put_in_inbox(shared, mine.name, mine.json))
    assert target.read_bytes() == b"Ben's"
    monkeypatch.undo()
    assert as_user(ANA, lambda: put_in_inbox(shared, mine.name, mine.json)).is_file()


def test_the_owner_decides_not_what_the_file_says_or_is_called(shared, package):
    roster = (Person("MY-CODE", "Ana", str(ANA)), Person("HER-CODE", "Ben", str(BEN)))
    stolen = package("MY-CODE")
    as_user(BEN, lambda: put_in_inbox(shared, stolen.name, stolen.json))
    as_user(BEN, lambda: (shared / f"ana_{ANA}_7_hand_in.json").write_bytes(b""))
    as_user(BEN, lambda: os.chmod(shared / f"ana_{ANA}_7_hand_in.json", 0o640))
    ana, ben = read(shared, roster).rows
    assert (ana.name, ana.status) == ("Ana", "missing")
    assert (ben.name, ben.status) == ("Ben", "read")
    assert any("bears the code MY-CODE of Ana" in note for note in map(str, ben.notes))


def test_links_closed_files_and_pipes_are_told_and_the_others_read(shared, package, tmp_path):
    secret = shared.parent / "secret.json"
    secret.write_bytes(b"the teacher's own")
    os.chown(secret, TEACHER, TEACHER)
    secret.chmod(0o600)
    mine = package("MY-CODE")
    as_user(ANA, lambda: put_in_inbox(shared, mine.name, mine.json))
    as_user(BEN, lambda: (shared / "link.json").symlink_to(secret))
    as_user(BEN, lambda: (shared / "closed.json").write_bytes(b"{}"))
    as_user(BEN, lambda: os.mkfifo(shared / "pipe.json", 0o640))
    as_user(BEN, lambda: os.mkdir(shared / "closed", 0o700))
    reading = read(shared)
    problems = {row.files[0]: row.problem for row in reading.rows if row.status == "unusable"}
    told = " ".join([*problems.values(), *(str(note) for row in reading.rows for note in row.notes)])
    assert "links are not followed" in told
    assert "cannot be read (Permission denied)" in told
    assert "The folder 'closed' cannot be read" in " ".join(reading.said)
    assert "teacher's own" not in repr(reading)
    assert [row.code for row in reading.rows if row.status == "read"] == ["MY-CODE"]


def test_nobody_fills_the_inbox_unseen(shared):
    def fill():
        for at in range(201):
            os.close(os.open(shared / f".hidden-{at}", os.O_CREAT | os.O_WRONLY, 0o640))

    as_user(BEN, fill)
    assert read(shared).said == (f"{BEN} has 201 files here, 0 MB: ask why.",)


def test_files_dated_back_are_not_earlier(shared, package):
    mine = package("MY-CODE")
    path = as_user(ANA, lambda: put_in_inbox(shared, mine.name, mine.json))
    as_user(ANA, lambda: os.utime(path, (0, 0)))
    assert read(shared).rows[0].file.time > 1_000_000_000
