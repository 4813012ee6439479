"""Lesson 05: what its prose states, checked against the code that shows it, and its exercises, solved."""

import copy
import re
import shutil

import pytest

from course.corpus.article import Article
from course.corpus.readings import load_readings
from course.lessons import cells
from course.lessons.figures import LOOK, Grid, certainty_ladder
from course.lessons.findings import cue_counts
from tests.lessons.solving import messages, order_tau, solved, source_of

TEXT = source_of("05_rank_the_certainty")
EVERY = "ABCDE"
SETTLED = ["settled", "settled_more"]


@pytest.fixture(scope="module")
def ladders(case):
    return {one["topic"]: one for one in load_readings(case).ladder["ladder"]}


def test_the_ladders_ask_for_the_wordings_that_the_readers_ranked(asked, ladders, case):
    groups = asked["ladders"].groups
    assert groups.keys() == ladders.keys() - {"El Salvador’s offer, or agreement"}  # it mixes two scales
    for topic, items in groups.items():
        ranked = {place["article"]: place["exact"] for place in ladders[topic]["words"]}
        assert {item.article for item in items} == {*ranked}
        assert all(ranked[item.article] in item.text for item in items)  # E adds its source
        for order in ladders[topic]["order"].values():  # the order in which items come gives nothing away
            assert order_tau([item.article for item in items], order) < 0.5
    counts = [sum(item.article == id for item in asked["ladders"].items) for id in EVERY]
    assert counts == [1, 2, 2, 2, 3]


def test_the_questions_draw_on_the_articles_alike_and_their_form_gives_nothing_away(asked, known, case):
    items = [item for id in SETTLED for item in asked[id].items]
    assert [len(asked[id].items) for id in SETTLED] == [asked[id].points for id in SETTLED] == [5, 5]
    assert asked["settled"].prompt.startswith("Five ")
    named = {item.id: {id for id in EVERY if re.search(rf"\b{id}\b", item.text)} for item in items}
    assert [sum(id in one for one in named.values()) for id in EVERY] == [4, 4, 3, 5, 4]
    right = {item: value for id in SETTLED for item, value in solved(asked[id], known[id]).items()}
    alone = {right[id] for id, one in named.items() if len(one) == 1}
    assert alone == {"by reading", "by outside evidence", "by nothing"}
    assert sorted({list(right.values()).count(option) for option in asked["settled_more"].options}) == [3, 4]


def test_what_settles_a_question_goes_by_origins_as_lesson_04_counts_them(asked, known):
    """Each question has one answer: what texts say is read, and whether it is so needs two origins."""
    answers = {}
    for key in (key for id in SETTLED for key in known[id] if key.credit == 1):
        answers.setdefault(key.item, set()).add(key.value)
    assert all(len(one) == 1 for one in answers.values())
    assert "two texts, each with a source of its own" in asked["settled"].prompt


def test_the_bridge_is_a_ladder_to_practise_on(asked, known, case):
    exercise, keys = asked["bridge_order"], known["bridge_order"]
    assert exercise.points == 0
    assert [key.value for key in keys] == [("driver", "said", "noted", "flat")]
    assert TEXT.index("A *hedge* is") < TEXT.index('exercise("bridge_order"') < TEXT.index("*pointed out*")
    for item in exercise.items:
        assert item.text not in TEXT


def test_the_words_that_questions_quote_stand_in_the_articles(asked, case):
    every = "\n".join(article.raw for article in case.articles).replace("“", "").replace("”", "")
    items = [item for id in SETTLED for item in asked[id].items]
    found = {word for item in items for word in re.findall(r"‘([^’]+)’", item.text)}
    assert len(found) >= 4
    assert [word for word in found if word.rstrip(",") not in every and word != "them"] == []
    paragraphs = [one.text for one in case["D"].paragraphs]
    assert "in San Salvador, the country’s capital" in paragraphs[1]  # near its beginning
    assert "lakeside country house outside San Salvador" in paragraphs[-2]  # near its end


@pytest.mark.parametrize("id", ["ladders", *SETTLED])
def test_an_exercise_is_scored_as_it_should(id, asked, known, case):
    exercise, keys = asked[id], known[id]
    right = solved(exercise, keys)
    assert exercise.score(right, keys, case).points == exercise.points
    assert exercise.score({}, keys, case).points == 0
    wrong = copy.deepcopy(right)
    if id in SETTLED:
        wrong["D13" if id == "settled" else "D23"], lost = "by outside evidence", 1
    else:
        first, second, third = wrong["Room for 40,000 in the prison"]
        wrong["Room for 40,000 in the prison"], lost = [second, first, third], 8 / 3 / 2
    assert exercise.score(wrong, keys, case).points == pytest.approx(exercise.points - lost)


@pytest.mark.parametrize(
    ("topic", "orders"),
    [
        ("Room for 40,000 in the prison", "BCE BEC"),
        ("Venezuela taking back deportees", "CBED BCED"),
        ("Colombia and the deportation flights", "EAD EDA"),
    ],
)
def test_where_two_wordings_are_nearly_a_tie_either_order_counts(topic, orders, asked, known, case):
    right = solved(asked["ladders"], known["ladders"])
    of = {item.article: item.id for item in asked["ladders"].groups[topic]}
    for order in orders.split():
        answer = right | {topic: [of[article] for article in order]}
        assert asked["ladders"].score(answer, known["ladders"], case).points == 8
        cells.answer("ladders", answer)
        rows = Grid(certainty_ladder("ladders").drawing).rows
        assert all("✓" in cell["own"] for row in rows for cell in row["cells"] if cell["text"])


def test_an_order_that_is_partly_right_is_told_its_worst_pair(asked, known, case):
    topic, exercise = "Venezuela taking back deportees", asked["ladders"]
    of = {item.article: item.id for item in exercise.groups[topic]}
    for order, told in {
        "DCBE": "Your order is nearer to the reverse. Most out of place: you have ‘D’ before ‘B’.",
        "CEBD": "Most out of place: you have ‘E’ before ‘B’.",
        "DEBC": "Your order is nearer to the reverse.",
        "BCED": "",
    }.items():
        made = {topic: [of[article] for article in order]}
        (result,) = (one for one in exercise.score(made, known["ladders"], case).items if one.item == topic)
        assert result.swapped == told, order


@pytest.mark.parametrize("readings", [True, False])
def test_the_lesson_is_solved_through_its_widgets(readings, asked, known, case_copy, monkeypatch):
    if not readings:
        shutil.rmtree(case_copy / "seeds" / "readings")
    monkeypatch.setenv("COURSE_CASE", str(case_copy))
    monkeypatch.setenv("COURSE_WORK", str(case_copy / "my_work"))
    for id in ("ladders", *SETTLED):
        for message in messages(asked[id], solved(asked[id], known[id])):
            assert not cells.exercise(id).handle(message)["problem"]
        form = cells.reveal(id).parts[0]
        said = f"on all {len(asked[id].asked)}." if readings else "Your teacher will open the rest."
        assert said in form.feedback["summary"]
    ladder = certainty_ladder("ladders")
    assert bool(ladder.drawing.articles) == bool(ladder.table.rows) == readings
    assert readings or "your teacher will open this" in ladder.describe()


def test_the_ladder_picture_shows_where_no_source_is_named(asked):
    picture = certainty_ladder("ladders")
    rows = picture.table.rows
    shown = [row[step] for row in picture.drawing.grid.rows for step in row if row[step] and step != "matter"]
    assert sum(text.endswith(": no source") for text in shown) == sum(row["source"] == "none" for row in rows)
    assert len(shown) == len(rows) == sum(len(cell.places) for cell in shown)
    assert {row["matter"] for row in picture.drawing.grid.rows} == asked["ladders"].groups.keys()
    venezuela = [row for row in rows if row["ladder"].startswith("Venezuela")]
    assert [(row["article"], row["source"]) for row in venezuela] == [
        ("C", "Trump"),
        ("B", "Trump"),
        ("E", "Leavitt"),
        ("D", "none"),
    ]
    room = [
        row["article"]
        for row in rows
        if row["ladder"] == "Room for 40,000 in the prison (reader 2, reader 3)"
    ]
    assert room == ["B", "E", "C"]
    last = {}
    for row in rows:
        last[row["ladder"]] = row
    assert all(row["source"] == "none" for row in last.values())
    assert {row["ladder"].partition(" (")[0] for row in rows} == asked["ladders"].groups.keys()


def test_the_sources_that_ladders_name_stand_in_the_sentence_of_the_words(case, ladders):
    readings = load_readings(case)
    for ladder in ladders.values():
        for place in ladder["words"]:
            source = ladder["source"].get(place["article"])
            spot = readings.annotation(place)
            sentence = next(
                one.text
                for one in case[spot.article].sentences
                if one.start <= spot.start and spot.end <= one.end
            )
            assert source is None or source in sentence


def test_what_a_count_of_signs_tells_is_guessed_before_the_table_opens(asked, known):
    right = {key.item: key.value for key in known["signs_guess"]}
    assert right == {"blind": "‘whatever it may be’", "least": "whether something will happen"}
    assert asked["signs_guess"].points == 0
    assert 'exercise("signs_guess", reveal("signs_guess", more))' in TEXT


def test_the_words_that_are_counted_are_told_and_shown(case, asked, known):
    counted = TEXT.split("words such as *may*: here ")[1].split(". No list")[0]
    assert re.findall(r"\*(\w+)\*", counted) == LOOK["cues"]["like ‘may’"].split()
    rows = {row["article"]: row for row in cue_counts(*case.articles).rows}
    assert rows["D"]["which"] == "could, could, potentially, alleged, potentially"
    assert rows["C"]["which"] == "may"
    shown = dict(re.findall(r"^([A-E]): (.+)$", asked["signs_guess"].passages[0].text, re.MULTILINE))
    for id, row in rows.items():
        words = re.findall("‘([^’]+)’", shown[id])
        assert all(one in case[id].raw for one in words)
        assert len(words) == row["like ‘may’"], "each word that is counted is shown"
    reasons = " ".join(key.reason for key in known["signs_guess"])
    for id, words in (("D", "up to 30,000 migrants"), ("B", "as many as 40,000")):
        assert words in case[id].raw
        assert words in reasons


def test_an_article_without_a_report_has_nothing_to_count():
    assert set(cue_counts(Article.from_text("X", "")).rows[0].values()) == {"X", 0, "0.0", ""}


def test_counts_change_their_order_with_length_as_the_lesson_lets_students_see(case):
    rows = cue_counts(*case.articles).rows
    raw = sorted(rows, key=lambda row: -row["like ‘said’"])
    share = sorted(rows, key=lambda row: -float(row["like ‘said’, per 100 words"]))
    assert [row["article"] for row in raw] != [row["article"] for row in share]


def test_the_pair_that_opens_the_lesson_stands_in_the_texts_and_a_ladder_asks_both(asked, case):
    pair = re.findall(r"- ([A-E]): “([^”]+)”", TEXT)
    assert [id for id, _ in pair] == ["B", "C"]
    asked_of = {item.article: item.text for item in asked["ladders"].items if "room" in item.id}
    assert all(words in case[id].raw and words in asked_of[id] for id, words in pair)


def test_a_reader_was_asked_about_one_question_of_the_third_kind(asked, known):
    keys = known["settled_more"]
    third = {key.item for key in keys if key.value == "by nothing"}
    asked_of = {key.item for key in keys if key.value == "by nothing" and key.by != "course"}
    assert (len(third), asked_of) == (3, {"D_space"})
    read = {key.item for key in keys if key.by != "course"}
    assert {key.item for key in keys} - read == {"A_ground", "E_escalation"}
    assert "No reader was asked about two of the next five." in TEXT


def test_the_flattest_wordings_name_no_source_as_the_question_says(asked, known):
    rows = {row["ladder"]: row for row in certainty_ladder("ladders").table.rows}  # the last of each ladder
    assert {row["source"] for row in rows.values()} == {"none"}
    (key,) = known["flattest"]
    assert (asked["flattest"].points, key.value) == (0, "Neither of the two")


def test_no_answer_stands_in_the_text(known):
    assert not any(key.reason and key.reason in TEXT for keys in known.values() for key in keys)
    assert "settled" not in TEXT.split("## What would settle it?")[0].replace("settle a question", "")
