"""The grades of one assignment, read from nbgrader's gradebook."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Part:
    """A graded part of an assignment: an exercise, or an answer that a person reads."""

    name: str  # the exercise's, or else the cell's
    most: float  # points
    cell: str = ""  # its name in the gradebook
    manual: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One student's grades."""

    student: str
    name: str
    points: dict[str, float | None]  # by part; None: a person has yet to read it
    note: str = ""  # what the class maker, or an instructor, says about the submission

    def total(self) -> float:
        """All points given so far."""
        return sum(points for points in self.points.values() if points is not None)


@dataclass(frozen=True, slots=True)
class Missed:
    """A rule that hidden or visible cases check, and who broke it."""

    exercise: str
    rule: str
    students: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClassGrades:
    """Everything a report shows; plain data."""

    course: str
    assignment: str
    parts: list[Part]
    rows: list[Row]
    missed: list[Missed] = field(default_factory=list)
    tier: str = ""  # how well submissions were shut in while they were graded
    official: bool = True  # False: on a tier that isolates too little for official grades

    def graded_parts(self) -> list[Part]:
        """The parts that are graded without a person."""
        return [part for part in self.parts if not part.manual]

    def most(self) -> float:
        """The most points one can reach without a person."""
        return sum(part.most for part in self.graded_parts())

    def reached(self, row: Row) -> float:
        """A student's points in the parts that are graded without a person."""
        return sum(row.points.get(part.name) or 0.0 for part in self.graded_parts())

    def waiting(self) -> int:
        """How many answers a person has yet to read."""
        return sum(points is None for row in self.rows for points in row.points.values())

    def middle(self) -> float:
        """The median of what was reached; 0 for a class of none."""
        return median(map(self.reached, self.rows)) if self.rows else 0.0


def read_grades(db_url: str, course: str, assignment: str) -> tuple[list[Part], list[Row]]:
    """Parts and rows of an assignment, in the order of its notebooks and of the students' ids."""
    from nbgrader.api import Gradebook  # SQLAlchemy: half a second that only a report pays

    with Gradebook(db_url, course_id=course) as gradebook:
        cells = [
            cell
            for notebook in gradebook.find_assignment(assignment).notebooks
            for cell in notebook.grade_cells
        ]
        parts = [
            Part(exercise_in(cell) or cell.name, cell.max_score, cell.name, is_manual(cell))
            for cell in cells
        ]
        rows = [
            Row(
                submission.student.id,
                full_name(submission.student),
                points_of(submission, parts),
            )
            for submission in gradebook.assignment_submissions(assignment)
        ]
    return parts, sorted(rows, key=lambda row: row.student)


def points_of(submission: Any, parts: Sequence[Part]) -> dict[str, float | None]:
    """Points of a submission by part; a part that waits for a person has none yet."""
    grades = {grade.name: grade for book in submission.notebooks for grade in book.grades}
    return {
        part.name: None
        if part.cell not in grades or grades[part.cell].needs_manual_grade
        else float(grades[part.cell].score)
        for part in parts
    }


def exercise_in(cell: Any) -> str | None:
    """The exercise that a graded cell checks."""
    from autograder.nbgrader_plugin.grade import exercise_of

    sources = [one.source for one in cell.notebook.source_cells if one.name == cell.name]
    return exercise_of(sources[0]) if sources else None


def is_manual(cell: Any) -> bool:
    """A cell whose grade a person gives: one that students write in."""
    return any(other.name == cell.name for other in cell.notebook.solution_cells)


def full_name(student: Any) -> str:
    """First and last name, as far as the gradebook knows them."""
    return " ".join(filter(None, (student.first_name, student.last_name)))
