"""Signals of Linux: who may send which, and what one does to a sleep (Linux kernel/signal.c)."""

from __future__ import annotations

from kernel_model.errno import Errno, KernelError
from kernel_model.posting import INIT, SIGCONT, ignores, psignal
from kernel_model.process import Process
from kernel_model.signals import check_signal, kill_init, may_signal
from kernel_model.traps import Interrupted, linux


@linux
async def interrupt(u: Process, chan: str) -> None:
    """Leaves the sleep for any signal that does something; whether with EINTR is seen later.

    Other than in the classic kernel, a process that is stopped is no longer asleep: when it goes
    on, it makes its call again from the beginning.
    """
    #: if a signal does something, or a tracer wants a stop: out of the sleep
    if u.traps or any(u.tracer is not None or not ignores(u, sig) for sig in u.sig - u.hold):
        raise Interrupted(f"a signal ended the sleep of {u.name} on {chan}")


@linux
def kill(u: Process, pid: int, sig: int) -> int:
    """Sends a signal (0: only tests) to `pid`, to the caller's group (0), all (-1) or a group.

    Other than the classic kernel: a process must be there before the signal is judged; whom none
    may be signalled of, all processes are still all; SIGCONT needs no permission.
    """
    #: find the processes that are meant: one, a group, or all others
    everyone = list(u.k.procs.values())
    if pid == INIT:
        check_signal(sig)
        return 0 if sig == SIGCONT else kill_init(u)
    if pid > 0:
        targets = [p for p in everyone if p.pid == pid]
    elif pid == -1:
        targets = [p for p in everyone if p is not u]
    else:
        group = u.pgrp if pid == 0 else -pid
        targets = [p for p in everyone if p.pgrp == group]
    if not targets:
        raise KernelError(Errno.ESRCH, f"there is no process for {pid}")
    #: there must be such a signal; 0 only asks whether one may send
    check_signal(sig)
    #: take those that the caller may signal
    allowed = [p for p in targets if p is u or sig == SIGCONT or may_signal(u, p)]
    if not allowed and pid != -1:
        raise KernelError(Errno.EPERM, f"{u.name} may not signal {targets[0].name}")
    #: post the signal in each
    for p in allowed:
        if sig:
            psignal(p, sig)
    return 0
