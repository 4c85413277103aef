"""Whatever students do to cells, the assignment's come back and the student's work stays."""

from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbgrader.nbgraderformat import MetadataValidator

from autograder.nbgrader_plugin.master import Master, MasterCell
from autograder.nbgrader_plugin.repair import UNREADABLE, annotate, repair, replacement


def known(name: str, cell_type: str, source: str, **marks: Any) -> MasterCell:
    flags = {"locked": False, "grade": False, "solution": False, "task": False, "points": None}
    return MasterCell(name, cell_type, source, "0" * 32, **(flags | marks))


MASTER = Master(
    "ps2",
    "messages",
    (
        known("imports", "code", "from kernel_model import *", locked=True),
        known("msgrcv", "code", "def msgrcv(): ...", solution=True),
        known("test_msgrcv", "code", "check(msgrcv)", locked=True, grade=True, points=5.0),
        known("why", "markdown", "YOUR ANSWER HERE", grade=True, solution=True, points=4.0),
        known("task", "markdown", "Draw it.", task=True, locked=True, points=2.0),
    ),
    '{"name": "python3", "display_name": "Python 3", "language": "python"}',
)
NAMES = [cell.name for cell in MASTER.cells]


def released() -> NotebookNode:
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [cell.cell() for cell in MASTER.cells]
    return notebook


def named(notebook: NotebookNode) -> list[str | None]:
    return [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]


def own(source: str) -> NotebookNode:
    return nbformat.v4.new_code_cell(source)


def test_the_released_notebook_needs_no_repair() -> None:
    notebook = released()
    before = [(cell.source, cell.metadata) for cell in notebook.cells]

    assert repair(notebook, MASTER) == []
    assert [(cell.source, cell.metadata) for cell in notebook.cells] == before
    assert notebook.metadata.kernelspec.name == "python3"


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ({"points": 500}, "other points; it is worth 5"),
        ({"grade": False}, "other marks"),
        ({"solution": True}, "other marks"),
        ({"task": True}, "other marks"),
        ({"points": "many"}, "other points"),
        ({"schema_version": 1}, None),
        ({"checksum": "forged"}, None),
        ({"locked": False}, None),
        ({"nonsense": [1, 2]}, None),
    ],
)
def test_edited_metadata_is_put_back(claim: dict[str, Any], words: str | None) -> None:
    notebook = released()
    notebook.cells[2].metadata["nbgrader"].update(claim)

    notes = repair(notebook, MASTER)

    assert notebook.cells[2].metadata["nbgrader"] == MASTER.cells[2].metadata()
    assert [words in note for note in notes if words] == ([True] if words else [])


def test_an_edited_test_cell_gets_its_text_back_and_an_answer_keeps_its_own() -> None:
    notebook = released()
    notebook.cells[1].source = "def msgrcv(): return 42"
    notebook.cells[2].source = "full_marks()"

    notes = repair(notebook, MASTER)

    assert notebook.cells[1].source == "def msgrcv(): return 42"
    assert notebook.cells[2].source == "check(msgrcv)"
    assert notes == ["Cell `test_msgrcv` had been changed; the assignment's text was put back."]


def test_a_cell_of_another_type_becomes_what_it_was() -> None:
    notebook = released()
    answer = nbformat.v4.new_markdown_cell("def msgrcv(): return 42")
    answer.metadata = notebook.cells[1].metadata
    notebook.cells[1] = answer

    notes = repair(notebook, MASTER)

    assert notebook.cells[1].cell_type == "code"
    assert notebook.cells[1].source == "def msgrcv(): return 42"
    assert notes == ["Cell `msgrcv` had become markdown; it is code again."]
    nbformat.validate(notebook)


def test_of_copied_test_cells_one_stays_and_the_others_are_the_students() -> None:
    notebook = released()
    copy = MASTER.cells[2].cell()
    notebook.cells.insert(3, copy)

    notes = repair(notebook, MASTER)

    assert named(notebook) == ["imports", "msgrcv", None, "test_msgrcv", "why", "task"]
    assert notes == ["Cell `test_msgrcv` was there 2 times; one was graded."]


def test_of_copied_answers_the_one_with_an_answer_stays() -> None:
    notebook = released()
    answered = MASTER.cells[3].cell()
    answered.source = "Because a wakeup may be lost."
    notebook.cells.insert(3, answered)

    repair(notebook, MASTER)

    kept = [
        cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "why"
    ]
    assert [cell.source for cell in kept] == ["Because a wakeup may be lost."]


def test_a_deleted_test_cell_comes_back_behind_its_answer() -> None:
    notebook = released()
    del notebook.cells[2]
    notebook.cells.insert(2, own("# my notes"))

    notes = repair(notebook, MASTER)

    assert named(notebook) == ["imports", "msgrcv", "test_msgrcv", None, "why", "task"]
    assert notes == ["Cell `test_msgrcv` was missing and was put back."]


def test_a_deleted_answer_is_not_replaced_by_a_stub_that_would_hide_the_function() -> None:
    notebook = released()
    del notebook.cells[1]
    notebook.cells.insert(0, own("def msgrcv(): return 42"))

    notes = repair(notebook, MASTER)

    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert not any("..." in source for source in code)
    assert notes == ["Cell `msgrcv` was missing; its answer was looked for elsewhere."]


def test_a_deleted_written_answer_comes_back_for_a_person_to_look_at() -> None:
    notebook = released()
    del notebook.cells[3]

    repair(notebook, MASTER)

    assert named(notebook) == NAMES
    assert notebook.cells[3].source != MASTER.cells[3].source


def test_cells_of_another_assignment_become_ordinary_ones() -> None:
    notebook = released()
    foreign = own("x = 1")
    foreign.metadata["nbgrader"] = {"grade_id": "test_pipe_read", "grade": True, "points": 100}
    notebook.cells.append(foreign)

    notes = repair(notebook, MASTER)

    assert notebook.cells[-1].source == "x = 1"
    assert "nbgrader" not in notebook.cells[-1].metadata
    assert len(notes) == 1


def test_a_student_cannot_claim_to_be_unreadable_nor_choose_the_kernel() -> None:
    notebook = released()
    notebook.metadata = nbformat.from_dict({UNREADABLE: "no", "kernelspec": {"name": "evil"}})

    repair(notebook, MASTER)

    assert UNREADABLE not in notebook.metadata
    assert notebook.metadata.kernelspec.name == "python3"


def test_what_stands_for_an_unreadable_file_has_every_cell_and_no_answer() -> None:
    notebook = replacement(MASTER, "it is empty")

    assert named(notebook) == NAMES
    assert notebook.metadata[UNREADABLE] == "it is empty"
    nbformat.validate(notebook)


def test_notes_stand_in_one_first_cell_however_often_they_are_made() -> None:
    notebook = released()
    annotate(notebook, "Put right:", ["first"])
    annotate(notebook, "Put right:", ["second"])

    assert notebook.cells[0].source == "**Put right:**\n\n- second"
    assert named(notebook) == [None, *NAMES]


metadata = st.dictionaries(
    st.sampled_from(["grade_id", "grade", "solution", "locked", "points", "schema_version"]),
    st.sampled_from([*NAMES, "unknown", True, False, None, 3, -1, "", 2.5, []]),
) | st.sampled_from([{}, [], None, 7, "text"])


@given(st.lists(st.tuples(st.sampled_from(["code", "markdown", "raw"]), metadata), max_size=8))
def test_any_metadata_ends_as_a_notebook_that_nbgrader_takes(cells: list[tuple[str, Any]]) -> None:
    notebook = nbformat.v4.new_notebook()
    for number, (cell_type, claim) in enumerate(cells):
        cell = getattr(nbformat.v4, f"new_{cell_type}_cell")(f"text {number}")
        cell.metadata["nbgrader"] = nbformat.from_dict(claim)
        notebook.cells.append(cell)

    repair(notebook, MASTER)

    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    locked = {cell.name: cell.source for cell in MASTER.cells if cell.locked}
    found = {name: cell.source for name, cell in zip(named(notebook), notebook.cells, strict=True)}
    assert {name: found[name] for name in locked} == locked
    assert {"test_msgrcv", "why", "task"} <= set(found)
