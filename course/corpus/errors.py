"""What can go wrong with a case, in one sentence: what is wrong, where, what to do."""


class CourseError(Exception):
    """Anything the course tells a person about bad input; its text is one plain sentence."""


class CaseError(CourseError):
    """A file of the case cannot be used."""


class NotAsked(CourseError):
    """The case has no exercise of that id."""


class SpanError(CourseError):
    """Words that are said to stand in an article do not, or stand there more than once."""
