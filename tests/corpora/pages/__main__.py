"""Print how well the block reader does: python3 -m tests.corpora.pages."""

from tests.corpora.pages import SETS, measure, read_pages

for name in SETS:
    print(measure(name, read_pages(name)), end="\n\n")
