"""What the golden files are made from: two sets of answers, and a class's hand-ins.

They are kept, so that the course is always asked the same. Only where exercises have changed on purpose, make
them anew: `python3 -m tests.golden.make_inputs`, then `--golden-update`, and read what changed.
"""

import json
import shutil
import tempfile
from pathlib import Path

from course.__main__ import main
from course.corpus.case import open_case
from course.lessons.exercises import load_exercises
from course.lessons.keys import load_keys
from course.lessons.kinds.mark import mark_of
from tests.lessons.test_scoring import best_of

INPUTS = Path(__file__).parent / "inputs"
TEXT = "On Monday “the fee would be rather low for the US”, he wrote. Rubio spoke <b>too</b>. A says it."


def answers(case, wrong):
    """Return an answer to every exercise: as most readers, or with every other decision unlike theirs."""
    keys, found = load_keys(case), {}
    for id, one in load_exercises(case).items():
        if one.typed:
            found[id] = {item.id: "1,000" if item.number else TEXT for item in one.items}
        elif id in keys and not one.written:
            found[id] = best_of(case, one, keys[id])
            if wrong:
                found[id] = spoilt(case, one, found[id], keys[id])
        elif one.kind == "mark":  # the ties of a brief: a passage for each of its sentences but the last
            places = [case[article].sentences[0] for article in one.articles[:2]]
            ids = zip(one.articles, places, one.labels, strict=False)
            found[id] = [mark_of(case[article], at.start, at.end, label) for article, at, label in ids]
        else:
            found[id] = {item.id: next(iter(item.options or one.options), "Rain fell.") for item in one.items}
    return found


def spoilt(case, one, best, keys):
    """Return an answer of which every other decision is another one."""
    if one.kind == "mark":
        marks = best[::2]  # half are missed, some have another label or edge, and one nobody else made
        other = [
            mark | {"label": one.labels[(one.labels.index(mark["label"]) + 1) % len(one.labels)]}
            for mark in marks[::3]
        ]
        cut = [
            mark_of(
                case[m["article"]], m["start"], max(m["start"] + 9, (m["start"] + m["end"]) // 2), m["label"]
            )
            for m in marks[1::3]
        ]
        article = case[one.articles[-1]]
        shown = [p for p in article.paragraphs if p.number in (one.paragraphs or (2,))][-1]
        alone = mark_of(article, shown.start, shown.start + 20, one.labels[-1])
        return sorted(
            [*other, *cut, *marks[2::3], alone], key=lambda m: (m["article"], m["start"], m["label"])
        )
    spoiled = {}
    for number, (place, value) in enumerate(best.items()):
        if one.kind == "order":
            spoiled[place] = value[::-1] if number % 2 == 0 else [*value[1:], value[0]]
        elif one.kind == "grid":
            spoiled[place] = {
                id: another(one.options, cell, keys, place, id) if (number + at) % 2 == 0 else cell
                for at, (id, cell) in enumerate(value.items())
            }
        else:
            item = next(item for item in one.items if item.id == place)
            spoiled[place] = (
                another(item.options or one.options, value, keys, place) if number % 2 == 0 else value
            )
    return spoiled


def another(options, best, keys, item, article=""):
    """Return an option that no reader gave, or else another than the best."""
    given = {key.value for key in keys if (key.item, key.article) == (item, article)}
    rest = [one for one in sorted(options) if one not in given] or [
        one for one in sorted(options) if one != best
    ]
    return rest[0]


def make():
    """Write the inputs."""
    case = open_case(Path(__file__).parents[2])
    INPUTS.mkdir(exist_ok=True)
    for name in ("solved", "wrong"):
        text = json.dumps(answers(case, name == "wrong"), ensure_ascii=False, indent=1)
        (INPUTS / f"{name}.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    with tempfile.TemporaryDirectory() as folder:
        main(["grade", "--made-up", folder])
        for name in ("made_up-hand_ins.zip", "made_up-worksheet.csv", "roster.csv"):
            shutil.copy(Path(folder, name), INPUTS)


if __name__ == "__main__":
    make()
