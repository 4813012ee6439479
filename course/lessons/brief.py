"""A student's own text: its length, and the passages that its sentences are tied to."""

from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Any

from course.corpus.blocks import paragraphs_of
from course.corpus.sentences import split_sentences

WORDS, SENTENCES = (120, 200), (5, 6)  # of a brief


def brief_sentences(text: str) -> list[str]:
    """Return the sentences of a text that somebody wrote, in order."""
    paragraphs = [text[start:end] for start, end in paragraphs_of(text)]
    return [one[start:end] for one in paragraphs for start, end in split_sentences(one)]


def length_told(text: str) -> str:
    """Return how many words and sentences a text has, and whether that is a brief's length."""
    told = []
    counts = {"words": (len(text.split()), *WORDS), "sentences": (len(brief_sentences(text)), *SENTENCES)}
    for name, (count, least, most) in counts.items():
        wanted = "enough" if least <= count <= most else f"{'more' if count < least else 'fewer'} are wanted"
        told.append(f"{count} {name if count != 1 else name[:-1]} ({wanted}: {least} to {most})")
    return f"Your brief has {' and '.join(told)}."


def too_short(text: str) -> str:
    """Return what is to be said before a text has a brief's least number of words."""
    told = f"{length_told(text)} This opens when it has {WORDS[0]} words."
    return told if len(text.split()) < WORDS[0] else ""


def renumbered(before: Sequence[str], after: Sequence[str]) -> dict[str, str]:
    """Return each sentence’s new number by its old one: "" where it is gone, and by place where reworded."""
    found = {}
    for _, start, end, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        for at in range(start, end):
            found[str(at + 1)] = str(min(first + at - start, last - 1) + 1) if last > first else ""
    return found


def beyond_told(sentences: Sequence[str], most: int) -> str:
    """Return what is to be said where a text has more sentences than there are labels."""
    told = f"Only the first {most} sentences have a label: join some, or cut."
    return told if len(sentences) > most else ""


def ties_told(
    sentences: list[str], marks: Iterable[dict[str, Any]], most: int
) -> tuple[list[list[str]], list[str]]:
    """Return a row for each sentence (number, sentence, passages), and what is to be said of the ties.

    A mark's label is the number of the sentence that its passage carries; `most` is the highest there is.
    """
    marks = sorted(marks, key=lambda mark: (mark["article"], mark["start"]))
    tied: dict[str, list[str]] = {str(number): [] for number in range(1, len(sentences) + 1)}
    beyond = sorted({int(mark["label"]) for mark in marks if mark["label"] not in tied})
    for mark in marks:
        tied.setdefault(mark["label"], []).append(f"{mark['article']}: {mark['exact']}")
    rows = [[at, text, " / ".join(tied[at]) or "none yet"] for at, text in zip(tied, sentences, strict=False)]
    untied = [at for at, _, _ in rows[:most] if not tied[at]]
    said = [f"Sentences not tied yet: {', '.join(untied)}." if untied else "Each sentence has a passage."]
    said += filter(None, [beyond_told(sentences, most)])
    if beyond:
        said.append(f"Passages are tied to {', '.join(map(str, beyond))}, which your brief does not have.")
    counts = Counter(mark["article"] for mark in marks)
    each = ", ".join(f"{id} {times}" for id, times in counts.items())
    return rows, [*said, f"Passages from each text: {each or 'none'}."]
