"""Handling signals: issig and psig, where a process leaves kernel mode or sleeps (Bach 7.2)."""

from __future__ import annotations

from kernel_model.constants import SA_NODEFER, SA_RESETHAND, SA_RESTART, SIGNALS
from kernel_model.control import psexit
from kernel_model.machine import to_handler
from kernel_model.posting import (
    SIGCHLD,
    SIGKILL,
    SIGSTOP,
    catches,
    ignores,
    name_of,
    shows,
    stops,
    take_off,
)
from kernel_model.process import Process, State
from kernel_model.stopping import stop, tracestop
from kernel_model.traps import algorithm

FAULTS = {SIGNALS[name] for name in ("SIGILL", "SIGTRAP", "SIGBUS", "SIGFPE", "SIGSEGV", "SIGSYS")}


@algorithm
async def issig(u: Process) -> bool:
    """Has the process a signal to handle? Takes off what does nothing. (Bach, Figure 7.7)

        nothing pending, or all blocked   no
        traced                            it stops; its tracer says which signal it has instead
        ignored                           the signal is off, and it looks for another one
        death of child, set to SIG_IGN    also frees the slots of its children that are zombies
        a signal that stops it            the signal is off; it stops, and then looks again
        any other                         yes: the signal stays, for psig

    A traced process does not stop at SIGKILL, nor again at what its tracer has sent on.
    """
    #: find a signal that has been sent to the process and is not blocked
    while sig := fsig(u):
        #: if the process is traced: stop, so that its tracer says what becomes of the signal
        if u.tracer is not None and sig not in (u.cursig, SIGKILL):
            await tracestop(u, sig)
        #: if the signal is ignored: turn it off
        elif ignores(u, sig):
            clearsig(u, sig)
            #: if death of child is set to be ignored: free the slots of zombie children
            if sig == SIGCHLD and u.actions.get(sig) == "SIG_IGN":
                freechildren(u)
        #: if the signal stops the process: turn it off, stop
        elif stops(u, sig):
            clearsig(u, sig)
            await stop(u, sig)
        #: the process does not ignore the signal
        else:
            return True
    return False


@algorithm
async def psig(u: Process) -> None:
    """Handles the signal that issig has found. (Bach, Figure 7.8)

        no handler                 the process ends by the signal
        a handler                  the process will run it when it is in user mode again
        a handler, SA_RESETHAND    and the action is the default one from now on

    In every case the signal is off before.
    """
    #: get the number of the signal, turn it off
    sig = fsig(u)
    clearsig(u, sig)
    #: if the process has not asked to catch it: end
    if not catches(u, sig):
        psexit(u, sig)
    #: clear the entry of the handler in the u area
    action = u.actions[sig]
    if u.flags[sig] & SA_RESETHAND:
        u.actions[sig] = "SIG_DFL"
    #: have the process call the handler in user mode
    await sendsig(u, sig, action)


def fsig(u: Process) -> int:
    """The signal that is handled first, 0 for none: what the tracer has sent on, else the lowest.

    A stop of Linux without a signal comes before them.
    SIGKILL comes before all that are pending, and on Linux what a fault sends before the others;
    a process that ran for a tracer, which has gone, stops again before all these, and what was its
    end as soon as it was sent is the first of all.
    """
    wanted = u.sig - u.hold
    if u.cursig or not wanted or u.traps:
        return u.cursig
    if u.doom in wanted:
        return u.doom
    if SIGKILL in wanted:
        return SIGKILL
    if u.halted and u.tracer is None and SIGSTOP in wanted:
        return SIGSTOP
    faults = wanted & FAULTS if u.k.personality == "linux" else set()
    return min(faults or wanted)


def clearsig(u: Process, sig: int) -> None:
    """Turns a signal off: the one that the tracer has sent on, else the pending one."""
    if u.cursig == sig:
        u.cursig = 0
    else:
        take_off(u, sig)


@algorithm
def freechildren(u: Process) -> None:
    """Frees the slots of the children that are zombies; Linux leaves them, for wait."""
    #: of Linux, wait frees them
    if u.k.personality == "linux":
        return
    #: free the slot of each child that is a zombie
    for p in list(u.k.procs.values()):
        if p.ppid == u.pid and p.tracer is None and p.state is State.ZOMBIE:
            del u.k.procs[p.pid]


@algorithm
async def sendsig(u: Process, sig: int, handler: str | int) -> None:
    """Has the process call its handler when it is back in user mode (Bach 7.2.1).

    A handler at an address gets a frame on the user stack; a process that has no room there ends.
    """
    #: note that the signal was caught
    flags = u.flags.get(sig, 0)
    u.caught[sig] = u.caught.get(sig, 0) + 1
    u.ran = u.ran or ("catch_restart" if flags & SA_RESTART else "catch")
    shows(u, "signal", f"handles {name_of(sig)}")
    #: the handler's mask: its own signal, and what sigaction has named
    own = set() if flags & SA_NODEFER else {sig}
    blocked = u.hold | own | u.masks.get(sig, set())
    #: if the handler has no address: the program itself calls it
    if not isinstance(handler, int):
        if u.outer is not None:
            u.outer.append(u.hold)
            u.hold = blocked
        return
    #: put a frame on the user stack, set the program counter to the handler
    if not await to_handler(u, sig, handler):
        psexit(u, SIGNALS["SIGSEGV"])
    u.hold = blocked
