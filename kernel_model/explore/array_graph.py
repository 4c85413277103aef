"""The graph of all states on arrays: what can go on for ever, without Tarjan where nothing can."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from kernel_model.explore.graph import Part, fair_parts
from kernel_model.explore.local import Phase
from kernel_model.explore.peel import Mask, Numbers, Within
from kernel_model.explore.tables import Tables

Ints = npt.NDArray[np.int64]
CHUNK = 1 << 16
PLACES = 1 << 28  # states that there could be, for which a table says where each one is


class ArrayGraph:
    """States as numbers 0, 1, ... in order, and the steps between them."""

    quick = 1_000_000

    def __init__(
        self,
        tables: Tables,
        each: Callable[[Ints], Iterator[Ints]],
        waiting: Callable[[Ints], npt.NDArray[np.bool_]],
        levels: Sequence[npt.NDArray[np.integer]],
    ) -> None:
        found = np.concatenate(levels)
        depths = np.repeat(np.arange(len(levels), dtype=np.int32), [len(one) for one in levels])
        order = np.argsort(found, kind="stable")
        self.states: Ints = found[order].astype(np.int64)
        self.depth = depths[order]
        self.processors = tables.processors
        self.n = len(tables.processors)
        self.to = np.empty((self.n, len(self.states)), np.int32)
        self.idle = np.empty((self.n, len(self.states)), bool)
        place = Places(self.states, tables.size)
        for begin in range(0, len(self.states), CHUNK):
            part = self.states[begin : begin + CHUNK]
            self.idle[:, begin : begin + len(part)] = waiting(part)
            for p, after in enumerate(each(part)):
                self.to[p, begin : begin + len(part)] = place.of(after)
        self.phase = np.empty((self.n, len(self.states)), np.int8)
        self.wrote = np.empty((self.n, len(self.states)), bool)
        for p, one in enumerate(tables.processors):
            digits = self.states // one.base % one.size
            self.phase[p] = np.array([at.value for at in one.phases], np.int8).take(digits)
            self.wrote[p] = np.array(one.wrote).take(digits)
        self.after = After(self.to)
        self.within = Within(self.to)

    def staying(self, p: int, phase: Phase) -> Mask:
        """The states in which processor p is in a phase."""
        return np.asarray(self.phase[p] == phase.value)

    def waiting(self) -> Mask:
        """The states in which someone tries and nobody is inside."""
        trying = (self.phase == Phase.TRYING.value).any(axis=0)
        return np.asarray(trying & ~(self.phase == Phase.INSIDE.value).any(axis=0))

    def resting(self, p: int) -> Mask:
        """The states in which processor p is outside, or has to wait."""
        return np.asarray(self.idle[p] | (self.phase[p] == Phase.OUTSIDE.value))

    def outside(self, p: int, state: int) -> bool:
        """Is processor p outside, or has its program ended?"""
        return bool(self.phase[p, state] == Phase.OUTSIDE.value)

    def waits(self, p: int, state: int) -> bool:
        """Can processor p make no step?"""
        return bool(self.idle[p, state])

    def quiet(self, marked: Sequence[Sequence[bool]]) -> Mask:
        """The states where no processor is in a class that is marked, and one can make a step."""
        kept = ~self.idle.all(axis=0)
        for one, marks in zip(self.processors, marked, strict=True):
            kept &= ~np.array(marks, bool).take(self.states // one.base % one.size)
        return np.asarray(kept)

    def stuck(self, p: int) -> set[int]:
        """The states from which on processor p, which has not ended, never makes a step again."""
        left = self.idle[p] & (self.phase[p] != Phase.OUTSIDE.value)
        count = -1
        while count != (count := int(left.sum())):
            at = np.flatnonzero(left)
            for to in self.to:
                at = at[left.take(to.take(at))]
            left = np.zeros(len(left), bool)
            left[at] = True
        return set(np.flatnonzero(left).tolist())

    def unwritten(self, p: int) -> Mask:
        """The states in which processor p tries and has not written anything yet."""
        return np.asarray(self.staying(p, Phase.TRYING) & ~self.wrote[p])

    def nearest(self, mask: Mask, many: int) -> list[int]:
        """The first states of a mask, by depth and number."""
        found = np.flatnonzero(mask)
        depth = self.depth.take(found)
        if len(found) > many:  # the levels that hold enough of them
            kept = depth <= np.searchsorted(np.cumsum(np.bincount(depth)), many)
            found, depth = found[kept], depth[kept]
        order = np.argsort(depth, kind="stable")[:many]
        first: list[int] = found.take(order).tolist()
        return first

    def lasts(self, mask: Mask) -> bool:
        """Can a fair run stay in a mask for ever?"""
        left = self.left(mask)
        if self.idle.any():  # then fair is more than `left` knows of
            return bool(fair_parts(self, left.tolist()))
        return bool(left.any())

    def for_ever(self, mask: Mask) -> list[Part]:
        """The parts of a mask in which a fair run can stay for ever."""
        return fair_parts(self, self.left(mask).tolist())

    def left(self, mask: Mask) -> Mask:
        """A mask without what no fair run comes through that stays in it."""
        return self.within.peel(mask, np.array([self.resting(p) for p in range(self.n)]))

    def bypass(self, p: int) -> int | None:
        """How often others get in at most while p tries, from its first write on; None: no end."""
        left = self.staying(p, Phase.TRYING) & self.wrote[p]
        count, times = int(left.sum()), 0
        while True:  # what can be reached after one more entry
            begin = np.zeros(len(left), bool)
            for other in range(self.n):
                if other != p:
                    begin[self._entries(other, left)] = True
            left = self.within.reach(begin, left)
            if not left.any():
                return times
            if int(left.sum()) == count:
                return None
            count, times = int(left.sum()), times + 1

    def _entries(self, p: int, mask: Mask) -> Numbers:
        """Where steps of p lead that stay in a mask and take it inside."""
        inside = self.phase[p] == Phase.INSIDE.value
        to = self.to[p].take(np.flatnonzero(mask & ~inside))
        return np.asarray(to[mask.take(to) & inside.take(to)])


class Places:
    """Where a state is among all states."""

    def __init__(self, states: Ints, size: int) -> None:
        self.states = states
        self.table: npt.NDArray[np.int32] | None = None
        if size <= PLACES:
            self.table = np.empty(size, np.int32)
            self.table[states] = np.arange(len(states), dtype=np.int32)

    def of(self, states: Ints) -> npt.NDArray[np.integer]:
        """Their numbers."""
        if self.table is not None:
            return self.table.take(states)
        return np.searchsorted(self.states, states)


class After:
    """The states that the steps of the processors lead to, looked up when asked for."""

    def __init__(self, to: npt.NDArray[np.int32]) -> None:
        self.to = to

    def __getitem__(self, state: int) -> list[int]:
        found: list[int] = self.to[:, state].tolist()
        return found

    def __len__(self) -> int:
        return int(self.to.shape[1])
