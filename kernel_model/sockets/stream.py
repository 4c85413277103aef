"""The protocol of virtual circuits between hosts: handshake, acknowledgement, window, resending.

SYN has the number 0, the first byte 1, and FIN the number behind the last byte. What has come in
order is acknowledged with the number that is expected next, and with the room that is left. What
is not acknowledged when the timer runs out is sent again.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kernel_model.errno import Errno, KernelError
from kernel_model.process import Process
from kernel_model.sockets.naming import autobind
from kernel_model.sockets.packets import Packet, counted, passes
from kernel_model.sockets.protocol import transmit
from kernel_model.sockets.table import (
    CLOSED,
    CONNECTING,
    UNCONNECTED,
    Socket,
    held,
    network_of,
)
from kernel_model.traps import wakeup

MSS = 512  # bytes of data in one packet
PROBES = 3  # times that a sender asks for room before others have their turn
TRIES = 12  # times that the timer runs out before the other side counts as gone


@dataclass(slots=True, eq=False)
class Connection:
    """One side of a circuit."""

    so: Socket
    here: str
    there: str
    head: Socket | None = None  # the socket that listened, until the circuit is there
    una: int = 0  # the first number that is not acknowledged
    nxt: int = 0  # the next number to send
    window: int = 0  # how many the other side has room for, from una on
    expected: int = 0  # the next number from the other side; 0: its SYN has not come
    outgoing: bytearray = field(default_factory=bytearray)  # from number max(una, 1) on
    closing: bool = False  # FIN follows the last byte
    fin: int = 0  # the number of FIN, when it has been sent
    ahead: dict[int, Packet] = field(default_factory=dict)  # that came before their turn
    told: int = 0  # the room that the other side was told of last
    tries: int = 0  # times the timer has run out since something was acknowledged
    probes: int = 0  # times it has asked for room in vain, since the wire began to run
    resent: int = 0  # packets that were sent again
    lingered: int = 0  # seconds since the last close of its socket

    @property
    def end(self) -> int:
        """The number behind the last byte that was given to send."""
        return max(self.una, 1) + len(self.outgoing)

    @property
    def busy(self) -> bool:
        """Does it wait for an acknowledgement, or for room?"""
        if self.shut:
            return self.probes < PROBES
        return self.una < self.nxt or bool(self.outgoing) or self.una == 0

    @property
    def shut(self) -> bool:
        """Has the other side no room for what is to be sent?"""
        return self.una > 0 and self.window == 0 and bool(self.outgoing)

    @property
    def over(self) -> bool:
        """Have both sides said that they are done, and heard it?"""
        return 0 < self.fin < self.una and self.so.finished


def active_open(u: Process, so: Socket, name: str) -> None:
    """Sends the first packet of a handshake."""
    net = network_of(u.k)
    if net.device is None:
        raise KernelError(Errno.ENETUNREACH, f"there is no way to {name}")
    autobind(u, so, net.address)
    so.far, so.state = name, CONNECTING
    so.connection = Connection(so, so.name, name)
    output(u, so.connection)


def passive_open(u: Process, so: Socket, head: Socket, packet: Packet) -> None:
    """A client's first packet: the new socket answers it."""
    so.name, so.inherited, so.far, so.state = packet.target, True, packet.source, CONNECTING
    so.connection = Connection(so, packet.target, packet.source, head)
    so.connection.expected, so.connection.window = 1, packet.window
    output(u, so.connection)


def segment(u: Process, one: Connection, seq: int, data: bytes, *flags: str) -> None:
    """Sends a packet, which tells what is expected and how much room there is."""
    one.told = max(one.so.rcvbuf - held(one.so.received), 0)
    acks = ("ACK",) if one.expected else ()
    packet = Packet(
        one.here, one.there, "stream", data, (*flags, *acks), seq, one.expected, one.told
    )
    transmit(u, packet)


def output(u: Process, one: Connection) -> None:
    """Sends what the window allows: SYN, then bytes, then FIN."""
    if one.nxt == 0:
        one.nxt = 1
        segment(u, one, 0, b"", "SYN")
    if one.una == 0:
        return
    while one.nxt < min(one.end, one.una + one.window):
        first = one.nxt - one.una
        data = bytes(one.outgoing[first : first + min(MSS, one.window - first)])
        segment(u, one, one.nxt, data)
        one.nxt += len(data)
    if one.closing and not one.fin and one.nxt == one.end:
        one.fin = one.nxt
        one.nxt += 1
        segment(u, one, one.fin, b"", "FIN")


def give(u: Process, one: Connection, text: bytes) -> int:
    """Takes bytes to send, as many as there is room for."""
    part = text[: max(one.so.sndbuf - len(one.outgoing), 0)]
    if part:
        passes(u, "socket", "down", f"{counted(len(part))} of socket {one.so.number}")
    one.outgoing += part
    output(u, one)
    return len(part)


def took(u: Process, one: Connection) -> None:
    """Bytes have been read: the other side is told when there is room again."""
    room = one.so.rcvbuf - held(one.so.received)
    if one.told < MSS <= room and not one.so.finished:
        segment(u, one, one.nxt, b"")


def finish(u: Process, one: Connection) -> None:
    """No more will be sent: FIN follows the last byte."""
    if not one.closing:
        one.closing = True
        if one.una:
            output(u, one)


def timeout(u: Process, one: Connection) -> None:
    """The timer has run out: the first packet that is not acknowledged is sent again."""
    if one.shut:
        one.probes += 1
    else:
        one.tries += 1
    if one.tries > TRIES:
        fail(u, one, Errno.ETIMEDOUT)
        return
    one.resent += 1
    if one.una == 0:
        segment(u, one, 0, b"", "SYN")
    elif one.outgoing:
        size = max(min(MSS, one.window), 1)  # one byte asks for room where there was none
        one.nxt = max(one.nxt, one.una + min(size, len(one.outgoing)))
        segment(u, one, one.una, bytes(one.outgoing[:size]))
    else:
        segment(u, one, one.una, b"", "FIN")


def second(u: Process, one: Connection) -> None:
    """A second is over since the last close: who waits in it looks whether these were enough."""
    one.lingered += 1
    wakeup(u, one.so.event("close"))


def fail(u: Process, one: Connection, error: Errno) -> None:
    """The circuit is broken: whoever uses it, or waits for it, is told."""
    so = one.so
    so.connection, so.error = None, error
    if so.state == CONNECTING and one.head is None:
        so.state, so.far = UNCONNECTED, ""
    else:
        so.state, so.cantread, so.cantsend = CLOSED, True, True
    for what in ("data", "all", "room", "connect", "close"):
        wakeup(u, so.event(what))
    if so.gone or one.head is not None:
        network_of(u.k).sockets.remove(so)


def settle(u: Process, one: Connection) -> None:
    """When both sides are done the circuit is over; a late FIN is answered for some time still."""
    if not one.over:
        return
    so, net = one.so, network_of(u.k)
    net.lingering[one.here, one.there] = one.expected
    so.connection, so.state = None, CLOSED
    if so.gone:
        net.sockets.remove(so)


def reset(u: Process, one: Connection) -> None:
    """Breaks the circuit at once: the other side is told with RST."""
    packet = Packet(one.here, one.there, "stream", b"", ("RST",), one.nxt)
    transmit(u, packet)
    one.so.connection, one.so.state = None, CLOSED
    network_of(u.k).sockets.remove(one.so)


def refuse(u: Process, packet: Packet) -> None:
    """Answers what leads to no circuit with RST."""
    back = Packet(packet.target, packet.source, "stream", b"", ("RST",), packet.ack)
    transmit(u, back)
