"""The rounds: forms that are parallel and even, a form by the student's id, and nothing told too early."""

import json
import re
import shutil
import tomllib
from collections import Counter
from datetime import date, timedelta
from itertools import permutations
from statistics import mean

import icalendar
import pytest

from course.analysis.detection import Detected
from course.lessons import cells, rounds
from course.lessons.figures import rounds_chart
from course.lessons.handin import read_hand_in, read_student, sign_in
from course.lessons.here import here
from course.lessons.rounds import FORMS, HOW_SURE, LESSON, MOMENTS, Round, calendar, order_of
from course.lessons.widgets import ONE_ANSWER, Form, Opening, Panel
from tests.lessons.solving import ROOT, plotted, solved, source_of

SEEDS = (ROOT / "seeds", ROOT / "course" / "example" / "seeds")
SUPPORTED, NOT = "supported", "not supported"
ROUNDS = cells.PANELS["elsewhere"][LESSON]  # how the list of what is done calls them
SKILLS = [f"{number:02}" for number in range(2, 9)]
READ = tomllib.loads((ROOT / "tests" / "lessons" / "rounds_read.toml").read_text("utf-8"))


def entries(form):
    """Return what the file of keys says of each statement of a form, `skill` and `looks` among it."""
    said = tomllib.loads((SEEDS[0] / "readings" / "keys" / f"{LESSON}.toml").read_text("utf-8"))["key"]
    return {one["item"]: one for one in said if one["exercise"] == form}


def texts_of(passage):
    """Return the two texts of a pair, each without the line that says where it is from."""
    return [part.split("\n", 1)[1] for part in passage.text.strip().split("\n\n")]


def words(text):
    return len(text.split())


# --- the forms


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_balanced(form, asked):
    one, said = asked[form], entries(form)
    assert (len(one.items), one.points, one.private) == (12, 0, True)
    assert one.options == (SUPPORTED, NOT)
    assert Counter(entry["value"] for entry in said.values()) == {SUPPORTED: 6, NOT: 6}
    assert len(one.passages) == 3
    assert Counter(item.passage for item in one.items) == {pair.id: 4 for pair in one.passages}
    right = [
        sum(said[i.id]["value"] == SUPPORTED for i in one.items if i.passage == p.id) for p in one.passages
    ]
    assert sorted(right) == [1, 2, 3]  # whoever knows three answers of a pair does not know the fourth
    looks = {
        kind: [e["value"] for e in said.values() if e.get("looks") == kind] for kind in ("doubtful", "solid")
    }
    assert looks == {"doubtful": [SUPPORTED] * 2, "solid": [NOT] * 2}


def test_the_skills_are_even_and_the_same_in_each_form():
    forms = [
        Counter((e["skill"], e["value"], e.get("looks", "")) for e in entries(form).values())
        for form in FORMS
    ]
    assert forms[0] == forms[1] == forms[2]
    each = Counter(skill for skill, _, _ in forms[0].elements())
    assert sorted(each) == SKILLS
    assert set(each.values()) == {1, 2}  # twelve statements for seven lessons
    both = {s: {v for skill, v, _ in forms[0] if skill == s} for s in SKILLS}
    assert all(both[skill] == {SUPPORTED, NOT} for skill in SKILLS if each[skill] == 2)


def test_the_pairs_come_in_another_order_in_each_form(asked):
    def shape(form):
        said = entries(form)
        return tuple(
            sum(said[item.id]["value"] == SUPPORTED for item in asked[form].items if item.passage == pair.id)
            for pair in asked[form].passages
        )

    assert len({shape(form) for form in FORMS}) == 3


def test_the_forms_are_as_long_as_each_other(asked):
    texts = {
        form: [words(text) for pair in asked[form].passages for text in texts_of(pair)] for form in FORMS
    }
    stated = {form: [words(item.text) for item in asked[form].items] for form in FORMS}
    for form in FORMS:
        assert len(texts[form]) == 6
        assert all(60 <= count <= 110 for count in texts[form])
        assert max(stated[form]) <= 25
    for counts in (texts, stated):
        sums = [sum(counts[form]) for form in FORMS]
        assert max(sums) <= 1.1 * min(sums), sums


def test_a_statement_gives_its_answer_away_by_no_length(asked):
    """Those that are supported are as long as the others: length must not tell."""
    said = {id: entry["value"] for form in FORMS for id, entry in entries(form).items()}
    lengths = {value: [] for value in (SUPPORTED, NOT)}
    for form in FORMS:
        for item in asked[form].items:
            lengths[said[item.id]].append(words(item.text))
    assert abs(mean(lengths[SUPPORTED]) - mean(lengths[NOT])) < 2


def test_the_order_on_the_page_does_not_tell_the_answer(asked):
    for form in FORMS:
        said = [entries(form)[item.id]["value"] for item in asked[form].items]
        assert max(len(run) for run in re.findall("S+|N+", "".join("SN"[one == NOT] for one in said))) <= 4


@pytest.mark.parametrize("form", FORMS)
def test_how_sure_is_asked_of_each_statement(form, asked, known):
    one, sure = asked[form], asked[form + HOW_SURE]
    assert {f"{item.id}{HOW_SURE}": item.text for item in one.items} == {i.id: i.text for i in sure.items}
    assert (sure.beside, sure.points, sure.private) == (form, 0, True)
    assert sure.options == ("sure", "fairly sure", "a guess")
    assert form + HOW_SURE not in known
    assert {key.by for key in known[form]} == {"course"}


def test_no_form_says_what_another_says(asked):
    ids = [item.id for form in FORMS for item in asked[form].items]
    assert len(set(ids)) == 36
    assert len({pair.id for form in FORMS for pair in asked[form].passages}) == 9


@pytest.mark.parametrize(
    "name", ["exercises/rounds", "readings/keys/rounds", "exercises/one_week", "readings/keys/one_week"]
)
def test_both_cases_have_the_same_bytes_below_the_line_for_editors(name):
    main, example = ((folder / f"{name}.toml").read_text("utf-8").split("\n", 1) for folder in SEEDS)
    assert main[1] == example[1]
    assert main[0].startswith("#:schema ")


def test_reasons_quote_only_what_the_pair_says(asked, known):
    for form in (*FORMS, "one_week"):
        one = asked[form]
        of_pair = {i.id: " ".join(p.text for p in one.passages if i.passage in ("", p.id)) for i in one.items}
        for key in known[form]:
            where = " ".join(
                (of_pair[key.item] + " " + next(i.text for i in one.items if i.id == key.item)).split()
            )
            for quoted in re.findall(r"‘([^’]+(?:’[a-z][^’]*)*)’", key.reason):
                assert quoted.strip(",.").casefold() in where.casefold(), (key.item, quoted)


# --- two readers who did not know the keys


def test_two_readers_agree_with_all_keys(asked):
    assert len(READ["reader"]) == 2
    for reader in READ["reader"]:
        assert "language model" in reader["what"]
        given = reader["answers"]
        for form in FORMS:
            assert given[form] == {id: entry["value"] for id, entry in entries(form).items()}, reader["name"]
    for again in READ["again"]:
        stands = {item.id: item.text for item in asked[again["form"]].items}
        assert stands[again["item"]] == again["text"]
        assert set(again["answers"]) == {entries(again["form"])[again["item"]]["value"]}


# --- one week later


def test_one_week_later_asks_all_skills_and_is_as_often_sound_as_not(asked, known):
    said = tomllib.loads((SEEDS[0] / "readings" / "keys" / "one_week.toml").read_text("utf-8"))["key"]
    assert sorted({one["skill"] for one in said}) == SKILLS
    sound = {"right speaker", "two origins", "as sure as the texts", "it fits the numbers"}
    assert sum(one["value"] in sound for one in said) == len(said) / 2 == 4
    assert all(f"(Lesson {one['skill']})" in one["reason"] for one in said)
    assert asked["one_week"].points == 0
    assert len(known["one_week"]) == len(asked["one_week"].items)


# --- whose form is when


def test_the_six_orders_come_about_as_often():
    counts = Counter(order_of(f"{number:032x}") for number in range(6000))
    assert set(counts) == set(permutations(FORMS))
    # Chi square with five degrees of freedom: 20.5 is passed once in a thousand.
    assert sum((count - 1000) ** 2 / 1000 for count in counts.values()) < 20.5


def test_an_order_stays_what_it_was():
    """Somebody's second form must not become their third when the course is changed."""
    assert order_of("0" * 32) == ("round_x", "round_y", "round_z")
    assert order_of("f" * 32) == ("round_y", "round_x", "round_z")


# --- in the lessons


@pytest.fixture
def desk(case_copy, monkeypatch):
    monkeypatch.setenv("COURSE_CASE", str(case_copy))
    monkeypatch.setenv("COURSE_WORK", str(case_copy / "my_work"))
    return case_copy


def answer_round(asked, known, moment, wrong=0, sure="sure"):
    """Answer a round as the course does, but for the first `wrong` statements."""
    form = rounds.form_of(here()[0], moment)
    right = solved(asked[form], known[form])
    other = {SUPPORTED: NOT, NOT: SUPPORTED}
    given = {id: other[value] if n < wrong else value for n, (id, value) in enumerate(right.items())}
    cells.answer(form, given)
    cells.answer(form + HOW_SURE, {id + HOW_SURE: sure for id in given})
    return form


def test_who_is_not_signed_in_does_that_first(desk):
    waiting = cells.exercise_round("before")  # right below where one signs in
    assert waiting.parts[0].fields == []
    waiting = cells.exercise_round("after")
    (panel,) = waiting.parts
    assert "the round opens then" in panel.lines[0]
    assert not panel.handle({"shown": True})["problem"]
    assert waiting.parts == (panel,)
    told = panel.handle({"button": "look", "fields": {"code": "", "name": ""}})["text"]
    assert told == "Nobody is signed in here yet. Type a code above, then press ‘Sign in’."
    assert panel.handle({"button": "sign_in", "fields": {"code": " ", "name": ""}})["problem"]
    assert not panel.handle({"button": "sign_in", "fields": {"code": "KTR-4728", "name": ""}})["problem"]
    form, sure = waiting.parts
    assert isinstance(form, Form)
    assert form.spec["id"] == order_of(read_student(here()[0]).student_id)[1]
    assert sure.spec["beside"] == form.spec["id"]  # the browser puts it below each answer


def test_who_signed_in_further_up_only_has_to_scroll(desk):
    waiting = cells.exercise_round("after")
    sign_in(here()[0], "KTR-4728")
    waiting.parts[0].handle({"shown": True})
    assert isinstance(waiting.parts[0], Form)


def test_another_code_below_is_not_taken_for_that_of_who_is_signed_in(desk):
    waiting = cells.exercise_round("before")
    sign_in(here()[0], "KTR-4728")
    told = waiting.parts[0].handle({"button": "sign_in", "fields": {"code": "KTR-4729", "name": ""}})
    assert told["problem"]
    assert "KTR-4728 is signed in here, and you typed KTR-4729" in told["text"]
    told = waiting.parts[0].handle({"button": "sign_in", "fields": {"code": "", "name": ""}})
    assert told == {"problem": False, "text": "", "anew": True}
    assert isinstance(waiting.parts[0], Form)


def test_the_three_moments_have_three_forms(desk):
    sign_in(here()[0], "KTR-4728")
    assert {cells.exercise_round(moment).parts[0].spec["id"] for moment in MOMENTS} == set(FORMS)


def test_a_round_that_is_not_due_is_not_missed(desk, asked, known):
    sign_in(here()[0], "KTR-4728")
    assert not any(row[0] == ROUNDS for row in cells.progress().tables[0]["rows"])
    cells.answer("reflection_00", {"thought": "I look who says it."})
    assert not any(row[0] == ROUNDS for row in cells.hand_in().tables[0]["rows"])
    form = rounds.form_of(here()[0], "before")
    cells.answer(form, solved(asked[form], known[form]))
    assert [row[1:] for row in cells.progress().tables[0]["rows"] if row[0] == ROUNDS] == [
        ["1 of 2", f"{asked[form + HOW_SURE].title} (0 of 12)"]
    ]
    assert [row[1] for row in cells.hand_in().tables[0]["rows"] if row[0] == ROUNDS] == ["1 of 2"]
    answer_round(asked, known, "before")
    assert [row[1] for row in cells.progress().tables[0]["rows"] if row[0] == ROUNDS] == ["2 of 2"]
    assert [row[2] for row in cells.hand_in().tables[0]["rows"] if row[0] == ROUNDS] == ["nothing"]


def test_one_tick_shares_a_round_and_how_sure(desk, asked, known):
    sign_in(here()[0], "KTR-4728")
    before, after = (answer_round(asked, known, moment) for moment in ("before", "after"))
    fields = cells.hand_in().fields
    assert [field["name"] for field in fields] == sorted([before, after])
    assert not any(field.get("value") for field in fields)

    def handed(**ticks):
        pressed = cells.hand_in().handle({"button": "hand_in", "fields": ticks})
        assert not pressed["problem"], pressed["text"]
        return read_hand_in(pressed["downloads"][0]["text"].encode(), "h.json")

    kept = handed(**{before: False, after: False})
    assert set(kept.done) == {form + end for form in (before, after) for end in ("", HOW_SURE)}
    assert kept.answers == {}
    shared = handed(**{before: True, after: False})
    assert set(shared.answers) == {before, before + HOW_SURE}
    assert set(shared.done) == {after, after + HOW_SURE}


def test_own_rounds_are_told_in_words_and_in_a_picture(desk, asked, known):
    sign_in(here()[0], "KTR-4728")
    answer_round(asked, known, "before", wrong=4)
    shown = cells.own_rounds("before", "after")
    assert "Answer first" in shown.parts[0].lines[0]
    after = answer_round(asked, known, "after", sure="a guess")
    shown.parts[0].handle({"shown": True})
    chart, *folds = shown.parts
    assert chart.describe().startswith("Before: you trusted ")
    assert "After: you trusted 6 of 6 supported statements, and 0 of 6 that are not." in chart.describe()
    assert chart.describe().endswith("You were sure of none.")
    first, second = chart.table.rows
    assert (first["round"], second["round"]) == ("before", "after")
    assert first["sure: you were right"] == "8 of 12"
    assert second["a guess: you were right"] == "12 of 12"
    assert len(folds) == 2
    folds[1].parts[0].handle({"button": "open", "fields": {}})
    assert len(folds[1].parts[1].parts[0].feedback["items"]) == 12
    # What stood when it opened counts, whatever is changed afterwards.
    told = chart.describe()
    cells.answer(after, {id: NOT for id in entries(after)})
    assert cells.own_rounds("before", "after").parts[0].describe() == told


def test_no_notebook_keeps_how_somebody_did(desk, asked, known, monkeypatch):
    sign_in(here()[0], "KTR-4728")
    answer_round(asked, known, "before")
    answer_round(asked, known, "after")
    shown, kept = cells.own_rounds("before", "after"), []
    monkeypatch.setattr("course.lessons.widgets.display", lambda *parts, **_: kept.extend(parts))
    shown._ipython_display_()
    assert isinstance(shown, Opening)
    assert kept[-1]["text/plain"] == ONE_ANSWER
    assert " of 6" not in json.dumps(kept[-1])


def test_a_round_that_was_left_out_is_left_out(desk, asked, known):
    sign_in(here()[0], "KTR-4728")
    answer_round(asked, known, "later")
    chart, _ = cells.own_rounds(*MOMENTS).parts
    assert [row["round"] for row in chart.table.rows] == ["later"]


def test_the_picture_is_one_that_plotly_knows(desk):
    went = Round(Detected(5, 2, 6, 6), {"sure": (4, 5), "fairly sure": (3, 7), "a guess": (0, 0)})
    chart = rounds_chart({"before": went, "after": went, "later": went})
    figure = plotted(chart)
    assert [trace.name for trace in figure.data] == [*MOMENTS]
    assert list(figure.data[0].x) == [5 / 6, 4 / 6, 4 / 5, 3 / 7, 0]
    assert figure.data[2].text[4] == "0 of 0"


# --- secrecy


def test_no_lesson_before_09_tells_how_a_round_went():
    for path in sorted((ROOT / "notebooks").glob("0[0-8]*.ipynb")):
        text = source_of(path.stem)
        assert "own_rounds" not in text
        assert not re.search(r'reveal\("round_', text)
    assert 'own_rounds("before", "after")' in source_of("09_write_the_brief")
    assert 'exercise_round("before")' in source_of("00_start_here")


def test_without_the_keys_nothing_is_told(desk, asked, known):
    shutil.rmtree(desk / "seeds" / "readings")
    sign_in(here()[0], "KTR-4728")
    for moment in MOMENTS:
        answer_round(asked, known, moment)
    (panel,) = cells.own_rounds(*MOMENTS).parts
    assert isinstance(panel, Panel)
    assert panel.lines == [cells.SAID["kept_back"]]
    assert "Your teacher will open the rest." in cells.SAID["kept_back"]


def test_no_key_stands_in_a_notebook_or_an_exercise(known):
    places = [*(ROOT / "notebooks").rglob("*.ipynb"), *(SEEDS[0] / "exercises").glob("*.toml")]
    text = "\n".join(path.read_text("utf-8") for path in places)
    assert not [key.reason for form in FORMS for key in known[form] if key.reason in text]
    said = (SEEDS[0] / "exercises" / "rounds.toml").read_text("utf-8")
    assert "looks" not in said.replace("looks like", "")


# --- when to come back


def test_the_calendar_has_two_whole_days_and_no_person():
    text = calendar(date(2025, 12, 30))
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    read = icalendar.Calendar.from_ical(text)
    assert read["VERSION"] == "2.0"
    week, month = read.walk("VEVENT")
    for event, days, name in ((week, 7, "one_week"), (month, 28, "four_weeks")):
        day = date(2025, 12, 30) + timedelta(days)
        assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (day, day + timedelta(1))
        assert event.decoded("DTSTAMP").utcoffset() == timedelta(0)
        assert f"notebooks/later/{name}.ipynb" in event["DESCRIPTION"]
        assert (ROOT / "notebooks" / "later" / f"{name}.ipynb").is_file()
        assert not event.errors
    assert week["UID"] != month["UID"]


def test_the_calendar_is_a_file_to_save(desk):
    panel = cells.come_back()
    day = date.today() + timedelta(28)
    assert f"{day.day} {day:%B}" in panel.lines[0]
    (file,) = panel.handle({"button": "save", "fields": {}})["downloads"]
    assert (file["name"], file["type"]) == ("reading_the_news.ics", "text/calendar")
    assert len(icalendar.Calendar.from_ical(file["text"]).walk("VEVENT")) == 2


def test_the_last_cell_of_09_says_when():
    book = json.loads((ROOT / "notebooks" / "09_write_the_brief.ipynb").read_text("utf-8"))
    assert "come_back()" in "".join(book["cells"][-2]["source"])
