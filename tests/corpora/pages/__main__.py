"""Print how well the block reader does, and how long it takes: python3 -m tests.corpora.pages."""

import time

from course.corpus.blocks import read_blocks
from tests.corpora.pages import SETS, measure, read_case_pages, read_pages

started = time.perf_counter()
read_blocks("One page, to read the rules.")
print(f"reading the rules: {1000 * (time.perf_counter() - started):.1f} ms")
for name, pages in {"the case": read_case_pages(), **{name: read_pages(name) for name in SETS}}.items():
    started = time.perf_counter()
    for page in pages:
        read_blocks(page.raw)
    print(f"\n{measure(name, pages)}\n  {1000 * (time.perf_counter() - started):.1f} ms in all")
for millions in (1, 5):
    started = time.perf_counter()
    read_blocks("A line without an end. " * (millions * 1_000_000 // 23))
    print(f"\none line of {millions} MB: {1000 * (time.perf_counter() - started):.0f} ms")
