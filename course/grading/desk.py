"""The teacher's desk: what the notebooks call. Each call shows a panel; nothing happens before a press.

What students did stands in panels alone, which no notebook file keeps.
"""

from __future__ import annotations

from pathlib import Path

from course.corpus.case import Case, open_case
from course.grading import desk_class, desk_discussion, desk_hand_ins, desk_marking
from course.grading.desk_parts import Chooser, OpenClass
from course.lessons.forms import Panel
from course.lessons.here import open_workspace


def open_desk(folder: str = "my_class") -> Desk:
    """Return the desk of a class. Its folder stands beside my_work/; a second class may have my_class/7b."""
    case = open_case()
    return Desk(case, open_workspace(case).folder.absolute().parent / folder)


class Desk:
    """One class on a teacher's desk. `opened` is the class that the panels are about."""

    def __init__(self, case: Case, folder: Path) -> None:
        self.opened = OpenClass(case, folder)

    def made_up(self) -> Panel:
        """Show the button that makes a class of people who do not exist."""
        return desk_class.MadeUp(self.opened).panel()

    def lessons(self) -> Panel:
        """Show which lessons the class does, how often each counts, until when, and what being late takes."""
        return desk_class.Lessons(self.opened).panel()

    def roster(self) -> Panel:
        """Show the class's list; make it from a gradebook file or typed names, each with a random code."""
        return desk_class.Roster(self.opened).panel()

    def delete(self) -> Panel:
        """Show the button that deletes everything about the class."""
        return desk_class.Delete(self.opened).panel()

    def hand_ins(self) -> Panel:
        """Show where the hand-ins are, read them, and say which cannot be used."""
        return desk_hand_ins.HandIns(self.opened).panel()

    def students(self) -> Panel:
        """Show late, excused, a comment, and two rows that are one student."""
        return desk_hand_ins.Students(self.opened).panel()

    def exports(self) -> Panel:
        """Show how grades leave: the school's own file filled in, feedback pages, CSV, JSON."""
        return desk_hand_ins.Exports(self.opened).panel()

    def rules(self) -> Chooser:
        """Show what can be changed for the whole class in one exercise."""
        return desk_marking.rules(self.opened)

    def texts(self) -> Chooser:
        """Show written answers one at a time, without names, to be given levels by keys."""
        return desk_marking.texts(self.opened)

    def changes(self) -> Panel:
        """Show what was decided, the last first."""
        return desk_marking.Changes(self.opened).panel()

    def class_marks(self) -> Chooser:
        """Show what the class marked in one article, as a heat map over the text."""
        return desk_discussion.class_marks(self.opened)

    def class_answers(self) -> Chooser:
        """Show what the class answered, where it split, and how far it agrees."""
        return desk_discussion.class_answered(self.opened)
