"""The little arithmetic of `{"expr": "2*PAGE-1"}`: integers, names, and + - * // on them."""

import ast
import operator
import re
from collections.abc import Callable
from functools import lru_cache

from kernel_model.scenario.errors import Problem, show

OPERATORS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
}
LONGEST = 200  # characters of an expression
SAVED = re.compile(r"\$(\w+(?:\.\w+)?)")
RULE = "an expression has integers, names, + - * // and parentheses"


class DividesByZero(Problem):
    """An expression that has no value, though all of it can be understood."""


def calculate(text: str, number: Callable[[str], int]) -> int:
    """The value of the expression; `number` gives the value of each name in it.

    A saved name may be written `q` or `$q`, a part of a saved pair `p.r` or `$p.r`.
    """
    tree, saved = _parse(text)

    def value(node: ast.expr) -> int:
        match node:
            case ast.Constant(value=int(constant)) if type(constant) is int:
                return constant
            case ast.Name(id=name):
                return number(saved.get(name, name))
            case ast.Attribute(value=ast.Name(id=name), attr=part):
                return number(f"{name}.{part}")
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -value(operand)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return value(operand)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
                try:
                    return OPERATORS[type(op)](value(left), value(right))
                except ZeroDivisionError:
                    raise DividesByZero(f"{show(text)} divides by zero") from None
        raise Problem(f"{ast.unparse(node)} cannot stand in {show(text)}; {RULE}")

    return value(tree)


@lru_cache(maxsize=512)
def _parse(text: str) -> tuple[ast.expr, dict[str, str]]:
    """The tree of an expression, and what the names put in place of its `$name`s stand for."""
    if len(text) > LONGEST:
        raise Problem(f"an expression of {len(text)} characters; at most {LONGEST}")
    saved: dict[str, str] = {}

    def put(found: re.Match[str]) -> str:
        name = f"saved_{len(saved)}_"
        saved[name] = "$" + found[1]
        return name

    try:
        tree = ast.parse(SAVED.sub(put, text).strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Problem(f"{show(text)} is not an expression; {RULE}") from None
    return tree.body, saved
