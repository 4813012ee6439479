"""Lesson 07: what its prose states, checked against the code that shows it, and its exercises, solved."""

import json
import re
import shutil
from collections import Counter
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from course.analysis.agreement import krippendorff_alpha
from course.analysis.wording import find_places
from course.corpus.readings import load_readings
from course.lessons.cells import (
    TABLES,
    agreement,
    agreement_row,
    made_up_reader,
    readers_decisions,
    reveal,
)
from course.lessons.exercises import load_exercises
from course.lessons.figures import coverage_map, first_position, frame_map
from course.lessons.handin import sign_in
from course.lessons.here import open_workspace
from course.lessons.keys import load_keys
from course.lessons.kinds.mark import mark_of
from course.lessons.scoring import credits_of
from tests.lessons.small_case import packed

ROOT = Path(__file__).parents[2]
CELLS = json.loads((ROOT / "notebooks/07_find_what_is_missing.ipynb").read_text("utf-8"))["cells"]
PROSE = "\n".join("".join(cell["source"]) for cell in CELLS)
CODE = ["".join(cell["source"]) for cell in CELLS if cell["cell_type"] == "code"]


@pytest.fixture(scope="module")
def keys(case):
    return load_keys(case)


GRIDS = ("coverage", "coverage_more")


@pytest.fixture(scope="module")
def grids(keys):
    found = {}
    for id in GRIDS:
        cells = {}
        for key in keys[id]:
            cells.setdefault((key.item, key.article), []).append(key)
        for (item, article), given in cells.items():
            found.setdefault(id, {}).setdefault(item, {})[article] = next(iter(credits_of(tuple(given))))
    return found


@pytest.fixture(scope="module")
def grid(grids):
    return grids["coverage"] | grids["coverage_more"]


@pytest.fixture(scope="module")
def marks(keys, case):
    places = {}
    for key in keys["frames"]:
        places.setdefault((key.article, key.start, key.end), []).append(key)
    return [
        mark_of(case[id], start, end, next(iter(credits_of(tuple(found)))))
        for (id, start, end), found in places.items()
    ]


def test_the_grid_asks_twenty_things_and_no_article_is_the_one_that_lacks_them(asked, grid, keys):
    for id in GRIDS:
        assert Counter(article for _, article in asked[id].asked) == dict.fromkeys("ABCDE", 2)
        takes = {(key.item, key.article, key.value) for key in keys[id]}
        assert all(sum(one[:2] == cell for one in takes) == 1 for cell in asked[id].asked)  # one answer
        for item in asked[id].items:
            for article, told in item.given.items():
                said = {value for *cell, value in takes if cell == [item.id, article]}
                assert said == {*told.partition(": ")[0].split(", ")}, (item.id, article)
    present = Counter(id for row in grid.values() for id, value in row.items() if value == "present")
    has_some = Counter(id for row in grid.values() for id, value in row.items() if value != "absent")
    assert present == {"A": 1, "B": 1, "C": 1, "D": 1, "E": 3}
    assert has_some == {"A": 3, "B": 2, "C": 3, "D": 2, "E": 3}


def test_critics_and_supporters_stand_under_one_rule(asked, grid, keys):
    """A reason of people outside the governments is present, an official’s partly, for both sides."""
    assert "people who hold no office in the two governments" in asked["coverage_more"].prompt
    present = {id: {at for at, value in grid[id].items() if value == "present"} for id in ("K11", "K35")}
    assert present == {"K11": {"B", "E"}, "K35": {"E"}}
    against, why = (
        {item.id: item.text for item in asked["coverage_more"].items}[id] for id in ("K11", "K35")
    )
    told = against.partition(":")[2].replace("against", "for").rpartition(",")[0]
    assert told == why.partition(":")[2].rpartition(",")[0]  # asked in the same words
    assert {key.by for key in keys["coverage_more"] if key.item in present} == {"course"}  # and by one judge
    takes = {(key.item, key.article): set() for key in keys["coverage_more"]}
    for key in keys["coverage_more"]:
        takes[key.item, key.article].add(key.value)
    assert all(takes["K35", id] == {"partly"} for id in "ABCD")
    assert takes["K11", "C"] == {"partly"}  # an official’s reason, on this side too
    assert takes["K11", "A"] == {"partly", "absent"}  # what A tells may be a reason, or none


@pytest.mark.parametrize("id", [*GRIDS, "frames"])
def test_each_choice_is_explained_where_it_is_made(id, asked):
    exercise = asked[id]
    told = exercise.prompt.lower()
    assert all(f"{choice}: " in told for choice in (*exercise.options, *exercise.labels))


def test_the_grid_scores_full_with_the_key_and_each_wrong_cell_loses_its_share(asked, keys, grids, case):
    for id, item in zip(GRIDS, ("K26", "K36"), strict=True):
        exercise, known, best = asked[id], keys[id], grids[id]
        assert exercise.score(best, known, case).points == exercise.points == 3
        assert exercise.score({}, known, case).points == 0
        wrong = best | {item: best[item] | {"B": "present"}}
        assert exercise.score(wrong, known, case).points == pytest.approx(3 * 9 / 10)


def test_the_maps_say_the_same_in_picture_sentence_and_table(asked, grid, case):
    pictures = [coverage_map(id) for id in GRIDS]
    rows = [row for picture in pictures for row in picture.table.rows]
    texts = {item.text: item.id for id in GRIDS for item in asked[id].items}
    alone = " (the course’s answer)"
    own = [texts[row["point"].removesuffix(alone)] for row in rows if row["point"].endswith(alone)]
    assert own == ["K11", "K35"]  # both sides
    for row, id in product(rows, "ABCDE"):
        given = grid[texts[row["point"].removesuffix(alone)]]
        cell = row[id]
        labels = row[id].split(",")[0].split(" / ")  # two, where Reader 1 is alone and both models agree
        assert given[id] in labels
        assert ("," in row[id]) == bool(cell.places) == (labels != ["absent"])
        grounds = {"absent": "#FFFFFF", "partly": "#DCEEEB", "present": "#A5D3CD"}
        assert cell.fill == ", ".join(grounds[one] for one in labels)  # of a tie, both
        assert labels == sorted(labels)  # and it looks the same whoever gave which
    facts, heard = (picture.describe().replace("\u00a0", " ") for picture in pictures)
    assert "Points present, of 3: A 1, B 0, C 1, D 1, E 1." in facts
    assert "No article has this" not in facts
    assert "Points present, of 3: A 0, B 1, C 0, D 0, E 2." in heard
    assert "No article has this: Words of somebody who was deported" in heard
    present = [row[id] for row, id in product(rows, "ABCDE") if "present, " in row[id]]
    early = [one for one in present if one.endswith("start") or float(one.split()[-1][:-1]) < 20]
    assert (len(present), len(early)) == (7, 1)  # as the reason of first_fifth says


def test_in_the_first_fifth_only_officials_speak_and_b_and_c_are_dated_to_that_tuesday(case):
    kinds = {"US executive", "Salvadoran government"}
    for voice in load_readings(case).coverage["voice"]:
        if first_position([voice], case[voice["article"]]) < 0.2:
            assert set(voice["category"].values()) <= kinds, voice["id"]
    text = {id: case[id].text for id in "BCD"}
    assert [id for id in text if "Tuesday" in text[id] or "Wednesday" in text[id]] == ["B"]
    assert all("Monday" in text[id] for id in "BCD")
    assert "the White House announced on Tuesday" in case["A"].text
    assert "on February 4, 2025, the U.S. government initiated the transfer" in case["E"].text
    assert date(2025, 2, 4).strftime("%A") == "Tuesday"
    days = ("2025-02-04", "2025-02-05", "February 4, 2025")
    assert {id: [day for day in days if day in case[id].raw] for id in "BCD"} == {
        "B": ["2025-02-05"],
        "C": ["2025-02-04", "February 4, 2025"],
        "D": [],
    }


def test_the_cells_that_the_prompt_tells_stand_where_it_says(asked):
    told = re.findall(r"(\d+%|start) of ([A-E])", asked["first_fifth"].prompt)
    rows = coverage_map("coverage").table.rows
    drawn = [(row[id].split()[-1], id) for row in rows for id in "ABCDE" if "present" in row[id]]
    assert sorted(told) == sorted(drawn)


def test_the_search_misses_what_is_said_in_other_words(case, asked, keys):
    found = [one for article in case.articles for one in find_places(article, asked["search_guess"].words)]
    words = [(one.article, case[one.article].raw[one.start : one.end]) for one in found]
    assert words == [("B", "arrests"), ("C", "arresting")]
    begun = {one.id for one in case.articles if re.search(r"\barrest", one.text, re.IGNORECASE)}
    assert begun == {"B", "C"}  # as the lesson's own box finds words: by how they begin
    assert "tens of thousands of arrests" in case["B"].text
    assert "arresting more than 80,000 people" in case["C"].paragraphs[19].text
    assert "mass incarceration" in case["D"].paragraphs[9].text
    assert "mass detentions" in case["A"].text
    known = {key.item: key.value for key in keys["search_guess"]}
    assert known == {"told": "four", "found": "two"}
    assert asked["search_guess"].points == 0


def test_what_answers_a_guess_is_drawn_after_it_and_told_nowhere_else(keys, case_copy, monkeypatch):
    monkeypatch.setenv("COURSE_CASE", str(case_copy))
    monkeypatch.setenv("COURSE_WORK", str(case_copy / "my_work"))
    for id in (*GRIDS, "search_guess", "frames"):
        assert "Answer first" in reveal(id).parts[0].lines[0]
        assert not any(key.reason and key.reason in PROSE for key in keys[id])
    for words in ("arresting", "mass incarceration", "mass detentions", "0.84", "in five cells"):
        assert words not in PROSE
    drawn = [cell for cell in CODE if "figures" in cell]
    assert drawn
    assert all("reveal(" in cell for cell in drawn)


def test_each_cell_that_is_asked_has_a_reason(asked, keys):
    for id in GRIDS:
        told = {(key.item, key.article) for key in keys[id] if key.reason}
        assert {*asked[id].asked} - told <= {("K17", "A"), ("K17", "E"), ("K08", "C")}  # words of the text


def test_where_a_point_stands_is_told_once_and_by_whoever_made_the_list(keys):
    told = [key for id in GRIDS for key in keys[id] if key.reason and "In the text: ‘" in key.reason]
    assert {key.by for key in told} == {"reader1"}


def test_frames_are_asked_of_the_same_two_paragraphs_of_each_article(asked, marks, case):
    assert asked["frames"].paragraphs == (5, 6)
    asked_for = [case[id].paragraphs[number - 1] for id in "ABCDE" for number in (5, 6)]
    assert [(mark["start"], mark["end"]) for mark in marks] == [(one.start, one.end) for one in asked_for]
    assert len(case["C"].paragraphs) == 3 * len(case["E"].paragraphs) == 24


def test_the_fee_is_worked_out_as_the_readers_found_it(case):
    (fee,) = [one for one in load_readings(case).coverage["point"] if one["id"] == "K06"]
    for id in "ABCDE":
        assert set(fee["presence"][id].values()) == {"absent" if id == "E" else "present"}
        assert bool(find_places(case[id], ["fee"])) == (id != "E")


def test_every_frame_that_a_reader_gave_has_a_reason_of_the_course(asked, keys, case):
    given = {(key.article, key.start, key.value) for key in keys["frames"] if key.by != "course"}
    told = {(key.article, key.start, key.value) for key in keys["frames"] if key.by == "course"}
    assert given < told


def test_only_reader_1_gives_reasons_for_frames(case):
    reasons = [one["reason"] for one in load_readings(case).frames["label"]]
    assert {reader for one in reasons for reader in one} == {"reader1"}


def test_frames_score_full_with_most_readers_and_a_wrong_one_loses_its_paragraph(asked, keys, marks, case):
    exercise, known = asked["frames"], keys["frames"]
    assert exercise.score(marks, known, case).points == pytest.approx(10)
    assert exercise.score([], known, case).points == 0
    wrong = exercise.score([marks[0] | {"label": "political"}, *marks[1:]], known, case)
    assert next(item.credit for item in wrong.items if item.article == "A") == 0
    for at, label in {0: "relations between states", 1: "economic"}.items():
        other = [*marks[:at], marks[at] | {"label": label}, *marks[at + 1 :]]
        assert exercise.score(other, known, case).points == pytest.approx(10), at
    assert all(key.reason for key in known if key.by == "course")
    size = [len("".join(char for char in mark["exact"] if char.isalnum())) for mark in marks]
    assert wrong.points == pytest.approx(10 * (1 - size[0] / sum(size)), abs=0.02)
    differed = [item.article for item in exercise.score(marks, known, case).items if item.differed]
    assert differed == ["A"]  # on its fifth paragraph alone


def test_the_map_of_frames_tells_how_often_the_readers_agree_and_the_prose_how_far(case):
    picture = frame_map("frames")
    labels = load_readings(case).frames["label"]
    for id in "ABCDE":
        assert sum(int(row[id][:-1]) for row in picture.table.rows) == pytest.approx(100, abs=2)
    short = {
        "legality, constitutionality and jurisprudence": "law",
        "policy prescription and evaluation": "policy",
        "external regulation and reputation": "relations between states",
    }
    frames = {short.get(frame, frame): frame for one in labels for frame in one["primary"].values()}
    assert {row["frame"] for row in picture.table.rows} == {*frames}  # named as the exercise names them
    for row, id in product(picture.table.rows, "ABCDE"):
        frame = frames[row["frame"]]
        seen = [one for one in labels if one["article"] == id and frame in one["primary"].values()]
        assert len(row[id].places) == len(seen)
    assert "62 of 76 paragraphs" in picture.describe()
    assert "alpha" not in picture.describe()  # it is explained further down
    assert len({max(picture.table.rows, key=lambda row: int(row[id][:-1]))["frame"] for id in "ABCDE"}) == 2


def test_what_is_told_of_two_texts_that_differ_is_so(case, asked, keys):
    """How a text is cut changes its shares; and one frame has words for and against."""
    labels, crime = load_readings(case).frames["label"], "crime and punishment"
    share = {row["frame"]: {id: row[id] for id in "AB"} for row in frame_map("frames").table.rows}
    assert (share[crime]["A"], share[crime]["B"]) == ("57%", "20%")
    assert "57% of their labels are crime" in asked["leans"].prompt
    assert "In B it is 20%" in asked["leans"].prompt
    assert max(share, key=lambda frame: int(share[frame]["B"][:-1])) == "relations between states"
    of = {one["id"]: {*one["primary"].values()} for one in labels}
    assert (of["F-A06"], of["F-B04"], of["F-B05"]) == ({crime}, {crime}, {"economic"})
    in_a = [value for one in labels if one["article"] == "A" for value in one["primary"].values()]
    cut = f"From 57% to {in_a.count(crime) / (len(in_a) + 3):.0%}"
    assert next(key.reason for key in keys["leans"] if key.item == "cut").startswith(cut)
    for number, words in ((2, "heinous crimes"), (10, "mass trials")):
        assert words in case["A"].paragraphs[number - 1].text
        assert of[f"F-A{number:02}"] == {crime}
    for number in (11, 16, 17):
        assert of[f"F-B{number}"] == {"external regulation and reputation"}


# --- agreement


def test_decisions_of_marks_are_the_label_on_most_of_each_paragraph(asked, marks, case):
    exercise = asked["frames"]
    found = exercise.decisions(marks, case)
    assert list(found) == [f"{id} {number}" for id in "ABCDE" for number in (5, 6)]
    first = case["A"].paragraphs[4]
    half = [
        mark_of(case["A"], first.start, first.start + 40, "economic"),
        mark_of(case["A"], first.start + 40, first.end, "law"),
        mark_of(case["A"], 0, 20, "political"),  # in no paragraph that is asked
    ]
    assert exercise.decisions(half, case) == {"A 5": "law"}


def test_readers_decisions_are_those_of_the_readings(asked, keys, case, grid):
    readers = readers_decisions(asked["frames"], keys["frames"], case)
    assert list(readers) == ["Reader 1", "Reader 2", "Reader 3"]
    assert readers["Reader 1"]["A 5"] == "relations between states"
    assert readers["Reader 2"]["A 5"] == readers["Reader 3"]["A 5"] == "crime and punishment"
    of_grid = readers_decisions(asked["coverage"], keys["coverage"], case)
    assert list(of_grid) == ["Reader 1", "Model 1", "Model 2"]
    assert all(len(labels) == 15 for labels in of_grid.values())
    of_heard = readers_decisions(asked["coverage_more"], keys["coverage_more"], case)
    assert all(len(labels) == 5 for labels in of_heard.values())  # both sides the course answers alone
    first = of_grid["Reader 1"]
    assert [cell for cell in first if len({labels[cell] for labels in of_grid.values()}) > 1] == ["K08 E"]


def test_the_made_up_reader_differs_in_every_third_and_alpha_falls_further_than_the_count(asked, marks, case):
    mine = asked["frames"].decisions(marks, case)
    other = made_up_reader(asked["frames"], mine)
    assert sum(mine[thing] != other[thing] for thing in mine) == 3
    _, both, same, alpha, interval = agreement_row("x", mine, other)
    assert (both, same) == ("10", "7")
    assert float(alpha) < 0.7
    assert float(alpha) == round(krippendorff_alpha([list(mine.values()), list(other.values())]), 2)
    low, high = map(float, interval.split(" to "))
    assert low < float(alpha) < high
    assert high - low > 0.3  # 'the interval is wide'


def test_agreement_that_cannot_be_told_is_said():
    same = {"a": "policy", "b": "policy"}
    assert agreement_row("x", same, same)[1:4] == ["2", "2", "cannot be told: everyone gave one label"]
    assert agreement_row("x", same, {"c": "policy"})[1:4] == ["0", "0", "nothing to compare"]
    assert agreement_row("x", same, {})[1] == "0"
    assert agreement_row("x", {"a": "law"}, {"a": "policy"})[4] != ""
    assert made_up_reader(type("E", (), {"labels": (), "options": ()})(), {"a": "law"}) == {"a": "law"}


@pytest.fixture
def answered(case, asked, marks, monkeypatch):
    monkeypatch.setenv("COURSE_CASE", str(case.root))
    work = open_workspace(case)
    work.put(asked["frames"], marks)
    return work


def test_agreement_opens_after_the_reveal_and_names_nobody(answered, asked):
    assert agreement("coverage").tables == []
    assert agreement("frames").tables == []
    answered.freeze_prediction(asked["frames"])
    table, sure = agreement("frames").tables
    assert (table["columns"], "folded" in table) == (TABLES["agreement"]["columns"], False)
    assert (sure["columns"], sure["folded"]) == (
        ["who", "alpha", "95 % interval"],
        TABLES["interval"]["folded"],
    )
    assert [row[0] for row in table["rows"]] == [
        "you and reader 1",
        "you and reader 2",
        "you and reader 3",
        "the 3 readers",
        "you and a made-up reader",
    ]
    assert table["rows"][0][1:3] == ["10", "9"]


def test_a_partners_file_adds_a_row_and_no_name(answered, asked, case):
    answered.freeze_prediction(asked["frames"])
    sign_in(answered, "KTR-4728", "Robin Example")
    package = packed(answered, load_exercises(case), "my_work")
    panel = agreement("frames")
    file = {"name": package.name, "text": package.json}
    assert panel.handle({"button": "read", "fields": {"file": file}})["text"] == "Compared."
    table, _ = panel.tables
    assert table["rows"][0][:4] == ["you and your partner", "10", "10", "1.00"]
    assert "Robin" not in str(panel.get_state())
    assert "KTR-4728" not in str(panel.get_state())
    assert panel.handle({"button": "read", "fields": {"file": None}})["problem"]
    nothing = {"name": "x.json", "text": "{}"}
    assert panel.handle({"button": "read", "fields": {"file": nothing}})["problem"]


def test_without_readings_the_lesson_compares_with_the_made_up_reader(
    answered, asked, case_copy, monkeypatch
):
    answered.freeze_prediction(asked["frames"])
    shutil.rmtree(case_copy / "seeds" / "readings")
    monkeypatch.setenv("COURSE_CASE", str(case_copy))
    assert [row[0] for row in agreement("frames").tables[0]["rows"]] == ["you and a made-up reader"]
    for shown in (*map(coverage_map, GRIDS), frame_map("frames")):
        assert "your teacher will open this" in shown.describe()
