"""The preprocessor in Execute's place: grades outside the notebook, in the sandbox.

No line of a student's code runs in a Jupyter kernel or in this process. Every graded test cell
names its exercise by calling its visible check, `check(msgrcv).require()`; its text is the
instructor's (RepairNotebook saw to it), and what it would do when run plays no part.
"""

import ast
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors.base import NbGraderPreprocessor
from traitlets import Bool, Integer, Unicode

from autograder.exercise import exercise_with
from autograder.submission import cells_of_notebook

from .cache import grade_exercise
from .outputs import graded, nothing, ungraded
from .repair import UNREADABLE

MOST_CODE = 1_000_000  # characters in all code cells of a notebook


class GradeInSandbox(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no types
    """Writes into every graded test cell the report and the points of its exercise."""

    suites = Unicode(
        "", help="Folder of an instructor's own hidden suites; empty: those that come with it"
    ).tag(config=True)
    allow_unisolated = Bool(
        False, help="Grade even where student code cannot be isolated; no official grades"
    ).tag(config=True)
    cache = Unicode(
        ".kernelbook/grades", help="Folder of grades made ahead, from the course; empty: none"
    ).tag(config=True)

    workers = Integer(
        None,
        allow_none=True,
        help="Processes that grade ahead when a class is graded; default: one a processor",
    ).tag(config=True)

    @property
    def suites_folder(self) -> Path | None:
        """Where hidden suites are, if not in the exercises; from the course's folder."""
        return Path(self.suites).resolve() if self.suites else None

    @property
    def cache_folder(self) -> Path | None:
        """Where grades are kept; from the course's folder."""
        return Path(self.cache).resolve() if self.cache else None

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Grades every test cell of one submission."""
        reason = nb.metadata.get(UNREADABLE)
        if reason is None and (reason := too_large(nb)):
            self.log.warning("%s: %s", resources["nbgrader"]["student"], reason)
        sources = [] if reason else cells_of_notebook(nb)
        for cell in nb.cells:
            if is_test(cell):
                cell.execution_count = None
                cell.outputs = self._outputs(cell, sources, reason)
        return nb, resources

    def _outputs(
        self, cell: NotebookNode, sources: list[str], reason: str | None
    ) -> list[NotebookNode]:
        name = cell.metadata["nbgrader"]["grade_id"]
        function = exercise_of(cell.source)
        try:
            if function is None:
                raise ValueError("it must call check(...) on one function")
            function = exercise_with(function).name
        except ValueError as error:
            why = f"cell {name} names no exercise: {error}"
            self.log.error(why)
            return ungraded(why)
        if reason:
            return nothing(reason)
        marks = grade_exercise(
            function,
            sources,
            self.suites_folder,
            self.allow_unisolated,
            self.cache_folder,
            getattr(self.parent, "coming", {}),
            getattr(self.parent, "versions", None),
        )
        self.log.info(
            "%s: %s, %g of %g (%s)", name, marks.verdict, marks.score, marks.most, marks.tier
        )
        return graded(marks, float(cell.metadata["nbgrader"]["points"]))


def is_test(cell: NotebookNode) -> bool:
    """A cell that stock nbgrader would run and take a grade from."""
    return bool(cell.cell_type == "code" and utils.is_grade(cell) and not utils.is_solution(cell))


def too_large(nb: NotebookNode) -> str | None:
    """Why a notebook with more code than anybody writes is not graded."""
    size = sum(len(cell.source) for cell in nb.cells if cell.cell_type == "code")
    if size <= MOST_CODE:
        return None
    return (
        f"The code cells have {size:,} characters, and {MOST_CODE:,} at most are graded. "
        "Keep data in a file of its own, or make it in a loop."
    )


def exercise_of(source: str) -> str | None:
    """The function that a test cell checks: msgrcv for `check(msgrcv).require()`.

    The first one, where it checks several that belong together.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    names = {
        node.args[0].id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "check"
        and node.args
        and isinstance(node.args[0], ast.Name)
    }
    return names.pop() if len(names) == 1 else None
