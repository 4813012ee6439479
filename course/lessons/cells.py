"""What a lesson's cells call: each shows one control, about texts, an exercise, or a person's whole work."""

import copy
import csv
import json
import math
import os
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, timedelta
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from course.analysis.agreement import alpha_interval, krippendorff_alpha
from course.analysis.claims import claim_review
from course.analysis.letters import check_quotations
from course.corpus.annotation import Annotation, Layer
from course.corpus.article import Article
from course.corpus.case import Case, read_toml
from course.corpus.errors import CourseError, NotAsked, need, one_sentence
from course.corpus.readings import READERS, load_dossier
from course.corpus.table import Table
from course.lessons import handin, rounds
from course.lessons.brief import SHOWN, Ties, beyond_told, brief_sentences, length_told, ties_told, too_short
from course.lessons.class_file import beside_class, is_class_file
from course.lessons.exercises import Exercise, Exercises
from course.lessons.figures import Picture, rounds_chart
from course.lessons.files import read_stored, replace_file
from course.lessons.here import find_exercise, here, is_kept, keys_in, open_case, open_workspace
from course.lessons.keys import Key
from course.lessons.messages import Download, Feedback, PanelButton, PanelTable, Status
from course.lessons.scoring import grouped, name_of, summary
from course.lessons.widgets import LOOK, CourseWidget, Form, Opening, Panel, Reader, Shown, form_spec
from course.lessons.work import CARRY, NOT_KEPT, Answer, Workspace

Fields = Mapping[str, Any]
P = ParamSpec("P")
Control = TypeVar("Control")
PANELS: dict[str, Any] = read_toml(Path(__file__).with_name("panels.toml"))
SAID = PANELS["said"]
TABLES: dict[str, PanelTable] = PANELS["tables"]


def read(
    *articles: Article, layers: Iterable[Layer] = (), paragraphs: int | range = 0, numbered: bool = True
) -> Reader:
    """Show articles to read below tabs, two beside each other: whole, or one or some of their `paragraphs`.

    Numbers of paragraphs tell which lines are the report: not `numbered`, a text is as it was found.
    """
    chosen = paragraphs if isinstance(paragraphs, range) else [paragraphs] * bool(paragraphs)
    return Reader(articles, layers, paragraphs=chosen, numbered=numbered)


def if_asked(show: Callable[P, Control]) -> Callable[P, Control | Table]:
    """Let a control say where the case has no such exercise: the students' copy leaves its cell out."""

    @wraps(show)
    def shown(*args: P.args, **kwargs: P.kwargs) -> Control | Table:
        try:
            return show(*args, **kwargs)
        except NotAsked:
            return Table(f"This case has no exercise ‘{args[0]}’. The students’ copy leaves it out.", [])

    return shown


@if_asked
def exercise(id: str, *below: object) -> CourseWidget | Shown:
    """Show an exercise with the answers so far; each change is saved at once. `below` it: such as its reveal.

    One that is about an answer further up opens when that is there.
    """
    case, asked, work = find_exercise(id)
    _at_hand[work.folder].add(asked.lesson)
    above = find_exercise(asked.beside)[1] if asked.beside else None

    def wanted() -> str:
        stored = work.read(above) if above else None
        made, parts = above.done(stored.value) if above and stored else (0, 1)
        if above and made < parts:
            return f"Answer ‘{above.title}’ first, then this opens."
        return _short(above) if above and not work.read(asked) else ""

    def look() -> Status:
        if first := wanted():
            return {"lines": [first], "buttons": []}
        opening.open(_show(case, asked, work))
        return {}

    opening = Opening()
    if wanted():
        shown: CourseWidget | Shown = opening.behind(Panel(f"exercise_{id}", asked.title, look=look))
    else:
        shown = _show(case, asked, work)
    return Shown(shown, *below) if below else shown


def answer(id: str, value: Any) -> CourseWidget:
    """Answer an exercise in a line of code, and show it. Raises CourseError that says which form it wants."""
    case, asked, work = find_exercise(id)
    work.put(asked, asked.place(value, case))
    return _show(case, asked, work, said=status_of(work)["text"])


def status_of(work: Workspace, also: str = "") -> Status:
    """Return what a control says of a change: no text where it was saved and nothing else happened."""
    said = " ".join(filter(None, [*work.take_notes(), also]))
    return {"text": f"Saved. {said}" if said else ""}


def _show(case: Case, asked: Exercise, work: Workspace, said: str = "") -> CourseWidget:
    stored, above = work.read(asked), find_exercise(asked.beside)[1] if asked.beside else None
    value = copy.deepcopy(stored.value) if stored else asked.empty()  # a widget changes its own
    notes = [said, *work.take_notes(), SAID["private"] * asked.private]
    note = " ".join(filter(None, notes))

    def on_change(path: list[str], part: Any, base: Any) -> Status:
        work.set(asked, path, part, (base or "") if asked.typed else None)
        if above and asked.in_text and (now := work.read(asked)):
            _ties[work.path(asked)].seen(now.value)
        return status_of(work, length_told(_text_of(asked, work)) if _tied(asked) else "")

    def renew(_: object = None) -> dict[str, Any]:
        """Return what the Reader shows of the newest text; each mark stays with its sentence."""
        text = _text_of(above, work) if above else ""
        sentences = brief_sentences(text)
        marks, gone = _retied(asked, work, sentences)
        about = [length_told(text), beyond_told(sentences), gone] if sentences else []
        prompt = "\n\n".join(filter(None, [asked.prompt, " ".join(filter(None, [note, *about]))]))
        places = [list(place[:4]) for place in _places(marks)]
        labels = SHOWN[: len(sentences)] or asked.labels
        return {"prompt": prompt, "labels": labels, "marks": places, "told": sentences[: len(SHOWN)]}

    if not asked.in_text:
        own = [{"title": above.title, "text": _text_of(above, work)}] if above and above.typed else []
        again = {"passages": own or form_spec(above)["passages"]} if above else {}
        return Form(on_change, spec=form_spec(asked, case, note) | again, value=value)
    order = SHOWN if above else asked.labels
    about = {"name": asked.id, "title": asked.title, "order": order, "beside": asked.beside}
    texts, shown = [case[id] for id in asked.articles], about | {"several": bool(asked.choose)} | renew()
    return Reader(texts, paragraphs=asked.paragraphs, on_change=on_change, renew=renew, **shown)


def _short(asked: Exercise) -> str:
    """Return what is to be said while a text, whose sentences are to be tied, has too few words."""
    return too_short(_text_of(asked, here()[0])) if _tied(asked) else ""


def _tied(asked: Exercise) -> bool:
    return any(one.in_text and one.beside == asked.id for one in here()[1].values())


def _text_of(asked: Exercise, work: Workspace) -> str:
    stored = work.read(asked)
    return "\n".join(stored.value.get(item.id, "") for item in asked.items) if stored else ""


# By the folder of the work: the lessons whose exercises this kernel has shown.
_at_hand: defaultdict[Path, set[str]] = defaultdict(set)
# By the file of the marks: when a cell runs again, they follow what has changed since.
_ties: defaultdict[Path, Ties] = defaultdict(Ties)


def _retied(asked: Exercise, work: Workspace, sentences: list[str]) -> tuple[list[dict[str, Any]], str]:
    """Return marks, now with the numbers that their sentences have; say what became of these.

    Whatever shows, checks or packs them asks here: wherever somebody is on the page, the text may be newer.
    """
    stored = work.read(asked)
    marks = stored.value if stored else []
    if not (asked.beside and sentences):  # a text that is gone for a moment takes nothing along
        return marks, ""
    ties = _ties[work.path(asked)]
    kept, gone = ties.follow(sentences, marks)
    for what, some, others in (("add", kept, marks), ("remove", marks, kept)):  # none is lost in between
        for mark in (one for one in some if one not in others):
            work.set(asked, (what,), mark)
    told = SAID["moved"].format(", ".join(changed)) if (changed := ties.changed()) else ""
    return kept, f"{SAID['untied'].format(gone) * bool(gone)} {told}".strip()


def _places(marks: Iterable[Mapping[str, Any]]) -> tuple[Annotation, ...]:
    return tuple(Annotation(mark["article"], mark["start"], mark["end"], mark["label"]) for mark in marks)


@if_asked
def reveal(id: str, *more: object, feedback: bool = True, later: bool = False) -> Shown:
    """Show feedback on an answer, what the readers found, and `more`; before it is whole, 'Answer first'.

    The answer is copied to `prediction`, which never changes again. A part of an answer opens nothing, and
    marks or a text only the button does: 'Run All Cells' must stay safe for somebody who is still answering.
    Without `feedback`, which a cell further up has shown, only `more` follows; so does it where feedback is
    `later`, in a cell further down.
    """
    case, asked, work = find_exercise(id)
    button: PanelButton = {"name": "open", "label": asked.finish[1], "main": True}
    opening = Opening()

    def opened() -> list[object]:
        work.freeze_prediction(asked)
        drawn = {one: Opening(one) for one in more if isinstance(one, Picture)}
        shown = _feedback(case, asked, work, *drawn.values()) if feedback and not later else ()
        return [*shown, *(drawn[one] if isinstance(one, Picture) else one for one in more)]

    def look(pressed: bool = False) -> Status:
        """Open what is answered, or say what is not; a button is there where a press opens it."""
        stored = work.read(asked)
        lines, none = _waiting(asked, stored, pressed), _waiting(asked, stored, pressed=True)
        if not lines:
            opening.open(*opened())
        elif not feedback:  # its exercise stands further up, with the button
            lines = [f"Answer ‘{asked.title}’ first, then this opens."]
        keys = [button] * (feedback and not none)
        return {"lines": lines + work.take_notes(), "text": SAID["closed"], "buttons": keys, "anew": pressed}

    with suppress(CourseError):  # the panel's own look says what is wrong
        if not _waiting(asked, work.read(asked)):
            return Shown(*opened())
    return opening.behind(Panel(f"reveal_{id}", asked.title, on_press=lambda *_: look(True), look=look))


def dossier(*below: object) -> Shown:
    """Show a button that opens the documents that the articles draw on: texts below tabs, then tables.

    What is `below` it stands alone where a case has no dossier.
    """
    documents = load_dossier(open_case())
    if not documents:
        return Shown(*below)
    texts, tables = [], []
    for about, text in documents:
        if about["file"].endswith(".csv"):
            rows = csv.DictReader(text.splitlines(), restkey="", restval="")
            tables.append(Table(f"{about['title']} ({about['id']})", rows))
        else:
            texts.append(Article(about["title"], text))
    said = PANELS["dossier"]
    reader = Reader(texts, documents=True, title=said["title"], prompt=said["prompt"])
    return Shown(*fold(said["title"], reader, *tables, said=said["said"]).parts, *below)


def fold(title: str, *parts: object, said: str = SAID["optional"]) -> Shown:
    """Show a button that opens and closes what only some want to know: nothing further down may need it."""
    name, below = f"fold_{re.sub(r'[^a-z]+', '_', title.lower())}", Opening()

    def press(button: str, given: Fields) -> Status:
        below.open(*() if below.parts else parts)
        label, told = ("Close it", "It is open below.") if below.parts else ("Open it", "Closed.")
        return {"buttons": [{"name": "open", "label": label}], "text": told}

    return Shown(Panel(name, title, [said], press, buttons=[{"name": "open", "label": "Open it"}]), below)


def _waiting(asked: Exercise, stored: Answer | None, pressed: bool = False) -> list[str]:
    """Return what to say while a reveal is closed; nothing when it opens."""
    done, parts = asked.done(stored.value if stored else asked.empty())
    if stored is None or done < parts:
        all_ = "both" if parts == 2 else f"all {parts}"
        when = f": this opens when {all_} are answered." if parts > 1 else ". Then this opens."
        told = f"Answer first{when}"
        return [f"{told} {asked.still_open(stored.value)}" if stored and done else told]
    if not asked.finish[0] or stored.prediction is not None:
        return []
    short = _short(asked)
    return [short] if short else [] if pressed else [asked.finished(stored.value)]


def _feedback(case: Case, asked: Exercise, work: Workspace, *drawn: Opening) -> list[CourseWidget]:
    keys = keys_in(case.root, asked.lesson).get(asked.id, ())
    readers: list[Reader] = []
    cut = asked.in_text and len(asked.labels) == 1  # the one label tells nothing: whose a mark is does
    if asked.in_text and keys:
        at, texts, few = asked.paragraphs, [case[id] for id in asked.articles], bool(asked.choose)
        order = ("you", *dict.fromkeys(name_of(key.by) for key in keys)) if cut else asked.labels
        readers = [Reader(texts, paragraphs=at, title=SAID["marks"], order=order, folded=few or not at)]

    def said(*again: Any) -> Status:
        """Return what is said of the answer as it is now, and show its marks so; `again`: pictures too."""
        stored = work.freeze_prediction(asked)
        value = stored.prediction if asked.unmarked else stored.value  # what was found may have changed it
        result = asked.score(value, keys, case)
        for reader in readers:
            own = (one._replace(label="you" if cut else one.label) for one in _places(stored.value))
            reader.show([Layer("you", tuple(own)), *_layers(asked.keys_on(stored.value, keys), cut)])
        for picture in drawn if again else ():
            picture.open(*picture.parts)
        told = summary(result) if keys or (case.root / "seeds" / "readings").is_dir() else SAID["kept_back"]
        return {"value": Feedback(summary=told, items=asked.feedback(value, result, case))}

    return [Form(said, spec=form_spec(asked), feedback=said()["value"]), *readers]


def _layers(keys: Iterable[Key], cut: bool) -> Iterator[Layer]:
    """Give what each reader marked. Two claims may have the same words: one mark then, both reasons."""
    by: dict[str, dict[Annotation, list[str]]] = {}
    for key in keys:
        name = name_of(key.by)
        place = Annotation(key.article, key.start, key.end, name if cut else str(key.value))
        by.setdefault(name, {}).setdefault(place, []).append(key.reason)
    for name, marks in by.items():
        noted = (place._replace(note=" ".join(filter(None, marks[place]))) for place in sorted(marks))
        yield Layer(name, tuple(noted))


@if_asked
def exercise_round(moment: str) -> Shown:
    """Show the form that the student gets at a moment, before, after or later, and ask how sure they are.

    The form follows from the student's id: who is not signed in does that first, in its place.
    """
    find_exercise(rounds.FORMS[0])  # or the case has none
    opening, about = Opening(), PANELS["round"] | PANELS["first"]
    if moment == rounds.MOMENTS[0]:  # one signs in right above
        about = PANELS["round_before"]

    def look() -> Status:
        if form := rounds.form_of(here()[0], moment):
            opening.open(exercise(form), _show(*find_exercise(form + rounds.HOW_SURE)))
        return {} if form else {"text": SAID["nobody"].format("Sign in")}

    def press(button: str, given: Fields) -> Status:
        _Who("round").sign_in(here()[0], button, given)
        return look() | {"anew": True}

    return opening.behind(Panel(f"round_{moment}", on_press=press, look=look, **about))


@if_asked
def own_rounds(*moments: str) -> Shown:
    """Show how the student's rounds went, in words and a picture, once the last of them is answered.

    The reasons stand in parts that open, and no notebook file keeps any of it.
    """
    case, opening, about = find_exercise(rounds.FORMS[0])[0], Opening(), PANELS["own_rounds"]

    def look() -> Status:
        work, exercises = here()
        keys, reasons = keys_in(case.root, rounds.LESSON), []
        forms = {moment: form for moment in moments if (form := rounds.form_of(work, moment))}
        each = (
            (at, rounds.round_of(work, exercises, form, keys.get(form, ()))) for at, form in forms.items()
        )
        went = {moment: done for moment, done in each if done}
        if moments[-1] not in went or not keys:
            return {"lines": [SAID["kept_back"] if moments[-1] in went else about["first"]]}
        for moment in went:
            asked = exercises[forms[moment]]
            work.freeze_prediction(exercises[asked.id + rounds.HOW_SURE])
            shown = _feedback(case, asked, work)
            reasons.append(fold(f"{about['reasons']} {moment}", *shown, said=asked.title))
        opening.open(rounds_chart(went), *reasons)
        return {}

    return opening.behind(Panel("own_rounds", about["title"], look=look))


def come_back() -> Panel:
    """Show on which days the two later notebooks are due, and offer both as a calendar file."""
    about = PANELS["come_back"]

    def look() -> Status:
        days = (date.today() + timedelta(days) for days in rounds.COME_BACK)
        week, month = (f"{day:%A} {day.day} {day:%B}" for day in days)
        return {"lines": [about["when"].format(week=week, month=month)], "buttons": about["buttons"]}

    def press(button: str, given: Fields) -> Status:
        file = Download(name=about["file"], type="text/calendar", text=rounds.calendar(date.today()))
        return {"text": about["done"], "downloads": [file]}

    return Panel("come_back", about["title"], on_press=press, look=look)


@if_asked
def check_brief(brief: str, ties: str) -> Panel:
    """Show, where no file keeps it, a brief's length, its sentences' passages, its quotations by letters."""
    case, asked, work = find_exercise(brief)
    tied = find_exercise(ties)[1]

    def look() -> Status:
        text = _text_of(asked, work)
        if not text.strip():
            return {"lines": ["Write your brief first.", *work.take_notes()], "tables": []}
        sentences = brief_sentences(text)
        marks, gone = _retied(tied, work, sentences)
        rows, said = ties_told(sentences, marks, "".join(tied.articles))
        quoted = check_quotations(text, case.articles)
        table: PanelTable = {"caption": quoted.caption, "columns": quoted.columns, "rows": quoted.cells}
        tables = [TABLES["sentences"] | {"rows": rows}, *[table] * bool(quoted.rows)]
        said += ["There is no quotation in it: then there is nothing to compare."] * (not quoted.rows)
        return {"lines": [length_told(text), *filter(None, [gone]), *said], "tables": tables}

    return Panel(f"check_{brief}", "Your brief, checked", look=look)


@if_asked
def claim_reviews(*ids: str) -> Panel:
    """Show the verdicts of sort exercises as ClaimReview records, explain them, and offer them as a file.

    A verdict is what was answered to an item that quotes an article.
    """
    exercises, about = [find_exercise(id)[1:] for id in ids], PANELS["claim_reviews"]

    def records() -> list[dict[str, Any]]:
        found = []
        for asked, work in exercises:
            stored, student = work.read(asked), handin.read_student(work)
            code = student.code if student else "a student of this course"
            for item in asked.items:
                if item.article and stored and item.id in stored.value:
                    verdict, day = stored.value[item.id], stored.saved[:10]
                    url, where = f"urn:review:{asked.id}:{item.id}", [f"urn:article:{item.article}"]
                    found.append(claim_review(item.text, verdict, code, day, url, appearances=where))
        return found

    def look() -> Status:
        found = records()
        if not found:
            return {"lines": ["Answer first: there is no verdict yet."], "tables": [], "buttons": [LOOK]}
        rows = [[f"{field}: {what}", _shown(found[0][field])] for field, what in about["record"].items()]
        verdicts = [[one["claimReviewed"], one["reviewRating"]["alternateName"]] for one in found]
        tables = [TABLES["record"] | {"rows": rows}, TABLES["records"] | {"rows": verdicts}]
        return {"lines": about["lines"], "tables": tables, "buttons": about["buttons"]}

    def press(button: str, given: Mapping[str, Any]) -> Status:
        name, text = "claim_reviews.json", json.dumps(records(), ensure_ascii=False, indent=1)
        file: Download = {"name": name, "text": text, "type": "application/json"}
        return {"text": f"Saved as {name} in your browser’s downloads.", "downloads": [file]}

    return Panel("claim_reviews", about["title"], on_press=press, look=look)


def _shown(value: Any) -> str:
    """Return a record's value without its types, which are the same in every record."""
    if isinstance(value, Mapping):
        return ", ".join(_shown(inner) for key, inner in value.items() if key != "@type")
    return ", ".join(map(_shown, value)) if isinstance(value, list) else str(value)


@if_asked
def agreement(id: str) -> Panel:
    """Show how far you agree with the readers of the key, and they with each other.

    Without a key it is a made-up reader; a partner's saved work can be added. Opens after the reveal.
    """
    case, asked, work = find_exercise(id)
    need(asked.has_labels, f"the exercise {id!r} has no labels to compare: choose one of another kind")

    def look(partner: Mapping[str, str] | None = None) -> Status:
        stored = work.read(asked)
        if stored is None or not stored.prediction:
            return {"lines": [SAID["first"]], "tables": [], "fields": [], "buttons": [LOOK]}
        mine = asked.decisions(stored.value, case)
        raters = readers_decisions(asked, keys_in(case.root, asked.lesson).get(id, ()), case)
        rows = [agreement_row("you and your partner", mine, partner)] if partner else []
        rows += [agreement_row(f"you and {name.replace('R', 'r', 1)}", mine, raters[name]) for name in raters]
        rows += [agreement_row(f"the {len(raters)} readers", *raters.values())] if len(raters) > 1 else []
        rows.append(agreement_row("you and a made-up reader", mine, made_up_reader(asked, mine)))
        agreed = TABLES["agreement"] | {"rows": [one[:-1] for one in rows]}
        how_sure = TABLES["interval"] | {"rows": [[one[0], *one[-2:]] for one in rows]}
        shown: Status = PANELS["agreement"] | {"tables": [agreed, how_sure]}
        return shown

    def press(button: str, given: Mapping[str, Any]) -> Status:
        name, data = chosen(given)
        given_in = handin.read_hand_in(data, name, work.case).answers
        same = {of: one for of, one in given_in.items() if one.kind == asked.kind}
        theirs = need(same.get(id), f"{name!r:.120} does not answer this exercise: ask your partner to")
        return look(asked.decisions(asked.usable(theirs.value)[0], case)) | {"text": "Compared."}

    return Panel(f"agreement_{id}", f"Agreement: {asked.title}", on_press=press, look=look)


def chosen(given: Fields, which: str = ": its name begins with my_work") -> tuple[str, bytes]:
    """Return the name and the bytes of the file. Raises CourseError where none was chosen."""
    need(given["file"], f"Choose a file first{which}")
    return str(given["file"]["name"]), str(given["file"]["text"]).encode("utf-8", "replace")


def readers_decisions(asked: Exercise, keys: Iterable[Key], case: Case) -> dict[str, dict[str, str]]:
    """Return the decisions of each reader of the key; the course is none."""
    by = grouped((key.by, key) for key in keys)
    return {name_of(one): asked.decisions_of(by[one], case) for one in READERS if one in by}


def made_up_reader(asked: Exercise, mine: Mapping[str, str]) -> dict[str, str]:
    """Return a reader that nobody is: your answers, every third changed to the next label of the exercise."""
    labels = list(dict.fromkeys([*asked.labels, *asked.options, *mine.values()]))
    following = dict(zip(labels, labels[1:] + labels[:1], strict=True))
    numbered = enumerate(sorted(mine.items()), 1)
    return {thing: label if number % 3 else following[label] for number, (thing, label) in numbered}


def agreement_row(who: str, *raters: Mapping[str, str]) -> list[str]:
    """Return how far raters agree on what all of them decided: counts, alpha, and its interval."""
    things = [thing for thing in raters[0] if all(thing in rater for rater in raters)]
    ratings = [[rater[thing] for thing in things] for rater in raters]
    same = sum(len(set(labels)) == 1 for labels in zip(*ratings, strict=True))
    alpha, span = "nothing to compare", ""
    if things and math.isnan(found := krippendorff_alpha(ratings)):
        alpha = "cannot be told: everyone gave one label"
    elif things:
        low, high = alpha_interval(ratings)
        alpha, span = f"{found:.2f}", "too few to tell" if math.isnan(low) else f"{low:.2f} to {high:.2f}"
    return [who, str(len(things)), str(same), alpha, span]


# --- a person's whole work: showing a control does nothing; something happens when its button is pressed


def where_my_work_is() -> Panel:
    """Show where the answers are kept here, and who forgets them."""
    about, folder = PANELS["where"], open_workspace(open_case()).folder
    machine = "binder" if "BINDER_LAUNCH_HOST" in os.environ else "machine"
    told = about["browser" if sys.platform == "emscripten" else machine]
    line = told.format(folder=folder, carry=CARRY) if is_kept(folder) else NOT_KEPT
    return Panel("where", about["title"], [line])


class _Who:
    """Who works here, in a panel: a line, or fields where a code, or another in its place, is to be typed."""

    def __init__(self, name: str) -> None:
        self.about, self.other = PANELS[name], False

    def look(self, work: Workspace) -> Status:
        """Return the panel's lines, fields and buttons; none is new that stays."""
        who, lines, buttons = handin.read_student(work), self.about.get("lines", []), self.about["buttons"]
        if who is None or self.other:
            return {"lines": lines, "fields": [*PANELS["first"]["fields"]], "buttons": buttons}
        lines = [*lines, SAID["signed_as"].format(", ".join(filter(None, [who.code, who.name])))]
        return {"lines": lines, "fields": [], "buttons": [*buttons, PANELS["other"]]}

    def sign_in(self, work: Workspace, button: str, given: Fields) -> str:
        """Sign in who typed a code; who has signed in meanwhile stays. Return what to do, to type another."""
        self.other |= button == "other"
        if button == "other":
            return str(SAID["other"])
        who, code = handin.read_student(work), given.get("code", "").strip()
        if "code" in given and (who is None or self.other):
            handin.sign_in(work, need(code, SAID["code"]), given["name"])
        elif who and code.casefold() not in ("", who.code.casefold()):
            raise CourseError(SAID["other_below"].format(who.code, code))
        self.other = False
        return ""


def sign_in() -> Panel:
    """Show who works here, and let a person sign in with a code, or start where another has worked."""
    (main, another), user = PANELS["sign_in"]["buttons"], os.environ.get("JUPYTERHUB_USER")
    who, offered, notes = _Who("sign_in"), handin.make_code(), dict[str, None]()

    def look() -> Status:
        work, reply = here()[0], who.look(here()[0])
        notes.update(dict.fromkeys(work.take_notes()))  # a look comes soon again
        if not handin.read_student(work):
            fields = [field | {"value": offered * (field["name"] == "code")} for field in reply["fields"]]
            reply |= {"lines": [SAID["nobody_yet"].format(offered)], "fields": fields}
        buttons = [main, another] if reply["fields"] else [PANELS["other"], another]
        hub = [SAID["hub"].format(user)] * bool(user)
        return {**reply, "lines": [*reply["lines"], *notes, *hub], "buttons": buttons}

    def press(button: str, given: Fields) -> Status:
        nonlocal offered
        work = here()[0]
        if button == "another":
            aside = handin.set_aside_for_another_person(work)
            _ties.clear()
            who.other, offered = False, handin.make_code()
            text = SAID["aside"][bool(aside)].format(aside and aside.name)
            return {**look(), "text": text, "forget": True, "anew": True}
        if said := who.sign_in(work, button, given):
            return {**look(), "text": said}
        return {**look(), "text": SAID["signed"], "anew": True}

    return Panel("sign_in", on_press=press, look=look, **PANELS["sign_in"])


def _counts(work: Workspace, exercises: Exercises) -> list[tuple[Exercise, int, int]]:
    """Return of each exercise how much is answered, and of how much."""
    found = [(one, work.read(one)) for one in rounds.begun(work, exercises).values()]
    return [(one, *one.done(answer.value if answer else one.empty())) for one, answer in found]


def _lesson(asked: Exercise) -> str:
    return str(PANELS["elsewhere"].get(asked.lesson, asked.lesson.replace("_", " ")))


def _stands(counts: Iterable[tuple[Exercise, int, int]]) -> list[PanelTable]:
    rows = []
    for name, of_lesson in grouped((_lesson(each[0]), each) for each in counts).items():
        left = [f"{one.title} ({done} of {parts})" for one, done, parts in of_lesson if done < parts]
        state = "; ".join(left) or "nothing" if any(done for _, done, _ in of_lesson) else "not begun"
        rows.append([name, f"{len(of_lesson) - len(left)} of {len(of_lesson)}", state])
    return [TABLES["progress"] | {"rows": rows}]


def progress() -> Panel:
    """Show how much of each lesson is done, and what is open in those that are begun."""

    def look() -> Status:
        work, exercises = here()
        return {"lines": work.take_notes(), "tables": _stands(_counts(work, exercises))}

    return Panel("progress", look=look, **PANELS["progress"])


def _packed(work: Workspace, exercises: Exercises, kind: str, given: Fields) -> tuple[list[Download], bool]:
    """Return the work as two files, now in its folder, and whether it had them."""
    share = [id for id, ticked in given.items() if ticked is True]
    for one in (one for one in exercises.values() if one.in_text and one.beside in exercises):
        _retied(one, work, brief_sentences(_text_of(exercises[one.beside], work)))
    files = handin.pack(work, rounds.begun(work, exercises), kind, share)
    again = read_stored(work.folder / files[0]["name"]) == files[0]["text"].encode()
    for file in files:
        replace_file(work.folder / file["name"], file["text"].encode())
    return files, again


def save_my_work() -> Panel:
    """Show the button that saves all work as one file, to carry to another machine."""
    who = _Who("save_my_work")

    def look() -> Status:
        return who.look(here()[0])

    def press(button: str, given: Fields) -> Status:
        work, exercises = here()
        if said := who.sign_in(work, button, given):
            return {**look(), "text": said}
        (file, _), again = _packed(work, exercises, "my_work", given)
        text = " ".join([SAID["saved"][again].format(file["name"], work.folder.name), *work.take_notes()])
        return {**look(), "text": text, "downloads": [file], "anew": True}

    return Panel("save_my_work", on_press=press, look=look, **PANELS["save_my_work"])


def load_my_work() -> Panel:
    """Show the control that brings answers in from a file that `save_my_work` made."""

    def press(button: str, given: Fields) -> Status:
        work, exercises = here()
        name, data = chosen(given)
        file, new = handin.load_my_work(work, exercises, open_case(), data, name)
        told = [SAID["loaded"].format(len(file.answers), file.student.code, new)]
        told += [SAID["only_done"].format(len(file.done))] if file.done else []
        told += filter(None, [handin.left_out_text(file.left_out), *work.take_notes(), SAID["see"]])
        return {"text": " ".join(told), "anew": True}

    return Panel("load_my_work", on_press=press, **PANELS["load_my_work"])


def hand_in() -> Panel:
    """Show what is not answered yet, and the button that hands in; handing in again is always allowed."""
    sent, who = set[str](), _Who("hand_in")  # what this panel has put in the teacher's inbox

    def begun() -> tuple[Workspace, list[tuple[Exercise, int, int]]]:
        """Return what is answered of the lessons that are begun, first of that at hand, begun or not."""
        work, exercises = here()
        counts, at_hand = _counts(work, exercises), _at_hand[work.folder]
        lessons = {one.lesson for one, done, _ in counts if done}
        shown = [each for each in counts if each[0].lesson in lessons | at_hand]
        return work, sorted(shown, key=lambda each: each[0].lesson not in at_hand) if lessons else []

    def look() -> Status:
        work, counts = begun()
        again = any(work.folder.glob("hand_in-*.json"))
        names = {one.id: _lesson(one) for one, _, _ in counts}
        reply = who.look(work)
        reply["tables"], lines = _stands(counts), [*reply["lines"], *SAID["kept"][: 1 + again]]
        if fields := reply["fields"]:
            reply["text"] = SAID["nobody"].format("Hand in")
        if not counts:
            reply |= {"text": SAID["nothing"], "tables": []}
        private = {one.id: one for one, done, _ in counts if done and one.private}
        for one in (one for one in private.values() if one.beside not in private):
            sure = any(other.beside == one.id for other in private.values())
            label = f"Share ‘{one.title}’{' and how sure you were' * sure} ({names[one.id]})"
            fields.append({"name": one.id, "kind": "checkbox", "label": label})
        lines += [SAID["newest"]] * bool(private and again)
        return {**reply, "lines": [*(lines if counts else [SAID["nothing"]]), *work.take_notes()]}

    def press(button: str, given: Fields) -> Status:
        work, counts = begun()
        try:
            if said := who.sign_in(work, button, given):
                return {**look(), "text": said}
            files, again = _packed(work, {one.id: one for one, _, _ in counts}, "hand_in", given)
        except CourseError as error:
            raise CourseError(" ".join([*work.take_notes(), str(error)])) from error
        name, said = files[0]["name"], "".join(f"{note} " for note in work.take_notes())
        done = said + SAID["done"][again].format(name, work.folder.name)
        status = look() | {"downloads": files, "text": f"{done} {SAID['send']}", "anew": True}
        if inbox := os.environ.get("COURSE_INBOX"):
            try:
                if not (again and name in sent):
                    handin.put_in_inbox(Path(inbox), name, files[0]["text"])
                sent.add(name)
                status["text"] = f"{done} Your teacher has it."
            except CourseError as error:
                status |= {"text": f"{said}{error}.", "problem": True}
        return status

    return Panel("hand_in", on_press=press, look=look, **PANELS["hand_in"])


def compare_with(file: str = "") -> Panel:
    """Show where a partner's saved work has the same answers as yours, and where not; never whose it is.

    Only exercises that you have answered are compared. `file` names it; without, it can be chosen. A class
    file of the teacher's shows how the class split, where you have opened what the readers answered.
    """
    about = PANELS["compare_with"]

    def look() -> Status:
        with one_sentence("{file} cannot be read ({error.strerror}): check its name", OSError, file=file):
            data = Path(file).read_bytes()
        return {"lines": about["lines"], **_compared(Path(file).name, data)}

    parts = about | {"look": look} if file else about
    return Panel("compare_with", on_press=lambda _, given: _compared(*chosen(given)), **parts)


def _compared(name: str, data: bytes) -> Status:
    work, exercises = here()
    mine = handin.answers_in(work, exercises)
    if is_class_file(data):
        split = TABLES["class"] | {"rows": beside_class(data, name, open_case(), exercises, mine)}
        return {"text": " ".join(["Compared.", *work.take_notes()]), "tables": [split]}
    theirs = handin.read_hand_in(data, name, work.case).answers
    rows, differ = [], []
    for id, one in exercises.items():
        if id in theirs and id in mine and theirs[id].kind == one.kind and not (one.typed or one.private):
            pairs = one.pairs(mine[id].value, one.usable(theirs[id].value)[0])
            apart = [[one.title, *pair] for pair in pairs if pair[1] != pair[2]]
            rows.append([one.title, str(len(pairs)), str(len(pairs) - len(apart))])
            differ += apart
    need(rows, f"{name!r:.120} answers no exercise that you have answered: answer one first")
    tables = [TABLES["same"] | {"rows": rows}]
    tables += [TABLES["differ"] | {"rows": differ}] if differ else []
    return {"text": " ".join(["Compared.", *work.take_notes()]), "tables": tables}
