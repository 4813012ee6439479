"""Tables: accessible, escaped, and plain in a terminal."""

from html import escape
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from course.corpus.table import _LEFT, Table


class Reading(HTMLParser):
    """Collects the tags, and the text of each cell."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.cells: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("th", "td", "caption"):
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        self.cells[-1] += data


def test_a_table_has_a_caption_and_heads_for_screen_readers() -> None:
    table = Table("Lengths", [{"article": "A", "words": 490}, {"article": "B", "captions": 2}])
    assert table._repr_html_().replace(f' style="{_LEFT}"', "") == (
        '<div role="region" aria-label="Lengths" tabindex="0" style="overflow-x: auto">'
        '<table><caption>Lengths</caption><thead><tr><th scope="col">article</th><th scope="col">words</th>'
        '<th scope="col">captions</th></tr></thead><tbody>'
        '<tr><th scope="row">A</th><td>490</td><td></td></tr>'
        '<tr><th scope="row">B</th><td></td><td>2</td></tr></tbody></table></div>'
    )


def test_words_stand_on_the_left_and_numbers_where_numbers_stand() -> None:
    shown = Table("x", [{"article": "A", "words": "-1,490.5", "says": "rain"}])._repr_html_()
    assert "<td>-1,490.5</td>" in shown
    assert f'<td style="{_LEFT}">rain</td>' in shown


def test_a_table_is_plain_in_a_terminal() -> None:
    table = Table("Lengths", [{"article": "A", "words": 490}, {"article": "B"}])
    assert repr(table) == "Lengths\narticle | words\nA | 490\nB | "


def test_rows_are_data_of_its_own() -> None:
    row: dict[str, object] = {"article": "A"}
    table = Table("x", [row])
    row["article"] = "B"
    assert table.rows == [{"article": "A"}]


def test_empty_tables_show_themselves() -> None:
    for table in (Table("x", []), Table("x", [{}])):
        assert table._repr_html_() == "<p>x</p>"  # a caption would be as wide as its table: a word
        assert repr(table).startswith("x")


TEXT = st.one_of(
    st.sampled_from(["<script>alert(1)</script>", "</table>", '" onclick="x', "&lt;", "<!--", "]]>", "'"]),
    st.text(st.characters(exclude_characters="\r\x00", exclude_categories=("Cs",))),
)


@given(TEXT, st.lists(st.dictionaries(TEXT, TEXT, max_size=4), max_size=4))
def test_nothing_in_a_table_becomes_html(caption: str, rows: list[dict[str, str]]) -> None:
    table = Table(caption, rows)
    if not table.columns:
        assert table._repr_html_() == f"<p>{escape(caption)}</p>"
        return
    reading = Reading(table._repr_html_())
    assert {tag for tag, _ in reading.tags} <= {"div", "table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert {key for _, attrs in reading.tags for key in attrs} <= {
        "scope",
        "style",
        "role",
        "aria-label",
        "tabindex",
    }
    cells = [row.get(name, "") for row in table.rows for name in table.columns]
    assert reading.cells == [caption, *table.columns, *cells]
