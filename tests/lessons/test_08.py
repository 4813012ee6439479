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
from course.lessons.cards import ABOUT, Cards, card_for_form, cards
from course.lessons.cells import claim_reviews
from course.lessons.figures import card_chart
from course.lessons.findings import calculations
from tests.lessons.solving import messages, plotted, solved, source_of

TEXT = source_of("08_check_it_outside")
DESK = {"1": "C16", "2": "C26", "3": "C52", "4": "C37", "5": "C18"}
CLAIMS = {f"claim_{name}": claim for name, claim in DESK.items()}
SORTS = dict.fromkeys(CLAIMS, 4) | {"verdict_more": 0}  # points; the last is for those who have time
LATE = "insufficient as of 5 February 2025"


def test_the_desk_and_the_verdicts_after_it_take_one_claim_from_each_article(asked):
    desk = [item.article for id in CLAIMS for item in asked[id].items if item.article]
    assert sorted(desk) == sorted(item.article for item in asked["verdict_more"].items) == list("ABCDE")
    assert "five claims, one from each text" in TEXT
    assert "one of your verdicts" in asked["change_my_mind"].prompt


def test_a_claim_is_taken_in_four_steps_with_its_card_below_the_second(asked, case):
    for id, claim in CLAIMS.items():
        items = asked[id].items
        assert [item.id for item in items] == ["look", "unit", "value", claim]
        assert [bool(item.cards) for item in items] == [False, True, False, False]
        assert (items[3].options, asked[id].options) == ((), asked["verdict_more"].options)
        assert items[3].words in asked[id].prompt
        shown = {item["id"]: item["cards"] for item in cells.exercise(id).spec["items"]}
        assert shown["unit"] == [card_for_form(one) for one in cards(case, *items[1].cards).cards]


def test_the_claims_are_those_of_the_readings_and_the_cards_bear_on_them(asked, case):
    readings = load_readings(case)
    claims = {one["id"]: one for one in readings.claims["claim"]}
    bearing = {one["id"]: one.get("bearing", {}) for one in readings.evidence["evidence"]}
    needed = {claim: asked[id].items[1].cards for id, claim in CLAIMS.items()}
    needed |= {item.id: item.cards for item in asked["verdict_more"].items}
    assert len(needed) == 10
    needed.pop("E_reminder")  # no claim of the readings: an evaluation
    for claim, found in needed.items():
        assert all(claim in bearing[card] for card in found), claim
        item = next(item for id in SORTS for item in asked[id].items if item.id == claim and item.article)
        assert item.article in {place["article"] for place in claims[claim]["words"]}


def test_no_option_is_right_by_its_place(asked, known):
    """Who always chose the first, the second or the third would be right three times of five at most."""
    for step in ("look", "unit", "value"):
        items = [(id, item) for id in CLAIMS for item in asked[id].items if item.id == step]
        right = [item.options.index(solved(asked[id], known[id])[step]) for id, item in items]
        assert max(map(right.count, right)) <= 3, (step, right)


def test_no_option_stands_out_by_its_length(asked):
    for id in CLAIMS:
        for item in asked[id].items[:3]:
            lengths = [len(option) for option in item.options]
            assert len(lengths) in (3, 4)
            assert max(lengths) < 4 * min(lengths), (id, item.id)


def test_the_source_to_look_for_is_not_the_longest_option_and_the_unit_is_not_copied(asked, known, case):
    for id in CLAIMS:
        look, unit = (next(item for item in asked[id].items if item.id == step) for step in ("look", "unit"))
        right = solved(asked[id], known[id])
        assert len(right["look"]) < max(map(len, look.options)), id
        card = " ".join(str(cards(case, *unit.cards).cards).lower().split())
        assert right["unit"] not in card, id


def test_what_a_search_can_find_is_told_after_it_and_gives_no_answer_away(
    asked, known, case, case_copy, monkeypatch
):
    monkeypatch.setenv("COURSE_CASE", str(case_copy))
    monkeypatch.setenv("COURSE_WORK", str(case_copy / "my_work"))
    log = asked["look_outside"]
    found = {"claim": log.asked["claim",][0], "now": "It rests on reports."}
    cells.answer("look_outside", found)
    shown = cells.reveal("look_outside")
    (panel,) = shown.parts
    assert panel.handle({"button": "open", "fields": {}})["problem"] is False
    (one,) = log.feedback(found, log.score(found, known["look_outside"], case), case)
    assert (one["given"], one["verdict"]) == (found["now"], "")
    told = " ".join(one["lines"])
    assert all(f" {claim[0]}" in told for claim in log.asked["claim",])  # what each search can find
    right = [solved(asked[id], known[id]) for id in CLAIMS]
    assert not any(value in told for each in right for value in each.values())
    assert not log.feedback(found, log.score(found, (), case), case)


def credit(exercise, value, keys, case):
    """Return how much of an answer is right, in items: also where it gives no points."""
    return sum(one.credit for one in exercise.score(value, keys, case).items)


@pytest.mark.parametrize("id", SORTS)
def test_an_exercise_is_scored_as_it_should(id, asked, known, case):
    exercise, keys = asked[id], known[id]
    right = solved(exercise, keys)
    assert exercise.points == SORTS[id]
    assert exercise.score(right, keys, case).points == exercise.points
    assert credit(exercise, right, keys, case) == len(exercise.items)
    assert credit(exercise, {}, keys, case) == 0
    item = exercise.items[0]
    credited = {key.value for key in keys if key.item == item.id}
    wrong = next(one for one in item.options or exercise.options if one not in credited)
    assert credit(exercise, right | {item.id: wrong}, keys, case) == len(exercise.items) - 1


def test_two_verdicts_that_can_be_defended_are_both_right(asked, known, case):
    both = {
        "claim_1": ("holds as worded",),
        "claim_2": ("holds with limits",),
        "claim_3": ("a detail does not hold", LATE),
        "claim_4": ("a detail does not hold", "holds with limits"),
        "claim_5": (LATE,),
    }
    for id, claim in CLAIMS.items():
        right = solved(asked[id], known[id])
        for option in asked[id].options:
            points = asked[id].score(right | {claim: option}, known[id], case).points
            halves = {"claim_5": ("not checkable",), "claim_4": ("holds as worded", LATE)}
            halves["claim_1"] = ("holds with limits", "a detail does not hold")
            halves["claim_2"] = ("holds as worded", "a detail does not hold")
            near = 3.5 if option in halves.get(id, ()) else 3
            assert points == (4 if option in both[id] else near), (id, option)
    keys = known["verdict_more"]
    right = solved(asked["verdict_more"], keys)
    for item, option, right_ones in (
        ("C34", "holds as worded", 5),
        ("C34", "holds with limits", 4.5),
        ("C30", "holds with limits", 5),
        ("C30", "holds as worded", 4.5),
        ("C30", LATE, 5),
        ("C48", "a detail does not hold", 4.5),
        ("C48", "holds as worded", 4.5),
        ("C30", "not checkable", 4),
        ("C35", LATE, 5),
        ("C35", "a detail does not hold", 5),
        ("E_reminder", LATE, 4),
    ):
        assert credit(asked["verdict_more"], right | {item: option}, keys, case) == right_ones, item


def test_verdicts_are_what_the_readings_say_the_cards_do(asked, known, case):
    words = {
        "supports": "holds as worded",
        "supports with limits": "holds with limits",
        "contradicts a detail": "a detail does not hold",
        "cannot settle": LATE,
    }
    bearing = {one["id"]: one.get("bearing", {}) for one in load_readings(case).evidence["evidence"]}
    right = solved(asked["verdict_more"], known["verdict_more"])
    assert right.pop("E_reminder") == "not checkable"
    card = {item.id: item.cards[0] for item in asked["verdict_more"].items}
    for id, claim in CLAIMS.items():
        right[claim], card[claim] = solved(asked[id], known[id])[claim], asked[id].items[1].cards[0]
    assert right == {claim: words[bearing[card[claim]][claim]] for claim in right}
    assert {*right.values(), "not checkable"} == set(asked["verdict_more"].options)


USED_BY = {"supporters": {"C37", "C18", "C34"}, "critics": {"C30", "C48", "E_reminder"}}


def test_what_supporters_and_critics_use_is_judged_alike(asked, known):
    """Of three claims that each side leans on, one is sound, one is not, one can be judged either way."""
    right = {}
    for id in SORTS:
        for key in known[id]:
            if (key.item in CLAIMS.values() or id == "verdict_more") and key.credit == 1:
                right.setdefault(key.item, []).append(key.value in asked[id].sound)
    assert len(right) == 10
    for claims in USED_BY.values():
        kinds = ["sound" if all(right[one]) else "either" if any(right[one]) else "not" for one in claims]
        assert sorted(kinds) == ["either", "not", "sound"]


def test_no_verdict_is_a_safe_pick(asked, known):
    """Of all ten claims, no verdict has full credit for more than four."""
    full = Counter(
        key.value
        for id in SORTS
        for key in {(key.item, key.value): key for key in known[id]}.values()
        if (key.item in CLAIMS.values() or id == "verdict_more") and key.credit == 1
    )
    assert max(full.values()) <= 4, full


def test_no_verdict_is_free_once_the_others_are_given(asked, known):
    given = solved(asked["verdict_more"], known["verdict_more"])
    assert len(set(given.values())) < len(given)
    assert "A verdict may fit twice, or not at all." in asked["verdict_more"].prompt


def test_the_values_to_choose_are_those_that_come_out(asked, known, case):
    right = {id: solved(asked[id], known[id])["value"] for id in CLAIMS}
    told = {row["what"]: row["result"] for id in SORTS for row in calculations(id).table.rows}
    assert told["homicides from 2022 to 2023"] == "68.9 %"
    assert told["encounters in the four fiscal years 2021 to 2024"] == "8,724,304"
    assert told["encounters from February 2021 to October 2024"] == "8,535,533"
    assert told["encounters from February 2021 to November 2024"] == "8,629,743"
    assert right["claim_4"] == "8.6 million"
    land, built = told["the land, at 165.2 hectares, in acres"], told["the part that was built on, in acres"]
    assert right["claim_2"] == f"{land}, and {built}" == "408, and 57"
    assert told["the land, at 166 hectares, in acres"] == "410"
    arrived = ("people who arrived on 4 February", "people who arrived on 3 January and 4 February")
    assert right["claim_3"] == f"{told[arrived[0]]}, and {told[arrived[1]]} in all"
    numbers = {card["id"]: card.get("numbers", {}) for card in load_cards(case)}
    assert numbers["E14"] == {"people aboard": 10}
    assert right["claim_1"] == "one flight, ten people"


def test_the_other_values_are_mistakes_that_can_be_made_with_the_same_card(asked, case):
    numbers = {card["id"]: card.get("numbers", {}) for card in load_cards(case)}
    land, options = numbers["E06"], {id: set(asked[id].items[2].options) for id in CLAIMS}
    acre, built = land["acres in a hectare"], land["hectares built on"]
    whole = land["hectares of land, in EFE"]
    pairs = [
        (whole / acre, built / acre),
        (whole * acre, built * acre),
        (whole * acre, (whole - built) * acre),
    ]
    assert options["claim_2"] == {f"{x:.0f}, and {y:.0f}" for x, y in [*pairs, (236, 33)]}
    encounters = numbers["E10"]
    before = encounters["encounters from October 2020 to January 2021, together"]
    years, after = (
        sum(encounters[f"encounters {of}"].values())
        for of in ("in each fiscal year", "after fiscal year 2024")
    )
    assert f"add up to {years / 1e6:.2f} million" in asked["claim_4"].items[2].text
    sums = (years - before, years - before + after, years + after, years + before + after)
    assert options["claim_4"] == {f"{x / 1e6:.1f} million" for x in sums}


def test_a_card_shows_what_stands_on_it_and_whether_it_is_confirmed(case):
    for card in load_cards(case):
        page = cards(case, card["id"])._repr_html_()
        confirmed, doubt = card["confirmed"], "unconfirmed" in card
        assert ("<strong>Confirmed</strong>" in page) is (confirmed and not doubt)
        assert ("<strong>Confirmed, except " in page) is (confirmed and doubt)
        assert ("<strong>Not confirmed</strong>" in page) is not card["confirmed"]
        outer = page.index("border:3px dashed" if not card["confirmed"] else "border:2px solid")
        assert page[: outer + 20].count("border:") == 1  # the whole card's own border
        assert ("Not confirmed:</strong>" in page) is ("unconfirmed" in card)
        assert (ABOUT["later"] in page) is ("epilogue" in card)
        assert page.count("<dt>") == page.count('<dd dir="auto">')
    assert "E29: Places in US immigration detention (not confirmed)" in repr(cards(case, "E01", "E29"))
    shown = re.findall(r"cards\(case, ([^)]*)\)", TEXT)
    assert shown == ['"E29"']
    assert "limited Immigration and Customs Enforcement (ICE) detention space" in case["D"].text


def test_every_card_that_is_shown_says_where_it_was_read(asked, case):
    used = {card for one in asked.values() for item in one.items for card in item.cards} | {"E29"}
    assert len(used) == 11
    shown = [one for one in load_cards(case) if one["id"] in used]
    assert not [one["id"] for one in shown if one["id"] != "E29" and not one["seen"]]
    read = {one["id"] for one in shown if "(not read" not in one["source"]}
    assert read == {"E09", "E14", "E23"}  # a report on prisons, the Defense Department, the Federal Register
    assert all("unconfirmed" in one for one in shown if one["id"] not in read | {"E02", "E08"})
    assert "the source is marked *not read*" in TEXT


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
    assert "6,656 in 2015, 114 in 2024" in picture.describe()
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
    assert "Answer first" in claim_reviews(*SORTS).lines[0]
    for id in SORTS:
        for message in messages(asked[id], solved(asked[id], known[id])):
            assert not cells.exercise(id).handle(message)["problem"]
        form = cells.reveal(id).parts[0]
        said = f"on all {len(asked[id].asked)}." if readings else "Your teacher will open the rest."
        assert said in form.feedback["summary"]
    sums = calculations("claim_2")
    assert ("your teacher will open this" in sums.describe()) is not readings
    assert len(cards(open_case(case_copy), "E01", "E23").cards) == 2


def test_verdicts_become_records_that_can_be_saved(asked, known, case_copy, monkeypatch):
    monkeypatch.setenv("COURSE_CASE", str(case_copy))
    monkeypatch.setenv("COURSE_WORK", str(case_copy / "my_work"))
    for id in ("claim_2", "claim_5"):
        cells.answer(id, solved(asked[id], known[id]))
    panel = claim_reviews(*SORTS)
    assert [row[1] for row in panel.tables[1]["rows"]] == ["holds with limits", LATE]  # verdicts alone
    (file,) = panel.handle({"button": "save", "fields": {}})["downloads"]
    records = json.loads(file["text"])
    assert [one["claimReviewed"] for one in records] == [
        asked[id].items[3].text for id in ("claim_2", "claim_5")
    ]
    assert {row[0].split(":")[0] for row in panel.tables[0]["rows"]} == records[0].keys() - {
        "@context",
        "@type",
    }


def test_no_answer_stands_in_the_text(known, asked):
    for id in SORTS:
        assert not any(key.reason and key.reason in TEXT for key in known[id])
    assert not re.search(r"\b(69|68\.9) ?%|8\.6 million|\b57\b|\b70\b|\bten people", TEXT)


def test_samples_stand_for_each_level(known, asked):
    assert {key.level for key in known["change_my_mind"]} == set(asked["change_my_mind"].rubric)
