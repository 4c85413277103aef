"""Named pipes: mkfifo, mknod, and an open that waits for the other side (Bach 5.7, 5.12.2)."""

from __future__ import annotations

from kernel_model.constants import S_IFBLK, S_IFCHR, S_IFIFO, S_IFREG
from kernel_model.directories import may_enter
from kernel_model.errno import Errno, KernelError
from kernel_model.files import name_of
from kernel_model.inode import File, files_of
from kernel_model.pipes import pipe_of
from kernel_model.process import Process
from kernel_model.traps import PPIPE, algorithm, sleep, syscall, wakeup

S_IFMT = 0o170000  # the bits of a mode that say what kind of file it is
KINDS = {S_IFIFO: "fifo", S_IFREG: "file", 0: "file", S_IFCHR: "chr", S_IFBLK: "chr"}


@syscall
def mkfifo(u: Process, path: str | None, mode: int) -> int:
    """Makes a named pipe with these permissions, without those of the umask. Gives 0.

    EEXIST when there is a file of this name, EFAULT for a bad address, ENOENT for an empty name.
    """
    #: a new inode in the directory, with an empty pipe
    make_node(u, name_of(u, path), "fifo", mode)
    return 0


@syscall
def mknod(u: Process, path: str | None, mode: int, dev: int = 0) -> int:
    """Makes a file of the kind that the mode says: a named pipe (S_IFIFO), a file, a device.

    unknown kind          EINVAL
    not a named pipe      EPERM, but for the superuser
    otherwise             as mkfifo
    """
    #: judge the kind, make the node
    kind = KINDS.get(mode & S_IFMT)
    if kind is None:
        raise KernelError(Errno.EINVAL, f"{mode & S_IFMT:#o} is no kind of file")
    if u.euid != 0 and kind != "fifo":
        raise KernelError(Errno.EPERM, "only the superuser makes other nodes than named pipes")
    make_node(u, name_of(u, path), kind, mode)
    return 0


def make_node(u: Process, name: str, kind: str, mode: int) -> None:
    """A new inode in the directory; EEXIST when the name is taken."""
    files = files_of(u.k)
    if files.find("file", name) is not None:
        raise KernelError(Errno.EEXIST, f"there is a file {name} already")
    may_enter(u, name)
    inode = files.add(u, kind, name, mode & 0o7777 & ~u.umask)
    if kind == "fifo":
        u.k.algorithms["newpipe"](u, inode)


@algorithm
async def openp(u: Process, file: File) -> None:
    """Opens a named pipe: waits until both sides are open.

        for reading, no writer   sleeps until there is one; with O_NDELAY does not wait
        for writing, no reader   sleeps until there is one; with O_NDELAY fails with ENXIO
        for both                 never waits
        for neither              EINVAL

    (Bach 5.12.2)
    """
    pipe = pipe_of(file)
    if not (file.read or file.write):
        raise KernelError(Errno.EINVAL, "a pipe is opened to be read, to be written, or both")
    #: count the reader or the writer in, and wake whoever waits for one
    if file.read:
        pipe.readers += 1
        wakeup(u, pipe.reader)
    if file.write:
        pipe.writers += 1
        wakeup(u, pipe.writer)
    #: a reader waits for a writer, unless it does not want to
    while pipe.writers == 0 and not file.nonblock:
        await sleep(u, pipe.writer, PPIPE)
    #: a writer waits for a reader, and fails if it does not want to
    while file.write and pipe.readers == 0:
        if file.nonblock:
            raise KernelError(Errno.ENXIO, "nobody has the pipe open for reading")
        await sleep(u, pipe.reader, PPIPE)
