"""The device layer: takes packets from the protocols to the wire, and from the wire to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kernel_model.cost import Cost
from kernel_model.process import Process
from kernel_model.sockets.packets import Packet, passes
from kernel_model.sockets.table import network_of

if TYPE_CHECKING:
    from kernel_model.kernel import Kernel
    from kernel_model.sockets.wire import Wire


@dataclass(slots=True, eq=False)
class Device:
    """What connects a host to a wire."""

    k: Kernel = field(repr=False)
    wire: Wire = field(repr=False)
    sent: int = 0  # packets
    taken: int = 0
    work: Process | None = field(default=None, repr=False)  # whom interrupts are counted to

    def send(self, u: Process, packet: Packet) -> None:
        """Gives a packet to the wire, which has a copy of it."""
        passes(u, "device", "down", packet.words())
        copied(u.tally, packet)
        self.sent += 1
        self.wire.take(packet)

    def take(self, packet: Packet) -> None:
        """A packet has come from the wire: an interrupt, in which its protocol gets a copy."""
        u = self.interrupt()
        self.taken += 1
        passes(u, "device", "up", packet.words())
        copied(u.tally, packet)
        network_of(self.k).protocols[packet.protocol].take(u, packet)

    def interrupt(self) -> Process:
        """Stands for no process: interrupts have an account of their own."""
        if self.work is None:
            self.work = Process(self.k, "network", 0, 0, 0, 0, 0, 0, 0, 0, 0)
            self.work.account()
            self.k.accounts.append(self.work.costs)
        return self.work


def copied(tally: Cost, packet: Packet) -> None:
    """Counts the copy of a packet's bytes from one layer to the next."""
    if packet.data:
        tally.copies += 1
        tally.copied += len(packet.data)
