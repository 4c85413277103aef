"""Pipes: pipe, pipe_read, pipe_write, and opening and closing them (Bach 5.12).

A pipe is an inode whose ten direct blocks are a ring: bytes are written at the write offset, read
at the read offset, and behind the last block comes the first one again. A named pipe (FIFO) is
the same with a name; see fifos.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kernel_model.constants import SIGNALS
from kernel_model.errno import Errno, KernelError
from kernel_model.inode import File, Inode, files_of, free_descriptors, ufalloc
from kernel_model.posting import psignal
from kernel_model.process import Process
from kernel_model.traps import PPIPE, algorithm, sleep, syscall, wakeup
from kernel_model.user import USER_BUFFER, copyin, copyout

NADDR = 10  # direct blocks of an inode, the only ones that a pipe uses
SIGPIPE = SIGNALS["SIGPIPE"]


@dataclass(slots=True, eq=False)
class Pipe:
    """What the inode of a pipe has beside; its `size` is the number of bytes in the pipe."""

    number: int  # of the inode
    block: int  # bytes in one of the blocks
    blocks: list[bytearray] = field(default_factory=list)  # ten of them; on Linux none
    roff: int = 0  # read offset: where the oldest byte in the pipe is
    woff: int = 0  # write offset: where the next byte goes
    readers: int = 0  # entries of the file table that are open for reading
    writers: int = 0  # and for writing
    pages: list[Any] = field(default_factory=list)  # on Linux: the page buffers in use, in order
    slots: int = 0  # on Linux: page buffers there are
    tail: int = 0  # on Linux: the slot of the first one in use

    @property
    def capacity(self) -> int:
        """Bytes that the pipe can hold."""
        return self.block * (self.slots or NADDR)

    @property
    def data(self) -> str:
        """The event: bytes have come, or the last writer is gone."""
        return f"pipe[{self.number}].data"

    @property
    def room(self) -> str:
        """The event: there is more room, or the last reader is gone."""
        return f"pipe[{self.number}].room"

    @property
    def reader(self) -> str:
        """The event: somebody has opened it for reading."""
        return f"pipe[{self.number}].reader"

    @property
    def writer(self) -> str:
        """The event: somebody has opened it for writing."""
        return f"pipe[{self.number}].writer"


def pipe_sizes(personality: str, block: int) -> dict[str, int]:
    """Bytes that a new pipe can hold, and those that one write is sure to put in one piece."""
    if personality == "linux":
        return {"PIPE_CAPACITY": 65536, "PIPE_BUF": 4096}
    return dict.fromkeys(("PIPE_CAPACITY", "PIPE_BUF"), NADDR * block)


@algorithm
def newpipe(u: Process, inode: Inode) -> None:
    """Makes an inode the inode of a pipe, which is empty."""
    block = u.k.limits.PIPEBLK
    inode.pipe = Pipe(inode.number, block, [bytearray(block) for _ in range(NADDR)])


@syscall
def pipe(u: Process) -> int:
    """Makes a pipe; copies out `r` and `w`, descriptors to read it and to write it. Gives 0.

    EMFILE, and no pipe, when there are not two free descriptors. (Bach, Figure 5.16)
    """
    if free_descriptors(u) < 2:
        raise KernelError(Errno.EMFILE, f"{u.name} has not two descriptors free")
    #: assign a new inode, and make it that of a pipe
    inode = files_of(u.k).add(u, "pipe", "", 0o600)
    inode.linked = False
    u.k.algorithms["newpipe"](u, inode)
    assert inode.pipe is not None, "newpipe makes one"
    #: allocate an entry of the file table for reading, and one for writing
    ends = File(inode, read=True, write=False), File(inode, read=False, write=True)
    inode.opens += 2
    inode.pipe.readers = inode.pipe.writers = 1
    #: allocate a descriptor for each
    u.out |= {"r": ufalloc(u, ends[0]), "w": ufalloc(u, ends[1])}
    return 0


@algorithm
async def pipe_read(u: Process, file: File, size: int, buffer: Any = USER_BUFFER) -> int:
    """Reads a pipe: copies out `data`, the oldest bytes of it, and gives how many they are.

        size 0                   0, whatever the pipe
        bytes are in the pipe    those, at most `size`, in the order in which they were written
        empty, no writer         0, the end of the file
        empty, O_NDELAY          0
        empty otherwise          sleeps on pipe.data, and looks again
        bad address (None)       EFAULT, and the bytes stay
        signal while asleep      EINTR

    (Bach 5.12.3; SVR2)
    """
    inode, pipe = file.inode, pipe_of(file)
    if size == 0:
        return 0
    # DOC: pipe_read-sleep
    #: while the pipe is empty ...
    while inode.size == 0:
        #: ... there is nothing to read without a writer, or for whoever does not want to wait
        if pipe.writers == 0 or file.nonblock:
            return 0
        #: ... else sleep until something has been written, or the last writer is gone
        await sleep(u, pipe.data, PPIPE)
    # DOC: pipe_read-ring
    #: take bytes from the read offset on; behind the last block comes the first
    wanted, offset, text = min(size, inode.size), pipe.roff, b""
    while len(text) < wanted:
        number, start = divmod(offset, pipe.block)
        part = bytes(pipe.blocks[number][start : start + wanted - len(text)])
        text += part
        offset = (offset + len(part)) % pipe.capacity
    #: copy them to the process
    copyout(u, buffer, data=text)
    #: move the read offset, and count the bytes out
    pipe.roff = offset
    inode.size -= len(text)
    #: wake all processes that wait for room
    wakeup(u, pipe.room)
    return len(text)


@algorithm
async def pipe_write(u: Process, file: File, data: Any) -> int:
    """Writes the bytes at the address `data` into a pipe; gives how many were written.

        no bytes                 0, whatever the pipe
        no reader                EPIPE, and the signal SIGPIPE; also after a sleep
        room for all             writes all
        more than the pipe can   writes as much as there is room for, as soon as there is any;
        hold                     then the rest, as if it were a write of its own
        no room, O_NDELAY        gives what was written so far, perhaps 0
        no room otherwise        sleeps on pipe.room, and looks again
        bad address (None)       EFAULT
        signal while asleep      EINTR

    (Bach 5.12.3; SVR2)
    """
    inode, pipe = file.inode, pipe_of(file)
    #: copy the bytes from the process
    text = copyin(u, data)
    left = text
    while left:
        # DOC: pipe_write-broken
        #: without a reader nobody would ever read them
        if pipe.readers == 0:
            psignal(u, SIGPIPE)
            raise KernelError(Errno.EPIPE, "the pipe has no reader")
        # DOC: pipe_write-room
        #: what fits into an empty pipe is written in one piece; of more, what there is room for
        room = pipe.capacity - inode.size
        part = left if len(left) <= pipe.capacity else left[:room]
        # DOC: pipe_write-sleep
        #: no room: give up, or sleep until there is more
        if not part or len(part) > room:
            if file.nonblock:
                break
            await sleep(u, pipe.room, PPIPE)
            continue
        #: put bytes at the write offset on; behind the last block comes the first
        left = left[len(part) :]
        inode.size += len(part)
        while part:
            number, start = divmod(pipe.woff, pipe.block)
            piece = part[: pipe.block - start]
            pipe.blocks[number][start : start + len(piece)] = piece
            pipe.woff = (pipe.woff + len(piece)) % pipe.capacity
            part = part[len(piece) :]
        #: wake all processes that wait for bytes
        wakeup(u, pipe.data)
    return len(text) - len(left)


@algorithm
def closep(u: Process, file: File) -> None:
    """The last close of an entry that leads to a pipe: whoever waits for its side is woken."""
    pipe = pipe_of(file)
    #: count the reader or the writer out
    pipe.readers -= file.read
    pipe.writers -= file.write
    #: the last writer: whoever waits for bytes finds the end of the file
    if pipe.writers == 0:
        wakeup(u, pipe.data)
    #: the last reader: whoever waits for room finds nobody to write for
    if pipe.readers == 0:
        wakeup(u, pipe.room)
    #: nobody has the pipe open: what is in it is lost
    if pipe.readers == pipe.writers == 0:
        file.inode.size = pipe.roff = pipe.woff = pipe.tail = 0
        pipe.pages.clear()


def pipe_of(file: File) -> Pipe:
    """The pipe that an entry of the file table leads to."""
    assert file.inode.pipe is not None, f"inode {file.inode.number} is no pipe"
    return file.inode.pipe
