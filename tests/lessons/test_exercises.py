"""Exercises and keys: read as they are written; each mistake is one sentence that names the place."""

import pytest

from course.corpus.article import Article
from course.corpus.case import open_case
from course.corpus.errors import CourseError
from course.lessons.consistency import of_exercises as problems
from course.lessons.exercises import load_exercises, read_exercises
from course.lessons.keys import load_keys
from course.lessons.widgets import lines_of, place_in
from tests.lessons.small_case import EXERCISES, FACTS, KEYS, write_case


def test_exercises_hold_what_their_file_says(small, exercises):
    assert list(exercises) == ["noise", "cuts", "voices", "stances", "ladder", "why", "reflection"]
    rain = next(item for item in exercises["voices"].items if item.id == "rain")
    assert (rain.text, rain.article) == ("Rain fell on Tuesday, the mayor said.", "A")
    assert small["A"].raw[rain.start : rain.end] == rain.text
    assert exercises["cuts"].paragraphs == (1,)
    assert exercises["reflection"].private
    assert exercises["why"].rubric["Basic"] == "with neither"


def test_everyone_sees_one_shuffled_order_that_the_file_does_not_give_away(tmp_path):
    texts = [f'[[exercise.item]]\nid = "i{n}"\ntext = "{n}"\n' for n in range(8)]
    others = [one.replace('text = "', 'text = "Other words ') for one in texts]
    head = '[[exercise]]\nid = "e"\nkind = "sort"\ntitle = "t"\nprompt = "p"\noptions = ["a", "b"]\n'
    orders = []
    for written in (texts, others, texts[:7]):
        case = open_case(write_case(tmp_path, head + "".join(written), ""))
        orders.append([item.id for item in load_exercises(case)["e"].items])
    assert orders[0] == orders[1]  # no word decides
    assert orders[2] == [id for id in orders[0] if id != "i7"]  # an item is added, and the others stay
    assert orders[0] != sorted(orders[0])


def test_what_is_about_one_passage_or_file_stands_together(tmp_path):
    head = '[[exercise]]\nid = "e"\nkind = "sort"\ntitle = "t"\nprompt = "p"\noptions = ["a", "b"]\n'
    head += "".join(f'[[exercise.passage]]\nid = "{one}"\ntext = "{one}"\n' for one in ("Two", "One"))
    abouts = [("One", "A_1"), ("Two", "B_1"), ("Two", "A_2"), ("Two", "B_2"), ("Two", "A_3"), ("One", "C_4")]
    items = [f'[[exercise.item]]\nid = "{id}"\ntext = "{id}"\npassage = "{one}"\n' for one, id in abouts]
    shown = load_exercises(open_case(write_case(tmp_path, head + "".join(items), "")))["e"].items
    assert [item.passage for item in shown] == ["Two"] * 4 + ["One"] * 2
    files = [item.file for item in shown[:4]]
    assert files in (["A", "A", "B", "B"], ["B", "B", "A", "A"])
    assert {item.file for item in shown[4:]} == {"A", ""}  # there is no article C
    unknown = head + items[0].replace('passage = "One"', 'passage = "Six"')
    error = problems(open_case(write_case(tmp_path, unknown, "")))[0]
    assert "item 'A_1' names a passage that the exercise has not" in str(error)


def test_the_hash_shows_a_changed_text_and_not_changed_points(tmp_path, exercises):
    def read(old, new):
        return load_exercises(open_case(write_case(tmp_path, EXERCISES.replace(old, new))))["why"].sha256

    assert read("Your reason", "Your reasons") != exercises["why"].sha256
    assert read("points = 3", "points = 7") == exercises["why"].sha256


WRONG_EXERCISES = [
    ('kind = "grid"', 'kind = "gird"', "choose one of grid, line, log, mark"),
    ('id = "why"', 'id = "../why"', "rename it"),
    ('id = "why"', 'id = "voices"', "is taken"),
    ("points = 3", 'points = "three"', "points is 'three': write a number"),
    ("points = 3", "points = nan", "write a number"),
    ('options = ["own voice", "quoted"]', 'options = ["own voice"]', "write two or more"),
    ('options = ["own voice", "quoted"]', 'options = ["x", "x"]', "different texts"),
    ('articles = ["B"]', 'articles = ["Z"]', "choose one of A, B"),
    ("paragraphs = [1]", "paragraphs = [9]", "article B has 2"),
    ("paragraphs = [1]", 'paragraphs = ["one"]', "write a whole number"),
    ('exact = "The dam held."', 'exact = "The dam broke."', "do not stand in it"),
    (
        'article = "A"\nexact = "The dam held."',
        'article = "Z"\nexact = "x"',
        "article is 'Z': choose one",
    ),
    ('group = "The dam"\ntext', "text", "only kind 'order' has groups"),
    ('title = "Why?"', 'titel = "Why?"', "unknown key 'titel'"),
    ('title = "Why?"', "", "needs title"),
    ("private = true", "private = 1", "write true or false"),
    ('id = "ready"', 'id = "rain"', "give one another id"),
    ('id = "ready"', 'id = "ready"\ncards = ["E98"]', "the evidence card 'E98', which is not there"),
    (
        'title = "Why?"',
        'title = "Why?"\nbeside = "reflection"',
        "does not stand above it",
    ),
    ('id = "ready"', 'id = "re ady"', "rename it"),
    ('[[exercise.item]]\nid = "thought"\ntext = "A thought"', "", "needs [[exercise.item]]"),
    (
        'rubric = { Proficient = "with a reason", Emergent = "with a guess", Basic = "with neither" }',
        "",
        "needs rubric",
    ),
    ('labels = ["claim"]', "", "needs labels"),
    ("[[exercise]]", "[[exercises]]", "write [[exercise]] above each"),
    ("[[exercise]]", "[[exercise", "not valid TOML"),
]


@pytest.mark.parametrize(("old", "new", "told"), WRONG_EXERCISES)
def test_a_wrong_exercise_is_one_sentence_that_names_file_and_entry(tmp_path, old, new, told):
    assert old in EXERCISES
    case = open_case(write_case(tmp_path, EXERCISES.replace(old, new)))
    found = problems(case)
    assert [error for error in found if told in str(error)], found
    assert all("02_listen" in str(error) and "\n" not in str(error) for error in found)
    # A student meets one sentence, or an exercise that can be shown.
    assert all("02_listen" in str(error) and "\n" not in str(error) for error in read_exercises(case)[1])


def test_all_wrong_exercises_are_found_in_one_pass_and_the_others_stay(tmp_path):
    text = EXERCISES.replace('title = "Why?"', "").replace('kind = "grid"', 'kind = "gird"')
    case = open_case(write_case(tmp_path, text))
    found, wrong = read_exercises(case)
    assert [str(error).split(": ", 1)[1] for error in wrong] == [
        "run `python3 -m course check`, which says what is wrong"
    ] * 2
    assert list(found) == ["noise", "cuts", "voices", "ladder", "reflection"]
    assert len(problems(case)) == 2


def test_keys_take_place_label_and_reason_from_the_facts_they_name(keys):
    advert, credit = keys["noise"]
    assert (advert.article, advert.value, advert.by) == ("A", "advert", "reader1")
    assert credit.reason == "It speaks of the photo."
    stances = [(key.by, key.article, key.value, key.reason) for key in keys["stances"] if key.item == "fell"]
    assert len(stances) == 6
    assert ("reader3", "B", "partial", "") in stances  # what is said of all articles tells nothing of one
    assert ("reader2", "A", "present", "") in stances
    assert [key.value for key in keys["ladder"]] == [
        ("warned_B", "may_B", "held_A"),
        ("may_B", "warned_B", "held_A"),
    ]
    assert [(key.by, key.start) for key in keys["cuts"]] == [("reader2", 0), ("reader2", 22), ("reader3", 0)]


def test_without_readings_there_are_no_keys_and_no_problems(tmp_path):
    root = write_case(tmp_path)
    for path in (root / "seeds" / "readings").rglob("*.toml"):
        path.unlink()
    (root / "seeds" / "readings" / "keys").rmdir()
    (root / "seeds" / "readings").rmdir()
    assert load_keys(open_case(root)) == {}
    assert problems(open_case(root)) == []


WRONG_KEYS = [
    ('value = "quoted"\nreason = "It', 'value = "shouted"\nreason = "It', "takes one of 'own voice'"),
    ('value = "quoted"\nreason = "It', 'reason = "It', "needs field or value"),
    ('by = "reader1"\nitem = "ready"', 'by = "reader9"\nitem = "ready"', "choose one of reader1"),
    ('by = "reader1"\nitem = "ready"', 'item = "ready"', "needs by"),
    (
        'by = "reader1"\nitem = "ready"',
        'by = "reader1"\ncredit = 0.5\nitem = "ready"',
        "only the course's own",
    ),
    ("credit = 0.25", "credit = 25", "from 0 to 1"),
    ('item = "ready"', 'item = "raedy"', "nothing called 'raedy'"),
    ('item = "ready"', 'item = "held"', "has no key for 'ready'"),
    ('exercise = "ladder"', 'exercise = "adder"', "no exercise of this lesson"),
    ('fact = "L1"', 'fact = "L9"', "which is not in seeds/readings/"),
    ('fact = "L1"', "fact = 9", "write one id"),
    ('field = "order"', 'field = "odrer"', "which its fact has not"),
    ('group = "The dam"', 'group = "The damn"', "nothing called 'The damn'"),
    ('fact = ["X1", "X2"]\nvalue = "claim"', 'fact = "X1"\nvalue = "clam"', "which the exercise does not"),
    (
        'fact = ["X1", "X2"]\nvalue = "claim"',
        'by = "reader1"\narticle = "B"\nexact = "the old dam"\nvalue = "claim"',
        "outside the paragraphs that are shown, 1: choose words inside",
    ),
    ('level = "Proficient"', 'level = "Great"', "choose one of Proficient"),
    ('article = "B"\nvalue = "present"', 'value = "present"', "needs article"),
    ('noise = "kinds"', 'noise = "knids"', "write [values.noise]"),
    ('reason = "Nobody is named."', "reason = 1", "write it as text"),
    ('sample = "B', 'simple = "B', "unknown key 'simple'"),
]


@pytest.mark.parametrize(("old", "new", "told"), WRONG_KEYS)
def test_a_wrong_key_is_one_sentence_that_names_file_and_entry(tmp_path, old, new, told):
    assert KEYS.count(old) == 1
    found = problems(open_case(write_case(tmp_path, keys=KEYS.replace(old, new))))
    assert told in str(found[0])
    assert "02_listen" in str(found[0])
    assert "\n" not in str(found[0])


def test_every_problem_of_exercises_and_keys_is_found_in_one_pass(tmp_path):
    keys = KEYS.replace('level = "Proficient"', 'level = "Great"').replace('fact = "L1"', 'fact = "L9"')
    found = problems(open_case(write_case(tmp_path, EXERCISES.replace("points = 4", "points = -4"), keys)))
    assert sum("points is -4" in str(one) for one in found) == 3
    assert any("Great" in str(one) or "choose one of Proficient" in str(one) for one in found)
    assert any("L9" in str(one) for one in found)


def test_a_lesson_reads_the_files_that_its_keys_name_and_no_others(tmp_path):
    root = write_case(tmp_path, keys=f'facts = ["facts"]\n{KEYS}')
    (root / "seeds" / "readings" / "quotes.toml").write_text("this is no TOML", encoding="utf-8")
    assert load_keys(open_case(root))["ladder"][0].value
    write_case(tmp_path, keys=f'facts = ["claims", "quotes"]\n{KEYS}')
    (root / "seeds" / "readings" / "quotes.toml").unlink()
    for told in (str(problems(open_case(root))[0]), str(_raised(load_keys, open_case(root)))):
        assert "which is not in seeds/readings/ (claims, quotes)" in told
        assert "name its file in facts" in told


@pytest.mark.parametrize("facts", ["3", "[1]", "[[1]]", "[{}]", '"facts"'])
def test_facts_of_another_form_are_one_sentence(tmp_path, facts):
    case = open_case(write_case(tmp_path, keys=f"facts = {facts}\n{KEYS}"))
    assert "write " in str(problems(case)[0])
    assert "02_listen" in str(_raised(load_keys, case))


def _raised(act, *given):
    with pytest.raises(CourseError) as error:
        act(*given)
    return error.value


def test_two_facts_of_one_id_are_told(tmp_path):
    case = open_case(write_case(tmp_path, facts=FACTS.replace('id = "N2"', 'id = "N1"')))
    assert "has an id that is taken, 'N1'" in str(problems(case)[0])


def test_an_items_words_are_found_again_in_the_lines_that_a_browser_shows(case):
    found = 0
    for exercise in load_exercises(case).values():
        for item in (one for one in exercise.items if one.article):
            line, start, end = place_in(case[item.article], item.start, item.end)
            text = "".join(lines_of(case[item.article])[line][1])
            units = text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")
            assert units == item.words.split("\n")[0]
            found += 1
    assert found > 40
    waves = Article.from_text("X", "\ufeff🌊 one\n\n🌊🌊 two 🌊 three\n")
    assert lines_of(waves) == [(1, ["\ufeff🌊 one"]), (2, ["🌊🌊 two 🌊 three"])]
    start = waves.raw.index("two")
    assert place_in(waves, start, start + 5) == (1, 5, 11)
