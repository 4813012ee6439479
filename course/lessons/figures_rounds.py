"""The first and the last round of the same task, side by side, for the person who did them alone."""

from __future__ import annotations

from course.lessons.forms import Panel, Part
from course.lessons.here import find_exercise
from course.lessons.keys import load_keys

Round = list[tuple[bool, str]]  # for each statement: as the course answers it, and how sure the person was
SURE = "_sure"  # what the ids of the exercise and items that ask how sure somebody is end with
OTHER = "not said"


def before_after(before: str, after: str) -> Panel:
    """Show two rounds of a sort exercise that has a `_sure` one beside it; an undone first round is said.

    It stands in a panel, which no notebook file keeps: plotly's widget takes seconds to load.
    """
    title = "Before and after"
    first, second = _round(before), _round(after)
    if not second:
        return Panel("rounds", title, ["Answer first: the second round is empty."])
    case, asked, _ = find_exercise(after)
    if after not in load_keys(case, asked.lesson):
        return Panel("rounds", title, ["Both your rounds are kept. Your teacher will open the comparison."])
    options = find_exercise(after + SURE)[1].options
    told, table = rounds_told({"before": first, "after": second}, (*options, OTHER))
    return Panel("rounds", title, [told], tables=[table])


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


def rounds_told(rounds: dict[str, Round], options: tuple[str, ...]) -> tuple[str, Part]:
    """Return how many statements of each round were answered as the course does, by how sure the person was.

    That is a sentence, and a table with a square for each statement, full where it is as the course's.
    """
    done = {name: one for name, one in rounds.items() if one}
    used = [option for option in options if any(sure == option for one in done.values() for _, sure in one)]
    told = [f"{name.capitalize()}: {_told(one)}" for name, one in rounds.items()]
    rows = [[option, *(_squares(one, option) for one in done.values())] for option in used]
    rows.append(["all", *(_squares(one) for one in done.values())])
    columns = ["how sure", *(f"{name}, as the course" for name in done)]
    table = {"caption": "Statements answered as the course does", "columns": columns, "rows": rows}
    return " ".join([*told, "Five statements are few: one more or less can be chance."]), table


def _told(one: Round) -> str:
    if not one:
        return "there is no such round here, so there is nothing to compare with."
    sure = _share(one, "sure")
    told = "you were sure of none" if sure == "0 of 0" else f"of those you were sure of, {sure}"
    return f"{_share(one)} as the course answers; {told}."


def _share(one: Round, option: str = "") -> str:
    here = [right for right, sure in one if option in ("", sure)]
    return f"{sum(here)} of {len(here)}"


def _squares(one: Round, option: str = "") -> str:
    here = sorted((right for right, sure in one if option in ("", sure)), reverse=True)
    return f"{_share(one, option)} {''.join('■' if right else '□' for right in here)}".rstrip()
