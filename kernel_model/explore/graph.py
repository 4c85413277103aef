"""The states that can be reached as a graph, and what can go on in it for ever.

Fair is weak fairness: a processor that is not outside goes on making steps. Where steps have to
wait it is strong: who can go on again and again does (queues are served, locks starve nobody). All
that goes on for ever ends in one strongly connected part; it is fair if every processor makes a
step in there, is outside (or has ended), or has to wait everywhere in there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from kernel_model.explore.components import After, components
from kernel_model.explore.local import Phase
from kernel_model.explore.tables import Tables

Part = list[int]


class Steps(Protocol):
    """What has to be known of a graph to see what can go on in it."""

    n: int

    @property
    def after(self) -> After: ...

    def outside(self, p: int, state: int) -> bool: ...
    def waits(self, p: int, state: int) -> bool: ...


class Graph:
    """States as numbers 0, 1, ... in order, and the steps between them."""

    quick = 100_000

    def __init__(
        self,
        tables: Tables,
        after: Callable[[int], list[int]],
        waiting: Callable[[int], list[bool]],
        levels: Sequence[Sequence[int]],
    ) -> None:
        self.processors = tables.processors
        depths = {state: depth for depth, level in enumerate(levels) for state in level}
        self.states = sorted(depths)
        self.depth = [depths[state] for state in self.states]
        number = {state: i for i, state in enumerate(self.states)}
        self.after = [[number[to] for to in after(state)] for state in self.states]
        self.n = len(tables.processors)
        self.waits_ = [waiting(state) for state in self.states]
        self.phase: list[list[Phase]] = []
        self.wrote: list[list[bool]] = []
        for one in tables.processors:
            digits = [state // one.base % one.size for state in self.states]
            self.phase.append([one.phases[digit] for digit in digits])
            self.wrote.append([one.wrote[digit] for digit in digits])

    def staying(self, p: int, phase: Phase) -> list[bool]:
        """The states in which processor p is in a phase."""
        return [at is phase for at in self.phase[p]]

    def waiting(self) -> list[bool]:
        """The states in which someone tries and nobody is inside."""
        return [
            Phase.TRYING in phases and Phase.INSIDE not in phases
            for phases in zip(*self.phase, strict=True)
        ]

    def unwritten(self, p: int) -> list[bool]:
        """The states in which processor p tries and has not written anything yet."""
        both = zip(self.phase[p], self.wrote[p], strict=True)
        return [at is Phase.TRYING and not wrote for at, wrote in both]

    def nearest(self, mask: Sequence[bool], many: int) -> list[int]:
        """The first states of a mask, by depth and number."""
        found = (state for state, wanted in enumerate(mask) if wanted)
        return sorted(found, key=lambda state: (self.depth[state], state))[:many]

    def lasts(self, mask: Sequence[bool]) -> bool:
        """Can a fair run stay in a mask for ever?"""
        return bool(self.for_ever(mask))

    def for_ever(self, mask: Sequence[bool]) -> list[Part]:
        """The parts of a mask in which a fair run can stay for ever."""
        return fair_parts(self, mask)

    def outside(self, p: int, state: int) -> bool:
        """Is processor p outside, or has its program ended?"""
        return self.phase[p][state] is Phase.OUTSIDE

    def waits(self, p: int, state: int) -> bool:
        """Can processor p make no step?"""
        return self.waits_[state][p]

    def quiet(self, marked: Sequence[Sequence[bool]]) -> list[bool]:
        """The states where no processor is in a class that is marked, and one can make a step."""
        kept = [not all(waits) for waits in self.waits_]
        for one, marks in zip(self.processors, marked, strict=True):
            for number, state in enumerate(self.states):
                kept[number] = kept[number] and not marks[state // one.base % one.size]
        return kept

    def stuck(self, p: int) -> set[int]:
        """The states from which on processor p, which has not ended, never makes a step again."""
        left = {
            state
            for state, waits in enumerate(self.waits_)
            if waits[p] and self.phase[p][state] is not Phase.OUTSIDE
        }
        while True:
            freed = {state for state in left if not left.issuperset(self.after[state])}
            if not freed:
                return left
            left -= freed

    def bypass(self, p: int) -> int | None:
        """How often others get in at most while p tries, from its first write on; None: no end."""
        mask = [
            at is Phase.TRYING and wrote
            for at, wrote in zip(self.phase[p], self.wrote[p], strict=True)
        ]
        most: dict[int, int] = {}  # from a state on
        for part in components(self.after, mask):  # what a part leads to comes before it
            inside = set(part)
            best = 0
            for state in part:
                for other, to in enumerate(self.after[state]):
                    if not mask[to]:
                        continue  # p itself gets in
                    entry = self.entry(other, state, to)
                    if to not in inside:
                        best = max(best, most[to] + entry)
                    elif entry:
                        return None
            most.update(dict.fromkeys(part, best))
        return max(most.values(), default=0)

    def entry(self, p: int, state: int, to: int) -> int:
        """1 if the step takes p into its critical section."""
        at = self.phase[p]
        return int(at[to] is Phase.INSIDE and at[state] is not Phase.INSIDE)


def fair_parts(graph: Steps, mask: Sequence[bool]) -> list[Part]:
    """The strongly connected parts of a mask in which a fair run can stay for ever, all of it.

    Of a part in which a processor never moves, a fair run cannot come again and again through the
    states where it could: they are taken away, and what is left is looked at in the same way.
    """
    parts: list[Part] = []
    todo = list(components(graph.after, mask))
    while todo:
        part = todo.pop()
        if len(part) == 1 and part[0] not in graph.after[part[0]]:
            continue
        moving = _moving(graph, part)
        still = [p for p in range(graph.n) if not moving >> p & 1]
        left = [
            state
            for state in part
            if all(graph.waits(p, state) or graph.outside(p, state) for p in still)
        ]
        if len(left) < len(part):
            todo += _inner(graph, left)
        elif moving:
            parts.append(part)
    return sorted(parts)


def _moving(graph: Steps, part: Part) -> int:
    """As bits, the processors that make a step inside a part."""
    inside, bits = set(part), 0
    for state in part:
        for p, to in enumerate(graph.after[state]):
            if to in inside and not graph.waits(p, state):
                bits |= 1 << p
        if bits + 1 == 1 << graph.n:
            break
    return bits


def _inner(graph: Steps, states: Sequence[int]) -> Iterator[Part]:
    """The strongly connected parts of some states by themselves."""
    number = {state: i for i, state in enumerate(states)}
    after = [[number[to] for to in graph.after[state] if to in number] for state in states]
    for part in components(after, [True] * len(states)):
        yield [states[i] for i in part]
