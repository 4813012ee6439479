"""A class that hands in what would break a reader, with thirty good hand-ins between them.

Each hostile hand-in is made from a good one by a line of code. `marked_apart` marks the class in a Python of
its own, under a limit of memory: the tests look at what it found, the benchmark prints what it took.
"""
# ruff: noqa: E501 - a table, a hand-in a line

import io
import json
import resource
import stat
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

from course.grading.inbox import MAX_FILES
from course.grading.made_up import SEED, made_up_hand_ins, made_up_people
from course.lessons.exercises import sha256_of
from course.lessons.files import to_json
from course.lessons.handin import receipt
from tests.grading.conftest import zipped

ROOT = Path(__file__).parents[2]
GOOD = 30
GIGABYTE = 1_000_000_000
MARK = """
import json, sys, time
from functools import partial
from pathlib import Path
from course.corpus.case import open_case
from course.grading.feedback import write_page
from course.grading.grade import Grader
from tests.benchmarks.peak import peak

grader = Grader(open_case(Path(sys.argv[1])), Path(sys.argv[2]))
grader.keys
began = time.process_time()
reading = grader.read(Path(sys.argv[3]))
graded = grader.grade_all(reading.rows, write=partial(write_page, Path(sys.argv[2]) / "feedback", "hostile"))
took = time.process_time() - began
rows = {
    one.row.key: [one.row.status, one.row.problem, " ".join(map(str, one.notes)), one.points, len(one.row.files)]
    for one in graded
}
print(json.dumps({"rows": rows, "seconds": took, "memory": peak()}))
"""


def signed(document, **changes):
    """Return a hand-in with changes and the hash that goes with them."""
    rest = {name: value for name, value in (document | changes).items() if name != "sha256"}
    return json.dumps(rest | {"sha256": sha256_of(rest)}).encode()


def _of(good, **changes):
    return signed(json.loads(good), **changes)


def _answered(good, exercise, value, **changes):
    """Return a good hand-in with one answer changed."""
    document = json.loads(good)
    entry = document["answers"][exercise] | {"answer": value, "prediction": None} | changes
    return signed(document, answers={**document["answers"], exercise: entry})


def _marks(good, *marks):
    whole = {"article": "A", "start": 0, "end": 4, "exact": "Rain", "prefix": "", "label": "advert"}
    return _answered(good, "noise", [whole | mark for mark in marks])


def _by(good, **student):
    document = json.loads(good)
    return signed(document, student=document["student"] | student)


def _within(good, times):
    """Return a hand-in in a ZIP in a ZIP, so many times."""
    for _ in range(times):
        good = zipped({"x.zip" if good[:2] == b"PK" else "x.json": good})
    return good


def _listed(many, data, name="{}.json"):
    """Return a ZIP whose list names one entry very often, as bombs do that unpack to petabytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name.format(0), data)
        for at in range(1, many):
            again = zipfile.ZipInfo(name.format(at))
            for kept in (
                "CRC",
                "compress_size",
                "file_size",
                "header_offset",
                "compress_type",
                "external_attr",
            ):
                setattr(again, kept, getattr(archive.filelist[0], kept))
            archive.filelist.append(again)
    return file.getvalue()


def _entry(name="hand_in.json", data=b"{}", **about):
    """Return a ZIP with one entry that says odd things of itself."""
    info = zipfile.ZipInfo(name)
    for key, value in about.items():
        setattr(info, key, value)
    return zipped({info: data})


def _lied(data, at_local, at_listed, value, size=4):
    """Return a ZIP of one entry, with a number of its header and of its list changed."""
    made = bytearray(zipped({"hand_in.json": data}))
    for start, at in ((0, at_local), (made.index(b"PK\x01\x02"), at_listed)):
        made[start + at : start + at + size] = value.to_bytes(size, "little")
    return bytes(made)


def _page(good, between=""):
    return receipt(json.loads(good), {}).replace("</body>", f"{between}</body>").encode()


def _deep(good, times):
    return good.rstrip()[:-1] + b', "x": ' + b'{"a":' * times + b"1" + b"}" * (times + 1)


def _more(good, text):
    """Return a hand-in with more text in it, as JSON that nobody would write."""
    return good.rstrip()[:-1] + b", " + text + b"}"


def _my_work(good, many, code="X-1"):
    """Return a ZIP of a my_work folder with so many answers."""
    document = json.loads(good)
    entry = {"format": 1, "case": document["case"], **document["answers"]["voices"]}
    files = {f"my_work/02/x{at}.json": json.dumps({"exercise": f"x{at}"} | entry) for at in range(many)}
    about = {"format": 1, "code": code, "student_id": "b" * 32}
    return zipped({"my_work/student.json": json.dumps(about), **files})


# What is no hand-in: the row is not usable, and says why.
REFUSED = {
    # ZIPs
    "a thousand ZIPs in a ZIP": lambda good: zipped(
        dict.fromkeys((f"{at}.zip" for at in range(1_000)), zipped({"a.json": b" " * 3_000_000}))
    ),
    "a ZIP of ZIPs, three deep": lambda good: _within(good, 3),
    "a ZIP of ZIPs, twenty deep": lambda good: _within(good, 20),
    "70 MB of blanks": lambda good: zipped({"hand_in.json": b" " * 70_000_000}),
    "six files of 15 MB": lambda good: _listed(6, b"[" * 15_000_000),
    "100,000 entries": lambda good: _listed(100_000, b"{}"),
    "one more entry than may be": lambda good: _listed(MAX_FILES + 1, b"{}"),
    "one entry listed 9,000 times": lambda good: _listed(9_000, b" " * 1_000_000),
    "a name of 63 KB": lambda good: zipped({"_1" * 31_000 + ".json": good}),
    "a folder of 63 KB": lambda good: zipped({"a/" * 31_000 + "hand_in.json": good}),
    "a hundred names of 63 KB": lambda good: _listed(100, b"{}", "{}" + "_1" * 31_000 + ".json"),
    "a ZIP without its end": lambda good: zipped({"hand_in.json": good})[:-30],
    "half of a ZIP": lambda good: (made := zipped({"hand_in.json": good}))[: len(made) // 2],
    "four bytes of a ZIP": lambda good: b"PK\x03\x04",
    "the end of a ZIP": lambda good: b"PK\x05\x06" + bytes(18),
    "a ZIP in which a byte fell over": lambda good: zipped({"hand_in.json": good}).replace(b"PK\x01\x02", b"PK\x01\x03"),
    "another checksum": lambda good: _lied(good, 14, 16, zlib.crc32(good) ^ 1),
    "a size of 4 GB": lambda good: _lied(good, 22, 24, 0xFFFFFFF0),
    "a size of 4 bytes": lambda good: _lied(good, 22, 24, 4),
    "a list that begins beyond the end": lambda good: zipped({"hand_in.json": good})[:-6] + b"\xff\xff\xff\x7f\0\0",
    "an entry that begins beyond the end": lambda good: _lied(good, 10, 42, 0x7FFFFFFF),
    "a password": lambda good: _lied(good, 6, 8, 1, size=2),
    "packed by another program": lambda good: _lied(good, 8, 10, 97, size=2),
    "packed as bzip2": lambda good: _entry(compress_type=zipfile.ZIP_BZIP2),
    "a link": lambda good: _entry(data=b"/etc/passwd", external_attr=(stat.S_IFLNK | 0o777) << 16),
    "a link to the class": lambda good: _entry(data=b"../roster.csv", external_attr=(stat.S_IFLNK | 0o777) << 16),
    "a way out": lambda good: _entry("../../hand_in.json", good),
    "a way out of Windows": lambda good: _entry("..\\..\\hand_in.json", good),
    "a whole path": lambda good: _entry("/etc/cron.d/hand_in.json", good),
    "a drive": lambda good: _entry("C:\\hand_in.json", good),
    "a share": lambda good: _entry("\\\\server\\share\\hand_in.json", good),
    "a ZIP with nothing in it": lambda good: zipped({}),
    "a ZIP of clutter": lambda good: zipped({"__MACOSX/._hand_in.json": good, ".DS_Store": b"x", "Thumbs.db": b"x"}),
    "a Word document": lambda good: zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": good}),
    "an OpenDocument text": lambda good: zipped({"mimetype": b"application/vnd.oasis", "content.xml": good}),
    "a my_work folder without its student": lambda good: zipped({"my_work/02/voices.json": b'{"exercise": "voices"}'}),
    "a my_work folder that is damaged": lambda good: zipped({"my_work/student.json": b'{"format": 1, "code"'}),
    "a my_work folder of another person too": lambda good: _my_work(good, 1, "a b"),
    # pictures, documents, programs
    "a picture": lambda good: b"\x89PNG\r\n\x1a\n" + bytes(5_000_000),
    "a photograph": lambda good: b"\xff\xd8\xff\xe0" + bytes(5_000_000),
    "a film": lambda good: b"\0\0\0\x18ftypmp42" + bytes(5_000_000),
    "a PDF": lambda good: b"%PDF-1.7\n" + good,
    "an RTF": lambda good: b"{\\rtf1\\ansi " + b"\\par " * 100_000 + b"}",
    "a program": lambda good: b"MZ" + bytes(1_000_000),
    "a shell script": lambda good: b"#!/bin/sh\nrm -rf ~\n",
    "a pickle": lambda good: b"\x80\x04cos\nsystem\n(S'true'\ntR.",
    "gzip": lambda good: b"\x1f\x8b\x08" + zlib.compress(good),
    "plain text": lambda good: b"I did it, but I cannot find the file.\n",
    "the notebook": lambda good: json.dumps({"cells": [], "metadata": {}, "nbformat": 4}).encode(),
    "the notebook with its pictures": lambda good: json.dumps(
        {"cells": [{"outputs": [{"data": {"image/png": "A" * 4_000_000}}]}], "nbformat": 4, "x": 1.5}
    ).encode(),
    "a page without a hand-in": lambda good: b"<!doctype html><p>Nothing</p>",
    "a page of open scripts": lambda good: b'<script type="application/json" id="hand_in">' * 40_000,
    "a page with half a hand-in": lambda good: _page(good).replace(b'"case"', b'"case" </script>'),
    "XML that unfolds": lambda good: b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;&a;</x>',
    # bytes that are no text
    "nothing": lambda good: b"",
    "blanks": lambda good: b" \n" * 2_000_000,
    "zeros": lambda good: bytes(3_000_000),
    "the mark of UTF-8 alone": lambda good: b"\xef\xbb\xbf",
    "UTF-16 cut in half": lambda good: good.decode().encode("utf-16")[:-1],
    "UTF-16 without its mark": lambda good: good.decode().encode("utf-16-le"),
    "UTF-32": lambda good: good.decode().encode("utf-32"),
    "Latin-1": lambda good: good.replace(b"Made-up", b"M\xe4de-up"),
    "half of a character": lambda good: _more(good, b'"x": "\\ud800"'),
    # JSON
    "half of the file": lambda good: good[: len(good) // 2],
    "two files in one": lambda good: good + good,
    "a comma too many": lambda good: good.rstrip()[:-1] + b",}",
    "quotation marks of Python": lambda good: good.replace(b'"', b"'"),
    "brackets": lambda good: b"[" * 1_900_000,
    "brackets, open and closed": lambda good: b"[" + b"[]," * 600_000 + b"0]",
    "deep": lambda good: _deep(good, 100_000),
    "not quite so deep": lambda good: _deep(good, 900),
    "NaN": lambda good: _more(good, b'"x": NaN'),
    "no end": lambda good: _more(good, b'"x": -Infinity'),
    "1e999": lambda good: _more(good, b'"x": 1e999'),
    "a number of a million digits": lambda good: _more(good, b'"x": ' + b"9" * 1_000_000),
    "a number of 20 digits": lambda good: _more(good, b'"x": 99999999999999999999'),
    "a thing said twice": lambda good: _more(good, b'"case": "The dam"'),
    "an answer said twice": lambda good: good.replace(b'"voices":', b'"voices": {"done": true}, "voices":', 1),
    "escapes": lambda good: b'{"a": "' + b"\\\\" * 900_000 + b'"}',
    "a text of 6 MB": lambda good: _more(good, b'"x": "' + b"a" * 6_000_000 + b'"'),
    "keys, 100,000 of them": lambda good: _more(good, b", ".join(b'"k%d": 1' % at for at in range(100_000))),
    "a list": lambda good: b"[" + good + b"]",
    "a word": lambda good: b'{"hand_in"}',
    # a hand-in that is none
    "another hash": lambda good: good.replace(b'"sha256": "', b'"sha256": "0', 1),
    "no hash": lambda good: json.dumps({k: v for k, v in json.loads(good).items() if k != "sha256"}).encode(),
    "changed afterwards": lambda good: good.replace(b'"own voice"', b'"quoted"').replace(b'"attributed"', b'"quoted"'),
    "another case": lambda good: _of(good, case="Snow"),
    "a format of the future": lambda good: _of(good, format=2),
    "a format that is true": lambda good: _of(good, format=True),
    "nobody": lambda good: _of(good, student="Ana"),
    "a code with a line in it": lambda good: _by(good, code="KTR\n4728"),
    "a code of 1 MB": lambda good: _by(good, code="K" * 1_000_000),
    "a name that turns the line": lambda good: _by(good, name="\u202egnA"),
    "an id that is a path": lambda good: _by(good, student_id="../../../../etc/passwd"),
    "answers in a list": lambda good: _of(good, answers=[]),
}  # fmt: skip
# What is a hand-in, and is marked as far as it fits: a note says what was left out.
READ = {
    "spans beyond the end": lambda good: _marks(good, {"start": 10**9, "end": 10**9 + 4}, {"end": 10**14}),
    "exercises that are none": lambda good: _of(
        good, answers={**json.loads(good)["answers"], "../../x": {"done": True}, "__proto__": {"done": True}}
    ),
    "100,000 exercises that are none": lambda good: _of(
        good, answers={**json.loads(good)["answers"], **{f"x{at}": {"done": True} for at in range(60_000)}}
    ),
    "a my_work folder of 9,000 answers": lambda good: _my_work(good, 9_000),
    "another kind": lambda good: _answered(good, "voices", [], kind="mark"),
    "options that are none": lambda good: _answered(good, "voices", {"rain": "=1+1", "nosuch": "quoted"}),
    "a date that cannot be": lambda good: _answered(good, "voices", {}, saved="2026-02-30T00:00:00.000Z"),
}


def hostile_class(case, path):
    """Write a class's ZIP, as Moodle names files: a good hand-in after each three hostile ones.

    Returns the keys of rows: those of the hostile hand-ins, by what they are, and those of the good ones.
    """
    people = made_up_people(GOOD)
    good = [to_json(document) for _, document in made_up_hand_ins(case, people, SEED)]
    kinds = REFUSED | READ
    keys = {kind: f"lms:{900 + at}" for at, kind in enumerate(kinds)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for at, kind in enumerate(kinds):
            archive.writestr(f"Hostile {at}_{900 + at}_assignsubmission_file_/x.zip", kinds[kind](good[0]))
            if at % 3 == 2 and at // 3 < GOOD:
                one = people[at // 3]
                archive.writestr(
                    f"{one.name}_{one.lms_id}_assignsubmission_file_/hand_in.json", good[at // 3]
                )
    return keys, [f"lms:{one.lms_id}" for one in people]


def marked_apart(case, folder, path, limit):
    """Return what a Python of its own finds in a class's ZIP, with `limit` bytes of memory and no more.

    `rows`: status, problem, notes, points and how many files, by key; `seconds` of CPU; `memory` in MB.
    """
    ran = subprocess.run(
        [sys.executable, "-c", MARK, str(case.root), str(folder), str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    return json.loads(ran.stdout)
