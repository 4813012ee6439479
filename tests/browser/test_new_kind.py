"""A new kind of exercise needs one file for the browser: it registers itself by its name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from course.corpus.case import open_case
from course.lessons.exercises import load_exercises
from course.lessons.widgets import HERE, Form, form_spec, module
from tests.browser.desk import write_demo
from tests.browser.page import Page

TALLY = """
import { button } from "FROM/js/elements.js";
import { registerKind } from "FROM/js/kinds.js";

registerKind("tally", (form) => {
  const mark = form.mark("all");
  const count = () => form.get("all") ?? 0;
  const node = button({ onclick: () => form.set(["all"], count() + 1) }, "One more");
  node.after(mark);
  return { node, refresh: () => [count(), 3] };
});
"""


def test_a_kind_is_one_file(browser: Any, tmp_path: Path) -> None:
    kind = tmp_path / "tally.js"
    kind.write_text(TALLY.replace("FROM", Path(os.path.relpath(HERE, tmp_path)).as_posix()))
    case = open_case(write_demo(tmp_path / "demo"))
    heard: list[Any] = []
    spec = form_spec(load_exercises(case)["choose"], case)
    form = Form(lambda *change: heard.append(change) or {}, spec={**spec, "kind": "tally"})
    page = Page(browser)
    page.source = module(kind)
    shown = page.show(form)
    shown.get_by_role("button", name="One more").click()
    shown.get_by_text("1 of 3 answered").wait_for()
    shown.get_by_role("button", name="One more").click()
    shown.get_by_text("2 of 3 answered").wait_for()
    shown.get_by_text("Saved").wait_for()
    assert heard == [(["all"], 1, None), (["all"], 2, 1)]
    assert page.errors == []
    page.close()
