"""The case maker: what make_a_case.ipynb shows. Each step is a panel; a press keeps it at once.

What a panel looks like is in maker.toml; what a press does to the files is in making.py.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from pathlib import Path
from textwrap import shorten
from typing import Any

from course.analysis.passages import shared_passages
from course.analysis.quotations.known import MOST, NOBODY
from course.corpus.annotation import find_words, place_of
from course.corpus.blocks import KINDS
from course.corpus.case import Case, find_root, read_toml
from course.corpus.errors import need, one_sentence
from course.grading.desk import Act, Fields, download, fields_of, in_lesson, shown_as, table
from course.grading.drafts import PATTERNS, Entry, draft, from_lines, to_lines
from course.grading.making import ALONE, OF_QUOTES, Making
from course.grading.texts import text_of, warnings
from course.lessons.cells import agreement_row, chosen, readers_decisions
from course.lessons.exercises import Exercise, read_exercises
from course.lessons.keys import load_keys
from course.lessons.messages import PanelTable, Status
from course.lessons.scoring import name_of
from course.lessons.widgets import Form, Opening, Panel, Reader, Shown, form_spec

PANELS: dict[str, Any] = read_toml(Path(__file__).with_suffix(".toml"))
NOISE = [kind for kind in KINDS if kind != "body"]
# Words a minute, with care; seconds for each decision, each line, each text written, each paragraph marked.
READ, A_DECISION, A_LINE, A_TEXT, A_MARK = 180, 8, 60, 300, 15
SAID = PANELS["said"]


def open_maker() -> Maker:
    """Return the case maker of the case that the working folder belongs to."""
    return Maker(Making(find_root()))


def _rows(name: str, caption: str, rows: Iterable[Mapping[str, Any]]) -> list[PanelTable]:
    """Return a table of its name: under each column what a row says of it."""
    columns = PANELS["columns"][name]
    return table(caption, ({head: one.get(of, "") for head, of in columns.items()} for one in rows))


def _by_reader(said: Mapping[str, Any]) -> str:
    return "; ".join(f"{name_of(by)}: {one}" for by, one in said.items())


def _fields(name: str, **now: Any) -> Status:
    return {"fields": fields_of(PANELS[name], **now)}


def _step(name: str, maker: Maker, press: Act, now: Callable[[Maker], Status]) -> Panel:
    """Return a panel that shows how things stand `now`, and again after each press and each undo."""
    told = {"lines": (), **PANELS[name]}

    def look() -> Status:
        return {"lines": list(told["lines"]), **now(maker)}  # in place of what was wrong before

    def pressed(button: str, given: Fields) -> Status:
        if button == PANELS["undo"]["name"]:
            undone = maker.making.undo()
            said: Status = {"text": SAID["undone"][bool(undone)].format(undone)}
        else:
            said = press(maker, button, given)
        return {**look(), **said}

    return Panel(name, on_press=pressed, look=look, buttons=[*told.pop("buttons"), PANELS["undo"]], **told)


class Maker:
    """The steps of a case in the making. Each method shows a panel."""

    def __init__(self, making: Making) -> None:
        self.making = making

    def _articles(self) -> dict[str, str]:
        entries = self.making.read("seeds/case.toml").get("article", ())
        return {entry["id"]: f"Text {entry['id']}" for entry in entries}

    # --- 1: the event and its texts

    @shown_as(_step, now=lambda maker: _fields("event", **maker.making.read("seeds/case.toml")))
    def event(self, button: str, given: Fields) -> Status:
        """Show what the case is called, and what happened."""
        self.making.name(given["title"], given["event"], given["language"])
        return {"text": "Kept."}

    def _texts_now(self) -> Status:
        which, rows = {id: f"text {id}, in place of what it was" for id in self._articles()}, []
        for at, one in enumerate(articles := self.making.case().articles if self._articles() else ()):
            told = " ".join(warnings(one.raw, articles[:at])) or "nothing"
            row = {"text": one.id, "words": len(one.raw.split()), "paragraphs": len(one.paragraphs)}
            rows.append({**row, "opens": one.raw[:60], "to be told": told})
        tables = table(f"{len(rows)} texts", rows)
        return {**_fields("texts", of={"": "a new text"} | which), "tables": tables}

    @shown_as(_step, now=_texts_now)
    def texts(self, button: str, given: Fields) -> Status:
        """Show the texts, and add, replace or remove one."""
        if button == "remove":
            need(given["of"], "Choose which text, in the last field")
            self.making.remove_text(given["of"])
            return {"text": f"Text {given['of']} is removed."}
        text = given["text"]
        if file := given["file"]:
            text = text_of(file["name"], base64.b64decode(file["data"]))
        return {"text": f"Kept as text {self.making.add_text(text, given, given['of'])}."}

    # --- 2: lines

    def lines(self) -> Shown:
        """Show one text with what is not its report, to be corrected by marking."""
        below = Opening()

        def show(_: Maker, button: str, given: Fields) -> Status:
            text = self.making.case()[given["article"] or ""]

            def change(path: list[str], mark: Any, base: Any) -> Status:
                kind = mark["label"] if path == ["add"] else "body"
                self.making.set_line(text.id, mark["start"], mark["end"], kind)
                return {}

            noise = [[text.id, one.start, one.end, one.kind] for one in text.blocks if one.kind != "body"]
            below.open(Reader([text], labels=NOISE, marks=noise, on_change=change))
            return {"text": "Shown below."}

        return Shown(_step("lines", self, show, lambda _: _fields("lines", article=self._articles())), below)

    # --- 3: voices

    def _voices_now(self) -> Status:
        quotes = self.making.quotes()
        printed = {(one["group"], one["article"]) for one in quotes if one["group"]}
        for one in quotes:
            also = {id for group, id in printed if group == one["group"]} - {one["article"]}
            one |= {"also": ", ".join(sorted(also)), "words": shorten(one["exact"], 120)}
        which = {str(n): f"{one['article']}: {shorten(one['exact'], 60)}" for n, one in enumerate(quotes)}
        kinds = {"": "as it stands"} | {kind: f"{kind}: {told}" for kind, told in OF_QUOTES.items()}
        choices = {"which": {"": "–"} | which, "kind": kinds, "article": self._articles()}
        choices["same"] = {"": "as it stands", ALONE: "no other"} | which
        full = [id for id, n in Counter(one["article"] for one in quotes).items() if n >= MOST]
        lines = PANELS["voices"]["lines"] + [SAID["so_many"].format(id=id, most=MOST) for id in full]
        tables = _rows("voices", f"{len(quotes)} quotations", quotes)
        return {**_fields("voices", **choices), "lines": lines, "tables": tables}

    @shown_as(_step, now=_voices_now)
    def voices(self, button: str, given: Fields) -> Status:
        """Show the quotations with their speakers, as kept or as proposed."""
        quotes = self.making.quotes()
        if button == "all":
            self.making.keep_quotes(quotes)
            return {"text": f"{len(quotes)} quotations are kept."}
        if words := given["words"].strip():
            article = self.making.case()[given["article"]]
            place = place_of(article, *find_words(article.raw, words))
            known = (one for one in quotes if place.items() <= one.items())
            one = next(known, place | {"speaker": NOBODY[1], "kind": "snippet", "group": ""})
        else:
            which = need(given["which"], "Choose a quotation, or write the words of one that is missing")
            one = quotes[int(which)]
        kept = [other for other in quotes if other["group"] and other is not one]
        said = {name: given[name].strip() or one[name] for name in ("kind", "speaker")}
        if same := given["same"]:
            said["group"] = same if same == ALONE else quotes[int(same)]["group"]
            need(said["group"], "Keep the other one first: then this one can be joined to it")
        self.making.keep_quotes([*kept, *([] if button == "remove" else [one | said])])
        return {"text": "Removed." if button == "remove" else "Kept."}

    def shared(self) -> Panel:
        """Show what texts share."""

        def now() -> Status:
            case = self.making.case()
            found = [({one.article for one in of}, of[0]) for of in shared_passages(case.articles)]
            said = [(", ".join(sorted(ids)), case[at.article].raw[at.start : at.end]) for ids, at in found]
            rows = [{"texts": ids, "words": shorten(words, 200)} for ids, words in said]
            lines = [*PANELS["shared"]["lines"], f"Found: {len(rows)}."]
            return {"tables": table("Shared passages", rows), "lines": lines}

        return Panel("shared", PANELS["shared"]["title"], look=now)

    # --- 4: exercises

    def exercises(self) -> Shown:
        """Show how exercises are drafted and edited, and below how a student sees the one at hand."""
        below = Opening()
        state = {"id": ""}

        def draft_now(_: Maker) -> Status:
            lessons = {one["name"]: one["lesson"].replace("_", " ") for one in PATTERNS}
            patterns = {name: f"{name} ({lesson})" for name, lesson in lessons.items()}
            return _fields("draft", pattern=patterns, article=self._articles())

        def edit_now(_: Maker) -> Status:
            found = self.making.exercises()
            which = {id: in_lesson(one["title"], one["lesson"]) for id, one in found.items()}
            entry = found.get(state["id"], {})
            return _fields(
                "edit",
                which=(state["id"], which) if entry else which,
                title=entry.get("title", ""),
                prompt=entry.get("prompt", "").strip(),
                options="\n".join(entry.get("options") or entry.get("labels") or ()),
                words="\n".join(entry.get("words", ())),
                items=to_lines(entry),
                paragraphs=", ".join(map(str, entry.get("paragraphs", ()))),
                points=f"{entry.get('points', 1):g}",
            )

        def draft_press(_: Maker, button: str, given: Fields) -> Status:
            entry = draft(given["pattern"], self.making.case(), given["article"] or "")
            held = self.making.exercises().get(entry["id"], entry)
            # What a person wrote is not drafted over.
            need(held == entry, SAID["edited"].format(held["title"]))
            self.making.keep_exercise(entry)
            edit.act({"button": "show", "fields": {"which": entry["id"]}})
            return {"text": f"Drafted: ‘{entry['title']}’. It stands below, to be edited."}

        def edit_press(_: Maker, button: str, given: Fields) -> Status:
            held = self.making.exercises().get(given["which"] or "")
            entry = need(held, "There is no exercise yet: draft one above")
            id, case = entry["id"], self.making.case()
            state["id"] = id
            if button == "remove":
                self.making.remove_exercise(id)
                below.open()
                return {"text": "Removed."}
            if button == "keep":
                self.making.keep_exercise(_edited(entry, given, case))
            exercises, wrong = read_exercises(case)
            if id not in exercises:
                raise wrong[0]
            below.open(_as_a_student_sees(exercises[id], case))
            return {"text": "Kept." if button == "keep" else "Shown."}

        edit = _step("edit", self, edit_press, edit_now)
        return Shown(_step("draft", self, draft_press, draft_now), edit, below)

    # --- 5: keys by doing

    def _readers_now(self) -> Status:
        case = self.making.case()
        exercises, keys = read_exercises(case)[0], load_keys(case)
        each = [(exercises[id], readers_decisions(exercises[id], of, case)) for id, of in keys.items()]
        compared = [(one, by) for one, by in each if len(by) > 1 and one.has_labels]
        cells = (agreement_row(one.title, *by.values()) for one, by in compared)
        rows = (dict(zip(SAID["agreeing"], row, strict=True)) for row in cells)
        who = [{"called": name_of(by), "is": name} for by, name in self.making.readers().items()]
        return {"tables": table("Readers", who) + table("How far they agree", rows)}

    @shown_as(_step, now=_readers_now)
    def readers(self, button: str, given: Fields) -> Status:
        """Show who answered, how far they agree, and add or remove one."""
        if button == "remove":
            named = {name: by for by, name in self.making.readers().items()}
            by = named.get(" ".join(given["name"].split()), "")
            self.making.remove_reader(need(by, "Write the name of the reader to remove, as the table has it"))
            return {"text": "Removed."}
        file, data = chosen(given)
        return {"text": self.making.add_reader(data, file, given["name"])}

    def _marks_now(self) -> Status:
        exercises = read_exercises(self.making.case())[0]
        return _fields("marks", which={id: one.title for id, one in exercises.items() if one.in_text})

    @shown_as(_step, now=_marks_now)
    def marks(self, button: str, given: Fields) -> Status:
        """Show how marks that were made elsewhere come in, and how the readers’ marks go out."""
        if button == "out":
            made = download("marks.json", self.making.marks(), "application/ld+json")
            return {"text": "Written.", "downloads": [made]}
        file, data = chosen(given, "")
        return {"text": self.making.add_marks(data, file, given["which"] or "", given["name"])}

    def _reasons_now(self) -> Status:
        split = self.making.split()
        which = {str(n): f"{one['title']} {shorten(one['about'], 60)}" for n, one in enumerate(split)}
        for one in split:
            one |= {"answers": _by_reader(one["values"]), "why": _by_reader(one["reasons"])}
            one["about"] = shorten(one["about"], 120)
        by = {one: name_of(one) for one in self.making.readers()}
        told = _rows("reasons", f"{len(split)} decisions on which readers differ", split)
        return {**_fields("reasons", which=which, by=by), "tables": told}

    @shown_as(_step, now=_reasons_now)
    def reasons(self, button: str, given: Fields) -> Status:
        """Show the decisions on which readers differ, and keep a reason for one."""
        need(given["which"], "Readers differ nowhere so far")
        one = self.making.split()[int(given["which"])]
        self.making.give_reason(one["exercise"], one["thing"], given["by"], given["reason"])
        return {"text": "Kept."}

    # --- 6: ready?

    def _ready_now(self) -> Status:
        case, wrong, readers = self.making.case(), self.making.problems(), self.making.readers()
        exercises = read_exercises(case)[0]
        took: Counter[str] = Counter()
        for one in exercises.values():
            took[one.lesson] += round(_seconds(one, case))
        lacking = " ".join(one for one in wrong if " has no key for " in one)  # lessons run without
        wrong = [one for one in wrong if " has no key for " not in one]
        open_ = [f"‘{one.title}’" for one in exercises.values() if repr(one.id) in lacking]
        told = [f"What does not fit: {len(wrong)}." if wrong else "Everything fits together."]
        told += [f"{len(exercises)} exercises in {len(took)} lessons."]
        told += [SAID["levels"][min(len(readers), 2)].format(len(readers))]
        told += [SAID["no_key"].format(", ".join(open_))] if open_ else []
        of_items = ((one, [item.article for item in one.items if item.article]) for one in exercises.values())
        asked = Counter(chain.from_iterable(ids or one.articles for one, ids in of_items))
        sizes = ((one.id, len(one.text.split())) for one in case.articles)
        rows = [{"text": id, "words": size, "asked about": asked[id]} for id, size in sizes]
        long = [{"lesson": at.replace("_", " "), "minutes": round(took[at] / 60)} for at in took]
        tables = table("What does not fit", map(self._in_words, wrong), below=False)
        tables += table("How even the texts are treated", rows)
        return {"lines": told, "tables": tables + table("What the exercises take, by estimate", long)}

    def _in_words(self, told: str) -> dict[str, str]:
        """Return what does not fit with titles in place of ids, and the step to go to in place of a file."""
        step = next((step for file, step in PANELS["steps"].items() if file in told), "")
        told = re.sub(r"^.*?seeds/[\w/]+\.toml,? ?", "", told)
        for id, one in self.making.exercises().items():
            told = re.sub(rf"(exercise )?'{id}'|(?<=\(){id}\b", f"‘{one.get('title', id)}’", told)
        return {"go to": step, "what": told[:1].upper() + told[1:]}

    @shown_as(_step, now=_ready_now)
    def ready(self, button: str, given: Fields) -> Status:
        """Show what `check` says, how even the texts are treated, and what has no key."""
        made = download("case.zip", self.making.packed(), "application/zip")
        return {"text": "Packed.", "downloads": [made]}


def _as_a_student_sees(asked: Exercise, case: Case) -> object:
    """Return the exercise's control. What is answered here is kept nowhere."""
    if asked.in_text:
        about: dict[str, Any] = {"title": asked.title, "prompt": asked.prompt, "labels": list(asked.labels)}
        return Reader([case[id] for id in asked.articles], paragraphs=asked.paragraphs, **about)
    return Form(spec=form_spec(asked, case))


def _edited(entry: Mapping[str, Any], given: Fields, case: Case) -> Entry:
    """Return an exercise as the form has it. Raises CourseError where a field cannot be understood."""
    new = {**entry, "title": given["title"].strip(), "prompt": given["prompt"].strip()}
    for name, of in (("options", "options"), ("labels", "options"), ("words", "words")):
        if name in entry:
            new[name] = [line.strip() for line in given[of].splitlines() if line.strip()]
    if "item" in entry:
        new["item"] = from_lines(entry, given["items"], case)
    with one_sentence("Paragraphs and points are numbers, such as 3, 7 and 10: correct them", ValueError):
        numbers = [int(one) for one in given["paragraphs"].replace(",", " ").split()]
        points = float(given["points"].replace(",", "."))
    new |= {"paragraphs": numbers} | ({"points": points} if points != entry.get("points", 1) else {})
    return {name: one for name, one in new.items() if one != [] or name == "item"}


def _seconds(asked: Exercise, case: Case) -> float:
    """Return how long an exercise takes at 16: to read it, at READ words a minute, and to answer it."""
    texts = [asked.title, asked.prompt, *(one.text for one in (*asked.passages, *asked.items))]
    marked = [one for id in asked.articles if asked.in_text for one in case[id].paragraphs]
    to_mark = [one.text for one in marked if not asked.paragraphs or one.number in asked.paragraphs]
    words = sum(len(text.split()) for text in [*texts, *to_mark])
    each = A_TEXT if asked.written else A_LINE if asked.typed else A_DECISION
    return 60 * words / READ + each * asked.done(asked.empty())[1] + A_MARK * len(to_mark)
