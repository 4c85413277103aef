"""From a reviewed source to a notebook that has everything but its outputs.

A source is a jupytext percent file. What has another home is named in a line of its own:

    # kernelbook: text msgrcv                               the exercise's text.md
    # kernelbook: solution kernel_model.messages:msgrcv     the kernel's own function, as solution;
                                                            helpers that it needs may follow
    # kernelbook: accepted break_msgrcv compact             a right answer of the exercise's folder

In a cell's header only what differs from the usual need be said of nbgrader's metadata; a graded
test cell without points is worth what its exercise is.

    # %% nbgrader={"grade_id": "test_msgrcv", "grade": true}
"""

import re
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbformat import NotebookNode
from nbgrader.nbgraderformat import SCHEMA_VERSION

from autograder.builder import BuildError
from autograder.builder.solution import chosen, solution
from autograder.exercise import exercise, exercise_with
from autograder.nbgrader_plugin.grade import exercise_of

DIRECTIVE = re.compile(r"^(?:# )?kernelbook: (\w+) (.+)$", re.MULTILINE)
KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}


def filled(source: Path) -> NotebookNode:
    """The notebook of a source, complete and without outputs."""
    notebook: NotebookNode = jupytext.read(source, fmt="py:percent")
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNELSPEC})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells):
        cell.id = f"{source.stem}-{number:02d}"
        cell.metadata.pop("lines_to_next_cell", None)
        try:
            cell.source = DIRECTIVE.sub(_fill, cell.source)
            if "nbgrader" in cell.metadata:
                cell.metadata["nbgrader"] = _metadata(cell)
        except (LookupError, OSError, ValueError) as error:
            raise BuildError(f"{source.name}, cell {number}: {error}") from error
    nbformat.validate(notebook)
    return notebook


def written(notebook: NotebookNode) -> str:
    """The notebook as the text of its file."""
    return str(nbformat.writes(notebook)).rstrip("\n") + "\n"


def _fill(match: re.Match[str]) -> str:
    kind, name = match.groups()
    if kind == "text":
        return exercise(name).text.rstrip()
    if kind == "solution":
        return solution(*name.split())
    if kind == "accepted":
        one, which = name.split()
        return chosen(exercise(one).stub, exercise(one).accepted()[which])
    raise ValueError(f"kernelbook: {kind} is not known; it must be text, solution or accepted")


def _metadata(cell: NotebookNode) -> dict[str, Any]:
    """nbgrader's metadata of a cell, whole."""
    said = dict(cell.metadata["nbgrader"])
    if not isinstance(said.get("grade_id"), str):
        raise ValueError("the cell's nbgrader metadata needs a grade_id")
    solution_cell = bool(said.get("solution", False))
    whole = {
        "schema_version": SCHEMA_VERSION,
        "grade": False,
        "solution": False,
        "task": False,
        "locked": not solution_cell,
    } | said
    if whole["grade"] and "points" not in whole:
        whole["points"] = _points(cell)
    return dict(sorted(whole.items()))


def _points(cell: NotebookNode) -> int:
    name = exercise_of(cell.source) if cell.cell_type == "code" else None
    if name is None:
        raise ValueError("a graded cell needs points, or a check(...) of one exercise")
    return exercise_with(name).points
