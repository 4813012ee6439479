"""Who is quoted: the cue that brings a quotation in, and the words that name its speaker.

Rules tried in the order of how sure they are: words that lead up to the quotation in its sentence, words
right after it, the rest of its sentence, then what the sentences before it say (compare the sieves of Muzny
et al. 2017). Where none fits, there is no answer.
"""

from __future__ import annotations

from course.analysis.quotations.grammar import BE, DESCRIBE, MANNER, REACH, SAY, SUBJECTS, Clause, Phrase
from course.analysis.quotations.words import SPEECH, possessive

_OBJECT = SUBJECTS | SPEECH["determiners"] | {"that", "there", "how", "what", "if", "whether"}
_TAIL = SPEECH["prepositions"] | SPEECH["between"] | {"as", "during", "after", "reporters"}
Found = tuple[Phrase | None, int]  # who, and the token of the cue


def after_quote(sentence: Clause, at: int, complete: bool, woven: bool = False) -> Found | None:
    """Return who speaks by the words right after a quotation that ends before token `at`.

    `complete`: its last mark ends a sentence, so that what follows may be another one. `woven`: words of the
    same sentence stand before it.
    """
    words, high = sentence.words, len(sentence.words)
    i = at
    while i < high and words[i] in ",—–-…":
        i += 1
    if sentence.lows[i : i + 2] in (["was", "how"], ["is", "how"]):
        i += 2
    if i < high and sentence.lows[i] in ("was", "is") and (found := _verdict(sentence, i + 1)):
        return found
    if i < high and sentence.is_verb(i, SAY | MANNER):
        who = sentence.starts_at(i + 1, high)
        return (who, i) if who and sentence.lows[who[0]] not in ("that", "no", "there") else None
    stop = next((n for n in range(i, min(high, i + 40)) if words[n] in ';:“"«``‘'), min(high, i + 40))
    for k in range(i + 1, stop):
        if sentence.is_verb(k, SAY | MANNER | (frozenset() if complete else DESCRIBE)) and words[k].islower():
            who = _quoted_as(sentence, k, high) or sentence.subject(k, i)
            other = (complete or woven) and k + 1 < high and _goes_on(sentence, k + 1)
            return (who, k) if who and not other else None
    if (
        i > at
        and words[i - 1] in "—–-"
        and complete
        and (who := sentence.starts_at(i, high))
        and who[1] + 1 >= high - 1
    ):
        return who, i  # “…” - Commissioner Dale Orton
    return None


def _verdict(sentence: Clause, i: int) -> Found | None:
    """Return whose words they are in '“Gutted,” was the captain's verdict'."""
    for n in range(i, min(len(sentence.words) - 1, i + 6)):
        if possessive(sentence.words[n]) or sentence.lows[n] in ("his", "her", "their"):
            ahead = range(n + 1, min(len(sentence.words), n + 5))
            noun = next((k for k in ahead if sentence.lows[k] in SPEECH["nouns"]), 0)
            who = sentence.ends_at(n, i) if noun else None
            return (who, noun) if who else None
    return None


def _quoted_as(sentence: Clause, k: int, high: int) -> Phrase | None:
    """Return who is quoted in 'TASS quoted Lavrov as saying' and in 'Lavrov was quoted as saying'."""
    if (
        sentence.words[k] not in ("quoted", "quotes", "cited", "quoting")
        or "saying" not in sentence.words[k : k + 12]
    ):
        return None
    return sentence.subject(k, 0) if sentence.lows[k - 1] in BE else sentence.starts_at(k + 1, high)


def _goes_on(sentence: Clause, i: int) -> bool:
    """Tell whether a verb has an object of its own, so that it does not report the quotation before it."""
    return sentence.lows[i] in _OBJECT or (sentence.cap(i) and sentence.lows[i] not in SPEECH["between"])


def before_quote(sentence: Clause, at: int, low: int = 0) -> Found | None:
    """Return who speaks by the words that lead up to a quotation whose mark is token `at`."""
    words, lows = sentence.words, sentence.lows
    for k in range(at - 1, max(low, at - 60) - 1, -1):
        if lows[k] == "to" and k and lows[k - 1] == "according":
            return sentence.starts_at(k + 1, at), k - 1
        if lows[k] in SPEECH["nouns"] and _reports(sentence, k, at) and (who := _owner(sentence, k, low, at)):
            return who, k
        if not sentence.is_verb(k):
            continue
        if lows[k] in ("agreed", "agrees") and lows[k + 1] == "to":
            continue
        if words[k] in SPEECH["inner"] and any(sentence.is_verb(n, SAY) for n in range(max(low, k - 20), k)):
            continue
        if words[k] in MANNER - SAY and words[at - 1] not in ",:":
            continue
        who = _quoted_as(sentence, k, at)
        if who is None and (passive := _passive(sentence, k, at)):
            return passive if passive[0] else None
        if who := who or _agent(sentence, k, low, at):
            return who, k
    if at > low and words[at - 1] == ":":
        start = next((k + 1 for k in range(low, min(at, low + 3)) if lows[k] == "from"), 0)
        who = sentence.starts_at(start, at - 1) if start else sentence.main_subject(low)
        if (
            who
            and who[1] == at - 2 > who[0]
            and words[who[1]].islower()
            and words[who[1]].endswith(("s", "ed"))
        ):
            who = sentence.mention(who[0], who[1] - 1)  # Ann Lee disagrees:
        return (who, at - 1) if who else None
    return None


def _agent(sentence: Clause, k: int, low: int, at: int) -> Phrase | None:
    word, before = sentence.words[k], sentence.lows[k - 1] if k > low else ""
    if word.endswith("ing") or before in ("to", "by") or (k == low and word[0].islower()):
        for n in range(k - 1, max(low, k - REACH) - 1, -1):
            main = sentence.is_verb(n) and not sentence.words[n].endswith("ing")
            if main and (who := sentence.subject(n, low)):
                return who
        return sentence.main_subject(low)
    mark = sentence.words[k - 1] if k > low else "."
    if (mark == "," or mark in "”\"»''") and (who := sentence.starts_at(k + 1, at)):
        after = sentence.words[who[1] + 1 : who[1] + 2]
        if mark != "," or (after == [","] and sentence.cap(who[1])):  # the plan, said Lee, is
            return who
    return sentence.subject(k, low)


def _passive(sentence: Clause, k: int, at: int) -> Found | None:
    """Return the agent of 'was called', after 'by'; nobody where none is named."""
    i = k - 1
    while i >= 0 and sentence.lows[i].endswith("ly"):
        i -= 1
    if i < 0 or sentence.lows[i] not in BE or sentence.words[k].endswith("ing"):
        return None
    for n in (*range(k + 1, min(k + 4, at)), *range(at, min(at + 12, len(sentence.words)))):
        if sentence.lows[n] == "by" and (who := sentence.starts_at(n + 1, len(sentence.words))):
            return who, k
    return None, k


def _reports(sentence: Clause, k: int, at: int) -> bool:
    """Tell whether the noun at `k` brings in the quotation: 'claim that', 'words:', 'verdict was'."""
    nearby = sentence.lows[k + 1 : min(at, k + 9)]
    return (
        "that" in nearby
        or sentence.words[at - 1] == ":"
        or (at - k < 4 and ((nearby[-1:] and nearby[-1] in BE | {"of"}) or sentence.lows[k] == "words"))
    )


def _owner(sentence: Clause, k: int, low: int, at: int) -> Phrase | None:
    """Return whose claim it is: 'the president's claim that', 'a claim by the president that'."""
    for n in range(k + 1, min(at, k + 6)):
        if sentence.lows[n] == "by":
            return sentence.starts_at(n + 1, at)
    for n in range(k - 1, max(low, k - 4) - 1, -1):
        word = sentence.words[n]
        if sentence.lows[n] in ("his", "her", "their"):
            return n, n
        if possessive(word):
            return sentence.ends_at(n, low)
        if word in ("gave", "made", "issued", "offered", "voiced", "repeated", "had"):
            return sentence.subject(n, low)
        if not sentence.is_word(n) or sentence.lows[n] in SPEECH["prepositions"]:
            return None
    return None


def rest_of_sentence(sentence: Clause, at: int) -> Found | None:
    """Return who speaks by what the sentence says behind the quotation: 'according to her', ', she said'."""
    words, lows, high = sentence.words, sentence.lows, len(sentence.words)
    for k in range(at, min(high, at + 60)):
        if words[k] in ";“«``":
            break
        if lows[k] == "according" and k + 2 < high and lows[k + 1] == "to":
            return sentence.starts_at(k + 2, high), k
        ends = k + 1 == high or not sentence.is_word(k + 1) or lows[k + 1] in _TAIL
        if ends and k > at + 1 and sentence.is_verb(k, SAY):
            comma = max((n for n in range(at, k) if words[n] == ","), default=-1)
            who = sentence.subject(k, at)
            if who and comma >= 0 and any(words[n] == "," for n in range(at, who[0])):
                return who, k
    return None


def subject_of(sentence: Clause) -> Phrase | None:
    """Return whom the sentence is about, where it is a person or body that could speak next."""
    who = sentence.main_subject(0)
    named = who and any(sentence.cap(n) for n in range(who[0], who[1] + 1))
    return who if named or (who and sentence.lows[who[0]] in ("he", "she", "they")) else None
