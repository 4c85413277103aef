"""A run of programs, one turn after the other: whoever drives it says whose turn it is.

A turn is one call of the program whose turn it is, as far as it can go: until it returns, fails or
sleeps; or what such a call does when it is awake again; or a mark. Between two turns anybody may
be next. A kernel whose processes are not pre-empted in system mode does no more than that.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from inspect import iscoroutinefunction
from typing import Any

from kernel_model.errno import KernelError
from kernel_model.explore.canonical import Hidden
from kernel_model.explore.snapshot import snapshot
from kernel_model.kernel import Kernel
from kernel_model.process import Call, Process, State
from kernel_model.programs.asking import (
    ENTER,
    LEAVE,
    Caller,
    Handler,
    Program,
    Request,
    function_of,
)
from kernel_model.programs.ledger import Ledger
from kernel_model.programs.members import EXIT, Member, ProgramError, Programs
from kernel_model.programs.standing import kernel_key
from kernel_model.signal_tables import look_signals, named, show_signals
from kernel_model.tables import show
from kernel_model.tables import snapshot as tables_of
from kernel_model.waiting import Known, View

RUNNING, ASLEEP, WOKEN, INSIDE = "running", "asleep", "woken", "inside"
ENDED, FAILED = "ended", "failed"
NOON = 1000  # seconds: time stands still, so that two ways to a state are one state


class Run:
    """One life of some programs. The beginning is over when it is made."""

    def __init__(self, programs: Programs) -> None:
        self.programs = programs
        self.k = Kernel(programs.personality, dict(programs.limits))
        self.k.hold = True
        self.quiet = False  # nobody asks what happens in a turn
        self.ledger = Ledger()
        shared = self._begin(programs.start)
        self.ledger = Ledger()  # what the beginning gave, nobody owes
        procs = {name: self.k.spawn(name) for name in programs.members}
        pids = {name: proc.pid for name, proc in procs.items()}
        self.members = [
            self._member(procs[name], program, shared, pids)
            for name, program in programs.members.items()
        ]

    # Turns

    def can(self, p: int) -> bool:
        """Can the process at place p have a turn?"""
        one = self.members[p]
        return one.task is not None and (one.call is None or one.proc in self.k.runq)

    def turn(self, p: int) -> str:
        """The turn of the process at place p; gives what happened, in a sentence.

        Raises ValueError when it can have none.
        """
        one = self.members[p]
        if not self.can(p):
            raise ValueError(f"{one.name} is {self.phase(p)}; it cannot have a turn")
        self.k.time = NOON
        asleep = [other for other in self.members if not (self.quiet or self._awake(other))]
        if one.call is None and one.proc in self.k.runq:
            return self._handles(one)
        if one.asks.name in (ENTER, LEAVE):
            return self._mark(one)
        if one.call is None:
            one.call = one.proc.call(one.asks.name, *one.asks.args)
        else:
            self.k.go(one.proc)
        told = self._came(one, one.call)
        if self.quiet:
            return told
        woken = [other.name for other in asleep if other is not one and self._awake(other)]
        return told + (f" It wakes {' and '.join(woken)}." if woken else "")

    def play(self, turns: Iterable[int]) -> Run:
        """Takes these turns, of which nothing is told; gives itself."""
        self.quiet = True
        try:
            for p in turns:
                self.turn(p)
        finally:
            self.quiet = False
        return self

    def _awake(self, one: Member) -> bool:
        return one.call is None or one.proc in self.k.runq

    def _mark(self, one: Member) -> str:
        entering = one.asks.name == ENTER
        one.inside = bool(one.asks.args[0]) if entering else None
        self._go_on(one, None)
        return f"{one.name} {'is in' if entering else 'leaves'} its critical section."

    def _handles(self, one: Member) -> str:
        """The turn of a process in user mode for which there is a signal."""
        self.k.go(one.proc)
        if one.proc.state is State.ZOMBIE:
            return self._killed(one)
        told = self._begin_handlers(one)
        return told.strip() or f"{one.name} goes on."

    def _killed(self, one: Member) -> str:
        """A process has ended, by a signal perhaps."""
        one.task, one.call, one.inside, one.asks = None, None, None, EXIT
        one.interrupted.clear()
        sig = self.k.gone[one.name].get("signaled")
        one.error = f"{sig} has ended {one.name}" if sig else ""
        return f"{sig} ends {one.name}." if sig else f"{one.name} ends."

    def _begin_handlers(self, one: Member) -> str:
        """Begins the program's own function for each signal that was handled just now."""
        told = ""
        for sig, count in sorted(one.proc.caught.items()):
            new, one.ran[sig] = count - one.ran.get(sig, 0), count
            for _ in range(new if sig in one.handlers else 0):
                one.interrupted.append((one.task, one.asks))
                handler = one.handlers[sig]
                one.task = handler(one.caller, sig)
                told += f" {one.name} calls {handler.__name__} for {named(sig)}."
                self._go_on(one, None)
        return told

    def _came(self, one: Member, call: Call) -> str:
        """What came of a turn in a call; the program goes on to its next, if it is over."""
        shown = "" if self.quiet else str(one.asks)
        if call.state == "asleep":
            return f"{one.name} sleeps in {shown}."
        one.call = None
        one.caller.out = dict(call.out)
        self.ledger.note(one.name, call)
        if call.state == "failed":
            error = call.error
            assert isinstance(error, KernelError)
            self._go_on(one, error)
            return f"{one.name}: {shown} fails with {error}." + self._begin_handlers(one)
        if call.state != "returned":  # ended
            return self._killed(one)
        if call.name in ("signal", "sigaction"):
            self._note_handler(one, call.args[0], call.args[1])
        self._go_on(one, call.ret)
        text = one.caller.out.get("data")
        got = f" and brings {text!r}" if text else ""
        return f"{one.name}: {shown} returns {call.ret!r}{got}." + self._begin_handlers(one)

    def _note_handler(self, one: Member, sig: int, action: Any) -> None:
        """The program's own function for a signal, or none."""
        one.handlers.pop(sig, None)
        if isinstance(action, Handler):
            one.handlers[sig] = action.function

    def _go_on(self, one: Member, came: Any) -> None:
        """Runs a program on to what it asks for next."""
        try:
            if isinstance(came, KernelError):
                one.asks = one.task.throw(came)
            else:
                one.asks = one.task.send(came)
            if not isinstance(one.asks, Request):
                raise ProgramError(f"it awaits {one.asks!r}, which is no call")
            if one.caller.made:
                raise ProgramError(f"{one.caller.made[0]} is never awaited, so it never happens")
        except StopIteration as end:
            if one.interrupted:  # a handler is done
                one.task, one.asks = one.interrupted.pop()
                return
            one.result, one.asks = end.value, EXIT
            if one.caller.made:
                one.error = f"{one.name} fails: {one.caller.made[0]} is never awaited"
        except Exception as error:
            one.error = f"{one.name} fails: {type(error).__name__}: {error}"
            one.asks = EXIT
        if one.asks is EXIT:
            one.inside = None

    # The beginning

    def _begin(self, start: Program) -> tuple[Any, ...]:
        """Runs the first program to its end; gives what it shares."""
        first = self._member(self.k.spawn("start"), start, (), {})
        while first.task is not None:
            if first.asks is EXIT and first.error:
                raise ProgramError(first.error)
            self.k.time = NOON
            made = first.proc.call(first.asks.name, *first.asks.args)
            if made.state == "asleep":
                raise ProgramError(f"the beginning sleeps in {first.asks}, and nobody is there")
            self._came(first, made)
        result = first.result
        if result is None:
            return ()
        return result if isinstance(result, tuple) else (result,)

    def _member(
        self, proc: Process, program: Program, shared: tuple[Any, ...], pids: Mapping[str, int]
    ) -> Member:
        name = proc.name
        caller = Caller(name, proc.pid, frozenset(self.k.sysent), pids)
        if not iscoroutinefunction(function_of(program)):
            raise ProgramError(f"{program!r} is no program: write async def ...(u, ...)")
        try:
            task = program(caller, *shared)
        except TypeError as error:
            raise ProgramError(f"{name} cannot begin: {error}") from error
        one = Member(name, proc, program, caller, task, EXIT)
        self._go_on(one, None)
        return one

    # What can be seen

    def phase(self, p: int) -> str:
        """Where a process is: running, asleep, woken, inside, ended or failed."""
        one = self.members[p]
        if one.task is None:
            return FAILED if one.error else ENDED
        if one.call is not None:
            return WOKEN if one.proc in self.k.runq else ASLEEP
        return RUNNING if one.inside is None else INSIDE

    def line(self, p: int) -> int | None:
        """The line of its program at which a process stands; None when that is over."""
        one = self.members[p]
        return None if one.asks is EXIT else one.task.cr_frame.f_lineno

    def wrong(self) -> str:
        """What must not be in this state, in a sentence; "" if nothing is wrong."""
        for one in self.members:
            if one.error:
                return f"{one.error}."
        inside = [one for one in self.members if one.inside is not None]
        if len(inside) > 1 and not all(one.inside for one in inside):
            names = " and ".join(one.name for one in inside)
            return f"{names} are in their critical sections at the same time."
        if not self.left() and self.programs.finals is not None:
            return self.programs.finals({one.name: one.result for one in self.members})
        return ""

    def over(self) -> bool:
        """Can nobody have a turn any more?"""
        return not any(self.can(p) for p in range(len(self.members)))

    def left(self) -> list[str]:
        """Whose programs have not ended."""
        return [one.name for one in self.members if one.task is not None]

    def view(self) -> View:
        """The tables of the kernel as they are now."""
        return show(tables_of(self.k)) | show_signals(look_signals(self.k))

    def known(self, view: View) -> Known:
        """What the ledger tells of those who sleep, beyond the tables."""
        asks = {one.name: one.asks for one in self.members if one.call is not None}
        told = {
            p["name"]: self.ledger.could(asks[p["name"]], p["wchan"])
            for p in view["procs"]
            if p["name"] in asks and p["wchan"]
        }
        return {name: one for name, one in told.items() if one is not None}

    def key(self) -> Hashable:
        """The state: two runs with equal keys have the same future."""
        try:
            stands = [
                (one.asks, one.inside, one.error, _stand(one), _handling(one))
                for one in self.members
            ]
        except Hidden as hidden:
            raise ProgramError(f"a program keeps {hidden} in a variable: keep numbers") from hidden
        return tuple(map(repr, stands)), kernel_key(self.k)


def _stand(one: Member) -> Hashable:
    if one.task is None or one.asks is EXIT:
        return repr(one.result)
    return snapshot(one.task, one.file)


def _handling(one: Member) -> Hashable:
    """Which functions handle which signals, and where what they have interrupted stands."""
    below = [(repr(asks), repr(snapshot(task, one.file))) for task, asks in one.interrupted]
    return sorted((sig, fn.__name__) for sig, fn in one.handlers.items()), below
