"""A submission's functions as a trusted program calls them: each step is one that was told.

The program, what it counts and what must hold are on this side; of a call only its steps come from
the sandbox, each asked for once, and each held against the form that a step has. So whatever is
told is some function over the same cells, which the search then looks at like any other.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from autograder.interleavings.told import (
    ARGUMENTS,
    LARGEST,
    MOST_CELLS,
    SAID,
    Wrong,
    cell_of,
    part,
    value,
)
from kernel_model.explore.canonical import SPECIAL
from kernel_model.explore.cells import Cell, Contents, LockError, Record, Value
from kernel_model.explore.operations import ENQUEUE, QUEUED, SLEEP, SWTCH, Operation
from kernel_model.explore.scripts import END, FAULT

Ask = Callable[[dict[str, Any]], Any]
STEPS = ARGUMENTS | {
    "Pprim": 0,
    "Vprim": 0,
    SLEEP: 0,
    ENQUEUE: 0,
    SWTCH: 0,
    "wakeup": 0,
    "wakeup_one": 0,
    **dict.fromkeys(QUEUED, 1),
}
MOST_STATES = 5_000  # of one call
LONGEST_NAME = 20
SLEEPS = (SLEEP, ENQUEUE, SWTCH)


class Gone(BaseException):
    """The sandbox gives no answer any more, or none that is one; `error` says why.

    LockError: the submission uses cells in a way of which nothing can be found out.
    """

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


class Failed(LockError):
    """A call fails, in a line of the submission's."""

    def __init__(self, said: str, line: int | None) -> None:
        super().__init__(said)
        self.line = line


class Made(Record):
    """What a function of the submission's makes: cells under the names that were told."""


@dataclass(frozen=True, slots=True)
class Doing:
    """A state of a call: its next step, or how it has ended."""

    kind: str  # of the step; END, FAULT
    cell: int | None = None  # of those that were made
    args: tuple[Value, ...] = ()  # of the step; what the call returns
    line: int | None = None
    error: str = ""


@dataclass(slots=True)
class Call:
    """One function, called with what was made so: its states as they have been told."""

    number: int
    function: str
    cells: int
    states: list[Doing] = field(default_factory=list)
    known: dict[tuple[int, Value], int] = field(default_factory=dict)


class Calls:
    """All calls of one submission's functions; a state of any of them is one number."""

    def __init__(self, operations: Sequence[str], sleepless: Sequence[str], ask: Ask) -> None:
        self.operations, self.sleepless, self.ask = operations, sleepless, ask
        self.made: dict[tuple[str, Value], list[tuple[str, Value]]] = {}
        self.by_layout: dict[tuple[str, ...], int] = {}  # names of cells -> number of what is made
        self.calls: dict[tuple[str, int], Call] = {}
        self.doing: list[Doing] = []
        self.of: list[tuple[Call, int]] = []  # by state: whose it is, and its number there
        self.number: dict[tuple[int, int], int] = {}

    def names(self, maker: str, functions: Sequence[str]) -> dict[str, object]:
        """What a program calls, by name; `maker` makes what the others are called with."""

        def make(*arguments: Value) -> Made:
            return self.make(maker, arguments)

        def calling(function: str) -> Callable[[Made], object]:
            return lambda given: called(self, function, given)

        return {maker: make} | {one: calling(one) for one in functions}

    def make(self, maker: str, arguments: tuple[Value, ...]) -> Made:
        """The cells that a function makes of these arguments, with what they hold first."""
        if (maker, arguments) not in self.made:
            told = self.answer({"make": [maker, list(arguments)]})
            memory, number = self.part(told, "memory"), self.part(told, "made")
            if not isinstance(memory, list) or len(memory) > MOST_CELLS or type(number) is not int:
                raise self.wrong("a memory has another form")
            pairs = [self.cell(one) for one in memory]
            self.made[maker, arguments] = pairs
            self.by_layout.setdefault(tuple(name for name, _ in pairs), number)
        contents = cast(list[tuple[str, Contents]], self.made[maker, arguments])
        return Made(**dict(contents))

    def cell(self, told: Any) -> tuple[str, Value]:
        """A cell's name and first value."""
        try:
            name, held = cell_of(told)
        except Wrong as error:
            raise Gone(error) from None
        if name.startswith("_") or name in vars(Record):
            raise LockError(f"{name}: a cell here cannot have this name")
        return name, held

    def begin(self, function: str, given: Made) -> int:
        """The first state of a call."""
        if not isinstance(given, Made):
            raise TypeError(f"{function} is called with {given!r}, which it did not make")
        names = tuple(cells_by_name(given))
        key = function, self.by_layout[names]
        if key not in self.calls:
            told = self.answer({"call": list(key)})
            number = self.part(told, "call")
            if type(number) is not int:
                raise self.wrong("a call has another form")
            one = self.calls[key] = Call(number, function, len(names))
            one.states += [Doing(FAULT, error="it has not begun"), Doing(END, args=(None,))]
            one.known[0, None] = self.take(one, told)
        return self.global_(self.calls[key], self.calls[key].known[0, None])

    def operation(self, state: int, cells: list[Cell]) -> Operation:
        """The step that is next, on the cells of the program."""
        doing = self.doing[state]
        assert doing.cell is not None, "a step is on a cell"
        made = Operation(doing.kind, cells[doing.cell], *doing.args)
        made.line = doing.line
        return made

    def after(self, state: int, returned: Value) -> int:
        """The state after a step has returned that."""
        one, at = self.of[state]
        if (at, returned) not in one.known:
            told = self.answer({"next": [one.number, at, returned]})
            one.known[at, returned] = self.take(one, told)
        return self.global_(one, one.known[at, returned])

    def ended(self, state: int) -> bool:
        """Has the call come to its end? Raises Failed where it has failed."""
        doing = self.doing[state]
        if doing.kind == FAULT:
            raise Failed(doing.error, doing.line)
        return doing.kind == END

    def returned(self, state: int) -> Value:
        """What a call that has ended gives."""
        return self.doing[state].args[0]

    def global_(self, one: Call, at: int) -> int:
        """The number of a state of a call among all states."""
        key = one.number, at
        if key not in self.number:
            self.number[key] = len(self.doing)
            self.doing.append(one.states[at])
            self.of.append((one, at))
        return self.number[key]

    def take(self, one: Call, told: Any) -> int:
        """States that were not told before; the number of the one that was asked for."""
        try:
            states, to = part(told, "states"), part(told, "to")
            for state in states if isinstance(states, list) else ():
                if len(one.states) >= MOST_STATES:
                    raise Wrong(f"more than {MOST_STATES} states of a call")
                one.states.append(self.taken(one, state))
            if type(to) is not int or not 1 <= to < len(one.states):
                raise Wrong("a state that was never told")
        except Wrong as error:
            raise Gone(error) from None
        return to

    def taken(self, one: Call, told: Any) -> Doing:
        """A state as it is told; a forbidden step is a fault."""
        if not isinstance(told, list) or not 2 <= len(told) <= 4:
            raise Wrong("a state has another form")
        line = told[-1] if type(told[-1]) is int and 0 <= told[-1] < LARGEST else None
        if told[0] == END and len(told) == 2:
            return Doing(END, args=(value(told[1]),))
        if told[0] == FAULT and len(told) == 3:
            said = told[1] if isinstance(told[1], str) else "it fails"
            return Doing(FAULT, line=line, error=said[:SAID])
        if len(told) != 4 or not isinstance(told[0], str) or len(told[0]) > LONGEST_NAME:
            raise Wrong("a state that no call is in")
        kind, cell, args = told[0], told[1], value(told[2])
        if type(cell) is not int or not 0 <= cell < one.cells or not isinstance(args, tuple):
            raise Wrong("a step on no cell")
        if kind not in self.operations:
            allowed = " and ".join([", ".join(self.operations[:-1]), self.operations[-1]])
            return Doing(FAULT, line=line, error=f"{kind} is more than is allowed: {allowed}")
        if kind in SLEEPS and one.function in self.sleepless:
            said = f"{one.function} goes to sleep ({kind}), which it never may"
            return Doing(FAULT, line=line, error=said)
        if kind in SLEEPS:
            args = ()  # whoever makes the step
        if len(args) != STEPS[kind]:
            raise Wrong("a step has other arguments")
        return Doing(kind, cell, args, line)

    def answer(self, request: dict[str, Any]) -> Any:
        """The sandbox's answer. It is no step of a program: no instruction of it is counted."""
        watching = sys.gettrace()
        sys.settrace(None)
        try:
            told = next(self.apart(request))
        except Exception as error:
            raise Gone(error) from error
        finally:
            sys.settrace(watching)
        if isinstance(told, dict) and "error" in told:
            raise Gone(LockError(str(told["error"])[:SAID]))
        if not isinstance(told, dict):
            raise self.wrong("an answer has another form")
        return told

    def doubt(self, steps: int) -> str:
        """Why the code does something else than was told, as who tells has found out."""
        return str(self.answer({"doubt": steps}).get("doubt", ""))[:SAID]

    def apart(self, request: dict[str, Any]) -> Iterator[Any]:
        """The answer, from a frame of its own: what is caught in it leaves no mark on a program."""
        yield self.ask(request)

    def part(self, told: Any, name: str) -> Any:
        """A part of an answer that has to be there."""
        if name not in told:
            raise self.wrong("an answer has another form")
        return told[name]

    def wrong(self, why: str) -> Gone:
        """An answer that no submission gives."""
        return Gone(Wrong(why))


SPECIAL[Calls] = lambda *_: "calls"  # what it knows changes nothing of what a program does
SPECIAL[Made] = lambda _, made: ("made", vars(made)["_name"])


def cells_by_name(made: Made) -> dict[str, Cell]:
    """The cells of what was made, by the names that were told."""
    return {name: held for name, held in vars(made).items() if not name.startswith("_")}


async def called(calls: Calls, function: str, given: Made) -> Value:
    """A call as a coroutine; all that it keeps is where it stands and which cells are its own."""
    at, cells = calls.begin(function, given), list(cells_by_name(given).values())
    while not calls.ended(at):
        at = calls.after(at, await calls.operation(at, cells))
    return calls.returned(at)
