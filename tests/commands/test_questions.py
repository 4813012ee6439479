"""`python3 -m course questions OUT`: banks that other programs read, with the course's credit and reasons.

No Moodle and no Canvas is here, and no package has the schemas of QTI and IMS CP. In their place stand
moodle-xml-parser for Moodle's choices, onyx2moodle for every QTI item, and pyslet, which scores them; and
bank_facts.toml: what the schemas, and Moodle's importer, say of what these files hold.
"""

import io
import re
import shutil
import tempfile
import tomllib
import zipfile
from contextlib import redirect_stdout
from html.parser import HTMLParser
from itertools import permutations
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moodle_xml_parser.parser import parse_bytes
from onyx2moodle.parser import parse_item
from pyslet.imscpv1p2 import ContentPackage
from pyslet.qtiv2.variables import ItemSessionState
from pyslet.qtiv2.xml import QTIDocument

from course.commands.questions import NO_XML, SHARES, Answer, Question, document, item, main, moodle, name
from course.corpus.case import Case, open_case
from course.lessons.exercises import load_exercises
from course.lessons.keys import load_keys
from course.lessons.kinds.sort import Sort
from course.lessons.scoring import credits_of
from tests.lessons.small_case import write_case

ROOT = Path(__file__).parents[2]
CASES = {"main": ROOT, "example": ROOT / "course" / "example"}
FACTS = tomllib.loads(Path(__file__).with_name("bank_facts.toml").read_text("utf-8"))
FORMS = {form["space"]: form for form in FACTS.values() if "space" in form}
CANVAS_MOST = 16 * 1024  # bytes of a question's text: Canvas drops a longer one


class Plain(HTMLParser):
    """The text of a piece of HTML, a line break for each br."""

    def __init__(self, html):
        super().__init__()
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        assert (tag, attrs) in (("div", []), ("br", [])), tag
        self.text += "\n" * (tag == "br")

    def handle_data(self, data):
        self.text += data


def plain(html):
    return Plain(html).text


def from_text(xml):
    return ET.fromstring(xml)  # noqa: S314 - what the course has just written


def squeezed(text):
    """Return a text without its spaces."""
    return "".join(text.split())


def read(xml):
    """Return a QTI item as onyx2moodle reads it, which reads files."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "item.xml"
        path.write_bytes(xml)
        return parse_item(path)


def export(root, out):
    """Run the command on a case, and return what it wrote and said."""
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()) as said:
        patch.setenv("COURSE_CASE", str(root))
        main([str(out)])
    case = open_case(root)
    keys, exercises = load_keys(case), load_exercises(case)
    made = SimpleNamespace(case=case, exercises=exercises, keys=keys, out=out, said=said.getvalue())
    made.moodle = (out / "moodle.xml").read_bytes()
    with zipfile.ZipFile(out / "qti.zip") as packed:
        made.files = {one: packed.read(one) for one in packed.namelist()}
    made.items = {Path(one).stem: read(xml) for one, xml in made.files.items() if one.startswith("items/")}
    made.entries = {
        one.findtext("idnumber"): one
        for one in from_text(made.moodle).findall("question")
        if one.get("type") != "category"
    }
    made.asked = {
        name(case, one.id, *path): (one, path)
        for one in exercises.values()
        if one.kind not in ("mark", "line", "log") and not one.private
        for path in one.asked
    }
    return made


@pytest.fixture(scope="module")
def banks(tmp_path_factory):
    return {name: export(root, tmp_path_factory.mktemp(name)) for name, root in CASES.items()}


@pytest.fixture(params=CASES)
def bank(request, banks):
    return banks[request.param]


def own_keys(bank, id):
    """Return an exercise, a decision and the keys on it."""
    exercise, path = bank.asked[id]
    return exercise, path, tuple(key for key in bank.keys.get(exercise.id, ()) if key.path == path)


def test_every_exercise_is_in_it_or_named(bank):
    assert len(bank.asked) > 240
    assert {one.kind for one, _ in bank.asked.values()} == {"sort", "grid", "order", "write"}
    assert set(bank.entries) == set(bank.items) == set(bank.asked)
    left = {one.id for one in bank.exercises.values()} - {one.id for one, _ in bank.asked.values()}
    lines = [line for line in bank.said.splitlines() if line.startswith("Left out")]
    named = {id for line in lines for id in re.findall(r"\w+", line.rpartition(": ")[2])}
    assert left <= named
    assert all(
        bank.exercises[id].private or bank.exercises[id].kind in ("mark", "line", "log") for id in left
    )
    assert f"{len(bank.asked)} questions are in {bank.out}/moodle.xml" in bank.said
    assert "closed course only" in bank.said


def test_a_choice_has_the_courses_credit_and_reasons_in_moodle(bank):
    read_back = parse_bytes(bank.moodle)["multichoice"]
    ours = [one for one, entry in bank.entries.items() if entry.get("type") == "multichoice"]
    assert len(read_back) == len(ours) > 200
    several = partly = 0
    for id, question in zip(ours, read_back, strict=True):
        exercise, path, keys = own_keys(bank, id)
        credits = credits_of(keys)
        assert [plain(one.answer) for one in question.options] == list(exercise.asked[path])
        for one in question.options:
            assert one.score_fraction == 100 * credits.get(plain(one.answer), 0)
            assert all(key.reason in plain(one.feedback) for key in keys)
            assert "You answered" in plain(one.feedback)
        assert exercise.prompt.strip() in plain(question.text_pre_parse)
        assert exercise.about(" ".join(path)) in plain(question.text_pre_parse)
        assert question.single
        several += sum(share == 1 for share in credits.values()) > 1
        partly += any(0 < share < 1 for share in credits.values())
    assert several > 10
    assert partly


def test_every_item_reads_back_as_it_was_asked(bank):
    for id, one in bank.items.items():
        exercise, path, keys = own_keys(bank, id)
        shown = squeezed("".join(one.body_xml[0].itertext()))
        for wanted in (exercise.prompt, exercise.about(" ".join(path)), *exercise.rubric.values()):
            assert squeezed(wanted) in shown
        told = squeezed("".join(plain(feedback.html) for feedback in one.feedback))
        assert all(squeezed(key.reason) in told for key in keys)
        if exercise.kind in ("sort", "grid"):
            (asked,) = one.interactions
            assert asked.kind == "choice"
            assert asked.max_choices == 1
            assert tuple(plain(choice.html) for choice in asked.choices) == exercise.asked[path]


def test_points_are_the_courses(bank):
    total = {one.id: 0.0 for one, _ in bank.asked.values()}
    for id, entry in bank.entries.items():
        total[bank.asked[id][0].id] += float(entry.findtext("defaultgrade"))
    assert total == {id: pytest.approx(bank.exercises[id].points, abs=0.001) for id in total}
    weights = {
        refer.get("identifier"): float(refer[0].get("value"))
        for path, xml in bank.files.items()
        if path.startswith("tests/")
        for refer in from_text(xml).iter("{http://www.imsglobal.org/xsd/imsqti_v2p1}assessmentItemRef")
    }
    assert weights == {id: float(entry.findtext("defaultgrade")) for id, entry in bank.entries.items()}


def session(xml):
    """Return a session of pyslet's with a QTI item, and how to answer it."""
    document = QTIDocument()
    document.read(src=io.BytesIO(xml))
    made = ItemSessionState(document.root)

    def answer(value):
        made.begin_session()
        made["TF1" if "TF1" in made else "RESPONSE"].set_value(value)
        document.root.ResponseProcessing.run(made)
        return made["SCORE"].value, set(made["FEEDBACK"].value or ())

    return answer


def test_another_program_scores_as_the_course_does(bank, measured):
    ids = sorted(bank.items)
    chosen = [id for n, id in enumerate(ids) if n % 10 == 0 or bank.asked[id][0].kind == "order"]
    scored = 0
    for id in chosen:
        exercise, path, keys = own_keys(bank, id)
        answer, credits = session(bank.files[f"items/{id}.xml"]), credits_of(keys)
        options = exercise.asked[path]
        if exercise.kind in ("sort", "grid"):
            for n, option in enumerate(options, 1):
                assert answer(f"o{n}") == (pytest.approx(credits.get(option, 0)), {f"fb_o{n}"})
                scored += 1
        elif exercise.kind == "order":
            right = [value for value, share in credits.items() if share == 1]
            for order in permutations(options) if len(right) > 1 else ():
                typed = "".join("abcde"[options.index(one)] for one in order)
                share = exercise.score_part(path, list(order), keys).credit
                assert answer(typed) == (pytest.approx(share, abs=1e-6), {"fb_general_"})
                scored += 1
            if len(right) == 1:
                row = [f"o{n}" for n in range(1, len(options) + 1)]
                assert answer(row)[0] == 1
                assert answer(row[::-1])[0] == 0
                scored += 2
    measured(f"question banks: pyslet scored {scored} answers to {len(chosen)} items as the course does")


def test_orders_have_the_courses_credit_in_moodle(bank):
    kinds = set()
    for id, entry in bank.entries.items():
        exercise, path, keys = own_keys(bank, id)
        if exercise.kind != "order":
            continue
        options, credits = exercise.asked[path], credits_of(keys)
        right = [value for value, share in credits.items() if share == 1]
        answers = [(one.findtext("text"), float(one.get("fraction"))) for one in entry.findall("answer")]
        kinds.add(entry.get("type"))
        if len(right) == 1:  # by pairs
            assert entry.findtext("gradingtype") == "RELATIVE_ALL_PREVIOUS_AND_NEXT"
            assert [plain(text) for text, _ in answers] == [exercise.texts[one] for one in right[0]]
            continue
        assert len(answers) > 1
        for pattern, share in answers:
            order = [options["abcde".index(letter)] for letter in pattern.split("*")]
            credit = 100 * exercise.score_part(path, order, keys).credit
            assert share == min(SHARES, key=lambda near: abs(near - credit))  # Moodle knows only some
            assert abs(share - credit) <= 5
        full = {
            tuple(options["abcde".index(one)] for one in text.split("*")) for text, n in answers if n == 100
        }
        assert full == set(right)
    assert kinds == {"ordering", "shortanswer"}


def test_what_is_written_has_the_rubric_for_the_grader(bank):
    essays = {id: entry for id, entry in bank.entries.items() if entry.get("type") == "essay"}
    assert essays
    for id, entry in essays.items():
        exercise = bank.asked[id][0]
        told = plain(entry.findtext("graderinfo/text"))
        shown = plain(entry.findtext("questiontext/text"))
        samples = [key.sample for key in bank.keys.get(exercise.id, ()) if key.sample]
        assert all(sample in told and sample not in shown for sample in samples)
        assert all(f"{level}: {text}" in shown for level, text in exercise.rubric.items())


def test_canvas_finds_what_its_importer_looks_for(bank):
    """What gems/plugins/qti_exporter of canvas-lms reads: see the docstring of `item`."""
    space = {"q": "http://www.imsglobal.org/xsd/imsqti_v2p1", "cp": "http://www.imsglobal.org/xsd/imscp_v1p1"}
    manifest = from_text(bank.files["imsmanifest.xml"])
    resources = manifest.findall("cp:resources/cp:resource", space)
    assert {one.get("href") for one in resources} == set(bank.files) - {"imsmanifest.xml"}
    assert len({one.get("identifier") for one in resources}) == len(resources)
    kinds = {one.get("identifier"): one.findtext(".//q:interactionType", None, space) for one in resources}
    for id, read_back in bank.items.items():
        root = from_text(bank.files[f"items/{id}.xml"])
        exercise, path, keys = own_keys(bank, id)
        assert root.find(f"q:itemBody/q:{kinds[id]}", space) is not None
        assert re.fullmatch(r"c[0-9a-f]{8}-[\w-]+", id, re.ASCII)
        assert len(ET.tostring(root.find("q:itemBody/q:div", space))) < CANVAS_MOST
        assert not root.findall(".//q:modalFeedback/q:p", space)  # of several Canvas takes one
        if kinds[id] != "choiceInteraction":
            continue
        right = set()
        for condition in root.iterfind("q:responseProcessing/q:responseCondition", space):
            assert condition.find(".//q:match/q:variable", space).get("identifier").startswith("TF")
            value = condition.find(".//q:setOutcomeValue[@identifier='SCORE']//q:baseValue", space)
            if value is not None:
                right.add(condition.findtext(".//q:match/q:baseValue", None, space))
        full = {n for n, one in enumerate(exercise.asked[path], 1) if credits_of(keys).get(one) == 1}
        assert right == {f"o{n}" for n in full}
        (declared,) = read_back.response_decls.values()
        assert set(declared.correct_values) < right or declared.correct_values == list(right)


def faults(one):
    """Yield where an element of QTI or of a manifest is not as its schema asks."""
    space, _, tag = one.tag[1:].partition("}")
    form = FORMS[space]
    holds = form["holds"].get(tag, "")
    if tag not in form["holds"]:
        yield f"{tag} is not in {space}"
    elif holds != "any":
        inside = "".join(f"{child.tag.partition('}')[2]} " for child in one)
        if not re.fullmatch(re.sub(r"\w+", r"(\g<0>\\s)", holds.strip("~")).replace(" ", ""), inside):
            yield f"{tag} holds {inside}"
        if "~" not in holds and "".join([one.text or "", *(child.tail or "" for child in one)]).strip():
            yield f"{tag} holds text"
        must, may = (set(form.get(kind, {}).get(tag, "").split()) for kind in ("asks", "may"))
        if not must <= set(one.attrib) <= must | may:
            yield f"{tag} has {set(one.attrib)}"
        for name, text in {tag: one.text or "", **one.attrib}.items():
            if not re.fullmatch(form.get("text", {}).get(name, ".*"), text, re.DOTALL | re.ASCII):
                yield f"{tag}: {name} is {text}"
        for child in one:
            yield from faults(child)


def test_every_file_is_as_its_schema_asks(bank):
    for path, xml in bank.files.items():
        assert [*faults(from_text(xml))] == [], path


def test_moodle_looks_for_all_that_stands_in_a_question(bank):
    for one in from_text(bank.moodle):
        known = FACTS["moodle"][one.get("type")]
        every = FACTS["moodle"]["all"] if one.get("type") != "category" else ""
        assert {child.tag for child in one} <= {*known.split(), *every.split()}


def test_the_package_opens_in_another_program(bank):
    package = ContentPackage(str(bank.out / "qti.zip"))
    try:
        resources = package.manifest.root.Resources.Resource
        needed = {
            one.id: [need.identifierref for need in one.Dependency]
            for one in resources
            if one.type == "imsqti_test_xmlv2p1"
        }
    finally:
        package.close()
    lessons = dict.fromkeys(one.lesson for one, _ in bank.asked.values())
    assert list(needed) == [name(bank.case, lesson) for lesson in lessons]
    assert [id for ids in needed.values() for id in ids] == list(bank.asked)


def test_categories_are_lessons_and_exercises(bank):
    paths = [one.text for one in from_text(bank.moodle).iterfind("question/category/text")]
    wanted = dict.fromkeys(
        "/".join(["$course$/top", bank.case.about["title"], one.lesson.replace("_", " "), one.title])
        for one, _ in bank.asked.values()
    )
    assert paths == list(wanted)


def test_no_more_of_an_article_is_quoted_than_exercises_and_keys_quote(bank):
    whole = " ".join(plain(text.text or "") for text in from_text(bank.moodle).iter("text"))
    quoted = [text for one in bank.exercises.values() for text in (one.prompt, *one.texts.values())]
    quoted += [one.text for exercise in bank.exercises.values() for one in exercise.passages]
    quoted += [text for keys in bank.keys.values() for key in keys for text in (key.reason, key.sample)]
    for article in bank.case.articles:
        long = [one.text for one in article.paragraphs if len(one.text) > 100]
        found = [text for text in long if text in whole]
        assert [text for text in found if not any(text in one for one in quoted)] == []
        assert len(found) < len(long) / 2


def test_two_cases_share_no_id_and_one_case_keeps_its_own(banks, tmp_path):
    one, other = banks.values()
    assert not set(one.asked) & set(other.asked)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_CASE", str(ROOT))
        main([str(tmp_path)])
    for made in ("moodle.xml", "qti.zip"):
        assert (tmp_path / made).read_bytes() == (one.out / made).read_bytes()


def test_without_keys_only_what_a_format_allows(banks, tmp_path):
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds", ignore=shutil.ignore_patterns("readings"))
    closed, whole = export(tmp_path, tmp_path / "out"), banks["main"]
    assert {one.get("type") for one in closed.entries.values()} == {"essay"}
    assert set(closed.items) == set(whole.items)
    for one in closed.items.values():
        (declared,) = one.response_decls.values()
        assert not declared.correct_values
        assert not declared.mapping
    text = b"".join(closed.files.values()).decode()
    reasons = [key.reason for keys in whole.keys.values() for key in keys if len(key.reason) > 30]
    assert len(reasons) > 100
    assert not [reason for reason in reasons if reason in text]
    line = next(line for line in closed.said.splitlines() if "no choice without a right answer" in line)
    assert "stances, stances_more, clock, origins" in line
    assert "check_first" not in line  # letters to type, for a person to mark


texts = st.text(st.characters(codec="utf-8"), max_size=80) | st.sampled_from(
    [
        "]]>",
        "<![CDATA[",
        "<b>&amp;&lt;</b>",
        "\x00\x07\x1b",
        "a\r\nb\rc\nd",
        "🗞️",
        "\ufffe\uffff",
        "{id} {0}",
        "\"'",
    ]
)


def kept(text):
    """Return a text as XML can hold it."""
    return re.sub("\r\n?", "\n", NO_XML.sub("\ufffd", text))


def lines(element):
    """Return the text of an element, a line break for each br."""
    return (element.text or "") + "".join(f"\n{br.tail or ''}" for br in element)


@settings(max_examples=60)
@given(stem=texts, option=texts, reason=texts, title=texts)
def test_any_text_reads_back_the_same(stem, option, reason, title):
    title = " ".join(title.split())
    case = Case(ROOT, {"title": title}, ())
    exercise = Sort("one", "00_start_here", title, "prompt")
    answers = [Answer("o1", option, 1, reason), Answer("o2", "other", 0.5, "no")]
    one = Question("c1", exercise, title, 1, "choice", stem, answers)
    entry = from_text(moodle(case, [one])).findall("question")[1]
    assert entry.findtext("name/text") == kept(title)
    back = [plain(entry.findtext(f"{at}/text")) for at in ("questiontext", "answer", "answer/feedback")]
    assert back == [kept(stem), kept(option), kept(reason)]
    made = read(document(item(one)))
    assert made.title == kept(title)
    div, asked = made.body_xml
    assert lines(div) == kept(stem)
    assert [lines(choice) for choice in asked] == [kept(option), "other"]
    told = made.body_xml.getparent().findall("{*}modalFeedback/{*}div")
    assert [lines(one) for one in told] == [*filter(None, [kept(reason)]), "no"]


def test_a_name_stays_one_level_of_categories():
    case = Case(ROOT, {"title": "a/b\nc"}, ())
    one = Question("c1", Sort("one", "00_x", "d/e", "p"), "t", 1, "essay", "s", [])
    place = from_text(moodle(case, [one])).findtext("question/category/text")
    assert place == "$course$/top/a//b c/00 x/d//e"


def test_credit_that_moodle_does_not_know_becomes_the_nearest():
    one = Question("c1", Sort("one", "00_x", "d", "p"), "t", 1, "choice", "s", [Answer("o1", "a", 0.34)])
    answer = from_text(moodle(Case(ROOT, {"title": "a"}, ()), [one])).find("question/answer")
    assert answer.get("fraction") == "33.33333"


@pytest.mark.parametrize("arguments", [[], ["a", "b"], ["--help"]])
def test_a_slip_is_answered_with_the_usage(arguments, capsys):
    with pytest.raises(SystemExit, match=r"^2$"):
        main(arguments)
    assert capsys.readouterr().err.startswith("usage: python3 -m course questions OUT")


def test_a_small_case_of_ones_own(tmp_path):
    small = export(write_case(tmp_path), tmp_path / "out")
    assert {one.get("type") for one in small.entries.values()} >= {"multichoice", "essay"}
    assert "noise, cuts" in small.said
    assert "reflection" in small.said
