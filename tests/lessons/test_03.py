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
CUTS = [("claim_cuts", "D", 3), ("claim_cuts_b", "B", 6)]


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


def test_the_marks_of_the_made_up_sentence_are_cut_from_it():
    sentence = re.search(r"^\*(The bridge, .*)\*$", TEXT, re.MULTILINE)[1]
    marks = re.findall(r"^\|[A-Z].*\|(.+)\|$", TEXT.split("|Claim|")[1], re.MULTILINE)
    assert marks[-1] == "the whole sentence"
    assert all(words.strip("*") in sentence for words in marks[:-1])
    assert marks[1].strip("*") + " because " + marks[2].strip("*") == marks[3].strip("*"), "both ends"


def test_every_cut_of_the_readers_is_in_a_key(case, known):
    claims = {key.reason.split(" ‘")[0] for id, _, _ in CUTS for key in known[id]}
    cuts = load_readings(case).cuts["cut"]
    assert all(any(claim.startswith(cut["claim"]) for claim in claims) for cut in cuts)


def test_each_kind_is_asked_for_and_explained(asked, known):
    exercise = asked["claim_kinds"]
    assert {key.value for key in known["claim_kinds"]} == set(exercise.options)
    (kinds,) = exercise.passages
    assert [told.split(":")[0] for told in re.split("\n| · ", kinds.text.strip())] == list(exercise.options)
    assert len(exercise.items) == exercise.points


@pytest.mark.parametrize("root", [ROOT, ROOT / "course" / "example"], ids=["main", "example"])
def test_a_claim_is_of_two_kinds_at_most(root):
    right = {(key.item, key.value) for key in load_keys(open_case(root))["claim_kinds"]}
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
    assert {*alarm.options} - {*here} == {"five and First"}
    listed = [
        words["exact"]
        for one in load_readings(case).claims["claim"]
        for words in one["words"]
        if words["article"] == "B" and words["exact"] in paragraph.text
    ]
    right = {key.item: key.value for key in known["cue_alarm"]}
    assert [cue for cue in {*alarm.options} & {*here} if not any(cue in words for words in listed)] == [
        right["alarm"]
    ]
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
        "B_largest": ("comparison", "attribution"),
        "D_haitians": ("event", "number"),
        "D_coerced": ("cause", "event"),
    }.items():  # each can be defended
        for kind in kinds:
            assert exercise.score(answer | {item: kind}, keys, case).points == pytest.approx(10)
    for item, kind in (("B_visit", "number"), ("B_visit", "event"), ("E_transfer", "number")):
        assert exercise.score(answer | {item: kind}, keys, case).points == pytest.approx(9)
    exercise, keys = asked["check_first"], known["check_first"]
    answer = solved(exercise, keys)
    swapped = copy.deepcopy(answer)
    order = swapped["Five claims"]
    order[3], order[4] = order[4], order[3]  # one pair of the seven that are not open, one group of two
    assert exercise.score(swapped, keys, case).points == pytest.approx(10 - 5 / 7)


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


def test_feedback_on_a_cut_tells_what_the_words_claim(case):
    keys = load_keys(case)["claim_cuts"]
    claims = {cut["claim"] for cut in load_readings(case).cuts["cut"]}
    assert all(any(key.reason.startswith(claim) for claim in claims) for key in keys)


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
        assert {line for entry in told for line in entry["lines"]} == claims
        assert all(entry["credit"] == 1 for entry in told)
        assert summary(result).endswith("None of your marks lumps claims together.")
    whole = [mark_of(case[article], paragraph.start, paragraph.end, "claim")]
    result = asked[id].score(whole, known[id], case)
    told = asked[id].feedback(whole, result, case)
    assert len({line for entry in told for line in entry["lines"]}) >= 10
    assert len({entry["verdict"] for entry in told}) == 1
    assert summary(result).endswith("could one be wrong and the other right? If so, cut there.")


OVERLAPS = [  # marks that overlap, and how many of the nearer reader's claims each holds
    (
        "claim_cuts",
        "D",
        {
            "resulted in an unprecedented growth of the country’s illegal migrant population": 4,
            "unprecedented growth of the country’s illegal migrant population": 3,
            "unprecedented border crisis": 2,
            "border crisis": 1,
            "The 8.5 million border encounters": 1,
        },
    ),
    (
        "claim_cuts_b",
        "B",
        {
            "In 2023, Bukele opened a maximum security prison known": 2,
            "In 2023, Bukele opened a maximum security prison known as CECOT": 3,
            "The prison,": 1,
            "The prison, which the Salvadorean government says can hold as many as 40,000 inmates": 2,
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
    words = "government points to"
    made = [mark_of(case["B"], *find_words(case["B"].raw, words), "claim")]
    told = asked["claim_cuts_b"].feedback(
        made, asked["claim_cuts_b"].score(made, known["claim_cuts_b"], case), case
    )
    (near,) = (entry for entry in told if entry["credit"])
    assert (near["verdict"], near["credit"]) == (f"You marked a part of it: ‘{words}’.", 0.5)
    assert words in near["words"]
    assert not [entry for entry in told if entry["words"] == words]  # and not once more, as a mark of its own


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
    for claim in ("40,000 inmates.", "fallen steeply."):
        reasons = {key.reason for key in known["claim_cuts_b"] if claim in key.reason}
        assert len(reasons) == 1
        assert all("B gives this as what ‘" in reason for reason in reasons)
