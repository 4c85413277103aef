"""What the sandbox tells of a submission's processors, taken as data and trusted in nothing else.

Whoever answers there may be the submission itself. Whatever it says of a processor is held against
the form that a processor has: outside, Pprim, inside, Vprim, outside; each step on one cell; the
same answer to the same question, since each is asked once. So a lie is some automaton over the same
cells, which the search then looks at like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from kernel_model.explore.cells import LockError, Value
from kernel_model.explore.scripts import FAULT, LockScript, Pending, Phase

Ask = Callable[[dict[str, Any]], Any]
ARGUMENTS = {"load": 0, "store": 1, "swap": 1, "compare_and_swap": 2, "fetch_and_add": 1}
FOLLOWS = {  # where a processor may be after a step
    Phase.OUTSIDE: {Phase.TRYING, Phase.INSIDE, Phase.BROKEN},
    Phase.TRYING: {Phase.TRYING, Phase.INSIDE, Phase.BROKEN},
    Phase.INSIDE: {Phase.LEAVING, Phase.OUTSIDE, Phase.BROKEN},
    Phase.LEAVING: {Phase.LEAVING, Phase.OUTSIDE, Phase.BROKEN},
    Phase.BROKEN: {Phase.BROKEN},
}
RUNS = {Phase.TRYING: FOLLOWS[Phase.TRYING], Phase.LEAVING: FOLLOWS[Phase.LEAVING]}
CELL = re.compile(r"[A-Za-z_]\w{0,40}(?:\[\d{1,4}\]){0,3}")
MOST_CELLS = 1000
LONGEST = 1000  # characters of a text in a cell
LARGEST = 1 << 62  # number in a cell
LIMIT = 20_000  # states of one processor
SAID = 300  # characters of an error
UNFINISHED = "not finished"  # how the explorer's report begins on a search that was too long


class Wrong(Exception):
    """An answer that no processor gives."""


class Told:
    """The automaton of one processor, as it is told; asks where an answer is missing."""

    def __init__(self, procid: int, cells: int, operations: Sequence[str], ask: Ask) -> None:
        self.procid, self.cells, self.ask = procid, cells, ask
        self.operations = operations  # that are allowed
        self.limit = LIMIT
        self.script = LockScript()
        self.pending = list(self.script.pauses)
        self.numbers = [0, 1]  # of the states as they are told: our own
        self.known: dict[tuple[int, Value], int] = {}
        self.faults: dict[str, int] = {}

    def take(self, told: Any) -> None:
        """All that is told at once."""
        self.states(part(told, "states"))
        for one in part(told, "steps"):
            if not (isinstance(one, list) and len(one) == 3):
                raise Wrong("a step has another form")
            before = self.number(one[0])
            after = self.number(one[2])
            self.follows(before, after)
            self.known[before, value(one[1])] = after

    def states(self, told: Any) -> None:
        """States that were not told before."""
        for one in told if isinstance(told, list) else ():
            if len(self.numbers) >= LIMIT:
                raise Wrong(f"more than {LIMIT} states of a processor")
            self.numbers.append(len(self.pending))
            self.pending.append(self.pending_of(one))

    def number(self, told: Any) -> int:
        """Our number of a state."""
        if type(told) is not int or not 0 <= told < len(self.numbers):
            raise Wrong("a state that was never told")
        return self.numbers[told]

    def follows(self, before: int, after: int) -> None:
        """Raises Wrong unless a processor may come from there to there in one step."""
        if self.pending[after].phase not in FOLLOWS[self.pending[before].phase]:
            raise Wrong("a processor is told to be where it cannot be")

    def pending_of(self, told: Any) -> Pending:
        """The next step of a state; a forbidden operation is a fault."""
        try:
            phase, kind, cell, args, line, error = told
            phase = Phase(phase)
            args = value(args)
        except (TypeError, ValueError):
            raise Wrong("a state has another form") from None
        line = line if type(line) is int and 0 <= line < LARGEST else None
        if phase is Phase.BROKEN:
            said = error if isinstance(error, str) else "it fails"
            return Pending(Phase.BROKEN, FAULT, line=line, error=said[:SAID])
        if phase not in RUNS or kind not in ARGUMENTS or not isinstance(args, tuple):
            raise Wrong("a state that no processor is in")
        if type(cell) is not int or not 0 <= cell < self.cells or len(args) != ARGUMENTS[kind]:
            raise Wrong("a step on no cell")
        if kind not in self.operations:
            raise LockError(
                f"{kind} is more than this exercise allows: {' and '.join(self.operations)}"
            )
        return Pending(phase, kind, cell, args, line)

    def step(self, state: int, returned: Value) -> int:
        """The state after the pending operation of `state` has returned that."""
        after = self.known.get((state, returned))
        if after is None:
            broken = self.pending[state].phase is Phase.BROKEN
            after = state if broken else self.asked(state, returned)
            self.known[state, returned] = after
        return after

    def asked(self, state: int, returned: Value) -> int:
        """The same, from the sandbox."""
        told = self.ask({"ask": [self.procid, self.numbers.index(state), returned]})
        self.states(part(told, "states"))
        after = self.number(part(told, "to"))
        self.follows(state, after)
        return after

    def fault(self, state: int, error: str) -> int:
        """A state where the processor has failed for good, in the step that `state` was to take."""
        at = self.pending[state].line
        where = f" (line {at})" if at is not None else ""
        said = f"processor {self.procid}: {error}{where}"
        if said not in self.faults:
            self.faults[said] = len(self.pending)
            self.pending.append(Pending(Phase.BROKEN, FAULT, line=at, error=said))
        return self.faults[said]


class ToldLock:
    """A lock's memory and processors, as they are told; raises LockError for what is told wrong.

    `most`: of a processor with more states it is not found out what it does, which is no error.
    """

    def __init__(
        self, n: int, operations: Sequence[str], ask: Ask, most: int | None = None
    ) -> None:
        def answer(request: dict[str, Any]) -> Any:
            told = ask(request)
            if isinstance(told, dict) and "error" in told:
                if most is not None and told.get("many") is True:
                    raise LockError(f"{UNFINISHED}: a processor has more than {most} states")
                raise LockError(str(told["error"])[:SAID])
            return told

        told = answer({"lock": n} if most is None else {"lock": n, "most": most})
        memory, processors = part(told, "memory"), part(told, "processors")
        if not isinstance(memory, list) or len(memory) > MOST_CELLS:
            raise Wrong("a memory has another form")
        pairs = [cell_of(one) for one in memory]
        self.doubted = str(told.get("doubt", ""))[:SAID]
        self.cells = [name for name, _ in pairs]
        self.first = [held for _, held in pairs]
        self.ids = list(range(n))
        if not isinstance(processors, list) or len(processors) != n:
            raise Wrong("not as many processors as were asked for")
        self.locals = [Told(p, len(pairs), operations, answer) for p in self.ids]
        for one, book in zip(self.locals, processors, strict=True):
            one.take(book)

    def doubt(self) -> str:
        """Why the code does something else than is told, as who tells has found out."""
        return self.doubted


def part(told: Any, name: str) -> Any:
    """A part of an answer that has to be there."""
    if not isinstance(told, dict) or name not in told:
        raise Wrong("an answer has another form")
    return told[name]


def cell_of(told: Any) -> tuple[str, Value]:
    """A cell's name and first value."""
    if not (isinstance(told, list) and len(told) == 2 and isinstance(told[0], str)):
        raise Wrong("a cell has another form")
    if not CELL.fullmatch(told[0]):
        raise Wrong("a cell has a name that no cell has")
    return told[0], value(told[1])


def value(told: Any) -> Value:
    """What a cell may hold or a step may give."""
    if isinstance(told, list):
        return tuple(map(value, told))
    if told is None or (isinstance(told, str) and len(told) <= LONGEST):
        return told
    if isinstance(told, int) and -LARGEST < told < LARGEST:
        return told
    raise Wrong("a value that no cell holds")
