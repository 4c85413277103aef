"""The code itself, run by all processors in one life, held against what was found out about it.

Each processor's automaton is found by asking for one step after the other, every time from the
beginning of a function and, where it matters, in a module made afresh. A run of the kernel is
something else: one module, one memory, many calls, the processors in turn. So such a run is made,
and each step must be the one that the automaton says. Whose turn it is follows what was least
tried. That the run agrees proves the automaton for the steps of this run; a lock that behaves
otherwise from its hundredth call on, wherever it counts them, is found if the run is that long.
Programs that come to an end, or all wait, begin again, with other memory in the same life.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from kernel_model.explore.budget import bounded
from kernel_model.explore.cells import LockError, Shared, Value, cells_of
from kernel_model.explore.effects import blocks, effect
from kernel_model.explore.local import Local, Module, discard
from kernel_model.explore.operations import Operation, forgotten
from kernel_model.explore.scripts import END, Pending, Phase
from kernel_model.explore.snapshot import Suspended

TURNS = 2_000  # of a run: some two hundred calls
TURNS_OF_PROGRAMS = 800  # which make as many calls in fewer steps of their own
AT_ONCE = 200  # that are bounded together


class Life(Module, Protocol):
    """One life of a lock's module, or a system's."""

    def memory(self, n: int) -> Shared: ...


class Lives(Protocol):
    """Code that can be run from its beginning again and again."""

    def fresh(self) -> Life: ...


def confirm(lock: Lives, locals_: Sequence[Local], first: Sequence[Value]) -> None:
    """Raises LockError where the code does something else than its automata say."""
    run = Run(lock, locals_, first)
    try:
        once = any(local.script.once for local in locals_)
        for _ in range((TURNS_OF_PROGRAMS if once else TURNS) // AT_ONCE):
            if not bounded(run.go_on, AT_ONCE, by_lines=True):
                break
    finally:
        run.close()


class Run:
    """All processors in one life of the code, and where their automata are."""

    def __init__(self, lock: Lives, locals_: Sequence[Local], first: Sequence[Value]) -> None:
        self.life = bounded(lock.fresh)
        self.locals, self.first = locals_, tuple(first)
        self.tried: Counter[tuple[int, int, Value]] = Counter()
        self.running: list[Suspended | None] = []
        self.begin()

    def begin(self) -> None:
        """All processors at the beginning, with memory as it is first."""
        self.close()
        n = len(self.locals)
        self.memory = bounded(self.life.memory, n)
        if cells_of(self.memory)[1] != self.first:
            raise LockError(f"the memory for {n} processors is not the same each time")
        self.values, self.at = list(self.first), [0] * n
        self.running = [None] * n

    def go_on(self, turns: int) -> bool:
        """So many turns; False when a processor has failed, as it is known to, or all wait."""
        for _ in range(turns):
            at = self.can_move()
            if not at:
                self.begin()
                at = self.can_move()
            if not at:
                return False
            chosen = min(at, key=lambda one: (self.tried[one], one[0]))
            self.tried[chosen] += 1
            if not self.turn(chosen[0]):
                return False
        return True

    def can_move(self) -> list[tuple[int, int, Value]]:
        """The processors that can make a step, where they stand and what they will find."""
        found = [(p, state, self.found(p)) for p, state in enumerate(self.at)]
        return [one for one in found if not self.waits(one[0], one[2])]

    def waits(self, p: int, value: Value) -> bool:
        """Has it come to an end, or has it to wait?"""
        doing = self.doing(p)
        return doing.kind == END or blocks(doing.kind, doing.args, value)

    def doing(self, p: int) -> Pending:
        """The next step of a processor."""
        return self.locals[p].pending[self.at[p]]

    def found(self, p: int) -> Value:
        """What it will find there."""
        cell = self.doing(p).cell
        return None if cell is None else self.values[cell]

    def turn(self, p: int) -> bool:
        """One step of a processor, in the code and in the automaton."""
        before, returned = self.doing(p), None
        if before.cell is not None:
            try:
                made = effect(before.kind, before.args, self.values[before.cell])
            except LockError:
                return False  # a step that cannot be made, as the search has found
            self.values[before.cell], returned = made
        self.at[p] = self.locals[p].step(self.at[p], returned)
        expected = self.doing(p)
        if expected.phase is Phase.BROKEN:
            return False
        if self.step(p, before, returned) != expected.step():
            line = expected.line if before.line is None else before.line
            raise LockError(
                f"processor {self.locals[p].procid} does something else in a longer run, after the "
                f"same values{f' (line {line})' if line else ''}: what it does may depend on "
                f"nothing but what it has read"
            )
        return True

    def step(self, p: int, before: Pending, returned: Value) -> object:
        """What the code does next, or where it has come to an end."""
        local, running = self.locals[p], self.running[p]
        try:
            if running is None:
                function = local.script.functions[self.place(p, before)]
                assert function is not None, "nothing goes on from its end"
                running = self.life.start(function, self.memory, local.procid, len(self.at))
                self.running[p], returned = running, None
            made = running.send(returned)
        except StopIteration:
            self.running[p] = None
            return local.script.pauses[1 - self.place(p, before)].step()
        except (Exception, SystemExit) as error:
            return f"{type(error).__name__}: {error}"
        return local.whole(made) if isinstance(made, Operation) else made

    def place(self, p: int, doing: Pending) -> int:
        """0 from outside to inside, 1 on the way out; 0 in a program."""
        to_get_in = doing.phase in (Phase.OUTSIDE, Phase.TRYING)
        return 0 if to_get_in or self.locals[p].script.once else 1

    def close(self) -> None:
        """Ends what still stands somewhere."""
        for one in self.running:
            if one is not None:
                discard(one)
        forgotten()
