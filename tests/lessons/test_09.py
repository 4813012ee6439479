"""Lesson 09: what its prose states, checked against the code that shows it, and its exercises, solved."""

import re
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.analysis.letters import check_quotations
from course.corpus.errors import CourseError
from course.lessons import cells
from course.lessons.brief import (
    NOWHERE,
    NUMBERS,
    SENTENCES,
    WORDS,
    Ties,
    brief_sentences,
    followed,
    length_told,
    ties_told,
)
from course.lessons.cells import check_brief
from course.lessons.handin import read_hand_in
from course.lessons.here import find_exercise
from course.lessons.kinds.mark import mark_of
from course.lessons.widgets import ONE_ANSWER
from tests.lessons.solving import messages, solved, source_of

TEXT = source_of("09_write_the_brief")


@pytest.fixture
def desk(case_copy, monkeypatch):
    monkeypatch.setenv("COURSE_CASE", str(case_copy))
    monkeypatch.setenv("COURSE_WORK", str(case_copy / "my_work"))
    return case_copy


@pytest.fixture(scope="module")
def samples(known):
    return {key.level: key.sample for key in known["brief"]}


def test_each_article_has_one_passage_and_one_piece_of_craft(asked, known, case):
    exercise, keys = asked["craft"], known["craft"]
    assert sorted(item.article for item in exercise.items) == list("ABCDE")
    right = solved(exercise, keys)
    assert {len(item.options) for item in exercise.items} == {3}  # each with options that compete
    assert exercise.score(right, keys, case).points == exercise.points == 5
    assert exercise.score({}, keys, case).points == 0
    wrong = {"post": "Bukele posted that he would take in dangerous criminals"}
    assert exercise.score(right | wrong, keys, case).points == 4


def test_who_needs_the_texts_is_told_so_and_opens_them_where_the_brief_is_written(desk, asked, case):
    assert "new to you? Read them first: ‘Look in the texts’" in asked["brief"].prompt
    assert {*asked["brief"].articles} == {*asked["brief_ties"].articles} == {*"ABCDE"}
    assert [*cells.exercise("brief").spec["texts"]] == [article.id for article in case.articles]


def test_the_last_thought_reaches_nobody_with_points(asked):
    assert (asked["reflection_09"].points, asked["reflection_09"].private) == (0, True)


def test_the_samples_are_briefs_that_show_their_levels(samples, asked, known, case):
    assert samples.keys() == {"Proficient", "Emergent", "Basic"}
    for level in ("Proficient", "Emergent"):
        assert "wanted" not in length_told(samples[level]), level
        rows = check_quotations(samples[level], case.articles).rows
        assert rows
        assert all(row["letters"] == "same" for row in rows)
    assert "more are wanted" in length_told(samples["Basic"])
    assert "according to" in samples["Proficient"] or "says" in samples["Proficient"]
    # Most of the middle one is judged first; it goes further than the texts on either side, once each.
    first = brief_sentences(asked["three_briefs"].passages[0].text)
    assert samples["Emergent"].endswith(" ".join(first[1:]))
    (further,) = (one.value for one in known["three_briefs"] if one.item == "brief_1" and one.credit == 1)
    assert further == "the safest country, and human rights"
    assert "claimed that El Salvador was the safest country" in case["A"].text
    assert re.search(r"groups say that conditions .* violate human rights", case["B"].text)
    assert "Journalists have also found evidence of many innocent people" in case["B"].text
    told = [article.id for article in case.articles if "cannot deport American citizens" in article.raw]
    assert told == ["C"]
    # The levels are told after the briefs are judged; what is optional stands below the end.
    assert TEXT.index('reveal("three_briefs", ') < TEXT.index("hand_in()") < TEXT.index("Stop here")
    assert TEXT.index("Stop here") < TEXT.index('exercise_round("after")') < TEXT.index('reveal("brief")')


def test_the_three_briefs_are_as_good_as_the_three_levels_and_not_those_that_are_closed(asked, known):
    told = {key.value for key in known["three_briefs"] if key.credit == 1 and key.item != "brief_1"}
    assert told == {"It names no source, and it judges", "It can go out as it is"}
    closed = {key.sample for key in known["brief"]}
    assert closed.isdisjoint(one.text for one in asked["three_briefs"].passages)


def test_the_program_reports_what_the_key_says(asked, known, case):
    said, values = asked["quote_letters"].texts, {key.item: key.value for key in known["quote_letters"]}
    (same,) = check_quotations(said["deck"], case.articles).rows
    assert (same["article"], same["letters"], values["deck"]) == ("E", "same", "nothing differs")
    assert "“The US and El Salvador negotiate" in case["E"].raw


FEW, ENOUGH, MANY = "more are wanted", "enough", "fewer are wanted"


@pytest.mark.parametrize(("count", "said"), [(119, FEW), (120, ENOUGH), (200, ENOUGH), (201, MANY)])
def test_a_brief_has_a_length(count, said):
    assert f"Your brief has {count} words ({said}: 120 to 200)" in length_told("word " * count)


@pytest.mark.parametrize(("count", "said"), [(4, FEW), (5, ENOUGH), (8, ENOUGH), (9, MANY)])
def test_a_brief_has_a_number_of_sentences(count, said, asked):
    assert f"and {count} sentences ({said}: 5 to 8)." in length_told("It rained. " * count)
    assert (
        f"{WORDS[0]} to {WORDS[1]} words ({WORDS[0]} are enough), {SENTENCES[0]} to {SENTENCES[1]} sentences"
        in asked["brief"].prompt
    )
    assert len(asked["brief_ties"].labels) == SENTENCES[1]


def test_sentences_are_counted_over_paragraphs():
    text = "The U.S. offered it on Jan. 3. He said “Yes” and left.\n\nThat was all."
    assert brief_sentences(text)[-1] == "That was all."
    assert len(brief_sentences(text)) == 3


def test_ties_are_told_sentence_by_sentence():
    marks = [
        {"article": "B", "start": 5, "exact": "two", "label": "1"},
        {"article": "A", "start": 9, "exact": "one", "label": "1"},
    ]
    rows, said = ties_told(["One.", "Two."], marks, "AB")
    assert rows == [["1", "One.", "A: one\nB: two"], ["2", "Two.", "none yet"]]
    assert said == ["Sentences not tied yet: 2."]
    nowhere = {"article": "A", "start": 0, "exact": "", "label": "2"}
    assert ties_told(["One.", "Two."], [*marks[:1], nowhere], "AB") == (
        [["1", "One.", "B: two"], ["2", "Two.", "no text has it"]],
        ["Each sentence is tied."],
    )
    assert ties_told(["One."], marks[:1], "AB")[1][0] == "Each sentence is tied."
    several = "Sentence 1 speaks of several texts: its passages are from one."
    for text in ("Four texts say so.", "All of the five texts say so.", "Two of the five texts have it."):
        assert several in ties_told([text], marks[:1], "AB")[1]
        both = [marks[0] | {"article": id} for id in "AB"]
        assert several not in ties_told([text], both, "AB")[1]
    for text in ("Only one of the five texts says so.", "No text says so.", "Texts and books say so."):
        assert several not in ties_told([text], marks[:1], "AB")[1]
    told = ties_told(["One."] * 10, [], "AB")[1]
    assert told[:2] == [
        "Sentences not tied yet: 1, 2, 3, 4, 5, 6, 7, 8, 9.",
        "Only the first 9 sentences have a label: join some, or cut.",
    ]


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("In A, the government says so.", True),
        ("A text says so.", False),
        ("According to B, groups object.", False),  # the passage is from there
        ("One text, B, says so, and another, D, says no.", True),
        ("Four texts say so, among them B and E.", True),
        ("Groups object, says B.", False),
        ("C adds that it cannot.", True),
        ("It says, in text E, that it cannot.", True),
        ("Bukele wrote on X that the U.S. could.", False),
        ("In the U.S. a D.C. court said so.", False),
    ],
)
def test_a_sentence_that_names_a_text_without_a_passage_from_it_is_told_so(sentence, told):
    mark = {"article": "B", "start": 5, "exact": "two", "label": "1"}
    said = ties_told([sentence], [mark], "ABCDE")[1]
    assert (said[1:] != []) is told
    assert ties_told([sentence], [], "ABCDE")[1][1:] == []


OFFER = "President Bukele offered to take back Salvadorans who are in the US without papers."
JAIL = "He also offered to jail dangerous criminals of any country for a low fee."
DOUBT = "Rights groups say that conditions in the prison are inhumane and that people die there."
MANY = "Nobody has said how many people it would be."
NUMBER = "How many people would be sent, nobody has said so far."


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("One. Two.", "None. One. Two.", {0: 1, 1: 2}),
        ("One. Two. Three.", "One. Three.", {0: 0, 2: 1}),
        ("One. Two. Three.", "Three. One. Two.", {0: 1, 1: 2, 2: 0}),
        ("One. Two.", "One. Two, reworded.", {0: 0, 1: 1}),
        ("One. Two. Three.", "One. Quite another. Three.", {0: 0, 1: 1, 2: 2}),  # between the same neighbours
        ("One. Two. Three.", "One. Some. More. Three.", {0: 0, 2: 3}),  # whose place it is cannot be told
        ("One. Two. Three.", "One and two. Three.", {0: 0, 1: 0, 2: 1}),
        ("One and two. Three.", "One. Two. Three.", {0: 0, 1: 2}),
        (f"{OFFER} {JAIL} {MANY}", f"{OFFER} {DOUBT} {JAIL} {NUMBER}", {0: 0, 1: 2, 2: 3}),
        (f"{OFFER} {MANY} {JAIL}", f"{OFFER} {DOUBT} {NUMBER} {JAIL}", {0: 0, 1: 2, 2: 3}),  # both in one go
        (f"{OFFER} {JAIL} {MANY}", f"{NUMBER} {OFFER} {JAIL}", {0: 1, 1: 2, 2: 0}),  # reworded, and moved
        (f"{OFFER} {JAIL} {MANY}", f"{OFFER} {NUMBER}", {0: 0, 2: 1}),
        ("… !", "", {}),
    ],
)
def test_a_sentence_is_found_again_in_the_newest_text(before, after, place):
    assert followed(brief_sentences(before), brief_sentences(after)) == place


SENTENCE = st.text("abcd ", min_size=1, max_size=12)
BOTH = st.lists(st.tuples(SENTENCE, st.booleans(), st.booleans()), max_size=9, unique_by=lambda one: one[0])


def tied(sentences):
    """Return a mark for each sentence, made where the sentence begins in the alphabet: each has its own."""
    return [
        {"article": "A", "start": at, "end": at + 1, "label": NUMBERS[at]} for at in range(len(sentences))
    ]


@given(BOTH, st.randoms(use_true_random=False))
def test_what_is_put_in_or_taken_out_moves_no_other_sentences_tie(both, random):
    """Each is in the text before, in that after, or in both; and those that stay may change places."""
    before, after = ([one[0] for one in both if one[nth]] for nth in (1, 2))
    for newest in (after, random.sample(after, len(after))):
        ties = Ties()
        ties.follow(before, tied(before))
        kept, _ = ties.follow(newest, tied(before))
        stand = {before[one["start"]]: newest[int(one["label"]) - 1] for one in kept}
        stay = {old for old in before if old in after}
        assert {old: stand.get(old) for old in stay} == {old: old for old in stay}
        back = {one["start"]: one["label"] for one in ties.follow(before, kept)[0]}
        for at, old in enumerate(before):
            if old in stay or old not in stand:  # what was lost comes back
                assert back[at] == NUMBERS[at]


@given(st.lists(SENTENCE, max_size=8), st.lists(SENTENCE, max_size=8))
def test_a_place_is_one_of_the_newest_text(before, after):
    place = followed(before, after)
    assert {*place} <= {*range(len(before))}
    assert {*place.values()} <= {*range(len(after))}


def test_a_tie_that_was_lost_comes_back_with_its_sentence():
    ties, before = Ties(), brief_sentences(f"{OFFER} {JAIL} {MANY}")
    ties.follow(before, tied(before))
    kept, gone = ties.follow(before[::2], tied(before))
    assert ([one["start"] for one in kept], gone) == ([0, 2], 1)
    kept, gone = ties.follow(before[::-1], kept)
    assert ({one["start"]: one["label"] for one in kept}, gone) == ({0: "3", 1: "2", 2: "1"}, 0)
    long = [*map(str, range(97)), *before]
    kept, gone = ties.follow(long, kept)
    assert ([one["label"] for one in kept], gone) == (["98", "99"], 1)
    assert len(ties.follow(before, kept)[0]) == 3
    other = [one | {"end": 99} for one in tied(before)]  # such as of a file that was loaded
    assert ties.follow(before[:1], other) == (other, 0)


def test_the_brief_is_written_tied_and_checked_through_its_widgets(desk, asked, samples, case):
    assert "Write your brief first" in check_brief("brief", "brief_ties").lines[0]
    waiting = cells.exercise("brief_ties")
    assert waiting.parts[0].lines == ["Answer ‘Your brief’ first, then this opens."]
    text = samples["Proficient"].replace("only convicted criminals", "only sentenced criminals")
    told = cells.exercise("brief").handle({"path": ["text"], "value": "It rained."})["text"]
    assert told == f"Saved. {length_told('It rained.')}"
    assert not waiting.parts[0].handle({"shown": True})["problem"]
    assert "Your brief has 2 words (more are wanted: 120 to 200)" in waiting.parts[0].lines[0]
    compare = cells.reveal("brief").parts[0]  # nor are the samples there before the brief is
    assert (compare.lines, compare.buttons) == (waiting.parts[0].lines, [])
    assert not cells.exercise("brief").handle({"path": ["text"], "value": text})["problem"]
    assert not waiting.parts[0].handle({"shown": True})["problem"]  # as when it is scrolled to
    assert waiting.parts[0].told == brief_sentences(text)
    reader = cells.exercise("brief_ties")
    assert reader.told == brief_sentences(text)
    assert length_told(text) in reader.prompt
    start = case["A"].raw.index("Mr Rubio called")
    message = {"path": ["add"], "value": ["A", start, start + 15, "2"], "exact": "Mr Rubio called"}
    assert not reader.handle(message)["problem"]
    checked = check_brief("brief", "brief_ties")
    assert [row[0] for row in checked.tables[0]["rows"]] == list("12345678")
    assert checked.tables[0]["rows"][1][2] == "A: Mr Rubio called"
    assert "Sentences not tied yet: 1, 3, 4, 5, 6, 7, 8." in checked.lines
    differs = [row for row in checked.tables[1]["rows"] if row[2] == "differs"]
    assert [row[3] for row in differs] == ["‘sentenced’ where it has ‘convicted’"]
    assert checked.plain == ONE_ANSWER  # what JupyterLab keeps of it
    since = "Changed since they were tied, by number: 2. Do their passages still support them?"
    assert since not in checked.lines
    for other, warned in (
        (text.replace("Bukele wrote", "Bukele posted"), [since]),
        (text, []),
    ):  # until it is back
        for _ in range(2):
            assert not cells.exercise("brief").handle({"path": ["text"], "value": other})["problem"]
            assert [one for one in check_brief("brief", "brief_ties").lines if one == since] == warned
            reader.handle({"newest": True})
    before = f"First, a sentence that moves the rest. {text}"
    assert not cells.exercise("brief").handle({"path": ["text"], "value": before})["problem"]
    moved = check_brief("brief", "brief_ties")  # as who jumps to the table, past the pane, sees it
    assert [row[2] for row in moved.tables[0]["rows"][:3]] == ["none yet", "none yet", "A: Mr Rubio called"]
    assert "Sentences not tied yet: 1, 2, 4, 5, 6, 7, 8, 9." in moved.lines
    assert since.replace("2", "3") not in moved.lines
    assert not reader.handle({"newest": True})["problem"]  # the passage goes on with its sentence
    assert (reader.told[1], reader.marks) == (brief_sentences(text)[0], [["A", start, start + 15, "3"]])
    assert cells.exercise("brief_ties").marks == reader.marks
    rest = " ".join(brief_sentences(before)[:2])
    for text_now, label in ((text, "2"), (rest, None), (before, "3")):  # between two runs of the cell, too
        assert not cells.exercise("brief").handle({"path": ["text"], "value": text_now})["problem"]
        shown = cells._show(*find_exercise("brief_ties"))
        assert [mark[3] for mark in shown.marks] == ([label] if label else [])
        assert ("Passages taken off, since their sentence is gone: 1." in shown.prompt) is (label is None)
    assert not cells.exercise("brief").handle({"path": ["text"], "value": text})["problem"]
    assert not cells.reveal("brief").parts[0].handle({"button": "open", "fields": {}})["problem"]
    opened = cells.reveal("brief").parts[0]
    heads = [part["text"].partition(",")[0] for part in opened.feedback["items"]]
    assert [one.partition(" ")[0] for one in heads[1:]] == list(asked["brief"].rubric)


def test_a_mark_goes_with_that_half_of_its_sentence_which_has_its_words():
    before, split = [OFFER, f"{JAIL[:-1]}, and {DOUBT}", MANY], [OFFER, JAIL, DOUBT, MANY]
    told = [("2", "“a low fee”"), ("2", "the prison is inhumane"), ("3", MANY)]
    marks = [
        {"article": "B", "start": at, "end": at + 1, "label": label, "exact": exact}
        for at, (label, exact) in enumerate(told)
    ]
    for newest, labels in ((split, ["2", "3", "4"]), ([OFFER, DOUBT, JAIL, MANY], ["3", "2", "4"])):
        ties = Ties()
        ties.follow(before, marks)
        kept, gone = ties.follow(newest, marks)
        assert ([one["label"] for one in kept], gone) == (labels, 0)
        assert ties.changed() == ["2", "3"]


def test_what_is_saved_has_the_numbers_that_the_sentences_have_now(desk, samples, case):
    cells.answer("brief", {"text": samples["Proficient"]})
    reader = cells.exercise("brief_ties")
    start = case["A"].raw.index("Mr Rubio called")
    message = {"path": ["add"], "value": ["A", start, start + 15, "2"], "exact": "Mr Rubio called"}
    assert not reader.handle(message)["problem"]
    text = f"First, a sentence that moves the rest. {samples['Proficient']}"
    assert not cells.exercise("brief").handle({"path": ["text"], "value": text})["problem"]
    form = {"button": "save", "fields": {"code": "T-1", "name": ""}}
    (file,) = cells.save_my_work().handle(form)["downloads"]
    (mark,) = read_hand_in(file["text"].encode(), file["name"]).answers["brief_ties"].value
    assert (mark["exact"], mark["label"]) == ("Mr Rubio called", "3")


@pytest.mark.parametrize(("count", "labels"), [(3, "123"), (7, "1234567"), (10, "123456789")])
def test_the_labels_are_the_sentences_that_there_are(desk, count, labels):
    sentence = f"It <b>rained</b>{' and rained' * 20}."
    cells.answer("brief", {"text": f"{sentence} " * count})
    reader = cells.exercise("brief_ties")
    assert (reader.labels, reader.told) == (list(labels), [sentence] * len(labels))
    assert ("Only the first 9 sentences have a label" in reader.prompt) is (count > 9)


def test_a_sentence_may_be_tied_to_no_text(desk, asked):
    exercise = asked["brief_ties"]
    cells.answer("brief", {"text": "It rained all day. Nobody says how much. " * 20})
    reader = cells.exercise("brief_ties")
    assert not reader.handle({"path": ["add"], "value": ["A", 0, 0, "2"], "exact": ""})["problem"]
    mark = mark_of(find_exercise("brief_ties")[0]["A"], 0, 0, "2")
    assert check_brief("brief", "brief_ties").tables[0]["rows"][1][2] == NOWHERE
    assert exercise.told([mark]) == [("2", NOWHERE)]
    assert exercise.pairs([mark], []) == [(NOWHERE, "2", "not marked")]
    assert exercise.place([mark], find_exercise("brief_ties")[0]) == [mark]
    for start, end in ((-3, 0), (3, 3)):
        with pytest.raises(CourseError, match="is made of marks"):
            exercise.check_part(("add",), mark | {"start": start, "end": end})
    with pytest.raises(CourseError, match="is made of marks"):  # only a sentence can say so
        find_exercise("frames")[1].check_part(("add",), mark | {"label": "law"})
    assert not reader.handle({"path": ["remove"], "value": ["A", 0, 0, "2"], "exact": ""})["problem"]
    assert check_brief("brief", "brief_ties").tables[0]["rows"][1][2] == "none yet"


def test_without_the_key_the_teacher_opens_it(desk, asked, known):
    shutil.rmtree(desk / "seeds" / "readings")
    for message in messages(asked["craft"], solved(asked["craft"], known["craft"])):
        assert not cells.exercise("craft").handle(message)["problem"]
    assert "Your teacher will open the rest." in cells.reveal("craft").parts[0].feedback["summary"]


def test_no_answer_stands_in_the_text(known):
    assert not any(key.reason and key.reason in TEXT for key in known["craft"])
    assert "hand_in()" in TEXT
    assert "Twelve statements are few" in TEXT
