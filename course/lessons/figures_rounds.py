"""The first and the last round of the same task, side by side, for the person who did them alone."""

from __future__ import annotations

from collections import Counter

import plotly.graph_objects as go
from IPython.display import display
from plotly.subplots import make_subplots

from course.corpus.table import Table
from course.lessons.controls import find_exercise
from course.lessons.figures import _STYLE, Picture
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
        display(Panel("rounds", self.title, [self.picture.sentence], tables=tables))
        figure = go.FigureWidget(self.picture.figure)
        display(figure._repr_mimebundle_() | {"text/plain": ONE_ANSWER}, raw=True)


def before_after(before: str, after: str) -> Alone | Panel:
    """Show two rounds of a sort exercise that has a `_sure` one beside it; an undone first round is said."""
    title = "Before and after"
    case = find_exercise(after)[0]
    if not load_keys(case).get(after):
        return Panel("rounds", title, ["Both your rounds are kept. Your teacher will open the comparison."])
    first, second = _round(before), _round(after)
    if not second:
        return Panel("rounds", title, ["Answer first: the second round is empty."])
    options = find_exercise(after + SURE)[1].options
    return Alone(title, rounds_picture({"before": first, "after": second}, (*options, OTHER)))


def _round(id: str) -> Round:
    case, asked, work = find_exercise(id)
    stored, sure = work.read(asked), work.read(find_exercise(id + SURE)[1])
    best = {key.item: key.value for key in load_keys(case).get(id, ())}
    given = (stored.prediction or stored.value) if stored else {}
    how = sure.value if sure else {}
    items = (item.id for item in asked.items if item.id in given)
    return [(given[item] == best.get(item), how.get(item + SURE, OTHER)) for item in items]


def rounds_picture(rounds: dict[str, Round], options: tuple[str, ...]) -> Picture:
    """Draw how many statements of each round were answered as the course does, by how sure the person was."""
    done = {name: one for name, one in rounds.items() if one}
    used = [option for option in options if any(sure == option for one in done.values() for _, sure in one)]
    figure = make_subplots(1, len(done), shared_yaxes=True, subplot_titles=list(done))
    for column, one in enumerate(done.values(), 1):
        counts = Counter(one)
        for right, name, fill in ((True, "as the course", "#4D4D4D"), (False, "otherwise", "#FFFFFF")):
            heights = [counts[(right, option)] for option in used]
            marker = {"color": fill, "pattern": {"shape": "" if right else "/", "fgcolor": "#1F1F1F"}}
            marker |= {"line": {"color": "#1F1F1F", "width": 1}}
            bars = go.Bar(
                x=used, y=heights, name=name, marker=marker, showlegend=column == 1, hoverinfo="skip"
            )
            figure.add_trace(bars, row=1, col=column)
    figure.update_layout(**_STYLE, barmode="stack", height=360, legend={"orientation": "h", "y": -0.15})
    figure.update_layout(margin_t=40).update_yaxes(dtick=1, title="statements", col=1)
    told = [f"{name.capitalize()}: {_told(one)}" for name, one in rounds.items()]
    sentence = " ".join([*told, "Five statements are few: one more or less can be chance."])
    rows = [
        {"how sure": option} | {f"{name}, as the course": _share(one, option) for name, one in done.items()}
        for option in used
    ]
    rows.append({"how sure": "all"} | {f"{name}, as the course": _share(one) for name, one in done.items()})
    return Picture(figure, sentence, Table("Statements answered as the course does", rows))


def _told(one: Round) -> str:
    if not one:
        return "there is no such round here, so there is nothing to compare with."
    sure = _share(one, "sure")
    told = "you were sure of none" if sure == "0 of 0" else f"of those you were sure of, {sure}"
    return f"{_share(one)} as the course answers; {told}."


def _share(one: Round, option: str = "") -> str:
    here = [right for right, sure in one if option in ("", sure)]
    return f"{sum(here)} of {len(here)}"
