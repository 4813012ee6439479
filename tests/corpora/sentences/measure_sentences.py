"""Print how well sentences are found: precision, recall and F1 of the boundaries inside paragraphs."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from course.corpus.sentences import split_sentences

HERE = Path(__file__).parent
Splitter = Callable[[str], list[tuple[int, int]]]


def read_paragraphs(path: Path) -> Iterator[tuple[str, set[int]]]:
    """Yield each paragraph's text and where its sentences end, the last one's end left out."""
    for paragraph in path.read_text(encoding="utf-8").strip().split("\n\n"):
        text, ends = "", set()
        for line in paragraph.split("\n"):
            glued = line.endswith("\\")
            text += line.removesuffix("\\")
            ends.add(len(text))
            text += "" if glued else " "
        yield text.rstrip(), ends - {len(text.rstrip())}


def measure(path: Path, split: Splitter = split_sentences) -> tuple[float, float, float, list[str]]:
    """Return precision, recall, F1 and the misses, each with the text around it."""
    right = found = wanted = 0
    misses: list[str] = []
    for text, ends in read_paragraphs(path):
        guess = {end for _, end in split(text)} - {len(text)}
        right, found, wanted = right + len(guess & ends), found + len(guess), wanted + len(ends)
        for end in sorted(guess ^ ends):
            what = "missed" if end in ends else "wrong "
            misses.append(f"{what} {text[max(0, end - 40) : end]} || {text[end : end + 30]}")
    precision, recall = right / max(found, 1), right / wanted
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9), misses


def main() -> None:
    """Print the figures of both files, and the misses."""
    for name in ("dev", "heldout"):
        precision, recall, f1, misses = measure(HERE / f"{name}.txt")
        print(f"{name}: precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}  misses {len(misses)}")
        if name == "dev" or "--all" in sys.argv:
            print("\n".join(f"  {miss}" for miss in misses))


if __name__ == "__main__":
    main()
