"""The readings of the five articles are whole, and a broken file is named in one sentence."""

import re
import shutil
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from course.corpus.case import open_case, read_toml
from course.corpus.errors import CaseError, CourseError
from course.corpus.formats import hold
from course.corpus.readings import READERS, load_cards, load_readings
from course.lessons.consistency import of_readings as problems
from course.lessons.consistency import wrong_in

ROOT = Path(__file__).parents[2]
FILES = ("claims", "coverage", "cuts", "discrepancies", "evidence", "frames", "ladder", "origins")
FILES += ("paragraphs", "provenance", "quotes", "wording")


@pytest.fixture(scope="module")
def case():
    return open_case(ROOT)


@pytest.fixture(scope="module")
def readings(case):
    return load_readings(case)


@pytest.fixture
def copy(tmp_path):
    """A copy of the case that a test may break: `copy(file, old, new)` changes the first place."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")

    def change(name="", old="", new=""):
        if name:
            path = tmp_path / "seeds" / name
            text = path.read_text(encoding="utf-8")
            assert old in text
            path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")
        return open_case(tmp_path)

    return change


def everything(value):
    """Every table inside a parsed file."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from everything(inner)


def test_the_five_articles_readings_are_whole(case):
    assert problems(case) == []


def test_every_file_of_readings_is_held_to_a_form(case):
    assert {path.stem for path in (ROOT / "seeds" / "readings").glob("*.toml")} == set(FILES)


def test_how_much_the_readers_found(readings):
    """Numbers that lessons rely on; claim C58 and card E30 are left out on purpose."""
    assert len(readings.quotes["quote"]) == 47
    assert len(readings.quotes["group"]) == 22
    assert len(readings.claims["claim"]) == 59
    assert len(readings.discrepancies["discrepancy"]) == 34
    assert len(readings.wording["referent"]) == 10
    assert [term["id"] for term in readings.wording["term"]] == [f"T{n:03}" for n in range(1, 230)]
    assert len(readings.coverage["point"]) == 36
    assert Counter(label["article"] for label in readings.frames["label"]) == dict(
        A=10, B=18, C=24, D=16, E=8
    )
    assert len(readings.ladder["ladder"]) == 4
    assert Counter(cut["by"] for cut in readings.cuts["cut"]) == {"reader2": 23, "reader3": 21}
    assert len(readings.provenance["noise"]) == 30


def test_three_readers_gave_every_label_they_were_asked_for(readings):
    labels = [claim["verdict"] for claim in readings.claims["claim"]]
    labels += [stance for claim in readings.claims["claim"] for stance in claim["stance"].values()]
    labels += [quote[name] for quote in readings.quotes["quote"] for name in ("kind", "speaker")]
    labels += [term[name] for term in readings.wording["term"] for name in ("voice", "charge")]
    labels += [label["primary"] for label in readings.frames["label"]]
    assert {tuple(label) for label in labels} == {READERS[:3]}


def test_a_claim_that_is_not_absent_has_words_in_that_article(readings):
    for claim in readings.claims["claim"]:
        held = {place["article"] for place in claim["words"]}
        assert held == {id for id, by in claim["stance"].items() if by["reader1"] != "not there"}, claim["id"]


def test_a_point_has_words_in_the_articles_that_have_it(readings):
    for point in readings.coverage["point"]:
        held = {place["article"] for place in point.get("words", [])}
        read = {id for id, by in point["presence"].items() if set(by.values()) != {"absent"}}
        # By the course's rule two more texts have a reason of the critics' in a weaker form.
        assert held == read | ({"A", "C"} if point["id"] == "K11" else set()), point["id"]


def test_every_quotation_mark_in_the_articles_is_in_the_readings(case, readings):
    spans = [readings.annotation(quote) for quote in readings.quotes["quote"]]
    for article in case.articles:
        starts = {span.start for span in spans if span.article == article.id}
        marks = [m.start() + 1 for m in re.finditer(r"“[^”]*”|‘[^’]*’", article.raw)]
        assert set(marks) <= starts, article.id


def test_the_list_of_terms_is_complete_where_it_says_so(case, readings):
    terms = readings.wording["term"]
    for referent in readings.wording["referent"]:
        for id, patterns in referent.get("complete_for", {}).items():
            mine = [
                term["exact"] for term in terms if (term["referent"], term["article"]) == (referent["id"], id)
            ]
            for pattern in patterns:
                found = len(re.findall(pattern, case[id].raw, re.IGNORECASE))
                assert found == sum(bool(re.search(pattern, exact, re.IGNORECASE)) for exact in mine), pattern


def test_the_blocks_agree_with_what_a_reader_took_for_noise(case, readings):
    kinds = readings.provenance["noise_kind"]
    for noise in readings.provenance["noise"]:
        span = readings.annotation(noise)
        blocks = [b for b in case[span.article].blocks if b.start < span.end and b.end > span.start]
        assert {block.kind for block in blocks} == {kinds[noise["type"]["reader1"]]}, noise["id"]


def test_every_article_line_is_body_or_noise(case, readings):
    spans = [readings.annotation(noise) for noise in readings.provenance["noise"]]
    for article in case.articles:
        left = list(article.raw)
        for start, end in [(s.start, s.end) for s in spans if s.article == article.id] + [
            (paragraph.start, paragraph.end) for paragraph in article.paragraphs
        ]:
            left[start:end] = " " * (end - start)
        assert "".join(left).replace(" - ", "").split() in ([], ["-"], ["-"] * 4), article.id


def test_articles_are_called_by_letters_and_victims_are_not_named():
    names = re.compile(
        r"(?<![\w,.-])00[0-4]\b|\bC58\b|\bE30\b|Laken|Riley|Nungaray|Ibarra|\b[Ee]xpert reader"
    )
    for path in (ROOT / "seeds").rglob("*.toml"):
        text = re.sub(
            r'^file = .*|"https?://[^"]*"', "", path.read_text(encoding="utf-8"), flags=re.MULTILINE
        )
        assert not names.findall(text), path


def test_no_figure_of_agreement_is_stored():
    figures = re.compile(r"\b(?:alpha|kappa)\b(?!\.)|0?\.(?:836|732|944|866|920)\b")
    for path in (ROOT / "seeds").rglob("*.toml"):
        assert not figures.findall(path.read_text(encoding="utf-8")), path


def test_outlets_are_named_in_lookups_only(readings):
    names = {entry["name"] for entry in readings.provenance["lookup"]}
    names |= {"Daily Caller", "DCNF", "Telegraph", "Miami Herald"}
    pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(names))) + r")\b")
    for path in (ROOT / "seeds").rglob("*.toml"):
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        said.pop("lookup", None)
        for table in everything(said):
            for key, value in table.items():
                if key in ("exact", "prefix") or not isinstance(value, str):
                    continue
                assert not pattern.search(value), (path, value)


def test_a_card_that_is_not_confirmed_says_what_would_confirm_it(case):
    cards = load_cards(case)
    ids = [card["id"] for card in cards]
    assert ids == sorted(set(ids))
    assert len(ids) > 20
    assert [card["id"] for card in cards if not card["confirmed"]] == ["E29"]
    for card in cards:
        assert card["confirmed"] or "would confirm it" in card["unconfirmed"], card["id"]
        assert card.get("seen") or not card["confirmed"], card["id"]
        assert "says" in card or "epilogue" in card, card["id"]


def test_cards_do_not_speak_of_the_articles(case):
    """A card is what one finds outside. What it means for an article stands in the readings."""
    for card in load_cards(case):
        text = " ".join(value for value in card.values() if isinstance(value, str))
        assert not re.search(r"\b(?:[A-E](?:’s| says| writes)|article [A-E]|C\d\d)\b", text), card["id"]


def test_what_came_later_is_an_epilogue(case):
    later = re.compile(r"(?:March|April|May|June|July|August|September|October|November|December) 2025")
    for card in load_cards(case):
        assert not later.search(card.get("says", "")) or "takes effect" in card["says"], card["id"]


def test_every_card_has_a_meaning(case, readings):
    assert [one["id"] for one in readings.evidence["evidence"]] == [card["id"] for card in load_cards(case)]


def test_an_annotation_of_an_entry(case, readings):
    quote = readings.quotes["quote"][4]
    span = readings.annotation(quote, quote["kind"]["reader1"], "one word")
    assert case["A"].raw[span.start : span.end] == "outsource"
    assert (span.label, span.note) == ("snippet", "one word")
    label = readings.frames["label"][0]
    span = readings.annotation(label, label["primary"]["reader1"])
    assert (span.start, span.end) == (case["A"].paragraphs[0].start, case["A"].paragraphs[0].end)


def test_a_case_without_readings_is_valid(copy, tmp_path):
    shutil.rmtree(tmp_path / "seeds" / "readings")
    case = copy()
    assert load_readings(case) is None
    assert problems(case) == []
    assert len(load_cards(case)) > 20
    (tmp_path / "seeds" / "evidence.toml").unlink()
    assert problems(case) == []
    assert load_cards(case) == []


BROKEN = [
    (
        "claims",
        "putting convicted criminals",
        "putting sheep",
        "claim 'C01', words 2, article B",
        "putting sheep",
    ),
    (
        "claims",
        '"quoted", reader2',
        '"shouted", reader2',
        "claim 'C01', stance, A, reader1",
        "own voice, attributed",
    ),
    ("claims", "{reader1 =", "{reader4 =", "claim 'C01', type", "'reader4'"),
    (
        "claims",
        'reader1 = "corroborated"',
        'reader1 = "true"',
        "claim 'C01', verdict, reader1",
        "single source",
    ),
    (
        "claims",
        'article = "A", exact',
        'article = "Z", exact',
        "claim 'C01', words 1, article",
        "A, B, C, D, E",
    ),
    ("claims", "needed =", "neded =", "claim 'C01'", "needed"),
    ("claims", 'id = "C02"', 'id = "C01"', "claim 'C01'", "taken"),
    ("claims", 'id = "C01"', 'id = "first"', "claim 'first', id", "C[0-9][0-9]"),
    ("claims", 'C = {reader1 = "mixed"', 'X = {reader1 = "mixed"', "claim 'C01', stance", "'X'"),
    ("quotes", 'group = "G11"', 'group = "G99"', "quote 'Q001', group", "'G99'"),
    ("quotes", 'prefix = "“"', "", "quote 'Q201', article C", "more than once"),
    ("quotes", 'reader3 = "full"', 'reader3 = "loud"', "quote 'Q001', kind, reader3", "snippet"),
    ("quotes", "confirmed = true", 'confirmed = "yes"', "group 'G04', outside, confirmed", "true or false"),
    ("discrepancies", 'claims = ["C02"', 'claims = ["C58"', "discrepancy 'D01', claims 1", "'C58'"),
    ("evidence", "C32 =", "C99 =", "evidence 'E01', bearing", "'C99'"),
    ("wording", 'reader2 = "attributed"', 'reader2 = "sung"', "term 'T001', voice, reader2", "caption"),
    (
        "coverage",
        'A = {reader1 = "present"}',
        'A = {reader1 = "yes"}',
        "point 'K01', presence, A, reader1",
        "partial",
    ),
    ("frames", "paragraph = 1\n", "paragraph = 11\n", "label 'F-A01', paragraph", "11"),
    (
        "frames",
        'primary = {reader1 = "policy',
        'primary = {reader1 = "money',
        "label 'F-A01', primary",
        "economic",
    ),
    ("cuts", 'by = "reader2"', 'by = "me"', "cut 'X201', by", "reader1, reader2, reader3"),
    ("ladder", 'reader2 = ["C"', 'reader2 = ["Q"', "ladder 'L01', order, reader2 1", "'Q'"),
    ("paragraphs", "The first flights", "The last flights", "opens, A 1", "The last flights"),
    ("provenance", '"ad marker" = "advert"', '"ad marker" = "ad"', "noise_kind, ad marker", "advert"),
    ("../evidence", "confirmed = true", "confirmed = 1", "card 'E01', confirmed", "true or false"),
    ("../evidence", "{2022 = 7.8", "{2022 = '7.8'", "card 'E01', numbers, homicides for every", "number"),
    ("../evidence", 'unit = "homicides', 'unti = "homicides', "card 'E01'", "unti"),
]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_entry_is_named_in_one_sentence(copy, broken):
    file, old, new, entry, words = broken
    found = [str(error) for error in problems(copy(f"readings/{file}.toml", old, new))]
    said = [error for error in found if f"{Path(file).name}.toml, {entry}" in error and words in error]
    assert said, found
    assert all("\n" not in error.replace("\\n", "") and error.count(": ") >= 1 for error in found)


def test_reading_a_broken_file_says_so_and_the_others_can_be_used(copy):
    readings = load_readings(copy("readings/quotes.toml", "is not messing around", "is not fooling around"))
    with pytest.raises(CourseError, match=r"the words .*fooling"):
        readings.annotation(readings.quotes["quote"][0])
    assert len(readings.claims["claim"]) == 59
    readings = load_readings(copy("readings/claims.toml", "needed = ", "neded = "))
    with pytest.raises(CaseError, match=r"claims.toml, claim 'C01' cannot be used: run `python3 -m"):
        readings.claims["claim"][0]["needed"]
    with pytest.raises(AttributeError, match="no file of readings 'quotations'"):
        readings.quotations  # noqa: B018


def test_files_that_cannot_be_read_are_named(copy, tmp_path):
    folder = tmp_path / "seeds" / "readings"
    (folder / "quotes.toml").write_text("[[quote]\n", encoding="utf-8")
    (folder / "wording.toml").write_bytes(b'name = "caf\xe9"\n')
    (folder / "cuts.toml").unlink()
    (folder / "cust.toml").write_text("", encoding="utf-8")
    found = "\n".join(str(error) for error in problems(copy()))
    for said in ("cust.toml is no file", "quotes.toml is not valid TOML", "wording.toml is not UTF-8"):
        assert said in found
    assert found.count("\n") == 2, "a file that nobody has answered yet is no mistake"


@pytest.mark.parametrize("text", ["", "quote = 3\n", "[[quote]]\n", "[quote]\nid = 1\n", "vocabulary = []\n"])
def test_a_file_of_another_form_is_a_problem_and_no_crash(copy, tmp_path, text):
    (tmp_path / "seeds" / "readings" / "quotes.toml").write_text(text, encoding="utf-8")
    found = problems(copy())
    assert found
    assert all(isinstance(error, CaseError) for error in found)


def tables_in(value):
    """Give every table in a value."""
    if isinstance(value, dict):
        yield value
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inside:
        yield from tables_in(one)


@pytest.mark.parametrize("name", FILES)
def test_no_value_of_another_kind_makes_the_check_or_the_reading_crash(copy, tmp_path, name):
    """The first value of each key of a file gives way to values of other kinds."""
    path = tmp_path / "seeds" / "readings" / f"{name}.toml"
    about, first = read_toml(path), {}
    for table in tables_in(about):
        for key in table:
            first.setdefault(key, table)
    keys = set(re.findall(r"(?m)^(\w+) = ", path.read_text(encoding="utf-8")))
    assert keys
    holding = {id(first[key]) for key in keys}
    for key, entries in about.items():  # all other entries are alike, and each try would check them again
        if isinstance(entries, list):
            about[key] = [one for one in entries if holding & {id(table) for table in tables_in(one)}]
    whole = copy()
    assert not wrong_in(whole, name, path, about, {})
    for key in sorted(keys):
        kept = first[key][key]
        for other in (-0.5, [[1]], {"a": [{}]}):
            first[key][key] = other
            found = wrong_in(whole, name, path, about, {})
            assert all(f"{name}.toml" in str(error) for errors in found.values() for error in errors)
            assert sum(map(len, found.values())), (key, other)
            with pytest.raises(CaseError, match=rf"{name}\.toml, .* cannot be used: run `python3 -m course"):
                hold(name, path, about)
        first[key][key] = kept
