"""The evidence desk: what the cards' numbers give."""

from __future__ import annotations

from course.analysis.evidence import calculate
from course.corpus.case import Case
from course.corpus.readings import load_cards, load_readings
from course.corpus.table import Table
from course.lessons.figures import closed, picture


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
