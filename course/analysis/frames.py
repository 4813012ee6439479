"""Policy frames: what a paragraph treats its subject as being about; neither a topic nor an opinion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from course.corpus.table import Table


def frame_counts(labels: Iterable[Mapping[str, Any]], by: str = "reader1", secondary: bool = False) -> Table:
    """Return frames x articles: in how many paragraphs reader `by` saw each frame first.

    With `secondary`, every frame the reader named for a paragraph counts, so one paragraph counts more than
    once. A label is an entry with article, and primary and secondary frames by reader, such as those of the
    Policy Frames Codebook (Boydstun et al. 2014). The most frequent frame comes first.
    """
    counts: dict[str, Counter[str]] = {}
    for label in labels:
        frames = {label["primary"][by]} if by in label["primary"] else set()
        if secondary:
            frames.update(label.get("secondary", {}).get(by, ()))
        counts.setdefault(label["article"], Counter()).update(frames)
    total = sum(counts.values(), Counter[str]())
    return Table(
        f"Paragraphs by {'any' if secondary else 'first'} frame ({by})",
        (
            {"frame": frame} | {article: counts[article][frame] for article in sorted(counts)}
            for frame in sorted(total, key=lambda frame: (-total[frame], frame))
        ),
    )
