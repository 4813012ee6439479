"""A student's own text: its length, and the passages that its sentences are tied to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from course.analysis.quotations.signs import paragraphs_of
from course.corpus.sentences import split_sentences

WORDS, SENTENCES = (120, 200), (5, 8)  # of a brief


def brief_sentences(text: str) -> list[str]:
    """Return the sentences of a text that somebody wrote, in order."""
    found = []
    for low, high in paragraphs_of(text):
        found += [text[low + start : low + end] for start, end in split_sentences(text[low:high])]
    return found


def length_told(text: str) -> str:
    """Return how many words and sentences a text has, and whether that is a brief's length."""
    told = []
    for count, name, (least, most) in (
        (len(text.split()), "words", WORDS),
        (len(brief_sentences(text)), "sentences", SENTENCES),
    ):
        wanted = "enough" if least <= count <= most else f"{'more' if count < least else 'fewer'} are wanted"
        told.append(f"{count} {name} ({wanted}: {least} to {most})")
    return f"Your brief has {' and '.join(told)}."


def beyond_told(sentences: Sequence[str], most: int) -> str:
    """Return what is to be said where a text has more sentences than there are labels."""
    return (
        f"Only the first {most} sentences have a label: join some, or cut." if len(sentences) > most else ""
    )


def ties_told(
    sentences: list[str], marks: Iterable[dict[str, Any]], most: int
) -> tuple[list[list[str]], list[str]]:
    """Return a row for each sentence (number, sentence, passages), and what is to be said of the ties.

    A mark's label is the number of the sentence that its passage carries; `most` is the highest there is.
    """
    marks = sorted(marks, key=lambda mark: (mark["article"], mark["start"]))
    rows, untied = [], []
    for number, sentence in enumerate(sentences, 1):
        passages = [f"{m['article']}: {m['exact']}" for m in marks if m["label"] == str(number)]
        untied += [] if passages or number > most else [str(number)]
        rows.append([str(number), sentence, " / ".join(passages) or "none yet"])
    said = [f"Without a passage so far: {', '.join(untied)}." if untied else "Each sentence has a passage."]
    said += filter(None, [beyond_told(sentences, most)])
    if beyond := sorted({int(m["label"]) for m in marks if m["label"] not in {row[0] for row in rows}}):
        said.append(f"Passages are tied to {', '.join(map(str, beyond))}, which your brief does not have.")
    counts = Counter(mark["article"] for mark in marks)
    said.append(
        f"Passages from each text: {', '.join(f'{id} {counts[id]}' for id in sorted(counts)) or 'none'}."
    )
    return rows, said
