"""What `check` finds in a case: what breaks its formats, and what no schema can say.

Such as words that are not in the text. Each rule gives the end of a sentence that begins with the place.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain, groupby
from pathlib import Path
from typing import Any, TypeVar

from course.corpus.annotation import find_words
from course.corpus.case import Case, read_toml
from course.corpus.errors import CaseError, CourseError, SpanError
from course.corpus.formats import Steps, problems, schema, walk, where_in
from course.corpus.readings import FILES, load_cards, load_dossier, path_of
from course.lessons.exercises import Exercise, Exercises, read_lesson, tried
from course.lessons.keys import Key, read_facts, read_keys
from course.lessons.kinds import kind_of, names
from course.lessons.scoring import COURSE

Made = TypeVar("Made")
Entry = Mapping[str, Any]  # what a file, or a table in it, says
Names = Mapping[str, list[Any]]  # what there is to name, by a schema's `x-is`, such as "word kind"
Told = defaultdict[str, list[CaseError]]  # what is wrong, by exercise or lesson; "" with none of them
# What not every kind of exercise has.
OF_KINDS = {"options", "sound", "labels", "choose", "paragraphs", "rubric", "item"}
OPTIONAL = {"options", "sound", "choose", "paragraphs"}  # of these what may be left out
# What keys to every kind may have. Only tests read the last two.
OF_KEYS = {"exercise", "by", "reason", "credit", "fact", "field", "skill", "looks"}


def problems_of(case: Case) -> list[CaseError]:
    """Return everything that is wrong with a case besides its articles."""
    return [*of_case(case), *of_readings(case), *of_exercises(case)]


def of_case(case: Case) -> list[CaseError]:
    """Return what is wrong with case.toml, blocks.toml and the dossier, but for what reading them tells."""
    read, blocks = [article.id for article in case.articles], case.root / "seeds" / "blocks.toml"
    wrong = problems("case", case.root / "seeds" / "case.toml", case.about)
    told = [at for at in wrong if at and case.about["article"][at[1]].get("id") not in read]
    found = [error for at, errors in wrong.items() if at not in told for error in errors]
    with suppress(CaseError):  # told in reading the case
        known = wrong_in(case, "blocks", blocks, read_toml(blocks), {}) if blocks.is_file() else {}
        found += chain.from_iterable(known.values())
    dossier = tried(str(path_of(case, "dossier")), load_dossier, case)
    return [*found, dossier] if isinstance(dossier, CaseError) else found


def of_readings(case: Case) -> list[CaseError]:
    """Return everything that is wrong with the readings and the evidence cards of a case."""
    files = sorted((case.root / "seeds" / "readings").glob("*.toml"))
    paths = {name: path for name in (*FILES, "cards", "planted") if (path := path_of(case, name)).exists()}
    unknown = [path for path in files if path not in paths.values()]
    found = [CaseError(f"{path} is no file of readings: remove it or correct its name") for path in unknown]
    read = {name: tried(str(path), read_toml, path) for name, path in paths.items()}
    found += [about for about in read.values() if isinstance(about, CaseError)]
    said = {name: about for name, about in read.items() if not isinstance(about, CaseError)}
    lists = [(kind, of) for about in said.values() for kind, of in about.items() if isinstance(of, list)]
    ids = {f"ref {kind}": [one.get("id") for one in of if isinstance(one, dict)] for kind, of in lists}
    wrong = (wrong_in(case, name, paths[name], about, ids).values() for name, about in said.items())
    return [*found, *chain.from_iterable(chain.from_iterable(wrong))]


# --- names and words in a file, found along its schema


def wrong_in(case: Case, name: str, path: Path, about: Entry, ids: Names) -> dict[Steps, list[CaseError]]:
    """Return what is wrong with a file by entry: its form, and names and words that are not there.

    Its schema says in `x-is` what a text has to be the name of: an `article`, a `ref` to one of `ids`, a
    `word` that a table of the file explains. A table with `x-every` says something of each article.
    """
    found, vocabulary = problems(name, path, about), about.get("vocabulary")
    tables = {**about, **(vocabulary if isinstance(vocabulary, dict) else {})}
    known = {"article": [str(one.get("id")) for one in case.about["article"] if isinstance(one, dict)], **ids}
    known |= {f"word {name}": list(table) for name, table in tables.items() if isinstance(table, dict)}
    for at, inner, value in walk(schema(name), about):
        entry = at[:2] if len(at) > 1 and isinstance(at[1], int) else ()
        for said in chain(_misnamed(known, inner, value), _misplaced(case, inner, value)):
            found.setdefault(entry, []).append(CaseError(f"{where_in(path, about, at)}{said}"))
    return found


def _misnamed(known: Names, form: Mapping[str, Any], value: Any) -> Iterator[str]:
    """Give what is wrong with names: a text is one, and the keys of a table may be some."""
    if isinstance(value, dict):
        every, keys = known["article"] if "x-every" in form else [], form.get("propertyNames", {})
        yield from (f" needs {name}: add it" for name in every if name not in value)
        yield from (f", key {one!r}{said}" for one in value for said in _misnamed(known, keys, one))
    if isinstance(value, str):
        what, _, which = (rule := form.get("x-is", "")).partition(" ")
        choices = known.get(rule, [] if what == "word" else [value])
        if value not in choices and what == "ref":
            yield f" names {value!r}, but there is no [[{which}]] with that id: correct it"
        elif value not in choices:
            yield f" is {value!r}: choose one of {', '.join(choices)}"


def _misplaced(case: Case, form: Mapping[str, Any], value: Any) -> Iterator[str]:
    """Give where a table names words or a paragraph that an article has not, or how one does not open."""
    for article in case.articles if isinstance(value, dict) else ():
        id, last = article.id, len(article.paragraphs)
        exact, prefix, number = value.get("exact"), value.get("prefix", ""), value.get("paragraph")
        if value.get("article") == id:
            try:
                if isinstance(exact, str) and isinstance(prefix, str):
                    find_words(article.raw, exact, prefix)
            except SpanError as error:
                yield f", article {id}: {error}"
            if "paragraph" in value and number not in range(1, last + 1):
                yield f", paragraph is {number!r}: article {id} has {last}, correct it"
        openings = value.get(id) if form.get("x-is") == "opens" else None
        if isinstance(openings, list):
            if last != len(openings):
                yield f", {id} lists {len(openings)} paragraphs, the article has {last}: correct it"
            for opening, one in zip(openings, article.paragraphs, strict=False):
                if isinstance(opening, str) and not one.text.startswith(opening):
                    yield f", {id} {one.number}: {opening!r} does not open that paragraph: copy how it opens"


# --- exercises and keys


def of_exercises(case: Case) -> list[CaseError]:
    """Return everything that is wrong with the exercises and keys of a case.

    What only follows from something else that is wrong is not told.
    """
    seeds, (facts, wrong) = case.root / "seeds", read_facts(case)
    whole = len(case.articles) == len(case.about["article"])  # else what is lacking may be an article
    exercises: dict[str, Exercise] = {}
    keys: defaultdict[str, list[Key]] = defaultdict(list)
    told: Told = defaultdict(list)
    for path in sorted((seeds / "exercises").glob("*.toml")):
        if not re.fullmatch(r"[a-z0-9][a-z0-9_]*", path.stem):
            told[""] += [CaseError(f"{path} has a name with other signs than a-z, 0-9, _: rename it")]
        for where, entry, made in _right(case, path, "exercise", read_lesson(case, path), told):
            flaws = [CaseError(f"{where}{said}") for said in _of_entry(case, entry, exercises)]
            if isinstance(made, CaseError):
                told[entry["id"]] += flaws or [made] * whole
            elif flaws:
                told[entry["id"]] += flaws
            else:
                exercises[made.id] = made
    told[""] += [*_unknown_cards(case, exercises), *wrong]
    for path in sorted((seeds / "readings" / "keys").glob("*.toml")):
        for where, said, read in _right(case, path, "key", read_keys(case, path, exercises, facts), told):
            id = said["exercise"]
            if not whole or told.keys() & {id, path.stem}:
                continue
            if isinstance(read, CaseError):
                told[id] += [read]
            else:
                keys[id] += read
                told[where] += [CaseError(f"{where}{it}") for it in _of_key(case, exercises[id], said, read)]
    closed = not whole or not (seeds / "readings" / "keys").is_dir()
    has_readers = any(key.by != COURSE for of in keys.values() for key in of)
    good = [one for one in exercises.values() if not closed and not told.keys() & {one.id, one.lesson}]
    return [*chain.from_iterable(told.values()), *_lacking(good, keys, has_readers)]


def _lacking(
    exercises: Iterable[Exercise], keys: Mapping[str, list[Key]], has_readers: bool
) -> Iterator[CaseError]:
    """Give what has no key, in one sentence for each lesson."""
    for lesson, of in groupby(exercises, key=lambda one: one.lesson):
        if things := [thing for one in of for thing in _unanswered(one, keys[one.id], has_readers)]:
            said = f"seeds/readings/keys/{lesson}.toml has no key for {', '.join(things)}: add"
            yield CaseError(f"{said} {'them' if things[1:] else 'one'}")


def _right(
    case: Case, path: Path, name: str, read: Iterable[tuple[str, Made]], told: Told
) -> Iterator[tuple[str, Any, Made]]:
    """Give where each entry of a right form stands, it, and what was read; tell what is wrong with others."""
    about = tried(str(path), read_toml, path)
    if isinstance(about, CaseError):
        told[path.stem] += [about]
        return
    listed: Any = about.get(name)
    wrong = wrong_in(case, f"{name}s", path, about, {})
    for at, errors in wrong.items():
        entry = listed[at[1]] if at else None
        told[str(entry.get("exercise", entry.get("id")) if isinstance(entry, dict) else path.stem)] += errors
    pairs = zip(listed, read, strict=True) if isinstance(listed, list) else ()
    for number, (entry, (where, made)) in enumerate(pairs):
        if (name, number) not in wrong:
            yield where, entry, made


def _of_entry(case: Case, entry: Mapping[str, Any], above: Exercises) -> Iterator[str]:
    """Give what is wrong with what an entry asks."""
    if entry["kind"] not in names():
        yield f" has the kind {entry['kind']!r}: choose one of {', '.join(names())}"
        return
    kind, items, passages = kind_of(entry["kind"]), entry.get("item", ()), entry.get("passage", ())
    offered, named = "options" in kind.fields, f"which kind {kind.kind!r} does not"
    points = {"points"} if kind.unmarked and entry.get("points") else set()
    for name in sorted(set(entry) & OF_KINDS - kind.fields | points):
        yield f" has {name}, {named} use: remove it"
    for name in sorted(kind.fields - kind.spare - OPTIONAL - set(entry)):
        if name != "rubric" or not entry.get("private"):  # nobody grades what stays with the student
            yield f" needs {'[[exercise.item]]' if name == 'item' else name}: add it"
    for option in (one for one in entry.get("sound", ()) if one not in entry.get("options", ())):
        yield f" calls {option!r} sound, which is none of its options: correct it"
    over = entry.get("choose", 0) > len(entry.get("labels", ()))
    yield from [" lets choose more labels than it has: correct it"] * over
    if entry["id"] in above:
        yield " has an id that is taken: give it another"
    if (beside := entry.get("beside", "")) and beside not in above:
        yield f" is beside {beside!r}, which does not stand above it: correct it, or move it down"
    for article in (one for one in case.articles if one.id in entry.get("articles", ())):
        last = len(article.paragraphs)
        for number in (one for one in entry.get("paragraphs", ()) if one > last):
            yield f" names paragraph {number}, but article {article.id} has {last}: correct it"
    for what, entries in (("item", items), ("passage", passages)):
        times = Counter(one["id"] for one in entries)
        for id in sorted(id for id in times if times[id] > 1):
            yield f", {what} {id!r} has an id that is taken: give one another id"
    shown = [one["id"] for one in passages]  # here, and in the exercise that it stands beside
    shown += [one.id for one in above[beside].passages] if beside in above else []
    for item in items:
        lost = item.get("passage") not in [None, *shown]
        stray = ("group" in item) != ("group" in kind.key_fields)
        rules = {
            "names a passage that the exercise has not: write the id of one of its passages": lost,
            "needs text: add it": not item.keys() & {"text", "article"},
            "needs options: write two or more": offered and not {**entry, **item}.get("options"),
            f"has options, {named} use: remove them": "options" in item and not offered,
            "is in a group where there are none, or in none: only kind 'order' has groups": stray,
            f"wants a number, {named} ask for: remove number": "number" in item and not kind.unmarked,
            f"names evidence cards, {named} show: remove them": "cards" in item and not kind.shows_cards,
        }
        yield from (f", item {item['id']!r} {said}" for said, wrong in rules.items() if wrong)


def _unknown_cards(case: Case, exercises: Exercises) -> Iterator[CaseError]:
    """Give the evidence cards that exercises name and that are not there."""
    with suppress(CaseError):  # told where the cards are checked
        known = [card.get("id") for card in load_cards(case)]
        for exercise, item in ((one, item) for one in exercises.values() for item in one.items):
            where = f"seeds/exercises/{exercise.lesson}.toml, exercise {exercise.id!r}, item {item.id!r}"
            told = (f"{where} names the evidence card {id!r}" for id in item.cards if id not in known)
            yield from (CaseError(f"{said}, which is not there: correct its id") for said in told)


def _of_key(case: Case, exercise: Exercise, said: Mapping[str, Any], made: Iterable[Key]) -> Iterator[str]:
    """Give what is wrong with the keys that an entry makes."""
    for name in sorted(set(said) - OF_KEYS - exercise.key_fields):
        yield f" has {name}, which a key to kind {exercise.kind!r} does not use: remove it"
    for key in made:
        if "credit" in said and key.by != "course":
            yield " has a credit: only the course's own answers have one, from 0 to 1"
        try:
            exercise.check_key(key, case)
        except CourseError as error:
            yield f": {error}"


def _unanswered(exercise: Exercise, keys: Iterable[Key], has_readers: bool) -> list[str]:
    """Return the name of the first thing that has no key; a text needs no mark, and samples may be missing.

    A whole exercise may be without as long as no reader answered anything.
    """
    have = {key.path for key in keys}
    asked = exercise.asked if exercise.key_fields & {"item", "group"} and not exercise.written else ()
    if not have:
        return [repr(exercise.id)] if has_readers and exercise.points > 0 and not exercise.written else []
    return [f"{' '.join(path)!r} of {exercise.id!r}" for path in asked if path not in have][:1]
