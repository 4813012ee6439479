"""The keys: what close readers answered, read from seeds/readings/keys/ and the facts they name.

The students' copy has those of exercises for practice alone, in seeds/practice/.
"""

from collections import ChainMap
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from pathlib import Path
from typing import Any

from course.corpus.case import Case, read_toml
from course.corpus.errors import CaseError, need
from course.corpus.formats import at_step
from course.corpus.readings import READERS, TEACHER, read_once
from course.lessons.exercises import Exercise, Exercises, PartPath, read_entries, read_exercises, tried
from course.lessons.scoring import COURSE

BY = (*READERS, TEACHER, COURSE)
Keys = dict[str, tuple["Key", ...]]
# By file of seeds/readings/, then by the id of an entry or the name of a table.
Facts = dict[str, dict[str, Any]]


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
    reworded: bool = False  # a reader's answer, with a reason in the course's words

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

    def labels(self) -> Any:
        """Return what was answered: the entry's value, or the field of its fact that it names."""
        if "value" in self.said:
            return self.said["value"]
        if "field" not in self.said:
            raise CaseError(f"{self.where} needs field or value: write what the reader answered")
        found = reduce(at_step, str(self.said["field"]).split("."), self.fact)
        told = f"{self.where} names the field {self.said['field']!r}, which its fact has not: correct it"
        need(found is not None, told, CaseError)
        return found

    def renamed(self, label: Any) -> Any:
        """Return a label as the exercise calls it: [values.<exercise>] may rename it."""
        return self.values.get(label, label) if isinstance(label, str) else label

    def keys(self, labels: Any, claim: str = "", each: bool = True, **place: Any) -> Iterator[Key]:
        """Give a key for each reader and label; of several labels in a list `each` by itself.

        The reason is the entry's or the fact's, its clues, or the `claim` with what the fact means or notes.
        """
        said, fact = self.said, self.fact
        if not isinstance(labels, dict):
            told = f"{self.where} needs by: write whose answer it is, one of {', '.join(BY)}"
            labels = {need(said.get("by", fact.get("by")), told, CaseError): labels}
        clues = "; ".join(f"‘{clue['exact']}’: {clue['why']}" for clue in fact.get("clues", ()))
        noted = f"{claim} {fact.get('meaning', fact.get('note', ''))}".strip()
        reasons = said.get("reason", fact.get("reason", clues or noted))
        place |= {name: str(said[name]) for name in ("item", "group", "level", "sample") if name in said}
        rewritten = bool(fact) and isinstance(said.get("reason"), str)
        for by, given in labels.items():
            reason = reasons.get(by, "") if isinstance(reasons, dict) else reasons
            for label in given if each and isinstance(given, list) else [given]:
                made = {"value": self.renamed(label), "credit": said.get("credit", 1)} | place
                yield Key(self.exercise.id, by, reason, reworded=rewritten and by != COURSE, **made)


def read_facts(case: Case, files: Container[str] | None = None) -> tuple[Facts, list[CaseError]]:
    """Return what files of seeds/readings/ say, entries by id and tables by name, and what is wrong with it.

    All are read where `files` names none. A key names a fact by its id alone: two of one id are wrong.
    """
    facts: Facts = {}
    wrong: list[CaseError] = []
    paths = sorted((case.root / "seeds" / "readings").glob("*.toml"))
    for path in (one for one in paths if files is None or one.stem in files):
        about = tried(str(path), read_once, case, path)
        said = about if isinstance(about, dict) else {}
        wrong += [about] if isinstance(about, CaseError) else []
        facts[path.stem] = {name: table for name, table in said.items() if isinstance(table, dict)}
        entries = [one for table in said.values() if isinstance(table, list) for one in table]
        for one in (one for one in entries if isinstance(one, dict) and isinstance(one.get("id"), str)):
            taken = f"{path} has an id that is taken, {one['id']!r}: give it another"
            wrong += [CaseError(taken)] if any(one["id"] in known for known in facts.values()) else []
            facts[path.stem][one["id"]] = one
    return facts, wrong


def load_keys(case: Case, lesson: str = "*") -> Keys:
    """Return the keys of each exercise that has some, of all lessons or one.

    Raises CaseError at the first problem.
    """
    keys: Keys = {}
    whole = case.root / "seeds" / "readings" / "keys"
    paths = sorted((whole if whole.is_dir() else case.root / "seeds" / "practice").glob(f"{lesson}.toml"))
    named = [tried(str(path), lambda at: read_toml(at).get("facts"), path) for path in paths]
    lists = [one for one in named if isinstance(one, list)]
    files = [*chain(*lists)] if len(lists) == len(paths) else None
    exercises, (facts, wrong) = read_exercises(case, lesson)[0], read_facts(case, files)
    for path in paths:
        for _, found in read_keys(case, path, exercises, facts):
            if isinstance(found, CaseError):
                raise (wrong or [found])[0]
            for key in found:
                keys[key.exercise] = (*keys.get(key.exercise, ()), key)
    return keys


def read_keys(
    case: Case, path: Path, exercises: Exercises, facts: Facts
) -> Iterator[tuple[str, list[Key] | CaseError]]:
    """Give where each entry of a file of keys stands, and the keys it makes, or what is wrong with it."""

    def read(about: Any, said: Any, where: str) -> list[Key]:
        exercise = exercises.get(said["exercise"])
        if exercise is None or exercise.lesson != path.stem:
            raise CaseError(f"{where} is for no exercise of this lesson: correct exercise")
        files = about.get("facts", facts)
        known = ChainMap(*(facts.get(file, {}) for file in files))
        ids = said.get("fact", [])
        ids = ids if isinstance(ids, list) else [ids]
        if missing := [id for id in ids if id not in known]:
            told = f"names the fact {missing[0]!r}, which is not in seeds/readings/ ({', '.join(files)})"
            raise CaseError(f"{where} {told}: correct it, or name its file in facts")
        words = about.get("values", {}).get(exercise.id, {})
        words = known.get(words) if isinstance(words, str) else words
        if not isinstance(words, dict):
            raise CaseError(f"{where} has [values] of no table: write [values.{exercise.id}]")
        named = [known[id] for id in ids] or [{}]
        entries = (KeyEntry(case, exercise, said, fact, words, where) for fact in named)
        return [key for entry in entries for key in exercise.read_key(entry)]

    return read_entries(path, "key", read)
