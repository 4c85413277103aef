"""Datagram sockets that are connected, ends of connections, and options of Linux."""

from __future__ import annotations

from kernel_model.constants import (
    AF_INET,
    SO_SNDBUF,
    SOCK_DGRAM,
)
from kernel_model.errno import Errno, KernelError
from kernel_model.linux.socketdata import release
from kernel_model.linux.socketlinger import lose
from kernel_model.process import Process
from kernel_model.sockets.closing import over_when_both_have_finished, rouse, told, unlisten
from kernel_model.sockets.datagrams import aim_internet
from kernel_model.sockets.naming import ANY, lookup, this_host
from kernel_model.sockets.stream import fail, finish
from kernel_model.sockets.table import (
    CLOSED,
    CONNECTED,
    CONNECTING,
    LISTENING,
    UNCONNECTED,
    Socket,
    end_connection,
    held,
    network_of,
)
from kernel_model.traps import linux, wakeup

WMEM_MAX = 4 << 20  # bytes that setsockopt gives at most, before it doubles them (since 6.16)
LEAST = {True: 4608, False: 2304}  # bytes of a buffer at least: for sending, for receiving


@linux
def soaim(u: Process, so: Socket, name: str) -> None:
    """Who is connected to another takes no datagrams of this one: EPERM.

    What has come from a former receiver is thrown away, and that one is told ECONNRESET.
    """
    if so.domain == AF_INET:
        aim_internet(u, so, name)
        if so.corked is not None:
            so.corked = name, so.corked[1]
        so.wild, so.name = so.wild or so.name.startswith(ANY), this_host(so.name)
        return
    other = lookup(u, so, name)
    if other.peer not in (None, so):
        raise KernelError(Errno.EPERM, f"{name} is connected to another")
    former, so.peer, so.state = so.peer, other, CONNECTED
    if former is not None and former is not other:
        part_from(u, so, former)


def part_from(u: Process, so: Socket, former: Socket) -> None:
    """A datagram socket is not connected to this one any more."""
    if so.received:
        u.k.algorithms["sodiscard"](u, so)
        if former.peer is so and not former.gone:
            former.error = Errno.ECONNRESET
            rouse(u, former)
    wakeup(u, former.event("place"))


@linux
def soshutdown(u: Process, so: Socket, read: bool, write: bool) -> None:
    """Also of what is not connected, though in the Internet domain it is ENOTCONN all the same.

    For writing, one of the Internet domain that listens is not shut down. A connection that is
    being made is given up. One that has failed, which nobody was told, leaves a socket that can
    never be connected again.
    """
    apart = so.domain == AF_INET and so.state not in (CONNECTED, LISTENING)
    if so.state == CONNECTING:
        give_up(u, so)
        return
    so.broken, so.untold = so.broken or (so.untold and apart), False
    if so.state == CLOSED:
        raise KernelError(Errno.ENOTCONN, f"the socket is {so.state}")
    if so.local or so.state != LISTENING:
        so.cantread, so.cantsend = so.cantread or read, so.cantsend or write
    rouse(u, so)
    if apart:
        raise KernelError(Errno.ENOTCONN, "the socket is not connected")
    if so.state == LISTENING:
        stop_listening(u, so, read)
    elif so.connection is not None and write:
        finish(u, so.connection)
    elif so.peer is not None and so.kind != SOCK_DGRAM:
        told(u, so.peer, read and so.local, write)
        over_when_both_have_finished(so)


def give_up(u: Process, so: Socket) -> None:
    """Ends an attempt to connect; who sleeps in it is told ECONNRESET."""
    for one in network_of(u.k).sockets:
        if so in one.pending:
            one.pending.remove(so)
    if so.connection is not None:
        fail(u, so.connection, Errno.ECONNRESET)
    so.state, so.far, so.error, so.untold = UNCONNECTED, "", Errno.ECONNRESET, False
    wakeup(u, so.event("connect"))
    rouse(u, so)


def stop_listening(u: Process, so: Socket, read: bool) -> None:
    """Nobody can connect any more to a socket that listened.

    Clients of the UNIX domain that sleep until its queue has a place hear of it no sooner.
    """
    if so.domain == AF_INET and read:
        unlisten(u, so)
        so.state, so.cantread, so.cantsend, so.loose = UNCONNECTED, False, False, so.chosen


@linux
def sodiscard(u: Process, so: Socket) -> None:
    """What was not read is lost, and charged to nobody any more."""
    so.read += held(so.received)
    chunks, so.received, so.urgent = so.received, [], None
    for chunk in chunks:
        release(u, chunk)


@linux
def sounread(u: Process, so: Socket) -> bool:
    """Of a circuit, an empty piece at the beginning is what a byte out of band has left."""
    first = 1 if so.circuit and so.received and not so.received[0].data else 0
    return len(so.received) > first


@linux
def sodisconnect(u: Process, so: Socket, unread: bool) -> None:
    """The other end reads what has come, then the end; ECONNRESET before it if bytes were unread.

    Those that are connected to a datagram socket hear of it when they send.
    """
    for one in network_of(u.k).sockets:
        if so in one.pending:
            one.pending.remove(so)
    wakeup(u, so.event("place"))
    peer = so.peer
    if so.kind == SOCK_DGRAM or peer is None:
        return
    if peer.gone:
        wakeup(u, peer.event("close"))
        return
    if so.domain == AF_INET:
        hang_up(peer, unread)
    else:
        peer.cantread = peer.cantsend = True
        peer.error = Errno.ECONNRESET if unread else peer.error
    rouse(u, peer)


def hang_up(peer: Socket, unread: bool) -> None:
    """The end of an Internet connection: a reset if bytes were unread, else as after shutdown.

    The end has not come to who had no room for all that came before it.
    """
    if unread:
        peer.finished = not lose(peer) and peer.finished
        peer.error = Errno.EPIPE if peer.finished else Errno.ECONNRESET
        peer.cantread = peer.cantsend = True
        end_connection(peer)
        return
    peer.cantread = peer.finished = True
    over_when_both_have_finished(peer)


@linux
def soreserve(u: Process, so: Socket, optname: int, value: int) -> None:
    """The kernel keeps books in the same memory, so it doubles what is asked for."""
    sends = optname == SO_SNDBUF
    size = max(2 * min(value % 2**32, WMEM_MAX), LEAST[sends])
    if sends:
        so.sndbuf = size
        wakeup(u, so.event("room"))
    else:
        so.rcvbuf = size
