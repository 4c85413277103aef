"""What accept and connect are made of: the queue of connections, and how one comes into it."""

from __future__ import annotations

from kernel_model.constants import AF_INET
from kernel_model.errno import Errno, KernelError
from kernel_model.process import Process
from kernel_model.sockets.calls import deliver, join
from kernel_model.sockets.naming import ANY, LOOPBACK, at_port, autobind, lookup, ours, split
from kernel_model.sockets.stream import active_open
from kernel_model.sockets.table import Socket, newsocket
from kernel_model.traps import algorithm, wakeup

SOMAXCONN = 5  # connections that may wait, whatever listen asks for


@algorithm
def solistener(u: Process, so: Socket) -> None:
    """Who is to listen has a name, or gets one (Internet domain): else EINVAL."""
    if so.domain == AF_INET:
        autobind(u, so, ANY)
    elif not so.name:
        raise KernelError(Errno.EINVAL, "the socket has no name by which to find it")


@algorithm
def soqlimit(u: Process, backlog: int) -> int:
    """How many connections may wait: at least one, at most SOMAXCONN."""
    return min(max(backlog, 1), SOMAXCONN)


@algorithm
def sofull(u: Process, so: Socket) -> bool:
    """Has the queue of a listening socket no place?"""
    return len(so.queue) >= so.qlimit


@algorithm
def soplace(u: Process, so: Socket) -> None:
    """There is a place in the queue: Internet clients that wait for one are let in, in order."""
    while so.pending and not sofull(u, so):
        client = so.pending.pop(0)
        arrive(u, sonewconn(u, so, client, client.far), so)
        wakeup(u, client.event("connect"))


@algorithm
def solocal(u: Process, so: Socket, name: str) -> bool:
    """Is it a name of this host? All of the UNIX domain are."""
    return so.local or ours(u, split(name)[0])


@algorithm
def solookup(u: Process, so: Socket, name: str) -> Socket | None:
    """The socket of this host that has the name; None if no socket listens at an Internet port.

    In the UNIX domain it fails as `lookup` does: ENOENT, EACCES, EPROTOTYPE, ECONNREFUSED, and
    ENOTSOCK for what is no socket.
    """
    return lookup(u, so, name, Errno.ENOTSOCK) if so.local else at_port(u, so, name)


@algorithm
def sonewconn(u: Process, head: Socket, so: Socket, name: str) -> Socket:
    """A new socket, made after the one that listens, and connected to the client; in no queue yet.

    name  that the client asked for; its own port is chosen now if it has none
    """
    if so.domain == AF_INET:
        autobind(u, so, LOOPBACK)
    new = newsocket(u.k, head.domain, head.kind, head.protocol)
    new.sndbuf, new.rcvbuf, new.inherited = head.sndbuf, head.rcvbuf, True
    if not so.local:
        new.options, new.linger = dict(head.options), head.linger
    new.name, new.far, so.far = (head.name, "", "") if so.local else (name, so.name, name)
    join(so, new)
    deliver(u, so, head, "a connection")
    return new


@algorithm
def sosyn(u: Process, so: Socket, name: str) -> None:
    """Asks another host for a connection: the socket is connecting until that has answered.

    ENETUNREACH when there is no way to the host.
    """
    active_open(u, so, name)


def arrive(u: Process, new: Socket, other: Socket) -> None:
    """A connection enters the queue of the socket that listens."""
    other.queue.append(new)
    u.k.algorithms["sowakeone"](u, other.event("connection"))


@algorithm
def sowakeone(u: Process, event: str) -> None:
    """Something for one process has come: all who wait are woken, and all but one sleep again."""
    wakeup(u, event)
