"""What the lectures show when they are run: predictions after Run All, and tries of one's own."""

import ast
import linecache
import os
from collections.abc import Callable
from contextlib import chdir
from functools import cache
from pathlib import Path
from typing import Any

import jupytext
import matplotlib as mpl
import pytest

from autograder import checks
from kernel_model.view.questions.widget import Questions

FOLDER = Path(__file__).parents[1] / "notebooks"
LECTURES = sorted(path.stem for path in FOLDER.glob("*.py"))
mpl.use("agg")


@cache
def cells(name: str) -> list[str]:
    """The code of a lecture, cell by cell."""
    notebook = jupytext.read(FOLDER / f"{name}.py", fmt="py:percent")
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


SEARCHES = ("drive(", "explore(", "verdicts(", "interleave(")  # long, and they change nothing


def ran(name: str, after: Callable[[Any], None]) -> dict[str, Any]:
    """Runs the cells in order; `after` sees the questions that one ends in. Gives their names.

    What a search shows in the last line of a cell is left out.
    """
    names: dict[str, Any] = {"__name__": "__main__"}
    with chdir(FOLDER):
        for number, source in enumerate(cells(name)):
            place = f"<cell {number} of {name}>"  # where inspect finds it, as in a notebook
            linecache.cache[place] = (len(source), None, source.splitlines(True), place)
            *first, last = ast.parse(source).body
            body = first if isinstance(last, ast.Expr) else [*first, last]
            exec(compile(ast.Module(body, []), place, "exec"), names)
            if isinstance(last, ast.Expr) and not ast.unparse(last).startswith(SEARCHES):
                value = eval(compile(ast.Expression(last.value), place, "eval"), names)
                if isinstance(value, Questions):
                    after(value)
    return names


@pytest.fixture(autouse=True)
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept of what is tried here."""
    monkeypatch.setitem(os.environ, "KERNELBOOK_PROGRESS", "off")
    monkeypatch.setattr(checks, "_history", [])


def told(asked: Questions) -> list[str]:
    """What a question shows once it is answered."""
    if asked.then is None:
        return []
    made = asked.then()
    steps = [step for story in getattr(made, "stories", []) for step in story.steps]
    return [repr(made), *[step.text for step in steps]]


@pytest.mark.parametrize("name", LECTURES)
def test_a_question_shows_the_same_at_once_and_after_all_cells_were_run(name: str) -> None:
    asked: list[tuple[Questions, list[str]]] = []
    ran(name, lambda questions: asked.append((questions, told(questions))))

    assert [told(questions) for questions, _ in asked] == [at_once for _, at_once in asked]


def test_the_two_directions_of_a_descriptor_are_tried_in_every_slot() -> None:
    cell = next(source for source in cells("03_what_ipc_shares") if "def tried(" in source)
    right = {
        "descriptor": lambda slot, seq, size: slot + seq * size,
        "slot_of": lambda msqid, size: msqid % size,
    }

    def said(**own: Callable[..., int]) -> str:
        names: dict[str, Any] = {}
        exec("from kernel_model import *", names)
        names |= right | own
        exec(cell, names)
        return str(eval(cell.splitlines()[-1], names))

    assert said() == "both agree with the kernel"
    assert said(descriptor=lambda slot, seq, size: seq * size).startswith("not yet: the kernel")
    assert said(slot_of=lambda msqid, size: 0).startswith("not yet: the kernel gives 1 for slot 1")
