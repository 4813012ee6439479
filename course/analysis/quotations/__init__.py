"""Quotations: where they stand, what kind they are, who speaks. `find_quotes` is the door.

Rules only, no trained model; how often they are wrong is measured: `python -m tests.corpora.quotes`.
"""

from course.analysis.quotations.reading import Quote, Speaker, find_quotes

__all__ = ["Quote", "Speaker", "find_quotes"]
