"""A submission's cells made those of the assignment again, with the student's work in them.

Students copy, split, delete and retype cells, and some edit what nbgrader keeps in a cell's
metadata. Before anything is graded, every cell that nbgrader knows is put right by the gradebook:

    changed            locked text, type, points, flags: the instructor's again
    more than once     one stays nbgrader's, the others are ordinary cells of the student
    unknown            metadata of no cell of this assignment: an ordinary cell
    missing            locked, graded and task cells are put back; a solution cell is not, since
                       its function may stand in any other cell and a stub would hide it

No text that the student wrote is ever dropped, except from locked cells.
"""

import json
from collections.abc import Iterable

import nbformat
from nbformat import NotebookNode

from .master import Master, MasterCell
from .reading import with_ids

NOTE = "kernelbook_note"  # in the metadata of the cell that tells what was put right
UNREADABLE = "kernelbook_unreadable"  # in the notebook's metadata: why there is nothing to grade

MISSING_ANSWER = "(This cell was missing; the answer may stand in another cell.)"


def repair(notebook: NotebookNode, master: Master) -> list[str]:
    """Makes the notebook the assignment's again, in place; says what was done, in sentences."""
    notes: list[str] = []
    notebook.metadata.pop(UNREADABLE, None)
    if master.kernelspec and (spec := json.loads(master.kernelspec)):
        notebook.metadata["kernelspec"] = nbformat.from_dict(spec)
    known = {cell.name: cell for cell in master.cells}
    found = _claims(notebook, known, notes)
    for name, cells in found.items():
        kept = _kept(cells, known[name])
        if len(cells) > 1:
            notes.append(f"Cell `{name}` was there {len(cells)} times; one was graded.")
        for cell in cells:
            if cell is kept:
                _restore(cell, known[name], notes)
            else:
                cell.metadata.pop("nbgrader")
    _put_back(notebook, master, set(found), notes)
    with_ids(notebook)
    return notes


def replacement(master: Master, reason: str) -> NotebookNode:
    """Stands for a submission that is no notebook: the assignment's own cells, nothing answered."""
    notebook: NotebookNode = nbformat.v4.new_notebook()
    notebook.metadata[UNREADABLE] = reason
    if master.kernelspec and (spec := json.loads(master.kernelspec)):
        notebook.metadata["kernelspec"] = nbformat.from_dict(spec)
    notebook.cells = [cell.cell() for cell in master.cells]
    with_ids(notebook)
    return notebook


def annotate(notebook: NotebookNode, title: str, notes: Iterable[str]) -> None:
    """Tells student and instructor, in a first cell of the graded notebook, what was done."""
    notebook.cells = [cell for cell in notebook.cells if NOTE not in cell.metadata]
    if lines := [f"- {note}" for note in notes]:
        text = "\n".join([f"**{title}**", "", *lines])
        cell = nbformat.v4.new_markdown_cell(text, metadata={NOTE: True})
        notebook.cells.insert(0, cell)
        with_ids(notebook)


def _claims(
    notebook: NotebookNode, known: dict[str, MasterCell], notes: list[str]
) -> dict[str, list[NotebookNode]]:
    """The cells that say they are a cell of the assignment, by its name."""
    found: dict[str, list[NotebookNode]] = {}
    for cell in notebook.cells:
        claim = cell.metadata.get("nbgrader")
        name = claim.get("grade_id") if isinstance(claim, dict) else None
        name = name if isinstance(name, str) else None
        if name in known:
            found.setdefault(name, []).append(cell)
        else:
            cell.metadata.pop("nbgrader", None)
        if name is not None and name not in known:
            notes.append("A cell with the mark of another assignment was taken as an ordinary one.")
    return found


def _kept(cells: list[NotebookNode], master: MasterCell) -> NotebookNode:
    """The copy that stays: the last with an answer, else the last."""
    answered = [cell for cell in cells if not master.locked and cell.source != master.source]
    return (answered or cells)[-1]


def _restore(cell: NotebookNode, master: MasterCell, notes: list[str]) -> None:
    name, claim = master.name, cell.metadata["nbgrader"]
    if cell.cell_type != master.cell_type:
        notes.append(f"Cell `{name}` had become {cell.cell_type}; it is {master.cell_type} again.")
        _retype(cell, master.cell_type)
    if master.locked and cell.source != master.source:
        notes.append(f"Cell `{name}` had been changed; the assignment's text was put back.")
        cell.source = master.source
    if master.points is not None and claim.get("points") != master.points:
        notes.append(f"Cell `{name}` had other points; it is worth {master.points:g}.")
    flags = ("grade", "solution", "task")
    if any(bool(claim.get(flag)) != getattr(master, flag) for flag in flags):
        notes.append(f"Cell `{name}` had other marks than in the assignment; they were put back.")
    cell.metadata["nbgrader"] = nbformat.from_dict(master.metadata())


def _retype(cell: NotebookNode, cell_type: str) -> None:
    cell.cell_type = cell_type
    if cell_type == "code":
        cell.pop("attachments", None)
        cell.outputs, cell.execution_count = [], None
    else:
        cell.pop("outputs", None)
        cell.pop("execution_count", None)


def _put_back(notebook: NotebookNode, master: Master, present: set[str], notes: list[str]) -> None:
    """Missing cells go after the cell that comes before them in the assignment."""
    place = 0
    for record in master.cells:
        if record.name in present:
            place = 1 + next(
                number
                for number, cell in enumerate(notebook.cells)
                if cell.metadata.get("nbgrader", {}).get("grade_id") == record.name
            )
            continue
        if record.solution and not record.grade:
            notes.append(f"Cell `{record.name}` was missing; its answer was looked for elsewhere.")
            continue
        cell = record.cell()
        if record.solution:  # an answer for a person to grade: somebody must look for it
            comment = "# " if record.cell_type == "code" else ""
            cell.source += f"\n\n{comment}{MISSING_ANSWER}"
        notes.append(f"Cell `{record.name}` was missing and was put back.")
        notebook.cells.insert(place, cell)
        place += 1
