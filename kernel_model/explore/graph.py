"""The states that can be reached as a graph, and what can go on in it for ever.

Fair is weak fairness: a processor that is not outside goes on making steps. All that goes on for
ever ends in one strongly connected part; it is fair if every processor makes a step in there, or is
outside somewhere in there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kernel_model.explore.components import components
from kernel_model.explore.local import Phase
from kernel_model.explore.tables import Tables

Part = list[int]


class Graph:
    """States as numbers 0, 1, ... in order, and the steps between them."""

    def __init__(
        self,
        tables: Tables,
        after: Callable[[int], list[int]],
        levels: Sequence[Sequence[int]],
    ) -> None:
        depths = {state: depth for depth, level in enumerate(levels) for state in level}
        self.states = sorted(depths)
        self.depth = [depths[state] for state in self.states]
        number = {state: i for i, state in enumerate(self.states)}
        self.after = [[number[to] for to in after(state)] for state in self.states]
        self.n = len(tables.processors)
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

    def lasts(self, mask: Sequence[bool]) -> bool:
        """Can a fair run stay in a mask for ever?"""
        return bool(self.for_ever(mask))

    def for_ever(self, mask: Sequence[bool]) -> list[Part]:
        """The parts of a mask in which a fair run can stay for ever."""
        return [part for part in components(self.after, mask) if self._fair(part)]

    def _fair(self, part: Part) -> bool:
        inside = set(part)
        if len(part) == 1 and part[0] not in self.after[part[0]]:
            return False
        return all(
            any(at[state] is Phase.OUTSIDE for state in part)
            or any(self.after[state][p] in inside for state in part)
            for p, at in enumerate(self.phase)
        )

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
