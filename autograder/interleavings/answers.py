"""Answers for a submission's processors: what would this one do next, having read these values?

    {"load": [cell, ...], "names": [function, ...]}
                      -> {"ok": true, "problems": [...]}, or {"missing": WHY, "problems": [...]}
    {"lock": n, "most": states of each} (or without)
                      the cells of the lock's memory for n processors, and where each of them stands
                      after all values that any of them could write -> {"memory", "processors",
                      "doubt": why the code in one long run does not do just that, or ""}
    {"ask": [p, state, value]}  one step more of processor p -> {"to", "states"}

A state is [phase, operation, cell, arguments, line, error]. States 0 (outside) and 1 (inside) are
known; a step is [state, value, state after it]. {"error": WHY}: wrong use of cells; with "many" as
well, there are more states than were asked for.
What is asked of functions that programs call is in `callees`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from kernel_model.explore.budget import bounded
from kernel_model.explore.cells import LockError, TooMany, Value, cells_of, from_json
from kernel_model.explore.closure import Closure
from kernel_model.explore.confirm import confirm
from kernel_model.explore.local import Local
from kernel_model.explore.lockfile import Instance
from kernel_model.explore.modules import Kept
from kernel_model.explore.snapshot import visible
from kernel_model.explore.surroundings import Surroundings
from kernel_model.explore.verdict import LOCALS, WIDTHS, warned

PAUSES = 2  # states that need not be told
SAID = 300  # characters of an error


class Source(Protocol):
    """The functions of a submission, with all that they need."""

    problems: list[dict[str, Any]]

    @property
    def file(self) -> str: ...
    def missing(self, asked: list[str]) -> list[str]: ...
    def fresh(self) -> Kept: ...


class Calls(Protocol):
    """Calls of a submission's functions, one by one: see `callees`."""

    def note(self) -> None: ...
    def look(self) -> None: ...
    def handle(self, request: dict[str, Any]) -> dict[str, Any]: ...


class LockSource:
    """The same as a lock file."""

    def __init__(self, source: Source) -> None:
        self.source, self.file = source, source.file

    def fresh(self) -> Instance:
        """The module made anew."""
        return Instance(self.source.fresh())


class Answers:
    """One submission, and the processors that run it; `take` finds the functions in its cells."""

    source: Source
    calls: Calls

    def __init__(
        self,
        take: Callable[[list[str], tuple[str, ...]], Source],
        of_calls: Callable[[Source], Calls],
        alone: bool = True,
    ) -> None:
        """`alone`: nothing else goes on in this process between one request and the next."""
        self.take, self.of_calls, self.alone = take, of_calls, alone
        self.noted = not alone
        self.locals: list[Local] = []
        self.told: list[int] = []  # how many states of each processor have been told

    def handle(self, request: dict[str, Any]) -> dict[str, Any]:
        """One request, one answer."""
        if ("make" in request and not self.noted) or ("doubt" in request and not self.alone):
            self.noted = True
            self.calls.note()
        answer = self.answered(request)
        if "doubt" in request and not answer.get("doubt"):
            try:
                self.calls.look()
            except LockError as error:
                return {"doubt": str(error)}
        return answer

    def answered(self, request: dict[str, Any]) -> dict[str, Any]:
        """The same, without a look at what is around."""
        try:
            with warned():
                if "load" in request:
                    return self.load(request["load"], request["names"])
                if "lock" in request:
                    return self.lock(request["lock"], request.get("most", LOCALS))
                if "ask" in request:
                    return self.ask(*request["ask"])
                return self.calls.handle(request)
        except TooMany as error:
            return {"error": str(error)[:SAID], "many": True}
        except LockError as error:
            return {"error": str(error)[:SAID]}
        except (Exception, SystemExit) as error:  # what the submission raises is its answer
            return {"error": f"{type(error).__name__}: {error}"[:SAID]}

    def load(self, cells: list[str], names: list[str]) -> dict[str, Any]:
        """Takes what the functions need, and runs it once."""
        if not visible():
            raise LockError("this Python does not show where a coroutine stands")
        self.source = self.take(cells, tuple(names))
        self.calls, self.noted = self.of_calls(self.source), not self.alone
        problems = self.source.problems
        missing = self.source.missing(names)
        if missing:
            return {"missing": f"there is no function {missing[0]}", "problems": problems}
        bounded(self.source.fresh)
        return {"ok": True, "problems": problems}

    def lock(self, n: int, most: int) -> dict[str, Any]:
        """The memory for n processors, and all that they may come to do in so many states each."""
        self.close()
        around = Surroundings(self, self.__dict__)
        source = LockSource(self.source)
        memory = bounded(bounded(source.fresh).memory, n)
        cells, first = cells_of(memory)
        around.include(memory)
        self.locals = [Local(source, memory, procid, n, most) for procid in range(n)]
        for width in WIDTHS:  # all that the search will come to ask
            if not Closure(self.locals, first, width).full:
                break
        doubt = self.doubt(source, first, around)
        self.told = [PAUSES] * n
        held = [[cell.name, value] for cell, value in zip(cells, first, strict=True)]
        books = [self.book(p) for p in range(n)]
        return {"memory": held, "processors": books, "doubt": doubt}

    def doubt(self, source: LockSource, first: Sequence[Value], around: Surroundings) -> str:
        """Why what is told is not what the code does; "" if it is."""
        try:
            confirm(source, self.locals, first)
            around.look()
        except LockError as error:
            return str(error)
        return ""

    def ask(self, p: int, state: int, value: Any) -> dict[str, Any]:
        """One step of a processor."""
        to = self.locals[p].step(state, from_json(value))
        return {"to": to, "states": self.new(p)}

    def book(self, p: int) -> dict[str, Any]:
        """All that is known of a processor."""
        known = self.locals[p].known.items()
        steps = [[state, value, after] for (state, value), after in known]
        return {"states": self.new(p), "steps": steps}

    def new(self, p: int) -> list[list[Any]]:
        """The states that have not been told yet."""
        since, pending = self.told[p], self.locals[p].pending
        self.told[p] = len(pending)
        return [
            [one.phase.value, one.kind, one.cell, one.args, one.line, one.error]
            for one in pending[since:]
        ]

    def close(self) -> None:
        """Ends the coroutines that still stand somewhere."""
        for local in self.locals:
            local.close()
        self.locals = []
