"""Five Newsrooms, One Story: a course in reading the news. Lessons start with `from course import *`."""

import importlib

# Names are fetched when first used: `import course` stays quick and loads no third-party package.
_HOMES = {
    "CourseError": "course.corpus.errors",
    "open_case": "course.corpus.case",
}
__all__ = list(_HOMES)


def __getattr__(name):  # type: ignore[no-untyped-def]
    if name not in _HOMES:
        raise AttributeError("module 'course' has no attribute " + repr(name))
    return getattr(importlib.import_module(_HOMES[name]), name)
