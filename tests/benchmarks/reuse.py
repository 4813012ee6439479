"""Print how the time of `shared_passages` grows, beside n log n, and what it finds."""

import time
from math import log

from course.analysis.reuse import shared_passages
from tests.corpora.reuse.generated import make_articles, score


def main() -> None:
    """Print time, growth, recall and precision for 10, 100 and 1,000 generated articles."""
    before = (0.0, 0)
    for count in (10, 100, 1000):
        articles, plants = make_articles(count, seed=count)
        size = sum(len(article.raw.split()) for article in articles)
        start = time.process_time()
        passages = shared_passages(articles)
        spent = time.process_time() - start
        recall, precision = score(passages, plants)
        print(
            f"{count:5} articles {size:7} words {spent:6.2f} s  recall {recall:.3f} precision {precision:.3f}"
        )
        if before[1]:
            norm = size * log(size) / (before[1] * log(before[1]))
            print(f"      time grew {spent / before[0]:.1f} times, n log n {norm:.1f} times")
        before = (spent, size)


if __name__ == "__main__":
    main()
