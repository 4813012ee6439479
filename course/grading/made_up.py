"""A made-up class, to try everything at once. Nobody in it exists, and every file of it says so."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from course.corpus.case import Case, read_toml
from course.grading.roster import Person, to_csv, write_roster
from course.lessons.exercises import load_exercises
from course.lessons.files import replace_file, to_json
from course.lessons.handin import DONE, Student, file_name, make_document, receipt
from course.lessons.keys import load_keys
from course.lessons.work import Answer

SEED = 2025
FIRST = 70000  # the LMS ids of people who do not exist
_ABOUT = read_toml(Path(__file__).with_suffix(".toml"))
SAID: str = _ABOUT["said"]


def made_up_class(case: Case, folder: Path, size: int = 30, seed: int = SEED) -> Path:
    """Write a made-up class to a folder, and return the ZIP of its hand-ins, named as Moodle does.

    Beside it: roster.csv, made_up-worksheet.csv (as Moodle's grading worksheet), made_up-README.txt. Of 30,
    four handed in what cannot be used, and one nothing. The same seed gives the same answers.
    """
    exercises = load_exercises(case)
    people = made_up_people(size)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for at, (person, document) in enumerate(made_up_hand_ins(case, people, seed)):
            name, data = file_name("hand_in", document), to_json(document)
            if at % 30 == 5:  # the receipt, which carries the data
                name, data = name.replace(".json", ".html"), receipt(document, exercises).encode()
            if slip := _ABOUT["slips"].get(str(at % 30)):  # what students hand in by mistake
                name, data = slip[0], slip[1].encode("latin-1")
            if name:
                name = f"{person.name}_{person.lms_id}_assignsubmission_file_/{name}"
                about = zipfile.ZipInfo(name, (2025, 11, 3, 9, at % 60, 0))
                archive.writestr(about, data, zipfile.ZIP_DEFLATED)
    rest = ["", "Submitted for grading", "", "100.00", "Yes", "", "", ""]
    sheet = [_ABOUT["sheet"], *([f"Participant {one.lms_id}", one.name, *rest] for one in people)]
    replace_file(folder / "made_up-hand_ins.zip", file.getvalue())
    replace_file(folder / "made_up-README.txt", SAID.encode())
    replace_file(folder / "made_up-worksheet.csv", to_csv(sheet))
    write_roster(folder / "roster.csv", people)
    return folder / "made_up-hand_ins.zip"


def made_up_people(size: int) -> list[Person]:
    """Return people who do not exist."""
    numbers = range(1, size + 1)
    return [Person(f"MADE-UP-{at:02}", f"Made-up Student {at:02}", str(FIRST + at)) for at in numbers]


def made_up_hand_ins(
    case: Case, people: Sequence[Person], seed: int
) -> Iterator[tuple[Person, dict[str, Any]]]:
    """Give each person a hand-in whose answers agree with the readers' more or less often."""
    draw = random.Random(seed)  # noqa: S311 - a made-up class, no secret
    exercises, keys = load_exercises(case), load_keys(case)
    for person in people:
        quality = draw.uniform(0.25, 0.95)
        entries: dict[str, Any] = {}
        for id, one in exercises.items():
            known = keys.get(id, ())
            prediction, answer = (one.guess(draw, known, case, skill) for skill in (quality / 2, quality))
            if one.private:
                entries[id] = DONE
            elif answer:
                before = prediction if draw.random() < 0.5 else answer
                given = Answer(id, one.kind, answer, before, "2025-11-03T08:00:00.000Z", one.sha256)
                entries[id] = given.entry
        student = Student(person.code, f"{draw.getrandbits(128):032x}", person.name)
        yield person, make_document(student, str(case.about["title"]), entries)
