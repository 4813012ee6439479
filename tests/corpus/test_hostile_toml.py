"""Whatever a TOML file of a case or a class says, people get one sentence and no traceback."""

import re

import pytest

from course.corpus.case import open_case, read_case, read_toml
from course.corpus.errors import CaseError, CourseError
from course.corpus.readings import load_cards
from course.grading.roster import read_settings
from course.lessons.consistency import problems_of
from course.lessons.exercises import load_exercises
from course.lessons.keys import load_keys
from tests.lessons.small_case import write_case

DEEP = ".".join(["a"] * 3000)
TOO_DEEP = [
    f"{DEEP} = 1",
    f"[{DEEP}]\nx = 1",
    "a = " + "[" * 5000 + "]" * 5000,
    "a = " + "{a=" * 900 + "1" + "}" * 900,
]
VALUES = ["[]", "[[1]]", "{a = [{}]}", '"\\u0000"', "1979-05-27", "nan", "-1"]
BLOCK = '[[block]]\nkind = "notice"\narticle = "A"\nexact = "ADVERTISEMENT"\nprefix = "\\n"\n'
CARD = '[[card]]\nid = "E01"\nsource = "x"\ndate = "2025"\nconfirmed = true\n'
CLASS = 'title = "8b"\nlessons = ["02_voices"]\ndue = 2026-03-02\nlate_percent = 3\nweights = {voices = 2}\n'


def all_of(root):
    """Do whatever reads a file of a case or a class, and give what each says is wrong."""
    case = read_case(root)[0]
    acts = [lambda: open_case(root), lambda: load_exercises(case), lambda: load_keys(case)]
    acts += [lambda: load_cards(case), lambda: read_settings(root / "class.toml", load_exercises(case))]
    for act in acts:
        try:
            act()
        except CourseError as error:
            yield str(error)
    yield from map(str, problems_of(case))


def one_sentence(said):
    assert "\n" not in said.replace("\\n", "")
    assert len(said) < 1200
    assert re.search(r"\.toml|seeds", said)


@pytest.fixture
def root(tmp_path):
    root = write_case(tmp_path)
    (root / "seeds" / "blocks.toml").write_text(BLOCK, "utf-8")
    (root / "seeds" / "evidence.toml").write_text(CARD, "utf-8")
    (root / "class.toml").write_text(CLASS, "utf-8")
    return root


@pytest.mark.parametrize("text", TOO_DEEP)
def test_what_is_nested_too_deeply_is_one_sentence(tmp_path, text):
    path = tmp_path / "case.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(
        CaseError, match=r"case\.toml (is nested too deeply: take brackets|is not valid TOML: )"
    ):
        read_toml(path)


def test_a_number_that_toml_has_not_is_one_sentence(tmp_path):
    path = tmp_path / "case.toml"
    path.write_text(f"a = {{b = [0x{'f' * 5000}]}}", "utf-8")
    with pytest.raises(CaseError, match="not valid TOML: a number is too long"):
        read_toml(path)


@pytest.mark.parametrize("file", ["case", "blocks", "evidence", "class", "exercises", "keys"])
def test_no_value_of_any_key_ends_in_a_traceback(root, file):
    """Each key of a file, where it stands first, has each value."""
    known = root / "class.toml" if file == "class" else root / "seeds" / f"{file}.toml"
    folder = root / "seeds" / {"exercises": "exercises", "keys": "readings/keys"}.get(file, "")
    for path in [known] if known.exists() else sorted(folder.glob("*.toml")):
        text = path.read_text("utf-8")
        for key in sorted(set(re.findall(r"(?m)^(\w+) = ", text))):
            for value in VALUES[2:5] if file in ("exercises", "keys") else VALUES:  # the longest files
                changed = re.sub(
                    rf"(?ms)^{key} = (?:\[$.*?^\]$|[^\n]*$)",
                    lambda _, now=f"{key} = {value}": now,
                    text,
                    count=1,
                )
                path.write_text(changed, "utf-8")
                try:
                    for said in all_of(root):
                        one_sentence(said)
                except CaseError as error:  # case.toml itself cannot be used
                    assert file == "case"
                    one_sentence(str(error))
        path.write_text(text, "utf-8")


@pytest.mark.parametrize("id", ["[]", "{}", "[[1]]", "3", "{a = {b = 1}}"])
def test_an_id_of_another_kind_is_one_sentence_for_a_student(root, id):
    (path,) = (root / "seeds" / "exercises").glob("*.toml")
    text = path.read_text("utf-8")
    for entry in ("exercise", "exercise.item", "exercise.passage"):
        if f"[[{entry}]]\nid = " not in text:
            continue
        path.write_text(
            re.sub(rf"\[\[{entry}\]\]\nid = [^\n]*", f"[[{entry}]]\nid = {id}", text, count=1), "utf-8"
        )
        with pytest.raises(CaseError, match=r"cannot be used: run `python3 -m course check`"):
            load_exercises(open_case(root))
