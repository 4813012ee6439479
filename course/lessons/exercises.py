"""What students are asked: the exercises of seeds/exercises/, in the order in which they are shown."""

from __future__ import annotations

from dataclasses import replace

from course.corpus.case import Case
from course.corpus.errors import CaseError
from course.lessons.entries import check, read_entries
from course.lessons.exercise_entry import FILE_NAME, Exercise, Item, read_exercise, sha256_of

__all__ = ["Exercise", "Item", "load_exercises", "read_exercises", "sha256_of"]


def load_exercises(case: Case) -> dict[str, Exercise]:
    """Return the case's exercises by id, in the order of lessons. Raises CaseError at the first problem."""
    exercises, problems = read_exercises(case)
    if problems:
        raise problems[0]
    return exercises


def read_exercises(case: Case, lesson: str = "*") -> tuple[dict[str, Exercise], list[CaseError]]:
    """Return the exercises of all lessons or one that can be used, and what is wrong with the others."""
    exercises: dict[str, Exercise] = {}
    problems: list[CaseError] = []
    for path in sorted((case.root / "seeds" / "exercises").glob(f"{lesson}.toml")):
        try:
            entries, _ = read_entries(path, "exercise", set())
            check(
                FILE_NAME.fullmatch(path.stem),
                str(path),
                "has a name with other signs than a-z, 0-9, _: rename it",
            )
        except CaseError as error:
            problems.append(error)
            continue
        for number, entry in enumerate(entries, 1):
            where = f"{path}, [[exercise]] {entry.get('id', number)!r}"
            try:
                exercise = _in_order(read_exercise(case, path.stem, entry, where))
                check(exercise.id not in exercises, where, "has an id that is taken: give it another")
                above = not exercise.beside or exercise.beside in exercises
                check(above, where, f"is beside {exercise.beside!r}, which does not stand above it")
                exercises[exercise.id] = exercise
            except CaseError as error:
                problems.append(error)
    return exercises, problems


def _in_order(exercise: Exercise) -> Exercise:
    # The order in which things are written often is the answer, so everyone sees the same shuffled one: by
    # their words, so that two exercises about the same statements have them in the same order. Where one is
    # chosen for each, what is about one passage or article stands together, to be looked up there at once.
    # Questions to write on stay in theirs, and so do an exercise's options, which may be a scale.
    if exercise.kind == "write":
        return exercise
    groups = list(exercise.groups)
    items = [
        replace(item, options=tuple(sorted(item.options, key=lambda text: sha256_of([item.id, text]))))
        for item in sorted(exercise.items, key=lambda item: (sha256_of(item.text), item.id))
    ]
    if exercise.kind == "sort":
        order = ["", *(one.id for one in exercise.passages), *(item.file or item.id for item in items)]
        items.sort(key=lambda item: (order.index(item.passage), order.index(item.file or item.id)))
    return replace(exercise, items=tuple(sorted(items, key=lambda item: groups.index(item.group))))
