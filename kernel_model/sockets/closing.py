"""Ending a connection: shutdown, and the last close of a socket (Bach 11.4)."""

from __future__ import annotations

from kernel_model.constants import AF_INET, SHUT_RD, SHUT_RDWR, SHUT_WR, SOCK_DGRAM
from kernel_model.errno import Errno, KernelError
from kernel_model.inode import File
from kernel_model.process import Process
from kernel_model.sockets.stream import finish, reset
from kernel_model.sockets.table import (
    CONNECTED,
    LISTENING,
    UNCONNECTED,
    Socket,
    end_connection,
    getsock,
    held,
    network_of,
    socket_of,
)
from kernel_model.traps import algorithm, syscall, wakeup


@syscall
def shutdown(u: Process, fd: int, how: int) -> int:
    """Ends one direction of a connection, or both; the descriptor stays. Gives 0.

        how is none of the three      EINVAL
        Internet, not connected       ENOTCONN
        SHUT_RD                       nothing more is received
        SHUT_WR                       nothing more is sent: the other side reads the end

    (Bach 11.4)
    """
    #: which directions end?
    so = getsock(u, fd)
    if how not in (SHUT_RD, SHUT_WR, SHUT_RDWR):
        raise KernelError(Errno.EINVAL, f"{how} is none of SHUT_RD, SHUT_WR, SHUT_RDWR")
    #: end them, and tell the other side
    u.k.algorithms["soshutdown"](u, so, how in (SHUT_RD, SHUT_RDWR), how in (SHUT_WR, SHUT_RDWR))
    return 0


@algorithm
def soshutdown(u: Process, so: Socket, read: bool, write: bool) -> None:
    """Shuts a socket down; whoever sleeps on either side looks again."""
    if so.domain == AF_INET and so.state not in (CONNECTED, LISTENING):
        raise KernelError(Errno.ENOTCONN, f"the socket is {so.state}")
    so.cantread = so.cantread or read
    so.cantsend = so.cantsend or write
    rouse(u, so)
    if so.state == LISTENING:
        return
    if so.connection is not None:
        if write:
            finish(u, so.connection)
    elif so.peer is not None and so.kind != SOCK_DGRAM:
        told(u, so.peer, read and so.local, write)


def told(u: Process, peer: Socket, read: bool, write: bool) -> None:
    """The other end hears of a shutdown: what is not read there cannot be sent, and so on."""
    peer.cantsend = peer.cantsend or read
    if write:
        peer.cantread = peer.finished = True
    rouse(u, peer)
    over_when_both_have_finished(peer)


def over_when_both_have_finished(so: Socket) -> None:
    """An Internet connection is over when each end has told the other that it is done."""
    other = so.peer
    if so.domain == AF_INET and other is not None and so.finished and other.finished:
        end_connection(so)
        end_connection(other)


def rouse(u: Process, so: Socket) -> None:
    """Wakes whoever sleeps on this socket."""
    for what in ("data", "all", "room", "connection"):
        wakeup(u, so.event(what))


@algorithm
def soclose(u: Process, file: File) -> None:
    """The last close of a socket: its name is free, and the other end hears of it.

    A circuit is reset where SO_LINGER says so.
    """
    so, net = socket_of(file), network_of(u.k)
    unread = u.k.algorithms["sounread"](u, so) or so.aborts
    so.gone = True
    if so.path is not None:
        so.path.socket = None
    if so.state == LISTENING:
        unlisten(u, so)
    u.k.algorithms["sodiscard"](u, so)
    if so.connection is not None:
        if unread:
            reset(u, so.connection)
        else:
            finish(u, so.connection)
    else:
        net.sockets.remove(so)
        u.k.algorithms["sodisconnect"](u, so, unread)


def unlisten(u: Process, so: Socket) -> None:
    """Connections that nobody has accepted end; who waits for a place is refused."""
    for new in so.queue:
        new.gone = True
        u.k.algorithms["sodiscard"](u, new)
        if new.connection is not None:
            reset(u, new.connection)
            continue
        network_of(u.k).sockets.remove(new)
        u.k.algorithms["sodisconnect"](u, new, True)
    for client in so.pending:
        client.state, client.far, client.error = UNCONNECTED, "", Errno.ECONNREFUSED
        wakeup(u, client.event("connect"))
        rouse(u, client)
    so.queue, so.pending = [], []
    rouse(u, so)
    wakeup(u, so.event("place"))


@algorithm
def sodiscard(u: Process, so: Socket) -> None:
    """What was not read is lost."""
    so.read += held(so.received)
    so.received = []


@algorithm
def sounread(u: Process, so: Socket) -> bool:
    """Is there something that nobody has read?"""
    return bool(so.received)


@algorithm
def sodisconnect(u: Process, so: Socket, unread: bool) -> None:
    """The other end of a circuit reads the end and can send no more.

    It is told ECONNRESET where SO_LINGER says so. Of a datagram socket, those that were connected
    to it are not any more, and are told ECONNRESET.
    """
    for client in [one for one in network_of(u.k).sockets if so in one.pending]:
        client.pending.remove(so)
    if so.kind == SOCK_DGRAM:
        for one in network_of(u.k).sockets:
            if one.peer is so:
                one.peer, one.state, one.error = None, UNCONNECTED, Errno.ECONNRESET
                rouse(u, one)
    elif so.peer is not None and not so.peer.gone:
        so.peer.cantread = so.peer.cantsend = so.peer.finished = True
        so.peer.error = Errno.ECONNRESET if so.aborts else so.peer.error
        rouse(u, so.peer)
