"""The process table: one entry a process, its u area included (Bach 6.1)."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from kernel_model.cost import USER_MODE, Cost, counts, total

if TYPE_CHECKING:
    from kernel_model.inode import File
    from kernel_model.instructions import Program
    from kernel_model.kernel import Kernel
    from kernel_model.regiontable import Pregion

# A program: a coroutine function of its User, which gives its exit code (None: 0).
Main = Callable[[Any], Coroutine[Any, Any, "int | None"]]


class State(StrEnum):
    """States of a process (Bach 6.1, without those of swapping)."""

    USER = "user"  # in user mode, or about to be
    READY = "ready"  # awake, waiting for a processor
    KERNEL = "kernel"  # running in kernel mode
    ASLEEP = "asleep"
    STOPPED = "stopped"
    ZOMBIE = "zombie"


@dataclass(slots=True, eq=False)
class Call:
    """One system call of one process, and how far it has come."""

    proc: Process
    name: str
    args: tuple[Any, ...]
    state: str = "running"  # returned, failed, asleep, ended, execed or crashed
    ret: Any = None
    out: dict[str, Any] = field(default_factory=dict)  # what was copied out to the caller
    error: BaseException | None = None  # a KernelError if it failed; else what crashed
    status: dict[str, Any] | None = None  # how the process ended, if it ended in this call
    tally: Cost = field(default_factory=Cost, repr=False)  # the account it is counted in
    before: tuple[int, ...] = ()  # what was in that account before it
    after: tuple[int, ...] | None = None  # and when it was over

    @property
    def cost(self) -> Cost:
        """What it has cost so far; all of it, when it is over."""
        return Cost(*(self.after or counts(self.tally))) - Cost(*self.before)

    def __repr__(self) -> str:
        stopped = self.proc.state is State.STOPPED
        how = {
            "returned": f"returned {self.ret!r}",
            "failed": f"failed with {self.error}",
            "asleep": "stopped in it" if stopped else f"asleep on {self.proc.wchan}",
            "ended": f"ended its process: {self.status}",
            "crashed": f"crashed: {self.error!r}",
        }
        return f"<{self.name} by {self.proc.name}: {how.get(self.state, self.state)}>"


@dataclass(slots=True, eq=False)
class Process:
    """A slot of the process table and the u area that goes with it.

    Kernel functions take it as their first argument, `u`: the process they work for.
    """

    k: Kernel = field(repr=False)
    name: str
    pid: int
    ppid: int
    pgrp: int
    uid: int  # real, effective and saved ids of user and group
    euid: int
    suid: int
    gid: int
    egid: int
    sgid: int
    umask: int = 0o022
    state: State = State.USER
    wchan: str | None = None  # the event it sleeps on
    pri: int = 0  # priority it sleeps at; above PZERO a signal ends the sleep
    sig: set[int] = field(default_factory=set)  # pending signals
    queued: dict[int, int] = field(default_factory=dict)  # real-time ones, beside that in `sig`
    hold: set[int] = field(default_factory=set)  # blocked signals
    outer: list[set[int]] | None = None  # in sigsuspend: the mask around each of its handlers
    actions: dict[int, str | int] = field(default_factory=dict)  # where not the default
    flags: dict[int, int] = field(default_factory=dict)  # of sigaction, by signal
    masks: dict[int, set[int]] = field(default_factory=dict)  # blocked while a handler runs
    caught: dict[int, int] = field(default_factory=dict)  # how often each handler ran
    status: dict[str, Any] | None = None  # exited, signaled; kept for wait
    report: dict[str, Any] | None = None  # stopped or continued, not yet told to the parent
    shown: dict[str, Any] | None = None  # traced: the stop that its tracer was not told of yet
    halted: int = 0  # the signal that stopped it until SIGCONT comes, whatever a tracer does
    continued: bool = False  # traced: SIGCONT has come since it stopped
    unsaid: bool = False  # traced: it goes on, and its parent is told when it runs
    doom: int = 0  # of Linux: the signal that ends it, though it has not run since
    cursig: int = 0  # the signal that has stopped it, or that its tracer has sent on
    ran: str | None = None  # how the first signal was caught on its last way to user mode
    tracer: int | None = None  # the process that traces it
    attached: int = 0  # when that began
    seized: bool = False  # of Linux: by PTRACE_SEIZE, which did not stop it
    options: int = 0  # of Linux: what its tracer has set by PTRACE_SETOPTIONS
    traps: int = 0  # of Linux: stops for its tracer that are to come, without a signal
    event: bool = False  # of Linux: stopped so, and not by a signal
    listening: bool = False  # of Linux: stopped, and its tracer only waits for news
    message: int = 0  # of Linux: what its tracer may ask about the stop
    changed: bool = False  # its user was changed since its last exec
    step: bool = False  # traced: stop after one instruction
    trapping: bool = False  # of Linux: the processor does so until the tracer says otherwise
    debug: dict[int, int] = field(default_factory=dict)  # of Linux: debug registers, by number
    program: Program | None = field(default=None, repr=False)  # its image, if of instructions
    regs: dict[str, int] | None = field(default=None, repr=False)  # of a program of instructions
    image: str = "program"  # or what it runs since its last exec
    main: Main | None = field(default=None, repr=False)  # the program of that image
    size: int = 0  # pages of all its regions
    pregions: list[Pregion | None] | None = field(default=None, repr=False)  # None: no memory yet
    ofile: dict[int, File] = field(default_factory=dict, repr=False)  # by descriptor
    cloexec: set[int] = field(default_factory=set, repr=False)  # descriptors that exec closes
    named: dict[int, Any] = field(default_factory=dict, repr=False)  # semaphores, by address
    robust: list[int] = field(default_factory=list, repr=False)  # robust mutexes it holds
    terminal: set[int] = field(default_factory=lambda: {0, 1, 2}, repr=False)  # still leading there

    current: Call | None = field(default=None, repr=False)  # the system call it is in
    task: Coroutine[Any, Any, Any] | None = field(default=None, repr=False)  # what it runs
    out: dict[str, Any] = field(default_factory=dict, repr=False)  # copied out by this call
    costs: dict[str, Cost] = field(default_factory=dict, repr=False)  # accounts, by system call
    tally: Cost = field(default_factory=Cost, repr=False)  # the one that is counted in now

    @property
    def cost(self) -> Cost:
        """What all its calls have cost."""
        return total(self.costs.values())

    def account(self, name: str = USER_MODE) -> Cost:
        """Counts in the account of this system call from now on; gives it."""
        tally = self.costs.get(name)
        if tally is None:
            tally = self.costs[name] = Cost()
        self.tally = tally
        return tally

    def call(self, name: str, *args: Any) -> Call:
        """Makes a system call from outside and lets it go as far as it can.

        Every process that it woke has run as well when this comes back.
        Raises ValueError for an unknown call and for a process that cannot make one now.
        """
        return self.k.call(self, name, args)
