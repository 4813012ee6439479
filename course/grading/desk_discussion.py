"""The desk's panels for a discussion: the class's own reading, without names."""

from __future__ import annotations

from course.corpus.errors import CourseError
from course.grading.desk_base import Chooser, ClassDesk, Part, named, table_part
from course.grading.discussion import SHARES, answers_of, class_answers, hard_and_easy, heat_layers
from course.grading.grade import Graded
from course.lessons.exercises import sha256_of
from course.lessons.reader import Reader, Task
from course.lessons.widgets import Panel

OVERALL = "all lessons: what nobody, or nearly everybody, got"
NO_NAMES = ["No names: safe to project."]


class DiscussionDesk(ClassDesk):
    """What a teacher shows the class of its own work."""

    def class_marks(self) -> Chooser:
        """Show what the class marked in one article, as a heat map over the text."""
        exercises = list(self.exercises("mark"))
        options = {
            f"{one.id} {id}": f"{named(one)} (article {id})" for one in exercises for id in one.articles
        }

        def show(which: str) -> Reader:
            id, _, article = which.partition(" ")
            exercise = self.course().exercises[id]
            given = answers_of(self.graded(), id)
            if not given:
                raise CourseError("Nobody has marked this article yet")
            told = f"{len(given)} students. The darker, the more of them marked the words."
            title, steps = f"{named(exercise)} (article {article})", SHARES[::-1]
            task = Task(title, told, paragraphs=exercise.paragraphs, heat=steps)
            return Reader([self.case[article]], heat_layers(given, self.case[article]), task=task)

        return Chooser(self, Panel("class_marks", "Where the class marked", NO_NAMES), options, show)

    def class_answers(self) -> Chooser:
        """Show what the class answered, where it split, and how far it agrees."""
        exercises = self.exercises("sort", "grid", "order", "mark", "write")
        options = {"": OVERALL, **{one.id: named(one) for one in exercises}}

        def show(id: str) -> Panel:
            graded = self.graded()
            table = class_answers(answers_of(graded, id), self.case) if id else hard_and_easy(graded)
            lines = ["No item is like that."] if not (id or table.rows) else []
            passages = self._shown(graded, id)
            if id and self.course().exercises[id].kind == "write" and not passages:
                lines = ["No answer was chosen. In mark_hand_ins.ipynb press S at an answer to show it here."]
            return Panel("class_answered", "The class", lines, tables=[table_part(table)], passages=passages)

        return Chooser(self, Panel("class_answers", "What the class answered", NO_NAMES), options, show)

    def _shown(self, graded: list[Graded], id: str) -> list[Part]:
        """Return the written answers that the teacher chose, in mixed order; no text that came later."""
        chosen = self.course().marks.all("shown")
        given = {one.row.key: mark for one in graded for mark in answers_of([one], id)}
        keys = [key for key, mark in given.items() if chosen.get((key, id)) == sha256_of(mark.value)]
        texts = [given[key].value for key in sorted(keys, key=lambda key: sha256_of(f"shown {id} {key}"))]
        items = self.course().exercises[id].items if texts else ()
        return [{"title": item.text, "text": text.get(item.id, "")} for text in texts for item in items]
