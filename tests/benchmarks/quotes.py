"""Print how many articles a second `find_quotes` reads, their blocks included; the goal is 200.

`python -m tests.benchmarks.quotes`: copies of the five articles, each with a line of its own, so that nothing
that is kept from one reading helps the next.
"""

import time

from course.analysis.quotations import find_quotes
from course.corpus.article import Article
from course.corpus.case import open_case

COPIES = 40


def main() -> None:
    """Print one line."""
    case = open_case()
    copies = [
        Article.from_text(article.id, f"{article.raw}\n\nThis was copy {number}.")
        for number in range(COPIES)
        for article in case.articles
    ]
    find_quotes(Article.from_text("X", "“Rain,” she said."))  # compiles the rules
    started = time.process_time()
    found = sum(len(find_quotes(article)) for article in copies)
    seconds = time.process_time() - started
    rate = len(copies) / seconds
    print(f"find_quotes: {found} quotations in {len(copies)} articles, {rate:.0f} a second of CPU   goal 200")


if __name__ == "__main__":
    main()
