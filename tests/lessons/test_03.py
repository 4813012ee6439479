"""Lesson 03: what its prose and reasons state, against the articles and readings; solved and unsolved."""

import copy
import random
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from course.corpus.annotation import find_words
from course.corpus.case import open_case
from course.corpus.readings import load_readings
from course.lessons import cells, findings
from course.lessons.keys import load_keys
from course.lessons.kinds.mark import mark_of
from course.lessons.scoring import claims_in, sentence, summary
from tests.lessons.solving import messages, order_tau, solved, source_of

ROOT = Path(__file__).parents[2]
TEXT = source_of("03_cut_the_claims")
CUTS = [("claim_cuts", "D", 3)]


def cuts_of(case, keys, by):
    spans = dict.fromkeys((key.article, key.start, key.end) for key in keys if key.by == by)
    return [mark_of(case[id], start, end, "claim") for id, start, end in spans]


def test_kinds_and_orders_draw_on_the_articles_alike(asked):
    kinds = Counter(item.article for item in asked["claim_kinds"].items)
    assert kinds == dict.fromkeys("ABCDE", 2)
    for items in asked["check_first"].groups.values():
        assert sorted(item.article for item in items) == list("ABCDE")


def test_no_article_stands_first_or_last_in_both_orders(known):
    orders = {}
    for key in known["check_first"]:
        orders.setdefault(key.group, []).append([id[-1] for id in key.value])
    for end in (0, -1):
        one, other = ({order[end] for order in found} for found in orders.values())
        assert one.isdisjoint(other)


@pytest.mark.parametrize("cut", CUTS, ids=lambda cut: cut[0])
def test_a_paragraph_is_cut_as_the_prose_says(cut, case, asked, known):
    id, article, number = cut
    exercise = asked[id]
    paragraph = case[article].paragraphs[number - 1]
    assert (exercise.articles, exercise.paragraphs) == ((article,), (number,))
    assert f"aragraph {number} of {article}" in exercise.title
    assert {key.by for key in known[id]} == {"reader2", "reader3"}
    assert all(paragraph.start <= key.start and key.end <= paragraph.end for key in known[id])
    counts = Counter(
        cut["by"] for cut in load_readings(case).cuts["cut"] if cut["words"][0]["article"] == article
    )
    assert len(set(counts.values())) == len(counts) == 2, "'often get different numbers'"


def test_the_made_up_sentence_holds_as_many_claims_as_are_told(asked, known):
    (key,) = (key for key in known["bridge_claims"] if key.credit == 1)
    words = re.findall(r"^\d\. ‘([^’]+)’", key.reason, re.MULTILINE)
    assert all(one in asked["bridge_claims"].prompt for one in words)
    assert (len(words), key.value) == (5, "five")
    assert "five" not in TEXT


def test_what_somebody_said_lies_over_the_claims_of_the_first_cut(case, asked, known):
    exercise, keys = asked["first_cut"], known["first_cut"]
    said = max(keys, key=lambda key: key.end - key.start)
    words = ("largest", "are inhumane", "violate")
    inside = [key for key in keys if case["B"].raw[key.start : key.end].startswith(("the l", *words[1:]))]
    assert len(inside) == 3
    assert all(said.start <= key.start and key.end <= said.end for key in inside)
    marks = cuts_of(case, keys, "course")
    result = exercise.score(marks, keys, case)
    assert summary(result).startswith("You marked 7 of the 7 claims that the course found, each by itself.")
    assert [entry["credit"] for entry in exercise.feedback(marks, result, case)] == [1] * 7


def test_who_cuts_is_told_of_the_prisons_critics_and_of_its_government(asked):
    assert "is held against the prison" in asked["first_cut"].prompt
    assert "the other side of your first cut" in asked["claim_cuts_b"].prompt


def told_of(case, exercise, keys, words):
    (article,) = (case[id] for id in exercise.articles)
    made = [mark_of(article, *find_words(article.raw, one), "claim") for one in words]
    return exercise.feedback(made, exercise.score(made, keys, case), case)


def test_a_mark_that_is_a_claim_is_to_be_kept_and_another_claim_is_marked_once_more(case, asked, known):
    cause = "The 8.5 million border encounters that occurred at the U.S.-Mexico border during President Joe"
    cause += " Biden’s era resulted in an unprecedented growth of the country’s illegal migrant population"
    (whole, *_) = told_of(case, asked["claim_cuts"], known["claim_cuts"], [cause])
    assert whole["verdict"].startswith("This mark stays: it is a claim itself. Further claims inside it: ")
    inside = len(whole["lines"]) - 2  # but for its own, and what to do
    assert whole["verdict"].endswith(f" {inside}.")
    assert "both its ends" in whole["lines"][0]
    assert whole["lines"][-1].endswith(" gets a mark of its own, too.")
    assert not any("end a mark after" in line for line in whole["lines"])


def test_a_mark_that_is_right_elsewhere_is_no_part_of_another_claim(case, asked, known):
    words = ["The 8.5 million border encounters", "an unprecedented growth"]
    (cause,) = (
        one
        for one in told_of(case, asked["claim_cuts"], known["claim_cuts"], words)
        if "caused" in one["lines"][0]
    )
    assert (cause["verdict"], cause["credit"]) == ("You left it unmarked.", 0)
    told = told_of(case, asked["claim_cuts"], known["claim_cuts"], [*words, "resulted in"])
    assert "You marked a part of it: ‘resulted in’." in [one["verdict"] for one in told]


@pytest.mark.parametrize(
    "words", ["civil rights groups say", "civil rights groups say that conditions in the CECOT megaprison"]
)
def test_of_what_somebody_says_who_says_it_is_enough(words, case, asked, known):
    (told,) = (one for one in told_of(case, asked["first_cut"], known["first_cut"], [words]) if one["credit"])
    assert (told["verdict"].split(":")[0].strip("."), told["credit"]) == ("You marked it", 1)


def test_a_cut_inside_a_claim_is_told_that_it_may_be_one(case, asked, known):
    whole = "that occurred at the U.S.-Mexico border during President Joe Biden’s era"
    words = [whole, "during President Joe Biden’s era", "occurred at the U.S.-Mexico border"]
    told = told_of(case, asked["claim_cuts"], known["claim_cuts"], words)
    finer = [one for one in told if "inside a longer claim" in one["verdict"]]
    assert {one["words"]: one["credit"] for one in finer} == dict.fromkeys(words[1:], 0.5)


def test_of_the_paragraph_of_b_one_claim_of_each_kind_is_found(case, asked, known):
    exercise, keys = asked["claim_cuts_b"], known["claim_cuts_b"]
    assert {key.value for key in keys} == {*exercise.labels}
    one_each = {key.value: key for key in keys if key.by == "reader3"}
    marks = [mark_of(case["B"], key.start, key.end, label) for label, key in one_each.items()]
    assert exercise.score(marks, keys, case).points == exercise.points == len(exercise.labels)
    assert exercise.score(marks[1:], keys, case).points == exercise.points - 1
    wrong = mark_of(case["B"], *find_words(case["B"].raw, "organized crime"), marks[0]["label"])
    told = summary(exercise.score([wrong, *marks[1:]], keys, case))
    assert "on 3 of 4. Read again what each label means" in told


@pytest.mark.parametrize(
    "words",
    [
        "40,000",
        "40,000 inmates",
        "as many as 40,000",
        "many as 40,000 inmates",
        "says can hold as many as 40,000 inmates",
    ],
)
def test_a_mark_with_the_number_is_right_however_much_of_its_words_it_takes_in(words, case, asked, known):
    exercise, keys = asked["claim_cuts_b"], known["claim_cuts_b"]
    made = [mark_of(case["B"], *find_words(case["B"].raw, words), "number")]
    assert [one.credit for one in exercise.score(made, keys, case).items] == [1]


def test_a_mark_that_was_too_short_is_told_what_to_take_in_and_is_not_in_the_way_once_that_is_done(
    case, asked, known
):
    exercise, keys = asked["claim_cuts_b"], known["claim_cuts_b"]
    short, whole = (
        mark_of(case["B"], *find_words(case["B"].raw, words), "cause")
        for words in (
            "plunging homicide rates",
            "plunging homicide rates as evidence of its successful approach",
        )
    )
    (one,) = exercise.score([short], keys, case).items
    assert sentence(one) == f"You marked ‘{short['exact']}’ in B. Take in all of ‘{whole['exact']}’."
    (one,) = exercise.score([short, whole], keys, case).items
    assert one.credit == 1


def test_as_many_claims_are_told_of_whichever_reader_a_cut_is_like(case, asked, known):
    keys = known["claim_cuts"]
    whole = cuts_of(case, keys, "reader2")
    for made in (whole, whole[3:], whole[:3], cuts_of(case, keys, "reader3")):
        said = summary(asked["claim_cuts"].score(made, keys, case))
        assert "of the 12 claims that Readers 2 and 3 found" in said


def test_every_cut_of_the_readers_is_in_a_key_whose_reason_says_what_kind_of_claim_it_is(case, known):
    of = {(key.by, case["D"].raw[key.start : key.end]): key.reason for key in known["claim_cuts"]}
    cuts = [one for one in load_readings(case).cuts["cut"] if one["words"][0]["article"] == "D"]
    whole = [words for _, words in of if words.startswith("The 8.5") and words.endswith("population")]
    for cut in cuts:
        ends = [one["exact"] for one in cut["words"]]
        words = whole[0] if ends[1:] else ends[0]
        reason = of[cut["by"], words]
        if cut["type"] in ("number", "cause", "comparison", "forecast", "law"):
            kind = "hints at a cause" if "sparked" in words else cut["type"].replace("law", "claim of law")
            assert kind in reason
    assert len({*of.values()}) == 12, "as many as the two readers found together"


def test_each_kind_is_asked_for_and_explained(asked, known):
    exercise = asked["claim_kinds"]
    right = {(key.item, key.value) for key in known["claim_kinds"] if key.credit == 1}
    two = Counter(item for item, _ in right)
    spoken = {item.id for item in exercise.items if re.search(r"claimed that|wrote that", item.text)}
    assert {item for item, many in two.items() if many == 2} == spoken
    assert {key.value for key in known["claim_kinds"]} == set(exercise.options)
    (kinds,) = exercise.passages
    assert [told.split(":")[0] for told in re.split("\n| · ", kinds.text.strip())] == list(exercise.options)
    assert len(exercise.items) == exercise.points


@pytest.mark.parametrize("root", [ROOT, ROOT / "course" / "example"], ids=["main", "example"])
def test_a_claim_is_of_two_kinds_at_most(root):
    right = {(one.item, one.value) for one in load_keys(open_case(root))["claim_kinds"] if one.credit == 1}
    assert max(Counter(item for item, _ in right).values()) == 2


def test_the_order_of_items_is_no_answer(asked, known):
    for group, items in asked["check_first"].groups.items():
        shown = [item.id for item in items]
        assert all(order_tau(shown, k.value) < 0.7 for k in known["check_first"] if k.group == group)


def test_cues_are_counted_against_the_listed_claims(case):
    layer, table = findings.cues(case), findings.cue_check(case).table
    assert {row["article"]: row["cues"] for row in table.rows} == Counter(
        one.article for one in layer.annotations
    )
    for row in table.rows:
        assert 0 < row["false alarms"] < row["cues"]
        assert 0 < row["claims without a cue"] < row["listed claims"]
    words = Counter(case[one.article].raw[one.start : one.end] for one in layer.annotations)
    assert words["13"], "a gang's name can hold a number"
    longest = max(case.articles, key=lambda article: len(article.text.split())).id
    shortest = min(case.articles, key=lambda article: len(article.text.split())).id
    cues = {row["article"]: row["cues"] for row in table.rows}
    assert cues[longest] > cues[shortest]


def test_the_cues_that_are_asked_about_stand_in_the_paragraph_that_is_shown(case, asked, known):
    assert "read(case.articles[:2][-1], layers=[findings.cues(case)], paragraphs=3)" in TEXT
    paragraph, text = case["B"].paragraphs[2], case["B"].raw
    here = [
        text[one.start : one.end]
        for one in findings.cues(case).annotations
        if one.article == "B" and paragraph.start <= one.start < paragraph.end
    ]
    alarm, miss = asked["cue_alarm"].items
    assert {*alarm.options} - {*here} == {"both", "neither"}
    listed = [
        words["exact"]
        for one in load_readings(case).claims["claim"]
        for words in one["words"]
        if words["article"] == "B" and words["exact"] in paragraph.text
    ]
    right = {key.item: key.value for key in known["cue_alarm"]}
    assert right["alarm"] == "neither"
    assert all(
        cue + after in paragraph.text for cue, after in [("First", " foreign policy"), ("more", " details")]
    )
    bare = [words for words in listed if not any(cue in words for cue in here)]
    assert bare
    assert all("offered to lodge" in words and "American citizens" in words for words in bare)
    assert right["miss"] in miss.options


def test_solved_through_the_handlers_it_scores_full(case, asked, known):
    for id in ("claim_kinds", "check_first"):
        form = cells.exercise(id)
        answer = solved(asked[id], known[id])
        for message in messages(asked[id], answer):
            assert form.handle(message)["problem"] is False
        assert asked[id].score(answer, known[id], case).points == asked[id].points
        assert asked[id].score({}, known[id], case).points == 0


def test_a_wrong_kind_and_a_swapped_pair_lose_exactly_their_share(case, asked, known):
    exercise, keys = asked["claim_kinds"], known["claim_kinds"]
    answer = solved(exercise, keys)
    assert exercise.score(answer | {"E_transfer": "law"}, keys, case).points == pytest.approx(9)
    for item, kinds in {
        "A_safest": ("attribution", "comparison"),
        "A_fee": ("forecast", "attribution"),
    }.items():  # each can be defended
        for kind in kinds:
            assert exercise.score(answer | {item: kind}, keys, case).points == pytest.approx(10)
    for item, kind in (("B_visit", "event"), ("E_transfer", "number"), ("B_largest", "attribution")):
        assert exercise.score(answer | {item: kind}, keys, case).points == pytest.approx(9)
    exercise, keys = asked["check_first"], known["check_first"]
    answer = solved(exercise, keys)
    swapped = copy.deepcopy(answer)
    order = swapped["Five claims"]
    order[3], order[4] = order[4], order[3]  # one pair of the nine that are not open, one group of two
    assert exercise.score(swapped, keys, case).points == pytest.approx(10 - 5 / 9)


@pytest.mark.parametrize("cut", CUTS, ids=lambda cut: cut[0])
def test_cuts_are_held_against_the_nearer_reader(cut, case, asked, known):
    id, article, number = cut
    exercise, keys = asked[id], known[id]
    assert exercise.score([], keys, case).points == 0
    for by in ("reader2", "reader3"):
        marks = cuts_of(case, keys, by)
        assert exercise.score(marks, keys, case).points == pytest.approx(6)
        fewer = exercise.score(marks[1:], keys, case).points
        assert fewer == pytest.approx(6 * 2 * (len(marks) - 1) / (2 * len(marks) - 1))
    paragraph = case[article].paragraphs[number - 1]
    whole = [mark_of(case[article], paragraph.start, paragraph.end, "claim")]
    assert exercise.score(whole, keys, case).points < 1


def test_a_reader_who_used_words_twice_is_named_once(case, asked, known):
    result = asked["claim_cuts"].score(
        cuts_of(case, known["claim_cuts"], "reader2"), known["claim_cuts"], case
    )
    assert not any("Reader 2 and Reader 2" in sentence(item) for item in result.items)


def test_without_readings_it_shows_what_can_be_computed(case_copy, monkeypatch):
    monkeypatch.setenv("COURSE_CASE", str(case_copy))
    shutil.rmtree(case_copy / "seeds" / "readings")
    closed = open_case(case_copy)
    assert findings.cue_check(closed).table.rows == []
    assert findings.cues(closed).annotations


@pytest.mark.parametrize("cut", CUTS, ids=lambda cut: cut[0])
def test_who_cuts_as_a_reader_lumps_nothing_and_who_cuts_less_is_told_what_goes_together(
    cut, case, asked, known
):
    id, article, number = cut
    paragraph = case[article].paragraphs[number - 1]
    for by in ("reader2", "reader3"):
        marks = cuts_of(case, known[id], by)
        result = asked[id].score(marks, known[id], case)
        told = asked[id].feedback(marks, result, case)
        claims = {key.reason for key in known[id] if key.by == by}
        assert {line for entry in told for line in entry["lines"] if entry["credit"] == 1} == claims
        assert len(told) == len({key.reason for key in known[id]}), "of both readers, each claim once"
        assert f"marked {len(claims)} of the 12 claims that Readers 2 and 3 found" in summary(result)
        assert summary(result).endswith(
            "That is a good cut, and it is enough. Read below what each claim says."
        )
    whole = [mark_of(case[article], paragraph.start, paragraph.end, "claim")]
    result = asked[id].score(whole, known[id], case)
    told = asked[id].feedback(whole, result, case)
    assert [(one["text"], one["credit"]) for one in told] == [("Your mark 1", 0.5)]
    where = "end a mark after ‘previous administration’, and begin the next there."
    assert told[0]["lines"][-1] == f"One of them can be wrong and another right: {where}"
    assert len(told[0]["lines"]) >= 12
    assert "marked none of the 12 claims" in summary(result)
    assert summary(result).endswith("Your mark 1 holds 12 of them: look at it next.")


OVERLAPS = [  # marks that overlap, and how many of the nearer reader's claims each holds
    (
        "claim_cuts",
        "D",
        {
            "resulted in an unprecedented growth of the country’s illegal migrant population": 3,
            "unprecedented growth of the country’s illegal migrant population": 3,
            "unprecedented border crisis": 2,
            "border crisis": 1,
            "The 8.5 million border encounters": 1,
        },
    ),
]


def claims_told(exercise, marks, keys, case):
    claims, _ = claims_in(exercise.score(marks, keys, case).items)
    held = [[words for *_, words in one.cuts] for one in claims.values()]
    return {mark["exact"]: sum(mark["exact"] in words for words in held) for mark in marks}


@pytest.mark.parametrize("overlap", OVERLAPS, ids=lambda overlap: overlap[0])
def test_each_mark_is_told_every_claim_in_its_words_whatever_else_is_marked(overlap, case, asked, known):
    id, article, counts = overlap
    made = [mark_of(case[article], *find_words(case[article].raw, words), "claim") for words in counts]
    assert claims_told(asked[id], made, known[id], case) == counts
    told = asked[id].feedback(made, asked[id].score(made, known[id], case), case)
    lines = [line for entry in told for line in entry["lines"]]
    assert len(lines) == len(set(lines)), "each claim is told once"


def test_a_mark_that_is_cut_too_short_is_told_once_as_near(case, asked, known):
    words, cut = "could prove", asked["claim_cuts"]
    made = [mark_of(case["D"], *find_words(case["D"].raw, words), "claim")]
    told = cut.feedback(made, cut.score(made, known["claim_cuts"], case), case)
    (near,) = (entry for entry in told if entry["credit"])
    assert (near["verdict"], near["credit"]) == (f"You marked a part of it: ‘{words}’.", 0.5)
    assert words in near["words"]
    assert not [entry for entry in told if entry["words"] == words]  # and not once more, as a mark of its own


def test_marks_that_hold_several_are_named_by_their_numbers_and_where_to_cut(case, asked, known):
    cut, article = asked["claim_cuts"], case["D"]
    words = [
        "The offer could prove crucial for the Trump White House",
        "8.5 million border encounters that occurred at the U.S.-Mexico border",
        "resulted in an unprecedented growth of the country’s illegal migrant population",
        "unprecedented border crisis",
    ]
    made = [mark_of(article, *find_words(article.raw, one), "claim") for one in words]
    told = cut.feedback(made, cut.score(made, known["claim_cuts"], case), case)
    lumps = {entry["text"]: entry["lines"] for entry in told if entry["text"]}
    quoted = {text: [line.split(":")[0] for line in lines if line[0] == "‘"] for text, lines in lumps.items()}
    assert quoted == {
        "Your mark 2": ["‘border crisis’"],  # it is a claim itself
        "Your mark 4": [
            "‘an unprecedented growth’",
            "‘growth of the country’s illegal migrant population’",
            "‘the country’s illegal migrant population’",
        ],
    }
    assert all(lines[-1].endswith(" gets a mark of its own, too.") for lines in lumps.values())


@pytest.mark.parametrize("cut", CUTS, ids=lambda cut: cut[0])
def test_longer_words_never_hold_fewer_claims_than_a_part_of_them(cut, case, asked, known):
    id, article, number = cut
    paragraph, raw = case[article].paragraphs[number - 1], case[article].raw
    words = [at.span() for at in re.finditer(r"\S+", raw) if paragraph.start <= at.start() < paragraph.end]
    draw = random.Random(3)  # noqa: S311 - the same each time
    for by in ("reader2", "reader3"):
        keys = [key for key in known[id] if key.by == by]
        for _ in range(60):
            low, high = sorted(draw.sample(range(len(words)), 2))
            at = low, high
            last = 0
            while True:
                mark = mark_of(case[article], words[at[0]][0], words[at[1]][1], "claim")
                (count,) = claims_told(asked[id], [mark], keys, case).values()
                assert count >= last, mark["exact"]
                last = count
                if at == (0, len(words) - 1):
                    break
                at = max(0, at[0] - draw.randint(0, 3)), min(len(words) - 1, at[1] + draw.randint(1, 3))
        assert last == len({key.reason for key in keys}), "the whole paragraph holds all of them"


def test_what_b_gives_as_somebody_elses_is_told_so(known):
    for claim in ("40,000 inmates.", "government’s approach."):
        reasons = {key.reason for key in known["claim_cuts_b"] if claim in key.reason}
        assert len(reasons) == 1
        assert all("B gives " in reason for reason in reasons)
