"""What a lesson's cells call about its texts and one exercise: each shows one control."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from textwrap import shorten
from typing import Any

from course.analysis.agreement import alpha_interval, krippendorff_alpha
from course.analysis.claims import claim_review
from course.analysis.letters import check_quotations
from course.corpus.annotation import Annotation, Layer
from course.corpus.article import Article
from course.corpus.case import Case
from course.corpus.errors import CourseError
from course.corpus.readings import READERS
from course.lessons.brief import beyond_told, brief_sentences, length_told, ties_told
from course.lessons.cards import card_for_form, cards
from course.lessons.exercises import Exercise
from course.lessons.here import exercise_in, find_exercise, keys_in
from course.lessons.keys import Key
from course.lessons.messages import PanelButton, PanelTable, Status
from course.lessons.own_work import chooser, chosen, notes_of, status_of
from course.lessons.portfolio import read_partner, read_student
from course.lessons.reader import Reader, Task
from course.lessons.scoring import name_of, summary, whose
from course.lessons.widgets import (
    LOOK,
    Beside,
    CourseWidget,
    Form,
    LivePanel,
    Opening,
    Panel,
    Shown,
    feedback_form,
)
from course.lessons.work import Answer, Workspace

LATER = "Your teacher will open the rest."
SEEN = "You have opened the reveal. Your answer from before is kept; you may still change this one."
AGAIN = "When you change it, choose Run > Run All Cells."
NO_ANSWER = "Answer what is asked further up first: your answers will stand here."
NO_TEXT = "Write your text further up first: its sentences are the labels."
THEN = "Then press the button. If nothing happens, choose Run > Run All Cells."
EVERY = 3  # the made-up reader gives another label to every third decision
COLUMNS = ["who", "all answered", "the same", "alpha", "95 % interval"]
INTERVAL = "For those who want to know more: how sure alpha is"
_FIELDS = {
    "claimReviewed": "the claim, in neutral words",
    "itemReviewed": "where the claim appears: here an article’s letter, on the web an address",
    "author": "who checked: here your code, or nobody’s name",
    "datePublished": "the day of the verdict: evidence that came later is not in it",
    "reviewRating": "the verdict in words, without a number, which would give it a scale it has not",
    "url": "where the review can be read: here a made-up address, since it is not published",
}


def read(*articles: Article, layers: Iterable[Layer] = (), paragraphs: int | Iterable[int] = ()) -> Reader:
    """Show articles to read below tabs, two beside each other: whole, or only the `paragraphs` named."""
    numbers = (paragraphs,) if isinstance(paragraphs, int) else tuple(paragraphs)
    return Reader(articles, layers, task=Task(paragraphs=numbers))


# --- one exercise


def exercise(id: str) -> CourseWidget | Shown:
    """Show an exercise with the answers so far; each change is saved at once.

    One that is about an answer further up opens when that is there.
    """
    case, asked, work = find_exercise(id)
    above = find_exercise(asked.beside)[1] if asked.beside else None

    def wanted() -> str:
        stored = work.read(above) if above else None
        made, parts = above.done(stored.value) if above and stored else (0, 1 if above else 0)
        return f"Answer ‘{above.title}’ first: this opens then." if above and made < parts else ""

    def look() -> Status:
        if first := wanted():
            return {"lines": [first], "buttons": [LOOK]}
        opening.open(_show(case, asked, work))
        return {}

    if not wanted():
        return _show(case, asked, work)
    opening = Opening(LivePanel(f"exercise_{id}", asked.title, look))
    return opening


def answer(id: str, value: Any) -> CourseWidget:
    """Answer an exercise in a line of code, and show it. Raises CourseError that says which form it wants."""
    case, asked, work = find_exercise(id)
    return _show(case, asked, work, status_of(work.put(asked, asked.place(value, case)))["text"])


def _show(case: Case, asked: Exercise, work: Workspace, said: str = "") -> CourseWidget:
    stored = work.read(asked)
    value = stored.value if stored else asked.empty()
    beside = _beside(case, asked, work)
    seen = SEEN if stored and stored.prediction else ""
    note = " ".join(filter(None, [said, *notes_of(work), beside.note, seen]))

    def on_change(path: list[str], part: Any, base: Any) -> Status:
        if not path:
            return status_of(work.put(asked, part, joined=True))
        return status_of(work.set(asked, path, part, (base or "") if asked.written else None))

    if not asked.in_text:
        return Form(asked, case.articles, value, on_change, beside._replace(note=note))
    task = Task(
        title=asked.title,
        prompt="\n\n".join(filter(None, [asked.prompt, note])),
        name=asked.id,
        paragraphs=asked.paragraphs,
        labels=asked.labels[: len(beside.sentences)] or asked.labels,
        marks=_layer("", value).annotations,
        on_change=on_change,
        told=beside.sentences,
    )
    return Reader([case[id] for id in asked.articles], task=task)


def _beside(case: Case, asked: Exercise, work: Workspace) -> Beside:
    """Return what stands beside an exercise: evidence cards, what was answered further up, one's own text."""
    above = exercise_in(case.root, asked.beside) if asked.beside else None
    stored = work.read(above) if above else None
    value = stored.value if stored else {}
    if asked.in_text:
        text = "\n".join(value.get(item.id, "") for item in above.items) if above else ""
        if not text.strip():
            return Beside(NO_TEXT if above else "")
        sentences, most = brief_sentences(text), len(asked.labels)
        note = " ".join(filter(None, [length_told(text), beyond_told(sentences, most), AGAIN]))
        return Beside(note, sentences=tuple(sentences[:most]))
    given = {item.text: value[item.id] for item in (above.items if above else ()) if item.id in value}
    named = {id for item in asked.items for id in item.cards}
    shown = {card["id"]: card_for_form(card) for card in (cards(case, *named).cards if named else ())}
    note = NO_ANSWER if above and len(given) < len(asked.items) else ""
    return Beside(
        note,
        cards={item.id: [shown[id] for id in item.cards] for item in asked.items},
        answered={item.id: given.get(item.text, "") for item in asked.items},
    )


def _layer(name: str, marks: Iterable[Mapping[str, Any]]) -> Layer:
    places = (Annotation(mark["article"], mark["start"], mark["end"], mark["label"]) for mark in marks)
    return Layer(name, tuple(places))


# --- what answers it


def reveal(id: str, *more: object, feedback: bool = True) -> Shown:
    """Show feedback on an answer, what the readers found, and `more`; before it is whole, 'Answer first'.

    The answer is copied to `prediction`, which never changes again. A part of an answer opens nothing, and
    marks or a text only the button does: 'Run All Cells' must stay safe for somebody who is still answering.
    Without `feedback`, which a cell further up has shown, only `more` follows.
    """
    case, asked, work = find_exercise(id)

    label = asked.finish[1] or "I have answered: open it"
    button: PanelButton = {"name": "open", "label": label, "main": True}

    def opened() -> list[object]:
        stored = work.freeze_prediction(asked)
        return [*(_feedback(case, asked, stored) if feedback else ()), *more]

    def look() -> Status:
        """Open what is answered, or say what is not."""
        lines = _waiting(asked, work.read(asked))
        if not lines:
            opening.open(*opened())
        return {"lines": lines, "text": "Closed until all is answered.", "buttons": [button]}

    def press(button: str, given: Mapping[str, Any]) -> Status:
        stored = work.read(asked)
        if stored and asked.opens_by_button and asked.done(stored.value)[0]:
            work.freeze_prediction(asked)
        return look()

    with suppress(CourseError):  # the panel's own look says what is wrong
        if not _waiting(asked, work.read(asked)):
            return Shown(*opened())
    opening = Opening(LivePanel(f"reveal_{id}", asked.title, look, press))
    return opening


def fold(title: str, *parts: object) -> Shown:
    """Show a button that opens what only some want to know; nothing further down may need it."""
    button: PanelButton = {"name": "open", "label": "Open it"}
    lines = ["For those who want to know more. The rest of the lesson does not need it."]

    def press(button: str, given: Mapping[str, Any]) -> Status:
        folded.open(*parts)
        return {}

    name = f"fold_{re.sub(r'[^a-z]+', '_', title.lower())}"
    folded = Opening(Panel(name, title, lines, press, buttons=[button]))
    return folded


def _waiting(asked: Exercise, stored: Answer | None) -> list[str]:
    """Return what to say while a reveal is closed; nothing when it opens."""
    done, parts = asked.done(stored.value) if stored else (0, 1)
    if stored is None or not done:
        return [f"Answer first: nothing is saved for ‘{asked.title}’ yet.", THEN]
    if done < parts:
        left = shorten(asked.first_open(stored.value), 80, placeholder=" …")
        return [f"Answer first: {done} of {parts} are answered. Open is: {left}.", THEN]
    if asked.opens_by_button and stored.prediction is None:
        return [asked.finish[0].format(len(stored.value))]
    return []


def _feedback(case: Case, asked: Exercise, stored: Answer) -> Iterable[object]:
    keys = keys_in(case.root, asked.lesson).get(asked.id, ())
    if asked.in_text and keys:
        layers = (_layer("you", stored.value), *_key_layers(keys))
        task = Task("Your marks and the readers’", paragraphs=asked.paragraphs, order=asked.labels)
        yield Reader([case[id] for id in asked.articles], layers, task=task)
    result = asked.score(stored.value, keys, case)
    closed = not (case.root / "seeds" / "readings").is_dir()
    told = f"Your answer is kept. {LATER}" if closed else f"{summary(result)} {whose(result)}".rstrip()
    yield feedback_form(asked, {"summary": told, "items": asked.feedback(stored.value, result, case)})


def _key_layers(keys: Iterable[Key]) -> Iterable[Layer]:
    """Give each reader's marks; two claims may be carried by the same words: one mark then, both reasons."""
    by: dict[str, dict[Annotation, list[str]]] = {}
    for key in keys:
        place = Annotation(key.article, key.start, key.end, str(key.value))
        by.setdefault(name_of(key.by), {}).setdefault(place, []).append(key.reason)
    for name, marks in by.items():
        noted = (place._replace(note=" ".join(filter(None, marks[place]))) for place in sorted(marks))
        yield Layer(name, tuple(noted))


# --- a brief, verdicts, agreement


def check_brief(brief: str, ties: str) -> Panel:
    """Show the brief's length, the passages of each sentence, and its quotations letter by letter.

    It stands in a panel, which no notebook file keeps.
    """
    case, asked, work = find_exercise(brief)
    tied = find_exercise(ties)[1]

    def look() -> Status:
        stored, marks = work.read(asked), work.read(tied)
        text = "\n".join(stored.value.get(item.id, "") for item in asked.items) if stored else ""
        if not text.strip():
            return {"lines": ["Write your brief first."], "tables": []}
        rows, said = ties_told(brief_sentences(text), marks.value if marks else [], len(tied.labels))
        tables: list[PanelTable] = [
            {"caption": "Sentences", "columns": ["number", "sentence", "passages"], "rows": rows}
        ]
        quoted = check_quotations(text, case.articles)
        if quoted.rows:
            cells = [[str(row[column]) for column in quoted.columns] for row in quoted.rows]
            tables.append({"caption": quoted.caption, "columns": list(quoted.columns), "rows": cells})
        else:
            said.append("There is no quotation in it: then there is nothing to compare.")
        return {"lines": [length_told(text), *said], "tables": tables}

    return LivePanel(f"check_{brief}", "Your brief, checked", look)


def claim_reviews(*ids: str) -> Panel:
    """Show the verdicts of sort exercises as ClaimReview records, explain them, and offer them as a file.

    A verdict is what was answered to an item that quotes an article.
    """
    exercises = [find_exercise(id)[1:] for id in ids]

    def records() -> list[dict[str, Any]]:
        made = []
        for asked, work in exercises:
            stored, student = work.read(asked), read_student(work)
            made += [
                claim_review(
                    item.text,
                    stored.value[item.id],
                    student.code if student else "a student of this course",
                    stored.saved[:10],
                    f"urn:review:{asked.id}:{item.id}",
                    appearances=[f"urn:article:{item.article}"],
                )
                for item in asked.items
                if item.article and stored and item.id in stored.value
            ]
        return made

    def look() -> Status:
        found = records()
        if not found:
            return {"lines": ["Answer first: there is no verdict yet."], "tables": [], "buttons": [LOOK]}
        rows = [[f"{field}: {what}", _shown(found[0][field])] for field, what in _FIELDS.items()]
        columns = ["field, and what it holds", "yours"]
        verdicts = [[one["claimReviewed"], one["reviewRating"]["alternateName"]] for one in found]
        return {
            "lines": ["Only you see the records. Changed a verdict? Press ‘Look again’."],
            "tables": [
                {"caption": "One record, field by field", "columns": columns, "rows": rows},
                {"caption": "Your records", "columns": ["claimReviewed", "reviewRating"], "rows": verdicts},
            ],
            "buttons": [{"name": "save", "label": "Save the records", "main": True}, LOOK],
        }

    def press(button: str, given: Mapping[str, Any]) -> Status:
        name, text = "claim_reviews.json", json.dumps(records(), ensure_ascii=False, indent=1)
        return {
            "text": f"Saved as {name} in your browser’s downloads.",
            "downloads": [{"name": name, "text": text, "type": "application/json"}],
        }

    return LivePanel("claim_reviews", "Your verdicts as records", look, press)


def _shown(value: Any) -> str:
    """Return a record's value without its types, which are the same in every record."""
    if isinstance(value, Mapping):
        return ", ".join(_shown(inner) for key, inner in value.items() if key != "@type")
    return ", ".join(map(_shown, value)) if isinstance(value, list) else str(value)


def agreement(id: str) -> Panel:
    """Show how far you agree with the readers of the key, and they with each other.

    Without a key it is a made-up reader; a partner's saved work can be added. Opens after the reveal.
    """
    case, asked, work = find_exercise(id)
    if not asked.has_labels:
        raise CourseError(f"the exercise {id!r} has no labels to compare: choose one of another kind")

    def look(partner: Mapping[str, str] | None = None) -> Status:
        stored = work.read(asked)
        if stored is None or not stored.prediction:
            lines = ["Answer first, and open what the readers answered."]
            return {"lines": lines, "tables": [], "fields": [], "buttons": [LOOK]}
        mine = asked.decisions(stored.value, case)
        raters = readers_decisions(asked, keys_in(case.root, asked.lesson).get(id, ()), case)
        rows = [agreement_row("you and your partner", mine, partner)] if partner else []
        rows += [agreement_row(f"you and {name.replace('R', 'r', 1)}", mine, raters[name]) for name in raters]
        if len(raters) > 1:
            rows.append(agreement_row(f"the {len(raters)} readers", *raters.values()))
        rows.append(agreement_row("you and a made-up reader", mine, made_up_reader(asked, mine)))
        add = chooser("Add a partner")
        return {
            "lines": ["The made-up reader is nobody: it has your own answers, and every third one changed."],
            "tables": [
                {
                    "caption": "How far people agree",
                    "columns": COLUMNS[:-1],
                    "rows": [one[:-1] for one in rows],
                },
                {
                    "caption": "Alpha, and where it would land in 95 of 100 draws of as many from these",
                    "columns": [COLUMNS[0], *COLUMNS[-2:]],
                    "rows": [[one[0], *one[-2:]] for one in rows],
                    "folded": INTERVAL,
                },
            ],
            "fields": add["fields"],
            "buttons": [*add["buttons"], LOOK],
        }

    def press(button: str, given: Mapping[str, Any]) -> Status:
        name, data = chosen(given)
        theirs = read_partner(work, data, name).get(id)
        if theirs is None or theirs.kind != asked.kind:
            raise CourseError(f"{name!r:.120} does not answer this exercise: ask your partner to")
        return look(asked.decisions(asked.usable(theirs.value)[0], case)) | {"text": "Compared."}

    return LivePanel(f"agreement_{id}", f"Agreement: {asked.title}", look, press)


def readers_decisions(asked: Exercise, keys: Iterable[Key], case: Case) -> dict[str, dict[str, str]]:
    """Return the decisions of each reader of the key; the course is none."""
    by: dict[str, list[Key]] = {}
    for key in keys:
        if key.by != "course":
            by.setdefault(key.by, []).append(key)
    return {name_of(one): asked.decisions_of(by[one], case) for one in sorted(by, key=READERS.index)}


def made_up_reader(asked: Exercise, mine: Mapping[str, str]) -> dict[str, str]:
    """Return a reader that nobody is: your answers, every third changed to the next label of the exercise."""
    labels = list(dict.fromkeys([*asked.labels, *asked.options, *mine.values()]))
    return {
        thing: label if number % EVERY else labels[(labels.index(label) + 1) % len(labels)]
        for number, (thing, label) in enumerate(sorted(mine.items()), 1)
    }


def agreement_row(who: str, *raters: Mapping[str, str]) -> list[str]:
    """Return how far raters agree on what all of them decided: counts, alpha, and its interval."""
    things = [thing for thing in raters[0] if all(thing in rater for rater in raters)]
    ratings = [[rater[thing] for thing in things] for rater in raters]
    same = sum(len(set(labels)) == 1 for labels in zip(*ratings, strict=True))
    if not things:
        return [who, "0", "0", "nothing to compare", ""]
    alpha = krippendorff_alpha(ratings)
    low, high = alpha_interval(ratings)
    if math.isnan(alpha):
        return [who, str(len(things)), str(same), "cannot be told: everyone gave one label", ""]
    span = "too few to tell" if math.isnan(low) else f"{low:.2f} to {high:.2f}"
    return [who, str(len(things)), str(same), f"{alpha:.2f}", span]
