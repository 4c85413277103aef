"""Sockets of Linux: how they are made, named and connected (net/socket.c, net/unix/af_unix.c)."""

from __future__ import annotations

from kernel_model.constants import (
    AF_INET,
    AF_UNIX,
    IPPROTO_ICMP,
    IPPROTO_TCP,
    IPPROTO_UDP,
    SO_PASSCRED,
    SO_RCVTIMEO,
    SO_SNDTIMEO,
    SOCK_CLOEXEC,
    SOCK_DGRAM,
    SOCK_NONBLOCK,
    SOCK_RAW,
    SOCK_SEQPACKET,
    SOCK_STREAM,
)
from kernel_model.errno import Errno, KernelError
from kernel_model.inode import free_descriptors, getf
from kernel_model.linux.pipes import wake_first
from kernel_model.linux.socketapart import dissolve
from kernel_model.linux.socketinet import connect_internet
from kernel_model.linux.sockettime import wait_for
from kernel_model.process import Process
from kernel_model.sockets.meeting import arrive, sonewconn
from kernel_model.sockets.naming import (
    ANY,
    NO_FAMILY,
    autobind,
    bind_port,
    clash,
    enter_name,
    lookup,
    ours,
    peer_name,
    split,
    taken,
    this_host,
)
from kernel_model.sockets.naming import INTERNET as INTERNET_NAME
from kernel_model.sockets.table import (
    CONNECTED,
    KIND,
    LISTENING,
    UNCONNECTED,
    Socket,
    descriptor,
    getsock,
    network_of,
)
from kernel_model.traps import linux, wakeup
from kernel_model.user import USER_BUFFER, copyout

SOMAXCONN = 4096  # connections that may wait, whatever listen asks for
FLAGS = SOCK_NONBLOCK | SOCK_CLOEXEC
PROTOCOLS = 263  # of the Internet domain have numbers below
KINDS = 11  # kinds of sockets have numbers below
INTERNET = {SOCK_STREAM: IPPROTO_TCP, SOCK_DGRAM: IPPROTO_UDP}
FAMILY, INTERNET_ADDRESS = 2, 16  # bytes of an address: those that tell the domain, all


@linux
def sokind(u: Process, domain: int, kind: int, protocol: int) -> tuple[int, int, int]:
    """Flags and kinds that are none (EINVAL), then domain (EAFNOSUPPORT), kind and protocol.

    SOCK_SEQPACKET of the UNIX domain is a circuit that keeps records.
    """
    kind, flags = kind & KIND, kind & ~KIND
    if flags & ~FLAGS or not 0 <= kind < KINDS:
        raise KernelError(Errno.EINVAL, f"{kind} with the flags {flags:#x} is no kind")
    if domain not in (AF_UNIX, AF_INET):
        raise KernelError(Errno.EAFNOSUPPORT, f"there is no domain {domain}")
    if domain == AF_UNIX:
        if protocol not in (0, AF_UNIX):
            raise KernelError(Errno.EPROTONOSUPPORT, f"the domain has no protocol {protocol}")
        kind = SOCK_DGRAM if kind == SOCK_RAW else kind
        if kind not in (SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET):
            raise KernelError(Errno.ESOCKTNOSUPPORT, f"the domain has no kind {kind}")
        return kind, 0, flags
    if not 0 <= protocol < PROTOCOLS:
        raise KernelError(Errno.EINVAL, f"{protocol} is no number of a protocol")
    if kind not in (*INTERNET, SOCK_RAW):
        raise KernelError(Errno.ESOCKTNOSUPPORT, f"the domain has no kind {kind}")
    if (kind, protocol) == (SOCK_DGRAM, IPPROTO_ICMP):
        raise KernelError(Errno.EACCES, "datagrams of ICMP are for a group that nobody is in")
    if kind == SOCK_RAW or protocol not in (0, INTERNET[kind]):
        raise KernelError(Errno.EPROTONOSUPPORT, f"the kind has no protocol {protocol}")
    return kind, INTERNET[kind], flags


@linux
def sockargs(u: Process, so: Socket, name: str | None) -> str:
    """The length is judged first: what is as long as an Internet address is of another family.

    bad address (None)                 EFAULT
    too short for an Internet address  EINVAL
    long enough, of another domain     EAFNOSUPPORT
    Internet, of a UNIX socket         EINVAL
    """
    if name is None:
        raise KernelError(Errno.EFAULT, "no name can be read at this user address")
    if name == NO_FAMILY and so.domain == AF_INET:
        return f"{ANY}:0"  # for the sake of old programs
    if (so.domain == AF_INET) == bool(INTERNET_NAME.fullmatch(name)) and name != NO_FAMILY:
        return name
    path = bool(name) and not name.startswith("@")
    long = so.domain == AF_INET and (path or FAMILY + len(name) >= INTERNET_ADDRESS)
    error = Errno.EAFNOSUPPORT if long else Errno.EINVAL
    raise KernelError(error, f"{name!r} is no name of the socket's domain")


@linux
def sobind(u: Process, so: Socket, name: str) -> None:
    """A name in the file system is judged before the socket: EADDRINUSE, then EINVAL.

    The empty name is one that the kernel chooses, unless the socket has a name of its own.
    """
    if so.local and so.name and not name:
        return
    own = not so.local or name.startswith("@") or not name
    if so.name and not so.loose and own and (so.local or ours(u, split(name)[0])):
        raise KernelError(Errno.EINVAL, f"the socket is bound to {so.name}")
    if so.domain == AF_INET:
        bind_port(u, so, name)
        so.chosen = so.loose = False
        return
    if not name:
        network_of(u.k).autobound += 1
        name = f"@{network_of(u.k).autobound:05x}"
    if taken(u, so, name):
        raise KernelError(Errno.EADDRINUSE, f"{name} is the name of something")
    if so.name:
        raise KernelError(Errno.EINVAL, f"the socket is bound to {so.name}")
    enter_name(u, so, name)


def name_for_credentials(u: Process, so: Socket) -> None:
    """With SO_PASSCRED the kernel chooses a name for a socket of the UNIX domain without one."""
    if so.local and not so.name and so.options.get(SO_PASSCRED):
        sobind(u, so, "")


@linux
def solistener(u: Process, so: Socket) -> None:
    """Who begins to listen must have the port alone, but for others with SO_REUSEADDR that do not.

    EADDRINUSE; a name of the UNIX domain is judged as in the classic kernel.
    """
    if so.local and not so.name:
        raise KernelError(Errno.EINVAL, "the socket has no name by which to find it")
    if so.local:
        return
    autobind(u, so, ANY)
    rivals = (clash(so, one, *split(so.name)) for one in network_of(u.k).sockets)
    if so.state != LISTENING and any(rivals):
        raise KernelError(Errno.EADDRINUSE, f"somebody else has {so.name}")


@linux
def soqlimit(u: Process, backlog: int) -> int:
    """As many as listen asks for, at most SOMAXCONN; a number below 0 is a very large one."""
    return backlog if 0 <= backlog < SOMAXCONN else SOMAXCONN


@linux
def sofull(u: Process, so: Socket) -> bool:
    """One more than listen asked for may wait."""
    return len(so.queue) > so.qlimit


@linux
def sowakeone(u: Process, event: str) -> None:
    """Only who has slept longest is woken."""
    wake_first(u, event)


@linux
def soplace(u: Process, so: Socket) -> None:
    """A client of the Internet domain is let in; those of the UNIX domain look again."""
    while so.pending and not sofull(u, so):
        client = so.pending.pop(0)
        arrive(u, sonewconn(u, so, client, client.far), so)
        wakeup(u, client.event("connect"))
    if so.state == LISTENING and not sofull(u, so):
        wakeup(u, so.event("place"))


@linux
async def accept(u: Process, fd: int, flags: int = 0) -> int:
    """Flags (SOCK_NONBLOCK, SOCK_CLOEXEC) and the number of descriptors are judged first."""
    #: there must be a descriptor for the connection, and the flags known
    file = None if fd in u.terminal else getf(u, fd)
    if flags & ~FLAGS:
        raise KernelError(Errno.EINVAL, f"accept does not know the flags {flags:#x}")
    if not free_descriptors(u):
        raise KernelError(Errno.EMFILE, "there is no descriptor for a connection")
    #: the socket must be one that takes connections
    so = getsock(u, fd)
    if so.kind == SOCK_DGRAM:
        raise KernelError(Errno.EOPNOTSUPP, "datagrams know no connections")
    if so.state != LISTENING:
        raise KernelError(Errno.EINVAL, f"the socket is {so.state}, not listening")
    #: while no connection waits: sleep; a new one wakes who has slept longest
    while not so.queue:
        if so.state == LISTENING and file is not None and file.nonblock:
            raise KernelError(Errno.EAGAIN, "no connection waits")
        if so.state != LISTENING or (so.local and so.cantread):
            raise KernelError(Errno.EINVAL, "the socket is shut down")
        await wait_for(u, so, SO_RCVTIMEO, so.event("connection"))
    #: take the first of the queue, and let in who waits for its place
    new = so.queue.pop(0)
    soplace(u, so)
    #: a descriptor for it
    made = descriptor(u, new, flags)
    copyout(u, USER_BUFFER, name=peer_name(new))
    return made


@linux
async def connect(u: Process, fd: int, name: str | None) -> int:
    """A full queue of the UNIX domain is waited for, or EAGAIN; the socket is judged last.

    The name AF_UNSPEC takes it from its other end.
    """
    #: the address comes from the process
    if name is None and (fd in u.terminal or getf(u, fd)):
        raise KernelError(Errno.EFAULT, "no name can be read at this user address")
    so, nonblock = getsock(u, fd), getf(u, fd).nonblock
    #: an address of no domain: it is not connected any more
    if name == NO_FAMILY:
        dissolve(u, so)
        return 0
    #: Internet circuit: the handshake of the protocol, or what came of one that was begun
    if so.domain == AF_INET and so.stream:
        await connect_internet(u, so, name, nonblock)
        return 0
    if so.domain == AF_INET and name is not None:
        autobind(u, so, ANY)
    name = sockargs(u, so, name)
    if not name:
        raise KernelError(Errno.EINVAL, "the name is empty")
    name_for_credentials(u, so)
    #: of a datagram socket only the other name is kept
    if so.kind == SOCK_DGRAM:
        u.k.algorithms["soaim"](u, so, name if so.local else this_host(name))
    #: circuit of this host: wait for a place in the queue, and be in it
    else:
        await connect_local(u, so, name, nonblock)
    return 0


async def connect_local(u: Process, so: Socket, name: str, nonblock: bool) -> None:
    """Connects a circuit of the UNIX domain."""
    while True:
        other = lookup(u, so, name)
        if other.cantread or other.state != LISTENING:
            raise KernelError(Errno.ECONNREFUSED, f"{name} takes no connections")
        if not sofull(u, other):
            break
        if nonblock:
            raise KernelError(Errno.EAGAIN, f"the queue of {name} is full")
        await wait_for(u, so, SO_SNDTIMEO, other.event("place"))
    if so.state != UNCONNECTED:
        known = so.state == CONNECTED
        raise KernelError(Errno.EISCONN if known else Errno.EINVAL, f"the socket is {so.state}")
    arrive(u, sonewconn(u, other, so, name), other)
