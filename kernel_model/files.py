"""Files: open, close, read, write, lseek, unlink, stat, fstat, ftruncate (Bach 5).

Reading and writing a regular file never sleep; of other kinds, READS and its like say what does
the work. How names lead through directories is in directories.py.
"""

from __future__ import annotations

from typing import Any

from kernel_model.constants import (
    O_APPEND,
    O_CLOEXEC,
    O_CREAT,
    O_EXCL,
    O_NONBLOCK,
    O_RDONLY,
    O_TRUNC,
    O_WRONLY,
    SEEK_CUR,
    SEEK_END,
    SEEK_SET,
)
from kernel_model.directories import may_enter, may_remove, namei
from kernel_model.errno import Errno, KernelError
from kernel_model.inode import (
    LARGEST,
    OBJECTS,
    OPENS,
    READS,
    WRITES,
    File,
    Inode,
    access,
    closef,
    closewait,
    files_of,
    getf,
    iput,
    readi,
    ufalloc,
    writei,
)
from kernel_model.memory import PAGE, poke, putframe
from kernel_model.objects import newobject
from kernel_model.process import Process
from kernel_model.regions import pages_of
from kernel_model.traps import Interrupted, algorithm, syscall
from kernel_model.user import USER_BUFFER, copyin, copyout

ACCESS = 3  # the bits of the flags that say how a file is opened


@syscall
async def open(u: Process, path: str | None, flags: int, mode: int = 0) -> int:
    """Opens a file, which is made if the flags say so; gives the lowest free descriptor.

        bad address (None)        EFAULT
        no such file, no O_CREAT  ENOENT; the way to it as in namei
        a directory, to write it  EISDIR
        all bits of O_ACCMODE     EINVAL; of Linux, a descriptor that neither reads nor writes
        there, O_CREAT | O_EXCL   EEXIST
        no permission             EACCES
        no descriptor is free     EMFILE
        a named pipe              waits for the other side, see openp

    (Bach, Figure 5.2)
    """
    #: find the inode by its name, or make it; allocate an entry of the file table, a descriptor
    fd = open_named(u, "file", name_of(u, path), flags, mode)
    #: a named pipe: wait for its other side
    file = getf(u, fd)
    if (special := OPENS.get(file.inode.kind)) is not None:
        try:
            await u.k.algorithms[special](u, file)
        except KernelError as error:
            closef(u, fd)
            if isinstance(error, Interrupted):
                error.restarts = True
            raise
    return fd


def name_of(u: Process, path: str | None) -> str:
    """A name that the process holds; EFAULT for a bad address, ENOENT for an empty one."""
    if path is None:
        raise KernelError(Errno.EFAULT, "no name can be read at this user address")
    if not path:
        raise KernelError(Errno.ENOENT, "the name is empty")
    return namei(u, path)


def open_named(
    u: Process, kind: str, name: str, flags: int, mode: int, cloexec: bool = False
) -> int:
    """The common part of open and shm_open."""
    how = flags & ACCESS
    read, write = how != O_WRONLY, how != O_RDONLY
    if how == ACCESS and u.k.personality == "classic":
        raise KernelError(Errno.EINVAL, "a file is opened to be read, to be written, or both")
    inode = files_of(u.k).find(kind, name)
    if inode is None:
        if not flags & O_CREAT:
            raise KernelError(Errno.ENOENT, f"there is no {kind} {name}")
        if kind == "file":
            may_enter(u, name)
        inode = files_of(u.k).add(u, kind, name, mode & 0o777 & ~u.umask)
        made = True
    else:
        if flags & O_CREAT and flags & O_EXCL:
            raise KernelError(Errno.EEXIST, f"there is a {kind} {name} already")
        if inode.kind == "dir" and (write or flags & (O_CREAT | O_TRUNC)):
            raise KernelError(Errno.EISDIR, f"{name} is a directory")
        access(u, inode, 4 * read | 2 * (write or bool(flags & O_TRUNC)))
        made = False
    if inode.kind in ("chr", "socket"):
        raise KernelError(Errno.ENXIO, f"nothing can open the {inode.kind} {name}")
    if how == ACCESS:  # permission to read and to write, and the right to do neither
        read = write = False
    file = File(inode, read, write, bool(flags & O_APPEND), bool(flags & O_NONBLOCK))
    fd = opened(u, file, made, cloexec or bool(flags & O_CLOEXEC))
    if flags & O_TRUNC and inode.pipe is None:
        itrunc(u, inode, 0)
    return fd


def opened(u: Process, file: File, made: bool, cloexec: bool) -> int:
    """A descriptor for a file; one that was made for it is unmade when there is none."""
    inode = file.inode
    try:
        if made and inode.kind in OBJECTS:
            newobject(u, inode)
        fd = ufalloc(u, file, cloexec)
    except KernelError:
        if made:
            inode.linked = False
            iput(u, inode)
        raise
    inode.opens += 1
    return fd


@syscall
async def close(u: Process, fd: int) -> int:
    """Closes a descriptor; EBADF when it is none. Gives 0. (Bach 5.6)

    The last close of a socket with SO_LINGER may sleep on socket.close.
    """
    #: find the entry of the file table, unless it is the terminal's
    if fd in u.terminal:
        u.terminal.discard(fd)
        u.cloexec.discard(fd)
        return 0
    getf(u, fd)
    #: the descriptor is free; the entry goes with the last one that leads to it
    await closewait(u, fd)
    return 0


@syscall
async def read(u: Process, fd: int, size: int, buffer: Any = USER_BUFFER) -> int:
    """Reads from the offset on, which moves; copies out `data`; gives the number of bytes.

    0 at the end of the file. EBADF when the descriptor is none, or not open for reading; EISDIR for
    a directory.
    """
    #: find the entry of the file table, which must be open for reading
    file = getf(u, fd)
    if not file.read:
        raise KernelError(Errno.EBADF, f"descriptor {fd} is not open for reading")
    if size < 0:
        raise KernelError(Errno.EINVAL, f"{size} bytes")
    if file.inode.kind == "dir":
        raise KernelError(Errno.EISDIR, f"descriptor {fd} leads to a directory")
    #: a pipe or a socket is read in its own way
    if (special := READS.get(file.inode.kind)) is not None:
        u.out["data"] = b""
        got: int = await u.k.algorithms[special](u, file, size, buffer)
        return got
    #: take the bytes from the offset on, copy them out; the offset moves
    data = readi(u, file.inode, file.offset, size)
    copyout(u, buffer, data=data)
    file.offset += len(data)
    return len(data)


@syscall
async def write(u: Process, fd: int, data: Any) -> int:
    """Writes from the offset on, which moves, or at the end (O_APPEND); gives how many bytes.

    EBADF when the descriptor is none, or not open for writing; EFAULT for a bad address.
    """
    #: find the entry of the file table, which must be open for writing
    file = getf(u, fd)
    if not file.write:
        raise KernelError(Errno.EBADF, f"descriptor {fd} is not open for writing")
    #: a pipe or a socket is written in its own way
    if (special := WRITES.get(file.inode.kind)) is not None:
        put: int = await u.k.algorithms[special](u, file, data)
        return put
    #: copy the bytes in, put them from the offset on or at the end; the offset moves
    text = copyin(u, data)
    if file.append:
        file.offset = file.inode.size
    writei(u, file.inode, file.offset, text)
    file.offset += len(text)
    return len(text)


@syscall
def lseek(u: Process, fd: int, offset: int, whence: int) -> int:
    """Sets the offset: from the beginning, from where it is, or from the end; gives it.

    EBADF when the descriptor is none, ESPIPE for a pipe, EINVAL for what is no place.
    """
    #: find the entry of the file table, set its offset
    return seek(getf(u, fd), offset, whence)


def seek(file: File, offset: int, whence: int) -> int:
    """What lseek does to an entry of the file table."""
    if file.inode.kind in ("pipe", "fifo", "socket"):
        raise KernelError(Errno.ESPIPE, f"a {file.inode.kind} has no offset to set")
    starts = {SEEK_SET: 0, SEEK_CUR: file.offset, SEEK_END: file.inode.size}
    if whence not in starts or starts[whence] + offset < 0:
        raise KernelError(Errno.EINVAL, f"{offset} from {whence} is no place in a file")
    file.offset = starts[whence] + offset
    return file.offset


@syscall
def unlink(u: Process, path: str | None) -> int:
    """Takes the name away; the file goes with its last descriptor and mapping. Gives 0."""
    #: find the inode by its name, which is free then; the inode goes unless somebody needs it
    unlink_named(u, "file", name_of(u, path), Errno.EPERM)
    return 0


def unlink_named(u: Process, kind: str, name: str, error: Errno) -> None:
    """The common part of unlink and shm_unlink; who may not gets `error`, or EACCES."""
    inode = files_of(u.k).find(kind, name)
    if inode is None:
        raise KernelError(Errno.ENOENT, f"there is no {kind} {name}")
    if kind == "file":
        may_remove(u, inode, error)
    elif u.euid not in (0, inode.uid):
        raise KernelError(error, f"{name} is not {u.name}'s")
    if inode.kind == "dir":
        raise KernelError(Errno.EISDIR, f"{name} is a directory")
    inode.linked = False
    iput(u, inode)


@syscall
def ftruncate(u: Process, fd: int, size: int) -> int:
    """Sets the size of a file or a memory object; what is added reads as zeros. Gives 0.

    no such descriptor              EBADF
    size < 0, or not open to write  EINVAL
    """
    #: find the entry of the file table, which must be open for writing
    if size < 0:
        raise KernelError(Errno.EINVAL, f"{size} bytes")
    file = getf(u, fd)
    if not file.write or file.inode.kind in ("ashmem", "pipe", "fifo", "socket"):
        raise KernelError(Errno.EINVAL, f"descriptor {fd} is not open for writing")
    #: give the inode the size
    itrunc(u, file.inode, size)
    return 0


@algorithm
def itrunc(u: Process, inode: Inode, size: int) -> None:
    """Gives a file or memory object another size; pages after the end are freed everywhere.

    EFBIG beyond the largest size.
    """
    #: the size must be possible
    if size > LARGEST or (inode.kind == "file" and size > most_on_disk(u)):
        raise KernelError(Errno.EFBIG, f"{size} bytes are too many")
    pages, memory = pages_of(size), u.k.memory
    if memory is not None and inode.region is not None:
        #: free the pages after the end, in the region and in private copies of it
        for region in memory.regions.listed(memory.regions.active):
            if region.backing is inode:
                for page in [page for page in region.pages if page >= pages]:
                    putframe(memory.frames, region.pages.pop(page))
                    region.dirty.discard(page)
        #: what follows the end in the last page reads as zeros, should it grow again
        last = inode.region.pages.get(size // PAGE)
        if size < inode.size and last is not None:
            poke(memory.frames, last, size % PAGE, bytes(PAGE - size % PAGE))
        inode.region.size = pages
    #: set the size, on the disk as well
    if inode.kind == "file":
        inode.disk = inode.disk[:size].ljust(size, b"\0")
    inode.size = size


def most_on_disk(u: Process) -> int:
    """Bytes that a file of this model may have: as many as there is physical memory."""
    return u.k.limits.FRAMES * PAGE


@syscall
def stat(u: Process, path: str | None) -> int:
    """Tells of a file by its name: copies out `fields`. ENOENT without one."""
    #: find the inode by its name, copy out what it tells
    name = name_of(u, path)
    inode = files_of(u.k).find("file", name)
    if inode is None:
        raise KernelError(Errno.ENOENT, f"there is no file {name}")
    copyout(u, USER_BUFFER, fields=inode_fields(u, inode))
    return 0


@syscall
def fstat(u: Process, fd: int) -> int:
    """Tells of an open file: copies out `fields`."""
    #: find the inode of the descriptor, copy out what it tells
    inode = getf(u, fd).inode
    copyout(u, USER_BUFFER, fields=inode_fields(u, inode))
    return 0


# What stat tells of kinds of inodes; of all others, that they are files
TYPES = {
    "dir": "dir",
    "pipe": "fifo",
    "fifo": "fifo",
    "chr": "chr",
    "socket": "socket",
    "ashmem": "chr",
}


def inode_fields(u: Process, inode: Inode) -> dict[str, Any]:
    """What stat tells; a memory object is a file of a file system without a disk.

    The size of a pipe is that of what is in it; Linux does not tell.
    """
    told = 0 if inode.pipe is not None and u.k.personality == "linux" else inode.size
    return {
        "type": TYPES.get(inode.kind, "file"), "mode": inode.mode, "uid": inode.uid,
        "gid": inode.gid, "size": told,
    }  # fmt: skip
