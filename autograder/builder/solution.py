"""A function of the kernel as the solution cell of an exercise."""

import ast
import copy
from importlib.util import find_spec
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


def solution(pointer: str, *helpers: str) -> str:
    """Source of `module:function`, its body marked as the solution.

    Signature and docstring stay outside the marks, so that they are what the student is given;
    decorators, annotations and documentation anchors are for the kernel only and are left out.
    `helpers` are functions that only the solution needs: they stand inside it.
    """
    node, lines = _found(pointer)
    if ast.get_docstring(node) is None:
        raise ValueError(f"{pointer} needs a docstring: it is what the student is given")
    docstring = node.body[0]
    body = lines[docstring.end_lineno or 0 : node.end_lineno]
    return "\n".join(
        [
            _signature(node),
            *lines[docstring.lineno - 1 : docstring.end_lineno],
            f"    {BEGIN}",
            *[line for helper in helpers for line in _nested(helper)],
            *[line for line in body if not line.lstrip().startswith("# DOC:")],
            f"    {END}",
        ]
    )


def chosen(stub: str, source: str) -> str:
    """The function of a stub with the body that a right answer has for it, as the solution."""
    given, found = (text.splitlines() for text in (stub, source))
    (define,) = (node for node in ast.parse(stub).body if isinstance(node, Function))
    right = next(
        node
        for node in ast.parse(source).body
        if isinstance(node, Function) and node.name == define.name
    )
    head = given[define.lineno - 1 : define.body[0].end_lineno]
    body = found[right.lineno : right.end_lineno]
    own = [line for line in body if not line.lstrip().startswith("# fmt:")]
    return "\n".join([*head, f"    {BEGIN}", *own, f"    {END}"])


def _nested(pointer: str) -> list[str]:
    """A helper, as a function within the function."""
    node, lines = _found(pointer)
    text = [_signature(node), *lines[node.body[0].lineno - 1 : node.end_lineno]]
    return [f"    {line}" if line else line for line in text] + [""]


def _found(pointer: str) -> tuple[Function, list[str]]:
    """A function's tree, and the lines of its module."""
    module, _, name = pointer.partition(":")
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise LookupError(f"there is no module {module}")
    text = Path(spec.origin).read_text(encoding="utf-8")
    for node in ast.parse(text).body:
        if isinstance(node, Function) and node.name == name:
            return node, text.splitlines()
    raise LookupError(f"there is no function {name} in {module}")


def _signature(node: Function) -> str:
    arguments = copy.deepcopy(node.args)
    for argument in ast.walk(arguments):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    kind = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    return f"{kind} {node.name}({ast.unparse(arguments)}):"
