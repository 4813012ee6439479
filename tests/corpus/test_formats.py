"""Every format is one schema, every TOML names its own, and what breaks one is told in one sentence."""

import json
import math
import re
from pathlib import Path

import fastjsonschema
import pytest

from course.corpus.blocks import KINDS
from course.corpus.formats import FOLDER, first_problem, problems, schema, where_in
from course.corpus.readings import FILES, READERS

ROOT = Path(__file__).parents[2]
FORMATS = sorted(path.name.removesuffix(".schema.json") for path in FOLDER.glob("*.schema.json"))
TOML = sorted((ROOT / "seeds").rglob("*.toml"))


def format_of(path):
    if path.parent.name in ("exercises", "keys"):
        return path.parent.name
    return {"case": "case", "evidence": "cards"}[path.stem] if path.parent.name == "seeds" else path.stem


@pytest.mark.parametrize("path", TOML, ids=lambda path: str(path.relative_to(ROOT / "seeds")))
def test_the_first_line_names_the_schema_for_an_editor(path):
    first = path.read_text("utf-8").split("\n", 1)[0]
    named = re.fullmatch(r"#:schema (\S+)", first)
    assert named, first
    assert (path.parent / named[1]).resolve() == FOLDER / f"{format_of(path)}.schema.json"


def test_there_is_a_schema_for_every_file_of_readings():
    others = {
        "answer",
        "blocks",
        "cards",
        "case",
        "class",
        "class_answers",
        "common",
        "dossier",
        "exercises",
        "hand_in",
        "keys",
        "planted",
        "student",
    }
    assert {*FILES, *others} == set(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_a_schema_is_draft_07_and_describes_every_field(name):
    form = json.loads((FOLDER / f"{name}.schema.json").read_text("utf-8"))
    assert form["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert form["title"]
    if name != "common":
        fastjsonschema.compile(schema(name))

    def walk(part):
        for field, inner in part.get("properties", {}).items():
            if inner is False:  # the field may not stand there
                continue
            deeper = inner.get("properties") or inner.get("items", {}).get("properties")
            told = inner.get("description", "")
            assert told.endswith(".") or "$ref" in inner or deeper or "const" in inner, (name, field)
        for inner in part.values() if isinstance(part, dict) else ():
            if isinstance(inner, dict):
                walk(inner)

    walk(form)


def test_lists_that_the_code_knows_too_are_the_same():
    text = (FOLDER / "provenance.schema.json").read_text("utf-8")
    kinds = json.loads(text)["properties"]["noise_kind"]["additionalProperties"]["enum"]
    assert kinds == [kind for kind in KINDS if kind != "body"]
    by = schema("keys")["properties"]["key"]["items"]["properties"]["by"]["enum"]
    assert by == [*READERS, "course"]


def test_a_place_in_a_file_is_told_by_ids_and_numbers():
    about = {"quote": [{"id": "Q1", "words": [{}, {}]}, {}], "key": [{"exercise": "e", "fact": ["a", "b"]}]}
    assert where_in("x.toml", about, ("quote", 0, "words", 1)) == "x.toml, quote 'Q1', words 2"
    assert where_in("x.toml", about, ("quote", 1)) == "x.toml, quote 2"
    assert where_in("x.toml", about, ("key", 0)) == "x.toml, key 1 (e, a, …)"
    assert where_in("x.toml", about, ("nosuch", 7)) == "x.toml, nosuch 8"


CLASS = [
    ({"lesons": []}, "has an unknown key 'lesons': remove it or correct its spelling"),
    ({"lessons": "01"}, "lessons is '01': write a list"),
    ({"weights": {"x": -1}}, "weights, x is -1: write a number from 0 to 999"),
    ({"weights": {"x": True}}, "weights, x is True: write a number"),
    ({"weights": {"x": float("nan")}}, "weights, x is nan: write a number"),
    ({"weights": {"x": float("inf")}}, "weights, x is inf: write a number"),
]


@pytest.mark.parametrize(("about", "told"), CLASS)
def test_what_breaks_a_format_is_one_sentence(about, told):
    found = problems("class", Path("class.toml"), about)
    assert told in str(found[()][0])
    assert str(found[()][0]).startswith("class.toml")


def test_all_that_is_wrong_with_an_entry_is_told_once_for_each_place():
    entry = {"id": "Who?", "kind": 5, "title": "", "prompt": "x", "labels": [1, "x", 2], "points": math.inf}
    whole = {"id": "whole", "kind": "sort", "title": "x", "prompt": "x"}
    entries = [whole, entry, {"id": "b", "why": 1}]
    found = problems("exercises", Path("x.toml"), {"exercise": entries, "a": 1})
    counts = {at: len(errors) for at, errors in found.items()}
    assert counts == {(): 1, ("exercise", 1): 6, ("exercise", 2): 4}
    for said in ("id is 'Who?': rename it", "kind is 5: write text", "title is no text: write", "3 is 2: "):
        assert [one for one in found["exercise", 1] if said in str(one)], said


def test_an_answer_from_outside_is_held_to_its_format():
    good = {"format": 1, "case": "c", "exercise": "e", "kind": "sort", "exercise_sha256": "", "answer": {}}
    good |= {"prediction": None, "saved": "2025-02-03T00:00:00.000Z"}
    assert first_problem("answer", good) == ""
    assert first_problem("answer", []) == "is []: write a table, in { } or under [ ]"
    assert first_problem("answer", good | {"answer": 5}) == "answer is 5: correct it"
    assert "format" in first_problem("answer", good | {"format": True})
    assert "saved" in first_problem("answer", good | {"saved": good["saved"] + "\n"})
    assert first_problem("answer", good | {"more": 1}).startswith("has an unknown key 'more'")
    entry = {key: good[key] for key in ("kind", "exercise_sha256", "answer", "prediction", "saved")}
    student = {"code": "k7", "student_id": "0" * 32}
    whole = {"format": 1, "student": student, "case": "c", "course_version": "1", "made": good["saved"]}
    whole |= {"answers": {"e": entry, "f": {"done": True}}, "sha256": "0" * 64}
    assert first_problem("hand_in", whole) == ""
    assert first_problem("hand_in", whole | {"answers": {"e": entry | {"kind": 3}}}).startswith(
        "answers, e, kind is 3"
    )
    assert "done" in first_problem("hand_in", whole | {"answers": {"e": {"done": False}}})
    long = first_problem("hand_in", whole | {"student": student | {"name": "x" * 81}})
    assert long.endswith("write at most 80 characters")
    assert "code" in first_problem("hand_in", whole | {"student": student | {"code": "=cmd|' /C calc'!A0"}})
