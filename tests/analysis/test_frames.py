"""Frames counted by article and reader."""

import tomllib
from pathlib import Path

from course.analysis.frames import frame_counts

ROOT = Path(__file__).parents[2]
LABELS = [
    {
        "article": "B",
        "paragraph": 1,
        "primary": {"reader1": "political"},
        "secondary": {"reader1": ["economic"]},
    },
    {"article": "A", "paragraph": 1, "primary": {"reader1": "economic", "reader2": "morality"}},
    {
        "article": "A",
        "paragraph": 2,
        "primary": {"reader1": "economic"},
        "secondary": {"reader1": ["weather"]},
    },
]


def test_frames_are_counted_by_article_the_most_frequent_first():
    assert frame_counts(LABELS).rows == [
        {"frame": "economic", "A": 2, "B": 0},
        {"frame": "political", "A": 0, "B": 1},
    ]
    assert frame_counts(LABELS[::-1]).rows == frame_counts(LABELS).rows
    assert frame_counts(LABELS, by="reader2").rows == [{"frame": "morality", "A": 1, "B": 0}]
    assert frame_counts(LABELS, by="reader9").rows == []


def test_the_readers_labels_come_from_the_codebook_and_each_paragraph_counts_once():
    told = tomllib.loads((ROOT / "seeds/readings/frames.toml").read_text("utf-8"))
    assert len(told["vocabulary"]["frame"]) == 15
    for reader in ("reader1", "reader2", "reader3"):
        rows = frame_counts(told["label"], reader).rows
        assert {row["frame"] for row in rows} <= set(told["vocabulary"]["frame"])
        assert sum(row[a] for row in rows for a in "ABCDE") == 76
