"""Answers for functions that programs call: what would a call do next, having read these values?

    {"make": [function, arguments]}   the cells of what it makes -> {"made": number, "memory"}
    {"call": [function, made]}        a call with that -> {"call": number, "to": state, "states"}
    {"next": [call, state, value]}    one step more of it -> {"to": state, "states"}
    {"doubt": steps}                  why the code in one long run does not do just that, or ""
                      -> {"doubt"}

A state is [operation, cell, arguments, line], ["end", value] or ["fault", WHY, line]. Who calls is
not told: a call does the same for every processor. {"error": WHY}: wrong use of cells.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any, Protocol

from kernel_model.explore.again import Again
from kernel_model.explore.budget import bounded
from kernel_model.explore.cells import LockError, Shared, Value, cells_of, from_json
from kernel_model.explore.local import Local
from kernel_model.explore.modules import Kept
from kernel_model.explore.scripts import END, FAULT, CallScript
from kernel_model.explore.snapshot import Suspended
from kernel_model.explore.surroundings import Surroundings
from kernel_model.explore.systemfile import OwnMemory, layout

STATES = 2_000  # of one call: right answers have some dozen
PAUSES = 2  # states of a script that need not be told


class Source(Protocol):
    """The functions of a submission, with all that they need."""

    @property
    def file(self) -> str: ...
    def fresh(self) -> Kept: ...


class Life:
    """One life of a submission's module, for calls with what one of its functions makes."""

    def __init__(self, kept: Kept, maker: str, arguments: list[Any]) -> None:
        self.names, self.kept, self.keeps = kept.names, kept, kept.keeps
        self.places = kept.places
        self.maker, self.arguments = maker, arguments
        self.own = OwnMemory(self.make)

    def changed(self) -> str | None:
        """What was kept outside of cells, in words; None: nothing."""
        return self.kept.changed() or self.own.changed()

    def make(self) -> Shared:
        """The cells; raises LockError for what is none."""
        made = self.names[self.maker](*self.arguments)
        if not isinstance(made, Shared):
            told = ", ".join(map(repr, self.arguments))
            raise LockError(f"{self.maker}({told}) gives {made!r}, not Shared(...)")
        return made

    def start(self, function: str, memory: Shared, procid: int, n: int) -> Suspended:
        """A call, not run yet; its cells belong to this life."""
        mine = self.own.made()
        if layout(mine) != layout(memory):
            raise LockError(f"{self.maker} does not give the same each time")
        made = self.names[function](mine)
        if not isinstance(made, types.CoroutineType):
            raise LockError(f"{function} is no coroutine: write async def {function}(...)")
        return made


class Callees:
    """All calls of one submission's functions."""

    def __init__(self, source: Source) -> None:
        self.source, self.file = source, source.file
        self.making: list[tuple[str, list[Any]]] = []
        self.made: list[Shared] = []
        self.calls: list[Local] = []
        self.told: list[int] = []  # how many states of each call have been told
        self.around: Surroundings | None = None
        self.again: Again | None = None

    def note(self) -> None:
        """Notes all that is there: before the first call, or again before the code is doubted.

        What is noted may not change any more, so the next run in one life begins anew.
        """
        self.again = None
        mine = (self, self.__dict__, self.making, self.made, self.calls, self.told)
        self.around = Surroundings(*mine)

    def handle(self, request: dict[str, Any]) -> dict[str, Any]:
        """One request, one answer; raises what the submission raises."""
        if "make" in request:
            return self.make(*request["make"])
        if "call" in request:
            return self.call(*request["call"])
        if "doubt" in request:
            return {"doubt": self.doubt(request["doubt"])}
        return self.next(*request["next"])

    def make(self, function: str, arguments: list[Any]) -> dict[str, Any]:
        """What a function makes of these arguments."""
        life = Life(bounded(self.source.fresh), function, arguments)
        memory = bounded(life.make)
        changed = life.changed()
        if changed is not None:
            raise LockError(f"{function} changes {changed}: what is remembered must be in cells")
        self.making.append((function, arguments))
        self.made.append(memory)
        cells, first = cells_of(memory)
        held = [[cell.name, value] for cell, value in zip(cells, first, strict=True)]
        return {"made": len(self.made) - 1, "memory": held}

    def call(self, function: str, made: int) -> dict[str, Any]:
        """The first step of a call."""
        source = Making(self.source, *self.making[made])
        local = Local(source, self.made[made], 0, 1, STATES, CallScript(function))
        self.calls.append(local)
        self.told.append(PAUSES)
        return {"call": len(self.calls) - 1} | self.next(len(self.calls) - 1, 0, None)

    def next(self, call: int, state: int, value: Value) -> dict[str, Any]:
        """One step more."""
        local = self.calls[call]
        to = local.step(state, from_json(value))
        since, self.told[call] = self.told[call], len(local.pending)
        return {"to": to, "states": [self.state(one) for one in local.pending[since:]]}

    def doubt(self, steps: int) -> str:
        """Why what is told is not what the code does; "" if it is."""
        if self.again is None:
            self.again = Again(self.starting(bounded(self.source.fresh)))
        try:
            self.again.go_on(self.calls, steps)
        except LockError as error:
            return str(error)
        return ""

    def starting(self, kept: Kept) -> Callable[[Local], Suspended]:
        """Begins calls in one life of the module."""
        lives: dict[int, Life] = {}

        def start(local: Local) -> Suspended:
            making = local.lock
            assert isinstance(making, Making), "it is one of these calls"
            life = lives.get(id(local.memory))
            if life is None:
                life = lives[id(local.memory)] = Life(kept, making.maker, making.arguments)
            return life.start(str(local.script.functions[0]), local.memory, 0, 1)

        return start

    def look(self) -> None:
        """Raises LockError if anything that was noted is not as it was."""
        if self.around is not None:
            self.around.look()

    def state(self, one: Any) -> list[Any]:
        """A state as it is told."""
        if one.kind == END:
            return [END, one.args[0]]
        if one.kind == FAULT:
            return [FAULT, one.error, one.line]
        return [one.kind, one.cell, one.args, one.line]

    def close(self) -> None:
        """Ends the coroutines that still stand somewhere."""
        for local in self.calls:
            local.close()


class Making:
    """A submission as code that can be run from its beginning, with what is made first."""

    def __init__(self, source: Source, maker: str, arguments: list[Any]) -> None:
        self.source, self.file = source, source.file
        self.maker, self.arguments = maker, arguments

    def fresh(self) -> Life:
        """The module made anew."""
        return Life(self.source.fresh(), self.maker, self.arguments)
