"""Lesson 01 by mouse, by keyboard alone, closed and opened again; and all lessons, looked over."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from course.commands.site import lessons_in
from course.corpus.case import open_case
from course.corpus.readings import load_readings
from course.lessons.exercises import Exercise, load_exercises
from course.lessons.keys import load_keys
from course.lessons.work import Workspace
from tests.benchmarks.lessons import answer_all
from tests.browser.desk import ROOT, SCREEN, Desk, saved, write_notebook
from tests.browser.gallery import gallery
from tests.browser.test_widgets import select_text

CASE = open_case(ROOT)
EXERCISES = load_exercises(CASE)
KEYS = load_keys(CASE)
LESSON = "01_open_the_file"  # it has each kind of exercise that is answered on a page of its own
WORD = re.compile(r"[^\W_]+(?:[’'\-.,][^\W_]+)*|[^\w\s]")  # what an arrow key steps over in the Reader
WORDS = "It names no source – “just a number”."


def best(exercise: Exercise) -> dict[str, str]:
    """Return the readers' answer to each item; where nobody was asked, the last option."""
    last = {item.id: (item.options or exercise.options)[-1] for item in exercise.items}
    keys = sorted(KEYS.get(exercise.id, ()), key=lambda key: key.credit)
    return last | {key.item: str(key.value) for key in keys if key.item}


def spans(exercise: Exercise) -> list[tuple[int, int, str]]:
    return sorted((key.start, key.end, str(key.value)) for key in KEYS[exercise.id])


def marked(exercise: Exercise, folder: Path) -> list[tuple[str, str]]:
    raw = CASE[exercise.articles[0]].raw
    wanted = sorted((raw[start:end].strip(), label) for start, end, label in spans(exercise))
    for _ in range(40):
        found = sorted((m["exact"], m["label"]) for m in saved(folder, exercise.id, "", 0.2) or [])
        if found == wanted:
            break
    assert found == wanted
    return found


def by_mouse(desk: Desk, exercise: Exercise, folder: Path) -> None:
    widget = desk.widget(exercise.id).first
    if exercise.typed:
        widget.get_by_role("textbox").fill(WORDS)
        assert saved(folder, exercise.id, {exercise.items[0].id: WORDS}) == {exercise.items[0].id: WORDS}
    elif exercise.kind == "sort":
        for item in exercise.items:
            group = widget.locator(f'[data-item="{item.id}"]')
            group.get_by_label(best(exercise)[item.id], exact=True).check()
        assert saved(folder, exercise.id, best(exercise)) == best(exercise)
    else:
        raw = CASE[exercise.articles[0]].raw
        seen: dict[str, int] = {}
        for start, end, label in spans(exercise):
            exact = raw[start:end].strip()
            seen[exact] = seen.get(exact, -1) + 1
            for _ in range(3):  # what arrives late, a picture or a look, may move the page under the mouse
                desk.page.evaluate("getSelection().empty()")  # words that are selected are dragged
                line = exact.partition("\n")[0].strip()
                select_text(desk, widget, line, seen[exact])
                further = len(WORD.findall(exact)) - len(WORD.findall(line))  # in lines below, by its keys
                desk.press(*["Shift+ArrowRight"] * further)
                if exact[:20] in widget.locator(".fn-words").text_content():
                    break
            widget.get_by_role("button", name=label).first.click()
        marked(exercise, folder)


def by_keyboard(desk: Desk, exercise: Exercise, folder: Path) -> None:
    from playwright.sync_api import expect

    widget = desk.widget(exercise.id).first
    if exercise.typed:
        widget.get_by_role("textbox").focus()
        desk.page.keyboard.type(WORDS)
        assert saved(folder, exercise.id, {exercise.items[0].id: WORDS}) == {exercise.items[0].id: WORDS}
    elif exercise.kind == "sort":
        widget.get_by_role("radio").first.focus()
        for item in exercise.items:
            group = widget.locator(f'[data-item="{item.id}"]')
            options = group.get_by_role("radio").evaluate_all("all => all.map(one => one.value)")
            for step in range(options.index(best(exercise)[item.id]) + 1):
                desk.press("ArrowDown" if step else "Space")
                expect(group.get_by_role("radio").nth(step)).to_be_checked()
            desk.press(*["Tab"] * (1 + group.get_by_role("button").count()))  # past 'Look in the texts'
        assert saved(folder, exercise.id, best(exercise)) == best(exercise)
    else:
        mark_by_keyboard(desk, exercise, widget)
        marked(exercise, folder)


def mark_by_keyboard(desk: Desk, exercise: Exercise, widget: Any) -> None:
    """Mark each place: down by paragraph to its line, all of it, or by word to its start, on with Shift."""
    raw = CASE[exercise.articles[0]].raw
    widget.locator(".fn-text").focus()
    for start, end, label in spans(exercise):
        exact = raw[start:end].strip()
        at = raw.index(exact, start)
        line = raw.rfind("\n", 0, at) + 1
        down = sum(1 for one in raw[:line].splitlines() if one.strip())
        desk.press("Control+Home", *["PageDown"] * down)
        if exact == raw[line:].partition("\n")[0].strip():
            desk.press("p")
        else:
            desk.press(*["ArrowRight"] * len(WORD.findall(raw[line:at])))
            desk.press(*["Shift+ArrowRight"] * (len(WORD.findall(exact)) - 1))
        desk.press(str(exercise.labels.index(label) + 1))


def stands_at_its_top(desk: Desk) -> None:
    """See that a page that was run begins with its first cell, for the eye and for the keys."""
    desk.page.wait_for_function(
        """() => {
            const { activeCellIndex, outerNode } = jupyterapp.shell.currentWidget.content;
            return activeCellIndex === 0 && outerNode.scrollTop === 0;
        }"""
    )


@pytest.mark.parametrize("do", [by_keyboard, pytest.param(by_mouse, marks=pytest.mark.rare)])
def test_every_exercise_is_done_and_is_there_again(
    desk: Desk, house: Path, do: Callable[[Desk, Exercise, Path], None]
) -> None:
    from playwright.sync_api import expect

    exercises = [one for one in EXERCISES.values() if one.lesson == LESSON]
    desk.open(house / "notebooks" / f"{LESSON}.ipynb").run_all()
    for exercise in exercises:
        do(desk, exercise, house)
    desk.open(house / "notebooks" / f"{LESSON}.ipynb").run_all()  # with a new kernel; only the files are left
    desk.run_all()  # all of the page is there by now
    stands_at_its_top(desk)
    work = Workspace(house / "my_work", str(CASE.about["title"]))
    for exercise in exercises:
        stored = work.read(exercise)
        assert stored
        done, parts = exercise.done(stored.value)
        assert done == parts
        result = exercise.score(stored.value, KEYS.get(exercise.id, ()), CASE)
        assert result.points is None or result.points == pytest.approx(exercise.points)
        shown = desk.widget(exercise.id).first
        if exercise.kind == "sort":
            expect(shown.locator("input:checked")).to_have_count(len(exercise.items))
        elif exercise.typed:
            expect(shown.get_by_role("textbox")).to_have_value(WORDS)
        else:
            expect(shown).to_contain_text(f"Your marks: {len(stored.value)}")


PARTS = ".jp-OutputArea-output, .jp-RenderedMarkdown"
BOOKS = lessons_in(ROOT / "notebooks")


@pytest.mark.rare
def test_a_page_stands_at_its_top_where_its_last_cells_come_late(desk: Desk, house: Path) -> None:
    """On a slow machine JupyterLab puts them into the page long after the first cell has drawn."""
    slow = desk.context.new_cdp_session(desk.page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 3})
    desk.open(house / "notebooks" / f"{LESSON}.ipynb").run_all()
    stands_at_its_top(desk)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 1})


def look_over(desk: Desk) -> None:
    """See that a page with every reveal open has run to its end, and open all that is folded."""
    from playwright.sync_api import expect

    desk.page.locator(".jp-RenderedMarkdown").last.wait_for()
    assert not desk.page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count()
    assert not desk.page.locator("[data-mime-type='application/vnd.jupyter.error']").count()
    folds = desk.page.locator('[data-exercise^="fold_"]')
    closed = folds.filter(has=desk.page.get_by_role("button", name="Open it"))
    for _ in range(3):  # what opens below a reveal comes last
        for id in closed.evaluate_all("all => all.map((one) => one.dataset.exercise)"):
            desk.widget(id).get_by_role("button", name="Open it").click()
        desk.page.wait_for_timeout(1000)
    expect(folds.get_by_role("button", name="Open it")).to_have_count(0)
    desk.page.locator("details.fn-more").evaluate_all("all => all.forEach(one => (one.open = true))")


def what_an_item_is_about_is_at_hand(desk: Desk) -> None:
    """A passage stays in sight above all items about it."""
    from playwright.sync_api import expect

    about = EXERCISES["versions_changed"].passages[-1]
    part = desk.widget("versions_changed").locator(".fn-near").filter(has_text=about.id)
    last = part.locator(".fn-item").last
    last.get_by_role("radio").last.focus()
    passage = part.locator(".fn-passages")
    expect(passage).to_have_text(about.id + about.text)
    expect(passage).to_be_in_viewport(ratio=1)
    expect(last).to_be_in_viewport()
    desk.press("Shift+Tab", "Shift+Tab")  # the item before: what is focused is not behind the passage
    top = desk.page.evaluate("() => document.activeElement.getBoundingClientRect().top")
    box = passage.bounding_box()
    assert top > box["y"] + box["height"]


def the_file_that_a_fact_is_about_opens_at_once(desk: Desk) -> None:
    from playwright.sync_api import expect

    facts = desk.widget("provenance")
    facts.locator(".fn-below").first.wait_for()  # the reasons stand there: nothing moves any more
    facts.get_by_role("button", name="Look in the texts: D: that it once had").click()
    expect(facts.locator(".fn-look h5")).to_have_text("Article D, the words in question marked")
    quoted = facts.locator(".fn-look mark").first  # far down, and the reason quotes it
    expect(quoted).to_contain_text("All republished articles must include our logo")
    expect(quoted).to_be_in_viewport()
    expect(facts.locator(".fn-look")).to_contain_text("[email\xa0protected]")
    desk.page.mouse.wheel(0, 600)  # far down in the text, what can be chosen is still in sight
    expect(facts.locator(".fn-look + .fn-chips").get_by_label("inferred")).to_be_in_viewport()


def an_article_is_a_press_away(desk: Desk) -> None:
    from playwright.sync_api import expect

    desk.widget("fold_can_a_program_hear_it_").get_by_role("button", name="Open it").click()
    texts = desk.page.locator(".fn-reader").filter(has=desk.page.get_by_role("tab", name="Article E")).first
    texts.get_by_role("tab", name="Article A").focus()
    desk.press("ArrowRight", "ArrowRight", "ArrowRight")
    expect(texts.get_by_role("tab", name="Article D")).to_be_focused()
    expect(texts.locator(".fn-text")).to_have_attribute("data-article", "D")


def what_is_right_is_folded_in_a_long_list(desk: Desk) -> None:
    from playwright.sync_api import expect

    told = desk.widget("claim_kinds").first.locator("details.fn-more").first
    expect(told.locator(".fn-lines").first).to_be_hidden()
    told.locator("summary").focus()
    desk.press("Enter")
    expect(told.locator(".fn-lines").first).to_be_visible()


def what_is_said_stands_below_each_question(desk: Desk) -> None:
    """And is said anew once an answer has changed, or its cell has run again."""
    from playwright.sync_api import expect

    asked, said = (desk.widget("recall_02").nth(place) for place in (0, 1))
    told = asked.locator("fieldset > .fn-below")
    expect(told).to_have_count(2)
    expect(told.first).to_contain_text("Right.")
    expect(said.locator("li")).to_have_count(0)
    asked.locator("fieldset").first.locator("input:not(:checked)").first.check()
    expect(told.first).to_contain_text("The answer is ‘")
    expect(told).to_have_count(2)
    expect(said).to_contain_text("1 of 2 is right")
    expect(said).to_contain_text("Your first ones are kept, too.")


def the_card_that_a_question_needs_is_open_beside_it(desk: Desk) -> None:
    from playwright.sync_api import expect

    asked = desk.widget("claim_4").first
    card = asked.locator(".fn-cards")
    expect(card).to_have_count(1)
    expect(card.get_by_text("What it leaves out")).to_be_visible()  # what is asked before it is answered
    head, more = card.locator("summary").first, card.get_by_text("More about the source")
    head.focus()
    desk.press("Enter")
    expect(card.get_by_text("What it leaves out")).to_be_hidden()
    desk.press("Enter")
    expect(card).to_contain_text("October 2020")
    wide, high = (card.bounding_box()[side] for side in ("width", "height"))
    assert (wide < 1366, high < 647) == (True, True)  # as high as what is seen of a notebook at 768
    asked.get_by_label("insufficient as of").scroll_into_view_if_needed()
    expect(card).to_be_in_viewport(ratio=0.7)  # what is judged, and what by
    expect(card.get_by_role("link").first).to_be_hidden()
    head.focus()
    desk.press("Tab")
    expect(more).to_be_focused()
    desk.press("Enter", "Tab")
    expect(card.get_by_role("link").first).to_be_focused()


def the_words_of_a_row_lead_to_where_the_readers_found_it(desk: Desk, id: str, missed: set[str]) -> None:
    """A word of what is asked is pressed, not typed. What is said in other words stays to be found."""

    readings = load_readings(CASE)
    facts = {one["id"]: one for one in [*readings.claims["claim"], *readings.coverage["point"]]}
    desk.widget("hand_in").wait_for()  # the last of the page: from here on nothing moves
    grid = desk.widget(id).first
    meant = grid.locator("dl.fn-meanings dt").all_text_contents()
    assert [one.lower() for one in meant] == list(EXERCISES[id].options)
    grid.get_by_role("button", name="Look in the texts").first.click()
    lacking = set()
    for item in EXERCISES[id].items:
        look = grid.locator(".fn-look")
        parts = look.locator(".fn-look-part")
        assert parts.locator("[data-article][role=radiogroup]").count() == len(EXERCISES[id].articles) - len(
            item.given
        )
        shown = ""
        for word in look.locator(".fn-offer").all():
            word.click()
            shown += "".join(parts.locator("> .fn-text").all_text_contents())
            assert [text[:9] for text in parts.locator("h5").all_text_contents()] == [
                f"Article {one}" for one in EXERCISES[id].articles
            ]
        words = facts[item.id].get("words", ())
        lacking |= {f"{item.id} {one['article']}" for one in words if one["exact"] not in shown}
        if item != EXERCISES[id].items[-1]:
            grid.get_by_role("button", name="Next").click()
    assert lacking == missed


def what_went_wrong_is_asked_once_something_is(desk: Desk) -> None:
    """Two steps: the ways of going wrong open with the second choice, and to open them answers nothing."""
    from playwright.sync_api import expect

    desk.widget("hand_in").wait_for()
    form = desk.widget("machine_check_2").first
    sentence, ways = form.get_by_role("group").first, form.locator(".fn-ways").first
    sentence.get_by_label("the texts support it").check()
    expect(ways).to_be_hidden()
    expect(form.locator(".fn-foot .fn-count")).to_have_text("2 of 2 answered")
    sentence.get_by_label("something is wrong").check()
    expect(form.locator(".fn-foot .fn-count")).to_have_text("1 of 2 answered")
    ways.get_by_label("the wrong speaker").check()
    expect(form.locator(".fn-foot .fn-count")).to_have_text("2 of 2 answered")
    expect(sentence.get_by_label("something is wrong")).to_be_checked()


# What is looked at in one lesson alone, on the page that is open anyway.
IN_OTHER_WORDS = {"K11 A", "K35 A"}
ALSO: dict[str, list[Callable[[Desk], None]]] = {
    "01_open_the_file": [the_file_that_a_fact_is_about_opens_at_once],
    "02_hear_who_speaks": [
        an_article_is_a_press_away,
        what_an_item_is_about_is_at_hand,
        what_is_said_stands_below_each_question,
    ],
    "03_cut_the_claims": [what_is_right_is_folded_in_a_long_list],
    "04_count_the_witnesses": [
        partial(the_words_of_a_row_lead_to_where_the_readers_found_it, id="stances", missed=set())
    ],
    "07_find_what_is_missing": [
        partial(the_words_of_a_row_lead_to_where_the_readers_found_it, id="coverage", missed=set()),
        partial(
            the_words_of_a_row_lead_to_where_the_readers_found_it, id="coverage_more", missed=IN_OTHER_WORDS
        ),
    ],
    "08_check_it_outside": [the_card_that_a_question_needs_is_open_beside_it],
    "10_check_the_machine": [what_went_wrong_is_asked_once_something_is],
}


# The gallery shows every widget and figure, nbval runs every cell: what only the page of a lesson could add
# breaks rarely. The lesson with the most to open and the one with the largest grid are looked at each time.
ALWAYS = ("02_hear_who_speaks", "04_count_the_witnesses")
LOOKED_OVER = [
    pytest.param(path, id=path.stem, marks=() if path.stem in ALWAYS else pytest.mark.rare) for path in BOOKS
]


@pytest.mark.parametrize("path", LOOKED_OVER)
def test_a_lesson_has_no_barrier_and_says_no_error(
    desk: Desk, house: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With every reveal open; unanswered, test_site.py looks at it. Colours are the gallery's."""
    monkeypatch.setenv("COURSE_WORK", str(house / "my_work"))
    answer_all(path.stem)
    desk.open(house / path.relative_to(ROOT)).run_all()
    for look in ALSO.get(path.stem, ()):
        look(desk)
    look_over(desk)
    assert not list((house / "my_work").glob("hand_in*"))
    assert not desk.axe(PARTS, contrast=False)
    desk.page.set_viewport_size({"width": SCREEN["width"] // 2, "height": SCREEN["height"] // 2})
    desk.command("application:toggle-left-area")
    assert not desk.too_wide()


def test_the_gallery_has_no_barrier(desk: Desk, house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every widget and every figure on one page, answered and open: in light and dark, and at 200 % zoom."""
    monkeypatch.setenv("COURSE_WORK", str(house / "my_work"))
    for path in BOOKS:
        answer_all(path.stem)
    shown, cells = gallery(BOOKS, EXERCISES)
    assert {"figures.blocks_chart", "exercise mark", "reveal grid"} <= shown
    # Charts are drawn as wide as the page is then: at 200 % zoom.
    desk.page.set_viewport_size({side: length // 2 for side, length in SCREEN.items()})
    desk.open(write_notebook(house / "notebooks" / "gallery.ipynb", *cells, "# The end")).run_all()
    look_over(desk)
    desk.command("application:toggle-left-area")
    desk.no_barrier(PARTS)


BRIEF = "The <b>fee</b> would be low. Rights groups call conditions inhumane.\n\nNobody knows how many."


def test_the_last_lesson_while_it_is_answered(desk: Desk, house: Path) -> None:
    desk.open(house / "notebooks" / "09_write_the_brief.ipynb").run_all()
    sentences_are_tied_to_passages_without_a_mouse(desk, house)
    a_round_opens_at_sign_in_is_answered_and_told(desk, house)


def sentences_are_tied_to_passages_without_a_mouse(desk: Desk, house: Path) -> None:
    """The labels are the student's own sentences; a word leads to a passage in any of the texts."""
    from playwright.sync_api import expect

    area = desk.widget("brief").first.get_by_role("textbox").first
    area.fill("It rained.")
    waiting = desk.widget("exercise_brief_ties").first
    waiting.scroll_into_view_if_needed()  # it looks again by itself
    waiting.get_by_text("Your brief has 2 words").wait_for()
    long = f"{BRIEF}\n\n{'Nobody told how ' * 40}."
    area.fill(long)
    assert saved(house, "brief", {"text": long}) == {"text": long}
    waiting.wait_for(state="detached")
    ties = desk.widget("brief_ties").first
    labels = ties.get_by_role("group", name="Label the selected words").get_by_role("button")
    expect(labels).to_have_count(4)
    area.fill(BRIEF)  # the newest text stands there without a cell that runs again
    expect(labels).to_have_count(3)
    expect(labels.first).to_have_text("1. The <b>fee</b> would be low.0 passages")
    word = ties.get_by_label("Look for a word")
    word.fill("INHUMANE")
    expect(ties.locator(".fn-word")).to_contain_text("Place 1 of 1, in B")
    word.press("Enter")
    expect(ties.locator(".fn-words")).to_contain_text("But civil rights groups say that conditions")
    desk.press("Escape", "2")
    expect(labels.nth(1)).to_have_text("2. Rights groups call conditions inhumane.1 passage")
    word.fill("relatively low")
    word.press("Enter")  # stays at the first place, which typing has selected
    texts = []
    for _ in range(6):  # on from what is selected in B; E has not the words, captions come last
        found = ties.locator(".fn-word [role=status]").text_content()
        texts.append(found.split()[1] + found.partition(".")[0][-1])  # numbered from A to E
        word.press("Enter")
    assert " ".join(texts) == "2B 3C 4D 1A 5C 2B"
    labels.first.focus()
    desk.press("Enter")
    expect(labels.first).to_contain_text("1 passage")
    marks: list[Any] = []
    for _ in range(40):
        marks = saved(house, "brief_ties", "", 0.2) or []
        if len(marks) == 2:
            break
    (first, second) = sorted(marks, key=lambda mark: mark["label"])
    assert (first["label"], second["label"], second["article"]) == ("1", "2", "B")
    assert "relatively low" in first["exact"]
    ties.get_by_role("button", name="No text has it").click()
    labels.nth(2).click()
    expect(labels.nth(2)).to_contain_text("no text has it")
    expect(ties.get_by_role("button", name="Remove 3: no text has it")).to_have_count(1)
    word.fill("relatively low")
    top = ties.locator(".fn-toolbar").bounding_box()["y"]
    words = desk.page.evaluate(
        "() => [...CSS.highlights.get('fn-picked')].at(-1).getBoundingClientRect().bottom"
    )
    assert 0 < words - top < 647  # labels and what is tied stand on one screen
    assert not desk.axe('[data-exercise="brief_ties"]')


def a_round_opens_at_sign_in_is_answered_and_told(desk: Desk, house: Path) -> None:
    """In the place of the round one signs in; an own answer stands beside how sure; then a picture tells."""
    from playwright.sync_api import expect

    desk.widget("fold_the_round_after").first.get_by_role("button", name="Open it").click()
    panel = desk.widget("round_after").first
    panel.get_by_label("Code", exact=False).first.fill("KTR-4728")
    panel.get_by_role("button", name="Sign in", exact=True).click()
    forms = desk.page.locator('[data-exercise^="round_"]:not([data-exercise="round_after"])')
    forms.first.wait_for()
    asked = EXERCISES[str(forms.first.get_attribute("data-exercise"))]
    for item in asked.items:
        group = desk.widget(asked.id).first.get_by_role("group", name=item.text, exact=True)
        group.get_by_label("not supported", exact=True).check()
    wanted = {item.id: "not supported" for item in asked.items}
    assert saved(house, asked.id, wanted) == wanted
    for item in asked.items:
        row = desk.widget(asked.id).first.locator(f'[data-item="{item.id}"]')
        row.get_by_label("a guess", exact=True).check()
    expect(desk.page.get_by_text("You are ‘sure’ of 0 of your 12 answers.")).to_have_count(1)
    guesses = {item.id: "a guess" for item in EXERCISES[f"{asked.id}_sure"].items}
    assert saved(house, f"{asked.id}_sure", guesses) == guesses
    desk.page.get_by_text("Did sure mean right").last.scroll_into_view_if_needed()
    told = desk.page.get_by_text("After: you trusted 0 of 6 supported statements").first
    told.wait_for()
    assert not desk.axe('[data-exercise^="round_"]')
