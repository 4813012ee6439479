"""A table that shows itself, in a notebook and in a terminal."""

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

    @property
    def cells(self) -> list[list[str]]:
        """The text of each cell, row by row."""
        columns = self.columns
        return [[str(row.get(name, "")) for name in columns] for row in self.rows]

    def __repr__(self) -> str:
        return "\n".join([self.caption, *(" | ".join(cells) for cells in [self.columns, *self.cells])])

    def _repr_html_(self) -> str:
        def cell(text: str, scope: str = "") -> str:
            # JupyterLab sets every cell to the right, which suits numbers alone.
            number = text.replace(".", "").replace(",", "").removeprefix("-").isdecimal()
            style = f' style="{_LEFT}"' if scope or not number else ""
            return f"<th{scope}{style}>{escape(text)}</th>" if scope else f"<td{style}>{escape(text)}</td>"

        if not self.columns:
            return f"<p>{escape(self.caption)}</p>"
        head = "".join(cell(name, ' scope="col"') for name in self.columns)
        rows = ([cell(text, ' scope="row"' * (not n)) for n, text in enumerate(one)] for one in self.cells)
        body = "".join(f"<tr>{''.join(cells)}</tr>" for cells in rows)
        caption = escape(self.caption)
        table = f"<caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
        # A wide table scrolls by itself, also by the keyboard: on a small or zoomed screen.
        scrolls = f'role="region" aria-label="{caption}" tabindex="0" style="overflow-x: auto"'
        return f"<div {scrolls}><table>{table}</table></div>"
