"""Sending and receiving of Linux (net/unix/af_unix.c, net/ipv4/tcp.c, net/ipv4/udp.c).

What a socket of the UNIX domain has sent, and nobody has read, lies in its own buffer for
sending, in pieces that cost more than their bytes. That of an Internet circuit is as large as the
other side's buffer for receiving may become.
"""

from __future__ import annotations

from typing import Any

from kernel_model.constants import (
    AF_INET,
    SO_RCVLOWAT,
    SO_SNDTIMEO,
    SOCK_SEQPACKET,
)
from kernel_model.errno import Errno, KernelError
from kernel_model.linux.pipes import wake_first
from kernel_model.linux.socketlinger import lose
from kernel_model.linux.sockettime import wait_for
from kernel_model.process import Process
from kernel_model.sockets.calls import deliver
from kernel_model.sockets.closing import rouse
from kernel_model.sockets.naming import lookup, sockargs
from kernel_model.sockets.packets import counted
from kernel_model.sockets.stream import give, took
from kernel_model.sockets.table import (
    CONNECTED,
    CONNECTING,
    Chunk,
    Socket,
    end_connection,
    error_of,
    held,
)
from kernel_model.traps import linux, wakeup
from kernel_model.user import copyin

PAGE = 4096
SHARED = 320  # bytes that every buffer has behind its data
HEAD = 256  # and those of its header
LINEAR = PAGE - SHARED  # bytes of a stream's piece that lie in one block
PIECE = LINEAR + 8 * PAGE  # bytes of a stream in one piece
DGRAM_LINEAR = 4 * PAGE - SHARED
DGRAM_QUEUE = 10  # datagrams that may wait at a receiver, and one more
INTERNET_ROOM = 2_500_000  # bytes on their way in a circuit of one host


@linux
def socharge(u: Process, size: int) -> int:
    """Bytes that a small piece takes of a buffer."""
    return charge(size, DGRAM_LINEAR)


def charge(size: int, linear: int) -> int:
    """Bytes that a piece takes: header, a block of memory, and pages for the rest."""
    rest = -(-max(size - linear, 0) // PAGE) * PAGE
    block, wanted = 512, -(-(size - min(rest, size)) // 64) * 64 + SHARED
    while block < wanted:
        block *= 2
    return HEAD + block + rest


class BrokenPipe(KernelError):
    """EPIPE that comes with a signal."""

    def __init__(self, why: str) -> None:
        super().__init__(Errno.EPIPE, why)


@linux
async def send_stream(
    u: Process, so: Socket, data: bytes | None, name: str | None, wait: bool
) -> int:
    """Sends piece by piece; what cuts it off counts only when nothing was sent."""
    await until_answered(u, so, wait)
    judge_stream(so, name)
    text, sent = copyin(u, data), 0
    while sent < len(text):
        try:
            await until_room(u, so, wait)
            other = so.peer
            if other is not None and (other.gone or unwanted(so, other)):
                if so.local:
                    raise BrokenPipe("nobody is left to receive it")
                reset_by_peer(u, so, other)
                return len(text)
            sent += put_piece(u, so, text[sent:])
        except KernelError:
            if not sent:
                raise
            break
    return sent


async def until_answered(u: Process, so: Socket, wait: bool) -> None:
    """A circuit that is connecting cannot send yet: sleeps until it can, or cannot any more."""
    while so.state == CONNECTING and so.error is None:
        if not wait:
            raise KernelError(Errno.EAGAIN, "the answer has not come")
        await wait_for(u, so, SO_SNDTIMEO, so.event("connect"))


def judge_stream(so: Socket, name: str | None) -> None:
    """What must be true of a circuit before anything is sent."""
    if so.domain == AF_INET:
        error = error_of(so)
        if error is not None and error.errno != Errno.EPIPE:
            raise error
        if error is not None or so.cantsend or so.state != CONNECTED:
            raise BrokenPipe("nothing can be sent")
        return
    if name is not None:
        known = so.state == CONNECTED
        raise KernelError(Errno.EISCONN if known else Errno.EOPNOTSUPP, "a circuit has its end")
    if so.state != CONNECTED:
        raise KernelError(Errno.ENOTCONN, f"the socket is {so.state}")
    if so.cantsend:
        raise BrokenPipe("nothing more can be sent")


def unwanted(so: Socket, other: Socket) -> bool:
    """Does the other end want no bytes? An Internet one lets them come until it has finished."""
    return other.cantread and (so.local or so.finished)


def reset_by_peer(u: Process, so: Socket, other: Socket) -> None:
    """The other end was closed, or is done: it answers the first bytes with a reset."""
    if not other.gone:
        other.error = Errno.ECONNRESET
        end_connection(other)
        rouse(u, other)
    wakeup(u, other.event("close"))
    so.finished = not lose(so) and so.finished
    so.error = Errno.EPIPE if so.finished else Errno.ECONNRESET
    so.cantsend = so.cantread = True
    end_connection(so)
    rouse(u, so)


async def until_room(u: Process, so: Socket, wait: bool) -> None:
    """Waits until the socket may put more on its way."""
    while True:
        if (error := error_of(so)) is not None:
            raise error
        if so.cantsend:
            raise KernelError(Errno.EPIPE, "the socket is shut down for writing")
        if not full(so):
            return
        if not wait:
            raise KernelError(Errno.EAGAIN, "the socket has no room")
        await wait_for(u, so, SO_SNDTIMEO, so.event("room"))


def full(so: Socket) -> bool:
    """Has the socket as much on its way as it may?"""
    if so.connection is not None:
        return len(so.connection.outgoing) >= so.sndbuf
    if so.local:
        return so.charged >= so.sndbuf
    return so.peer is not None and held(so.peer.received) >= INTERNET_ROOM


def put_piece(u: Process, so: Socket, text: bytes) -> int:
    """Puts one piece into the other socket, or gives it to the protocol; gives its length."""
    if so.connection is not None:
        return give(u, so.connection, text)
    other = so.peer
    assert other is not None, "a circuit without another end"
    part = text[: min(so.sndbuf // 2 - 64, PIECE)] if so.local else text[: room_for(other)]
    deliver(u, so, other, counted(len(part)))
    enter(so, other, part, charge(len(part), LINEAR) if so.local else 0)
    soready(u, other)
    return len(part)


@linux
def soready(u: Process, so: Socket) -> None:
    """Who waits for bytes of a circuit looks; in the Internet domain not below SO_RCVLOWAT."""
    if so.local or held(so.received) >= so.options.get(SO_RCVLOWAT, 1):
        wakeup(u, so.event("data"))
        wakeup(u, so.event("all"))


def room_for(other: Socket) -> int:
    """Bytes that the other side of an Internet circuit still takes."""
    return INTERNET_ROOM - held(other.received)


def enter(so: Socket, other: Socket, text: bytes, cost: int) -> None:
    """What is sent lies with the receiver, and is charged to the sender until it is read."""
    so.charged += cost
    other.received.append(Chunk(text, so.name, so, cost))
    other.came += len(text)


@linux
async def send_datagram(
    u: Process, so: Socket, data: bytes | None, name: str | None, wait: bool
) -> int:
    """Sends one datagram of the UNIX domain.

    no name, not connected          ENOTCONN
    larger than the buffer          EMSGSIZE
    the receiver listens to others  EPERM
    the receiver has 11 waiting     sleeps, or EAGAIN
    the receiver is gone            ECONNREFUSED; the socket is not connected any more, and what it
                                    has not read is lost
    """
    if len(b"" if data is None else data) > so.sndbuf - 32:
        raise KernelError(Errno.EMSGSIZE, f"the buffer has {so.sndbuf} bytes")
    await until_room(u, so, wait)
    text = copyin(u, data)
    if name is None and so.peer is None:
        raise KernelError(Errno.ENOTCONN, "nobody is named, and nobody connected")
    while True:
        other = so.peer if name is None else lookup(u, so, sockargs(u, so, name))
        assert other is not None, "it was connected just now"
        judge_receiver(u, so, other)
        crowded = other is not so and other.peer is not so and len(other.received) > DGRAM_QUEUE
        if not crowded:
            break
        if not wait:
            raise KernelError(Errno.EAGAIN, "the receiver has no room")
        await wait_for(u, so, SO_SNDTIMEO, other.event("place"))
        if name is None and so.peer is None:
            raise KernelError(Errno.ECONNREFUSED, "the receiver is gone")
    deliver(u, so, other, f"a datagram of {counted(len(text))}")
    enter(so, other, text, charge(len(text), DGRAM_LINEAR))
    wake_first(u, other.event("data"))
    return len(text)


def judge_receiver(u: Process, so: Socket, other: Socket) -> None:
    """May, and can, this receiver be sent to?"""
    if not other.gone and other.peer not in (None, so):
        raise KernelError(Errno.EPERM, "the receiver is connected to another")
    if other.gone and so.kind == SOCK_SEQPACKET:
        raise KernelError(Errno.EPIPE, "the other end is gone")
    if other.gone:
        so.peer, so.state = None, "unconnected"
        u.k.algorithms["sodiscard"](u, so)
        raise KernelError(Errno.ECONNREFUSED, "the receiver is gone")
    if other.cantread:
        raise KernelError(Errno.EPIPE, "the receiver is shut down for reading")


def sotaken(u: Process, so: Socket, used: list[Any]) -> None:
    """What was read is charged to nobody any more; senders are woken when there is much room."""
    if so.connection is not None:
        took(u, so.connection)
        return
    for chunk in used:
        release(u, chunk)
    if so.domain == AF_INET and so.stream and so.peer is not None:
        wakeup(u, so.peer.event("close" if so.peer.gone else "room"))
    elif used and not so.stream:
        wakeup(u, so.event("place"))


def release(u: Process, chunk: Chunk) -> None:
    """A piece is gone: when three quarters of the sender's buffer are free, it is woken."""
    if chunk.origin is not None:
        chunk.origin.charged -= chunk.charge
        if chunk.origin.charged * 4 <= chunk.origin.sndbuf:
            wakeup(u, chunk.origin.event("room"))
