"""Receiving: recv, recvfrom, and read on a socket (Bach 11.4)."""

from __future__ import annotations

from typing import Any

from kernel_model.constants import (
    AF_INET,
    MSG_DONTWAIT,
    MSG_OOB,
    MSG_PEEK,
    MSG_TRUNC,
    MSG_WAITALL,
    SOCK_DGRAM,
)
from kernel_model.errno import Errno, KernelError
from kernel_model.inode import File, getf
from kernel_model.process import Process
from kernel_model.sockets.stream import took
from kernel_model.sockets.table import CLOSED, CONNECTED, PSOCK, Socket, error_of, getsock
from kernel_model.traps import algorithm, sleep, syscall, wakeup
from kernel_model.user import USER_BUFFER, copyout, useracc


@syscall
async def recv(u: Process, fd: int, size: int, flags: int = 0, buffer: Any = USER_BUFFER) -> int:
    """Receives at most `size` bytes; copies out `data` and `from`, the sender's name.

        a circuit, not connected   ENOTCONN
        size below 0, MSG_OOB      EINVAL
        bytes of a circuit         those that are there, at most `size`
        a datagram                 one of them; what is more than `size` is lost
        bad address (None)         EFAULT, and what is there stays
        nothing there:
            an error has come      that error, once
            the end has come       0
            size 0                 0
            O_NDELAY,              EAGAIN
            MSG_DONTWAIT
            otherwise              sleeps on socket.data, and looks again
        signal while asleep        EINTR

    MSG_PEEK     what is received stays
    MSG_WAITALL  of a circuit waits until `size` bytes have come; with fewer of them the end,
                 MSG_DONTWAIT or a signal gives those that have come
    MSG_TRUNC    of a datagram gives its whole length

    (Bach 11.4)
    """
    #: a circuit must have another end
    so, file = getsock(u, fd), getf(u, fd)
    if so.stream and so.state not in (CONNECTED, CLOSED):
        raise KernelError(Errno.ENOTCONN, f"the socket is {so.state}")
    if size < 0 or flags & MSG_OOB:
        raise KernelError(Errno.EINVAL, "a size below 0, or bytes out of band")
    wait, peek = not (file.nonblock or flags & MSG_DONTWAIT), flags & MSG_PEEK
    enough = size if flags & MSG_WAITALL and not peek else 1
    text, told, sender = b"", 0, ""
    while True:
        # DOC: recv-take
        #: take what is there: of a circuit bytes of one send after the other, else one datagram
        there = so.received[:] if so.stream else so.received[:1]
        if there:
            useracc(u, buffer)
        for chunk in there:
            part, sender = chunk.data[: size - len(text)], chunk.sender
            text += part
            told += len(part) if so.stream or not flags & MSG_TRUNC else len(chunk.data)
            #: what was taken is gone, and with it the rest of a datagram; MSG_PEEK leaves all
            if not peek:
                gone = part if so.stream else chunk.data
                so.read += len(gone)
                chunk.data = chunk.data[len(gone) :]
                if not chunk.data:
                    so.received.remove(chunk)
        #: whoever waits for room is woken
        if there and not peek:
            sorcvd(u, so)
        if there and (len(text) >= enough or not so.stream):
            break
        # DOC: recv-end
        #: not enough, but nothing more will come: give what there is, or tell the error, or the end
        if text and (so.cantread or not wait):
            break
        if (error := error_of(so)) is not None:
            raise error
        if so.cantread or size == 0:
            break
        # DOC: recv-sleep
        #: else sleep until something comes
        if not wait:
            raise KernelError(Errno.EAGAIN, "nothing has come")
        try:
            await sleep(u, so.event("data"), PSOCK)
        except KernelError:
            if not text:
                raise
            break
    #: copy it to the process, with the name of the sender
    copyout(u, buffer, **{"data": text, "from": sender})
    return told


@syscall
async def recvfrom(u: Process, fd: int, size: int, flags: int = 0) -> int:
    """recv, for those who want to know the sender: copies out `data` and `from`."""
    #: as recv
    return int(await u.k.sysent["recv"](u, fd, size, flags))


@algorithm
async def soread(u: Process, file: File, size: int, buffer: Any = USER_BUFFER) -> int:
    """read on a socket is recv without flags; of 0 bytes it gives 0 at once."""
    if size == 0:
        return 0
    fd = next(fd for fd, one in u.ofile.items() if one is file)
    got = int(await u.k.sysent["recv"](u, fd, size, 0, buffer))
    u.out.pop("from", None)
    return got


@algorithm
def sorcvd(u: Process, so: Socket) -> None:
    """There is room: who sends to this socket is woken, on this host or on another."""
    if so.connection is not None:
        took(u, so.connection)
    elif so.peer is not None and not (so.kind == SOCK_DGRAM and so.domain == AF_INET):
        wakeup(u, so.peer.event("room"))
