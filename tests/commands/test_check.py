"""`python3 -m course check` names everything that is wrong with a case, one sentence a line."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course.__main__ import main as course
from course.commands.check import main
from course.corpus.case import open_case
from course.corpus.errors import CaseError

ROOT = Path(__file__).parents[2]
ARTICLE = "articles/001_d6bc29aaacfaf47a.txt"


@pytest.fixture
def seeds(tmp_path):
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    return tmp_path / "seeds"


def run(seeds, capsys):
    """Check the case; give the exit code and what was said, a sentence a line."""
    code = course(["check", str(seeds.parent)])
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    assert (code == 0) == (not said.err)
    return code, said.err.splitlines() if code else said.out.splitlines()


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


def test_the_five_articles(seeds, capsys):
    code, said = run(seeds, capsys)
    assert code == 0, said
    count = len(list((seeds / "readings").glob("*.toml")))
    assert said[0].startswith(f"the case is whole: 5 articles, {count} files of readings, ")


def test_a_case_without_readings(seeds, capsys):
    shutil.rmtree(seeds / "readings")
    assert run(seeds, capsys)[0] == 0


def test_a_case_of_one_article_and_nothing_else(tmp_path, capsys):
    seeds = tmp_path / "seeds"
    (seeds / "articles").mkdir(parents=True)
    (seeds / "articles" / "x.txt").write_bytes(b"Rain fell.\n")
    sha256 = "62b2ac8af6df1ce0eb6a1a7e2a7b4d6ffdc8b4dfb4a9e2a4e1a2b1e3f3a0e2f1"
    (seeds / "case.toml").write_text(
        f'title = "Rain"\n[[article]]\nid = "X"\nfile = "x.txt"\nsha256 = "{sha256}"\n', encoding="utf-8"
    )
    code, said = run(seeds, capsys)
    assert code == 1
    assert len(said) == 1
    found = said[0].split("SHA-256 is ")[1].split(")")[0]
    change(seeds / "case.toml", sha256, found)
    assert run(seeds, capsys) == (
        0,
        ["the case is whole: 1 articles, 0 files of readings, 0 files of exercises, 0 files of keys"],
    )


def test_a_missing_article(seeds, capsys):
    (seeds / ARTICLE).unlink()
    code, said = run(seeds, capsys)
    assert code == 1
    assert "case.toml, [[article]] 2" in said[0]
    assert f"{seeds / ARTICLE} is missing: put the article back" in said[0]
    assert not [line for line in said if "readings" in line and "/keys/" not in line]
    with pytest.raises(CaseError, match="is missing: put the article back"):
        open_case(seeds.parent)


def test_a_changed_byte(seeds, capsys):
    data = (seeds / ARTICLE).read_bytes()
    (seeds / ARTICLE).write_bytes(data.replace(b"giants in Haiti", b"gangs in Haiti!"))
    code, said = run(seeds, capsys)
    assert code == 1
    assert f"{seeds / ARTICLE} is not the file the case was made with" in said[0]
    with pytest.raises(CaseError, match="is not the file the case was made with"):
        open_case(seeds.parent)


def test_an_article_that_is_not_utf8(seeds, capsys):
    data = (seeds / ARTICLE).read_bytes() + b"\xe9"
    (seeds / ARTICLE).write_bytes(data)
    found = run(seeds, capsys)[1][0].split("SHA-256 is ")[1].split(")")[0]
    change(seeds / "case.toml", "777457efb2ca7ebaa468f6ac427bde830d26ed49afef5e0df1d005d1931f09ab", found)
    code, said = run(seeds, capsys)
    assert code == 1
    assert f"{seeds / ARTICLE} is not UTF-8 (byte {len(data) - 1}): save it as UTF-8" in said[0]
    with pytest.raises(CaseError, match="is not UTF-8"):
        open_case(seeds.parent)


def test_words_that_are_not_in_the_text(seeds, capsys):
    change(seeds / "readings" / "quotes.toml", "is not messing around", "is not playing around")
    code, said = run(seeds, capsys)
    assert code == 1
    assert "quotes.toml, quote 'Q001', article A: the words \"President Trump is not playing" in said[0]
    assert all("is not playing around" in line for line in said)  # a key that names the fact says it again
    assert said[0].endswith("do not stand in it: copy them letter for letter")


def test_words_that_stand_there_twice(seeds, capsys):
    change(seeds / "readings" / "provenance.toml", 'prefix = "challenged in the courts.\\n\\n"\n', "")
    code, said = run(seeds, capsys)
    assert code == 1
    assert "provenance.toml, noise 'C-N12', article C: the words 'ADVERTISEMENT'" in said[0]
    assert said[0].endswith("more than once: add a longer prefix")


def test_an_unknown_key(seeds, capsys):
    change(seeds / "readings" / "claims.toml", "needed =", "nedeed =")
    code, said = run(seeds, capsys)
    assert code == 1
    assert any("claim 'C01' needs needed: add it" in line for line in said)
    assert any("claim 'C01' has an unknown key 'nedeed'" in line for line in said)


def test_an_unknown_stance(seeds, capsys):
    change(seeds / "readings" / "claims.toml", 'A = {reader1 = "quoted"', 'A = {reader1 = "quotet"')
    code, said = run(seeds, capsys)
    assert code == 1
    assert "claims.toml, claim 'C01', stance, A, reader1 is 'quotet': choose one of own voice" in said[0]


@pytest.mark.parametrize("file", ["case.toml", "readings/cuts.toml", "evidence.toml"])
def test_a_broken_toml(seeds, capsys, file):
    change(seeds / file, " = ", " : ")
    code, said = run(seeds, capsys)
    assert code == 1
    assert f"{seeds / file} is not valid TOML: " in said[0]


def test_a_readings_file_that_is_not_utf8(seeds, capsys):
    (seeds / "readings" / "ladder.toml").write_bytes(b"# caf\xe9\n")
    code, said = run(seeds, capsys)
    assert code == 1
    assert f"{seeds / 'readings' / 'ladder.toml'} is not UTF-8 (byte 5): save it as UTF-8" in said[0]


def test_several_problems_are_all_said_in_one_run(seeds, capsys):
    (seeds / "articles" / "004_5d8e33db419e59d4.txt").unlink()
    change(
        seeds / "readings" / "claims.toml", 'verdict = {reader1 = "corroborated"', 'verdict = {reader1 = "so"'
    )
    change(seeds / "readings" / "quotes.toml", "is not messing around", "is not playing around")
    (seeds / "readings" / "cuts.toml").write_text("=", encoding="utf-8")
    change(seeds / "exercises" / "01_open_the_file.toml", 'kind = "sort"', 'kind = "sorted"')
    code, said = run(seeds, capsys)
    assert code == 1
    for words in ("is missing", "'so'", "playing around", "cuts.toml is not valid TOML", "'sorted'"):
        assert [line for line in said if words in line], words
    assert len(said) == len(set(said))


def test_it_finds_the_case_it_is_started_in(seeds, capsys, monkeypatch):
    monkeypatch.delenv("COURSE_CASE", raising=False)
    monkeypatch.chdir(seeds / "articles")
    assert main([]) == 0
    monkeypatch.chdir("/")
    with pytest.raises(CaseError, match=r"no seeds/case\.toml in"):
        main([])


@pytest.mark.parametrize("arguments", [["a", "b"], ["--all"]])
def test_arguments_it_does_not_know(arguments, capsys):
    assert main(arguments) == 2
    assert "usage: python3 -m course check [CASE]" in capsys.readouterr().err


def test_a_folder_without_a_case(tmp_path):
    with pytest.raises(CaseError, match=r"case\.toml is missing: put it back"):
        main([str(tmp_path)])


def test_the_command_line(seeds):
    (seeds / ARTICLE).unlink()
    done = subprocess.run(
        [sys.executable, "-m", "course", "check", str(seeds.parent)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1
    assert "is missing: put the article back" in done.stderr
    assert "Traceback" not in done.stderr
