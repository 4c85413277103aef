"""A function that tells of every statement it is about to make, for the trace.

The statements of its source are compiled again, each with a call of `log` before it and, where
it may change tables, a call of `look` after it. This costs a fraction of what sys.settrace does,
and leaves debuggers and coverage alone. Line numbers and file stay those of the original.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

Log = Callable[[int], None]  # takes the line in the file
Look = Callable[[int], None]  # takes what may have changed
Make = Callable[[Log, Look], Callable[..., Any]]

LOG, LOOK = "_trace_log", "_trace_look"
BODIES = ("body", "orelse", "finalbody")


@cache
def maker(fn: Callable[..., Any], changing: tuple[tuple[int, int], ...]) -> Make | None:
    """What makes the telling function from log and look; None without source, or in a closure.

    `changing` gives the lines of the file that may change tables, and which (see trace).
    """
    if fn.__code__.co_freevars:
        return None
    try:
        lines, first = inspect.getsourcelines(fn)
        tree = ast.parse(textwrap.dedent("".join(lines)))
    except (OSError, TypeError, SyntaxError):
        return None
    define = tree.body[0]
    if not isinstance(define, ast.FunctionDef | ast.AsyncFunctionDef):
        return None
    ast.increment_lineno(tree, first - 1)
    define.decorator_list = []
    _tell(define, dict(changing))
    outer = ast.parse(f"def make({LOG}, {LOOK}):\n    return {define.name}").body[0]
    assert isinstance(outer, ast.FunctionDef), "make is a function"
    outer.body.insert(0, define)
    ast.fix_missing_locations(outer)
    made: dict[str, Any] = {}
    code = compile(ast.Module([outer], []), fn.__code__.co_filename, "exec", dont_inherit=True)
    exec(code, fn.__globals__, made)

    def make(log: Log, look: Look) -> Callable[..., Any]:
        telling: Any = made["make"](log, look)
        telling.__defaults__, telling.__kwdefaults__ = fn.__defaults__, fn.__kwdefaults__
        telling.__module__, telling.__doc__ = fn.__module__, fn.__doc__
        return telling  # type: ignore[no-any-return]

    return make


def _tell(node: ast.AST, changing: dict[int, int], after_head: int = 0) -> None:
    """Puts the calls into every list of statements below the node."""
    for body in _bodies(node):
        told: list[ast.stmt] = [_call(LOOK, after_head, body[0])] if after_head else []
        for place, statement in enumerate(body):
            if place == 0 and _is_docstring(node, statement):
                told.append(statement)
                continue
            head = _changes(statement, changing)
            told += [_call(LOG, statement.lineno, statement), statement]
            if any(True for _ in _bodies(statement)):
                _tell(statement, changing, head)
            if head and not isinstance(
                statement, ast.Return | ast.Raise | ast.Break | ast.Continue
            ):
                told.append(_call(LOOK, head, statement))
        if isinstance(node, ast.While | ast.For | ast.AsyncFor) and body is node.body:
            told.append(_call(LOG, node.lineno, body[-1]))  # its head is next again
        body[:] = told


def _bodies(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in BODIES:
        body = getattr(node, name, None)
        if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
            yield body
    for inner in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield inner.body


def _changes(statement: ast.stmt, changing: dict[int, int]) -> int:
    """What the statement may change; of a compound one, what its head may."""
    last = statement.end_lineno or statement.lineno
    for body in _bodies(statement):
        last = min(last, body[0].lineno - 1)
    lines = range(statement.lineno, max(last, statement.lineno) + 1)
    return max((changing.get(line, 0) for line in lines), default=0)


def _is_docstring(node: ast.AST, statement: ast.stmt) -> bool:
    return (
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _call(name: str, value: int, where: ast.stmt) -> ast.stmt:
    """The statement `name(value)`, at the line of another one."""
    call = ast.Expr(ast.Call(ast.Name(name, ast.Load()), [ast.Constant(value)], []))
    for node in ast.walk(call):
        ast.copy_location(node, where)
    return call
