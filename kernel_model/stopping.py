"""Stopping: a process stops by a signal, and goes on when it may (Bach 7.2, 11.1).

A traced process stops at every signal but SIGKILL; what its tracer asks for meanwhile it does
itself.
"""

from __future__ import annotations

from kernel_model.posting import (
    SIGKILL,
    SIGTRAP,
    TRAP_EXEC,
    TRAP_NOTIFY,
    TRAP_STOP,
    cancel,
    name_of,
    stops,
    take_off,
    tell,
    tell_continued,
    tell_parent,
)
from kernel_model.process import Process, State
from kernel_model.traps import algorithm, trap


async def stop(u: Process, sig: int) -> None:
    """Stops the process by a signal, until SIGCONT or SIGKILL comes.

    The parent is told, unless the process was stopped already and only ran for its tracer.
    """
    fresh = not u.halted
    if fresh or u.tracer is not None:
        u.halted = sig
    await halt(u, sig, fresh, u.seized)
    u.cursig = 0  # only a signal that the tracer was asked about can be exchanged


async def tracestop(u: Process, sig: int) -> None:
    """Takes a signal off a traced process, and stops it until its tracer lets it go on.

    `u.cursig` is then the signal that the tracer sends on in its place, 0 for none. One that is
    blocked becomes pending again; one that stops does nothing if SIGCONT has come meanwhile.
    """
    take_off(u, sig)
    u.cursig, u.continued, u.message = sig, False, 0
    await halt(u, sig, False)
    sent_on(u)


def sent_on(u: Process) -> None:
    """What becomes of the signal that the tracer has sent on, before it is handled."""
    if u.cursig in u.hold:
        cancel(u, u.cursig)
        u.sig.add(u.cursig)
        u.cursig = 0
    elif u.continued and stops(u, u.cursig):
        u.cursig = 0


@algorithm
async def trapstop(u: Process) -> None:
    """Stops a process for its tracer without a signal (Linux): nothing can be sent on."""
    #: if it is to end, or nobody traces it: do not stop
    kinds, u.traps = u.traps, 0
    if SIGKILL in u.sig or u.tracer is None:
        return
    #: stop, tell the tracer
    u.cursig, u.message = 0, 0
    if kinds & TRAP_EXEC:
        u.message, u.traps = u.pid, kinds & ~(TRAP_EXEC | TRAP_STOP)
        await halt(u, SIGTRAP, False)
    else:
        await halt(u, u.halted or SIGTRAP, False, True)


async def halt(u: Process, sig: int, whole: bool, event: bool = False) -> None:
    """The common part: stops, tells the tracer, and waits.

    `whole`: not only for the tracer; the parent is told as well.
    `event`: its tracer may listen for news, and leave it stopped.
    """
    before = u.state
    u.event, u.traps = event, u.traps & ~(TRAP_STOP | TRAP_NOTIFY if event else TRAP_STOP)
    abandon(u, sig)
    u.state = State.STOPPED
    news = {"stopped": name_of(sig)}
    if u.k.trace is not None:
        u.k.trace.event("stop", u, f"{name_of(sig)} stops {u.name}")
    if whole:
        u.report = news
    if u.tracer is not None:
        u.shown = news
        tell_parent(u)
    if whole and u.tracer != u.ppid:
        tell(u, u.ppid)
    await stopped(u)
    tell_continued(u)
    u.state = before


async def stopped(u: Process) -> None:
    """The rest of a stop: what the tracer asks for is done here, in the traced process."""
    while True:
        while u.state is State.STOPPED:
            await trap("stop")
        resumes = u.tracer is None or await u.k.algorithms["procxmt"](u)
        if SIGKILL in u.sig:  # whatever the tracer has said
            u.cursig = 0
            return
        if resumes:
            u.shown = None
            return
        abandon(u, u.cursig)
        u.state = State.STOPPED


def abandon(u: Process, sig: int) -> None:
    """Ends a traced process that nobody is left to continue, by the signal that stops it.

    On Linux one whose tracer ends is let go; who asked the first process to trace it stays stopped.
    """
    if u.k.personality == "linux":
        return
    tracer = u.k.procs.get(u.tracer or 0)
    if u.tracer is not None and (tracer is None or tracer.state is State.ZOMBIE):
        u.k.algorithms["psexit"](u, sig)
