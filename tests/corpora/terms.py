"""The terms that readers of a case listed, where they stand."""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from course.analysis.claims import locate
from course.corpus.annotation import Annotation
from course.corpus.article import Article

Term = Mapping[str, Any]  # as wording.toml has it


def read_terms(terms: Iterable[Term], articles: Iterable[Article], by: str) -> tuple[Annotation, ...]:
    """Return the readers' terms as annotations, labelled with the voice that reader `by` heard.

    A term is an entry with article, exact, prefix, and voice by reader. Raises SpanError where its words do
    not stand in the article exactly once.
    """
    texts = {article.id: article for article in articles}
    heard = (term for term in terms if by in term["voice"] and term["article"] in texts)
    places = (locate([term], texts[term["article"]], term["voice"][by]) for term in heard)
    return tuple(sorted(chain.from_iterable(places)))
