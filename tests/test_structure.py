"""Every lesson has the same form: a card, few words, short cells, a closing, no outputs stored."""

import ast
import copy
import json
import re
import tomllib
from pathlib import Path
from statistics import median

import pytest

from course.lessons.rounds import COME_BACK

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted(
    path for path in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts
)
LESSONS = [path for path in NOTEBOOKS if re.match(r"\d\d_", path.name)]
LATER = [path for path in NOTEBOOKS if path.parent.name == "later"]
READINGS = ROOT / "seeds" / "readings" / "provenance.toml"
OUTLETS = {entry["name"] for entry in tomllib.loads(READINGS.read_text("utf-8"))["lookup"]}
CARD = ("You will be able to", "| Time | about ", " minutes |", "| You need |")
NOT_FOR_STUDENTS = {
    ast.FunctionDef: "def",
    ast.AsyncFunctionDef: "def",
    ast.ClassDef: "class",
    ast.Lambda: "lambda",
    ast.For: "for",
    ast.While: "while",
    ast.comprehension: "for",
    ast.Try: "try",
}


def source(cell):
    return "".join(cell["source"])


def shown_code(cell):
    """Return the lines of a code cell below its title and what it takes from the course."""
    lines = [line for line in source(cell).splitlines() if line.strip()]
    return [line for line in lines if not line.startswith(("# ", "from course import "))]


def prose(text):
    """Return Markdown without code, pictures' marks, and words in curly quotes: those are an article's."""
    for pattern in (r"```.*?```", r"`[^`]*`", r"!(?=\[)", r"“[^”]*”"):
        text = re.sub(pattern, " ", text, flags=re.DOTALL)
    return text


def words(text):
    return len(re.findall(r"[^\W_]+(?:[’'.-][^\W_]+)*", text))


def stored(notebook):
    """Yield what is wrong with how a notebook is stored. This holds for every notebook."""
    if (notebook["nbformat"], notebook["nbformat_minor"] >= 5) != (4, True):
        yield "is not nbformat 4.5, which gives each cell an id"
    if notebook["metadata"].get("kernelspec", {}).get("name") != "python3":
        yield "names another kernel than python3"
    ids = [cell.get("id", "") for cell in notebook["cells"]]
    yield from (f"cell {id!r}: its id is missing or not unique" for id in ids if not id or ids.count(id) > 1)
    for cell in notebook["cells"]:
        if cell.get("outputs") or cell.get("execution_count") is not None:
            yield f"cell {cell.get('id')!r} is stored with its output: clear all outputs"


def prose_problems(cell, outlets):
    """Yield what is wrong with a Markdown cell."""
    said = prose(source(cell))
    if words(source(cell)) > 120:
        yield f"has {words(source(cell))} words, 120 at most"
    if "!" in said:
        yield "has an exclamation mark"
    if re.search(r"\bsimply\b", said, re.IGNORECASE):
        yield "says 'simply'"
    if found := re.search(r"</?[a-zA-Z][^>\s]*(\s[^>]*)?/?>", re.sub(r"<https?://[^>]*>", "", said)):
        yield f"has HTML: {found[0]}"
    yield from (
        f"names the outlet {name}" for name in outlets if re.search(rf"\b{re.escape(name)}\b", source(cell))
    )


def code_problems(cell, outlets):
    """Yield what is wrong with a code cell."""
    text = source(cell)
    if not shown_code(cell) or len(text.splitlines()) > 8:
        yield f"has {len(text.splitlines())} lines, its title among them: 2 to 8 are allowed"
    if not re.match(r"# [A-Z0-9].*[^.]\n", text):
        yield "does not begin with a plain title, `# Like this`"
    if not cell["metadata"].get("jupyter", {}).get("source_hidden"):
        yield "is not collapsed to its title"
    yield from (f"names the outlet {name}" for name in outlets if name in text)
    if re.search(r"^\s*[%!]|\bpip\b|\bHTML\b|https?://", text, re.MULTILINE):
        yield "has a magic, pip, HTML or a web address"
        return
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        yield f"is not Python: {error.msg}"
        return
    for node in ast.walk(tree):
        if type(node) in NOT_FOR_STUDENTS:
            yield f"has {NOT_FOR_STUDENTS[type(node)]!r}"
        imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        imported += [node.module or "."] if isinstance(node, ast.ImportFrom) else []
        yield from (f"imports {name}" for name in imported if name.split(".")[0] != "course")


def without_field(cells):
    """Yield the ids of cells with a Predict or an Explain after which no exercise comes next."""
    for at, cell in enumerate(cells):
        if cell["cell_type"] == "markdown" and re.search(r"\*\*(?:Predict|Explain)\b", source(cell)):
            after = next((one for one in cells[at:] if one["cell_type"] == "code"), None)
            if after is None or not re.search(r"^exercise\(", source(after), re.MULTILINE):
                yield cell["id"]


def lesson(notebook, outlets, least=25):
    """Yield what is wrong with the form of a lesson; a visit of fewer cells needs no reflection."""
    cells = notebook["cells"]
    markdown = [cell for cell in cells if cell["cell_type"] == "markdown"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    if not least <= len(cells) <= 45:
        yield f"has {len(cells)} cells, {least} to 45 are allowed"
    counts = [words(source(cell)) for cell in markdown]
    if sum(counts) > 1500:
        yield f"has {sum(counts)} words, 1,500 at most"
    if counts and median(counts) >= 40:
        yield f"has Markdown cells of {median(counts)} words, mostly under 40 is the rule"
    if code and median(len(shown_code(cell)) for cell in code) > 3:
        yield "has code cells of mostly more than 3 lines"
    card = source(cells[0]) if cells and cells[0]["cell_type"] == "markdown" else ""
    missing = [part for part in CARD if part not in card]
    if missing or not card.startswith("# ") or not re.search(r"\*\*[^*]+\?\*\*", card):
        yield f"does not open with a card: a title, a question in bold, {', '.join(missing or CARD)}"
    closing = " ".join(source(cell) for cell in markdown[-7:])
    if "## What you did" not in closing or not re.search(r"^(Next|Previous): ", closing, re.MULTILINE):
        yield "does not close with 'What you did', then 'Previous:' and 'Next:'"
    calls = [re.split(r"\W", line)[0] for cell in code for line in shown_code(cell)]
    yield from (f"has no {name}()" for name in ("save_my_work", "hand_in") if name not in calls)
    # A round may follow what closes a lesson.
    if least == 25 and not any('exercise("reflection_' in source(cell) for cell in code[-6:]):
        yield "does not close with a reflection"
    yield from (f"cell {id!r} asks, and no field follows it" for id in without_field(cells))
    for cell in cells:
        if cell["metadata"].get("editable") is not False or cell["metadata"].get("deletable") is not False:
            yield f"cell {cell['id']!r} is not locked: a key pressed by mistake could change or cut it"
        found = prose_problems if cell["cell_type"] == "markdown" else code_problems
        yield from (f"cell {cell['id']!r} {problem}" for problem in found(cell, outlets))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_without_outputs_and_with_ids(path):
    assert list(stored(json.loads(path.read_text("utf-8")))) == []


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_has_the_form_of_a_lesson(path):
    assert list(lesson(json.loads(path.read_text("utf-8")), OUTLETS)) == []


@pytest.mark.parametrize("path", LATER, ids=lambda path: path.stem)
def test_a_visit_weeks_later_has_the_form_of_a_short_lesson(path):
    notebook = json.loads(path.read_text("utf-8"))
    assert list(lesson(notebook, OUTLETS, least=8)) == []
    assert len(notebook["cells"]) < 20


@pytest.mark.parametrize("path", [*LESSONS, *LATER], ids=lambda path: path.stem)
def test_links_to_other_notebooks_lead_somewhere(path):
    text = "".join(source(cell) for cell in json.loads(path.read_text("utf-8"))["cells"])
    for target in re.findall(r"\]\(([^)#:]+\.(?:ipynb|svg))", text):
        assert (path.parent / target).is_file(), target


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_opens_with_its_picture_and_says_what_is_on_it(path):
    card = source(json.loads(path.read_text("utf-8"))["cells"][0])
    alternative, target = re.search(r"!\[([^]]+)\]\(([^)]+)\)", card).groups()
    assert target == f"pictures/{path.stem}.svg"
    assert f"<title>{alternative}</title>" in (path.parent / target).read_text("utf-8")


def test_there_are_lessons_and_outlets_to_look_for():
    assert [path.name[:2] for path in LESSONS] == [f"{number:02}" for number in range(len(LESSONS))]
    assert len(LESSONS) >= 2
    assert len(OUTLETS) >= 5
    assert {path.stem for path in LATER} == set(COME_BACK.values())


def test_the_glossary_names_no_outlet_either():
    for path in (ROOT / "notebooks").glob("glossary.ipynb"):
        text = path.read_text("utf-8")
        assert [name for name in OUTLETS if name in text] == []


# Deliberately bad notebooks: a check that finds nothing wrong must be able to find something.


def markdown_cell(text, id):
    locked = {"deletable": False, "editable": False}
    return {"cell_type": "markdown", "id": id, "metadata": locked, "source": text.splitlines(keepends=True)}


def code_cell(text, id):
    cell = {
        **markdown_cell(f"# Look\n{text}", id),
        "cell_type": "code",
        "execution_count": None,
        "outputs": [],
    }
    return {**cell, "metadata": {**cell["metadata"], "jupyter": {"source_hidden": True}}}


@pytest.fixture
def good():
    card = (
        "# Sort the post\n\n**What came today?**\n\n| | |\n|---|---|\n| You will be able to | sort |\n"
        "| Time | about 45 minutes |\n| You need | nothing: this lesson starts from its own link |"
    )
    cells = [markdown_cell(card, "card"), code_cell("from course import open_case\nopen_case()", "open")]
    for number in range(12):
        cells += [markdown_cell("Read it.", f"read-{number}"), code_cell("case", f"show-{number}")]
    cells += [
        markdown_cell("## What you did\n\n- You sorted.", "did"),
        code_cell('exercise("reflection_99")', "reflection"),
        code_cell("save_my_work()", "save"),
        code_cell("hand_in()", "hand-in"),
        markdown_cell("Previous: [98](98.ipynb)\n\nNext: 00", "next"),
    ]
    kernel = {"kernelspec": {"name": "python3"}}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": cells}


def test_a_good_lesson_passes(good):
    assert [*stored(good), *lesson(good, {"The Daily Egg"})] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Well done!", "exclamation"),
        ("You Simply read.", "simply"),
        ("<b>Read</b> it.", "HTML: <b>"),
        ("<img src='x'>", "HTML: <img"),
        ("<br/>", "HTML: <br/>"),
        ("As *The Daily Egg* wrote.", "names the outlet The Daily Egg"),
        ("word " * 121, "121 words"),
    ],
)
def test_bad_prose_is_found(good, text, said):
    good["cells"][2]["source"] = [text]
    assert [problem for problem in lesson(good, {"The Daily Egg"}) if said in problem and "read-0" in problem]


@pytest.mark.parametrize("word", ["Predict", "Explain"])
def test_a_question_without_a_field_is_found(good, word):
    good["cells"][2]["source"] = [f"**{word}.** What next?"]
    said = "cell 'read-0' asks, and no field follows it"
    assert list(lesson(good, set())) == [said]
    good["cells"][3]["source"] = ["# Your turn: What next?\n", 'exercise("next", reveal("next"))']
    assert list(lesson(good, set())) == []


@pytest.mark.parametrize(
    "text",
    ["“Great idea!!” he wrote.", "`a != b`", "![a chart](c.png)", "1 < 2 and 3 > 2", "<https://x.org>"],
)
def test_quotations_code_and_pictures_are_not_bad_prose(good, text):
    good["cells"][2]["source"] = [text]
    assert list(lesson(good, {"The Daily Egg"})) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def f(): pass", "'def'"),
        ("async def f(): pass", "'def'"),
        ("class A: pass", "'class'"),
        ("for a in case: a", "'for'"),
        ("[a for a in case]", "'for'"),
        ("while True: pass", "'while'"),
        ("key = lambda a: a", "'lambda'"),
        ("import os", "imports os"),
        ("from pandas import *", "imports pandas"),
        ("import course.x, requests", "imports requests"),
        ("from . import x", "imports ."),
        ("%pip install x", "magic, pip"),
        ("!ls", "magic, pip"),
        ("display(HTML('x'))", "HTML"),
        ("read('https://example.org')", "web address"),
        ("read(", "not Python"),
        ("", "has 1 lines"),
        ("a\n" * 8, "has 9 lines"),
        ("show('The Daily Egg')", "names the outlet"),
    ],
)
def test_bad_code_is_found(good, text, said):
    good["cells"][3]["source"] = f"# Look\n{text}".splitlines(keepends=True)
    assert [problem for problem in lesson(good, {"The Daily Egg"}) if said in problem and "show-0" in problem]


@pytest.mark.parametrize("text", ["case", "#look\ncase", "# Look.\ncase", "case\n# Look\ncase"])
def test_a_code_cell_without_a_title_is_found(good, text):
    good["cells"][3]["source"] = text.splitlines(keepends=True)
    assert "cell 'show-0' does not begin with a plain title, `# Like this`" in lesson(good, set())


def test_a_code_cell_that_is_not_collapsed_is_found(good):
    del good["cells"][3]["metadata"]["jupyter"]
    assert list(lesson(good, set())) == ["cell 'show-0' is not collapsed to its title"]


def without(*ids):
    return lambda book: book.update(cells=[cell for cell in book["cells"] if cell["id"] not in ids])


def each(kind, text):
    def change(book):
        for cell in book["cells"][2:-4]:
            if cell["cell_type"] == kind:
                cell["source"] = [text]

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (without("card"), "does not open with a card"),
        (without("did"), "does not close with 'What you did'"),
        (without("next"), "does not close with 'What you did'"),
        (without("save"), "no save_my_work"),
        (without("hand-in"), "no hand_in"),
        (without("reflection"), "reflection"),
        (without(*(f"read-{number}" for number in range(12))), "19 cells"),
        (lambda book: book["cells"].extend(copy.deepcopy(book["cells"])), "62 cells"),
        (each("markdown", "word " * 125), "words, 1,500 at most"),
        (each("markdown", "word " * 41), "of 41"),
        (each("code", "a\nb\nc\nd"), "more than 3 lines"),
    ],
)
def test_a_bad_form_is_found(good, change, said):
    change(good)
    assert [problem for problem in lesson(good, set()) if said in problem]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda book: book["cells"][3].update(outputs=[{"output_type": "stream"}]), "output"),
        (lambda book: book["cells"][3].update(execution_count=1), "output"),
        (lambda book: book["cells"][3].pop("id"), "id is missing"),
        (lambda book: book["cells"][3].update(id="card"), "not unique"),
        (lambda book: book.update(nbformat_minor=4), "nbformat 4.5"),
        (lambda book: book["metadata"]["kernelspec"].update(name="mine"), "kernel"),
    ],
)
def test_a_notebook_stored_badly_is_found(good, change, said):
    change(good)
    assert [problem for problem in stored(good) if said in problem]


def test_the_minutes_told_elsewhere_are_those_on_the_lessons_cards():
    cards = {path.name[:2]: re.search(r"about (\d+) minutes", path.read_text("utf-8"))[1] for path in LESSONS}
    table = (ROOT / "notebooks" / "instructor" / "teachers_page.ipynb").read_text("utf-8")
    assert dict(re.findall(r"\| (\d\d) [^|]+ \| (\d+) \|", table)) == cards
    told = f"{min(cards.values())} to {max(cards.values())} minutes"
    assert f"as a student does: {told}." in table
    assert f"Every lesson takes {told}" in (ROOT / "README.md").read_text("utf-8")
    prepare = ROOT / "notebooks" / "instructor" / "prepare_a_class.ipynb"
    assert f"Each lesson takes {told}." in prepare.read_text("utf-8")
