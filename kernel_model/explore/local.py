"""One processor by itself: what it would do next after having read these values.

A coroutine is a function of the values that it has read, so a processor is an automaton. Its states
are found as they are asked for, by replaying the values that lead there in a module made afresh.
A replay never goes further back than the beginning of a function: nothing outlives it.
"""

from __future__ import annotations

import itertools
import traceback
from collections.abc import Hashable
from contextlib import suppress
from typing import Protocol

from kernel_model.explore.budget import bounded
from kernel_model.explore.canonical import Hidden
from kernel_model.explore.cells import LockError, Shared, TooMany, Value, cells_of
from kernel_model.explore.cells import value as plain
from kernel_model.explore.operations import ENTER, LEAVE, OWN_NAME, Operation, forgotten
from kernel_model.explore.scripts import END, FAULT, START, LockScript, Pending, Phase, Script
from kernel_model.explore.snapshot import Suspended, line, snapshot

__all__ = ["ENTER", "FAULT", "LEAVE", "START", "Local", "Pending", "Phase"]
CLOSINGS = 8  # times that a coroutine is told to end
CHECKED = 300  # states up to which further answers come from replays, which must agree wholly
LIVE = 4_000  # coroutines that are kept where they stand, at most


class Module(Protocol):
    """One life of some code; one that keeps nothing is as good as a new one after a step."""

    keeps: bool
    places: dict[int, int]  # of what it keeps, by id

    def start(self, function: str, memory: Shared, procid: int, n: int) -> Suspended: ...
    def changed(self) -> str | None: ...


class Source(Protocol):
    """Code that can be run from its beginning again and again."""

    @property
    def file(self) -> str: ...
    def fresh(self) -> Module: ...


class Local:
    """The automaton of one processor; in states 0 and 1 it runs nothing."""

    def __init__(
        self,
        lock: Source,
        memory: Shared,
        procid: int,
        n: int,
        limit: int,
        script: Script | None = None,
    ) -> None:
        self.lock, self.memory, self.procid, self.n = lock, memory, procid, n
        self.cells = cells_of(memory)[0]
        self.limit = limit  # of states
        self.script = script or LockScript()
        self.who = self.script.who(procid)
        self.pending = list(self.script.pauses)
        self.steps = [one.step() for one in self.pending]
        self.index: dict[Hashable, int] = {"state 0": 0, "state 1": 1}
        self.came: list[tuple[int, Value]] = [(0, None), (1, None)]  # from which state, having read
        self.live: dict[int, list[tuple[Module, Suspended]]] = {}  # coroutines that stand there now
        self.kept = 0  # how many of them
        self.replayed = 0  # steps
        self.module: Module | None = None  # that keeps nothing, and has been left as it was
        self.known: dict[tuple[int, Value], int] = {}

    def step(self, state: int, value: Value) -> int:
        """The state after the pending operation of `state` has returned `value`."""
        after = self.known.get((state, value))
        if after is None:
            after = self.known[state, value] = self._step(state, value)
        return after

    def fault(self, state: int, error: str, at: int | None = None) -> int:
        """A state where the processor has failed for good, in the step that `state` was to take."""
        at = self.pending[state].line if at is None else at
        where = f" (line {at})" if at is not None else ""
        said = f"{self.who}: {error.removesuffix(where)}{where}"  # who calls tells it as well
        broken = Pending(Phase.BROKEN, FAULT, line=at, error=said)
        return self._state(("fault", said), state, None, broken)

    def _step(self, state: int, value: Value) -> int:
        if self.pending[state].phase is Phase.BROKEN:
            return state
        if state < len(self.script.functions):
            function = self.script.functions[state]
            return state if function is None else self._run(state, None, *self._start(function))
        there = self.live.get(state)
        if not there:
            return self._run(state, value, *self._replay(state))
        self.kept -= 1
        return self._run(state, value, *there.pop())

    def _start(self, function: str) -> tuple[Module, Suspended]:
        try:
            module, self.module = self.module or bounded(self.lock.fresh), None
            return module, bounded(module.start, function, self.memory, self.procid, self.n)
        except LockError:
            raise
        except (Exception, SystemExit) as error:
            raise LockError(f"{function}: {type(error).__name__}: {error}") from error

    def _replay(self, state: int) -> tuple[Module, Suspended]:
        """A coroutine brought to where `state` is; raises LockError if it comes elsewhere."""
        way = []
        at = state
        while at > 1:
            way.append(at)
            at = self.came[at][0]
        self.replayed += len(way)
        if self.replayed > self.script.replayed:
            raise LockError(
                f"{self.who} never seems to come back to where it was before: does "
                f"a variable or a cell grow without bound?"
            )
        function = self.script.functions[at]
        assert function is not None, "nothing leads on from where a program has ended"
        module, coroutine = self._start(function)
        try:
            coroutine.send(None)
            for before, after in itertools.pairwise(reversed(way)):
                if self.whole(coroutine.send(self.came[after][1])) != self.steps[after]:
                    raise self._differs(before)
            looked = state < CHECKED
            key = snapshot(coroutine, self.lock.file, module.places) if looked else None
        except Exception as error:
            raise self._differs(state) from error
        if key is not None and self.index.get((key, self.pending[state].phase)) != state:
            raise self._differs(state)
        return module, coroutine

    def _differs(self, state: int) -> LockError:
        at = self.pending[state].line
        return LockError(
            f"{self.who} does not do the same again after reading the same values"
            f"{f' (line {at})' if at else ''}: what it does may depend on nothing else"
        )

    def _run(self, state: int, value: Value, module: Module, coroutine: Suspended) -> int:
        """One step; the state that it leads to."""
        phase = self.script.phase(self.pending[state])
        forgotten()
        try:
            pending = self._pending(coroutine, bounded(coroutine.send, value), phase)
            key = snapshot(coroutine, self.lock.file, module.places)
        except StopIteration as ended:
            self._unchanged(module)
            return self._end(state, ended.value)
        except Hidden as hidden:
            raise LockError(
                f"{self.who} keeps {hidden} in a variable, whose state cannot be "
                f"seen: keep numbers, tuples, lists or dicts"
            ) from hidden
        except LockError as error:
            return self.fault(state, str(error), self._failed_at(error))
        except (Exception, SystemExit) as error:
            told = f"{type(error).__name__}: {error}"
            return self.fault(state, told, self._failed_at(error))
        self._unchanged(module)
        after = self._state(key, state, value, pending)
        new = after == len(self.pending) - 1 and after not in self.live
        if new or (len(self.pending) > CHECKED and self.kept < LIVE):
            self.live.setdefault(after, []).append((module, coroutine))
            self.kept += 1
        else:
            discard(coroutine)
        return after

    def _end(self, state: int, returned: object) -> int:
        try:
            if not self.script.returning:
                return self.script.end(self.pending[state])
            told = Pending(Phase.OUTSIDE, END, args=(given(returned, self.who),))
            return self._state(("returned", told.args), state, None, told)
        except LockError as error:
            return self.fault(state, str(error))

    def _failed_at(self, error: BaseException) -> int | None:
        """The innermost line of the author's in which it was raised."""
        known: int | None = getattr(error, "line", None)
        if known is not None:
            return known
        frames = traceback.walk_tb(error.__traceback__)
        lines = [at for frame, at in frames if frame.f_code.co_filename == self.lock.file]
        return lines[-1] if lines else None

    def _pending(self, coroutine: Suspended, made: object, phase: Phase) -> Pending:
        if not isinstance(made, Operation):
            raise LockError(f"awaits {made!r}, which is no step on a cell")
        at = line(coroutine, self.lock.file) if made.line is None else made.line
        self.script.allow(made, phase)
        kind, cell, args = self.whole(made)
        if cell is not None and [c.name for c in self.cells[cell : cell + 1]] != [str(made.cell)]:
            raise LockError(f"{made!r}: this cell belongs to another memory")
        return Pending(phase, kind, cell, args, at)

    def whole(self, made: Operation) -> tuple[str, int | None, tuple[Value, ...]]:
        """A step, with whose it is where that matters."""
        kind, cell, args = made.step()
        return kind, cell, (self.procid,) if kind in OWN_NAME else args

    def _unchanged(self, module: Module) -> None:
        """Raises LockError if the code keeps anything outside cells and its own variables."""
        gone = forgotten()
        if gone:
            raise LockError(f"{gone[0]} is never awaited, so it never happens")
        changed = module.changed()
        if changed is not None:
            raise LockError(
                f"{self.who} changes {changed}: what processors share, and what "
                f"they remember from one call to the next, must be in cells"
            )
        if not module.keeps:
            self.module = module

    def _state(self, key: Hashable, came: int, value: Value, pending: Pending) -> int:
        """The state of that key, made if it is new."""
        key = (key, pending.phase)
        after = self.index.get(key)
        if after is None:
            after = len(self.pending)
            if after >= self.limit:
                raise TooMany(
                    f"{self.who} has more than {self.limit} local states: a variable "
                    f"that grows without bound?"
                )
            self.index[key] = after
            self.pending.append(pending)
            self.steps.append(pending.step())
            self.came.append((came, value))
        return after

    def close(self) -> None:
        """Ends the coroutines that still stand somewhere."""
        for there in self.live.values():
            for _, coroutine in there:
                discard(coroutine)
        self.live.clear()


def given(returned: object, who: str) -> Value:
    """What a function returns, which has to be as plain as what a cell holds."""
    try:
        return plain(returned, who)
    except LockError:
        what = type(returned).__name__
        raise LockError(f"returns a {what}: a number, a text, a tuple or None") from None


def discard(coroutine: Suspended) -> None:
    """Ends a coroutine that is not needed any more, even one that awaits while it is ended."""
    for _ in range(CLOSINGS):
        if coroutine.cr_frame is None:  # type: ignore[attr-defined]
            break
        with suppress(Exception):
            bounded(coroutine.close)
