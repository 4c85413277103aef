"""What the instructor's cells are: the gradebook's record of them, which no student can reach."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode, v4
from nbgrader.api import Gradebook
from nbgrader.nbgraderformat import SCHEMA_VERSION

MAKERS: dict[str, Callable[..., NotebookNode]] = {
    "code": v4.new_code_cell,
    "markdown": v4.new_markdown_cell,
    "raw": v4.new_raw_cell,
}


@dataclass(frozen=True, slots=True)
class MasterCell:
    """One cell that nbgrader knows, as `nbgrader generate_assignment` recorded it."""

    name: str  # nbgrader's grade_id
    cell_type: str
    source: str  # with solutions cleared: what was released
    checksum: str | None
    locked: bool  # the text is the instructor's
    grade: bool
    solution: bool
    task: bool
    points: float | None  # of a graded cell or a task

    def metadata(self) -> dict[str, Any]:
        """The cell's nbgrader metadata as released."""
        known = {
            "schema_version": SCHEMA_VERSION,
            "grade_id": self.name,
            "cell_type": self.cell_type,
            "grade": self.grade,
            "solution": self.solution,
            "locked": self.locked,
            "task": self.task,
        }
        if self.points is not None:
            known["points"] = self.points
        if self.checksum is not None:
            known["checksum"] = self.checksum
        return known

    def cell(self) -> NotebookNode:
        """The cell itself, as released."""
        made: NotebookNode = MAKERS[self.cell_type](
            self.source, metadata={"nbgrader": self.metadata()}
        )
        return made


@dataclass(frozen=True, slots=True)
class Master:
    """One notebook of an assignment: its cells in order, and the kernel it runs on."""

    assignment: str
    notebook: str
    cells: tuple[MasterCell, ...]
    kernelspec: str | None  # JSON


def masters(db_url: str, assignment: str, course_id: str = "default_course") -> dict[str, Master]:
    """Every notebook of an assignment, by name; empty when the gradebook has no such assignment."""
    with Gradebook(db_url, course_id) as gradebook:
        found = [each for each in gradebook.assignments if each.name == assignment]
        notebooks = found[0].notebooks if found else []
        return {each.name: _master(assignment, each) for each in notebooks}


def _master(assignment: str, record: Any) -> Master:
    points = {
        cell.name: float(cell.max_score) for cell in [*record.grade_cells, *record.task_cells]
    }
    grades = {cell.name for cell in record.grade_cells}
    solutions = {cell.name for cell in record.solution_cells}
    tasks = {cell.name for cell in record.task_cells}
    cells = (
        MasterCell(
            name=cell.name,
            cell_type=cell.cell_type,
            source=cell.source or "",
            checksum=cell.checksum,
            locked=bool(cell.locked),
            grade=cell.name in grades,
            solution=cell.name in solutions,
            task=cell.name in tasks,
            points=points.get(cell.name),
        )
        for cell in record.source_cells
    )
    return Master(assignment, record.name, tuple(cells), record.kernelspec)
