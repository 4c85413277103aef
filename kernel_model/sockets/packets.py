"""What passes through the layers: packets, and the record of their way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernel_model.sockets.table import network_of

if TYPE_CHECKING:
    from kernel_model.process import Process

KEPT = 200  # passages that are remembered


@dataclass(frozen=True, slots=True)
class Packet:
    """What a host gives to the wire; of a circuit the flags are SYN, ACK, FIN and RST."""

    source: str
    target: str
    protocol: str  # stream or datagram
    data: bytes = b""
    flags: tuple[str, ...] = ()
    seq: int = 0  # of the first byte of the data; SYN and FIN have a number as well
    ack: int = 0  # the number that is expected next
    window: int = 0  # bytes that may be sent from there on

    def words(self) -> str:
        """The packet in a line."""
        text = f"{self.source} → {self.target} "
        if self.protocol == "datagram":
            return text + f"datagram of {counted(len(self.data))}"
        flags = "+".join(self.flags) or "data"
        return text + f"{flags} seq {self.seq} ack {self.ack} bytes {len(self.data)}"


@dataclass(frozen=True, slots=True)
class Passage:
    """One layer that a packet, or the bytes of a send, has passed."""

    layer: str  # socket, protocol or device
    way: str  # down, up, or across: from one socket of the host to another
    what: str


def passes(u: Process, layer: str, way: str, what: str) -> None:
    """Notes that something passes a layer."""
    net = network_of(u.k)
    net.passages.append(Passage(layer, way, what))
    del net.passages[:-KEPT]
    if u.k.trace is not None:
        u.k.trace.event("packet", u, f"{layer} layer, {way}: {what}")


def counted(size: int) -> str:
    """So many bytes, in words."""
    return "1 byte" if size == 1 else f"{size} bytes"
