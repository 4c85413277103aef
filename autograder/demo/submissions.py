"""From a released notebook and a recipe to the file that a student hands in."""

import copy
from collections.abc import Mapping

import nbformat
from nbformat import NotebookNode

from .edits import EDITS, functions, is_answer
from .students import Student

WRITTEN = (
    "B waits for more room than C does. The one that is woken is B, it tests again, finds that its"
    " message still does not fit and sleeps again; C is not woken, although its message would fit."
)


def submission(released: NotebookNode, student: Student, answers: Mapping[str, str]) -> str:
    """The text of the file; `answers` holds the source of every exercise that was begun."""
    notebook = copy.deepcopy(released)
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        if is_answer(cell):
            cell.source = answers.get(exercise_of(cell), cell.source)
        elif about.get("solution") and answers:
            cell.source = WRITTEN
    for edit in student.edits:
        if edit in EDITS:
            notebook.cells = EDITS[edit](notebook.cells)
    text: str = nbformat.writes(notebook)
    return text[: len(text) // 2] if "half_a_file" in student.edits else text


def exercise_of(cell: NotebookNode) -> str:
    """The function that a released solution cell has the stub of."""
    found = functions(cell.source)
    return found[-1].name if found else ""
