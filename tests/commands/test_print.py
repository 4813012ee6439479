"""`python3 -m course print OUT`: pages for paper that ask everything and tell no answer."""

import re
import shutil
import tomllib
from html import escape, unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from course.commands.print import glossary, lesson_page, main
from course.corpus.case import Case, open_case
from course.lessons.exercises import load_exercises
from course.lessons.keys import load_keys
from course.lessons.kinds.mark import ROWS
from tests.lessons.small_case import write_case

ROOT = Path(__file__).parents[2]
OUTLETS = {
    entry["name"]
    for entry in tomllib.loads((ROOT / "seeds/readings/provenance.toml").read_text("utf-8"))["lookup"]
}
LESSONS = [path.stem for path in sorted((ROOT / "seeds" / "exercises").glob("*.toml"))]
VOID = {"meta", "br"}


class Page(HTMLParser):
    """Collects what a page is made of, and sees whether every element is closed."""

    def __init__(self, text):
        super().__init__()
        self.open, self.wrong, self.tags, self.attributes, self.words = [], [], [], [], []
        self.feed(text)
        self.wrong += self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)


def plain(text):
    """Return words without tags and with single spaces, to look for sentences in."""
    return " ".join(text.split())


@pytest.fixture(scope="module")
def case():
    return open_case(ROOT)


@pytest.fixture(scope="module")
def exercises(case):
    return load_exercises(case)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    out = tmp_path_factory.mktemp("print")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_CASE", str(ROOT))
        main([str(out)])
    return {path.stem: path.read_text("utf-8") for path in out.iterdir()}


def test_there_is_a_page_for_each_lesson(pages):
    assert sorted(pages) == LESSONS


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_page_is_whole_loads_nothing_and_runs_nothing(pages, lesson):
    page = Page(pages[lesson])
    assert page.wrong == []
    assert page.tags.count("h1") == 1
    assert not {"script", "img", "link", "iframe", "form", "input"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "src"]
    heads = [int(tag[1]) for tag in page.tags if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(heads))
    assert page.tags.count("table") == page.tags.count("caption")
    assert ("lang", "en") in page.attributes
    assert "break-before: page" in pages[lesson]


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_page_asks_everything(pages, exercises, lesson):
    words = plain("".join(Page(pages[lesson]).words))
    for one in exercises.values():
        asked = [one.title, one.prompt, *one.options, *one.labels, *one.groups]
        asked += [] if one.private else one.rubric.values()  # a private thought is measured by nobody
        asked += [passage.text for passage in one.passages]
        asked += [text for item in one.items for text in (item.text, *item.options)]
        missing = [text for text in asked if plain(text) not in words]
        assert bool(missing) == (one.lesson != lesson), missing


def test_the_texts_of_a_lesson_stand_with_numbers(pages, case):
    for lesson in ("02_hear_who_speaks", "04_count_the_witnesses", "07_find_what_is_missing"):
        for article in case.articles:
            for paragraph in article.paragraphs:
                assert f"<p><b>{paragraph.number}</b> {escape(paragraph.text)}</p>" in pages[lesson]


def test_who_looks_for_noise_is_not_told_where_it_is(pages, case):
    page = pages["01_open_the_file"]
    assert "<i>" not in page
    lines = [line for line in case["C"].raw.splitlines() if line.strip()]
    assert [f"<p><b>{number}</b> {escape(line)}</p>" in page for number, line in enumerate(lines, 1)] == [
        True
    ] * len(lines)


def test_the_texts_stand_behind_the_tasks_for_who_reads_words_blind(pages, exercises):
    assert "Article A" not in pages["00_start_here"]
    for lesson in ("02_hear_who_speaks", "06_weigh_the_words"):
        page = pages[lesson]
        titles = [f"<h3>{escape(one.title)}</h3>" for one in exercises.values() if one.lesson == lesson]
        assert max(map(page.index, titles)) < page.index("<h3>Article A</h3>")


def test_the_cards_that_tasks_name_stand_behind_the_tasks(pages):
    page = pages["08_check_it_outside"]
    assert page.index("Evidence card E01") > page.rindex("<h3>")
    assert {lesson for lesson in LESSONS if "Evidence card" in pages[lesson]} == {"08_check_it_outside"}


def test_there_is_room_to_write(pages, exercises):
    marks = [one for one in exercises.values() if one.kind == "mark"]
    written = [item for one in exercises.values() if one.typed for item in one.items]
    text = "".join(pages.values())
    assert text.count('class="box"') == len(written)
    assert text.count("<tr><td></td><td></td><td></td><td></td></tr>") == ROWS * len(marks)
    rounds = [one for one in exercises.values() if one.lesson.startswith("04") and one.kind == "grid"]
    cells = pages["04_count_the_witnesses"].count(f"</th>{'<td></td>' * len('ABCDE')}</tr>")
    assert cells == sum(len(one.items) for one in rounds) == 10


def test_no_answer_and_no_reason_is_told(pages, case):
    text = plain(unescape("".join(pages.values())))
    keys = [key for found in load_keys(case).values() for key in found]
    told = {plain(key.reason) for key in keys if key.reason} | {
        plain(key.sample) for key in keys if key.sample
    }
    assert len(told) > 100
    assert [reason for reason in told if len(reason) > 20 and reason in text] == []


def test_a_copy_without_readings_gives_the_same_pages(pages, tmp_path, monkeypatch):
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds", ignore=shutil.ignore_patterns("readings"))
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    monkeypatch.setenv("COURSE_CASE", str(tmp_path))
    main([str(tmp_path / "out")])
    assert {path.stem: path.read_text("utf-8") for path in (tmp_path / "out").iterdir()} == pages


def test_no_outlet_is_named_outside_the_articles(pages, case):
    for lesson, page in pages.items():
        own = unescape(page)
        for article in case.articles:
            for line in article.raw.splitlines():
                own = own.replace(line.strip(), "") if line.strip() else own
        own = own[: own.find("<h2>Evidence cards")]  # a card says where it was read: agencies and newspapers
        assert [name for name in OUTLETS if name in own] == [], lesson


def test_labels_are_explained_in_the_glossary(pages, exercises):
    page = pages["04_count_the_witnesses"]
    words = glossary(open_case(ROOT))
    for option in exercises["stances"].options:
        assert f"<li>{option}: {escape(words[option])}</li>" in page
    assert f"<li>neutral: {escape(words['neutral'])}</li>" in pages["06_weigh_the_words"]
    assert "<li>number</li>" in pages["03_cut_the_claims"]  # explained by the exercise itself, and not again
    assert "One of the seven stances" in words["own voice"]
    assert not re.search(r"[*`\[]", words["euphemistic"])


def test_all_text_is_escaped(tmp_path):
    small = open_case(write_case(tmp_path))
    exercises = list(load_exercises(small).values())
    lesson = exercises[0].lesson
    small = Case(small.root, small.about | {"title": "<script>alert(1)</script>"}, small.articles)
    page = lesson_page(small, lesson, exercises)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert Page(page).wrong == []


@pytest.mark.parametrize("arguments", [[], ["a", "b"], ["--help"]])
def test_a_slip_is_answered_with_the_usage(arguments, capsys):
    with pytest.raises(SystemExit, match=r"^2$"):
        main(arguments)
    assert capsys.readouterr().err.startswith("usage: python3 -m course print OUT")
