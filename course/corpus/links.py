"""The web addresses that stand in an article, and the address inside a redirect."""

import re
from itertools import chain
from urllib.parse import parse_qsl

from course.corpus.article import Article
from course.corpus.table import Table

_ADDRESS = re.compile(r"https?://[^\s<>“”\"]+")


def links(*articles: Article) -> Table:
    """Return every web address in articles, taken apart; nothing is opened.

    A redirect carries the address it leads to as one of its values, with `%3A` for `:` and `%2F` for `/`.

    >>> found = links(Article.from_text("X", "http://a.example/go?to=https%3A%2F%2Fb.example%2Frain-stops"))
    >>> [(row["leads to"], row["last part"]) for row in found.rows]
    [('https://b.example/rain-stops', 'rain-stops')]
    """
    rows, found = [], {one.id: _ADDRESS.findall(one.raw) for one in articles}
    for address in chain.from_iterable(found.values()):
        inside = (value for _, value in parse_qsl(address.partition("?")[2]))
        target = next((one for one in inside if one.startswith(("http://", "https://"))), address)
        last = target.split("?")[0].rstrip("/").rpartition("/")[2]
        rows.append({"host": address.split("/")[2], "leads to": target, "last part": last})
    having = ", ".join(id for id, addresses in found.items() if addresses)
    return Table(f"Web addresses in {having or 'none of the articles'}", rows)
