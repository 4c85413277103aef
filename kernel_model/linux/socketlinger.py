"""SO_LINGER of Linux: how long close waits, and what a reset throws away (net/ipv4/tcp.c).

On one host, what the other side's buffer has no room for is under way: it still lies with who has
sent it. The seconds go by on a wire, each time the timers run out; on one host nothing takes time
in the model, and they never end by themselves.
"""

from __future__ import annotations

from contextlib import suppress

from kernel_model.constants import SO_LINGER
from kernel_model.errno import KernelError
from kernel_model.inode import File
from kernel_model.process import Process
from kernel_model.sockets.lingering import Setting, pair, under_way
from kernel_model.sockets.table import Socket, held, network_of, socket_of, wait_on
from kernel_model.traps import linux


@linux
def solingers(u: Process, so: Socket, value: Setting) -> None:
    """Sets SO_LINGER; EINVAL for what is no pair. The seconds are kept only if it is on."""
    on, seconds = pair(value)
    so.options[SO_LINGER] = int(bool(on))
    if on:
        so.linger = seconds


@linux
async def solinger(u: Process, file: File) -> None:
    """After the last close: sleeps until everything has come, or the seconds are over.

    O_NONBLOCK is no matter. A signal ends the sleep, and close has done its work all the same. A
    number of seconds below 0 is without end. The socket stays in the table until then.
    """
    so, net = socket_of(file), network_of(u.k)
    alone = kept_back(so)
    if alone:
        net.sockets.append(so)
    try:
        with suppress(KernelError):
            while (under_way(so) and not late(so)) or kept_back(so):
                await wait_on(u, so.event("close"))
    finally:
        if alone:
            net.sockets.remove(so)


def late(so: Socket) -> bool:
    """Are the seconds over?"""
    return so.connection is not None and 0 < so.linger <= so.connection.lingered


def kept_back(so: Socket) -> bool:
    """Has the other side of this host had no room for everything?"""
    peer = so.peer
    known = peer is not None and peer is not so and peer.peer is so and not peer.gone
    return known and peer is not None and held(peer.received) > peer.rcvbuf


def lose(so: Socket) -> bool:
    """A reset: what a circuit had no room for never comes; was there such a thing?"""
    over = lost = max(held(so.received) - so.rcvbuf, 0)
    so.read += lost
    while over:
        last = so.received[-1]
        kept, over = last.data[: max(len(last.data) - over, 0)], max(over - len(last.data), 0)
        last.data = kept
        if not kept:
            so.received.pop()
            so.urgent = None if so.urgent is last else so.urgent
    return lost > 0
