"""What the course says, as text: the one place where the golden files reach into the code.

Each group is a function that returns {file name: text}. Where a module is moved or renamed, only this file
changes, and no golden file does. Texts hold no time, no path and nothing drawn at random.
"""

import ast
import contextlib
import difflib
import hashlib
import io
import json
import os
import re
import shutil
import tempfile
import zipfile
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import course
from course.__main__ import main
from course.analysis.claims import check_worthy, position
from course.analysis.letters import check_quotations
from course.analysis.passages import shared_passages
from course.analysis.quotations import find_quotes
from course.analysis.quotations.versions import match_versions
from course.analysis.wording import APART, BODY
from course.commands.site import lessons_in
from course.corpus.annotation import Annotation, Layer, find_words, to_web_annotations
from course.corpus.case import open_case
from course.corpus.readings import load_readings
from course.corpus.table import Table
from course.grading.discussion import class_answers, hardest, heat_layers
from course.grading.feedback import write_page
from course.grading.grade import Grader
from course.grading.gradebooks import fill_gradebook, marks_json
from course.lessons.cards import Cards
from course.lessons.cells import Shown
from course.lessons.figures import Picture, log_odds
from course.lessons.handin import page
from course.lessons.widgets import Form, Panel, Reader
from tests.analysis.test_passages import normal
from tests.corpora.terms import read_terms
from tests.golden.broken import ANSWERS, IN_SEEDS, IN_SMALL
from tests.grading.conftest import answers_of
from tests.lessons.small_case import write_case

ROOT = Path(__file__).parents[2]
INPUTS = Path(__file__).parent / "inputs"
STATES = ("solved", "wrong", "empty", "closed")  # closed: solved, in a copy without seeds/readings/
SHOWN = 60  # characters of a stretch of an article
SAID = 5  # sentences on one broken case that are kept
LONGEST = 700  # characters of each
FULL = 3  # students whose feedback page is kept whole: the fewest points, the middle and the most
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Reading the news (41),Final Score\r\n"
    "    Points Possible,,,,,50.00,(read only)\r\n"
)


# What a cell shows


def run(words, *, folders=()):
    """Run `python3 -m course WORDS`; return what it printed, in order, and its exit code.

    `folders` are (path, name) pairs: what stands for a folder that is another at each run.
    """
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = main(list(map(str, words)))
    return plain(said.getvalue(), folders), code


def plain(text, folders=()):
    """Return a text without times, versions and the folders of this run."""
    for folder, name in folders:
        text = text.replace(str(folder), name)
    text = text.replace(datetime.now(UTC).strftime("%Y-%m-%d"), "TODAY")
    text = re.sub(r"TODAY \d\d:\d\d", "TIME", text)
    text = re.sub(r"\d{1,2} [A-Z][a-z]+ 20\d\d, \d\d:\d\d UTC", "TIME", text)
    text = re.sub(r"\d{8}T\d{6}Z(-\d+)?", "TIME", text)
    text = re.sub(r"(TODAY|20\d\d-\d\d-\d\d)T\d\d:\d\d:\d\d(\.\d+)?Z", "TIME", text)
    text = re.sub(r'"(made|saved|course_version|sha256|exercise_sha256)": "[^"]*"', r'"\1": ""', text)
    return re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)


def told(shown):  # noqa: PLR0911 - one for each thing that a cell can show
    """Return what somebody sees of what a cell shows, as lines of text."""
    if isinstance(shown, Shown):
        return "\n\n".join(told(part() if callable(part) else part) for part in shown.parts)
    if isinstance(shown, Picture):
        return f"(figure: {shown.describe()[:SHOWN]}…)"  # whole in the group `figures`
    if isinstance(shown, Form):
        return _form(shown)
    if isinstance(shown, Panel):
        return _panel(shown)
    if isinstance(shown, Reader):
        return _reader(shown)
    if isinstance(shown, Cards):
        return re.sub(r"<(?:[^<>]*)>", "|", shown._repr_html_()).replace("||", "|")
    return shown if isinstance(shown, str) else repr(shown)


def _form(form):
    lines = [f"Form {form.spec['title']}: {form.spec.get('note', '')}".strip()]
    for item in form.spec["items"]:
        beside = [f"answered above: {item['answered']}"] if item.get("answered") else []
        beside += [f"card {card['id']}" for card in item.get("cards", ())]
        lines += [f"  {item['id']}: {'; '.join(beside)}"] if beside else []
    if form.feedback:
        lines = [lines[0], f"Feedback: {form.feedback['summary']}"]
        for one in form.feedback["items"]:
            credit = "" if one["credit"] is None else f" [{one['credit']:.3f}]"
            place = " ".join(filter(None, [one["article"], _short(one["words"])]))
            lines.append(f"* {one['text']} {place}{credit} {one['verdict']}".replace("  ", " "))
            lines += [f"  given: {one['given']}"] if one["given"] else []
            lines += [f"  - {line}" for line in one["lines"]]
    return "\n".join(lines)


def _panel(panel):
    lines = [f"Panel {panel.title}", *panel.lines]
    for table in panel.tables:
        lines += [table["caption"], " | ".join(table["columns"])]
        lines += [" | ".join(map(str, row)) for row in table["rows"]]
    lines += [f"[{field['kind']}] {field['label']}" for field in panel.fields]
    return "\n".join([*lines, *(f"<{button['label']}>" for button in panel.buttons)])


def _reader(reader):
    lines = [
        f"Reader {reader.title}: {reader.prompt}"
        if reader.layers or reader.links
        else f"Reader {reader.title}"
    ]
    raw = {one["id"]: one["raw"] for one in reader.articles}
    for one in reader.articles:
        if one["shown"]:
            lines += [f"  {one['id']}: {_short(raw[one['id']][slice(*span)])}" for span in one["shown"]]
    for layer in reader.layers:
        lines.append(f"Layer {layer['name']}: {len(layer['notes'])}")
        for id, start, end, label, by, note in layer["notes"]:
            lines.append(f"  {id} {start} {_short(raw[id][start:end])} [{label}] {by} {note}".rstrip())
    for (id, start, end), (other, at, to) in reader.links:
        lines.append(f"  link {id} {start}-{end} {other} {at}-{to}: {_short(raw[id][start:end])}")
    lines += [f"  told {number}: {text}" for number, text in enumerate(reader.told, 1)]
    return "\n".join(lines)


def _short(text):
    words = " ".join(text.split())
    return words if len(words) <= SHOWN else f"{words[:SHOWN]}…"


# The lessons


class Lesson:
    """A lesson's notebook, whose cells are run one by one in this process, with a work folder of its own."""

    def __init__(self, path):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        self.cells = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        self.names = {}

    def shown(self):
        """Give each cell's name and the object that it ends by showing."""
        for source in self.cells:
            tree = ast.parse(source)
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(compile(tree, "cell", "exec"), self.names)  # noqa: S102 - the course's own notebook
                one = eval(compile(ast.Expression(last.value), "cell", "eval"), self.names) if last else None  # noqa: S307
            if opened := _pressed(one):  # a reveal of marks or a text asks whether one has finished
                yield _name(last.value), opened
                if _pressed(one):  # what does not open in place is there when the cell runs again
                    one = eval(compile(ast.Expression(last.value), "cell", "eval"), self.names)  # noqa: S307
            if one is not None or printed.getvalue():
                yield _name(last.value), one if one is not None else printed.getvalue()


def _name(call):
    if not isinstance(call, ast.Call):
        return "a value"
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "a call")
    words = [repr(one.value) for one in call.args if isinstance(one, ast.Constant)]
    return f"{name}({', '.join(words)})"


def _pressed(shown):
    panel = shown.parts[0] if isinstance(shown, Shown) and shown.parts else shown
    if not isinstance(panel, Panel) or [one["name"] for one in panel.buttons] != ["open"]:
        return None
    if panel.buttons[0]["label"] == "Close it":  # open already
        return None
    before = told(panel)
    return f"{before}\n{panel.handle({'button': 'open', 'fields': {}})['text']}"


OWN_WORK = (
    "sign_in",
    "where_my_work_is",
    "save_my_work",
    "load_my_work",
    "compare_with",
    "come_back",  # says which day it is
)  # drawn or of a machine


@cache
def _lessons(state):
    """Return (lesson, cell name, text, figures and tables) of each cell, answered as `state` says."""
    with tempfile.TemporaryDirectory() as folder:
        root, work = ROOT, Path(folder, "work")
        if state == "closed":
            root = Path(folder, "closed")
            shutil.copytree(ROOT / "seeds", root / "seeds", ignore=shutil.ignore_patterns("readings"))
        found = []
        with environment(COURSE_CASE=str(root), COURSE_WORK=str(work)):
            if state != "empty":
                work.mkdir()  # signed in: the form of a round follows from the id
                student = {"format": 1, "code": "KTR-4728", "student_id": "0" * 32}
                (work / "student.json").write_text(json.dumps(student), "utf-8")
                answers = "wrong" if state == "wrong" else "solved"
                for id, value in json.loads((INPUTS / f"{answers}.json").read_text("utf-8")).items():
                    course.answer(id, value)
            for path in lessons_in(ROOT / "notebooks"):
                for name, one in Lesson(path).shown():
                    if not name.startswith(OWN_WORK):
                        text = plain(told(one), [(work, "WORK"), (root, "CASE")])
                        found.append((path.stem, name, text, [plain(text) for text in _pictures(one)]))
        return found


@contextlib.contextmanager
def environment(**variables):
    """Set variables of the environment for a while."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def figures(folder):
    """Return the sentence and the table of every figure in the lessons, with readings and without."""
    texts = {}
    for state, end in (("solved", ".txt"), ("closed", ".closed.txt")):
        for lesson, name, _, pictures in _lessons(state):
            texts.setdefault(f"{lesson}{end}", []).extend(f"## {name}\n{text}\n" for text in pictures)
    return {name: "\n".join(parts) for name, parts in texts.items() if parts}


def _pictures(one):
    """Give the sentence and the table of each figure, and each table, that a cell shows."""
    if isinstance(one, Picture):
        yield f"{one.describe()}\n\n{one.table!r}"
    elif isinstance(one, Table):
        yield repr(one)
    elif isinstance(one, Shown):
        if getattr(next(iter(one.parts), None), "name", "").startswith("fold_"):
            _pressed(one)  # what is folded below an answer
        for part in one.parts:
            yield from _pictures(part)


def findings(folder):
    """Return what every cell shows that is no figure: feedback, findings, cards, panels, in four states.

    For each lesson a file of what is shown to somebody who answered as the readers did; of the other states
    what differs from it.
    """
    solved = {(lesson, name, text) for lesson, name, text, _ in _lessons("solved")}
    texts = {}
    for state in STATES:
        for lesson, name, text, _ in _lessons(state):
            parts = texts.setdefault(f"{lesson}.{state}.txt", [])
            if state == "solved" or (lesson, name, text) not in solved:
                parts.append(f"## {name}\n{text}\n")
    return {name: "\n".join(parts) or "As in the solved lesson.\n" for name, parts in texts.items()}


# The teacher's side


def marks(folder):
    """Return the marks of the made-up class, both gradebooks, three pages and a line for each other one."""
    out = folder / "class"
    out.mkdir()
    shutil.copy(INPUTS / "roster.csv", out)
    said, code = run(["grade", INPUTS / "made_up-hand_ins.zip", "--out", out], folders=[(out, "CLASS")])
    found = {"said.txt": f"{said}exit code {code}\n"}
    found["marks.csv"] = _csv((out / "marks.csv").read_bytes())
    found["marks.txt"] = plain(_marks((out / "marks.json").read_bytes()))
    pages = {path.name: plain(path.read_text("utf-8")) for path in sorted((out / "feedback").iterdir())}
    points = {one["code"]: one["points"] for one in json.loads((out / "marks.json").read_bytes())["students"]}
    ranked = sorted(pages, key=lambda name: points[name.rpartition("-")[0]])
    chosen = [ranked[at * (len(ranked) - 1) // (FULL - 1)] for at in range(FULL)]
    found |= {name: pages[name] for name in chosen}
    lines = [f"{name} {digest(text)}" for name, text in pages.items() if name not in chosen]
    found["other_pages.txt"] = "\n".join([*lines, ""])
    grades = Grader(open_case(ROOT), out)
    graded = [grades.grade(row) for row in grades.read(INPUTS / "made_up-hand_ins.zip").rows]
    people = "".join(f'"Last{at}, First",{70000 + at},,,Section,,\r\n' for at in (1, 2, 3, 8, 30, 99))
    for name, data in (
        ("moodle", (INPUTS / "made_up-worksheet.csv").read_bytes()),
        ("canvas", (CANVAS + people).encode()),
    ):
        for unfinished in (False, True):
            filled = fill_gradebook(data, graded, unfinished=unfinished)
            told = "\n".join([f"{filled.filled} filled", *filled.left, ""])
            name_of = f"{name}{'_unfinished' if unfinished else ''}"
            found[f"{name_of}.csv"], found[f"{name_of}.txt"] = _csv(filled.data), plain(told)
    found["discussion.txt"] = _discussion(grades, graded)
    return found | {"decided.txt": _decided(grades, out)}


def _decided(grades, out):
    """Return what changes in the marks where a teacher gives levels, accepts, drops, weighs and comments."""
    rows = [row for row in grades.read(INPUTS / "made_up-hand_ins.zip").rows if row.status == "read"][:2]
    before = _marks(b"".join(marks_json([grades.grade(row) for row in rows]))).splitlines()
    first = rows[0].key
    for kind, value, where in (
        ("level", "Proficient", {"student": first, "exercise": "rewrite"}),
        ("level", "Basic", {"student": first, "exercise": "brief"}),
        ("comment", "Look at <b>D</b> again.", {"student": first, "exercise": "rewrite"}),
        ("comment", "Well read.", {"student": first}),
        (
            "accept",
            {next(iter(grades.questions(grades.exercises["clues"]))): ["medium"]},
            {"exercise": "clues"},
        ),
        (
            "drop",
            list(grades.questions(grades.exercises["quotes_b"]))[:3],
            {"exercise": "quotes_b"},
        ),
        ("drop", list(grades.questions(grades.exercises["stances"]))[:4], {"exercise": "stances"}),
        ("weight", 2, {"exercise": "claim_1"}),
        ("prediction", True, {"exercise": "frames"}),
        ("late", True, {"student": first}),
        ("excused", True, {"student": rows[1].key}),
    ):
        grades.record.set(kind, value, reason="a try", **where)
    graded = [grades.grade(row) for row in rows]
    after = _marks(b"".join(marks_json(graded))).splitlines()
    (page,) = write_page(out / "again", "T", graded[0])
    lines = [line for line in difflib.unified_diff(before, after, lineterm="", n=0) if line[0] in "+-"]
    filled = fill_gradebook(
        (CANVAS + '"One",70001,,,,,\r\n"Two",70002,,,,,\r\n').encode(), graded, unfinished=True
    )
    parts = [*lines[2:], _csv(filled.data), *filled.left]
    first_page = (out / "feedback" / page.name).read_text("utf-8").splitlines()
    new = difflib.unified_diff(first_page, page.read_text("utf-8").splitlines(), lineterm="", n=0)
    return plain("\n".join([*parts, *(line for line in list(new)[2:] if line[0] in "+-"), ""]))


def _discussion(grades, graded):
    parts = [repr(hardest(graded))]
    for id, exercise in grades.asked.items():
        given = answers_of(graded, id)
        if not exercise.typed and not exercise.private and given:
            parts.append(repr(class_answers(given, grades.case)))
        for article in exercise.articles if exercise.kind == "mark" and given else ():
            for layer in heat_layers(given, grades.case[article]):
                notes = sorted(layer.annotations)
                size = sum(note.end - note.start for note in notes)
                parts.append(
                    f"{id} {article}, {layer.name}: {len(notes)} passages, {size} characters; "
                    f"{digest(repr([note[1:] for note in notes]))}"
                )
    return "\n\n".join([*parts, ""])


def _csv(data):
    bom = "(with a BOM)\n" if data.startswith(b"\xef\xbb\xbf") else ""
    return bom + plain(data.decode("utf-8-sig").replace("\r\n", "\n"))


def _marks(data):
    lines = []
    for one in json.loads(data)["students"]:
        lines.append(
            f"{one['name']} {one['code']} {one['status']}: {one['points']:.3f} of {one['possible']:.3f}"
        )
        lines += [f"  {text}" for text in (one["problem"], one["send"], *one["notes"], *one["files"]) if text]
        for id, mark in one["exercises"].items():
            points = "open" if mark["points"] is None else f"{mark['points']:.4f}"
            credits = " ".join(f"{credit:.2f}".removesuffix(".00") for _, _, credit in mark["credits"])
            lines.append(f"  {id}: {points} of {mark['possible']:g}: {credits}".rstrip(": "))
    return "\n".join([*lines, ""])


def digest(text):
    """Return a line that changes with a text: its SHA-256, how long it is, how many points it tells of."""
    points = len(re.findall(r"\bpoints?\b", text))
    return f"{hashlib.sha256(text.encode()).hexdigest()} {len(text)} characters, {points} times points"


def made_up(folder):
    """Return a line for each hand-in of the class that is made up today, and the one receipt in it."""
    said, _ = run(["grade", "--made-up", folder], folders=[(folder, "CLASS")])
    found = {"said.txt": said}
    lines = []
    with zipfile.ZipFile(folder / "made_up-hand_ins.zip") as archive:
        for name in archive.namelist():
            text = plain(archive.read(name).decode("utf-8", "replace"))
            lines.append(f"{plain(name)} {hashlib.sha256(text.encode()).hexdigest()} {len(text)}")
            if name.endswith(".html"):
                found["receipt.html"] = text
    found |= {"hand_ins.txt": "\n".join([*lines, ""])}
    for name in ("made_up-README.txt", "made_up-worksheet.csv", "roster.csv"):
        found[f"digest_of_{name}.txt"] = digest((folder / name).read_bytes().decode("utf-8")) + "\n"
    return found


def paper(folder):
    """Return the pages to print: each as it is, but for the articles, of which a line's beginning stands."""
    said, code = run(["print", folder / "paper"], folders=[(folder, "FOLDER")])
    found = {"said.txt": f"{said}exit code {code}\n"}
    for path in sorted((folder / "paper").iterdir()):
        text = path.read_text("utf-8")
        text = re.sub(
            r"(?m)^(<p>(?:<b>\d+</b> )?(?:<i>)?)([^<\n]{60})[^<\n]*(?=(?:</i>)?</p>$)", r"\1\2…", text
        )
        found[path.name] = f"{text}\n<!-- whole: {digest(path.read_text('utf-8'))} -->\n"
    return found


# The articles


def count_by_voice(places, articles):
    """Return one row an article: how often the readers' terms stand in each voice, raw and per 100 words."""
    counts = Counter((place.article, place.label) for place in places)
    rows = []
    for article in sorted(articles, key=lambda article: article.id):
        row = {"article": article.id, "words": (words := len(article.text.split()))}
        row |= {voice: counts[article.id, voice] for voice in BODY}
        body = sum(counts[article.id, voice] for voice in BODY)
        row["per 100 words"] = round(100 * body / words, 2) if words else None
        row["own per 100 words"] = round(100 * counts[article.id, "own"] / words, 2) if words else None
        rows.append(row | {voice: counts[article.id, voice] for voice in APART})
    return Table("Terms by voice", rows)


def texts(folder):
    """Return what is computed on the five articles, and on the readings' words in them."""
    case = open_case(ROOT)
    readings = load_readings(case)
    found = {f"{article.id}.txt": _article(article) for article in case.articles}
    lines = []
    for one in match_versions(case.articles):
        lines.append(f"fullest {_version(case, one.fullest)}")
        for version in one.versions:
            lines.append(f"  {_version(case, version)}")
    found["versions.txt"] = "\n".join([*lines, ""])
    lines = []
    for least in (8, 12):
        for shared in shared_passages(case.articles, least):
            places = ", ".join(f"{p.article} {p.start}-{p.end} {p.label}" for p in shared)
            texts = [case[p.article].raw[p.start : p.end] for p in shared]
            words = [normal(text) for text in texts]
            same = "the same" if all(one == words[0] for one in words) else "edited"
            lines.append(f"{least}: {max(map(len, words))} words, {same}: {places}: {_short(texts[0])}")
    found["shared_passages.txt"] = "\n".join([*lines, ""])
    parts = []
    for by in ("reader1", "reader2", "reader3"):
        places = read_terms(readings.wording["term"], case.articles, by)
        parts.append(f"{by}\n{count_by_voice(places, case.articles)!r}")
    parts.append(repr(log_odds(case.articles, 10).table))
    found["wording.txt"] = "\n\n".join([*parts, ""])
    lines = []
    for point in readings.coverage["point"]:
        lines.append(f"{point['id']} {_short(point['point'])}")
        for place in point.get("words", ()):
            article = case[place["article"]]
            start, _ = find_words(article.raw, place["exact"], place.get("prefix", ""))
            lines.append(f"  {article.id} {start} {position(article, start)} {point['presence'][article.id]}")
    found["coverage.txt"] = "\n".join([*lines, ""])
    quoted = [f"“{case[id].raw[a:b]}”" for id, a, b in (("B", 700, 760), ("C", 2000, 2100), ("D", 900, 960))]
    quoted += ["“We are wiling to take in only convicted criminals”", "“nothing that stands anywhere at all”"]
    found["letters.txt"] = f"{check_quotations(' He wrote '.join(quoted), case.articles)!r}\n"
    web = [
        to_web_annotations(
            Layer("blocks", tuple(Annotation(article.id, b.start, b.end, b.kind) for b in article.blocks)),
            [article],
        )
        for article in case.articles
    ]
    found["web_annotations.json"] = json.dumps(web[0], ensure_ascii=False, indent=1) + "\n"
    found["web_annotations.txt"] = "".join(f"{digest(json.dumps(one))}\n" for one in web)
    return found


def _version(case, version):
    quote = version.quote
    words = _short(case[version.article].raw[quote.start : quote.end])
    return f"{version.article} {quote.start}-{quote.end} {quote.kind}: {words}"


def _article(article):
    lines = [f"{article!r}, {len(article.sentences)} sentences, {len(article.raw)} characters", "", "Blocks"]
    lines += [f"{b.start}-{b.end} {b.kind}: {_short(article.raw[b.start : b.end])}" for b in article.blocks]
    lines += ["", "Sentences: paragraph, start, length"]
    for paragraph in article.paragraphs:
        inside = [s for s in article.sentences if paragraph.start <= s.start < paragraph.end]
        lines.append(f"{paragraph.number}: {', '.join(f'{s.start}+{s.end - s.start}' for s in inside)}")
    lines += ["", "Quotations"]
    for quote in find_quotes(article):
        who = quote.speaker
        named = f"{who.name} ({article.raw[slice(*who.place)]} at {who.place[0]})" if who else "nobody"
        lines.append(
            f"{quote.start}-{quote.end} {quote.kind}: {_short(article.raw[quote.start : quote.end])}"
        )
        lines.append(f"  {named}")
    lines += ["", "Cues of claims"]
    lines += [f"{a.start}-{a.end} {a.label}: {article.raw[a.start : a.end]}" for a in check_worthy(article)]
    return "\n".join([*lines, ""])


# What is wrong


def messages(folder):
    """Return what `check` says of cases with one mistake each, and what other input that is wrong is told."""
    seeds, small = folder / "whole", write_case(folder / "small")
    shutil.copytree(ROOT / "seeds", seeds / "seeds")
    found = {"check_seeds.txt": _checked(seeds, IN_SEEDS), "check_small.txt": _checked(small, IN_SMALL)}
    found["answers.txt"] = _answered(small, folder / "work")
    found["stored.txt"] = _stored(small, folder / "stored")
    found["hand_ins.txt"] = _handed_in(small, folder)
    found["class.txt"] = _class(small, folder)
    found["commands.txt"] = _commands(folder)
    return found


def _checked(root, cases):
    """Return, for each broken case, the sentences that the whole one does not bring."""
    before, _ = run(["check", root], folders=[(root, "CASE")])
    parts = []
    for name, edits in cases.items():
        paths = {root / "seeds" / file for file, _, _ in edits}
        kept = {path: path.read_bytes() if path.exists() else None for path in paths}
        for file, old, new in edits:
            _edit(root / "seeds" / file, old, new)
        said, code = run(["check", root], folders=[(root, "CASE")])
        for path, data in kept.items():
            path.unlink(missing_ok=True) if data is None else path.write_bytes(data)
        new = [line for line in said.splitlines() if line not in before.splitlines()] or [
            "nothing new is said"
        ]
        more = ["... and what follows from it"] if len(new) > SAID else []
        parts.append(
            "\n".join([f"## {name}: exit code {code}", *(line[:LONGEST] for line in new[:SAID]), *more, ""])
        )
    return "\n".join(parts)


def _edit(path, old, new):
    if new is None:
        path.unlink()
    elif old is None:
        path.write_bytes(new if isinstance(new, bytes) else new.encode())
    else:
        text = path.read_bytes().decode("utf-8")
        assert old in text, (path, old)
        path.write_bytes(text.replace(old, new, 1).encode())


def _tried(do, *given, folders=(), **more):
    """Return what a call says that goes wrong; where it does not, that it went well."""
    try:
        do(*given, **more)
    except course.CourseError as error:
        return plain(str(error), folders)
    return "(accepted)"


def _answered(root, work):
    with environment(COURSE_CASE=str(root), COURSE_WORK=str(work)):
        lines = [f"{id} {value!r:.90}\n  {_tried(course.answer, id, value)}" for id, value in ANSWERS]
        reveal = [f"reveal {id}\n  {_tried(course.reveal, id)}" for id in ("nosuch", "voices")]
        name = f"read\n  {_tried(open_case(root).__getitem__, 'Z')}"
    return "\n".join([*lines, *reveal, name, ""])


def _stored(root, work):
    """Return what is said where an answer that is on disk cannot be used."""
    voices, lines = "02_listen/voices.json", []
    with environment(COURSE_CASE=str(root), COURSE_WORK=str(work)):
        course.answer("voices", {"rain": "quoted", "ready": "quoted"})
        good = json.loads((work / voices).read_bytes())
        for name, stored in {
            "no JSON": b"{",
            "empty": b"",
            "no object": b"[]",
            "a list": b"[1, 2]",
            "another format": good | {"format": 2},
            "another case": good | {"case": "Snow"},
            "another exercise": good | {"exercise": "why"},
            "another kind": good | {"kind": "grid"},
            "an unknown key": good | {"more": 1},
            "an answer of another form": good | {"answer": []},
            "no time": good | {"saved": "yesterday"},
            "an option that is none": good | {"answer": {"rain": "nosuch", "ready": "quoted"}},
            "an item that is none": good | {"answer": {"snow": "quoted", "ready": "quoted"}},
            "twice": b'{"format": 1, "format": 1}',
            "a fraction": b'{"format": 1.5}',
            "a long number": b'{"format": 1111111111111111}',
            "too deep": b"[" * 100_000,
            "half a character": b'{"case": "\\ud800"}',
            "not UTF-8": b'{"case": "\xe9"}',
        }.items():
            data = stored if isinstance(stored, bytes) else json.dumps(stored).encode()
            (work / voices).write_bytes(data)
            shown = course.exercise("voices")
            lines.append(f"{name}\n  {plain(shown.spec['note'])} {json.dumps(shown.value)}")
        (work / "student.json").write_bytes(b'{"format": 1, "code": "a b"}')
        lines.append(f"student.json\n{told(course.progress())}")
        (work / "student.json").write_bytes(b"{")
        lines.append(f"hand in\n{told(course.hand_in())}")
        for given in (
            {"code": "a b", "name": ""},
            {"code": "", "name": ""},
            {"code": "ok", "name": "x" * 81},
        ):
            said = course.sign_in().handle({"button": "sign_in", "fields": given})["text"]
            lines.append(f"sign in {given!r:.60}\n  {said}")
        loading = course.load_my_work()
        for given in (None, {"name": "my_work-1.json", "text": ""}, {"name": "my_work-1.json", "text": "[]"}):
            said = loading.handle({"button": "read", "fields": {"file": given}})["text"]
            lines.append(f"load {given!r:.60}\n  {said}")
        lines.append(f"save\n  {course.save_my_work().handle({'button': 'save', 'fields': {}})['text']}")
        lines.append(f"compare\n  {_tried(course.compare_with, 'nosuch.json')}")
    return plain("\n".join([*lines, ""]), [(work, "WORK")])


def _handed_in(root, folder):
    """Return what is said of files that cannot be used: in an inbox, in a ZIP, in the bulk downloads."""
    inbox, out = folder / "inbox", folder / "out"
    inbox.mkdir()
    with environment(COURSE_CASE=str(root), COURSE_WORK=str(folder / "student")):
        course.sign_in().handle({"button": "sign_in", "fields": {"code": "KTR-4728", "name": "Ana"}})
        (folder / "student" / "student.json").write_text(
            json.dumps({"format": 1, "code": "KTR-4728", "student_id": "a" * 32, "name": "Ana"}), "utf-8"
        )
        course.answer("voices", {"rain": "attributed", "ready": "quoted", "held": "own voice"})
        course.answer("why", {"text": "=1+1 Because."})
        file = json.loads(
            course.hand_in().handle({"button": "hand_in", "fields": {}})["downloads"][0]["text"]
        )
        good = {key: value for key, value in file.items() if key != "sha256"}
        voices = good["answers"]["voices"]
        student = good["student"]
        for name, one in {
            "01_good": file,
            "02_changed": file | {"case": "Snow"},
            "03_another_case": _signed(good | {"case": "Snow"}),
            "04_format": _signed(good | {"format": 2}),
            "05_no_answers": _signed({key: good[key] for key in good if key != "answers"}),
            "06_unknown_key": _signed(good | {"more": 1}),
            "07_no_time": _signed(good | {"made": "yesterday"}),
            "08_nobody": _signed(good | {"student": "Ana"}),
            "09_student_id": _signed(good | {"student": student | {"student_id": "1"}}),
            "10_code": _signed(good | {"student": student | {"code": "a b"}}),
            "11_name": _signed(good | {"student": student | {"name": "x" * 81}}),
            "12_answer_form": _signed(good | {"answers": {"voices": {"kind": "sort"}}}),
            "13_answer_kind": _signed(good | {"answers": {"voices": voices | {"answer": []}}}),
            "14_answer_time": _signed(good | {"answers": {"voices": voices | {"saved": "soon"}}}),
            "15_unknown_exercise": _signed(
                good | {"student": {"code": "u15", "student_id": "b" * 32}, "answers": {"nosuch": voices}}
            ),
            "16_other_kind": _signed(
                good
                | {
                    "student": {"code": "u16", "student_id": "c" * 32},
                    "answers": {"voices": voices | {"kind": "write"}},
                }
            ),
            "17_changed_exercise": _signed(
                good
                | {
                    "student": {"code": "u17", "student_id": "d" * 32},
                    "answers": {
                        "voices": voices
                        | {"exercise_sha256": "0" * 64, "answer": {"rain": "snow", "ready": "quoted"}}
                    },
                }
            ),
            "18_two_machines": _signed(good | {"student": student | {"student_id": "e" * 32}}),
            "19_same_id": _signed(good | {"student": {"code": "u19", "student_id": "a" * 32}}),
            "20_same_name": _signed(
                good | {"student": {"code": "u20", "student_id": "f" * 32, "name": "ana"}}
            ),
            "21_list": [],
            "22_no_hand_in": {"a": 1},
            "23_formula": _signed(
                good | {"student": {"code": "=u23", "student_id": "9" * 32, "name": "+Eve"}}
            ),
            "24_formula": _signed(
                good | {"student": {"code": "-u24", "student_id": "8" * 32, "name": "=cmd|' /C calc'!A0 <b>"}}
            ),
        }.items():
            (inbox / f"{name}.json").write_bytes(json.dumps(one).encode())
        for name, data in {
            "30_empty.json": b"",
            "31_notebook.ipynb": b'{"cells": [], "nbformat": 4}',
            "32_picture.png": b"\x89PNG",
            "33_page.html": page("x", "y").encode(),
            "34_damaged.json": b'{"format": 1',
            "35_rtf.rtf": b"{\\rtf1",
            "36_utf16.json": "\ufeff{".encode("utf-16-le"),
            "37_not_utf8.json": b'{"format": "\xe9"}',
            "38_twice.json": b'{"a": 1, "a": 2}',
            "39_fraction.json": b'{"a": 1.5}',
            "40_deep.json": b'{"a":' * 20,
            "41_answer.json": json.dumps(
                {"format": 1, "case": "The dam", "exercise": "voices"} | voices
            ).encode(),
            "42_office.docx": _zipped({"[Content_Types].xml": b"", "word/document.xml": b""}),
            "43_clutter.zip": _zipped({"__MACOSX/a": b"", ".DS_Store": b""}),
            "44_outside.zip": _zipped({"../out.json": b"{}"}),
            "45_damaged.zip": _zipped({"a.json": b"{}"})[:-30],
            "46_three_deep.zip": _zipped(
                {"a.zip": _zipped({"b.zip": _zipped({"c.zip": _zipped({"d.json": b"{}"})})})}
            ),
            "47_many.zip": _zipped({f"{n}.json": b"" for n in range(2001)}),
            "48_large.json": b" " * 20_000_001,
            "Ben_Ode_1_2_502_3_x.json": b"",
            "odeben_LATE_502_77_hand_in.json": b"",
            "Ana_1_assignsubmission_file_Ben_2_assignsubmission_file_/x.json": b"{}",
        }.items():
            (inbox / name).parent.mkdir(exist_ok=True)
            (inbox / name).write_bytes(data)
        for number, path in enumerate(
            sorted(inbox.rglob("*.*"))
        ):  # of two with one time the later file counts
            os.utime(path, (1_700_000_000 + number, 1_700_000_000 + number))
        (inbox / "49_link.json").symlink_to(inbox / "01_good.json")
        out.mkdir()
        (out / "roster.csv").write_text(
            "code,name,lms_id\nKTR-4728,Ana,501\nMBX-2239,Ben,502\nTRW-8876,Cia,\n", "utf-8"
        )
        said, code = run(["grade", inbox, "--out", out], folders=[(out, "OUT"), (inbox, "INBOX")])
        found = [f"{said}exit code {code}", _csv((out / "marks.csv").read_bytes())]
        for name in ("nosuch", "30_empty.json", "45_damaged.zip", "32_picture.png"):
            said, code = run(["grade", inbox / name, "--out", folder / "out2"], folders=[(inbox, "INBOX")])
            found.append(f"## an inbox {name}\n{said}exit code {code}")
        said, code = run(["grade", inbox, "--out", inbox / "x"], folders=[(inbox, "INBOX")])
        found.append(f"## a class in the inbox\n{said}exit code {code}\n")
    return re.sub(r"[0-9a-f]{8}-TIME", "ID-TIME", "\n".join(found))


def _signed(rest):
    text = json.dumps(rest, sort_keys=True, separators=(",", ":")).encode("ascii")
    return rest | {"sha256": hashlib.sha256(text).hexdigest()}


def _zipped(files):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def _class(root, folder):
    """Return what is said of a roster, class.toml and gradebook that cannot be used."""
    inbox, parts = folder / "none", []
    inbox.mkdir()
    files = {
        "roster.csv": [b"", b"name\nAna\n", b"code\na b\n", b"code\nu1\nU1\n", b"code,name\nu1," + b"x" * 81,
            b"code;lms_id\nu1;5\nu2;5\n", b"code\n\xe9\n", b'code,name\nu1,"Ana\n'],
        "class.toml": [b"=", b"title = 1\nteacher = 2", b"lessons = 5", b'lessons = ["nosuch"]',
            b"weights = 5",
            b"[weights]\nnosuch = 2", b"[weights]\nvoices = -1", b'[weights]\nvoices = "x"', b'due = "soon"',
            b"due = 0999-01-01", b"due = 2026-03-02T18:00:00Z"],
    }  # fmt: skip
    with environment(COURSE_CASE=str(root)):
        for name, tries in files.items():
            for number, data in enumerate(tries):
                out = folder / f"{name}{number}"
                out.mkdir()
                (out / name).write_bytes(data)
                said, code = run(["grade", inbox, "--out", out], folders=[(out, "OUT")])
                parts.append(f"## {name}: {data.decode('utf-8', 'replace')!r:.60}\n{said}exit code {code}\n")
    for data in (
        b"",
        b"a,b\n1,2\n",
        b"\xff\xfe\xff",
        b"Student,ID,Section\n",
        b"Student,ID,A (1),B (2)\nx,1,,\n",
        b"Identifier;Grade;Maximum Grade\nParticipant 5;;10\n",
        b"ID number,Assignment: X (Real)\n5,\n",
    ):
        parts.append(f"## a gradebook {data!r:.60}\n{_tried(fill_gradebook, data, [])}\n")
    return "\n".join(parts)


def _commands(folder):
    """Return what the command line says to words that it does not know."""
    nothing = folder / "nothing"
    nothing.mkdir()
    parts = []
    for words in (
        [], ["--help"], ["nosuch"], ["check", "a", "b"], ["check", "--all"], ["check", nothing], ["grade"],
        ["grade", nothing], ["print"], ["print", "--all"], ["release"], ["links", "x"], ["site"],
    ):  # fmt: skip
        said, code = run(words, folders=[(nothing, "NOTHING")])
        parts.append(
            f"## {' '.join(map(str, words)).replace(str(nothing), 'NOTHING')}\n{said}exit code {code}\n"
        )
    with environment(COURSE_CASE=str(nothing)):
        parts.append(f"## no case\n{_tried(open_case, folders=[(nothing, 'NOTHING')])}\n")
    return "\n".join(parts)


GROUPS = {
    "messages": messages,
    "figures": figures,
    "findings": findings,
    "marks": marks,
    "made_up": made_up,
    "paper": paper,
    "texts": texts,
}
