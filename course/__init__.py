"""Five Newsrooms, One Story: a course in reading the news."""

import importlib

__version__ = "0.1.0"

# Names are fetched when first used: `import course` stays quick and loads no third-party package.
_HOMES = {
    "CourseError": "course.corpus.errors",
    "open_case": "course.corpus.case",
    "read": "course.lessons.controls",
    "exercise": "course.lessons.controls",
    "answer": "course.lessons.controls",
    "reveal": "course.lessons.controls",
    "where_my_work_is": "course.lessons.controls",
    "progress": "course.lessons.controls_work",
    "sign_in": "course.lessons.controls_work",
    "save_my_work": "course.lessons.controls_work",
    "load_my_work": "course.lessons.controls_work",
    "hand_in": "course.lessons.controls_work",
    "compare_with": "course.lessons.agreeing",
}
__all__ = list(_HOMES)


def __getattr__(name):  # type: ignore[no-untyped-def]
    if name not in _HOMES:
        raise AttributeError("module 'course' has no attribute " + repr(name))
    return getattr(importlib.import_module(_HOMES[name]), name)
