"""What the protocol of virtual circuits does with a packet that has come from the device."""

from __future__ import annotations

from kernel_model.constants import AF_INET, SOCK_STREAM
from kernel_model.errno import Errno
from kernel_model.process import Process
from kernel_model.sockets.meeting import arrive
from kernel_model.sockets.naming import at_port
from kernel_model.sockets.packets import Packet, counted, passes
from kernel_model.sockets.protocol import transmit
from kernel_model.sockets.stream import (
    Connection,
    fail,
    output,
    passive_open,
    refuse,
    segment,
    settle,
)
from kernel_model.sockets.table import CONNECTED, Chunk, Socket, held, network_of, newsocket
from kernel_model.traps import wakeup


def receivable(u: Process, packet: Packet) -> None:
    """A packet of a circuit: it belongs to one, begins one, or is refused."""
    net = network_of(u.k)
    for so in net.sockets:
        one = so.connection
        if one is not None and (one.here, one.there) == (packet.target, packet.source):
            arrived(u, one, packet)
            return
    known = net.lingering.get((packet.target, packet.source))
    if "SYN" in packet.flags and "ACK" not in packet.flags:
        begin(u, packet)
    elif known is not None and "FIN" in packet.flags:
        late = Packet(packet.target, packet.source, "stream", b"", ("ACK",), packet.ack, known)
        transmit(u, late)
    elif "RST" not in packet.flags and (known is None or packet.data):
        refuse(u, packet)


def begin(u: Process, packet: Packet) -> None:
    """A client's first packet: a socket that listens makes another; a full queue loses it."""
    asked = Socket(0, AF_INET, SOCK_STREAM, 0, 0, 0)
    head = at_port(u, asked, packet.target)
    if head is None or head.cantread:
        refuse(u, packet)
    elif not u.k.algorithms["sofull"](u, head):
        so = newsocket(u.k, head.domain, head.kind, head.protocol)
        so.sndbuf, so.rcvbuf = head.sndbuf, head.rcvbuf
        so.options, so.linger = dict(head.options), head.linger
        passive_open(u, so, head, packet)


def arrived(u: Process, one: Connection, packet: Packet) -> None:
    """A packet of this circuit: what it acknowledges, then what it brings."""
    if "RST" in packet.flags:
        refused = one.una == 0 and one.head is None
        fail(u, one, Errno.ECONNREFUSED if refused else Errno.ECONNRESET)
        return
    if "SYN" in packet.flags:
        one.expected = max(one.expected, 1)
    if "ACK" in packet.flags:
        acknowledged(u, one, packet)
    if packet.data or {"SYN", "FIN"} & set(packet.flags):
        if packet.data and one.so.gone:  # nobody is left who could read it
            refuse(u, packet)
            fail(u, one, Errno.ECONNRESET)
            return
        in_order(u, one, packet)
        segment(u, one, one.nxt, b"")
    settle(u, one)


def acknowledged(u: Process, one: Connection, packet: Packet) -> None:
    """What the other side has is forgotten; more may be sent."""
    if one.una <= packet.ack <= one.nxt:
        if packet.ack > one.una:
            first = one.una == 0
            del one.outgoing[: packet.ack - max(one.una, 1)]
            one.una, one.tries, one.probes = packet.ack, 0, 0
            wakeup(u, one.so.event("close" if one.so.gone else "room"))
            if first:
                connected(u, one)
        one.window = packet.window
        output(u, one)


def connected(u: Process, one: Connection) -> None:
    """The handshake is over: the client goes on, or the server's queue has one more."""
    one.so.state = CONNECTED
    wakeup(u, one.so.event("connect"))
    if one.head is not None:
        head, one.head = one.head, None
        if head.gone:
            fail(u, one, Errno.ECONNRESET)
        else:
            arrive(u, one.so, head)


def in_order(u: Process, one: Connection, packet: Packet) -> None:
    """Keeps what has come before its turn; gives to the socket what is next."""
    if packet.seq >= one.expected and "SYN" not in packet.flags:
        one.ahead[packet.seq] = packet
    so = one.so
    while (nearest := one.ahead.pop(one.expected, None)) is not None:
        room = so.rcvbuf - held(so.received)
        data = nearest.data[: max(room, 0)]
        if data:
            so.received.append(Chunk(data, ""))
            so.came += len(data)
            one.expected += len(data)
            passes(u, "socket", "up", f"{counted(len(data))} for socket {so.number}")
        if "FIN" in nearest.flags:
            one.expected += 1
            so.finished = so.cantread = True
        if "FIN" in nearest.flags:
            wakeup(u, so.event("data"))
        elif data:
            u.k.algorithms["soready"](u, so)
        else:
            break
    for seq in [seq for seq in one.ahead if seq < one.expected]:
        del one.ahead[seq]
