"""The solution of an exercise as mutants are made of it: the kernel's own function, bare."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from autograder.exercise import INTERLEAVINGS, Exercise

Function = ast.FunctionDef | ast.AsyncFunctionDef
HEAD = "from kernel_model import *\n"
CELLS = "from kernel_model.explore import *\n"
SAID = ast.Constant("why")  # in place of the words of an error, which no case compares


def solution(exercise: Exercise) -> ast.Module:
    """The functions, after the sealed functions that they call: all that a submission would need.

    Of code over cells: the functions that are to be written.

    Decorators, annotations, docstrings and the words of errors are left out, since no scenario
    depends on them; the lines are those of the kernel's source. Raises LookupError when the
    kernel has no such function.
    """
    sealed = {place.rpartition(":")[2]: place for place in exercise.seal}
    if exercise.kind == INTERLEAVINGS:
        every = [bare(function_at(place)) for place in exercise.places]
        return ast.Module([*ast.parse(CELLS).body, *every], [])
    found: dict[str, Function] = {}
    left = [*exercise.places]
    while left:
        node = function_at(left.pop())
        found[node.name] = node
        left += [sealed[name] for name in _called(node) if name in sealed and name not in found]
    return ast.Module([bare(node) for node in reversed(found.values())], [])


def function_at(place: str) -> Function:
    """The tree of `module:function`."""
    module, _, name = place.partition(":")
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise LookupError(f"there is no module {module}")
    for node in ast.parse(Path(spec.origin).read_text(encoding="utf-8")).body:
        if isinstance(node, Function) and node.name == name:
            return node
    raise LookupError(f"there is no function {name} in {module}")


def bare(function: Function) -> Function:
    """The function without what no scenario depends on."""
    function.decorator_list, function.returns = [], None
    if ast.get_docstring(function) is not None:
        del function.body[0]
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "KernelError":
            node.args[1:] = [SAID]
    return function


def submission(tree: ast.AST) -> str:
    """A tree as a submission."""
    return HEAD + ast.unparse(tree) + "\n"


def digest(*parts: str | bytes) -> str:
    """A short name for what all these parts say."""
    made = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        made.update(len(data).to_bytes(8) + data)
    return made.hexdigest()[:16]


def _called(function: Function) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id
