"""All interleavings of programs: every choice of who has the next turn, state by state.

A state is reached again by taking the same turns again, for neither a kernel nor a coroutine can
be copied; so what is searched is a few thousand states at most, of programs with few rounds.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any

from kernel_model.programs.members import Programs
from kernel_model.programs.run import Run
from kernel_model.waiting import Wait, waits

LIMIT = 20_000  # states


@dataclass(slots=True)
class State:
    """One state: where everybody stands, what is wrong with it, and where each turn leads."""

    phases: tuple[str, ...]
    lines: tuple[int | None, ...]
    asks: tuple[str, ...]
    wrong: str
    left: list[str]  # whose programs have not ended
    view: dict[str, Any] = field(repr=False)
    waits: list[Wait] = field(repr=False)  # as far as tables and ledger tell
    came: tuple[int, int]  # the state before, and whose turn led here first
    moves: dict[int, tuple[int, str]] = field(default_factory=dict, repr=False)  # and what happens


class Graph:
    """The states of programs as far as they were searched; state 0 is the beginning."""

    def __init__(self, programs: Programs, limit: int = LIMIT) -> None:
        self.programs, self.limit = programs, limit
        self.names = list(programs.members)
        self.states: list[State] = []
        self.finished = True
        self._index: dict[Hashable, int] = {}
        self._search()

    def _search(self) -> None:
        todo: list[tuple[int, int]] = []  # turns that are still to be taken
        run = Run(self.programs)
        at, new = self._enter(run, (0, -1))
        while True:
            if new:
                todo += [(at, p) for p in reversed(range(len(self.names))) if run.can(p)]
                if len(self.states) >= self.limit:
                    self.finished = not todo
                    return
            if not todo:
                return
            start, p = todo.pop()
            if start != at:
                run = Run(self.programs).play(self.way(start))
            told = run.turn(p)
            at, new = self._enter(run, (start, p))
            self.states[start].moves[p] = at, told

    def _enter(self, run: Run, came: tuple[int, int]) -> tuple[int, bool]:
        """The number of the state that a run is in, and whether it is new."""
        key = run.key()
        known = self._index.get(key)
        if known is not None:
            return known, False
        self._index[key] = len(self.states)
        self.states.append(state_of(run, came))
        return len(self.states) - 1, True

    def way(self, at: int) -> list[int]:
        """Turns that lead to a state, as it was first found."""
        found = []
        while at:
            at, p = self.states[at].came
            found.append(p)
        return found[::-1]

    def shortest(self) -> Iterator[tuple[int, list[int]]]:
        """Every state with a shortest schedule that leads to it, the nearest first."""
        level, seen = [(0, list[int]())], {0}
        while level:
            yield from level
            after = []
            for at, way in level:
                for p, (to, _) in sorted(self.states[at].moves.items()):
                    if to not in seen:
                        seen.add(to)
                        after.append((to, [*way, p]))
            level = after

    def hopeless(self) -> set[int]:
        """The states from which no way leads to an end at which all programs have ended."""
        before: dict[int, list[int]] = {}
        for number, state in enumerate(self.states):
            for to, _ in state.moves.values():
                before.setdefault(to, []).append(number)
        todo = [number for number, state in enumerate(self.states) if not state.left]
        good = set(todo)
        while todo:
            for number in before.get(todo.pop(), ()):
                if number not in good:
                    good.add(number)
                    todo.append(number)
        return set(range(len(self.states))) - good if self.finished else set()

    def wakers(self) -> list[dict[int, int]]:
        """Of each state, for each sleeper, the bits of those who wake it on some way from there."""
        states, found = self.states, [dict[int, int]() for _ in self.states]
        changed = True
        while changed:
            changed = False
            for number in reversed(range(len(states))):
                for p in (p for p, phase in enumerate(states[number].phases) if phase == "asleep"):
                    bits = found[number].get(p, 0)
                    for q, (to, _) in states[number].moves.items():
                        asleep = states[to].phases[p] == "asleep"
                        bits |= found[to].get(p, 0) if asleep else 1 << q
                    if bits != found[number].get(p, 0):
                        found[number][p], changed = bits, True
        return found


_known: dict[Programs, Graph] = {}


def graph_of(programs: Programs, limit: int = LIMIT) -> Graph:
    """The graph of programs, which is kept: a lecture shows and explores the same ones."""
    graph = _known.get(programs)
    if graph is None or not (graph.finished and len(graph.states) <= limit):
        graph = _known[programs] = Graph(programs, limit)
    return graph


def state_of(run: Run, came: tuple[int, int]) -> State:
    """What is kept of a run as it stands."""
    places, view = range(len(run.members)), run.view()
    return State(
        tuple(run.phase(p) for p in places),
        tuple(run.line(p) for p in places),
        tuple(str(one.asks) for one in run.members),
        run.wrong(),
        run.left(),
        view,
        waits(view, run.known(view)),
        came,
    )
