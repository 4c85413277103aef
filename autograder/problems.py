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
UNKNOWN = re.compile(r"NameError: name '(\w+)' is not defined")


def own(problems: list[dict[str, Any]], cells: list[str]) -> list[dict[str, Any]]:
    """The problems without those that only the missing function has caused."""
    left, lost = [], set[str]()
    for problem in problems:
        unknown = UNKNOWN.match(problem["error"])
        if LEFT_OUT.match(problem["error"]) or (unknown and unknown[1] in lost):
            number = problem["cell"]
            lost |= assigned(cells[number - 1]) if 1 <= number <= len(cells) else set()
        else:
            left.append(problem)
    return left


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
