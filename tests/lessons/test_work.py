"""Answers on disk: changed one at a time, whole whatever happens, and never deleted."""

import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course.corpus.errors import CourseError
from course.lessons import files
from course.lessons.here import open_workspace
from course.lessons.kinds.mark import mark_of
from course.lessons.work import Happened, Workspace
from tests.lessons.small_case import write_case

anything = st.text(st.characters(), max_size=200)
AWKWARD = [
    "<script>alert(1)</script>",
    "</script>",
    "javascript:x",
    "\u202egnp.exe",
    "😀👩‍👩‍👧",
    "\u2028",
    "a\x00b",
    "  ",
    "é e\u0301",
]


@pytest.fixture
def advert(small):
    start = small["A"].raw.index("ADVERT")
    return mark_of(small["A"], start, start + 13, "advert")


@pytest.fixture
def solved(small, exercises, advert):
    """An answer to each exercise that agrees with its key in all it says."""
    photo = small["B"].raw.index("The photo")
    return {
        "noise": [advert, mark_of(small["B"], photo, photo + 28, "credit")],
        "cuts": [mark_of(small["B"], 0, 21, "claim"), mark_of(small["B"], 22, 44, "claim")],
        "voices": {"rain": "attributed", "ready": "quoted", "held": "own voice"},
        "stances": {"fell": {"A": "present", "B": "absent"}, "year": {"A": "absent", "B": "present"}},
        "ladder": {"The dam": ["may_B", "warned_B", "held_A"]},
        "why": {"text": "Because an engineer warned of it."},
        "reflection": {"thought": "I look for who says it."},
    }


def asides(work):
    return sorted(work.folder.rglob("*.aside-*"))


def test_an_answer_file_has_the_fields_of_format_1(work, exercises):
    assert work.set(exercises["voices"], ["rain"], "quoted") is True
    path = work.folder / "02_listen" / "voices.json"
    stored = json.loads(path.read_text("utf-8"))
    saved = stored.pop("saved")
    assert stored == {
        "format": 1,
        "case": "The dam",
        "exercise": "voices",
        "kind": "sort",
        "exercise_sha256": exercises["voices"].sha256,
        "answer": {"rain": "quoted"},
        "prediction": None,
    }
    assert saved.endswith("Z")
    assert saved[:4] == files.utc_now()[:4]


def test_every_kind_comes_back_as_it_was_put(work, exercises, solved):
    for id, value in solved.items():
        work.put(exercises[id], value)
    for id, value in solved.items():
        assert work.read(exercises[id]).value == value
        done, parts = exercises[id].done(value)
        assert done == parts
    assert asides(work) == []


@given(anything | st.sampled_from(AWKWARD))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_stored_as_typed_and_half_characters_are_replaced_and_said(work, exercises, text):
    work.take_notes()
    work.set(exercises["why"], ("text",), text)
    answer = work.read(exercises["why"])
    kept = "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in text)
    assert (answer.value.get("text", "") if answer else "") == kept
    assert ([note.what for note in work.notes] == [Happened.HALF]) == (kept != text)


def test_a_text_longer_than_the_limit_is_refused_and_the_old_one_stays(work, exercises):
    work.set(exercises["why"], ("text",), "short")
    with pytest.raises(CourseError, match="at most 100,000 characters"):
        work.set(exercises["why"], ("text",), "x" * 5_000_000)
    work.set(exercises["why"], ("text",), "x" * 100_000)
    assert len(work.read(exercises["why"]).value["text"]) == 100_000


def test_a_decision_is_taken_back(work, exercises, advert):
    work.put(exercises["stances"], {"fell": {"A": "present", "B": "absent"}})
    work.set(exercises["stances"], ("fell", "A"), None)
    assert work.read(exercises["stances"]).value == {"fell": {"B": "absent"}}
    work.set(exercises["stances"], ("fell", "B"), "")
    assert work.read(exercises["stances"]).value == {}
    work.set(exercises["noise"], ("add",), advert)
    work.set(exercises["noise"], ("add",), advert)
    assert len(work.read(exercises["noise"]).value) == 1
    work.set(exercises["noise"], ("remove",), advert)
    assert work.read(exercises["noise"]).value == []


WRONG = [
    ("voices", "quoted", 'answer("voices", {'),
    ("voices", {"rian": "quoted"}, "nothing called 'rian'"),
    ("voices", {"rain": "shouted"}, "takes one of 'own voice', 'attributed', 'quoted' for 'rain'"),
    ("voices", {"held": "attributed"}, "takes one of"),
    ("voices", {"rain": ["quoted"]}, "takes one of"),
    ("voices", {1: "quoted"}, "nothing called '1'"),
    ("stances", {"fell": "present"}, '{"A": "present"}})'),
    ("stances", {"fell": {"Z": "present"}}, "articles A, B, not 'Z'"),
    ("ladder", {"The dam": ["held_A"]}, "once"),
    ("ladder", {"The dam": ["held_A", "held_A", "may_B"]}, "once"),
    ("ladder", {"The dam": [1, [], None]}, "once"),
    ("ladder", {"dam": []}, "nothing called 'dam'"),
    ("why", {"text": 3}, "takes a text"),
    ("why", ["text"], 'answer("why", {"text": "your text"})'),
    ("noise", {}, "is a list"),
    ("noise", [{"article": "A"}], "is made of marks"),
    (
        "noise",
        [{"article": "A", "exact": "x", "label": "advert", "start": -1, "end": 0, "prefix": ""}],
        "is made of",
    ),
    (
        "noise",
        [{"article": "A", "exact": "x", "label": "advert", "start": True, "end": 2, "prefix": ""}],
        "is made of",
    ),
    (
        "noise",
        [{"article": "Z", "exact": "x", "label": "advert", "start": 0, "end": 1, "prefix": ""}],
        "marks A, B",
    ),
    (
        "noise",
        [{"article": "A", "exact": "x", "label": "blah", "start": 0, "end": 1, "prefix": ""}],
        "marks A, B",
    ),
    (
        "noise",
        [{"article": "A", "exact": "x", "label": "advert", "start": 0, "end": 2, "prefix": ""}],
        "as long as",
    ),
    ("noise", [{}] * 3000, "at most 2000 marks"),
]


@pytest.mark.parametrize(("id", "value", "told"), WRONG)
def test_a_wrong_value_is_told_what_form_is_wanted_and_changes_nothing(work, exercises, id, value, told):
    with pytest.raises(CourseError) as error:
        work.put(exercises[id], value)
    assert told in str(error.value)
    assert str(exercises[id].wrong("")).partition(": ")[2] in str(error.value)
    assert not work.folder.exists()


def test_the_example_in_the_sentence_is_an_answer(small, exercises, solved):
    for exercise in exercises.values():
        example = json.loads(str(exercise.wrong("")).split(f'answer("{exercise.id}", ')[1].removesuffix(")"))
        if exercise.kind == "mark":
            example[0]["exact"] = "The dam"
        exercise.check(exercise.place(example, small))


def test_marks_written_by_hand_find_their_places(small, exercises):
    wanted = {"article": "A", "exact": "ADVERTISEMENT", "label": "advert"}
    placed = exercises["noise"].place([wanted], small)
    assert small["A"].raw[placed[0]["start"] : placed[0]["end"]] == "ADVERTISEMENT"
    assert exercises["noise"].place(placed, small) == placed
    for wrong in ("a", "advert", ""):
        with pytest.raises(CourseError):
            exercises["noise"].place([wanted | {"exact": wrong}], small)
    with pytest.raises(CourseError, match="there is no article"):
        exercises["noise"].place([wanted | {"article": "Q"}], small)


def test_the_same_lesson_open_twice_loses_nothing(work, exercises, small, advert):
    other = Workspace(work.folder, work.case)
    work.set(exercises["voices"], ("rain",), "quoted")
    other.set(exercises["voices"], ("ready",), "quoted")
    work.set(exercises["voices"], ("held",), "own voice")
    assert len(other.read(exercises["voices"]).value) == 3
    rain = mark_of(small["A"], 0, 4, "credit")
    work.set(exercises["noise"], ("add",), advert)
    other.set(exercises["noise"], ("add",), rain)
    work.set(exercises["noise"], ("remove",), advert)
    assert other.read(exercises["noise"]).value == [rain]


decisions = st.lists(
    st.tuples(
        st.sampled_from([0, 1]),
        st.sampled_from(["voices", "voices2"]),
        st.sampled_from(["rain", "ready"]),
        st.sampled_from(["own voice", "quoted", None]),
    ),
    max_size=12,
)


@given(decisions)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_any_interleaving_of_two_windows_ends_with_the_last_decision_on_each_item(tmp_path, exercises, steps):
    from dataclasses import replace

    folder = tmp_path / str(time.monotonic_ns())
    windows = Workspace(folder, "The dam"), Workspace(folder, "The dam")
    asked = {id: replace(exercises["voices"], id=id, lesson=f"lesson_{id}") for id in ("voices", "voices2")}
    wanted = {"voices": {}, "voices2": {}}
    for window, id, item, option in steps:
        windows[window].set(asked[id], (item,), option)
        wanted[id] = (
            {**wanted[id], item: option} if option else {k: v for k, v in wanted[id].items() if k != item}
        )
    for id, exercise in asked.items():
        answer = windows[0].read(exercise)
        assert (answer.value if answer else {}) == wanted[id]


def test_a_text_changed_in_another_window_is_kept_aside_and_said(work, exercises):
    other = Workspace(work.folder, work.case)
    work.set(exercises["why"], ("text",), "one", base="")
    other.set(exercises["why"], ("text",), "one and two", base="one")
    work.set(exercises["why"], ("text",), "one or three", base="one")
    assert work.read(exercises["why"]).value == {"text": "one or three"}
    (aside,) = asides(work)
    assert json.loads(aside.read_text("utf-8"))["answer"] == {"text": "one and two"}
    assert [(note.what, note.kept) for note in work.notes] == [(Happened.CHANGED_ELSEWHERE, aside.name)]
    assert aside.name in str(work.notes[0])


def test_going_on_writing_in_one_window_sets_nothing_aside(work, exercises):
    before = ""
    for text in ("a\r\nb", "a\nb c", "half \ud800", "half \ud800 more", "x"):
        work.set(exercises["why"], ("text",), text, base=before)
        before = text
    assert asides(work) == []


def test_putting_another_text_or_other_marks_keeps_what_stood_there(work, exercises, small, advert):
    work.put(exercises["why"], {"text": "mine"})
    work.put(exercises["why"], {"text": "mine"})
    work.put(exercises["noise"], [advert])
    assert asides(work) == []
    for id, other in (("why", {"text": "other"}), ("noise", [])):
        work.put(exercises[id], other)
        assert work.notes[0].what == Happened.REPLACED
        (told,) = work.take_notes()
        assert f"is kept in {id}.json.aside-" in told
    assert len(asides(work)) == 2


def test_a_prediction_is_taken_once_and_never_changes(work, exercises):
    with pytest.raises(CourseError, match="Answer first"):
        work.freeze_prediction(exercises["voices"])
    work.set(exercises["voices"], ("rain",), "quoted")
    assert work.freeze_prediction(exercises["voices"]).prediction == {"rain": "quoted"}
    work.set(exercises["voices"], ("rain",), "attributed")
    work.put(exercises["voices"], {"ready": "quoted"})
    work.freeze_prediction(exercises["voices"])
    answer = work.read(exercises["voices"])
    assert answer.prediction == {"rain": "quoted"}
    assert answer.value == {"rain": "attributed", "ready": "quoted"}


def test_an_emptied_answer_is_no_answer(work, exercises):
    work.set(exercises["why"], ("text",), "x")
    work.set(exercises["why"], ("text",), "   ")
    with pytest.raises(CourseError, match="Answer first"):
        work.freeze_prediction(exercises["why"])


GOOD = {
    "format": 1,
    "case": "The dam",
    "exercise": "voices",
    "kind": "sort",
    "exercise_sha256": "0" * 64,
    "answer": {"rain": "quoted"},
    "prediction": None,
    "saved": "2025-02-03T14:02:11Z",
}
BAD_FILES = {
    "empty": b"",
    "cut": json.dumps(GOOD).encode()[:-9],
    "damaged": b"\x89PNG\r\n",
    "not UTF-8": b'{"format": "\xff"}',
    "a list": b"[]",
    "a number": b"3",
    "NaN": b'{"format": NaN}',
    "nested": b"[" * 100_000,
    "a long number": b'{"format": ' + b"1" * 9999 + b"}",
    "one name twice": b'{"format": 1, "format": 1}',
    "half a character": json.dumps(GOOD | {"saved": "\ud800"}).encode(),
    "the future": json.dumps(GOOD | {"format": 2}).encode(),
    "another case": json.dumps(GOOD | {"case": "The bridge"}).encode(),
    "another exercise": json.dumps(GOOD | {"exercise": "stances"}).encode(),
    "another kind": json.dumps(GOOD | {"kind": "write"}).encode(),
    "a wrong answer": json.dumps(GOOD | {"answer": []}).encode(),
    "a wrong prediction": json.dumps(GOOD | {"prediction": "x"}).encode(),
    "no time": json.dumps(GOOD | {"saved": "yesterday"}).encode(),
    "another name": json.dumps(GOOD | {"more": 1}).encode(),
    "a name less": json.dumps({key: GOOD[key] for key in GOOD if key != "kind"}).encode(),
    "a kind of a wrong type": json.dumps(GOOD | {"kind": []}).encode(),
}


def test_the_good_file_that_the_bad_ones_are_made_of_is_good(work, exercises):
    path = work.path(exercises["voices"])
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(GOOD))
    assert work.read(exercises["voices"]).value == {"rain": "quoted"}
    assert work.notes == []


@pytest.mark.parametrize("data", BAD_FILES.values(), ids=BAD_FILES)
def test_a_file_that_cannot_be_used_is_renamed_and_said(work, exercises, data):
    path = work.path(exercises["voices"])
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    assert work.read(exercises["voices"]) is None
    (aside,) = asides(work)
    assert aside.read_bytes() == data
    (note,) = work.notes
    assert (note.what, note.kept) == (Happened.UNUSABLE, aside.name)
    assert work.take_notes() == [str(note)]
    assert note.why in str(note)
    work.set(exercises["voices"], ("rain",), "quoted")
    assert work.read(exercises["voices"]).value == {"rain": "quoted"}
    path.write_bytes(data)
    work.read(exercises["voices"])
    assert [file.read_bytes() for file in asides(work)] == [data, data]


def test_what_no_longer_fits_a_changed_exercise_is_kept_aside_and_the_rest_stays(work, exercises):
    path = work.path(exercises["voices"])
    path.parent.mkdir(parents=True)
    path.write_text(
        json.dumps(GOOD | {"answer": {"rain": "quoted", "gone": "x"}, "prediction": {"gone": "x"}})
    )
    answer = work.read(exercises["voices"])
    assert (answer.value, answer.prediction) == ({"rain": "quoted"}, {})
    assert [note.what for note in work.notes] == [Happened.CHANGED_EXERCISE]
    assert json.loads(asides(work)[0].read_text())["answer"]["gone"] == "x"
    assert work.read(exercises["voices"]).value == {"rain": "quoted"}
    assert len(asides(work)) == 1


STEPS = ["tempfile.mkstemp", "os.fdopen", "os.fsync", "os.replace", "pathlib.Path.mkdir"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
@pytest.mark.parametrize("step", STEPS)
def test_where_saving_fails_the_old_file_is_whole_and_the_sentence_says_what_to_do(
    work, exercises, monkeypatch, step, code
):
    work.set(exercises["voices"], ("rain",), "quoted")
    before = work.path(exercises["voices"]).read_bytes()

    def fail(*args, **kwargs):
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(step, fail)
        with pytest.raises(CourseError) as error:
            work.set(exercises["voices"], ("rain",), "attributed")
    told = str(error.value)
    assert told.startswith("Not saved, because")
    assert "still on screen" in told
    assert ("disk is full" in told) == (code == errno.ENOSPC)
    assert ("read-only" in told) == (code == errno.EROFS)
    assert work.path(exercises["voices"]).read_bytes() == before
    work.set(exercises["voices"], ("rain",), "attributed")
    assert work.read(exercises["voices"]).value == {"rain": "attributed"}
    if step != "os.fdopen":  # that one leaves the temporary file open, as no real system does
        assert list(work.folder.rglob("*.tmp")) == []


def test_where_writing_fails_half_way_the_old_file_is_whole(work, exercises, monkeypatch):
    work.set(exercises["why"], ("text",), "old")
    opened = os.fdopen

    def full(handle, mode):
        file = opened(handle, mode, buffering=0)
        write = file.write

        class Full:
            def __enter__(self):
                return self

            def __exit__(self, *error):
                file.close()

            def write(self, data):
                write(data[:7])
                raise OSError(errno.ENOSPC, "No space left on device")

        return Full()

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdopen", full)
        with pytest.raises(CourseError, match="the disk is full"):
            work.set(exercises["why"], ("text",), "new")
    assert work.read(exercises["why"]).value == {"text": "old"}
    assert list(work.folder.rglob("*.tmp")) == []


def test_a_folder_that_cannot_be_synced_is_no_failure(work, exercises, monkeypatch):
    synced = os.fsync

    def only_files(handle):
        if os.path.isdir(f"/proc/self/fd/{handle}"):
            raise OSError(errno.EINVAL, "Invalid argument")
        synced(handle)

    monkeypatch.setattr(os, "fsync", only_files)
    assert work.set(exercises["voices"], ("rain",), "quoted") is True


def test_an_answer_that_cannot_be_read_is_told_and_not_touched(work, exercises):
    work.path(exercises["voices"]).mkdir(parents=True)
    with pytest.raises(CourseError, match="cannot be read"):
        work.read(exercises["voices"])


def test_temporary_files_of_a_stopped_kernel_are_swept_and_fresh_ones_left(work, exercises):
    work.set(exercises["voices"], ("rain",), "quoted")
    old, fresh = (work.path(exercises["voices"]).with_name(f"voices.json.{n}.tmp") for n in "ab")
    for path in (old, fresh):
        path.write_text("{")
    os.utime(old, (time.time() - 3600,) * 2)
    work.set(exercises["voices"], ("rain",), "attributed")
    assert not old.exists()
    assert fresh.exists()


BURST = """
import sys
from course.corpus.case import open_case
from course.lessons.here import open_workspace
from course.lessons.work import Workspace
from course.lessons.exercises import load_exercises
exercise = load_exercises(open_case(sys.argv[1]))["why"]
work = Workspace(__import__("pathlib").Path(sys.argv[2]), "The dam")
number = int(sys.argv[3])
while True:
    number += 1
    work.set(exercise, ("text",), f"{number} " + "x" * 5000)
    print(number, flush=True)
"""


def test_kill_9_at_random_moments_leaves_whole_files_that_miss_at_most_the_last_change(tmp_path, exercises):
    root, folder = write_case(tmp_path), tmp_path / "my_work"
    work, number, rng = Workspace(folder, "The dam"), 0, random.Random(9)  # noqa: S311
    for _ in range(16):
        child = subprocess.Popen(
            [sys.executable, "-c", BURST, str(root), str(folder), str(number)],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        child.stdout.readline()  # the burst has begun
        time.sleep(rng.random() * 0.02)
        os.kill(child.pid, signal.SIGKILL)
        told = int((child.stdout.read().split() or [number + 1])[-1])
        child.wait()
        answer = work.read(exercises["why"])
        kept, text = answer.value["text"].split(" ")
        assert text == "x" * 5000
        assert told <= int(kept) <= told + 1
        number = int(kept)
    assert work.notes == []
    assert asides(work) == []
    assert number >= 16


TOGETHER = """
import sys
from course.corpus.case import open_case
from course.lessons.here import open_workspace
from course.lessons.work import Workspace
from course.lessons.exercises import load_exercises
root, folder, item, options = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
from pathlib import Path
exercise, work = load_exercises(open_case(root))["voices"], Workspace(Path(folder), "The dam")
print("ready", flush=True)
sys.stdin.readline()
for turn in range(100):
    work.set(exercise, [item], options[turn % 2])
    kept = work.read(exercise).value
    assert kept[item] == options[turn % 2], (turn, kept)
"""


def test_two_kernels_that_save_at_the_same_moment_lose_nothing(tmp_path, exercises):
    root, folder = write_case(tmp_path), tmp_path / "my_work"
    asked = exercises["voices"]
    command = [sys.executable, "-c", TOGETHER, str(root), str(folder)]
    both = [
        subprocess.Popen(
            [*command, item.id, *(item.options or asked.options)[:2]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        for item in asked.items[:2]
    ]
    for one in both:
        assert one.stdout.readline() == "ready\n"
    for one in both:
        one.stdin.write("go\n")
        one.stdin.flush()
    assert [one.wait(60) for one in both] == [0, 0]
    assert len(Workspace(folder, "The dam").read(asked).value) == 2


def test_open_workspace_uses_the_folder_that_is_named_or_the_one_beside_the_seeds(small, monkeypatch):
    assert open_workspace(small).folder == Path(os.environ["COURSE_WORK"])
    monkeypatch.delenv("COURSE_WORK")
    assert open_workspace(small).folder == small.root / "my_work"
