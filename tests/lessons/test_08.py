"""Lesson 08: what its prose states, checked against the code that shows it, and its exercises, solved."""

import json
import re
import shutil
from collections import Counter
from itertools import pairwise

import pytest

from course.corpus.case import open_case
from course.corpus.errors import CourseError
from course.corpus.readings import load_cards, load_readings
from course.lessons import cells
from course.lessons.cards import ABOUT, Cards, card_for_form, cards
from course.lessons.cells import claim_reviews
from course.lessons.figures import card_chart
from tests.lessons.solving import messages, plotted, solved, source_of
from tests.lessons.test_calculations import calculate

TEXT = source_of("08_check_it_outside")
DESK = {"1": "C16", "2": "C26", "3": "C52", "4": "C37", "5": "C18"}
CLAIMS = {f"claim_{name}": claim for name, claim in DESK.items()}
ASKED = {  # the steps that are alive in each
    "claim_1": ["look", "C16"],
    "claim_2": ["value", "reading", "C26"],
    "claim_3": ["value", "officers", "C52"],
    "claim_4": ["unit", "value", "C37"],
    "claim_5": ["look", "silence", "C18"],
}
# Points: as many as there are steps. Of the other two the last is for those who have time.
SORTS = {id: len(steps) for id, steps in ASKED.items()} | {"fall_verdict": 0, "verdict_more": 0}
LATE = "insufficient as of 5 February 2025"


def test_the_desk_and_the_verdicts_after_it_take_one_claim_from_each_article(asked):
    desk = [item.article for id in CLAIMS for item in asked[id].items if item.article]
    after = [
        item.article for id in ("fall_verdict", "verdict_more") for item in asked[id].items if item.article
    ]
    assert sorted(desk) == sorted(after) == list("ABCDE")
    assert [line[0] for line in asked["desk_guess"].passages[0].text.split("\n") if line] == desk
    assert "one of your verdicts" in asked["change_my_mind"].prompt


def test_a_claim_is_asked_by_the_steps_that_are_alive_in_it_with_its_card(asked, case):
    for id in CLAIMS:
        items = asked[id].items
        assert [item.id for item in items] == ASKED[id]
        at = next(at for at, item in enumerate(items) if item.cards)
        assert at == (items[0].id == "look")  # where to look is asked before the card is there
        assert not any(item.cards for item in items[at + 1 :])
        assert (items[-1].options, asked[id].options) == ((), asked["verdict_more"].options)
        assert items[-1].words in asked[id].prompt
        shown = {item["id"]: item["cards"] for item in cells.exercise(id).spec["items"]}
        assert shown[items[at].id] == [card_for_form(one) for one in cards(case, *items[at].cards).cards]
    steps = {step for steps in ASKED.values() for step in steps}
    assert {"look", "unit", "value"} < steps  # the source, the unit, the computed value


def test_the_bridge_teaches_each_verdict_and_that_two_can_be_defended(asked, known):
    toy = asked["toy_verdicts"]
    full = {(key.item, key.value) for key in known["toy_verdicts"]}
    assert {value for _, value in full} == set(toy.options)
    assert sorted(Counter(item for item, _ in full).values()) == [1, 1, 1, 1, 1, 2]
    assert toy.practice
    assert [one.removesuffix(" as of 5 February 2025") for one in asked["claim_1"].options] == list(
        toy.options
    )


def test_the_verdicts_for_those_who_have_time_are_open_only_once_they_are_begun(
    asked, case_copy, monkeypatch
):
    monkeypatch.setenv("COURSE_CASE", str(case_copy))
    monkeypatch.setenv("COURSE_WORK", str(case_copy / "my_work"))
    cells.answer("claim_5", {"silence": asked["claim_5"].items[1].options[0]})
    row = next(row for row in cells.progress().tables[0]["rows"] if row[0].startswith("08"))
    assert "Four more verdicts" not in row[2]
    cells.answer("verdict_more", {"C30": asked["verdict_more"].options[0]})
    row = next(row for row in cells.progress().tables[0]["rows"] if row[0].startswith("08"))
    assert "Four more verdicts (1 of 4)" in row[2]


def test_how_many_hold_is_what_the_keys_say(asked, known):
    right = [solved(asked[id], known[id])[claim] for id, claim in CLAIMS.items()]
    full = {(key.item, key.value) for id in CLAIMS for key in known[id] if key.credit == 1}
    most = sum((claim, "holds as worded") in full for claim in CLAIMS.values())
    told = [key.value for key in known["desk_guess"]]
    assert told == [f"{right.count('holds as worded')}", f"{most}"] == ["1", "2"]


def cards_of(exercise):
    return next(item.cards for item in exercise.items if item.cards)


def test_the_claims_are_those_of_the_readings_and_the_cards_bear_on_them(asked, case):
    readings = load_readings(case)
    claims = {one["id"]: one for one in readings.claims["claim"]}
    bearing = {one["id"]: one.get("bearing", {}) for one in readings.evidence["evidence"]}
    needed = {claim: cards_of(asked[id]) for id, claim in CLAIMS.items()}
    needed |= {item.id: item.cards for item in asked["verdict_more"].items}
    needed["C34"] = cards_of(asked["fall_verdict"])
    assert len(needed) == 10
    needed.pop("E_reminder")  # no claim of the readings: an evaluation
    for claim, found in needed.items():
        assert all(claim in bearing[card] for card in found), claim
        item = next(item for id in SORTS for item in asked[id].items if item.id == claim and item.article)
        assert item.article in {place["article"] for place in claims[claim]["words"]}


def test_no_option_is_right_by_its_place(asked, known):
    """Who always chose the first, the second or the third of what is offered would be right half the time."""
    right = []
    for id in SORTS:
        chosen = solved(asked[id], known[id])
        right += [item.options.index(chosen[item.id]) for item in asked[id].items if item.options]
    assert len(right) == 12
    assert max(map(right.count, right)) <= 7, right


def test_no_option_stands_out_by_its_length(asked):
    for id in CLAIMS:
        for item in asked[id].items[:-1]:
            lengths = [len(option) for option in item.options]
            assert len(lengths) in (3, 4)
            assert max(lengths) < 4 * min(lengths), (id, item.id)


def test_the_source_to_look_for_is_not_the_longest_option(asked, known):
    for id in (id for id, steps in ASKED.items() if "look" in steps):
        look = next(item for item in asked[id].items if item.id == "look")
        assert len(solved(asked[id], known[id])["look"]) < max(map(len, look.options)), id


def test_after_a_search_the_card_of_the_claim_that_was_chosen_opens(
    asked, known, case, case_copy, monkeypatch
):
    monkeypatch.setenv("COURSE_CASE", str(case_copy))
    monkeypatch.setenv("COURSE_WORK", str(case_copy / "my_work"))
    log, keys = asked["look_outside"], known["look_outside"]
    claims = log.asked["claim",]
    assert set(log.found) == set(claims)
    told = {}
    for claim in claims:
        found = {"claim": claim, "now": "It rests on reports."}
        (one,) = log.feedback(found, log.score(found, keys, case), case)
        assert (one["given"], one["verdict"]) == (found["now"], "")
        assert one["cards"] == [card_for_form(card) for card in cards(case, *log.found[claim]).cards]
        told[claim], primary = one["lines"]
        assert primary.startswith("A primary source")
        assert not log.feedback(found, log.score(found, (), case), case)
    assert len(set(told.values())) == len(claims) == 3
    cells.answer("look_outside", found)
    (panel,) = cells.reveal("look_outside").parts
    assert panel.handle({"button": "open", "fields": {}})["problem"] is False


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
    item = exercise.items[-1]
    credited = {key.value for key in keys if key.item == item.id}
    wrong = next(one for one in item.options or exercise.options if one not in credited)
    assert credit(exercise, right | {item.id: wrong}, keys, case) == len(exercise.items) - 1


def test_two_verdicts_that_can_be_defended_are_both_right(asked, known, case):
    both = {
        "claim_1": ("holds as worded",),
        "claim_2": ("holds with limits", "holds as worded"),
        "claim_3": (LATE,),
        "claim_4": ("a detail does not hold", "holds with limits"),
        "claim_5": (LATE,),
    }
    for id, claim in CLAIMS.items():
        right = solved(asked[id], known[id])
        for option in asked[id].options:
            points = asked[id].score(right | {claim: option}, known[id], case).points
            halves = {"claim_5": ("not checkable",), "claim_4": ("holds as worded", LATE)}
            halves["claim_1"] = ("holds with limits", "a detail does not hold")
            halves |= dict.fromkeys(("claim_2", "claim_3"), ("a detail does not hold",))
            less = 0 if option in both[id] else 0.5 if option in halves.get(id, ()) else 1
            assert points == SORTS[id] - less, (id, option)
    fall, last = asked["fall_verdict"], known["fall_verdict"]
    for option in ("holds as worded", "holds with limits"):
        assert credit(fall, solved(fall, last) | {"C34": option}, last, case) == 4
    keys = known["verdict_more"]
    right = solved(asked["verdict_more"], keys)
    for item, option, right_ones in (
        ("C30", "holds with limits", 4),
        ("C30", "holds as worded", 3.5),
        ("C30", LATE, 4),
        ("C48", "a detail does not hold", 3.5),
        ("C48", "holds as worded", 3.5),
        ("C30", "not checkable", 3),
        ("C35", LATE, 4),
        ("C35", "a detail does not hold", 4),
        ("E_reminder", LATE, 3),
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
    for id, claim in (CLAIMS | {"fall_verdict": "C34"}).items():
        right[claim], card[claim] = solved(asked[id], known[id])[claim], cards_of(asked[id])[0]
    assert right == {claim: words[bearing[card[claim]][claim]] for claim in right}
    assert {*right.values(), "not checkable"} == set(asked["verdict_more"].options)


USED_BY = {"supporters": {"C37", "C18", "C34"}, "critics": {"C30", "C48", "E_reminder"}}


def test_what_supporters_and_critics_use_is_judged_alike(asked, known):
    """Of three claims that each side leans on, one is sound, one is not, one can be judged either way."""
    right = {}
    for id in SORTS:
        for key in known[id]:
            if (key.item in {*CLAIMS.values(), "C34"} or id == "verdict_more") and key.credit == 1:
                right.setdefault(key.item, []).append(key.value in asked[id].sound)
    assert len(right) == 10
    for claims in USED_BY.values():
        kinds = ["sound" if all(right[one]) else "either" if any(right[one]) else "not" for one in claims]
        assert sorted(kinds) == ["either", "not", "sound"]


def test_no_verdict_is_a_safe_pick(asked, known):
    """Of all ten claims, no verdict has full credit for more than half."""
    full = Counter(
        key.value
        for id in SORTS
        for key in {(key.item, key.value): key for key in known[id]}.values()
        if (key.item in {*CLAIMS.values(), "C34"} or id == "verdict_more") and key.credit == 1
    )
    assert max(full.values()) <= 5, full


def test_what_is_told_of_verdicts_leaves_open_which_are_used(asked):
    assert "Two claims can have the same verdict." in asked["verdict_more"].prompt


def test_the_values_to_choose_are_those_that_come_out(asked, known, case):
    right = {id: solved(asked[id], known[id]).get("value") for id in CLAIMS}
    on_desk = {card["id"]: card for card in load_cards(case)}
    told = {
        one["what"]: calculate(on_desk[entry["id"]], one["how"], one["of"])
        for entry in load_readings(case).evidence["evidence"]
        for one in entry.get("calculation", ())
    }
    assert solved(asked["fall_verdict"], known["fall_verdict"])["fall"] == "69"
    assert round(told["homicides from 2022 to 2023"]) == round(told["the rate from 2022 to 2023"]) == 69
    assert told["encounters in the four fiscal years 2021 to 2024"] == 8_724_304
    until = (
        "encounters from February 2021 to October 2024",
        "encounters from February 2021 to November 2024",
    )
    assert right["claim_4"] == ", and ".join(f"{told[one] / 1e6:.1f} million" for one in until)
    land, built = told["the land, at 165.2 hectares, in acres"], told["the part that was built on, in acres"]
    assert right["claim_2"] == f"{land:.0f}, and {built:.0f}" == "408, and 57"
    assert round(told["the land, at 166 hectares, in acres"]) == 410
    arrived = ("people who arrived on 4 February", "people who arrived on 3 January and 4 February")
    assert right["claim_3"] == f"{told[arrived[0]]}, and {told[arrived[1]]} in all"


def test_the_other_values_are_mistakes_that_can_be_made_with_the_same_card(asked, case):
    numbers = {card["id"]: card.get("numbers", {}) for card in load_cards(case)}
    values = {id: next(one for one in asked[id].items if one.id == "value") for id in ("claim_2", "claim_4")}
    land, options = numbers["E06"], {id: set(one.options) for id, one in values.items()}
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
    begun, (october, november) = years - before, [*encounters["encounters after fiscal year 2024"].values()]
    assert after == october + november
    assert f"{begun / 1e6:.2f} million" in values["claim_4"].text
    # Right; nothing taken away for the months before; taken away in place of added; a slip of one place.
    sums = [
        (base + october * by, base + after * by)
        for base, by in ((begun, 1), (years, 1), (begun, -1), (begun, 10))
    ]
    assert options["claim_4"] == {f"{x / 1e6:.1f} million, and {y / 1e6:.1f} million" for x, y in sums}


def test_a_card_shows_what_stands_on_it_and_whether_it_is_confirmed(case):
    for card in load_cards(case):
        page = cards(case, card["id"])._repr_html_()
        confirmed, doubt = card["confirmed"], "unconfirmed" in card
        assert ("<strong>Confirmed</strong>" in page) is (confirmed and not doubt)
        assert ("<strong>Confirmed, except for what is named below</strong>" in page) is (confirmed and doubt)
        assert ("<strong>Not confirmed</strong>" in page) is not card["confirmed"]
        outer = page.index("border:3px dashed" if not card["confirmed"] else "border:2px solid")
        assert page[: outer + 20].count("border:") == 1  # the whole card's own border
        assert ("Not confirmed:</strong>" in page) is ("unconfirmed" in card)
        assert (ABOUT["later"] in page) is ("epilogue" in card)
        assert page.count("<dt>") == page.count('<dd dir="auto">')
    assert "E29: Places in US immigration detention (not confirmed)" in repr(cards(case, "E01", "E29"))


def test_every_card_that_is_shown_says_where_it_was_read(asked, case):
    used = {card for one in asked.values() for item in one.items for card in item.cards}
    used |= {card for found in asked["look_outside"].found.values() for card in found}
    assert len(used) == 11
    shown = [one for one in load_cards(case) if one["id"] in used]
    assert all(one["seen"] for one in shown)
    read = {one["id"] for one in shown if "(not read" not in one["source"]}
    assert read == {
        "E09",
        "E14",
        "E23",
    }  # a report on prisons, the Defense Department, the Federal Register
    assert all("unconfirmed" in one for one in shown if one["id"] not in read | {"E02", "E08"})
    assert "Does it say *not read*? Then the course read only reports of that source." in TEXT


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


def test_the_chart_draws_the_card_and_answers_what_was_predicted(case, asked, known):
    picture = card_chart(case, "E01", "homicides")
    counts = next(card for card in load_cards(case) if card["id"] == "E01")["numbers"]["homicides"]
    assert dict(zip(plotted(picture).data[0].x, plotted(picture).data[0].y, strict=True)) == counts
    assert "6,656 in 2015, 114 in 2024" in picture.describe()
    told = {row["when"]: row["what changed"] for row in picture.table.rows if row["what changed"]}
    assert list(told) == ["2019", "2022"]
    assert "InSight Crime" in told["2019"]
    assert [note["text"][3:7] for note in picture.drawing.layout["annotations"]] == list(told)
    assert len(picture.table.rows) == len(counts)
    years = [*counts]
    fell = {year: counts[before] - counts[year] for before, year in pairwise(years)}
    share = {year: fell[year] / counts[before] for before, year in pairwise(years)}
    assert all(number > 0 for number in fell.values())  # from the first year on
    right = solved(asked["fall_guess"], known["fall_guess"])
    assert (right["people"], right["share"]) == (max(fell, key=fell.get), max(share, key=share.get))
    assert right["began"] == "before June 2019"


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
        many = len(asked[id].asked)
        agreed = f"on all {many}." if many > 2 else "on both."
        said = agreed if readings else "Your teacher will open the rest."
        assert said in form.feedback["summary"]
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
        asked[id].items[-1].text for id in ("claim_2", "claim_5")
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
