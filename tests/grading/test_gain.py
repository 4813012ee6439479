"""What a class gained: an effect that is there is found, none where there is none, and never one student."""

# ruff: noqa: S311 - seeded test data, no secrets

import csv
import io
import itertools
import json
import random
import re
from collections import Counter
from functools import cache

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import bootstrap, norm
from scipy.stats import t as student_t

from course.analysis.detection import d_prime
from course.corpus.case import open_case
from course.corpus.errors import CourseError
from course.grading import gain as gains
from course.grading.desk import NO_HAND_INS, Desk
from course.grading.gain import (
    APART,
    LEAST,
    SAID,
    SHARES,
    SOUND,
    UNSOUND,
    groups,
    measured,
    report,
    shared_rounds,
    study_csv,
    widened,
)
from course.grading.made_up import GAIN, NO_GAIN, made_up_rounds
from course.grading.rows import Row
from course.lessons import exercises as asking
from course.lessons import keys as reading
from course.lessons.files import to_json
from course.lessons.handin import DONE, Student, make_document, pack, read_hand_in, sign_in
from course.lessons.here import open_workspace
from course.lessons.rounds import FORMS, HOW_SURE, LESSON, MOMENTS, order_of
from course.lessons.work import Answer
from tests.grading.conftest import zipped
from tests.grading.test_desk import chosen, press, refused, saved

load_keys, load_exercises = cache(reading.load_keys), cache(asking.load_exercises)  # of many students
NAME, CODE = "Ána =CMD|'/c x'!A1 <b>", "KTR-4728"


def hand_in_of(case, number, seed, gain=GAIN, *, ticks=MOMENTS, change=lambda entries: entries):
    """Return the hand-in of a made-up student who ticked some moments, as a document."""
    draw, id = (
        random.Random(f"{seed} {number}"),
        f"{random.Random(f'{seed} id {number}').getrandbits(128):032x}",
    )
    entries = {"": DONE}
    while DONE in entries.values():  # of the made-up one in ten ticks nothing
        entries = made_up_rounds(load_exercises(case), load_keys(case), id, draw, gain)
    for moment, form in zip(MOMENTS, order_of(id), strict=True):
        if moment not in ticks:
            entries |= {form: DONE, form + HOW_SURE: DONE}
    student = Student(f"CODE-{seed}-{number}", id, f"Name {seed} {number}")
    return make_document(student, str(case.about["title"]), change(entries))


def row_of(document):
    """Return the row of a hand-in."""
    shared = {id: Answer.of(id, one) for id, one in document["answers"].items() if one != DONE}
    return Row(document["student"]["code"], student_id=document["student"]["student_id"], answers=shared)


def people(case, size, seed=0, gain=GAIN, ticks=MOMENTS):
    """Return the rounds of a made-up class in which everybody ticked the same moments."""
    rows = [row_of(hand_in_of(case, number, seed, gain, ticks=ticks)) for number in range(size)]
    return shared_rounds(rows, load_keys(case))


def change(found, measure, first, last):
    """Return the estimate of a change: the mean and the ends of its interval."""
    return (found[measure, last] - found[measure, first]).estimate


@pytest.fixture(scope="module")
def many(case):
    """Classes of 30, ten with an effect and ten without, in this order."""
    return [[people(case, 30, seed, gain) for seed in range(10)] for gain in (GAIN, NO_GAIN)]


# --- an effect, and none


def test_an_effect_that_is_there_is_found_again_and_none_where_there_is_none(many):
    counts = []
    for classes in many:
        (told,) = zip(*(groups(one) for one in classes), strict=True)
        for last in ("after", "later"):
            found = [change(measured(group), APART, "before", last) for group in told]
            counts.append(sum(low > 0 for _, low, _ in found))
            assert sum(high < 0 for _, _, high in found) <= 2
    after, later, *none = counts
    assert after >= 9
    assert later >= 7
    assert max(none) <= 2


@pytest.mark.parametrize("seed", [1, 2])
def test_of_three_hundred_the_effect_is_told_closely(case, seed):
    truth = {}
    for name, more in (("after", GAIN), ("none", NO_GAIN)):
        (group,) = groups(people(case, 300, seed, more))
        _, low, high = change(measured(group), APART, "before", "after")
        truth[name] = low, high
        assert 0.1 < high - low < 0.5
    assert truth["after"][0] > 0.5  # of the 1.0 that was put in, twelve statements show about 0.86
    assert truth["none"][0] < 0 < truth["none"][1]


def test_lower_trust_in_sound_statements_is_said_to_be_a_failure(case):
    def distrust(entries):
        last = order_of_answers(entries)[1]
        entries[last]["answer"] = dict.fromkeys(entries[last]["answer"], "not supported")
        entries[last]["prediction"] = entries[last]["answer"]
        return entries

    def order_of_answers(entries):
        return [id for id in entries if not id.endswith(HOW_SURE)]

    rows = [row_of(hand_in_of(case, at, 5, NO_GAIN, change=distrust)) for at in range(12)]
    lines, tables, _ = report(shared_rounds(rows, load_keys(case)))
    assert "unsound ones −" in lines[0]
    assert "trust in sound statements −" in lines[0]
    assert lines[1] == SAID["lower"]
    assert "failed" in lines[1]
    assert tables[0].rows[2]["before to after"].startswith("−")


def test_more_trust_in_unsound_statements_is_said_to_be_worse(case):
    def believe(entries):
        last = [id for id in entries if not id.endswith(HOW_SURE)][1]
        entries[last]["answer"] = dict.fromkeys(entries[last]["answer"], "supported")
        entries[last]["prediction"] = entries[last]["answer"]
        return entries

    rows = [row_of(hand_in_of(case, at, 5, NO_GAIN, change=believe)) for at in range(12)]
    lines = report(shared_rounds(rows, load_keys(case)))[0]
    assert "unsound ones +" in lines[0]
    assert lines[1] == SAID["higher"]
    assert "That is worse" in lines[1]


def test_a_class_is_held_against_one_that_took_the_rounds_alone(case):
    lines, tables, shares = report(people(case, 30, 3), people(case, 30, 4, NO_GAIN))
    assert [line[:24] for line in lines[:3]] == ["More than in the compari"] * 2 + [
        "Where they began, this c"
    ]
    assert [*shares] == [*SHARES, *(f"{name}, comparison class" for name in SHARES)]
    apart, own, beside = tables[:3]
    assert (own.caption[:10], beside.caption[:14]) == ("This class", "The comparison")
    told = [table.rows[2]["before to after"] for table in (own, beside, apart)]
    assert ["can be chance" in one for one in told] == [False, True, False]
    lines, tables, _ = report(people(case, 30, 3), people(case, LEAST - 1, 4))
    assert lines[0] == SAID["beside_few"]
    assert not any("comparison" in one.caption for one in tables)


def test_intervals_are_those_of_a_published_bootstrap_and_wider_where_few_were_asked(case):
    group = groups(people(case, 40, 6))[0]
    values = [d_prime(one["after"].counts) - d_prime(one["before"].counts) for one in group[1]]
    theirs = bootstrap((values,), numpy.mean, method="percentile", n_resamples=20_000, rng=1)
    mean, low, high = change(measured(group), APART, "before", "after")
    assert mean == pytest.approx(numpy.mean(values))
    wide = widened(40)
    for ours, end in zip((low, high), theirs.confidence_interval, strict=True):
        assert ours == pytest.approx(mean + wide * (end - mean), abs=0.03)
    for size in (8, 15, 30, 300):
        exact = student_t.ppf(0.975, size - 1) / norm.ppf(0.975) * (size / (size - 1)) ** 0.5
        assert widened(size) == pytest.approx(exact, rel=0.005)


def test_the_same_hand_ins_give_the_same_numbers(case):
    class_of = people(case, 12)
    assert [t.rows for t in report(class_of)[1]] == [t.rows for t in report(class_of[::-1][::-1])[1]]


# --- never one student


@given(st.lists(st.sampled_from([*itertools.product([True, False], repeat=3)]), max_size=60))
def test_no_group_and_no_difference_of_two_groups_is_smaller_than_eight(patterns):
    everybody = [
        {at: object() for at, shared in zip(MOMENTS, one, strict=True) if shared} for one in patterns
    ]
    sizes = [0]
    for moments, group in groups(everybody):
        assert all(at in one for at in moments for one in group)
        assert len(group) - sizes[-1] >= LEAST
        sizes.append(len(group))


def test_below_eight_nothing_is_told_and_nothing_is_carried_out(case):
    seven = people(case, 7)
    for ask in (lambda: report(seven), lambda: study_csv({"this class": seven})):
        with pytest.raises(CourseError, match="Fewer than eight"):
            ask()
    assert "means of 8 students" in report(people(case, 8))[1][0].caption


def test_whom_only_few_are_like_stands_in_no_number(case):
    """Of nine who shared two rounds and eight who shared three, the ninth could be reckoned."""
    three, two = people(case, 8), people(case, 7, 1, ticks=MOMENTS[:2])
    assert repr(report([*two, *three])) == repr(report(three))
    assert study_csv({"x": [*two, *three]}) == study_csv({"x": three})
    captions = [one.caption for one in report([*two, *people(case, 1, 2, ticks=MOMENTS[:2]), *three])[1]]
    assert "means of 8 students" in captions[0]
    assert "means of 16 students" in captions[1]


def test_how_sure_and_how_easy_is_told_only_where_eight_gave_each_answer(case):
    def certain(entries):
        for id in (id for id in entries if id.endswith(HOW_SURE)):
            entries[id]["prediction"] = dict.fromkeys(entries[id]["answer"], "sure")
        return entries

    sure = [row_of(hand_in_of(case, at, 7, change=certain)) for at in range(20)]
    usual = [row_of(hand_in_of(case, at, 8)) for at in range(3)]
    captions = [one.caption for one in report(shared_rounds(sure, load_keys(case)))[1]]
    assert SAID["sure"] in captions
    lines, tables, _ = report(shared_rounds([*sure, *usual], load_keys(case)))
    assert SAID["sure"] not in [one.caption for one in tables]
    assert SAID["few"].format(SAID["sure"]) in lines
    few = report(people(case, 9, ticks=MOMENTS[:1]))  # of nine, some three took each form
    assert SAID["few"].format(SAID["forms"]) in few[0]


def test_the_table_for_a_researcher_names_nobody_and_its_order_tells_nothing(case):
    documents = [hand_in_of(case, at, 9) for at in range(20)]
    rows = [row_of(one) for one in documents]
    made = study_csv({"this class": shared_rounds(rows, load_keys(case))})
    text = made.decode("utf-8-sig")
    for one in documents:
        for secret in (*one["student"].values(), one["made"], one["made"][:10], one["sha256"][:8]):
            assert secret not in text
    head, *lines = csv.reader(io.StringIO(text))
    assert len(lines) == 20
    assert {len(line) for line in lines} == {len(head)}
    cells = {cell for line in lines for cell in line}
    assert {cell for cell in cells if not cell.isdecimal()} <= {"this class", *FORMS}
    turned = study_csv({"this class": shared_rounds(rows[::-1], load_keys(case))})
    assert turned == made
    assert [line[2:4] for line in lines] != [list(map(str, counts(one, case))) for one in documents]


def counts(document, case):
    """Return the hits and false alarms of the first round."""
    (mine,) = shared_rounds([row_of(document)], load_keys(case))
    return mine["before"].counts[:2]


# --- what was ticked, and nothing else


@pytest.mark.parametrize("ticks", [t for size in range(4) for t in itertools.combinations(MOMENTS, size)])
def test_a_hand_in_carries_the_rounds_that_were_ticked_and_no_other(case, monkeypatch, tmp_path, ticks):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "my_work"))
    work, exercises = open_workspace(case), load_exercises(case)
    id = sign_in(work, CODE).student_id
    for form in FORMS:
        for asked in (exercises[form], exercises[form + HOW_SURE]):
            work.put(asked, {item.id: asked.options[1] for item in asked.items})
    share = [form for moment, form in zip(MOMENTS, order_of(id), strict=True) if moment in ticks]
    for file in pack(work, exercises, "hand_in", share):  # the data, and the page to read
        found = read_hand_in(file["text"].encode(), file["name"])
        assert found.answers.keys() == {*share, *(form + HOW_SURE for form in share)}
        assert {*found.done} == {id for id, one in exercises.items() if one.lesson == LESSON} - {
            *found.answers
        }
        (mine,) = shared_rounds([row_of(json.loads(to_json(document_in(file))))], load_keys(case)) or ({},)
        assert mine.keys() == {*ticks}
    # What is saved for oneself holds all three, and gives a teacher none.
    saved_work = pack(work, exercises, "my_work")[0]
    path = tmp_path / "inbox" / saved_work["name"]
    path.parent.mkdir()
    path.write_text(saved_work["text"], "utf-8")
    (row,) = Desk(case, tmp_path / "my_class").grader.read(path.parent).rows
    assert (row.status, row.answers) == ("read", {})


def document_in(file):
    """Return the hand-in that a file carries."""
    inside = re.search(r'<script type="application/json" id="hand_in">([^<]*)</script>', file["text"])
    return json.loads(inside[1] if inside else file["text"])


def test_who_hands_in_again_without_the_tick_has_taken_it_back(case, tmp_path):
    desk, files = Desk(case, tmp_path / "my_class"), {}
    for at in range(9):
        document = hand_in_of(case, at, 10)
        files[f"Name {at}_{at + 1}_assignsubmission_file_/a.json"] = to_json(document)
    panel = gain_of(desk, files)
    press(panel, "show")
    assert "means of 9 students" in panel.tables[0]["caption"]
    for at in (0, 1):
        again = hand_in_of(case, at, 10, ticks=())
        again["made"] = "2099-01-01T00:00:00.000Z"
        again = make_document(Student(**again["student"]), again["case"], again["answers"])
        files[f"Name {at}_{at + 1}_assignsubmission_file_/b.json"] = to_json(again)
    assert "Fewer than eight" in refused(gain_of(desk, files), "show")


def gain_of(desk, files):
    """Let a desk read hand-ins, and return the panel that tells the gain."""
    path = desk.folder.with_name("all.zip")
    path.write_bytes(zipped(files))
    desk.choose_inbox(path)
    return desk.gain().parts[0]


# --- the panel


def test_before_anything_is_read_the_panel_says_what_to_do_and_gives_the_letter(case, tmp_path):
    panel = Desk(case, tmp_path / "fresh").gain().parts[0]
    assert refused(panel, "show") == NO_HAND_INS
    name, data = saved(press(panel, "letter"))
    text = data.decode()
    assert name.endswith(".html")
    for word in ("off unless", "newest hand-in counts", "deletes", "never one student", "random code"):
        assert word in text
    assert not re.search(r"<(script|img|link|a)\b", text)
    assert not (tmp_path / "fresh").exists()


@pytest.fixture(scope="module")
def made(case, tmp_path_factory):
    """A desk with the made-up class, and the hand-ins of the class beside it."""
    desk = Desk(case, tmp_path_factory.mktemp("made") / "my_class")
    return desk, chosen("made_up-comparison.zip", saved(press(desk.made_up(), "make"), 2)[1])


def test_the_made_up_class_has_its_effect_and_the_one_beside_it_none(made):
    desk, beside = made
    panel, _ = desk.gain().parts
    press(panel, "show", file=beside)
    apart, own, other = ([row[4] for row in one["rows"]] for one in panel.tables[:3])
    assert panel.tables[0]["columns"][4] == "before to after"
    assert ["can be chance" in one for one in (own[2], other[2], apart[2])] == [False, True, False]
    assert own[0].startswith("+")
    assert own[1].startswith("−")
    assert panel.lines[-1] == SAID["limits"]
    assert (desk.folder / "hand_ins.zip").exists() is False  # the comparison class is nowhere kept
    assert {path.name for path in desk.folder.iterdir()} >= {"made_up-comparison.zip", "marks.sqlite"}
    _, data = saved(press(panel, "csv", file=beside))
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))[1:]
    assert Counter(line[0] for line in lines).keys() == {"this class", "comparison class"}
    assert "no whole ZIP" in refused(panel, "show", file=chosen("x.zip", b"PK no"))
    own_zip = chosen("hand_ins.zip", (desk.folder / "made_up-hand_ins.zip").read_bytes())
    assert refused(panel, "show", file=own_zip) == SAID["same"]


def test_a_shared_round_is_on_no_panel_and_no_page_that_shows_one_student(made):
    desk, _ = made
    shared = [row for row in desk.reading.rows if FORMS[0] in row.answers]
    assert len(shared) >= LEAST
    assert not any(each.exercise.lesson == LESSON for one in desk.graded() for each in one.grades)
    assert not any(LESSON in name for name, *_ in map(lambda one: (one["name"],), desk.lessons().fields))


def test_hostile_hand_ins_change_no_other_and_reach_no_page(case, tmp_path):
    def spoilt(at, entries):
        for id in [*entries]:
            value = entries[id]["answer"]
            some = list(value)
            if at == 0:  # options that are none, and statements that are none
                value[some[0]] = "<script>alert(1)</script>"
                value["=1+1"] = "supported"
            elif at == 1:  # not all is answered
                del value[some[0]]
            elif at == 2:  # another kind
                entries[id]["kind"] = "write"
            entries[id]["prediction"] = value
        return entries

    files = {}
    for at in range(12):
        document = hand_in_of(case, at, 11, change=lambda entries, at=at: spoilt(at, entries))
        student = Student(f"C-{at}", document["student"]["student_id"], NAME)
        document = make_document(student, document["case"], document["answers"])
        files[f"S {at}_{at + 1}_assignsubmission_file_/a.json"] = to_json(document)
    files["S 90_90_assignsubmission_file_/a.json"] = files["S 9_10_assignsubmission_file_/a.json"]  # a copy
    desk = Desk(case, tmp_path / "my_class")
    panel = gain_of(desk, files)
    press(panel, "show")
    # Three are left out, and the copy counts once.
    assert "means of 9 students" in panel.tables[0]["caption"]
    good = [row_of(hand_in_of(case, at, 11)) for at in range(3, 12)]
    means = report(shared_rounds(good, load_keys(case)))[1][0].rows
    assert [row["before"] for row in means] == [row[1] for row in panel.tables[0]["rows"]]
    text = saved(press(panel, "csv"))[1].decode()
    for word in ("script", "CMD", "C-3", "=1+1"):
        assert word not in text
        assert word not in str(panel.tables)


def test_without_the_key_the_panel_says_so(case):
    with pytest.raises(CourseError, match="no key"):
        shared_rounds([], {})


def test_shares_and_measures_are_named_once():
    assert (SOUND, UNSOUND) == SHARES
    assert len(SAID["measure"]) == 4
    assert len(SAID["columns"]) == 11
    assert gains.LEAST == 8


@pytest.mark.parametrize("root", ["course/example", "."])
def test_both_cases_can_be_measured(root, tmp_path, request):
    made = open_case(request.config.rootpath / root)
    assert "means of 9 students" in report(people(made, 9))[1][0].caption
