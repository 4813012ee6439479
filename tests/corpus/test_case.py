"""Opening a case: where it is looked for, what it holds, and what is said of one that cannot be used."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from course import CourseError
from course.corpus.case import find_root, open_case, read_case, read_toml
from course.corpus.errors import CaseError

ONE, TWO = b"Rain fell.\r\nIt stopped.\n", "\ufeffSnow – much of it.\n".encode()
ROOT = Path(__file__).parents[2]


def entry(id: str, file: str, data: bytes) -> str:
    return f'[[article]]\nid = "{id}"\nfile = "{file}"\nsha256 = "{hashlib.sha256(data).hexdigest()}"\n'


GOOD = 'title = "Weather"\n' + entry("A", "one.txt", ONE) + entry("B", "two.txt", TWO)
Make = Callable[..., Path]


@pytest.fixture(name="make")
def make_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    monkeypatch.delenv("COURSE_CASE", raising=False)

    def make(text: str | bytes = GOOD) -> Path:
        folder = tmp_path / "case"
        (folder / "seeds" / "articles").mkdir(parents=True)
        (folder / "seeds" / "articles" / "one.txt").write_bytes(ONE)
        (folder / "seeds" / "articles" / "two.txt").write_bytes(TWO)
        (folder / "seeds" / "case.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
        return folder

    return make


def test_articles_are_kept_letter_for_letter(make: Make) -> None:
    case = open_case(make())
    assert [article.id for article in case.articles] == ["A", "B"]
    assert case["A"].raw == "Rain fell.\r\nIt stopped.\n"
    assert case["B"].raw == "\ufeffSnow – much of it.\n"
    assert repr(case) == "Weather: A, B"


def test_the_five_articles_open() -> None:
    case = open_case(ROOT)
    assert [article.id for article in case.articles] == ["A", "B", "C", "D", "E"]
    assert case["C"] is case.articles[2]


@pytest.mark.parametrize("id", ["F", "a", "", "000"])
def test_an_article_that_is_not_there_is_an_error_that_lists_the_others(make: Make, id: str) -> None:
    with pytest.raises(CaseError, match="choose one of A, B") as caught:
        open_case(make())[id]
    assert repr(id) in str(caught.value)


def test_the_case_is_found_from_a_folder_below(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make()
    deep = folder / "notebooks" / "more"
    deep.mkdir(parents=True)
    assert find_root(deep) == folder
    monkeypatch.chdir(deep)
    assert open_case().root == folder


def test_the_nearest_case_is_taken(make: Make) -> None:
    inner = make() / "inner"
    (inner / "seeds").mkdir(parents=True)
    (inner / "seeds" / "case.toml").write_text(GOOD)
    assert find_root(inner / "seeds") == inner


def test_a_folder_named_in_course_case_comes_first(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_CASE", str(make()))
    monkeypatch.chdir(ROOT)
    assert repr(open_case()) == "Weather: A, B"
    monkeypatch.setenv("COURSE_CASE", "")
    assert len(open_case().articles) == 5


def test_a_path_given_comes_before_course_case(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_CASE", str(make()))
    assert len(open_case(ROOT).articles) == 5


def test_no_case_at_all_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COURSE_CASE", raising=False)
    with pytest.raises(CaseError, match="start from the course's folder"):
        find_root(tmp_path)
    with pytest.raises(CaseError, match=r"case\.toml is missing"):
        open_case(tmp_path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "needs a title"),
        ("title = 5\n" + entry("A", "one.txt", ONE), "needs a title"),
        ('title = "x"', r"at least one \[\[article\]\]"),
        ('title = "x"\narticle = []', r"at least one \[\[article\]\]"),
        ('title = "x"\narticle = "A"', r"at least one \[\[article\]\]"),
        ('title = "x"\n[article]\nid = "A"', r"at least one \[\[article\]\]"),
        ('title = "x"\narticle = ["A"]', r"\[\[article\]\] 1 needs id, file and sha256"),
        ('title = "x"\n[[article]]\nid = "A"', r"\[\[article\]\] 1 needs id, file and sha256"),
        (GOOD.replace('id = "B"', "id = 2"), r"\[\[article\]\] 2 needs id"),
        (GOOD.replace('id = "B"', 'id = "A"'), r"the id 'A', which is empty or taken"),
        (GOOD.replace('id = "B"', 'id = ""'), "the id '', which is empty or taken"),
        (GOOD.replace("one.txt", "none.txt"), r"none\.txt is missing"),
        (GOOD.replace("one.txt", "two.txt"), "is not the file the case was made with"),
        ('title = "x', "is not valid TOML"),
        ("a = " + "[" * 100_000, "is nested too deeply"),
        ("a = " + "1" * 100_000, "is not valid TOML"),
        (b"title = '\xff'", r"is not UTF-8 \(byte 9\)"),
        *[
            (GOOD.replace("one.txt", name), "write the name of a file")
            for name in (
                "",
                ".",
                "..",
                "../case.toml",
                "/etc/passwd",
                "a/b",
                r"a\\b",
                "C:one.txt",
                r"a\u0000b",
                r"a\nb",
            )
        ],
    ],
)
def test_a_case_that_cannot_be_used_gets_one_sentence(make: Make, text: str | bytes, says: str) -> None:
    with pytest.raises(CaseError, match=says) as caught:
        open_case(make(text))
    assert "case.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_article_that_is_not_utf8_is_named(make: Make) -> None:
    folder = make(GOOD + entry("C", "three.txt", b"caf\xe9"))
    (folder / "seeds" / "articles" / "three.txt").write_bytes(b"caf\xe9")
    with pytest.raises(CaseError, match=r"\[\[article\]\] 3.*three\.txt is not UTF-8 \(byte 3\)"):
        open_case(folder)


def test_a_folder_in_place_of_a_file_is_no_traceback(make: Make) -> None:
    folder = make(GOOD + entry("C", "three.txt", b""))
    (folder / "seeds" / "articles" / "three.txt").mkdir()
    with pytest.raises(CaseError, match="cannot be read"):
        open_case(folder)


def test_all_that_is_wrong_is_said_in_one_pass_and_the_rest_can_be_used(make: Make) -> None:
    text = GOOD + entry("C", "none.txt", b"") + entry("A", "one.txt", ONE)
    case, problems = read_case(make(text))
    assert [article.id for article in case.articles] == ["A", "B"]
    assert [
        f"[[article]] {number}" in str(problem) for number, problem in zip((3, 4), problems, strict=True)
    ] == [
        True,
        True,
    ]
    assert all(isinstance(problem, CourseError) for problem in problems)


def test_a_file_saved_by_notepad_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"\xef\xbb\xbfa = 1\r\n")
    assert read_toml(tmp_path / "x.toml") == {"a": 1}


def test_a_line_that_the_case_knows_is_of_that_kind(case_copy):
    (case_copy / "seeds/blocks.toml").write_text(
        '[[block]]\narticle = "E"\nkind = "notice"\nexact = "El Salvador"\nprefix = ""\n', encoding="utf-8"
    )
    with pytest.raises(CaseError, match=r"blocks\.toml, \[\[block\]\] 1, article E: .* more than once"):
        open_case(case_copy)
    words = open_case(ROOT)["E"].paragraphs[0].text
    entry = f'[[block]]\narticle = "E"\nkind = "notice"\nexact = """{words}"""\n'
    (case_copy / "seeds/blocks.toml").write_text(entry, encoding="utf-8")
    assert len(open_case(case_copy)["E"].paragraphs) == len(open_case(ROOT)["E"].paragraphs) - 1
    (case_copy / "seeds/blocks.toml").write_text(entry.replace("notice", "noise"), encoding="utf-8")
    with pytest.raises(CaseError, match="has the kind 'noise': choose one of body, heading"):
        open_case(case_copy)
    (case_copy / "seeds/blocks.toml").write_text(entry.replace('"E"', '"Z"'), encoding="utf-8")
    with pytest.raises(CaseError, match="needs kind, exact and the id of an article"):
        open_case(case_copy)
