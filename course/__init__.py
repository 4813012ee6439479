"""Five Newsrooms, One Story: a course in reading the news."""

import importlib

__version__ = "0.2.0"

# What notebooks use, by the module that holds it; a module without names is given whole. Each is fetched when
# first used: `import course` stays quick and loads no third-party package.
_ROOMS = {
    "course.analysis.claims": ("independent_origins",),
    "course.analysis.letters": ("check_quotations",),
    "course.corpus.case": ("open_case",),
    "course.corpus.errors": ("CourseError",),
    "course.corpus.links": ("links",),
    "course.grading.desk": ("open_desk",),
    "course.lessons.cards": ("cards",),
    "course.lessons.cells": (
        "agreement",
        "answer",
        "check_brief",
        "claim_reviews",
        "exercise",
        "fold",
        "read",
        "reveal",
    ),
    "course.lessons.figures": (),
    "course.lessons.findings": (),
    "course.lessons.own_work": (
        "compare_with",
        "hand_in",
        "load_my_work",
        "progress",
        "save_my_work",
        "sign_in",
        "where_my_work_is",
    ),
}
_HOMES = {name: room for room, names in _ROOMS.items() for name in names or (room.rpartition(".")[2],)}
__all__ = list(_HOMES)


def __getattr__(name):  # type: ignore[no-untyped-def]
    if name not in _HOMES:
        raise AttributeError("module 'course' has no attribute " + repr(name))
    room = importlib.import_module(_HOMES[name])
    return getattr(room, name) if _ROOMS[_HOMES[name]] else room
