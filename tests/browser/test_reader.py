"""The Reader on a real JupyterLab: linked passages, and a very long article. All else is in test_texts.py."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import pytest

from conftest import Measured
from tests.browser.desk import Desk, write_notebook

SETUP = """
from course.corpus.annotation import Annotation, Layer
from course.corpus.article import Article
from course.lessons.widgets import Reader
"""

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


@pytest.mark.rare
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
