"""Links to the lessons on Binder and on a hub: one for each, from the address in pyproject.toml alone."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from course.commands import links as command
from course.commands.links import links, main, site_link, table
from course.commands.site import lessons_in
from course.corpus.errors import CourseError

ROOT = Path(__file__).parents[2]
LESSONS = [path.relative_to(ROOT).as_posix() for path in lessons_in(ROOT / "notebooks")]


def test_each_lesson_has_one_on_binder_and_one_on_a_hub():
    found = links(ROOT, "https://github.com/someone/five")
    assert len(LESSONS) == len(found) == 13
    for name, link in zip(LESSONS, found, strict=True):
        binder, hub = urlsplit(link.binder), urlsplit(link.hub)
        assert (binder.netloc, binder.path) == ("mybinder.org", "/v2/gh/someone/five/HEAD")
        assert parse_qs(binder.query) == {"urlpath": [f"lab/tree/{name}"]}
        assert parse_qs(hub.query) == {
            "repo": ["https://github.com/someone/five"],
            "urlpath": [f"lab/tree/five/{name}"],
        }
    assert [link.lesson for link in found][:2] == ["00 Start here", "01 Open the file"]
    assert [link.lesson for link in found][-2:] == ["One week", "Four weeks"]


def test_other_places_than_github():
    binder = links(ROOT, "https://gitlab.com/a/b")[0].binder
    assert binder.startswith("https://mybinder.org/v2/gl/a%2Fb/HEAD?")
    assert "git.sr.ht%2F~a%2Fb/HEAD?" in links(ROOT, "https://git.sr.ht/~a/b")[0].binder
    binder = links(ROOT, "https://git.school.example/x/y")[0].binder
    assert binder.startswith("https://mybinder.org/v2/git/https%3A%2F%2Fgit.school.example%2Fx%2Fy/HEAD?")


def test_the_command_prints_them_for_the_address_in_pyproject(tmp_path, monkeypatch, capsys):
    with pytest.raises(CourseError, match="not known yet"):
        main([])
    (tmp_path / "notebooks").symlink_to(ROOT / "notebooks")
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    (tmp_path / "pyproject.toml").write_text(text.replace("OWNER/REPO", "someone/five"), "utf-8")
    monkeypatch.setattr(command, "ROOT", tmp_path)
    main([])
    said = capsys.readouterr().out
    assert said == table(links(ROOT, "https://github.com/someone/five"))
    assert len(re.findall(r"\(https://mybinder\.org/v2/gh/someone/five/HEAD\?urlpath=", said)) == 13


def test_the_examples_lessons_are_where_its_repository_is(capsys):
    url = "https://github.com/a/example"
    main(["--example", url])
    assert capsys.readouterr().out == table(links(ROOT, url))
    with pytest.raises(CourseError, match="no address of a repository"):
        main(["--example", "example"])


def test_a_class_gets_one_link_to_a_site(capsys):
    main(["--site", "https://news.example/five/", "Class 7b+", "02"])
    assert capsys.readouterr().out == "https://news.example/five/?lessons=02&class=Class+7b%2B\n"
    assert site_link(ROOT, "http://localhost:8000", "é") == "http://localhost:8000/?class=%C3%A9"
    link = site_link(ROOT, "https://x.example", "kite", "02", "one_week", "10_check_the_machine")
    asked = parse_qs(urlsplit(link).query)
    assert asked == {"lessons": ["02,one_week,10_check_the_machine"], "class": ["kite"]}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("https://x.example", "kite", "2"), "There is no lesson '2': choose from 00_start_here, 01_"),
        (("https://x.example", "kite", "02,04"), "There is no lesson '02,04'"),
        (("https://x.example", "kite", ""), "There is no lesson ''"),
        (("https://x.example", "<b>"), "The class '<b>' needs 1 to 40 letters"),
        (("https://x.example", ""), "The class '' needs"),
        (("x.example", "kite"), "'x.example' is no address of a site"),
        (("https://x.example/?a=b", "kite"), "is no address of a site"),
        (("https://me:secret@x.example", "kite"), "'x.example' is no address of a site"),
        (("https://x.example:abc/", "kite"), "is no address of a site"),
    ],
)
def test_a_link_to_a_site_that_would_not_do_is_one_sentence(given, said):
    with pytest.raises(CourseError, match=re.escape(said)):
        site_link(ROOT, *given)


@pytest.mark.parametrize(
    "given", [["https://github.com/a/b"], ["--example"], ["--example", "a", "b"], ["--site", "a"]]
)
def test_it_takes_nothing_else(given):
    with pytest.raises(CourseError, match="takes no"):
        main(given)


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/a/b/tree/main",
        "https://github.com/a/b/blob/main/README.md",
        "https://github.com/a/b/tree",
        "https://gitlab.com/a/b/-/tree/main",
        "https://codeberg.org/a/b/src/branch/main",
        "https://github.com/a/b?tab=readme",
        "https://github.com/a/b#start",
        "https://github.com/a",
        "https://[github.com/a/b",
        "https://github.com:abc/a/b",
        "https://raw.githubusercontent.com/a/b/main/README.md",
        "https://mybinder.org/v2/gh/a/b/HEAD",
    ],
)
def test_an_address_of_something_else_than_a_repository_is_refused(url):
    with pytest.raises(CourseError, match="is no address of a repository"):
        links(ROOT, url)


def test_a_token_in_an_address_reaches_no_link_and_no_message():
    for link in links(ROOT, "https://me:ghp_secret@git.school.example/x/y"):
        assert "ghp_secret" not in link.binder + link.hub
    for url in (
        "https://ghp_secret@github.com/a/b/tree/main",
        "https://gitlab.com/a/b?private_token=ghp_secret",
    ):
        with pytest.raises(CourseError) as refused:
            links(ROOT, url)
        assert "ghp_secret" not in str(refused.value)
