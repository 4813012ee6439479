"""Texts as people bring them: a page, a document, a plain file; and what to be told before one is used."""

import io
import re
import tomllib
import zipfile
from collections.abc import Iterable
from difflib import SequenceMatcher
from importlib import import_module
from pathlib import Path
from typing import Any

from course.corpus.article import Article
from course.corpus.errors import need, one_sentence

KNOWN = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
MOST: dict[str, int] = KNOWN["most"]
_ENGLISH = frozenset(KNOWN["english"].split())
_WALL = re.compile("|".join(KNOWN["paywall"]), re.IGNORECASE)
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def text_of(name: str, data: bytes) -> str:
    """Return the text of a .txt, .html or .docx file. A page gives its report, a document its paragraphs.

    Nothing in a file is run. Raises CourseError, one sentence, where there is no text to be had.
    """
    need(len(data) <= MOST["bytes"], _wrong("too large", name))
    text = need(_READ.get(Path(name).suffix.lower()), _wrong("another kind", name))(name, data)
    need(text.strip(), _wrong("no text", name))
    return text


def _wrong(what: str, name: str) -> str:
    return f"{name!r:.80} {KNOWN['wrong'][what]}"


def _decoded(name: str, data: bytes) -> str:
    need(b"\0" not in data, _wrong("no plain text", name))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")  # what older Windows programs write


def _reader(module: str, what: str) -> Any:
    """Return a module of the extra `making`."""
    with one_sentence(KNOWN["missing"], ImportError, what=what):
        return import_module(module)


def _of_page(name: str, data: bytes) -> str:
    return _reader("trafilatura", "A web page").extract(data, include_comments=False, favor_recall=True) or ""


def _of_document(name: str, data: bytes) -> str:
    mammoth, most = _reader("mammoth", "A .docx file"), MOST["unpacked"]
    # A stranger's file may break the reader in any way.
    with one_sentence("{wrong}", Exception, wrong=_wrong("no whole document", name)):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(one.file_size for one in packed.infolist())
        paragraphs = mammoth.extract_raw_text(io.BytesIO(data)).value.split("\n\n") if size < most else ()
    need(size < most, _wrong("unpacks to too much", name))
    return "\n\n".join(one for one in paragraphs if one.strip())


_READ = {".html": _of_page, ".htm": _of_page, ".docx": _of_document, ".txt": _decoded, ".md": _decoded}


def warnings(text: str, others: Iterable[Article] = ()) -> list[str]:
    """Return what to be told of a text before it is used, a sentence each; nothing is refused for it."""
    words = text.lower().split()
    size, english = len(words), sum(word in _ENGLISH for word in words)
    so = {
        "paywall": bool(_WALL.search(text)),
        "short": size < MOST["short"],
        "long": size > MOST["long"],
        "slow": size > MOST["slow"],
        "one paragraph": MOST["short"] < size <= MOST["long"] and "\n" not in text.strip(),
        "not English": size >= MOST["short"] and english < size / 8,
        "right to left": len(_RIGHT_TO_LEFT.findall(text)) > len(text) / 4,
    }
    told = [KNOWN["told"][name].format(size=size, long=MOST["long"]) for name, here in so.items() if here]
    for other in others:
        there = other.raw.lower().split()
        short = max(size, len(there)) <= MOST["long"]
        near = short and SequenceMatcher(None, words, there, autojunk=False).ratio() > KNOWN["alike"]
        if words == there or near:
            told.append(f"It is {'' if words == there else 'nearly '}the same text as {other.id}.")
    return told
