"""Who a process is: its process id, its group, its users, its mask for new files (Bach 7.6)."""

from __future__ import annotations

from kernel_model.errno import Errno, KernelError
from kernel_model.process import Process
from kernel_model.traps import syscall


@syscall
def getpid(u: Process) -> int:
    """The process id."""
    #: it stands in the process table
    return u.pid


@syscall
def setpgrp(u: Process) -> int:
    """Makes the process the leader of a group of its own; gives the id of that group."""
    #: the number of the group is the process id
    u.pgrp = u.pid
    return u.pgrp


@syscall
def setuid(u: Process, uid: int) -> int:
    """Sets all three user ids for the superuser; else the effective one, to real or saved.

    Fails with EINVAL for what is no user id, EPERM for one that the caller may not have.
    """
    #: there must be such a user
    if uid < 0:
        raise KernelError(Errno.EINVAL, f"{uid} is no user")
    #: the superuser sets all three; others choose between real and saved
    if u.euid == 0:
        u.uid = u.euid = u.suid = uid
    elif uid in (u.uid, u.suid):
        u.euid = uid
    else:
        raise KernelError(Errno.EPERM, f"{u.name} may not become user {uid}")
    return 0


@syscall
def setresuid(u: Process, ruid: int, euid: int, suid: int) -> int:
    """Sets the three user ids; -1 leaves one. Others than the superuser only permute theirs."""
    #: who is not the superuser may only permute what he has
    ids = (u.uid, u.euid, u.suid)
    wanted = [old if new == -1 else new for old, new in zip(ids, (ruid, euid, suid), strict=True)]
    if u.euid != 0 and not set(wanted) <= set(ids):
        raise KernelError(Errno.EPERM, f"{u.name} may only permute {ids}")
    #: set them
    u.uid, u.euid, u.suid = wanted
    return 0


@syscall
def umask(u: Process, mask: int) -> int:
    """Sets the mask of permission bits for new files; gives the old one."""
    #: exchange the mask
    old, u.umask = u.umask, mask & 0o777
    return old
