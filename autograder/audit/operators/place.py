"""A mutation operator looks at one place of a function, and gives other code for it.

    @operator
    def boundary(place: Place) -> Iterator[New]:
        '''a comparison takes its bound in, or leaves it out'''

It yields a node, or a list of statements, that may stand in place of `place.node`; or Said, with
words of its own where "before -> after" would not tell. It changes no node, but makes new ones.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

N = TypeVar("N", bound=ast.AST)
Block = list[ast.stmt]
OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


@dataclass(frozen=True)
class Place:
    """A node, and where it stands."""

    node: ast.AST
    parent: ast.AST
    slot: str  # the field of the parent
    index: int | None  # in a list
    statement: ast.stmt  # that it is, or that is around it (of a raise: the `if`)
    function: ast.AST  # around it

    @property
    def caller(self) -> str:
        """The name of the function's first argument: the process that makes the call."""
        return self.locals()[0]

    def locals(self) -> list[str]:
        """Arguments and local names of the function, as they come into being."""
        names: dict[str, None] = {}
        for node in ast.walk(self.function):
            if isinstance(node, ast.arg):
                names.setdefault(node.arg)
        stored = [
            node
            for node in ast.walk(self.function)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        ]
        for node in sorted(stored, key=lambda name: (name.lineno, name.col_offset)):
            names.setdefault(node.id)
        return list(names)


@dataclass(frozen=True)
class Said:
    """New code, and the change in words."""

    node: ast.AST | Block
    words: str
    line: int | None = None  # if it is not that of the place


New = ast.AST | Block | Said
Make = Callable[[Place], Iterator[New]]


@dataclass(frozen=True)
class Operator:
    """One way of making mistakes."""

    name: str
    says: str  # what goes wrong
    make: Make = field(repr=False)


OPERATORS: dict[str, Operator] = {}
ON_CELLS: dict[str, Operator] = {}  # only for code over cells


def operator(make: Make) -> Make:
    """A decorator: enters the operator under the function's name."""
    return _entered(make, OPERATORS)


def on_cells(make: Make) -> Make:
    """The same for an operator that is only for code over cells."""
    return _entered(make, ON_CELLS)


def _entered(make: Make, among: dict[str, Operator]) -> Make:
    name = make.__name__.replace("_", " ")
    among[name] = Operator(name, (make.__doc__ or "").strip(), make)
    return make


def but(node: N, **fields: Any) -> N:
    """A copy of the node with some fields changed."""
    made = copy.copy(node)
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def put(items: Sequence[Any], index: int, *instead: Any) -> list[Any]:
    """A copy of the list with other items in place of one."""
    return [*items[:index], *instead, *items[index + 1 :]]


def first_line(node: ast.AST) -> str:
    """The statement, or what it begins with."""
    return ast.unparse(node).splitlines()[0]


def expression(text: str) -> ast.expr:
    """Code as a tree."""
    return ast.parse(text, mode="eval").body


def negation(test: ast.expr) -> ast.expr:
    """The opposite, without `not` where it can be."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return but(test, ops=[OPPOSITE[type(test.ops[0])]()])
    return ast.UnaryOp(ast.Not(), test)


def calls(node: ast.AST, *names: str) -> bool:
    """Is one of these functions called anywhere in it?"""
    return any(
        isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id in names
        for part in ast.walk(node)
    )


def called(node: ast.AST) -> str | None:
    """The name of the function if the node is a call, awaited or not, perhaps as a statement."""
    if isinstance(node, ast.Expr):
        return called(node.value)
    if isinstance(node, ast.Await):
        return called(node.value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id
    return None
