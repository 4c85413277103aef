"""Posting signals: psignal, what a signal does to a process, and who is told (Bach 7.2).

Departs from Bach: stopping is in both personalities, though System V Release 2 has none.
"""

from __future__ import annotations

from kernel_model.constants import SA_NOCLDSTOP, SA_NOCLDWAIT, SIGNAL_NAMES, SIGNALS
from kernel_model.process import Process, State
from kernel_model.traps import PZERO, wakeup

SIGKILL, SIGSTOP, SIGCONT = SIGNALS["SIGKILL"], SIGNALS["SIGSTOP"], SIGNALS["SIGCONT"]
SIGTRAP = SIGNALS["SIGTRAP"]
SIGCHLD = SIGNALS["SIGCHLD"]  # death of child; SIGCLD of System V
STOPS = frozenset(SIGNALS[name] for name in ("SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU"))
IGNORED = frozenset(SIGNALS[name] for name in ("SIGCHLD", "SIGURG", "SIGWINCH", "SIGCONT"))
CORES = frozenset(
    SIGNALS[name]
    for name in ("SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGSEGV", "SIGSYS",
                 "SIGXCPU", "SIGXFSZ")
)  # fmt: skip
NOT_AT_ONCE = CORES | STOPS | IGNORED
CATCHES = ("catch", "catch_restart", "catch_once")
REALTIME = 32  # from this one on Linux queues signals, where others are only pending or not
TRAP_STOP, TRAP_NOTIFY, TRAP_EXEC = 1, 2, 4  # stops of Linux without a signal, for a tracer
INIT = 1  # the process that inherits orphans; not in the table


def name_of(sig: int) -> str:
    """A signal by name, as far as it has one."""
    return SIGNAL_NAMES.get(sig, f"signal {sig}")


def shows(u: Process, kind: str, what: str) -> None:
    """Tells the trace, if there is one, what a process does."""
    if u.k.trace is not None:
        u.k.trace.event(kind, u, f"{u.name} {what}")


def ignores(p: Process, sig: int) -> bool:
    """Does this signal do nothing to the process?"""
    action = p.actions.get(sig, "SIG_DFL")
    return action == "SIG_IGN" or (action == "SIG_DFL" and sig in IGNORED)


def catches(p: Process, sig: int) -> bool:
    """Has the process a handler for this signal?"""
    action = p.actions.get(sig)
    return action in CATCHES or isinstance(action, int)


def stops(p: Process, sig: int) -> bool:
    """Does this signal stop the process?"""
    return sig in STOPS and p.actions.get(sig, "SIG_DFL") == "SIG_DFL"


def psignal(p: Process, sig: int) -> None:
    """Posts a signal to a process, which handles it when it runs next (Bach 7.2).

    In the classic kernel also one that it ignores: `issig` takes it off. Linux does not post it.
    """
    if p.state is State.ZOMBIE:
        return
    if p.k.trace is not None:
        p.k.trace.event("signal", p, f"{name_of(sig)} is sent to {p.name}")
    cancel(p, sig)
    if p.state is State.STOPPED and (sig == SIGKILL or (sig == SIGCONT and p.tracer is None)):
        go_on(p, sig)
    if p.k.personality == "linux" and p.tracer is None and sig not in p.hold and ignores(p, sig):
        return
    if sig in p.sig and sig >= REALTIME and p.k.personality == "linux":
        p.queued[sig] = p.queued.get(sig, 0) + 1
    p.sig.add(sig)
    if sig in p.hold:
        return
    if ends_at_once(p, sig):
        p.doom = p.doom or sig
    if p.state is State.ASLEEP and p.pri > PZERO:
        p.k.unsleep(p)
    elif p.state is State.USER and p.current is None and p.task is None:
        p.k.setrun(p)


def ends_at_once(p: Process, sig: int) -> bool:
    """Is the end of a process sure when the signal is sent, before it runs (Linux)?

    Not where it could stop first, or leave an image of its memory (complete_signal).
    """
    free = p.tracer is None and p.state is not State.STOPPED and p.k.personality == "linux"
    return free and p.actions.get(sig, "SIG_DFL") == "SIG_DFL" and sig not in NOT_AT_ONCE


def take_off(p: Process, sig: int) -> None:
    """Takes a signal off what is pending; of a real-time one that is queued, one."""
    if p.queued.get(sig):
        p.queued[sig] -= 1
    else:
        p.sig.discard(sig)


def cancel(p: Process, sig: int) -> None:
    """A stop takes SIGCONT off what is pending; SIGCONT takes off all stops, and ends the stop.

    A traced process stays where its tracer holds it; its parent is told when it runs again.
    """
    if sig in STOPS:
        p.sig.discard(SIGCONT)
    if sig == SIGCONT:
        p.sig -= STOPS
        p.continued = True
        if p.halted:
            p.halted, p.report, p.unsaid = 0, {"continued": True}, True
            if p.state is not State.STOPPED:
                tell_continued(p)
        if p.seized:
            post_trap(p, TRAP_NOTIFY)


def post_trap(p: Process, kind: int) -> None:
    """Has a process stop for its tracer without a signal, as soon as it runs (Linux)."""
    p.traps |= kind
    if p.state is State.STOPPED:
        if p.listening:
            p.state, p.listening = State.READY, False
            p.k.setrun(p)
    elif p.state is State.ASLEEP and p.pri > PZERO:
        p.k.unsleep(p)
    elif p.state is State.USER and p.current is None and p.task is None:
        p.k.setrun(p)


def go_on(p: Process, sig: int) -> None:
    """Lets a stopped process run again; of SIGCONT it tells its parent itself, as it runs."""
    p.state, p.cursig = State.USER, 0
    if p.task is not None:
        p.k.setrun(p)
    elif sig == SIGCONT:
        tell_continued(p)


def tell_continued(p: Process) -> None:
    """Tells the parent, and a tracer that is another, that the process goes on."""
    if not p.unsaid:
        return
    p.unsaid = False
    tell(p, p.ppid)
    if p.tracer not in (None, p.ppid):
        tell_parent(p)


def tell_parent(p: Process) -> None:
    """Tells the tracer of a process what has become of it; its parent, if it has no tracer."""
    tell(p, p.ppid if p.tracer is None else p.tracer)


def tell(p: Process, pid: int) -> None:
    """Wakes the parent (or the tracer) if it waits, and sends it death-of-child.

    Linux does not send what the parent ignores; but of its death a traced process tells its tracer
    always, which may be traced itself.
    """
    parent = p.k.procs.get(pid)
    if parent is None:
        return
    wakeup(p, f"proc[{parent.pid}].child")
    dead = p.state is State.ZOMBIE
    if not dead and parent.flags.get(SIGCHLD, 0) & SA_NOCLDSTOP:
        return
    sent = p.k.personality == "classic" or (dead and p.tracer is not None)
    if sent or parent.actions.get(SIGCHLD) != "SIG_IGN":
        psignal(parent, SIGCHLD)


def no_zombies(parent: Process) -> bool:
    """Does a child of this process leave no zombie when it ends?

    In the classic kernel it leaves one, which a parent that ignores death of child frees itself.
    """
    ignored = parent.k.personality == "linux" and parent.actions.get(SIGCHLD) == "SIG_IGN"
    return ignored or bool(parent.flags.get(SIGCHLD, 0) & SA_NOCLDWAIT)
