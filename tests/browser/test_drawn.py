"""The pictures of the lessons: each part opens its passages, and the fold below says the same."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from course.corpus.case import open_case
from course.lessons import figures
from course.lessons.figures import Grid, Picture
from tests.browser.page import Page
from tests.browser.test_texts import barriers, themes

PICTURES: dict[str, tuple[Callable[[], Picture], str, int]] = {
    "origins": (lambda: figures.origins_counter("stances"), ".fn-from", 15),
    "ladders": (lambda: figures.certainty_ladder("ladders"), ".fn-rung", 10),
    "slope": (lambda: figures.naming_counts(open_case(), "criminal", "criminals"), ".fn-rank", 15),
    "dots": (lambda: figures.voices(open_case()), "button.fn-cell", 19),
    "map": (lambda: figures.coverage_map("coverage"), "button.fn-cell", 5),
}


@themes
@pytest.mark.parametrize("name", PICTURES)
def test_a_part_of_a_picture_opens_its_passages_by_a_key(page: Page, name: str) -> None:
    draw, parts, many = PICTURES[name]
    drawing = draw().drawing
    shown = page.show(Grid(drawing))
    expect(shown.locator(parts)).to_have_count(many)
    part = shown.locator(f"button{parts.removeprefix('button')}").first
    part.focus()
    page.press("Enter")
    expect(shown.locator(".fn-found li mark").first).to_be_visible()
    assert barriers(page) == []
    page.press("Escape")
    expect(shown.locator(".fn-found")).to_have_count(0)
    expect(part).to_be_focused()
    fold = shown.locator("details")
    assert fold.count() == (name in {"origins", "ladders", "slope"})
    if fold.count():
        expect(shown.get_by_text(drawing.sentence)).to_be_hidden()  # the result is told after a look
        fold.locator("summary").click()
    expect(shown.get_by_text(drawing.sentence)).to_be_visible()
    expect(shown.locator("tbody tr")).to_have_count(len((drawing.grid or drawing.table).rows))
    assert barriers(page) == []


def test_lines_run_to_origins_and_a_text_that_names_nobody_has_a_dashed_disc(
    page: Page,
) -> None:
    shown = page.show(Grid(figures.origins_counter("stances").drawing))
    venezuela = shown.locator(".fn-origins > li").nth(1)
    expect(venezuela.locator(".fn-letter")).to_have_text([*"BCDE"])
    expect(venezuela.locator(".fn-disc")).to_have_text(["Leavitt + Trump", "?"])
    ends = venezuela.locator("path").evaluate_all(
        "all => all.map((one) => one.getAttribute('d').split(' ').pop())"
    )
    assert len(ends) == 4
    assert len({*ends}) == 2
    assert ends[0] == ends[1] == ends[3]  # D names nobody
    expect(venezuela.locator("circle.fn-open")).to_have_count(1)


def test_a_row_that_is_heard_nowhere_is_there_and_empty(page: Page) -> None:
    shown = page.show(Grid(figures.voices(open_case()).drawing))
    silent = shown.locator(".fn-silent")
    kinds = ["other officials", "migrants affected", "victims of crime"]
    expect(silent.locator("th")).to_have_text([re.compile(f"^{kind}: ") for kind in kinds])
    expect(silent.locator(".fn-dot")).to_have_count(0)
