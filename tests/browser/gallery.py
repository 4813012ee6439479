"""One page that shows every widget and every figure: the cells of the lessons that show something new."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import nbformat

from course.lessons.exercises import Exercise


def gallery(books: Iterable[Path], exercises: Mapping[str, Exercise]) -> tuple[set[str], list[str]]:
    """Return what is shown, and the code of the page: a function or a kind joins it by being in a lesson."""
    shown: set[str] = set()
    first, cells = [], []
    for book in books:
        for cell in nbformat.read(book, 4).cells:
            if cell.cell_type != "code":
                continue
            code = ast.parse(cell.source)
            imports = [ast.unparse(one) for one in code.body if isinstance(one, ast.Import | ast.ImportFrom)]
            first += [line for line in imports if line not in first]
            if new := set(what_is_shown(code, exercises)) - shown:
                shown |= new
                cells.append(cell.source)
    return shown, ["\n".join([*first, "case = open_case()"]), *cells]


def what_is_shown(code: ast.Module, exercises: Mapping[str, Exercise]) -> Iterator[str]:
    """Yield the functions that a cell calls, each exercise and reveal with its kind."""
    for node in ast.walk(code):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        if name in ("exercise", "reveal") and isinstance(node.args[0], ast.Constant):
            yield f"{name} {exercises[str(node.args[0].value)].kind}"
        else:
            yield name
