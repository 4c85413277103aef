"""What students do to a notebook besides answering; each function edits a list of cells."""

import ast
import copy
from collections.abc import Callable

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

Cells = list[NotebookNode]


def is_test(cell: NotebookNode) -> bool:
    """A graded cell that students only run."""
    about = cell.metadata.get("nbgrader", {})
    return bool(about.get("grade") and not about.get("solution"))


def is_answer(cell: NotebookNode) -> bool:
    """A code cell that students write in."""
    about = cell.metadata.get("nbgrader", {})
    return bool(cell.cell_type == "code" and about.get("solution"))


def drop_tests(cells: Cells) -> Cells:
    """Deletes every test cell."""
    return [cell for cell in cells if not is_test(cell)]


def drop_answers(cells: Cells) -> Cells:
    """Moves every answer into an added cell and deletes the one it belongs in."""
    return [new_code_cell(cell.source) if is_answer(cell) else cell for cell in cells]


def copy_tests(cells: Cells) -> Cells:
    """Copies every test cell, as an absent-minded paste does."""
    return [twin for cell in cells for twin in ([cell, twin_of(cell)] if is_test(cell) else [cell])]


def twin_of(cell: NotebookNode) -> NotebookNode:
    """A copy with an id of its own, which is all that Jupyter changes."""
    twin = copy.deepcopy(cell)
    twin.id = f"{cell.id}-twin"
    return twin


def rewrite_tests(cells: Cells) -> Cells:
    """Replaces the text of every test cell by one that is content with anything."""
    for cell in filter(is_test, cells):
        cell.source = "print('all cases pass')\n10 ** 6"
    return cells


def magics(cells: Cells) -> Cells:
    """Adds magics, shell lines and requests for help."""
    first = new_code_cell("%matplotlib inline\n!ls -l\nfiles = !ls\nlen?")
    timed = new_code_cell("%%time\nfor n in range(3):\n    print(n)")
    shell = new_code_cell("%%bash\nwhoami; ls /")
    return [first, *cells, timed, shell]


def noise(cells: Cells) -> Cells:
    """Prints to stderr in every cell and in every call."""
    shout = "print({!r}, file=__import__('sys').stderr)"
    for cell in filter(is_answer, cells):
        lines = cell.source.split("\n")
        for node in reversed(functions(cell.source)):
            first = node.body[min(1, len(node.body) - 1)]
            lines.insert(first.lineno - 1, " " * first.col_offset + shout.format(node.name))
        cell.source = "\n".join([*lines, shout.format("a cell was run")])
    return cells


def helpers_apart(cells: Cells) -> Cells:
    """Moves imports and helpers of every answer into an added cell in front of it."""
    moved: Cells = []
    for cell in cells:
        found = functions(cell.source) if is_answer(cell) else []
        if len(found) > 1:
            start = found[-1].lineno - 1
            lines = cell.source.split("\n")
            moved.append(new_code_cell("\n".join(lines[:start]).rstrip()))
            cell.source = "\n".join(lines[start:])
        moved.append(cell)
    return moved


def functions(source: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Functions at the top of a source, in order; none in one that does not parse."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return []
    return [node for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


EDITS: dict[str, Callable[[Cells], Cells]] = {
    edit.__name__: edit
    for edit in (
        drop_tests,
        drop_answers,
        copy_tests,
        rewrite_tests,
        magics,
        noise,
        helpers_apart,
    )
}
