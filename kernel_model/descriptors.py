"""Descriptors: dup, dup2, fcntl (Bach 5.13).

Two descriptors that lead to the same entry of the file table share its offset and its flags;
whether exec closes a descriptor is its own affair.
"""

from __future__ import annotations

from kernel_model.constants import (
    F_DUPFD,
    F_GETFD,
    F_GETFL,
    F_SETFD,
    F_SETFL,
    FD_CLOEXEC,
    O_APPEND,
    O_NONBLOCK,
    O_RDONLY,
    O_RDWR,
    O_WRONLY,
)
from kernel_model.errno import Errno, KernelError
from kernel_model.files import ACCESS
from kernel_model.inode import NOFILE, File, closewait, getf, leads, ufalloc
from kernel_model.process import Process
from kernel_model.traps import syscall


@syscall
def dup(u: Process, fd: int) -> int:
    """The lowest free descriptor, for the same entry of the file table.

    EBADF when the descriptor is none, EMFILE when none is free.
    """
    #: find the entry of the file table, take the lowest free descriptor for it
    return ufalloc(u, leads(u, fd))


@syscall
async def dup2(u: Process, fd: int, newfd: int) -> int:
    """Makes `newfd` lead where `fd` leads; what it led to before is closed. Gives `newfd`.

    EBADF when `fd` is none, or `newfd` can be none. The same descriptor twice changes nothing.
    """
    #: find the entry of the file table; the new descriptor must be possible
    file = leads(u, fd)
    if not 0 <= newfd < NOFILE[u.k.personality]:
        raise KernelError(Errno.EBADF, f"{newfd} can be no descriptor")
    if newfd == fd:
        return newfd
    #: close what it leads to now
    if newfd in u.ofile:
        await closewait(u, newfd)
    #: it leads to the same entry
    u.terminal.discard(newfd)
    u.cloexec.discard(newfd)
    return ufalloc(u, file, least=newfd)


@syscall
def fcntl(u: Process, fd: int, cmd: int, arg: int | None = None) -> int:
    """Asks of a descriptor, or changes it.

        no such descriptor   EBADF
        F_DUPFD              the lowest free descriptor from `arg` on, as dup; EINVAL when `arg`
                             can be none
        F_GETFD, F_SETFD     whether exec closes it: FD_CLOEXEC or 0
        F_GETFL              how it was opened, with O_APPEND and O_NDELAY
        F_SETFL              sets O_APPEND and O_NDELAY, for all who share the entry
        other commands       EINVAL

    (Bach 5.13; man fcntl)
    """
    #: find the descriptor, do the command
    return fcntl_common(u, fd, cmd, arg or 0)


def fcntl_common(u: Process, fd: int, cmd: int, arg: int) -> int:
    """The commands of both personalities."""
    if cmd == F_DUPFD:
        return dup_from(u, leads(u, fd), arg, False)
    if cmd in (F_GETFD, F_SETFD):
        leads(u, fd)
        if cmd == F_GETFD:
            return FD_CLOEXEC if fd in u.cloexec else 0
        u.cloexec.discard(fd)
        if arg & FD_CLOEXEC:
            u.cloexec.add(fd)
        return 0
    file = getf(u, fd)
    if cmd == F_GETFL:
        return flags_of(file)
    if cmd == F_SETFL:
        file.append, file.nonblock = bool(arg & O_APPEND), bool(arg & O_NONBLOCK)
    else:
        raise KernelError(Errno.EINVAL, f"{cmd} is not a command of fcntl")
    return 0


def dup_from(u: Process, file: File | None, least: int, cloexec: bool) -> int:
    """The lowest free descriptor that is not below `least`."""
    if not 0 <= least < NOFILE[u.k.personality]:
        raise KernelError(Errno.EINVAL, f"{least} can be no descriptor")
    return ufalloc(u, file, cloexec, least)


def flags_of(file: File) -> int:
    """The flags with which an entry of the file table was opened, as they are now."""
    hows = {(1, 0): O_RDONLY, (0, 1): O_WRONLY, (1, 1): O_RDWR, (0, 0): ACCESS}
    how = hows[file.read, file.write]
    return how | (O_APPEND if file.append else 0) | (O_NONBLOCK if file.nonblock else 0)
