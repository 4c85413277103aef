"""The steps of a schedule by the turns that its picture shows.

To call `Pprim` is a turn of its own in a picture, where everybody may stay outside; that a step has
led inside is none. A search counts otherwise: it leaves the first out, and tells the second.
"""

from __future__ import annotations

from collections.abc import Sequence

from kernel_model.explore.closure import Closure
from kernel_model.explore.local import ENTER, START
from kernel_model.explore.schedule import Step

Numbers = tuple[int | None, int | None]  # of the turn that calls Pprim before it, and of its own


def numbers(closure: Closure | None, steps: Sequence[Step]) -> list[Numbers]:
    """For each step the number of its turn; None: it has none, or Pprim has been called long ago.

    Where nothing is known of the processors, steps are counted.
    """
    if closure is None:
        return [(None, number) for number in range(1, len(steps) + 1)]
    at, held = [0] * len(closure.closed), list(closure.first)
    ids = [one.local.procid for one in closure.closed]
    found: list[Numbers] = []
    count = 0
    for step in steps:
        p = ids.index(step.processor)
        one, begins = closure.closed[p], None
        doing = one.pending(at[p])
        if doing.kind == START:
            count += 1
            begins, at[p] = count, one.moves[at[p]][None].to
            doing = one.pending(at[p])
        if step.op == ENTER and doing.kind != ENTER:  # the turn before has led inside
            found.append((begins, None))
            continue
        value = None if doing.cell is None else held[doing.cell]
        at[p], new = one.moves[at[p]][value]
        if doing.cell is not None:
            held[doing.cell] = new
        count += 1
        found.append((begins, count))
    return found
