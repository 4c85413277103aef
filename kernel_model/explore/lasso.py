"""A shortest way into something that goes on for ever: a stem, and a cycle."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from kernel_model.explore.engines import Graph
from kernel_model.explore.graph import Part

WORK = 120_000  # steps that are looked at; beyond it, the shortest found so far is taken
NEAREST = 20_000  # states from which a lasso is looked for soon
Lasso = tuple[int, list[int]]  # the state in which a cycle begins, and whose steps it consists of
Place = tuple[int, int]  # a state, and as bits the processors that have moved or rested


def shortest(graph: Graph, parts: Sequence[Part], best: Lasso | None = None) -> Lasso:
    """The state in which the cycle begins, and whose steps it consists of.

    Stem and cycle together are as short as they can be (within WORK); the parts are fair ones.
    What is known already, `best`, is given back if nothing is shorter.
    """
    part_of = {state: i for i, part in enumerate(parts) for state in part}
    search = _Search(graph, part_of.get, parts)
    starts = sorted(part_of, key=lambda state: (int(graph.depth[state]), state))
    found = best or search.first(starts) or (starts[0], search.cycle(starts[0], None))
    return search.shorter(starts, found)


def soon(graph: Graph, mask: Sequence[bool], best: Lasso | None = None) -> Lasso | None:
    """A short lasso in a mask, if one is found within WORK among the nearest states; no parts are
    made, which takes long where there are many states."""
    search, starts = _near(graph, mask)
    found = best or search.first(starts)
    return search.shorter(starts, found) if found else None


def any_soon(graph: Graph, mask: Sequence[bool]) -> bool:
    """Is a lasso in a mask found within WORK among the nearest states?"""
    search, starts = _near(graph, mask)
    return search.first(starts) is not None


def _near(graph: Graph, mask: Sequence[bool]) -> tuple[_Search, list[int]]:
    """A search in a mask, and the nearest states of it."""
    search = _Search(graph, lambda state: 0 if mask[state] else None, ())
    search.waiting[0] = 0  # nobody is known to wait for ever
    return search, graph.nearest(mask, NEAREST)


class _Search:
    """Looks for fair cycles, each within one part of a graph."""

    def __init__(
        self, graph: Graph, part_of: Callable[[int], int | None], parts: Sequence[Part]
    ) -> None:
        self.graph, self.parts, self.part_of = graph, parts, part_of
        self.work = 0
        self.waiting: dict[int, int] = {}  # part -> processors that wait everywhere in it, as bits
        self.resting: dict[int, int] = {}  # state -> processors that rest, as bits

    def first(self, starts: Sequence[int]) -> Lasso | None:
        """A cycle to begin with: a short one, if one is found soon."""
        for room in (8, 24):
            self.work = 0
            for state in starts:
                found = self.cycle(state, room)
                if found:
                    return state, found
                if self.work > WORK:
                    break
        return None

    def shorter(self, starts: Sequence[int], best: Lasso) -> Lasso:
        """The shortest that is found within WORK."""
        start, cycle = best
        self.work = 0
        for state in starts:
            room = len(cycle) + int(self.graph.depth[start]) - int(self.graph.depth[state]) - 1
            if room < 1 or self.work > WORK:
                break
            found = self.cycle(state, room)
            if found:
                start, cycle = state, found
        return start, cycle

    def cycle(self, start: int, room: int | None) -> list[int]:
        """A shortest fair cycle from a state to itself, of at most `room` steps; [] if none."""
        part, everyone = self.part_of(start), (1 << self.graph.n) - 1
        begin = (start, self.rests(start))
        came: dict[Place, tuple[Place, int] | None] = {begin: None}
        todo = deque([(begin, 0)])
        while todo:
            here, length = todo.popleft()
            if room is not None and length == room:
                return []
            state, content = here
            for p, to in enumerate(self.graph.after[state]):
                if self.part_of(to) != part:
                    continue
                self.work += 1
                there = (to, content | 1 << p | self.rests(to))
                if there == (start, everyone):
                    return [*_way(came, here), p]
                if there not in came:
                    came[there] = (here, p)
                    todo.append((there, length + 1))
        return []

    def rests(self, state: int) -> int:
        """The processors that are outside, or that never make a step in the state's part."""
        bits = self.resting.get(state)
        if bits is None:
            here = (p for p in range(self.graph.n) if self.graph.outside(p, state))
            bits = sum(1 << p for p in here) | self.still(self.part_of(state) or 0)
            self.resting[state] = bits
        return bits

    def still(self, part: int) -> int:
        """The processors that wait everywhere in a part."""
        if part not in self.waiting:
            bits = (1 << self.graph.n) - 1
            for state in self.parts[part]:
                if not bits:
                    break
                waits = (p for p in range(self.graph.n) if self.graph.waits(p, state))
                bits &= sum(1 << p for p in waits)
            self.waiting[part] = bits
        return self.waiting[part]


def _way(came: dict[Place, tuple[Place, int] | None], end: Place) -> list[int]:
    """Whose steps led to a place."""
    steps: list[int] = []
    before = came[end]
    while before is not None:
        steps.append(before[1])
        before = came[before[0]]
    return steps[::-1]
