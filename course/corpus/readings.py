"""What close readers found in a case (seeds/readings/), and its evidence cards: read, and checked.

A label that readers gave is a table by reader, a place in an article is `article`, `exact` and `prefix`. What
each file may say stands in readings_form.toml, beside this module.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from course.corpus.annotation import Annotation, find_words
from course.corpus.article import Article
from course.corpus.blocks import KINDS
from course.corpus.case import Case, read_toml
from course.corpus.errors import CaseError, SpanError

READERS = ("reader1", "reader2", "reader3")
CARDS = "cards"  # the one form whose file does not stand in seeds/readings/
_PLACE = {"article": "article", "exact": "text", "prefix?": "text"}
_KEYS = ("reader", "article", "every article", "text")  # a table by one of these, or by "ref NAME"


class Readings:
    """The readings of a case: `readings.quotes` is what quotes.toml says, checked when first used.

    Raises CaseError at the first problem of that file; `problems` gives those of all files.
    """

    def __init__(self, case: Case) -> None:
        self._case = case

    def __getattr__(self, name: str) -> dict[str, Any]:
        if name not in _forms():
            raise AttributeError(f"there is no file of readings {name!r}: {', '.join(_forms())}")
        about = _read_checked(self._case, name)
        setattr(self, name, about)
        return about

    def annotation(
        self, place: Mapping[str, Any], label: str = "", by: str = "", note: str = ""
    ) -> Annotation:
        """Return where an entry's words (`article`, `exact`, `prefix`) or its `paragraph` stand."""
        article = self._case[place["article"]]
        if "paragraph" in place:
            paragraph = article.paragraphs[place["paragraph"] - 1]
            start, end = paragraph.start, paragraph.end
        else:
            start, end = find_words(article.raw, place["exact"], place.get("prefix", ""))
        return Annotation(article.id, start, end, label, by, note)


def load_readings(case: Case) -> Readings | None:
    """Return the readings of a case, or None where there are none in seeds/readings/."""
    return Readings(case) if _files(case) else None


def load_cards(case: Case) -> list[dict[str, Any]]:
    """Return the evidence cards of a case; none without seeds/evidence.toml."""
    cards: list[dict[str, Any]] = _read_checked(case, CARDS)["card"] if _path(case, CARDS).exists() else []
    return cards


def problems(case: Case) -> list[CaseError]:
    """Return everything that is wrong with the readings and the evidence cards of a case."""
    names = list(_forms()) if _files(case) else [CARDS] if _path(case, CARDS).exists() else []
    paths = {name: _path(case, name) for name in names}
    found = [
        CaseError(f"{path} is no file of readings: remove it or correct its name")
        for path in _files(case)
        if path not in paths.values()
    ]
    said: dict[str, dict[str, Any]] = {}
    for name, path in paths.items():
        try:
            said[name] = read_toml(path)
        except CaseError as error:
            found.append(error)
    ids: dict[str, list[Any]] = {}
    for about in said.values():
        for kind, entries in about.items():
            if isinstance(entries, list):
                ids[kind] = [entry.get("id") for entry in entries if isinstance(entry, dict)]
    for name, about in said.items():
        found += _wrong(case, name, about, ids)
    return found


@cache
def _forms() -> dict[str, Any]:
    return read_toml(Path(__file__).with_name("readings_form.toml"))


def _path(case: Case, name: str) -> Path:
    seeds = case.root / "seeds"
    return seeds / "evidence.toml" if name == CARDS else seeds / "readings" / f"{name}.toml"


def _files(case: Case) -> list[Path]:
    return sorted((case.root / "seeds" / "readings").glob("*.toml"))


def _flag(value: Any) -> Iterator[str]:
    if not isinstance(value, bool):
        yield f" is {value!r}: write true or false"


def _read_checked(case: Case, name: str) -> dict[str, Any]:
    about = read_toml(_path(case, name))
    for error in _wrong(case, name, about, {}):
        raise error
    return about


def _wrong(case: Case, name: str, about: dict[str, Any], ids: dict[str, list[Any]]) -> Iterator[CaseError]:
    listed = tuple(str(entry.get("id")) for entry in case.about["article"] if isinstance(entry, dict))
    check = _Check(about, listed, {article.id: article for article in case.articles}, ids)
    return (CaseError(f"{_path(case, name)}{end}") for end in check.value(_forms()[name], about))


@dataclass(frozen=True, slots=True)
class _Check:
    """Checks a file against its form. What is wrong is the end of a sentence: place, why, what to do.

    `listed` are the articles of case.toml, `articles` those that could be read (the others are a problem of
    their own), `ids` those of each kind of entry; a kind that is not in it is not checked.
    """

    about: dict[str, Any]
    listed: tuple[str, ...]
    articles: dict[str, Article]
    ids: dict[str, list[Any]] = field(default_factory=dict)

    def value(self, form: Any, value: Any) -> Iterator[str]:
        """Check one value: a text, number, list or table."""
        form = _PLACE if form == "place" else form
        if isinstance(form, str):
            rule, _, name = form.partition(" ")
            check = {"opens": self._opens, "numbers": self._numbers, "number": self._numbers, "flag": _flag}
            yield from check[rule](value) if rule in check else self._text(rule, name, value)
        elif isinstance(form, list):
            yield from self._list(form[0], value)
        elif not isinstance(value, dict):
            yield " is no table: write it in { }, or under [ ]"
        elif len(form) == 1 and (by := next(iter(form))).startswith((*_KEYS, "ref ")):
            yield from self._table_by(by, form[by], value)
        else:
            yield from self._table(form, value)
            yield from self._misplaced(value)

    def _numbers(self, value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from (f", {key}{end}" for end in self._numbers(inner))
        elif isinstance(value, bool) or not isinstance(value, int | float):
            yield f" is {value!r}: write a number"

    def _text(self, rule: str, name: str, value: Any) -> Iterator[str]:
        if not isinstance(value, str) or not value.strip():
            yield " is no text: write it in quotation marks"
        elif rule == "id":
            if not re.fullmatch(name, value):
                yield f" is {value!r}: write an id of the form {name}"
        elif rule == "ref":
            if name in self.ids and value not in self.ids[name]:
                yield f" names {value!r}, but there is no [[{name}]] with that id: correct it"
        elif rule != "text" and value not in (choices := self._choices(rule, name)):
            yield f" is {value!r}: choose one of {', '.join(choices)}"

    def _choices(self, rule: str, name: str) -> list[str]:
        if rule == "word":
            vocabulary = self.about.get("vocabulary")
            found = (vocabulary if isinstance(vocabulary, dict) else {}).get(name, self.about.get(name))
            return list(found) if isinstance(found, dict) else []
        kinds = [kind for kind in KINDS if kind != "body"]
        return list({"article": self.listed, "every": self.listed, "reader": READERS, "kind": kinds}[rule])

    def _list(self, form: Any, value: Any) -> Iterator[str]:
        if not isinstance(value, list):
            yield " is no list: write it in [ ], or [[ ]] above each entry"
            return
        names = [one["id"] if isinstance(one, dict) and "id" in one else n for n, one in enumerate(value, 1)]
        for number, (name, one) in enumerate(zip(names, value, strict=True)):
            yield from (f" {name!r}{end}" for end in self.value(form, one))
            if name in names[:number]:
                yield f" {name!r} has an id that is taken: give it another"

    def _table_by(self, key: str, form: Any, value: dict[str, Any]) -> Iterator[str]:
        missing = [id for id in self.listed if id not in value] if key == "every article" else []
        yield from (f" needs {name}: add it" for name in (missing if value else missing or [f"one {key}"]))
        for name, one in value.items():
            yield from (f", key {name!r}{end}" for end in self.value(key, name))
            yield from (f", {name}{end}" for end in self.value(form, one))

    def _table(self, form: dict[str, Any], value: dict[str, Any]) -> Iterator[str]:
        names = {name.rstrip("?"): inner for name, inner in form.items()}
        yield from (f" needs {name}: add it" for name in form if not name.endswith("?") and name not in value)
        for name, one in value.items():
            if name in names:
                yield from (f", {name}{end}" for end in self.value(names[name], one))
            else:
                yield f" has an unknown key {name!r}: remove it or correct its spelling"

    def _misplaced(self, value: dict[str, Any]) -> Iterator[str]:
        """Check that the words, or the paragraph, of an entry stand in its article."""
        article = self.articles.get(str(value.get("article")))
        exact, prefix = value.get("exact"), value.get("prefix", "")
        if article and isinstance(exact, str) and isinstance(prefix, str):
            try:
                find_words(article.raw, exact, prefix)
            except SpanError as error:
                yield f", article {article.id}: {error}"
        if (
            article
            and "paragraph" in value
            and value["paragraph"] not in range(1, len(article.paragraphs) + 1)
        ):
            last = len(article.paragraphs)
            yield f", paragraph is {value['paragraph']!r}: article {article.id} has {last}, correct it"

    def _opens(self, value: Any) -> Iterator[str]:
        """Check that the paragraphs open as the readings, which number them, say."""
        wrong = list(self.value({"every article": ["text"]}, value))
        yield from wrong
        for id, article in self.articles.items() if not wrong else ():
            texts = [paragraph.text for paragraph in article.paragraphs]
            if len(texts) != len(value[id]):
                yield f", {id} lists {len(value[id])} paragraphs, the article has {len(texts)}: correct it"
            for number, (opening, text) in enumerate(zip(value[id], texts, strict=False), 1):
                if not text.startswith(opening):
                    yield f", {id} {number}: {opening!r} does not open that paragraph: copy how it opens"
