"""The socket layer's tables: sockets, what they have received, and the network of a kernel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kernel_model.constants import (
    AF_INET,
    AF_UNIX,
    O_NONBLOCK,
    SO_LINGER,
    SOCK_CLOEXEC,
    SOCK_DGRAM,
    SOCK_STREAM,
)
from kernel_model.errno import Errno, KernelError
from kernel_model.inode import File, Inode, files_of, getf, ufalloc
from kernel_model.process import Process
from kernel_model.traps import PZERO, Interrupted, sleep, wakeup

if TYPE_CHECKING:
    from kernel_model.kernel import Kernel
    from kernel_model.sockets.device import Device
    from kernel_model.sockets.packets import Passage
    from kernel_model.sockets.protocol import Protocol
    from kernel_model.sockets.stream import Connection

PSOCK = PZERO + 1  # waiting for data, for room, or for a connection

UNCONNECTED, LISTENING, CONNECTING = "unconnected", "listening", "connecting"
CONNECTED, CLOSED = "connected", "closed"
KIND = 0xF  # the bits of a kind that are no flags

# Bytes that a socket may have on their way, and may hold unread, unless SO_SNDBUF and SO_RCVBUF
# say otherwise; of a circuit of Linux's Internet domain.
BUFFER = {"classic": (4096, 4096), "linux": (212992, 212992)}
CIRCUIT = (16384, 131072)


@dataclass(slots=True, eq=False)
class Chunk:
    """What one send has put into a socket: of a stream what is left of it, else a datagram."""

    data: bytes
    sender: str  # the name of the sending socket
    origin: Socket | None = None  # whose buffer for sending it lies in
    charge: int = 0  # bytes that it takes there


@dataclass(slots=True, eq=False)
class Socket:
    """An end point of communication."""

    number: int
    domain: int  # AF_UNIX or AF_INET
    kind: int  # SOCK_STREAM, SOCK_DGRAM, or SOCK_SEQPACKET
    protocol: int
    sndbuf: int
    rcvbuf: int
    state: str = UNCONNECTED
    name: str = ""  # that it is bound to
    inherited: bool = False  # the name is that of the socket that listened
    chosen: bool = False  # the kernel chose the port
    loose: bool = False  # on Linux: and has taken it back, though getsockname tells it
    path: Inode | None = None  # the node of that name in the file system
    peer: Socket | None = None  # on the same host
    far: str = ""  # the name of the other end of an Internet connection
    connection: Connection | None = None  # with a socket of another host
    qlimit: int = 0  # as listen was told
    kept: int = 0  # connections that waited already when it was told
    queue: list[Socket] = field(default_factory=list)  # connections that wait for accept
    pending: list[Socket] = field(default_factory=list)  # sockets that wait for a place there
    received: list[Chunk] = field(default_factory=list)  # not yet read, the oldest first
    charged: int = 0  # bytes it has on their way to others
    cantread: bool = False  # no more is to come, or wanted
    cantsend: bool = False
    finished: bool = False  # the other side will send no more
    error: Errno | None = None  # to be told to the next call
    untold: bool = False  # a connect that did not wait has ended since
    broken: bool = False  # on Linux: shut down then, and never to be connected again
    corked: tuple[str, bytes] | None = None  # on Linux: of a datagram, and to whom (MSG_MORE)
    wild: bool = False  # on Linux: it was bound to any address of this host, and connected then
    options: dict[int, int] = field(default_factory=dict)
    linger: int = 0  # seconds, of SO_LINGER
    gone: bool = False  # its last descriptor is closed
    came: int = 0  # bytes that it was given to hold, all in all
    read: int = 0  # bytes of them that have been read, or were thrown away
    urgent: Chunk | None = None  # on Linux: the one among `received` that came out of band last
    bound: int = 0  # of the Internet domain: how many had been bound before, and one more
    taken: bool = False  # and recv has had it, though in the Internet domain it still lies there

    @property
    def stream(self) -> bool:
        """Is it a virtual circuit without records?"""
        return self.kind == SOCK_STREAM

    @property
    def circuit(self) -> bool:
        """Is it a virtual circuit, with records or without?"""
        return self.kind != SOCK_DGRAM

    @property
    def local(self) -> bool:
        """Is it of the UNIX domain?"""
        return self.domain == AF_UNIX

    @property
    def lingers(self) -> bool:
        """Does SO_LINGER mean anything to its last close?"""
        return self.domain == AF_INET and self.stream and bool(self.options.get(SO_LINGER))

    @property
    def aborts(self) -> bool:
        """Does its last close reset the circuit? Once both sides are done nothing is left to."""
        return self.lingers and self.linger == 0 and self.state == CONNECTED

    def event(self, what: str) -> str:
        """An event of this socket: data, room, connection, place, connect or close."""
        return f"socket[{self.number}].{what}"


@dataclass(slots=True, eq=False)
class Network:
    """The sockets of a kernel, and what is below them."""

    sockets: list[Socket] = field(default_factory=list)
    made: int = 0
    ports: int = 40000  # the last port that was given to a socket without one
    bound: int = 0  # sockets of the Internet domain that were bound to a port
    autobound: int = 0  # names that were given to sockets without one
    address: str = "127.0.0.1"  # of this host
    protocols: dict[str, Protocol] = field(default_factory=dict)  # with other hosts, by name
    device: Device | None = None
    passages: list[Passage] = field(default_factory=list)
    lingering: dict[tuple[str, str], int] = field(default_factory=dict)  # circuits that are over


def network_of(k: Kernel) -> Network:
    """The kernel's network, whose tables are made now if they were not there."""
    if k.network is None:
        k.network = Network()
    return k.network


def newsocket(k: Kernel, domain: int, kind: int, protocol: int) -> Socket:
    """A new entry of the table of sockets."""
    net = network_of(k)
    net.made += 1
    circuit = k.personality == "linux" and (domain, kind) == (AF_INET, SOCK_STREAM)
    so = Socket(net.made, domain, kind, protocol, *(CIRCUIT if circuit else BUFFER[k.personality]))
    net.sockets.append(so)
    return so


def descriptor(u: Process, so: Socket, flags: int = 0) -> int:
    """A descriptor for a socket that has none; EMFILE, and no socket, when none is free."""
    inode = files_of(u.k).add(u, "socket", "", 0o777)
    inode.linked, inode.socket = False, so
    file = File(inode, read=True, write=True, nonblock=bool(flags & O_NONBLOCK))
    try:
        fd = ufalloc(u, file, bool(flags & SOCK_CLOEXEC))
    except KernelError:
        files_of(u.k).inodes.remove(inode)
        raise
    inode.opens += 1
    return fd


def getsock(u: Process, fd: int) -> Socket:
    """The socket that a descriptor leads to; EBADF without one, ENOTSOCK for anything else."""
    so = None if fd in u.terminal else getf(u, fd).inode.socket
    if so is None:
        raise KernelError(Errno.ENOTSOCK, f"descriptor {fd} leads to no socket")
    return so


def socket_of(file: File) -> Socket:
    """The socket of an entry of the file table."""
    assert file.inode.socket is not None, f"inode {file.inode.number} is no socket"
    return file.inode.socket


def end_connection(so: Socket) -> None:
    """A connection of one host is over; a port that the kernel chose for it is free again."""
    so.state, so.loose = CLOSED, so.chosen or so.inherited


def error_of(so: Socket) -> KernelError | None:
    """The error that waits to be told, which is told with this."""
    if so.error is None:
        return None
    error, so.error = so.error, None
    return KernelError(error, f"socket {so.number} was told so before")


async def wait_on(u: Process, event: str) -> None:
    """Sleeps on an event of a socket; the calls of sockets are made again where Linux does so.

    Whoever a signal takes away here may have been woken for something: others look for it.
    """
    try:
        await sleep(u, event, PSOCK)
    except KernelError as error:
        if isinstance(error, Interrupted):
            error.restarts = True
        wakeup(u, event)
        raise


def held(chunks: Iterable[Chunk]) -> int:
    """Bytes in them."""
    return sum(len(one.data) for one in chunks)
