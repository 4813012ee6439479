"""JavaScript counts UTF-16 units, Python code points: the two agree on every text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course.lessons.widgets import HERE, compose

# Characters of one and of two units, halves of pairs, white space of all kinds, marks that combine.
TEXTS = st.text(
    st.one_of(st.characters(), st.sampled_from("a \n\r\u2028é\u0301\ufeff😀🌊\u200d\u202e\ud83d\ude00"))
)


def as_sent(text: str) -> str:
    """Return a text as any file or message holds it: two halves side by side are one character."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@pytest.fixture(scope="module")
def script(browser: Any) -> Iterator[Any]:
    """Return a page that has loaded offsets.js as the module that it is."""
    page = browser.new_page()
    page.evaluate(
        """async (code) => {
            const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
            window.reader = await import(url);
        }""",
        compose(HERE / "js" / "offsets.js"),
    )
    yield page
    page.close()


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS.map(as_sent))
def test_offsets_agree(script: Any, text: str) -> None:
    """Every code point's unit, and every unit's code point, are what Python finds by encoding."""
    to_unit, to_point = script.evaluate(
        """(json) => {
            const raw = JSON.parse(json);
            const at = window.reader.offsets(raw);
            const points = [...raw].length;
            return [
                Array.from({ length: points + 1 }, (_, point) => at.toUnit(point)),
                Array.from({ length: raw.length + 1 }, (_, unit) => at.toPoint(unit)),
            ];
        }""",
        json.dumps(text),
    )
    wanted = [units(text[:point]) for point in range(len(text) + 1)]
    assert to_unit == wanted
    assert [to_point[unit] for unit in wanted] == list(range(len(text) + 1))
    # A unit in the middle of a pair belongs to the character that starts before it.
    middles = set(range(units(text) + 1)) - set(wanted)
    assert [to_point[unit] for unit in sorted(middles)] == [
        wanted.index(unit - 1) for unit in sorted(middles)
    ]


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS.map(as_sent), st.data())
def test_a_stretch_is_trimmed_to_its_words(script: Any, text: str, data: st.DataObject) -> None:
    """What is cut off at the edges is white space, and nothing else is."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    begin, finish = script.evaluate(
        """([json, start, end]) => {
            const raw = JSON.parse(json);
            const at = window.reader.offsets(raw);
            const kept = window.reader.trim(raw, { start: at.toUnit(start), end: at.toUnit(end) });
            return [at.toPoint(kept.start), at.toPoint(kept.end)];
        }""",
        [json.dumps(text), start, end],
    )
    assert start <= begin <= finish <= end
    blank = " \n\r\t\v\f\u2028\u2029\ufeff\xa0\u1680\u3000\u202f\u205f" + "".join(
        map(chr, range(0x2000, 0x200B))
    )
    assert text[begin:finish] == text[start:end].strip(blank)
