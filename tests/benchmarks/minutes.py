"""Print the minutes that each lesson is estimated to take at 16, and what they go to.

`python -m tests.benchmarks.minutes`: each cell is run, with all answered, and what it shows is counted. What
is assumed stands in ASSUMED. No class has been timed.
"""

import ast
import os
import re
import tempfile
from collections import Counter

import nbformat

from course.commands.site import lessons_in
from course.corpus.case import open_case
from course.lessons.cards import cards
from course.lessons.exercises import load_exercises
from course.lessons.keys import load_keys
from course.lessons.widgets import Form, Reader
from tests.benchmarks.lessons import ROOT, answer_all

WHOSE = r"^(?:Reader \d, )?‘[^’]*’: "  # for which answer a reason is, as feedback.js takes it off
ASSUMED = {
    # Words a minute. Adults read non-fiction silently at 238 (Brysbaert 2019). Students who read to learn are
    # slower by a third, and skim at 450 (Carver 1992, in college). So at 16, with care and quickly:
    "read": 180,
    "skim": 400,
    "type": 15,  # a text of one's own; adults at 19 (Karat and others 1999)
    # Seconds, reading apart.
    "sort": 7,  # choose one option
    "find": 8,  # find the place that an item points at; its paragraph is read besides
    "grid": 20,  # a fifth of a row: search five texts that were read before, skim what is found, choose
    "order": 10,  # put one rung in its place
    "mark": 15,  # select words and label them
    "tie": 30,  # find a passage that carries a sentence of one's own, and mark it
    "search": 240,  # look outside, as long as the task allows
    "noted": 30,  # words that are noted of two places, and the line after
    "think": 45,  # each Predict, Look or Explain
    "picture": 40,  # look at a figure, or at what is marked in texts
    "control": 60,  # sign in, save, load, hand in, compare: read it, press it, see to the file
    "run": 4,  # run a cell
    "press": 3,  # open what is folded
    "first": 900,  # lesson 00: open the course for the first time, and find one's way about JupyterLab
    "thought": 40,  # words of a private text
    "line": 12,  # words of a line; what it says was thought of at its Explain
    "number": 10,  # guess a number and type it
    "feedback": 0.5,  # share of it that is read, on answers that differ
    "table": 0.3,  # share of a table, or of a card beside a question, that is read
}


def reading(*texts: object, pace: str = "read") -> float:
    """Return the seconds that texts take; tags are not read."""
    return 60 * sum(len(re.sub(r"<[^>]*>", " ", str(text)).split()) for text in texts) / ASSUMED[pace]


def of_exercise(exercise, keys, case) -> Counter:
    """Return the seconds that an exercise takes, by what they go to."""
    texts = [exercise.title, exercise.prompt, *exercise.options, *(one.text for one in exercise.passages)]
    # The places of a log are alike: what their fields are called is read once.
    asked = [item for item in exercise.items if exercise.kind != "log" or item.group in ("", "Place 1")]
    if exercise.kind == "sort" and exercise.beside:
        asked = []  # how sure one is stands below each answer: its text is not read again
    texts += [words for item in asked for words in (item.text, item.words, *item.options)]
    spent = Counter(items=reading(*texts))
    places = {(key.article, key.start) for key in keys}
    if exercise.kind == "write":
        best = [key.sample for key in keys if key.level == next(iter(exercise.rubric))]
        spent["writing"] = reading(best[0] if best else "word " * ASSUMED["thought"], pace="type")
    elif exercise.kind == "line":
        numbers = sum(item.number for item in exercise.items)
        spent["deciding"] = ASSUMED["number"] * numbers
        spent["writing"] = reading("word " * ASSUMED["line"] * (len(exercise.items) - numbers), pace="type")
    elif exercise.kind == "log":
        spent["searching"] = ASSUMED["search"]
        spent["writing"] = reading("word " * ASSUMED["noted"], pace="type")
    elif exercise.kind == "mark":
        ties = (exercise.choose or len(exercise.labels)) * ASSUMED["tie"]
        spent["deciding"] = ties if exercise.choose or not places else len(places) * ASSUMED["mark"]
        for text in map(case.__getitem__, exercise.articles if places else ()):
            shown = [one.text for one in text.paragraphs if one.number in exercise.paragraphs]
            spent["articles"] += reading(*shown) or reading(text.raw, pace="skim")
    else:
        many = len(exercise.asked) if exercise.kind == "grid" else len(exercise.items)
        spent["deciding"] = ASSUMED[exercise.kind] * many
        if exercise.articles and exercise.kind == "sort" and not exercise.paragraphs:  # to look in, whole
            spent["deciding"] = ASSUMED["grid"] * len(exercise.items)
        for item in (one for one in exercise.items if one.article):
            around = [p.text for p in case[item.article].paragraphs if p.start <= item.start < p.end]
            spent["articles"] += reading(*around) + ASSUMED["find"]
        for card in (id for item in exercise.items for id in item.cards):
            spent["cards"] += reading(cards(case, card)._repr_html_()) * ASSUMED["table"] + ASSUMED["press"]
    return spent


def of_shown(shown, exercises, keys, case) -> Counter:
    """Return the seconds that what a cell shows takes."""
    id = getattr(shown, "spec", {}).get("id") or getattr(shown, "name", "")
    if id.startswith("fold_"):  # for those who want to know more, and have the time
        return Counter(controls=ASSUMED["press"])
    if isinstance(shown, Form) and shown.feedback:
        said = (part for one in shown.feedback["items"] for part in (one["verdict"], *one["lines"]))
        told = {re.sub(WHOSE, "", part) for part in said}  # what is the same stands once
        spent = {"feedback": ASSUMED["feedback"] * reading(*told)}
    elif id in exercises:
        spent = of_exercise(exercises[id], keys.get(id, ()), case)
    elif hasattr(shown, "parts"):
        spent = sum((of_shown(part, exercises, keys, case) for part in shown.parts), Counter())
    elif hasattr(shown, "drawing") and not (shown.drawing.traces or shown.drawing.html or shown.table.rows):
        spent = {"pictures": reading(shown.describe())}  # it says that there is nothing to show
    elif hasattr(shown, "drawing") or getattr(shown, "layers", ()) or getattr(shown, "links", ()):
        spent = {"pictures": ASSUMED["picture"]}
    elif isinstance(shown, Reader):
        parts = [one["raw"][start:end] for one in shown.articles for start, end in one["shown"]]
        spent = {"articles": reading(*parts) or reading(*(one["raw"] for one in shown.articles), pace="skim")}
    elif hasattr(shown, "lines"):
        spent = {"controls": reading(*shown.lines) + ASSUMED["control" if shown.buttons else "picture"]}
    else:
        page = getattr(shown, "_repr_html_", shown.__repr__)() if shown is not None else ""
        spent = {"pictures": reading(page) * (1 if hasattr(shown, "cards") else ASSUMED["table"])}
    return Counter(spent)


def estimate(path, root=ROOT) -> Counter:
    """Return the minutes that a lesson of a case takes, by what they go to. Answers it in COURSE_WORK."""
    case, names = open_case(root), {}
    spent = Counter(first=ASSUMED["first"] if path.stem.startswith("00") else 0)
    exercises, keys = load_exercises(case), load_keys(case)
    answer_all(path.stem, root)
    for cell in nbformat.read(path, 4).cells:
        if cell.cell_type == "markdown":
            spent["prose"] += reading(cell.source)
            asked = re.findall(r"\*\*(?:Predict|Look|Explain)", cell.source)
            spent["thinking"] += ASSUMED["think"] * len(asked)
            continue
        code = ast.parse(cell.source)
        last = code.body.pop() if isinstance(code.body[-1], ast.Expr) else None
        exec(compile(code, str(path), "exec"), names)  # noqa: S102 - the lesson's own cell
        if last:
            shown = eval(compile(ast.Expression(last.value), str(path), "eval"), names)  # noqa: S307
            spent += of_shown(shown, exercises, keys, case)
        spent["running"] += ASSUMED["run"]
    return Counter({what: seconds / 60 for what, seconds in spent.items()})


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as os.environ["COURSE_WORK"]:
        for lesson in lessons_in(ROOT / "notebooks"):
            minutes = estimate(lesson)
            told = ", ".join(f"{what} {number:.1f}" for what, number in minutes.most_common())
            print(f"{lesson.stem:24}{minutes.total():5.1f}: {told}")
