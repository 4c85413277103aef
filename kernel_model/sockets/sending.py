"""Sending: send, sendto, and write on a socket (Bach 11.4)."""

from __future__ import annotations

from typing import Any

from kernel_model.constants import AF_INET, MSG_DONTWAIT, MSG_NOSIGNAL, MSG_OOB, SOCK_DGRAM
from kernel_model.errno import Errno, KernelError
from kernel_model.inode import File, getf
from kernel_model.pipes import SIGPIPE
from kernel_model.posting import psignal
from kernel_model.process import Process
from kernel_model.sockets.calls import deliver
from kernel_model.sockets.naming import sockargs
from kernel_model.sockets.packets import counted
from kernel_model.sockets.stream import give
from kernel_model.sockets.table import (
    CONNECTED,
    Chunk,
    Socket,
    error_of,
    getsock,
    held,
    socket_of,
    wait_on,
)
from kernel_model.traps import algorithm, syscall, wakeup
from kernel_model.user import copyin


@syscall
async def send(u: Process, fd: int, data: bytes | None, flags: int = 0) -> int:
    """Sends on a connected socket; gives how many bytes.

        not connected          ENOTCONN; a datagram socket EDESTADDRREQ
        shut down for writing  EPIPE, and of a virtual circuit the signal SIGPIPE
        the other side gone    the same; of datagrams ECONNREFUSED
        no room                sleeps on socket.room; EAGAIN with O_NDELAY or MSG_DONTWAIT
        bad address (None)     EFAULT

    (Bach 11.4)
    """
    #: the descriptor must lead to a socket
    so, file = getsock(u, fd), getf(u, fd)
    #: send to its other end
    return int(await u.k.algorithms["sosend"](u, so, data, flags, None, file.nonblock))


@syscall
async def sendto(
    u: Process, fd: int, data: bytes | None, flags: int = 0, name: str | None = None
) -> int:
    """Sends to the socket that has this name, or as send does without one.

    EISCONN when the socket is connected, EOPNOTSUPP for a virtual circuit that is not.
    """
    #: the descriptor must lead to a socket
    so, file = getsock(u, fd), getf(u, fd)
    #: send to whoever has the name
    return int(await u.k.algorithms["sosend"](u, so, data, flags, name, file.nonblock))


@algorithm
async def sowrite(u: Process, file: File, data: Any) -> int:
    """write on a socket is send without flags."""
    so = socket_of(file)
    return int(await u.k.algorithms["sosend"](u, so, data, 0, None, file.nonblock))


@algorithm
async def sosend(
    u: Process, so: Socket, data: bytes | None, flags: int, name: str | None, nonblock: bool
) -> int:
    """The common part of send, sendto and write."""
    if flags & MSG_OOB:
        raise KernelError(Errno.EOPNOTSUPP, "nothing is sent out of band")
    wait = not (nonblock or flags & MSG_DONTWAIT)
    if so.kind == SOCK_DGRAM and so.domain == AF_INET:
        if (error := error_of(so)) is not None:
            raise error
        return int(u.k.algorithms["send_internet"](u, so, data, name))
    if so.kind == SOCK_DGRAM:
        return int(await u.k.algorithms["send_datagram"](u, so, data, name, wait))
    try:
        return int(await u.k.algorithms["send_stream"](u, so, data, name, wait))
    except KernelError as error:
        if error.errno == Errno.EPIPE and not flags & MSG_NOSIGNAL:
            psignal(u, SIGPIPE)
        raise


@algorithm
async def send_stream(
    u: Process, so: Socket, data: bytes | None, name: str | None, wait: bool
) -> int:
    """Sends on a virtual circuit, as there is room on the other side; gives how many bytes.

    What a signal, or the want of room, cuts off gives the number that was sent, if any was.
    """
    #: the circuit must have another end, and nobody else may be named
    if name is not None:
        sockargs(u, so, name)
        known = so.state == CONNECTED
        raise KernelError(Errno.EISCONN if known else Errno.EOPNOTSUPP, "a circuit has its end")
    if so.cantsend:
        raise KernelError(Errno.EPIPE, "nothing more can be sent")
    if (error := error_of(so)) is not None:
        raise error
    if so.state != CONNECTED:
        raise KernelError(Errno.ENOTCONN, f"the socket is {so.state}")
    #: copy from the process
    text, sent = copyin(u, data), 0
    while sent < len(text):
        #: put as much as there is room for into the other socket, or give it to the protocol
        gone = so.cantsend or (so.peer is not None and so.peer.gone)
        broken = KernelError(Errno.EPIPE, "nobody is left") if gone else error_of(so)
        part = 0 if broken is not None else put_stream(u, so, text[sent:])
        sent += part
        if part:
            continue
        #: no room: sleep until there is some, unless it does not want to
        if broken is None and not wait:
            broken = KernelError(Errno.EAGAIN, "the other side has no room")
        if broken is None:
            try:
                await wait_on(u, so.event("room"))
            except KernelError as error:
                broken = error
        #: what cuts it off counts only when nothing was sent
        if broken is not None and sent:
            break
        if broken is not None:
            raise broken
    return sent


@algorithm
def soready(u: Process, so: Socket) -> None:
    """Bytes of a circuit have come: who waits for them looks."""
    wakeup(u, so.event("data"))


def put_stream(u: Process, so: Socket, text: bytes) -> int:
    """Puts bytes into the other socket, or gives them to the protocol; gives how many."""
    if so.connection is not None:
        return give(u, so.connection, text)
    other = so.peer
    assert other is not None, "a circuit without another end"
    part = text[: max(other.rcvbuf - held(other.received), 0)]
    if part:
        deliver(u, so, other, counted(len(part)))
        other.received.append(Chunk(part, so.name))
        other.came += len(part)
        u.k.algorithms["soready"](u, other)
    return len(part)
