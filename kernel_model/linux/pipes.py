"""Pipes of Linux: sixteen page buffers in a ring, and one sleeper woken at a time (fs/pipe.c)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kernel_model.errno import Errno, KernelError
from kernel_model.inode import File, Inode
from kernel_model.memory import PAGE
from kernel_model.pipes import SIGPIPE, Pipe, pipe_of
from kernel_model.posting import psignal
from kernel_model.process import Process
from kernel_model.traps import ALGORITHMS, PPIPE, Interrupted, linux, sleep, wake
from kernel_model.user import USER_BUFFER, copyin, copyout

PIPE_BUF = 4096  # bytes; a write of so many or fewer is in one piece
BUFFERS = 16  # of a page each, in a new pipe
NO_ADDRESS = "nothing can be read at this user address"


@dataclass(slots=True, eq=False)
class PageBuffer:
    """A page of a pipe: what is in it begins at `offset`; what was before has been read."""

    offset: int = 0
    text: bytearray = field(default_factory=bytearray)
    packet: bool = False  # written with O_DIRECT: one read ends with it, and takes all of it away

    def has_room(self, size: int) -> bool:
        """Do so many bytes fit behind what is there?"""
        return not self.packet and self.offset + len(self.text) + size <= PAGE


@linux
def newpipe(u: Process, inode: Inode) -> None:
    """An empty pipe; pages come when something is written."""
    inode.pipe = Pipe(inode.number, PAGE, slots=BUFFERS)


@linux
async def pipe_read(u: Process, file: File, size: int, buffer: Any = USER_BUFFER) -> int:
    """Reads a pipe. With O_NONBLOCK an empty one gives EAGAIN, as long as there is a writer.

    A writer is woken only when the ring was full, and then one; a reader that was woken and
    leaves something wakes the next.
    """
    ring, woken = pipe_of(file), False
    if not size:
        return 0
    while not ring.pages:
        if not ring.writers:
            return 0
        if file.nonblock:
            raise KernelError(Errno.EAGAIN, "the pipe is empty")
        try:
            await sleep(u, ring.data, PPIPE)
        except Interrupted as error:
            error.restarts = True
            raise
        woken = True
    data = readable(ring, size)
    try:
        copyout(u, buffer, data=data)
        was_full = len(ring.pages) == ring.slots
        take(file.inode, ring, len(data))
        if was_full and len(ring.pages) < ring.slots:
            wake_first(u, ring.room)
    finally:
        #: also when it has failed: the next reader must not miss what is left
        if woken and ring.pages:
            wake_first(u, ring.data)
    return len(data)


def readable(ring: Pipe, size: int) -> bytes:
    """The oldest bytes, at most `size`, up to the end of the first packet."""
    data = b""
    for page in ring.pages:
        data += page.text
        if page.packet or len(data) >= size:
            break
    return data[:size]


def take(inode: Inode, ring: Pipe, count: int) -> None:
    """Takes bytes out; a page that has been read to its end, and any packet, leaves the ring."""
    while count:
        first = ring.pages[0]
        part = min(count, len(first.text))
        count -= part
        if first.packet:
            part = len(first.text)
        inode.size -= part
        del first.text[:part]
        first.offset += part
        if not first.text:
            del ring.pages[0]
            ring.tail = (ring.tail + 1) % ring.slots


@linux
async def pipe_write(u: Process, file: File, data: Any) -> int:
    """Writes a pipe: at most PIPE_BUF bytes in one piece, more as pages become free.

    What a signal, O_NONBLOCK or the end of the last reader cuts off gives the number of bytes
    that were written, if any were. The last page is filled up first, where the bytes that are more
    than whole pages fit behind what is there. With O_DIRECT each page is a packet of its own.
    """
    ring, failed = pipe_of(file), None
    text = copyin(u, b"\0" if data is None else data)
    if not text:
        return 0
    was_empty, woken = not ring.pages, False
    if data is None and fits_behind(ring, 1):
        raise KernelError(Errno.EFAULT, NO_ADDRESS)
    left = text[fill_up(file.inode, ring, text) :] if data is not None else text
    while left:
        #: without a reader: SIGPIPE, and the end of it
        if not ring.readers:
            psignal(u, SIGPIPE)
            failed = failed or KernelError(Errno.EPIPE, "the pipe has no reader")
        elif len(ring.pages) == ring.slots and file.nonblock:
            failed = KernelError(Errno.EAGAIN, "the pipe is full")
        elif len(ring.pages) < ring.slots and data is None:
            failed = KernelError(Errno.EFAULT, NO_ADDRESS)
        elif len(ring.pages) < ring.slots:
            #: a page of its own for the next bytes
            ring.pages.append(PageBuffer(text=bytearray(left[:PAGE]), packet=file.direct))
            file.inode.size += len(left[:PAGE])
            left = left[PAGE:]
            continue
        if failed is not None:
            break
        #: the ring is full: wake a reader, if there was nothing to read before, and sleep
        if was_empty:
            wake_first(u, ring.data)
        failed = await until_room(u, ring)
        was_empty, woken = not ring.pages, True
    if was_empty:
        wake_first(u, ring.data)
    if woken and len(ring.pages) < ring.slots:
        wake_first(u, ring.room)
    if failed is not None and len(left) == len(text):
        raise failed
    return len(text) - len(left)


def fill_up(inode: Inode, ring: Pipe, text: bytes) -> int:
    """Puts what is more than whole pages behind what is in the last page; gives how much it was."""
    more = len(text) % PAGE
    if not more or not fits_behind(ring, more):
        return 0
    ring.pages[-1].text += text[:more]
    inode.size += more
    return more


def fits_behind(ring: Pipe, size: int) -> bool:
    """Is there somebody to read them, and room for so many bytes in the last page?"""
    return bool(ring.readers and ring.pages and ring.pages[-1].has_room(size))


async def until_room(u: Process, ring: Pipe) -> KernelError | None:
    """Sleeps until a reader has made room; what ended the sleep otherwise counts if it has not."""
    try:
        await sleep(u, ring.room, PPIPE)
    except Interrupted as error:
        error.restarts = True
        return error
    return None


@linux
def closep(u: Process, file: File) -> None:
    """As the classic one; a pipe that nobody has open has the usual size again."""
    ring = pipe_of(file)
    ALGORITHMS["closep"](u, file)
    if not ring.readers + ring.writers:
        ring.slots = BUFFERS


def wake_first(u: Process, event: str) -> None:
    """Wakes who has slept longest on an event, and nobody else."""
    asleep = u.k.sleepers.get(event)
    if asleep:
        wake(u, asleep[0])
