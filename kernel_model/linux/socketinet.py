"""How a circuit of Linux's Internet domain is connected (net/ipv4/af_inet.c: inet_stream_connect).

A connect that has begun is `untold` until a call of connect has said what came of it. When it has
failed, that call makes the socket as good as new.
"""

from __future__ import annotations

from kernel_model.constants import SO_SNDTIMEO
from kernel_model.errno import Errno, KernelError
from kernel_model.linux.sockettime import wait_for
from kernel_model.process import Process
from kernel_model.sockets.calls import join
from kernel_model.sockets.meeting import arrive, sofull, solocal, solookup, sosyn
from kernel_model.sockets.naming import ANY, LOOPBACK, autobind, sockargs, split, this_host
from kernel_model.sockets.table import (
    CLOSED,
    CONNECTED,
    CONNECTING,
    LISTENING,
    UNCONNECTED,
    Socket,
    error_of,
)
from kernel_model.traps import ALGORITHMS, linux


async def connect_internet(u: Process, so: Socket, name: str | None, nonblock: bool) -> None:
    """Connects a circuit; the next call tells what came of the last. The name is judged last."""
    if so.broken:
        raise KernelError(Errno.EINVAL, "it was shut down before it was told that it had failed")
    if so.untold:
        if nonblock and so.state == CONNECTING:
            raise KernelError(Errno.EALREADY, "the answer has not come")
        await until_connected(u, so, Errno.EALREADY)
        return
    if so.state in (CONNECTED, LISTENING, CLOSED):
        raise KernelError(Errno.EISCONN, "it has another end, or takes connections itself")
    await reach(u, so, this_host(sockargs(u, so, name)), nonblock)


@linux
def sonewconn(u: Process, head: Socket, so: Socket, name: str) -> Socket:
    """Of the Internet domain it is shut down as its listener is, and the client hears of it."""
    new: Socket = ALGORITHMS["sonewconn"](u, head, so, name)
    if not so.local:
        new.cantread, new.cantsend = head.cantread, head.cantsend
        new.wild = head.name.startswith(ANY)
        so.cantread, so.finished = so.cantread or head.cantsend, head.cantsend
    return new


async def reach(u: Process, so: Socket, name: str, nonblock: bool) -> None:
    """The classic way, but O_NONBLOCK never waits for the answer: EINPROGRESS, whatever it was."""
    if solocal(u, so, name):
        other, so.error = solookup(u, so, name), None
        own = not so.loose and this_host(so.name) == name
        autobind(u, so, LOOPBACK)
        so.wild, so.name = so.name.startswith(ANY), this_host(so.name)
        if other is None:
            alone(so, name, own)
        elif not sofull(u, other):
            arrive(u, sonewconn(u, other, so, name), other)
        else:
            so.state, so.far = CONNECTING, name
            other.pending.append(so)
    else:
        sosyn(u, so, name)
    so.untold = True
    if nonblock:
        raise KernelError(Errno.EINPROGRESS, f"the way to {name} is being made")
    await until_connected(u, so, Errno.EINPROGRESS)


async def until_connected(u: Process, so: Socket, late: Errno) -> None:
    """Sleeps until the connection is there, or has failed; then tells why."""
    while so.state == CONNECTING:
        await wait_for(u, so, SO_SNDTIMEO, so.event("connect"), late)
    so.untold = False
    if so.state != CONNECTED:
        failed = error_of(so)
        anew(u, so)
        raise failed or KernelError(Errno.ECONNABORTED, "the connection has failed")


def alone(so: Socket, name: str, own: bool) -> None:
    """Nobody listens there: refused, unless the name is its own, where both ends ask at once.

    Then they are one; but after a shutdown for writing it has said that it is done, and is closed.
    """
    if own and not so.cantsend:
        join(so, so)
        so.far = name
        return
    if not own:
        so.loose, so.error = so.chosen, Errno.ECONNREFUSED
    so.cantread = so.cantsend = True


def anew(u: Process, so: Socket) -> None:
    """A connection has failed, and its process knows: as if the socket were new, but for a name.

    One that accept gave keeps the address that its listener was bound to.
    """
    u.k.algorithms["sodiscard"](u, so)
    if so.wild or (so.chosen and not so.inherited):
        so.name = so.name.replace(split(so.name)[0], ANY)
    so.loose, so.wild = so.chosen, False
    so.state, so.peer, so.far = UNCONNECTED, None, ""
    so.cantread = so.cantsend = so.finished = False
