"""Articles of invented words, with passages planted in several, word for word or lightly edited."""

import random
from collections.abc import Iterable
from dataclasses import dataclass

from course.corpus.annotation import Annotation
from course.corpus.article import Article

LITTLE = tuple(
    "the of to and a in that for is on said it with was as he by at from has be have US an are this".split()  # noqa: SIM905
)
BOILERPLATE = "All rights reserved; write to the desk before you print any part of this report anywhere."


@dataclass(frozen=True)
class Plant:
    """One planted passage: where it stands, as (article, start, end)."""

    places: tuple[tuple[str, int, int], ...]


def _word(chance: random.Random, names: list[str]) -> str:
    if chance.random() < 0.45:
        return chance.choice(LITTLE)
    return names[int(len(names) * chance.random() ** 2)]


def _sentence(chance: random.Random, names: list[str]) -> str:
    words = [_word(chance, names) for _ in range(chance.randint(8, 24))]
    return " ".join(words).capitalize() + "."


def _edited(chance: random.Random, names: list[str], words: list[str], rate: float) -> list[str]:
    """Return words with about `rate` of them replaced, put in or taken out, and small changes of form."""
    made: list[str] = []
    for word in words:
        form = {"US": "U.S."}.get(word, word)
        change = chance.choice(("keep",) if chance.random() >= rate else ("replace", "insert", "delete"))
        made += {"keep": [form], "replace": [_word(chance, names)], "delete": []}.get(
            change, [form, _word(chance, names)]
        )
    if chance.random() < 0.5 and made:
        made[len(made) // 2] += ","
    return made


def make_articles(count: int, seed: int, rate: float = 0.05) -> tuple[list[Article], list[Plant]]:
    """Return `count` articles of about 300 words and what is planted in them; the same for a seed."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    names = [
        "".join(chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(3))
        for _ in range(4000)
    ]
    parts = [[(_sentence(chance, names), -1) for _ in range(chance.randint(12, 20))] for _ in range(count)]
    for number in range(max(1, count // 2)):
        words = [_word(chance, names) for _ in range(chance.randint(12, 50))]
        for at in chance.sample(range(count), min(count, chance.randint(2, 4))):
            text = " ".join(_edited(chance, names, words, rate))
            parts[at].insert(chance.randint(0, len(parts[at])), (text, number))
    articles, found = [], {}
    for at, sentences in enumerate(parts):
        raw = ""
        for text, number in [*sentences, (BOILERPLATE, len(parts))]:
            if number >= 0:
                found.setdefault(number, []).append((f"N{at:04}", len(raw), len(raw) + len(text)))
            raw += text + chance.choice(" \n")
        articles.append(Article.from_text(f"N{at:04}", raw))
    return articles, [Plant(tuple(places)) for places in found.values()]


def score(passages: Iterable[Iterable[Annotation]], plants: list[Plant]) -> tuple[float, float]:
    """Return recall (places covered by four fifths beside another) and precision (places half planted)."""
    owners: dict[str, list[tuple[int, int, int]]] = {}
    for number, plant in enumerate(plants):
        for article, start, end in plant.places:
            owners.setdefault(article, []).append((start, end, number))
    right = reported = 0
    reached = set()
    for passage in passages:
        covered: dict[int, set[tuple[str, int]]] = {}
        for place in passage:
            reported += 1
            for start, end, number in owners.get(place.article, []):
                both = min(end, place.end) - max(start, place.start)
                right += both * 2 >= place.end - place.start
                if both * 5 >= (end - start) * 4:
                    covered.setdefault(number, set()).add((place.article, start))
        for number, places in covered.items():
            if len(places) > 1:
                reached |= {(number, place) for place in places}
    wanted = sum(len(plant.places) for plant in plants)
    return len(reached) / wanted, right / max(1, reported)
