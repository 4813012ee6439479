"""A case: the articles in seeds/, found, checked against their hashes and opened."""

from __future__ import annotations

import hashlib
import os
import tomllib
from functools import lru_cache
from pathlib import Path, PureWindowsPath
from typing import Any

from course.corpus.article import Article
from course.corpus.errors import CaseError


class Case:
    """One event and the articles that report it. `root` is the folder that holds seeds/."""

    def __init__(self, root: Path, about: dict[str, Any], articles: tuple[Article, ...]) -> None:
        self.root = root
        self.about = about
        self.articles = articles

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
    """Return what a TOML file says, which all who ask share: nobody may change it.

    Raises CaseError, naming the file, where it cannot be read.
    """
    try:
        return _parse(read_bytes(path))
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


@lru_cache(maxsize=64)  # parsing is slow, and a lesson needs the same files again and again
def _parse(data: bytes) -> dict[str, Any]:
    return tomllib.loads(data.decode("utf-8-sig"))  # Notepad writes a BOM


_article = lru_cache(maxsize=32)(Article)  # what is read off a text is read once, whoever opens the case


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
    return Case(root, about, tuple(articles)), problems


def _read_article(path: Path, number: int, entry: Any, taken: set[str]) -> Article:
    where = f"{path}, [[article]] {number}"
    if not isinstance(entry, dict) or any(
        not isinstance(entry.get(k), str) for k in ("id", "file", "sha256")
    ):
        raise CaseError(f"{where} needs id, file and sha256 as text: add what is missing")
    if unknown := sorted(set(entry) - {"id", "file", "sha256"}):
        raise CaseError(f"{where} has an unknown key {unknown[0]!r}: remove it or correct its spelling")
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
        return _article(entry["id"], data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise CaseError(f"{where}: {file} is not UTF-8 (byte {error.start}): save it as UTF-8") from error


def open_case(path: str | os.PathLike[str] | None = None) -> Case:
    """Return the case in folder `path`, or the one the working folder belongs to.

    Raises CaseError where case.toml or an article cannot be used.
    """
    case, problems = read_case(Path(path) if path is not None else find_root())
    if problems:
        raise problems[0]
    return case
