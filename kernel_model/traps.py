"""The trap into the kernel, its two tables of functions, sleep and wakeup (Bach 2.3, 6.4, 6.6)."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Generator
from inspect import CO_ITERABLE_COROUTINE, isawaitable, iscoroutinefunction
from types import FunctionType, coroutine
from typing import Any, TypeVar, cast

from kernel_model.errno import Errno, KernelError
from kernel_model.process import Process, State
from kernel_model.usermode import enters, signalled, single_step, step_over

Function = Callable[..., Any]
F = TypeVar("F", bound=Function)

SYSENT: dict[str, Function] = {}  # system calls
ALGORITHMS: dict[str, Function] = {}  # what they are made of
LINUX: dict[str, Function] = {}  # either kind, where Linux does otherwise

PZERO = 25  # a sleep at a priority above this one is ended by a signal
PPIPE = PZERO + 1  # waiting for bytes in a pipe, for room, or for the other side
PSEMZ = PZERO + 2  # waiting for a semaphore to be 0
PSEMN = PZERO + 3  # waiting for a semaphore to be larger
PWAIT = 30
PSLEP = 39
PMSG = 40  # waiting for a message, or for room


def _through(table: str, entries: dict[str, Function]) -> Callable[[F], F]:
    """A decorator: enter the function in the table, and let every caller go through it."""

    def enter(fn: F) -> F:
        name = fn.__name__
        entries[name] = fn

        @functools.wraps(fn)
        def dispatch(u: Process, *args: Any, **named: Any) -> Any:
            return getattr(u.k, table)[name](u, *args, **named)

        entry: Any = dispatch
        entry.entered = fn  # what the table of a new kernel has
        return cast(F, entry)

    return enter


syscall = _through("sysent", SYSENT)
algorithm = _through("algorithms", ALGORITHMS)


def linux(fn: F) -> F:
    """Enters what Linux has in place of the classic function of the same name."""
    LINUX[fn.__name__] = fn
    return fn


def fitted(fn: Function, entry: Function) -> Function:
    """`fn` as the callers of `entry` expect it: awaited or not, whichever way it is written."""
    waits = iscoroutinefunction(entry)
    if plain(fn) and iscoroutinefunction(fn) == waits:
        return fn
    if waits:

        @functools.wraps(fn)
        async def awaited(*args: Any, **named: Any) -> Any:
            result = fn(*args, **named)
            return await result if isawaitable(result) else result

        return awaited

    @functools.wraps(fn)
    def at_once(*args: Any, **named: Any) -> Any:
        result = fn(*args, **named)
        if not isawaitable(result):
            return result
        task = to_the_end(result)
        try:
            task.send(None)
        except StopIteration as end:
            return end.value
        task.close()
        name = getattr(fn, "__name__", entry.__name__)
        raise AssertionError(f"{name} went to sleep, but its callers cannot wait")

    return at_once


def plain(fn: Function) -> bool:
    """Is it a function whose kind tells what it gives back: a result, or something to await?"""
    return (
        isinstance(fn, FunctionType)
        and not hasattr(fn, "__wrapped__")
        and not fn.__code__.co_flags & CO_ITERABLE_COROUTINE
    )


async def to_the_end(awaitable: Awaitable[Any]) -> Any:
    """What comes of an awaitable, as a coroutine."""
    return await awaitable


class Interrupted(KernelError):
    """EINTR of Linux, where a call that a signal interrupted may be made again instead.

    It is when no handler ran (the process was stopped and went on), and when the handler was set
    so (catch_restart) for a call that `restarts`.
    """

    def __init__(self, why: str) -> None:
        super().__init__(Errno.EINTR, why)
        self.restarts = False
        self.ran: str | None = None  # how the first signal handled was caught; None: none was

    def again(self, ran: str | None) -> bool:
        """Is the call made again, after this handler (None: none) has run?"""
        ran = self.ran or ran
        return ran is None or (ran == "catch_restart" and self.restarts)


class Exited(BaseException):
    """Unwinds a process that is no more; never seen outside the kernel."""


class Execed(BaseException):
    """Unwinds the old image of a process; never seen outside the kernel."""


@coroutine
def trap(request: str) -> Generator[str, None, None]:
    """Gives the processor away; the one place where a running process stops running."""
    yield request


async def system_call(u: Process, name: str, args: tuple[Any, ...]) -> Any:
    """User mode to kernel mode and back: looks the call up, makes it, then handles signals."""
    k = u.k
    u.out = {}
    u.state = State.KERNEL
    k.time += 1
    tally = u.account(name)
    tally.calls += 1
    tally.crossings += 1
    while True:
        try:
            if k.paged:
                k.give_memory()
            result = k.sysent[name](u, *args)
            if type(result) is not int and isawaitable(result):
                result = await result
        except (Exited, GeneratorExit):  # there is nobody any more who could handle signals
            raise
        except Execed:  # the new program handles them
            u.state = State.USER
            raise
        except BaseException as error:
            if u.regs is not None and isinstance(error, KernelError):
                u.regs["r0"] = -error.errno
            u.state = State.USER
            step_over(u)
            ran = await signalled(u) if u.sig or u.cursig or u.traps else None
            if isinstance(error, Interrupted) and error.again(ran):
                await enters(u)
                u.state = State.KERNEL
                tally.crossings += 1
                continue
            if u.step:
                await single_step(u)
            raise
        if u.regs is not None:
            u.regs["r0"] = result
        u.state = State.USER
        step_over(u)
        if u.sig or u.cursig or u.traps:
            await signalled(u)
        if u.step:
            await single_step(u)
        return result


@algorithm
async def sleep(u: Process, chan: str, pri: int) -> None:
    """Sleeps on the event `chan` until somebody wakes it.

    The caller tests its condition again afterwards: every sleeper on the event is awake now.
    At a priority above PZERO a signal ends the sleep, and the call fails with EINTR.
    """
    k = u.k
    if pri > PZERO and (u.sig or u.traps):
        await k.algorithms["interrupt"](u, chan)
    u.state, u.wchan, u.pri = State.ASLEEP, chan, pri
    k.sleepers.setdefault(chan, []).append(u)
    u.tally.sleeps += 1
    if k.trace is not None:
        k.trace.event("sleep", u, f"{u.name} goes to sleep on {chan}")
    await trap("sleep")
    u.state, u.wchan = State.KERNEL, None
    if pri > PZERO and (u.sig or u.traps):
        await k.algorithms["interrupt"](u, chan)


@algorithm
async def interrupt(u: Process, chan: str) -> None:
    """Fails with EINTR if there is a signal to handle: the long jump out of a sleep."""
    #: if there is a signal to handle
    if await u.k.algorithms["issig"](u):
        #: leave the sleep: the call fails
        raise KernelError(Errno.EINTR, f"a signal ended the sleep of {u.name} on {chan}")


@algorithm
def wakeup(u: Process, chan: str) -> None:
    """Wakes every process asleep on the event `chan`, in the order in which they went to sleep."""
    k = u.k
    for p in k.sleepers.pop(chan, ()):
        if k.trace is not None:
            k.trace.event("wakeup", u, f"{u.name} wakes {p.name}, asleep on {chan}")
        k.setrun(p)


def wake(u: Process, p: Process) -> None:
    """Wakes one process, whoever else sleeps on the same event."""
    if u.k.trace is not None:
        u.k.trace.event("wakeup", u, f"{u.name} wakes {p.name}, asleep on {p.wchan}")
    u.k.unsleep(p)
