"""Steps of code for several processors: left out, out of order, not looked at again.

These are for exercises over cells. There every `await` is a step that others may come between.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.audit.operators.place import (
    Block,
    New,
    Place,
    Said,
    but,
    called,
    first_line,
    on_cells,
)
from autograder.audit.operators.statements import loaded, stored

STAYS = (ast.Return, ast.Break, ast.Continue, ast.FunctionDef, ast.AsyncFunctionDef)


@on_cells
def lock_kept(place: Place) -> Iterator[New]:
    """the lock of a few steps is not given back"""
    return _left_out(place, "Vprim")


@on_cells
def lock_not_taken(place: Place) -> Iterator[New]:
    """the lock of a few steps is not taken"""
    return _left_out(place, "Pprim")


@on_cells
def nobody_woken(place: Place) -> Iterator[New]:
    """nobody is woken"""
    return _left_out(place, "wakeup", "wakeup_one")


@on_cells
def not_asleep(place: Place) -> Iterator[New]:
    """the process does not stand in the queue, or does not go to sleep"""
    return _left_out(place, "sleep", "enqueue", "swtch")


def _left_out(place: Place, *names: str) -> Iterator[New]:
    if isinstance(place.node, ast.Expr) and called(place.node) in names:
        yield Said([], first_line(place.node))


@on_cells
def looks_once(place: Place) -> Iterator[New]:
    """what is waited for is looked at once, and taken to hold; or to be so for ever"""
    node = place.node
    if isinstance(node, ast.While) and not isinstance(node.test, ast.Constant):
        yield Said(ast.If(node.test, node.body, []), f"looks once: {first_line(node)}")
        if steps(node.test):
            seen = ast.Name("seen_")
            known = ast.Assign([ast.Name("seen_", ast.Store())], node.test, lineno=node.lineno)
            words = f"looks once, before: {first_line(node)}"
            yield Said([known, but(node, test=seen)], words)


@on_cells
def steps_swapped(place: Place) -> Iterator[New]:
    """of two steps the second is made first"""
    return _moved(place, 1)


@on_cells
def step_elsewhere(place: Place) -> Iterator[New]:
    """a step is made several steps too early, or too late"""
    return _moved(place, None)


def _moved(place: Place, distance: int | None) -> Iterator[New]:
    """Blocks in which one statement has moved up so far, or (None) to where it can be at most."""
    for slot in ("body", "orelse"):
        block = getattr(place.node, slot, None)
        if not isinstance(block, list) or isinstance(place.node, ast.Module):
            continue
        for at, to in _moves(block, distance):
            rest = [*block[:at], *block[at + 1 :]]
            made = [*rest[:to], block[at], *rest[to:]]
            side = "before" if to < at else "after"
            words = f"{first_line(block[at])}, {side}: {first_line(block[to])}"
            yield Said(but(place.node, **{slot: made}), words, block[at].lineno)


def _moves(block: Block, distance: int | None) -> Iterator[tuple[int, int]]:
    """Which statement can go where: up by `distance`, or (None) two or more, up and down."""
    for at, one in enumerate(block):
        if isinstance(one, STAYS) or not steps(one):
            continue
        up, down = _reach(block, at, -1), _reach(block, at, 1)
        if distance is not None:
            if up >= distance:
                yield at, at - distance
            continue
        if up >= 2:
            yield at, at - up
        if down >= 2:
            yield at, at + down


def _reach(block: Block, at: int, way: int) -> int:
    """How far a statement can go up (-1) or down (1) and still have what it needs."""
    far = 0
    while 0 <= at + way * (far + 1) < len(block) and _free(block[at], block[at + way * (far + 1)]):
        far += 1
    return far


def _free(one: ast.stmt, other: ast.stmt) -> bool:
    """Does neither of two statements need what the other one makes?"""
    if isinstance(other, STAYS):
        return False
    mine, theirs = stored([one]), stored([other])
    return not (mine & loaded(other) or theirs & loaded(one) or mine & theirs)


@on_cells
def made_twice(place: Place) -> Iterator[New]:
    """a step is made twice"""
    node = place.node
    if isinstance(node, ast.Expr) and steps(node):
        yield Said([node, node], f"twice: {first_line(node)}")


@on_cells
def not_awaited(place: Place) -> Iterator[New]:
    """a step is not awaited"""
    if isinstance(place.node, ast.Await):
        yield place.node.value


def steps(node: ast.AST) -> bool:
    """Is there a step in it?"""
    return any(isinstance(one, ast.Await) for one in ast.walk(node))
