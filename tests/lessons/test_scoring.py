"""Scores: full for the readers' answers, none for none, and each wrong one loses what it should."""

import re
from dataclasses import asdict, replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.lessons.exercises import load_exercises
from course.lessons.keys import Key, load_keys
from course.lessons.kinds.mark import mark_of
from course.lessons.kinds.order import Order
from course.lessons.scoring import (
    OWN,
    ItemResult,
    Result,
    agreed,
    claims_in,
    credits_of,
    feedback_entry,
    held_in,
    reasons_told,
    sentence,
    summary,
    told_by,
)
from tests.lessons.small_case import ARTICLES
from tests.lessons.solving import order_tau


def marks(small, *wanted):
    """Return marks by (article, words, label)."""
    places = [(id, ARTICLES[id].index(words), words, label) for id, words, label in wanted]
    return [mark_of(small[id], start, start + len(words), label) for id, start, words, label in places]


@pytest.fixture
def result(small, exercises, keys):
    def told(id, value):
        return exercises[id].score(value, keys.get(id, ()), small)

    return told


FULL = {
    "voices": {"rain": "attributed", "ready": "quoted", "held": "own voice"},
    "stances": {"fell": {"A": "present", "B": "absent"}, "year": {"A": "absent", "B": "present"}},
    "ladder": {"The dam": ["may_B", "warned_B", "held_A"]},
}
ADVERT, PHOTO = ("A", "ADVERTISEMENT", "advert"), ("B", "The photo shows the old dam.", "credit")


@pytest.mark.parametrize("id", FULL)
def test_the_most_given_answers_score_full_and_no_answer_scores_none(result, exercises, id):
    assert result(id, FULL[id]).points == exercises[id].points
    nothing = result(id, {})
    assert nothing.points == 0
    assert all(sentence(item).startswith("You gave no answer.") for item in nothing.items)


LOSES = [
    ("voices", {"rain": "own voice"}, 0),  # one of three readers, who can defend it
    ("voices", {"rain": "quoted"}, 1 / 3),
    ("voices", {"ready": "attributed"}, 1 / 3),
    ("voices", {"held": "quoted"}, 0.75 / 3),  # the course's credit of 0.25
    ("stances", {"fell": {"A": "present", "B": "partial"}}, 0),
    ("stances", {"fell": {"A": "absent", "B": "absent"}}, 1 / 4),
    ("stances", {"year": {}}, 2 / 4),
    ("ladder", {"The dam": ["warned_B", "may_B", "held_A"]}, 0),  # as the other reader
    ("ladder", {"The dam": ["may_B", "held_A", "warned_B"]}, 1 / 2),  # one of two pairs: a third is open
    ("ladder", {"The dam": ["held_A", "may_B", "warned_B"]}, 1),
    ("ladder", {"The dam": ["held_A", "warned_B", "may_B"]}, 1),
]


@pytest.mark.parametrize(("id", "change", "lost"), LOSES)
def test_each_wrong_decision_loses_exactly_its_share(result, exercises, id, change, lost):
    got = result(id, FULL[id] | change)
    assert got.points == pytest.approx(exercises[id].points * (1 - lost))


def test_feedback_says_who_gave_which_answer_why_and_that_they_differed(result):
    rain, ready, held = (
        next(
            item for item in result("voices", {"rain": "quoted", "ready": "quoted"}).items if item.item == id
        )
        for id in ("rain", "ready", "held")
    )
    assert sentence(rain) == (
        "You answered ‘quoted’. Better: ‘attributed’ (Readers 1 and 2) or ‘own voice’ (Reader 3)."
    )
    assert (rain.differed, rain.best) == (True, ("attributed", "own voice"))
    assert rain.reasons == (
        ("Reader 1", "attributed", "The mayor said it."),
        ("Reader 3", "own voice", "It opens the sentence."),
    )
    assert sentence(ready) == "You answered ‘quoted’, as Reader 1 did."
    assert sentence(held).endswith("This is the course’s own answer: the readers were not asked.")
    assert "Accepted: ‘own voice’ (the course)." in sentence(held)
    assert sentence(held) == f"{sentence(held, whose=False)} {OWN}"
    assert held.own
    assert not held.differed
    assert "wrong" not in " ".join(map(sentence, (rain, ready, held))).lower()


def test_an_order_is_told_by_how_its_items_begin_or_by_the_articles_they_came_from(result, small):
    (item,) = result("ladder", {"The dam": ["held_A", "may_B", "warned_B"]}).items
    assert item.given == "The dam held.; may not hold; an engineer warned"
    assert item.best[0].startswith("an engineer warned; ")


def key_of(by, value, credit=1.0):
    return Key("asked", by, f"Why {value}.", item="one", value=value, credit=credit)


def told_of(given, *keys):
    result = ItemResult(
        "one", "", given, max([key.credit for key in keys if key.value == given], default=0.0)
    )
    return replace(result, **told_by(keys, str))


def test_the_course_is_told_as_one_who_accepts_beside_readers_and_a_reader_never_differs_with_herself():
    both = [key_of("reader1", "cause"), key_of("reader1", "forecast"), key_of("course", "event")]
    said = "‘cause’ or ‘forecast’ (Reader 1)"
    told = f"You answered ‘law’. Better: {said} or ‘event’ (the course)."
    assert sentence(told_of("law", *both)) == told
    told = f"You answered ‘event’, as the course did. Also accepted: {said}."
    assert sentence(told_of("event", *both)) == told
    differ = [key_of("reader1", "cause"), key_of("reader2", "law"), key_of("reader3", "law")]
    said = "You answered ‘cause’, as Reader 1 did. Also accepted: ‘law’ (Readers 2 and 3)."
    assert sentence(told_of("cause", *differ)) == said
    near = [key_of("reader1", "cause"), key_of("course", "law", 0.5)]
    said = "You answered ‘law’, which comes close. Better: ‘cause’ (Reader 1)."
    assert sentence(told_of("law", *near)) == said
    told = ["Reader 1, ‘cause’: Why cause.", "‘law’ is half right: Why law."]
    assert reasons_told(told_of("law", *near).reasons) == told
    assert feedback_entry("", told_of("law", *near))["lines"] == told
    assert len(feedback_entry("", told_of("cause", *near))["lines"]) == 1  # the other is for who gave it


def test_how_far_an_answer_agrees_is_told_in_one_way_whoever_gave_the_key():
    for by in ("reader1", "course"):
        right, other = (told_of(given, key_of(by, "cause")) for given in ("cause", "law"))
        part = replace(other, credit=0.5)
        assert agreed([right] * 2) == "You agree with the key on both"
        assert agreed([right, part, other]) == "You agree with the key on 1 of 3, and in part on 1"
        said = [agreed([one]) for one in (right, part, other)]
        assert said == ["You and the key agree", "You and the key agree in part", "You and the key differ"]


def test_what_can_be_looked_up_is_right_or_not_and_nobody_agrees(exercises, keys, small):
    """Where an answer is the course's alone and gives no points, it is found or counted, not judged."""
    key = [replace(one, by="course", credit=1.0) for one in keys["voices"] if one.item == "ready"]
    asked = replace(exercises["voices"], points=0)
    told = {given: asked.score({"ready": given}, key, small) for given in ("quoted", "own voice", "")}
    said = {given: (sentence(one.items[0]), summary(one)) for given, one in told.items()}
    assert said == {
        "quoted": ("You answered ‘quoted’, which is right.", "Your answer is right."),
        "own voice": (
            "You answered ‘own voice’. The answer is ‘quoted’.",
            "Another answer is right.",
        ),
        "": ("You gave no answer. The answer is ‘quoted’.", "Another answer is right."),
    }
    one = told["quoted"].items[0]
    assert agreed([one] * 2) == "Both are right"
    assert agreed([one] * 3) == "All 3 are right"
    other = told["own voice"].items[0]
    assert agreed([one, other, replace(one, credit=0.5)]) == "1 of 3 is right, 1 in part"
    assert agreed([other] * 3) == "None of 3 is right"


def test_marks_score_by_the_characters_of_words(result, small):
    assert result("noise", marks(small, ADVERT, PHOTO)).points == 4
    assert result("noise", []).points == 0
    assert sentence(result("noise", []).items[0]).startswith("You left it unmarked.")
    # ADVERTISEMENT has 13 characters, the six words of the other place 22.
    only = result("noise", marks(small, ADVERT))
    assert only.points == pytest.approx(4 * 26 / 48)
    assert summary(only) == (
        "You agree with the key on 1 of 2. "
        "Go through the text once more, line by line: something there has no mark yet."
    )
    wrong = result("noise", marks(small, ADVERT, (*PHOTO[:2], "advert")))
    assert wrong.points == pytest.approx(4 * 26 / 70)
    assert sentence(wrong.items[1]) == "You marked it as ‘advert’. Better: ‘credit’ (Reader 1)."
    assert summary(wrong).endswith(
        "Read again what each label means, then the words that you labelled otherwise."
    )


def test_marks_that_overlap_are_told_what_to_do_and_no_arithmetic(result, small):
    raw = small["B"].raw
    partly = result(
        "noise", [*marks(small, ADVERT), mark_of(small["B"], raw.index("shows"), len(raw), "credit")]
    )
    whole = result(
        "noise", [mark_of(small[id], 0, len(small[id].raw), kind) for id, _, kind in (ADVERT, PHOTO)]
    )
    for one in (partly, whole):
        assert one.points < 4
        assert summary(one).endswith(
            "Compare where your marks and the readers’ begin and end: mark as much as they did."
        )
        assert not re.search(r"point|%|[0-9]\.[0-9]", " ".join([summary(one), *map(sentence, one.items)]))
    full = result("noise", marks(small, ADVERT, PHOTO))
    assert summary(full) == "You agree with the key on both."


def test_edges_in_spaces_and_punctuation_cost_nothing(result, small):
    tidy = marks(small, ADVERT, PHOTO)
    loose = [tidy[0] | {"start": tidy[0]["start"] - 1}, tidy[1] | {"end": tidy[1]["end"] - 1}]
    for mark in loose:
        mark["exact"] = ARTICLES[mark["article"]][mark["start"] : mark["end"]]
    assert result("noise", loose).points == 4


def test_one_mark_over_everything_counts_for_nothing_and_is_told(result, small):
    everything = [mark_of(small[id], 0, len(ARTICLES[id]), "advert") for id in ARTICLES]
    got = result("noise", everything)
    assert got.points == 0
    swallowed = next(item for item in got.items if item.best == ("advert",))
    told = "Your mark ‘advert’ holds more of other text than of this: it does not count."
    assert sentence(swallowed).startswith(told)
    over = [item for item in got.items if not item.best]
    assert [item.over for item in over] == [2, 1]  # the photo’s words are noise
    told = "You marked 2 paragraphs of the report as ‘advert’, which no reader marked."
    assert sentence(over[0]) == told
    assert "You also marked 3 paragraphs of the report, which nobody else did." in summary(got)


def test_paragraphs_in_a_mark_are_told_though_half_of_it_is_right(result, small):
    whole = mark_of(small["A"], ARTICLES["A"].index("The dam held."), len(ARTICLES["A"]), "advert")
    got = result("noise", [whole, *marks(small, PHOTO)])
    assert got.points == pytest.approx(4 * 70 / (70 + 10))
    assert [(item.given, item.credit, item.over) for item in got.items] == [
        ("advert", 1, 0),
        ("advert", 0, 1),
        ("credit", 1, 0),
    ]
    assert summary(got).endswith("mark as much as they did.")


def test_a_mark_where_the_key_has_none_is_told_and_costs(result, small):
    extra = ("A", "held", "credit")
    got = result("noise", marks(small, ADVERT, PHOTO, extra))
    assert got.points == pytest.approx(4 * 70 / (70 + 4))
    assert [item.item for item in got.items] == [ADVERT[1], "held", PHOTO[1]]
    assert sentence(got.items[1]) == "You marked it as ‘credit’. No reader marked it so."
    assert "You marked 1 place that nobody else did." in summary(got)
    assert [not item.answers for item in got.items] == [False, True, False]


def test_a_cut_is_held_against_each_reader_and_the_best_counts(result, small):
    first, second = ("B", "Rain will fall again.", "claim"), ("B", "The dam, built in 1950", "claim")
    whole = ("B", "Rain will fall again. The dam, built in 1950, may not hold", "claim")
    assert result("cuts", marks(small, first, second)).points == 2
    assert result("cuts", marks(small, whole)).points == 2
    assert result("cuts", marks(small, first)).points == pytest.approx(2 * 2 / 3)
    assert result("cuts", marks(small, first, second, ("B", "an engineer warned", "claim"))).points == (
        pytest.approx(2 * 4 / 5)
    )


def test_what_a_cut_is_told_counts_the_claims_that_stand_alone(result, small, exercises):
    first, whole = "Rain will fall again.", "Rain will fall again. The dam, built in 1950, may not hold"
    got = result("cuts", marks(small, ("B", first, "claim")))
    assert summary(got).startswith("You marked 1 of the 2 claims that Reader ")
    assert summary(got).endswith("words below that no mark of yours has: do they say that something is so?")
    extra = [("B", words, "claim") for words in (first, "The dam, built in 1950", "an engineer warned")]
    other = result("cuts", marks(small, *extra))
    assert summary(other).endswith("That is a good cut, and it is enough. Read below what each claim says.")
    for one in (got, other, result("cuts", marks(small, ("B", whole, "claim"))), result("cuts", [])):
        told = exercises["cuts"].feedback([], one, small)
        assert not re.search(r"mark as much|overlap in part", f"{summary(one)} {told}")
        assert len({line for entry in told for line in entry["lines"]}) == sum(len(e["lines"]) for e in told)


def test_claims_in_one_mark_are_told_together_with_the_lessons_own_question(small):
    def found(words, why, *cuts):
        at = tuple(("B", 0, mark) for mark in cuts)
        reader = (("Reader 2", "claim", why),)
        answers = (("claim", ("Reader 2",)),)
        return ItemResult(
            words, "B", "claim" * bool(at), 0, answers, ("claim",), reader, marked=True, cuts=at
        )

    long, short = "an unprecedented growth of the town, all say", "It rained"
    items = [
        found(short, "It rained.", short),
        found(short, "The rain made it grow.", short),  # its words stand in two places
        found("which made the town grow, and how", "The rain made it grow.", long),
        found("unprecedented", "No town grew more.", long),
        found("and sank", "It sank."),
    ]
    claims, others = claims_in(items)
    assert others == []
    assert {why: one.item for why, one in claims.items()} == {
        "It rained.": short,
        "The rain made it grow.": "which made the town grow, and how",  # the longer of its places
        "No town grew more.": "unprecedented",
        "It sank.": "and sank",
    }
    told = {why: sentence(one) for why, one in claims.items()}
    assert told["It rained."] == "You marked it."  # its words stand beside it
    assert told["The rain made it grow."] == f"You marked it: ‘{long}’."
    assert told["It sank."] == "You left it unmarked."
    assert [(at, len(own)) for at, _, own in held_in(items)] == [(1, 1), (2, 2)]
    assert summary(Result(0, 1, tuple(items))) == (
        "You marked 1 of the 4 claims that Reader 2 found, each by itself. "
        "Your mark 2 holds 2 of them: look at it next."
    )
    assert summary(Result(0, 1, tuple(items[:1]))).endswith("Read below what each claim says.")


@pytest.mark.parametrize(
    ("orders", "told"),
    [
        (["ACDBE", "ADCBE", "CADBE", "CDABE", "DACBE", "DCABE"], "A, C and D in any order, then B, then E"),
        (["BEACD", "EBACD"], "B and E in either order, then A, then C, then D"),
        (["ABDC", "BACD", "ABCD", "BADC"], "A and B in either order, then C and D in either order"),
        (["ABC", "CAB"], "‘A, B, C’ or ‘C, A, B’"),  # not all that two places of three allow
    ],
)
def test_orders_that_are_all_accepted_are_told_by_what_may_change_places(orders, told):
    keys = [Key("asked", "course", group="one", value=tuple(order)) for order in orders]
    result = replace(ItemResult("one", "", "E"), **told_by(keys, ", ".join))
    whose = " (the course)" * told.startswith("‘")  # either order is the course's: no reader gave both
    assert f": {told}{whose}." in sentence(result)


def order_credit(given, *orders):
    return Order.credit_of(None, given, dict.fromkeys(map(tuple, orders), 1.0))


ORDERS = st.integers(2, 6).flatmap(
    lambda size: st.lists(st.permutations(range(size)), min_size=1, max_size=4, unique_by=tuple)
)


@given(ORDERS, st.data())
def test_pairs_that_orders_leave_open_count_neither_way(orders, data):
    assert all(order_credit(one, *orders) == 1 for one in orders)
    other = data.draw(st.permutations(orders[0]))
    alike = [pair for pair in combinations(orders[0], 2) if all_put(pair, orders)]
    right = sum(all_put(pair, [other]) for pair in alike)
    known = not alike or other in orders
    assert order_credit(other, *orders) == (1 if known else pytest.approx(right / len(alike)))
    if alike:  # who has all of them the wrong way round has nothing right
        assert order_credit(other[::-1], *orders) == pytest.approx(1 - right / len(alike))
        assert all(order_credit(one[::-1], *orders) == 0 for one in orders)
    if len(orders) == 1:
        assert order_credit(other, *orders) == pytest.approx((order_tau(other, orders[0]) + 1) / 2)


def all_put(pair, orders):
    return all(order.index(pair[0]) < order.index(pair[1]) for order in orders)


def test_an_order_that_runs_wholly_the_other_way_is_told_so(result):
    (item,) = result("ladder", {"The dam": FULL["ladder"]["The dam"][::-1]}).items
    assert (item.credit, item.swapped) == (0, "Your order is nearer to the reverse.")
    assert ". Your order is nearer to the reverse. " in sentence(item)
    for value in (FULL["ladder"], {}):
        (item,) = result("ladder", value).items
        assert "reverse" not in sentence(item)


def test_free_text_has_no_points_but_levels_with_samples(result):
    got = result("why", {"text": "Because."})
    assert got.points is None
    assert got.written
    assert [level.name for level in got.levels] == ["Proficient", "Emergent", "Basic"]
    assert got.levels[0].samples == ("Because an engineer warned of it.",)
    assert "Proficient, Emergent, Basic" in summary(got)


def test_without_a_key_there_is_no_score(small, exercises):
    for exercise in exercises.values():
        got = exercise.score(exercise.empty(), (), small)
        assert got.points is None


def test_points_are_the_teachers_and_no_part_of_what_is_told(result, exercises, keys, small):
    got = exercises["voices"].score(FULL["voices"], keys["voices"], small)
    told = "No reader was asked about 1 of them: there the course answers alone. "
    told += "The readers differed on 1 of them."
    assert (got.points, summary(got)) == (4, f"You agree with the key on all 3.\n{told}")
    free = replace(exercises["voices"], points=0).score(FULL["voices"], keys["voices"], small)
    assert (free.points, summary(free)) == (0, summary(got))


HOSTILE = [
    None,
    3,
    "x",
    [],
    {},
    {"rain": {}},
    {"rain": None},
    {"The dam": ["held_A"]},
    [{"article": "A"}],
    {"fell": 1},
]


@pytest.mark.parametrize("value", HOSTILE)
def test_what_is_no_answer_scores_none_and_never_fails(small, exercises, keys, value):
    for id in ("voices", "stances", "ladder", "noise", "cuts"):
        assert exercises[id].score(value, keys[id], small).points == 0


def test_every_readers_answer_has_full_credit_and_the_course_writes_its_own(keys):
    rain = tuple(key for key in keys["voices"] if key.item == "rain")
    held = tuple(key for key in keys["voices"] if key.item == "held")
    assert credits_of(rain) == {"attributed": 1, "own voice": 1}
    assert credits_of(held) == {"own voice": 1, "quoted": 0.25}


def best_of(case, exercise, keys):
    """Return the answer that the key's most-given answers make."""
    if exercise.kind == "mark":
        if len(exercise.labels) == 1:  # a question of cutting: one reader's marks, whole
            keys = [key for key in keys if key.by == keys[0].by]
        places = {(key.article, key.start, key.end): [] for key in keys}
        for key in keys:
            places[key.article, key.start, key.end].append(key)
        return [
            mark_of(case[place[0]], *place[1:], next(iter(credits_of(tuple(at)))))
            for place, at in places.items()
        ]
    value = {}
    for name in dict.fromkeys(key.item or key.group for key in keys):
        asked = [key for key in keys if (key.item or key.group) == name]
        if exercise.kind == "grid":
            asked = [key for key in asked if key.path in exercise.asked]  # what is given is not answered
            cells = {id: [key for key in asked if key.article == id] for id in exercise.articles}
            value[name] = {id: next(iter(credits_of(tuple(at)))) for id, at in cells.items() if at}
        else:
            best = next(iter(credits_of(tuple(asked))))
            best = str(best) or "A line of one's own." if exercise.kind == "line" else best
            value[name] = list(best) if exercise.kind == "order" else best
    return value


def test_a_lessons_keys_are_the_same_alone_and_among_all(case):
    """Alone, only the facts that they name are kept."""
    lessons = {one.lesson for one in load_exercises(case).values()}
    alone = {id: keys for lesson in lessons for id, keys in load_keys(case, lesson).items()}
    told = [{id: [*map(asdict, keys)] for id, keys in one.items()} for one in (alone, load_keys(case))]
    assert told[0] == told[1]


def test_full_marks_can_be_reached_in_every_exercise_of_the_case(case):
    keys = load_keys(case)
    scored = [
        one for one in load_exercises(case).values() if one.id in keys and not (one.typed or one.written)
    ]
    assert len(scored) >= 5
    for exercise in scored:
        got = exercise.score(best_of(case, exercise, keys[exercise.id]), keys[exercise.id], case)
        assert got.points == pytest.approx(exercise.points), exercise.id
        assert exercise.score(exercise.empty(), keys[exercise.id], case).points == 0
