"""A wire between hosts, each a kernel: packets in flight, lost, doubled and reordered by chance.

The same seed gives the same run. A step lets one packet arrive; when none is in flight the timers
of all hosts run out. After each step the processes that were woken have run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from kernel_model.kernel import Kernel
from kernel_model.programs.chance import numbers
from kernel_model.sockets import arriving, datagrams
from kernel_model.sockets.device import Device
from kernel_model.sockets.packets import Packet
from kernel_model.sockets.protocol import Protocol
from kernel_model.sockets.stream import Connection, second, timeout
from kernel_model.sockets.table import network_of

MOST = 5000  # steps of one run


@dataclass(slots=True)
class Happening:
    """What became of a packet."""

    number: int  # of the packet, in the order in which hosts sent them
    what: str  # sent, lost, doubled, arrived; or time: the timers ran out
    packet: Packet | None = None


@dataclass(slots=True, eq=False)
class Wire:
    """What lies between two hosts or more."""

    seed: int = 0
    loss: int = 0  # percent of packets
    double: int = 0
    reorder: int = 0  # percent of arrivals that are not the packet that was sent first
    flying: list[tuple[int, Packet]] = field(default_factory=list)
    log: list[Happening] = field(default_factory=list)
    hosts: dict[str, Device] = field(default_factory=dict)
    made: int = 0
    watch: Callable[[Happening], None] | None = None  # is told what becomes of packets
    chance: Iterator[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.chance = numbers(self.seed)

    def attach(self, k: Kernel, address: str) -> Device:
        """Connects a host, which has this address from now on."""
        device, net = Device(k, self), network_of(k)
        net.address, net.device = address, device
        inputs = {"stream": arriving.receivable, "datagram": datagrams.receivable}
        net.protocols = {name: Protocol(name, take) for name, take in inputs.items()}
        self.hosts[address] = device
        return device

    def take(self, packet: Packet) -> None:
        """A host sends a packet, which may be lost or doubled."""
        self.made += 1
        self._happens(self.made, "sent", packet)
        copies = 0 if self._chosen(self.loss) else 2 if self._chosen(self.double) else 1
        self.flying += [(self.made, packet)] * copies
        if copies != 1:
            self._happens(self.made, "doubled" if copies else "lost", packet)

    def _happens(self, number: int, what: str, packet: Packet | None = None) -> None:
        self.log.append(Happening(number, what, packet))
        if self.watch is not None:
            self.watch(self.log[-1])

    def step(self) -> bool:
        """One packet arrives, or the timers run out; False when there is nothing to wait for."""
        if self.flying:
            late = len(self.flying) > 1 and self._chosen(self.reorder)
            at = 1 + next(self.chance) % (len(self.flying) - 1) if late else 0
            number, packet = self.flying.pop(at)
            self._happens(number, "arrived", packet)
            device = self.hosts.get(packet.target.rpartition(":")[0])
            if device is not None:
                device.take(packet)
        elif not self._time():
            return False
        for device in self.hosts.values():
            if device.k.runq and not device.k.hold:
                device.k.run()
        return True

    def run(self) -> int:
        """Steps until there is nothing to wait for, at most MOST; gives how many there were."""
        steps = 0
        for _, one in self._circuits():
            one.probes = 0
        while steps < MOST and self.step():
            steps += 1
        return steps

    def _time(self) -> bool:
        """The timers of all circuits that wait run out; False when there is none.

        That takes a second, for a close that SO_LINGER lets wait so long.
        """
        waiting = [(device, one) for device, one in self._circuits() if one.busy]
        if waiting:
            self._happens(self.made, "time")
        for device, one in waiting:
            timeout(device.interrupt(), one)
        for device, one in self._circuits() if waiting else ():
            if one.so.gone:
                second(device.interrupt(), one)
        return bool(waiting)

    def _circuits(self) -> list[tuple[Device, Connection]]:
        return [
            (device, so.connection)
            for device in self.hosts.values()
            for so in network_of(device.k).sockets
            if so.connection is not None
        ]

    def _chosen(self, percent: int) -> bool:
        return percent > 0 and next(self.chance) % 100 < percent
