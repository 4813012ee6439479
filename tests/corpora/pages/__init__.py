"""Page layouts with a kind for every line, and how well the block reader does on them."""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from course.corpus.annotation import find_words
from course.corpus.blocks import KINDS, Block, read_blocks
from course.corpus.case import open_case

HERE = Path(__file__).parent
ROOT = Path(__file__).parents[3]
SETS = ("first", "second")


@dataclass(frozen=True)
class Page:
    """A page's raw text and what each stretch of it is: (kind, start, end)."""

    name: str
    raw: str
    labels: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Figures:
    """Lines and spans of a set that were read as they are labelled, and those that were not."""

    name: str
    pages: int
    right: Counter[str]  # by kind: read as this kind
    kept: Counter[str]  # by kind: body read as body, noise read as any noise
    count: Counter[str]
    misses: tuple[str, ...]

    @property
    def body_kept(self) -> float:
        return self.kept["body"] / self.count["body"]

    @property
    def noise_caught(self) -> float:
        noise = [kind for kind in self.count if kind != "body"]
        return sum(self.kept[k] for k in noise) / sum(self.count[k] for k in noise)

    def __str__(self) -> str:
        noise, caught = (c.total() - c["body"] for c in (self.count, self.kept))
        kinds = ", ".join(f"{k} {self.right[k]}/{self.count[k]}" for k in KINDS if self.count[k])
        return "\n".join(
            [
                f"{self.name}: {self.pages} pages",
                f"  body kept    {self.kept['body']}/{self.count['body']} = {self.body_kept:.1%}",
                f"  noise caught {caught}/{noise} = {self.noise_caught:.1%}",
                f"  right kind   {kinds}",
                *(f"    {miss}" for miss in self.misses),
            ]
        )


def read_page(path: Path) -> Page:
    """Return a page of the development set; README.md says how its lines are written."""
    raw, labels = "", []
    for line in path.read_text(encoding="utf-8").split("\n")[:-1]:
        kinds, _, text = line.partition("\t")
        pieces = text.split("¦")
        for kind, piece in zip(kinds.split("|"), pieces, strict=True):
            if piece.strip():
                labels.append((kind, len(raw), len(raw) + len(piece)))
            raw += piece
        raw += "\n"
    return Page(path.stem, raw, tuple(labels))


def read_pages(name: str) -> list[Page]:
    return [read_page(path) for path in sorted((HERE / name).glob("*.tsv"))]


def read_case_pages() -> list[Page]:
    """Return the case's articles: noise is what readings/provenance.toml names, the rest is body."""
    facts = tomllib.loads((ROOT / "seeds/readings/provenance.toml").read_text(encoding="utf-8"))
    pages = []
    for article in open_case(ROOT).articles:
        labels, body = [], list(article.raw)
        for noise in facts["noise"]:
            if noise["article"] == article.id:
                start, end = find_words(article.raw, noise["exact"], noise.get("prefix", ""))
                labels.append((facts["noise_kind"][noise["type"]["reader1"]], start, end))
                body[start:end] = "\n" * (end - start)
        lines = re.finditer(r".*\w.*", "".join(body))
        pages.append(Page(article.id, article.raw, (*labels, *(("body", *line.span()) for line in lines))))
    return pages


def kind_of(blocks: tuple[Block, ...], start: int, end: int) -> str:
    """Return the kind of most of the characters between two places."""
    held: dict[str, int] = defaultdict(int)
    for block in blocks:
        held[block.kind] += max(0, min(end, block.end) - max(start, block.start))
    return max(held, key=lambda kind: held[kind])


def measure(name: str, pages: list[Page], read: Callable[[str], tuple[Block, ...]] = read_blocks) -> Figures:
    right, kept, count, misses = Counter(), Counter(), Counter(), []
    for page in pages:
        blocks = read(page.raw)
        for kind, start, end in page.labels:
            found = kind_of(blocks, start, end)
            count[kind] += 1
            right[kind] += found == kind
            if (found == "body") == (kind == "body"):
                kept[kind] += 1
            else:
                misses.append(f"{page.name}: {kind} read as {found}: {page.raw[start:end].strip()[:90]}")
    return Figures(name, len(pages), right, kept, count, tuple(misses))
