"""A case in an evening: five texts that were not written for this test become lessons, by presses.

Every press goes through a panel as from the browser. The minutes are an estimate: what an action takes is
assumed below. The second reader's time is a colleague's, and is told apart.
"""

import base64
import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from course.commands.new import empty_seeds, make
from course.commands.release import release
from course.commands.site import asked_in
from course.corpus.case import open_case
from course.grading.grade import Grader
from course.grading.maker import Maker, _seconds
from course.grading.making import Making
from course.lessons import handin
from course.lessons.exercises import load_exercises
from course.lessons.work import Workspace
from tests.grading.test_making import press

ROOT = Path(__file__).parents[2]
RUNNING = ROOT / "tests" / "lessons" / "running.py"
EXAMPLE = open_case(ROOT / "course" / "example")
SOURCE = {"published": "13 November", "licence": "CC BY 4.0", "known": "as the file says"}
WORDS_A_MINUTE = 180
# Seconds that an action is taken to need, looking included.
SECONDS = {
    "name the case": 60,
    "bring a text and say where it is from": 120,
    "look through a text's lines": 60,
    "mark a line": 12,
    "look through the voices and accept them": 300,
    "mend a voice": 20,
    "draft an exercise": 15,
    "go through an exercise's lines, and keep it": 60,
    "add a reader": 30,
    "look through where readers differ": 60,
    "give a reason": 40,
    "look at ‘Ready?’": 60,
    "release": 60,
}
DRAFTS = [  # six lessons
    ("Lines of one text: what is not the report?", "C"),
    ("Provenance: when, where and who?", ""),
    ("A headline in a web address", ""),
    *(("A round of quotations in one text: how, and whose?", letter) for letter in "ABCDE"),
    ("Versions: what did each newsroom do to the words?", ""),
    ("Claims cut: one dense paragraph of one text", "B"),
    ("Kinds of claims", ""),
    ("Stances: which text says it, and in whose voice?", ""),
    ("Terms: what does each word do?", ""),
    ("Points: which text has which?", ""),
    ("Frames: what is each paragraph about?", ""),
    ("Look outside: three claims to choose from", ""),  # in a seventh, and nobody marks it
]
ITEMS = 8  # at most: what a person leaves of a draft


class Teacher:
    """Somebody who makes a case: each action is counted."""

    def __init__(self, root):
        self.maker, self.did = Maker(Making(root)), Counter()

    def does(self, action, panel, button, **fields):
        self.did[action] += 1
        told = press(panel, button, **fields)
        assert not told["problem"], (action, told)
        return told

    def minutes(self):
        return sum(SECONDS[action] * times for action, times in self.did.items()) / 60

    def bring_the_texts(self):
        name = {"title": "The Harsolle deal", "event": "Two states sign a deal", "language": "en"}
        self.does("name the case", self.maker.event(), "keep", **name)
        texts = self.maker.texts()
        for one in EXAMPLE.articles:
            file = {"name": f"{one.id}.txt", "data": base64.b64encode(one.raw.encode()).decode()}
            about = {"publisher": f"Newsroom {one.id}", **SOURCE}
            self.does("bring a text and say where it is from", texts, "add", file=file, **about)

    def put_lines_right(self):
        """Mark the lines that the rules got wrong: those are known of these texts."""
        for one in EXAMPLE.articles:
            shown = self.maker.lines()
            self.does("look through a text's lines", shown.parts[0], "show", article=one.id)
            (reader,) = shown.parts[1].parts
            for known in one.known:
                self.did["mark a line"] += 1
                value = [one.id, known.start, known.end, known.label]
                message = {"path": ["add"], "value": value, "exact": one.raw[known.start : known.end]}
                assert not reader.handle(message)["problem"]

    def go_through_the_voices(self):
        voices = self.maker.voices()
        self.does("look through the voices and accept them", voices, "all")
        open_ = [str(n) for n, row in enumerate(voices.tables[0]["rows"]) if row[2] == "not stated"]
        for which in open_:
            self.does("mend a voice", voices, "keep", which=which, speaker="Marta Tessmond", kind="snippet")

    def draft_exercises(self):
        draft, edit, _ = self.maker.exercises().parts
        for pattern, article in DRAFTS:
            self.does("draft an exercise", draft, "draft", pattern=pattern, article=article)
            fields = {one["name"]: one.get("value") for one in edit.fields}
            lines = [one for one in fields["items"].splitlines() if one]
            while sum(not one.startswith("#") for one in lines) > ITEMS:
                lines.pop(next(n for n in reversed(range(len(lines))) if not lines[n].startswith("#")))
            kept = "\n".join(lines)
            self.does("go through an exercise's lines, and keep it", edit, "keep", items=kept)

    def add_readers(self, first, second):
        readers, reasons = self.maker.readers(), self.maker.reasons()
        for name, file in (("Ana", first), ("Ben", second)):
            self.does("add a reader", readers, "add", name=name, file=file)
        self.does("look through where readers differ", reasons, "look")
        for n, one in enumerate(self.maker.making.split()):
            by = sorted(one["values"])[n % 2]
            self.does("give a reason", reasons, "keep", which=str(n), by=by, reason=f"It is said so, {n}.")


def answer(root, folder, other, seed):
    """Do all exercises of a case: as seed 0 does, but for one decision in seven where `other` thinks else."""
    case = open_case(root)
    exercises, work = load_exercises(case), Workspace(folder, str(case.about["title"]))
    draw, change = random.Random(0), random.Random(seed)  # noqa: S311 - no secret
    handin.sign_in(work, f"R{seed}")
    for one in exercises.values():
        value = one.empty()
        if one.in_text:
            labels = [one.labels[0]] if one.id == "claim_cuts" else one.labels
            spans = [
                (id, p)
                for id in one.articles
                for p in case[id].paragraphs
                if p.number in (one.paragraphs or (1, 2))
            ]
            said = [{"article": id, "exact": p.text, "label": draw.choice(labels)} for id, p in spans]
            value = one.place(said, case)
        for path, options in one.asked.items() if not one.in_text else ():
            first = (
                draw.sample(options, len(options)) if one.kind == "order" else draw.choice(options or ["x"])
            )
            differs = other and options and change.random() < 1 / 7 and one.kind != "order"
            value = one.with_part(value, path, change.choice(options) if differs else first)
        work.put(one, value)
    return work, exercises


def saved(work, exercises, kind="my_work"):
    made = handin.pack(work, exercises, kind)[0]
    return {"name": made["name"], "text": made["text"]}


def run_lessons(folder, works, tmp_path):
    """Run all lessons of a folder in one kernel, with each folder of answers, and return what failed."""
    env = {one: value for one, value in os.environ.items() if not one.startswith("COURSE_")}
    env |= {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "IPYTHONDIR": str(tmp_path / "ip")}
    books = sorted((folder / "notebooks").glob("[0-9]*.ipynb"))
    ran = subprocess.run(
        [sys.executable, RUNNING, *books],
        input=json.dumps([str(one) for one in works]),
        cwd=folder, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    runs = json.loads(ran.stdout)
    assert len(runs) == len(works) * len(books)
    return [(stem, failed) for stem, _, _, failed in runs if failed]


def test_a_new_folder_without_texts_shows_every_step(tmp_path):
    make(ROOT, tmp_path / "case", empty_seeds(ROOT))
    maker = Maker(Making(tmp_path / "case"))
    for step in ("texts", "voices", "readers", "marks", "reasons", "ready", "shared"):
        panel = getattr(maker, step)()
        assert "There is no text yet: add the first one in step 1" in panel.lines or panel.buttons, step
    assert maker.ready().lines == ["There is no text yet: add the first one in step 1"]
    assert press(maker.voices(), "all")["problem"]
    draft, edit, _ = maker.exercises().parts
    assert press(draft, "draft", pattern="Kinds of claims")["problem"]
    assert {"bus_guess", "reflection_01"} <= {one[0] for one in edit.fields[0]["options"]}


def test_a_case_without_a_reader_is_whole(tmp_path):
    make(ROOT, tmp_path / "case", empty_seeds(ROOT))
    teacher = Teacher(tmp_path / "case")
    teacher.bring_the_texts()
    teacher.draft_exercises()
    assert teacher.maker.ready().lines[0] == "Everything fits together."
    assert "Without keys" in teacher.maker.ready().lines[2]


@pytest.fixture(scope="module")
def evening(tmp_path_factory):
    """Make the case from a new folder, and release it."""
    top = tmp_path_factory.mktemp("evening")
    root, out = top / "case", top / "released"
    make(ROOT, root, empty_seeds(ROOT))
    teacher = Teacher(root)
    teacher.bring_the_texts()
    teacher.put_lines_right()
    teacher.go_through_the_voices()
    teacher.draft_exercises()
    first, second = (answer(root, top / name, seed, seed) for seed, name in enumerate(("Ana", "Ben")))
    teacher.add_readers(saved(*first), saved(*second))
    teacher.does("look at ‘Ready?’", teacher.maker.ready(), "look")
    teacher.did["release"] += 1
    release(root, out)
    return teacher, root, out, top


def test_the_case_is_whole_and_made_in_an_evening(evening):
    teacher, root, _, _ = evening
    ready = teacher.maker.ready()
    assert ready.lines[0] == "Everything fits together."
    assert not [one for one in ready.lines if one.startswith("Without a key")]
    assert "2 readers" in " ".join(ready.lines)
    asked = {row[0]: int(row[2]) for row in ready.tables[0]["rows"]}
    assert set(asked) == set("ABCDE")
    assert min(asked.values()) > 0
    case = open_case(root)
    assert [one.blocks for one in case.articles] == [one.blocks for one in EXAMPLE.articles]
    drafted = [one for one in load_exercises(case).values() if one.points > 0]
    assert len({one.lesson for one in drafted}) == 6
    assert len(drafted) == len(DRAFTS) - 1
    doing = sum(_seconds(one, case) for one in drafted) / 60
    reading = sum(len(one.raw.split()) for one in case.articles) / WORDS_A_MINUTE
    actions, minutes = sum(teacher.did.values()), teacher.minutes()
    print(f"\n{actions} actions, by estimate {minutes:.0f} minutes:")
    for action, times in teacher.did.items():
        print(f"  {times:3} x {SECONDS[action]:3} s  {action}")
    print(f"  reading the texts once: {reading:.0f} minutes; being a reader: {doing:.0f} minutes")
    print(f"  all: {minutes + reading + doing:.0f} minutes, and {reading + doing:.0f} of a colleague's")
    assert minutes + reading + doing < 130  # two hours, of which one is reading


def test_the_released_copy_asks_and_does_not_tell(evening):
    _, root, out, _ = evening
    own = load_exercises(open_case(root))
    assert load_exercises(open_case(out)).keys() == own.keys()
    books = (json.loads(path.read_text("utf-8")) for path in (out / "notebooks").glob("[0-9]*.ipynb"))
    assert set().union(*(asked_in(cell) for book in books for cell in book["cells"])) == own.keys()
    assert not (out / "seeds" / "readings").exists()
    texts = [path.read_bytes() for path in out.rglob("*") if path.is_file()]
    for secret in (b"It is said so, 1.", b'"Ana"', b"Newsroom A"):
        assert not [text for text in texts if secret in text], secret
    assert not list(out.rglob("readers.toml")) + list(out.rglob("my_steps"))


def test_hand_ins_to_the_released_copy_are_marked(evening, tmp_path):
    _, root, out, _ = evening
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for seed in (1, 5):
        file = saved(*answer(out, tmp_path / f"S{seed}", seed, seed), kind="hand_in")
        (inbox / file["name"]).write_text(file["text"], "utf-8")
    grader = Grader(open_case(root), tmp_path / "my_class")
    graded = {one.row.code: one for one in grader.grade_all(grader.read(inbox).rows)}
    assert set(graded) == {"R1", "R5"}
    # Who answers as a reader did has every point.
    assert graded["R1"].points == pytest.approx(graded["R1"].possible)
    assert 0 < graded["R5"].points < graded["R5"].possible


def test_all_lessons_of_the_case_run_to_their_end(evening, tmp_path):
    _, root, out, top = evening
    for folder in (root, out):
        assert run_lessons(folder, [tmp_path / "nothing", top / "Ana"], tmp_path) == []
