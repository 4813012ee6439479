"""`python3 -m course questions OUT`: the case's exercises as question banks for Moodle and for Canvas.

Each decision is a question of its own: so feedback can say why, and several answers can be right. moodle.xml
is Moodle XML; qti.zip is QTI 2.1 in an IMS content package, for Canvas's importer. What the XML looks like
stands in questions.xml.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from copy import deepcopy
from html import unescape
from itertools import groupby, permutations
from pathlib import Path
from string import ascii_lowercase
from textwrap import shorten
from typing import NamedTuple

from course.commands.environment import only_folder
from course.corpus.case import Case, open_case
from course.lessons.cards import cards
from course.lessons.exercises import Exercise, PartPath, load_exercises, sha256_of
from course.lessons.files import replace_file, zipped
from course.lessons.keys import Key, load_keys
from course.lessons.kinds.order import Order
from course.lessons.scoring import by_path, credits_of, name_of, reasons_told, sentence

USAGE = "usage: python3 -m course questions OUT   (OUT is the folder for moodle.xml and qti.zip)"
SAID, XML = (Path(__file__).with_name(f"questions.{kind}") for kind in ("md", "xml"))
TEMPLATES = ET.fromstring(XML.read_text("utf-8"))  # noqa: S314 - our own file
SHARES = [float(share) for share in TEMPLATES.get("shares", "").split()]
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML cannot hold
MANY = 5  # things to put in order: the orders of more are too many to list each with its credit
EVERYONE = "general_"  # by which Canvas knows feedback that is not about one answer


class Answer(NamedTuple):
    """An answer, its credit (0 to 1), and what is told to whoever gives it. A typed answer is its own id."""

    id: str
    text: str
    credit: float = 0
    feedback: str = ""


class Question(NamedTuple):
    """One question. `form` is that of questions.xml: choice, order, text (typed letters) or essay.

    The answers of an order stand in the right one. `after` is told to everyone afterwards, in Moodle only to
    the grader of an essay.
    """

    id: str
    exercise: Exercise
    title: str
    points: float
    form: str
    stem: str
    answers: list[Answer]
    after: str = ""

    @property
    def places(self) -> dict[str, object]:
        """What fills the places in questions.xml."""
        return self._asdict() | next(TEMPLATES.iterfind(self.form)).attrib


def main(arguments: list[str]) -> None:
    """Write both banks into a folder, and say what is left out."""
    out, case = only_folder(arguments, USAGE), open_case()
    exercises, keys = load_exercises(case).values(), load_keys(case)
    own = [one for one in exercises if one.unmarked or not one.key_fields]  # what no key can be held against
    taken = [one for one in exercises if not (one.private or one.in_text or one in own)]
    made = [question for one in taken for question in questions(case, one, keys.get(one.id, ()))]
    told = [one for one in made if one.form == "essay" or any(answer.credit == 1 for answer in one.answers)]
    replace_file(out / "moodle.xml", moodle(case, told))
    replace_file(out / "qti.zip", zipped(package(case, made)))
    left = {
        "private": [one for one in exercises if one.private],
        "marked": [one for one in exercises if one.in_text and not one.private],
        "unmarked": [one for one in own if not one.private],
        "closed": [one.exercise for one in made if one not in told],
    }
    ids = {why: ", ".join(dict.fromkeys(one.id for one in some)) or "none" for why, some in left.items()}
    print(SAID.read_text("utf-8").format(out=out, moodle=len(told), canvas=len(made), **ids), end="")


def name(case: Case, *path: str) -> str:
    """Return an id that stays the same, for a second import to replace or to be known by."""
    told = re.sub(r"[^A-Za-z0-9_]+", "-", "-".join(path))[:60]
    return f"c{sha256_of([case.about['title'], *path])[:8]}-{told}"


def questions(case: Case, exercise: Exercise, keys: tuple[Key, ...]) -> Iterator[Question]:
    """Yield a question for each decision of an exercise; its answers have credit where there are keys."""
    known = {} if exercise.written else {at: own for at, own in by_path(keys).items() if at in exercise.asked}
    for path, options in exercise.asked.items():
        own, about = known.get(path, ()), exercise.about(" ".join(path))
        item = next((one for one in exercise.items if one.id == path[0]), exercise.items[0])
        passages = [one for one in exercise.passages if item.passage in ("", one.id)]
        stem = [exercise.prompt.strip(), *(f"{one.id}\n{one.text.strip()}" for one in passages)]
        for card in item.cards:
            rows = re.split("</(?:p|dd)>", cards(case, card)._repr_html_())
            told = [" ".join(re.sub("<[^>]*>", " ", row).split()) for row in rows]
            stem.append(unescape("\n".join(told)).strip())
        points = exercise.points / len(known or exercise.asked) if own or not known else 0
        more, after, answers = "", "", list[Answer]()
        if exercise.written:
            form, levels = "essay", exercise.score({}, keys, case).levels
            more = "\n".join(f"{one.name}: {one.text}" for one in levels)
            told = ["\n".join([one.name, *one.samples, *reasons_told(one.reasons)]) for one in levels]
            after = "\n\n".join(told)
        elif isinstance(exercise, Order):
            form, answers, more, after = _ordered(exercise, path, own)
        else:
            form = "choice"
            for n, option in enumerate(options, 1):
                result = exercise.score_part(path, option, own) if own else None
                lines = [sentence(result), *reasons_told(result.reasons)] if result else []
                answers.append(Answer(f"o{n}", option, result.credit if result else 0, "\n".join(lines)))
        title = shorten(f"{exercise.title}: {about}", 120, placeholder=" …")
        id, asked = name(case, exercise.id, *path), "\n\n".join(filter(None, [*stem, about, more]))
        yield Question(id, exercise, title, round(points, 5), form, asked, answers, after)


def _ordered(exercise: Order, path: PartPath, own: tuple[Key, ...]) -> tuple[str, list[Answer], str, str]:
    """Return the form and the answers of what is to be put in order, what more is asked, and what is told.

    Where not one order is right, letters are typed: the ordering questions of both systems know one.
    """
    ids, credits = exercise.asked[path], credits_of(own)
    right = [value for value in credits if credits[value] == 1]
    if len(right) == 1:
        answers = [Answer(f"o{n}", exercise.texts[id], 1) for n, id in enumerate(right[0], 1)]
        return "order", answers, "", "\n".join(reasons_told(exercise.score_part(path, None, own).reasons))
    letters = dict(zip(ids, ascii_lowercase, strict=False))
    orders = [*credits, *permutations(ids if len(ids) <= MANY else ())]
    words = {one: "".join(letters[id] for id in one) for one in orders}
    typed = [(exercise.score_part(path, [*one], own).credit, word) for one, word in words.items() if own]
    answers = [Answer(word, "*".join(word), credit) for credit, word in sorted(typed, reverse=True) if credit]
    told = "\n".join(f"{words[key.value]}: {name_of(key.by)}: {key.reason}" for key in own)
    listed = "\n".join(f"{letter}) {exercise.texts[id]}" for id, letter in letters.items())
    more = f"{listed}\n\nWrite the letters in order, without spaces."
    return "text" if right else "essay", answers, more, told


def fill(template: str, **said: object) -> ET.Element:
    """Return an element of questions.xml with its places filled; a line break in a text is one."""
    made = deepcopy(next(TEMPLATES.iterfind(template if "/" in template else f"{template}/*")))
    for one in list(made.iter()):
        filled = {key: value.format(**said) for key, value in one.attrib.items()}
        one.attrib = {"xmlns" if key == "ns" else key: value for key, value in filled.items()}
        one.text, *rest = re.split("\r\n?|\n", (one.text or "").strip().format(**said))
        one.tail = None
        for line in rest:
            ET.SubElement(one, "br").tail = line
    return made


def document(root: ET.Element) -> bytes:
    """Return a whole file; what XML cannot hold is a replacement character."""
    return NO_XML.sub("\ufffd", ET.tostring(root, "unicode", xml_declaration=True)).encode()


def moodle(case: Case, made: list[Question]) -> bytes:
    """Return questions as Moodle XML, each exercise in a category below that of its lesson."""

    def html(text: str) -> str:
        return ET.tostring(fill("html", text=text), "unicode") if text else ""

    quiz = ET.Element("quiz")
    for exercise, some in groupby(made, lambda one: one.exercise):
        parts = [str(case.about["title"]), exercise.lesson.replace("_", " "), exercise.title]
        place = "/".join(["$course$/top", *(" ".join(part.split()).replace("/", "//") for part in parts)])
        quiz.append(fill("category", place=place, id=name(case, exercise.id)))
        for one in some:
            said = one.places | {"stem": html(one.stem), "after": html(one.after)}
            quiz.append(fill("moodle", **said))
            quiz[-1].extend(fill(f"{one.form}/settings", **said))
            for answer in one.answers:
                share = min((abs(near - 100 * answer.credit), near) for near in SHARES)[1]
                text, told = answer.text if one.form == "text" else html(answer.text), html(answer.feedback)
                quiz[-1].append(fill(f"{one.form}/answer", text=text, share=share, feedback=told))
    return document(quiz)


def package(case: Case, made: list[Question]) -> dict[str, bytes]:
    """Return the files of a content package: a manifest, a test a lesson, an item a question."""
    manifest, files = fill("manifest", id=name(case, "package")), dict[str, bytes]()
    for lesson, some in groupby(made, lambda one: one.exercise.lesson):
        id = name(case, lesson)
        test, whole = fill("test", id=id, title=lesson.replace("_", " ")), fill("whole", id=id)
        for one in some:
            test[0][0].append(fill("refer", **one.places))
            whole.append(fill("dependency", **one.places))
            manifest[-1].append(fill("resource", **one.places))
            files[f"items/{one.id}.xml"] = document(item(one))
        manifest[-1].append(whole)
        files[f"tests/{id}.xml"] = document(test)
    return {"imsmanifest.xml": document(manifest), **files}


def item(one: Question) -> ET.Element:
    """Return a question as a QTI item.

    Canvas takes the right answers from correctResponse and from conditions that set SCORE to 1, and reads no
    mapping: there an answer is right or wrong. A choice whose variable begins with TF stays a choice of one
    where several answers are right; under another name students would have to tick them all.
    """
    made = fill("item", **one.places)
    declared, _, _, body, scoring = made
    right = [answer for answer in one.answers if answer.credit == 1]
    # Of typed answers none: Canvas would have it twice.
    correct = {"order": right, "choice": right[:1]}.get(one.form, ())
    compared = {"order": right[:1], "choice": one.answers, "text": right}.get(one.form, ())
    shown = {"order": sorted(right, key=lambda answer: sha256_of(answer.text)), "choice": one.answers}
    declared[0].extend(fill("value", id=answer.id) for answer in correct)
    if one.form in ("choice", "text") and right:
        declared[1].extend(fill("mapped", **answer._asdict()) for answer in one.answers if answer.credit)
        scoring.append(fill("sum", **one.places))
    declared[:] = [child for child in declared if len(child)]
    body.append(fill(f"{one.form}/{one.places['interaction']}"))
    body[-1].extend(fill("option", **answer._asdict()) for answer in shown.get(one.form, ()))
    for answer in compared:
        scoring.append(fill(f"{one.form}/responseCondition", id=answer.id))
        scoring[-1][0].extend([fill("right")] if answer in right else [])
        scoring[-1][0].extend([fill("tell", id=answer.id)] if answer.feedback else [])
    scoring.extend([fill("tell", id=EVERYONE)] if one.after else [])
    told = [*one.answers, Answer(EVERYONE, "", feedback=one.after)]
    made.extend(fill("feedback", **answer._asdict()) for answer in told if answer.feedback)
    return made
