"""What each part of a copied web page is: the report itself, or one of the kinds of noise around it."""

from dataclasses import dataclass

KINDS = ("body", "heading", "caption", "credit", "advert", "embed", "metadata", "footer", "notice")


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of raw text of one kind (one of KINDS)."""

    kind: str
    start: int
    end: int


def read_blocks(raw: str) -> tuple[Block, ...]:
    """Return the blocks of a page's raw text; joined, they are the raw text again."""
    blocks: list[Block] = []
    at = 0
    for line in raw.splitlines(keepends=True):
        kind = "advert" if line.strip() == "ADVERTISEMENT" else "body"
        if blocks and (not line.strip() or blocks[-1].kind == kind):
            blocks[-1] = Block(blocks[-1].kind, blocks[-1].start, at + len(line))
        else:
            blocks.append(Block(kind, at, at + len(line)))
        at += len(line)
    return tuple(blocks)
