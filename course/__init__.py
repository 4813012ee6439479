"""Five Newsrooms, One Story: a course in reading the news."""

import importlib

__version__ = "0.1.0"

# Names are fetched when first used: `import course` stays quick and loads no third-party package.
_HOMES = {
    "CourseError": "course.corpus.errors",
    "open_case": "course.corpus.case",
    "read": "course.lessons.cells",
    "exercise": "course.lessons.cells",
    "answer": "course.lessons.cells",
    "reveal": "course.lessons.cells",
    "where_my_work_is": "course.lessons.own_work",
    "progress": "course.lessons.own_work",
    "sign_in": "course.lessons.own_work",
    "save_my_work": "course.lessons.own_work",
    "load_my_work": "course.lessons.own_work",
    "hand_in": "course.lessons.own_work",
    "compare_with": "course.lessons.own_work",
    "agreement": "course.lessons.cells",
    "check_brief": "course.lessons.cells",
    "claim_reviews": "course.lessons.cells",
    "cards": "course.lessons.cards",
}
__all__ = list(_HOMES)


def __getattr__(name):  # type: ignore[no-untyped-def]
    if name not in _HOMES:
        raise AttributeError("module 'course' has no attribute " + repr(name))
    return getattr(importlib.import_module(_HOMES[name]), name)
