"""The evidence desk: what the cards' numbers give, and verdicts as ClaimReview records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from course.analysis.claims import claim_review
from course.analysis.evidence import calculate
from course.corpus.case import Case
from course.corpus.readings import load_cards, load_readings
from course.corpus.table import Table
from course.lessons.figures import closed, picture
from course.lessons.forms import Panel, Part
from course.lessons.here import find_exercise
from course.lessons.portfolio import read_student

_FIELDS = {
    "claimReviewed": "the claim, in neutral words",
    "itemReviewed": "where the claim appears: here an article’s letter, on the web an address",
    "author": "who checked: here your code, or nobody’s name",
    "datePublished": "the day of the verdict: evidence that came later is not in it",
    "reviewRating": "the verdict in words, without a number, which would give it a scale it has not",
    "url": "where the review can be read: here a made-up address, since it is not published",
}


@picture
def calculations(case: Case, *claims: str) -> Table:
    """Return what the cards' numbers give for claims, and how it was worked out."""
    readings, rows = load_readings(case), []
    if readings is None:
        return closed("What the numbers give")
    on_desk = {card["id"]: card for card in load_cards(case)}
    for entry in readings.evidence["evidence"]:
        for one in entry.get("calculation", ()):
            if one["claim"] in claims:
                value = calculate(on_desk[entry["id"]], one["how"], one["of"])
                result = f"{value:.1f} %" if "per cent" in one["how"] else f"{value:,.0f}"
                rows.append({"what": one["what"], "card": entry["id"], "how": one["how"], "result": result})
    return Table("What the numbers give", rows)


def claim_reviews(id: str) -> Panel:
    """Show the verdicts of a sort exercise as ClaimReview records, explain them, and offer them as a file."""
    _, asked, work = find_exercise(id)
    stored, student = work.read(asked), read_student(work)
    records = [
        claim_review(
            item.text,
            stored.value[item.id],
            student.code if student else "a student of this course",
            stored.saved[:10],
            f"urn:review:{id}:{item.id}",
            appearances=[f"urn:article:{item.article}"],
        )
        for item in asked.items
        if stored and item.id in stored.value
    ]
    if not records:
        return Panel(f"review_{id}", "Your verdicts as records", ["Answer first: there is no verdict yet."])
    first = records[0]
    rows = [[f"{field}: {what}", _shown(first[field])] for field, what in _FIELDS.items()]
    verdicts = [[one["claimReviewed"], one["reviewRating"]["alternateName"]] for one in records]
    tables: list[Part] = [
        {
            "caption": "One record, field by field",
            "columns": ["field, and what it holds", "yours"],
            "rows": rows,
        },
        {"caption": "Your records", "columns": ["claimReviewed", "reviewRating"], "rows": verdicts},
    ]

    def press(button: str, given: Mapping[str, Any]) -> Part:
        text = json.dumps(records, ensure_ascii=False, indent=1)
        file = {"name": f"claim_reviews_{id}.json", "text": text, "type": "application/json"}
        return {"text": f"Saved as {file['name']} in your browser’s downloads.", "downloads": [file]}

    lines = ["Changed a verdict? Run this cell again. Only you see the records."]
    buttons: list[Part] = [{"name": "save", "label": "Save the records", "main": True}]
    return Panel(f"review_{id}", "Your verdicts as records", lines, press, tables=tables, buttons=buttons)


def _shown(value: Any) -> str:
    """Return a record's value without its types, which are the same in every record."""
    if isinstance(value, Mapping):
        return ", ".join(_shown(inner) for key, inner in value.items() if key != "@type")
    return ", ".join(map(_shown, value)) if isinstance(value, list) else str(value)
