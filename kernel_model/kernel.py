"""The kernel: its tables, the processes it drives, and who runs next (Bach 2.2, 6.1, 8.1)."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from kernel_model.cost import Cost, by_call, counts, total
from kernel_model.errno import KernelError
from kernel_model.inode import FileSystem
from kernel_model.ipc import IpcTable
from kernel_model.limits import limits_for
from kernel_model.messages import MessagePool, MessageQueue
from kernel_model.posting import INIT
from kernel_model.process import Call, Main, Process, State
from kernel_model.regiontable import NEED_MEMORY, Memory, memory_of
from kernel_model.rmap import Map
from kernel_model.semtable import Semaphores
from kernel_model.trace import Trace
from kernel_model.traps import (
    ALGORITHMS,
    LINUX,
    SYSENT,
    Function,
    fitted,
)
from kernel_model.turns import check_free, entry, handles, program, turn

if TYPE_CHECKING:
    from kernel_model.marks import Mark
    from kernel_model.sockets.table import Network
    from kernel_model.tracing import Tracing

PERSONALITIES = ("classic", "linux")


class Kernel:
    """A kernel with its processes; `personality` says whose rules it follows.

    classic   System V Release 2 as Bach describes it
    linux     the same calls as today's Linux makes them
    """

    def __init__(
        self,
        personality: str = "classic",
        limits: dict[str, int] | None = None,
        processors: int = 1,
    ) -> None:
        if personality not in PERSONALITIES:
            raise ValueError(f"personality is {personality!r}; it must be classic or linux")
        if processors != 1:
            raise ValueError(f"processors is {processors!r}; this kernel drives one so far")
        self.personality = personality
        self.trace: Trace | None = None
        self.limits = limits_for(personality, limits)
        self.sysent: dict[str, Function] = dict(SYSENT)
        self.algorithms: dict[str, Function] = dict(ALGORITHMS)
        if personality == "linux":
            import_module("kernel_model.linux")  # enters its functions
            for name, fn in LINUX.items():
                self._put(fn, name)

        self.time = 1000  # seconds; one system call takes one
        self.procs: dict[int, Process] = {}
        self.last_pid = 100
        self.pids: dict[str, int] = {}  # of every process there ever was
        self.sleepers: dict[str, list[Process]] = {}  # the hash queue of sleeping processes
        self.runq: list[Process] = []
        self.gone: dict[str, dict[str, Any]] = {}  # how processes ended that were waited for
        self.msgque = IpcTable[MessageQueue]("msgque", self.limits.MSGMNI, MessageQueue)
        self.msgpool = MessagePool(Map(0 if personality == "linux" else self.limits.MSGSEG))
        if personality == "classic":
            self.msgque.fill()
        self.memory: Memory | None = None  # made when it is first asked for (memory_of)
        self.spare: Memory | None = None  # its tables, if somebody has made them already
        self.paged = False  # the next call asks for it: a function that was installed works on it
        self.filesystem: FileSystem | None = None  # made when it is first asked for (files_of)
        self.network: Network | None = None  # as well (network_of)
        self.semaphores: Semaphores | None = None  # as well (semaphores_of)
        self.tracing: Tracing | None = None  # as well (tracing_of)
        self.marks: list[Mark] = []  # where locks of the C library lie (marks_of)

        self.accounts: list[dict[str, Cost]] = []  # of every process there ever was
        self.running: Process | None = None  # who has the processor, or had it last
        self.choose: Callable[[list[Process]], int] = lambda ready: 0  # who of those runs next
        self.hold = False  # who is ready waits until `go` says that it may run
        self.keep_crashes = False  # leave a crash in its Call, rather than raise it
        self.crash: BaseException | None = None
        self.apart: BaseException | None = None  # what crashed in no call of its own

    # Tables of functions

    def install(self, fn: Function, name: str | None = None) -> None:
        """Puts a function, or anything that can be called, in place of the one of the same name.

        Raises ValueError for a name that the kernel does not know, and for what has no name of
        its own (a partial function, an object with `__call__`) and is given none.
        """
        name = name or getattr(fn, "__name__", None)
        if name is None:
            raise ValueError(
                f"{fn!r} has no name; say which function it takes the place of, "
                f'as in install(fn, "msgrcv")'
            )
        fn = getattr(fn, "entered", fn)  # not the dispatcher, which would look itself up
        if self.trace is not None:
            fn = self.trace.watch(fn)
        self._put(fn, name)
        if name in NEED_MEMORY:
            self.paged = True

    def give_memory(self) -> None:
        """Gives every process its regions; what goes wrong is the fault of the call under way."""
        memory_of(self)
        self.paged = False

    def _put(self, fn: Function, name: str) -> None:
        if name in ALGORITHMS:
            self.algorithms[name] = fitted(fn, ALGORITHMS[name])
        elif name in SYSENT or name in LINUX:
            self.sysent[name] = fn
        else:
            raise ValueError(
                f"{name} is neither a system call nor an algorithm of this kernel; "
                f"give the function the name of the one it takes the place of"
            )

    # Processes

    def spawn(
        self, name: str, uid: int = 0, gid: int | None = None, main: Main | None = None
    ) -> Process:
        """A new process, unrelated to the others; without `main` it is driven from outside.

        Raises KernelError (ENOMEM) when there is no memory for it; then there is no process.
        """
        gid = uid if gid is None else gid
        p = self.newproc(name, INIT, uid, gid)
        if self.memory is not None:
            try:
                self.algorithms["newspace"](p)
            except KernelError:
                del self.procs[p.pid], self.pids[name]
                raise
        if main is not None:
            self.start(p, main)
        return p

    def newproc(self, name: str, ppid: int, uid: int, gid: int) -> Process:
        """A fresh slot of the process table."""
        if name in self.pids:
            raise ValueError(f"there is a process {name} already; give this one another name")
        self.last_pid += 1
        pid = self.last_pid
        p = Process(self, name, pid, ppid, pid, uid, uid, uid, gid, gid, gid)
        p.account()
        self.accounts.append(p.costs)
        self.procs[pid] = p
        self.pids[name] = pid
        return p

    def start(self, p: Process, main: Main) -> None:
        """Lets the process run a program of its own from now on."""
        p.task = program(p, main)
        self.setrun(p)

    def proc(self, name: str) -> Process:
        """The living process, or zombie, of that name."""
        for p in self.procs.values():
            if p.name == name:
                return p
        raise ValueError(f"there is no process {name}; there are: " + self._names())

    def _names(self) -> str:
        return ", ".join(p.name for p in self.procs.values()) or "none"

    # Running

    def call(self, p: Process, name: str, args: tuple[Any, ...]) -> Call:
        """One system call of a process that is driven from outside."""
        check_free(p, name)
        if p.state is State.STOPPED and p.task is not None:
            p.task.close()
        if self.running is not p:  # before the call, which costs it nothing
            p.account()
            self.dispatch(p)
        p.current = call = Call(p, name, args)
        call.tally = p.account(name)
        call.before = counts(call.tally)
        p.task = entry(p, call)
        before = self.crash
        self.resume(p)
        if self.runq and not self.hold:
            self.run()
        if self.crash is not None and not self.keep_crashes:
            crash, self.crash, self.apart = self.crash, None, None
            raise crash
        if self.apart is not None and call.state in ("returned", "failed"):
            call.state, call.error, self.apart = "crashed", self.apart, None
        if self.crash is not before and call.state == "asleep":  # whom it waits for has crashed
            call.state, call.error = "crashed", self.crash
        return call

    def setrun(self, p: Process) -> None:
        """Makes a process ready; a stopped one stays stopped."""
        if p.state is not State.STOPPED and p not in self.runq:
            if p.state is State.ASLEEP:
                p.state = State.READY
            self.runq.append(p)

    def unsleep(self, p: Process) -> None:
        """Takes a process off the queue of the event it sleeps on, and makes it ready."""
        queue = self.sleepers.get(p.wchan or "", [])
        if p in queue:
            queue.remove(p)
            if not queue:
                del self.sleepers[p.wchan or ""]
        self.setrun(p)

    def run(self) -> None:
        """Runs until nobody is ready."""
        while self.runq:
            self.go(self.runq[self.choose(self.runq) if len(self.runq) > 1 else 0])

    def go(self, p: Process) -> None:
        """Lets a process that is ready run until it sleeps, stops, ends or is in user mode."""
        self.runq.remove(p)
        if p.pid not in self.procs or p.state is State.ZOMBIE:
            return
        if p.task is None:  # in user mode, driven from outside: only a signal to handle
            p.account()
            p.task = handles(p)
        self.resume(p)

    def dispatch(self, p: Process) -> None:
        """A context switch: the processor, which another process had, is given to `p`."""
        self.running = p
        p.tally.switches += 1

    def resume(self, p: Process) -> None:
        """Gives the processor to `p` until it sleeps, stops, ends or is back in user mode."""
        if self.running is not p:
            self.dispatch(p)
        turn(self, p)

    # What can be seen

    @property
    def cost(self) -> Cost:
        """What everything so far has cost."""
        return total(cost for account in self.accounts for cost in account.values())

    @property
    def costs(self) -> dict[str, Cost]:
        """What everything so far has cost, by system call; "" is what was no call."""
        return by_call(self.accounts)

    def start_trace(self) -> Trace:
        """Records from now on; returns the trace."""
        self.trace = Trace(self)
        return self.trace
