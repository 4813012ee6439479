"""Lesson 08: what its prose states, checked against the code that shows it, and its exercises, solved."""

import json
import re
import shutil
from collections import Counter

import pytest

from course.corpus.case import open_case
from course.corpus.errors import CourseError
from course.corpus.readings import load_cards, load_readings
from course.lessons import cells
from course.lessons.cards import LATER, Cards, card_for_form, cards
from course.lessons.cells import claim_reviews
from course.lessons.exercises import load_exercises
from course.lessons.figures import card_chart
from course.lessons.findings import calculations
from course.lessons.keys import load_keys
from tests.lessons.solving import messages, plotted, solved, source_of

TEXT = source_of("08_check_it_outside")
SORTS = {"sourcing": 5, "source": 5, "unit": 5, "value": 5, "verdict": 10, "verdict_more": 4}
CLAIMS = ("C34", "C33", "C37", "C26", "C52", "C48")


@pytest.fixture(scope="module")
def asked(case):
    return load_exercises(case)


@pytest.fixture(scope="module")
def known(case):
    return load_keys(case)


def test_the_passages_draw_on_the_articles_alike(asked):
    sourcing = Counter(item.article for item in asked["sourcing"].items)
    assert sourcing == dict.fromkeys("ABCDE", 1)
    verdicts = Counter(item.article for id in ("verdict", "verdict_more") for item in asked[id].items)
    assert verdicts == {"A": 1, "B": 2, "C": 2, "D": 2, "E": 2}
    assert sorted(item.article for item in asked["verdict"].items) == ["B", "C", "C", "D", "D"]
    assert sorted(item.article for item in asked["verdict_more"].items) == ["A", "B", "E", "E"]
    assert "two from D, two from C, one from B" in TEXT
    assert "One claim from A, one that B reports as an argument of the government, and two from E" in TEXT


def test_the_passages_stand_where_a_claim_is_judged_later(asked, case):
    verdicts = {item.id: item for id in ("verdict", "verdict_more") for item in asked[id].items}
    claims = {one["id"]: one for one in load_readings(case).claims["claim"]}
    assert len(verdicts) == 9
    assert "You gave nine verdicts" in TEXT
    for first in asked["sourcing"].items:
        item = verdicts[first.id]
        assert item.article == first.article
        assert item.start < first.end
        assert first.start < item.end
        assert item.article in {place["article"] for place in claims[item.id]["words"]}


@pytest.mark.parametrize("id", SORTS)
def test_an_exercise_is_scored_as_it_should(id, asked, known, case):
    exercise, keys = asked[id], known[id]
    right = solved(exercise, keys)
    assert exercise.points == SORTS[id]
    assert exercise.score(right, keys, case).points == exercise.points
    assert exercise.score({}, keys, case).points == 0
    item = exercise.items[0]
    credited = {key.value for key in keys if key.item == item.id}
    wrong = next(one for one in item.options or exercise.options if one not in credited)
    lost = exercise.points / len(exercise.items)
    assert exercise.score(right | {item.id: wrong}, keys, case).points == exercise.points - lost


def test_an_answer_that_can_be_defended_has_half_or_all_of_the_credit(asked, known, case):
    keys = known["verdict_more"]
    right = solved(asked["verdict_more"], keys)
    late = "insufficient as of 5 February 2025"
    assert asked["verdict_more"].score(right | {"C33": late}, keys, case).points == 4
    assert asked["verdict_more"].score(right | {"C18": "not checkable"}, keys, case).points == 3.5


def test_verdicts_are_what_the_readings_say_the_cards_do(asked, known, case):
    words = {
        "supports": "holds as worded",
        "supports with limits": "holds with limits",
        "contradicts a detail": "a detail does not hold",
        "cannot settle": "insufficient as of 5 February 2025",
    }
    bearing = {one["id"]: one.get("bearing", {}) for one in load_readings(case).evidence["evidence"]}
    card = {"C34": "E01", "C37": "E10", "C26": "E06", "C52": "E26", "C48": "E23"}
    card |= {"C16": "E14", "C33": "E01"}
    right = solved(asked["verdict"], known["verdict"]) | solved(asked["verdict_more"], known["verdict_more"])
    assert right.pop("E_reminder") == "not checkable"  # no claim of the readings: an evaluation
    assert right.pop("C18") == words[bearing["E14"]["C18"]]
    assert right == {claim: words[bearing[one][claim]] for claim, one in card.items()}


def test_the_values_to_choose_are_those_that_come_out(asked, known, case):
    right = solved(asked["value"], known["value"])
    told = {row["what"]: row["result"] for row in calculations(case, *CLAIMS).table.rows}
    assert told["homicides from 2022 to 2023"] == "68.9 %"
    assert right["homicides"] == "69 %"
    assert told["encounters in the four fiscal years 2021 to 2024"] == "8,724,304"
    assert right["encounters"] == "8.7 million"
    assert told["encounters from February 2021 to October 2024"] == "8,535,533"
    assert told["the part that was built on, in acres"] == right["acres"] == "57"
    assert told["the land, at 166 hectares, in acres"] == "410"
    arrived = ("people who arrived on 4 February", "people who arrived on 3 January and 4 February")
    assert right["officers"] == f"{told[arrived[0]]}, and {told[arrived[1]]} in all"
    assert told["people under the designation that ends"] == right["protection"] == "348,202"
    # 'Find one of each in the table': a percentage and a sum that start elsewhere.
    assert told["homicides from 2015 to 2018, before the president took office"] == "49.7 %"


def test_the_other_values_are_mistakes_that_can_be_made_with_the_same_card(asked, case):
    numbers = {card["id"]: card.get("numbers", {}) for card in load_cards(case)}
    counts, land = numbers["E01"]["homicides"], numbers["E06"]
    options = {item.id: set(item.options) for item in asked["value"].items}
    falls = {
        f"{100 - 100 * counts[end] / counts[start]:.0f} %"
        for start, end in (("2022", "2024"), ("2015", "2023"))
    }
    assert options["homicides"] == {f"{100 * counts['2023'] / counts['2022']:.0f} %", "69 %"} | falls
    acre, built = land["acres in a hectare"], land["hectares built on"]
    whole = land["hectares of land, in El Tiempo"]
    assert options["acres"] == {
        f"{x:.0f}" for x in (built / acre, built * acre, (whole - built) * acre, whole * acre)
    }
    years = numbers["E10"]["encounters in each fiscal year"]
    before = numbers["E10"]["encounters in months of fiscal year 2021"]
    sums = (years["2024"], sum(years.values()) - sum(before.values()), sum(years.values()))
    assert options["encounters"] == {f"{x / 1e6:.1f} million" for x in sums} | {"10.8 million"}


def test_a_card_shows_what_stands_on_it_and_whether_it_is_confirmed(case):
    for card in load_cards(case):
        page = cards(case, card["id"])._repr_html_()
        assert ("<strong>Confirmed</strong>" in page) is card["confirmed"]
        assert ("<strong>Not confirmed</strong>" in page) is not card["confirmed"]
        outer = page.index("border:3px dashed" if not card["confirmed"] else "border:2px solid")
        assert page[: outer + 20].count("border:") == 1  # the whole card's own border
        assert ("Not confirmed:</strong>" in page) is ("unconfirmed" in card)
        assert (LATER in page) is ("epilogue" in card)
        assert page.count("<dt>") == page.count('<dd dir="auto">')
    assert "E29: Places in US immigration detention (not confirmed)" in repr(cards(case, "E01", "E29"))
    shown = re.findall(r"cards\(case, ([^)]*)\)", TEXT)
    assert shown == ['"E26"', '"E29"']
    assert "limited Immigration and Customs Enforcement (ICE) detention space" in case["D"].text


def test_the_cards_of_a_claim_are_folded_below_every_question_about_it(
    asked, known, case, monkeypatch, tmp_path
):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    claims = {"homicides": "C34", "encounters": "C37", "acres": "C26", "officers": "C52", "protection": "C48"}
    needed = {item.id: item.cards for item in asked["verdict"].items}
    assert {claims[item.id]: item.cards for item in asked["unit"].items} == needed
    assert all(set(item.cards) <= set(needed[claims[item.id]]) for item in asked["value"].items)
    bearing = {one["id"]: one.get("bearing", {}) for one in load_readings(case).evidence["evidence"]}
    for item in (*asked["verdict"].items, *asked["verdict_more"].items):
        assert item.id == "E_reminder" or any(item.id in bearing[card] for card in item.cards)
    shown = {item["id"]: item["cards"] for item in cells.exercise("unit").spec["items"]}
    assert [card["id"] for card in shown["encounters"]] == ["E10", "E11"]
    assert shown["homicides"] == [card_for_form(cards(case, "E01").cards[0])]
    assert "first of the cards" in TEXT
    used = {card for one in asked.values() for item in one.items for card in item.cards} | {"E29"}
    assert len(used) == 9


def test_the_numbers_on_a_card_have_names_that_can_be_read(case):
    assert "hectares built on: 23.1" in cards(case, "E06")._repr_html_()
    assert "homicides: 6,656 (2015); 5,280 (2016)" in cards(case, "E01")._repr_html_()
    names = [name for card in load_cards(case) for name in card.get("numbers", {})]
    assert len(names) > 20
    assert not [name for name in names if "_" in name]


def test_nothing_on_a_card_becomes_markup(case):
    card = dict(load_cards(case)[0]) | {"topic": "<b>", "says": "<script>", "numbers": {"<i>": 1}}
    card["seen"] = [{"publisher": "<u>", "date": "", "address": "javascript:alert(1)"}]
    page = Cards([card])._repr_html_()
    assert not re.search(r"<(b|script|i|u)>|javascript", page)
    assert not re.search(r"<(b|script|i|u)>|javascript", card_for_form(card)["html"])
    assert "&lt;script&gt;" in page
    with pytest.raises(CourseError, match="no evidence card 'E98': choose one of E01"):
        cards(case, "E98")


def test_the_chart_draws_the_card(case):
    picture = card_chart(case, "E01", "homicides")
    counts = next(card for card in load_cards(case) if card["id"] == "E01")["numbers"]["homicides"]
    assert dict(zip(plotted(picture).data[0].x, plotted(picture).data[0].y, strict=True)) == counts
    assert "2015: 6,656; 2016: 5,280" in picture.describe()
    told = {row["when"]: row["what changed"] for row in picture.table.rows if row["what changed"]}
    assert list(told) == ["2019", "2022"]
    assert "InSight Crime" in told["2019"]
    assert [note["text"][3:7] for note in picture.drawing.layout["annotations"]] == list(told)
    assert len(picture.table.rows) == len(counts)


@pytest.mark.parametrize("readings", [True, False])
def test_the_lesson_is_solved_through_its_widgets(readings, asked, known, case_copy, monkeypatch):
    if not readings:
        shutil.rmtree(case_copy / "seeds" / "readings")
    monkeypatch.setenv("COURSE_CASE", str(case_copy))
    monkeypatch.setenv("COURSE_WORK", str(case_copy / "my_work"))
    assert "Answer first" in claim_reviews("verdict").lines[0]
    for id, points in SORTS.items():
        for message in messages(asked[id], solved(asked[id], known[id])):
            assert not cells.exercise(id).handle(message)["problem"]
        form = cells.reveal(id).parts[0]
        said = f"{points} of {points} points." if readings else cells.LATER
        assert said in form.feedback["summary"]
    sums = calculations(open_case(case_copy), *CLAIMS)
    assert ("your teacher will open this" in sums.describe()) is not readings
    assert len(cards(open_case(case_copy), "E01", "E23").cards) == 2


def test_verdicts_become_records_that_can_be_saved(asked, known, case_copy, monkeypatch):
    monkeypatch.setenv("COURSE_CASE", str(case_copy))
    monkeypatch.setenv("COURSE_WORK", str(case_copy / "my_work"))
    right = solved(asked["verdict"], known["verdict"])
    cells.answer("verdict", dict(list(right.items())[:2]))
    panel = claim_reviews("verdict")
    assert len(panel.tables[1]["rows"]) == 2
    (file,) = panel.handle({"button": "save", "fields": {}})["downloads"]
    records = json.loads(file["text"])
    by_claim = {one["claimReviewed"]: one["reviewRating"]["alternateName"] for one in records}
    items = {item.text: right[item.id] for item in asked["verdict"].items if item.text in by_claim}
    assert by_claim == items
    assert {row[0].split(":")[0] for row in panel.tables[0]["rows"]} == records[0].keys() - {
        "@context",
        "@type",
    }


def test_no_answer_stands_in_the_text(known, asked):
    for id in SORTS:
        assert not any(key.reason and key.reason in TEXT for key in known[id])
    assert not re.search(r"\b(69|68\.9) ?%|8\.7 million|\b57\b|348,202|\b70\b", TEXT)


def test_samples_stand_for_each_level_and_options_for_each_verdict(known, asked):
    assert {key.level for key in known["change_my_mind"]} == set(asked["change_my_mind"].rubric)
    right = solved(asked["verdict"], known["verdict"]) | solved(asked["verdict_more"], known["verdict_more"])
    assert set(right.values()) == set(asked["verdict"].options)
