"""Reading the entries of a lesson's TOML files: every check ends in one sentence that names the place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from course.corpus.annotation import find_words
from course.corpus.case import Case, read_toml
from course.corpus.errors import CaseError, SpanError


def check(good: object, where: str, wrong: str) -> None:
    """Raise a CaseError that says where and what is wrong, unless it is good."""
    if not good:
        raise CaseError(f"{where} {wrong}")


def check_keys(entry: dict[str, Any], allowed: set[str], where: str) -> None:
    """Raise CaseError where an entry has a key that nobody reads."""
    unknown = sorted(set(entry) - allowed)
    check(not unknown, where, f"has an unknown key {', '.join(unknown)}: remove it or correct its spelling")


def is_tables(value: object) -> bool:
    """Tell whether a value is what `[[name]]` makes: a list of tables."""
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


def read_entries(path: Path, name: str, others: set[str]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the entries `[[name]]` of a TOML file, and all it says; it may say `others` besides."""
    about = read_toml(path)
    check_keys(about, {name} | others, str(path))
    check(is_tables(about.get(name)), str(path), f"has no [[{name}]]: write [[{name}]] above each entry")
    return about[name], about


def text_of(entry: dict[str, Any], key: str, where: str, default: str | None = None) -> str:
    """Return a text of an entry, or the default where it has none. Raises CaseError without either."""
    value = entry.get(key, default)
    good = isinstance(value, str) and (value.strip() or value == default)
    check(good, where, f"needs {key}: write it as text in quotation marks")
    return str(value)


def texts_of(entry: dict[str, Any], key: str, where: str, least: int = 0) -> tuple[str, ...]:
    """Return a list of different texts of an entry. Raises CaseError where there are fewer than `least`."""
    values = entry.get(key, [])
    good = isinstance(values, list) and all(isinstance(value, str) and value.strip() for value in values)
    good = good and len(set(values)) == len(values) >= least
    check(good, where, f'needs {key}: write {max(least, 1)} or more different texts, such as ["one", "two"]')
    return tuple(values)


def place_of(case: Case, entry: dict[str, Any], where: str) -> tuple[str, int, int]:
    """Return the article, start and end of an entry's `article`, `exact` and `prefix`."""
    id, exact = text_of(entry, "article", where), text_of(entry, "exact", where)
    try:
        start, end = find_words(case[id].raw, exact, text_of(entry, "prefix", where, ""))
    except SpanError as error:
        raise CaseError(f"{where}, article {id}: {error}") from error
    except CaseError as error:
        raise CaseError(f"{where}: {error}") from error
    return id, start, end


def paragraphs_in(case: Case, numbers: object, articles: tuple[str, ...], where: str) -> tuple[int, ...]:
    """Return numbers of paragraphs that each of the articles has. Raises CaseError for others."""
    good = isinstance(numbers, list) and all(type(number) is int for number in numbers)
    check(good, where, "needs paragraphs: write a list of numbers, such as [3]")
    found: tuple[int, ...] = tuple(numbers)  # type: ignore[arg-type]
    for article in articles:
        last = len(case[article].paragraphs) if found else 0
        wrong = [number for number in found if not 1 <= number <= last]
        check(not wrong, where, f"names paragraph {wrong[:1]}, but article {article} has {last}: correct it")
    return found


_Read = Callable[[dict[str, Any], str], Any]


def each_of(entry: dict[str, Any], key: str, where: str, read: _Read) -> list[Any]:
    """Return what `read` makes of each `[[exercise.key]]` of an entry. Raises CaseError for two of one id."""
    entries = entry.get(key, [])
    check(is_tables(entries), where, f"has a {key} of another form: write [[exercise.{key}]] above each")
    found = [read(each, f"{where}, {key} {each.get('id', n)!r}") for n, each in enumerate(entries, 1)]
    ids = [one.id for one in found]
    twice = [id for id in ids if ids.count(id) > 1]
    check(not twice, where, f"has two of [[exercise.{key}]] with the id {twice[:1]}: give one another id")
    return found
