"""How a server and a client meet: listen, accept, connect (Bach 11.4)."""

from __future__ import annotations

from kernel_model.constants import AF_UNIX, SOCK_DGRAM
from kernel_model.errno import Errno, KernelError
from kernel_model.inode import free_descriptors, getf
from kernel_model.process import Process
from kernel_model.sockets.datagrams import soaim
from kernel_model.sockets.meeting import (
    SOMAXCONN,
    solocal,
    solookup,
    sonewconn,
    soplace,
    soqlimit,
    sosyn,
)
from kernel_model.sockets.naming import peer_name, sockargs
from kernel_model.sockets.table import (
    CONNECTING,
    LISTENING,
    PSOCK,
    UNCONNECTED,
    descriptor,
    error_of,
    getsock,
)
from kernel_model.traps import sleep, syscall, wakeup
from kernel_model.user import USER_BUFFER, copyout


@syscall
def listen(u: Process, fd: int, backlog: int = SOMAXCONN) -> int:
    """Says that a socket takes connections, and how many may wait for accept. Gives 0.

        not a virtual circuit    EOPNOTSUPP
        connected                EINVAL
        it has no name           EINVAL; in the Internet domain it is given one

    (Bach 11.4)
    """
    #: the socket must be a virtual circuit without another end
    so = getsock(u, fd)
    if not so.circuit:
        raise KernelError(Errno.EOPNOTSUPP, "only virtual circuits are listened to")
    if so.state not in (UNCONNECTED, LISTENING) or so.untold or so.broken:
        raise KernelError(Errno.EINVAL, f"the socket is {so.state}")
    #: it must have a name by which clients find it
    u.k.algorithms["solistener"](u, so)
    #: from now on connections wait in its queue, which has so many places
    so.state = LISTENING
    so.qlimit, so.kept = soqlimit(u, backlog), len(so.queue)
    soplace(u, so)
    return 0


@syscall
async def accept(u: Process, fd: int, flags: int = 0) -> int:
    """Takes the connection that has waited longest; gives a descriptor for it, copies out `name`.

        a datagram socket               EOPNOTSUPP
        it does not listen              EINVAL
        flags                           EINVAL, but for 0
        no descriptor is free           EMFILE
        none waits, shut for reading    EINVAL
        none waits, O_NDELAY            EAGAIN
        none waits otherwise            sleeps on socket.connection, and looks again
        signal while asleep             EINTR

    The new socket is connected; the one that listens stays as it is. `name` is that of the client.

    (Bach 11.4)
    """
    #: the socket must be one that takes connections
    so, nonblock = getsock(u, fd), getf(u, fd).nonblock
    if so.kind == SOCK_DGRAM:
        raise KernelError(Errno.EOPNOTSUPP, "datagrams know no connections")
    if so.state != LISTENING or flags:
        raise KernelError(Errno.EINVAL, f"the socket is {so.state}, the flags {flags}")
    #: there must be a descriptor for the connection
    if not free_descriptors(u):
        raise KernelError(Errno.EMFILE, "there is no descriptor for a connection")
    # DOC: accept-sleep
    #: while no connection waits: sleep until a client connects
    while not so.queue:
        if so.cantread:
            raise KernelError(Errno.EINVAL, "the socket is shut down")
        if nonblock:
            raise KernelError(Errno.EAGAIN, "no connection waits")
        await sleep(u, so.event("connection"), PSOCK)
    # DOC: accept-take
    #: take the first of the queue; there is a place in it now
    new = so.queue.pop(0)
    soplace(u, so)
    #: allocate an entry of the file table and a descriptor for it
    made = descriptor(u, new)
    copyout(u, USER_BUFFER, name=peer_name(new))
    return made


@syscall
async def connect(u: Process, fd: int, name: str | None) -> int:
    """Connects a socket to the one that has this name. Gives 0.

        bad address (None)          EFAULT
        it listens                  EOPNOTSUPP
        it is connecting            EALREADY
        it is connected             EISCONN
        nobody listens there        ECONNREFUSED; ENOENT where there is no such name
        another kind of socket      EPROTOTYPE
        no way to the host          ENETUNREACH
        the queue is full           ECONNREFUSED; in the Internet domain sleeps on socket.connect
        a host that has to answer   sleeps on socket.connect
        O_NDELAY                    EINPROGRESS in place of a sleep
        signal while asleep         EINTR

    A datagram socket is told where its datagrams go, and takes those from there only.

    (Bach 11.4)
    """
    #: the address comes from the process
    so, nonblock = getsock(u, fd), getf(u, fd).nonblock
    name = sockargs(u, so, name)
    #: of a datagram socket only the other name is kept
    if so.kind == SOCK_DGRAM:
        soaim(u, so, name)
        return 0
    #: the socket must be neither listening nor connected
    if so.state == LISTENING:
        raise KernelError(Errno.EOPNOTSUPP, "the socket listens")
    if so.state == CONNECTING:
        raise KernelError(Errno.EALREADY, "the socket is connecting")
    if so.state != UNCONNECTED:
        raise KernelError(Errno.EISCONN, f"the socket is {so.state}")
    if solocal(u, so, name):
        # DOC: connect-queue
        #: find the socket that listens
        other = solookup(u, so, name)
        if other is None or other.state != LISTENING or other.cantread:
            raise KernelError(Errno.ECONNREFUSED, f"nobody listens at {name}")
        #: a place in its queue: a new socket, connected to this one, waits there for accept
        if len(other.queue) < other.qlimit:
            other.queue.append(sonewconn(u, other, so, name))
            wakeup(u, other.event("connection"))
            return 0
        #: the queue is full: refused, but in the Internet domain the client waits for a place
        if so.domain == AF_UNIX:
            raise KernelError(Errno.ECONNREFUSED, f"the queue of {name} is full")
        so.state, so.far = CONNECTING, name
        other.pending.append(so)
    else:
        #: on another host: the protocol asks for a connection
        sosyn(u, so, name)
    # DOC: connect-sleep
    #: sleep until the connection is there, or has failed
    if nonblock:
        raise KernelError(Errno.EINPROGRESS, f"the way to {name} is being made")
    while so.state == CONNECTING:
        await sleep(u, so.event("connect"), PSOCK)
    if (error := error_of(so)) is not None:
        raise error
    return 0
