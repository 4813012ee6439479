"""Lessons 06 to 10 on the example case: what their keys say is computed again from its texts and tables."""

import csv
import json
import re
import shutil
import tomllib
from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from course import dossier, figures, findings
from course.analysis.quotations import find_quotes
from course.analysis.voices import find_terms
from course.analysis.wording import APART, BODY
from course.commands.release import release
from course.commands.site import example_in, pack_lessons
from course.corpus.annotation import find_words
from course.corpus.case import open_case
from course.lessons.consistency import problems_of
from course.lessons.exercises import load_exercises
from course.lessons.keys import load_keys
from tests import test_example as articles
from tests.lessons.test_any_case import WORDS
from tests.test_example import BY_ID, PLANTED, TEXTS, has_words, plain, said_by

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
    return answers_of(load_keys(case))


def answers_of(known):
    found = {}
    for id, keys in known.items():
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
    assert asked["search_guess"].options[found] == answers["search_guess", "found"]
    have = [answers["coverage", "P03", one.id] for one in case.articles]
    told = len([one for one in have if one != "absent"])
    assert asked["search_guess"].options[told] == answers["search_guess", "told"]


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


# What the keys have as known, held against the dossier and what was planted.

CRAFT = {  # by the kind of merit that was planted
    "keeps the condition": "keeps the condition with the date",
    "explains the number": "gives all the numbers of a count",
    "exact source": "quotes the law itself",
    "own stand": "says on which side it stands",
    "full date": "gives the full date",
}
VERDICTS = {  # by the calculation that was planted with the claim
    ("claim_1", "verdict"): "A-F05",
    ("claim_3", "verdict"): "C-M01",
    ("fall_verdict", "A_rise"): "A-M04",
    ("verdict_more", "B_fifth"): "B-M01",
}
NOBODYS = ("no one is named",)
SPEAKERS = ("Marta Tessmond", "Anders Vasketh")


def what_changed(said, printed):
    """Return what may be said of a printed quotation, by its words and those of the transcript."""
    words = " ".join(plain(re.sub("”.*?“", " ", printed)))
    for sentence in re.split(r"(?<=\.) ", said):
        whole = " ".join(plain(sentence))
        if whole.startswith(words):
            left = len(whole[len(words) :].split())
            if left > 1:
                return {"The condition is cut", "A full stop stands inside the marks where he went on"}
            one = "One word is gone, and with it the sense is another"
            return {one if left else "Nothing but the sign at the end is changed"}
    rest = iter(plain(said))
    if all(word in rest for word in words.split()):
        return {"The middle is taken out, and the ends are joined"}
    return {"Other words say whose the towns are"}


def checked(asked):
    """Return the sentences of lesson 10's answer, of all its rounds."""
    return [item for id in asked if id.startswith("machine_check") for item in asked[id].items]


def computed_again(case, asked):
    """Give (exercise, item ...), and the answers that the texts, the dossier and what was planted leave."""

    def words(item):
        return case[item.article].raw[item.start : item.end]

    for id, item in ((one, item) for one in ("coverage", "coverage_more") for item in asked[one].items):
        left = {article.id: {"absent"} for article in case.articles}
        for place in BY_ID[item.id]["words"]:
            article = case[place["article"]]
            start, _ = find_words(article.raw, place["exact"], place.get("prefix", ""))
            kind = next(block.kind for block in article.blocks if block.start <= start < block.end)
            left[article.id] = {"present", "partly"} if kind == "body" else {"partly", "absent"}
        yield from (((id, item.id, at), values) for at, values in left.items())
    said = {one.id: one.text for one in asked["versions_changed"].passages}
    for item in asked["versions_changed"].items:
        yield ("versions_changed", item.id), what_changed(said[item.passage], words(item))
    for id in (f"quotes_{letter}" for letter in "abcde"):
        for item in asked[id].items:
            names = {*item.options} - {*NOBODYS}
            if names and item.id != "C_weeks":  # C’s own words for a thought
                spoke = {name for name in names if has_words(said_by(name), words(item).rstrip(",."))}
                yield (id, item.id), spoke or {*NOBODYS}
    for item in asked["craft"].items:
        merits = [
            one for one in PLANTED if one["weight"] == "merit" and one["words"][0]["article"] == item.article
        ]
        kinds = {
            one["kind"]
            for one in merits
            for place in one["words"]
            if place["exact"] in words(item) or words(item) in place["exact"]
        }
        yield ("craft", item.id), {CRAFT[kind] for kind in kinds if kind in CRAFT}
    for path, id in VERDICTS.items():
        yield path, {"a detail does not hold" if BY_ID[id]["weight"] == "fault" else "holds as worded"}
    yield ("headline", "E_headline"), {case["B"].raw.split("\n")[0]}
    yield ("provenance", "B_year"), {"stated" if re.search(r"\b20\d\d\b", case["B"].raw) else "unknown"}
    yield ("provenance", "E_date"), {"stated" if "Publish date : 2025-11-14" in case["E"].raw else ""}
    yield ("claim_3", "unit"), {f"one that was {re.search('claim was (.*).', TEXTS['ST'])[1]}"}
    estimate = (
        re.search("perhaps one in five", TEXTS["PC"])[0],
        re.search("a survey of 300 people", TEXTS["PC"])[0],
    )
    yield ("claim_5", "value"), {"‘{}’, from {}".format(*estimate)}
    (clue,) = (item for item in asked["clues"].items if item.id == "A_day_clue")
    ordered = datetime.strptime(re.search("order of (.*), case", TEXTS["ORD"])[1], "%d %B %Y")
    days = {option for option in clue.options if f"{ordered:%A}" in option}
    yield ("clues", "A_day_clue"), days
    spoke = [has_words(said_by(name), "a waiting room with a clock on the wall") for name in SPEAKERS]
    yield ("machine_check_2", "s02"), {"the wrong speaker" if spoke == [True, False] else ""}
    hostels = table("ST2_hostels.csv", "hostel").values()
    places, people = (f"{sum(one[name] for one in hostels):,}" for name in ("places", "people"))
    sentences = {item.id: item.text for item in checked(asked)}
    same = f"built for {places} people and held {people}" in sentences["s03"]
    yield (
        ("machine_check_1", "s03"),
        {"the texts support it" if same else "a number that counts something else"},
    )
    nights = {one["crowns_a_night"] for one in hostels}
    yield ("machine_check_4", "s04"), {"a number that counts something else" if nights > {71} else ""}
    printed = " ".join([*TEXTS.values(), *(one.raw for one in case.articles)])
    yield ("machine_check_1", "s06"), {"" if "University" in printed else "the texts do not support it"}
    limited = "During the first ten days residents remain within the Centre" in TEXTS["AG"]
    yield ("machine_check_2", "s08"), {"a limit is gone" if limited else ""}
    still_open = "Neither parliament has set a day for its vote." in TEXTS["PC"]
    yield ("machine_check_2", "s10"), {"the texts support it" if still_open else ""}


def test_each_answer_that_is_known_is_computed_again_where_it_can_be(case, asked, answers, measured):
    """Those that other tests compute are changed here, one by one, and the test must see it."""
    again = dict(computed_again(case, asked))
    assert {path: answers[path] for path in again if answers[path] not in again[path]} == {}
    guesses, counts = (
        articles.test_the_guesses_are_what_is_counted,
        test_the_counts_of_lesson_06_are_the_programs,
    )
    checks = dict.fromkeys(("noise_guess", "rules_guess", "voice_guess"), lambda to: guesses(case, asked, to))
    checks |= dict.fromkeys(
        ("count_first", "describing_guess"), lambda to: counts(case, asked, answers_of(to))
    )
    checks["search_guess"] = lambda to: test_the_search_of_lesson_07_finds_fewer_texts_than_have_it(
        case, asked, answers_of(to)
    )
    checks["blocks"] = lambda to: articles.test_the_marks_of_what_is_no_report_are_the_blocks_of_the_page(
        case, to
    )
    tables = dict.fromkeys(
        [(f"claim_{number}", "value") for number in range(1, 5)],
        lambda to: test_the_numbers_of_lesson_08_come_out_of_the_tables(answers_of(to)),
    )
    known, done, left = load_keys(case), 0, Counter()
    for id, keys in known.items():
        if re.match(articles.FROM_MAIN, id):
            continue  # about no case
        read = {key.path for key in keys if key.by != "course"}  # what models read too is a judgement
        for at, key in enumerate(keys):
            if key.credit < 1 or key.level or key.path in read:
                continue
            check = checks.get(id) or tables.get((id, *key.path))
            if check:
                changed = (*keys[:at], replace(key, value="changed"), *keys[at + 1 :])
                with pytest.raises(AssertionError):
                    check(known | {id: changed})
            computed = bool(check) or (id, *key.path) in again
            done += computed
            left[id] += not computed
    told = ", ".join(f"{id} {count}" for id, count in left.items() if count)
    measured(f"example case: {done} of {done + left.total()} known answers are computed again; not: {told}")
    assert done >= 105


def test_every_verdict_but_one_is_used_and_none_is_left_over(asked, answers):
    ids = [f"claim_{n}" for n in range(1, 6)]
    verdicts = Counter(answers[id, "verdict"] for id in ids)
    later = ("fall_verdict", "verdict_more")
    more = Counter(answers[id, item.id] for id in later for item in asked[id].items if item.article)
    assert set(verdicts) | set(more) == set(asked["verdict_more"].options)
    assert max(more.values()) == 2
    about = [item.article for id in (*ids, *later) for item in asked[id].items if item.article]
    assert set(Counter(about).values()) == {2}


def test_sound_and_faulty_sentences_of_the_summary_are_as_many(asked, answers):
    ids = [id for id in asked if id.startswith("machine_check")]
    verdicts = Counter(answers[id, item.id] for id in ids for item in asked[id].items)
    assert verdicts["the texts support it"] * 2 == verdicts.total() == 10
    whole = asked["machine_guess"].passages[0].text.strip()
    assert all(item.text in whole for item in checked(asked))
    assert {key.value for key in load_keys(open_case(SEEDS.parent))["machine_ties"]} == set(
        asked["machine_ties"].labels
    )


def test_loaded_words_of_lesson_06_are_as_many_on_both_sides(asked):
    sides = Counter()
    for item in (*asked["charges"].items, *asked["charges_more"].items):
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
    panel, below = dossier().parts
    assert "before you open a card" in panel.lines[0]
    panel.act({"button": "open", "fields": {}})
    reader, *tables = below.parts
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


def test_a_case_without_a_dossier_shows_nothing_of_it(monkeypatch):
    monkeypatch.setenv("COURSE_CASE", str(SEEDS.parent))
    assert [str(part) for part in dossier("below").parts[2:]] == ["below"]
    monkeypatch.setenv("COURSE_CASE", str(ROOT))
    assert dossier("below").parts == ("below",)


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
        name: sum("dossier(" in "".join(cell["source"]) for book in found for cell in book["cells"])
        for name, found in books.items()
    }
    assert offered == {"example": 1, "main": 1}  # where it shows nothing
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
    texts = asked["charges"].texts | asked["charges_more"].texts
    assert sorted(one["id"] for one in terms) == sorted(texts)
    for one in terms:
        start, end = find_words(case[one["article"]].raw, one["exact"], one.get("prefix", ""))
        assert f"‘{one['exact']}’".casefold() in texts[one["id"]].casefold(), one["id"]
        quoted = any(q.start <= start and end <= q.end for q in find_quotes(case[one["article"]]))
        assert quoted is (one["voice"]["course"] in ("quoted", "deck")), one["id"]
    assert len(findings.terms_in_place("charges", "charges_more").table.rows) == len(terms) == 12
    frames = tomllib.loads((SEEDS / "readings" / "frames.toml").read_text("utf-8"))["label"]
    places = [(one["article"], one["paragraph"]) for one in frames]
    assert places == [
        (id, number) for id in asked["frames"].articles for number in asked["frames"].paragraphs
    ]
    assert {name for one in frames for name in one["primary"].values()} <= set(asked["frames"].labels)
    assert "10 paragraphs" in figures.frame_map("frames").describe()
