"""The case maker: from texts to a case with keys, by what its panels do."""

import base64
import io
import json
import random
import re
import shutil
import tomllib
import zipfile
from dataclasses import astuple
from itertools import count
from pathlib import Path

import pytest
import tomli_w

from course.analysis.quotations.known import known_quotes
from course.commands.new import empty_seeds
from course.commands.site import asked_in
from course.corpus.case import open_case, read_case
from course.corpus.errors import CourseError
from course.grading.desk import Desk
from course.grading.drafts import PATTERNS, draft, from_lines, to_lines
from course.grading.maker import Maker
from course.grading.making import Making
from course.grading.texts import text_of, warnings
from course.lessons import handin
from course.lessons.exercises import load_exercises
from course.lessons.figures import versions
from course.lessons.keys import load_keys
from course.lessons.work import Workspace

ROOT = Path(__file__).parents[2]
STORY = """{title}

The ferry between Oxley and Stone Point will stop on Monday for at least {days} days, the harbour office said.

“We found a crack in the hull,” said Mara Quill, the harbour master. “Nobody sails until it is mended.”

About {people} people cross every day, according to the office. {own}

Jon Abbot, who sells fish in Oxley, called the closure “a disaster for small shops”. He wants a bus.

Photo: Harbour office

https://oxley.example/2026/crack-in-the-hull-stops-ferry/
"""
OWN = (
    "The last closure, in 2019, took twice as long as planned.",
    "Many will have to drive for an hour.",
    "The company has promised to pay back tickets.",
)
# What no pattern drafts: it takes a choice of passages, evidence from outside, or a text with planted faults.
BY_HAND = {
    "lead_rest",
    "friend",
    "explain_noise",
    "clues",
    "cut_sense",
    "cut_mended",
    "cut_matters",
    "first_cut",
    "cue_alarm",
    "signs_guess",
    "quarrel",
    "whose_words",
    "keyness_guess",
    "rewrite",
    "rewrite_check",
    "search_guess",
    "craft",
    "quote_letters",
    "verdict_more",
}
BY_HAND |= {"claim_1", "claim_2", "claim_3", "claim_4", "claim_5", "desk_guess", "fall_guess", "fall_verdict"}
BY_HAND |= {
    "machine_guess",
    "machine_links",
    "machine_ties",
    "machine_mend",
    "explain_sound",
    "explain_level",
}
BY_HAND |= {"same_order", "say_it"}
BY_HAND |= {f"machine_check_{number}" for number in range(1, 5)}
BY_HAND |= {"two_leads", "explain_nearest", "three_briefs"}
BY_HAND |= {"claim_cuts_b", "stances_more", "settled_more", "charges_more", "coverage_more"}  # second rounds
BY_HAND |= {"shared", "clock", "count_ten", "flattest", "first_fifth", "known_yet", "leans"}
TITLES = ("Ferry to Oxley stops on Monday", "No boat to Oxley next week", "A crack in the hull")
TEXTS = [
    STORY.format(days=n + 9, people=400 + 100 * (n > 1), own=own, title=TITLES[n])
    for n, own in enumerate(OWN)
]


def made_in(folder, texts=()):
    """Return a case in a folder, of some texts."""
    made = Making(folder / "case")
    (made.root / "seeds").mkdir(parents=True)
    made.name("The ferry", "A ferry stops", "en")
    for text in texts:
        made.add_text(text, {"publisher": "The Oxley Post", "known": "read on its page"})
    return made


@pytest.fixture
def making(tmp_path):
    return made_in(tmp_path)


@pytest.fixture
def case_of_three(tmp_path):
    return made_in(tmp_path, TEXTS)


def press(panel, button, **fields):
    """Press a button as the browser does: with what all fields hold, and these."""
    asked = panel.fields
    held = {
        one["name"]: one.get("value", (one.get("options") or [[""]])[0][0])
        for one in asked
        if one["kind"] != "file"
    }
    held |= {one["name"]: None for one in asked if one["kind"] == "file"}
    return panel.handle({"button": button, "fields": held | fields})


def answered(making, folder, seed, kind="my_work"):
    """Return the file that 'Save my work' makes, or a hand-in, of somebody who answered everything."""
    case, exercises, draw = making.case(), load_exercises(making.case()), random.Random(seed)  # noqa: S311 - no secret
    work = Workspace(folder, str(case.about["title"]))
    handin.sign_in(work, f"R{seed}")
    for one in exercises.values():
        if one.in_text:
            text = case[one.articles[0]].paragraphs[(one.paragraphs or (1,))[0] - 1].text
            value = one.place(
                [{"article": one.articles[0], "exact": text, "label": draw.choice(one.labels)}], case
            )
        else:
            value = one.empty()
            for path, options in one.asked.items():
                part = (
                    draw.sample(options, len(options))
                    if one.kind == "order"
                    else draw.choice(options or ["7"])  # fits a number and a text
                )
                value = one.with_part(value, path, part)
        work.put(one, value)
    made = handin.pack(work, exercises, kind)[0]
    return {"name": made["name"], "text": made["text"]}


# --- files, and taking back


def test_every_step_can_be_taken_back_to_an_empty_folder(case_of_three):
    making = case_of_three
    making.keep_quotes(making.quotes())
    for pattern in PATTERNS:
        making.keep_exercise(
            draft(pattern["name"], making.case(), "A" if "{article}" in pattern["title"] else "")
        )
    steps = [making.undo() for _ in range(100)]
    assert steps[0] == f"exercise {PATTERNS[-1]['id']}"
    assert [one for one in steps if one][-1] == "the name"
    assert not [path for path in making.seeds.rglob("*") if path.is_file()]


def test_a_step_that_cannot_be_written_leaves_all_as_it_was(case_of_three, monkeypatch):
    making = case_of_three
    before = {path: path.read_bytes() for path in making.seeds.rglob("*") if path.is_file()}
    real, times = making._write, count()

    def full(name, data):
        if next(times) == 1:
            raise CourseError("the disk is full")
        real(name, data)

    monkeypatch.setattr(making, "_write", full)
    with pytest.raises(CourseError, match="disk is full"):
        making.add_text("Another text.", {"publisher": "X"})
    assert {path: path.read_bytes() for path in making.seeds.rglob("*") if path.is_file()} == before
    assert making.undo() == "text C"


@pytest.mark.parametrize(
    "text",
    ["One\r\nTwo\r\n", "Cafe\u0301 \U0001f600", "\ufeffBOM", "שלום עולם " * 40, "x", "word " * 200_000],
    ids=["CRLF", "NFD and emoji", "BOM", "right to left", "one letter", "200,000 words"],
)
def test_a_text_is_kept_byte_for_byte(making, text):
    making.add_text(text, {"publisher": "X"})
    assert making.case()["A"].raw == text
    assert making.problems() == []


@pytest.mark.parametrize(("text", "said"), [(" \n", "There is no text"), ("Rain.", "who published")])
def test_what_is_missing_is_said(making, text, said):
    with pytest.raises(CourseError, match=said):
        making.add_text(text, {"publisher": ""})
    assert not (making.seeds / "articles").exists()


def test_an_article_that_changed_is_told_item_by_item_and_nothing_is_dropped(case_of_three):
    making = case_of_three
    making.keep_exercise(draft("A round of quotations in one text: how, and whose?", making.case(), "A"))
    items = making.exercises()["quotes_a"]["item"]
    making.add_text(
        TEXTS[0].replace("“a disaster for small shops”", "bad").replace("We found", "They saw"),
        {"publisher": "X"},
        of="A",
    )
    found = making.problems()
    assert ["a disaster" in one for one in found if "A_" in one] == [True, True, False]
    assert "We found" in "".join(found)
    assert making.exercises()["quotes_a"]["item"] == items
    making.undo()
    assert making.problems() == []


def test_answers_to_an_article_that_changed_are_told_one_by_one_and_kept(case_of_three, tmp_path):
    making = case_of_three
    making.keep_exercise(draft("Claims cut: one dense paragraph of one text", making.case(), "A"))
    making.keep_exercise(draft("Kinds of claims", making.case()))
    making.add_reader(answered(making, tmp_path / "w", 1)["text"].encode(), "x.json", "Ana")
    keys = {path: path.read_bytes() for path in (making.seeds / "readings" / "keys").iterdir()}
    claims = [one["exact"] for one in making.exercises()["claim_kinds"]["item"] if one["article"] == "A"]
    (marked,) = load_keys(making.case())["claim_cuts"]
    words = making.case()["A"].raw[marked.start : marked.end]
    text = TEXTS[0]
    for one in (*claims, words):
        text = text.replace(one, "Something else is said now.")
    making.add_text(text, {}, of="A")
    told = making.problems()
    assert len(told) == len(claims) + 1, "each claim that is asked about, and the reader's mark"
    for one in claims:
        assert [problem for problem in told if one in problem and ", item " in problem]
    assert [problem for problem in told if words in problem and "keys/03_cut" in problem], told
    assert {path: path.read_bytes() for path in keys} == keys
    assert making.readers() == {"reader1": "Ana"}
    making.undo()
    assert making.problems() == []


# --- lines and voices


def test_a_wrong_line_is_put_right_by_marking(case_of_three):
    making = case_of_three
    raw = making.case()["A"].raw
    start = raw.index("Photo:")
    credit = next(one for one in making.case()["A"].blocks if one.start <= start < one.end)
    making.set_line("A", start, raw.index("\n", start), "body")
    assert making.case()["A"].paragraphs[-1].text.startswith("Photo:")
    making.set_line("A", start, raw.index("\n", start), credit.kind)
    assert not (making.seeds / "blocks.toml").exists()  # what the rules say is not written down


def test_quotations_are_proposed_kept_mended_added_and_removed(case_of_three):
    maker = Maker(case_of_three)
    panel = maker.voices()
    assert {row[1] for row in panel.tables[0]["rows"]} == {"found"}
    assert press(panel, "all")["text"].endswith("are kept.")
    assert {row[1] for row in panel.tables[0]["rows"]} == {"kept"}
    press(panel, "keep", which="0", speaker="Somebody Else", kind="snippet")
    assert panel.tables[0]["rows"][0][2:4] == ["Somebody Else", "snippet"]
    size = len(panel.tables[0]["rows"])
    press(panel, "keep", words="twice as long as planned", article="A", speaker="", kind="snippet")
    assert len(panel.tables[0]["rows"]) == size + 1
    assert "not stated" in {row[2] for row in panel.tables[0]["rows"]}
    assert press(panel, "keep", words="no such words", article="A")["problem"]
    press(panel, "keep", which="0", speaker="", kind="clause")  # what is left empty stays
    assert panel.tables[0]["rows"][0][2:4] == ["Somebody Else", "clause"]
    press(panel, "undo")
    assert case_of_three.problems() == []
    press(panel, "undo")
    assert len(panel.tables[0]["rows"]) == size


SPANISH = (
    "El barco a la isla no sale el lunes por una avería, dijo la oficina del puerto en una nota. "
    "“Nadie sale hasta que se repare”, dijo Mara Quill. "
) * 3
NFD = (
    TEXTS[1]
    .replace("Mara Quill", "Mara Que\u0301ll \U0001f6a2")
    .replace("a disaster", "a de\u0301sa\u0302stre \U0001f622")
)
WALL = "No boat to Oxley next week\n\nSubscribe to continue reading.\n\nAlready a subscriber? Sign in.\n"
HEBREW = "המעבורת לא תצא ביום שני, אמרה מנהלת הנמל. “אף אחד לא יפליג”, אמרה. " * 4


# --- texts that are unlike the others, in every step


@pytest.mark.parametrize(
    "text",
    [
        TEXTS[0],
        SPANISH,
        HEBREW,
        "One line.",
        TEXTS[1].replace("\n", "\r\n"),
        "\n\n".join([TEXTS[2]] * 20),
        NFD,
        WALL,
        "!?",
    ],
    ids=[
        "twice the same",
        "Spanish",
        "right to left",
        "one line",
        "CRLF",
        "one text many times over",
        "emoji and NFD",
        "paywall",
        "signs alone",
    ],
)
def test_no_step_breaks_with_an_odd_text(case_of_three, text):
    making, maker = case_of_three, Maker(case_of_three)
    making.add_text(text, {"publisher": "X"})
    assert not press(maker.voices(), "all")["problem"]
    assert not press(maker.lines().parts[0], "show", article="D")["problem"]
    panel = maker.exercises().parts[0]
    for pattern in PATTERNS:
        told = press(panel, "draft", pattern=pattern["name"], article="A" if "of" in pattern else "D")
        assert "\n" not in told["text"]
    assert making.problems() == []
    assert maker.ready().lines[0] == "Everything fits together."
    assert maker.shared().lines
    while making.undo():
        pass
    assert not [path for path in making.seeds.rglob("*") if path.is_file()]


def test_printings_of_one_utterance_are_joined_and_parted_by_hand(case_of_three):
    making = case_of_three
    panel = Maker(making).voices()
    press(panel, "all")

    def also_in():
        return [row[-1] for row in panel.tables[0]["rows"]]

    assert also_in()[0] == "B, C"
    press(panel, "keep", which="0", same="alone")
    assert also_in()[0] == ""
    assert also_in()[3] == "C"
    press(panel, "keep", which="0", same="3")
    assert also_in()[0] == "B, C"
    press(panel, "all")  # what a person joined or parted stays
    assert also_in()[0] == "B, C"
    assert making.problems() == []


# --- exercises


def test_what_a_lesson_asks_is_drafted_or_known_to_need_a_person():
    books = (ROOT / "notebooks").glob("[0-9]*.ipynb")
    cells = [cell for path in books for cell in json.loads(path.read_text("utf-8"))["cells"]]
    asked = set().union(*map(asked_in, cells)) - {"readings"}
    everywhere = {
        one["id"]
        for name, data in empty_seeds(ROOT).items()
        if name.startswith("exercises/")
        for one in tomllib.loads(data.decode("utf-8"))["exercise"]
    }
    drafted = {one["id"].format(letter=at.lower()) for one in PATTERNS for at in one.get("of", "A")}
    assert asked - everywhere - drafted == BY_HAND


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda one: one["id"])
def test_each_pattern_is_of_an_exercise_that_its_lesson_asks(pattern):
    cells = json.loads((ROOT / "notebooks" / f"{pattern['lesson']}.ipynb").read_text("utf-8"))["cells"]
    asked = set().union(*map(asked_in, cells))
    assert {pattern["id"].format(letter=one.lower()) for one in pattern.get("of", "A")} <= asked


def test_what_is_drafted_beside_the_items_follows_from_the_case(case_of_three):
    case = case_of_three.case()

    def drafted(id):
        return draft(next(one["name"] for one in PATTERNS if one["id"] == id), case)

    claims = [f"{one['article']}: {one['exact']}" for one in drafted("claim_kinds")["item"]]
    assert drafted("look_outside")["options"] == claims[:3]
    assert [one[0] for one in claims[:3]] == ["A", "B", "C"]
    assert {one["group"] for one in drafted("check_first")["item"]} == {"The claims"}
    assert drafted("origins")["options"] == ["Jon Abbot", "Mara Quill", "no source stated"]
    assert [one["text"] for one in drafted("voice_guess")["item"]] == ["Jon Abbot", "Mara Quill"]
    words = drafted("versions_changed")["words"]
    assert len(words) == 3
    for one in words:  # by which lesson 02 draws them
        assert {row["printed in"] for row in versions(case, one).table.rows} == set("ABC")
    counted = drafted("count_first")
    assert counted["words"] != drafted("describing_guess")["words"]
    assert f"‘{counted['words'][0]}’" in counted["prompt"]
    assert drafted("noise_guess")["options"] == ["A", "B", "C"]
    case_of_three.keep_exercise(draft("Lines of one text: what is not the report?", case, "B"))
    assert drafted("noise_guess")["options"] == ["A", "C"]  # the picture of B comes later


def test_a_text_that_lesson_02_does_not_go_through_is_one_sentence(case_of_three):
    with pytest.raises(CourseError, match="has a round for each of A, B, C, D, E, and none for F: choose"):
        draft("A round of quotations in one text: how, and whose?", case_of_three.case(), "F")


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda one: one["id"])
def test_each_pattern_drafts_an_exercise_that_check_accepts(case_of_three, pattern):
    case = case_of_three.case()
    entry = draft(pattern["name"], case, "A" if "{article}" in pattern["title"] else "")
    case_of_three.keep_exercise(entry)
    if "beside" not in entry:
        assert case_of_three.problems() == []
    assert from_lines(entry, to_lines(entry), case) == entry.get("item", [])


def test_lines_of_an_exercise_are_edited(case_of_three):
    case = case_of_three.case()
    entry = draft("Terms: what does each word do?", case)
    first = entry["item"][0]
    lines = to_lines(entry).splitlines()
    items = from_lines(
        entry,
        "\n".join([lines[0], "A: a disaster for small shops | Whose word? | A / nobody", "A: who wrote it"]),
        case,
    )
    assert items[0] == first
    assert items[1]["exact"] == "a disaster for small shops"
    assert (items[1]["text"], items[1]["options"]) == ("Whose word?", ["A", "nobody"])
    assert items[2] == {"id": "item_2", "text": "A: who wrote it"}
    with pytest.raises(CourseError, match="does not stand in A"):
        from_lines(entry, "A: words that nobody wrote | Whose?", case)


def test_the_forms_draft_and_edit_and_a_student_sees_it(case_of_three):
    draft_panel, edit, below = Maker(case_of_three).exercises().parts
    told = press(draft_panel, "draft", pattern="Kinds of claims")
    assert "Drafted" in told["text"]
    fields = {one["name"]: one.get("value") for one in edit.fields}
    assert fields["which"] == "claim_kinds"
    assert len(fields["items"].splitlines()) == 6
    said = press(edit, "keep", title="New title", options="one\ntwo", points="3")
    assert said["text"] == "Kept."
    kept = case_of_three.exercises()["claim_kinds"]
    assert (kept["title"], kept["options"], kept["points"]) == ("New title", ["one", "two"], 3)
    assert below.parts[0].spec["title"] == "New title"
    assert press(edit, "keep", points="many")["problem"]
    press(edit, "remove")
    assert "claim_kinds" not in case_of_three.exercises()
    told = press(edit, "keep")
    assert told["text"] == "There is no exercise yet: draft one above"
    press(draft_panel, "draft", pattern="Guess the count: one word, three ways to count")
    press(edit, "keep", words="hull\n\ncrack", prompt="Guess.")
    assert case_of_three.exercises()["count_first"]["words"] == ["hull", "crack"]
    press(draft_panel, "draft", pattern="Look outside: three claims to choose from")
    assert press(edit, "keep", options="A: one\nB: two")["text"] == "Kept."
    assert case_of_three.exercises()["look_outside"]["options"] == ["A: one", "B: two"]
    assert below.parts[0].spec["title"] == "Look outside"


# --- keys


@pytest.fixture(scope="module")
def drafted(tmp_path_factory):
    """Draft all but one exercise once, for many tests."""
    made = made_in(tmp_path_factory.mktemp("drafted"), TEXTS)
    for pattern in PATTERNS:
        if pattern.get("from") != "address":
            letters = "ABC" if "of" in pattern else "A" if "{article}" in pattern["title"] else [""]
            for letter in letters:
                made.keep_exercise(draft(pattern["name"], made.case(), letter))
    return made.root


@pytest.fixture
def with_exercises(drafted, tmp_path):
    shutil.copytree(drafted, tmp_path / "case")
    return Making(tmp_path / "case")


def test_what_is_missing_at_first_is_not_said_any_more_once_it_is_there(making):
    panel = Maker(making).readers()
    assert panel.lines == ["There is no text yet: add the first one in step 1"]
    making.add_text(TEXTS[0], {"publisher": "X"})
    panel.handle({"shown": True})
    assert panel.lines[0].startswith("Take the lessons as a student does")


def test_drafts_ask_about_whole_sentences_and_words(making):
    for text in TEXTS:
        making.add_text(f"Oxley, 3 March. The 1,118 or 93rd. {text}", {"publisher": "X"})
    ladder, terms = (
        draft(name, making.case())
        for name in ("Certainty: from hedged to flat", "Terms: what does each word do?")
    )
    assert not [one for one in ladder["item"] if one["exact"] == "Oxley, 3 March."]
    words = [re.search("‘(.*?)’", one["text"])[1] for one in terms["item"]]
    assert not [word for word in words if any(map(str.isdigit, word))]
    few = min(len(one["text"].split()) for one in terms["item"])
    assert few > 3, "lesson 06 says: with a few words around it"


def test_two_readers_make_the_keys_and_each_has_full_credit(with_exercises, tmp_path):
    making, maker = with_exercises, Maker(with_exercises)
    assert making.problems() == []  # without keys it is a whole case
    readers = maker.readers()
    for seed, name in ((1, "Ana"), (2, "Ben")):
        told = press(readers, "add", file=answered(making, tmp_path / name, seed), name=name)
        assert not told["problem"], told
    assert making.problems() == []
    case = making.case()
    exercises, keys = load_exercises(case), load_keys(case)
    for seed, name in ((1, "Ana"), (2, "Ben")):
        work = Workspace(tmp_path / name, "The ferry")
        for id, one in exercises.items():
            if one.points > 0 and not one.written:
                assert one.score(work.read(one).value, keys[id], case).points == pytest.approx(one.points), (
                    seed,
                    id,
                )
    split = making.split()
    assert split
    assert all(len(one["values"]) == 2 for one in split)
    assert {one["title"] for one in split} > {"What does each word do?", "From hedged to flat"}
    told = {one["about"] for one in split}
    assert [one for one in told if "‘harbour’" in one], "what is asked, not its name in the file"
    assert not [one for one in told if "_" in one]
    reasons = maker.reasons()
    press(reasons, "keep", which="0", by="reader2", reason="It says so in paragraph 2.")
    assert making.split()[0]["reasons"] == {"reader2": "It says so in paragraph 2."}
    press(readers, "add", file=answered(making, tmp_path / "Ben", 3), name="Ben")
    assert len(making.readers()) == 2
    press(readers, "remove", name="Ana")
    assert list(making.readers().values()) == ["Ben"]
    assert {key.by for one in load_keys(making.case()).values() for key in one} == {"reader2"}


def test_marks_go_out_and_come_in_again(with_exercises, tmp_path):
    making = with_exercises
    making.add_reader(answered(making, tmp_path / "w", 1)["text"].encode(), "x.json", "Ana")
    frames = next(one for one in json.loads(making.marks()) if one["label"] == "frames")
    told = making.add_marks(json.dumps(frames).encode(), "marks.json", "frames", "Ben")
    assert told == "Ben: 1 exercise."
    one, other = (
        [(k.start, k.end, k.value) for k in load_keys(making.case())["frames"] if k.by == by]
        for by in ("reader1", "reader2")
    )
    assert one == other


def test_an_export_of_another_tool_comes_in_by_its_words(with_exercises):
    words = with_exercises.case()["B"].paragraphs[1].text
    row = {
        "uri": "https://example.org/b",
        "tags": ["economic"],
        "text": "money",
        "target": [
            {"source": "https://example.org/b", "selector": [{"type": "TextQuoteSelector", "exact": words}]}
        ],
    }
    row["target"][0]["source"] = "urn:article:B"
    with_exercises.add_marks(json.dumps({"rows": [row]}).encode(), "h.json", "frames", "Ana")
    key = load_keys(with_exercises.case())["frames"][0]
    assert (key.article, key.value) == ("B", "economic")


def test_each_step_before_the_keys_can_be_taken_back(case_of_three):
    making, maker = case_of_three, Maker(case_of_three)

    def held():
        return {path: path.read_bytes() for path in making.seeds.rglob("*") if path.is_file()}

    def mark(**fields):
        shown = maker.lines()
        press(shown.parts[0], "show", article="A")
        return shown.parts[1].parts[0].handle(fields)

    line = {"path": ["add"], "value": ["A", 0, len(TITLES[0]), "advert"], "exact": TITLES[0]}
    draft_panel, edit, _ = maker.exercises().parts
    steps = [
        ("the name", lambda: press(maker.event(), "keep", title="Another name")),
        ("text D", lambda: press(maker.texts(), "add", text=TEXTS[0], publisher="X")),
        ("text D", lambda: press(maker.texts(), "add", text=TEXTS[1], publisher="X", of="D")),
        ("removing text D", lambda: press(maker.texts(), "remove", of="D")),
        ("a line of A", lambda: mark(**line)),
        ("the voices", lambda: press(maker.voices(), "all")),
        ("the voices", lambda: press(maker.voices(), "keep", which="0", speaker="Ann Lee")),
        ("the voices", lambda: press(maker.voices(), "keep", which="0", same="alone")),
        ("the voices", lambda: press(maker.voices(), "remove", which="0")),
        ("exercise claim_kinds", lambda: press(draft_panel, "draft", pattern="Kinds of claims")),
        ("exercise claim_kinds", lambda: press(edit, "keep", which="claim_kinds", title="New")),
        ("removing exercise claim_kinds", lambda: press(edit, "remove", which="claim_kinds")),
    ]
    before = []
    for _, step in steps:
        before.append(held())
        told = step()
        assert not told["problem"], told
        assert held() != before[-1]
    for name, _ in reversed(steps):
        assert press(maker.voices(), "undo")["text"] == f"Taken back: {name}."
        assert held() == before.pop()


def test_each_step_of_keys_can_be_taken_back(with_exercises, tmp_path):
    making, maker = with_exercises, Maker(with_exercises)

    def held():
        seeds = {path: path.read_bytes() for path in making.seeds.rglob("*") if path.is_file()}
        return seeds, making.readers()

    frames = making.case()["A"].paragraphs[2].text
    marks = [{"tags": ["economic"], "target": {"source": "x", "selector": [
        {"type": "TextQuoteSelector", "exact": frames}]}}]  # fmt: skip
    assert press(maker.marks(), "in", which="frames")["text"] == "Choose a file first"
    as_file = {"name": "m.json", "text": json.dumps(marks)}
    steps = [
        (maker.readers, "add", {"file": answered(making, tmp_path / "Ana", 1), "name": "Ana"}),
        (maker.readers, "add", {"file": answered(making, tmp_path / "Ben", 2), "name": "Ben"}),
        (maker.reasons, "keep", {"which": "0", "by": "reader2", "reason": "It is said there."}),
        (maker.marks, "in", {"file": as_file, "name": "Cy", "which": "frames"}),
        (maker.readers, "remove", {"name": "Ana"}),
        (lambda: maker.exercises().parts[1], "remove", {"which": "frames"}),
    ]
    before = []
    for panel, button, fields in steps:
        before.append(held())
        told = press(panel(), button, **fields)
        assert not told["problem"], told
        assert held() != before[-1]
    for panel, _, _ in reversed(steps):
        assert press(panel(), "undo")["text"].startswith("Taken back: ")
        assert held() == before.pop()


def test_once_a_reader_answered_an_exercise_without_a_key_is_told(with_exercises, tmp_path):
    making = with_exercises
    making.add_reader(answered(making, tmp_path / "w", 1)["text"].encode(), "x.json", "Ana")
    making.keep_exercise(draft("A headline in a web address", making.case()))
    assert [one.split(" has ")[1] for one in making.problems()] == ["no key for 'headline': add one"]


def test_keys_that_are_missing_beside_others_are_told_in_one_sentence_a_lesson(with_exercises, tmp_path):
    making = with_exercises
    making.add_reader(answered(making, tmp_path / "w", 1)["text"].encode(), "x.json", "Ana")
    making.keep_exercise(draft("A headline in a web address", making.case()))
    making.undo()
    assert making.problems() == []
    path = making.seeds / "readings" / "keys" / "02_hear_who_speaks.toml"
    keys = making.read("seeds/readings/keys/02_hear_who_speaks.toml")["key"]
    gone = next(one for one in keys if one.get("item"))
    making.change(
        "a key",
        {"seeds/readings/keys/02_hear_who_speaks.toml": {"key": [one for one in keys if one is not gone]}},
    )
    assert len(making.problems()) == 1
    assert f"no key for {gone['item']!r} of {gone['exercise']!r}: add one" in making.problems()[0]
    path.unlink()
    (told,) = making.problems()
    assert told.endswith("add them")
    assert told.count(", ") > 2


def test_what_came_with_a_case_stays_when_a_reader_is_added(with_exercises, tmp_path):
    making = with_exercises
    items = making.exercises()["charges"]["item"]
    path = "seeds/readings/keys/06_weigh_the_words.toml"
    came = [
        {"exercise": "charges", "by": "reader1", "item": items[0]["id"], "value": "legal", "reason": "One."},
        {"exercise": "charges", "by": "course", "item": items[0]["id"], "value": "neutral", "reason": "Two."},
        {
            "exercise": "charges",
            "item": items[1]["id"],
            "value": {"reader1": "legal", "reader2": "neutral"},
            "reason": "Both.",
        },
    ]
    making.change("keys", {path: {"key": came}})
    assert making.readers() == {"reader1": "Reader 1", "reader2": "Reader 2"}
    making.add_reader(answered(making, tmp_path / "w", 1)["text"].encode(), "x.json", "Ana")
    assert making.readers() == {"reader1": "Reader 1", "reader2": "Reader 2", "reader3": "Ana"}
    assert making.problems() == []
    keys = load_keys(making.case())["charges"]
    assert [one.reason for one in keys if one.by != "reader3"] == ["One.", "Two.", "Both.", "Both."]
    assert len([one for one in keys if one.by == "reader3"]) == len(items)
    making.give_reason("charges", items[1]["id"], "reader3", "Mine.")
    making.remove_reader("reader3")
    assert making.read(path)["key"][:2] == came[:2]
    assert making.readers() == {"reader1": "Reader 1", "reader2": "Reader 2"}
    making.remove_reader("reader1")
    assert {one.by for one in load_keys(making.case())["charges"]} == {"course", "reader2"}


def test_voices_that_several_readers_listed_stay_theirs_and_a_change_is_the_teachers(case_of_three):
    making = case_of_three
    making.keep_quotes(making.quotes())
    about = making.read("seeds/readings/quotes.toml")
    first = about["quote"][0]
    first |= {
        "kind": {"reader1": "full", "reader2": "label"},
        "speaker": {"reader1": "Mara Quill"},
        "cue": "said",
    }
    making.change("voices", {"seeds/readings/quotes.toml": about})
    panel = Maker(making).voices()
    press(panel, "all")
    assert making.read("seeds/readings/quotes.toml") == about
    press(panel, "keep", which="0", kind="snippet", speaker="Ann Lee")
    changed = making.read("seeds/readings/quotes.toml")["quote"]
    assert changed[0]["kind"] == {"reader1": "full", "reader2": "label", "teacher": "snippet"}
    assert changed[0]["speaker"] == {"reader1": "Mara Quill", "teacher": "Ann Lee"}
    assert changed[1:] == about["quote"][1:]
    assert known_quotes(making.case())["A"][0].speaker.name == "Ann Lee"
    assert making.problems() == []
    press(panel, "remove", which="0")
    assert {one["id"] for one in making.read("seeds/readings/quotes.toml")["quote"]} == {
        one["id"] for one in about["quote"][1:]
    }


def test_voices_of_a_text_that_changed_are_told_and_nothing_is_dropped(case_of_three):
    making = case_of_three
    panel = Maker(making).voices()
    press(panel, "all")
    kept = making.read("seeds/readings/quotes.toml")["quote"]
    making.add_text(TEXTS[0].replace("We found", "They saw"), {"publisher": "X"}, of="A")
    press(panel, "all")
    assert panel.tables[0]["rows"][-1][1] == "not in the text"
    assert len(making.read("seeds/readings/quotes.toml")["quote"]) == len(kept) + 1
    assert len(making.problems()) == 1
    press(panel, "remove", which=str(len(panel.tables[0]["rows"]) - 1))
    assert making.problems() == []


def test_of_very_many_quotations_two_hundred_are_proposed_and_it_is_said(case_of_three):
    making = case_of_three
    many = "\n\n".join(TEXTS[0].replace("crack", f"crack {n}") for n in range(101))
    making.add_text(many, {"publisher": "X"})
    panel = Maker(making).voices()
    assert "Text D has 200 quotations or more" in panel.lines[-1]
    assert press(panel, "all")["text"] == "209 quotations are kept."
    assert press(panel, "all")["text"] == "209 quotations are kept."
    assert making.problems() == []


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]x", b"[1]", b'{"rows": 3}', b"[" * 5000, b'[{"target": {}}]']
)
def test_a_file_that_is_no_export_is_one_sentence(with_exercises, data):
    with pytest.raises(CourseError, match=r"no export of annotations|exercise"):
        with_exercises.add_marks(data, "x.json", "frames", "Ana")


@pytest.mark.parametrize("data", [b"", b"\x89PNG", b"{}", b"<html>"])
def test_a_file_that_is_no_saved_work_is_one_sentence(with_exercises, data):
    with pytest.raises(CourseError, match="cannot be used"):
        with_exercises.add_reader(data, "x.json", "Ana")
    assert with_exercises.readers() == {}


# --- without keys, with one reader, with several


def test_each_level_of_keys_is_whole_and_says_what_it_is(with_exercises, tmp_path):
    making, maker = with_exercises, Maker(with_exercises)
    file = answered(making, tmp_path / "student", 7)
    handed = json.loads(file["text"])["answers"]
    told = []
    for level, name in enumerate(("", "Ana", "Ben")):
        if name:
            reader = answered(making, tmp_path / name, level)
            assert not press(maker.readers(), "add", file=reader, name=name)["problem"]
        ready = maker.ready()
        assert ready.lines[0] == "Everything fits together."
        assert not [one for one in ready.lines if one.startswith("Without a key")]
        told.append(ready.lines[2])
        case = making.case()
        exercises, keys = load_exercises(case), load_keys(case)
        keyed = {id for id, one in exercises.items() if one.points > 0 and not one.written}
        assert {id for id in keyed if len({key.by for key in keys.get(id, ())}) == level} == keyed
        for id in keyed:
            result = exercises[id].score(handed[id]["answer"], keys.get(id, ()), case)
            assert (result.points is None) is (level == 0), id
    assert [one.split(":")[0] for one in told] == ["Without keys", "One reader", "2 readers"]


def test_where_no_key_is_the_class_itself_is_what_is_found(with_exercises, tmp_path):
    making, inbox = with_exercises, tmp_path / "inbox"
    inbox.mkdir()
    for seed in range(5):
        made = answered(making, tmp_path / f"S{seed}", seed, kind="hand_in")
        (inbox / made["name"]).write_text(made["text"], "utf-8")
    case = making.case()
    assert load_keys(case) == {}
    desk = Desk(case, tmp_path / "my_class")
    desk.choose_inbox(inbox)

    def shown(chooser, which):
        panel, below = chooser.parts
        told = panel.handle({"button": "show", "fields": {"which": which}})
        assert not told["problem"], told
        return below.parts[0]

    (split,) = shown(desk.class_answers(), "claim_kinds").tables
    assert split["caption"].startswith("‘What kind of claim is it?’: 5 students. Krippendorff’s alpha")
    assert len(split["rows"]) == len(making.exercises()["claim_kinds"]["item"])
    assert split["rows"][0][1].count(": ") > 1, "the most split first, with all that was answered"
    heat = shown(desk.class_marks(), "frames A")
    assert "5 students" in heat.prompt
    assert [one for layer in heat.layers for one in layer["notes"]]


# --- ready


def test_ready_says_what_does_not_fit_how_even_and_how_long(with_exercises):
    panel = Maker(with_exercises).ready()
    assert panel.lines[0] == "Everything fits together."
    assert "Without keys" in panel.lines[2]
    assert [table["caption"] for table in panel.tables] == [
        "How even the texts are treated",
        "What the exercises take, by estimate",
    ]
    minutes = {row[0]: int(row[1]) for row in panel.tables[1]["rows"]}
    assert len(minutes) == 10
    assert 10 < minutes["08 check it outside"] < 25, "five minutes to look outside, and two to write"
    path = with_exercises.seeds / "exercises" / "06_weigh_the_words.toml"
    path.write_bytes(path.read_bytes() + b'\n[[exercise]]\nid = "x"\n')
    press(panel, "look")
    assert panel.lines[0].startswith("What does not fit: ")
    assert panel.tables[0]["rows"][0][0] == "step 4"
    assert panel.tables[0]["rows"][0][1].startswith("‘x’ ")


def test_what_does_not_fit_is_said_with_titles_and_steps_and_keys_need_not_be_there(with_exercises, tmp_path):
    making, maker = with_exercises, Maker(with_exercises)
    making.add_reader(answered(making, tmp_path / "w", 1)["text"].encode(), "x.json", "Ana")
    making.keep_exercise(draft("A headline in a web address", making.case()))
    ready = maker.ready()
    title = making.exercises()["headline"]["title"]
    assert ready.lines[0] == "Everything fits together."
    assert f"Without a whole key: ‘{title}’. This need not be mended" in " ".join(ready.lines)
    making.add_text("Another report stands here now. " * 30, {}, of="A")
    ready = maker.ready()
    rows = ready.tables[0]["rows"]
    assert ready.lines[0] == f"What does not fit: {len(rows)}."
    assert {row[0] for row in rows} <= {f"step {n}" for n in range(1, 6)}
    titles = [one["title"] for one in making.exercises().values()]
    assert any(title in row[1] for row in rows for title in titles)
    assert not [row for row in rows if ".toml" in row[1] or str(making.root) in row[1]]
    assert not [line for line in ready.lines if "Without a whole key" in line and "‘Who said" in line]


def test_one_persons_file_is_no_second_reader(with_exercises, tmp_path):
    making, panel = with_exercises, Maker(with_exercises).readers()
    file = answered(making, tmp_path / "w", 1)
    assert not press(panel, "add", file=file, name="Anna")["problem"]
    told = press(panel, "add", file=file, name="Ben")
    assert (told["problem"], "is the file of Anna once more" in told["text"]) == (True, True)
    assert making.readers() == {"reader1": "Anna"}
    assert not press(panel, "add", file=file, name=" Anna ")["problem"]
    assert not press(panel, "remove", name="Anna")["problem"]
    assert making.read("readers.toml") == {}
    assert not press(panel, "add", file=file, name="Ben")["problem"]


def test_a_draft_does_not_take_the_place_of_what_was_edited(with_exercises):
    draft_panel, edit, _ = Maker(with_exercises).exercises().parts
    assert not press(draft_panel, "draft", pattern="Kinds of claims")["problem"]
    assert not press(draft_panel, "draft", pattern="Kinds of claims")["problem"]  # nobody has changed it
    press(edit, "keep", title="Mine")
    told = press(draft_panel, "draft", pattern="Kinds of claims")
    assert told["text"].startswith("‘Mine’ stands there already")
    assert with_exercises.exercises()["claim_kinds"]["title"] == "Mine"
    press(edit, "remove")
    assert not press(draft_panel, "draft", pattern="Kinds of claims")["problem"]


def test_the_zip_holds_the_case_and_not_who_made_it(with_exercises, tmp_path):
    making = with_exercises
    making.add_reader(answered(making, tmp_path / "w", 1)["text"].encode(), "x.json", "Ana Secret")
    with zipfile.ZipFile(io.BytesIO(making.packed())) as packed:
        assert all(name.startswith("seeds/") for name in packed.namelist())
        assert not any(b"Ana Secret" in packed.read(name) for name in packed.namelist())
        packed.extractall(tmp_path / "other")
    assert not read_case(tmp_path / "other")[1]
    assert load_keys(open_case(tmp_path / "other"))


# --- texts


def docx(*paragraphs, macro=False):
    made = io.BytesIO()
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in paragraphs)
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    with zipfile.ZipFile(made, "w") as file:
        file.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{types}"><Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        )
        file.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{rels}">'
            f'<Relationship Id="r1" Type="{office}" Target="word/document.xml"/>'
            "</Relationships>",
        )
        file.writestr("word/document.xml", f'<w:document xmlns:w="{w}"><w:body>{body}</w:body></w:document>')
        if macro:
            file.writestr("word/vbaProject.bin", b"\xd0\xcf\x11\xe0 AutoOpen")
    return made.getvalue()


def test_a_document_gives_its_paragraphs_and_its_macro_is_nothing():
    assert text_of("x.docx", docx("One.", "Two.", macro=True)) == "One.\n\nTwo."


def test_a_page_gives_its_report():
    told = "The ferry stops. " * 20
    page = f"<html><body><nav>Home Sport</nav><article><h1>Ferry</h1><p>{told}</p></article></body></html>"
    assert "The ferry stops." in text_of("x.html", page.encode())


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.docx", b"PK\x03\x04 not whole"),
        ("x.docx", b""),
        ("x.html", b""),
        ("x.html", b"<html></html>"),
        ("x.txt", b"\0\0"),
        ("x.txt", b"  "),
        ("x.pdf", b"%PDF"),
        ("x.exe", b"MZ"),
        ("x.txt", b"a" * 6_000_000),
    ],
)
def test_a_file_without_text_is_one_sentence(name, data):
    with pytest.raises(CourseError) as told:
        text_of(name, data)
    assert "paste" in str(told.value)


def test_a_file_of_old_windows_is_read():
    assert text_of("x.txt", "“café”".encode("cp1252")) == "“café”"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Subscribe to continue reading this article. " + "word " * 70, "paywall"),
        ("The ferry stops.", "3 words"),
        (
            "El barco a la isla no sale el lunes por una avería, dijo la oficina del puerto en una nota. "
            * 6,
            "English",
        ),
        ("the ferry and the of " * 2_000, "lesson at most"),
        ("The ferry is to be in for it, he said, and that was it. " * 10, "one paragraph"),
        ("שלום עולם " * 40, "right to left"),
    ],
)
def test_what_may_be_wrong_with_a_text_is_told(text, said):
    assert any(said in one for one in warnings(text))


def test_the_same_text_twice_is_told(case_of_three):
    articles = case_of_three.case().articles
    assert warnings(TEXTS[0], articles[:1])[-1] == "It is the same text as A."
    nearly = TEXTS[0].replace("Monday", "Tuesday")
    assert warnings(nearly, articles[:1])[-1] == "It is nearly the same text as A."
    assert warnings(TEXTS[0]) == []


def test_toml_of_any_text_is_read_again(making):
    text = 'quo"te \\ back\t tab \u2028 line \x7f del'
    making.name(text, "x", "en")
    assert making.read("seeds/case.toml")["title"] == text.strip()
    assert tomli_w.dumps({}) == ""


def test_the_panel_of_texts_takes_files_and_pasted_text(making):
    panel = Maker(making).texts()
    file = {"name": "a.docx", "data": base64.b64encode(docx(*TEXTS[0].split("\n\n"))).decode()}
    assert press(panel, "add", file=file, publisher="The Post")["text"] == "Kept as text A."
    assert press(panel, "add", text=TEXTS[1], publisher="The Echo")["text"] == "Kept as text B."
    assert press(panel, "add", text=TEXTS[2], publisher="The Echo", of="B")["text"] == "Kept as text B."
    assert making.case()["B"].raw == TEXTS[2]
    assert press(panel, "remove", of="A")["text"] == "Text A is removed."
    assert [one.id for one in making.case().articles] == ["B"]
    assert press(panel, "undo")["text"] == "Taken back: removing text A."
    assert [one.id for one in making.case().articles] == ["A", "B"]


# --- a case that is there already, such as the example


def said_by(root):
    """Return what a case says: its files as they are read, and what is made of texts, exercises and keys."""
    case = open_case(root)
    files = {
        path.relative_to(root).as_posix(): tomllib.loads(path.read_text("utf-8"))
        if path.suffix == ".toml" and path.parent.name != "keys"
        else path.read_bytes()
        for path in (root / "seeds").rglob("*")
        if path.is_file() and path.parent.name != "keys"
    }
    keys = {id: [astuple(one) for one in of] for id, of in load_keys(case).items()}
    exercises = {id: (one.sha256, one.points) for id, one in load_exercises(case).items()}
    return files, [one.blocks for one in case.articles], known_quotes(case), exercises, keys


@pytest.mark.rare  # each step is tried on smaller cases
def test_the_example_goes_through_all_steps_and_says_the_same(tmp_path):
    root = tmp_path / "case"
    shutil.copytree(ROOT / "course" / "example" / "seeds", root / "seeds")
    comment = (root / "seeds" / "readings" / "quotes.toml").read_text("utf-8").partition("\n\n")[0]
    before, case, maker = said_by(root), open_case(root), Maker(Making(root))

    def does(panel, button, **fields):
        told = press(panel, button, **fields)
        assert not told["problem"], (button, fields, told)

    does(maker.event(), "keep")
    for one in case.articles:
        does(maker.texts(), "add", text=one.raw, of=one.id)
        for known in one.known:
            shown = maker.lines()
            does(shown.parts[0], "show", article=one.id)
            place = [one.id, known.start, known.end, known.label]
            sent = {"path": ["add"], "value": place, "exact": one.raw[known.start : known.end]}
            assert not shown.parts[1].parts[0].handle(sent)["problem"]
    does(maker.voices(), "all")
    edit = maker.exercises().parts[1]
    of_kind = {(one["lesson"], one["kind"]): id for id, one in maker.making.exercises().items()}
    for id in of_kind.values():
        does(edit, "show", which=id)
        does(edit, "keep", which=id)
    work = answered(maker.making, tmp_path / "work", 1)
    does(maker.readers(), "add", file=work, name="Ana")
    assert said_by(root)[4] != before[4]
    does(maker.readers(), "remove", name="Ana")
    after = said_by(root)
    for of in (before, after):
        of[0]["seeds/blocks.toml"]["block"].sort(key=lambda one: (one["article"], one["exact"]))
    for was, now in zip(before, after, strict=True):
        assert now == was
    assert (root / "seeds" / "readings" / "quotes.toml").read_text("utf-8").startswith(comment)
    assert maker.making.problems() == []
