"""Write: a text for each item, which a person reads. An answer is `{item: text}`."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from course.corpus.case import Case
from course.corpus.errors import need
from course.corpus.sentences import split_sentences
from course.lessons.exercises import Exercise, PartPath, Scorer, boxes, listed
from course.lessons.keys import Key
from course.lessons.scoring import FeedbackEntry, Level, Result, feedback_entry, name_of, reasons_told

MAX_TEXT = 100_000  # characters; a brief has about 1,500


@dataclass(frozen=True, eq=False)
class Write(Exercise):
    """An exercise in which something is written on each item, by the levels of a rubric."""

    kind = "write"
    fields = frozenset({"rubric", "item"})
    key_fields = frozenset({"level", "sample"})
    has_labels = False
    typed = True
    written = True
    pattern = "{item: text}"

    def misfit(self, path: PartPath, part: Any) -> str:
        """Return what is wrong with a text."""
        if isinstance(part, str) and len(part) <= MAX_TEXT:
            return ""
        return f"takes a text of at most {MAX_TEXT:,} characters for {path[0]!r}"

    def check_key(self, key: Key, case: Case) -> None:
        """Raise CourseError where a key names no level of the rubric."""
        need(key.level in self.rubric, f"it needs level: choose one of {', '.join(self.rubric)}")

    def scorer(self, keys: Sequence[Key], case: Case) -> Scorer:
        """Return what gives no points, and the rubric's levels with their samples: a person reads it."""
        levels = []
        for name, text in self.rubric.items():
            samples = [key for key in keys if key.level == name]
            reasons = tuple((name_of(key.by), name, key.reason) for key in samples if key.reason)
            levels.append(Level(name, text, tuple(key.sample for key in samples), reasons))
        return lambda value: Result(None, self.points, levels=tuple(levels), written=True)

    def feedback(self, value: Any, result: Result, case: Case) -> list[FeedbackEntry]:
        """Return what a form shows: the own text, then each level with a sample."""
        own = [feedback_entry(item.text) | {"given": value.get(item.id, "")} for item in self.items]
        places = ["highest", *["between"] * (len(result.levels) - 2), "lowest"]  # the names alone do not tell
        for one, place in zip(result.levels, places, strict=False):
            level = f" ({place}), {'answers' if one.samples[1:] else 'an answer'} of this level:"
            level = level if one.samples else f" ({place})"
            why, words = [one.text, *reasons_told(one.reasons)], "\n" + "\n\n".join(one.samples)
            own.append(feedback_entry(one.name + level) | {"words": words, "lines": why})
        return own

    def on_paper(self, unit: str) -> str:
        """Return as HTML the boxes to write in, and the rubric."""
        height = 6 if self.private else max(4, 14 // len(self.items))
        levels = listed("ul", [f"{name}: {what}" for name, what in self.rubric.items()])
        return boxes(self.items, height) + levels * (not self.private)

    def guess(self, draw: random.Random, keys: Sequence[Key], case: Case, skill: float) -> Any:
        """Return sentences of one sample, words left out, made up as they say; `skill` leads to the first."""
        samples = [key.sample for key in keys if key.sample] or ["words that nobody wrote."]
        at = int(len(samples) * (1 - skill + draw.uniform(-0.3, 0.3)))
        sample = samples[max(0, min(at, len(samples) - 1))]
        sentences, made = [sample[start:end] for start, end in split_sentences(sample)], {}
        for item in self.items:
            some = sorted(draw.sample(range(len(sentences)), draw.randint(1, len(sentences))))
            words = " ".join(sentences[one] for one in some).split()
            for _ in range(2):
                gap = draw.randint(1, max(1, len(words) - 1))
                words[gap : gap + draw.randint(1, 1 + len(words) // 6)] = ["…"]
            made[item.id] = f"Made up: {' '.join(words)}"
        return made
