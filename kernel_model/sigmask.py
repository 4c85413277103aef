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
    u.out["set"] = names_of(u.hold)
    if sigs is None:
        return 0
    given = set(sigs) - {SIGKILL, SIGSTOP}
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
    u.out["set"] = names_of(u.sig & u.hold)
    return 0


@syscall
async def sigsuspend(u: Process, sigs: list[int] | None) -> int:
    """Sleeps with another mask until a signal has been caught; then fails with EINTR."""
    if sigs is None:
        raise KernelError(Errno.EFAULT, "no mask can be read at this user address")
    old, u.hold = u.hold, set(sigs) - {SIGKILL, SIGSTOP}
    try:
        while True:
            await sleep(u, f"proc[{u.pid}].pause", PSLEP)
    except KernelError as error:
        u.suspended = True
        ran = await signalled(u)
        if isinstance(error, Interrupted):
            error.ran = ran
        raise
    finally:
        u.hold, u.suspended = old, False


def names_of(signals: set[int]) -> list[str]:
    """Signals by name, in order of their numbers."""
    return [name_of(sig) for sig in sorted(signals)]
