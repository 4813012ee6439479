"""`python3 -m course links`: an address of each lesson on Binder and on a class's hub, for README.md.

They are built from `Repository` in pyproject.toml, and from nothing else. `links --site URL CLASS 02 04`
prints the one link that a class needs to what `site` made: with its name, for these lessons or for all.
"""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from course.commands.environment import ROOT, TOLD
from course.commands.site import lessons_in
from course.corpus.errors import CourseError, need, one_sentence
from course.lessons.handin import CLASS

# These show what is in a repository elsewhere.
_NO_HOST = re.compile(r"githubusercontent\.com|github\.(io|dev)|(mybinder|nbviewer)\.org|vscode\.dev|colab\.")
UNKNOWN = "https://github.com/OWNER/REPO"


class Link(NamedTuple):
    """A lesson, and where it opens: on Binder, and on a hub that pulls the repository (nbgitpuller)."""

    lesson: str
    binder: str
    hub: str


def main(arguments: list[str]) -> None:
    """Print a table of links for README.md, or a class's link to a site."""
    if arguments[:1] == ["--site"] and len(arguments) > 2:
        print(site_link(ROOT, *arguments[1:]))
        return
    given = arguments[1:] if arguments[:1] == ["--example"] else []  # of what `new DIR --example` makes
    need(not arguments or len(given) == 1, TOLD["links"].format(" ".join(arguments)))
    about = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    url = given[0] if given else about["project"]["urls"]["Repository"]
    need(url != UNKNOWN, TOLD["no_address"].format(UNKNOWN))
    print(table(links(ROOT, url)), end="")


def links(root: Path, url: str) -> list[Link]:
    """Return a link for each lesson in `root`, at the address of its repository. Raises CourseError.

    >>> links(ROOT, "https://github.com/a/b.git")[0].binder
    'https://mybinder.org/v2/gh/a/b/HEAD?urlpath=lab%2Ftree%2Fnotebooks%2F00_start_here.ipynb'
    """
    # A bracket may not close; nothing of it is shown, it may hold a token.
    with one_sentence(f"This is no address of a repository: write it like {UNKNOWN}", ValueError):
        where, _ = urlsplit(url), urlsplit(url).port  # which raises where it is none
    host, place = where.netloc.rpartition("@")[2], where.path.strip("/").removesuffix(".git")
    deep = where.hostname in ("github.com", "bitbucket.org") and place.count("/") > 1
    inside = re.search(r"/(?:-|tree|blob|raw|src|commits?|branches)(?:/|$)", place)  # a folder or file
    good = where.scheme == "https" and where.hostname and re.fullmatch(r"[\w.~-]+(/[\w.-]+)+", place)
    if not good or deep or inside or _NO_HOST.search(host.lower()) or where.query or where.fragment:
        # No token on a screen.
        shown = urlunsplit((where.scheme, host, where.path, where.query and "…", where.fragment and "…"))
        raise CourseError(f"{shown!r} is no address of a repository: write it like {UNKNOWN}")
    repository = quote(f"https://{host}/{place}", safe="")
    providers = {"github.com": f"gh/{place}", "gitlab.com": f"gl/{quote(place, safe='')}"}
    at = providers.get(where.hostname or "", f"git/{repository}")
    binder = f"https://mybinder.org/v2/{at}/HEAD?urlpath="
    hub = f"https://HUB.ADDRESS/hub/user-redirect/git-pull?repo={repository}&urlpath="
    folder, found = place.rpartition("/")[2], []
    for path in lessons_in(root / "notebooks"):
        name = re.sub("[a-z]", lambda first: first[0].upper(), path.stem.replace("_", " "), count=1)
        book = path.relative_to(root).as_posix()
        opened, pulled = (quote(f"lab/tree/{at}{book}", safe="") for at in ("", f"{folder}/"))
        found.append(Link(name, binder + opened, hub + pulled))
    return found


def site_link(root: Path, url: str, class_name: str, *lessons: str) -> str:
    """Return a class's link to a site, for some lessons (none: all). Raises CourseError.

    >>> site_link(ROOT, "https://news.school.example", "7b", "02", "04")
    'https://news.school.example/?lessons=02,04&class=7b'
    """
    known = [path.stem for path in lessons_in(root / "notebooks")]
    if bad := [one for one in lessons if not any(f"{stem}_".startswith(f"{one}_") for stem in known)]:
        raise CourseError(f"There is no lesson {bad[0]!r:.60}: choose from {', '.join(known)}.")
    need(CLASS.fullmatch(class_name), TOLD["class"].format(class_name))
    good = re.fullmatch(r"https?://[^\s?#/@:]+(:\d+)?(/[^\s?#]*)?", url)
    need(good, TOLD["site"].format(url.rpartition("@")[2]))
    asked = {"lessons": ",".join(lessons)} if lessons else {}
    return f"{url.rstrip('/')}/?{urlencode(asked | {'class': class_name}, safe=',')}"


def table(found: Iterable[Link]) -> str:
    """Return links as a Markdown table."""
    rows = (f"| {one.lesson} | [Binder]({one.binder}) | [hub]({one.hub}) |\n" for one in found)
    return "| Lesson | On Binder | On a class's hub |\n|---|---|---|\n" + "".join(rows)
