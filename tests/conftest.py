"""For tests that make up their input: no example is timed, since no test asserts a wall time."""

from hypothesis import settings

settings.register_profile("course", deadline=None)
settings.load_profile("course")
