"""How a server and a client meet: listen, accept, connect (Bach 11.4)."""

from __future__ import annotations

from kernel_model.constants import AF_INET, SOCK_DGRAM
from kernel_model.errno import Errno, KernelError
from kernel_model.inode import free_descriptors, getf
from kernel_model.process import Process
from kernel_model.sockets.calls import deliver, join
from kernel_model.sockets.naming import (
    LOOPBACK,
    at_port,
    autobind,
    checked,
    lookup,
    ours,
    peer_name,
    split,
)
from kernel_model.sockets.stream import active_open
from kernel_model.sockets.table import (
    CONNECTED,
    CONNECTING,
    LISTENING,
    UNCONNECTED,
    Socket,
    descriptor,
    error_of,
    getsock,
    newsocket,
    wait_on,
)
from kernel_model.traps import algorithm, syscall, wakeup
from kernel_model.user import USER_BUFFER, copyout

SOMAXCONN = 5  # connections that may wait, whatever listen asks for


@syscall
def listen(u: Process, fd: int, backlog: int = SOMAXCONN) -> int:
    """Says that a socket takes connections, and how many may wait for accept. Gives 0.

        not a virtual circuit    EOPNOTSUPP
        connected                EINVAL
        it has no name           EINVAL; in the Internet domain it is given one

    (Bach 11.4)
    """
    so = getsock(u, fd)
    if so.kind == SOCK_DGRAM:
        raise KernelError(Errno.EOPNOTSUPP, "datagrams know no connections")
    if so.state not in (UNCONNECTED, LISTENING):
        raise KernelError(Errno.EINVAL, f"the socket is {so.state}")
    if so.domain == AF_INET:
        autobind(u, so, "0.0.0.0")
    elif not so.name:
        raise KernelError(Errno.EINVAL, "the socket has no name by which to find it")
    so.state = LISTENING
    so.qlimit = u.k.algorithms["soqlimit"](u, backlog)
    u.k.algorithms["soplace"](u, so)
    return 0


@algorithm
def soqlimit(u: Process, backlog: int) -> int:
    """How many connections may wait: at least one, at most SOMAXCONN."""
    return min(max(backlog, 1), SOMAXCONN)


@algorithm
def sofull(u: Process, so: Socket) -> bool:
    """Has the queue of a listening socket no place?"""
    return len(so.queue) >= so.qlimit


@syscall
async def accept(u: Process, fd: int, flags: int = 0) -> int:
    """Takes the connection that has waited longest; gives a descriptor for it, copies out `name`.

        a datagram socket               EOPNOTSUPP
        it does not listen              EINVAL
        no descriptor is free           EMFILE
        none waits, O_NDELAY            EAGAIN
        none waits otherwise            sleeps on socket.connection, and looks again
        shut down for reading           EINVAL, when none waits
        signal while asleep             EINTR

    The new socket is connected; the one that listens stays as it is. `name` is that of the client.

    (Bach 11.4)
    """
    #: the socket must be one that takes connections
    so, nonblock = getsock(u, fd), getf(u, fd).nonblock
    if so.kind == SOCK_DGRAM:
        raise KernelError(Errno.EOPNOTSUPP, "datagrams know no connections")
    if so.state != LISTENING or flags:
        raise KernelError(Errno.EINVAL, f"the socket is {so.state}, not listening")
    #: there must be a descriptor for the connection
    if not free_descriptors(u):
        raise KernelError(Errno.EMFILE, f"{u.name} has no descriptor free")
    # DOC: accept-sleep
    #: while no connection waits: sleep until a client connects
    while not so.queue:
        if so.cantread:
            raise KernelError(Errno.EINVAL, "the socket is shut down")
        if nonblock:
            raise KernelError(Errno.EAGAIN, "no connection waits")
        await wait_on(u, so.event("connection"))
    # DOC: accept-take
    #: take the first of the queue; there is a place in it now
    new = so.queue.pop(0)
    u.k.algorithms["soplace"](u, so)
    #: allocate an entry of the file table and a descriptor for it
    made = descriptor(u, new)
    copyout(u, USER_BUFFER, name=peer_name(new))
    return made


@algorithm
def soplace(u: Process, so: Socket) -> None:
    """There is a place in the queue: Internet clients that wait for one are let in, in order."""
    while so.pending and not u.k.algorithms["sofull"](u, so):
        client = so.pending.pop(0)
        establish(u, client, so, client.far)
        wakeup(u, client.event("connect"))


@syscall
async def connect(u: Process, fd: int, name: str | None) -> int:
    """Connects a socket to the one that has this name. Gives 0.

        bad address (None)          EFAULT
        it listens                  EOPNOTSUPP
        it is connected             EISCONN
        it is connecting            EALREADY
        nobody listens there        ECONNREFUSED; ENOENT where there is no such name
        another kind of socket      EPROTOTYPE
        the queue is full           ECONNREFUSED; in the Internet domain sleeps until it is not

    A datagram socket is told where its datagrams go, and takes those from there only.

    (Bach 11.4)
    """
    so, nonblock = getsock(u, fd), getf(u, fd).nonblock
    name = checked(so, name)
    #: of a datagram socket only the other name is kept
    if so.kind == SOCK_DGRAM:
        u.k.algorithms["soaim"](u, so, name)
        return 0
    #: the socket must be neither listening nor connected
    if so.state == LISTENING:
        raise KernelError(Errno.EOPNOTSUPP, "the socket listens")
    if so.state == CONNECTING:
        raise KernelError(Errno.EALREADY, "the socket is connecting")
    if so.state != UNCONNECTED:
        raise KernelError(Errno.EISCONN, f"the socket is {so.state}")
    # DOC: connect-internet
    #: in the Internet domain the protocol finds the other host
    if so.domain == AF_INET:
        await u.k.algorithms["reach"](u, so, name, nonblock)
        return 0
    # DOC: connect-queue
    #: find the socket that listens; there must be a place in its queue
    other = lookup(u, so, name, Errno.ENOTSOCK)
    if other.state != LISTENING or other.cantread:
        raise KernelError(Errno.ECONNREFUSED, f"nobody listens at {name}")
    if u.k.algorithms["sofull"](u, other):
        raise KernelError(Errno.ECONNREFUSED, f"the queue of {name} is full")
    #: a new socket, connected to this one, waits there for accept
    establish(u, so, other, "")
    return 0


def establish(u: Process, so: Socket, other: Socket, name: str) -> None:
    """Connects a client to a new socket, which waits in the queue of the one that listens."""
    new = newsocket(u.k, other.domain, other.kind, other.protocol)
    new.name, new.inherited, new.far = name or other.name, True, so.name if name else ""
    new.sndbuf, new.rcvbuf, so.far = other.sndbuf, other.rcvbuf, name
    join(so, new)
    deliver(u, so, other, "a connection")
    arrive(u, new, other)


def arrive(u: Process, new: Socket, other: Socket) -> None:
    """A connection enters the queue of the socket that listens."""
    other.queue.append(new)
    u.k.algorithms["sowakeone"](u, other.event("connection"))


@algorithm
def sowakeone(u: Process, event: str) -> None:
    """Something for one process has come: all who wait are woken, and all but one sleep again."""
    wakeup(u, event)


@algorithm
async def reach(u: Process, so: Socket, name: str, nonblock: bool) -> None:
    """Connects to a name of the Internet domain.

    nobody listens there      ECONNREFUSED
    no way to the host        ENETUNREACH
    the queue is full         sleeps on socket.connect; with O_NDELAY EINPROGRESS
    another host              sleeps likewise, until it has answered
    """
    if aim_at(u, so, name):
        #: on this host the protocol is by-passed
        other = at_port(u, so, name)
        if other is None or other.cantread:
            raise KernelError(Errno.ECONNREFUSED, f"nobody listens at {name}")
        autobind(u, so, LOOPBACK)
        if not u.k.algorithms["sofull"](u, other):
            establish(u, so, other, name)
            return
        so.state, so.far = CONNECTING, name
        other.pending.append(so)
    if nonblock:
        so.untold = True
        raise KernelError(Errno.EINPROGRESS, f"the way to {name} is being made")
    await until_connected(u, so)


def aim_at(u: Process, so: Socket, name: str) -> bool:
    """Is the name of this host? If of another, the first packet of a connection is sent there."""
    if ours(u, split(name)[0]):
        return True
    active_open(u, so, name)
    return False


async def until_connected(u: Process, so: Socket) -> None:
    """Sleeps until the connection is there, or has failed."""
    while so.state == CONNECTING:
        await wait_on(u, so.event("connect"))
    so.untold = False
    if so.state != CONNECTED and (error := error_of(so)) is not None:
        raise error
