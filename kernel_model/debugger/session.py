"""One run of a debugger with its child on a kernel, a request at a time.

Whoever drives it hands in what the debugger's `read` gives; all else are calls of the kernel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kernel_model.cost import Cost
from kernel_model.debugger.loop import child, debugger
from kernel_model.debugger.recorder import Recorder
from kernel_model.errno import KernelError
from kernel_model.instructions import Program
from kernel_model.kernel import Kernel
from kernel_model.process import Call, Process, State
from kernel_model.programs.asking import Caller, Request
from kernel_model.regiontable import memory_of
from kernel_model.trace import Event

NAME = "sdb"


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of a request: the word, or the error; and what it cost."""

    ret: int
    error: KernelError | None
    cost: Cost


@dataclass(frozen=True, slots=True)
class Chunk:
    """A call that was made, with the lines of the debugger and of its child meanwhile."""

    line: int | None  # of loop.py; None: the debugger is done
    child_line: int | None
    events: list[Event]


class Session:
    """A debugger that has forked and waited; `status` is what its last wait has told it."""

    def __init__(
        self,
        program: Program,
        personality: str = "classic",
        uid: int = 1000,
        prepare: Callable[[Kernel], None] | None = None,
    ) -> None:
        self.k = Kernel(personality)
        self.layout = memory_of(self.k).layout
        if prepare is not None:
            prepare(self.k)
        self.program, self.chunks = program, list[Chunk]()
        self.sdb = self.k.spawn(NAME, uid)
        self.shell = self.k.spawn("sh", uid)  # who sends signals from outside
        self.trace = Recorder(self.k)
        self.k.trace = self.trace
        self.calls: dict[str, int] = {}  # how often the debugger has made which
        self.status: dict[str, Any] = {}
        self.waiting: Call | None = None  # its wait, while the child runs or sleeps
        self.child: Process | None = None
        self._starting: Any = None  # the child's own coroutine, until its exec
        self._task: Any = debugger(self._caller(self.sdb), program)
        self._request: Request | None = None
        self._go_on(None)
        self._run()

    @property
    def reads(self) -> bool:
        """Does the debugger wait for a command? Then the child is stopped."""
        return self._request is not None and self._request.name == "read"

    @property
    def over(self) -> bool:
        """Has the child ended, and the debugger with it?"""
        return self._request is None

    def ask(self, req: int, addr: int = 0, data: int = 0) -> Asked:
        """Has the debugger make this request; if the child runs after it, waits for the child."""
        assert self.reads, "there is nobody to ask: the child is not stopped"
        self._go_on((req, addr, data))
        before = self.k.cost
        call = self._call()
        error = call.error if isinstance(call.error, KernelError) else None
        asked = Asked(0 if error else call.ret, error, self.k.cost - before)
        self._take(call)
        self._run()
        return asked

    def send(self, sig: int) -> KernelError | None:
        """Somebody else sends the child a signal; gives the error, if it cannot be sent."""
        assert self.child is not None, "it was forked"
        call = self.shell.call("kill", self.child.pid, sig)
        self._keep()
        if self.waiting is not None and self.waiting.state != "asleep":
            waited, self.waiting = self.waiting, None
            self._take(waited)
            self._run()
        return call.error if isinstance(call.error, KernelError) else None

    # The debugger's own program

    def _run(self) -> None:
        """Makes its calls until it reads a command, sleeps in its wait, or is done."""
        while self._request is not None and not self.reads:
            call = self._call()
            if call.state == "asleep":
                self._start_child()
            if call.state == "asleep":
                self.waiting = call
                return
            self._take(call)

    def _call(self) -> Call:
        request = self._request
        assert request is not None, "it has ended"
        self.calls[request.name] = self.calls.get(request.name, 0) + 1
        line, own = self._line(), self._child_line()
        call = self.sdb.call(request.name, *request.args)
        self.chunks.append(Chunk(line, own, self.trace.take()))
        return call

    def _take(self, call: Call) -> None:
        """The debugger goes on with what came of its call."""
        if call.name == "fork":
            self.child = self.k.procs[call.ret]
            self._starting = child(self._caller(self.child), self.program)
        if call.name == "wait":
            self.status = dict(call.out["status"])
        self._out.clear()
        self._out.update(call.out)
        self._go_on(call.error if call.error is not None else call.ret)

    def _go_on(self, came: Any) -> None:
        """Its program runs on to the next call that it makes."""
        try:
            if isinstance(came, KernelError):
                self._request = self._task.throw(came)
            else:
                self._request = self._task.send(came)
        except StopIteration:
            self._request = None

    def _start_child(self) -> None:
        """The child makes its own calls, up to its exec."""
        if self._starting is None or self.child is None:
            return
        request = self._starting.send(None)
        while True:
            line, own = self._line(), self._starting.cr_frame.f_lineno
            call = self.child.call(request.name, *request.args)
            self.chunks.append(Chunk(line, own, self.trace.take()))
            if call.state != "returned":
                self._starting.close()
                self._starting = None
                if call.state == "failed":
                    raise ValueError(str(call.error))
                return
            request = self._starting.send(call.ret)

    def _caller(self, p: Process) -> Caller:
        caller = Caller(p.name, p.pid, frozenset(self.k.sysent))
        if p is self.sdb:
            self._out = caller.out
        return caller

    def _keep(self) -> None:
        self.chunks.append(Chunk(self._line(), self._child_line(), self.trace.take()))

    def _line(self) -> int | None:
        return None if self._request is None else int(self._task.cr_frame.f_lineno)

    def _child_line(self) -> int | None:
        return None if self._starting is None else int(self._starting.cr_frame.f_lineno)

    @property
    def gone(self) -> bool:
        """Is the child a zombie, or no more there at all?"""
        return self.child is None or self.child.state is State.ZOMBIE
