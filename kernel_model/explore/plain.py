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


@dataclass(slots=True)
class Found:
    """What a search has found."""

    levels: list[Sequence[int]]  # the states by the fewest steps that lead to them
    transitions: int
    finished: bool = True  # False: there are more states than the limit
    over: bool = False  # a step writes more different values than the tables have

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

    def search(
        self, limit: int, until: Phase | None = None, progress: Progress | None = None
    ) -> Found:
        """All states that can be reached, level by level; `until`: up to the first bad level."""
        seen = Bytes(self.tables.size) if self.tables.size <= DENSE else Hashed()
        seen.new([self.tables.first])
        level = [self.tables.first]
        halves = Halves(self.tables)
        found, total = Found([level], 0), 1
        while level:
            if until is not None and self.bad(level, until) is not None:
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
                small = self.tables.size < 1 << 63
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
        return Graph(self.tables, self.after, levels)
