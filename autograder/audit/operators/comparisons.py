"""Wrong comparisons: bounds, directions, equality, None."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.audit.operators.place import OPPOSITE, New, Place, but, operator, put

Table = dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]
BOUNDARY: Table = {
    ast.Lt: (ast.LtE,),
    ast.LtE: (ast.Lt,),
    ast.Gt: (ast.GtE,),
    ast.GtE: (ast.Gt,),
}
DIRECTION: Table = {
    ast.Lt: (ast.Gt,),
    ast.LtE: (ast.GtE,),
    ast.Gt: (ast.Lt,),
    ast.GtE: (ast.LtE,),
}
EQUALITY: Table = {
    ast.Lt: (ast.NotEq, ast.Eq),
    ast.LtE: (ast.Eq,),
    ast.Gt: (ast.NotEq, ast.Eq),
    ast.GtE: (ast.Eq,),
    ast.Eq: (ast.LtE, ast.GtE),
    ast.NotEq: (ast.Lt, ast.Gt),
}


@operator
def boundary(place: Place) -> Iterator[New]:
    """a comparison takes its bound in, or leaves it out"""
    return _compared(place.node, BOUNDARY)


@operator
def direction(place: Place) -> Iterator[New]:
    """a comparison looks the other way"""
    return _compared(place.node, DIRECTION)


@operator
def opposite(place: Place) -> Iterator[New]:
    """a comparison says the opposite"""
    return _compared(place.node, {op: (other,) for op, other in OPPOSITE.items()})


@operator
def equality(place: Place) -> Iterator[New]:
    """an order is taken for equality, or equality for an order"""
    return _compared(place.node, EQUALITY)


def _compared(node: ast.AST, table: Table) -> Iterator[New]:
    if isinstance(node, ast.Compare):
        for index, op in enumerate(node.ops):
            for other in table.get(type(op), ()):
                yield but(node, ops=put(node.ops, index, other()))


@operator
def none(place: Place) -> Iterator[New]:
    """whatever is false is taken for None"""
    node = place.node
    if isinstance(node, ast.Compare) and ast.unparse(node.comparators[-1]) == "None":
        if isinstance(node.ops[-1], ast.Is):
            yield ast.UnaryOp(ast.Not(), node.left)
        elif isinstance(node.ops[-1], ast.IsNot):
            yield node.left
