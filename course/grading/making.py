"""A case that is being made: its files, changed step by step, and every step can be taken back.

Nobody who makes a case sees these files. What a step writes is what people would write by hand: `check` finds
what does not fit, and lessons read it at once.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain, takewhile
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import tomli_w

from course.analysis.quotations import Quote, Speaker
from course.analysis.quotations.known import NOBODY, known_quotes, label_of
from course.analysis.quotations.versions import match_versions
from course.corpus import annotation
from course.corpus.annotation import Annotation, Layer, find_words, place_of
from course.corpus.article import Article
from course.corpus.case import Case, open_case, read_case, read_toml
from course.corpus.errors import CourseError, SpanError, need
from course.corpus.readings import READERS, TEACHER
from course.grading.drafts import Entry, free_ids
from course.lessons.consistency import problems_of
from course.lessons.exercises import read_exercises, sha256_of
from course.lessons.files import alone, read_stored, replace_file, to_json, zipped
from course.lessons.handin import fitted, read_hand_in
from course.lessons.keys import BY, load_keys, read_facts, read_keys
from course.lessons.kinds.mark import mark_of
from course.lessons.scoring import name_of

MADE = {"id", "utterance", "speaker"}  # what a group says that nobody wrote more about
ALONE = "alone"  # the group of a quotation that is a printing of no other utterance
TEXTS = read_toml(Path(__file__).with_suffix(".toml"))
OF_QUOTES: dict[str, str] = TEXTS["voices"]["vocabulary"]["kind"]  # the kinds, and what each is
PLACE = ("item", "group", "article", "prefix", "exact")  # what of a key says what it is about
SOURCES = "seeds/readings/provenance.toml"
VOICES = "seeds/readings/quotes.toml"
KEYS, EXERCISES = "seeds/readings/keys/{}.toml", "seeds/exercises/{}.toml"  # of a lesson
NAMES = "readers.toml"  # beside seeds/: who the readers are stays with whoever makes the case
Span = tuple[str, int, int, str]


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
            step = self.steps / f"{max((int(one.stem) for one in self._kept()), default=0) + 1:06}.json"
            replace_file(step, to_json({"what": what, "before": before}))
            try:
                for name, said in files.items():
                    made = _toml(name, said, before[name] or "") if isinstance(said, Mapping) else said
                    self._write(name, made)
            except CourseError:
                self._restore(step)
                raise

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

    def _listing(self, name: str, what: str, entries: list[Entry]) -> dict[str, Any]:
        """Return a file with other entries of [[what]], to be written; without any there is none."""
        return {name: self.read(name) | {what: entries} if entries else None}

    def case(self) -> Case:
        """Return the case as it stands. Raises CourseError where it has no text, or one cannot be used."""
        need(self.read("seeds/case.toml").get("article"), "There is no text yet: add the first one in step 1")
        return open_case(self.root)

    def problems(self) -> list[str]:
        """Return all that `check` finds, a sentence each."""
        case, problems = read_case(self.root)
        return list(dict.fromkeys(str(one) for one in (*problems, *problems_of(case))))

    # --- the event and its texts

    def name(self, title: str, event: str, language: str) -> None:
        """Say what the case is called, what happened, and in which language the texts are."""
        need(title.strip(), "The case has no name yet: write one, such as the event in three words")
        said = {"title": title.strip(), "event": event.strip(), "language": language.strip() or "en"}
        about = self.read("seeds/case.toml") | said
        self.change("the name", {"seeds/case.toml": {key: one for key, one in about.items() if one}})

    def add_text(self, text: str, source: Mapping[str, str], of: str = "") -> str:
        """Add a text, or put it in the place of article `of`, and return its letter.

        Its bytes are kept as they are, and hashed. `source` says who published it, when, where it was found,
        under which licence, and how all that is known; of a text that takes another's place it may be empty.
        """
        need(text.strip(), "There is no text: paste one, or choose a file")
        held = {entry["id"] for entry in self.read("seeds/case.toml").get("article", ())}
        free = (letter for letter in ascii_uppercase if letter not in held)
        id = need(of or next(free, ""), TEXTS["no_letter"])
        given = {name: " ".join(source.get(name, "").split()) for name in TEXTS["source"]}
        known = [one for one in self.read(SOURCES).get("lookup", ()) if one["article"] == of]
        need(given["publisher"] or known, "Write who published the text, or ‘not known’")
        told = [f"{TEXTS['source'][one]}: {given[one]}." for one in ("published", "licence") if given[one]]
        said: Entry = {"id": f"{id}-L01", "article": id, "name": given["publisher"], "found": " ".join(told)}
        said |= {"address": given["address"], "caveat": given["known"], "confirmed": bool(given["known"])}
        entry = TEXTS["lookup"] | {name: one for name, one in said.items() if one}
        self._put_text(f"text {id}", id, text.encode(), [entry] if given["publisher"] else known)
        return id

    def remove_text(self, id: str) -> None:
        """Remove a text. What exercises and keys say of it stays, and `problems` names it."""
        self._put_text(f"removing text {id}", id, None, [])

    def _put_text(self, what: str, id: str, data: bytes | None, lookups: list[Entry]) -> None:
        case, files = "seeds/case.toml", "seeds/articles"
        about, provenance = self.read(case), self.read(SOURCES) or TEXTS["provenance"]
        articles, known = about.get("article", ()), provenance["lookup"]
        made: dict[str, Any] = {f"{files}/{one['file']}": None for one in articles if one["id"] == id}
        articles = [one for one in articles if one["id"] != id]
        if data is not None:
            sha256 = hashlib.sha256(data).hexdigest()
            name = f"{ascii_uppercase.index(id):03}_{sha256[:16]}.txt"
            made[f"{files}/{name}"] = data
            articles.append({"id": id, "file": name, "sha256": sha256})
        lookups += [one for one in known if one["article"] != id]
        made[case] = about | {"article": sorted(articles, key=lambda one: str(one["id"]))}
        made[SOURCES] = provenance | {"lookup": sorted(lookups, key=lambda one: str(one["id"]))}
        self.change(what, made)

    # --- lines of the texts

    def set_line(self, article: str, start: int, end: int, kind: str) -> None:
        """Say of which kind a stretch of a text is. What the rules propose for it is not written down."""
        text = self.case()[article]
        if (said := Annotation(article, start, end, kind)) in text.known:
            return
        kept = [one for one in text.known if one.end <= start or end <= one.start]
        blocks = Article(article, text.raw, tuple(kept)).blocks
        proposed = {one.kind for one in blocks if one.start < end and start < one.end}
        known = [one for one in self.read("seeds/blocks.toml").get("block", ()) if one["article"] != article]
        wanted = kept if proposed == {kind} else [*kept, said]
        known += [place_of(text, one.start, one.end) | {"kind": one.label} for one in sorted(wanted)]
        self.change(f"a line of {article}", self._listing("seeds/blocks.toml", "block", known))

    # --- voices

    def quotes(self) -> list[Entry]:
        """Return the quotations of all texts: as kept, with their `group`, or as the rules propose them.

        `state` says which; what was kept and does not stand in its text any more comes last.
        """
        case, found = self.case(), []
        kept = self._kept_quotes(case)
        for id, quotes in known_quotes(case).items():
            for quote in quotes:
                if held := kept.pop((id, quote.start, quote.end, ""), None):
                    found.append(_as_shown(held, "kept"))
                    continue
                with suppress(SpanError):  # the text repeats itself: the other place is proposed
                    who = quote.speaker.name if quote.speaker else NOBODY[1]
                    said = {"kind": quote.kind, "speaker": who, "group": "", "state": "found"}
                    found.append(place_of(case[id], quote.start, quote.end) | said)
        return found + [_as_shown(held, "not in the text") for held in kept.values()]

    def _kept_quotes(self, case: Case) -> dict[Span, Entry]:
        return {_span(case, one): one for one in self.read(VOICES).get("quote", ())}

    def keep_quotes(self, quotes: Iterable[Entry]) -> None:
        """Keep these quotations, with kind and speaker, in place of all that were kept before.

        What readers listed stays theirs; what is changed, or new, is the teacher’s. Those that are printings
        of one utterance form a group: as the rules match them, or as `group` says (ALONE: with no other).
        Who it is from, the fullest says.
        """
        case, about = self.case(), self.read(VOICES) or TEXTS["voices"]
        given, held = {_span(case, one): one for one in quotes}, self._kept_quotes(case)
        taken = {one["id"] for one in (*about["group"], *about["quote"])}
        groups, ids = _grouped(case, given, free_ids("G{:02}", taken)), free_ids("Q{:03}", taken)
        entries: list[Entry] = []
        for span in [*(one for one in held if one in given), *sorted(given.keys() - held.keys())]:
            one, old = given[span], held.get(span, {})
            place = {name: one[name] for name in ("article", "exact", "prefix") if one.get(name)}
            entry = old or {"id": next(ids), "group": "", **place, "kind": {}, "speaker": {}}
            for what in ("kind", "speaker"):
                if one[what] != label_of(entry[what]):
                    entry[what] = entry[what] | {TEACHER: one[what]}
            entries.append(entry | {"group": groups[span]})
        made = {one["id"]: one for one in about["group"]}
        for name in dict.fromkeys(groups.values()):
            full = max((one for one in entries if one["group"] == name), key=lambda one: len(one["exact"]))
            who = {"speaker": label_of(full["speaker"])}
            said = {"id": name, "utterance": full["exact"], **who} | made.get(name, {})
            made[name] = said | (who if TEACHER in full["speaker"] else {})
        used = {one["group"] for one in (*entries, *about["paraphrase"])}
        kept = [one for id, one in made.items() if id in used or one.keys() > MADE]
        people = {label: TEXTS["a_voice"] for one in entries for label in one["speaker"].values()}
        words = about["vocabulary"]
        words = {"kind": OF_QUOTES | words["kind"], "speaker": people | words["speaker"]}
        about = about | {"vocabulary": words, "group": kept, "quote": entries}
        self.change("the voices", {VOICES: about if entries or about["paraphrase"] else None})

    # --- exercises

    def exercises(self) -> dict[str, Entry]:
        """Return the exercises as their files have them, by id, each with its `lesson`."""
        paths = sorted((self.seeds / "exercises").glob("*.toml"))
        found = ({"lesson": path.stem, **one} for path in paths for one in read_toml(path)["exercise"])
        return {str(one["id"]): one for one in found}

    def keep_exercise(self, entry: Mapping[str, Any]) -> None:
        """Keep an exercise in its lesson, in the place of one of its id."""
        name = EXERCISES.format(entry["lesson"])
        entries = {one["id"]: one for one in self.read(name).get("exercise", ())}
        entries[entry["id"]] = {of: one for of, one in entry.items() if of != "lesson"}
        self.change(f"exercise {entry['id']}", self._listing(name, "exercise", [*entries.values()]))

    def remove_exercise(self, id: str) -> None:
        """Remove an exercise and what was answered to it."""
        lesson = str(self.exercises()[id]["lesson"])
        name = EXERCISES.format(lesson)
        left = [one for one in self.read(name)["exercise"] if one["id"] != id]
        keys = [key for key in self._keys(lesson) if key["exercise"] != id]
        files = self._listing(name, "exercise", left) | self._listing(KEYS.format(lesson), "key", keys)
        self.change(f"removing exercise {id}", files)

    # --- keys: what readers answered

    def readers(self) -> dict[str, str]:
        """Return the names of those who answered, by how the keys call them.

        Whose answers came with the case, from a colleague, is called as students read it: Reader 1.
        """
        case, names = self.case(), self.read(NAMES)
        exercises, facts = read_exercises(case)[0], read_facts(case)[0]
        paths = (self.seeds / "readings" / "keys").glob("*.toml")
        read = (found for path in paths for _, found in read_keys(case, path, exercises, facts))
        by = {key.by for found in read if isinstance(found, list) for key in found}
        return {one: names.get(one, name_of(one)) for one in READERS if one in by or one in names}

    def add_reader(self, data: bytes, file: str, name: str) -> str:
        """Take the answers of a file that 'Save my work' made as those of a reader, and say what came in.

        Who is known by this name already is answered anew. Raises CourseError where the file is of no use.
        """
        exercises = read_exercises(case := self.case())[0]
        handed = fitted(read_hand_in(data, file, str(case.about["title"])), exercises, case)
        keyed = {id for id, one in exercises.items() if one.points > 0 and not one.written}
        answered = {id: one.value for id, one in handed.answers.items() if id in keyed}
        need(answered, f"{file!r:.80} answers no exercise that has a key: answer the lessons first")
        made = sha256_of([handed.student.student_id, answered])
        twice = [one for by, one in self.readers().items() if self.read(NAMES).get(f"{by} sent") == made]
        need(not twice or twice == [" ".join(name.split())], TEXTS["twice"].format(file, ", ".join(twice)))
        return self._answer(name, answered, case, made)

    def add_marks(self, data: bytes, file: str, id: str, name: str) -> str:
        """Take web annotations (W3C, or an export of Hypothes.is) as a reader’s answer to one exercise.

        Their first tag is the label; in which text they stand, the quoted words say. Raises CourseError.
        """
        asked = need(read_exercises(case := self.case())[0].get(id), TEXTS["no_marking"])
        need(asked.in_text, TEXTS["no_marking"])
        try:
            given = json.loads(data)
            items = given if isinstance(given, list) else given.get("rows") or given["first"]["items"]
            told = {"label": name, "first": {"items": items}}
            layer = annotation.from_web_annotations(told, [case[letter] for letter in asked.articles])
        except SpanError:
            raise
        except (CourseError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise CourseError(TEXTS["no_export"].format(file)) from error
        value = [mark_of(case[one.article], *one[1:4]) for one in layer.annotations]
        asked.check(value)
        return self._answer(name, {id: value}, case)

    def marks(self) -> bytes:
        """Return the marks of all readers as W3C Web Annotations: a collection for each exercise, in JSON."""
        case, keys = self.case(), load_keys(self.case())
        exercises, found = read_exercises(case)[0], []
        for id, of in ((id, of) for id, of in keys.items() if exercises[id].in_text):
            notes = [Annotation(k.article, k.start, k.end, str(k.value), name_of(k.by), k.reason) for k in of]
            found.append(annotation.to_web_annotations(Layer(id, tuple(notes)), case.articles))
        return to_json(found)

    def _answer(self, name: str, answered: Mapping[str, Any], case: Case, made: str = "") -> str:
        name = need(" ".join(name.split())[:80], "Write the reader’s name, or a word that stands for it")
        exercises, readers = read_exercises(case)[0], self.readers()
        known = (by for by, one in readers.items() if one == name)
        free = (one for one in READERS if one.startswith("reader") and one not in readers)
        by = need(next(chain(known, free), ""), TEXTS["no_reader"])
        files: dict[str, Any] = {NAMES: self.read(NAMES) | {by: name, f"{by} sent": made}}
        for lesson in {exercises[id].lesson for id in answered}:
            here = [id for id in answered if exercises[id].lesson == lesson]
            keys = [one for one in self._keys(lesson) if one["exercise"] not in here or one.get("by") != by]
            for id, asked in ((id, exercises[id]) for id in here):
                pairs = (asked.as_key(path, part, case) for path, part in asked.parts(answered[id]))
                keys += [{"exercise": id, "by": by, **at, "value": one, "reason": ""} for at, one in pairs]
            files |= self._listing(KEYS.format(lesson), "key", keys)
        self.change(f"the answers of {name}", files)
        return f"{name}: {len(answered)} {'exercise' if len(answered) == 1 else 'exercises'}."

    def remove_reader(self, by: str) -> None:
        """Remove a reader and all of their answers."""
        names = {one: name for one, name in self.read(NAMES).items() if one.removesuffix(" sent") != by}
        files: dict[str, Any] = {NAMES: names}
        for path in sorted((self.seeds / "readings" / "keys").glob("*.toml")):
            keys = [one for one in self._keys(path.stem) if one.get("by") != by]
            files |= self._listing(KEYS.format(path.stem), "key", keys)
        self.change("removing a reader", files)

    def give_reason(self, exercise: str, thing: str, by: str, reason: str) -> None:
        """Keep why a reader answered as they did: the sentence that students read."""
        lesson = self.exercises()[exercise]["lesson"]
        keys = list(self._keys(lesson))
        for key in keys:
            if (key["exercise"], _thing(key), key.get("by")) == (exercise, thing, by):
                key["reason"] = " ".join(reason.split())
        self.change("a reason", self._listing(KEYS.format(lesson), "key", keys))

    def split(self) -> list[Entry]:
        """Return the decisions on which readers differ, with their answers and reasons by reader."""
        found: defaultdict[tuple[str, str], list[Entry]] = defaultdict(list)
        exercises = read_exercises(self.case())[0]
        for lesson in dict.fromkeys(one.lesson for one in exercises.values()):
            for key in self._keys(lesson):
                if key["exercise"] in exercises and "value" in key and key.get("by") in READERS:
                    found[key["exercise"], _thing(key)].append(key)
        split = []
        for (id, thing), of in found.items():
            if len({str(key["value"]) for key in of}) > 1:
                asked = exercises[id]
                about = thing if asked.in_text else asked.about(thing)
                told = {"exercise": id, "title": asked.title, "thing": thing, "about": about}
                values = {key["by"]: asked.worded(key["value"]) for key in of if key["value"]}
                reasons = {key["by"]: key["reason"] for key in of if key.get("reason")}
                split.append({**told, "values": values, "reasons": reasons})
        return split

    def _keys(self, lesson: str) -> Iterator[Entry]:
        """Give the entries of a lesson’s keys; one with answers by reader becomes one for each of them."""
        for key in self.read(KEYS.format(lesson)).get("key", ()):
            values, said = key.get("value"), key.get("reason")
            if isinstance(values, dict) and set() < values.keys() <= set(BY):
                why = said if isinstance(said, dict) else dict.fromkeys(values, said)
                each = [key | {"by": by, "value": one, "reason": why.get(by)} for by, one in values.items()]
                yield from ({name: one for name, one in key.items() if one is not None} for key in each)
            else:
                yield key

    # --- to give away

    def packed(self) -> bytes:
        """Return the case as a ZIP for a colleague, which `course new DIR --from ZIP` opens."""
        paths = [path for path in sorted(self.seeds.rglob("*")) if path.is_file()]
        return zipped({path.relative_to(self.root).as_posix(): path.read_bytes() for path in paths})


def _span(case: Case, one: Entry) -> Span:
    """Return where words stand: article, start, end. Those that do not stand there come with their words."""
    try:
        return one["article"], *find_words(case[one["article"]].raw, one["exact"], one.get("prefix", "")), ""
    except CourseError:
        return one["article"], -1, -1, one["exact"]


def _as_shown(entry: Entry, state: str) -> Entry:
    return entry | {what: label_of(entry[what]) for what in ("kind", "speaker")} | {"state": state}


def _grouped(case: Case, quotes: Mapping[Span, Entry], free: Iterator[str]) -> dict[Span, str]:
    """Return the group of each quotation: its own, that of an utterance it is a printing of, or a new one."""
    known: dict[str, list[Quote]] = {}
    for (id, start, end, lost), one in quotes.items():
        if not lost:
            who = "" if one["speaker"] in NOBODY else one["speaker"]
            known.setdefault(id, []).append(Quote(start, end, one["kind"], Speaker(who) if who else None))
    names = {span: name for span, one in quotes.items() if (name := one["group"]) not in ("", ALONE)}
    for utterance in match_versions([case[id] for id in known], known):
        spans = [(one.article, one.quote.start, one.quote.end, "") for one in utterance.versions]
        if new := [one for one in spans if not quotes[one]["group"]]:
            name = next((names[one] for one in spans if one in names), "") or next(free)
            names |= dict.fromkeys(new, name)
    return {span: names.get(span) or next(free) for span in quotes}


def _toml(name: str, about: Mapping[str, Any], before: str) -> bytes:
    """Return a table as TOML below the comment that its file begins with, the name of its schema first."""
    path = Path(name)
    form = path.parent.name if path.parent.name in ("exercises", "keys") else path.stem
    up = "../" * (len(path.parts) - 1)
    first = "" if name == NAMES else f"#:schema {up}course/formats/{form}.schema.json\n"
    said = "".join(takewhile(lambda line: line.startswith("#"), before.splitlines(keepends=True)))
    return f"{said or first}{tomli_w.dumps(about)}".encode()


def _thing(key: Mapping[str, Any]) -> str:
    """Return what a key is about, in its exercise."""
    return " ".join(str(key[name]) for name in PLACE if key.get(name))
