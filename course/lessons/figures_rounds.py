"""The first and the last round of the same task, side by side, for the person who did them alone."""

from __future__ import annotations

from collections import Counter

from IPython.display import display

from course.corpus.table import Table
from course.lessons.controls import find_exercise
from course.lessons.figures import Drawing, Picture, axis, bars, layout, panels, picture
from course.lessons.forms import ONE_ANSWER, Panel
from course.lessons.keys import load_keys

Round = list[tuple[bool, str]]  # for each statement: as the course answers it, and how sure the person was
SURE = "_sure"  # what the ids of the exercise and items that ask how sure somebody is end with
OTHER = "not said"


class Alone:
    """A picture of a person's own answers: all of it is widgets, which no notebook file keeps."""

    def __init__(self, title: str, picture: Picture) -> None:
        self.title = title
        self.picture = picture

    def __repr__(self) -> str:
        return ONE_ANSWER

    def _ipython_display_(self) -> None:
        table = self.picture.table
        rows = [[str(row[column]) for column in table.columns] for row in table.rows]
        tables = [{"caption": table.caption, "columns": table.columns, "rows": rows}]
        display(Panel("rounds", self.title, [self.picture.describe()], tables=tables))
        from plotly.graph_objects import FigureWidget  # noqa: PLC0415 - no lesson waits for it to load

        figure = FigureWidget(self.picture.figure)
        display(figure._repr_mimebundle_() | {"text/plain": ONE_ANSWER}, raw=True)


def before_after(before: str, after: str) -> Alone | Panel:
    """Show two rounds of a sort exercise that has a `_sure` one beside it; an undone first round is said."""
    title = "Before and after"
    first, second = _round(before), _round(after)
    if not second:
        return Panel("rounds", title, ["Answer first: the second round is empty."])
    case, asked, _ = find_exercise(after)
    if after not in load_keys(case, asked.lesson):
        return Panel("rounds", title, ["Both your rounds are kept. Your teacher will open the comparison."])
    options = find_exercise(after + SURE)[1].options
    return Alone(title, rounds_picture({"before": first, "after": second}, (*options, OTHER)))


def _round(id: str) -> Round:
    case, asked, work = find_exercise(id)
    stored, sure = work.read(asked), work.read(find_exercise(id + SURE)[1])
    if stored is None:
        return []
    best = {key.item: key.value for key in load_keys(case, asked.lesson).get(id, ())}
    given = stored.prediction or stored.value
    how = sure.value if sure else {}
    items = (item.id for item in asked.items if item.id in given)
    return [(given[item] == best.get(item), how.get(item + SURE, OTHER)) for item in items]


@picture
def rounds_picture(rounds: dict[str, Round], options: tuple[str, ...]) -> Drawing:
    """Draw how many statements of each round were answered as the course does, by how sure the person was."""
    done = {name: one for name, one in rounds.items() if one}
    used = [option for option in options if any(sure == option for one in done.values() for _, sure in one)]
    data = []
    for number, one in enumerate(done.values(), 1):
        counts = Counter(one)
        for right, name, fill in ((True, "as the course", "#4D4D4D"), (False, "otherwise", "#FFFFFF")):
            heights = [counts[right, option] for option in used]
            where = {"xaxis": f"x{number if number > 1 else ''}", "showlegend": number == 1}
            data.append(bars(used, heights, fill, "" if right else "/", name=name, **where))
    told = [f"{name.capitalize()}: {_told(one)}" for name, one in rounds.items()]
    sentence = " ".join([*told, "Five statements are few: one more or less can be chance."])
    rows = [
        {"how sure": option} | {f"{name}, as the course": _share(one, option) for name, one in done.items()}
        for option in used
    ]
    rows.append({"how sure": "all"} | {f"{name}, as the course": _share(one) for name, one in done.items()})
    across = panels(done) | {"yaxis": axis("statements", dtick=1), "legend": {"y": -0.25}}
    table = Table("Statements answered as the course does", rows)
    return Drawing(table, sentence, data, layout(360, **across, barmode="stack"))


def _told(one: Round) -> str:
    if not one:
        return "there is no such round here, so there is nothing to compare with."
    sure = _share(one, "sure")
    told = "you were sure of none" if sure == "0 of 0" else f"of those you were sure of, {sure}"
    return f"{_share(one)} as the course answers; {told}."


def _share(one: Round, option: str = "") -> str:
    here = [right for right, sure in one if option in ("", sure)]
    return f"{sum(here)} of {len(here)}"
