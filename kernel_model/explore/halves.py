"""One level of states after the other in plain Python, with half of each state looked up.

A state is cut into a low and a high half of its digits. For each half it is kept what the
processors that lie in it do: `near`, what is added whatever the other half is; `far`, what is added
by a digit of the other half.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from kernel_model.explore.tables import Tables

DENSE = 1 << 28  # states that a byte each is spent on: 256 MiB at most, and only what is touched
Add = int | None
Doing = tuple[tuple[Add, ...], tuple[tuple[int, int, list[Add]], ...]]  # near, far


class Halves:
    """What is done in each half, worked out when it is first met."""

    def __init__(self, tables: Tables) -> None:
        processors = tables.processors
        rows = [row for one in processors for row in one.rows]
        weights = {one.base for one in processors} | {row.base for row in rows}
        self.cut = cut = min(weights, key=lambda weight: max(weight, tables.size // weight))

        def doing(part: int, low: bool) -> Doing:
            near, far = list[Add](), list[tuple[int, int, list[Add]]]()
            for one in processors:
                if (one.base < cut) != low:
                    continue
                row = one.rows[part // one.base % one.size]
                if row.size == 1:
                    near.append(row.adds[0])
                elif (row.base < cut) == low:
                    near.append(row.adds[part // row.base % row.size])
                else:
                    far.append((row.base, row.size, row.adds))
            return tuple(near), tuple(far)

        self.low = cache(lambda part: doing(part, low=True))
        self.high = cache(lambda part: doing(part * cut, low=False))


class Bytes:
    """The states seen: a byte for every state that there could be."""

    def __init__(self, size: int) -> None:
        self.seen = bytearray(size)

    def new(self, states: Iterable[int]) -> None:
        """Takes states down as seen."""
        for state in states:
            self.seen[state] = 1

    def step(self, level: Iterable[int], halves: Halves) -> list[int]:
        """The states one step further that had not been seen; raises TypeError for OVER."""
        seen, cut, low, high = self.seen, halves.cut, halves.low, halves.high
        after: list[int] = []
        append = after.append
        for state in level:
            for near, far in (low(state % cut), high(state // cut)):
                for add in near:
                    to = state + add  # type: ignore[operator]
                    if not seen[to]:
                        seen[to] = 1
                        append(to)
                for at, values, adds in far:
                    to = state + adds[state // at % values]  # type: ignore[operator]
                    if not seen[to]:
                        seen[to] = 1
                        append(to)
        return after


class Hashed:
    """The states seen, in a set: for more states than a byte each can be spent on."""

    def __init__(self) -> None:
        self.seen: set[int] = set()

    def new(self, states: Iterable[int]) -> None:
        """Takes states down as seen."""
        self.seen.update(states)

    def step(self, level: Iterable[int], halves: Halves) -> list[int]:
        """The states one step further that had not been seen; raises TypeError for OVER."""
        seen, cut, low, high = self.seen, halves.cut, halves.low, halves.high
        after: list[int] = []
        append = after.append
        for state in level:
            for near, far in (low(state % cut), high(state // cut)):
                for add in near:
                    to = state + add  # type: ignore[operator]
                    if to not in seen:
                        seen.add(to)
                        append(to)
                for at, values, adds in far:
                    to = state + adds[state // at % values]  # type: ignore[operator]
                    if to not in seen:
                        seen.add(to)
                        append(to)
        return after
