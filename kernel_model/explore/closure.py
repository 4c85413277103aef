"""Every processor's automaton, closed over the values that cells may hold.

A cell that only one processor writes becomes part of that processor's state: it knows what it
would read there, and what the others would read is known from where it stands.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kernel_model.explore.cells import LockError, TooMany, Value
from kernel_model.explore.effects import blocks, effect
from kernel_model.explore.local import Local, Pending, Phase
from kernel_model.explore.operations import READING
from kernel_model.explore.reach import Finds

MANY = -1  # who writes a cell that several processors write
QUEUES = 2_000  # different values of a cell that begins as (): six processors in any order
BEYOND = -1  # where a move leads that writes more different values than are looked at


class State(NamedTuple):
    """Where a processor stands, with what comes along."""

    local: int  # its state in the local automaton
    own: tuple[Value, ...]  # values of the cells that it alone writes
    wrote: bool  # has it written anything in this attempt to get in?


class Move(NamedTuple):
    """What a step does after having found a value."""

    to: int  # the state after it, or BEYOND
    new: Value  # what the cell holds then


@dataclass
class Closed:
    """One processor: its states and, for each of them, its move for every value it may find."""

    local: Local
    owned: list[int]  # cells that it alone writes
    states: list[State] = field(default_factory=list)
    moves: list[dict[Value, Move]] = field(default_factory=list)
    index: dict[State, int] = field(default_factory=dict)

    def pending(self, state: int) -> Pending:
        """What a state does next."""
        return self.local.pending[self.states[state].local]

    def trying(self, state: int) -> bool:
        """Is it in Pprim?"""
        return self.pending(state).phase is Phase.TRYING


class _Again(Exception):
    """A cell turned out to be written by one processor, or by one more."""


class Closure:
    """All processors together, with at most `width` different values looked at in one cell."""

    def __init__(
        self,
        locals_: Sequence[Local],
        first: Sequence[Value],
        width: int,
        finds: Finds | None = None,
    ) -> None:
        self.locals, self.first, self.width = locals_, first, width
        self.finds = finds  # nothing else is found where; None: anything may be
        self.writer: list[int | None] = [None] * len(first)
        self.domains: list[dict[Value, int]] = []  # of each cell: value -> its code
        self.closed: list[Closed] = []
        while not self._close():
            pass

    def _close(self) -> bool:
        """One pass; False if who writes which cell was not yet known."""
        self.domains = [{value: 0} for value in self.first]
        self.full: set[int] = set()  # cells that may get more values than are looked at
        self.readers: list[list[tuple[int, int]]] = [[] for _ in self.first]
        self.work: deque[tuple[int, int, Value]] = deque()  # nearest first: short replays
        self.closed = [
            Closed(local, [cell for cell, who in enumerate(self.writer) if who == p])
            for p, local in enumerate(self.locals)
        ]
        try:
            for p, one in enumerate(self.closed):
                begin = one.local.step(0, None) if one.local.script.once else 0
                self._add(p, State(begin, tuple(self.first[cell] for cell in one.owned), False))
            while self.work:
                self._move(*self.work.popleft())
        except _Again:
            return False
        return True

    def _add(self, p: int, state: State) -> int:
        """The number of a state; a new one will be asked about each value it may find."""
        one = self.closed[p]
        number = one.index.get(state)
        if number is not None:
            return number
        number = one.index[state] = len(one.states)
        if number >= one.local.limit:
            raise TooMany(
                f"processor {one.local.procid} has more than {one.local.limit} local states: "
                f"something it counts grows without bound?"
            )
        one.states.append(state)
        one.moves.append({})
        cell = one.pending(number).cell
        if cell is None:
            self.work.append((p, number, None))
        elif cell in one.owned:
            value = state.own[one.owned.index(cell)]
            if self._finds(p, state.local, value):
                self.work.append((p, number, value))
        else:
            self.readers[cell].append((p, number))
            self.work += [
                (p, number, value)
                for value in self.domains[cell]
                if self._finds(p, state.local, value)
            ]
        return number

    def _move(self, p: int, number: int, found: Value) -> None:
        """Works out what processor p does in a state after having found a value."""
        one = self.closed[p]
        local, own, wrote = one.states[number]
        doing = one.pending(number)
        if doing.cell is None:
            one.moves[number][found] = Move(self._after(p, State(local, own, wrote), None), None)
            return
        if blocks(doing.kind, doing.args, found):
            one.moves[number][found] = Move(number, found)
            return
        if doing.kind not in READING:
            self._written(p, doing.cell)
        try:
            new, returned = effect(doing.kind, doing.args, found)
        except LockError as error:
            broken = self._add(p, State(one.local.fault(local, str(error)), own, wrote))
            one.moves[number][found] = Move(broken, found)
            return
        if not self._may_hold(doing.cell, new):
            one.moves[number][found] = Move(BEYOND, new)
            return
        if doing.cell in one.owned:
            at = one.owned.index(doing.cell)
            own = (*own[:at], new, *own[at + 1 :])
        writes = doing.kind not in READING and returned is not False
        to = self._after(p, State(local, own, wrote or writes), returned)
        one.moves[number][found] = Move(to, new)

    def _after(self, p: int, state: State, returned: Value) -> int:
        """The state after the local step; only who is trying remembers having written."""
        local = self.closed[p].local
        after = local.step(state.local, returned)
        trying = local.script.overtaking and local.pending[after].phase is Phase.TRYING
        return self._add(p, State(after, state.own, state.wrote and trying))

    def _written(self, p: int, cell: int) -> None:
        """Takes down that p writes a cell; raises _Again if that was not known."""
        if self.writer[cell] is None:
            self.writer[cell] = p
            raise _Again
        if self.writer[cell] not in (p, MANY):
            self.writer[cell] = MANY
            raise _Again

    def _may_hold(self, cell: int, value: Value) -> bool:
        """Takes down what a cell may hold; False if there are too many values already."""
        known = self.domains[cell]
        if value in known:
            return True
        if len(known) >= (QUEUES if self.first[cell] == () else self.width):
            self.full.add(cell)
            return False
        known[value] = len(known)
        self.work += [
            (p, number, value)
            for p, number in self.readers[cell]
            if self._finds(p, self.closed[p].states[number].local, value)
        ]
        return True

    def _finds(self, p: int, local: int, value: Value) -> bool:
        return self.finds is None or (p, local, value) in self.finds
