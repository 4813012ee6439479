"""`python3 -m course new DIR [--example | --from ZIP]`: a working folder for another case.

It holds the course with the lessons that fit any case, and seeds/: empty but for the exercises that are about
no case, or the example's, or those of a ZIP. Of a ZIP only data is taken, no program and no notebook.
"""

import io
import json
import re
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from course.commands.environment import ROOT, TOLD, launcher, options
from course.commands.release import FILES, FOLDERS, only
from course.commands.site import EVERY_CASE, exercises_shown, files_in, without_outputs
from course.corpus.case import read_bytes, read_case, read_toml
from course.corpus.errors import CaseError, CourseError, need, one_sentence
from course.lessons.files import to_json

MOST = 50_000_000  # bytes of a ZIP, and of what is taken out of it: 200,000 words are about 1 MB
MOST_FILES = 5_000
IN_SEEDS = re.compile(TOLD["forms"]["in_seeds"], re.VERBOSE)
EMPTY = ("articles", "exercises", "readings/keys")
EXAMPLE = "course/example/seeds"
THIS_CASE = "this-case"  # the tag of cells that speak of one case only
BESIDE = ("new_readme.md", "new_case.toml", "new_rights.md", "new_said.md")
README, CASE, RIGHTS, SAID = map(Path(__file__).with_name, BESIDE)
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError)


def main(arguments: list[str]) -> None:
    """Make a working folder for a case of your own, for the example, or for a case that you were given."""
    given = options("new", arguments, main.__doc__)
    out = given.dir.resolve()
    seeds = example_seeds(ROOT) if given.example else seeds_in(given.zip) if given.zip else empty_seeds(ROOT)
    print(SAID.read_text("utf-8").format(out=out, title=make(ROOT, out, seeds), python=launcher()), end="")


def example_seeds(root: Path) -> dict[str, bytes]:
    """Return the seeds of the example case. Raises CourseError where they are not there."""
    found = files_in(root / EXAMPLE, ".")
    need("case.toml" in found, f"There is no example in {root / EXAMPLE}: leave out --example")
    return {name: path.read_bytes() for name, path in found.items()}


def make(root: Path, out: Path, seeds: Mapping[str, bytes]) -> str:
    """Write a working folder: the course in `root`, and `seeds`. Return the title of its case.

    All of it is written or nothing. Raises CourseError where `out` holds something or case.toml is unusable.
    """
    need((root / "notebooks").is_dir(), TOLD["no_lessons"].format(root))
    need(not out.exists() or (out.is_dir() and not any(out.iterdir())), TOLD["not_empty"].format(out))
    need(not {root / name for name in FOLDERS} & {out, *out.parents}, TOLD["inside"].format(out))
    members = files_in(root, "course") | {name: root / name for name in FILES if (root / name).is_file()}
    made = {name: path.read_bytes() for name, path in members.items()}
    books = files_in(root, "notebooks").items()
    made |= {name: for_any_case(without_outputs(path)) for name, path in books if path.suffix == ".ipynb"}
    beside = {".svg", ".yaml"}  # the lessons' pictures, and what a hub is set up with
    made |= {name: path.read_bytes() for name, path in books if path.suffix in beside}
    made |= {f"seeds/{name}": data for name, data in seeds.items()}
    made.setdefault("seeds/RIGHTS.md", RIGHTS.read_bytes())
    empty = seeds.get("case.toml") == CASE.read_bytes()
    with one_sentence(TOLD["not_written"], OSError):
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent) as folder:
            whole = Path(folder, out.name)
            for name in EMPTY:
                (whole / "seeds" / name).mkdir(parents=True)
            for name, data in made.items():
                (whole / name).parent.mkdir(parents=True, exist_ok=True)
                (whole / name).write_bytes(data)
            try:
                title = str((read_toml(CASE) if empty else read_case(whole)[0].about)["title"])
            except CaseError as error:
                raise CourseError(str(error).replace(f"{whole}", "The case you named")) from error
            readme = README.read_text("utf-8").format(title=title, python=launcher())
            (whole / "README.md").write_text(readme, "utf-8")
            if out.exists():
                out.rmdir()  # Windows puts no folder in the place of another
            whole.rename(out)
    return title


def for_any_case(notebook: bytes) -> bytes:
    """Return a notebook without its cells, and the minutes on its card, that speak of this case only."""
    book = json.loads(notebook)
    for one in book["cells"]:
        one["source"] = [line for line in one["source"] if not line.startswith("| Time | about ")]
    book["cells"] = [one for one in book["cells"] if THIS_CASE not in one["metadata"].get("tags", ())]
    return to_json(book)


def empty_seeds(root: Path) -> dict[str, bytes]:
    """Return the seeds of a case without articles: with the exercises, and keys, that are about no case.

    These are shown by cells with the tag `every-case`; an entry of TOML is taken as it stands.
    """
    seeds = {"case.toml": CASE.read_bytes()}
    ids = exercises_shown(root / "notebooks", EVERY_CASE)
    for folder, entry, field in (("exercises", "exercise", "id"), ("readings/keys", "key", "exercise")):
        for path in sorted((root / "seeds" / folder).glob("*.toml")):
            if kept := only(path, entry, field, ids):
                seeds[f"{folder}/{path.name}"] = kept.encode()
    return seeds


def seeds_in(path: Path) -> dict[str, bytes]:
    """Return the data in the seeds/ of a stranger's ZIP, by name below seeds/. Nothing else is looked at.

    Raises CourseError, one sentence, where it is no ZIP, too large, damaged, or has no case.
    """
    seeds: dict[str, bytes] = {}
    size = path.stat().st_size if path.is_file() else 0
    need(size <= MOST, f"{path} has more than {MOST // 10**6} MB: ask for a ZIP with seeds/ alone")
    data, left = read_bytes(path, what="the ZIP"), MOST
    with one_sentence("{path} is no ZIP, or damaged ({error}): ask for it again", *DAMAGED, path=path):
        # So each entry of a ZIP's list begins.
        need(data.count(b"PK\x01\x02") <= MOST_FILES, TOLD["many_files"].format(path, MOST_FILES))
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            cases = [name for name in packed.namelist() if f"/{name}".endswith("/seeds/case.toml")]
            need(cases, f"{path} has no seeds/case.toml in it: ask for the ZIP of a whole case")
            top = min(cases, key=len).removesuffix("case.toml")
            for one in packed.infolist():
                name = one.filename.removeprefix(top)
                if one.filename.startswith(top) and IN_SEEDS.fullmatch(name):
                    usual = one.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
                    need(usual, f"{path} is packed in an unusual way: ask for an ordinary ZIP")
                    with packed.open(one) as file:
                        seeds[name] = file.read(left + 1)  # whatever size the list says
                    left -= len(seeds[name])
                    need(left >= 0, f"{path} unpacks to more than {MOST // 10**6} MB: it is refused")
    return seeds
