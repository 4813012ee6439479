"""`python3 -m course questions OUT`: the case's exercises as question banks for Moodle and for Canvas.

Each decision is a question of its own: so feedback can say why, and several answers can be right. moodle.xml
is Moodle XML; qti.zip is QTI 2.1 in an IMS content package, for Canvas's importer. What the XML looks like
stands in questions.xml.
"""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from html import unescape
from itertools import groupby, permutations
from pathlib import Path
from string import ascii_lowercase
from textwrap import shorten

from course.commands.site import write_zip
from course.corpus.case import Case, open_case
from course.lessons.cards import cards
from course.lessons.exercises import Exercise, PartPath, load_exercises, sha256_of
from course.lessons.files import replace_file, saving
from course.lessons.keys import Key, load_keys
from course.lessons.kinds.order import Order
from course.lessons.scoring import by_path, credits_of, name_of, reasons_told, sentence

USAGE = "usage: python3 -m course questions OUT   (OUT is the folder for moodle.xml and qti.zip)"
SAID, XML = (Path(__file__).with_name(f"questions.{kind}") for kind in ("md", "xml"))
TEMPLATES = ET.fromstring(XML.read_text("utf-8"))  # noqa: S314 - our own file
SHARES = [float(share) for share in TEMPLATES.get("shares", "").split()]
NO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML cannot hold
MANY = 5  # things to put in order: the orders of more are too many to list each with its credit
Answers = dict[str, tuple[float, str]]


@dataclass(frozen=True)
class Question:
    """One question. `form` is that of questions.xml: choice, order, text (typed letters) or essay.

    `answers` have a credit (0 to 1) and what is told to whoever gives them; what is to be ordered stands in
    the right order. `after` is told to everyone afterwards, and to the grader of an essay.
    """

    id: str
    exercise: Exercise
    title: str
    points: float
    form: str
    stem: str
    answers: Answers
    after: str = ""

    @property
    def keyed(self) -> bool:
        """Whether a machine can tell a right answer."""
        return any(credit == 1 for credit, _ in self.answers.values())

    @property
    def how(self) -> dict[str, str]:
        """What the form is called, in Moodle and in QTI."""
        return at(TEMPLATES, self.form).attrib


def main(arguments: list[str]) -> int:
    """Write both banks into a folder, and say what is left out. Returns the exit code."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print(USAGE, file=sys.stderr)
        return 2
    case, out = open_case(), Path(arguments[0])
    exercises, keys = load_exercises(case).values(), load_keys(case)
    taken = [one for one in exercises if not one.private and not one.in_text]
    made = [question for one in taken for question in questions(case, one, keys.get(one.id, ()))]
    for_moodle = [one for one in made if one.keyed or one.form == "essay"]
    for_canvas = [one for one in made if one.keyed or one.form != "order"]
    replace_file(out / "moodle.xml", moodle(case, for_moodle))
    with saving(out / "qti.zip"):
        write_zip(out / "qti.zip", package(case, for_canvas))
    left = {
        "private": [one for one in exercises if one.private],
        "marked": [one for one in exercises if one.in_text and not one.private],
        "closed": [one.exercise for one in made if one not in for_moodle],
        "orders": [one.exercise for one in made if one not in for_canvas],
    }
    told = {why: ", ".join(dict.fromkeys(one.id for one in some)) or "none" for why, some in left.items()}
    said = SAID.read_text("utf-8").format(out=out, moodle=len(for_moodle), canvas=len(for_canvas), **told)
    print(said, end="")
    return 0


def name(case: Case, *path: str) -> str:
    """Return an id that stays the same, for a second import to replace or to be known by."""
    told = re.sub(r"[^A-Za-z0-9_]+", "-", "-".join(path))[:60]
    return f"c{sha256_of([case.about['title'], *path])[:8]}-{told}"


def questions(case: Case, exercise: Exercise, keys: tuple[Key, ...]) -> Iterator[Question]:
    """Yield a question for each decision of an exercise; its answers have credit where there are keys."""
    known = {} if exercise.written else by_path(keys)
    for path, options in exercise.asked.items():
        own, about = known.get(path, ()), exercise.about(" ".join(path))
        points = exercise.points / len(known or exercise.asked) if own or not known else 0
        more, after = "", ""
        if exercise.written:
            levels, form, answers = exercise.score({}, keys, case).levels, "essay", Answers()
            more = "\n".join(f"{one.name}: {one.text}" for one in levels)
            told = [[one.name, *one.samples, *reasons_told(one.reasons)] for one in levels]
            after = "\n\n".join("\n".join(lines) for lines in told)
        elif isinstance(exercise, Order):
            form, answers, more, after = _ordered(exercise, path, own)
        else:
            form, answers = "choice", dict.fromkeys(options, (0.0, ""))
            for option in options if own else ():
                result = exercise.score_part(path, option, own)
                answers[option] = result.credit, "\n".join([sentence(result), *reasons_told(result.reasons)])
        title = shorten(f"{exercise.title}: {about}", 120, placeholder=" …")
        stem = "\n\n".join(filter(None, [*_above(case, exercise, path), about, more]))
        yield Question(
            name(case, exercise.id, *path), exercise, title, round(points, 5), form, stem, answers, after
        )


def _ordered(exercise: Order, path: PartPath, own: tuple[Key, ...]) -> tuple[str, Answers, str, str]:
    """Return the form and the answers of what is to be put in order, what more is asked, and what is told.

    Where several orders are right, letters are typed: the ordering questions of both systems know one order.
    """
    ids = exercise.asked[path]
    right = [value for value, share in credits_of(own).items() if share == 1]
    if len(right) < 2:
        answers = {exercise.texts[id]: (1.0, "") for value in right for id in value}
        told = exercise.score_part(path, None, own).reasons if own else ()
        return "order", answers, "", "\n".join(reasons_told(told))
    letters = dict(zip(ids, ascii_lowercase, strict=False))
    typed: Answers = {}
    for order in permutations(ids) if len(ids) <= MANY else right:
        credit = exercise.score_part(path, list(order), own).credit
        typed["".join(letters[id] for id in order)] = credit, ""
    best = sorted(typed, key=lambda one: -typed[one][0])
    why = [f"{''.join(letters[id] for id in key.value)}: {name_of(key.by)}: {key.reason}" for key in own]
    more = [*(f"{letter}) {exercise.texts[id]}" for id, letter in letters.items()), ""]
    more.append(f"Write the letters in order, without spaces, such as {best[-1]}.")
    return "text", {one: typed[one] for one in best if typed[one][0]}, "\n".join(more), "\n".join(why)


def _above(case: Case, exercise: Exercise, path: PartPath) -> Iterator[str]:
    """Yield what stands above a question: the task, and the passages and evidence cards that it is about."""
    yield exercise.prompt.strip()
    item = next((one for one in exercise.items if one.id == path[0]), exercise.items[0])
    for passage in exercise.passages:
        if item.passage in ("", passage.id):
            yield f"{passage.id}\n{passage.text.strip()}"
    for card in item.cards:
        parts = re.split("</(?:p|dd)>", cards(case, card)._repr_html_())
        yield "\n".join(" ".join(unescape(re.sub("<[^>]*>", " ", part)).split()) for part in parts).strip()


def at(root: ET.Element, place: str) -> ET.Element:
    """Return the first element at a place."""
    return next(root.iterfind(place))


def fill(template: str, **said: object) -> ET.Element:
    """Return an element of questions.xml with its places filled; a line break in a text is one."""
    made = deepcopy(at(TEMPLATES, template if "/" in template else f"{template}/*"))
    for one in list(made.iter()):
        told = {"xmlns" if key == "ns" else key: value.format(**said) for key, value in one.attrib.items()}
        one.attrib = {key: NO_XML.sub("\ufffd", value) for key, value in told.items()}
        text = (one.text or "").strip().format(**said)
        one.text, *rest = NO_XML.sub("\ufffd", text).split("\n")
        for line in rest:
            ET.SubElement(one, "br").tail = line
    return made


def moodle(case: Case, made: list[Question]) -> bytes:
    """Return questions as Moodle XML, each exercise in a category below that of its lesson."""

    def html(text: str) -> str:
        return ET.tostring(fill("html", text=text), "unicode") if text else ""

    quiz = ET.Element("quiz")
    for exercise, some in groupby(made, lambda one: one.exercise):
        parts = [str(case.about["title"]), exercise.lesson.replace("_", " "), exercise.title]
        place = "/".join(["$course$/top", *(part.replace("/", "//") for part in parts)])
        quiz.append(fill("category", place=place, id=name(case, exercise.id)))
        for one in some:
            said = vars(one) | one.how | {"stem": html(one.stem), "points": f"{one.points:g}"}
            question = fill("moodle", **said)
            question.extend(fill(f"{one.form}/settings", after=html(one.after)))
            for text, (credit, feedback) in one.answers.items():
                share = min(SHARES, key=lambda near, exact=100 * credit: abs(near - exact))
                typed = "*".join(text) if one.form == "text" else html(text)
                question.append(fill(f"{one.form}/answer", text=typed, share=share, feedback=html(feedback)))
            quiz.append(question)
    return bytes(ET.tostring(quiz, "utf-8", xml_declaration=True))


def package(case: Case, made: list[Question]) -> dict[str, bytes]:
    """Return the files of a content package: a manifest, a test a lesson, an item a question."""
    manifest, files = fill("manifest", id=name(case, "package")), dict[str, bytes]()
    for lesson, some in groupby(made, lambda one: one.exercise.lesson):
        id = name(case, lesson)
        test, whole = fill("test", id=id, title=lesson.replace("_", " ")), fill("whole", id=id)
        for one in some:
            said = vars(one) | one.how | {"points": f"{one.points:g}"}
            at(test, "*/*").append(fill("refer", **said))
            whole.append(fill("dependency", **said))
            manifest[-1].append(fill("resource", **said))
            files[f"items/{one.id}.xml"] = ET.tostring(item(one), "utf-8", xml_declaration=True)
        manifest[-1].append(whole)
        files[f"tests/{id}.xml"] = ET.tostring(test, "utf-8", xml_declaration=True)
    return {"imsmanifest.xml": ET.tostring(manifest, "utf-8", xml_declaration=True), **files}


def item(one: Question) -> ET.Element:
    """Return a question as a QTI item.

    Canvas takes the right answers from correctResponse and from conditions that set SCORE to 1, and reads no
    mapping: there an answer is right or wrong. A choice whose variable begins with TF stays a choice of one
    where several answers are right; under another name students would have to tick them all.
    """
    made, order = fill("item", **vars(one) | one.how), one.form == "order"
    declared, body, scoring = (
        at(made, tag) for tag in ("responseDeclaration", "itemBody", "responseProcessing")
    )
    answers = {text if one.form == "text" else f"o{n}": text for n, text in enumerate(one.answers, 1)}
    right = [id for id, text in answers.items() if one.answers[text][0] == 1]
    # Of typed answers none: Canvas would have it twice.
    declared[0].extend(fill("value", id=id) for id in {"order": right, "choice": right[:1]}.get(one.form, ()))
    credits = {} if order else {id: one.answers[text][0] for id, text in answers.items()}
    declared[1].extend(fill("mapped", id=id, credit=f"{share:.7g}") for id, share in credits.items() if share)
    scoring.extend([fill("sum", **one.how)] if len(declared[1]) else [])
    body.append(fill(f"{one.form}/{one.how['interaction']}"))
    shown = (
        sorted(answers, key=lambda id: sha256_of(answers[id])) if order else answers
    )  # not in the right order
    body[-1].extend(fill("option", id=id, text=answers[id]) for id in shown if one.form != "text")
    told = {f"fb_{id}": one.answers[text][1] for id, text in answers.items()} | {"general_fb": one.after}
    for id in {"choice": [*answers], "text": right, "order": right[:1]}.get(one.form, ()):
        scoring.append(fill(f"{one.form}/responseCondition", id=id))
        scoring[-1][0].extend([fill("right")] if id in right else [])
        scoring[-1][0].extend([fill("tell", id=f"fb_{id}")] if told[f"fb_{id}"] else [])
    scoring.extend([fill("tell", id="general_fb")] if one.after else [])
    made.extend(fill("feedback", id=id, text=text) for id, text in told.items() if text)
    declared[:] = [child for child in declared if len(child)]
    return made
