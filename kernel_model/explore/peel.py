"""What is left of some states when all that no fair run comes through is taken away, on arrays.

Of a mask, whatever cannot be reached, inside the mask, from a step of each processor or from a
state where it rests is taken away again and again. What is left is empty exactly if no fair run
stays in the mask for ever. Often little is left after the first rounds, and goes away in many: so
the states that are left are numbered anew as soon as they are half as many.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int32]  # of states, in their order
Some = npt.NDArray[np.integer]


class Within:
    """The steps between states, as far as they stay inside a mask."""

    def __init__(self, to: Numbers) -> None:
        self.to = to  # of each processor: where its step leads from each state
        self.last = np.empty(to.shape[1], np.int32)  # room for `reach` to work in

    def targets(self, p: int, mask: Mask) -> Numbers:
        """Where steps of p lead that stay in the mask."""
        to = self.to[p].take(np.flatnonzero(mask))
        return np.asarray(to[mask.take(to)])

    def reach(self, begin: Mask, mask: Mask) -> Mask:
        """The part of a mask that can be reached in it from some of its states."""
        todo = mask & ~begin
        front = np.flatnonzero(begin)
        while len(front):
            parts = []
            for to in self.to:
                after = to.take(front)
                after = after[todo.take(after)]
                order = np.arange(len(after), dtype=np.int32)
                self.last[after] = order  # of equal ones, one is kept
                after = after[self.last.take(after) == order]
                todo[after] = False
                parts.append(after)
            front = np.concatenate(parts)
            front.sort()
        return mask & ~todo

    def peel(self, mask: Mask, resting: npt.NDArray[np.bool_]) -> Mask:
        """What is left of a mask; `resting` has a row for each processor."""
        left, count = mask, int(mask.sum())
        while count and 2 * count >= len(mask):
            for p, rests in enumerate(resting):
                begin = left & rests
                begin[self.targets(p, left)] = True
                left = self.reach(begin, left)
            if int(left.sum()) == count:
                return left
            count = int(left.sum())
        out = np.zeros(len(mask), bool)
        if count:
            states = np.flatnonzero(left)
            inner = self.few(states).peel(few_of(left, states), few_of(resting, states))
            out[states] = inner[:-1]
        return out

    def few(self, states: Some) -> Within:
        """The same for some of the states, numbered anew; the last number is all others."""
        number = np.full(self.to.shape[1], len(states), np.int32)
        number[states] = np.arange(len(states), dtype=np.int32)
        to = number.take(self.to.take(states, axis=1))
        return Within(np.hstack([to, np.full((len(to), 1), len(states), np.int32)]))


def few_of(held: npt.NDArray[np.bool_], states: Some) -> npt.NDArray[np.bool_]:
    """What is held of some states, and nothing of all others."""
    kept = held.take(states, axis=-1)
    return np.concatenate([kept, np.zeros((*kept.shape[:-1], 1), bool)], axis=-1)
