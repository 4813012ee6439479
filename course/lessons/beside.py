"""What stands beside a question: its evidence cards, what was answered further up, one's own sentences."""

from __future__ import annotations

from typing import Any

from course.corpus.case import Case
from course.lessons.brief import beyond_told, brief_sentences, length_told
from course.lessons.cards import card_parts, cards
from course.lessons.exercises import Exercise
from course.lessons.here import exercise_in
from course.lessons.work import Workspace

AGAIN = "When you change it, run this cell again."
NO_ANSWER = "Answer what is asked further up, then run this cell again: your answers will stand here."
NO_TEXT = "Write your text further up, then run this cell again: its sentences are the labels."


def items_beside(case: Case, asked: Exercise, work: Workspace) -> tuple[dict[str, dict[str, Any]], str]:
    """Return for each item its evidence cards, and what was answered to the same words; and what to say."""
    above = exercise_in(case.root, asked.beside) if asked.beside else None
    stored = work.read(above) if above else None
    value = stored.value if stored else {}
    given = {item.text: value[item.id] for item in (above.items if above else ()) if item.id in value}
    named = {id for item in asked.items for id in item.cards}
    parts = {card["id"]: card_parts(card) for card in (cards(case, *named).cards if named else ())}
    found = {
        item.id: {"cards": [parts[id] for id in item.cards], "answered": given.get(item.text, "")}
        for item in asked.items
    }
    return found, NO_ANSWER if above and len(given) < len(asked.items) else ""


def sentences_beside(case: Case, asked: Exercise, work: Workspace) -> tuple[tuple[str, ...], str]:
    """Return the sentences of the text that marks are tied to, and what is to be said of it."""
    if not asked.beside:
        return (), ""
    above = exercise_in(case.root, asked.beside)
    stored = work.read(above)
    text = "\n".join(stored.value.get(item.id, "") for item in above.items) if stored else ""
    if not text.strip():
        return (), NO_TEXT
    sentences, most = tuple(brief_sentences(text)), len(asked.labels)
    return sentences[:most], " ".join(filter(None, [length_told(text), beyond_told(sentences, most), AGAIN]))
