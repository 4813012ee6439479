"""The keys: what close readers answered, read from seeds/readings/keys/ and the facts they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.corpus.case import Case, read_toml
from course.corpus.errors import CaseError
from course.corpus.formats import unusable, where_in
from course.corpus.readings import READERS
from course.lessons.exercises import Exercise, PartPath, read_exercises
from course.lessons.scoring import COURSE

BY = (*READERS, COURSE)


@dataclass(frozen=True, slots=True, eq=False)  # told apart by identity
class Key:
    """One answer of one reader of the key, or of the course: the form is that of a student's answer."""

    exercise: str
    by: str
    reason: str = ""
    item: str = ""
    article: str = ""
    start: int = 0
    end: int = 0
    group: str = ""
    value: Any = ""
    level: str = ""
    sample: str = ""
    credit: float = 1

    @property
    def path(self) -> PartPath:
        """Where in an answer the decision stands that this is a key to; not for marks."""
        return tuple(filter(None, (self.item or self.group, self.article)))

    @property
    def thing(self) -> str:
        """The name of the decision: item, item and article, group, or marked place."""
        return f"{self.article} {self.start}-{self.end}" if self.end else " ".join(self.path)


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """One [[key]] and the fact it names (empty where it names none): what it says is in either."""

    case: Case
    exercise: Exercise
    said: Mapping[str, Any]
    fact: Mapping[str, Any]
    values: Mapping[str, str]
    where: str

    def text(self, name: str) -> str:
        """Return a text of the entry; none where it has none."""
        return str(self.said.get(name, ""))

    def labels(self) -> Any:
        """Return what was answered: the entry's value, or the field of its fact that it names."""
        if "value" in self.said:
            return self.said["value"]
        if "field" not in self.said:
            raise CaseError(f"{self.where} needs field or value: write what the reader answered")
        found: Any = self.fact
        for name in self.text("field").split("."):
            if not isinstance(found, dict) or name not in found:
                raise CaseError(
                    f"{self.where} names the field {self.text('field')!r}, which its fact has not: correct it"
                )
            found = found[name]
        return found

    def renamed(self, label: Any) -> Any:
        """Return a label as the exercise calls it: [values.<exercise>] may rename it."""
        return self.values.get(label, label) if isinstance(label, str) else label

    def noted(self) -> str:
        """Return what the fact tells that may stand for a reason: its meaning, or its note."""
        return str(self.fact.get("meaning", self.fact.get("note", "")))

    def by_reader(self, labels: Any, each: bool = True, noted: str = "") -> Iterator[tuple[str, Any, str]]:
        """Give each reader's name, label and reason; of several labels in a list `each` by itself."""
        if not isinstance(labels, dict):
            by = self.said.get("by", self.fact.get("by"))
            if by is None:
                raise CaseError(f"{self.where} needs by: write whose answer it is, one of {', '.join(BY)}")
            labels = {by: labels}
        clues = "; ".join(f"‘{clue['exact']}’: {clue['why']}" for clue in self.fact.get("clues", ()))
        reasons = self.said.get("reason", self.fact.get("reason", clues or noted or self.noted()))
        for by, given in labels.items():
            reason = reasons.get(by, "") if isinstance(reasons, dict) else reasons
            for label in given if each and isinstance(given, list) else [given]:
                yield by, label, reason

    def key(self, by: str, reason: str, **rest: Any) -> Key:
        """Return a key that this entry makes."""
        return Key(self.exercise.id, by, reason, credit=self.said.get("credit", 1), **rest)


class Facts:
    """What seeds/readings/ says: entries by id, tables by name. A file is read when something is missing."""

    def __init__(self, case: Case) -> None:
        self._left = sorted((case.root / "seeds" / "readings").glob("*.toml"))
        self._known: dict[str, Any] = {}

    def named(self, names: set[Any]) -> dict[str, Any]:
        """Return what is known once all that has one of these names is, or there is no more to read."""
        while self._left and not names <= self._known.keys():
            for name, entries in read_toml(self._left.pop(0)).items():
                if isinstance(entries, dict):
                    self._known[name] = entries
                elif isinstance(entries, list):
                    tables = [one for one in entries if isinstance(one, dict) and "id" in one]
                    self._known |= {one["id"]: one for one in tables}
        return self._known


Keys = dict[str, tuple[Key, ...]]


def load_keys(case: Case, lesson: str = "*") -> Keys:
    """Return the keys of each exercise that has some, of all lessons or one; none without seeds/readings/.

    Raises CaseError at the first problem.
    """
    keys: dict[str, list[Key]] = {}
    exercises, facts = read_exercises(case, lesson)[0], Facts(case)
    for path in key_files(case, lesson):
        for _, found in read_keys(case, path, read_toml(path), exercises, facts):
            if isinstance(found, CaseError):
                raise found
            for key in found:
                keys.setdefault(key.exercise, []).append(key)
    return {id: tuple(found) for id, found in keys.items()}


def key_files(case: Case, lesson: str = "*") -> list[Path]:
    """Return the files of keys that there are."""
    return sorted((case.root / "seeds" / "readings" / "keys").glob(f"{lesson}.toml"))


def read_keys(
    case: Case, path: Path, about: Mapping[str, Any], exercises: Mapping[str, Exercise], known: Facts
) -> Iterator[tuple[str, list[Key] | CaseError]]:
    """Give what each entry of a file of keys makes, or what is wrong with it, and where it stands."""
    try:
        values, entries = about.get("values", {}), about["key"]
        tables = [words for words in values.values() if isinstance(words, str)]
        facts = known.named({*tables, *(id for entry in entries for id in _named(entry))})
    except CaseError as error:
        yield str(path), error
        return
    except (LookupError, TypeError, AttributeError):
        yield str(path), unusable(str(path))
        return
    for number, said in enumerate(entries):
        where = where_in(path, about, ("key", number))
        try:
            exercise = exercises.get(said["exercise"])
            if exercise is None or exercise.lesson != path.stem:
                raise CaseError(f"{where} is for no exercise of this lesson: correct exercise")
            words = values.get(exercise.id, {})
            words = facts.get(words) if isinstance(words, str) else words
            if not isinstance(words, dict):
                raise CaseError(f"{where} has [values] of no table: write [values.{exercise.id}]")
            if missing := [id for id in _named(said) if id not in facts]:
                raise CaseError(
                    f"{where} names the fact {missing[0]!r}, which is not in seeds/readings/: correct it"
                )
            named = [facts[id] for id in _named(said)] or [{}]
            read = [KeyEntry(case, exercise, said, fact, words, where) for fact in named]
            yield where, [key for entry in read for key in exercise.read_key(entry)]
        except CaseError as error:
            yield where, error
        except (LookupError, TypeError, ValueError, AttributeError):
            yield where, unusable(where)


def _named(entry: Mapping[str, Any]) -> list[Any]:
    named = entry.get("fact", [])
    return named if isinstance(named, list) else [named]
