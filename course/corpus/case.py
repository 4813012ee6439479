"""A case: the articles in seeds/, found, checked against their hashes and opened."""

from __future__ import annotations

import hashlib
import os
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path, PureWindowsPath
from typing import Any

from course.corpus.annotation import Annotation, find_words
from course.corpus.article import Article
from course.corpus.blocks import KINDS
from course.corpus.errors import CaseError, SpanError


@dataclass(frozen=True, eq=False, repr=False)
class Case:
    """One event and the articles that report it. `root` is the folder that holds seeds/."""

    root: Path
    about: dict[str, Any]
    articles: tuple[Article, ...]

    def __getitem__(self, id: str) -> Article:
        """Return the article with this id, such as case["A"]."""
        for article in self.articles:
            if article.id == id:
                return article
        ids = ", ".join(article.id for article in self.articles)
        raise CaseError(f"there is no article {id!r} in this case: choose one of {ids}")

    def __repr__(self) -> str:
        return f"{self.about['title']}: {', '.join(article.id for article in self.articles)}"


def read_toml(path: Path) -> dict[str, Any]:
    """Return what a TOML file says. Raises CaseError, naming the file, where it cannot be read."""
    try:
        return tomllib.loads(read_bytes(path).decode("utf-8-sig"))  # Notepad writes a BOM
    except UnicodeDecodeError as error:
        raise CaseError(f"{path} is not UTF-8 (byte {error.start}): save it as UTF-8") from error
    except (ValueError, RecursionError) as error:  # TOMLDecodeError, a number too long, brackets too deep
        raise CaseError(f"{path} is not valid TOML: {error}") from error


def read_bytes(path: Path, where: str = "", what: str = "it") -> bytes:
    """Return what a file holds. Raises CaseError, naming the file and `where`, where it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise CaseError(f"{where}{path} is missing: put {what} back") from None
    except OSError as error:
        raise CaseError(
            f"{where}{path} cannot be read ({error.strerror}): check the file's rights"
        ) from error


def find_root(start: Path | None = None) -> Path:
    """Return the folder of the case: COURSE_CASE, or the nearest parent that holds seeds/case.toml."""
    if named := os.environ.get("COURSE_CASE"):
        return Path(named)
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / "seeds" / "case.toml").is_file():
            return folder
    raise CaseError(
        f"no seeds/case.toml in {start} or a folder above it: start from the course's folder,"
        " or name the case's folder in COURSE_CASE"
    )


def read_case(root: Path) -> tuple[Case, list[CaseError]]:
    """Return a case with the articles that can be used, and what is wrong with the others.

    Raises CaseError where case.toml itself cannot be used.
    """
    path = root / "seeds" / "case.toml"
    about = read_toml(path)
    entries = about.get("article")
    if not isinstance(about.get("title"), str) or not isinstance(entries, list) or not entries:
        raise CaseError(f"{path} needs a title and at least one [[article]]: add what is missing")
    articles: list[Article] = []
    problems: list[CaseError] = []
    for number, entry in enumerate(entries, 1):
        try:
            articles.append(_read_article(path, number, entry, {article.id for article in articles}))
        except CaseError as error:
            problems.append(error)
    try:
        articles = _with_known_blocks(root / "seeds" / "blocks.toml", articles)
    except CaseError as error:
        problems.append(error)
    return Case(root, about, tuple(articles)), problems


def _read_article(path: Path, number: int, entry: Any, taken: set[str]) -> Article:
    where = f"{path}, [[article]] {number}"
    names = ("id", "file", "sha256")
    if not isinstance(entry, dict) or any(not isinstance(entry.get(name), str) for name in names):
        raise CaseError(f"{where} needs id, file and sha256 as text: add what is missing")
    if not entry["id"] or entry["id"] in taken:
        raise CaseError(f"{where} has the id {entry['id']!r}, which is empty or taken: give it another")
    name = entry["file"]
    if name in ("", "..") or name != PureWindowsPath(name).name or not name.isprintable():
        raise CaseError(f"{where} names {name!r}: write the name of a file in seeds/articles/, no folder")
    file = path.parent / "articles" / name
    data = read_bytes(file, f"{where}: ", "the article")
    found = hashlib.sha256(data).hexdigest()
    if found != entry["sha256"].lower():
        raise CaseError(
            f"{where}: {file} is not the file the case was made with (its SHA-256 is {found}):"
            " put the original back, or correct sha256"
        )
    try:
        return Article(entry["id"], data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise CaseError(f"{where}: {file} is not UTF-8 (byte {error.start}): save it as UTF-8") from error


def _with_known_blocks(path: Path, articles: list[Article]) -> list[Article]:
    """Return the articles with the lines whose kind the case's own file says, where there is such a file.

    Each [[block]] has `kind` (one of KINDS), `article`, `exact` and, where these stand there twice, `prefix`.
    """
    if not path.is_file():
        return articles
    known: dict[str, list[Annotation]] = {article.id: [] for article in articles}
    texts = {article.id: article.raw for article in articles}
    for number, entry in enumerate(read_toml(path).get("block", ()), 1):
        where = f"{path}, [[block]] {number}"
        try:
            article, kind = str(entry["article"]), str(entry["kind"])
            start, end = find_words(texts[article], str(entry["exact"]), str(entry.get("prefix", "")))
        except SpanError as error:
            raise CaseError(f"{where}, article {article}: {error}") from error
        except (KeyError, TypeError, AttributeError) as error:
            raise CaseError(
                f"{where} needs kind, exact and the id of an article ({error}): correct it"
            ) from error
        if kind not in KINDS:
            raise CaseError(f"{where} has the kind {kind!r}: choose one of {', '.join(KINDS)}")
        known[article].append(Annotation(article, start, end, kind))
    return [replace(article, known=tuple(known[article.id])) for article in articles]


def open_case(path: str | os.PathLike[str] | None = None) -> Case:
    """Return the case in folder `path`, or the one the working folder belongs to.

    Raises CaseError where case.toml or an article cannot be used.
    """
    case, problems = read_case(Path(path) if path is not None else find_root())
    if problems:
        raise problems[0]
    return case
