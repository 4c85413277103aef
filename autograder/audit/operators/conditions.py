"""Wrong conditions: negated, decided beforehand, joined wrongly, with parts left out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.audit.operators.place import (
    New,
    Place,
    Said,
    but,
    expression,
    negation,
    operator,
    put,
)


def _is_test(place: Place) -> bool:
    """Does the node decide where the function goes on?"""
    return not isinstance(place.node, ast.Constant) and (
        (isinstance(place.parent, ast.If | ast.While | ast.IfExp) and place.slot == "test")
        or (isinstance(place.parent, ast.comprehension) and place.slot == "ifs")
    )


@operator
def negated(place: Place) -> Iterator[New]:
    """a condition is negated"""
    if isinstance(place.node, ast.expr) and _is_test(place):
        yield negation(place.node)


@operator
def always(place: Place) -> Iterator[New]:
    """a condition always holds"""
    if _is_test(place):
        yield ast.Constant(True)


@operator
def never(place: Place) -> Iterator[New]:
    """a condition never holds"""
    if _is_test(place):
        yield ast.Constant(False)


@operator
def connective(place: Place) -> Iterator[New]:
    """`or` for `and`, `and` for `or`"""
    node = place.node
    if isinstance(node, ast.BoolOp):
        yield but(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())


@operator
def part_left_out(place: Place) -> Iterator[New]:
    """one part of a condition is forgotten"""
    node = place.node
    if isinstance(node, ast.BoolOp):
        for index in range(len(node.values)):
            rest = put(node.values, index)
            yield rest[0] if len(rest) == 1 else but(node, values=rest)
    elif isinstance(node, ast.Compare) and len(node.ops) == 2:
        first, middle, last = node.left, *node.comparators
        yield ast.Compare(first, [node.ops[0]], [middle])
        yield ast.Compare(middle, [node.ops[1]], [last])


@operator
def not_left_out(place: Place) -> Iterator[New]:
    """a `not` is forgotten"""
    node = place.node
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand


@operator
def branches_swapped(place: Place) -> Iterator[New]:
    """each branch does what the other should"""
    node = place.node
    if isinstance(node, ast.IfExp) or (isinstance(node, ast.If) and node.orelse):
        made = but(node, body=node.orelse, orelse=node.body)
        yield Said(made, f"swap the branches of if {ast.unparse(node.test)}")


@operator
def branch_left_out(place: Place) -> Iterator[New]:
    """the other branch is not there"""
    node = place.node
    if isinstance(node, ast.If) and node.orelse:
        words = f"leave out the other branch of if {ast.unparse(node.test)}"
        yield Said(but(node, orelse=[]), words)


@operator
def superuser_exempt(place: Place) -> Iterator[New]:
    """the superuser is spared a test"""
    node = place.node
    raises = isinstance(node, ast.If) and isinstance(node.body[-1], ast.Raise)
    if isinstance(node, ast.If) and raises and "euid" not in ast.unparse(node.test):
        other = expression(f"{place.caller}.euid != 0")
        test = ast.BoolOp(ast.And(), [node.test, other])
        yield Said(but(node, test=test), f"not for the superuser: if {ast.unparse(node.test)}")
