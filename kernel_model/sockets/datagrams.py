"""Datagrams: where they go, and how each arrives, in one piece or not at all (Bach 11.4)."""

from __future__ import annotations

from kernel_model.constants import AF_INET
from kernel_model.errno import Errno, KernelError
from kernel_model.process import Process
from kernel_model.sockets.calls import deliver
from kernel_model.sockets.naming import (
    ANY,
    LOOPBACK,
    autobind,
    lookup,
    ours,
    sockargs,
    split,
    this_host,
)
from kernel_model.sockets.packets import Packet, counted, passes
from kernel_model.sockets.protocol import transmit
from kernel_model.sockets.table import CONNECTED, Chunk, Socket, error_of, held, network_of
from kernel_model.traps import algorithm, wakeup
from kernel_model.user import copyin

UDP_MOST = 65507  # bytes in a datagram of the Internet domain


@algorithm
def soaim(u: Process, so: Socket, name: str) -> None:
    """Connects a datagram socket: where it sends to, and from whom it takes."""
    if so.domain == AF_INET:
        aim_internet(u, so, name)
    else:
        so.peer, so.state = lookup(u, so, name, Errno.ENOTSOCK), CONNECTED


def aim_internet(u: Process, so: Socket, name: str) -> None:
    """Connects a datagram socket of the Internet domain: nothing is sent."""
    host, net = split(name)[0], network_of(u.k)
    if not ours(u, host) and net.device is None:
        raise KernelError(Errno.ENETUNREACH, f"there is no way to {host}")
    autobind(u, so, LOOPBACK if ours(u, host) else net.address)
    so.far, so.state = name, CONNECTED


@algorithm
async def send_datagram(
    u: Process, so: Socket, data: bytes | None, name: str | None, wait: bool
) -> int:
    """Sends one datagram of the UNIX domain.

    no name, not connected       EDESTADDRREQ
    larger than the buffer       EMSGSIZE
    the receiver has no room     ENOBUFS, and the datagram is lost
    the receiver is gone         ECONNREFUSED
    """
    #: whom does it go to?
    other = aimed(u, so, name)
    #: copy from the process; it must fit in one piece
    text = copyin(u, data)
    if len(text) > so.sndbuf:
        raise KernelError(Errno.EMSGSIZE, f"{len(text)} bytes, and the buffer has {so.sndbuf}")
    #: the receiver must be there, and have room: else the datagram is lost
    if other.gone:
        raise KernelError(Errno.ECONNREFUSED, "the receiver is gone")
    if other.cantread:
        raise KernelError(Errno.EPIPE, "the receiver is shut down for reading")
    if held(other.received) + len(text) > other.rcvbuf:
        raise KernelError(Errno.ENOBUFS, "the receiver has no room")
    #: put it into the receiver's buffer, with the sender's name
    put(u, so, other, Chunk(text, so.name))
    return len(text)


def aimed(u: Process, so: Socket, name: str | None) -> Socket:
    """Who is to have the datagram: the named one, or the one it is connected to."""
    if (error := error_of(so)) is not None:
        raise error
    if so.cantsend:
        raise KernelError(Errno.EPIPE, "the socket is shut down for writing")
    if name is None:
        if so.peer is None:
            raise KernelError(Errno.EDESTADDRREQ, "nobody is named, and nobody connected")
        return so.peer
    if so.peer is not None:
        raise KernelError(Errno.EISCONN, "the socket is connected")
    return lookup(u, so, sockargs(u, so, name), Errno.ENOTSOCK)


@algorithm
def send_internet(u: Process, so: Socket, data: bytes | None, name: str | None) -> int:
    """Sends one datagram of the Internet domain, which may be lost; gives its length.

    no name, not connected       EDESTADDRREQ
    larger than UDP allows       EMSGSIZE
    no way to the host           ENETUNREACH
    """
    target = so.far if name is None else sockargs(u, so, name)
    if data is not None and len(data) > UDP_MOST:
        raise KernelError(Errno.EMSGSIZE, f"{len(data)} bytes are more than {UDP_MOST}")
    if not target:
        autobind(u, so, "0.0.0.0")
        raise KernelError(Errno.EDESTADDRREQ, "nobody is named, and nobody connected")
    local = ours(u, split(target)[0])
    autobind(u, so, "0.0.0.0")
    if so.cantsend:
        raise KernelError(Errno.EPIPE, "the socket is shut down for writing")
    text = copyin(u, data)
    source = seen_from(u, so, local)
    if local:
        target = this_host(target)
        if not give_datagram(u, source, target, text) and this_host(so.far) == target:
            so.error = Errno.ECONNREFUSED
            wakeup(u, so.event("data"))
        return len(text)
    passes(u, "socket", "down", f"{counted(len(text))} of socket {so.number}")
    transmit(u, Packet(source, target, "datagram", text))
    return len(text)


def seen_from(u: Process, so: Socket, local: bool) -> str:
    """The name under which a datagram is sent; one that is bound to any host has the host's."""
    host, port = split(so.name)
    if host == "0.0.0.0":
        host = LOOPBACK if local else network_of(u.k).address
    return f"{host}:{port}"


def give_datagram(u: Process, source: str, target: str, text: bytes) -> bool:
    """Gives a datagram to whoever is bound to its target and takes it; is there such a one?

    What the receiver has no room for is lost.
    """
    one = receiver(u, source, target)
    if one is not None:
        put(u, None, one, Chunk(text, source, None, u.k.algorithms["socharge"](u, len(text))))
    return one is not None


def receiver(u: Process, source: str, target: str) -> Socket | None:
    """Who has a datagram: of those who take it the one that says most exactly what it takes.

    This address before any, then who is connected to the sender, then who was bound last.
    """
    found, best = None, (False, False, 0)
    for one in network_of(u.k).sockets:
        if one.domain != AF_INET or one.stream or one.gone or not one.name:
            continue
        host, port = split(one.name)
        fits = split(target)[1] == port and host in (ANY, split(target)[0])
        exact = (host != ANY, bool(one.far), one.bound)
        if fits and one.far in ("", source) and (found is None or exact > best):
            found, best = one, exact
    return found


@algorithm
def socharge(u: Process, size: int) -> int:
    """Bytes that a datagram takes of the receiver's buffer."""
    return size


def put(u: Process, so: Socket | None, other: Socket, chunk: Chunk) -> None:
    """Puts a datagram into a socket, or loses it for want of room; wakes whoever waits."""
    if so is None:
        full = sum(one.charge for one in other.received) + chunk.charge > other.rcvbuf
        passes(u, "socket", "up", f"{'no room for ' if full else ''}{counted(len(chunk.data))}")
        if full:
            return
    else:
        deliver(u, so, other, f"a datagram of {counted(len(chunk.data))}")
    other.received.append(chunk)
    other.came += len(chunk.data)
    u.k.algorithms["sowakeone"](u, other.event("data"))


def receivable(u: Process, packet: Packet) -> None:
    """A datagram has come from the device."""
    give_datagram(u, packet.source, packet.target, packet.data)
