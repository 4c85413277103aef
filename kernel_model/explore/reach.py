"""What each processor really finds where it stands, as long as there are not too many states.

The automata are closed over all values that anyone may write, whether a processor can find them or
not; with much kept in variables that is far more than there is. So a system's states are first
gone through one by one, up to FEW; if these are all, nothing else has to be looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kernel_model.explore.cells import LockError, Value
from kernel_model.explore.effects import blocks, effect
from kernel_model.explore.local import Local

FEW = 40_000  # states
Finds = set[tuple[int, int, Value]]  # processor, its local state, what it finds there
Move = tuple[int, Value]  # where a step leads, and what its cell holds then
UNKNOWN: Move = (-1, None)
Place = tuple[Any, ...]  # where everybody stands, then what the cells hold


def finds(locals_: Sequence[Local], first: Sequence[Value], few: int) -> Finds | None:
    """What can be found where; None: there are more states than `few`."""
    begin: Place = (*(local.step(0, None) for local in locals_), *first)
    moves: dict[tuple[int, int, Value], Move | None] = {}  # None: it makes no step
    pending, n = [local.pending for local in locals_], len(locals_)
    seen = {begin}
    todo = [begin]
    while todo:
        after: list[Place] = []
        for place in todo:
            for p in range(n):
                cell = pending[p][place[p]].cell
                key = p, place[p], None if cell is None else place[n + cell]
                move = moves.get(key, UNKNOWN)
                if move is UNKNOWN:
                    move = moves[key] = _move(locals_[p], key[1], key[2])
                if move is None:
                    continue
                there = list(place)
                there[p] = move[0]
                if cell is not None:
                    there[n + cell] = move[1]
                to = tuple(there)
                if to not in seen:
                    seen.add(to)
                    after.append(to)
        if len(seen) > few:
            return None
        todo = after
    return {key for key in moves if pending[key[0]][key[1]].cell is not None}


def _move(local: Local, state: int, held: Value) -> Move | None:
    """The step of a processor that finds this; None: it makes none."""
    doing = local.pending[state]
    if doing.cell is None:
        return local.step(state, None), None
    if blocks(doing.kind, doing.args, held):
        return None
    try:
        new, back = effect(doing.kind, doing.args, held)
    except LockError:
        return None  # it has failed, and goes nowhere from there
    return local.step(state, back), new
