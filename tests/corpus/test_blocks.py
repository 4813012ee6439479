"""Blocks: the five articles, the figures reached on the layouts, the named lines, and any text at all."""

import tomllib
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from course.corpus.article import Article
from course.corpus.blocks import KINDS, Block, read_blocks
from course.corpus.case import open_case
from tests.corpora.pages import ROOT, Page, measure, read_case_pages, read_pages

CASE = open_case(ROOT)
BEFORE = (
    "The council voted on Monday to close the old bridge for a year.",
    "Officials said repairs would cost about two million pounds.",
)
AFTER = (
    "Shopkeepers on the east bank told reporters that they feared for their trade.",
    "The mayor will meet them on Friday, her office said.",
)


def kinds(line: str, before: tuple[str, ...] = BEFORE, gap: str = "\n\n") -> set[str]:
    """Return the kinds of the blocks that a line is read as, between paragraphs of a report."""
    raw = gap.join([*before, line, *AFTER])
    start = len(gap.join([*before, ""]))
    end = start + len(line)
    touching = [block for block in read_blocks(raw) if block.start < end and block.end > start]
    return {block.kind for block in touching}


def pieces(raw: str) -> list[tuple[str, str]]:
    return [(block.kind, raw[block.start : block.end].strip()) for block in read_blocks(raw)]


def test_every_stretch_of_the_five_is_of_its_kind() -> None:
    figures = measure("the case", read_case_pages())
    assert figures.count == figures.right, figures
    assert figures.count["body"] == 76
    assert figures.count.total() == 106


def test_paragraphs_of_the_five_are_the_readings() -> None:
    opens = tomllib.loads((ROOT / "seeds/readings/paragraphs.toml").read_text(encoding="utf-8"))["opens"]
    assert set(opens) == {article.id for article in CASE.articles}
    for article in CASE.articles:
        assert [p.number for p in article.paragraphs] == list(range(1, len(opens[article.id]) + 1))
        for paragraph, words in zip(article.paragraphs, opens[article.id], strict=True):
            assert paragraph.text.startswith(words)
            assert article.raw[paragraph.start : paragraph.end] == paragraph.text


@pytest.mark.parametrize(("name", "kept", "caught"), [("first", 1, 1), ("second", 119 / 120, 206 / 209)])
def test_reached_figures_never_fall(name: str, kept: float, caught: float) -> None:
    figures = measure(name, read_pages(name))
    assert figures.body_kept >= kept, figures
    assert figures.noise_caught >= caught, figures


def test_the_measure_sees_a_bad_reader() -> None:
    page = Page("made", "Title\nIt rained.\n", (("heading", 0, 5), ("body", 6, 16)))

    def all_as(kind: str) -> tuple[float, float]:
        figures = measure("made", [page], lambda raw: (Block(kind, 0, len(raw)),))
        return figures.body_kept, figures.noise_caught

    assert (all_as("body"), all_as("footer")) == ((1, 0), (0, 1))


ADVERT = """
ADVERTISEMENT
Advertisement
AD
Story continues below advertisement
Scroll to continue
Article continues below
"""
PICTURE = """
Mr Bright at the bridge - JANE ROE
Mr Bright at the bridge - Teal Council/Anadolu
Mr Bright at the bridge. - Reuters
Mr Bright at the bridge. — Reuters pic
Workers on the bridge on Monday. Jane Roe/AFP/Getty Images
Workers on the bridge on Monday.Credit...Jane Roe for The Ledger
Mr Bright at the bridge. | Photo Credit: PTI
A crane lifts the first beam. (AP Photo/Jane Roe)
A crane lifts the first beam. Photograph: Jane Roe/The Guardian
A crane lifts the first beam. [Jane Roe/Reuters]
A crane lifts the first beam. (Teal County Sheriff's Office)
Image caption, The bridge was built in 1974
Image source, Getty Images
Getty Images
REUTERS/Jane Roe
Photo by Jane Roe
Photo courtesy of Teal County
Credit: Jane Roe
© Jane Roe
[Jane Roe/Reuters]
(Photograph:Reuters)
Picture: PA
FILE PHOTO: The old bridge is seen in 2019. REUTERS/Jane Roe
Pictured: The old bridge before it closed.
Mayor Ada Bright speaks to reporters in Teal, Monday, Feb. 3, 2025.
Ada Bright (left) and John Doe at the bridge.
"""
METADATA = """
By Jane Roe
By JANE ROE, Associated Press
Jane Roe | Reuters
Updated 5:25 AM EST, February 4, 2025
Published 2 hours ago
Tue 4 Feb 2025 17.31 GMT
10:32 GMT
3 min read
jane.roe@teal.example
Source link : http://news.example/a
Author :
Publish date : 2025-02-05 05:25:00
Tags: bridges, Teal
___
* * *
"""
HEADING = """
# The bridge
**The bridge**
**What we know:**
The long wait
the long wait
Government Response:
What is the plan?
II.
"""
FOOTER = """
© 2025 Teal Media Ltd.
Copyright 2025 The Teal Press. All rights reserved. This material may not be published or redistributed.
(Reporting by Jane Roe; Editing by John Doe)
Additional reporting by John Doe
Our Standards: The Thomson Reuters Trust Principles.
Associated Press writer John Doe contributed to this report.
This article was originally published on Teal Online.
This story has been updated.
Correction: An earlier version of this article gave the wrong year.
Editor's note: This story has been updated with comment from the council.
All content created by the Teal Foundation is available without charge to any publisher.
"""
NOTICE = """
Read more: Why bridges fail
READ MORE: Why bridges fail
Related: Why bridges fail
Share this
Share on Facebook
Click here to read more.
Listen to this article
Comments
Most read
Sign up for our newsletter.
Get the latest news delivered to your inbox every morning.
Download our app for breaking news alerts.
Follow us on X and Facebook.
Watch: The bridge closes
Read our full coverage of the bridge here.
Support our journalism. Become a subscriber today.
What do you think? Let us know in the comments below.
Do you have a story for us? Email news@teal.example.
"""
NOISE = {
    ("advert",): ADVERT,
    ("caption", "credit"): PICTURE,
    ("metadata",): METADATA,
    ("heading",): HEADING,
    ("footer",): FOOTER,
    ("notice",): NOTICE,
}


@pytest.mark.parametrize("gap", ["\n", "\n\n", "\r\n\r\n"])
@pytest.mark.parametrize(
    ("allowed", "line"), [(kind, line) for kind, lines in NOISE.items() for line in lines.strip().split("\n")]
)
def test_named_noise_is_of_its_kind(allowed: tuple[str, ...], line: str, gap: str) -> None:
    assert kinds(line, gap=gap) <= set(allowed)


BODY = """
Advertisement revenue fell.
Photo evidence was sent.
By Tuesday, surveyors had measured every wall.
He declined.
Copyright law is changing.
Sign up closes on Friday, officials said.
Share prices fell.
Updated figures show that fewer people voted.
Related claims were dismissed.
Getty Images sued the company.
Reuters reported the deal on Monday.
“Great idea!!”.
“No.”
"I asked, 'By whom?'"
SAN SALVADOR (AP) — The president spoke on Monday.
Q: Did it rain?
A: Yes, all day.
- Paper tickets end in May.
• Refunds end on 30 June.
The letter read: “We are closing the bridge.”
Editing genes is not simple, she said.
Reporting by the commission ends in May.
The picture was taken in 2019, police said.
He said that the image was seen by 3,000 people.
The app sends your data to a server in Ohio, researchers said.
On Tuesday, February 4, 2025, the council voted to open it again.
Published in 2019, the book sold well.
Corrections officers said: “We were not told.”
The Post Office said it would appeal.
The nonprofit said local news was dying.
9/11 Memorial staff were told.
1 of 3 Americans agreed.
Comments were closed after an hour.
Follow the money, he said.
Watch committees meet twice a year.
Source: that was the word he used.
Photo: that is what he called it.
© is a symbol that few can type.
Image matters, he said.
A post on the council's website drew 400 answers.
"""


@pytest.mark.parametrize("gap", ["\n", "\n\n", "\r\n\r\n"])
@pytest.mark.parametrize("line", BODY.strip().split("\n"))
def test_body_that_looks_like_noise_is_kept(line: str, gap: str) -> None:
    assert kinds(line, gap=gap) == {"body"}


def test_one_line_is_split_into_date_caption_and_credit() -> None:
    page = " date 2025-01-18 Volunteers clear mud from the station - HANNAH LISLE\n\n" + "\n\n".join(BEFORE)
    assert pieces(page)[:3] == [
        ("metadata", "date 2025-01-18"),
        ("caption", "Volunteers clear mud from the station"),
        ("credit", "- HANNAH LISLE"),
    ]


def test_the_agency_after_the_last_sentence_leaves_the_sentence_body() -> None:
    raw = "\n".join([*BEFORE, "The bridge will reopen in March. - Reuters"])
    assert pieces(raw)[-2:] == [("body", "The bridge will reopen in March."), ("credit", "- Reuters")]


def test_an_embedded_post_takes_the_lines_before_its_last() -> None:
    post = [
        "The pumps have run for 40 hours.",
        "Two have failed, and parts come on Monday.",
        "Please… pic.twitter.com/Qz — Dan Corrie (@dancorrie) January 17, 2025",
    ]
    raw = "\n\n".join([*BEFORE, "\n\n\n\n".join(post), *AFTER])
    assert [kind for kind, _ in pieces(raw)] == ["body"] * 2 + ["embed"] * 3 + ["body"] * 2
    short = "\n".join([*BEFORE, post[0], "— Dan Corrie (@dancorrie) January 17, 2025", *AFTER])
    assert [kind for kind, _ in pieces(short)] == ["body"] * 2 + ["embed"] * 2 + ["body"] * 2
    shared = "View this post on Instagram\nA day at the bridge\nA post shared by Teal (@teal)"
    assert kinds(shared, gap="\n") == {"embed"}
    introduced = "\n".join([*BEFORE, "He wrote on X:", "— Dan Corrie (@dancorrie) January 17, 2025", *AFTER])
    assert [kind for kind, _ in pieces(introduced)] == ["body"] * 3 + ["embed"] + ["body"] * 2


def test_a_hard_wrapped_text_has_whole_paragraphs() -> None:
    raw = (
        "The county has found 11,000 water meters in a barn near Marsh Road, eight\n"
        "months after they were reported stolen. The barn belongs to the county and\n"
        "is\nlocked.\n\nNo one had looked there, a spokeswoman said on Monday, because it was the\n"
        "county's own\nbarn.\n"
    )
    for text in (raw, raw.replace("\n", "\r\n")):
        paragraphs = Article.from_text("X", text).paragraphs
        assert [" ".join(p.text.split())[-12:] for p in paragraphs] == ["d is locked.", "'s own barn."]


def test_a_list_after_a_colon_and_a_page_without_full_stops_stay_body() -> None:
    assert kinds("Holm\nSardel\nOld Teal", (*BEFORE, "Three towns were named:"), "\n") == {"body"}
    assert {kind for kind, _ in pieces("some words\nof a poem\nwithout any stops")} == {"body"}


def test_a_quotation_under_the_title_is_its_deck() -> None:
    raw = "\n\n".join(
        ["The bridge closes", "“It was time, and everyone in Teal knew it for years.”", *BEFORE]
    )
    assert [kind for kind, _ in pieces(raw)][:2] == ["heading", "heading"]


def test_who_the_author_is_stands_at_the_end() -> None:
    raw = "\n\n".join(["By Jane Roe", *BEFORE, *AFTER, "Jane Roe covers bridges.", "3 Comments", "Lovely."])
    assert [kind for kind, _ in pieces(raw)] == ["metadata"] + ["body"] * 4 + ["footer", "footer", "footer"]


LINES = [line for lines in (*NOISE.values(), BODY) for line in lines.strip().split("\n")]
PAGES = st.lists(st.sampled_from([*LINES, *BEFORE, "", "", "- ", "\u2000", "date 2025-01-01 x"]) | st.text())


@given(st.text() | PAGES.map("\n".join) | PAGES.map("\r\n".join))
@example("")
@example("\ufeff")
@example("\r\r\n\u2028\x1c")
@example("\ud800 - AFP")
@example("It. - AFP")
@example("Image caption,")
def test_blocks_tile_any_text(raw: str) -> None:
    blocks = read_blocks(raw)
    assert "".join(raw[block.start : block.end] for block in blocks) == raw
    assert all(block.kind in KINDS and block.start < block.end for block in blocks)
    assert [block.start for block in blocks[1:]] == [block.end for block in blocks[:-1]]
    paragraphs = Article.from_text("X", raw).paragraphs
    assert all(paragraph.text == raw[paragraph.start : paragraph.end] for paragraph in paragraphs)


@pytest.mark.parametrize("article", CASE.articles, ids=lambda article: article.id)
def test_line_ends_a_mark_and_decomposed_letters_change_nothing(article: Article) -> None:
    expected = [block.kind for block in article.blocks]
    raw = article.raw
    for text in (raw.replace("\n", "\r\n"), "\ufeff" + raw, unicodedata.normalize("NFD", raw), raw + "\n\n"):
        assert [block.kind for block in read_blocks(text)] == expected
    assert [b.kind for b in read_blocks(raw.replace("\n", "\u2028"))] == expected


def test_one_line_of_five_megabytes_is_one_block() -> None:
    raw = "A line without an end. " * 220_000
    assert read_blocks(raw) == (Block("body", 0, len(raw)),)
