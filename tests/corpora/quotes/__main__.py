"""Print how far `find_quotes` agrees with the annotators, each miss listed.

`python -m tests.corpora.quotes [NAME ...] [--misses]`, the names as in ALL below; the misses of
stories that no rule was made for only when asked.
"""

import sys

from tests.corpora.quotes import f1, rates, read_five, read_half, read_versions, score, score_versions

UNSEEN = ["second_hand-even", "unread", "sealed"]
ALL = ["five", "dev", "opened", "second_hand-odd", "newsrooms", "heldout", "unopened", "workshop", *UNSEEN]

for name in [one for one in sys.argv[1:] if one != "--misses"] or ALL:
    count, misses = score(read_five() if name == "five" else read_half(name))
    print(f"{name}: {count['wanted']} quotations, {count['spoken']} with a speaker")
    for what, figure in rates(count).items():
        print(f"  {what:28}{figure:.3f}")
    if name not in UNSEEN or "--misses" in sys.argv:
        print(*(f"    {miss}" for miss in misses), sep="\n")

for name, stories in (("five", read_five()), ("versions", read_versions())):
    count, misses = score_versions(stories)
    print(f"{name}: {count['wanted']} pairs of versions of one utterance, F1 {f1(count):.3f}")
    print(*(f"    {miss}" for miss in misses), sep="\n")
