"""What is printed for a class without laptops: lists, and tables to write in. All text is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def listed(kind: str, items: Iterable[str]) -> str:
    """Return a list, `kind` ol or ul, of texts."""
    told = "".join(f"<li>{escape(item)}</li>" for item in items)
    return f"<{kind}>{told}</{kind}>\n" if told else ""


def table(caption: str, columns: Sequence[str], rows: Iterable[str]) -> str:
    """Return a table to write in. A row is its first cell, as HTML; the others are empty."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(f"<tr>{row}{'<td></td>' * (len(columns) - 1)}</tr>\n" for row in rows)
    top = f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
    return f"<table>{top}<tbody>{body}</tbody></table>\n" if body else ""


def head(text: str) -> str:
    """Return the first cell of a row; `text` is HTML."""
    return f'<th scope="row">{text}</th>'
