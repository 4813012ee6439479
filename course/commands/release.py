"""`python3 -m course release OUT [--url URL]`: the students' copy, without answers, as a folder and a ZIP.

With --nbgrader it is a course directory of nbgrader's instead: an assignment a lesson.
"""

import json
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from course.commands.environment import ROOT, TOLD, options
from course.commands.links import UNKNOWN, links, table
from course.commands.site import files_in, for_students, shown_of
from course.corpus.case import open_case, read_toml
from course.corpus.errors import CourseError, need, one_sentence
from course.lessons.exercises import Exercises, load_exercises
from course.lessons.files import to_json, zipped

_GIT = (".gitignore", ".gitattributes")
FILES = ("environment.yml", "postBuild", "pyproject.toml", "LICENSE", "LICENSE-PROSE", *_GIT)
FOLDERS = ("course", "notebooks", "seeds")
# What is the teacher's, what only the whole course's README shows, and what may hold somebody's work.
CLOSED = re.compile(TOLD["forms"]["closed"])
SECRET = re.compile(r"reasons?|sample|notes?|right")  # what the readings call a reason and an answer
README, LINKS, SAID = (Path(__file__).with_name(f"release_{part}.md") for part in ("readme", "links", "said"))
OTHER = re.compile(r"\]\((?!glossary)(\w+)\.ipynb")  # a lesson's link to another
NBGRADER: dict[str, Any] = read_toml(Path(__file__).with_name("release_nbgrader.toml"))


def main(arguments: list[str]) -> None:
    """Make the students' copy: a folder, a ZIP beside it, and links for Binder and for a hub."""
    given = options("release", arguments, main.__doc__, url=UNKNOWN)
    out, url, first = given.out.absolute(), given.url, links(ROOT, given.url)[0]
    packed = release(ROOT, out, url, given.nbgrader)
    about = TOLD["no_url" if url == UNKNOWN else "with_links"]
    told = NBGRADER["said"] if given.nbgrader else SAID.read_text("utf-8")
    print(told.format(out=out, packed=packed, url=url, first=first, about=about), end="")


def release(root: Path, out: Path, url: str = UNKNOWN, nbgrader: bool = False) -> Path:
    """Write the students' copy of the course in `root` to the folder `out`, and return its ZIP.

    For `nbgrader` it is a course directory, and there is no ZIP.
    Raises CourseError where `out` holds something, or an answer would be in the copy; nothing is left then.
    """
    packed = out.with_name(f"{out.name}.zip")
    free = not packed.exists() and not (out.exists() and {path.name for path in out.iterdir()} - {".git"})
    need(free, f"{out} or {packed.name} is there already: name a new folder, or remove both first")
    case = open_case(root)
    exercises, asked = shown_of(case) - {"readings"}, load_exercises(case)
    practised = {id for id, one in asked.items() if one.practice}
    members = files_in(root, *FOLDERS) | {name: root / name for name in FILES if (root / name).is_file()}
    readme = f"# {case.about['title']}: the students' copy\n\n{README.read_text('utf-8')}"
    readme += "" if url == UNKNOWN else LINKS.read_text("utf-8") + table(links(root, url))
    members = {name: path for name, path in members.items() if not CLOSED.match(name)}
    made = {name: for_students(path, exercises) for name, path in members.items() if path.suffix == ".ipynb"}
    made |= {name: path.read_bytes() for name, path in members.items() if name not in made}
    made["README.md"], address = readme.encode(), b'Repository = "%b"' % url.encode()
    made["pyproject.toml"] = re.sub(rb'(?m)^Repository = ".*"', address, made["pyproject.toml"])
    readings = (root / "seeds" / "readings").rglob("*.toml")
    secrets = {text for path in readings for text in _secrets(read_toml(path))}
    for path in sorted((root / "seeds" / "readings" / "keys").glob("*.toml")):
        if kept := only(path, "key", "exercise", practised):
            made[f"seeds/practice/{path.name}"] = kept.replace("../../../", "../../", 1).encode()
            secrets -= {*_secrets(tomllib.loads(kept))}
    for name, data in made.items():
        text = _plain(data.decode("utf-8", "replace"))
        if held := next((secret for secret in secrets if secret in text), ""):
            raise CourseError(f"{name} holds what the readings keep closed, {held!r:.80}: take it out first")
    made = as_assignments(made, asked, out.name) if nbgrader else made
    with one_sentence(TOLD["not_written"], OSError):
        for name, data in made.items():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_bytes(data)
        if not nbgrader:
            packed.write_bytes(zipped({f"{out.name}/{name}": data for name, data in sorted(made.items())}))
    return packed


def as_assignments(made: Mapping[str, bytes], exercises: Exercises, course: str) -> dict[str, bytes]:
    """Return a students' copy as nbgrader's course directory: each lesson with the case, to run alone."""
    beside = {name: data for name, data in made.items() if name.startswith(("seeds/", "notebooks/pictures/"))}
    own = {name.removeprefix("notebooks/"): data for name, data in beside.items()}
    own["seeds/case.toml"] = own["seeds/case.toml"].replace(b"\n", b"\nassignment = true\n", 1)
    texts = {Path(name).stem: data.decode() for name, data in made.items() if name.endswith(".ipynb")}
    texts = {name: text.replace("](../", "](").replace("](later/", "](") for name, text in texts.items()}
    texts = {name: re.sub(OTHER, r"](../\1/\1.ipynb", text) for name, text in texts.items()}
    words = ["".join(cell["source"]) for cell in json.loads(texts.pop("glossary"))["cells"]]
    own["glossary.md"] = "\n\n".join(words).encode()  # nbgrader takes a notebook for one to be graded
    found = {"nbgrader_config.py": NBGRADER["config"].format(course=re.sub(r"\W+", "_", course)).encode()}
    for lesson, text in texts.items():
        book = json.loads(text.replace("](glossary.ipynb", "](glossary.md"))
        book["cells"] = [part for cell in book["cells"] for part in _with_points(cell, exercises)]
        parts = {**own, f"{lesson}.ipynb": to_json(book)}
        found |= {f"source/{lesson}/{name}": data for name, data in parts.items()}
    return found


def _with_points(cell: dict[str, Any], exercises: Exercises) -> Iterator[dict[str, Any]]:
    """Give a lesson's cell, and one that takes the points of each exercise in it.

    It is a task of nbgrader's: its autograder gives none points, so that they stay what `grade` wrote.
    """
    source = "".join(cell["source"]) if cell["cell_type"] == "code" else ""
    told = {"cell_type": "markdown", "id": cell["id"], "metadata": {}, "source": [NBGRADER["hand_in"]]}
    yield told if "hand_in()" in source else cell
    for one in map(exercises.__getitem__, re.findall(r'\bexercise\(\s*"(\w+)"', source)):
        if one.points and not one.private:
            about = {**NBGRADER["task"], "grade_id": one.id, "points": one.points}
            text = NBGRADER["points"].format(title=one.title)
            yield {**told, "id": f"points-{one.id}"[:64], "metadata": {"nbgrader": about}, "source": [text]}


def only(path: Path, entry: str, field: str, ids: Collection[str]) -> str:
    """Return a TOML file with those entries alone that name one of the ids, as they stand; "" for none."""
    text = re.sub(r"(?m)^# .*\n", "", path.read_text("utf-8"))
    first, *entries = re.split(rf"(?m)^(?=\[\[{entry}\]\]$|\[values)", text)
    named = (re.search(rf'(?m)^{field} = "(\w+)"$', one) for one in entries)
    kept = [one for one, found in zip(entries, named, strict=True) if found and found[1] in ids]
    return "".join([first, *kept]) if kept else ""


def _secrets(entry: Any, name: str = "") -> Iterator[str]:
    """Yield the sentences of a readings file that stand under a name of SECRET, however deep."""
    if isinstance(entry, dict | list):
        for own, part in entry.items() if isinstance(entry, dict) else ((name, one) for one in entry):
            yield from _secrets(part, name if SECRET.fullmatch(name) else own)
    elif SECRET.fullmatch(name) and len(str(entry).split()) > 2:  # 'Only C.' may stand anywhere
        yield _plain(str(entry))


def _plain(text: str) -> str:
    """Return a text as it is compared: as a notebook, a TOML file or a program may break and quote it."""
    return " ".join(text.replace("\\n", " ").replace('\\"', '"').split())
