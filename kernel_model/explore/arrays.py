"""The same search on NumPy arrays: a level at a time, a few passes over it for each processor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from kernel_model.explore.array_graph import ArrayGraph
from kernel_model.explore.local import Phase
from kernel_model.explore.plain import Aspect, Found, Progress, Stop
from kernel_model.explore.seen import Bits, Bytes, Sorted
from kernel_model.explore.tables import Digits, Tables

States = npt.NDArray[np.int64]
DENSE = 1 << 30  # states that a byte each is spent on: 1 GiB at most, and only what is touched
BITS = 1 << 34  # states that a bit each is spent on: 2 GiB at most
CHUNK = 1 << 15  # states that are worked on at a time: what fits into the cache


class Over(Exception):
    """A step writes more different values than the tables have."""


class Arrays:
    """The engine on NumPy arrays."""

    name = "numpy"

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        weights = {(one.base, one.size) for one in tables.processors}
        weights |= {(row.base, row.size) for one in tables.processors for row in one.rows}
        self.weights = sorted(weight for weight in weights if weight[1] > 1)
        self.at = {weight[0]: number for number, weight in enumerate(self.weights)}
        self.over = tables.over()
        self.may_wait = tables.may_wait()
        self.procs = [self._flat(one) for one in tables.processors]
        self.kept = np.uint32 if tables.size <= 1 << 32 else np.int64  # how levels are kept

    def _flat(self, one: Digits) -> tuple[int, States, States, States, npt.NDArray[np.bool_]]:
        """A processor's rows one after another: what each looks at, where it begins, its sums."""
        begin, looks = list[int](), list[int]()
        adds, over = list[int](), list[bool]()
        for row in one.rows:
            begin.append(len(adds))
            looks.append(self.at[row.base] if row.size > 1 else len(self.weights))
            adds += [0 if add is None else add for add in row.adds]
            over += [add is None for add in row.adds]
        own = self.at[one.base] if one.size > 1 else len(self.weights)
        return own, np.array(looks), np.array(begin), np.array(adds), np.array(over)

    def search(
        self, limit: int, until: Stop | None = None, progress: Progress | None = None
    ) -> Found:
        """All states that can be reached, level by level; `until`: up to a level to stop at."""
        seen = self.nothing_seen()
        level = seen.new([np.array([self.tables.first])])
        levels: list[Any] = [level.astype(self.kept)]
        found, total = Found(levels, 0), 1
        while len(level):
            if until is not None and until(level):  # type: ignore[arg-type]
                found.stopped = True
                return found
            parts = []
            try:
                for begin in range(0, len(level), CHUNK):
                    for after in self.each(level[begin : begin + CHUNK]):
                        parts.append(seen.unknown(after))
            except Over:
                found.over = True
                return found
            found.transitions += len(level) * len(self.procs)
            level = seen.new(parts)
            total += len(level)
            if len(level):
                levels.append(level.astype(self.kept))
            if total > limit:
                found.finished = False
                return found
            if progress is not None:
                progress(total)
        return found

    def nothing_seen(self) -> Bytes | Bits | Sorted:
        """What the states seen are kept in."""
        size = self.tables.size
        if size <= DENSE:
            return Bytes(size)
        return Bits(size) if size <= BITS else Sorted()

    def digits(self, states: States) -> States:
        """All digits of the states, a row for each; the last row is 0."""
        out = np.zeros((len(self.weights) + 1, len(states)), np.int64)
        rest = states
        for number in range(len(self.weights) - 1, 0, -1):
            base = self.weights[number][0]
            np.floor_divide(rest, base, out=out[number])
            rest = rest - out[number] * base
        if self.weights:
            out[0] = rest
        return out

    def each(self, states: States) -> Iterator[States]:
        """For each processor the states after its step; raises Over."""
        digits, count = self.digits(states), len(states)
        flat, places = digits.reshape(-1), np.arange(count)
        for digit, looks, begin, adds, over in self.procs:
            row = self.row(flat, places, digits[digit], looks * count, begin)
            if self.over and over.take(row).any():
                raise Over
            after = adds.take(row)
            after += states
            yield after

    def row(
        self, flat: States, places: States, own: States, looks: States, begin: States
    ) -> States:
        """The places in a processor's tables of the steps that it makes in the states."""
        row = looks.take(own)
        row += places
        row = flat.take(row)
        row += begin.take(own)
        return row

    def waiting(self, states: States) -> npt.NDArray[np.bool_]:
        """Of each processor: can it make no step? A row for each."""
        out = np.zeros((len(self.procs), len(states)), bool)
        if not self.may_wait:
            return out
        digits, count = self.digits(states), len(states)
        flat, places = digits.reshape(-1), np.arange(count)
        for p, (digit, looks, begin, _, _) in enumerate(self.procs):
            waits = np.array([w for row in self.tables.processors[p].rows for w in row.waits])
            row = self.row(flat, places, digits[digit], looks * count, begin)
            out[p] = waits.take(row)
        return out

    def steps(self, level: Sequence[int] | States) -> int:
        """How many steps can be made in the states of a level, all processors together."""
        states = np.asarray(level, np.int64)
        parts = (states[begin : begin + CHUNK] for begin in range(0, len(states), CHUNK))
        return sum(int((~self.waiting(part)).sum()) for part in parts)

    def distinct(self, level: Sequence[int] | States, aspects: Sequence[Aspect]) -> dict[int, int]:
        """The sums of the aspects' numbers that there are, each with its least state."""
        states = np.sort(np.asarray(level, np.int64))
        total = np.zeros(len(states), np.int64)
        for base, size, numbers in aspects:
            total += np.array(numbers).take(states // base % size)
        sums, first = np.unique(total, return_index=True)
        return dict(zip(sums.tolist(), states[first].tolist(), strict=True))

    def bad(self, level: Sequence[int] | States, phase: Phase) -> int | None:
        """The least state in which two are INSIDE, or one is BROKEN."""
        states = np.asarray(level, np.int64)
        times = np.zeros(len(states), np.int8)
        for one in self.tables.processors:
            there = np.array([at is phase for at in one.phases], np.int8)
            if there.any():
                times += there.take(states // one.base % one.size)
        bad = states[times >= (2 if phase is Phase.INSIDE else 1)]
        return int(bad.min()) if len(bad) else None

    def before(self, level: Sequence[int], after: int) -> tuple[int, int]:
        """The least state of a level that a step leads from to `after`, and whose step it is."""
        states = np.asarray(level, np.int64)
        ways = []
        for p, to in enumerate(self.each(states)):
            leading = states[to == after]
            if len(leading):
                ways.append((int(leading.min()), p))
        return min(ways)

    def graph(self, levels: Sequence[Sequence[int]]) -> ArrayGraph:
        """The states as a graph."""
        kept = [np.asarray(level) for level in levels]
        return ArrayGraph(self.tables, self.each, self.waiting, kept)
