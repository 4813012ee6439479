"""Evidence cards to read: alone in a cell, on paper, or folded below the question that needs them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from course.corpus.case import Case
from course.corpus.errors import CourseError
from course.corpus.readings import load_cards

LATER = "What came out later, by which no article is judged: "
_ROWS = {
    "source": "Primary source",
    "date": "Date",
    "unit": "Unit",
    "counts": "What it counts",
    "leaves_out": "What it leaves out",
    "says": "What it says",
    "epilogue": "Epilogue",
}
_SURE, _UNSURE = "2px solid #1F1F1F", "3px dashed #1F1F1F"


class Cards:
    """Evidence cards that show themselves; what is confirmed has a solid border, what is not a dashed one."""

    def __init__(self, cards: Iterable[Mapping[str, Any]]) -> None:
        self.cards = tuple(cards)

    def __repr__(self) -> str:
        return "\n".join(f"{one['id']}: {one['topic']} ({_state(one).lower()})" for one in self.cards)

    def _repr_html_(self) -> str:
        return "".join(_html(card_parts(one)) for one in self.cards)


def cards(case: Case, *ids: str) -> Cards:
    """Show evidence cards by their ids. Raises CourseError for an id that no card has."""
    found = {card["id"]: card for card in load_cards(case)}
    if missing := [id for id in ids if id not in found]:
        raise CourseError(f"there is no evidence card {missing[0]!r}: choose one of {', '.join(found)}")
    return Cards(found[id] for id in ids)


def card_parts(card: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands on a card: its title and state, its rows (term, lines), and where it was read.

    `seen` are (publisher, address); an address that a browser should not follow is empty.
    """
    rows = [(name, [card[key]]) for key, name in _ROWS.items() if key in card and key != "epilogue"]
    rows += [("Numbers", list(_numbers(card["numbers"])))] if "numbers" in card else []
    rows += [("Epilogue", [LATER + card["epilogue"]])] if "epilogue" in card else []
    seen = [(one["publisher"], one.get("address", "")) for one in card.get("seen", ())]
    return {
        "id": card["id"],
        "title": f"{card['id']}: {card['topic']}",
        "state": _state(card),
        "confirmed": card["confirmed"],
        "rows": rows,
        "seen": [(name, at if at.startswith(("https://", "http://")) else "") for name, at in seen],
        "unconfirmed": card.get("unconfirmed", ""),
    }


def _state(card: Mapping[str, Any]) -> str:
    return "Confirmed" if card["confirmed"] else "Not confirmed"


def _numbers(numbers: Mapping[str, Any]) -> Iterable[str]:
    for name, value in numbers.items():
        parts = value if isinstance(value, Mapping) else {}
        told = "; ".join(f"{number:,} ({part})" for part, number in parts.items()) or f"{value:,}"
        yield f"{name}: {told}"


def _html(card: Mapping[str, Any]) -> str:
    rows = [(name, "<br>".join(map(escape, lines))) for name, lines in card["rows"]]
    seen = [
        f'<a href="{escape(at)}" rel="noopener noreferrer">{escape(name)}</a>' if at else escape(name)
        for name, at in card["seen"]
    ]
    rows += [("Read in", "; ".join(seen))] if seen else []
    listed = "".join(f"<dt><strong>{name}</strong></dt><dd>{text}</dd>" for name, text in rows)
    unsure = f"<p {_box(_UNSURE)}><strong>Not confirmed:</strong> {escape(card['unconfirmed'])}</p>"
    return (
        f'<div role="group" aria-label="Evidence card {escape(card["id"])}"'
        f" {_box(_SURE if card['confirmed'] else _UNSURE)}>"
        f"<p><strong>{escape(card['title'])}</strong><br>{card['state']}</p>"
        f"<dl>{listed}</dl>{unsure if card['unconfirmed'] else ''}</div>"
    )


def _box(border: str) -> str:
    return f'style="border:{border};padding:8px 12px;margin:8px 0;background:#FFFFFF;color:#1F1F1F"'
