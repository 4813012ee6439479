"""Print what 1,000 and 10,000 hand-ins cost by `grade` and at the desk: `python -m tests.benchmarks.many`.

Seconds of CPU and the most memory of a Python of its own (goal: under 300 MB, and both linear). `again` is
the same command where nothing has changed. The hand-ins are made up with a seed and answer the whole course:
a thousand differ, and of ten thousand each was sent by ten students under their own names. It takes half an
hour. Sizes can be named: `python -m tests.benchmarks.many 100 1000`.
"""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from course.corpus.case import open_case
from course.grading.made_up import made_up_hand_ins, made_up_people
from course.lessons.files import to_json
from course.lessons.handin import Student, make_document

ROOT = Path(__file__).parents[2]
SIZES = (1_000, 10_000)
DIFFERENT = 1_000
SEED = 1710
COST = """
import json, sys, time
from pathlib import Path
from tests.benchmarks.peak import peak

def cost(name, act):
    began = time.process_time()
    told = act()
    print(f"{time.process_time() - began}\\t{peak()}\\t{name}{f' ({told})' if told else ''}", flush=True)
"""
GRADE = """
from course.__main__ import main

sys.stdout, out = open("/dev/null", "w"), sys.stdout
def grade():
    assert main(["grade", sys.argv[1], "--out", sys.argv[2]]) in (0, 3)
    sys.stdout = out
cost("grade" + sys.argv[3], grade)
"""
DESK = """
from course.corpus.case import open_case
from course.grading.desk import Desk

desk = Desk(open_case(), Path(sys.argv[2], "my_class"))
desk.choose_inbox(Path(sys.argv[1]))

def press(panel, button, **given):
    panel = panel.parts[0] if hasattr(panel, "parts") else panel
    for field in panel.fields:
        first = field["options"][0][0] if field["kind"] == "choice" and field["options"] else ""
        given.setdefault(field["name"], field.get("value", None if field["kind"] == "file" else first))
    said = panel.handle({"button": button, "fields": given})
    assert not said["problem"], said
    return f"{len(json.dumps(panel.get_state())) / 1e3:,.0f} kB to the browser"

cost("desk: read the hand-ins", lambda: press(desk.hand_ins(), "read"))
everybody, texts = desk.everybody(), desk.texts()
cost("desk: the class as a table", lambda: press(everybody, "show"))
cost("desk: one name found in it", lambda: press(everybody, "show", find="student 77"))
cost("desk: one student's work", lambda: press(desk.whole_work(), "show", which=desk.reading.rows[7].key))
cost("desk: the texts of an exercise", lambda: press(texts, "show", which=next(iter(desk.written()))))
one = texts.parts[1].parts[0]
cost("desk: a level, and the next", lambda: (press(one, "1"), press(one, "next"))[1])
first = next(iter(desk.titles()))
cost("desk: the class's answers", lambda: press(desk.class_answers(), "show", which=first))
cost("desk: its marks in a text", lambda: press(desk.class_marks(), "show"))
cost("desk: marks.csv", lambda: press(desk.exports(), "csv"))
cost("desk: feedback pages", lambda: press(desk.exports(), "feedback"))
"""


def class_of(size: int, path: Path) -> None:
    """Write the ZIP of a class, named as Moodle does."""
    case, people = open_case(ROOT), made_up_people(size)
    made = [document for _, document in made_up_hand_ins(case, people[:DIFFERENT], SEED)]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for at, person in enumerate(people):
            document = made[at % len(made)]
            student = Student(person.code, f"{SEED + at:032x}", person.name)
            document = make_document(student, document["case"], document["answers"])
            archive.writestr(
                f"{person.name}_{person.lms_id}_assignsubmission_file_/h.json", to_json(document)
            )


def costs(size: int, code: str, *words: str) -> list[tuple[float, float]]:
    """Print, and return, the seconds and megabytes of each thing that some code does."""
    found = []
    command = [sys.executable, "-c", COST + code, *words]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        for line in running.stdout or ():
            if line.count("\t") == 2:
                seconds, most, name = line.split("\t")
                found.append((float(seconds), float(most)))
                each = 1000 * found[-1][0] / size
                about = f"{found[-1][0]:9.2f} s {each:8.3f} ms a hand-in {found[-1][1]:6.0f} MB"
                print(f"{about}  {name.strip()}", flush=True)
    return found


def main(sizes: list[int]) -> None:
    """Print a line for each thing that is done to a class, at each size, and how much more it is."""
    found = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "class.zip")
            class_of(size, path)
            print(f"\n{size:,} hand-ins: a ZIP of {path.stat().st_size / 1e6:,.0f} MB", flush=True)
            words = size, GRADE, str(path), f"{folder}/out"
            found.append(
                [*costs(*words, ""), *costs(*words, ", again"), *costs(size, DESK, str(path), folder)]
            )
            print(f"marks.sqlite has {Path(folder, 'out/marks.sqlite').stat().st_size / 1e6:,.0f} MB")
    print(f"\n{sizes[-1] / sizes[0]:g} times as many hand-ins take, line by line:")
    for first, last in zip(found[0], found[-1], strict=True):
        print(f"{last[0] / first[0]:6.1f} times the CPU, {last[1] / first[1]:5.2f} times the memory")


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [*SIZES])
