"""A table that shows itself, in a notebook and in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape


class Table:
    """Rows under named columns. The first column names the row; `rows` gives the data.

    >>> Table("Lengths", [{"article": "A", "words": 490}])
    Lengths
    article | words
    A | 490
    """

    def __init__(self, caption: str, rows: Iterable[Mapping[str, object]]) -> None:
        self.caption = caption
        self.rows = [dict(row) for row in rows]

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in the order in which rows bring them."""
        return list(dict.fromkeys(name for row in self.rows for name in row))

    def __repr__(self) -> str:
        lines = [" | ".join(str(row.get(name, "")) for name in self.columns) for row in self.rows]
        return "\n".join([self.caption, " | ".join(self.columns), *lines])

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in self.columns)
        body = "".join(f"<tr>{self._row(row)}</tr>" for row in self.rows)
        caption = f"<caption>{escape(self.caption)}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _row(self, row: Mapping[str, object]) -> str:
        cells = [escape(str(row.get(name, ""))) for name in self.columns]
        first = f'<th scope="row">{cells[0]}</th>'
        return first + "".join(f"<td>{cell}</td>" for cell in cells[1:])
