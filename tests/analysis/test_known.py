"""What a case's files know of its quotations wins; the rule of lesson 02 errs as the lesson needs."""

import shutil

from course.analysis.quotations import find_quotes
from course.analysis.quotations.known import known_quotes
from course.analysis.quotations.nearest_name import nearest_name
from course.corpus.case import open_case
from course.corpus.readings import load_readings
from tests.corpora.quotes import read_five, same_name


def test_what_the_readers_said_is_what_is_known(case):
    entries = load_readings(case).quotes["quote"]
    known = known_quotes(case)
    assert sum(map(len, known.values())) == len(entries)
    at = {(id, quote.start, quote.end): quote for id, quotes in known.items() for quote in quotes}
    for entry in entries:
        place = load_readings(case).annotation(entry)
        quote = at[place.article, place.start, place.end]
        assert quote.kind in entry["kind"].values()
        name = quote.speaker.name if quote.speaker else None
        assert name in entry["speaker"].values() or (
            name is None and {"nobody", "not stated"} & set(entry["speaker"].values())
        )


def test_a_wrong_speaker_is_put_right_in_the_file_and_the_rules_fill_the_gaps(case_copy):
    file = case_copy / "seeds" / "readings" / "quotes.toml"
    text = file.read_text(encoding="utf-8")
    first, second, *rest = text.split("[[quote]]\n")
    _, *others = rest
    assert 'speaker = {reader1 = "Karoline Leavitt"' in second
    second = second.replace("Karoline Leavitt", "Elon Musk")
    file.write_text("[[quote]]\n".join([first, second, *others]), encoding="utf-8", newline="\n")
    changed, whole = open_case(case_copy), open_case()
    known, before = known_quotes(changed)["A"], known_quotes(whole)["A"]
    assert {quote.speaker.name for quote in known if quote.speaker} >= {"Elon Musk"}
    assert [(quote.start, quote.end) for quote in known] == [(quote.start, quote.end) for quote in before]


def test_without_readings_the_rules_are_all_that_is_known(case_copy):
    shutil.rmtree(case_copy / "seeds" / "readings")
    closed = open_case(case_copy)
    assert known_quotes(closed) == {article.id: find_quotes(article) for article in closed.articles}


def test_the_nearest_name_is_wrong_for_15_speakers_of_the_47():
    wrong = total = 0
    for article, gold in read_five():
        for quote, one in zip(nearest_name(article), gold, strict=True):
            assert (quote.start, quote.end) == (one.start, one.end)
            total += 1
            if quote.speaker:
                wrong += not any(same_name(quote.speaker.name, name) for name in one.names)
            else:
                wrong += bool(one.names) and "" not in one.names
    assert (wrong, total) == (15, 47)
