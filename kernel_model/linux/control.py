"""Process control of Linux: what its calls return and refuse otherwise (Linux kernel/sys.c)."""

from __future__ import annotations

from typing import Any

from kernel_model.children import wait_for
from kernel_model.constants import __WALL, __WCLONE, __WNOTHREAD, WCONTINUED, WNOHANG, WUNTRACED
from kernel_model.errno import Errno, KernelError
from kernel_model.process import Process
from kernel_model.traps import linux
from kernel_model.user import USER_BUFFER

NOBODY = 2**32 - 1  # -1 as a user id: no user at all
WAITS = WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD | __WALL | __WCLONE


@linux
async def waitpid(u: Process, pid: int, flags: int = 0, statusp: Any = USER_BUFFER) -> int:
    """Waits for a child; no group has the number that cannot be negated.

    With __WCLONE only for whom the caller traces: no other child sends something else than
    SIGCHLD when it ends. __WALL takes all, __WNOTHREAD those of this thread, which is the only one.
    """
    #: the flags must be known, and the group possible
    if flags & ~WAITS:
        raise KernelError(Errno.EINVAL, f"flags {flags:#x} are not known to waitpid")
    if pid == -(2**31):
        raise KernelError(Errno.ESRCH, f"there is no group {-pid}")
    #: wait for those that are meant
    return await wait_for(u, pid, flags, statusp)


@linux
def setpgrp(u: Process) -> int:
    """Makes the process the leader of a group of its own; gives 0, not the group."""
    #: the number of the group is the process id
    u.pgrp = u.pid
    return 0


@linux
def setuid(u: Process, uid: int) -> int:
    """Sets all three user ids for the superuser; else the effective one, to real or saved."""
    #: there must be such a user
    uid &= NOBODY
    if uid == NOBODY:
        raise KernelError(Errno.EINVAL, "-1 is no user")
    #: the superuser sets all three; others choose between real and saved
    u.changed |= uid != u.euid
    if u.euid == 0:
        u.uid = u.suid = uid
    elif uid not in (u.uid, u.suid):
        raise KernelError(Errno.EPERM, f"{u.name} may not become user {uid}")
    u.euid = uid
    return 0


@linux
def setresuid(u: Process, ruid: int, euid: int, suid: int) -> int:
    """Sets the three user ids; -1 leaves one. Others than the superuser only permute theirs."""
    #: who is not the superuser may only permute what he has
    ids = (u.uid, u.euid, u.suid)
    given = [new & NOBODY for new in (ruid, euid, suid)]
    wanted = [old if new == NOBODY else new for old, new in zip(ids, given, strict=True)]
    if u.euid != 0 and not set(wanted) <= set(ids):
        raise KernelError(Errno.EPERM, f"{u.name} may only permute {ids}")
    #: set them
    u.changed |= wanted[1] != u.euid
    u.uid, u.euid, u.suid = wanted
    return 0
