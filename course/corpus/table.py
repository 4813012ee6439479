"""A table that shows itself, in a notebook and in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

_LEFT = "text-align: left; vertical-align: top"


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

    def _cells(self) -> list[list[str]]:
        columns = self.columns
        return [[str(row.get(name, "")) for name in columns] for row in self.rows]

    def __repr__(self) -> str:
        return "\n".join([self.caption, *(" | ".join(cells) for cells in [self.columns, *self._cells()])])

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col" style="{_LEFT}">{escape(name)}</th>' for name in self.columns)
        body = "".join(f"<tr>{''.join(map(_cell, range(len(cells)), cells))}</tr>" for cells in self._cells())
        caption = f"<caption>{escape(self.caption)}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(column: int, cell: str) -> str:
    if not column:
        return f'<th scope="row" style="{_LEFT}">{escape(cell)}</th>'
    # JupyterLab sets every cell to the right, which suits numbers alone.
    number = cell.replace(".", "").replace(",", "").removeprefix("-").isdecimal()
    return f"<td>{cell}</td>" if number else f'<td style="{_LEFT}">{escape(cell)}</td>'
