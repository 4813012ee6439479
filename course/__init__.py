"""Five Newsrooms, One Story: a course in reading the news."""

import importlib

__version__ = "0.2.0"

# What notebooks use, by the module that holds it; a module without names is given whole. Each is fetched when
# first used: `import course` stays quick and loads no third-party package.
_ROOMS = {
    "analysis.claims": "independent_origins",
    "analysis.letters": "check_quotations",
    "corpus.errors": "CourseError",
    "corpus.links": "links",
    "grading.desk": "open_desk",
    "grading.maker": "open_maker",
    "lessons.cards": "cards",
    "lessons.cells": "agreement answer check_brief claim_reviews come_back compare_with dossier exercise"
    " exercise_round fold hand_in load_my_work own_rounds progress read reveal save_my_work sign_in"
    " where_my_work_is",
    "lessons.figures": "",
    "lessons.findings": "",
    "lessons.here": "open_case words_of",
}
_HOMES = {name: at for at, names in _ROOMS.items() for name in names.split() or [at.rpartition(".")[2]]}
__all__ = list(_HOMES)


def __getattr__(name):  # type: ignore[no-untyped-def]
    if name not in _HOMES:
        raise AttributeError("module 'course' has no attribute " + repr(name))
    room = importlib.import_module("course." + _HOMES[name])
    return getattr(room, name) if _ROOMS[_HOMES[name]] else room
