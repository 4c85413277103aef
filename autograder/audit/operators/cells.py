"""Steps of code for several processors on something else: another cell, processor or operation."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.audit.operators.place import New, Place, but, expression, on_cells

OTHERS = {  # steps that are near each other
    "enqueue": ("sleep",), "swtch": ("sleep",), "sleep": ("enqueue", "swtch"),
    "wakeup": ("wakeup_one",), "wakeup_one": ("wakeup",),
    "Pprim": ("Vprim",), "Vprim": ("Pprim",),
    "msgrcv": ("msgsnd",), "msgsnd": ("msgrcv",),
}  # fmt: skip
ONLY_LOOKS = ("swap", "compare_and_swap", "fetch_and_add")
COUNT = "n"  # the argument that is the number of processors


@on_cells
def wrong_step(place: Place) -> Iterator[New]:
    """another step; or one only looks where it should look and write at once"""
    node = place.node
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        for other in OTHERS.get(node.func.id, ()):
            yield but(node, func=ast.Name(other))
        if node.func.id in ONLY_LOOKS:
            yield but(node, func=ast.Name("load"), args=node.args[:1])


@on_cells
def wrong_cell(place: Place) -> Iterator[New]:
    """another cell of the same memory"""
    node = place.node
    if not isinstance(node, ast.Attribute) or isinstance(place.parent, ast.Subscript):
        return
    for other in _scalars(place.function, ast.unparse(node.value)):
        if other != node.attr:
            yield but(node, attr=other)


def _scalars(function: ast.AST, base: str) -> list[str]:
    """The cells of that memory that are no arrays, as the function names them."""
    arrays = {id(one.value) for one in ast.walk(function) if isinstance(one, ast.Subscript)}
    found = {
        one.attr: None
        for one in ast.walk(function)
        if isinstance(one, ast.Attribute)
        and ast.unparse(one.value) == base
        and id(one) not in arrays
    }
    return list(found)


@on_cells
def wrong_processor(place: Place) -> Iterator[New]:
    """the cell of the processor before or after, or of the first one"""
    node = place.node
    if isinstance(node, ast.Subscript) and COUNT in place.locals():
        at = ast.unparse(node.slice)
        for other in (f"({at} + 1) % {COUNT}", f"({at} - 1) % {COUNT}", "0"):
            if other != at:
                yield but(node, slice=expression(other))


@on_cells
def wrong_count(place: Place) -> Iterator[New]:
    """there is one processor more, or one less"""
    node = place.node
    if isinstance(node, ast.Name) and node.id == COUNT and isinstance(node.ctx, ast.Load):
        yield expression(f"{COUNT} + 1")
        yield expression(f"{COUNT} - 1")
