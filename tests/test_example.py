"""The example case: what is planted stands where it says, is right as it says, and is even-handed."""

import csv
import hashlib
import json
import random
import re
import tomllib
from collections import Counter
from datetime import date
from functools import cache
from math import prod
from pathlib import Path

import pytest

from course.analysis.letters import check_quotations
from course.analysis.passages import shared_passages
from course.analysis.quotations import find_quotes
from course.analysis.quotations.versions import match_versions
from course.commands.new import make
from course.commands.release import CLOSED, SECRET
from course.commands.site import files_in
from course.corpus.annotation import find_words
from course.corpus.article import Article
from course.corpus.case import open_case
from course.corpus.formats import problems
from course.corpus.links import links
from course.corpus.readings import load_cards, load_readings
from course.lessons import figures, findings
from course.lessons.consistency import problems_of
from course.lessons.exercises import load_exercises
from course.lessons.keys import load_keys
from tests.benchmarks.minutes import estimate
from tests.lessons.test_scoring import best_of
from tests.test_fairness import IN_A_LESSON, MOST_TO_LEAST, loaded
from tests.test_fairness import asked as counted
from tests.test_reasons import QUOTED
from tests.test_reasons import plain as flat

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "course" / "example"
SEEDS = EXAMPLE / "seeds"
DOSSIER = SEEDS / "dossier"
ABOUT = tomllib.loads((DOSSIER / "documents.toml").read_text("utf-8"))
FILES = {entry["id"]: DOSSIER / entry["file"] for entry in ABOUT["document"]}
TEXTS = {id: path.read_text("utf-8") for id, path in FILES.items() if path.suffix == ".txt"}
PLANTED = tomllib.loads((SEEDS / "readings" / "planted.toml").read_text("utf-8"))["planted"]
BY_ID = {entry["id"]: entry for entry in PLANTED}
LETTERS = "ABCDE"
UNEVEN = 1  # in one article: so many more faults, merits or loaded words may stand on one side
# Names of the main case, and of real arrangements that the made-up one must not be taken for.
REAL = """
Salvador Bukele Rubio Trump Cecot Guantanamo Maduro Venezuela Colombia Musk Biden MS-13 Rwanda Albania Nauru
Manus Britain Italy Australia Denmark Kosovo Libya Tunisia Turkey Mexico Panama Haiti Cuba Kingdom America
"""


@pytest.fixture(scope="module")
def case():
    return open_case(EXAMPLE)


def of(weight, kind=None):
    found = [one for one in PLANTED if one["weight"] == weight and kind in (None, one["kind"])]
    assert found
    return found


def ids(entries):
    return pytest.mark.parametrize("entry", entries, ids=[entry["id"] for entry in entries])


def plain(text):
    return re.findall(r"[\w’'-]+", text.casefold())


# The case as a case.


def test_the_example_is_a_whole_case(case):
    assert [article.id for article in case.articles] == list(LETTERS)
    assert problems_of(case) == []


def test_a_missing_word_of_planted_is_told(tmp_path):
    for path in SEEDS.rglob("*.*"):
        (to := tmp_path / "seeds" / path.relative_to(SEEDS)).parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(path.read_bytes().replace(b'kind = "cut quotation"', b'kind = "cut"'))
    said = [str(error) for error in problems_of(open_case(tmp_path))]
    assert len(said) == 1
    assert "planted 'B-F02', kind is 'cut': choose one of" in said[0]


def test_the_articles_are_kept_byte_for_byte(case):
    listed = {entry["file"]: entry["sha256"] for entry in case.about["article"]}
    found = {path.name: path.read_bytes() for path in (SEEDS / "articles").iterdir()}
    assert {name: hashlib.sha256(data).hexdigest() for name, data in found.items()} == listed
    assert all(name == f"{n:03}_{listed[name][:16]}.txt" for n, name in enumerate(listed))
    assert "course/example/seeds/articles/* -text" in (ROOT / ".gitattributes").read_text("utf-8")


def test_the_texts_have_the_length_of_news(case, measured):
    words = {article.id: len(article.raw.split()) for article in case.articles}
    dossier = sum(len(text.split()) for text in TEXTS.values())
    measured(f"example case: words by article {words}, dossier {dossier} without its tables")
    assert all(400 <= count <= 900 for count in words.values())
    assert 1500 <= dossier <= 2500


def test_everything_happens_within_one_week(case):
    first, last = map(date.fromisoformat, case.about["dates"])
    assert (first.weekday(), (last - first).days) == (0, 4)
    made = {entry["id"]: date.fromisoformat(entry["date"]) for entry in ABOUT["document"]}
    assert made.pop("LAW") < first
    assert all(first <= day <= last for day in made.values())
    days = re.findall(r"(\w+), November (\d+), 2025", case["E"].raw)
    assert len(days) == 4
    assert all(date(2025, 11, int(number)).strftime("%A") == day for day, number in days)


# Said to be made up, and made up.


def test_it_is_said_to_be_made_up_but_not_inside_the_articles(case):
    assert "made up for this course" in case.about["title"]
    assert ABOUT["provenance"].startswith("Made up for this course")
    assert ABOUT["licence"] == "CC BY 4.0"
    assert problems("dossier", DOSSIER / "documents.toml", ABOUT) == {}
    rights = (SEEDS / "RIGHTS.md").read_text("utf-8")
    for article in case.articles:
        assert re.search(rf"\({article.id}\) .* made up for this course, CC BY 4\.0", rights)
        assert not re.search(
            r"made[ -]up for|made-up|invented|fictional|exercise|lesson|course\b", article.raw
        )


def test_a_students_copy_of_any_case_has_not_what_was_planted():
    assert CLOSED.match((SEEDS / "readings" / "planted.toml").relative_to(EXAMPLE).as_posix())
    assert not CLOSED.match(FILES["AG"].relative_to(EXAMPLE).as_posix())
    assert SECRET.fullmatch("right")


def test_the_dossier_has_a_file_for_every_document_and_no_other():
    assert sorted(FILES.values()) == sorted(path for path in DOSSIER.iterdir() if path.suffix != ".toml")
    assert all(text.startswith(f"{id}\n") for id, text in TEXTS.items())


def test_no_address_leads_anywhere(case):
    texts = [article.raw for article in case.articles] + list(TEXTS.values())
    hosts = re.findall(r"(?:https?(?:://|%3A%2F%2F))?([\w.-]+\.[a-z]{2,})(?=/|%2F)", "\n".join(texts))
    assert len(hosts) >= 3
    assert all(host.endswith(".example") for host in hosts)


def test_nothing_of_the_main_case_or_of_a_real_arrangement_is_in_it(case):
    def runs(text):
        words = plain(text)
        return {tuple(words[at : at + 6]) for at in range(len(words) - 5)}

    real = set().union(*(runs(article.raw) for article in open_case(ROOT).articles))
    assert len(real) > 2000
    texts = {article.id: article.raw for article in case.articles} | TEXTS
    assert {id: shared for id, text in texts.items() if (shared := runs(text) & real)} == {}
    for path in SEEDS.rglob("*.*"):
        text = path.read_text("utf-8")
        assert [name for name in REAL.split() if re.search(rf"\b{name}", text)] == [], path


# What is planted stands there.


@ids(PLANTED)
def test_the_planted_words_stand_where_it_says(case, entry):
    for place in entry["words"]:
        find_words(case[place["article"]].raw, place["exact"], place.get("prefix", ""))
    for source in entry.get("dossier", ()):
        if "exact" in source:
            text = TEXTS[source["document"]]
            assert text.count(source["exact"]) == 1, source
        else:
            rows = table(source["document"])
            assert source.get("row", "*") in [*rows, "*"], source
            assert source["column"] in next(iter(rows.values())), source


def test_every_lesson_has_something_of_every_article():
    for lesson in [f"{number:02}" for number in range(1, 10)]:
        touched = {place["article"] for one in PLANTED if lesson in one["lessons"] for place in one["words"]}
        wanted = {"A", "E"} if lesson == "03" else set(LETTERS)
        assert wanted <= touched, lesson


def test_there_is_enough_for_each_lesson():
    enough = {"versions": 3, "ladder": 3, "claim": 10, "point": 7, "clue": 5, "shared passage": 2}
    counts = Counter(one["kind"] for one in of("pattern"))
    assert all(counts[kind] >= least for kind, least in enough.items()), counts
    assert len({one["words"][0]["exact"] for one in of("word")}) >= 12
    # Lesson 08: at least five faults that a row or a line of the dossier settles, with something to compute.
    assert len([one for one in of("fault") if "calculation" in one and "08" in one["lessons"]]) >= 5


def test_a_point_and_a_claim_say_of_every_article_whether_it_has_it():
    for one in of("pattern", "point") + of("pattern", "claim"):
        have = {place["article"] for place in one["words"]}
        assert sorted([*have, *one.get("absent", ())]) == list(LETTERS), one["id"]


def test_faults_merits_and_words_belong_to_one_article():
    for one in of("fault") + of("merit") + of("word"):
        assert {place["article"] for place in one["words"]} == {one["id"][0]}
    for one in of("word"):
        assert {"voice", "direction"} <= set(one), one["id"]


# Even-handed, by count.


def balance():
    """Count for each article its faults and merits, and what helps whom."""
    rows = {}
    for letter in LETTERS:
        own = [one for one in PLANTED if one["id"].startswith(f"{letter}-")]
        counts = Counter((one["weight"], one.get("direction", "")) for one in own)
        rows[letter] = {
            "faults": sum(n for (weight, _), n in counts.items() if weight == "fault"),
            "merits": sum(n for (weight, _), n in counts.items() if weight == "merit"),
            "faults for": counts["fault", "for"],
            "faults against": counts["fault", "against"],
            "words for": counts["word", "for"],
            "words against": counts["word", "against"],
        }
    return rows


def test_the_five_are_about_equally_good_and_bad(measured):
    rows = balance()
    for letter, row in rows.items():
        measured(f"example case, {letter}: {row}")
        assert row["faults"] >= 5
        assert row["merits"] >= 5
        assert abs(row["faults"] - row["merits"]) <= UNEVEN
        assert abs(row["faults for"] - row["faults against"]) <= UNEVEN
        assert abs(row["words for"] - row["words against"]) <= UNEVEN
    assert sum(row["faults"] + row["merits"] for row in rows.values()) >= 30
    for name in ("faults", "merits"):
        counts = [row[name] for row in rows.values()]
        assert max(counts) - min(counts) <= UNEVEN, name
    for name in ("faults", "words"):
        sides = [sum(row[f"{name} {side}"] for row in rows.values()) for side in ("for", "against")]
        assert abs(sides[0] - sides[1]) <= 2, name


def test_no_side_has_the_loaded_words_of_the_outlets_themselves():
    own = Counter(one["direction"] for one in of("word") if one["voice"] in ("own", "deck"))
    assert abs(own["for"] - own["against"]) <= 2, own


def test_the_loaded_words_that_are_quoted_are_in_quotation_marks_and_no_others(case):
    for one in of("word"):
        place = one["words"][0]
        article = case[place["article"]]
        start, end = find_words(article.raw, place["exact"], place.get("prefix", ""))
        inside = [quote for quote in find_quotes(article) if quote.start <= start and end <= quote.end]
        assert bool(inside) is (one["voice"] in ("quoted", "deck")), one["id"]


# Right, as it says: recomputed from the dossier.


@cache
def table(id):
    """Return the rows of a table, by what stands first in each."""
    with FILES[id].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    first = next(iter(rows[0]))
    return {row[first]: row for row in rows}


def value(one, entry):
    """Return a number that goes into a calculation: of a cell, of a list that is added up, or as it is."""
    if isinstance(one, list):
        return sum(value(each, entry) for each in one)
    if isinstance(one, str):
        id, row, column = one.split(".")
        rows = table(id)
        return sum(float(rows[name][column]) for name in (rows if row == "*" else [row]))
    return one


HOW = {
    "sum": sum,
    "difference": lambda some: some[0] - some[1],
    "product": prod,
    "ratio": lambda some: some[0] / some[1],
    "share in per cent": lambda some: 100 * some[0] / some[1],
    "rise in per cent": lambda some: 100 * (some[1] - some[0]) / some[0],
}
COMPUTED = [one for one in PLANTED if "calculation" in one]
# Numbers that no document prints: a fifth, the days of a year, 24 million as a number, 600 places times 365.
WORKED_OUT = {0.2, 365, 24_000_000, 600 * 365}


@ids(COMPUTED)
def test_what_can_be_computed_is_computed_again(entry):
    words = " ".join(place["exact"] for place in entry["words"])
    sources = " ".join(source.get("exact", "") for source in entry["dossier"])
    for one in entry["calculation"]:
        assert round(HOW[one["how"]]([value(each, entry) for each in one["of"]]), 1) == one["gives"]
        bare = [each for part in one["of"] for each in (part if isinstance(part, list) else [part])]
        for number in (each for each in bare if isinstance(each, int | float)):
            assert number in WORKED_OUT or re.search(rf"\b{number:,}\b", sources), number
        if "printed" not in one:
            continue
        assert one["printed"] in words
        digits = re.match(r"[\d,.]*\d", one["printed"])
        same = bool(digits) and float(digits[0].replace(",", "")) in (one["gives"], round(one["gives"]))
        assert same is (entry["weight"] != "fault"), (entry["id"], one)


def test_the_evidence_cards_have_the_numbers_of_the_dossier(case):
    cards = {card["id"]: card for card in load_cards(case)}
    for id, name, column in (
        ("E01", "claims lodged", "claims"),
        ("E01", "claims decided", "decided"),
        ("E02", "places", "places"),
        ("E02", "people", "people"),
        ("E02", "crowns a night", "crowns_a_night"),
    ):
        rows = table({"E01": "ST1", "E02": "ST2"}[id])
        assert cards[id]["numbers"][name] == {first: int(row[column]) for first, row in rows.items()}
    for column in ("granted", "refused", "withdrawn"):
        assert cards["E01"]["numbers"][f"{column} in the third quarter of 2025"] == value(
            f"ST1.2025-Q3.{column}", {}
        )
    printed = {text.replace(",", "") for one in TEXTS.values() for text in re.findall(r"\d[\d,]*", one)}
    printed |= {text for id in ("ST1", "ST2") for text in re.findall(r"\d+", FILES[id].read_text("utf-8"))}
    for card in cards.values():
        told = " ".join([card["says"], *map(str, card.get("numbers", {}).values())]).replace(",", "")
        assert set(re.findall(r"\d+", told)) <= printed, card["id"]


def test_every_number_of_an_article_is_in_the_dossier_or_computed(case):
    """But for the 22 minutes of the press conference, whose transcript says when it began and ended."""
    known = {text.replace(",", "") for one in TEXTS.values() for text in re.findall(r"\d[\d,]*", one)} | {
        "22"
    }
    known |= {text for id in ("ST1", "ST2") for text in re.findall(r"\d+", FILES[id].read_text("utf-8"))}
    sums = [one for entry in COMPUTED for one in entry["calculation"]]
    known |= {
        text.replace(",", "") for one in sums for text in re.findall(r"[\d,.]*\d", one.get("printed", ""))
    }
    known |= {f"{one['gives']:g}" for one in sums}
    for article in case.articles:
        blocks = (article.raw[one.start : one.end] for one in article.blocks if one.kind != "metadata")
        text = re.sub(r"pic\.\S+", "", "".join(blocks))
        found = {text.replace(",", "") for text in re.findall(r"\d(?:[\d,.]*\d)?", text)}
        assert found <= known | {"100"}, article.id


def test_every_fault_that_has_a_wrong_number_is_computed():
    for one in of("fault"):
        if one["kind"] == "wrong sum":
            assert any("printed" in each for each in one["calculation"]), one["id"]


def test_the_tables_of_the_dossier_fit_together():
    rows = list(table("ST1").values())
    assert len(rows) == 7
    for row, after in zip(rows, [*rows[1:], None], strict=True):
        number = {name: int(text) for name, text in row.items() if name != "quarter"}
        assert number["granted"] + number["refused"] + number["withdrawn"] == number["decided"]
        assert number["persons"] > number["claims"]
        if after:
            left = number["pending"] + int(after["claims"]) - int(after["decided"])
            assert left == int(after["pending"])
    assert value("ST2.*.places", {}) == 2260
    assert value("ST2.*.people", {}) == 2686
    assert "2,260" in TEXTS["PC"]
    assert "2,686" in TEXTS["PC"]
    assert [int(table("ST2")["Tarnsea"][name]) for name in ("places", "people", "crowns_a_night")] == [
        420,
        611,
        71,
    ]
    assert "611 people on 420 places" in TEXTS["VOI"]


# What the tools claim to find, they find here.


def test_shared_passages_are_found(case):
    found = shared_passages(case.articles)
    for one in of("pattern", "shared passage"):
        places = {
            (place["article"], *find_words(case[place["article"]].raw, place["exact"]))
            for place in one["words"]
        }

        def holds(passage, places=places):
            return all(
                any(
                    id == there.article and there.start <= start + 8 and end <= there.end for there in passage
                )
                for id, start, end in places
            )

        hit = [passage for passage in found if holds(passage)]
        assert hit, one["id"]
        assert all(there.label == "own" for there in hit[0]), one["id"]


def test_the_versions_of_an_utterance_are_found(case):
    printed = [
        {(one.article, case[one.article].raw[one.quote.start : one.quote.end]) for one in found.versions}
        for found in match_versions(case.articles)
    ]
    for one in of("pattern", "versions"):
        wanted = {(place["article"], place["exact"]) for place in one["words"]}
        pairs = [group for group in printed if len(wanted & group) >= 2]
        assert pairs, one["id"]
        texts = {exact.rstrip(",.") for _, exact in wanted}
        assert len(texts) > 1, "all versions are alike"


ALTERED = (
    of("fault", "altered quotation") + of("fault", "cut quotation") + of("fault", "quotation nobody spoke")
)


@ids(ALTERED)
def test_an_altered_quotation_is_found(case, entry):
    """By its letters against the dossier; where it only stops early, by the version that goes on."""
    documents = [Article(id, text) for id, text in TEXTS.items()]
    quoted = "\n\n".join(f"“{place['exact']}”" for place in entry["words"])
    rows = check_quotations(quoted, documents).rows
    if all(row["letters"] == "same" for row in rows):
        start = entry["words"][0]["exact"].rstrip(",.")
        fuller = [
            other
            for one in of("pattern", "versions")
            for other in one["words"]
            if other["exact"].startswith(start) and len(other["exact"]) > len(start) + 1
        ]
        assert fuller, entry["id"]
        assert not any(start + end in TEXTS["PC"] for end in ".!?,")


def test_quotations_that_are_praised_are_exact():
    documents = [Article(id, text) for id, text in TEXTS.items()]
    for entry in of("merit", "exact source") + of("merit", "keeps the condition"):
        for place in entry["words"]:
            text = place["exact"].rstrip(",.")
            if any(text in document for document in TEXTS.values()):
                continue
            rows = check_quotations(place["exact"], documents).rows
            assert all(row["letters"] == "same" for row in rows), entry["id"]


FAULTY = {place["exact"].rstrip(",.") for one in ALTERED for place in one["words"]}


def test_every_other_quotation_is_in_the_dossier_letter_for_letter(case):
    joined = " ".join(" ".join(TEXTS.values()).split())
    checked = 0
    for article in case.articles:
        for quote in find_quotes(article):
            text = " ".join(article.raw[quote.start : quote.end].split()).rstrip(",.")
            if quote.kind == "embed" or text in FAULTY:
                continue
            checked += 1
            forms = (text, text[0].lower() + text[1:], text[0].upper() + text[1:])  # where a sentence begins
            assert any(form in joined for form in forms), (article.id, text)
    assert checked > 50


def test_the_last_wording_of_a_ladder_has_no_hedge():
    hedge = re.compile(r"\b(?:could|perhaps|about|expected|reckon|estimate|said|might|may)\b", re.I)
    for one in of("pattern", "ladder"):
        first, *_, last = (place["exact"] for place in one["words"])
        assert hedge.search(first), one["id"]
        assert not hedge.search(last), one["id"]


def test_the_lines_of_the_portal_page_are_read_for_what_they_are(case):
    kinds = Counter(block.kind for block in case["C"].blocks)
    assert kinds["advert"] == 3
    assert kinds["caption"] == kinds["credit"] == 4
    assert kinds["embed"] >= 3
    listed = TEXTS["PHO"]
    for one in of("fault", "caption misdescribes"):
        start, _ = find_words(case["C"].raw, one["words"][0]["exact"])
        assert next(block.kind for block in case["C"].blocks if block.start <= start < block.end) == "caption"
        assert one["words"][0]["exact"] not in listed


def test_the_redirect_leads_to_the_regional_papers_title(case):
    (row,) = links(case["E"]).rows
    title = re.sub(r"\W+", "-", case["B"].raw.split("\n")[0]).strip("-").lower()
    assert row["last part"] == title
    assert row["leads to"].startswith("https://www.uppersorre.example/")


def test_the_schema_of_planted_names_what_the_test_computes():
    form = json.loads((ROOT / "course" / "formats" / "planted.schema.json").read_text("utf-8"))
    assert "calculation" in form["properties"]["planted"]["items"]["properties"]
    vocabulary = tomllib.loads((SEEDS / "readings" / "planted.toml").read_text("utf-8"))["vocabulary"]
    assert set(vocabulary["how"]) == set(HOW)
    assert set(vocabulary["document"]) == set(FILES)


# The lessons on it: solved, even, and right as the dossier has it.


DONE = [f"{number:02}" for number in range(11)]
# About no case, as in the main one.
FROM_MAIN = r"round_|one_week|reflection_|bus_guess|toy_verdicts|bridge_|recall_|explain_"


@pytest.fixture(scope="module")
def asked(case):
    return load_exercises(case)


@pytest.fixture(scope="module")
def known(case, asked):
    return {id: keys for id, keys in load_keys(case).items() if id in asked}


def test_the_lessons_ask_what_they_ask_of_the_main_case(asked):
    main = load_exercises(open_case(ROOT))
    assert list(asked) == list(main)
    for id, one in asked.items():
        assert (one.kind, one.lesson, one.private) == (main[id].kind, main[id].lesson, main[id].private), id
        assert (one.points > 0) is (main[id].points > 0)
        if re.match(FROM_MAIN, id):
            assert one.sha256 == main[id].sha256, id


def test_a_student_who_answers_as_the_key_scores_full_and_one_who_answers_nothing_none(case, asked, known):
    for id, exercise in asked.items():
        if not (exercise.typed or exercise.written) and id in known:
            best = best_of(case, exercise, known[id])
            exercise.check(best)
            assert exercise.score(best, known[id], case).points == pytest.approx(exercise.points), id
            if exercise.points:
                assert exercise.score(exercise.empty(), known[id], case).points == 0
            credited = {key.value: key.credit for key in known[id]}
            assert any(credit == 1 for credit in credited.values()), id


def test_a_made_up_student_goes_through_all_of_it(case, asked, known):
    draw = random.Random(15)  # noqa: S311 - a made-up student
    for id, exercise in asked.items():
        if not exercise.typed and exercise.points:
            value = exercise.guess(draw, known[id], case, 0.7)
            result = exercise.score(value, known[id], case)
            assert 0 <= result.points <= exercise.points
            assert exercise.feedback(value, result, case)


def test_the_lessons_run_to_their_end_and_take_no_longer_than_a_period(
    tmp_path, monkeypatch, measured, capsys
):
    make(ROOT, tmp_path / "copy", {name: path.read_bytes() for name, path in files_in(SEEDS, ".").items()})
    monkeypatch.setenv("COURSE_CASE", str(tmp_path / "copy"))
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "work"))
    for path in sorted((tmp_path / "copy" / "notebooks").glob("[0-9]*.ipynb")):
        minutes = estimate(path, tmp_path / "copy").total()
        measured(f"example case, {path.stem}: {minutes:.0f} minutes")
        assert 30 <= minutes <= 50, path.stem
    assert "has no exercise" not in capsys.readouterr().out


def test_every_picture_of_these_lessons_shows_something_and_whose_labels_it_has(case, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CASE", str(EXAMPLE))
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    pictures = [
        figures.blocks_chart(case.articles),
        findings.sources(case),
        findings.quote_check(case),
        figures.voices(case),
        *(figures.versions(case, words) for words in load_exercises(case)["versions_changed"].words),
        findings.cue_check(case),
        *(
            draw(id)
            for draw in (figures.stance_grid, figures.origins_counter)
            for id in ("stances", "stances_more")
        ),
        figures.certainty_ladder("ladders"),
    ]
    for picture in pictures:
        assert picture.table.rows, picture.describe()
        assert "not read" not in str(picture.table.rows)
    assert "the course" in figures.voices(case).table.caption
    assert "(the course, model 1, model 2)" in str(figures.certainty_ladder("ladders").table.rows)
    leaves_open = [
        len(row[figures.COUNTED[1]].split(", ")) > len(row[figures.COUNTED[2]].split(", "))
        for id in ("stances", "stances_more")
        for row in figures.origins_counter(id).table.rows
    ]
    assert 7 <= sum(leaves_open) < len(leaves_open), "the two counts differ, but not everywhere"


def test_each_article_is_asked_about_alike(asked, measured):
    total = Counter()
    for lesson in DONE[1:]:
        counts = sum((counted(one, {}) for one in asked.values() if one.lesson[:2] == lesson), Counter())
        measured(f"example case, lesson {lesson}: {dict(sorted(counts.items()))}")
        assert max(counts[id] for id in LETTERS) - min(counts[id] for id in LETTERS) <= IN_A_LESSON, counts
        total += counts
    assert max(total.values()) / min(total.values()) <= MOST_TO_LEAST, total


def test_no_order_of_items_or_options_is_the_answer(asked, known):
    for id, one in asked.items():
        for group, items in one.groups.items() if one.kind == "order" else ():
            given = [key.value for key in known[id] if key.group == group]
            assert tuple(item.id for item in items) not in given, (id, group)
        if one.kind == "sort" and one.options and id in known:
            items = [item for item in one.items if not item.options]
            best = [next(key.value for key in known[id] if key.item == item.id) for item in items]
            places = [one.options.index(value) for value in best]
            assert len(places) < 3 or places not in (sorted(places), sorted(places)[::-1]), id
            assert len(places) < 6 or len(set(best)) < len(best), id
        own = [item for item in one.items if item.options]
        if len(own) >= 5 and id in known and not one.written:
            best = {key.item: key.value for key in known[id]}
            places = Counter(item.options.index(best[item.id]) for item in own)
            assert max(places.values()) <= 0.7 * len(own), id


def test_the_words_to_choose_from_as_clues_stand_in_the_article_and_no_other_gives_them_away(case, asked):
    for item in asked["clues"].items:
        assert all(option in case[item.id[0]].raw for option in item.options), item.id
        words = set(plain(item.text.partition(":")[2]))
        assert not [option for option in item.options if len(words & set(plain(option)) - {"the", "a"}) > 3]


def test_what_is_said_about_the_case_has_no_loaded_word(case, asked, known):
    said = [(id, one.title) for id, one in asked.items()] + [(id, one.prompt) for id, one in asked.items()]
    said += [(id, name) for id, one in asked.items() for name in one.groups]
    said += [(id, key.reason) for id, keys in known.items() for key in keys if key.by in ("", "course")]
    for id, one in asked.items():
        texts = [text for item in one.items for text in (item.text, *item.options)]
        printed = "".join(article.raw for article in case.articles)
        said += [(id, text) for text in texts if text.split("’ in: ")[-1] not in printed]
    for name in ("coverage", "quotes", "claims", "ladder", "origins", "provenance", "cuts"):
        about = tomllib.loads((SEEDS / "readings" / f"{name}.toml").read_text("utf-8"))
        said += [(name, text) for text in strings(about) if not any(text in one.raw for one in case.articles)]
    assert [(id, text, words) for id, text in said if (words := loaded(text))] == []


def strings(value, key=""):
    """Give the texts of a file that are not words of an article."""
    if isinstance(value, str):
        if key not in ("exact", "prefix"):
            yield value
    elif isinstance(value, dict | list):
        for name, one in value.items() if isinstance(value, dict) else ((key, one) for one in value):
            yield from strings(one, name)


def test_what_a_reason_quotes_stands_in_the_texts_the_task_or_the_dossier(case, asked, known):
    tables = " ".join(path.read_text("utf-8") for path in FILES.values())
    for id, keys in known.items():
        one = asked[id]
        shown = [one.title, one.prompt, *one.options, *(passage.text for passage in one.passages)]
        shown += [text for item in one.items for text in (item.text, *item.options)]
        text = flat(" ".join([*(article.raw for article in case.articles), tables, *shown]))
        for key in keys:
            pieces = (part for words in QUOTED.findall(key.reason) for part in re.split("[…/]", words))
            nowhere = [part for part in pieces if flat(part).strip(" .,;:") not in text]
            if not re.match(FROM_MAIN, id):
                assert not nowhere, (id, key.thing, nowhere)


# What the reasons of lesson 08 reckon besides, by the words that stand before the number in each.
RECKONED = {
    "by the 2,686 people gives ": f"{100 * 426 / 2686:.1f}",
    "Of the ": f"{118 + 97}",
    "of the 912 inhabitants ": f"{100 * 118 / 912:.1f}",
    "and 812 of ": f"{1803 - 250}",
    "600 places, 62 crowns, ": "365",
    "365 nights: ": f"{600 * 62 * 365}",
}


def test_what_the_reasons_of_lesson_08_reckon_is_reckoned_again(known):
    told = " ".join(key.reason for n in range(1, 6) for key in known[f"claim_{n}"]).replace(",", "")
    for words, number in RECKONED.items():
        assert f"{words.replace(',', '')}{number}" in told, words


def test_every_number_in_a_reason_is_in_the_texts_or_recomputed(case, asked, known):
    printed = " ".join(
        [*(one.raw for one in case.articles), *(path.read_text("utf-8") for path in FILES.values())]
    )
    numbers = {text.replace(",", "").rstrip(".") for text in re.findall(r"\d[\d,.]*", printed)}
    numbers |= {f"{one['gives']:g}" for entry in COMPUTED for one in entry["calculation"]}
    numbers |= {text for id in ("ST1", "ST2") for text in re.findall(r"\d+", FILES[id].read_text("utf-8"))}
    numbers |= {"08", *RECKONED.values()}  # the lesson, and what is reckoned again below
    for id, keys in known.items():
        if not re.match(FROM_MAIN, id):
            for key in keys:
                told = {text.replace(",", "").rstrip(".") for text in re.findall(r"\d[\d,.]*", key.reason)}
                assert told <= numbers, (id, key.thing, told - numbers)
    computed = {one["gives"] for entry in COMPUTED for one in entry["calculation"]}
    assert {
        57,
        46.1,
        1.5,
        41.1,
        12.6,
    } <= computed  # 24 and 24 and 9; 118 of 256; 611 on 420; 741 of 1,803; a year
    assert value("ST1.2025-Q3.refused", {}) == 741
    assert value("ST1.2025-Q3.withdrawn", {}) == 250


def test_what_the_reasons_reckon_is_reckoned_again_from_the_tables(known):
    def reasons(id, item):
        return " ".join(key.reason for key in known[id] if key.item == item)

    refused, decided = (value(f"ST1.2025-Q3.{name}", {}) for name in ("refused", "decided"))
    assert f"{refused:.0f} of {decided:,.0f} decided" in reasons("claim_kinds", "A_second")
    assert f"{100 * refused / decided:.0f} in a hundred" in reasons("claim_kinds", "A_second")
    assert f"{value('ST1.2025-Q3.withdrawn', {}):.0f} withdrew" in reasons("claim_kinds", "D_rest")
    assert f"{value('ST1.2025-Q3.persons', {}):,.0f} persons" in reasons("origins", "A_lodged")
    assert f"{value('ST2.*.people', {}):,.0f} people" in reasons("two_leads", "judges")
    assert f"24 and 24 and 9 make {24 + 24 + 9}" in reasons("settled", "sum_BD")
    present = 118 + 97 + 41
    assert f"half of the {present} who were there" in reasons("settled", "hands_BE")
    assert f"118 of {present} people" in reasons("headline", "E_follows")
    assert present > 2 * 118


def test_no_sentence_of_the_main_cases_keys_is_in_these():
    def sentences(root):
        for path in (root / "seeds" / "readings" / "keys").glob("[0-9]*.toml"):
            for key in tomllib.loads(path.read_text("utf-8"))["key"]:
                reason = key.get("reason", "")
                for text in reason.values() if isinstance(reason, dict) else [reason]:
                    parts = re.split(r"(?<=[.?:;])\s+", text)
                    yield from (
                        part
                        for part in parts
                        if len(part.split()) > 4 and not re.match(FROM_MAIN, key["exercise"])
                    )

    assert set(sentences(EXAMPLE)) & set(sentences(ROOT)) == set()


PARTS = {
    "residents’ letter": "Letter of eleven residents",
    "Greta Pellamund": "Statement of the Wayside Fund",
    "Felix Adrunay": "Statement of the Doorstep Network",
    "Doorstep Network": "Statement of the Doorstep Network",
    "Bruno Stellenau": "Statement of Bruno Stellenau",
    "Irma Vollander": "Letter of Irma Vollander",
}


def said_by(speaker):
    """Return what somebody says in the dossier, by the name that begins a line or a part."""
    if speaker in PARTS:
        return TEXTS["VOI"].split(PARTS[speaker])[1].split("\n\n")[0]
    if speaker in ("Residence Act", "Judith Quorrie"):
        return TEXTS["LAW" if speaker == "Residence Act" else "ORD"]
    surname = speaker.split()[-1].upper()
    lines = [line for one in ("PC", "VOI") for line in TEXTS[one].split("\n")]
    said = "\n".join(line for line in lines if re.match(rf"\d+ (?:[A-Z]+ )?{surname}\b", line))
    return said + (TEXTS["POST"] if speaker == "Marta Tessmond" else "")


def has_words(text, words):
    """Say whether a text has these words, as they are or as they begin a sentence."""
    return any(form in text for form in (words, words[0].lower() + words[1:], words[0].upper() + words[1:]))


def test_who_said_what_is_as_the_dossier_has_it(case):
    quotes = tomllib.loads((SEEDS / "readings" / "quotes.toml").read_text("utf-8"))["quote"]
    assert len(quotes) == sum(len(find_quotes(article)) for article in case.articles)
    checked = 0
    for quote in quotes:
        (speaker,) = quote["speaker"].values()
        if speaker == "nobody":
            continue
        words = quote["exact"].split("…")[0].rstrip(",.")
        same = has_words(said_by(speaker), words)
        assert same or any(words in faulty for faulty in FAULTY), quote["id"]
        checked += same
    assert checked > 65


def test_the_paragraphs_that_items_name_hold_their_words(case, asked):
    items = [item for one in asked.values() for item in one.items if item.text.startswith("Paragraph ")]
    assert len(items) > 6
    for item in items:
        paragraph = case[item.article].paragraphs[int(item.text.split()[1].strip(".")) - 1]
        assert paragraph.start <= item.start < item.end <= paragraph.end, item.id


def test_the_guesses_are_what_is_counted(case, asked, known):
    def right(id, item):
        return next(key.value for key in known[id] if key.item == item)

    noise = {
        one.id: sum(block.end - block.start for block in one.blocks if block.kind != "body") / len(one.raw)
        for one in case.articles
        if one.id in asked["noise_guess"].options
    }
    assert right("noise_guess", "most_noise") == max(noise, key=noise.get)
    assert right("noise_guess", "least_noise") == min(noise, key=noise.get)
    table = findings.quote_check(case).table
    wrong = sum(row["the program says"] != "it finds no quotation" for row in table.rows)
    assert right("rules_guess", "wrong") == str(wrong)
    assert (
        f"Of {re.search(r'[0-9]+ in all', asked['rules_guess'].prompt)[0].split()[0]} quotations"
        in table.caption
    )
    kinds = {
        "haldry": "government of Haldry",
        "calderne": "government of Calderne",
        "town": "people of Harsolle",
    }
    kinds |= {"concerned": "claimants", "experts": "experts"}
    voices = load_readings(case).coverage["voice"]
    for item, kind in kinds.items():
        found = {one["article"] for one in voices if kind in one["category"].values()}
        wanted = "in all five" if len(found) == 5 else "in some of them" if found else "in none"
        assert right("voice_guess", item) == wanted, item


def test_the_marks_of_what_is_no_report_are_the_blocks_of_the_page(case, known):
    raw = case["C"].raw
    marked = {(raw[key.start : key.end], key.value) for key in known["blocks"]}
    blocks = {(raw[one.start : one.end].strip(), one.kind) for one in case["C"].blocks if one.kind != "body"}
    assert marked == blocks


def test_what_is_to_be_compared_is_the_transcript(asked):
    for passage in asked["versions_changed"].passages:
        line = int(re.search(r"line (\d+)", passage.id)[1])
        (said,) = [one for one in TEXTS["PC"].split("\n") if one.startswith(f"{line} ")]
        assert passage.text in said, passage.id


def test_the_ladders_end_as_the_planted_ones_do(case, known):
    planted = {tuple(place["article"] for place in one["words"]) for one in of("pattern", "ladder")}
    orders = {tuple(id[0] for id in key.value) for key in known["ladders"]}
    assert {("A", "C", "B", "E"), ("C", "D", "A", "E")} <= planted & orders


def test_claims_have_the_articles_that_the_planted_ones_have():
    planted = {one["right"]: one for one in of("pattern", "claim")}
    claims = tomllib.loads((SEEDS / "readings" / "claims.toml").read_text("utf-8"))["claim"]
    missing = {
        id: {letter for letter in LETTERS if "not there" in claim["stance"][letter].values()}
        for claim in claims
        for id in [claim["id"]]
    }
    # By id: C21 and so on are C01 and so on of planted.toml, C25 and C30 are points.
    pairs = {"C21": "C01", "C22": "C02", "C23": "C03", "C24": "C07", "C25": "P02", "C26": "C04", "C27": "C05"}
    pairs |= {"C28": "C06", "C29": "C08"}
    assert planted
    for id, other in pairs.items():
        assert missing[id] == set(BY_ID[other].get("absent", ())), id


def places_used(case, asked, known, lesson):
    """Give (article, start, end) of everything that a lesson's exercises and pictures point at."""
    readings = load_readings(case)
    facts = [*readings.claims["claim"], *readings.ladder["ladder"]]
    for id, one in asked.items():
        if one.lesson[:2] != lesson:
            continue
        yield from ((item.article, item.start, item.end) for item in one.items if item.article)
        yield from ((key.article, key.start, key.end) for key in known.get(id, ()) if key.end)
        for fact in facts:
            if fact["id"] in one.texts or fact.get("topic") in one.groups:
                yield from (readings.annotation(words)[:3] for words in fact["words"])
        told = [text for item in one.items for text in (item.text, *item.options)]
        said = [*told, *(key.reason for key in known.get(id, ()))]
        told += [part for text in said for words in QUOTED.findall(text) for part in words.split("…")]
        for text in told:
            for article in case.articles:
                at = article.raw.find(text.strip()) if len(plain(text)) > 3 or article.id == "B" else -1
                if at >= 0 and len(plain(text)) > 2:
                    yield article.id, at, at + len(text.strip())


@pytest.mark.parametrize("lesson", DONE[1:])
def test_every_fault_that_is_planted_for_a_lesson_is_used_by_it(case, asked, known, lesson, measured):
    used = list(places_used(case, asked, known, lesson))
    faults = [one for one in of("fault") if lesson in one["lessons"]]
    for one in faults:
        for place in one["words"]:
            start, end = find_words(case[place["article"]].raw, place["exact"], place.get("prefix", ""))
            hit = [at for at in used if at[0] == place["article"] and at[1] < end and start < at[2]]
            assert hit, (one["id"], place["exact"])
    measured(f"example case, lesson {lesson}: {len(faults)} faults used")
