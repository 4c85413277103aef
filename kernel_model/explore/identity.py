"""`x is y` of numbers, texts and tuples: where these are equal, it is refused.

Whether two equal values are one object is up to the interpreter, and no key of a state tells it.
So the operator gives way to a function that raises LockError where only chance would answer.
Of small numbers there is one object each, and of objects of a class `is` is what it seems.
"""

from __future__ import annotations

import ast
from contextlib import suppress

from kernel_model.explore.cells import LockError

NAME = "__is__"  # a name of the interpreter's kind: no class changes it
VALUES = (int, str, bytes, float, complex, tuple, frozenset)
ONE_OBJECT = range(-5, 257)  # numbers that the interpreter makes once


def same(x: object, y: object) -> bool:
    """`x is y`; raises LockError for values of which this is chance."""
    chance = type(x) is type(y) and type(x) in VALUES and x and not small(x)
    if chance and equal(x, y):
        raise LockError(f"`is` between {x!r} and {y!r}, which may be one object or two: write ==")
    return x is y


def small(x: object) -> bool:
    """Is it a number of which there is one object?"""
    return type(x) is int and x in ONE_OBJECT


def equal(x: object, y: object) -> bool:
    """Are these the same values? No number (nan) is one, though it equals nothing."""
    with suppress(Exception):
        return x == y or repr(x) == repr(y)
    return False


def watched(tree: ast.Module) -> ast.Module:
    """The same, with `same` in place of `is`; not beside None, nor in a chain of comparisons."""
    if not any(isinstance(one, ast.Is | ast.IsNot) for one in ast.walk(tree)):
        return tree
    _Watched().visit(tree)
    return ast.fix_missing_locations(tree)


class _Watched(ast.NodeTransformer):
    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        sides = [node.left, *node.comparators]
        if len(node.ops) > 1 or not isinstance(node.ops[0], ast.Is | ast.IsNot):
            return node
        if any(isinstance(one, ast.Constant) and one.value in (None, ...) for one in sides):
            return node
        call: ast.expr = ast.Call(ast.Name(NAME, ast.Load()), sides, [])
        if isinstance(node.ops[0], ast.IsNot):
            call = ast.UnaryOp(ast.Not(), ast.copy_location(call, node))
        return ast.copy_location(call, node)
