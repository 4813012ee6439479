"""Evidence cards, drawn in one place: alone in a cell, on paper, or folded below a question of a form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from course.corpus.case import Case
from course.corpus.errors import CourseError
from course.corpus.readings import load_cards
from course.lessons.messages import EvidenceCard

LATER = "What came out later, by which no article is judged: "
_ROWS = {
    "source": "Primary source",
    "date": "Date",
    "unit": "Unit",
    "counts": "What it counts",
    "leaves_out": "What it leaves out",
    "says": "What it says",
}
# Inline: paper and a saved notebook have no style sheet. In JupyterLab the colours follow its theme.
_LOOK = (
    "padding:8px 12px;margin:8px 0;"
    "background:var(--jp-layout-color1,#FFFFFF);color:var(--jp-content-font-color1,#1F1F1F)"
)
_SURE, _UNSURE = f"border:2px solid;{_LOOK}", f"border:3px dashed;{_LOOK}"


class Cards:
    """Evidence cards that show themselves; what is confirmed has a solid border, what is not a dashed one."""

    def __init__(self, cards: Iterable[Mapping[str, Any]]) -> None:
        self.cards = tuple(cards)

    def __repr__(self) -> str:
        return "\n".join(f"{title_of(one)} ({_state(one).lower()})" for one in self.cards)

    def _repr_html_(self) -> str:
        return "".join(
            card_html(one, f"<p><strong>{escape(title_of(one))}</strong></p>") for one in self.cards
        )


def cards(case: Case, *ids: str) -> Cards:
    """Show evidence cards by their ids. Raises CourseError for an id that no card has."""
    found = {card["id"]: card for card in load_cards(case)}
    if missing := [id for id in ids if id not in found]:
        raise CourseError(f"there is no evidence card {missing[0]!r}: choose one of {', '.join(found)}")
    return Cards(found[id] for id in ids)


def card_for_form(card: Mapping[str, Any]) -> EvidenceCard:
    """Return a card as a form shows it, folded below its title."""
    return {"id": card["id"], "title": title_of(card), "html": card_html(card)}


def title_of(card: Mapping[str, Any]) -> str:
    """Return a card's id and topic."""
    return f"{card['id']}: {card['topic']}"


def card_html(card: Mapping[str, Any], heading: str = "") -> str:
    """Return a card as HTML, below a heading (HTML): the one place where text of a card becomes HTML."""
    rows = [(name, escape(card[key])) for key, name in _ROWS.items() if key in card]
    if numbers := card.get("numbers"):
        rows.append(("Numbers", "<br>".join(escape(line) for line in _numbers(numbers))))
    rows += [("Epilogue", escape(LATER + card["epilogue"]))] if "epilogue" in card else []
    rows += [("Read in", "; ".join(map(_seen, card["seen"])))] if card.get("seen") else []
    listed = "".join(f'<dt><strong>{name}</strong></dt><dd dir="auto">{text}</dd>' for name, text in rows)
    unsure = escape(card.get("unconfirmed", ""))
    return (
        f'<div class="fn-evidence" role="group" aria-label="Evidence card {escape(card["id"])}"'
        f' style="{_SURE if card["confirmed"] else _UNSURE}">{heading}<p><strong>{_state(card)}</strong></p>'
        f"<dl>{listed}</dl>"
        + (f'<p style="{_UNSURE}"><strong>Not confirmed:</strong> {unsure}</p></div>' if unsure else "</div>")
    )


def _seen(source: Mapping[str, str]) -> str:
    """Return where a card was read; an address that a browser should not follow is left out."""
    name, address = escape(source["publisher"]), source.get("address", "")
    if not address.startswith(("https://", "http://")):
        return name
    return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">{name}</a>'


def _state(card: Mapping[str, Any]) -> str:
    return "Confirmed" if card["confirmed"] else "Not confirmed"


def _numbers(numbers: Mapping[str, Any]) -> Iterable[str]:
    for name, value in numbers.items():
        parts = value if isinstance(value, Mapping) else {}
        told = "; ".join(f"{number:,} ({part})" for part, number in parts.items()) or f"{value:,}"
        yield f"{name}: {told}"
