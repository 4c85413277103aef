"""The protocol layer of a host: an object a protocol, between its sockets and its device.

A protocol makes packets of what sockets send, and gives each to the device; what the device has
taken from the wire it gives to the protocol that the packet names, which finds the socket.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kernel_model.errno import Errno, KernelError
from kernel_model.process import Process
from kernel_model.sockets.packets import Packet, passes
from kernel_model.sockets.table import network_of


@dataclass(slots=True, eq=False)
class Protocol:
    """One protocol of a host: of circuits (stream) or of datagrams."""

    name: str
    input: Callable[[Process, Packet], None] = field(repr=False)  # what it does with a packet
    down: int = 0  # packets given to the device
    up: int = 0  # packets that came from there

    def send(self, u: Process, packet: Packet) -> None:
        """Gives a packet to the device of the host; ENETUNREACH when it has none."""
        device = network_of(u.k).device
        if device is None:
            raise KernelError(Errno.ENETUNREACH, f"there is no way to {packet.target}")
        passes(u, "protocol", "down", packet.words())
        self.down += 1
        device.send(u, packet)

    def take(self, u: Process, packet: Packet) -> None:
        """The device has a packet for this protocol."""
        passes(u, "protocol", "up", packet.words())
        self.up += 1
        self.input(u, packet)


def transmit(u: Process, packet: Packet) -> None:
    """Sends a packet by its protocol; ENETUNREACH where the host has none."""
    protocol = network_of(u.k).protocols.get(packet.protocol)
    if protocol is None:
        raise KernelError(Errno.ENETUNREACH, f"there is no way to {packet.target}")
    protocol.send(u, packet)
