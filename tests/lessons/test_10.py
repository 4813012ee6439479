"""Lesson 10: its summary has as many sound sentences as faulty ones, and each key shows where it stands."""

import json
import random
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from course.corpus.case import open_case
from course.lessons import cells
from course.lessons.exercises import load_exercises
from course.lessons.here import open_workspace
from course.lessons.keys import load_keys
from course.lessons.scoring import sentence, summary

ROOT = Path(__file__).parents[2]
CELLS = json.loads((ROOT / "notebooks/10_check_the_machine.ipynb").read_text("utf-8"))["cells"]
SOUND = "the texts support it"
ROUNDS = tuple(f"machine_check_{number}" for number in range(1, 5))


@pytest.fixture(scope="module")
def case():
    return open_case(ROOT)


@pytest.fixture
def workspace(case, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    return open_workspace(case)


@pytest.fixture(scope="module")
def asked(case):
    return load_exercises(case)


@pytest.fixture(scope="module")
def keys(case):
    return load_keys(case, "10_check_the_machine")


def of_rounds(keys):
    return [key for id in ROUNDS for key in keys[id]]


def test_sound_and_faulty_sentences_are_as_many(asked, keys):
    verdicts = Counter({key.item: key.value for key in reversed(of_rounds(keys))}.values())
    assert verdicts[SOUND] * 2 == verdicts.total() == sum(len(asked[id].items) for id in ROUNDS)
    # Each fault that is taught occurs, and none is left over for whoever has found the others.
    assert {key.value for key in of_rounds(keys)} == {*asked[ROUNDS[1]].options}
    assert {*asked[ROUNDS[1]].options} - {*verdicts}


def test_a_round_tells_nothing_of_the_next_one(asked, keys):
    """One has two sound sentences, one none: who has seen the first of two cannot guess the second."""
    sound = [sum(key.value == SOUND for key in keys[id]) for id in ROUNDS]
    assert {*sound} == {0, 1, 2}
    assert len({(asked[id].options, asked[id].sound) for id in ROUNDS[1:]}) == 1


def test_the_first_round_asks_whether_it_holds_and_what_went_wrong_is_told_after_it(asked):
    assert asked[ROUNDS[0]].options == (SOUND, "the texts do not support it")
    ids = [cell["id"] for cell in CELLS]
    assert ids.index("check-1") < ids.index("kinds-list") < ids.index("check-2")
    told = "".join(CELLS[ids.index("kinds-list")]["source"])
    assert re.findall(r"\*\*(.*?)\*\*", told) == [*asked[ROUNDS[1]].options[1:]]


def test_a_reference_that_does_not_say_it_stands_at_a_sentence_that_holds(case, asked, keys):
    answer, of = asked["machine_guess"].passages[0].text, {key.item: key for key in keys["machine_links"]}
    for item, key in zip(asked["machine_links"].items, of.values(), strict=True):
        number, letter, said = re.fullmatch(r"\[(\d)\], text ([A-E]): ‘(.*)’", item.text).groups()
        assert f"[{number}] text {letter}" in answer
        assert f"{said} [{number}]" in answer
        (sentence,) = (one for id in ROUNDS for one in asked[id].items if said in one.text)
        assert {one.value for one in of_rounds(keys) if one.item == sentence.id} == {SOUND}
        assert key.item == item.id
        quoted = re.findall("‘(.*?)’", key.reason)
        assert quoted == [one for one in quoted if one in case[letter].raw]
    assert len({key.value for key in of.values()}) == 2


def test_the_guess_follows_from_the_verdicts(keys):
    sound = sum(key.value == SOUND for key in of_rounds(keys))
    assert [key.value for key in keys["machine_guess"]] == [f"{sound}"]


def test_the_answer_is_the_sentences_that_are_asked_about(asked):
    """In its order, too: who comes from the one finds the sentence in the other."""
    items = [item for id in ROUNDS for item in asked[id].items]
    said = "Chat program: " + "\n".join(one.text for one in items)
    assert [re.match(r"\((\d+)\) ", one.text)[1] for one in items] == [*"12345678"]
    assert asked["machine_guess"].passages[0].text.rpartition("\nReferences: ")[0].endswith(said)
    # Who mends one has them all in sight, and the exercise does not tell which are to be mended.
    assert asked["machine_mend"].passages[0].text.strip() == said


def test_the_last_two_sentences_have_passages_that_decide_them(asked, keys):
    exercise = asked["machine_ties"]
    assert [key.value for key in keys["machine_ties"]]
    assert {key.value for key in keys["machine_ties"]} == {*exercise.labels}
    for label, item in zip(exercise.labels, asked[ROUNDS[-1]].items, strict=True):
        assert f"{label}: ‘{item.text[4:]}’" in exercise.prompt  # without its number


def tied(asked, case, *marks):
    names = ("label", "article", "exact")
    return asked["machine_ties"].place([dict(zip(names, mark, strict=True)) for mark in marks], case)


THREATS = (
    "Venezuela",
    "D",
    "the Colombian president into taking back his county’s deportees after threatening him with stiff "
    "tariffs",
)
PLANES = (
    "Colombia’s planes",
    "A",
    "Last week, Colombia refused to allow military planes carrying deported migrants to land in its "
    "territory, but, after tit-for-tat tariff threats, agreed to allow planes to land.",
)
ELSEWHERE = ("Venezuela", "B", "Bukele’s government points to plunging homicide rates")


def test_two_sentences_are_asked_about_and_a_mark_holds_the_words_that_decide(case, asked, keys):
    exercise, of = asked["machine_ties"], keys["machine_ties"]
    one = tied(asked, case, THREATS)
    assert exercise.done(one) == (1, 2)
    assert exercise.still_open(one) == "You have marked a passage for: Venezuela."
    both = tied(asked, case, PLANES, THREATS)
    assert exercise.done(both) == (2, 2)
    result = exercise.score(both, of, case)
    assert summary(result) == "You agree with the key on both."
    assert [one.given for one in result.items] == [*exercise.labels]
    word = exercise.score(tied(asked, case, ("Venezuela", "C", "Nicolas Maduro"), PLANES), of, case)
    assert [(one.given, one.credit) for one in word.items] == [("", 0), ("Colombia’s planes", 1)]
    assert sentence(word.items[0]).startswith(
        "You marked ‘Nicolas Maduro’ in C. The words that decide are not"
    )
    assert exercise.score([], of, case).items == ()


def test_a_mark_that_holds_far_more_counts_half(case, asked, keys):
    third = next(one for one in case["B"].paragraphs if "Maduro" in one.text)
    before = case["B"].paragraphs[third.number - 2]
    long = tied(asked, case, ("Venezuela", "B", case["B"].raw[before.start : third.end]), PLANES)
    found = asked["machine_ties"].score(long, keys["machine_ties"], case).items[0]
    assert (found.credit, found.given) == (0.5, "")
    assert "and far more: one sentence is enough" in sentence(found)


def test_a_mark_that_does_not_decide_is_named_beside_one_that_does(case, asked, keys):
    value = tied(asked, case, ELSEWHERE, THREATS, PLANES)
    result = asked["machine_ties"].score(value, keys["machine_ties"], case)
    assert [(one.item[:8], bool(one.best)) for one in result.items][1] == ("Bukele’s", False)
    assert sentence(result.items[1]) == "You marked it for ‘Venezuela’, too. It does not decide."
    assert "both. You marked 1 place that nobody else did" in summary(result)


def test_each_sentence_that_is_chosen_counts_the_same_and_two_are_wanted(case, asked, keys):
    of = keys["machine_ties"]
    exercise = replace(asked["machine_ties"], points=8)
    whole = tied(asked, case, THREATS, PLANES)
    assert exercise.score(whole[:1], of, case).points == 4
    assert exercise.score(whole, of, case).points == 8
    without = [key for key in of if key.value != "Venezuela"]
    assert exercise.score(tied(asked, case, THREATS), without, case).items == ()


def test_a_made_up_student_chooses_as_many(case, asked, keys):
    value = asked["machine_ties"].guess(random.Random(3), keys["machine_ties"], case, 1)  # noqa: S311
    assert asked["machine_ties"].done(value) == (2, 2)


def test_what_the_reveal_marks_is_about_the_sentences_that_were_chosen(case, asked, workspace):
    workspace.put(asked["machine_ties"], tied(asked, case, THREATS, PLANES))
    panel = cells.reveal("machine_ties")
    panel.parts[0].act({"button": "open", "fields": {}})
    form, reader = panel.parts
    own, course = reader.layers
    assert {note[3] for note in course["notes"]} == {note[3] for note in own["notes"]}
    assert form.feedback["summary"] == "You agree with the key on both."


def test_the_guess_is_answered_with_the_last_round_and_not_before():
    told = [text for cell in CELLS if 'reveal("machine_guess"' in (text := "".join(cell["source"]))]
    (shown,) = told
    assert 'exercise("machine_check_4", reveal("machine_check_4", reveal("machine_guess")))' in shown


def test_the_verdict_opens_once_the_evidence_is_marked(asked, case, workspace):
    (cell,) = ("".join(one["source"]) for one in CELLS if one["id"] == "check-4")
    assert cell.endswith('reveal("machine_ties", verdict, feedback=False)')
    (panel,) = cells.reveal("machine_ties", "the verdict", feedback=False).parts
    assert panel.lines == ["Answer ‘Round 4: evidence first’ first, then this opens."]


def test_what_is_said_of_the_evidence_leaves_the_verdict_open(keys):
    """It stands above the verdict: it says what a passage has, and asks what to compare."""
    assert [key.reason for key in keys["machine_ties"] if not re.search(r"\?|Look at", key.reason)] == []


def test_the_letters_of_a_quotation_are_right_and_its_speaker_is_not(case, asked, keys):
    said = re.search("‘(.*)’", asked[ROUNDS[1]].texts["s02"])[1]
    assert [one.id for one in case.articles if said in one.raw] == ["B"]
    second = next(key for key in of_rounds(keys) if key.item == "s02")
    assert second.value == "the wrong speaker"


def test_no_text_names_the_source_that_was_invented(case):
    assert not any("United Nations" in one.raw for one in case.articles)


def test_the_prose_does_not_tell_how_many_hold():
    prose = " ".join("".join(cell["source"]) for cell in CELLS if cell["cell_type"] == "markdown")
    assert not re.search(r"\b(half|four sentences|four of)\b", prose)
