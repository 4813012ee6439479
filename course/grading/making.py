"""A case that is being made: its files, changed step by step, and every step can be taken back.

Nobody who makes a case sees these files. What a step writes is what people would write by hand: `check` finds
what does not fit, and lessons read it at once.
"""

from __future__ import annotations

import hashlib
import io
import json
import tomllib
import zipfile
from collections.abc import Iterable, Mapping
from itertools import count
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import tomli_w

from course.analysis.quotations.known import NOBODY, known_quotes
from course.analysis.quotations.versions import match_versions
from course.corpus.annotation import (
    Annotation,
    Layer,
    from_web_annotations,
    place_of,
    to_web_annotations,
)
from course.corpus.article import Article
from course.corpus.case import Case, read_case, read_toml
from course.corpus.errors import CaseError, CourseError, SpanError
from course.corpus.readings import READERS
from course.lessons.consistency import problems_of
from course.lessons.exercises import Exercise, read_exercises
from course.lessons.files import alone, read_stored, replace_file, to_json
from course.lessons.handin import fitted, read_hand_in
from course.lessons.keys import load_keys, read_facts, read_keys
from course.lessons.kinds.mark import mark_of
from course.lessons.scoring import name_of

ALONE = "alone"  # the group of a quotation that is a printing of no other utterance
STEPS = 200  # that can be taken back
KINDS = {
    "full": "at least one whole sentence of the speaker",
    "clause": "part of a sentence that says something by itself",
    "snippet": "one to a few words woven into the article’s sentence",
    "label": "a name or technical term in quotation marks",
    "deck": "a summary line in quotation marks",
    "embed": "a post shown on the page",
}
TEXTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
PLACE = ("item", "group", "article", "prefix", "exact")  # what of a key says what it is about
NAMES = "readers.toml"  # beside seeds/: who the readers are stays with whoever makes the case
Entry = dict[str, Any]  # one [[table]] of a TOML file


class Making:
    """The case in the folder `root`, which need not be whole yet."""

    def __init__(self, root: Path) -> None:
        self.root, self.seeds, self.steps = root, root / "seeds", root / "my_steps"

    # --- files, and what stood in them before

    def change(self, what: str, files: Mapping[str, Mapping[str, Any] | bytes | None]) -> None:
        """Write files of the folder by name (tables as TOML; None removes), and keep what stood there.

        Where one cannot be written, those before it get back what they held. Raises StorageError.
        """
        with alone(self.steps):
            before = {name: self._held(name) for name in files}
            number = int(self._kept()[-1].stem) + 1 if self._kept() else 1
            step = self.steps / f"{number:06}.json"
            replace_file(step, to_json({"what": what, "before": before}))
            try:
                for name, said in files.items():
                    self._write(name, _toml(name, said) if isinstance(said, Mapping) else said)
            except CourseError:
                self._restore(step)
                raise
            for old in self._kept()[:-STEPS]:
                old.unlink()

    def undo(self) -> str:
        """Take the last step back, and return what it was; no text where there is none."""
        with alone(self.steps):
            return self._restore(self._kept()[-1]) if self._kept() else ""

    def _kept(self) -> list[Path]:
        return sorted(self.steps.glob("[0-9]*.json"))

    def _held(self, name: str) -> str | None:
        data = read_stored(self.root / name)
        return None if data is None else data.decode("utf-8", "surrogateescape")

    def _write(self, name: str, data: bytes | None) -> None:
        if data is None:
            (self.root / name).unlink(missing_ok=True)
        else:
            replace_file(self.root / name, data)

    def _restore(self, step: Path) -> str:
        kept = json.loads(step.read_text("utf-8", "surrogateescape"))
        for name, text in kept["before"].items():
            self._write(name, None if text is None else text.encode("utf-8", "surrogateescape"))
        step.unlink()
        return str(kept["what"])

    def read(self, name: str) -> Entry:
        """Return what a TOML file of seeds/ says, nothing where there is none. Raises CaseError."""
        return read_toml(self.root / name) if (self.root / name).exists() else {}

    def case(self) -> Case:
        """Return the case as it stands. Raises CaseError where it has no text yet, or one cannot be used."""
        if not self.read("seeds/case.toml").get("article"):
            raise CaseError("There is no text yet: add the first one in step 1")
        case, problems = read_case(self.root)
        for problem in problems:
            raise problem
        return case

    def problems(self) -> list[str]:
        """Return all that `check` finds, a sentence each."""
        case, problems = read_case(self.root)
        return list(dict.fromkeys(str(one) for one in (*problems, *problems_of(case))))

    # --- the event and its texts

    def name(self, title: str, event: str, language: str) -> None:
        """Say what the case is called, what happened, and in which language the texts are."""
        if not title.strip():
            raise CourseError("The case has no name yet: write one, such as the event in three words")
        said = {"title": title.strip(), "event": event.strip(), "language": language.strip() or "en"}
        about = self.read("seeds/case.toml") | said
        self.change("the name", {"seeds/case.toml": {key: one for key, one in about.items() if one}})

    def add_text(self, text: str, source: Mapping[str, str], of: str = "") -> str:
        """Add a text, or put it in the place of article `of`, and return its letter.

        Its bytes are kept as they are, and hashed. `source` says who published it, when, where it was found,
        under which licence, and how all that is known.
        """
        data = text.encode("utf-8")
        if not text.strip():
            raise CourseError("There is no text: paste one, or choose a file")
        about = self.read("seeds/case.toml")
        entries: list[Entry] = about.get("article", [])
        held = {entry["id"]: entry for entry in entries}
        free = next((letter for letter in ascii_uppercase if letter not in held), "")
        if not (id := of or free):
            raise CourseError("The case has 26 texts, which is all that the letters allow: remove one first")
        if not source.get("publisher", "").strip():
            raise CourseError("Write who published the text, or ‘not known’")
        sha256 = hashlib.sha256(data).hexdigest()
        file = f"{ascii_uppercase.index(id):03}_{sha256[:16]}.txt"
        entry = {"id": id, "file": file, "sha256": sha256}
        about["article"] = sorted(
            [*(one for one in entries if one["id"] != id), entry], key=lambda e: e["id"]
        )
        files: dict[str, Any] = {f"seeds/articles/{held[id]['file']}": None} if id in held else {}
        files |= {f"seeds/articles/{file}": data, "seeds/case.toml": about}
        files["seeds/readings/provenance.toml"] = self._with_source(id, source)
        self.change(f"text {id}", files)
        return id

    def remove_text(self, id: str) -> None:
        """Remove a text. What exercises and keys say of it stays, and `problems` names it."""
        about = self.read("seeds/case.toml")
        gone = next(entry for entry in about["article"] if entry["id"] == id)
        about["article"] = [entry for entry in about["article"] if entry["id"] != id]
        provenance = self._with_source(id, None)
        files = {
            "seeds/case.toml": about,
            f"seeds/articles/{gone['file']}": None,
            "seeds/readings/provenance.toml": provenance,
        }
        self.change(f"removing text {id}", files)

    def _with_source(self, id: str, source: Mapping[str, str] | None) -> Entry:
        about = self.read("seeds/readings/provenance.toml") or dict(TEXTS["provenance"])
        about["lookup"] = [one for one in about["lookup"] if one["article"] != id]
        if source:
            given = {name: " ".join(source.get(name, "").split()) for name in TEXTS["source"]}
            told = [
                f"{TEXTS['source'][name]}: {given[name]}." for name in ("published", "licence") if given[name]
            ]
            entry: Entry = {"id": f"{id}-L01", "article": id, "name": given["publisher"]}
            entry |= {"role": "published the text", "found": " ".join(told) or "Nothing more is known."}
            entry["confirmed"] = bool(given["known"])
            entry |= {"address": given["address"]} if given["address"] else {}
            entry["caveat"] = given["known"] or "Nobody has said yet how this is known."
            about["lookup"] = sorted([*about["lookup"], entry], key=lambda e: str(e["article"]))
        return about

    # --- lines of the texts

    def lines(self, article: str) -> list[tuple[int, int, str]]:
        """Return start, end and kind of every stretch of a text that is not its report."""
        return [(one.start, one.end, one.kind) for one in self.case()[article].blocks if one.kind != "body"]

    def set_line(self, article: str, start: int, end: int, kind: str) -> None:
        """Say of which kind a stretch of a text is. What the rules propose for it is not written down."""
        text = self.case()[article]
        kept = [one for one in text.known if one.end <= start or end <= one.start]
        proposed = {
            one.kind
            for one in Article(article, text.raw, tuple(kept)).blocks
            if one.start < end and start < one.end
        }
        blocks = [one for one in self.read("seeds/blocks.toml").get("block", ()) if one["article"] != article]
        wanted = [*kept, *([] if proposed == {kind} else [Annotation(article, start, end, kind)])]
        blocks += [place_of(text, one.start, one.end) | {"kind": one.label} for one in sorted(wanted)]
        self.change(f"a line of {article}", {"seeds/blocks.toml": {"block": blocks} if blocks else None})

    # --- voices

    def quotes(self) -> list[Entry]:
        """Return the quotations of all texts, as kept or, without a `group`, as the rules propose them."""
        kept = {(one["article"], one["exact"], one.get("prefix", "")): one for one in self._kept_quotes()}
        case, found = self.case(), []
        for id, quotes in known_quotes(case).items():
            for quote in quotes:
                try:
                    place = place_of(case[id], quote.start, quote.end)
                except SpanError:
                    continue  # the text repeats itself: no words name this one place, the other is proposed
                group = kept.get((id, place["exact"], place.get("prefix", "")), {}).get("group", "")
                who = quote.speaker.name if quote.speaker else ""
                found.append(place | {"kind": quote.kind, "speaker": who, "group": group})
        return found

    def _kept_quotes(self) -> list[Entry]:
        return list(self.read("seeds/readings/quotes.toml").get("quote", ()))

    def keep_quotes(self, quotes: Iterable[Mapping[str, Any]], by: str = READERS[0]) -> None:
        """Keep these quotations, with kind and speaker, in place of all that were kept before.

        Those that are printings of one utterance form a group: as the rules match them, or as `group` says
        (ALONE: with no other). Who it is from, the fullest says.
        Raises CourseError where the case came with readings of its voices that this would lose.
        """
        about = self.read("seeds/readings/quotes.toml")
        if about.get("paraphrase") or any(set(one["kind"]) != {by} for one in self._kept_quotes()):
            raise CourseError(
                "Several readers of this case listed its voices: change seeds/readings/quotes.toml"
            )
        case = self.case()
        entries: list[Entry] = []
        groups: list[Entry] = []
        given = sorted(quotes, key=lambda one: (one["article"], case[one["article"]].raw.index(one["exact"])))
        group_of = {(one["article"], one["exact"]): one["group"] for one in given if one.get("group")}
        free = (name for n in count(1) if (name := f"G{n:02}") not in group_of.values())
        for utterance in match_versions(case.articles, known_quotes(case)):
            quoted = ((one.article, one.quote) for one in utterance.versions)
            printed = [(id, case[id].raw[quote.start : quote.end]) for id, quote in quoted]
            name = next((group_of[pair] for pair in printed if group_of.get(pair, ALONE) != ALONE), "")
            group_of = dict.fromkeys(printed, name or next(free)) | group_of
        for number, one in enumerate(given, 1):
            pair, who = (one["article"], one["exact"]), one["speaker"].strip() or NOBODY[1]
            group = group_of.get(pair, ALONE)
            group = next(free) if group == ALONE else group
            place = {name: one[name] for name in ("article", "exact", "prefix") if one.get(name)}
            labels = {"kind": {by: one["kind"]}, "speaker": {by: who}}
            entries.append({"id": f"Q{number:03}", "group": group, **place, **labels})
        for group in dict.fromkeys(one["group"] for one in entries):
            versions = [one for one in entries if one["group"] == group]
            full = max(versions, key=lambda one: len(one["exact"]))
            groups.append({"id": group, "utterance": full["exact"], "speaker": full["speaker"][by]})
        speakers = {one["speaker"][by]: "a voice in these texts" for one in entries}
        speakers |= {NOBODY[1]: "no speaker is told"}
        words = {"kind": KINDS, "speaker": speakers}
        about = {"vocabulary": words, "group": groups, "quote": entries, "paraphrase": []}
        self.change("the voices", {"seeds/readings/quotes.toml": about if entries else None})

    # --- exercises

    def exercises(self) -> dict[str, Entry]:
        """Return the exercises as their files have them, by id, each with its `lesson`."""
        paths = sorted((self.seeds / "exercises").glob("*.toml"))
        return {
            str(one["id"]): {"lesson": path.stem, **one}
            for path in paths
            for one in read_toml(path)["exercise"]
        }

    def keep_exercise(self, entry: Mapping[str, Any]) -> None:
        """Keep an exercise in its lesson, in the place of one of its id."""
        lesson = str(entry["lesson"])
        new = {name: one for name, one in entry.items() if name != "lesson"}
        self._keep_lesson(f"exercise {entry['id']}", lesson, str(entry["id"]), new)

    def remove_exercise(self, id: str) -> None:
        """Remove an exercise and what was answered to it."""
        self._keep_lesson(f"removing exercise {id}", self.exercises()[id]["lesson"], id, None)

    def _keep_lesson(self, what: str, lesson: str, id: str, new: Entry | None) -> None:
        name = f"seeds/exercises/{lesson}.toml"
        entries = self.read(name).get("exercise", [])
        ids = [one["id"] for one in entries]
        if new is None:
            entries = [one for one in entries if one["id"] != id]
        elif id in ids:
            entries[ids.index(id)] = new
        else:
            entries.append(new)
        files: dict[str, Any] = {name: {"exercise": entries} if entries else None}
        if new is None:
            keys = [key for key in self._keys(lesson) if key["exercise"] != id]
            files[f"seeds/readings/keys/{lesson}.toml"] = {"key": keys} if keys else None
        self.change(what, files)

    def _keys(self, lesson: str) -> list[Entry]:
        return list(self.read(f"seeds/readings/keys/{lesson}.toml").get("key", ()))

    # --- keys: what readers answered

    def readers(self) -> dict[str, str]:
        """Return the names of those who answered, by how the keys call them.

        Whose answers came with the case, from a colleague, is called as students read it: Reader 1.
        """
        case, names = read_case(self.root)[0], self.read(NAMES)
        exercises, facts = read_exercises(case)[0], read_facts(case)[0]
        paths = (self.seeds / "readings" / "keys").glob("*.toml")
        read = (found for path in paths for _, found in read_keys(case, path, exercises, facts))
        by = {key.by for found in read if isinstance(found, list) for key in found}
        return {one: names.get(one, name_of(one)) for one in READERS if one in by or one in names}

    def add_reader(self, data: bytes, file: str, name: str) -> str:
        """Take the answers of a file that 'Save my work' made as those of a reader, and say what came in.

        Who is known by this name already is answered anew. Raises CourseError where the file is of no use.
        """
        case = self.case()
        exercises = read_exercises(case)[0]
        handed = fitted(read_hand_in(data, file, str(case.about["title"])), exercises, case)
        keyed = {id for id, one in exercises.items() if one.points > 0 and not one.written}
        answered = {id: one.value for id, one in handed.answers.items() if id in keyed}
        if not answered:
            raise CourseError(f"{file!r:.80} answers no exercise that has a key: answer the lessons first")
        return self._answer(name, answered, case)

    def add_marks(self, data: bytes, file: str, id: str, name: str) -> str:
        """Take web annotations (W3C, or an export of Hypothes.is) as a reader’s answer to one exercise.

        Their first tag is the label; in which text they stand, the quoted words say. Raises CourseError.
        """
        case = self.case()
        asked = read_exercises(case)[0].get(id)
        if asked is None or not asked.in_text:
            raise CourseError("Choose an exercise that is answered by marking")
        try:
            given = json.loads(data)
            items = given if isinstance(given, list) else given.get("rows") or given["first"]["items"]
            told = [_as_web(one, [case[letter] for letter in asked.articles]) for one in items]
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            said = f"{file!r:.80} is no export of annotations that can be read"
            raise CourseError(f"{said}: choose the JSON that Hypothes.is or this page made") from error
        layer = from_web_annotations({"label": name, "first": {"items": told}}, case.articles)
        value = [mark_of(case[one.article], *one[1:4]) for one in layer.annotations]
        asked.check(value)
        return self._answer(name, {id: value}, case)

    def marks(self) -> bytes:
        """Return the marks of all readers as W3C Web Annotations: a collection for each exercise, in JSON."""
        case, keys = self.case(), load_keys(self.case())
        exercises = read_exercises(case)[0]
        found = []
        for id, of in ((id, of) for id, of in keys.items() if exercises[id].in_text):
            notes = [Annotation(k.article, k.start, k.end, str(k.value), name_of(k.by), k.reason) for k in of]
            found.append(to_web_annotations(Layer(id, tuple(notes)), case.articles))
        return to_json(found)

    def _answer(self, name: str, answered: Mapping[str, Any], case: Case) -> str:
        if not (name := " ".join(name.split())[:80]):
            raise CourseError("Write the reader’s name, or a word that stands for it")
        exercises, readers = read_exercises(case)[0], self.readers()
        people = [one for one in READERS if one.startswith("reader")]
        by = next((by for by, one in readers.items() if one == name), "")
        by = by or next((one for one in people if one not in readers), "")
        if not by:
            raise CourseError(f"There are {len(people)} readers, which is all a key can hold: remove one")
        files: dict[str, Any] = {}
        for lesson in {exercises[id].lesson for id in answered}:
            keys = [key for one in self._keys(lesson) if (key := _without(one, by, answered))]
            for id in (id for id in answered if exercises[id].lesson == lesson):
                keys = _with(keys, exercises[id], by, answered[id], case)
            files[f"seeds/readings/keys/{lesson}.toml"] = {"key": keys}
        files[NAMES] = self.read(NAMES) | {by: name}
        self.change(f"the answers of {name}", files)
        return f"{name}: {len(answered)} exercises."

    def remove_reader(self, by: str) -> None:
        """Remove a reader and all of their answers."""
        files: dict[str, Any] = {}
        for path in sorted((self.seeds / "readings" / "keys").glob("*.toml")):
            keys = [key for one in self._keys(path.stem) if (key := _without(one, by, None))]
            files[f"seeds/readings/keys/{path.name}"] = {"key": keys} if keys else None
        files[NAMES] = {one: name for one, name in self.read(NAMES).items() if one != by}
        self.change("removing a reader", files)

    def give_reason(self, exercise: str, thing: str, by: str, reason: str) -> None:
        """Keep why a reader answered as they did: the sentence that students read."""
        lesson = self.exercises()[exercise]["lesson"]
        keys = self._keys(lesson)
        for key in keys:
            if key["exercise"] == exercise and _thing(key) == thing and by in key.get("value", {}):
                key["reason"] = _reasons(key) | {by: " ".join(reason.split())}
        self.change("a reason", {f"seeds/readings/keys/{lesson}.toml": {"key": keys}})

    def split(self) -> list[Entry]:
        """Return the decisions on which readers differ, with their answers and reasons by reader."""
        found = []
        for id, entry in self.exercises().items():
            for key in self._keys(entry["lesson"]):
                values = key.get("value")
                if (
                    key["exercise"] == id
                    and isinstance(values, dict)
                    and len(set(map(str, values.values()))) > 1
                ):
                    told = {"thing": _thing(key), "values": values, "reasons": _reasons(key)}
                    found.append({"exercise": id, **told})
        return found

    # --- to give away

    def packed(self) -> bytes:
        """Return the case as a ZIP for a colleague, which `course new DIR --from ZIP` opens."""
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
            for path in sorted(self.seeds.rglob("*")):
                if path.is_file():
                    file.write(path, path.relative_to(self.root).as_posix())
        return made.getvalue()


def _as_web(item: Mapping[str, Any], articles: Iterable[Article]) -> Entry:
    """Return an annotation as the course writes them, whoever made it."""
    target = item["target"][0] if isinstance(item["target"], list) else item["target"]
    selectors = {one["type"]: one for one in target["selector"]}
    quote = selectors["TextQuoteSelector"]
    source = str(target["source"])
    if not source.startswith("urn:article:"):
        here = [one.id for one in articles if str(quote["exact"]) in one.raw]
        source = f"urn:article:{(here or ['?'])[0]}"
    position = selectors.get("TextPositionSelector", {"type": "TextPositionSelector", "start": -1, "end": -1})
    body = item.get("body") or [
        {"purpose": "tagging", "value": item["tags"][0]},
        {"purpose": "commenting", "value": str(item.get("text", ""))},
    ]
    return {"target": {"source": source, "selector": [quote, position]}, "body": body}


def _toml(name: str, about: Mapping[str, Any]) -> bytes:
    """Return a table as TOML, with the name of its schema in the first line."""
    path = Path(name)
    form = path.parent.name if path.parent.name in ("exercises", "keys") else path.stem
    up = "../" * (len(path.parts) - 1)
    first = "" if name == NAMES else f"#:schema {up}course/formats/{form}.schema.json\n"
    return f"{first}{tomli_w.dumps(about)}".encode()


def _thing(key: Mapping[str, Any]) -> str:
    """Return what a key is about, in its exercise."""
    return " ".join(str(key[name]) for name in PLACE if key.get(name))


def _reasons(key: Mapping[str, Any]) -> dict[str, str]:
    """Return the reasons of a key by reader; one that stands for all counts for each."""
    said = key.get("reason", {})
    return dict(said if isinstance(said, dict) else dict.fromkeys(key["value"], said))


def _without(key: Entry, by: str, answered: Mapping[str, Any] | None) -> Entry | None:
    """Return a key without a reader’s answer to these exercises (None: to all); None if nothing is left."""
    values = key.get("value")
    if answered is not None and key["exercise"] not in answered:
        return key
    if not isinstance(values, dict):
        return None if key.get("by") == by else key
    if by not in values:
        return key
    values = {one: value for one, value in values.items() if one != by}
    reasons = {one: text for one, text in _reasons(key).items() if one != by}
    return {**key, "value": values, "reason": reasons} if values else None


def _with(keys: list[Entry], exercise: Exercise, by: str, value: Any, case: Case) -> list[Entry]:
    """Return keys with a reader’s answer to one exercise, in one entry with what others answered there.

    What stands there in another form, the course’s answer or one that a fact gives, stays as it is.
    """
    keys = list(keys)
    ours = [one for one in keys if one["exercise"] == exercise.id and isinstance(one.get("value"), dict)]
    found = {_thing(one): one for one in ours if "fact" not in one}
    for path, part in exercise.parts(value):
        place, given = exercise.as_key(path, part, case)
        key = {"exercise": exercise.id, **place, "value": {}, "reason": {}}
        held = found.get(_thing(key), {"value": {by: ""}})
        if by in held["value"]:  # nobody answered there yet, or the same words have two labels
            keys.append(held := key)
            found[_thing(key)] = key
        held["value"][by] = given
    return keys
