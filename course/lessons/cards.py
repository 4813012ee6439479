"""Evidence cards, drawn in one place: alone in a cell, on paper, or folded below a question of a form."""

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any

from course.corpus.case import Case, read_toml
from course.corpus.errors import need
from course.corpus.readings import load_cards
from course.lessons.messages import EvidenceCard

ABOUT = read_toml(Path(__file__).with_suffix(".toml"))
STATES = {True: ABOUT["confirmed"], False: ABOUT["not_confirmed"]}


class Cards:
    """Evidence cards that show themselves; what is confirmed has a solid border, what is not a dashed one."""

    def __init__(self, cards: Iterable[Mapping[str, Any]]) -> None:
        self.cards = tuple(cards)

    def __repr__(self) -> str:
        return "\n".join(f"{_title(one)} ({STATES[one['confirmed']]['name'].lower()})" for one in self.cards)

    def _repr_html_(self) -> str:
        return "".join(card_html(one, f"<p><strong>{escape(_title(one))}</strong></p>") for one in self.cards)


def cards(case: Case, *ids: str) -> Cards:
    """Show evidence cards by their ids. Raises CourseError for an id that no card has."""
    found = {card["id"]: card for card in load_cards(case)}
    have = ", ".join(found)
    return Cards(need(found.get(id), f"there is no evidence card {id!r}: choose one of {have}") for id in ids)


def card_for_form(card: Mapping[str, Any]) -> EvidenceCard:
    """Return a card as a form shows it, folded below its title."""
    return {"id": card["id"], "title": _title(card), "html": card_html(card)}


def _title(card: Mapping[str, Any]) -> str:
    return f"{card['id']}: {card['topic']}"


def card_html(card: Mapping[str, Any], heading: str = "") -> str:
    """Return a card as HTML, below a heading (HTML): the one place where text of a card becomes HTML."""
    state, numbers, seen = STATES[card["confirmed"]], [], []
    for name, value in card.get("numbers", {}).items():
        parts = value.items() if isinstance(value, Mapping) else ()
        line = "; ".join(f"{number:,} ({part})" for part, number in parts) or f"{value:,}"
        numbers.append(escape(f"{name}: {line}"))
    for source in card.get("seen", ()):
        name, address = escape(source["publisher"]), escape(source.get("address", ""))
        link = f'<a href="{address}" target="_blank" rel="noopener noreferrer">{name}</a>'
        seen.append(link if address.startswith(("https://", "http://")) else name)
    later = ABOUT["later"] + card["epilogue"] if "epilogue" in card else ""
    made = {"numbers": "<br>".join(numbers), "epilogue": escape(later), "seen": "; ".join(seen)}
    rows = {name: made.get(key) or escape(card.get(key, "")) for key, name in ABOUT["rows"].items()}
    told = "".join(ABOUT["entry"].format(name, text) for name, text in rows.items() if text)
    dashed, doubt = STATES[False]["look"], escape(card.get("unconfirmed", ""))
    unsure = f'<p style="{dashed}"><strong>Not confirmed:</strong> {doubt}</p>' if doubt else ""
    name = ABOUT["in_part"] if doubt and card["confirmed"] else state["name"]
    shown = {"id": escape(card["id"]), "look": state["look"], "heading": heading, "name": name}
    return str(ABOUT["html"].format(told=told, unsure=unsure, **shown))
