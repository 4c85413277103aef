"""Which cells' errors are the student's business.

The sandbox runs a notebook's cells in a kernel that has everything but the exercise's own
function. So a cell of the notebook that shows the kernel at work before the student's function is
there cannot run, and neither can what builds on it: errors that nobody made. And what is wrong with
the cell of another exercise is told where that one is graded.
"""

import re
from collections.abc import Iterable
from typing import Any

LEFT_OUT = re.compile(r"NotImplementedError: \w+ is what this exercise asks for")
BOUND = re.compile(r"\b(?:def|class|for|as|import)[ \t]+(\w+)|\b(\w+)[ \t]*(?=[:,)]|=(?!=))")
DEFINES = re.compile(r"^[ \t]*(?:async[ \t]+)?(?:def|class)\b", re.MULTILINE)
UNKNOWN = re.compile(r"NameError: name '(\w+)' is not defined")


def own(problems: list[dict[str, Any]], cells: list[str]) -> list[dict[str, Any]]:
    """The problems without those that only the missing function has caused.

    What a cell has not brought about is lost: its names, and what those stand for that it should
    have changed. A cell that defines nothing and uses a lost name has its error from there.
    """
    left, lost = [], set[str]()
    for problem in problems:
        number, unknown = problem["cell"], UNKNOWN.match(problem["error"])
        cell = cells[number - 1] if 1 <= number <= len(cells) else ""
        follows = unknown[1] in lost if unknown else builds_on(cell, lost)
        if LEFT_OUT.match(problem["error"]) or follows:
            lost |= assigned(cell)
        else:
            left.append(problem)
    return left


def builds_on(cell: str, lost: set[str]) -> bool:
    """Does a cell only use what there is, some of which is lost?"""
    return DEFINES.search(cell) is None and not lost.isdisjoint(re.findall(r"\w+", cell))


def not_of(
    others: Iterable[str],
    names: Iterable[str],
    problems: list[dict[str, Any]],
    cells: list[str],
) -> list[dict[str, Any]]:
    """The problems without those of cells that define the function of another exercise only."""
    other = re.compile(rf"^(?:async[ \t]+)?def[ \t]+(?:{'|'.join(others)})\b", re.MULTILINE)
    mine = re.compile(rf"\b(?:{'|'.join(names)})\b")

    def foreign(cell: str) -> bool:
        return other.search(cell) is not None and mine.search(cell) is None

    numbers = {number for number, cell in enumerate(cells, 1) if foreign(cell)}
    return [problem for problem in problems if problem["cell"] not in numbers]


def assigned(source: str) -> set[str]:
    """The names that a cell would have defined, as far as one can see without parsing it.

    Python's own parser takes hours for some cells, and this is the grader's process.
    """
    return {name for pair in BOUND.findall(source) for name in pair if name}
