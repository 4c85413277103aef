"""The search that always works: integers and tables, no library."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kernel_model.explore.graph import Graph
from kernel_model.explore.halves import DENSE, Bytes, Halves, Hashed
from kernel_model.explore.local import Phase
from kernel_model.explore.tables import Tables

Progress = Callable[[int], None]
Stop = Callable[[Sequence[int]], bool]  # is there something in a level to stop at?
Aspect = tuple[int, int, list[int]]  # a digit's weight, its size, and a number for each value

ROOM = 512  # states that a byte each is spent on, for each that is looked for at most


@dataclass(slots=True)
class Found:
    """What a search has found."""

    levels: list[Sequence[int]]  # the states by the fewest steps that lead to them
    transitions: int
    finished: bool = True  # False: there are more states than the limit
    over: bool = False  # a step writes more different values than the tables have
    stopped: bool = False  # there is something to stop at in the last level

    def states(self) -> int:
        """How many."""
        return sum(map(len, self.levels))


class Plain:
    """The engine in plain Python."""

    name = "plain"

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.procs = [
            (one.base, one.size, [(row.base, row.size, row.adds) for row in one.rows])
            for one in tables.processors
        ]
        self.may_wait = tables.may_wait()
        self.never = [False] * len(self.procs)

    def search(
        self, limit: int, until: Stop | None = None, progress: Progress | None = None
    ) -> Found:
        """All states that can be reached, level by level; `until`: up to a level to stop at."""
        size = self.tables.size
        seen = Bytes(size) if size <= min(DENSE, ROOM * limit) else Hashed()
        seen.new([self.tables.first])
        level = [self.tables.first]
        halves = Halves(self.tables)
        found, total = Found([level], 0), 1
        while level:
            if until is not None and until(level):
                found.stopped = True
                return found
            try:
                after = seen.step(level, halves)
            except TypeError:  # nothing can be added: OVER
                found.over = True
                return found
            found.transitions += len(level) * len(self.procs)
            level = after
            total += len(level)
            if level:
                small = size < 1 << 63
                found.levels.append(array("q", level) if small else level)
            if total > limit:
                found.finished = False
                return found
            if progress is not None:
                progress(total)
        return found

    def bad(self, level: Sequence[int], phase: Phase) -> int | None:
        """The least state in which two are INSIDE, or one is BROKEN."""
        least = 2 if phase is Phase.INSIDE else 1
        times: dict[int, int] = {}
        for one in self.tables.processors:
            there = {number for number, at in enumerate(one.phases) if at is phase}
            base, size = one.base, one.size
            for state in level:
                if state // base % size in there:
                    times[state] = times.get(state, 0) + 1
        return min((state for state, count in times.items() if count >= least), default=None)

    def distinct(self, level: Sequence[int], aspects: Sequence[Aspect]) -> dict[int, int]:
        """The sums of the aspects' numbers that there are, each with its least state."""
        found: dict[int, int] = {}
        for state in level:
            total = 0
            for base, size, numbers in aspects:
                total += numbers[state // base % size]
            if found.setdefault(total, state) > state:
                found[total] = state
        return found

    def waiting(self, state: int) -> list[bool]:
        """Of each processor: can it make no step?"""
        if not self.may_wait:
            return self.never
        out = []
        for one in self.tables.processors:
            row = one.rows[state // one.base % one.size]
            out.append(row.waits[state // row.base % row.size])
        return out

    def steps(self, level: Sequence[int]) -> int:
        """How many steps can be made in the states of a level, all processors together."""
        return sum(self.waiting(state).count(False) for state in level)

    def before(self, level: Iterable[int], after: int) -> tuple[int, int]:
        """The least state of a level that a step leads from to `after`, and whose step it is."""
        return min(
            (state, p) for state in level for p, to in enumerate(self.after(state)) if to == after
        )

    def after(self, state: int) -> list[int]:
        """The state after the step of each processor."""
        out = []
        for base, size, rows in self.procs:
            at, values, adds = rows[state // base % size]
            add = adds[state // at % values]
            out.append(state if add is None else state + add)
        return out

    def graph(self, levels: Sequence[Sequence[int]]) -> Graph:
        """The states as a graph."""
        return Graph(self.tables, self.after, self.waiting, levels)
