"""Who is quoted: the cue that brings a quotation in, and the words that name its speaker.

Rules tried in the order of how sure they are: words that lead up to the quotation in its sentence, words
right after it, the rest of its sentence, then what the sentences before it say (compare the sieves of Muzny
et al. 2017). Where none fits, there is no answer.
"""

from __future__ import annotations

from course.analysis.quotations.grammar import BE, DESCRIBE, MANNER, REACH, SAY, SUBJECTS, Phrase, Sentence
from course.analysis.quotations.words import SPEECH, possessive

_OBJECT = SUBJECTS | SPEECH["determiners"] | {"that", "there", "how", "what", "if", "whether"}
_TAIL = SPEECH["prepositions"] | SPEECH["between"] | {"as", "during", "after", "reporters"}
_HIS = ("his", "her", "their")
Found = tuple[Phrase | None, int]  # who, and the token of the cue


def after_quote(sentence: Sentence, at: int, complete: bool, woven: bool = False) -> Found | None:
    """Return who speaks by the words right after a quotation that ends before token `at`.

    `complete`: its last mark ends a sentence, so that what follows may be another one. `woven`: words of the
    same sentence stand before it.
    """
    words, high = sentence.words, sentence.high
    i = next((n for n in range(at, high) if words[n] not in ",—–-…"), high)
    if sentence.lows[i] in ("was", "is") and (found := _verdict(sentence, i + 1)):
        return found
    if sentence.is_verb(i, SAY | MANNER):
        who = sentence.starts_at(i + 1, high)
        return (who, i) if who and sentence.lows[who[0]] not in ("that", "no", "there") else None
    for k in range(i + 1, min(high, i + 40)):
        if words[k] in ';:“"«``‘':
            break
        if sentence.is_verb(k, SAY | MANNER if complete else SAY | MANNER | DESCRIBE) and words[k].islower():
            who = _quoted_as(sentence, k, high) or sentence.subject(k, i)
            object = sentence.lows[k + 1] in _OBJECT
            object = object or (sentence.cap(k + 1) and sentence.lows[k + 1] not in SPEECH["between"])
            return (who, k) if who and not (object and (complete or woven)) else None
    if i > at and words[i - 1] in "—–-" and complete:  # “…” - Commissioner Dale Orton
        who = sentence.starts_at(i, high)
        return (who, i) if who and who[1] + 2 >= high else None
    return None


def _verdict(sentence: Sentence, i: int) -> Found | None:
    """Return whose words they are in '“Gutted,” was the captain's verdict'."""
    for n in range(i, min(sentence.high - 1, i + 6)):
        if possessive(sentence.words[n]) or sentence.lows[n] in _HIS:
            said = SPEECH["nouns"].intersection(sentence.lows[n + 1 : n + 5])
            who = sentence.ends_at(n, i) if said else None
            return (who, n) if who else None
    return None


def _quoted_as(sentence: Sentence, k: int, high: int) -> Phrase | None:
    """Return who is quoted in 'TASS quoted Lavrov as saying' and in 'Lavrov was quoted as saying'."""
    if (
        sentence.words[k] in ("quoted", "quotes", "cited", "quoting")
        and "saying" in sentence.words[k : k + 12]
    ):
        return sentence.subject(k, 0) if sentence.lows[k - 1] in BE else sentence.starts_at(k + 1, high)
    return None


def before_quote(sentence: Sentence, at: int) -> Found | None:
    """Return who speaks by the words that lead up to a quotation whose mark is token `at`."""
    words, lows = sentence.words, sentence.lows
    for k in range(at - 1, max(0, at - 60) - 1, -1):
        if lows[k] == "to" and lows[k - 1] == "according":
            return sentence.starts_at(k + 1, at), k - 1
        if lows[k] in SPEECH["nouns"] and _reports(sentence, k, at) and (who := _owner(sentence, k, at)):
            return who, k
        inner = words[k] in SPEECH["inner"] and any(
            sentence.is_verb(n, SAY) for n in range(max(0, k - 20), k)
        )
        aside = words[k] in MANNER - SAY and words[at - 1] not in ",:"
        if (
            not sentence.is_verb(k)
            or inner
            or aside
            or lows[k : k + 2] in (["agreed", "to"], ["agrees", "to"])
        ):
            continue
        who = _quoted_as(sentence, k, at)
        if who is None and lows[k - 1 - lows[k - 1].endswith("ly")] in BE and not words[k].endswith("ing"):
            return _passive(sentence, k, at)
        if who := who or _agent(sentence, k, at):
            return who, k
    if words[at - 1] != ":":
        return None
    start = next((k + 1 for k in range(min(at, 3)) if lows[k] == "from"), 0)
    who = sentence.starts_at(start, at - 1) if start else sentence.main_subject(0)
    if who and who[0] < who[1] == at - 2 and words[who[1]].islower() and words[who[1]].endswith(("s", "ed")):
        who = sentence.mention(who[0], who[1] - 1)  # Ann Lee disagrees:
    return (who, at - 1) if who else None


def _agent(sentence: Sentence, k: int, at: int) -> Phrase | None:
    """Return who does the saying of the verb at `k`, before it or after it."""
    words = sentence.words
    if words[k].endswith("ing") or sentence.lows[k - 1] in ("to", "by") or (k == 0 and words[0][0].islower()):
        for n in range(k - 1, max(0, k - REACH) - 1, -1):
            main = sentence.is_verb(n) and not words[n].endswith("ing")
            if main and (who := sentence.subject(n, 0)):
                return who
        return sentence.main_subject(0)
    mark = words[k - 1] if k else "."
    who = sentence.starts_at(k + 1, at) if mark in (",", "”", '"', "»", "''", "'") else None
    if who and (mark != "," or (words[who[1] + 1] == "," and sentence.cap(who[1]))):
        return who  # the plan, said Lee, is
    return sentence.subject(k, 0)


def _passive(sentence: Sentence, k: int, at: int) -> Found | None:
    """Return the agent of 'was called', after 'by'; nobody where none is named."""
    for n in (*range(k + 1, min(k + 4, at)), *range(at, min(at + 12, sentence.high))):
        if sentence.lows[n] == "by" and (who := sentence.starts_at(n + 1, sentence.high)):
            return who, k
    return None


def _reports(sentence: Sentence, k: int, at: int) -> bool:
    """Tell whether the noun at `k` brings in the quotation: 'claim that', 'words:', 'verdict was'."""
    nearby = sentence.lows[k + 1 : min(at, k + 9)]
    last = nearby[-1] if nearby else ""
    close = at - k < 4 and (last in BE or last == "of" or sentence.lows[k] == "words")
    return "that" in nearby or sentence.words[at - 1] == ":" or close


def _owner(sentence: Sentence, k: int, at: int) -> Phrase | None:
    """Return whose claim it is: 'the president's claim that', 'a claim by the president that'."""
    for n in range(k + 1, min(at, k + 6)):
        if sentence.lows[n] == "by":
            return sentence.starts_at(n + 1, at)
    for n in range(k - 1, max(0, k - 4) - 1, -1):
        if sentence.lows[n] in _HIS:
            return n, n
        if possessive(sentence.words[n]):
            return sentence.ends_at(n, 0)
        if sentence.words[n] in ("gave", "made", "issued", "offered", "voiced", "repeated", "had"):
            return sentence.subject(n, 0)
        if not sentence.is_word(n) or sentence.lows[n] in SPEECH["prepositions"]:
            return None
    return None


def rest_of_sentence(sentence: Sentence, at: int) -> Found | None:
    """Return who speaks by what the sentence says behind the quotation: 'according to her', ', she said'."""
    words, lows, high = sentence.words, sentence.lows, sentence.high
    for k in range(at, min(high, at + 60)):
        if words[k] in ";“«``":
            break
        if lows[k] == "according" and lows[k + 1] == "to":
            return sentence.starts_at(k + 2, high), k
        ends = not sentence.is_word(k + 1) or lows[k + 1] in _TAIL
        if ends and k > at + 1 and sentence.is_verb(k, SAY):
            who = sentence.subject(k, at)
            if who and "," in words[at : who[0]]:
                return who, k
    return None


def subject_of(sentence: Sentence) -> Phrase | None:
    """Return whom the sentence is about, where it is a person or body that could speak next."""
    who = sentence.main_subject(0)
    named = who and any(sentence.cap(n) for n in range(who[0], who[1] + 1))
    return who if named or (who and sentence.lows[who[0]] in ("he", "she", "they")) else None
