"""Lesson 04: what its prose states, checked against the code that shows it, and its exercises, solved."""

import copy
import re
import shutil

import pytest

from course.analysis.claims import independent_origins, witnesses
from course.analysis.passages import shared_passages
from course.corpus.case import open_case
from course.corpus.readings import load_readings
from course.lessons import cells
from course.lessons.exercises import load_exercises
from course.lessons.figures import COUNTED, Grid, origins_counter, stance_grid
from course.lessons.findings import nearest_two, shared_words
from course.lessons.keys import load_keys
from course.lessons.scoring import credits_of
from tests.lessons.solving import ROOT, messages, solved, source_of

TEXT = source_of("04_count_the_witnesses")
ROUNDS = {
    "stances": ["C06", "C16", "C24", "C40", "C42"],
    "stances_more": ["C03", "C05", "C11", "C12", "C60"],
}
CLAIMS = [id for ids in ROUNDS.values() for id in ids]


@pytest.fixture(scope="module")
def claims(case):
    return {one["id"]: one for one in load_readings(case).claims["claim"]}


def count(cell):
    return int(cell.partition(":")[0])


@pytest.fixture(scope="module")
def links(case):
    return load_readings(case).origins["link"]


def test_the_ten_claims_are_the_readers_claims_and_draw_on_the_articles_alike(asked, claims, case):
    items = {item.id: item.text for id in ROUNDS for item in asked[id].items}
    assert {id: sorted(item.id for item in asked[id].items) for id in ROUNDS} == ROUNDS
    assert all(text == claims[id]["claim"] for id, text in items.items())
    assert "C58" not in items
    rows = [row for round in ROUNDS for row in stance_grid(round).table.rows]
    assert [sum(row[id] != "not there" for row in rows) for id in "ABCDE"] == [8] * 5
    for round in ROUNDS:  # each round asks about the articles alike, and has every stance that it offers
        rows = stance_grid(round).table.rows
        there = [sum(row[id] != "not there" for row in rows) for id in "ABCDE"]
        assert max(there) - min(there) <= 1
        given = {label for row in rows for id in "ABCDE" for label in row[id].split(" / ")}
        assert given == set(asked[round].options)
    for round in ROUNDS:  # two articles of each claim, and each article twice
        cells = asked[round].asked
        assert [sum(item.id == id for id, _ in cells) for item in asked[round].items] == [2] * 5
        assert [sum(article == id for _, article in cells) for id in "ABCDE"] == [2] * 5
    places = sorted(item.article for item in asked["origins"].items)
    assert "".join(places) == "ABCDE"


def test_each_stance_that_the_lesson_explains_is_an_option(asked, case):
    explained = {}
    for round in ROUNDS:
        meanings = asked[round].prompt.strip().splitlines()[1:]
        explained[round] = [line.split(":")[0].lower() for line in meanings]
        assert all(line.endswith("’") for line in meanings if not line.startswith("Not there"))  # an example
    assert explained["stances"] == list(asked["stances"].options)  # few at a time, and then all
    new = set(explained["stances_more"])
    explained = [*asked["stances_more"].options]
    assert new == set(explained) - set(asked["stances"].options)
    assert len({option[0] for option in explained}) == len(explained)  # a first letter chooses
    assert all(f"**{option}**" in TEXT for option in new)
    assert set(explained) == set(load_readings(case).claims["vocabulary"]["stance"])


@pytest.mark.parametrize(
    ("id", "points"), [("stances", 5), ("stances_more", 5), ("origins", 5), ("count_origins", 1)]
)
def test_an_exercise_is_scored_as_it_should(id, points, asked, known, case):
    exercise, keys = asked[id], known[id]
    right = solved(exercise, keys)
    assert exercise.score(right, keys, case).points == exercise.points == points
    assert exercise.score({}, keys, case).points == 0
    wrong = copy.deepcopy(right)
    if id == "origins":
        wrong["C_details"], share = "no source stated", 1
    elif id == "count_origins":
        wrong["at_most"], share = "four", 0.5
    else:
        wrong["C03" if id == "stances_more" else "C16"]["E"], share = "quoted", 5 / len(exercise.asked)
    assert exercise.score(wrong, keys, case).points == pytest.approx(points - share)


def test_what_is_given_is_what_most_readers_answered(asked, known):
    for item in (item for round in ROUNDS for item in asked[round].items):
        for article, told in item.given.items():
            keys = [key for one in ROUNDS for key in known[one] if key.path == (item.id, article)]
            label, _, why = told.partition(": ")
            read = {key.value for key in keys if key.by != "course"}
            assert set(label.split(", ")) <= read, (item.id, article)
            assert (len(read) == 1) or "," not in label or why.startswith("the readers differed")


def test_where_the_readers_differ_each_of_their_answers_counts(known):
    def credits(item, article):
        keys = [key for id in ROUNDS for key in known[id]]
        cell = [key for key in keys if (key.item, key.article) == (item, article)]
        return dict(credits_of(tuple(cell)))

    assert credits("C03", "C") == {"mixed": 1, "attributed": 1, "quoted": 1}
    assert credits("C60", "C") == {"contradicts": 1, "partial": 1}  # another date, perhaps of another clock
    assert credits("C60", "E") == {"not there": 1, "partial": 1}
    assert credits("C05", "A") == {"contradicts": 1, "partial": 1}  # a part of the claim, or a no to it
    assert "each of their answers has full credit" in TEXT


def test_a_cell_that_is_asked_has_one_answer_and_in_the_near_calls_two_at_most(asked, known, case):
    for round, most in (("stances", 1), ("stances_more", 2)):
        for item, article in asked[round].asked:
            keys = [key for key in known[round] if (key.item, key.article) == (item, article)]
            assert len(credits_of(tuple(keys))) <= most, (item, article)


def test_who_gives_a_claim_as_somebodys_word_has_a_line_to_an_origin_that_is_named(claims):
    named = {"attributed", "quoted", "mixed"}
    for id in CLAIMS:
        for article, source in witnesses(claims[id]):
            assert source or not named.issuperset(claims[id]["stance"][article].values()), (id, article)


@pytest.mark.parametrize("readings", [True, False])
def test_the_lesson_is_solved_through_its_widgets(readings, asked, known, case_copy, monkeypatch):
    if not readings:
        shutil.rmtree(case_copy / "seeds" / "readings")
    monkeypatch.setenv("COURSE_CASE", str(case_copy))
    monkeypatch.setenv("COURSE_WORK", str(case_copy / "my_work"))
    rounds = ((round, stance_grid, round) for round in ROUNDS)
    for id, figure, drawn in (*rounds, ("count_origins", origins_counter, "stances")):
        right = solved(asked[id], known[id])
        for message in messages(asked[id], right):
            form = cells.exercise(id)
            assert not form.handle(message)["problem"]
        form, opening = cells.reveal(id, figure(drawn)).parts
        (shown,) = opening.parts
        whole = "on both." if id == "count_origins" else f"on all {len(asked[id].asked)}."
        assert (whole if readings else "Your teacher will open the rest.") in form.feedback["summary"]
        assert bool(shown.drawing.articles) == bool(shown.table.rows) == readings
        assert readings or "your teacher will open this" in shown.describe()


def test_a_grid_row_tells_each_cell_and_each_reason_once(asked, known, case_copy, monkeypatch):
    monkeypatch.setenv("COURSE_CASE", str(case_copy))
    monkeypatch.setenv("COURSE_WORK", str(case_copy / "my_work"))
    wrong = solved(asked["stances"], known["stances"])
    wrong["C06"]["C"] = "own voice"
    cells.answer("stances", wrong)
    told = cells.reveal("stances").parts[0].feedback["items"]
    assert len(told) == 10  # three articles of each claim are given
    fee = [cell for cell in told if cell["text"].startswith("The fee")]
    assert [cell["article"] for cell in fee] == [*"BC"]
    assert [cell["credit"] for cell in fee] == [1, 0]
    assert fee[-1]["verdict"].startswith("You answered ‘own voice’. ")
    why = next(key.reason for key in known["stances"] if key.item == "C06" and key.by == "course")
    assert all(any(line.endswith(why) for line in cell["lines"]) for cell in fee)  # of the whole row
    assert not any(cell["disputed"] for cell in told)


def test_a_wrong_cell_shows_the_passage_or_why_there_is_none(asked, known, case):
    """Openly: not in the part that is folded; and nothing that the count further down asks."""
    for round in ROUNDS:
        for item in asked[round].items:
            for article in (article for id, article in asked[round].asked if id == item.id):
                wrong = {item.id: {article: "mixed" if round == "stances_more" else "quoted"}}
                result = asked[round].score(wrong, known[round], case)
                row = [one for one in asked[round].feedback(wrong, result, case) if one["text"] == item.text]
                (cell,) = (one for one in row if one["article"] == article)
                told = " ".join([cell["verdict"], *cell["lines"]])
                assert "In the text: ‘" in told or "‘not there’" in told, (item.id, article)
                assert " rest on " not in told, (item.id, article)


def test_links_join_what_a_claim_really_has_and_the_readers_verdicts_lie_between_the_two_counts(
    claims, links
):
    counted = {row["claim"]: row for round in ROUNDS for row in origins_counter(round).table.rows}
    for id in CLAIMS:
        nodes = {source or article for article, source in witnesses(claims[id])}
        joins = [link["joins"] for link in links if link["claim"] == id]
        assert all(len(nodes & set(join)) >= min(2, len(join)) for join in joins), id
        most, least = (count(counted[claims[id]["claim"]][name]) for name in COUNTED[1:])
        if set(claims[id]["verdict"].values()) & {"repeated one origin", "single source"}:
            assert least == 1, id
        elif set(claims[id]["verdict"].values()) == {"corroborated"}:  # by a softer rule than the lesson's
            assert most >= 2, id
    assert {link["claim"] for link in links} <= set(CLAIMS)


def test_one_rule_counts_every_text_that_names_no_source(claims, links):
    """Each counts as one more at most, and as none at least where a source is named; and is told of."""
    for round in ROUNDS:
        for row in origins_counter(round).table.rows:
            (id,) = (id for id in CLAIMS if claims[id]["claim"] == row["claim"])
            silent = {article for article, source in witnesses(claims[id]) if not source}
            most, least = (row[name].partition(": ")[2].split(", ") for name in COUNTED[1:])
            assert set(most) - silent == set(least) or set(least) == {" + ".join(sorted(silent))}, id
            assert silent <= {name for link in links if link["claim"] == id for name in link["joins"]}, id


@pytest.mark.parametrize("round", ROUNDS)
def test_the_counter_falls_and_says_the_same_in_sentence_picture_and_table(round, case):
    fell = {"stances": (15, 10, 5), "stances_more": (20, 8, 5)}[round]
    picture = origins_counter(round)
    before, most, least = ([count(row[name]) for row in picture.table.rows] for name in COUNTED)
    assert (sum(before), sum(most), sum(least)) == fell
    each = "; ".join(", ".join(map(str, one)) for one in zip(before, most, least, strict=True))
    assert f"origins at most and origins at least: {each}." in picture.describe()
    for row, says, ends in zip(Grid(picture.drawing).rows, before, most, strict=True):
        articles, discs = (
            {article for article, _ in row["lines"]},
            {to or article for article, to in row["lines"]},
        )
        assert (len(articles), len(discs)) == (says, ends)
        assert articles <= {
            one["article"] for one in row["cells"][0]["passages"]
        }  # each letter opens its own
    rows = stance_grid(round).table.rows
    parts = {"not there", "partial", "contradicts"}
    said = sum(not parts & {*row[id].split(" / ")} for row in rows for id in "ABCDE")
    assert said == fell[0]  # the same as in the grid
    assert "A text that has only a part of a claim, or contradicts it, is not counted." in picture.describe()
    assert all(b >= c >= 1 for b, c in zip(most, least, strict=True))
    rows = picture.table.rows
    for name, counts in zip(COUNTED, (before, most, least), strict=True):
        assert [count(row[name]) for row in rows] == counts
        assert all(len(row[name].split(", ")) == n for row, n in zip(rows, counts, strict=True))
    assert "what the texts show" in picture.table.columns


def test_the_counter_falls_more_for_some_claims_than_for_others():
    rows = [row for round in ROUNDS for row in origins_counter(round).table.rows]
    falls = {count(row[COUNTED[0]]) - count(row[COUNTED[2]]) for row in rows}
    assert {1, 2} < falls


def test_a_text_that_names_no_source_counts_for_itself_at_most_and_not_at_least():
    rows = origins_counter("stances").table.rows
    room = next(row for row in rows if "40,000" in row["claim"])
    assert room[COUNTED[0]] == "3: B, C, E"  # A has a part of it
    assert room["origins at most"] == "3: C, E, Salvadoran government"  # C and E name no source
    assert room["origins at least"] == "1: Salvadoran government"
    flights = next(row for row in rows if row["claim"].startswith("Colombia"))
    assert (flights["origins at most"], flights["origins at least"]) == ("2: A, D", "1: A + D")
    rows = origins_counter("stances_more").table.rows
    assert any("Rubio is the head of the State Department" in row["what the texts show"] for row in rows)
    agreed = next(row for row in rows if row["claim"].startswith("By the time"))
    assert agreed["origins at most"] == "2: B, Rubio"  # C, D and E have it as his word, too
    assert agreed["origins at least"] == "1: Rubio"


def test_one_of_the_last_five_claims_has_both_governments_and_none_of_the_ten_two_sure_origins(asked, known):
    rows = [row for round in ROUNDS for row in origins_counter(round).table.rows]
    assert {count(row[COUNTED[2]]) for row in rows} == {1}
    assert sum(count(row[COUNTED[0]]) for row in rows) == 35
    assert "in full 35 times" in asked["count_ten"].prompt
    both = [row["claim"] for row in rows if {"Bukele", "Rubio"} <= {*row["sources they name"].split(", ")}]
    key, no = (next(key for key in known["count_ten"] if key.item == item) for item in ("two", "independent"))
    assert [key.value in claim for claim in both] == [True]
    assert no.value.startswith("No: Rubio has it from Bukele")


def test_the_account_that_one_text_follows_stands_in_the_texts(asked, case):
    for letter, one in zip("EDD", asked["same_order"].passages, strict=True):
        assert all(piece.strip() in case[letter].raw for piece in one.text.split("…"))


@pytest.mark.parametrize(
    ("round", "said"),
    [("stances", "A 4, B 3, C 3, D 3, E 4"), ("stances_more", "A 4, B 5, C 5, D 5, E 4")],
)
def test_the_grid_picture_says_the_same_in_sentence_cells_and_table(round, said, claims):
    picture = stance_grid(round)
    of = {one["claim"]: one["stance"] for one in claims.values()}
    for row in picture.table.rows:
        for id in "ABCDE":
            assert bool(row[id].places) == (set(of[row["claim"]][id].values()) != {"not there"})
            assert {place.article for place in row[id].places} <= {id}
    grounds = {row[id].split(" / ")[0]: row[id].fill for row in picture.table.rows for id in "ABCDE"}
    assert len(set(grounds.values())) == len(grounds)  # a ground stands for a stance, not for an article
    assert picture.describe() == (f"How many of 5 claims each article says something about: {said}.")


@pytest.mark.parametrize(
    ("root", "claim"), [(ROOT, "Venezuela’s government"), (ROOT / "course" / "example", "On 31 October 2025")]
)
def test_a_student_counts_one_claim_as_the_picture_does(root, claim, monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_CASE", str(root))
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    rows = [row for round in ("stances", "stances_more") for row in origins_counter(round).table.rows]
    (row,) = (row for row in rows if row["claim"].startswith(claim))
    keys = {key.item: key.value for key in load_keys(open_case(root))["count_origins"]}
    asked = load_exercises(open_case(root))["count_origins"]
    numbers = {item: asked.options.index(value) + 1 for item, value in keys.items()}
    assert numbers == {"at_most": count(row[COUNTED[1]]), "at_least": count(row[COUNTED[2]])}
    case = open_case(root)
    quoted = re.findall("^([A-E])[:,][^“]*“([^”]*)”", asked.prompt, re.MULTILINE)
    assert row[COUNTED[0]].partition(": ")[2].split(", ") == [letter for letter, _ in quoted]
    for letter, words in quoted:
        assert " ".join(words.split()) in " ".join(case[letter].raw.split())


def test_the_bus_counts_as_the_answer_to_the_guess_says(asked, known):
    said = [("text 1", "the mayor"), ("text 2", "the mayor"), ("text 3", "")]
    assert len(independent_origins(said).groups) == 2
    assert len(independent_origins(said, [("text 3", "the mayor")]).groups) == 1
    (key,) = known["bus_guess"]
    assert (asked["bus_guess"].points, key.value) == (0, "one or two")
    assert "at least one, at most two" in key.reason
    assert not any(words in TEXT for words in ("at most two", "one or two"))  # told when it opens only


def test_the_texts_share_what_the_lesson_lets_students_find(case):
    b_d = shared_passages([case["B"], case["D"]], 8)
    labels = [{place.article: place.label for place in one} for one in b_d]
    assert {"B": "own", "D": "quoted"} in labels  # quoted in one, told in the other's own words
    assert {"B": "quoted", "D": "quoted"} in labels
    reader = shared_words(case["B"], case["D"])
    assert len(reader.links) == len(b_d) >= 4
    for one in reader.articles:  # only paragraphs that share something
        starts = [note[1] for note in reader.layers[0]["notes"] if note[0] == one["id"]]
        assert all(any(start <= at < end for at in starts) for start, end in one["shown"])
        assert all(any(start <= at < end for start, end in one["shown"]) for at in starts)
    names = {note[3] for note in reader.layers[0]["notes"]}
    assert names == {"quoted", "not quoted"}

    a_c = shared_passages([case["A"], case["C"]], 6)
    found = {case[place.article].raw[place.start : place.end] for one in a_c for place in one}
    assert "at the US naval base in" in found  # words that chance would share, and fewer than eight


def test_b_and_d_never_mention_each_other(case):
    makers = {
        one["article"]: one["name"]
        for one in load_readings(case).provenance["lookup"]
        if one["name"] in case[one["article"]].raw
    }
    assert makers["D"] in case["D"].raw
    assert makers["D"] not in case["B"].raw
    assert "They are B and D, which never mention each other." in TEXT
    assert [one.id for one in nearest_two(case)] == ["B", "D"]


def test_no_answer_stands_above_its_exercise(known, claims):
    above = TEXT.split('exercise("origins")')[0]
    assert not any(key.reason and key.reason in TEXT for keys in known.values() for key in keys)
    assert not any(words in above for words in ("State Department", "Bukele", "Rubio", "Leavitt", "40,000"))
    assert not any(claim["claim"] in TEXT for claim in claims.values())


def test_check_finds_a_link_to_a_claim_that_is_not_there(case_copy):
    path = case_copy / "seeds" / "readings" / "origins.toml"
    path.write_text(path.read_text("utf-8").replace('claim = "C05"', 'claim = "C99"'), "utf-8")
    from course.lessons.consistency import of_readings as problems

    assert [error for error in problems(open_case(case_copy)) if "C99" in str(error)]
    assert (ROOT / "seeds" / "readings" / "origins.toml").is_file()
