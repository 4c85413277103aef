"""The states that a search on arrays has seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

States = npt.NDArray[np.int64]


def each_once(states: States) -> States:
    """Sorted, and none twice."""
    states.sort()
    first = np.empty(len(states), bool)
    first[:1] = True
    np.not_equal(states[1:], states[:-1], out=first[1:])
    return states[first]


class Bytes:
    """A byte for every state that there could be."""

    def __init__(self, size: int) -> None:
        self.seen = np.zeros(size, bool)

    def unknown(self, states: States) -> States:
        """Those not seen; some may be there twice."""
        return states[~self.seen.take(states)]

    def new(self, parts: Sequence[States]) -> States:
        """What is unknown in the parts becomes seen; gives it sorted, each state once."""
        states = each_once(np.concatenate(parts))
        self.seen[states] = True
        return states


class Bits:
    """A bit for every state that there could be."""

    def __init__(self, size: int) -> None:
        self.seen = np.zeros(size // 8 + 1, np.uint8)

    def unknown(self, states: States) -> States:
        """Those not seen; some may be there twice."""
        bits = self.seen.take(states >> 3) >> (states & 7).astype(np.uint8)
        return np.asarray(states[(bits & 1) == 0])

    def new(self, parts: Sequence[States]) -> States:
        """What is unknown in the parts becomes seen; gives it sorted, each state once."""
        states = each_once(np.concatenate(parts))
        if len(states):
            places = states >> 3
            begin = np.flatnonzero(np.diff(places, prepend=-1))
            bits = np.left_shift(np.uint8(1), (states & 7).astype(np.uint8))
            self.seen[places[begin]] |= np.bitwise_or.reduceat(bits, begin)
        return states


class Sorted:
    """Sorted runs, for more states than there is memory for bytes."""

    def __init__(self) -> None:
        self.runs: list[States] = []

    def unknown(self, states: States) -> States:
        """Those not seen, each once."""
        left = each_once(states)
        for run in self.runs:
            at = np.searchsorted(run, left)
            at[at == len(run)] = 0
            left = left[run[at] != left]
        return left

    def new(self, parts: Sequence[States]) -> States:
        """What is unknown in the parts becomes seen; gives it sorted, each state once."""
        states = each_once(np.concatenate(parts))
        if len(states):
            self.runs.append(states)
        while len(self.runs) > 1 and len(self.runs[-2]) < 2 * len(self.runs[-1]):
            both = np.concatenate((self.runs.pop(), self.runs.pop()))
            both.sort(kind="stable")
            self.runs.append(both)
        return states
