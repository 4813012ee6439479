"""How the lessons' tests answer exercises: with the key's best answers, through the widgets' own handlers."""

import json
from pathlib import Path

import plotly.graph_objects as go
from scipy.stats import kendalltau

from course.lessons.scoring import credits_of

ROOT = Path(__file__).parents[2]


def source_of(lesson):
    """Return all that a lesson's notebook says, Markdown and code."""
    book = json.loads((ROOT / "notebooks" / f"{lesson}.ipynb").read_text("utf-8"))
    return "\n\n".join("".join(cell["source"]) for cell in book["cells"])


def solved(exercise, keys):
    """Return the answer to a sort, grid or order exercise that most readers of the key gave."""
    answer = {}
    for place in dict.fromkeys((key.item or key.group, key.article) for key in keys):
        asked = tuple(key for key in keys if (key.item or key.group, key.article) == place)
        best = next(iter(credits_of(asked)))
        if exercise.kind == "grid":
            if place in exercise.asked:  # what is given is not answered
                answer.setdefault(place[0], {})[place[1]] = best
        else:
            answer[place[0]] = list(best) if exercise.kind == "order" else best
    return answer


def order_tau(one, other):
    """Return Kendall's tau of two orders of the same items: 1 the same, -1 the reverse."""
    return kendalltau(range(len(one)), [other.index(item) for item in one]).statistic


def messages(exercise, answer):
    """Return what a browser sends while somebody gives an answer, decision by decision."""
    if exercise.kind == "grid":
        cells = [((id, article), cell) for id, row in answer.items() for article, cell in row.items()]
        return [{"path": list(path), "value": cell} for path, cell in cells]
    return [{"path": [id], "value": value} for id, value in answer.items()]


def plotted(picture):
    """Return a picture as plotly's own figure, which refuses what plotly does not know."""
    return go.Figure(picture.drawing.traces, picture.drawing.layout)
