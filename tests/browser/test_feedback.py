"""What is said of an answer: like entries are one, and what agrees is folded, but not what is disputed."""

from __future__ import annotations

from typing import Any

from course.corpus.case import open_case
from course.lessons.exercises import load_exercises
from course.lessons.keys import load_keys
from course.lessons.scoring import summary
from course.lessons.widgets import Form, form_spec
from tests.browser.page import Page
from tests.browser.test_texts import barriers
from tests.lessons.solving import solved
from tests.lessons.test_scoring import best_of

CASE = open_case()
EXERCISES, KEYS = load_exercises(CASE), load_keys(CASE)


def told(page: Page, id: str, value: Any) -> Any:
    """Show what is said of an answer, and return its locator."""
    asked = EXERCISES[id]
    result = asked.score(value, KEYS[id], CASE)
    feedback = {"summary": summary(result), "items": asked.feedback(value, result, CASE)}
    return page.show(Form(spec=form_spec(asked), feedback=feedback))


def test_entries_that_say_the_same_are_one(page: Page) -> None:
    asked = EXERCISES["blocks"]
    result = asked.score([], KEYS["blocks"], CASE)
    items = asked.feedback([], result, CASE)
    items[1:1] = [items[0]] * 3
    shown = page.show(Form(spec=form_spec(asked), feedback={"summary": summary(result), "items": items}))
    alike = shown.locator("li.fn-item", has_text=items[0]["words"])
    assert alike.count() == 1
    assert "(four places)" in alike.text_content()
    assert "Seven more, where you differ" in shown.text_content()
    assert shown.locator("li.fn-item:visible").count() == 3  # who has none sees the first few reasons


def test_reasons_that_are_the_same_stand_once(page: Page) -> None:
    """Four captions have one reason; all that agrees is not folded."""
    shown = told(page, "blocks", best_of(CASE, EXERCISES["blocks"], KEYS["blocks"]))
    assert shown.locator("li.fn-item:visible").count() == 3
    shown.locator("summary").click()
    whole = shown.inner_text()
    assert whole.count("Words that say what a photo shows.") == 1 + (
        "caption" in shown.locator("li").first.inner_text()
    )
    assert "(three places)" in whole  # and one stands above


def test_of_whom_was_asked_is_told_last_and_in_small(page: Page) -> None:
    value = {item: next(iter(EXERCISES["charges_more"].options)) for item in EXERCISES["charges_more"].texts}
    shown = told(page, "charges_more", value).locator(".fn-summary")
    first, second = shown.inner_text().split("\n")
    assert first.startswith("You agree with the key on none of 6, and in part on 4.")
    assert second == shown.locator("small").inner_text()
    assert second.startswith("The readers differed on ")


def test_three_disputed_answers_stay_open_for_those_who_agree(page: Page) -> None:
    """Their reasons are the best of it; all else that agrees is folded."""
    shown = told(page, "charges_more", solved(EXERCISES["charges_more"], KEYS["charges_more"]))
    assert "on all 6." in shown.locator(".fn-summary").inner_text()
    open = shown.locator("li.fn-item:visible")
    assert open.count() == 3
    assert all("Also accepted" in one for one in open.all_inner_texts())
    assert "Three more, where you agree" in shown.locator("summary").inner_text()
    assert not barriers(page)


def test_where_one_differs_is_shown_first(page: Page) -> None:
    last = EXERCISES["settled_more"].items[-1]
    value = solved(EXERCISES["settled_more"], KEYS["settled_more"])
    del value[last.id]
    shown = told(page, "settled_more", value).locator("li.fn-item:visible")
    assert last.text in shown.first.inner_text()
    assert shown.count() == 1
