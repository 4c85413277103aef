"""The trace of several hosts and of the wire between them, in one order.

An event is as in `trace.py`; there are more kinds of it: packet, when something passes a layer of a
host, and what becomes of a packet on the wire: sent, lost, doubled, arrived, and time, when the
timers run out. What is done in no process's name has the address of the host.
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from kernel_model import tables
from kernel_model.process import Call, Process
from kernel_model.sockets.wire import Happening, Wire
from kernel_model.trace import ALL, Trace

TOLD = {
    "sent": "Packet {0} is on the wire from {1} to {2}",
    "lost": "Packet {0} from {1} is lost on the way",
    "doubled": "Packet {0} from {1} is doubled on the way",
    "arrived": "Packet {0} arrives at {2}, and interrupts it",
}
TIME = "Nothing comes for a while: the timers run out"


class WireTrace(Trace):
    """Records the kernels of all hosts of a wire; `stop` ends it.

    A view is a snapshot of each kernel, how much of the wire's log there is, and the numbers of the
    packets in flight.
    """

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.kernels = [device.k for device in wire.hosts.values()]
        self._who = ("", "")  # who does something just now, and in which call
        super().__init__(self.kernels[0])
        for k in self.kernels:
            k.trace = self
            for table in (k.algorithms, k.sysent) if k is not self.k else ():
                for name in table:
                    table[name] = self.watch(table[name])
        wire.watch = self.happens

    def stop(self) -> None:
        """Ends the recording, of every kernel."""
        for k in self.kernels:
            self.k = k
            super().stop()
        self.wire.watch = None

    def _look(self, stale: int) -> None:
        self._stale = 0
        seen = [tables.snapshot(k) for k in self.kernels]
        flying = tuple(number for number, _ in self.wire.flying)
        view = (tuple(seen), len(self.wire.log), flying)
        if view != self._view:
            self._view = view
            self._views.append((len(self._log), view))

    def resume(self, task: Coroutine[Any, Any, Any], p: Process) -> None:
        self._who = (p.name, p.current.name if p.current is not None else "")
        super().resume(task, p)

    def begin(self, p: Process, call: Call) -> None:
        self._who = (p.name, call.name)
        super().begin(p, call)

    def event(self, kind: str, p: Process, text: str) -> None:
        """Records that something happens to a process, or to the host that `p` stands for."""
        host = self.host_of(p)
        call = p.current.name if p.current is not None else ""
        self._who = (host or p.name, call)
        self._look(ALL)
        self._stale = ALL
        self._log.append((kind, *self._who, text.replace(p.name, host, 1) if host else text))

    def happens(self, what: Happening) -> None:
        """Records what becomes of a packet."""
        if what.packet is None:
            self._who, text = (next(iter(self.wire.hosts)), ""), TIME
        else:
            source, target = (
                name.rpartition(":")[0] for name in (what.packet.source, what.packet.target)
            )
            if what.what == "arrived":
                self._who = (target, "")
            text = TOLD[what.what].format(what.number, source, target)
        self._look(ALL)
        self._stale = ALL
        self._log.append((what.what, *self._who, text))

    def host_of(self, p: Process) -> str:
        """The address of the host whose interrupts are counted to `p`; "" for a real process."""
        for address, device in self.wire.hosts.items():
            if device.work is p:
                return address
        return ""
