"""Print how often the rule for voices hears what most readers heard, and each term where it does not.

`python -m tests.benchmarks.voices`: the readers' terms in the five articles (seeds/readings/wording.toml).
"""

import tomllib
from collections import Counter
from pathlib import Path

from course.analysis.voices import find_voices
from course.analysis.wording import BODY
from course.corpus.case import open_case
from tests.corpora.terms import read_terms

ROOT = Path(__file__).parents[2]


def compare() -> list[tuple[str, str, str, str]]:
    """Return article, words, the voice most readers heard, and the voice by rule, for each span."""
    terms = tomllib.loads((ROOT / "seeds/readings/wording.toml").read_text("utf-8"))["term"]
    compared = []
    for article in open_case(ROOT).articles:
        heard: dict[tuple[int, int], Counter[str]] = {}
        for by in ("reader1", "reader2", "reader3"):
            for place in read_terms(terms, [article], by):
                heard.setdefault((place.start, place.end), Counter())[place.label] += 1
        for place in find_voices(article, sorted(heard)):
            voice = heard[place.start, place.end].most_common(1)[0][0]
            compared.append((article.id, article.raw[place.start : place.end], voice, place.label))
    return compared


def main() -> None:
    """Print the misses and the shares."""
    compared = compare()
    for article, words, heard, ruled in compared:
        if heard != ruled:
            print(f"{article}  {heard:>10} taken for {ruled:<10}  {words}")
    for name, chosen in (("in the body", True), ("outside it", False)):
        pairs = [(heard, ruled) for _, _, heard, ruled in compared if (heard in BODY) == chosen]
        right = sum(heard == ruled for heard, ruled in pairs)
        print(f"{name}: {right} of {len(pairs)} terms right ({right / len(pairs):.3f})")


if __name__ == "__main__":
    main()
