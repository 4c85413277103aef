"""Which cells' errors are the student's business.

The sandbox runs a notebook's cells in a kernel that has everything but the exercise's own
function. So a cell of the notebook that shows the kernel at work before the student's function is
there cannot run, and neither can what builds on it: errors that nobody made.
"""

import ast
import re
from typing import Any

LEFT_OUT = re.compile(r"NotImplementedError: \w+ is what this exercise asks for")
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


def assigned(source: str) -> set[str]:
    """The names that a cell would have defined; none, if it is not Python."""
    names = set[str]()
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return names
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
    return names
