"""The estimate of each lesson's minutes, and what cards and the teacher's page say of it."""

import json
import re

import pytest

from course.corpus.case import open_case
from course.lessons.exercises import load_exercises
from course.lessons.keys import load_keys
from tests.benchmarks.minutes import ASSUMED, ROOT, estimate, of_exercise, reading

LESSONS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
LATER = {"one_week": 8, "four_weeks": 15}  # minutes at most; the second has a whole round, and all of them
LEAST, MOST = 29, 50


def cells(path):
    return ["".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"]]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_fits_into_a_period_and_its_card_says_how_long_it_takes(path, capsys):
    minutes = estimate(path).total()
    assert LEAST <= minutes <= MOST
    said = int(re.search(r"\| Time \| about (\d+) minutes \|", cells(path)[0])[1])
    assert abs(said - minutes) <= 10, minutes
    page = "\n".join(cells(ROOT / "notebooks" / "instructor" / "teachers_page.ipynb"))
    assert re.search(rf"^\| {path.stem[:2]} [\w ]+ \| {said} \|", page, re.MULTILINE), said


@pytest.mark.parametrize("name", LATER)
def test_a_visit_weeks_later_is_short_and_its_card_says_how_long_it_takes(name):
    path = ROOT / "notebooks" / "later" / f"{name}.ipynb"
    assert estimate(path).total() <= LATER[name]
    assert f"| Time | about {LATER[name]} minutes |" in cells(path)[0]


def test_the_readme_says_from_when_to_when():
    found = [int(re.search(r"about (\d+) minutes", cells(path)[0])[1]) for path in LESSONS]
    assert f"takes {min(found)} to {max(found)} minutes" in " ".join(
        (ROOT / "README.md").read_text("utf-8").split()
    )


def test_what_is_asked_is_counted():
    case = open_case(ROOT)
    exercises, keys = load_exercises(case), load_keys(case)

    def spent(id):
        return of_exercise(exercises[id], keys[id], case)

    assert reading("<b>one</b> two three") == pytest.approx(60 * 3 / ASSUMED["read"])
    assert spent("stances")["deciding"] == 10 * ASSUMED["grid"]
    assert spent("voice_guess")["deciding"] == 6 * ASSUMED["sort"]
    assert spent("voice_guess")["articles"] == 0  # its items point at no article
    assert spent("origins")["articles"] > 7 * ASSUMED["find"]
    assert spent("brief")["writing"] > 120 * 60 / ASSUMED["type"]
    assert spent("frames")["deciding"] == 10 * ASSUMED["mark"]
