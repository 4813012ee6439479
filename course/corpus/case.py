"""A case: the articles in seeds/, found, checked against their hashes and opened."""

import hashlib
import os
import tomllib
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PureWindowsPath
from typing import Any

from course.corpus.annotation import Annotation, find_words
from course.corpus.article import Article
from course.corpus.blocks import KINDS
from course.corpus.errors import CaseError, SpanError, need

MAX_DEPTH = 20  # tables and lists in one another; the deepest file of a case has six


@dataclass(frozen=True, eq=False, repr=False)
class Case:
    """One event and the articles that report it. `root` is the folder that holds seeds/."""

    root: Path
    about: dict[str, Any]
    articles: tuple[Article, ...]

    def __getitem__(self, id: str) -> Article:
        """Return the article with this id, such as case["A"]."""
        articles = {article.id: article for article in self.articles}
        told = f"there is no article {id!r} in this case: choose one of {', '.join(articles)}"
        return need(articles.get(id), told, CaseError)

    def __repr__(self) -> str:
        return f"{self.about['title']}: {', '.join(article.id for article in self.articles)}"


def read_toml(path: Path) -> dict[str, Any]:
    """Return what a TOML file says. Raises CaseError, naming the file, where it cannot be read."""
    try:
        about = tomllib.loads(decoded(read_bytes(path), str(path)).removeprefix("\ufeff"))  # of Notepad's
        inside: list[Any] = [about]
        for _ in range(MAX_DEPTH):
            inside = [one for value in inside for one in _parts(value)]
        if inside:
            raise RecursionError
        return about
    except RecursionError:
        raise CaseError(f"{path} is nested too deeply: take brackets or dots away") from None
    except ValueError as error:  # TOMLDecodeError, a number too long
        raise CaseError(f"{path} is not valid TOML: {error}") from error


def _parts(value: Any) -> Iterable[Any]:
    """Return what is in a value. Raises ValueError at a number that is longer than TOML has them."""
    if isinstance(value, int) and value.bit_length() > 63:
        raise ValueError("a number is too long: shorten it")
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def read_bytes(path: Path, where: str = "", what: str = "it") -> bytes:
    """Return what a file holds. Raises CaseError, naming the file and `where`, where it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise CaseError(f"{where}{path} is missing: put {what} back") from None
    except OSError as error:
        said = f"{where}{path} cannot be read ({error.strerror})"
        raise CaseError(f"{said}: check the file's rights") from error


def decoded(data: bytes, where: str) -> str:
    """Return the text that bytes hold. Raises CaseError, naming `where` they stand, if they are not UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CaseError(f"{where} is not UTF-8 (byte {error.start}): save it as UTF-8") from error


def find_root(start: Path | None = None) -> Path:
    """Return the folder of the case: COURSE_CASE, or the nearest parent that holds seeds/case.toml."""
    if named := os.environ.get("COURSE_CASE"):
        return Path(named)
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / "seeds" / "case.toml").is_file():
            return folder
    way = "start from the course's folder, or name the case's folder in COURSE_CASE"
    raise CaseError(f"no seeds/case.toml in {start} or a folder above it: {way}")


def read_case(root: Path) -> tuple[Case, list[CaseError]]:
    """Return a case with the articles that can be used, and what is wrong with the others.

    Raises CaseError where case.toml itself cannot be used.
    """
    path = root / "seeds" / "case.toml"
    about = read_toml(path)
    entries = about.get("article")
    if not isinstance(about.get("title"), str) or not isinstance(entries, list) or not entries:
        raise CaseError(f"{path} needs a title and at least one [[article]]: add what is missing")
    articles: dict[str, Article] = {}
    problems: list[CaseError] = []
    for number, entry in enumerate(entries, 1):
        try:
            article = _read_article(path, f"{path}, [[article]] {number}", entry, articles)
            articles[article.id] = article
        except CaseError as error:
            problems.append(error)
    known = root / "seeds" / "blocks.toml"
    if known.is_file():
        try:
            articles |= _with_known_blocks(known, articles)
        except CaseError as error:
            problems.append(error)
    return Case(root, about, tuple(articles.values())), problems


def _read_article(path: Path, where: str, entry: Any, taken: Container[str]) -> Article:
    names = ("id", "file", "sha256")
    if not isinstance(entry, dict) or any(not isinstance(entry.get(name), str) for name in names):
        raise CaseError(f"{where} needs id, file and sha256 as text: add what is missing")
    id, name, wanted = (entry[one] for one in names)
    if not id or id in taken:
        raise CaseError(f"{where} has the id {id!r}, which is empty or taken: give it another")
    if name in ("", "..") or name != PureWindowsPath(name).name or not name.isprintable():
        raise CaseError(f"{where} names {name!r}: write the name of a file in seeds/articles/, no folder")
    file = path.parent / "articles" / name
    data = read_bytes(file, f"{where}: ", "the article")
    if (found := hashlib.sha256(data).hexdigest()) != wanted.lower():
        said = f"{where}: {file} is not the file the case was made with (its SHA-256 is {found})"
        raise CaseError(f"{said}: put the original back, or correct sha256")
    return Article(id, decoded(data, f"{where}: {file}"))


def _with_known_blocks(path: Path, articles: dict[str, Article]) -> dict[str, Article]:
    """Return the articles with the lines whose kind the case's own file says.

    Each [[block]] has `kind` (one of KINDS), `article`, `exact` and, where these stand there twice, `prefix`.
    """
    known: dict[str, list[Annotation]] = {id: [] for id in articles}
    entries = read_toml(path).get("block", [])
    for number, entry in enumerate(entries if isinstance(entries, list) else [entries], 1):
        where = f"{path}, [[block]] {number}"
        try:
            id, kind = str(entry["article"]), str(entry["kind"])
            start, end = find_words(articles[id].raw, str(entry["exact"]), str(entry.get("prefix", "")))
        except SpanError as error:
            raise CaseError(f"{where}, article {id}: {error}") from error
        except (KeyError, TypeError, AttributeError) as error:
            said = f"{where} needs kind, exact and the id of an article ({error})"
            raise CaseError(f"{said}: correct it") from error
        need(kind in KINDS, f"{where} has the kind {kind!r}: choose one of {', '.join(KINDS)}", CaseError)
        known[id].append(Annotation(id, start, end, kind))
    return {id: replace(article, known=tuple(known[id])) for id, article in articles.items()}


def open_case(path: str | os.PathLike[str] | None = None) -> Case:
    """Return the case in folder `path`, or the one the working folder belongs to.

    Raises CaseError where case.toml or an article cannot be used.
    """
    case, problems = read_case(find_root() if path is None else Path(path))
    for problem in problems:
        raise problem
    return case
