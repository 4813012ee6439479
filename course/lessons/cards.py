"""Evidence cards, drawn in one place: alone in a cell, on paper, or folded below a question of a form."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from course.corpus.case import Case
from course.corpus.errors import CourseError
from course.corpus.readings import load_cards
from course.lessons.messages import EvidenceCard

LATER = "What came out later, by which no article is judged: "
_ROWS = {"source": "Primary source", "date": "Date", "unit": "Unit", "counts": "What it counts"}
_ROWS |= {"leaves_out": "What it leaves out", "says": "What it says"}
# Inline: paper and a saved notebook have no style sheet. In JupyterLab the colours follow its theme.
_LOOK = (
    "padding:8px 12px;margin:8px 0;"
    "background:var(--jp-layout-color1,#FFFFFF);color:var(--jp-content-font-color1,#1F1F1F)"
)
_UNSURE = f"border:3px dashed;{_LOOK}"
_STATES = {True: ("Confirmed", f"border:2px solid;{_LOOK}"), False: ("Not confirmed", _UNSURE)}


class Cards:
    """Evidence cards that show themselves; what is confirmed has a solid border, what is not a dashed one."""

    def __init__(self, cards: Iterable[Mapping[str, Any]]) -> None:
        self.cards = tuple(cards)

    def __repr__(self) -> str:
        return "\n".join(f"{_title(one)} ({_STATES[one['confirmed']][0].lower()})" for one in self.cards)

    def _repr_html_(self) -> str:
        return "".join(card_html(one, f"<p><strong>{escape(_title(one))}</strong></p>") for one in self.cards)


def cards(case: Case, *ids: str) -> Cards:
    """Show evidence cards by their ids. Raises CourseError for an id that no card has."""
    found = {card["id"]: card for card in load_cards(case)}
    if missing := [id for id in ids if id not in found]:
        raise CourseError(f"there is no evidence card {missing[0]!r}: choose one of {', '.join(found)}")
    return Cards(found[id] for id in ids)


def card_for_form(card: Mapping[str, Any]) -> EvidenceCard:
    """Return a card as a form shows it, folded below its title."""
    return {"id": card["id"], "title": _title(card), "html": card_html(card)}


def _title(card: Mapping[str, Any]) -> str:
    return f"{card['id']}: {card['topic']}"


def card_html(card: Mapping[str, Any], heading: str = "") -> str:
    """Return a card as HTML, below a heading (HTML): the one place where text of a card becomes HTML."""
    (state, look), numbers, seen = _STATES[card["confirmed"]], [], []
    for name, value in card.get("numbers", {}).items():
        parts = value.items() if isinstance(value, Mapping) else ()
        line = "; ".join(f"{number:,} ({part})" for part, number in parts) or f"{value:,}"
        numbers.append(escape(f"{name}: {line}"))
    for source in card.get("seen", ()):
        name, address = escape(source["publisher"]), escape(source.get("address", ""))
        link = f'<a href="{address}" target="_blank" rel="noopener noreferrer">{name}</a>'
        seen.append(link if address.startswith(("https://", "http://")) else name)
    rows = {name: escape(card[key]) for key, name in _ROWS.items() if key in card}
    rows["Numbers"] = "<br>".join(numbers)
    rows["Epilogue"] = escape(LATER + card["epilogue"]) if "epilogue" in card else ""
    rows["Read in"] = "; ".join(seen)
    told = [
        f'<dt><strong>{name}</strong></dt><dd dir="auto">{text}</dd>' for name, text in rows.items() if text
    ]
    unsure = f'<p style="{_UNSURE}"><strong>Not confirmed:</strong> {escape(card.get("unconfirmed", ""))}</p>'
    return (
        f'<div class="fn-evidence" role="group" aria-label="Evidence card {escape(card["id"])}"'
        f' style="{look}">{heading}<p><strong>{state}</strong></p>'
        f"<dl>{''.join(told)}</dl>{unsure if card.get('unconfirmed') else ''}</div>"
    )
