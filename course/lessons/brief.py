"""A student's own text: its sentences by number, the passages they are tied to, its quotations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from course.analysis.letters import check_quotations
from course.analysis.marks import paragraphs_of
from course.corpus.sentences import split_sentences
from course.corpus.table import Table
from course.lessons.at_hand import find_exercise
from course.lessons.forms import Panel, Part

LENGTH = (120, 200)  # words of a brief


def brief_sentences(text: str) -> list[str]:
    """Return the sentences of a text that somebody wrote, in order."""
    found = []
    for low, high in paragraphs_of(text):
        found += [text[low + start : low + end] for start, end in split_sentences(text[low:high])]
    return found


def length_told(text: str) -> str:
    """Return how many words a text has, and whether that is a brief's length."""
    words, (least, most) = len(text.split()), LENGTH
    wanted = "" if least <= words <= most else f", {'more' if words < least else 'fewer'} are wanted"
    return f"Your brief has {words} words{wanted}: {least} to {most} is the length."


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
    if len(sentences) > most:
        told = f"Your brief has {len(sentences)} sentences, and {most} at most can have a passage"
        said.append(f"{told}: join some, or cut.")
    if beyond := sorted({int(m["label"]) for m in marks if m["label"] not in {row[0] for row in rows}}):
        said.append(f"Passages are tied to {', '.join(map(str, beyond))}, which your brief does not have.")
    counts = Counter(mark["article"] for mark in marks)
    said.append(
        f"Passages from each text: {', '.join(f'{id} {counts[id]}' for id in sorted(counts)) or 'none'}."
    )
    return rows, said


def check_brief(brief: str, ties: str = "") -> Panel:
    """Show the brief's sentences by number and its length; with the ties' exercise also ties and quotations.

    It stands in a panel, which no notebook file keeps.
    """
    case, asked, work = find_exercise(brief)
    title = "Your brief, checked" if ties else "Your brief, sentence by sentence"
    stored = work.read(asked)
    text = "\n".join(stored.value.get(item.id, "") for item in asked.items) if stored else ""
    if not text.strip():
        return Panel(f"check_{brief}_{ties}", title, ["Write your brief first, then run this cell again."])
    sentences = brief_sentences(text)
    lines = [length_told(text)]
    rows = [[str(number), sentence] for number, sentence in enumerate(sentences, 1)]
    columns, tables = ["number", "sentence"], list[Part]()
    if ties:
        _, tied, _ = find_exercise(ties)
        answer = work.read(tied)
        rows, said = ties_told(sentences, answer.value if answer else [], len(tied.labels))
        lines, columns = lines + said, [*columns, "passages"]
        quoted = check_quotations(text, case.articles)
        tables = [_table(quoted)] if quoted.rows else []
        lines += [] if quoted.rows else ["There is no quotation in it: then there is nothing to compare."]
    tables.insert(0, {"caption": "Sentences", "columns": columns, "rows": rows})
    lines.append("After a change, run this cell again.")
    return Panel(f"check_{brief}_{ties}", title, lines, tables=tables)


def _table(table: Table) -> Part:
    rows = [[str(row[column]) for column in table.columns] for row in table.rows]
    return {"caption": table.caption, "columns": table.columns, "rows": rows}
