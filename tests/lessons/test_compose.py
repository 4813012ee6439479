"""The browser's modules are put together by Python: each once, after what it imports, and no name twice."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from course.lessons.figures import Grid
from course.lessons.widgets import DRAWING, HERE, IMPORT, Form, Panel, Reader, compose, module

NAME = re.compile(r"^(?:export )?(?:async )?(?:const|let|function|class) (\w+)", re.MULTILINE)


def write(folder: Path, **files: str) -> list[Path]:
    for name, text in files.items():
        (folder / f"{name}.js").write_text(text)
    return [folder / f"{name}.js" for name in files]


def test_a_file_stands_after_what_it_imports(tmp_path: Path) -> None:
    last, *_ = write(
        tmp_path,
        last='import { b } from "./b.js";\nimport {\n  a,\n} from "./a.js";\nb(a);\n',
        b='import { a } from "./a.js";\nexport const b = (one) => one + a;\n',
        a='export const a = "import { x } from me";\n',
    )
    assert compose(last) == (
        'export const a = "import { x } from me";\n\nexport const b = (one) => one + a;\n\nb(a);\n'
    )


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    (one,) = write(tmp_path, one='import { a } from "./gone.js";\n')
    with pytest.raises(FileNotFoundError, match=r"gone\.js"):
        compose(one)


def test_no_two_files_have_one_name() -> None:
    text = compose(*DRAWING)
    assert [one for one, times in Counter(NAME.findall(text)).items() if times > 1] == []
    assert not re.search(r"^import ", text, re.MULTILINE)
    assert module().isascii()


def test_every_file_reaches_a_page() -> None:
    """What nothing imports would be dead; messages.js holds types, loader.js comes with each widget."""
    text = compose(*DRAWING)
    files = [*(HERE / "js").glob("*.js"), *(HERE / "kinds").glob("*.js")]
    left = {file.name for file in files if IMPORT.sub("", file.read_text("utf-8")) not in text}
    assert left == {"messages.js", "loader.js"}


def test_each_widget_names_the_function_that_draws_it() -> None:
    for widget in (Form, Grid, Panel, Reader):
        assert f"\nexport function {widget._draw.default_value}(" in module()
