"""Where sentences end."""

import re


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Return start and end of each sentence of one paragraph."""
    return [match.span() for match in re.finditer(r"\S.*?(?:[.!?][\"”’)]*(?=\s|$)|$)", text, re.S)]
