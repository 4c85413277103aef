"""POSIX semaphores with a name: sem_open, sem_close, sem_unlink (sem_overview(7)).

A name stands for a memory object of 32 bytes; opening the semaphore maps it. Two who open the
same name have one semaphore, at different addresses.
"""

from __future__ import annotations

from dataclasses import dataclass

from kernel_model.constants import (
    MAP_SHARED,
    O_CREAT,
    O_EXCL,
    O_RDWR,
    PROT_READ,
    PROT_WRITE,
    SEM_VALUE_MAX,
)
from kernel_model.errno import Errno, KernelError
from kernel_model.faults import in_user_mode, store
from kernel_model.files import open_named, unlink_named
from kernel_model.futex import WORD, crossing
from kernel_model.inode import Inode, closef, files_of, getf
from kernel_model.linux.mapping import mmap, munmap
from kernel_model.linux.posix import object_name
from kernel_model.linux.posixsem import SIZE
from kernel_model.marks import mark
from kernel_model.process import Process
from kernel_model.traps import linux

KIND = "sem"  # of their inodes
ACCESS = 3  # the bits of the flags that say how a file is opened: semaphores ignore them
PREFIX = len("sem.")  # what the C library puts before the name of the file


@dataclass(slots=True)
class Opened:
    """A semaphore that a process has open: its C library knows that it is the same one."""

    inode: Inode
    times: int


@linux
async def sem_open(u: Process, name: str | None, flags: int, mode: int = 0, value: int = 0) -> int:
    """Opens a semaphore by its name; gives its address, the same one however often.

        name empty, or / inside       EINVAL
        name too long                 ENAMETOOLONG
        not there, no O_CREAT         ENOENT
        there, O_CREAT | O_EXCL       EEXIST
        no permission for both, to    EACCES
        read and to write
        O_CREAT, value illegal        EINVAL

    `mode` and `value` are for a new one.
    """
    in_user_mode(u)
    name = semaphore_name(name)
    new, value = files_of(u.k).find(KIND, name) is None, value % 2**32  # an unsigned int
    if flags & O_CREAT and (new or flags & O_EXCL) and value > SEM_VALUE_MAX:
        raise KernelError(Errno.EINVAL, f"{value}; a semaphore is 0 to {SEM_VALUE_MAX}")
    crossing(u)
    fd = open_named(u, KIND, name, flags & ~ACCESS | O_RDWR, mode)
    inode = getf(u, fd).inode
    if new:
        crossing(u)
        u.k.algorithms["itrunc"](u, inode, SIZE)
    #: open already: the C library knows its address
    addr = next((at for at, one in u.named.items() if one.inode is inode), None)
    if addr is None:
        crossing(u)
        addr = mmap(u, None, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd)
        u.named = u.named | {addr: Opened(inode, 0)}
    u.named[addr].times += 1
    if new:
        await store(u, addr, value.to_bytes(WORD, "little"))
        await store(u, addr + 2 * WORD, (1).to_bytes(WORD, "little"))
        mark(u, "semaphore", addr, name)
    crossing(u)
    closef(u, fd)
    return addr


def semaphore_name(name: str | None) -> str:
    """The name of a semaphore, with one / at the beginning."""
    name = object_name(None if name is None else name.lstrip("/") or "/")
    if len(name) > 255 - PREFIX:
        raise KernelError(Errno.ENAMETOOLONG, f"a name of {len(name)} characters")
    return name


@linux
def sem_close(u: Process, addr: int | None) -> int:
    """Closes a semaphore that was opened by its name, as often as it was opened; gives 0.

    EINVAL for an address at which there is none.
    """
    in_user_mode(u)
    opened = u.named.get(addr or 0)
    if opened is None:
        raise KernelError(Errno.EINVAL, f"no semaphore with a name is open at {addr or 0:#x}")
    opened.times -= 1
    if not opened.times:
        del u.named[addr or 0]
        crossing(u)
        munmap(u, addr, SIZE)
    return 0


@linux
def sem_unlink(u: Process, name: str | None) -> int:
    """Takes the name away; the semaphore goes when nobody has it open any more. Gives 0.

    ENOENT when there is none, EACCES for whoever is neither its owner nor the superuser.
    """
    unlink_named(u, KIND, semaphore_name(name), Errno.EACCES)
    return 0
