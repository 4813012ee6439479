"""Policy frames: what a paragraph treats its subject as being about; neither a topic nor an opinion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from course.corpus.table import Table


def frame_counts(labels: Iterable[Mapping[str, Any]], by: str = "reader1") -> Table:
    """Return frames x articles: in how many paragraphs reader `by` saw each frame first.

    A label is an entry with article, and the primary frame by reader, such as those of the Policy Frames
    Codebook (Boydstun et al. 2014). The most frequent frame comes first.
    """
    counts: dict[str, Counter[str]] = {}
    for label in labels:
        frames = [label["primary"][by]] if by in label["primary"] else []
        counts.setdefault(label["article"], Counter()).update(frames)
    total = sum(counts.values(), Counter[str]())
    return Table(
        f"Paragraphs by first frame ({by})",
        (
            {"frame": frame} | {article: counts[article][frame] for article in sorted(counts)}
            for frame in sorted(total, key=lambda frame: (-total[frame], frame))
        ),
    )
