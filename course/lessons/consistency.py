"""What `check` finds in a case: what breaks its formats, and what no schema can say.

That is words that are not in the text, ids and labels that nothing explains, exercises that cannot be done
and keys that are no answer to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.corpus.annotation import find_words
from course.corpus.case import Case, read_toml
from course.corpus.errors import CaseError, CourseError, SpanError
from course.corpus.formats import Step, problems, resolved, schema, where_in
from course.corpus.readings import FILES, load_cards, path_of
from course.lessons.exercises import Exercise
from course.lessons.keys import BY, Facts, Key, key_files, read_keys
from course.lessons.kinds import kind_of, names


def problems_of(case: Case) -> list[CaseError]:
    """Return everything that is wrong with a case besides its articles, each once."""
    found = [*of_case(case), *of_readings(case), *of_exercises(case)]
    return list({str(error): error for error in found}.values())


def of_case(case: Case) -> list[CaseError]:
    """Return what breaks the formats of case.toml and blocks.toml, besides what is told in reading them."""
    seeds = case.root / "seeds"
    read = {article.id for article in case.articles}
    wrong = problems("case", seeds / "case.toml", case.about)
    entries = [() if not at or case.about["article"][at[1]].get("id") in read else at for at in wrong]
    found = [error for at, errors in zip(entries, wrong.values(), strict=True) if not at for error in errors]
    path = seeds / "blocks.toml"
    with suppress(CaseError):  # told in reading the case
        known = wrong_in(case, "blocks", path, read_toml(path), {}) if path.is_file() else {}
        found += [error for errors in known.values() for error in errors]
    return found


# --- readings and evidence cards


def of_readings(case: Case) -> list[CaseError]:
    """Return everything that is wrong with the readings and the evidence cards of a case."""
    files = sorted((case.root / "seeds" / "readings").glob("*.toml"))
    paths = {name: path_of(case, name) for name in (*FILES, "cards") if files or name == "cards"}
    if not paths["cards"].exists() and not files:
        return []
    found = [
        CaseError(f"{path} is no file of readings: remove it or correct its name")
        for path in files
        if path not in paths.values()
    ]
    said: dict[str, dict[str, Any]] = {}
    for name, path in paths.items():
        try:
            said[name] = read_toml(path)
        except CaseError as error:
            found.append(error)
    ids: dict[str, list[Any]] = {}
    for about in said.values():
        for kind, entries in about.items():
            if isinstance(entries, list):
                ids[kind] = [entry.get("id") for entry in entries if isinstance(entry, dict)]
    for name, about in said.items():
        found += [one for errors in wrong_in(case, name, paths[name], about, ids).values() for one in errors]
    return found


def wrong_in(
    case: Case, name: str, path: Path, about: Mapping[str, Any], ids: Mapping[str, list[Any]]
) -> dict[tuple[Step, ...], list[CaseError]]:
    """Return what is wrong with a file by entry: its form, and names and words that are not there."""
    found = problems(name, path, about)
    walk = _Walk(case, schema(name), about, ids)
    named = [
        (at, CaseError(f"{where_in(path, about, at)}{told}")) for at, told in walk.value(walk.form, about, ())
    ]
    for at, error in named:
        entry = at[:2] if len(at) > 1 and isinstance(at[1], int) else ()
        found.setdefault(entry, []).append(error)
    return found


_Told = Iterator[tuple[tuple[Step, ...], str]]  # where something is wrong, and the end of the sentence on it


@dataclass(frozen=True, slots=True)
class _Walk:
    """A walk through a file along its schema, which says in `x-is` what a text has to be the name of.

    That is an `article`, a `ref` to an entry's id, a `word` that a table of the file explains, or how the
    paragraphs of the articles open. A table with `x-every` says something of each article.
    """

    case: Case
    form: Mapping[str, Any]
    about: Mapping[str, Any]
    ids: Mapping[str, list[Any]]

    def value(self, form: Mapping[str, Any], value: Any, at: tuple[Step, ...]) -> _Told:
        """Give what is wrong with a value, and with all that is in it."""
        form = resolved(self.form, form)
        if isinstance(value, str):
            yield from ((at, said) for said in self._name(form.get("x-is", ""), value))
        elif isinstance(value, list):
            for number, one in enumerate(value):
                yield from self.value(form.get("items", {}), one, (*at, number))
        elif isinstance(value, dict):
            yield from self._table(form, value, at)

    def _table(self, form: Mapping[str, Any], value: Mapping[str, Any], at: tuple[Step, ...]) -> _Told:
        rest, named = form.get("additionalProperties", {}), form.get("propertyNames", {}).get("x-is", "")
        for name in self._articles() if "x-every" in form else ():
            if name not in value:
                yield at, f" needs {name}: add it"
        for name, one in value.items():
            wrong = list(self._name(named, name))
            yield from ((at, f", key {name!r}{said}") for said in wrong)
            inner = form.get("properties", {}).get(name, rest)
            if isinstance(inner, dict) and not wrong:
                yield from self.value(inner, one, (*at, name))
        if form.get("x-is") == "opens":
            yield from self._opens(value, at)
        yield from self._misplaced(value, at)

    def _articles(self) -> list[str]:
        listed = self.case.about["article"]
        return [str(entry.get("id")) for entry in listed if isinstance(entry, dict)]

    def _name(self, rule: str, name: str) -> Iterator[str]:
        """Give what is wrong with a name: what `rule` asks for, and the words `choose one of`."""
        what, _, which = rule.partition(" ")
        if what == "ref":
            if which in self.ids and name not in self.ids[which]:
                yield f" names {name!r}, but there is no [[{which}]] with that id: correct it"
        elif what in ("article", "word"):
            choices = self._articles() if what == "article" else self._words(which)
            if name not in choices:
                yield f" is {name!r}: choose one of {', '.join(choices)}"

    def _words(self, name: str) -> list[str]:
        vocabulary = self.about.get("vocabulary")
        found = (vocabulary if isinstance(vocabulary, dict) else {}).get(name, self.about.get(name))
        return list(found) if isinstance(found, dict) else []

    def _misplaced(self, value: Mapping[str, Any], at: tuple[Step, ...]) -> _Told:
        """Give where words, or a paragraph, do not stand in the article that is named with them."""
        article = next((one for one in self.case.articles if one.id == value.get("article")), None)
        exact, prefix = value.get("exact"), value.get("prefix", "")
        if article and isinstance(exact, str) and isinstance(prefix, str):
            try:
                find_words(article.raw, exact, prefix)
            except SpanError as error:
                yield at, f", article {article.id}: {error}"
        last = len(article.paragraphs) if article else 0
        if article and "paragraph" in value and value["paragraph"] not in range(1, last + 1):
            paragraph = value["paragraph"]
            yield at, f", paragraph is {paragraph!r}: article {article.id} has {last}, correct it"

    def _opens(self, value: Mapping[str, Any], at: tuple[Step, ...]) -> _Told:
        """Give where paragraphs do not open as the readings, which number them, say."""
        for article in self.case.articles:
            openings, texts = value.get(article.id), [paragraph.text for paragraph in article.paragraphs]
            if not isinstance(openings, list):
                continue
            if len(texts) != len(openings):
                said = f"lists {len(openings)} paragraphs, the article has {len(texts)}"
                yield at, f", {article.id} {said}: correct it"
            for number, (opening, text) in enumerate(zip(openings, texts, strict=False), 1):
                if isinstance(opening, str) and not text.startswith(opening):
                    said = f"{opening!r} does not open that paragraph: copy how it opens"
                    yield at, f", {article.id} {number}: {said}"


# --- exercises and keys

OF_KINDS = {"options", "labels", "paragraphs", "rubric", "item"}  # what not every kind of exercise has
OF_KEYS = {"exercise", "by", "reason", "credit", "fact", "field"}  # what keys to every kind may have


def of_exercises(case: Case) -> list[CaseError]:
    """Return everything that is wrong with the exercises and keys of a case.

    What only follows from something else that is wrong is not told.
    """
    exercises: dict[str, Exercise] = {}
    broken: set[str] = set()  # ids of exercises, and lessons, on which something was told
    found: list[CaseError] = []
    for path in sorted((case.root / "seeds" / "exercises").glob("*.toml")):
        found += _of_lesson(case, path, exercises, broken)
    keys: dict[str, list[Key]] = {id: [] for id in exercises}
    found += [*_unknown_cards(case, exercises), *_taken(case)]
    facts = Facts(case)
    for path in key_files(case):
        found += _of_keys(case, path, (exercises, broken, facts), keys)
    if (case.root / "seeds" / "readings").is_dir():
        whole = [one for one in exercises.values() if not broken & {one.id, one.lesson}]
        found += [error for one in whole if (error := _unanswered(one, keys[one.id]))]
    return found


def _of_lesson(
    case: Case, path: Path, exercises: dict[str, Exercise], broken: set[str]
) -> Iterator[CaseError]:
    """Give what is wrong with a lesson's exercises, and add those that can be used."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_]*", path.stem):
        yield CaseError(f"{path} has a name with other signs than a-z, 0-9, _: rename it")
    try:
        about = read_toml(path)
    except CaseError as error:
        broken.add(path.stem)
        yield error
        return
    wrong = wrong_in(case, "exercises", path, about, {})
    yield from (error for errors in wrong.values() for error in errors)
    broken |= {path.stem} if () in wrong else set()
    entries = about.get("exercise", ())
    for number, entry in enumerate(entries if isinstance(entries, list) else ()):
        where = where_in(path, about, ("exercise", number))
        id = entry.get("id") if isinstance(entry, dict) else None
        if ("exercise", number) in wrong:
            broken.add(str(id))
            continue
        flaws = list(_of_entry(case, entry, exercises))
        try:
            made = None if flaws else kind_of(entry["kind"]).read(case, path.stem, entry, where)
        except CaseError as error:
            broken.add(str(id))
            if _is_whole(case):  # else it is the article that cannot be used
                yield error
            continue
        flaws += _of_items(made) if made else ()
        yield from (CaseError(f"{where}{said}") for said in flaws)
        if flaws:
            broken.add(str(id))
        elif made:
            exercises[made.id] = made


def _is_whole(case: Case) -> bool:
    return len(case.articles) == len(case.about["article"])


def _of_entry(case: Case, entry: Mapping[str, Any], above: Mapping[str, Exercise]) -> Iterator[str]:
    """Give what is wrong with an entry before it can be made an exercise."""
    if entry["kind"] not in names():
        yield f" has the kind {entry['kind']!r}: choose one of {', '.join(names())}"
        return
    kind = kind_of(entry["kind"])
    for name in sorted(set(entry) & OF_KINDS - kind.fields):
        yield f" has {name}, which kind {kind.kind!r} does not use: remove it"
    for name in sorted(kind.needs - set(entry)):
        if name != "rubric" or not entry.get("private"):  # nobody grades what stays with the student
            yield f" needs {'[[exercise.item]]' if name == 'item' else name}: add it"
    if entry["id"] in above:
        yield " has an id that is taken: give it another"
    passages = {one["id"] for one in entry.get("passage", ())}
    for item in entry.get("item", ()):
        if "passage" in item and item["passage"] not in passages:
            said = "names a passage that the exercise has not: write the id of one of its passages"
            yield f", item {item['id']!r} {said}"
    if (beside := entry.get("beside")) and beside not in above:
        yield f" is beside {beside!r}, which does not stand above it: correct it, or move it down"
    for article in (one for one in case.articles if one.id in entry.get("articles", ())):
        last = len(article.paragraphs)
        for number in entry.get("paragraphs", ()):
            if number > last:
                yield f" names paragraph {number}, but article {article.id} has {last}: correct it"


def _of_items(exercise: Exercise) -> Iterator[str]:
    """Give what is wrong with an exercise's items."""
    for kind, entries in (("item", exercise.items), ("passage", exercise.passages)):
        ids = [one.id for one in entries]
        for id in sorted({id for id in ids if ids.count(id) > 1}):
            yield f", {kind} {id!r} has an id that is taken: give one another id"
    for item in exercise.items:
        where = f", item {item.id!r}"
        if not item.text:
            yield f"{where} needs text: add it"
        if exercise.choices and len(item.options or exercise.options) < 2:
            yield f"{where} needs options: write two or more"
        if not exercise.choices and item.options:
            yield f"{where} has options, which kind {exercise.kind!r} does not use: remove them"
        if bool(item.group) != exercise.grouped:
            yield f"{where} is in a group where there are none, or in none: only kind 'order' has groups"
        if item.cards and not exercise.shows_cards:
            yield f"{where} names evidence cards, which kind {exercise.kind!r} does not show: remove them"


def _unknown_cards(case: Case, exercises: Mapping[str, Exercise]) -> Iterator[CaseError]:
    """Give the evidence cards that exercises name and that are not there."""
    try:
        known = {card.get("id") for card in load_cards(case)}
    except CaseError:  # told where the cards are checked
        return
    for exercise in exercises.values():
        for item in exercise.items:
            for card in (one for one in item.cards if one not in known):
                where = f"seeds/exercises/{exercise.lesson}.toml, exercise {exercise.id!r}, item {item.id!r}"
                said = f"names the evidence card {card!r}, which is not there: correct its id"
                yield CaseError(f"{where} {said}")


def _taken(case: Case) -> Iterator[CaseError]:
    """Give the ids that two entries of the readings have: a key names one by its id alone."""
    seen: set[str] = set()
    for path in sorted((case.root / "seeds" / "readings").glob("*.toml")):
        try:
            tables = read_toml(path).values()
        except CaseError:  # told where readings are checked
            continue
        for entry in [one for table in tables if isinstance(table, list) for one in table]:
            id = entry.get("id") if isinstance(entry, dict) else None
            if isinstance(id, str) and id in seen:
                yield CaseError(f"{path} has an id that is taken, {id!r}: give it another")
            seen |= {id} if isinstance(id, str) else set()


def _of_keys(
    case: Case, path: Path, asked: tuple[dict[str, Exercise], set[str], Facts], keys: dict[str, list[Key]]
) -> Iterator[CaseError]:
    """Give what is wrong with a lesson's keys, and add those that can be used."""
    exercises, broken, facts = asked
    try:
        about = read_toml(path)
    except CaseError as error:
        broken.add(path.stem)
        yield error
        return
    wrong = wrong_in(case, "keys", path, about, {})
    yield from (error for errors in wrong.values() for error in errors)
    if () in wrong or path.stem in broken or not _is_whole(case):
        broken.add(path.stem)
        return
    for number, (where, made) in enumerate(read_keys(case, path, about, exercises, facts)):
        said = about["key"][number]
        id = said.get("exercise") if isinstance(said, dict) else None
        if ("key", number) in wrong or id in broken:
            broken.add(str(id))
        elif isinstance(made, CaseError):
            broken.add(path.stem if where == str(path) else str(id))
            yield made
        else:
            flaws = list(_of_key(case, exercises[str(id)], said, made))
            yield from (CaseError(f"{where}{flaw}") for flaw in flaws)
            keys[str(id)] += made


def _of_key(case: Case, exercise: Exercise, said: Mapping[str, Any], made: Iterable[Key]) -> Iterator[str]:
    for name in sorted(set(said) - OF_KEYS - exercise.key_fields):
        yield f" has {name}, which a key to kind {exercise.kind!r} does not use: remove it"
    for key in made:
        if key.by not in BY:
            yield f" is by {key.by!r}: choose from {', '.join(BY)}"
        if "credit" in said and key.by != "course":
            yield " has a credit: only the course's own answers have one, from 0 to 1"
        if not isinstance(key.reason, str):
            yield " needs reason: write it as text"
        try:
            exercise.check_key(key, case)
        except CourseError as error:
            yield f": {error}"


def _unanswered(exercise: Exercise, keys: list[Key]) -> CaseError | None:
    where = f"seeds/readings/keys/{exercise.lesson}.toml"
    if not keys:
        wanted = exercise.points > 0 and not exercise.written
        return CaseError(f"{where} has no key for {exercise.id!r}: add one") if wanted else None
    missing = exercise.unanswered(keys)
    return CaseError(f"{where} has no key for {missing!r} of {exercise.id!r}: add one") if missing else None
