"""What the course says, as text: the one place where the golden files reach into the code.

Each group is a function that returns {file name: text}. Where a module is moved or renamed, only this file
changes, and no golden file does. Texts hold no time, no path and nothing drawn at random.
"""

import ast
import contextlib
import hashlib
import io
import json
import os
import re
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import course
from course.__main__ import main
from course.analysis.claims import check_worthy
from course.analysis.letters import check_quotations
from course.analysis.quotes import find_quotes
from course.analysis.reuse import shared_passages
from course.analysis.versions import match_versions
from course.analysis.wording import count_by_voice, keyness, keyness_table, read_terms
from course.corpus.annotation import Layer, find_words, to_web_annotations
from course.corpus.case import open_case
from course.corpus.readings import load_readings
from course.corpus.table import Table
from course.grading.discussion import answers_of, class_answers, hard_and_easy, heat_layers
from course.grading.exports import fill_gradebook
from course.grading.grade import Course
from course.lessons.cards import Cards
from course.lessons.controls import Shown
from course.lessons.figures import Picture
from course.lessons.forms import Form, Panel
from course.lessons.reader import Reader

ROOT = Path(__file__).parents[2]
INPUTS = Path(__file__).parent / "inputs"
STATES = ("solved", "wrong", "empty", "closed")  # closed: solved, in a copy without seeds/readings/
SHOWN = 60  # characters of a stretch of an article
FULL = 4  # students whose feedback page is kept whole
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Reading the news (41),Final Score\r\n"
    "    Points Possible,,,,,50.00,(read only)\r\n"
)


# What a cell shows


def run(words, *, closing=()):
    """Run `python3 -m course WORDS`; return what it printed, in order, and its exit code.

    `closing` are (text, name) pairs: what stands for a folder that is another at each run.
    """
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = main(list(map(str, words)))
    return plain(said.getvalue(), closing), code


def plain(text, folders=()):
    """Return a text without times, versions and the folders of this run."""
    for folder, name in folders:
        text = text.replace(str(folder), name)
    text = text.replace(datetime.now(UTC).strftime("%Y-%m-%d"), "TODAY")
    text = re.sub(r"\d{8}T\d{6}Z", "TIME", text)
    text = re.sub(r"(TODAY|20\d\d-\d\d-\d\d)T\d\d:\d\d:\d\d(\.\d+)?Z", "TIME", text)
    text = re.sub(r'"(made|saved|course_version|sha256|exercise_sha256)": "[^"]*"', r'"\1": ""', text)
    return re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)


def told(shown):
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
    return repr(shown)


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
            lines += [f"  + {line}" for line in one.get("more", ())]
    return "\n".join(lines)


def _panel(panel):
    lines = [f"Panel {panel.title}", *panel.lines]
    for table in panel.tables:
        lines += [table["caption"], " | ".join(table["columns"])]
        lines += [" | ".join(map(str, row)) for row in table["rows"]]
    lines += [f"[{field['kind']}] {field['label']}" for field in panel.fields]
    return "\n".join([*lines, *(f"<{button['label']}>" for button in panel.buttons)])


def _reader(reader):
    lines = [f"Reader {reader.title}: {reader.prompt}" if reader.layers or reader.links else f"Reader {reader.title}"]
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
    before = told(panel)
    return f"{before}\n{panel.handle({'button': 'open', 'fields': {}})['text']}"


OWN_WORK = ("sign_in", "where_my_work_is", "save_my_work", "load_my_work", "compare_with")  # drawn or of a machine


def _lessons(folder, state):
    """Give (lesson, cell name, object) of all lessons, answered as `state` says."""
    root = ROOT
    if state == "closed":
        root = folder / "closed"
        ignore = shutil.ignore_patterns("readings")
        shutil.copytree(ROOT / "seeds", root / "seeds", ignore=ignore, dirs_exist_ok=True)
    with environment(COURSE_CASE=str(root), COURSE_WORK=str(folder / f"work_{state}")):
        if state != "empty":
            answers = "wrong" if state == "wrong" else "solved"
            for id, value in json.loads((INPUTS / f"{answers}.json").read_text("utf-8")).items():
                course.answer(id, value)
        for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
            for name, one in Lesson(path).shown():
                if not name.startswith(OWN_WORK):
                    yield path.stem, name, one


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
    """Return the sentence and the table of every figure and table in the lessons, with readings and without."""
    found = {}
    for state in ("solved", "closed"):
        texts = {}
        for lesson, name, one in _lessons(folder, state):
            for picture in _pictures(one):
                table = picture.table if isinstance(picture, Picture) else picture
                sentence = picture.describe() if isinstance(picture, Picture) else ""
                texts.setdefault(lesson, []).append(f"## {name}\n{sentence}\n\n{table!r}\n")
        readings = "" if state == "solved" else ".closed"
        found |= {f"{lesson}{readings}.txt": plain("\n".join(parts)) for lesson, parts in texts.items()}
    return found


def _pictures(one):
    if isinstance(one, Picture | Table):
        yield one
    elif isinstance(one, Shown):
        for part in one.parts:
            yield from _pictures(part)


def findings(folder):
    """Return what every cell shows that is no figure: feedback, findings, cards, panels, in four states.

    For each lesson a file of what is shown to somebody who answered as the readers did; of the other states
    what differs from it.
    """
    texts = {}
    for state in STATES:
        for lesson, name, one in _lessons(folder, state):
            text = plain(told(one), [(folder / f"work_{state}", "WORK"), (folder / "closed", "CASE")])
            texts.setdefault(lesson, {}).setdefault(state, []).append(f"## {name}\n{text}\n")
    found = {}
    for lesson, states in texts.items():
        for state, parts in states.items():
            new = [part for part in parts if state == "solved" or part not in states["solved"]]
            found[f"{lesson}.{state}.txt"] = "\n".join(new) or "Nothing differs from the solved lesson.\n"
    return found


# The teacher's side


def marks(folder):
    """Return the marks of the made-up class, both gradebooks, four feedback pages and a line for each other."""
    out = folder / "class"
    out.mkdir()
    shutil.copy(INPUTS / "roster.csv", out)
    said, code = run(["grade", INPUTS / "made_up-hand_ins.zip", "--out", out], closing=[(out, "CLASS")])
    found = {"said.txt": f"{said}exit code {code}\n"}
    found["marks.csv"] = _csv((out / "marks.csv").read_bytes())
    found["marks.txt"] = plain(_marks((out / "marks.json").read_bytes()))
    pages = {path.name: plain(path.read_text("utf-8")) for path in sorted((out / "feedback").iterdir())}
    chosen = list(pages)[:: max(1, len(pages) // FULL)][:FULL]
    found |= {name: pages[name] for name in chosen}
    lines = [f"{name} {digest(text)}" for name, text in pages.items() if name not in chosen]
    found["other_pages.txt"] = "\n".join([*lines, ""])
    grades = Course(open_case(ROOT), out)
    graded = [grades.grade(row) for row in grades.read(INPUTS / "made_up-hand_ins.zip").rows]
    people = "".join(f"\"Last{at}, First\",{70000 + at},,,Section,,\r\n" for at in (1, 2, 3, 8, 30, 99))
    for name, data in (
        ("moodle", (INPUTS / "made_up-worksheet.csv").read_bytes()),
        ("canvas", (CANVAS + people).encode()),
    ):
        for unfinished in (False, True):
            filled = fill_gradebook(data, graded, unfinished=unfinished)
            told = "\n".join([f"{filled.filled} filled", *filled.left, ""])
            name_of = f"{name}{'_unfinished' if unfinished else ''}"
            found[f"{name_of}.csv"], found[f"{name_of}.txt"] = _csv(filled.data), plain(told)
    return found | {"discussion.txt": _discussion(grades, graded)}


def _discussion(grades, graded):
    parts = [repr(hard_and_easy(graded))]
    for id, exercise in grades.asked.items():
        given = answers_of(graded, id)
        if exercise.kind != "write" and not exercise.private and given:
            parts.append(repr(class_answers(given, grades.case)))
        for article in exercise.articles if exercise.kind == "mark" and given else ():
            for layer in heat_layers(given, grades.case[article]):
                notes = sorted(layer.annotations)
                size = sum(note.end - note.start for note in notes)
                parts.append(f"{id} {article}, {layer.name}: {len(notes)} passages, {size} characters; {digest(repr([note[1:] for note in notes]))}")
    return "\n\n".join([*parts, ""])


def _csv(data):
    bom = "(with a BOM)\n" if data.startswith(b"\xef\xbb\xbf") else ""
    return bom + plain(data.decode("utf-8-sig").replace("\r\n", "\n"))


def _marks(data):
    lines = []
    for one in json.loads(data)["students"]:
        lines.append(f"{one['name']} {one['code']} {one['status']}: {one['points']:.3f} of {one['possible']:.3f}")
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
    said, _ = run(["grade", "--made-up", folder], closing=[(folder, "CLASS")])
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
    said, code = run(["print", folder / "paper"], closing=[(folder, "FOLDER")])
    found = {"said.txt": f"{said}exit code {code}\n"}
    for path in sorted((folder / "paper").iterdir()):
        text = path.read_text("utf-8")
        text = re.sub(r"(?m)^(<p>(?:<b>\d+</b> )?(?:<i>)?)([^<\n]{60})[^<\n]*(?=(?:</i>)?</p>$)", r"\1\2…", text)
        found[path.name] = f"{text}\n<!-- whole: {digest(path.read_text('utf-8'))} -->\n"
    return found


# The articles


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
            for piece in version.pieces:
                here = case[version.article].raw[slice(*piece.here)]
                there = case[one.fullest.article].raw[slice(*piece.there)]
                lines += [] if piece.kind == "same" else [f"    {piece.kind}: {here!r} for {there!r}"]
    found["versions.txt"] = "\n".join([*lines, ""])
    lines = []
    for least in (8, 12):
        for shared in shared_passages(case.articles, least):
            places = ", ".join(f"{p.article} {p.start}-{p.end} {p.label}" for p in shared.places)
            first = shared.places[0]
            words = _short(case[first.article].raw[first.start : first.end])
            lines.append(f"{least}: {shared.words} words, {'the same' if shared.exact else 'edited'}: {places}: {words}")
    found["shared_passages.txt"] = "\n".join([*lines, ""])
    parts = []
    for by in ("reader1", "reader2", "reader3"):
        places = read_terms(readings.wording["term"], case.articles, by)
        parts.append(f"{by}\n{count_by_voice(places, case.articles)!r}")
    words = keyness(case.articles)
    parts += [repr(keyness_table(words, article.id)) for article in case.articles]
    found["wording.txt"] = "\n\n".join([*parts, ""])
    lines = []
    for point in readings.coverage["point"]:
        lines.append(f"{point['id']} {_short(point['point'])}")
        for place in point.get("words", ()):
            article = case[place["article"]]
            start, _ = find_words(article.raw, place["exact"], place.get("prefix", ""))
            lines.append(f"  {article.id} {start} {_position(article, start)} {point['presence'][article.id]}")
    found["coverage.txt"] = "\n".join([*lines, ""])
    quoted = [f"“{case[id].raw[a:b]}”" for id, a, b in (("B", 700, 760), ("C", 2000, 2100), ("D", 900, 960))]
    quoted += ["“We are wiling to take in only convicted criminals”", "“nothing that stands anywhere at all”"]
    found["letters.txt"] = f"{check_quotations(' He wrote '.join(quoted), case.articles)!r}\n"
    web = [to_web_annotations(Layer("blocks", article.layer().annotations), [article]) for article in case.articles]
    found["web_annotations.json"] = json.dumps(web[0], ensure_ascii=False, indent=1) + "\n"
    found["web_annotations.txt"] = "".join(f"{digest(json.dumps(one))}\n" for one in web)
    return found


def _position(article, start):
    from course.analysis.coverage import position

    return position(article, start)


def _version(case, version):
    quote = version.quote
    return f"{version.article} {quote.start}-{quote.end} {quote.kind}: {_short(case[version.article].raw[quote.start : quote.end])}"


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
        named = f"{who.name} ({article.raw[who.start : who.end]} at {who.start})" if who else "nobody"
        channel = f", channel {article.raw[slice(*quote.channel)]!r}" if quote.channel else ""
        lines.append(f"{quote.start}-{quote.end} {quote.kind}: {_short(article.raw[quote.start : quote.end])}")
        lines.append(f"  {named}{channel}")
    lines += ["", "Cues of claims"]
    lines += [f"{a.start}-{a.end} {a.label}: {article.raw[a.start : a.end]}" for a in check_worthy(article)]
    return "\n".join([*lines, ""])


GROUPS = {"figures": figures, "findings": findings, "marks": marks, "made_up": made_up, "paper": paper, "texts": texts}
