"""An article: its raw text, and the spans that can be read off it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from course.corpus.annotation import Annotation
from course.corpus.blocks import SPACE, Block, read_blocks
from course.corpus.sentences import split_sentences


@dataclass(frozen=True, slots=True)
class Span:
    """A numbered paragraph or sentence: `raw[start:end]`, counted from 1."""

    number: int
    start: int
    end: int
    text: str = field(repr=False)


@dataclass(frozen=True, repr=False)
class Article:
    r"""One text as it was found, with offsets in code points of `raw`.

    >>> article = Article.from_text("X", "Rain fell. It stopped.\n\nADVERTISEMENT\n")
    >>> [block.kind for block in article.blocks]
    ['body', 'advert']
    >>> [sentence.text for sentence in article.sentences]
    ['Rain fell.', 'It stopped.']
    """

    id: str
    raw: str
    known: tuple[Annotation, ...] = ()  # lines whose kind the case itself says

    @classmethod
    def from_text(cls, id: str, text: str) -> Article:
        """Return an article of a text that is not in the case."""
        return cls(id, text)

    def __repr__(self) -> str:
        return f"Article {self.id}: {len(self.paragraphs)} paragraphs, {len(self.text.split())} words"

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Every character of `raw` in a block of one kind; joined, the blocks are `raw` again."""
        return read_blocks(self.raw, self.known)

    @cached_property
    def paragraphs(self) -> tuple[Span, ...]:
        """The body's paragraphs without the space around them; a hard-wrapped one keeps its line ends."""
        return self._spans((block.start, block.end) for block in self.blocks if block.kind == "body")

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """The body's sentences, in order; none runs over the end of its paragraph."""
        cut = ((one.start, split_sentences(one.text)) for one in self.paragraphs)
        return self._spans((at + start, at + end) for at, found in cut for start, end in found)

    def _spans(self, places: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
        found = ((start, self.raw[start:end], self.raw[start:end].strip(SPACE)) for start, end in places)
        starts = [(start + text.index(words), words) for start, text, words in found if words]
        return tuple(Span(n, at, at + len(words), words) for n, (at, words) in enumerate(starts, 1))

    @cached_property
    def text(self) -> str:
        """The body alone: its paragraphs, with an empty line between them."""
        return "\n\n".join(paragraph.text for paragraph in self.paragraphs)
