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
from kernel_model.sockets.table import CLOSED, CONNECTED, Socket, error_of, getsock, wait_on
from kernel_model.traps import algorithm, syscall, wakeup
from kernel_model.user import USER_BUFFER, copyout


@syscall
async def recv(u: Process, fd: int, size: int, flags: int = 0, buffer: Any = USER_BUFFER) -> int:
    """Receives at most `size` bytes; copies out `data` and `from`, the sender's name.

        a circuit, not connected   ENOTCONN
        bytes of a circuit         those that are there, at most `size`
        a datagram                 one of them; what is more than `size` is lost
        nothing there, and the     0, the end
        other side has finished
        nothing there              sleeps on socket.data; EAGAIN with O_NDELAY or MSG_DONTWAIT
        an error has come          that error, once
        bad address (None)         EFAULT
        signal while asleep        EINTR

    MSG_PEEK     what is received stays
    MSG_WAITALL  of a circuit waits until `size` bytes have come, or the end
    MSG_TRUNC    of a datagram gives its whole length

    (Bach 11.4)
    """
    so = getsock(u, fd)
    #: a circuit must have another end
    if so.kind != SOCK_DGRAM and so.state not in (CONNECTED, CLOSED):
        raise KernelError(Errno.ENOTCONN, f"the socket is {so.state}")
    if size < 0 or flags & MSG_OOB:
        raise KernelError(Errno.EINVAL, "a size below 0, or bytes out of band")
    wait = not (getf(u, fd).nonblock or flags & MSG_DONTWAIT)
    text, told, sender = b"", 0, ""
    enough = size if flags & MSG_WAITALL and so.kind != SOCK_DGRAM else 1
    while True:
        # DOC: recv-take
        #: take what is there: of a circuit bytes, else one datagram
        if so.received:
            sender = so.received[0].sender
            part, whole = take(u, so, size - len(text), bool(flags & MSG_PEEK))
            text, told = text + part, told + (whole if flags & MSG_TRUNC else len(part))
            if so.kind == SOCK_DGRAM or len(text) >= enough or flags & MSG_PEEK:
                break
        # DOC: recv-end
        #: nothing more: an error is told, and then that nothing will come
        if text and (so.cantread or so.error is not None):
            break
        if (error := error_of(so)) is not None:
            raise error
        if so.cantread or size == 0:
            break
        # DOC: recv-sleep
        #: else sleep until something comes
        if not wait and not text:
            raise KernelError(Errno.EAGAIN, "nothing has come")
        if not wait:
            break
        try:
            await wait_on(u, so.event("data"))
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


def take(u: Process, so: Socket, size: int, peek: bool) -> tuple[bytes, int]:
    """Takes bytes of a circuit, or one datagram: the bytes, and its whole length."""
    text, whole, number = b"", 0, 0
    while number < len(so.received):
        first = so.received[number]
        part = first.data[: size - len(text)]
        text += part
        record = not so.stream
        whole += len(first.data) if record else len(part)
        if record or len(part) == len(first.data):
            number += 1
        else:
            if not peek:
                first.data = first.data[len(part) :]
            break
        if record:
            break
    if not peek:
        so.read += whole
        used, so.received = so.received[:number], so.received[number:]
        u.k.algorithms["sotaken"](u, so, used)
    return text, whole


@algorithm
def sotaken(u: Process, so: Socket, used: list[Any]) -> None:
    """There is room: who sends to this socket is woken, on this host or on another."""
    if so.connection is not None:
        took(u, so.connection)
    elif so.peer is not None and not (so.kind == SOCK_DGRAM and so.domain == AF_INET):
        wakeup(u, so.peer.event("room"))
