"""fcntl of Linux: the size of a pipe can be asked for and set (Linux fs/fcntl.c, fs/pipe.c).

And lseek, which judges where to count from before it looks at the file (Linux fs/read_write.c).
"""

from __future__ import annotations

from kernel_model.constants import (
    F_DUPFD,
    F_DUPFD_CLOEXEC,
    F_GETFD,
    F_GETFL,
    F_GETPIPE_SZ,
    F_SETFD,
    F_SETFL,
    F_SETPIPE_SZ,
    O_DIRECT,
)
from kernel_model.descriptors import dup_from, fcntl_common
from kernel_model.errno import Errno, KernelError
from kernel_model.files import seek
from kernel_model.inode import getf, leads
from kernel_model.linux.pipes import wake_first
from kernel_model.memory import PAGE
from kernel_model.pipes import Pipe
from kernel_model.process import Process
from kernel_model.traps import linux

LARGEST = 2**20  # bytes that a pipe of a user other than the superuser may hold
SEEK_HOLE = 4
O_LARGEFILE = 0o100000  # what open adds by itself


@linux
def fcntl(u: Process, fd: int, cmd: int, arg: int | None = None) -> int:
    """The classic commands; F_DUPFD_CLOEXEC, and F_GETPIPE_SZ and F_SETPIPE_SZ of a pipe.

        not a pipe                           EBADF
        more than 2^31 bytes                 EINVAL
        more than the largest, not by root   EPERM
        smaller than what is in use          EBUSY

    A size is rounded up to a power of two pages; setting it gives the new one. F_SETFL knows
    O_DIRECT of a pipe: what is written then are packets.
    """
    #: find the descriptor, do the command
    if cmd == F_DUPFD_CLOEXEC:
        return dup_from(u, leads(u, fd), arg or 0, True)
    if cmd in (F_DUPFD, F_GETFD, F_SETFD):
        return fcntl_common(u, fd, cmd, arg or 0)
    file = getf(u, fd)
    if cmd == F_GETFL:
        large = 0 if file.inode.kind in ("pipe", "socket") else O_LARGEFILE
        return fcntl_common(u, fd, cmd, 0) | large | O_DIRECT * file.direct
    if cmd == F_SETFL and file.inode.pipe is not None:
        file.direct = bool((arg or 0) & O_DIRECT)
    if cmd not in (F_GETPIPE_SZ, F_SETPIPE_SZ):
        return fcntl_common(u, fd, cmd, arg or 0)
    #: of a pipe: tell its size, or set it
    if file.inode.pipe is None:
        raise KernelError(Errno.EBADF, f"descriptor {fd} is not one of a pipe")
    if cmd == F_SETPIPE_SZ:
        resize(u, file.inode.pipe, (arg or 0) % 2**32)
    return file.inode.pipe.slots * PAGE


@linux
def lseek(u: Process, fd: int, offset: int, whence: int) -> int:
    """As the classic call; EINVAL for a `whence` beyond SEEK_HOLE also where ESPIPE would be."""
    #: there must be such a place; set the offset of the entry of the file table
    file = getf(u, fd)
    if not 0 <= whence <= SEEK_HOLE:
        raise KernelError(Errno.EINVAL, f"{whence} is no place to count from")
    return seek(file, offset, whence)


def resize(u: Process, pipe: Pipe, size: int) -> None:
    """Gives a pipe as many page buffers as the size needs, rounded up to a power of two."""
    if size > 2**31:
        raise KernelError(Errno.EINVAL, f"a pipe of {size} bytes")
    slots = 1
    while slots * PAGE < size:
        slots *= 2
    if slots > pipe.slots and slots * PAGE > LARGEST and u.euid != 0:
        raise KernelError(Errno.EPERM, f"only the superuser has pipes above {LARGEST} bytes")
    if slots < len(pipe.pages):
        raise KernelError(Errno.EBUSY, f"{len(pipe.pages)} pages of the pipe are in use")
    pipe.slots, pipe.tail = slots, 0
    wake_first(u, pipe.room)
