"""A made-up class, to try everything at once. Nobody in it exists, and every file of it says so."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from course.analysis.detection import SUPPORTED, SURE
from course.corpus.case import Case, read_toml
from course.grading.roster import Person, to_csv, write_roster
from course.lessons.exercises import Exercises, load_exercises
from course.lessons.files import replace_file, to_json, zipped
from course.lessons.handin import DONE, Student, file_name, make_document, receipt
from course.lessons.keys import Keys, load_keys
from course.lessons.rounds import FORMS, HOW_SURE, LESSON, order_of
from course.lessons.work import Answer

SEED = 2028
SAVED = "2025-11-03T08:00:00.000Z"
APART = 0.7, 0.5  # how far the made-up tell the statements of a round apart (d') at first: mean and spread
GAIN, NO_GAIN = (0.0, 1.3, 1.0), (0.0, 0.0, 0.0)  # and how much more before, after and later
FIRST = 70000  # the LMS ids of people who do not exist
_ABOUT = read_toml(Path(__file__).with_suffix(".toml"))
SAID: str = _ABOUT["said"]


def made_up_class(case: Case, folder: Path, size: int = 30, seed: int = SEED) -> Path:
    """Write a made-up class to a folder, and return the ZIP of its hand-ins, named as Moodle does.

    Beside it: roster.csv, made_up-worksheet.csv (as Moodle's grading worksheet), made_up-README.txt, and
    made_up-comparison.zip, a class that took the three rounds alone, and gained nothing. Of 30, four handed
    in what cannot be used, and one nothing. The same seed gives the same answers.
    """
    exercises, people = load_exercises(case), made_up_people(size)
    handed: dict[str, bytes] = {}
    for at, (person, document) in enumerate(made_up_hand_ins(case, people, seed)):
        name, data = file_name("hand_in", document), to_json(document)
        if at % 30 == 5:  # the receipt, which carries the data
            name, data = name.replace(".json", ".html"), receipt(document, exercises).encode()
        if slip := _ABOUT["slips"].get(str(at % 30)):  # what students hand in by mistake
            name, data = slip[0], slip[1].encode("latin-1")
        if name:
            handed[f"{person.name}_{person.lms_id}_assignsubmission_file_/{name}"] = data
    lines = ([f"Participant {one.lms_id}", one.name, *_ABOUT["line"]] for one in people)
    others = {one.code: document for one, document in made_up_hand_ins(case, people, -seed, NO_GAIN)}
    beside = {f"{code}/{file_name('hand_in', one)}": to_json(one) for code, one in others.items()}
    replace_file(folder / "made_up-hand_ins.zip", zipped(handed))
    replace_file(folder / "made_up-comparison.zip", zipped(beside))
    replace_file(folder / "made_up-README.txt", SAID.encode())
    replace_file(folder / "made_up-worksheet.csv", to_csv([_ABOUT["sheet"], *lines]))
    write_roster(folder / "roster.csv", people)
    return folder / "made_up-hand_ins.zip"


def made_up_people(size: int) -> list[Person]:
    """Return people who do not exist."""
    numbers = range(1, size + 1)
    return [Person(f"MADE-UP-{at:02}", f"Made-up Student {at:02}", str(FIRST + at)) for at in numbers]


def made_up_hand_ins(
    case: Case, people: Sequence[Person], seed: int, gain: Sequence[float] = GAIN
) -> Iterator[tuple[Person, dict[str, Any]]]:
    """Give each person a hand-in whose answers agree with the readers' more or less often.

    Three rounds are among them, drawn for themselves; who has no `gain` from them did nothing else.
    """
    draw, chance = random.Random(), random.Random(f"rounds {seed}")  # noqa: S311 - no secrets
    exercises, keys = load_exercises(case), load_keys(case)
    lessons = {id: one for id, one in exercises.items() if any(gain) and one.lesson != LESSON}
    before: dict[str, Any] = {}
    for at, person in enumerate(people):
        quality = random.Random(f"{seed} {at}").uniform(0.25, 0.95)  # noqa: S311
        entries: dict[str, Any] = {}
        for id, one in lessons.items():
            draw.seed(f"{seed} {at} {id}")  # a change of one exercise draws no other anew
            known = keys.get(id, ())
            first, last = (one.guess(draw, known, case, skill) for skill in (quality / 2, quality))
            if one.private:
                entries[id] = DONE
            elif last:
                entries[id] = Answer(id, one.kind, last, draw.choice((first, last)), SAVED, one.sha256).entry
        entries |= [*before.items()][::2] if at % 30 == _ABOUT["copies"] else ()
        before = {**entries}
        student = Student(person.code, f"{chance.getrandbits(128):032x}", person.name)
        if FORMS[0] in keys:
            entries |= made_up_rounds(exercises, keys, student.student_id, chance, gain)
        yield person, make_document(student, str(case.about["title"]), entries)


def made_up_rounds(
    exercises: Exercises, keys: Keys, student_id: str, draw: random.Random, gain: Sequence[float]
) -> dict[str, Any]:
    """Return the three rounds of one student; one in ten ticks none of them.

    Each statement gives some evidence, normal with a spread of 1, which of supported and of unsupported ones
    lies as far apart as this student tells them apart (d') plus the moment's `gain`. The nearer it is to
    where this student begins to say 'supported', the less sure.
    """
    apart, wary, ticks = draw.gauss(*APART), draw.gauss(0, 0.3), draw.random() < 0.9
    entries: dict[str, Any] = {}
    for more, form in zip(gain, order_of(student_id), strict=True):
        said, sure = {}, {}
        for key in keys[form]:
            evidence = draw.gauss((apart + more) / (2 if key.value == SUPPORTED else -2), 1) - wary
            said[key.item] = exercises[form].options[evidence < 0]
            sure[key.item + HOW_SURE] = SURE[(abs(evidence) < 0.4) + (abs(evidence) < 1)]
        for id, value in ((form, said), (form + HOW_SURE, sure)):
            one = exercises[id]
            entries[id] = Answer(id, one.kind, value, value, SAVED, one.sha256).entry if ticks else DONE
    return entries
