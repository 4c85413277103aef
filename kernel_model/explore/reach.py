"""What each processor really finds where it stands, as long as there are not too many states.

The automata are closed over all values that anyone may write, whether a processor can find them or
not; with much kept in variables that is far more than there is. So a system's states are first
gone through one by one, up to FEW; if these are all, nothing else has to be looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

from kernel_model.explore.cells import LockError, Value
from kernel_model.explore.effects import blocks, effect
from kernel_model.explore.local import Local

FEW = 40_000  # states
Finds = set[tuple[int, int, Value]]  # processor, its local state, what it finds there
Place = tuple[tuple[int, ...], tuple[Value, ...]]  # where everybody stands, what the cells hold


def finds(locals_: Sequence[Local], first: Sequence[Value], few: int) -> Finds | None:
    """What can be found where; None: there are more states than `few`."""
    begin = (tuple(local.step(0, None) for local in locals_), tuple(first))
    found: Finds = set()
    seen = {begin}
    todo = [begin]
    while todo:
        after: list[Place] = []
        for place in todo:
            for p, local in enumerate(locals_):
                to = _step(p, local, place, found)
                if to is not None and to not in seen:
                    seen.add(to)
                    after.append(to)
        if len(seen) > few:
            return None
        todo = after
    return found


def _step(p: int, local: Local, place: Place, found: Finds) -> Place | None:
    """The place after processor p's step; None: it makes none."""
    stand, values = place
    state = stand[p]
    doing = local.pending[state]
    if doing.cell is None:
        to = local.step(state, None)
        return (*stand[:p], to, *stand[p + 1 :]), values
    held = values[doing.cell]
    found.add((p, state, held))
    if blocks(doing.kind, doing.args, held):
        return None
    try:
        new, back = effect(doing.kind, doing.args, held)
    except LockError:
        return None  # it has failed, and goes nowhere from there
    to = local.step(state, back)
    cells = (*values[: doing.cell], new, *values[doing.cell + 1 :])
    return (*stand[:p], to, *stand[p + 1 :]), cells
