"""Lessons 06 to 10 on the example case: what their keys say is computed again from its texts and tables."""

import csv
import json
import shutil
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from course import dossier, figures, findings
from course.analysis.quotations import find_quotes
from course.analysis.wording import APART, BODY, find_terms
from course.commands.release import release
from course.commands.site import example_in, pack_lessons
from course.corpus.annotation import find_words
from course.corpus.case import open_case
from course.lessons.consistency import problems_of
from course.lessons.exercises import load_exercises
from course.lessons.keys import load_keys
from tests.lessons.test_any_case import WORDS
from tests.test_example import PLANTED

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "course" / "example" / "seeds"


@pytest.fixture(scope="module")
def case():
    return open_case(SEEDS.parent)


@pytest.fixture(scope="module")
def asked(case):
    return load_exercises(case)


@pytest.fixture(scope="module")
def answers(case):
    """Return what the course answers, by exercise and item; the first of two that it defends."""
    found = {}
    for id, keys in load_keys(case).items():
        for key in keys:
            found.setdefault((id, *key.path), key.value)
    return found


def table(name, by):
    with (SEEDS / "dossier" / name).open(encoding="utf-8", newline="") as file:
        return {row[by]: {k: int(v) for k, v in row.items() if k != by} for row in csv.DictReader(file)}


def counted(case, words, labels=None):
    return {
        one.id: sum(labels is None or place.label in labels for place in find_terms(one, words))
        for one in case.articles
    }


def leader(counts):
    (first, most), (_, second) = Counter(counts).most_common(2)
    assert most > second
    return first


def test_the_counts_of_lesson_06_are_the_programs(case, asked, answers):
    words = asked["count_first"].words
    everything, body, own = (counted(case, words, labels) for labels in ((*BODY, *APART), BODY, ("own",)))
    assert everything == {"A": 1, "B": 4, "C": 1, "D": 0, "E": 2}  # as the reasons say
    assert (body["B"], body["E"], counted(case, words)["E"]) == (3, 2, 3)
    assert leader(everything) == answers["count_first", "most_raw"]
    share = {one.id: round(100 * body[one.id] / len(one.text.split()), 2) for one in case.articles}
    assert leader(share) == answers["count_first", "most_per_100"]
    assert answers["count_first", "most_raw"] != answers["count_first", "most_per_100"]
    assert [id for id in own if everything[id] and not own[id]] == [answers["count_first", "none_own"]]
    words = asked["describing_guess"].words
    everything, own = (counted(case, words, labels) for labels in ((*BODY, *APART), ("own",)))
    assert everything == {"A": 5, "B": 3, "C": 4, "D": 4, "E": 1}
    assert leader(everything) == answers["describing_guess", "most_describing"]
    assert [id for id in own if everything[id] and not own[id]] == [
        answers["describing_guess", "own_describing"]
    ]


def test_the_search_of_lesson_07_finds_fewer_texts_than_have_it(case, asked, answers):
    found = sum(bool(find_terms(one, asked["search_guess"].words)) for one in case.articles)
    assert found == answers["search_guess", "found"]
    have = [answers["coverage", "P03", one.id] for one in case.articles]
    assert len([one for one in have if one != "absent"]) == answers["search_guess", "told"]


def test_the_numbers_of_lesson_08_come_out_of_the_tables(answers):
    hostels, claims = table("ST2_hostels.csv", "hostel"), table("ST1_claims.csv", "quarter")
    places, people = (sum(one[name] for one in hostels.values()) for name in ("places", "people"))
    assert (people - places, places) == (426, 2260)
    assert answers["claim_1", "value"] == f"{100 * (people - places) / places:.1f}"
    assert answers["claim_2", "value"] == f"{100 * 118 / 256:.1f}"
    now = claims["2025-Q3"]
    with_all = 100 * now["granted"] / now["decided"]
    without = 100 * now["granted"] / (now["granted"] + now["refused"])
    assert answers["claim_3", "value"] == f"{with_all:.1f} and {without:.1f} per cent"
    assert answers["claim_4", "value"] == f"about {600 * 62 * 365 / 1e6:.1f} million crowns"


def test_every_verdict_but_one_is_used_and_none_is_left_over(asked, answers):
    ids = [f"claim_{n}" for n in range(1, 6)]
    verdicts = Counter(answers[id, "verdict"] for id in ids)
    more = Counter(answers["verdict_more", item.id] for item in asked["verdict_more"].items)
    assert set(verdicts) | set(more) == set(asked["verdict_more"].options)
    assert max(more.values()) == 2
    about = [item.article for id in (*ids, "verdict_more") for item in asked[id].items if item.article]
    assert set(Counter(about).values()) == {2}


def test_sound_and_faulty_sentences_of_the_summary_are_as_many(asked, answers):
    verdicts = Counter(answers["machine_check", item.id] for item in asked["machine_check"].items)
    assert verdicts["the texts carry it"] * 2 == verdicts.total() == 10
    whole = asked["machine_guess"].passages[0].text.strip()
    assert all(item.text in whole for item in asked["machine_check"].items)
    assert {key.value for key in load_keys(open_case(SEEDS.parent))["machine_ties"]} == set(
        asked["machine_ties"].labels
    )


def test_loaded_words_of_lesson_06_are_as_many_on_both_sides(asked):
    sides = Counter()
    for item in asked["charges"].items:
        term = item.text.split("’ in:")[0].strip("‘").removeprefix("a ").removeprefix("the ")
        sides.update(
            {
                one["direction"]
                for one in PLANTED
                if one["weight"] == "word"
                and any(term in place["exact"] or place["exact"] in term for place in one["words"])
            }
        )
    assert sides["for"] == sides["against"] >= 4


def test_the_documents_themselves_open_as_texts_and_tables(monkeypatch):
    monkeypatch.setenv("COURSE_CASE", str(SEEDS.parent))
    folded = dossier()
    (panel,) = folded.parts
    assert "before you open a card" in panel.lines[0]
    panel.act({"button": "open", "fields": {}})
    reader, *tables = folded.parts
    about = tomllib.loads((SEEDS / "dossier" / "documents.toml").read_text("utf-8"))["document"]
    texts = [one for one in about if one["file"].endswith(".txt")]
    assert [one["id"] for one in reader.articles] == [one["title"] for one in texts]
    assert [one["raw"] for one in reader.articles] == [
        (SEEDS / "dossier" / one["file"]).read_text("utf-8") for one in texts
    ]
    # Its lines have numbers of their own: the program's would stand beside them.
    assert {(one["word"], len(one["numbers"])) for one in reader.articles} == {("", 0)}
    assert [len(one.rows) for one in tables] == [7, 5]
    assert tables[1].rows[0] == {
        "hostel": "Tarnsea",
        "places": "420",
        "people": "611",
        "crowns_a_night": "71",
    }


def test_a_case_without_a_dossier_says_so(monkeypatch):
    monkeypatch.setenv("COURSE_CASE", str(ROOT))
    (told,) = dossier().parts
    assert told.caption == "This case has no dossier. The students’ copy leaves this place out."


def test_a_document_that_is_missing_or_unreadable_is_one_sentence(tmp_path):
    shutil.copytree(SEEDS, tmp_path / "seeds")
    post = tmp_path / "seeds" / "dossier" / "post.txt"
    post.write_bytes(b"\xff")
    (error,) = problems_of(open_case(tmp_path))
    assert str(error) == f"{post} is not UTF-8 (byte 0): save it as UTF-8"
    documents = post.with_name("documents.toml")
    documents.write_text(documents.read_text("utf-8").replace("post.txt", "../case.toml"), "utf-8")
    (error,) = problems_of(open_case(tmp_path))
    assert str(error).startswith(f"{documents}, document 'POST': '../case.toml' is not beside it")


def test_the_site_of_the_example_offers_the_dossier_and_nothing_of_the_five(tmp_path):
    root = example_in(tmp_path / "case")
    for name, folder in (("example", root), ("main", ROOT)):
        pack_lessons(folder, tmp_path / name)
    books = {
        name: [json.loads(path.read_text("utf-8")) for path in (tmp_path / name).glob("[0-9]*.ipynb")]
        for name in ("example", "main")
    }
    offered = {
        name: [cell["id"] for book in found for cell in book["cells"] if cell["id"] == "dossier"]
        for name, found in books.items()
    }
    assert offered == {"example": ["dossier"], "main": []}
    assert {len(found) for found in books.values()} == {11}
    release(root, tmp_path / "released")  # refuses where an answer would be in it
    assert (tmp_path / "released" / "seeds" / "dossier" / "agreement.txt").is_file()
    packed = [path for folder in (root / "seeds", tmp_path / "example") for path in folder.rglob("*.*")]
    assert len(packed) > 50
    for path in packed:
        text = path.read_text("utf-8")
        assert not [word for word in WORDS if word in text], path


def test_the_event_is_said_to_be_made_up_where_the_course_begins(case):
    assert "all of it made up for this course" in findings.event(case).caption


def test_the_words_and_frames_of_the_readings_are_those_that_are_asked_about(
    case, asked, monkeypatch, tmp_path
):
    monkeypatch.setenv("COURSE_CASE", str(SEEDS.parent))
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    terms = tomllib.loads((SEEDS / "readings" / "wording.toml").read_text("utf-8"))["term"]
    assert sorted(one["id"] for one in terms) == sorted(item.id for item in asked["charges"].items)
    texts = {item.id: item.text for item in asked["charges"].items}
    for one in terms:
        start, end = find_words(case[one["article"]].raw, one["exact"], one.get("prefix", ""))
        assert f"‘{one['exact']}’ in:".casefold() in texts[one["id"]].casefold(), one["id"]
        quoted = any(q.start <= start and end <= q.end for q in find_quotes(case[one["article"]]))
        assert quoted is (one["voice"]["course"] in ("quoted", "deck")), one["id"]
    assert len(findings.terms_in_place("charges").table.rows) == len(terms) == 12
    figure = figures.naming_counts(case)
    assert [row[figures.VIEWS[0]] for row in figure.table.rows] == [2, 1, 2, 2, 3]
    frames = tomllib.loads((SEEDS / "readings" / "frames.toml").read_text("utf-8"))["label"]
    places = [(one["article"], one["paragraph"]) for one in frames]
    assert places == [
        (id, number) for id in asked["frames"].articles for number in asked["frames"].paragraphs
    ]
    assert {name for one in frames for name in one["primary"].values()} <= set(asked["frames"].labels)
    assert "10 paragraphs" in figures.frame_map("frames").describe()
