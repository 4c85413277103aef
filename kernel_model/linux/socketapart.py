"""connect of Linux with AF_UNSPEC: whatever was connected is not any more (POSIX connect)."""

from __future__ import annotations

from kernel_model.constants import AF_INET
from kernel_model.errno import Errno, KernelError
from kernel_model.linux.socketend import hang_up, part_from
from kernel_model.linux.socketinet import anew
from kernel_model.process import Process
from kernel_model.sockets.closing import rouse, unlisten
from kernel_model.sockets.naming import ANY, split
from kernel_model.sockets.stream import reset
from kernel_model.sockets.table import (
    CONNECTED,
    CONNECTING,
    LISTENING,
    UNCONNECTED,
    Socket,
    network_of,
)
from kernel_model.traps import wakeup


def dissolve(u: Process, so: Socket) -> None:
    """Takes a socket from its other end.

    datagrams           they are sent where each says, and come from everybody again
    Internet circuit    the other end is reset; this one is told ECONNRESET, and can be connected
                        again, or listen; one that listens does not any more
    UNIX, a circuit     EINVAL
    """
    if so.circuit and so.local:
        raise KernelError(Errno.EINVAL, "a circuit of the UNIX domain keeps its end")
    if so.circuit:
        break_off(u, so)
        return
    former, so.peer, so.far, so.state = so.peer, None, "", UNCONNECTED
    if so.local and former is not None:
        part_from(u, so, former)
    if so.domain == AF_INET:
        if so.chosen:
            so.name, so.chosen = "", False
        elif so.wild:
            so.name = so.name.replace(split(so.name)[0], ANY)
        so.wild = False


def break_off(u: Process, so: Socket) -> None:
    """Ends a connection of the Internet domain at once, or the attempt to make one."""
    peer, state = so.peer, so.state
    if state == LISTENING:
        unlisten(u, so)
    for one in network_of(u.k).sockets:
        if so in one.pending:
            one.pending.remove(so)
    if so.connection is not None:
        reset(u, so.connection)
    elif state == CONNECTED and peer is not None and peer is not so and not peer.gone:
        hang_up(peer, True)
        peer.peer = None  # this one may be connected anew
        rouse(u, peer)
    elif peer is not None and peer.gone:
        so.peer = None
        wakeup(u, peer.event("close"))
    so.chosen = so.chosen or so.inherited
    anew(u, so)
    so.broken = so.untold = so.taken = False
    if state in (CONNECTED, CONNECTING):
        so.error = Errno.ECONNRESET
    wakeup(u, so.event("connect"))
    rouse(u, so)
