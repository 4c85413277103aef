"""Masks: sigprocmask, sigpending, sigsuspend (POSIX; System V Release 4).

Departs from Bach: System V Release 2 has none. They are in both personalities.
"""

from __future__ import annotations

from kernel_model.constants import SIG_BLOCK, SIG_SETMASK, SIG_UNBLOCK
from kernel_model.errno import Errno, KernelError
from kernel_model.posting import SIGKILL, SIGSTOP, name_of
from kernel_model.process import Process
from kernel_model.traps import PSLEP, Interrupted, sleep, syscall
from kernel_model.usermode import signalled


@syscall
def sigprocmask(u: Process, how: int, sigs: list[int] | None) -> int:
    """Blocks signals, unblocks them or sets which are blocked; copies out the old `set`.

    None for the signals changes nothing.
    """
    #: tell which signals are blocked
    u.out["set"] = names_of(u.hold)
    if sigs is None:
        return 0
    #: two signals are never blocked
    given = set(sigs) - {SIGKILL, SIGSTOP}
    #: block more, fewer, or just these
    if how == SIG_BLOCK:
        u.hold = u.hold | given
    elif how == SIG_UNBLOCK:
        u.hold = u.hold - given
    elif how == SIG_SETMASK:
        u.hold = given
    else:
        raise KernelError(Errno.EINVAL, f"{how} is none of SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK")
    return 0


@syscall
def sigpending(u: Process) -> int:
    """Copies out the signals that are pending and blocked (`set`)."""
    #: tell which are pending and blocked
    u.out["set"] = names_of(u.sig & u.hold)
    return 0


@syscall
async def sigsuspend(u: Process, sigs: list[int] | None) -> int:
    """Sleeps with another mask until a signal has been caught; then fails with EINTR."""
    #: take the mask, keep the old one
    if sigs is None:
        raise KernelError(Errno.EFAULT, "no mask can be read at this user address")
    old, u.hold = u.hold, set(sigs) - {SIGKILL, SIGSTOP}
    #: sleep until a signal that is not blocked has come
    try:
        while True:
            await sleep(u, f"proc[{u.pid}].pause", PSLEP)
    except KernelError as error:
        #: handle it under this mask, and each that a handler lets in when it comes back
        u.outer = []
        ran = await signalled(u)
        while len(u.outer) > 1:  # the first handler comes back to the old mask
            u.hold = u.outer.pop()
            await signalled(u)
        if isinstance(error, Interrupted):
            error.ran = ran
        raise
    finally:
        #: set the old mask again
        u.hold, u.outer = old, None


def names_of(signals: set[int]) -> list[str]:
    """Signals by name, in order of their numbers."""
    return [name_of(sig) for sig in sorted(signals)]
