"""The Reader on a real JupyterLab: layers, linked passages, and a very long article."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from conftest import Measured
from tests.browser.desk import Desk, write_notebook

SETUP = """
from course.corpus.annotation import Annotation, Layer
from course.corpus.article import Article
from course.lessons.widgets import Reader
"""

LAYERS = """
text = "One two three four. Five six.\\n\\nSeven 🌊 eight nine."
article = Article.from_text("X", text)
first = Layer("first", (Annotation("X", 4, 13, "noun", "reader1"), Annotation("X", 31, 38, "wave")))
second = Layer("second", (Annotation("X", 8, 18, "verb", "reader2", "it moves"),))
Reader([article], [first, second])
"""


def test_layers_are_shown_hidden_and_listed(desk: Desk, demo: Path) -> None:
    book = write_notebook(demo / "layers.ipynb", SETUP, LAYERS)
    desk.open(book).run_all()
    reader = desk.page.locator(".fn-reader")
    texts = """all => all.map((one) => [one.textContent, one.dataset.tag ?? "",
        one.style.backgroundImage.split("linear-gradient").length - 2])"""
    segments = reader.locator(".fn-seg")
    segments.first.wait_for()
    assert segments.evaluate_all(texts) == [
        ["two ", "first: noun", 1],
        ["three", "second: verb", 2],
        [" four", "", 1],
        ["Seven 🌊", "first: wave", 1],
    ]
    reader.get_by_label("first (2)").uncheck()
    assert segments.evaluate_all(texts) == [["three four", "second: verb", 1]]
    reader.get_by_label("first (2)").check()
    reader.get_by_text("The same as a list").click()
    notes = reader.locator(".fn-notes li")
    notes.nth(2).wait_for()
    assert notes.locator(".fn-name").all_text_contents() == [
        "X, first: noun, reader1",
        "X, first: wave",
        "X, second: verb, reader2, it moves",
    ]
    assert desk.axe(".fn") == []


READERS = """
article = Article.from_text("X", "ADVERTISEMENT\\n\\nOne two three four.\\n\\nFive six seven eight.\\n")
here = article.raw.index("two")
one = (Annotation("X", here, here + 3, "noun"),)
layers = [Layer(name, one) for name in ("you", "Reader 1", "Reader 2", "The course")]
Reader([article], layers, order=("verb", "noun"))
"""


def test_a_label_stands_once_after_all_who_gave_it_and_keeps_its_colour(desk: Desk, demo: Path) -> None:
    """The colour is that of the label's place in `order`; each paragraph has its number before it."""
    desk.open(write_notebook(demo / "readers.ipynb", SETUP, READERS)).run_all()
    segment = desk.page.locator(".fn-seg")
    segment.wait_for()
    assert segment.get_attribute("data-tag") == "you, Reader 1, 2, The course: noun"
    assert "--c1" in segment.evaluate("one => one.style.getPropertyValue('--tint-of')")
    numbers = "all => all.map((one) => [one.dataset.number ?? '', one.textContent])"
    assert desk.page.locator(".fn-numbered p").evaluate_all(numbers) == [
        ["", "ADVERTISEMENT"],
        ["1", "One two three four."],
        ["2", "Five six seven eight."],
    ]


CUTS = """
article = Article.from_text("X", "One two three four.")
one = (Annotation("X", 4, 7, "claim"),)
Reader([article], [Layer("you", one), Layer("Reader 2", one)])
"""


def test_a_label_that_is_the_only_one_is_left_out(desk: Desk, demo: Path) -> None:
    desk.open(write_notebook(demo / "cuts.ipynb", SETUP, CUTS)).run_all()
    assert desk.page.locator(".fn-seg").get_attribute("data-tag") == "you, Reader 2"


LINKS = """
lines = [f"Line {number} of the text, which is long enough." for number in range(200)]
one, two = (Article.from_text(id, "\\n\\n".join(lines)) for id in "XY")
at = one.raw.index
place = lambda id, words: Annotation(id, at(words), at(words) + len(words))
Reader([one, two], links=[(place("X", "Line 3 of"), place("Y", "Line 180 of"))])
"""


def test_a_link_brings_both_passages_into_sight(desk: Desk, demo: Path) -> None:
    book = write_notebook(demo / "links.ipynb", SETUP, LINKS)
    desk.open(book).run_all()
    reader = desk.page.locator(".fn-reader")
    reader.get_by_role("button", name="Show link 1").focus()
    desk.press("Enter")
    tops = (
        """() => [...(CSS.highlights.get("fn-picked") ?? [])].map((one) => one.getBoundingClientRect().top)"""
    )
    desk.page.wait_for_function(f"() => ({tops})().length === 2")
    first, second = desk.page.evaluate(tops)
    assert abs(first - second) < 2
    assert 0 < first < 700
    assert "Line 180 of" in reader.locator("p[role=status]").text_content()


LONG = """
words = "The council said on Monday that the bridge will be closed for repairs, and nobody was asked. " * 6
text = "\\n\\n".join(f"Paragraph {number}. {words.strip()}" for number in range(500))
article = Article.from_text("X", text)
print(len(text.split()), "words")
days = tuple(Annotation("X", start, start + 6, "day") for start in range(100, len(text), 400))
Reader([article], [Layer("days", days)], title="A long article", labels=("one", "two"), name="long")
"""


def test_a_very_long_article_stays_fluid(desk: Desk, demo: Path, measured: Measured) -> None:
    """50,000 words: print how long it takes to show them, to move, to mark and to hide a layer."""
    book = write_notebook(demo / "long.ipynb", SETUP, LONG)
    desk.open(book)
    desk.page.evaluate("() => { performance.mark('start'); }")
    desk.run_all()
    desk.widget("long").locator(".fn-text p").first.wait_for()
    built = desk.page.evaluate("() => performance.measure('built', 'start').duration")
    times = desk.page.evaluate(
        """async () => {
            const root = document.querySelector('[data-exercise="long"]');
            const box = root.querySelector('.fn-text');
            const drawn = (done) => requestAnimationFrame(() => requestAnimationFrame(done));
            const key = (key) => box.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
            const took = async (act) => {
                const start = performance.now();
                act();
                await new Promise(drawn);
                return performance.now() - start;
            };
            const found = { move: [], mark: [], hide: [], page: [] };
            for (let count = 0; count < 15; count++) {
                found.page.push(await took(() => key('PageDown')));
                found.move.push(await took(() => key('ArrowRight')));
                found.mark.push(await took(() => key('1')));
                found.hide.push(await took(() => root.querySelector('.fn-check input').click()));
            }
            return found;
        }"""
    )
    measured(f"50,000 words: run and shown in {built:.0f} ms")
    for name, all_times in times.items():
        measured(f"50,000 words: {name} median {median(all_times):.0f} ms, worst {max(all_times):.0f} ms")
    desk.page.wait_for_function("() => document.querySelectorAll('.fn-marked').length === 15")
    count = desk.page.locator(".fn-text").evaluate("box => box.textContent.split(/\\s+/).length")
    assert count > 49_000
