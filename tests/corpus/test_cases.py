"""Small texts after public bug reports and real pages, each with its right value, and more like them."""

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from course.corpus.annotation import Annotation, find_words
from course.corpus.article import Article
from course.corpus.blocks import read_blocks

CASES = [
    one
    for name in ("cases.json", "more_cases.json")
    for one in json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))
]
BEFORE = "Ferry bill\n\nThe council passed the ferry bill on Monday by five votes to four."
AFTER = (
    "The ferry crew went back to work on Monday after a strike of nine days.\n\n"
    "The union said it was happy with the terms of the new contract."
)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("one", CASES, ids=lambda one: one["id"])
def test_a_case_has_its_right_value(one: dict[str, Any], form: str, request: pytest.FixtureRequest) -> None:
    if why := one.get("misses"):  # what is not read rightly yet
        request.applymarker(pytest.mark.xfail(strict=True, reason=f"not read rightly yet: {why}"))
    framed = "line" in one  # a line of a report that stands between these
    text = unicodedata.normalize(form, f"{BEFORE}\n\n{one['line']}\n\n{AFTER}" if framed else one["input"])
    article = Article.from_text("X", text)
    kinds = [block.kind for block in article.blocks]
    found = kinds if one["part"] == "corpus/blocks" else [sentence.text for sentence in article.sentences]
    wanted = ["heading", "body", *one["expected"], "body", "body"] if framed else one["expected"]
    assert len(found) == len(wanted), found
    for kind, allowed in zip(found, wanted, strict=True):
        told = unicodedata.normalize("NFC", kind)
        assert told in (allowed if isinstance(allowed, list) else [allowed]), found


REPORTS = """
Rep. Bo Hale (L) voted against the bill after two hours of debate.
Four people died in Hull Sunday, Jan. 5, 2020, when the pier fell.
A man was seen in this photo of the crowd, the police said.
The island can be reached at low tide, the warden said.
Read our lips, the mayor told the council.
Click here to pay, the letter said, and the money was gone.
Sign up for the free app and your phone is theirs, researchers warned.
By clicking on the link, users gave away their data, the bank said.
Subscribe to the newsletter, the scam mail told its victims.
This page was missing from the file, the judge said.
Comments on the website named nine people, the police said.
Video of the crash was shown to the jury on Monday.
The names may not be published, the court ruled.
Listen to your doctor, the minister told the nation on Monday.
"""


@pytest.mark.parametrize("line", REPORTS.strip().split("\n"))
def test_no_rule_for_noise_takes_a_line_that_reports(line: str) -> None:
    kinds = [block.kind for block in read_blocks(f"{BEFORE}\n\n{line}\n\n{AFTER}\n")]
    assert kinds == ["heading", *["body"] * 4]


@pytest.mark.parametrize(
    ("ending", "kinds"),
    [
        (" The port opens on Friday, the warden said. (AP)", ["body", "credit"]),
        (" The port opens on Friday. - dpa", ["body", "credit"]),
        ("\n\nThe port opens on Friday.\n\n- AFP", ["body", "body", "credit"]),
        ("\n\nThe results:\n\nHull 3, Leith 2\n\nCork 1, Bray 1", ["body"] * 4),
        (
            "\n\nTour dates\n\n9 June: Hull\n\n10 June: Leith\n\n12 June: Cork",
            ["body", "heading", *["body"] * 3],
        ),
    ],
)
def test_the_last_words_of_a_report_are_its_own(ending: str, kinds: list[str]) -> None:
    assert [block.kind for block in read_blocks(f"{BEFORE}\n\n{AFTER}{ending}\n")][3:] == kinds


def test_what_the_case_knows_of_a_line_wins_over_the_rules() -> None:
    raw = "Ferry bill\n\nIt passed. Bo Hale of the western harbour voted no.\n\nShare\n"
    known = [
        Annotation("X", *find_words(raw, words), kind)
        for words, kind in (("Share", "body"), ("It passed.", "caption"))
    ]
    article = Article("X", raw, tuple(known))
    assert [(block.kind, raw[block.start : block.end].strip()) for block in article.blocks] == [
        ("heading", "Ferry bill"),
        ("caption", "It passed."),
        ("body", "Bo Hale of the western harbour voted no."),
        ("body", "Share"),
    ]
    assert "".join(raw[block.start : block.end] for block in article.blocks) == raw


@pytest.mark.parametrize("written", ["NFC", "NFD"])
@pytest.mark.parametrize("stored", ["NFC", "NFD"])
def test_words_are_found_however_their_accents_are_written(written: str, stored: str) -> None:
    raw = unicodedata.normalize(stored, "He met José Núñez. José left.")
    start, end = find_words(
        raw, unicodedata.normalize(written, "José"), unicodedata.normalize(written, "Núñez. ")
    )
    assert unicodedata.normalize("NFC", raw[start:end]) == "José"
