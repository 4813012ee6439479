"""The keys: what close readers answered, read from seeds/readings/keys/ and the facts they name."""

from __future__ import annotations

import re
from typing import Any

from course.corpus.case import Case, read_bytes, read_toml
from course.corpus.errors import CaseError
from course.lessons.entries import check, is_tables, read_entries, text_of
from course.lessons.exercises import Exercise, read_exercises
from course.lessons.key_entry import Key, KeyEntry


def load_keys(case: Case, lesson: str = "*") -> dict[str, tuple[Key, ...]]:
    """Return the keys of each exercise that has some, of all lessons or one; none without seeds/readings/.

    Raises CaseError at the first problem.
    """
    keys, found = _read_keys(case, read_exercises(case, lesson)[0], lesson)
    if found:
        raise found[0]
    return keys


def problems(case: Case) -> list[CaseError]:
    """Return everything that is wrong with the exercises and keys of a case."""
    exercises, found = read_exercises(case)
    keys, wrong = _read_keys(case, exercises)
    found += wrong
    if (case.root / "seeds" / "readings").is_dir():
        found += [error for one in exercises.values() if (error := _unanswered(one, keys.get(one.id, ())))]
    return found


def _unanswered(exercise: Exercise, keys: tuple[Key, ...]) -> CaseError | None:
    where = f"seeds/readings/keys/{exercise.lesson}.toml"
    if not keys:
        wanted = exercise.points > 0 and exercise.kind != "write"
        return CaseError(f"{where} has no key for {exercise.id!r}: add one") if wanted else None
    places = {(key.item, key.article) if exercise.kind == "grid" else key.item or key.group for key in keys}
    asked: list[Any] = []
    if exercise.kind == "sort":
        asked = [item.id for item in exercise.items]
    elif exercise.kind == "grid":
        asked = [(item.id, article) for item in exercise.items for article in exercise.articles]
    elif exercise.kind == "order":
        asked = list(exercise.groups)
    missing = next((place for place in asked if place not in places), None)
    return CaseError(f"{where} has no key for {missing!r} of {exercise.id!r}: add one") if missing else None


def _read_keys(
    case: Case, exercises: dict[str, Exercise], lesson: str = "*"
) -> tuple[dict[str, tuple[Key, ...]], list[CaseError]]:
    keys: dict[str, tuple[Key, ...]] = {}
    found: list[CaseError] = []
    for path in sorted((case.root / "seeds" / "readings" / "keys").glob(f"{lesson}.toml")):
        try:
            entries, about = read_entries(path, "key", {"values"})
            values = about.get("values", {})
            tables = [words for words in values.values() if isinstance(words, str)]
            facts = _read_facts(case, [*tables, *(str(id) for entry in entries for id in _named(entry))])
            values = {
                id: facts.get(words, words) if isinstance(words, str) else words
                for id, words in values.items()
            }
            check(
                is_tables(list(values.values())),
                str(path),
                "has [values] of no table: write [values.<exercise>]",
            )
        except CaseError as error:
            found.append(error)
            continue
        for number, entry in enumerate(entries, 1):
            id = entry.get("exercise")
            where = f"{path}, [[key]] {number} ({id}, {entry.get('item', entry.get('fact', ''))})"
            try:
                exercise = exercises.get(text_of(entry, "exercise", where))
                if exercise is None or exercise.lesson != path.stem:
                    raise CaseError(f"{where} is for no exercise of this lesson: correct exercise")
                words = values.get(exercise.id, {})
                new = [
                    key
                    for fact in _facts_of(entry, facts, where)
                    for key in KeyEntry(case, exercise, entry, fact, words, where).read()
                ]
                keys[exercise.id] = keys.get(exercise.id, ()) + tuple(new)
            except CaseError as error:
                found.append(error)
    return keys, found


def _read_facts(case: Case, named: list[str]) -> dict[str, Any]:
    """Return what the files of seeds/readings/ that hold a name say: entries by id, and tables by name."""
    facts: dict[str, Any] = {}
    # A file is parsed where it defines a name: at the start of a line, as an id or a table.
    wanted = re.compile(rf"(?m)^[\s\[]*(?:id\s*=\s*[\"'])?(?:{'|'.join(map(re.escape, named))})\b".encode())
    for path in sorted((case.root / "seeds" / "readings").glob("*.toml")) if named else ():
        if not wanted.search(read_bytes(path)):
            continue
        for name, entries in read_toml(path).items():
            if isinstance(entries, dict):
                facts[name] = entries
            for entry in entries if is_tables(entries) else []:
                id = entry.get("id", "")
                check(id not in facts, str(path), f"has an id that is taken, {id}: rename it")
                facts |= {id: entry} if id else {}
    return facts


def _named(entry: dict[str, Any]) -> list[Any]:
    named = entry.get("fact", [])
    return named if isinstance(named, list) else [named]


def _facts_of(entry: dict[str, Any], facts: dict[str, Any], where: str) -> list[dict[str, Any]]:
    """Return the fact or facts that a key names; one empty fact where it names none."""
    missing = [id for id in _named(entry) if not isinstance(id, str) or id not in facts]
    check(
        not missing,
        where,
        f"names the fact {missing[:1]}, which is not in seeds/readings/: write one id of it, or a list",
    )
    return [facts[id] for id in _named(entry)] or [{}]
