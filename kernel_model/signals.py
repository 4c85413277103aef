"""Signals: kill, signal, pause (Bach 7.2).

An action is SIG_DFL, SIG_IGN, or the name of a way to catch:

    catch          the handler stays; in the classic kernel it is reset when it runs
    catch_restart  as catch; on Linux, calls that can be restarted are (of this model: wait)
    catch_once     reset to SIG_DFL when it runs
"""

from __future__ import annotations

from kernel_model.constants import SA_NODEFER, SA_RESETHAND, SA_RESTART
from kernel_model.errno import Errno, KernelError
from kernel_model.posting import CATCHES, INIT, SIGCHLD, SIGKILL, SIGSTOP, ignores, psignal
from kernel_model.process import Process, State
from kernel_model.traps import PSLEP, sleep, syscall

FLAGS = {"catch_restart": SA_RESTART, "catch_once": SA_RESETHAND}  # of Linux
ONE_SHOT = SA_RESETHAND | SA_NODEFER  # how the classic kernel calls every handler
NSIG = 64


@syscall
def kill(u: Process, pid: int, sig: int) -> int:
    """Sends a signal (0: only tests) to `pid`, to the caller's group (0), all (-1) or a group.

    Fails with EINVAL for a signal that does not exist, ESRCH when there is no such process,
    EPERM when none of them may be signalled by the caller.
    """
    #: there must be such a signal; 0 only asks whether one may send
    check_signal(sig)
    #: find the processes that are meant: one, a group, or all others
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
    #: take those that the caller may signal
    allowed = [p for p in targets if may_signal(u, p)]
    if not allowed:
        raise KernelError(Errno.EPERM, f"{u.name} may not signal {targets[0].name}")
    #: post the signal in each
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

    A program of instructions gives the address of its handler. In the classic kernel a process
    that has a zombie child when it sets death of child is sent that signal again (SVR2).
    """
    #: there must be such an action
    if action not in ("SIG_DFL", "SIG_IGN", *CATCHES) and not isinstance(action, int):
        raise KernelError(Errno.EINVAL, f"{action!r} is not an action")
    #: set what the signal does from now on; tell what it did before
    classic = u.k.personality == "classic"
    set_action(u, sig, action, ONE_SHOT if classic else FLAGS.get(str(action), 0))
    u.masks.pop(sig, None)
    #: if a child has ended that nobody has waited for: send death of child again
    if classic and sig == SIGCHLD and has_zombie(u):
        psignal(u, SIGCHLD)
    return 0


def has_zombie(u: Process) -> bool:
    """Has the process a child that has ended and that nobody else traces?"""
    dead = (p for p in u.k.procs.values() if p.state is State.ZOMBIE)
    return any(p.ppid == u.pid and p.tracer is None for p in dead)


def set_action(u: Process, sig: int, action: str | int, flags: int) -> None:
    """Sets what a signal does; one that then does nothing is pending no more."""
    if not 0 < sig <= NSIG or sig in (SIGKILL, SIGSTOP):
        raise KernelError(Errno.EINVAL, f"the action of signal {sig} cannot be set")
    u.out["prev"] = u.actions.get(sig, "SIG_DFL")
    u.actions[sig], u.flags[sig] = action, flags
    if ignores(u, sig):
        u.sig.discard(sig)
        u.queued.pop(sig, None)


@syscall
def sigcount(u: Process, sig: int) -> int:
    """How many times the handler of a signal has run: the program's own counter."""
    #: the program looks at its own counter
    return u.caught.get(sig, 0)


@syscall
async def pause(u: Process) -> int:
    """Sleeps until a signal has been caught; then fails with EINTR."""
    #: sleep until a signal has been caught
    while True:
        await sleep(u, f"proc[{u.pid}].pause", PSLEP)
