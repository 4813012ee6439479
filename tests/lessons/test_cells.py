"""What a lesson's cells call, through the widgets' own handlers, with and without the readings."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from course.corpus.errors import CourseError
from course.lessons import widgets
from course.lessons.cells import (
    agreement,
    answer,
    compare_with,
    exercise,
    fold,
    hand_in,
    load_my_work,
    progress,
    read,
    reveal,
    save_my_work,
    sign_in,
)
from course.lessons.handin import read_student
from course.lessons.here import case_at, find_exercise, here, words_of
from course.lessons.widgets import CourseWidget, Form, Panel, Reader
from tests.browser.desk import ARTICLES, KINDS, write_demo
from tests.lessons.small_case import write_case
from tests.lessons.test_handin import sealed

KEYS = """
[[key]]
exercise = "choose"
item = "rain"
by = "reader1"
value = "said"
reason = "The mayor is named."
[[key]]
exercise = "choose"
item = "rain"
by = "reader2"
value = "not said"
reason = "Nobody is quoted."
[[key]]
exercise = "choose"
item = "snow"
by = "reader1"
value = "said"
reason = "It says warned."
[[key]]
exercise = "compare"
item = "monday"
article = "B"
by = "reader1"
value = "present"
reason = "It says Monday."
[[key]]
exercise = "rank"
group = "rain"
by = "course"
value = ["one", "two", "three"]
reason = "May, will, did."
[[key]]
exercise = "spot"
article = "A"
exact = "The mayor"
by = "reader1"
value = "speaker"
reason = "She speaks."
[[key]]
exercise = "spot"
article = "A"
exact = "The mayor"
by = "reader1"
value = "speaker"
reason = "And she has an office."
[[key]]
exercise = "explain"
by = "course"
level = "Proficient"
sample = "The words ‘it rained’ say so."
"""

ANSWERS: dict[str, Any] = {
    "spot": [{"article": "A", "exact": "The mayor said", "label": "speaker"}],
    "choose": {"rain": "said", "snow": "not said"},
    "compare": {id: {"A": "present", "B": "absent"} for id in ("monday", "mayor")},
    "rank": {"rain": ["one", "three", "two"]},
    "explain": {"why": "Because."},
}


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of the small case, with a key, as the case at hand."""
    folder = write_demo(tmp_path / "case")
    keys = folder / "seeds" / "readings" / "keys"
    keys.mkdir(parents=True)
    (keys / "demo.toml").write_text(KEYS, encoding="utf-8")
    monkeypatch.setenv("COURSE_CASE", str(folder))
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "work"))
    monkeypatch.delenv("COURSE_INBOX", raising=False)
    case_at.cache_clear()
    return folder


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the small case with an exercise of every kind the case at hand."""
    monkeypatch.setenv("COURSE_CASE", str(write_case(tmp_path / "small")))
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "work"))
    monkeypatch.delenv("COURSE_INBOX", raising=False)
    case_at.cache_clear()


def stored(id: str) -> Any:
    _, asked, work = find_exercise(id)
    found = work.read(asked)
    return found and found.value


def press(panel: Panel, button: str, **fields: Any) -> dict[str, Any]:
    return panel.handle({"button": button, "fields": fields})


def opened(id: str, *more: object) -> Any:
    """Return what a reveal shows once it is open; that of marks opens in place when its button is pressed."""
    shown = reveal(id, *more)
    if isinstance(shown.parts[0], Panel):
        assert press(shown.parts[0], "open")["problem"] is False
    return shown.parts


def test_each_kind_saves_through_its_handler(case: Path) -> None:
    changes: dict[str, list[tuple[list[str], Any, Any]]] = {
        "choose": [(["rain"], "said", {"rain": "said"})],
        "compare": [(["mayor", "B"], "absent", {"mayor": {"B": "absent"}})],
        "rank": [(["rain"], ["two", "one", "three"], {"rain": ["two", "one", "three"]})],
        "explain": [(["why"], "A", {"why": "A"}), (["why"], "A thought", {"why": "A thought"})],
    }
    for id, steps in changes.items():
        form = exercise(id)
        for path, value, wanted in steps:
            assert form.handle({"path": path, "value": value}) == {"problem": False, "text": ""}
            assert stored(id) == wanted
        again = exercise(id)
        assert isinstance(again, Form)
        assert again.value == wanted == form.value


def test_marks_are_added_and_removed(case: Path) -> None:
    reader = exercise("spot")
    assert isinstance(reader, Reader)
    start = ARTICLES["A"].index("🌊")
    place = ["A", start, start + 1, "speaker"]
    assert reader.handle({"path": ["add"], "value": place, "exact": "🌊"})["problem"] is False
    assert [(mark["exact"], mark["label"]) for mark in stored("spot")] == [("🌊", "speaker")]
    assert reader.marks == [place] == exercise("spot").marks
    assert reader.handle({"path": ["remove"], "value": place, "exact": "🌊"})["problem"] is False
    assert stored("spot") == reader.marks == []


def test_words_that_do_not_stand_there_are_not_saved(case: Path) -> None:
    told = exercise("spot").handle({"path": ["add"], "value": ["A", 0, 3, "speaker"], "exact": "xyz"})
    assert told["problem"]
    assert "'xyz' do not stand there in article A" in told["text"]
    assert stored("spot") is None


def test_an_unknown_exercise_is_named(case: Path) -> None:
    with pytest.raises(CourseError, match="there is no exercise 'nothing': choose one of spot, choose"):
        answer("nothing", {})


def test_a_control_without_its_exercise_says_so(case: Path) -> None:
    for shown in (exercise("nothing"), reveal("nothing", words_of("nothing")), agreement("nothing")):
        assert "has no exercise ‘nothing’" in str(shown)


def test_a_wrong_answer_says_which_form_it_wants(case: Path) -> None:
    with pytest.raises(CourseError, match=r"write \{item: option\}, such as answer\("):
        answer("choose", ["said"])
    assert stored("choose") is None


def test_a_bug_is_shown_beside_the_control() -> None:
    class Broken(CourseWidget):
        def act(self, message: Any) -> Any:
            raise ZeroDivisionError("division by zero")

    told = Broken().handle({})
    assert told["problem"]
    assert "ZeroDivisionError: division by zero" in told["text"]


@pytest.mark.parametrize("id", KINDS)
def test_reveal_waits_for_the_answer(case: Path, id: str) -> None:
    (panel,) = reveal(id, "a figure").parts
    assert "Answer first" in panel.lines[0]
    answer(id, ANSWERS[id])
    form, *_, figure = opened(id, "a figure")
    assert figure == "a figure"
    assert form.feedback["items"]
    _, asked, work = find_exercise(id)
    assert work.read(asked).prediction == work.read(asked).value


def test_a_part_of_an_answer_opens_nothing(case: Path) -> None:
    answer("choose", {"rain": "said"})
    (panel,) = reveal("choose").parts
    open_one = "The mayor warned of rain (B)"
    assert panel.lines[0] == f"Answer first: this opens when both are answered. Still open: ‘{open_one}’"
    assert panel.buttons == []  # it opens by itself
    assert press(panel, "open")["problem"] is False
    _, asked, work = find_exercise("choose")
    assert work.read(asked).prediction is None


def test_marks_are_opened_by_a_button(case: Path) -> None:
    """Nobody but the student knows when marking is finished: running the cell opens nothing."""
    answer("spot", ANSWERS["spot"])
    (panel,) = reveal("spot").parts
    _, asked, work = find_exercise("spot")
    assert work.read(asked).prediction is None
    press(panel, "open")
    assert work.read(asked).prediction == work.read(asked).value


def test_a_text_is_opened_by_a_button(case: Path) -> None:
    """Half a text is a text: 'Run All Cells' neither keeps it as the guess nor shows the samples."""
    answer("explain", {"why": "It rai"})
    (panel,) = reveal("explain").parts
    _, asked, work = find_exercise("explain")
    assert work.read(asked).prediction is None
    assert "finished writing" in panel.buttons[0]["label"]
    answer("explain", {"why": "It rained, said the mayor."})
    press(panel, "open")
    assert work.read(asked).prediction == {"why": "It rained, said the mayor."}


def test_a_reveal_opens_in_place_as_soon_as_all_is_answered(case: Path) -> None:
    """No cell has to run again: what was closed opens when its button is pressed, or when it is seen."""
    by_button, by_sight = (reveal("choose", "a figure") for _ in range(2))
    (panel,), (other,) = by_button.parts, by_sight.parts
    assert press(panel, "open")["problem"] is False
    answer("choose", {"rain": "said"})
    assert other.handle({"shown": True})["problem"] is False
    assert "Still open" in other.lines[0]
    assert (by_button.parts, by_sight.parts) == ((panel,), (other,))
    answer("choose", ANSWERS["choose"])
    press(panel, "open")
    other.handle({"shown": True})
    for shown in (by_button, by_sight):
        form, figure = shown.parts
        assert form.feedback["items"]
        assert figure == "a figure"


def test_a_reveal_that_cannot_be_kept_says_so_and_opens_later(
    case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer("choose", ANSWERS["choose"])

    def full(*names: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        shown = reveal("choose", "a figure")
        (panel,) = shown.parts
        assert panel.lines[0].startswith("Not saved, because the disk is full")
    press(panel, "open")
    assert shown.parts[-1] == "a figure"


def test_seeing_a_reveal_of_marks_opens_nothing(case: Path) -> None:
    shown = reveal("spot")
    answer("spot", ANSWERS["spot"])
    (panel,) = shown.parts
    panel.handle({"shown": True})
    assert panel.lines[0].startswith("Your marks: 1.")
    assert shown.parts == (panel,)
    _, asked, work = find_exercise("spot")
    assert work.read(asked).prediction is None


def test_no_notebook_keeps_what_a_reveal_shows_after_it_was_opened(
    case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = InteractiveShell.instance()
    kept: list[Any] = []
    monkeypatch.setattr(shell.display_pub, "publish", lambda data, **more: kept.append(data))
    try:
        shown = reveal("choose")
        shown._ipython_display_()
        assert kept[0]["text/plain"] == "Run this cell to see your answers"
        answer("choose", ANSWERS["choose"])
        press(shown.parts[0], "open")
        assert len(kept) == 1  # what opened stands in the widget that was shown
        (form,) = shown.parts
        view = "application/vnd.jupyter.widget-view+json"
        assert [one["data"][view]["model_id"] for one in shown.box.outputs] == [form.model_id]
    finally:
        InteractiveShell.clear_instance()


def test_an_empty_answer_has_opened_nothing(case: Path) -> None:
    """An exercise that has changed keeps nothing of an old answer: then no reveal was opened on this one."""
    answer("choose", ANSWERS["choose"])
    opened("choose")
    path = find_exercise("choose")[2].path(find_exercise("choose")[1])
    old = json.loads(path.read_text("utf-8")) | {"answer": {"gone": "x"}, "prediction": {"gone": "x"}}
    path.write_text(json.dumps(old), "utf-8")
    note = exercise("choose").spec["note"]
    assert "has changed" in note
    assert [type(part) for part in reveal("choose").parts] == [Panel]


def test_feedback_gives_reasons_and_says_that_readers_differed(case: Path) -> None:
    answer("choose", ANSWERS["choose"])
    (form,) = reveal("choose").parts
    told = {one["text"] or one["words"]: one for one in form.feedback["items"]}
    assert "Also accepted: ‘not said’ (Reader 2)." in told["That it would rain"]["verdict"]
    assert told["That it would rain"]["lines"] == [
        "Reader 1, ‘said’: The mayor is named.",
        "Reader 2, ‘not said’: Nobody is quoted.",
    ]


def test_marks_are_shown_beside_the_readers(case: Path) -> None:
    answer("spot", ANSWERS["spot"])
    form, reader = opened("spot")  # what is said of the marks stands before a text of several screens
    assert reader.folded
    assert [layer["name"] for layer in reader.layers] == ["you", "Reader 1"]
    assert form.feedback["items"][0]["words"] == "The mayor"
    ((*place, _, note),) = reader.layers[1]["notes"]
    assert (place[3], note) == ("speaker", "She speaks. And she has an office.")
    assert reader.order == ["speaker", "evaluative", "number"]


def test_an_answer_is_named_beside_its_reason_only_where_several_are(case: Path) -> None:
    answer("choose", ANSWERS["choose"])
    lines = [one["lines"] for one in reveal("choose").parts[0].feedback["items"]]
    assert ["Reader 1: It says warned."] in lines


def test_feedback_that_was_shown_is_not_shown_again(case: Path) -> None:
    (panel,) = reveal("choose", "a figure", feedback=False).parts
    assert panel.lines[0] == "Answer ‘Said or not?’ first, then this opens."
    answer("choose", ANSWERS["choose"])
    assert reveal("choose", "a figure", feedback=False).parts == ("a figure",)


def test_without_readings_the_teacher_opens_the_rest(case: Path) -> None:
    shutil.rmtree(case / "seeds" / "readings")
    for id in KINDS:
        answer(id, ANSWERS[id])
        (form,) = opened(id)
        assert form.feedback["summary"] == "Your answer is kept. Your teacher will open the rest."
        shown = json.dumps(form.feedback, ensure_ascii=False)
        assert "Reader 1" not in shown
        assert "say so" not in shown


def test_showing_controls_changes_nothing(case: Path, tmp_path: Path) -> None:
    for id in KINDS:
        exercise(id)
        reveal(id)
    for show in (sign_in, progress, save_my_work, load_my_work, hand_in, compare_with):
        show()
    read(*case_at(case).articles)
    assert not (tmp_path / "work").exists()


def test_no_answer_stands_in_the_output_that_a_notebook_keeps(case: Path) -> None:
    for id in KINDS:
        shown = answer(id, ANSWERS[id])
        data = shown._repr_mimebundle_()
        assert data["text/plain"].startswith("Run this cell to see your ")
        assert set(data) == {"text/plain", "application/vnd.jupyter.widget-view+json"}


def test_work_is_carried_to_another_machine(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = press(save_my_work(), "save")
    assert told["problem"]
    assert "Nobody is signed in" in told["text"]
    panel = sign_in()
    assert press(panel, "sign_in", code="KTR-4728", name="")["problem"] is False
    assert panel.lines == ["Signed in: KTR-4728."]
    answer("choose", ANSWERS["choose"])
    file = press(save_my_work(), "save")["downloads"][0]
    assert (tmp_path / "work" / file["name"]).read_text(encoding="utf-8") == file["text"]

    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "elsewhere"))
    assert "Choose a file first" in press(load_my_work(), "read", file=None)["text"]
    assert press(load_my_work(), "read", file={"name": "x.json", "text": "{"})["problem"]
    told = press(load_my_work(), "read", file=file)
    assert told["problem"] is False
    assert "1 answers of KTR-4728 were read" in told["text"]
    assert stored("choose") == ANSWERS["choose"]


def test_who_comes_to_a_lesson_first_signs_in_where_the_work_leaves(case: Path) -> None:
    answer("choose", ANSWERS["choose"])
    panel, other = hand_in(), save_my_work()
    assert [(field["name"], field.get("value")) for field in panel.fields] == [("code", ""), ("name", "")]
    assert other.fields == panel.fields
    told = press(panel, "hand_in", code=" ", name="")
    assert told["problem"]
    assert told["text"].startswith("Type a code first")
    assert press(panel, "hand_in", code="KTR-4728", name="Kim")["problem"] is False
    assert panel.fields == []
    assert sign_in().lines == ["Signed in: KTR-4728, Kim."]
    told = press(other, "save", code="ANOTHER", name="")  # its boxes were there before somebody signed in
    assert told["problem"]
    assert "KTR-4728 is signed in here, and you typed ANOTHER" in told["text"]
    assert press(other, "save", code=" ktr-4728", name="")["problem"] is False
    assert "KTR-4728, Kim" in sign_in().lines[0]
    assert hand_in().fields == other.fields == []


def test_handing_in_reaches_the_inbox(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    press(sign_in(), "sign_in", code="KTR-4728", name="")
    answer("choose", ANSWERS["choose"])
    inbox = tmp_path / "inbox"
    monkeypatch.setenv("COURSE_INBOX", str(inbox))
    panel = hand_in()
    assert panel.tables[0]["rows"][0][0] == "demo"
    assert "Why? (0 of 1)" in panel.tables[0]["rows"][0][2]
    told = press(panel, "hand_in")
    assert told["problem"]  # there is no such folder; the files can be downloaded all the same
    assert "did not reach the teacher" in told["text"]
    assert [Path(file["name"]).suffix for file in told["downloads"]] == [".json", ".html"]
    inbox.mkdir()
    told = press(panel, "hand_in")
    assert told["problem"] is False
    (copy,) = inbox.iterdir()
    assert json.loads(copy.read_bytes())["answers"]["choose"]["answer"] == ANSWERS["choose"]
    for file in told["downloads"]:
        assert (tmp_path / "work" / file["name"]).read_text("utf-8") == file["text"]


def test_a_second_press_hands_in_no_second_file(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says that nothing has changed, and gives the same file; a change is another file."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    monkeypatch.setenv("COURSE_INBOX", str(inbox))
    press(sign_in(), "sign_in", code="KTR-4728", name="")
    answer("choose", {"rain": "said"})
    panel, save = hand_in(), save_my_work()
    first, second = (press(panel, "hand_in") for _ in range(2))
    assert first["text"].startswith("Your hand-in is ready. hand_in-")
    assert second["text"].startswith("Nothing has changed since your last hand-in. hand_in-")
    assert second["text"].endswith("Your teacher has it.")
    assert second["downloads"] == first["downloads"]
    assert len(list(inbox.iterdir())) == len(list((tmp_path / "work").glob("hand_in-*.json"))) == 1
    kept, again = (press(save, "save") for _ in range(2))
    assert kept["text"].startswith("Saved as my_work-")
    assert again["text"].startswith("Nothing has changed since it was saved as my_work-")
    assert again["downloads"] == kept["downloads"]
    answer("choose", ANSWERS["choose"])
    third = press(panel, "hand_in")
    assert third["text"].startswith("Your hand-in is ready.")
    assert third["downloads"] != first["downloads"]
    assert len(list(inbox.iterdir())) == 2


def test_looking_again_says_what_to_do(case: Path) -> None:
    """Where nothing is answered, nobody is signed in, or what is asked further up is open."""
    panel = hand_in()
    nothing = "Nothing is answered yet. When something is, press ‘Look again’."
    assert press(panel, "look") == {"problem": False, "text": nothing}
    answer("choose", {"rain": "said"})
    told = "Nobody is signed in here yet. Type a code above, then press ‘Hand in’."
    assert press(panel, "look") == {"problem": False, "text": told}
    assert [field["name"] for field in panel.fields] == ["code", "name"]
    press(sign_in(), "sign_in", code="KTR-4728", name="")
    assert press(panel, "look") == {"problem": False, "text": "This is how it stands now."}
    assert press(reveal("choose").parts[0], "look")["text"] == "Closed until all is answered."


def test_handing_in_looks_again(case: Path) -> None:
    """The panel was made before anything was answered, as Run All Cells makes it."""
    panel = hand_in()
    assert "Nothing is answered yet" in panel.lines[0]
    for id, value in ANSWERS.items():
        answer(id, value)
    assert panel.handle({"shown": True})["problem"] is False
    assert panel.tables[0]["rows"] == [["demo", "5 of 5", "nothing"]]
    assert "again" not in " ".join(panel.lines)  # nothing was handed in before
    told = press(panel, "hand_in", code="KTR-4728", name="")
    assert told["problem"] is False
    assert panel.tables[0]["rows"] == [["demo", "5 of 5", "nothing"]]
    assert "You may hand in again." in panel.lines
    assert [button["name"] for button in panel.buttons] == ["hand_in", "look", "other"]


def test_what_is_folded_is_shown_and_closed_by_one_button(case: Path) -> None:
    panel, below = fold("How sure is that?", progress()).parts
    assert "does not need it" in panel.lines[0]
    assert press(panel, "open") == {"problem": False, "text": "It is open below."}
    assert [one.title for one in below.parts] == [progress().title]
    assert [one["label"] for one in panel.buttons] == ["Close it"]
    press(panel, "open")
    assert (below.parts, below.box.outputs) == ((), ())
    assert [one["label"] for one in panel.buttons] == ["Open it"]


def test_a_folder_that_cannot_be_used_is_one_sentence(case: Path, tmp_path: Path) -> None:
    (tmp_path / "work").write_text("no folder", "utf-8")
    for panel in (progress(), hand_in(), reveal("choose").parts[0]):
        assert len(panel.lines) == 1
        assert "Traceback" not in panel.lines[0]
        assert "work" in panel.lines[0]


def test_a_hub_name_is_offered_and_never_filled_in(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_USER", "ana.lopez")
    panel = sign_in()
    assert "This hub knows you as ‘ana.lopez’" in panel.lines[-1]
    assert "ana" not in json.dumps(panel.fields)


def test_what_is_shared_is_ticked_again_only_after_a_first_hand_in(small: None) -> None:
    press(sign_in(), "sign_in", code="KTR-4728", name="")
    answer("reflection", {"thought": "mine"})
    panel = hand_in()
    assert "tick again" not in " ".join(panel.lines)
    press(panel, "hand_in", reflection=True)
    assert "Only your newest hand-in counts: tick again what you want to go on sharing." in panel.lines


def test_what_a_saved_file_holds_besides_is_said(small: None) -> None:
    press(sign_in(), "sign_in", code="KTR-4728", name="")
    answer("voices", {"rain": "quoted"})
    answer("reflection", {"thought": "mine"})
    good = json.loads(press(hand_in(), "hand_in")["downloads"][0]["text"])
    file = sealed(good, answers=good["answers"] | {"gone": good["answers"]["voices"]}).decode()
    told = press(load_my_work(), "read", file={"name": "x.json", "text": file})["text"]
    assert "1 answers of KTR-4728 were read, 0 new or newer. 1 are only marked as done" in told
    assert "Left out: answers to exercises that this course does not have (gone)." in told


def test_only_what_is_open_in_lessons_that_were_begun_is_called_unanswered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_CASE", str(Path(__file__).parents[2]))
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "work"))
    assert hand_in().lines == ["Nothing is answered yet. When something is, press ‘Look again’."]
    asked = next(one for one in here()[1].values() if one.kind == "sort" and len(one.items) > 1)
    answer(asked.id, asked.example())
    lesson = asked.lesson.replace("_", " ")
    (row,) = hand_in().tables[0]["rows"]
    assert row[0] == lesson
    assert f"{asked.title} (1 of {len(asked.items)})" in row[2]
    other = next(one for one in here()[1].values() if one.kind == "sort" and one.lesson > asked.lesson)
    exercise(other.id)  # the lesson at hand stands first, before anything is answered in it
    names, _, states = zip(*hand_in().tables[0]["rows"], strict=True)
    assert names == (other.lesson.replace("_", " "), lesson)
    assert states[0] == "not begun"


def test_another_person_starts_with_nothing(case: Path, tmp_path: Path) -> None:
    panel = sign_in()
    press(panel, "sign_in", code="KTR-4728", name="Kim")
    answer("choose", ANSWERS["choose"])
    told = press(panel, "another")
    assert (told["problem"], told["forget"], told["anew"]) == (False, True, True)  # and so does the page
    assert "Kim" not in json.dumps([panel.lines, panel.fields])
    assert [field["name"] for field in panel.fields] == ["code", "name"]
    assert stored("choose") is None
    assert len(list(tmp_path.glob("work-set-aside-*/demo/choose.json"))) == 1


def test_a_code_typed_by_mistake_is_changed_there_and_then(case: Path) -> None:
    """In each panel that shows it; who has signed in stays as long as nobody asks for another code."""
    panel, save = sign_in(), save_my_work()
    assert [one["name"] for one in panel.buttons] == ["sign_in", "another"]
    assert save.fields
    told = press(panel, "sign_in", code=" ", name="")
    assert told["text"].startswith("Type a code first")
    assert press(panel, "sign_in", code="stu-1", name="")["anew"]  # the browser lets all look again
    assert not save.handle({"shown": True})["problem"]
    assert (panel.fields, save.fields) == ([], [])  # one line is left, and how to change it
    assert panel.lines == ["Signed in: stu-1."]
    assert [one["name"] for one in panel.buttons] == ["other", "another"]
    answer("choose", ANSWERS["choose"])
    first = read_student(here()[0])
    assert press(panel, "sign_in", code="stu-3", name="Kim")["problem"]  # boxes of before
    assert read_student(here()[0]) == first
    for one, main, code in (
        (panel, "sign_in", "stu-2"),
        (save, "save", "stu-3"),
        (hand_in(), "hand_in", "stu-4"),
    ):
        assert press(one, "other")["problem"] is False
        one.handle({"shown": True})  # a look takes no box away
        assert [field["name"] for field in one.fields] == ["code", "name"]
        assert press(one, main, code="a b", name="")["problem"]
        one.handle({"shown": True})
        assert one.fields
        assert press(one, main, code=code, name="Kim")["problem"] is False
        assert one.fields == []
        assert first
        assert read_student(here()[0]) == replace(first, code=code, name="Kim")
    assert stored("choose") == ANSWERS["choose"]


def test_a_code_that_is_offered_stays_while_one_looks(case: Path) -> None:
    panel = sign_in()
    (offered, _) = panel.fields
    panel.handle({"shown": True})
    assert panel.fields[0] == offered
    press(panel, "another")
    assert panel.fields[0] != offered


def test_a_partner_is_compared_without_a_name(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(sign_in(), "sign_in", code="KTR-4728", name="Kim")
    for id, value in ANSWERS.items():
        answer(id, value)
    file = press(save_my_work(), "save")["downloads"][0]
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "mine"))
    assert "answer one first" in press(compare_with(), "read", file=file)["text"]
    answer("choose", {"rain": "not said", "snow": "not said"})
    answer("rank", ANSWERS["rank"])
    answer("spot", [{"article": "A", "exact": "Nobody", "label": "speaker"}])
    panel = compare_with()
    assert press(panel, "read", file=file)["problem"] is False
    agree, differ = panel.tables
    assert agree["rows"] == [
        ["Mark the parts", "2", "0"],
        ["Said or not?", "2", "1"],
        ["From hedged to flat", "1", "1"],
    ]
    assert ["Said or not?", "That it would rain", "not said", "said"] in differ["rows"]
    assert ["Mark the parts", "A: Nobody", "speaker", "not marked"] in differ["rows"]
    assert "Kim" not in json.dumps(panel.tables)
    assert "KTR" not in json.dumps(panel.tables)
    kept = tmp_path / "partner.json"
    kept.write_text(file["text"], encoding="utf-8")
    assert compare_with(str(kept)).tables == panel.tables


def test_progress_counts(case: Path) -> None:
    answer("choose", {"rain": "said"})
    answer("explain", {"why": "Because."})
    (row,) = progress().tables[0]["rows"]
    still = (
        "Mark the parts (0 of 1); Said or not? (1 of 2); Who has it? (0 of 4); From hedged to flat (0 of 1)"
    )
    assert row == ["demo", "1 of 5", still]


def test_only_the_paragraphs_named_are_shown(case: Path) -> None:
    article = case_at(case)["B"]
    (shown,) = read(article, paragraphs=2).articles
    ((start, end),) = shown["shown"]
    assert article.raw[start:end] == "It rained on Monday."
    assert [number for number, _ in shown["numbers"]] == [1, 2]


def test_numbers_do_not_tell_which_lines_are_the_report(case: Path) -> None:
    assert all(not shown["numbers"] for shown in exercise("spot").articles)
    (shown,) = read(case_at(case)["B"], numbered=False).articles  # as it was found
    assert not shown["numbers"]


def test_whose_the_answers_are_is_said_once(case: Path) -> None:
    answer("rank", ANSWERS["rank"])
    told = json.dumps(reveal("rank").parts[0].feedback, ensure_ascii=False)
    assert told.count("(the course)") == 1
    assert "This is the course’s own answer" not in told


def test_a_file_that_is_set_aside_during_a_press_is_said(case: Path, tmp_path: Path) -> None:
    press(sign_in(), "sign_in", code="KTR-4728", name="")
    answer("choose", ANSWERS["choose"])
    answer("explain", ANSWERS["explain"])
    panel = hand_in()
    file = tmp_path / "work" / "demo" / "explain.json"
    file.write_bytes(b"damaged")
    told = press(panel, "hand_in")
    assert told["problem"] is False
    assert re.match(
        r"explain\.json cannot be used here, .* kept as explain\.json\.aside-.*Your hand-in is ready",
        told["text"],
    )
    (tmp_path / "work" / "demo" / "choose.json").write_bytes(b"damaged")
    told = press(panel, "hand_in")
    assert told["problem"]
    assert re.match(r"choose\.json cannot be used .* Nothing is answered yet", told["text"])
    answer("choose", {**ANSWERS["choose"]})
    file.write_bytes(b"damaged")
    assert "explain.json cannot be used" in " ".join(reveal("explain").parts[0].lines)


def test_a_cell_that_runs_again_leaves_no_widget_of_before_in_the_kernel(case: Path, monkeypatch) -> None:
    """Else each Run All adds all that a lesson shows, and a page that is loaded again asks for all of it."""
    run = {"metadata": {"cellId": "one"}, "header": {"msg_id": "first"}}
    monkeypatch.setattr(widgets, "get_ipython", lambda: SimpleNamespace(get_parent=lambda: run))
    first, beside = exercise("choose"), exercise("spot")
    assert first.comm
    assert beside.comm
    run = run | {"header": {"msg_id": "second"}}
    again = exercise("choose")
    assert (first.comm, beside.comm) == (None, None)
    run = run | {"metadata": {"cellId": "two"}}
    assert exercise("spot").comm
    run = run | {"metadata": {}}  # a press
    assert exercise("explain").comm
    assert again.comm
