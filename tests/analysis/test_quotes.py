"""What quotations are found, whose they are, and that no text breaks the rules."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.analysis.quotations import Quote, find_quotes
from course.corpus.article import Article
from tests.corpora.quotes import rates, read_five, read_half, score

# The figures reached; they may rise, never fall. second_hand-even, unread and sealed are only measured.
WHAT = ("recall", "precision", "kind", "speaker, of all spoken", "speaker, where it answers")
REACHED = {
    "five": (1, 1, 0.93, 0.95, 1),
    "dev": (1, 1, 0.99, 0.96, 0.98),
    "opened": (1, 1, 0.97, 0.89, 0.97),
    "heldout": (1, 1, 0.98, 0.95, 1),
    "second_hand-odd": (1, 1, 0.94, 0.92, 0.99),
    "second_hand-even": (1, 1, 0.97, 0.8, 0.91),
    "newsrooms": (1, 1, 1, 0.93, 1),
    "unopened": (1, 1, 0.95, 0.95, 0.95),
    "unread": (1, 1, 1, 0.83, 0.96),
    "workshop": (1, 1, 0.96, 0.9, 0.99),
    "sealed": (1, 1, 0.95, 0.9, 0.95),
}
KINDS = {"full", "clause", "snippet", "label", "deck", "embed"}


def quotes_of(text: str) -> list[tuple[str, str, str | None]]:
    found = find_quotes(Article.from_text("X", text))
    return [
        (quote.kind, text[quote.start : quote.end], quote.speaker and quote.speaker.name) for quote in found
    ]


@pytest.mark.parametrize("name", REACHED)
def test_figures_reached_do_not_fall(name: str) -> None:
    count, misses = score(read_five() if name == "five" else read_half(name))
    reached = rates(count)
    assert count["wanted"] >= 40
    for what, least in zip(WHAT, REACHED[name], strict=True):
        assert reached[what] >= least, (what, misses)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("He’s right: the workers’ rights of the ‘90s, at six o’clock, were rock ’n’ roll.", []),
        ('The 6\'4" guard and the 12" pipe.', []),
        ('She said "I am 6\' 2" now" to us.', ["I am 6' 2\" now"]),
        ('He said "Hello "and left.', ["Hello"]),
        ("Called ‘a gift for bosses’ and ‘dangerous’ at once.", ["a gift for bosses", "dangerous"]),
        ("'It's the workers' party,' she said. The dogs' owner left.", ["It's the workers' party,"]),
        ("«Oui,» he said. „Ja“, she said. ``Yes,'' I said.", ["Oui,", "Ja", "Yes,"]),
        ("“She told me ‘go home’ and I did,” he said.", ["She told me ‘go home’ and I did,"]),
        ("“One.\n\n“Two.\n\n“Three,” said Ann Lee.", ["One.", "Two.", "Three,"]),
        ("“I never, Mr Lee said, and left.\n\nRain fell. “Yes,” he said.", ["I never,", "Yes,"]),
        ('"One," he said. "Two.', ["One,", "Two."]),
        ("“…” and “” and “ ”", []),
        ("`` We 're done , '' said Lee , Bo 's aide . `` It 's over . ''", ["We 're done ,", "It 's over ."]),
        ("''We won,'' he said. ''We did.'' ", ["We won,", "We did."]),
        ('“We won," he said. "And lost,” he added.', ["We won,", "And lost,"]),
        ("'The kids' bus can't pass.\n\n'Never,' she said.", ["The kids' bus can't pass.", "Never,"]),
        ('"We lost, he said.\n\n"We did not," she said.', ["We lost,", "We did not,"]),
        ("“He told me “go” and I went,” she said.", ["He told me “go” and I went,"]),
        ('The 5\' 11" guard said, "I am short."', ["I am short."]),
    ],
)
def test_signs(text: str, words: list[str]) -> None:
    assert [found for _, found, _ in quotes_of(text)] == words


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("“Yes,” said the club’s manager, Gary Holt.", "Gary Holt"),
        ("“Yes,” Ann Lee, 43, a plumber from Leeds, said.", "Ann Lee"),
        ("According to Ann Lee, the plan is “a mess”.", "Ann Lee"),
        ("The plan, Ann Lee said, is “a mess”.", "Ann Lee"),
        ("The plan was described by Ann Lee as “a mess”.", "Ann Lee"),
        ("Ann Lee’s claim that it was “a total mess” is false.", "Ann Lee"),
        ("A sign by the door read: “No entry.”", "A sign by the door"),
        ("“Yes,” said a spokesman for the Department of Health.", "a spokesman for the Department of Health"),
        ("Both Ann Lee and Bob Ray called it “a total mess”.", "Ann Lee and Bob Ray"),
        ("Reuters quoted Ann Lee as saying: “We know.”", "Ann Lee"),
        ("Mayor Ann Lee spoke. Rain fell. “Yes,” the mayor said.", "Ann Lee"),
        ("Ann Lee was furious. “They lied.”", "Ann Lee"),
        ("The plan, said Ann Lee, is “a total mess”.", "Ann Lee"),
        ("LEEDS, March 3 (Reuters) - Calling it “a total mess”, Ann Lee left.", "Ann Lee"),
        ("“Yes,” said Vantera chief executive Ann Lee last night.", "Ann Lee"),
        ("“Yes,” Mayor’s chief of staff Ann Lee said.", "Ann Lee"),
        ("Ann Lee, now retired and living in Salem, Ore., called it “a total mess.”", "Ann Lee"),
        ("The agency quoted Ann Lee. Reuters quoted her as saying: “We know.”", "Ann Lee"),
        ("A bus driver says she is “no hero”. Sinéad Mul, 38, jumped.", "Sinéad Mul"),
        ("The head of Ray’s team, Odalys Fe, said she slept. “Well,” she said.", "Odalys Fe"),
        ("An internal memo dated Oct. 9, 2003, says: “It leaks.”", "An internal memo dated Oct. 9"),
        ("Ann Lee’s publisher spoke. “No,” her publisher Bo Ray said.", "Bo Ray"),
        ("The so-called “bedroom tax” rose.", None),
        ("He bought “The Long Road” in Leeds.", None),
    ],
)
def test_speaker(text: str, name: str | None) -> None:
    assert [speaker for *_, speaker in quotes_of(text)] == [name]


def test_a_summary_in_marks_that_nobody_spoke_is_a_deck() -> None:
    text = "Town floods\n\n“The river rose two metres in a night and took the bridge.”\n\nRain fell."
    assert [(kind, speaker) for kind, _, speaker in quotes_of(text)] == [("deck", None)]


def test_a_dialogue_takes_turns() -> None:
    text = "“Eggs,” said Owen.\n\n“Again?” said Ruth.\n\n“Again.”\n\n“The doctor said no.”"
    assert [speaker for *_, speaker in quotes_of(text)] == ["Owen", "Ruth", "Owen", "Ruth"]


def test_the_words_that_name_the_speaker_stand_in_the_text() -> None:
    text = "Mr Lee was late. “We won,” he told reporters."
    (quote,) = find_quotes(Article.from_text("X", text))
    assert quote.speaker is not None
    assert quote.speaker.place is not None
    assert text[slice(*quote.speaker.place)] == "he"
    assert quote.speaker.name.endswith("Lee")


def check(text: str) -> None:
    before = 0
    for quote in find_quotes(Article.from_text("X", text)):
        assert isinstance(quote, Quote)
        assert quote.kind in KINDS
        assert before <= quote.start < quote.end <= len(text)
        assert text[quote.start : quote.end] == text[quote.start : quote.end].strip()
        before = quote.end
        if quote.speaker:
            assert quote.speaker.name
            assert quote.speaker.place
            low, high = quote.speaker.place
            assert 0 <= low < high <= len(text)
            assert text[low:high].strip()
        if quote.kind in ("label", "deck"):
            assert quote.speaker is None


WORDS = (
    "“ ” \" ' ‘ ’ « » „ `` '' , . ? : ; — ( ) \n \n\n said says told Smith Mr Mrs Ann Lee the The a He she"
    " who I to that of for and by as called was claim according adding statement police, 43 [sic] … É ß U.S."
)
PIECES = st.sampled_from(WORDS.split(" "))


@given(st.lists(PIECES, max_size=60).map(" ".join) | st.lists(PIECES, max_size=60).map("".join))
@settings(max_examples=150)
def test_no_news_like_text_breaks_it(text: str) -> None:
    check(text)


@given(st.text(max_size=300))
@settings(max_examples=100)
def test_no_text_breaks_it(text: str) -> None:
    check(text)


@pytest.mark.parametrize("piece", ['"', "“", "“a ”", "'a ", '" a', "said “", "Smith said, ", "“A.” "])
def test_a_long_line_of_signs_ends(piece: str) -> None:
    check(piece * (5_000 // len(piece)))


def test_what_is_found_does_not_depend_on_what_was_read_before() -> None:
    stories = [article for article, _ in read_half("dev")]
    first = [find_quotes(article) for article in stories]
    find_quotes.cache_clear()
    again = [find_quotes(article) for article in reversed(stories)][::-1]
    assert first == again
