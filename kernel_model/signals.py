"""Signals: kill, signal, pause; psignal, issig, psig (Bach 7.2).

An action is SIG_DFL, SIG_IGN, or the name of a way to catch:

    catch          the handler stays; in the classic kernel it is reset when it runs
    catch_restart  as catch; on Linux, calls that can be restarted are (of this model: wait)
    catch_once     reset to SIG_DFL when it runs

Departs from Bach: stopping is in both personalities, though System V Release 2 has none.
"""

from __future__ import annotations

from kernel_model.constants import (
    SA_NOCLDSTOP,
    SA_NOCLDWAIT,
    SA_NODEFER,
    SA_RESETHAND,
    SA_RESTART,
    SIGNAL_NAMES,
    SIGNALS,
)
from kernel_model.errno import Errno, KernelError
from kernel_model.machine import to_handler
from kernel_model.process import Process, State
from kernel_model.traps import (
    PSLEP,
    PZERO,
    algorithm,
    sleep,
    syscall,
    trap,
    wakeup,
)

SIGKILL, SIGSTOP, SIGCONT = SIGNALS["SIGKILL"], SIGNALS["SIGSTOP"], SIGNALS["SIGCONT"]
SIGCHLD = SIGNALS["SIGCHLD"]
STOPS = {SIGNALS[name] for name in ("SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU")}
IGNORED = {SIGNALS[name] for name in ("SIGCHLD", "SIGURG", "SIGWINCH", "SIGCONT")}
FAULTS = {SIGNALS[name] for name in ("SIGILL", "SIGTRAP", "SIGBUS", "SIGFPE", "SIGSEGV", "SIGSYS")}
CATCHES = ("catch", "catch_restart", "catch_once")
FLAGS = {"catch_restart": SA_RESTART, "catch_once": SA_RESETHAND}  # of Linux
ONE_SHOT = SA_RESETHAND | SA_NODEFER  # how the classic kernel calls every handler
NSIG = 64
INIT = 1  # the process that inherits orphans; not in the table


@syscall
def kill(u: Process, pid: int, sig: int) -> int:
    """Sends a signal (0: only tests) to `pid`, to the caller's group (0), all (-1) or a group.

    Fails with EINVAL for a signal that does not exist, ESRCH when there is no such process,
    EPERM when none of them may be signalled by the caller.
    """
    check_signal(sig)
    everyone = list(u.k.procs.values())
    if pid == INIT:
        return kill_init(u)
    if pid > 0:
        targets = [p for p in everyone if p.pid == pid]
    elif pid == -1:
        targets = [p for p in everyone if p is not u]
    else:
        group = u.pgrp if pid == 0 else -pid
        targets = [p for p in everyone if p.pgrp == group]
    if not targets:
        raise KernelError(Errno.ESRCH, f"there is no process for {pid}")
    allowed = [p for p in targets if may_signal(u, p)]
    if not allowed:
        raise KernelError(Errno.EPERM, f"{u.name} may not signal {targets[0].name}")
    for p in allowed:
        if sig:
            psignal(p, sig)
    return 0


def check_signal(sig: int) -> None:
    """Fails with EINVAL unless there is such a signal, or it is 0."""
    if not 0 <= sig <= NSIG:
        raise KernelError(Errno.EINVAL, f"there is no signal {sig}")


def kill_init(u: Process) -> int:
    """The first process, which is the superuser's, does nothing at any signal."""
    if 0 not in (u.uid, u.euid):
        raise KernelError(Errno.EPERM, f"{u.name} may not signal the first process")
    return 0


def may_signal(u: Process, p: Process) -> bool:
    """The superuser may signal anyone; others whoever shares a user id with them."""
    return u.euid == 0 or bool({u.uid, u.euid} & {p.uid, p.suid})


@syscall
def signal(u: Process, sig: int, action: str | int) -> int:
    """Sets what a signal does; copies out what it did before (`prev`).

    A program of instructions gives the address of its handler.
    """
    if action not in ("SIG_DFL", "SIG_IGN", *CATCHES) and not isinstance(action, int):
        raise KernelError(Errno.EINVAL, f"{action!r} is not an action")
    classic = u.k.personality == "classic"
    set_action(u, sig, action, ONE_SHOT if classic else FLAGS.get(str(action), 0))
    u.masks.pop(sig, None)
    return 0


def set_action(u: Process, sig: int, action: str | int, flags: int) -> None:
    """Sets what a signal does; one that then does nothing is pending no more."""
    if not 0 < sig <= NSIG or sig in (SIGKILL, SIGSTOP):
        raise KernelError(Errno.EINVAL, f"the action of signal {sig} cannot be set")
    u.out["prev"] = u.actions.get(sig, "SIG_DFL")
    u.actions[sig], u.flags[sig] = action, flags
    if ignores(u, sig):
        u.sig.discard(sig)


def catches(action: str | int) -> bool:
    """Is this a handler?"""
    return action in CATCHES or isinstance(action, int)


@syscall
def sigcount(u: Process, sig: int) -> int:
    """How many times the handler of a signal has run: the program's own counter."""
    return u.caught.get(sig, 0)


@syscall
async def pause(u: Process) -> int:
    """Sleeps until a signal has been caught; then fails with EINTR."""
    while True:
        await sleep(u, f"proc[{u.pid}].pause", PSLEP)


def name_of(sig: int) -> str:
    """A signal by name, as far as it has one."""
    return SIGNAL_NAMES.get(sig, f"signal {sig}")


def ignores(p: Process, sig: int) -> bool:
    """Does this signal do nothing to the process?"""
    action = p.actions.get(sig, "SIG_DFL")
    return action == "SIG_IGN" or (action == "SIG_DFL" and sig in IGNORED)


def psignal(p: Process, sig: int) -> None:
    """Posts a signal to a process, which handles it when it runs next (Bach 7.2)."""
    if p.state is State.ZOMBIE:
        return
    if p.k.trace is not None:
        p.k.trace.event("signal", p, f"{name_of(sig)} is sent to {p.name}")
    if sig in STOPS:
        p.sig.discard(SIGCONT)
    if sig == SIGCONT:
        p.sig -= STOPS
    if p.state is State.STOPPED and (sig == SIGKILL or (sig == SIGCONT and p.tracer is None)):
        go_on(p, sig)
    if ignores(p, sig) and sig not in p.hold and p.tracer is None:
        return
    p.sig.add(sig)
    if sig in p.hold:
        return
    if p.state is State.ASLEEP and p.pri > PZERO:
        p.k.unsleep(p)
    elif p.state is State.USER and p.current is None and p.task is None:
        p.k.setrun(p)


def go_on(p: Process, sig: int) -> None:
    """Lets a stopped process run again, and tells its parent of SIGCONT."""
    p.state, p.cursig = State.USER, 0
    if sig == SIGCONT:
        p.report = {"continued": True}
        tell_parent(p)
    if p.task is not None:
        p.k.setrun(p)


def tell_parent(p: Process) -> None:
    """Sends death-of-child to the parent, or to the tracer, and wakes it if it waits."""
    parent = p.k.procs.get(p.ppid if p.tracer is None else p.tracer)
    if parent is not None:
        quiet = p.state is not State.ZOMBIE and parent.flags.get(SIGCHLD, 0) & SA_NOCLDSTOP
        if parent.actions.get(SIGCHLD) != "SIG_IGN" and not quiet:
            psignal(parent, SIGCHLD)
        wakeup(p, f"proc[{parent.pid}].child")


def no_zombies(parent: Process) -> bool:
    """Does a child of this process leave no zombie when it ends?"""
    ignored = parent.actions.get(SIGCHLD) == "SIG_IGN"
    return ignored or bool(parent.flags.get(SIGCHLD, 0) & SA_NOCLDWAIT)


@algorithm
async def issig(u: Process) -> bool:
    """Is there a signal to handle? A process that a signal stops, stops here (Bach, Figure 7.6).

    A traced process stops at every signal but SIGKILL, also at one that it ignores; its tracer
    says which signal it then handles, if any.
    """
    while True:
        wanted = u.sig - u.hold
        #: nothing is pending that is not blocked
        if not wanted and not u.cursig:
            return False
        sig = u.cursig or first_of(u, wanted)
        #: the process is traced: stop, and let the tracer say what becomes of the signal
        if u.tracer is not None and not u.cursig and sig != SIGKILL:
            u.sig.discard(sig)
            u.cursig = sig
            await stop(u, sig)
            if u.cursig in u.hold:  # the tracer has sent on what is blocked
                u.sig.add(u.cursig)
                u.cursig = 0
        #: the signal does nothing: take it off
        elif ignores(u, sig):
            taken(u, sig)
        #: the signal stops the process: stop until SIGCONT comes
        elif sig in STOPS and u.actions.get(sig, "SIG_DFL") == "SIG_DFL":
            taken(u, sig)
            await stop(u, sig)
            u.cursig = 0  # only a signal that the tracer was asked about can be exchanged
        else:
            return True


def taken(u: Process, sig: int) -> None:
    """Takes a signal off: the one that the tracer sent on, or a pending one."""
    if u.cursig:
        u.cursig = 0
    else:
        u.sig.discard(sig)


def first_of(u: Process, signals: set[int]) -> int:
    """The signal that is handled first: the lowest; on Linux one of a fault before others."""
    faults = signals & FAULTS if u.k.personality == "linux" else set()
    return SIGKILL if SIGKILL in signals else min(faults or signals)


async def stop(u: Process, sig: int) -> None:
    """Stops the process until SIGCONT or SIGKILL comes; a traced one, until its tracer says so."""
    before = u.state
    abandon(u, sig)
    u.state = State.STOPPED
    u.report = {"stopped": name_of(sig)}
    if u.k.trace is not None:
        u.k.trace.event("stop", u, f"{name_of(sig)} stops {u.name}")
    tell_parent(u)
    await stopped(u)
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
            return
        abandon(u, u.cursig)
        u.state = State.STOPPED


def abandon(u: Process, sig: int) -> None:
    """Ends a traced process that nobody is left to continue, by the signal that stops it."""
    tracer = u.k.procs.get(u.tracer or 0)
    if u.tracer is not None and (tracer is None or tracer.state is State.ZOMBIE):
        u.k.algorithms["psexit"](u, sig)


@algorithm
async def psig(u: Process) -> str | None:
    """Handles the pending signals on the way back to user mode (Bach, Figure 7.8).

    Gives how the first of them was caught; None when none was.
    """
    ran = None
    while await issig(u):
        sig = u.cursig or first_of(u, u.sig - u.hold)
        taken(u, sig)
        action = u.actions.get(sig, "SIG_DFL")
        if not catches(action):
            u.k.algorithms["psexit"](u, sig)
        flags = u.flags.get(sig, 0)
        if flags & SA_RESETHAND:
            u.actions[sig] = "SIG_DFL"
        u.caught[sig] = u.caught.get(sig, 0) + 1
        if u.k.trace is not None:
            u.k.trace.event("signal", u, f"{u.name} handles {name_of(sig)}")
        if isinstance(action, int):
            await u.k.algorithms["sendsig"](u, sig, action)
        ran = ran or ("catch_restart" if flags & SA_RESTART else "catch")
    return ran


@algorithm
async def sendsig(u: Process, sig: int, handler: int) -> None:
    """Has the process call its handler when it is back in user mode (Bach 7.2.1).

    The frame is on the user stack; a process that has no room there ends.
    """
    if not await to_handler(u, sig, handler):
        u.k.algorithms["psexit"](u, SIGNALS["SIGSEGV"])
    own = set() if u.flags.get(sig, 0) & SA_NODEFER else {sig}
    u.hold = u.hold | own | u.masks.get(sig, set())
