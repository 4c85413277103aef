"""A function of the kernel as the solution cell of an exercise."""

import ast
import copy
from importlib.util import find_spec
from pathlib import Path

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


def solution(pointer: str) -> str:
    """Source of `module:function`, its body marked as the solution.

    Signature and docstring stay outside the marks, so that they are what the student is given;
    decorators, annotations and documentation anchors are for the kernel only and are left out.
    """
    module, _, name = pointer.partition(":")
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise LookupError(f"there is no module {module}")
    text = Path(spec.origin).read_text(encoding="utf-8")
    node = _function(ast.parse(text), name)
    if node is None:
        raise LookupError(f"there is no function {name} in {module}")
    if ast.get_docstring(node) is None:
        raise ValueError(f"{pointer} needs a docstring: it is what the student is given")
    lines = text.splitlines()
    given, body = node.body[0], lines[(node.body[0].end_lineno or 0) : node.end_lineno]
    return "\n".join(
        [
            _signature(node),
            *lines[given.lineno - 1 : given.end_lineno],
            f"    {BEGIN}",
            *[line for line in body if not line.lstrip().startswith("# DOC:")],
            f"    {END}",
        ]
    )


def _function(tree: ast.Module, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            return node
    return None


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    arguments = copy.deepcopy(node.args)
    for argument in ast.walk(arguments):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    kind = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    return f"{kind} {node.name}({ast.unparse(arguments)}):"
