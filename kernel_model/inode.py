"""Inodes, the file table and the descriptors of processes (Bach 4.1, 5.1), and regular files.

A process's descriptor leads to an entry of the file table, which fork and dup share, and this to an
inode: a file, a pipe, or a memory object of POSIX or Android, whose pages are a region. What of a
file is in memory lies in the frames of its region; the rest is on the disk.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kernel_model.errno import Errno, KernelError
from kernel_model.memory import PAGE, peek, poke
from kernel_model.process import Process
from kernel_model.traps import algorithm

if TYPE_CHECKING:
    from kernel_model.kernel import Kernel
    from kernel_model.mqueues import PosixQueue
    from kernel_model.pipes import Pipe
    from kernel_model.regiontable import Region
    from kernel_model.sockets.table import Socket

NOFILE = {"classic": 20, "linux": 1024}  # descriptors of one process
LARGEST = 2**63 - 1  # bytes in a file

OBJECTS = ("shm", "ashmem", "sem")  # kinds of inodes that are memory objects, with own names
NAMED = ("file", "fifo", "chr", "socket", "dir")  # kinds that share the names in directories

# What a kind of inode has in place of the ways of a regular file: algorithms, by their names.
# (u, file, size, buffer): bytes read; (u, file, data): bytes written
READS = {"pipe": "pipe_read", "fifo": "pipe_read", "mq": "mqread", "socket": "soread"}
WRITES = {"pipe": "pipe_write", "fifo": "pipe_write", "mq": "mqwrite", "socket": "sowrite"}
OPENS = {"fifo": "openp"}  # (u, file): may sleep
CLOSES = {"pipe": "closep", "fifo": "closep", "socket": "soclose"}  # (u, file): at the last close


@dataclass(slots=True, eq=False)
class Inode:
    """An entry of the inode table."""

    number: int
    name: str
    kind: str  # file, dir, pipe, fifo, chr, socket; shm, sem, mq: POSIX's; ashmem: Android's
    mode: int  # permission bits
    uid: int
    gid: int
    size: int = 0  # bytes; of a pipe: those that were written and not yet read
    disk: bytearray = field(default_factory=bytearray)  # of a file: what is on the disk
    region: Region | None = None  # its pages in memory
    linked: bool = True  # somebody could open it by its name
    opens: int = 0  # entries of the file table, and private mappings, that lead here
    unpinned: dict[int, int] = field(default_factory=dict)  # of ashmem: page -> when, in order
    purged: set[int] = field(default_factory=set)  # of ashmem: pages taken away meanwhile
    prot: int = 7  # of ashmem: what mappings may ask for
    queue: PosixQueue | None = None  # of a message queue of POSIX
    pipe: Pipe | None = None  # of a pipe
    socket: Socket | None = None  # of a socket; of a name, the one that is bound to it


@dataclass(slots=True, eq=False)
class File:
    """An entry of the file table."""

    inode: Inode
    read: bool
    write: bool
    append: bool = False
    nonblock: bool = False  # O_NDELAY, O_NONBLOCK: does not want to wait
    direct: bool = False  # O_DIRECT of Linux: what is written to a pipe are packets
    offset: int = 0
    count: int = 0  # descriptors that lead here


@dataclass(slots=True)
class FileSystem:
    """All inodes in use, each kind with names of its own; the file table is what leads here."""

    inodes: list[Inode] = field(default_factory=list)
    made: int = 0

    def find(self, kind: str, name: str) -> Inode | None:
        """The inode with this name; `file` stands for every kind in directories."""
        kinds = NAMED if kind == "file" else (kind,)
        return next(
            (one for one in self.inodes if one.linked and one.kind in kinds and one.name == name),
            None,
        )

    def add(self, u: Process, kind: str, name: str, mode: int) -> Inode:
        """A new inode, which belongs to the process."""
        self.made += 1
        inode = Inode(self.made, name, kind, mode, u.euid, u.egid)
        self.inodes.append(inode)
        return inode


def files_of(k: Kernel) -> FileSystem:
    """The kernel's inodes, whose table is made now if it was not there."""
    if k.filesystem is None:
        k.filesystem = FileSystem()
    return k.filesystem


def access(u: Process, inode: Inode, wanted: int) -> None:
    """Fails with EACCES unless the process may do it: 4 to read, 2 to write, 6 both."""
    if u.euid == 0:
        return
    shift = 6 if u.euid == inode.uid else 3 if u.egid == inode.gid else 0
    if wanted & ~(inode.mode >> shift):
        raise KernelError(Errno.EACCES, f"{u.name} wants {wanted:o} of {inode.mode:03o}")


def ufalloc(u: Process, file: File | None, cloexec: bool = False, least: int = 0) -> int:
    """The lowest free descriptor, which leads to this entry from now on; EMFILE without one.

    file  None: the terminal, which has no entry
    """
    for fd in range(least, NOFILE[u.k.personality]):
        if fd not in u.ofile and fd not in u.terminal:
            if file is None:
                u.terminal.add(fd)
            else:
                u.ofile[fd] = file
                file.count += 1
            if cloexec:
                u.cloexec.add(fd)
            return fd
    raise KernelError(Errno.EMFILE, f"{u.name} has all its descriptors in use")


def free_descriptors(u: Process) -> int:
    """How many descriptors the process has left."""
    return NOFILE[u.k.personality] - len(u.ofile) - len(u.terminal)


def leads(u: Process, fd: int) -> File | None:
    """What a descriptor leads to, None for the terminal; EBADF when it is none."""
    return None if fd in u.terminal else getf(u, fd)


def getf(u: Process, fd: int) -> File:
    """The file that a descriptor leads to; EBADF without one."""
    file: File | None = u.ofile.get(fd)
    if file is None:
        raise KernelError(Errno.EBADF, f"{u.name} has no descriptor {fd}")
    return file


@algorithm
def closef(u: Process, fd: int) -> None:
    """Closes a descriptor; the last one to an entry of the file table frees it."""
    file: File = u.ofile.pop(fd)
    u.cloexec.discard(fd)
    if file.inode.queue is not None:
        u.k.algorithms["mqflush"](u, file.inode.queue)
    #: decrement the count of the file table entry
    file.count -= 1
    if file.count == 0:
        #: free it, and the inode unless somebody still needs that
        if (close := CLOSES.get(file.inode.kind)) is not None:
            u.k.algorithms[close](u, file)
        file.inode.opens -= 1
        iput(u, file.inode)


async def closewait(u: Process, fd: int) -> None:
    """closef, and waits until a circuit has nothing under way any more if it lingers."""
    file: File = u.ofile[fd]
    closef(u, fd)
    so = file.inode.socket
    if file.count == 0 and so is not None and so.lingers:
        await u.k.algorithms["solinger"](u, file)


@algorithm
def iput(u: Process, inode: Inode) -> None:
    """Frees an inode that has no name, is not open and is not mapped (Bach, Figure 4.15)."""
    region = inode.region
    if inode.linked or inode.opens:
        return
    #: the region of a memory object goes with its last user, or now
    if region is not None:
        u.k.algorithms["freeobject"](u, inode)
    #: free the inode
    if inode.region is None and inode in files_of(u.k).inodes:
        files_of(u.k).inodes.remove(inode)


@algorithm
def dupfiles(u: Process, child: Process) -> None:
    """A child has its parent's descriptors, which lead to the same entries (Bach, Figure 7.2)."""
    #: the child has the same descriptors
    child.ofile, child.cloexec, child.terminal = dict(u.ofile), set(u.cloexec), set(u.terminal)
    #: count one reference more in each entry of the file table
    for file in child.ofile.values():
        file.count += 1


@algorithm
def closefiles(u: Process, every: bool) -> None:
    """Closes all descriptors of a process that ends; for exec those that are marked for it."""
    #: close each descriptor that is meant
    for fd in sorted(u.ofile if every else u.cloexec - u.terminal):
        closef(u, fd)
    u.terminal -= u.cloexec
    u.cloexec.clear()


def readi(u: Process, inode: Inode, offset: int, size: int) -> bytes:
    """Bytes of a file, from memory where its pages are there, else from the disk."""
    end = min(offset + size, inode.size)
    parts = []
    while offset < end:
        page, start = divmod(offset, PAGE)
        length = min(PAGE - start, end - offset)
        frame = frame_of(inode, page)
        if frame is None:
            parts.append(bytes(inode.disk[offset : offset + length]).ljust(length, b"\0"))
        else:
            parts.append(peek(frames_of(u), frame, start, length))
        offset += length
    return b"".join(parts)


def writei(u: Process, inode: Inode, offset: int, data: bytes) -> None:
    """Writes a file, in memory where its pages are there, else on the disk; it grows as needed."""
    if offset + len(data) > inode.size:
        u.k.algorithms["itrunc"](u, inode, offset + len(data))
    while data:
        page, start = divmod(offset, PAGE)
        part = data[: PAGE - start]
        frame = frame_of(inode, page)
        if frame is None and inode.kind != "file":
            frame = u.k.algorithms["newpage"](u, inode, page)
        if frame is None:
            inode.disk[offset : offset + len(part)] = part
        else:
            assert inode.region is not None, "a page in memory without a region"
            poke(frames_of(u), frame, start, part)
            inode.region.dirty.add(page)
        offset, data = offset + len(part), data[len(part) :]


def frame_of(inode: Inode, page: int) -> int | None:
    """The frame that holds this page; None: it is not in memory."""
    return None if inode.region is None else inode.region.pages.get(page)


def frames_of(u: Process) -> Any:
    """The frames of the machine."""
    assert u.k.memory is not None, "pages in memory without memory"
    return u.k.memory.frames
