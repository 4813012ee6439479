"""The glossary explains the terms that lessons introduce, and the labels that exercises ask for."""

import json
import re
from pathlib import Path

import pytest

from course.commands.print import glossary
from course.corpus.case import open_case
from course.corpus.readings import load_readings
from course.lessons.exercises import load_exercises

ROOT = Path(__file__).parents[1]
LESSONS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
LINK = "| Words | explained in the [glossary](glossary.ipynb) |"
# Terms that a lesson introduces in italics, each as the glossary calls it.
TERMS = {
    "00": ["blind", "lead"],
    "01": ["raw", "noise", "provenance", "stated", "inferred", "unknown", "body", "heading", "footer"],
    "02": ["voice", "quotation", "snippet", "label", "paraphrase"],
    "03": ["claim", "check-worthy", "cue"],
    "04": ["claim", "origin", "corroborate", "stance", "news agency", "witness", "wire"],
    "05": ["hedge", "flat", "ladder of certainty"],
    "06": ["keyness", "log-odds", "z", "style sheet", "charge"],
    "07": ["frame", "codebook", "Policy Frames Codebook", "alpha", "interval", "coverage", "agreement"],
    "08": [
        "lateral reading",
        "primary source",
        "unit",
        "epilogue",
        "fall in per cent",
        "ClaimReview",
        "verdict",
    ],
    "09": ["brief", "calibrated"],
    "10": ["fluent"],
}
# Labels and options that are everyday words, names or letters, or are explained in the exercise itself.
PLAIN = {
    *("in all five", "in some of them", "in none", "supported", "not supported", "nobody", "not stated"),
    *("yes", "no", "under 5", "5 to 9", "10 to 19", "20 to 29", "30 or more"),
    *("one", "one or two", "exactly two", "two or three", "three"),
    *("sure", "fairly sure", "a guess", "says whose word it is", "names nobody", "no source stated"),
    "the texts do not support it",
}


@pytest.fixture(scope="module")
def case():
    return open_case(ROOT)


@pytest.fixture(scope="module")
def words(case):
    return glossary(case)


def cells(path):
    return ["".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"]]


def test_each_lesson_has_its_terms(words):
    assert [path.name[:2] for path in LESSONS] == sorted(TERMS)
    for lesson, terms in TERMS.items():
        assert [term for term in terms if term not in words] == [], lesson


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_each_lesson_leads_to_the_glossary_from_its_card(path):
    assert LINK in cells(path)[0].splitlines()


def test_labels_to_choose_from_are_explained(case, words):
    shared = 0
    for exercise in load_exercises(case).values():
        if exercise.id in (
            "origins",
            "craft",
            "brief_ties",
            "machine_ties",
            "machine_links",
            "count_first",
            "two_leads",
            "leads",
            "lead_rest",
            "noise_guess",
            "author_guess",
            "clock",
            "rewrite_check",
            "three_briefs",
            "signs_guess",
        ):
            continue  # names of speakers, sources and articles, numbers, sentences, plain words
        if exercise.id in (
            "desk_guess",
            "rules_guess",
            "describing_guess",
            "search_guess",
            "machine_guess",
            "count_origins",
            "count_ten",
            "same_order",
            "flattest",
            "bus_guess",
            "bridge_claims",
            "first_fifth",
            "known_yet",
            "leans",
            "whose_words",
        ):
            continue  # letters and numbers
        for label in {*exercise.options, *exercise.labels} - PLAIN:
            assert label in words, (exercise.id, label)
            shared += 1
    assert shared > 40


def test_the_codebook_is_whole(case, words):
    frames = load_readings(case).frames["vocabulary"]["frame"]
    short = {
        "legality, constitutionality and jurisprudence": "legality",
    }
    assert len(frames) == 15
    assert [frame for frame in frames if short.get(frame, frame) not in words] == []


def test_the_seven_stances_are_told_one_by_one(case, words):
    stances = load_exercises(case)["stances_more"].options
    assert len(stances) == 7
    assert all(stance in words["stance"] for stance in stances)


def test_terms_stand_once_in_the_order_of_the_alphabet_with_anchors():
    text = "\n\n".join(cells(ROOT / "notebooks" / "glossary.ipynb"))
    terms = re.findall(r"^### (.+)$", text, re.MULTILINE)
    order = [term.lower().replace("-", " ") for term in terms]
    assert order == sorted(set(order))
    letters = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert letters == sorted({term[0].upper() for term in terms})
    assert re.findall(r"\[(.)\]\(#(.)\)", text) == [(letter, letter) for letter in letters]


def test_each_term_takes_a_few_plain_sentences(words):
    for term, said in words.items():
        assert 3 <= len(said.split()) <= 45, term
        assert said.endswith("."), term
        assert "!" not in said
        assert "simply" not in said
